//! The bytes of a WARC file, unpacked as they are asked for, with the places where its gzip members begin and end.
//! What the bytes mean is `reader`'s.

use std::io::{self, Read, Seek, SeekFrom};

use flate2::{Decompress, FlushDecompress, Status};

/// Bytes read at a time.
const CHUNK: usize = 64 * 1024;
pub(super) const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b, 0x08];

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packed {
    /// Not at all.
    Plain,
    /// In gzip members.
    Gzip,
}

/// Unpacked bytes, as far as they are wanted.
pub(super) struct Stream<R> {
    source: R,
    packed: Packed,
    /// Bytes read and not yet unpacked: `input[used..]`, which begin at `position` in the file.
    input: Vec<u8>,
    used: usize,
    position: u64,
    /// Bytes unpacked and not yet taken: `output[taken..]`.
    output: Vec<u8>,
    taken: usize,
    /// Unpacked bytes taken so far, for places in plain files.
    inflate: Decompress,
    member: Option<u64>,
    damage: Option<&'static str>,
}

impl<R: Read + Seek> Stream<R> {
    /// Begins at `offset`; what is there says how the file is packed.
    pub(super) fn new(mut source: R, offset: u64) -> io::Result<Self> {
        source.seek(SeekFrom::Start(offset))?;
        let mut stream = Self {
            source,
            packed: Packed::Plain,
            input: Vec::new(),
            used: 0,
            position: offset,
            output: Vec::new(),
            taken: 0,
            inflate: Decompress::new_gzip(15),
            member: None,
            damage: None,
        };
        stream.read_input(GZIP_MAGIC.len())?;
        if stream.input().starts_with(&GZIP_MAGIC[..2]) {
            stream.packed = Packed::Gzip;
        }
        Ok(stream)
    }

    pub(super) fn packed(&self) -> Packed {
        self.packed
    }

    /// The place in the file: of the next byte in a plain file, behind what was unpacked in a packed one.
    pub(super) fn position(&self) -> u64 {
        match self.packed {
            Packed::Plain => self.position - (self.output.len() - self.taken) as u64,
            Packed::Gzip => self.position,
        }
    }

    /// What is wrong with the member that is open, once it is known.
    pub(super) fn take_damage(&mut self) -> Option<&'static str> {
        self.damage.take()
    }

    /// Bytes that are unpacked already.
    pub(super) fn ready(&self) -> &[u8] {
        &self.output[self.taken..]
    }

    /// Marks bytes of [`Self::ready`] as taken.
    pub(super) fn take(&mut self, bytes: usize) {
        self.taken += bytes;
    }

    /// Unpacks more; `false` at the end of the member (or of the plain file, or where it is damaged).
    pub(super) fn more(&mut self) -> io::Result<bool> {
        if self.taken > 0 {
            self.output.drain(..self.taken);
            self.taken = 0;
        }
        match self.packed {
            Packed::Plain => {
                if self.input().is_empty() && !self.read_input(1)? {
                    return Ok(false);
                }
                let bytes = self.input.len() - self.used;
                self.output.extend_from_slice(&self.input[self.used..]);
                self.advance(bytes);
                Ok(true)
            }
            Packed::Gzip => self.inflate_more(),
        }
    }

    /// Opens the next member and says where it begins; `None` at the end of the file. Zeros between members are
    /// passed over; other bytes are damage, and passed over up to the next member that begins like a record.
    pub(super) fn open_member(&mut self) -> io::Result<Option<u64>> {
        self.output.clear();
        self.taken = 0;
        loop {
            while self.input().first() == Some(&0) {
                let zeros = self.input().iter().take_while(|&&byte| byte == 0).count();
                self.advance(zeros);
                self.read_input(1)?;
            }
            if !self.read_input(1)? {
                return Ok(None);
            }
            self.read_input(GZIP_MAGIC.len())?;
            if self.input().starts_with(GZIP_MAGIC) {
                self.inflate = Decompress::new_gzip(15);
                self.member = Some(self.position);
                return Ok(self.member);
            }
            self.damage = Some("bytes between records");
            if !self.find_member(0)? {
                return Ok(None);
            }
        }
    }

    /// Gives up the open member: goes to the next one that begins like a record, at least a byte behind `offset`.
    pub(super) fn recover(&mut self, offset: u64) -> io::Result<bool> {
        self.source.seek(SeekFrom::Start(offset))?;
        self.input.clear();
        self.used = 0;
        self.position = offset;
        self.member = None;
        self.output.clear();
        self.taken = 0;
        if !self.read_input(1)? {
            return Ok(false);
        }
        match self.packed {
            Packed::Gzip => self.find_member(1),
            Packed::Plain => self.find_record(),
        }
    }

    /// Moves to the next member whose first bytes are a record's, `skip` bytes on at least.
    fn find_member(&mut self, skip: usize) -> io::Result<bool> {
        self.advance(skip);
        while self.find(GZIP_MAGIC)? {
            self.read_input(4 * 1024)?;
            if begins_record(self.input()) {
                return Ok(true);
            }
            self.advance(1);
        }
        Ok(false)
    }

    /// Moves to the next line of a plain file that begins a record.
    fn find_record(&mut self) -> io::Result<bool> {
        let is_found = self.find(b"\nWARC/1.")?;
        if is_found {
            self.advance(1);
        }
        Ok(is_found)
    }

    /// Moves to the next place where `needle` stands; `false`: it stands nowhere.
    fn find(&mut self, needle: &[u8]) -> io::Result<bool> {
        loop {
            if let Some(at) = memchr::memmem::find(self.input(), needle) {
                self.advance(at);
                return Ok(true);
            }
            let keep = self.input().len().min(needle.len() - 1);
            let passed = self.input().len() - keep;
            self.advance(passed);
            if !self.read_input(keep + 1)? {
                return Ok(false);
            }
        }
    }

    fn inflate_more(&mut self) -> io::Result<bool> {
        if self.member.is_none() {
            return Ok(false);
        }
        loop {
            let at_end = !self.read_input(1)?;
            self.output.reserve(CHUNK);
            let (used, had) = (self.inflate.total_in(), self.output.len());
            let result = self.inflate.decompress_vec(
                &self.input[self.used..],
                &mut self.output,
                FlushDecompress::None,
            );
            let used = (self.inflate.total_in() - used) as usize;
            self.advance(used);
            match result {
                Ok(Status::StreamEnd) => {
                    self.member = None;
                    return Ok(self.output.len() > had);
                }
                Ok(_) if self.output.len() > had => return Ok(true),
                Ok(_) if used == 0 => {
                    self.damage =
                        Some(if at_end { "the file ends within a record" } else { "no valid gzip" });
                    self.member = None;
                    return Ok(false);
                }
                Ok(_) => {}
                Err(_) => {
                    self.damage = Some("no valid gzip, or a wrong checksum");
                    self.member = None;
                    return Ok(self.output.len() > had);
                }
            }
        }
    }

    fn input(&self) -> &[u8] {
        &self.input[self.used..]
    }

    fn advance(&mut self, bytes: usize) {
        self.used += bytes;
        self.position += bytes as u64;
    }

    /// Reads until at least `wanted` bytes of input are there; `false`: the file ends before.
    fn read_input(&mut self, wanted: usize) -> io::Result<bool> {
        while self.input().len() < wanted {
            if self.used > 0 {
                self.input.drain(..self.used);
                self.used = 0;
            }
            let had = self.input.len();
            self.input.resize(had + CHUNK, 0);
            let read = loop {
                match self.source.read(&mut self.input[had..]) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    other => break other,
                }
            };
            self.input.truncate(had + *read.as_ref().unwrap_or(&0));
            if read? == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Whether packed bytes begin a member whose content begins like a WARC record.
fn begins_record(packed: &[u8]) -> bool {
    let mut out = Vec::with_capacity(64);
    let _ = Decompress::new_gzip(15).decompress_vec(packed, &mut out, FlushDecompress::None);
    out.starts_with(b"WARC/1.")
}
