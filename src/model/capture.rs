//! `Capture`: one response as it was received, whether from the network or from a WARC.

use std::net::IpAddr;

use jiff::Timestamp;

use crate::model::crawl_url::CrawlUrl;
use crate::model::digest::Digest;

/// One step of a redirect chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// The address that answered.
    pub from: CrawlUrl,
    /// Its status: 301, 302, 303, 307, 308.
    pub status: u16,
    /// Where it sent us.
    pub to: CrawlUrl,
}

/// Response headers in the order received; names compare without case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers(pub Vec<(String, String)>);

impl Headers {
    /// The first value of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Every value of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Why a body is shorter than what the server had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Truncation {
    /// The size limit cut it.
    Length,
    /// The time limit cut it.
    Time,
    /// The connection ended early.
    Disconnect,
    /// The page asked not to be kept.
    Reserved,
}

impl Truncation {
    /// The reason as `WARC-Truncated` names it (ISO 28500 §5.13).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Time => "time",
            Self::Disconnect => "disconnect",
            // The standard has no word for it.
            Self::Reserved => "unspecified",
        }
    }
}

/// One response: what was asked, what came, when, the bytes as received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// The address first asked for.
    pub requested: CrawlUrl,
    /// The address that answered with this response, after redirects.
    pub url: CrawlUrl,
    /// The way from `requested` to `url`.
    pub redirects: Vec<Redirect>,
    /// When the request for `url` was sent, UTC.
    pub fetched_at: Timestamp,
    /// HTTP status.
    pub status: u16,
    /// Request headers as sent.
    pub request_headers: Headers,
    /// Response headers as received.
    pub headers: Headers,
    /// The body as received: transfer-coding taken off, content-coding kept.
    pub body: Vec<u8>,
    /// Digest of `body`.
    pub digest: Digest,
    /// The address of the server.
    pub ip: Option<IpAddr>,
    /// Whether and why the body is incomplete.
    pub truncated: Option<Truncation>,
}

/// Where a capture lies in the archive: one record of one WARC file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CaptureRef {
    /// The WARC file's name, without its directory.
    pub warc: String,
    /// The record's first byte in the file as stored (compressed).
    pub offset: u64,
    /// Bytes of the record as stored.
    pub length: u64,
    /// Digest of the payload.
    pub digest: Digest,
}
