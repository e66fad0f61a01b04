//! A selection of the evidence as one file: WACZ 1.1.1, which ReplayWeb.page and pywb open. WARCs stand in it
//! uncompressed once more, so that a reader can jump to a record.

mod index;

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::export::ExportError;
use crate::model::capture::CaptureRef;
use crate::model::digest::Digest;
use crate::store::archived::EXTRACTOR;
use crate::store::{ArchivedArticle, Filter, Store};
use crate::warc::{Info, MAX_FILE_BYTES, Notes, WarcError, WarcWriter, read_capture, record_bytes};

use index::Index;

/// The version of the format.
const WACZ_VERSION: &str = "1.1.1";

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Articles, a page each.
    pub articles: u64,
    /// Captures of them.
    pub captures: u64,
    /// Captures that are damaged and were left out.
    pub damaged: u64,
}

/// Where a WACZ comes from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The database.
    pub store: &'a Store,
    /// The directory of the WARC files.
    pub evidence: &'a Path,
    /// A directory of its own for the parts while they grow; removed afterwards.
    pub parts: &'a Path,
    /// When it is made.
    pub now: Timestamp,
}

/// Writes the captures of the articles that pass `filter`, of every revision.
pub fn write(
    source: &Source<'_>,
    filter: &Filter,
    out: &mut BufWriter<File>,
) -> Result<Written, ExportError> {
    source.store.check_filter(filter)?;
    fs::create_dir_all(source.parts)?;
    let _parts = Parts(source.parts.to_owned());
    let info = Info { software: EXTRACTOR.to_owned(), ..Info::default() };
    let mut selection = Selection {
        source: *source,
        writer: WarcWriter::open(&source.parts.join("archive"), info, MAX_FILE_BYTES)?,
        index: Index::default(),
        pages: BufWriter::new(File::create(source.parts.join("pages.jsonl"))?),
        written: Written::default(),
    };
    let head = json!({ "format": "json-pages-1.0", "id": "pages", "title": "Articles", "hasText": true });
    writeln!(selection.pages, "{head}")?;
    source.store.each_article::<ExportError>(filter, |archived| selection.take(archived))?;
    selection.writer.sync()?;
    selection.pages.flush()?;
    let Selection { index, written, .. } = selection;
    package(source, index, out)?;
    Ok(written)
}

/// The parts while they grow.
struct Selection<'a> {
    source: Source<'a>,
    writer: WarcWriter,
    index: Index,
    pages: BufWriter<File>,
    written: Written,
}

impl Selection<'_> {
    fn take(&mut self, archived: &ArchivedArticle) -> Result<(), ExportError> {
        let article = &archived.article;
        let mut newest = None;
        for place in self.source.store.captures_of(&article.id)? {
            match self.copy(&place) {
                Ok(capture) => newest = Some(capture),
                Err(WarcError::Io { action, path, source }) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(WarcError::Io { action, path, source }.into());
                }
                // The rest is worth having all the same; `verify` names what is damaged.
                Err(_) => self.written.damaged += 1,
            }
        }
        let Some((url, fetched)) = newest else { return Ok(()) };
        self.written.articles += 1;
        let page = json!({
            "id": article.id.as_str(), "url": url, "ts": fetched.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "title": article.headline, "text": article.text(),
        });
        writeln!(self.pages, "{page}")?;
        Ok(())
    }

    /// Copies one capture: its records as they are, or whole where its own record only refers to an earlier one.
    fn copy(&mut self, place: &CaptureRef) -> Result<(String, Timestamp), WarcError> {
        let capture = read_capture(self.source.evidence, place)?;
        let copied = match record_bytes(self.source.evidence, place)? {
            Some(records) => self.writer.append_records(&records, place, capture.fetched_at)?,
            None => self.writer.write_capture(&capture, &Notes::default())?,
        };
        self.index.add(&capture, &copied);
        self.written.captures += 1;
        Ok((capture.url.as_str().to_owned(), capture.fetched_at))
    }
}

/// Puts the parts into one file.
fn package(source: &Source<'_>, index: Index, out: &mut BufWriter<File>) -> Result<(), ExportError> {
    let mut package = Package { zip: ZipWriter::new(out), resources: Vec::new() };
    let directory = source.parts.join("archive");
    let mut names: Vec<_> = fs::read_dir(&directory)?
        .map(|entry| entry.map(|entry| entry.file_name()))
        .collect::<io::Result<_>>()?;
    names.sort();
    for name in names {
        let inside = format!("archive/{}", name.to_string_lossy());
        package.add(&inside, CompressionMethod::Stored, &mut File::open(directory.join(&name))?)?;
    }
    let lines = index.into_lines();
    package.add("indexes/index.cdx", CompressionMethod::Deflated, &mut lines.as_bytes())?;
    let mut pages = File::open(source.parts.join("pages.jsonl"))?;
    package.add("pages/pages.jsonl", CompressionMethod::Deflated, &mut pages)?;
    let description = json!({
        "profile": "data-package", "wacz_version": WACZ_VERSION, "title": "Articles", "software": EXTRACTOR,
        "created": source.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(), "resources": package.resources,
    });
    let description = format!("{description:#}\n");
    let digest =
        json!({ "path": "datapackage.json", "hash": Digest::of(description.as_bytes()).to_string() });
    package.add("datapackage.json", CompressionMethod::Deflated, &mut description.as_bytes())?;
    package.add(
        "datapackage-digest.json",
        CompressionMethod::Deflated,
        &mut format!("{digest:#}\n").as_bytes(),
    )?;
    package.zip.finish().map_err(io::Error::from)?;
    Ok(())
}

/// A ZIP file that is written, with what its description says of each part.
struct Package<W: Write + Seek> {
    zip: ZipWriter<W>,
    resources: Vec<serde_json::Value>,
}

impl<W: Write + Seek> Package<W> {
    fn add(&mut self, path: &str, packing: CompressionMethod, from: &mut impl Read) -> io::Result<()> {
        let options = SimpleFileOptions::default().compression_method(packing).large_file(true);
        self.zip.start_file(path, options)?;
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; 1 << 16];
        let mut bytes = 0;
        loop {
            let read = from.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            hasher.update(&buffer[..read]);
            self.zip.write_all(&buffer[..read])?;
            bytes += read as u64;
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        let hash = Digest(hasher.finalize().into()).to_string();
        self.resources.push(json!({ "name": name, "path": path, "hash": hash, "bytes": bytes }));
        Ok(())
    }
}

/// The parts' directory, removed at the end.
struct Parts(PathBuf);

impl Drop for Parts {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
