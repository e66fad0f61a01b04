//! Checks an archive: the database page by page and article by article, every WARC record, every capture that a row
//! points at. Names what is damaged and what that affects; changes nothing.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::model::capture::CaptureRef;
use crate::store::integrity::{CaptureRow, Dependent};
use crate::store::page_sums::PageCheck;
use crate::store::schema::DATABASE;
use crate::store::{CaptureId, Store, StoreError};
use crate::warc::{CaptureCheck, Checked, Damage, check_captures, whole_bytes};

use super::{ArchiveError, ArchiveLock, LockError, WARC_DIRECTORY};

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
    match Store::open_read_only(directory) {
        Err(error) => {
            verification.problem(
                DATABASE,
                chain(&error),
                vec!["everything in the archive but the WARC files".to_owned()],
            );
            verification.check_files(directory, None, ended_well, in_use);
        }
        Ok(store) => {
            if !in_use {
                verification.check_pages(&store, directory);
            }
            verification.check_database(&store);
            verification.check_files(directory, Some(&store), ended_well, in_use);
            drop(store);
            // A writer looks into the index, so the rest must be whole.
            if lock.is_some() && verification.problems.is_empty() {
                verification.check_index(directory);
            }
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

    /// Reads the WARC files, those of the rows and any other of the directory, on all cores.
    fn check_files(&mut self, directory: &Path, store: Option<&Store>, ended_well: bool, in_use: bool) {
        let evidence = directory.join(WARC_DIRECTORY);
        let mut expected: Vec<(String, Vec<CaptureRow>)> = Vec::new();
        if let Some(store) = store {
            match files_of(store) {
                Ok(files) => expected = files,
                Err(error) => self.problem(DATABASE, chain(&error), Vec::new()),
            }
        }
        let known: BTreeSet<String> = expected.iter().map(|(name, _)| name.clone()).collect();
        let others = warc_names(&evidence).into_iter().filter(|name| !known.contains(name));
        expected.extend(others.map(|name| (name, Vec::new())));
        let found = check_all(&evidence, &expected);
        let mut damaged: HashMap<CaptureId, usize> = HashMap::new();
        for ((name, rows), result) in expected.iter().zip(found) {
            self.files += 1;
            self.captures += rows.len() as u64;
            let place = format!("{WARC_DIRECTORY}/{name}");
            let mut checked = match result {
                Ok(checked) => checked,
                Err(what) => {
                    for row in rows {
                        damaged.insert(row.id, self.problems.len());
                    }
                    self.problem(place, what, Vec::new());
                    continue;
                }
            };
            self.records += checked.records;
            let known_end = rows.last().map_or(0, |row| row.place.offset + row.place.length);
            let tail = if in_use { known_end } else { tail_of(&evidence.join(name), known_end, ended_well) };
            let before = checked.damages.len();
            checked
                .damages
                .retain(|damage| damage.offset.is_some_and(|offset| offset < tail) || tail == u64::MAX);
            if checked.damages.len() < before && !in_use {
                self.notes
                    .push(format!("{place}: a crash left its end half written; the next run cuts it off"));
            }
            self.note_file(&place, rows, checked, &mut damaged);
        }
        if let Some(store) = store {
            self.note_dependents(store, &damaged);
        }
    }

    /// Takes in what is wrong with one file.
    fn note_file(
        &mut self,
        place: &str,
        rows: &[CaptureRow],
        checked: Checked,
        damaged: &mut HashMap<CaptureId, usize>,
    ) {
        let mut told = HashSet::new();
        for (row, check) in rows.iter().zip(checked.captures) {
            if let CaptureCheck::Damaged(what) = check {
                told.insert(row.place.offset);
                damaged.insert(row.id, self.problems.len());
                self.problem(format!("{place}, byte {}", row.place.offset), what, Vec::new());
            }
        }
        for Damage { offset, what } in checked.damages {
            // Damaged captures are named by themselves, so what else lies here is what no row points at.
            let Some(offset) = offset else {
                let beside = "requests or notes kept beside captures".to_owned();
                self.problem(place, what, vec![beside]);
                continue;
            };
            if told.insert(offset) {
                let beside = rows.iter().rev().find(|row| row.place.offset < offset);
                let affects = beside.map_or_else(
                    || "what the file says of itself, or a record no row points at".to_owned(),
                    |row| {
                        format!(
                            "the request or the notes kept beside the capture at byte {}",
                            row.place.offset
                        )
                    },
                );
                self.problem(format!("{place}, byte {offset}"), what, vec![affects]);
            }
        }
    }

    /// Says of each damaged capture what hangs on it.
    fn note_dependents(&mut self, store: &Store, damaged: &HashMap<CaptureId, usize>) {
        if damaged.is_empty() {
            return;
        }
        let captures = damaged.keys().copied().collect();
        match store.dependents(&captures) {
            Ok(dependents) => {
                let mut by_problem: HashMap<usize, Vec<Dependent>> = HashMap::new();
                for (capture, problem) in damaged {
                    let of_capture = dependents.get(capture).cloned().unwrap_or_default();
                    by_problem.entry(*problem).or_default().extend(of_capture);
                }
                for (problem, mut list) in by_problem {
                    list.sort();
                    list.dedup();
                    self.problems[problem].affects = told(&list);
                }
            }
            Err(error) => self.problem(DATABASE, chain(&error), Vec::new()),
        }
    }
}

fn files_of(store: &Store) -> Result<Vec<(String, Vec<CaptureRow>)>, StoreError> {
    store.warc_files()?.into_iter().map(|name| store.captures_in(&name).map(|rows| (name, rows))).collect()
}

/// Names of the WARC files in a directory.
fn warc_names(directory: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<_> = names.filter(|name| is_warc_name(name)).collect();
    names.sort();
    names
}

/// Whether a file of that name is a WARC: `….warc.gz`, `….warc`.
pub(super) fn is_warc_name(name: &str) -> bool {
    let name = name.strip_suffix(".gz").unwrap_or(name);
    Path::new(name).extension().is_some_and(|end| end == "warc")
}

/// Checks the files on all cores; the results in their order.
fn check_all(evidence: &Path, files: &[(String, Vec<CaptureRow>)]) -> Vec<Result<Checked, String>> {
    let results: Mutex<Vec<Option<Result<Checked, String>>>> = Mutex::new(vec![None; files.len()]);
    let next = AtomicUsize::new(0);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores.min(files.len()) {
            scope.spawn(|| {
                while let Some((index, (name, rows))) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    files.get(index).map(|file| (index, file))
                } {
                    let places: Vec<&CaptureRef> = rows.iter().map(|row| &row.place).collect();
                    let checked =
                        check_captures(&evidence.join(name), &places).map_err(|error| chain(&error));
                    results.lock().unwrap_or_else(PoisonError::into_inner)[index] = Some(checked);
                }
            });
        }
    });
    let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.into_iter().map(|result| result.unwrap_or_else(|| Err("it was not read".to_owned()))).collect()
}

/// Where what a crash left half written begins; `u64::MAX`: nowhere.
fn tail_of(path: &Path, known_end: u64, ended_well: bool) -> u64 {
    let length = fs::metadata(path).map_or(0, |metadata| metadata.len());
    match whole_bytes(path, length) {
        Ok(whole) if !ended_well && whole < length && whole >= known_end => whole,
        _ => u64::MAX,
    }
}

fn told(dependents: &[Dependent]) -> Vec<String> {
    let mut lines: Vec<String> = dependents
        .iter()
        .take(MAX_NAMED)
        .map(|dependent| match dependent {
            Dependent::Revision { article, url, number } => {
                format!("article {article} ({url}), the page of revision {number}")
            }
            Dependent::Response { url, purpose } => format!("the response to {url} ({purpose})"),
        })
        .collect();
    if dependents.len() > MAX_NAMED {
        lines.push(format!("and {} more", dependents.len() - MAX_NAMED));
    }
    if lines.is_empty() {
        lines.push("a capture nothing hangs on".to_owned());
    }
    lines
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
    archive.store.commit()?;
    if lost == 0 {
        // What is damaged was made anew or is not in use: the pages count as they are now.
        archive.store.renew_page_sums();
    }
    done.push("indexes, full text, vocabulary and clusters of near duplicates were made anew".to_owned());
    Ok(done)
}
