//! The archive as a whole: its lock, its database and its WARC files together. Checks it, copies it, takes articles
//! out of it. What single rows and records mean is `store`'s and `warc`'s.

mod backup;
mod in_order;
mod lock;
mod purge;
mod tails;
mod verify;

use std::path::{Path, PathBuf};

use crate::store::{Store, StoreError};
use crate::warc::WarcError;

pub use backup::{Backup, backup};
pub use in_order::in_order;
pub use lock::{ArchiveLock, LOCK_FILE, LockError};
pub use purge::{Purged, finish_blanking, plan_purge, purge};
pub use tails::repair_tails;
pub use verify::{Problem, Verification, repair, verify};

/// The directory of the WARC files, inside the archive.
pub const WARC_DIRECTORY: &str = "warc";

/// Why something could not be done to the archive.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The archive is held by another run, or cannot be locked.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The evidence could not be read or written.
    #[error(transparent)]
    Warc(#[from] WarcError),
    /// The operating system refused.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// `read`, `write`, `copy` …
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The reason.
        #[source]
        source: std::io::Error,
    },
    /// A directory that cannot take a copy of the archive.
    #[error("{} {what}", path.display())]
    Target {
        /// The directory.
        path: PathBuf,
        /// Why not.
        what: &'static str,
    },
}

impl ArchiveError {
    fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }

    /// Whether another run holds the archive.
    pub fn is_held(&self) -> bool {
        matches!(self, Self::Lock(LockError::Held(_)))
    }
}

/// An archive that this process alone writes to.
#[derive(Debug)]
pub struct WritableArchive {
    /// The database.
    pub store: Store,
    /// The WARC files' directory.
    pub evidence: PathBuf,
    /// What was mended on opening, a line each.
    pub notes: Vec<String>,
    // After the store, which is closed under the lock.
    _lock: ArchiveLock,
}

impl WritableArchive {
    /// Takes the lock, opens the database and mends what a crash left. An archive that is not there is made.
    pub fn open(directory: &Path) -> Result<Self, ArchiveError> {
        let lock = ArchiveLock::take(directory)?;
        let store = Store::open(directory)?;
        let evidence = directory.join(WARC_DIRECTORY);
        let mut notes = repair_tails(&evidence, &store)?;
        notes.extend(finish_blanking(&evidence, &store)?);
        Ok(Self { store, evidence, notes, _lock: lock })
    }

    /// The same for an archive that must be there.
    pub fn open_existing(directory: &Path) -> Result<Self, ArchiveError> {
        Store::open_read_only(directory)?;
        Self::open(directory)
    }
}
