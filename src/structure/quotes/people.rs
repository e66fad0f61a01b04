//! The people of one article: full names, roles and gender, and who a later surname, pronoun or role means.
//!
//! Reads the phrases of all sentences before any quotation is attributed, so that a headline can point forward.

use std::collections::HashMap;
use std::ops::Range;

use super::lexicon::{FEMALE, HE, HER, HIS, MALE, SHE, SUBORDINATOR};
use super::passage::Passage;
use super::phrases::{Phrase, PhraseKind};
use super::roles::{
    gender, has_title, is_apposition, is_plural_pronoun, role_of, role_words_gender, stem, title_gender,
};
use crate::structure::text::TokenKind;
/// Index of a person in the table.
pub(super) type PersonId = usize;

/// Someone who can speak: a person, an institution, a document.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each says something of its own")]
pub(super) struct Person {
    /// Full name, or the phrase where there is none.
    pub name: String,
    /// The name's words in small letters.
    pub words: Vec<String>,
    /// The role as the article gives it.
    pub role: Option<String>,
    /// Woman, man, or unknown.
    pub female: Option<bool>,
    /// The age given with the name, as written.
    pub age: Option<String>,
    /// Whether it has a name of its own.
    pub named: bool,
    /// Whether role, title or given name show that it is a person.
    pub certain: bool,
    /// A person without a name, a document, a thing: it has a mention, no name to be known by.
    pub anonymous: bool,
    /// An organisation; `female` is then the gender of its noun.
    pub organisation: bool,
}

impl Person {
    /// The name it is known by: of a person the full name, of an organisation its own words.
    pub(super) fn known_as(&self) -> Option<String> {
        (!self.anonymous).then(|| self.name.clone())
    }
}

/// Where a person is mentioned.
#[derive(Debug, Clone, Copy)]
pub(super) struct Appearance {
    /// Block.
    pub block: usize,
    /// First unit of its sentence.
    pub start: usize,
    /// Unit in the block's passage.
    pub unit: usize,
    /// Who.
    pub person: PersonId,
    /// Not the subject of its clause.
    pub oblique: bool,
}

/// Who spoke last, and in which sentence.
#[derive(Debug, Clone, Copy)]
pub(super) struct LastVoice {
    /// Who.
    pub person: PersonId,
    /// Block.
    pub block: usize,
    /// First unit of the sentence.
    pub start: usize,
    /// First unit of the words that name them, if the sentence does.
    pub unit: usize,
}

/// The people of an article.
#[derive(Debug, Default)]
pub(super) struct People {
    /// Everybody, in the order of their first full mention.
    pub persons: Vec<Person>,
    /// Mentions by name, in the order of the text.
    pub appearances: Vec<Appearance>,
    pub(super) by_word: HashMap<String, Vec<PersonId>>,
}

/// A phrase in its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'p, 'a> {
    /// The passage.
    pub passage: &'p Passage<'a>,
    /// The block of the passage.
    pub block: usize,
    /// The sentence's phrases.
    pub phrases: &'p [Phrase],
    /// The first unit of the sentence.
    pub start: usize,
    /// The end of the sentence.
    pub end: usize,
}

impl People {
    /// Notes every name of a sentence; call for all sentences, full names first.
    pub(super) fn note_full_names(&mut self, place: Place<'_, '_>) {
        for (index, phrase) in place.phrases.iter().enumerate() {
            let words = name_words(place.passage, &phrase.name);
            if phrase.kind != PhraseKind::Name || words.len() < 2 {
                continue;
            }
            let known = self.find_full(&words);
            let id = known.unwrap_or_else(|| self.add(place.passage.slice(&phrase.name), words, true));
            self.describe(id, place, index);
        }
    }

    /// Notes surnames, and the order in which everybody appears.
    pub(super) fn note_appearances(&mut self, place: Place<'_, '_>) {
        for (index, phrase) in place.phrases.iter().enumerate() {
            if phrase.kind != PhraseKind::Name {
                continue;
            }
            let words = name_words(place.passage, &phrase.name);
            let id = match self.find(&words, gender(place.passage, phrase)) {
                Some(id) => {
                    self.describe(id, place, index);
                    id
                }
                None if phrase.head.is_some()
                    || has_title(place.passage, phrase)
                    // `His mother, Meena, was watching`
                    || place.passage.is(phrase.name.start, MALE | FEMALE)
                        && is_named_relative(place, index) =>
                {
                    let id = self.add(place.passage.slice(&phrase.name), words, true);
                    self.describe(id, place, index);
                    id
                }
                None => continue,
            };
            self.appearances.push(Appearance {
                block: place.block,
                start: place.start,
                unit: phrase.range.start,
                person: id,
                oblique: phrase.oblique,
            });
        }
    }

    /// Brings the mentions into the order of the text; call when all are noted.
    pub(super) fn sort(&mut self) {
        self.appearances.sort_by_key(|appearance| (appearance.block, appearance.unit));
    }

    /// Notes whom `she` and `he` mean where they are the subject, so that a later pronoun can go on with them.
    /// Call for all sentences in order, when the mentions by name are sorted.
    pub(super) fn note_pronouns<'p, 'a: 'p>(&mut self, places: impl Iterator<Item = Place<'p, 'a>>) {
        let mut names = std::mem::take(&mut self.appearances).into_iter().peekable();
        for place in places {
            for (index, phrase) in place.phrases.iter().enumerate() {
                let at = phrase.range.start;
                while let Some(name) = names.next_if(|name| (name.block, name.unit) < (place.block, at)) {
                    self.appearances.push(name);
                }
                let alone = || !is_described(place, index);
                if phrase.kind == PhraseKind::Noun
                    && !phrase.oblique
                    && alone()
                    && self.may_describe(place, phrase)
                {
                    let lower = phrase.head.map_or("", |head| place.passage.lower(head));
                    if let Some(person) = self.described(place, phrase, lower, None) {
                        self.take_role(person, place.passage, phrase);
                        let Place { block, start, .. } = place;
                        self.appearances.push(Appearance { block, start, unit: at, person, oblique: false });
                    } else if opens_sentence(place, at) {
                        self.note_role(place, phrase);
                    }
                    continue;
                }
                let pronoun = phrase.kind == PhraseKind::Pronoun && !phrase.oblique;
                if !pronoun
                    || !place.passage.is(at, HE | SHE)
                    || !opens_sentence(place, at)
                    || is_plural_pronoun(place.passage, at)
                {
                    continue;
                }
                if let Some(person) =
                    self.recent((place.block, place.start, at), Some(place.passage.is(at, SHE)), None)
                {
                    let Place { block, start, .. } = place;
                    self.appearances.push(Appearance { block, start, unit: at, person, oblique: false });
                }
            }
        }
        self.appearances.extend(names);
    }

    pub(super) fn add(&mut self, name: &str, words: Vec<String>, named: bool) -> PersonId {
        let id = self.persons.len();
        let name = without_genitive(&name.split_whitespace().collect::<Vec<_>>().join(" ")).to_owned();
        for word in &words {
            let ids = self.by_word.entry(word.clone()).or_default();
            if ids.len() < 32 {
                ids.push(id);
            }
        }
        self.persons.push(Person { name, words, named, ..Person::default() });
        id
    }

    /// A speaker without a name: `ein Zeuge`, `die Polizei`.
    pub(super) fn add_unnamed(
        &mut self,
        phrase: &str,
        role: Option<String>,
        female: Option<bool>,
        anonymous: bool,
    ) -> PersonId {
        let wanted = phrase.to_lowercase();
        if let Some(id) =
            self.persons.iter().rposition(|person| !person.named && person.words.first() == Some(&wanted))
        {
            return id;
        }
        let id = self.persons.len();
        self.persons.push(Person {
            name: phrase.to_owned(),
            words: vec![wanted],
            role,
            female,
            anonymous,
            ..Person::default()
        });
        id
    }

    fn find_full(&self, words: &[String]) -> Option<PersonId> {
        let last = words.last()?;
        self.by_word.get(last)?.iter().copied().find(|id| {
            let person = &self.persons[*id];
            person.words.last() == Some(last) && person.words.first() == words.first()
        })
    }

    /// The person a name means: the full name, else the surname.
    pub(super) fn find(&self, words: &[String], female: Option<bool>) -> Option<PersonId> {
        if words.len() > 1
            && let Some(id) = self.find_full(words)
        {
            return Some(id);
        }
        let last = words.last()?;
        let stem = last.strip_suffix("'s").or_else(|| last.strip_suffix("’s"));
        let ids = self
            .by_word
            .get(last)
            .or_else(|| self.by_word.get(stem?))
            .or_else(|| self.by_word.get(last.strip_suffix('s')?))?;
        let fits = |id: &&PersonId| compatible(self.persons[**id].female, female) && (words.len() == 1);
        let surname = |id: &&PersonId| self.persons[**id].words.last() == Some(last);
        let mut found = ids.iter().filter(fits).filter(surname);
        let id = found.next().or_else(|| ids.iter().find(fits))?;
        Some(*id)
    }

    pub(super) fn describe(&mut self, id: PersonId, place: Place<'_, '_>, index: usize) {
        let phrase = &place.phrases[index];
        let passage = place.passage;
        let given = phrase.name.clone().next();
        let by_name = given.and_then(|unit| match (passage.is(unit, FEMALE), passage.is(unit, MALE)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            // `Ornella`, `Svea`: nobody has listed the name.
            (false, false) if phrase.name.len() == 2 && passage.lower(unit).ends_with('a') => Some(true),
            _ => None,
        });
        let role = role_of(place, index);
        let age = age_of(place, index);
        let by_role = role.as_deref().and_then(|role| role_words_gender(passage, role));
        let person = &mut self.persons[id];
        person.certain |= by_name.is_some() || role.is_some() || has_title(passage, phrase);
        person.female = person.female.or(title_gender(passage, phrase)).or(by_name).or(by_role);
        person.age = person.age.take().or(age);
        if person.role.is_none() {
            person.role = role;
        }
    }

    /// The person whose role a noun names: `die Kämmerin` for the `Stadtkämmerin`.
    pub(super) fn by_role(&self, noun: &str, female: Option<bool>) -> Option<PersonId> {
        let noun = stem(noun);
        let fits = |person: &Person| {
            compatible(person.female, female)
                && person.role.as_deref().is_some_and(|role| {
                    role.to_lowercase().split(|sign: char| !sign.is_alphanumeric()).any(|word| {
                        let word = stem(word);
                        word == noun || word.len() > noun.len() && noun.len() > 3 && word.ends_with(noun)
                    })
                })
        };
        self.persons.iter().position(|person| person.named && fits(person))
    }

    /// The person an interview's label names: a surname, or `Antwort` for the one person there is.
    pub(super) fn by_label(&self, label: &str) -> Option<PersonId> {
        let words: Vec<String> = label.split_whitespace().map(str::to_lowercase).collect();
        let generic = matches!(label, "Antwort" | "Answer" | "A");
        if generic {
            let certain = self.persons.iter().position(|person| person.named && person.certain);
            return certain.or_else(|| self.persons.iter().position(|person| person.words.len() > 1));
        }
        self.find(&words, None)
    }

    /// Notes that someone without a name spoke, so that `er` can mean them.
    pub(super) fn note_speaker(&mut self, block: usize, start: usize, unit: usize, person: PersonId) {
        let place = self
            .appearances
            .partition_point(|appearance| (appearance.block, appearance.unit) < (block, unit));
        // Rare and near the end of what has been read so far.
        if self.persons.get(person).is_some_and(|person| !person.named)
            && self.appearances.len() - place < 200
        {
            self.appearances.insert(place, Appearance { block, start, unit, person, oblique: false });
        }
    }
}

/// `His mother, Meena,`: a given name alone, behind whose mother it is.
fn is_named_relative(place: Place<'_, '_>, index: usize) -> bool {
    let Some(before) = index.checked_sub(1).map(|before| &place.phrases[before]) else { return false };
    is_apposition(place.passage, before, &place.phrases[index])
        && place.passage.is(before.range.start, HIS | HER)
}

/// Whether a phrase stands in apposition to a name.
pub(super) fn is_described(place: Place<'_, '_>, index: usize) -> bool {
    let (passage, phrase) = (place.passage, &place.phrases[index]);
    index.checked_sub(1).is_some_and(|before| is_apposition(passage, &place.phrases[before], phrase))
        || place.phrases.get(index + 1).is_some_and(|next| is_apposition(passage, phrase, next))
}

/// `Eva Roth (71)`, `Ann Hale, 71,`: the number behind a name.
fn age_of(place: Place<'_, '_>, index: usize) -> Option<String> {
    let passage = place.passage;
    let name = place.phrases[index].name.end;
    let age = passage
        .units
        .get(name + 1)
        .filter(|age| age.kind == TokenKind::Number && passage.is_sign(name, &[',', '(']))?;
    passage.is_sign(name + 2, &[',', ')', '.']).then(|| passage.text.form(age.token).to_owned())
}

/// Whether a pronoun is the subject of its sentence, as far as its place tells: `Asked what he wants, …` points forward.
fn opens_sentence(place: Place<'_, '_>, at: usize) -> bool {
    let first = place.passage.lower(place.start);
    let aside =
        first.ends_with("ed") || first.ends_with("ing") || place.passage.is(place.start, SUBORDINATOR);
    at <= place.start + 5 && (at == place.start || !aside)
}

/// The words of a name in small letters.
pub(super) fn name_words(passage: &Passage<'_>, name: &Range<usize>) -> Vec<String> {
    name.clone().take(8).map(|unit| without_genitive(passage.lower(unit)).to_owned()).collect()
}

pub(super) fn without_genitive(name: &str) -> &str {
    name.strip_suffix("'s").or_else(|| name.strip_suffix("’s")).unwrap_or(name)
}

pub(super) fn compatible(one: Option<bool>, other: Option<bool>) -> bool {
    one.is_none() || other.is_none() || one == other
}
