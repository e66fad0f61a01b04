//! What an expression says before anyone knows when it was written: "am 6. April", "vergangenen Freitag".
//!
//! `grammar` makes forms, `resolve` makes days of them.

use jiff::civil::Weekday;
use serde::Deserialize;

/// A unit of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Unit {
    /// Day.
    Day,
    /// Week.
    Week,
    /// Month.
    Month,
    /// Year.
    Year,
    /// Quarter of a year.
    Quarter,
    /// Half of a year.
    Half,
    /// Century.
    Century,
}

/// A season of the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Season {
    /// March to May.
    Spring,
    /// June to August.
    Summer,
    /// September to November.
    Autumn,
    /// December to February.
    Winter,
}

impl Season {
    /// TIMEX3's code; ISO 8601 has none.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Spring => "SP",
            Self::Summer => "SU",
            Self::Autumn => "FA",
            Self::Winter => "WI",
        }
    }

    /// First and last month of it, winter told from January.
    pub(crate) fn months(self) -> (i8, i8) {
        match self {
            Self::Spring => (3, 5),
            Self::Summer => (6, 8),
            Self::Autumn => (9, 11),
            Self::Winter => (1, 2),
        }
    }
}

/// How an expression gives its year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum YearSpec {
    /// Not at all: direction and nearness decide.
    Open,
    /// In digits.
    Given(i16),
    /// "vergangenen Jahres": years from the year of publication.
    Shifted(i8),
    /// "vergangenen Mai": the next or last one, the present one left out.
    Beside(i8),
}

/// The time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clock {
    /// 0 to 24.
    pub(crate) hour: i8,
    /// 0 to 59.
    pub(crate) minute: i8,
}

/// An expression, not yet resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    /// A day of a month.
    Day { year: YearSpec, month: i8, day: i8, weekday: Option<Weekday> },
    /// A day of a month that the text does not name: "am 15.".
    DayOfMonth { day: i8, weekday: Option<Weekday> },
    /// A weekday; `shift` excludes the day of publication.
    Weekday { weekday: Weekday, shift: Option<i8> },
    /// A weekday of a week counted from the present one.
    WeekdayOfWeek { weekday: Weekday, week: i8 },
    /// "am ersten Montag im Mai"; `nth` is -1 for the last.
    NthWeekday { weekday: Weekday, nth: i8, year: YearSpec, month: i8 },
    /// The next such weekday and so many weeks: "Montag in einer Woche".
    WeekdayLater { weekday: Weekday, weeks: i64 },
    /// Days from the day of publication.
    FromToday(i64),
    /// The same day of another month or year, counted from today: "heute vor einem Jahr".
    SameDay { days: i64, months: i64 },
    /// Days from the day last spoken of.
    FromTold(i64),
    /// A month.
    Month { year: YearSpec, month: i8 },
    /// A year.
    Year(i16),
    /// A decade: the first three digits.
    Decade(i16),
    /// A century: the first two digits.
    Century(i16),
    /// A week of the calendar.
    Week { year: YearSpec, week: i8 },
    /// A quarter, 1 to 4.
    Quarter { year: YearSpec, quarter: i8 },
    /// A half-year, 1 or 2.
    Half { year: YearSpec, half: i8 },
    /// A season.
    Season { year: YearSpec, season: Season },
    /// A unit counted from the present one.
    Relative { unit: Unit, by: i64 },
    /// A weekend; `None`: direction decides.
    Weekend(Option<i8>),
    /// A day with a name, by its place in the holiday table.
    Holiday { year: YearSpec, rule: usize },
    /// A time of day on the day last spoken of.
    Time,
    /// The night that ends on this day.
    NightTo(Box<Form>),
    /// From one to another.
    Range(Box<Point>, Box<Point>),
}

/// A form with the time of day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Point {
    /// The day or longer.
    pub(crate) form: Form,
    /// The time on it.
    pub(crate) clock: Option<Clock>,
}

impl Point {
    /// A form without a time.
    pub(crate) fn new(form: Form) -> Self {
        Self { form, clock: None }
    }
}

impl Form {
    /// Names one day, so that a time of day may follow.
    pub(crate) fn is_day(&self) -> bool {
        matches!(
            self,
            Self::Day { .. }
                | Self::DayOfMonth { .. }
                | Self::Weekday { .. }
                | Self::WeekdayOfWeek { .. }
                | Self::NthWeekday { .. }
                | Self::WeekdayLater { .. }
                | Self::SameDay { .. }
                | Self::FromToday(_)
                | Self::FromTold(_)
                | Self::Holiday { .. }
        )
    }
}
