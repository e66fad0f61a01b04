//! Jobs on all cores, their answers to stdout in the jobs' order, with bounded memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use anyhow::Context as _;

use crate::archive;
use crate::cli::output::write_stdout;

/// Why the work ends early.
enum End {
    /// Nobody reads the answers any more.
    ReaderGone,
    /// They cannot be written.
    Failed(std::io::Error),
}

/// The lines of a list that are not blank; `-` is the standard input.
pub(crate) fn lines_of(
    list: &Path,
) -> anyhow::Result<impl Iterator<Item = io::Result<String>> + Send + use<>> {
    let lines: Box<dyn BufRead + Send> = if list.as_os_str() == "-" {
        Box::new(BufReader::new(io::stdin()))
    } else {
        let file = File::open(list).with_context(|| format!("cannot read the list {}", list.display()))?;
        Box::new(BufReader::new(file))
    };
    Ok(lines.lines().filter(|line| line.as_ref().map_or(true, |line| !line.trim().is_empty())))
}

/// Answers jobs on all cores and writes the answers in the jobs' order, a line each; an empty answer is none.
pub(crate) fn run<J: Send>(
    jobs: impl Iterator<Item = J> + Send,
    work: impl Fn(J) -> String + Sync,
) -> anyhow::Result<()> {
    let write = |mut answer: String| {
        if answer.is_empty() {
            return Ok(());
        }
        answer.push('\n');
        match write_stdout(&answer) {
            Ok(true) => Ok(()),
            Ok(false) => Err(End::ReaderGone),
            Err(error) => Err(End::Failed(error)),
        }
    };
    match archive::in_order(jobs, || (), |(), job| work(job), write) {
        Err(End::Failed(error)) => Err(error.into()),
        Ok(()) | Err(End::ReaderGone) => Ok(()),
    }
}
