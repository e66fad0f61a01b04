//! What differs between two readings of an article, word by word: field by field, paragraph by paragraph.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::model::article::{Article, Block};
use crate::model::publication_time::PublicationTime;

/// Words and marks that two texts are compared by together; longer ones differ as a whole.
const MAX_TOKENS: usize = 40_000;
/// Paragraphs of a changed passage that are paired by likeness; more are paired in their order.
const MAX_PAIRED: usize = 200;
/// Share of words two paragraphs must have in common to be the same paragraph, changed.
const MIN_LIKENESS: f64 = 0.3;

/// A part of a text before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// It stands in both.
    Same(String),
    /// It stood before.
    Removed(String),
    /// It stands after.
    Added(String),
}

/// A field, or a paragraph of the body, that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// `headline`, `lead`, `body` …
    pub field: &'static str,
    /// Paragraph before and after, from 1, where the field is the body; `None` in one: it was not there.
    pub paragraphs: Option<(Option<usize>, Option<usize>)>,
    /// Its text in pieces.
    pub pieces: Vec<Piece>,
}

/// What differs between two revisions of an article, in the order of reading.
pub fn between(before: &Article, after: &Article) -> Vec<Difference> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let time = |time: Option<PublicationTime>| time.map(|time| time.to_string()).unwrap_or_default();
    let dateline = |article: &Article| {
        article.dateline.as_ref().map(|dateline| dateline.text.clone()).unwrap_or_default()
    };
    let fields = [
        ("url", before.url.as_str().to_owned(), after.url.as_str().to_owned()),
        ("kicker", text(&before.kicker), text(&after.kicker)),
        ("headline", text(&before.headline), text(&after.headline)),
        ("subheadline", text(&before.subheadline), text(&after.subheadline)),
        ("authors", before.authors.join(", "), after.authors.join(", ")),
        ("published", time(before.published), time(after.published)),
        ("modified", time(before.modified), time(after.modified)),
        ("dateline", dateline(before), dateline(after)),
        ("lead", text(&before.lead), text(&after.lead)),
    ];
    let mut differences: Vec<Difference> = fields
        .into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| Difference { field, paragraphs: None, pieces: words(&before, &after) })
        .collect();
    differences.extend(bodies(&before.body, &after.body));
    differences
}

/// Two texts as one, in pieces that are the same, removed or added.
pub fn words(before: &str, after: &str) -> Vec<Piece> {
    let (old, new) = (tokens(before), tokens(after));
    let mut pieces = Vec::new();
    if old.len() + new.len() > MAX_TOKENS {
        push(&mut pieces, Piece::Removed(before.to_owned()));
        push(&mut pieces, Piece::Added(after.to_owned()));
        return pieces;
    }
    for op in capture_diff_slices(Algorithm::Patience, &old, &new) {
        let (removed, added) = (old[op.old_range()].concat(), new[op.new_range()].concat());
        if matches!(op, DiffOp::Equal { .. }) {
            push(&mut pieces, Piece::Same(added));
        } else {
            push(&mut pieces, Piece::Removed(removed));
            push(&mut pieces, Piece::Added(added));
        }
    }
    without_lone_spaces(pieces)
}

/// The body's paragraphs that differ.
fn bodies(before: &[Block], after: &[Block]) -> Vec<Difference> {
    let old: Vec<String> = before.iter().map(|block| block.text().into_owned()).collect();
    let new: Vec<String> = after.iter().map(|block| block.text().into_owned()).collect();
    let mut differences = Vec::new();
    let mut add = |old_index: Option<usize>, new_index: Option<usize>| {
        let text = |texts: &[String], index: Option<usize>| {
            index.and_then(|index| texts.get(index)).cloned().unwrap_or_default()
        };
        differences.push(Difference {
            field: "body",
            paragraphs: Some((old_index.map(|index| index + 1), new_index.map(|index| index + 1))),
            pieces: words(&text(&old, old_index), &text(&new, new_index)),
        });
    };
    for op in capture_diff_slices(Algorithm::Patience, &old, &new) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (old_range, new_range) = (op.old_range(), op.new_range());
        let (first_old, first_new) = (old_range.start, new_range.start);
        for (old_index, new_index) in pairs(&old[old_range], &new[new_range]) {
            add(old_index.map(|index| first_old + index), new_index.map(|index| first_new + index));
        }
    }
    differences
}

/// Which paragraph became which: the pairing, in order, of the greatest likeness altogether.
fn pairs(old: &[String], new: &[String]) -> Vec<(Option<usize>, Option<usize>)> {
    if old.len() > MAX_PAIRED || new.len() > MAX_PAIRED {
        return (0..old.len().max(new.len()))
            .map(|index| ((index < old.len()).then_some(index), (index < new.len()).then_some(index)))
            .collect();
    }
    let old_words: Vec<Vec<&str>> = old.iter().map(|text| text.split_whitespace().collect()).collect();
    let new_words: Vec<Vec<&str>> = new.iter().map(|text| text.split_whitespace().collect()).collect();
    // best[i][j]: the greatest likeness of what follows old i and new j.
    let mut best = vec![vec![0.0; new.len() + 1]; old.len() + 1];
    let mut likeness_of = vec![vec![0.0; new.len()]; old.len()];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let likeness = likeness(&old_words[i], &new_words[j]);
            likeness_of[i][j] = likeness;
            let paired = if likeness >= MIN_LIKENESS { likeness + best[i + 1][j + 1] } else { 0.0 };
            best[i][j] = f64::max(paired, f64::max(best[i + 1][j], best[i][j + 1]));
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if i == old.len() || (j < new.len() && best[i][j] <= best[i][j + 1]) {
            pairs.push((None, Some(j)));
            j += 1;
        } else if j == new.len() || best[i][j] <= best[i + 1][j] {
            pairs.push((Some(i), None));
            i += 1;
        } else {
            pairs.push((Some(i), Some(j)));
            (i, j) = (i + 1, j + 1);
        }
    }
    pairs
}

/// Share of the words of both that both have, 0 to 1.
fn likeness(one: &[&str], other: &[&str]) -> f64 {
    let (mut one, mut other) = (one.to_vec(), other.to_vec());
    one.sort_unstable();
    other.sort_unstable();
    let (mut i, mut j, mut common) = (0, 0, 0);
    while i < one.len() && j < other.len() {
        match one[i].cmp(other[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, common) = (i + 1, j + 1, common + 1),
        }
    }
    2.0 * f64::from(common) / (one.len() + other.len()).max(1) as f64
}

/// Words, white space and single marks.
fn tokens(text: &str) -> Vec<&str> {
    let kind = |c: char| {
        if c.is_alphanumeric() {
            0
        } else if c.is_whitespace() {
            1
        } else {
            2
        }
    };
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut last = None;
    for (at, c) in text.char_indices() {
        let now = kind(c);
        if last.is_some_and(|last| last != now || now == 2) {
            tokens.push(&text[start..at]);
            start = at;
        }
        last = Some(now);
    }
    if start < text.len() {
        tokens.push(&text[start..]);
    }
    tokens
}

fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    match (pieces.last_mut(), piece) {
        (Some(Piece::Same(last)), Piece::Same(text))
        | (Some(Piece::Removed(last)), Piece::Removed(text))
        | (Some(Piece::Added(last)), Piece::Added(text)) => last.push_str(&text),
        (_, Piece::Same(text) | Piece::Removed(text) | Piece::Added(text)) if text.is_empty() => {}
        (_, piece) => pieces.push(piece),
    }
}

/// A space that stayed between words that changed belongs to the change: "alt neu" is easier to read than three pieces.
fn without_lone_spaces(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut merged: Vec<Piece> = Vec::new();
    let mut pieces = pieces.into_iter().peekable();
    // Removed and added text of the change under way.
    let mut change: Option<(String, String)> = None;
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Removed(text) => change.get_or_insert_default().0.push_str(&text),
            Piece::Added(text) => change.get_or_insert_default().1.push_str(&text),
            Piece::Same(text) => match &mut change {
                Some((removed, added)) if text.trim().is_empty() && pieces.peek().is_some() => {
                    removed.push_str(&text);
                    added.push_str(&text);
                }
                _ => {
                    end_change(&mut merged, change.take());
                    merged.push(Piece::Same(text));
                }
            },
        }
    }
    end_change(&mut merged, change);
    merged
}

fn end_change(pieces: &mut Vec<Piece>, change: Option<(String, String)>) {
    let Some((removed, added)) = change else { return };
    // A change of nothing but added (or removed) words keeps the other side free of spaces.
    for (text, piece) in [(removed, Piece::Removed as fn(String) -> Piece), (added, Piece::Added)] {
        if !text.trim().is_empty() {
            pieces.push(piece(text));
        } else if !text.is_empty() && pieces.is_empty() {
            pieces.push(Piece::Same(text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::crawl_url::CrawlUrl;

    fn shown(pieces: &[Piece]) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Same(text) => text.clone(),
            Piece::Removed(text) => format!("[-{text}-]"),
            Piece::Added(text) => format!("{{+{text}+}}"),
        };
        pieces.iter().map(piece).collect()
    }

    #[track_caller]
    fn check(before: &str, after: &str, expected: &str) {
        assert_eq!(shown(&words(before, after)), expected);
    }

    #[test]
    fn words_that_changed_are_marked() {
        check("Der Rat tagt heute.", "Der Rat tagt morgen.", "Der Rat tagt [-heute-]{+morgen+}.");
        check("Der Rat tagt.", "Der Rat tagt.", "Der Rat tagt.");
        check("", "Neu", "{+Neu+}");
        check("Alt", "", "[-Alt-]");
        check("Drei kleine Hunde", "Drei graue Katzen", "Drei [-kleine Hunde-]{+graue Katzen+}");
        check("3,5 Prozent", "3,8 Prozent", "3,[-5-]{+8+} Prozent");
    }

    #[test]
    fn a_text_too_long_to_compare_differs_as_a_whole() {
        let long = "a ".repeat(MAX_TOKENS);
        assert_eq!(words(&long, "b").len(), 2);
    }

    #[test]
    fn paragraphs_are_paired_by_what_they_say() {
        let article = |paragraphs: &[&str]| {
            let mut article = Article::empty(CrawlUrl::parse("https://bote.example/a").unwrap(), None);
            article.body = paragraphs.iter().map(|text| Block::Paragraph((*text).to_owned())).collect();
            article
        };
        let before = article(&["Der Rat tagt am Montag im Rathaus.", "Danach gibt es Kuchen.", "Ende."]);
        let after = article(&[
            "Ganz neu hier.",
            "Der Rat tagt am Dienstag im Rathaus.",
            "Danach gibt es Kuchen.",
            "Ende.",
        ]);
        let found = between(&before, &after);
        let places: Vec<_> = found.iter().map(|difference| difference.paragraphs.unwrap()).collect();
        assert_eq!(places, [(None, Some(1)), (Some(1), Some(2))]);
        assert_eq!(shown(&found[1].pieces), "Der Rat tagt am [-Montag-]{+Dienstag+} im Rathaus.");
        assert_eq!(between(&before, &before), []);
        let removed = between(&after, &before);
        assert_eq!(removed[0].paragraphs, Some((Some(1), None)));
    }
}
