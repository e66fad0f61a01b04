//! Numbers and days as the two languages write them.

use crate::methods::Language;
use crate::model::months;

const MONTHS: [[&str; 12]; 2] = [months::ENGLISH, months::GERMAN];

/// `1,234` or `1.234`.
pub(super) fn whole(number: u64, language: Language) -> String {
    let digits = number.to_string();
    let separator = if language == Language::English { ',' } else { '.' };
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// With so many places behind the point: `3.0` or `3,0`.
pub(super) fn decimal(number: f64, places: usize, language: Language) -> String {
    let text = format!("{number:.places$}");
    if language == Language::German { text.replace('.', ",") } else { text }
}

/// A length of time in seconds, at least two figures of it: `3.0`, `0.021`.
pub(super) fn seconds(seconds: f64, language: Language) -> String {
    let places = match seconds {
        s if s >= 0.995 => 1,
        s if s >= 0.0995 => 2,
        _ => 3,
    };
    decimal(seconds, places, language)
}

/// The day of an ISO instant or date: `6 April 2020` or `6. April 2020`.
pub(super) fn day(text: &str, language: Language) -> String {
    let parts: Vec<usize> =
        text.get(..10).unwrap_or(text).split('-').filter_map(|part| part.parse().ok()).collect();
    let [year, month, day] = parts[..] else { return text.to_owned() };
    let Some(name) = month.checked_sub(1).and_then(|month| MONTHS[language as usize].get(month)) else {
        return text.to_owned();
    };
    match language {
        Language::English => format!("{day} {name} {year}"),
        Language::German => format!("{day}. {name} {year}"),
    }
}

/// `a, b and c`
pub(super) fn list(items: &[String], and: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} {and} {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, German};

    #[test]
    fn numbers_and_days_are_written_as_the_language_writes_them() {
        assert_eq!((whole(1_234_567, English), whole(1_234, German)), ("1,234,567".into(), "1.234".into()));
        assert_eq!((whole(0, English), whole(999, German)), ("0".into(), "999".into()));
        assert_eq!((seconds(3.02, German), seconds(0.0213, English)), ("3,0".into(), "0.021".into()));
        assert_eq!(day("2020-04-06T10:00:00Z", English), "6 April 2020");
        assert_eq!(day("2020-03-06", German), "6. März 2020");
        assert_eq!(day("unknown", German), "unknown");
        assert_eq!(list(&["a".into(), "b".into(), "c".into()], "und"), "a, b und c");
    }
}
