//! Bytes to text: content-codings under a cap, then the charset. Pure; what came from where is the caller's.
//!
//! [`text`] is for pages, [`content`] for feeds and sitemaps (whose parsers read the charset themselves) and for
//! finding out whether a body is whole, [`html_bytes`] for files from disk.

mod charset;
mod coding;

use crate::model::capture::Headers;
use crate::model::issue::Issue;

pub use charset::{CharsetSource, Decoded, html_bytes, text, text_of};
pub use coding::{Content, Wholeness, content};

/// Bytes a body may have after its content-codings are taken off.
pub const MAX_DECODED_BYTES: usize = 32 * 1024 * 1024;
/// Times a body may grow by decoding, counted once it is larger than [`RATIO_COUNTS_FROM`]. Pages reach 20,
/// sitemaps 50; DEFLATE's own end is 1,032.
pub const MAX_RATIO: usize = 300;
/// Decoded size below which the ratio does not matter.
pub const RATIO_COUNTS_FROM: usize = 4 * 1024 * 1024;
/// Content-codings one body may have, one over the other.
pub const MAX_CODINGS: usize = 3;

/// How far decoding may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes after decoding.
    pub decoded_bytes: usize,
    /// Times larger than the bytes received.
    pub ratio: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { decoded_bytes: MAX_DECODED_BYTES, ratio: MAX_RATIO }
    }
}

impl Limits {
    /// The default ratio with another cap on the decoded size.
    pub fn with_decoded_bytes(decoded_bytes: usize) -> Self {
        Self { decoded_bytes, ..Self::default() }
    }

    /// Bytes that `received` bytes may become.
    fn cap(&self, received: usize) -> usize {
        self.decoded_bytes.min(received.saturating_mul(self.ratio).max(RATIO_COUNTS_FROM))
    }
}
