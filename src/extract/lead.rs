//! The paragraph that opens an article above its text, where the portal marks one up; and the line under the headline.

use std::ops::Range;

use crate::extract::blocks::{RawBlock, ends_sentence, render};
use crate::extract::context::{Context, Sourced, sourced};
use crate::extract::headline::likeness;
use crate::extract::vocabulary::{LEAD, NEVER_ARTICLE, PICTURE, SUBHEADLINE};
use crate::extract::witness::letters;
use crate::model::article::Block;
use crate::select::date_text::{self, NumericOrder};
use crate::select::outline::Tag;
use crate::select::text::{SkipSet, start_of};

/// Least length of a lead without a mark, in bytes.
const MIN_LEAD: usize = 40;
/// A line of that many bytes which the description repeats is a lead even where it is marked up as a subheadline.
const LONG_LINE: usize = 60;
/// Greatest length of a lead, in bytes.
const MAX_LEAD: usize = 1_200;
/// How far a description is compared, in bytes of letters.
const PROBE: usize = 40;
/// Bytes of letters that may stand before a lead the description repeats: a place.
const PLACE: usize = 24;
/// How many elements around a block may carry the mark.
const MARK_DEPTH: usize = 3;
/// A heading that is so like the headline repeats it.
const LIKE_THE_HEADLINE: f32 = 0.6;
/// Rows searched at most.
const MAX_ROWS: usize = 1_500;

/// What stands between headline and text.
#[derive(Debug, Default)]
pub(crate) struct Opening {
    /// The lead.
    pub(crate) lead: Option<Sourced<String>>,
    /// The line under the headline.
    pub(crate) subheadline: Option<Sourced<String>>,
}

/// Reads what stands between the headline's row and the body's first row.
pub(crate) fn opening(
    context: &Context<'_, '_>,
    headline: usize,
    title: Option<&str>,
    body: usize,
) -> Opening {
    let outline = &context.reading.outline;
    let start = outline.end(headline);
    let mut opening = Opening::default();
    if start >= body || body - start > MAX_ROWS {
        return opening;
    }
    let rows = start..body;
    let blocks = render(outline, rows.clone(), &furniture(context, rows));
    let descriptions: Vec<String> = descriptions(context);
    let mut best: Option<(f32, &RawBlock, &'static str)> = None;
    for (index, raw) in blocks.iter().enumerate() {
        let (Block::Paragraph(text) | Block::Heading { level: 2.., text } | Block::Blockquote(text)) =
            &raw.block
        else {
            continue;
        };
        if raw.length > MAX_LEAD || raw.link_length * 3 > raw.length || raw.is_furniture() || is_label(text) {
            continue;
        }
        let is_heading = matches!(raw.block, Block::Heading { .. });
        if is_heading && title.is_some_and(|title| likeness(text, title) > LIKE_THE_HEADLINE) {
            continue;
        }
        let marked = is_marked(context, raw, LEAD);
        let described = is_described(text, &descriptions);
        if opening.subheadline.is_none()
            && !marked
            && !(described && raw.length >= LONG_LINE)
            && is_marked(context, raw, SUBHEADLINE)
            && !ends_sentence(text)
        {
            opening.subheadline = Some(sourced(text.clone(), "generic", "class"));
            continue;
        }
        let mut score = f32::from(u8::from(marked)) * 2.5 + f32::from(u8::from(described)) * 3.0;
        score += if raw.length >= MIN_LEAD { 1.0 } else { -1.0 };
        score += if ends_sentence(text) { 0.5 } else { 0.0 };
        score += if raw.in_p || is_heading { 0.5 } else { -0.5 };
        score += if index == 0 { 0.5 } else { 0.0 };
        score += if raw.length > 100 { 0.5 } else { 0.0 };
        if score >= 2.0 && best.is_none_or(|(other, _, _)| score > other) {
            let rule = if marked {
                "class"
            } else if described {
                "description"
            } else {
                "below headline"
            };
            best = Some((score, raw, rule));
        }
    }
    opening.lead = best.map(|(_, raw, rule)| sourced(raw.block.text().into_owned(), "generic", rule));
    opening
}

/// Whether a block that stands first in the text is marked up as the lead.
pub(crate) fn is_lead(context: &Context<'_, '_>, raw: &RawBlock) -> bool {
    let (Block::Paragraph(text) | Block::Heading { text, .. }) = &raw.block else { return false };
    let heading = matches!(raw.block, Block::Heading { .. });
    (MIN_LEAD..MAX_LEAD).contains(&raw.length)
        && (is_marked(context, raw, LEAD) || heading && is_described(text, &descriptions(context)))
}

/// What a reader of the opening does not read: pictures, menus, sharing, dates.
fn furniture(context: &Context<'_, '_>, rows: Range<usize>) -> SkipSet {
    let outline = &context.reading.outline;
    let mut skip = SkipSet::default();
    for row in rows {
        let tag = outline.tag(row);
        if matches!(tag, Tag::Nav | Tag::Aside | Tag::Form | Tag::Figure | Tag::Time)
            || tag != Tag::Text
                && outline.end(row) - row < 80
                && (context.names.is_called(row, NEVER_ARTICLE)
                    || context.names.is_called(row, PICTURE) && !context.names.is_called(row, LEAD))
            || outline.attr(row, "hidden").is_some()
        {
            skip.insert(row);
        }
    }
    skip
}

fn is_marked(context: &Context<'_, '_>, raw: &RawBlock, words: crate::extract::vocabulary::List) -> bool {
    let outline = &context.reading.outline;
    std::iter::once(raw.rows.start)
        .chain(outline.ancestors(raw.rows.start))
        .filter(|row| outline.tag(*row) != Tag::Text)
        .take(MARK_DEPTH)
        .take_while(|row| outline.end(*row) - row < 60)
        .any(|row| context.names.is_called(row, words))
}

/// The descriptions the page gives of itself, letters alone.
pub(crate) fn descriptions(context: &Context<'_, '_>) -> Vec<String> {
    let said = ["og:description", "description", "twitter:description"]
        .iter()
        .filter_map(|name| context.reading.meta(name));
    said.chain(context.json_ld(&["description"]))
        .map(|text| letters(&text))
        .filter(|text| text.len() >= PROBE / 2)
        .collect()
}

/// Whether a text begins as one of the descriptions does.
pub(crate) fn is_described(text: &str, descriptions: &[String]) -> bool {
    let text = letters(text);
    let probe = start_of(&text, PROBE);
    let after_place = |description: &String| {
        let probe = start_of(description, PROBE);
        probe.len() + 3 >= PROBE && text.find(probe).is_some_and(|at| at <= PLACE)
    };
    probe.len() >= PROBE / 2
        && descriptions.iter().any(|description| description.starts_with(probe) || after_place(description))
}

/// A byline, a date, a reading time: not a statement.
fn is_label(text: &str) -> bool {
    let short = text.chars().count() < 100;
    let first = text.split_whitespace().next().unwrap_or_default().trim_end_matches(':').to_lowercase();
    short
        && matches!(
            first.as_str(),
            "von" | "by" | "par" | "por" | "di" | "autor" | "autorin" | "text" | "foto" | "author"
        )
        || text.chars().count() < 60 && date_text::find(text, NumericOrder::DayFirst).is_some()
}
