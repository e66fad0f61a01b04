//! The texts inside records: WARC fields, HTTP heads, and how HTTP headers are changed so that other tools can read
//! a body without its transfer-coding.

use std::fmt::Write as _;

use crate::model::capture::{Capture, Headers};
use crate::model::digest::Digest;

/// What changed headers are renamed to; reading undoes it.
const ORIGINAL: &str = "X-Orig-";

/// The fields of one record's head.
pub(super) struct Head(String);

impl Head {
    pub(super) fn new(kind: &str) -> Self {
        Self(format!("WARC/1.1\r\nWARC-Type: {kind}\r\n"))
    }

    pub(super) fn field(&mut self, name: &str, value: impl std::fmt::Display) -> &mut Self {
        let start = self.0.len();
        let _ = write!(self.0, "{name}: {value}");
        one_line(&mut self.0, start);
        self.0.push_str("\r\n");
        self
    }

    /// The head, closed, with the length of the block that follows.
    pub(super) fn close(mut self, block_bytes: usize) -> String {
        let _ = write!(self.0, "Content-Length: {block_bytes}\r\n\r\n");
        self.0
    }
}

/// An identity for a record, the same for the same seed: a UUID of version 8 (RFC 9562 §5.8) from a digest.
pub(super) fn record_id(seed: &str) -> String {
    let mut bytes = Digest::of(seed.as_bytes()).0;
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = Digest(bytes).hex();
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32]];
    format!("<urn:uuid:{}>", parts.join("-"))
}

/// `application/warc-fields`: a name and a value a line.
pub(super) fn warc_fields<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = String::new();
    for (name, value) in fields {
        let start = out.len();
        let _ = write!(out, "{name}: {value}");
        one_line(&mut out, start);
        out.push_str("\r\n");
    }
    out
}

/// The response's head as it stands in the record: `Transfer-Encoding` and a wrong `Content-Length` renamed, the
/// right length given, everything else as received.
pub(super) fn response_head(capture: &Capture, body_follows: bool) -> String {
    let mut out = String::with_capacity(1_024);
    let _ = write!(out, "HTTP/1.1 {} {}\r\n", capture.status, reason_phrase(capture.status));
    let is_chunked = capture.headers.get("transfer-encoding").is_some();
    let length = capture.body.len().to_string();
    let is_wrong = body_follows && capture.headers.all("content-length").any(|value| value != length);
    let is_changed = is_chunked || is_wrong;
    for (name, value) in &capture.headers.0 {
        let is_framing = name.eq_ignore_ascii_case("transfer-encoding")
            || (is_changed && name.eq_ignore_ascii_case("content-length"));
        if is_framing {
            header(&mut out, &format!("{ORIGINAL}{name}"), value);
        } else {
            header(&mut out, name, value);
        }
    }
    if is_changed && body_follows {
        header(&mut out, "Content-Length", &length);
    }
    out.push_str("\r\n");
    out
}

/// Undoes what [`response_head`] did.
pub(super) fn original_headers(headers: Headers) -> Headers {
    let renamed = |name: &str| {
        let rest = name.get(..ORIGINAL.len()).filter(|start| start.eq_ignore_ascii_case(ORIGINAL));
        rest.map(|_| name[ORIGINAL.len()..].to_owned()).filter(|rest| {
            rest.eq_ignore_ascii_case("transfer-encoding") || rest.eq_ignore_ascii_case("content-length")
        })
    };
    if !headers.0.iter().any(|(name, _)| renamed(name).is_some()) {
        return headers;
    }
    let kept = headers.0.into_iter().filter_map(|(name, value)| match renamed(&name) {
        Some(original) => Some((original, value)),
        None if name.eq_ignore_ascii_case("content-length") => None,
        None => Some((name, value)),
    });
    Headers(kept.collect())
}

/// The request as it was sent.
pub(super) fn request_block(capture: &Capture) -> String {
    let mut out = format!("GET {} HTTP/1.1\r\n", capture.url.path_and_query());
    for (name, value) in &capture.request_headers.0 {
        header(&mut out, name, value);
    }
    out.push_str("\r\n");
    out
}

fn header(out: &mut String, name: &str, value: &str) {
    let start = out.len();
    let _ = write!(out, "{name}: {value}");
    one_line(out, start);
    out.push_str("\r\n");
}

/// No value may begin a line of its own.
fn one_line(out: &mut String, start: usize) {
    if out[start..].contains(['\r', '\n', '\0']) {
        let line = out[start..].replace(['\r', '\n', '\0'], " ");
        out.replace_range(start.., &line);
    }
}

/// Reads `name: value` lines up to the first empty one; continuation lines are joined. Bytes that are not UTF-8 read
/// as Latin-1.
pub(super) fn parse_headers(bytes: &[u8]) -> Headers {
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in bytes.split(|&byte| byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        let text = match std::str::from_utf8(line) {
            Ok(text) => text.to_owned(),
            Err(_) => line.iter().copied().map(char::from).collect(),
        };
        if text.starts_with([' ', '\t']) {
            if let Some((_, value)) = headers.last_mut() {
                value.push(' ');
                value.push_str(text.trim());
            }
        } else if let Some((name, value)) = text.split_once(':') {
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    Headers(headers)
}

fn reason_phrase(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        203 => "Non-Authoritative Information",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        410 => "Gone",
        429 => "Too Many Requests",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn record_ids_are_uuids() {
        let id = record_id("x");
        assert_eq!((id.len(), &id[..10], &id[24..25]), (47, "<urn:uuid:", "8"));
        assert_eq!((record_id("x") == id, record_id("y") == id), (true, false));
    }

    #[test]
    fn a_value_cannot_begin_a_line() {
        let mut head = Head::new("response");
        head.field("WARC-Target-URI", "http://a/\r\nWARC-Type: request");
        assert!(head.close(0).contains("http://a/  WARC-Type: request\r\n"));
    }

    #[test]
    fn folded_and_odd_lines_are_headers_too() {
        let headers = parse_headers(b"A: 1\r\n 2\r\nnonsense\r\nB:\xe4\nC : 3\r\n\r\nD: 4");
        let pairs: Vec<_> = headers.0.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(pairs, [("A", "1 2"), ("B", "ä"), ("C", "3")]);
    }
}
