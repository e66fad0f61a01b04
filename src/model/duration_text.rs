//! Lengths of time as people write them: `200ms`, `3s`, `90s`, `30m`, `1h`, `1h30m`, `7d`.

use std::fmt::Write as _;
use std::time::Duration;

/// Longest length of time that is taken, in seconds: about ten years.
const MAX_SECONDS: u64 = 10 * 366 * 24 * 3_600;

/// Why a text is not a length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// Not a number followed by a unit.
    #[error("`{0}` is not a length of time")]
    Form(String),
    /// A number without a unit.
    #[error("`{0}` has no unit")]
    NoUnit(String),
    /// Longer than ten years.
    #[error("`{0}` is too long")]
    TooLong(String),
}

/// What may be written, for hints.
pub const DURATION_FORMS: &str = "write a number and a unit: `200ms`, `3s`, `30m`, `1h`, `7d`";

/// Reads a length of time: whole numbers with `ms`, `s`, `m`, `h`, `d`, the larger unit first.
pub fn parse_duration(text: &str) -> Result<Duration, DurationError> {
    let shown = || text.chars().take(40).collect::<String>();
    let mut rest = text.trim();
    if rest == "0" {
        return Ok(Duration::ZERO);
    }
    if rest.is_empty() {
        return Err(DurationError::Form(shown()));
    }
    let mut milliseconds: u64 = 0;
    let mut larger = u64::MAX;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at(digits);
        let letters = after.bytes().take_while(u8::is_ascii_lowercase).count();
        let (unit, after) = after.split_at(letters);
        if number.is_empty() {
            return Err(DurationError::Form(shown()));
        }
        let factor: u64 = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "" if after.is_empty() => return Err(DurationError::NoUnit(shown())),
            _ => return Err(DurationError::Form(shown())),
        };
        if factor >= larger {
            return Err(DurationError::Form(shown()));
        }
        larger = factor;
        milliseconds = number
            .parse::<u64>()
            .ok()
            .and_then(|number| number.checked_mul(factor))
            .and_then(|part| milliseconds.checked_add(part))
            .filter(|sum| *sum <= MAX_SECONDS * 1_000)
            .ok_or_else(|| DurationError::TooLong(shown()))?;
        rest = after;
    }
    Ok(Duration::from_millis(milliseconds))
}

/// Writes a length of time so that [`parse_duration`] reads it again; parts of a millisecond are left out.
pub fn write_duration(duration: Duration) -> String {
    let mut rest = duration.as_millis();
    let mut text = String::new();
    for (unit, factor) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)] {
        if rest >= factor {
            let _ = write!(text, "{}{unit}", rest / factor);
            rest %= factor;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_units_are_lengths_of_time() {
        for (text, milliseconds) in [
            ("0s", 0),
            ("200ms", 200),
            ("3s", 3_000),
            ("90s", 90_000),
            ("30m", 1_800_000),
            ("1h", 3_600_000),
            ("1h30m", 5_400_000),
            ("7d", 604_800_000),
            (" 5min ", 300_000),
        ] {
            assert_eq!(parse_duration(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["0s", "200ms", "3s", "1m30s", "30m", "1h", "1h30m", "7d", "1s500ms"] {
            assert_eq!(write_duration(parse_duration(text).unwrap()), text);
        }
    }

    #[test]
    fn anything_else_says_what_is_wrong() {
        for text in ["", "s", "-3s", "1.5s", "3 s", "3sec", "3s1h", "1s1s", "3S", "ü", "3ü"] {
            assert!(matches!(parse_duration(text), Err(DurationError::Form(_))), "{text}");
        }
        assert_eq!(parse_duration("30"), Err(DurationError::NoUnit("30".into())));
        assert!(matches!(parse_duration("99999999999999999999d"), Err(DurationError::TooLong(_))));
        assert!(matches!(parse_duration("18446744073709551615ms"), Err(DurationError::TooLong(_))));
    }
}
