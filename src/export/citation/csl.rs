//! CSL-JSON: items of type `article-newspaper` (<https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html>).

use serde_json::{Map, Value, json};

use super::person::{Person, parted};
use super::{Reference, one_line};

/// One item. Only variables the CSL schema knows.
pub(super) fn item(reference: &Reference<'_>) -> Value {
    let accessed = reference.accessed;
    let mut item = Map::new();
    item.insert("id".into(), json!(reference.key));
    item.insert("type".into(), json!("article-newspaper"));
    let texts = [
        ("title", reference.title),
        ("container-title", reference.source),
        ("section", reference.section),
        ("language", reference.language),
        ("URL", Some(reference.url)),
        ("archive_location", Some(reference.digest.as_str())),
        ("note", Some(reference.archived.as_str())),
    ];
    for (name, text) in texts {
        if let Some(text) = text.map(one_line).filter(|text| !text.is_empty()) {
            item.insert(name.into(), json!(text));
        }
    }
    let authors: Vec<Value> = reference.authors.iter().map(|author| person(&one_line(author))).collect();
    if !authors.is_empty() {
        item.insert("author".into(), json!(authors));
    }
    let parts = reference.published_parts();
    if !parts.is_empty() {
        item.insert("issued".into(), json!({ "date-parts": [parts] }));
    }
    let day = [accessed.year(), i16::from(accessed.month()), i16::from(accessed.day())];
    item.insert("accessed".into(), json!({ "date-parts": [day] }));
    if !reference.tags.is_empty() {
        item.insert("keyword".into(), json!(reference.tags.join(", ")));
    }
    Value::Object(item)
}

fn person(name: &str) -> Value {
    match parted(name) {
        Person::Named { family, given } => json!({ "family": family, "given": given }),
        Person::Whole(name) => json!({ "literal": name }),
    }
}
