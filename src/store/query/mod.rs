//! The language of full-text queries: read here, so that mistakes are named at their place, and written for FTS5.
//!
//! It is FTS5's (<https://sqlite.org/fts5.html#full_text_query_syntax>): words, `"phrases"`, `prefix*`, `^first`,
//! `a + b`, `NEAR(a b, 10)`, `AND`, `OR`, `NOT`, parentheses, `headline: …`, `{headline lead}: …`. A single word also
//! finds the longer words it stands in, and its spelling with `ae oe ue ss` or `ä ö ü ß`.

mod spellings;
mod tokens;

use std::collections::HashSet;
use std::fmt::{self, Write as _};
use std::iter::Peekable;

use unicode_normalization::char::is_combining_mark;

use spellings::spellings;
use tokens::{Token, tokens};

/// Longest query, in bytes.
const MAX_QUERY_BYTES: usize = 4_096;

/// Deepest nesting of parentheses.
const MAX_DEPTH: usize = 32;

/// What a query can be limited to.
const COLUMNS: &[&str] = &["headline", "lead", "body"];

/// A query that cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    query: String,
    /// Where it went wrong, in characters from the start.
    pub at: usize,
    /// What is wrong there: lower-case fragment.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot read the query: {}\n\n  ", self.message)?;
        f.write_str(&self.query.replace(char::is_control, " "))?;
        write!(f, "\n  {:>width$}\n\nhint: {}", '^', self.hint, width = self.at + 1)
    }
}

impl std::error::Error for QueryError {}

/// Writes `query` for FTS5. `longer` gives the words of the archive that hold a word inside.
pub(crate) fn for_fts5(
    query: &str,
    longer: &mut dyn FnMut(&str) -> Vec<String>,
) -> Result<String, QueryError> {
    if query.len() > MAX_QUERY_BYTES {
        return Err(QueryError {
            query: query.chars().take(40).collect(),
            at: 0,
            message: format!("it is longer than {MAX_QUERY_BYTES} bytes"),
            hint: "ask for fewer words at once".into(),
        });
    }
    let end = query.chars().count();
    let mut parser = Parser { query, end, tokens: tokens(query)?.into_iter().peekable(), longer, depth: 0 };
    if parser.tokens.peek().is_none() {
        return Err(parser.error(0, "there is no word in it", "name at least one word to look for"));
    }
    let fts5 = parser.alternatives()?;
    match parser.tokens.next() {
        None => Ok(fts5),
        Some((at, token)) => Err(parser.unexpected(at, &token)),
    }
}

/// Any of the words of a query that [`for_fts5`] wrote: as a query again, and how many they are.
pub(crate) fn any_word(fts5: &str) -> (String, usize) {
    let mut words: Vec<String> = Vec::new();
    // Between quotation marks stand the texts, outside everything else; two marks in a text end one and begin the next.
    for (number, part) in fts5.split('"').enumerate() {
        if number % 2 == 1 {
            let found = part.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c));
            words.extend(found.filter(|word| !word.is_empty()).map(quote));
        } else if part.trim_start().starts_with('*')
            && let Some(word) = words.last_mut()
        {
            word.push_str(" *");
        }
    }
    words.sort_unstable();
    words.dedup();
    (words.join(" OR "), words.len())
}

struct Parser<'a> {
    query: &'a str,
    end: usize,
    tokens: Peekable<std::vec::IntoIter<(usize, Token)>>,
    longer: &'a mut dyn FnMut(&str) -> Vec<String>,
    depth: usize,
}

// Each of these writes the part it read for FTS5, in parentheses where it is more than a phrase.
impl Parser<'_> {
    fn alternatives(&mut self) -> Result<String, QueryError> {
        self.chain(&Token::Or, " OR ", Self::conjunction)
    }

    fn conjunction(&mut self) -> Result<String, QueryError> {
        self.chain(&Token::And, " AND ", Self::exclusion)
    }

    fn exclusion(&mut self) -> Result<String, QueryError> {
        self.chain(&Token::Not, " NOT ", Self::sequence)
    }

    fn chain(
        &mut self,
        operator: &Token,
        written: &str,
        part: fn(&mut Self) -> Result<String, QueryError>,
    ) -> Result<String, QueryError> {
        let mut chain = part(self)?;
        let mut parts = 1;
        while self.tokens.next_if(|(_, token)| token == operator).is_some() {
            chain.push_str(written);
            chain.push_str(&part(self)?);
            parts += 1;
        }
        Ok(if parts > 1 { format!("({chain})") } else { chain })
    }

    /// Parts beside each other: all of them, bound closer than any operator.
    fn sequence(&mut self) -> Result<String, QueryError> {
        let mut sequence = self.part()?;
        let mut parts = 1;
        loop {
            match self.tokens.peek() {
                Some((_, Token::Sign(','))) => {
                    self.tokens.next();
                }
                Some((_, Token::Word(_) | Token::Phrase(_) | Token::Near | Token::Sign('(' | '^' | '{'))) => {
                    let part = self.part()?;
                    let _ = write!(sequence, " AND {part}");
                    parts += 1;
                }
                _ => break,
            }
        }
        Ok(if parts > 1 { format!("({sequence})") } else { sequence })
    }

    fn part(&mut self) -> Result<String, QueryError> {
        let Some((at, token)) = self.tokens.next() else {
            return Err(self.error(
                self.end,
                "it ends where a word is expected",
                "add a word, or take the operator away",
            ));
        };
        match token {
            Token::Sign('(') => {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err(self.error(at, "too many parentheses inside each other", "write it simpler"));
                }
                let inner = self.alternatives()?;
                self.depth -= 1;
                self.expect(')', at, "the parenthesis is never closed", "close it with )")?;
                Ok(format!("({inner})"))
            }
            Token::Sign('{') => {
                let mut columns = Vec::new();
                while let Some((at, Token::Word(name))) =
                    self.tokens.next_if(|(_, token)| matches!(token, Token::Word(_)))
                {
                    columns.push(self.column(at, &name)?);
                }
                let hint = "write {headline lead}: word";
                self.expect('}', at, "the list of fields is never closed", hint)?;
                self.expect(':', at, "a list of fields needs a colon", hint)?;
                Ok(format!("({{{}}} : {})", columns.join(" "), self.part()?))
            }
            Token::Near => self.near(at),
            Token::Sign('^') => Ok(format!("(^ {})", self.phrase()?)),
            Token::Word(name) if self.takes(':') => {
                let column = self.column(at, &name)?;
                Ok(format!("({column} : {})", self.part()?))
            }
            Token::Word(_) | Token::Phrase(_) => self.phrase_from(at, &token),
            _ => Err(self.unexpected(at, &token)),
        }
    }

    /// `NEAR(phrase phrase …, distance)`
    fn near(&mut self, at: usize) -> Result<String, QueryError> {
        let hint = "write NEAR(one two) or NEAR(one \"two three\", 10)";
        self.expect('(', at, "NEAR needs a list of words", hint)?;
        let mut near = String::from("NEAR(");
        while let Some((at, token)) =
            self.tokens.next_if(|(_, token)| matches!(token, Token::Word(_) | Token::Phrase(_)))
        {
            let (Token::Word(text) | Token::Phrase(text)) = token else { continue };
            near.push_str(&self.quoted(at, &text)?);
            near.push_str(if self.takes('*') { " * " } else { " " });
        }
        if self.takes(',') {
            match self.tokens.next() {
                Some((at, Token::Word(number))) => {
                    let distance: u16 =
                        number.parse().map_err(|_| self.error(at, "the distance is not a number", hint))?;
                    let _ = write!(near, ", {distance}");
                }
                _ => return Err(self.error(at, "the distance is missing", hint)),
            }
        }
        self.expect(')', at, "NEAR is never closed", hint)?;
        if near == "NEAR(" {
            return Err(self.error(at, "NEAR needs a list of words", hint));
        }
        Ok(format!("{near})"))
    }

    fn phrase(&mut self) -> Result<String, QueryError> {
        match self.tokens.next() {
            Some((at, token @ (Token::Word(_) | Token::Phrase(_)))) => {
                self.joined_from(at, &token).map(|(text, _)| text)
            }
            Some((at, token)) => Err(self.unexpected(at, &token)),
            None => Err(self.error(self.end, "it ends where a word is expected", "add a word")),
        }
    }

    fn phrase_from(&mut self, at: usize, token: &Token) -> Result<String, QueryError> {
        let word = match token {
            Token::Word(word) if word.chars().all(char::is_alphanumeric) => Some(word.clone()),
            _ => None,
        };
        match (self.joined_from(at, token)?, word) {
            ((_, true), Some(word)) => Ok(self.widened(&word)),
            ((phrase, _), _) => Ok(phrase),
        }
    }

    /// A phrase with what is joined to it by `+` and a `*` at its end; whether it stands alone.
    fn joined_from(&mut self, at: usize, token: &Token) -> Result<(String, bool), QueryError> {
        let (Token::Word(text) | Token::Phrase(text)) = &token else {
            return Err(self.unexpected(at, token));
        };
        if text.starts_with('-') && matches!(token, Token::Word(_)) {
            return Err(self.error(at, "a leading - does not exclude a word", "write: this NOT that"));
        }
        let mut phrase = self.quoted(at, text)?;
        let mut alone = true;
        while self.takes('+') {
            alone = false;
            match self.tokens.next() {
                Some((at, Token::Word(text) | Token::Phrase(text))) => {
                    let _ = write!(phrase, " + {}", self.quoted(at, &text)?);
                }
                _ => return Err(self.error(at, "a + needs a word on both sides", "write one + two")),
            }
        }
        if self.takes('*') {
            alone = false;
            phrase.push_str(" *");
        }
        Ok((phrase, alone))
    }

    /// A word, its other spellings and the longer words it stands in.
    fn widened(&mut self, word: &str) -> String {
        let mut words = vec![word.to_owned()];
        for spelling in spellings(word) {
            words.extend((self.longer)(&spelling));
            words.push(spelling);
        }
        words.extend((self.longer)(word));
        let mut seen = HashSet::new();
        words.retain(|word| seen.insert(word.clone()));
        match words.as_slice() {
            [word] => quote(word),
            words => format!("({})", words.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" OR ")),
        }
    }

    fn quoted(&self, at: usize, text: &str) -> Result<String, QueryError> {
        if !text.chars().any(char::is_alphanumeric) {
            return Err(self.error(at, "there is no word here", "signs alone cannot be looked for"));
        }
        Ok(quote(text))
    }

    fn column(&self, at: usize, name: &str) -> Result<&'static str, QueryError> {
        COLUMNS.iter().copied().find(|column| column.eq_ignore_ascii_case(name)).ok_or_else(|| {
            self.error(
                at,
                &format!("there is no field \"{name}\""),
                "fields are headline, lead and body; put words with a colon in quotation marks",
            )
        })
    }

    fn takes(&mut self, sign: char) -> bool {
        self.tokens.next_if(|(_, token)| *token == Token::Sign(sign)).is_some()
    }

    fn expect(&mut self, sign: char, at: usize, message: &str, hint: &str) -> Result<(), QueryError> {
        if self.takes(sign) { Ok(()) } else { Err(self.error(at, message, hint)) }
    }

    fn unexpected(&self, at: usize, token: &Token) -> QueryError {
        let (message, hint) = match token {
            Token::And => ("AND needs a word before it", "write: this AND that"),
            Token::Or => ("OR needs a word before it", "write: this OR that"),
            Token::Not => ("NOT needs a word before it", "write: this NOT that"),
            Token::Sign(')') => ("this parenthesis was never opened", "take it away, or open it with ("),
            Token::Sign('*') => {
                ("a * needs a word directly before it", "write the beginning of a word: stadt*")
            }
            Token::Sign(':') => ("a colon needs a field before it", "fields are headline, lead and body"),
            _ => ("this sign does not belong here", "put signs that are meant as text in quotation marks"),
        };
        self.error(at, message, hint)
    }

    fn error(&self, at: usize, message: &str, hint: &str) -> QueryError {
        QueryError { query: self.query.to_owned(), at, message: message.to_owned(), hint: hint.to_owned() }
    }
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(query: &str) -> Result<String, QueryError> {
        for_fts5(query, &mut |word| match word {
            "hauptstadt" => vec!["landeshauptstadt".into(), "hauptstadtbuero".into()],
            _ => vec![],
        })
    }

    #[test]
    fn queries_are_written_for_fts5() {
        let check =
            |query: &str, expected: &str| assert_eq!(written(query).as_deref(), Ok(expected), "{query}");
        check("haus", r#""haus""#);
        check("rat haus", r#"("rat" AND "haus")"#);
        check("rat, haus", r#"("rat" AND "haus")"#);
        check("a OR b AND c NOT d e", r#"("a" OR ("b" AND ("c" NOT ("d" AND "e"))))"#);
        check("(a OR b) c", r#"((("a" OR "b")) AND "c")"#);
        check("\"der rat\"", r#""der rat""#);
        check("\"der \"\"rat\"\"\"", r#""der ""rat""""#);
        check("stadt*", r#""stadt" *"#);
        check("^stadt", r#"(^ "stadt")"#);
        check("a + b*", r#""a" + "b" *"#);
        check("NEAR(a \"b c\", 5)", r#"NEAR("a" "b c" , 5)"#);
        check("near rat", r#"("near" AND "rat")"#);
        check("headline: rat", r#"(headline : "rat")"#);
        check("Lead:(a OR b)", r#"(lead : (("a" OR "b")))"#);
        check("{headline lead}: a", r#"({headline lead} : "a")"#);
        check("hauptstadt", r#"("hauptstadt" OR "landeshauptstadt" OR "hauptstadtbuero")"#);
        check("\"hauptstadt\"", r#""hauptstadt""#);
        check("Corona-Krise", r#""Corona-Krise""#);
        check("tuebingen", r#"("tuebingen" OR "tubingen")"#);
        check("strasse", r#"("strasse" OR "straße")"#);
        check("neue quelle", r#"("neue" AND "quelle")"#);
    }

    #[test]
    fn the_words_of_a_query_are_found_again() {
        let check = |query: &str, expected: &str| {
            assert_eq!(any_word(&written(query).expect(query)).0, expected, "{query}");
        };
        check("rat haus rat", r#""haus" OR "rat""#);
        check("headline: \"der \"\"rat\"\"\" NOT stadt*", r#""der" OR "rat" OR "stadt" *"#);
        check("NEAR(a b*, 5)", r#""a" OR "b" *"#);
        check("Corona-Krise", r#""Corona" OR "Krise""#);
    }

    #[test]
    fn mistakes_are_named_at_their_place() {
        let check = |query: &str, at: usize, message: &str| {
            let error = written(query).expect_err(query);
            assert_eq!((error.at, error.message.as_str()), (at, message), "{query}");
            assert!(error.to_string().contains("hint: "));
        };
        check("", 0, "there is no word in it");
        check("  ", 0, "there is no word in it");
        check("rat AND", 7, "it ends where a word is expected");
        check("AND rat", 0, "AND needs a word before it");
        check("NOT rat", 0, "NOT needs a word before it");
        check("rat OR OR haus", 7, "OR needs a word before it");
        check("über \"der rat", 5, "the quotation mark is never closed");
        check("(rat", 0, "the parenthesis is never closed");
        check("rat)", 3, "this parenthesis was never opened");
        check("* rat", 0, "a * needs a word directly before it");
        check("author: rat", 0, "there is no field \"author\"");
        check("https://portal.example", 0, "there is no field \"https\"");
        check("rat -haus", 4, "a leading - does not exclude a word");
        check("rat § 6", 4, "there is no word here");
        check("NEAR(a b", 0, "NEAR is never closed");
        check("NEAR(a b, x)", 10, "the distance is not a number");
        check("NEAR()", 0, "NEAR needs a list of words");
        check("a +", 0, "a + needs a word on both sides");
        check("{headline: a", 0, "the list of fields is never closed");
        check("a }", 2, "this sign does not belong here");
        check(&"(".repeat(40), 32, "too many parentheses inside each other");
        check(&"a ".repeat(3_000), 0, "it is longer than 4096 bytes");
    }

    #[test]
    fn the_message_shows_the_query_and_a_caret() {
        assert_eq!(
            written("rat )x").expect_err("unopened").to_string(),
            "cannot read the query: this parenthesis was never opened\n\n  rat )x\n      ^\n\nhint: take it away, or open it with ("
        );
    }
}
