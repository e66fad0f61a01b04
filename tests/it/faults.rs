//! The fault portals, one fault a test: what was asked is read from the portal's own log.

use std::process::Output;
use std::sync::Arc;
use std::time::Duration;

use dateline::config::{self, Overrides};
use dateline::crawl::{CrawlPlan, RunClock, RunReport, Shutdown};
use dateline::portal::{Sources, load};

use crate::crawl::{Desk, small_portal, text};
use crate::portal::faults::{self, ALWAYS, GOOD};
use crate::portal::{PortalServer, Reply};

/// What a crawl of a fault portal came to.
struct Crawl {
    desk: Desk,
    output: Output,
}

/// Crawls with limits that are small enough for a test.
fn crawl(server: &PortalServer) -> Crawl {
    let desk = Desk::new();
    desk.write_selectors("klein", &small_portal(server.origin(), "5ms"));
    let limits = "[limits]\nmax_body_mib = 2\nfirst_byte = \"3s\"\ntotal = \"2s\"\n";
    std::fs::write(desk.path("dateline.toml"), limits).unwrap();
    let output = desk.run(&["crawl"]);
    assert!(server.shortest_gap().is_none_or(|gap| gap >= Duration::from_millis(5)), "the delay is kept");
    assert_eq!(server.most_under_way(), 1);
    Crawl { desk, output }
}

impl Crawl {
    /// Whether every good article, and nothing else, is archived; but for `missing`.
    #[track_caller]
    fn has_all_but(&self, missing: &[usize]) {
        let headlines: Vec<String> = self
            .desk
            .records()
            .values()
            .map(|record| record["headline"].as_str().unwrap_or_default().to_owned())
            .collect();
        let mut expected: Vec<String> =
            (1..=GOOD).filter(|n| !missing.contains(n)).map(|n| format!("Meldung {n}")).collect();
        let mut found = headlines;
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{}", text(&self.output.stderr));
    }

    #[track_caller]
    fn ended_with(&self, code: i32, said: &[&str]) {
        let told = text(&self.output.stdout);
        assert_eq!(self.output.status.code(), Some(code), "{told}{}", text(&self.output.stderr));
        for said in said {
            assert!(told.contains(said), "{said:?} is not in: {told}");
        }
    }
}

/// A fault that passes: every article is there in the end, the faulty one was asked for `times` times.
#[track_caller]
fn passes(server: &PortalServer, times: usize) {
    let crawl = crawl(server);
    crawl.ended_with(0, &[]);
    crawl.has_all_but(&[]);
    assert_eq!(server.times_asked("/artikel/3"), times, "{:?}", server.paths());
}

/// A fault that stays: the others are there, it is named, and was asked for `times` times.
#[track_caller]
fn stays(server: &PortalServer, times: usize, said: &str) {
    let crawl = crawl(server);
    crawl.ended_with(3, &["/artikel/3", said]);
    crawl.has_all_but(&[3]);
    assert_eq!(server.times_asked("/artikel/3"), times, "{:?}", server.paths());
}

/// How long after the answer to its first request the article was asked for again.
fn waited(server: &PortalServer) -> Duration {
    let log = server.log();
    let asked: Vec<_> = log.iter().filter(|logged| logged.request.path == "/artikel/3").collect();
    asked[1].request.instant - asked[0].answered
}

#[test]
fn retry_after_in_seconds_is_kept() {
    let server = faults::overloaded(|| "2".to_owned());
    passes(&server, 2);
    assert!(waited(&server) >= Duration::from_secs(2));
}

#[test]
fn retry_after_as_a_date_is_kept() {
    let server = faults::overloaded(|| {
        let date = jiff::Timestamp::now() + Duration::from_secs(3);
        date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    });
    passes(&server, 2);
    // The date has whole seconds.
    assert!(waited(&server) >= Duration::from_millis(1_900), "{:?}", waited(&server));
}

#[test]
fn bursts_of_503_cost_time_and_no_article() {
    let server = faults::bursts_of_503();
    passes(&server, 2);
    assert_eq!(server.paths().iter().filter(|path| path.starts_with("/artikel/")).count(), 2 * GOOD);
}

#[test]
fn a_portal_that_refuses_connections_is_a_failure() {
    let origin = PortalServer::start(|_| Reply::status(404)).origin().to_owned();
    let desk = Desk::new();
    desk.write_selectors("klein", &small_portal(&origin, "0s"));
    let output = desk.run(&["crawl"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stdout).contains("connection refused"), "{}", text(&output.stdout));
}

#[test]
fn a_reset_connection_is_tried_again() {
    passes(&faults::reset_in_the_middle(1), 2);
    stays(&faults::reset_in_the_middle(ALWAYS), 3, "connection reset");
}

#[test]
fn a_slow_drip_is_cut_off() {
    stays(&faults::slow_drip(), 3, "timed out (body)");
}

#[test]
fn headers_without_an_end_are_cut_off() {
    stays(&faults::endless_headers(), 3, "failed");
}

#[test]
fn a_body_shorter_than_announced_is_never_taken_for_good() {
    passes(&faults::wrong_length(2), 3);
    stays(&faults::wrong_length(ALWAYS), 3, "incomplete");
}

#[test]
fn chunks_without_an_end_are_never_taken_for_good() {
    passes(&faults::chunks_without_an_end(1), 2);
    stays(&faults::chunks_without_an_end(ALWAYS), 3, "incomplete");
}

#[test]
fn a_compressed_body_without_its_trailer_is_never_taken_for_good() {
    for coding in ["gzip", "zstd"] {
        passes(&faults::cut_compression(coding, 1), 2);
        stays(&faults::cut_compression(coding, ALWAYS), 3, "no proper end");
    }
}

#[test]
fn a_gzip_bomb_is_not_unpacked() {
    stays(&faults::gzip_bomb(), 1, "larger than");
}

#[test]
fn a_huge_body_is_not_taken() {
    stays(&faults::huge_body(), 1, "larger than 2097152 bytes");
}

#[test]
fn a_wrong_charset_is_seen_through() {
    let server = faults::wrong_charset();
    let crawl = crawl(&server);
    crawl.has_all_but(&[]);
    let record = &crawl.desk.records()["/artikel/3"];
    assert!(record["body"][0]["text"].as_str().unwrap().contains("Brücke"), "{record}");
}

#[test]
fn redirects_that_go_round_end_and_are_named() {
    let server = faults::redirect_loop();
    let crawl = crawl(&server);
    crawl.ended_with(3, &["/artikel/her", "/artikel/selbst", "redirects go round"]);
    crawl.has_all_but(&[]);
    assert_eq!((server.times_asked("/artikel/hin"), server.times_asked("/artikel/her")), (1, 1));
}

#[test]
fn redirects_off_the_portal_are_not_followed() {
    let other = PortalServer::start(|_| Reply::html("geheim"));
    stays(&faults::redirect_to(other.url("/artikel/9")), 1, "not the portal's");
    assert_eq!(other.paths(), [""; 0]);
    stays(&faults::redirect_to("http://169.254.169.254/artikel/9".to_owned()), 1, "not the portal's");
    stays(&faults::redirect_to("http://[::1]:22/artikel/9".to_owned()), 1, "not the portal's");
}

#[test]
fn a_redirect_that_adds_a_tracking_parameter_is_followed_as_it_is() {
    let server = faults::redirect_adds_a_tracking_parameter();
    passes(&server, 1);
    assert_eq!(server.times_asked("/artikel/3?utm_source=start"), 1);
}

#[test]
fn a_calendar_without_an_end_is_left() {
    let server = faults::calendar();
    let crawl = crawl(&server);
    crawl.ended_with(0, &["bring no new article"]);
    crawl.has_all_but(&[]);
    let months = server.paths().iter().filter(|path| path.starts_with("/liste/2")).count();
    assert_eq!(months, 10);
}

#[test]
fn a_pagination_without_an_end_is_left() {
    let server = faults::endless_pagination();
    let crawl = crawl(&server);
    crawl.ended_with(0, &["bring no new article"]);
    crawl.has_all_but(&[]);
    assert!(server.paths().iter().filter(|path| path.starts_with("/liste/")).count() <= 11);
    let before = server.paths().len();
    crawl.desk.results(&["crawl"]);
    assert_eq!(server.paths().len() - before, 1, "the next run ends at the first page of known articles");
}

#[test]
fn session_numbers_do_not_multiply_articles() {
    let server = faults::sessions("sid");
    let crawl = crawl(&server);
    crawl.ended_with(0, &["bring no new article"]);
    crawl.has_all_but(&[]);
    assert_eq!(server.paths().iter().filter(|path| path.starts_with("/artikel/")).count(), GOOD);
}

#[test]
fn a_parameter_nobody_knows_is_found_to_choose_no_page() {
    let server = faults::sessions("besuch");
    let crawl = crawl(&server);
    crawl.ended_with(0, &["the parameter besuch chooses no page", "drop_query"]);
    crawl.has_all_but(&[]);
    let asked = server.paths().iter().filter(|path| path.starts_with("/artikel/")).count();
    assert!(asked <= 3 * GOOD, "{asked} requests for {GOOD} articles");
}

#[test]
fn one_article_under_many_tracking_parameters_is_asked_once() {
    let server = faults::tracking_parameters();
    let crawl = crawl(&server);
    crawl.ended_with(0, &[]);
    crawl.has_all_but(&[]);
    assert_eq!(server.paths().iter().filter(|path| path.starts_with("/artikel/1")).count(), 1);
}

#[test]
fn filters_that_combine_and_paths_that_grow_come_to_an_end() {
    let server = faults::facets_and_growth();
    let crawl = crawl(&server);
    crawl.ended_with(0, &["not followed", "sets of parameters", "same path segment"]);
    let filters = server.paths().iter().filter(|path| path.contains("filter")).count();
    assert!(filters <= 10, "{filters}");
    assert!(!server.paths().iter().any(|path| path.contains("/mehr/artikel/mehr/artikel")));
}

#[test]
fn a_page_that_says_it_is_missing_is_missing_whatever_its_status() {
    let server = faults::soft_404();
    let crawl = crawl(&server);
    crawl.ended_with(3, &["/artikel/weg-1", "not found, with status 200", "taken for gone"]);
    crawl.has_all_but(&[]);
    assert_eq!(server.times_asked("/"), 0, "the start page is no article");
}

#[test]
fn robots_txt_that_answers_500_closes_the_host() {
    let server = faults::robots(|_| Reply::status(500));
    let crawl = crawl(&server);
    crawl.ended_with(3, &["robots.txt answered 500"]);
    assert_eq!(server.paths(), ["/robots.txt"; 3]);
    assert_eq!(crawl.desk.records().len(), 0);
}

#[test]
fn robots_txt_that_comes_back_opens_the_host() {
    let server = faults::robots(|time| if time < 3 { Reply::status(503) } else { Reply::status(404) });
    crawl(&server).has_all_but(&[]);
    assert_eq!((server.times_asked("/robots.txt"), server.times_asked("/intern/1")), (3, 1));
}

#[test]
fn robots_txt_is_followed_to_where_it_is() {
    let server = faults::robots(|_| Reply::redirect(301, "/anderswo/robots.txt"));
    let crawl = crawl(&server);
    crawl.has_all_but(&[]);
    assert_eq!(server.times_asked("/intern/1"), 0);
}

#[test]
fn robots_txt_that_is_a_page_has_no_rules() {
    let server = faults::robots(|_| Reply::html("<!DOCTYPE html><p>User-agent: *\nDisallow: /\n</p>"));
    crawl(&server).has_all_but(&[]);
    assert_eq!(server.times_asked("/intern/1"), 1);
}

#[test]
fn of_a_huge_robots_txt_the_first_500_kib_count() {
    let server = faults::robots(|_| {
        Reply::text(format!("User-agent: *\nDisallow: /intern/\n# {}\nDisallow: /\n", "x".repeat(600_000)))
    });
    passes(&server, 1);
    assert_eq!(server.times_asked("/intern/1"), 0);
}

#[test]
fn a_sitemap_bomb_is_not_unpacked_and_indexes_have_a_depth() {
    let server = faults::sitemap_bomb();
    let desk = Desk::new();
    let portal = small_portal(server.origin(), "0s")
        .replace("[[listing]]", "[[sitemap]]")
        .replace("/liste/", "/sitemap.xml");
    desk.write_selectors("klein", &portal);
    let output = desk.run(&["crawl"]);
    assert_eq!(desk.records().len(), GOOD, "{}", text(&output.stdout));
    assert_eq!(server.times_asked("/sitemap.xml"), 1);
    let deep = server.paths().iter().filter(|path| path.starts_with("/tief/")).count();
    assert!(deep <= 3, "{deep}");
}

#[test]
fn robots_txt_that_changes_during_a_run_is_noticed_within_a_day() {
    let server = faults::robots(|time| match time {
        1 => Reply::text("User-agent: *\nAllow: /\n"),
        _ => Reply::text("User-agent: dateline\nDisallow: /\n"),
    });
    // A request every five hours, by a clock that is only told so: the sixth of them comes after a day.
    let report = crawl_by_invented_clock(&server, "5h");
    let robots = server.paths().iter().rposition(|path| path == "/robots.txt").unwrap();
    assert_eq!(
        (server.times_asked("/robots.txt"), robots),
        (2, server.paths().len() - 1),
        "{:?}",
        server.paths()
    );
    assert_eq!((report.portals[0].new, report.portals[0].excluded), (2, 5), "{:?}", server.paths());
}

/// Crawls to the end at a pace of hours.
fn crawl_by_invented_clock(server: &PortalServer, delay: &str) -> RunReport {
    let desk = Desk::new();
    let mut sources = Sources::new();
    sources.insert("klein", "klein.toml", &small_portal(server.origin(), delay));
    let portal = load("klein", &sources).map_err(|mistakes| mistakes[0].render(false)).unwrap().portal;
    let plan = CrawlPlan::discovery(
        desk.path("archive"),
        vec![Arc::new(portal)],
        config::load(&Overrides::default()).unwrap(),
    );
    let clock = RunClock::invented("2025-03-10T00:00:00Z".parse().unwrap());
    dateline::crawl::run_at(&plan, clock, &Shutdown::default(), &mut |_| {}).unwrap()
}

#[test]
fn what_keeps_failing_is_tried_in_later_runs_up_to_a_limit_and_its_history_is_kept() {
    for (status, in_a_run) in [(500, 3), (403, 1)] {
        let server = faults::keeps_answering(status);
        let first = crawl(&server);
        first.ended_with(3, &[&format!("/artikel/3: HTTP {status}")]);
        for run in 2..=3 {
            assert_eq!(first.desk.run(&["crawl"]).status.code(), Some(3));
            assert_eq!(server.times_asked("/artikel/3"), run * in_a_run);
        }
        first.desk.results(&["crawl"]);
        assert_eq!(server.times_asked("/artikel/3"), 3 * in_a_run, "after three runs it is given up");
        let history = first.desk.results(&["export", "fetches", "--format", "jsonl"]);
        let tried = history.lines().filter(|line| line.contains("/artikel/3\""));
        assert_eq!(tried.count(), 3 * in_a_run);
        first.has_all_but(&[3]);
    }
}
