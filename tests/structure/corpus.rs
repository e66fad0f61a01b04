//! Reads the labelled articles below `tests/structure`; the format is described in the README beside them.
//!
//! Every mistake is reported with file and line. Scoring is left to `structure_corpus.rs`.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use dateline::model::annotation::{QuoteKind, Span};
use dateline::structure::BlockKind;
use jiff::Zoned;
use jiff::civil::DateTime;

/// Marks that must belong to a labelled string; single marks double as apostrophes and are not listed.
const DOUBLE_MARKS: &[char] = &['„', '“', '”', '"', '»', '«', '›', '‹', '‚'];
/// Marks a quoted string may begin or end with; `,,` stands for a low mark.
const ALL_MARKS: &[char] = &['„', '“', '”', '"', '»', '«', '›', '‹', '‚', '‘', '’', '\'', ',', '`'];
/// Words a third field of a quotation's label may carry.
const FLAGS: &[&str] = &["continued", "open"];

/// A mistake in a labelled article.
#[derive(Debug)]
pub(crate) struct Problem {
    file: PathBuf,
    line: usize,
    message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.message)
    }
}

/// A person or organisation that speaks in the article.
#[derive(Debug, Clone, Default)]
pub(crate) struct Source {
    /// Accepted names, the preferred one first; empty where the article never gives a name.
    pub(crate) names: Vec<String>,
    pub(crate) role: Option<String>,
}

/// A block of text, labels taken out.
#[derive(Debug)]
pub(crate) struct LabelledBlock {
    pub(crate) kind: BlockKind,
    pub(crate) text: String,
}

/// A quoted string that is speech, or an answer of an interview.
#[derive(Debug)]
pub(crate) struct LabelledQuote {
    pub(crate) kind: QuoteKind,
    pub(crate) span: Span,
    pub(crate) source: Source,
    pub(crate) mention: Option<String>,
    pub(crate) cue: Option<String>,
    pub(crate) continued: bool,
    pub(crate) nested: bool,
}

impl LabelledQuote {
    /// Whether the article says whose words they are, by name or by some other phrase.
    pub(crate) fn has_source(&self) -> bool {
        !self.source.names.is_empty() || self.mention.is_some()
    }
}

/// A date expression.
#[derive(Debug)]
pub(crate) struct LabelledDate {
    pub(crate) span: Span,
    /// Accepted values; empty where the expression may be found or left alone.
    pub(crate) values: Vec<String>,
}

/// The prefix that names place, agency or date of the report.
#[derive(Debug)]
pub(crate) struct LabelledDateline {
    pub(crate) span: Span,
    pub(crate) place: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) agencies: Vec<String>,
    pub(crate) date: Option<String>,
}

/// One article of the corpus.
#[derive(Debug)]
pub(crate) struct Article {
    pub(crate) name: String,
    pub(crate) language: String,
    pub(crate) published: Zoned,
    pub(crate) blocks: Vec<LabelledBlock>,
    pub(crate) quotes: Vec<LabelledQuote>,
    /// Quoted strings that are not speech.
    pub(crate) other_strings: Vec<Span>,
    pub(crate) dates: Vec<LabelledDate>,
    pub(crate) dateline: Option<LabelledDateline>,
}

/// Reads all articles of `tests/structure/LANGUAGE` (or of `CORPUS_DIR/LANGUAGE`), in the order of their names.
pub(crate) fn load(language: &str) -> (Vec<Article>, Vec<Problem>) {
    let own = || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/structure");
    let folder = std::env::var_os("CORPUS_DIR").map_or_else(own, PathBuf::from).join(language);
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the corpus folder is part of the repository")
        .map(|entry| entry.expect("the corpus folder is readable").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    let (mut articles, mut problems) = (Vec::new(), Vec::new());
    for file in files {
        let text = fs::read_to_string(&file).expect("articles are UTF-8");
        match parse(&file, &text) {
            Ok(article) if article.language == language => articles.push(article),
            Ok(article) => problems.push(Problem {
                file,
                line: 1,
                message: format!("language {} in folder {language}", article.language),
            }),
            Err(problem) => problems.push(problem),
        }
    }
    (articles, problems)
}

/// Parses one labelled article.
pub(crate) fn parse(file: &Path, text: &str) -> Result<Article, Problem> {
    let problem = |line: usize, message: String| Problem { file: file.to_owned(), line, message };
    let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    let header = Header::parse(&mut lines).map_err(|(line, message)| problem(line, message))?;
    let mut article = Article {
        name: file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default(),
        language: header.language,
        published: header.published,
        blocks: Vec::new(),
        quotes: Vec::new(),
        other_strings: Vec::new(),
        dates: Vec::new(),
        dateline: None,
    };
    let mut after_blank = true;
    for (line, content) in lines {
        if content.trim().is_empty() {
            after_blank = true;
            continue;
        }
        if !after_blank {
            return Err(problem(line, "a block is one line; a blank line goes between blocks".to_owned()));
        }
        after_blank = false;
        parse_block(content, &header.sources, &mut article).map_err(|message| problem(line, message))?;
    }
    if article.blocks.len() < 2 {
        return Err(problem(1, "an article has a headline and at least one paragraph".to_owned()));
    }
    Ok(article)
}

struct Header {
    language: String,
    published: Zoned,
    sources: BTreeMap<String, Source>,
}

impl Header {
    /// Reads up to the first blank line.
    fn parse<'a>(lines: &mut impl Iterator<Item = (usize, &'a str)>) -> Result<Self, (usize, String)> {
        let mut fields = BTreeMap::new();
        let mut sources = BTreeMap::new();
        let mut last = 1;
        for (line, content) in lines {
            last = line;
            if content.is_empty() {
                break;
            }
            let (key, value) =
                content.split_once(':').ok_or_else(|| (line, "header lines are `key: value`".to_owned()))?;
            let (key, value) = (key.trim(), value.trim());
            if let "language" | "published" | "timezone" = key {
                fields.insert(key, value);
                continue;
            }
            let (names, role) = value.split_once('|').map_or((value, None), |(n, r)| (n, Some(r.trim())));
            let names =
                names.split('=').map(str::trim).filter(|name| !matches!(*name, "" | "-")).map(str::to_owned);
            let source = Source {
                names: names.collect(),
                role: role.filter(|role| !role.is_empty()).map(str::to_owned),
            };
            if sources.insert(key.to_owned(), source).is_some() {
                return Err((line, format!("source `{key}` is declared twice")));
            }
        }
        let field =
            |key: &str| fields.get(key).copied().ok_or_else(|| (last, format!("header lacks `{key}:`")));
        let published: DateTime =
            field("published")?.parse().map_err(|error| (last, format!("published: {error}")))?;
        let published =
            published.in_tz(field("timezone")?).map_err(|error| (last, format!("timezone: {error}")))?;
        Ok(Self { language: field("language")?.to_owned(), published, sources })
    }
}

/// A label whose end has not been seen yet.
struct OpenLabel<'a> {
    name: &'a str,
    arguments: &'a str,
    start: usize,
}

/// Parses one block: its kind, its text and the labels in it.
fn parse_block(
    content: &str,
    sources: &BTreeMap<String, Source>,
    article: &mut Article,
) -> Result<(), String> {
    let (kind, mut rest) = block_kind(content)?;
    let block = article.blocks.len();
    let mut text: Vec<char> = Vec::new();
    let mut open: Vec<OpenLabel<'_>> = Vec::new();
    let mut quoted: Vec<(usize, usize)> = Vec::new();
    while let Some(at) = rest.find('{') {
        text.extend(rest[..at].chars());
        let (tag, after) = rest[at + 1..].split_once('}').ok_or("`{` without `}`")?;
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            let label = open.pop().ok_or_else(|| format!("{{/{name}}} closes nothing"))?;
            if label.name != name {
                return Err(format!("{{/{name}}} where {{/{}}} is due", label.name));
            }
            let span = Span { block, start: label.start, end: text.len() };
            if span.start == span.end {
                return Err(format!("{{{name}}} is empty"));
            }
            let nested = open.iter().any(|outer| matches!(outer.name, "q" | "f"));
            add_label(&label, span, &text, nested, sources, article)?;
            if let "q" | "f" | "n" = name {
                quoted.push((span.start, span.end));
            }
        } else {
            let (name, arguments) = tag.split_once(' ').unwrap_or((tag, ""));
            if !matches!(name, "q" | "f" | "i" | "n" | "d" | "x") {
                return Err(format!("unknown label {{{name}}}"));
            }
            open.push(OpenLabel { name, arguments, start: text.len() });
        }
    }
    if rest.contains('}') {
        return Err("`}` without `{`".to_owned());
    }
    text.extend(rest.chars());
    if let Some(label) = open.pop() {
        return Err(format!("{{{}}} is not closed in its block", label.name));
    }
    every_mark_is_labelled(&text, &quoted)?;
    let text: String = text.into_iter().collect();
    if text.trim() != text || text.contains("  ") {
        return Err("stray white space".to_owned());
    }
    article.blocks.push(LabelledBlock { kind, text });
    Ok(())
}

fn block_kind(content: &str) -> Result<(BlockKind, &str), String> {
    let Some(marked) = content.strip_prefix('@') else { return Ok((BlockKind::Paragraph, content)) };
    let (word, rest) = marked.split_once(' ').ok_or("a block marker stands before its text")?;
    let kind = match word {
        "kicker" => BlockKind::Kicker,
        "headline" => BlockKind::Headline,
        "subheadline" => BlockKind::Subheadline,
        "lead" => BlockKind::Lead,
        "byline" => BlockKind::Byline,
        "heading" => BlockKind::Heading,
        "item" => BlockKind::ListItem,
        "caption" => BlockKind::Caption,
        _ => return Err(format!("unknown block marker @{word}")),
    };
    Ok((kind, rest))
}

fn add_label(
    label: &OpenLabel<'_>,
    span: Span,
    text: &[char],
    nested: bool,
    sources: &BTreeMap<String, Source>,
    article: &mut Article,
) -> Result<(), String> {
    let marked = ALL_MARKS.contains(&text[span.start]);
    match label.name {
        "q" | "f" | "i" => {
            let kind = match label.name {
                "q" => QuoteKind::Direct,
                "f" => QuoteKind::Fragment,
                _ => QuoteKind::Interview,
            };
            let mut fields = label.arguments.split('|').map(str::trim);
            let key = fields.next().unwrap_or_default();
            let source = match key {
                "" | "-" => Source::default(),
                _ => sources.get(key).cloned().ok_or_else(|| format!("no source `{key}` in the header"))?,
            };
            let mention = fields.next().filter(|field| !field.is_empty()).map(str::to_owned);
            let cue = fields.next().filter(|field| !field.is_empty()).map(str::to_owned);
            let flags: Vec<&str> = fields.next().unwrap_or_default().split_whitespace().collect();
            if let Some(flag) = flags.iter().find(|flag| !FLAGS.contains(flag)) {
                return Err(format!("unknown flag `{flag}`"));
            }
            if fields.next().is_some() {
                return Err("a quotation's label has at most four fields".to_owned());
            }
            if kind != QuoteKind::Interview {
                if !marked {
                    return Err("a quotation begins with its mark".to_owned());
                }
                if !flags.contains(&"open") && !ALL_MARKS.contains(&text[span.end - 1]) {
                    return Err("a quotation ends with its mark, or is flagged `open`".to_owned());
                }
            }
            let continued = flags.contains(&"continued");
            article.quotes.push(LabelledQuote { kind, span, source, mention, cue, continued, nested });
        }
        "n" => {
            if !marked || !label.arguments.is_empty() {
                return Err("{n} takes no fields and begins with a mark".to_owned());
            }
            article.other_strings.push(span);
        }
        "d" => {
            let values: Vec<String> =
                label.arguments.split('|').map(|value| value.trim().to_owned()).collect();
            let values = if values == ["?"] { Vec::new() } else { values };
            if let Some(value) = values.iter().find(|value| !is_date_value(value)) {
                return Err(format!("`{value}` is no date value"));
            }
            article.dates.push(LabelledDate { span, values });
        }
        _ => {
            if article.dateline.is_some() || span.start != 0 {
                return Err("one dateline, at the beginning of a block".to_owned());
            }
            article.dateline = Some(parse_dateline(label.arguments, span)?);
        }
    }
    Ok(())
}

fn parse_dateline(arguments: &str, span: Span) -> Result<LabelledDateline, String> {
    let mut dateline = LabelledDateline { span, place: None, region: None, agencies: Vec::new(), date: None };
    for field in arguments.split('|') {
        let (key, value) =
            field.split_once('=').ok_or("{x} wants place=, region=, agencies= or date=".to_owned())?;
        match key.trim() {
            "place" => dateline.place = Some(value.trim().to_owned()),
            "region" => dateline.region = Some(value.trim().to_owned()),
            "agencies" => {
                dateline.agencies = value.split(',').map(|code| code.trim().to_owned()).collect();
            }
            "date" => dateline.date = Some(value.trim().to_owned()),
            other => return Err(format!("{{x}} knows no `{other}`")),
        }
    }
    Ok(dateline)
}

/// ISO 8601 or EDTF by its shape: digits, the letters of the notation, one optional `/`.
fn is_date_value(value: &str) -> bool {
    let part = |part: &str| {
        part.len() >= 4
            && part.starts_with(|c: char| c.is_ascii_digit())
            && part.chars().all(|c| c.is_ascii_digit() || "-:TWQXSPUFAWIEVMONDHJ".contains(c))
    };
    let mut parts = value.splitn(2, '/');
    parts.by_ref().all(part)
}

/// Every mark in the text stands at the edge of a labelled string, or is an inch mark after a digit.
fn every_mark_is_labelled(text: &[char], quoted: &[(usize, usize)]) -> Result<(), String> {
    for (index, mark) in text.iter().enumerate() {
        if !DOUBLE_MARKS.contains(mark) {
            continue;
        }
        // `,,` and `''` are two characters wide, and a nested string may end where the outer one does.
        let at_edge = quoted.iter().any(|&(start, end)| index == start || index + 1 == end);
        let is_inch = *mark == '"' && index > 0 && text[index - 1].is_ascii_digit();
        if !at_edge && !is_inch {
            let from = index.saturating_sub(15);
            let around: String = text[from..(index + 15).min(text.len())].iter().collect();
            return Err(format!("unlabelled mark in …{around}…"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::parse;
    use std::path::Path;

    const HEADER: &str =
        "language: de\npublished: 2024-05-06T10:00\ntimezone: Europe/Berlin\nx: Ina Ott | Rätin\n\n";

    #[track_caller]
    fn check_problem(body: &str, expected: &str) {
        let problem = parse(Path::new("a.txt"), &format!("{HEADER}@headline Kopf\n\n{body}\n")).unwrap_err();
        assert_eq!(problem.to_string(), format!("a.txt:8: {expected}"));
    }

    #[test]
    fn mistakes_are_reported_with_file_and_line() {
        check_problem("{q x|Ott|sagt}„Ja“", "{q} is not closed in its block");
        check_problem("{q x|Ott|sagt}„Ja{d 2024}“{/q}{/d}", "{/q} where {/d} is due");
        check_problem("{q y}„Ja“{/q}, sagt Ott.", "no source `y` in the header");
        check_problem("„Ja“, sagt Ott.", "unlabelled mark in …„Ja“, sagt Ott.…");
        check_problem("{d morgen}morgen{/d}", "`morgen` is no date value");
        check_problem("{q x}„Ja, sagt Ott.{/q}", "a quotation ends with its mark, or is flagged `open`");
        check_problem("{z}Ja{/z}", "unknown label {z}");
    }

    #[test]
    fn labels_are_taken_out_and_counted_in_code_points() {
        let body = "@headline Kopf\n\nÄh: {q x|Ott|:}„Ja, {d 2024-05-06}heute{/d}.“{/q}\n";
        let article = parse(Path::new("a.txt"), &format!("{HEADER}{body}")).unwrap();
        assert_eq!(article.blocks[1].text, "Äh: „Ja, heute.“");
        assert_eq!((article.quotes[0].span.start, article.quotes[0].span.end), (4, 16));
        assert_eq!((article.dates[0].span.start, article.dates[0].span.end), (9, 14));
        assert_eq!(article.quotes[0].source.names, ["Ina Ott"]);
    }
}
