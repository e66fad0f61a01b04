//! Log lines on stderr: how much, in which form. Results go to stdout and are not logs.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

use crate::cli::{Globals, LogFormat, When};

/// Starts logging. Called once, before anything can log. `RUST_LOG` wins over the flags.
pub fn start(globals: &Globals) {
    let level = match (globals.quiet, globals.verbose) {
        (true, _) => "error",
        // Libraries grumble about pages nobody can mend.
        (false, 0) => "dateline=warn,error",
        (false, 1) => "dateline=info,error",
        (false, 2) => "dateline=debug,warn",
        (false, _) => "dateline=trace,debug",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    match globals.log_format {
        LogFormat::Json => logs.json().init(),
        LogFormat::Text => logs.with_ansi(colors(globals.color, &io::stderr())).with_target(false).init(),
    }
}

/// Whether to colour what is written to `stream` (<https://no-color.org> is honoured).
pub(crate) fn colors(when: When, stream: &impl IsTerminal) -> bool {
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto => {
            stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    }
}
