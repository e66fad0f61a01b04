//! Interviews without marks: paragraphs that begin with the speaker's label, `Lahn: …`, `Antwort: …`.

use std::collections::HashMap;

use super::passage::Passage;
use crate::structure::{BlockKind, TextBlock};

/// An answer: the paragraph from a token on.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    /// Its block.
    pub block: usize,
    /// The first token after the label.
    pub token: usize,
    /// The label as written.
    pub label: String,
}

impl Answer {
    /// The label as a name; `Antwort` and the like are none.
    pub(super) fn name(&self) -> Option<String> {
        (!is_generic(&self.label)).then(|| self.label.clone())
    }
}

/// A label has at most this many words.
const MAX_LABEL: usize = 4;

/// Answers of the article, if it is an interview: a label begins two paragraphs at least.
pub(super) fn answers(blocks: &[TextBlock<'_>], passages: &[Passage<'_>]) -> Vec<Answer> {
    let mut answers = Vec::new();
    let mut paragraphs: HashMap<String, (usize, usize)> = HashMap::new();
    for (block, passage) in passages.iter().enumerate() {
        if blocks[block].kind != BlockKind::Paragraph {
            continue;
        }
        let Some((label, token)) = label(passage) else { continue };
        let asks = passage.text.source.trim_end().ends_with('?');
        let count = paragraphs.entry(label.to_lowercase()).or_default();
        count.0 += 1;
        count.1 += usize::from(asks);
        answers.push(Answer { block, token, label });
    }
    answers.retain(|answer| {
        let (count, asking) = paragraphs.get(&answer.label.to_lowercase()).copied().unwrap_or_default();
        let asks = asking * 2 > count || is_question(&answer.label);
        let labelled = count >= 2 || is_generic(&answer.label);
        labelled && !asks
    });
    answers
}

/// The label of a paragraph and the token after it: capitalised words and a colon, no quotation after them.
fn label(passage: &Passage<'_>) -> Option<(String, usize)> {
    let colon = (0..passage.units.len().min(MAX_LABEL + 1)).find(|unit| passage.is_sign(*unit, &[':']))?;
    let words = (0..colon).all(|unit| passage.is_word(unit) && passage.units[unit].capital);
    let next = passage.units.get(colon + 1).filter(|_| words && colon > 0 && !passage.is_quote(colon + 1))?;
    Some((passage.slice(&(0..colon)).to_owned(), next.token))
}

fn is_question(label: &str) -> bool {
    matches!(label.to_lowercase().as_str(), "frage" | "question" | "q" | "f" | "redaktion" | "interviewer")
}

fn is_generic(label: &str) -> bool {
    matches!(label.to_lowercase().as_str(), "antwort" | "answer" | "a")
}
