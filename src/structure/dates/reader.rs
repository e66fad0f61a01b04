//! Looking at tokens by their place, without ever falling off either end.

use super::lexicon::Role;
use super::token::{NOTHING, Token};

/// Which grammar reads the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// German.
    German,
    /// English; `month_first` reads `4/6/2020` as April 6.
    English {
        /// The American order.
        month_first: bool,
    },
}

/// A block's tokens.
pub(crate) struct Reader<'a> {
    tokens: &'a [Token<'a>],
    pub(crate) language: Language,
}

impl<'a> Reader<'a> {
    /// Reads these tokens.
    pub(crate) fn new(tokens: &'a [Token<'a>], language: Language) -> Self {
        Self { tokens, language }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The token at this place; nothing outside.
    pub(crate) fn at(&self, place: usize) -> &Token<'a> {
        self.tokens.get(place).unwrap_or(&NOTHING)
    }

    /// The token so many places before.
    pub(crate) fn back(&self, place: usize, by: usize) -> &Token<'a> {
        place.checked_sub(by).map_or(&NOTHING, |place| self.at(place))
    }

    /// The word at this place plays the role.
    pub(crate) fn is(&self, place: usize, role: Role) -> bool {
        self.at(place).meaning.is(role)
    }

    /// The word at this place is one of these, whatever its case.
    pub(crate) fn is_word(&self, place: usize, words: &[&str]) -> bool {
        let token = self.at(place);
        token.is_word() && words.iter().any(|word| token.text.eq_ignore_ascii_case(word))
    }

    /// A mark directly after its neighbour.
    pub(crate) fn is_glued(&self, place: usize, marks: &str) -> bool {
        let token = self.at(place);
        !token.spaced && token.is_one_of(marks)
    }

    /// The place after an optional comma.
    pub(crate) fn skip_comma(&self, place: usize) -> usize {
        if self.at(place).is_mark(',') { place + 1 } else { place }
    }

    /// The number here belongs to a longer figure: `1.6.4`, `3,5`, `§ 6`, `A6`.
    pub(crate) fn is_part_of_figure(&self, place: usize) -> bool {
        let (before, earlier) = (self.back(place, 1), self.back(place, 2));
        let glued = !self.at(place).spaced;
        (glued && before.is_one_of(".,:/") && earlier.digits() > 0 && !before.spaced)
            || (glued && (before.is_word() || before.is_one_of("#$€£+=_@")))
            || before.is_one_of("§#$€£")
    }

    /// A sentence begins here.
    pub(crate) fn is_sentence_start(&self, place: usize) -> bool {
        let before = self.back(place, 1);
        if before.text.is_empty() || before.is_one_of("!?;:–—|•*(„“\"»«") {
            return true;
        }
        before.is_mark('.') && self.at(place).spaced && !self.is_inner_dot(place - 1)
    }

    /// A sentence ends with the mark at this place.
    pub(crate) fn ends_sentence(&self, place: usize) -> bool {
        let token = self.at(place);
        if token.is_one_of("!?") {
            return true;
        }
        let next = self.at(place + 1);
        token.is_mark('.')
            && (next.text.is_empty() || next.spaced || next.is_one_of("“”\"«»"))
            && !next.text.starts_with(char::is_lowercase)
            && !self.is_inner_dot(place)
    }

    /// A dot after a day's number, an initial or a short form.
    fn is_inner_dot(&self, place: usize) -> bool {
        let before = self.back(place, 1);
        (before.digits() > 0 && before.digits() < 3)
            || (before.is_word() && before.text.chars().nth(1).is_none())
            || before.meaning.is(Role::Short)
            || before.meaning.is(Role::Title)
    }
}
