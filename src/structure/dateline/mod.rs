//! The dateline of an article: found, taken apart, and where it ends; and the lead that is left.
//!
//! A grammar over the first tokens (`draft`) and a verdict on what it read (`judge`). Datelines of other shapes are a
//! portal's own pattern.

use self::draft::{Draft, draft};
use self::head::Head;
use self::judge::is_dateline;
use super::{BlockKind, Context, FoundDateline, TextBlock};
use crate::model::annotation::{Dateline, Span};

mod agency;
mod date;
mod draft;
mod gazetteer;
mod head;
mod judge;
mod pattern;
mod place;

#[cfg(test)]
mod tests;

pub use self::pattern::find_with_pattern;

/// The dateline at the head of the article's text, if it has one: in the lead, else in the first paragraph.
pub fn find(blocks: &[TextBlock<'_>], context: &Context<'_>) -> Option<FoundDateline> {
    let lead = blocks.iter().position(|block| block.kind == BlockKind::Lead);
    lead.into_iter().chain(first_paragraph(blocks)).find_map(|block| {
        let found = find_in_text(blocks[block].text, context)?;
        Some(FoundDateline { span: Span { block, ..found.span }, ..found })
    })
}

/// The dateline at the head of one paragraph; its span counts that paragraph as block 0.
pub fn find_in_text(text: &str, context: &Context<'_>) -> Option<FoundDateline> {
    let head = Head::new(text);
    let draft = draft(&head, context)?;
    is_dateline(&draft, &head, context).then(|| found(&draft, &head, context))
}

/// The article's first statement: the marked-up lead, else the first paragraph without its dateline.
pub fn lead(blocks: &[TextBlock<'_>], dateline: Option<&FoundDateline>) -> Option<String> {
    let marked =
        blocks.iter().position(|block| block.kind == BlockKind::Lead && !block.text.trim().is_empty());
    let block = marked.or_else(|| first_paragraph(blocks))?;
    let text = blocks[block].text;
    let start = match dateline {
        Some(found) if found.span.block == block => byte_of(text, found.span.end),
        _ => 0,
    };
    let lead = text.get(start..)?.trim();
    (!lead.is_empty()).then(|| lead.to_owned())
}

/// The first paragraph that is not only a byline.
fn first_paragraph(blocks: &[TextBlock<'_>]) -> Option<usize> {
    let is_body = |block: &TextBlock<'_>| {
        matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem) && !block.text.trim().is_empty()
    };
    let first = blocks.iter().position(is_body)?;
    if !is_byline(blocks[first].text) {
        return Some(first);
    }
    let next = blocks.iter().skip(first + 1).position(is_body).map(|offset| first + 1 + offset);
    next.or(Some(first))
}

/// "Von Anna Beispiel", "By Jane Doe, Staff Writer".
fn is_byline(text: &str) -> bool {
    let text = text.trim();
    let length = text.chars().count();
    let opens = ["Von ", "VON ", "By ", "BY ", "Par ", "PAR ", "Por ", "POR ", "Di ", "DI ", "Text: "]
        .iter()
        .any(|word| text.starts_with(word));
    opens
        && length < 80
        && !text.ends_with(['.', '!', '?', ':', '“', '"'])
        && text.split_whitespace().nth(1).is_some_and(|word| word.starts_with(char::is_uppercase))
}

fn found(draft: &Draft, head: &Head<'_>, context: &Context<'_>) -> FoundDateline {
    let dateline = Dateline {
        text: head.slice(0, draft.end).to_owned(),
        place: draft.place.as_ref().map(|place| place.name.clone()),
        region: draft.region.clone(),
        agencies: draft.credits.iter().map(|credit| credit.text.clone()).collect(),
        date: draft.date.and_then(|date| date.value(context)),
    };
    FoundDateline { dateline, span: Span { block: 0, start: 0, end: head.offset(draft.end) } }
}

fn byte_of(text: &str, point: usize) -> usize {
    text.char_indices().nth(point).map_or(text.len(), |(byte, _)| byte)
}
