//! An article in the theme's classic single template.

use std::fmt::Write as _;

use super::article::{DateSource, SiteArticle};
use super::calendar;
use super::markup::escape;
use super::page::{self, Head};
use super::site::Site;
use super::text;

/// Articles whose "Weitere Artikel" block stands inside the text, as a shortcode puts it: every so many.
const BLOCK_INSIDE_EVERY: usize = 4;

/// The page.
pub(crate) fn article(site: &Site, article: &SiteArticle) -> String {
    let story = &article.story;
    let related = page::teaser_block(site, "Weitere Artikel", &article.related);
    let popular = page::teaser_block(site, "Beliebte Artikel", &article.popular);
    let inside = article.path.len().is_multiple_of(BLOCK_INSIDE_EVERY);
    let mut main = crumbs(site, article);
    let _ = writeln!(
        main,
        "<article id=\"post-{id}\" class=\"post-{id} post type-post status-publish format-standard has-post-thumbnail hentry\" \
         itemscope itemtype=\"https://schema.org/Article\">\n<div class=\"td-post-header\"><ul class=\"td-category\">{categories}</ul>\n\
         <header class=\"td-post-title\">{kicker}<h1 class=\"entry-title\">{headline}</h1>{subheadline}\
         <div class=\"td-module-meta-info\">{author}{date}<div class=\"td-post-comments\"><a href=\"{origin}{path}#respond\">0</a></div></div></header></div>",
        id = 1_000 + article.path.len() * 7 + story.headline.len(),
        categories = category_items(site, article),
        kicker = optional("p", "td-post-kicker", story.kicker.as_deref()),
        headline = escape(&story.headline),
        subheadline = optional("p", "td-post-sub-title", story.subheadline.as_deref()),
        author = author(site, article),
        date = date(article),
        origin = site.origin,
        path = article.path,
    );
    main.push_str(SHARING);
    let _ = writeln!(
        main,
        "<div class=\"td-post-content tagdiv-type\">\n{picture}{body}{inside_block}{newsletter}</div>\n<footer>\n{tags}{SHARING}{neighbours}{box_}</footer>\n</article>",
        picture = picture(site, article),
        body = text::body(site, article),
        inside_block = if inside { related.as_str() } else { "" },
        newsletter = if inside { page::newsletter() } else { "" },
        tags = tags(site, article),
        neighbours = neighbours(site, article),
        box_ = author_box(site, article),
    );
    if !inside {
        main.push_str(&related);
    }
    main.push_str(&popular);
    let head = Head {
        title: &story.headline,
        path: &article.path,
        body_class: "post-template-default single single-post single-format-standard",
        extra: text::head(site, article),
    };
    page::shell(site, &head, &page::with_sidebar(site, &article.path, &main))
}

const SHARING: &str = "<div class=\"td-post-sharing-top\"><div class=\"td-post-sharing tdm-social-classic\"><span class=\"td-social-share-text\">Teilen</span>\
    <a class=\"td-social-sharing-button td-social-mail\" href=\"mailto:?subject=Artikel\">E-Mail</a>\
    <a class=\"td-social-sharing-button td-social-print\" href=\"#\">Drucken</a></div></div>\n";

/// An element with text, or nothing.
pub(crate) fn optional(element: &str, class: &str, text: Option<&str>) -> String {
    text.map(|text| format!("<{element} class=\"{class}\">{}</{element}>", escape(text))).unwrap_or_default()
}

fn crumbs(site: &Site, article: &SiteArticle) -> String {
    let mut out = format!(
        "<div class=\"td-crumb-container\"><div class=\"entry-crumbs\"><span><a title=\"\" class=\"entry-crumb\" href=\"{}/\">Start</a></span>",
        site.origin
    );
    for crumb in &site.newspaper.categories[article.story.category].crumbs {
        let _ = write!(
            out,
            " <i class=\"td-icon-right td-bread-sep\"></i> <span><a title=\"Alle Beiträge in {name}\" class=\"entry-crumb\" href=\"{origin}{path}\">{name}</a></span>",
            name = escape(&crumb.name),
            origin = site.origin,
            path = crumb.path
        );
    }
    let _ = writeln!(
        out,
        " <i class=\"td-icon-right td-bread-sep td-bred-no-url-last\"></i> <span class=\"td-bred-no-url-last\">{}</span></div></div>",
        escape(&article.story.headline)
    );
    out
}

fn category_items(site: &Site, article: &SiteArticle) -> String {
    let items: Vec<String> = site.newspaper.categories[article.story.category]
        .crumbs
        .iter()
        .map(|crumb| {
            format!(
                "<li class=\"entry-category\"><a href=\"{}{}\">{}</a></li>",
                site.origin,
                crumb.path,
                escape(&crumb.name)
            )
        })
        .collect();
    items.concat()
}

fn author(site: &Site, article: &SiteArticle) -> String {
    let Some(author) = &article.story.author else { return String::new() };
    format!(
        "<div class=\"td-post-author-name\"><div class=\"td-author-by\">Von</div> <a href=\"{}{}\">{}</a><div class=\"td-author-line\"> - </div></div>",
        site.origin,
        page::author_path(author),
        escape(author)
    )
}

fn date(article: &SiteArticle) -> String {
    match article.date_source {
        DateSource::Address => {
            format!(
                "<span class=\"td-post-date\">{}</span>",
                calendar::weekday(article.story.published.date())
            )
        }
        _ => format!("<span class=\"td-post-date\">{}</span>", page::time_element(article)),
    }
}

fn picture(site: &Site, article: &SiteArticle) -> String {
    let Some(picture) = &article.story.picture else { return String::new() };
    let credit =
        picture.credit.as_ref().map(|credit| format!(" Foto: {}", escape(credit))).unwrap_or_default();
    format!(
        "<div class=\"td-post-featured-image\"><figure><a href=\"{origin}{path}\" class=\"td-modal-image\"><img class=\"entry-thumb\" src=\"{origin}{path}\" alt=\"\" \
         width=\"696\" height=\"464\"></a><figcaption class=\"wp-caption-text\">{}{credit}</figcaption></figure></div>\n",
        escape(&picture.caption),
        origin = site.origin,
        path = article.image_path(),
    )
}

fn tags(site: &Site, article: &SiteArticle) -> String {
    let items: Vec<String> = article
        .story
        .tags
        .iter()
        .map(|tag| {
            format!(
                "<li><a href=\"{}/tag/{}/\" rel=\"tag\">{}</a></li>",
                site.origin,
                super::markup::slug(tag),
                escape(tag)
            )
        })
        .collect();
    let items = items.concat();
    format!(
        "<div class=\"td-post-source-tags\"><ul class=\"td-tags td-post-small-box clearfix\"><li><span>TAGS</span></li>{items}</ul></div>\n"
    )
}

fn neighbours(site: &Site, article: &SiteArticle) -> String {
    let mut out = String::from("<div class=\"td-block-row td-post-next-prev\">");
    let sides =
        [("prev", "Vorheriger Artikel", article.previous), ("next", "Nächster Artikel", article.next)];
    for (side, label, index) in sides {
        let Some(other) = index.map(|index| &site.articles[index]) else { continue };
        let _ = write!(
            out,
            "<div class=\"td-block-span6 td-post-{side}-post\"><div class=\"td-post-next-prev-content\"><span>{label}</span>\
             <a href=\"{}{}\">{}</a></div></div>",
            site.origin,
            other.path,
            escape(&other.story.headline)
        );
    }
    out.push_str("</div>\n");
    out
}

fn author_box(site: &Site, article: &SiteArticle) -> String {
    let Some(author) = &article.story.author else { return String::new() };
    let about =
        site.newspaper.staff.iter().find(|staff| staff.name == *author).map_or("", |staff| &staff.about);
    format!(
        "<div class=\"author-box-wrap\"><div class=\"desc\"><div class=\"td-author-name vcard author\"><span class=\"fn\"><a href=\"{}{}\">{}</a></span></div>\
         <div class=\"td-author-description\">{}</div></div></div>\n",
        site.origin,
        page::author_path(author),
        escape(author),
        escape(about)
    )
}
