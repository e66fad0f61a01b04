//! `dateline export`: a table of the archive in a form other programs read.

use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use jiff::Timestamp;

use crate::cli::filter::FilterArgs;
use crate::cli::veil::VeilArgs;
use crate::cli::{Exit, Globals, output, wacz};
use crate::export::corpus::TextForm;
use crate::export::{ExportError, Format, Selection, corpus, export, file, package};
use crate::store::{Store, StoreError, Table};

/// Bytes gathered before they go to stdout.
const BUFFER_BYTES: usize = 64 * 1024;

/// The forms by name. Those of references and corpora hold articles only.
const FORMATS: &[(&str, Form)] = &[
    ("csv", Form::Rows(Format::Csv)),
    ("json", Form::Rows(Format::Json)),
    ("jsonl", Form::Rows(Format::JsonLines)),
    ("parquet", Form::Rows(Format::Parquet)),
    ("ris", Form::Rows(Format::Ris)),
    ("biblatex", Form::Rows(Format::BibLatex)),
    ("csl-json", Form::Rows(Format::CslJson)),
    ("tei", Form::Corpus(TextForm::Tei)),
    ("txt", Form::Corpus(TextForm::Plain)),
];

/// Every table.
const ALL: &str = "all";

/// What is written: one file, or a file an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Rows(Format),
    Corpus(TextForm),
}

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
    /// Write to FILE, whole or not at all; default: stdout. For tei and txt a directory
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write table, codebook and datapackage.json to DIR
    #[arg(long, value_name = "DIR", conflicts_with = "output")]
    pub package: Option<PathBuf>,
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
    let names = Table::ALL.iter().map(|table| table.as_str()).chain([ALL, wacz::TABLE]);
    PossibleValuesParser::new(names).map(|name| name)
}

/// Exports.
pub(crate) fn run(args: &ExportArgs, globals: &Globals) -> anyhow::Result<Exit> {
    if args.table == wacz::TABLE {
        return wacz::run(args, globals);
    }
    let destination = match destination(args) {
        Ok(destination) => destination,
        Err(message) => return Ok(output::usage_error(&message)),
    };
    let store = Store::open_read_only(&globals.archive)?;
    let filter = match args.filter.filter(&store, args.query.clone())? {
        Ok(filter) => filter,
        Err(message) => return Ok(output::usage_error(&message)),
    };
    let selection = Selection { filter, veil: args.veil.veil(&globals.archive)? };
    match write(&store, &destination, &selection) {
        Ok(written) => {
            for line in written.iter().filter(|_| !globals.quiet) {
                output::note(line);
            }
            Ok(Exit::Done)
        }
        Err(error) if error.is_broken_pipe() => Ok(Exit::Done),
        Err(ExportError::Store(StoreError::Query(error))) => Ok(output::usage_error(&error)),
        Err(error @ ExportError::NotEmpty(_)) => Ok(output::usage_error(&error)),
        Err(error) => Err(error).with_context(|| match destination.path() {
            Some(path) => format!("{}: not written", path.display()),
            None => "the export is incomplete".to_owned(),
        }),
    }
}

/// What is written where.
#[derive(Debug)]
enum Destination<'a> {
    Stdout(Table, Format),
    File(Table, Format, &'a Path),
    Package(Vec<Table>, Format, &'a Path),
    Corpus(TextForm, &'a Path),
}

impl Destination<'_> {
    fn path(&self) -> Option<&Path> {
        match self {
            Self::Stdout(..) => None,
            Self::File(_, _, path) | Self::Package(_, _, path) | Self::Corpus(_, path) => Some(path),
        }
    }
}

/// What the options come to; the error says which do not go together.
fn destination(args: &ExportArgs) -> Result<Destination<'_>, String> {
    let form = FORMATS
        .iter()
        .find(|(name, _)| *name == args.format)
        .map_or(Form::Rows(Format::Csv), |(_, form)| *form);
    let tables: Vec<Table> = Table::ALL
        .iter()
        .copied()
        .filter(|table| args.table == ALL || table.as_str() == args.table)
        .collect();
    let table = tables.first().copied().unwrap_or(Table::Articles);
    if args.excel && form != Form::Rows(Format::Csv) {
        return Err("--excel is a form of CSV\n\nhint: use it with --format csv".into());
    }
    let is_of_articles_only = match form {
        Form::Rows(format) => format.is_of_articles_only(),
        Form::Corpus(_) => true,
    };
    if is_of_articles_only && args.table != Table::Articles.as_str() {
        return Err(format!(
            "{} holds articles only, no {}\n\nhint: every table can be written as csv, json, jsonl or parquet",
            args.format, args.table
        ));
    }
    if let Some(flag) = article_flag(args).filter(|_| tables.len() == 1 && !table.is_of_articles()) {
        return Err(format!(
            "{flag} selects articles, and {} are none\n\nhint: --portal, --since and --until hold for every table",
            args.table
        ));
    }
    match (form, &args.package, &args.output) {
        (Form::Corpus(_), Some(_), _) => {
            Err("a corpus has its codebook with it\n\nhint: take -o DIR instead of --package DIR".into())
        }
        (Form::Corpus(_), None, None) => {
            Err(format!("--format {} writes a directory\n\nhint: name it with -o DIR", args.format))
        }
        (Form::Corpus(_), None, Some(_)) if args.veil.no_text => Err(format!(
            "--format {} is nothing but text\n\nhint: without text there are csv, json, jsonl and parquet",
            args.format
        )),
        (Form::Corpus(form), None, Some(path)) => Ok(Destination::Corpus(form, path)),
        (Form::Rows(format), Some(path), _) => {
            if args.excel || format.is_of_articles_only() {
                return Err("a package holds tables as programs read them\n\nhint: take --format csv, json, jsonl or \
                            parquet, without --excel"
                    .into());
            }
            Ok(Destination::Package(tables, format, path))
        }
        (Form::Rows(_), None, _) if tables.len() != 1 => {
            Err("all tables do not go into one file\n\nhint: name a directory with --package DIR".into())
        }
        (Form::Rows(format), None, path) => {
            let format = if args.excel { Format::ExcelCsv } else { format };
            Ok(match path {
                Some(path) => Destination::File(table, format, path),
                None => Destination::Stdout(table, format),
            })
        }
    }
}

/// Writes, and says what was written where.
fn write(
    store: &Store,
    destination: &Destination<'_>,
    selection: &Selection,
) -> Result<Vec<String>, ExportError> {
    let line = |rows: u64, what: &str, path: &Path| format!("{rows} {what} written to {}", path.display());
    Ok(match destination {
        Destination::Stdout(table, format) => {
            let mut out = BufWriter::with_capacity(BUFFER_BYTES, io::stdout());
            export(store, *table, *format, selection, &mut out)?;
            Vec::new()
        }
        Destination::File(table, format, path) => {
            let rows = file::replace(path, |out| export(store, *table, *format, selection, out))?;
            vec![line(rows, table.as_str(), path)]
        }
        Destination::Package(tables, format, path) => {
            let written = package::write(store, tables, *format, selection, path, Timestamp::now())?;
            written.into_iter().map(|(table, rows)| line(rows, table.as_str(), path)).collect()
        }
        Destination::Corpus(form, path) => {
            let texts = corpus::write(store, *form, selection, path, Timestamp::now())?;
            vec![line(texts, "texts", path)]
        }
    })
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
