//! The evidence of a crawl: every response in the WARC, every record traced to its bytes, through crashes too.

use std::io::Write as _;
use std::path::PathBuf;

use dateline::model::capture::{Capture, CaptureRef};
use dateline::warc::{Captures, Kind, WarcReader, check_file, read_capture};
use serde_json::Value;

use crate::crawl::{Desk, small_portal, text};
use crate::portal::{PortalServer, Reply, TagdivPortal};

/// The WARC files of the archive, in the order of their names.
fn warcs(desk: &Desk) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(desk.path("archive/warc")) else { return Vec::new() };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn rows(desk: &Desk, table: &str) -> Vec<Value> {
    desk.results(&["export", table, "--format", "jsonl"])
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The capture a row or a record points at.
fn capture_at(desk: &Desk, warc: &Value, offset: &Value, digest: &Value) -> Capture {
    let place = CaptureRef {
        warc: warc.as_str().unwrap().to_owned(),
        offset: offset.as_u64().unwrap(),
        length: 0,
        digest: digest.as_str().unwrap().parse().unwrap(),
    };
    read_capture(&desk.path("archive/warc"), &place).unwrap()
}

/// The capture of every request that was answered, by path.
fn fetched(desk: &Desk) -> Vec<(String, Capture)> {
    let answered = rows(desk, "fetches").into_iter().filter(|row| !row["status"].is_null());
    let captures = answered.map(|row| {
        let capture = capture_at(desk, &row["warc"], &row["warc_offset"], &row["warc_digest"]);
        (capture.url.path_and_query().to_owned(), capture)
    });
    captures.collect()
}

fn article(headline: &str, sentence: &str) -> Reply {
    Reply::html(format!(
        "<html><body><article><h1>{headline}</h1><p>{}</p></article></body></html>",
        sentence.repeat(12)
    ))
}

#[test]
fn every_response_is_kept_and_every_record_leads_to_its_bytes() {
    let server = PortalServer::start(|request| match request.path.as_str() {
        "/robots.txt" => Reply::text("User-agent: *\nAllow: /artikel/\nDisallow: /intern/\n"),
        "/liste/" => {
            Reply::html("<a href='/artikel/1'>1</a><a href='/artikel/2'>2</a><a href='/artikel/3'>3</a>")
        }
        "/artikel/1" => Reply::redirect(302, "/artikel/neu-1"),
        "/artikel/neu-1" => article("Moosbach", "Der Bach bleibt im Bett. "),
        "/artikel/2" => Reply::new(
            200,
            "text/html; charset=iso-8859-1",
            b"<article><h1>\xdcberall</h1><p>Es wurde gebaut, und es wird weiter gebaut.</p></article>"
                .to_vec(),
        ),
        _ => Reply::status(404),
    });
    let desk = Desk::new();
    desk.write_selectors("klein", &small_portal(server.origin(), "0s"));
    std::fs::write(desk.path("dateline.toml"), "contact = \"archiv@hochschule.example\"\n").unwrap();
    assert_eq!(desk.run(&["crawl"]).status.code(), Some(3), "an article is missing");

    let mut paths: Vec<_> =
        fetched(&desk).into_iter().map(|(path, capture)| (path, capture.status)).collect();
    paths.sort();
    let expected = [
        ("/.well-known/tdmrep.json", 404),
        ("/artikel/1", 302),
        ("/artikel/2", 200),
        ("/artikel/3", 404),
        ("/artikel/neu-1", 200),
        ("/liste/", 200),
        ("/robots.txt", 200),
    ];
    assert_eq!(paths, expected.map(|(path, status)| (path.to_owned(), status)));
    let records = desk.records();
    let capture = &records["/artikel/2"]["capture"];
    let capture = capture_at(&desk, &capture["warc"], &capture["offset"], &capture["digest"]);
    assert!(capture.body.starts_with(b"<article><h1>\xdcberall"), "the bytes as received");
    assert!(capture.request_headers.get("user-agent").unwrap().contains("archiv@hochschule.example"));

    let files = warcs(&desk);
    assert_eq!(files.len(), 1);
    assert_eq!(check_file(&files[0]).unwrap().1, []);
    let mut reader = WarcReader::open(&files[0]).unwrap();
    let mut texts = Vec::new();
    while let Some(record) = reader.next_record().unwrap() {
        if matches!(record.kind, Kind::WarcInfo | Kind::Metadata) {
            texts.push(text(&record.block));
        }
    }
    assert!(texts[0].contains("operator: archiv@hochschule.example\r\n"), "{}", texts[0]);
    assert!(texts.iter().any(|text| text.contains("robots-rule: Allow: /artikel/")), "{texts:?}");
    assert!(texts.iter().any(|text| text.contains("charset: windows-1252 (")), "{texts:?}");
}

#[test]
fn a_payload_that_came_before_is_not_kept_twice() {
    let server = PortalServer::start(|request| match request.path.as_str() {
        "/liste/" => Reply::html("<a href='/artikel/1'>1</a>"),
        "/artikel/1" => article("Moosbach", "Der Bach bleibt im Bett. "),
        _ => Reply::status(404),
    });
    let desk = Desk::new();
    desk.write_selectors("klein", &small_portal(server.origin(), "0s"));
    desk.results(&["crawl"]);
    desk.results(&["crawl"]);
    desk.results(&["save", &server.url("/artikel/1")]);
    let kinds: Vec<Vec<Kind>> = warcs(&desk)
        .iter()
        .map(|path| {
            let mut reader = WarcReader::open(path).unwrap();
            std::iter::from_fn(|| reader.next_record().unwrap()).map(|record| record.kind).collect()
        })
        .collect();
    let count = |file: usize, kind: Kind| kinds[file].iter().filter(|found| **found == kind).count();
    assert_eq!((count(0, Kind::Response), count(0, Kind::Revisit)), (3, 1), "both files for robots are 404");
    assert_eq!((count(1, Kind::Response), count(1, Kind::Revisit)), (0, 1), "the listing");
    assert_eq!((count(2, Kind::Response), count(2, Kind::Revisit)), (0, 1), "the article");
    let bodies: Vec<_> = fetched(&desk)
        .into_iter()
        .filter(|(path, _)| path == "/artikel/1")
        .map(|(_, capture)| capture.body)
        .collect();
    assert_eq!(bodies.len(), 2);
    assert_eq!(bodies[0], bodies[1], "a repeated capture has its body all the same");
}

#[test]
fn files_are_closed_at_their_size_limit() {
    // Noise, which compression cannot make small.
    let noise = |seed: u64| {
        let mut state = seed;
        let digits = (0..400_000).map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b'0' + (state >> 58) as u8)
        });
        digits.filter(|digit| *digit != '<').collect::<String>()
    };
    let server = PortalServer::start(move |request| match request.path.strip_prefix("/artikel/") {
        None if request.path == "/liste/" => {
            let links: Vec<_> = (0..8).map(|number| format!("<a href='/artikel/{number}'>x</a>")).collect();
            Reply::html(links.concat())
        }
        Some(number) => Reply::html(format!(
            "<article><h1>Meldung {number}</h1><p>Ein Satz, noch ein Satz und ein dritter.</p></article><template>{}</template>",
            noise(number.parse().unwrap())
        )),
        None => Reply::status(404),
    });
    let desk = Desk::new();
    desk.write_selectors("klein", &small_portal(server.origin(), "0s"));
    std::fs::write(desk.path("dateline.toml"), "[limits]\nwarc_mib = 1\n").unwrap();
    desk.results(&["crawl"]);
    let files = warcs(&desk);
    assert!(files.len() > 1, "{files:?}");
    let found: usize = files
        .iter()
        .map(|path| {
            let mut captures = Captures::open(path).unwrap();
            std::iter::from_fn(|| captures.next_capture().unwrap()).count()
        })
        .sum();
    assert_eq!(found, 10, "eight articles, the listing, robots.txt");
}

#[test]
fn a_dry_run_keeps_no_evidence() {
    let portal = TagdivPortal::new(24, 32);
    let server = portal.serve();
    let desk = Desk::new();
    desk.write_selectors("bote", &TagdivPortal::selectors("bote", server.origin(), "0s"));
    desk.results(&["crawl", "--max-articles", "5"]);
    let before = warcs(&desk);
    desk.results(&["crawl", "--dry-run"]);
    assert_eq!(warcs(&desk), before);
}

#[test]
fn a_killed_crawl_leaves_nothing_that_points_into_nothing() {
    let portal = TagdivPortal::new(120, 33);
    let server = portal.serve();
    let desk = Desk::new();
    desk.write_selectors("bote", &TagdivPortal::selectors("bote", server.origin(), "0s"));
    for kills in 1..=6 {
        let mut child = desk.command(&["crawl"]).spawn().unwrap();
        server.wait_for_answers(kills * 17);
        child.kill().unwrap();
        child.wait().unwrap();
        fetched(&desk);
    }
    desk.results(&["crawl"]);
    let records = desk.records();
    assert_eq!(records.len(), 120);
    for (path, record) in &records {
        let capture = &record["capture"];
        let capture = capture_at(&desk, &capture["warc"], &capture["offset"], &capture["digest"]);
        assert_eq!(capture.url.path_and_query(), path);
    }
    for path in warcs(&desk) {
        assert_eq!(check_file(&path).unwrap().1, [], "{}", path.display());
    }
}

#[test]
fn a_broken_tail_is_cut_off_and_told_and_what_rows_point_into_is_left_alone() {
    let server = PortalServer::start(|request| match request.path.as_str() {
        "/liste/" => Reply::html("<a href='/artikel/1'>1</a>"),
        "/artikel/1" => article("Moosbach", "Der Bach bleibt im Bett. "),
        _ => Reply::status(404),
    });
    let desk = Desk::new();
    desk.write_selectors("klein", &small_portal(server.origin(), "0s"));
    desk.results(&["crawl"]);
    let path = warcs(&desk).remove(0);
    let whole = std::fs::read(&path).unwrap();
    std::fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(&whole[..700]).unwrap();
    let told = desk.results(&["crawl"]);
    assert!(told.contains("bytes that a crash had left half written"), "{told}");
    let repaired = std::fs::read(&path).unwrap();
    assert!(repaired.starts_with(&whole) && repaired.len() < whole.len() + 700);

    // The last record, which the archive points at, is damaged where its own length stands.
    let place = desk.records()["/artikel/1"]["capture"]["offset"].as_u64().unwrap() as usize;
    let mut damaged = whole;
    damaged.truncate(place + 40);
    std::fs::write(&path, &damaged).unwrap();
    desk.results(&["crawl"]);
    assert_eq!(std::fs::read(&path).unwrap(), damaged);
}
