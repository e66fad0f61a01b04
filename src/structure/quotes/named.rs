//! Names of things between quotation marks in German texts: institutions, papers, works, words of other languages.

use super::lexicon::{DOCUMENT, NONSPEECH, PREPOSITION, SAY_NOUN, VERBAL};
use super::speech::{Exhibit, Inside};

/// Nouns for what there is of a work.
const SHARES: &[&str] = &[
    "fortsetzung",
    "verfilmung",
    "neuverfilmung",
    "neuauflage",
    "auflage",
    "ausgabe",
    "staffel",
    "folge",
    "folgen",
    "premiere",
    "uraufführung",
    "aufführung",
    "inszenierung",
    "fassung",
    "übersetzung",
    "melodie",
    "titelmelodie",
    "drehbuch",
    "figuren",
];

/// What people do with works.
const ENJOYED: &[&str] = &[
    "gelesen",
    "lesen",
    "verschlungen",
    "gesehen",
    "gehört",
    "gespielt",
    "spielen",
    "geschrieben",
    "gedreht",
    "gesungen",
    "singen",
    "veröffentlicht",
    "aufgenommen",
    "aufgeführt",
    "inszeniert",
    "verfilmt",
    "rezitiert",
];

/// What marks the name of a thing in use.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a feature of its own")]
pub(super) struct Named {
    /// `Chefredakteur der „Neuen Post“`, `Geschäftsführer von „Rowi“`, `Fortsetzung von „Hafenkante“`: what somebody or
    /// something belongs to.
    pub(super) holder: bool,
    /// `Gesetz zur Förderung der Häfen`: the words begin as names of institutions do.
    pub(super) institution: bool,
    /// `kurz „DKB“`, `auf Deutsch: „Guten Morgen“`.
    pub(super) translated: bool,
    /// `wie „Hafen online“ berichtet`.
    pub(super) reports: bool,
    /// `was als „Sonnenwind“ bezeichnet wird`.
    pub(super) by_all: bool,
    /// `Sein erstes Werk entstand 1970: „Der Hafen“`.
    pub(super) work: bool,
    /// `sagte, „Das Ufer“ sei sein bestes Buch`, `nannte „Das Ufer“ als Vorbild`: what is spoken of.
    pub(super) topic: bool,
    /// `habe „Das Ufer“ gelesen`.
    pub(super) enjoyed: bool,
    /// `Für „Brot und Salz“ kamen 300 Euro zusammen`.
    pub(super) behind_preposition: bool,
    /// `„Das Ufer“ wird abgesetzt, sagte ein Sprecher`.
    pub(super) subject: bool,
}

impl Named {
    /// What the words around a quoted string and in it say of its being a name; `title_like`: no small words, no verb.
    pub(super) fn of(exhibit: &Exhibit<'_, '_>, inside: &Inside, title_like: bool) -> Self {
        let passage = exhibit.passage;
        let quote = exhibit.quote;
        let in_sentence = |index: usize| index >= exhibit.sentence.0 && index < exhibit.sentence.1;
        let lower = |index: usize| if in_sentence(index) { passage.lower(index) } else { "" };
        let rule = exhibit.link.map_or("", |link| link.rule);
        let finite_next = in_sentence(quote + 1) && passage.is(quote + 1, VERBAL);
        if quote == exhibit.sentence.0 {
            return Self {
                institution: inside.institution && !inside.stops,
                subject: title_like
                    && !inside.stops
                    && finite_next
                    && matches!(rule, "clause-after" | "document"),
                ..Self::default()
            };
        }
        let before = quote - 1;
        let short = !inside.stops && inside.words < 8;
        let name = title_like && short;
        let colon = passage.is_sign(before, &[':']);
        let bracketed = quote >= 2 && passage.is_sign(quote - 2, &['(', '[', ',', ';']);
        let said = !matches!(rule, "" | "colon-clause");
        let cue =
            exhibit.link.and_then(|link| link.cue.as_deref()).map(str::to_lowercase).unwrap_or_default();
        let rest_of_clause = || {
            (quote + 1..quote + 7)
                .take_while(|index| in_sentence(*index) && !passage.is_sign(*index, &[',', ';', ':', '–']))
        };
        let as_example = ["nenn", "nann", "genannt"].iter().any(|stem| cue.starts_with(stem))
            && matches!(rule, "verb-before" | "clause-before")
            && rest_of_clause().take(4).any(|index| lower(index) == "als");
        let subject = passage.is_sign(before, &[',']) && quote > exhibit.sentence.0 + 1 && finite_next;
        // `was von Kritikern als „…“ bezeichnet wird`
        let by_somebody = (quote.saturating_sub(5)..before)
            .any(|index| matches!(lower(index), "von" | "durch"))
            && lower(before) == "als"
            && !(quote.saturating_sub(3)..before)
                .any(|index| passage.is(index, VERBAL) || lower(index) == "und");
        let law = passage.units[quote].pair.is_some_and(|pair| {
            passage.pairs[pair].inside().take(2).any(|token| {
                ["gesetz", "verordnung", "richtlinie"]
                    .iter()
                    .any(|noun| passage.text.lower(token).ends_with(noun))
            })
        });
        let works = colon
            && (quote.saturating_sub(10)..before).any(|index| {
                in_sentence(index)
                    && passage.units[index].capital
                    && passage.lexicon.ends_in(passage.lower(index), NONSPEECH)
                    && !passage.lexicon.ends_in(passage.lower(index), SAY_NOUN | DOCUMENT)
            });
        Self {
            holder: name
                && matches!(lower(before), "der" | "des" | "von" | "vom" | "beim" | "bei")
                && quote >= 2
                && in_sentence(quote - 2)
                && passage.units[quote - 2].capital
                && (passage.lexicon.is_role(passage.lower(quote - 2))
                    || SHARES.contains(&passage.lower(quote - 2))),
            institution: inside.institution
                && !inside.stops
                && (law
                    || !matches!(
                        lower(before),
                        "ein" | "eine" | "einer" | "einem" | "einen" | "keine" | "kein"
                    )),
            translated: short
                && match lower(before) {
                    "kurz" => bracketed || name && inside.words < 3,
                    "englisch" | "engl" | "deutsch" | "lateinisch" | "französisch" | "italienisch"
                    | "türkisch" => true,
                    _ => {
                        colon && matches!(lower(quote.wrapping_sub(2)), "englisch" | "deutsch" | "lateinisch")
                    }
                },
            reports: name
                && lower(before) == "wie"
                && in_sentence(quote + 1)
                && passage.verb(quote + 1).is_some(),
            by_all: name
                && inside.words < 4
                && lower(quote + 1) == "bezeichnet"
                && matches!(lower(quote + 2), "wird" | "werden")
                && !by_somebody,
            work: colon && name && works && !said,
            topic: short
                && !inside.starts_small
                && inside.verbs == 0
                && (subject || as_example)
                && matches!(rule, "verb-before" | "clause-before"),
            enjoyed: name && rest_of_clause().any(|index| ENJOYED.contains(&lower(index))),
            behind_preposition: name
                && quote == exhibit.sentence.0 + 1
                && passage.is(before, PREPOSITION)
                && !matches!(lower(before), "von" | "mit" | "als" | "nach" | "laut")
                && !["halt", "hält", "hielt"].iter().any(|stem| cue.starts_with(stem)),
            subject: false,
        }
    }
}
