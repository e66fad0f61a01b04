//! `Retry-After` (RFC 9110 §10.2.3): seconds, or the date of the next attempt.

use std::time::{Duration, UNIX_EPOCH};

use jiff::Timestamp;

/// Longest wait that is believed; the frontier caps it further.
const MAX_WAIT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How long the server asks to wait from `now`; a date that has passed is no wait at all. `None`: not understood.
pub(super) fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are still a number of seconds.
        let seconds = value.parse().unwrap_or(u64::MAX);
        return Some(Duration::from_secs(seconds).min(MAX_WAIT));
    }
    let date = httpdate::parse_http_date(value).ok()?.duration_since(UNIX_EPOCH).ok()?;
    let now = Duration::try_from(now.duration_since(Timestamp::UNIX_EPOCH)).ok()?;
    Some(date.saturating_sub(now).min(MAX_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, expected_seconds: Option<u64>) {
        let now: Timestamp = "2025-03-14T09:30:00Z".parse().unwrap();
        assert_eq!(retry_after(value, now), expected_seconds.map(Duration::from_secs), "{value}");
    }

    #[test]
    fn seconds_and_all_three_kinds_of_date_are_read() {
        check("120", Some(120));
        check(" 0 ", Some(0));
        check("Fri, 14 Mar 2025 09:31:30 GMT", Some(90));
        check("Friday, 14-Mar-25 09:31:30 GMT", Some(90));
        check("Fri Mar 14 09:31:30 2025", Some(90));
        check("Fri, 14 Mar 2025 09:00:00 GMT", Some(0));
    }

    #[test]
    fn an_absurd_wait_is_cut_and_nonsense_is_none() {
        check("99999999999999999999999999", Some(MAX_WAIT.as_secs()));
        check("Mon, 14 Mar 2225 09:31:30 GMT", Some(MAX_WAIT.as_secs()));
        for value in ["", "-5", "1.5", "soon", "2025-03-14T09:31:30Z"] {
            check(value, None);
        }
    }
}
