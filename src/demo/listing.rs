//! Pages that list articles: home, categories with pagination, authors, tags; and the few plain pages.

use std::fmt::Write as _;

use super::article::SiteArticle;
use super::markup::{escape, slug};
use super::page::{self, Head};
use super::site::Site;

/// Articles on one page of a listing.
const PER_PAGE: usize = 10;

/// Articles on the home page.
const ON_HOME: usize = 12;

/// The start page.
pub(crate) fn home(site: &Site) -> String {
    let mut main =
        String::from("<div class=\"td_block_wrap td_block_11 tdi_50\"><div class=\"td_block_inner\">\n");
    for article in site.articles.iter().take(ON_HOME) {
        main.push_str(&page::classic_module(site, article));
    }
    main.push_str("</div></div>\n");
    let title = site.newspaper.claim.clone();
    whole(site, "/", &title, "home page-template", &main)
}

/// A category's listing, where `path` is one of a page that exists.
pub(crate) fn category(site: &Site, path: &str) -> Option<String> {
    let (listing, number) = page_number(path)?;
    let crumb =
        site.newspaper.categories.iter().flat_map(|category| &category.crumbs).find(|c| c.path == listing)?;
    let articles: Vec<&SiteArticle> = site
        .articles
        .iter()
        .filter(|article| {
            site.newspaper.categories[article.story.category].crumbs.iter().any(|own| own.path == listing)
        })
        .collect();
    numbered(site, listing, &crumb.name, &articles, number)
}

/// Author and tag pages, imprint and the like.
pub(crate) fn static_page(site: &Site, path: &str) -> Option<String> {
    match path {
        "/impressum/" => {
            return Some(note(site, "Impressum", "Diese Zeitung ist erfunden und hat keine Adresse."));
        }
        "/datenschutz/" => return Some(note(site, "Datenschutz", "Diese Seiten merken sich nichts.")),
        "/newsletter/" => {
            return Some(note(site, "Der Morgenbrief", "Der Morgenbrief ist heute ausgefallen."));
        }
        _ => {}
    }
    let (listing, number) = page_number(path)?;
    if let Some(author) = listing.strip_prefix("/author/").and_then(|rest| rest.strip_suffix('/')) {
        let staff = site.newspaper.staff.iter().find(|staff| slug(&staff.name) == author)?;
        let by = |article: &&SiteArticle| article.story.author.as_deref() == Some(staff.name.as_str());
        let articles: Vec<&SiteArticle> = site.articles.iter().filter(by).collect();
        return numbered(site, listing, &staff.name, &articles, number);
    }
    let tag = listing.strip_prefix("/tag/").and_then(|rest| rest.strip_suffix('/'))?;
    let tagged = |article: &&SiteArticle| article.story.tags.iter().any(|own| slug(own) == tag);
    let articles: Vec<&SiteArticle> = site.articles.iter().filter(tagged).collect();
    numbered(site, listing, tag, &articles, number)
}

/// A page with a heading and a sentence.
pub(crate) fn note(site: &Site, heading: &str, text: &str) -> String {
    let main = format!(
        "<div class=\"td-page-header\"><h1 class=\"entry-title td-page-title\">{}</h1></div><div class=\"td-page-content\"><p>{}</p></div>\n",
        escape(heading),
        escape(text)
    );
    whole(site, "/", heading, "page", &main)
}

/// Splits `/category/kultur/page/3/` into the listing and its page's number.
fn page_number(path: &str) -> Option<(&str, usize)> {
    let Some(at) = path.find("/page/") else { return Some((path, 1)) };
    let number: usize = path[at + 6..].strip_suffix('/')?.parse().ok()?;
    (number > 1).then_some((&path[..=at], number))
}

fn numbered(
    site: &Site,
    listing: &str,
    name: &str,
    articles: &[&SiteArticle],
    number: usize,
) -> Option<String> {
    let pages = articles.len().div_ceil(PER_PAGE);
    let shown = articles.get((number - 1) * PER_PAGE..)?;
    if shown.is_empty() {
        return None;
    }
    let is_cloud = listing.contains("sport");
    let mut main = format!(
        "<div class=\"td-category-header\"><div class=\"entry-crumbs\"><span><a class=\"entry-crumb\" href=\"{}/\">Start</a></span></div>\
         <h1 class=\"entry-title td-page-title\">{}</h1></div>\n",
        site.origin,
        escape(name)
    );
    for (position, article) in shown.iter().take(PER_PAGE).enumerate() {
        if position == 4 {
            page::advert(site, number, &mut main);
            internal_teaser(site, number, &mut main);
        }
        let module = if is_cloud { page::flex_module } else { page::classic_module };
        main.push_str(&module(site, article));
    }
    pagination(site, listing, number, pages, &mut main);
    let path = page_path(listing, number);
    Some(whole(site, &path, name, "archive category td_category_template_1", &main))
}

/// A teaser that leads into the section robots.txt forbids: a newsroom's slip, and a test of a crawler's manners.
fn internal_teaser(site: &Site, number: usize, main: &mut String) {
    let internal = &site.newspaper.internal;
    let Some(page) = internal.get(number % internal.len().max(1)) else { return };
    let _ = writeln!(
        main,
        "<div class=\"td_module_11 td_module_wrap td-animation-stack\"><div class=\"item-details\"><h3 class=\"entry-title td-module-title\">\
         <a href=\"{}{}\" rel=\"bookmark\">{}</a></h3></div></div>",
        site.origin,
        page.path,
        escape(&page.headline)
    );
}

fn pagination(site: &Site, listing: &str, number: usize, pages: usize, main: &mut String) {
    if pages < 2 {
        return;
    }
    let origin = &site.origin;
    main.push_str("<div class=\"page-nav td-pb-padding-side\">");
    if number > 1 {
        let path = page_path(listing, number - 1);
        let _ = write!(
            main,
            "<a href=\"{origin}{path}\" aria-label=\"prev-page\"><i class=\"page-nav-icon td-icon-menu-left\"></i></a>"
        );
    }
    for other in number.saturating_sub(2).max(1)..=(number + 2).min(pages) {
        let path = page_path(listing, other);
        let _ = if other == number {
            write!(main, "<span class=\"current\">{other}</span>")
        } else {
            write!(main, "<a href=\"{origin}{path}\" class=\"page\" title=\"{other}\">{other}</a>")
        };
    }
    if number + 2 < pages {
        let path = page_path(listing, pages);
        let _ = write!(
            main,
            "<span class=\"extend\">...</span><a href=\"{origin}{path}\" class=\"last\" title=\"{pages}\">{pages}</a>"
        );
    }
    if number < pages {
        let path = page_path(listing, number + 1);
        let _ = write!(
            main,
            "<a href=\"{origin}{path}\" aria-label=\"next-page\"><i class=\"page-nav-icon td-icon-menu-right\"></i></a>"
        );
    }
    let _ = writeln!(main, "<span class=\"pages\">Seite {number} von {pages}</span></div>");
}

fn page_path(listing: &str, number: usize) -> String {
    if number == 1 { listing.to_owned() } else { format!("{listing}page/{number}/") }
}

fn whole(site: &Site, path: &str, title: &str, body_class: &str, main: &str) -> String {
    let head = Head { title, path, body_class, extra: String::new() };
    page::shell(site, &head, &page::with_sidebar(site, path, main))
}
