//! `export`, `search`, `show`, `status` as a person calls them.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use dateline::model::annotation::{Dateline, Quote, QuoteKind, Span};
use dateline::model::article::{Article, Block, FieldSource, Link, LinkKind};
use dateline::model::crawl_url::CrawlUrl;
use dateline::model::field::Field;
use dateline::model::publication_time::{Precision, PublicationTime};
use dateline::store::{PortalCounts, Reading, Store};
use serde_json::{Value, json};
use tempfile::TempDir;

const ADDRESS: &str = "https://neckarblick.example/lokales/2020/04/06/rathaus/";

fn articles() -> Vec<Article> {
    let url = CrawlUrl::parse(ADDRESS).unwrap();
    let mut first = Article::empty(url, Some("neckarblick".into()));
    first.sections = vec!["Lokales".into(), "Tübingen".into()];
    first.headline = Some("Stadtverwaltung zieht um".into());
    first.subheadline = Some("Neues Haus am Neckar".into());
    first.authors = vec!["Ada Beispiel".into()];
    first.published = PublicationTime::from_parts("2020-04-06T00:00:00+02:00", Precision::Day);
    first.dateline =
        Some(Dateline { text: "Tübingen.|".into(), place: Some("Tübingen".into()), ..Dateline::default() });
    first.lead = Some("Die Verwaltung zieht um.".into());
    first.body = vec![
        Block::Paragraph("Die Verwaltung zieht um.".into()),
        Block::Paragraph(
            "„Endlich“, sagte Ben Muster. Der Umzug dauert einen Monat und kostet \u{1b}[31mviel.".into(),
        ),
    ];
    first.quotes = vec![Quote {
        text: "Endlich".into(),
        kind: QuoteKind::Direct,
        span: Span { block: 1, start: 0, end: 9 },
        speaker: Some("Ben Muster".into()),
        speaker_mention: Some("Ben Muster".into()),
        role: Some("Hausmeister".into()),
        cue: Some("sagte".into()),
        continued: false,
        nested: false,
        confidence: 0.95,
        rule: "verb-after",
    }];
    let related = CrawlUrl::parse("https://neckarblick.example/lokales/2020/04/05/markt/").unwrap();
    first.links =
        vec![Link { kind: LinkKind::Related, url: related.clone(), text: "Markt eröffnet".into() }];
    let source = FieldSource { source: "selector".into(), rule: "h1.entry-title".into() };
    first.provenance.insert(Field::Headline, source);
    let mut second = Article::empty(related, Some("neckarblick".into()));
    second.headline = Some("=Markt eröffnet".into());
    second.published = PublicationTime::from_parts("2020-04-05T10:30:00+02:00", Precision::Minute);
    second.body = vec![Block::Paragraph("Die Landeshauptstadt war nicht dabei.".into())];
    vec![first, second]
}

fn archive() -> TempDir {
    let directory = TempDir::new().unwrap();
    let mut store = Store::open(directory.path()).unwrap();
    let now = "2024-04-19T06:00:00Z".parse().unwrap();
    let run = store.start_run("crawl", &json!({}), now).unwrap();
    for article in &articles() {
        let reading =
            Reading { article, issues: &[], fetched: now, capture: None, run: Some(run), reparsed: false };
        store.put_article(reading).unwrap();
    }
    store.put_counts(run, "neckarblick", &PortalCounts { added: 2, ..PortalCounts::default() }).unwrap();
    store.finish_run(run, "done", &json!(null), now).unwrap();
    directory
}

fn dateline(archive: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dateline"))
        .arg("--archive")
        .arg(archive)
        .args(arguments)
        .env_remove("DATELINE_ARCHIVE")
        .env("COLUMNS", "40")
        .output()
        .unwrap()
}

/// What the command writes to stdout; it must succeed.
fn said(archive: &Path, arguments: &[&str]) -> String {
    let output = dateline(archive, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What the command complains about; it must end with `code`.
fn complained(archive: &Path, arguments: &[&str], code: i32) -> String {
    let output = dateline(archive, arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}");
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn articles_are_exported_with_the_published_columns() {
    let archive = archive();
    let csv = said(archive.path(), &["export"]);
    assert_eq!(
        csv.lines().next(),
        Some(
            "id,url,portal,sections,kicker,headline,subheadline,authors,published,published_precision,modified,\
             dateline_place,dateline_agencies,dateline_date,lead,text,word_count,quote_count,language,tags,\
             free_to_read,first_seen,last_checked,revision,gone_since,content_hash,duplicate_cluster"
        )
    );
    assert!(csv.contains(",Lokales | Tübingen,,Stadtverwaltung zieht um,"), "{csv}");
    assert!(said(archive.path(), &["export", "--excel"]).contains(",'=Markt"));
    let lines = said(archive.path(), &["export", "articles", "--format", "jsonl", "--place", "tubingen"]);
    let record: Value = serde_json::from_str(&lines).unwrap();
    assert_eq!(record["headline"], "Stadtverwaltung zieht um");
    assert_eq!(record["revision"], 1);
}

#[test]
fn filters_select_rows_and_mistakes_in_them_are_usage_errors() {
    let archive = archive();
    let rows = |arguments: &[&str]| {
        csv::Reader::from_reader(said(archive.path(), arguments).as_bytes()).records().count()
    };
    assert_eq!(rows(&["export", "--since", "2020-04-06"]), 1);
    assert_eq!(rows(&["export", "links", "--until", "2020-04-05"]), 0);
    assert_eq!(rows(&["export", "quotes", "--speaker", "muster"]), 1);
    assert_eq!(rows(&["export", "authors", "--query", "verwaltung"]), 1);
    assert_eq!(rows(&["export", "runs"]), 1);
    for (arguments, expected) in [
        (&["export", "--query", "a AND"][..], "it ends where a word is expected"),
        (&["export", "--portal", "nobody"], "there is neckarblick"),
        (&["export", "runs", "--place", "Ulm"], "--place selects articles"),
        (&["export", "--format", "json", "--excel"], "--format csv"),
        (&["export", "--since", "gestern"], "YYYY-MM-DD"),
        (&["export", "poems"], "possible values"),
        (&["export", "quotes", "--format", "ris"], "ris holds articles only"),
        (&["export", "--pseudonymise", "editors"], "possible values"),
        (&["export", "--format", "tei"], "-o DIR"),
        (&["export", "dates", "--format", "txt", "-o", "x"], "txt holds articles only"),
        (&["export", "--format", "txt", "-o", "x", "--no-text"], "nothing but text"),
        (&["export", "--format", "tei", "--package", "x"], "-o DIR"),
        (&["export", "all"], "--package DIR"),
        (&["export", "--package", "x", "--excel"], "without --excel"),
        (&["search", "\"open"], "never closed"),
        (&["show", "nonsense"], "neither an article's id nor its address"),
    ] {
        let complaint = complained(archive.path(), arguments, 2);
        assert!(complaint.contains(expected), "{arguments:?}: {complaint}");
    }
}

#[test]
fn names_and_words_are_kept_back_and_the_key_stays_outside_the_archive() {
    let archive = archive();
    let elsewhere = TempDir::new().unwrap();
    let key = elsewhere.path().join("study.key");
    let key = key.to_str().unwrap();
    let veiled = ["--no-text", "--pseudonymise", "authors,speakers", "--key-file", key];
    let said_of =
        |table: &str| said(archive.path(), &[&["export", table, "--format", "jsonl"], &veiled[..]].concat());
    let (articles, quotes, authors) = (said_of("articles"), said_of("quotes"), said_of("authors"));
    for text in [&articles, &quotes, &authors] {
        assert!(text.contains("\"person-"), "{text}");
        for kept_back in ["Beispiel\"", "Ada", "Muster", "Endlich", "Umzug"] {
            assert!(!text.contains(kept_back), "{kept_back}: {text}");
        }
    }
    assert_eq!(said_of("articles"), articles, "the key is read again");
    let open = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .args(["--archive", archive.path().to_str().unwrap(), "export"])
        .env("DATELINE_KEY_FILE", key)
        .output()
        .unwrap();
    assert!(open.status.success() && String::from_utf8(open.stdout).unwrap().contains("Ada Beispiel"));
    let inside = archive.path().join("./sub/study.key");
    let complaint = complained(
        archive.path(),
        &["export", "--pseudonymise", "authors", "--key-file", inside.to_str().unwrap()],
        2,
    );
    assert!(complaint.contains("lies in the archive"), "{complaint}");
    assert!(!archive.path().join("sub").exists());
}

#[test]
fn packages_and_corpora_are_directories() {
    let archive = archive();
    let elsewhere = TempDir::new().unwrap();
    let path = |name: &str| elsewhere.path().join(name).to_str().unwrap().to_owned();
    let package = path("package");
    said(archive.path(), &["export", "all", "--place", "tübingen", "--package", &package]);
    let described = std::fs::read(elsewhere.path().join("package/datapackage.json")).unwrap();
    let described: Value = serde_json::from_slice(&described).unwrap();
    assert_eq!(described["resources"].as_array().map(Vec::len), Some(9));
    assert_eq!(described["resources"][0]["rows"], 1);
    assert_eq!(described["resources"][0]["query"], json!({ "place": "tübingen" }));
    for (form, ending) in [("tei", "xml"), ("txt", "txt")] {
        let corpus = path(form);
        let told = dateline(archive.path(), &["export", "--format", form, "-o", &corpus]);
        assert!(String::from_utf8(told.stderr).unwrap().starts_with("2 texts written to "));
        let texts: Vec<_> = std::fs::read_dir(elsewhere.path().join(form).join("texts"))
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        assert!(
            texts.len() == 2 && texts.iter().all(|path| path.extension().is_some_and(|end| end == ending))
        );
        let again = complained(archive.path(), &["export", "--format", form, "-o", &corpus], 2);
        assert!(again.contains("is not empty"), "{again}");
    }
}

#[test]
fn a_file_is_written_whole_and_a_closed_pipe_is_no_failure() {
    let archive = archive();
    let path = archive.path().join("articles.json");
    let told = dateline(archive.path(), &["export", "--format", "json", "-o", path.to_str().unwrap()]);
    assert!(told.status.success() && told.stdout.is_empty());
    let records: Vec<Value> = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(records.len(), 2);
    let missing = archive.path().join("missing/articles.json");
    complained(archive.path(), &["export", "-o", missing.to_str().unwrap()], 1);

    let mut child = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .arg("--archive")
        .arg(archive.path())
        .arg("export")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn an_article_is_shown_as_a_person_would_read_it() {
    let archive = archive();
    let shown = said(
        archive.path(),
        &["show", "http://neckarblick.example/lokales/2020/04/06/rathaus/?utm_source=x"],
    );
    for line in [
        "Lokales › Tübingen",
        "Stadtverwaltung zieht um",
        "Neues Haus am Neckar",
        "Ada Beispiel · 2020-04-06",
        "Tübingen.| Die Verwaltung zieht um.",
        "„Endlich“, sagte Ben Muster. Der Umzug",
        "  Ben Muster, Hausmeister: Endlich",
        "  Markt eröffnet",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line:?} in\n{shown}");
    }
    assert!(!shown.contains('\u{1b}'), "a page must not steer the terminal");
    let colored = said(archive.path(), &["--color", "always", "show", ADDRESS]);
    assert!(colored.contains("\u{1b}[1mStadtverwaltung\u{1b}[0m"), "{colored:?}");
    let id = articles()[0].id.to_string();
    let record: Value = serde_json::from_str(&said(archive.path(), &["show", &id, "--json"])).unwrap();
    assert_eq!(record["id"], id);
    assert!(
        said(archive.path(), &["show", &id, "--provenance"]).contains("headline  selector  h1.entry-title")
    );
    assert!(complained(archive.path(), &["show", "0123456789abcdef"], 1).contains("hint: "));
}

#[test]
fn words_are_found_and_marked() {
    let archive = archive();
    let found = said(archive.path(), &["search", "hauptstadt"]);
    assert!(found.contains("=Markt eröffnet") && found.contains("[Landeshauptstadt]"), "{found}");
    let hits: Value =
        serde_json::from_str(&said(archive.path(), &["search", "--json", "headline:", "verwaltung"]))
            .unwrap();
    assert_eq!(hits[0]["url"], ADDRESS);
    assert_eq!(hits.as_array().map(Vec::len), Some(1));
    assert_eq!(said(archive.path(), &["search", "nirgends"]), "");
}

#[test]
fn status_tells_what_there_is() {
    let archive = archive();
    let table = said(archive.path(), &["status"]);
    assert!(table.lines().nth(1).unwrap().contains("2024-04-19 06:00"), "{table}");
    let status: Value = serde_json::from_str(&said(archive.path(), &["status", "--json"])).unwrap();
    assert_eq!(status[0]["portal"], "neckarblick");
    assert_eq!(status[0]["articles"], 2);
    assert_eq!(status[0]["last_run"]["added"], 2);
}

#[test]
fn status_shows_a_run_that_is_under_way() {
    let archive = archive();
    let mut store = Store::open(archive.path()).unwrap();
    let settings = json!({"portals": [{"portal": "neckarblick"}]});
    store.start_run("crawl", &settings, "2024-04-20T07:00:00Z".parse().unwrap()).unwrap();
    drop(store);
    let table = said(archive.path(), &["status"]);
    assert!(table.contains("2024-04-20 07:00 unfinished"), "{table}");
    let other = json!({"portals": [{"portal": "albblick"}]});
    let mut store = Store::open(archive.path()).unwrap();
    store.start_run("crawl", &other, "2024-04-21T07:00:00Z".parse().unwrap()).unwrap();
    drop(store);
    assert_eq!(said(archive.path(), &["status"]), table);
}

#[test]
fn a_missing_archive_is_named_with_a_hint() {
    let directory = TempDir::new().unwrap();
    for command in [&["export"][..], &["search", "x"], &["show", ADDRESS], &["status"]] {
        let complaint = complained(&directory.path().join("none"), command, 1);
        assert!(complaint.contains("there is no archive") && complaint.contains("hint: "), "{complaint}");
    }
}
