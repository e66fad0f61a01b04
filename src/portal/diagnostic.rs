//! What is wrong in a selector file, and where: file, line, column, a caret under the place, a hint.
//!
//! Finding the mistakes is the loader's; printing them is `cli`'s.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// Widest line shown around a mistake, in columns.
const SNIPPET_COLUMNS: usize = 140;

/// Whether a portal can be used in spite of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severity {
    /// The portal is not crawled until it is mended.
    Error,
    /// The portal works, but perhaps not as meant.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One mistake in a selector file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// The file as people know it: its path, or `built-in:NAME.toml`.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong: lower-case fragment.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    text: Arc<str>,
    span: Range<usize>,
}

impl Diagnostic {
    /// A mistake at the byte range `span` of `text`. A range outside the text, or inside a character, is moved to
    /// the nearest place.
    pub fn new(
        severity: Severity,
        file: &str,
        text: &Arc<str>,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        let start = floor_boundary(text, span.start);
        let end = floor_boundary(text, span.end).max(start);
        let (line, column) = line_and_column(text, start);
        Self {
            severity,
            file: file.to_owned(),
            line,
            column,
            message: message.into(),
            hint: None,
            text: Arc::clone(text),
            span: start..end,
        }
    }

    /// The same with advice.
    #[must_use]
    pub fn with_hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }

    /// The text the caret stands under.
    pub fn marked(&self) -> &str {
        &self.text[self.span.clone()]
    }

    /// The mistake with the line it is in, a caret under the place and the hint; with colours where `color`.
    pub fn render(&self, color: bool) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let line = self.line_range();
        let end = self.span.end.min(line.end).max(self.span.start);
        let marked = self.span.start - line.start..end - line.start;
        let snippet = Snippet::source(&self.text[line])
            .line_start(self.line)
            .path(self.file.as_str())
            .annotation(AnnotationKind::Primary.span(marked));
        let group = level.primary_title(self.message.as_str()).element(snippet);
        let group = match &self.hint {
            Some(hint) => group.element(Level::HELP.with_name("hint").message(hint.as_str())),
            None => group,
        };
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        renderer.decor_style(DecorStyle::Ascii).term_width(SNIPPET_COLUMNS).render(&[group])
    }

    /// Bytes of the line in which the mistake begins, without its end.
    fn line_range(&self) -> Range<usize> {
        let start = self.text[..self.span.start].rfind('\n').map_or(0, |at| at + 1);
        let end = self.text[self.span.start..].find('\n').map_or(self.text.len(), |at| self.span.start + at);
        start..end.max(start)
    }

    pub(crate) fn start(&self) -> usize {
        self.span.start
    }
}

/// One line: `selectors/x.toml:12:3: error: unknown key `requires``.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}: {}", self.file, self.line, self.column, self.severity.as_str(), self.message)
    }
}

/// Line and column in characters of a byte offset, both from 1.
fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    (line, before[line_start..].chars().count() + 1)
}

fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_the_caret_stands_under_the_place() {
        let text: Arc<str> = "a = 1\nüb = \"x\"\n".into();
        let start = text.find("\"x\"").unwrap();
        let mistake = Diagnostic::new(Severity::Error, "p.toml", &text, start..start + 3, "wrong")
            .with_hint(Some("right".into()));
        assert_eq!((mistake.line, mistake.column, mistake.marked()), (2, 6, "\"x\""));
        assert_eq!(mistake.to_string(), "p.toml:2:6: error: wrong");
        let rendered = mistake.render(false);
        assert!(rendered.contains("p.toml:2:6"), "{rendered}");
        assert!(rendered.contains("hint: right"), "{rendered}");
        let caret = rendered.lines().find(|line| line.contains("^^^")).unwrap();
        let source = rendered.lines().find(|line| line.contains("üb")).unwrap();
        assert_eq!(
            caret.chars().position(|letter| letter == '^'),
            source.chars().position(|letter| letter == '"'),
            "{rendered}"
        );
    }

    #[test]
    fn a_place_outside_the_text_is_moved_into_it() {
        let text: Arc<str> = "ü".into();
        for span in [0..1, 1..1, 1..9, 7..9] {
            let mistake = Diagnostic::new(Severity::Warning, "p.toml", &text, span, "odd");
            assert_eq!(mistake.line, 1);
            assert!(mistake.render(true).contains("odd"));
        }
    }
}
