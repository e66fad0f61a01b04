//! What kind of page was read: so that a listing, a consent wall or a "not found" is never taken for an article.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::extract::attributes::STUB;
use crate::extract::context::{Context, Sourced, sourced};
use crate::model::article::{Article, PageKind};
use crate::select::json_ld::has_type;
use crate::select::outline::Tag;

/// Text shorter than this is no article by itself, in bytes.
const SHORT: usize = 600;
/// Headings that are links, from which on a page lists articles.
const MANY_TEASERS: usize = 10;
/// Pictures from which on a page with little text is a gallery.
const MANY_IMAGES: usize = 6;

/// The kind of the page, once the rest has been read.
pub(crate) fn page_kind(context: &Context<'_, '_>, article: &Article) -> Sourced<PageKind> {
    let text: usize = article.body.iter().map(|block| block.text().len()).sum();
    let title = article.headline.as_deref().unwrap_or_default();
    let said = |name: &str| context.reading.json_ld.of_type(name).next().is_some();
    let og_type = context.reading.meta("og:type").unwrap_or_default().to_lowercase();
    if context.article.is_some_and(|object| has_type(object, "LiveBlogPosting")) {
        return sourced(PageKind::LiveBlog, "json-ld", "LiveBlogPosting");
    }
    // A short notice may be headed "Zustimmung für das Rathaus" or "404 am Start"; such pages say when they appeared.
    let is_bare = text < SHORT && context.article.is_none() && article.published.is_none();
    if is_bare && CONSENT.is_match(&page_title(context)) {
        return sourced(PageKind::ConsentWall, "generic", "title");
    }
    if is_bare && (NOT_FOUND.is_match(title) || NOT_FOUND.is_match(&page_title(context))) {
        return sourced(PageKind::SoftNotFound, "generic", "title");
    }
    if article.free_to_read == Some(false) && text < STUB {
        return sourced(PageKind::PaywallStub, "generic", "free_to_read");
    }
    let is_article =
        context.article.is_some() || og_type == "article" || article.published.is_some() && text >= SHORT;
    if said("ImageGallery")
        || said("MediaGallery")
        || text < SHORT && article.images.len() >= MANY_IMAGES && is_article
    {
        return sourced(PageKind::Gallery, "generic", "pictures");
    }
    if (og_type.starts_with("video") || said("VideoObject")) && text < SHORT && !is_news(context.article) {
        return sourced(PageKind::Video, "generic", "og:type");
    }
    let start_page = context.page.url.as_url().path().trim_matches('/').is_empty();
    let collection = said("CollectionPage") || said("SearchResultsPage");
    if !is_news(context.article)
        && (start_page || collection || !is_article && og_type != "article")
        && teasers(context) >= MANY_TEASERS
        && text < 3 * STUB
    {
        return sourced(PageKind::Listing, "generic", "teasers");
    }
    // Without a text nothing is an article, whatever the page calls itself.
    if text == 0 {
        return sourced(PageKind::Other, "generic", "no text");
    }
    sourced(PageKind::Article, "generic", "text")
}

fn is_news(article: Option<&Value>) -> bool {
    article.is_some_and(|object| crate::select::json_ld::article_rank(object).is_some_and(|rank| rank >= 7))
}

fn page_title(context: &Context<'_, '_>) -> String {
    let outline = &context.reading.outline;
    let Some(row) = outline.find(0..outline.len(), Tag::Title) else { return String::new() };
    (row..outline.end(row)).filter_map(|row| outline.text(row)).collect()
}

/// Headings that are or hold a link.
fn teasers(context: &Context<'_, '_>) -> usize {
    let outline = &context.reading.outline;
    (0..outline.len())
        .filter(|row| outline.tag(*row).heading_level().is_some())
        .filter(|row| {
            outline.tag(outline.row(*row).parent) == Tag::A
                || outline.find(*row..outline.end(*row), Tag::A).is_some()
        })
        .count()
}

static CONSENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:consent|einwilligung|zustimmung|before you continue|privacy (?:settings|choices)|datenschutz-?einstellungen|cookie[ -](?:consent|settings|einstellungen)|are you a robot|just a moment|access denied)\b")
        .expect("a tested pattern")
});

static NOT_FOUND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|\b(?:error|fehler|erreur|status|http)[ :]*)404\b|\b(?:not found|nicht gefunden|nicht verfügbar|existiert nicht|page introuvable|no encontrad[ao]|non trovata|niet gevonden|nie znaleziono|no longer available)\b")
        .expect("a tested pattern")
});

#[cfg(test)]
mod tests {
    use crate::extract::{Page, extract};
    use crate::model::article::PageKind;
    use crate::model::crawl_url::CrawlUrl;

    #[track_caller]
    fn check(title: &str, time: &str, expected: PageKind) {
        let url = CrawlUrl::parse("https://a.example/x").unwrap();
        let html = format!(
            "<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{time}\
             <p>Am Samstag war es so weit, und alle kamen zur rechten Zeit ins Ziel, wie es hieß.</p></article></body></html>"
        );
        let page = Page { url: &url, html: &html, captured_on: None, published_hint: None };
        assert_eq!(extract(&page, None).article.page_kind, expected, "{title} {time}");
    }

    #[test]
    fn a_notice_that_says_when_it_appeared_is_an_article_whatever_it_is_headed() {
        let time = "<time datetime='2025-02-04T09:00:00+01:00'>4. Februar 2025</time>";
        for title in ["Forstlauf: 404 am Start", "Katze nicht gefunden", "Zustimmung für das neue Rathaus"] {
            check(title, time, PageKind::Article);
        }
        check("Forstlauf: 404 am Start", "", PageKind::Article);
        for title in ["404", "Fehler 404", "Error: 404", "404 – Seite nicht gefunden", "Page not found"] {
            check(title, "", PageKind::SoftNotFound);
        }
        check("Privacy settings", "", PageKind::ConsentWall);
    }
}
