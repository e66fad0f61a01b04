//! Packages from outside: what the description says is what the files hold.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::export::pseudonym::PseudonymKey;
use crate::export::veil::Veil;
use crate::model::annotation::{Quote, QuoteKind, Span};
use crate::model::article::Article;
use crate::model::crawl_url::CrawlUrl;
use crate::model::digest::Digest;
use crate::store::{Filter, Reading};

fn archive() -> (TempDir, Store) {
    let directory = TempDir::new().unwrap();
    let mut store = Store::open(&directory.path().join("archive")).unwrap();
    let fetched = "2024-04-19T06:00:00Z".parse().unwrap();
    for number in 0..4 {
        let url = CrawlUrl::parse(&format!("https://portal.example/{number}")).unwrap();
        let mut article = Article::empty(url, Some("beispiel".into()));
        article.headline = (number > 0).then(|| "Schlagzeile".to_owned());
        article.authors = if number == 1 { vec!["Ada".into()] } else { vec![] };
        article.quotes = vec![Quote {
            text: "Ja".into(),
            kind: QuoteKind::Direct,
            span: Span { block: 0, start: 0, end: 4 },
            speaker: Some("Ben Muster".into()),
            speaker_mention: None,
            role: None,
            cue: None,
            continued: false,
            nested: false,
            confidence: 1.0,
            rule: "after-so",
        }];
        let reading =
            Reading { article: &article, issues: &[], fetched, capture: None, run: None, reparsed: false };
        store.put_article(reading).unwrap();
    }
    (directory, store)
}

fn created() -> Timestamp {
    "2024-05-01T00:00:00Z".parse().unwrap()
}

fn descriptor(directory: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(directory.join("datapackage.json")).unwrap()).unwrap()
}

fn field<'a>(resource: &'a Value, name: &str) -> &'a Value {
    let fields = resource["schema"]["fields"].as_array().unwrap();
    fields.iter().find(|field| field["name"] == name).unwrap()
}

#[test]
fn the_description_fits_the_files_in_every_format() {
    let (directory, store) = archive();
    for format in [Format::Csv, Format::Json, Format::JsonLines, Format::Parquet] {
        let path = directory.path().join(format!("{format:?}"));
        let written = write(&store, Table::ALL, format, &Selection::default(), &path, created()).unwrap();
        assert_eq!(written[0], (Table::Articles, 4));
        let package = descriptor(&path);
        let resources = package["resources"].as_array().unwrap();
        assert_eq!(resources.len(), Table::ALL.len());
        for (resource, table) in resources.iter().zip(Table::ALL) {
            assert_eq!(resource["name"], table.as_str());
            let bytes = std::fs::read(path.join(resource["path"].as_str().unwrap())).unwrap();
            assert_eq!(resource["bytes"], bytes.len());
            let hash = Digest::of(&bytes).to_string();
            assert_eq!(resource["hash"], hash);
            for field in resource["schema"]["fields"].as_array().unwrap() {
                assert_ne!(field["description"], "", "{format:?} {table:?} {field}");
            }
            let codebook = path.join(format!("{}.codebook.md", table.as_str()));
            let codebook = std::fs::read_to_string(codebook).unwrap();
            assert!(
                codebook.contains(&hash) && codebook.contains("What holds for every table"),
                "{codebook}"
            );
            assert!(!resource["description"].as_str().unwrap().is_empty());
        }
        assert_eq!(field(&resources[0], "headline")["fill_rate"], json!(0.75));
        assert_eq!(field(&resources[0], "authors")["filled"], json!(1));
        assert_eq!(field(&resources[0], "url")["fill_rate"], json!(1.0));
        assert_eq!(resources[0]["read_by"][0]["articles"], json!(4));
        assert_eq!(resources[0]["read_by"][0]["portal"], json!("beispiel"));
    }
}

#[test]
fn the_keys_of_a_record_are_all_described_in_its_order() {
    let (directory, store) = archive();
    let path = directory.path().join("package");
    write(&store, &[Table::Articles], Format::JsonLines, &Selection::default(), &path, created()).unwrap();
    let line = std::fs::read_to_string(path.join("articles.jsonl")).unwrap();
    let keys: std::collections::BTreeMap<String, Value> =
        serde_json::from_str(line.lines().next().unwrap()).unwrap();
    let package = descriptor(&path);
    let fields = package["resources"][0]["schema"]["fields"].as_array().unwrap();
    let described: std::collections::BTreeSet<_> =
        fields.iter().map(|field| field["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(described, keys.into_keys().collect());
}

#[test]
fn tables_are_added_to_a_package_and_replaced_in_it() {
    let (directory, store) = archive();
    let path = directory.path().join("package");
    let write = |table, format| {
        super::write(&store, &[table], format, &Selection::default(), &path, created()).unwrap();
    };
    write(Table::Articles, Format::Csv);
    std::fs::write(path.join("notes.txt"), "mine").unwrap();
    write(Table::Quotes, Format::Csv);
    write(Table::Articles, Format::Parquet);
    let package = descriptor(&path);
    let paths: Vec<_> = package["resources"].as_array().unwrap().iter().map(|known| &known["path"]).collect();
    assert_eq!(paths, ["quotes.csv", "articles.parquet"]);
    assert!(path.join("notes.txt").exists());
    std::fs::write(path.join("datapackage.json"), "no json").unwrap();
    write(Table::Dates, Format::Csv);
    assert_eq!(descriptor(&path)["resources"][0]["name"], "dates");
}

#[test]
fn the_query_is_told_but_for_a_name_that_is_kept_back() {
    let (directory, store) = archive();
    let path = directory.path().join("package");
    let key = PseudonymKey::read_or_make(&directory.path().join("key")).unwrap();
    let filter =
        Filter { portals: vec!["beispiel".into()], speaker: Some("Muster".into()), ..Filter::default() };
    let open = Selection { filter: filter.clone(), veil: Veil::default() };
    super::write(&store, &[Table::Quotes], Format::Csv, &open, &path, created()).unwrap();
    let query = &descriptor(&path)["resources"][0]["query"];
    assert_eq!(*query, json!({ "portal": ["beispiel"], "speaker": "Muster" }));
    let veil = Veil { speakers: Some(key), ..Veil::default() };
    super::write(&store, &[Table::Quotes], Format::Csv, &Selection { filter, veil }, &path, created())
        .unwrap();
    for file in std::fs::read_dir(&path).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        assert!(!text.contains("Muster"), "{text}");
    }
    assert_eq!(descriptor(&path)["resources"][0]["query"]["pseudonymise"], json!(["speakers"]));
}
