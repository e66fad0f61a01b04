//! Differences between revisions for a person: words taken out and put in, field by field, paragraph by paragraph.

use std::fmt::Write as _;

use crate::cli::terminal::{Terminal, Tone};
use crate::model::difference::{Difference, Piece};
use crate::store::history::Revision;

/// Unchanged characters shown on each side of a change.
const CONTEXT_CHARS: usize = 60;

/// Two revisions by their numbers; `None`: the one nearest to the other end that makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    from: Option<u32>,
    to: Option<u32>,
}

impl Range {
    /// Reads `A..B`, `A..`, `..B`; nothing: what the current revision changed. `None`: it is no range.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self { from: None, to: None });
        }
        let (from, to) = text.split_once("..")?;
        let number = |text: &str| match text {
            "" => Some(None),
            digits => digits.parse().ok().map(Some),
        };
        Some(Self { from: number(from)?, to: number(to)? })
    }

    /// The two revisions meant, or why there are none.
    pub(crate) fn of(self, revisions: &[Revision]) -> Result<(&Revision, &Revision), String> {
        let numbered = |number: u32| {
            let found = revisions.iter().position(|revision| revision.number == number);
            found.ok_or_else(|| {
                let known: Vec<_> = revisions.iter().map(|revision| revision.number.to_string()).collect();
                format!("there is no revision {number}\n\nhint: there are {}", known.join(", "))
            })
        };
        let to = self.to.map_or(Ok(revisions.len().saturating_sub(1)), numbered)?;
        let from = match self.from {
            Some(number) => numbered(number)?,
            None => to.checked_sub(1).ok_or("the article has one revision: nothing has changed")?,
        };
        match (revisions.get(from), revisions.get(to)) {
            (Some(from), Some(to)) => Ok((from, to)),
            _ => Err("the article has no revisions".to_owned()),
        }
    }
}

/// What lies between two revisions, as text.
pub(crate) fn render(
    (from, to): (&Revision, &Revision),
    differences: &[Difference],
    terminal: Terminal,
) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}", terminal.paint(&format!("- {}", title(from)), Tone::Removed));
    let _ = writeln!(text, "{}", terminal.paint(&format!("+ {}", title(to)), Tone::Added));
    for difference in differences {
        let _ = writeln!(text, "\n{}", terminal.paint(&place(difference), Tone::Strong));
        text.push_str(&terminal.wrap(&pieces(difference, terminal), "  "));
    }
    if differences.is_empty() {
        text.push_str("\nkicker, headline, authors, dates, dateline, lead and text are the same");
        if !to.changes.is_empty() {
            let _ = write!(text, "; changed: {}", to.changes.join(", "));
        }
        text.push('\n');
    }
    text
}

fn title(revision: &Revision) -> String {
    let fetched = revision.fetched.strftime("%Y-%m-%d %H:%M UTC");
    let how = if revision.reparsed { ", read again later" } else { "" };
    format!("revision {} (page of {fetched}{how})", revision.number)
}

fn place(difference: &Difference) -> String {
    match difference.paragraphs {
        None => difference.field.to_owned(),
        Some((Some(before), Some(after))) if before == after => format!("paragraph {after}"),
        Some((Some(before), Some(after))) => format!("paragraph {after} (was {before})"),
        Some((None, after)) => format!("paragraph {} (new)", after.unwrap_or_default()),
        Some((Some(before), None)) => format!("paragraph {before} (taken out)"),
    }
}

/// The pieces with marks where there are no colours, long unchanged stretches shortened.
fn pieces(difference: &Difference, terminal: Terminal) -> Vec<(&str, Tone)> {
    let (open_removed, close_removed, open_added, close_added) =
        if terminal.is_colored() { ("", " ", "", "") } else { ("[-", "-] ", "{+", "+}") };
    let mut out = Vec::new();
    let last = difference.pieces.len().saturating_sub(1);
    for (index, piece) in difference.pieces.iter().enumerate() {
        match piece {
            Piece::Same(text) => same(text, index > 0, index < last, &mut out),
            Piece::Removed(text) => {
                let is_replaced = matches!(difference.pieces.get(index + 1), Some(Piece::Added(_)));
                let end = if is_replaced { close_removed } else { close_removed.trim_end() };
                out.extend([
                    (open_removed, Tone::Removed),
                    (text.as_str(), Tone::Removed),
                    (end, Tone::Plain),
                ]);
            }
            Piece::Added(text) => {
                out.extend([(open_added, Tone::Added), (text, Tone::Added), (close_added, Tone::Added)]);
            }
        }
    }
    out
}

/// What did not change: its end before a change, its beginning behind one.
fn same<'a>(text: &'a str, is_after: bool, is_before: bool, out: &mut Vec<(&'a str, Tone)>) {
    let count = text.chars().count();
    let kept = CONTEXT_CHARS * (usize::from(is_after) + usize::from(is_before));
    if count <= kept + CONTEXT_CHARS / 2 {
        out.push((text, Tone::Plain));
        return;
    }
    let at = |chars: usize| text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at);
    if is_after {
        out.push((&text[..at(CONTEXT_CHARS)], Tone::Plain));
    }
    out.push((" … ", Tone::Faint));
    if is_before {
        out.push((&text[at(count - CONTEXT_CHARS)..], Tone::Plain));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revision(number: u32) -> Revision {
        Revision {
            number,
            fetched: "2024-04-19T06:00:00Z".parse().unwrap(),
            reparsed: false,
            is_current: false,
            changes: Vec::new(),
        }
    }

    #[test]
    fn ranges_are_read_as_git_reads_them() {
        let revisions = [revision(1), revision(2), revision(3)];
        let check = |text: &str, expected: Option<(u32, u32)>| {
            let range = Range::parse(text).unwrap();
            let found = range.of(&revisions).ok().map(|(from, to)| (from.number, to.number));
            assert_eq!(found, expected, "{text}");
        };
        check("", Some((2, 3)));
        check("1..3", Some((1, 3)));
        check("1..", Some((1, 3)));
        check("..2", Some((1, 2)));
        check("3..1", Some((3, 1)));
        check("1..9", None);
        check("..1", None);
        assert_eq!(Range::parse("https://bote.example/a"), None);
        assert_eq!(Range::parse("1..x"), None);
        assert!(Range::parse("").unwrap().of(&revisions[..1]).is_err());
        assert!(Range::parse("").unwrap().of(&[]).is_err());
    }

    #[test]
    fn without_colours_changes_stand_between_marks() {
        let difference = Difference {
            field: "headline",
            paragraphs: None,
            pieces: crate::model::difference::words("Der Rat tagt heute.", "Der Rat tagt morgen."),
        };
        let text = render((&revision(1), &revision(2)), &[difference], Terminal::plain(80));
        assert!(text.ends_with("\nheadline\n  Der Rat tagt [-heute-] {+morgen+}.\n"), "{text}");
    }

    #[test]
    fn what_did_not_change_is_shortened() {
        let long = "Wort ".repeat(100);
        let mut out = Vec::new();
        same(&long, true, true, &mut out);
        assert_eq!(out.iter().map(|(text, _)| text.chars().count()).sum::<usize>(), 2 * CONTEXT_CHARS + 3);
    }
}
