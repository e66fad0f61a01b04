//! The beginning of a paragraph as tokens: as much of it as a dateline can take.

use crate::structure::dates::lexicon::Lexicon;
use crate::structure::dates::token::{NOTHING, Token, tokens};

/// Code points looked at.
const REACH: usize = 220;

/// The first tokens of a text.
pub(crate) struct Head<'t> {
    text: &'t str,
    tokens: Vec<Token<'t>>,
    /// The text goes on after the last token.
    pub(crate) is_cut: bool,
}

impl<'t> Head<'t> {
    /// Reads the beginning of a text.
    pub(crate) fn new(text: &'t str) -> Self {
        let end = text.char_indices().nth(REACH).map_or(text.len(), |(byte, _)| byte);
        let head = &text[..end];
        Self { text: head, tokens: tokens(head, Lexicon::calendars()), is_cut: end < text.len() }
    }

    /// The token at this place; nothing outside.
    pub(crate) fn at(&self, place: usize) -> &Token<'t> {
        self.tokens.get(place).unwrap_or(&NOTHING)
    }

    /// How many tokens there are.
    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The text from one token to the end of the token before another.
    pub(crate) fn slice(&self, first: usize, past: usize) -> &'t str {
        let (Some(from), Some(to)) =
            (self.tokens.get(first), past.checked_sub(1).and_then(|last| self.tokens.get(last)))
        else {
            return "";
        };
        let start = self.byte(from.start);
        let end = self.byte(to.end());
        self.text.get(start..end).unwrap_or_default()
    }

    /// Code points up to the token, white space before it included.
    pub(crate) fn offset(&self, place: usize) -> usize {
        self.tokens.get(place).map_or_else(|| self.text.chars().count(), |token| token.start)
    }

    /// A line break stands before the token.
    pub(crate) fn begins_line(&self, place: usize) -> bool {
        let (Some(token), Some(before)) =
            (self.tokens.get(place), place.checked_sub(1).and_then(|before| self.tokens.get(before)))
        else {
            return false;
        };
        self.text.get(self.byte(before.end())..self.byte(token.start)).is_some_and(|gap| gap.contains('\n'))
    }

    fn byte(&self, point: usize) -> usize {
        self.text.char_indices().nth(point).map_or(self.text.len(), |(byte, _)| byte)
    }
}
