//! What all pages share: head, top bar with date and weather, menu, ticker, sidebar, adverts, footer; teaser modules.

use std::fmt::Write as _;

use super::article::SiteArticle;
use super::calendar;
use super::markup::escape;
use super::random::Random;
use super::site::Site;

/// The stylesheet.
pub(crate) const STYLE: &str = include_str!("style.css");

/// Teasers of the ticker.
const TICKER: usize = 3;

/// Teasers of the sidebar.
const SIDEBAR: usize = 5;

/// Characters of an excerpt.
const EXCERPT_CHARS: usize = 118;

/// What the page head says.
pub(crate) struct Head<'a> {
    /// Before the newspaper's name in `<title>`.
    pub title: &'a str,
    /// The page's own path.
    pub path: &'a str,
    /// Classes of `<body>`.
    pub body_class: &'a str,
    /// More elements for `<head>`.
    pub extra: String,
}

/// A whole page around `main`.
pub(crate) fn shell(site: &Site, head: &Head<'_>, main: &str) -> String {
    let mut out = String::with_capacity(main.len() + 16_000 + site.padding);
    let name = escape(&site.newspaper.name);
    let _ = writeln!(
        out,
        "<!doctype html>\n<html lang=\"de-DE\">\n<head>\n<meta charset=\"UTF-8\">\n<title>{title} | {name}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1.0\">\n\
         <link rel=\"canonical\" href=\"{origin}{path}\">\n\
         <link rel=\"alternate\" type=\"application/rss+xml\" title=\"{name} &raquo; Feed\" href=\"{origin}/feed/\">\n\
         <link rel=\"stylesheet\" href=\"{origin}/wp-content/themes/forst/style.css\">\n{extra}\
         <meta name=\"generator\" content=\"WordPress 6.7\">",
        title = escape(head.title),
        origin = site.origin,
        path = head.path,
        extra = head.extra,
    );
    padding(site.padding, &mut out);
    let _ = writeln!(out, "</head>\n<body class=\"{} td-standard-pack tdb-template\">", head.body_class);
    out.push_str("<div id=\"td-outer-wrap\" class=\"td-theme-wrap\">\n");
    header(site, &mut out);
    ticker(site, head.path, &mut out);
    out.push_str(main);
    footer(site, &mut out);
    out.push_str("</div>\n<script>var td_ajax_url=\"/wp-admin/admin-ajax.php\";var tdBlocksArray=[];</script>\n</body>\n</html>\n");
    out
}

/// A main column beside the sidebar.
pub(crate) fn with_sidebar(site: &Site, path: &str, main: &str) -> String {
    let mut out = String::with_capacity(main.len() + 6_000);
    out.push_str("<div class=\"td-main-content-wrap td-container-wrap\"><div class=\"td-container\">\n");
    out.push_str("<div class=\"td-pb-row\"><div class=\"td-pb-span8 td-main-content\" role=\"main\"><div class=\"td-ss-main-content\">\n");
    out.push_str(main);
    out.push_str("</div></div>\n<div class=\"td-pb-span4 td-main-sidebar\" role=\"complementary\"><div class=\"td-ss-main-sidebar\">\n");
    weather(site, &mut out);
    let newest: Vec<&SiteArticle> =
        site.articles.iter().filter(|article| article.path != path).take(SIDEBAR).collect();
    let _ = writeln!(
        out,
        "<div class=\"td_block_wrap td_block_7 td_block_widget tdi_91 td-pb-border-top td_block_template_1\">\
         <div class=\"td-block-title-wrap\"><h4 class=\"block-title td-block-title\"><span class=\"td-pulldown-size\">\
         Neueste Artikel</span></h4></div><div class=\"td_block_inner\">"
    );
    for article in newest {
        out.push_str(&small_module(site, article));
    }
    out.push_str("</div></div>\n");
    advert(site, path.len(), &mut out);
    out.push_str(NEWSLETTER);
    out.push_str("</div></div></div></div></div>\n");
    out
}

/// The newsletter box.
const NEWSLETTER: &str = "<div class=\"td_block_wrap tds_newsletter td_block_widget\"><h4 class=\"td-block-title\"><span>\
    Der Morgenbrief</span></h4><p>Jeden Morgen um sechs das Wichtigste aus Stadt und Dörfern in Ihrem Postfach.</p>\
    <form class=\"tdn-email-bar\" action=\"/newsletter/\" method=\"get\"><input type=\"email\" name=\"email\" \
    placeholder=\"Ihre Adresse\"><button>Abonnieren</button></form></div>\n";

/// The newsletter box inside a text.
pub(crate) fn newsletter() -> &'static str {
    NEWSLETTER
}

/// An advert.
pub(crate) fn advert(site: &Site, number: usize, out: &mut String) {
    let adverts = &site.newspaper.adverts;
    let _ = writeln!(
        out,
        "<div class=\"td-a-rec td-a-rec-id-content_inline td-rec-hide-on-m tdi_66 td_block_template_1\">\
         <span class=\"td-adspot-title\">- Anzeige -</span><p>{}</p></div>",
        escape(&adverts[number % adverts.len()])
    );
}

/// A block of teasers under a heading; related and popular blocks differ in nothing else.
pub(crate) fn teaser_block(site: &Site, heading: &str, articles: &[usize]) -> String {
    let mut out = format!(
        "<div class=\"td_block_wrap td_block_7 tdi_72 td-pb-border-top td_block_template_1 td-column-2\" \
         data-td-block-uid=\"tdi_72\"><div class=\"td-block-title-wrap\"><h4 class=\"block-title td-block-title\">\
         <span class=\"td-pulldown-size\">{heading}</span></h4></div>\n<div class=\"td_block_inner td-column-2\">\n"
    );
    for &index in articles {
        out.push_str(&small_module(site, &site.articles[index]));
    }
    out.push_str("</div></div>\n");
    out
}

/// A teaser of picture, headline and date.
fn small_module(site: &Site, article: &SiteArticle) -> String {
    format!(
        "<div class=\"td_module_6 td_module_wrap td-animation-stack\">{thumb}<div class=\"item-details\">\
         <h3 class=\"entry-title td-module-title\">{link}</h3><div class=\"td-module-meta-info\">{date}</div></div></div>\n",
        thumb = thumbnail(site, article),
        link = headline_link(site, article),
        date = date_span(article),
    )
}

/// A teaser as the listings of the classic templates have it.
pub(crate) fn classic_module(site: &Site, article: &SiteArticle) -> String {
    format!(
        "<div class=\"td_module_11 td_module_wrap td-animation-stack\">{thumb}<div class=\"item-details\">\
         <h3 class=\"entry-title td-module-title\">{link}</h3><div class=\"td-module-meta-info\">{by}{date}\
         <div class=\"td-module-comments\"><a href=\"{origin}{path}#respond\">0</a></div></div>\
         <div class=\"td-excerpt\">{excerpt}</div></div></div>\n",
        thumb = thumbnail(site, article),
        link = headline_link(site, article),
        by = author_span(site, article),
        date = date_span(article),
        origin = site.origin,
        path = article.path,
        excerpt = escape(&excerpt(article)),
    )
}

/// A teaser as the listings of the cloud templates have it.
pub(crate) fn flex_module(site: &Site, article: &SiteArticle) -> String {
    let category = &site.newspaper.categories[article.story.category];
    format!(
        "<div class=\"td_module_flex td_module_flex_1 td_module_wrap td-animation-stack\"><div class=\"td-module-container td-category-pos-above\">\
         <div class=\"td-image-container\">{thumb}</div><div class=\"td-module-meta-info\"><a class=\"td-post-category\" href=\"{origin}{listing}\">{name}</a>\
         <p class=\"entry-title td-module-title\">{link}</p><div class=\"td-editor-date\">{by}{date}</div><div class=\"td-excerpt\">{excerpt}</div></div></div></div>\n",
        thumb = thumbnail(site, article),
        origin = site.origin,
        listing = category.listing,
        name = escape(category.crumbs.last().map_or("", |crumb| &crumb.name)),
        link = headline_link(site, article),
        by = author_span(site, article),
        date = date_span(article),
        excerpt = escape(&excerpt(article)),
    )
}

/// The beginning of the text with its dateline, as WordPress cuts it.
pub(crate) fn excerpt(article: &SiteArticle) -> String {
    let lead = article.story.lead();
    let text = match &article.story.dateline {
        Some(dateline) => format!("{} {lead}", dateline.text),
        None => lead,
    };
    match text.char_indices().nth(EXCERPT_CHARS) {
        Some((end, _)) => {
            let cut = text[..end].rsplit_once(' ').map_or(&text[..end], |(whole_words, _)| whole_words);
            format!("{cut}...")
        }
        None => text,
    }
}

/// `<time>` as the theme prints it, in teasers and articles alike.
pub(crate) fn time_element(article: &SiteArticle) -> String {
    let published = super::calendar::to_the_second(article.story.published);
    format!(
        "<time class=\"entry-date updated td-module-date\" datetime=\"{published}\">{}</time>",
        calendar::long_date(article.story.published.date())
    )
}

/// A name as the address of an author's page has it.
pub(crate) fn author_path(name: &str) -> String {
    format!("/author/{}/", super::markup::slug(name))
}

/// A drawn landscape whose colours depend on its address.
pub(crate) fn picture(path: &str) -> String {
    let seed = path.bytes().fold(7_u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let mut random = Random::new(seed);
    let sky = 180 + random.below(60);
    let hill = 70 + random.below(80);
    let (sun_x, sun_y) = (80 + random.below(540), 60 + random.below(120));
    let (left, middle, right) = (220 + random.below(120), 180 + random.below(160), 220 + random.below(120));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 696 464\" width=\"696\" height=\"464\">\
         <rect width=\"696\" height=\"464\" fill=\"hsl({sky},45%,78%)\"/><circle cx=\"{sun_x}\" cy=\"{sun_y}\" r=\"38\" fill=\"#fff3c9\"/>\
         <path d=\"M0 {left} Q 180 {middle} 380 {right} T 696 {left} V464 H0Z\" fill=\"hsl({hill},32%,48%)\"/>\
         <path d=\"M0 {right} Q 260 {left} 460 360 T 696 330 V464 H0Z\" fill=\"hsl({hill},38%,34%)\"/></svg>"
    )
}

fn headline_link(site: &Site, article: &SiteArticle) -> String {
    let headline = escape(&article.story.headline);
    format!(
        "<a href=\"{}{}\" rel=\"bookmark\" title=\"{headline}\">{headline}</a>",
        site.origin, article.path
    )
}

fn thumbnail(site: &Site, article: &SiteArticle) -> String {
    let headline = escape(&article.story.headline);
    format!(
        "<div class=\"td-module-thumb\"><a href=\"{origin}{path}\" rel=\"bookmark\" class=\"td-image-wrap\" title=\"{headline}\">\
         <img class=\"entry-thumb\" src=\"{origin}{image}\" alt=\"\" width=\"218\" height=\"150\" loading=\"lazy\"></a></div>",
        origin = site.origin,
        path = article.path,
        image = article.image_path(),
    )
}

fn author_span(site: &Site, article: &SiteArticle) -> String {
    let Some(author) = &article.story.author else { return String::new() };
    format!(
        "<span class=\"td-post-author-name\"><a href=\"{}{}\">{}</a> <span>-</span> </span>",
        site.origin,
        author_path(author),
        escape(author)
    )
}

fn date_span(article: &SiteArticle) -> String {
    format!("<span class=\"td-post-date\">{}</span>", time_element(article))
}

fn header(site: &Site, out: &mut String) {
    let newest = site.articles.first().map_or_else(String::new, |article| {
        let day = article.story.published.date();
        format!("{}, {}", calendar::weekday(day), calendar::long_date(day))
    });
    let paper = &site.newspaper;
    let _ = write!(
        out,
        "<div class=\"td-header-wrap td-header-style-1\"><div class=\"td-header-top-menu-full td-container-wrap\">\
         <div class=\"td-container td-header-row td-header-top-menu\"><div class=\"top-bar-style-1\"><div class=\"td-header-sp-top-menu\">\
         <div class=\"td-weather-top-widget\"><i class=\"td-icons few-clouds-d\"></i><div class=\"td-weather-now\"><span class=\"td-big-degrees\">7.4</span>\
         <span class=\"td-weather-unit\">C</span></div><div class=\"td-weather-header\"><div class=\"td-weather-city\">{town}</div></div></div>\
         <div class=\"td_data_time\"><div>{newest}</div></div></div></div></div></div>\n\
         <div class=\"td-header-sp-logo\"><a class=\"td-main-logo\" href=\"{origin}/\"><span class=\"td-logo-text\">{name}</span></a>\
         <span class=\"td-tagline-text\">{claim}</span></div>\n<nav class=\"td-header-menu-wrap\"><ul id=\"menu-main\" class=\"sf-menu\">\
         <li class=\"menu-item\"><a href=\"{origin}/\">Start</a></li>",
        town = escape(&paper.town),
        origin = site.origin,
        name = escape(&paper.name),
        claim = escape(&paper.claim),
    );
    for category in &paper.categories {
        for crumb in &category.crumbs {
            let _ = write!(
                out,
                "<li class=\"menu-item menu-item-type-taxonomy\"><a href=\"{}{}\">{}</a></li>",
                site.origin,
                crumb.path,
                escape(&crumb.name)
            );
        }
    }
    out.push_str("</ul></nav></div>\n");
}

fn ticker(site: &Site, path: &str, out: &mut String) {
    out.push_str(
        "<div class=\"td_block_wrap td_block_trending_now tdi_22 td-pb-border-top\"><div class=\"td-trending-now-wrapper\" data-start=\"\">\
         <div class=\"td-trending-now-title\">Aktuell</div><div class=\"td-trending-now-display-area\">\n",
    );
    let others = site.articles.iter().filter(|article| article.path != path).step_by(4).take(TICKER);
    for article in others {
        let _ = writeln!(
            out,
            "<div class=\"td_module_trending_now td-trending-now-post\"><h3 class=\"entry-title td-module-title\">{}</h3>\
             <div class=\"td-excerpt\">{}</div></div>",
            headline_link(site, article),
            escape(&excerpt(article))
        );
    }
    out.push_str("</div></div></div>\n");
}

fn weather(site: &Site, out: &mut String) {
    let paper = &site.newspaper;
    let _ = writeln!(
        out,
        "<div class=\"td_block_wrap td_block_weather tdi_30 td-pb-border-top\"><div class=\"td-weather-wrap\"><div class=\"td-weather-header\">\
         <div class=\"td-weather-city\">{}</div><div class=\"td-weather-condition\">{}</div></div><div class=\"td-weather-set-location\"></div>\
         <div class=\"td-weather-temperature\"><span class=\"td-big-degrees\">7.4</span> <span class=\"td-weather-unit\">C</span></div></div></div>",
        escape(&paper.town),
        escape(&paper.weather)
    );
}

fn footer(site: &Site, out: &mut String) {
    let _ = write!(
        out,
        "<div class=\"td-footer-wrapper td-footer-container td-container-wrap\"><div class=\"td-container\"><div class=\"footer-text-wrap\">{} – {}. \
         Erfunden, wie alle Menschen und Ereignisse auf diesen Seiten.</div><ul class=\"td-subfooter-menu\">\
         <li><a href=\"{origin}/impressum/\">Impressum</a></li><li><a href=\"{origin}/datenschutz/\">Datenschutz</a></li>",
        escape(&site.newspaper.name),
        escape(&site.newspaper.claim),
        origin = site.origin
    );
    for internal in &site.newspaper.internal {
        let _ = write!(
            out,
            "<li><a href=\"{}{}\">{}</a></li>",
            site.origin,
            internal.path,
            escape(&internal.headline)
        );
    }
    out.push_str("</ul></div></div>\n");
}

/// Style and script without use, in the amount real pages carry.
fn padding(bytes: usize, out: &mut String) {
    if bytes == 0 {
        return;
    }
    let end = out.len() + bytes;
    out.push_str("<style>");
    let mut number = 0;
    while out.len() < end {
        let _ = writeln!(
            out,
            ".tdi_{number} .td-module-container{{display:flex;padding:{}px}}.tdi_{number}:hover>a{{color:#4db2ec}}",
            number % 40
        );
        number += 1;
    }
    out.push_str("</style>\n");
}
