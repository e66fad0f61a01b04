//! Goes through a WARC, ours or another's: 1.0 or 1.1; a gzip member for each record, one for all, or none. Damage is
//! reported with the record and stepped over; nothing panics.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use crate::model::capture::Headers;
use crate::model::digest::Digest;
use crate::model::issue::Issue;

use super::WarcError;
use super::fields::parse_headers;
use super::stream::{Packed, Stream};

/// Bytes of one record's block that are kept; a capture is at most 16 MiB.
const MAX_BLOCK_BYTES: u64 = 64 * 1024 * 1024;
/// Bytes of one record's head.
const MAX_HEAD_BYTES: usize = 256 * 1024;
/// Blank bytes between records that are passed over without a word.
const MAX_BLANK_BYTES: usize = 64;

/// What a record holds (WARC 1.1 §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// About the file.
    WarcInfo,
    /// A response.
    Response,
    /// A request.
    Request,
    /// A response whose body lies elsewhere.
    Revisit,
    /// About another record.
    Metadata,
    /// Something without a response around it.
    Resource,
    /// Anything else.
    Other,
}

impl Kind {
    fn from_name(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "warcinfo" => Self::WarcInfo,
            "response" => Self::Response,
            "request" => Self::Request,
            "revisit" => Self::Revisit,
            "metadata" => Self::Metadata,
            "resource" => Self::Resource,
            _ => Self::Other,
        }
    }
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// First byte in the file as stored: of the record, or of the gzip member it lies in.
    pub offset: u64,
    /// Bytes as stored; 0 where several records share a member, so that none can be read alone.
    pub length: u64,
    /// What it holds.
    pub kind: Kind,
    /// The WARC fields.
    pub fields: Headers,
    /// The block, at most 64 MiB of it.
    pub block: Vec<u8>,
    /// Whether the block is whole and its member's checksum right.
    pub complete: bool,
    /// What was not as it should be.
    pub issues: Vec<Issue>,
}

impl Record {
    /// Compares the block with `WARC-Block-Digest`; `None`: there is none, or in an algorithm that is not read here.
    pub fn block_digest_is_right(&self) -> Option<bool> {
        let expected = digest_of_field(self.fields.get("warc-block-digest")?)?;
        Some(expected == Digest::of(&self.block))
    }

    /// The digest of the payload by the record's own word, where it is SHA-256.
    pub fn payload_digest(&self) -> Option<Digest> {
        digest_of_field(self.fields.get("warc-payload-digest")?)
    }
}

/// `sha256:` with 64 hexadecimal or 52 Base32 digits (the standard leaves the form open).
fn digest_of_field(text: &str) -> Option<Digest> {
    let (algorithm, value) = text.trim().split_once(':')?;
    if !matches!(algorithm.to_ascii_lowercase().as_str(), "sha256" | "sha-256") {
        return None;
    }
    if value.len() == 64 {
        return format!("sha256:{}", value.to_ascii_lowercase()).parse().ok();
    }
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::with_capacity(32));
    for digit in value.trim_end_matches('=').bytes() {
        let digit = match digit.to_ascii_uppercase() {
            digit @ b'A'..=b'Z' => digit - b'A',
            digit @ b'2'..=b'7' => digit - b'2' + 26,
            _ => return None,
        };
        bits = (bits << 5 | u32::from(digit)) & 0xffff;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(Digest(bytes.try_into().ok()?))
}

/// The gzip member records are read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Member {
    /// None is open.
    Closed,
    /// One is open, and has at most the record that is read now.
    Open,
    /// One is open that has several records.
    Shared,
}

/// The records of a file, one after the other.
pub struct WarcReader<R = File> {
    stream: Stream<R>,
    path: PathBuf,
    /// First byte of the member that is or was open.
    member: u64,
    state: Member,
    has_told_sharing: bool,
    ended: bool,
    issues: Vec<Issue>,
}

impl WarcReader<File> {
    /// Opens a file at its beginning.
    pub fn open(path: &Path) -> Result<Self, WarcError> {
        Self::open_at(path, 0)
    }

    /// Opens a file at a record whose place is known.
    pub fn open_at(path: &Path, offset: u64) -> Result<Self, WarcError> {
        let file = File::open(path).map_err(WarcError::io("open", path))?;
        Self::new(file, path, offset)
    }
}

impl<R: Read + Seek> WarcReader<R> {
    /// Reads from `source`; `path` is what errors call it.
    pub fn new(source: R, path: &Path, offset: u64) -> Result<Self, WarcError> {
        let stream = Stream::new(source, offset).map_err(WarcError::io("read", path))?;
        Ok(Self {
            stream,
            path: path.to_owned(),
            member: offset,
            state: Member::Closed,
            has_told_sharing: false,
            ended: false,
            issues: Vec::new(),
        })
    }

    /// The next record, damaged ones included; `None` at the end. `Err`: the operating system cannot read on.
    pub fn next_record(&mut self) -> Result<Option<Record>, WarcError> {
        self.read_record().map_err(WarcError::io("read", &self.path))
    }

    /// What is wrong between records and belongs to none (a broken tail, foreign bytes).
    pub fn take_issues(&mut self) -> Vec<Issue> {
        std::mem::take(&mut self.issues)
    }

    /// The file that is read.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn read_record(&mut self) -> io::Result<Option<Record>> {
        while !self.ended {
            let Some(offset) = self.begin()? else { break };
            let Some(fields) = self.read_head()? else {
                self.pass_damage(offset, "no WARC record where one should begin")?;
                continue;
            };
            let length = fields.get("content-length").and_then(|value| value.trim().parse::<u64>().ok());
            let Some(length) = length else {
                self.pass_damage(offset, "a record without Content-Length")?;
                continue;
            };
            return self.read_block(offset, fields, length).map(Some);
        }
        self.ended = true;
        Ok(None)
    }

    /// Goes to the first byte of the next record and says where it is.
    fn begin(&mut self) -> io::Result<Option<u64>> {
        if self.stream.packed() == Packed::Gzip && self.state == Member::Closed {
            let member = self.stream.open_member()?;
            if let Some(damage) = self.stream.take_damage() {
                self.issues.push(Issue::page(
                    "warc-damaged",
                    format!("{damage} before byte {}", self.stream.position()),
                ));
            }
            let Some(member) = member else { return Ok(None) };
            (self.member, self.state) = (member, Member::Open);
        }
        let mut blank = 0;
        loop {
            let ready = self.stream.ready();
            let blanks = ready.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let has_record = ready.len() > blanks;
            self.stream.take(blanks);
            blank += blanks;
            if has_record && blank <= MAX_BLANK_BYTES {
                return Ok(Some(match self.stream.packed() {
                    Packed::Plain => self.stream.position(),
                    Packed::Gzip => self.member,
                }));
            }
            if !has_record && !self.stream.more()? {
                return self.begin_after_member();
            }
            if has_record {
                blank = 0;
            }
        }
    }

    /// A member (or the file) ended without another record.
    fn begin_after_member(&mut self) -> io::Result<Option<u64>> {
        if let Some(damage) = self.stream.take_damage() {
            self.issues.push(Issue::page("warc-damaged", format!("{damage} at byte {}", self.member)));
            if !self.stream.recover(self.member)? {
                return Ok(None);
            }
        }
        match self.stream.packed() {
            Packed::Plain => Ok(None),
            Packed::Gzip => {
                self.state = Member::Closed;
                self.begin()
            }
        }
    }

    /// Reads the version line and the fields; `None`: there are none.
    fn read_head(&mut self) -> io::Result<Option<Headers>> {
        let mut looked_at = 0;
        let end = loop {
            let ready = self.stream.ready();
            let known = ready.len().min(5);
            if ready[..known] != b"WARC/"[..known] || ready.len() > MAX_HEAD_BYTES {
                return Ok(None);
            }
            let from = looked_at.min(ready.len());
            if let Some(at) = memchr::memmem::find(&ready[from..], b"\n\r\n") {
                break from + at + 3;
            }
            looked_at = ready.len().saturating_sub(2);
            if !self.stream.more()? {
                return Ok(None);
            }
        };
        let head = &self.stream.ready()[..end];
        let fields = memchr::memchr(b'\n', head).map(|at| parse_headers(&head[at + 1..]));
        self.stream.take(end);
        Ok(fields)
    }

    fn read_block(&mut self, offset: u64, fields: Headers, length: u64) -> io::Result<Record> {
        let mut record = Record {
            offset,
            length: 0,
            kind: Kind::from_name(fields.get("warc-type").unwrap_or_default().trim()),
            fields,
            block: Vec::with_capacity(length.min(1024 * 1024) as usize),
            complete: true,
            issues: Vec::new(),
        };
        let mut left = length;
        while left > 0 {
            if self.stream.ready().is_empty() && !self.stream.more()? {
                record.complete = false;
                break;
            }
            let ready = self.stream.ready();
            let step = left.min(ready.len() as u64);
            let room = MAX_BLOCK_BYTES.saturating_sub(record.block.len() as u64).min(step);
            record.block.extend_from_slice(&ready[..room as usize]);
            self.stream.take(step as usize);
            left -= step;
        }
        if length > MAX_BLOCK_BYTES && record.complete {
            record.complete = false;
            let message = format!("only {MAX_BLOCK_BYTES} bytes of a record of {length} are read");
            record.issues.push(Issue::page("warc-record-limit", message));
        }
        self.finish(&mut record)?;
        if !record.complete && record.issues.is_empty() {
            record.issues.push(Issue::page("warc-damaged", "the record ends before its end"));
        }
        Ok(record)
    }

    /// Passes what ends the record, and finds out whether its member ends with it and is whole.
    fn finish(&mut self, record: &mut Record) -> io::Result<()> {
        if self.stream.packed() == Packed::Plain {
            let mut ends = 0;
            while ends < 4 && (!self.stream.ready().is_empty() || self.stream.more()?) {
                let ready = self.stream.ready();
                let blanks =
                    ready.iter().take(4 - ends).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
                let goes_on = blanks == ready.len();
                self.stream.take(blanks);
                ends += blanks;
                if !goes_on {
                    break;
                }
            }
            record.length = self.stream.position() - record.offset;
            return Ok(());
        }
        let mut blank = 0;
        loop {
            let ready = self.stream.ready();
            let blanks = ready.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let has_more = ready.len() > blanks;
            self.stream.take(blanks);
            blank += blanks;
            if has_more || blank > MAX_BLANK_BYTES {
                self.state = Member::Shared;
                if !self.has_told_sharing {
                    self.has_told_sharing = true;
                    self.issues.push(Issue::page(
                        "warc-shared-member",
                        "several records share one gzip member, so none can be read alone",
                    ));
                }
                return Ok(());
            }
            if !self.stream.more()? {
                break;
            }
        }
        let state = std::mem::replace(&mut self.state, Member::Closed);
        if let Some(damage) = self.stream.take_damage() {
            record.complete = false;
            record.issues.push(Issue::page("warc-damaged", damage));
            if !self.stream.recover(self.member)? {
                self.ended = true;
            }
        } else if state == Member::Open {
            record.length = self.stream.position() - record.offset;
        }
        Ok(())
    }

    /// Notes damage at `offset` and goes to the next record behind it.
    fn pass_damage(&mut self, offset: u64, what: &str) -> io::Result<()> {
        let damage = self.stream.take_damage().unwrap_or(what);
        self.issues.push(Issue::page("warc-damaged", format!("{damage} at byte {offset}")));
        self.state = Member::Closed;
        self.ended = !self.stream.recover(offset)?;
        Ok(())
    }
}
