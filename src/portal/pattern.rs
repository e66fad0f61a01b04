//! Regular expressions as people type them: compiled within a budget, or the place of the mistake.

use regex::{Regex, RegexBuilder};

use crate::portal::css::TextError;

/// Longest pattern, in bytes.
pub(super) const MAX_PATTERN_BYTES: usize = 2_048;
/// Deepest nesting of groups in a pattern.
const MAX_PATTERN_NESTING: u32 = 32;
/// Sizes a compiled pattern may have, in bytes; the smallest that suffices is taken off the budget.
const SIZE_STEPS: &[usize] = &[32 << 10, 128 << 10, 512 << 10, 1 << 20, 2 << 20, 4 << 20, 8 << 20];
/// What all patterns of one portal may take together, in bytes.
const BUDGET_BYTES: usize = 64 << 20;

/// Memory left for the compiled patterns of one portal.
#[derive(Debug)]
pub(super) struct PatternBudget(usize);

impl Default for PatternBudget {
    fn default() -> Self {
        Self(BUDGET_BYTES)
    }
}

impl PatternBudget {
    /// Compiles a pattern.
    pub(super) fn compile(&mut self, text: &str) -> Result<Regex, TextError> {
        let whole = 0..text.len();
        let error = |message: String| TextError { message, hint: None, span: whole.clone() };
        if text.len() > MAX_PATTERN_BYTES {
            return Err(error(format!("pattern longer than {MAX_PATTERN_BYTES} bytes")));
        }
        check_syntax(text)?;
        for size in SIZE_STEPS {
            if *size > self.0 {
                self.0 = 0;
                return Err(error("the patterns of this portal take too much memory together".into()));
            }
            let built = RegexBuilder::new(text)
                .size_limit(*size)
                .dfa_size_limit(*size)
                .nest_limit(MAX_PATTERN_NESTING)
                .build();
            match built {
                Ok(pattern) => {
                    self.0 -= size;
                    return Ok(pattern);
                }
                Err(regex::Error::CompiledTooBig(_)) => {}
                Err(other) => return Err(error(format!("invalid pattern: {other}"))),
            }
        }
        // It took the time of the largest, so it is taken off the budget like one.
        self.0 = self.0.saturating_sub(*SIZE_STEPS.last().unwrap_or(&0));
        Err(TextError {
            message: "this pattern takes too much memory".into(),
            hint: Some("lower the counts in `{…}`, or use `[a-z]` instead of `\\p{L}` or `\\w`".into()),
            span: whole,
        })
    }
}

fn check_syntax(text: &str) -> Result<(), TextError> {
    let mut parser = regex_syntax::ParserBuilder::new().nest_limit(MAX_PATTERN_NESTING).build();
    let Err(error) = parser.parse(text) else { return Ok(()) };
    let (message, span) = match &error {
        regex_syntax::Error::Parse(error) => (error.kind().to_string(), error.span()),
        regex_syntax::Error::Translate(error) => (error.kind().to_string(), error.span()),
        _ => return Err(TextError { message: "invalid pattern".into(), hint: None, span: 0..text.len() }),
    };
    let start = span.start.offset.min(text.len());
    let span = start..span.end.offset.clamp(start, text.len());
    let hint = hint(&text[span.clone()], &message);
    Err(TextError { hint, message: format!("invalid pattern: {message}"), span: widened(text, span) })
}

/// A range of no width becomes that of the character there.
fn widened(text: &str, span: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let next = text[span.start..].chars().next();
    if span.is_empty() { span.start..span.start + next.map_or(0, char::len_utf8) } else { span }
}

fn hint(piece: &str, message: &str) -> Option<String> {
    let advice = if message.contains("look-around") {
        "look-ahead and look-behind do not exist here: take a named group, `(?<headline>…)`, and match around it"
    } else if message.contains("backreference") {
        "`\\1` does not exist here"
    } else if piece.starts_with('\\') || message.contains("escape") {
        "in double quotes TOML reads `\\` itself: write patterns in single quotes, '\\d+'"
    } else if message.contains("repetition operator missing") {
        "to match the sign itself, write `\\*`, `\\+` or `\\?`"
    } else if message.contains("unclosed group") || message.contains("unopened group") {
        "to match a bracket itself, write `\\(` or `\\)`"
    } else {
        return None;
    };
    Some(advice.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_found_inside_the_pattern() {
        for (text, marked, words) in [
            ("^/(a|b", "(", "unclosed group"),
            ("a)b", ")", "unopened group"),
            ("x(?=y)", "(?=", "look-around"),
            (r"(a)\1", r"\1", "backreferences"),
            ("[z-a]", "z-a", "range"),
            ("*a", "*", "repetition operator"),
            (r"\p{Lx}", r"\p{Lx}", "property"),
            ("(?<a>x)(?<a>y)", "a", "duplicate"),
        ] {
            let error = PatternBudget::default().compile(text).unwrap_err();
            assert_eq!(&text[error.span.clone()], marked, "{text}: {error:?}");
            assert!(error.message.contains(words), "{text}: {error:?}");
        }
    }

    #[test]
    fn hostile_patterns_stay_within_the_budget() {
        let mut budget = PatternBudget::default();
        assert!(budget.compile(r"(?:\p{L}{1000}){1000}").unwrap_err().message.contains("memory"));
        assert!(budget.compile(&"(".repeat(1_000)).is_err());
        assert!(budget.compile(&"a".repeat(MAX_PATTERN_BYTES + 1)).is_err());
        let place = r"^(?<place>\p{Lu}[\p{L}\p{M}.’/ -]{1,48}?)\.?\s*\|\s*";
        assert!(budget.compile(place).is_ok());
        let big = r"\p{L}{60}";
        let compiled = (0..1_000).take_while(|_| budget.compile(big).is_ok()).count();
        assert!((4..1_000).contains(&compiled), "{compiled}");
    }
}
