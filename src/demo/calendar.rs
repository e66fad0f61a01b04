//! Days and times as a German newsroom writes them, in the demo's own zone rules (no zone database needed).

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;

use crate::model::months::GERMAN;
use crate::model::publication_time::{Precision, PublicationTime};

/// Central European time since 1996, as POSIX writes it.
const ZONE: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

/// The demo's zone.
///
/// # Panics
/// Never: the rule is a constant.
pub(crate) fn zone() -> TimeZone {
    TimeZone::posix(ZONE).expect("the zone rule is a valid constant")
}

/// A local time to the second.
pub(crate) fn to_the_second(local: DateTime) -> PublicationTime {
    let zoned = local.to_zoned(zone()).expect("the demo's times lie in this century");
    PublicationTime::at(&zoned, Precision::Second)
}

/// A day.
pub(crate) fn to_the_day(date: Date) -> PublicationTime {
    PublicationTime::on(date, Precision::Day, &zone()).expect("the demo's days lie in this century")
}

/// `14. März 2025`
pub(crate) fn long_date(date: Date) -> String {
    format!("{}. {} {}", date.day(), month(date), date.year())
}

/// `14. März`
pub(crate) fn short_date(date: Date) -> String {
    format!("{}. {}", date.day(), month(date))
}

/// `Freitag, 14. März`
pub(crate) fn weekday_date(date: Date) -> String {
    format!("{}, {}", weekday(date), short_date(date))
}

/// `März`
pub(crate) fn month(date: Date) -> &'static str {
    GERMAN[(date.month() as usize + 11) % 12]
}

/// `Freitag`
pub(crate) fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "Montag",
        Weekday::Tuesday => "Dienstag",
        Weekday::Wednesday => "Mittwoch",
        Weekday::Thursday => "Donnerstag",
        Weekday::Friday => "Freitag",
        Weekday::Saturday => "Samstag",
        Weekday::Sunday => "Sonntag",
    }
}

/// RFC 822 form for feeds: `Fri, 14 Mar 2025 08:30:00 +0100`.
pub(crate) fn rfc_822(local: DateTime) -> String {
    let zoned = local.to_zoned(zone()).expect("the demo's times lie in this century");
    zoned.strftime("%a, %d %b %Y %H:%M:%S %z").to_string()
}

/// HTTP form (RFC 9110 §5.6.7).
pub(crate) fn http_date(local: DateTime) -> String {
    let zoned = local.to_zoned(zone()).expect("the demo's times lie in this century");
    zoned.timestamp().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
