//! Reading many rows: a filter, and tables and articles one by one, so that memory does not grow with the archive.

use std::borrow::Cow;
use std::fmt::Write as _;

use jiff::civil::Date;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Transaction, params_from_iter};

use crate::store::archived::ArchivedArticle;
use crate::store::error::{Result, StoreError};
use crate::store::table::Table;
use crate::store::{Store, load, query, vocabulary};

/// Which articles (or rows) are wanted; empty: all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Of any of these portals.
    pub portals: Vec<String>,
    /// Published on this day or later (day at the portal; for requests and runs: their own day, UTC).
    pub since: Option<Date>,
    /// Published on this day or earlier.
    pub until: Option<Date>,
    /// In the section of that name, whatever its level.
    pub section: Option<String>,
    /// Written at that place: words of the dateline's.
    pub place: Option<String>,
    /// Quoting that person: words of the name.
    pub speaker: Option<String>,
    /// Matching this full-text query.
    pub query: Option<String>,
}

/// One cell of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// A text.
    Text(&'a str),
}

impl Store {
    /// Whether the filter can be read; the error names the mistake in its query.
    pub fn check_filter(&self, filter: &Filter) -> Result<()> {
        Conditions::of(&self.connection, Table::Articles, filter).map(drop)
    }

    /// Hands every row of `table` that passes `filter` to `each`, in the order of the archive, as of one moment.
    pub fn each_row<E: From<StoreError>>(
        &self,
        table: Table,
        filter: &Filter,
        mut each: impl FnMut(&[Cell<'_>]) -> Result<(), E>,
    ) -> Result<(), E> {
        let failed = |error: rusqlite::Error| StoreError::from(error);
        let _moment = self.moment()?;
        let conditions = Conditions::of(&self.connection, table, filter)?;
        let names: Vec<_> = table.columns().iter().map(|column| format!("\"{}\"", column.name)).collect();
        let mut statement =
            self.connection.prepare(&conditions.select(table, &names.join(", "))).map_err(failed)?;
        let mut rows = statement.query(params_from_iter(conditions.values)).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let cells =
                (0..names.len()).map(|index| cell(row.get_ref(index)?)).collect::<Result<Vec<_>>>()?;
            each(&cells)?;
        }
        Ok(())
    }

    /// Hands every article that passes `filter` to `each`, in the order of the archive, as of one moment.
    pub fn each_article<E: From<StoreError>>(
        &self,
        filter: &Filter,
        mut each: impl FnMut(&ArchivedArticle) -> Result<(), E>,
    ) -> Result<(), E> {
        let failed = |error: rusqlite::Error| StoreError::from(error);
        let _moment = self.moment()?;
        let conditions = Conditions::of(&self.connection, Table::Articles, filter)?;
        let mut statement =
            self.connection.prepare(&conditions.select(Table::Articles, "article_seq")).map_err(failed)?;
        let mut rows = statement.query(params_from_iter(conditions.values)).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let seq = row.get(0).map_err(failed)?;
            if let Some(archived) = load::article(&self.connection, seq)? {
                each(&archived)?;
            }
        }
        Ok(())
    }

    /// Everything `read` reads is of one moment, whatever a writer does meanwhile.
    pub fn at_one_moment<T, E: From<StoreError>>(
        &self,
        read: impl FnOnce(&Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let _moment = self.moment()?;
        read(self)
    }

    /// Everything read while it lives is of one moment, whatever a writer does meanwhile.
    pub(crate) fn moment(&self) -> Result<Option<Transaction<'_>>> {
        if self.connection.is_autocommit() {
            Ok(Some(self.connection.unchecked_transaction()?))
        } else {
            Ok(None)
        }
    }
}

/// What a filter means in SQL.
pub(crate) struct Conditions {
    /// Joined by AND; empty: none.
    pub(crate) sql: String,
    pub(crate) values: Vec<Value>,
}

impl Conditions {
    /// The conditions of `filter` on the view of `table`. Those on articles do not select requests and runs.
    pub(crate) fn of(connection: &Connection, table: Table, filter: &Filter) -> Result<Self> {
        let lookup = "article_seq IN (SELECT seq FROM article WHERE ";
        // The numbers first, from their index; sorting them is cheap, sorting whole rows is not.
        Self::with_lookup(connection, table, filter, lookup)
    }

    /// The same for articles that are looked at one by one until there are enough.
    pub(crate) fn of_each_article(connection: &Connection, filter: &Filter) -> Result<Self> {
        let lookup = "EXISTS (SELECT 1 FROM article z WHERE z.seq = article_seq AND ";
        Self::with_lookup(connection, Table::Articles, filter, lookup)
    }

    fn with_lookup(connection: &Connection, table: Table, filter: &Filter, lookup: &str) -> Result<Self> {
        let mut conditions = Self { sql: String::new(), values: Vec::new() };
        conditions.add_portal_and_period(table, filter, lookup);
        if !table.is_of_articles() {
            return Ok(conditions);
        }
        if let Some(section) = &filter.section {
            conditions.add(
                "EXISTS (SELECT 1 FROM article_section x JOIN section s ON s.id = x.section
                         WHERE x.article = article_seq AND folded(s.name) = ?)",
                [folded(section).as_str()],
            );
        }
        if let Some(place) = &filter.place {
            conditions.add(
                "EXISTS (SELECT 1 FROM article x JOIN revision y ON y.id = x.revision
                         WHERE x.seq = article_seq AND has_words(y.dateline_place, ?))",
                [folded(place).as_str()],
            );
        }
        if let Some(speaker) = &filter.speaker {
            let condition = if table == Table::Quotes {
                "has_words(speaker, ?)"
            } else {
                "EXISTS (SELECT 1 FROM quote x JOIN speaker s ON s.id = x.speaker
                         WHERE x.article = article_seq AND has_words(s.name, ?))"
            };
            conditions.add(condition, [folded(speaker).as_str()]);
        }
        if let Some(text) = &filter.query {
            let fts5 = full_text(connection, text)?;
            conditions.add(
                "article_seq IN (SELECT rowid FROM article_fts WHERE article_fts MATCH ?)",
                [fts5.as_str()],
            );
        }
        Ok(conditions)
    }

    /// The portal and period of `filter`, on the columns of `table`.
    fn portal_and_period(table: Table, filter: &Filter) -> Self {
        let mut inner = Self { sql: String::new(), values: Vec::new() };
        if !filter.portals.is_empty() {
            let marks = vec!["?"; filter.portals.len()].join(", ");
            inner.add(&format!("portal IN ({marks})"), filter.portals.iter().map(String::as_str));
        }
        let time = table.time_column();
        if let Some(since) = filter.since {
            inner.add(&format!("{time} >= ?"), [since.to_string().as_str()]);
        }
        if let Some(next) = filter.until.and_then(|until| until.tomorrow().ok()) {
            inner.add(&format!("{time} < ?"), [next.to_string().as_str()]);
        }
        inner
    }

    fn add_portal_and_period(&mut self, table: Table, filter: &Filter, lookup: &str) {
        let mut inner = Self::portal_and_period(table, filter);
        if table.is_of_articles() && !inner.sql.is_empty() {
            inner.sql = format!("{lookup}{})", inner.sql);
        }
        *self = inner;
    }

    fn add<'a>(&mut self, condition: &str, values: impl IntoIterator<Item = &'a str>) {
        if !self.sql.is_empty() {
            self.sql.push_str(" AND ");
        }
        self.sql.push_str(condition);
        self.values.extend(values.into_iter().map(|value| Value::Text(value.to_owned())));
    }

    pub(crate) fn select(&self, table: Table, columns: &str) -> String {
        let (view, order) = table.view();
        let mut sql = format!("SELECT {columns} FROM {view}");
        if !self.sql.is_empty() {
            let _ = write!(sql, " WHERE {}", self.sql);
        }
        let _ = write!(sql, " ORDER BY {order}");
        sql
    }
}

/// The first and the last article of the filter's portals and period, by number; `None` where it has neither, or selects
/// more than `most` articles. Where it selects nothing, the span is empty.
pub(crate) fn span(connection: &Connection, filter: &Filter, most: usize) -> Result<Option<(i64, i64)>> {
    let Conditions { mut sql, mut values } = Conditions::portal_and_period(Table::Articles, filter);
    if sql.is_empty() {
        return Ok(None);
    }
    if filter.portals.is_empty() {
        // The index begins with the portal: one search in it for each is much less than reading it all.
        let each = |portals: &str| format!("SELECT seq FROM article WHERE portal {portals} AND {sql}");
        sql = format!("{} UNION ALL {}", each("IN (SELECT id FROM portal)"), each("IS NULL"));
        values.extend(values.clone());
    } else {
        sql = format!("SELECT seq FROM article WHERE {sql}");
    }
    let sql =
        format!("SELECT ifnull(min(seq), 1), ifnull(max(seq), 0), count(*) FROM ({sql} LIMIT {})", most + 1);
    let (first, last, count): (i64, i64, i64) = connection
        .prepare_cached(&sql)?
        .query_row(params_from_iter(values), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok((count as usize <= most).then_some((first, last)))
}

/// A full-text query as FTS5 reads it, words widened by the archive's vocabulary.
pub(crate) fn full_text(connection: &Connection, text: &str) -> Result<String> {
    let mut failure = None;
    let fts5 = query::for_fts5(text, &mut |word| {
        vocabulary::words_holding(connection, word).unwrap_or_else(|error| {
            failure = Some(error);
            Vec::new()
        })
    })?;
    failure.map_or(Ok(fts5), Err)
}

/// Teaches the connection the functions the conditions use.
pub(crate) fn add_functions(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("folded", 1, flags, |context| {
        Ok(context.get_raw(0).as_str_or_null().unwrap_or_default().map(folded))
    })?;
    connection.create_scalar_function("has_words", 2, flags, |context| {
        let text = context.get_raw(0).as_str_or_null().unwrap_or_default().map(folded).unwrap_or_default();
        let wanted = context.get_raw(1).as_str_or_null().unwrap_or_default().unwrap_or_default();
        Ok(has_words(&text, wanted))
    })?;
    Ok(())
}

/// Whether `wanted` stands in `text` (both folded) as whole words.
fn has_words(text: &str, wanted: &str) -> bool {
    !wanted.is_empty()
        && text.match_indices(wanted).any(|(start, found)| {
            !text[..start].chars().next_back().is_some_and(char::is_alphanumeric)
                && !text[start + found.len()..].chars().next().is_some_and(char::is_alphanumeric)
        })
}

/// In lower case, without diacritics, white space folded.
fn folded(text: &str) -> String {
    let mut folded = String::new();
    let words: Cow<'_, str> = text.split_whitespace().collect::<Vec<_>>().join(" ").into();
    vocabulary::fold(&words, &mut folded);
    folded
}

fn cell(value: ValueRef<'_>) -> Result<Cell<'_>> {
    Ok(match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(value) => Cell::Integer(value),
        ValueRef::Real(value) => Cell::Real(value),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Cell::Text(
            std::str::from_utf8(bytes).map_err(|_| StoreError::Damaged("a text is not UTF-8".into()))?,
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_as_whole_words() {
        let check = |text: &str, wanted: &str, expected: bool| {
            assert_eq!(has_words(&folded(text), &folded(wanted)), expected, "{wanted} in {text}");
        };
        check("Fabian Mayer", "mayer", true);
        check("Fabian Mayer", "Fabian  Mayer", true);
        check("Fabian Mayerhofer", "Mayer", false);
        check("Berlin/Hamburg", "hamburg", true);
        check("Tübingen", "TUBINGEN", true);
        check("Berlin", "", false);
    }
}
