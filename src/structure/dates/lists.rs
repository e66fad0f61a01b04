//! Days that share their month: "6.–9. April", "am 10. und 11. Februar", "April 6-9".
//!
//! Ranges of whole dates are `grammar`'s.

use super::days::day_of_month;
use super::form::{Form, Point, YearSpec};
use super::grammar::{Expression, with_time};
use super::lexicon::Role;
use super::numeric::{numeric, small, year_after};
use super::reader::{Language, Reader};

/// The members of one list at most ("am 3., 4., 5. und 6. Oktober"): it bounds the look ahead.
const LONGEST_LIST: usize = 12;

/// "6.–9. April", "am 10. und 11. Februar", "3., 4. und 5. Oktober", "April 6-9", "April 6 and 7".
pub(crate) fn list_of_days(reader: &Reader<'_>, place: usize, found: &mut Vec<Expression>) -> bool {
    match reader.language {
        Language::German => german_list(reader, place, found),
        Language::English { .. } => english_list(reader, place, found),
    }
}

fn german_list(reader: &Reader<'_>, place: usize, found: &mut Vec<Expression>) -> bool {
    let mut members: Vec<(i8, usize, usize, bool)> = Vec::new();
    let mut at = place;
    loop {
        // The last member names the month.
        let whole = if members.is_empty() {
            None
        } else {
            day_of_month(reader, at)
                .map(|(form, past)| (Point::new(form), past))
                .or_else(|| numeric(reader, at))
        };
        if let Some((point, past)) = whole {
            let (end, past) = with_time(reader, point, past);
            finish_list(&members, end, at, past, reader, found);
            return true;
        }
        let Some(day) = small(reader, at, 31).filter(|day| *day > 0 && !reader.is_part_of_figure(at)) else {
            return false;
        };
        if !reader.is_glued(at + 1, ".") || members.len() >= LONGEST_LIST {
            return false;
        }
        let Some((next, is_range)) = joint(reader, at + 2) else { return false };
        members.push((day, at, at + 2, is_range));
        at = next;
    }
}

/// What joins two days of a list, and whether it makes a range of them.
fn joint(reader: &Reader<'_>, place: usize) -> Option<(usize, bool)> {
    let mut at = place;
    let mut is_range = false;
    let mut has_joint = false;
    for _ in 0..4 {
        let token = reader.at(at);
        if token.meaning.is(Role::Range) || token.is_dash() || token.is_mark('/') {
            is_range |= !token.is_mark('/');
            has_joint = true;
        } else if token.is_mark(',') || token.meaning.is(Role::And) || token.is_mark('+') {
            has_joint = true;
        } else if !(has_joint
            && (reader.is_word(at, &["am", "zum", "den", "dem"]) || token.meaning.weekday.is_some()))
        {
            break;
        }
        at += 1;
    }
    has_joint.then_some((at, is_range))
}

fn finish_list(
    members: &[(i8, usize, usize, bool)],
    end: Point,
    end_at: usize,
    past: usize,
    reader: &Reader<'_>,
    found: &mut Vec<Expression>,
) {
    let Form::Day { year, month, .. } = day_form(&end) else { return };
    let open_range = members.first().is_some_and(|(_, at, ..)| {
        reader.is_word(at.wrapping_sub(1), &["zwischen"]) || reader.is_word(at.wrapping_sub(2), &["zwischen"])
    });
    for (index, &(day, at, member_past, is_range)) in members.iter().enumerate() {
        let month = earlier_month(month, day, &end, is_range);
        let form = Form::Day { year: month.1.unwrap_or(year), month: month.0, day, weekday: None };
        let is_last = index + 1 == members.len();
        if is_last && (is_range || open_range) {
            let point = Point::new(Form::Range(Box::new(Point::new(form)), Box::new(end)));
            found.push(Expression { point, first: at, past });
            return;
        }
        found.push(Expression { point: Point::new(form), first: at, past: member_past });
    }
    found.push(Expression { point: end, first: end_at, past });
}

/// "28. bis 3. Mai" begins in April.
fn earlier_month(month: i8, day: i8, end: &Point, is_range: bool) -> (i8, Option<YearSpec>) {
    let Form::Day { year, day: last, .. } = day_form(end) else { return (month, None) };
    if !is_range || day < last {
        return (month, None);
    }
    match (month, year) {
        (1, YearSpec::Given(year)) => (12, Some(YearSpec::Given(year - 1))),
        (1, other) => (12, Some(other)),
        (month, _) => (month - 1, None),
    }
}

fn day_form(point: &Point) -> Form {
    match &point.form {
        Form::Range(from, _) => from.form.clone(),
        form => form.clone(),
    }
}

fn english_list(reader: &Reader<'_>, place: usize, found: &mut Vec<Expression>) -> bool {
    // "6-9 April", "6 and 7 April"
    if let Some(first) = small(reader, place, 31).filter(|day| *day > 0 && !reader.is_part_of_figure(place)) {
        let ending =
            usize::from(!reader.at(place + 1).spaced && reader.is_word(place + 1, &["st", "nd", "rd", "th"]));
        let joint = reader.at(place + 1 + ending);
        let is_range = joint.is_dash()
            || joint.meaning.is(Role::Range)
            || (joint.meaning.is(Role::And) && reader.is(place.wrapping_sub(1), Role::Opener));
        if !is_range && !joint.meaning.is(Role::And) {
            return false;
        }
        let at = place + 2 + ending;
        let Some((Form::Day { year, month, day, .. }, past)) =
            day_of_month(reader, at).filter(|_| reader.at(at).digits() > 0)
        else {
            return false;
        };
        let from = Form::Day { year, month, day: first, weekday: None };
        let to = Form::Day { year, month, day, weekday: None };
        push_pair(found, (from, place, place + 1 + ending), (to, at, past), is_range);
        return true;
    }
    // "April 6-9", "April 6 and 7, 2020"
    if reader.at(place).meaning.month.is_none() || !reader.at(place).is_capital() {
        return false;
    }
    let Some((Form::Day { year: YearSpec::Open, month, day, .. }, middle)) = day_of_month(reader, place)
    else {
        return false;
    };
    if let Some(days) = further_days(reader, middle, day) {
        let form = |day: i8| Point::new(Form::Day { year: YearSpec::Open, month, day, weekday: None });
        found.push(Expression { point: form(day), first: place, past: middle });
        found.extend(days.iter().map(|(day, at)| Expression { point: form(*day), first: *at, past: at + 1 }));
        return true;
    }
    let joint = reader.at(middle);
    let is_range = joint.is_dash()
        || joint.meaning.is(Role::Range)
        || (joint.meaning.is(Role::And) && reader.is(place.wrapping_sub(1), Role::Opener));
    if !is_range && !joint.meaning.is(Role::And) {
        return false;
    }
    let Some(last) = small(reader, middle + 1, 31).filter(|last| *last > day) else { return false };
    let next = middle + 2;
    let is_other =
        reader.is_glued(next, ":.,") && reader.at(next + 1).digits() > 0 && !reader.at(next + 1).spaced
            || reader.at(next).meaning.month.is_some()
            || (!is_range
                && reader.at(next).is_word()
                && !reader.is(next, Role::Inside)
                && !reader.is(next, Role::At));
    if is_other {
        return false;
    }
    let (year, past) = year_after(reader, next);
    let from = Form::Day { year, month, day, weekday: None };
    let to = Form::Day { year, month, day: last, weekday: None };
    push_pair(found, (from, place, middle), (to, middle + 1, past), is_range);
    true
}

/// ", 11 and 12" after "April 10": the days and their places.
fn further_days(reader: &Reader<'_>, mut place: usize, first: i8) -> Option<Vec<(i8, usize)>> {
    let mut days: Vec<(i8, usize)> = Vec::new();
    while days.len() < LONGEST_LIST {
        let comma = usize::from(reader.at(place).is_mark(','));
        let and = usize::from(reader.is(place + comma, Role::And));
        let at = place + comma + and;
        let last = days.last().map_or(first, |(day, _)| *day);
        if comma + and == 0 {
            return None;
        }
        let day = small(reader, at, 31).filter(|day| *day > last && !reader.is_part_of_figure(at))?;
        days.push((day, at));
        if and == 1 {
            return (days.len() > 1).then_some(days);
        }
        place = at + 1;
    }
    None
}

fn push_pair(
    found: &mut Vec<Expression>,
    from: (Form, usize, usize),
    to: (Form, usize, usize),
    is_range: bool,
) {
    if is_range {
        let point = Point::new(Form::Range(Box::new(Point::new(from.0)), Box::new(Point::new(to.0))));
        found.push(Expression { point, first: from.1, past: to.2 });
    } else {
        found.push(Expression { point: Point::new(from.0), first: from.1, past: from.2 });
        found.push(Expression { point: Point::new(to.0), first: to.1, past: to.2 });
    }
}
