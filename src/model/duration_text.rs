//! Durations as people type them: `200ms`, `3s`, `30m`, `1h`, `7d`, `1h30m`.

use std::time::Duration;

/// Longest duration that is accepted: ten years.
const MAX: Duration = Duration::from_secs(10 * 366 * 24 * 60 * 60);

/// Not a duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a duration like \"200ms\", \"3s\", \"30m\", \"1h\" or \"7d\"")]
pub struct DurationError(String);

/// Reads numbers with the units `ms`, `s`, `m`, `h`, `d`, one after the other; a bare `0` is allowed.
pub fn parse(text: &str) -> Result<Duration, DurationError> {
    let error = || DurationError(text.chars().take(40).collect());
    let mut rest = text.trim();
    if rest == "0" {
        return Ok(Duration::ZERO);
    }
    if rest.is_empty() {
        return Err(error());
    }
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(error)?;
        let number: f64 = rest[..digits].parse().map_err(|_| error())?;
        rest = &rest[digits..];
        let letters = rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len());
        let seconds = match &rest[..letters] {
            "ms" => 0.001,
            "s" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3_600.0,
            "d" => 86_400.0,
            _ => return Err(error()),
        };
        total = Duration::try_from_secs_f64(number * seconds)
            .ok()
            .and_then(|part| total.checked_add(part))
            .filter(|total| *total <= MAX)
            .ok_or_else(error)?;
        rest = rest[letters..].trim_start();
    }
    Ok(total)
}

/// Writes a duration in the same form, in its largest whole unit: `90s`, `2m`, `250ms`.
pub fn format(duration: Duration) -> String {
    let millis = duration.as_millis();
    if !millis.is_multiple_of(1_000) {
        return format!("{millis}ms");
    }
    let seconds = millis / 1_000;
    match seconds {
        0 => "0s".to_owned(),
        _ if seconds.is_multiple_of(86_400) => format!("{}d", seconds / 86_400),
        _ if seconds.is_multiple_of(3_600) => format!("{}h", seconds / 3_600),
        _ if seconds.is_multiple_of(60) => format!("{}m", seconds / 60),
        _ => format!("{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_with_their_units() {
        let check = |text: &str, millis: u64| {
            assert_eq!(parse(text), Ok(Duration::from_millis(millis)), "{text}");
        };
        check("0", 0);
        check("0s", 0);
        check("200ms", 200);
        check("3s", 3_000);
        check("1.5s", 1_500);
        check("30m", 1_800_000);
        check("1h30m", 5_400_000);
        check(" 7d ", 604_800_000);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "3", "s", "3 s 4", "-1s", "1y", "9999999d", "1e9s", "ä", "1..2s"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn durations_are_written_in_their_largest_whole_unit() {
        for text in ["250ms", "0s", "90s", "2m", "1h", "1d"] {
            assert_eq!(format(parse(text).unwrap()), text);
        }
    }
}
