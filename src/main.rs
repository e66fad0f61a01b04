//! The `dateline` binary: parse arguments, start logging, run, turn the result into an exit code.

use std::process::ExitCode;

use dateline::cli;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::parse();
    cli::logging::start(&cli.globals);
    cli::run(cli).into()
}
