//! Cuts what a crash left half written at the end of our own files. Damage further in is left for `verify` to name:
//! it was whole once, and rows may point behind it.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::WarcError;
use super::member::{HEADER_BYTES, skip_length};
use super::reader::WarcReader;

/// How far from a file's end its members are unpacked and checked. More than is ever written between two syncs.
const CHECKED_TAIL_BYTES: u64 = 64 * 1024 * 1024;

/// Files, counted from the newest, that are looked at: a file is synced before the next is begun, so only the last of
/// a run can be broken; the others stand for runs that could not finish their own.
pub const CHECKED_FILES: usize = 3;

/// What was done to one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// The file.
    pub path: PathBuf,
    /// Bytes it has now; 0: nothing of it was whole, and it was removed.
    pub kept_bytes: u64,
    /// Bytes cut off its end.
    pub cut_bytes: u64,
}

/// Cuts the broken ends of the files this program wrote in `directory`. To be called while nobody writes, before a
/// run begins. A directory that is not there has nothing to repair.
///
/// `known_end` gives the bytes of the file of that name that rows point into. They were on the disk before the rows
/// were: where one of them is damaged, no crash was to blame, and the file is left as it is for `verify` to name.
pub fn repair(directory: &Path, known_end: &dyn Fn(&str) -> u64) -> Result<Vec<Repair>, WarcError> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(WarcError::io("read the directory", directory)(error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(WarcError::io("read the directory", directory))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with("dateline-") && name.ends_with(".warc.gz") {
            paths.push(path);
        }
    }
    // Names begin with their time.
    paths.sort();
    let mut repairs = Vec::new();
    for path in paths.into_iter().rev().take(CHECKED_FILES) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        repairs.extend(repair_file(&path, known_end(name))?);
    }
    Ok(repairs)
}

fn repair_file(path: &Path, known_end: u64) -> Result<Option<Repair>, WarcError> {
    let io = |action| WarcError::io(action, path);
    let length = fs::metadata(path).map_err(io("read"))?.len();
    let kept = whole_bytes(path, length)?;
    if kept < known_end || (kept == length && length > 0) {
        return Ok(None);
    }
    if kept == 0 {
        fs::remove_file(path).map_err(io("remove"))?;
    } else {
        let file = OpenOptions::new().write(true).open(path).map_err(io("open"))?;
        file.set_len(kept).map_err(io("cut"))?;
        file.sync_all().map_err(io("write"))?;
    }
    Ok(Some(Repair { path: path.to_owned(), kept_bytes: kept, cut_bytes: length - kept }))
}

/// Where the last record of the file ends that is all there.
pub fn whole_bytes(path: &Path, length: u64) -> Result<u64, WarcError> {
    let start = follow_lengths(path, 0, length.saturating_sub(CHECKED_TAIL_BYTES), length)?;
    let mut reader = WarcReader::open_at(path, start)?;
    let mut whole = start;
    while let Some(record) = reader.next_record()? {
        if record.complete && record.length > 0 {
            whole = record.offset + record.length;
        }
    }
    // A record whose bytes are all there and wrong was not cut by a crash: it stays, for `verify` to name.
    follow_lengths(path, whole, length, length)
}

/// Goes from member to member by the lengths their headers give, from `at` up to `until` or to the last that ends
/// within the file.
fn follow_lengths(path: &Path, mut at: u64, until: u64, length: u64) -> Result<u64, WarcError> {
    if at >= until {
        return Ok(at);
    }
    let mut file = File::open(path).map_err(WarcError::io("open", path))?;
    while at < until {
        let mut header = [0; HEADER_BYTES];
        let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(&mut header));
        let skip = read.ok().and_then(|()| skip_length(&header));
        match skip {
            Some(skip) if skip > HEADER_BYTES as u64 && at + skip <= length => at += skip,
            _ => break,
        }
    }
    Ok(at)
}
