//! Results to stdout, messages to stderr. A reader that goes away early (`| head`) is success, not an error.

use std::fmt::Display;
use std::io::{self, Write};

use crate::cli::Exit;

/// Writes text to stdout. `Ok(false)`: the reader is gone; stop quietly.
pub fn write_stdout(text: &str) -> io::Result<bool> {
    write_stdout_bytes(text.as_bytes())
}

/// Writes bytes to stdout, whatever they are. `Ok(false)`: the reader is gone; stop quietly.
pub(crate) fn write_stdout_bytes(bytes: &[u8]) -> io::Result<bool> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error),
    }
}

/// Writes text to stderr. Where that fails there is nowhere left to say so.
pub(crate) fn write_stderr(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Says on stderr what went wrong: the error and what caused it in one line, then its hint.
pub(crate) fn print_error(error: &anyhow::Error) {
    write_stderr(&format!("error: {}\n", error_text(error)));
}

/// An error and what caused it in one line, then its hint.
pub(crate) fn error_text(error: &anyhow::Error) -> String {
    let mut message = String::new();
    let mut hint = String::new();
    for (depth, cause) in error.chain().enumerate() {
        let text = cause.to_string();
        let (text, its_hint) = text.split_once("\n\n").unwrap_or((&text, ""));
        if depth > 0 {
            message.push_str(": ");
        }
        message.push_str(text);
        if hint.is_empty() {
            its_hint.clone_into(&mut hint);
        }
    }
    let hint = if hint.is_empty() { hint } else { format!("\n\n{hint}") };
    format!("{message}{hint}")
}

/// Tells of a mistake in the command line or the configuration.
pub(crate) fn usage_error(error: &impl Display) -> Exit {
    let _ = writeln!(io::stderr(), "error: {error}");
    Exit::Usage
}

/// Tells something on stderr that is neither a result nor a failure.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
