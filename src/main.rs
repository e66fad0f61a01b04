//! The `dateline` binary.

use std::process::ExitCode;

use clap::Parser as _;
use dateline::cli::{Cli, Exit};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match dateline::cli::run(cli) {
        Ok(exit) => exit.into(),
        Err(error) => {
            let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("error: {error:#}\n"));
            Exit::Failed.into()
        }
    }
}
