//! `dateline backup`: a consistent copy of the archive, also while a crawl runs.

use std::path::PathBuf;

use clap::Args;

use crate::archive::backup;
use crate::cli::maintenance::failed;
use crate::cli::{Exit, Globals, output};

/// Options of `dateline backup`.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// Where the copy goes: a new directory, or an earlier copy to be brought up to date
    #[arg(value_name = "DIR")]
    pub directory: PathBuf,
}

/// Copies.
pub(crate) fn run(args: &BackupArgs, globals: &Globals) -> anyhow::Result<Exit> {
    match backup(&globals.archive, &args.directory) {
        Ok(done) => {
            if !globals.quiet {
                output::write_stdout(&format!(
                    "{}: {} articles, {} WARC files copied, {} were there already ({} bytes written)\n",
                    args.directory.display(),
                    done.articles,
                    done.copied,
                    done.kept,
                    done.bytes
                ))?;
            }
            Ok(Exit::Done)
        }
        Err(error) => failed(error),
    }
}
