//! The row of a revision: every column but those of lists.

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, params_from_iter};
use serde_json::json;

use crate::model::field::Field;
use crate::model::issue::Issue;
use crate::store::body;
use crate::store::error::Result;
use crate::store::write::Reading;

/// Which row is written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RevisionRow<'a> {
    /// A new one.
    New {
        /// Of the article.
        seq: i64,
        /// From 1.
        number: u32,
        /// Of the article's content.
        content_hash: &'a str,
        /// Names of the fields that differ from what the article said before; `None`: it is the first.
        changes: Option<&'a [&'static str]>,
    },
    /// The current one, whose content is the same; its fetch and capture stay as they are.
    Known {
        /// The row's.
        id: i64,
    },
}

/// By what the revision was read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sources {
    pub(crate) reader: i64,
    pub(crate) provenance: i64,
}

const INSERT: &str = "INSERT INTO revision (
     reader, provenance, reparsed, language, page_kind, published, published_precision, published_utc, modified,
     modified_precision, free_to_read, word_count, dateline_text, dateline_place, dateline_region,
     dateline_agencies, dateline_date, authors, kicker, headline, subheadline, issues, lead, blocks, text,
     article, number, content_hash, fetched, run, capture, changes)
 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,
     ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32)";

const UPDATE: &str = "UPDATE revision SET
     reader = ?1, provenance = ?2, reparsed = coalesce(reparsed, ?3), language = ?4, page_kind = ?5, published = ?6,
     published_precision = ?7, published_utc = ?8, modified = ?9, modified_precision = ?10, free_to_read = ?11,
     word_count = ?12, dateline_text = ?13, dateline_place = ?14, dateline_region = ?15, dateline_agencies = ?16,
     dateline_date = ?17, authors = ?18, kicker = ?19, headline = ?20, subheadline = ?21, issues = ?22, lead = ?23,
     blocks = ?24, text = ?25
 WHERE id = ?26";

/// Writes the row and gives its number.
pub(crate) fn write(
    connection: &Connection,
    reading: Reading<'_>,
    row: RevisionRow<'_>,
    sources: Sources,
    body_text: &str,
) -> Result<i64> {
    let article = reading.article;
    let dateline = article.dateline.as_ref();
    let mut values = vec![
        integer(sources.reader),
        integer(sources.provenance),
        integer(i64::from(reading.reparsed)),
        optional(article.language.as_deref()),
        text(article.page_kind.as_str()),
        owned(article.published.map(|time| time.to_string())),
        optional(article.published.map(|time| time.precision.as_str())),
        article.published.map_or(null(), |time| integer(time.instant.as_second())),
        owned(article.modified.map(|time| time.to_string())),
        optional(article.modified.map(|time| time.precision.as_str())),
        article.free_to_read.map_or(null(), |free| integer(i64::from(free))),
        integer(article.word_count() as i64),
        optional(dateline.map(|dateline| dateline.text.as_str())),
        optional(dateline.and_then(|dateline| dateline.place.as_deref())),
        optional(dateline.and_then(|dateline| dateline.region.as_deref())),
        owned(dateline.map(|dateline| json!(dateline.agencies).to_string())),
        optional(dateline.and_then(|dateline| dateline.date.as_deref())),
        owned(Some(json!(article.authors).to_string())),
        optional(article.kicker.as_deref()),
        optional(article.headline.as_deref()),
        optional(article.subheadline.as_deref()),
        owned((!reading.issues.is_empty()).then(|| issues_json(reading.issues))),
        optional(article.lead.as_deref()),
        owned(Some(body::layout(&article.body))),
        text(body_text),
    ];
    match row {
        RevisionRow::New { seq, number, content_hash, changes } => {
            values.extend([
                integer(seq),
                integer(i64::from(number)),
                text(content_hash),
                owned(Some(reading.fetched.to_string())),
                reading.run.map_or(null(), |run| integer(run.0)),
                reading.capture.map_or(null(), |capture| integer(capture.0)),
                owned(changes.map(|names| json!(names).to_string())),
            ]);
            connection.prepare_cached(INSERT)?.execute(params_from_iter(values))?;
            Ok(connection.last_insert_rowid())
        }
        RevisionRow::Known { id } => {
            values.push(integer(id));
            connection.prepare_cached(UPDATE)?.execute(params_from_iter(values))?;
            Ok(id)
        }
    }
}

fn issues_json(issues: &[Issue]) -> String {
    let issues: Vec<_> = issues
        .iter()
        .map(|issue| {
            json!({ "code": issue.code, "field": issue.field.map(Field::as_str), "message": issue.message })
        })
        .collect();
    json!(issues).to_string()
}

fn integer(value: i64) -> ToSqlOutput<'static> {
    ToSqlOutput::Owned(Value::Integer(value))
}

fn text(value: &str) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes()))
}

fn optional(value: Option<&str>) -> ToSqlOutput<'_> {
    value.map_or(null(), text)
}

fn owned(value: Option<String>) -> ToSqlOutput<'static> {
    value.map_or(null(), |value| ToSqlOutput::Owned(Value::Text(value)))
}

fn null() -> ToSqlOutput<'static> {
    ToSqlOutput::Owned(Value::Null)
}
