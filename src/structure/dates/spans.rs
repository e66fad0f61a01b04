//! Spans counted from a day: "vor drei Tagen", "in two weeks", "a week from Monday", "drei Tage später".

use super::form::{Form, Unit};
use super::lexicon::Role;
use super::reader::{Language, Reader};

/// Farther off than this nobody counts in days.
const LONGEST_IN_DAYS: i64 = 60;

/// "vor drei Tagen", "in zwei Wochen".
pub(crate) fn ago(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    if reader.language != Language::German {
        return ahead(reader, place);
    }
    let sign = if reader.is_word(place, &["vor"]) {
        -1
    } else if reader.is(place, Role::Ahead) {
        1
    } else {
        return None;
    };
    let (count, at) = count(reader, skip_about(reader, place + 1))?;
    let unit = reader.at(at).meaning.unit.filter(|unit| is_counted(*unit))?;
    // "in 80 Tagen um die Welt" is how long it took.
    if sign > 0 && unit == Unit::Day && count > LONGEST_IN_DAYS {
        return None;
    }
    let is_dative = matches!(
        reader.at(at).text,
        "Tagen" | "Wochen" | "Monaten" | "Jahren" | "Tag" | "Woche" | "Monat" | "Jahr"
    );
    is_dative.then_some((Form::Relative { unit, by: sign * count }, at + 1))
}

/// "gut", "mehr als", "about".
fn skip_about(reader: &Reader<'_>, place: usize) -> usize {
    let past = (place..place + 2).take_while(|place| reader.is(*place, Role::About)).count();
    place + past
}

/// "in three weeks".
fn ahead(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    if !reader.is_word(place, &["in"]) {
        return None;
    }
    let at = skip_about(reader, place + 1);
    if let Some((weeks, after)) = fortnights(reader, at) {
        let is_ahead = !reader.is_word(after, &["ago"]);
        return is_ahead.then_some((Form::Relative { unit: Unit::Week, by: weeks }, after));
    }
    let (count, at) = count(reader, at)?;
    let unit = reader.at(at).meaning.unit.filter(|unit| is_counted(*unit))?;
    let is_span = reader.is_word(at + 1, &["of", "ago"]) || reader.is_glued(at + 1, "'’");
    (!is_span).then_some((Form::Relative { unit, by: count }, at + 1))
}

/// "a fortnight": so many weeks.
fn fortnights(reader: &Reader<'_>, place: usize) -> Option<(i64, usize)> {
    (reader.is_word(place, &["a"]) && reader.is_word(place + 1, &["fortnight"])).then_some((2, place + 2))
}

/// "a week from Monday", "two weeks from today", "a year ago today".
fn count_from(reader: &Reader<'_>, unit: Unit, count: i64, place: usize) -> Option<(Form, usize)> {
    let day = reader.at(place + 1).meaning;
    if reader.is_word(place, &["from"]) {
        if let Some(weekday) = day.weekday.filter(|_| unit == Unit::Week && reader.at(place + 1).is_capital())
        {
            return Some((Form::WeekdayLater { weekday, weeks: count }, place + 2));
        }
        return same_day(unit, count, day.day?).map(|form| (form, place + 2));
    }
    let is_today = reader.is_word(place, &["ago"]) && day.day == Some(0);
    if is_today { same_day(unit, -count, 0).map(|form| (form, place + 2)) } else { None }
}

/// The day so many units from today, and some days.
pub(crate) fn same_day(unit: Unit, count: i64, days: i8) -> Option<Form> {
    let days = i64::from(days);
    Some(match unit {
        Unit::Day => Form::SameDay { days: days + count, months: 0 },
        Unit::Week => Form::SameDay { days: days + 7 * count, months: 0 },
        Unit::Month => Form::SameDay { days, months: count },
        Unit::Year => Form::SameDay { days, months: 12 * count },
        _ => return None,
    })
}

/// "three days ago", "a week earlier", "drei Tage später".
pub(crate) fn count_ago(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    if let Some((weeks, after)) =
        fortnights(reader, place).filter(|(_, after)| reader.is_word(*after, &["ago"]))
    {
        return Some((Form::Relative { unit: Unit::Week, by: -weeks }, after + 1));
    }
    // "half a year ago"
    if reader.is_word(place.wrapping_sub(1), &["half"]) {
        return None;
    }
    let (count, at) = count(reader, place)?;
    let unit = reader.at(at).meaning.unit.filter(|unit| is_counted(*unit))?;
    if reader.language != Language::German {
        if let Some(found) = count_from(reader, unit, count, at + 1) {
            return Some(found);
        }
        if unit == Unit::Day && reader.is_word(at + 1, &["later", "earlier"]) {
            let days = if reader.is_word(at + 1, &["later"]) { count } else { -count };
            return (count > 1).then_some((Form::FromTold(days), at + 2));
        }
        if reader.is_word(at + 1, &["ago"]) {
            return Some((Form::Relative { unit, by: -count }, at + 2));
        }
        let from_now = reader.is_word(at + 1, &["from"]) && reader.is_word(at + 2, &["now"]);
        return from_now.then_some((Form::Relative { unit, by: count }, at + 3));
    }
    let days = match unit {
        Unit::Day => count,
        Unit::Week => 7 * count,
        _ => return None,
    };
    if reader.is_word(at + 1, &["später", "danach", "darauf"]) {
        return Some((Form::FromTold(days), at + 2));
    }
    reader.is_word(at + 1, &["zuvor", "davor", "vorher"]).then_some((Form::FromTold(-days), at + 2))
}

fn is_counted(unit: Unit) -> bool {
    matches!(unit, Unit::Day | Unit::Week | Unit::Month | Unit::Year)
}

/// A number in digits or words.
fn count(reader: &Reader<'_>, place: usize) -> Option<(i64, usize)> {
    let token = reader.at(place);
    let count = token
        .meaning
        .count
        .or_else(|| token.number().filter(|number| *number < 1000 && !reader.is_part_of_figure(place)))?;
    Some((i64::from(count), place + 1))
}
