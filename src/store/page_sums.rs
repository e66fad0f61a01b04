//! Checksums of the database's pages, in a file beside it: SQLite keeps none, so a byte that flipped in a text or in
//! a number would go unnoticed for ever.
//!
//! A writer takes the file away when it opens the database and puts it back when it closes it, brought up to date for
//! the pages that went through the write-ahead log meanwhile. After a crash there is none until the next writer
//! has closed: it then reads every page once.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use flate2::Crc;
use rusqlite::Connection;
use rusqlite::hooks::Wal;

use crate::store::error::Result;

/// The sums' file, beside the database.
pub const SUMS: &str = "dateline.sums";
/// The same while a writer has the database open.
const WRITING: &str = "dateline.sums.writing";
const MAGIC: &[u8; 8] = b"dlsums1\n";
/// Bytes of the file's head: what it is, the size of a page, the checksum of the sums.
const HEAD_BYTES: usize = 16;
/// Pages of the write-ahead log after which they go to the database: four times SQLite's own, since batches are large.
const WAL_PAGES: i32 = 4_000;
/// Bytes of the log's own head, and of each page's in it (SQLite file format §4.1).
const WAL_HEAD_BYTES: u64 = 32;
const FRAME_HEAD_BYTES: u64 = 24;
/// How long the last checkpoint waits for readers. Where they read on, the sums are made by a later writer.
const LAST_CHECKPOINT: Duration = Duration::from_millis(500);

/// The sums while a writer has the database open.
#[derive(Debug)]
pub(crate) struct PageSums {
    directory: PathBuf,
    database: PathBuf,
    log: PathBuf,
    /// The sums before this writer; `None`: not known.
    before: Option<Sums>,
    /// Pages that went through the log.
    written: BTreeSet<u32>,
    /// Pages in the log, told by SQLite after each commit.
    in_log: Arc<AtomicI32>,
}

#[derive(Debug, PartialEq, Eq)]
struct Sums {
    page_bytes: u32,
    of_pages: Vec<u32>,
}

/// What the sums say about the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageCheck {
    /// Every page is as it was written.
    Right,
    /// These are not, counted from 1.
    Wrong(Vec<u32>),
    /// There is nothing to compare with, for this reason.
    Unknown(&'static str),
}

impl PageSums {
    /// To be called before the writer's first transaction, by whoever alone writes.
    pub(crate) fn begin(directory: &Path, database: &Path, connection: &mut Connection) -> Result<Self> {
        let before = read(&directory.join(SUMS));
        // Gone from the disk before anything is written: sums of an older state would raise a false alarm.
        let _ = fs::remove_file(directory.join(WRITING));
        if fs::rename(directory.join(SUMS), directory.join(WRITING)).is_ok() {
            sync_directory(directory);
        }
        let in_log = Arc::new(AtomicI32::new(0));
        let told = Arc::clone(&in_log);
        // Takes the place of SQLite's own checkpoints, which would hide which pages were written.
        connection.wal_hook(Some(move |_: &mut Wal, pages| {
            told.store(pages, Ordering::Relaxed);
            Ok(())
        }))?;
        let mut log = database.as_os_str().to_owned();
        log.push("-wal");
        Ok(Self {
            directory: directory.to_owned(),
            database: database.to_owned(),
            log: PathBuf::from(log),
            before,
            written: BTreeSet::new(),
            in_log,
        })
    }

    /// Moves the log to the database where it has grown long. To be called after a commit.
    pub(crate) fn checkpoint(&mut self, connection: &Connection) -> Result<()> {
        if self.in_log.load(Ordering::Relaxed) >= WAL_PAGES {
            self.note_written();
            connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        }
        Ok(())
    }

    /// Moves all of the log to the database and writes the sums. Where that cannot be done there are none.
    pub(crate) fn finish(mut self, connection: &Connection) {
        self.note_written();
        let _ = connection.busy_timeout(LAST_CHECKPOINT);
        let is_whole = connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
            .is_ok_and(|is_busy| is_busy == 0);
        if is_whole && let Ok(sums) = self.sums() {
            let _ = write(&self.directory.join(SUMS), &sums);
        }
        let _ = fs::remove_file(self.directory.join(WRITING));
    }

    /// Has every page summed anew at the end.
    pub(crate) fn renew(&mut self) {
        self.before = None;
    }

    /// Remembers the pages that are in the log.
    fn note_written(&mut self) {
        if note_frames(&self.log, &mut self.written).is_err() {
            self.before = None;
        }
    }

    fn sums(&self) -> io::Result<Sums> {
        let (page_bytes, pages) = size(&self.database)?;
        let Some(before) = self.before.as_ref().filter(|before| before.page_bytes == page_bytes) else {
            return Ok(Sums { page_bytes, of_pages: sums_of_all(&self.database, page_bytes)? });
        };
        let mut of_pages = before.of_pages.clone();
        let known = of_pages.len() as u32;
        of_pages.resize(pages as usize, 0);
        let mut file = File::open(&self.database)?;
        let mut page = vec![0; page_bytes as usize];
        let written = self.written.iter().copied().filter(|number| *number <= known);
        for number in written.chain(known + 1..=pages).filter(|number| (1..=pages).contains(number)) {
            file.seek(SeekFrom::Start(u64::from(number - 1) * u64::from(page_bytes)))?;
            file.read_exact(&mut page)?;
            of_pages[number as usize - 1] = sum(&page);
        }
        Ok(Sums { page_bytes, of_pages })
    }
}

/// Takes the sums away, for a writer that keeps none.
pub(crate) fn forget(directory: &Path) {
    if fs::remove_file(directory.join(SUMS)).is_ok() {
        sync_directory(directory);
    }
}

/// Compares every page of the database with its sum. To be asked while nobody writes.
pub fn check(directory: &Path, database: &Path) -> io::Result<PageCheck> {
    let Some(sums) = read(&directory.join(SUMS)) else {
        return Ok(PageCheck::Unknown(if directory.join(SUMS).exists() {
            "the file of checksums is damaged itself"
        } else {
            "there are no checksums of its pages: the last run did not come to its end"
        }));
    };
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    if fs::metadata(log).is_ok_and(|log| log.len() > 0) {
        return Ok(PageCheck::Unknown("another program has written to it"));
    }
    let found = sums_of_all(database, sums.page_bytes)?;
    let longest = found.len().max(sums.of_pages.len());
    let wrong: Vec<u32> = (0..longest)
        .filter(|index| found.get(*index) != sums.of_pages.get(*index))
        .map(|index| index as u32 + 1)
        .collect();
    Ok(if wrong.is_empty() { PageCheck::Right } else { PageCheck::Wrong(wrong) })
}

/// The size of a page and the number of pages.
fn size(database: &Path) -> io::Result<(u32, u32)> {
    let mut head = [0; 18];
    let mut file = File::open(database)?;
    file.read_exact(&mut head)?;
    // 1 stands for 65,536 (SQLite file format §1.3.2).
    let page_bytes = match u32::from(u16::from_be_bytes([head[16], head[17]])) {
        1 => 65_536,
        bytes if bytes >= 512 => bytes,
        _ => return Err(io::Error::from(io::ErrorKind::InvalidData)),
    };
    let pages = file.metadata()?.len() / u64::from(page_bytes);
    Ok((page_bytes, u32::try_from(pages).map_err(|_| io::ErrorKind::InvalidData)?))
}

fn sums_of_all(database: &Path, page_bytes: u32) -> io::Result<Vec<u32>> {
    let mut file = BufReader::with_capacity(1 << 20, File::open(database)?);
    let mut page = Vec::with_capacity(page_bytes as usize);
    let mut sums = Vec::new();
    loop {
        page.clear();
        if Read::by_ref(&mut file).take(u64::from(page_bytes)).read_to_end(&mut page)? == 0 {
            return Ok(sums);
        }
        sums.push(sum(&page));
    }
}

fn sum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// Adds the numbers of the pages in the log.
fn note_frames(log: &Path, pages: &mut BTreeSet<u32>) -> io::Result<()> {
    let mut file = match File::open(log) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        opened => opened?,
    };
    let mut head = [0; WAL_HEAD_BYTES as usize];
    if file.metadata()?.len() < WAL_HEAD_BYTES {
        return Ok(());
    }
    file.read_exact(&mut head)?;
    let page_bytes = u64::from(u32::from_be_bytes([head[8], head[9], head[10], head[11]]));
    let mut at = WAL_HEAD_BYTES;
    let mut frame = [0; FRAME_HEAD_BYTES as usize];
    loop {
        file.seek(SeekFrom::Start(at))?;
        match file.read_exact(&mut frame) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            read => read?,
        }
        // Frames of an earlier round of the log have other salts.
        if frame[8..16] != head[16..24] {
            return Ok(());
        }
        pages.insert(u32::from_be_bytes([frame[0], frame[1], frame[2], frame[3]]));
        at += FRAME_HEAD_BYTES + page_bytes;
    }
}

fn read(path: &Path) -> Option<Sums> {
    let bytes = fs::read(path).ok()?;
    let (head, sums) = bytes.split_at_checked(HEAD_BYTES)?;
    let number = |bytes: &[u8]| Some(u32::from_le_bytes(bytes.try_into().ok()?));
    let is_ours = head[..8] == *MAGIC && number(&head[12..])? == sum(sums) && sums.len().is_multiple_of(4);
    is_ours.then_some(())?;
    let of_pages = sums.chunks_exact(4).map(number).collect::<Option<_>>()?;
    Some(Sums { page_bytes: number(&head[8..12])?, of_pages })
}

fn write(path: &Path, sums: &Sums) -> io::Result<()> {
    let body: Vec<u8> = sums.of_pages.iter().flat_map(|sum| sum.to_le_bytes()).collect();
    let unfinished = path.with_extension("sums.unfinished");
    let mut file = File::create(&unfinished)?;
    file.write_all(MAGIC)?;
    file.write_all(&sums.page_bytes.to_le_bytes())?;
    file.write_all(&sum(&body).to_le_bytes())?;
    file.write_all(&body)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)
}

/// Has the disk hold which names are in the directory; systems that cannot are taken by their word.
fn sync_directory(directory: &Path) {
    if let Ok(directory) = File::open(directory) {
        let _ = directory.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::schema::DATABASE;

    fn check_of(directory: &Path) -> PageCheck {
        check(directory, &directory.join(DATABASE)).unwrap()
    }

    fn write_portal(store: &mut Store, id: usize, bytes: usize) {
        store
            .connection
            .execute(
                "INSERT INTO portal (id, name) VALUES (?1, ?2)",
                (format!("portal-{id}"), "x".repeat(bytes)),
            )
            .unwrap();
    }

    #[test]
    fn every_flipped_bit_is_found_and_its_page_named() {
        let directory = tempfile::tempdir().unwrap();
        drop(Store::open(directory.path()).unwrap());
        assert_eq!(check_of(directory.path()), PageCheck::Right);
        let path = directory.path().join(DATABASE);
        let bytes = fs::read(&path).unwrap();
        for at in (0..bytes.len()).step_by(4_111) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 4;
            fs::write(&path, &flipped).unwrap();
            assert_eq!(
                check_of(directory.path()),
                PageCheck::Wrong(vec![at as u32 / 4_096 + 1]),
                "byte {at}"
            );
        }
        fs::write(&path, &bytes[..bytes.len() - 4_096]).unwrap();
        assert_eq!(check_of(directory.path()), PageCheck::Wrong(vec![bytes.len() as u32 / 4_096]));
    }

    #[test]
    fn sums_follow_what_is_written_through_several_rounds_of_the_log() {
        let directory = tempfile::tempdir().unwrap();
        for round in 0..4 {
            let mut store = Store::open(directory.path()).unwrap();
            for batch in 0..3 {
                store.begin().unwrap();
                // Long enough for checkpoints on the way.
                write_portal(&mut store, round * 10 + batch, 9_000_000);
                store.commit().unwrap();
                assert!(matches!(check_of(directory.path()), PageCheck::Unknown(_)));
            }
            store.connection.execute("DELETE FROM portal WHERE id LIKE '%1'", []).unwrap();
            drop(store);
            assert_eq!(check_of(directory.path()), PageCheck::Right, "round {round}");
        }
    }

    #[test]
    fn a_writer_that_died_leaves_no_sums_and_the_next_makes_them_anew() {
        let directory = tempfile::tempdir().unwrap();
        drop(Store::open(directory.path()).unwrap());
        let mut store = Store::open(directory.path()).unwrap();
        write_portal(&mut store, 1, 100);
        store.sums = None;
        drop(store);
        assert!(matches!(check_of(directory.path()), PageCheck::Unknown(_)));
        drop(Store::open(directory.path()).unwrap());
        assert_eq!(check_of(directory.path()), PageCheck::Right);
    }

    #[test]
    fn a_reader_that_stays_only_delays_the_sums() {
        let directory = tempfile::tempdir().unwrap();
        let mut store = Store::open(directory.path()).unwrap();
        write_portal(&mut store, 1, 100);
        let reader = Store::open_read_only(directory.path()).unwrap();
        let reading = reader.connection.unchecked_transaction().unwrap();
        reading.query_row("SELECT count(*) FROM portal", [], |_| Ok(())).unwrap();
        write_portal(&mut store, 2, 100);
        drop(store);
        assert!(matches!(check_of(directory.path()), PageCheck::Unknown(_)));
        drop(reading);
        drop(reader);
        drop(Store::open(directory.path()).unwrap());
        assert_eq!(check_of(directory.path()), PageCheck::Right);
    }

    #[test]
    fn a_damaged_file_of_sums_accuses_nobody() {
        let directory = tempfile::tempdir().unwrap();
        drop(Store::open(directory.path()).unwrap());
        let path = directory.path().join(SUMS);
        let bytes = fs::read(&path).unwrap();
        for damaged in [&bytes[..bytes.len() - 1], &bytes[..7], b"", &[bytes.clone(), vec![0; 4]].concat()] {
            fs::write(&path, damaged).unwrap();
            assert!(matches!(check_of(directory.path()), PageCheck::Unknown(_)));
        }
    }
}
