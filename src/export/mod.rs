//! What leaves the archive: the record, the tables, their formats. Reading the archive is `store`'s.

pub mod columnar;
pub mod corpus;
pub mod file;
pub mod package;
pub mod pseudonym;
pub mod record;
pub mod rows;
pub mod veil;
pub mod wacz;

mod citation;
mod delimited;
mod objects;

use std::io::{self, Write};
use std::path::PathBuf;

use crate::store::{Filter, Store, StoreError, Table};
use crate::warc::WarcError;
use rows::Tally;
use veil::Veil;

/// In which form rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// RFC 4180, UTF-8.
    Csv,
    /// CSV as spreadsheet programs open it: a byte-order mark, and no cell is taken for a formula.
    ExcelCsv,
    /// One JSON array.
    Json,
    /// One JSON object a line.
    JsonLines,
    /// Apache Parquet, columns typed.
    Parquet,
    /// RIS, what reference managers import. Articles only.
    Ris,
    /// BibLaTeX entries. Articles only.
    BibLatex,
    /// CSL-JSON, what citation processors read. Articles only.
    CslJson,
}

impl Format {
    /// Whether it can say nothing but articles.
    pub fn is_of_articles_only(self) -> bool {
        matches!(self, Self::Ris | Self::BibLatex | Self::CslJson)
    }
}

/// What leaves the archive: which rows, and how much of them may be seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Which rows.
    pub filter: Filter,
    /// What is kept back.
    pub veil: Veil,
}

/// Why an export stopped.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The archive could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The evidence could not be read or copied.
    #[error(transparent)]
    Warc(#[from] WarcError),
    /// The rows could not be written.
    #[error("cannot write the export")]
    Write(#[from] io::Error),
    /// The directory to be made is there and holds something.
    #[error("{} is not empty, and is left as it is\n\nhint: name a directory that does not exist yet", .0.display())]
    NotEmpty(PathBuf),
}

impl ExportError {
    /// Whether the reader of the rows is gone (`| head`), which is no failure.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Writes the rows of `table` in `selection` to `out`, one by one, as of one moment. The number of rows; articles
/// where `format` can say nothing else.
pub fn export(
    store: &Store,
    table: Table,
    format: Format,
    selection: &Selection,
    out: &mut (impl Write + Send),
) -> Result<u64, ExportError> {
    export_tallied(store, table, format, selection, out).map(|tally| tally.rows)
}

/// The same, with how many cells of each column are filled; not counted for references and records.
pub(crate) fn export_tallied(
    store: &Store,
    table: Table,
    format: Format,
    selection: &Selection,
    out: &mut (impl Write + Send),
) -> Result<Tally, ExportError> {
    // Before the first byte: a mistake in the query leaves the output empty.
    store.check_filter(&selection.filter)?;
    let tally = match format {
        Format::Csv => delimited::write(store, table, selection, delimited::Cells::Plain, out),
        Format::ExcelCsv => delimited::write(store, table, selection, delimited::Cells::Excel, out),
        Format::Json => objects::write(store, table, selection, objects::ARRAY, out),
        Format::JsonLines => objects::write(store, table, selection, objects::LINES, out),
        Format::Parquet => columnar::write(store, table, selection, out),
        Format::Ris => citation::write(store, selection, citation::Form::Ris, out),
        Format::BibLatex => citation::write(store, selection, citation::Form::BibLatex, out),
        Format::CslJson => citation::write(store, selection, citation::Form::CslJson, out),
    }?;
    out.flush()?;
    Ok(tally)
}

#[cfg(test)]
mod tests;
