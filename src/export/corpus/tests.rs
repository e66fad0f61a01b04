//! Corpora from outside: the files fit their table, are well-formed whatever they hold, and say what the article says.

use std::collections::BTreeSet;
use std::path::PathBuf;

use quick_xml::events::Event;
use tempfile::TempDir;

use super::*;
use crate::model::annotation::{DateMention, Dateline, Quote, QuoteKind, Span};
use crate::model::article::Block;
use crate::model::crawl_url::CrawlUrl;
use crate::model::publication_time::{Precision, PublicationTime};
use crate::store::Reading;

const HOSTILE: &[&str] = &[
    "</p></body></TEI><script>",
    "]]> &lt; &#0; \"'",
    "NUL\0 \u{1b}[31m \u{ffff} \u{202e}um\u{202c}",
    "=1+1\tTab\r\nZeile",
    "",
];

fn article(number: usize, text: &str) -> Article {
    let url = CrawlUrl::parse(&format!("https://portal.example/{number}?a=1&b=%22")).unwrap();
    let mut article = Article::empty(url, Some("der-bote".into()));
    article.language = Some("de\" evil=\"".into());
    article.kicker = Some(text.into());
    article.headline = Some(text.into());
    article.authors = vec![text.into()];
    article.sections = vec![text.into()];
    article.tags = vec![text.into()];
    article.lead = Some(text.into());
    article.dateline = Some(Dateline { text: text.into(), place: Some(text.into()), ..Dateline::default() });
    article.body = vec![
        Block::Preformatted(text.into()),
        Block::List(vec![text.into(), String::new()]),
        Block::List(vec![]),
        Block::Table(vec![vec![], vec![text.into()]]),
        Block::Table(vec![vec![]]),
        Block::Blockquote(text.into()),
        Block::Heading { level: 2, text: text.into() },
    ];
    article
}

fn plain_article() -> Article {
    let url = CrawlUrl::parse("https://portal.example/umzug").unwrap();
    let mut article = Article::empty(url, Some("der-bote".into()));
    article.language = Some("de".into());
    article.headline = Some("Rathaus zieht um".into());
    article.published = PublicationTime::from_parts("2020-04-06T00:00:00+02:00", Precision::Day);
    article.dateline = Some(Dateline {
        text: "Tübingen (dpa) -".into(),
        place: Some("Tübingen".into()),
        ..Dateline::default()
    });
    article.lead = Some("Ein Umzug.".into());
    article.body = vec![
        Block::Paragraph("„Ätsch, am Montag“, sagte Muster 2021.".into()),
        Block::Heading { level: 3, text: "Später".into() },
        Block::List(vec!["eins".into(), "im April".into()]),
    ];
    article.quotes = vec![Quote {
        text: "Ätsch, am Montag".into(),
        kind: QuoteKind::Direct,
        span: Span { block: 0, start: 0, end: 18 },
        speaker: Some("Ben <Muster>".into()),
        speaker_mention: Some("Muster".into()),
        role: Some("Hausmeister".into()),
        cue: Some("sagte".into()),
        continued: false,
        nested: false,
        confidence: 0.93,
        rule: "after-so",
    }];
    let date = |text: &str, date: &str, block, start: usize| DateMention {
        text: text.into(),
        date: date.into(),
        span: Span { block, start, end: start + text.chars().count() },
    };
    article.dates = vec![
        date("am Montag", "2020-04-06", 0, 8),
        date("2021", "202X", 0, 33),
        date("im April", "2020-04-01/2020-04-30", 2, 5),
    ];
    article
}

fn archive(articles: &[Article]) -> (TempDir, Store) {
    let directory = TempDir::new().unwrap();
    let mut store = Store::open(&directory.path().join("archive")).unwrap();
    let fetched = "2024-04-19T06:00:00Z".parse().unwrap();
    for article in articles {
        let reading = Reading { article, issues: &[], fetched, capture: None, run: None, reparsed: false };
        store.put_article(reading).unwrap();
    }
    (directory, store)
}

fn corpus(directory: &TempDir, store: &Store, form: TextForm) -> PathBuf {
    let path = directory.path().join(format!("corpus-{}", form.extension()));
    write(store, form, &Selection::default(), &path, "2024-05-01T00:00:00Z".parse().unwrap()).unwrap();
    path
}

/// The one text of a corpus of one.
fn only_text(corpus: &Path) -> String {
    let file = fs::read_dir(corpus.join("texts")).unwrap().next().unwrap().unwrap();
    fs::read_to_string(file.path()).unwrap()
}

#[test]
fn every_text_has_its_row_and_is_well_formed_whatever_it_holds() {
    let articles: Vec<_> = HOSTILE.iter().enumerate().map(|(number, text)| article(number, text)).collect();
    let (directory, store) = archive(&articles);
    for form in [TextForm::Tei, TextForm::Plain] {
        let corpus = corpus(&directory, &store, form);
        let mut table = csv::Reader::from_path(corpus.join("metadata.csv")).unwrap();
        let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
        let listed: BTreeSet<String> = rows.iter().map(|row| row[1].to_owned()).collect();
        let there: BTreeSet<String> = fs::read_dir(corpus.join("texts"))
            .unwrap()
            .map(|file| format!("texts/{}", file.unwrap().file_name().to_str().unwrap()))
            .collect();
        assert_eq!((listed.len(), &listed), (HOSTILE.len(), &there));
        let tabs = fs::read_to_string(corpus.join("metadata.tsv")).unwrap();
        assert_eq!(tabs.lines().count(), HOSTILE.len());
        for (line, row) in tabs.lines().zip(&rows) {
            let cells: Vec<_> = line.split('\t').collect();
            assert_eq!((cells.len(), cells[0]), (row.len(), &row[0]));
            assert!(cells[0].chars().all(|c| c.is_ascii_alphanumeric() || c == '_'), "{}", cells[0]);
        }
        for file in there {
            let text = fs::read_to_string(corpus.join(file)).unwrap();
            assert!(!text.contains('\0'), "{text}");
            if form == TextForm::Tei {
                assert_well_formed(&text);
            }
        }
    }
}

fn assert_well_formed(xml: &str) {
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}: {xml}")) {
            Event::Eof => break,
            Event::Start(start) | Event::Empty(start) => {
                assert!(start.attributes().all(|attribute| attribute.is_ok()), "{xml}");
                assert!(!start.name().as_ref().eq_ignore_ascii_case("script"), "{xml}");
            }
            _ => {}
        }
    }
}

#[test]
fn tei_marks_quotations_with_their_speakers_and_dates_with_their_values() {
    let (directory, store) = archive(&[plain_article()]);
    let xml = only_text(&corpus(&directory, &store, TextForm::Tei));
    assert_well_formed(&xml);
    for expected in [
        "xml:lang=\"de\"",
        "xml:id=\"der_bote_20200406_",
        "<date type=\"published\" when=\"2020-04-06\"/>",
        "<dateline><placeName>Tübingen</placeName> (dpa) -</dateline>",
        "<argument><p>Ein Umzug.</p></argument>",
        "<p><said who=\"#speaker-1\" cert=\"0.93\" direct=\"true\" ana=\"#quotation-direct\">„Ätsch, \
         <date when=\"2020-04-06\">am Montag</date>“</said>, sagte Muster \
         <date when-custom=\"202X\">2021</date>.</p>",
        "<person xml:id=\"speaker-1\"><persName>Ben &lt;Muster&gt;</persName><occupation>Hausmeister</occupation>",
        "<div type=\"section\">\n<head rend=\"h3\">Später</head>\n<list><item>eins</item><item>\
         <date from=\"2020-04-01\" to=\"2020-04-30\">im April</date></item></list>\n</div>",
    ] {
        assert!(xml.contains(expected), "{expected}\n{xml}");
    }
}

#[test]
fn plain_text_holds_headline_lead_and_blocks() {
    let (directory, store) = archive(&[plain_article()]);
    let text = only_text(&corpus(&directory, &store, TextForm::Plain));
    assert_eq!(
        text,
        "Rathaus zieht um\n\nEin Umzug.\n\n„Ätsch, am Montag“, sagte Muster 2021.\n\nSpäter\n\neins\nim April\n"
    );
}

#[test]
fn a_directory_that_holds_something_is_left_as_it_is() {
    let (directory, store) = archive(&[plain_article()]);
    let path = directory.path().join("mine");
    let created: Timestamp = "2024-05-01T00:00:00Z".parse().unwrap();
    let selection = Selection::default();
    fs::create_dir(&path).unwrap();
    write(&store, TextForm::Plain, &selection, &path, created).unwrap();
    let refused = write(&store, TextForm::Tei, &selection, &path, created).unwrap_err();
    assert!(matches!(refused, ExportError::NotEmpty(_)), "{refused:?}");
    assert!(only_text(&path).starts_with("Rathaus"));
    let failed = Selection {
        filter: crate::store::Filter { query: Some("a AND".into()), ..Default::default() },
        ..Selection::default()
    };
    assert!(write(&store, TextForm::Tei, &failed, &directory.path().join("half"), created).is_err());
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2, "nothing half is left behind");
}
