//! Which elements call themselves what: class, id, role and itemprop compared with word lists, all words at once.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

use crate::select::outline::Outline;

/// A word list, ready to look for.
pub(crate) struct Words {
    finder: AhoCorasick,
    whole: Vec<bool>,
}

impl Words {
    /// Reads a list: `#` comments, `=word` whole words, anything else parts of names.
    fn parse(list: &str) -> Self {
        let words: Vec<&str> =
            list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        let whole = words.iter().map(|word| word.starts_with('=')).collect();
        let finder = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(words.iter().map(|word| word.trim_start_matches('=')))
            .expect("a short list of words");
        Self { finder, whole }
    }

    /// Whether one of the words is in `name`.
    pub(crate) fn is_in(&self, name: &str) -> bool {
        let bytes = name.as_bytes();
        self.finder.find_overlapping_iter(name).any(|found| {
            if !self.whole[found.pattern().as_usize()] {
                return true;
            }
            let before = found.start().checked_sub(1).map(|at| bytes[at]);
            let after = bytes.get(found.end());
            let begins = before.is_none_or(|byte| !byte.is_ascii_alphanumeric())
                || before.is_some_and(|byte| byte.is_ascii_lowercase())
                    && bytes[found.start()].is_ascii_uppercase();
            let ends = after.is_none_or(|byte| !byte.is_ascii_lowercase());
            begins && ends
        })
    }
}

/// Names of what is not the article's text.
pub(crate) static NOT_ARTICLE: LazyLock<Words> =
    LazyLock::new(|| Words::parse(include_str!("words/not_article.txt")));
/// Names of what is not the article's text, however much text it holds.
pub(crate) static NEVER_ARTICLE: LazyLock<Words> =
    LazyLock::new(|| Words::parse(include_str!("words/never_article.txt")));
/// Names of what holds the article's text.
pub(crate) static ARTICLE: LazyLock<Words> =
    LazyLock::new(|| Words::parse(include_str!("words/article.txt")));

/// Names of the paragraph that opens an article.
pub(crate) static LEAD: LazyLock<Words> = LazyLock::new(|| Words::parse(include_str!("words/lead.txt")));
/// Names of the line under the headline.
pub(crate) static SUBHEADLINE: LazyLock<Words> =
    LazyLock::new(|| Words::parse(include_str!("words/subheadline.txt")));
/// Names of the line over the headline.
pub(crate) static KICKER: LazyLock<Words> = LazyLock::new(|| Words::parse(include_str!("words/kicker.txt")));
/// Names of pictures and what is written under them.
pub(crate) static PICTURE: LazyLock<Words> =
    LazyLock::new(|| Words::parse(include_str!("words/picture.txt")));
/// Names of what shows a date.
pub(crate) static DATE: LazyLock<Words> = LazyLock::new(|| Words::parse(include_str!("words/date.txt")));
/// Names of parts whose dates are not the article's.
pub(crate) static OTHER_DATES: LazyLock<Words> =
    LazyLock::new(|| Words::parse(include_str!("words/other_dates.txt")));
/// Names of parts that in no case hold the article's date.
pub(crate) static NEVER_DATES: LazyLock<Words> = LazyLock::new(|| {
    Words::parse("comment\nkommentar\n=leserbrief\ncopyright\nrelated\nweather\nticker\nslider\ncalendar\n")
});
/// Names of what names the author.
pub(crate) static BYLINE: LazyLock<Words> = LazyLock::new(|| Words::parse(include_str!("words/byline.txt")));

/// Whether the names an element gives itself hold one of the words. Class names with a colon or bracket are
/// instructions for a style sheet, not names.
pub(crate) fn is_called(outline: &Outline<'_>, row: usize, words: &Words) -> bool {
    let Some(element) = outline.element(row) else { return false };
    element.attrs.iter().any(|(name, value)| match &*name.local {
        "class" if value.contains([':', '[']) => value
            .split_ascii_whitespace()
            .filter(|class| !class.contains([':', '[']))
            .any(|class| words.is_in(class)),
        "class" | "id" | "role" | "itemprop" | "data-component" | "data-testid" => words.is_in(value),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_and_parts_of_names_are_told_apart() {
        let words = Words::parse("# x\n=ad\nrelated\n");
        let check = |name, expected| assert_eq!(words.is_in(name), expected, "{name}");
        check("ad", true);
        check("top-ad slot", true);
        check("adBox", true);
        check("header", false);
        check("article-Related-box", true);
        check("shadow", false);
        check("", false);
    }
}
