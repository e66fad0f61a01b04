//! Who a phrase means in its place: a surname, a pronoun, a role, another word for whom the paragraph is about.
//!
//! Looks the people up in the table of `people`, which must be complete before.

use super::lexicon::{DOCUMENT, HE, HER, HIS, INSTITUTION, MEDIUM, OFFICE, SHE};
use super::organisations::{can_be_name, is_named};
use super::people::{Appearance, LastVoice, People, Person, PersonId, Place, compatible, name_words};
use super::phrases::{Phrase, PhraseKind};
use super::roles::{
    determiner_gender, gender, is_anonymous, is_generic, is_person_word, is_plural, is_plural_pronoun,
    is_relational, role_gender, stem, strip_determiner,
};

/// The last block of an article's head: headline, lead.
const HEAD: usize = 1;

impl People {
    /// Who a phrase means, as seen from its place. New speakers without a name are added.
    pub(super) fn resolve(
        &mut self,
        place: Place<'_, '_>,
        index: usize,
        last: Option<LastVoice>,
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
            PhraseKind::Pronoun => self.pronoun(place, phrase, last),
            PhraseKind::Quoted => {
                let text = passage.slice(&phrase.range);
                let text = text.trim_matches(|sign: char| crate::structure::text::is_mark(sign));
                Some(self.add_unnamed(strip_determiner(passage, phrase, text), None, None, false))
            }
            PhraseKind::Noun => self.noun(place, index, last),
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
        // `Thea` of two sisters: a given name means nobody else.
        if words.last() != Some(surname) && self.persons[first].words.first() == words.last() {
            return Some(first);
        }
        let earlier = |appearance: &&Appearance| (appearance.block, appearance.unit) < (block, unit);
        let namesake = |appearance: &&Appearance| {
            let person = &self.persons[appearance.person];
            person.words.last() == Some(surname) && compatible(person.female, female)
        };
        let nearest = self.appearances.iter().rev().filter(earlier).take(50).find(namesake);
        Some(nearest.map_or(first, |appearance| appearance.person))
    }

    fn pronoun(&self, place: Place<'_, '_>, phrase: &Phrase, last: Option<LastVoice>) -> Option<PersonId> {
        let passage = place.passage;
        let at = phrase.range.start;
        let he = passage.is(at, HE | HIS);
        let she = passage.is(at, SHE | HER);
        if !he && !she {
            let it = matches!(passage.lower(at), "it" | "its" | "es");
            let organisation = it.then(|| self.organisation_spoken_of(place.block, at, None)).flatten();
            return organisation
                .map(|organisation| organisation.person)
                .or_else(|| it.then(|| self.author_before(place)).flatten());
        }
        if is_plural_pronoun(passage, at) {
            return None;
        }
        let person = self.recent((place.block, place.start, at), Some(she), last);
        if !passage.is_german() {
            return person;
        }
        // `Der Verein wehrt sich. „…“, schreibt er`: whoever was spoken of later is meant.
        let organisation = self.organisation_spoken_of(place.block, at, Some(she));
        let (Some(known), Some(organisation)) = (person, organisation) else {
            return person.or(organisation.map(|organisation| organisation.person));
        };
        let earlier = self
            .appearances
            .partition_point(|appearance| (appearance.block, appearance.unit) < (place.block, at));
        let mention =
            self.appearances[..earlier].iter().rev().take(40).find(|appearance| appearance.person == known);
        let spoke = last.filter(|last| last.person == known).map(|last| (last.block, last.start));
        let seen = mention.map(|appearance| (appearance.block, appearance.start)).max(spoke);
        Some(if Some((organisation.block, organisation.start)) > seen { organisation.person } else { known })
    }

    /// The person last spoken of before a place (block, first unit of the sentence, unit), of that gender: the last
    /// speaker, or the subject of a later sentence.
    pub(super) fn recent(
        &self,
        (block, start, unit): (usize, usize, usize),
        female: Option<bool>,
        last: Option<LastVoice>,
    ) -> Option<PersonId> {
        // Who has just spoken may be a person, even where nothing else shows it: `Trask said: “…” He added`
        let spoke = |last: &LastVoice| {
            let person = &self.persons[last.person];
            person.named && !person.organisation && compatible(person.female, female)
        };
        let speaker = last.filter(|last| self.can_be_meant(last.person, female, true));
        let earlier = self
            .appearances
            .partition_point(|appearance| (appearance.block, appearance.unit) < (block, unit));
        let recent = &self.appearances[earlier.saturating_sub(40)..earlier];
        let mut unsure = None;
        let mut oblique = None;
        for (rank, sentence) in recent
            .chunk_by(|one, other| one.start == other.start && one.block == other.block)
            .rev()
            .enumerate()
        {
            let place = (sentence[0].block, sentence[0].start);
            // `Yates praised it as “…”, while Paxley scorned what he called “…”`: named since the last quotation.
            let since = speaker
                .filter(|speaker| (speaker.block, speaker.start) == place && place == (block, start))
                .and_then(|speaker| {
                    sentence.iter().rev().find(|appearance| {
                        appearance.unit > speaker.unit
                            && !appearance.oblique
                            && self.can_be_meant(appearance.person, female, false)
                    })
                });
            if let Some(since) = since {
                return Some(since.person);
            }
            if let Some(speaker) = speaker.filter(|speaker| (speaker.block, speaker.start) >= place) {
                return Some(speaker.person);
            }
            if place.0 + 1 < block {
                break;
            }
            let subject = |certain: bool| {
                let fits = |appearance: &&Appearance| {
                    !appearance.oblique && self.can_be_meant(appearance.person, female, !certain)
                };
                sentence.iter().find(fits).map(|appearance| appearance.person)
            };
            if let Some(person) = subject(true) {
                return Some(
                    unsure.filter(|(since, _)| rank > since + 1).map_or(person, |(_, person)| person),
                );
            }
            unsure = unsure.or_else(|| subject(false).map(|person| (rank, person)));
            oblique = oblique.or_else(|| {
                let fits = |appearance: &&Appearance| self.can_be_meant(appearance.person, female, false);
                sentence.iter().rev().find(fits).map(|appearance| appearance.person)
            });
        }
        speaker.map(|speaker| speaker.person).or(oblique).or(unsure.map(|(_, person)| person)).or_else(|| {
            let known = recent
                .iter()
                .rev()
                .map(|appearance| appearance.person)
                .find(|id| self.can_be_meant(*id, female, true));
            known.or_else(|| last.filter(spoke).map(|last| last.person))
        })
    }

    /// Whether a pronoun of that gender can mean somebody; `unsure`: also who may be no person.
    fn can_be_meant(&self, id: PersonId, female: Option<bool>, unsure: bool) -> bool {
        let person = &self.persons[id];
        !person.organisation
            && compatible(person.female, female)
            && (person.certain || person.role.is_some() || unsure && person.named && person.words.len() > 1)
    }

    /// `X issued a statement. “…,” it read.`: who the sentence before is about, if it speaks of a document.
    fn author_before(&self, place: Place<'_, '_>) -> Option<PersonId> {
        let passage = place.passage;
        let earlier = self
            .appearances
            .partition_point(|appearance| (appearance.block, appearance.unit) < (place.block, place.start));
        let last = self.appearances[..earlier].last().filter(|last| last.block == place.block)?;
        let document =
            (last.start..place.start).any(|unit| passage.lexicon.ends_in(passage.lower(unit), DOCUMENT));
        let sentence = self.appearances[..earlier]
            .iter()
            .rev()
            .take_while(|other| other.start == last.start && other.block == last.block);
        document.then(|| sentence.last().map(|first| first.person)).flatten()
    }

    /// `die 71-Jährige`, `the 71-year-old`: whose age the article gives.
    fn by_age(&self, noun: &str) -> Option<PersonId> {
        let (age, _) =
            noun.split_once('-').filter(|(age, _)| age.bytes().all(|byte| byte.is_ascii_digit()))?;
        self.persons.iter().position(|person| person.age.as_deref() == Some(age))
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
        speaker: Option<LastVoice>,
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
        let speaking = speaker.map_or(last.block == block, |speaker| speaker.person == last.person);
        (same && speaking).then_some(last.person)
    }

    /// `der Fachmann`, `the Florida fan`: another word for the person whom the sentences before are about.
    pub(super) fn described(
        &self,
        place: Place<'_, '_>,
        phrase: &Phrase,
        lower: &str,
        last: Option<LastVoice>,
    ) -> Option<PersonId> {
        let passage = place.passage;
        if !phrase.definite || is_plural(passage, phrase) || !is_person_word(passage, phrase) {
            return None;
        }
        // `Der Bewohner, ein 70-jähriger Rentner, sagte`: somebody new.
        let introduced = passage.is_sign(phrase.range.end, &[','])
            && matches!(passage.lower(phrase.range.end + 1), "ein" | "eine" | "a" | "an");
        if introduced {
            return None;
        }
        let female = role_gender(passage, lower).or_else(|| determiner_gender(passage, phrase));
        let id = self.recent((place.block, place.start, phrase.range.start), female, last)?;
        let office = passage.lexicon.ends_in(lower, OFFICE);
        let person = &self.persons[id];
        let near = last.is_some_and(|last| last.person == id && last.block + 1 >= place.block)
            || self
                .last_appearance(id, place.block, phrase.range.start)
                .is_some_and(|block| block + 1 >= place.block);
        let somebody_else = office && person.role.is_some();
        let spoke = last.is_some_and(|last| last.person == id) && !person.organisation;
        // `Mr. Webb wrote that the general was “a fool”`: two people in one sentence.
        let beside = self
            .appearances
            .iter()
            .skip(
                self.appearances
                    .partition_point(|other| (other.block, other.start) < (place.block, place.start)),
            )
            .take_while(|other| (other.block, other.start) == (place.block, place.start))
            .any(|other| other.person == id && other.unit != phrase.range.start);
        if beside && office {
            return None;
        }
        let sure = person.named && (person.certain || person.role.is_some() || spoke);
        (sure && near && !somebody_else).then_some(id)
    }

    /// `die DUH`, where `Deutsche Umwelthilfe (DUH)` stood before.
    fn abbreviated(&self, place: Place<'_, '_>, phrase: &Phrase) -> Option<PersonId> {
        let head = phrase.head?;
        let short = place.passage.form(head).chars().filter(|letter| letter.is_uppercase()).count() > 1;
        let ids = self.by_word.get(place.passage.lower(head)).filter(|_| short)?;
        ids.iter().copied().find(|id| self.persons[*id].organisation)
    }

    /// The block in which somebody was last spoken of before a place.
    fn last_appearance(&self, id: PersonId, block: usize, unit: usize) -> Option<usize> {
        let earlier = self
            .appearances
            .partition_point(|appearance| (appearance.block, appearance.unit) < (block, unit));
        let mut recent = self.appearances[..earlier].iter().rev().take(40);
        recent.find(|appearance| appearance.person == id).map(|appearance| appearance.block)
    }

    fn noun(&mut self, place: Place<'_, '_>, index: usize, last: Option<LastVoice>) -> Option<PersonId> {
        let passage = place.passage;
        let phrase = &place.phrases[index];
        let head = phrase.head?;
        let lower = passage.lower(head);
        let text = passage.slice(&phrase.range);
        let text = strip_determiner(passage, phrase, text).to_owned();
        let is_role = passage.lexicon.is_role(lower) || lower.ends_with("year-old");
        if !is_role || is_plural(passage, phrase) {
            // A word of a name without its person: `Weusthof` noted as a noun.
            if !is_role
                && passage.lexicon.ends_in(lower, INSTITUTION | MEDIUM)
                && !is_anonymous(passage, phrase)
            {
                let bare = !passage.is_german() && phrase.range.len() == 1;
                let short = (phrase.definite || bare) && !is_named(passage, phrase);
                let meant =
                    short.then(|| self.organisation_meant(place.block, phrase.range.start, lower)).flatten();
                return Some(meant.unwrap_or_else(|| self.organisation(passage, phrase)));
            }
            if let Some(id) = self.abbreviated(place, phrase) {
                return Some(id);
            }
            // `die VDB` of the `Verkehrsgewerkschaft VDB`
            if !is_role
                && phrase.definite
                && let Some(id) = self.organisation_before(place.block, phrase.range.start, lower)
            {
                return Some(id);
            }
            if !is_role && let Some(id) = self.described(place, phrase, lower, last) {
                return Some(id);
            }
            let anonymous = is_role || is_anonymous(passage, phrase) || !can_be_name(passage, phrase);
            return Some(self.add_unnamed(&text, None, None, anonymous));
        }
        let female = role_gender(passage, lower).or_else(|| determiner_gender(passage, phrase));
        let possessive = passage.is(phrase.range.start, HIS | HER);
        if phrase.definite && !possessive {
            if let Some(id) = self.by_age(lower) {
                return Some(id);
            }
            if is_generic(lower)
                && let Some(id) = self.recent((place.block, place.start, phrase.range.start), female, last)
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
            if let Some(id) = self.same_paragraph(place.block, phrase.range.start, female, last) {
                return Some(id);
            }
            // `die Mutter von zwei Kindern`
            let parent = phrase
                .range
                .clone()
                .any(|unit| matches!(passage.lower(unit), "kindern" | "töchtern" | "söhnen" | "children"));
            if is_relational(lower) && !parent {
                return Some(self.add_unnamed(&text, Some(text.clone()), female, true));
            }
            if let Some(id) = self.described(place, phrase, lower, last) {
                self.take_role(id, passage, phrase);
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
