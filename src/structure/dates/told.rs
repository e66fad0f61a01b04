//! Days told from today or from the day last spoken of: "heute Abend", "last night", "am Vortag", "am selben Tag".

use super::days::skip_daypart;
use super::form::{Form, Unit};
use super::lexicon::Role;
use super::reader::{Language, Reader};
use super::spans::{ago, same_day};

/// "heute", "gestern Abend", "tomorrow morning", "this morning", "last night".
pub(crate) fn from_today(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    let token = reader.at(place);
    if let Some(days) = token.meaning.day {
        let is_noun =
            token.is_capital() && token.meaning.is(Role::Daypart) && !reader.is_sentence_start(place);
        let is_greeting = reader.is_word(place.wrapping_sub(1), &["guten", "good"]);
        let is_compound = reader.is_glued(place + 1, "-") && reader.at(place + 2).is_word();
        if is_noun
            || is_greeting
            || is_compound
            || token.text.len() > 4 && token.text.chars().all(char::is_uppercase)
        {
            return None;
        }
        // "USA Today", "the Today show"
        let is_show =
            reader.language != Language::German && token.is_capital() && !reader.is_sentence_start(place);
        if is_show || reader.is(place + 1, Role::NamesOn) {
            return None;
        }
        // "heute Morgen" is one thing, "heute morgen" another spelling of it.
        let after = skip_daypart(reader, place + 1);
        // "heute in einer Woche", "heute vor zehn Jahren"
        if let Some((Form::Relative { unit, by }, past)) =
            ago(reader, after).filter(|_| reader.language == Language::German)
        {
            let by = if unit == Unit::Day && by == 8 { 7 } else { by };
            return same_day(unit, by, days).map(|form| (form, past));
        }
        return Some((Form::FromToday(i64::from(days)), after));
    }
    let shift = token.meaning.shift?;
    let part = reader.at(place + 1);
    if !part.meaning.is(Role::Daypart) || part.meaning.weekday.is_some() {
        return None;
    }
    let is_night = reader.is(place + 1, Role::Night) || part.text == "night";
    match (shift, is_night) {
        (-1, true) => Some((Form::FromToday(-1), place + 2)),
        (0, _) => Some((Form::FromToday(0), place + 2)),
        _ => None,
    }
}

/// "am Vortag", "am Tag zuvor", "am nächsten Tag", "am selben Tag", "am Nachmittag".
pub(crate) fn from_told(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    let token = reader.at(place).meaning;
    if let Some(days) = token.told {
        return Some((Form::FromTold(i64::from(days)), place + 1));
    }
    let german = reader.language == Language::German;
    let is_day =
        |place: usize| reader.at(place).meaning.unit == Some(Unit::Day) && !reader.is(place, Role::Plural);
    if is_day(place) && reader.back(place, 1).is_word() {
        if german && reader.is_word(place + 1, &["zuvor", "davor"]) {
            return Some((Form::FromTold(-1), place + 2));
        }
        if german && reader.is_word(place + 1, &["danach", "darauf"]) {
            return Some((Form::FromTold(1), place + 2));
        }
        if !german && reader.is_word(place + 1, &["before", "after"]) {
            let days = reader.at(place + 2).meaning.day;
            if let Some(days) = days.filter(|days| *days != 0) {
                return Some((Form::FromToday(2 * i64::from(days)), place + 3));
            }
        }
        if !german && reader.is_word(place + 1, &["before"]) {
            return Some((Form::FromTold(-1), place + 2));
        }
        if !german && reader.is_word(place + 1, &["after"]) {
            return Some((Form::FromTold(1), place + 2));
        }
    }
    if is_day(place + 1) {
        if reader.is_word(place, &["selben", "gleichen", "same"]) {
            return Some((Form::FromTold(0), place + 2));
        }
        if token.shift == Some(1) && german
            || reader.is_word(place, &["next", "following"])
                && reader.is_word(place.wrapping_sub(1), &["the"])
        {
            return Some((Form::FromTold(1), place + 2));
        }
        if reader.is_word(place, &["diesem", "previous"]) {
            return Some((Form::FromTold(if german { 0 } else { -1 }), place + 2));
        }
    }
    if german && reader.is_word(place, &["tags"]) && reader.is_word(place + 1, &["zuvor", "darauf"]) {
        let by = if reader.is_word(place + 1, &["zuvor"]) { -1 } else { 1 };
        return Some((Form::FromTold(by), place + 2));
    }
    let part = reader.at(place);
    let is_evening = german
        && part.is_capital()
        && part.meaning.is(Role::Daypart)
        && part.meaning.weekday.is_none()
        && !part.meaning.is(Role::Night)
        && reader.is_word(place.wrapping_sub(1), &["am"])
        && !reader.is_glued(place + 1, "-");
    is_evening.then_some((Form::FromTold(0), place + 1))
}
