//! `dateline structure`: plain text to its structure alone — dateline, lead, quotations, dates.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde_json::{Value, json};

use crate::cli::{Exit, Globals, UsageError, in_order, output};
use crate::structure::{BlockKind, Context, Structure, TextBlock, annotate};

/// Largest text that is read, in bytes.
const MAX_TEXT_BYTES: u64 = 64 << 20;

/// Some editors begin a file with it.
const BYTE_ORDER_MARK: char = '\u{feff}';

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
        in_order::run(in_order::lines_of(list)?, answer_line)?;
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
    output::write_stdout(&format!("{}\n", to_line(None, &found)))?;
    Ok(Exit::Done)
}

fn answer_line(line: io::Result<String>) -> String {
    let parsed = line.map_err(anyhow::Error::from);
    let parsed = parsed.and_then(|line| Ok(serde_json::from_str(line.trim_start_matches(BYTE_ORDER_MARK))?));
    let case: Value = match parsed {
        Ok(case) => case,
        Err(error) => {
            return json!({"id": null, "error": format!("not a JSON object: {error:#}")}).to_string();
        }
    };
    let id = case.get("id").cloned().unwrap_or_default();
    match answer_case(&case) {
        Ok(found) => to_line(Some(&id), &found),
        Err(error) => json!({"id": id, "error": error}).to_string(),
    }
}

fn answer_case(case: &Value) -> Result<Structure, String> {
    let text = |key: &str| match case.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(other) => Err(format!("{key:?} is no text: {other}")),
    };
    let published = published(text("published")?, text("timezone")?)?;
    let blocks = case.get("blocks").and_then(Value::as_array).ok_or("no \"blocks\"")?;
    let blocks: Vec<(BlockKind, String)> = blocks.iter().map(block_of).collect::<Result<_, _>>()?;
    Ok(structure_of(&blocks, text("language")?, published.as_ref()))
}

fn block_of(block: &Value) -> Result<(BlockKind, String), String> {
    let text = block.get("text").and_then(Value::as_str);
    let text = text.ok_or_else(|| format!("a block has no \"text\": {block}"))?;
    let kind = block.get("kind").and_then(Value::as_str).unwrap_or("paragraph");
    let kind = kind_of(kind).ok_or_else(|| format!("no block is of the kind {kind:?}"))?;
    Ok((kind, text.to_owned()))
}

fn structure_of(
    blocks: &[(BlockKind, String)],
    language: Option<&str>,
    published: Option<&Zoned>,
) -> Structure {
    let blocks: Vec<TextBlock<'_>> =
        blocks.iter().map(|(kind, text)| TextBlock { kind: *kind, text }).collect();
    annotate(&blocks, &Context { language, published, places: &[] })
}

/// The structure as one line of JSON, put together piece by piece: a text may hold a hundred thousand quotations.
fn to_line(id: Option<&Value>, found: &Structure) -> String {
    let dateline = found.dateline.as_ref().map_or(Value::Null, |found| {
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
    let mut line = String::from("{");
    if let Some(id) = id {
        line.extend(["\"id\":", &id.to_string(), ","]);
    }
    line.extend(["\"dateline\":", &dateline.to_string(), ",\"lead\":", &json!(found.lead).to_string(), ","]);
    push_list(&mut line, "quotes", found.quotes.iter().map(crate::export::record::quote_json));
    line.push(',');
    push_list(&mut line, "dates", found.dates.iter().map(crate::export::record::date_json));
    line.push('}');
    line
}

fn push_list(line: &mut String, key: &str, values: impl Iterator<Item = Value>) {
    line.extend(["\"", key, "\":["]);
    for (index, value) in values.enumerate() {
        line.extend([if index > 0 { "," } else { "" }, &value.to_string()]);
    }
    line.push(']');
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
    let mut lines = text.trim_start_matches(BYTE_ORDER_MARK).lines();
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

    fn answer(line: &str) -> Value {
        serde_json::from_str(&answer_line(Ok(line.to_owned()))).unwrap()
    }

    #[test]
    fn a_case_is_answered_with_its_id_in_the_offsets_of_its_blocks() {
        let case = json!({"id": 7, "language": "de", "published": "2020-04-07T09:00:00+02:00", "blocks": [
            {"kind": "headline", "text": "Rat stimmt zu"},
            {"kind": "paragraph", "text": "Ulm.| „Das ist gut“, sagte Bürgermeisterin Ina Vogel am Montag."},
        ]});
        let answer = answer(&case.to_string());
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
        let error = |case: Value| answer(&case.to_string())["error"].as_str().unwrap().to_owned();
        assert!(answer("{")["error"].as_str().unwrap().contains("JSON"));
        let kind = json!({"id": "a", "blocks": [{"kind": "poem", "text": "x"}]});
        assert_eq!(answer(&kind.to_string())["id"], "a");
        assert!(error(kind).contains("poem"));
        assert!(error(json!({"id": "b", "published": "gestern", "blocks": []})).contains("gestern"));
        assert!(error(json!({"id": "c", "timezone": "Mars/Nord", "blocks": []})).contains("Mars/Nord"));
        assert!(error(json!({"id": "d", "language": 7, "blocks": []})).contains("language"));
        assert!(error(json!({"id": "e"})).contains("blocks"));
        assert!(error(json!({"id": "f", "blocks": ["text"]})).contains("text"));
        assert!(error(json!({"id": "g", "blocks": [{"kind": "lead"}]})).contains("lead"));
    }

    #[test]
    fn offsets_count_code_points_of_the_text_as_given() {
        let decomposed = "Tu\u{308}bingen (dpa) - Am 6. Ma\u{308}rz 2020 😀 sagte Ute Kern: „Ja, gut.“";
        let found = answer(&json!({"id": 1, "language": "de", "blocks": [{"text": decomposed}]}).to_string());
        let slice = |part: &Value| {
            let offset = |key: &str| usize::try_from(part[key].as_u64().unwrap()).unwrap();
            decomposed.chars().skip(offset("start")).take(offset("end") - offset("start")).collect::<String>()
        };
        assert_eq!(found["dateline"]["place"], "Tübingen");
        assert_eq!(slice(&found["quotes"][0]), "„Ja, gut.“");
        assert_eq!(slice(&found["dates"][0]), "Am 6. Ma\u{308}rz 2020");
        assert_eq!(found["dates"][0]["date"], "2020-03-06");
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        assert_eq!(answer("\u{feff}{\"id\": 1, \"blocks\": []}")["id"], 1);
        assert_eq!(paragraphs("\u{feff}eins\r\n\r\nzwei\r\n").collect::<Vec<_>>(), ["eins", "zwei"]);
    }

    #[test]
    fn blank_lines_separate_paragraphs() {
        let found: Vec<String> = paragraphs("\n eins\nzwei \n\n\ndrei").collect();
        assert_eq!(found, ["eins zwei", "drei"]);
    }
}
