//! Appends captures to WARC files. The writer is synchronous and belongs to one thread.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::model::capture::{Capture, CaptureRef};
use crate::model::digest::Digest;
use crate::model::segment_sum::SegmentSum;

use super::fields::{Head, record_id, request_block, response_head, warc_fields};
use super::member::{MemberWriter, Packing};
use super::sums::RunningSums;
use super::{IDENTICAL_PAYLOAD, Info, NOT_MODIFIED, Notes, REDIRECT, REFERS_TO_PLACE, REQUESTED, WarcError};

/// What follows every record's block (WARC 1.1 §4).
const RECORD_END: &[u8] = b"\r\n\r\n";

/// Writes captures into files of a directory, a new one for each run and whenever one is full. A file is made when
/// the first capture comes, so a run without any leaves none.
pub struct WarcWriter {
    directory: PathBuf,
    info: Info,
    max_bytes: u64,
    current: Option<Current>,
    /// Files begun so far.
    count: u32,
    members: MemberWriter,
    /// The members of one capture, kept for its allocation.
    packed: Vec<u8>,
    /// Checksums of files that are full, not taken yet.
    full: Vec<(String, Vec<SegmentSum>)>,
}

/// The file that is written to.
struct Current {
    file: File,
    name: String,
    path: PathBuf,
    length: u64,
    sums: RunningSums,
}

impl WarcWriter {
    /// A writer into `directory`, which is made where it is missing. A file is closed once it holds `max_bytes`.
    pub fn open(directory: &Path, info: Info, max_bytes: u64) -> Result<Self, WarcError> {
        fs::create_dir_all(directory).map_err(WarcError::io("make the directory", directory))?;
        Ok(Self {
            directory: directory.to_owned(),
            info,
            max_bytes,
            current: None,
            count: 0,
            members: MemberWriter::new(),
            packed: Vec::new(),
            full: Vec::new(),
        })
    }

    /// Writes `response` (or `revisit`), `request` and, where there are notes, `metadata`, in this order, in one go.
    /// On an error nothing of the capture is left in the file. The operating system has the bytes afterwards, the
    /// disk has them after [`Self::sync`].
    pub fn write_capture(&mut self, capture: &Capture, notes: &Notes) -> Result<CaptureRef, WarcError> {
        if self.current.as_ref().is_none_or(|current| current.length >= self.max_bytes) {
            self.begin_file(capture.fetched_at)?;
        }
        let Some(current) = &mut self.current else { unreachable!("begin_file has set it") };
        self.packed.clear();
        let id = record_id(&format!("{} {} response", current.name, current.length));
        let length = {
            append_response(&mut self.members, &mut self.packed, &id, capture, notes);
            self.packed.len() as u64
        };
        append_request(&mut self.members, &mut self.packed, &id, capture);
        if !notes.metadata.is_empty() {
            append_metadata(&mut self.members, &mut self.packed, &id, capture, notes);
        }
        let offset = current.length;
        let name = current.name.clone();
        self.write_packed()?;
        Ok(CaptureRef { warc: name, offset, length, digest: capture.digest })
    }

    /// Appends the records of a capture as they stand in another file ([`super::record_bytes`]); the first of them is
    /// the response at `place` there.
    pub fn append_records(
        &mut self,
        records: &[u8],
        place: &CaptureRef,
        fetched_at: Timestamp,
    ) -> Result<CaptureRef, WarcError> {
        if self.current.as_ref().is_none_or(|current| current.length >= self.max_bytes) {
            self.begin_file(fetched_at)?;
        }
        let Some(current) = &self.current else { unreachable!("begin_file has set it") };
        let copied = CaptureRef { warc: current.name.clone(), offset: current.length, ..place.clone() };
        self.packed.clear();
        self.packed.extend_from_slice(records);
        self.write_packed()?;
        Ok(copied)
    }

    /// Has the disk hold everything written so far. Before a row that points to a capture is committed.
    pub fn sync(&mut self) -> Result<(), WarcError> {
        let Some(current) = &self.current else { return Ok(()) };
        current
            .file
            .sync_data()
            .and_then(|()| still_there(&current.file, &current.path))
            .map_err(WarcError::io("write", &current.path))
    }

    /// The checksums of what was written since they were last taken, by file. They belong into the transaction whose
    /// rows point at these bytes.
    pub fn take_sums(&mut self) -> Vec<(String, Vec<SegmentSum>)> {
        let mut sums = std::mem::take(&mut self.full);
        if let Some(current) = &mut self.current {
            sums.push((current.name.clone(), current.sums.take()));
        }
        sums
    }

    /// The file that is written to, where there is one yet.
    pub fn current_file(&self) -> Option<&str> {
        self.current.as_ref().map(|current| current.name.as_str())
    }

    /// Appends what is packed, or nothing.
    fn write_packed(&mut self) -> Result<(), WarcError> {
        let Some(current) = &mut self.current else { return Ok(()) };
        match current.file.write_all(&self.packed) {
            Ok(()) => {
                current.length += self.packed.len() as u64;
                current.sums.add(&self.packed);
                Ok(())
            }
            Err(source) => {
                let error = WarcError::io("write", &current.path)(source);
                // The disk may be full: take back what was half written. Where even that fails, the file is left
                // to `repair`.
                if current.file.set_len(current.length).is_err() {
                    self.current = None;
                }
                Err(error)
            }
        }
    }

    /// Begins a file named after `now`, this process and the count of its files.
    fn begin_file(&mut self, now: Timestamp) -> Result<(), WarcError> {
        self.sync()?;
        if let Some(mut full) = self.current.take() {
            self.full.push((full.name, full.sums.take()));
        }
        let stamp = now.strftime("%Y%m%d%H%M%S").to_string();
        let process = std::process::id();
        let (name, path, file) = loop {
            let name = format!("dateline-{stamp}-{:05}-{process}.warc.gz", self.count);
            self.count += 1;
            let path = self.directory.join(&name);
            match OpenOptions::new().append(true).create_new(true).open(&path) {
                Ok(file) => break (name, path, file),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(WarcError::io("make", &path)(error)),
            }
        };
        // The name itself has to outlast a crash.
        if let Ok(directory) = File::open(&self.directory) {
            let _ = directory.sync_all();
        }
        self.packed.clear();
        append_info(&mut self.members, &mut self.packed, &self.info, &name, now);
        self.current = Some(Current { file, name, path, length: 0, sums: RunningSums::default() });
        self.write_packed()
    }
}

/// Whether a file still lies at its path: one that was taken away while it was written to takes every byte, for nobody.
fn still_there(file: &File, path: &Path) -> std::io::Result<()> {
    let found = fs::metadata(path)?;
    if is_same_file(&file.metadata()?, &found) {
        return Ok(());
    }
    Err(std::io::Error::new(std::io::ErrorKind::NotFound, "another file has taken its place"))
}

#[cfg(unix)]
fn is_same_file(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_same_file(one: &fs::Metadata, other: &fs::Metadata) -> bool {
    one.len() == other.len()
}

fn append_info(members: &mut MemberWriter, out: &mut Vec<u8>, info: &Info, name: &str, now: Timestamp) {
    let mut fields = vec![
        ("software", info.software.as_str()),
        ("format", "WARC File Format 1.1"),
        ("conformsTo", "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
        ("robots", "obey"),
    ];
    fields.extend(info.operator.as_deref().map(|operator| ("operator", operator)));
    fields.extend(info.user_agent.as_deref().map(|user_agent| ("http-header-user-agent", user_agent)));
    let block = warc_fields(fields);
    let mut head = Head::new("warcinfo");
    head.field("WARC-Record-ID", record_id(&format!("{name} warcinfo")))
        .field("WARC-Date", now)
        .field("WARC-Filename", name)
        .field("WARC-Block-Digest", Digest::of(block.as_bytes()))
        .field("Content-Type", "application/warc-fields");
    append(members, out, head, &block);
}

fn append_response(
    members: &mut MemberWriter,
    out: &mut Vec<u8>,
    id: &str,
    capture: &Capture,
    notes: &Notes,
) {
    let revisits = match (&notes.earlier, capture.status) {
        (_, 304) => Some(NOT_MODIFIED),
        (Some(earlier), _) if earlier.place.digest == capture.digest && !capture.body.is_empty() => {
            Some(IDENTICAL_PAYLOAD)
        }
        _ => None,
    };
    let body: &[u8] = if revisits.is_some() { &[] } else { &capture.body };
    let http_head = response_head(capture, revisits.is_none());
    let mut head = Head::new(if revisits.is_some() { "revisit" } else { "response" });
    head.field("WARC-Record-ID", id)
        .field("WARC-Date", capture.fetched_at)
        .field("WARC-Target-URI", &capture.url)
        .field("WARC-Payload-Digest", capture.digest)
        .field("WARC-Block-Digest", Digest::of_parts(&[http_head.as_bytes(), body]))
        .field("Content-Type", "application/http;msgtype=response");
    if let Some(ip) = capture.ip {
        head.field("WARC-IP-Address", ip);
    }
    if let Some(truncation) = capture.truncated {
        head.field("WARC-Truncated", truncation.as_str());
    }
    if let Some(profile) = revisits {
        head.field("WARC-Profile", profile);
        if let Some(earlier) = &notes.earlier {
            let place = &earlier.place;
            head.field("WARC-Refers-To", record_id(&format!("{} {} response", place.warc, place.offset)))
                .field("WARC-Refers-To-Target-URI", &earlier.url)
                .field("WARC-Refers-To-Date", earlier.fetched_at)
                .field(REFERS_TO_PLACE, format_args!("{} {} {}", place.warc, place.offset, place.length));
        }
    }
    if capture.requested != capture.url {
        head.field(REQUESTED, &capture.requested);
    }
    for redirect in &capture.redirects {
        head.field(REDIRECT, format_args!("{} {} {}", redirect.status, redirect.from, redirect.to));
    }
    let mut text = head.close(http_head.len() + body.len());
    text.push_str(&http_head);
    let is_encoded = capture.headers.get("content-encoding").is_some();
    let packing = if is_encoded { Packing::Store } else { Packing::Deflate };
    // The end of the record belongs into the same member.
    let mut block = Vec::with_capacity(body.len() + RECORD_END.len());
    block.extend_from_slice(body);
    block.extend_from_slice(RECORD_END);
    members.append(text.as_bytes(), &block, packing, out);
}

fn append_request(members: &mut MemberWriter, out: &mut Vec<u8>, response_id: &str, capture: &Capture) {
    let block = request_block(capture);
    let mut head = Head::new("request");
    head.field("WARC-Record-ID", record_id(&format!("{response_id} request")))
        .field("WARC-Date", capture.fetched_at)
        .field("WARC-Target-URI", &capture.url)
        .field("WARC-Concurrent-To", response_id)
        .field("WARC-Block-Digest", Digest::of(block.as_bytes()))
        .field("Content-Type", "application/http;msgtype=request");
    append(members, out, head, &block);
}

fn append_metadata(
    members: &mut MemberWriter,
    out: &mut Vec<u8>,
    response_id: &str,
    capture: &Capture,
    notes: &Notes,
) {
    let fields = notes.metadata.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let block = warc_fields(fields);
    let mut head = Head::new("metadata");
    head.field("WARC-Record-ID", record_id(&format!("{response_id} metadata")))
        .field("WARC-Date", capture.fetched_at)
        .field("WARC-Target-URI", &capture.url)
        .field("WARC-Concurrent-To", response_id)
        .field("WARC-Refers-To", response_id)
        .field("WARC-Block-Digest", Digest::of(block.as_bytes()))
        .field("Content-Type", "application/warc-fields");
    append(members, out, head, &block);
}

fn append(members: &mut MemberWriter, out: &mut Vec<u8>, head: Head, block: &str) {
    let mut text = head.close(block.len());
    text.push_str(block);
    members.append(text.as_bytes(), RECORD_END, Packing::Deflate, out);
}
