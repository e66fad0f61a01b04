//! `dateline config show`: the settings in force, as TOML, with where each comes from.

use std::fmt::Write as _;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::cli::contact::ContactArgs;
use crate::cli::given::Giver;
use crate::cli::unattended::UnattendedArgs;
use crate::cli::{Exit, Globals, UsageError, output};
use crate::config::file_in_use;
use crate::config::shown::{FileKeys, Shown, settings_shown};

/// Options of `dateline config`.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: ConfigAction,
}

/// What to do with the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigAction {
    /// Print the settings in force: flags win over the environment, that over dateline.toml, that over the defaults
    Show(ShowArgs),
}

/// Options of `dateline config show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Say of each setting where it comes from
    #[arg(long)]
    pub origin: bool,
    /// Write a JSON array
    #[arg(long)]
    pub json: bool,
    /// Who is crawling, and how.
    #[command(flatten)]
    pub contact: ContactArgs,
    /// For runs nobody watches.
    #[command(flatten)]
    pub unattended: UnattendedArgs,
}

/// Shows the configuration.
pub(crate) fn run(args: ConfigArgs, globals: &Globals) -> anyhow::Result<Exit> {
    let ConfigAction::Show(args) = args.action;
    let usage = |error: crate::config::ConfigError| UsageError(error.to_string());
    let mut settings = args.contact.settings(globals).map_err(usage)?;
    settings.unattended = args.unattended.over(&settings.unattended);
    let keys = match file_in_use(globals.config.as_deref()) {
        Some(path) => FileKeys::read(&path).map_err(usage)?,
        None => FileKeys::default(),
    };
    let shown = settings_shown(&settings, &globals.archive, &globals.selectors);
    let text = if args.json {
        let values = shown.iter().map(|setting| {
            let value = setting.value.as_deref().and_then(|text| toml::from_str(&format!("v = {text}")).ok());
            let value = value.and_then(|mut table: toml::Table| table.remove("v"));
            json!({"key": setting.key, "value": value, "origin": origin(setting, globals, &keys)})
        });
        format!("{:#}\n", json!(values.collect::<Vec<_>>()))
    } else {
        render(&shown, args.origin, |setting| origin(setting, globals, &keys))
    };
    output::write_stdout(&text)?;
    Ok(Exit::Done)
}

fn render(shown: &[Shown], with_origin: bool, origin: impl Fn(&Shown) -> String) -> String {
    let mut text = String::new();
    let mut table = "";
    for setting in shown {
        let (its_table, key) = setting.key.rsplit_once('.').unwrap_or(("", setting.key));
        if its_table != table {
            let _ = writeln!(text, "\n[{its_table}]");
            table = its_table;
        }
        let line = match &setting.value {
            Some(value) => format!("{key} = {value}"),
            None => format!("# {key} is not set"),
        };
        if with_origin && setting.value.is_some() {
            let _ = writeln!(text, "{line:<44} # {}", origin(setting));
        } else {
            let _ = writeln!(text, "{line}");
        }
    }
    text
}

/// Where a setting comes from, in words.
fn origin(setting: &Shown, globals: &Globals, keys: &FileKeys) -> String {
    let option = setting.key.strip_prefix("unattended.").unwrap_or(setting.key);
    match (globals.given.by(option), keys.line(setting.key), &keys.path) {
        (Some(Giver::Flag), ..) => format!("--{}", option.replace('_', "-")),
        (Some(Giver::Environment(variable)), ..) => variable.clone(),
        (None, Some(line), Some(path)) => format!("{}:{line}", path.display()),
        _ if setting.value.is_none() => "not set".to_owned(),
        _ => "default".to_owned(),
    }
}
