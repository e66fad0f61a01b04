//! The date inside a dateline: "6. April 2020", "April 6", "6 abr", "06 APR", "(07-17) 13:09 PDT".

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::head::Head;
use crate::structure::Context;

/// A date as far as it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct LineDate {
    day: Option<i8>,
    month: Option<i8>,
    /// The year, if it is written.
    pub(crate) year: Option<i16>,
    weekday: Option<Weekday>,
    /// Month and day of a figure may be either.
    is_us_order: bool,
    /// A time of day stood with it.
    pub(crate) has_time: bool,
}

impl LineDate {
    /// Names the day of a month, or a month of a year.
    pub(crate) fn is_full(&self) -> bool {
        (self.day.is_some() || self.year.is_some()) && self.month.is_some()
    }

    /// Names a month only.
    pub(crate) fn is_month(&self) -> bool {
        self.day.is_none() && self.month.is_some()
    }

    /// As the record has it: `2020-04-06`, `2020-04`.
    pub(crate) fn value(&self, context: &Context<'_>) -> Option<String> {
        if let (None, Some(month), Some(year)) = (self.day, self.month, self.year) {
            return Some(format!("{year:04}-{month:02}"));
        }
        self.resolve(context).map(|date| date.to_string())
    }

    /// The day it means: the last one not after the day of publication. Of a month the day nearest to that.
    pub(crate) fn resolve(&self, context: &Context<'_>) -> Option<Date> {
        let published = context.published.map(jiff::Zoned::date);
        if let (None, Some(month), Some(year)) = (self.day, self.month, self.year) {
            let first = Date::new(year, month, 1).ok()?;
            return Some(published.map_or(first, |day| day.clamp(first, first.last_of_month())));
        }
        if let (Some(day), None) = (self.day, self.month) {
            // "MADRID, 14 (EUROPA PRESS)": of this month or the one before
            let latest = published?.checked_add(1.days()).ok()?;
            let last_month = latest.first_of_month().checked_sub(1.days()).ok()?;
            return [latest, last_month]
                .iter()
                .filter_map(|month| Date::new(month.year(), month.month(), day).ok())
                .find(|date| *date <= latest);
        }
        let (Some(day), Some(month)) = (self.day, self.month) else {
            let (weekday, published) = (self.weekday?, published?);
            return if published.weekday() == weekday {
                Some(published)
            } else {
                published.nth_weekday(-1, weekday).ok()
            };
        };
        let (day, month) = if self.is_us_order { self.untangle(day, month, published) } else { (day, month) };
        if let Some(year) = self.year {
            return Date::new(year, month, day).ok();
        }
        let published = published?;
        // A desk in a zone ahead may date its story tomorrow.
        let latest = published.checked_add(1.days()).ok()?;
        [0, -1, -2, -3, -4]
            .iter()
            .filter_map(|by| Date::new(published.year().checked_add(*by)?, month, day).ok())
            .find(|date| *date <= latest)
    }

    /// "4/6/2020" beside a publication day: the reading that is nearer.
    fn untangle(&self, day: i8, month: i8, published: Option<Date>) -> (i8, i8) {
        if month > 12 {
            return (month, day);
        }
        let (Some(published), true) = (published, day <= 12) else { return (day, month) };
        let year = self.year.unwrap_or(published.year());
        let distance = |month, day| {
            Date::new(year, month, day)
                .ok()
                .and_then(|date| published.until(date).ok())
                .map_or(i32::MAX, |span| span.get_days().abs())
        };
        if distance(day, month) < distance(month, day) { (month, day) } else { (day, month) }
    }
}

/// A date, perhaps with weekday and time, at this place, and the place after it.
pub(crate) fn date(head: &Head<'_>, place: usize) -> Option<(LineDate, usize)> {
    let mut found = LineDate::default();
    let mut at = place;
    // "den 6. April", "am 6. April", "le 6 avril", "il 6 aprile"
    if head.at(at).is_word()
        && matches!(head.at(at).text, "den" | "am" | "le" | "el" | "il" | "lì" | "on" | "the")
        && head.at(at + 1).digits() > 0
    {
        at += 1;
    }
    if let Some(weekday) = head.at(at).meaning.weekday.filter(|_| is_weekday(head, at)) {
        found.weekday = Some(weekday);
        at += 1;
        while head.at(at).is_one_of(".,") {
            at += 1;
        }
        if matches!(head.at(at).text, "den" | "dem" | "le" | "the") {
            at += 1;
        }
    }
    if let Some((day, after)) = day(head, at).or_else(|| month_of_year(head, at)) {
        found = LineDate { weekday: found.weekday, ..day };
        at = after;
    } else if found.weekday.is_some() {
        // the marks after it belong to what follows
        at = place + 1;
    } else {
        return None;
    }
    if let Some(after) = time(head, at) {
        found.has_time = true;
        at = after;
    }
    Some((found, at))
}

/// "April 2020", "im April 2020".
fn month_of_year(head: &Head<'_>, place: usize) -> Option<(LineDate, usize)> {
    let at = if matches!(head.at(place).text, "im" | "en" | "in") { place + 1 } else { place };
    let month = head.at(at).meaning.month?;
    let dot = usize::from(head.at(at + 1).is_mark('.'));
    let (year, after) = year(head, at + 1 + dot);
    year.map(|year| (LineDate { month: Some(month), year: Some(year), ..LineDate::default() }, after))
}

fn is_weekday(head: &Head<'_>, place: usize) -> bool {
    use crate::structure::dates::lexicon::Role;
    let token = head.at(place);
    let next = head.at(place + 1);
    !token.meaning.is(Role::Short) || next.is_one_of(".,") || next.digits() > 0
}

fn day(head: &Head<'_>, at: usize) -> Option<(LineDate, usize)> {
    let first = head.at(at);
    if let Some(month) = first.meaning.month {
        // April 6, 2020
        let dot = usize::from(head.at(at + 1).is_mark('.'));
        let day = small(head, at + 1 + dot, 31)?;
        let mut after = at + 2 + dot;
        if matches!(head.at(after).text, "st" | "nd" | "rd" | "th") && !head.at(after).spaced {
            after += 1;
        }
        let (year, after) = year(head, after);
        return Some((LineDate { day: Some(day), month: Some(month), year, ..LineDate::default() }, after));
    }
    if first.digits() == 4 && head.at(at + 1).is_mark('-') && head.at(at + 3).is_mark('-') {
        let (month, day) = (small(head, at + 2, 12)?, small(head, at + 4, 31)?);
        return Some((
            LineDate { day: Some(day), month: Some(month), year: first.number(), ..LineDate::default() },
            at + 5,
        ));
    }
    let number = small(head, at, 31)?;
    let mut next = at + 1;
    if matches!(head.at(next).text, "er" | "º" | "°" | "st" | "nd" | "rd" | "th") && !head.at(next).spaced {
        next += 1;
    }
    if head.at(next).is_mark('.') {
        next += 1;
    }
    if matches!(head.at(next).text, "de" | "di" | "of") {
        next += 1;
    }
    if let Some(month) = head.at(next).meaning.month {
        let dot = usize::from(head.at(next + 1).is_mark('.') && is_short_month_dot(head, next + 1));
        let mut after = next + 1 + dot;
        if matches!(head.at(after).text, "de" | "del") {
            after += 1;
        }
        let (year, after) = year(head, after);
        return Some((
            LineDate { day: Some(number), month: Some(month), year, ..LineDate::default() },
            after,
        ));
    }
    let separator = head.at(at + 1);
    if separator.is_one_of("./") && !separator.spaced {
        // 06.04.2020, 4/6/2020, 06.04.
        let second = small(head, at + 2, 31)?;
        let is_us_order = separator.is_mark('/');
        let base = if is_us_order {
            LineDate { day: Some(second), month: Some(number), is_us_order, ..LineDate::default() }
        } else {
            LineDate { day: Some(number), month: Some(second), ..LineDate::default() }
        };
        let last = head.at(at + 3);
        if last.is_one_of("./") && !last.spaced {
            let (year, after) = year_in_figures(head, at + 4);
            return (year.is_some() || last.is_mark('.')).then_some((LineDate { year, ..base }, after));
        }
        // "14/10 (NA)"
        if is_us_order && last.is_mark('(') && (number <= 12 || second <= 12) {
            return Some((base, at + 3));
        }
    }
    if separator.is_mark('-') && first.digits() == 2 && head.at(at + 2).digits() == 2 {
        // 07-17
        let (month, day) = (number, small(head, at + 2, 31)?);
        return (month <= 12)
            .then_some((LineDate { day: Some(day), month: Some(month), ..LineDate::default() }, at + 3));
    }
    // "MADRID, 14 (EUROPA PRESS)"
    let is_before_credit = head.at(at.wrapping_sub(1)).is_mark(',') && head.at(at + 1).is_mark('(');
    is_before_credit.then_some((LineDate { day: Some(number), ..LineDate::default() }, at + 1))
}

/// "6 abr. (EFE)": the dot is the month's unless a sentence follows.
fn is_short_month_dot(head: &Head<'_>, dot: usize) -> bool {
    use crate::structure::dates::lexicon::Role;
    head.at(dot - 1).meaning.is(Role::Short)
}

fn year(head: &Head<'_>, place: usize) -> (Option<i16>, usize) {
    let at = if head.at(place).is_mark(',') { place + 1 } else { place };
    let token = head.at(at);
    match token.number().filter(|year| token.digits() == 4 && (1500..2200).contains(year)) {
        Some(year) => (Some(year), at + 1),
        None => (None, place),
    }
}

fn year_in_figures(head: &Head<'_>, place: usize) -> (Option<i16>, usize) {
    let token = head.at(place);
    match (token.number(), token.digits()) {
        (Some(year), 4) => (Some(year), place + 1),
        (Some(year), 2) if !token.spaced => (Some(2000 + year), place + 1),
        _ => (None, place),
    }
}

/// ", 13:09 PDT", "- 10:30 Uhr", "/ 03:30 am".
pub(crate) fn time(head: &Head<'_>, place: usize) -> Option<usize> {
    let mut at = place;
    if head.at(at).is_one_of(",/|") || head.at(at).is_dash() {
        at += 1;
    }
    if matches!(head.at(at).text, "um" | "at" | "ore") {
        at += 1;
    }
    small(head, at, 24)?;
    if !(head.at(at + 1).is_one_of(":.h") || head.at(at + 1).text == "h") || head.at(at + 2).digits() != 2 {
        return None;
    }
    at += 3;
    let zone = head.at(at);
    let is_zone = zone.is_word()
        && (matches!(zone.text, "Uhr" | "am" | "pm" | "h")
            || (zone.text.len() <= 4 && zone.text.chars().all(char::is_uppercase)));
    Some(if is_zone { at + 1 } else { at })
}

fn small(head: &Head<'_>, place: usize, most: i16) -> Option<i8> {
    let token = head.at(place);
    token
        .number()
        .filter(|number| token.digits() < 3 && (1..=most).contains(number))
        .and_then(|number| i8::try_from(number).ok())
        .or_else(|| (most == 24 && token.number() == Some(0)).then_some(0))
}
