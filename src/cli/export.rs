//! `dateline export`: a table of the archive in a form other programs read.

use std::io::{self, BufWriter};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};

use crate::cli::filter::FilterArgs;
use crate::cli::veil::VeilArgs;
use crate::cli::{Exit, Globals, output, wacz};
use crate::export::{ExportError, Format, Selection, export, file};
use crate::store::{Store, StoreError, Table};

/// Bytes gathered before they go to stdout.
const BUFFER_BYTES: usize = 64 * 1024;

/// The forms by name. Those of references hold articles only.
const FORMATS: &[(&str, Format)] = &[
    ("csv", Format::Csv),
    ("json", Format::Json),
    ("jsonl", Format::JsonLines),
    ("parquet", Format::Parquet),
    ("ris", Format::Ris),
    ("biblatex", Format::BibLatex),
    ("csl-json", Format::CslJson),
];

/// Options of `dateline export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// What to export; wacz: the captured pages, for ReplayWeb.page and pywb
    #[arg(value_name = "TABLE", default_value = "articles", value_parser = table_names())]
    pub table: String,
    /// Form of the rows
    #[arg(long, value_name = "FORM", default_value = "csv",
          value_parser = PossibleValuesParser::new(FORMATS.iter().map(|(name, _)| *name)))]
    pub format: String,
    /// Write to FILE, whole or not at all; default: stdout
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// CSV for spreadsheet programs: byte-order mark, no cell taken for a formula
    #[arg(long)]
    pub excel: bool,
    /// Which articles.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// Only matching this full-text query (the language of `dateline search`)
    #[arg(long, value_name = "QUERY", help_heading = "Filters")]
    pub query: Option<String>,
    /// What is kept back.
    #[command(flatten)]
    pub veil: VeilArgs,
}

fn table_names() -> impl clap::builder::TypedValueParser<Value = String> {
    PossibleValuesParser::new(Table::ALL.iter().map(|table| table.as_str()).chain([wacz::TABLE]))
        .map(|name| name)
}

/// Exports.
pub(crate) fn run(args: &ExportArgs, globals: &Globals) -> anyhow::Result<Exit> {
    if args.table == wacz::TABLE {
        return wacz::run(args, globals);
    }
    let table =
        Table::ALL.iter().copied().find(|table| table.as_str() == args.table).unwrap_or(Table::Articles);
    let format = FORMATS.iter().find(|(name, _)| *name == args.format).map_or(Format::Csv, |(_, form)| *form);
    let format = match (format, args.excel) {
        (Format::Csv, true) => Format::ExcelCsv,
        (_, true) => {
            return Ok(output::usage_error(&"--excel is a form of CSV\n\nhint: use it with --format csv"));
        }
        (format, false) => format,
    };
    if format.is_of_articles_only() && table != Table::Articles {
        let message = format!(
            "{} holds articles only, no {}\n\nhint: every table can be written as csv, json, jsonl or parquet",
            args.format,
            table.as_str()
        );
        return Ok(output::usage_error(&message));
    }
    if let Some(flag) = article_flag(args).filter(|_| !table.is_of_articles()) {
        let message = format!(
            "{flag} selects articles, and {} are none\n\nhint: --portal, --since and --until hold for every table",
            table.as_str()
        );
        return Ok(output::usage_error(&message));
    }
    let store = Store::open_read_only(&globals.archive)?;
    let filter = match args.filter.filter(&store, args.query.clone())? {
        Ok(filter) => filter,
        Err(message) => return Ok(output::usage_error(&message)),
    };
    let selection = Selection { filter, veil: args.veil.veil(&globals.archive)? };
    let rows = if let Some(path) = &args.output {
        file::replace(path, |out| export(&store, table, format, &selection, out))
    } else {
        let mut out = BufWriter::with_capacity(BUFFER_BYTES, io::stdout());
        export(&store, table, format, &selection, &mut out)
    };
    match rows {
        Ok(rows) => {
            if let Some(path) = args.output.as_ref().filter(|_| !globals.quiet) {
                output::note(&format!("{rows} {} written to {}", table.as_str(), path.display()));
            }
            Ok(Exit::Done)
        }
        Err(error) if error.is_broken_pipe() => Ok(Exit::Done),
        Err(ExportError::Store(StoreError::Query(error))) => Ok(output::usage_error(&error)),
        Err(error) => Err(error).with_context(|| match &args.output {
            Some(path) => format!("{}: not written", path.display()),
            None => "the export is incomplete".to_owned(),
        }),
    }
}

/// A flag that selects articles, where one is given.
fn article_flag(args: &ExportArgs) -> Option<&'static str> {
    let flags = [
        ("--section", args.filter.section.is_some()),
        ("--place", args.filter.place.is_some()),
        ("--speaker", args.filter.speaker.is_some()),
        ("--query", args.query.is_some()),
    ];
    flags.into_iter().find(|(_, given)| *given).map(|(flag, _)| flag)
}
