//! Why the archive's database could not do what was asked.

use std::path::PathBuf;

use crate::store::query::QueryError;

/// A failure of the store. Nothing a page can contain causes one.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no archive there.
    #[error("there is no archive at {}\n\nhint: `dateline crawl` makes one; --archive DIR (or DATELINE_ARCHIVE) names another place", .0.display())]
    Missing(PathBuf),
    /// The file is a database of something else.
    #[error("{} is a database, but not an archive of dateline", .0.display())]
    NotAnArchive(PathBuf),
    /// A newer program made it.
    #[error("{} has format {found}; this program reads up to {known}\n\nhint: use the version of dateline that wrote it, or a newer one", .path.display())]
    TooNew {
        /// The database file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// The directory or file cannot be made or opened.
    #[error("cannot open the archive at {}", .path.display())]
    Open {
        /// The directory.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A full-text query that cannot be read.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// A stored value that no version of the program writes.
    #[error(
        "the archive is damaged: {0}\n\nhint: `sqlite3 dateline.db 'pragma integrity_check'` says what is wrong"
    )]
    Damaged(String),
    /// SQLite's own.
    #[error("the archive's database failed")]
    Sqlite(#[from] rusqlite::Error),
}

impl StoreError {
    /// Whether another process holds the database for longer than the store waits.
    pub fn is_busy(&self) -> bool {
        matches!(
            self,
            Self::Sqlite(error) if matches!(
                error.sqlite_error_code(),
                Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked)
            )
        )
    }
}

/// Result of a store's operation.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
