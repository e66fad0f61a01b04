//! `dateline show`: one article as a person would read it, or its record, where each field came from, what changed, the
//! page as it was captured.

mod difference;

use std::fmt::Write as _;

use clap::Args;

use crate::archive::WARC_DIRECTORY;
use crate::cli::terminal::{Terminal, Tone, harmless};
use crate::cli::{Exit, Globals, UsageError, output};
use crate::decode;
use crate::export::record::{Record, write_record};
use crate::model::annotation::{Quote, QuoteKind};
use crate::model::article::{Article, ArticleId, Block, LinkKind};
use crate::model::crawl_url::CrawlUrl;
use crate::model::difference::between;
use crate::model::publication_time::{Precision, PublicationTime};
use crate::store::{ArchivedArticle, Store};
use crate::warc::read_capture;

use difference::Range;

/// Digits of an article's id.
const ID_DIGITS: usize = 16;

/// Options of `dateline show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The article: its id or its address
    #[arg(value_name = "ARTICLE")]
    pub article: Option<String>,
    /// Write the record as JSON
    #[arg(long, group = "form")]
    pub json: bool,
    /// Show by which rule each field was read, and from which page as received
    #[arg(long, group = "form")]
    pub provenance: bool,
    /// Show what changed between two revisions; without A..B between the last two
    #[arg(long, group = "form", value_name = "A..B", num_args = 0..=1, default_missing_value = "")]
    pub diff: Option<String>,
    /// Write the captured page, its bytes as received but for their compression
    #[arg(long, group = "form")]
    pub html: bool,
    /// Of this revision instead of the current one
    #[arg(long, value_name = "N", conflicts_with_all = ["json", "diff"])]
    pub revision: Option<u32>,
}

/// Shows an article.
pub(crate) fn run(args: &ShowArgs, globals: &Globals) -> anyhow::Result<Exit> {
    // `show --diff ARTICLE`: what follows the flag is no range, so it is the article.
    let (name, diff) = match (&args.article, &args.diff) {
        (None, Some(value)) if !value.is_empty() && Range::parse(value).is_none() => (value, Some("")),
        (Some(name), diff) => (name, diff.as_deref()),
        (None, _) => return Ok(output::usage_error(&"show needs an article: its id or its address")),
    };
    let store = Store::open_read_only(&globals.archive)?;
    let mut archived = match find(&store, name)? {
        Ok(archived) => archived,
        Err(message) => return Ok(output::usage_error(&message)),
    };
    if let Some(number) = args.revision {
        archived = store
            .revision(&archived.article.id, number)?
            .ok_or_else(|| UsageError(format!("the article has no revision {number}")))?;
    }
    let terminal = Terminal::of_stdout(globals.color);
    if args.html {
        return page(&archived, globals);
    }
    let text = if args.json {
        let mut line = Vec::new();
        write_record(Record::archived(&archived.article, &archived.facts), &mut line)?;
        line.push(b'\n');
        String::from_utf8(line)?
    } else if let Some(diff) = diff {
        match difference_text(&store, &archived, diff, terminal)? {
            Ok(text) => text,
            Err(message) => return Ok(output::usage_error(&message)),
        }
    } else if args.provenance {
        provenance_text(&archived, terminal)
    } else {
        article_text(&archived, terminal)
    };
    output::write_stdout(&text)?;
    Ok(Exit::Done)
}

/// The article of that id or address. The inner error: the name is neither.
pub(crate) fn find(store: &Store, name: &str) -> anyhow::Result<Result<ArchivedArticle, String>> {
    let name = name.trim();
    let is_id = name.len() == ID_DIGITS && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let archived = if is_id {
        store.article(&ArticleId::from_stored(name.to_ascii_lowercase()))?
    } else {
        match CrawlUrl::parse(name) {
            Ok(url) => store.article_at(&url)?,
            Err(error) => {
                return Ok(Err(format!(
                    "\"{name}\" is neither an article's id nor its address: {error}\n\n\
                     hint: `dateline search` and `dateline export` show ids and addresses"
                )));
            }
        }
    };
    let Some(archived) = archived else {
        anyhow::bail!(
            "no article {name} in the archive\n\nhint: `dateline search WORDS` finds articles by what they say"
        );
    };
    Ok(Ok(archived))
}

/// Writes the page an article was read from.
fn page(archived: &ArchivedArticle, globals: &Globals) -> anyhow::Result<Exit> {
    let Some(place) = &archived.facts.capture else {
        anyhow::bail!("no page was kept of this article");
    };
    let capture = read_capture(&globals.archive.join(WARC_DIRECTORY), place)?;
    let content = decode::content(&capture.body, &capture.headers, &decode::Limits::default());
    output::write_stdout_bytes(&content.bytes)?;
    Ok(Exit::Done)
}

/// What changed between the revisions of `range`. The inner error: there are no such revisions.
fn difference_text(
    store: &Store,
    archived: &ArchivedArticle,
    range: &str,
    terminal: Terminal,
) -> anyhow::Result<Result<String, String>> {
    let Some(range) = Range::parse(range) else {
        return Ok(Err(format!("{range:?} is no range of revisions\n\nhint: 1..2, 1.. or ..2")));
    };
    let id = &archived.article.id;
    let revisions = store.revisions(id)?;
    let (from, to) = match range.of(&revisions) {
        Ok(ends) => ends,
        Err(message) if revisions.len() > 1 => return Ok(Err(message)),
        Err(message) => return Ok(Ok(format!("{message}\n"))),
    };
    let article = |number: u32| {
        store.revision(id, number)?.ok_or_else(|| anyhow::anyhow!("revision {number} is not there any more"))
    };
    let differences = between(&article(from.number)?.article, &article(to.number)?.article);
    Ok(Ok(difference::render((from, to), &differences, terminal)))
}

/// The article as a newspaper would set it.
pub(crate) fn article_text(archived: &ArchivedArticle, terminal: Terminal) -> String {
    let article = &archived.article;
    let mut text = String::new();
    let mut line = |pieces: &[(&str, Tone)]| text.push_str(&terminal.wrap(pieces, ""));
    line(&[(&article.sections.join(" › "), Tone::Faint)]);
    line(&[(article.kicker.as_deref().unwrap_or_default(), Tone::Faint)]);
    line(&[(article.headline.as_deref().unwrap_or("(no headline)"), Tone::Strong)]);
    line(&[(article.subheadline.as_deref().unwrap_or_default(), Tone::Plain)]);
    line(&[(&byline(article), Tone::Faint)]);
    text.push('\n');
    if let Some(lead) = separate_lead(article) {
        text.push_str(&terminal.wrap(&[(&dateline(article), Tone::Faint), (lead, Tone::Strong)], ""));
        text.push('\n');
    }
    for (index, block) in article.body.iter().enumerate() {
        let dateline =
            if index == 0 && separate_lead(article).is_none() { dateline(article) } else { String::new() };
        block_text(&mut text, article, index, block, &dateline, terminal);
        text.push('\n');
    }
    quotes_text(&mut text, &article.quotes, terminal);
    links_text(&mut text, article, terminal);
    source_text(&mut text, archived, terminal);
    text
}

fn byline(article: &Article) -> String {
    let mut parts = Vec::new();
    if !article.authors.is_empty() {
        parts.push(article.authors.join(", "));
    }
    parts.extend(article.published.map(time_text));
    parts.extend(article.modified.map(|modified| format!("changed {}", time_text(modified))));
    if article.free_to_read == Some(false) {
        parts.push("not free to read".to_owned());
    }
    parts.join(" · ")
}

/// A time as far as it is known.
fn time_text(time: PublicationTime) -> String {
    let written = time.to_string();
    match time.precision {
        Precision::Year => written[..4].to_owned(),
        Precision::Month => written[..7].to_owned(),
        Precision::Day => written[..10].to_owned(),
        Precision::Minute | Precision::Second => format!("{} {}", &written[..10], &written[11..16]),
    }
}

fn dateline(article: &Article) -> String {
    article.dateline.as_ref().map(|dateline| format!("{} ", dateline.text)).unwrap_or_default()
}

/// The lead, where it is not the body's first paragraph anyway.
fn separate_lead(article: &Article) -> Option<&str> {
    let lead = article.lead.as_deref()?;
    let first = article.body.first().map(Block::text);
    (first.as_deref() != Some(lead)).then_some(lead)
}

fn block_text(
    text: &mut String,
    article: &Article,
    index: usize,
    block: &Block,
    dateline: &str,
    terminal: Terminal,
) {
    match block {
        Block::Paragraph(words) => {
            let mut pieces = vec![(dateline, Tone::Faint)];
            pieces.extend(marked(words, index, &article.quotes));
            text.push_str(&terminal.wrap(&pieces, ""));
        }
        Block::Heading { text: words, .. } => text.push_str(&terminal.wrap(&[(words, Tone::Strong)], "")),
        Block::Blockquote(words) => {
            text.push_str(&terminal.wrap(&marked(words, index, &article.quotes), "  │ "));
        }
        Block::List(items) => {
            for item in items {
                let wrapped = terminal.wrap(&[(item, Tone::Plain)], "    ");
                text.push_str(&wrapped.replacen("    ", "  • ", 1));
            }
        }
        Block::Table(rows) => {
            for row in rows {
                let _ = writeln!(text, "  {}", harmless(&row.join("  │  ")).replace(['\n', '\t'], " "));
            }
        }
        Block::Preformatted(words) => {
            for line in words.lines() {
                let _ = writeln!(text, "  {}", harmless(line));
            }
        }
    }
}

/// The text of a block, its quotations marked.
fn marked<'a>(text: &'a str, block: usize, quotes: &[Quote]) -> Vec<(&'a str, Tone)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut point = 0;
    let mut cut = |until: usize, tone: Tone| {
        let length = rest.char_indices().nth(until - point).map_or(rest.len(), |(at, _)| at);
        let (piece, after) = rest.split_at(length);
        pieces.push((piece, tone));
        (rest, point) = (after, until);
    };
    let mut done = 0;
    for span in quotes.iter().filter(|quote| !quote.nested).map(|quote| quote.span) {
        if span.block == block && done <= span.start && span.start < span.end {
            cut(span.start, Tone::Plain);
            cut(span.end, Tone::Marked);
            done = span.end;
        }
    }
    pieces.push((rest, Tone::Plain));
    pieces
}

fn quotes_text(text: &mut String, quotes: &[Quote], terminal: Terminal) {
    if quotes.is_empty() {
        return;
    }
    let _ = writeln!(text, "{}", terminal.paint("Quotations", Tone::Faint));
    for quote in quotes {
        let speaker = quote.speaker.as_deref().unwrap_or("(speaker unknown)");
        let role = quote.role.as_deref().map(|role| format!(", {role}")).unwrap_or_default();
        let pieces = [
            (speaker, Tone::Strong),
            (role.as_str(), Tone::Plain),
            (if quote.kind == QuoteKind::Indirect { " (reported speech): " } else { ": " }, Tone::Plain),
            (&quote.text, Tone::Plain),
        ];
        text.push_str(&terminal.wrap(&pieces, "  "));
    }
    text.push('\n');
}

fn links_text(text: &mut String, article: &Article, terminal: Terminal) {
    for (kind, title) in [
        (LinkKind::Related, "Related articles"),
        (LinkKind::Series, "In this series"),
        (LinkKind::Popular, "Popular articles"),
    ] {
        let links: Vec<_> = article.links.iter().filter(|link| link.kind == kind).collect();
        if links.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{}", terminal.paint(title, Tone::Faint));
        for link in links {
            text.push_str(&terminal.wrap(&[(&link.text, Tone::Plain)], "  "));
            let _ = writeln!(text, "  {}", terminal.paint(link.url.as_str(), Tone::Faint));
        }
        text.push('\n');
    }
}

fn source_text(text: &mut String, archived: &ArchivedArticle, terminal: Terminal) {
    let (article, facts) = (&archived.article, &archived.facts);
    let mut line = |words: &str| {
        let _ = writeln!(text, "{}", terminal.paint(words, Tone::Faint));
    };
    line(article.url.as_str());
    let portal = article.portal.as_deref().unwrap_or("no portal file");
    line(&format!("{portal} · {} · {} words", article.id, article.word_count()));
    let fetched = facts.fetched.strftime("%Y-%m-%d %H:%M UTC");
    let checked = facts.last_checked.strftime("%Y-%m-%d %H:%M UTC");
    line(&format!("revision {}, fetched {fetched}, last checked {checked}", facts.revision));
    if let Some(gone) = facts.gone_since {
        line(&format!("no longer at the portal since {}", gone.strftime("%Y-%m-%d %H:%M UTC")));
    }
}

/// Where each field came from.
fn provenance_text(archived: &ArchivedArticle, terminal: Terminal) -> String {
    let (article, facts) = (&archived.article, &archived.facts);
    let mut text =
        terminal.wrap(&[(article.headline.as_deref().unwrap_or("(no headline)"), Tone::Strong)], "");
    text.push('\n');
    let fields = article.provenance.keys().map(|field| field.as_str().len()).max().unwrap_or_default();
    let sources =
        article.provenance.values().map(|from| from.source.chars().count()).max().unwrap_or_default();
    for (field, from) in &article.provenance {
        let _ = writeln!(
            text,
            "{:fields$}  {:sources$}  {}",
            field.as_str(),
            harmless(&from.source),
            harmless(&from.rule).replace('\n', " ")
        );
    }
    let capture = facts.capture.as_ref().map_or_else(
        || "none kept".to_owned(),
        |capture| format!("warc/{} at byte {}, {}", capture.warc, capture.offset, capture.digest),
    );
    let hash = article.selectors_hash.map_or_else(|| "none (generic)".to_owned(), |hash| hash.to_string());
    let _ = write!(
        text,
        "\naddress    {}\nfetched    {}\ncapture    {capture}\nextractor  {}\nselectors  {hash}\n",
        article.url, facts.fetched, facts.extractor
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::annotation::{QuoteKind, Span};

    fn quote(start: usize, end: usize) -> Quote {
        Quote {
            text: String::new(),
            kind: QuoteKind::Direct,
            span: Span { block: 0, start, end },
            speaker: None,
            speaker_mention: None,
            role: None,
            cue: None,
            continued: false,
            nested: false,
            confidence: 0.0,
            rule: "marks",
        }
    }

    #[test]
    fn quotations_are_marked_by_code_points() {
        let check = |quotes: &[Quote], expected: &[&str]| {
            let pieces = marked("Über „uns“ so", 0, quotes);
            let marked: Vec<_> =
                pieces.iter().filter(|(_, tone)| *tone == Tone::Marked).map(|(text, _)| *text).collect();
            assert_eq!(marked, expected);
            assert_eq!(pieces.iter().map(|(text, _)| *text).collect::<String>(), "Über „uns“ so");
        };
        check(&[], &[]);
        check(&[quote(5, 10)], &["„uns“"]);
        check(&[quote(0, 4), quote(5, 10)], &["Über", "„uns“"]);
        check(&[quote(5, 10), quote(0, 4), quote(7, 7)], &["„uns“"]);
        check(&[quote(11, 99)], &["so"]);
    }

    #[test]
    fn times_are_shown_as_far_as_they_are_known() {
        let check = |precision: Precision, expected: &str| {
            let time = PublicationTime::from_parts("2020-04-06T14:30:00+02:00", precision).unwrap();
            assert_eq!(time_text(time), expected);
        };
        check(Precision::Year, "2020");
        check(Precision::Month, "2020-04");
        check(Precision::Day, "2020-04-06");
        check(Precision::Second, "2020-04-06 14:30");
    }
}
