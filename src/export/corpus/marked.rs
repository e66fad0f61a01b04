//! A text with its annotations as elements: ranges of code points become start and end tags that nest.

use super::xml::push_text;

/// A range of the text and the tags around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// First code point.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// `<date when="2020-04-06">`
    pub open: String,
    /// `</date>`
    pub close: &'static str,
}

/// Appends `text` with the marks that lie in it; `text` begins at code point `base` of what the marks count in. A mark
/// that crosses another, or the end of the text, is left out: elements nest.
pub(super) fn push_marked(out: &mut String, text: &str, base: usize, marks: &[Mark]) {
    let length = text.chars().count();
    let mut inside: Vec<&Mark> = marks
        .iter()
        .filter(|mark| mark.start >= base && mark.end <= base + length && mark.start < mark.end)
        .collect();
    if inside.is_empty() {
        return push_text(out, text);
    }
    // The outer of two that begin together comes first.
    inside.sort_by_key(|mark| (mark.start, std::cmp::Reverse(mark.end)));
    let mut offsets: Vec<usize> = text.char_indices().map(|(offset, _)| offset).collect();
    offsets.push(text.len());
    let mut written = base;
    let mut push_to = |out: &mut String, end: usize| {
        push_text(out, &text[offsets[written - base]..offsets[end - base]]);
        written = end;
    };
    let mut open: Vec<&Mark> = Vec::new();
    for mark in inside {
        while let Some(ended) = open.pop_if(|outer| outer.end <= mark.start) {
            push_to(out, ended.end);
            out.push_str(ended.close);
        }
        if open.last().is_some_and(|outer| mark.end > outer.end) {
            continue;
        }
        push_to(out, mark.start);
        out.push_str(&mark.open);
        open.push(mark);
    }
    while let Some(ended) = open.pop() {
        push_to(out, ended.end);
        out.push_str(ended.close);
    }
    push_to(out, base + length);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, base: usize, spans: &[(usize, usize)], expected: &str) {
        let marks: Vec<Mark> = spans
            .iter()
            .map(|(start, end)| Mark { start: *start, end: *end, open: "[".into(), close: "]" })
            .collect();
        let mut out = String::new();
        push_marked(&mut out, text, base, &marks);
        assert_eq!(out, expected);
    }

    #[test]
    fn marks_nest_and_count_code_points() {
        check("äöü < b", 0, &[], "äöü &lt; b");
        check("äöü < b", 0, &[(1, 3), (4, 5)], "ä[öü] [&lt;] b");
        check("abcdef", 0, &[(2, 3), (0, 6), (0, 1)], "[[a]b[c]def]");
        check("abcdef", 10, &[(10, 12), (15, 16), (0, 2)], "[ab]cde[f]");
    }

    #[test]
    fn marks_that_cross_or_lie_outside_are_left_out() {
        check("abcdef", 0, &[(0, 3), (2, 5)], "[abc]def");
        check("abcdef", 0, &[(0, 7), (3, 3), (5, 2), (usize::MAX, usize::MAX)], "abcdef");
    }
}
