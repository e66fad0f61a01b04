//! A full-text query cut into words, phrases, operators and signs. What they mean together is the parser's.

use super::QueryError;

/// A part of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Word(String),
    Phrase(String),
    And,
    Or,
    Not,
    Near,
    Sign(char),
}

/// The parts of `query`, each with its place in characters from the start.
pub(super) fn tokens(query: &str) -> Result<Vec<(usize, Token)>, QueryError> {
    const SIGNS: &str = "(){}:*+^,";
    let mut tokens = Vec::new();
    let mut characters = query.chars().enumerate().peekable();
    while let Some((at, character)) = characters.next() {
        if character.is_whitespace() || character.is_control() {
            continue;
        }
        if SIGNS.contains(character) {
            tokens.push((at, Token::Sign(character)));
        } else if character == '"' {
            let mut phrase = String::new();
            loop {
                match characters.next() {
                    Some((_, '"')) if characters.next_if(|(_, next)| *next == '"').is_some() => {
                        phrase.push('"');
                    }
                    Some((_, '"')) => break,
                    Some((_, next)) => phrase.push(next),
                    None => {
                        return Err(QueryError {
                            query: query.to_owned(),
                            at,
                            message: "the quotation mark is never closed".into(),
                            hint: "close the phrase with a second \"".into(),
                        });
                    }
                }
            }
            tokens.push((at, Token::Phrase(phrase)));
        } else {
            let mut word = String::from(character);
            while let Some((_, next)) = characters.next_if(|(_, next)| {
                !next.is_whitespace() && !next.is_control() && *next != '"' && !SIGNS.contains(*next)
            }) {
                word.push(next);
            }
            let opens = characters.peek().is_some_and(|(_, next)| *next == '(');
            tokens.push((
                at,
                match word.as_str() {
                    "AND" => Token::And,
                    "OR" => Token::Or,
                    "NOT" => Token::Not,
                    "NEAR" if opens => Token::Near,
                    _ => Token::Word(word),
                },
            ));
        }
    }
    Ok(tokens)
}
