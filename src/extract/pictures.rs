//! The pictures of the article with caption and credit.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::extract::context::{Context, Sourced, sourced};
use crate::model::article::Image;
use crate::model::crawl_url::CrawlUrl;
use crate::model::field::Field;
use crate::select::outline::Tag;

/// A picture's frame is at most so many elements above it.
const MAX_FRAME_DEPTH: usize = 5;
/// Most pictures of one article.
const MAX_IMAGES: usize = 200;
/// Pictures narrower than this are icons.
const MIN_WIDTH: u32 = 100;

/// The pictures inside the article's rows, and the one the metadata name.
pub(crate) fn images(context: &Context<'_, '_>, article: &[Range<usize>]) -> Option<Sourced<Vec<Image>>> {
    let mut images: Vec<Image> = Vec::new();
    let mut seen = BTreeSet::new();
    if let Some(found) = context.selected(Field::Images) {
        for href in found.value {
            if let Ok(url) = context.page.url.join(&href)
                && seen.insert(without_size(&url))
            {
                let (caption, credit) = beside(context, &url);
                images.push(Image { url, caption, credit });
            }
        }
        return Some(Sourced { value: images, source: found.source });
    }
    let outline = &context.reading.outline;
    for range in article {
        for row in range.clone() {
            if outline.tag(row) != Tag::Img || images.len() >= MAX_IMAGES || is_icon(context, row) {
                continue;
            }
            let Some(url) = address(context, row) else { continue };
            if !seen.insert(without_size(&url)) {
                continue;
            }
            let (caption, credit) = caption(context, row);
            images.push(Image { url, caption, credit });
        }
    }
    if !images.is_empty() {
        return Some(sourced(images, "generic", "img"));
    }
    let lead = context.json_ld(&["image", "url"]).into_iter().chain(context.json_ld(&["image"])).next();
    let (href, source, rule) = match lead {
        Some(href) => (href, "json-ld", "image"),
        None => (context.reading.meta("og:image")?, "open-graph", "og:image"),
    };
    let url = context.page.url.join(&href).ok()?;
    let said =
        |keys: [&str; 3]| keys.iter().find_map(|key| context.json_ld(&["image", key]).into_iter().next());
    let caption = said(["caption", "description", "alternativeHeadline"]);
    let credit = said(["creditText", "copyrightNotice", "author"]).map(|credit| without_label(&credit));
    Some(sourced(vec![Image { url, caption, credit }], source, rule))
}

/// Caption and credit of the picture at `url`, wherever it stands on the page.
fn beside(context: &Context<'_, '_>, url: &CrawlUrl) -> (Option<String>, Option<String>) {
    let outline = &context.reading.outline;
    let path = without_size(url);
    (0..outline.len())
        .filter(|row| outline.tag(*row) == Tag::Img)
        .filter(|row| address(context, *row).is_some_and(|other| without_size(&other) == path))
        .map(|row| caption(context, row))
        .find(|(caption, credit)| caption.is_some() || credit.is_some())
        .unwrap_or_default()
}

fn is_icon(context: &Context<'_, '_>, row: usize) -> bool {
    let outline = &context.reading.outline;
    let small = |name| {
        outline
            .attr(row, name)
            .and_then(|value| value.trim_end_matches("px").parse::<u32>().ok())
            .is_some_and(|n| n < MIN_WIDTH)
    };
    let link = outline
        .ancestors(row)
        .take(3)
        .find(|above| outline.tag(*above) == Tag::A)
        .and_then(|above| outline.attr(above, "href"));
    // A picture that leads to another page is a teaser's, unless it leads to a picture.
    let teaser = link.is_some_and(|href| {
        let path = href.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        !["jpg", "jpeg", "png", "webp", "gif", "avif"].iter().any(|ending| path.ends_with(ending))
            && !href.starts_with('#')
    });
    small("width")
        || small("height")
        || teaser && !outline.ancestors(row).any(|above| outline.tag(above) == Tag::Figure)
}

/// The best address of a picture: those of lazy loaders before a placeholder's.
fn address(context: &Context<'_, '_>, row: usize) -> Option<CrawlUrl> {
    let outline = &context.reading.outline;
    let candidates = ["data-src", "data-original", "data-lazy-src", "src", "srcset", "data-srcset"];
    candidates.iter().find_map(|name| {
        let value = outline.attr(row, name)?.trim();
        let value = if name.ends_with("srcset") { value.split_whitespace().next()? } else { value };
        if value.starts_with("data:") || value.is_empty() {
            return None;
        }
        context.page.url.join(value).ok()
    })
}

/// The same picture in another size counts once.
fn without_size(url: &CrawlUrl) -> String {
    SIZE.replace_all(url.as_url().path(), "").into_owned()
}

static SIZE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"-\d{2,4}x\d{2,4}|[-_]w?\d{3,4}").expect("a tested pattern"));

/// Caption and credit beside a picture.
fn caption(context: &Context<'_, '_>, row: usize) -> (Option<String>, Option<String>) {
    let outline = &context.reading.outline;
    // A figure before anything that is only named like a frame: the link around the picture often is.
    let around = || outline.ancestors(row).take(MAX_FRAME_DEPTH);
    let named_like_a_frame = |above: &usize| {
        outline
            .attr(*above, "class")
            .is_some_and(|class| class.contains("caption") || class.contains("image"))
    };
    let frame = around()
        .find(|above| outline.tag(*above) == Tag::Figure)
        .or_else(|| around().find(named_like_a_frame));
    let Some(frame) = frame else { return (None, None) };
    let inside = row.max(frame)..outline.end(frame);
    let is_credit = |row: usize| {
        outline.attr(row, "class").or_else(|| outline.attr(row, "itemprop")).is_some_and(|class| {
            let class = class.to_ascii_lowercase();
            ["credit", "copyright", "source", "quelle", "photographer", "fotograf"]
                .iter()
                .any(|word| class.contains(word))
        })
    };
    let words = inside.clone().find(|row| {
        outline.tag(*row) == Tag::Figcaption
            || outline.attr(*row, "class").is_some_and(|class| class.to_ascii_lowercase().contains("caption"))
    });
    let credit_row = inside.clone().find(|row| outline.tag(*row) != Tag::Text && is_credit(*row));
    let credit = credit_row.map(|row| context.text(row)).filter(|text| !text.is_empty());
    let Some(words) = words else { return (None, credit.map(|credit| without_label(&credit))) };
    let text = context.text(words);
    if let Some(credit) = &credit {
        let text = text.replacen(credit.as_str(), "", 1).trim().to_owned();
        return (Some(text).filter(|text| !text.is_empty()), Some(without_label(credit)));
    }
    match CREDIT
        .captures(&text)
        .and_then(|captures| Some((captures.get(0)?.start(), captures.get(1)?.as_str().trim().to_owned())))
    {
        Some((at, credit)) => {
            let caption = text[..at].trim_end_matches([' ', '(', '[', '|', '-', '–']).to_owned();
            (Some(caption).filter(|caption| !caption.is_empty()), Some(credit))
        }
        None => (Some(text).filter(|text| !text.is_empty()), None),
    }
}

static CREDIT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:[(\[|]\s*)?(?:(?:foto|bild|photo|image|quelle|credit|archivfoto|symbolbild|fotos|crédit photo)\s*(?:credit)?s?\s*:|©|\(c\))\s*([^)\]]{2,120})[)\]]?\s*$")
        .expect("a tested pattern")
});

fn without_label(credit: &str) -> String {
    CREDIT
        .captures(credit)
        .and_then(|captures| captures.get(1))
        .map_or(credit, |found| found.as_str())
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credits_are_told_from_captions() {
        let check = |text: &str, expected: Option<&str>| {
            let found = CREDIT.captures(text).map(|captures| captures[1].trim().to_owned());
            assert_eq!(found.as_deref(), expected, "{text}");
        };
        check("Das Rathaus. Foto: Anna Berg", Some("Anna Berg"));
        check("Das Rathaus (Bild: Anna Berg/dpa)", Some("Anna Berg/dpa"));
        check("© Anna Berg", Some("Anna Berg"));
        check("Das Rathaus", None);
    }
}
