//! Reads capitalised words in a row: where they begin and end, and which of them are role and which name.
//!
//! What stands around them is left to `phrases`.

use std::ops::Range;

use super::lexicon::{
    AUXILIARY, CALENDAR, DETERMINER, DETERMINER_OBLIQUE, DOCUMENT, FEMALE, FUNCTION, INNER_PARTICLE,
    INSTITUTION, MALE, MEDIUM, MODAL, NONSPEECH, PASSIVE, PREPOSITION, PRONOUN, ROLE, SAY_NOUN, SUBJUNCTIVE,
    SURNAME, TITLE, VERBAL, VerbForm,
};
use super::passage::Passage;
use super::phrases::{Phrase, PhraseKind};
/// Capitalised words in a row, with the small particles of names between them.
pub(super) fn capital_run(passage: &Passage<'_>, start: usize, limit: usize) -> Range<usize> {
    let mut end = start;
    let mut index = start;
    while index < limit {
        if is_nominal(passage, index) {
            // `antwortete Lohr Keil`: two surnames are two people.
            let second = index == start + 1
                && passage.is(start, SURNAME)
                && !passage.is(start, MALE | FEMALE)
                && passage.is(index, SURNAME)
                && !passage.is(index, MALE | FEMALE);
            if second {
                break;
            }
            index += 1;
            end = index;
        } else if end > start
            && let Some(next) = joint(passage, start, index, limit)
        {
            index = next;
        } else {
            break;
        }
    }
    start..end
}

/// Where a name goes on behind `&`, `von der`, `van`, `de la`.
fn joint(passage: &Passage<'_>, start: usize, index: usize, limit: usize) -> Option<usize> {
    let nominal = |index: usize| index < limit && is_nominal(passage, index);
    if passage.is_sign(index, &['&']) {
        return nominal(index + 1).then_some(index + 1);
    }
    // `Wasserstraßen- und Schifffahrtsamt`
    if passage.is_german()
        && passage.is_sign(index, &['-'])
        && matches!(passage.lower(index + 1), "und" | "u")
    {
        return nominal(index + 2).then_some(index + 2);
    }
    // `Beraterin und Autorin Eva Roth`: one person with two roles.
    let role = |index: usize| {
        passage.lexicon.is_role(passage.lower(index)) && !passage.is(index, SURNAME | MALE | FEMALE)
    };
    if passage.lower(index) == "und"
        && passage.is_german()
        && role(index - 1)
        && nominal(index + 1)
        && role(index + 1)
        && nominal(index + 2)
        && passage.is(index + 2, MALE | FEMALE | TITLE)
        && nominal(index + 3)
    {
        return Some(index + 1);
    }
    // `die Gewerkschaft Klinik und Pflege`: fields of one organisation.
    let field = |index: usize| {
        let lower = passage.lower(index);
        nominal(index)
            && !passage.lexicon.is_role(lower)
            && !passage.lexicon.ends_in(lower, INSTITUTION | MEDIUM)
            && !passage.is(index, MALE | FEMALE | SURNAME)
    };
    if passage.lower(index) == "und"
        && passage.is_german()
        && index >= start + 2
        && passage.is(start, INSTITUTION)
        && !passage.lexicon.is_role(passage.lower(index - 1))
        && field(index + 1)
    {
        return Some(index + 1);
    }
    let behind_given = passage.is(index - 1, MALE | FEMALE) && matches!(passage.lower(index), "von" | "zu" | "vom")
            // `Konstantin Veit vom Verband`: behind a surname it tells where somebody belongs.
            && (start + 1 == index || !passage.is(index - 1, SURNAME) && passage.lower(index) != "vom");
    let particle = passage.is(index, INNER_PARTICLE) && names_person(passage, index - 1);
    if !behind_given && !particle {
        return None;
    }
    let article = matches!(passage.lower(index + 1), "der" | "den" | "dem" | "la" | "los");
    if nominal(index + 1) { Some(index + 1) } else { (article && nominal(index + 2)).then_some(index + 2) }
}

/// `von` joins a name only behind a given name: `Klaus von Thann`, not `Leiter von Thann`.
pub(super) fn names_person(passage: &Passage<'_>, index: usize) -> bool {
    passage.is(index, MALE | FEMALE | TITLE) || !passage.lexicon.is_role(passage.lower(index))
}

pub(super) fn is_nominal(passage: &Passage<'_>, index: usize) -> bool {
    passage.is_capital(index)
        && (!passage.is(index, CALENDAR)
            || passage.is(index, SURNAME)
            || passage.is(index, MALE | FEMALE) && passage.is_capital(index + 1) && !passage.is(index + 1, CALENDAR)
            // `die Neue Mitte`
            || passage.lower(index) == "mitte"
                && index > 0
                && passage.is_capital(index - 1)
                && !passage.is(index + 1, CALENDAR))
        // `Kämen sie`: a verb begins the sentence.
        && !(passage.starts_sentence(index) && begins_with_verb(passage, index))
        // `Gesagt habe das Kind nur`
        && !(passage.is_german()
            && passage.starts_sentence(index)
            && passage.verb(index).is_some_and(|verb| verb.form == VerbForm::Participle)
            && passage.is(index + 1, AUXILIARY | PASSIVE | MODAL | SUBJUNCTIVE))
        && !(passage.is_german()
            && passage.starts_sentence(index)
            && matches!(passage.lower(index + 1), "sie" | "er" | "es" | "wir" | "man" | "ich"))
        && (!passage.starts_sentence(index) || !is_sentence_adverb(passage, index))
}

/// `Says Mr. Hale:`, `Sagt Frau Hale:`.
pub(super) fn begins_with_verb(passage: &Passage<'_>, index: usize) -> bool {
    let lower = passage.lower(index);
    let ending = if passage.is_german() {
        lower.ends_with('t') || lower.ends_with("te")
    } else {
        lower.ends_with('s') || lower.ends_with("ed") || lower == "said"
    };
    passage.units[index].verb.is_some()
        && ending
        && !passage.is(index, MALE | FEMALE | SURNAME)
        && (passage.is_capital(index + 1)
            || passage.is(index + 1, DETERMINER | PRONOUN | TITLE)
            || passage.is_sign(index + 1, &[',', ':'])
            // `Asked for a word, voters chose`
            || !passage.is_german() && lower.ends_with("ed") && passage.is(index + 1, PREPOSITION))
        && !passage.lexicon.is_role(lower)
}

/// A capitalised first word that is no noun: adverbs and participles in German.
pub(super) fn is_sentence_adverb(passage: &Passage<'_>, index: usize) -> bool {
    let lower = passage.lower(index);
    if passage.is(index, MALE | FEMALE | TITLE | INSTITUTION) {
        return false;
    }
    if passage.is(index, VERBAL | AUXILIARY | PASSIVE | MODAL) {
        return true;
    }
    let ending: &[&str] = if passage.is_german() {
        &["weise", "lich", "isch", "ig", "end", "wärts", "dings", "falls"]
    } else {
        &["ly", "ing"]
    };
    lower.len() > 5 && ending.iter().any(|ending| lower.ends_with(ending)) && !passage.is_capital(index + 1)
}

/// Divides the capitalised words of a phrase into role and name.
pub(super) fn with_name(
    passage: &Passage<'_>,
    range: Range<usize>,
    run: Range<usize>,
    determiner: bool,
) -> Phrase {
    let lexicon = passage.lexicon;
    let given = |index: usize| passage.is(index, MALE | FEMALE) && !passage.is(index, ROLE);
    let initial = |index: usize| {
        passage.units[index].end == passage.units[index].token + 1
            && passage.text.tokens[passage.units[index].token].dotted
            && passage.form(index).chars().count() == 2
    };
    let title = |index: usize| passage.is(index, TITLE);
    let role = |index: usize| {
        let lower = passage.lower(index);
        let listed = passage.is(index, ROLE) || passage.is_german() && lexicon.is_role(lower);
        (listed || title(index)) && !given(index) && !passage.is(index, SURNAME)
    };
    let thing = |index: usize| {
        let lower = passage.lower(index);
        (lexicon.ends_in(lower, INSTITUTION | DOCUMENT | SAY_NOUN) || passage.is(index, MEDIUM))
            && !passage.is(index, SURNAME)
    };
    // A given name (or a title) begins the name, unless nothing follows the title.
    let first_given = run.clone().find(|index| (given(*index) || initial(*index)) && *index + 1 < run.end);
    let last_title = run.clone().rev().find(|index| title(*index)).filter(|index| index + 1 < run.end);
    let mut name_start = match (first_given, last_title) {
        (Some(given), Some(title)) => given.max(title + 1),
        (Some(given), None) => given,
        (None, Some(title)) => title + 1,
        (None, None) => {
            let roles = run.clone().take_while(|index| role(*index)).count();
            let last_role = run.clone().rev().find(|index| role(*index));
            match last_role {
                Some(last) if last + 1 < run.end && !thing(last + 1) => last + 1,
                Some(last) if last + 1 == run.end => run.end,
                _ => run.start + roles,
            }
        }
    };
    // `die Fotokünstlerin Elsbeth Thoma`, `der Schäfer Thies`: nobody has listed the role, the name shows it.
    let unlisted = passage.is_german()
        && name_start == run.start
        && first_given.is_none()
        && (determiner || run.len() == 3 || run.len() == 2 && is_person_noun(passage, run.start))
        && !run.clone().any(thing);
    if unlisted && run.len() > 1 {
        let agent = ["in", "er", "or", "ist", "ent", "ant", "eur", "är"]
            .iter()
            .any(|ending| passage.lower(run.start).ends_with(ending));
        if passage.is(run.end - 1, SURNAME) && !passage.is(run.start, SURNAME) {
            name_start = (run.start + 1).max(run.end - 2);
        } else if agent && run.len() == 3 && passage.lower(range.start) != "das" {
            name_start = run.start + 1;
        }
    }
    let rest = run.end.saturating_sub(name_start);
    let only = name_start == run.start && first_given.is_none() && !passage.is(run.end - 1, SURNAME);
    // `die Deutsche Welle`: with a determiner and no role before it, capitals are a thing's name;
    // a single noun without determiner may be a surname or a thing.
    // `his daughter Jane`: a given name alone is a name.
    // `chief executive Nisha Rao`: small nouns before capitals are a role.
    let noun_before = || passage.lower(run.start - 1);
    let small_role = !passage.is_german()
        && range.start < run.start
        && !run.clone().any(thing)
        && (lexicon.is_role(noun_before())
            || run.len() > 1
                && determiner
                && range.start + 1 < run.start
                && can_be_role(passage, run.start - 1));
    // `der fünfjährige Matti`: an age stands before people only.
    let aged = passage.is_german()
        && run.len() == 1
        && range.start < run.start
        && noun_before()
            .strip_suffix("jährige")
            .is_some_and(|years| !["mehr", "lang", "voll", "minder", "viel", "dies", "vor"].contains(&years))
        && !lexicon.is_role(passage.lower(run.start));
    let given_alone = aged
        || small_role
        || run.len() == 1 && range.start < run.start && given(run.start) && !passage.is_german();
    let is_thing = only && !given_alone && (determiner || range.start < run.start || run.clone().any(thing))
        || rest == 0
        || run.clone().any(|index| thing(index) && index >= name_start && first_given.is_none());
    if is_thing {
        name_start = run.end;
    }
    let name = name_start..run.end;
    let has_name = !name.is_empty();
    let lower = passage.lower(range.start);
    let sort =
        |unit: &usize| lexicon.ends_in(passage.lower(*unit), INSTITUTION) && !passage.is(*unit, SURNAME);
    let head = if has_name {
        (run.start < name_start)
            .then(|| {
                (run.start..name_start).rfind(|unit| !title(*unit) || lexicon.is_role(passage.lower(*unit)))
            })
            .flatten()
            .or_else(|| {
                (range.start < run.start && !passage.is_german())
                    .then(|| run.start - 1)
                    .filter(|index| passage.is_word(*index) && !passage.is(*index, FUNCTION))
            })
    } else {
        // `die Firma Medibox`: the noun says what it is.
        let before =
            || (range.start < run.start).then(|| run.start - 1).filter(sort).filter(|_| !passage.is_german());
        run.clone().rev().find(sort).or_else(before).or(Some(run.end - 1))
    };
    Phrase {
        range: range.clone(),
        core: range.clone(),
        kind: if has_name { PhraseKind::Name } else { PhraseKind::Noun },
        name,
        head,
        oblique: is_oblique(passage, range.start, head),
        definite: matches!(
            lower,
            "der"
                | "die"
                | "das"
                | "den"
                | "dem"
                | "des"
                | "the"
                | "dieser"
                | "diese"
                | "dieses"
                | "sein"
                | "seine"
                | "ihr"
                | "ihre"
                | "his"
                | "her"
                | "their"
                | "its"
        ),
    }
}

/// `Ruderer Rohde`: a noun that ends like one for a person.
fn is_person_noun(passage: &Passage<'_>, unit: usize) -> bool {
    let lower = passage.lower(unit);
    lower.len() > 4
        && ["erin", "er", "or", "orin", "ist", "istin", "ent", "entin"]
            .iter()
            .any(|ending| lower.ends_with(ending))
}

/// `the comedian Sal Commerford`: any noun before two capitals, unless it names a thing.
fn can_be_role(passage: &Passage<'_>, noun: usize) -> bool {
    let lower = passage.lower(noun);
    lower.len() > 3
        && !lower.ends_with("ed")
        && !lower.ends_with("ing")
        && !passage.is(noun, FUNCTION | CALENDAR)
        && !passage.lexicon.ends_in(lower, INSTITUTION | DOCUMENT | MEDIUM | NONSPEECH | SAY_NOUN)
}

/// Whether determiner and noun show a case that no subject has.
pub(super) fn is_oblique(passage: &Passage<'_>, start: usize, head: Option<usize>) -> bool {
    if !passage.is_german() {
        return false;
    }
    if passage.is(start, DETERMINER_OBLIQUE) {
        return true;
    }
    let Some(head) = head.filter(|head| *head != start) else { return false };
    if matches!(passage.lower(start), "der" | "dieser" | "jener" | "seiner" | "ihrer" | "einer") {
        // `der Zeitung`, `der Behörden`: feminine and plural nouns take "der" in other cases only.
        let noun = passage.lower(head);
        let feminine = [
            "ung", "heit", "keit", "schaft", "tion", "sion", "tät", "enz", "anz", "ei", "ie", "ik", "ur",
            "innen", "presse", "agentur", "kirche", "partei", "stadt", "polizei", "bank", "bahn", "post",
            "wehr", "behörde",
        ]
        .iter()
        .any(|ending| noun.ends_with(ending))
            || noun.ends_with("in") && passage.lexicon.is_role(noun);
        let masculine = passage.lexicon.is_role(noun) && !noun.ends_with("in") && !noun.ends_with("innen");
        return feminine && !masculine && !noun.ends_with("berlin") && !noun.ends_with("papierei");
    }
    false
}
