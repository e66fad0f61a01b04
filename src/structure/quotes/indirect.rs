//! Reported speech without marks: only where speaker and reporting verb are explicit, or the subjunctive goes on.

use std::ops::Range;

use super::lexicon::{Manner, SUBJUNCTIVE, SUBORDINATOR};
use super::passage::Passage;
use super::reading::Parsed;
use super::sources::{Channel, Source};
use crate::model::annotation::{Quote, QuoteKind, Span};
/// Fewer units than this are no clause.
const LEAST_UNITS: usize = 3;

/// The reported clause of a sentence without quotations that names its source.
pub(super) fn with_source(parsed: &Parsed<'_, '_>, block: usize, source: &Source) -> Option<Quote> {
    let passage = parsed.sentence.passage;
    let range = parsed.sentence.range.clone();
    if range.clone().any(|unit| passage.is_quote(unit)) || !source.plain {
        return None;
    }
    let phrase = &parsed.sentence.phrases[source.phrase?];
    match source.channel {
        Channel::Verb(Manner::Say) => {
            // „Das Amt prüfe den Fall, sagte X“: the clause before the comma; `X sagte, man warte`: the one after.
            let comma = (range.start..source.at).rev().take(3).find(|unit| passage.is_sign(*unit, &[',']));
            if let Some(comma) = comma.filter(|comma| *comma + 2 >= source.at.min(phrase.range.start)) {
                let clause = range.start..comma;
                return is_reported(passage, &clause).then(|| quote(passage, &clause, block)).flatten();
            }
            let next = phrase.range.end.max(source.at + 1);
            let comma = (next..range.end).take(12).find(|unit| passage.is_sign(*unit, &[',']))?;
            let clause = comma + 1..end_of_clause(passage, &range);
            let reported = is_reported(passage, &clause)
                || matches!(passage.lower(comma + 1), "dass" | "daß" | "that") && clause.len() > LEAST_UNITS;
            (reported && !is_relative(passage, comma + 1)).then(|| quote(passage, &clause, block)).flatten()
        }
        Channel::So => {
            let comma = (range.start..source.at).rev().find(|unit| passage.is_sign(*unit, &[',']))?;
            quote(passage, &(range.start..comma), block)
        }
        Channel::According if source.at == range.start => {
            quote(passage, &(phrase.range.end..end_of_clause(passage, &range)), block)
        }
        Channel::According => quote(passage, &(source.at..end_of_clause(passage, &range)), block),
        _ => None,
    }
}

/// A whole sentence in the subjunctive after someone has spoken.
pub(super) fn without_source(parsed: &Parsed<'_, '_>, block: usize) -> Option<Quote> {
    let passage = parsed.sentence.passage;
    if !passage.is_german() {
        return None;
    }
    let range = parsed.sentence.range.clone();
    if range.clone().any(|unit| passage.is_quote(unit)) {
        return None;
    }
    let main = main_verb(passage, &range)?;
    (passage.is(main, SUBJUNCTIVE) && is_first_subjunctive(passage.lower(main)))
        .then(|| quote(passage, &range, block))
        .flatten()
}

/// The first finite verb that is not in a subordinate clause.
fn main_verb(passage: &Passage<'_>, range: &Range<usize>) -> Option<usize> {
    let mut subordinate = passage.is(range.start, SUBORDINATOR);
    for unit in range.clone() {
        if passage.is_sign(unit, &[',']) {
            subordinate = passage.is(unit + 1, SUBORDINATOR);
        } else if passage.is_finite(unit) && !subordinate {
            return Some(unit);
        }
    }
    None
}

/// `sei`, `habe`, `werde`: forms that report; `würde`, `könnten` may state a condition.
fn is_first_subjunctive(lower: &str) -> bool {
    !matches!(lower.as_bytes(), [.., b't', b'e'] | [.., b't', b'e', b'n'])
        && !lower.starts_with("wär")
        && !lower.starts_with("hätt")
        && !lower.starts_with("würd")
        || matches!(
            lower,
            "solle"
                | "müsse"
                | "fürchte"
                | "erwarte"
                | "biete"
                | "halte"
                | "bedeute"
                | "gelte"
                | "arbeite"
                | "verhindere"
                | "warte"
                | "entlaste"
                | "belaste"
                | "koste"
                | "trete"
                | "enthalte"
                | "erhalte"
                | "leiste"
                | "achte"
        )
}

fn is_reported(passage: &Passage<'_>, clause: &Range<usize>) -> bool {
    clause.len() >= LEAST_UNITS
        && (!passage.is_german() || clause.clone().any(|unit| passage.is(unit, SUBJUNCTIVE)))
        && clause.clone().any(|unit| passage.is_finite(unit))
}

fn is_relative(passage: &Passage<'_>, unit: usize) -> bool {
    matches!(passage.lower(unit), "der" | "die" | "das" | "who" | "which" | "und" | "and" | "wie" | "as")
        && passage.is_german() == matches!(passage.lower(unit), "wie" | "und")
}

fn end_of_clause(passage: &Passage<'_>, range: &Range<usize>) -> usize {
    if passage.is_sign(range.end - 1, &['.', '!', '?']) { range.end - 1 } else { range.end }
}

fn quote(passage: &Passage<'_>, clause: &Range<usize>, block: usize) -> Option<Quote> {
    if clause.len() < LEAST_UNITS {
        return None;
    }
    let tokens = &passage.text.tokens;
    let (first, last) = (passage.units.get(clause.start)?, passage.units.get(clause.end - 1)?);
    Some(Quote {
        text: passage.slice(clause).to_owned(),
        kind: QuoteKind::Indirect,
        span: Span { block, start: tokens[first.token].char_start, end: tokens[last.end - 1].char_end },
        speaker: None,
        speaker_mention: None,
        role: None,
        cue: None,
        continued: false,
        nested: false,
        confidence: 0.7,
        rule: "indirect",
    })
}
