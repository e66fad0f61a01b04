//! Articles whose text another article has too: found when an article is kept, by fingerprints in four bands, and
//! confirmed on the texts.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, params_from_iter};

use crate::model::fingerprint::{BAND_BITS, Fingerprint, Runs, fingerprints};
use crate::store::error::{Result, StoreError};
use crate::store::select::Conditions;
use crate::store::{Filter, Store, Table};

/// Bits in which the fingerprints of near texts differ at most.
const MAX_DISTANCE: u32 = 10;
/// Share of the shorter text that must stand in the other.
const MIN_OVERLAP: f64 = 0.6;
/// Fingerprints looked at in one band: texts of one template can crowd there.
const MAX_IN_BAND: usize = 1_000;
/// Texts compared with a new one, the nearest first.
const MAX_COMPARED: usize = 20;

const BANDS: [&str; 4] = [
    "SELECT article, hash FROM fingerprint WHERE (hash & 65535) = ?1 AND article <> ?2 LIMIT ?3",
    "SELECT article, hash FROM fingerprint WHERE ((hash >> 16) & 65535) = ?1 AND article <> ?2 LIMIT ?3",
    "SELECT article, hash FROM fingerprint WHERE ((hash >> 32) & 65535) = ?1 AND article <> ?2 LIMIT ?3",
    "SELECT article, hash FROM fingerprint WHERE ((hash >> 48) & 65535) = ?1 AND article <> ?2 LIMIT ?3",
];

/// Articles that say nearly the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// Identity of the member that came first: what the cluster goes by.
    pub id: String,
    /// Its articles, by publication.
    pub members: Vec<Member>,
}

/// An article of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its identity.
    pub id: String,
    /// Its portal.
    pub portal: Option<String>,
    /// When it was published, as the portal writes it.
    pub published: Option<String>,
    /// Title.
    pub headline: Option<String>,
    /// Its address.
    pub url: String,
    /// Words of its text.
    pub words: u64,
}

impl Store {
    /// Hands every cluster with an article that passes `filter` to `each`, the largest first.
    pub fn each_cluster<E: From<StoreError>>(
        &self,
        filter: &Filter,
        mut each: impl FnMut(Cluster) -> Result<(), E>,
    ) -> Result<(), E> {
        let failed = |error: rusqlite::Error| StoreError::from(error);
        let _moment = self.moment()?;
        let conditions = Conditions::of(&self.connection, Table::Articles, filter)?;
        let chosen = if conditions.sql.is_empty() {
            String::new()
        } else {
            let inner = format!("SELECT article_seq FROM articles_view WHERE {}", conditions.sql);
            format!("WHERE article IN ({inner})")
        };
        let mut clusters = self
            .connection
            .prepare(&format!(
                "SELECT d.cluster, f.id FROM duplicate d JOIN article f ON f.seq = d.cluster
                 WHERE d.cluster IN (SELECT cluster FROM duplicate {chosen})
                 GROUP BY d.cluster ORDER BY count(*) DESC, d.cluster"
            ))
            .map_err(failed)?;
        let mut rows = clusters.query(params_from_iter(conditions.values)).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let cluster: i64 = row.get(0).map_err(failed)?;
            let id = row.get(1).map_err(failed)?;
            each(Cluster { id, members: self.members(cluster)? })?;
        }
        Ok(())
    }

    fn members(&self, cluster: i64) -> Result<Vec<Member>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT a.id, a.portal, a.published, r.headline, a.url, r.word_count
             FROM duplicate d JOIN article a ON a.seq = d.article JOIN revision r ON r.id = a.revision
             WHERE d.cluster = ?1 ORDER BY coalesce(r.published_utc, 1 << 60), a.seq",
        )?;
        let members = statement.query_map([cluster], |row| {
            Ok(Member {
                id: row.get(0)?,
                portal: row.get(1)?,
                published: row.get(2)?,
                headline: row.get(3)?,
                url: row.get(4)?,
                words: row.get::<_, i64>(5)? as u64,
            })
        })?;
        Ok(members.collect::<rusqlite::Result<_>>()?)
    }

    /// Finds all clusters anew, article by article. To be called in a batch.
    pub fn rebuild_duplicates(&mut self) -> Result<()> {
        self.connection.execute_batch("DELETE FROM duplicate; DELETE FROM fingerprint;")?;
        let mut articles = self.connection.prepare("SELECT seq FROM article ORDER BY seq")?;
        let articles: Vec<i64> =
            articles.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        for seq in articles {
            refresh(&self.connection, seq)?;
        }
        Ok(())
    }
}

/// Notes the fingerprints of an article's new text and which cluster it belongs to now.
pub(crate) fn update(connection: &Connection, seq: i64, text: &str) -> Result<()> {
    forget(connection, seq)?;
    let own = fingerprints(text);
    for (part, fingerprint) in own.iter().enumerate() {
        connection
            .prepare_cached("INSERT INTO fingerprint (article, part, hash) VALUES (?1, ?2, ?3)")?
            .execute((seq, part as i64, fingerprint.0.cast_signed()))?;
    }
    let mut near = candidates(connection, seq, &own)?;
    near.truncate(MAX_COMPARED);
    let mut joined = vec![seq];
    let runs = OnceCell::new();
    for other in near {
        let runs = runs.get_or_init(|| Runs::of(text));
        if text_of(connection, other)?.is_some_and(|other| runs.overlap(&Runs::of(&other)) >= MIN_OVERLAP) {
            joined.push(other);
        }
    }
    if joined.len() > 1 { join(connection, &joined) } else { Ok(()) }
}

/// The same with the text that is stored.
pub(crate) fn refresh(connection: &Connection, seq: i64) -> Result<()> {
    match text_of(connection, seq)? {
        Some(text) => update(connection, seq, &text),
        None => forget(connection, seq),
    }
}

/// Takes an article out of the fingerprints and of its cluster.
pub(crate) fn forget(connection: &Connection, seq: i64) -> Result<()> {
    connection.prepare_cached("DELETE FROM fingerprint WHERE article = ?1")?.execute([seq])?;
    let Some(cluster) = cluster_of(connection, seq)? else { return Ok(()) };
    connection.prepare_cached("DELETE FROM duplicate WHERE article = ?1")?.execute([seq])?;
    let (left, first): (i64, Option<i64>) = connection
        .prepare_cached("SELECT count(*), min(article) FROM duplicate WHERE cluster = ?1")?
        .query_row([cluster], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if left == 1 {
        connection.prepare_cached("DELETE FROM duplicate WHERE cluster = ?1")?.execute([cluster])?;
    } else if cluster == seq {
        connection
            .prepare_cached("UPDATE duplicate SET cluster = ?2 WHERE cluster = ?1")?
            .execute((cluster, first))?;
    }
    Ok(())
}

/// Other articles with a near fingerprint, the nearest first.
fn candidates(connection: &Connection, seq: i64, own: &[Fingerprint]) -> Result<Vec<i64>> {
    let mut nearest: BTreeMap<i64, u32> = BTreeMap::new();
    for fingerprint in own {
        for (number, select) in BANDS.iter().enumerate() {
            debug_assert_eq!(BAND_BITS as usize * BANDS.len(), 64);
            let band = fingerprint.band(number as u32) as i64;
            let mut statement = connection.prepare_cached(select)?;
            let mut rows = statement.query((band, seq, MAX_IN_BAND as i64))?;
            while let Some(row) = rows.next()? {
                let hash = Fingerprint(row.get::<_, i64>(1)?.cast_unsigned());
                let distance = fingerprint.distance(hash);
                if distance <= MAX_DISTANCE {
                    let known = nearest.entry(row.get(0)?).or_insert(distance);
                    *known = distance.min(*known);
                }
            }
        }
    }
    let mut nearest: Vec<(u32, i64)> = nearest.into_iter().map(|(seq, distance)| (distance, seq)).collect();
    nearest.sort_unstable();
    Ok(nearest.into_iter().map(|(_, seq)| seq).collect())
}

/// Puts articles into one cluster, with everything that is in a cluster with one of them.
fn join(connection: &Connection, articles: &[i64]) -> Result<()> {
    let mut first = i64::MAX;
    let mut clusters = BTreeSet::new();
    let mut alone = Vec::new();
    for article in articles {
        match cluster_of(connection, *article)? {
            Some(cluster) => {
                clusters.insert(cluster);
                first = first.min(cluster);
            }
            None => alone.push(*article),
        }
        first = first.min(*article);
    }
    // A cluster that keeps its name is left as it is: it may be large.
    for cluster in clusters.into_iter().filter(|cluster| *cluster != first) {
        connection
            .prepare_cached("UPDATE duplicate SET cluster = ?2 WHERE cluster = ?1")?
            .execute((cluster, first))?;
    }
    for article in alone {
        connection
            .prepare_cached("INSERT INTO duplicate (article, cluster) VALUES (?1, ?2)")?
            .execute((article, first))?;
    }
    Ok(())
}

fn cluster_of(connection: &Connection, seq: i64) -> Result<Option<i64>> {
    Ok(connection
        .prepare_cached("SELECT cluster FROM duplicate WHERE article = ?1")?
        .query_row([seq], |row| row.get(0))
        .optional()?)
}

fn text_of(connection: &Connection, seq: i64) -> Result<Option<String>> {
    Ok(connection
        .prepare_cached("SELECT body FROM article_text WHERE seq = ?1")?
        .query_row([seq], |row| row.get(0))
        .optional()?)
}
