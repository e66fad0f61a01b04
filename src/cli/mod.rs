//! The command line: clap types, one file per subcommand, exit codes, progress. The only place that prints.

pub mod logging;
pub mod output;

mod backup;
mod completions;
mod config;
mod contact;
mod crawl;
mod dates;
mod demo;
mod duplicates;
mod export;
mod extract;
mod filter;
mod given;
mod hook;
mod import;
mod in_order;
mod init;
mod maintenance;
mod man;
mod methods;
mod metrics;
mod portals;
mod progress;
mod purge;
mod reparse;
pub mod run_report;
mod save;
mod search;
mod selectors;
mod show;
mod signals;
mod status;
mod structure;
mod terminal;
mod unattended;
mod veil;
mod verify;
mod wacz;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::crawl::RunReport;
pub use given::{Given, parse};

/// How a command ended, as the shell sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// It failed.
    Failed,
    /// Usage or configuration error.
    Usage,
    /// Finished, but some pages failed for good.
    SomePagesFailed,
    /// Finished, but a portal's selectors no longer fit.
    Drift,
    /// Another run holds the archive; nothing was done.
    Busy,
    /// Stopped by Ctrl-C.
    Interrupted,
    /// Stopped by SIGTERM.
    Terminated,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::SomePagesFailed => 3,
            Self::Drift => 4,
            Self::Busy => 75,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// How a run with that report ends.
    pub fn of(report: &RunReport) -> Self {
        crawl::exit_of(report)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// A polite news crawler and article archiver for researchers.
#[derive(Debug, Parser)]
#[command(
    name = "dateline",
    version,
    propagate_version = true,
    max_term_width = 100,
    after_help = "New here? `dateline demo` shows it at work and needs no network. `dateline init` begins a collection of \
                  your own; a portal is a small file: docs/selectors.md."
)]
pub struct Cli {
    /// Options every command takes.
    #[command(flatten)]
    pub globals: Globals,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// When to do something that suits only a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal.
    Auto,
    /// In any case.
    Always,
    /// Not at all.
    Never,
}

/// Options every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Globals {
    /// The archive's directory
    #[arg(long, global = true, env = "DATELINE_ARCHIVE", default_value = "archive", value_name = "DIR")]
    pub archive: PathBuf,
    /// The directory of selector files; a file there wins over a built-in of the same name
    #[arg(long, global = true, env = "DATELINE_SELECTORS", default_value = "selectors", value_name = "DIR")]
    pub selectors: PathBuf,
    /// The configuration file; default: dateline.toml, if it is there
    #[arg(long, global = true, env = "DATELINE_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Say nothing unless something is wrong
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more; repeat for more still
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Form of the log lines on stderr
    #[arg(long, global = true, value_enum, default_value = "text", value_name = "FORM")]
    pub log_format: LogFormat,
    /// Progress on the terminal
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    pub progress: When,
    /// Colours on the terminal
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    pub color: When,
    /// Which options were given, and how.
    #[arg(skip)]
    pub given: Given,
}

/// Form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs: one JSON object a line.
    Json,
}

/// What to do. One file per subcommand.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve an invented newspaper on this machine, crawl it, and show what was found
    Demo(demo::DemoArgs),
    /// Begin a collection: who is asking, a first portal file, a line for cron
    Init(init::InitArgs),
    /// Find what is new on portals, fetch it politely, read it, keep it
    Crawl(crawl::CrawlArgs),
    /// Fetch and keep single articles, by their addresses
    Save(save::SaveArgs),
    /// Show what the archive holds, portal by portal
    Status(status::StatusArgs),
    /// Find articles by their words
    Search(search::SearchArgs),
    /// Show one article
    Show(show::ShowArgs),
    /// Write tables of the archive, references, corpora
    Export(export::ExportArgs),
    /// Tell how the collection was made, for a paper
    Methods(methods::MethodsArgs),
    /// List, check and test the portal files
    Selectors(selectors::SelectorsArgs),
    /// Read every stored page again with today's portal files; no network
    Reparse(reparse::ReparseArgs),
    /// Take WARC files made by other programs into the archive
    Import(import::ImportArgs),
    /// Check that the archive is whole, and name what is not
    Verify(verify::VerifyArgs),
    /// List articles that say nearly the same
    Duplicates(duplicates::DuplicatesArgs),
    /// Copy the archive, also while a crawl runs
    Backup(backup::BackupArgs),
    /// Take articles out of the archive, captured pages and all
    Purge(purge::PurgeArgs),
    /// Read HTML files and write records; no archive, no network
    Extract(extract::ExtractArgs),
    /// Read plain text and write its structure; no archive, no network
    Structure(structure::StructureArgs),
    /// Show the settings in force and where they come from
    Config(config::ConfigArgs),
    /// Write a script by which your shell completes commands and portals
    Completions(completions::CompletionsArgs),
    /// Write the manual page
    Man(man::ManArgs),
}

/// A mistake of the caller's: a flag, an argument, a configuration or selector file. Ends with exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);

/// Runs a command and says on stderr why it failed, where it did.
pub fn run(mut cli: Cli) -> Exit {
    // What needs no settings works without: a broken dateline.toml keeps nobody from the manual.
    let needs_settings = !matches!(cli.command, Command::Init(_) | Command::Man(_));
    if needs_settings && let Err(error) = cli.globals.take_from_file() {
        output::print_error(&error);
        return Exit::Usage;
    }
    let globals = &cli.globals;
    let result = match cli.command {
        Command::Demo(args) => demo::run(&args, globals),
        Command::Crawl(args) => crawl::run(&args, globals),
        Command::Save(args) => save::run(&args, globals),
        Command::Extract(args) => extract::run(args, globals),
        Command::Structure(args) => structure::run(&args, globals),
        Command::Export(args) => export::run(&args, globals),
        Command::Search(args) => search::run(&args, globals),
        Command::Show(args) => show::run(&args, globals),
        Command::Status(args) => status::run(&args, globals),
        Command::Reparse(args) => reparse::run(&args, globals),
        Command::Import(args) => import::run(&args, globals),
        Command::Verify(args) => verify::run(&args, globals),
        Command::Duplicates(args) => duplicates::run(&args, globals),
        Command::Backup(args) => backup::run(&args, globals),
        Command::Purge(args) => purge::run(&args, globals),
        Command::Selectors(args) => selectors::run(args, globals),
        Command::Config(args) => config::run(args, globals),
        Command::Methods(args) => methods::run(&args, globals),
        Command::Init(args) => init::run(&args, globals),
        Command::Completions(args) => completions::run(&args, globals),
        Command::Man(args) => man::run(&args, globals),
    };
    result.unwrap_or_else(|error| {
        output::print_error(&error);
        if error.is::<UsageError>() { Exit::Usage } else { Exit::Failed }
    })
}
