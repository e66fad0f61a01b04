//! Reads RSS 0.9–2.0, RDF (RSS 1.0), Atom and JSON Feed: addresses with titles, excerpts, dates.
//!
//! Own reader on quick-xml: a feed that breaks off in its middle, or holds one wild character, gives what stands
//! before it.

use std::ops::ControlFlow;

use crate::decode::{Limits, text};
use crate::model::capture::Headers;
use crate::model::crawl_url::CrawlUrl;
use crate::model::issue::Issue;

use super::instant::instant;
use super::plain::plain;
use super::xml::{Element, Node, walk};
use super::{Candidate, Found, json_feed};

/// Bytes of a feed that are read, decoded.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;
/// Entries that are taken from one feed.
pub const MAX_ENTRIES: usize = 5_000;
/// Bytes of one field that are kept.
const MAX_FIELD_BYTES: usize = 64 * 1024;

/// Reads a feed found at `base` (content-codings taken off, or gzip). Never fails: what is no feed gives an issue.
pub fn read(bytes: &[u8], base: &CrawlUrl) -> Found {
    let decoded = text(bytes, &Headers::default(), None, &Limits::with_decoded_bytes(MAX_BYTES));
    let mut found = read_text(&decoded.text, base);
    found.issues.splice(0..0, decoded.issues);
    found
}

/// Reads a feed that is text already.
pub(super) fn read_text(text: &str, base: &CrawlUrl) -> Found {
    let start =
        text.trim_start_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
    if start.starts_with(['{', '[']) {
        return json_feed::read(start, base);
    }
    let mut feed = FeedReader::new(base);
    let mut issues = Vec::new();
    walk(start, &mut issues, |depth, node| feed.step(depth, node));
    feed.finish_entry();
    feed.found.issues.extend(issues);
    if !feed.is_feed {
        feed.found.issues.push(Issue::page("not-a-feed", "neither RSS nor Atom nor a JSON Feed"));
    }
    feed.found
}

/// Which field the characters belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FeedField {
    Title,
    Teaser,
    Link,
    OriginalLink,
    Guid,
    Published,
    Modified,
}

#[derive(Debug, Default)]
struct Entry {
    title: String,
    teaser: String,
    link: String,
    original_link: String,
    guid: String,
    published: String,
    modified: String,
}

impl Entry {
    fn field(&mut self, field: FeedField) -> &mut String {
        match field {
            FeedField::Title => &mut self.title,
            FeedField::Teaser => &mut self.teaser,
            FeedField::Link => &mut self.link,
            FeedField::OriginalLink => &mut self.original_link,
            FeedField::Guid => &mut self.guid,
            FeedField::Published => &mut self.published,
            FeedField::Modified => &mut self.modified,
        }
    }
}

struct FeedReader {
    base: CrawlUrl,
    found: Found,
    is_feed: bool,
    /// The entry under way, and its element's depth.
    entry: Option<(Entry, usize)>,
    field: Option<FeedField>,
}

impl FeedReader {
    fn new(base: &CrawlUrl) -> Self {
        Self { base: base.clone(), found: Found::default(), is_feed: false, entry: None, field: None }
    }

    fn step(&mut self, depth: usize, node: &Node<'_>) -> ControlFlow<()> {
        match node {
            Node::Open(element) => self.open(depth, element),
            Node::Text(characters) => {
                if let (Some((entry, _)), Some(field)) = (&mut self.entry, self.field) {
                    let value = entry.field(field);
                    if value.len() + characters.len() <= MAX_FIELD_BYTES {
                        value.push_str(characters);
                    }
                }
            }
            Node::Close => {
                let at = self.entry.as_ref().map_or(0, |(_, at)| *at);
                if self.entry.is_some() && depth <= at {
                    self.finish_entry();
                } else if depth == at + 1 {
                    self.field = None;
                }
            }
        }
        if self.found.candidates.len() < MAX_ENTRIES {
            return ControlFlow::Continue(());
        }
        let message = format!("only the first {MAX_ENTRIES} entries are read");
        self.found.issues.push(Issue::page("feed-entry-limit", message));
        ControlFlow::Break(())
    }

    fn open(&mut self, depth: usize, element: &Element<'_>) {
        let name = element.name();
        if depth == 1 {
            self.is_feed = matches!(element.local_name().as_str(), "rss" | "rdf" | "feed" | "entry");
        }
        // Atom and nobody else: addresses may be relative to xml:base (RFC 4287 §2).
        if depth <= 2
            && let Some(base) = element.attribute("xml:base").and_then(|base| self.base.join(&base).ok())
        {
            self.base = base;
        }
        match &mut self.entry {
            None => {
                if self.is_feed && matches!(element.local_name().as_str(), "item" | "entry") {
                    self.entry = Some((Entry::default(), depth));
                }
            }
            // An <item> in an <item>: the one before was not closed.
            Some((_, at)) if depth == *at + 1 && matches!(name.as_str(), "item" | "entry") => {
                self.finish_entry();
                self.entry = Some((Entry::default(), depth));
            }
            Some((entry, at)) if depth == *at + 1 => {
                self.field = field_of(&name).filter(|field| {
                    // Only the first of several counts; a guid only where it is an address.
                    entry.field(*field).trim().is_empty()
                        && (*field != FeedField::Guid
                            || element.attribute("ispermalink").is_none_or(|value| value.trim() != "false"))
                });
                if matches!(name.as_str(), "link" | "atom:link") {
                    take_atom_link(entry, element);
                }
            }
            Some(_) => {}
        }
    }

    fn finish_entry(&mut self) {
        self.field = None;
        let Some((entry, _)) = self.entry.take() else { return };
        let addresses = [&entry.original_link, &entry.link, &entry.guid];
        let Some(written) = addresses.into_iter().map(|link| link.trim()).find(|link| !link.is_empty())
        else {
            self.found.issues.push(Issue::page("entry-without-link", "an entry has no address"));
            return;
        };
        match self.base.join(written) {
            Ok(url) => self.found.candidates.push(Candidate {
                url,
                title: plain(&entry.title),
                teaser: plain(&entry.teaser),
                published: instant(&entry.published),
                modified: instant(&entry.modified),
            }),
            Err(error) => {
                let written: String = written.chars().take(120).collect();
                self.found.issues.push(Issue::page("bad-address", format!("{written:?}: {error}")));
            }
        }
    }
}

fn field_of(name: &str) -> Option<FeedField> {
    Some(match name {
        "title" | "atom:title" => FeedField::Title,
        "description" | "summary" | "atom:summary" => FeedField::Teaser,
        "link" => FeedField::Link,
        "feedburner:origlink" => FeedField::OriginalLink,
        "guid" => FeedField::Guid,
        "pubdate" | "published" | "atom:published" | "dc:date" | "dcterms:created" | "issued" => {
            FeedField::Published
        }
        "updated" | "atom:updated" | "dcterms:modified" | "modified" => FeedField::Modified,
        _ => return None,
    })
}

/// `<link rel="alternate" href="…">`; other relations (self, enclosure, replies) are no article.
fn take_atom_link(entry: &mut Entry, element: &Element<'_>) {
    let is_alternate = element.attribute("rel").is_none_or(|rel| rel.eq_ignore_ascii_case("alternate"));
    if !is_alternate || !entry.link.trim().is_empty() {
        return;
    }
    if let Some(href) = element.attribute("href") {
        entry.link = href;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> CrawlUrl {
        CrawlUrl::parse("https://bote.example/feed/").unwrap()
    }

    /// A candidate as one line: address, title, teaser, published, modified.
    #[track_caller]
    fn check(feed: &str, expected: &[&str], expected_codes: &[&str]) {
        let found = read(feed.as_bytes(), &base());
        let lines: Vec<String> = found
            .candidates
            .iter()
            .map(|candidate| {
                let date =
                    |date: Option<jiff::Timestamp>| date.map(|date| date.to_string()).unwrap_or_default();
                let text = |text: &Option<String>| text.clone().unwrap_or_default();
                format!(
                    "{}|{}|{}|{}|{}",
                    candidate.url.as_str().trim_start_matches("https://bote.example"),
                    text(&candidate.title),
                    text(&candidate.teaser),
                    date(candidate.published),
                    date(candidate.modified)
                )
            })
            .collect();
        assert_eq!(lines, expected);
        assert_eq!(found.issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), expected_codes);
    }

    #[test]
    fn rss_is_read() {
        check(
            r#"<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:atom="x"><channel>
            <title>Der Bote</title><link>https://bote.example/</link>
            <atom:link href="https://bote.example/feed/" rel="self"/>
            <item><title>Rathaus &amp; Markt</title><link>
              /lokales/rathaus/?utm_source=rss </link>
              <guid isPermaLink="false">https://bote.example/?p=1</guid>
              <pubDate>Fri, 14 Mar 2025 09:30:00 +0100</pubDate>
              <description><![CDATA[<p>Die Stadt <em>baut</em> um.</p>]]></description>
              <media:content><media:title>Bild</media:title></media:content></item>
            <item><guid>https://bote.example/2</guid><title>Zwei</title></item>
            <item><title>ohne</title></item>
            </channel></rss>"#,
            &["/lokales/rathaus/|Rathaus & Markt|Die Stadt baut um.|2025-03-14T08:30:00Z|", "/2|Zwei|||"],
            &["entry-without-link"],
        );
    }

    #[test]
    fn atom_is_read() {
        check(
            r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://bote.example/sport/">
            <title>Sport</title><link rel="self" href="/feed.atom"/><updated>2025-03-14T00:00:00Z</updated>
            <entry><title type="html">Sieg &lt;b&gt;im&lt;/b&gt; Derby</title>
              <link rel="enclosure" href="a.mp3"/><link href="derby?a=1&b=2"/>
              <published>2025-03-13T20:00:00Z</published><updated>2025-03-14T08:00:00Z</updated>
              <source><title>anderswo</title></source>
              <summary>Drei Tore.</summary><content type="xhtml"><div><link>x</link></div></content></entry>
            </feed>"#,
            &["/sport/derby?a=1&b=2|Sieg im Derby|Drei Tore.|2025-03-13T20:00:00Z|2025-03-14T08:00:00Z"],
            &[],
        );
    }

    #[test]
    fn rdf_is_read() {
        check(
            r#"<rdf:RDF xmlns:rdf="r" xmlns="http://purl.org/rss/1.0/"><channel><title>B</title></channel>
            <item rdf:about="x"><title>Eins</title><link>//bote.example/1</link><dc:date>2025-03-14</dc:date></item>
            </rdf:RDF>"#,
            &["/1|Eins||2025-03-14T00:00:00Z|"],
            &[],
        );
    }

    #[test]
    fn a_broken_feed_gives_what_stands_before_the_break() {
        check(
            "<rss version='2.0'><channel><item><title>A & B</title><link>/1</link></item>\
             <item><title>halb</title><link>/2</link><descr",
            &["/1|A & B|||", "/2|halb|||"],
            &["broken-xml"],
        );
        check(
            "<rss><channel><item><link>/1</link><item><link>/2</link></channel></rss>",
            &["/1||||", "/2||||"],
            &["broken-xml"],
        );
    }

    #[test]
    fn entities_of_a_document_are_not_expanded() {
        check(
            "<!DOCTYPE rss [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><rss><channel>\
             <item><title>&b; M&uuml;ller</title><link>/1</link></item></channel></rss>",
            &["/1|&b; Müller|||"],
            &[],
        );
    }

    #[test]
    fn what_is_no_feed_says_so() {
        check("<!doctype html><p>Nicht gefunden</p>", &[], &["not-a-feed"]);
        check("", &[], &["not-a-feed"]);
        check(
            "<rss><channel><item><link>javascript:x()</link></item></channel></rss>",
            &[],
            &["bad-address"],
        );
    }

    #[test]
    fn a_feed_in_latin1_is_read_by_its_declaration() {
        let feed = "<?xml version='1.0' encoding='iso-8859-1'?><rss><channel><item><title>Größe</title>\
                    <link>/1</link></item></channel></rss>";
        let bytes: Vec<u8> = feed.chars().map(|character| character as u8).collect();
        assert_eq!(read(&bytes, &base()).candidates[0].title.as_deref(), Some("Größe"));
    }

    #[test]
    fn an_endless_feed_ends() {
        let items = "<item><link>/1</link></item>".repeat(MAX_ENTRIES + 10);
        let found = read(format!("<rss><channel>{items}").as_bytes(), &base());
        assert_eq!(found.candidates.len(), MAX_ENTRIES);
        assert_eq!(found.issues[0].code, "feed-entry-limit");
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            let _ = read(&bytes, &base());
        }

        #[test]
        fn no_markup_panics(parts in proptest::collection::vec(
            "(<rss>|<feed>|<item>|</item>|<entry>|<link href='|<link>|</link>|&#x0;|&amp|&a;|<!\\[CDATA\\[|\\]\\]>|<!--|'/>|x)", 0..30)
        ) {
            let _ = read(parts.concat().as_bytes(), &base());
        }
    }
}
