//! A stretch of text as the grammar sees it: words and signs, with every quotation folded into one unit, and sentences.
//!
//! A block is a passage, and so is the inside of a quotation; what the units mean together is left to `phrases`.

use std::collections::HashSet;
use std::ops::Range;

use super::lexicon::{
    ADVERB, CALENDAR, Classes, DETERMINER, FEMALE, FUNCTION, HONORIFIC, Lexicon, MALE, PREPOSITION, ROLE,
    SURNAME, VERBAL, Verb,
};
use super::marks::Pair;
use crate::structure::text::{Language, Text, TokenKind};

/// Longer sentences are cut: no rule reaches that far, and time stays linear.
const MAX_SENTENCE: usize = 400;

/// One word, one sign, or one whole quotation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    /// First token.
    pub token: usize,
    /// One past the last token.
    pub end: usize,
    /// The pair, if it is a quotation.
    pub pair: Option<usize>,
    /// Word classes.
    pub classes: Classes,
    /// Index of the verb in the lexicon.
    pub verb: Option<usize>,
    /// What sort of token it is.
    pub kind: TokenKind,
    /// Begins with a capital letter.
    pub capital: bool,
    /// The first character.
    pub sign: char,
}

/// A stretch of text.
#[derive(Debug)]
pub(super) struct Passage<'a> {
    /// The block it belongs to.
    pub text: &'a Text<'a>,
    /// All pairs of the block.
    pub pairs: &'a [Pair],
    /// The words of its language.
    pub lexicon: &'static Lexicon,
    /// Its units.
    pub units: Vec<Unit>,
    /// Its sentences, as ranges of units that cover it without gap.
    pub sentences: Vec<Range<usize>>,
}

impl<'a> Passage<'a> {
    /// The passage of these tokens, with the pairs whose parent is `parent` folded.
    pub(super) fn new(
        text: &'a Text<'a>,
        pairs: &'a [Pair],
        tokens: Range<usize>,
        parent: Option<usize>,
        lexicon: &'static Lexicon,
    ) -> Self {
        let mut units = Vec::with_capacity(tokens.len());
        let mut next_pair = parent.map_or(0, |parent| parent + 1);
        let mut token = tokens.start;
        while token < tokens.end {
            while pairs
                .get(next_pair)
                .is_some_and(|pair| pair.open < token || pair.parent != parent && pair.open < tokens.end)
            {
                next_pair += 1;
            }
            let pair = pairs.get(next_pair).filter(|pair| pair.open == token);
            let source = &text.tokens[token];
            let (end, folded) =
                pair.map_or((token + 1, None), |pair| (pair.end.min(tokens.end), Some(next_pair)));
            if folded.is_none() && source.kind == TokenKind::Mark {
                token += 1;
                continue;
            }
            let known = match source.kind {
                TokenKind::Word if folded.is_none() => lexicon.known(text.lower(token)),
                _ => super::lexicon::Known::default(),
            };
            units.push(Unit {
                token,
                end,
                pair: folded,
                classes: known.classes,
                verb: known.verb,
                kind: source.kind,
                capital: source.capital,
                sign: text.sign(token),
            });
            token = end;
        }
        let mut passage = Self { text, pairs, lexicon, units, sentences: Vec::new() };
        passage.mark_names_like_words();
        passage.sentences = passage.split();
        passage
    }

    /// `Will Harkin`, `May Tripp`, `Ernst Klug`: given names that are other words in small letters.
    fn mark_names_like_words(&mut self) {
        let german = self.lexicon.language == Language::German;
        for index in 0..self.units.len().saturating_sub(1) {
            let given = match self.lower(index) {
                "will" if !german => MALE,
                "may" if !german => FEMALE,
                "ernst" if german => MALE,
                _ => continue,
            };
            let next = &self.units[index + 1];
            let surname = next.capital && self.is_word(index + 1) && next.classes & FUNCTION & !ADVERB == 0;
            let opens = index == 0 || !self.is_word(index - 1) && !self.is_sign(index - 1, &[',']);
            // `Will Harkin resign?` asks, `Will Harkin, a plumber, said` and `Will Harkin said` tell.
            let tells = self.is_sign(index + 2, &[','])
                || self.verb(index + 2).is_some() && !self.units[index + 2].capital;
            let dated = index > 0
                && (self.is(index - 1, PREPOSITION)
                    || matches!(self.lower(index - 1), "last" | "this" | "early" | "late"))
                && given == FEMALE;
            if self.units[index].capital && surname && (!opens || tells) && !dated {
                let unit = &mut self.units[index];
                unit.classes = given;
                unit.verb = None;
            }
        }
    }

    fn split(&self) -> Vec<Range<usize>> {
        let mut sentences = Vec::new();
        let mut start = 0;
        for index in 0..self.units.len() {
            if self.ends_sentence(index) || index - start > MAX_SENTENCE {
                sentences.push(start..index + 1);
                start = index + 1;
            }
        }
        if start < self.units.len() {
            sentences.push(start..self.units.len());
        }
        sentences
    }

    fn ends_sentence(&self, index: usize) -> bool {
        let Some(next) = self.units.get(index + 1) else { return true };
        let unit = &self.units[index];
        let Some(pair) = unit.pair else {
            let next_token = if next.pair.is_some() { next.token + 1 } else { next.token };
            if matches!(self.sign(index + 1), ')' | ']' | ',') {
                return false;
            }
            return self.text.ends_sentence(unit.token, Some(next_token));
        };
        let last = self.last_inside(pair);
        if !matches!(last, '.' | '!' | '?' | '…') {
            return false;
        }
        match next.pair {
            Some(_) => true,
            None if next.kind == TokenKind::Punct => false,
            None => {
                let announced = index > 0 && self.is_sign(index - 1, &[':']);
                let attribution = self.lexicon.language == Language::English
                    && last != '.'
                    && !announced
                    && self.attribution_follows(index + 1);
                (next.capital || next.kind == TokenKind::Number) && !attribution
            }
        }
    }

    /// `“Why?” Mr. Hale asked`: a reporting verb comes before the sentence is over.
    fn attribution_follows(&self, start: usize) -> bool {
        (start..self.units.len())
            .take(7)
            .take_while(|index| {
                !matches!(self.sign(*index), '.' | ',' | ';' | ':')
                    || self.units[*index].kind == TokenKind::Word
            })
            .any(|index| {
                self.verb(index).is_some_and(|verb| verb.manner.is_some())
                    && !self.units[index].capital
                    && self.lower(index + 1) != "that"
            })
    }

    /// Collects the words that follow given names and honorifics: surnames, whatever else they may mean.
    pub(super) fn collect_surnames(&self, surnames: &mut HashSet<String>) {
        for index in 1..self.units.len() {
            let before = index - 1;
            // `Ursula von der Leyen`
            if let Some(family) = self.family_name(index)
                && self.is(before, MALE | FEMALE)
                && self.units[before].capital
            {
                surnames.insert(self.lower(family).to_owned());
            }
            let named = self.is(before, MALE | FEMALE | HONORIFIC)
                && self.units[before].capital
                && !(self.is(before, FUNCTION) && self.starts_sentence(before));
            let unit = &self.units[index];
            if named
                && unit.capital
                && self.is_word(index)
                && unit.classes & (MALE | FEMALE | HONORIFIC) == 0
                && (unit.classes & FUNCTION == 0 || self.is_german() && unit.classes & DETERMINER == 0)
                && (unit.classes & CALENDAR == 0
                    || self.is_german()
                    || !self.is(before, CALENDAR)
                        && self.units.get(index + 1).is_none_or(|next| next.kind != TokenKind::Number))
            {
                let lower = self.lower(index);
                let name = lower.strip_suffix("'s").or_else(|| lower.strip_suffix("’s")).unwrap_or(lower);
                surnames.insert(name.to_owned());
            }
        }
    }

    /// Where the noun of a family name with a particle stands: `von der Leyen`, `van Dyk`.
    pub(super) fn family_name(&self, particle: usize) -> Option<usize> {
        if !matches!(self.lower(particle), "von" | "van" | "zu" | "ter" | "ten") {
            return None;
        }
        let article = matches!(self.lower(particle + 1), "der" | "den" | "dem" | "de" | "ten" | "und");
        let noun = particle + 1 + usize::from(article);
        (self.is_word(noun) && self.units[noun].capital).then_some(noun)
    }

    /// Marks every word that is a surname somewhere in the article.
    pub(super) fn mark_surnames(&mut self, surnames: &HashSet<String>) {
        for unit in &mut self.units {
            if unit.capital
                && unit.pair.is_none()
                && unit.kind == TokenKind::Word
                && unit.classes & (MALE | FEMALE) == 0
                && surnames.contains(self.text.lower(unit.token))
            {
                unit.classes |= SURNAME;
            }
        }
    }

    /// The last sign inside a pair, inner closing marks left aside.
    pub(super) fn last_inside(&self, pair: usize) -> char {
        self.pairs[pair]
            .inside()
            .rev()
            .find(|token| self.text.tokens[*token].kind != TokenKind::Mark)
            .map_or(' ', |token| self.text.form(token).chars().last().unwrap_or(' '))
    }

    /// The first character of a unit; a space outside the passage.
    pub(super) fn sign(&self, index: usize) -> char {
        self.units.get(index).map_or(' ', |unit| unit.sign)
    }

    /// A unit in small letters; empty for quotations.
    pub(super) fn lower(&self, index: usize) -> &str {
        self.units
            .get(index)
            .filter(|unit| unit.pair.is_none())
            .map_or("", |unit| self.text.lower(unit.token))
    }

    /// A unit as written; of a quotation, its opening mark.
    pub(super) fn form(&self, index: usize) -> &'a str {
        self.units.get(index).map_or("", |unit| self.text.form(unit.token))
    }

    /// Whether the unit has one of the classes.
    pub(super) fn is(&self, index: usize, classes: Classes) -> bool {
        self.units.get(index).is_some_and(|unit| unit.classes & classes != 0)
    }

    /// The reporting verb that the unit is a form of.
    pub(super) fn verb(&self, index: usize) -> Option<&'static Verb> {
        Some(self.lexicon.verb(self.units.get(index)?.verb?))
    }

    /// Whether the unit is a word (and no quotation).
    pub(super) fn is_word(&self, index: usize) -> bool {
        self.units.get(index).is_some_and(|unit| unit.pair.is_none() && unit.kind == TokenKind::Word)
    }

    /// Whether the unit is a quotation.
    pub(super) fn is_quote(&self, index: usize) -> bool {
        self.units.get(index).is_some_and(|unit| unit.pair.is_some())
    }

    /// Whether the unit is this sign.
    pub(super) fn is_sign(&self, index: usize, signs: &[char]) -> bool {
        self.units.get(index).is_some_and(|unit| unit.kind == TokenKind::Punct && signs.contains(&unit.sign))
    }

    /// Whether the unit is a capitalised word that can be a noun or a name.
    pub(super) fn is_capital(&self, index: usize) -> bool {
        let Some(unit) = self.units.get(index) else { return false };
        unit.capital
            && unit.pair.is_none()
            && unit.kind == TokenKind::Word
            && (unit.classes & FUNCTION == 0
                || !self.starts_sentence(index) && unit.classes & (ROLE | SURNAME) != 0
                || unit.classes & SURNAME != 0 && self.is_finite(index + 1))
    }

    /// Whether a sentence, or a clause after a colon, starts with the unit.
    pub(super) fn starts_sentence(&self, index: usize) -> bool {
        index == 0
            || self.is_sign(index - 1, &['.', '!', '?', ':', '…', '–', '—'])
            || self.is_quote(index - 1)
            || self.sentences.binary_search_by_key(&index, |sentence| sentence.start).is_ok()
    }

    /// Whether a finite verb stands here, reporting or not.
    pub(super) fn is_finite(&self, index: usize) -> bool {
        let Some(unit) = self.units.get(index) else { return false };
        !unit.capital && (unit.classes & VERBAL != 0 || unit.verb.is_some())
    }

    /// The text from one unit up to another, as written.
    pub(super) fn slice(&self, range: &Range<usize>) -> &'a str {
        if range.is_empty() || range.end > self.units.len() {
            return "";
        }
        let start = self.text.tokens[self.units[range.start].token].start;
        let end = self.text.tokens[self.units[range.end - 1].end - 1].end;
        &self.text.source[start..end]
    }

    /// Whether the language is German.
    pub(super) fn is_german(&self) -> bool {
        self.lexicon.language == Language::German
    }
}
