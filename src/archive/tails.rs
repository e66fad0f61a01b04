//! What a crash left half written at the ends of WARC files, cut off before anybody writes again.

use std::path::Path;

use crate::store::Store;
use crate::warc::{WarcError, repair};

/// Cuts the broken ends a crash left in the WARC files; nothing points into them. Gives a line about each.
pub fn repair_tails(directory: &Path, store: &Store) -> Result<Vec<String>, WarcError> {
    // A file whose rows cannot be read is taken for one that rows point into everywhere.
    let known_end = |name: &str| store.known_end(name).unwrap_or(u64::MAX);
    let repairs = repair(directory, &known_end)?;
    let lines = repairs.iter().map(|repair| {
        let path = repair.path.display();
        match repair.kept_bytes {
            0 => format!("{path}: removed, a crash had left nothing whole in it"),
            _ => format!("{path}: cut off {} bytes that a crash had left half written", repair.cut_bytes),
        }
    });
    Ok(lines.collect())
}
