//! Whole articles in small: quotations in, speakers, roles and rules out. People and places are invented.

use super::find;
use crate::model::annotation::{Quote, QuoteKind};
use crate::structure::{BlockKind, Context, TextBlock};

mod people;
mod sources;
mod speech;

fn quotes(language: &str, paragraphs: &[&str]) -> Vec<Quote> {
    let blocks: Vec<TextBlock<'_>> = paragraphs
        .iter()
        .map(|text| match text.strip_prefix("# ") {
            Some(headline) => TextBlock { kind: BlockKind::Headline, text: headline },
            None => TextBlock { kind: BlockKind::Paragraph, text },
        })
        .collect();
    find(&blocks, &Context { language: Some(language), published: None, places: &[] })
}

/// Text, speaker and role of every quotation that is not indirect.
fn check(language: &str, paragraphs: &[&str], expected: &[(&str, &str, &str)]) {
    let found = quotes(language, paragraphs);
    let found: Vec<(&str, &str, &str)> = found
        .iter()
        .filter(|quote| quote.kind != QuoteKind::Indirect)
        .map(|quote| {
            (
                quote.text.as_str(),
                quote.speaker.as_deref().unwrap_or("-"),
                quote.role.as_deref().unwrap_or("-"),
            )
        })
        .collect();
    assert_eq!(found, expected, "{paragraphs:?}");
}
