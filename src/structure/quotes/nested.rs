//! Speech inside speech: `„… mein Vater sagte: ‚…‘ …“`. Only what the quoted words themselves attribute.

use super::lexicon::{HE, SHE};
use super::links::link;
use super::passage::Passage;
use super::people::{People, PersonId, Place};
use super::phrases::{PhraseKind, phrases};
use super::records::{inside_text, span};
use super::sources::Sentence;
use crate::model::annotation::{Quote, QuoteKind};

/// Quotations inside a pair that have a speaker of their own. `object` is whom the outer speaker quotes.
pub(super) fn find(
    passage: &Passage<'_>,
    pair: usize,
    block: usize,
    people: &mut People,
    cue: Option<&str>,
    object: Option<&str>,
    outer: Option<PersonId>,
) -> Vec<Quote> {
    let mut quotes = Vec::new();
    let has_children = passage.pairs.get(pair + 1).is_some_and(|next| next.parent == Some(pair));
    if !has_children {
        return quotes;
    }
    let inner =
        Passage::new(passage.text, passage.pairs, passage.pairs[pair].inside(), Some(pair), passage.lexicon);
    for range in &inner.sentences {
        let units: Vec<usize> = range.clone().filter(|unit| inner.is_quote(*unit)).collect();
        if units.is_empty() {
            continue;
        }
        let mut sentence =
            Sentence { passage: &inner, range: range.clone(), phrases: phrases(&inner, range.clone()) };
        let sources = sentence.sources();
        for unit in units {
            let words = inside_text(&inner, unit);
            let found =
                link(&mut sentence, &sources, unit).filter(|link| link.beside && link.phrase.is_some());
            let Some(child) = inner.units[unit].pair else { continue };
            let quoted_object = (unit == 0
                && cue.is_some_and(|cue| cue.starts_with("zitier") || cue.starts_with("quot")))
            .then_some(object)
            .flatten();
            let mut quote = Quote {
                text: words.to_owned(),
                kind: QuoteKind::Direct,
                span: span(&inner, child, block),
                speaker: None,
                speaker_mention: None,
                role: None,
                cue: None,
                continued: false,
                nested: true,
                confidence: 0.8,
                rule: "nested",
            };
            if let Some(link) = found {
                let short = words.split_whitespace().count() < 2 && !words.ends_with(['.', '!', '?', ',']);
                let said = link.cue.as_deref().is_some_and(|cue| !cue.starts_with(':'));
                if short && !said {
                    continue;
                }
                let index = link.phrase.unwrap_or_default();
                let phrase = sentence.phrases[index].clone();
                let place = Place {
                    passage: &inner,
                    block,
                    phrases: &sentence.phrases,
                    start: range.start,
                    end: range.end,
                };
                let mention = inner.slice(&phrase.range).to_owned();
                let person = match phrase.kind {
                    PhraseKind::Pronoun if is_first_person(inner.lower(phrase.range.start)) => outer,
                    PhraseKind::Pronoun if inner.is(phrase.range.start, HE | SHE) => {
                        let female = Some(inner.is(phrase.range.start, SHE));
                        let unit = passage
                            .units
                            .partition_point(|unit| unit.token < inner.units[phrase.range.start].token);
                        people.recent((block, unit, unit), female, None)
                    }
                    PhraseKind::Pronoun => None,
                    _ => people.resolve(place, index, None),
                };
                quote.speaker = person.and_then(|person| people.persons[person].known_as());
                quote.role = person.and_then(|person| people.persons[person].role.clone());
                quote.speaker_mention = Some(mention);
                quote.cue = link.cue;
            } else if let Some(object) = quoted_object {
                quote.speaker = Some(object.to_owned());
                quote.speaker_mention = Some(object.to_owned());
                quote.cue = cue.map(str::to_owned);
            } else {
                continue;
            }
            quotes.push(quote);
        }
    }
    quotes
}

/// The outer speaker's word for themselves.
fn is_first_person(lower: &str) -> bool {
    matches!(lower, "i" | "we" | "ich" | "wir")
}
