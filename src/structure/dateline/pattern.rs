//! Datelines by a portal's own pattern, for shapes the grammar does not know.

use regex::Regex;

use super::date::date;
use super::head::Head;
use crate::model::annotation::{Dateline, Span};
use crate::structure::{Context, FoundDateline};

/// The dateline a portal's pattern finds at the head of a paragraph. The groups `place`, `region`, `agency` and `date`
/// are read where the pattern has them; a match that does not begin the text is none.
pub fn find_with_pattern(text: &str, pattern: &Regex, context: &Context<'_>) -> Option<FoundDateline> {
    let captures = pattern.captures(text)?;
    let whole = captures.get(0)?;
    let is_head = text[..whole.start()].trim().is_empty();
    if !is_head || whole.is_empty() {
        return None;
    }
    let group = |name: &str| {
        captures
            .name(name)
            .map(|group| group.as_str().trim())
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let rest = &text[whole.end()..];
    let end = whole.end() + (rest.len() - rest.trim_start().len());
    let dateline = Dateline {
        text: whole.as_str().trim().to_owned(),
        place: group("place"),
        region: group("region"),
        agencies: group("agency").into_iter().collect(),
        date: group("date").and_then(|written| {
            let head = Head::new(&written);
            date(&head, 0)?.0.value(context)
        }),
    };
    Some(FoundDateline { dateline, span: Span { block: 0, start: 0, end: text[..end].chars().count() } })
}
