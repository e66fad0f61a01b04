//! Files that are whole or not there: written beside their place and then renamed.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::export::ExportError;

/// Bytes gathered before they are written.
const BUFFER_BYTES: usize = 256 * 1024;

/// Writes the file at `path` by `write`; a reader sees the old file or the whole new one, and a failure leaves the
/// old one. What is not a plain file (a pipe, `/dev/stdout`) is written to directly.
pub fn replace<T, E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<T, E>,
) -> Result<T, E> {
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        let mut out = BufWriter::with_capacity(BUFFER_BYTES, File::options().write(true).open(path)?);
        let written = write(&mut out)?;
        out.flush()?;
        return Ok(written);
    }
    // Through a symbolic link: the file it leads to is replaced, not the link.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let unfinished = Unfinished(beside(&path));
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, File::create(&unfinished.0)?);
    let written = write(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    fs::rename(&unfinished.0, &path)?;
    Ok(written)
}

fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.unfinished", std::process::id()))
}

/// Makes the directory at `path` by `write`, which is handed the one it is made in: it is there whole or not at all.
pub(crate) fn new_directory<T>(
    path: &Path,
    write: impl FnOnce(&Path) -> Result<T, ExportError>,
) -> Result<T, ExportError> {
    match fs::read_dir(path).map(|mut entries| entries.next().is_none()) {
        Ok(true) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) if error.kind() != io::ErrorKind::NotADirectory => return Err(error.into()),
        _ => return Err(ExportError::NotEmpty(path.to_owned())),
    }
    // Beside what a relative path such as `.` leads to.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let unfinished = Unfinished(beside(&path));
    fs::create_dir_all(&unfinished.0)?;
    let written = write(&unfinished.0)?;
    // Windows does not rename over an empty directory.
    let _ = fs::remove_dir(&path);
    fs::rename(&unfinished.0, &path)?;
    Ok(written)
}

/// Taken away when it is not renamed.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_leaves_the_old_file_and_nothing_beside_it() {
        let directory = tempfile::TempDir::new().unwrap();
        let path = directory.path().join("articles.csv");
        replace::<_, io::Error>(&path, |out| out.write_all(b"old")).unwrap();
        let failed = replace::<(), io::Error>(&path, |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("the archive is damaged"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"old");
        replace::<_, io::Error>(&path, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_directory_that_is_not_there_is_an_error() {
        let directory = tempfile::TempDir::new().unwrap();
        let path = directory.path().join("missing/articles.csv");
        assert!(replace::<_, io::Error>(&path, |out| out.write_all(b"x")).is_err());
    }
}
