//! `dateline methods` on an archive whose making is known.

use dateline::model::article::{Article, Block};
use dateline::model::crawl_url::CrawlUrl;
use dateline::model::publication_time::{Precision, PublicationTime};
use dateline::store::frontier::{NewUrl, UrlState};
use dateline::store::{Fetch, Place, PortalCounts, Reading, Store};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::crawl::Desk;
use crate::portal::TagdivPortal;

/// Articles of the invented portal: a number that every figure below follows from.
const ARTICLES: u32 = 400;

/// SplitMix64.
fn random(seed: u32, salt: u64) -> f64 {
    let mut z =
        (u64::from(seed) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ salt.wrapping_mul(0xd134_2543_de82_ef95);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// An archive of a portal with 400 articles over forty days, each listed with the chance 0.8 and, independently, in a
/// feed with the chance 0.6; what is in neither is not in the archive.
fn archive(desk: &Desk) -> u64 {
    let mut store = Store::open(&desk.path("archive")).unwrap();
    let start: Timestamp = "2025-03-01T06:00:00Z".parse().unwrap();
    let url = |path: &str| CrawlUrl::parse(&format!("https://bote.example{path}")).unwrap();
    store.begin().unwrap();
    let settings = json!({
        "user_agent": "dateline/0.1.0 (+you@university.example)",
        "opt_outs": {"honour": ["noarchive"], "legal_basis": null},
        "portals": [{"portal": "bote", "delay_seconds": 3.0, "concurrency": 1}],
    });
    let run = store.start_run("crawl", &settings, start).unwrap();
    let portal = store.frontier_portal("bote").unwrap();
    let mut archived = 0;
    for number in 0..ARTICLES {
        let address = url(&format!("/artikel/{number}"));
        let host = store.host_row(&address).unwrap();
        let seen = [(Place::Listing, 0.8, 1), (Place::Feed, 0.6, 2)]
            .into_iter()
            .filter(|(_, chance, salt)| random(number, *salt) < *chance);
        let mut known = false;
        for (place, ..) in seen {
            let new = NewUrl {
                url: &address,
                host,
                portal,
                kind: Place::Article,
                priority: 1,
                hops: 0,
                seen: Some(place),
                run: run.number(),
            };
            let (id, _) = store.enqueue(new).unwrap();
            store.settle_row(id, UrlState::Done, run.number()).unwrap();
            known = true;
        }
        if !known {
            continue;
        }
        archived += 1;
        let fetched = start + SignedDuration::from_secs(i64::from(number) * 3);
        let mut article = Article::empty(address.clone(), Some("bote".into()));
        article.headline = Some(format!("Artikel {number}"));
        let day = start
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date()
            .checked_add(jiff::Span::new().days(number / 10))
            .unwrap();
        article.published = PublicationTime::from_parts(&format!("{day}T08:00:00+01:00"), Precision::Minute);
        article.body = vec![Block::Paragraph("Ein Satz.".into())];
        let reading = Reading {
            article: &article,
            issues: &[],
            fetched,
            capture: None,
            run: Some(run),
            reparsed: false,
        };
        store.put_article(reading).unwrap();
        store.put_fetch(&fetch(&address, run, fetched, "fetched")).unwrap();
    }
    let forbidden = url("/intern/1");
    let rule = Fetch {
        robots_rule: Some("Disallow: /intern/ | x"),
        elapsed: None,
        ..fetch(&forbidden, run, start, "robots-excluded")
    };
    store.put_fetch(&rule).unwrap();
    let host = store.host_row(&forbidden).unwrap();
    let new = NewUrl {
        url: &forbidden,
        host,
        portal,
        kind: Place::Article,
        priority: 1,
        hops: 0,
        seen: Some(Place::Listing),
        run: run.number(),
    };
    store.settle(new, UrlState::Excluded).unwrap();
    let reserved = url("/artikel/5");
    let opt_out = Fetch { opt_outs: Some("noarchive"), ..fetch(&reserved, run, start, "fetched") };
    store.put_fetch(&opt_out).unwrap();
    store.put_counts(run, "bote", &PortalCounts { requests: archived, ..PortalCounts::default() }).unwrap();
    store.finish_run(run, "done", &json!(null), start + SignedDuration::from_hours(1)).unwrap();
    store.commit().unwrap();
    archived
}

fn fetch<'a>(url: &'a CrawlUrl, run: dateline::store::RunId, at: Timestamp, outcome: &'a str) -> Fetch<'a> {
    Fetch {
        run: Some(run),
        portal: Some("bote"),
        url,
        fetched: at,
        purpose: Place::Article,
        outcome,
        status: (outcome == "fetched").then_some(200),
        bytes: Some(1_000),
        elapsed: Some(std::time::Duration::from_millis(80)),
        robots_rule: None,
        opt_outs: None,
        detail: None,
        capture: None,
    }
}

#[test]
fn the_account_holds_what_is_known_of_the_making() {
    let desk = Desk::new();
    let archived = archive(&desk);
    let account: Value = serde_json::from_str(&desk.results(&["methods", "--format", "json"])).unwrap();
    let portal = &account["portals"][0];
    assert_eq!((account["runs"]["count"].as_u64(), portal["articles"].as_u64()), (Some(1), Some(archived)));
    assert_eq!(portal["shortest_gap_seconds"].as_f64().map(|gap| (gap * 100.0).round()), Some(0.0));
    assert_eq!(portal["addresses"]["forbidden_by_robots"], 1);
    let pages = &account["forbidden_by_robots"];
    assert_eq!(
        (&pages[0]["url"], &pages[0]["rule"]),
        (&"https://bote.example/intern/1".into(), &"Disallow: /intern/ | x".into())
    );
    assert_eq!(account["opt_outs"][0]["stated"], "noarchive");
    let coverage = &portal["coverage"][0];
    assert_eq!(coverage["sources"], json!(["listing", "feed"]));
    assert_eq!((&coverage["first_day"], &coverage["last_day"]), (&"2025-03-03".into(), &"2025-04-08".into()));
    let days = 37.0;
    let truth = days * 10.0;
    let (low, high) = (&coverage["estimate"]["low"], &coverage["estimate"]["high"]);
    let interval = low.as_f64().unwrap().floor()..=high.as_f64().unwrap().ceil();
    assert!(interval.contains(&truth), "{truth} is not in {interval:?}");
}

#[test]
fn the_text_is_a_paragraph_with_tables_in_english_and_german() {
    let desk = Desk::new();
    archive(&desk);
    let english = desk.results(&["methods"]);
    for words in [
        "# How the collection was made\n\nThe articles of bote were collected on 1 March 2025 in 1 run with dateline ",
        "did not ask for 1 page that it forbids",
        "named itself “dateline/0.1.0 (+you@university.example)”",
        "Chapman's capture–recapture estimate, 95 % interval",
        "| bote | `Disallow: /intern/ \\| x` | 1 |",
        "| bote | `noarchive` | 1 | 1 |",
    ] {
        assert!(english.contains(words), "{words}\n{english}");
    }
    let german = desk.results(&["methods", "--language", "de", "-o", "methoden.md"]);
    assert!(german.is_empty());
    let german = std::fs::read_to_string(desk.path("methoden.md")).unwrap();
    for words in [
        "# Wie die Sammlung entstand\n\nDie Artikel von bote wurden am 1. März 2025 in 1 Lauf mit ",
        "Fang-Wiederfang-Schätzung",
    ] {
        assert!(german.contains(words), "{words}\n{german}");
    }
    // Every table has as many cells in each row as in its header.
    for text in [&english, &german] {
        let mut width = None;
        for line in text.lines() {
            let cells = line.replace("\\|", "").matches('|').count();
            assert!(cells == 0 || width.is_none_or(|width| width == cells), "{line}");
            width = (cells > 0).then_some(cells);
        }
    }
    assert_eq!(desk.run(&["methods", "--portal", "niemand"]).status.code(), Some(2));
}

#[test]
fn of_a_crawled_portal_a_feed_made_from_its_listing_gives_no_estimate() {
    let portal = TagdivPortal::new(60, 4);
    let server = portal.serve();
    let desk = Desk::new();
    desk.write_selectors("bote", &TagdivPortal::selectors("bote", server.origin(), "5ms"));
    desk.results(&["crawl", "--quiet"]);
    let text = desk.results(&["methods"]);
    assert!(text.contains("one at a time to a host, and named itself “dateline/"), "{text}");
    assert!(
        text.contains("Every request for a page got a usable answer."),
        "a host without tdmrep.json is no failure: {text}"
    );
    let account: Value = serde_json::from_str(&desk.results(&["methods", "--format", "json"])).unwrap();
    assert_eq!(account["portals"][0]["articles"], 60);
    assert!(account["portals"][0]["shortest_gap_seconds"].as_f64().unwrap() >= 0.005);
    let coverage = account["portals"][0]["coverage"].as_array().unwrap();
    assert!(!coverage.is_empty());
    for pair in coverage {
        assert!(pair["estimate"].is_null() && pair["withheld"]["reason"].is_string(), "{pair}");
    }
    assert!(text.contains("How many articles were missed cannot be estimated"), "{text}");
}
