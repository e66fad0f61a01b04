//! Captures to files and back, damage included.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tempfile::TempDir;

use crate::model::capture::{Capture, Headers, Redirect, Truncation};
use crate::model::digest::Digest;

use super::*;

fn url(text: &str) -> CrawlUrl {
    CrawlUrl::parse(text).unwrap()
}

fn headers(pairs: &[(&str, &str)]) -> Headers {
    Headers(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

fn capture(path: &str, body: &[u8]) -> Capture {
    let url = url(&format!("https://bote.example{path}"));
    Capture {
        requested: url.clone(),
        url,
        redirects: Vec::new(),
        fetched_at: "2025-03-14T09:30:00.123456789Z".parse().unwrap(),
        status: 200,
        request_headers: headers(&[("host", "bote.example"), ("user-agent", "dateline/0")]),
        headers: headers(&[("content-type", "text/html"), ("x-a", "größer")]),
        body: body.to_vec(),
        digest: Digest::of(body),
        ip: Some("192.0.2.7".parse().unwrap()),
        truncated: None,
    }
}

fn info() -> Info {
    Info { software: "dateline 0".to_owned(), operator: Some("lab".to_owned()), user_agent: None }
}

fn writer(directory: &Path) -> WarcWriter {
    WarcWriter::open(directory, info(), MAX_FILE_BYTES).unwrap()
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Writes the capture, reads it back, and gives the file.
#[track_caller]
fn check(capture: &Capture) -> Vec<u8> {
    let directory = TempDir::new().unwrap();
    let mut writer = writer(directory.path());
    let notes = Notes { metadata: vec![("robots-rule".to_owned(), "none".to_owned())], earlier: None };
    let place = writer.write_capture(capture, &notes).unwrap();
    assert_eq!(&read_capture(directory.path(), &place).unwrap(), capture);
    let path = files(directory.path()).remove(0);
    assert_eq!(check_file(&path).unwrap(), (4, vec![]));
    fs::read(path).unwrap()
}

#[test]
fn a_capture_comes_back_as_it_was() {
    check(&capture("/", b"<p>Die Stadt baut um."));
    check(&capture("/leer", b""));
    check(&Capture { headers: headers(&[]), request_headers: headers(&[]), ip: None, ..capture("/", b"x") });
    check(&Capture { status: 404, truncated: Some(Truncation::Length), ..capture("/weg", b"weg") });
    check(&Capture { status: 999, ..capture("/x", b"\r\n\r\nWARC/1.1\r\n") });
    check(&Capture { ip: Some("2001:db8::1".parse().unwrap()), ..capture("/", &vec![0; 100_000]) });
    let redirect =
        Redirect { from: url("https://bote.example/a"), status: 301, to: url("https://bote.example/b") };
    check(&Capture {
        requested: url("https://bote.example/a"),
        redirects: vec![redirect],
        ..capture("/b", b"b")
    });
}

#[test]
fn framing_headers_are_true_in_the_file_and_come_back() {
    let chunked = headers(&[("Server", "x"), ("Transfer-Encoding", "chunked"), ("X-B", "y")]);
    let file = check(&Capture { headers: chunked, ..capture("/", b"hallo") });
    let text = String::from_utf8_lossy(&unpacked(&file)).into_owned();
    assert!(
        text.contains("X-Orig-Transfer-Encoding: chunked\r\nX-B: y\r\nContent-Length: 5\r\n\r\nhallo"),
        "{text}"
    );
    let wrong = headers(&[("content-length", "100"), ("content-encoding", "gzip")]);
    let cut = Capture { headers: wrong, truncated: Some(Truncation::Length), ..capture("/", b"hallo") };
    let text = String::from_utf8_lossy(&unpacked(&check(&cut))).into_owned();
    assert!(
        text.contains("X-Orig-content-length: 100\r\ncontent-encoding: gzip\r\nContent-Length: 5\r\n"),
        "{text}"
    );
    check(&Capture { headers: headers(&[("content-length", "5")]), ..capture("/", b"hallo") });
}

fn unpacked(file: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(file), &mut out).unwrap();
    out
}

#[test]
fn encoded_bodies_are_stored_and_others_compressed() {
    let body = b"Die Stadt baut um. ".repeat(500);
    let plain = check(&capture("/", &body));
    let encoded = Capture { headers: headers(&[("content-encoding", "gzip")]), ..capture("/", &body) };
    let stored = check(&encoded);
    assert!(plain.len() < 4_000 && stored.len() > body.len(), "{} {}", plain.len(), stored.len());
}

#[test]
fn a_repeated_payload_is_a_revisit_that_reads_like_the_whole() {
    let directory = TempDir::new().unwrap();
    let mut writer = writer(directory.path());
    let first = capture("/a", &b"Die Stadt baut um. ".repeat(2_000));
    let place = writer.write_capture(&first, &Notes::default()).unwrap();
    let earlier = Earlier { url: first.url.clone(), fetched_at: first.fetched_at, place: place.clone() };
    let notes = Notes { earlier: Some(earlier), metadata: Vec::new() };
    let chunked = headers(&[("transfer-encoding", "chunked"), ("etag", "2")]);
    let again = Capture {
        headers: chunked,
        url: url("https://bote.example/b"),
        requested: url("https://bote.example/b"),
        ..first.clone()
    };
    let revisit = writer.write_capture(&again, &notes).unwrap();
    assert!(revisit.length < 800, "{}", revisit.length);
    assert_eq!(read_capture(directory.path(), &revisit).unwrap(), again);
    // 304: nothing to repeat, only the word that it is current.
    let unmodified = Capture { status: 304, body: vec![], digest: Digest::of(b""), ..first.clone() };
    let place = writer.write_capture(&unmodified, &notes).unwrap();
    assert_eq!(read_capture(directory.path(), &place).unwrap(), unmodified);
    // Another payload is no revisit, whatever the notes say.
    let other = capture("/c", b"anders");
    let place = writer.write_capture(&other, &notes).unwrap();
    assert_eq!(read_capture(directory.path(), &place).unwrap(), other);
    let mut captures = Captures::open(&files(directory.path())[0]).unwrap();
    let mut found = Vec::new();
    while let Some(capture) = captures.next_capture().unwrap() {
        found.push(capture.capture);
    }
    assert_eq!(found, [first, other]);
}

#[test]
fn a_full_file_is_followed_by_another() {
    let directory = TempDir::new().unwrap();
    let mut writer = WarcWriter::open(&directory.path().join("warc"), info(), 2_000).unwrap();
    assert_eq!((writer.current_file(), files(&directory.path().join("warc")).len()), (None, 0));
    let captures: Vec<_> = (0..10).map(|number| capture(&format!("/{number}"), b"x")).collect();
    let places: Vec<_> =
        captures.iter().map(|capture| writer.write_capture(capture, &Notes::default()).unwrap()).collect();
    writer.sync().unwrap();
    let files = files(&directory.path().join("warc"));
    assert!(files.len() > 2, "{files:?}");
    let name = files[0].file_name().unwrap().to_str().unwrap();
    assert!(name.starts_with("dateline-20250314093000-00000-") && name.ends_with(".warc.gz"), "{name}");
    for (place, capture) in places.iter().zip(&captures) {
        assert_eq!(&read_capture(&directory.path().join("warc"), place).unwrap(), capture);
    }
}

/// A small archive: a file of three captures, and where they lie.
fn small(directory: &Path) -> (PathBuf, Vec<CaptureRef>) {
    let mut writer = writer(directory);
    let places = ["/1", "/2", "/3"]
        .map(|path| writer.write_capture(&capture(path, path.as_bytes()), &Notes::default()).unwrap());
    (files(directory).remove(0), places.to_vec())
}

#[test]
fn a_file_cut_anywhere_is_repaired_to_its_whole_records() {
    let source = TempDir::new().unwrap();
    let (path, places) = small(source.path());
    let bytes = fs::read(&path).unwrap();
    let starts = (0..bytes.len()).filter(|&at| member::skip_length(&bytes[at..]).is_some());
    let ends: Vec<usize> = starts.chain([bytes.len()]).collect();
    let directory = TempDir::new().unwrap();
    let cut_path = directory.path().join(path.file_name().unwrap());
    for length in 0..=bytes.len() {
        fs::write(&cut_path, &bytes[..length]).unwrap();
        let expected = *ends.iter().rev().find(|&&end| end <= length).unwrap() as u64;
        let whole = repair::whole_bytes(&cut_path, length as u64).unwrap();
        assert_eq!(whole, expected, "{length}");
        // Cutting waits for the disk, so it is done for some only.
        if length % 97 > 0 && length as u64 != expected + 1 {
            continue;
        }
        let repairs = repair(directory.path(), &|_| 0).unwrap();
        assert_eq!(repairs.len(), usize::from(whole < length as u64 || length == 0), "{length}");
        if whole > 0 {
            assert_eq!(fs::metadata(&cut_path).unwrap().len(), whole);
            assert_eq!(check_file(&cut_path).unwrap().1, vec![], "{length}");
        }
        for place in &places {
            let read = read_capture(directory.path(), place);
            assert_eq!(read.is_ok(), place.offset + place.length <= whole, "{length} {read:?}");
        }
        assert_eq!(repair(directory.path(), &|_| 0).unwrap(), vec![], "{length}");
    }
}

#[test]
fn zeros_and_foreign_bytes_at_the_end_are_cut() {
    let directory = TempDir::new().unwrap();
    let (path, places) = small(directory.path());
    let whole = fs::metadata(&path).unwrap().len();
    for tail in [&[0; 5_000][..], b"\x1f\x8b\x08\x04foreign", b"x"] {
        fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(tail).unwrap();
        let repairs = repair(directory.path(), &|_| 0).unwrap();
        assert_eq!((repairs[0].kept_bytes, repairs[0].cut_bytes), (whole, tail.len() as u64));
    }
    assert!(places.iter().all(|place| read_capture(directory.path(), place).is_ok()));
    assert_eq!(repair(&directory.path().join("missing"), &|_| 0).unwrap(), vec![]);
}

#[test]
fn a_flipped_byte_is_found_and_not_cut() {
    let directory = TempDir::new().unwrap();
    let (path, places) = small(directory.path());
    let bytes = fs::read(&path).unwrap();
    let content = unpacked(&bytes);
    let mut unnoticed = 0;
    for at in (0..bytes.len()).step_by(3) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x10;
        fs::write(&path, &flipped).unwrap();
        let (_, damages) = check_file(&path).unwrap();
        let readable = || places.iter().filter(|place| read_capture(directory.path(), place).is_ok()).count();
        if damages.is_empty() {
            // Time, system and our own lengths in a member's header, and padding, say nothing about the content.
            assert_eq!((readable(), unpacked(&flipped) == content), (3, true), "byte {at}");
            unnoticed += 1;
            continue;
        }
        assert!(readable() >= 2, "byte {at}");
        if at % 30 == 0 {
            repair(directory.path(), &|_| 0).unwrap();
            assert!(readable() >= 2, "byte {at}");
        }
    }
    assert!(unnoticed * 10 < bytes.len() / 3, "{unnoticed}");
}

const FOREIGN: &str = "WARC/1.0\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <urn:uuid:0>\r\nContent-Length: 4\r\n\r\nabcd\r\n\r\n\
WARC/1.0\r\nWARC-Type: request\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Target-URI: <http://bote.example/a>\r\nContent-Length: 24\r\n\r\nGET /a HTTP/1.1\r\nB: 1\r\n\r\n\r\n\r\n\
WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:2>\r\nWARC-Concurrent-To: <urn:uuid:1>\r\nWARC-Target-URI: <http://bote.example/a>\r\nWARC-Date: 2025-03-14T09:30:00Z\r\nContent-Length: 70\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nha\r\n3;x\r\nllo\r\n0\r\n\r\n\r\n\r\n\
WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: dns:bote.example\r\nWARC-Date: 2025-03-14T09:30:00Z\r\nContent-Length: 1\r\n\r\nx\r\n\r\n\
WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:3>\r\nWARC-Target-URI: http://bote.example/b\r\nWARC-Date: 2025-03-14T09:30:00Z\r\nWARC-Block-Digest: sha256:wrong\r\nContent-Length: 25\r\n\r\nHTTP/1.1 200\r\n\r\nhallo\r\n\r\n\r\n\r\n\
WARC/1.1\r\nWARC-Type: request\r\nWARC-Concurrent-To: <urn:uuid:3>\r\nContent-Length: 24\r\n\r\nGET /b HTTP/1.1\r\nC: 2\r\n\r\n\r\n\r\n";

/// Addresses, bodies and request headers found in a file, and its issues.
fn found(bytes: &[u8]) -> (Vec<String>, Vec<String>) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("fremd.warc");
    fs::write(&path, bytes).unwrap();
    let mut captures = Captures::open(&path).unwrap();
    let mut lines = Vec::new();
    while let Some(found) = captures.next_capture().unwrap() {
        let capture = found.capture;
        let request: Vec<_> =
            capture.request_headers.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let body = String::from_utf8_lossy(&capture.body).trim_end().to_owned();
        lines.push(format!("{} {body} {}", capture.url.path_and_query(), request.join(" ")));
    }
    (lines, captures.take_issues().into_iter().map(|issue| issue.message).collect())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn records(text: &str) -> Vec<String> {
    text.split("WARC/1.").skip(1).map(|record| format!("WARC/1.{record}")).collect()
}

#[test]
fn files_of_others_are_read_however_they_are_packed() {
    let each: Vec<u8> = records(FOREIGN).iter().flat_map(|record| gzip(record.as_bytes())).collect();
    for (name, bytes) in
        [("plain", FOREIGN.as_bytes().to_vec()), ("each", each), ("whole", gzip(FOREIGN.as_bytes()))]
    {
        let (lines, issues) = found(&bytes);
        assert_eq!(lines, ["/a hallo B=1", "/b hallo C=2"], "{name}");
        assert_eq!(issues.len(), if name == "whole" { 2 } else { 1 }, "{name}: {issues:?}");
        assert!(issues.last().unwrap().starts_with("\"dns:bote.example\": "), "{name}: {issues:?}");
    }
}

#[test]
fn what_is_whole_in_a_damaged_file_is_read() {
    let parts: Vec<Vec<u8>> = records(FOREIGN).iter().map(|record| gzip(record.as_bytes())).collect();
    let mut broken = parts.clone();
    broken[2][60] ^= 0xff;
    let (lines, issues) = found(&broken.concat());
    assert_eq!(lines, ["/b hallo C=2"]);
    assert!(issues.iter().any(|issue| issue.contains("at byte")), "{issues:?}");
    let mut between = parts.clone();
    between.insert(1, b"bytes that are nothing".to_vec());
    let (lines, issues) = found(&between.concat());
    assert_eq!((lines.len(), issues.len()), (2, 2), "{issues:?}");
    let all = parts.concat();
    let (lines, issues) = found(&all[..all.len() - parts[5].len() - 10]);
    assert_eq!(lines, ["/a hallo B=1"]);
    assert!(issues.iter().any(|issue| issue.contains("the file ends within a record")), "{issues:?}");
    let (lines, issues) = found(&FOREIGN.as_bytes()[..FOREIGN.len() - 40]);
    assert_eq!((lines.len(), issues.len()), (2, 2), "{issues:?}");
    let plain = FOREIGN.replacen("Content-Length: 24", "Content-Length: viele", 1);
    let (lines, issues) = found(plain.as_bytes());
    assert_eq!((lines.len(), issues.len()), (2, 2), "{issues:?}");
}

#[test]
fn what_is_no_warc_says_so() {
    for bytes in [&b""[..], b"<!doctype html>", &gzip(b"<!doctype html>"), b"\x1f\x8b", b"WARC/1.1\r\n\r\n"] {
        let (lines, _) = found(bytes);
        assert!(lines.is_empty());
    }
    assert_eq!(found(b"<!doctype html>").1, ["no WARC record where one should begin at byte 0"]);
}

#[test]
fn a_place_that_is_not_one_gives_an_error() {
    let directory = TempDir::new().unwrap();
    let (_, places) = small(directory.path());
    let wrong = |place: CaptureRef| read_capture(directory.path(), &place).unwrap_err().to_string();
    let [one, two, _] = &places[..] else { panic!() };
    assert!(wrong(CaptureRef { offset: one.offset + 1, ..one.clone() }).contains("no record begins here"));
    assert!(wrong(CaptureRef { offset: 1 << 40, ..one.clone() }).contains("no record begins here"));
    assert!(wrong(CaptureRef { digest: two.digest, ..one.clone() }).contains("holds no such capture"));
    assert!(wrong(CaptureRef { offset: 0, ..one.clone() }).contains("the record is no response"));
    assert!(wrong(CaptureRef { warc: "weg".to_owned(), ..one.clone() }).starts_with("cannot open "));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_capture_comes_back(
        body in proptest::collection::vec(any::<u8>(), 0..3_000),
        names in proptest::collection::vec(("[a-z-]{1,12}", "[ -~ä-ü]{0,20}"), 0..6),
        framing in proptest::sample::select(vec!["", "transfer-encoding", "content-length", "content-encoding"]),
        status in 200_u16..599,
    ) {
        prop_assume!(status != 304);
        let mut pairs: Vec<(String, String)> = names.into_iter().map(|(a, b)| (a, b.trim().to_owned())).collect();
        if !framing.is_empty() {
            pairs.push((framing.to_owned(), "chunked".to_owned()));
        }
        let capture = Capture { headers: Headers(pairs), status, ..capture("/x", &body) };
        check(&capture);
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000), is_packed: bool) {
        found(&if is_packed { gzip(&bytes) } else { bytes });
    }

    #[test]
    fn no_damage_panics(flips in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6), packing in 0..3) {
        let mut bytes = match packing {
            0 => FOREIGN.as_bytes().to_vec(),
            1 => gzip(FOREIGN.as_bytes()),
            _ => records(FOREIGN).iter().flat_map(|record| gzip(record.as_bytes())).collect(),
        };
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= byte;
        }
        found(&bytes);
    }
}
