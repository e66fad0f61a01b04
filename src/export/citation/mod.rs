//! Articles as references for a bibliography: what a reference says, worked out once; how it is written is the
//! business of a file per form. Each names the digest of what was archived and the day it was fetched.

mod biblatex;
mod csl;
mod person;
mod ris;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Write;

use jiff::civil::Date;
use jiff::tz::Offset;

use crate::export::rows::Tally;
use crate::export::{ExportError, Selection};
use crate::model::publication_time::{Precision, PublicationTime};
use crate::store::{ArchivedArticle, Store};

/// How references are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// RIS.
    Ris,
    /// BibLaTeX.
    BibLatex,
    /// CSL-JSON.
    CslJson,
}

/// What a reference says.
#[derive(Debug)]
struct Reference<'a> {
    /// Letters, digits and hyphens.
    key: String,
    title: Option<&'a str>,
    authors: &'a [String],
    /// The portal's name.
    source: Option<&'a str>,
    section: Option<&'a str>,
    published: Option<PublicationTime>,
    /// Day of the fetch, UTC.
    accessed: Date,
    url: &'a str,
    language: Option<&'a str>,
    tags: &'a [String],
    /// What was archived and where it lies: a line for people.
    archived: String,
    /// Digest of the response as received, else of the text.
    digest: String,
}

/// Writes the articles of `selection` as references.
pub(crate) fn write(
    store: &Store,
    selection: &Selection,
    form: Form,
    out: &mut impl Write,
) -> Result<Tally, ExportError> {
    let portals = store.portal_names()?;
    let mut references = 0;
    if form == Form::CslJson {
        out.write_all(b"[\n")?;
    }
    store.each_article::<ExportError>(&selection.filter, |archived| {
        let shown;
        let article = if selection.veil.is_open() {
            archived
        } else {
            shown = ArchivedArticle {
                article: selection.veil.article(&archived.article),
                facts: archived.facts.clone(),
            };
            &shown
        };
        // Of the text as it is, whatever of it is shown.
        let content_hash = archived.article.content_hash().to_string();
        let reference = Reference::of(article, &content_hash, &portals);
        let text = match form {
            Form::Ris => ris::entry(&reference),
            Form::BibLatex => biblatex::entry(&reference),
            Form::CslJson if references > 0 => format!(",\n{}", csl::item(&reference)),
            Form::CslJson => csl::item(&reference).to_string(),
        };
        references += 1;
        Ok(out.write_all(text.as_bytes())?)
    })?;
    if form == Form::CslJson {
        out.write_all(b"\n]\n")?;
    }
    Ok(Tally { rows: references, filled: Vec::new() })
}

impl<'a> Reference<'a> {
    fn of(archived: &'a ArchivedArticle, content_hash: &str, portals: &'a BTreeMap<String, String>) -> Self {
        let (article, facts) = (&archived.article, &archived.facts);
        let portal = article.portal.as_deref();
        let (archived, digest) = match &facts.capture {
            Some(capture) => (
                format!(
                    "Archived response {} (WARC file {}, offset {}); text {content_hash}; article {}",
                    capture.digest, capture.warc, capture.offset, article.id
                ),
                capture.digest.to_string(),
            ),
            None => {
                (format!("Archived text {content_hash}; article {}", article.id), content_hash.to_owned())
            }
        };
        Self {
            key: format!("{}-{}", portal.map_or_else(|| "page".into(), key_part), article.id),
            title: article.headline.as_deref(),
            authors: &article.authors,
            source: portal.map(|portal| portals.get(portal).map_or(portal, String::as_str)),
            section: article.sections.last().map(String::as_str),
            published: article.published,
            accessed: Offset::UTC.to_datetime(facts.fetched).date(),
            url: article.url.as_str(),
            language: article.language.as_deref(),
            tags: &article.tags,
            archived,
            digest,
        }
    }

    /// The day of publication as far as it is known: year, month, day.
    fn published_parts(&self) -> Vec<i16> {
        let Some(time) = self.published else { return Vec::new() };
        let day = time.day();
        let parts = [day.year(), i16::from(day.month()), i16::from(day.day())];
        let known = match time.precision {
            Precision::Year => 1,
            Precision::Month => 2,
            Precision::Day | Precision::Minute | Precision::Second => 3,
        };
        parts[..known].to_vec()
    }
}

fn key_part(portal: &str) -> String {
    portal.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

/// A text as one line: white space folded, control characters as spaces (no form has a way to write them).
fn one_line(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| !c.is_control() && (c == ' ' || !c.is_whitespace());
    if text.chars().all(is_plain) && !text.contains("  ") && text.trim() == text {
        return text.into();
    }
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ").into()
}

#[cfg(test)]
mod tests;
