//! Pages and hosts that ask not to be kept or mined: what is recorded, and what is left out of the archive.

use serde_json::Value;

use crate::crawl::{Desk, small_portal, text};
use crate::portal::{PortalServer, Reply};

const BODY: &str = "Der Bach bleibt im Bett, und die Brücke bleibt stehen. ";

fn page(head: &str, headline: &str) -> Reply {
    Reply::html(format!(
        "<html><head>{head}</head><body><article><h1>{headline}</h1><p>{}</p></article></body></html>",
        BODY.repeat(12)
    ))
}

/// A portal whose articles say one thing each.
fn reserving() -> PortalServer {
    PortalServer::start(|request| match request.path.as_str() {
        "/robots.txt" => Reply::text("User-agent: *\nAllow: /\n"),
        "/.well-known/tdmrep.json" => Reply::new(
            200,
            "application/json",
            r#"[{"location": "/artikel/mine", "tdm-reservation": 1, "tdm-policy": "https://a.example/licence"}]"#,
        ),
        "/liste/" => Reply::html(
            [
                "frei",
                "header",
                "anderer",
                "wir",
                "meta",
                "dateline",
                "tdm-header",
                "tdm-meta",
                "mine",
                "nofollow",
            ]
            .map(|name| format!("<a href='/artikel/{name}'>{name}</a>"))
            .concat(),
        ),
        "/artikel/frei" => page("<meta name=robots content='index, follow, max-snippet:-1'>", "Frei"),
        "/artikel/header" => page("", "Kopf").header("X-Robots-Tag", "noarchive"),
        "/artikel/anderer" => page("", "Anderer").header("X-Robots-Tag", "otherbot: noarchive"),
        "/artikel/wir" => page("", "Wir").header("X-Robots-Tag", "dateline: noarchive"),
        "/artikel/meta" => page("<meta name='robots' content='noarchive'>", "Meta"),
        "/artikel/dateline" => page("<meta name='dateline' content='noarchive'>", "Dateline"),
        "/artikel/tdm-header" => page("", "Vorbehalt").header("tdm-reservation", "1"),
        "/artikel/tdm-meta" => page("<meta name='tdm-reservation' content='1'>", "Vorbehalt der Seite"),
        "/artikel/mine" => page("", "Mine"),
        "/artikel/nofollow" => page("<meta name='robots' content='nofollow, noindex'>", "Nofollow"),
        _ => Reply::status(404),
    })
}

/// The row of the table `fetches` for each path.
fn fetches(desk: &Desk) -> std::collections::BTreeMap<String, Value> {
    desk.results(&["export", "fetches", "--format", "jsonl"])
        .lines()
        .map(|line| {
            let row: Value = serde_json::from_str(line).unwrap();
            let url = row["url"].as_str().unwrap();
            (format!("/{}", url.splitn(4, '/').nth(3).unwrap()), row)
        })
        .collect()
}

fn headlines(desk: &Desk) -> Vec<String> {
    let records = desk.records();
    let mut found: Vec<_> =
        records.values().map(|record| record["headline"].as_str().unwrap().to_owned()).collect();
    found.sort();
    found
}

#[test]
fn what_opts_out_is_recorded_and_not_archived() {
    let server = reserving();
    let desk = Desk::new();
    desk.write_selectors("klein", &small_portal(server.origin(), "0s"));
    let told = desk.results(&["crawl", "--report", "report.json"]);
    assert!(told.contains("7 not archived because they opt out"), "{told}");
    assert_eq!(headlines(&desk), ["Anderer", "Frei", "Nofollow"]);

    let fetches = fetches(&desk);
    for (path, expected) in [
        ("/artikel/header", "noarchive"),
        ("/artikel/wir", "noarchive"),
        ("/artikel/meta", "noarchive"),
        ("/artikel/dateline", "noarchive"),
        ("/artikel/tdm-header", "tdm-reservation: 1"),
        ("/artikel/tdm-meta", "tdm-reservation: 1"),
        ("/artikel/mine", "tdm-reservation: 1"),
        ("/artikel/nofollow", "nofollow | noindex"),
    ] {
        assert_eq!(fetches[path]["opt_outs"], expected, "{path}");
    }
    assert_eq!(fetches["/artikel/frei"]["opt_outs"], Value::Null);
    assert_eq!(fetches["/artikel/anderer"]["opt_outs"], Value::Null);
    assert_eq!(fetches["/artikel/mine"]["outcome"], "opted-out");
    assert_eq!(server.times_asked("/artikel/mine"), 0, "what the whole host reserves is not even asked");
    assert_eq!(fetches["/artikel/meta"]["detail"], "not archived: noarchive");

    let report: Value = serde_json::from_slice(&std::fs::read(desk.path("report.json")).unwrap()).unwrap();
    assert_eq!(report["portals"][0]["opted_out"], 7);
    assert_eq!(report["portals"][0]["opt_outs"]["noarchive"], 4);
    assert_eq!(report["portals"][0]["opt_outs"]["tdm-reservation"], 3);
    let status: Value = serde_json::from_str(&desk.results(&["status", "--json"])).unwrap();
    assert_eq!(status[0]["opted_out"], 7);

    let again = server.paths().len();
    desk.results(&["crawl"]);
    let asked: Vec<_> = server.paths().split_off(again);
    assert!(asked.iter().all(|path| !path.starts_with("/artikel/")), "not asked again: {asked:?}");
}

#[test]
fn no_word_of_a_page_that_opts_out_is_in_the_archive() {
    let server = reserving();
    let desk = Desk::new();
    let output = desk.run(&["save", &server.url("/artikel/meta")]);
    assert_eq!(output.status.code(), Some(3), "it was asked for and is not there");
    assert!(text(&output.stdout).contains("opt out"), "{}", text(&output.stdout));
    let warc = std::fs::read_dir(desk.path("archive/warc")).unwrap().next().unwrap().unwrap().path();
    let mut reader = dateline::warc::WarcReader::open(&warc).unwrap();
    let mut heads = 0;
    while let Some(record) = reader.next_record().unwrap() {
        let block = text(&record.block);
        assert!(!block.contains("Brücke"), "{block}");
        heads += usize::from(block.contains("HTTP/1.1 200"));
        if block.contains("not-archived") {
            assert!(block.contains("opt-outs: noarchive\r\n"), "{block}");
        }
    }
    assert_eq!(heads, 3, "both files for robots, and the page's head");
    let database = std::fs::read(desk.path("archive/dateline.db")).unwrap();
    assert!(!text(&database).contains("Der Bach bleibt"));
}

#[test]
fn a_stated_legal_basis_archives_all_and_stands_with_the_run() {
    let server = reserving();
    let desk = Desk::new();
    desk.write_selectors("klein", &small_portal(server.origin(), "0s"));
    desk.results(&["crawl"]);
    assert_eq!(headlines(&desk).len(), 3);
    std::fs::write(desk.path("dateline.toml"), "[opt_outs]\nlegal_basis = \"§ 60d UrhG\"\n").unwrap();
    desk.results(&["crawl"]);
    assert_eq!(headlines(&desk).len(), 10, "what was left out before is taken up");
    assert_eq!(
        fetches(&desk)["/artikel/mine"]["opt_outs"],
        "tdm-policy: https://a.example/licence | tdm-reservation: 1"
    );
    let connection = rusqlite::Connection::open(desk.path("archive/dateline.db")).unwrap();
    let basis: Option<String> = connection
        .query_row(
            "SELECT settings ->> '$.opt_outs.legal_basis' FROM run ORDER BY id DESC LIMIT 1",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(basis.as_deref(), Some("§ 60d UrhG"));
}

#[test]
fn other_opt_outs_can_be_honoured_and_unknown_ones_are_an_error() {
    let server = reserving();
    let desk = Desk::new();
    desk.write_selectors("klein", &small_portal(server.origin(), "0s"));
    std::fs::write(desk.path("dateline.toml"), "[opt_outs]\nhonour = [\"noindex\"]\n").unwrap();
    desk.results(&["crawl"]);
    let found = headlines(&desk);
    assert!(found.len() == 9 && !found.contains(&"Nofollow".to_owned()), "{found:?}");
    std::fs::write(desk.path("dateline.toml"), "[opt_outs]\nhonour = [\"noindeks\"]\n").unwrap();
    let output = desk.run(&["crawl"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("noindeks"), "{}", text(&output.stderr));
}
