//! The subject of an English verb: left of it over appositions, relative clauses and participles; right of it after a quotation.
//!
//! German word order is left to `subjects`; which verbs matter is decided in `sources`.

use super::lexicon::{ADVERB, PREPOSITION, SUBORDINATOR};
use super::phrases::PhraseKind;
use super::sources::{REACH, Sentence};
use super::subjects::personhood;
use crate::structure::text::TokenKind;

/// Appositions and relative clauses passed over between a subject and its verb.
const MAX_STEPS: usize = 8;

impl Sentence<'_, '_> {
    /// The subject of an English finite verb or gerund.
    pub(super) fn english_subject(&self, verb: usize) -> Option<usize> {
        let passage = self.passage;
        let first = self.range.start;
        if passage.lower(verb).ends_with("ing") {
            return self.subject_of_gerund(verb);
        }
        let mut edge = verb;
        while edge > first
            && passage.is(edge - 1, ADVERB)
            && !self.phrases.iter().any(|p| p.range.end == edge)
        {
            edge -= 1;
        }
        if edge == first {
            return self.named_after(verb);
        }
        let before = edge - 1;
        let comma_then_quote = self.is_break(before) && before > first && passage.is_quote(before - 1);
        if passage.is_quote(before) || comma_then_quote {
            let right = if takes_object(passage.lower(verb)) { None } else { self.named_after(verb) };
            return right.or_else(|| self.over_quotation(before - usize::from(comma_then_quote)));
        }
        if matches!(passage.lower(before), "who" | "which" | "that") {
            return self.described_by(before);
        }
        if self.is_break(before) {
            return self
                .previous_break(before)
                .and_then(|comma| self.before_break(comma, MAX_STEPS))
                .or_else(|| self.nearest_before(verb));
        }
        if let Some(place) = self.before_relative(verb) {
            return Some(self.anchor(place));
        }
        if let Some(place) = self.phrases.iter().position(|phrase| phrase.range.end == edge) {
            let owner = if self.is_subject_of_clause(place) { place } else { self.owner_of(place) };
            if !self.phrases[owner].oblique || owner == place && self.is_subject_of_clause(place) {
                return Some(self.anchor(owner));
            }
        }
        self.nearest_before(verb)
    }

    /// `…, saying that`: whoever the clause before is about.
    fn subject_of_gerund(&self, gerund: usize) -> Option<usize> {
        let passage = self.passage;
        // `with some analysts suggesting that`: a clause with a subject of its own.
        let with = self.phrases.iter().position(|phrase| {
            phrase.range.end == gerund
                && phrase.range.start > self.range.start
                && matches!(passage.lower(phrase.range.start - 1), "with" | "despite")
                && personhood(passage, phrase) >= 2
        });
        if with.is_some() {
            return with;
        }
        let start = (self.range.start..gerund)
            .rev()
            .take(2 * REACH)
            .find(|index| passage.is_sign(*index, &[';', ':']))
            .map_or(self.range.start, |index| index + 1);
        let main = (start..gerund).rev().take(2 * REACH).find(|index| {
            passage.is_finite(*index)
                && !passage.lower(*index).ends_with("ing")
                && !self.phrases.iter().any(|phrase| phrase.range.contains(index))
                && !self.is_behind_subordinator(*index)
        });
        main.and_then(|main| self.english_subject(main)).or_else(|| {
            self.phrases.iter().position(|phrase| {
                phrase.range.start >= start
                    && phrase.range.end <= gerund
                    && !phrase.oblique
                    && personhood(passage, phrase) >= 2
            })
        })
    }

    /// Whether `that`, `who`, `if` stands before the verb in its clause.
    pub(super) fn is_behind_subordinator(&self, verb: usize) -> bool {
        let passage = self.passage;
        (self.range.start..verb)
            .rev()
            .take(REACH)
            .take_while(|index| !self.is_break(*index) && !passage.is_quote(*index))
            .any(|index| passage.is(index, SUBORDINATOR) && !passage.is_capital(index))
    }

    /// `“…,” said X`: the phrase right behind the verb.
    fn named_after(&self, verb: usize) -> Option<usize> {
        let passage = self.passage;
        let mut start = verb + 1;
        while passage.is(start, ADVERB) && !self.phrases.iter().any(|phrase| phrase.range.start == start) {
            start += 1;
        }
        let place = self.phrases.iter().position(|phrase| phrase.range.start == start)?;
        let phrase = &self.phrases[place];
        // `“…,” said it was`: the pronoun begins a clause of its own.
        let own_verb = phrase.kind == PhraseKind::Pronoun && passage.is_finite(phrase.range.end);
        (!phrase.oblique && !own_verb && phrase.kind != PhraseKind::Quoted).then_some(place)
    }

    /// `X, nicknamed “Y,” said`: quoted words within what is said about the subject.
    fn over_quotation(&self, quote: usize) -> Option<usize> {
        let comma = self.previous_break(quote)?;
        let opener = comma + 1;
        self.is_aside(opener, quote).then(|| self.before_break(comma, MAX_STEPS)).flatten().or_else(|| {
            self.phrases
                .iter()
                .position(|phrase| {
                    phrase.range.end <= quote && !phrase.oblique && personhood(self.passage, phrase) >= 2
                })
                .filter(|place| self.phrases[*place].range.end == comma)
        })
    }

    /// The phrase that `who` or `which` describes.
    fn described_by(&self, relative: usize) -> Option<usize> {
        let passage = self.passage;
        let end = relative - usize::from(relative > self.range.start && self.is_break(relative - 1));
        let place = self.phrases.iter().position(|phrase| phrase.range.end == end)?;
        let place = if passage.lower(relative) == "who" { place } else { self.owner_of(place) };
        let start = self.phrases[place].range.start;
        // `Ann Hale, the chairwoman, who`: also where a preposition stands before the name.
        let named = place.checked_sub(1).filter(|named| {
            let (name, role) = (&self.phrases[*named], &self.phrases[place]);
            role.kind == PhraseKind::Noun
                && name.kind == PhraseKind::Name
                && name.range.end + 1 == start
                && self.is_break(name.range.end)
        });
        Some(named.unwrap_or_else(|| self.anchor(place)))
    }

    /// `after Ann Hale said`: what looks like a preposition begins a clause.
    fn is_subject_of_clause(&self, place: usize) -> bool {
        let start = self.phrases[place].range.start;
        start > self.range.start
            && matches!(
                self.passage.lower(start - 1),
                "after" | "before" | "since" | "until" | "as" | "than" | "though" | "like"
            )
    }

    /// Who stands before a comma: the phrase itself, or what it stands in apposition to.
    fn before_break(&self, comma: usize, steps: usize) -> Option<usize> {
        let steps = steps.checked_sub(1)?;
        let ending = self.phrases.iter().position(|phrase| phrase.range.end == comma);
        let place = ending
            .map(|place| if self.is_subject_of_clause(place) { place } else { self.owner_of(place) })
            .filter(|place| {
                (!self.phrases[*place].oblique || self.is_subject_of_clause(*place))
                    && !self.is_credential(*place)
            });
        if let Some(place) = place {
            let phrase = &self.phrases[place];
            let outer = phrase
                .range
                .start
                .checked_sub(1)
                .filter(|before| {
                    phrase.kind == PhraseKind::Noun && *before > self.range.start && self.is_break(*before)
                })
                .and_then(|before| {
                    let names = self.phrases.iter().position(|other| other.range.end == before)?;
                    let outer = self.before_break(before, steps)?;
                    (outer == self.owner_of(names)).then_some(outer)
                });
            return outer.or(Some(place));
        }
        let earlier = self.previous_break(comma)?;
        self.is_aside(earlier + 1, comma).then(|| self.before_break(earlier, steps)).flatten()
    }

    /// Whether the words between two commas only describe what stands before them.
    fn is_aside(&self, start: usize, end: usize) -> bool {
        let passage = self.passage;
        let lower = passage.lower(start);
        let relative = matches!(lower, "who" | "whose" | "whom" | "which" | "where" | "when" | "as")
            || passage.is(start, PREPOSITION)
            || lower.ends_with("ed")
            || lower.ends_with("ing");
        let relative_inside = |unit: usize| {
            (start..unit)
                .any(|index| matches!(passage.lower(index), "who" | "whose" | "which" | "that" | "where"))
        };
        relative || !(start..end).any(|unit| passage.is_finite(unit) && !relative_inside(unit))
    }

    /// `M.D.`, `Jr.`: stands between commas and is nobody.
    fn is_credential(&self, place: usize) -> bool {
        let range = &self.phrases[place].range;
        range.len() == 1
            && self.passage.units.get(range.start).is_some_and(|unit| {
                unit.kind == TokenKind::Word && self.passage.text.tokens[unit.token].dotted
            })
    }

    fn is_break(&self, index: usize) -> bool {
        self.passage.is_sign(index, &[',', '–', '—', '(', ')'])
            || self.passage.is_sign(index, &['-'])
                && self.passage.text.tokens[self.passage.units[index].token].space_before
    }

    /// The comma before another one, an age between two commas passed over.
    fn previous_break(&self, comma: usize) -> Option<usize> {
        let passage = self.passage;
        let find = |end: usize| {
            (self.range.start..end)
                .rev()
                .take(REACH)
                .take_while(|index| !passage.is_sign(*index, &[';', ':']))
                .find(|index| self.is_break(*index))
        };
        let mut found = find(comma)?;
        while found > self.range.start + 1
            && passage.units[found - 1].kind == TokenKind::Number
            && self.is_break(found - 2)
        {
            found -= 2;
        }
        Some(found)
    }

    /// The nearest phrase before the verb with no other verb between them.
    fn nearest_before(&self, verb: usize) -> Option<usize> {
        let mut right = verb;
        for place in (0..self.phrases.len()).rev() {
            let phrase = &self.phrases[place];
            if phrase.range.end > verb {
                continue;
            }
            if self.parts(phrase.range.end, right) {
                break;
            }
            if !phrase.oblique && phrase.kind != PhraseKind::Quoted {
                return Some(self.anchor(place));
            }
            right = phrase.range.start;
        }
        None
    }
}

/// Verbs whose object follows at once, so that their subject never does.
fn takes_object(lower: &str) -> bool {
    matches!(
        lower,
        "told"
            | "tells"
            | "tell"
            | "assured"
            | "informed"
            | "reminded"
            | "accused"
            | "urged"
            | "advised"
            | "warned"
    )
}
