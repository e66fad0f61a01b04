//! Takes a page apart: one page and one portal file in, one article and its issues out. Never fails, never panics.
//!
//! Pure: same page, same portal, same article, for ever. Charsets are `decode`'s, rules `select`'s, quotations
//! and dates in the text `structure`'s.

mod annotate;
mod attributes;
mod authors;
mod blocks;
mod body;
mod byline;
mod captions;
mod capture;
mod container;
mod context;
mod dateline;
mod generic;
mod headline;
mod lead;
mod left_out;
mod names;
mod page_kind;
mod phrases;
mod pictures;
mod published;
mod related;
mod state;
mod times;
mod visible_dates;
mod vocabulary;
mod witness;

#[cfg(test)]
mod tests;

use std::ops::Range;

use jiff::civil::Date;

use crate::model::article::{Article, ArticleId, Block, FieldSource};
use crate::model::crawl_url::CrawlUrl;
use crate::model::field::Field;
use crate::model::issue::Issue;
use crate::model::publication_time::PublicationTime;
use crate::portal::Portal;
use crate::select::document::Document;
use crate::select::outline::Tag;
use context::{Context, Place, Sourced};
use headline::Titles;

pub use annotate::annotate;
pub use capture::{article_of, day_of, decoded, text_of};

/// Likeness below which rules and metadata disagree.
const DISAGREES: f32 = 0.2;
/// Characters at a page's beginning by which bytes that are no text are told.
const BEGINNING: usize = 8_192;

/// A page to read.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// Its address, after redirects.
    pub url: &'a CrawlUrl,
    /// Its text, decoded.
    pub html: &'a str,
    /// The day it was captured, in the portal's zone: it picks the layout. `None`: today's layout.
    pub captured_on: Option<Date>,
    /// When it was published, by the word of whoever sent us there; used where the page says nothing.
    pub published_hint: Option<PublicationTime>,
}

/// What was read from a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Extraction {
    /// The article; fields that were not found are empty.
    pub article: Article,
    /// What was not as it should be.
    pub issues: Vec<Issue>,
}

/// Reads one page: the portal's rules first, field by field, then JSON-LD, meta tags and what any page shows.
pub fn extract(page: &Page<'_>, portal: Option<&Portal>) -> Extraction {
    let is_text = is_text(page.html);
    let document = Document::parse(if is_text { page.html } else { "" });
    let reading = document.reading();
    let context = Context::new(page, &reading, &document.scripts, portal);
    let mut article = Article::empty(page.url.clone(), portal.map(|portal| portal.id.clone()));
    article.selectors_hash = portal.map(|portal| portal.selectors_hash);
    let mut issues = document.issues.clone();
    if !is_text {
        issues.push(Issue::page("not-text", "the bytes are no text"));
    }

    if let Some(url) = attributes::canonical_url(&context) {
        note(&mut article, Field::Url, url.source);
        article.url = portal.map_or(url.value.clone(), |portal| portal.canonicalize(url.value));
    } else if let Some(portal) = portal {
        article.url = portal.canonicalize(article.url);
    }
    article.id = ArticleId::new(article.portal.as_deref().unwrap_or_default(), &article.url);

    let titles = headline::titles(&context);
    let place = read_body(&context, &titles, &mut article);
    let opening = match (titles.row, place.body.is_empty()) {
        (Some(headline), false) => {
            let title = titles.headline.as_ref().map(|title| title.value.as_str());
            lead::opening(&context, headline, title, place.body.start)
        }
        _ => lead::Opening::default(),
    };
    read_titles(titles, &opening, &mut article);
    take_dateline(&context, &mut article);
    take_lead(&context, opening, &mut article);
    read_rest(&context, &place, &mut article);
    let kind = page_kind::page_kind(&context, &article);
    take(&mut article, Field::PageKind, kind, |article, kind| article.page_kind = kind);
    annotate(&mut article, portal);

    issues.extend(missing(&context, &article));
    issues.extend(disagreements(&context, &article));
    Extraction { article, issues }
}

/// Whether a page is text: of its beginning, few characters are controls or undecodable.
fn is_text(html: &str) -> bool {
    let (mut all, mut odd) = (0_usize, 0_usize);
    for character in html.chars().take(BEGINNING) {
        all += 1;
        odd += usize::from(
            character == char::REPLACEMENT_CHARACTER || character.is_control() && !character.is_whitespace(),
        );
    }
    odd * 20 <= all
}

/// The address a page gives as its own; for pages that come without one.
pub fn stated_url(html: &str) -> Option<CrawlUrl> {
    let document = Document::parse(html);
    attributes::stated_url(&document.reading())
}

/// Reads text, links and pictures, and says where the article stands.
fn read_body(context: &Context<'_, '_>, titles: &Titles, article: &mut Article) -> Place {
    let (mut blocks, rows) = match body::by_rules(context) {
        Some(found) => {
            note(article, Field::Body, found.source);
            let rows = found.value.first().map_or(0, |block| block.rows.start)
                ..found.value.last().map_or(0, |block| block.rows.end);
            (found.value, rows)
        }
        None => match generic::body(context, titles.row) {
            Some(found) => {
                note(article, Field::Body, context::sourced((), "generic", "density").source);
                (found.blocks, found.rows)
            }
            None => (Vec::new(), 0..0),
        },
    };
    if blocks.iter().map(|block| block.length).sum::<usize>() < state::THIN
        && let Some(found) = state::body(context)
    {
        note(article, Field::Body, context::sourced((), "generic", found.1).source);
        article.body = found.0;
        return Place { headline: titles.row, body: 0..0 };
    }
    // A heading that is marked up as the lead is no heading.
    if let Some(raw) = blocks.first_mut()
        && lead::is_lead(context, raw)
        && let Block::Heading { text, .. } = &raw.block
    {
        raw.block = Block::Paragraph(text.clone());
    }
    // A heading that repeats the headline is not text.
    if let Some(headline) = &titles.headline {
        blocks.retain(|raw| {
            !matches!(&raw.block, Block::Heading { text, .. } if headline::likeness(text, &headline.value) > 0.9)
        });
    }
    article.links = related::links(context, &blocks);
    if !article.links.is_empty() {
        let by_rule = context.layout.is_some_and(|layout| !layout.links.is_empty());
        let (source, rule) = if by_rule { ("selector", "links") } else { ("generic", "body a") };
        note(article, Field::Links, context::sourced((), source, rule).source);
    }
    let inside = context.root.map_or_else(
        || around_headline(context, rows, titles.row),
        |root| root..context.reading.outline.end(root),
    );
    if let Some(images) = pictures::images(context, &[inside]) {
        take(article, Field::Images, images, |article, images| article.images = images);
    }
    let body =
        blocks.first().map_or(0, |block| block.rows.start)..blocks.last().map_or(0, |block| block.rows.end);
    article.body = blocks.into_iter().map(|raw| raw.block).collect();
    Place { headline: titles.row, body }
}

/// The rows of the `<article>` that holds headline and text, where one does; else those of the text.
fn around_headline(context: &Context<'_, '_>, rows: Range<usize>, headline: Option<usize>) -> Range<usize> {
    let outline = &context.reading.outline;
    let holds_both = |row: &usize| {
        outline.tag(*row) == Tag::Article && headline.is_some_and(|headline| outline.holds(*row, headline))
    };
    match outline.ancestors(rows.start).find(holds_both) {
        Some(article) if !rows.is_empty() => article..outline.end(article),
        _ => rows,
    }
}

fn read_titles(titles: Titles, opening: &lead::Opening, article: &mut Article) {
    if let Some(kicker) = titles.kicker {
        take(article, Field::Kicker, kicker, |article, kicker| article.kicker = Some(kicker));
    }
    if let Some(headline) = titles.headline {
        take(article, Field::Headline, headline, |article, headline| article.headline = Some(headline));
    }
    if let Some(subheadline) = titles.subheadline.or_else(|| opening.subheadline.clone()) {
        take(article, Field::Subheadline, subheadline, |article, line| article.subheadline = Some(line));
    }
}

fn read_rest(context: &Context<'_, '_>, place: &Place, article: &mut Article) {
    let text = article.text();
    if let Some(language) = attributes::language(context, &text) {
        take(article, Field::Language, language, |article, language| article.language = Some(language));
    }
    if let Some(sections) = attributes::sections(context, article.headline.as_deref()) {
        take(article, Field::Sections, sections, |article, sections| article.sections = sections);
    }
    if let Some(authors) = authors::authors(context, place) {
        take(article, Field::Authors, authors, |article, authors| article.authors = authors);
    }
    // A line above the text that says who wrote it is no text.
    let above = article.body.iter().take(2).position(
        |block| matches!(block, Block::Paragraph(text) if byline::only_names(text, &article.authors, context)),
    );
    if let Some(above) = above
        && article.body.len() > above + 1
    {
        article.body.remove(above);
    }
    // A name alone under the text signs it.
    if let Some(Block::Paragraph(last)) = article.body.last()
        && article.body.len() > 1
        && article.authors.iter().any(|author| headline::likeness(author, last) > 0.99)
    {
        article.body.pop();
    }
    if let Some(published) = published::published(context, place, &article.images) {
        take(article, Field::Published, published, |article, time| article.published = Some(time));
    }
    if let Some(modified) = times::modified(context) {
        take(article, Field::Modified, modified, |article, time| article.modified = Some(time));
    }
    if let Some(tags) = attributes::tags(context) {
        take(article, Field::Tags, tags, |article, tags| article.tags = tags);
    }
    if let Some(free) = attributes::free_to_read(context, text.len()) {
        take(article, Field::FreeToRead, free, |article, free| article.free_to_read = Some(free));
    }
}

/// Takes the dateline off the first paragraph.
fn take_dateline(context: &Context<'_, '_>, article: &mut Article) {
    let (language, published) = (article.language.clone(), annotate::published(article, context.portal));
    let Some(Block::Paragraph(first)) =
        article.body.iter_mut().find(|block| matches!(block, Block::Paragraph(_)))
    else {
        return;
    };
    let Some(found) = dateline::find(first, context, language.as_deref(), published.as_ref()) else { return };
    *first = first[found.length..].trim_start().to_owned();
    let own = context.layout.and_then(|layout| layout.article.dateline_pattern.as_ref());
    let (source, rule) = match own.filter(|_| found.by_portal) {
        Some(pattern) => ("selector", pattern.as_str()),
        None => ("structure", "first paragraph"),
    };
    take(article, Field::Dateline, context::sourced(found.dateline, source, rule), |article, dateline| {
        article.dateline = Some(dateline);
    });
}

/// The lead by the portal's rules, else the first paragraph.
fn take_lead(context: &Context<'_, '_>, opening: lead::Opening, article: &mut Article) {
    let first = article.body.iter().find_map(|block| match block {
        Block::Paragraph(text) => Some(text.clone()),
        _ => None,
    });
    let rules = context.layout.and_then(|layout| layout.article.fields.get(&Field::Lead));
    if let Some(rules) = rules {
        let finder = select_finder(context, first.as_deref());
        if let Some(found) = finder.find(Field::Lead.as_str(), rules) {
            let lead = context::sourced(found.first().to_owned(), "selector", found.rule.written.clone());
            take(article, Field::Lead, lead, |article, lead| article.lead = Some(lead));
            return;
        }
    }
    if let Some(lead) = opening.lead
        && article.subheadline.as_deref() != Some(lead.value.as_str())
    {
        let mut lead = lead;
        let published = annotate::published(article, context.portal);
        let language = article.language.clone();
        if let Some(found) = dateline::find(&lead.value, context, language.as_deref(), published.as_ref()) {
            lead.value.drain(..found.length);
            if article.dateline.is_none() {
                take(
                    article,
                    Field::Dateline,
                    context::sourced(found.dateline, "structure", "lead"),
                    |article, dateline| {
                        article.dateline = Some(dateline);
                    },
                );
            }
        }
        take(article, Field::Lead, lead, |article, lead| article.lead = Some(lead));
        return;
    }
    if let Some(first) = first {
        let lead = context::sourced(first, "generic", "first paragraph");
        take(article, Field::Lead, lead, |article, lead| article.lead = Some(lead));
    }
}

fn select_finder<'c, 'a>(
    context: &'c Context<'_, 'a>,
    first_paragraph: Option<&'c str>,
) -> crate::select::finder::Finder<'c, 'a> {
    crate::select::finder::Finder { first_paragraph, ..context.finder() }
}

/// Sets a field and notes its source.
fn take<T>(article: &mut Article, field: Field, found: Sourced<T>, set: impl FnOnce(&mut Article, T)) {
    note(article, field, found.source);
    set(article, found.value);
}

fn note(article: &mut Article, field: Field, source: FieldSource) {
    article.provenance.insert(field, source);
}

/// Issues for the fields without which the page counts as misread.
fn missing(context: &Context<'_, '_>, article: &Article) -> Vec<Issue> {
    let by_default = [Field::Headline, Field::Body];
    let required = context.layout.map_or(&by_default[..], |layout| layout.article.require.as_slice());
    required
        .iter()
        .filter(|field| !article.has(**field))
        .map(|field| Issue::field("missing", *field, format!("no {field} found")))
        .collect()
}

/// Issues where the portal's rules and what every page shows differ strongly: a sign of rules that no longer fit.
fn disagreements(context: &Context<'_, '_>, article: &Article) -> Vec<Issue> {
    let by_rule = |field| article.provenance.get(&field).is_some_and(|source| source.source == "selector");
    let mut issues = Vec::new();
    if by_rule(Field::Headline)
        && let Some(headline) = &article.headline
        && let Some(other) = headline::stated(context)
        && headline::likeness(headline, &other) < DISAGREES
    {
        issues.push(Issue::field(
            "disagrees",
            Field::Headline,
            format!("the page's metadata call it {other:?}"),
        ));
    }
    if by_rule(Field::Body)
        && let Some(witness) = witness::Witness::of(context)
        && witness.share_in(&article.text()) < DISAGREES
    {
        issues.push(Issue::field("disagrees", Field::Body, "the page's metadata give another text"));
    }
    if by_rule(Field::Authors) {
        let stated = context.json_ld(&["author", "name"]);
        let shared =
            |name: &String| article.authors.iter().any(|author| headline::likeness(author, name) > DISAGREES);
        if !stated.is_empty() && !stated.iter().any(shared) {
            let message = format!("the page's metadata name {}", stated.join(", "));
            issues.push(Issue::field("disagrees", Field::Authors, message));
        }
    }
    if by_rule(Field::Published)
        && let Some(published) = article.published
        && let Some(other) = times::stated(context)
        && published.day() != other.day()
    {
        issues.push(Issue::field("disagrees", Field::Published, format!("the page's metadata say {other}")));
    }
    issues
}
