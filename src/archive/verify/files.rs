//! The WARC files of an archive: every record read, every capture that a row points at looked for, the bytes as stored
//! held against their checksums; and what hangs on what is damaged.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::model::capture::CaptureRef;
use crate::model::segment_sum::SegmentSum;
use crate::store::integrity::{CaptureRow, Dependent};
use crate::store::schema::DATABASE;
use crate::store::{CaptureId, Store, StoreError};
use crate::warc::{CaptureCheck, Checked, Damage, check_captures, whole_bytes, wrong_segments};

use super::{MAX_NAMED, Verification, chain};
use crate::archive::WARC_DIRECTORY;

/// What is affected where no capture is.
const NO_CAPTURE: &str = "what the file says of itself, or a record no row points at";

/// A WARC file, and what the archive knows of it.
#[derive(Default)]
struct Expected {
    name: String,
    /// The captures in it, in their order.
    rows: Vec<CaptureRow>,
    /// The checksums it is held against.
    sums: Vec<SegmentSum>,
    /// Whether there should be some.
    lacks_sums: bool,
}

impl Expected {
    /// The bytes that rows point into or have checksums of.
    fn known_end(&self) -> u64 {
        let captured = self.rows.last().map_or(0, |row| row.place.offset + row.place.length);
        captured.max(self.sums.last().map_or(0, |sum| sum.end()))
    }

    /// The rows whose records reach into the bytes from `start` up to `end`.
    fn rows_in(&self, start: u64, end: u64) -> impl Iterator<Item = &CaptureRow> {
        let reaches =
            move |row: &&CaptureRow| row.place.offset < end && row.place.offset + row.place.length > start;
        self.rows.iter().filter(reaches)
    }

    /// What lies at a place that belongs to no capture's own record.
    fn beside(&self, offset: u64) -> String {
        let before = self.rows.iter().rev().find(|row| row.place.offset < offset);
        before.map_or_else(
            || NO_CAPTURE.to_owned(),
            |row| format!("the request or the notes kept beside the capture at byte {}", row.place.offset),
        )
    }

    /// Whether what was told of the records at these places explains that a segment is not as it was written.
    fn explains(&self, told: &HashSet<u64>, sum: SegmentSum) -> bool {
        told.iter().any(|&offset| {
            let next = self.rows.partition_point(|row| row.place.offset <= offset);
            let end = self.rows.get(next).map_or(u64::MAX, |row| row.place.offset);
            offset < sum.end() && end > sum.start()
        })
    }
}

/// What reading one file found.
#[derive(Debug, Clone, Default)]
struct Found {
    checked: Checked,
    wrong: Vec<SegmentSum>,
}

/// How the files are read.
#[derive(Clone, Copy)]
pub(super) struct Circumstances {
    /// Whether the last run came to its end.
    pub(super) ended_well: bool,
    /// Whether somebody is writing.
    pub(super) in_use: bool,
}

impl Verification {
    /// Reads the WARC files, those of the rows and any other of the directory, on all cores.
    pub(super) fn check_files(&mut self, directory: &Path, store: Option<&Store>, at: Circumstances) {
        let evidence = directory.join(WARC_DIRECTORY);
        let mut expected: Vec<Expected> = Vec::new();
        if let Some(store) = store {
            match files_of(store, self.sums_are_damaged) {
                Ok(files) => expected = files,
                Err(error) => self.problem(DATABASE, chain(&error), Vec::new()),
            }
        }
        let known: BTreeSet<String> = expected.iter().map(|file| file.name.clone()).collect();
        let others = warc_names(&evidence).into_iter().filter(|name| !known.contains(name));
        expected.extend(others.map(|name| Expected { name, ..Expected::default() }));
        let found = check_all(&evidence, &expected);
        let mut damaged: HashMap<CaptureId, usize> = HashMap::new();
        for (file, result) in expected.iter().zip(found) {
            let problems = self.problems.len();
            self.files += 1;
            self.captures += file.rows.len() as u64;
            match result {
                Ok(found) => self.take_file(&evidence, file, found, at, &mut damaged),
                Err(what) => {
                    damaged.extend(file.rows.iter().map(|row| (row.id, self.problems.len())));
                    self.problem(place_of(&file.name), what, vec![NO_CAPTURE.to_owned()]);
                }
            }
            if file.lacks_sums && self.problems.len() == problems {
                self.without_sums.push(file.name.clone());
            }
        }
        if let Some(store) = store {
            self.note_dependents(store, &damaged);
        }
        let lacking = expected.iter().filter(|file| file.lacks_sums).count();
        if lacking > 0 {
            self.notes.push(format!(
                "the bytes of {lacking} WARC files were not compared, only what their records say: there are no checksums of them; verify --repair makes those of files without damage"
            ));
        }
    }

    fn take_file(
        &mut self,
        evidence: &Path,
        file: &Expected,
        Found { mut checked, wrong }: Found,
        Circumstances { ended_well, in_use }: Circumstances,
        damaged: &mut HashMap<CaptureId, usize>,
    ) {
        self.records += checked.records;
        let known_end = file.known_end();
        let tail =
            if in_use { known_end } else { tail_of(&evidence.join(&file.name), known_end, ended_well) };
        let before = checked.damages.len();
        checked
            .damages
            .retain(|damage| damage.offset.is_some_and(|offset| offset < tail) || tail == u64::MAX);
        if checked.damages.len() < before && !in_use {
            self.notes.push(format!(
                "{}: a crash left its end half written; the next run cuts it off",
                place_of(&file.name)
            ));
        }
        let told = self.note_records(file, checked, damaged);
        self.note_segments(file, wrong, &told, damaged);
    }

    /// Takes in what is wrong with the records of one file. Gives where they begin.
    fn note_records(
        &mut self,
        file: &Expected,
        checked: Checked,
        damaged: &mut HashMap<CaptureId, usize>,
    ) -> HashSet<u64> {
        let place = place_of(&file.name);
        let mut told = HashSet::new();
        for (row, check) in file.rows.iter().zip(checked.captures) {
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
                self.problem(place.clone(), what, vec![beside]);
                continue;
            };
            if told.insert(offset) {
                self.problem(format!("{place}, byte {offset}"), what, vec![file.beside(offset)]);
            }
        }
        told
    }

    /// Takes in which segments of one file are not as they were written, but for those whose records say so.
    fn note_segments(
        &mut self,
        file: &Expected,
        wrong: Vec<SegmentSum>,
        told: &HashSet<u64>,
        damaged: &mut HashMap<CaptureId, usize>,
    ) {
        let mut ranges: Vec<(u64, u64)> = Vec::new();
        for sum in wrong {
            if file.explains(told, sum) {
                continue;
            }
            match ranges.last_mut() {
                Some((_, end)) if *end == sum.start() => *end = sum.end(),
                _ => ranges.push((sum.start(), sum.end())),
            }
        }
        for (start, end) in ranges {
            let problem = self.problems.len();
            for row in file.rows_in(start, end) {
                damaged.entry(row.id).or_insert(problem);
            }
            self.problem(
                format!("{}, bytes {start} to {}", place_of(&file.name), end - 1),
                "these are not the bytes that were written, though the records there read as they should",
                vec![file.beside(end)],
            );
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

fn place_of(name: &str) -> String {
    format!("{WARC_DIRECTORY}/{name}")
}

/// The files the archive knows of. What a purge is to blank yet is held against no checksum, and where the checksums
/// themselves are damaged nothing is.
fn files_of(store: &Store, sums_are_damaged: bool) -> Result<Vec<Expected>, StoreError> {
    let blankings = store.blankings()?;
    let mut files = Vec::new();
    for name in store.warc_files()? {
        let rows = store.captures_in(&name)?;
        let mut file = Expected { name, rows, ..Expected::default() };
        if sums_are_damaged {
            file.lacks_sums = true;
        } else if !blankings.contains_key(&file.name) {
            file.sums = store.warc_sums(&file.name)?;
            file.lacks_sums = file.sums.is_empty();
        }
        files.push(file);
    }
    Ok(files)
}

/// Names of the WARC files in a directory.
fn warc_names(directory: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<_> = names.filter(|name| is_warc_name(name)).collect();
    names.sort();
    names
}

/// Those this program wrote, in the order in which they were begun.
pub(in crate::archive) fn own_warc_names(directory: &Path) -> Vec<String> {
    let mut names = warc_names(directory);
    names.retain(|name| name.starts_with("dateline-"));
    names
}

/// Whether a file of that name is a WARC: `….warc.gz`, `….warc`.
pub(in crate::archive) fn is_warc_name(name: &str) -> bool {
    let name = name.strip_suffix(".gz").unwrap_or(name);
    Path::new(name).extension().is_some_and(|end| end == "warc")
}

/// Checks the files on all cores; the results in their order.
fn check_all(evidence: &Path, files: &[Expected]) -> Vec<Result<Found, String>> {
    let results: Mutex<Vec<Option<Result<Found, String>>>> = Mutex::new(vec![None; files.len()]);
    let next = AtomicUsize::new(0);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores.min(files.len()) {
            scope.spawn(|| {
                while let Some((index, file)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    files.get(index).map(|file| (index, file))
                } {
                    let found = check(&evidence.join(&file.name), file);
                    results.lock().unwrap_or_else(PoisonError::into_inner)[index] = Some(found);
                }
            });
        }
    });
    let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.into_iter().map(|result| result.unwrap_or_else(|| Err("it was not read".to_owned()))).collect()
}

fn check(path: &Path, file: &Expected) -> Result<Found, String> {
    let places: Vec<&CaptureRef> = file.rows.iter().map(|row| &row.place).collect();
    let checked = check_captures(path, &places).map_err(|error| chain(&error))?;
    let wrong = wrong_segments(path, &file.sums).map_err(|error| chain(&error))?;
    Ok(Found { checked, wrong })
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
