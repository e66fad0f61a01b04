//! Reading one article: from its rows to the value it was.

use std::collections::{BTreeMap, HashSet};
use std::sync::{LazyLock, Mutex, PoisonError};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::model::annotation::{DateMention, Dateline, Quote, QuoteKind, Span};
use crate::model::article::{Article, ArticleId, FieldSource, Image, Link, LinkKind, PageKind};
use crate::model::crawl_url::CrawlUrl;
use crate::model::field::Field;
use crate::model::publication_time::{Precision, PublicationTime};
use crate::store::archived::{ArchiveFacts, ArchivedArticle};
use crate::store::body;
use crate::store::captures::place_of;
use crate::store::error::{Result, StoreError};

/// Most distinct names of rules kept for ever; a damaged archive cannot grow the program's memory.
const MAX_RULE_NAMES: usize = 1_000;

const COLUMNS: &str = "SELECT a.id, a.url, a.portal, a.first_seen, a.last_checked, a.gone_since,
     r.number, r.fetched, r.language, r.page_kind, r.published, r.published_precision, r.modified,
     r.modified_precision, r.free_to_read, r.dateline_text, r.dateline_place, r.dateline_region,
     r.dateline_agencies, r.dateline_date, r.authors, r.kicker, r.headline, r.subheadline, r.lead, r.blocks, r.text,
     d.program, d.selectors_hash, p.rules, w.name, c.\"offset\", c.length, c.digest";

const FROM: &str = "JOIN reader d ON d.id = r.reader JOIN provenance p ON p.id = r.provenance
     LEFT JOIN capture c ON c.id = r.capture LEFT JOIN warc_file w ON w.id = c.warc_file";

/// The article as its current revision says.
static ARTICLE: LazyLock<String> = LazyLock::new(|| {
    format!("{COLUMNS} FROM article a JOIN revision r ON r.id = a.revision {FROM} WHERE a.seq = ?1")
});

/// The article as the revision of that number says.
static REVISION: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{COLUMNS} FROM article a JOIN revision r ON r.article = a.seq {FROM} WHERE a.seq = ?1 AND r.number = ?2"
    )
});

/// The article of that number as its current revision says; `None` where there is none.
pub(crate) fn article(connection: &Connection, seq: i64) -> Result<Option<ArchivedArticle>> {
    let archived =
        connection.prepare_cached(&ARTICLE)?.query_row([seq], |row| Ok(from_row(row))).optional()?;
    let Some(mut archived) = archived.transpose()? else { return Ok(None) };
    let article = &mut archived.article;
    article.sections = names(
        connection,
        "SELECT s.name FROM article_section x JOIN section s ON s.id = x.section
         WHERE x.article = ?1 ORDER BY x.position",
        seq,
    )?;
    article.tags = names(
        connection,
        "SELECT t.name FROM article_tag x JOIN tag t ON t.id = x.tag WHERE x.article = ?1 ORDER BY x.position",
        seq,
    )?;
    article.links = links(connection, seq)?;
    article.images = images(connection, seq)?;
    article.quotes = quotes(connection, seq)?;
    article.dates = dates(connection, seq)?;
    Ok(Some(archived))
}

/// What the article said in the revision of that number. Sections, tags, links, images, quotations and dates are kept
/// of the current revision only, and are empty here.
pub(crate) fn revision(connection: &Connection, seq: i64, number: u32) -> Result<Option<ArchivedArticle>> {
    connection
        .prepare_cached(&REVISION)?
        .query_row((seq, number), |row| Ok(from_row(row)))
        .optional()?
        .transpose()
}

fn from_row(row: &Row<'_>) -> Result<ArchivedArticle> {
    let id: String = row.get(0)?;
    let damaged = |what: &str| StoreError::Damaged(format!("article {id}: {what}"));
    let dateline_text: Option<String> = row.get(15)?;
    let dateline = match dateline_text {
        Some(text) => Some(Dateline {
            text,
            place: row.get(16)?,
            region: row.get(17)?,
            agencies: list(row, 18)?.ok_or_else(|| damaged("dateline_agencies is no list"))?,
            date: row.get(19)?,
        }),
        None => None,
    };
    let selectors_hash = row
        .get::<_, Option<String>>(28)?
        .map(|text| text.parse())
        .transpose()
        .map_err(|_| damaged("bad selectors_hash"))?;
    // Not copied: it may have megabytes.
    let text = row.get_ref(26)?.as_str().map_err(|_| damaged("text is not UTF-8"))?;
    let layout: String = row.get(25)?;
    let page_kind: String = row.get(9)?;
    let article = Article {
        url: address(row.get_ref(1)?.as_str().unwrap_or_default())?,
        portal: row.get(2)?,
        language: row.get(8)?,
        sections: Vec::new(),
        kicker: row.get(21)?,
        headline: row.get(22)?,
        subheadline: row.get(23)?,
        authors: list(row, 20)?.ok_or_else(|| damaged("authors is no list"))?,
        published: time(row, 10)?,
        modified: time(row, 12)?,
        dateline,
        lead: row.get(24)?,
        body: body::blocks(text, &layout).ok_or_else(|| damaged("text and blocks do not fit"))?,
        quotes: Vec::new(),
        dates: Vec::new(),
        links: Vec::new(),
        images: Vec::new(),
        tags: Vec::new(),
        free_to_read: row.get(14)?,
        page_kind: PageKind::from_name(&page_kind).unwrap_or(PageKind::Other),
        provenance: provenance(row.get_ref(29)?.as_str().unwrap_or_default()),
        selectors_hash,
        id: ArticleId::from_stored(id.clone()),
    };
    let capture = match row.get::<_, Option<String>>(30)? {
        Some(_) => Some(place_of(row, 30)?),
        None => None,
    };
    let facts = ArchiveFacts {
        first_seen: instant(row, 3)?,
        last_checked: instant(row, 4)?,
        fetched: instant(row, 7)?,
        revision: row.get(6)?,
        gone_since: match row.get::<_, Option<String>>(5)? {
            Some(_) => Some(instant(row, 5)?),
            None => None,
        },
        capture,
        extractor: row.get(27)?,
    };
    Ok(ArchivedArticle { article, facts })
}

fn names(connection: &Connection, select: &str, seq: i64) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached(select)?;
    let names = statement.query_map([seq], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(names)
}

fn links(connection: &Connection, seq: i64) -> Result<Vec<Link>> {
    let mut statement =
        connection.prepare_cached("SELECT kind, url, text FROM link WHERE article = ?1 ORDER BY position")?;
    let mut rows = statement.query([seq])?;
    let mut links = Vec::new();
    while let Some(row) = rows.next()? {
        links.push(Link {
            kind: LinkKind::from_name(row.get_ref(0)?.as_str().unwrap_or_default())
                .ok_or_else(|| StoreError::Damaged(format!("unknown kind of link in article {seq}")))?,
            url: address(row.get_ref(1)?.as_str().unwrap_or_default())?,
            text: row.get(2)?,
        });
    }
    Ok(links)
}

fn images(connection: &Connection, seq: i64) -> Result<Vec<Image>> {
    let mut statement = connection
        .prepare_cached("SELECT url, caption, credit FROM image WHERE article = ?1 ORDER BY position")?;
    let mut rows = statement.query([seq])?;
    let mut images = Vec::new();
    while let Some(row) = rows.next()? {
        images.push(Image {
            url: address(row.get_ref(0)?.as_str().unwrap_or_default())?,
            caption: row.get(1)?,
            credit: row.get(2)?,
        });
    }
    Ok(images)
}

fn quotes(connection: &Connection, seq: i64) -> Result<Vec<Quote>> {
    let mut statement = connection.prepare_cached(
        "SELECT q.text, q.kind, q.block, q.\"start\", q.\"end\", s.name, q.mention, q.role, q.cue, q.continued,
             q.nested, q.confidence, q.rule
         FROM quote q LEFT JOIN speaker s ON s.id = q.speaker WHERE q.article = ?1 ORDER BY q.position",
    )?;
    let mut rows = statement.query([seq])?;
    let mut quotes = Vec::new();
    while let Some(row) = rows.next()? {
        quotes.push(Quote {
            text: row.get(0)?,
            kind: quote_kind(row.get_ref(1)?.as_str().unwrap_or_default()),
            span: span(row, 2)?,
            speaker: row.get(5)?,
            speaker_mention: row.get(6)?,
            role: row.get(7)?,
            cue: row.get(8)?,
            continued: row.get(9)?,
            nested: row.get(10)?,
            confidence: row.get::<_, f64>(11)? as f32,
            rule: rule_name(row.get_ref(12)?.as_str().unwrap_or_default()),
        });
    }
    Ok(quotes)
}

fn dates(connection: &Connection, seq: i64) -> Result<Vec<DateMention>> {
    let mut statement = connection.prepare_cached(
        "SELECT text, date, block, \"start\", \"end\" FROM date_mention WHERE article = ?1 ORDER BY position",
    )?;
    let mut rows = statement.query([seq])?;
    let mut dates = Vec::new();
    while let Some(row) = rows.next()? {
        dates.push(DateMention { text: row.get(0)?, date: row.get(1)?, span: span(row, 2)? });
    }
    Ok(dates)
}

fn quote_kind(name: &str) -> QuoteKind {
    [QuoteKind::Direct, QuoteKind::Fragment, QuoteKind::Interview, QuoteKind::Indirect]
        .into_iter()
        .find(|kind| kind.as_str() == name)
        .unwrap_or(QuoteKind::Direct)
}

fn span(row: &Row<'_>, first: usize) -> Result<Span> {
    Ok(Span {
        block: row.get::<_, i64>(first)? as usize,
        start: row.get::<_, i64>(first + 1)? as usize,
        end: row.get::<_, i64>(first + 2)? as usize,
    })
}

/// Addresses were canonical when they were written.
pub(crate) fn address(text: &str) -> Result<CrawlUrl> {
    CrawlUrl::parse(text).map_err(|error| StoreError::Damaged(format!("address {text}: {error}")))
}

pub(crate) fn instant(row: &Row<'_>, column: usize) -> Result<Timestamp> {
    let text: String = row.get(column)?;
    text.parse().map_err(|_| StoreError::Damaged(format!("not an instant: {text}")))
}

/// A publication time; its precision stands in the following column.
fn time(row: &Row<'_>, column: usize) -> Result<Option<PublicationTime>> {
    let Some(text) = row.get::<_, Option<String>>(column)? else { return Ok(None) };
    let precision = Precision::from_name(row.get_ref(column + 1)?.as_str().unwrap_or_default());
    Ok(PublicationTime::from_parts(&text, precision.unwrap_or(Precision::Second)))
}

fn list(row: &Row<'_>, column: usize) -> Result<Option<Vec<String>>> {
    Ok(serde_json::from_str(row.get_ref(column)?.as_str().unwrap_or_default()).ok())
}

fn provenance(rules: &str) -> BTreeMap<Field, FieldSource> {
    let rules: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(rules).unwrap_or_default();
    rules
        .into_iter()
        .filter_map(|(field, mut source)| {
            let source = FieldSource { source: source.remove("source")?, rule: source.remove("rule")? };
            Some((Field::from_name(&field)?, source))
        })
        .collect()
}

/// The name of a rule as a value that lives as long as the program: rules are named in its code, so there are few.
fn rule_name(name: &str) -> &'static str {
    static NAMES: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return known;
    }
    if names.len() >= MAX_RULE_NAMES {
        return "unknown";
    }
    let kept: &'static str = Box::leak(name.to_owned().into_boxed_str());
    names.insert(kept);
    kept
}
