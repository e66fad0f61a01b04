//! What must hold of every parser of foreign bytes, whatever the bytes: no panic, spans inside their text, and an end.
//!
//! One function for each parser. `mutations.rs` runs them over changed seeds with the stable toolchain; the targets in
//! `fuzz/` hand the same functions to libFuzzer.

use std::io::Cursor;
use std::path::Path;

use dateline::decode;
use dateline::discover::{feed, sitemap};
use dateline::extract::{Page, extract};
use dateline::model::annotation::Span;
use dateline::model::crawl_url::CrawlUrl;
use dateline::portal::{self, Sources};
use dateline::robots::RobotsTxt;
use dateline::structure::{self, BlockKind, Context, TextBlock};
use dateline::warc::WarcReader;
use jiff::Zoned;

const KINDS: [BlockKind; 9] = [
    BlockKind::Paragraph,
    BlockKind::Headline,
    BlockKind::Lead,
    BlockKind::Kicker,
    BlockKind::Subheadline,
    BlockKind::Byline,
    BlockKind::Heading,
    BlockKind::ListItem,
    BlockKind::Caption,
];
const LANGUAGES: [Option<&str>; 5] = [Some("de"), Some("en-GB"), Some("fr"), Some("x"), None];

fn published() -> Option<Zoned> {
    "2020-04-07T09:00:00+02:00[Europe/Berlin]".parse().ok()
}

fn address() -> CrawlUrl {
    CrawlUrl::parse("https://zeitung.example/ulm/neues-haus/").expect("a constant address")
}

/// The whole of `structure` over blocks parted by blank lines; the first byte picks language and kinds.
pub(crate) fn structure(bytes: &[u8]) {
    let choice = usize::from(bytes.first().copied().unwrap_or_default());
    let text = String::from_utf8_lossy(bytes);
    let blocks: Vec<TextBlock<'_>> = text
        .split("\n\n")
        .enumerate()
        .map(|(index, text)| TextBlock { kind: KINDS[(choice / 8 * index) % KINDS.len()], text })
        .collect();
    let published = published().filter(|_| !choice.is_multiple_of(7));
    let context =
        Context { language: LANGUAGES[choice % LANGUAGES.len()], published: published.as_ref(), places: &[] };
    let found = structure::annotate(&blocks, &context);
    let spans = found.dateline.iter().map(|dateline| dateline.span);
    let spans = spans.chain(found.quotes.iter().map(|quote| quote.span));
    for span in spans.chain(found.dates.iter().map(|date| date.span)) {
        assert!(span.end <= blocks[span.block].text.chars().count(), "{span:?}");
        assert!(span.start < span.end, "{span:?}");
    }
    for date in &found.dates {
        assert_eq!(slice(blocks[date.span.block].text, date.span), date.text);
    }
}

fn slice(text: &str, span: Span) -> String {
    text.chars().skip(span.start).take(span.end - span.start).collect()
}

/// The dateline of one paragraph.
pub(crate) fn dateline(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let published = published();
    for language in LANGUAGES {
        let context = Context { language, published: published.as_ref(), places: &[] };
        if let Some(found) = structure::dateline::find_in_text(&text, &context) {
            assert!(found.span.start == 0 && found.span.end <= text.chars().count(), "{found:?}");
            assert!(text.trim_start().starts_with(&found.dateline.text), "{found:?}");
        }
    }
}

/// A selector file, and what its mistakes look like.
pub(crate) fn selector_file(bytes: &[u8]) {
    let mut sources = Sources::new();
    sources.insert("fuzzed", "fuzzed.toml", &String::from_utf8_lossy(bytes));
    if let Err(mistakes) = portal::load("fuzzed", &sources) {
        for mistake in mistakes {
            assert!(!mistake.render(false).is_empty());
        }
    }
}

/// robots.txt and what it says of a path.
pub(crate) fn robots(bytes: &[u8]) {
    let robots = RobotsTxt::parse(bytes);
    for path in ["/", "/a/b?c=d", "/ä%C3%A4*$", ""] {
        robots.verdict("dateline", path);
    }
    robots.crawl_delay("dateline");
    assert!(robots.sitemaps().len() <= bytes.len());
}

/// Feeds and sitemaps.
pub(crate) fn feeds(bytes: &[u8]) {
    feed::read(bytes, &address());
    sitemap::read(bytes, &address());
}

/// A page from bytes to a record.
pub(crate) fn page(bytes: &[u8]) {
    let decoded = decode::html_bytes(bytes, None);
    let url = address();
    let found =
        extract(&Page { url: &url, html: &decoded.text, captured_on: None, published_hint: None }, None);
    let texts: Vec<_> = found.article.body.iter().map(|block| block.text()).collect();
    let spans = found.article.quotes.iter().map(|quote| quote.span);
    for span in spans.chain(found.article.dates.iter().map(|date| date.span)) {
        assert!(span.end <= texts[span.block].chars().count(), "{span:?}");
    }
}

/// A WARC file: records come to an end, and no more of them than bytes.
pub(crate) fn warc(bytes: &[u8]) {
    let Ok(mut reader) = WarcReader::new(Cursor::new(bytes), Path::new("fuzzed.warc"), 0) else { return };
    let mut records = 0;
    while let Ok(Some(record)) = reader.next_record() {
        record.block_digest_is_right();
        records += 1;
        assert!(records <= bytes.len() + 1);
    }
    reader.take_issues();
}
