//! From records back to captures: one by its place, or all of a file.

use std::fs::File;
use std::path::Path;

use jiff::Timestamp;

use crate::model::capture::{Capture, CaptureRef, Headers, Redirect, Truncation};
use crate::model::crawl_url::CrawlUrl;
use crate::model::digest::Digest;
use crate::model::issue::Issue;

use super::fields::{original_headers, parse_headers};
use super::reader::{Kind, Record, WarcReader};
use super::{IDENTICAL_PAYLOAD, REDIRECT, REFERS_TO_PLACE, REQUESTED, WarcError};

/// Reads one capture of the files in `directory`, its request included, and checks its digest. A revisit gets its
/// body from the record it refers to.
pub fn read_capture(directory: &Path, place: &CaptureRef) -> Result<Capture, WarcError> {
    let path = directory.join(&place.warc);
    let mut reader = WarcReader::open_at(&path, place.offset)?;
    let record = whole_record(&mut reader, place)?;
    let not_the_capture =
        |what: String| WarcError::NotTheCapture { path: path.clone(), offset: place.offset, what };
    let mut capture = capture_of(&record).map_err(|issue| not_the_capture(issue.message))?;
    if record.kind == Kind::Revisit && record.fields.get("warc-profile") == Some(IDENTICAL_PAYLOAD) {
        let earlier = record
            .fields
            .get(REFERS_TO_PLACE)
            .and_then(|written| place_of(written, place.digest))
            .ok_or_else(|| not_the_capture("a revisit that does not say where its body lies".to_owned()))?;
        capture.body = earlier_body(directory, &earlier)?;
        capture.digest = Digest::of(&capture.body);
    }
    if capture.digest != place.digest {
        return Err(not_the_capture(format!("its digest is {}, not {}", capture.digest, place.digest)));
    }
    // The request follows its response.
    if let Ok(Some(next)) = reader.next_record()
        && belongs_to(&next, &record)
    {
        capture.request_headers = http_headers(&next.block);
    }
    Ok(capture)
}

fn whole_record(reader: &mut WarcReader<File>, place: &CaptureRef) -> Result<Record, WarcError> {
    let record = reader.next_record()?;
    let damaged = |what: &str| WarcError::Damaged {
        path: reader.path().to_owned(),
        offset: place.offset,
        what: what.to_owned(),
    };
    match record {
        Some(record) if record.offset != place.offset => Err(damaged("no record begins here")),
        Some(record) if !record.complete => {
            Err(damaged(record.issues.first().map_or("incomplete", |issue| issue.message.as_str())))
        }
        Some(record) if record.block_digest_is_right() == Some(false) => {
            Err(damaged("its digest does not fit its content"))
        }
        Some(record) => Ok(record),
        None => Err(damaged("no record begins here")),
    }
}

/// The body a revisit repeats. Followed once: what it refers to is a response.
fn earlier_body(directory: &Path, place: &CaptureRef) -> Result<Vec<u8>, WarcError> {
    let path = directory.join(&place.warc);
    let record = whole_record(&mut WarcReader::open_at(&path, place.offset)?, place)?;
    match capture_of(&record) {
        Ok(capture) if record.kind == Kind::Response => Ok(capture.body),
        Ok(_) => Err(WarcError::NotTheCapture { path, offset: place.offset, what: "no response".to_owned() }),
        Err(issue) => Err(WarcError::NotTheCapture { path, offset: place.offset, what: issue.message }),
    }
}

fn place_of(written: &str, digest: Digest) -> Option<CaptureRef> {
    let mut words = written.split(' ');
    let warc = words.next()?.to_owned();
    // The name of a file beside this one, and nothing else.
    if warc.is_empty() || warc.contains(['/', '\\']) || warc.starts_with('.') {
        return None;
    }
    Some(CaptureRef {
        warc,
        offset: words.next()?.parse().ok()?,
        length: words.next()?.parse().ok()?,
        digest,
    })
}

/// Whether `request` is the request of `response`.
fn belongs_to(request: &Record, response: &Record) -> bool {
    let names = |one: &Record, other: &Record| {
        let id = other.fields.get("warc-record-id");
        id.is_some() && one.fields.all("warc-concurrent-to").any(|concurrent| Some(concurrent) == id)
    };
    request.kind == Kind::Request && (names(request, response) || names(response, request))
}

/// A capture found in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCapture {
    /// The capture.
    pub capture: Capture,
    /// First byte of its record (see [`Record::offset`]).
    pub offset: u64,
    /// Bytes of its record as stored (see [`Record::length`]).
    pub length: u64,
    /// What was not as it should be; a damaged record is among the issues of [`Captures::take_issues`] instead.
    pub issues: Vec<Issue>,
}

/// The captures of a file: its whole responses to http(s) requests, each with its request where that stands beside
/// it. Revisits are left out: what they repeat is a capture of its own.
pub struct Captures {
    reader: WarcReader<File>,
    /// The record before.
    request: Option<Record>,
    /// A response whose request may still come.
    response: Option<Record>,
    issues: Vec<Issue>,
    ended: bool,
    records: u64,
}

impl Captures {
    /// Opens any WARC file.
    pub fn open(path: &Path) -> Result<Self, WarcError> {
        let reader = WarcReader::open(path)?;
        Ok(Self { reader, request: None, response: None, issues: Vec::new(), ended: false, records: 0 })
    }

    /// The next capture; `None` at the end.
    pub fn next_capture(&mut self) -> Result<Option<FoundCapture>, WarcError> {
        while !self.ended {
            let record = self.reader.next_record()?;
            self.issues.extend(self.reader.take_issues());
            let Some(record) = record else {
                self.ended = true;
                break;
            };
            self.records += 1;
            if !record.complete {
                let issue = record.issues.first().map_or("incomplete", |issue| issue.message.as_str());
                self.issues.push(Issue::page("warc-damaged", format!("{issue} at byte {}", record.offset)));
                continue;
            }
            match record.kind {
                Kind::Request => {
                    let waiting = self.response.take_if(|response| belongs_to(&record, response));
                    if let Some(response) = waiting
                        && let Some(found) = self.found(&response, Some(&record))
                    {
                        return Ok(Some(found));
                    }
                    self.request = Some(record);
                }
                Kind::Response => {
                    let before = self.request.take().filter(|request| belongs_to(request, &record));
                    let waiting = match before {
                        Some(request) => self.found(&record, Some(&request)),
                        None => self.response.replace(record).and_then(|waiting| self.found(&waiting, None)),
                    };
                    if waiting.is_some() {
                        return Ok(waiting);
                    }
                }
                _ => {}
            }
        }
        Ok(self.response.take().and_then(|waiting| self.found(&waiting, None)))
    }

    /// Records of any kind met so far.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// What was wrong so far and belongs to no capture.
    pub fn take_issues(&mut self) -> Vec<Issue> {
        std::mem::take(&mut self.issues)
    }

    fn found(&mut self, response: &Record, request: Option<&Record>) -> Option<FoundCapture> {
        match capture_of(response) {
            Ok(mut capture) => {
                if let Some(request) = request {
                    capture.request_headers = http_headers(&request.block);
                }
                let mut issues = response.issues.clone();
                if response.block_digest_is_right() == Some(false) {
                    issues.push(Issue::page("wrong-digest", "the block's digest does not fit its content"));
                }
                Some(FoundCapture { capture, offset: response.offset, length: response.length, issues })
            }
            Err(issue) => {
                let message = format!("{} at byte {}", issue.message, response.offset);
                self.issues.push(Issue { message, ..issue });
                None
            }
        }
    }
}

/// The capture a response (or revisit) record holds, without its request's headers.
fn capture_of(record: &Record) -> Result<Capture, Issue> {
    let issue = |message: String| Issue::page("not-a-capture", message);
    let is_unmodified = record.kind == Kind::Revisit
        && record.fields.get("warc-profile").is_some_and(|profile| profile.ends_with("server-not-modified"));
    if !matches!(record.kind, Kind::Response | Kind::Revisit) {
        return Err(issue("the record is no response".to_owned()));
    }
    let address = record.fields.get("warc-target-uri").unwrap_or_default();
    // WARC 1.0 put it between angle brackets, and wget does.
    let address = address.trim().trim_start_matches('<').trim_end_matches('>');
    let url = CrawlUrl::parse(address).map_err(|error| {
        let address: String = address.chars().take(200).collect();
        issue(format!("{address:?}: {error}"))
    })?;
    let fetched_at: Timestamp = record
        .fields
        .get("warc-date")
        .and_then(|date| date.trim().parse().ok())
        .ok_or_else(|| issue("no readable WARC-Date".to_owned()))?;
    let (head, body) = split_http(&record.block);
    let status = status_of(head).ok_or_else(|| issue("the block is no HTTP response".to_owned()))?;
    let headers = original_headers(http_headers(head));
    let is_ours = record.fields.get("warc-payload-digest") == Some(Digest::of(body).to_string().as_str());
    let body = match headers.get("transfer-encoding") {
        Some(coding) if !is_ours && coding.to_ascii_lowercase().contains("chunked") => {
            unchunked(body).unwrap_or_else(|| body.to_vec())
        }
        _ => body.to_vec(),
    };
    let requested = record.fields.get(REQUESTED).and_then(|address| CrawlUrl::parse(address).ok());
    let digest = if record.kind == Kind::Revisit && !is_unmodified {
        record.payload_digest().unwrap_or_else(|| Digest::of(&body))
    } else {
        Digest::of(&body)
    };
    Ok(Capture {
        requested: requested.unwrap_or_else(|| url.clone()),
        url,
        redirects: record.fields.all(REDIRECT).filter_map(redirect_of).collect(),
        fetched_at,
        status,
        request_headers: Headers::default(),
        headers,
        body,
        digest,
        ip: record.fields.get("warc-ip-address").and_then(|ip| ip.trim().parse().ok()),
        truncated: record.fields.get("warc-truncated").map(|reason| match reason.trim() {
            "length" => Truncation::Length,
            "time" => Truncation::Time,
            "unspecified" => Truncation::Reserved,
            _ => Truncation::Disconnect,
        }),
    })
}

/// The payload of a response record, as stored.
pub(super) fn payload_of(record: &Record) -> &[u8] {
    split_http(&record.block).1
}

fn redirect_of(written: &str) -> Option<Redirect> {
    let mut words = written.split(' ');
    Some(Redirect {
        status: words.next()?.parse().ok()?,
        from: CrawlUrl::parse(words.next()?).ok()?,
        to: CrawlUrl::parse(words.next()?).ok()?,
    })
}

/// Head and body of an HTTP message; a message without an empty line is all head.
fn split_http(block: &[u8]) -> (&[u8], &[u8]) {
    let crlf = memchr::memmem::find(block, b"\r\n\r\n").map(|at| at + 4);
    let lf = memchr::memmem::find(block, b"\n\n").map(|at| at + 2);
    let end = match (crlf, lf) {
        (Some(crlf), Some(lf)) => crlf.min(lf),
        (Some(end), None) | (None, Some(end)) => end,
        (None, None) => block.len(),
    };
    block.split_at(end)
}

/// The status of `HTTP/1.1 200 OK`.
fn status_of(head: &[u8]) -> Option<u16> {
    let line = head.split(|&byte| byte == b'\n').next()?;
    let mut words = std::str::from_utf8(&line[..line.len().min(64)]).ok()?.split_ascii_whitespace();
    let is_http = words.next()?.starts_with("HTTP/");
    words.next()?.parse().ok().filter(|status| is_http && (100..1000).contains(status))
}

/// The headers behind a message's first line.
fn http_headers(message: &[u8]) -> Headers {
    memchr::memchr(b'\n', message).map(|at| parse_headers(&message[at + 1..])).unwrap_or_default()
}

/// Takes the chunked coding off (RFC 9112 §7.1); `None`: the bytes are not chunked, whatever the header says.
fn unchunked(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::with_capacity(bytes.len());
    loop {
        let end = memchr::memchr(b'\n', bytes)?;
        let line = std::str::from_utf8(&bytes[..end]).ok()?;
        let size = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
        bytes = &bytes[end + 1..];
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(bytes.get(..size)?);
        bytes = &bytes[size..];
        bytes = bytes.strip_prefix(b"\r\n").or_else(|| bytes.strip_prefix(b"\n"))?;
    }
}
