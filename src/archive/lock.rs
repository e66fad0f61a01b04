//! `dateline.lock`: one run at a time writes to an archive. The operating system gives the lock back when the process dies.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The lock's file name inside the archive.
pub const LOCK_FILE: &str = "dateline.lock";

/// Why the archive could not be locked.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another run holds it.
    #[error("another run holds the archive {0}")]
    Held(PathBuf),
    /// The file could not be made or locked.
    #[error("cannot lock {path}")]
    Io {
        /// The lock's file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// A held lock; given back when dropped.
#[derive(Debug)]
pub struct ArchiveLock {
    file: File,
}

impl ArchiveLock {
    /// Takes the archive's lock, without waiting. Makes the directory where it is missing.
    pub fn take(archive: &Path) -> Result<Self, LockError> {
        let path = archive.join(LOCK_FILE);
        let io_error = |source| LockError::Io { path: path.clone(), source };
        std::fs::create_dir_all(archive).map_err(io_error)?;
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(io_error)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LockError::Held(archive.to_owned())),
            Err(TryLockError::Error(source)) => return Err(io_error(source)),
        }
        // The number is for people; what locks is the system's lock on the file.
        file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).map_err(io_error)?;
        Ok(Self { file })
    }
}

impl Drop for ArchiveLock {
    fn drop(&mut self) {
        // Closing alone would leave it with a child process that is being started at this moment.
        let _ = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_is_refused_until_the_first_ends() {
        let archive = tempfile::tempdir().unwrap();
        let first = ArchiveLock::take(archive.path()).unwrap();
        assert!(matches!(ArchiveLock::take(archive.path()), Err(LockError::Held(_))));
        // A copy of the handle, such as a process has that is being started, does not keep it.
        let copy = first.file.try_clone().unwrap();
        drop(first);
        ArchiveLock::take(archive.path()).unwrap();
        drop(copy);
    }
}
