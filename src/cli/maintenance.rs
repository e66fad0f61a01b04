//! What the commands that work on the archive as a whole have in common: how their failures end, how they show where
//! they are.

use std::io::{IsTerminal as _, stderr};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::archive::ArchiveError;
use crate::cli::{Exit, Globals, UsageError, When, output};

/// Ends a command whose work on the archive failed: 75 where another run holds it.
pub(crate) fn failed(error: ArchiveError) -> anyhow::Result<Exit> {
    if error.is_held() {
        output::print_error(&error.into());
        return Ok(Exit::Busy);
    }
    match error {
        ArchiveError::Target { .. } => Err(UsageError(error.to_string()).into()),
        error => Err(error.into()),
    }
}

/// A line on the terminal that says where the work is.
pub(crate) struct WorkLine(Option<ProgressBar>);

impl WorkLine {
    /// A line as the flags want it.
    pub(crate) fn new(globals: &Globals) -> Self {
        let wanted = match globals.progress {
            When::Always => true,
            When::Never => false,
            When::Auto => stderr().is_terminal(),
        };
        let bar = (wanted && !globals.quiet).then(|| {
            let style =
                ProgressStyle::with_template("{spinner} {msg}").unwrap_or(ProgressStyle::default_spinner());
            ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8)).with_style(style)
        });
        Self(bar)
    }

    /// Says where the work is.
    pub(crate) fn show(&self, text: impl FnOnce() -> String) {
        if let Some(bar) = &self.0 {
            bar.set_message(text());
            bar.tick();
        }
    }

    /// Takes the line away.
    pub(crate) fn clear(self) {
        if let Some(bar) = self.0 {
            bar.finish_and_clear();
        }
    }
}
