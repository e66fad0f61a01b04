//! The article's text where the page's tree has none: the text JSON-LD gives, or the escaped state a program left in
//! the page.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::extract::blocks::ends_sentence;
use crate::extract::context::Context;
use crate::extract::generic::blocks_of_fragment;
use crate::extract::phrases::is_boilerplate;
use crate::model::article::Block;
use crate::select::json_ld;
use crate::select::outline::Outline;
use crate::select::source::reduce;
use crate::select::text::folded;
use crate::select::tree::tree_of;

/// A body with fewer bytes is looked for here.
pub(crate) const THIN: usize = 200;
/// Least bytes of a text worth giving.
const MIN_TEXT: usize = 300;
/// Most bytes of a state that are read.
const MAX_STATE: usize = 4 * 1024 * 1024;
/// Most values of a state that are looked at.
const MAX_VALUES: usize = 200_000;
/// Most values assigned in one script.
const MAX_ASSIGNMENTS: usize = 200;
/// How deep JSON in strings of JSON is opened.
const MAX_ESCAPED: usize = 2;

/// The text and the rule that found it.
pub(crate) fn body(context: &Context<'_, '_>) -> Option<(Vec<Block>, &'static str)> {
    if let Some(text) = context.json_ld(&["articleBody"]).into_iter().next()
        && text.len() >= MIN_TEXT
    {
        let raw = context
            .article
            .and_then(|article| article.get("articleBody"))
            .and_then(Value::as_str)
            .unwrap_or(&text);
        return Some((paragraphs(raw), "articleBody"));
    }
    let mut best = String::new();
    for script in context.scripts {
        if script.tag.contains("ld+json") || !(MIN_TEXT..=MAX_STATE).contains(&script.text.len()) {
            continue;
        }
        for value in states(script.text) {
            let mut room = MAX_VALUES;
            let found = longest_text(&value, MAX_ESCAPED, &mut room);
            if found.len() > best.len() {
                best = found;
            }
        }
    }
    if best.len() < MIN_TEXT {
        return None;
    }
    let blocks = paragraphs(&best);
    (!blocks.is_empty()).then_some((blocks, "state"))
}

/// The values a script is or assigns.
fn states(text: &str) -> Vec<Value> {
    let text = text.trim();
    if text.starts_with(['{', '[']) {
        return json_ld::parse(text).into_iter().collect();
    }
    let mut values = Vec::new();
    let mut at = 0;
    for _ in 0..MAX_ASSIGNMENTS {
        let Some(found) = ASSIGNED.find_at(text, at) else { break };
        at = found.end();
        let mut stream = serde_json::Deserializer::from_str(&text[at - 1..]).into_iter::<Value>();
        if let Some(Ok(value)) = stream.next() {
            at += stream.byte_offset().saturating_sub(1);
            values.push(value);
        }
    }
    values
}

/// What begins after a `=` or as an argument: an object, a list, a string of JSON.
static ASSIGNED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"[=(]\s*[{\["]"#).expect("a tested pattern"));

/// The longest text of a state that reads like an article: with paragraphs, long and with sentences, or in a list of
/// pieces. Strings that are JSON themselves are opened.
fn longest_text(value: &Value, escaped: usize, room: &mut usize) -> String {
    let mut best = String::new();
    let mut keep = |text: String| {
        if text.len() > best.len() {
            best = text;
        }
    };
    let mut todo = vec![value];
    while let Some(value) = todo.pop() {
        if *room == 0 {
            break;
        }
        *room -= 1;
        match value {
            Value::Array(values) => {
                keep(pieces(values));
                todo.extend(values);
            }
            Value::Object(object) => todo.extend(object.values()),
            Value::String(text) if escaped > 0 && text.len() >= MIN_TEXT && text.starts_with(['{', '[']) => {
                if let Ok(inner) = serde_json::from_str::<Value>(text) {
                    keep(longest_text(&inner, escaped - 1, room));
                }
            }
            Value::String(text) => {
                let reads =
                    text.matches("</p>").count() > 2 || text.matches(". ").count() > 5 && !text.contains('{');
                if reads {
                    keep(text.clone());
                }
            }
            _ => {}
        }
    }
    best
}

/// A list of typed pieces (`{"type": "text", "content": "…"}`) as one piece of HTML; empty where it is none.
fn pieces(values: &[Value]) -> String {
    let mut html = String::new();
    let mut sentences = 0;
    for value in values {
        let kind =
            value.get("type").or_else(|| value.get("kind")).and_then(Value::as_str).unwrap_or_default();
        let Some(text) = ["content", "text", "html", "value"]
            .iter()
            .find_map(|key| value.get(*key).and_then(Value::as_str))
        else {
            continue;
        };
        let tag = match kind.to_ascii_lowercase().as_str() {
            "header" | "heading" | "subheading" | "subtitle" | "h2" | "h3" => "h2",
            "text" | "paragraph" | "p" | "raw_html" => "p",
            _ => continue,
        };
        sentences += usize::from(tag == "p" && ends_sentence(text.trim_end_matches("</p>")));
        html.extend(["<", tag, ">", text, "</", tag, ">"]);
    }
    if sentences > 2 { html } else { String::new() }
}

/// A text or piece of HTML as blocks.
fn paragraphs(text: &str) -> Vec<Block> {
    if text.contains("</p>") || text.contains("<br") {
        let source = reduce(text);
        let html = tree_of(&source.html);
        return blocks_of_fragment(&Outline::of(&html)).into_iter().map(|raw| raw.block).collect();
    }
    text.split('\n')
        .map(folded)
        .filter(|line| !line.is_empty() && !is_boilerplate(line))
        .map(Block::Paragraph)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_found_however_they_are_written() {
        let check = |script: &str, expected: usize| assert_eq!(states(script).len(), expected, "{script}");
        check(r#"{"a":1}"#, 1);
        check(r#"window.a=window.a||{};a.b={"c":1};a.d=[2]"#, 2);
        check(r#"window.a = JSON.parse("{\"b\":1}");"#, 1);
        check("if (a = {b}) { c([) }", 0);
        check(&"={".repeat(100_000), 0);
    }

    #[test]
    fn a_list_of_pieces_is_a_text() {
        let text = "Der Rat baut das Haus um.";
        let piece = |kind: &str, text: &str| serde_json::json!({ "type": kind, "content": text });
        let list = serde_json::json!([
            piece("text", text),
            piece("image", "x.jpg"),
            piece("header", "Kosten"),
            piece("text", text),
            piece("text", text)
        ]);
        let outer = serde_json::json!({ "a": { "b": list } });
        let expected = format!("<p>{text}</p><h2>Kosten</h2><p>{text}</p><p>{text}</p>");
        assert_eq!(longest_text(&outer, 0, &mut 100), expected);
        let escaped = serde_json::json!({ "state": format!("{}{}", outer, " ".repeat(300)) });
        assert_eq!(longest_text(&escaped, 1, &mut 100), expected);
        assert_eq!(longest_text(&escaped, 0, &mut 100), "");
        assert_eq!(longest_text(&outer, 0, &mut 2), "");
    }
}
