//! What an export keeps back: the words of the newsroom, the names of people. Shape and columns stay the same, so
//! that whatever reads an export reads this one too.

use crate::export::pseudonym::PseudonymKey;
use crate::model::article::Article;
use crate::store::table::{Column, ColumnKind};
use crate::store::{Cell, Table};

/// What is kept back; by default nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Veil {
    /// Texts are left out: what stays are addresses, digests, times, names, numbers and the headline.
    pub without_text: bool,
    /// Authors are shown under pseudonyms of this key.
    pub authors: Option<PseudonymKey>,
    /// Speakers are shown under pseudonyms of this key.
    pub speakers: Option<PseudonymKey>,
}

/// What becomes of the cells of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Treatment<'a> {
    Show,
    Withhold,
    Rename(&'a PseudonymKey),
}

impl Veil {
    /// Whether everything is shown.
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the headline is left out: it is words too, and as such names people.
    pub(crate) fn hides_headline(&self) -> bool {
        self.without_text && self.speakers.is_some()
    }

    /// The article with the names and words that may be seen. What is counted of it is counted before.
    pub(crate) fn article(&self, article: &Article) -> Article {
        let mut shown = article.clone();
        if let Some(key) = &self.authors {
            for author in &mut shown.authors {
                *author = key.pseudonym(author);
            }
            for image in &mut shown.images {
                image.credit = None;
            }
        }
        if let Some(key) = &self.speakers {
            for quote in &mut shown.quotes {
                quote.speaker = quote.speaker.as_deref().map(|name| key.pseudonym(name));
                quote.speaker_mention = None;
            }
        }
        if self.hides_headline() {
            shown.headline = None;
        }
        if self.without_text {
            shown.kicker = None;
            shown.subheadline = None;
            shown.lead = None;
            shown.body = Vec::new();
            for image in &mut shown.images {
                image.caption = None;
            }
        }
        shown
    }

    /// The cells of a row of `table` as they may be seen.
    pub(crate) fn of_table(&self, table: Table) -> TableVeil<'_> {
        TableVeil(table.columns().iter().map(|column| self.treatment(table, *column)).collect())
    }

    fn treatment(&self, table: Table, column: Column) -> Treatment<'_> {
        if !table.is_of_articles() {
            return Treatment::Show;
        }
        match (column.name, &self.authors, &self.speakers) {
            ("author" | "authors", Some(key), _) | ("speaker", _, Some(key)) => Treatment::Rename(key),
            ("speaker_mention", _, Some(_)) => Treatment::Withhold,
            ("headline", ..) if self.hides_headline() => Treatment::Withhold,
            ("kicker" | "subheadline" | "lead" | "text" | "link_text", ..) if self.without_text => {
                Treatment::Withhold
            }
            _ => Treatment::Show,
        }
    }
}

/// The veil over the rows of one table.
#[derive(Debug)]
pub(crate) struct TableVeil<'a>(Vec<Treatment<'a>>);

impl TableVeil<'_> {
    /// The names that stand in place of those of the row, by column.
    pub(crate) fn names(&self, cells: &[Cell<'_>], columns: &[Column]) -> Vec<Option<String>> {
        let renamed = |((cell, treatment), column): ((&Cell<'_>, &Treatment<'_>), &Column)| {
            let (Cell::Text(text), Treatment::Rename(key)) = (cell, treatment) else { return None };
            if column.kind != ColumnKind::List {
                return Some(key.pseudonym(text));
            }
            // A list that cannot be read is shown as none at all, never as it is.
            let names: Vec<String> = serde_json::from_str(text).unwrap_or_default();
            let names: Vec<String> = names.iter().map(|name| key.pseudonym(name)).collect();
            Some(serde_json::json!(names).to_string())
        };
        cells.iter().zip(&self.0).zip(columns).map(renamed).collect()
    }

    /// The row as it may be seen, `names` in the place of names.
    pub(crate) fn cells<'c>(&self, cells: &[Cell<'c>], names: &'c [Option<String>]) -> Vec<Cell<'c>> {
        let shown = |((cell, name), treatment): ((&Cell<'c>, &'c Option<String>), &Treatment<'_>)| match (
            name, treatment,
        ) {
            (Some(name), _) => Cell::Text(name),
            (None, Treatment::Withhold) => Cell::Null,
            (None, _) => *cell,
        };
        cells.iter().zip(names).zip(&self.0).map(shown).collect()
    }
}
