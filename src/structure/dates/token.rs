//! Text cut into words, numbers and single marks, each with what the lexicon knows of it.
//!
//! A token is small enough to lie about by the million; what it means in its place is the grammar's business.

use super::lexicon::{Lexicon, Meaning};

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// Letters.
    Word,
    /// ASCII digits.
    Number,
    /// One other character.
    Mark,
}

/// A piece of a block's text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token<'t> {
    /// As written.
    pub(crate) text: &'t str,
    /// Word, number or mark.
    pub(crate) kind: TokenKind,
    /// First code point.
    pub(crate) start: usize,
    /// White space stands before it, or nothing.
    pub(crate) spaced: bool,
    /// What the lexicon says.
    pub(crate) meaning: Meaning,
}

/// Stands for what is before the first token and after the last.
pub(crate) const NOTHING: Token<'static> =
    Token { text: "", kind: TokenKind::Mark, start: 0, spaced: true, meaning: Meaning::NONE };

impl Token<'_> {
    /// Begins with a capital letter.
    pub(crate) fn is_capital(&self) -> bool {
        self.kind == TokenKind::Word && self.text.starts_with(char::is_uppercase)
    }

    /// Is a word.
    pub(crate) fn is_word(&self) -> bool {
        self.kind == TokenKind::Word
    }

    /// Is this mark.
    pub(crate) fn is_mark(&self, mark: char) -> bool {
        self.kind == TokenKind::Mark && self.text.starts_with(mark)
    }

    /// Is one of these marks.
    pub(crate) fn is_one_of(&self, marks: &str) -> bool {
        self.kind == TokenKind::Mark && self.text.chars().next().is_some_and(|mark| marks.contains(mark))
    }

    /// A hyphen or dash.
    pub(crate) fn is_dash(&self) -> bool {
        self.is_one_of("-–—‐‑")
    }

    /// The number, if it is one of at most four digits.
    pub(crate) fn number(&self) -> Option<i16> {
        (self.kind == TokenKind::Number && self.text.len() <= 4).then(|| self.text.parse().ok()).flatten()
    }

    /// Count of digits, 0 for other tokens.
    pub(crate) fn digits(&self) -> usize {
        if self.kind == TokenKind::Number { self.text.len() } else { 0 }
    }

    /// One past the last code point.
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.chars().count()
    }
}

/// Cuts `text`; code points count from 0.
pub(crate) fn tokens<'t>(text: &'t str, lexicon: &Lexicon) -> Vec<Token<'t>> {
    let mut tokens = Vec::with_capacity(text.len() / 5 + 4);
    let mut scratch = String::new();
    let mut spaced = true;
    let mut characters = text.char_indices().enumerate().peekable();
    while let Some((start, (byte, first))) = characters.next() {
        if first.is_whitespace() {
            spaced = true;
            continue;
        }
        let kind = kind_of(first);
        let mut end = byte + first.len_utf8();
        if kind != TokenKind::Mark {
            while let Some(&(_, (at, next))) = characters.peek() {
                if kind_of(next) != kind && !is_combining(next) {
                    break;
                }
                end = at + next.len_utf8();
                characters.next();
            }
        }
        let piece = &text[byte..end];
        let meaning =
            if kind == TokenKind::Word { lexicon.look_up(piece, &mut scratch) } else { Meaning::NONE };
        tokens.push(Token { text: piece, kind, start, spaced, meaning });
        spaced = false;
    }
    tokens
}

fn kind_of(character: char) -> TokenKind {
    if character.is_ascii_digit() {
        TokenKind::Number
    } else if character.is_alphabetic() {
        TokenKind::Word
    } else {
        TokenKind::Mark
    }
}

/// The accents of decomposed text (`Ma\u{308}rz`) stay with their letter.
fn is_combining(character: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&character)
}
