//! The record as the contract writes it.

use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::model::annotation::{QuoteKind, Span};
use crate::model::article::{FieldSource, LinkKind};
use crate::model::crawl_url::CrawlUrl;
use crate::model::digest::Digest;
use crate::model::field::Field;
use crate::model::publication_time::{Precision, PublicationTime};

fn full_article() -> Article {
    let url = CrawlUrl::parse("https://portal.example/lokales/2020/04/06/stadt/").unwrap();
    let mut article = Article::empty(url.clone(), Some("beispiel".into()));
    article.language = Some("de".into());
    article.sections = vec!["Lokales".into(), "Stuttgart".into()];
    article.headline = Some("Die „Stadt“ baut \"aus\"".into());
    article.authors = vec!["Ada Beispiel".into()];
    article.published = PublicationTime::from_parts("2020-04-06T00:00:00+02:00", Precision::Day);
    article.dateline =
        Some(Dateline { text: "Stuttgart.|".into(), place: Some("Stuttgart".into()), ..Dateline::default() });
    article.lead = Some("Erster Satz.".into());
    article.body = vec![
        Block::Paragraph("Erster Satz.".into()),
        Block::Heading { level: 2, text: "Zwischen".into() },
        Block::List(vec!["eins".into(), "zwei".into()]),
        Block::Table(vec![vec!["a".into(), "b".into()]]),
        Block::Blockquote("Zitat".into()),
        Block::Preformatted("  x\n y".into()),
    ];
    article.quotes = vec![Quote {
        text: "Satz".into(),
        kind: QuoteKind::Direct,
        span: Span { block: 0, start: 7, end: 11 },
        speaker: Some("Ada Beispiel".into()),
        speaker_mention: None,
        role: None,
        cue: Some("so".into()),
        continued: false,
        nested: false,
        confidence: 0.93,
        rule: "after-so",
    }];
    article.dates = vec![DateMention {
        text: "heute".into(),
        date: "2020-04-06".into(),
        span: Span { block: 0, start: 0, end: 5 },
    }];
    article.links = vec![Link { kind: LinkKind::Related, url: url.clone(), text: "Mehr".into() }];
    article.images = vec![Image { url, caption: None, credit: Some("Foto: ab".into()) }];
    article.free_to_read = Some(true);
    article.provenance = BTreeMap::from([(
        Field::Headline,
        FieldSource { source: "selector".into(), rule: "h1.entry-title".into() },
    )]);
    article.selectors_hash = Some(Digest::of(b"x"));
    article
}

/// The keys of the outermost object in the order written.
fn keys(record: Record<'_>) -> Vec<String> {
    struct Keys(Vec<String>);
    impl<'de> serde::Deserialize<'de> for Keys {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visitor;
            impl<'de> serde::de::Visitor<'de> for Visitor {
                type Value = Keys;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                    let mut keys = Vec::new();
                    while let Some((key, _)) = map.next_entry::<String, serde::de::IgnoredAny>()? {
                        keys.push(key);
                    }
                    Ok(Keys(keys))
                }
            }
            deserializer.deserialize_map(Visitor)
        }
    }
    let mut line = Vec::new();
    write_record(record, &mut line).unwrap();
    serde_json::from_slice::<Keys>(&line).unwrap().0
}

#[test]
fn keys_stand_in_the_contract_s_order() {
    let article = full_article();
    let own = "id url portal language sections kicker headline subheadline authors published \
               published_precision modified dateline lead body quotes dates links images tags free_to_read \
               word_count content_hash provenance extractor selectors_hash page_kind";
    let own: Vec<&str> = own.split_whitespace().collect();
    assert_eq!(keys(Record::new(&article)), own);
    let now: Timestamp = "2024-04-19T10:00:00Z".parse().unwrap();
    let facts = ArchiveFacts {
        first_seen: now,
        last_checked: now,
        fetched: now,
        revision: 1,
        gone_since: None,
        capture: None,
        extractor: "dateline 0.0.9".into(),
    };
    let archive = ["first_seen", "last_checked", "fetched", "revision", "gone_since", "capture"];
    assert_eq!(keys(Record::archived(&article, &facts)), [own, archive.to_vec()].concat());
}

#[test]
fn values_have_the_contract_s_forms() {
    let record = to_json(&full_article());
    assert_eq!(record["published"], "2020-04-06T00:00:00+02:00");
    assert_eq!(record["published_precision"], "day");
    assert_eq!(
        record["dateline"],
        json!({"text": "Stuttgart.|", "place": "Stuttgart", "region": null, "agencies": [], "date": null})
    );
    assert_eq!(
        record["body"],
        json!([
            {"kind": "paragraph", "text": "Erster Satz."},
            {"kind": "heading", "level": 2, "text": "Zwischen"},
            {"kind": "list", "items": ["eins", "zwei"]},
            {"kind": "table", "rows": [["a", "b"]]},
            {"kind": "blockquote", "text": "Zitat"},
            {"kind": "preformatted", "text": "  x\n y"},
        ])
    );
    assert_eq!(record["quotes"][0]["confidence"], json!(0.93));
    assert_eq!(record["quotes"][0]["speaker_mention"], json!(null));
    assert_eq!(
        record["dates"][0],
        json!({"text": "heute", "date": "2020-04-06", "block": 0, "start": 0, "end": 5})
    );
    assert_eq!(record["links"][0]["kind"], "related");
    assert_eq!(record["images"][0]["credit"], "Foto: ab");
    assert_eq!(record["provenance"], json!({"headline": {"source": "selector", "rule": "h1.entry-title"}}));
    assert_eq!(record["word_count"], 10);
    assert_eq!(record["page_kind"], "article");
    assert!(record["content_hash"].as_str().unwrap().starts_with("sha256:"));
}

#[test]
fn absent_is_null_or_an_empty_list() {
    let record = to_json(&Article::empty(CrawlUrl::parse("https://portal.example/").unwrap(), None));
    for key in
        ["portal", "language", "kicker", "headline", "published", "published_precision", "dateline", "lead"]
    {
        assert_eq!(record[key], json!(null), "{key}");
    }
    for key in ["sections", "authors", "body", "quotes", "dates", "links", "images", "tags"] {
        assert_eq!(record[key], json!([]), "{key}");
    }
    assert_eq!(record["provenance"], json!({}));
    assert_eq!(record["free_to_read"], json!(null));
    assert!(record.get("first_seen").is_none());
}

#[test]
fn a_batch_answers_with_the_identity_it_was_given() {
    let article = full_article();
    let id = json!(17);
    let value = serde_json::to_value(Record::new(&article).with_id(&id)).unwrap();
    assert_eq!(value["id"], 17);
}

#[test]
fn a_confidence_that_is_no_number_is_none_at_all() {
    assert_eq!(confidence(f32::NAN).to_string(), "0");
    assert_eq!(confidence(2.0).to_string(), "1");
    assert_eq!(confidence(0.93).to_string(), "0.93");
}
