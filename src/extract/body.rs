//! The body by the portal's rules: its containers, what they leave out, where they end. Without such rules, or where
//! they give nothing, `generic` finds it.

use std::ops::Range;

use crate::extract::blocks::{RawBlock, render};
use crate::extract::context::{Context, Sourced, sourced};
use crate::extract::related;
use crate::select::outline::Tag;
use crate::select::text::SkipSet;

/// Bytes of paragraphs after a box that tell that the text goes on.
const TEXT_AFTER_A_BOX: usize = 200;

/// The body by the portal's containers.
pub(crate) fn by_rules(context: &Context<'_, '_>) -> Option<Sourced<Vec<RawBlock>>> {
    let layout = context.layout?;
    let finder = context.finder();
    for selector in &layout.article.body.container {
        let mut rows = context.root.map(|root| finder.rows(selector, Some(root))).unwrap_or_default();
        if rows.is_empty() {
            rows = finder.rows(selector, None);
        }
        let ranges = outermost(context, rows);
        let mut skip = context.skip.clone();
        for range in &ranges {
            for selector in &layout.article.body.exclude {
                finder.rows(selector, Some(range.start)).into_iter().for_each(|row| skip.insert(row));
            }
        }
        let outline = &context.reading.outline;
        for (_, row) in related::blocks(context) {
            // A block of links that holds the text is no block of links.
            if !ranges.iter().any(|range| outline.holds(*row, range.start)) {
                skip.insert(*row);
            }
        }
        skip_pictures(context, &ranges, &mut skip);
        let mut blocks = Vec::new();
        for range in ranges {
            let stop = first_stop(context, &range, &mut skip);
            blocks.extend(render(&context.reading.outline, range.start..stop.unwrap_or(range.end), &skip));
            if stop.is_some() {
                break;
            }
        }
        if !blocks.is_empty() {
            let written = scraper::selector::ToCss::to_css_string(&**selector);
            return Some(sourced(blocks, "selector", written));
        }
    }
    None
}

/// Ranges of rows, those inside another left out.
fn outermost(context: &Context<'_, '_>, rows: Vec<usize>) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for row in rows {
        if ranges.last().is_none_or(|last| row >= last.end) {
            ranges.push(row..context.reading.outline.end(row));
        }
    }
    ranges
}

/// Where the text ends by the portal's rules. A box of its own in the midst of the text ends nothing: it is left out.
fn first_stop(context: &Context<'_, '_>, range: &Range<usize>, skip: &mut SkipSet) -> Option<usize> {
    let layout = context.layout?;
    let finder = context.finder();
    let outline = &context.reading.outline;
    let mut stops: Vec<usize> = layout
        .article
        .body
        .stop_at
        .iter()
        .flat_map(|condition| {
            let rows = match &condition.css {
                Some(selector) => finder.rows(selector, Some(range.start)),
                None => Vec::new(),
            };
            rows.into_iter().filter(|row| {
                condition.text.as_ref().is_none_or(|pattern| pattern.is_match(&context.text(*row)))
            })
        })
        .collect();
    stops.sort_unstable();
    for stop in stops {
        let around: Vec<usize> = std::iter::once(stop)
            .chain(outline.ancestors(stop))
            .take_while(|row| *row > range.start)
            .collect();
        if around.iter().any(|row| skip.contains(*row)) {
            continue;
        }
        match around.last() {
            Some(top) if *top != stop && goes_on(context, range, *top) => skip.insert(*top),
            _ => return Some(stop),
        }
    }
    None
}

/// Whether paragraphs of the container itself follow one of its parts.
fn goes_on(context: &Context<'_, '_>, range: &Range<usize>, part: usize) -> bool {
    let outline = &context.reading.outline;
    let after: usize = (outline.end(part)..range.end)
        .filter(|row| outline.tag(*row) == Tag::P && outline.row(*row).parent == range.start)
        .map(|row| context.text(row).len())
        .sum();
    after >= TEXT_AFTER_A_BOX
}

/// Leaves out pictures with their captions, unless a table, a quotation or a text stands in the figure.
pub(crate) fn skip_pictures(context: &Context<'_, '_>, ranges: &[Range<usize>], skip: &mut SkipSet) {
    let outline = &context.reading.outline;
    for range in ranges {
        for row in range.clone() {
            let holds_text = || {
                (row..outline.end(row))
                    .any(|inner| matches!(outline.tag(inner), Tag::Table | Tag::Blockquote | Tag::Pre))
            };
            match outline.tag(row) {
                Tag::Figure if !holds_text() => skip.insert(row),
                Tag::Form | Tag::Nav => skip.insert(row),
                _ => {}
            }
        }
    }
}
