//! Phrases with a shape of their own: an office before its holder's name, a family name whose particle comes first,
//! one of many, pronouns, quoted names.
//!
//! All others are read in `phrases`.

use std::ops::Range;

use super::lexicon::{DETERMINER, DETERMINER_OBLIQUE, FEMALE, HER, HIS, MALE, PRONOUN, SURNAME, VerbForm};
use super::names::capital_run;
use super::passage::Passage;
use super::phrases::{Phrase, PhraseKind, core_at};

/// `Secretary of State Ann Hale`, `Minister of Foreign Affairs Ann Hale`: the name follows what the role is over.
pub(super) fn titled(passage: &Passage<'_>, phrase: &Phrase, limit: usize) -> Option<Phrase> {
    let head = phrase.head.filter(|_| phrase.kind == PhraseKind::Noun && !passage.is_german())?;
    let of = phrase.core.end;
    let role = head + 1 == of && passage.lexicon.is_role(passage.lower(head));
    if !role || !matches!(passage.lower(of), "of" | "for") || passage.is(phrase.core.start, HIS | HER) {
        return None;
    }
    let from = of + 1 + usize::from(passage.lower(of + 1) == "the");
    let run = capital_run(passage, from, limit);
    let given = run.clone().skip(1).find(|unit| passage.is(*unit, MALE | FEMALE) && unit + 1 < run.end);
    let ministry = matches!(
        passage.lower(run.start),
        "state"
            | "defense"
            | "defence"
            | "foreign"
            | "health"
            | "education"
            | "finance"
            | "justice"
            | "energy"
            | "labor"
            | "labour"
            | "interior"
    );
    let unlisted = || (ministry && run.len() >= 3).then(|| run.end - 2);
    let name = given.or_else(unlisted)?;
    let core = phrase.core.start..run.end;
    Some(Phrase { range: core.clone(), core, kind: PhraseKind::Name, name: name..run.end, ..phrase.clone() })
}

/// `Von der Leyen betonte`: a family name whose particle begins the sentence.
pub(super) fn family_first(passage: &Passage<'_>, start: usize) -> Option<Phrase> {
    if !passage.is_german() || !passage.units[start].capital || !passage.starts_sentence(start) {
        return None;
    }
    let family = passage.family_name(start)?;
    let verb = family + 1;
    // `Von der Tribüne rief einer`: behind the verb of such a sentence stands its subject.
    let subject_is_named = passage.is(verb + 1, DETERMINER | PRONOUN) || passage.is_capital(verb + 1);
    let participle = passage.verb(verb).is_some_and(|verb| verb.form == VerbForm::Participle);
    let says = !participle && passage.verb(verb).is_some() && passage.is_finite(verb) && !subject_is_named;
    let known = passage.is(family, SURNAME);
    (known || says).then_some(Phrase {
        range: start..verb,
        core: start..verb,
        kind: PhraseKind::Name,
        name: if known { family..verb } else { start..verb },
        head: None,
        oblique: false,
        definite: false,
    })
}

fn begins_selection(passage: &Passage<'_>, start: usize) -> bool {
    let of = passage.lower(start + 1);
    match passage.lower(start) {
        "einer" | "eine" | "eines" | "viele" | "einige" | "manche" | "keiner" => {
            matches!(of, "der" | "dieser" | "seiner" | "ihrer" | "von") && passage.is_capital(start + 2)
        }
        "one" | "some" | "many" | "most" | "several" | "none" => of == "of",
        _ => false,
    }
}

/// `einer der Geretteten`, `one of her uncles`.
pub(super) fn one_of_many(passage: &Passage<'_>, start: usize) -> Option<Phrase> {
    // `one of one of …` goes no deeper.
    if !begins_selection(passage, start) || begins_selection(passage, start + 2) {
        return None;
    }
    let limit = passage.units.len().min(start + 8);
    let inner = core_at(passage, start + 2, limit)?;
    matches!(inner.kind, PhraseKind::Noun | PhraseKind::Name | PhraseKind::Pronoun)
        .then(|| pronoun_over(start..inner.range.end))
}

pub(super) fn pronoun(passage: &Passage<'_>, start: usize) -> Option<Phrase> {
    if let Some(one) = one_of_many(passage, start) {
        return Some(one);
    }
    if !passage.is(start, PRONOUN) || matches!(passage.lower(start), "es" | "it") && passage.is_german() {
        return None;
    }
    Some(pronoun_over(start..start + 1))
}

pub(super) fn pronoun_over(range: Range<usize>) -> Phrase {
    let start = range.start;
    Phrase {
        range: range.clone(),
        core: range,
        kind: PhraseKind::Pronoun,
        name: start..start,
        head: None,
        oblique: false,
        definite: true,
    }
}

pub(super) fn quoted(passage: &Passage<'_>, range: Range<usize>) -> Option<Phrase> {
    let pair = passage.units[range.end - 1].pair?;
    let inside = passage.pairs[pair].inside();
    let short = inside.len() <= 5 && passage.text.tokens.get(inside.start)?.capital;
    (short && !matches!(passage.last_inside(pair), '.' | '!' | '?' | ',')).then(|| Phrase {
        core: range.clone(),
        kind: PhraseKind::Quoted,
        name: range.end..range.end,
        head: None,
        oblique: passage.is(range.start, DETERMINER_OBLIQUE),
        definite: true,
        range,
    })
}
