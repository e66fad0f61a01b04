//! Exports from outside: every format says the same, whatever the texts hold; the codebook knows every column.

mod columnar;
mod veil;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use tempfile::TempDir;

use super::{ExportError, Format, Selection, export};
use crate::model::article::{Article, Block, Link, LinkKind};
use crate::model::crawl_url::CrawlUrl;
use crate::store::{Reading, Store, Table};

const HOSTILE: &[&str] = &[
    "=HYPERLINK(\"http://evil.example\")",
    "Er sagte: \"Nein\", dann\r\nging er.",
    "a,b;c\td",
    "\u{202e}umgekehrt\u{202c} \u{feff}",
    "NUL\0 und \u{1b}[31mrot",
    "\u{2028}\u{2029}",
    "",
    " ",
    "'; DROP TABLE article; --",
    "</body></TEI>]]>&lt;",
];

const ALL_FORMATS: &[Format] = &[
    Format::Csv,
    Format::ExcelCsv,
    Format::Json,
    Format::JsonLines,
    Format::Parquet,
    Format::Ris,
    Format::BibLatex,
    Format::CslJson,
];

fn archive() -> (TempDir, Store) {
    let directory = TempDir::new().unwrap();
    let mut store = Store::open(directory.path()).unwrap();
    let fetched: Timestamp = "2024-04-19T06:00:00Z".parse().unwrap();
    for (number, text) in HOSTILE.iter().enumerate() {
        let url = CrawlUrl::parse(&format!("https://portal.example/{number}")).unwrap();
        let mut article = Article::empty(url.clone(), Some("beispiel".into()));
        article.headline = Some((*text).to_owned());
        article.authors = vec![(*text).to_owned(), "Ada".into()];
        article.body = vec![Block::Paragraph((*text).to_owned()), Block::Paragraph("Ende.".into())];
        article.links = vec![Link { kind: LinkKind::Related, url, text: (*text).to_owned() }];
        let reading =
            Reading { article: &article, issues: &[], fetched, capture: None, run: None, reparsed: false };
        store.put_article(reading).unwrap();
    }
    (directory, store)
}

fn exported(store: &Store, table: Table, format: Format) -> String {
    let mut out = Vec::new();
    export(store, table, format, &Selection::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn hostile_texts_pass_through_every_format() {
    let (_directory, store) = archive();
    let csv = exported(&store, Table::Articles, Format::Csv);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().collect::<Result<_, _>>().unwrap();
    let lines = exported(&store, Table::Articles, Format::JsonLines);
    let objects: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let array: Vec<Value> = serde_json::from_str(&exported(&store, Table::Articles, Format::Json)).unwrap();
    assert_eq!(array, objects);
    assert_eq!((rows.len(), objects.len()), (HOSTILE.len(), HOSTILE.len()));
    for ((row, object), text) in rows.iter().zip(&objects).zip(HOSTILE) {
        assert_eq!(object["headline"], *text);
        assert_eq!(row["headline"], text.replace('\0', "\u{fffd}"));
        assert_eq!(row["authors"], format!("{} | Ada", text.replace('\0', "\u{fffd}")));
        assert_eq!(object["authors"][0], *text);
        assert_eq!(row["id"], object["id"]);
        assert_eq!(row["content_hash"], object["content_hash"]);
        assert_eq!(object["revision"], 1);
    }
}

#[test]
fn every_table_has_its_columns_in_every_format() {
    let (_directory, store) = archive();
    for table in Table::ALL {
        let names: Vec<_> = table.columns().iter().map(|column| column.name).collect();
        let csv = exported(&store, *table, Format::Csv);
        assert_eq!(csv.lines().next().unwrap(), names.join(","));
        assert!(exported(&store, *table, Format::ExcelCsv).starts_with('\u{feff}'));
        let array: Vec<Value> = serde_json::from_str(&exported(&store, *table, Format::Json)).unwrap();
        let rows = csv::Reader::from_reader(csv.as_bytes()).records().count();
        assert_eq!(array.len(), rows, "{table:?}");
        if *table != Table::Articles {
            for object in array {
                for name in &names {
                    assert!(object.get(name).is_some(), "{table:?}: {name}");
                }
            }
        }
    }
}

#[test]
fn an_empty_table_is_a_header_an_empty_array_or_nothing() {
    let directory = TempDir::new().unwrap();
    let store = Store::open(directory.path()).unwrap();
    assert_eq!(
        exported(&store, Table::Authors, Format::Csv),
        "article_id,url,portal,published,position,author\r\n"
    );
    assert_eq!(exported(&store, Table::Authors, Format::JsonLines), "");
    assert_eq!(
        serde_json::from_str::<Value>(&exported(&store, Table::Authors, Format::Json)).unwrap(),
        serde_json::json!([])
    );
}

#[test]
fn a_reader_that_goes_away_is_told_from_a_failure() {
    struct Gone;
    impl std::io::Write for Gone {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let (_directory, store) = archive();
    for format in ALL_FORMATS {
        let error = export(&store, Table::Articles, *format, &Selection::default(), &mut Gone).unwrap_err();
        assert!(error.is_broken_pipe(), "{format:?}: {error:?}");
    }
    assert!(!ExportError::Write(std::io::Error::other("disk full")).is_broken_pipe());
}

#[test]
fn the_codebook_knows_every_column() {
    let codebook = include_str!("../../../docs/exports.md");
    for table in Table::ALL {
        let start = codebook.find(&format!("\n## {}\n", table.as_str())).unwrap();
        let section = &codebook[start + 3..];
        let section = &section[..section.find("\n## ").unwrap_or(section.len())];
        let documented: Vec<_> = section
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once('`').map(|(name, _)| name))
            .collect();
        let columns: Vec<_> = table.columns().iter().map(|column| column.name).collect();
        assert_eq!(documented, columns, "{table:?}");
    }
}
