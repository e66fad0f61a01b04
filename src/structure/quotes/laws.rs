//! Laws that hold for any text: no panic, spans inside their block, text and span agree, linear time.

use proptest::prelude::*;

use super::find;
use crate::model::annotation::QuoteKind;
use crate::structure::{BlockKind, Context, TextBlock};

/// A megabyte; a tenth of it where nothing is optimised.
const SIZE: usize = if cfg!(debug_assertions) { 100_000 } else { 1_000_000 };

fn context(language: Option<&'static str>) -> Context<'static> {
    Context { language, published: None, places: &[] }
}

fn check_laws(texts: &[String]) {
    let blocks: Vec<TextBlock<'_>> =
        texts.iter().map(|text| TextBlock { kind: BlockKind::Paragraph, text }).collect();
    for language in ["de", "en"] {
        for quote in find(&blocks, &context(Some(language))) {
            let chars: Vec<char> = texts[quote.span.block].chars().collect();
            assert!(quote.span.start < quote.span.end && quote.span.end <= chars.len());
            let spanned: String = chars[quote.span.start..quote.span.end].iter().collect();
            assert!(spanned.contains(&quote.text), "{spanned:?} {:?}", quote.text);
            assert!((0.0..=1.0).contains(&quote.confidence));
            if quote.kind == QuoteKind::Indirect {
                assert_eq!(spanned, quote.text);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_text_gives_spans_within_its_blocks(texts in prop::collection::vec(".{0,200}", 1..4)) {
        check_laws(&texts);
    }

    #[test]
    fn marks_and_words_in_any_order_give_spans_within_their_blocks(
        texts in prop::collection::vec(
            prop::collection::vec(
                prop::sample::select(vec![
                    "„", "“", "”", "\"", "'", "‚", "‘", "’", "»", "«", "›", "‹", ",,", "''", "``", " ", " ", " ", ".", ",", ":",
                    "?", "–", "(", ")", "sagte", "so", "laut", "Mayer", "Eva", "Roth", "der", "die", "Minister", "said", "the",
                    "report", "und", "er", "sei", "heißt", "es", "in", "Ihr", "Fazit", "29", "ß", "İ", "\u{a0}", "wird", "zitiert",
                    "von", "als", "bezeichnet", "nannte", "Dr.", "weiter", "who", "teilte", "mit", "Das", "nach", "Angaben",
                ]),
                0..60,
            ).prop_map(|parts| parts.concat()),
            1..5,
        )
    ) {
        check_laws(&texts);
    }
}

#[test]
fn a_megabyte_of_one_pattern_ends_soon() {
    for pattern in [
        "„",
        "\"",
        "“",
        "'",
        "Dr. ",
        "Eva ",
        "„a“ ",
        "sagte ",
        "er sagte: „Ja.“ ",
        "Eva Roth, ",
        "laut ",
        "der ",
        "X: ",
        "(",
        "„‚",
        "heißt es ",
        "sagte Eva und ",
        "who said ",
        "a said b ",
        "„Ja“, so ",
        "von ",
        "ist ",
        "some of ",
        "einer von Einer ",
        "Von der Au sagte ",
    ] {
        let text = pattern.repeat(SIZE / pattern.len());
        let started = std::time::Instant::now();
        let blocks = [TextBlock { kind: BlockKind::Paragraph, text: &text }];
        for language in ["de", "en"] {
            find(&blocks, &context(Some(language)));
        }
        // Generous, for a busy machine; quadratic time would take minutes.
        assert!(started.elapsed().as_secs() < 20, "{pattern:?} took {:?}", started.elapsed());
    }
}

#[test]
fn many_paragraphs_take_linear_time() {
    let texts: Vec<String> =
        (0..SIZE / 50).map(|number| format!("„Satz {number}“, sagte Eva Roth{number}.")).collect();
    let blocks: Vec<TextBlock<'_>> =
        texts.iter().map(|text| TextBlock { kind: BlockKind::Paragraph, text }).collect();
    let started = std::time::Instant::now();
    assert!(!find(&blocks, &context(Some("de"))).is_empty());
    assert!(started.elapsed().as_secs() < 60);
}
