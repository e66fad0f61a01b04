//! Tables as Apache Parquet: columns typed, times as instants in UTC, lists as lists, nothing as null. Rows are
//! gathered into groups of bounded size, so that memory does not grow with the table.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{ColumnPath, Type};

use crate::export::record::confidence;
use crate::export::rows::{Tally, each_row};
use crate::export::{ExportError, Selection};
use crate::model::publication_time::{Precision, PublicationTime};
use crate::store::archived::EXTRACTOR;
use crate::store::table::{Column, ColumnKind};
use crate::store::{Cell, Store, StoreError, Table};

/// Bytes of values in a group of rows, as they lie in memory; a single larger row is a group of its own.
const GROUP_BYTES: usize = 2 << 20;

/// What a text costs besides its bytes: the value that points at it, and its levels.
const TEXT_COST: usize = size_of::<ByteArray>() + 4;

/// Texts lie end to end in pieces of so many bytes.
const PIECE_BYTES: usize = 64 << 10;

/// zstd's level: 3 is its default.
const ZSTD_LEVEL: i32 = 3;

/// Largest page, dictionaries too: what is gathered of a column before it is compressed.
const PAGE_BYTES: usize = 128 << 10;

/// Values handed to the encoder at once; after each batch it looks whether its page is full.
const BATCH_VALUES: usize = 256;

/// Ends the name of the column that keeps what an instant in UTC loses: the portal's offset, in minutes.
pub const OFFSET_SUFFIX: &str = "_offset";

/// Times that are written with the portal's offset.
const LOCAL_TIMES: &[&str] = &["published", "modified"];

/// Whether `column` is followed by one with its offset.
pub fn has_offset(column: Column) -> bool {
    column.kind == ColumnKind::Time && LOCAL_TIMES.contains(&column.name)
}

/// Writes the table.
pub(crate) fn write(
    store: &Store,
    table: Table,
    selection: &Selection,
    out: &mut (impl Write + Send),
) -> Result<Tally, ExportError> {
    let columns = table.columns();
    let schema = schema(table).map_err(parquet_error)?;
    let properties = properties(columns).map_err(parquet_error)?;
    let mut writer =
        SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)).map_err(parquet_error)?;
    let mut group = Group::new(columns);
    let tally = each_row(store, table, selection, |cells| {
        let bytes: usize = cells.iter().map(cell_bytes).sum();
        if group.rows > 0 && group.bytes + bytes > GROUP_BYTES {
            group.write(&mut writer).map_err(parquet_error)?;
        }
        for ((cell, column), values) in cells.iter().zip(columns).zip(&mut group.columns) {
            values.push(cell, *column)?;
        }
        group.rows += 1;
        group.bytes += bytes;
        Ok(())
    })?;
    if group.rows > 0 {
        group.write(&mut writer).map_err(parquet_error)?;
    }
    writer.close().map_err(parquet_error)?;
    Ok(tally)
}

fn cell_bytes(cell: &Cell<'_>) -> usize {
    match cell {
        // Of a list each element costs; there are at most as many as commas.
        Cell::Text(text) if text.starts_with('[') => text.len() + TEXT_COST * (1 + text.matches(',').count()),
        Cell::Text(text) => text.len() + TEXT_COST,
        Cell::Null => size_of::<i16>(),
        Cell::Integer(_) | Cell::Real(_) => size_of::<i64>() + size_of::<i16>(),
    }
}

fn properties(columns: &[Column]) -> Result<WriterProperties, ParquetError> {
    let mut properties = WriterProperties::builder()
        .set_created_by(EXTRACTOR.to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?))
        .set_write_batch_size(BATCH_VALUES)
        .set_data_page_size_limit(PAGE_BYTES)
        .set_dictionary_page_size_limit(PAGE_BYTES)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        // The index of pages would be kept in memory until the file is closed.
        .set_offset_index_disabled(true);
    for column in columns.iter().filter(|column| matches!(column.name, "text" | "lead")) {
        // Hardly two articles are equal: a dictionary of texts only costs.
        // And nobody looks for one by its first letters.
        let path = ColumnPath::from(column.name);
        properties = properties
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_statistics_enabled(path, EnabledStatistics::None);
    }
    Ok(properties.build())
}

fn schema(table: Table) -> Result<Type, ParquetError> {
    let mut fields = Vec::new();
    for column in table.columns() {
        fields.push(Arc::new(field(*column)?));
        if has_offset(*column) {
            let name = format!("{}{OFFSET_SUFFIX}", column.name);
            let offset = Type::primitive_type_builder(&name, Physical::INT32);
            fields.push(Arc::new(offset.with_repetition(Repetition::OPTIONAL).build()?));
        }
    }
    Type::group_type_builder(table.as_str()).with_fields(fields).build()
}

fn field(column: Column) -> Result<Type, ParquetError> {
    let (physical, logical) = match column.kind {
        ColumnKind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        ColumnKind::Time => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MICROS))),
        ColumnKind::Integer => (Physical::INT64, None),
        ColumnKind::Real => (Physical::DOUBLE, None),
        ColumnKind::Boolean => (Physical::BOOLEAN, None),
        ColumnKind::List => return list_field(column.name),
    };
    Type::primitive_type_builder(column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()
}

/// A list of texts in the three levels the format's specification asks for (LogicalTypes.md, "Lists").
fn list_field(name: &str) -> Result<Type, ParquetError> {
    let element = Type::primitive_type_builder("element", Physical::BYTE_ARRAY)
        .with_repetition(Repetition::REQUIRED)
        .with_logical_type(Some(LogicalType::String))
        .build()?;
    let list = Type::group_type_builder("list")
        .with_repetition(Repetition::REPEATED)
        .with_fields(vec![Arc::new(element)])
        .build()?;
    Type::group_type_builder(name)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(Some(LogicalType::List))
        .with_fields(vec![Arc::new(list)])
        .build()
}

/// Rows gathered, column by column.
struct Group {
    columns: Vec<Values>,
    rows: usize,
    bytes: usize,
}

impl Group {
    fn new(columns: &[Column]) -> Self {
        Self { columns: columns.iter().map(|column| Values::new(*column)).collect(), rows: 0, bytes: 0 }
    }

    /// Writes what was gathered and forgets it.
    fn write<W: Write + Send>(&mut self, writer: &mut SerializedFileWriter<W>) -> Result<(), ParquetError> {
        let mut row_group = writer.next_row_group()?;
        for values in &mut self.columns {
            let wanted = if matches!(values, Values::LocalTimes { .. }) { 2 } else { 1 };
            for part in 0..wanted {
                let mut column = row_group
                    .next_column()?
                    .ok_or_else(|| ParquetError::General("fewer columns than the schema has".into()))?;
                values.write(part, &mut column)?;
                column.close()?;
            }
            values.clear();
        }
        row_group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }
}

/// The values of a column with their definition levels: 0 where there is nothing.
enum Values {
    Texts { texts: Texts, levels: Vec<i16> },
    Lists { texts: Texts, levels: Vec<i16>, repetitions: Vec<i16> },
    Times { instants: Vec<i64>, levels: Vec<i16> },
    LocalTimes { instants: Vec<i64>, offsets: Vec<i32>, levels: Vec<i16> },
    Integers { numbers: Vec<i64>, levels: Vec<i16> },
    Reals { numbers: Vec<f64>, levels: Vec<i16> },
    Booleans { truths: Vec<bool>, levels: Vec<i16> },
}

/// Texts: values that share the pieces of memory they lie in, and the piece that is being filled.
#[derive(Default)]
struct Texts {
    values: Vec<ByteArray>,
    piece: Vec<u8>,
    ends: Vec<usize>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        if self.piece.len() + text.len() > self.piece.capacity() {
            self.finish_piece();
            self.piece.reserve_exact(text.len().max(PIECE_BYTES));
        }
        self.piece.extend_from_slice(text.as_bytes());
        self.ends.push(self.piece.len());
    }

    fn finish_piece(&mut self) {
        let piece = ByteArray::from(std::mem::take(&mut self.piece));
        let mut start = 0;
        for end in self.ends.drain(..) {
            self.values.push(piece.slice(start, end - start));
            start = end;
        }
    }

    fn finished(&mut self) -> &[ByteArray] {
        self.finish_piece();
        &self.values
    }
}

impl Values {
    fn new(column: Column) -> Self {
        let levels = Vec::new();
        match column.kind {
            ColumnKind::Text => Self::Texts { texts: Texts::default(), levels },
            ColumnKind::List => Self::Lists { texts: Texts::default(), levels, repetitions: Vec::new() },
            ColumnKind::Time if has_offset(column) => {
                Self::LocalTimes { instants: Vec::new(), offsets: Vec::new(), levels }
            }
            ColumnKind::Time => Self::Times { instants: Vec::new(), levels },
            ColumnKind::Integer => Self::Integers { numbers: Vec::new(), levels },
            ColumnKind::Real => Self::Reals { numbers: Vec::new(), levels },
            ColumnKind::Boolean => Self::Booleans { truths: Vec::new(), levels },
        }
    }

    fn push(&mut self, cell: &Cell<'_>, column: Column) -> Result<(), ExportError> {
        let damaged = || StoreError::Damaged(format!("{cell:?} in column {}", column.name));
        let level = i16::from(*cell != Cell::Null);
        match (self, cell) {
            (Self::Lists { levels, repetitions, .. }, Cell::Null) => {
                levels.push(0);
                repetitions.push(0);
            }
            (Self::Lists { texts, levels, repetitions }, Cell::Text(json)) => {
                let elements: Vec<String> = serde_json::from_str(json).map_err(|_| damaged())?;
                for (index, element) in elements.iter().enumerate() {
                    texts.push(element);
                    levels.push(2);
                    repetitions.push(i16::from(index > 0));
                }
                if elements.is_empty() {
                    levels.push(1);
                    repetitions.push(0);
                }
            }
            (
                Self::Texts { levels, .. }
                | Self::Times { levels, .. }
                | Self::LocalTimes { levels, .. }
                | Self::Integers { levels, .. }
                | Self::Reals { levels, .. }
                | Self::Booleans { levels, .. },
                Cell::Null,
            ) => levels.push(level),
            (Self::Texts { texts, levels }, Cell::Text(text)) => {
                texts.push(text);
                levels.push(level);
            }
            (Self::Times { instants, levels }, Cell::Text(text)) => {
                instants.push(time(text).ok_or_else(damaged)?.instant.as_microsecond());
                levels.push(level);
            }
            (Self::LocalTimes { instants, offsets, levels }, Cell::Text(text)) => {
                let time = time(text).ok_or_else(damaged)?;
                instants.push(time.instant.as_microsecond());
                offsets.push(time.offset.seconds() / 60);
                levels.push(level);
            }
            (Self::Integers { numbers, levels }, Cell::Integer(number)) => {
                numbers.push(*number);
                levels.push(level);
            }
            (Self::Reals { numbers, levels }, Cell::Real(number)) => {
                numbers.push(confidence(*number as f32));
                levels.push(level);
            }
            (Self::Booleans { truths, levels }, Cell::Integer(number)) => {
                truths.push(*number != 0);
                levels.push(level);
            }
            _ => return Err(damaged().into()),
        }
        Ok(())
    }

    /// Writes the column, or the second column of a time.
    fn write(&mut self, part: usize, column: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        match self {
            Self::Texts { texts, levels } => {
                column.typed::<ByteArrayType>().write_batch(texts.finished(), Some(levels), None)
            }
            Self::Lists { texts, levels, repetitions } => {
                column.typed::<ByteArrayType>().write_batch(texts.finished(), Some(levels), Some(repetitions))
            }
            Self::LocalTimes { offsets, levels, .. } if part == 1 => {
                column.typed::<Int32Type>().write_batch(offsets, Some(levels), None)
            }
            Self::Times { instants: numbers, levels }
            | Self::LocalTimes { instants: numbers, levels, .. }
            | Self::Integers { numbers, levels } => {
                column.typed::<Int64Type>().write_batch(numbers, Some(levels), None)
            }
            Self::Reals { numbers, levels } => {
                column.typed::<DoubleType>().write_batch(numbers, Some(levels), None)
            }
            Self::Booleans { truths, levels } => {
                column.typed::<BoolType>().write_batch(truths, Some(levels), None)
            }
        }
        .map(drop)
    }

    fn clear(&mut self) {
        match self {
            Self::Texts { texts, levels } => {
                texts.values.clear();
                levels.clear();
            }
            Self::Lists { texts, levels, repetitions } => {
                texts.values.clear();
                levels.clear();
                repetitions.clear();
            }
            Self::Times { instants: numbers, levels } | Self::Integers { numbers, levels } => {
                numbers.clear();
                levels.clear();
            }
            Self::LocalTimes { instants, offsets, levels } => {
                instants.clear();
                offsets.clear();
                levels.clear();
            }
            Self::Reals { numbers, levels } => {
                numbers.clear();
                levels.clear();
            }
            Self::Booleans { truths, levels } => {
                truths.clear();
                levels.clear();
            }
        }
    }
}

/// An instant with its offset; UTC where it has none.
fn time(text: &str) -> Option<PublicationTime> {
    PublicationTime::from_parts(text, Precision::Second)
}

fn parquet_error(error: ParquetError) -> ExportError {
    match error {
        ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(error) => ExportError::Write(*error),
            Err(source) => ExportError::Write(io::Error::other(source)),
        },
        error => ExportError::Write(io::Error::other(error)),
    }
}
