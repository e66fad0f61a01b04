//! `datapackage.json`: which files there are, what their columns hold, where the data come from.

use std::io::Write as _;

use serde_json::{Map, Value, json};

use super::{Description, Field, FieldKind, Resource};
use crate::export::{ExportError, Selection, file};
use crate::store::archived::EXTRACTOR;
use crate::store::readers::ReaderCount;
use crate::store::table::ColumnKind;

/// The descriptor's file.
const FILE: &str = "datapackage.json";

/// Largest descriptor read; ours are some kilobytes.
const MAX_BYTES: u64 = 16 << 20;

/// Puts `resource` into the directory's descriptor, in the place of the one of its name. A descriptor that is none is
/// replaced.
pub(super) fn add(
    resource: &Resource,
    package: Description<'_>,
    readers: &[ReaderCount],
) -> Result<(), ExportError> {
    let path = package.directory.join(FILE);
    let known = std::fs::metadata(&path)
        .ok()
        .filter(|metadata| metadata.len() <= MAX_BYTES)
        .and_then(|_| serde_json::from_slice::<Value>(&std::fs::read(&path).ok()?).ok());
    let mut resources = match known.as_ref().and_then(|known| known.get("resources")) {
        Some(Value::Array(resources)) => resources.clone(),
        _ => Vec::new(),
    };
    resources.retain(|known| known["name"] != resource.name && known["path"] != resource.path);
    resources.push(resource_json(resource, package, readers));
    let package = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "dateline-export",
        "title": "News articles and what was read from them",
        "created": package.created.to_string(),
        "resources": resources,
    });
    file::replace(&path, |out| writeln!(out, "{package:#}"))?;
    Ok(())
}

fn resource_json(resource: &Resource, package: Description<'_>, readers: &[ReaderCount]) -> Value {
    let mut schema = json!({
        "fields": resource.fields.iter().map(|field| field_json(field, resource)).collect::<Vec<_>>(),
    });
    if resource.format == "csv" {
        schema["missingValues"] = json!([""]);
    }
    if !resource.primary_key.is_empty() {
        schema["primaryKey"] = json!(resource.primary_key);
    }
    let readers: Vec<Value> = readers
        .iter()
        .map(|reader| {
            json!({
                "portal": reader.portal, "program": reader.program,
                "selectors_hash": reader.selectors_hash, "articles": reader.articles,
            })
        })
        .collect();
    let mut json = json!({
        "name": resource.name,
        "type": "table",
        "path": resource.path,
        "format": resource.format,
        "mediatype": resource.mediatype,
        "description": resource.description,
        "bytes": resource.bytes,
        "hash": resource.hash,
        "schema": schema,
        "rows": resource.rows,
        "created": package.created.to_string(),
        "program": EXTRACTOR,
        "query": query(package.selection),
        "read_by": readers,
    });
    if resource.format != "parquet" {
        json["encoding"] = json!("utf-8");
    }
    json
}

fn field_json(field: &Field, resource: &Resource) -> Value {
    let kind = match field.kind {
        FieldKind::Column(ColumnKind::List) if resource.format != "csv" => "array",
        FieldKind::Column(ColumnKind::Text | ColumnKind::List) => "string",
        FieldKind::Column(ColumnKind::Time) => "datetime",
        FieldKind::Column(ColumnKind::Integer) | FieldKind::Minutes => "integer",
        FieldKind::Column(ColumnKind::Real) => "number",
        FieldKind::Column(ColumnKind::Boolean) => "boolean",
        FieldKind::Object => "object",
        FieldKind::Array => "array",
    };
    let rate = if resource.rows == 0 { 0.0 } else { field.filled as f64 / resource.rows as f64 };
    json!({
        "name": field.name, "type": kind, "description": field.meaning,
        "filled": field.filled, "fill_rate": (rate * 10_000.0).round() / 10_000.0,
    })
}

/// What was asked for, as it may be seen.
fn query(selection: &Selection) -> Map<String, Value> {
    let (filter, veil) = (&selection.filter, &selection.veil);
    let mut query = Map::new();
    let mut say = |name: &str, value: Value| {
        if !value.is_null() && value != json!([]) && value != json!(false) {
            query.insert(name.to_owned(), value);
        }
    };
    say("portal", json!(filter.portals));
    say("since", json!(filter.since.map(|day| day.to_string())));
    say("until", json!(filter.until.map(|day| day.to_string())));
    say("section", json!(filter.section));
    say("place", json!(filter.place));
    // The name would tell whose the pseudonym is.
    let speaker =
        filter.speaker.as_deref().map(|name| if veil.speakers.is_some() { "(withheld)" } else { name });
    say("speaker", json!(speaker));
    say("query", json!(filter.query));
    say("no-text", json!(veil.without_text));
    let people = [("authors", veil.authors.is_some()), ("speakers", veil.speakers.is_some())];
    let people: Vec<_> = people.into_iter().filter(|(_, is)| *is).map(|(people, _)| people).collect();
    say("pseudonymise", json!(people));
    query
}

/// The same for people.
pub(super) fn query_text(selection: &Selection) -> String {
    let query = query(selection);
    if query.is_empty() {
        return "everything".into();
    }
    let flags = query.iter().map(|(name, value)| match value {
        Value::Bool(_) => format!("`--{name}`"),
        Value::Array(values) => {
            let values: Vec<_> = values.iter().filter_map(Value::as_str).collect();
            format!("`--{name} {}`", values.join(","))
        }
        value => format!("`--{name} {}`", value.as_str().unwrap_or_default().replace('`', "'")),
    });
    flags.collect::<Vec<_>>().join(", ")
}
