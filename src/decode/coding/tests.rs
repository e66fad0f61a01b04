//! Codings taken off, their limits, and what broken streams give.

use std::io::Write as _;

use super::*;

const PAGE: &str = "<!doctype html><title>Rathaus</title><p>Die Stadt baut um. Die Stadt baut an.</p>";
/// `PAGE` as brotli 1.1 writes it at quality 11.
const BROTLI: &[u8] = include_bytes!("../testdata/page.html.br");

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn raw_deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::stream::encode_all(bytes, 3).unwrap()
}

fn encoded_as(coding: &str) -> Headers {
    Headers(vec![("Content-Encoding".to_owned(), coding.to_owned())])
}

fn read<'a>(body: &'a [u8], coding: &str) -> Content<'a> {
    content(body, &encoded_as(coding), &Limits::default())
}

fn codes(content: &Content<'_>) -> Vec<&'static str> {
    content.issues.iter().map(|issue| issue.code).collect()
}

#[track_caller]
fn check(body: &[u8], coding: &str, expected_codes: &[&str]) {
    let content = read(body, coding);
    assert_eq!(String::from_utf8_lossy(&content.bytes), PAGE, "{coding}");
    assert_eq!(codes(&content), expected_codes, "{coding}");
    assert!(content.complete && !content.capped, "{coding}");
}

#[test]
fn every_coding_and_every_order_of_them_is_taken_off() {
    let page = PAGE.as_bytes();
    check(page, "identity", &[]);
    check(&gzip(page), "gzip", &[]);
    check(&gzip(page), "X-GZip", &[]);
    check(&zlib(page), "deflate", &[]);
    check(&raw_deflate(page), "deflate", &[]);
    check(&zstd(page), "zstd", &[]);
    check(BROTLI, "br", &[]);
    check(&gzip(BROTLI), "br, gzip", &[]);
    check(&zstd(&zlib(&gzip(page))), "gzip, deflate, zstd", &[]);
}

#[test]
fn gzip_members_add_up_and_what_follows_them_is_left() {
    let (first, second) = PAGE.as_bytes().split_at(20);
    let mut body = gzip(first);
    body.extend(gzip(second));
    check(&body, "gzip", &[]);
    body.extend([0; 7]);
    check(&body, "gzip", &[]);
    body.extend(b"<!-- served in 3 ms -->");
    check(&body, "gzip", &["trailing-bytes"]);
    let mut frames = zstd(first);
    frames.extend(zstd(second));
    check(&frames, "zstd", &[]);
}

#[test]
fn wrong_labels_do_no_harm() {
    let page = PAGE.as_bytes();
    check(page, "gzip", &["wrong-coding"]);
    check(page, "deflate", &["wrong-coding"]);
    check(page, "br", &["wrong-coding"]);
    check(page, "zstd", &["wrong-coding"]);
    check(page, "utf-8", &[]);
    check(page, "rot13", &["unknown-coding"]);
    check(&gzip(page), "identity", &["unlabelled-gzip"]);
    check(&gzip(page), "br", &["wrong-coding"]);
    check(&gzip(&gzip(page)), "gzip", &[]);
}

#[test]
fn a_gzip_file_served_as_one_is_no_surprise() {
    let headers = Headers(vec![("content-type".to_owned(), "application/x-gzip".to_owned())]);
    let body = gzip(PAGE.as_bytes());
    let content = content(&body, &headers, &Limits::default());
    assert_eq!((&*content.bytes, codes(&content)), (PAGE.as_bytes(), vec![]));
}

#[test]
fn a_stream_cut_anywhere_is_noticed() {
    let page = PAGE.as_bytes();
    for (coding, body) in [
        ("gzip", gzip(page)),
        ("deflate", zlib(page)),
        ("deflate", raw_deflate(page)),
        ("zstd", zstd(page)),
        ("br", BROTLI.to_vec()),
    ] {
        for length in 3..body.len() {
            let content = read(&body[..length], coding);
            assert!(!content.complete, "{coding} cut to {length} of {}", body.len());
            assert!(PAGE.as_bytes().starts_with(&content.bytes), "{coding} cut to {length}");
        }
    }
}

#[test]
fn a_flipped_bit_is_noticed_by_the_checksum() {
    let mut body = gzip(PAGE.as_bytes());
    let trailer = body.len() - 6;
    body[trailer] ^= 1;
    let content = read(&body, "gzip");
    assert_eq!((content.complete, codes(&content)), (false, vec!["corrupt-coding"]));
}

#[test]
fn bombs_end_at_the_cap() {
    let zeros = vec![0; 20 * 1024 * 1024];
    for (coding, bomb) in [("gzip", gzip(&zeros)), ("zstd", zstd(&zeros)), ("deflate", zlib(&zeros))] {
        let content = read(&bomb, coding);
        assert!(content.capped, "{coding}");
        assert!(content.bytes.len() <= 7 * 1024 * 1024, "{coding}: {}", content.bytes.len());
        assert_eq!(codes(&content), ["decoded-size-limit"]);
    }
    let nested = gzip(&gzip(&zeros));
    assert!(read(&nested, "gzip, gzip").capped);
    let small = Limits { decoded_bytes: 10, ratio: 1_000 };
    let body = gzip(PAGE.as_bytes());
    assert_eq!(content(&body, &encoded_as("gzip"), &small).bytes.len(), 10);
    let plain = content(PAGE.as_bytes(), &Headers::default(), &small);
    assert!(plain.capped && plain.bytes.len() == 10);
}

#[test]
fn too_many_codings_are_not_peeled() {
    let content = read(b"xx", "gzip, gzip, gzip, gzip");
    assert_eq!((&*content.bytes, codes(&content)), (&b"xx"[..], vec!["coding-limit"]));
    assert!(read(b"", "gzip").complete);
}

proptest::proptest! {
    #[test]
    fn no_bytes_panic(body: Vec<u8>, coding in "(gzip|deflate|br|zstd)(, (gzip|deflate|br|zstd))?") {
        let limits = Limits { decoded_bytes: 100_000, ratio: 10 };
        let content = content(&body, &encoded_as(&coding), &limits);
        proptest::prop_assert!(content.bytes.len() <= 100_000);
    }

    #[test]
    fn damaged_streams_never_panic(at in 0usize..80, byte: u8) {
        let page = PAGE.as_bytes();
        let bodies =
            [("gzip", gzip(page)), ("deflate", zlib(page)), ("zstd", zstd(page)), ("br", BROTLI.to_vec())];
        for (coding, mut body) in bodies {
            let at = at % body.len();
            body[at] ^= byte;
            let _ = read(&body, coding);
        }
    }
}
