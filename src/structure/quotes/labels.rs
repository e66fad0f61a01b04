//! German words between quotation marks that label: names in use, songs, inscriptions, slogans, grades, words talked about.

use super::lexicon::{CROWD, MEDIUM, Manner};
use super::speech::{Exhibit, Inside};

/// Inscriptions on these name a thing.
const PRODUCTS: &[&str] = &[
    "etikett",
    "etikette",
    "etiketten",
    "plakette",
    "tasse",
    "t-shirt",
    "mütze",
    "klingelschild",
    "ortsschild",
];

/// Nouns for words.
const WORDS: &[&str] =
    &["begriff", "begriffe", "wort", "wörter", "wörtchen", "unwort", "ausdruck", "vokabel", "schlagwort"];

/// What marks a label.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a feature of its own")]
pub(super) struct Label {
    /// `Das Blatt titelt: „…“`, `(kurz: „IG Bau“)`, `laut „news.example“`.
    pub(super) heading: bool,
    /// `Auf der Tasse steht „…“`.
    pub(super) printed: bool,
    /// `Lokale Medien nennen es „El Dragón“`, `Das nennen wir „…“`.
    pub(super) in_use: bool,
    /// `Der Chor sang „Hoch auf dem gelben Wagen“`, where a crowd chants.
    pub(super) sung: bool,
    /// `Seine Mutter rief ihn „Spatz“`, `Die Gäste nennen ihn „Schorsch“`.
    pub(super) familiar: bool,
    /// `warb mit „Mehr Meer“ um Gäste`.
    pub(super) slogan: bool,
    /// `Der Begriff „bezahlbar“ müsse …`.
    pub(super) word: bool,
    /// `bewertete ein Gerät mit „sehr gut“`, `stuft den Vogel als „gefährdet“ ein`.
    pub(super) grade: bool,
}

impl Label {
    /// What the words around a quoted string say of its being a label; `title_like`: no small words, no verb;
    /// `after_cue`: a source stands right beside it.
    pub(super) fn of(exhibit: &Exhibit<'_, '_>, inside: &Inside, title_like: bool, after_cue: bool) -> Self {
        let passage = exhibit.passage;
        let quote = exhibit.quote;
        let lower = exhibit.before();
        let best = exhibit.best();
        let cue = best.map(|source| source.cue.to_lowercase()).unwrap_or_default();
        let begins = |stems: &[&str]| stems.iter().any(|stem| cue.starts_with(stem));
        let sayer = exhibit.sayer();
        let kurz = passage.is_sign(quote.wrapping_sub(1), &[':'])
            && quote > exhibit.sentence.0 + 1
            && passage.lower(quote - 2) == "kurz";
        let short = inside.words < 4 && !inside.stops;
        Self {
            heading: begins(&["titel"]) || kurz || lower == "laut" && short,
            printed: !after_cue
                && (title_like || inside.words < 6 && !inside.first_person)
                && (exhibit.sentence.0..quote).any(|index| PRODUCTS.contains(&passage.lower(index))),
            in_use: exhibit.is_manner(Manner::Call)
                && title_like
                && sayer.is_some_and(|phrase| {
                    let head = passage.lower(phrase.head.unwrap_or(phrase.range.start));
                    matches!(passage.lower(phrase.range.start), "wir" | "man" | "alle" | "viele")
                        || phrase.range.len() < 3
                            && !phrase.definite
                            && passage.lexicon.ends_in(head, CROWD | MEDIUM)
                }),
            sung: begins(&["sang", "sing", "gesung"])
                && !inside.stops
                && !inside.starts_small
                && !sayer.is_some_and(|phrase| {
                    phrase.head.is_some_and(|head| passage.lexicon.ends_in(passage.lower(head), CROWD))
                }),
            familiar: !inside.stops
                && (inside.words == 1
                    && matches!(lower, "ihn" | "sie" | "mich" | "dich")
                    && matches!(cue.as_str(), "rief" | "riefen" | "ruft" | "rufen")
                    || inside.words < 3
                        && title_like
                        && matches!(lower, "ihn" | "sie" | "es")
                        && cue == "nennen"),
            slogan: lower == "mit" && begins(&["warb", "wirb", "werb", "geworb"]),
            word: inside.words < 4 && !after_cue && WORDS.contains(&lower),
            grade: short
                && matches!(lower, "mit" | "als")
                && (exhibit.sentence.0..exhibit.sentence.1).any(|index| {
                    ["bewert", "benot", "stuft", "eingestuft"]
                        .iter()
                        .any(|stem| passage.lower(index).starts_with(stem))
                }),
        }
    }
}
