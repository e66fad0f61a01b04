//! Takes the dateline off a text: the portal's own pattern first, then the shapes `structure` knows.

use jiff::Zoned;

use crate::extract::context::Context;
use crate::model::annotation::Dateline;
use crate::structure::{self, FoundDateline};

/// A dateline and how many bytes of the text it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DatelineFound {
    /// What it says.
    pub(crate) dateline: Dateline,
    /// Where the text goes on.
    pub(crate) length: usize,
    /// The pattern was the portal's own.
    pub(crate) by_portal: bool,
}

/// The dateline at the start of `text`, an article's in `language`, published at `published`.
pub(crate) fn find(
    text: &str,
    context: &Context<'_, '_>,
    language: Option<&str>,
    published: Option<&Zoned>,
) -> Option<DatelineFound> {
    let places = context.portal.map(|portal| portal.places.as_slice()).unwrap_or_default();
    let about = structure::Context { language, published, places };
    let own = context.layout.and_then(|layout| layout.article.dateline_pattern.as_ref());
    let by_portal = own.and_then(|pattern| structure::dateline::find_with_pattern(text, pattern, &about));
    let is_own = by_portal.is_some();
    let FoundDateline { dateline, span } =
        by_portal.or_else(|| structure::dateline::find_in_text(text, &about))?;
    let length = text.char_indices().nth(span.end).map_or(text.len(), |(byte, _)| byte);
    let names_something = dateline.place.is_some() || !dateline.agencies.is_empty();
    // What is nothing but a dateline is a line of its own, not the head of a text.
    let goes_on = !text[length..].trim().is_empty();
    (names_something && goes_on).then_some(DatelineFound { dateline, length, by_portal: is_own })
}
