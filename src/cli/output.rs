//! Results to stdout: a reader that goes away early (`| head`) is success, not an error.

use std::fmt::Display;
use std::io::{self, Write};

use crate::cli::Exit;

/// Writes text to stdout. `Ok(false)`: the reader is gone; stop quietly.
pub fn write_stdout(text: &str) -> io::Result<bool> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error),
    }
}

/// Tells of a mistake in the command line or the configuration.
pub fn usage_error(error: &impl Display) -> Exit {
    let _ = writeln!(io::stderr(), "error: {error}");
    Exit::Usage
}

/// Tells something on stderr that is neither a result nor a failure.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
