//! Articles as a corpus: a directory with one text an article, a table of their metadata and its codebook.
//!
//! ```text
//! DIR/texts/beispiel_20200406_0123456789abcdef.xml   (or .txt)
//! DIR/metadata.csv                                   one row a text, with a header
//! DIR/metadata.tsv                                   the same for CQPweb: tabs, no header, no quotation marks
//! DIR/codebook.md, DIR/datapackage.json
//! ```
//!
//! The directory is there whole or not at all.

mod marked;
mod plain;
mod tei;
mod xml;

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;

use jiff::Timestamp;

use crate::export::package::{Description, Field, Resource};
use crate::export::rows::{Tally, each_row};
use crate::export::{ExportError, Selection, delimited, file, package};
use crate::model::article::Article;
use crate::store::table::{Column, ColumnKind};
use crate::store::{ArchivedArticle, Cell, Store, Table};

/// Columns of `articles` that the texts themselves hold.
const IN_THE_TEXTS: &[&str] = &["lead", "text"];

/// The columns of the metadata that `articles` does not have.
const OWN_COLUMNS: &[(&str, &str)] = &[
    ("text_id", "name of the text: portal, day and article; letters, digits and underscores only"),
    ("file", "its file, from this table's directory"),
];

/// How the texts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextForm {
    /// TEI P5, quotations and dates marked.
    Tei,
    /// Plain text.
    Plain,
}

impl TextForm {
    fn extension(self) -> &'static str {
        match self {
            Self::Tei => "xml",
            Self::Plain => "txt",
        }
    }
}

/// Writes the articles of `selection` as a corpus to `directory`, which must not be there, or be empty. `created`: now.
/// The number of texts.
pub fn write(
    store: &Store,
    form: TextForm,
    selection: &Selection,
    directory: &Path,
    created: Timestamp,
) -> Result<u64, ExportError> {
    store.check_filter(&selection.filter)?;
    file::new_directory(directory, |directory| {
        store.at_one_moment(|store| {
            fs::create_dir(directory.join("texts"))?;
            write_texts(store, form, selection, directory)?;
            let resource = write_metadata(store, form, selection, directory)?;
            Description { directory, created, selection }.add(store, &resource)?;
            Ok(resource.rows)
        })
    })
}

fn write_texts(
    store: &Store,
    form: TextForm,
    selection: &Selection,
    directory: &Path,
) -> Result<(), ExportError> {
    let portals = store.portal_names()?;
    store.each_article::<ExportError>(&selection.filter, |archived| {
        let veiled;
        let shown = if selection.veil.is_open() {
            archived
        } else {
            veiled = ArchivedArticle {
                article: selection.veil.article(&archived.article),
                facts: archived.facts.clone(),
            };
            &veiled
        };
        let article = &shown.article;
        let published = article.published.map(|time| time.to_string());
        let text_id = text_id(article.portal.as_deref(), published.as_deref(), article.id.as_str());
        let path = directory.join(file_of(&text_id, form));
        match form {
            TextForm::Plain => plain::write(article, &mut BufWriter::new(File::create(path)?))?,
            TextForm::Tei => {
                let portal = article.portal.as_deref();
                let source = portal.map(|portal| portals.get(portal).map_or(portal, String::as_str));
                let hash = archived.article.content_hash().to_string();
                fs::write(path, tei::document(shown, &text_id, &hash, source))?;
            }
        }
        Ok(())
    })
}

fn write_metadata(
    store: &Store,
    form: TextForm,
    selection: &Selection,
    directory: &Path,
) -> Result<Resource, ExportError> {
    let columns = Table::Articles.columns();
    let is_kept = |column: &Column| !IN_THE_TEXTS.contains(&column.name);
    let at = |name: &str| columns.iter().position(|column| column.name == name);
    let (id, portal, published) = (at("id"), at("portal"), at("published"));
    let text_of = |cells: &[Cell<'_>], index: Option<usize>| match index.and_then(|index| cells.get(index)) {
        Some(Cell::Text(text)) => Some((*text).to_owned()),
        _ => None,
    };
    let path = directory.join("metadata.csv");
    let mut table = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(package::Measured::new(BufWriter::new(File::create(&path)?)));
    let names = OWN_COLUMNS.iter().map(|(name, _)| *name);
    let kept_names = columns.iter().filter(|column| is_kept(column)).map(|column| column.name);
    table.write_record(names.chain(kept_names)).map_err(delimited::io_error)?;
    let mut tabs = BufWriter::new(File::create(directory.join("metadata.tsv"))?);
    let tally = each_row(store, Table::Articles, selection, |cells| {
        let text_id = text_id(
            text_of(cells, portal).as_deref(),
            text_of(cells, published).as_deref(),
            &text_of(cells, id).unwrap_or_default(),
        );
        let own = [text_id.clone(), file_of(&text_id, form)];
        let kept = cells.iter().zip(columns).filter(|(_, column)| is_kept(column));
        let values: Vec<_> =
            kept.map(|(cell, column)| delimited::text(cell, column.kind, delimited::Cells::Plain)).collect();
        let row = || own.iter().map(String::as_str).chain(values.iter().map(AsRef::as_ref));
        table.write_record(row()).map_err(delimited::io_error)?;
        // No form of quotation: what would part cells or rows becomes a space.
        let row: Vec<_> = row().map(|value| value.replace(['\t', '\n', '\r'], " ")).collect();
        Ok(writeln!(tabs, "{}", row.join("\t"))?)
    })?;
    tabs.flush()?;
    let measured = table.into_inner().map_err(|error| delimited::io_error(error.into_error().into()))?;
    let (bytes, hash) = measured.finish()?;
    Ok(Resource {
        name: "metadata".into(),
        path: "metadata.csv".into(),
        format: "csv",
        mediatype: "text/csv",
        description: "One row a text of the corpus.".into(),
        primary_key: vec!["text_id"],
        rows: tally.rows,
        bytes,
        hash,
        fields: fields(&tally, columns, is_kept),
    })
}

fn fields(tally: &Tally, columns: &[Column], is_kept: impl Fn(&Column) -> bool) -> Vec<Field> {
    let own = OWN_COLUMNS.iter().map(|(name, meaning)| Field {
        name: (*name).to_owned(),
        kind: package::FieldKind::Column(ColumnKind::Text),
        meaning: (*meaning).to_owned(),
        filled: tally.rows,
    });
    let kept = columns.iter().zip(&tally.filled).filter(|(column, _)| is_kept(column));
    own.chain(kept.map(|(column, filled)| Field {
        name: column.name.to_owned(),
        kind: package::FieldKind::Column(column.kind),
        meaning: package::meaning(Table::Articles, column.name),
        filled: *filled,
    }))
    .collect()
}

/// A name that file systems, XML (as an identifier) and CQPweb (as a handle) take.
fn text_id(portal: Option<&str>, published: Option<&str>, id: &str) -> String {
    let word = |text: &str| -> String {
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
    };
    let portal = word(portal.unwrap_or("page"));
    let day = published.and_then(|time| time.get(..10)).map_or("undated".into(), |day| day.replace('-', ""));
    // An identifier does not begin with a digit.
    let start = if portal.starts_with(|c: char| c.is_ascii_digit()) { "_" } else { "" };
    format!("{start}{portal}_{}_{}", word(&day), word(id))
}

fn file_of(text_id: &str, form: TextForm) -> String {
    format!("texts/{text_id}.{}", form.extension())
}

/// The lead where it is a text of its own, not the body's first block.
fn separate_lead(article: &Article) -> Option<&str> {
    let lead = article.lead.as_deref().filter(|lead| !lead.is_empty())?;
    let is_first = article.body.first().is_some_and(|block| block.text() == lead);
    (!is_first).then_some(lead)
}

#[cfg(test)]
mod tests;
