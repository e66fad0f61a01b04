//! What is written, measured on its way: bytes and digest.

use std::fmt::Write as _;
use std::io::{self, Write};

use sha2::{Digest as _, Sha256};

/// Passes everything on and measures it.
#[derive(Debug)]
pub(crate) struct Measured<W> {
    out: W,
    bytes: u64,
    hash: Sha256,
}

impl<W: Write> Measured<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, bytes: 0, hash: Sha256::new() }
    }

    /// The bytes and their digest, `sha256:…`.
    pub(crate) fn finish(mut self) -> io::Result<(u64, String)> {
        self.out.flush()?;
        let mut digest = String::from("sha256:");
        for byte in self.hash.finalize() {
            let _ = write!(digest, "{byte:02x}");
        }
        Ok((self.bytes, digest))
    }
}

impl<W: Write> Write for Measured<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
