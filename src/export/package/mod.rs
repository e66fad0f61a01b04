//! Data that carry their own description: beside each data file a codebook for people (Markdown), and for programs one
//! `datapackage.json` for the directory (Frictionless Data Package, <https://datapackage.org>).

mod codebook;
mod descriptor;
mod measured;

use std::path::Path;

use jiff::Timestamp;

use crate::export::rows::Tally;
use crate::export::{ExportError, Format, Selection, columnar, export_tallied, file};
use crate::store::table::ColumnKind;
use crate::store::{Store, Table};

pub(crate) use codebook::meaning;
pub(crate) use measured::Measured;

/// A data file and what is known of it.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    pub name: String,
    /// From the package's directory.
    pub path: String,
    pub format: &'static str,
    pub mediatype: &'static str,
    pub description: String,
    pub primary_key: Vec<&'static str>,
    pub rows: u64,
    pub bytes: u64,
    /// `sha256:…` of the file.
    pub hash: String,
    pub fields: Vec<Field>,
}

/// A column of a data file, or a key of its objects.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub name: String,
    pub kind: FieldKind,
    pub meaning: String,
    /// Rows in which it says something.
    pub filled: u64,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldKind {
    /// What the column holds.
    Column(ColumnKind),
    /// Minutes.
    Minutes,
    /// A JSON object.
    Object,
    /// A JSON array.
    Array,
}

/// What a package says of all its files.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Description<'a> {
    pub directory: &'a Path,
    pub created: Timestamp,
    pub selection: &'a Selection,
}

/// Writes `tables` with their codebooks to `directory`, all of one moment. Files of the same names are replaced, one by
/// one; `datapackage.json` comes last and keeps what it says of other files. `created`: now. Rows by table.
pub fn write(
    store: &Store,
    tables: &[Table],
    format: Format,
    selection: &Selection,
    directory: &Path,
    created: Timestamp,
) -> Result<Vec<(Table, u64)>, ExportError> {
    store.check_filter(&selection.filter)?;
    std::fs::create_dir_all(directory)?;
    let description = Description { directory, created, selection };
    store.at_one_moment(|store| {
        let mut written = Vec::new();
        for table in tables {
            let resource = write_table(store, *table, format, description)?;
            written.push((*table, resource.rows));
            description.add(store, &resource)?;
        }
        Ok(written)
    })
}

fn write_table(
    store: &Store,
    table: Table,
    format: Format,
    description: Description<'_>,
) -> Result<Resource, ExportError> {
    let (extension, mediatype) = match format {
        Format::Json => ("json", "application/json"),
        Format::JsonLines => ("jsonl", "application/jsonl"),
        Format::Parquet => ("parquet", "application/vnd.apache.parquet"),
        _ => ("csv", "text/csv"),
    };
    let path = format!("{}.{extension}", table.as_str());
    let (tally, (bytes, hash)) = file::replace(&description.directory.join(&path), |out| {
        let mut measured = Measured::new(out);
        let tally = export_tallied(store, table, format, description.selection, &mut measured)?;
        Ok::<_, ExportError>((tally, measured.finish()?))
    })?;
    let is_record = table == Table::Articles && matches!(format, Format::Json | Format::JsonLines);
    let fields = if is_record {
        codebook::record_fields(store, description.selection)?
    } else {
        column_fields(table, format, &tally)
    };
    Ok(Resource {
        name: table.as_str().to_owned(),
        path,
        format: extension,
        mediatype,
        description: codebook::description(table),
        primary_key: primary_key(table).to_vec(),
        rows: tally.rows,
        bytes,
        hash,
        fields,
    })
}

fn column_fields(table: Table, format: Format, tally: &Tally) -> Vec<Field> {
    let mut fields = Vec::new();
    for (column, filled) in table.columns().iter().zip(&tally.filled) {
        fields.push(Field {
            name: column.name.to_owned(),
            kind: FieldKind::Column(column.kind),
            meaning: meaning(table, column.name),
            filled: *filled,
        });
        if format == Format::Parquet && columnar::has_offset(*column) {
            fields.push(Field {
                name: format!("{}{}", column.name, columnar::OFFSET_SUFFIX),
                kind: FieldKind::Minutes,
                meaning: format!("the portal's offset from UTC at `{}`, in minutes", column.name),
                filled: *filled,
            });
        }
    }
    fields
}

fn primary_key(table: Table) -> &'static [&'static str] {
    match table {
        Table::Articles => &["id"],
        Table::Quotes => &["article_id", "quote_index"],
        Table::Dates => &["article_id", "date_index"],
        Table::Links | Table::Authors => &["article_id", "position"],
        Table::Revisions => &["article_id", "revision"],
        Table::Fetches => &["fetch"],
        Table::Tombstones => &["article_id"],
        // A run that came to no portal has none: no key.
        Table::Runs => &[],
    }
}

impl Description<'_> {
    /// Writes the codebook of `resource` and puts it into `datapackage.json`.
    pub(crate) fn add(self, store: &Store, resource: &Resource) -> Result<(), ExportError> {
        let readers = store.readers(&self.selection.filter)?;
        let text = codebook::text(resource, self, &readers);
        let name = if resource.name == "metadata" {
            "codebook.md".to_owned()
        } else {
            format!("{}.codebook.md", resource.name)
        };
        file::replace(&self.directory.join(name), |out| std::io::Write::write_all(out, text.as_bytes()))?;
        descriptor::add(resource, self, &readers)
    }
}

#[cfg(test)]
mod tests;
