//! Finds the body of any page: blocks of running text, and the element that holds most of them and little else.

use std::collections::HashSet;
use std::ops::Range;

use crate::extract::blocks::{RawBlock, ends_sentence, render};
use crate::extract::captions;
use crate::extract::container::{Container, container};
use crate::extract::context::Context;
use crate::extract::lead;
use crate::extract::left_out::{Prose, by_element, not_article};
use crate::extract::phrases::ends_article;
use crate::extract::witness::Witness;
use crate::model::article::Block;
use crate::select::outline::{Outline, Tag};
use crate::select::text::SkipSet;

/// Least length of a block that counts as running text, in bytes.
const RUNNING_TEXT: usize = 60;
/// What a byte of a list is worth beside one of a paragraph: as much as one of text without paragraphs.
const LIST_WORTH: f32 = 0.8;
/// Greatest share of links in running text.
const MAX_LINK_SHARE: f32 = 0.35;
/// Least share of the text that must stand before a heading that ends the article.
const BEFORE_THE_END: f32 = 0.5;
/// Least share of the text after such a heading, beside the rest, that tells that the article goes on.
const GOES_ON: f32 = 0.1;
/// Mean bytes of the items of a list that is text, not a list of advantages or functions.
const LONG_ITEMS: usize = 45;
/// Rows above the block that opens the article which may still belong to it.
const ROWS_ABOVE_THE_OPENING: usize = 150;
/// Least share of the running text that must stand from that block on.
const TEXT_AFTER_THE_OPENING: f32 = 0.2;
/// Lines shorter than this that are no sentences and no paragraphs are furniture where paragraphs are marked up.
const SHORT_LINE: usize = 80;
/// A line beside a picture that is no sentence and shorter than this is its caption.
const LONG_CAPTION: usize = 160;
/// Lines shorter than this are labels, also where hardly anything is running text.
const SHORTEST_LINE: usize = 25;
/// Rows without text after which another text begins.
const GAP: usize = 500;
/// Share of the best text after a gap that is enough for the one before it, the headline's own.
const ENOUGH_WHEN_NEAR: f32 = 0.4;
/// A body worth less than this is looked for once more, with all of the page.
const THIN: f32 = 250.0;
/// The same where the page does not call itself an article.
const THIN_OF_FACTS: f32 = 600.0;
/// How much more must be found then.
const MUCH_MORE: f32 = 3.0;

/// The body as the generic extractor sees it.
#[derive(Debug)]
pub(crate) struct GenericBody {
    /// Its blocks.
    pub(crate) blocks: Vec<RawBlock>,
    /// The rows it was taken from.
    pub(crate) rows: Range<usize>,
}

/// Finds the body below the heading at `headline`, where the page shows one.
pub(crate) fn body(context: &Context<'_, '_>, headline: Option<usize>) -> Option<GenericBody> {
    let outline = &context.reading.outline;
    if outline.is_empty() {
        return None;
    }
    let prose = Prose::of(outline);
    let witness = Witness::of(context);
    let witness = witness.as_ref();
    let by_name = not_article(context, &prose);
    // A page that does not call itself an article may be one of facts, with a sentence here and there.
    let enough = if is_stated_article(context) { THIN } else { THIN_OF_FACTS };
    let named = find(context, &by_name, headline, witness, worth);
    if named.as_ref().is_some_and(|(_, worth)| *worth >= enough) {
        return named.map(|(found, _)| found);
    }
    let by_element = by_element(outline, &prose);
    let bare = find(context, &by_element, headline, witness, worth);
    let found = match (named, bare) {
        (Some((named, worth)), Some((_, other))) if worth >= THIN || other < 2.0 * worth => {
            Some((named, worth))
        }
        (_, Some(bare)) => Some(bare),
        (Some(named), None) => Some(named),
        (None, None) => short_notice(outline, &by_element).map(|found| (found, THIN)),
    };
    if found.as_ref().is_some_and(|(_, worth)| *worth >= enough) {
        return found.map(|(found, _)| found);
    }
    // Hardly a sentence: lines, lists and tables are what there is.
    let loose = find(context, &by_name, headline, witness, loose_worth);
    match (found, loose) {
        (Some((found, worth)), Some((_, other)))
            if other < if worth < THIN { 2.0 } else { MUCH_MORE } * worth =>
        {
            Some(found)
        }
        (_, Some((loose, _))) => Some(loose),
        (found, None) => found.map(|(found, _)| found),
    }
}

/// Whether the page's metadata call it an article.
fn is_stated_article(context: &Context<'_, '_>) -> bool {
    context.article.is_some() || context.reading.meta("og:type").is_some_and(|kind| kind == "article")
}

/// A notice too short to be told from furniture by its length: the paragraphs of the page's article or main element.
fn short_notice(outline: &Outline<'_>, skip: &SkipSet) -> Option<GenericBody> {
    let all = 0..outline.len();
    let row = outline.find(all.clone(), Tag::Article).or_else(|| outline.find(all, Tag::Main))?;
    let rows = row..outline.end(row);
    let blocks: Vec<RawBlock> = render(outline, rows.clone(), skip)
        .into_iter()
        .filter(|block| block.in_p && is_kept(block) && ends_sentence(&block.block.text()))
        .collect();
    (!blocks.is_empty()).then_some(GenericBody { blocks, rows })
}

/// The text blocks of a piece of HTML that is nothing but an article's text.
pub(crate) fn blocks_of_fragment(outline: &Outline<'_>) -> Vec<RawBlock> {
    let prose = Prose::of(outline);
    render(outline, 0..outline.len(), &by_element(outline, &prose)).into_iter().filter(is_kept).collect()
}

fn find(
    context: &Context<'_, '_>,
    skip: &SkipSet,
    headline: Option<usize>,
    witness: Option<&Witness>,
    worth_of: fn(&RawBlock) -> f32,
) -> Option<(GenericBody, f32)> {
    let outline = &context.reading.outline;
    let mut blocks = render(outline, 0..outline.len(), skip);
    let descriptions = lead::descriptions(context);
    captions::mark(outline, &mut blocks, &descriptions);
    let mut worth: Vec<f32> = blocks.iter().map(worth_of).collect();
    if let Some(witness) = witness {
        witness.weigh(outline, &blocks, &mut worth);
    }
    if let Some(headline) = headline {
        let after: f32 = positive(&blocks, &worth, headline..outline.len());
        let before: f32 = positive(&blocks, &worth, 0..headline);
        if after > before {
            for (_, worth) in blocks.iter().zip(&mut worth).filter(|(block, _)| block.rows.start < headline) {
                *worth = worth.min(*worth * 0.3);
            }
        }
    }
    if let Some(opening) = opening(&descriptions, &blocks, &worth) {
        let far = blocks[opening].rows.start.saturating_sub(ROWS_ABOVE_THE_OPENING);
        for (_, worth) in blocks.iter().zip(&mut worth).filter(|(block, _)| block.rows.end < far) {
            *worth = worth.min(*worth * 0.3);
        }
    }
    if let Some(headline) = headline {
        keep_to_the_headline(outline, &blocks, &mut worth, headline);
    }
    let Container { ranges, score, named } = container(context, &blocks, &worth, headline)?;
    let rows = ranges.first()?.start..ranges.last()?.end;
    let inside: Vec<(RawBlock, f32)> =
        blocks.into_iter().zip(worth).filter(|(block, _)| is_inside(outline, &ranges, block)).collect();
    let first = inside.iter().position(|(_, worth)| *worth > 0.0)?;
    let last =
        inside.iter().rposition(|(block, worth)| *worth > 0.0 && !is_short_list(block)).unwrap_or(first);
    // Short paragraphs and lists beside the last long one belong to it, and headings between them.
    let holder = inside[last].0.holder;
    let after = &inside[last + 1..];
    let belongs = |(block, worth): &(RawBlock, f32)| match &block.block {
        Block::Heading { level: 2.., .. } => is_kept(block) && outline.holds(holder, block.rows.start),
        Block::List(_) => *worth >= 0.0 && block.holder == holder && is_kept(block),
        _ => block.in_p && block.holder == holder && is_kept(block),
    };
    // A link alone in a paragraph does not end it.
    let is_link = |at: usize| after[at].0.in_p && after[at].0.holder == holder && !after[at].0.is_furniture();
    let tail = (0..after.len())
        .take_while(|at| belongs(&after[*at]) || is_link(*at) && after.get(at + 1).is_some_and(belongs))
        .count();
    let last = if named {
        // What calls itself the article's text ends with it, but for boxes at its foot.
        let end = inside.iter().rposition(|(block, _)| {
            block.in_p
                || block.holder == holder
                || match &block.block {
                    Block::Table(_) | Block::Blockquote(_) | Block::Preformatted(_) => true,
                    Block::List(_) => !is_short_list(block),
                    _ => false,
                }
        });
        end.unwrap_or(last).max(last)
    } else {
        last + tail
    };
    let head = inside[..first].iter().rev().take_while(|(block, worth)| {
        opens(block)
            || *worth >= 0.0 && block.in_p && block.holder == inside[first].0.holder && is_kept(block)
    });
    let start = if named {
        first
            - inside[..first]
                .iter()
                .rev()
                .take_while(|(block, worth)| *worth >= 0.0 && is_kept(block))
                .count()
    } else {
        first - head.count()
    };
    let end = end_by_heading(&inside).unwrap_or(last + 1).min(last + 1);
    let marked_up: f32 = inside.iter().filter(|(block, _)| block.in_p).map(|(_, worth)| worth.max(0.0)).sum();
    let all: f32 = inside.iter().map(|(_, worth)| worth.max(0.0)).sum();
    let mut blocks: Vec<RawBlock> = Vec::new();
    for (block, _) in inside.into_iter().take(end).skip(start) {
        if is_kept(&block) && !(marked_up > 0.6 * all && is_stray_line(&block))
            || goes_on_with(&blocks, &block)
        {
            blocks.push(block);
        } else if is_links(&block) && ends_with_heading(&blocks) {
            // The heading of a list of links goes with it.
            blocks.pop();
        }
    }
    while ends_with_heading(&blocks) {
        blocks.pop();
    }
    (!blocks.is_empty()).then_some((GenericBody { blocks, rows }, score))
}

/// Where texts stand far apart, the one below the headline is the article, unless another is far longer: what follows
/// after hundreds of rows without text is a dialog, the terms of a shop, another article.
fn keep_to_the_headline(outline: &Outline<'_>, blocks: &[RawBlock], worth: &mut [f32], headline: usize) {
    let mut sums: Vec<f32> = Vec::new();
    let mut second = None;
    let mut end = None;
    let mut holders: HashSet<usize> = HashSet::new();
    for (index, (block, worth)) in blocks.iter().zip(worth.iter()).enumerate() {
        if block.rows.start < headline || *worth < 0.0 || sums.is_empty() && *worth <= 0.0 {
            continue;
        }
        // What stands in the same element, or in one beside it, goes on, however much lies between.
        let around = [block.holder, outline.row(block.holder).parent];
        if end
            .is_none_or(|end| block.rows.start > end + GAP && !around.iter().any(|row| holders.contains(row)))
        {
            sums.push(0.0);
            if sums.len() == 2 {
                second = Some(index);
            }
        }
        if sums.len() == 1 {
            holders.extend(around);
        }
        end = Some(block.rows.end);
        if let Some(sum) = sums.last_mut() {
            *sum += worth;
        }
    }
    let best = sums.iter().copied().fold(0.0, f32::max);
    if let Some(second) = second
        && sums[0] >= ENOUGH_WHEN_NEAR * best
    {
        for worth in &mut worth[second..] {
            *worth = worth.min(0.0);
        }
    }
}

/// The block that begins as the page's description does, where running text follows it: menus with texts of their own
/// stand above it.
fn opening(descriptions: &[String], blocks: &[RawBlock], worth: &[f32]) -> Option<usize> {
    if descriptions.is_empty() {
        return None;
    }
    let opening = blocks.iter().zip(worth).position(|(block, worth)| {
        *worth > 0.0
            && matches!(&block.block, Block::Paragraph(text) if lead::is_described(text, descriptions))
    })?;
    let all: f32 = worth.iter().map(|worth| worth.max(0.0)).sum();
    let after: f32 = worth[opening..].iter().map(|worth| worth.max(0.0)).sum();
    (after >= TEXT_AFTER_THE_OPENING * all).then_some(opening)
}

/// Whether a block stands in one of an article's pieces, or is the heading of one: beside it, in the same element.
fn is_inside(outline: &Outline<'_>, ranges: &[Range<usize>], block: &RawBlock) -> bool {
    let row = block.rows.start;
    let next = ranges.partition_point(|range| range.end <= row);
    let Some(piece) = ranges.get(next) else { return false };
    piece.contains(&row)
        || next > 0
            && matches!(block.block, Block::Heading { level: 2.., .. })
            && outline.holds(outline.row(row).parent, piece.start)
}

fn positive(blocks: &[RawBlock], worth: &[f32], rows: Range<usize>) -> f32 {
    blocks
        .iter()
        .zip(worth)
        .filter(|(block, _)| rows.contains(&block.rows.start))
        .map(|(_, worth)| worth.max(0.0))
        .sum()
}

/// How much a block speaks for (or against) being the article's text.
fn worth(raw: &RawBlock) -> f32 {
    let share = raw.link_length as f32 / raw.length.max(1) as f32;
    let length = raw.length.min(1_500) as f32;
    match &raw.block {
        Block::Paragraph(text) | Block::Blockquote(text) => {
            let running = raw.length >= RUNNING_TEXT && (ends_sentence(text) || raw.length > 150);
            match running && share < MAX_LINK_SHARE {
                true if raw.is_furniture() => -length,
                true => length * if raw.in_p { 1.0 } else { 0.8 },
                false if share > 0.5 => -length,
                false if raw.in_p => 0.0,
                false => -0.3 * length,
            }
        }
        Block::Heading { .. } => -0.3 * length * share,
        Block::List(_) | Block::Table(_) if share > 0.5 => -length,
        Block::List(_) if share < MAX_LINK_SHARE => LIST_WORTH * length,
        _ => 0.0,
    }
}

/// The same where hardly anything is running text: any line that is no link counts.
fn loose_worth(raw: &RawBlock) -> f32 {
    let share = raw.link_length as f32 / raw.length.max(1) as f32;
    let length = raw.length.min(1_500) as f32;
    match &raw.block {
        _ if raw.is_furniture() || share > 0.5 => -length,
        Block::Heading { .. } => 0.0,
        _ if raw.length < SHORTEST_LINE => 0.0,
        Block::Paragraph(_) if raw.in_p => length,
        _ => 0.6 * length,
    }
}

/// Whether a block before the first running text opens the article: a heading, a short line in a paragraph.
fn opens(raw: &RawBlock) -> bool {
    matches!(raw.block, Block::Heading { level: 2.., .. }) && is_kept(raw)
}

/// The block at which a heading ends the article, where most of the text stands before it and the text does not go on
/// beside it: headings of boxes stand in the midst of articles.
fn end_by_heading(inside: &[(RawBlock, f32)]) -> Option<usize> {
    let all: f32 = inside.iter().map(|(_, worth)| worth.max(0.0)).sum();
    let mut before = 0.0;
    let mut holder = None;
    for (index, (block, worth)) in inside.iter().enumerate() {
        let ends = match &block.block {
            Block::Heading { text, .. } => ends_article(text),
            Block::Paragraph(text) => {
                text.len() < SHORT_LINE && block.bold_length * 2 > block.length && ends_article(text)
            }
            _ => false,
        };
        if ends && before >= BEFORE_THE_END * all {
            let goes_on: f32 = inside[index..]
                .iter()
                .filter(|(block, _)| block.in_p && Some(block.holder) == holder)
                .map(|(_, worth)| worth.max(0.0))
                .sum();
            if goes_on < GOES_ON * all {
                return Some(index);
            }
        }
        if *worth > 0.0 && block.in_p {
            holder = Some(block.holder);
        }
        before += worth.max(0.0);
    }
    None
}

/// A short line outside paragraphs that is no sentence: a date, a name, a label.
fn is_stray_line(raw: &RawBlock) -> bool {
    matches!(&raw.block, Block::Paragraph(text) if !raw.in_p && raw.length < SHORT_LINE && !ends_sentence(text))
}

/// Whether a link alone in its paragraph ends a sentence: what stands before it ends with a colon.
fn goes_on_with(blocks: &[RawBlock], raw: &RawBlock) -> bool {
    let is_announced = |last: &RawBlock| {
        last.holder == raw.holder
            && last.in_p
            && last.length > SHORT_LINE
            && matches!(&last.block, Block::Paragraph(text) if text.ends_with(':'))
    };
    let is_address = matches!(raw.block, Block::Paragraph(_)) && raw.in_p && !raw.is_furniture();
    is_address && blocks.last().is_some_and(is_announced)
}

fn ends_with_heading(blocks: &[RawBlock]) -> bool {
    blocks.last().is_some_and(|raw| matches!(raw.block, Block::Heading { .. }))
}

/// Whether a block is a list of catchwords.
fn is_short_list(raw: &RawBlock) -> bool {
    matches!(&raw.block, Block::List(items) if raw.length < LONG_ITEMS * items.len())
}

/// Whether a block is a list of links.
fn is_links(raw: &RawBlock) -> bool {
    matches!(&raw.block, Block::List(items) if items.len() > 1 && raw.link_length * 2 > raw.length)
}

/// Whether a block inside the article's element is text of it.
fn is_kept(raw: &RawBlock) -> bool {
    let share = raw.link_length as f32 / raw.length.max(1) as f32;
    match &raw.block {
        Block::Paragraph(text) => {
            let caption = raw.beside_picture && raw.length < LONG_CAPTION && !ends_sentence(text);
            share < 0.8 && !caption && !raw.is_furniture()
        }
        Block::Heading { text, .. } => share < 0.8 && !raw.is_furniture() && !ends_article(text),
        Block::Blockquote(_) => share < 0.8,
        Block::List(_) | Block::Table(_) => share < 0.5,
        Block::Preformatted(_) => true,
    }
}
