//! What the archive adds to an article: when it was seen, which revision it is, where its capture lies.

use jiff::Timestamp;

use crate::model::article::Article;
use crate::model::capture::CaptureRef;

/// An article with what the archive knows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ArchivedArticle {
    /// The article as it was read.
    pub article: Article,
    /// What the archive adds.
    pub facts: ArchiveFacts,
}

/// What the archive knows of a revision of an article, besides the article itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveFacts {
    /// When it was first fetched.
    pub first_seen: Timestamp,
    /// When it was last asked for, whether or not it had changed.
    pub last_checked: Timestamp,
    /// When this revision was fetched.
    pub fetched: Timestamp,
    /// Number of the revision, from 1.
    pub revision: u32,
    /// Since when the portal no longer has it.
    pub gone_since: Option<Timestamp>,
    /// Where the page it was read from lies.
    pub capture: Option<CaptureRef>,
    /// The program that read this revision: `dateline 0.1.0`.
    pub extractor: String,
}

/// The program and version that reads the pages, as records name it.
pub const EXTRACTOR: &str = concat!("dateline ", env!("CARGO_PKG_VERSION"));

/// A capture in the archive ([`crate::store::Store::put_capture`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CaptureId(pub(crate) i64);

/// A run in the archive ([`crate::store::Store::start_run`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RunId(pub(crate) i64);

impl RunId {
    /// The run's number, as reports and exports show it.
    pub fn number(self) -> i64 {
        self.0
    }
}
