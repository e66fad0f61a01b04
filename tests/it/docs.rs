//! The documents hold against the program: every command, option, exit code and setting is there, every link leads somewhere.
//! Selector keys and export columns are held by the tests of `portal` and `export`.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory as _};
use dateline::cli::{Cli, Exit};
use dateline::config::{self, Overrides};

const EXITS: &[Exit] = &[
    Exit::Done,
    Exit::Failed,
    Exit::Usage,
    Exit::SomePagesFailed,
    Exit::Drift,
    Exit::Busy,
    Exit::Interrupted,
    Exit::Terminated,
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn document(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

#[test]
fn every_command_and_option_is_documented() {
    let text = document("docs/commands.md");
    let mut missing = Vec::new();
    for command in Cli::command().get_subcommands() {
        collect_missing(command, "dateline", &text, &mut missing);
    }
    assert!(missing.is_empty(), "not in docs/commands.md: {missing:?}");
}

/// Options are looked for in the whole text: those of several commands are explained once.
fn collect_missing(command: &Command, parent: &str, text: &str, missing: &mut Vec<String>) {
    let name = format!("{parent} {}", command.get_name());
    if command.get_name() == "help" {
        return;
    }
    let has_heading = text.lines().any(|line| line.starts_with(&format!("### `{name}")));
    if !has_heading && !command.has_subcommands() {
        missing.push(name.clone());
    }
    for option in command.get_arguments().filter_map(clap::Arg::get_long) {
        if !text.contains(&format!("--{option}")) {
            missing.push(format!("{name} --{option}"));
        }
    }
    for command in command.get_subcommands() {
        collect_missing(command, &name, text, missing);
    }
}

#[test]
fn every_documented_option_exists() {
    let mut known: Vec<String> = vec!["help".into(), "version".into()];
    collect_options(&Cli::command(), &mut known);
    let text = document("docs/commands.md");
    let unknown: Vec<_> = text
        .split("--")
        .skip(1)
        .map(|rest| rest.split(|c: char| !(c.is_ascii_lowercase() || c == '-')).next().unwrap_or_default())
        .filter(|name| name.len() > 1 && !name.starts_with('-') && !known.iter().any(|option| option == name))
        .collect();
    assert!(unknown.is_empty(), "docs/commands.md promises {unknown:?}");
}

fn collect_options(command: &Command, known: &mut Vec<String>) {
    known.extend(command.get_arguments().filter_map(clap::Arg::get_long).map(str::to_owned));
    for command in command.get_subcommands() {
        collect_options(command, known);
    }
}

#[test]
fn every_exit_code_is_documented() {
    let text = document("docs/commands.md");
    for exit in EXITS {
        let row = format!("\n| {} |", exit.code());
        assert!(text.contains(&row), "exit code {} is not in docs/commands.md", exit.code());
    }
}

#[test]
fn the_settings_in_the_documents_are_the_defaults() {
    let text = document("docs/politeness.md");
    let (_, sample) = text.split_once("```toml\n").unwrap();
    let (sample, _) = sample.split_once("```").unwrap();
    let directory = tempfile::tempdir().unwrap();
    let load = |text: &str| {
        let path = directory.path().join("sample.toml");
        fs::write(&path, text).unwrap();
        config::load(&Overrides { config: Some(path), contact: None }).unwrap()
    };
    assert_eq!(format!("{:?}", load(sample)), format!("{:?}", load("")));
}

#[test]
fn every_setting_is_in_the_documents_and_is_shown() {
    let text = document("docs/politeness.md");
    let (_, sample) = text.split_once("```toml\n").unwrap();
    let (sample, _) = sample.split_once("```").unwrap();
    let mut documented = std::collections::BTreeSet::new();
    let mut table = String::new();
    for line in sample.lines() {
        if let Some(name) = line.strip_prefix('[') {
            table = format!("{}.", name.split(']').next().unwrap_or_default());
        } else if let Some((key, _)) = line.trim_start_matches("# ").split_once('=') {
            documented.insert(format!("{table}{}", key.trim()));
        }
    }
    let settings = config::load(&Overrides { config: Some("/dev/null".into()), contact: None }).unwrap();
    let shown = dateline::config::shown::settings_shown(&settings, Path::new("a"), Path::new("s"));
    let shown: std::collections::BTreeSet<_> = shown.iter().map(|setting| setting.key.to_owned()).collect();
    assert_eq!(shown, documented, "config::shown and docs/politeness.md name different settings");
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut files: Vec<PathBuf> =
        ["README.md", "CHANGELOG.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].map(PathBuf::from).into();
    for entry in fs::read_dir(root().join("docs")).unwrap() {
        files.push(Path::new("docs").join(entry.unwrap().file_name()));
    }
    let mut broken = Vec::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|end| end == "md")) {
        let text = fs::read_to_string(root().join(file)).unwrap();
        for rest in text.split("](").skip(1) {
            let target = rest.split([')', '#']).next().unwrap_or_default();
            let is_elsewhere = target.is_empty() || target.contains("://") || target.contains('…');
            if !is_elsewhere && !root().join(file).with_file_name(target).exists() {
                broken.push(format!("{}: {target}", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "links to nowhere: {broken:?}");
}
