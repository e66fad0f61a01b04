//! WARCs of others into the archive, and parts of the archive for others.

use std::fs;
use std::io::{Read as _, Write as _};

use dateline::model::digest::Digest;
use serde_json::Value;

use crate::crawl::{Desk, small_portal, text};
use crate::portal::{PortalServer, Reply, TagdivPortal};

const NEWS: &str = "<html><head><title>Brücke gesperrt</title><meta property='og:type' content='article'></head><body><article>\
<h1>Brücke gesperrt</h1><p>Die Brücke über den Moosbach ist seit Montag gesperrt, teilte die Gemeinde mit. Sie wird saniert.</p>\
<p>Autos fahren bis zum Herbst über die Nachbargemeinde, Radfahrer über den alten Steg.</p></article></body></html>";

const WALL: &str = "<html><head><title>Zustimmung | Bote</title></head><body><p>Wir brauchen Ihre Zustimmung.</p></body></html>";

/// A record as wget writes it: WARC 1.0, the address in angle brackets, chunks left in.
fn wget_record(url: &str, date: &str, head: &str, body: &str) -> String {
    let chunked = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let block = format!("HTTP/1.1 {head}\r\nTransfer-Encoding: chunked\r\n\r\n{chunked}");
    format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{}>\r\nWARC-Date: {date}\r\n\
         WARC-Target-URI: <{url}>\r\nContent-Type: application/http;msgtype=response\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
        url.len() * 1_000 + body.len(),
        block.len()
    )
}

const HTML: &str = "200 OK\r\nContent-Type: text/html; charset=utf-8";

fn records() -> Vec<String> {
    let at = "2023-05-06T07:08:09Z";
    vec![
        "WARC/1.0\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <urn:uuid:1>\r\nContent-Length: 13\r\n\r\nsoftware: x\r\n\r\n\r\n".to_owned(),
        wget_record("https://bote.example/bruecke", at, HTML, NEWS),
        wget_record("https://bote.example/bild.png", at, "200 OK\r\nContent-Type: image/png", "png"),
        wget_record("https://bote.example/weg", at, "404 Not Found\r\nContent-Type: text/html", NEWS),
        wget_record("https://bote.example/wand", at, HTML, WALL),
        wget_record("https://kurier.example/steg", at, HTML, &NEWS.replace("Brücke", "Fähre")),
    ]
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn in_members() -> Vec<u8> {
    records().iter().flat_map(|record| gzip(record.as_bytes())).collect()
}

/// Imports a file of these bytes; gives exit code, what was said, and the records by path.
#[track_caller]
fn import(bytes: &[u8], name: &str) -> (i32, String, Vec<String>, Desk) {
    let desk = Desk::new();
    fs::write(desk.path(name), bytes).unwrap();
    let output = desk.run(&["import", name]);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert!(!said.contains("panicked"), "{said}");
    let paths = desk.records().keys().cloned().collect();
    assert_eq!(desk.run(&["verify"]).status.code(), Some(0), "{said}");
    (output.status.code().unwrap(), said, paths, desk)
}

#[test]
fn files_of_others_are_imported_however_they_are_packed() {
    for (bytes, name, expected) in [
        (records().concat().into_bytes(), "plain.warc", 0),
        (in_members(), "members.warc.gz", 0),
        (gzip(records().concat().as_bytes()), "whole.warc.gz", 3),
        (gzip(&in_members()), "twice.warc.gz", 3),
    ] {
        let (code, said, paths, desk) = import(&bytes, name);
        assert_eq!((code, paths.join(" ")), (expected, "/bruecke /steg".to_owned()), "{name}: {said}");
        assert!(said.contains("2 new, 1 not articles, 2 not pages (5 responses)"), "{name}: {said}");
        assert_eq!(said.contains("error: "), expected != 0, "{name}: {said}");
        let records = desk.records();
        assert_eq!(records["/bruecke"]["first_seen"], "2023-05-06T07:08:09Z");
        assert_eq!(records["/bruecke"]["headline"], "Brücke gesperrt");
        assert_eq!(desk.results(&["show", "--html", "https://bote.example/bruecke"]), NEWS, "{name}");
        let again = desk.run(&["import", name]);
        assert!(text(&again.stdout).contains("0 new, 2 known already"), "{}", text(&again.stdout));
        let leftovers = fs::read_dir(desk.path("archive")).unwrap();
        assert!(leftovers.flatten().all(|entry| !entry.file_name().to_string_lossy().contains("unpacked")));
    }
}

#[test]
fn what_is_whole_in_a_file_cut_off_or_damaged_is_imported_and_the_rest_told() {
    let members = in_members();
    let (code, said, paths, _) = import(&members[..members.len() - 40], "cut.warc.gz");
    assert_eq!((code, paths), (3, vec!["/bruecke".to_owned()]), "{said}");
    assert!(said.contains("error: cut.warc.gz: the file ends within a record"), "{said}");
    let plain = records().concat();
    let (code, said, paths, _) = import(&plain.as_bytes()[..plain.len() - 300], "cut.warc");
    assert_eq!((code, paths), (3, vec!["/bruecke".to_owned()]), "{said}");
    let twice = gzip(&in_members());
    let (code, said, _, _) = import(&twice[..twice.len() - 60], "cut-twice.warc.gz");
    assert_eq!(code, 3, "{said}");
    let mut damaged = in_members();
    let second = gzip(records()[0].as_bytes()).len();
    damaged[second + 80] ^= 0x20;
    let (code, said, paths, _) = import(&damaged, "damaged.warc.gz");
    assert_eq!((code, paths), (3, vec!["/steg".to_owned()]), "{said}");
    for length in (0..members.len()).step_by(211) {
        import(&members[..length], "cut-anywhere.warc.gz");
    }
}

#[test]
fn what_is_no_warc_is_told_and_others_are_imported_all_the_same() {
    for (bytes, what) in [
        (NEWS.as_bytes().to_vec(), "no WARC file"),
        (gzip(NEWS.as_bytes()), "no WARC file"),
        (Vec::new(), "no WARC file"),
    ] {
        let (code, said, paths, _) = import(&bytes, "seite.html");
        assert_eq!((code, paths.len()), (1, 0), "{said}");
        assert!(said.contains(what), "{said}");
    }
    let desk = Desk::new();
    fs::write(desk.path("gut.warc.gz"), in_members()).unwrap();
    let output = desk.run(&["import", "fehlt.warc.gz", "gut.warc.gz"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("error: fehlt.warc.gz: cannot read"), "{}", text(&output.stderr));
    assert_eq!(desk.records().len(), 2);
}

#[test]
fn imported_pages_belong_to_their_portal_and_to_its_history() {
    let server = PortalServer::start(|request| match request.path.as_str() {
        "/liste/" => Reply::html("<a href='/artikel/1'>1</a>"),
        "/artikel/1" => Reply::html(NEWS.replace("Montag", "Dienstag")),
        _ => Reply::status(404),
    });
    let desk = Desk::new();
    desk.write_selectors("klein", &small_portal(server.origin(), "0s"));
    desk.results(&["crawl"]);
    let (url, listing) = (server.url("/artikel/1"), server.url("/liste/"));
    let at = "2023-05-06T07:08:09Z";
    let file = [
        wget_record(&url, at, HTML, NEWS),
        wget_record(&listing, at, HTML, NEWS),
        wget_record(&server.url("/artikel/2"), at, HTML, &NEWS.replace("Brücke", "Fähre")),
    ];
    fs::write(desk.path("alt.warc"), file.concat()).unwrap();
    let said = desk.results(&["import", "alt.warc"]);
    assert!(said.contains("1 new, 1 changed, 1 not articles"), "{said}");
    let record = &desk.records_of("klein")["/artikel/1"];
    assert_eq!((record["revision"].as_u64(), &record["first_seen"]), (Some(1), &Value::from(at)));
    assert!(
        record["body"][0]["text"].as_str().unwrap().contains("Dienstag"),
        "the newer page is the current one"
    );
    let diff = desk.results(&["show", "--diff", &url]);
    assert!(diff.contains("[-Montag-] {+Dienstag+}"), "{diff}");
    assert_eq!(desk.records_of("klein").len(), 2);
    // Known now: no crawl asks for it only because it was imported.
    desk.results(&["crawl"]);
    assert_eq!(server.times_asked("/artikel/2"), 0);
    let run = desk.results(&["export", "runs", "--format", "jsonl"]);
    assert!(run.contains(r#""command":"import""#), "{run}");
    // What was purged stays out unless it is asked for.
    desk.results(&["purge", &url]);
    assert!(desk.results(&["import", "alt.warc"]).contains("1 purged before"));
    assert!(desk.results(&["import", "--purged-too", "alt.warc"]).contains("1 new"));
}

#[test]
fn pages_that_ask_not_to_be_kept_are_left_out() {
    let page = NEWS.replace("<head>", "<head><meta name='robots' content='noarchive'>");
    let file = wget_record("https://bote.example/a", "2023-05-06T07:08:09Z", HTML, &page);
    let (code, said, paths, _) = import(file.as_bytes(), "a.warc");
    assert_eq!((code, paths.len()), (0, 0), "{said}");
    assert!(said.contains("1 ask not to be kept"), "{said}");
}

#[test]
fn a_wacz_holds_the_selection_and_says_so() {
    let portal = TagdivPortal::new(24, 81);
    let server = portal.serve();
    let desk = Desk::new();
    desk.write_selectors("bote", &TagdivPortal::selectors("bote", server.origin(), "0s"));
    desk.results(&["crawl"]);
    let some = desk.records().values().next().unwrap()["published"].as_str().unwrap()[..10].to_owned();
    let selected = desk.results(&["export", "--since", &some, "--format", "jsonl"]).lines().count();
    desk.results(&["export", "wacz", "--since", &some, "-o", "auswahl.wacz"]);
    let mut zip = zip::ZipArchive::new(fs::File::open(desk.path("auswahl.wacz")).unwrap()).unwrap();
    let mut read = |name: &str| {
        let mut file = zip.by_name(name).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        (bytes, file.compression())
    };
    let description: Value = serde_json::from_slice(&read("datapackage.json").0).unwrap();
    assert_eq!(
        (&description["profile"], &description["wacz_version"]),
        (&"data-package".into(), &"1.1.1".into())
    );
    let digest: Value = serde_json::from_slice(&read("datapackage-digest.json").0).unwrap();
    assert_eq!(digest["hash"], Digest::of(&read("datapackage.json").0).to_string());
    let mut warc = Vec::new();
    for resource in description["resources"].as_array().unwrap() {
        let path = resource["path"].as_str().unwrap();
        let (bytes, compression) = read(path);
        assert_eq!(resource["hash"], Digest::of(&bytes).to_string(), "{path}");
        assert_eq!(resource["bytes"].as_u64().unwrap(), bytes.len() as u64);
        if path.starts_with("archive/") {
            assert_eq!(compression, zip::CompressionMethod::Stored);
            warc = bytes;
        }
    }
    let pages = text(&read("pages/pages.jsonl").0);
    assert_eq!(pages.lines().count(), selected + 1);
    let index = text(&read("indexes/index.cdx").0);
    assert_eq!(index.lines().count(), selected);
    assert!(index.lines().is_sorted());
    for line in index.lines() {
        let fields: Value = serde_json::from_str(line.splitn(3, ' ').nth(2).unwrap()).unwrap();
        let number = |name: &str| fields[name].as_str().unwrap().parse::<usize>().unwrap();
        let member = &warc[number("offset")..number("offset") + number("length")];
        let mut record = Vec::new();
        flate2::read::GzDecoder::new(member).read_to_end(&mut record).unwrap();
        let target = format!("WARC-Target-URI: {}\r\n", fields["url"].as_str().unwrap());
        assert!(text(&record).contains(&target));
    }
    assert_eq!(desk.run(&["export", "wacz"]).status.code(), Some(2));
    assert_eq!(desk.run(&["export", "wacz", "-o", "x.wacz", "--format", "json"]).status.code(), Some(2));
    assert_eq!(fs::read_dir(desk.path("")).unwrap().count(), 3, "archive, selectors, auswahl.wacz");
}
