//! What the site offers to programs: robots.txt, the feed, the sitemaps (index, one child gzipped).

use std::fmt::Write as _;

use super::article::SiteArticle;
use super::calendar;
use super::markup::escape;
use super::page;
use super::response::{Response, gzip};
use super::site::Site;

/// Entries of the feed.
const FEED_ENTRIES: usize = 15;

/// Addresses in the first child sitemap; the rest stand in the gzipped ones.
const PLAIN_SITEMAP_URLS: usize = 40;

/// Addresses in one gzipped child (the protocol's own limit is 50,000).
const GZIPPED_SITEMAP_URLS: usize = 2_000;

const XML: &str = "application/xml; charset=UTF-8";

/// robots.txt (RFC 9309).
pub(crate) fn robots(site: &Site) -> String {
    format!(
        "User-agent: *\nDisallow: /intern/\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n\nSitemap: {}/sitemap_index.xml\n",
        site.origin
    )
}

/// The RSS feed of the newest articles.
pub(crate) fn feed(site: &Site) -> String {
    let paper = &site.newspaper;
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\n\
         <channel>\n<title>{}</title>\n<link>{origin}/</link>\n<description>{}</description>\n<language>de-DE</language>\n\
         <atom:link href=\"{origin}/feed/\" rel=\"self\" type=\"application/rss+xml\"/>\n",
        escape(&paper.name),
        escape(&paper.claim),
        origin = site.origin
    );
    for article in site.articles.iter().take(FEED_ENTRIES) {
        let story = &article.story;
        let _ = writeln!(
            out,
            "<item>\n<title>{title}</title>\n<link>{origin}{path}?utm_source=rss&amp;utm_medium=rss</link>\n<dc:creator>{author}</dc:creator>\n\
             <pubDate>{date}</pubDate>\n<guid isPermaLink=\"false\">{origin}/?p={id}</guid>\n<description>{excerpt}</description>\n</item>",
            title = escape(&story.headline),
            origin = site.origin,
            path = article.path,
            author = escape(story.author.as_deref().unwrap_or(&paper.name)),
            date = calendar::rfc_822(story.published),
            id = 1_000 + article.path.len() * 7 + story.headline.len(),
            excerpt = escape(&page::excerpt(article)),
        );
    }
    out.push_str("</channel>\n</rss>\n");
    out
}

/// The sitemap at `path`, where it is one.
pub(crate) fn sitemap(site: &Site, path: &str) -> Option<Response> {
    if path == "/sitemap_index.xml" {
        return Some(Response::document(XML, index(site)));
    }
    let (plain, rest) = site.articles.split_at(PLAIN_SITEMAP_URLS.min(site.articles.len()));
    if path == "/post-sitemap.xml" {
        return Some(Response::document(XML, urlset(site, plain)));
    }
    let number: usize = path.strip_prefix("/post-sitemap")?.strip_suffix(".xml.gz")?.parse().ok()?;
    let chunk = rest.chunks(GZIPPED_SITEMAP_URLS).nth(number.checked_sub(2)?)?;
    Some(Response::document("application/gzip", gzip(urlset(site, chunk).as_bytes())))
}

fn index(site: &Site) -> String {
    let gzipped = site.articles.len().saturating_sub(PLAIN_SITEMAP_URLS).div_ceil(GZIPPED_SITEMAP_URLS);
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    let _ = writeln!(out, "<sitemap><loc>{}/post-sitemap.xml</loc></sitemap>", site.origin);
    for number in 2..gzipped + 2 {
        let _ = writeln!(out, "<sitemap><loc>{}/post-sitemap{number}.xml.gz</loc></sitemap>", site.origin);
    }
    out.push_str("</sitemapindex>\n");
    out
}

fn urlset(site: &Site, articles: &[SiteArticle]) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for article in articles {
        let changed = calendar::to_the_second(article.modified.unwrap_or(article.story.published));
        let _ = writeln!(
            out,
            "<url><loc>{}{}</loc><lastmod>{changed}</lastmod></url>",
            site.origin, article.path
        );
    }
    out.push_str("</urlset>\n");
    out
}
