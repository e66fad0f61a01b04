//! Checksums of a file's bytes as they are stored. Gzip and digests guard what records say; these guard the few bits
//! besides, which a packed stream has room for and nobody reads.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use flate2::Crc;

use crate::model::segment_sum::{SEGMENT_BYTES, SegmentSum};

use super::WarcError;

/// The checksums of a file that grows, as its bytes are written.
#[derive(Default)]
pub(super) struct RunningSums {
    /// The segment that is being filled.
    number: u64,
    crc: Crc,
    /// Segments that are full and were not taken yet.
    full: Vec<SegmentSum>,
    has_grown: bool,
}

impl RunningSums {
    /// Takes in what was appended to the file.
    pub(super) fn add(&mut self, mut bytes: &[u8]) {
        self.has_grown |= !bytes.is_empty();
        while !bytes.is_empty() {
            let room = SEGMENT_BYTES as usize - self.crc.amount() as usize;
            let (part, rest) = bytes.split_at(room.min(bytes.len()));
            self.crc.update(part);
            bytes = rest;
            if u64::from(self.crc.amount()) == SEGMENT_BYTES {
                self.full.push(sum_of(self.number, &self.crc));
                self.number += 1;
                self.crc.reset();
            }
        }
    }

    /// The checksums that are new since they were last taken, that of the segment being filled included.
    pub(super) fn take(&mut self) -> Vec<SegmentSum> {
        let mut sums = std::mem::take(&mut self.full);
        if std::mem::take(&mut self.has_grown) && self.crc.amount() > 0 {
            sums.push(sum_of(self.number, &self.crc));
        }
        sums
    }
}

fn sum_of(number: u64, crc: &Crc) -> SegmentSum {
    SegmentSum { number, bytes: crc.amount(), crc: crc.sum() }
}

/// The checksums of a file's bytes from segment `first` on, up to byte `end`.
pub fn segment_sums(path: &Path, first: u64, end: u64) -> Result<Vec<SegmentSum>, WarcError> {
    let mut sums = Vec::new();
    let mut segments = Segments::open(path)?;
    for number in first..end.div_ceil(SEGMENT_BYTES) {
        let bytes = (end - number * SEGMENT_BYTES).min(SEGMENT_BYTES) as u32;
        sums.push(segments.sum(number, bytes)?);
    }
    Ok(sums)
}

/// Those of `sums`, which are in the order of the file, that its bytes do not have.
pub fn wrong_segments(path: &Path, sums: &[SegmentSum]) -> Result<Vec<SegmentSum>, WarcError> {
    let mut segments = Segments::open(path)?;
    let mut wrong = Vec::new();
    for sum in sums {
        if segments.sum(sum.number, sum.bytes)? != *sum {
            wrong.push(*sum);
        }
    }
    Ok(wrong)
}

/// A file read by segments.
struct Segments<'a> {
    path: &'a Path,
    file: File,
    position: u64,
    buffer: Vec<u8>,
}

impl<'a> Segments<'a> {
    fn open(path: &'a Path) -> Result<Self, WarcError> {
        let file = File::open(path).map_err(WarcError::io("open", path))?;
        Ok(Self { path, file, position: 0, buffer: Vec::with_capacity(SEGMENT_BYTES as usize) })
    }

    /// The checksum of the segment's first bytes; of fewer where the file ends before.
    fn sum(&mut self, number: u64, bytes: u32) -> Result<SegmentSum, WarcError> {
        let start = number * SEGMENT_BYTES;
        self.buffer.clear();
        let read = if self.position == start { Ok(start) } else { self.file.seek(SeekFrom::Start(start)) };
        let read = read.and_then(|_| (&mut self.file).take(u64::from(bytes)).read_to_end(&mut self.buffer));
        self.position = start + read.map_err(WarcError::io("read", self.path))? as u64;
        let mut crc = Crc::new();
        crc.update(&self.buffer);
        Ok(sum_of(number, &crc))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn noise(bytes: usize) -> Vec<u8> {
        (0..bytes as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
    }

    #[test]
    fn sums_taken_while_writing_are_those_of_the_file() {
        let segment = SEGMENT_BYTES as usize;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x.warc.gz");
        let mut running = RunningSums::default();
        let mut written = Vec::new();
        let mut known: Vec<SegmentSum> = Vec::new();
        for bytes in [0, 1, 5_000, segment - 5_001, 1, segment - 1, 3 * segment, 7, 2 * segment + 1, 0] {
            let piece = noise(bytes);
            running.add(&piece);
            written.extend_from_slice(&piece);
            for sum in running.take() {
                known.retain(|earlier| earlier.number != sum.number);
                known.push(sum);
            }
            assert_eq!(running.take(), [], "nothing is new");
            fs::write(&path, &written).unwrap();
            assert_eq!(known, segment_sums(&path, 0, written.len() as u64).unwrap(), "after {bytes}");
            assert_eq!(wrong_segments(&path, &known).unwrap(), []);
        }
        assert_eq!(segment_sums(&path, 3, written.len() as u64).unwrap(), known[3..]);
    }

    #[test]
    fn every_flip_is_found_in_its_segment_and_what_is_behind_the_sums_is_not_looked_at() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x.warc.gz");
        let bytes = noise(3 * SEGMENT_BYTES as usize + 500);
        fs::write(&path, &bytes).unwrap();
        let end = bytes.len() as u64 - 100;
        let sums = segment_sums(&path, 0, end).unwrap();
        for at in (0..bytes.len()).step_by(997) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            fs::write(&path, &flipped).unwrap();
            let wrong = wrong_segments(&path, &sums).unwrap();
            let numbers: Vec<u64> = wrong.iter().map(|sum| sum.number).collect();
            let expected = (at as u64) < end;
            assert_eq!(numbers, Vec::from_iter(expected.then_some(at as u64 / SEGMENT_BYTES)), "byte {at}");
        }
        fs::write(&path, &bytes[..=2 * SEGMENT_BYTES as usize]).unwrap();
        assert_eq!(wrong_segments(&path, &sums).unwrap(), sums[2..]);
    }
}
