//! Whole crawls through the program, judged from outside: what the portal was asked, what the archive holds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::portal::{PortalServer, Reply, TagdivPortal};

/// A directory with selector files and an archive, and the program to work on them.
pub(crate) struct Desk {
    directory: tempfile::TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("selectors")).unwrap();
        Self { directory }
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn write_selectors(&self, name: &str, text: &str) {
        std::fs::write(self.path("selectors").join(format!("{name}.toml")), text).unwrap();
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
        command
            .args(arguments)
            .current_dir(self.directory.path())
            .env_remove("DATELINE_CONTACT")
            .env_remove("DATELINE_ARCHIVE")
            .env_remove("DATELINE_SELECTORS")
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that must succeed and gives its stdout.
    pub(crate) fn results(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let told = text(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}\n{}{told}", text(&output.stderr));
        told
    }

    /// The archive's records by path of their address.
    pub(crate) fn records(&self) -> BTreeMap<String, Value> {
        by_path(&self.results(&["export", "articles", "--format", "jsonl"]))
    }

    /// The same of one portal.
    pub(crate) fn records_of(&self, portal: &str) -> BTreeMap<String, Value> {
        by_path(&self.results(&["export", "articles", "--format", "jsonl", "--portal", portal]))
    }
}

fn by_path(lines: &str) -> BTreeMap<String, Value> {
    lines
        .lines()
        .map(|line| {
            let record: Value = serde_json::from_str(line).unwrap();
            let url = record["url"].as_str().unwrap();
            let path = url.splitn(4, '/').nth(3).unwrap();
            (format!("/{path}"), record)
        })
        .collect()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The paths of `server` asked more than once, but for those every run asks.
fn asked_again(server: &PortalServer) -> Vec<String> {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for path in server.paths() {
        *times.entry(path).or_default() += 1;
    }
    let is_seed = |path: &str| {
        path == "/robots.txt"
            || path.contains("sitemap")
            || path.contains("feed")
            || path.contains("/category/")
    };
    times.into_iter().filter(|(path, times)| *times > 1 && !is_seed(path)).map(|(path, _)| path).collect()
}

fn check_against_truth(desk: &Desk, portal: &TagdivPortal) {
    let records = desk.records();
    let truth = portal.truth();
    assert_eq!(records.len(), truth.len());
    for expected in truth {
        let record = &records[&expected.path];
        assert_eq!(record["headline"], Value::from(expected.headline.clone()), "{}", expected.path);
        let paragraphs =
            record["body"].as_array().unwrap().iter().filter(|block| block["kind"] == "paragraph");
        assert_eq!(paragraphs.count(), expected.paragraphs().len(), "{}", expected.path);
        assert_eq!(record["dateline"]["place"].as_str(), expected.dateline_place(), "{}", expected.path);
    }
}

#[test]
fn a_portal_is_archived_whole_each_article_once_and_nothing_forbidden() {
    let portal = TagdivPortal::new(150, 1);
    let server = portal.serve();
    let desk = Desk::new();
    desk.write_selectors("bote", &TagdivPortal::selectors("bote", server.origin(), "0s"));
    let output = desk.run(&["crawl"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("150 new"), "{}", text(&output.stdout));
    check_against_truth(&desk, &portal);
    assert_eq!(asked_again(&server), [""; 0]);
    assert!(server.paths().iter().all(|path| !path.starts_with("/intern/")), "robots.txt forbids /intern/");
    assert_eq!(server.most_under_way(), 1, "never two requests at once to one host");

    let before = server.paths().len();
    let output = desk.run(&["crawl", "--quiet"]);
    assert_eq!(
        (output.status.code(), text(&output.stdout), text(&output.stderr)),
        (Some(0), String::new(), String::new())
    );
    assert_eq!(asked_again(&server), [""; 0], "a second run asks no article again");
    assert!(server.paths().len() - before < 12, "and stops at the first page of known articles");
}

#[test]
fn a_crawl_stopped_by_sigterm_goes_on_where_it_was() {
    let portal = TagdivPortal::new(120, 2);
    let server = portal.serve();
    let desk = Desk::new();
    desk.write_selectors("bote", &TagdivPortal::selectors("bote", server.origin(), "1ms"));
    let child = desk.command(&["crawl"]).spawn().unwrap();
    server.wait_for_answers(60);
    terminate(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(143), "{}", text(&output.stderr));
    let first = desk.records().len();
    assert!((1..120).contains(&first), "{first} articles after the stop");
    let output = desk.run(&["crawl"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    check_against_truth(&desk, &portal);
    assert_eq!(asked_again(&server), [""; 0]);
}

#[test]
fn a_killed_crawl_loses_nothing_and_asks_only_the_pages_in_flight_again() {
    let portal = TagdivPortal::new(80, 3);
    let server = portal.serve();
    let desk = Desk::new();
    desk.write_selectors("bote", &TagdivPortal::selectors("bote", server.origin(), "1ms"));
    for kills in 1..=3 {
        let mut child = desk.command(&["crawl"]).spawn().unwrap();
        server.wait_for_answers(kills * 25);
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let output = desk.run(&["crawl"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    check_against_truth(&desk, &portal);
    let again = asked_again(&server);
    assert!(again.len() <= 3 * 8, "asked again: {again:?}");
}

#[test]
fn no_gap_is_shorter_than_the_delay_and_hosts_run_side_by_side() {
    let portals: Vec<_> = (0..4).map(|seed| TagdivPortal::new(24, 10 + seed)).collect();
    let servers: Vec<_> = portals.iter().map(TagdivPortal::serve).collect();
    let desk = Desk::new();
    for (index, server) in servers.iter().enumerate() {
        let name = format!("bote{index}");
        desk.write_selectors(&name, &TagdivPortal::selectors(&name, server.origin(), "60ms"));
    }
    let output = desk.run(&["crawl"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    for server in &servers {
        let gap = server.shortest_gap().unwrap();
        assert!(gap >= Duration::from_millis(60), "a gap of {gap:?}");
    }
    // Every host was first asked before any host was done.
    let instants = |server: &PortalServer| -> Vec<Instant> {
        server.log().iter().map(|logged| logged.request.instant).collect()
    };
    let last_start = servers.iter().filter_map(|server| instants(server).into_iter().min()).max().unwrap();
    let first_end = servers.iter().filter_map(|server| instants(server).into_iter().max()).min().unwrap();
    assert!(last_start < first_end, "the hosts were asked one after the other");
}

#[test]
fn redirects_and_retries_keep_the_delay_too() {
    let desk = Desk::new();
    let article = |title: &str| {
        Reply::html(format!(
            "<html><body><article><h1>{title}</h1><p>{}</p></article></body></html>",
            "Ein Satz mit Inhalt. ".repeat(20)
        ))
    };
    let failed = std::sync::atomic::AtomicUsize::new(0);
    let server = PortalServer::start(move |request| match request.path.as_str() {
        "/robots.txt" => Reply::redirect(301, "/robots-2.txt"),
        "/robots-2.txt" => Reply::text("User-agent: *\nDisallow: /intern/\n"),
        "/liste/" => {
            Reply::html("<a href='/artikel/1'>1</a><a href='/artikel/2'>2</a><a href='/intern/3'>3</a>")
        }
        "/artikel/1" => Reply::redirect(302, "/artikel/neu-1"),
        "/artikel/neu-1" => article("Eins"),
        "/artikel/2" if failed.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 => {
            Reply::status(503).header("Retry-After", "1")
        }
        "/artikel/2" => article("Zwei"),
        _ => Reply::status(404),
    });
    desk.write_selectors("klein", &small_portal(server.origin(), "80ms"));
    let output = desk.run(&["crawl"]);
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
    assert!(server.shortest_gap().unwrap() >= Duration::from_millis(80));
    let paths: BTreeSet<String> = server.paths().into_iter().collect();
    assert!(!paths.contains("/intern/3"));
    let headlines: BTreeSet<String> =
        desk.records().values().map(|record| record["headline"].as_str().unwrap().to_owned()).collect();
    assert_eq!(headlines, BTreeSet::from(["Eins".to_owned(), "Zwei".to_owned()]));
    let log = server.log();
    let second: Vec<_> = log.iter().filter(|logged| logged.request.path == "/artikel/2").collect();
    assert!(second[1].request.instant - second[0].answered >= Duration::from_secs(1), "Retry-After is kept");
}

#[test]
fn pages_that_fail_for_good_give_exit_code_3_and_are_named() {
    let desk = Desk::new();
    let server = PortalServer::start(|request| match request.path.as_str() {
        "/liste/" => Reply::html("<a href='/artikel/1'>1</a><a href='/artikel/2'>2</a>"),
        "/artikel/1" => {
            Reply::html("<article><h1>Eins</h1><p>Ein Satz, noch ein Satz und ein dritter.</p></article>")
        }
        _ => Reply::status(404),
    });
    desk.write_selectors("klein", &small_portal(server.origin(), "0s"));
    let output = desk.run(&["crawl", "--quiet", "--report", "report.json"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("/artikel/2"), "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&std::fs::read(desk.path("report.json")).unwrap()).unwrap();
    assert_eq!(report["portals"][0]["failed"], 1);
    assert_eq!(report["portals"][0]["new"], 1);
}

#[test]
fn a_portal_page_cannot_send_the_crawler_to_other_hosts() {
    let victim = PortalServer::start(|_| Reply::html("geheim"));
    let desk = Desk::new();
    let origin = victim.origin().to_owned();
    let server = PortalServer::start(move |request| match request.path.as_str() {
        "/liste/" => Reply::html(format!(
            "<a href='/artikel/1'>1</a><a href='{origin}/artikel/2'>2</a><a href='http://169.254.169.254/artikel/3'>3</a>"
        )),
        "/artikel/1" => Reply::redirect(302, &format!("{origin}/artikel/4")),
        _ => Reply::status(404),
    });
    desk.write_selectors("klein", &small_portal(server.origin(), "0s"));
    let output = desk.run(&["crawl"]);
    assert_eq!(output.status.code(), Some(3), "the redirected article is given up");
    assert_eq!(victim.paths(), [""; 0]);
}

#[test]
fn a_broken_selector_file_is_told_and_the_other_portals_are_crawled() {
    let portal = TagdivPortal::new(24, 4);
    let server = portal.serve();
    let desk = Desk::new();
    desk.write_selectors("bote", &TagdivPortal::selectors("bote", server.origin(), "0s"));
    desk.write_selectors(
        "kaputt",
        "format = 1\n\n[portal]\nid = \"kaputt\"\nhome = \"https://kaputt.example/\"\nhost = [\"x\"]\n",
    );
    let output = desk.run(&["crawl"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("kaputt.toml:6:1"), "{}", text(&output.stderr));
    check_against_truth(&desk, &portal);
}

#[test]
fn a_second_run_on_the_same_archive_is_refused() {
    let portal = TagdivPortal::new(40, 5);
    let server = portal.serve();
    let desk = Desk::new();
    desk.write_selectors("bote", &TagdivPortal::selectors("bote", server.origin(), "20ms"));
    let child = desk.command(&["crawl"]).spawn().unwrap();
    server.wait_for_answers(5);
    let output = desk.run(&["crawl"]);
    assert_eq!(output.status.code(), Some(75));
    assert_eq!(text(&output.stdout), "");
    terminate(&child);
    child.wait_with_output().unwrap();
}

#[test]
fn a_crawl_of_another_machine_needs_a_contact() {
    let desk = Desk::new();
    desk.write_selectors("fern", &small_portal("https://zeitung.example", "1s"));
    let output = desk.run(&["crawl"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--contact"), "{}", text(&output.stderr));
    assert!(!desk.path("archive").exists(), "nothing was begun");
}

#[test]
fn a_dry_run_names_articles_and_writes_nothing() {
    let portal = TagdivPortal::new(30, 6);
    let server = portal.serve();
    let desk = Desk::new();
    desk.write_selectors("bote", &TagdivPortal::selectors("bote", server.origin(), "0s"));
    let listed = desk.results(&["crawl", "--dry-run"]);
    assert_eq!(listed.lines().count(), 30);
    assert!(!desk.path("archive").exists());
    let articles: BTreeSet<String> = portal.truth().into_iter().map(|expected| expected.path).collect();
    assert!(server.paths().iter().all(|path| !articles.contains(path)), "no article was asked");
    assert!(listed.lines().all(|url| articles.contains(&url[server.origin().len()..])));
}

#[test]
fn limits_end_a_run_and_the_next_one_goes_on() {
    let portal = TagdivPortal::new(30, 7);
    let server = portal.serve();
    let desk = Desk::new();
    desk.write_selectors("bote", &TagdivPortal::selectors("bote", server.origin(), "0s"));
    desk.results(&["crawl", "--max-articles", "7"]);
    assert_eq!(desk.records().len(), 7);
    desk.results(&["crawl", "--max-requests", "9"]);
    desk.results(&["crawl"]);
    check_against_truth(&desk, &portal);
    assert_eq!(asked_again(&server), [""; 0]);
}

#[test]
fn a_period_limits_what_is_fetched_and_a_wider_one_takes_up_the_rest() {
    let portal = TagdivPortal::new(40, 8);
    let server = portal.serve();
    let desk = Desk::new();
    desk.write_selectors("bote", &TagdivPortal::selectors("bote", server.origin(), "0s"));
    let mut days: Vec<String> =
        portal.truth().iter().map(|expected| expected.published.day().to_string()).collect();
    days.sort();
    let middle = days[days.len() / 2].clone();
    desk.results(&["crawl", "--since", &middle]);
    let within = days.iter().filter(|day| **day >= middle).count();
    assert_eq!(desk.records().len(), within);
    desk.results(&["crawl"]);
    check_against_truth(&desk, &portal);
    assert_eq!(asked_again(&server), [""; 0]);
}

#[test]
fn save_archives_an_address_without_a_selector_file() {
    let server = PortalServer::start(|request| match request.path.as_str() {
        "/meldung" => Reply::html(
            "<html><head><title>Brücke gesperrt</title></head><body><article><h1>Brücke gesperrt</h1><p>Die Brücke über den Moosbach ist seit Montag gesperrt, teilte die Gemeinde mit. Sie wird saniert.</p></article></body></html>",
        ),
        _ => Reply::status(404),
    });
    let desk = Desk::new();
    desk.results(&["save", &server.url("/meldung")]);
    let records = desk.records();
    assert_eq!(records["/meldung"]["headline"], "Brücke gesperrt");
    assert_eq!(records["/meldung"]["portal"], Value::Null);
    assert_eq!(server.paths(), ["/robots.txt", "/.well-known/tdmrep.json", "/meldung"]);
}

/// A selector file without selectors: articles lie below `/artikel/`, and `/liste/` lists them.
pub(crate) fn small_portal(origin: &str, delay: &str) -> String {
    format!(
        "format = 1\n\n[portal]\nid = \"klein\"\nhome = \"{origin}/\"\n\n[politeness]\ndelay = \"{delay}\"\n\n[urls]\narticle = ['^/artikel/', '^/intern/']\n\n[[listing]]\nurl = \"{origin}/liste/\"\n"
    )
}

/// SIGTERM, as a service manager sends it.
fn terminate(child: &Child) {
    let status = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

/// The archive is one directory; copied, it is the same archive.
#[test]
fn a_copied_archive_is_the_same_archive() {
    let portal = TagdivPortal::new(24, 9);
    let server = portal.serve();
    let desk = Desk::new();
    desk.write_selectors("bote", &TagdivPortal::selectors("bote", server.origin(), "0s"));
    desk.results(&["crawl"]);
    copy(&desk.path("archive"), &desk.path("copy"));
    assert_eq!(
        desk.results(&["--archive", "copy", "export", "--format", "csv"]),
        desk.results(&["export", "--format", "csv"])
    );
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_portal_that_does_not_answer_is_a_failure_even_in_silence() {
    let gone = PortalServer::start(|_| Reply::status(404)).origin().to_owned();
    let desk = Desk::new();
    desk.write_selectors("stumm", &small_portal(&gone, "0s"));
    let output = desk.run(&["crawl", "--quiet"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("robots.txt"), "{}", text(&output.stderr));
    assert_eq!(desk.run(&["save", &format!("{gone}/artikel/1")]).status.code(), Some(3));
}
