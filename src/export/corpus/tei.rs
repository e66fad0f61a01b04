//! An article as TEI P5: a header with its source and the people it quotes, the text with quotations and dates marked.

use std::fmt::Write as _;

use super::marked::{Mark, push_marked};
use super::xml::{push_attribute, push_element, push_text};
use crate::model::annotation::{Quote, QuoteKind};
use crate::model::article::{Article, Block};
use crate::model::publication_time::{Precision, PublicationTime};
use crate::store::ArchivedArticle;

/// What the kinds of quotations are, as the header's taxonomy says.
const QUOTATIONS: &[(QuoteKind, &str)] = &[
    (QuoteKind::Direct, "quotation of its own"),
    (QuoteKind::Fragment, "quoted words inside a sentence of the reporter's"),
    (QuoteKind::Interview, "turn of an interview"),
    (QuoteKind::Indirect, "reported speech without marks"),
];

/// The document of an article.
pub(super) fn document(
    archived: &ArchivedArticle,
    text_id: &str,
    content_hash: &str,
    source: Option<&str>,
) -> String {
    let article = &archived.article;
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<TEI xmlns=\"http://www.tei-c.org/ns/1.0\"",
    );
    push_attribute(&mut xml, "xml:id", text_id);
    if let Some(language) = language(article) {
        push_attribute(&mut xml, "xml:lang", language);
    }
    xml.push_str(">\n<teiHeader>\n");
    push_file_description(&mut xml, archived, content_hash, source);
    push_encoding_description(&mut xml, archived);
    let speakers = speakers(article);
    push_profile(&mut xml, article, &speakers);
    xml.push_str("</teiHeader>\n<text>\n<body>\n");
    push_body(&mut xml, article, &speakers);
    xml.push_str("</body>\n</text>\n</TEI>\n");
    xml
}

fn language(article: &Article) -> Option<&str> {
    let is_tag = |tag: &&str| {
        !tag.is_empty()
            && tag
                .split('-')
                .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
    };
    article.language.as_deref().filter(is_tag)
}

fn push_file_description(
    xml: &mut String,
    archived: &ArchivedArticle,
    content_hash: &str,
    source: Option<&str>,
) {
    let (article, facts) = (&archived.article, &archived.facts);
    let url = article.url.as_str();
    let title = article.headline.as_deref().unwrap_or(url);
    xml.push_str("<fileDesc>\n<titleStmt>");
    push_element(xml, "title", title);
    for author in &article.authors {
        push_element(xml, "author", author);
    }
    let words = article.word_count().to_string();
    xml.push_str("</titleStmt>\n<extent><measure unit=\"words\"");
    push_attribute(xml, "quantity", &words);
    let _ = write!(xml, ">{words} words</measure></extent>\n<publicationStmt>");
    push_element(xml, "p", "Copy from an archive for research; the rights are those of the source.");
    xml.push_str("</publicationStmt>\n<sourceDesc>\n<bibl>");
    push_element(xml, "title level=\"a\"", title);
    for author in &article.authors {
        push_element(xml, "author", author);
    }
    if let Some(source) = source {
        push_element(xml, "title level=\"j\"", source);
    }
    for section in &article.sections {
        push_element(xml, "biblScope unit=\"section\"", section);
    }
    for (kind, time) in [("published", article.published), ("modified", article.modified)] {
        if let Some(time) = time {
            xml.push_str("<date");
            push_attribute(xml, "type", kind);
            push_attribute(xml, "when", &when(time));
            xml.push_str("/>");
        }
    }
    xml.push_str("<date type=\"accessed\"");
    push_attribute(xml, "when", &facts.fetched.to_string());
    xml.push_str("/><ref");
    push_attribute(xml, "target", url);
    xml.push('>');
    push_text(xml, url);
    xml.push_str("</ref>");
    push_element(xml, "idno type=\"article\"", article.id.as_str());
    push_element(xml, "idno type=\"content_hash\"", content_hash);
    if let Some(capture) = &facts.capture {
        push_element(xml, "idno type=\"capture\"", &capture.digest.to_string());
    }
    xml.push_str("</bibl>\n</sourceDesc>\n</fileDesc>\n");
}

fn push_encoding_description(xml: &mut String, archived: &ArchivedArticle) {
    xml.push_str("<encodingDesc>\n<appInfo><application ident=\"dateline\"");
    push_attribute(xml, "version", env!("CARGO_PKG_VERSION"));
    xml.push('>');
    push_element(xml, "label", "dateline");
    let selectors = archived.article.selectors_hash.map(|hash| format!(", selectors {hash}"));
    let reader = format!("read by {}{}", archived.facts.extractor, selectors.unwrap_or_default());
    push_element(xml, "desc", &reader);
    xml.push_str("</application></appInfo>\n<classDecl><taxonomy xml:id=\"quotations\">");
    for (kind, meaning) in QUOTATIONS {
        let _ = write!(xml, "<category xml:id=\"quotation-{kind}\">");
        push_element(xml, "catDesc", meaning);
        xml.push_str("</category>");
    }
    xml.push_str("</taxonomy></classDecl>\n</encodingDesc>\n");
}

/// The people quoted, each with the role first given.
fn speakers(article: &Article) -> Vec<(&str, Option<&str>)> {
    let mut speakers: Vec<(&str, Option<&str>)> = Vec::new();
    for quote in &article.quotes {
        let Some(name) = quote.speaker.as_deref() else { continue };
        match speakers.iter_mut().find(|(known, _)| *known == name) {
            Some((_, role)) => *role = role.or(quote.role.as_deref()),
            None => speakers.push((name, quote.role.as_deref())),
        }
    }
    speakers
}

fn push_profile(xml: &mut String, article: &Article, speakers: &[(&str, Option<&str>)]) {
    xml.push_str("<profileDesc>\n");
    if let Some(language) = language(article) {
        xml.push_str("<langUsage><language");
        push_attribute(xml, "ident", language);
        xml.push('>');
        push_text(xml, language);
        xml.push_str("</language></langUsage>\n");
    }
    if !article.tags.is_empty() {
        xml.push_str("<textClass><keywords>");
        for tag in &article.tags {
            push_element(xml, "term", tag);
        }
        xml.push_str("</keywords></textClass>\n");
    }
    if !speakers.is_empty() {
        xml.push_str("<particDesc><listPerson>");
        for (number, (name, role)) in speakers.iter().enumerate() {
            let _ = write!(xml, "<person xml:id=\"speaker-{}\">", number + 1);
            push_element(xml, "persName", name);
            if let Some(role) = role {
                push_element(xml, "occupation", role);
            }
            xml.push_str("</person>");
        }
        xml.push_str("</listPerson></particDesc>\n");
    }
    xml.push_str("</profileDesc>\n");
}

fn push_body(xml: &mut String, article: &Article, speakers: &[(&str, Option<&str>)]) {
    xml.push_str("<div type=\"article\">\n");
    let heads = [
        ("head type=\"kicker\"", &article.kicker),
        ("head type=\"main\"", &article.headline),
        ("head type=\"sub\"", &article.subheadline),
    ];
    for (name, text) in heads {
        if let Some(text) = text {
            push_element(xml, name, text);
            xml.push('\n');
        }
    }
    if let Some(dateline) = &article.dateline {
        xml.push_str("<dateline>");
        let place = dateline.place.as_deref().filter(|place| !place.is_empty());
        match place.and_then(|place| Some((place, dateline.text.split_once(place)?))) {
            Some((place, (before, after))) => {
                push_text(xml, before);
                push_element(xml, "placeName", place);
                push_text(xml, after);
            }
            None => push_text(xml, &dateline.text),
        }
        xml.push_str("</dateline>\n");
    }
    if let Some(lead) = super::separate_lead(article) {
        xml.push_str("<argument>");
        push_element(xml, "p", lead);
        xml.push_str("</argument>\n");
    }
    let mut is_in_section = false;
    let mut is_empty = true;
    for (number, block) in article.body.iter().enumerate() {
        let marks = marks(article, number, speakers);
        if let Block::Heading { level, text } = block {
            if is_in_section {
                xml.push_str("</div>\n");
            }
            let _ = write!(xml, "<div type=\"section\">\n<head rend=\"h{level}\">");
            push_marked(xml, text, 0, &marks);
            xml.push_str("</head>\n");
            is_in_section = true;
            is_empty = false;
            continue;
        }
        let is_lead = number == 0 && article.lead.as_deref() == Some(block.text().as_ref());
        is_empty &= !push_block(xml, block, &marks, is_lead);
    }
    if is_in_section {
        xml.push_str("</div>\n");
    }
    if is_empty {
        // A division is not valid without a text in it.
        xml.push_str("<p/>\n");
    }
    xml.push_str("</div>\n");
}

/// Whether there was something to write.
fn push_block(xml: &mut String, block: &Block, marks: &[Mark], is_lead: bool) -> bool {
    match block {
        Block::Heading { text, .. } | Block::Paragraph(text) => {
            xml.push_str(if is_lead { "<p rend=\"lead\">" } else { "<p>" });
            push_marked(xml, text, 0, marks);
            xml.push_str("</p>\n");
        }
        Block::Blockquote(text) => {
            xml.push_str("<quote>");
            push_marked(xml, text, 0, marks);
            xml.push_str("</quote>\n");
        }
        Block::Preformatted(text) => {
            xml.push_str("<p rend=\"preformatted\" xml:space=\"preserve\">");
            push_marked(xml, text, 0, marks);
            xml.push_str("</p>\n");
        }
        Block::List(items) if items.is_empty() => return false,
        Block::List(items) => {
            xml.push_str("<list>");
            let mut base = 0;
            for item in items {
                xml.push_str("<item>");
                push_marked(xml, item, base, marks);
                xml.push_str("</item>");
                base += item.chars().count() + 1;
            }
            xml.push_str("</list>\n");
        }
        Block::Table(rows) if rows.iter().all(Vec::is_empty) => return false,
        Block::Table(rows) => {
            xml.push_str("<table>");
            let mut base = 0;
            for row in rows {
                if row.is_empty() {
                    base += 1;
                    continue;
                }
                xml.push_str("<row>");
                for cell in row {
                    xml.push_str("<cell>");
                    push_marked(xml, cell, base, marks);
                    xml.push_str("</cell>");
                    base += cell.chars().count() + 1;
                }
                xml.push_str("</row>");
            }
            xml.push_str("</table>\n");
        }
    }
    true
}

/// The quotations and dates of a block.
fn marks(article: &Article, block: usize, speakers: &[(&str, Option<&str>)]) -> Vec<Mark> {
    let quotes = article.quotes.iter().filter(|quote| quote.span.block == block).map(|quote| Mark {
        start: quote.span.start,
        end: quote.span.end,
        open: said(quote, speakers),
        close: "</said>",
    });
    let dates = article.dates.iter().filter(|mention| mention.span.block == block).map(|mention| Mark {
        start: mention.span.start,
        end: mention.span.end,
        open: date(&mention.date),
        close: "</date>",
    });
    quotes.chain(dates).collect()
}

fn said(quote: &Quote, speakers: &[(&str, Option<&str>)]) -> String {
    let mut open = String::from("<said");
    let number = speakers.iter().position(|(name, _)| quote.speaker.as_deref() == Some(name));
    if let Some(number) = number {
        push_attribute(&mut open, "who", &format!("#speaker-{}", number + 1));
        push_attribute(&mut open, "cert", &crate::export::record::confidence(quote.confidence).to_string());
    }
    let is_direct = if quote.kind == QuoteKind::Indirect { "false" } else { "true" };
    push_attribute(&mut open, "direct", is_direct);
    push_attribute(&mut open, "ana", &format!("#quotation-{}", quote.kind));
    open.push('>');
    open
}

fn date(edtf: &str) -> String {
    let mut open = String::from("<date");
    match edtf.split_once('/').map(|(from, to)| (w3c(from), w3c(to))) {
        Some((Some(from), Some(to))) => {
            push_attribute(&mut open, "from", &from);
            push_attribute(&mut open, "to", &to);
        }
        _ => match w3c(edtf) {
            Some(when) => push_attribute(&mut open, "when", &when),
            // What the W3C's forms cannot say (a week, a decade, an open range) is said in EDTF, one word a value.
            None if !edtf.is_empty() && !edtf.contains(char::is_whitespace) => {
                push_attribute(&mut open, "when-custom", edtf);
            }
            None => {}
        },
    }
    open.push('>');
    open
}

/// A year, month, day or time of day as XML Schema writes it, if it is one.
fn w3c(date: &str) -> Option<String> {
    let has_shape = |shape: &str| {
        date.len() == shape.len()
            && date.bytes().zip(shape.bytes()).all(|(byte, wanted)| match wanted {
                b'0' => byte.is_ascii_digit(),
                wanted => byte == wanted,
            })
    };
    let in_range = |range: std::ops::Range<usize>, values: std::ops::RangeInclusive<u8>| {
        date.get(range).is_none_or(|part| part.parse().is_ok_and(|part: u8| values.contains(&part)))
    };
    if !(in_range(5..7, 1..=12) && in_range(8..10, 1..=31) && in_range(11..13, 0..=23)) {
        return None;
    }
    if has_shape("0000-00-00T00:00") {
        return Some(format!("{date}:00"));
    }
    ["0000", "0000-00", "0000-00-00"].iter().any(|shape| has_shape(shape)).then(|| date.to_owned())
}

/// A publication time as exactly as it is known.
fn when(time: PublicationTime) -> String {
    let text = time.to_string();
    let known = match time.precision {
        Precision::Year => 4,
        Precision::Month => 7,
        Precision::Day => 10,
        Precision::Minute | Precision::Second => text.len(),
    };
    text[..known].to_owned()
}
