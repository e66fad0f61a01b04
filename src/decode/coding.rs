//! Takes content-codings off (RFC 9110 §8.4): gzip, deflate, br, zstd, under a cap. Charsets are `charset`'s.

use std::borrow::Cow;

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};
use flate2::{Decompress, FlushDecompress, Status};
use zstd::stream::raw::{DParameter, Decoder as ZstdDecoder, InBuffer, Operation as _, OutBuffer};

use super::{Headers, Issue, Limits, MAX_CODINGS};

/// Bytes the output grows by at a time.
const CHUNK: usize = 64 * 1024;
/// Largest zstd window: 8 MiB, as RFC 9659 §3 sets it for content-codings.
const ZSTD_WINDOW_LOG: u32 = 23;
const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b, 0x08];
const ZSTD_MAGIC: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// A body with its content-codings taken off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content<'a> {
    /// The bytes, as far as they could be read; borrowed where nothing was to be taken off.
    pub bytes: Cow<'a, [u8]>,
    /// Whether every stream ended as it should, trailer and checksum included. `false`: the body is cut or damaged.
    pub complete: bool,
    /// Whether the cap on size or ratio ended the reading.
    pub capped: bool,
    /// What was not as it should be.
    pub issues: Vec<Issue>,
}

/// Whether a body's content is all there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wholeness {
    /// Every stream ended as it should.
    Whole,
    /// It is cut or damaged.
    Cut,
    /// It would have grown over the limits.
    TooLarge,
}

impl Content<'_> {
    /// Whether it is all there.
    pub fn wholeness(&self) -> Wholeness {
        match (self.capped, self.complete) {
            (true, _) => Wholeness::TooLarge,
            (false, false) => Wholeness::Cut,
            (false, true) => Wholeness::Whole,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Coding {
    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }
}

/// How a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// As it should; so many bytes of the input belong to it.
    Complete(usize),
    /// The input ended first.
    Incomplete,
    /// The bytes are no such stream, or not from here on.
    Corrupt,
    /// The cap was reached.
    Capped,
}

/// The content of a body: codings named in `headers` are taken off, and gzip that no header names.
/// Wrong labels are survived; the cap and cut streams are reported in the result.
pub fn content<'a>(body: &'a [u8], headers: &Headers, limits: &Limits) -> Content<'a> {
    let mut content =
        Content { bytes: Cow::Borrowed(body), complete: true, capped: false, issues: Vec::new() };
    let cap = limits.cap(body.len());
    let codings = named_codings(headers, &mut content.issues);
    for &coding in codings.iter().rev() {
        take_off(coding, &mut content, cap);
        if content.capped || !content.complete {
            break;
        }
    }
    if content.complete
        && !content.capped
        && codings.len() < MAX_CODINGS
        && content.bytes.starts_with(GZIP_MAGIC)
    {
        if codings.is_empty() && !is_gzip_type(headers) {
            content.issues.push(Issue::page("unlabelled-gzip", "the body is gzip, though no header says so"));
        }
        take_off(Coding::Gzip, &mut content, cap);
    }
    if content.capped {
        content.issues.push(Issue::page("decoded-size-limit", format!("decodes to more than {cap} bytes")));
    }
    if content.bytes.len() > limits.decoded_bytes {
        truncate(&mut content.bytes, limits.decoded_bytes);
        content.capped = true;
        content
            .issues
            .push(Issue::page("decoded-size-limit", format!("longer than {} bytes", limits.decoded_bytes)));
    }
    content
}

/// The codings in the order they were applied. More than the limit, or an unknown one: none, and an issue.
fn named_codings(headers: &Headers, issues: &mut Vec<Issue>) -> Vec<Coding> {
    let mut codings = Vec::new();
    for name in headers.all("content-encoding").flat_map(|value| value.split(',')).map(str::trim) {
        let coding = match name.to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => Coding::Gzip,
            "deflate" => Coding::Deflate,
            "br" => Coding::Brotli,
            "zstd" => Coding::Zstd,
            // Not codings, but seen: "utf-8" and the like are charsets in the wrong header.
            "" | "identity" | "none" | "binary" | "utf-8" | "utf8" | "8bit" => continue,
            _ => {
                let name: String = name.chars().take(40).collect();
                issues.push(Issue::page("unknown-coding", format!("content-encoding {name:?} is unknown")));
                return Vec::new();
            }
        };
        codings.push(coding);
        if codings.len() > MAX_CODINGS {
            issues.push(Issue::page("coding-limit", format!("more than {MAX_CODINGS} content-codings")));
            return Vec::new();
        }
    }
    codings
}

fn is_gzip_type(headers: &Headers) -> bool {
    headers.get("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("gzip"))
}

/// Takes one coding off what is there.
fn take_off(coding: Coding, content: &mut Content<'_>, cap: usize) {
    if content.bytes.is_empty() {
        return;
    }
    let mut out = Vec::with_capacity(expected_size(coding, &content.bytes, cap));
    let end = match coding {
        Coding::Gzip => gunzip(&content.bytes, &mut out, cap, &mut content.issues),
        Coding::Deflate => undeflate(&content.bytes, &mut out, cap),
        Coding::Brotli => unbrotli(&content.bytes, &mut out, cap),
        Coding::Zstd => unzstd(&content.bytes, &mut out, cap),
    };
    if end == End::Corrupt && is_mislabelled(coding, &content.bytes, &out) {
        content.issues.push(Issue::page(
            "wrong-coding",
            format!("content-encoding says {}, but the body is not", coding.name()),
        ));
        return;
    }
    match end {
        End::Complete(_) => {}
        End::Incomplete => {
            content.complete = false;
            content.issues.push(Issue::page(
                "incomplete-coding",
                format!("the {} stream ends before its end", coding.name()),
            ));
        }
        End::Corrupt => {
            content.complete = false;
            content
                .issues
                .push(Issue::page("corrupt-coding", format!("the {} stream is damaged", coding.name())));
        }
        End::Capped => content.capped = true,
    }
    content.bytes = Cow::Owned(out);
}

/// Whether bytes labelled as `coding` are something else: no magic number, or readable text where no magic exists.
fn is_mislabelled(coding: Coding, bytes: &[u8], out: &[u8]) -> bool {
    match coding {
        Coding::Gzip => !bytes.starts_with(&GZIP_MAGIC[..2]),
        Coding::Zstd => out.is_empty() && !bytes.starts_with(ZSTD_MAGIC),
        Coding::Deflate | Coding::Brotli => {
            let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
            matches!(text.first(), Some(b'<' | b'{' | b'[')) || bytes.starts_with(GZIP_MAGIC)
        }
    }
}

/// A first guess at the decoded size, so that the output rarely moves.
fn expected_size(coding: Coding, bytes: &[u8], cap: usize) -> usize {
    let guess = match (coding, bytes.last_chunk::<4>()) {
        // RFC 1952 §2.3.1: the last four bytes are the size of the last member.
        (Coding::Gzip, Some(size)) => {
            (u32::from_le_bytes(*size) as usize).min(bytes.len().saturating_mul(40)).saturating_add(1)
        }
        _ => bytes.len().saturating_mul(5),
    };
    guess.clamp(1_024, cap.max(1_024))
}

/// Every member of a gzip file (RFC 1952 §2.2). What follows the last member and is no member is left.
fn gunzip(bytes: &[u8], out: &mut Vec<u8>, cap: usize, issues: &mut Vec<Issue>) -> End {
    let mut at = 0;
    let mut members = 0;
    loop {
        let rest = &bytes[at..];
        if members > 0 && (rest.len() < 2 || !rest.starts_with(&GZIP_MAGIC[..2])) {
            if rest.iter().any(|&byte| byte != 0) {
                let message = format!("{} bytes after the gzip stream", rest.len());
                issues.push(Issue::page("trailing-bytes", message));
            }
            return End::Complete(at);
        }
        match inflate(Decompress::new_gzip(15), rest, out, cap) {
            End::Complete(used) if used > 0 => at += used,
            end => return end,
        }
        members += 1;
    }
}

/// "deflate" is zlib (RFC 9110 §8.4.1.2), but some servers send bare DEFLATE.
fn undeflate(bytes: &[u8], out: &mut Vec<u8>, cap: usize) -> End {
    let is_zlib = bytes.len() >= 2
        && bytes[0] & 0x0f == 8
        && u16::from_be_bytes([bytes[0], bytes[1]]).is_multiple_of(31);
    if is_zlib {
        let end = inflate(Decompress::new(true), bytes, out, cap);
        if end != End::Corrupt || !out.is_empty() {
            return end;
        }
    }
    inflate(Decompress::new(false), bytes, out, cap)
}

fn inflate(mut stream: Decompress, bytes: &[u8], out: &mut Vec<u8>, cap: usize) -> End {
    loop {
        if out.len() >= cap {
            return End::Capped;
        }
        if out.capacity() == out.len() {
            out.reserve_exact(CHUNK.max(out.len()).min(cap - out.len()));
        }
        let (used, had) = (stream.total_in(), out.len());
        let rest = &bytes[used as usize..];
        match stream.decompress_vec(rest, out, FlushDecompress::None) {
            Ok(Status::StreamEnd) => return End::Complete(stream.total_in() as usize),
            Ok(Status::Ok | Status::BufError) => {
                if stream.total_in() == used && out.len() == had {
                    return if rest.is_empty() { End::Incomplete } else { End::Corrupt };
                }
            }
            Err(_) => return End::Corrupt,
        }
    }
}

fn unbrotli(bytes: &[u8], out: &mut Vec<u8>, cap: usize) -> End {
    let alloc = StandardAlloc::default;
    let mut state = BrotliState::new(alloc(), alloc(), alloc());
    // RFC 7932 windows only (16 MiB): the "large window" extension is no content-coding.
    state.large_window = false;
    let (mut left, mut at, mut total) = (bytes.len(), 0, 0);
    loop {
        let had = out.len();
        if had >= cap {
            return End::Capped;
        }
        let room = out.capacity().saturating_sub(had).max(CHUNK).min(cap - had);
        out.resize(had + room, 0);
        let (mut free, mut written) = (room, 0);
        let result = BrotliDecompressStream(
            &mut left,
            &mut at,
            bytes,
            &mut free,
            &mut written,
            &mut out[had..],
            &mut total,
            &mut state,
        );
        out.truncate(had + written);
        match result {
            BrotliResult::ResultSuccess => return End::Complete(at),
            BrotliResult::NeedsMoreInput => return End::Incomplete,
            BrotliResult::ResultFailure => return End::Corrupt,
            BrotliResult::NeedsMoreOutput => {}
        }
    }
}

/// Every frame of a zstd stream (RFC 8878 §3.1).
fn unzstd(bytes: &[u8], out: &mut Vec<u8>, cap: usize) -> End {
    let Ok(mut decoder) = ZstdDecoder::new() else { return End::Corrupt };
    if decoder.set_parameter(DParameter::WindowLogMax(ZSTD_WINDOW_LOG)).is_err() {
        return End::Corrupt;
    }
    let mut input = InBuffer::around(bytes);
    let mut frame_ended = false;
    loop {
        if input.pos() == bytes.len() && frame_ended {
            return End::Complete(bytes.len());
        }
        let had = out.len();
        if had >= cap {
            return End::Capped;
        }
        let room = out.capacity().saturating_sub(had).max(CHUNK).min(cap - had);
        out.resize(had + room, 0);
        let used = input.pos();
        let mut output = OutBuffer::around(&mut out[had..]);
        let result = decoder.run(&mut input, &mut output);
        let written = output.pos();
        out.truncate(had + written);
        match result {
            Ok(hint) => frame_ended = hint == 0,
            Err(_) => return End::Corrupt,
        }
        if input.pos() == used && written == 0 && !frame_ended {
            return End::Incomplete;
        }
    }
}

fn truncate(bytes: &mut Cow<'_, [u8]>, length: usize) {
    match bytes {
        Cow::Borrowed(slice) => *slice = &slice[..length.min(slice.len())],
        Cow::Owned(vec) => vec.truncate(length),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    const PAGE: &str = "<!doctype html><title>Rathaus</title><p>Die Stadt baut um. Die Stadt baut an.</p>";
    /// `PAGE` as brotli 1.1 writes it at quality 11.
    const BROTLI: &[u8] = include_bytes!("testdata/page.html.br");

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
}
