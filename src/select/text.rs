//! Text of a part of the page as a reader sees it: white space folded, blocks apart, invisible characters gone.

use crate::select::outline::{Outline, Tag};

/// Rows whose inside does not count.
#[derive(Debug, Clone, Default)]
pub struct SkipSet {
    rows: Vec<bool>,
}

impl SkipSet {
    /// Adds a row.
    pub fn insert(&mut self, row: usize) {
        if self.rows.len() <= row {
            self.rows.resize(row + 1, false);
        }
        self.rows[row] = true;
    }

    /// Whether the row is left out.
    pub fn contains(&self, row: usize) -> bool {
        self.rows.get(row).copied().unwrap_or(false)
    }
}

/// The start of a text, at most `max` bytes, cut between characters.
pub fn start_of(text: &str, max: usize) -> &str {
    let mut end = max.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Appends text with white space folded to single spaces, none at the start.
pub fn push_folded(out: &mut String, text: &str) {
    let mut rest = text;
    while !rest.is_empty() {
        let plain = rest.bytes().position(|byte| byte <= b' ' || byte >= 0x7F).unwrap_or(rest.len());
        out.push_str(&rest[..plain]);
        rest = &rest[plain..];
        let Some(character) = rest.chars().next() else { return };
        if character.is_whitespace() {
            if !out.is_empty() && !out.ends_with([' ', '\n']) {
                out.push(' ');
            }
        } else if !is_invisible(character) {
            out.push(character);
        }
        rest = &rest[character.len_utf8()..];
    }
}

/// Text with white space folded, trimmed, without invisible characters.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_folded(&mut out, text);
    out.truncate(out.trim_end().len());
    out
}

/// The text inside a row, blocks and line breaks as a space, without what is skipped and what is never text.
pub fn text_of(outline: &Outline<'_>, row: usize, skip: &SkipSet) -> String {
    let mut out = String::new();
    let mut at = row;
    let end = outline.end(row);
    let mut open: Vec<usize> = Vec::new();
    while at < end {
        while open.last().is_some_and(|last| *last <= at) {
            open.pop();
            push_folded(&mut out, " ");
        }
        let tag = outline.tag(at);
        if tag == Tag::Text {
            push_folded(&mut out, outline.text(at).unwrap_or_default());
        } else if at != row && (tag.is_never_text() || skip.contains(at)) {
            at = outline.end(at);
            continue;
        } else if !tag.is_inline() {
            push_folded(&mut out, " ");
            open.push(outline.end(at));
        }
        at += 1;
    }
    out.truncate(out.trim_end().len());
    out
}

/// Soft hyphens, zero-width spaces and joiners between letters, directional marks, control characters.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{202a}'
            ..='\u{202e}' | '\u{fffc}'
    ) || character.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;
    use scraper::Html;

    fn check(html: &str, expected: &str) {
        let html = Html::parse_document(html);
        let outline = Outline::of(&html);
        assert_eq!(text_of(&outline, 0, &SkipSet::default()), expected);
    }

    #[test]
    fn text_reads_as_on_the_page() {
        check("<p>a  b\n c</p>", "a b c");
        check("<p>a<br>b</p>", "a b");
        check("<div>a</div><div>b</div>", "a b");
        check("<p>Haupt<b>stadt</b></p>", "Hauptstadt");
        check("<p>a\u{a0}b\u{2003}c</p>", "a b c");
        check("<p>Bürger\u{ad}meister\u{200b}in</p>", "Bürgermeisterin");
        check("<p>a<script>x</script><style>y</style>b</p>", "ab");
        check("<ul><li>a</li><li>b</li></ul>", "a b");
        check("", "");
    }

    #[test]
    fn skipped_rows_are_left_out() {
        let html = Html::parse_document("<p>a<i>x<b>y</b></i>b</p>");
        let outline = Outline::of(&html);
        let mut skip = SkipSet::default();
        skip.insert(outline.find(0..outline.len(), Tag::I).unwrap());
        assert_eq!(text_of(&outline, 0, &skip), "ab");
    }
}
