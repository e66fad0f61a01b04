//! Reads a whole file and says what in it is damaged.

use std::path::Path;

use crate::model::digest::Digest;

use super::WarcError;
use super::capture::payload_of;
use super::reader::{Kind, WarcReader};

/// Something wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// First byte of the record it is in, as stored; `None`: between records.
    pub offset: Option<u64>,
    /// What is wrong, for a person.
    pub what: String,
}

/// Reads `path` to its end: every gzip checksum, every SHA-256 digest of blocks and payloads. Gives the number of
/// records that are whole, and the damage.
pub fn check_file(path: &Path) -> Result<(u64, Vec<Damage>), WarcError> {
    let mut reader = WarcReader::open(path)?;
    let (mut whole, mut damages) = (0, Vec::new());
    while let Some(record) = reader.next_record()? {
        let between = reader.take_issues();
        damages.extend(between.into_iter().map(|issue| Damage { offset: None, what: issue.message }));
        let mut wrong: Vec<String> = record.issues.iter().map(|issue| issue.message.clone()).collect();
        if record.complete && record.block_digest_is_right() == Some(false) {
            wrong.push("the block's digest does not fit its content".to_owned());
        }
        if record.complete && record.kind == Kind::Response {
            let payload = record.payload_digest();
            if payload.is_some_and(|digest| digest != Digest::of(payload_of(&record))) {
                wrong.push("the payload's digest does not fit its content".to_owned());
            }
        }
        whole += u64::from(wrong.is_empty());
        damages.extend(wrong.into_iter().map(|what| Damage { offset: Some(record.offset), what }));
    }
    let between = reader.take_issues();
    damages.extend(between.into_iter().map(|issue| Damage { offset: None, what: issue.message }));
    Ok((whole, damages))
}
