//! Opening: new archives, older formats, newer ones, files that are something else.

use rusqlite::Connection;
use tempfile::TempDir;

use crate::store::schema::{DATABASE, MIGRATIONS, migrate};
use crate::store::{Store, StoreError};

/// The schema as the database itself tells it.
fn schema(connection: &Connection) -> Vec<(String, Option<String>)> {
    let mut statement = connection.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").unwrap();
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

#[test]
fn every_earlier_format_is_brought_up_to_date() {
    let new = TempDir::new().unwrap();
    let expected = schema(&Store::open(new.path()).unwrap().connection);
    for earlier in 0..MIGRATIONS.len() {
        let directory = TempDir::new().unwrap();
        let mut connection = Connection::open(directory.path().join(DATABASE)).unwrap();
        migrate(&mut connection, &MIGRATIONS[..earlier]).unwrap();
        drop(connection);
        assert_eq!(schema(&Store::open_read_only(directory.path()).unwrap().connection), expected);
        assert_eq!(schema(&Store::open(directory.path()).unwrap().connection), expected);
    }
}

#[test]
fn a_newer_format_is_refused_with_the_reason() {
    let directory = TempDir::new().unwrap();
    Store::open(directory.path()).unwrap().connection.pragma_update(None, "user_version", 99).unwrap();
    for result in [Store::open(directory.path()), Store::open_read_only(directory.path())] {
        let error = result.expect_err("format 99");
        assert!(matches!(error, StoreError::TooNew { found: 99, .. }), "{error:?}");
        assert!(error.to_string().contains("format 99"), "{error}");
    }
}

#[test]
fn other_files_are_left_alone() {
    let directory = TempDir::new().unwrap();
    let other = Connection::open(directory.path().join(DATABASE)).unwrap();
    other.execute_batch("CREATE TABLE theirs (x)").unwrap();
    assert!(matches!(Store::open(directory.path()), Err(StoreError::NotAnArchive(_))));
    std::fs::write(directory.path().join(DATABASE), "not a database, but long enough to look at").unwrap();
    assert!(matches!(Store::open(directory.path()), Err(StoreError::NotAnArchive(_))));
    assert!(matches!(Store::open_read_only(directory.path()), Err(StoreError::NotAnArchive(_))));
}

#[test]
fn a_missing_archive_is_not_made_by_reading() {
    let directory = TempDir::new().unwrap();
    let missing = directory.path().join("nothing");
    let error = Store::open_read_only(&missing).expect_err("nothing there");
    assert!(error.to_string().contains("hint: "), "{error}");
    assert!(!missing.exists());
}
