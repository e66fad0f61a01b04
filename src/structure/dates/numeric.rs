//! Dates in figures: `2020-04-06`, `6.4.2020`, `6.4.`, `4/6/2020`, and the year after a month.

use super::form::{Clock, Form, Point, YearSpec};
use super::lexicon::Role;
use super::reader::{Language, Reader};

/// The first and last year read as such.
const YEARS: std::ops::RangeInclusive<i16> = 1000..=2199;

/// A date in figures at this place, and the place after it.
pub(crate) fn numeric(reader: &Reader<'_>, place: usize) -> Option<(Point, usize)> {
    if reader.at(place).digits() == 0 || reader.is_part_of_figure(place) {
        return None;
    }
    iso(reader, place).or_else(|| dotted(reader, place)).or_else(|| slashed(reader, place))
}

/// `2020-04-06`, `2020-04-06T19:30`.
fn iso(reader: &Reader<'_>, place: usize) -> Option<(Point, usize)> {
    let year = year_at(reader, place)?;
    if !(reader.is_glued(place + 1, "-") && reader.is_glued(place + 3, "-")) {
        return None;
    }
    if reader.at(place + 2).digits() != 2 || reader.at(place + 4).digits() != 2 {
        return None;
    }
    let form = day(reader, place + 4, place + 2, YearSpec::Given(year))?;
    let time = place + 5;
    if reader.at(time).text == "T" && reader.is_glued(time + 2, ":") {
        let clock = Clock { hour: small(reader, time + 1, 24)?, minute: small(reader, time + 3, 59)? };
        return Some((Point { form, clock: Some(clock) }, time + 4));
    }
    Some((Point::new(form), time))
}

/// `6.4.2020`, `06.04.20`, `6. 4. 2020`, `6.4.`
fn dotted(reader: &Reader<'_>, place: usize) -> Option<(Point, usize)> {
    if !(reader.is_glued(place + 1, ".") && reader.is_glued(place + 3, ".")) {
        return None;
    }
    let after = place + 4;
    let year = reader.at(after);
    if year.digits() > 0 && (!year.spaced || year.digits() == 4) {
        let year = figure_year(reader, after)?;
        let is_longer = reader.is_glued(after + 1, ".:")
            && reader.at(after + 2).digits() > 0
            && !reader.at(after + 2).spaced;
        if is_longer {
            return None;
        }
        return Some((Point::new(day(reader, place, place + 2, YearSpec::Given(year))?), after + 1));
    }
    is_licensed(reader, place)
        .then(|| Some((Point::new(day(reader, place, place + 2, YearSpec::Open)?), after)))
        .flatten()
}

/// Two figures with dots are a date only where one is expected.
fn is_licensed(reader: &Reader<'_>, place: usize) -> bool {
    let before = reader.back(place, 1);
    let meaning = before.meaning;
    meaning.weekday.is_some()
        || meaning.is(Role::Licence)
        || meaning.is(Role::Range)
        || meaning.is(Role::And)
        || meaning.is(Role::Article)
        || meaning.day.is_some()
        || (before.is_one_of(",.") && reader.back(place, 2).meaning.weekday.is_some())
        || (before.is_mark(',')
            && reader.back(place, 2).is_mark('.')
            && reader.back(place, 3).meaning.weekday.is_some())
        || before.is_one_of("(:*†")
        || (before.is_one_of("-–—/,+")
            && reader.back(place, 2).is_mark('.')
            && reader.back(place, 3).digits() > 0)
        || (before.text.is_empty() && reader.at(place + 4).is_one_of(",-–:"))
}

/// `4/6/2020`, `06/04/20`.
fn slashed(reader: &Reader<'_>, place: usize) -> Option<(Point, usize)> {
    if !(reader.is_glued(place + 1, "/") && reader.is_glued(place + 3, "/")) {
        return None;
    }
    let year = YearSpec::Given(figure_year(reader, place + 4)?);
    let month_first = reader.language == (Language::English { month_first: true });
    let (month, date) = if month_first { (place, place + 2) } else { (place + 2, place) };
    let form = day(reader, date, month, year).or_else(|| day(reader, month, date, year))?;
    Some((Point::new(form), place + 5))
}

fn day(reader: &Reader<'_>, day: usize, month: usize, year: YearSpec) -> Option<Form> {
    let (day, month) = (small(reader, day, 31)?, small(reader, month, 12)?);
    (day > 0 && month > 0).then_some(Form::Day { year, month, day, weekday: None })
}

/// A number of one or two digits up to `most`.
pub(crate) fn small(reader: &Reader<'_>, place: usize, most: i16) -> Option<i8> {
    let token = reader.at(place);
    let number = token.number().filter(|number| token.digits() < 3 && *number <= most)?;
    i8::try_from(number).ok()
}

/// A year in four digits.
pub(crate) fn year_at(reader: &Reader<'_>, place: usize) -> Option<i16> {
    let token = reader.at(place);
    token.number().filter(|year| token.digits() == 4 && YEARS.contains(year))
}

/// A year in four digits, or in two of this century and the last.
fn figure_year(reader: &Reader<'_>, place: usize) -> Option<i16> {
    year_at(reader, place).or_else(|| {
        let token = reader.at(place);
        let short = token.number().filter(|_| token.digits() == 2)?;
        Some(if short < 50 { 2000 + short } else { 1900 + short })
    })
}

/// The year that follows a month or season, and the place after it: `2020`, `, 2020`, `’20`, `vergangenen Jahres`.
pub(crate) fn year_after(reader: &Reader<'_>, place: usize) -> (YearSpec, usize) {
    if let Some(year) = plain_year(reader, place) {
        return (YearSpec::Given(year), place + 1);
    }
    if reader.at(place).is_mark(',')
        && matches!(reader.language, Language::English { .. })
        && let Some(year) = plain_year(reader, place + 1)
    {
        return (YearSpec::Given(year), place + 2);
    }
    if reader.at(place).is_one_of("'’")
        && reader.at(place + 1).digits() == 2
        && !reader.at(place + 1).spaced
        && let Some(year) = figure_year(reader, place + 1)
    {
        return (YearSpec::Given(year), place + 2);
    }
    shifted_year(reader, place).unwrap_or((YearSpec::Open, place))
}

fn plain_year(reader: &Reader<'_>, place: usize) -> Option<i16> {
    let is_longer = reader.is_glued(place + 1, ".,:")
        && reader.at(place + 2).digits() > 0
        && !reader.at(place + 2).spaced;
    year_at(reader, place).filter(|_| !is_longer)
}

/// "des vergangenen Jahres", "dieses Jahres", "des Vorjahres", "of last year", "last year", "des Jahres 2019".
fn shifted_year(reader: &Reader<'_>, mut place: usize) -> Option<(YearSpec, usize)> {
    use super::form::Unit::Year;
    if reader.is_word(place, &["of", "im", "in"]) {
        place += 1;
    }
    let is_given = reader.is(place, Role::Article);
    if is_given {
        place += 1;
    }
    let token = reader.at(place).meaning;
    if let Some((Year, by)) = token.whole {
        return Some((YearSpec::Shifted(by), place + 1));
    }
    let unit = |place: usize| reader.at(place).meaning.unit == Some(Year) && !reader.is(place, Role::Plural);
    if let Some(shift) = token.shift.filter(|_| unit(place + 1)) {
        return Some((YearSpec::Shifted(shift), place + 2));
    }
    if is_given && unit(place) {
        return year_at(reader, place + 1).map(|year| (YearSpec::Given(year), place + 2));
    }
    None
}
