//! English phrases without capitals: `the museum director`, `analysts`.

use super::lexicon::{
    CROWD, DETERMINER, DOCUMENT, FINITE, FUNCTION, HER, HIS, INSTITUTION, MEDIUM, MODAL, PARTICIPLE, PRONOUN,
    VERBAL, VerbForm,
};
use super::names::{capital_run, with_name};
use super::passage::Passage;
use super::phrases::{MAX_MODIFIERS, Phrase, PhraseKind};

/// English: a phrase without capitals, `the museum director`, `analysts`.
pub(super) fn small_noun(
    passage: &Passage<'_>,
    start: usize,
    end: usize,
    limit: usize,
    determiner: bool,
) -> Option<Phrase> {
    let mut end = end;
    // After a determiner, a word that could be a verb is a noun: `the report`, `a state official`.
    let mut begin = start;
    if determiner || passage.is(start, HIS | HER) {
        while end < limit
            && end < start + MAX_MODIFIERS
            && passage.is_word(end)
            && !passage.units[end].capital
            && !passage.is(end, FUNCTION | VERBAL & !FINITE)
            && passage.verb(end).is_none_or(|verb| {
                end == start + 1 && verb.form == VerbForm::Infinitive && passage.lower(end) != "said"
            })
            && (end == start + 1 || !passage.lower(end).ends_with("ed") || passage.lower(end).len() < 5)
        {
            end += 1;
        }
        // `a move campaigners called “…”`: people behind one thing begin a clause about it.
        let last = passage.lower(end - 1);
        let clause = matches!(passage.lower(start), "a" | "an" | "this" | "that")
            && end > start + 2
            && last.ends_with('s')
            && !last.ends_with("ss")
            && (passage.lexicon.is_role(last) || passage.lexicon.ends_in(last, CROWD))
            && passage.verb(end).is_some();
        end -= usize::from(clause);
        if end == start + 1 {
            return None;
        }
    } else {
        // `Pospisil edged Reilly Opelka`: a verb before its object.
        if passage.lower(start).ends_with("ed")
            && !matches!(
                passage.lower(start),
                "retired" | "disgraced" | "jailed" | "exiled" | "convicted" | "accused"
            )
            && passage.lower(start).len() > 4
            && passage.is_capital(start + 1)
        {
            return None;
        }
        // `“Never,” sniffs Ann Hale`: behind a quotation it is a verb.
        let behind_quote = start > 0
            && passage.is_quote(start - 1)
            && passage.is_capital(start + 1)
            && !passage.lexicon.is_role(passage.lower(start))
            && passage.verb(capital_run(passage, start + 1, limit).end).is_none();
        // `would not release`, `who likes`: a verb must stand here.
        let behind_subject = start > 0
            && (passage.is(start - 1, MODAL | PRONOUN) && !passage.is(start - 1, DETERMINER)
                || matches!(passage.lower(start - 1), "to" | "not" | "never" | "who")
                    && !passage.lexicon.ends_in(passage.lower(start), CROWD));
        if !is_bare_noun(passage, start) || behind_quote || behind_subject {
            return None;
        }
        begin = start;
        while end < limit && end < start + MAX_MODIFIERS && is_bare_noun(passage, end) {
            end += 1;
        }
        end = end.max(start + 1);
    }
    let run = capital_run(passage, end, limit);
    if !run.is_empty() {
        return Some(with_name(passage, begin..run.end, run, determiner));
    }
    let head = end - 1;
    let speaks = {
        let lower = passage.lower(head);
        passage.lexicon.is_role(lower)
            || passage.lexicon.ends_in(lower, INSTITUTION | DOCUMENT | MEDIUM)
            || lower.len() > 3 && lower.ends_with('s') && !lower.ends_with("ss")
    };
    if !determiner && !passage.is(start, HIS | HER) && !speaks {
        return None;
    }
    Some(Phrase {
        range: begin..end,
        core: begin..end,
        kind: PhraseKind::Noun,
        name: end..end,
        head: Some(head),
        oblique: false,
        definite: matches!(passage.lower(start), "the" | "his" | "her" | "its" | "their" | "that" | "this"),
    })
}

pub(super) fn is_bare_noun(passage: &Passage<'_>, index: usize) -> bool {
    passage.is_word(index)
        && !is_manner(passage.lower(index))
        && !passage.units[index].capital
        && !passage.is(index, FUNCTION | VERBAL | PARTICIPLE)
        && passage.units[index].verb.is_none()
}

/// English adverbs of manner and time: `usually`, `quietly`.
pub(super) fn is_manner(lower: &str) -> bool {
    lower.ends_with("ly")
        && !matches!(
            lower,
            "family"
                | "supply"
                | "reply"
                | "ally"
                | "assembly"
                | "daily"
                | "weekly"
                | "monthly"
                | "bully"
                | "jelly"
                | "elderly"
        )
}
