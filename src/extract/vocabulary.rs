//! Which elements call themselves what: class, id, role and itemprop compared with all word lists at once, and once.

use std::cell::{Cell, RefCell};
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};

use crate::select::outline::{Outline, Tag};

/// One word list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct List(u16);

macro_rules! lists {
    ($($name:ident $bit:literal $file:literal $doc:literal,)+) => {
        $(#[doc = $doc] pub(crate) const $name: List = List(1 << $bit);)+

        /// Every list and its words.
        const LISTS: &[(List, &str)] = &[$(($name, include_str!(concat!("words/", $file, ".txt"))),)+];
    };
}

lists! {
    NOT_ARTICLE 0 "not_article" "Names of what is not the article's text.",
    NEVER_ARTICLE 1 "never_article" "Names of what is not the article's text, however much text it holds.",
    ARTICLE 2 "article" "Names of what holds the article's text.",
    LEAD 3 "lead" "Names of the paragraph that opens an article.",
    SUBHEADLINE 4 "subheadline" "Names of the line under the headline.",
    KICKER 5 "kicker" "Names of the line over the headline.",
    PICTURE 6 "picture" "Names of pictures and what is written under them.",
    DATE 7 "date" "Names of what shows a date.",
    OTHER_DATES 8 "other_dates" "Names of parts whose dates are not the article's.",
    NEVER_DATES 9 "never_dates" "Names of parts that in no case hold the article's date.",
    BYLINE 10 "byline" "Names of what names the author.",
    PAYWALL 11 "paywall" "Names of what stands where a paid text is cut off.",
}

/// What the elements of a page call themselves, each told when first asked for.
#[derive(Debug)]
pub(crate) struct Names<'r, 'a> {
    outline: &'r Outline<'a>,
    lists: Vec<Cell<u16>>,
    classes: RefCell<Remembered<'a>>,
}

/// Stands where a row has not been asked for.
const NOT_TOLD: u16 = u16::MAX;

impl<'r, 'a> Names<'r, 'a> {
    /// Those of a page.
    pub(crate) fn of(outline: &'r Outline<'a>) -> Self {
        Self { outline, lists: vec![Cell::new(NOT_TOLD); outline.len()], classes: RefCell::default() }
    }

    /// Whether one of the words of `list` is in the names of the element at `row`.
    pub(crate) fn is_called(&self, row: usize, list: List) -> bool {
        let Some(lists) = self.lists.get(row) else { return false };
        if lists.get() == NOT_TOLD {
            lists.set(self.lists_of_row(row));
        }
        lists.get() & list.0 != 0
    }

    /// Compares an element with every list. Class names with a colon or bracket are instructions for a style sheet,
    /// not names.
    fn lists_of_row(&self, row: usize) -> u16 {
        let Some(element) = self.outline.element(row) else { return 0 };
        let is_meta = self.outline.tag(row) == Tag::Meta;
        element.attrs.iter().fold(0, |lists, (name, value)| match &*name.local {
            "property" if is_meta => lists,
            "class" => lists | self.classes.borrow_mut().lists_of_class(value),
            "id" | "role" | "itemprop" | "property" | "type" | "data-component" | "data-testid"
            | "data-cy" | "data-qa" => lists | FINDER.lists_in(value),
            _ => lists,
        })
    }
}

/// Class attributes met before on the page: the same ones come again and again.
#[derive(Debug)]
struct Remembered<'a> {
    slots: Vec<(&'a str, u16)>,
}

impl Default for Remembered<'_> {
    fn default() -> Self {
        Self { slots: vec![("", 0); Self::SLOTS] }
    }
}

impl<'a> Remembered<'a> {
    const SLOTS: usize = 256;

    fn lists_of_class(&mut self, value: &'a str) -> u16 {
        let hash = value
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        let slot = &mut self.slots[(hash >> 8) as usize % Self::SLOTS];
        if slot.0 != value {
            *slot = (value, lists_of_class(value));
        }
        slot.1
    }
}

/// The lists a class attribute is on. A part of the article's text that is called something else besides is that:
/// `article-body__footer` is no article, `article-body has-footer` is.
fn lists_of_class(value: &str) -> u16 {
    let whole = FINDER.lists_in(value);
    let both = ARTICLE.0 | NOT_ARTICLE.0;
    if whole & both != both && !value.contains([':', '[']) {
        return whole;
    }
    value.split_ascii_whitespace().filter(|class| !class.contains([':', '['])).fold(0, |lists, class| {
        let one = FINDER.lists_in(class);
        lists | if one & both == both { one & !ARTICLE.0 } else { one }
    })
}

/// Whether one class says of its element that it is not the article's text.
pub(crate) fn is_not_article(class: &str) -> bool {
    lists_of_class(class) & NOT_ARTICLE.0 != 0
}

/// Whether one class says of its element that it holds the article's text.
pub(crate) fn is_article(class: &str) -> bool {
    lists_of_class(class) & ARTICLE.0 != 0
}

/// All words of all lists, ready to look for.
struct Finder {
    words: AhoCorasick,
    /// By word: its list, and whether it stands for a whole word only.
    meanings: Vec<(u16, bool)>,
}

static FINDER: LazyLock<Finder> = LazyLock::new(|| Finder::of(LISTS));

impl Finder {
    /// Reads lists: `#` comments, `=word` whole words, anything else parts of names.
    fn of(lists: &[(List, &str)]) -> Self {
        let words: Vec<(&str, u16)> = lists
            .iter()
            .flat_map(|(list, text)| text.lines().map(|line| (line.trim(), list.0)))
            .filter(|(line, _)| !line.is_empty() && !line.starts_with('#'))
            .collect();
        let meanings = words.iter().map(|(word, list)| (*list, word.starts_with('='))).collect();
        let words = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(words.iter().map(|(word, _)| word.trim_start_matches('=')))
            .expect("short lists of words");
        Self { words, meanings }
    }

    /// The lists one of whose words is in `name`. A whole word ends where letters end or a capital begins.
    fn lists_in(&self, name: &str) -> u16 {
        let bytes = name.as_bytes();
        self.words.find_overlapping_iter(name).fold(0, |lists, found| {
            let (list, whole) = self.meanings[found.pattern().as_usize()];
            if !whole {
                return lists | list;
            }
            let before = found.start().checked_sub(1).map(|at| bytes[at]);
            let begins = before.is_none_or(|byte| {
                !byte.is_ascii_alphanumeric()
                    || byte.is_ascii_lowercase() && bytes[found.start()].is_ascii_uppercase()
            });
            let ends = bytes.get(found.end()).is_none_or(|byte| !byte.is_ascii_lowercase());
            if begins && ends { lists | list } else { lists }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_article_that_is_called_something_else_is_that() {
        let is_article = |class: &str| lists_of_class(class) & ARTICLE.0 != 0;
        assert!(is_article("article-body has-sidebar"));
        assert!(!is_article("article-body__footer grid"));
        assert!(is_article("md:menu article-body"));
    }

    #[test]
    fn what_is_remembered_is_what_was_found() {
        let names: Vec<String> =
            (0..2_000).map(|n| format!("{} x{n}", ["related", "lead", "y"][n % 3])).collect();
        let mut remembered = Remembered::default();
        for name in names.iter().chain(&names).map(String::as_str).chain([""]) {
            assert_eq!(remembered.lists_of_class(name), lists_of_class(name), "{name}");
        }
    }

    #[test]
    fn whole_words_and_parts_of_names_are_told_apart() {
        let finder = Finder::of(&[(List(1), "# x\n=ad\nrelated\n"), (List(2), "=ad")]);
        let check = |name, expected| assert_eq!(finder.lists_in(name), expected, "{name}");
        check("ad", 3);
        check("top-ad slot", 3);
        check("adBox", 3);
        check("header", 0);
        check("article-Related-box", 1);
        check("shadow", 0);
        check("", 0);
    }
}
