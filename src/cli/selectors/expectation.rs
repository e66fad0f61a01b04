//! What a `[[test]]` of a selector file expects, held against the record of its page.

use serde_json::Value;

use crate::export::record;
use crate::model::article::{Article, LinkKind};
use crate::portal::PortalTest;

/// Longest value shown in a failure, in characters.
const MAX_SHOWN_CHARS: usize = 120;

/// What `test` expected and `article` does not have, a line each.
pub(super) fn unmet(test: &PortalTest, article: &Article) -> Vec<String> {
    let mut record = record::to_json(article);
    record["text"] = Value::String(article.text());
    let mut unmet = Vec::new();
    for (path, expected) in &test.expect {
        let found = at(&record, path);
        if !is_equal(expected, &found) {
            unmet.push(format!("{path}: expected {}, found {}", shown_toml(expected), shown(&found)));
        }
    }
    for (path, words) in &test.has {
        let found = at(&record, path);
        let words_there = text_of(&found);
        for words in words.iter().filter(|words| !words_there.contains(words.as_str())) {
            unmet.push(format!("{path}: no \"{words}\" in {}", shown(&found)));
        }
    }
    for (path, words) in &test.has_not {
        let words_there = text_of(&at(&record, path));
        for words in words.iter().filter(|words| words_there.contains(words.as_str())) {
            unmet.push(format!("{path}: \"{words}\" should not be there"));
        }
    }
    for (path, expected) in &test.count {
        let found = at(&record, path);
        let number = match &found {
            Value::Null => 0,
            Value::Array(items) => items.len(),
            _ => 1,
        };
        if number != *expected {
            unmet.push(format!("{path}: expected {expected} values, found {number}: {}", shown(&found)));
        }
    }
    unmet
}

/// The value at a dotted path; in a list the path goes on in each element, and numbers pick one. `links.related` are the
/// links of that kind.
fn at(record: &Value, path: &str) -> Value {
    let mut value = record.clone();
    for (depth, name) in path.split('.').enumerate() {
        value = match value {
            Value::Array(items)
                if depth == 1 && path.starts_with("links.") && LinkKind::from_name(name).is_some() =>
            {
                Value::Array(items.into_iter().filter(|link| link["kind"] == name).collect())
            }
            Value::Array(items) => match name.parse::<usize>() {
                Ok(index) => items.into_iter().nth(index).unwrap_or_default(),
                Err(_) => Value::Array(
                    items.iter().map(|item| item[name].clone()).filter(|item| !item.is_null()).collect(),
                ),
            },
            mut other => other.get_mut(name).map(Value::take).unwrap_or_default(),
        };
    }
    value
}

/// Whether the record's value is what the file says. A time may be given by its beginning (`2020-04-06`), a list of
/// links or images by their addresses or words.
fn is_equal(expected: &toml::Value, found: &Value) -> bool {
    match (expected, found) {
        (toml::Value::String(expected), Value::String(found)) => {
            expected == found || is_time(expected, found)
        }
        (toml::Value::Datetime(expected), Value::String(found)) => found.starts_with(&expected.to_string()),
        (toml::Value::Integer(expected), Value::Number(found)) => found.as_i64() == Some(*expected),
        (toml::Value::Float(expected), Value::Number(found)) => {
            found.as_f64().is_some_and(|found| (found - expected).abs() < 1e-9)
        }
        (toml::Value::Boolean(expected), Value::Bool(found)) => expected == found,
        (toml::Value::Array(expected), Value::Array(found)) => {
            expected.len() == found.len()
                && expected.iter().zip(found).all(|(expected, found)| is_equal(expected, found))
        }
        (toml::Value::Array(expected), Value::Null) => expected.is_empty(),
        (toml::Value::String(expected), Value::Null) => expected.is_empty(),
        (toml::Value::String(expected), Value::Object(found)) => {
            ["text", "url"].iter().any(|key| found.get(*key).and_then(Value::as_str) == Some(expected))
        }
        _ => false,
    }
}

/// Whether `expected` is the beginning of a time: a day, or a day and a minute.
fn is_time(expected: &str, found: &str) -> bool {
    expected.len() >= "2020-04-06".len()
        && found.starts_with(expected)
        && found.len() == "2020-04-06T00:00:00+02:00".len()
        && found.as_bytes().get(10) == Some(&b'T')
}

/// Every string in a value, a line each.
fn text_of(value: &Value) -> String {
    let mut texts = Vec::new();
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        match value {
            Value::String(text) => texts.push(text.as_str()),
            Value::Array(items) => waiting.extend(items.iter().rev()),
            Value::Object(members) => waiting.extend(members.values().rev()),
            _ => {}
        }
    }
    texts.join("\n")
}

fn shown(value: &Value) -> String {
    shortened(match value {
        Value::Null => return "nothing".to_owned(),
        Value::Array(items) if items.is_empty() => return "nothing".to_owned(),
        value => value.to_string(),
    })
}

fn shown_toml(value: &toml::Value) -> String {
    shortened(value.to_string())
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(MAX_SHOWN_CHARS) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::article::{Block, Link};
    use crate::model::crawl_url::CrawlUrl;

    fn url(text: &str) -> CrawlUrl {
        CrawlUrl::parse(text).unwrap()
    }

    fn article() -> Article {
        let link = |kind, path: &str| Link {
            kind,
            url: url(&format!("https://example.org/{path}")),
            text: path.into(),
        };
        Article {
            headline: Some("H".into()),
            sections: vec!["A".into(), "B".into()],
            body: vec![
                Block::Paragraph("Erster Absatz.".into()),
                Block::List(vec!["eins".into(), "zwei".into()]),
            ],
            links: vec![
                link(LinkKind::Related, "r"),
                link(LinkKind::Popular, "p"),
                link(LinkKind::Popular, "q"),
            ],
            ..Article::empty(url("https://example.org/a"), None)
        }
    }

    fn test(expect: &[(&str, toml::Value)]) -> PortalTest {
        PortalTest {
            name: "t".into(),
            file: "f".into(),
            url: url("https://example.org/a"),
            captured: None,
            expect: expect.iter().map(|(path, value)| ((*path).to_owned(), value.clone())).collect(),
            has: Vec::new(),
            has_not: Vec::new(),
            count: Vec::new(),
        }
    }

    #[test]
    fn values_are_compared_at_their_paths() {
        let list = |words: &[&str]| toml::Value::from(words.to_vec());
        for (path, value, is_met) in [
            ("headline", "H".into(), true),
            ("headline", "h".into(), false),
            ("kicker", "".into(), true),
            ("sections", list(&["A", "B"]), true),
            ("sections", list(&["A"]), false),
            ("sections.1", "B".into(), true),
            ("tags", list(&[]), true),
            ("links.related", list(&["r"]), true),
            ("links.popular.url", list(&["https://example.org/p", "https://example.org/q"]), true),
            ("body.0.text", "Erster Absatz.".into(), true),
            ("word_count", 4.into(), true),
            ("dateline.place", "X".into(), false),
        ] {
            assert_eq!(unmet(&test(&[(path, value)]), &article()).is_empty(), is_met, "{path}");
        }
    }

    #[test]
    fn words_are_looked_for_in_every_text_of_a_value() {
        let pair = |path: &str, word: &str| vec![(path.to_owned(), vec![word.to_owned()])];
        let has =
            |path: &str, word: &str| unmet(&PortalTest { has: pair(path, word), ..test(&[]) }, &article());
        assert!(
            has("body", "Absatz").is_empty()
                && has("body", "zwei").is_empty()
                && has("text", "eins").is_empty()
        );
        assert_eq!(has("headline", "x"), ["headline: no \"x\" in \"H\""]);
        let has_not = PortalTest { has_not: pair("body", "zwei"), ..test(&[]) };
        assert_eq!(unmet(&has_not, &article()).len(), 1);
        let count =
            PortalTest { count: vec![("links.popular".into(), 2), ("kicker".into(), 0)], ..test(&[]) };
        assert!(unmet(&count, &article()).is_empty());
        let count = PortalTest { count: vec![("links.related".into(), 2)], ..test(&[]) };
        assert!(unmet(&count, &article())[0].starts_with("links.related: expected 2 values, found 1"));
    }
}
