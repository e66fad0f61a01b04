//! `dateline structure`: plain text to its structure alone — dateline, lead, quotations, dates.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde_json::{Map, Value, json};

use crate::cli::{Exit, Globals, UsageError, in_order, output};
use crate::structure::{BlockKind, Context, Structure, TextBlock, annotate};

/// Largest text that is read, in bytes.
const MAX_TEXT_BYTES: u64 = 64 << 20;

/// Options of `dateline structure`.
#[derive(Debug, Args)]
pub struct StructureArgs {
    /// The text, paragraphs separated by blank lines; `-` or none: stdin
    #[arg(value_name = "FILE", conflicts_with = "batch")]
    pub file: Option<PathBuf>,
    /// When it was published: a day (2020-04-06) or an instant (2020-04-06T16:20:00+02:00)
    #[arg(long, value_name = "DATE", conflicts_with = "batch")]
    pub published: Option<String>,
    /// Language of the text, like `de` or `en-GB`; default: guessed from its words
    #[arg(long, value_name = "TAG", conflicts_with = "batch")]
    pub language: Option<String>,
    /// Time zone relative dates are told in, like Europe/Berlin; default: that of --published, else UTC
    #[arg(long, value_name = "ZONE", conflicts_with = "batch")]
    pub timezone: Option<String>,
    /// The headline, which names people too
    #[arg(long, value_name = "TEXT", conflicts_with = "batch")]
    pub headline: Option<String>,
    /// A list of texts, one JSON object a line: {"id", "language", "published", "timezone", "blocks": [{"kind", "text"}]}
    #[arg(long, value_name = "CASES.jsonl")]
    pub batch: Option<PathBuf>,
}

/// Reads texts and writes their structure, one JSON object a line.
pub(crate) fn run(args: &StructureArgs, _globals: &Globals) -> anyhow::Result<Exit> {
    if let Some(list) = &args.batch {
        let lines: Box<dyn BufRead + Send> = if list.as_os_str() == "-" {
            Box::new(BufReader::new(io::stdin()))
        } else {
            let file =
                File::open(list).with_context(|| format!("cannot read the list {}", list.display()))?;
            Box::new(BufReader::new(file))
        };
        let jobs = lines.lines().filter(|line| line.as_ref().map_or(true, |line| !line.trim().is_empty()));
        in_order::run(jobs, |line| answer_line(line).to_string())?;
        return Ok(Exit::Done);
    }
    let text = read_text(args.file.as_deref().unwrap_or(Path::new("-")))?;
    let published = published(args.published.as_deref(), args.timezone.as_deref()).map_err(UsageError)?;
    let mut blocks = Vec::new();
    if let Some(headline) = &args.headline {
        blocks.push((BlockKind::Headline, headline.clone()));
    }
    blocks.extend(paragraphs(&text).map(|paragraph| (BlockKind::Paragraph, paragraph)));
    let found = structure_of(&blocks, args.language.as_deref(), published.as_ref());
    output::write_stdout(&format!("{}\n", Value::Object(found)))?;
    Ok(Exit::Done)
}

fn answer_line(line: io::Result<String>) -> Value {
    let case: Value =
        match line.map_err(anyhow::Error::from).and_then(|line| Ok(serde_json::from_str(&line)?)) {
            Ok(case) => case,
            Err(error) => return json!({"id": null, "error": format!("not a JSON object: {error:#}")}),
        };
    let id = case.get("id").cloned().unwrap_or_default();
    match answer_case(&case) {
        Ok(found) => {
            let mut answer = Map::from_iter([("id".to_owned(), id)]);
            answer.extend(found);
            Value::Object(answer)
        }
        Err(error) => json!({"id": id, "error": error}),
    }
}

fn answer_case(case: &Value) -> Result<Map<String, Value>, String> {
    let text = |key: &str| case.get(key).and_then(Value::as_str);
    let published = published(text("published"), text("timezone"))?;
    let blocks = case.get("blocks").and_then(Value::as_array).ok_or("no \"blocks\"")?;
    let blocks: Vec<(BlockKind, String)> = blocks
        .iter()
        .map(|block| {
            let kind = block.get("kind").and_then(Value::as_str).unwrap_or("paragraph");
            let kind = kind_of(kind).ok_or_else(|| format!("no block is of the kind {kind:?}"))?;
            let text = block.get("text").and_then(Value::as_str).unwrap_or_default();
            Ok((kind, text.to_owned()))
        })
        .collect::<Result<_, String>>()?;
    Ok(structure_of(&blocks, text("language"), published.as_ref()))
}

fn structure_of(
    blocks: &[(BlockKind, String)],
    language: Option<&str>,
    published: Option<&Zoned>,
) -> Map<String, Value> {
    let blocks: Vec<TextBlock<'_>> =
        blocks.iter().map(|(kind, text)| TextBlock { kind: *kind, text }).collect();
    let found = annotate(&blocks, &Context { language, published, places: &[] });
    to_json(&found)
}

fn to_json(found: &Structure) -> Map<String, Value> {
    let dateline = found.dateline.as_ref().map(|found| {
        json!({
            "text": found.dateline.text,
            "place": found.dateline.place,
            "region": found.dateline.region,
            "agencies": found.dateline.agencies,
            "date": found.dateline.date,
            "block": found.span.block,
            "start": found.span.start,
            "end": found.span.end,
        })
    });
    let quotes = found.quotes.iter().map(crate::export::record::quote_json).collect::<Vec<_>>();
    let dates = found.dates.iter().map(crate::export::record::date_json).collect::<Vec<_>>();
    Map::from_iter([
        ("dateline".to_owned(), dateline.unwrap_or_default()),
        ("lead".to_owned(), json!(found.lead)),
        ("quotes".to_owned(), Value::Array(quotes)),
        ("dates".to_owned(), Value::Array(dates)),
    ])
}

/// The block kind of that name.
fn kind_of(name: &str) -> Option<BlockKind> {
    Some(match name {
        "kicker" => BlockKind::Kicker,
        "headline" => BlockKind::Headline,
        "subheadline" => BlockKind::Subheadline,
        "lead" => BlockKind::Lead,
        "byline" => BlockKind::Byline,
        "paragraph" | "blockquote" => BlockKind::Paragraph,
        "heading" => BlockKind::Heading,
        "list_item" | "list" => BlockKind::ListItem,
        "caption" => BlockKind::Caption,
        _ => return None,
    })
}

/// When a text was published, in the zone its relative dates are told in. A day stands for its noon.
fn published(text: Option<&str>, zone: Option<&str>) -> Result<Option<Zoned>, String> {
    let zone = zone
        .map(|name| TimeZone::get(name).map_err(|_| format!("there is no time zone {name:?}")))
        .transpose()?;
    let Some(text) = text else { return Ok(None) };
    let unreadable =
        || format!("{text:?} is neither a day (2020-04-06) nor an instant (2020-04-06T16:20:00+02:00)");
    if let Ok(instant) = text.parse::<Timestamp>() {
        let zone = match zone {
            Some(zone) => zone,
            None => jiff::fmt::temporal::DateTimeParser::new()
                .parse_pieces(text)
                .ok()
                .and_then(|pieces| pieces.to_numeric_offset())
                .map_or(TimeZone::UTC, jiff::tz::Offset::to_time_zone),
        };
        return Ok(Some(instant.to_zoned(zone)));
    }
    let zone = zone.unwrap_or(TimeZone::UTC);
    let local = text
        .parse::<jiff::civil::DateTime>()
        .map(|local| if text.len() <= 10 { local.date().at(12, 0, 0, 0) } else { local })
        .map_err(|_| unreadable())?;
    local.to_zoned(zone).map(Some).map_err(|_| unreadable())
}

/// Paragraphs, separated by blank lines; line breaks within one are spaces.
fn paragraphs(text: &str) -> impl Iterator<Item = String> {
    let mut lines = text.lines();
    std::iter::from_fn(move || {
        let mut paragraph = String::new();
        for line in lines.by_ref() {
            let line = line.trim();
            if line.is_empty() {
                if paragraph.is_empty() {
                    continue;
                }
                break;
            }
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line);
        }
        (!paragraph.is_empty()).then_some(paragraph)
    })
}

fn read_text(path: &Path) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        io::stdin().lock().take(MAX_TEXT_BYTES).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(MAX_TEXT_BYTES).read_to_end(&mut bytes))
    };
    read.with_context(|| format!("cannot read {}", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_answered_with_its_id_in_the_offsets_of_its_blocks() {
        let case = json!({"id": 7, "language": "de", "published": "2020-04-07T09:00:00+02:00", "blocks": [
            {"kind": "headline", "text": "Rat stimmt zu"},
            {"kind": "paragraph", "text": "Ulm.| „Das ist gut“, sagte Bürgermeisterin Ina Vogel am Montag."},
        ]});
        let answer = answer_line(Ok(case.to_string()));
        assert_eq!(answer["id"], 7);
        assert_eq!(answer["dateline"]["place"], "Ulm");
        assert_eq!((&answer["dateline"]["block"], &answer["dateline"]["end"]), (&json!(1), &json!(6)));
        let quote = &answer["quotes"][0];
        assert_eq!(quote["speaker"], "Ina Vogel");
        assert_eq!((&quote["block"], &quote["start"], &quote["end"]), (&json!(1), &json!(6), &json!(19)));
        assert_eq!(answer["dates"][0]["date"], "2020-04-06");
    }

    #[test]
    fn a_bad_line_says_why_and_the_batch_goes_on() {
        assert!(answer_line(Ok("{".to_owned()))["error"].as_str().unwrap().contains("JSON"));
        let answer =
            answer_line(Ok(json!({"id": "a", "blocks": [{"kind": "poem", "text": "x"}]}).to_string()));
        assert_eq!(answer["id"], "a");
        assert!(answer["error"].as_str().unwrap().contains("poem"));
        let answer = answer_line(Ok(json!({"id": "b", "published": "gestern", "blocks": []}).to_string()));
        assert!(answer["error"].as_str().unwrap().contains("gestern"));
    }

    #[test]
    fn blank_lines_separate_paragraphs() {
        let found: Vec<String> = paragraphs("\n eins\nzwei \n\n\ndrei").collect();
        assert_eq!(found, ["eins zwei", "drei"]);
    }
}
