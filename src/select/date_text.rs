//! Dates as pages write them (attributes, meta tags, bylines) to values with their precision. Which date of a page
//! is the right one, and dates inside the article's text, are others' matter.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::{Offset, TimeZone};
use regex::{Captures, Regex};

use crate::model::months;
use crate::model::publication_time::{Precision, PublicationTime};
use crate::select::text::start_of;

/// Longest text in which a date is looked for, in bytes.
pub const MAX_TEXT_BYTES: usize = 2_000;
/// Years a page of news can be from.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2100;
/// How far from the date its time of day may stand, in bytes.
const TIME_DISTANCE: usize = 24;

/// How `04/06/2020` is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NumericOrder {
    /// 4 June.
    #[default]
    DayFirst,
    /// April 6.
    MonthFirst,
}

/// A date as a text gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateText {
    /// The day; the first where only year or month is given.
    pub date: Date,
    /// The time of day, where given.
    pub time: Option<Time>,
    /// The offset from UTC, where given.
    pub offset: Option<Offset>,
    /// How exactly it was given.
    pub precision: Precision,
}

impl DateText {
    /// The instant, a missing offset being that of `zone`.
    pub fn resolve(&self, zone: &TimeZone) -> Option<PublicationTime> {
        let Some(time) = self.time else {
            return PublicationTime::on(self.date, self.precision, zone);
        };
        let local = DateTime::from_parts(self.date, time);
        if let Some(offset) = self.offset {
            let instant = offset.to_timestamp(local).ok()?;
            return Some(PublicationTime { instant, offset, precision: self.precision });
        }
        let zoned = local.to_zoned(zone.clone()).ok()?;
        Some(PublicationTime::at(&zoned, self.precision))
    }

    /// ISO 8601, as exact as it was given.
    pub fn iso(&self) -> String {
        let date = match self.precision {
            Precision::Year => format!("{:04}", self.date.year()),
            Precision::Month => format!("{:04}-{:02}", self.date.year(), self.date.month()),
            _ => self.date.to_string(),
        };
        let Some(time) = self.time else { return date };
        let offset = self.offset.map(|offset| offset.to_string()).unwrap_or_default();
        let offset = if offset.len() == 3 { format!("{offset}:00") } else { offset };
        if self.precision == Precision::Minute {
            format!("{date}T{:02}:{:02}{offset}", time.hour(), time.minute())
        } else {
            format!("{date}T{:02}:{:02}:{:02}{offset}", time.hour(), time.minute(), time.second())
        }
    }
}

/// The first date in a text, in any of the usual forms; `None` where there is none.
pub fn parse(text: &str, order: NumericOrder) -> Option<DateText> {
    let text = text.trim();
    let text = start_of(text, MAX_TEXT_BYTES);
    parse_epoch(text).or_else(|| find(text, order).map(|found| found.0))
}

/// The first date in a text and where it stands.
pub fn find(text: &str, order: NumericOrder) -> Option<(DateText, std::ops::Range<usize>)> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut best: Option<(DateText, std::ops::Range<usize>)> = None;
    for form in FORMS.iter() {
        for captures in form.pattern.captures_iter(text) {
            let Some(date) = (form.read)(&captures, order) else { continue };
            let whole = captures.get(0).map(|found| found.range()).unwrap_or_default();
            if best.as_ref().is_none_or(|(_, other)| whole.start < other.start) {
                let (time, offset, precise) = time_near(text, &whole);
                let precision = if time.is_some() { precise } else { Precision::Day };
                best = Some((DateText { date, time, offset, precision }, whole));
            }
            break;
        }
    }
    if best.is_none()
        && let Some(captures) = MONTH_ONLY.captures(text)
        && captures.get(0).is_some_and(|found| found.len() == text.len())
    {
        let date = day(number(&captures, 1)?, number(&captures, 2).unwrap_or(1), 1)?;
        let precision = if captures.get(2).is_some() { Precision::Month } else { Precision::Year };
        best = Some((DateText { date, time: None, offset: None, precision }, 0..text.len()));
    }
    best
}

/// A text read by strptime patterns, tried in order; month names of other languages count as English ones.
pub fn parse_with(text: &str, patterns: &[String]) -> Option<DateText> {
    let english = with_english_months(text);
    for pattern in patterns {
        for text in [text, english.as_str()] {
            let Ok(parts) = BrokenDownTime::parse(pattern, text) else { continue };
            let Ok(date) = parts.to_date() else { continue };
            let time = parts.to_time().ok().filter(|_| parts.hour().is_some());
            let precision = match time {
                None => Precision::Day,
                Some(_) if parts.second().is_some() => Precision::Second,
                Some(_) => Precision::Minute,
            };
            return Some(DateText { date, time, offset: parts.offset(), precision });
        }
    }
    None
}

/// The number of a month by its name in any of the known languages.
pub fn month_number(name: &str) -> Option<i8> {
    MONTHS.get(name.trim_end_matches('.').to_lowercase().as_str()).copied()
}

struct Form {
    pattern: Regex,
    read: fn(&Captures<'_>, NumericOrder) -> Option<Date>,
}

static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    let form = |pattern: &str, read| Form { pattern: Regex::new(pattern).expect("a tested pattern"), read };
    vec![
        // 2020-04-06, 2020/04/06, 2020.04.06, 2020. 4. 6., 2020年4月6日
        form(
            r"(?-u:\b)((?:19|20)\d\d)(?:[-/]|\.\s?)(\d{1,2})(?:[-/]|\.\s?)(\d{1,2})(?:(?-u:\b)|T)",
            |c, _| day(number(c, 1)?, number(c, 2)?, number(c, 3)?),
        ),
        form(r"((?:19|20)\d\d)\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})", |c, _| {
            day(number(c, 1)?, number(c, 2)?, number(c, 3)?)
        }),
        // 20200406, 20200406T1620
        form(r"(?-u:\b)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:T|(?-u:\b))", |c, _| {
            day(number(c, 1)?, number(c, 2)?, number(c, 3)?)
        }),
        // 06.04.2020, 6. 4. 2020, 06/04/2020, 06-04-20
        form(r"(?-u:\b)(\d{1,2})\.\s?(\d{1,2})\.\s?((?:19|20)\d\d|\d\d)(?-u:\b)", |c, _| {
            day(full_year(number(c, 3)?), number(c, 2)?, number(c, 1)?)
        }),
        form(r"(?-u:\b)(\d{1,2})[/-](\d{1,2})[/-]((?:19|20)\d\d)(?-u:\b)", slashed),
        form(r"(?-u:\b)(\d{1,2})/(\d{1,2})/(\d\d)(?-u:\b)", slashed),
        // 6. April 2020, 6 de abril de 2020, 1er mai 2021, 06-Apr-2020
        form(
            r"(?i)(?-u:\b)(\d{1,2})(?:\.|er|st|nd|rd|th|º|°)?[\s\u{a0}-]*(?:de\s+|of\s+|d['’]\s*)?(\p{L}{3,12})\.?,?[\s\u{a0}-]*(?:de\s+|del\s+)?((?:19|20)\d\d)(?-u:\b)",
            |c, _| day(number(c, 3)?, i16::from(month_number(&c[2])?), number(c, 1)?),
        ),
        // April 6, 2020; Apr. 6th 2020; Nov 06 16:20:00 CEST 2020
        form(
            r"(?i)(?-u:\b)(\p{L}{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(?:\d\d:\d\d:\d\d\s+\w+\s+)?((?:19|20)\d\d)(?-u:\b)",
            |c, _| day(number(c, 3)?, i16::from(month_number(&c[1])?), number(c, 2)?),
        ),
        // 2020. április 6., 2020 April 6
        form(r"(?i)(?-u:\b)((?:19|20)\d\d)\.?\s+(\p{L}{3,12})\s+(\d{1,2})(?-u:\b)", |c, _| {
            day(number(c, 1)?, i16::from(month_number(&c[2])?), number(c, 3)?)
        }),
    ]
});

static MONTH_ONLY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^((?:19|20)\d\d)(?:[-/](0[1-9]|1[0-2]))?$").expect("a tested pattern"));

static TIME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:(?-u:\b)|T)(\d{1,2})(?::|\.|h\s?|H)(\d\d)(?::(\d\d))?(?:[.,]\d+)?\s*((?:am|pm)(?-u:\b)|a\.m\.|p\.m\.)?\s*(Z(?-u:\b)|(?:UTC|GMT)?\s?[+-]\d\d:?\d\d(?-u:\b)|[+-]\d\d(?-u:\b)|UTC(?-u:\b)|GMT(?-u:\b)|CEST(?-u:\b)|CET(?-u:\b)|MESZ(?-u:\b)|MEZ(?-u:\b)|EDT(?-u:\b)|EST(?-u:\b)|CDT(?-u:\b)|CST(?-u:\b)|MDT(?-u:\b)|MST(?-u:\b)|PDT(?-u:\b)|PST(?-u:\b)|BST(?-u:\b))?(\s*Uhr)?",
    )
    .expect("a tested pattern")
});

static COMPACT_TIME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^T?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d\d:?\d\d)?$").expect("a tested pattern"));

static MONTHS: LazyLock<HashMap<&'static str, i8>> = LazyLock::new(|| {
    let mut months = HashMap::new();
    for line in include_str!("words/months.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let Some(month) = words.next().and_then(|word| word.parse().ok()) else { continue };
        for word in words {
            months.entry(word).or_insert(month);
        }
    }
    months
});

fn number(captures: &Captures<'_>, group: usize) -> Option<i16> {
    captures.get(group)?.as_str().parse().ok()
}

fn full_year(year: i16) -> i16 {
    if year < 100 { 2000 + year } else { year }
}

fn slashed(captures: &Captures<'_>, order: NumericOrder) -> Option<Date> {
    let (first, second) = (number(captures, 1)?, number(captures, 2)?);
    let year = full_year(number(captures, 3)?);
    match order {
        NumericOrder::MonthFirst => day(year, first, second).or_else(|| day(year, second, first)),
        NumericOrder::DayFirst => day(year, second, first).or_else(|| day(year, first, second)),
    }
}

fn day(year: i16, month: i16, day: i16) -> Option<Date> {
    if !YEARS.contains(&year) {
        return None;
    }
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Seconds or milliseconds since 1970, as some attributes give them.
fn parse_epoch(text: &str) -> Option<DateText> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    let seconds = match text.len() {
        9..=10 => number,
        12..=13 => number / 1000,
        _ => return None,
    };
    let local = Offset::UTC.to_datetime(jiff::Timestamp::from_second(seconds).ok()?);
    if !YEARS.contains(&local.year()) {
        return None;
    }
    Some(DateText {
        date: local.date(),
        time: Some(local.time()),
        offset: Some(Offset::UTC),
        precision: Precision::Second,
    })
}

/// The time of day that belongs to the date at `date`: shortly after it, else shortly before.
fn time_near(text: &str, date: &std::ops::Range<usize>) -> (Option<Time>, Option<Offset>, Precision) {
    let none = (None, None, Precision::Day);
    let start = if text[..date.end].ends_with('T') { date.end - 1 } else { date.end };
    let after = &text[start..];
    if let Some(captures) = COMPACT_TIME.captures(after) {
        return read_time(&captures, None, captures.get(4).map(|zone| zone.as_str())).unwrap_or(none);
    }
    let near = start_of(after, TIME_DISTANCE + 20);
    let inside = &text[date.clone()];
    let before = &text[start_of(text, date.start.saturating_sub(TIME_DISTANCE)).len()..date.start];
    for part in [near, inside, before] {
        for captures in TIME.captures_iter(part) {
            let whole = captures.get(0).map(|found| found.range()).unwrap_or_default();
            // A dot separates hour and minute only where "Uhr" says so; else it is a number or another date.
            let dotted = part[whole.clone()].contains('.') && !part[whole.clone()].contains(':');
            if whole.start > TIME_DISTANCE || dotted && captures.get(6).is_none() && captures.get(4).is_none()
            {
                continue;
            }
            if part[whole.end..].starts_with(['.', '/'])
                && part[whole.end + 1..].starts_with(|c: char| c.is_ascii_digit())
            {
                continue;
            }
            let half = captures.get(4).map(|half| half.as_str());
            let zone = captures.get(5).map(|zone| zone.as_str());
            if let Some(read) = read_time(&captures, half, zone) {
                return read;
            }
        }
    }
    none
}

fn read_time(
    captures: &Captures<'_>,
    half: Option<&str>,
    zone: Option<&str>,
) -> Option<(Option<Time>, Option<Offset>, Precision)> {
    let mut hour = number(captures, 1)?;
    match half.map(|half| half.starts_with(['p', 'P'])) {
        Some(true) if hour < 12 => hour += 12,
        Some(false) if hour == 12 => hour = 0,
        _ => {}
    }
    let second = number(captures, 3);
    let hour = if hour == 24 { 0 } else { hour };
    let time = Time::new(
        i8::try_from(hour).ok()?,
        i8::try_from(number(captures, 2)?).ok()?,
        second.unwrap_or(0).min(59) as i8,
        0,
    )
    .ok()?;
    let precision = if second.is_some() { Precision::Second } else { Precision::Minute };
    Some((Some(time), zone.and_then(read_offset), precision))
}

fn read_offset(zone: &str) -> Option<Offset> {
    let upper = zone.trim().to_ascii_uppercase();
    let hours = match upper.as_str() {
        "Z" | "UTC" | "GMT" => 0,
        "CET" | "MEZ" | "BST" => 1,
        "CEST" | "MESZ" => 2,
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        _ => {
            let digits = upper.trim_start_matches("UTC").trim_start_matches("GMT").trim();
            let sign = if digits.starts_with('-') { -1 } else { 1 };
            let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
            let hours: i32 = digits.get(..2)?.parse().ok()?;
            let minutes: i32 = digits.get(2..4).and_then(|minutes| minutes.parse().ok()).unwrap_or(0);
            return Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok();
        }
    };
    Offset::from_hours(hours).ok()
}

fn with_english_months(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(char::is_alphabetic) {
        let end = rest[start..].find(|c: char| !c.is_alphabetic()).map_or(rest.len(), |end| start + end);
        out.push_str(&rest[..start]);
        let word = &rest[start..end];
        match month_number(word).filter(|_| word.chars().count() > 2) {
            Some(month) => out.push_str(months::ENGLISH[month as usize - 1]),
            None => out.push_str(word),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let found = parse(text, NumericOrder::DayFirst).map(|date| date.iso()).unwrap_or_default();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn iso_dates_keep_offset_and_precision() {
        check("2020-04-06T16:20:00+02:00", "2020-04-06T16:20:00+02:00");
        check("2020-04-06T16:20:00.123Z", "2020-04-06T16:20:00+00:00");
        check("2020-04-06T16:20+0200", "2020-04-06T16:20+02:00");
        check("2020-04-06 16:20:31", "2020-04-06T16:20:31");
        check("2020-04-06", "2020-04-06");
        check("2020/4/6", "2020-04-06");
        check("20200406T162000Z", "2020-04-06T16:20:00+00:00");
        check("20200406", "2020-04-06");
        check("2020-04", "2020-04");
        check("2020", "2020");
        check("1586182800", "2020-04-06T14:20:00+00:00");
        check("1586182800000", "2020-04-06T14:20:00+00:00");
    }

    #[test]
    fn mail_and_script_dates_are_read() {
        check("Mon, 06 Apr 2020 16:20:00 +0200", "2020-04-06T16:20:00+02:00");
        check("Mon, 06 Apr 2020 16:20:00 GMT", "2020-04-06T16:20:00+00:00");
        check("Mon Apr 06 2020 16:20:00 GMT+0200 (CEST)", "2020-04-06T16:20:00+02:00");
        check("Mon Apr 06 16:20:00 CEST 2020", "2020-04-06T16:20:00+02:00");
    }

    #[test]
    fn written_dates_of_several_languages_are_read() {
        check("2020. 4. 6.", "2020-04-06");
        check("6 квітня 2020", "2020-04-06");
        check("6. marts 2020", "2020-03-06");
        check("6 Maret 2020", "2020-03-06");
        check("06.04.2020, 16:20 Uhr", "2020-04-06T16:20");
        check("Stand: 6.4.2020 - 16.20 Uhr", "2020-04-06T16:20");
        check("Montag, 6. April 2020", "2020-04-06");
        check("Freitag, 19. Jänner 2024 um 8:05", "2024-01-19T08:05");
        check("6. 4. 20", "2020-04-06");
        check("April 6, 2020 4:20 pm", "2020-04-06T16:20");
        check("Apr. 6th, 2020 at 12:05 a.m. EDT", "2020-04-06T00:05-04:00");
        check("6 avril 2020 à 16h20", "2020-04-06T16:20");
        check("1er mai 2021", "2021-05-01");
        check("6 de abril de 2020", "2020-04-06");
        check("6 aprile 2020", "2020-04-06");
        check("06/04/2020", "2020-04-06");
        check("16:20 Uhr, 06.04.2020", "2020-04-06T16:20");
        check("13 Kasım 2020", "2020-11-13");
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "Montag",
            "Seite 12",
            "99.99.2020",
            "06.04.",
            "1.234.567",
            "12345678901234567890",
            "31. Juni 2020",
        ] {
            check(text, "");
        }
    }

    #[test]
    fn american_order_is_read_where_it_is_asked_for() {
        let date = parse("04/06/2020", NumericOrder::MonthFirst).unwrap();
        assert_eq!(date.iso(), "2020-04-06");
        let date = parse("13/06/2020", NumericOrder::MonthFirst).unwrap();
        assert_eq!(date.iso(), "2020-06-13");
    }

    #[test]
    fn patterns_read_german_month_names() {
        let patterns = ["%d. %B %Y, %H:%M".to_owned(), "%d.%m.%Y".to_owned()];
        assert_eq!(parse_with("6. April 2020, 16:20", &patterns).unwrap().iso(), "2020-04-06T16:20");
        assert_eq!(parse_with("6. März 2020, 16:20", &patterns).unwrap().iso(), "2020-03-06T16:20");
        assert_eq!(parse_with("06.04.2020", &patterns).unwrap().iso(), "2020-04-06");
        assert!(parse_with("gestern", &patterns).is_none());
    }

    #[test]
    fn a_day_stands_in_the_portal_s_zone() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let at =
            |text: &str| parse(text, NumericOrder::DayFirst).unwrap().resolve(&zone).unwrap().to_string();
        assert_eq!(at("06.04.2020"), "2020-04-06T00:00:00+02:00");
        assert_eq!(at("06.01.2020 16:20 Uhr"), "2020-01-06T16:20:00+01:00");
        assert_eq!(at("2020-04-06T16:20:00Z"), "2020-04-06T16:20:00+00:00");
    }
}
