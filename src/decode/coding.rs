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
mod tests;
