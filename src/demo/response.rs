//! What the demo portal answers: content types, validators (RFC 9110 §8.8), compression.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::model::capture::Headers;
use crate::model::digest::Digest;

/// Bodies shorter than this are sent as they are.
const MIN_GZIP_BYTES: usize = 512;

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: Headers,
    /// Body as sent.
    pub body: Vec<u8>,
}

impl Response {
    /// A document of that content type.
    pub(crate) fn document(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { status: 200, headers: Headers::default(), body: body.into() }
            .with("Content-Type", content_type)
    }

    /// A permanent redirect.
    pub(crate) fn moved(location: &str) -> Self {
        Self { status: 301, headers: Headers::default(), body: Vec::new() }.with("Location", location)
    }

    /// The same answer with one more header.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same answer with another status.
    #[must_use]
    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Adds an entity tag; answers 304 where the request has it already, or has what is as new as `modified`;
    /// compresses where the request allows it.
    #[must_use]
    pub(crate) fn negotiated(self, request: &Headers, modified: Option<&str>) -> Self {
        if self.status != 200 {
            return self;
        }
        let etag = format!("\"{}\"", &Digest::of(&self.body).hex()[..20]);
        let unchanged = match (request.get("if-none-match"), request.get("if-modified-since"), modified) {
            (Some(tags), _, _) => tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag),
            (None, Some(since), Some(modified)) => since == modified,
            _ => false,
        };
        let mut answer = if unchanged { Self { body: Vec::new(), ..self }.with_status(304) } else { self };
        answer = answer.with("ETag", &etag).with("Vary", "Accept-Encoding");
        if let Some(modified) = modified {
            answer = answer.with("Last-Modified", modified);
        }
        let accepts = request.get("accept-encoding").is_some_and(|codings| codings.contains("gzip"));
        let is_text = answer.headers.get("content-type").is_some_and(|kind| !kind.contains("gzip"));
        if accepts && is_text && answer.body.len() >= MIN_GZIP_BYTES {
            answer.body = gzip(&answer.body);
            answer = answer.with("Content-Encoding", "gzip");
        }
        answer
    }
}

/// `bytes` as one gzip member.
///
/// # Panics
/// Never: writing to memory does not fail.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("writing to memory does not fail")
}
