//! Tables as CSV: RFC 4180, UTF-8, lines end in CR LF. Lists are joined by " | ", nothing is an empty cell.

use std::borrow::Cow;
use std::io::Write;

use crate::export::record::confidence;
use crate::export::rows::{Tally, each_row};
use crate::export::{ExportError, Selection};
use crate::store::table::ColumnKind;
use crate::store::{Cell, Store, Table};

/// What stands between the elements of a list.
const BETWEEN: &str = " | ";

/// What spreadsheet programs take for the beginning of a formula, the full-width forms too
/// (OWASP, "CSV Injection").
const FORMULA: &[char] = &['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Longest text that is looked at for being a number.
const LONGEST_NUMBER: usize = 64;

/// How cells are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cells {
    /// As they are; only NUL, which no CSV reader survives, becomes U+FFFD.
    Plain,
    /// For spreadsheet programs: also, an apostrophe before texts that they would take for a formula or make a number of.
    Excel,
}

/// Writes the table.
pub(crate) fn write(
    store: &Store,
    table: Table,
    selection: &Selection,
    cells: Cells,
    out: &mut impl Write,
) -> Result<Tally, ExportError> {
    if cells == Cells::Excel {
        out.write_all("\u{feff}".as_bytes())?;
    }
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    let columns = table.columns();
    writer.write_record(columns.iter().map(|column| column.name)).map_err(io_error)?;
    let tally = each_row(store, table, selection, |row| {
        for (cell, column) in row.iter().zip(columns) {
            writer.write_field(text(cell, column.kind, cells).as_bytes()).map_err(io_error)?;
        }
        writer.write_record(None::<&[u8]>).map_err(io_error)?;
        Ok(())
    })?;
    writer.flush()?;
    Ok(tally)
}

pub(crate) fn text<'a>(cell: &Cell<'a>, kind: ColumnKind, cells: Cells) -> Cow<'a, str> {
    let text = match (cell, kind) {
        (Cell::Null, _) => return "".into(),
        (Cell::Integer(value), ColumnKind::Boolean) => {
            return if *value == 0 { "false" } else { "true" }.into();
        }
        (Cell::Integer(value), _) => return value.to_string().into(),
        (Cell::Real(value), _) => return confidence(*value as f32).to_string().into(),
        (Cell::Text(text), ColumnKind::List) => list(text),
        (Cell::Text(text), _) => Cow::Borrowed(*text),
    };
    let text = if text.contains('\0') { text.replace('\0', "\u{fffd}").into() } else { text };
    let is_text = kind != ColumnKind::Time;
    if cells == Cells::Excel && (text.starts_with(FORMULA) || is_text && becomes_a_number(&text)) {
        format!("'{text}").into()
    } else {
        text
    }
}

/// Whether a spreadsheet program would make another value of a text: a number (`007`, `12e4`: an id may look so), a time
/// (`3:1`) or a day (`3-1`, `2020-04`). A whole ISO day stays the day it is.
fn becomes_a_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_of_numbers = |byte: &u8| byte.is_ascii_digit() || b".,:/-+eE% ".contains(byte);
    let is_day = bytes.len() == 10
        && bytes
            .iter()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { *byte == b'-' } else { byte.is_ascii_digit() });
    bytes.len() <= LONGEST_NUMBER
        && bytes.first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'.')
        && bytes.iter().all(is_of_numbers)
        && !is_day
}

/// The elements of a JSON array, joined.
fn list(json: &str) -> Cow<'_, str> {
    if json == "[]" {
        return "".into();
    }
    let elements: Vec<Cow<'_, str>> = serde_json::from_str(json).unwrap_or_default();
    elements.join(BETWEEN).into()
}

pub(crate) fn io_error(error: csv::Error) -> ExportError {
    ExportError::Write(error.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: Cell<'_>, kind: ColumnKind, plain: &str, excel: &str) {
        assert_eq!(text(&cell, kind, Cells::Plain), plain);
        assert_eq!(text(&cell, kind, Cells::Excel), excel);
    }

    #[test]
    fn cells_are_written_by_their_kind() {
        check(Cell::Null, ColumnKind::Text, "", "");
        check(Cell::Integer(-1), ColumnKind::Integer, "-1", "-1");
        check(Cell::Integer(1), ColumnKind::Boolean, "true", "true");
        check(Cell::Integer(0), ColumnKind::Boolean, "false", "false");
        check(Cell::Real(f64::from(0.93_f32)), ColumnKind::Real, "0.93", "0.93");
        check(
            Cell::Text(r#"["Lokales","a \" b"]"#),
            ColumnKind::List,
            "Lokales | a \" b",
            "Lokales | a \" b",
        );
        check(Cell::Text("[]"), ColumnKind::List, "", "");
    }

    #[test]
    fn texts_stay_texts_in_spreadsheets() {
        for text in
            ["007", "12345678e1234567", "1234567890123456", "3:1", "3-1", "2020-04", "1,5 %", ".5", "12/2024"]
        {
            check(Cell::Text(text), ColumnKind::Text, text, &format!("'{text}"));
        }
        for text in ["2020-04-06", "12 Monate", "0d829bfb115ba74f", "e5", "Platz 3", ""] {
            check(Cell::Text(text), ColumnKind::Text, text, text);
        }
        check(
            Cell::Text("2020-04-06T00:00:00Z"),
            ColumnKind::Time,
            "2020-04-06T00:00:00Z",
            "2020-04-06T00:00:00Z",
        );
        check(Cell::Text(r#"["9/11"]"#), ColumnKind::List, "9/11", "'9/11");
    }

    #[test]
    fn formulas_are_harmless_for_spreadsheets_and_unharmed_otherwise() {
        check(Cell::Text("=1+1"), ColumnKind::Text, "=1+1", "'=1+1");
        check(Cell::Text("+49 711"), ColumnKind::Text, "+49 711", "'+49 711");
        check(Cell::Text("-"), ColumnKind::Text, "-", "'-");
        check(Cell::Text("@SUM(1)"), ColumnKind::Text, "@SUM(1)", "'@SUM(1)");
        check(Cell::Text("\t=1"), ColumnKind::Text, "\t=1", "'\t=1");
        check(Cell::Text("\r=1"), ColumnKind::Text, "\r=1", "'\r=1");
        check(Cell::Text("＝1"), ColumnKind::Text, "＝1", "'＝1");
        check(Cell::Text(r#"["=x","y"]"#), ColumnKind::List, "=x | y", "'=x | y");
        check(Cell::Text("a=b"), ColumnKind::Text, "a=b", "a=b");
        check(Cell::Text("a\0b"), ColumnKind::Text, "a\u{fffd}b", "a\u{fffd}b");
    }
}
