//! The article's text where the page's tree has none: the text JSON-LD gives, or the escaped state a program left in
//! the page.

use scraper::Html;
use serde_json::Value;

use crate::extract::context::Context;
use crate::extract::generic::blocks_of_fragment;
use crate::extract::phrases::is_boilerplate;
use crate::model::article::Block;
use crate::select::json_ld;
use crate::select::outline::Outline;
use crate::select::source::reduce;
use crate::select::text::folded;

/// A body with fewer bytes is looked for here.
pub(crate) const THIN: usize = 200;
/// Least bytes of a text worth giving.
const MIN_TEXT: usize = 300;
/// Most bytes of a state that are read.
const MAX_STATE: usize = 4 * 1024 * 1024;
/// Most values of a state that are looked at.
const MAX_VALUES: usize = 200_000;

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
    let mut best: Option<String> = None;
    for script in context.scripts {
        let is_state =
            script.tag.contains("json") || script.text.contains("__NEXT") || script.text.contains("__next_f");
        if !is_state || script.tag.contains("ld+json") || script.text.len() > MAX_STATE {
            continue;
        }
        let Some(value) = first_json(script.text) else { continue };
        let found = longest_text(&value);
        if found.as_ref().map_or(0, String::len) > best.as_ref().map_or(0, String::len) {
            best = found;
        }
    }
    let best = best.filter(|text| text.len() >= MIN_TEXT)?;
    let blocks = paragraphs(&best);
    (!blocks.is_empty()).then_some((blocks, "state"))
}

fn first_json(text: &str) -> Option<Value> {
    let start = text.find(['{', '['])?;
    json_ld::parse(&text[start..])
}

/// The longest text of a state that reads like an article: with paragraphs, or long and with sentences.
fn longest_text(value: &Value) -> Option<String> {
    let mut best: Option<&str> = None;
    let mut todo = vec![value];
    let mut seen = 0;
    while let Some(value) = todo.pop() {
        seen += 1;
        if seen > MAX_VALUES {
            break;
        }
        match value {
            Value::Array(values) => todo.extend(values),
            Value::Object(object) => todo.extend(object.values()),
            Value::String(text) => {
                let reads =
                    text.matches("</p>").count() > 2 || text.matches(". ").count() > 5 && !text.contains('{');
                if reads && text.len() > best.map_or(0, str::len) {
                    best = Some(text);
                }
            }
            _ => {}
        }
    }
    best.map(str::to_owned)
}

/// A text or piece of HTML as blocks.
fn paragraphs(text: &str) -> Vec<Block> {
    if text.contains("</p>") || text.contains("<br") {
        let source = reduce(text);
        let html = Html::parse_document(&source.html);
        return blocks_of_fragment(&Outline::of(&html)).into_iter().map(|raw| raw.block).collect();
    }
    text.split('\n')
        .map(folded)
        .filter(|line| !line.is_empty() && !is_boilerplate(line))
        .map(Block::Paragraph)
        .collect()
}
