//! `dateline man`: the manual pages, made from what `--help` says.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, CommandFactory as _};

use crate::cli::{Cli, Exit, Globals, UsageError, output};

/// Options of `dateline man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The command whose page is wanted, like `crawl` or `selectors check`; default: the program's own
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
    /// Write all pages into DIR instead: dateline.1, dateline-crawl.1, …
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    pub directory: Option<PathBuf>,
}

/// Writes the pages.
pub(crate) fn run(args: &ManArgs, globals: &Globals) -> anyhow::Result<Exit> {
    if let Some(directory) = &args.directory {
        let error = || format!("cannot write manual pages to {}", directory.display());
        std::fs::create_dir_all(directory).with_context(error)?;
        clap_mangen::generate_to(Cli::command(), directory).with_context(error)?;
        if !globals.quiet {
            output::note(&format!("wrote the manual pages to {}", directory.display()));
        }
        return Ok(Exit::Done);
    }
    let mut command = Cli::command();
    command.build();
    let mut name = command.get_name().to_owned();
    for word in &args.command {
        let inner = command.find_subcommand(word).cloned();
        command = inner.ok_or_else(|| {
            UsageError(format!("there is no command `{word}`\n\nhint: `dateline help` lists them"))
        })?;
        name = format!("{name}-{word}");
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command.display_name(name)).render(&mut page).context("cannot write the page")?;
    output::write_stdout(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Done)
}
