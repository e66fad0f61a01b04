//! Quotations and who said them: finds the quoted strings, decides which are speech, names the speaker.
//!
//! `marks` pairs the marks, `passage` and `phrases` read the sentences, `sources` finds who says something,
//! `links` and `attribution` bring both together, `people` knows who is meant, `speech` keeps titles and names out.

mod accounts;
mod attribution;
#[cfg(test)]
mod cases;
mod clauses;
mod colons;
mod indirect;
mod inflection;
mod interview;
mod labels;
#[cfg(test)]
mod laws;
mod lexicon;
mod links;
mod marks;
mod named;
mod names;
mod nested;
mod organisations;
mod passage;
mod people;
mod phrases;
mod reading;
mod records;
mod resolution;
mod roles;
mod set_phrases;
mod small_nouns;
mod sources;
mod speech;
mod speech_english;
mod speech_german;
mod subjects;
mod surroundings;
mod told_roles;
mod verdicts;

use std::collections::HashSet;

use super::{Context, TextBlock, language};
use crate::model::annotation::Quote;
use crate::structure::text::Text;
use lexicon::Lexicon;
use passage::Passage;

/// The blocks of an article and their passages.
struct Blocks<'b, 'a> {
    source: &'b [TextBlock<'b>],
    passages: Vec<Passage<'a>>,
}

/// Every quotation that is speech, in the order of the text; indirect speech where its source is explicit.
pub fn find(blocks: &[TextBlock<'_>], context: &Context<'_>) -> Vec<Quote> {
    let lexicon = Lexicon::of(language::of(blocks, context));
    let texts: Vec<Text<'_>> = blocks.iter().map(|block| Text::new(block.text)).collect();
    let pairs: Vec<_> = texts.iter().map(marks::pair).collect();
    let mut passages: Vec<Passage<'_>> = texts
        .iter()
        .zip(&pairs)
        .map(|(text, pairs)| Passage::new(text, pairs, 0..text.tokens.len(), None, lexicon))
        .collect();
    let mut surnames = HashSet::new();
    for passage in &passages {
        passage.collect_surnames(&mut surnames);
    }
    for passage in &mut passages {
        passage.mark_surnames(&surnames);
    }
    let blocks = Blocks { source: blocks, passages };
    let answers = interview::answers(blocks.source, &blocks.passages);
    attribution::attribute(&blocks, &answers)
}
