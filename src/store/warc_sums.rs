//! Checksums of the WARC files as they are stored, kept with the rows that point into them: what is committed together
//! is right together. Making and comparing them is `warc`'s.

use std::collections::BTreeMap;

use rusqlite::OptionalExtension;

use crate::model::segment_sum::{SEGMENT_BYTES, SegmentSum};
use crate::store::Store;
use crate::store::error::Result;

impl Store {
    /// Keeps checksums of a WARC file, in place of earlier ones of the same segments. To be committed only when the
    /// bytes are on the disk.
    pub fn put_warc_sums(&self, warc: &str, sums: &[SegmentSum]) -> Result<()> {
        if sums.is_empty() {
            return Ok(());
        }
        self.connection
            .prepare_cached("INSERT INTO warc_file (name) VALUES (?1) ON CONFLICT (name) DO NOTHING")?
            .execute([warc])?;
        let mut insert = self.connection.prepare_cached(
            "INSERT OR REPLACE INTO warc_sum (warc_file, segment, bytes, crc)
             SELECT id, ?2, ?3, ?4 FROM warc_file WHERE name = ?1",
        )?;
        for sum in sums {
            insert.execute((warc, sum.number as i64, sum.bytes, sum.crc))?;
        }
        Ok(())
    }

    /// The checksums of a WARC file, in its order; none for a file from before there were any.
    pub fn warc_sums(&self, warc: &str) -> Result<Vec<SegmentSum>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT s.segment, s.bytes, s.crc FROM warc_sum s JOIN warc_file w ON w.id = s.warc_file
             WHERE w.name = ?1 ORDER BY s.segment",
        )?;
        let rows = statement.query_map([warc], |row| {
            Ok(SegmentSum { number: row.get::<_, i64>(0)? as u64, bytes: row.get(1)?, crc: row.get(2)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The last checksum of each WARC file that has any: the bytes up to its end are known.
    pub fn last_warc_sums(&self) -> Result<BTreeMap<String, SegmentSum>> {
        // With a bare column of its row, max() gives that row (SQLite's documentation of aggregates).
        let mut statement = self.connection.prepare(
            "SELECT w.name, max(s.segment), s.bytes, s.crc FROM warc_sum s JOIN warc_file w ON w.id = s.warc_file
             GROUP BY s.warc_file",
        )?;
        let rows = statement.query_map([], |row| {
            let sum =
                SegmentSum { number: row.get::<_, i64>(1)? as u64, bytes: row.get(2)?, crc: row.get(3)? };
            Ok((row.get(0)?, sum))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Bytes of the WARC file of that name that rows point into or have checksums of: what lies before must never be
    /// cut off.
    pub fn known_end(&self, warc: &str) -> Result<u64> {
        // Captures of a file are written one after the other, so the newest lies last.
        let captured: Option<i64> = self
            .connection
            .prepare_cached(
                "SELECT \"offset\" + length FROM capture
                 WHERE warc_file = (SELECT id FROM warc_file WHERE name = ?1) ORDER BY id DESC LIMIT 1",
            )?
            .query_row([warc], |row| row.get(0))
            .optional()?;
        let summed: Option<i64> = self
            .connection
            .prepare_cached(
                "SELECT segment * ?2 + bytes FROM warc_sum
                 WHERE warc_file = (SELECT id FROM warc_file WHERE name = ?1) ORDER BY segment DESC LIMIT 1",
            )?
            .query_row((warc, SEGMENT_BYTES as i64), |row| row.get(0))
            .optional()?;
        Ok(captured.max(summed).unwrap_or_default() as u64)
    }

    /// Drops every checksum of WARC files, however damaged their table is. To be called in a batch.
    pub fn drop_warc_sums(&self) -> Result<()> {
        let create: String = self.connection.query_row(
            "SELECT sql FROM sqlite_schema WHERE name = 'warc_sum'",
            [],
            |row| row.get(0),
        )?;
        self.connection.execute_batch(&format!("DROP TABLE warc_sum; {create};"))?;
        Ok(())
    }
}
