//! Reads sitemaps: url sets, indexes, news sitemaps, plain lists (sitemaps.org protocol). Fetching them is `crawl`'s.

use std::ops::ControlFlow;

use crate::decode::{Limits, text};
use crate::model::capture::Headers;
use crate::model::crawl_url::CrawlUrl;
use crate::model::issue::Issue;

use super::instant::instant;
use super::plain::plain;
use super::xml::{Element, Node, walk};
use super::{Candidate, Found, feed};

/// Bytes of one sitemap, decoded (sitemaps.org: 50 MiB).
pub const MAX_BYTES: usize = 50 * 1024 * 1024;
/// Addresses in one sitemap (sitemaps.org: 50,000).
pub const MAX_URLS: usize = 50_000;
/// Issues about single addresses that are kept.
const MAX_ADDRESS_ISSUES: usize = 20;
/// Bytes of one field that are kept.
const MAX_FIELD_BYTES: usize = 8 * 1024;

/// Reads the sitemap found at `base` (content-codings taken off, or gzip). Never fails: broken XML gives what stood
/// before the break, and an issue. Feeds serve as sitemaps too.
pub fn read(bytes: &[u8], base: &CrawlUrl) -> Found {
    let decoded = text(bytes, &Headers::default(), None, &Limits::with_decoded_bytes(MAX_BYTES));
    let start = decoded
        .text
        .trim_start_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
    let mut found = if start.starts_with('<') { read_xml(start, base) } else { read_list(start, base) };
    found.issues.splice(0..0, decoded.issues);
    found
}

/// One address a line.
fn read_list(text: &str, base: &CrawlUrl) -> Found {
    let mut reader = SitemapReader::new(base);
    for line in text.lines().map(str::trim).filter(|line| line.starts_with("http")) {
        reader.entry = Some(Entry { loc: line.chars().take(MAX_FIELD_BYTES).collect(), ..Entry::default() });
        if reader.finish_entry().is_break() {
            break;
        }
    }
    if reader.found.candidates.is_empty() {
        reader.found.issues.push(Issue::page("not-a-sitemap", "neither XML nor a list of addresses"));
    }
    reader.found
}

fn read_xml(text: &str, base: &CrawlUrl) -> Found {
    let mut reader = SitemapReader::new(base);
    let mut issues = Vec::new();
    walk(text, &mut issues, |depth, node| reader.step(depth, node));
    if reader.root == Root::Feed {
        return feed::read_text(text, base);
    }
    if reader.root == Root::Other {
        issues.push(Issue::page("not-a-sitemap", "the XML is no sitemap"));
    }
    // An entry the document breaks off in counts if its address was whole.
    if reader.field.is_none() {
        let _ = reader.finish_entry();
    }
    reader.found.issues.extend(issues);
    reader.found
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Root {
    UrlSet,
    Index,
    Feed,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SitemapField {
    Loc,
    LastModified,
    Title,
    Published,
}

#[derive(Debug, Default)]
struct Entry {
    loc: String,
    last_modified: String,
    title: String,
    published: String,
}

impl Entry {
    fn field(&mut self, field: SitemapField) -> &mut String {
        match field {
            SitemapField::Loc => &mut self.loc,
            SitemapField::LastModified => &mut self.last_modified,
            SitemapField::Title => &mut self.title,
            SitemapField::Published => &mut self.published,
        }
    }
}

struct SitemapReader<'a> {
    base: &'a CrawlUrl,
    found: Found,
    root: Root,
    entry: Option<Entry>,
    /// Whether the child of the entry that is open is `news:news`.
    in_news: bool,
    field: Option<SitemapField>,
    address_issues: usize,
}

impl<'a> SitemapReader<'a> {
    fn new(base: &'a CrawlUrl) -> Self {
        Self {
            base,
            found: Found::default(),
            root: Root::Other,
            entry: None,
            in_news: false,
            field: None,
            address_issues: 0,
        }
    }

    fn step(&mut self, depth: usize, node: &Node<'_>) -> ControlFlow<()> {
        match node {
            Node::Open(element) => return self.open(depth, element),
            Node::Text(characters) => {
                if let (Some(entry), Some(field)) = (&mut self.entry, self.field) {
                    let value = entry.field(field);
                    if value.len() + characters.len() <= MAX_FIELD_BYTES {
                        value.push_str(characters);
                    }
                }
            }
            Node::Close => {
                self.field = None;
                if depth <= 2 {
                    return self.finish_entry();
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn open(&mut self, depth: usize, element: &Element<'_>) -> ControlFlow<()> {
        let name = element.local_name();
        match depth {
            1 => {
                self.root = match name.as_str() {
                    "urlset" => Root::UrlSet,
                    "sitemapindex" => Root::Index,
                    "rss" | "feed" | "rdf" => Root::Feed,
                    _ => Root::Other,
                };
                if matches!(self.root, Root::Feed | Root::Other) {
                    return ControlFlow::Break(());
                }
            }
            2 => {
                self.finish_entry()?;
                self.entry = matches!(name.as_str(), "url" | "sitemap").then(Entry::default);
            }
            3 => {
                self.in_news = name == "news";
                self.field = match name.as_str() {
                    "loc" => Some(SitemapField::Loc),
                    "lastmod" => Some(SitemapField::LastModified),
                    _ => None,
                };
            }
            4 if self.in_news => {
                self.field = match name.as_str() {
                    "title" => Some(SitemapField::Title),
                    "publication_date" => Some(SitemapField::Published),
                    _ => None,
                };
            }
            _ => self.field = None,
        }
        ControlFlow::Continue(())
    }

    fn finish_entry(&mut self) -> ControlFlow<()> {
        self.field = None;
        let Some(entry) = self.entry.take() else { return ControlFlow::Continue(()) };
        let url = match self.base.join(&entry.loc) {
            Ok(url) if !entry.loc.trim().is_empty() => url,
            Ok(_) => return self.address_issue("an entry without <loc>".to_owned()),
            Err(error) => {
                let written: String = entry.loc.trim().chars().take(120).collect();
                return self.address_issue(format!("{written:?}: {error}"));
            }
        };
        if self.found.candidates.len() + self.found.sitemaps.len() >= MAX_URLS {
            let message = format!("only the first {MAX_URLS} addresses are read");
            self.found.issues.push(Issue::page("sitemap-url-limit", message));
            return ControlFlow::Break(());
        }
        let modified = instant(&entry.last_modified);
        if self.root == Root::Index {
            self.found.sitemaps.push((url, modified));
        } else {
            self.found.candidates.push(Candidate {
                url,
                title: plain(&entry.title),
                teaser: None,
                published: instant(&entry.published),
                modified,
            });
        }
        ControlFlow::Continue(())
    }

    fn address_issue(&mut self, message: String) -> ControlFlow<()> {
        if self.address_issues < MAX_ADDRESS_ISSUES {
            self.found.issues.push(Issue::page("bad-address", message));
        }
        self.address_issues += 1;
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn base() -> CrawlUrl {
        CrawlUrl::parse("https://bote.example/sitemap.xml").unwrap()
    }

    /// An address as one line: page or sitemap, address, title, published, modified.
    #[track_caller]
    fn check(sitemap: &str, expected: &[&str], expected_codes: &[&str]) {
        let found = read(sitemap.as_bytes(), &base());
        let date = |date: &Option<jiff::Timestamp>| date.map(|date| date.to_string()).unwrap_or_default();
        let path = |url: &CrawlUrl| url.as_str().trim_start_matches("https://bote.example").to_owned();
        let mut lines: Vec<String> = found
            .candidates
            .iter()
            .map(|candidate| {
                let title = candidate.title.clone().unwrap_or_default();
                let (published, modified) = (date(&candidate.published), date(&candidate.modified));
                format!("page {}|{title}|{published}|{modified}", path(&candidate.url))
            })
            .collect();
        lines.extend(
            found.sitemaps.iter().map(|(url, modified)| format!("sitemap {}|{}", path(url), date(modified))),
        );
        assert_eq!(lines, expected);
        assert_eq!(found.issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), expected_codes);
    }

    #[test]
    fn a_url_set_is_read() {
        check(
            r#"<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="i">
            <url><loc> https://bote.example/a?x=1&amp;y=2 </loc><lastmod>2025-03-14</lastmod>
              <image:image><image:loc>https://bote.example/bild.jpg</image:loc><image:title>B</image:title></image:image></url>
            <url><loc>//bote.example/b</loc></url><url><loc>/c</loc></url><url><loc></loc></url>
            <url><loc>ftp://bote.example/</loc></url></urlset>"#,
            &["page /a?x=1&y=2|||2025-03-14T00:00:00Z", "page /b|||", "page /c|||"],
            &["bad-address", "bad-address"],
        );
    }

    #[test]
    fn a_news_sitemap_gives_titles_and_dates() {
        check(
            r#"<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>/a</loc>
            <n:news><n:publication><n:name>Bote</n:name></n:publication>
            <n:publication_date>2025-03-14T09:30:00+01:00</n:publication_date><n:title>Rathaus &amp; Markt</n:title></n:news>
            <video:video><video:title>Film</video:title></video:video></url></urlset>"#,
            &["page /a|Rathaus & Markt|2025-03-14T08:30:00Z|"],
            &[],
        );
    }

    #[test]
    fn an_index_names_sitemaps() {
        check(
            "<sitemapindex><sitemap><loc>/s1.xml.gz</loc><lastmod>2025-03-14T10:00+00:00</lastmod></sitemap>\
             <sitemap><loc>/s2.xml</loc></sitemap></sitemapindex>",
            &["sitemap /s1.xml.gz|2025-03-14T10:00:00Z", "sitemap /s2.xml|"],
            &[],
        );
    }

    #[test]
    fn a_list_and_a_feed_are_sitemaps_too() {
        check(
            "https://bote.example/a\r\n\r\nhttps://bote.example/b\n# x\n",
            &["page /a|||", "page /b|||"],
            &[],
        );
        check(
            "<rss><channel><item><link>/1</link><title>Eins</title></item></channel></rss>",
            &["page /1|Eins||"],
            &[],
        );
    }

    #[test]
    fn broken_xml_gives_what_stands_before_the_break() {
        check(
            "<urlset><url><loc>/a</loc></url><url><loc>/b</loc><lastmod>2025",
            &["page /a|||"],
            &["broken-xml"],
        );
        check(
            "<urlset><url><loc>/a</loc></url><url><loc>/b</loc>",
            &["page /a|||", "page /b|||"],
            &["broken-xml"],
        );
        check("<urlset><url><loc>/a<url><loc>/b</loc></url></urlset>", &["page /a|||"], &["broken-xml"]);
    }

    #[test]
    fn what_is_no_sitemap_says_so() {
        check("<!doctype html><html><a href=/x>x</a></html>", &[], &["not-a-sitemap"]);
        check("nicht gefunden", &[], &["not-a-sitemap"]);
        check("", &[], &["not-a-sitemap"]);
    }

    #[test]
    fn a_gzipped_sitemap_is_unpacked_under_a_cap() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(b"<urlset><url><loc>/a</loc></url>").unwrap();
        for _ in 0..60 {
            encoder.write_all(&vec![b' '; 1024 * 1024]).unwrap();
        }
        let found = read(&encoder.finish().unwrap(), &base());
        assert_eq!(found.candidates.len(), 1);
        assert!(found.issues.iter().any(|issue| issue.code == "decoded-size-limit"));
    }

    #[test]
    fn more_addresses_than_the_protocol_allows_are_left() {
        let urls = "<url><loc>/a</loc></url>".repeat(MAX_URLS + 5);
        let found = read(format!("<urlset>{urls}</urlset>").as_bytes(), &base());
        assert_eq!((found.candidates.len(), found.issues[0].code), (MAX_URLS, "sitemap-url-limit"));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            let _ = read(&bytes, &base());
        }

        #[test]
        fn no_markup_panics(parts in proptest::collection::vec(
            "(<urlset>|<sitemapindex>|<url>|</url>|<loc>|</loc>|<news:news>|<news:title>|&#xfffff;|&|<!DOCTYPE|\\[|\\]|>|/x)", 0..30)
        ) {
            let _ = read(parts.concat().as_bytes(), &base());
        }
    }
}
