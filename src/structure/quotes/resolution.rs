//! Who a phrase means in its place: a surname, a pronoun, a role, another word for whom the paragraph is about.
//!
//! Looks the people up in the table of `people`, which must be complete before.

use super::lexicon::{HE, HER, HIS, SHE};
use super::people::{Appearance, People, Person, PersonId, Place, compatible, name_words};
use super::phrases::{Phrase, PhraseKind};
use super::roles::{gender, is_anonymous, is_generic, is_plural, role_gender, stem, strip_determiner};

/// The last block of an article's head: headline, lead.
const HEAD: usize = 1;

impl People {
    /// Who a phrase means, as seen from its place. New speakers without a name are added.
    pub(super) fn resolve(
        &mut self,
        place: Place<'_, '_>,
        index: usize,
        last_speaker: Option<PersonId>,
    ) -> Option<PersonId> {
        let passage = place.passage;
        let phrase = &place.phrases[index];
        match phrase.kind {
            PhraseKind::Name => {
                let words = name_words(passage, &phrase.name);
                let by_role =
                    phrase.head.and_then(|head| self.namesake_in_role(&words, stem(passage.lower(head))));
                let found = by_role.or_else(|| {
                    self.nearest_namesake(&words, gender(passage, phrase), place.block, phrase.range.start)
                });
                Some(found.unwrap_or_else(|| {
                    let id = self.add(passage.slice(&phrase.name), words, true);
                    self.describe(id, place, index);
                    id
                }))
            }
            PhraseKind::Pronoun => self.pronoun(place, phrase, last_speaker),
            PhraseKind::Quoted => {
                let text = passage.slice(&phrase.range);
                let text = text.trim_matches(|sign: char| crate::structure::text::is_mark(sign));
                Some(self.add_unnamed(strip_determiner(passage, phrase, text), None, None, false))
            }
            PhraseKind::Noun => self.noun(place, index, last_speaker),
        }
    }

    /// Of several with one surname, the one in that role: `Bürgermeister Maier`.
    fn namesake_in_role(&self, words: &[String], role: &str) -> Option<PersonId> {
        let surname = words.last().filter(|_| words.len() == 1)?;
        let named = |person: &&Person| person.words.last() == Some(surname) && person.words.len() > 1;
        let ids = self.by_word.get(surname)?;
        let several = ids.iter().filter(|id| named(&&self.persons[**id])).count() > 1;
        let fits = |id: &&PersonId| {
            let person = &self.persons[**id];
            named(&person)
                && person
                    .role
                    .as_deref()
                    .is_some_and(|own| own.to_lowercase().split_whitespace().any(|word| stem(word) == role))
        };
        ids.iter().filter(|_| several).find(fits).copied()
    }

    fn nearest_namesake(
        &self,
        words: &[String],
        female: Option<bool>,
        block: usize,
        unit: usize,
    ) -> Option<PersonId> {
        let first = self.find(words, female)?;
        if words.len() > 1 {
            return Some(first);
        }
        let surname = self.persons[first].words.last()?;
        let earlier = |appearance: &&Appearance| (appearance.block, appearance.unit) < (block, unit);
        let namesake = |appearance: &&Appearance| {
            let person = &self.persons[appearance.person];
            person.words.last() == Some(surname) && compatible(person.female, female)
        };
        let nearest = self.appearances.iter().rev().filter(earlier).take(50).find(namesake);
        Some(nearest.map_or(first, |appearance| appearance.person))
    }

    fn pronoun(
        &self,
        place: Place<'_, '_>,
        phrase: &Phrase,
        last_speaker: Option<PersonId>,
    ) -> Option<PersonId> {
        let passage = place.passage;
        let at = phrase.range.start;
        let he = passage.is(at, HE | HIS);
        let she = passage.is(at, SHE | HER);
        if !he && !she {
            return None;
        }
        self.recent(place.block, at, Some(she), last_speaker)
    }

    /// The person last spoken of before a place, of that gender.
    pub(super) fn recent(
        &self,
        block: usize,
        unit: usize,
        female: Option<bool>,
        last_speaker: Option<PersonId>,
    ) -> Option<PersonId> {
        let fits = |id: PersonId| {
            let person = &self.persons[id];
            (person.certain
                || person.role.is_some()
                || person.named && (Some(id) == last_speaker || person.words.len() > 1))
                && compatible(person.female, female)
        };
        let earlier = self
            .appearances
            .partition_point(|appearance| (appearance.block, appearance.unit) < (block, unit));
        let recent = self.appearances[..earlier].iter().rev().take(40);
        let near =
            recent.clone().filter(|appearance| appearance.block + 1 >= block && fits(appearance.person));
        let subject =
            near.clone().filter(|appearance| !appearance.oblique).map(|appearance| appearance.person).next();
        let speaker = last_speaker.filter(|id| fits(*id));
        match (subject, speaker) {
            (Some(subject), Some(speaker)) if subject != speaker => {
                // Who has been named since the last speaker's name is meant.
                let since = self.appearances[..earlier]
                    .iter()
                    .rev()
                    .take(40)
                    .find(|appearance| appearance.person == subject || appearance.person == speaker);
                Some(since.map_or(speaker, |appearance| appearance.person))
            }
            (subject, speaker) => speaker
                .or(subject)
                .or_else(|| near.clone().next().map(|appearance| appearance.person))
                .or_else(|| recent.clone().map(|appearance| appearance.person).find(|id| fits(*id))),
        }
    }

    fn has_appeared(&self, id: PersonId, block: usize, unit: usize) -> bool {
        let earlier = self
            .appearances
            .partition_point(|appearance| (appearance.block, appearance.unit) < (block, unit));
        self.appearances[..earlier].iter().rev().take(100).any(|appearance| appearance.person == id)
    }

    fn same_paragraph(
        &self,
        block: usize,
        unit: usize,
        female: Option<bool>,
        last_speaker: Option<PersonId>,
    ) -> Option<PersonId> {
        let earlier = self
            .appearances
            .partition_point(|appearance| (appearance.block, appearance.unit) < (block, unit));
        let person = |id: PersonId| &self.persons[id];
        let last = self.appearances[..earlier]
            .iter()
            .rev()
            .take_while(|appearance| appearance.block + 1 >= block)
            .find(|appearance| person(appearance.person).named && person(appearance.person).certain)?;
        // A woman's role is hers in any paragraph near; a man's may be another man's.
        let german = female.is_some()
            && person(last.person).female == female
            && (female == Some(true) || person(last.person).role.is_none());
        let same = german
            || female.is_none()
                && person(last.person).role.is_none()
                && compatible(person(last.person).female, female);
        let speaking = last_speaker.map_or(last.block == block, |speaker| speaker == last.person);
        (same && speaking).then_some(last.person)
    }

    fn noun(
        &mut self,
        place: Place<'_, '_>,
        index: usize,
        last_speaker: Option<PersonId>,
    ) -> Option<PersonId> {
        let passage = place.passage;
        let phrase = &place.phrases[index];
        let head = phrase.head?;
        let lower = passage.lower(head);
        let text = passage.slice(&phrase.range);
        let text = strip_determiner(passage, phrase, text).to_owned();
        let is_role = passage.lexicon.is_role(lower);
        if !is_role || is_plural(passage, phrase) {
            // A word of a name without its person: `Weusthof` noted as a noun.
            let anonymous = is_role || is_anonymous(passage, phrase);
            return Some(self.add_unnamed(&text, None, None, anonymous));
        }
        let female = role_gender(passage, lower);
        let possessive = passage.is(phrase.range.start, HIS | HER);
        if phrase.definite && !possessive {
            if is_generic(lower)
                && let Some(id) = self.recent(place.block, phrase.range.start, female, last_speaker)
            {
                return Some(id);
            }
            if let Some(id) = self.by_role(lower, female) {
                return Some(id);
            }
            let unnamed = self.persons.iter().enumerate().rposition(|(id, person)| {
                !person.named
                    && self.has_appeared(id, place.block, phrase.range.start)
                    && person.role.as_deref().is_some_and(|role| role.to_lowercase().contains(stem(lower)))
            });
            if let Some(id) = unnamed {
                return Some(id);
            }
            // `Staatsanwältin Eva Roth … so die Ermittlerin`: another word for whom the paragraph speaks of.
            if let Some(id) = self.same_paragraph(place.block, phrase.range.start, female, last_speaker) {
                return Some(id);
            }
            // The only woman (or man) the article names.
            let mut alike = self
                .persons
                .iter()
                .enumerate()
                .filter(|(_, person)| person.certain && person.named && person.female == female);
            if let (Some(true), Some((id, _)), None) = (female, alike.next(), alike.next()) {
                return Some(id);
            }
            let mut open = self.persons.iter().enumerate().filter(|(_, person)| {
                person.certain && person.named && person.role.is_none() && compatible(person.female, female)
            });
            if let (Some((id, _)), None) = (open.next(), open.next()) {
                self.persons[id].role = Some(text);
                return Some(id);
            }
        }
        // `Judge rules …`, `A county judge found …` at the head of the article, whose name comes later.
        if place.block <= HEAD
            && !possessive
            && let Some(id) = self.by_role(lower, female)
            && !self.has_appeared(id, place.block, phrase.range.start)
        {
            return Some(id);
        }
        let role = (!possessive).then(|| text.clone());
        Some(self.add_unnamed(&text, role, female, true))
    }
}
