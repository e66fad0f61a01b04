//! What single verb forms say of time, from the verb list of each language and from the shape of the word.
//!
//! Which of several forms in a clause counts is `tense`'s business.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::reader::{Language, Reader};

/// German verb forms.
pub(crate) const GERMAN: &str = include_str!("../data/tense.de.toml");
/// English verb forms.
pub(crate) const ENGLISH: &str = include_str!("../data/tense.en.toml");

/// What a verb form says of the clause's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cue {
    /// A finite form of the past.
    Past,
    /// Past together with a participle.
    Auxiliary,
    /// Points forward.
    Future,
    /// A participle of what is to come.
    Planned,
    /// A participle that is a state.
    State,
    /// The present of what was said.
    Reporting,
    /// Looks like a preterite and is none.
    NotPast,
    /// A finite form of the present.
    Present,
}

#[derive(Deserialize)]
struct TenseFile {
    past: String,
    auxiliary: String,
    future: String,
    planned: String,
    states: String,
    reporting: String,
    gone: String,
    prefixes: String,
    inseparable: String,
    not_past: String,
    present: String,
    behind: String,
    ahead: String,
    moved: String,
}

/// The verb forms of a file with what they say; of two entries for a word the later one counts.
pub(crate) fn cues(file: &str) -> Vec<(String, Cue)> {
    let file = TenseFile::read(file);
    let lists = [
        (&file.present, Cue::Present),
        (&file.not_past, Cue::NotPast),
        (&file.past, Cue::Past),
        (&file.reporting, Cue::Reporting),
        (&file.auxiliary, Cue::Auxiliary),
        (&file.future, Cue::Future),
        (&file.states, Cue::State),
        (&file.planned, Cue::Planned),
    ];
    lists
        .iter()
        .flat_map(|(words, cue)| words.split_whitespace().map(|word| (word.to_owned(), *cue)))
        .collect()
}

impl TenseFile {
    fn read(file: &str) -> Self {
        toml::from_str(file).expect("an embedded verb list is valid TOML")
    }
}

/// What tells a verb form by its parts.
pub(crate) struct Verbs {
    planned: HashSet<String>,
    gone: HashSet<String>,
    prefixes: Vec<String>,
    inseparable: Vec<String>,
    behind: Vec<String>,
    ahead: Vec<String>,
    moved: HashSet<String>,
}

impl Verbs {
    /// The verbs of a language.
    pub(crate) fn of(language: Language) -> &'static Self {
        static OF_GERMAN: LazyLock<Verbs> = LazyLock::new(|| Verbs::new(&TenseFile::read(GERMAN)));
        static OF_ENGLISH: LazyLock<Verbs> = LazyLock::new(|| Verbs::new(&TenseFile::read(ENGLISH)));
        match language {
            Language::German => &OF_GERMAN,
            Language::English { .. } => &OF_ENGLISH,
        }
    }

    fn new(file: &TenseFile) -> Self {
        fn list<T: FromIterator<String>>(words: &str) -> T {
            words.split_whitespace().map(str::to_owned).collect()
        }
        Self {
            planned: list(&file.planned),
            gone: list(&file.gone),
            prefixes: list(&file.prefixes),
            inseparable: list(&file.inseparable),
            behind: list(&file.behind),
            ahead: list(&file.ahead),
            moved: list(&file.moved),
        }
    }

    /// "geplant": a participle of what is to come.
    pub(crate) fn is_planned(&self, participle: &str) -> bool {
        self.planned.contains(participle)
    }

    /// A preposition before a day that lies behind ("seit").
    pub(crate) fn is_behind(&self, word: &str) -> bool {
        self.behind.iter().any(|behind| behind.eq_ignore_ascii_case(word))
    }

    /// A preposition before a day that lies ahead ("bis").
    pub(crate) fn is_ahead(&self, word: &str) -> bool {
        self.ahead.iter().any(|ahead| ahead.eq_ignore_ascii_case(word))
    }

    /// "verschoben": the day after "auf" is the new one.
    pub(crate) fn is_moved(&self, word: &str) -> bool {
        self.moved.contains(word)
    }

    /// "abgesagt", "eröffnet", "informiert": a German participle by its shape.
    pub(crate) fn is_participle(&self, word: &str) -> bool {
        if !(word.ends_with('t') || word.ends_with("en")) || word.len() < 5 {
            return false;
        }
        let has_ge = |word: &str| word.strip_prefix("ge").is_some_and(|rest| rest.len() > 3);
        has_ge(word)
            || word.ends_with("iert")
            || self.prefixes.iter().any(|prefix| word.strip_prefix(prefix.as_str()).is_some_and(has_ge))
            || self
                .inseparable
                .iter()
                .any(|prefix| word.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.len() > 3))
    }

    /// "soll … gewesen sein", "will … gesagt haben": past in spite of the verb before it. With "sein" only some
    /// participles look back: "soll … fertiggestellt sein" does not.
    pub(crate) fn is_perfect_infinitive(&self, reader: &Reader<'_>, place: usize) -> bool {
        let token = reader.at(place);
        if reader.language != Language::German || token.meaning.cue == Some(Cue::State) {
            return false;
        }
        match reader.at(place + 1).text {
            "sein" => self.gone.contains(token.text),
            "haben" => self.is_participle(token.text),
            _ => false,
        }
    }
}

/// A preterite by its ending, where it is no adjective.
pub(crate) fn is_weak_past(reader: &Reader<'_>, place: usize) -> bool {
    let word = reader.at(place).text;
    if word.len() < 5 {
        return false;
    }
    match reader.language {
        Language::German => {
            (word.ends_with("te") || word.ends_with("ten"))
                && !reader.at(place).is_capital()
                && !is_adjective(reader, place)
        }
        Language::English { .. } => {
            // "is closed", "a planned strike"
            let is_other = (1..=2)
                .any(|back| matches!(reader.back(place, back).text, "is" | "are" | "be" | "a" | "an" | "to"));
            word.ends_with("ed") && !is_other
        }
    }
}

/// After an article and before a noun: an adjective.
fn is_adjective(reader: &Reader<'_>, place: usize) -> bool {
    const ARTICLES: [&str; 19] = [
        "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "eines", "im",
        "am", "zum", "zur", "vom", "beim", "und",
    ];
    let before = reader.back(place, 1).text;
    ARTICLES.iter().any(|article| article.eq_ignore_ascii_case(before))
        && (reader.at(place + 1).is_capital()
            || (reader.at(place + 2).is_capital() && !reader.at(place + 1).is_one_of(".,:;")))
}

/// A finite present form of German by its ending.
pub(crate) fn is_present(word: &str) -> bool {
    const PARTICLES: [&str; 20] = [
        "nicht",
        "jetzt",
        "erst",
        "seit",
        "dort",
        "fast",
        "selbst",
        "sonst",
        "meist",
        "somit",
        "damit",
        "zuletzt",
        "insgesamt",
        "mitunter",
        "zunächst",
        "längst",
        "überhaupt",
        "bekannt",
        "gut",
        "vielleicht",
    ];
    word.ends_with('t') && word.len() > 3 && !PARTICLES.contains(&word) && !word.starts_with("ge")
}

/// "is planned", "was scheduled", "planned for".
pub(crate) fn is_passive(reader: &Reader<'_>, place: usize) -> bool {
    (1..=3).any(|back| {
        matches!(reader.back(place, back).text, "is" | "are" | "be" | "was" | "were" | "been" | "being")
    }) || !reader.back(place, 1).is_word()
        || matches!(reader.at(place + 1).text, "for" | "to")
}
