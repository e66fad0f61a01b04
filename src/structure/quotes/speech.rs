//! Decides whether quoted words are speech or a title, a name, a motto, a scare quote: a weighted sum of features.
//!
//! The weights are set by hand, a table per language (`speech_german`, `speech_english`); who speaks is decided elsewhere.

use super::lexicon::{CROWD, FUNCTION, INSTITUTION, Manner, NONSPEECH, VERBAL};
use super::links::Link;
use super::passage::Passage;
use super::phrases::Phrase;
use super::sources::{Channel, Source};
use super::speech_english::english;
use super::speech_german::german;
use crate::structure::text::TokenKind;

/// What is known about a quoted string when it is judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exhibit<'p, 'a> {
    /// The passage around it.
    pub passage: &'p Passage<'a>,
    /// Its unit.
    pub quote: usize,
    /// The units of its sentence.
    pub sentence: (usize, usize),
    /// The sources of its sentence.
    pub sources: &'p [Source],
    /// The phrases of its sentence.
    pub phrases: &'p [Phrase],
    /// Its link.
    pub link: Option<&'p Link>,
    /// Whether the quotation it is joined to was speech: `„…“ und „…“`.
    pub joined: Option<bool>,
    /// Whether reported speech goes on in this sentence: the one before named a source.
    pub reported: bool,
}

impl<'p> Exhibit<'p, '_> {
    /// The source it is linked to.
    pub(super) fn best(&self) -> Option<&'p Source> {
        let link = self.link?;
        self.sources.iter().find(|source| Some(source.at) == link.at)
    }

    /// Who that source names.
    pub(super) fn sayer(&self) -> Option<&'p Phrase> {
        self.phrases.get(self.best()?.phrase?)
    }

    /// Whether that source is a verb of this manner.
    pub(super) fn is_manner(&self, manner: Manner) -> bool {
        self.best().is_some_and(|source| source.channel == Channel::Verb(manner))
    }

    /// The word before it in its sentence, in small letters.
    pub(super) fn before(&self) -> &'p str {
        if self.quote == self.sentence.0 { "" } else { self.passage.lower(self.quote - 1) }
    }
}

/// The words inside.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a feature of its own")]
pub(super) struct Inside {
    pub(super) words: usize,
    pub(super) capitals: usize,
    /// Capitalised words behind the first, `I` left aside.
    pub(super) later_capitals: usize,
    pub(super) small_content: usize,
    pub(super) verbs: usize,
    pub(super) first_person: bool,
    pub(super) starts_small: bool,
    pub(super) stops: bool,
    pub(super) ends_comma: bool,
    pub(super) inner_stop: bool,
    pub(super) first_word: FirstWord,
    /// The last word ends like a German adjective: `unverantwortlich`.
    pub(super) adjective: bool,
    /// An institution's or a work's noun and what it is for, without a verb: `Rat zur Rettung der Häfen`.
    pub(super) institution: bool,
}

/// What the quoted words begin with.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum FirstWord {
    #[default]
    Other,
    Article,
}

/// Above zero: speech.
pub(super) fn score(exhibit: &Exhibit<'_, '_>) -> f32 {
    let inside = look_inside(exhibit);
    if inside.words == 0 {
        return -9.0;
    }
    if exhibit.passage.is_german() { german(exhibit, &inside) } else { english(exhibit, &inside) }
}

fn look_inside(exhibit: &Exhibit<'_, '_>) -> Inside {
    let passage = exhibit.passage;
    let text = passage.text;
    let mut inside = Inside::default();
    let Some(pair) = passage.units[exhibit.quote].pair else { return inside };
    let range = passage.pairs[pair].inside();
    let last = range.end;
    for token in range.clone().take(60) {
        let unit = &text.tokens[token];
        match unit.kind {
            TokenKind::Word => {
                let known = passage.lexicon.known(text.lower(token));
                if inside.words == 0 {
                    inside.starts_small = !unit.capital;
                    if matches!(text.lower(token), "a" | "an" | "the" | "ein" | "eine") {
                        inside.first_word = FirstWord::Article;
                    }
                }
                let later = inside.words > 0 && unit.capital && text.lower(token) != "i";
                inside.later_capitals += usize::from(later);
                inside.words += 1;
                inside.capitals += usize::from(unit.capital);
                let finite = known.classes & VERBAL != 0 || known.verb.is_some();
                inside.verbs += usize::from(finite && (!unit.capital || token == range.start));
                inside.small_content += usize::from(!unit.capital && known.classes & FUNCTION == 0);
                inside.first_person |= is_first_person(text.lower(token));
            }
            TokenKind::Number => inside.words += 1,
            TokenKind::Punct if matches!(text.sign(token), '.' | '!' | '?' | '…') && token + 1 < last => {
                inside.inner_stop = true;
            }
            _ => {}
        }
    }
    let last_word = range.clone().rev().find(|token| text.tokens[*token].kind == TokenKind::Word);
    inside.adjective = last_word.is_some_and(|token| {
        ["lich", "bar", "ig", "isch", "los", "haft", "sam"].iter().any(|end| text.lower(token).ends_with(end))
    });
    inside.institution =
        inside.verbs == 0 && inside.words > 2 && !inside.starts_small && names_institution(passage, range);
    let sign = passage.last_inside(pair);
    inside.stops = matches!(sign, '.' | '!' | '?' | '…');
    inside.ends_comma = matches!(sign, ',' | '—' | '-');
    inside
}

fn names_institution(passage: &Passage<'_>, inside: std::ops::Range<usize>) -> bool {
    let text = passage.text;
    let is_noun = |token: usize| {
        text.tokens[token].capital
            && passage.lexicon.ends_in(text.lower(token), NONSPEECH | INSTITUTION)
            && !passage.lexicon.ends_in(text.lower(token), CROWD)
    };
    let goes_on =
        |token: usize| matches!(text.lower(token), "zur" | "zum" | "für" | "der" | "des" | "von" | "gegen");
    let mut starts = inside.clone().take(3).filter(|token| token + 2 < inside.end);
    starts.any(|token| is_noun(token) && goes_on(token + 1))
}

fn is_first_person(lower: &str) -> bool {
    matches!(
        lower,
        "ich"
            | "wir"
            | "uns"
            | "unser"
            | "unsere"
            | "unserer"
            | "unseren"
            | "mich"
            | "mir"
            | "mein"
            | "meine"
            | "meinen"
            | "meiner"
            | "euch"
            | "du"
            | "i"
            | "we"
            | "us"
            | "our"
            | "me"
            | "my"
            | "you"
            | "your"
            | "i'm"
            | "we're"
            | "i've"
            | "we've"
            | "it's"
            | "don't"
            | "i’m"
            | "we’re"
            | "it’s"
            | "don’t"
            | "that's"
            | "that’s"
    )
}

pub(super) fn weigh(features: &[(bool, f32)]) -> f32 {
    features.iter().filter(|(holds, _)| *holds).map(|(_, weight)| weight).sum()
}
