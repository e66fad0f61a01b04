//! Finds the body of any page: blocks of running text, and the element that holds most of them and little else.

use std::ops::Range;

use crate::extract::blocks::{RawBlock, ends_sentence, render};
use crate::extract::context::Context;
use crate::extract::vocabulary::{ARTICLE, NOT_ARTICLE, is_called};
use crate::model::article::Block;
use crate::select::outline::Tag;
use crate::select::text::SkipSet;

/// Least length of a block that counts as running text, in bytes.
const RUNNING_TEXT: usize = 60;
/// Greatest share of links in running text.
const MAX_LINK_SHARE: f32 = 0.35;
/// An element with more of the page's text than this is the page, whatever it calls itself.
const WHOLE_PAGE_SHARE: f32 = 0.6;

/// The body as the generic extractor sees it.
#[derive(Debug)]
pub(crate) struct GenericBody {
    /// Its blocks.
    pub(crate) blocks: Vec<RawBlock>,
    /// The rows it was taken from.
    pub(crate) rows: Range<usize>,
}

/// Finds the body.
pub(crate) fn body(context: &Context<'_, '_>) -> Option<GenericBody> {
    let outline = &context.reading.outline;
    if outline.is_empty() {
        return None;
    }
    let skip = not_article(context);
    let blocks = render(outline, 0..outline.len(), &skip);
    let worth: Vec<f32> = blocks.iter().map(worth).collect();
    let best = container(context, &blocks, &worth)?;
    let rows = best..outline.end(best);
    let inside: Vec<(RawBlock, f32)> =
        blocks.into_iter().zip(worth).filter(|(block, _)| rows.contains(&block.rows.start)).collect();
    let first = inside.iter().position(|(_, worth)| *worth > 0.0)?;
    let last = inside.iter().rposition(|(_, worth)| *worth > 0.0)?;
    let first = first - inside[..first].iter().rev().take_while(|(block, _)| is_kept(block)).count();
    let blocks: Vec<RawBlock> =
        inside.into_iter().take(last + 1).skip(first).map(|(block, _)| block).filter(is_kept).collect();
    (!blocks.is_empty()).then_some(GenericBody { blocks, rows })
}

/// Rows that are not the article by their element or name.
fn not_article(context: &Context<'_, '_>) -> SkipSet {
    let outline = &context.reading.outline;
    let mut skip = SkipSet::default();
    let total: usize = (0..outline.len()).filter_map(|row| outline.text(row)).map(str::len).sum();
    let mut row = 0;
    while row < outline.len() {
        let tag = outline.tag(row);
        let by_tag =
            matches!(tag, Tag::Nav | Tag::Aside | Tag::Footer | Tag::Form | Tag::Figure | Tag::Dialog);
        let by_name = !matches!(tag, Tag::Text | Tag::Html | Tag::Body | Tag::Main | Tag::Article)
            && tag.heading_level().is_none()
            && is_called(outline, row, &NOT_ARTICLE)
            && !is_called(outline, row, &ARTICLE);
        if by_tag || by_name {
            let inside: usize =
                (row..outline.end(row)).filter_map(|row| outline.text(row)).map(str::len).sum();
            let holds_heading = outline.find(row..outline.end(row), Tag::H1).is_some();
            if !(holds_heading || inside as f32 > WHOLE_PAGE_SHARE * total as f32) {
                skip.insert(row);
                row = outline.end(row);
                continue;
            }
        }
        row += 1;
    }
    skip
}

/// How much a block speaks for (or against) being the article's text.
fn worth(raw: &RawBlock) -> f32 {
    let share = raw.link_length as f32 / raw.length.max(1) as f32;
    let length = raw.length.min(1_500) as f32;
    match &raw.block {
        Block::Paragraph(text) | Block::Blockquote(text) => {
            let running = raw.length >= RUNNING_TEXT && (ends_sentence(text) || raw.length > 150);
            match running && share < MAX_LINK_SHARE {
                true => length * if raw.in_p { 1.0 } else { 0.8 },
                false if share > 0.5 => -length,
                false => -0.3 * length,
            }
        }
        Block::Heading { .. } => -0.3 * length * share,
        Block::List(_) | Block::Table(_) if share > 0.5 => -length,
        _ => 0.0,
    }
}

/// The element with most running text and least else; among equals the innermost.
fn container(context: &Context<'_, '_>, blocks: &[RawBlock], worth: &[f32]) -> Option<usize> {
    let outline = &context.reading.outline;
    let mut sums = vec![0.0_f32];
    for worth in worth {
        sums.push(sums.last().copied().unwrap_or_default() + worth);
    }
    let starts: Vec<usize> = blocks.iter().map(|block| block.rows.start).collect();
    let mut best: Option<(f32, usize)> = None;
    for row in 0..outline.len() {
        if outline.tag(row) == Tag::Text || outline.end(row) == row + 1 {
            continue;
        }
        let from = starts.partition_point(|start| *start < row);
        let to = starts.partition_point(|start| *start < outline.end(row));
        let mut score = sums[to] - sums[from];
        if score <= 0.0 {
            continue;
        }
        if is_called(outline, row, &ARTICLE) || outline.tag(row) == Tag::Article {
            score *= 1.1;
        }
        if best.is_none_or(|(other, _)| score >= other) {
            best = Some((score, row));
        }
    }
    best.map(|(_, row)| row)
}

/// Whether a block inside the article's element is text of it.
fn is_kept(raw: &RawBlock) -> bool {
    let share = raw.link_length as f32 / raw.length.max(1) as f32;
    match &raw.block {
        Block::Paragraph(_) | Block::Blockquote(_) | Block::Heading { .. } => share < 0.8,
        Block::List(_) | Block::Table(_) => share < 0.5,
        Block::Preformatted(_) => true,
    }
}
