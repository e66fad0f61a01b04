//! What hosts said about themselves: reservations of mining, and how long they want to be left alone. Their robots.txt
//! is with the frontier's rows.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use crate::store::{Store, StoreError};

impl Store {
    /// The tdmrep.json of a host (empty where it has none), and when it was asked.
    pub fn stored_reservations(&self, host: i64) -> Result<Option<(Vec<u8>, Timestamp)>, StoreError> {
        let row = self
            .connection
            .prepare_cached("SELECT tdmrep_body, tdmrep_fetched FROM host WHERE id = ?1")?
            .query_row([host], |row| Ok((row.get(0)?, row.get::<_, Option<String>>(1)?)))
            .optional()?;
        let Some((body, Some(fetched))) = row else { return Ok(None) };
        let body: Option<Vec<u8>> = body;
        Ok(fetched.parse().ok().map(|fetched| (body.unwrap_or_default(), fetched)))
    }

    /// Keeps the tdmrep.json of a host; an empty one stands for none.
    pub fn set_stored_reservations(
        &mut self,
        host: i64,
        body: &[u8],
        fetched: Timestamp,
    ) -> Result<(), StoreError> {
        let body = (!body.is_empty()).then_some(body);
        self.connection
            .prepare_cached("UPDATE host SET tdmrep_body = ?2, tdmrep_fetched = ?3 WHERE id = ?1")?
            .execute(params![host, body, fetched.to_string()])?;
        Ok(())
    }

    /// Until when a host asked to be left alone.
    pub fn host_rests_until(&self, host: i64) -> Result<Option<Timestamp>, StoreError> {
        let until: Option<Option<String>> = self
            .connection
            .prepare_cached("SELECT rests_until FROM host WHERE id = ?1")?
            .query_row([host], |row| row.get(0))
            .optional()?;
        Ok(until.flatten().and_then(|until| until.parse().ok()))
    }

    /// Notes until when a host asked to be left alone.
    pub fn set_host_rests_until(&mut self, host: i64, until: Timestamp) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE host SET rests_until = ?2 WHERE id = ?1")?
            .execute(params![host, until.to_string()])?;
        Ok(())
    }

    /// Addresses of articles of the portal of that name that opt-outs keep out of the archive.
    pub(crate) fn opted_out(&self, portal: &str) -> Result<u64, StoreError> {
        let count: i64 = self
            .connection
            .prepare_cached(
                "SELECT count(*) FROM frontier
                 WHERE state = 6 AND portal = (SELECT id FROM frontier_portal WHERE portal = ?1)",
            )?
            .query_row([portal], |row| row.get(0))?;
        Ok(count as u64)
    }

    /// Notes how far an address lies behind the one that led to it.
    pub fn set_hops(&mut self, id: i64, hops: u8) -> Result<(), StoreError> {
        self.connection.prepare_cached("UPDATE frontier SET hops = ?2 WHERE id = ?1")?.execute((id, hops))?;
        Ok(())
    }

    /// Gives a known address to another portal, whose file leads to it too.
    pub fn adopt(&mut self, id: i64, portal: i64) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE frontier SET portal = ?2 WHERE id = ?1")?
            .execute([id, portal])?;
        Ok(())
    }

    /// Puts addresses of `portal` that opt-outs kept out back into the queue, for a run that honours none. Gives
    /// their number.
    pub fn requeue_opted_out(&mut self, portal: i64) -> Result<usize, StoreError> {
        Ok(self
            .connection
            .prepare_cached("UPDATE frontier SET state = 0, due = 0 WHERE state = 6 AND portal = ?1")?
            .execute([portal])?)
    }
}
