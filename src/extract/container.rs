//! Finds the element that holds most of an article's running text and little else.

use std::ops::Range;

use crate::extract::blocks::RawBlock;
use crate::extract::context::Context;
use crate::extract::left_out::classes;
use crate::extract::vocabulary::{ARTICLE, is_article};
use crate::select::outline::{Outline, Tag};

/// Share of the best element's worth that is enough for one that calls itself the article's text.
const ENOUGH_WHEN_NAMED: f32 = 0.5;
/// Share of the best named element's worth that is enough for one around it.
const ENOUGH_WHEN_OUTERMOST: f32 = 0.8;
/// Most classes of elements that call themselves the article's text.
const MAX_NAMED: usize = 64;
/// Share of the best element's worth that is enough for one further inside.
const ENOUGH_WHEN_INNERMOST: f32 = 0.92;

/// The rows that hold the article.
pub(crate) struct Container {
    /// In order, none inside another.
    pub(crate) ranges: Vec<Range<usize>>,
    /// What the text in them is worth.
    pub(crate) score: f32,
    /// They call themselves the article's text.
    pub(crate) named: bool,
}

/// The rows with most running text and least else: those of elements that call themselves the article's text before
/// others (several of one class are its pieces), then the innermost element that loses next to nothing.
pub(crate) fn container(
    context: &Context<'_, '_>,
    blocks: &[RawBlock],
    worth: &[f32],
    headline: Option<usize>,
) -> Option<Container> {
    let outline = &context.reading.outline;
    let mut sums = vec![0.0_f32];
    for worth in worth {
        sums.push(sums.last().copied().unwrap_or_default() + worth);
    }
    let starts: Vec<usize> = blocks.iter().map(|block| block.rows.start).collect();
    let mut scores: Vec<(usize, f32)> = Vec::new();
    let mut best = 0.0_f32;
    let mut named: Vec<(&str, Vec<Range<usize>>, f32)> = Vec::new();
    for row in 0..outline.len() {
        let tag = outline.tag(row);
        // A paragraph holds no article, however much text it has.
        if matches!(tag, Tag::Text | Tag::P) || tag.heading_level().is_some() || outline.end(row) == row + 1 {
            continue;
        }
        let from = starts.partition_point(|start| *start < row);
        let to = starts.partition_point(|start| *start < outline.end(row));
        // What stands in a line holds no more than a piece of it.
        if tag.is_inline() && blocks[from..to].last().is_none_or(|block| block.rows.end > outline.end(row)) {
            continue;
        }
        let score = sums[to] - sums[from];
        if score > 0.0 {
            scores.push((row, score));
            best = best.max(score);
        } else if score < 0.0 || from == to {
            continue;
        }
        if context.names.is_called(row, ARTICLE) {
            let class = classes(outline, row).find(|class| is_article(class)).unwrap_or_default();
            let range = row..outline.end(row);
            let room = named.len() < MAX_NAMED;
            match named.iter_mut().find(|(known, ..)| *known == class) {
                Some((_, ranges, sum)) if ranges.last().is_none_or(|last| last.end <= row) => {
                    ranges.push(range);
                    *sum += score;
                }
                None if room => named.push((class, vec![range], score)),
                _ => {}
            }
        }
    }
    // Of elements inside one another the outermost: it holds the headings between the pieces.
    let most = named.iter().map(|(.., score)| *score).fold(0.0, f32::max);
    let named = named.into_iter().find(|(.., score)| *score >= ENOUGH_WHEN_OUTERMOST * most);
    if let Some((_, ranges, score)) = named
        && score >= ENOUGH_WHEN_NAMED * best
    {
        return Some(Container { ranges: of_one_article(outline, ranges, headline), score, named: true });
    }
    let Some((row, score)) =
        scores.iter().copied().rfind(|(_, score)| *score >= ENOUGH_WHEN_INNERMOST * best)
    else {
        // More speaks against every element than for it: the one around the best paragraph.
        let (block, worth) =
            blocks.iter().zip(worth).filter(|(_, worth)| **worth > 0.0).max_by(|a, b| a.1.total_cmp(b.1))?;
        let row = block.holder;
        return Some(Container {
            ranges: std::iter::once(row..outline.end(row)).collect(),
            score: *worth,
            named: false,
        });
    };
    // Its like beside it are pieces of the same text, where nothing in them speaks against it.
    let is_piece = |other: usize| {
        other == row
            || outline.row(other).parent == outline.row(row).parent
                && outline.tag(other) == outline.tag(row)
                && classes(outline, row)
                    .next()
                    .is_some_and(|class| classes(outline, other).next() == Some(class))
                && worth[starts.partition_point(|start| *start < other)
                    ..starts.partition_point(|start| *start < outline.end(other))]
                    .iter()
                    .all(|worth| *worth >= 0.0)
    };
    let pieces = scores.iter().filter(|(other, _)| is_piece(*other));
    let (ranges, scores): (Vec<_>, Vec<f32>) =
        pieces.map(|(other, score)| (*other..outline.end(*other), *score)).unzip();
    Some(Container { ranges, score: scores.iter().sum::<f32>().max(score), named: false })
}

/// The pieces before the next article's headline: pages go on with another article where one ends.
fn of_one_article(
    outline: &Outline<'_>,
    mut ranges: Vec<Range<usize>>,
    headline: Option<usize>,
) -> Vec<Range<usize>> {
    if let Some(headline) = headline
        && ranges[0].start > headline
        && let Some(next) = outline.find(ranges[0].end..ranges[ranges.len() - 1].start, Tag::H1)
    {
        ranges.retain(|range| range.start < next);
    }
    ranges
}
