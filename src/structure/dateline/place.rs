//! Names of places in a dateline: the ones listed, the portal's own, and those that only look like one.

use super::gazetteer::{
    Knowledge, is_far_place, is_function_word, is_no_district, is_shaped, knowledge, listed_name,
};
use super::head::Head;
use unicode_normalization::UnicodeNormalization as _;

use crate::structure::Context;

/// A place as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// As written but for case: `Düsseldorf/Köln`.
    pub(crate) name: String,
    /// The least known of several.
    pub(crate) knowledge: Knowledge,
    /// Written in capitals.
    pub(crate) caps: bool,
    /// Words in the longest name.
    pub(crate) words: usize,
    /// Begins with a listed place but goes on ("WASHINGTON WEEK").
    pub(crate) goes_on: bool,
}

/// The longest name in words and marks ("Frankfurt (Oder)", "Saint-Jean-de-Luz").
const LONGEST: usize = 9;

/// Lower-case words inside names of places.
const PARTICLES: [&str; 40] = [
    "de", "da", "do", "dos", "das", "del", "della", "dei", "di", "la", "le", "les", "el", "los", "las", "ob",
    "der", "am", "an", "im", "auf", "in", "bei", "sur", "en", "of", "the", "upon", "aux", "du", "des",
    "unter", "vor", "und", "d", "l", "y", "i", "al", "sul",
];

/// A place, or several joined by slashes, at this position, and the position after it.
pub(crate) fn place(head: &Head<'_>, at: usize, context: &Context<'_>) -> Option<(Place, usize)> {
    let (mut found, mut end) = one(head, at, context)?;
    for _ in 0..4 {
        let joint = head.at(end);
        let slash = joint.is_mark('/') && !head.at(end + 1).is_mark('/');
        let and =
            matches!(joint.text, "und" | "and" | "et" | "y" | "e") && found.knowledge >= Knowledge::Ambiguous;
        let names_agency = super::agency::credit(head, end + 1).is_some_and(|(credit, _)| !credit.enclosed);
        if names_agency || (!slash && !and) {
            break;
        }
        let Some((next, after)) = one(head, end + 1, context) else { break };
        if and && next.knowledge < Knowledge::Ambiguous {
            break;
        }
        let joint = if slash { "/" } else { &format!(" {} ", joint.text) };
        found = Place {
            name: format!("{}{joint}{}", found.name, next.name),
            // One known place vouches for its neighbour.
            knowledge: found.knowledge.max(next.knowledge),
            caps: found.caps && next.caps,
            words: found.words.max(next.words),
            goes_on: found.goes_on || next.goes_on,
        };
        end = after;
    }
    Some((found, end))
}

fn one(head: &Head<'_>, at: usize, context: &Context<'_>) -> Option<(Place, usize)> {
    let first = head.at(at);
    if !first.is_capital() && !starts_name(head, at) {
        return None;
    }
    let mut prefix = None;
    for end in (at + 1..=at + LONGEST).rev() {
        let text = head.slice(at, end);
        if text.is_empty() || end > head.len() {
            continue;
        }
        let Some(knowledge) = knowledge(text, context) else { continue };
        // "Stuttgart-Bad Cannstatt": a district goes with its town.
        let (end, is_district) = district(head, end);
        if !ends_name(head, end) {
            prefix = Some(end);
            continue;
        }
        let text = head.slice(at, end);
        let knowledge = if is_district { Knowledge::Listed } else { knowledge };
        return Some((
            Place {
                name: cased(text),
                knowledge,
                caps: is_caps(text),
                words: count_words(text),
                goes_on: false,
            },
            end,
        ));
    }
    unlisted(head, at, prefix.is_some())
}

/// "Bad Cannstatt" after "Stuttgart-".
fn district(head: &Head<'_>, end: usize) -> (usize, bool) {
    let hyphen = head.at(end);
    let next = head.at(end + 1);
    let is_joined = hyphen.is_one_of("-‐‑")
        && !hyphen.spaced
        && !next.spaced
        && next.is_capital()
        && !is_no_district(next.text);
    if !is_joined {
        return (end, false);
    }
    let mut past = end + 2;
    while past < end + 6 {
        let token = head.at(past);
        let is_hyphen = token.is_mark('-')
            && !token.spaced
            && head.at(past + 1).is_capital()
            && !head.at(past + 1).spaced;
        if is_hyphen {
            past += 2;
        } else if token.is_capital() {
            past += 1;
        } else {
            break;
        }
    }
    // "Berlin-Paris" is a line between two towns; German districts share their names with German towns only.
    if is_far_place(head.slice(end + 1, past)) { (end, false) } else { (past, true) }
}

/// Phrases of capitals: "Hildrizhausen", "SAINT-TROPEZ", "Neustadt an der Aisch".
fn unlisted(head: &Head<'_>, at: usize, goes_on: bool) -> Option<(Place, usize)> {
    let mut end = at;
    let mut words = 0;
    let mut last = at;
    let mut abbreviated = false;
    while end < at + LONGEST {
        let token = head.at(end);
        let is_joint = !token.spaced
            && token.is_one_of("-'’.")
            && head.at(end + 1).is_word()
            && !head.at(end + 1).spaced
            && end > at;
        let is_abbreviation = token.is_mark('.')
            && matches!(
                head.at(end.wrapping_sub(1)).text,
                "St" | "ST"
                    | "Ste"
                    | "Mt"
                    | "Lkr"
                    | "LKR"
                    | "Ft"
                    | "Hann"
                    | "Gr"
                    | "Kl"
                    | "Bez"
                    | "Kr"
                    | "Sta"
                    | "Sto"
            );
        // "Homburg v. d. Höhe", "Weiden i.d. Opf."
        let initial = |index: usize| {
            index > at
                && matches!(head.at(index).text, "a" | "b" | "d" | "i" | "o" | "u" | "v")
                && head.at(index + 1).is_mark('.')
                && !head.at(index + 1).spaced
        };
        let is_initial = initial(end) || end > at && initial(end - 1) && token.is_mark('.');
        abbreviated |= is_initial;
        if token.is_capital() && !(words > 0 && head_is_agency(head, end)) {
            words += 1;
            last = end + 1;
        } else if !(end > at
            && (is_joint
                || is_abbreviation
                || is_initial
                || (token.is_word() && PARTICLES.contains(&token.text))))
        {
            break;
        }
        end += 1;
    }
    let abbreviated = abbreviated && words > 1;
    // "v.d.H. (lhe)", "a. M. –": the last word may be short, too.
    if abbreviated
        && head.at(last - 1).text.chars().count() <= 3
        && head.at(last).is_mark('.')
        && head.at(last + 1).is_one_of("(-‒–—―−,|:/")
    {
        last += 1;
    }
    let text = head.slice(at, last);
    if words == 0 || words > 5 || is_function_word(head.at(at).text) && words == 1 || !ends_name(head, last) {
        return None;
    }
    let caps = is_caps(text);
    let knowledge = if abbreviated || is_shaped(text) { Knowledge::Shaped } else { Knowledge::Unknown };
    let goes_on = goes_on && !abbreviated;
    Some((Place { name: cased(text), knowledge, caps, words, goes_on }, last))
}

fn head_is_agency(head: &Head<'_>, at: usize) -> bool {
    super::agency::credit(head, at).is_some_and(|(credit, _)| !credit.enclosed)
}

/// "'s-Hertogenbosch", "L'Aquila" begin with what is no capital word.
fn starts_name(head: &Head<'_>, at: usize) -> bool {
    head.at(at).is_one_of("'’") && head.at(at + 1).text == "s"
}

/// What may follow a place in a dateline.
fn ends_name(head: &Head<'_>, end: usize) -> bool {
    let next = head.at(end);
    if next.text.is_empty() {
        return false;
    }
    if next.is_word() {
        return matches!(next.text, "und" | "and" | "et" | "y" | "e") && next.spaced
            || super::agency::credit(head, end).is_some()
            || next.is_capital()
                && super::agency::credit(head, at_before(end)).is_none()
                && follows_agency(head, end);
    }
    if next.digits() > 0 {
        return super::date::date(head, end).is_some();
    }
    let is_inside =
        next.is_one_of("-‐‑") && !next.spaced && head.at(end + 1).is_word() && !head.at(end + 1).spaced;
    next.is_one_of(".,|:()[/-‒–—―−_•·⋅■▪>") && !is_inside
}

fn at_before(end: usize) -> usize {
    end.saturating_sub(1)
}

/// "dpa Washington Der Senat": a place after an agency ends where the sentence begins.
fn follows_agency(head: &Head<'_>, end: usize) -> bool {
    super::agency::credit(head, 0).is_some_and(|(credit, past)| !credit.enclosed && past < end)
        && is_function_word(head.at(end).text)
}

fn count_words(text: &str) -> usize {
    text.split(' ').count()
}

fn is_caps(text: &str) -> bool {
    text.chars().filter(|character| character.is_alphabetic()).count() > 1
        && !text.chars().any(|character| character.is_lowercase() && character != 'ß')
}

/// `NEW YORK` as `New York`; other writings stay.
fn cased(text: &str) -> String {
    let text = &text.nfc().collect::<String>();
    if !is_caps(text) {
        return text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    if let Some(name) = listed_name(text) {
        return name.to_owned();
    }
    let mut name = String::with_capacity(text.len());
    for (index, word) in text.split_inclusive([' ', '-', '/', '\'', '’', '.']).enumerate() {
        let lower = word.to_lowercase();
        // "Martha's Vineyard", but "O'Fallon".
        let is_genitive = name.ends_with(['\'', '’']) && matches!(lower.as_str(), "s" | "s ");
        if is_genitive
            || index > 0 && PARTICLES.contains(&lower.trim_end_matches([' ', '-', '/', '\'', '’', '.']))
        {
            name.push_str(&lower);
            continue;
        }
        let mut characters = lower.chars();
        name.extend(characters.next().into_iter().flat_map(char::to_uppercase));
        name.push_str(characters.as_str());
    }
    name
}
