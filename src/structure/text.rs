//! Takes a block apart into tokens with byte and code point offsets, and says where sentences end.
//!
//! Knows words, numbers, quotation marks and abbreviations; what words mean is left to the annotators.

use std::collections::HashSet;
use std::sync::LazyLock;

/// The languages the annotators know in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Language {
    /// German.
    German,
    /// English.
    English,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum TokenKind {
    /// Begins with a letter, or mixes letters and digits.
    Word,
    /// Digits, with the dots, commas and colons between them.
    Number,
    /// A sign that may be a quotation mark; `,,` and `''` are one token.
    Mark,
    /// Any other sign; a run of dots is one token.
    Punct,
}

/// One token of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// First code point.
    pub char_start: usize,
    /// One past the last code point.
    pub char_end: usize,
    /// White space, or the beginning of the block, stands before it.
    pub space_before: bool,
    /// Begins with a capital letter.
    pub capital: bool,
    /// A word that took its full stop with it: `Dr.`, `z.B.`, `W.`.
    pub dotted: bool,
    lower_start: usize,
    lower_end: usize,
}

/// A block as tokens.
#[derive(Debug, Clone)]
pub(crate) struct Text<'a> {
    /// The block's text.
    pub source: &'a str,
    /// Its tokens, in order.
    pub tokens: Vec<Token>,
    lower: String,
}

static ABBREVIATIONS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("data/abbreviations.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .collect()
});

/// Words that often begin a sentence and never follow an abbreviation inside one.
static OPENERS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("data/sentence-openers.txt").split_whitespace().collect());

/// Whether the sign can be a quotation mark.
pub(crate) fn is_mark(sign: char) -> bool {
    matches!(
        sign,
        '"' | '\''
            | '`'
            | '´'
            | '«'
            | '»'
            | '‘'
            | '’'
            | '‚'
            | '‛'
            | '“'
            | '”'
            | '„'
            | '‟'
            | '‹'
            | '›'
            | '＂'
            | '″'
    )
}

impl<'a> Text<'a> {
    /// Takes a block apart, in one pass.
    pub(crate) fn new(source: &'a str) -> Self {
        let mut text = Self { source, tokens: Vec::with_capacity(source.len() / 5), lower: String::new() };
        text.lower.reserve(source.len());
        let mut chars = Cursor { rest: source.char_indices().peekable(), source, count: 0 };
        let mut space_before = true;
        while let Some((start, first)) = chars.peek() {
            if first.is_whitespace() {
                chars.next();
                space_before = true;
                continue;
            }
            let char_start = chars.count;
            let (kind, dotted) = chars.take_token(first);
            let end = chars.offset();
            let lower_start = text.lower.len();
            let form = &source[start..end];
            if form.is_ascii() {
                text.lower.extend(form.bytes().map(|byte| char::from(byte.to_ascii_lowercase())));
            } else {
                text.lower.extend(form.chars().flat_map(char::to_lowercase));
            }
            text.tokens.push(Token {
                kind,
                start,
                end,
                char_start,
                char_end: chars.count,
                space_before,
                capital: first.is_uppercase()
                    || kind == TokenKind::Word && end - start < 5 && form.chars().any(char::is_uppercase)
                    || kind == TokenKind::Word && starts_capital_part(form),
                dotted,
                lower_start,
                lower_end: text.lower.len(),
            });
            space_before = false;
        }
        text
    }

    /// The token as written.
    pub(crate) fn form(&self, index: usize) -> &'a str {
        self.tokens.get(index).map_or("", |token| &self.source[token.start..token.end])
    }

    /// The token in small letters.
    pub(crate) fn lower(&self, index: usize) -> &str {
        self.tokens.get(index).map_or("", |token| &self.lower[token.lower_start..token.lower_end])
    }

    /// The first character of a token; a space for none.
    pub(crate) fn sign(&self, index: usize) -> char {
        self.form(index).chars().next().unwrap_or(' ')
    }

    /// Whether a sentence ends with this token, given the token after it (quotation marks between them left aside).
    pub(crate) fn ends_sentence(&self, index: usize, next: Option<usize>) -> bool {
        let Some(token) = self.tokens.get(index) else { return false };
        let Some(next) = next.filter(|next| *next < self.tokens.len()) else { return true };
        let next_opens = OPENERS.contains(self.lower(next)) && self.tokens[next].capital;
        if token.dotted {
            // "Nov. Er", "Inc. The": an abbreviation at the end of its sentence.
            return next_opens && token.end - token.start > 2;
        }
        if token.kind != TokenKind::Punct {
            return false;
        }
        match self.sign(index) {
            '!' | '?' => true,
            '…' => self.tokens[next].capital,
            '.' if token.char_end - token.char_start > 1 => self.tokens[next].capital,
            '.' => !self.is_ordinal(index) || next_opens,
            _ => false,
        }
    }

    /// Whether the full stop makes a number an ordinal: `am 6. April`, `der 3. Spieltag`.
    fn is_ordinal(&self, stop: usize) -> bool {
        let Some(number) = stop.checked_sub(1) else { return false };
        let before = &self.tokens[number];
        if before.kind != TokenKind::Number || before.end != self.tokens[stop].start {
            return false;
        }
        let followed = self.tokens.get(stop + 1).is_some_and(|token| token.kind == TokenKind::Word);
        followed && before.char_end - before.char_start <= 2
    }
}

/// `dpa-Bericht`, `documenta-Leiter`: a noun that begins with a small part.
fn starts_capital_part(form: &str) -> bool {
    form.rsplit_once('-').is_some_and(|(_, last)| last.chars().next().is_some_and(char::is_uppercase))
}

struct Cursor<'a> {
    rest: std::iter::Peekable<std::str::CharIndices<'a>>,
    source: &'a str,
    count: usize,
}

impl Cursor<'_> {
    fn peek(&mut self) -> Option<(usize, char)> {
        self.rest.peek().copied()
    }

    fn offset(&mut self) -> usize {
        self.peek().map_or(self.source.len(), |(offset, _)| offset)
    }

    fn next(&mut self) {
        self.rest.next();
        self.count += 1;
    }

    /// The character after the one the cursor stands on.
    fn after(&mut self) -> Option<char> {
        let (offset, _) = self.peek()?;
        self.source[offset..].chars().nth(1)
    }

    fn take_token(&mut self, first: char) -> (TokenKind, bool) {
        if first.is_alphanumeric() {
            return self.take_word(first);
        }
        self.next();
        let twin = self.peek().is_some_and(|(_, sign)| sign == first);
        match first {
            ',' | '\'' | '`' if twin => {
                self.next();
                (TokenKind::Mark, false)
            }
            '.' if twin => {
                while self.peek().is_some_and(|(_, sign)| sign == '.') {
                    self.next();
                }
                (TokenKind::Punct, false)
            }
            _ if is_mark(first) => (TokenKind::Mark, false),
            _ => (TokenKind::Punct, false),
        }
    }

    fn take_word(&mut self, first: char) -> (TokenKind, bool) {
        let start = self.offset();
        let mut letters = first.is_alphabetic();
        let mut inner_dot = false;
        // Length of the run of letters or digits since the last joint: `U.S.` joins single letters only.
        let mut run = 0_usize;
        while let Some((_, sign)) = self.peek() {
            if sign.is_alphanumeric() {
                letters |= sign.is_alphabetic();
                run += 1;
                self.next();
                continue;
            }
            let Some(after) = self.after() else { break };
            let joins = match sign {
                '-' | '\u{2010}' | '\u{2011}' | '&' | '@' | '_' | '\u{ad}' | '\u{301}' | '\u{308}' => {
                    after.is_alphanumeric()
                }
                '\'' | '’' => after.is_alphabetic() && letters,
                '.' => {
                    (after.is_ascii_digit() && !letters)
                        || (after.is_alphabetic() && letters && (run == 1 || after.is_lowercase()))
                }
                ',' | ':' => after.is_ascii_digit() && !letters && run > 0,
                '*' | '·' => after == 'i' && letters,
                _ => false,
            };
            if !joins {
                break;
            }
            inner_dot |= sign == '.' && letters;
            run = 0;
            self.next();
        }
        if !letters {
            return (TokenKind::Number, false);
        }
        let end = self.offset();
        let word = &self.source[start..end];
        let stop = self.peek().is_some_and(|(_, sign)| sign == '.') && self.after() != Some('.');
        let initial = word.chars().count() == 1 && first.is_uppercase();
        if stop && (initial || (inner_dot && run == 1) || ABBREVIATIONS.contains(word)) {
            self.next();
            return (TokenKind::Word, true);
        }
        (TokenKind::Word, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_tokens(text: &str, expected: &[&str]) {
        let text = Text::new(text);
        let forms: Vec<&str> = (0..text.tokens.len()).map(|index| text.form(index)).collect();
        assert_eq!(forms, expected);
    }

    fn sentences(source: &str) -> Vec<String> {
        let text = Text::new(source);
        let mut found = Vec::new();
        let mut start = 0;
        for index in 0..text.tokens.len() {
            let next = (index + 1 < text.tokens.len()).then_some(index + 1);
            if text.ends_sentence(index, next) {
                found.push(source[text.tokens[start].start..text.tokens[index].end].to_owned());
                start = index + 1;
            }
        }
        found
    }

    #[test]
    fn words_keep_hyphens_apostrophes_and_abbreviation_dots() {
        check_tokens("Dr. Anna-Lena Kühn's Rad.", &["Dr.", "Anna-Lena", "Kühn's", "Rad", "."]);
        check_tokens("z.B. die U.S. Navy", &["z.B.", "die", "U.S.", "Navy"]);
        check_tokens("um 19.30 Uhr, 1,5 Prozent", &["um", "19.30", "Uhr", ",", "1,5", "Prozent"]);
        check_tokens("der 28er und 5'30", &["der", "28er", "und", "5", "'", "30"]);
        check_tokens(",,Na ja...''", &[",,", "Na", "ja", "...", "''"]);
    }

    #[test]
    fn offsets_count_code_points() {
        let text = Text::new("Über „Öl“");
        let last = text.tokens[3];
        assert_eq!((last.char_start, last.char_end, last.start), (8, 9, 12));
    }

    #[test]
    fn abbreviations_and_ordinals_do_not_end_sentences() {
        assert_eq!(
            sentences("Prof. Dr. Eder kam am 6. April z. B. nach Ulm. Er blieb."),
            ["Prof. Dr. Eder kam am 6. April z. B. nach Ulm.", "Er blieb."]
        );
        assert_eq!(
            sentences("Mr. Hale left on Nov. 9. The U.S. team stayed."),
            ["Mr. Hale left on Nov. 9.", "The U.S. team stayed."]
        );
        assert_eq!(sentences("Das war 2019. Danach nichts!"), ["Das war 2019.", "Danach nichts!"]);
    }

    #[test]
    fn a_megabyte_of_anything_is_linear() {
        for pattern in ["Dr. ", "„", "Ab ", "'", ",,", "1.", "..", "a-"] {
            let source = pattern.repeat(1_000_000 / pattern.len());
            let text = Text::new(&source);
            let ends = (0..text.tokens.len()).filter(|index| text.ends_sentence(*index, Some(index + 1)));
            assert!(ends.count() <= text.tokens.len());
        }
    }
}
