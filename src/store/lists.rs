//! The rows that belong to the current revision: sections, authors, tags, links, images, quotations, dates.

use rusqlite::{Connection, params};

use crate::model::article::Article;
use crate::store::error::Result;
use crate::store::names::{Name, Names};

const CLEAR: &[&str] = &[
    "DELETE FROM article_section WHERE article = ?1",
    "DELETE FROM article_author WHERE article = ?1",
    "DELETE FROM article_tag WHERE article = ?1",
    "DELETE FROM link WHERE article = ?1",
    "DELETE FROM image WHERE article = ?1",
    "DELETE FROM quote WHERE article = ?1",
    "DELETE FROM date_mention WHERE article = ?1",
];

/// Takes away every list of the article.
pub(crate) fn clear(connection: &Connection, seq: i64) -> Result<()> {
    for statement in CLEAR {
        connection.prepare_cached(statement)?.execute([seq])?;
    }
    Ok(())
}

/// Writes every list of the article; none may be there.
pub(crate) fn write(connection: &Connection, names: &mut Names, seq: i64, article: &Article) -> Result<()> {
    write_names(
        connection,
        names,
        (Name::Section, "INSERT INTO article_section (article, position, section) VALUES (?1, ?2, ?3)"),
        (seq, &article.sections),
    )?;
    write_names(
        connection,
        names,
        (Name::Author, "INSERT INTO article_author (article, position, author) VALUES (?1, ?2, ?3)"),
        (seq, &article.authors),
    )?;
    write_names(
        connection,
        names,
        (Name::Tag, "INSERT INTO article_tag (article, position, tag) VALUES (?1, ?2, ?3)"),
        (seq, &article.tags),
    )?;
    write_links_and_images(connection, seq, article)?;
    write_annotations(connection, names, seq, article)
}

fn write_names(
    connection: &Connection,
    names: &mut Names,
    (kind, insert): (Name, &'static str),
    (seq, list): (i64, &[String]),
) -> Result<()> {
    for (position, name) in list.iter().enumerate() {
        let number = names.number(connection, kind, name)?;
        connection.prepare_cached(insert)?.execute((seq, position as i64, number))?;
    }
    Ok(())
}

fn write_links_and_images(connection: &Connection, seq: i64, article: &Article) -> Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO link (article, position, kind, url, text) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (position, link) in article.links.iter().enumerate() {
        insert.execute((seq, position as i64, link.kind.as_str(), link.url.as_str(), &link.text))?;
    }
    let mut insert = connection.prepare_cached(
        "INSERT INTO image (article, position, url, caption, credit) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (position, image) in article.images.iter().enumerate() {
        insert.execute((
            seq,
            position as i64,
            image.url.as_str(),
            image.caption.as_deref(),
            image.credit.as_deref(),
        ))?;
    }
    Ok(())
}

fn write_annotations(connection: &Connection, names: &mut Names, seq: i64, article: &Article) -> Result<()> {
    for (position, quote) in article.quotes.iter().enumerate() {
        let speaker = match &quote.speaker {
            Some(name) => Some(names.number(connection, Name::Speaker, name)?),
            None => None,
        };
        let confidence = if quote.confidence.is_finite() { f64::from(quote.confidence) } else { 0.0 };
        connection
            .prepare_cached(
                "INSERT INTO quote (article, position, kind, block, \"start\", \"end\", speaker, mention, role, cue,
                     continued, nested, confidence, rule, text)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            )?
            .execute(params![
                seq,
                position as i64,
                quote.kind.as_str(),
                quote.span.block as i64,
                quote.span.start as i64,
                quote.span.end as i64,
                speaker,
                quote.speaker_mention,
                quote.role,
                quote.cue,
                quote.continued,
                quote.nested,
                confidence,
                quote.rule,
                quote.text,
            ])?;
    }
    let mut insert = connection.prepare_cached(
        "INSERT INTO date_mention (article, position, date, block, \"start\", \"end\", text)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for (position, mention) in article.dates.iter().enumerate() {
        insert.execute(params![
            seq,
            position as i64,
            mention.date,
            mention.span.block as i64,
            mention.span.start as i64,
            mention.span.end as i64,
            mention.text,
        ])?;
    }
    Ok(())
}
