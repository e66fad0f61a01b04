//! CSS selectors as people type them: compiled, or the place of the mistake and what to write instead.

use std::ops::Range;

use scraper::Selector;

/// Longest selector, in bytes.
pub(super) const MAX_SELECTOR_BYTES: usize = 2_048;
/// Deepest nesting of parentheses in a selector.
const MAX_SELECTOR_NESTING: usize = 16;

/// Why a text is no selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TextError {
    /// Lower-case fragment.
    pub(super) message: String,
    /// What to do about it.
    pub(super) hint: Option<String>,
    /// Bytes of the text it concerns.
    pub(super) span: Range<usize>,
}

/// What people bring along from elsewhere, what it is, and what is written here.
const FOREIGN: &[(&str, &str)] = &[
    (
        ":contains(",
        "`:contains()` is not CSS: use `where.text`, as in `where = { text = \"Weitere Artikel\" }`",
    ),
    (":-soup-contains(", "`:-soup-contains()` is not CSS: use `where.text`"),
    (":has-text(", "`:has-text()` is not CSS: use `where.text`"),
    (":matches(", "`:matches()` is not CSS: use `:is()`, or `where.text` for text"),
    ("::text", "`::text` is not CSS: a rule gives the text by itself"),
    ("::attr(", "`::attr()` is not CSS: use `attr = \"…\"` beside `css`"),
    (":eq(", "`:eq()` is jQuery, not CSS: use `:nth-of-type()`"),
    (":nth(", "`:nth()` is jQuery, not CSS: use `:nth-of-type()`"),
    (":gt(", "`:gt()` is jQuery, not CSS: use `:nth-of-type(n+2)`"),
    (":lt(", "`:lt()` is jQuery, not CSS: use `:nth-of-type(-n+2)`"),
    (":even", "`:even` is jQuery, not CSS: use `:nth-of-type(odd)`, which counts from 1"),
    (":odd", "`:odd` is jQuery, not CSS: use `:nth-of-type(even)`, which counts from 1"),
    (
        ":first",
        "`:first` is jQuery, not CSS: a rule takes the first match by itself, and `:first-of-type` counts among siblings",
    ),
    (":last", "`:last` is jQuery, not CSS: use `:last-of-type`"),
    (":header", "`:header` is jQuery, not CSS: write `h1, h2, h3`"),
    (":visible", "`:visible` is jQuery, not CSS: a page is read without being drawn"),
    (":hidden", "`:hidden` is jQuery, not CSS: a page is read without being drawn"),
    (":parent", "`:parent` is jQuery, not CSS: use `:has()` on the parent"),
];

/// Pseudo-classes that begin like one of [`FOREIGN`] and are CSS.
const CSS_ALIKE: &[&str] = &[":first-child", ":first-of-type", ":last-child", ":last-of-type"];

/// Compiles a selector.
pub(super) fn compile(text: &str) -> Result<Selector, TextError> {
    let error = |message: &str, hint: Option<String>, span: Range<usize>| TextError {
        message: message.into(),
        hint,
        span,
    };
    if text.trim().is_empty() {
        return Err(error("empty CSS selector", None, 0..text.len()));
    }
    if text.len() > MAX_SELECTOR_BYTES {
        let message = format!("CSS selector longer than {MAX_SELECTOR_BYTES} bytes");
        return Err(error(&message, None, 0..text.len()));
    }
    if nesting(text) > MAX_SELECTOR_NESTING {
        let message = format!("CSS selector nested deeper than {MAX_SELECTOR_NESTING} parentheses");
        return Err(error(&message, None, 0..text.len()));
    }
    if let Some((span, hint)) = foreign(text) {
        return Err(error("invalid CSS selector", Some(hint), span));
    }
    // A browser closes brackets at the end by itself; a person who left one open made a mistake.
    if let Some((at, message)) = unbalanced(&without_strings(text)) {
        return Err(error(&format!("invalid CSS selector: {message}"), None, at..at + 1));
    }
    Selector::parse(text).map_err(|_| {
        let (message, span) = locate(text);
        TextError { message, hint: None, span }
    })
}

fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// A piece that is not CSS, with the advice that goes with it. Strings in quotes are not looked into.
fn foreign(text: &str) -> Option<(Range<usize>, String)> {
    let bare = without_strings(text);
    let trimmed = bare.trim_start();
    if let Some(at) = bare.find("//") {
        return Some((at..at + 2, "`//` is XPath, not CSS: write `div p` for `//div//p`".into()));
    }
    let xpath_axis = ["ancestor::", "following-sibling::", "descendant::", "parent::", "text()"];
    if trimmed.starts_with('/') || xpath_axis.iter().any(|axis| bare.contains(axis)) {
        return Some((0..text.len(), "this is XPath, not CSS: write `article > p` for `/article/p`".into()));
    }
    if let Some(at) = bare.find("[@") {
        return Some((at..at + 2, "`[@…]` is XPath: CSS writes `[class=\"…\"]` without the `@`".into()));
    }
    for (piece, hint) in FOREIGN {
        for (at, _) in bare.match_indices(piece) {
            let rest = &bare[at..];
            let goes_on =
                rest[piece.len()..].starts_with(|letter: char| letter.is_alphanumeric() || letter == '-');
            if CSS_ALIKE.iter().any(|css| rest.starts_with(css)) || (!piece.ends_with('(') && goes_on) {
                continue;
            }
            return Some((at..at + piece.trim_end_matches('(').len(), (*hint).into()));
        }
    }
    None
}

/// The text with the inside of quoted strings blanked, of the same length.
fn without_strings(text: &str) -> String {
    let mut quote = None;
    let mut escaped = false;
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        let inside = quote.is_some();
        if escaped {
            escaped = false;
        } else if letter == '\\' {
            escaped = true;
        } else if quote == Some(letter) {
            quote = None;
        } else if !inside && matches!(letter, '"' | '\'') {
            quote = Some(letter);
        }
        if inside && quote.is_some() {
            out.extend(std::iter::repeat_n('_', letter.len_utf8()));
        } else {
            out.push(letter);
        }
    }
    out
}

/// Where in an invalid selector the mistake probably is: the first of several selectors that
/// does not compile, the pseudo-class nobody knows.
fn locate(text: &str) -> (String, Range<usize>) {
    let bare = without_strings(text);
    let part = parts(&bare)
        .into_iter()
        .find(|part| Selector::parse(&text[part.clone()]).is_err())
        .unwrap_or(0..text.len());
    let start = part.start + (bare[part.clone()].len() - bare[part.clone()].trim_start().len());
    let end = start + bare[start..part.end].trim_end().len();
    if start >= end {
        let at = part.start.min(text.len().saturating_sub(1));
        return ("invalid CSS selector: nothing beside the comma".into(), at..at + 1);
    }
    for (at, _) in bare[start..end].match_indices(':') {
        let at = start + at;
        let name = bare[at..end].trim_start_matches(':');
        let colons = bare[at..end].len() - name.len();
        let letters =
            name.find(|letter: char| !(letter.is_alphanumeric() || letter == '-')).unwrap_or(name.len());
        let span = at..at + colons + letters;
        if letters > 0 && !name[letters..].starts_with('(') && Selector::parse(&text[span.clone()]).is_err() {
            return (format!("invalid CSS selector: unknown `{}`", &text[span.clone()]), span);
        }
    }
    ("invalid CSS selector".into(), start..end)
}

/// The first bracket without its partner.
fn unbalanced(bare: &str) -> Option<(usize, &'static str)> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut quote = None;
    for (at, letter) in bare.char_indices() {
        match letter {
            '(' | '[' => open.push((at, letter)),
            ')' | ']' => {
                let partner = if letter == ')' { '(' } else { '[' };
                if open.pop().is_none_or(|(_, bracket)| bracket != partner) {
                    return Some((at, "a bracket closes that was not opened"));
                }
            }
            '"' | '\'' => quote = if quote.is_none() { Some(at) } else { None },
            _ => {}
        }
    }
    if let Some(at) = quote {
        return Some((at, "a quotation mark is not closed"));
    }
    open.first().map(|(at, _)| (*at, "a bracket is not closed"))
}

/// The selectors of a list, cut at commas outside brackets.
fn parts(bare: &str) -> Vec<Range<usize>> {
    let mut depth = 0_usize;
    let mut start = 0;
    let mut parts = Vec::new();
    for (at, byte) in bare.bytes().enumerate() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                parts.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(start..bare.len());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_understand_compiles() {
        for text in [
            "h1",
            "h2, h3 , p > strong",
            "article[id^='post-']",
            ".page-nav > a:has(> i.td-icon-menu-right)",
            ":is(h1, h2):not(.x):first-child",
            "p:first-of-type, p:last-child",
            "a[href*='://example.org/']",
            "[title=\"a:contains(b)\"]",
            "link[rel=next]",
        ] {
            assert!(compile(text).is_ok(), "{text}: {:?}", compile(text));
        }
    }

    #[test]
    fn what_is_not_css_says_where_and_what_instead() {
        for (text, marked, hint) in [
            ("p:contains('x')", ":contains", "where.text"),
            ("//div[@class='x']", "//", "XPath"),
            ("/html/body", "/html/body", "XPath"),
            ("div[@id=x]", "[@", "XPath"),
            ("li:first", ":first", "jQuery"),
            ("li:eq(0) a", ":eq", "jQuery"),
            ("h1::text", "::text", "by itself"),
            ("a::attr(href)", "::attr", "attr ="),
            ("tr:odd", ":odd", "nth-of-type"),
        ] {
            let error = compile(text).unwrap_err();
            assert_eq!(&text[error.span.clone()], marked, "{text}");
            assert!(error.hint.as_deref().unwrap_or_default().contains(hint), "{text}: {error:?}");
        }
    }

    #[test]
    fn a_mistake_in_a_list_of_selectors_is_found_in_its_part() {
        for (text, marked) in [
            ("h1, h2 >> p, h3", "h2 >> p"),
            ("a:not(.b", "("),
            ("a[href", "["),
            ("a)", ")"),
            ("a[href='x]", "'"),
            ("h1, p:blinking", ":blinking"),
            ("h1,, h2", ","),
            ("", ""),
            ("..x", "..x"),
        ] {
            let error = compile(text).unwrap_err();
            assert_eq!(&text[error.span.clone()], marked, "{text}: {error:?}");
        }
    }

    #[test]
    fn long_and_deep_selectors_are_refused() {
        assert!(compile(&"a ".repeat(MAX_SELECTOR_BYTES)).is_err());
        assert!(compile(&format!("{}a{}", ":not(".repeat(300), ")".repeat(300))).is_err());
    }
}
