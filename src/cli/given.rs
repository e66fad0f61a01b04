//! Parses the command line, and remembers which options were given on it or by the environment: what was not is the
//! configuration file's to say.

use std::collections::BTreeMap;

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};

use crate::cli::{Cli, Globals, UsageError};
use crate::config::{self, Overrides};

/// Who gave an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Giver {
    /// The command line.
    Flag,
    /// The environment, by this variable.
    Environment(String),
}

/// Which options were given, by their names (`max_time`).
#[derive(Debug, Clone, Default)]
pub struct Given(BTreeMap<String, Giver>);

impl Given {
    /// Who gave the option, where anybody did.
    pub(crate) fn by(&self, option: &str) -> Option<&Giver> {
        self.0.get(option)
    }

    fn note(&mut self, command: &clap::Command, matches: &ArgMatches) {
        for argument in command.get_arguments() {
            let id = argument.get_id().as_str();
            // Options that other commands have are not among the ids of this one.
            let Ok(true) = matches.try_contains_id(id) else { continue };
            let giver = match matches.value_source(id) {
                Some(ValueSource::CommandLine) => Giver::Flag,
                Some(ValueSource::EnvVariable) => {
                    let variable = argument.get_env().unwrap_or_default().to_string_lossy();
                    Giver::Environment(variable.into_owned())
                }
                _ => continue,
            };
            self.0.insert(id.to_owned(), giver);
        }
        if let Some((name, matches)) = matches.subcommand()
            && let Some(command) = command.find_subcommand(name)
        {
            self.note(command, matches);
        }
    }
}

/// Reads the command line and the environment. Ends the program where they make no sense, or help was asked for.
pub fn parse() -> Cli {
    let command = Cli::command();
    let matches = command.clone().get_matches();
    let mut cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    cli.globals.given.note(&command, &matches);
    cli
}

impl Globals {
    /// Takes from the configuration file what neither command line nor environment says.
    pub(crate) fn take_from_file(&mut self) -> anyhow::Result<()> {
        let overrides = Overrides { config: self.config.clone(), ..Overrides::default() };
        let settings = config::load(&overrides).map_err(|error| UsageError(error.to_string()))?;
        if let Some(archive) = settings.archive.filter(|_| self.given.by("archive").is_none()) {
            self.archive = archive;
        }
        if let Some(selectors) = settings.selectors.filter(|_| self.given.by("selectors").is_none()) {
            self.selectors = selectors;
        }
        Ok(())
    }
}
