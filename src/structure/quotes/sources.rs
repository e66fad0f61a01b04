//! Finds in a sentence who is said to say something: reporting verbs with their subjects, `laut X`, `so X`, `according to X`.
//!
//! Works within one sentence; which quotation a source belongs to is decided in `attribution`.

use std::ops::Range;

use super::lexicon::{
    ADVERB, AUXILIARY, CONJUNCTION, DOCUMENT, MEDIUM, MODAL, Manner, PASSIVE, PREPOSITION, SAY_NOUN,
    SUBJUNCTIVE, SUBORDINATOR, VerbForm,
};
use super::passage::Passage;
use super::phrases::{Phrase, PhraseKind, phrase_at};
use super::subjects::personhood;
/// How a sentence names its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    /// A reporting verb.
    Verb(Manner),
    /// `laut`, `nach Angaben von`, `zufolge`, `according to`.
    According,
    /// `, so X`.
    So,
    /// `heißt es in X`.
    Document,
}

/// One source of a sentence.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// Where the cue stands.
    pub at: usize,
    /// The cue as written.
    pub cue: String,
    /// How the source is named.
    pub channel: Channel,
    /// Who, as an index of the sentence's phrases.
    pub phrase: Option<usize>,
    /// Whether the verb is an active, finite statement (not `he did not say`, not an infinitive).
    pub plain: bool,
}

/// How far from its verb a particle, a subject or an auxiliary is looked for, in units.
pub(super) const REACH: usize = 40;
/// At most this many sources are looked for in one sentence.
const MAX_SOURCES: usize = 30;

/// A sentence with its phrases.
#[derive(Debug)]
pub(super) struct Sentence<'p, 'a> {
    /// The passage it stands in.
    pub passage: &'p Passage<'a>,
    /// Its units.
    pub range: Range<usize>,
    /// Its phrases in order.
    pub phrases: Vec<Phrase>,
}

impl Sentence<'_, '_> {
    /// Every source the sentence names, in order of the cues. Takes in phrases that only a cue shows to be one.
    pub(super) fn sources(&mut self) -> Vec<Source> {
        let mut sources = Vec::new();
        for at in self.range.clone() {
            if sources.len() > MAX_SOURCES {
                break;
            }
            if let Some(source) = self.according(at).or_else(|| self.so(at)).or_else(|| self.verb(at)) {
                sources.push(source);
            }
        }
        sources
    }

    /// A phrase for a possessive pronoun.
    pub(super) fn pronoun_at(&mut self, at: usize) -> usize {
        self.phrases.push(Phrase {
            range: at..at + 1,
            core: at..at + 1,
            kind: PhraseKind::Pronoun,
            name: at..at,
            head: None,
            oblique: true,
            definite: true,
        });
        self.phrases.len() - 1
    }

    pub(super) fn phrase_index_at(&mut self, start: usize) -> Option<usize> {
        if let Some(index) = self.phrases.iter().position(|phrase| phrase.range.start == start) {
            return Some(index);
        }
        let phrase = phrase_at(self.passage, start, self.range.end)?;
        let place = self.phrases.partition_point(|other| other.range.start < start);
        // Keeps the phrases in order and apart.
        if place > 0 && self.phrases[place - 1].range.end > start {
            return None;
        }
        self.phrases.insert(place, phrase);
        Some(place)
    }

    /// `“, so X weiter`.
    fn so(&mut self, at: usize) -> Option<Source> {
        let passage = self.passage;
        if passage.lower(at) != "so" || !passage.is_german() || at == self.range.start {
            return None;
        }
        let parted = passage.is_sign(at - 1, &[',', '–', '—', '-']) || passage.is_quote(at - 1);
        if !parted {
            return None;
        }
        let start = (at + 1..self.range.end.min(at + 3)).find(|index| !passage.is(*index, ADVERB))?;
        let phrase = self.phrase_index_at(start)?;
        let range = self.phrases[phrase].range.clone();
        let further = passage.lower(range.end) == "weiter";
        let noun = self.phrases[phrase].head.map_or("", |head| passage.lower(head));
        if matches!(noun, "titel" | "motto" | "name" | "überschrift" | "titels" | "these") {
            return None;
        }
        let cue = if further { "so … weiter".to_owned() } else { passage.form(at).to_owned() };
        Some(Source { at, cue, channel: Channel::So, phrase: Some(phrase), plain: true })
    }

    fn verb(&mut self, at: usize) -> Option<Source> {
        let passage = self.passage;
        let unit = passage.units.get(at)?;
        if unit.capital && at != self.range.start {
            return None;
        }
        let verb = passage.verb(at)?;
        let clause = at + 1..self.range.end.min(at + REACH);
        let joined = !matches!(verb.form, VerbForm::Finite);
        let particle = verb.particles.iter().copied().find(|particle| {
            joined && passage.lower(at.wrapping_sub(1)) == *particle
                || verb.form != VerbForm::Participle
                    && clause.clone().any(|index| passage.lower(index) == *particle)
        });
        let manner = match (particle, verb.manner) {
            (Some(_), None) => Manner::Say,
            (Some(_), Some(manner)) => {
                if manner == Manner::Think {
                    Manner::Say
                } else {
                    manner
                }
            }
            (None, Some(manner)) => manner,
            (None, None) => return None,
        };
        if !passage.is_german() && self.is_noun_here(at) {
            return None;
        }
        let mut cue = passage.form(at).to_owned();
        if let Some(particle) = particle {
            cue = format!("{cue} … {particle}");
        }
        let lower = passage.lower(at);
        let read = matches!(lower, "lesen" | "gelesen")
            && passage.is_german()
            && passage.lower(at.wrapping_sub(1)) == "zu";
        if read
            || matches!(
                lower,
                "heißt" | "hieß" | "heiße" | "steht" | "stand" | "stehe" | "stünde" | "heisst" | "geheißen"
            )
        {
            return self.document(at, cue);
        }
        let (finite, plain, passive) = self.finite_of(at, verb.form)?;
        // `Früher habe er gebrüllt`: told by whoever spoke before.
        let plain = plain && !(passage.is_german() && passage.is(finite, SUBJUNCTIVE));
        let quoted = matches!(lower, "zitiert" | "zitierte" | "quoted");
        if passive && !quoted {
            let agent = self.agent(at).or_else(|| self.place_of_print(at))?;
            return Some(Source { at, cue, channel: Channel::Verb(manner), phrase: Some(agent), plain });
        }
        if !passive
            && quoted
            && let Some(object) = self.quoted_person(at)
        {
            return Some(Source {
                at,
                cue,
                channel: Channel::Verb(Manner::Say),
                phrase: Some(object),
                plain,
            });
        }
        let phrase = self.subject(finite, at).map(|index| self.house_of(index, finite));
        // `Man erhebe „…“`: whoever spoke before goes on.
        let goes_on = passage.is(finite, SUBJUNCTIVE)
            && phrase.is_some_and(|index| passage.lower(self.phrases[index].range.start) == "man");
        if goes_on {
            return None;
        }
        Some(Source { at, cue, channel: Channel::Verb(manner), phrase, plain })
    }

    /// `Beim Bauhof findet man das „…“`: `man` are those at the place.
    fn house_of(&self, index: usize, finite: usize) -> usize {
        let passage = self.passage;
        let phrase = &self.phrases[index];
        if passage.lower(phrase.range.start) != "man" || passage.is(finite, SUBJUNCTIVE) {
            return index;
        }
        let house = self.phrases.iter().position(|house| {
            house.range.start > self.range.start
                && house.range.end <= finite
                && matches!(
                    passage.lower(house.range.start - 1),
                    "bei" | "beim" | "in" | "im" | "aus" | "aufseiten"
                )
                && personhood(passage, house) == 2
        });
        house.unwrap_or(index)
    }

    /// English words that are verbs elsewhere: `a report`, `the state`, `of note`.
    fn is_noun_here(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).filter(|before| *before >= self.range.start) else {
            return false;
        };
        let inside_phrase = self.phrases.iter().any(|phrase| phrase.range.contains(&at));
        let after_to = self.passage.lower(before) == "to" || self.passage.is(before, PREPOSITION);
        inside_phrase
            || after_to && self.passage.verb(at).is_some_and(|verb| verb.form == VerbForm::Infinitive)
    }

    /// `heißt es in X`, `auf X steht`.
    fn document(&mut self, at: usize, cue: String) -> Option<Source> {
        let passage = self.passage;
        let says = matches!(passage.lower(at), "heißt" | "hieß" | "heiße" | "heisst" | "geheißen");
        let it = passage.lower(at + 1) == "es"
            || (at.saturating_sub(3).max(self.range.start)..at).any(|index| passage.lower(index) == "es");
        if says && !it {
            return None;
        }
        let place = |index: usize| {
            matches!(passage.lower(index), "in" | "im" | "auf" | "aus" | "von" | "vom" | "bei" | "seitens")
        };
        // `Am Zaun stand ein Schild: „…“`: what stands there speaks.
        let thing = self.phrases.iter().position(|phrase| {
            !says
                && phrase.range.start > at
                && !phrase.oblique
                && phrase.kind == PhraseKind::Noun
                && passage.is_sign(phrase.range.end, &[':'])
        });
        if thing.is_some() {
            return Some(Source { at, cue, channel: Channel::Document, phrase: thing, plain: true });
        }
        // `steht im Ruf` says nothing: what one stands in must be written.
        let written = |index: usize| {
            says || !matches!(passage.lower(index), "in" | "im")
                || (index + 1..index + 5)
                    .any(|noun| passage.lexicon.ends_in(passage.lower(noun), DOCUMENT | SAY_NOUN | MEDIUM))
        };
        let after = (at + 1..self.range.end.min(at + 8)).find(|index| place(*index) && written(*index));
        let cue = if says { format!("{cue} es") } else { cue };
        // `„…“, steht darauf`: on what the sentence before is about.
        let there = at + 1 < self.range.end
            && !says
            && matches!(
                passage.lower(at + 1),
                "darauf" | "darin" | "drauf" | "drin" | "da" | "dort" | "daran"
            );
        if there {
            return Some(Source { at, cue, channel: Channel::Document, phrase: None, plain: true });
        }
        let mut source = Source { at, cue, channel: Channel::Document, phrase: None, plain: true };
        if let Some(after) = after
            && let Some(phrase) = self.phrase_index_at(after + 1)
        {
            source.phrase = Some(phrase);
            return Some(source);
        }
        let before = self.phrases.iter().rposition(|phrase| {
            phrase.range.end <= at && phrase.range.start > self.range.start && place(phrase.range.start - 1)
        });
        source.phrase = before;
        (says || before.is_some()).then_some(source)
    }

    /// Where the finite verb of a reporting verb stands, whether it states plainly, and whether it is passive.
    fn finite_of(&self, at: usize, form: VerbForm) -> Option<(usize, bool, bool)> {
        let passage = self.passage;
        let helper = |index: usize| {
            passage.is(index, AUXILIARY | PASSIVE | MODAL) && !passage.units[index].capital
                || index == self.range.start && passage.is(index, AUXILIARY | PASSIVE | MODAL)
        };
        let passive =
            |index: usize| passage.is(index, PASSIVE) && (passage.is_german() || form != VerbForm::Gerund);
        if form == VerbForm::Gerund {
            return Some((at, true, false));
        }
        if passage.is_german() && helper(at + 1) && !matches!(form, VerbForm::Finite) {
            return Some((at + 1, !passage.is(at + 1, MODAL), passive(at + 1)));
        }
        let ambiguous = form == VerbForm::Finite
            && (passage.lower(at).ends_with('t') && passage.is_german() || !passage.is_german());
        let negated = matches!(passage.lower(at + 1), "nicht") || at > 0 && passage.lower(at - 1) == "not";
        if form == VerbForm::Finite && !ambiguous {
            return Some((at, !negated, false));
        }
        let back = if passage.is_german() { REACH } else { 4 };
        let mut index = at;
        while index > self.range.start && at - index < back {
            index -= 1;
            if helper(index) {
                let is_passive =
                    passive(index) || passage.is_german() && passage.lower(index + 1) == "worden";
                if passage.is_german()
                    && form == VerbForm::Finite
                    && !(passage.is(at + 1, AUXILIARY | PASSIVE) || self.ends_clause(at))
                {
                    return Some((at, !negated, false));
                }
                return Some((index, !passage.is(index, MODAL) && !negated, is_passive));
            }
            let barrier = if passage.is_german() {
                passage.is_sign(index, &[':', ';'])
                    || passage.is_sign(index, &[',']) && !self.reaches_over(index, at)
                    || passage.units[index].verb.is_some()
                        && passage.is_finite(index)
                        && form == VerbForm::Finite
            } else {
                !(passage.is(index, ADVERB) || matches!(passage.lower(index), "not" | "been" | "being"))
            };
            if barrier {
                break;
            }
        }
        match form {
            VerbForm::Participle => {
                passage.is_german().then_some((at, false, false)).filter(|_| helper(at + 1))
            }
            _ => Some((at, !negated, false)),
        }
    }

    /// German participles stand far from their auxiliary: commas of appositions and quotations lie between.
    fn reaches_over(&self, comma: usize, at: usize) -> bool {
        self.passage.is_quote(comma - usize::from(comma > 0)) && self.passage.lower(comma + 1) != "wie"
            || at - comma < 3
            || !self.passage.is(comma + 1, SUBORDINATOR)
    }

    pub(super) fn ends_clause(&self, at: usize) -> bool {
        at + 1 >= self.range.end
            || self.passage.is_sign(at + 1, &[',', '.', ':', ';', '!', '?', ')', '–'])
            || self.passage.is(at + 1, CONJUNCTION | AUXILIARY | PASSIVE | MODAL)
            || self.passage.is_quote(at + 1)
    }

    /// The agent of a passive: `von X`, `by X`.
    fn agent(&mut self, at: usize) -> Option<usize> {
        let passage = self.passage;
        let window = at.saturating_sub(REACH).max(self.range.start)..(at + 8).min(self.range.end);
        let by =
            window.rev().find(|index| matches!(passage.lower(*index), "von" | "vom" | "durch" | "by"))?;
        // `Von einem Verzehr wird abgeraten`: nobody is named.
        self.phrase_index_at(by + 1)
            .filter(|index| self.personhood(*index) >= 2 || self.phrases[*index].kind == PhraseKind::Quoted)
    }

    /// `wurde im „Boten“ als … bezeichnet`: the paper stands for the agent.
    fn place_of_print(&mut self, at: usize) -> Option<usize> {
        let passage = self.passage;
        (0..self.phrases.len()).find(|place| {
            let phrase = &self.phrases[*place];
            let inside = phrase.range.start > self.range.start
                && matches!(passage.lower(phrase.range.start - 1), "in" | "im" | "vom");
            inside
                && phrase.range.end <= at
                && (phrase.kind == PhraseKind::Quoted || personhood(passage, phrase) == 2)
        })
    }

    /// `zitiert X mit den Worten`: the person quoted is the object.
    fn quoted_person(&mut self, at: usize) -> Option<usize> {
        let index =
            self.phrases.iter().position(|phrase| phrase.range.start > at && phrase.range.start <= at + 3)?;
        let passage = self.passage;
        let with = self.phrases[index].range.end;
        let person = self.phrases[index].kind == PhraseKind::Name || self.personhood(index) >= 3;
        (person && (passage.lower(with) == "mit" || passage.lower(with) == "as")).then_some(index)
    }
}
