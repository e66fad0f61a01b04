//! Organisations that speak: their names, and what `das Unternehmen`, `the company`, `it` mean later in the article.
//!
//! People are left to `people`; both stand in one table, so that one list tells who was spoken of last.

use std::sync::LazyLock;

use super::lexicon::{
    CALENDAR, CLUB, CROWD, DETERMINER, DETERMINER_OBLIQUE, DOCUMENT, FEMALE, HER, HIS, INSTITUTION, MALE,
    MEDIUM, SURNAME,
};
use super::passage::Passage;
use super::people::{Appearance, LastVoice, People, Person, PersonId, Place, without_genitive};
use super::phrases::{Phrase, PhraseKind};
use super::roles::{apposition, is_anonymous, strip_determiner};

/// This many mentions back a short word for an organisation is still understood.
const MEMORY: usize = 60;

/// Short words for an organisation (`das Unternehmen`), and the words of names they can stand for.
static KINDS: LazyLock<Vec<(Vec<&str>, Vec<&str>)>> = LazyLock::new(|| {
    let lines = include_str!("../data/organisations.txt").lines().filter(|line| !line.starts_with('#'));
    let lines = lines.filter_map(|line| line.split_once(':'));
    lines
        .map(|(short, names)| (short.split_whitespace().collect(), names.split_whitespace().collect()))
        .collect()
});

impl People {
    /// Notes every organisation a sentence names, and where.
    pub(super) fn note_organisations(&mut self, place: Place<'_, '_>) {
        let passage = place.passage;
        for (index, phrase) in place.phrases.iter().enumerate() {
            if let Some(person) = self.company(place, index).or_else(|| self.company_of_words(place, index)) {
                let Place { block, start, .. } = place;
                let Phrase { oblique, .. } = *phrase;
                self.appearances.push(Appearance { block, start, unit: phrase.range.start, person, oblique });
                continue;
            }
            let Some(head) = phrase.head.filter(|_| phrase.kind == PhraseKind::Noun) else { continue };
            if !passage.lexicon.ends_in(passage.lower(head), INSTITUTION | MEDIUM)
                || is_anonymous(passage, phrase)
            {
                continue;
            }
            let named = is_named(passage, phrase);
            let meant = if named {
                None
            } else {
                self.organisation_before(place.block, phrase.range.start, passage.lower(head))
            };
            if !named && meant.is_none() {
                continue;
            }
            let person = meant.unwrap_or_else(|| self.organisation(passage, phrase));
            self.note_abbreviation(person, passage, phrase);
            let female = grammatical_gender(passage, phrase);
            self.persons[person].female = self.persons[person].female.or(female);
            let Place { block, start, .. } = place;
            let Phrase { oblique, .. } = *phrase;
            self.appearances.push(Appearance { block, start, unit: phrase.range.start, person, oblique });
        }
    }

    /// `Deutsche Umwelthilfe (DUH)`: the short name behind the full one.
    fn note_abbreviation(&mut self, id: PersonId, passage: &Passage<'_>, phrase: &Phrase) {
        let Some(open) = phrase.range.clone().find(|unit| passage.is_sign(*unit, &['('])) else { return };
        let short = passage.form(open + 1);
        let capitals = short.chars().filter(|letter| letter.is_uppercase()).count();
        let first = |unit: usize| passage.form(unit).chars().next();
        let initial = (phrase.core.start..open)
            .any(|unit| passage.is_capital(unit) && first(unit) == short.chars().next());
        if capitals > 1 && initial && passage.is_sign(open + 2, &[')']) {
            let ids = self.by_word.entry(passage.lower(open + 1).to_owned()).or_default();
            if !ids.contains(&id) && ids.len() < 32 {
                ids.push(id);
            }
        }
    }

    /// `Velora, a bike maker,`: one capitalised word that nothing shows to be a person.
    fn company(&mut self, place: Place<'_, '_>, index: usize) -> Option<PersonId> {
        let passage = place.passage;
        let phrase = &place.phrases[index];
        let unit = phrase.name.start;
        let single = phrase.kind == PhraseKind::Name && phrase.range.len() == 1 && phrase.name.len() == 1;
        if !single || passage.is(unit, MALE | FEMALE | SURNAME | CALENDAR) {
            return None;
        }
        let name = without_genitive(passage.form(unit));
        let known = self.persons.iter().position(|person| person.organisation && person.name == name);
        if known.is_some() {
            return known;
        }
        if self.by_word.contains_key(&name.to_lowercase()) {
            return None;
        }
        let sort = apposition(place, index).filter(|sort| {
            sort.to_lowercase().split_whitespace().any(|word| passage.lexicon.ends_in(word, INSTITUTION))
        });
        // `Sales rose`: a plural that begins the sentence is no name.
        let plural = name.ends_with('s') && passage.starts_sentence(unit);
        let subject =
            !passage.is_german() && !plural && !phrase.oblique && passage.is_finite(phrase.range.end);
        if sort.is_none() && !subject {
            return None;
        }
        let id = self.add_unnamed(name, sort, None, false);
        self.persons[id].organisation = true;
        self.persons[id].words.clear();
        Some(id)
    }

    /// `Merrill Steel`: a name that ends like a company's.
    fn company_of_words(&mut self, place: Place<'_, '_>, index: usize) -> Option<PersonId> {
        let passage = place.passage;
        let phrase = &place.phrases[index];
        let last = phrase.name.clone().last().filter(|_| phrase.name.len() > 1 && phrase.head.is_none())?;
        // `SV Westend`: clubs begin with what they are.
        let club = passage.is(phrase.name.start, CLUB);
        if passage.is(phrase.name.start, MALE | FEMALE)
            || !club && !KINDS.iter().any(|(_, kinds)| kinds.contains(&passage.lower(last)))
        {
            return None;
        }
        let name = passage.slice(&phrase.name);
        let id = self.persons.iter().position(|person| person.name == name && !person.certain)?;
        self.persons[id].organisation = true;
        Some(id)
    }

    /// The entry of an organisation a phrase names.
    pub(super) fn organisation(&mut self, passage: &Passage<'_>, phrase: &Phrase) -> PersonId {
        let (name, kind) = name_and_kind(passage, phrase);
        let id = self.add_unnamed(&name, kind, None, false);
        self.persons[id].organisation = true;
        self.note_abbreviation(id, passage, phrase);
        id
    }

    /// Whom a short word like `das Unternehmen` means: the last organisation before it that it fits, else the only one.
    pub(super) fn organisation_meant(&self, block: usize, unit: usize, noun: &str) -> Option<PersonId> {
        self.organisation_before(block, unit, noun).or_else(|| {
            let mut fitting = self
                .persons
                .iter()
                .enumerate()
                .filter(|(_, person)| person.organisation && fits(person, noun));
            let only = fitting.next()?;
            fitting.next().is_none().then_some(only.0)
        })
    }

    pub(super) fn organisation_before(&self, block: usize, unit: usize, noun: &str) -> Option<PersonId> {
        let earlier = self
            .appearances
            .partition_point(|appearance| (appearance.block, appearance.unit) < (block, unit));
        let recent = &self.appearances[earlier.saturating_sub(MEMORY)..earlier];
        let organisation = |appearance: &&Appearance| {
            let person = &self.persons[appearance.person];
            person.organisation && fits(person, noun)
        };
        recent.iter().rev().find(organisation).map(|appearance| appearance.person)
    }

    /// The organisation a pronoun can mean: one that the sentence before is about.
    pub(super) fn organisation_spoken_of(
        &self,
        block: usize,
        unit: usize,
        female: Option<bool>,
    ) -> Option<LastVoice> {
        let earlier = self
            .appearances
            .partition_point(|appearance| (appearance.block, appearance.unit) < (block, unit));
        let recent = &self.appearances[earlier.saturating_sub(MEMORY)..earlier];
        let fitting = |appearance: &&Appearance| {
            let person = &self.persons[appearance.person];
            person.organisation && !appearance.oblique && (female.is_none() || person.female == female)
        };
        recent.iter().rev().take_while(|appearance| appearance.block + 1 >= block).find(fitting).map(
            |appearance| LastVoice {
                person: appearance.person,
                block: appearance.block,
                start: appearance.start,
                unit: appearance.unit,
            },
        )
    }
}

/// Whether a phrase names one organisation: `Molkerei Almgrund`, `Gesundheitsamt`, `the Justice Department`.
pub(super) fn is_named(passage: &Passage<'_>, phrase: &Phrase) -> bool {
    let Some(head) = phrase.head else { return false };
    let determined = passage.is(phrase.range.start, DETERMINER | DETERMINER_OBLIQUE);
    if passage.is(phrase.range.start, HIS | HER) {
        return false;
    }
    let first = phrase.range.start + usize::from(determined);
    let capitals = (first..phrase.range.end)
        .filter(|unit| passage.is_quote(*unit) || passage.is_word(*unit) && passage.units[*unit].capital)
        .count();
    if !passage.is_german() {
        return capitals > 1 || capitals == 1 && phrase.core.len() > 1 + usize::from(determined);
    }
    let lower = passage.lower(head);
    let short = KINDS.iter().any(|(words, _)| words.contains(&lower));
    let compound =
        !short && passage.lexicon.known(lower).classes & (INSTITUTION | MEDIUM) == 0 || lower.len() > 12;
    capitals > 1 || compound
}

/// `die Firma Medibox`: what it is called, and of which sort it is.
fn name_and_kind(passage: &Passage<'_>, phrase: &Phrase) -> (String, Option<String>) {
    let whole = strip_determiner(passage, phrase, passage.slice(&phrase.range));
    let whole = whole.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some(head) = phrase.head else { return (whole, None) };
    let plain = phrase.core.start..phrase.core.end;
    let behind = head + 1..plain.end;
    let named_behind = !behind.is_empty() && behind.clone().all(|unit| passage.is_capital(unit));
    let sort = passage.lower(head);
    let generic = if passage.is_german() {
        KINDS.iter().any(|(words, _)| words.contains(&sort)) && !matches!(sort, "verein" | "verband" | "bank")
    } else {
        !passage.units[head].capital
    };
    if named_behind && generic {
        let from = (plain.start..head)
            .find(|unit| !passage.is(*unit, DETERMINER | DETERMINER_OBLIQUE))
            .unwrap_or(head);
        return (passage.slice(&behind).to_owned(), Some(passage.slice(&(from..head + 1)).to_owned()));
    }
    (whole, None)
}

/// `company`, `firm`: what a name alone may be.
fn is_company(noun: &str) -> bool {
    KINDS.iter().any(|(short, _)| short.contains(&noun) && short.contains(&"company"))
}

/// Whether a short word can mean the organisation of that name.
fn fits(organisation: &Person, noun: &str) -> bool {
    let sort = organisation.role.as_deref().unwrap_or_default();
    let name = format!("{} {sort}", organisation.name).to_lowercase();
    let words =
        || name.split(|sign: char| sign.is_whitespace() || matches!(sign, '„' | '“' | '”' | '"' | '-'));
    let ends = |word: &str, kind: &str| {
        word == kind || kind.len() > 2 && word.len() > kind.len() + 2 && word.ends_with(kind)
    };
    if name.trim_end() == noun {
        return false;
    }
    // Nothing is said of what `Velora` is: a company.
    let unknown = sort.is_empty() && !name.trim_end().contains(' ') && is_company(noun);
    unknown && organisation.words.is_empty()
        || words().any(|word| ends(word, noun))
        || KINDS.iter().filter(|(own, _)| own.contains(&noun)).any(|(own, kinds)| {
            words().any(|word| kinds.iter().chain(own.iter()).any(|kind| ends(word, kind)))
        })
}

/// `der Verein` is `er`, `die Kammer` is `sie`; `None` for what is neither.
fn grammatical_gender(passage: &Passage<'_>, phrase: &Phrase) -> Option<bool> {
    if !passage.is_german() || phrase.oblique {
        return None;
    }
    match passage.lower(phrase.range.start) {
        "die" | "eine" => Some(true),
        "der" => Some(false),
        _ => None,
    }
}

/// Whether a noun without a name can be the name of a speaker at all: `der Zoo` can; a crowd, a document, a person cannot.
pub(super) fn can_be_name(passage: &Passage<'_>, phrase: &Phrase) -> bool {
    let Some(head) = phrase.head else { return false };
    let lower = passage.lower(head);
    if passage.lexicon.ends_in(lower, CROWD) || passage.lexicon.ends_in(lower, DOCUMENT) {
        return false;
    }
    if passage.lexicon.ends_in(lower, INSTITUTION | MEDIUM) {
        return true;
    }
    if passage.is_german() {
        return !(lower.ends_with("in")
            || lower.ends_with("er") && passage.lower(phrase.range.start) != "das");
    }
    phrase.core.clone().any(|unit| passage.is_capital(unit))
}
