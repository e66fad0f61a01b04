//! The published record: one JSON object an article, keys in the order of the contract. The only serialised form
//! of an article; tables are `export::row`'s.

use std::borrow::Cow;
use std::io::{self, Write};

use jiff::Timestamp;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::export::veil::Veil;
use crate::model::annotation::{DateMention, Dateline, Quote};
use crate::model::article::{Article, Block, Image, Link};
use crate::model::capture::CaptureRef;
use crate::store::archived::{ArchiveFacts, EXTRACTOR};

/// An article as its record: serialises with the keys in the contract's order.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    article: &'a Article,
    id: Option<&'a serde_json::Value>,
    facts: Option<&'a ArchiveFacts>,
    veil: Option<&'a Veil>,
}

impl<'a> Record<'a> {
    /// The record of an article just read.
    pub fn new(article: &'a Article) -> Self {
        Self { article, id: None, facts: None, veil: None }
    }

    /// The record of an article from the archive: the archive's keys follow the article's own.
    pub fn archived(article: &'a Article, facts: &'a ArchiveFacts) -> Self {
        Self { article, id: None, facts: Some(facts), veil: None }
    }

    /// The same record under an `id` of the caller's (batches answer with the identities they were given).
    #[must_use]
    pub fn with_id(self, id: &'a serde_json::Value) -> Self {
        Self { id: Some(id), ..self }
    }

    /// The same record without what `veil` keeps back.
    #[must_use]
    pub fn veiled(self, veil: &'a Veil) -> Self {
        Self { veil: Some(veil).filter(|veil| !veil.is_open()), ..self }
    }
}

/// The record of `article` as a value.
///
/// # Panics
/// Never: a record has string keys and finite numbers only.
pub fn to_json(article: &Article) -> serde_json::Value {
    serde_json::to_value(Record::new(article)).expect("string keys and finite numbers only")
}

/// A quotation as the record has it.
///
/// # Panics
/// Never: string keys and finite numbers only.
pub fn quote_json(quote: &Quote) -> serde_json::Value {
    serde_json::to_value(QuoteRecord::of(quote)).expect("string keys and finite numbers only")
}

/// A date in the text as the record has it.
///
/// # Panics
/// Never: string keys and numbers only.
pub fn date_json(mention: &DateMention) -> serde_json::Value {
    serde_json::to_value(DateRecord::of(mention)).expect("string keys and numbers only")
}

/// Writes the record of `article` as one line of JSON without the line's end.
pub fn write_json(article: &Article, out: &mut impl Write) -> io::Result<()> {
    write_record(Record::new(article), out)
}

/// Writes a record as one line of JSON without the line's end.
pub fn write_record(record: Record<'_>, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(out, &record).map_err(io::Error::from)
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = self.article;
        let shown = self.veil.map_or(Cow::Borrowed(written), |veil| Cow::Owned(veil.article(written)));
        let article = shown.as_ref();
        let words =
            if self.veil.is_some_and(|veil| veil.without_text) { Words::Withheld } else { Words::Shown };
        let mut map = serializer.serialize_map(None)?;
        match self.id {
            Some(id) => map.serialize_entry("id", id)?,
            None => map.serialize_entry("id", article.id.as_str())?,
        }
        map.serialize_entry("url", article.url.as_str())?;
        map.serialize_entry("portal", &article.portal)?;
        map.serialize_entry("language", &article.language)?;
        map.serialize_entry("sections", &article.sections)?;
        map.serialize_entry("kicker", &article.kicker)?;
        map.serialize_entry("headline", &article.headline)?;
        map.serialize_entry("subheadline", &article.subheadline)?;
        map.serialize_entry("authors", &article.authors)?;
        map.serialize_entry("published", &article.published.map(|time| time.to_string()))?;
        map.serialize_entry("published_precision", &article.published.map(|time| time.precision.as_str()))?;
        map.serialize_entry("modified", &article.modified.map(|time| time.to_string()))?;
        map.serialize_entry("dateline", &article.dateline.as_ref().map(DatelineRecord::of))?;
        map.serialize_entry("lead", &article.lead)?;
        map.serialize_entry("body", &Each(&article.body, BlockRecord))?;
        map.serialize_entry("quotes", &Each(&article.quotes, |quote| QuoteRecord::with(quote, words)))?;
        map.serialize_entry("dates", &Each(&article.dates, |mention| DateRecord::with(mention, words)))?;
        map.serialize_entry("links", &Each(&article.links, |link| LinkRecord::with(link, words)))?;
        map.serialize_entry("images", &Each(&article.images, ImageRecord::of))?;
        map.serialize_entry("tags", &article.tags)?;
        map.serialize_entry("free_to_read", &article.free_to_read)?;
        map.serialize_entry("word_count", &written.word_count())?;
        map.serialize_entry("content_hash", &written.content_hash().to_string())?;
        map.serialize_entry("provenance", &Provenance(article))?;
        map.serialize_entry("extractor", self.facts.map_or(EXTRACTOR, |facts| facts.extractor.as_str()))?;
        map.serialize_entry("selectors_hash", &article.selectors_hash.map(|hash| hash.to_string()))?;
        map.serialize_entry("page_kind", article.page_kind.as_str())?;
        if let Some(facts) = self.facts {
            map.serialize_entry("first_seen", &instant(facts.first_seen))?;
            map.serialize_entry("last_checked", &instant(facts.last_checked))?;
            map.serialize_entry("fetched", &instant(facts.fetched))?;
            map.serialize_entry("revision", &facts.revision)?;
            map.serialize_entry("gone_since", &facts.gone_since.map(instant))?;
            map.serialize_entry("capture", &facts.capture.as_ref().map(CaptureRecord::of))?;
        }
        map.end()
    }
}

/// An instant as records and columns write it: RFC 3339, UTC, `Z`.
pub fn instant(timestamp: Timestamp) -> String {
    timestamp.to_string()
}

/// A speaker's confidence as records write it: 0 to 1, three decimals (the rules claim no more).
pub fn confidence(value: f32) -> f64 {
    if value.is_finite() { (f64::from(value.clamp(0.0, 1.0)) * 1000.0).round() / 1000.0 } else { 0.0 }
}

/// Whether the words of quotations, dates and links are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    Shown,
    Withheld,
}

impl Words {
    fn of(self, text: &str) -> Option<&str> {
        (self == Self::Shown).then_some(text)
    }
}

/// A list, each element in its published form.
struct Each<'a, T, F>(&'a [T], F);

impl<'a, T, R: Serialize, F: Fn(&'a T) -> R> Serialize for Each<'a, T, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for element in self.0 {
            list.serialize_element(&(self.1)(element))?;
        }
        list.end()
    }
}

#[derive(Serialize)]
struct DatelineRecord<'a> {
    text: &'a str,
    place: Option<&'a str>,
    region: Option<&'a str>,
    agencies: &'a [String],
    date: Option<&'a str>,
}

impl<'a> DatelineRecord<'a> {
    fn of(dateline: &'a Dateline) -> Self {
        Self {
            text: &dateline.text,
            place: dateline.place.as_deref(),
            region: dateline.region.as_deref(),
            agencies: &dateline.agencies,
            date: dateline.date.as_deref(),
        }
    }
}

struct BlockRecord<'a>(&'a Block);

impl Serialize for BlockRecord<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", self.0.kind())?;
        match self.0 {
            Block::Paragraph(text) | Block::Blockquote(text) | Block::Preformatted(text) => {
                map.serialize_entry("text", text)?;
            }
            Block::Heading { level, text } => {
                map.serialize_entry("level", level)?;
                map.serialize_entry("text", text)?;
            }
            Block::List(items) => map.serialize_entry("items", items)?,
            Block::Table(rows) => map.serialize_entry("rows", rows)?,
        }
        map.end()
    }
}

#[derive(Serialize)]
struct QuoteRecord<'a> {
    text: Option<&'a str>,
    kind: &'a str,
    block: usize,
    start: usize,
    end: usize,
    speaker: Option<&'a str>,
    speaker_mention: Option<&'a str>,
    role: Option<&'a str>,
    cue: Option<&'a str>,
    continued: bool,
    nested: bool,
    confidence: f64,
    rule: &'a str,
}

impl<'a> QuoteRecord<'a> {
    fn of(quote: &'a Quote) -> Self {
        Self::with(quote, Words::Shown)
    }

    fn with(quote: &'a Quote, words: Words) -> Self {
        Self {
            text: words.of(&quote.text),
            kind: quote.kind.as_str(),
            block: quote.span.block,
            start: quote.span.start,
            end: quote.span.end,
            speaker: quote.speaker.as_deref(),
            speaker_mention: quote.speaker_mention.as_deref(),
            role: quote.role.as_deref(),
            cue: quote.cue.as_deref(),
            continued: quote.continued,
            nested: quote.nested,
            confidence: confidence(quote.confidence),
            rule: quote.rule,
        }
    }
}

#[derive(Serialize)]
struct DateRecord<'a> {
    text: Option<&'a str>,
    date: &'a str,
    block: usize,
    start: usize,
    end: usize,
}

impl<'a> DateRecord<'a> {
    fn of(mention: &'a DateMention) -> Self {
        Self::with(mention, Words::Shown)
    }

    fn with(mention: &'a DateMention, words: Words) -> Self {
        Self {
            text: words.of(&mention.text),
            date: &mention.date,
            block: mention.span.block,
            start: mention.span.start,
            end: mention.span.end,
        }
    }
}

#[derive(Serialize)]
struct LinkRecord<'a> {
    kind: &'a str,
    url: &'a str,
    text: Option<&'a str>,
}

impl<'a> LinkRecord<'a> {
    fn with(link: &'a Link, words: Words) -> Self {
        Self { kind: link.kind.as_str(), url: link.url.as_str(), text: words.of(&link.text) }
    }
}

#[derive(Serialize)]
struct ImageRecord<'a> {
    url: &'a str,
    caption: Option<&'a str>,
    credit: Option<&'a str>,
}

impl<'a> ImageRecord<'a> {
    fn of(image: &'a Image) -> Self {
        Self { url: image.url.as_str(), caption: image.caption.as_deref(), credit: image.credit.as_deref() }
    }
}

#[derive(Serialize)]
struct SourceRecord<'a> {
    source: &'a str,
    rule: &'a str,
}

struct Provenance<'a>(&'a Article);

impl Serialize for Provenance<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.provenance.iter().map(|(field, source)| {
            (field.as_str(), SourceRecord { source: &source.source, rule: &source.rule })
        }))
    }
}

#[derive(Serialize)]
struct CaptureRecord<'a> {
    warc: &'a str,
    offset: u64,
    digest: String,
}

impl<'a> CaptureRecord<'a> {
    fn of(capture: &'a CaptureRef) -> Self {
        Self { warc: &capture.warc, offset: capture.offset, digest: capture.digest.to_string() }
    }
}

#[cfg(test)]
mod tests;
