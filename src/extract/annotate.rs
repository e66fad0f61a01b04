//! The seam to `structure`: quotations and dates in the article's text are found here once the text stands.

use jiff::Zoned;

use crate::model::annotation::Span;
use crate::model::article::{Article, Block};
use crate::model::publication_time::Precision;
use crate::portal::Portal;
use crate::structure::{self, BlockKind, Context, TextBlock};

/// Text of one article that is annotated, in bytes; what lies beyond is kept as text alone.
const MAX_ANNOTATED_BYTES: usize = 512 * 1024;

/// Adds quotations and dates to an article whose text stands.
///
/// Headline, subheadline and a lead that stands apart are read along, because they name people; what is said in
/// them is not counted, as offsets point into the body.
pub fn annotate(article: &mut Article, portal: Option<&Portal>) {
    let published = published(article, portal);
    let mut room = MAX_ANNOTATED_BYTES;
    let body: Vec<_> = article
        .body
        .iter()
        .map(|block| {
            let (kind, text) = text_of(block);
            let fits = text.len() <= room;
            room = if fits { room - text.len() } else { 0 };
            (kind, if fits { text } else { String::new() })
        })
        .collect();
    let mut blocks = Vec::with_capacity(body.len() + 3);
    let lead_apart = article.lead.as_deref().filter(|lead| body.iter().all(|(_, text)| text != lead));
    let before = [
        (BlockKind::Headline, article.headline.as_deref()),
        (BlockKind::Subheadline, article.subheadline.as_deref()),
        (BlockKind::Lead, lead_apart),
    ];
    blocks.extend(before.iter().filter_map(|(kind, text)| Some(TextBlock { kind: *kind, text: (*text)? })));
    let first = blocks.len();
    blocks.extend(body.iter().map(|(kind, text)| TextBlock { kind: *kind, text }));
    let language = article.language.as_deref().or_else(|| portal?.language.as_deref());
    let places = portal.map(|portal| portal.places.as_slice()).unwrap_or_default();
    let context = Context { language, published: published.as_ref(), places };
    let in_body = |span: Span| Some(Span { block: span.block.checked_sub(first)?, ..span });
    let mut quotes = structure::quotes::find(&blocks, &context);
    quotes.retain_mut(|quote| in_body(quote.span).map(|span| quote.span = span).is_some());
    let mut dates = structure::dates::find(&blocks[first..], &context);
    dates.sort_by_key(|date| date.span);
    article.quotes = quotes;
    article.dates = dates;
}

/// The instant relative dates are told from: only where the day is known.
pub(crate) fn published(article: &Article, portal: Option<&Portal>) -> Option<Zoned> {
    let published = article.published.filter(|published| published.precision >= Precision::Day)?;
    Some(match portal {
        Some(portal) => published.in_zone(&portal.timezone),
        None => published.in_zone(&published.offset.to_time_zone()),
    })
}

/// A block as `structure` reads it. Tables and preformatted text hold no sentences: they count, but are empty.
fn text_of(block: &Block) -> (BlockKind, String) {
    match block {
        Block::Paragraph(text) | Block::Blockquote(text) => (BlockKind::Paragraph, text.clone()),
        Block::Heading { text, .. } => (BlockKind::Heading, text.clone()),
        Block::List(_) => (BlockKind::ListItem, block.text().into_owned()),
        Block::Table(_) | Block::Preformatted(_) => (BlockKind::Caption, String::new()),
    }
}
