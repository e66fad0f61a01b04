//! The local times of day in which a portal wants to be crawled.

use jiff::Timestamp;
use jiff::tz::TimeZone;

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
}
