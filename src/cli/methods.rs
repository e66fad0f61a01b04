//! `dateline methods`: how the collection was made, for a paper's methods section.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use crate::cli::{Exit, Globals, UsageError, output};
use crate::export::file;
use crate::methods::{self, Account, Language};
use crate::store::Store;

/// Options of `dateline methods`.
#[derive(Debug, Args)]
pub struct MethodsArgs {
    /// The language of the text
    #[arg(long, value_enum, default_value = "en", value_name = "LANGUAGE")]
    pub language: TextLanguage,
    /// A text with tables, or the figures as JSON
    #[arg(long, value_enum, default_value = "markdown", value_name = "FORMAT")]
    pub format: MethodsFormat,
    /// Only this portal; repeat for several
    #[arg(long, value_name = "NAME")]
    pub portal: Vec<String>,
    /// Write to FILE instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The language of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TextLanguage {
    /// English
    En,
    /// German
    De,
}

/// The form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MethodsFormat {
    /// A paragraph and tables.
    Markdown,
    /// Every figure, and page by page what was forbidden.
    Json,
}

/// Tells how the collection was made.
pub(crate) fn run(args: &MethodsArgs, globals: &Globals) -> anyhow::Result<Exit> {
    let store = Store::open_read_only(&globals.archive)?;
    let known = store.portals().context("cannot read the archive's portals")?;
    if let Some(unknown) = args.portal.iter().find(|portal| !known.contains(portal)) {
        let known = if known.is_empty() { "no portal yet".to_owned() } else { known.join(", ") };
        return Err(
            UsageError(format!("no portal \"{unknown}\" in the archive\n\nhint: there is {known}")).into()
        );
    }
    let account = Account::gather(&store, &args.portal).context("cannot read how the archive was made")?;
    let text = match args.format {
        MethodsFormat::Json => format!("{:#}\n", methods::json(&account)),
        MethodsFormat::Markdown => methods::markdown(
            &account,
            match args.language {
                TextLanguage::En => Language::English,
                TextLanguage::De => Language::German,
            },
        ),
    };
    match &args.output {
        Some(path) => file::replace(path, |out| out.write_all(text.as_bytes()))
            .with_context(|| format!("cannot write {}", path.display()))?,
        None => {
            output::write_stdout(&text)?;
        }
    }
    Ok(Exit::Done)
}
