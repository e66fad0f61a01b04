//! A sieve in front of selectors: which elements can match one at all, by a word of bits each. Matching itself stays
//! `scraper`'s; most elements never get there.

use scraper::Selector;
use scraper::node::Element;
use scraper::selector::ToCss as _;

use crate::select::outline::attr;

/// What the last compound of each alternative of a selector asks for: name, id, classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sieve {
    masks: Vec<u64>,
}

impl Sieve {
    /// The sieve of a selector.
    pub(crate) fn of(selector: &Selector) -> Self {
        Self::of_text(&selector.to_css_string())
    }

    /// Whether an element with these marks may match; what is not admitted certainly does not.
    pub(crate) fn admits(&self, marks: u64) -> bool {
        self.masks.iter().any(|mask| marks & mask == *mask)
    }

    fn of_text(text: &str) -> Self {
        if text.contains(['\\', '|']) {
            // Escapes and namespaces are rare: everything passes.
            return Self { masks: vec![0] };
        }
        let mut masks = Vec::new();
        let mut mask = 0;
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let after = &rest[first.len_utf8()..];
            match first {
                ',' => {
                    masks.push(mask);
                    mask = 0;
                    rest = after;
                }
                // A combinator: what stood before is about other elements.
                ' ' | '>' | '+' | '~' => {
                    mask = 0;
                    rest = after;
                }
                '.' | '#' => {
                    let (name, after) = identifier(after);
                    mask |= bits(if first == '.' { CLASS } else { ID }, name.as_bytes());
                    rest = after;
                }
                ':' => rest = identifier(after.trim_start_matches(':')).1,
                '(' | '[' => rest = after_closing(rest),
                _ => {
                    let (name, after_name) = identifier(rest);
                    if name.is_empty() {
                        rest = after;
                    } else {
                        mask |= bits(NAME, name.to_ascii_lowercase().as_bytes());
                        rest = after_name;
                    }
                }
            }
        }
        masks.push(mask);
        Self { masks }
    }
}

/// The marks of an element: a few bits for its name, its id and each class.
pub(crate) fn marks_of(element: &Element) -> u64 {
    let name = element.name();
    let mut marks = if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        bits(NAME, name.to_ascii_lowercase().as_bytes())
    } else {
        bits(NAME, name.as_bytes())
    };
    if let Some(id) = attr(element, "id") {
        marks |= bits(ID, id.as_bytes());
    }
    for class in attr(element, "class").unwrap_or_default().split_ascii_whitespace() {
        marks |= bits(CLASS, class.as_bytes());
    }
    marks
}

const NAME: u64 = 1;
const ID: u64 = 2;
const CLASS: u64 = 3;

/// Two of 64 bits for a word (FNV-1a).
fn bits(kind: u64, word: &[u8]) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ kind;
    let hash = word.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    1 << (hash >> 58) | 1 << (hash >> 52 & 63)
}

/// The identifier at the beginning, and what follows it.
fn identifier(text: &str) -> (&str, &str) {
    let end = text.find(|character: char| {
        !(character.is_ascii_alphanumeric() || matches!(character, '-' | '_') || !character.is_ascii())
    });
    text.split_at(end.unwrap_or(text.len()))
}

/// What follows the bracket that is opened at the beginning; brackets in strings do not count.
fn after_closing(text: &str) -> &str {
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, character) in text.char_indices() {
        match character {
            _ if quote == Some(character) => quote = None,
            _ if quote.is_some() => {}
            '"' | '\'' => quote = Some(character),
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && quote.is_none() {
            return &text[at + character.len_utf8()..];
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use scraper::Html;

    use super::*;

    const PAGE: &str = "<body class='home single'><div id=main class='td-post-content wide'><p class=lead>a</p><p>b \
         <a class='more link' href=x>c</a></p></div><aside class=ad><h3 class='entry-title td-module-title'><a rel=next>d</a></h3>\
         <ul><li>1<li class=last>2</ul></aside><svg><clipPath id=Clip></clipPath></svg></body>";

    /// Marks decide as the selector does, or leave it to the selector.
    #[track_caller]
    fn check(text: &str) -> usize {
        let html = Html::parse_document(PAGE);
        let selector = Selector::parse(text).unwrap();
        let sieve = Sieve::of(&selector);
        let elements = || html.tree.nodes().filter_map(scraper::ElementRef::wrap);
        for element in elements() {
            let admitted = sieve.admits(marks_of(element.value()));
            assert!(admitted || !selector.matches(&element), "{text} at {:?}", element.value());
        }
        elements().filter(|element| sieve.admits(marks_of(element.value()))).count()
    }

    #[test]
    fn what_matches_is_always_admitted() {
        for text in [
            "p",
            ".td-post-content p",
            "#main > p.lead",
            "h3.entry-title.td-module-title a[rel=next]",
            "*",
            "a, .ad",
            "ul > li:last-child",
            "div:has(> p.lead)",
            ":not(.ad)",
            "[class~='lead']",
            "[href=\"a, b > c\"], p + p",
            "p:is(.lead, .more) ~ p a",
            "P.lead",
            "clipPath",
            ".a\\:b",
            "svg *",
            ":scope > body",
            "li:nth-child(2n+1)",
        ] {
            check(text);
        }
    }

    #[test]
    fn most_elements_are_kept_out() {
        assert!(check("h3.entry-title.td-module-title") <= 2);
        assert!(check("#main .no-such-class") <= 1);
        assert!(check(":not(.ad)") > 10, "what asks for nothing lets everything through");
    }

    proptest! {
        #[test]
        fn any_selector_of_these_parts_agrees(
            parts in proptest::collection::vec((0..8_usize, 0..6_usize), 1..5)
        ) {
            let compounds =
                ["p", ".lead", "#main", "a.more", "*", "li:last-child", "[class]", "h3:not(.x).entry-title"];
            let combinators = [" ", " > ", " + ", " ~ ", ", ", ","];
            let mut text = String::new();
            for (compound, combinator) in parts {
                if !text.is_empty() {
                    text.push_str(combinators[combinator]);
                }
                text.push_str(compounds[compound]);
            }
            check(&text);
        }
    }
}
