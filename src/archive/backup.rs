//! A copy of an archive while a crawl writes to it: the database as of one moment, then the WARC files, which hold
//! every capture that the copied rows point at because evidence is written before rows.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::store::Store;
use crate::store::page_sums::SUMS;
use crate::store::schema::DATABASE;

use super::verify::is_warc_name;
use super::{ArchiveError, ArchiveLock, LOCK_FILE, WARC_DIRECTORY, repair_tails};

/// Held shared by copies, alone by whoever rewrites WARC files.
const BACKUP_LOCK: &str = "dateline.backup.lock";

/// What was copied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backup {
    /// Articles in the copy.
    pub articles: u64,
    /// WARC files copied.
    pub copied: u64,
    /// WARC files that an earlier copy already held.
    pub kept: u64,
    /// Bytes written.
    pub bytes: u64,
}

/// Copies the archive in `directory` to `target`, which is new, empty, or an earlier copy to be brought up to date.
pub fn backup(directory: &Path, target: &Path) -> Result<Backup, ArchiveError> {
    let source = Store::open_read_only(directory)?;
    check_target(directory, target)?;
    let evidence = target.join(WARC_DIRECTORY);
    fs::create_dir_all(&evidence).map_err(ArchiveError::io("make", &evidence))?;
    // An archive of its own: nobody may crawl into it meanwhile.
    let _target_lock = ArchiveLock::take(target)?;
    let _source_lock = lock_shared(directory)?;
    let unfinished = target.join("dateline.db.unfinished");
    let _ = fs::remove_file(&unfinished);
    source.copy_to(&unfinished)?;
    let mut backup = Backup::default();
    for name in source_files(directory)? {
        let (from, to) = (directory.join(WARC_DIRECTORY).join(&name), evidence.join(&name));
        if is_same(&from, &to) {
            backup.kept += 1;
        } else {
            backup.bytes += copy_file(&from, &to).map_err(ArchiveError::io("copy", &from))?;
            backup.copied += 1;
        }
    }
    remove_purged(directory, &evidence)?;
    // The WARC files are there: now the rows that point into them.
    for old in [SUMS, "dateline.db-wal", "dateline.db-shm"] {
        let _ = fs::remove_file(target.join(old));
    }
    let database = target.join(DATABASE);
    fs::rename(&unfinished, &database).map_err(ArchiveError::io("write", &database))?;
    backup.bytes += fs::metadata(&database).map_or(0, |metadata| metadata.len());
    let copy = Store::open(target)?;
    // A crawl may have been writing: what was half copied at the ends of files is cut off.
    repair_tails(&evidence, &copy)?;
    backup.articles = copy.count_articles(&[])?;
    Ok(backup)
}

/// Takes the lock that keeps WARC files as they are while they are copied.
pub(super) fn lock_shared(directory: &Path) -> Result<Option<File>, ArchiveError> {
    let path = directory.join(BACKUP_LOCK);
    // A directory that cannot be written to has nobody who rewrites its files.
    let Ok(file) = File::options().create(true).truncate(false).write(true).open(&path) else {
        return Ok(None);
    };
    file.lock_shared().map_err(ArchiveError::io("lock", &path))?;
    Ok(Some(file))
}

/// Takes the lock under which WARC files may be rewritten; waits for copies under way.
pub(super) fn lock_alone(directory: &Path) -> Result<File, ArchiveError> {
    let path = directory.join(BACKUP_LOCK);
    let open = File::options().create(true).truncate(false).write(true).open(&path);
    let file = open.map_err(ArchiveError::io("open", &path))?;
    file.lock().map_err(ArchiveError::io("lock", &path))?;
    Ok(file)
}

fn check_target(directory: &Path, target: &Path) -> Result<(), ArchiveError> {
    let refuse = |what| Err(ArchiveError::Target { path: target.to_owned(), what });
    let absolute =
        |path: &Path| fs::canonicalize(path).or_else(|_| std::path::absolute(path)).unwrap_or_default();
    if absolute(target).starts_with(absolute(directory)) {
        return refuse("lies in the archive itself");
    }
    let Ok(entries) = fs::read_dir(target) else { return Ok(()) };
    let names: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.file_name())).collect();
    let is_copy = names.iter().any(|name| name == DATABASE || name == LOCK_FILE);
    if names.is_empty() || is_copy {
        return Ok(());
    }
    refuse("is neither empty nor an earlier copy of an archive")
}

fn source_files(directory: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
    let evidence = directory.join(WARC_DIRECTORY);
    let entries = match fs::read_dir(&evidence) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(ArchiveError::io("read", &evidence))?,
    };
    let names = entries.filter_map(|entry| Some(PathBuf::from(entry.ok()?.file_name())));
    let is_warc = |name: &PathBuf| name.to_str().is_some_and(is_warc_name);
    let mut names: Vec<_> = names.filter(is_warc).collect();
    names.sort();
    Ok(names)
}

/// Whether a copy is as the file: as long, and made after the last change.
fn is_same(from: &Path, to: &Path) -> bool {
    let (Ok(from), Ok(to)) = (fs::metadata(from), fs::metadata(to)) else { return false };
    from.len() == to.len()
        && matches!((from.modified(), to.modified()), (Ok(changed), Ok(copied)) if changed <= copied)
}

/// Copies a file beside its place and renames it, so that a copy cut off leaves the earlier one.
fn copy_file(from: &Path, to: &Path) -> io::Result<u64> {
    let unfinished = PathBuf::from(format!("{}.unfinished", to.display()));
    let mut out = File::create(&unfinished)?;
    let bytes = io::copy(&mut File::open(from)?, &mut out)?;
    out.sync_all()?;
    fs::rename(&unfinished, to)?;
    Ok(bytes)
}

/// Takes files out of the copy that a purge has taken out of the archive.
fn remove_purged(directory: &Path, evidence: &Path) -> Result<(), ArchiveError> {
    let entries = fs::read_dir(evidence).map_err(ArchiveError::io("read", evidence))?;
    for entry in entries {
        let name = entry.map_err(ArchiveError::io("read", evidence))?.file_name();
        let is_ours = name.to_string_lossy().starts_with("dateline-");
        if is_ours && !directory.join(WARC_DIRECTORY).join(&name).exists() {
            let path = evidence.join(&name);
            fs::remove_file(&path).map_err(ArchiveError::io("remove", &path))?;
        }
    }
    Ok(())
}
