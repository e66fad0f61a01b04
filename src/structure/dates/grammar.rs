//! Puts days, units and times together: lists, ranges, a time beside its day; and where an expression begins and ends.

use super::clock::{ClockSpan, clock};
use super::days::{bare_day_of_month, day, with_year_of};
use super::form::{Form, Point, Unit, YearSpec};
use super::lexicon::Role;
use super::lists::list_of_days;
use super::numeric::small;
use super::reader::{Language, Reader};
use super::units::unit;

/// An expression and its tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expression {
    /// What it says.
    pub(crate) point: Point,
    /// Its first token.
    pub(crate) first: usize,
    /// One past its last token.
    pub(crate) past: usize,
}

/// Every expression in the tokens, in order.
pub(crate) fn expressions(reader: &Reader<'_>) -> Vec<Expression> {
    let mut found = Vec::new();
    let mut place = 0;
    while place < reader.len() {
        let before = found.len();
        expression(reader, place, &mut found);
        let after =
            found.last().filter(|_| found.len() > before).map_or(place + 1, |last: &Expression| last.past);
        place = after.max(place + 1);
    }
    for expression in &mut found {
        widen(reader, expression);
    }
    found.retain(|expression| !is_title(reader, expression));
    found
}

/// „2012“, “Tomorrow”: what fills a pair of marks by itself is a title.
fn is_title(reader: &Reader<'_>, expression: &Expression) -> bool {
    reader.back(expression.first, 1).is_one_of("„“‚‘\"«»") && reader.at(expression.past).is_one_of("“”‘’\"«»")
}

fn expression(reader: &Reader<'_>, place: usize, found: &mut Vec<Expression>) {
    if !may_begin(reader, place) {
        return;
    }
    if list_of_days(reader, place, found) {
        return;
    }
    let Some((point, past)) = point(reader, place) else { return };
    if let Some((end, past)) = range_end(reader, place, &point, past) {
        let point = Point::new(Form::Range(Box::new(point), Box::new(end)));
        found.push(Expression { point, first: place, past });
        return;
    }
    found.push(Expression { point, first: place, past });
}

/// A quick look: most words begin nothing.
fn may_begin(reader: &Reader<'_>, place: usize) -> bool {
    let token = reader.at(place);
    token.digits() > 0 || token.meaning.is_temporal() || token.is_capital() || token.is_one_of("'’")
}

/// A day with its time, a time with its day, or something longer.
fn point(reader: &Reader<'_>, place: usize) -> Option<(Point, usize)> {
    if let Some((span, after)) = clock(reader, place) {
        return Some(time_first(reader, span, after));
    }
    if let Some((point, after)) = day(reader, place) {
        return Some(with_time(reader, point, after));
    }
    if let Some((form, after)) = bare_day_of_month(reader, place).filter(|_| is_dated(reader, place)) {
        return Some((Point::new(form), after));
    }
    unit(reader, place).map(|(form, after)| (Point::new(form), after))
}

/// "am 15. findet": only these words before make a bare number a day.
fn is_dated(reader: &Reader<'_>, place: usize) -> bool {
    reader.is_word(place.wrapping_sub(1), &["am", "vom", "zum"]) || reader.language != Language::German
}

/// "um 19 Uhr am Montag", "7 p.m. Monday".
fn time_first(reader: &Reader<'_>, span: ClockSpan, after: usize) -> (Point, usize) {
    let zone = reader.at(after);
    let has_zone =
        (2..=4).contains(&zone.text.len()) && zone.is_word() && zone.text.chars().all(char::is_uppercase);
    let mut at = reader.skip_comma(after + usize::from(has_zone));
    if reader.is(at, Role::Inside) {
        at += 1;
    }
    let next = day(reader, at)
        .filter(|(point, _)| point.form.is_day() && point.clock.is_none() && clock(reader, at).is_none());
    match next {
        // "8.30 Uhr am Montag"; in German only with its preposition and no mark between
        Some((point, past))
            if reader.language != Language::German || at == after + 1 && reader.is_word(after, &["am"]) =>
        {
            (timed(point.form, span), past)
        }
        _ => (timed(Form::Time, span), after),
    }
}

fn timed(form: Form, span: ClockSpan) -> Point {
    let from = Point { form: form.clone(), clock: Some(span.from) };
    match span.to {
        Some(to) => Point::new(Form::Range(Box::new(from), Box::new(Point { form, clock: Some(to) }))),
        None => from,
    }
}

/// "Montag, 6. April, um 19.30 Uhr", "heute von 10 bis 18 Uhr", "Friday at 8 p.m."
pub(crate) fn with_time(reader: &Reader<'_>, point: Point, after: usize) -> (Point, usize) {
    if point.clock.is_some() || !point.form.is_day() {
        return (point, after);
    }
    let mut at = reader.skip_comma(after);
    for _ in 0..2 {
        if reader.is(at, Role::At) && !reader.is(at, Role::Opener) {
            at += 1;
        }
    }
    match clock(reader, at) {
        Some((span, past)) => (timed(point.form, span), past),
        None => (point, after),
    }
}

/// The end of a range that `from` begins: "bis zum 3. Mai", "– 21. Mai", "und 2019" after "zwischen".
fn range_end(reader: &Reader<'_>, first: usize, from: &Point, past: usize) -> Option<(Point, usize)> {
    if matches!(from.form, Form::Range(..) | Form::NightTo(_)) {
        return None;
    }
    let opener = (1..=3).find(|back| reader.is(first.wrapping_sub(*back), Role::Opener));
    let is_between =
        opener.is_some_and(|back| reader.is_word(first.wrapping_sub(back), &["zwischen", "between"]));
    let at = reader.skip_comma(past);
    let joint = reader.at(at);
    let is_range = if joint.meaning.is(Role::Range) {
        // "told to Monday's meeting": "to" joins only what is surely a date.
        reader.language == Language::German
            || opener.is_some()
            || joint.text != "to"
            || matches!(from.form, Form::Year(_) | Form::Day { .. })
    } else if joint.is_dash() {
        at == past
    } else if joint.is_mark('/') {
        return season_years(reader, from, at + 1);
    } else {
        // Between two instants: both are told, neither is a day the event lasted.
        is_between && joint.meaning.is(Role::And) && from.clock.is_none()
    };
    if !is_range {
        return None;
    }
    let mut next = at + 1;
    for _ in 0..3 {
        let skips = reader.is(next, Role::Article)
            || reader.is(next, Role::Inside)
            || reader.is_word(next, &["einschließlich", "inklusive", "on"]);
        if skips {
            next += 1;
        }
    }
    let (to, end) = point(reader, next).or_else(|| short_year(reader, next, from))?;
    agree(from, to).map(|to| (to, end))
}

/// "2006/2007", "2014/15": years that follow each other are one span, others are two years.
fn season_years(reader: &Reader<'_>, from: &Point, place: usize) -> Option<(Point, usize)> {
    let Form::Year(year) = from.form else { return None };
    let next = year.checked_add(1)?;
    let written = reader.at(place);
    let is_next = !written.spaced
        && match written.digits() {
            2 => written.number() == Some(next % 100),
            _ => written.number() == Some(next),
        };
    is_next.then(|| (Point::new(Form::Year(next)), place + 1))
}

/// "2014/15", "2014–15".
fn short_year(reader: &Reader<'_>, place: usize, from: &Point) -> Option<(Point, usize)> {
    let Form::Year(year) = from.form else { return None };
    let short =
        small(reader, place, 99).filter(|_| reader.at(place).digits() == 2 && !reader.at(place).spaced)?;
    let end = year / 100 * 100 + i16::from(short);
    (end > year).then(|| (Point::new(Form::Year(end)), place + 1))
}

/// Both ends must be of a kind.
fn agree(from: &Point, to: Point) -> Option<Point> {
    let fits = match (&from.form, &to.form) {
        (Form::Time, Form::Time)
        | (Form::Month { .. }, Form::Month { .. })
        | (Form::Year(_), Form::Year(_))
        | (Form::Season { .. }, Form::Season { .. })
        | (Form::Quarter { .. }, Form::Quarter { .. })
        | (Form::Week { .. }, Form::Week { .. })
        | (Form::Decade(_), Form::Decade(_)) => true,
        (_, Form::Time) => from.form.is_day(),
        (from, to) => from.is_day() && to.is_day(),
    };
    fits.then_some(to)
}

/// Takes in the preposition before and the comma that closes an apposition.
fn widen(reader: &Reader<'_>, expression: &mut Expression) {
    let inner = (expression.first..expression.past).any(|place| reader.at(place).is_mark(','));
    let is_weekday =
        (expression.first..expression.past).any(|place| reader.at(place).meaning.weekday.is_some());
    let is_clocked = expression.past > 0 && reader.is(expression.past - 1, Role::Clock);
    if (inner && (is_weekday || is_clocked)) && reader.at(expression.past).is_mark(',') {
        expression.past += 1;
    }
    let is_year = matches!(&expression.point.form, Form::Year(_))
        || matches!(&expression.point.form, Form::Range(from, _) if matches!(from.form, Form::Year(_)));
    if is_year && reader.at(expression.first.wrapping_sub(1)).meaning.unit == Some(Unit::Year) {
        expression.first -= 1;
    }
    let before = expression.first.wrapping_sub(1);
    let takes = |place: usize| {
        reader.is(place, Role::Inside)
            || (matches!(expression.point.form, Form::Range(..)) && reader.is(place, Role::Opener))
    };
    if takes(before) {
        expression.first = before;
    } else if reader.is(before, Role::Article) && takes(before.wrapping_sub(1)) {
        expression.first = before.wrapping_sub(1);
    }
}

/// Gives the year of a range's end to its beginning, where that has none: "vom 27. April bis 3. Mai 2020"; and the
/// week: "von Montag bis Freitag dieser Woche".
pub(crate) fn share_year(point: &mut Point) {
    let Form::Range(from, to) = &mut point.form else { return };
    if let (Form::Weekday { weekday, shift: None }, Form::WeekdayOfWeek { week, .. }) = (&from.form, &to.form)
    {
        from.form = Form::WeekdayOfWeek { weekday: *weekday, week: *week };
        return;
    }
    let (Form::Day { year: YearSpec::Given(year), .. } | Form::Month { year: YearSpec::Given(year), .. }) =
        to.form
    else {
        return;
    };
    let (first, last) = (month_of(&from.form), month_of(&to.form));
    let year = YearSpec::Given(if first > last { year - 1 } else { year });
    let form = std::mem::replace(&mut from.form, Form::Time);
    from.form = with_year_of(form, year);
}

fn month_of(form: &Form) -> i8 {
    match form {
        Form::Day { month, .. } | Form::Month { month, .. } => *month,
        _ => 0,
    }
}
