//! `Document`: a page parsed once. `Reading`: its tree laid out, with meta tags and JSON-LD at hand.

use scraper::Html;

use crate::model::issue::Issue;
use crate::select::json_ld::JsonLd;
use crate::select::outline::{Outline, Tag};
use crate::select::source::{self, Script};
use crate::select::text::folded;
use crate::select::tree::tree_of;

/// A page parsed once.
#[derive(Debug)]
pub struct Document<'a> {
    html: Html,
    /// The scripts, not part of the tree.
    pub scripts: Vec<Script<'a>>,
    /// The JSON-LD among them.
    pub json_ld: JsonLd,
    /// What was not as it should be.
    pub issues: Vec<Issue>,
}

impl<'a> Document<'a> {
    /// Parses a page; every limit of [`source`] holds.
    pub fn parse(page: &'a str) -> Self {
        let source = source::reduce(page);
        let mut issues = source.issues;
        let json_ld = JsonLd::read(&source.scripts, &mut issues);
        let html = tree_of(&source.html);
        Self { html, scripts: source.scripts, json_ld, issues }
    }

    /// The tree laid out for reading.
    pub fn reading(&self) -> Reading<'_> {
        let outline = Outline::of(&self.html);
        let mut meta = Vec::new();
        for index in 0..outline.len() {
            if outline.tag(index) != Tag::Meta {
                continue;
            }
            let content = outline.attr(index, "content").map(str::trim).unwrap_or_default();
            if content.is_empty() {
                continue;
            }
            for key in ["property", "name", "itemprop", "http-equiv"] {
                if let Some(name) = outline.attr(index, key) {
                    meta.extend(name.split_ascii_whitespace().map(|name| Meta { name, content, row: index }));
                    break;
                }
            }
        }
        Reading { html: &self.html, outline, meta, json_ld: &self.json_ld }
    }
}

/// One name of a `<meta>` tag.
#[derive(Debug, Clone, Copy)]
pub struct Meta<'a> {
    /// `og:title`, `author`.
    pub name: &'a str,
    /// What it says.
    pub content: &'a str,
    /// Where it stands.
    pub row: usize,
}

/// A parsed page laid out for questions.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The tree, for selectors.
    pub html: &'a Html,
    /// The tree as rows.
    pub outline: Outline<'a>,
    /// The meta tags in order.
    pub meta: Vec<Meta<'a>>,
    /// The JSON-LD.
    pub json_ld: &'a JsonLd,
}

impl<'a> Reading<'a> {
    /// What the first meta tag of that name says, names compared without case.
    pub fn meta(&self, name: &str) -> Option<String> {
        self.metas(name).next()
    }

    /// What every meta tag of that name says.
    pub fn metas<'s>(&'s self, name: &'s str) -> impl Iterator<Item = String> + use<'s, 'a> {
        self.meta
            .iter()
            .filter(move |meta| meta.name.eq_ignore_ascii_case(name))
            .map(|meta| folded(meta.content))
            .filter(|text| !text.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meta_tags_are_found_by_any_of_their_names() {
        let document = Document::parse(
            "<meta property='og:title' content=' A  B '><meta name='Author' content='C'><meta itemprop='x' content=''>",
        );
        let reading = document.reading();
        assert_eq!(reading.meta("OG:title").as_deref(), Some("A B"));
        assert_eq!(reading.meta("author").as_deref(), Some("C"));
        assert_eq!(reading.meta("x"), None);
    }

    #[test]
    fn no_input_is_too_much() {
        for page in [
            String::new(),
            "\0\u{1}\u{fffd}".repeat(1_000),
            "<div>".repeat(1_000_000),
            "<b><p>".repeat(100_000),
            (0..20_000).map(|n| format!("<font color={n}><div>x</div>")).collect::<Vec<_>>().concat(),
            "<table>".repeat(100_000),
            "<svg>".repeat(100_000),
            "<a href=x>".repeat(100_000),
            format!("<p>{}", "&amp;".repeat(100_000)),
        ] {
            let document = Document::parse(&page);
            let _ = document.reading().outline.len();
        }
    }
}
