//! References read back: by the `biblatex` crate, as RIS lines, as JSON.

use biblatex::{Bibliography, ChunksExt as _, DateValue, PermissiveType};
use jiff::Timestamp;
use serde_json::Value;
use tempfile::TempDir;

use super::{Form, one_line, write};
use crate::export::Selection;
use crate::export::veil::Veil;
use crate::model::article::{Article, Block};
use crate::model::crawl_url::CrawlUrl;
use crate::model::publication_time::{Precision, PublicationTime};
use crate::store::{Reading, Store};

const TITLES: &[&str] = &[
    "Stadtrat berät über 50 % & mehr: „Rathaus #1“ kostet 3_000 $",
    "=HYPERLINK(\"http://evil.example\")",
    "}, author = {Mallory}, note = {",
    "\\input{/etc/passwd} \\ ^~ -- --- {",
    "Zeile\r\nER  - \r\nTY  - BOOK",
    "NUL\0 und \u{1b}[31mrot <i>kursiv",
    "\u{202e}umgekehrt\u{202c}",
    "\"@comment{\"",
];

fn archive() -> (TempDir, Store) {
    let directory = TempDir::new().unwrap();
    let mut store = Store::open(directory.path()).unwrap();
    let fetched: Timestamp = "2024-04-19T23:30:00Z".parse().unwrap();
    for (number, title) in TITLES.iter().enumerate() {
        let url = CrawlUrl::parse(&format!("https://portal.example/a_b%25/{number}?q=%7Bx%7D")).unwrap();
        let mut article = Article::empty(url, Some("beispiel".into()));
        article.headline = Some((*title).to_owned());
        article.authors =
            vec!["Ada von der Beispiel".into(), "Müller and Söhne, {GmbH}".into(), "dpa".into()];
        article.tags = vec!["Rat, Haus".into(), (*title).to_owned()];
        article.language = Some("de-DE".into());
        article.published = PublicationTime::from_parts("2020-04-06T00:00:00+02:00", Precision::Day);
        article.body = vec![Block::Paragraph("Geheimer Text.".into())];
        let reading =
            Reading { article: &article, issues: &[], fetched, capture: None, run: None, reparsed: false };
        store.put_article(reading).unwrap();
    }
    (directory, store)
}

fn written(store: &Store, form: Form, veil: Veil) -> String {
    let mut out = Vec::new();
    let selection = Selection { veil, ..Selection::default() };
    assert_eq!(write(store, &selection, form, &mut out).unwrap().rows, TITLES.len() as u64);
    let text = String::from_utf8(out).unwrap();
    assert!(!text.contains("Geheimer") && !text.contains('\0') && !text.contains('\u{1b}'));
    assert!(text.matches("sha256:").count() >= TITLES.len(), "{text}");
    text
}

#[test]
fn biblatex_reads_back() {
    let (_directory, store) = archive();
    let text = written(&store, Form::BibLatex, Veil::default());
    let bibliography = Bibliography::parse(&text).unwrap();
    let entries: Vec<_> = bibliography.iter().collect();
    assert_eq!(entries.len(), TITLES.len());
    for (number, (entry, title)) in entries.iter().zip(TITLES).enumerate() {
        assert_eq!(entry.title().unwrap().format_verbatim(), one_line(title));
        let authors = entry.author().unwrap();
        assert_eq!(authors.len(), 3, "{authors:?}");
        assert_eq!((authors[0].name.as_str(), authors[0].given_name.as_str()), ("von der Beispiel", "Ada"));
        assert_eq!(authors[2].name, "dpa");
        let PermissiveType::Typed(date) = entry.date().unwrap() else { panic!("{text}") };
        let DateValue::At(day) = date.value else { panic!("{date:?}") };
        assert_eq!((day.year, day.month, day.day), (2020, Some(3), Some(5)));
        assert!(entry.url().unwrap().contains(&format!("a_b%25/{number}")));
        assert!(entry.get("urldate").unwrap().format_verbatim() == "2024-04-19");
        assert_eq!(entry.get("langid").unwrap().format_verbatim(), "german");
        assert!(entry.get("note").is_none());
    }
}

#[test]
fn ris_has_one_value_a_line_and_one_end_an_article() {
    let (_directory, store) = archive();
    let text = written(&store, Form::Ris, Veil::default());
    for line in text.split_terminator("\r\n").filter(|line| !line.is_empty()) {
        let (tag, _) = line.split_once("  - ").unwrap_or_else(|| panic!("{line:?}"));
        assert!(tag.len() == 2 && !line.contains(['\r', '\n']), "{line:?}");
    }
    let values = |tag: &str| -> Vec<&str> {
        text.split("\r\n").filter_map(|line| line.strip_prefix(tag)?.strip_prefix("  - ")).collect()
    };
    assert_eq!(values("TY"), vec!["NEWS"; TITLES.len()]);
    assert_eq!(values("ER").len(), TITLES.len());
    assert_eq!(values("TI"), TITLES.iter().map(|title| one_line(title)).collect::<Vec<_>>());
    assert_eq!(values("AU")[..3], ["von der Beispiel, Ada", "Müller and Söhne, {GmbH}", "dpa"]);
    assert_eq!(values("DA")[0], "2020/04/06/");
    assert_eq!(values("Y2")[0], "2024/04/19/");
}

#[test]
fn csl_json_reads_back() {
    let (_directory, store) = archive();
    let text = written(&store, Form::CslJson, Veil::default());
    let items: Vec<Value> = serde_json::from_str(&text).unwrap();
    for (item, title) in items.iter().zip(TITLES) {
        assert_eq!(item["title"], *one_line(title));
        assert_eq!(item["type"], "article-newspaper");
        assert_eq!(item["author"][0]["family"], "von der Beispiel");
        assert_eq!(item["author"][2]["literal"], "dpa");
        assert_eq!(item["issued"]["date-parts"][0], serde_json::json!([2020, 4, 6]));
        assert_eq!(item["accessed"]["date-parts"][0], serde_json::json!([2024, 4, 19]));
        assert!(item["archive_location"].as_str().unwrap().starts_with("sha256:"));
    }
}
