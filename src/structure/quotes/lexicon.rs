//! What the annotator knows of words: classes, reporting verbs, given names, read once from the language's data files.
//!
//! Knows no grammar beyond the forms of a verb; `phrases` and `sources` put the words together.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::inflection;
use crate::structure::text::Language;

/// A set of word classes; a word may be in many.
pub(super) type Classes = u64;

macro_rules! classes {
    ($($name:ident = $section:literal),+ $(,)?) => {
        classes!(@each 0; $($name)+);
        /// Section names of the data files and the class each stands for.
        const SECTIONS: &[(&str, Classes)] = &[$(($section, $name)),+];
    };
    (@each $bit:expr; $name:ident $($rest:ident)*) => {
        pub(super) const $name: Classes = 1 << $bit;
        classes!(@each $bit + 1; $($rest)*);
    };
    (@each $bit:expr;) => {};
}

classes! {
    DETERMINER = "determiner",
    DETERMINER_OBLIQUE = "determiner.oblique",
    PREPOSITION = "preposition",
    PRONOUN = "pronoun",
    HE = "pronoun.he",
    SHE = "pronoun.she",
    HIS = "possessive.his",
    HER = "possessive.her",
    CONJUNCTION = "conjunction",
    SUBORDINATOR = "subordinator",
    AUXILIARY = "auxiliary",
    PASSIVE = "auxiliary.passive",
    MODAL = "modal",
    SUBJUNCTIVE = "subjunctive",
    FINITE = "finite",
    ADVERB = "adverb",
    JOINED_ADVERB = "joined.adverb",
    TITLE = "title",
    PARTICLE = "particle",
    INNER_PARTICLE = "particle.inner",
    CALENDAR = "calendar",
    NONSPEECH = "nonspeech",
    LABEL = "label",
    NONSPEECH_BEFORE = "nonspeech.before",
    NONSPEECH_AFTER = "nonspeech.after",
    SAY_NOUN = "say.noun",
    DOCUMENT = "document",
    INSTITUTION = "institution",
    CROWD = "crowd",
    EXPERT = "expert",
    MEDIUM = "medium",
    ROLE = "role",
    ROLE_SUFFIX = "role.suffix",
    CLUB = "club",
    OFFICE = "role.office",
    RANK = "role.rank",
    GREETING = "greeting",
    MALE = "male",
    FEMALE = "female",
    HONORIFIC = "honorific",
    SURNAME = "surname",
    PARTICIPLE = "participle",
}

/// Words that are never a name or a noun, however they are written.
pub(super) const FUNCTION: Classes = DETERMINER
    | DETERMINER_OBLIQUE
    | PREPOSITION
    | PRONOUN
    | CONJUNCTION
    | SUBORDINATOR
    | AUXILIARY
    | PASSIVE
    | MODAL
    | ADVERB;

/// Any finite verb but a reporting one.
pub(super) const VERBAL: Classes = AUXILIARY | PASSIVE | MODAL | FINITE | SUBJUNCTIVE;

/// How readily a verb attributes words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// Says: takes a whole sentence.
    Say,
    /// Calls something by a word.
    Call,
    /// Thinks, wants, shows: attributes in some contexts only.
    Think,
}

/// The form of a reporting verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum VerbForm {
    /// Stands as the verb of its clause.
    Finite,
    /// Finite or infinitive, as its clause has it.
    Infinitive,
    /// Needs an auxiliary.
    Participle,
    /// `saying`.
    Gerund,
}

/// A form of a reporting verb.
#[derive(Debug, Clone)]
pub(super) struct Verb {
    /// How it attributes; `None` if it does so only with a particle.
    pub manner: Option<Manner>,
    /// Its form.
    pub form: VerbForm,
    /// Words that make it a reporting verb when they follow in the clause: `teilte … mit`.
    pub particles: Vec<&'static str>,
}

/// What is known of one word.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Known {
    /// Its classes.
    pub classes: Classes,
    /// Index into the verbs.
    pub verb: Option<usize>,
}

/// The words of one language.
#[derive(Debug)]
pub(super) struct Lexicon {
    /// Which language.
    pub language: Language,
    words: HashMap<String, Known>,
    verbs: Vec<Verb>,
    longest_suffix: usize,
}

static GERMAN: LazyLock<Lexicon> = LazyLock::new(|| {
    let names = [include_str!("../data/de-names.txt"), include_str!("../data/en-names.txt")];
    Lexicon::read(Language::German, include_str!("../data/de-quotes.txt"), &names)
});
static ENGLISH: LazyLock<Lexicon> = LazyLock::new(|| {
    let names = [include_str!("../data/en-names.txt"), include_str!("../data/de-names.txt")];
    Lexicon::read(Language::English, include_str!("../data/en-quotes.txt"), &names)
});

impl Lexicon {
    /// The lexicon of a language.
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::German => &GERMAN,
            Language::English => &ENGLISH,
        }
    }

    /// What is known of a word in small letters.
    pub(super) fn known(&self, lower: &str) -> Known {
        self.words.get(lower).copied().unwrap_or_else(|| self.double_name(lower))
    }

    /// `Karl-Otto`, `Eva-Lotte`: two given names for one person.
    fn double_name(&self, lower: &str) -> Known {
        let given = |name: &str| self.words.get(name).map_or(0, |known| known.classes & (MALE | FEMALE));
        let Some((first, second)) = lower.split_once('-') else { return Known::default() };
        Known { classes: if given(second) == 0 { 0 } else { given(first) }, verb: None }
    }

    /// A verb of this lexicon.
    pub(super) fn verb(&self, index: usize) -> &Verb {
        &self.verbs[index]
    }

    /// Whether the word names what a person does: `Klärwerksleiter`, `spokeswoman`.
    pub(super) fn is_role(&self, lower: &str) -> bool {
        let stem = lower.strip_suffix("s").unwrap_or(lower);
        self.known(lower).classes & ROLE != 0
            || self.known(stem).classes & ROLE != 0
            || self.has_class_suffix(lower, ROLE_SUFFIX)
            || self.known(lower).classes & ROLE_SUFFIX != 0 && is_whole_word(lower)
            || self.is_role_plural(lower)
    }

    fn is_role_plural(&self, lower: &str) -> bool {
        self.language == Language::German
            && (lower.strip_suffix("innen").is_some_and(|stem| stem.len() > 3)
                || lower.strip_suffix('n').is_some_and(|stem| {
                    self.known(stem).classes & ROLE != 0 || self.has_class_suffix(stem, ROLE_SUFFIX)
                }))
    }

    /// Whether the word is, or is a compound that ends in, a word of the class: `Bundesregierung`, `Fachmagazin`.
    pub(super) fn ends_in(&self, lower: &str, class: Classes) -> bool {
        if self.known(lower).classes & class != 0 {
            return true;
        }
        if self.language == Language::English {
            return lower.strip_suffix('s').is_some_and(|stem| self.known(stem).classes & class != 0);
        }
        self.has_class_suffix(lower, class)
    }

    fn has_class_suffix(&self, lower: &str, class: Classes) -> bool {
        // Three letters at least before the suffix, two at least in it.
        let mut starts = lower.char_indices().map(|(offset, _)| offset).skip(3);
        let longest = self.longest_suffix;
        starts.any(|start| {
            let suffix = &lower[start..];
            suffix.len() > 2 && suffix.len() <= longest && {
                let classes = self.known(suffix).classes;
                classes & class != 0
                    && (class == ROLE_SUFFIX
                        || suffix.len() > 3
                        || suffix == "amt"
                        || lower[..start].ends_with('-'))
            }
        })
    }

    fn read(language: Language, words: &'static str, names: &[&'static str]) -> Self {
        let mut lexicon = Self { language, words: HashMap::new(), verbs: Vec::new(), longest_suffix: 0 };
        for source in std::iter::once(&words).chain(names) {
            let mut section = "";
            for line in
                source.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
            {
                if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                    section = name;
                } else if let Some(manner) = manner(section) {
                    lexicon.add_verbs(line, manner);
                } else if let Some((_, class)) = SECTIONS.iter().find(|(name, _)| *name == section) {
                    for word in line.split_whitespace() {
                        lexicon.longest_suffix = lexicon.longest_suffix.max(word.len());
                        lexicon.words.entry(word.to_owned()).or_default().classes |= class;
                    }
                }
            }
        }
        lexicon
    }

    fn add_verbs(&mut self, line: &'static str, manner: Manner) {
        if let Some((verb, forms)) = line.split_once(':') {
            // Verbs before the irregular one stand on the same line.
            let mut verbs = verb.split_whitespace().rev();
            let irregular = verbs.next().unwrap_or_default();
            let forms: Vec<&str> = forms.split_whitespace().collect();
            self.add_verb(irregular, &forms, manner);
            for verb in verbs {
                self.add_verb(verb, &[], manner);
            }
        } else {
            for verb in line.split_whitespace() {
                self.add_verb(verb, &[], manner);
            }
        }
    }

    fn add_verb(&mut self, verb: &'static str, forms: &[&'static str], manner: Manner) {
        let (particle, base) = verb.rsplit_once('|').map_or((None, verb), |(particle, base)| {
            (Some(particle.rsplit_once('|').map_or(particle, |(_, last)| last)), base)
        });
        // `sage`, `erhebe`: in the third person, reported speech.
        let stem = base.strip_suffix("en").filter(|_| self.language == Language::German);
        if let Some(reported) = stem.map(|stem| format!("{stem}e")).filter(|word| word != "bitte") {
            self.words.entry(reported).or_default().classes |= SUBJUNCTIVE;
        }
        for (word, form) in inflection::forms(self.language, base, forms) {
            if let Some(particle) = particle {
                if matches!(form, VerbForm::Finite | VerbForm::Infinitive) {
                    self.add_form(&word, form, None, Some(particle));
                    self.add_form(&format!("{particle}{word}"), form, Some(manner), None);
                } else {
                    self.add_form(&format!("{particle}{word}"), form, Some(manner), None);
                    self.add_form(&word, form, None, Some(particle));
                }
            } else {
                self.add_form(&word, form, Some(manner), None);
            }
        }
    }

    fn add_form(
        &mut self,
        word: &str,
        form: VerbForm,
        manner: Option<Manner>,
        particle: Option<&'static str>,
    ) {
        let known = self.words.entry(word.to_owned()).or_default();
        let index = *known.verb.get_or_insert_with(|| {
            self.verbs.push(Verb { manner: None, form, particles: Vec::new() });
            self.verbs.len() - 1
        });
        let verb = &mut self.verbs[index];
        verb.manner = manner.or(verb.manner);
        verb.particles.extend(particle);
    }
}

/// Whether the end of a compound is a word of its own, and seldom a surname: `Archivarin`, not `Weber`.
fn is_whole_word(suffix: &str) -> bool {
    suffix.chars().count() > 5 && !suffix.ends_with("er") && !suffix.ends_with("mann")
}

fn manner(section: &str) -> Option<Manner> {
    match section {
        "verb.say" => Some(Manner::Say),
        "verb.call" => Some(Manner::Call),
        "verb.think" => Some(Manner::Think),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_of_the_data_files_is_known() {
        for source in [
            include_str!("../data/de-quotes.txt"),
            include_str!("../data/en-quotes.txt"),
            include_str!("../data/de-names.txt"),
            include_str!("../data/en-names.txt"),
        ] {
            for line in source.lines().filter(|line| line.starts_with('[')) {
                let name = line.trim_matches(['[', ']']);
                let known = manner(name).is_some() || SECTIONS.iter().any(|(section, _)| *section == name);
                assert!(known, "{name}");
            }
        }
    }

    #[test]
    fn verbs_are_found_in_every_form() {
        let german = Lexicon::of(Language::German);
        let check = |word: &str, form: VerbForm, alone: bool| {
            let index = german.known(word).verb.unwrap();
            assert_eq!(
                (german.verb(index).form, german.verb(index).manner.is_some()),
                (form, alone),
                "{word}"
            );
        };
        check("sagte", VerbForm::Finite, true);
        check("gesagt", VerbForm::Participle, true);
        check("antwortete", VerbForm::Finite, true);
        check("kritisiert", VerbForm::Finite, true);
        check("teilte", VerbForm::Finite, false);
        check("mitgeteilt", VerbForm::Participle, true);
        check("erläutert", VerbForm::Finite, true);
        let english = Lexicon::of(Language::English);
        assert!(english.known("replied").verb.is_some());
        assert!(english.known("saying").verb.is_some());
    }

    #[test]
    fn compounds_are_roles_by_their_last_part() {
        let german = Lexicon::of(Language::German);
        for role in ["klärwerksleiter", "amtsleiterin", "turmspringer", "vorsitzende", "landrätin"] {
            assert!(german.is_role(role), "{role}");
        }
        for other in ["brücke", "haushalt", "kober"] {
            assert!(!german.is_role(other), "{other}");
        }
    }
}
