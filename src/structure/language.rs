//! Tells which of the known languages a text is written in; leaves the words themselves to the annotators.

use super::{Context, TextBlock};
use crate::structure::text::Language;

const GERMAN: [&str; 24] = [
    "der", "die", "das", "und", "ist", "nicht", "ein", "eine", "mit", "den", "von", "zu", "für", "auf",
    "sich", "im", "dem", "des", "auch", "sagte", "sagt", "wird", "sind", "über",
];
const ENGLISH: [&str; 24] = [
    "the", "and", "of", "to", "is", "that", "with", "for", "on", "was", "said", "says", "are", "it", "by",
    "from", "he", "she", "they", "has", "have", "not", "at", "a",
];
/// Enough words to tell two languages apart.
const SAMPLE: usize = 400;

/// The language of an article: as its context says, else as its words say. German is the default.
pub(crate) fn of(blocks: &[TextBlock<'_>], context: &Context<'_>) -> Language {
    let tag = context.language.unwrap_or_default();
    match tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "de" | "deu" | "ger" | "als" | "gsw" | "bar" => Language::German,
        "" => guess(blocks),
        _ => Language::English,
    }
}

fn guess(blocks: &[TextBlock<'_>]) -> Language {
    let mut german = 0_usize;
    let mut english = 0_usize;
    for word in blocks.iter().flat_map(|block| block.text.split_whitespace()).take(SAMPLE) {
        german += usize::from(GERMAN.contains(&word));
        english += usize::from(ENGLISH.contains(&word));
    }
    if english > german { Language::English } else { Language::German }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structure::BlockKind;

    fn check(language: Option<&str>, text: &str, expected: Language) {
        let blocks = [TextBlock { kind: BlockKind::Paragraph, text }];
        assert_eq!(of(&blocks, &Context { language, published: None, places: &[] }), expected);
    }

    #[test]
    fn the_tag_decides_and_words_decide_without_one() {
        check(Some("de-AT"), "the and of", Language::German);
        check(Some("en"), "der die das", Language::English);
        check(None, "Die Brücke ist seit Montag gesperrt.", Language::German);
        check(None, "The bridge has been closed since Monday.", Language::English);
        check(None, "", Language::German);
    }
}
