//! The evidence: writes and reads WARC 1.1 (ISO 28500:2017), one gzip member for each record.
//!
//! `WarcWriter` appends captures, `read_capture` gives one back, `WarcReader` and `Captures` go through any WARC,
//! `check_file` and `wrong_segments` find damage, `repair` cuts what a crash left half written, `blank` takes captures out. Which capture belongs to what is `store`'s.

mod blank;
mod capture;
mod check;
mod copy;
mod fields;
mod member;
mod reader;
mod repair;
mod stream;
mod sums;
mod writer;

use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::model::capture::CaptureRef;
use crate::model::crawl_url::CrawlUrl;

pub use blank::{blank, blanked};
pub use capture::{Captures, FoundCapture, read_capture};
pub use check::{CaptureCheck, Checked, Damage, check_captures, check_file};
pub use copy::record_bytes;
pub use reader::{Kind, Record, WarcReader};
pub use repair::{CHECKED_FILES, Repair, repair, whole_bytes};
pub use sums::{segment_sums, wrong_segments};
pub use writer::WarcWriter;

/// Bytes after which a new file is begun.
pub const MAX_FILE_BYTES: u64 = 1_000_000_000;
/// Profile of a revisit whose payload is that of an earlier record (WARC 1.1 §6.7.2).
const IDENTICAL_PAYLOAD: &str = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";
/// Profile of a revisit the server answered with 304 (WARC 1.1 §6.7.3).
const NOT_MODIFIED: &str = "http://netpreserve.org/warc/1.1/revisit/server-not-modified";
/// Where the earlier record lies: `FILE OFFSET LENGTH`. Our own field; others follow `WARC-Refers-To-*`.
const REFERS_TO_PLACE: &str = "Dateline-Refers-To";
/// The address first asked for, where redirects led to the record's. Our own field.
const REQUESTED: &str = "Dateline-Requested";
/// One step of the way there: `STATUS FROM TO`. Our own field, repeated.
const REDIRECT: &str = "Dateline-Redirect";

/// Who writes, for the `warcinfo` record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Info {
    /// `dateline 0.1.0`
    pub software: String,
    /// Who is responsible: the contact of the configuration.
    pub operator: Option<String>,
    /// The `User-Agent` sent.
    pub user_agent: Option<String>,
}

/// What is kept with a capture besides itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Notes {
    /// Name and value for the `metadata` record: `robots-rule`, `charset`, `tdm-reservation`. None: no such record.
    pub metadata: Vec<(String, String)>,
    /// The earlier capture whose payload this one repeats, or which a 304 confirms.
    pub earlier: Option<Earlier>,
}

/// An earlier capture, kept whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Its address.
    pub url: CrawlUrl,
    /// When it was captured.
    pub fetched_at: Timestamp,
    /// Where it lies. Must be a `response`, not a revisit.
    pub place: CaptureRef,
}

/// Why the evidence cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum WarcError {
    /// The operating system refused.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// `write`, `read`, `open` …
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The reason.
        #[source]
        source: io::Error,
    },
    /// What lies at a place is not a whole record.
    #[error("{} is damaged at byte {offset}: {what}\n\nhint: dateline verify names what is affected", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// First byte of the record.
        offset: u64,
        /// What is wrong.
        what: String,
    },
    /// A record is whole, but not the capture that was asked for.
    #[error("{} holds no such capture at byte {offset}: {what}", path.display())]
    NotTheCapture {
        /// The file.
        path: PathBuf,
        /// First byte of the record.
        offset: u64,
        /// What is wrong.
        what: String,
    },
}

impl WarcError {
    fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}

#[cfg(test)]
mod tests;
