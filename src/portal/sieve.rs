//! A selector with its sieve: what an element must call itself at least to match, so that of thousands of elements few
//! are held against the selector. Matching is `scraper`'s.

use std::ops::{Deref, Range};

use scraper::Selector;
use scraper::node::Element;
use scraper::selector::ToCss as _;

/// A selector, and what it asks for, told once.
#[derive(Debug, Clone)]
pub struct Css {
    selector: Selector,
    sieve: Sieve,
}

impl From<Selector> for Css {
    fn from(selector: Selector) -> Self {
        let sieve = Sieve::of(&selector);
        Self { selector, sieve }
    }
}

impl Deref for Css {
    type Target = Selector;

    fn deref(&self) -> &Selector {
        &self.selector
    }
}

/// The alternatives of a selector.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sieve {
    alternatives: Vec<Alternative>,
}

/// The marks an alternative asks for: name, id, classes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Alternative {
    /// Of the element itself.
    own: u128,
    /// Of elements around or beside it.
    others: Vec<u128>,
}

impl Sieve {
    fn of(selector: &Selector) -> Self {
        Self::of_text(&selector.to_css_string())
    }

    fn of_text(text: &str) -> Self {
        if text.contains(['\\', '|']) {
            // Escapes and namespaces are rare: everything passes.
            return Self { alternatives: vec![Alternative::default()] };
        }
        let mut alternatives = Vec::new();
        let mut one = Alternative::default();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let after = &rest[first.len_utf8()..];
            match first {
                ',' => {
                    alternatives.push(std::mem::take(&mut one));
                    rest = after;
                }
                // A combinator: what stood before is about other elements.
                ' ' | '>' | '+' | '~' => {
                    let own = std::mem::take(&mut one.own);
                    one.others.extend((own != 0).then_some(own));
                    rest = after;
                }
                '.' | '#' => {
                    let (name, after) = identifier(after);
                    one.own |= bits(if first == '.' { CLASS } else { ID }, name.as_bytes());
                    rest = after;
                }
                ':' => rest = identifier(after.trim_start_matches(':')).1,
                '(' | '[' => rest = after_closing(rest),
                _ => {
                    let (name, after_name) = identifier(rest);
                    if name.is_empty() {
                        rest = after;
                    } else {
                        one.own |= bits(NAME, name.to_ascii_lowercase().as_bytes());
                        rest = after_name;
                    }
                }
            }
        }
        alternatives.push(one);
        Self { alternatives }
    }
}

/// For each of 128 marks the rows of a page that carry it.
#[derive(Debug)]
pub(crate) struct Marks {
    /// 64 rows each.
    words: usize,
    /// The words of the first mark, of the second …
    sets: Vec<u64>,
}

impl Marks {
    /// Of rows given by their [`marks_of`].
    pub(crate) fn of(rows: impl ExactSizeIterator<Item = u128>) -> Self {
        let words = rows.len().div_ceil(64);
        let mut sets = vec![0; words * MARKS];
        for (row, mut marks) in rows.enumerate() {
            while marks != 0 {
                sets[marks.trailing_zeros() as usize * words + row / 64] |= 1 << (row % 64);
                marks &= marks - 1;
            }
        }
        Self { words, sets }
    }

    /// The rows of a range that may match; what is not among them certainly does not.
    pub(crate) fn admitted<'m>(
        &'m self,
        css: &'m Css,
        rows: Range<usize>,
    ) -> impl Iterator<Item = usize> + use<'m> {
        let possible = |one: &&Alternative| one.others.iter().all(|marks| self.is_on_page(*marks));
        let asked: Vec<u128> = css.sieve.alternatives.iter().filter(possible).map(|one| one.own).collect();
        let words = if asked.is_empty() || rows.is_empty() {
            0..0
        } else {
            rows.start / 64..rows.end.div_ceil(64).min(self.words)
        };
        words.flat_map(move |word| {
            let mut found = asked.iter().fold(0, |found, marks| found | self.word(*marks, word));
            if word == rows.start / 64 {
                found &= u64::MAX << (rows.start % 64);
            }
            if word == rows.end / 64 {
                found &= (1 << (rows.end % 64)) - 1;
            }
            std::iter::from_fn(move || {
                let row = (found != 0).then(|| word * 64 + found.trailing_zeros() as usize);
                found &= found.wrapping_sub(1);
                row
            })
        })
    }

    fn is_on_page(&self, marks: u128) -> bool {
        (0..self.words).any(|word| self.word(marks, word) != 0)
    }

    /// Which of 64 rows carry all of some marks.
    fn word(&self, mut marks: u128, word: usize) -> u64 {
        let mut found = u64::MAX;
        while marks != 0 {
            found &= self.sets[marks.trailing_zeros() as usize * self.words + word];
            marks &= marks - 1;
        }
        found
    }
}

/// The marks of an element: a few bits for its name, its id and each class.
pub(crate) fn marks_of(element: &Element) -> u128 {
    let name = element.name();
    let mut marks = if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        bits(NAME, name.to_ascii_lowercase().as_bytes())
    } else {
        bits(NAME, name.as_bytes())
    };
    for (name, value) in &element.attrs {
        match &*name.local {
            "id" => marks |= bits(ID, value.as_bytes()),
            "class" => {
                marks = value
                    .split_ascii_whitespace()
                    .fold(marks, |marks, class| marks | bits(CLASS, class.as_bytes()));
            }
            _ => {}
        }
    }
    marks
}

const NAME: u64 = 1;
const ID: u64 = 2;
const CLASS: u64 = 3;

/// Marks there are.
const MARKS: usize = 128;

/// Two of the marks for a word (FNV-1a).
fn bits(kind: u64, word: &[u8]) -> u128 {
    let start = 0xcbf2_9ce4_8422_2325 ^ kind;
    let hash = word.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    1 << (hash >> 57) | 1 << (hash >> 50 & 127)
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
        let css = Css::from(Selector::parse(text).unwrap());
        let elements: Vec<_> = html.tree.nodes().filter_map(scraper::ElementRef::wrap).collect();
        let marks = Marks::of(elements.iter().map(|element| marks_of(element.value())));
        let admitted: Vec<usize> = marks.admitted(&css, 0..elements.len()).collect();
        for (row, element) in elements.iter().enumerate() {
            let is_admitted = admitted.contains(&row);
            assert!(is_admitted || !css.matches(element), "{text} at {:?}", element.value());
            let found: Vec<usize> = marks.admitted(&css, row..row + 1).collect();
            assert_eq!(found, if is_admitted { vec![row] } else { Vec::new() }, "{text}");
        }
        admitted.len()
    }

    #[test]
    fn rows_are_found_across_words() {
        let css = Css::from(Selector::parse("p").unwrap());
        let p = bits(NAME, b"p");
        let marks = Marks::of((0..200_usize).map(|row| if row % 3 == 0 { p } else { 0 }));
        for range in [0..200, 0..64, 63..66, 64..128, 60..60, 127..200, 198..199] {
            let expected: Vec<usize> = range.clone().filter(|row| row % 3 == 0).collect();
            assert_eq!(marks.admitted(&css, range).collect::<Vec<_>>(), expected);
        }
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
        assert_eq!(check("#main .no-such-class"), 0);
        assert_eq!(check(".no-such-class a, #main > .nor-this"), 0);
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
