//! Links that belong to the article: the newsroom's related and popular blocks, links in the text, next and previous.

use std::collections::BTreeSet;

use crate::extract::blocks::RawBlock;
use crate::extract::context::Context;
use crate::model::article::{Link, LinkKind};
use crate::model::crawl_url::CrawlUrl;
use crate::select::outline::Tag;

/// Most links of one article.
const MAX_LINKS: usize = 1_000;

/// The blocks of links by the portal's rules, and which kind each is.
pub(crate) fn blocks<'c>(context: &'c Context<'_, '_>) -> &'c [(LinkKind, usize)] {
    context.link_blocks.get_or_init(|| find_blocks(context))
}

fn find_blocks(context: &Context<'_, '_>) -> Vec<(LinkKind, usize)> {
    let Some(layout) = context.layout else { return Vec::new() };
    let finder = context.finder();
    let mut found = Vec::new();
    for (kind, rules) in &layout.links {
        for rule in rules {
            for selector in &rule.block {
                for row in finder.rows(selector, None) {
                    let fits = rule.condition.as_ref().is_none_or(|condition| finder.holds(condition, row));
                    if fits && !found.contains(&(*kind, row)) {
                        found.push((*kind, row));
                    }
                }
            }
        }
    }
    // A block is the innermost that fits: what holds another kind's block is the article's text, not a block of links.
    let outline = &context.reading.outline;
    let rows: Vec<usize> = found.iter().map(|(_, row)| *row).collect();
    found.retain(|(_, row)| !rows.iter().any(|other| other > row && *other < outline.end(*row)));
    found
}

/// All links of the article.
pub(crate) fn links(context: &Context<'_, '_>, body: &[RawBlock]) -> Vec<Link> {
    let mut links = Vec::new();
    let mut seen = BTreeSet::new();
    let mut add = |kind: LinkKind, row: usize| {
        let Some(url) = target(context, row) else { return };
        if links.len() < MAX_LINKS && url != *context.page.url && seen.insert((kind, url.clone())) {
            links.push(Link { kind, url, text: context.text(row) });
        }
    };
    if let Some(layout) = context.layout {
        let finder = context.finder();
        let innermost: BTreeSet<usize> = blocks(context).iter().map(|(_, row)| *row).collect();
        for (kind, rules) in &layout.links {
            for rule in rules {
                let blocks: Vec<Option<usize>> = if rule.block.is_empty() {
                    vec![None]
                } else {
                    rule.block
                        .iter()
                        .flat_map(|selector| finder.rows(selector, None))
                        .filter(|row| innermost.contains(row))
                        .filter(|row| {
                            rule.condition.as_ref().is_none_or(|condition| finder.holds(condition, *row))
                        })
                        .map(Some)
                        .collect()
                };
                for block in blocks {
                    for selector in &rule.item {
                        for row in finder.rows(selector, block) {
                            add(*kind, row);
                        }
                    }
                }
            }
        }
    }
    for block in body {
        for row in &block.links {
            add(LinkKind::Inline, *row);
        }
    }
    let outline = &context.reading.outline;
    for row in 0..outline.len() {
        if outline.tag(row) == Tag::Link {
            match outline.attr(row, "rel") {
                Some("next") => add(LinkKind::Next, row),
                Some("prev" | "previous") => add(LinkKind::Previous, row),
                _ => {}
            }
        }
    }
    links
}

/// Where a link leads, where that is a page.
fn target(context: &Context<'_, '_>, row: usize) -> Option<CrawlUrl> {
    let outline = &context.reading.outline;
    let href = outline.attr(row, "href").or_else(|| {
        let inner = outline.find(row..outline.end(row), Tag::A)?;
        outline.attr(inner, "href")
    })?;
    if href.trim_start().starts_with('#') {
        return None;
    }
    let url = context.page.url.join(href).ok()?;
    Some(match context.portal {
        Some(portal) => portal.canonicalize(url),
        None => url,
    })
}
