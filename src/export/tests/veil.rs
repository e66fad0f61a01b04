//! What is kept back appears in no form, and everything else stays.

use super::*;
use crate::export::pseudonym::PseudonymKey;
use crate::export::veil::Veil;
use crate::model::annotation::{DateMention, Quote, QuoteKind, Span};
use crate::model::article::Image;

/// Words of the newsroom, each once, all beginning alike.
const WORDS: &[&str] =
    &["Wort-dach", "Wort-unter", "Wort-lead", "Wort-text", "Wort-zitat", "Wort-link", "Wort-bild"];

fn veiled_archive() -> (TempDir, Store) {
    let directory = TempDir::new().unwrap();
    let mut store = Store::open(directory.path()).unwrap();
    let url = CrawlUrl::parse("https://portal.example/a").unwrap();
    let mut article = Article::empty(url.clone(), Some("beispiel".into()));
    article.headline = Some("Name-Muster gewinnt".into());
    article.kicker = Some(WORDS[0].into());
    article.subheadline = Some(WORDS[1].into());
    article.lead = Some(WORDS[2].into());
    article.authors = vec!["Name-Ada".into(), "Name-Ben".into()];
    article.body = vec![Block::Paragraph(format!("{} {} am Wort-tag.", WORDS[3], WORDS[4]))];
    article.quotes = vec![Quote {
        text: WORDS[4].into(),
        kind: QuoteKind::Direct,
        span: Span { block: 0, start: 10, end: 20 },
        speaker: Some("Name-Cem Muster".into()),
        speaker_mention: Some("Name-Muster".into()),
        role: None,
        cue: Some("sagte".into()),
        continued: false,
        nested: false,
        confidence: 1.0,
        rule: "after-so",
    }];
    article.dates = vec![DateMention {
        text: "am Wort-tag".into(),
        date: "2020-04-06".into(),
        span: Span { block: 0, start: 21, end: 32 },
    }];
    article.links = vec![Link { kind: LinkKind::Related, url: url.clone(), text: WORDS[5].into() }];
    article.images = vec![Image { url, caption: Some(WORDS[6].into()), credit: Some("Name-Ada".into()) }];
    let fetched = "2024-04-19T06:00:00Z".parse().unwrap();
    let reading =
        Reading { article: &article, issues: &[], fetched, capture: None, run: None, reparsed: false };
    store.put_article(reading).unwrap();
    (directory, store)
}

fn key(directory: &TempDir) -> PseudonymKey {
    PseudonymKey::read_or_make(&directory.path().join("key")).unwrap()
}

/// Everything that can be written under `veil`, by what it is. Of Parquet what can be read of it.
fn everything(store: &Store, veil: &Veil) -> Vec<(String, String)> {
    let selection = Selection { veil: veil.clone(), ..Selection::default() };
    let mut written = Vec::new();
    for table in Table::ALL {
        for format in ALL_FORMATS {
            if format.is_of_articles_only() && *table != Table::Articles {
                continue;
            }
            let mut out = Vec::new();
            export(store, *table, *format, &selection, &mut out).unwrap();
            let text = match format {
                Format::Parquet => columnar::text(out),
                _ => String::from_utf8(out).unwrap(),
            };
            written.push((format!("{table:?} as {format:?}"), text));
        }
    }
    written
}

#[test]
fn without_text_no_word_of_it_is_in_any_form() {
    let (_directory, store) = veiled_archive();
    let all: String = everything(&store, &Veil::default()).into_iter().map(|(_, text)| text).collect();
    for word in WORDS.iter().chain(&["Wort-tag"]) {
        assert!(all.contains(word), "{word} is tested for nothing");
    }
    let veil = Veil { without_text: true, ..Veil::default() };
    for (what, text) in everything(&store, &veil) {
        assert!(!text.contains("Wort-"), "{what}: {text}");
    }
    let record = &record(&store, &veil);
    let open = &self::record(&store, &Veil::default());
    for key in ["id", "url", "headline", "authors", "word_count", "content_hash", "first_seen"] {
        assert_eq!(record[key], open[key], "{key}");
        assert_ne!(record[key], Value::Null, "{key}");
    }
    assert_eq!(record["quotes"][0]["speaker"], "Name-Cem Muster");
    assert_eq!(record["quotes"][0]["text"], Value::Null);
    assert_eq!(record["body"], serde_json::json!([]));
}

fn record(store: &Store, veil: &Veil) -> Value {
    let selection = Selection { veil: veil.clone(), ..Selection::default() };
    let mut out = Vec::new();
    export(store, Table::Articles, Format::JsonLines, &selection, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn with_pseudonyms_and_without_text_no_name_is_in_any_form() {
    let (directory, store) = veiled_archive();
    let key = key(&directory);
    let veil = Veil { without_text: true, authors: Some(key.clone()), speakers: Some(key.clone()) };
    for (what, text) in everything(&store, &veil) {
        assert!(!text.contains("Name-"), "{what}: {text}");
    }
    let record = record(&store, &veil);
    assert_eq!(record["authors"], serde_json::json!([key.pseudonym("Name-Ada"), key.pseudonym("Name-Ben")]));
    assert_eq!(record["quotes"][0]["speaker"], key.pseudonym("Name-Cem Muster"));
}

#[test]
fn only_the_people_named_get_pseudonyms() {
    let (directory, store) = veiled_archive();
    let key = key(&directory);
    let authors = record(&store, &Veil { authors: Some(key.clone()), ..Veil::default() });
    assert_eq!(authors["authors"][0], key.pseudonym("Name-Ada"));
    assert_eq!(authors["quotes"][0]["speaker"], "Name-Cem Muster");
    assert_eq!(authors["headline"], "Name-Muster gewinnt");
    let speakers = record(&store, &Veil { speakers: Some(key.clone()), ..Veil::default() });
    assert_eq!(speakers["authors"][0], "Name-Ada");
    assert_eq!(speakers["quotes"][0]["speaker"], key.pseudonym("Name-Cem Muster"));
    assert_eq!(speakers["quotes"][0]["text"], WORDS[4]);
    let table =
        exported_under(&store, Table::Authors, &Veil { authors: Some(key.clone()), ..Veil::default() });
    assert!(table.contains(&key.pseudonym("Name-Ben")) && !table.contains("Name-"), "{table}");
    let table =
        exported_under(&store, Table::Revisions, &Veil { authors: Some(key.clone()), ..Veil::default() });
    assert!(
        table.contains(&format!("{} | {}", key.pseudonym("Name-Ada"), key.pseudonym("Name-Ben"))),
        "{table}"
    );
}

fn exported_under(store: &Store, table: Table, veil: &Veil) -> String {
    let selection = Selection { veil: veil.clone(), ..Selection::default() };
    let mut out = Vec::new();
    export(store, table, Format::Csv, &selection, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
