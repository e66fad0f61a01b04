//! Whole pages to records: the fixtures of `tests/fixtures/pages`.

mod body;

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use regex::Regex;
use scraper::Selector;

use super::{Extraction, Page, extract};
use crate::model::article::{Block, LinkKind};
use crate::model::crawl_url::{CrawlUrl, Host};
use crate::model::digest::Digest;
use crate::model::field::Field;
use crate::portal::rule::{FieldRules, Rule, RuleSource, TextCondition};
use crate::portal::sieve::Css;
use crate::portal::{
    ArticleRules, BodyRules, Health, Layout, LinkRules, ListingPage, Politeness, Portal, UrlRules,
};

fn fixture(name: &str) -> &'static str {
    match name {
        "tagdiv-classic.html" => include_str!("../../tests/fixtures/pages/tagdiv-classic.html"),
        "tagdiv-cloud.html" => include_str!("../../tests/fixtures/pages/tagdiv-cloud.html"),
        "json-ld-rich.html" => include_str!("../../tests/fixtures/pages/json-ld-rich.html"),
        "poor.html" => include_str!("../../tests/fixtures/pages/poor.html"),
        other => panic!("no fixture {other}"),
    }
}

fn read(name: &str, url: &str, portal: Option<&Portal>) -> Extraction {
    let url = CrawlUrl::parse(url).unwrap();
    extract(&Page { url: &url, html: fixture(name), captured_on: None, published_hint: None }, portal)
}

fn css(selector: &str) -> Css {
    Selector::parse(selector).unwrap().into()
}

fn rule(selector: &str) -> Rule {
    Rule {
        source: RuleSource::Css(css(selector)),
        attr: None,
        all: false,
        pattern: None,
        replace: Vec::new(),
        split: None,
        drop: Vec::new(),
        date: None,
        exclude: Vec::new(),
        condition: None,
        written: selector.to_owned(),
    }
}

fn rules(selectors: &[&str]) -> FieldRules {
    FieldRules { rules: selectors.iter().map(|selector| rule(selector)).collect() }
}

fn condition(selector: &str, text: &str) -> TextCondition {
    TextCondition { css: Some(css(selector)), text: Some(Regex::new(text).unwrap()) }
}

fn tagdiv() -> Portal {
    let crumbs = Rule {
        all: true,
        drop: vec![Regex::new("^(Start|Home)$").unwrap()],
        ..rule(".entry-crumbs a.entry-crumb, a.tdb-entry-crumb")
    };
    let links = |heading: &str| {
        vec![LinkRules {
            block: vec![css(".td_block_wrap")],
            condition: Some(condition(".td-related-title, .block-title", heading)),
            item: vec![css(".td-module-title a[href]")],
        }]
    };
    let fields = BTreeMap::from([
        (Field::Headline, rules(&["header h1.entry-title", "h1.tdb-title-text"])),
        (Field::Subheadline, rules(&["p.td-post-sub-title", ".tdb-sub-title"])),
        (Field::Sections, FieldRules { rules: vec![crumbs] }),
    ]);
    let article = ArticleRules {
        root: vec![css("article.post"), css(".tdb_single_content")],
        require: vec![Field::Headline, Field::Body, Field::Published],
        exclude: vec![css(".td-a-rec"), css(".td-post-sharing")],
        fields,
        body: BodyRules {
            container: vec![css(".td-post-content"), css(".tdb_single_content .tdb-block-inner")],
            exclude: vec![css("figure"), css(".td_block_wrap")],
            stop_at: vec![condition("h2, h3, h4", "^Weitere Artikel")],
        },
        dateline_pattern: None,
    };
    let layout = Layout {
        valid_until: None,
        listing_page: ListingPage::default(),
        article,
        links: BTreeMap::from([
            (LinkKind::Related, links("^Weitere Artikel")),
            (LinkKind::Popular, links("^Beliebte Artikel")),
        ]),
        paid_if: vec![rule(".paywall")],
    };
    Portal {
        id: "talkurier".to_owned(),
        name: "Talkurier".to_owned(),
        home: CrawlUrl::parse("https://talkurier.example/").ok(),
        hosts: vec![Host::parse("talkurier.example").unwrap()],
        language: Some("de".to_owned()),
        timezone: TimeZone::get("Europe/Berlin").unwrap(),
        politeness: Politeness::default(),
        revisit: None,
        urls: UrlRules {
            article: vec![
                Regex::new(r"^/(?<section>[a-z-]+)/(?<published>\d{4}/\d{2}/\d{2})/[a-z0-9-]+/?$").unwrap(),
            ],
            deny: Vec::new(),
            drop_query: Vec::new(),
        },
        listings: Vec::new(),
        feeds: Vec::new(),
        sitemaps: Vec::new(),
        sitemaps_from_robots: false,
        wordpress: None,
        places: Vec::new(),
        layouts: vec![layout],
        health: Health::default(),
        tests: Vec::new(),
        selectors_hash: Digest::of(b"talkurier"),
    }
}

fn texts(extraction: &Extraction) -> Vec<String> {
    extraction.article.body.iter().map(|block| format!("{}: {}", block.kind(), block.text())).collect()
}

#[test]
fn a_classic_tagdiv_page_gives_article_and_links_apart() {
    let url = "https://talkurier.example/ulm/2021/05/17/stadt-eroeffnet-neues-haus-der-buecher/";
    let extraction = read("tagdiv-classic.html", url, Some(&tagdiv()));
    let article = &extraction.article;
    assert_eq!(article.headline.as_deref(), Some("Stadt eröffnet neues Haus der Bücher"));
    assert_eq!(
        article.subheadline.as_deref(),
        Some("Drei Stockwerke für Kinder, Jugendliche und Erwachsene")
    );
    assert_eq!(article.sections, ["Lokales", "Ulm"]);
    let dateline = article.dateline.as_ref().unwrap();
    assert_eq!((dateline.text.as_str(), dateline.place.as_deref()), ("Ulm.|", Some("Ulm")));
    assert!(article.lead.as_deref().unwrap().starts_with("Die Stadt Ulm hat am Montag"));
    assert_eq!(article.published.unwrap().to_string(), "2021-05-17T00:00:00+02:00");
    assert_eq!(article.provenance[&Field::Published].source, "url");
    assert_eq!(article.provenance[&Field::Headline].rule, "header h1.entry-title");
    assert_eq!(article.body.len(), 3, "{:?}", texts(&extraction));
    let of = |kind| {
        article
            .links
            .iter()
            .filter(|link| link.kind == kind)
            .map(|link| link.text.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        of(LinkKind::Related),
        ["Theater öffnet wieder für sein Publikum im Großen Haus", "Brücke bleibt gesperrt"]
    );
    assert_eq!(of(LinkKind::Popular), ["Bahn fährt seltener"]);
    assert_eq!(of(LinkKind::Inline), ["Grundsteinlegung"]);
    assert_eq!(article.images[0].caption.as_deref(), Some("Das neue Haus."));
    assert_eq!(article.images[0].credit.as_deref(), Some("Jana Ritter"));
    assert_eq!(extraction.issues, []);
    assert_eq!(article.selectors_hash, Some(Digest::of(b"talkurier")));
}

#[test]
fn a_cloud_tagdiv_page_is_read_by_the_same_rules() {
    let extraction =
        read("tagdiv-cloud.html", "https://talkurier.example/ulm/2023/02/03/rathaus/", Some(&tagdiv()));
    let article = &extraction.article;
    assert_eq!(article.headline.as_deref(), Some("Rathaus wird saniert"));
    assert_eq!(article.subheadline.as_deref(), Some("Gerüst steht bis zum Herbst"));
    assert_eq!(article.sections, ["Ulm"]);
    assert_eq!(article.published.unwrap().to_string(), "2023-02-03T09:15:00+01:00");
    let dateline = article.dateline.as_ref().unwrap();
    assert_eq!(dateline.place.as_deref(), Some("Ulm"));
    assert_eq!(
        texts(&extraction),
        [
            "paragraph: Das Rathaus bekommt ein neues Dach, wie die Verwaltung am Freitag mitteilte, und auch die Fenster werden erneuert.",
            "paragraph: Die Arbeiten dauern nach jetzigem Stand bis in den Herbst hinein und kosten knapp zwei Millionen Euro.",
            "blockquote: Wir bitten um Verständnis für den Lärm.",
            "list: Dach ab März\nFenster ab Mai",
        ]
    );
}

#[test]
fn a_stop_inside_a_box_ends_the_text_only_where_it_does_not_go_on() {
    let url = CrawlUrl::parse("https://talkurier.example/ulm/2021/05/17/haus/").unwrap();
    let read = |rest: &str| {
        let html = format!(
            "<article class=post><h1 class=entry-title>Rat saniert</h1><div class=td-post-content><p>{ONE}</p>\
             <div><div><h3>Weitere Artikel</h3><p><a href=/b>Schule zieht um</a></p></div></div>{rest}</div></article>"
        );
        let page = Page { url: &url, html: &html, captured_on: None, published_hint: None };
        texts(&extract(&page, Some(&tagdiv())))
    };
    let paragraph = |text: &str| format!("paragraph: {text}");
    assert_eq!(read(&format!("<p>{TWO}</p><p>{THREE}</p>")), [ONE, TWO, THREE].map(paragraph));
    assert_eq!(read("<p>Kurz.</p>"), [paragraph(ONE)]);
}

#[test]
fn a_page_with_rich_metadata_needs_no_rules() {
    let extraction =
        read("json-ld-rich.html", "https://coastmail.example/news/harbour-reopens?ref=home", None);
    let article = &extraction.article;
    assert_eq!(article.url.as_str(), "https://coastmail.example/news/harbour-reopens");
    assert_eq!(article.headline.as_deref(), Some("Harbour reopens after storm"));
    assert_eq!(article.authors, ["Mary Quill", "Tom Reed"]);
    assert_eq!(article.sections, ["Coast"]);
    assert_eq!(article.tags, ["harbour", "storm"]);
    assert_eq!(article.free_to_read, Some(false));
    assert_eq!(article.published.unwrap().to_string(), "2022-11-05T07:30:00+00:00");
    assert_eq!(article.modified.unwrap().to_string(), "2022-11-05T09:00:00+00:00");
    assert_eq!(article.language.as_deref(), Some("en-GB"));
    let kinds: Vec<&str> = article.body.iter().map(Block::kind).collect();
    assert_eq!(kinds, ["paragraph", "paragraph", "heading", "paragraph"]);
}

#[test]
fn a_page_without_any_markup_still_gives_its_text() {
    let extraction = read("poor.html", "http://dorfbote.example/a.htm", None);
    let texts = texts(&extraction);
    assert!(texts[texts.len() - 3].starts_with("paragraph: Die Freiwillige Feuerwehr"), "{texts:?}");
    assert!(texts[texts.len() - 1].ends_with("gern genommen."), "{texts:?}");
    assert_eq!(extraction.article.published, None);
    assert_eq!(extraction.article.authors, [] as [String; 0]);
}

#[test]
fn a_page_without_text_gives_nothing_made_up() {
    let url = CrawlUrl::parse("https://talkurier.example/").unwrap();
    for html in ["", "   ", "\0\0\0", "<html></html>", "<div><div><div>", "%PDF-1.7 \u{fffd}\u{fffd}"] {
        let page = Page { url: &url, html, captured_on: None, published_hint: None };
        for portal in [None, Some(tagdiv())] {
            let extraction = extract(&page, portal.as_ref());
            let article = extraction.article;
            assert_eq!((article.headline, article.published, article.lead), (None, None, None), "{html:?}");
            assert!(article.body.is_empty() && article.authors.is_empty() && article.links.is_empty());
            assert!(extraction.issues.iter().any(|issue| issue.code == "missing"));
        }
    }
}

#[test]
fn a_canonical_address_is_believed_only_where_it_can_be_this_page_s() {
    let check = |canonical: &str, expected: &str| {
        let url = CrawlUrl::parse("https://www.talkurier.example/ulm/a").unwrap();
        let html = format!("<link rel=canonical href='{canonical}'><p>x");
        let page = Page { url: &url, html: &html, captured_on: None, published_hint: None };
        assert_eq!(extract(&page, None).article.url.as_str(), expected);
    };
    check("/ulm/b", "https://www.talkurier.example/ulm/b");
    check("https://talkurier.example/ulm/a", "https://talkurier.example/ulm/a");
    check("https://www.talkurier.example/", "https://www.talkurier.example/ulm/a");
    check("https://other.example/ulm/a", "https://www.talkurier.example/ulm/a");
    check("", "https://www.talkurier.example/ulm/a");
}

#[test]
fn no_page_is_too_much() {
    let url = CrawlUrl::parse("https://talkurier.example/a").unwrap();
    let portal = tagdiv();
    for html in [
        "<div>".repeat(2_000_000),
        format!(
            "{}<p>Tief unten steht ein Satz, der lang genug ist, um einer zu sein.",
            "<div>".repeat(10_000)
        ),
        "<p>a ".repeat(100_000),
        "<b><p>".repeat(100_000),
        "\u{0}\u{fffd}<\u{1}".repeat(100_000),
        "<table><tr><td>".repeat(30_000),
        format!("<script type=application/ld+json>{}</script>", "[".repeat(1_000_000)),
        "<ul><li>".repeat(30_000),
    ] {
        let page = Page { url: &url, html: &html, captured_on: None, published_hint: None };
        extract(&page, None);
        extract(&page, Some(&portal));
    }
}

const ONE: &str = "Der Rat hat am Montag beschlossen, das alte Rathaus zu sanieren und dafür zwei Millionen Euro auszugeben.";
const TWO: &str = "Die Arbeiten beginnen im Frühjahr und dauern, wenn alles gut geht, bis in den Herbst des nächsten Jahres hinein.";
const THREE: &str = "Während dieser Zeit zieht die Verwaltung in die ehemalige Schule am Marktplatz, die seit Jahren leer steht.";

fn generic(html: &str) -> Extraction {
    let url = CrawlUrl::parse("https://www.talkurier.example/a").unwrap();
    extract(&Page { url: &url, html, captured_on: None, published_hint: None }, None)
}

#[test]
fn a_lead_above_the_text_is_told_from_caption_and_subheadline() {
    let page = |opening: &str| {
        generic(&format!("<article><header><h1>Rat saniert</h1>{opening}</header><div class=article-body><p>{ONE}</p><p>{TWO}</p></div></article>")).article
    };
    let lead = "Lange wurde gestritten, nun steht fest, was mit dem Rathaus geschieht.";
    assert_eq!(page(&format!("<p class=teaser>{lead}</p>")).lead.as_deref(), Some(lead));
    assert_eq!(page(&format!("<h2 class=standfirst>{lead}</h2>")).lead.as_deref(), Some(lead));
    let with_line = page("<h2 class=subtitle>Zwei Millionen für das Haus am Markt</h2>");
    assert_eq!(with_line.subheadline.as_deref(), Some("Zwei Millionen für das Haus am Markt"));
    assert_eq!(with_line.lead.as_deref(), Some(ONE));
    let with_caption =
        page("<div class=image-caption>Das Rathaus am Marktplatz, aufgenommen im Sommer.</div>");
    assert_eq!(with_caption.lead.as_deref(), Some(ONE));
    assert_eq!(page("<p>Von Anna Berg</p>").authors, ["Anna Berg"]);
}

#[test]
fn a_lead_is_found_after_a_place_and_is_not_the_headline_said_again() {
    let lead =
        "Lange wurde gestritten, nun steht endlich fest, was mit dem alten Rathaus am Markt geschieht.";
    let page = generic(&format!(
        "<meta name=description content='{lead}'><article><h1>Rat saniert das alte Rathaus am Markt</h1>\
         <h2 class=intro>Ein Haus am Markt: Rat saniert das alte Rathaus</h2><p>Ulm · {lead}</p>\
         <div class=article-body><p>{ONE}</p><p>{TWO}</p></div></article>"
    ));
    assert!(
        page.article.lead.as_deref().is_some_and(|found| found.ends_with(lead)),
        "{:?}",
        page.article.lead
    );
    let glued = generic(&format!(
        "<meta property='og:title' content='Altes Rathaus am Markt: Ein bisschen Fortschritt'>\
         <meta name=description content='{lead}'><title>Altes Rathaus am Markt: Ein bisschen Fortschritt</title>\
         <article><h1><span>Altes Rathaus am Markt</span><span hidden>: </span><span>Ein bisschen Fortschritt</span></h1>\
         <p class=subline>{lead}</p><div class=article-body><p>{ONE}</p><p>{TWO}</p></div></article>"
    ));
    assert_eq!(glued.article.lead.as_deref(), Some(lead));
}

#[test]
fn kickers_and_site_names_are_no_part_of_the_headline() {
    let check = |html: &str, kicker: Option<&str>, headline: &str| {
        let article = generic(html).article;
        assert_eq!(
            (article.kicker.as_deref(), article.headline.as_deref()),
            (kicker, Some(headline)),
            "{html}"
        );
    };
    check(
        "<h1><span class=kicker>Rathaus</span> Rat saniert das alte Haus</h1>",
        Some("Rathaus"),
        "Rat saniert das alte Haus",
    );
    check(
        "<h1><span>Rathaus:</span> Rat saniert das alte Haus</h1>",
        Some("Rathaus"),
        "Rat saniert das alte Haus",
    );
    // Two lines in one heading, parted by a colon in the metadata only.
    check(
        "<meta property=og:title content='Umbau am Markt: Rat saniert das alte Haus'>\
         <h1> <span class=block>Umbau am Markt</span> <span class=text-xl>Rat saniert das alte Haus</span></h1>",
        Some("Umbau am Markt"),
        "Rat saniert das alte Haus",
    );
    check(
        "<meta property=og:title content='Umbau am Markt: Rat saniert das alte Haus'>\
         <h1> <span>Rat</span> saniert das alte Haus</h1>",
        None,
        "Rat saniert das alte Haus",
    );
    check(
        "<meta property=og:title content='Rat saniert das alte Haus'><h1><em>Umbau am Markt </em>Rat saniert das alte Haus</h1>",
        Some("Umbau am Markt"),
        "Rat saniert das alte Haus",
    );
    check(
        "<title>Umbau am Markt - rat saniert das alte | Talkurier</title>\
         <h1><span class=small>Umbau am Markt</span> Rat saniert das alte Haus</h1>",
        Some("Umbau am Markt"),
        "Rat saniert das alte Haus",
    );
    check(
        "<h1><span class=top>Umbau</span><span class=invisible>: </span><span>Rat saniert das alte Haus</span></h1>",
        Some("Umbau"),
        "Rat saniert das alte Haus",
    );
    check(
        "<h1><span class=kicker>27.01.2025</span> Rat saniert das alte Haus</h1>",
        None,
        "Rat saniert das alte Haus",
    );
    check(
        "<title>Rat saniert das alte Haus - Talkurier</title><h1>Talkurier</h1>",
        None,
        "Rat saniert das alte Haus",
    );
    check("<title>Talkurier | Rat saniert das alte Haus</title>", None, "Rat saniert das alte Haus");
    // The heading a reader sees, where the first one is for search engines.
    check(
        "<title>Rathaus Sanierung Kosten</title><meta property=og:title content='Zwei Millionen für ein Haus'>\
         <h1>Rathaus Sanierung Kosten</h1><h2><span class=kicker>Stadtrat</span> Zwei Millionen für ein Haus</h2>",
        Some("Stadtrat"),
        "Zwei Millionen für ein Haus",
    );
    // The same box twice is one voice.
    check(
        "<title>Rat saniert das alte Haus</title><h1>Rat saniert das alte Haus</h1><h1>Unser Brief an Sie!</h1><h1>Unser Brief an Sie!</h1>",
        None,
        "Rat saniert das alte Haus",
    );
}

#[test]
fn only_the_article_s_own_date_counts() {
    let check = |html: &str, expected: Option<&str>| {
        let page = format!("<article><h1>Rat saniert</h1>{html}<p>{ONE}</p><p>{TWO}</p></article>");
        let published = generic(&page).article.published.map(|time| time.to_string());
        assert_eq!(published.as_deref(), expected, "{html}");
    };
    check("<span class=date>06.04.2020, 16:20 Uhr</span>", Some("2020-04-06T16:20:00+00:00"));
    check("<time datetime=2020-04-06>gestern</time>", Some("2020-04-06T00:00:00+00:00"));
    check(
        "<p>Aktualisiert am 7. April 2020</p><p>Veröffentlicht am 6. April 2020</p>",
        Some("2020-04-06T00:00:00+00:00"),
    );
    check("<div class=related-teaser><time datetime=2019-01-01>1. Januar</time></div>", None);
    check("<div id=comments><p class=date>08.04.2020</p></div>", None);
    check(
        "<div class=PublishDate-comment>Dienstag, 29. Januar 2019</div>",
        Some("2019-01-29T00:00:00+00:00"),
    );
    check(
        "<blockquote class=twitter-tweet><time datetime=2018-03-12T19:30:12+00:00>12. März</time></blockquote>",
        None,
    );
    check("<p>Anzeigen (Nutzungsbedingungen, Stand 1.1.2020)</p>", None);
    check("<p>© Agentur | Bild: Stadt | 07.11.2023 08:03</p>", Some("2023-11-07T08:03:00+00:00"));
    check(
        "<div><label>Letzte Änderung:</label><div>14.01.2022 um 09:25</div></div>",
        Some("2022-01-14T09:25:00+00:00"),
    );
    check(
        "<p>Ulm | Neu-Ulm, 11. November 2021 – Der Rat hat beschlossen, das alte Haus zu sanieren und zu verkaufen.</p>",
        Some("2021-11-11T00:00:00+00:00"),
    );
    check("<footer><p>© 01.01.2020 Talkurier</p></footer>", None);
}

#[test]
fn properties_in_the_page_are_read_as_microdata_and_rdfa() {
    let page = format!(
        "<article itemscope itemtype=http://schema.org/NewsArticle><meta itemprop=articleSection content=Lokales>\
         <meta itemprop=isAccessibleForFree content=true><meta itemprop=keywords content='Rathaus, Umbau'>\
         <h1 itemprop=headline>Rat saniert</h1><span property='dc:date dc:created' content=2020-04-06T16:20:00+02:00>x</span>\
         <div property=content:encoded><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p></div>\
         <p>Noch ein Satz, der nicht zum Text gehört, weil er unter ihm steht und von etwas anderem handelt.</p></article>"
    );
    body::check_body(&page);
    let article = generic(&page).article;
    assert_eq!(article.published.unwrap().to_string(), "2020-04-06T16:20:00+02:00");
    assert_eq!(
        (article.sections, article.tags),
        (vec!["Lokales".to_owned()], vec!["Rathaus".to_owned(), "Umbau".to_owned()])
    );
    assert_eq!(article.free_to_read, Some(true));
}

#[test]
fn conventions_of_common_programs_are_known() {
    let article = generic(&format!(
        "<meta name=parsely-section content=Lokales><meta name=sailthru.tags content='Rathaus'>\
         <meta name=parsely-pub-date content=2020-04-06T16:20:00Z><h1>Rat saniert</h1><p>{ONE}</p><p>{TWO}</p>"
    ));
    assert_eq!(
        (article.article.sections, article.article.tags),
        (vec!["Lokales".to_owned()], vec!["Rathaus".to_owned()])
    );
    let article = generic(&format!(
        "<article><h1>Rat saniert</h1><a rel='category tag' href=/l>Lokales</a><p>{ONE}</p><p>{TWO}</p>\
         <a rel=tag href=/r>Rathaus</a></article>"
    ));
    assert_eq!(
        (article.article.sections, article.article.tags),
        (vec!["Lokales".to_owned()], vec!["Rathaus".to_owned()])
    );
}

#[test]
fn rules_that_no_longer_fit_are_noticed() {
    let url = "https://talkurier.example/ulm/2021/05/17/haus/";
    let json = format!(
        "<script type=application/ld+json>{{\"@type\":\"NewsArticle\",\"headline\":\"Wald brennt seit Sonntag\",\"datePublished\":\
         \"2020-01-01\",\"articleBody\":\"{}\"}}</script>",
        "Im Wald brennt es, und niemand weiß, warum das Feuer ausbrach oder wann es endet. ".repeat(4)
    );
    let html = format!(
        "{json}<article class=post><header class=td-post-title><h1 class=entry-title>Rat saniert</h1></header>\
         <div class=td-post-content><p>{ONE}</p><p>{TWO}</p></div></article>"
    );
    let url = CrawlUrl::parse(url).unwrap();
    let page = Page { url: &url, html: &html, captured_on: None, published_hint: None };
    let extraction = extract(&page, Some(&tagdiv()));
    let fields: Vec<_> =
        extraction.issues.iter().filter(|issue| issue.code == "disagrees").map(|issue| issue.field).collect();
    assert_eq!(extraction.article.headline.as_deref(), Some("Rat saniert"));
    assert!(fields.contains(&Some(Field::Headline)) && fields.contains(&Some(Field::Body)), "{fields:?}");
}

#[test]
fn american_pages_write_the_month_first() {
    let published = |language: &str| {
        let url = CrawlUrl::parse("https://coastmail.com/a").unwrap();
        let html = format!(
            "<html lang={language}><article><h1>Harbour</h1><time>11/8/2023</time><p>{ONE}</p><p>{TWO}</p>"
        );
        let page = Page { url: &url, html: &html, captured_on: None, published_hint: None };
        extract(&page, None).article.published.unwrap().day().to_string()
    };
    assert_eq!(published("en-US"), "2023-11-08");
    assert_eq!(published("en-GB"), "2023-08-11");
    assert_eq!(published("de"), "2023-08-11");
}

#[test]
fn pages_that_are_no_articles_are_told_by_kind() {
    use crate::model::article::PageKind;
    let check =
        |html: &str, expected: PageKind| assert_eq!(generic(html).article.page_kind, expected, "{html}");
    check(&format!("<h1>Rat saniert</h1><p>{ONE}</p><p>{TWO}</p>"), PageKind::Article);
    check("<title>Seite nicht gefunden</title><h1>404</h1>", PageKind::SoftNotFound);
    check(
        "<title>Ihre Zustimmung</title><p>Wir und unsere Partner verwenden Cookies.</p>",
        PageKind::ConsentWall,
    );
    check(&"<h2><a href=/x>Eine Nachricht aus der Stadt</a></h2>".repeat(20), PageKind::Listing);
    check(
        "<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"headline\":\"Wahl\"}</script><h1>Wahl</h1>",
        PageKind::Other,
    );
    check(
        "<script type=application/ld+json>{\"@type\":\"LiveBlogPosting\",\"headline\":\"Wahl\"}</script>",
        PageKind::LiveBlog,
    );
    check(
        &format!("<meta property=article:content_tier content=locked><h1>Rat</h1><p>{ONE}</p>"),
        PageKind::PaywallStub,
    );
    check(
        &format!("<h1>Rat</h1><p>{ONE}</p><div class=piano-offer>Jetzt testen</div>"),
        PageKind::PaywallStub,
    );
    let pictures = ["a", "b", "c", "d", "e", "f", "g", "h"]
        .map(|name| format!("<figure><img src=/{name}.jpg></figure>"))
        .concat();
    check(
        &format!(
            "<meta property=og:type content=article><article><h1>Rat</h1><p>{ONE}</p>{pictures}</article>"
        ),
        PageKind::Gallery,
    );
    check(
        "<meta property=og:type content=video.other><h1>Rat tagt</h1><p>Der Rat im Film.</p>",
        PageKind::Video,
    );
}
