//! A story's text as HTML, and what pages say about it in their heads: meta tags and JSON-LD.

use std::fmt::Write as _;

use serde_json::json;

use crate::model::article::Block;

use super::article::{DateSource, SiteArticle};
use super::calendar;
use super::markup::{self, Inline, escape};
use super::page;
use super::site::Site;

/// The body's elements, adverts between them, the dateline before the first paragraph.
pub(crate) fn body(site: &Site, article: &SiteArticle) -> String {
    let story = &article.story;
    let mut out = String::new();
    for (number, block) in story.body.iter().enumerate() {
        if number == 2 {
            page::advert(site, article.path.len(), &mut out);
        }
        if number == 0 {
            let words = inline(site, &block.text());
            let dateline = story.dateline.as_ref().map(|dateline| format!("{} ", escape(&dateline.text)));
            let dateline = dateline.unwrap_or_default();
            let _ = if story.bold_lead {
                writeln!(out, "<p><strong>{dateline}{words}</strong></p>")
            } else {
                writeln!(out, "<p>{dateline}{words}</p>")
            };
            continue;
        }
        block_element(site, block, &mut out);
    }
    out
}

/// `<head>` elements of an article.
pub(crate) fn head(site: &Site, article: &SiteArticle) -> String {
    let story = &article.story;
    let mut out = String::new();
    let headline = escape(&story.headline);
    let _ = writeln!(out, "<meta name=\"description\" content=\"{}\">", escape(&page::excerpt(article)));
    if matches!(article.date_source, DateSource::JsonLd | DateSource::Meta) {
        let _ = writeln!(
            out,
            "<meta property=\"og:type\" content=\"article\">\n<meta property=\"og:title\" content=\"{headline} - {name}\">\n\
             <meta property=\"og:url\" content=\"{origin}{path}\">\n<meta property=\"og:site_name\" content=\"{name}\">\n\
             <meta property=\"article:published_time\" content=\"{published}\">",
            name = escape(&site.newspaper.name),
            origin = site.origin,
            path = article.path,
            published = article.published(),
        );
        if let Some(modified) = article.modified {
            let modified = calendar::to_the_second(modified);
            let _ = writeln!(out, "<meta property=\"article:modified_time\" content=\"{modified}\">");
        }
    }
    if article.date_source == DateSource::JsonLd {
        // A slash before `script` would end the element early.
        let json = json_ld(site, article).to_string().replace("</", "<\\/");
        let _ = writeln!(out, "<script type=\"application/ld+json\">{json}</script>");
    }
    out
}

fn json_ld(site: &Site, article: &SiteArticle) -> serde_json::Value {
    let story = &article.story;
    let mut news = json!({
        "@type": "NewsArticle",
        "mainEntityOfPage": format!("{}{}", site.origin, article.path),
        "headline": story.headline,
        "datePublished": article.published().to_string(),
        "isAccessibleForFree": true,
        "publisher": { "@type": "Organization", "name": site.newspaper.name },
    });
    if let Some(modified) = article.modified {
        news["dateModified"] = json!(calendar::to_the_second(modified).to_string());
    }
    if let Some(author) = &story.author {
        let kind = if author == "Redaktion" { "Organization" } else { "Person" };
        let address = format!("{}{}", site.origin, page::author_path(author));
        news["author"] = json!({ "@type": kind, "name": author, "url": address });
    }
    if story.category == 0 {
        return json!({ "@context": "https://schema.org", "@graph": [
            { "@type": "WebSite", "name": site.newspaper.name, "url": format!("{}/", site.origin) },
            news,
        ]});
    }
    news["@context"] = json!("https://schema.org");
    news
}

fn block_element(site: &Site, block: &Block, out: &mut String) {
    let _ = match block {
        Block::Paragraph(text) => writeln!(out, "<p>{}</p>", inline(site, text)),
        Block::Heading { level, text } => writeln!(out, "<h{level}>{}</h{level}>", inline(site, text)),
        Block::Blockquote(text) => writeln!(out, "<blockquote><p>{}</p></blockquote>", inline(site, text)),
        Block::Preformatted(text) => writeln!(out, "<pre>{}</pre>", escape(text)),
        Block::List(items) => {
            let items: Vec<String> =
                items.iter().map(|item| format!("<li>{}</li>", inline(site, item))).collect();
            let items = items.concat();
            writeln!(out, "<ul>{items}</ul>")
        }
        Block::Table(rows) => {
            out.push_str("<table>");
            for row in rows {
                let cells: Vec<String> =
                    row.iter().map(|cell| format!("<td>{}</td>", escape(cell))).collect();
                let cells = cells.concat();
                let _ = write!(out, "<tr>{cells}</tr>");
            }
            writeln!(out, "</table>")
        }
    };
}

fn inline(site: &Site, text: &str) -> String {
    markup::inlines(text)
        .into_iter()
        .map(|part| match part {
            Inline::Text(text) => escape(text),
            Inline::Link { text, target } => {
                let path = site.link_target(target);
                let origin = if path.starts_with('/') { site.origin.as_str() } else { "" };
                format!("<a href=\"{origin}{}\">{}</a>", escape(&path), escape(text))
            }
        })
        .collect()
}
