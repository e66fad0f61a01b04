//! Makes days of forms: which year, which Monday, which weekend; and writes them down.
//!
//! Values are ISO 8601 and EDTF; seasons, weekends and half-years, for which those have no sign, are TIMEX3's
//! (`2020-SU`, `2020-W15-WE`, `2020-H2`).

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};

use super::form::{Clock, Form, Point, Season, Unit, YearSpec};
use super::holiday::Holidays;
use super::reader::Language;
use super::tense::Direction;

/// A past reading older than this gives way to a nearer day ahead: nobody writes "am 9. April" of last year on the 7th.
const LONGEST_BACK: i64 = 300;

/// How far ahead the present tense looks.
const LONGEST_AHEAD: i64 = 270;

/// What an expression is resolved against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Anchor {
    /// The day of publication in the portal's zone.
    pub(crate) published: Option<Date>,
    /// The day last spoken of.
    pub(crate) told: Option<Date>,
    /// Where the clause looks.
    pub(crate) direction: Direction,
    /// For the names of days.
    pub(crate) language: Language,
}

/// A resolved expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Value {
    /// As the record has it.
    pub(crate) text: String,
    /// The day, where it is one.
    pub(crate) day: Option<Date>,
}

impl Value {
    fn day(day: Date) -> Self {
        Self { text: day.to_string(), day: Some(day) }
    }

    fn text(text: String) -> Self {
        Self { text, day: None }
    }
}

/// The value of a point; `None` where the text does not say enough.
pub(crate) fn resolve(point: &Point, anchor: &Anchor) -> Option<Value> {
    if let Form::Range(from, to) = &point.form {
        return range(from, to, anchor);
    }
    let value = value(&point.form, anchor)?;
    let Some(clock) = point.clock else { return Some(value) };
    let day = value.day?;
    Some(Value { text: at_clock(day, clock), day: Some(day) })
}

fn at_clock(day: Date, clock: Clock) -> String {
    if clock.hour == 24
        && let Ok(next) = day.tomorrow()
    {
        return format!("{next}T00:{:02}", clock.minute);
    }
    format!("{day}T{:02}:{:02}", clock.hour, clock.minute)
}

fn range(from: &Point, to: &Point, anchor: &Anchor) -> Option<Value> {
    // The end is looked for after the beginning: "vom 27. Dezember bis 3. Januar".
    let first = resolve(from, anchor)?;
    let after = Anchor { published: anchor.published, told: first.day, ..*anchor };
    let mut last = resolve(to, &after)?;
    if let (Some(from_day), Some(to_day)) = (first.day, last.day)
        && to_day < from_day
    {
        last = roll_forward(to, from_day, &last)?;
    }
    if first.text == last.text {
        return Some(first);
    }
    (first.day.is_some() == last.day.is_some() || first.text.len() == last.text.len())
        .then(|| Value::text(format!("{}/{}", first.text, last.text)))
}

/// The end of a range that came out before its beginning.
fn roll_forward(to: &Point, from: Date, found: &Value) -> Option<Value> {
    let day = found.day?;
    let later = match &to.form {
        Form::Day { year: YearSpec::Open, .. } => day.with().year(day.year().checked_add(1)?).build().ok()?,
        Form::Weekday { weekday, .. } => from.nth_weekday(1, *weekday).ok()?,
        _ => return None,
    };
    Some(match to.clock {
        Some(clock) => Value { text: at_clock(later, clock), day: Some(later) },
        None => Value::day(later),
    })
}

fn value(form: &Form, anchor: &Anchor) -> Option<Value> {
    match *form {
        Form::Day { year, month, day, weekday } => {
            day_of_month(year, month, day, weekday, anchor).map(Value::day)
        }
        Form::DayOfMonth { day, weekday } => day_at_hand(day, weekday, anchor).map(Value::day),
        Form::Weekday { weekday, shift } => nearest_weekday(weekday, shift, anchor).map(Value::day),
        Form::WeekdayOfWeek { weekday, week } => {
            let monday = monday(anchor.published?)?.checked_add((i64::from(week) * 7).days()).ok()?;
            let day = monday.checked_add(i64::from(weekday.to_monday_zero_offset()).days()).ok()?;
            Some(Value::day(day))
        }
        Form::NthWeekday { weekday, nth, year, month } => {
            let of_year = |year: i16| Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok();
            if let Some(year) = spec_year(year, anchor) {
                return of_year(year).map(Value::day);
            }
            let published = anchor.published?;
            let years = published.year().checked_sub(1)?..=published.year().checked_add(1)?;
            closest(years.filter_map(of_year), anchor, published).map(Value::day)
        }
        Form::WeekdayLater { weekday, weeks } => {
            let published = anchor.published?;
            let next = if published.weekday() == weekday {
                published
            } else {
                published.nth_weekday(1, weekday).ok()?
            };
            next.checked_add(weeks.weeks()).ok().map(Value::day)
        }
        Form::SameDay { days, months } => {
            let day = anchor.published?.checked_add(months.months()).ok()?;
            day.checked_add(days.days()).ok().map(Value::day)
        }
        Form::FromToday(days) => anchor.published?.checked_add(days.days()).ok().map(Value::day),
        // "drei Tage später" of no day spoken of says nothing.
        Form::FromTold(days) if days.abs() > 1 => anchor.told?.checked_add(days.days()).ok().map(Value::day),
        Form::FromTold(days) => {
            anchor.told.or(anchor.published)?.checked_add(days.days()).ok().map(Value::day)
        }
        Form::Time => anchor.told.or(anchor.published).map(Value::day),
        Form::Month { year, month } => {
            let year = year_of_month(year, month, anchor)?;
            Some(Value::text(format!("{year:04}-{month:02}")))
        }
        Form::Year(year) => Some(Value::text(format!("{year:04}"))),
        Form::Decade(decade) => Some(Value::text(format!("{decade}X"))),
        Form::Century(century) => Some(Value::text(format!("{century}XX"))),
        Form::Week { year, week } => {
            let year =
                spec_year(year, anchor).or_else(|| anchor.published.map(|day| day.iso_week_date().year()))?;
            Some(Value::text(format!("{year:04}-W{week:02}")))
        }
        Form::Quarter { year, quarter } => {
            let year = year_of_part(year, quarter * 3 - 2, quarter * 3, anchor)?;
            Some(Value::text(format!("{year:04}-Q{quarter}")))
        }
        Form::Half { year, half } => {
            let year = year_of_part(year, half * 6 - 5, half * 6, anchor)?;
            Some(Value::text(format!("{year:04}-H{half}")))
        }
        Form::Season { year, season } => season_value(year, season, anchor),
        Form::Relative { unit, by } => relative(unit, by, anchor.published?),
        Form::Weekend(shift) => weekend(shift, anchor),
        Form::Holiday { year, rule } => holiday(year, rule, anchor).map(Value::day),
        Form::NightTo(ref morning) => {
            let morning = value(morning, anchor)?.day?;
            let evening = morning.yesterday().ok()?;
            Some(Value { text: format!("{evening}/{morning}"), day: Some(morning) })
        }
        Form::Range(..) => None,
    }
}

/// The year an expression names, itself or by "vergangenen Jahres".
fn spec_year(year: YearSpec, anchor: &Anchor) -> Option<i16> {
    match year {
        YearSpec::Given(year) => Some(year),
        YearSpec::Shifted(shift) => anchor.published?.year().checked_add(i16::from(shift)),
        YearSpec::Open | YearSpec::Beside(_) => None,
    }
}

fn day_of_month(
    year: YearSpec,
    month: i8,
    day: i8,
    weekday: Option<Weekday>,
    anchor: &Anchor,
) -> Option<Date> {
    let of_year = |year: i16| Date::new(year, month, day).ok();
    let agrees = |date: &Date| weekday.is_none_or(|weekday| date.weekday() == weekday);
    if let Some(year) = spec_year(year, anchor) {
        let stated = of_year(year);
        // The weekday is the less likely slip of the pen.
        let near = [0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6, 6].into_iter();
        return near.filter_map(|by| of_year(year.checked_add(by)?)).find(agrees).or(stated);
    }
    let published = anchor.published?;
    let years = (published.year().checked_sub(28)?..=published.year().checked_add(1)?).rev();
    if weekday.is_some() {
        let days: Vec<Date> = years.filter_map(of_year).filter(agrees).collect();
        let close = days
            .iter()
            .filter(|day| days_between(published, **day).abs() <= 330)
            .min_by_key(|day| days_between(published, **day).abs());
        return close.or_else(|| days.iter().find(|day| **day <= published)).copied();
    }
    let near = (published.year().checked_sub(4)?..=published.year().checked_add(4)?).filter_map(of_year);
    closest(near, anchor, published)
}

/// Of the same day in several years the one the clause means.
fn closest(days: impl Iterator<Item = Date>, anchor: &Anchor, published: Date) -> Option<Date> {
    let days: Vec<Date> = days.collect();
    let nearest = days.iter().min_by_key(|day| days_between(published, **day).abs()).copied();
    let last = days.iter().filter(|day| **day <= published).max().copied();
    let next = days.iter().filter(|day| **day >= published).min().copied();
    match anchor.direction {
        Direction::Past => last.filter(|day| days_between(*day, published) <= LONGEST_BACK).or(nearest),
        Direction::Future => next.filter(|day| days_between(published, *day) <= LONGEST_BACK).or(nearest),
        // "Am 3. Oktober ist das Museum offen" is said ahead, though not a year ahead of what was last week.
        Direction::Present => next.filter(|day| days_between(published, *day) <= LONGEST_AHEAD).or(nearest),
        Direction::Unknown => nearest,
    }
}

/// Days from `from` to `to`.
fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(i64::MAX / 4, |span| i64::from(span.get_days()))
}

/// "am 15.": of this month, the one before or the one after.
fn day_at_hand(day: i8, weekday: Option<Weekday>, anchor: &Anchor) -> Option<Date> {
    let published = anchor.published?;
    let first = published.first_of_month();
    let months = (-6..=6).filter_map(|by: i64| first.checked_add(by.months()).ok());
    let days = months
        .filter_map(|month| Date::new(month.year(), month.month(), day).ok())
        .filter(|day| weekday.is_none_or(|weekday| day.weekday() == weekday));
    closest(days, anchor, published)
}

/// The last or next such day; today counts unless the words shut it out.
fn nearest_weekday(weekday: Weekday, shift: Option<i8>, anchor: &Anchor) -> Option<Date> {
    let published = anchor.published?;
    let step = |nth: i32| published.nth_weekday(nth, weekday).ok();
    match shift {
        Some(-2) => step(-2),
        Some(-1) => step(-1),
        Some(1) => step(1),
        Some(2) => step(2),
        Some(_) if anchor.direction != Direction::Past => {
            if published.weekday() == weekday {
                Some(published)
            } else {
                step(1)
            }
        }
        _ if published.weekday() == weekday => Some(published),
        _ => match anchor.direction {
            Direction::Past | Direction::Unknown => step(-1),
            Direction::Future | Direction::Present => step(1),
        },
    }
}

fn year_of_month(year: YearSpec, month: i8, anchor: &Anchor) -> Option<i16> {
    if let YearSpec::Beside(shift) = year {
        let published = anchor.published?;
        let ahead = month > published.month();
        let behind = month < published.month();
        let by = match shift {
            1 => i16::from(!ahead),
            -1 => -i16::from(!behind),
            2 => 1 + i16::from(!ahead),
            -2 => -1 - i16::from(!behind),
            _ => 0,
        };
        return published.year().checked_add(by);
    }
    if let Some(year) = spec_year(year, anchor) {
        return Some(year);
    }
    let published = anchor.published?;
    let ahead = i16::from(month) - i16::from(published.month());
    let by = match anchor.direction {
        Direction::Past => -i16::from(ahead > 0),
        Direction::Future => i16::from(ahead < 0),
        Direction::Present | Direction::Unknown => i16::from(ahead < -6) - i16::from(ahead > 6),
    };
    published.year().checked_add(by)
}

/// The year of a quarter or half-year.
fn year_of_part(year: YearSpec, first: i8, last: i8, anchor: &Anchor) -> Option<i16> {
    if let Some(year) = spec_year(year, anchor) {
        return Some(year);
    }
    let published = anchor.published?;
    let has_begun = published.month() >= first;
    let is_over = published.month() > last;
    let by = match anchor.direction {
        Direction::Past => -i16::from(!has_begun),
        Direction::Future => i16::from(is_over),
        Direction::Present | Direction::Unknown => -i16::from(first - published.month() > 6),
    };
    published.year().checked_add(by)
}

fn season_value(year: YearSpec, season: Season, anchor: &Anchor) -> Option<Value> {
    let (first, last) = season.months();
    let year = match year {
        YearSpec::Beside(shift) => {
            let published = anchor.published?;
            let by = match shift {
                1 => i16::from(published.month() >= first),
                -1 => -i16::from(published.month() <= last),
                2 => 2,
                -2 => -2,
                _ => 0,
            };
            published.year().checked_add(by)?
        }
        YearSpec::Open if season == Season::Winter => anchor.published?.year(),
        other => year_of_part(other, first, last, anchor)?,
    };
    Some(Value::text(format!("{year:04}-{}", season.code())))
}

fn relative(unit: Unit, by: i64, published: Date) -> Option<Value> {
    Some(match unit {
        Unit::Day => Value::day(published.checked_add(by.days()).ok()?),
        Unit::Week => week(published.checked_add(by.weeks()).ok()?.iso_week_date()),
        Unit::Month => {
            let month = published.first_of_month().checked_add(by.months()).ok()?;
            Value::text(format!("{:04}-{:02}", month.year(), month.month()))
        }
        Unit::Year => Value::text(format!("{:04}", i64::from(published.year()) + by)).checked()?,
        Unit::Quarter => {
            let month = published.first_of_month().checked_add((by * 3).months()).ok()?;
            Value::text(format!("{:04}-Q{}", month.year(), (month.month() + 2) / 3))
        }
        Unit::Half | Unit::Century => return None,
    })
}

impl Value {
    /// Four digits make a year.
    fn checked(self) -> Option<Self> {
        (self.text.len() == 4 && !self.text.starts_with('-')).then_some(self)
    }
}

fn week(week: ISOWeekDate) -> Value {
    Value::text(format!("{:04}-W{:02}", week.year(), week.week()))
}

fn monday(day: Date) -> Option<Date> {
    day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days()).ok()
}

fn weekend(shift: Option<i8>, anchor: &Anchor) -> Option<Value> {
    let published = anchor.published?;
    let is_weekend = published.weekday().to_monday_zero_offset() >= 5;
    let by = match shift {
        Some(0) => 0,
        Some(shift) if shift < 0 => i64::from(shift),
        Some(shift) if is_weekend => i64::from(shift),
        Some(shift) => i64::from(shift) - 1,
        None => match anchor.direction {
            Direction::Past | Direction::Unknown if !is_weekend => -1,
            _ => 0,
        },
    };
    let week = published.checked_add(by.weeks()).ok()?.iso_week_date();
    Some(Value::text(format!("{:04}-W{:02}-WE", week.year(), week.week())))
}

fn holiday(year: YearSpec, rule: usize, anchor: &Anchor) -> Option<Date> {
    let holidays = Holidays::of(anchor.language);
    if let Some(year) = spec_year(year, anchor) {
        return holidays.day(rule, year);
    }
    let published = anchor.published?;
    let years = published.year().checked_sub(1)?..=published.year().checked_add(1)?;
    closest(years.filter_map(|year| holidays.day(rule, year)), anchor, published)
}
