//! One WARC file as a sequence of captures, with a word on what in it could not be read.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::read::MultiGzDecoder;

use crate::model::capture::Capture;
use crate::model::issue::Issue;
use crate::warc::Captures;

const GZIP: [u8; 2] = [0x1f, 0x8b];
/// Bytes a file that was compressed twice is unpacked to at most.
const MAX_UNPACKED_BYTES: u64 = 64 << 30;

/// A file being read.
pub(super) struct SourceFile {
    captures: Captures,
    problems: Problems,
    /// The file unpacked, where it was compressed twice; removed at the end.
    _unpacked: Option<Unpacked>,
    has_captures: bool,
    is_over: bool,
}

/// What could not be read; filled while the file is read.
#[derive(Clone, Default)]
pub(super) struct Problems(Arc<Mutex<Vec<String>>>);

impl Problems {
    pub(super) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn add(&self, what: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }
}

impl SourceFile {
    /// Opens a file; the error says why it cannot be read at all. `archive` is where there is room to unpack.
    pub(super) fn open(path: &Path, archive: &Path) -> Result<Self, String> {
        let problems = Problems::default();
        let failed = |error: io::Error| format!("cannot read {}: {error}", path.display());
        let unpacked = if is_compressed_twice(path).map_err(failed)? {
            problems.add("the whole file was compressed once more; it was read all the same".to_owned());
            Some(Unpacked::of(path, archive, &problems).map_err(failed)?)
        } else {
            None
        };
        let path = unpacked.as_ref().map_or(path, |unpacked| unpacked.0.as_path());
        let captures = Captures::open(path).map_err(|error| error.to_string())?;
        Ok(Self { captures, problems, _unpacked: unpacked, has_captures: false, is_over: false })
    }

    /// Where problems are told while the file is read.
    pub(super) fn problems(&self) -> Problems {
        self.problems.clone()
    }
}

impl Iterator for SourceFile {
    type Item = Capture;

    fn next(&mut self) -> Option<Capture> {
        if self.is_over {
            return None;
        }
        let found = match self.captures.next_capture() {
            Ok(found) => found,
            Err(error) => {
                self.problems.add(error.to_string());
                None
            }
        };
        for issue in self.captures.take_issues() {
            if let Some(told) = told(&issue) {
                self.problems.add(told);
            }
        }
        let Some(found) = found else {
            self.is_over = true;
            if !self.has_captures && self.captures.records() == 0 {
                self.problems.add("this is no WARC file: there is no record in it".to_owned());
            }
            return None;
        };
        self.has_captures = true;
        for issue in &found.issues {
            self.problems.add(format!("{}: {}", found.capture.url, issue.message));
        }
        Some(found.capture)
    }
}

/// A problem in the words of whoever has to do something about it; `None`: it is none (a DNS record, say).
fn told(issue: &Issue) -> Option<String> {
    match issue.code {
        "not-a-capture" => None,
        "warc-shared-member" => Some(
            "the file was compressed as a whole instead of record by record; it was read all the same, other tools \
             may refuse it (warcio recompress mends it)"
                .to_owned(),
        ),
        _ => Some(issue.message.clone()),
    }
}

fn is_compressed_twice(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let mut beginning = Vec::new();
    file.by_ref().take(1 << 16).read_to_end(&mut beginning)?;
    let mut inner = [0; 2];
    Ok(beginning.starts_with(&GZIP)
        && MultiGzDecoder::new(&beginning[..]).read_exact(&mut inner).is_ok()
        && inner == GZIP)
}

/// A file that is removed when it is no longer read.
struct Unpacked(PathBuf);

impl Unpacked {
    fn of(path: &Path, archive: &Path, problems: &Problems) -> io::Result<Self> {
        let unpacked = Self(archive.join(format!("import-{}.unpacked", std::process::id())));
        let mut out = File::create(&unpacked.0)?;
        let mut source = MultiGzDecoder::new(io::BufReader::new(File::open(path)?)).take(MAX_UNPACKED_BYTES);
        match io::copy(&mut source, &mut out) {
            Err(error)
                if matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput) =>
            {
                problems.add(format!("its outer compression is damaged: {error}"));
            }
            copied => {
                copied?;
            }
        }
        Ok(unpacked)
    }
}

impl Drop for Unpacked {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
