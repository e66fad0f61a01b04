//! Times of day: "19.30 Uhr", "7:30 p.m.", "von 10 bis 18 Uhr".

use super::form::Clock;
use super::lexicon::Role;
use super::numeric::small;
use super::reader::{Language, Reader};

/// A time, or one time to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClockSpan {
    /// The time.
    pub(crate) from: Clock,
    /// The end, if it is a span.
    pub(crate) to: Option<Clock>,
}

/// A time of day at this place, and the place after it.
pub(crate) fn clock(reader: &Reader<'_>, place: usize) -> Option<(ClockSpan, usize)> {
    let place = if reader.is(place, Role::Opener) { place + 1 } else { place };
    if let Some(hour) = reader
        .at(place)
        .meaning
        .count
        .filter(|hour| (2..=12).contains(hour) && reader.is(place + 1, Role::Clock))
    {
        // "gegen fünf Uhr"
        let from = Clock { hour: i8::try_from(hour).ok()?, minute: 0 };
        return Some((ClockSpan { from, to: None }, place + 2));
    }
    if reader.at(place).digits() == 0 || reader.is_part_of_figure(place) {
        return None;
    }
    match reader.language {
        Language::German => german(reader, place),
        Language::English { .. } => english(reader, place),
    }
}

fn german(reader: &Reader<'_>, place: usize) -> Option<(ClockSpan, usize)> {
    let (from, after) = figures(reader, place)?;
    if reader.is(after, Role::Clock) {
        if let Some(minute) =
            small(reader, after + 1, 59).filter(|_| from.minute == 0 && reader.at(after + 1).digits() == 2)
        {
            return Some((ClockSpan { from: Clock { minute, ..from }, to: None }, after + 2));
        }
        let next = after + 1;
        if (reader.is(next, Role::Range) || reader.at(next).is_dash())
            && let Some((to, end)) = figures(reader, next + 1).filter(|(_, end)| reader.is(*end, Role::Clock))
        {
            return Some((ClockSpan { from, to: Some(to) }, end + 1));
        }
        return Some((ClockSpan { from, to: None }, after + 1));
    }
    let joins = reader.is(after, Role::Range) || reader.at(after).is_dash();
    let lists = reader.is(after, Role::And) || reader.at(after).is_one_of("/,");
    if joins || lists {
        let (to, end) = figures(reader, after + 1)?;
        if reader.is(end, Role::Clock) {
            let is_span = joins || reader.is(place.wrapping_sub(1), Role::Opener);
            return Some(if is_span {
                (ClockSpan { from, to: Some(to) }, end + 1)
            } else {
                (ClockSpan { from, to: None }, after)
            });
        }
    }
    // "um 19:30" says enough with its colon; "19:30" alone may be a score.
    let has_colon = reader.at(place + 1).is_mark(':') && reader.at(place + 2).digits() == 2;
    (has_colon && reader.is_word(place.wrapping_sub(1), &["um", "ab", "gegen"]))
        .then_some((ClockSpan { from, to: None }, after))
}

/// `19`, `19.30`, `19:30`.
fn figures(reader: &Reader<'_>, place: usize) -> Option<(Clock, usize)> {
    let hour = small(reader, place, 24)?;
    if reader.is_glued(place + 1, ".:") && reader.at(place + 2).digits() == 2 && !reader.at(place + 2).spaced
    {
        let minute = small(reader, place + 2, 59)?;
        return Some((Clock { hour, minute }, place + 3));
    }
    Some((Clock { hour, minute: 0 }, place + 1))
}

fn english(reader: &Reader<'_>, place: usize) -> Option<(ClockSpan, usize)> {
    let (from, after) = figures(reader, place)?;
    if let Some((half, end)) = half_of_day(reader, after) {
        let from = half.apply(from)?;
        return Some(match english_end(reader, end) {
            Some((to, past)) => (ClockSpan { from, to: Some(to) }, past),
            None => (ClockSpan { from, to: None }, end),
        });
    }
    let joins = reader.is(after, Role::Range) || reader.at(after).is_dash();
    if joins
        && let Some((to, middle)) = figures(reader, after + 1)
        && let Some((half, end)) = half_of_day(reader, middle)
    {
        let (from, to) = (half.apply(from)?, half.apply(to)?);
        return Some((ClockSpan { from, to: Some(to) }, end));
    }
    let has_colon = reader.is_glued(place + 1, ":") && reader.at(place + 2).digits() == 2;
    if !has_colon {
        return None;
    }
    if reader.is_word(
        after,
        &["GMT", "UTC", "EST", "EDT", "ET", "PST", "PDT", "PT", "CET", "CEST", "BST", "CST", "CDT", "hours"],
    ) {
        return Some((ClockSpan { from, to: None }, after + 1));
    }
    reader.is_word(place.wrapping_sub(1), &["at"]).then_some((ClockSpan { from, to: None }, after))
}

/// "to 5 p.m."
fn english_end(reader: &Reader<'_>, place: usize) -> Option<(Clock, usize)> {
    if !(reader.is(place, Role::Range) || reader.at(place).is_dash()) {
        return None;
    }
    let (to, middle) = figures(reader, place + 1)?;
    let (half, end) = half_of_day(reader, middle)?;
    Some((half.apply(to)?, end))
}

#[derive(Clone, Copy)]
enum HalfOfDay {
    Morning,
    Afternoon,
}

impl HalfOfDay {
    fn apply(self, clock: Clock) -> Option<Clock> {
        if !(1..=12).contains(&clock.hour) {
            return None;
        }
        let hour = clock.hour % 12;
        Some(Clock { hour: if matches!(self, Self::Afternoon) { hour + 12 } else { hour }, ..clock })
    }
}

/// `pm`, `p.m.`
fn half_of_day(reader: &Reader<'_>, place: usize) -> Option<(HalfOfDay, usize)> {
    if reader.is_word(place, &["am"]) {
        return Some((HalfOfDay::Morning, place + 1));
    }
    if reader.is_word(place, &["pm"]) {
        return Some((HalfOfDay::Afternoon, place + 1));
    }
    let half = if reader.is_word(place, &["a"]) {
        HalfOfDay::Morning
    } else if reader.is_word(place, &["p"]) {
        HalfOfDay::Afternoon
    } else {
        return None;
    };
    if !(reader.is_glued(place + 1, ".") && reader.is_word(place + 2, &["m"])) {
        return None;
    }
    Some((half, if reader.is_glued(place + 3, ".") { place + 4 } else { place + 3 }))
}
