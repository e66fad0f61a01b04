//! Reads the lists of single datelines and date expressions beside it; scoring is left to `structure_lists`.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde::Deserialize;

/// A paragraph and the dateline at its head, or a look-alike that has none.
#[derive(Debug, Deserialize)]
pub(crate) struct DatelineCase {
    pub(crate) id: String,
    /// Its mistakes may be looked at when rules are made; those of the others are only counted.
    pub(crate) debugged: bool,
    pub(crate) language: String,
    published: String,
    pub(crate) note: String,
    pub(crate) text: String,
    pub(crate) dateline: Option<WantedDateline>,
}

/// What a dateline says and what is left of the paragraph without it.
#[derive(Debug, Deserialize)]
pub(crate) struct WantedDateline {
    pub(crate) place: Option<String>,
    pub(crate) region: Option<String>,
    /// All credits as written.
    pub(crate) agency: Option<String>,
    pub(crate) date: Option<String>,
    pub(crate) rest: String,
}

/// A sentence with one expression; without accepted values it is none of a date.
#[derive(Debug, Deserialize)]
pub(crate) struct DateCase {
    pub(crate) id: String,
    /// As in `DatelineCase`.
    pub(crate) debugged: bool,
    pub(crate) language: String,
    published: String,
    timezone: String,
    pub(crate) note: String,
    pub(crate) text: String,
    /// Code points.
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) accept: Vec<String>,
}

impl DatelineCase {
    /// When it was published, in the portal's zone.
    pub(crate) fn published(&self) -> Zoned {
        self.published.parse().expect("the list names instants with their zones")
    }
}

impl DateCase {
    /// The day of publication in the portal's zone.
    pub(crate) fn published(&self) -> Zoned {
        let instant: Timestamp = self.published.parse().expect("the lists name instants");
        instant.to_zoned(TimeZone::get(&self.timezone).expect("the lists name zones that exist"))
    }
}

/// `datelines.jsonl`.
pub(crate) fn datelines() -> Vec<DatelineCase> {
    read(include_str!("datelines.jsonl"))
}

/// `dates.jsonl`.
pub(crate) fn dates() -> Vec<DateCase> {
    read(include_str!("dates.jsonl"))
}

fn read<T: for<'line> Deserialize<'line>>(lines: &str) -> Vec<T> {
    let parsed = lines.lines().map(serde_json::from_str).collect::<Result<_, _>>();
    parsed.expect("every line of the lists is valid")
}
