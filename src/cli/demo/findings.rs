//! What the demo's crawl found, for a newcomer: one article in full, tables of articles and quotations, the exports.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::cli::show;
use crate::cli::terminal::{Terminal, Tone};
use crate::export::{ExportError, Format, Selection, export, file};
use crate::model::annotation::QuoteKind;
use crate::model::article::LinkKind;
use crate::store::{ArchivedArticle, Filter, Store, StoreError, Table};

/// Rows of a table on the screen; the exports hold them all.
const ROWS: usize = 12;

/// What is exported, and as what.
const EXPORTS: &[(Table, Format, &str)] = &[
    (Table::Articles, Format::Csv, "articles.csv"),
    (Table::Articles, Format::JsonLines, "articles.jsonl"),
    (Table::Quotes, Format::Csv, "quotes.csv"),
    (Table::Links, Format::Csv, "links.csv"),
    (Table::Dates, Format::Csv, "dates.csv"),
];

/// The articles of the demo's archive, newest first.
pub(super) fn articles(store: &Store) -> Result<Vec<ArchivedArticle>, StoreError> {
    let mut articles = Vec::new();
    store.each_article::<StoreError>(&Filter::default(), |archived| {
        articles.push(archived.clone());
        Ok(())
    })?;
    articles.sort_by_key(|archived| std::cmp::Reverse(archived.article.published.map(|time| time.instant)));
    Ok(articles)
}

/// One article as `show` shows it: the one in which there is most to see.
pub(super) fn one_article(articles: &[ArchivedArticle], terminal: Terminal) -> String {
    let richness = |archived: &&ArchivedArticle| {
        let article = &archived.article;
        let speakers = article.quotes.iter().filter(|quote| quote.speaker.is_some()).count().min(6);
        let related = article.links.iter().filter(|link| link.kind == LinkKind::Related).count().min(2);
        let short = usize::from(article.word_count() < 320);
        speakers + related + 3 * usize::from(article.dateline.is_some()) + 2 * short
    };
    articles
        .iter()
        .max_by_key(richness)
        .map(|archived| show::article_text(archived, terminal))
        .unwrap_or_default()
}

/// A table of articles.
pub(super) fn article_table(articles: &[ArchivedArticle], terminal: Terminal) -> String {
    let rows = articles.iter().take(ROWS).map(|archived| {
        let article = &archived.article;
        vec![
            article.published.map(|time| time.day().to_string()).unwrap_or_default(),
            article.sections.last().cloned().unwrap_or_default(),
            article.dateline.as_ref().and_then(|dateline| dateline.place.clone()).unwrap_or_default(),
            article.headline.clone().unwrap_or_default(),
        ]
    });
    table(&["published", "section", "place", "headline"], rows, articles.len(), terminal)
}

/// A table of quotations whose speakers are known.
pub(super) fn quote_table(articles: &[ArchivedArticle], terminal: Terminal) -> String {
    let quotes: Vec<Vec<String>> = articles
        .iter()
        .flat_map(|archived| &archived.article.quotes)
        .filter(|quote| quote.kind != QuoteKind::Indirect)
        .filter_map(|quote| {
            Some(vec![quote.speaker.clone()?, quote.role.clone().unwrap_or_default(), quote.text.clone()])
        })
        .collect();
    let count = quotes.len();
    table(&["speaker", "role", "quotation"], quotes.into_iter().take(ROWS), count, terminal)
}

/// Writes the exports. Gives the folder and what was written there.
pub(super) fn exports(store: &Store, directory: &Path) -> anyhow::Result<(PathBuf, Vec<String>)> {
    let folder = directory.join("exports");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut written = Vec::new();
    for (table, format, name) in EXPORTS {
        let path = folder.join(name);
        let rows = file::replace(&path, |out| export(store, *table, *format, &Selection::default(), out))
            .map_err(|error: ExportError| {
                anyhow::Error::new(error).context(format!("cannot write {}", path.display()))
            })?;
        written.push(format!("{name} ({rows} rows)"));
    }
    Ok((folder, written))
}

/// Columns as wide as their cells; the last takes what the line has left.
fn table(
    titles: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
    count: usize,
    terminal: Terminal,
) -> String {
    const WIDEST: usize = 28;
    let rows: Vec<Vec<String>> = rows.collect();
    let last = titles.len() - 1;
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([titles[column].chars().count()]).max().unwrap_or_default().min(WIDEST)
    };
    let mut widths: Vec<usize> = (0..last).map(width).collect();
    let taken: usize = widths.iter().map(|width| width + 2).sum();
    widths.push(terminal.width.saturating_sub(taken).max(20));
    let mut text = String::new();
    let line = |cells: Vec<&str>| {
        let mut line = String::new();
        for (cell, width) in cells.into_iter().zip(&widths) {
            let cell = clipped(cell, *width);
            let _ = write!(line, "{cell}{}  ", " ".repeat(width - cell.chars().count()));
        }
        line.trim_end().to_owned()
    };
    let _ = writeln!(text, "{}", terminal.paint(&line(titles.to_vec()), Tone::Faint));
    for row in &rows {
        let _ = writeln!(
            text,
            "{}",
            terminal.paint(&line(row.iter().map(String::as_str).collect()), Tone::Plain)
        );
    }
    if count > rows.len() {
        let _ =
            writeln!(text, "{}", terminal.paint(&format!("… and {} more", count - rows.len()), Tone::Faint));
    }
    text
}

/// `text` in one line of at most `width` characters.
fn clipped(text: &str, width: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= width {
        return text;
    }
    let mut cut: String = text.chars().take(width.saturating_sub(1)).collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_clipped_to_one_line() {
        assert_eq!(clipped("kurz", 10), "kurz");
        assert_eq!(clipped("ein langer\nText", 8), "ein lan…");
        assert_eq!(clipped("ein langer Text", 5), "ein…");
    }
}
