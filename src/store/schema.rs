//! Opening the database: its settings, its format and the migrations between formats.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::store::error::{Result, StoreError};
use crate::store::{page_sums, select, url_key};

/// The database's name in the archive's directory.
pub const DATABASE: &str = "dateline.db";

/// Marks the file as an archive of this program (`PRAGMA application_id`): "dlin".
const APPLICATION_ID: i64 = 0x646c_696e;

/// How long an operation waits for another process's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(60);

/// Size the log's file is cut back to, in bytes.
const WAL_BYTES: i64 = 64 << 20;

/// Page cache of the writer, KiB.
const WRITER_CACHE_KIB: i64 = 32 * 1024;

/// Page cache of a reader, KiB: exports stay small however large the archive is.
const READER_CACHE_KIB: i64 = 8 * 1024;

/// Prepared statements kept.
const STATEMENTS: usize = 96;

/// Statements that lead from one format to the next, in order; the format's number is their count. A file is
/// never edited once it is in a release: a change is a new file.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/001.sql"),
    include_str!("migrations/002.sql"),
    include_str!("migrations/003.sql"),
    include_str!("migrations/004.sql"),
    include_str!("migrations/005.sql"),
    include_str!("migrations/006.sql"),
    include_str!("migrations/007.sql"),
    include_str!("migrations/008.sql"),
    include_str!("migrations/009.sql"),
];

/// Opens the database in `directory` for reading and writing; makes both where they are missing.
pub(crate) fn open(directory: &Path) -> Result<Connection> {
    std::fs::create_dir_all(directory)
        .map_err(|source| StoreError::Open { path: directory.to_owned(), source })?;
    let path = directory.join(DATABASE);
    let mut connection = Connection::open(&path)?;
    settings(&connection, WRITER_CACHE_KIB).map_err(|error| not_ours(&path, error))?;
    if check_format(&connection, &path)? < MIGRATIONS.len() as i64 {
        // A migration writes without noting which pages.
        page_sums::forget(directory);
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "journal_size_limit", WAL_BYTES)?;
    migrate(&mut connection, MIGRATIONS)?;
    Ok(connection)
}

/// An empty archive that nothing keeps.
pub(crate) fn open_in_memory() -> Result<Connection> {
    let mut connection = Connection::open_in_memory()?;
    settings(&connection, WRITER_CACHE_KIB)?;
    migrate(&mut connection, MIGRATIONS)?;
    Ok(connection)
}

/// Opens the database in `directory` for reading. An archive of an older format is brought up to date first.
pub(crate) fn open_read_only(directory: &Path) -> Result<Connection> {
    let path = directory.join(DATABASE);
    if !path.is_file() {
        return Err(StoreError::Missing(directory.to_owned()));
    }
    let connection = connect_read_only(&path)?;
    if check_format(&connection, &path)? < MIGRATIONS.len() as i64 {
        drop(connection);
        drop(open(directory)?);
        return connect_read_only(&path);
    }
    Ok(connection)
}

fn connect_read_only(path: &PathBuf) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    settings(&connection, READER_CACHE_KIB).map_err(|error| not_ours(path, error))?;
    match format(&connection) {
        Ok(_) => return Ok(connection),
        Err(error) if is_write_refused(&error) => {}
        Err(error) => return Err(not_ours(path, error.into())),
    }
    // A WAL database in a directory that cannot be written to: nobody can be writing, so its file is read as it is.
    let uri = url::Url::from_file_path(std::path::absolute(path).unwrap_or_else(|_| path.clone()))
        .map(|url| format!("{url}?immutable=1"))
        .unwrap_or_default();
    let connection = Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)?;
    settings(&connection, READER_CACHE_KIB)?;
    format(&connection)?;
    Ok(connection)
}

fn settings(connection: &Connection, cache_kib: i64) -> Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -cache_kib)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Without it SQLite plans a statement anew for every value bound to it, which costs more than running it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    select::add_functions(connection)
}

fn format(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// The file's format, 0 for an empty file; an error where it is not ours or too new.
fn check_format(connection: &Connection, path: &Path) -> Result<i64> {
    let found = format(connection).map_err(|error| not_ours(path, error.into()))?;
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION_ID && tables > 0 {
        return Err(StoreError::NotAnArchive(path.to_owned()));
    }
    let known = MIGRATIONS.len() as i64;
    if found > known {
        return Err(StoreError::TooNew { path: path.to_owned(), found, known });
    }
    Ok(found)
}

fn not_ours(path: &Path, error: StoreError) -> StoreError {
    match error {
        StoreError::Sqlite(error) if is_not_a_database(&error) => StoreError::NotAnArchive(path.to_owned()),
        error => error,
    }
}

fn is_not_a_database(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase)
}

/// Whether SQLite could not make the files it needs beside a WAL database.
fn is_write_refused(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::CannotOpen | rusqlite::ErrorCode::ReadOnly))
}

/// Brings the database to the format `migrations` end in, each step in a transaction of its own.
pub(crate) fn migrate(connection: &mut Connection, migrations: &[&str]) -> Result<()> {
    url_key::add_functions(connection)?;
    loop {
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let found = format(&transaction)?;
        let Some(migration) = usize::try_from(found).ok().and_then(|done| migrations.get(done)) else {
            return Ok(());
        };
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", found + 1)?;
        transaction.commit()?;
    }
}
