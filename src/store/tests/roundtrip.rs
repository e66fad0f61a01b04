//! Law: any article that is put comes back as it was, whatever its texts hold.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::Offset;
use proptest::prelude::*;

use super::{Archive, url};
use crate::model::annotation::{DateMention, Dateline, Quote, QuoteKind, Span};
use crate::model::article::{Article, Block, FieldSource, Image, Link, LinkKind, PageKind};
use crate::model::digest::Digest;
use crate::model::field::Field;
use crate::model::publication_time::{Precision, PublicationTime};

/// Texts as hostile pages have them.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[ -~äöüß„“\\n\\t]{0,40}",
        1 => any::<String>(),
        1 => Just("\0".to_owned()),
        1 => Just("=cmd()|'\"',\r\n;\u{202e}\u{feff}\u{fdd0}".to_owned()),
        1 => Just(String::new()),
    ]
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(text(), 0..4)
}

fn block() -> impl Strategy<Value = Block> {
    prop_oneof![
        text().prop_map(Block::Paragraph),
        (1..=6u8, text()).prop_map(|(level, text)| Block::Heading { level, text }),
        texts().prop_map(Block::List),
        text().prop_map(Block::Blockquote),
        prop::collection::vec(texts(), 0..3).prop_map(Block::Table),
        text().prop_map(Block::Preformatted),
    ]
}

fn time() -> impl Strategy<Value = PublicationTime> {
    (0..4_000_000_000i64, -12..=14i32, 0..5usize).prop_map(|(second, hours, precision)| PublicationTime {
        instant: Timestamp::from_second(second).unwrap(),
        offset: Offset::from_seconds(hours * 3600 + 1800 * (hours % 2).abs()).unwrap(),
        precision: [Precision::Year, Precision::Month, Precision::Day, Precision::Minute, Precision::Second]
            [precision],
    })
}

fn span() -> impl Strategy<Value = Span> {
    (0..9usize, 0..999usize, 0..999usize).prop_map(|(block, start, end)| Span { block, start, end })
}

fn quote() -> impl Strategy<Value = Quote> {
    let words = prop::collection::vec(prop::option::of(text()), 4);
    (text(), span(), words, any::<(bool, bool)>(), 0.0..=1.0f32, 0..4usize).prop_map(
        |(text, span, words, (continued, nested), confidence, kind)| Quote {
            text,
            kind: [QuoteKind::Direct, QuoteKind::Fragment, QuoteKind::Interview, QuoteKind::Indirect][kind],
            span,
            speaker: words[0].clone(),
            speaker_mention: words[1].clone(),
            role: words[2].clone(),
            cue: words[3].clone(),
            continued,
            nested,
            confidence,
            rule: ["after-so", "colon-intro"][usize::from(nested)],
        },
    )
}

fn head(article: Article) -> impl Strategy<Value = Article> {
    let words = prop::collection::vec(prop::option::of(text()), 6);
    (
        words,
        texts(),
        texts(),
        texts(),
        prop::option::of(time()),
        prop::option::of(time()),
        any::<Option<bool>>(),
    )
        .prop_map(move |(words, sections, authors, tags, published, modified, free_to_read)| Article {
            language: words[0].clone(),
            kicker: words[1].clone(),
            headline: words[2].clone(),
            subheadline: words[3].clone(),
            lead: words[4].clone(),
            sections,
            authors,
            tags,
            published,
            modified,
            free_to_read,
            dateline: words[5].as_ref().map(|text| Dateline {
                text: text.clone(),
                place: words[1].clone(),
                region: words[0].clone(),
                agencies: vec!["dpa".into(), text.clone()],
                date: None,
            }),
            ..article.clone()
        })
}

fn article() -> impl Strategy<Value = Article> {
    let empty = Article::empty(url("hostile"), Some("beispiel".into()));
    let lists = (
        prop::collection::vec(block(), 0..6),
        prop::collection::vec(quote(), 0..3),
        prop::collection::vec((text(), text(), span()), 0..3),
        prop::collection::vec((0..6usize, text()), 0..3),
        prop::collection::vec((prop::option::of(text()), prop::option::of(text())), 0..3),
        (text(), text()),
        any::<bool>(),
    );
    (head(empty), lists).prop_map(|(article, (body, quotes, dates, links, images, (source, rule), odd))| {
        Article {
            body,
            quotes,
            dates: dates.into_iter().map(|(text, date, span)| DateMention { text, date, span }).collect(),
            links: links
                .into_iter()
                .map(|(kind, text)| Link { kind: LinkKind::ALL[kind], url: url("link"), text })
                .collect(),
            images: images
                .into_iter()
                .map(|(caption, credit)| Image { url: url("image.jpg"), caption, credit })
                .collect(),
            provenance: BTreeMap::from([(Field::Headline, FieldSource { source, rule })]),
            selectors_hash: odd.then(|| Digest::of(b"selectors")),
            page_kind: if odd { PageKind::LiveBlog } else { PageKind::Article },
            ..article
        }
    })
}

#[test]
fn what_is_put_comes_back() {
    let mut archive = Archive::new();
    // One batch for all: this is about values, not about the disk.
    archive.store.begin().unwrap();
    let archive = std::cell::RefCell::new(archive);
    let config = ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(article in article())| {
        let mut archive = archive.borrow_mut();
        archive.put(&article, "2024-04-19T06:00:00Z");
        let known = archive.store.article(&article.id).unwrap().unwrap();
        prop_assert_eq!(&known.article, &article);
        archive
            .store
            .connection
            .execute_batch("INSERT INTO article_fts (article_fts) VALUES ('integrity-check')")
            .unwrap();
    });
}

#[test]
fn a_megabyte_in_one_field_comes_back() {
    let mut archive = Archive::new();
    let mut article = super::article("big", &"Wort ".repeat(200_000), &[&"ä\"\0\n".repeat(250_000)]);
    article.authors = vec!["x".repeat(1_000_000)];
    archive.put(&article, "2024-04-19T06:00:00Z");
    assert_eq!(archive.store.article(&article.id).unwrap().unwrap().article, article);
}
