//! The local times of day in which a portal wants to be crawled.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// Whether `now` lies in one of the `windows` (minutes of the local day, start inclusive, end exclusive; an end
/// before its start runs over midnight). No windows: always.
pub(crate) fn is_open(windows: &[(u16, u16)], zone: &TimeZone, now: Timestamp) -> bool {
    if windows.is_empty() {
        return true;
    }
    let local = now.to_zoned(zone.clone());
    let minute = u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
    windows.iter().any(|&(start, end)| {
        if start <= end { (start..end).contains(&minute) } else { minute >= start || minute < end }
    })
}

/// When the next of the `windows` opens after `now`. `None`: there are none.
pub(crate) fn next_opening(windows: &[(u16, u16)], zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let today = now.to_zoned(zone.clone()).date();
    let days = [Some(today), today.tomorrow().ok(), today.checked_add(2.days()).ok()];
    let starts = days.into_iter().flatten().flat_map(|day| {
        windows.iter().filter_map(move |(start, _)| {
            // A time that a change of clocks skips is taken an hour later, as `jiff` does.
            let (hour, minute) = (i8::try_from(start / 60).ok()?, i8::try_from(start % 60).ok()?);
            let time = jiff::civil::Time::new(hour, minute, 0, 0).ok()?;
            Some(zone.to_zoned(day.to_datetime(time)).ok()?.timestamp())
        })
    });
    starts.filter(|start| *start > now).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_count_the_portal_s_own_time() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let check = |windows: &[(u16, u16)], instant: &str, open: bool| {
            assert_eq!(is_open(windows, &zone, instant.parse().unwrap()), open, "{windows:?} {instant}");
        };
        check(&[], "2025-07-01T12:00:00Z", true);
        check(&[(0, 1440)], "2025-07-01T23:59:00Z", true);
        check(&[(60, 300)], "2025-07-01T00:00:00Z", true);
        check(&[(60, 300)], "2025-07-01T03:00:00Z", false);
        check(&[(1380, 120)], "2025-07-01T21:30:00Z", true);
        check(&[(1380, 120)], "2025-06-30T23:59:00Z", true);
        check(&[(1380, 120)], "2025-07-01T12:00:00Z", false);
    }

    #[test]
    fn the_next_opening_is_at_the_portal_s_own_time_through_changes_of_clocks() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let check = |windows: &[(u16, u16)], instant: &str, expected: &str| {
            let found = next_opening(windows, &zone, instant.parse().unwrap());
            assert_eq!(found, Some(expected.parse().unwrap()), "{windows:?} {instant}");
        };
        check(&[(60, 300)], "2025-07-01T03:00:00Z", "2025-07-01T23:00:00Z");
        check(&[(60, 120), (720, 780)], "2025-07-01T03:00:00Z", "2025-07-01T10:00:00Z");
        check(&[(240, 300)], "2025-03-29T12:00:00Z", "2025-03-30T02:00:00Z");
        check(&[(240, 300)], "2025-10-25T12:00:00Z", "2025-10-26T03:00:00Z");
        assert_eq!(next_opening(&[], &zone, Timestamp::UNIX_EPOCH), None);
    }
}
