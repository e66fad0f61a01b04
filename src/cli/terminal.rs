//! Text for a terminal: colours, width, wrapping, and nothing in it that could steer the terminal.

use std::io::{self, IsTerminal as _};

use clap::builder::styling::{AnsiColor, Style};

use crate::cli::When;

/// Width where none is known, in columns.
const DEFAULT_WIDTH: usize = 80;

/// Widest text: longer lines are hard to read.
const MAX_WIDTH: usize = 100;

/// Narrowest text that is wrapped to.
const MIN_WIDTH: usize = 30;

/// How something is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As it is.
    Plain,
    /// The most important.
    Strong,
    /// Labels and particulars.
    Faint,
    /// What was looked for, what was said.
    Marked,
    /// What was taken out.
    Removed,
    /// What was put in.
    Added,
}

/// Whether to colour, and how wide to write.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    colored: bool,
    /// Columns of a line.
    pub width: usize,
}

impl Terminal {
    /// What stdout is, under `--color` (and `NO_COLOR`, <https://no-color.org>).
    pub(crate) fn of_stdout(color: When) -> Self {
        let is_terminal = io::stdout().is_terminal();
        let colored = match color {
            When::Always => true,
            When::Never => false,
            When::Auto => is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        let columns = || std::env::var("COLUMNS").ok()?.parse().ok();
        let size = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let width = columns().or_else(size).unwrap_or(DEFAULT_WIDTH).clamp(MIN_WIDTH, MAX_WIDTH);
        Self { colored, width }
    }

    /// No colours, lines of that width.
    #[cfg(test)]
    pub(crate) fn plain(width: usize) -> Self {
        Self { colored: false, width }
    }

    /// `text` in a tone, made harmless.
    pub(crate) fn paint(self, text: &str, tone: Tone) -> String {
        let text = harmless(text);
        let style = match tone {
            Tone::Plain => return text,
            Tone::Strong => Style::new().bold(),
            Tone::Faint => Style::new().dimmed(),
            Tone::Marked => AnsiColor::Yellow.on_default(),
            Tone::Removed => AnsiColor::Red.on_default().strikethrough(),
            Tone::Added => AnsiColor::Green.on_default(),
        };
        if self.colored && !text.is_empty() { format!("{style}{text}{style:#}") } else { text }
    }

    /// Whether colours are written.
    pub(crate) fn is_colored(self) -> bool {
        self.colored
    }

    /// Pieces as one text, wrapped at the width with `indent` before every line.
    pub(crate) fn wrap(self, pieces: &[(&str, Tone)], indent: &str) -> String {
        let width = self.width.saturating_sub(indent.len()).max(1);
        let mut out = String::new();
        let mut column = 0;
        for word in words(pieces) {
            let length: usize = word.iter().map(|(text, _)| text.chars().count()).sum();
            if column == 0 {
                out.push_str(indent);
            } else if column + 1 + length > width {
                out.push('\n');
                out.push_str(indent);
                column = 0;
            } else {
                out.push(' ');
                column += 1;
            }
            for (text, tone) in word {
                out.push_str(&self.paint(text, tone));
            }
            column += length;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out
    }
}

/// The words of the pieces; one word may have several tones.
fn words<'a>(pieces: &[(&'a str, Tone)]) -> Vec<Vec<(&'a str, Tone)>> {
    let mut words: Vec<Vec<(&str, Tone)>> = Vec::new();
    let mut open = false;
    for (text, tone) in pieces {
        for part in text.split_inclusive(char::is_whitespace) {
            let word = part.trim_end();
            if !word.is_empty() {
                match words.last_mut().filter(|_| open) {
                    Some(last) => last.push((word, *tone)),
                    None => words.push(vec![(word, *tone)]),
                }
            }
            open = word.len() == part.len() && (open || !word.is_empty());
        }
    }
    words
}

/// `text` without what steers a terminal or turns its order: control characters, escape sequences' beginnings, marks of
/// direction (Unicode TR 36 §2.2).
pub(crate) fn harmless(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{feff}'))
        .map(|c| if c.is_control() && c != '\n' && c != '\t' { '\u{fffd}' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Terminal = Terminal { colored: false, width: 12 };

    #[test]
    fn lines_end_before_the_width() {
        assert_eq!(
            PLAIN.wrap(&[("Die Stadt baut  weiter\naus", Tone::Plain)], ""),
            "Die Stadt\nbaut weiter\naus\n"
        );
        assert_eq!(
            PLAIN.wrap(&[("Landeshauptstadt baut", Tone::Plain)], "  "),
            "  Landeshauptstadt\n  baut\n"
        );
        assert_eq!(PLAIN.wrap(&[(" ", Tone::Plain)], "  "), "");
    }

    #[test]
    fn a_mark_inside_a_word_does_not_break_it() {
        let colored = Terminal { colored: true, ..PLAIN };
        let pieces = [("die Landes", Tone::Plain), ("haupt", Tone::Marked), ("stadt baut", Tone::Plain)];
        assert_eq!(colored.wrap(&pieces, ""), "die\nLandes\u{1b}[33mhaupt\u{1b}[0mstadt\nbaut\n");
    }

    #[test]
    fn pages_cannot_steer_the_terminal() {
        assert_eq!(harmless("a\u{1b}[31mb\u{7}\u{202e}c\0"), "a\u{fffd}[31mb\u{fffd}c\u{fffd}");
        assert_eq!(PLAIN.paint("\u{1b}]0;x", Tone::Strong), "\u{fffd}]0;x");
    }
}
