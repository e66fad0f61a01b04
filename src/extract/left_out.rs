//! Which parts of a page are not its article, by their element or by what they call themselves; unless they hold much
//! of the page's running text: names lie.

use std::collections::HashMap;

use crate::extract::context::Context;
use crate::extract::vocabulary::{ARTICLE, NEVER_ARTICLE, NOT_ARTICLE, is_not_article};
use crate::select::outline::{Outline, Tag};
use crate::select::text::SkipSet;

/// Bytes of running text that make an article, where everything else is less.
const AN_ARTICLE: usize = 1_200;
/// Least length of a text that counts as running text, in bytes.
const RUNNING_TEXT: usize = 60;
/// An element with more of the page's running text than this holds the article, whatever it calls itself.
const TOO_MUCH_TO_SKIP: f32 = 0.35;
/// The same for elements whose names leave no doubt.
const FAR_TOO_MUCH_TO_SKIP: f32 = 0.8;

/// Running text by row: long texts outside links.
#[derive(Debug)]
pub(crate) struct Prose {
    sums: Vec<usize>,
}

impl Prose {
    /// Reads a page once.
    pub(crate) fn of(outline: &Outline<'_>) -> Self {
        let mut sums = Vec::with_capacity(outline.len() + 1);
        sums.push(0);
        let mut link_until = 0;
        let mut total = 0;
        for row in 0..outline.len() {
            if outline.tag(row) == Tag::A {
                link_until = link_until.max(outline.end(row));
            }
            if let Some(text) = outline.text(row)
                && row >= link_until
            {
                let length = text.trim().len();
                if length >= RUNNING_TEXT {
                    total += length;
                }
            }
            sums.push(total);
        }
        Self { sums }
    }

    fn total(&self) -> usize {
        self.sums.last().copied().unwrap_or_default()
    }

    /// Whether a part whose name leaves no doubt goes: it holds little, or not nearly all there is.
    fn is_left_out(&self, outline: &Outline<'_>, row: usize) -> bool {
        self.share(outline, row) <= FAR_TOO_MUCH_TO_SKIP
            || self.sums[outline.end(row)] - self.sums[row] < AN_ARTICLE
    }

    /// The share of the page's running text that stands inside a row.
    fn share(&self, outline: &Outline<'_>, row: usize) -> f32 {
        (self.sums[outline.end(row)] - self.sums[row]) as f32 / self.total().max(1) as f32
    }
}

/// Rows that are not the article by their element or name. A name that many elements share which together hold
/// much of the running text is the article's own, whatever it says.
pub(crate) fn not_article(context: &Context<'_, '_>, prose: &Prose) -> SkipSet {
    let outline = &context.reading.outline;
    let is_named_out = |row: usize, tag: Tag| {
        if matches!(tag, Tag::Html | Tag::Body | Tag::Main | Tag::H1)
            || context.names.is_called(row, ARTICLE)
            || matches!(outline.attr(row, "itemprop"), Some("description" | "articleBody"))
        {
            return false;
        }
        let share = prose.share(outline, row);
        let named = match tag {
            Tag::Article => is_nested_article(outline, row),
            // What a heading is, its words say.
            Tag::H2 | Tag::H3 | Tag::H4 => context.names.is_called(row, NEVER_ARTICLE),
            _ => context.names.is_called(row, NOT_ARTICLE),
        };
        share <= TOO_MUCH_TO_SKIP && named
            || tag != Tag::Article
                && context.names.is_called(row, NEVER_ARTICLE)
                && prose.is_left_out(outline, row)
    };
    let mut by_class: HashMap<&str, f32> = HashMap::new();
    let first = skip_where(outline, |row, tag| {
        let out = is_named_out(row, tag);
        if out {
            for class in classes(outline, row).filter(|class| is_not_article(class)) {
                *by_class.entry(class).or_default() += prose.share(outline, row);
            }
        }
        out || is_aside(outline, prose, row, tag)
    });
    if by_class.values().all(|share| *share <= TOO_MUCH_TO_SKIP) {
        return first;
    }
    skip_where(outline, |row, tag| {
        let shared =
            || classes(outline, row).filter_map(|class| by_class.get(class)).copied().fold(0.0, f32::max);
        is_named_out(row, tag) && shared() <= TOO_MUCH_TO_SKIP || is_aside(outline, prose, row, tag)
    })
}

/// The classes of a row.
pub(crate) fn classes<'a>(outline: &Outline<'a>, row: usize) -> impl Iterator<Item = &'a str> {
    outline.attr(row, "class").unwrap_or_default().split_ascii_whitespace()
}

/// Whether an `<article>` stands inside another: a teaser, or an entry of a running report.
fn is_nested_article(outline: &Outline<'_>, row: usize) -> bool {
    outline.ancestors(row).any(|above| outline.tag(above) == Tag::Article)
}

/// Rows that are not the article by their element alone.
pub(crate) fn by_element(outline: &Outline<'_>, prose: &Prose) -> SkipSet {
    skip_where(outline, |row, tag| is_aside(outline, prose, row, tag))
}

fn is_aside(outline: &Outline<'_>, prose: &Prose, row: usize, tag: Tag) -> bool {
    match tag {
        Tag::Nav | Tag::Aside | Tag::Form => prose.share(outline, row) <= TOO_MUCH_TO_SKIP,
        Tag::Footer | Tag::Dialog => prose.is_left_out(outline, row),
        Tag::Figure => !(row..outline.end(row))
            .any(|inner| matches!(outline.tag(inner), Tag::Table | Tag::Blockquote | Tag::Pre)),
        _ => {
            outline.attr(row, "hidden").is_some()
                || outline.attr(row, "aria-hidden") == Some("true")
                    && prose.share(outline, row) <= TOO_MUCH_TO_SKIP
        }
    }
}

fn skip_where(outline: &Outline<'_>, mut is_out: impl FnMut(usize, Tag) -> bool) -> SkipSet {
    let mut skip = SkipSet::default();
    let mut row = 0;
    while row < outline.len() {
        let tag = outline.tag(row);
        if tag != Tag::Text && is_out(row, tag) && outline.find(row..outline.end(row), Tag::H1).is_none() {
            skip.insert(row);
            row = outline.end(row);
        } else {
            row += 1;
        }
    }
    skip
}
