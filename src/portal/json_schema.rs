//! The format as a JSON Schema, so that editors complete keys and mark mistakes. Made from the table of keys.

use schemars::Schema;
use serde_json::{Map, Value, json};

use crate::model::field::Field;
use crate::portal::format::{CONDITION, FIELD, FILE, Kind, RULE, SOURCES, Section};

/// The schema of a selector file (JSON Schema 2020-12).
pub fn json_schema() -> Schema {
    let mut root = table(&FILE);
    root.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    root.insert("title".into(), "dateline selector file".into());
    // A family has no need of it.
    root.remove("required");
    root.insert(
        "$defs".into(),
        json!({
            "rule": { "description": RULE.doc, "anyOf": [{ "type": "string" }, rule()] },
            "rules": { "anyOf": [{ "type": "string" }, { "type": "array", "items": { "$ref": "#/$defs/rule" } }] },
            "field": { "anyOf": [{ "$ref": "#/$defs/rules" }, table(&FIELD)] },
            "condition": { "description": CONDITION.doc, "anyOf": [{ "type": "string" }, table(&CONDITION)] },
            "strings": { "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] },
        }),
    );
    Schema::from(root)
}

/// The schema as the text of its file.
///
/// # Panics
/// Never: a schema has string keys and finite numbers only.
pub fn json_schema_text() -> String {
    let mut text = serde_json::to_string_pretty(&json_schema()).expect("string keys and finite numbers only");
    text.push('\n');
    text
}

/// A rule as a table: exactly one source.
fn rule() -> Map<String, Value> {
    let mut rule = table(&RULE);
    let sources: Vec<Value> = SOURCES.iter().map(|source| json!({ "required": [source] })).collect();
    rule.insert("oneOf".into(), sources.into());
    rule
}

fn table(section: &Section) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for key in section.keys {
        let mut schema = value(key.kind);
        schema.insert("description".into(), key.doc.into());
        properties.insert(key.name.into(), schema.into());
        if key.required {
            required.push(Value::from(key.name));
        }
    }
    let mut table = Map::new();
    table.insert("type".into(), "object".into());
    table.insert("description".into(), section.doc.into());
    table.insert("properties".into(), properties.into());
    table.insert("additionalProperties".into(), false.into());
    if !required.is_empty() {
        table.insert("required".into(), required.into());
    }
    table
}

fn value(kind: Kind) -> Map<String, Value> {
    let definition = |name: &str| json!({ "$ref": format!("#/$defs/{name}") });
    let map_of = |values: Value| json!({ "type": "object", "additionalProperties": values });
    let schema = match kind {
        Kind::Text | Kind::Selector | Kind::UrlPart => json!({ "type": "string" }),
        Kind::Pattern => json!({ "type": "string", "format": "regex" }),
        Kind::Url => json!({ "type": "string", "format": "uri" }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Month => json!({ "type": "string", "pattern": "^[0-9]{4}(-[0-9]{2})?$" }),
        Kind::Duration => duration(),
        Kind::Durations => {
            json!({ "anyOf": [duration(), { "type": "array", "items": duration() }] })
        }
        Kind::Texts | Kind::Patterns | Kind::Selectors => definition("strings"),
        Kind::Windows => {
            let window =
                json!({ "type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2} ?[-–] ?[0-9]{1,2}:[0-9]{2}$" });
            json!({ "anyOf": [window.clone(), { "type": "array", "items": window }] })
        }
        Kind::Truth => json!({ "type": "boolean" }),
        Kind::FormatVersion => json!({ "const": 1 }),
        Kind::Count => json!({ "type": "integer", "minimum": 1 }),
        Kind::Ratio => ratio(),
        Kind::OneOf(words) => json!({ "enum": words }),
        Kind::Replacements => json!({ "anyOf": [
            { "type": "array", "items": { "type": "array", "items": { "type": "string" }, "minItems": 2, "maxItems": 2 } },
            map_of(json!({ "type": "string" })),
        ] }),
        Kind::Fields => {
            json!({ "type": "array", "items": { "enum": Field::ALL.iter().map(|field| field.as_str()).collect::<Vec<_>>() } })
        }
        Kind::Rules => definition("rules"),
        Kind::FieldRules => definition("field"),
        Kind::Condition => definition("condition"),
        Kind::Conditions => {
            json!({ "anyOf": [definition("condition"), { "type": "array", "items": definition("condition") }] })
        }
        Kind::Table(section) => table(section).into(),
        Kind::Tables(section) => json!({ "type": "array", "items": table(section) }),
        Kind::OneOrMore(section) => {
            json!({ "anyOf": [table(section), { "type": "array", "items": table(section) }] })
        }
        Kind::FieldRatios => {
            let names: Vec<_> = Field::ALL.iter().map(|field| field.as_str()).collect();
            json!({ "type": "object", "propertyNames": { "enum": names }, "additionalProperties": ratio() })
        }
        Kind::Values => json!({ "type": "object" }),
        // A path may also be written as tables within tables.
        Kind::Words | Kind::Counts => map_of(json!({})),
    };
    match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

fn duration() -> Value {
    json!({ "type": "string", "pattern": "^([0-9]+(ms|s|min|m|h|d))+$" })
}

fn ratio() -> Value {
    json!({ "type": "number", "minimum": 0, "maximum": 1 })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::portal::format::SECTIONS;

    /// Set to rewrite the committed schema: `UPDATE_SCHEMA=1 cargo test --lib json_schema`.
    const UPDATE: &str = "UPDATE_SCHEMA";

    fn docs(name: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)
    }

    #[test]
    fn the_committed_schema_is_the_generated_one() {
        let path = docs("selectors.schema.json");
        if std::env::var_os(UPDATE).is_some() {
            fs::write(&path, json_schema_text()).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == json_schema_text(),
            "docs/selectors.schema.json is stale: run the test with {UPDATE}=1"
        );
    }

    #[test]
    fn every_key_is_in_the_documentation_and_in_the_schema() {
        let text = fs::read_to_string(docs("selectors.md")).unwrap();
        let schema = json_schema_text();
        let mut missing = Vec::new();
        for section in SECTIONS {
            if !text.contains(section.name) {
                missing.push(section.name.to_owned());
            }
            for name in section.names() {
                if !text.contains(&format!("`{name}`")) {
                    missing.push(format!("{} {name}", section.name));
                }
                assert!(schema.contains(&format!("\"{name}\": {{")), "{name} is not in the schema");
            }
        }
        assert!(missing.is_empty(), "not in docs/selectors.md: {missing:?}");
    }

    /// The examples in the documentation, each a whole file or lines that go after the head of one.
    #[test]
    fn every_example_in_the_documentation_loads() {
        let text = fs::read_to_string(docs("selectors.md")).unwrap();
        let examples: Vec<&str> =
            text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
        assert!(examples.len() > 10);
        for example in examples {
            let mut sources = crate::portal::Sources::new();
            sources.insert("families/tagdiv-newspaper", "family", "[article]\nheadline = \"h1\"\n");
            sources.insert_page("fixtures/my-portal/article.html");
            let head = "format = 1\n[portal]\nhome = \"https://www.example.org/\"\n";
            let file =
                if example.contains("format") { example.to_owned() } else { format!("{head}{example}") };
            sources.insert("p", "docs/selectors.md", &file);
            if let Err(mistakes) = crate::portal::load("p", &sources) {
                panic!("{example}\n{}", mistakes[0].render(false));
            }
        }
    }
}
