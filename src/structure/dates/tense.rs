//! Whether a clause speaks of what was or of what will be; it decides which Monday "am Montag" is.
//!
//! Here are the clause's borders and the order in which the signs count; what one verb form says is `verbs`'.

use super::lexicon::Role;
use super::reader::{Language, Reader};
use super::verbs::{Cue, Verbs, is_passive, is_present, is_weak_past};

/// Where a clause looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Back.
    Past,
    /// Forward.
    Future,
    /// A verb of the present.
    Present,
    /// No verb to tell.
    Unknown,
}

/// How far a clause is followed to either side, in tokens: it bounds the work for each date.
const REACH: usize = 40;

type Places = std::ops::Range<usize>;

/// Where the clause around the tokens `first..past` looks.
pub(crate) fn direction(reader: &Reader<'_>, first: usize, past: usize) -> Direction {
    let verbs = Verbs::of(reader.language);
    if reader.language == Language::German
        && let Some(direction) = attribute(reader, verbs, first, past)
    {
        return direction;
    }
    let places = clause(reader, first, past);
    if is_new_day(reader, first) && places.clone().any(|place| verbs.is_moved(reader.at(place).text)) {
        return Direction::Future;
    }
    let back = if reader.is(first.wrapping_sub(1), Role::Article) { 2 } else { 1 };
    let (before, opening) = (reader.back(first, back).text, reader.at(first).text);
    // "Seit Februar wird gebaut": whatever the verb.
    if ["seit", "since"].iter().any(|since| since.eq_ignore_ascii_case(before)) {
        return Direction::Past;
    }
    let near = read(reader, verbs, places.clone(), first);
    if let Some(direction @ (Direction::Past | Direction::Future)) = near {
        return direction;
    }
    // "vom 6. bis 9. April" lies where the verb says.
    let is_range = (first..past).any(|place| reader.is(place, Role::Range));
    if !is_range && (verbs.is_behind(before) || verbs.is_behind(opening)) {
        return Direction::Past;
    }
    if verbs.is_ahead(before) || verbs.is_ahead(opening) {
        return Direction::Future;
    }
    if near.is_some() {
        return Direction::Present;
    }
    let sentence = sentence(reader, first, past);
    if sentence == places {
        return Direction::Unknown;
    }
    read(reader, verbs, sentence, first).unwrap_or(Direction::Unknown)
}

/// "auf den 12. September", "to Friday": where something is moved to.
fn is_new_day(reader: &Reader<'_>, first: usize) -> bool {
    let back = if reader.is(first.wrapping_sub(1), Role::Article) { 2 } else { 1 };
    matches!(
        (reader.language, reader.back(first, back).text),
        (Language::German, "auf") | (Language::English { .. }, "to" | "until")
    )
}

/// "die am Montag veröffentlichte Studie" looks back, "die am Samstag beginnende Messe" ahead.
fn attribute(reader: &Reader<'_>, verbs: &Verbs, first: usize, past: usize) -> Option<Direction> {
    const DETERMINERS: [&str; 18] = [
        "die", "der", "das", "den", "dem", "des", "eine", "einer", "einen", "einem", "ein", "seine", "ihre",
        "ihrer", "erst", "bereits", "schon", "für",
    ];
    if !DETERMINERS.contains(&reader.back(first, 1).text) {
        return None;
    }
    for place in past..past + 8 {
        let token = reader.at(place);
        if reader.ends_sentence(place) || token.is_one_of(",;:") || token.text.is_empty() {
            return None;
        }
        if !token.is_word() || token.is_capital() || !reader.at(place + 1).is_capital() {
            continue;
        }
        let Some(stem) =
            ["en", "er", "es", "em", "e"].iter().find_map(|ending| token.text.strip_suffix(ending))
        else {
            continue;
        };
        if verbs.is_planned(stem) || (stem.ends_with("nd") && stem.len() > 5) {
            return Some(Direction::Future);
        }
        if verbs.is_participle(stem) {
            // "der für Montag angekündigte Streik"
            let is_meant = reader.back(first, 1).text == "für";
            return Some(if is_meant { Direction::Future } else { Direction::Past });
        }
    }
    None
}

fn clause(reader: &Reader<'_>, first: usize, past: usize) -> Places {
    let is_border = |place: usize| {
        let token = reader.at(place);
        // "108,5" has no clause before its comma.
        let is_decimal =
            token.is_mark(',') && !reader.at(place + 1).spaced && reader.at(place + 1).digits() > 0;
        reader.ends_sentence(place)
            || (token.is_one_of(",;:()") && !is_decimal)
            || (token.is_one_of(QUOTES) && !is_of_short_quote(reader, place))
            || (token.is_dash() && token.spaced)
    };
    // The comma that closes "am Montag, 6. April," does not close the clause.
    let is_closed = past > first + 2 && !reader.back(past, 1).is_mark(',') && reader.at(past).is_mark(',');
    around(first, past + usize::from(is_closed), reader.len(), is_border)
}

const QUOTES: &str = "„“”\"»«";

/// One of the marks around a title: "ist am Samstag das Schiff „Pelikan“ gestartet".
fn is_of_short_quote(reader: &Reader<'_>, mark: usize) -> bool {
    const LONGEST: usize = 4;
    let ends_it = |place: usize| reader.at(place).is_one_of(QUOTES);
    let has_only_words =
        |mut places: Places| places.all(|place| reader.at(place).is_word() || reader.at(place).digits() > 0);
    let ahead = (mark + 2..=mark + 1 + LONGEST).find(|place| ends_it(*place));
    let back = (2..=1 + LONGEST).filter_map(|by| mark.checked_sub(by)).find(|place| ends_it(*place));
    ahead.is_some_and(|close| has_only_words(mark + 1..close))
        || back.is_some_and(|open| has_only_words(open + 1..mark))
}

fn sentence(reader: &Reader<'_>, first: usize, past: usize) -> Places {
    around(first, past, reader.len(), |place| reader.ends_sentence(place))
}

fn around(first: usize, past: usize, length: usize, is_border: impl Fn(usize) -> bool) -> Places {
    let past = past.min(length);
    let mut start = first;
    while start > 0 && first - start < REACH && !is_border(start - 1) {
        start -= 1;
    }
    let mut end = past;
    while end < length && end - past < REACH && !is_border(end) {
        end += 1;
    }
    start..end
}

/// What the forms of a clause amount to.
/// The present forms of "haben".
const HAVE: &[&str] = &["hat", "haben", "habe", "habt"];

/// Participles that are states with "sein" and deeds with "haben".
const DEEDS: &[&str] = &["gesperrt", "gesucht", "eingeladen"];

#[derive(Default)]
struct Signs {
    /// The finite form nearest to the date.
    nearest: Option<(usize, Direction)>,
    seen: u8,
}

/// What a clause may hold.
#[derive(Clone, Copy)]
enum Sign {
    Auxiliary,
    Participle,
    Present,
    Reporting,
    State,
    /// A form of "haben".
    Have,
    /// An object that something is done to: "den Zugang".
    Object,
    /// A state with "sein" that is a deed with "haben": "ist gesperrt", "hat gesperrt".
    Deed,
}

/// What the verbs between these places say; the one nearest to the date wins.
fn read(reader: &Reader<'_>, verbs: &Verbs, places: Places, date: usize) -> Option<Direction> {
    let german = reader.language == Language::German;
    let mut signs = Signs::default();
    for place in places {
        let token = reader.at(place);
        let is_noun = german && token.is_capital() && !reader.is_sentence_start(place);
        if !token.is_word() || is_noun {
            continue;
        }
        if verbs.is_perfect_infinitive(reader, place) {
            return Some(Direction::Past);
        }
        if german && !matches!(token.meaning.cue, Some(Cue::NotPast)) && verbs.is_participle(token.text) {
            signs.see(Sign::Participle);
        }
        if german && HAVE.contains(&token.text) {
            signs.see(Sign::Have);
        }
        if german && is_object(reader, place) {
            signs.see(Sign::Object);
        }
        if german && DEEDS.contains(&token.text) {
            signs.see(Sign::Deed);
        }
        match token.meaning.cue {
            Some(Cue::Planned) if german || is_passive(reader, place) => return Some(Direction::Future),
            Some(Cue::Past) => signs.note(place, date, Direction::Past),
            // "approved the plan": after an article it is a noun.
            Some(Cue::Future) if !german && is_noun_here(reader, place) => {}
            Some(Cue::Future) => signs.note(place, date, Direction::Future),
            Some(Cue::Auxiliary) => signs.see(Sign::Auxiliary),
            Some(Cue::Reporting) => signs.see(Sign::Reporting),
            Some(Cue::State) => signs.see(Sign::State),
            Some(Cue::Present) => signs.see(Sign::Present),
            None if is_weak_past(reader, place) => signs.note(place, date, Direction::Past),
            None if german && is_present(token.text) => signs.see(Sign::Present),
            Some(Cue::NotPast | Cue::Planned) | None => {}
        }
    }
    signs.sum(german)
}

/// "den Zugang", "einen Laden": only the accusative looks like that.
fn is_object(reader: &Reader<'_>, place: usize) -> bool {
    let next = reader.at(place + 1);
    matches!(reader.at(place).text, "den" | "einen" | "seinen" | "ihren")
        && next.is_capital()
        && next.meaning.weekday.is_none()
        && next.meaning.month.is_none()
        && !reader.back(place, 1).meaning.is(Role::Licence)
}

/// After a determiner an English verb form is a noun.
fn is_noun_here(reader: &Reader<'_>, place: usize) -> bool {
    matches!(
        reader.back(place, 1).text,
        "the"
            | "The"
            | "a"
            | "an"
            | "A"
            | "its"
            | "his"
            | "her"
            | "their"
            | "this"
            | "that"
            | "no"
            | "any"
            | "some"
            | "new"
            | "of"
            | "s"
    )
}

impl Signs {
    fn note(&mut self, place: usize, date: usize, direction: Direction) {
        let distance = place.abs_diff(date);
        if self.nearest.is_none_or(|(best, _)| distance < best) {
            self.nearest = Some((distance, direction));
        }
    }

    fn see(&mut self, sign: Sign) {
        self.seen |= 1 << (sign as u8);
    }

    fn has(&self, sign: Sign) -> bool {
        self.seen & (1 << (sign as u8)) != 0
    }

    fn sum(&self, german: bool) -> Option<Direction> {
        if let Some((_, direction)) = self.nearest {
            return Some(direction);
        }
        let is_deed = self.has(Sign::Have) && (self.has(Sign::Deed) || self.has(Sign::Object));
        let is_state = self.has(Sign::State) && !is_deed;
        let is_perfect =
            self.has(Sign::Auxiliary) && (!german || is_deed || (self.has(Sign::Participle) && !is_state));
        if is_perfect || self.has(Sign::Reporting) {
            return Some(Direction::Past);
        }
        let is_present = self.has(Sign::Present) || self.has(Sign::Auxiliary) || self.has(Sign::State);
        is_present.then_some(Direction::Present)
    }
}
