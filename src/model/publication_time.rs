//! `PublicationTime`: an instant with the portal's offset and the precision it was given in.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

/// How exactly a time was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// Only the year.
    Year,
    /// Year and month.
    Month,
    /// Year, month and day; the time of day reads 00:00:00.
    Day,
    /// To the minute.
    Minute,
    /// To the second or better.
    Second,
}

impl Precision {
    /// The word used in records and columns.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Minute => "minute",
            Self::Second => "second",
        }
    }

    /// The precision of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Year, Self::Month, Self::Day, Self::Minute, Self::Second]
            .into_iter()
            .find(|precision| precision.as_str() == name)
    }
}

/// When something was published or modified: the instant, the offset the portal gave (or its zone has at that
/// instant), and how exactly it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicationTime {
    /// The instant, UTC.
    pub instant: Timestamp,
    /// The portal's offset from UTC at that instant.
    pub offset: Offset,
    /// How exactly it was given.
    pub precision: Precision,
}

impl PublicationTime {
    /// A time known to the second or minute.
    pub fn at(zoned: &Zoned, precision: Precision) -> Self {
        Self { instant: zoned.timestamp(), offset: zoned.offset(), precision }
    }

    /// A day (or, by precision, the first day of a month or year) in the portal's zone.
    pub fn on(date: Date, precision: Precision, zone: &TimeZone) -> Option<Self> {
        let zoned = date.at(0, 0, 0, 0).to_zoned(zone.clone()).ok()?;
        Some(Self::at(&zoned, precision))
    }

    /// The local day at the portal.
    pub fn day(&self) -> Date {
        self.offset.to_datetime(self.instant).date()
    }

    /// The same instant in `zone`, for resolving relative dates.
    pub fn in_zone(&self, zone: &TimeZone) -> Zoned {
        self.instant.to_zoned(zone.clone())
    }

    /// Reads the form [`fmt::Display`] writes.
    pub fn from_parts(text: &str, precision: Precision) -> Option<Self> {
        let instant: Timestamp = text.parse().ok()?;
        let pieces = jiff::fmt::temporal::DateTimeParser::new().parse_pieces(text).ok()?;
        let offset = pieces.to_numeric_offset().unwrap_or(Offset::UTC);
        Some(Self { instant, offset, precision })
    }
}

/// RFC 3339 with the portal's offset: `2020-04-06T00:00:00+02:00`.
impl fmt::Display for PublicationTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.offset.to_datetime(self.instant);
        let seconds = self.offset.seconds();
        let sign = if seconds < 0 { '-' } else { '+' };
        let minutes = seconds.abs() / 60;
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{sign}{:02}:{:02}",
            local.year(),
            local.month(),
            local.day(),
            local.hour(),
            local.minute(),
            local.second(),
            minutes / 60,
            minutes % 60
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_with_the_zone_s_offset() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let time = PublicationTime::on(jiff::civil::date(2020, 4, 6), Precision::Day, &zone).unwrap();
        assert_eq!(time.to_string(), "2020-04-06T00:00:00+02:00");
        assert_eq!(PublicationTime::from_parts(&time.to_string(), Precision::Day), Some(time));
        assert_eq!(time.day(), jiff::civil::date(2020, 4, 6));
    }
}
