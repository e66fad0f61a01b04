//! The demo's newspaper: its pages hang together, and reading them gives what its newsroom wrote.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Debug;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use dateline::demo::{DateSource, Expected, ExpectedLink, PageLayout, Site, portal_toml, start};
use dateline::extract::{Page, extract};
use dateline::model::article::{Article, Link, LinkKind};
use dateline::model::capture::Headers;
use dateline::model::crawl_url::CrawlUrl;
use dateline::model::publication_time::Precision;
use dateline::portal::Portal;
use dateline::portal::load::load;
use dateline::portal::source::Sources;
use scraper::{Html, Selector};
use tokio_util::sync::CancellationToken;

const ORIGIN: &str = "http://127.0.0.1:4711";

fn site() -> Site {
    Site::build().at(ORIGIN)
}

fn get(site: &Site, path: &str) -> (u16, String) {
    let response = site.respond(path, &Headers::default());
    (response.status, String::from_utf8_lossy(&response.body).into_owned())
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap()
}

/// Paths of the links of a page that stay on the site.
fn links(html: &str, css: &str) -> Vec<String> {
    Html::parse_document(html)
        .select(&selector(css))
        .filter_map(|link| link.value().attr("href").or_else(|| link.value().attr("src")))
        .filter_map(|link| link.strip_prefix(ORIGIN))
        .map(|path| path.split('#').next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn there_are_enough_articles_in_three_categories_and_two_layouts() {
    let truth = site().truth();
    assert!(truth.len() >= 60, "{} articles", truth.len());
    let sections: BTreeSet<&[String]> = truth.iter().map(|article| article.sections.as_slice()).collect();
    assert_eq!(sections.len(), 3);
    let classic = truth.iter().filter(|article| article.layout == PageLayout::Classic).count();
    assert!(classic.abs_diff(truth.len() - classic) <= 3, "{classic} of {} classic", truth.len());
    let paths: HashSet<&str> = truth.iter().map(|article| article.path.as_str()).collect();
    let headlines: HashSet<&str> = truth.iter().map(|article| article.headline.as_str()).collect();
    assert_eq!((paths.len(), headlines.len()), (truth.len(), truth.len()));
    for article in &truth {
        let blocks = article.body.len();
        assert!((3..=12).contains(&blocks), "{} has {blocks} blocks", article.path);
    }
}

#[test]
fn related_and_popular_articles_differ() {
    for article in site().truth() {
        let related: HashSet<&str> = article.related.iter().map(|link| link.path.as_str()).collect();
        assert_eq!((article.related.len(), article.popular.len()), (3, 4), "{}", article.path);
        assert!(article.popular.iter().all(|link| !related.contains(link.path.as_str())), "{}", article.path);
        assert!(!related.contains(article.path.as_str()), "{}", article.path);
    }
}

#[test]
fn every_link_on_the_site_resolves() {
    let site = site();
    let mut seen: HashSet<String> = HashSet::from(["/".to_owned()]);
    let mut open = vec!["/".to_owned()];
    while let Some(path) = open.pop() {
        let (status, body) = get(&site, &path);
        assert_eq!(status, 200, "{path}");
        if !body.starts_with("<!doctype") {
            continue;
        }
        for link in links(&body, "a[href], link[href], img[src]") {
            if seen.insert(link.clone()) {
                open.push(link);
            }
        }
    }
    for article in site.truth() {
        assert!(seen.contains(&article.path), "no link leads to {}", article.path);
    }
    assert!(
        site.forbidden().iter().all(|path| seen.contains(*path)),
        "nothing leads into the forbidden section"
    );
}

#[test]
fn every_article_is_on_a_listing_page_reached_by_next_links() {
    let site = site();
    let mut listed = HashSet::new();
    for listing in site.listings() {
        let mut next = Some(listing.to_owned());
        let mut pages = 0;
        while let Some(path) = next {
            let (status, body) = get(&site, &path);
            assert_eq!(status, 200, "{path}");
            listed.extend(links(&body, ".td-ss-main-content .td-module-title a"));
            next = links(&body, ".page-nav > a:has(> i.td-icon-menu-right)").pop();
            pages += 1;
            assert!(pages < 50);
        }
        assert!(pages > 1, "{listing} has one page only");
        assert_eq!(get(&site, &format!("{listing}page/{}/", pages + 1)).0, 404);
    }
    for article in site.truth() {
        assert!(listed.contains(&article.path), "{} is on no listing", article.path);
    }
}

#[test]
fn sitemaps_list_every_article_and_nothing_forbidden() {
    let site = site();
    let (_, index) = get(&site, "/sitemap_index.xml");
    let mut listed = Vec::new();
    let mut gzipped = 0;
    for child in locations(&index) {
        let body = site.respond(&child, &Headers::default()).body;
        let mut text = String::new();
        if body.starts_with(&[0x1f, 0x8b]) {
            gzipped += 1;
            flate2::read::GzDecoder::new(body.as_slice()).read_to_string(&mut text).unwrap();
        } else {
            text = String::from_utf8(body).unwrap();
        }
        listed.extend(locations(&text));
    }
    let expected: Vec<String> = site.truth().into_iter().map(|article| article.path).collect();
    assert_eq!(listed, expected);
    assert_eq!(gzipped, 1);
    assert!(get(&site, "/robots.txt").1.contains("Disallow: /intern/\n"));
    assert!(site.forbidden().iter().all(|path| path.starts_with("/intern/") && get(&site, path).0 == 200));
}

fn locations(xml: &str) -> Vec<String> {
    xml.split("<loc>")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap()[ORIGIN.len()..].to_owned())
        .collect()
}

#[test]
fn pages_carry_the_classes_of_the_theme() {
    let site = site();
    for article in site.truth() {
        let html = Html::parse_document(&get(&site, &article.path).1);
        let count = |css: &str| html.select(&selector(css)).count();
        let (one, none) = match article.layout {
            PageLayout::Classic => ("header.td-post-title > h1.entry-title", "h1.tdb-title-text"),
            PageLayout::Cloud => ("h1.tdb-title-text", "header.td-post-title"),
        };
        assert_eq!((count(one), count(none)), (1, 0), "{}", article.path);
        for css in [".td-trending-now-wrapper", ".td_block_weather", ".td-footer-wrapper", ".td_data_time"] {
            assert_eq!(count(css), 1, "{css} on {}", article.path);
        }
        assert!(count(".td-a-rec") >= 2 && count(".entry-title") > 5);
        let json_ld = usize::from(article.date_source == DateSource::JsonLd);
        assert_eq!(count("script[type='application/ld+json']"), json_ld, "{}", article.path);
    }
}

#[test]
fn the_same_site_is_built_every_time() {
    let (one, other) = (site(), site());
    for article in one.truth() {
        assert_eq!(get(&one, &article.path), get(&other, &article.path));
    }
    let (one, other) = (Site::generated(50, 1).truth(), Site::generated(50, 2).truth());
    assert!(one.iter().zip(&other).any(|(one, other)| one.headline != other.headline));
}

#[test]
fn unchanged_pages_are_answered_304_and_texts_compressed() {
    let site = site();
    let path = &site.truth()[0].path;
    let plain = site.respond(path, &Headers::default());
    let ask =
        |name: &str, value: &str| site.respond(path, &Headers(vec![(name.to_owned(), value.to_owned())]));
    for (asked, given) in [("If-None-Match", "etag"), ("If-Modified-Since", "last-modified")] {
        let again = ask(asked, plain.headers.get(given).unwrap());
        assert_eq!((again.status, again.body.len()), (304, 0), "{asked}");
    }
    assert_eq!(ask("If-None-Match", "\"other\"").status, 200);
    let packed = ask("Accept-Encoding", "gzip, br");
    assert_eq!(packed.headers.get("content-encoding"), Some("gzip"));
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(packed.body.as_slice()).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
    assert_eq!(get(&site, "/stadt/2025/03/14/nie-geschrieben/").0, 404);
    assert_eq!(get(&site, path.trim_end_matches('/')).0, 301);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_demo_answers_on_loopback_and_remembers_what_it_was_asked() {
    let running = start(Site::build(), &CancellationToken::new()).await.unwrap();
    let ask = |path: &str| {
        let mut stream = TcpStream::connect(running.base.host().as_str()).unwrap();
        let host = running.base.host();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let robots = tokio::task::block_in_place(|| ask("/robots.txt"));
    assert!(robots.starts_with("HTTP/1.1 200 ") && robots.contains("Disallow: /intern/"));
    assert!(tokio::task::block_in_place(|| ask("/sport/2025/")).starts_with("HTTP/1.1 404 "));
    let log = running.log.requests();
    let asked: Vec<_> = log.iter().map(|request| (request.path.as_str(), request.status)).collect();
    assert_eq!(asked, [("/robots.txt", 200), ("/sport/2025/", 404)]);
    assert!(log[0].instant <= log[1].instant);
    assert_eq!((running.log.len(), running.log.count_under("/intern/")), (2, 0));
    assert!(!running.log.is_empty() && running.articles >= 60);
    assert!(running.portal_toml.contains(running.base.as_str()) && !running.portal_toml.contains("8377"));
    running.stop().await;
}

fn portal() -> Portal {
    let mut sources = Sources::new();
    let family = include_str!("../../selectors/families/tagdiv-newspaper.toml");
    sources.insert("families/tagdiv-newspaper", "tagdiv-newspaper.toml", family);
    sources.insert("demo", "demo.toml", &portal_toml(ORIGIN));
    match load("demo", &sources) {
        Ok(loaded) => loaded.portal,
        Err(mistakes) => {
            panic!("{}", mistakes.iter().map(|mistake| mistake.render(false)).collect::<String>())
        }
    }
}

/// What differs between an article as read and as written, a line each.
fn differences(article: &Article, expected: &Expected) -> Vec<String> {
    let mut lines = Vec::new();
    let mut compare = |field: &str, read: &dyn Debug, written: &dyn Debug| {
        let (read, written) = (format!("{read:?}"), format!("{written:?}"));
        if read != written {
            lines.push(format!("{field}\n   read    {read}\n   written {written}"));
        }
    };
    let day_only = |precision: Precision| precision == Precision::Day;
    compare("kicker", &article.kicker, &expected.kicker);
    compare("headline", &article.headline.as_deref(), &Some(expected.headline.as_str()));
    compare("subheadline", &article.subheadline, &expected.subheadline);
    compare("sections", &article.sections, &expected.sections);
    compare("authors", &article.authors, &expected.authors);
    compare(
        "published",
        &article.published.map(|time| (time.to_string(), day_only(time.precision))),
        &Some((expected.published.to_string(), day_only(expected.published.precision))),
    );
    compare(
        "modified",
        &article.modified.map(|time| time.to_string()),
        &expected.modified.map(|time| time.to_string()),
    );
    compare("dateline", &article.dateline, &expected.dateline);
    compare("lead", &article.lead.as_deref(), &Some(expected.lead.as_str()));
    compare("body", &article.body, &expected.body);
    compare("tags", &article.tags, &expected.tags);
    let image = article
        .images
        .first()
        .map(|image| (image.url.path_and_query(), image.caption.as_deref(), image.credit.as_deref()));
    let image_written = expected
        .image
        .as_ref()
        .map(|image| (image.path.as_str(), Some(image.caption.as_str()), image.credit.as_deref()));
    compare("image", &image, &image_written);
    for (kind, written) in [
        (LinkKind::Related, expected.related.iter().collect::<Vec<_>>()),
        (LinkKind::Popular, expected.popular.iter().collect()),
        (LinkKind::Inline, expected.inline.iter().collect()),
        (LinkKind::Next, expected.next.iter().collect()),
        (LinkKind::Previous, expected.previous.iter().collect()),
    ] {
        let read: Vec<_> = article.links.iter().filter(|link| link.kind == kind).map(as_read).collect();
        let written: Vec<_> = written.into_iter().map(as_written).collect();
        compare(kind.as_str(), &read, &written);
    }
    lines
}

fn as_read(link: &Link) -> (&str, &str) {
    (link.url.path_and_query(), link.text.as_str())
}

fn as_written(link: &ExpectedLink) -> (&str, &str) {
    (link.path.as_str(), link.text.as_str())
}

/// Reads every article of `site` and says where that differs from its truth.
fn misread(site: &Site) -> Vec<String> {
    let portal = portal();
    let mut fields: HashMap<String, usize> = HashMap::new();
    let mut report = Vec::new();
    for expected in site.truth() {
        let url = CrawlUrl::parse(&format!("{ORIGIN}{}", expected.path)).unwrap();
        assert!(portal.is_article(&url), "{url}");
        let html = get(site, &expected.path).1;
        let page = Page { url: &url, html: &html, captured_on: None, published_hint: None };
        let extraction = extract(&page, Some(&portal));
        for line in differences(&extraction.article, &expected) {
            *fields.entry(line.lines().next().unwrap_or_default().to_owned()).or_default() += 1;
            report
                .push(format!("{} {:?} {:?}: {line}", expected.path, expected.layout, expected.date_source));
        }
    }
    if !fields.is_empty() {
        report.truncate(30);
        report.push(format!("{fields:?}"));
    }
    report
}

#[test]
fn every_article_of_the_demo_is_read_as_it_was_written() {
    let wrong = misread(&site());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_article_of_a_generated_portal_is_read_as_it_was_written() {
    let wrong = misread(&Site::generated(300, 11).at(ORIGIN));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
