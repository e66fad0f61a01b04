//! Checks an archive: the database page by page and article by article, every WARC record, every capture that a row
//! points at. Names what is damaged and what that affects; changes nothing.

mod files;

use std::fs;
use std::path::Path;

use crate::store::page_sums::PageCheck;
use crate::store::schema::DATABASE;
use crate::store::{Store, StoreError};
use crate::warc::segment_sums;

use super::backup::lock_shared;
use super::{ArchiveError, ArchiveLock, LockError, WARC_DIRECTORY};

use files::Circumstances;
pub(super) use files::{is_warc_name, own_warc_names};

/// Things named of what a problem affects; the rest is counted.
const MAX_NAMED: usize = 20;

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// Revisions of articles read.
    pub revisions: u64,
    /// WARC files read.
    pub files: u64,
    /// Whole records in them.
    pub records: u64,
    /// Captures that rows point at, looked for.
    pub captures: u64,
    /// What is damaged.
    pub problems: Vec<Problem>,
    /// What could not be checked, and what is odd without being damage.
    pub notes: Vec<String>,
    /// Whether the checksums of WARC files are damaged themselves.
    sums_are_damaged: bool,
    /// WARC files without damage that could not be held against checksums.
    without_sums: Vec<String>,
}

/// Something damaged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it is: `dateline.db, page 7`, `warc/….warc.gz, byte 12345`.
    pub place: String,
    /// What is wrong, for a person.
    pub what: String,
    /// What cannot be relied on because of it, a thing a line.
    pub affects: Vec<String>,
    /// Whether `verify --repair` makes it anew.
    pub can_be_rebuilt: bool,
}

/// Checks the archive in `directory`. May run while another process writes to it; what cannot be told then is noted.
pub fn verify(directory: &Path) -> Result<Verification, ArchiveError> {
    let database = directory.join(DATABASE);
    if !database.is_file() {
        return Err(StoreError::Missing(directory.to_owned()).into());
    }
    let mut verification = Verification::default();
    // A directory that cannot be written to has no lock, and nobody who writes.
    let (lock, in_use) = match ArchiveLock::take(directory) {
        Ok(lock) => (Some(lock), false),
        Err(LockError::Io { .. }) => (None, false),
        Err(LockError::Held(_)) => {
            verification.notes.push(
                "another run is writing to the archive: the database's pages and the full-text index were not checked"
                    .to_owned(),
            );
            (None, true)
        }
    };
    let ended_well = directory.join(crate::store::page_sums::SUMS).exists();
    let at = Circumstances { ended_well, in_use };
    match Store::open_read_only(directory) {
        Err(error) => {
            verification.problem(
                DATABASE,
                chain(&error),
                vec!["everything in the archive but the WARC files".to_owned()],
            );
            verification.check_files(directory, None, at);
        }
        Ok(store) => {
            if !in_use {
                verification.check_pages(&store, directory);
            }
            verification.check_database(&store);
            // No purge may rewrite a file between its rows and its bytes.
            let _copying = if in_use { lock_shared(directory)? } else { None };
            verification.check_files(directory, Some(&store), at);
            drop(store);
            // A writer looks into the index, so the rest must be whole.
            if lock.is_some() && verification.problems.is_empty() {
                verification.check_index(directory);
            }
        }
    }
    for problem in &mut verification.problems {
        if problem.affects.is_empty() && problem.place == DATABASE {
            problem.affects.push(named_in(&problem.what));
        }
    }
    Ok(verification)
}

impl Verification {
    fn problem(&mut self, place: impl Into<String>, what: impl Into<String>, affects: Vec<String>) {
        let (place, what) = (place.into(), what.into());
        self.problems.push(Problem { place, what, affects, can_be_rebuilt: false });
    }

    fn check_pages(&mut self, store: &Store, directory: &Path) {
        match store.check_pages(directory) {
            Err(error) => self.problem(DATABASE, error.to_string(), Vec::new()),
            Ok((PageCheck::Right, _)) => {}
            Ok((PageCheck::Unknown(reason), _)) => {
                self.notes.push(format!("the pages of {DATABASE} could not be compared: {reason}"));
            }
            Ok((PageCheck::Wrong(_), pages)) => {
                for (page, owner) in pages {
                    self.sums_are_damaged |= owner == "warc_sum";
                    let (affects, can_be_rebuilt) = meaning(&owner);
                    self.problems.push(Problem {
                        place: format!("{DATABASE}, page {page}"),
                        what: "it is not as it was written".to_owned(),
                        affects: vec![affects],
                        can_be_rebuilt,
                    });
                }
            }
        }
    }

    fn check_database(&mut self, store: &Store) {
        match store.structure_problems() {
            Ok(messages) => {
                for message in messages {
                    self.problem(DATABASE, message, Vec::new());
                }
            }
            Err(error) => self.problem(DATABASE, chain(&error), Vec::new()),
        }
        match store.dangling_rows() {
            Ok(rows) => {
                for (table, parent, count) in rows {
                    let what =
                        format!("{count} rows of {table} point at rows of {parent} that are not there");
                    self.problem(DATABASE, what, vec![meaning(&table).0]);
                }
            }
            Err(error) => self.problem(DATABASE, chain(&error), Vec::new()),
        }
        match store.broken_conditions() {
            Ok(broken) => {
                for (count, what) in broken {
                    self.problem(DATABASE, format!("{count} {what}"), Vec::new());
                }
            }
            Err(error) => self.problem(DATABASE, chain(&error), Vec::new()),
        }
        match store.damaged_articles() {
            Ok((revisions, damaged)) => {
                self.revisions = revisions;
                for what in damaged {
                    let (article, what) = what.split_once(": ").unwrap_or(("", &what));
                    self.problem(DATABASE, what, vec![article.to_owned()]);
                }
            }
            Err(error) => self.problem(DATABASE, chain(&error), Vec::new()),
        }
        match store.blankings() {
            Ok(blankings) if blankings.is_empty() => {}
            Ok(blankings) => {
                for warc in blankings.into_keys() {
                    self.problems.push(Problem {
                        place: format!("{WARC_DIRECTORY}/{warc}"),
                        what: "a purge was cut off: what it took out of the database is still in this file"
                            .to_owned(),
                        affects: Vec::new(),
                        can_be_rebuilt: true,
                    });
                }
            }
            Err(error) => self.problem(DATABASE, chain(&error), Vec::new()),
        }
    }

    fn check_index(&mut self, directory: &Path) {
        match Store::open(directory) {
            Ok(store) if store.is_index_right() => {}
            Ok(_) => self.problems.push(Problem {
                place: DATABASE.to_owned(),
                what: "the full-text index does not fit the texts".to_owned(),
                affects: vec!["search, and --query".to_owned()],
                can_be_rebuilt: true,
            }),
            Err(error) => self.notes.push(format!("the full-text index was not checked: {}", chain(&error))),
        }
    }
}

/// What a table or index holds, and whether it follows from others.
fn meaning(owner: &str) -> (String, bool) {
    let (what, can_be_rebuilt) = match owner {
        "" => ("space that is not in use", true),
        "revision" | "provenance" | "reader" => ("what articles said", false),
        "article" => ("the list of articles", false),
        "article_author" | "author" => ("authors", false),
        "article_section" | "section" => ("sections", false),
        "article_tag" | "tag" => ("tags", false),
        "link" => ("links of articles", false),
        "image" => ("pictures of articles", false),
        "quote" | "speaker" => ("quotations", false),
        "date_mention" => ("dates in texts", false),
        "capture" | "warc_file" => ("where captures lie", false),
        "warc_sum" => ("the checksums of WARC files", true),
        "fetch" => ("the list of requests", false),
        "run" | "run_portal" => ("the list of runs", false),
        "article_address" => ("further addresses of articles", false),
        "revisit" | "revisit_step" => ("when articles are asked again", false),
        "tombstone" | "blanking" => ("what was taken out of the archive", false),
        "sqlite_schema" => ("the database's own list of tables", false),
        "word" => ("search by parts of words", true),
        _ if owner.starts_with("article_fts") => ("search", true),
        _ if owner.starts_with("word_fts") => ("search by parts of words", true),
        _ if owner.starts_with("fingerprint") || owner.starts_with("duplicate") => ("near duplicates", true),
        _ if owner.starts_with("frontier")
            || owner.starts_with("host")
            || owner.starts_with("listing_walk") =>
        {
            ("which addresses are known", false)
        }
        _ if owner.starts_with("sqlite_autoindex") || owner.contains("_by_") => {
            ("how fast rows are found", true)
        }
        _ => ("rows of it", false),
    };
    let what = if owner.is_empty() { what.to_owned() } else { format!("{what} (table or index {owner})") };
    (what, can_be_rebuilt)
}

/// What is affected by what SQLite found wrong: the table or index its message names.
fn named_in(message: &str) -> String {
    let name = ["index ", "table "].iter().find_map(|kind| {
        let (_, after) = message.split_once(kind)?;
        let name: String = after
            .trim_start_matches('"')
            .chars()
            .take_while(|character| character.is_ascii_alphanumeric() || *character == '_')
            .collect();
        (!name.is_empty()).then_some(name)
    });
    name.map_or_else(|| "the database as a whole".to_owned(), |name| meaning(&name).0)
}

/// An error and what caused it, in one line and without hints.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text.split("\n\n").next().unwrap_or_default().to_owned()
}

/// Makes anew what follows from the rest, and finishes what a crash cut off. Gives a line for each thing done.
pub fn repair(directory: &Path) -> Result<Vec<String>, ArchiveError> {
    let before = verify(directory)?;
    let is_lost = |problem: &&Problem| problem.place.starts_with(DATABASE) && !problem.can_be_rebuilt;
    let lost = before.problems.iter().filter(is_lost).count();
    let mut archive = super::WritableArchive::open_existing(directory)?;
    let mut done = std::mem::take(&mut archive.notes);
    archive.store.begin()?;
    if let Err(error) = archive.store.rebuild() {
        archive.store.rollback()?;
        return Err(error.into());
    }
    let summed = sum_files(&mut archive.store, directory, &before)?;
    archive.store.commit()?;
    if lost == 0 {
        // What is damaged was made anew or is not in use: the pages count as they are now.
        archive.store.renew_page_sums();
    }
    done.push("indexes, full text, vocabulary and clusters of near duplicates were made anew".to_owned());
    if summed > 0 {
        done.push(format!("checksums of {summed} WARC files were made"));
    }
    Ok(done)
}

/// Makes the checksums of WARC files that had none, or none that could be trusted, and no damage. In the batch.
fn sum_files(store: &mut Store, directory: &Path, before: &Verification) -> Result<usize, ArchiveError> {
    if before.sums_are_damaged {
        store.drop_warc_sums()?;
    }
    for warc in &before.without_sums {
        let path = directory.join(WARC_DIRECTORY).join(warc);
        let length = fs::metadata(&path).map_err(ArchiveError::io("read", &path))?.len();
        store.put_warc_sums(warc, &segment_sums(&path, 0, length)?)?;
    }
    Ok(before.without_sums.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sqlite_says_names_what_is_affected() {
        for (message, expected) in [
            (
                "row 24 missing from index article_by_url",
                "how fast rows are found (table or index article_by_url)",
            ),
            (
                "index fingerprint_band_2 stores an imprecise floating-point value for row 1",
                "near duplicates (table or index fingerprint_band_2)",
            ),
            (
                "fts5: corruption found reading blob 1511828488194 from table \"article_fts\"",
                "search (table or index article_fts)",
            ),
            ("Tree 46 page 46 cell 12: Bad cell header size", "the database as a whole"),
            ("database disk image is malformed", "the database as a whole"),
        ] {
            assert_eq!(named_in(message), expected, "{message}");
        }
    }
}
