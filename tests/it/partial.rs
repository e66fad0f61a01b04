//! Pages that did not come whole: what arrived is kept as evidence, marked, and is never taken for a page.

use dateline::model::capture::{Capture, CaptureRef, Truncation};
use dateline::warc::read_capture;
use serde_json::Value;

use crate::crawl::{Desk, small_portal, text};
use crate::portal::faults::{self, ALWAYS, GOOD};
use crate::portal::{PortalServer, Reply};

/// A crawl with limits that are small enough for a test.
fn crawled(server: &PortalServer) -> Desk {
    let desk = Desk::new();
    desk.write_selectors("klein", &small_portal(server.origin(), "0s"));
    let limits = "[limits]\nmax_body_mib = 2\nfirst_byte = \"3s\"\ntotal = \"1s\"\n";
    std::fs::write(desk.path("dateline.toml"), limits).unwrap();
    desk.run(&["crawl"]);
    desk
}

/// The requests for that article that left a capture: the row, and what it leads to.
fn kept(desk: &Desk, path: &str) -> Vec<(Value, Capture)> {
    let rows = desk.results(&["export", "fetches", "--format", "jsonl"]);
    let rows = rows.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let rows = rows.filter(|row| row["url"].as_str().unwrap().ends_with(path) && !row["warc"].is_null());
    let with_capture = rows.map(|row| {
        let place = CaptureRef {
            warc: row["warc"].as_str().unwrap().to_owned(),
            offset: row["warc_offset"].as_u64().unwrap(),
            length: 0,
            digest: row["warc_digest"].as_str().unwrap().parse().unwrap(),
        };
        let capture = read_capture(&desk.path("archive/warc"), &place).unwrap();
        (row, capture)
    });
    with_capture.collect()
}

#[track_caller]
fn is_evidence_alone(
    server: &PortalServer,
    outcome: &str,
    truncated: Option<Truncation>,
    begins: &[u8],
    bytes: usize,
) {
    let desk = crawled(server);
    let asked = server.times_asked("/artikel/3");
    let captures = kept(&desk, "/artikel/3");
    assert_eq!(captures.len(), asked, "{outcome}: every attempt is kept");
    for (row, capture) in &captures {
        assert_eq!((&row["outcome"], &row["status"]), (&Value::from(outcome), &Value::from(200)));
        assert_eq!((capture.truncated, row["bytes"].as_u64()), (truncated, Some(capture.body.len() as u64)));
        assert!(capture.body.starts_with(begins), "{outcome}");
        assert!((bytes..=2 << 20).contains(&capture.body.len()), "{outcome}: {} bytes", capture.body.len());
    }
    // No article is made of it: not now, not by reading again, not by importing.
    assert_eq!(desk.records().len(), GOOD - 1);
    let reparsed = desk.results(&["reparse"]);
    assert!(reparsed.contains(&format!("{} the same", GOOD - 1)), "{reparsed}");
    let output = desk.run(&["verify"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    for file in std::fs::read_dir(desk.path("archive/warc")).unwrap() {
        let path = file.unwrap().path();
        let told = desk.results(&["--archive", "anderes", "import", path.to_str().unwrap()]);
        assert!(told.contains(&format!("{} new", GOOD - 1)) && told.contains("incomplete"), "{told}");
    }
    // And the next run asks again.
    desk.run(&["crawl"]);
    assert_eq!(server.times_asked("/artikel/3"), 2 * asked, "{outcome}");
}

#[test]
fn a_connection_that_ends_early_leaves_what_came() {
    is_evidence_alone(
        &faults::wrong_length(ALWAYS),
        "truncated",
        Some(Truncation::Disconnect),
        b"<html><head>",
        200,
    );
    let compressed = faults::cut_compression("gzip", ALWAYS);
    is_evidence_alone(&compressed, "truncated", Some(Truncation::Disconnect), &[0x1f, 0x8b], 50);
}

#[test]
fn a_page_over_the_limit_leaves_what_was_taken() {
    // Announced as too large, nothing of it is taken.
    is_evidence_alone(&faults::huge_body(), "too-large", Some(Truncation::Length), b"", 0);
    is_evidence_alone(&faults::body_without_end(), "too-large", Some(Truncation::Length), b"xxxx", 2 << 20);
    // Too large only when unpacked: as it came it is whole.
    is_evidence_alone(&faults::gzip_bomb(), "too-large", None, &[0x1f, 0x8b], 100_000);
}

#[test]
fn a_page_that_comes_too_slowly_leaves_what_came() {
    is_evidence_alone(&faults::slow_drip(), "timed-out", Some(Truncation::Time), b"<html>x", 7);
}

#[test]
fn the_same_part_is_kept_once() {
    let server = faults::body_without_end();
    let desk = crawled(&server);
    let size = || -> u64 {
        let files = std::fs::read_dir(desk.path("archive/warc")).unwrap();
        files.map(|file| file.unwrap().metadata().unwrap().len()).sum()
    };
    let first = size();
    desk.run(&["crawl"]);
    assert_eq!(kept(&desk, "/artikel/3").len(), 2);
    assert!(size() - first < first / 2, "{first} bytes grew to {}", size());
}

#[test]
fn a_part_of_a_page_that_must_not_be_kept_is_not() {
    let notice = "<html><head><meta name='robots' content='noarchive'></head><body><p>Geheimnis";
    for (name, reply) in [
        ("header", Reply::html("Geheimnis".repeat(90)).header("X-Robots-Tag", "noarchive")),
        ("page", Reply::html(format!("{notice}{}", " x".repeat(600)))),
    ] {
        let server = PortalServer::start(move |request| match request.path.as_str() {
            "/liste/" => Reply::html("<a href='/artikel/1'>x</a>"),
            "/artikel/1" => reply.clone().cut_after(300),
            _ => Reply::status(404),
        });
        let desk = crawled(&server);
        let captures = kept(&desk, "/artikel/1");
        assert!(!captures.is_empty(), "{name}: that it was asked stays");
        for (_, capture) in captures {
            assert_eq!((capture.body.len(), capture.truncated), (0, Some(Truncation::Reserved)), "{name}");
        }
    }
}

#[test]
fn a_purge_takes_the_parts_of_a_page_too() {
    let server = faults::wrong_length(1);
    let desk = crawled(&server);
    let url = server.url("/artikel/3");
    assert_eq!(kept(&desk, "/artikel/3").len(), 2);
    desk.results(&["purge", &url]);
    assert_eq!(kept(&desk, "/artikel/3").len(), 0);
    for file in std::fs::read_dir(desk.path("archive/warc")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(&bytes[..]), &mut content).unwrap();
        assert!(!text(&content).contains("wird zum 3. Mal gebaut"));
        assert!(text(&content).contains("wird zum 4. Mal gebaut"));
    }
    assert_eq!(desk.run(&["verify"]).status.code(), Some(0));
}

#[test]
fn an_article_whose_page_breaks_off_later_stays_as_it_was() {
    let times = std::sync::atomic::AtomicUsize::new(0);
    let server = PortalServer::start(move |request| match request.path.as_str() {
        "/liste/" => Reply::html("<a href='/artikel/1'>x</a>"),
        "/artikel/1" if times.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 => faults::article(1),
        "/artikel/1" => faults::article(2).cut_after(300),
        _ => Reply::status(404),
    });
    let desk = crawled(&server);
    desk.run(&["save", &server.url("/artikel/1")]);
    assert!(server.times_asked("/artikel/1") > 1);
    let records = desk.records();
    let record = &records["/artikel/1"];
    assert_eq!((&record["headline"], &record["revision"]), (&Value::from("Meldung 1"), &Value::from(1)));
    assert_eq!(kept(&desk, "/artikel/1").len(), server.times_asked("/artikel/1"));
}
