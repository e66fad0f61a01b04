//! What single words mean in date expressions, from the data file of each language.
//!
//! Words only; expressions of several words are `grammar`'s, verbs are `tense`'s, days with names `holiday`'s.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::civil::Weekday;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization as _;

use super::form::{Season, Unit};
use super::verbs::{self, Cue};

/// What a word can be in a date expression; one word may be several things ("Morgen", "May").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Meaning {
    /// Month, 1 to 12.
    pub(crate) month: Option<i8>,
    /// Weekday.
    pub(crate) weekday: Option<Weekday>,
    /// Season.
    pub(crate) season: Option<Season>,
    /// A unit of time; plural if `PLURAL` is among the roles.
    pub(crate) unit: Option<Unit>,
    /// A number in words.
    pub(crate) count: Option<i16>,
    /// First, second, ….
    pub(crate) ordinal: Option<i8>,
    /// Days from the day of publication: today is 0.
    pub(crate) day: Option<i8>,
    /// The same as an adjective: "gestrig" is -1.
    pub(crate) adjective: Option<i8>,
    /// Days from the day last spoken of.
    pub(crate) told: Option<i8>,
    /// What an adjective does to a unit: next is 1, last is -1, this is 0.
    pub(crate) shift: Option<i8>,
    /// The decade, as the first three digits of its years.
    pub(crate) decade: Option<i16>,
    /// A unit with its offset in one word ("Vorjahr").
    pub(crate) whole: Option<(Unit, i8)>,
    /// What it says as a verb.
    pub(crate) cue: Option<Cue>,
    roles: u32,
}

impl Meaning {
    /// Nothing known.
    pub(crate) const NONE: Self = Self {
        month: None,
        weekday: None,
        season: None,
        unit: None,
        count: None,
        ordinal: None,
        day: None,
        adjective: None,
        told: None,
        shift: None,
        decade: None,
        whole: None,
        cue: None,
        roles: 0,
    };

    /// Plays this role.
    pub(crate) fn is(self, role: Role) -> bool {
        self.roles & role.bit() != 0
    }

    /// May stand in a date expression; a verb form alone may not.
    pub(crate) fn is_temporal(self) -> bool {
        const SIDE: u32 = Role::About.bit() | Role::Paper.bit() | Role::NamesOn.bit();
        Self { cue: None, roles: self.roles & !SIDE, ..self } != Self::NONE
    }

    fn add(&mut self, role: Role) {
        self.roles |= role.bit();
    }
}

/// The parts closed-class words play.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Counts only beside a day's number ("Mo", "Apr").
    Short,
    /// Also the name of people.
    Ambiguous,
    /// What follows is a name.
    Title,
    /// Makes a bare weekday, month or year a date.
    Licence,
    /// Belongs to the expression.
    Inside,
    /// Article.
    Article,
    /// Opens a range.
    Opener,
    /// Joins the ends of a range.
    Range,
    /// Joins members of a list.
    And,
    /// Makes a set of days.
    Each,
    /// After a name: "sagte".
    Speech,
    /// "vor", "ago".
    Ago,
    /// "in" before a span.
    Ahead,
    /// "Uhr".
    Clock,
    /// Before a time of day.
    At,
    /// "KW".
    WeekNumber,
    /// "Anfang", "early".
    Part,
    /// "Abend", "morning".
    Daypart,
    /// "Nacht".
    Night,
    /// "zum" in "Nacht zum".
    NightTo,
    /// "Wochenende".
    Weekend,
    /// A unit in the plural.
    Plural,
    /// A weekday with its part of the day in one word ("Dienstagabend").
    Compound,
    /// Makes a number one of about that size: "gut", "about".
    About,
    /// A paper that may have a weekday in its name.
    Paper,
    /// After a weekday or holiday: both are a name.
    NamesOn,
}

impl Role {
    const fn bit(self) -> u32 {
        1 << (self as u32)
    }
}

#[derive(Deserialize)]
struct CalendarFile {
    months: Vec<Vec<String>>,
    months_short: Vec<Vec<String>>,
    weekdays: Vec<Vec<String>>,
    weekdays_short: Vec<Vec<String>>,
}

#[derive(Deserialize)]
struct WordsFile {
    ambiguous: Vec<String>,
    titles: Vec<String>,
    licence: Vec<String>,
    inside: Vec<String>,
    articles: Vec<String>,
    openers: Vec<String>,
    range: Vec<String>,
    and: Vec<String>,
    each: Vec<String>,
    ago: Vec<String>,
    ahead: Vec<String>,
    clock: Vec<String>,
    at: Vec<String>,
    week_number: Vec<String>,
    parts: Vec<String>,
    dayparts: Vec<String>,
    night: Vec<String>,
    night_to: Vec<String>,
    weekend: Vec<String>,
    speech: Vec<String>,
    about: Vec<String>,
    papers: Vec<String>,
    names_on: Vec<String>,
    days: HashMap<String, i8>,
    day_adjectives: HashMap<String, i8>,
    whole: HashMap<String, (Unit, i8)>,
    shift: ShiftFile,
    units: HashMap<Unit, Vec<String>>,
    plurals: HashMap<Unit, Vec<String>>,
    seasons: HashMap<Season, Vec<String>>,
    counts: HashMap<String, i16>,
    ordinals: HashMap<String, i8>,
    decades: HashMap<String, i16>,
    told: HashMap<String, i8>,
}

#[derive(Deserialize)]
struct ShiftFile {
    endings: Vec<String>,
    next: Vec<String>,
    last: Vec<String>,
    this: Vec<String>,
    after_next: Vec<String>,
    before_last: Vec<String>,
}

/// The words of one language.
pub(crate) struct Lexicon {
    words: HashMap<String, Meaning>,
}

impl Lexicon {
    /// German.
    pub(crate) fn german() -> &'static Self {
        static GERMAN: LazyLock<Lexicon> = LazyLock::new(|| {
            let mut lexicon = Lexicon::with_calendar(include_str!("../data/calendar.de.toml"));
            lexicon.add_words(include_str!("../data/dates.de.toml"));
            lexicon.add_compounds();
            lexicon.add_cues(verbs::GERMAN);
            lexicon
        });
        &GERMAN
    }

    /// English.
    pub(crate) fn english() -> &'static Self {
        static ENGLISH: LazyLock<Lexicon> = LazyLock::new(|| {
            let mut lexicon = Lexicon::with_calendar(include_str!("../data/calendar.en.toml"));
            lexicon.add_words(include_str!("../data/dates.en.toml"));
            lexicon.add_cues(verbs::ENGLISH);
            lexicon
        });
        &ENGLISH
    }

    /// Month and weekday names of every language a dateline is read in.
    pub(crate) fn calendars() -> &'static Self {
        static CALENDARS: LazyLock<Lexicon> = LazyLock::new(|| {
            let mut lexicon = Lexicon { words: HashMap::new() };
            for file in [
                include_str!("../data/calendar.de.toml"),
                include_str!("../data/calendar.en.toml"),
                include_str!("../data/calendar.fr.toml"),
                include_str!("../data/calendar.es.toml"),
                include_str!("../data/calendar.it.toml"),
            ] {
                lexicon.add_calendar(file);
            }
            lexicon
        });
        &CALENDARS
    }

    /// What the word means; `scratch` is reused for its lower-case form.
    pub(crate) fn look_up(&self, word: &str, scratch: &mut String) -> Meaning {
        if word.len() > 40 {
            return Meaning::NONE;
        }
        scratch.clear();
        if word.is_ascii() {
            scratch.push_str(word);
            scratch.make_ascii_lowercase();
        } else {
            // Decomposed text ("Ma\u{308}rz") is looked up as composed.
            scratch.extend(word.nfc().flat_map(char::to_lowercase));
        }
        self.words.get(scratch.as_str()).copied().unwrap_or(Meaning::NONE)
    }

    fn with_calendar(file: &str) -> Self {
        let mut lexicon = Self { words: HashMap::new() };
        lexicon.add_calendar(file);
        lexicon
    }

    fn entry(&mut self, word: &str) -> &mut Meaning {
        self.words.entry(word.to_lowercase()).or_default()
    }

    fn add_calendar(&mut self, file: &str) {
        let file: CalendarFile = toml::from_str(file).expect("an embedded calendar is valid TOML");
        for (names, short) in [(&file.months, false), (&file.months_short, true)] {
            for (month, names) in (1..).zip(names) {
                for name in names {
                    let meaning = self.entry(name);
                    meaning.month.get_or_insert(month);
                    if short {
                        meaning.add(Role::Short);
                    }
                }
            }
        }
        for (names, short) in [(&file.weekdays, false), (&file.weekdays_short, true)] {
            for (weekday, names) in (1..).zip(names) {
                for name in names {
                    let meaning = self.entry(name);
                    meaning.weekday = Weekday::from_monday_one_offset(weekday).ok();
                    if short {
                        meaning.add(Role::Short);
                    }
                }
            }
        }
    }

    fn add_words(&mut self, file: &str) {
        let file: WordsFile = toml::from_str(file).expect("an embedded word list is valid TOML");
        for (words, role) in [
            (&file.ambiguous, Role::Ambiguous),
            (&file.titles, Role::Title),
            (&file.licence, Role::Licence),
            (&file.inside, Role::Inside),
            (&file.articles, Role::Article),
            (&file.openers, Role::Opener),
            (&file.range, Role::Range),
            (&file.and, Role::And),
            (&file.each, Role::Each),
            (&file.speech, Role::Speech),
            (&file.ago, Role::Ago),
            (&file.ahead, Role::Ahead),
            (&file.clock, Role::Clock),
            (&file.at, Role::At),
            (&file.week_number, Role::WeekNumber),
            (&file.parts, Role::Part),
            (&file.dayparts, Role::Daypart),
            (&file.night, Role::Night),
            (&file.night_to, Role::NightTo),
            (&file.weekend, Role::Weekend),
            (&file.about, Role::About),
            (&file.papers, Role::Paper),
            (&file.names_on, Role::NamesOn),
        ] {
            for word in words {
                self.entry(word).add(role);
            }
        }
        for (word, offset) in &file.days {
            self.entry(word).day = Some(*offset);
        }
        for (stem, offset) in &file.day_adjectives {
            for ending in ["e", "en", "er", "es", "em"] {
                self.entry(&format!("{stem}{ending}")).adjective = Some(*offset);
            }
        }
        for (word, whole) in &file.whole {
            self.entry(word).whole = Some(*whole);
        }
        for (stems, shift) in [
            (&file.shift.next, 1),
            (&file.shift.last, -1),
            (&file.shift.this, 0),
            (&file.shift.after_next, 2),
            (&file.shift.before_last, -2),
        ] {
            for stem in stems {
                for ending in &file.shift.endings {
                    self.entry(&format!("{stem}{ending}")).shift = Some(shift);
                }
            }
        }
        for (unit, words) in &file.units {
            for word in words {
                self.entry(word).unit = Some(*unit);
            }
        }
        for (unit, words) in &file.plurals {
            for word in words {
                let meaning = self.entry(word);
                meaning.unit = Some(*unit);
                meaning.add(Role::Plural);
            }
        }
        for (season, words) in &file.seasons {
            for word in words {
                self.entry(word).season = Some(*season);
            }
        }
        for (word, count) in &file.counts {
            self.entry(word).count = Some(*count);
        }
        for (stem, ordinal) in &file.ordinals {
            for ending in ["", "e", "en", "er", "es", "em"] {
                self.entry(&format!("{stem}{ending}")).ordinal = Some(*ordinal);
            }
        }
        for (word, decade) in &file.decades {
            self.entry(word).decade = Some(*decade);
        }
        for (word, offset) in &file.told {
            self.entry(word).told = Some(*offset);
        }
    }

    fn add_cues(&mut self, file: &str) {
        for (word, cue) in verbs::cues(file) {
            self.entry(&word).cue = Some(cue);
        }
    }

    /// German writes weekday and part of the day as one word: "Dienstagmorgen".
    fn add_compounds(&mut self) {
        let days: Vec<(String, Weekday)> = self
            .words
            .iter()
            .filter(|(_, meaning)| !meaning.is(Role::Short))
            .filter_map(|(word, meaning)| meaning.weekday.map(|day| (word.clone(), day)))
            .collect();
        for (word, day) in days {
            for part in ["morgen", "vormittag", "mittag", "nachmittag", "abend", "nacht", "früh", "spätabend"]
            {
                let meaning = self.entry(&format!("{word}{part}"));
                meaning.weekday = Some(day);
                meaning.add(Role::Compound);
                if part == "nacht" {
                    meaning.add(Role::Daypart);
                }
            }
        }
    }
}
