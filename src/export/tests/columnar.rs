//! Parquet read back: typed, with lists and nothing told apart, hostile texts unharmed, groups of bounded size.

use parquet::basic::LogicalType;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::{Field, Row};

use super::*;
use crate::export::columnar::has_offset;
use crate::model::publication_time::{Precision, PublicationTime};

fn read(bytes: Vec<u8>) -> SerializedFileReader<bytes::Bytes> {
    SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap()
}

fn parquet(store: &Store, table: Table) -> SerializedFileReader<bytes::Bytes> {
    let mut out = Vec::new();
    export(store, table, Format::Parquet, &Selection::default(), &mut out).unwrap();
    read(out)
}

fn rows(reader: &SerializedFileReader<bytes::Bytes>) -> Vec<BTreeMap<String, Field>> {
    let of = |row: Row| row.into_columns().into_iter().collect();
    reader.get_row_iter(None).unwrap().map(|row| of(row.unwrap())).collect()
}

#[test]
fn hostile_texts_pass_unharmed_and_typed() {
    let (_directory, store) = archive();
    let rows = rows(&parquet(&store, Table::Articles));
    assert_eq!(rows.len(), HOSTILE.len());
    for (row, text) in rows.iter().zip(HOSTILE) {
        assert_eq!(row["headline"], Field::Str((*text).to_owned()));
        let between = if text.is_empty() { "" } else { "\n\n" };
        assert_eq!(row["text"], Field::Str(format!("{text}{between}Ende.")));
        let Field::ListInternal(authors) = &row["authors"] else { panic!("{:?}", row["authors"]) };
        assert_eq!(authors.elements(), [Field::Str((*text).to_owned()), Field::Str("Ada".into())]);
        let Field::ListInternal(tags) = &row["tags"] else { panic!("{:?}", row["tags"]) };
        assert!(tags.elements().is_empty());
        assert_eq!(row["kicker"], Field::Null);
        assert_eq!(row["published"], Field::Null);
        assert_eq!(row["first_seen"], Field::TimestampMicros(1_713_506_400_000_000));
        assert_eq!(row["revision"], Field::Long(1));
    }
}

#[test]
fn every_table_has_the_same_rows_and_columns_as_csv() {
    let (_directory, store) = archive();
    for table in Table::ALL {
        let reader = parquet(&store, *table);
        let names: Vec<_> = table
            .columns()
            .iter()
            .flat_map(|column| {
                let offset = has_offset(*column).then(|| format!("{}_offset", column.name));
                std::iter::once(column.name.to_owned()).chain(offset)
            })
            .collect();
        let schema = reader.metadata().file_metadata().schema();
        let found: Vec<_> = schema.get_fields().iter().map(|field| field.name().to_owned()).collect();
        assert_eq!(found, names, "{table:?}");
        let csv = exported(&store, *table, Format::Csv);
        assert_eq!(rows(&reader).len(), csv::Reader::from_reader(csv.as_bytes()).records().count());
    }
}

#[test]
fn times_are_instants_in_utc_and_the_portal_s_offset_stands_beside_them() {
    let (_directory, mut store) = archive();
    let url = CrawlUrl::parse("https://portal.example/zeit").unwrap();
    let mut article = Article::empty(url, Some("beispiel".into()));
    article.published = PublicationTime::from_parts("2020-04-06T00:00:00-03:30", Precision::Day);
    let fetched = "2024-04-19T06:00:00Z".parse().unwrap();
    let reading =
        Reading { article: &article, issues: &[], fetched, capture: None, run: None, reparsed: false };
    store.put_article(reading).unwrap();
    let reader = parquet(&store, Table::Articles);
    let row = rows(&reader).pop().unwrap();
    assert_eq!(row["published"], Field::TimestampMicros(1_586_143_800_000_000));
    assert_eq!(row["published_offset"], Field::Int(-210));
    assert_eq!(row["published_precision"], Field::Str("day".into()));
    assert_eq!(row["modified_offset"], Field::Null);
    let column = reader.metadata().file_metadata().schema_descr().column(8);
    let Some(LogicalType::Timestamp(kind)) = column.logical_type_ref() else { panic!("{column:?}") };
    assert!(kind.is_adjusted_to_u_t_c);
}

#[test]
fn rows_come_in_groups_of_bounded_size_and_a_huge_cell_is_a_cell() {
    let directory = TempDir::new().unwrap();
    let mut store = Store::open(directory.path()).unwrap();
    let fetched = "2024-04-19T06:00:00Z".parse().unwrap();
    let texts = [1, 1, 1, 14, 1].map(|megabytes: usize| format!("ä{}", "b".repeat(megabytes * 1_000_000)));
    let url = CrawlUrl::parse("https://portal.example/a").unwrap();
    let mut article = Article::empty(url.clone(), None);
    article.links = texts
        .iter()
        .map(|text| Link { kind: LinkKind::Inline, url: url.clone(), text: text.clone() })
        .collect();
    let reading =
        Reading { article: &article, issues: &[], fetched, capture: None, run: None, reparsed: false };
    store.put_article(reading).unwrap();
    let reader = parquet(&store, Table::Links);
    let groups: Vec<_> = reader.metadata().row_groups().iter().map(RowGroupMetaData::num_rows).collect();
    assert_eq!(groups, [2, 1, 1, 1]);
    for (row, text) in rows(&reader).iter().zip(&texts) {
        assert!(row["link_text"] == Field::Str(text.clone()), "{} bytes are not the same", text.len());
    }
}

/// What can be read of a file.
pub(super) fn text(bytes: Vec<u8>) -> String {
    let reader = read(bytes);
    reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect()
}
