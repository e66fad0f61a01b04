//! What a crash left at the ends of WARC files, before anybody writes again: what is half written is cut off, what is
//! whole and was not counted yet gets its checksums.

use std::fs;
use std::path::Path;

use crate::store::Store;
use crate::warc::{CHECKED_FILES, repair, segment_sums, wrong_segments};

use super::ArchiveError;
use super::verify::own_warc_names;

/// Cuts the broken ends a crash left in the WARC files; nothing points into them. Gives a line about each.
pub fn repair_tails(directory: &Path, store: &Store) -> Result<Vec<String>, ArchiveError> {
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
    let lines = lines.collect();
    sum_tails(directory, store)?;
    Ok(lines)
}

/// Makes the checksums of what was written and never committed. Files from before there were checksums have none and
/// get none here: they may be large.
fn sum_tails(directory: &Path, store: &Store) -> Result<(), ArchiveError> {
    let last_sums = store.last_warc_sums()?;
    for (warc, last) in &last_sums {
        let path = directory.join(warc);
        let length = fs::metadata(&path).map_or(0, |metadata| metadata.len());
        // Where the bytes before are not as they were, `verify` must go on finding that.
        if length > last.end() && wrong_segments(&path, &[*last])?.is_empty() {
            store.put_warc_sums(warc, &segment_sums(&path, last.number, length)?)?;
        }
    }
    for warc in own_warc_names(directory).into_iter().rev().take(CHECKED_FILES) {
        if !last_sums.contains_key(&warc) && store.known_end(&warc)? == 0 {
            let path = directory.join(&warc);
            let length = fs::metadata(&path).map_err(ArchiveError::io("read", &path))?.len();
            store.put_warc_sums(&warc, &segment_sums(&path, 0, length)?)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::archive::{WARC_DIRECTORY, WritableArchive, verify};
    use crate::model::capture::{Capture, Headers};
    use crate::model::crawl_url::CrawlUrl;
    use crate::model::digest::Digest;
    use crate::model::segment_sum::SEGMENT_BYTES;
    use crate::warc::{Info, MAX_FILE_BYTES, Notes, WarcWriter};

    fn capture(number: u64) -> Capture {
        let url = CrawlUrl::parse(&format!("https://bote.example/{number}")).unwrap();
        // Noise, so that a few make a segment.
        let noise = |n: u64| (n.wrapping_mul(number + 0x9e37_79b9_7f4a_7c15) >> 33) as u8;
        let body: Vec<u8> = (0..20_000).map(noise).collect();
        Capture {
            requested: url.clone(),
            url,
            redirects: Vec::new(),
            fetched_at: Timestamp::UNIX_EPOCH,
            status: 200,
            request_headers: Headers::default(),
            headers: Headers(vec![("content-encoding".to_owned(), "br".to_owned())]),
            digest: Digest::of(&body),
            body,
            ip: None,
            truncated: None,
        }
    }

    fn problems(directory: &Path) -> usize {
        verify(directory).unwrap().problems.len()
    }

    /// A run is cut off at each moment between what it writes and what it commits.
    #[test]
    fn a_run_that_was_cut_off_leaves_no_false_alarm_and_its_tail_gets_checksums() {
        for committed in [0_u64, 1, 3, 4, 9] {
            for lost in [0_u64, 1, 3, 8] {
                let directory = tempfile::tempdir().unwrap();
                let mut archive = WritableArchive::open(directory.path()).unwrap();
                let mut writer =
                    WarcWriter::open(&archive.evidence, Info::default(), MAX_FILE_BYTES).unwrap();
                for number in 0..committed {
                    let place = writer.write_capture(&capture(number), &Notes::default()).unwrap();
                    writer.sync().unwrap();
                    archive.store.begin().unwrap();
                    archive.store.put_capture(&place, None).unwrap();
                    for (warc, sums) in writer.take_sums() {
                        archive.store.put_warc_sums(&warc, &sums).unwrap();
                    }
                    archive.store.commit().unwrap();
                }
                for number in 0..lost {
                    writer.write_capture(&capture(100 + number), &Notes::default()).unwrap();
                }
                let Some(warc) = writer.current_file().map(str::to_owned) else { continue };
                let path = directory.path().join(WARC_DIRECTORY).join(&warc);
                drop(archive);
                assert_eq!(problems(directory.path()), 0, "{committed} and {lost}");
                let mut half = std::fs::read(&path).unwrap();
                half.extend_from_slice(&[0x1f, 0x8b, 8, 4, 0]);
                std::fs::write(&path, half).unwrap();
                let archive = WritableArchive::open(directory.path()).unwrap();
                assert_eq!(archive.notes.len(), 1);
                let length = std::fs::metadata(&path).unwrap().len();
                let sums = archive.store.warc_sums(&warc).unwrap();
                assert_eq!(sums, segment_sums(&path, 0, length).unwrap(), "{committed} and {lost}");
                assert_eq!(sums.len() as u64, length.div_ceil(SEGMENT_BYTES));
                drop(archive);
                assert_eq!(problems(directory.path()), 0);
                // What a flip breaks in the tail is no half-written end, and stays to be found.
                let mut flipped = std::fs::read(&path).unwrap();
                let last = flipped.len() - 1;
                flipped[last] ^= 1;
                std::fs::write(&path, flipped).unwrap();
                assert!(problems(directory.path()) > 0);
                drop(WritableArchive::open(directory.path()).unwrap());
                assert_eq!(std::fs::metadata(&path).unwrap().len(), length, "nothing is cut off");
                assert!(problems(directory.path()) > 0, "a new run hides nothing");
            }
        }
    }
}
