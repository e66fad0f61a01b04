//! What leaves the archive: the record, the tables, their formats. Reading the archive is `store`'s.

pub mod delimited;
pub mod file;
pub mod objects;
pub mod record;

use std::io::{self, Write};

use crate::store::{Filter, Store, StoreError, Table};

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
}

/// Why an export stopped.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The archive could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The rows could not be written.
    #[error("cannot write the export")]
    Write(#[from] io::Error),
}

impl ExportError {
    /// Whether the reader of the rows is gone (`| head`), which is no failure.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Writes the rows of `table` that pass `filter` to `out`, one by one, as of one moment. The number of rows.
pub fn export(
    store: &Store,
    table: Table,
    format: Format,
    filter: &Filter,
    out: &mut impl Write,
) -> Result<u64, ExportError> {
    let rows = match format {
        Format::Csv => delimited::write(store, table, filter, delimited::Cells::Plain, out),
        Format::ExcelCsv => delimited::write(store, table, filter, delimited::Cells::Excel, out),
        Format::Json => objects::write(store, table, filter, objects::ARRAY, out),
        Format::JsonLines => objects::write(store, table, filter, objects::LINES, out),
    }?;
    out.flush()?;
    Ok(rows)
}

#[cfg(test)]
mod tests;
