//! Tables as JSON: one array, or one object a line. Articles are their full records, other rows objects with the
//! table's columns as keys.

use std::io::Write;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::export::record::{Record, confidence, write_record};
use crate::export::rows::{Tally, each_row};
use crate::export::{ExportError, Selection};
use crate::store::table::{Column, ColumnKind};
use crate::store::{Cell, Store, Table};

/// What stands around and between the objects.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    before: &'static str,
    between: &'static str,
    after: &'static str,
}

/// One JSON array, an object a line.
pub(crate) const ARRAY: Frame = Frame { before: "[\n", between: ",\n", after: "\n]\n" };

/// One object a line (JSON Lines).
pub(crate) const LINES: Frame = Frame { before: "", between: "\n", after: "\n" };

/// Writes the table. The keys of records are not counted.
pub(crate) fn write(
    store: &Store,
    table: Table,
    selection: &Selection,
    frame: Frame,
    out: &mut impl Write,
) -> Result<Tally, ExportError> {
    let mut rows = 0;
    out.write_all(frame.before.as_bytes())?;
    let tally = if table == Table::Articles {
        store.each_article::<ExportError>(&selection.filter, |archived| {
            if rows > 0 {
                out.write_all(frame.between.as_bytes())?;
            }
            rows += 1;
            let record = Record::archived(&archived.article, &archived.facts);
            Ok(write_record(record.veiled(&selection.veil), out)?)
        })?;
        Tally { rows, filled: Vec::new() }
    } else {
        let columns = table.columns();
        each_row(store, table, selection, |cells| {
            if rows > 0 {
                out.write_all(frame.between.as_bytes())?;
            }
            rows += 1;
            Ok(serde_json::to_writer(&mut *out, &RowObject { columns, cells })
                .map_err(std::io::Error::from)?)
        })?
    };
    // An empty file holds no line; an empty array is still an array.
    if rows > 0 || !frame.before.is_empty() {
        out.write_all(frame.after.as_bytes())?;
    }
    Ok(tally)
}

struct RowObject<'a> {
    columns: &'a [Column],
    cells: &'a [Cell<'a>],
}

impl Serialize for RowObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.columns.len()))?;
        for (column, cell) in self.columns.iter().zip(self.cells) {
            match (cell, column.kind) {
                (Cell::Null, _) => map.serialize_entry(column.name, &())?,
                (Cell::Integer(value), ColumnKind::Boolean) => {
                    map.serialize_entry(column.name, &(*value != 0))?;
                }
                (Cell::Integer(value), _) => map.serialize_entry(column.name, value)?,
                (Cell::Real(value), _) => map.serialize_entry(column.name, &confidence(*value as f32))?,
                (Cell::Text(json), ColumnKind::List) => {
                    let elements: Vec<String> = serde_json::from_str(json).unwrap_or_default();
                    map.serialize_entry(column.name, &elements)?;
                }
                (Cell::Text(text), _) => map.serialize_entry(column.name, text)?,
            }
        }
        map.end()
    }
}
