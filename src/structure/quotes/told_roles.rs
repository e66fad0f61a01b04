//! Roles that the text tells of people apart from their names: `der Rektor`, `Bock hat … Der Fuhrunternehmer`, `ist Ladnerin`.

use super::lexicon::{DETERMINER, HE, HER, HIS, SHE};
use super::passage::Passage;
use super::people::{Appearance, People, PersonId, Place, compatible, is_described, name_words};
use super::phrases::{Phrase, PhraseKind};
use super::roles::{is_generic, is_plural, is_relational, role_gender, role_text, strip_determiner};

impl People {
    /// Someone named by a role alone, so that a pronoun can mean them: `Der Rektor schwieg. „…“, sagte er.`
    pub(super) fn note_roles(&mut self, place: Place<'_, '_>) {
        for (index, phrase) in place.phrases.iter().enumerate() {
            let described = is_described(place, index);
            let subject = place.phrases[..index].iter().all(|earlier| earlier.oblique);
            if phrase.kind == PhraseKind::Noun && !described && subject && !self.may_describe(place, phrase) {
                self.note_role(place, phrase);
            }
        }
    }

    /// Whether a role may be another word for somebody spoken of before: `Der Klimaforscher lehrt in Kiel.`
    pub(super) fn may_describe(&self, place: Place<'_, '_>, phrase: &Phrase) -> bool {
        let Some(head) = phrase.head.filter(|_| phrase.definite) else { return false };
        let (passage, lower) = (place.passage, place.passage.lower(head));
        passage.lexicon.is_role(lower)
            && !passage.is(phrase.range.start, HIS | HER)
            && !is_generic(lower)
            && !is_relational(lower)
            && self.by_role(lower, role_gender(passage, lower)).is_none()
    }

    /// `Bock hat einen Brief geschrieben. Der Fuhrunternehmer …`: the other word is what somebody is.
    pub(super) fn take_role(&mut self, id: PersonId, passage: &Passage<'_>, phrase: &Phrase) {
        let person = &mut self.persons[id];
        if person.role.is_none()
            && phrase.head.is_some_and(|head| passage.lexicon.is_role(passage.lower(head)))
        {
            let text = role_text(passage, phrase.core.clone());
            person.role = (!text.is_empty()).then_some(text);
        }
    }

    pub(super) fn note_role(&mut self, place: Place<'_, '_>, phrase: &Phrase) {
        let passage = place.passage;
        let Some(head) = phrase.head else { return };
        let lower = passage.lower(head);
        let introduced =
            passage.is(phrase.range.start, DETERMINER) && !passage.is(phrase.range.start, HIS | HER);
        if !introduced
            || phrase.oblique
            || phrase.definite && is_generic(lower)
            || !passage.lexicon.is_role(lower)
            || is_plural(passage, phrase)
        {
            return;
        }
        let female = role_gender(passage, lower);
        let known = if phrase.definite { self.by_role(lower, female) } else { None };
        let person = known.unwrap_or_else(|| {
            let text = strip_determiner(passage, phrase, passage.slice(&phrase.range)).to_owned();
            self.add_unnamed(&text, Some(text.clone()), female, true)
        });
        self.appearances.push(Appearance {
            block: place.block,
            start: place.start,
            unit: phrase.range.start,
            person,
            oblique: false,
        });
    }

    /// Gives people without a role the one that a bare `die Meteorologin` elsewhere states, where it can mean nobody else.
    pub(super) fn note_bare_roles(&mut self, place: Place<'_, '_>) {
        let passage = place.passage;
        for (index, phrase) in place.phrases.iter().enumerate() {
            let Some(head) = phrase.head.filter(|_| phrase.kind == PhraseKind::Noun) else { continue };
            let lower = passage.lower(head);
            let predicative = !phrase.definite
                && matches!(
                    passage.lower(phrase.range.start.wrapping_sub(1)),
                    "als" | "as" | "ist" | "is" | "war"
                );
            let subject = phrase.definite && place.phrases[..index].iter().all(|earlier| earlier.oblique);
            // `His commander` is somebody else.
            if !passage.is_german() && passage.is(phrase.range.start, HIS | HER) {
                continue;
            }
            if !(subject || predicative || phrase.definite && passage.is_german())
                || !passage.lexicon.is_role(lower)
                || is_generic(lower)
                || is_plural(passage, phrase)
            {
                continue;
            }
            let female = role_gender(passage, lower);
            if self.by_role(lower, female).is_some() {
                continue;
            }
            let mut open = self.persons.iter().enumerate().filter(|(_, person)| {
                person.named && person.certain && person.role.is_none() && compatible(person.female, female)
            });
            if let (Some((id, _)), None) = (open.next(), open.next()) {
                let text = role_text(passage, phrase.core.clone());
                let person = &mut self.persons[id];
                person.role = (!text.is_empty()).then_some(text);
                person.female = person.female.or(female);
            }
        }
    }

    /// Gives the role that a sentence states of its subject: `Die 59-Jährige ist seit 2008 Ladnerin.`
    pub(super) fn note_predicates(&mut self, place: Place<'_, '_>) {
        let passage = place.passage;
        for (index, phrase) in place.phrases.iter().enumerate() {
            let Some(head) = phrase.head.filter(|_| phrase.kind == PhraseKind::Noun) else { continue };
            let lower = passage.lower(head);
            if !passage.lexicon.is_role(lower) || is_generic(lower) || is_plural(passage, phrase) {
                continue;
            }
            let copula = |unit: usize| matches!(passage.lower(unit), "ist" | "war" | "wurde" | "is" | "was");
            let parted = |from: usize, to: usize| {
                (from..to).any(|unit| passage.is_quote(unit) || passage.is_sign(unit, &[',', ':', ';']))
            };
            // `Leiter des Bauhofs ist Jörn Stoll`
            let inverted = place.phrases.get(index + 1).filter(|next| {
                copula(phrase.range.end)
                    && next.range.start == phrase.range.end + 1
                    && next.kind == PhraseKind::Name
            });
            let subject = inverted.or_else(|| {
                let subject = index.checked_sub(1).map(|before| &place.phrases[before])?;
                let verb = subject.range.end;
                let states = copula(verb) && verb + 5 > phrase.range.start && !phrase.definite;
                (states && !phrase.oblique && !subject.oblique && !parted(verb, phrase.range.start))
                    .then_some(subject)
            });
            let Some(subject) = subject else { continue };
            let generic = subject.head.is_some_and(|head| is_generic(passage.lower(head)));
            let female = role_gender(passage, lower);
            let at = subject.range.start;
            let person = match subject.kind {
                PhraseKind::Name => self.find(&name_words(passage, &subject.name), None),
                PhraseKind::Pronoun if passage.is(at, HE | SHE) => {
                    self.recent((place.block, place.start, at), Some(passage.is(at, SHE)), None)
                }
                PhraseKind::Noun if generic => self.recent((place.block, place.start, at), female, None),
                _ => None,
            };
            let Some(person) = person.map(|id| &mut self.persons[id]) else { continue };
            if person.role.is_none() && person.named && compatible(person.female, female) {
                let text = role_text(passage, phrase.range.clone());
                person.role = (!text.is_empty()).then_some(text);
                person.certain = true;
                person.female = person.female.or(female);
            }
        }
    }
}
