//! Dates as feeds and sitemaps write them. A time without an offset counts as UTC, a day as its first instant.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::TimeZone;

/// Longest text that is tried.
const MAX_BYTES: usize = 64;

static RFC_2822: DateTimeParser = DateTimeParser::new().relaxed_weekday(true);

/// Reads RFC 3339 and its shorter forms (W3C-DTF) or RFC 2822; `None`: neither.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_BYTES {
        return None;
    }
    let in_utc = |datetime: DateTime| datetime.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    text.parse::<Timestamp>()
        .ok()
        .or_else(|| RFC_2822.parse_timestamp(text).ok())
        .or_else(|| in_utc(text.parse::<DateTime>().ok()?))
        .or_else(|| in_utc(text.parse::<Date>().ok()?.at(0, 0, 0, 0)))
        // W3C-DTF: year and month, or the year alone.
        .or_else(|| in_utc(format!("{text}-01").parse::<Date>().ok()?.at(0, 0, 0, 0)))
        .or_else(|| in_utc(format!("{text}-01-01").parse::<Date>().ok()?.at(0, 0, 0, 0)))
}

#[cfg(test)]
mod tests {
    use super::instant;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(instant(text).map(|instant| instant.to_string()).unwrap_or_default(), expected, "{text}");
    }

    #[test]
    fn the_usual_forms_are_read() {
        check("2025-03-14T09:30:00+01:00", "2025-03-14T08:30:00Z");
        check(" 2025-03-14T09:30+01:00 ", "2025-03-14T08:30:00Z");
        check("2025-03-14T09:30:00.250Z", "2025-03-14T09:30:00.25Z");
        check("2025-03-14 09:30:00", "2025-03-14T09:30:00Z");
        check("2025-03-14", "2025-03-14T00:00:00Z");
        check("2025-03", "2025-03-01T00:00:00Z");
        check("2025", "2025-01-01T00:00:00Z");
        check("Fri, 14 Mar 2025 09:30:00 +0100", "2025-03-14T08:30:00Z");
        check("Fri, 14 Mar 2025 09:30:00 GMT", "2025-03-14T09:30:00Z");
        check("Mon, 14 Mar 2025 09:30:00 GMT", "2025-03-14T09:30:00Z");
        check("14 Mar 2025 09:30 +0000", "2025-03-14T09:30:00Z");
    }

    #[test]
    fn other_texts_are_no_dates() {
        for text in ["", "gestern", "14.03.2025", "2025-13-01", "0000-00-00", "99999", &"9".repeat(100)] {
            check(text, "");
        }
    }
}
