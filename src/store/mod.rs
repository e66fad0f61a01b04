//! The archive's database: schema, writes, reads. The only place with SQL; WARC files are `warc`'s.
//!
//! One writer (the engine's thread, holding the archive's lock) owns a [`Store`] from [`Store::open`]; readers open
//! their own with [`Store::open_read_only`] and see committed states only (WAL). Everything is synchronous.
//!
//! Writing, in the order a crawl does it: [`Store::upsert_portal`], [`Store::start_run`]; then in batches between
//! [`Store::begin`] and [`Store::commit`] (a commit is a flush to disk, so put many pages in one)
//! [`Store::put_capture`], [`Store::put_fetch`], [`Store::put_article`], [`Store::touch`], [`Store::mark_gone`],
//! [`Store::put_counts`]; at the end [`Store::finish_run`].
//!
//! Reading: [`Store::each_row`], [`Store::each_article`] with a [`Filter`], [`Store::search`], [`Store::article`],
//! [`Store::article_at`], [`Store::status`].

pub mod archived;
pub mod captures;
pub mod duplicates;
pub mod error;
pub mod figures;
pub mod frontier;
pub mod history;
pub mod hosts;
pub mod identity;
pub mod integrity;
pub mod page_sums;
pub mod purge;
pub mod query;
pub mod readers;
pub mod remembered;
pub mod rereading;
pub mod revisit;
pub mod runs;
pub mod schema;
pub mod search;
pub mod select;
pub mod status;
pub mod table;
pub mod warc_sums;
pub mod write;

mod body;
mod lists;
mod load;
mod names;
mod revision;
mod twin;
mod url_key;
mod vocabulary;

use std::collections::HashSet;
use std::path::Path;

use rusqlite::Connection;

pub use archived::{ArchiveFacts, ArchivedArticle, CaptureId, RunId};
pub use captures::KnownCapture;
pub use error::{Result, StoreError};
pub use identity::ArticleRow;
pub use runs::{Fetch, Place, PortalCounts};
pub use select::{Cell, Filter};
pub use table::Table;
pub use write::{Reading, Stored};

/// The archive's database, open.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    /// Checksums of the pages; only a writer keeps them.
    sums: Option<page_sums::PageSums>,
    names: names::Names,
    words: vocabulary::KnownWords,
    known_portals: HashSet<String>,
}

impl Store {
    /// Opens the archive in `directory` for writing; makes it where it is missing, brings an older format up to date.
    pub fn open(directory: &Path) -> Result<Self> {
        let mut store = schema::open(directory).map(Self::over)?;
        let database = directory.join(schema::DATABASE);
        store.sums = Some(page_sums::PageSums::begin(directory, &database, &mut store.connection)?);
        Ok(store)
    }

    /// An empty archive that nothing keeps: for a dry run where there is no archive yet.
    pub fn open_in_memory() -> Result<Self> {
        schema::open_in_memory().map(Self::over)
    }

    /// Opens the archive in `directory` for reading.
    pub fn open_read_only(directory: &Path) -> Result<Self> {
        schema::open_read_only(directory).map(Self::over)
    }

    fn over(connection: Connection) -> Self {
        Self {
            connection,
            sums: None,
            names: names::Names::default(),
            words: vocabulary::KnownWords::default(),
            known_portals: HashSet::new(),
        }
    }

    /// Begins a batch: what follows is kept as a whole or not at all.
    pub fn begin(&mut self) -> Result<()> {
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        Ok(())
    }

    /// Ends a batch: on return it is on the disk.
    pub fn commit(&mut self) -> Result<()> {
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        match &mut self.sums {
            Some(sums) => sums.checkpoint(&self.connection),
            None => Ok(()),
        }
    }

    /// Writes a copy of the database as of this moment to `path`, which must not be there. Writers go on meanwhile.
    pub fn copy_to(&self, path: &Path) -> Result<()> {
        let mut copy = Connection::open(path)?;
        let backup = rusqlite::backup::Backup::new(&self.connection, &mut copy)?;
        // All at once: a copy in steps begins anew whenever somebody has written.
        backup.run_to_completion(i32::MAX, std::time::Duration::from_millis(50), None)?;
        Ok(())
    }

    /// Takes the pages of the database as they are for right, from the closing of this writer on.
    pub fn renew_page_sums(&mut self) {
        if let Some(sums) = &mut self.sums {
            sums.renew();
        }
    }

    /// Drops a batch.
    pub fn rollback(&mut self) -> Result<()> {
        self.names.forget();
        self.words.forget();
        self.known_portals.clear();
        if !self.connection.is_autocommit() {
            self.connection.prepare_cached("ROLLBACK")?.execute([])?;
        }
        Ok(())
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Some(sums) = self.sums.take() {
            let _ = self.rollback();
            sums.finish(&self.connection);
        }
    }
}

#[cfg(test)]
mod tests;
