//! The smaller fields: language, sections, tags, canonical address, whether the text is free to read.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::extract::context::{Context, Sourced, sourced};
use crate::extract::vocabulary::PAYWALL;
use crate::model::crawl_url::CrawlUrl;
use crate::model::field::Field;
use crate::select::document::Reading;
use crate::select::outline::Tag;
use crate::select::text::folded;
use crate::select::text::start_of;

/// Text shorter than this may be the free beginning of a paid article, in bytes.
pub(crate) const STUB: usize = 2_500;
/// Most sections or tags of one article.
const MAX_VALUES: usize = 60;

/// The address the page calls its own, where that can be believed: the same site and no other page's.
pub(crate) fn canonical_url(context: &Context<'_, '_>) -> Option<Sourced<CrawlUrl>> {
    let outline = &context.reading.outline;
    let page = context.page.url;
    if let Some(found) = context.selected(Field::Url)
        && let Ok(url) = page.join(found.value[0].as_str())
        && is_believable(context, &url)
    {
        return Some(Sourced { value: url, source: found.source });
    }
    let canonical = (0..outline.len())
        .filter(|row| outline.tag(*row) == Tag::Link)
        .find(|row| outline.attr(*row, "rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")))
        .and_then(|row| outline.attr(row, "href"));
    let candidates = [
        ("meta", "link[rel=canonical]", canonical.map(str::to_owned)),
        ("open-graph", "og:url", context.reading.meta("og:url")),
    ];
    candidates.into_iter().find_map(|(source, rule, href)| {
        let url = page.join(&href?).ok()?;
        is_believable(context, &url).then(|| sourced(url, source, rule))
    })
}

/// The address a page gives as its own, believed as it stands.
pub(crate) fn stated_url(reading: &Reading<'_>) -> Option<CrawlUrl> {
    let outline = &reading.outline;
    let canonical = (0..outline.len())
        .filter(|row| outline.tag(*row) == Tag::Link)
        .find(|row| outline.attr(*row, "rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")))
        .and_then(|row| outline.attr(row, "href"));
    CrawlUrl::parse(canonical?).ok().or_else(|| CrawlUrl::parse(&reading.meta("og:url")?).ok())
}

fn is_believable(context: &Context<'_, '_>, url: &CrawlUrl) -> bool {
    let page = context.page.url;
    let site =
        |url: &CrawlUrl| url.host().name().trim_start_matches("www.").trim_start_matches("m.").to_owned();
    let own = context.portal.is_some_and(|portal| portal.owns(url) && portal.owns(page));
    if site(url) != site(page) && !own {
        return false;
    }
    let (path, page_path) = (url.as_url().path(), page.as_url().path());
    if path.trim_end_matches('/').is_empty() && !page_path.trim_end_matches('/').is_empty() {
        return false;
    }
    // A portal that knows its articles by their look does not believe a canonical that is none.
    context
        .portal
        .is_none_or(|portal| !portal.is_article(page) || portal.is_article(&portal.canonicalize(url.clone())))
}

/// The language, as a BCP 47 tag.
pub(crate) fn language(context: &Context<'_, '_>, text: &str) -> Option<Sourced<String>> {
    if let Some(found) = context.selected(Field::Language) {
        return Some(Sourced { value: found.value[0].clone(), source: found.source });
    }
    if let Some(language) = context.portal.and_then(|portal| portal.language.clone()) {
        return Some(sourced(language, "const", "portal.language"));
    }
    let outline = &context.reading.outline;
    let html = (!outline.is_empty())
        .then(|| outline.attr(0, "lang").or_else(|| outline.attr(0, "xml:lang")))
        .flatten();
    let candidates = [
        ("generic", "html[lang]", html.map(str::to_owned)),
        ("json-ld", "inLanguage", context.json_ld(&["inLanguage"]).into_iter().next()),
        ("open-graph", "og:locale", context.reading.meta("og:locale")),
        ("meta", "content-language", context.reading.meta("content-language")),
        ("meta", "language", context.reading.meta("language")),
    ];
    let said = candidates
        .into_iter()
        .find_map(|(source, rule, tag)| Some(sourced(language_tag(&tag?)?, source, rule)));
    said.or_else(|| guessed_language(text).map(|tag| sourced(tag, "generic", "text")))
}

/// `de_DE.UTF-8` as `de-DE`.
fn language_tag(text: &str) -> Option<String> {
    let tag = text.trim().split(['.', ',', ';', ' ']).next()?.replace('_', "-");
    let primary = tag.split('-').next()?;
    let fits = (2..=3).contains(&primary.len())
        && tag
            .split('-')
            .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic());
    fits.then(|| {
        let mut parts = tag.split('-');
        let mut out = parts.next().unwrap_or_default().to_ascii_lowercase();
        for part in parts {
            out.push('-');
            out.push_str(&if part.len() == 2 { part.to_ascii_uppercase() } else { part.to_owned() });
        }
        out
    })
}

/// The language of 200 and more characters of text, where it is sure.
fn guessed_language(text: &str) -> Option<String> {
    if text.len() < 200 {
        return None;
    }
    let found = whatlang::detect(start_of(text, 4_000))?;
    let tag = match found.lang() {
        whatlang::Lang::Deu => "de",
        whatlang::Lang::Eng => "en",
        whatlang::Lang::Fra => "fr",
        whatlang::Lang::Spa => "es",
        whatlang::Lang::Ita => "it",
        whatlang::Lang::Nld => "nl",
        whatlang::Lang::Por => "pt",
        whatlang::Lang::Pol => "pl",
        whatlang::Lang::Tur => "tr",
        whatlang::Lang::Rus => "ru",
        whatlang::Lang::Swe => "sv",
        whatlang::Lang::Dan => "da",
        whatlang::Lang::Ces => "cs",
        _ => return None,
    };
    found.is_reliable().then(|| tag.to_owned())
}

/// The sections, from the general to the special; never the headline itself, never the start page.
pub(crate) fn sections(context: &Context<'_, '_>, headline: Option<&str>) -> Option<Sourced<Vec<String>>> {
    let clean = |texts: Vec<String>| -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for text in texts {
            let text = folded(&text).trim_matches(|c: char| " ›»>/|·".contains(c)).to_owned();
            let is_headline = headline.is_some_and(|headline| headline.eq_ignore_ascii_case(&text));
            if text.is_empty()
                || text.len() > 80
                || is_headline
                || START_PAGE.is_match(&text)
                || out.contains(&text)
            {
                continue;
            }
            out.push(text);
        }
        out.truncate(MAX_VALUES);
        out
    };
    if let Some(found) = context.selected(Field::Sections) {
        let sections = clean(found.value);
        if !sections.is_empty() {
            return Some(Sourced { value: sections, source: found.source });
        }
    }
    let sources = [
        ("json-ld", "BreadcrumbList", breadcrumb_list(context, headline)),
        ("microdata", "BreadcrumbList", breadcrumb_elements(context)),
        ("json-ld", "articleSection", context.json_ld(&["articleSection"])),
        ("open-graph", "article:section", context.reading.metas("article:section").collect()),
        ("microdata", "articleSection", context.reading.metas("articleSection").collect()),
        ("meta", "parsely-section", context.reading.metas("parsely-section").collect()),
        ("meta", "section", context.reading.metas("section").collect()),
        ("generic", "a[rel=category]", linked(context, |rel| rel == "category")),
    ];
    for (source, rule, texts) in sources {
        let sections = clean(texts);
        if !sections.is_empty() {
            return Some(sourced(sections, source, rule));
        }
    }
    let group = context.url_group("section")?;
    Some(Sourced { value: vec![group.value], source: group.source })
}

static START_PAGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:start|startseite|home|homepage|accueil|inicio|portada|nachrichten|news|strona główna|anasayfa)$")
        .expect("a tested pattern")
});

fn breadcrumb_list(context: &Context<'_, '_>, headline: Option<&str>) -> Vec<String> {
    let json_ld = context.reading.json_ld;
    let inside = context.article.and_then(|article| article.get("breadcrumb"));
    let page = json_ld.of_type("WebPage").find_map(|page| page.get("breadcrumb"));
    let list = json_ld
        .of_type("BreadcrumbList")
        .next()
        .or_else(|| inside.or(page).map(|list| json_ld.resolve(list)));
    let Some(list) = list else { return Vec::new() };
    let mut items: Vec<(f64, String, bool)> = json_ld
        .values(list, "itemListElement")
        .into_iter()
        .enumerate()
        .filter_map(|(index, item)| {
            let position = match item.get("position") {
                Some(Value::Number(number)) => number.as_f64(),
                Some(Value::String(text)) => text.parse().ok(),
                _ => None,
            };
            let name = json_ld.texts(item, &["name"]).into_iter().next();
            let name = name.or_else(|| json_ld.texts(item, &["item", "name"]).into_iter().next())?;
            let address =
                json_ld.texts(item, &["item"]).into_iter().chain(json_ld.texts(item, &["item", "@id"]));
            let own = address
                .filter_map(|text| context.page.url.join(&text).ok())
                .any(|url| url == *context.page.url);
            Some((position.unwrap_or(index as f64), name, own))
        })
        .collect();
    items.sort_by(|a, b| a.0.total_cmp(&b.0));
    // The last crumb is often the article itself.
    if items.len() > 1
        && let Some(last) = items.last()
        && (last.2
            || headline.is_some_and(|headline| crate::extract::headline::likeness(headline, &last.1) > 0.6))
    {
        items.pop();
    }
    items.into_iter().map(|(_, name, _)| name).collect()
}

fn breadcrumb_elements(context: &Context<'_, '_>) -> Vec<String> {
    let outline = &context.reading.outline;
    let is_trail = |row: usize| {
        let Some(element) = outline.element(row) else { return false };
        element.attrs.iter().any(|(name, value)| match &*name.local {
            "class" | "id" | "aria-label" => {
                let value = value.to_ascii_lowercase();
                value.contains("breadcrumb") || value.contains("brotkrumen")
            }
            "itemtype" => value.ends_with("BreadcrumbList"),
            _ => false,
        })
    };
    let Some(trail) = (0..outline.len()).find(|row| outline.tag(*row) != Tag::Text && is_trail(*row)) else {
        return Vec::new();
    };
    (trail..outline.end(trail))
        .filter(|row| outline.tag(*row) == Tag::A)
        .map(|row| context.text(row))
        .collect()
}

/// The keywords.
pub(crate) fn tags(context: &Context<'_, '_>) -> Option<Sourced<Vec<String>>> {
    let split = |texts: Vec<String>| -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for text in texts {
            for part in text.split([',', ';']) {
                let part = folded(part).trim_start_matches('#').to_owned();
                if !part.is_empty() && part.len() <= 80 && !out.contains(&part) {
                    out.push(part);
                }
            }
        }
        out.truncate(MAX_VALUES);
        out
    };
    if let Some(found) = context.selected(Field::Tags) {
        return Some(Sourced { value: split(found.value), source: found.source });
    }
    let sources = [
        ("json-ld", "keywords", context.json_ld(&["keywords"])),
        ("open-graph", "article:tag", context.reading.metas("article:tag").collect()),
        ("meta", "news_keywords", context.reading.metas("news_keywords").collect()),
        ("meta", "parsely-tags", context.reading.metas("parsely-tags").collect()),
        ("meta", "sailthru.tags", context.reading.metas("sailthru.tags").collect()),
        ("meta", "keywords", context.reading.metas("keywords").collect()),
        ("generic", "a[rel=tag]", linked(context, |rel| rel == "tag")),
    ];
    sources.into_iter().find_map(|(source, rule, texts)| {
        let tags = split(texts);
        (!tags.is_empty()).then(|| sourced(tags, source, rule))
    })
}

/// The texts of the links that say of what they lead to that it is the article's tag or category (HTML, "link types";
/// categories are `category tag`).
fn linked(context: &Context<'_, '_>, is_kind: impl Fn(&str) -> bool) -> Vec<String> {
    let outline = &context.reading.outline;
    (0..outline.len())
        .filter(|row| outline.tag(*row) == Tag::A)
        .filter(|row| {
            let rel = outline.attr(*row, "rel").unwrap_or_default();
            rel.split_ascii_whitespace().next().is_some_and(&is_kind)
        })
        .take(MAX_VALUES)
        .map(|row| context.text(row))
        .collect()
}

/// Whether the whole text is there without payment; `None`: the page does not say. `length`: bytes of the text found.
pub(crate) fn free_to_read(context: &Context<'_, '_>, length: usize) -> Option<Sourced<bool>> {
    if let Some(found) = context.selected(Field::FreeToRead) {
        let free = !matches!(
            found.value[0].to_lowercase().as_str(),
            "false" | "no" | "0" | "locked" | "paid" | "nein"
        );
        return Some(Sourced { value: free, source: found.source });
    }
    if let Some(layout) = context.layout {
        let finder = context.finder();
        for rule in &layout.paid_if {
            // An element counts by being there, even without text.
            let there = match &rule.source {
                crate::portal::rule::RuleSource::Css(selector)
                    if rule.pattern.is_none() && rule.attr.is_none() =>
                {
                    finder.rows(selector, None).into_iter().any(|row| {
                        rule.condition.as_ref().is_none_or(|condition| finder.holds(condition, row))
                    })
                }
                _ => !finder.apply("paid", rule).is_empty(),
            };
            if there {
                return Some(sourced(false, "selector", rule.written.clone()));
            }
        }
    }
    let said = context.json_ld(&["isAccessibleForFree"]);
    if let Some(said) = said.first() {
        return Some(sourced(
            !matches!(said.to_lowercase().as_str(), "false" | "no" | "0"),
            "json-ld",
            "isAccessibleForFree",
        ));
    }
    let tags =
        [("open-graph", "article:content_tier"), ("microdata", "isAccessibleForFree"), ("meta", "access")];
    let said = tags.iter().find_map(|(source, name)| {
        let free = match context.reading.meta(name)?.to_lowercase().as_str() {
            "free" | "true" => true,
            "locked" | "metered" | "paid" | "false" | "subscription" => false,
            _ => return None,
        };
        Some(sourced(free, source, *name))
    });
    // A short text and what stands where paid ones are cut off.
    let outline = &context.reading.outline;
    said.or_else(|| {
        let cut_off = (1..STUB).contains(&length)
            && (0..outline.len()).any(|row| {
                context.names.is_called(row, PAYWALL)
                    && !matches!(outline.tag(row), Tag::Html | Tag::Body | Tag::Main | Tag::Article)
            });
        cut_off.then(|| sourced(false, "generic", "paywall"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_tags_take_one_form() {
        let check = |text, expected: Option<&str>| assert_eq!(language_tag(text).as_deref(), expected);
        check("de_DE.UTF-8", Some("de-DE"));
        check("DE", Some("de"));
        check("en-us", Some("en-US"));
        check("german", None);
        check("", None);
        check("x", None);
    }
}
