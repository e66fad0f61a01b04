//! Finds the phrases of a sentence that can name a speaker: names, determiner phrases, pronouns, quoted names.
//!
//! A shallow chunker; which phrase is the subject of which verb is decided in `sources`, who is meant in `people`.

use std::ops::Range;

use super::lexicon::{
    ADVERB, CONJUNCTION, DETERMINER, DETERMINER_OBLIQUE, DOCUMENT, FEMALE, FUNCTION, INSTITUTION, MALE,
    MEDIUM, PREPOSITION, PRONOUN, ROLE, SUBORDINATOR, SURNAME, TITLE, VERBAL,
};
use super::names::{capital_run, is_nominal, with_name};
use super::passage::Passage;
use super::set_phrases::{family_first, pronoun, pronoun_over, quoted, titled};
use super::small_nouns::{is_bare_noun, is_manner, small_noun};
use crate::structure::text::TokenKind;
/// What kind of phrase it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PhraseKind {
    /// Holds a name of a person (or looks like one).
    Name,
    /// A noun with or without determiner.
    Noun,
    /// `er`, `she`.
    Pronoun,
    /// Only quoted words, with or without determiner: `der „Morgenbote“`.
    Quoted,
}

/// A phrase, as ranges of units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phrase {
    /// All of it, with what belongs to its noun: `der Sprecher der Stadt`.
    pub range: Range<usize>,
    /// Without what follows the noun: `der Sprecher`.
    pub core: Range<usize>,
    /// Its kind.
    pub kind: PhraseKind,
    /// The units of the name, titles left out.
    pub name: Range<usize>,
    /// The unit of the noun that says what it is (the last noun before the name).
    pub head: Option<usize>,
    /// Whether a preposition or its case keeps it from being a subject.
    pub oblique: bool,
    /// Begins with a definite determiner.
    pub definite: bool,
}

/// The longest determiner phrase before its noun, in units.
pub(super) const MAX_MODIFIERS: usize = 8;

/// All phrases of a range of units, in order.
pub(super) fn phrases(passage: &Passage<'_>, range: Range<usize>) -> Vec<Phrase> {
    let mut found: Vec<Phrase> = Vec::new();
    let mut index = range.start;
    while index < range.end {
        if let Some(mut phrase) = phrase_at(passage, index, range.end) {
            phrase.oblique |=
                follows_preposition(passage, &phrase, range.start) || is_possessive(passage, &phrase);
            index = phrase.range.end.max(index + 1);
            found.push(phrase);
        } else {
            index += 1;
        }
    }
    found
}

/// `Hale’s remarks`: the owner, not who does something.
fn is_possessive(passage: &Passage<'_>, phrase: &Phrase) -> bool {
    let last = passage.lower(phrase.range.end - 1);
    !passage.is_german()
        && matches!(phrase.kind, PhraseKind::Name | PhraseKind::Noun)
        && (last.ends_with("’s") || last.ends_with("'s") || last.ends_with("s’"))
        && passage.is_word(phrase.range.end)
        && !passage.is(phrase.range.end, VERBAL | ADVERB)
        // `Mabey’s said`: a house of that name.
        && !(passage.verb(phrase.range.end).is_some()
            && (matches!(passage.lower(phrase.range.end), "said" | "says" | "told" | "wrote")
                || passage.lower(phrase.range.end).ends_with("ed")))
}

fn follows_preposition(passage: &Passage<'_>, phrase: &Phrase, start: usize) -> bool {
    let Some(before) = phrase.range.start.checked_sub(1).filter(|before| *before >= start) else {
        return false;
    };
    let lower = passage.lower(before);
    // `As one dealer put it`, `Wie X sagte`: the whole clause compares, not the noun.
    let clause = matches!(lower, "as" | "wie")
        && (passage.starts_sentence(before) || passage.is_sign(before - 1, &[',', '–', '—']));
    !clause && (passage.is(before, PREPOSITION) || matches!(lower, "als" | "as" | "wie" | "like"))
}

/// The phrase that begins at a unit, with what belongs to it.
pub(super) fn phrase_at(passage: &Passage<'_>, start: usize, limit: usize) -> Option<Phrase> {
    let mut phrase = core_at(passage, start, limit)?;
    if let Some(titled) = titled(passage, &phrase, limit) {
        phrase = titled;
    }
    if phrase.kind != PhraseKind::Pronoun {
        phrase.range.end = extend(passage, &phrase, limit);
        // `der Rat der Ärztin Eva Roth`: a person named inside is a phrase of its own.
        if let Some(inner) = person_inside(passage, &phrase) {
            phrase.range.end = inner;
        }
    }
    Some(phrase)
}

/// Where the phrase of a person begins that lies behind the noun of another.
fn person_inside(passage: &Passage<'_>, phrase: &Phrase) -> Option<usize> {
    let start = phrase.core.end;
    let inner = (start..phrase.range.end.min(start + 2))
        .find_map(|unit| core_at(passage, unit, phrase.range.end).map(|inner| (unit, inner)))?;
    let known = |unit: usize| passage.is(unit, MALE | FEMALE | SURNAME | TITLE);
    let person = inner.1.kind == PhraseKind::Name
        && (inner.1.name.len() > 1 && (passage.is_german() || inner.1.core.clone().any(known))
            || inner.1.head.is_some());
    (person && phrase.kind == PhraseKind::Noun).then_some(if passage.is(inner.0, PREPOSITION) {
        inner.0 + 1
    } else {
        start
    })
}

/// The phrase that begins at a unit, up to its noun or name.
pub(super) fn core_at(passage: &Passage<'_>, start: usize, limit: usize) -> Option<Phrase> {
    let unit = passage.units.get(start)?;
    if unit.pair.is_some() {
        return quoted(passage, start..start + 1);
    }
    if unit.kind == TokenKind::Punct {
        return None;
    }
    if let Some(family) = family_first(passage, start) {
        return Some(family);
    }
    let determiner = passage.is(start, DETERMINER | DETERMINER_OBLIQUE);
    let numeral = unit.kind == TokenKind::Number;
    let mut index = start + usize::from(determiner || numeral);
    while index < limit && index - start <= MAX_MODIFIERS && is_modifier(passage, index, index > start) {
        index += 1;
    }
    let run = capital_run(passage, index, limit);
    // `Werte, die Hoff … nennt`: a relative pronoun before a surname.
    let relative = passage.is_german()
        && index == start + 1
        && run.len() == 1
        && passage.is(run.start, SURNAME | MALE | FEMALE)
        && start > 0
        && passage.is_sign(start - 1, &[','])
        && matches!(passage.lower(start), "der" | "die" | "das" | "den" | "dem");
    if relative {
        return None;
    }
    if run.is_empty() {
        if !passage.is_german()
            && let Some(phrase) = small_noun(passage, start, index, limit, determiner)
        {
            return Some(phrase);
        }
        // `ein anderer`, `der zweite`: somebody without a noun.
        if passage.is_german()
            && determiner
            && matches!(
                passage.lower(start + 1),
                "anderer" | "andere" | "dritter" | "dritte" | "zweiter" | "zweite" | "weiterer" | "weitere"
            )
            && index <= start + 2
        {
            return Some(pronoun_over(start..start + 2));
        }
        // `Hunderte skandierten „…“`
        if passage.is_german()
            && index == start + 1
            && index < limit
            && matches!(
                passage.lower(start),
                "hunderte" | "tausende" | "viele" | "einige" | "manche" | "beide" | "alle" | "mehrere"
            )
            && passage.verb(index).is_some()
        {
            return Some(pronoun_over(start..start + 1));
        }
        if determiner && index == start + 1 && passage.is_quote(index) && index < limit {
            return quoted(passage, start..index + 1);
        }
        return pronoun(passage, start);
    }
    if !passage.is_german()
        && let Some(phrase) = capitals_and_noun(passage, start, &run, limit, determiner)
    {
        return Some(phrase);
    }
    if start == index && !determiner && !passage.is_german() && passage.is(start, PRONOUN) {
        return pronoun(passage, start);
    }
    Some(with_name(passage, start..run.end, run, determiner))
}

/// `a Commerce Ministry official`, `the Harkness campaign`: small nouns after the capitals.
fn capitals_and_noun(
    passage: &Passage<'_>,
    start: usize,
    run: &Range<usize>,
    limit: usize,
    determiner: bool,
) -> Option<Phrase> {
    let mut end = run.end;
    while end < limit
        && end < run.end + 3
        && is_bare_noun(passage, end)
        && !passage.lower(end).ends_with("ed")
    {
        end += 1;
    }
    let last = end.checked_sub(1).filter(|last| *last >= run.end)?;
    let lower = passage.lower(last);
    let role = passage.lexicon.is_role(lower);
    // `the Florida fan explained`: whatever speaks.
    let of_nation =
        ["ian", "ish", "ese", "ean"].iter().any(|ending| passage.lower(run.end - 1).ends_with(ending));
    let speaks = || (determiner || of_nation) && passage.verb(end).is_some_and(|verb| verb.manner.is_some());
    let several = || passage.lexicon.ends_in(lower, ROLE);
    if !role && !passage.lexicon.ends_in(lower, INSTITUTION | MEDIUM) && !speaks() && !several() {
        return None;
    }
    let names = capital_run(passage, end, limit);
    if role && !names.is_empty() {
        return Some(with_name(passage, start..names.end, names, determiner));
    }
    Some(Phrase {
        range: start..end,
        core: start..end,
        kind: PhraseKind::Noun,
        name: end..end,
        head: Some(last),
        oblique: false,
        definite: passage.lower(start) == "the",
    })
}

/// A word that can stand between determiner and noun.
fn is_modifier(passage: &Passage<'_>, index: usize, inside: bool) -> bool {
    let Some(unit) = passage.units.get(index) else { return false };
    if unit.pair.is_some() || unit.kind == TokenKind::Punct || unit.capital {
        return false;
    }
    if unit.kind == TokenKind::Number {
        return inside;
    }
    if passage.is_german() {
        if unit.classes & (FUNCTION | VERBAL) != 0 {
            let may_modify = unit.classes & (ADVERB | DETERMINER | DETERMINER_OBLIQUE) != 0
                && unit.classes & (PREPOSITION | CONJUNCTION | SUBORDINATOR | PRONOUN | VERBAL) == 0
                && !matches!(passage.lower(index), "der" | "die" | "das" | "den" | "dem" | "des");
            return inside
                && may_modify
                && !matches!(passage.lower(index), "sich" | "auch")
                && (passage.lower(index) != "nicht" || is_modifier(passage, index + 1, true));
        }
        let lower = passage.lower(index);
        let adjective = ["e", "en", "er", "es", "em"].iter().any(|ending| lower.ends_with(ending));
        // `Nach dem 0:4 suchte Torwart Roth`: a verb.
        if lower.ends_with("te") && follows_score(passage, index) {
            return false;
        }
        return adjective && (unit.verb.is_none() || (inside && lower.ends_with("te") && lower.len() > 6));
    }
    if is_manner(passage.lower(index)) && !passage.is_word(index + 1) {
        return false;
    }
    let next_is_noun = passage.is_word(index + 1) && !passage.is(index + 1, FUNCTION);
    if inside && next_is_noun && matches!(passage.lower(index), "first" | "last" | "next" | "then" | "most") {
        return true;
    }
    if passage.lower(index).ends_with("ed") && !next_is_noun {
        return false;
    }
    let blocked = FUNCTION & !DETERMINER | VERBAL;
    unit.classes & blocked == 0 && unit.verb.is_none() && inside && unit.classes & DETERMINER == 0
}

/// Whether a result stands before a word: `0:4`.
fn follows_score(passage: &Passage<'_>, index: usize) -> bool {
    let number = |unit: usize| passage.units[unit].kind == TokenKind::Number;
    index >= 1
        && number(index - 1)
        && (passage.form(index - 1).contains(':') || index >= 2 && passage.is_sign(index - 2, &[':']))
}

/// Takes in what belongs to the noun: brackets, a quoted name, genitives, prepositional phrases of roles.
fn extend(passage: &Passage<'_>, phrase: &Phrase, limit: usize) -> usize {
    let mut end = phrase.core.end;
    for _ in 0..4 {
        if passage.is_sign(end, &['(']) {
            let close = (end + 1..limit.min(end + 9)).find(|index| passage.is_sign(*index, &[')']));
            let Some(close) = close else { break };
            end = close + 1;
            continue;
        }
        if end < limit && passage.is_quote(end) && phrase.kind == PhraseKind::Noun && end == phrase.core.end {
            // `bedauerte die Firma „die Verspätung“`: no name of the firm.
            let medium = phrase.head.is_some_and(|head| passage.lexicon.ends_in(passage.lower(head), MEDIUM));
            if !medium && begins_with_article(passage, end) {
                break;
            }
            let Some(quoted) = quoted(passage, end..end + 1) else { break };
            end = quoted.range.end;
            continue;
        }
        let Some(next) = belongs(passage, phrase, end, limit) else { break };
        end = next;
    }
    end
}

/// Whether quoted words begin with a small article.
fn begins_with_article(passage: &Passage<'_>, quote: usize) -> bool {
    let Some(pair) = passage.units[quote].pair else { return false };
    let Some(first) = passage.pairs[pair].inside().next() else { return false };
    let article = DETERMINER | DETERMINER_OBLIQUE;
    !passage.text.tokens[first].capital
        && passage.lexicon.known(passage.text.lower(first)).classes & article != 0
}

/// The end of a genitive or prepositional phrase at `start` that belongs to the phrase before it.
fn belongs(passage: &Passage<'_>, phrase: &Phrase, start: usize, limit: usize) -> Option<usize> {
    if start >= limit {
        return None;
    }
    let lower = passage.lower(start);
    let head_is_person = phrase.head.is_some_and(|head| {
        passage.lexicon.is_role(passage.lower(head))
            || passage.lexicon.ends_in(passage.lower(head), INSTITUTION | DOCUMENT | MEDIUM)
    });
    if passage.is_german() {
        let genitive = matches!(
            lower,
            "des" | "der" | "eines" | "einer" | "seiner" | "ihrer" | "ihres" | "seines" | "dieser" | "dieses"
        );
        let joined = matches!(lower, "von" | "vom" | "aus" | "für")
            || phrase.kind == PhraseKind::Noun && matches!(lower, "beim" | "zur" | "zum") && head_is_person;
        let place = matches!(lower, "in" | "bei") && head_is_person && is_nominal(passage, start + 1);
        let bare = phrase.core.len() == 1 && !passage.is(phrase.core.start, SURNAME | MALE | FEMALE);
        if genitive && (phrase.kind == PhraseKind::Noun || bare) || joined || place {
            let from = if genitive { start } else { start + 1 };
            let inner = core_at(passage, from, limit)?;
            // `die Chefin von „Rowi“`, but `die Bahn [sprach] von „Störungen“`
            let person = phrase.kind == PhraseKind::Name
                || phrase.head.is_some_and(|head| passage.lexicon.is_role(passage.lower(head)));
            // `Anna Berg von „Radio Nord“`, but `Berg hatte von „Erpressung“ gesprochen`
            let spoken = (start.saturating_sub(6)..inner.range.end + 4).any(|unit| {
                ["sprach", "gesproch", "sprech", "sprich"]
                    .iter()
                    .any(|stem| passage.lower(unit).starts_with(stem))
                    && !passage.is_capital(unit)
            });
            let quoted = inner.kind == PhraseKind::Quoted && (person && !spoken || lower != "von");
            let nominal = quoted || matches!(inner.kind, PhraseKind::Name | PhraseKind::Noun);
            return nominal.then_some(inner.range.end);
        }
        return None;
    }
    let joined = matches!(lower, "of" | "for" | "at" | "from");
    let place = matches!(lower, "in" | "with" | "on" | "to") && head_is_person;
    if joined && (phrase.kind == PhraseKind::Noun || lower == "of") || place {
        let inner = core_at(passage, start + 1, limit)?;
        let nominal = matches!(inner.kind, PhraseKind::Name | PhraseKind::Noun);
        return nominal.then_some(inner.range.end);
    }
    None
}
