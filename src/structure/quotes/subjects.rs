//! Finds the subject of a verb: before it, after it, shared with a verb it is joined to, or left of a relative clause.
//!
//! Word order and case endings only; no parse. Which verbs matter is decided in `sources`.

use super::lexicon::{
    ADVERB, AUXILIARY, CALENDAR, CONJUNCTION, DETERMINER, DETERMINER_OBLIQUE, DOCUMENT, INSTITUTION, MEDIUM,
    PREPOSITION, SUBORDINATOR, VERBAL,
};
use super::passage::Passage;
use super::phrases::{Phrase, PhraseKind};
use super::sources::{REACH, Sentence};

impl Sentence<'_, '_> {
    /// The subject of the finite verb; `verb` is where the reporting verb itself stands.
    pub(super) fn subject(&self, finite: usize, verb: usize) -> Option<usize> {
        let mut finite = finite;
        let mut verb = verb;
        // `X stood up and said`: verbs joined share the subject of the first.
        for _ in 0..3 {
            let Some(earlier) = self.joined_to(finite) else { break };
            finite = earlier;
            verb = earlier;
        }
        let first = self.first_before_joint(finite);
        // `Keil ist anderer Meinung`: what stands right of the verb belongs to it.
        if self.passage.is_german() && self.passage.is(finite, AUXILIARY) && finite == verb {
            return self.subject_before(finite).or_else(|| first.or_else(|| self.own_subject(finite, verb)));
        }
        first.or_else(|| {
            if self.passage.is_german() {
                self.own_subject(finite, verb)
            } else {
                self.english_subject(finite)
            }
        })
    }

    /// The finite verb that this one is joined to by `und`, where the subject is not named anew.
    fn joined_to(&self, finite: usize) -> Option<usize> {
        let passage = self.passage;
        let mut conjunction = finite.checked_sub(1)?;
        while conjunction > self.range.start && finite - conjunction < 4 && passage.is(conjunction, ADVERB) {
            conjunction -= 1;
        }
        if conjunction <= self.range.start
            || !passage.is(conjunction, CONJUNCTION) && !passage.is_sign(conjunction, &[','])
            || passage.is_quote(conjunction - 1)
        {
            return None;
        }
        let comma = passage.is_sign(conjunction, &[',']);
        let named_after = self.phrases.iter().any(|phrase| {
            phrase.range.start > finite
                && phrase.range.start <= finite + 2
                && !phrase.oblique
                && personhood(passage, phrase) >= 2
        });
        if named_after || comma {
            return None;
        }
        let earlier = (self.range.start..conjunction)
            .rev()
            .take(REACH)
            .take_while(|index| !passage.is_sign(*index, &[':', ';']))
            .find(|index| {
                passage.is_finite(*index)
                    && !self.in_subordinate(*index)
                    && (passage.is_german() || !self.is_behind_subordinator(*index))
            })?;
        Some(earlier)
    }

    /// Where the verb before `und` is not known: the first phrase of the main clause that can speak.
    fn first_before_joint(&self, finite: usize) -> Option<usize> {
        let passage = self.passage;
        let mut joint = finite.checked_sub(1)?;
        while !passage.is_german() && joint > self.range.start && passage.is(joint, ADVERB) {
            joint -= 1;
        }
        if joint <= self.range.start || !matches!(passage.lower(joint), "und" | "and") {
            return None;
        }
        let named_after = self.phrases.iter().any(|phrase| {
            phrase.range.start > finite
                && phrase.range.start <= finite + 2
                && !phrase.oblique
                && personhood(passage, phrase) >= 2
        });
        if named_after || passage.is_quote(joint - 1) {
            return None;
        }
        self.phrases.iter().position(|phrase| {
            phrase.range.end <= joint
                && !phrase.oblique
                && personhood(passage, phrase) >= 2
                && !self.in_subordinate(phrase.range.start)
        })
    }

    /// Whether a unit lies in a clause that begins with a subordinator or a relative pronoun after a comma.
    pub(super) fn in_subordinate(&self, at: usize) -> bool {
        let passage = self.passage;
        let mut index = at;
        while index > self.range.start {
            index -= 1;
            if passage.is_sign(index, &[',', ';', ':', '–', '—']) {
                let relative = matches!(
                    passage.lower(index + 1),
                    "der" | "die" | "das" | "den" | "dem" | "deren" | "dessen" | "who" | "which" | "whose"
                ) && passage.is_german() == passage.lower(index + 1).starts_with('d')
                    && !self.phrases.iter().any(|phrase| phrase.range.start == index + 1);
                let prepositional = passage.is(index + 1, PREPOSITION)
                    && matches!(
                        passage.lower(index + 2),
                        "der" | "die" | "das" | "den" | "dem" | "denen" | "which" | "whom"
                    )
                    && !self.phrases.iter().any(|phrase| phrase.range.start == index + 2);
                return passage.is(index + 1, SUBORDINATOR)
                    && !passage.is_quote(index - usize::from(index > 0))
                    || relative
                    || prepositional;
            }
            if passage.is_quote(index) && at - index > 1 {
                return false;
            }
        }
        passage.is(self.range.start, SUBORDINATOR)
            && !matches!(passage.lower(self.range.start), "wie" | "as" | "so")
    }

    fn own_subject(&self, finite: usize, verb: usize) -> Option<usize> {
        let passage = self.passage;
        let right = self.subject_after(finite, verb);
        let inverted = finite == self.range.start
            || passage.is_quote(finite - 1)
            || passage.is_sign(finite - 1, &[',']) && finite >= 2 && passage.is_quote(finite - 2);
        if inverted {
            return right.or_else(|| self.subject_before(finite));
        }
        let left = self.subject_before(finite);
        match (left, right) {
            (Some(left), Some(right)) => {
                let near = self.is_adjacent(left, finite);
                // `Das sei kein Zweck, betont sie`: behind a clause the subject follows the verb.
                let after_clause = passage.is_sign(finite - 1, &[','])
                    && self.phrases[right].range.start == finite + 1
                    && (self.phrases[right].kind == PhraseKind::Pronoun || self.personhood(left) < 2);
                // `Puck, der in Jena lehrt, hält die Thesen für „gewagt“`
                let described = passage.is_sign(finite - 1, &[','])
                    && self.personhood(left) >= 3
                    && self
                        .relative_start(finite - 1)
                        .is_some_and(|start| self.phrases.iter().any(|phrase| phrase.range.end == start));
                // `Die Gilde hält das Programm für „…“`
                let held = matches!(passage.lower(finite), "hält" | "hielt" | "halten" | "hielten")
                    && passage.lower(self.phrases[right].range.end) == "für"
                    && self.phrases[right].kind == PhraseKind::Noun
                    && near;
                if described || held {
                    return Some(left);
                }
                if !near
                    || after_clause
                    || self.personhood(right) > self.personhood(left)
                        && self.phrases[right].range.start <= finite + 3
                {
                    Some(right)
                } else {
                    Some(left)
                }
            }
            (left, right) => left.or(right),
        }
    }

    fn is_adjacent(&self, index: usize, finite: usize) -> bool {
        let end = self.phrases[index].range.end;
        (end..finite).all(|between| {
            self.passage.is(between, ADVERB)
                || self.passage.is_sign(between, &[','])
                || self.phrases.iter().any(|phrase| phrase.range.contains(&between))
        })
    }

    /// The first phrase after the verb that can be its subject.
    fn subject_after(&self, finite: usize, verb: usize) -> Option<usize> {
        let passage = self.passage;
        let mut index = finite + 1;
        let limit = self.range.end.min(finite + REACH);
        while index < limit {
            if let Some(place) = self.phrases.iter().position(|phrase| phrase.range.start == index) {
                let phrase = &self.phrases[place];
                if !phrase.oblique && (phrase.kind != PhraseKind::Quoted || index == finite + 1) {
                    return Some(place);
                }
                index = phrase.range.end.max(index + 1);
                continue;
            }
            if passage.is_quote(index)
                || passage.is_sign(index, &[',', ':', ';', '.', '!', '?', '–', '—'])
                || index != verb
                    && passage.is(index, VERBAL)
                    && passage.is_finite(index)
                    && index > finite + 1
                || passage.is(index, SUBORDINATOR) && !passage.is(index, PREPOSITION)
                || passage.is(index, CONJUNCTION)
            {
                return None;
            }
            index += 1;
        }
        None
    }

    /// The phrase before the verb that can be its subject.
    fn subject_before(&self, finite: usize) -> Option<usize> {
        let passage = self.passage;
        // `X, der …, sagte`: the clause between two commas is passed over.
        if finite > self.range.start
            && passage.is_sign(finite - 1, &[','])
            && let Some(relative) = self.relative_start(finite - 1)
            && let Some(place) = self.phrases.iter().position(|phrase| phrase.range.end == relative)
        {
            return Some(self.anchor(self.owner_of(place)));
        }
        if self.ends_clause(finite)
            && let Some(first) = self.antecedent(finite).or_else(|| self.first_of_subordinate(finite))
        {
            return Some(first);
        }
        let mut candidate = None;
        for place in (0..self.phrases.len()).rev() {
            let phrase = &self.phrases[place];
            if phrase.range.end > finite {
                continue;
            }
            if self.parts(
                phrase.range.end,
                candidate.map_or(finite, |place: usize| self.phrases[place].range.start),
            ) {
                break;
            }
            let quotation = phrase.kind == PhraseKind::Quoted && passage.is_sign(phrase.range.end, &[',']);
            if phrase.oblique || quotation {
                continue;
            }
            if candidate.is_some() {
                // Only an earlier phrase that this one stands in apposition to is better.
                break;
            }
            candidate = Some(place);
        }
        candidate.map(|place| self.anchor(place))
    }

    /// `a lawyer for the Forum`: the phrase that an oblique one right behind it belongs to.
    pub(super) fn owner_of(&self, place: usize) -> usize {
        let mut place = place;
        while place > 0
            && self.phrases[place].oblique
            && self.phrases[place - 1].range.end + 1 >= self.phrases[place].range.start
        {
            place -= 1;
        }
        place
    }

    /// The phrase before `who`, where the relative clause has a verb of its own and runs up to this one.
    pub(super) fn before_relative(&self, finite: usize) -> Option<usize> {
        let passage = self.passage;
        let end = finite - usize::from(finite > self.range.start && passage.is_sign(finite - 1, &[',']));
        let who = (self.range.start..end)
            .rev()
            .take(REACH)
            .take_while(|index| !passage.is_quote(*index) && !passage.is_sign(*index, &[':', ';', ',']))
            .find(|index| matches!(passage.lower(*index), "who" | "which"))?;
        let verbs = (who + 1..finite).any(|index| passage.is_finite(index));
        let place = self.phrases.iter().position(|phrase| phrase.range.end == who)?;
        verbs.then_some(place)
    }

    /// In `…, die … riefen`, the phrase the clause describes, unless it has a subject of its own.
    fn antecedent(&self, finite: usize) -> Option<usize> {
        let passage = self.passage;
        let comma = (self.range.start..finite)
            .rev()
            .take(REACH)
            .take_while(|index| !passage.is_sign(*index, &[':', ';']))
            .find(|index| passage.is_sign(*index, &[',']))?;
        let pronoun =
            matches!(passage.lower(comma + 1), "der" | "die" | "das" | "welche" | "welcher" | "welches");
        let starts_phrase = self.phrases.iter().any(|phrase| phrase.range.start == comma + 1);
        if !pronoun || starts_phrase {
            return None;
        }
        let inside = self.phrases.iter().position(|phrase| {
            phrase.range.start > comma
                && phrase.range.end <= finite
                && !phrase.oblique
                && personhood(passage, phrase) >= 2
        });
        inside.or_else(|| self.phrases.iter().position(|phrase| phrase.range.end == comma))
    }

    /// In `wie X der Zeitung mitteilte`, the first phrase after the subordinator.
    fn first_of_subordinate(&self, finite: usize) -> Option<usize> {
        let passage = self.passage;
        let opener = (self.range.start..finite).rev().take(REACH).find(|index| {
            passage.is(*index, SUBORDINATOR)
                && (*index == self.range.start
                    || passage.is_sign(*index - 1, &[',', '–', '('])
                    || passage.is_quote(*index - 1))
        })?;
        self.phrases.iter().position(|phrase| {
            phrase.range.start > opener
                && phrase.range.end <= finite
                && (!phrase.oblique
                    || phrase.range.start == opener + 1
                        && passage.lower(phrase.range.start).chars().next().is_some_and(char::is_alphabetic)
                        && !passage.is(phrase.range.start, DETERMINER_OBLIQUE))
        })
    }

    fn relative_start(&self, comma: usize) -> Option<usize> {
        (self.range.start..comma).rev().take(REACH).find(|index| {
            self.passage.is_sign(*index, &[','])
                && (matches!(
                    self.passage.lower(*index + 1),
                    "der" | "die" | "das" | "den" | "dem" | "deren" | "dessen" | "welche" | "welcher"
                ) || self.passage.is(*index + 1, PREPOSITION)
                    || self.passage.is(*index + 1, ADVERB))
        })
    }

    /// Whether something between two units parts subject and verb.
    pub(super) fn parts(&self, from: usize, to: usize) -> bool {
        let passage = self.passage;
        (from..to).any(|index| {
            passage.is_sign(index, &[':', ';'])
                || passage.is_quote(index)
                || passage.is(index, SUBORDINATOR) && !passage.is(index, PREPOSITION | ADVERB)
                || passage.is_finite(index)
                    && !passage.is(index, PREPOSITION)
                    && !(passage.units[index].classes & VERBAL == 0
                        && self.phrases.iter().any(|phrase| phrase.range.contains(&index)))
        })
    }

    /// The phrase another stands in apposition to: `Eva Roth, Leiterin des Amtes,`.
    pub(super) fn anchor(&self, place: usize) -> usize {
        let Some(before) = place.checked_sub(1) else { return place };
        let (first, second) = (&self.phrases[before], &self.phrases[place]);
        let comma = first.range.end;
        let apart = self.passage.is_sign(comma, &[',', '–', '—']) && second.range.start == comma + 1;
        let closed = self.passage.is_sign(second.range.end, &[',', '–', '—', ':'])
            || matches!(self.passage.lower(second.range.end), "who" | "which")
            || self.passage.is_finite(second.range.end);
        let roles = !first.oblique && first.kind == PhraseKind::Name && second.kind == PhraseKind::Noun;
        let described = self.passage.is(second.core.start, DETERMINER)
            && second.kind == PhraseKind::Noun
            && second.range.len() > 1
            && !second.oblique
            && !first.oblique
            && self.passage.is_sign(second.range.end, &[',', '–', '—']);
        if apart && closed && (roles || described) { before } else { place }
    }

    /// How much a phrase looks like someone who can speak.
    pub(super) fn personhood(&self, place: usize) -> u8 {
        personhood(self.passage, &self.phrases[place])
    }
}

/// How much a phrase looks like someone who can speak.
pub(super) fn personhood(passage: &Passage<'_>, phrase: &Phrase) -> u8 {
    match phrase.kind {
        PhraseKind::Pronoun if matches!(passage.lower(phrase.range.start), "man" | "es" | "wer") => 0,
        PhraseKind::Name | PhraseKind::Pronoun => 3,
        PhraseKind::Quoted => 1,
        PhraseKind::Noun => {
            let head = phrase.head.map_or("", |head| passage.lower(head));
            if passage.lexicon.is_role(head) {
                3
            } else if passage.lexicon.ends_in(head, INSTITUTION | MEDIUM | DOCUMENT) {
                2
            } else {
                u8::from(!phrase.head.is_some_and(|head| passage.is(head, CALENDAR)))
            }
        }
    }
}
