//! The date a reader sees: `<time>`, marked-up dates, dated lines beside the headline and at the text's end; weighed,
//! and never one of a teaser, a comment, a copyright line or today's page header.

use std::sync::LazyLock;

use regex::Regex;

use crate::extract::context::{Context, Place, Sourced, sourced};
use crate::extract::times::resolve;
use crate::extract::vocabulary::{DATE, NEVER_DATES, OTHER_DATES};
use crate::model::publication_time::{Precision, PublicationTime};
use crate::select::date_text::{self, DateText};
use crate::select::outline::Tag;
use crate::select::text::{SkipSet, start_of, text_of};

/// Rows before the headline that belong to it.
const ROWS_ABOVE: usize = 60;
/// Rows after the text that belong to it.
const ROWS_BELOW: usize = 80;
/// Most rows of an element that holds a date and little else.
const ROWS_OF_A_DATE: usize = 14;
/// Texts at the start of the body that may begin with the date.
const FIRST_TEXTS: usize = 8;
/// Longest line that is a dated line, in bytes.
const MAX_LINE: usize = 160;
/// Least score of a date that is believed.
const MIN_SCORE: f32 = 1.0;
/// Least score of one that is believed where there is no other.
const MIN_UNMARKED: f32 = -0.4;
/// Most dates looked at.
const MAX_DATES: usize = 400;

/// The date of publication the page shows: strictly first, then whatever is dated beside the headline.
pub(crate) fn published(context: &Context<'_, '_>, place: &Place) -> Option<Sourced<PublicationTime>> {
    let found = marked_published(context)
        .or_else(|| search(context, place, is_elsewhere, MIN_SCORE))
        .or_else(|| at_the_start(context, place))
        .or_else(|| search(context, place, is_never_its_own, MIN_SCORE))
        .or_else(|| labelled(context))?;
    let source = if found.1 == "itemprop" { "microdata" } else { "generic" };
    Some(sourced(resolve(context, found.0)?, source, found.1))
}

/// A date that stands in the text or below it without a mark of its own: better than none, worse than any other.
pub(crate) fn unmarked(context: &Context<'_, '_>, place: &Place) -> Option<Sourced<PublicationTime>> {
    let (date, _) = search(context, place, is_elsewhere, MIN_UNMARKED)?;
    Some(sourced(resolve(context, date)?, "generic", "unmarked date"))
}

/// The only element of the page that calls itself the date of publication.
fn marked_published(context: &Context<'_, '_>) -> Option<(DateText, &'static str)> {
    let outline = &context.reading.outline;
    let mut rows = (0..outline.len()).filter(|row| {
        outline.attr(*row, "itemprop").is_some_and(|name| name.eq_ignore_ascii_case("datePublished"))
    });
    let (first, second) = (rows.next()?, rows.next());
    if second.is_some() {
        return None;
    }
    date_at(context, first).map(|(date, _, rule)| (date, rule))
}

/// A line anywhere that says of its date what it is: `Stand: 29.01.2020`.
fn labelled(context: &Context<'_, '_>) -> Option<(DateText, &'static str)> {
    let outline = &context.reading.outline;
    (0..outline.len())
        .filter(|row| {
            outline.text(*row).is_some_and(|text| PUBLISHED.is_match(text) || MODIFIED.is_match(text))
        })
        .take(MAX_DATES)
        .find_map(|row| {
            // The date may stand in an element of its own beside its label.
            let lines = std::iter::once(row).chain(outline.ancestors(row)).take(3);
            let small = lines.take_while(|line| outline.end(*line) - line <= ROWS_OF_A_DATE);
            let (text, date) = small.map(|line| short_text(context, line)).find_map(|text| {
                let (date, _) = date_text::find(&text, context.order)?;
                Some((text, date))
            })?;
            let fits = date.precision >= Precision::Day && !NOT_PUBLISHED.is_match(&text);
            fits.then_some((date, "labelled line"))
        })
}

/// A date before one of the first sentences of the text: `27.1.2022 - The council …`
fn at_the_start(context: &Context<'_, '_>, place: &Place) -> Option<(DateText, &'static str)> {
    let outline = &context.reading.outline;
    let texts = place.body.clone().filter_map(|row| outline.text(row).map(str::trim_start));
    texts.filter(|text| !text.is_empty()).take(FIRST_TEXTS).enumerate().find_map(|(index, text)| {
        let (date, range) = date_text::find(start_of(text, 72), context.order)?;
        // `Ulm | Neu-Ulm, 27. Januar 2022 – The council …`
        let after_places = text[..range.start].ends_with(", ");
        // Place and date alone on a line may follow a teaser.
        let alone = after_places && range.end == text.trim_end().len();
        let near = range.start <= if index > 0 && !alone { 0 } else { 24 + 24 * usize::from(after_places) };
        (near && date.precision >= Precision::Day).then_some((date, "first line"))
    })
}

fn search(
    context: &Context<'_, '_>,
    place: &Place,
    is_out: impl Fn(&Context<'_, '_>, usize, &Place) -> bool,
    least: f32,
) -> Option<(DateText, &'static str)> {
    let outline = &context.reading.outline;
    let mut best: Option<(f32, DateText, &'static str)> = None;
    let mut seen = 0;
    let mut row = 0;
    while row < outline.len() && seen < MAX_DATES {
        let tag = outline.tag(row);
        if tag != Tag::Text && is_out(context, row, place) {
            row = outline.end(row);
            continue;
        }
        if let Some((date, base, rule)) = date_at(context, row) {
            seen += 1;
            let score = base + beside(row, place);
            let better = best.is_none_or(|(other, known, _)| {
                let same_with_time = known.date == date.date && known.time.is_none() && date.time.is_some();
                score > other || score >= other - 0.5 && same_with_time
            });
            if better {
                best = Some((best.map_or(score, |(other, _, _)| score.max(other)), date, rule));
            }
        }
        row += 1;
    }
    let (score, date, rule) = best?;
    (score >= least && date.precision >= Precision::Day).then_some((date, rule))
}

/// Whether a part of the page can in no case hold the article's date.
fn is_never_its_own(context: &Context<'_, '_>, row: usize, place: &Place) -> bool {
    let outline = &context.reading.outline;
    let far = |row: usize| {
        place
            .headline
            .is_some_and(|headline| row > headline + 4 * ROWS_BELOW || row + 2 * ROWS_ABOVE < headline)
    };
    match outline.tag(row) {
        Tag::Html | Tag::Body | Tag::Main => false,
        Tag::Option | Tag::Select => true,
        _ if is_date_of_the_head(context, row, place) => false,
        Tag::Nav | Tag::Footer | Tag::Aside => far(row),
        _ => context.names.is_called(row, NEVER_DATES) || far(row) && outline.end(row) - row < 400,
    }
}

/// Whether a small element between headline and text calls itself a date: in a commentator's column too.
fn is_date_of_the_head(context: &Context<'_, '_>, row: usize, place: &Place) -> bool {
    let outline = &context.reading.outline;
    place.headline.is_some_and(|headline| headline < row && row < place.body.start)
        && outline.end(row) - row <= ROWS_OF_A_DATE
        && context.names.is_called(row, DATE)
}

/// Whether a part of the page is another story's, a reader's or the page's own.
fn is_elsewhere(context: &Context<'_, '_>, row: usize, place: &Place) -> bool {
    let outline = &context.reading.outline;
    let holds_article = place.headline.is_some_and(|headline| outline.holds(row, headline))
        || !place.body.is_empty() && outline.holds(row, place.body.start);
    if holds_article || is_date_of_the_head(context, row, place) {
        return false;
    }
    match outline.tag(row) {
        Tag::Nav | Tag::Aside | Tag::Option | Tag::Select => true,
        // The page's header shows today's date, its footer the copyright's; an article's own stay.
        Tag::Footer => !outline.ancestors(row).any(|above| outline.tag(above) == Tag::Article),
        Tag::Article => {
            place.headline.is_some() && outline.ancestors(row).any(|above| outline.tag(above) == Tag::Article)
        }
        Tag::A => {
            outline.attr(row, "href").is_some_and(|href| href.len() > 1)
                && outline.find(row..outline.end(row), Tag::Time).is_none()
                && outline.end(row) - row > 6
        }
        Tag::Html | Tag::Body | Tag::Main => false,
        _ => context.names.is_called(row, OTHER_DATES),
    }
}

/// The date an element or text shows, and how much its mark speaks for it.
fn date_at(context: &Context<'_, '_>, row: usize) -> Option<(DateText, f32, &'static str)> {
    let outline = &context.reading.outline;
    let read =
        |text: &str| date_text::parse(text, context.order).filter(|date| date.precision >= Precision::Day);
    if let Some(text) = outline.text(row) {
        let text = text.trim();
        if text.len() > MAX_LINE || !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (date, range) = date_text::find(text, context.order)?;
        if date.precision < Precision::Day {
            return None;
        }
        // A credit in a line with day and hour is no copyright line.
        let label = label_score(text);
        let label = if date.time.is_some() && label < -1.0 { 0.0 } else { label };
        let rest = text.len() - range.len();
        let alone = match rest {
            0..=3 => 1.0,
            4..=40 => 0.7,
            _ => -0.7,
        };
        return Some((date, label + alone, "dated line"));
    }
    let element = outline.element(row)?;
    let property =
        ["itemprop", "property"].iter().find_map(|name| crate::select::outline::attr(element, name));
    let property = property.unwrap_or_default();
    let value = ["datetime", "content", "title", "data-date", "data-datetime", "data-timestamp"]
        .iter()
        .find_map(|name| crate::select::outline::attr(element, name));
    let is_time = outline.tag(row) == Tag::Time;
    let is_published = property.split_ascii_whitespace().any(|name| {
        let name = name.rsplit(':').next().unwrap_or(name);
        name.eq_ignore_ascii_case("datePublished")
            || property.starts_with("dc") && matches!(name, "created" | "issued")
    });
    let is_modified = property.eq_ignore_ascii_case("dateModified")
        || crate::select::outline::attr(element, "class").is_some_and(|class| {
            let class = class.to_ascii_lowercase();
            class.contains("modif") || class.contains("update") && !class.contains("publish")
        });
    let modified = if is_modified { -1.5 } else { 0.0 };
    if is_published {
        let date = value.and_then(read).or_else(|| read(&short_text(context, row)))?;
        return Some((date, 4.0, "itemprop"));
    }
    if is_time || outline.tag(row) == Tag::Abbr {
        let date = value.and_then(read).or_else(|| read(&short_text(context, row)))?;
        let published = crate::select::outline::attr(element, "pubdate").is_some()
            || crate::select::outline::attr(element, "class").is_some_and(|class| class.contains("publish"));
        let label = label_score(&around(context, row));
        return Some((date, 1.5 + modified + label + if published { 1.0 } else { 0.0 }, "time"));
    }
    if outline.end(row) - row > ROWS_OF_A_DATE || !context.names.is_called(row, DATE) {
        return None;
    }
    let text = short_text(context, row);
    let date = value.and_then(read).or_else(|| read(&text))?;
    Some((date, 1.2 + modified + label_score(&text), "class"))
}

/// How near to headline and text a row stands.
fn beside(row: usize, place: &Place) -> f32 {
    let body = &place.body;
    match place.headline {
        Some(headline) if row < headline && headline - row <= ROWS_ABOVE => 1.0,
        Some(headline)
            if row >= headline && (row < body.start || body.is_empty() && row - headline < ROWS_BELOW) =>
        {
            1.5
        }
        None if row < body.start && body.start - row <= 4 * ROWS_ABOVE => 0.6,
        _ if body.contains(&row) => 0.2,
        _ if !body.is_empty() && row < body.start && body.start - row <= ROWS_ABOVE => 1.0,
        _ if !body.is_empty() && row >= body.end && row - body.end <= ROWS_BELOW => 0.6,
        _ => -0.5,
    }
}

/// Words that say what a date is.
fn label_score(text: &str) -> f32 {
    let start = start_of(text, MAX_LINE);
    if NOT_PUBLISHED.is_match(start) {
        -3.0
    } else if PUBLISHED.is_match(start) {
        1.5
    } else if MODIFIED.is_match(start) {
        -0.5
    } else {
        0.0
    }
}

static PUBLISHED: LazyLock<Regex> = LazyLock::new(|| labels(include_str!("words/published_labels.txt")));
static MODIFIED: LazyLock<Regex> = LazyLock::new(|| labels(include_str!("words/modified_labels.txt")));

/// A list of patterns for the start of a word as one.
fn labels(list: &str) -> Regex {
    Regex::new(&format!(r"(?i)(?-u:\b)(?:{})", one_of(list))).expect("tested patterns")
}

fn one_of(list: &str) -> String {
    let lines = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.collect::<Vec<_>>().join("|")
}

/// Lines whose date is none of the article's.
static NOT_PUBLISHED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!("(?i){}", one_of(include_str!("words/not_published.txt")))).expect("tested patterns")
});

fn short_text(context: &Context<'_, '_>, row: usize) -> String {
    let text = text_of(&context.reading.outline, row, &SkipSet::default());
    start_of(&text, MAX_LINE).to_owned()
}

/// The words just before a marked-up date.
fn around(context: &Context<'_, '_>, row: usize) -> String {
    let outline = &context.reading.outline;
    let parent = outline.row(row).parent;
    if outline.end(parent) - parent > 20 {
        return String::new();
    }
    (parent..row).filter_map(|row| outline.text(row)).collect::<Vec<_>>().concat()
}
