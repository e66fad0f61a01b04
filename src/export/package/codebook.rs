//! What each column means, for people. The meanings are those of docs/exports.md, so that there is one place for them.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Description, Field, FieldKind, Resource, descriptor};
use crate::export::record::Record;
use crate::export::{ExportError, Selection};
use crate::store::archived::EXTRACTOR;
use crate::store::readers::ReaderCount;
use crate::store::table::ColumnKind;
use crate::store::{Store, Table};

/// The document all meanings come from.
const DOCUMENT: &str = include_str!("../../../docs/exports.md");

/// Heading of what holds for every table.
const CONVENTIONS: &str = "What holds for every table";

/// Heading of the keys a record has besides the columns of `articles`.
const RECORD: &str = "The record of an article";

/// The keys of a record, in its order, with what they hold where that is no column's kind.
const RECORD_KEYS: &[(&str, Option<FieldKind>)] = &[
    ("id", None),
    ("url", None),
    ("portal", None),
    ("language", None),
    ("sections", None),
    ("kicker", None),
    ("headline", None),
    ("subheadline", None),
    ("authors", None),
    ("published", None),
    ("published_precision", None),
    ("modified", None),
    ("dateline", Some(FieldKind::Object)),
    ("lead", None),
    ("body", Some(FieldKind::Array)),
    ("quotes", Some(FieldKind::Array)),
    ("dates", Some(FieldKind::Array)),
    ("links", Some(FieldKind::Array)),
    ("images", Some(FieldKind::Array)),
    ("tags", None),
    ("free_to_read", None),
    ("word_count", None),
    ("content_hash", None),
    ("provenance", Some(FieldKind::Object)),
    ("extractor", Some(FieldKind::Column(ColumnKind::Text))),
    ("selectors_hash", Some(FieldKind::Column(ColumnKind::Text))),
    ("page_kind", Some(FieldKind::Column(ColumnKind::Text))),
    ("first_seen", None),
    ("last_checked", None),
    ("fetched", Some(FieldKind::Column(ColumnKind::Time))),
    ("revision", None),
    ("gone_since", None),
    ("capture", Some(FieldKind::Object)),
];

/// What the rows of `table` are.
pub(super) fn description(table: Table) -> String {
    let text = section(table.as_str());
    text.split("\n|").next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a column of `table` means.
pub(crate) fn meaning(table: Table, column: &str) -> String {
    meaning_in(section(table.as_str()), column)
}

fn meaning_in(section: &str, name: &str) -> String {
    let row = section.lines().find_map(|line| line.strip_prefix(&format!("| `{name}` | ")));
    row.map(|meaning| meaning.trim_end_matches(" |").to_owned()).unwrap_or_default()
}

/// The keys of the articles' records, and in how many they say something.
pub(super) fn record_fields(store: &Store, selection: &Selection) -> Result<Vec<Field>, ExportError> {
    let columns = Table::Articles.columns();
    let mut fields: Vec<Field> = RECORD_KEYS
        .iter()
        .map(|(name, kind)| {
            let column = columns.iter().find(|column| column.name == *name);
            let of_column = FieldKind::Column(column.map_or(ColumnKind::Text, |column| column.kind));
            let meaning = match column {
                Some(_) => meaning(Table::Articles, name),
                None => meaning_in(section(RECORD), name),
            };
            Field { name: (*name).to_owned(), kind: kind.unwrap_or(of_column), meaning, filled: 0 }
        })
        .collect();
    store.each_article::<ExportError>(&selection.filter, |archived| {
        let record = Record::archived(&archived.article, &archived.facts).veiled(&selection.veil);
        let record = serde_json::to_value(record).unwrap_or_default();
        for field in &mut fields {
            field.filled += u64::from(is_filled(&record[&field.name]));
        }
        Ok(())
    })?;
    Ok(fields)
}

fn is_filled(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(elements) => !elements.is_empty(),
        Value::Object(entries) => !entries.is_empty(),
        _ => true,
    }
}

/// The codebook of a data file, Markdown.
pub(super) fn text(resource: &Resource, package: Description<'_>, readers: &[ReaderCount]) -> String {
    let mut text = format!(
        "# Codebook: {}\n\n{}\n\n- File: `{}`, {} rows, {} bytes, `{}`\n- Written: {} by {EXTRACTOR}\n- Selection: {}\n",
        resource.name,
        resource.description,
        resource.path,
        resource.rows,
        resource.bytes,
        resource.hash,
        package.created,
        descriptor::query_text(package.selection),
    );
    text.push_str("\n## Columns\n\n| column | type | filled | meaning |\n|---|---|---|---|\n");
    for field in &resource.fields {
        let rate = percent(field.filled, resource.rows);
        let _ =
            writeln!(text, "| `{}` | {} | {rate} | {} |", field.name, kind(field, resource), field.meaning);
    }
    text.push_str(
        "\n## Who read the pages\n\n| portal | program | selector file | articles |\n|---|---|---|---|\n",
    );
    for reader in readers {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            reader.portal.as_deref().unwrap_or("none"),
            reader.program,
            reader.selectors_hash.as_deref().map_or("none".into(), |hash| format!("`{hash}`")),
            reader.articles
        );
    }
    let _ = write!(text, "\n## {CONVENTIONS}\n\n{}\n", section(CONVENTIONS).trim());
    text
}

fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { "–".into() } else { format!("{:.1} %", part as f64 * 100.0 / whole as f64) }
}

fn kind(field: &Field, resource: &Resource) -> &'static str {
    match field.kind {
        FieldKind::Column(ColumnKind::Text) => "text",
        FieldKind::Column(ColumnKind::Time) => "time",
        FieldKind::Column(ColumnKind::Integer) => "whole number",
        FieldKind::Column(ColumnKind::Real) => "number",
        FieldKind::Column(ColumnKind::Boolean) => "true or false",
        FieldKind::Column(ColumnKind::List) if resource.format == "csv" => "list, joined by ` \\| `",
        FieldKind::Column(ColumnKind::List) => "list of texts",
        FieldKind::Minutes => "minutes",
        FieldKind::Object => "object",
        FieldKind::Array => "list of objects",
    }
}

/// The text of a section of the document, to the next heading of its level.
fn section(heading: &str) -> &'static str {
    let Some((_, rest)) = DOCUMENT.split_once(&format!("\n## {heading}\n")) else { return "" };
    rest.split("\n## ").next().unwrap_or_default()
}
