//! Lines that stand in articles and are none of their text, told by how they begin; headings that end the article.

use std::sync::LazyLock;

use regex::bytes::{RegexSet, RegexSetBuilder};

/// Longest line that is compared, in characters.
const MAX_LINE: usize = 300;
/// Longest heading that is compared, in characters.
const MAX_HEADING: usize = 80;
/// Memory for the states of the patterns' automaton: with less it is not built, and matching takes ten times as long.
const AUTOMATON_BYTES: usize = 16 * 1024 * 1024;

/// Whether a line is furniture of the page.
pub(crate) fn is_boilerplate(text: &str) -> bool {
    text.chars().take(MAX_LINE + 1).count() <= MAX_LINE && BOILERPLATE.is_match(text.as_bytes())
}

/// Whether a heading says that the article is over.
pub(crate) fn ends_article(heading: &str) -> bool {
    heading.chars().take(MAX_HEADING + 1).count() <= MAX_HEADING && END_HEADINGS.is_match(heading.as_bytes())
}

static BOILERPLATE: LazyLock<RegexSet> = LazyLock::new(|| {
    patterns(include_str!("words/boilerplate.txt"), |line| format!(r"^\W{{0,3}}(?:{line})"))
});

static END_HEADINGS: LazyLock<RegexSet> =
    LazyLock::new(|| patterns(include_str!("words/end_headings.txt"), |line| format!(r"^\W*(?:{line})\W*$")));

fn patterns(list: &str, whole: impl Fn(&str) -> String) -> RegexSet {
    let lines = list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    // Unicode word boundaries would turn the fast automata off for any text with an umlaut.
    // A bounded number of any bytes compiles to a hundredth of the states of as many characters.
    let byte_wise = |line: String| line.replace(r"\b", r"(?-u:\b)").replace(".{", "(?s-u:.){");
    RegexSetBuilder::new(lines.map(|line| byte_wise(whole(line))))
        .case_insensitive(true)
        .size_limit(32 * 1024 * 1024)
        .dfa_size_limit(AUTOMATON_BYTES)
        .build()
        .expect("tested patterns")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn furniture_is_told_from_text() {
        for line in [
            "Lesen Sie auch: Rat baut um",
            "Read more: Storm",
            "Foto: Anna Berg",
            "Anzeige",
            "© 2020 Stadtblatt",
        ] {
            assert!(is_boilerplate(line), "{line}");
        }
        for line in [
            "Lesen lernt man in der Schule.",
            "Die Quelle liegt im Wald.",
            "More than a hundred people came to the harbour on Sunday.",
            "Subscribers of the old paper remember the fire, which burnt for three days and left nothing of the printing house but the walls and the great clock above the door, and which nobody in the town has ever been able to explain, though many have tried, and some have written books about it that nobody has read since.",
            "",
        ] {
            assert!(!is_boilerplate(line), "{line}");
        }
    }

    #[test]
    fn headings_that_end_an_article_are_known() {
        for heading in
            ["Weitere Artikel", "Related stories", "3 Kommentare", "Lire aussi", "More from Coast Mail"]
        {
            assert!(ends_article(heading), "{heading}");
        }
        for heading in ["Mehr Geld für Schulen", "Der Rat kommentiert", "Supporters cheer", ""] {
            assert!(!ends_article(heading), "{heading}");
        }
    }
}
