//! Results to stdout: a reader that goes away early (`| head`) is success, not an error.

use std::io::{self, Write};

/// Writes text to stdout. `Ok(false)`: the reader is gone; stop quietly.
pub fn write_stdout(text: &str) -> io::Result<bool> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error),
    }
}
