//! Takes captures out of a file: it is written anew with their records' bytes replaced by as many that say nothing, so
//! that every other record stays where rows and indexes point.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::WarcError;
use super::fields::record_id;
use super::member::store_member;
use super::reader::{Kind, WarcReader};

/// The type of the record that takes another's place; ours, as WARC 1.1 §6.1 allows.
const PURGED: &str = "purged";
/// What follows every record's block.
const RECORD_END: &[u8] = b"\r\n\r\n";
/// Zeros of this many bytes, beginning at a multiple of it, are not written: the file has a hole there and the disk
/// gets the space back.
const HOLE_BYTES: usize = 4_096;
/// The largest overhead of a filler, besides its head.
const MOST_BLOCKS: usize = 3;

/// Blanks the records that begin at `places` (offset, bytes), each with the request and the metadata that belong to
/// it. A crash leaves the file as it was or as it is to be.
pub fn blank(path: &Path, places: &[(u64, u64)], at: Timestamp) -> Result<(), WarcError> {
    let mut ranges = BTreeMap::new();
    let mut reader = None;
    for &(offset, length) in places {
        ranges.insert(offset, length);
        followers(path, &mut reader, offset, &mut ranges)?;
    }
    let unfinished = PathBuf::from(format!("{}.blanking", path.display()));
    let io = |action| WarcError::io(action, path);
    let result = write_blanked(path, &unfinished, &ranges, at).map_err(io("write"));
    if result.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    result?;
    fs::rename(&unfinished, path).map_err(io("replace"))?;
    if let Some(directory) = path.parent()
        && let Ok(directory) = File::open(directory)
    {
        let _ = directory.sync_all();
    }
    Ok(())
}

/// Where fillers lie instead of the records that began at `places`, first and last byte of each row of them; `None`:
/// at one of the places there is none yet.
pub fn blanked(path: &Path, places: &[(u64, u64)]) -> Result<Option<Vec<(u64, u64)>>, WarcError> {
    let mut ranges = Vec::new();
    for &(offset, _) in places {
        let mut reader = WarcReader::open_at(path, offset)?;
        let mut end = offset;
        while let Some(record) = reader.next_record()? {
            if record.offset != end || record.length == 0 || record.fields.get("warc-type") != Some(PURGED) {
                break;
            }
            end += record.length;
        }
        if end == offset {
            return Ok(None);
        }
        ranges.push((offset, end - 1));
    }
    Ok(Some(ranges))
}

/// Adds the records behind the response at `offset` that belong to it.
fn followers(
    path: &Path,
    reader: &mut Option<WarcReader<File>>,
    offset: u64,
    ranges: &mut BTreeMap<u64, u64>,
) -> Result<(), WarcError> {
    let reader = reader.insert(WarcReader::open_at(path, offset)?);
    let Some(response) = reader.next_record()?.filter(|record| record.offset == offset) else {
        return Ok(());
    };
    let Some(id) = response.fields.get("warc-record-id") else { return Ok(()) };
    while let Some(record) = reader.next_record()? {
        let belongs = matches!(record.kind, Kind::Request | Kind::Metadata)
            && record.fields.all("warc-concurrent-to").any(|concurrent| concurrent == id);
        if !belongs || record.length == 0 {
            break;
        }
        ranges.insert(record.offset, record.length);
    }
    Ok(())
}

fn write_blanked(
    path: &Path,
    unfinished: &Path,
    ranges: &BTreeMap<u64, u64>,
    at: Timestamp,
) -> io::Result<()> {
    let mut source = BufReader::with_capacity(1 << 20, File::open(path)?);
    let mut out = Sparse(BufWriter::with_capacity(1 << 20, File::create(unfinished)?), 0);
    let mut position = 0;
    for (&offset, &length) in ranges {
        if offset < position {
            continue;
        }
        copy(&mut source, &mut out, offset - position)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let id = record_id(&format!("{name} {offset} blank"));
        let filler = filler(length as usize, &id, at).ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidData, format!("{length} bytes at {offset} are no record"))
        })?;
        out.write(&filler)?;
        source.seek(SeekFrom::Start(offset + length))?;
        position = offset + length;
    }
    let rest = fs::metadata(path)?.len().saturating_sub(position);
    copy(&mut source, &mut out, rest)?;
    out.finish()
}

fn copy(source: &mut impl Read, out: &mut Sparse, mut bytes: u64) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 16];
    while bytes > 0 {
        let step = bytes.min(buffer.len() as u64) as usize;
        source.read_exact(&mut buffer[..step])?;
        out.write(&buffer[..step])?;
        bytes -= step as u64;
    }
    Ok(())
}

/// A file with holes for zeros; the second field is the place in it.
struct Sparse(BufWriter<File>, u64);

impl Sparse {
    fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let until_next = HOLE_BYTES - (self.1 % HOLE_BYTES as u64) as usize;
            let (chunk, rest) = bytes.split_at(until_next.min(bytes.len()));
            if chunk.len() == HOLE_BYTES && chunk.iter().all(|byte| *byte == 0) {
                self.0.seek(SeekFrom::Current(HOLE_BYTES as i64))?;
            } else {
                self.0.write_all(chunk)?;
            }
            self.1 += chunk.len() as u64;
            bytes = rest;
        }
        Ok(())
    }

    fn finish(self) -> io::Result<()> {
        let file = self.0.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.set_len(self.1)?;
        file.sync_all()
    }
}

/// A gzip member of exactly `length` bytes with one record that says when something was taken out, and zeros; `None`:
/// `length` is less than any record takes.
fn filler(length: usize, id: &str, at: Timestamp) -> Option<Vec<u8>> {
    let date = at.strftime("%Y-%m-%dT%H:%M:%SZ");
    let head = |zeros: usize| {
        format!(
            "WARC/1.1\r\nWARC-Type: {PURGED}\r\nWARC-Record-ID: {id}\r\nWARC-Date: {date}\r\nContent-Length: {zeros}\r\n\r\n"
        )
    };
    let without = head(0).len() + RECORD_END.len();
    let fewest = store_member::blocks_for(length.saturating_sub(store_member::OVERHEAD));
    for blocks in fewest.saturating_sub(1).max(1)..fewest + MOST_BLOCKS {
        let Some(content) =
            length.checked_sub(store_member::OVERHEAD + blocks * store_member::BLOCK_OVERHEAD)
        else {
            continue;
        };
        if store_member::blocks_for(content) > blocks {
            continue;
        }
        // The length of the head depends on the digits of the number of zeros.
        for digits in 1..=10_usize {
            let Some(zeros) = (content + 1).checked_sub(without + digits) else { continue };
            if zeros.to_string().len() == digits {
                let mut record = head(zeros).into_bytes();
                record.resize(record.len() + zeros, 0);
                record.extend_from_slice(RECORD_END);
                return Some(store_member::write(&record, blocks));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filler_has_every_length_a_record_can_have() {
        let at: Timestamp = "2026-11-25T10:00:00Z".parse().unwrap();
        let id = record_id("x");
        let lengths = (0..600).chain(65_500..65_900).chain(131_000..131_300).chain([1_000_000, 20_000_001]);
        for length in lengths {
            let Some(member) = filler(length, &id, at) else {
                assert!(length < 230, "{length}");
                continue;
            };
            assert_eq!(member.len(), length);
            let mut record = Vec::new();
            flate2::read::GzDecoder::new(&member[..]).read_to_end(&mut record).unwrap();
            assert!(record.starts_with(b"WARC/1.1\r\nWARC-Type: purged\r\n"), "{length}");
            assert_eq!(super::super::member::skip_length(&member), Some(length as u64));
        }
    }
}
