//! Who a colon before a quotation announces: `X sagte:`, `X, Leiter des Amtes:`, `Ihr Fazit:`.
//!
//! Quotations without a colon are left to `links`.

use super::lexicon::{ADVERB, HER, HIS, Manner, NONSPEECH, PREPOSITION, SAY_NOUN};
use super::links::{Link, from_source};
use super::phrases::{Phrase, PhraseKind};
use super::sources::{Channel, Sentence, Source};
use super::subjects::personhood;
use crate::structure::text::TokenKind;

/// Who a colon before the quotation announces.
pub(super) fn colon(sentence: &mut Sentence<'_, '_>, sources: &[Source], quote: usize) -> Option<Link> {
    let passage = sentence.passage;
    let colon = quote.checked_sub(1).filter(|colon| *colon >= sentence.range.start)?;
    if !passage.is_sign(colon, &[':']) {
        return None;
    }
    let start = (sentence.range.start..colon)
        .rev()
        .find(|index| passage.is_sign(*index, &[':', ';']))
        .map_or(sentence.range.start, |index| index + 1);
    let within = |source: &&Source| source.at >= start && source.at < colon;
    let named = sources.iter().rev().filter(within).filter(|source| source.phrase.is_some());
    let says =
        |source: &&Source| !matches!(source.channel, Channel::Verb(Manner::Think) | Channel::According);
    let main = |source: &&Source| !sentence.in_subordinate(source.at);
    let strong = named
        .clone()
        .filter(says)
        .find(main)
        .or_else(|| named.clone().find(says))
        .or_else(|| named.clone().find(|source| source.channel == Channel::According));
    if let Some(source) = strong {
        return Some(from_source(source, "colon-verb", 0.95));
    }
    let finite = (start..colon).any(|index| passage.is_finite(index));
    let last =
        sentence.phrases.iter().rposition(|phrase| phrase.range.end <= colon && phrase.range.start >= start);
    if !finite && let Some(last) = last {
        if let Some(link) = say_noun(sentence, start, colon) {
            return Some(link);
        }
        let anchor = first_of_run(sentence, last, start);
        let phrase = &sentence.phrases[anchor];
        let kind_fits = personhood(passage, phrase) >= 2
            || phrase.kind == PhraseKind::Noun && phrase.range.start == start;
        if kind_fits && !is_heading_noun(sentence, phrase) {
            return Some(Link::new(Some(anchor), Some(":".to_owned()), "colon-intro", 0.92));
        }
        return None;
    }
    if let Some(source) = sources.iter().rev().find(within).filter(|source| source.phrase.is_some()) {
        return Some(from_source(source, "colon-verb", 0.85));
    }
    if let Some(link) = say_noun(sentence, start, colon) {
        return Some(link);
    }
    let subject = sentence
        .phrases
        .iter()
        .position(|phrase| {
            phrase.range.start >= start
                && phrase.range.end <= colon
                && !phrase.oblique
                && personhood(passage, phrase) >= 2
        })
        .or_else(|| {
            sentence.phrases.iter().position(|phrase| {
                phrase.range.start >= start && phrase.range.end <= colon && !phrase.oblique
            })
        });
    subject.map(|subject| Link::new(Some(subject), Some(":".to_owned()), "colon-clause", 0.7))
}

/// `Motto des Tages:` announces no speaker.
pub(super) fn is_heading_noun(sentence: &Sentence<'_, '_>, phrase: &Phrase) -> bool {
    let passage = sentence.passage;
    phrase.kind == PhraseKind::Noun && phrase.head.is_some_and(|head| passage.is(head, NONSPEECH))
}

/// The first of phrases that stand in a row, parted by commas only: `Eva Roth, Leiterin des Amtes`.
pub(super) fn first_of_run(sentence: &Sentence<'_, '_>, last: usize, start: usize) -> usize {
    let passage = sentence.passage;
    let mut first = last;
    while first > 0 {
        let (before, this) = (&sentence.phrases[first - 1], &sentence.phrases[first]);
        let joined = before.range.start >= start
            && (before.range.end..this.range.start).all(|index| {
                passage.is_sign(index, &[',', '(', ')', '–', '/', '&', '-'])
                    || passage.units[index].kind == TokenKind::Number
                    || passage.is(index, PREPOSITION | ADVERB)
            });
        if !joined {
            break;
        }
        first -= 1;
    }
    // A role before the name leads to the name: `Der Vorstand, Jan Keil`.
    if sentence.phrases[first].kind == PhraseKind::Noun
        && sentence.phrases.get(first + 1).is_some_and(|next| {
            first < last && next.kind == PhraseKind::Name && passage.is_sign(next.range.start - 1, &[','])
        })
    {
        return first + 1;
    }
    if sentence.phrases[first].oblique {
        return (first..=last)
            .find(|index| {
                sentence.phrases[*index].kind == PhraseKind::Name && !sentence.phrases[*index].oblique
            })
            .unwrap_or(first);
    }
    first
}

/// `Ihr Fazit:`, `Ostermanns Urteil:`, `Zitat von Ostermann:`.
pub(super) fn say_noun(sentence: &mut Sentence<'_, '_>, start: usize, colon: usize) -> Option<Link> {
    let passage = sentence.passage;
    let noun = (start..colon).rev().find(|index| passage.lexicon.ends_in(passage.lower(*index), SAY_NOUN))?;
    let cue = Some(passage.form(noun).to_owned());
    let possessive = (start..noun).rev().take(4).find(|index| passage.is(*index, HIS | HER));
    if let Some(possessive) = possessive
        && !(start..colon).any(|index| passage.is_finite(index))
    {
        let phrase = possessor(sentence, possessive, noun);
        return Some(Link::new(Some(phrase), cue, "colon-noun", 0.85));
    }
    let von = matches!(passage.lower(noun + 1), "von" | "vom" | "des" | "der" | "by" | "from" | "of");
    let owner = sentence.phrases.iter().position(|phrase| {
        phrase.range.start >= start
            && phrase.range.end <= colon
            && (phrase.kind == PhraseKind::Name || phrase.range.start > noun && von)
    });
    if let Some(owner) = owner {
        return Some(Link::new(Some(owner), cue, "colon-noun", 0.85));
    }
    let subject = sentence.phrases.iter().position(|phrase| {
        phrase.range.start >= start
            && phrase.range.end <= colon
            && !phrase.oblique
            && !phrase.range.contains(&noun)
            && personhood(passage, phrase) >= 2
    });
    subject.map(|subject| Link::new(Some(subject), cue, "colon-noun", 0.8))
}

/// A phrase for the possessive pronoun itself.
pub(super) fn possessor(sentence: &mut Sentence<'_, '_>, at: usize, noun: usize) -> usize {
    let phrase = Phrase {
        range: at..noun + 1,
        core: at..at + 1,
        kind: PhraseKind::Pronoun,
        name: at..at,
        head: None,
        oblique: false,
        definite: true,
    };
    sentence.phrases.push(phrase);
    sentence.phrases.len() - 1
}
