//! Expressions of one day: "Montag, 6. April", "April 6, 2020", "heute Abend", "Ostermontag", "in der Nacht zum Dienstag".

use jiff::civil::Weekday;

use super::form::{Form, Point, Unit, YearSpec};
use super::holiday::Holidays;
use super::lexicon::Role;
use super::numeric::{numeric, small, year_after};
use super::reader::{Language, Reader};
use super::spans::ago;
use super::told::{from_today, from_told};

/// A day at this place, and the place after it.
pub(crate) fn day(reader: &Reader<'_>, place: usize) -> Option<(Point, usize)> {
    let token = reader.at(place);
    if token.digits() > 0 {
        return numeric(reader, place)
            .or_else(|| plain(day_of_month(reader, place)))
            .or_else(|| plain(holiday(reader, place)));
    }
    if !token.is_word() {
        return None;
    }
    weekday_with_date(reader, place)
        .or_else(|| plain(nth_weekday(reader, place)))
        .or_else(|| plain(weekday_later(reader, place)))
        .or_else(|| holiday_with_date(reader, place))
        .or_else(|| plain(holiday(reader, place)))
        .or_else(|| plain(day_of_month(reader, place)))
        .or_else(|| described_weekday(reader, place))
        .or_else(|| plain(shifted_weekday(reader, place)))
        .or_else(|| plain(weekday(reader, place)))
        .or_else(|| plain(from_today(reader, place)))
        .or_else(|| plain(from_told(reader, place)))
        .or_else(|| plain(night(reader, place)))
}

fn plain(found: Option<(Form, usize)>) -> Option<(Point, usize)> {
    found.map(|(form, after)| (Point::new(form), after))
}

/// "Montag, 6. April", "Mo., 6.4.", "Freitag, dem 13. März", "Monday, April 6", "Montag (6. April)".
fn weekday_with_date(reader: &Reader<'_>, place: usize) -> Option<(Point, usize)> {
    let weekday = reader.at(place).meaning.weekday.filter(|_| reader.at(place).is_capital())?;
    let mut at = place + 1;
    if reader.is(place, Role::Short) && reader.is_glued(at, ".") {
        at += 1;
    }
    at = skip_daypart(reader, at);
    let has_bracket = reader.at(at).is_mark('(');
    at = if has_bracket { at + 1 } else { reader.skip_comma(at) };
    while reader.is(at, Role::Article) || reader.is(at, Role::Inside) {
        at += 1;
    }
    let (mut point, mut after) = if reader.at(at).digits() > 0 {
        numeric(reader, at).or_else(|| plain(day_of_month(reader, at))).or_else(|| {
            plain(bare_day_of_month(reader, at).filter(|(_, after)| *after > at && !has_bracket))
        })?
    } else {
        plain(day_of_month(reader, at))?
    };
    match &mut point.form {
        Form::Day { weekday: slot, .. } | Form::DayOfMonth { weekday: slot, .. } => *slot = Some(weekday),
        _ => return None,
    }
    if has_bracket && reader.at(after).is_mark(')') {
        after += 1;
    }
    Some((point, skip_daypart(reader, after)))
}

/// "6. April 2020", "6 April", "April 6, 2020", "6th of April".
pub(crate) fn day_of_month(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    if reader.is_part_of_figure(place) {
        return None;
    }
    match reader.language {
        Language::German => german_day_of_month(reader, place),
        Language::English { .. } => english_day_of_month(reader, place),
    }
}

fn german_day_of_month(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    // "6. April", "erste Mai"
    let written = reader.at(place).meaning.ordinal.filter(|_| reader.at(place).is_word());
    let day = written.or_else(|| small(reader, place, 31)).filter(|day| *day > 0)?;
    let at = if reader.is_glued(place + 1, ".") { place + 2 } else { place + 1 };
    let (month, at) = month(reader, at)?;
    let is_street = reader.is_word(place.wrapping_sub(1), &["des"])
        && reader.is_word(place.wrapping_sub(2), &["Straße", "Strasse", "Platz", "Allee"]);
    let is_compound = reader.is_glued(at, "-") && reader.at(at + 1).is_word() && !reader.at(at + 1).spaced;
    if is_street || is_compound {
        return None;
    }
    let (year, after) = year_after(reader, at);
    Some((Form::Day { year, month, day, weekday: None }, after))
}

fn english_day_of_month(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    if let Some(day) = small(reader, place, 31).filter(|day| *day > 0) {
        let mut at = skip_ordinal_ending(reader, place + 1);
        if reader.is_word(at, &["of"]) && at > place + 1 {
            at += 1;
        }
        let (month, at) = month(reader, at)?;
        let (year, after) = year_after(reader, at);
        return Some((Form::Day { year, month, day, weekday: None }, after));
    }
    let (month, at) = month(reader, place)?;
    let at = if reader.is_word(at, &["the"]) { at + 1 } else { at };
    let day = small(reader, at, 31).filter(|day| *day > 0)?;
    let after = skip_ordinal_ending(reader, at + 1);
    let is_longer_figure =
        reader.is_glued(after, ":.,") && reader.at(after + 1).digits() > 0 && !reader.at(after + 1).spaced;
    if is_longer_figure
        || reader.is_glued(after, "%")
        || reader.is_word(after, &["percent", "a", "p", "am", "pm"]) && !reader.at(after).spaced
    {
        return None;
    }
    let (year, after) = year_after(reader, after);
    Some((Form::Day { year, month, day, weekday: None }, after))
}

/// A capitalised month, in full or short with or without its dot.
pub(crate) fn month(reader: &Reader<'_>, place: usize) -> Option<(i8, usize)> {
    let token = reader.at(place);
    let month = token.meaning.month.filter(|_| token.is_capital())?;
    let after = place + 1;
    let has_dot = reader.is(place, Role::Short) && reader.is_glued(after, ".");
    Some((month, if has_dot { after + 1 } else { after }))
}

fn skip_ordinal_ending(reader: &Reader<'_>, place: usize) -> usize {
    let is_ending = !reader.at(place).spaced && reader.is_word(place, &["st", "nd", "rd", "th"]);
    if is_ending { place + 1 } else { place }
}

/// "am 15." with nothing to count after it: a day of the month at hand.
pub(crate) fn bare_day_of_month(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    if reader.is_part_of_figure(place) {
        return None;
    }
    let day = small(reader, place, 31).filter(|day| *day > 0)?;
    let next = reader.at(place + 2);
    if reader.language != Language::German {
        // "on the 11th,"
        let is_dated =
            reader.is_word(place.wrapping_sub(1), &["the"]) && reader.is_word(place.wrapping_sub(2), &["on"]);
        let ends_there = next.is_one_of(",.;") && reader.at(place + 3).digits() == 0;
        let after = skip_ordinal_ending(reader, place + 1);
        return (after > place + 1 && is_dated && ends_there)
            .then_some((Form::DayOfMonth { day, weekday: None }, after));
    }
    let ends_there = !next.is_capital() && next.digits() == 0 && (next.is_word() || next.is_mark(','));
    (reader.is_glued(place + 1, ".") && ends_there && next.meaning.unit.is_none())
        .then_some((Form::DayOfMonth { day, weekday: None }, place + 2))
}

/// "Abend" after a weekday or "gestern": the day stays the day.
pub(crate) fn skip_daypart(reader: &Reader<'_>, place: usize) -> usize {
    let is_morning = reader.at(place).meaning.day.is_none()
        || !reader.at(place).is_word()
        || reader.at(place).meaning.is(Role::Daypart);
    if reader.is(place, Role::Daypart) && is_morning { place + 1 } else { place }
}

/// "Karfreitag, 10. April,": the date says the year's day more surely than the name.
fn holiday_with_date(reader: &Reader<'_>, place: usize) -> Option<(Point, usize)> {
    let (_, after) = holiday(reader, place)?;
    if !reader.at(after).is_mark(',') {
        return None;
    }
    let mut at = after + 1;
    while reader.is(at, Role::Article) {
        at += 1;
    }
    if reader.at(at).digits() > 0 { numeric(reader, at) } else { None }
        .or_else(|| plain(day_of_month(reader, at)))
}

/// "Christi Himmelfahrt", "ersten Weihnachtstag", "Labor Day".
fn holiday(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    let (rule, after) = Holidays::of(reader.language).find(reader, place)?;
    let is_compound =
        reader.is_glued(after, "-") && reader.at(after + 1).is_word() && !reader.at(after + 1).spaced;
    let before = reader.back(place, 1);
    let is_name = after == place + 1
        && (before.meaning.is(Role::Title)
            || (before.is_capital()
                && !reader.is_sentence_start(place - 1)
                && before.meaning.day.is_none()
                && reader.language == Language::German));
    let is_thing = reader.is(after, Role::NamesOn);
    if is_compound || is_name || is_thing || (is_other_word(reader, place) && !is_told_as_day(reader, place))
    {
        return None;
    }
    let (year, after) = year_after(reader, after);
    Some((Form::Holiday { year, rule }, after))
}

/// Names of days that are also churches, people, drinks and slip roads.
fn is_other_word(reader: &Reader<'_>, place: usize) -> bool {
    const WORDS: [&str; 12] = [
        "Nikolaus",
        "Martini",
        "Sankt",
        "Auffahrt",
        "Mariä",
        "Maria",
        "Allerheiligen",
        "Dreikönig",
        "Himmelfahrt",
        "Epiphanias",
        "Heilige",
        "Heiligen",
    ];
    reader.language == Language::German && WORDS.contains(&reader.at(place).text)
}

/// "an Auffahrt", "vor Allerheiligen": a preposition of time, and no article.
fn is_told_as_day(reader: &Reader<'_>, place: usize) -> bool {
    reader.is_word(
        place.wrapping_sub(1),
        &["an", "zu", "vor", "nach", "seit", "bis", "über", "ab", "am", "auf", "um"],
    ) || reader.is_sentence_start(place)
        && reader.at(place + 1).is_word()
        && !reader.at(place + 1).is_capital()
        && !reader.is_word(place + 1, &["zur", "zum", "von", "der", "in", "auf"])
}

/// "am heutigen Donnerstag", "vergangenen Freitag, den 9. März": the adjective adds nothing to the date.
fn described_weekday(reader: &Reader<'_>, place: usize) -> Option<(Point, usize)> {
    let adjective = reader.at(place).meaning;
    if adjective.adjective.is_none() && adjective.shift.is_none() {
        return None;
    }
    if let Some(found) = weekday_with_date(reader, place + 1) {
        return Some(found);
    }
    let days = adjective.adjective?;
    let next = reader.at(place + 1);
    let is_day = next.meaning.weekday.is_some()
        || next.meaning.is(Role::Daypart)
        || next.meaning.unit == Some(Unit::Day);
    let named = holiday(reader, place + 1);
    let after = named.as_ref().map_or(place + 2, |(_, after)| *after);
    ((is_day || named.is_some()) && next.is_capital())
        .then(|| (Point::new(Form::FromToday(i64::from(days))), skip_daypart(reader, after)))
}

/// "vergangenen Freitag", "next Tuesday", "diesen Samstagabend", "Montag vergangener Woche".
fn shifted_weekday(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    let token = reader.at(place).meaning;
    if let Some(shift) = token.shift
        && let Some(weekday) = full_weekday(reader, place + 1)
    {
        return Some((Form::Weekday { weekday, shift: Some(shift) }, skip_daypart(reader, place + 2)));
    }
    if let Some((week, at)) = week_beside(reader, place) {
        // "nächste Woche Montag", "kommende Woche am Dienstag"
        let at = if reader.is(at, Role::Inside) { at + 1 } else { at };
        let weekday = full_weekday(reader, at)?;
        return Some((Form::WeekdayOfWeek { weekday, week }, skip_daypart(reader, at + 1)));
    }
    let weekday = full_weekday(reader, place)?;
    let at = skip_daypart(reader, place + 1);
    let of = if reader.is_word(at, &["of"]) { at + 1 } else { at };
    let of = if reader.is(of, Role::Article) { of + 1 } else { of };
    let (week, after) = week_beside(reader, of)?;
    Some((Form::WeekdayOfWeek { weekday, week }, after))
}

/// "vergangener Woche", "next week".
fn week_beside(reader: &Reader<'_>, place: usize) -> Option<(i8, usize)> {
    let first = reader.at(place).meaning;
    if let Some((Unit::Week, by)) = first.whole {
        return Some((by, place + 1));
    }
    let shift = first.shift?;
    let unit = reader.at(place + 1).meaning;
    (unit.unit == Some(Unit::Week) && !unit.is(Role::Plural)).then_some((shift, place + 2))
}

/// "ersten Montag im November", "letzten Sonntag im März", "third Thursday of May".
fn nth_weekday(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    let token = reader.at(place).meaning;
    let nth = token.ordinal.filter(|nth| (1..=5).contains(nth)).or((token.shift == Some(-1)).then_some(-1))?;
    let weekday = full_weekday(reader, place + 1)?;
    let joint = skip_daypart(reader, place + 2);
    if !reader.is_word(joint, &["im", "des", "in", "of"]) {
        return None;
    }
    let (month, after) = month(reader, joint + 1)?;
    let (year, after) = year_after(reader, after);
    Some((Form::NthWeekday { weekday, nth, year, month }, after))
}

/// "Montag in einer Woche", "Montag in acht Tagen".
fn weekday_later(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    let weekday = full_weekday(reader, place)?;
    let at = skip_daypart(reader, place + 1);
    if reader.language != Language::German || !reader.is_word(at, &["in"]) {
        return None;
    }
    let weeks = match ago(reader, at)? {
        (Form::Relative { unit: Unit::Week, by }, after) => (by, after),
        (Form::Relative { unit: Unit::Day, by: 8 }, after) => (1, after),
        (Form::Relative { unit: Unit::Day, by: 14 }, after) => (2, after),
        _ => return None,
    };
    Some((Form::WeekdayLater { weekday, weeks: weeks.0 }, weeks.1))
}

/// A weekday in full and with its capital.
fn full_weekday(reader: &Reader<'_>, place: usize) -> Option<Weekday> {
    let token = reader.at(place);
    let is_compound = reader.is_glued(place + 1, "-–/")
        && reader.at(place + 2).is_word()
        && !reader.at(place + 2).spaced
        && reader.at(place + 2).meaning.weekday.is_none();
    token.meaning.weekday.filter(|_| token.is_capital() && !token.meaning.is(Role::Short) && !is_compound)
}

/// A weekday alone, where the words around it show that it is none of the people called so.
fn weekday(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    let token = reader.at(place);
    let weekday = full_weekday(reader, place)?;
    let before = reader.back(place, 1);
    if before.meaning.is(Role::Title) || before.meaning.ordinal.is_some() {
        return None;
    }
    let is_set = before.meaning.is(Role::Each) && !before.meaning.is(Role::Licence);
    // "Welt am Sonntag", "Sunday Times"
    let names_paper = before.meaning.is(Role::Paper) && before.is_capital()
        || before.meaning.is(Role::Inside)
            && reader.back(place, 2).meaning.is(Role::Paper)
            && reader.back(place, 2).is_capital();
    let is_name = names_paper || reader.is(skip_daypart(reader, place + 1), Role::NamesOn);
    if is_set || is_name || is_glued_name(reader, place) {
        return None;
    }
    let after = skip_daypart(reader, place + 1);
    let is_certain = token.meaning.is(Role::Compound) || after > place + 1;
    (is_certain || is_licensed_weekday(reader, place))
        .then_some((Form::Weekday { weekday, shift: None }, after))
}

fn is_glued_name(reader: &Reader<'_>, place: usize) -> bool {
    let before = reader.back(place, 1);
    !reader.at(place).spaced
        && (before.is_dash() || before.is_one_of("@#_"))
        && reader.back(place, 2).meaning.weekday.is_none()
        && reader.back(place, 2).is_word()
}

fn is_licensed_weekday(reader: &Reader<'_>, place: usize) -> bool {
    let before = reader.back(place, 1);
    let next = reader.at(place + 1);
    let is_ambiguous = reader.is(place, Role::Ambiguous);
    if before.meaning.is(Role::Licence) || before.meaning.is(Role::Range) || before.meaning.is(Role::Inside) {
        return !(is_ambiguous && before.text == "von" && next.is_capital());
    }
    if before.meaning.is(Role::Article)
        && matches!(before.text, "den" | "dem" | "the" | "der" | "Der" | "The")
    {
        return true;
    }
    if before.is_mark('(') && next.is_one_of("),") {
        return true;
    }
    let lists = before.meaning.is(Role::And) || before.is_one_of(",/–-");
    if lists && (1..=2).any(|back| reader.back(place, back + 1).meaning.weekday.is_some()) {
        return true;
    }
    match reader.language {
        Language::English { .. } => !before.is_capital() || !is_ambiguous,
        Language::German if is_ambiguous => {
            let is_speaker = next.meaning.is(Role::Speech) || next.is_capital() || !next.is_word();
            reader.is_sentence_start(place) && (next.is_one_of(",:") || !is_speaker)
        }
        Language::German => !before.is_capital() || reader.is_sentence_start(place - 1),
    }
}

/// "Nacht zum Dienstag", "Nacht auf den 28. Juli", "Nacht von Montag auf Dienstag": the night that ends then.
fn night(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    let is_nested = (1..=4).any(|back| reader.back(place, back).meaning.is(Role::Night));
    if is_nested || !reader.is(place, Role::Night) || !reader.at(place).is_capital() {
        return None;
    }
    let mut at = place + 1;
    if reader.is_word(at, &["von", "vom"]) {
        let start = if reader.is(at + 1, Role::Article) { at + 2 } else { at + 1 };
        let is_bare = small(reader, start, 31).is_some()
            && reader.is_glued(start + 1, ".")
            && reader.is(start + 2, Role::NightTo);
        at = if is_bare { start + 2 } else { day(reader, start)?.1 };
    }
    if !reader.is(at, Role::NightTo) {
        return None;
    }
    at += 1;
    if reader.is(at, Role::Article) {
        at += 1;
    }
    if reader.is(at, Role::Night) {
        return None;
    }
    if let Some(weekday) = full_weekday(reader, at).filter(|_| weekday_with_date(reader, at).is_none()) {
        let morning = Form::Weekday { weekday, shift: None };
        return Some((Form::NightTo(Box::new(morning)), skip_daypart(reader, at + 1)));
    }
    let (point, after) = day(reader, at)?;
    point.form.is_day().then(|| (Form::NightTo(Box::new(point.form)), after))
}

/// The forms of a year that stand after a day without one.
pub(crate) fn with_year_of(form: Form, year: YearSpec) -> Form {
    match form {
        Form::Day { year: YearSpec::Open, month, day, weekday } => Form::Day { year, month, day, weekday },
        Form::Month { year: YearSpec::Open, month } => Form::Month { year, month },
        other => other,
    }
}
