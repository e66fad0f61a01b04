//! The rows of a table as they may be seen, one by one, and how many cells of each column are filled.

use crate::export::{ExportError, Selection};
use crate::store::table::ColumnKind;
use crate::store::{Cell, Store, Table};

/// What was written: rows, and filled cells by column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Rows.
    pub rows: u64,
    /// Cells that are neither nothing nor an empty list, by column in the table's order.
    pub filled: Vec<u64>,
}

/// Hands every row of `table` in `selection` to `each`.
pub(crate) fn each_row(
    store: &Store,
    table: Table,
    selection: &Selection,
    mut each: impl FnMut(&[Cell<'_>]) -> Result<(), ExportError>,
) -> Result<Tally, ExportError> {
    let columns = table.columns();
    let mut tally = Tally { rows: 0, filled: vec![0; columns.len()] };
    let mut count = |cells: &[Cell<'_>]| {
        tally.rows += 1;
        for ((filled, cell), column) in tally.filled.iter_mut().zip(cells).zip(columns) {
            let is_empty_list = column.kind == ColumnKind::List && *cell == Cell::Text("[]");
            *filled += u64::from(*cell != Cell::Null && !is_empty_list);
        }
    };
    if selection.veil.is_open() {
        store.each_row::<ExportError>(table, &selection.filter, |cells| {
            count(cells);
            each(cells)
        })?;
    } else {
        let veil = selection.veil.of_table(table);
        store.each_row::<ExportError>(table, &selection.filter, |cells| {
            let names = veil.names(cells, columns);
            let shown = veil.cells(cells, &names);
            count(&shown);
            each(&shown)
        })?;
    }
    Ok(tally)
}
