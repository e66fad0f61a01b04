//! Where responses lie: rows that point into the WARC files. The files themselves are `warc`'s.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row};

use crate::model::capture::CaptureRef;
use crate::model::crawl_url::CrawlUrl;
use crate::model::digest::Digest;
use crate::store::archived::CaptureId;
use crate::store::error::{Result, StoreError};
use crate::store::names::Name;
use crate::store::{Store, load};

/// A capture the archive has, with the request it answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCapture {
    /// Its row.
    pub id: CaptureId,
    /// The address asked.
    pub url: CrawlUrl,
    /// When.
    pub fetched: Timestamp,
    /// Where it lies.
    pub place: CaptureRef,
}

impl Store {
    /// Notes where a response lies; `repeats`: the earlier capture its record refers to for the body. To be committed
    /// only when the response is in its file and the file on the disk.
    pub fn put_capture(&mut self, capture: &CaptureRef, repeats: Option<CaptureId>) -> Result<CaptureId> {
        let file = self.names.number(&self.connection, Name::WarcFile, &capture.warc)?;
        self.connection
            .prepare_cached(
                "INSERT INTO capture (warc_file, \"offset\", length, digest, repeats) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute((
                file,
                capture.offset as i64,
                capture.length as i64,
                capture.digest.to_string(),
                repeats.map(|capture| capture.0),
            ))?;
        Ok(CaptureId(self.connection.last_insert_rowid()))
    }

    /// The first capture with that payload whose record holds the body.
    pub fn capture_of_payload(&self, digest: Digest) -> Result<Option<KnownCapture>> {
        let digest = digest.to_string();
        let found = self
            .connection
            .prepare_cached(
                "SELECT w.name, c.\"offset\", c.length, c.digest, c.id, f.url, f.fetched
                 FROM capture c JOIN warc_file w ON w.id = c.warc_file JOIN fetch f ON f.capture = c.id
                 WHERE substr(c.digest, 8, 16) = substr(?1, 8, 16) AND c.repeats IS NULL AND c.digest = ?1
                 ORDER BY c.id LIMIT 1",
            )?
            .query_row([&digest], |row| Ok(known(row)))
            .optional()?;
        found.transpose()
    }

    /// Whether the archive has the response with that payload that came from `url` at that instant.
    pub fn has_capture(&self, digest: Digest, url: &CrawlUrl, fetched: Timestamp) -> Result<bool> {
        let Some(first) = self.capture_of_payload(digest)? else { return Ok(false) };
        let mut statement = self.connection.prepare_cached(
            "SELECT 1 FROM capture c JOIN fetch f ON f.capture = c.id
             WHERE (c.id = ?1 OR c.repeats = ?1) AND f.url = ?2 AND f.fetched = ?3",
        )?;
        Ok(statement.exists((first.id.0, url.as_str(), fetched.to_string()))?)
    }
}

fn known(row: &Row<'_>) -> Result<KnownCapture> {
    let place = place_of(row, 0)?;
    Ok(KnownCapture {
        id: CaptureId(row.get(4)?),
        url: load::address(row.get_ref(5)?.as_str().unwrap_or_default())?,
        fetched: load::instant(row, 6)?,
        place,
    })
}

/// A place from four columns: file, offset, length, digest.
pub(crate) fn place_of(row: &Row<'_>, first: usize) -> Result<CaptureRef> {
    let digest: String = row.get(first + 3)?;
    Ok(CaptureRef {
        warc: row.get(first)?,
        offset: row.get::<_, i64>(first + 1)? as u64,
        length: row.get::<_, i64>(first + 2)? as u64,
        digest: digest.parse().map_err(|_| StoreError::Damaged(format!("not a digest: {digest}")))?,
    })
}
