//! Reads a whole file and says what in it is damaged, and whether the captures that should be in it are.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use crate::model::capture::CaptureRef;
use crate::model::digest::Digest;

use super::WarcError;
use super::capture::payload_of;
use super::member::{HEADER_BYTES, is_header};
use super::reader::{Kind, Record, WarcReader};

/// Something wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// First byte of the record it is in, as stored; `None`: between records.
    pub offset: Option<u64>,
    /// What is wrong, for a person.
    pub what: String,
}

/// How a capture that should be in the file was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaptureCheck {
    /// It is there and whole.
    Whole,
    /// Its record is not there, or not as it was written.
    Damaged(String),
}

/// What reading a file found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// Records that are whole.
    pub records: u64,
    /// What is wrong.
    pub damages: Vec<Damage>,
    /// How each capture that was asked for was found, in the order asked.
    pub captures: Vec<CaptureCheck>,
}

/// Reads `path` to its end: every gzip checksum, every SHA-256 digest of blocks and payloads. Gives the number of
/// records that are whole, and the damage.
pub fn check_file(path: &Path) -> Result<(u64, Vec<Damage>), WarcError> {
    check_captures(path, &[]).map(|checked| (checked.records, checked.damages))
}

/// The same, and whether each of `captures` is there: its record at its place, its payload of its digest. They must be
/// in the order of the file.
pub fn check_captures(path: &Path, captures: &[&CaptureRef]) -> Result<Checked, WarcError> {
    let mut reader = WarcReader::open(path)?;
    let mut headers = File::open(path).map_err(WarcError::io("open", path))?;
    let is_ours = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("dateline-"));
    let mut checked = Checked::default();
    let mut wanted = captures.iter();
    let mut next = wanted.next();
    let missing = || CaptureCheck::Damaged("its record is not there".to_owned());
    while let Some(record) = reader.next_record()? {
        let between = reader.take_issues();
        checked.damages.extend(between.into_iter().map(|issue| Damage { offset: None, what: issue.message }));
        let mut wrong = problems_of(&record);
        if is_ours && record.complete && !has_own_header(&mut headers, &record).unwrap_or(false) {
            wrong.push("the head of its gzip member is not as it was written".to_owned());
        }
        while let Some(capture) = next.filter(|capture| capture.offset < record.offset) {
            checked.captures.push(missing());
            next = wanted.next();
            debug_assert!(next.is_none_or(|after| after.offset >= capture.offset));
        }
        if let Some(capture) = next.take_if(|capture| capture.offset == record.offset) {
            let what = wrong.first().cloned().or_else(|| mismatch(&record, capture));
            checked.captures.push(what.map_or(CaptureCheck::Whole, CaptureCheck::Damaged));
            next = wanted.next();
        }
        checked.records += u64::from(wrong.is_empty());
        checked.damages.extend(wrong.into_iter().map(|what| Damage { offset: Some(record.offset), what }));
    }
    let between = reader.take_issues();
    checked.damages.extend(between.into_iter().map(|issue| Damage { offset: None, what: issue.message }));
    checked.captures.resize_with(captures.len(), missing);
    Ok(checked)
}

/// What is wrong with a record by its own word.
fn problems_of(record: &Record) -> Vec<String> {
    let mut wrong: Vec<String> = record.issues.iter().map(|issue| issue.message.clone()).collect();
    if record.complete && record.block_digest_is_right() == Some(false) {
        wrong.push("the block's digest does not fit its content".to_owned());
    }
    if record.complete && record.kind == Kind::Response {
        let payload = record.payload_digest();
        if payload.is_some_and(|digest| digest != Digest::of(payload_of(record))) {
            wrong.push("the payload's digest does not fit its content".to_owned());
        }
    }
    wrong
}

/// Why a whole record is not the capture.
fn mismatch(record: &Record, capture: &CaptureRef) -> Option<String> {
    let digest = match record.kind {
        Kind::Response => Some(Digest::of(payload_of(record))),
        Kind::Revisit => record.payload_digest(),
        _ => return Some("its record is no response".to_owned()),
    };
    match digest {
        Some(digest) if digest == capture.digest => None,
        Some(digest) => Some(format!("its digest is {digest}, not {}", capture.digest)),
        None => Some("its record has no digest".to_owned()),
    }
}

/// Whether a record lies in a member with the header this program writes: flips in its unused fields harm nothing yet
/// are damage.
fn has_own_header(file: &mut File, record: &Record) -> io::Result<bool> {
    let mut header = [0; HEADER_BYTES];
    file.seek(SeekFrom::Start(record.offset))?;
    file.read_exact(&mut header)?;
    Ok(is_header(&header, record.length))
}
