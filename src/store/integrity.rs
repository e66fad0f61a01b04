//! Whether the database is whole: SQLite's own checks, every article read and held against its digest, every index.
//! What lies in the WARC files is compared by `archive`.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use rusqlite::Connection;

use crate::model::capture::CaptureRef;
use crate::store::archived::CaptureId;
use crate::store::captures::place_of;
use crate::store::error::Result;
use crate::store::page_sums::{self, PageCheck};
use crate::store::schema::DATABASE;
use crate::store::{Store, load};

/// Messages of SQLite's check that are passed on.
const MAX_MESSAGES: usize = 100;

/// Conditions that hold in every archive this program writes, each with what it means that they do not.
const CONDITIONS: &[(&str, &str)] = &[
    (
        "SELECT count(*) FROM article a WHERE NOT EXISTS
             (SELECT 1 FROM revision r WHERE r.id = a.revision AND r.article = a.seq)",
        "articles without their current revision",
    ),
    (
        "SELECT count(*) FROM article a JOIN revision r ON r.id = a.revision WHERE a.published IS NOT r.published",
        "articles whose publication is not that of their current revision",
    ),
    (
        "SELECT count(*) FROM article WHERE first_seen > last_checked",
        "articles last checked before they were first seen",
    ),
    (
        "SELECT count(*) FROM duplicate d WHERE NOT EXISTS (SELECT 1 FROM duplicate e WHERE e.article = d.cluster)",
        "near duplicates whose cluster has lost its first member",
    ),
    (
        "SELECT count(*) FROM fetch f WHERE f.capture IS NOT NULL AND f.outcome = 'robots-excluded'",
        "requests forbidden by robots.txt that have a response",
    ),
];

/// A capture as its row has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureRow {
    /// Its row.
    pub id: CaptureId,
    /// Where it lies.
    pub place: CaptureRef,
    /// The capture whose payload it repeats.
    pub repeats: Option<CaptureId>,
}

/// What hangs on a capture.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dependent {
    /// What an article said.
    Revision {
        /// The article's identity.
        article: String,
        /// Its address.
        url: String,
        /// The revision's number.
        number: u32,
    },
    /// The response to a request.
    Response {
        /// What was asked.
        url: String,
        /// What for.
        purpose: String,
    },
}

impl Store {
    /// Compares the pages of the database in `directory` with their checksums and names what is kept on those that
    /// are wrong: page and table or index.
    pub fn check_pages(&self, directory: &Path) -> std::io::Result<(PageCheck, Vec<(u32, String)>)> {
        let check = page_sums::check(directory, &directory.join(DATABASE))?;
        let PageCheck::Wrong(pages) = &check else { return Ok((check, Vec::new())) };
        let wanted: HashSet<u32> = pages.iter().copied().collect();
        let mut names = page_names(&self.connection, &wanted).unwrap_or_default();
        let found: HashSet<u32> = names.iter().map(|(page, _)| *page).collect();
        names.extend(wanted.difference(&found).map(|page| (*page, String::new())));
        names.sort();
        Ok((check, names))
    }

    /// What SQLite finds wrong with the database's structure; empty: nothing.
    pub fn structure_problems(&self) -> Result<Vec<String>> {
        let mut statement = self.connection.prepare(&format!("PRAGMA integrity_check({MAX_MESSAGES})"))?;
        let mut rows = statement.query([])?;
        let mut problems = Vec::new();
        while let Some(row) = rows.next()? {
            let message: String = row.get(0)?;
            if message != "ok" {
                problems.push(message);
            }
        }
        Ok(problems)
    }

    /// Rows that point at rows that are not there: table, and what it points at.
    pub fn dangling_rows(&self) -> Result<Vec<(String, String, u64)>> {
        let mut statement = self.connection.prepare(
            "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2 ORDER BY 1, 2",
        )?;
        let rows =
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)? as u64)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Conditions every archive keeps and this one does not: how many rows, and what is wrong with them.
    pub fn broken_conditions(&self) -> Result<Vec<(u64, &'static str)>> {
        let mut broken = Vec::new();
        for (select, what) in CONDITIONS {
            let count: i64 = self.connection.query_row(select, [], |row| row.get(0))?;
            if count > 0 {
                broken.push((count as u64, *what));
            }
        }
        Ok(broken)
    }

    /// Reads every article and every revision, and compares each with its digest. Gives the number of revisions read
    /// and a line for each that is damaged.
    pub fn damaged_articles(&self) -> Result<(u64, Vec<String>)> {
        let mut damaged = Vec::new();
        let mut statement = self.connection.prepare("SELECT seq, id, url FROM article ORDER BY seq")?;
        let mut rows = statement.query([])?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            let seq: i64 = row.get(0)?;
            let name = || -> String {
                let text = |column| row.get_ref(column).ok().and_then(|value| value.as_str().ok());
                format!("{} ({})", text(1).unwrap_or("?"), text(2).unwrap_or("?"))
            };
            if let Err(error) = load::article(&self.connection, seq) {
                damaged.push(format!("article {}: {error}", name()));
            }
            match self.damaged_revisions(seq) {
                Ok((read, wrong)) => {
                    count += read;
                    damaged.extend(wrong.into_iter().map(|what| format!("article {}, {what}", name())));
                }
                Err(error) => damaged.push(format!("article {}: {error}", name())),
            }
        }
        Ok((count, damaged))
    }

    fn damaged_revisions(&self, seq: i64) -> Result<(u64, Vec<String>)> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT number, content_hash FROM revision WHERE article = ?1 ORDER BY number")?;
        let mut rows = statement.query([seq])?;
        let (mut count, mut damaged) = (0, Vec::new());
        while let Some(row) = rows.next()? {
            let number: u32 = row.get(0)?;
            let expected: String = row.get(1)?;
            count += 1;
            match load::revision(&self.connection, seq, number) {
                Ok(Some(revision)) if revision.article.content_hash().to_string() == expected => {}
                Ok(_) => damaged.push(format!("revision {number}: its text does not fit its digest")),
                Err(error) => damaged.push(format!("revision {number}: {error}")),
            }
        }
        Ok((count, damaged))
    }

    /// Compares the full-text index with the texts; `false`: they differ. Only a writer can ask.
    pub fn is_index_right(&self) -> bool {
        let checks = "INSERT INTO article_fts (article_fts, rank) VALUES ('integrity-check', 1);
                      INSERT INTO word_fts (word_fts, rank) VALUES ('integrity-check', 1);";
        self.connection.execute_batch(checks).is_ok()
    }

    /// Makes anew what follows from the rest: indexes, full text, vocabulary, publication dates of articles, clusters
    /// of near duplicates. To be called in a batch.
    pub fn rebuild(&mut self) -> Result<()> {
        self.connection.execute_batch(
            "REINDEX;
             UPDATE article SET revision = (SELECT r.id FROM revision r WHERE r.article = article.seq
                                            ORDER BY r.fetched DESC, r.number DESC LIMIT 1)
             WHERE NOT EXISTS (SELECT 1 FROM revision r WHERE r.id = article.revision AND r.article = article.seq)
                 AND EXISTS (SELECT 1 FROM revision r WHERE r.article = article.seq);
             UPDATE article SET published = (SELECT r.published FROM revision r WHERE r.id = article.revision)
             WHERE published IS NOT (SELECT r.published FROM revision r WHERE r.id = article.revision);
             DELETE FROM word;",
        )?;
        for table in ["article_fts", "word_fts"] {
            // A damaged index cannot be emptied, only dropped.
            let create: String = self.connection.query_row(
                "SELECT sql FROM sqlite_schema WHERE name = ?1",
                [table],
                |row| row.get(0),
            )?;
            self.connection.execute_batch(&format!(
                "DROP TABLE {table}; {create}; INSERT INTO {table} ({table}) VALUES ('rebuild');"
            ))?;
        }
        self.words.forget();
        let mut statement = self.connection.prepare("SELECT seq FROM article ORDER BY seq")?;
        let articles: Vec<i64> =
            statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        drop(statement);
        for seq in articles {
            let texts: [Option<String>; 3] = self
                .connection
                .prepare_cached("SELECT headline, lead, body FROM article_text WHERE seq = ?1")?
                .query_row([seq], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))?;
            let texts = texts.each_ref().map(|text| text.as_deref().unwrap_or_default());
            self.words.learn(&self.connection, &texts)?;
        }
        self.rebuild_duplicates()
    }

    /// The WARC files that rows point into or have checksums of.
    pub fn warc_files(&self) -> Result<Vec<String>> {
        let mut statement = self.connection.prepare(
            "SELECT name FROM warc_file w WHERE EXISTS (SELECT 1 FROM capture c WHERE c.warc_file = w.id)
                 OR EXISTS (SELECT 1 FROM warc_sum s WHERE s.warc_file = w.id) ORDER BY name",
        )?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
    }

    /// The captures in a WARC file, in the order in which they lie there.
    pub fn captures_in(&self, warc: &str) -> Result<Vec<CaptureRow>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT w.name, c.\"offset\", c.length, c.digest, c.id, c.repeats
             FROM warc_file w JOIN capture c ON c.warc_file = w.id WHERE w.name = ?1 ORDER BY c.\"offset\"",
        )?;
        let mut rows = statement.query([warc])?;
        let mut captures = Vec::new();
        while let Some(row) = rows.next()? {
            captures.push(CaptureRow {
                id: CaptureId(row.get(4)?),
                place: place_of(row, 0)?,
                repeats: row.get::<_, Option<i64>>(5)?.map(CaptureId),
            });
        }
        Ok(captures)
    }

    /// What hangs on each of these captures, that of captures which repeat their payload included.
    pub fn dependents(&self, captures: &HashSet<CaptureId>) -> Result<HashMap<CaptureId, Vec<Dependent>>> {
        let mut dependents: HashMap<CaptureId, Vec<Dependent>> = HashMap::new();
        // To each capture the one it stands or falls with.
        let mut owners: HashMap<i64, CaptureId> = captures.iter().map(|id| (id.0, *id)).collect();
        let mut repeating =
            self.connection.prepare("SELECT id, repeats FROM capture WHERE repeats IS NOT NULL")?;
        let mut rows = repeating.query([])?;
        while let Some(row) = rows.next()? {
            let repeated = CaptureId(row.get(1)?);
            if captures.contains(&repeated) {
                owners.entry(row.get(0)?).or_insert(repeated);
            }
        }
        let mut revisions = self.connection.prepare(
            "SELECT r.capture, a.id, a.url, r.number FROM revision r JOIN article a ON a.seq = r.article
             WHERE r.capture IS NOT NULL ORDER BY a.seq, r.number",
        )?;
        let mut rows = revisions.query([])?;
        while let Some(row) = rows.next()? {
            if let Some(owner) = owners.get(&row.get(0)?) {
                let revision =
                    Dependent::Revision { article: row.get(1)?, url: row.get(2)?, number: row.get(3)? };
                dependents.entry(*owner).or_default().push(revision);
            }
        }
        let mut fetches =
            self.connection.prepare_cached("SELECT url, purpose FROM fetch WHERE capture = ?1")?;
        for (capture, owner) in &owners {
            let mut rows = fetches.query([capture])?;
            while let Some(row) = rows.next()? {
                let response = Dependent::Response { url: row.get(0)?, purpose: row.get(1)? };
                dependents.entry(*owner).or_default().push(response);
            }
        }
        for list in dependents.values_mut() {
            list.sort();
            list.dedup();
        }
        Ok(dependents)
    }
}

/// The table or index each of `wanted` pages belongs to; a page that belongs to none is not in use.
fn page_names(connection: &Connection, wanted: &HashSet<u32>) -> Result<Vec<(u32, String)>> {
    let mut statement = connection.prepare("SELECT pageno, name FROM dbstat")?;
    let mut rows = statement.query([])?;
    let mut names = Vec::new();
    // The walk through a damaged file may end early: what was met is named.
    while let Ok(Some(row)) = rows.next() {
        let page: i64 = row.get(0)?;
        if wanted.contains(&(page as u32)) {
            names.push((page as u32, row.get(1)?));
        }
    }
    Ok(names)
}
