//! Days as flags give them: `2020`, `2020-04`, `2020-04-06`.

use jiff::civil::Date;

/// The first day of what `text` names.
pub fn first_day(text: &str) -> Result<Date, String> {
    period(text).map(|(first, _)| first)
}

/// The last day of what `text` names.
pub fn last_day(text: &str) -> Result<Date, String> {
    period(text).map(|(_, last)| last)
}

fn period(text: &str) -> Result<(Date, Date), String> {
    let error = || "a day is written YYYY-MM-DD, a month YYYY-MM, a year YYYY".to_owned();
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    if ![&[4][..], &[4, 2], &[4, 2, 2]].contains(&lengths.as_slice()) {
        return Err(error());
    }
    let numbers: Vec<i16> =
        parts.iter().map(|part| part.parse()).collect::<Result<_, _>>().map_err(|_| error())?;
    let date = |month: i16, day: i16| Date::new(numbers[0], month as i8, day as i8).map_err(|_| error());
    Ok(match numbers.as_slice() {
        [_] => (date(1, 1)?, date(12, 31)?),
        [_, month] => {
            let first = date(*month, 1)?;
            (first, first.last_of_month())
        }
        [_, month, day, ..] => (date(*month, *day)?, date(*month, *day)?),
        [] => return Err(error()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, &str)>) {
        let found = period(text).ok().map(|(first, last)| (first.to_string(), last.to_string()));
        let found = found.as_ref().map(|(first, last)| (first.as_str(), last.as_str()));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn years_months_and_days_are_periods() {
        check("2020", Some(("2020-01-01", "2020-12-31")));
        check("2020-02", Some(("2020-02-01", "2020-02-29")));
        check("2020-04-06", Some(("2020-04-06", "2020-04-06")));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "20",
            "2020-4-6",
            "2020-13",
            "2021-02-29",
            "06.04.2020",
            "2020-04-06T10:00",
            "gestern",
            "2020-",
            "-020",
        ] {
            check(text, None);
        }
    }
}
