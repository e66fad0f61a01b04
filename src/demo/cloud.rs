//! An article in the theme's cloud template: every part a block of its own.

use std::fmt::Write as _;

use super::article::{DateSource, SiteArticle};
use super::calendar;
use super::classic::optional;
use super::markup::{escape, slug};
use super::page::{self, Head};
use super::site::Site;
use super::text;

/// The page.
pub(crate) fn article(site: &Site, article: &SiteArticle) -> String {
    let story = &article.story;
    let id = 1_000 + article.path.len() * 7 + story.headline.len();
    let mut main = format!(
        "<article id=\"post-{id}\" class=\"tdb-template-77 post-{id} post type-post status-publish format-standard has-post-thumbnail hentry\" \
         itemscope itemtype=\"https://schema.org/Article\">\n"
    );
    let mut block = |kind: &str, inside: &str| {
        let _ = writeln!(
            main,
            "<div class=\"td_block_wrap {kind} tdi_{} td-pb-border-top td_block_template_1\"><div class=\"tdb-block-inner td-fix-index\">{inside}</div></div>",
            40 + kind.len()
        );
    };
    block("tdb_breadcrumbs tdb-breadcrumbs", &crumbs(site, article));
    if let Some(kicker) = &story.kicker {
        block("tdb_single_kicker", &optional("p", "tdb-kicker", Some(kicker)));
    }
    block("tdb_title tdb-single-title", &optional("h1", "tdb-title-text", Some(&story.headline)));
    if let Some(subheadline) = &story.subheadline {
        block("tdb_single_subtitle", &optional("p", "tdb-sub-title", Some(subheadline)));
    }
    if let Some(author) = &story.author {
        let address = format!("{}{}", site.origin, page::author_path(author));
        let name = escape(author);
        let inside = format!(
            "<div class=\"tdb-author-name-wrap\"><span class=\"tdb-author-by\">Von</span> <a class=\"tdb-author-name\" href=\"{address}\">{name}</a></div>"
        );
        block("tdb_single_author tdb-post-meta", &inside);
    }
    block("tdb_single_date tdb-post-meta", &date(article));
    block("tdb_single_post_share", SHARING);
    if let Some(picture) = &story.picture {
        let credit = picture.credit.as_ref().map(|credit| format!(" Foto: {}", escape(credit)));
        let inside = format!(
            "<figure><a class=\"td-modal-image\" href=\"{origin}{path}\"><img class=\"entry-thumb\" src=\"{origin}{path}\" alt=\"\" width=\"696\" height=\"464\"></a>\
             <figcaption class=\"tdb-caption-text\">{}{}</figcaption></figure>",
            escape(&picture.caption),
            credit.unwrap_or_default(),
            origin = site.origin,
            path = article.image_path()
        );
        block("tdb_single_featured_image tdb-content-horiz-left", &inside);
    }
    block("tdb_single_content td-post-content tagdiv-type", &format!("\n{}", text::body(site, article)));
    block("tdb_single_tags", &tags(site, article));
    block("tdb_single_next_prev", &neighbours(site, article));
    block("tdb_single_author_box", &author_box(site, article));
    main.push_str("</article>\n");
    main.push_str(&page::teaser_block(site, "Weitere Artikel", &article.related));
    main.push_str(&page::teaser_block(site, "Beliebte Artikel", &article.popular));
    let head = Head {
        title: &story.headline,
        path: &article.path,
        body_class: "post-template-default single single-post tdb_template_77 single_template_8",
        extra: text::head(site, article),
    };
    page::shell(site, &head, &page::with_sidebar(site, &article.path, &main))
}

const SHARING: &str = "<div class=\"td-post-sharing-visible\"><div class=\"td-social-sharing-button td-social-share-text\">Teilen</div>\
    <a class=\"td-social-sharing-button td-social-mail\" href=\"mailto:?subject=Artikel\">E-Mail</a></div>";

fn crumbs(site: &Site, article: &SiteArticle) -> String {
    let mut out =
        format!("<span><a title=\"\" class=\"tdb-entry-crumb\" href=\"{}/\">Start</a></span>", site.origin);
    for crumb in &site.newspaper.categories[article.story.category].crumbs {
        let _ = write!(
            out,
            "<i class=\"tdb-bread-sep td-icon-right\"></i><span><a title=\"Alle Beiträge in {name}\" class=\"tdb-entry-crumb\" href=\"{}{}\">{name}</a></span>",
            site.origin,
            crumb.path,
            name = escape(&crumb.name)
        );
    }
    let _ = write!(
        out,
        "<i class=\"tdb-bread-sep tdb-bred-no-url-last td-icon-right\"></i><span class=\"tdb-bred-no-url-last\">{}</span>",
        escape(&article.story.headline)
    );
    out
}

fn date(article: &SiteArticle) -> String {
    match article.date_source {
        DateSource::Address => {
            format!("<span class=\"tdb-day\">{}</span>", calendar::weekday(article.story.published.date()))
        }
        _ => page::time_element(article),
    }
}

fn tags(site: &Site, article: &SiteArticle) -> String {
    let mut out = String::from("<ul class=\"tdb-tags\"><li><span>TAGS</span></li>");
    for tag in &article.story.tags {
        let _ = write!(
            out,
            "<li><a href=\"{}/tag/{}/\" rel=\"tag\">{}</a></li>",
            site.origin,
            slug(tag),
            escape(tag)
        );
    }
    out.push_str("</ul>");
    out
}

fn neighbours(site: &Site, article: &SiteArticle) -> String {
    let mut out = String::new();
    let sides =
        [("prev", "Vorheriger Artikel", article.previous), ("next", "Nächster Artikel", article.next)];
    for (side, label, index) in sides {
        let Some(other) = index.map(|index| &site.articles[index]) else { continue };
        let _ = write!(
            out,
            "<div class=\"tdb-next-post tdb-next-post-bg tdb-post-{side}\"><span>{label}</span><div class=\"td-module-container\"><a href=\"{}{}\">{}</a></div></div>",
            site.origin,
            other.path,
            escape(&other.story.headline)
        );
    }
    out
}

fn author_box(site: &Site, article: &SiteArticle) -> String {
    let Some(author) = &article.story.author else { return String::new() };
    let about =
        site.newspaper.staff.iter().find(|staff| staff.name == *author).map_or("", |staff| &staff.about);
    format!(
        "<div class=\"tdb-author-info\"><a class=\"tdb-author-name\" href=\"{}{}\">{}</a><div class=\"tdb-author-descr\">{}</div></div>",
        site.origin,
        page::author_path(author),
        escape(author),
        escape(about)
    )
}
