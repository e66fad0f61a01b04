//! Days as people type them on the command line: `2024`, `2024-04`, `2024-04-06`.

use jiff::civil::Date;

/// The first day of what `text` names.
pub(crate) fn first_day(text: &str) -> Result<Date, String> {
    parse(text).map(|(first, _)| first)
}

/// The last day of what `text` names.
pub(crate) fn last_day(text: &str) -> Result<Date, String> {
    parse(text).map(|(_, last)| last)
}

fn parse(text: &str) -> Result<(Date, Date), String> {
    let error = || "write a day as YYYY-MM-DD, a month as YYYY-MM or a year as YYYY".to_owned();
    let digits =
        |part: &str, count: usize| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = text.trim().split('-');
    let year =
        parts.next().filter(|year| digits(year, 4)).and_then(|year| year.parse().ok()).ok_or_else(error)?;
    let two_digits = |part: Option<&str>| match part {
        None => Ok(None),
        Some(part) if digits(part, 2) => part.parse::<i8>().map(Some).map_err(|_| error()),
        Some(_) => Err(error()),
    };
    let (month, day) = (two_digits(parts.next())?, two_digits(parts.next())?);
    if parts.next().is_some() {
        return Err(error());
    }
    let first = Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).map_err(|_| error())?;
    let last = match (month, day) {
        (_, Some(_)) => first,
        (Some(_), None) => first.last_of_month(),
        (None, None) => first.last_of_year(),
    };
    Ok((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_or_month_stands_for_its_first_and_last_day() {
        let check = |text: &str, first: &str, last: &str| {
            assert_eq!(first_day(text).unwrap().to_string(), first);
            assert_eq!(last_day(text).unwrap().to_string(), last);
        };
        check("2024", "2024-01-01", "2024-12-31");
        check("2024-02", "2024-02-01", "2024-02-29");
        check("2024-02-03", "2024-02-03", "2024-02-03");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "24", "2024-13", "2024-02-30", "2024-2-3", "06.04.2024", "2024-01-01-01", "today"] {
            assert!(first_day(text).is_err(), "{text}");
        }
    }
}
