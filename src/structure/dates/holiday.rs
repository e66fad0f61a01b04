//! Days with names: which words name them, and on which day of a year they fall.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

use super::numeric::small;
use super::reader::{Language, Reader};

/// The named days of a language.
pub(crate) struct Holidays {
    rules: Vec<Rule>,
    /// By the first word: the words and the rule. Longest first.
    phrases: HashMap<String, Vec<(Vec<Piece>, usize)>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    Fixed { month: i8, day: i8 },
    Easter(i64),
    Advent(i64),
    Nth { month: i8, weekday: Weekday, nth: i8, plus: i64 },
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Word(String),
    Ordinal(i8),
}

impl Holidays {
    /// The table of a language.
    pub(crate) fn of(language: Language) -> &'static Self {
        static GERMAN: LazyLock<Holidays> =
            LazyLock::new(|| Holidays::read(include_str!("../data/holidays.de.toml")));
        static ENGLISH: LazyLock<Holidays> =
            LazyLock::new(|| Holidays::read(include_str!("../data/holidays.en.toml")));
        match language {
            Language::German => &GERMAN,
            Language::English { .. } => &ENGLISH,
        }
    }

    /// The named day at this place, as its rule, and the place after it.
    pub(crate) fn find(&self, reader: &Reader<'_>, place: usize) -> Option<(usize, usize)> {
        let token = reader.at(place);
        let named = if token.is_capital() { self.phrases.get(token.text) } else { None };
        let is_ordinal = token.meaning.ordinal.is_some() || token.digits() == 1;
        let counted = if is_ordinal { self.phrases.get("") } else { None };
        let candidates = named.into_iter().chain(counted).flatten();
        candidates.into_iter().find_map(|(pieces, rule)| {
            let mut at = place;
            for piece in pieces {
                at = piece.matches(reader, at)?;
            }
            Some((*rule, at))
        })
    }

    /// The day in a year.
    pub(crate) fn day(&self, rule: usize, year: i16) -> Option<Date> {
        self.rules.get(rule)?.day(year)
    }

    fn read(file: &str) -> Self {
        let file: HashMap<String, Vec<String>> =
            toml::from_str(file).expect("an embedded holiday table is valid TOML");
        let mut holidays = Self { rules: Vec::new(), phrases: HashMap::new() };
        for (rule, names) in file {
            let place = holidays.rules.len();
            holidays.rules.push(Rule::read(&rule).expect("an embedded holiday rule is readable"));
            for name in names {
                let pieces = pieces(&name);
                let key = match pieces.first() {
                    Some(Piece::Word(word)) => word.clone(),
                    _ => String::new(),
                };
                holidays.phrases.entry(key).or_default().push((pieces, place));
            }
        }
        for phrases in holidays.phrases.values_mut() {
            phrases.sort_by_key(|(pieces, _)| std::cmp::Reverse(pieces.len()));
        }
        holidays
    }
}

/// Cut as the tokens of a text are.
fn pieces(name: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for word in name.split_whitespace() {
        if let Some(ordinal) = word.strip_prefix('{').and_then(|word| word.strip_suffix('}')) {
            pieces.push(Piece::Ordinal(ordinal.parse().unwrap_or(1)));
            continue;
        }
        let mut rest = String::new();
        for character in word.chars() {
            if character.is_alphanumeric() {
                rest.push(character);
                continue;
            }
            if !rest.is_empty() {
                pieces.push(Piece::Word(std::mem::take(&mut rest)));
            }
            pieces.push(Piece::Word(character.to_string()));
        }
        if !rest.is_empty() {
            pieces.push(Piece::Word(rest));
        }
    }
    pieces
}

impl Piece {
    fn matches(&self, reader: &Reader<'_>, place: usize) -> Option<usize> {
        match self {
            Self::Word(word) => (reader.at(place).text == word).then_some(place + 1),
            Self::Ordinal(ordinal) if reader.at(place).meaning.ordinal == Some(*ordinal) => Some(place + 1),
            Self::Ordinal(ordinal) => (small(reader, place, 9) == Some(*ordinal)
                && reader.is_glued(place + 1, "."))
            .then_some(place + 2),
        }
    }
}

impl Rule {
    fn read(text: &str) -> Option<Self> {
        if let Some(offset) = text.strip_prefix("easter") {
            return Some(Self::Easter(offset.parse().ok()?));
        }
        if let Some(offset) = text.strip_prefix("advent") {
            return Some(Self::Advent(offset.parse().ok()?));
        }
        if let Some((month, day)) = text.split_once('-').filter(|(_, day)| day.len() == 2 && text.len() == 5)
        {
            return Some(Self::Fixed { month: month.parse().ok()?, day: day.parse().ok()? });
        }
        let mut words = text.split(' ');
        let month = words.next()?.parse().ok()?;
        let weekday = match words.next()? {
            "monday" => Weekday::Monday,
            "thursday" => Weekday::Thursday,
            _ => Weekday::Sunday,
        };
        let nth = words.next()?.parse().ok()?;
        let plus = words.next().map_or(Some(0), |plus| plus.parse().ok())?;
        Some(Self::Nth { month, weekday, nth, plus })
    }

    fn day(self, year: i16) -> Option<Date> {
        match self {
            Self::Fixed { month, day } => Date::new(year, month, day).ok(),
            Self::Easter(offset) => easter(year)?.checked_add(offset.days()).ok(),
            Self::Advent(offset) => {
                let eve = Date::new(year, 12, 24).ok()?;
                let fourth = eve.checked_sub(i64::from(eve.weekday().to_sunday_zero_offset()).days()).ok()?;
                fourth.checked_add((offset - 21).days()).ok()
            }
            Self::Nth { month, weekday, nth, plus } => {
                let first = Date::new(year, month, 1).ok()?;
                first.nth_weekday_of_month(nth, weekday).ok()?.checked_add(plus.days()).ok()
            }
        }
    }
}

/// Easter Sunday of the Gregorian calendar, after Gauss with Lichtenberg's correction.
fn easter(year: i16) -> Option<Date> {
    let year_number = i32::from(year);
    let century = year_number / 100;
    let moon_shift = 15 + (3 * century + 3) / 4 - (8 * century + 13) / 25;
    let sun_shift = 2 - (3 * century + 3) / 4;
    let moon_year = year_number % 19;
    let seed = (19 * moon_year + moon_shift) % 30;
    let correction = (seed + moon_year / 11) / 29;
    let limit = 21 + seed - correction;
    let sunday = 7 - (year_number + year_number / 4 + sun_shift) % 7;
    let distance = 7 - (limit - sunday).rem_euclid(7);
    let march = limit + distance;
    if year < 1583 {
        return None;
    }
    date(year, 3, 1).checked_add(i64::from(march - 1).days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_falls_where_the_calendars_say() {
        for (year, month, day) in [
            (2000, 4, 23),
            (2008, 3, 23),
            (2011, 4, 24),
            (2020, 4, 12),
            (2024, 3, 31),
            (2025, 4, 20),
            (2038, 4, 25),
        ] {
            assert_eq!(easter(year), Some(date(year, month, day)), "{year}");
        }
    }

    #[test]
    fn rules_give_the_days_of_a_year() {
        for (rule, expected) in [
            ("12-25", date(2021, 12, 25)),
            ("easter+1", date(2021, 4, 5)),
            ("advent+0", date(2021, 11, 28)),
            ("advent-11", date(2021, 11, 17)),
            ("05 sunday 2", date(2021, 5, 9)),
            ("05 monday -1", date(2021, 5, 31)),
            ("11 thursday 4 +1", date(2021, 11, 26)),
        ] {
            assert_eq!(Rule::read(rule).and_then(|rule| rule.day(2021)), Some(expected), "{rule}");
        }
    }
}
