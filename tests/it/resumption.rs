//! Runs that end badly: killed, without disk, without evidence, without network. The next run goes on, what was stored
//! stays, and nothing but the pages in flight is asked twice.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use dateline::model::capture::CaptureRef;
use dateline::warc::{check_file, read_capture};
use rusqlite::Connection;

use crate::crawl::{Desk, small_portal, text};
use crate::portal::{PortalServer, Reply, TagdivPortal};

/// Requests that may be repeated after a run was cut off: one page whose rows were not yet committed, and the one
/// asked for meanwhile.
const IN_FLIGHT: usize = 2;

fn database(desk: &Desk) -> Connection {
    Connection::open(desk.path("archive/dateline.db")).unwrap()
}

fn count(connection: &Connection, sql: &str) -> i64 {
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Whether the archive is whole: every reference leads somewhere, nothing is there twice, every capture can be read.
#[track_caller]
fn check_archive(desk: &Desk) {
    let connection = database(desk);
    let integrity: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(integrity, "ok");
    let sql = "SELECT count(*) FROM pragma_foreign_key_check";
    assert_eq!(count(&connection, sql), 0, "references that lead nowhere");
    for (what, sql) in [
        ("articles without a revision", "SELECT count(*) FROM article WHERE revision NOT IN (SELECT id FROM revision)"),
        ("revisions without an article", "SELECT count(*) FROM revision WHERE article NOT IN (SELECT seq FROM article)"),
        ("one address twice", "SELECT count(*) - count(DISTINCT url) FROM article"),
        ("one revision twice", "SELECT count(*) - count(DISTINCT article || ' ' || number) FROM revision"),
        ("one address twice in the frontier", "SELECT count(*) - count(DISTINCT host || ' ' || path) FROM frontier"),
        ("captures of no request", "SELECT count(*) FROM capture WHERE id NOT IN (SELECT capture FROM fetch WHERE capture IS NOT NULL)"),
        ("articles the frontier does not know as done", "SELECT count(*) FROM article a WHERE NOT EXISTS
            (SELECT 1 FROM frontier f JOIN host h ON h.id = f.host WHERE h.origin || f.path = a.url AND f.state = 1)"),
    ] {
        assert_eq!(count(&connection, sql), 0, "{what}");
    }
    connection
        .execute("INSERT INTO article_fts (article_fts, rank) VALUES ('integrity-check', 1)", [])
        .unwrap();
    let mut statement = connection
        .prepare("SELECT w.name, c.\"offset\", c.length, c.digest FROM capture c JOIN warc_file w ON w.id = c.warc_file")
        .unwrap();
    let places = statement
        .query_map([], |row| {
            Ok(CaptureRef {
                warc: row.get(0)?,
                offset: row.get::<_, i64>(1)? as u64,
                length: row.get::<_, i64>(2)? as u64,
                digest: row.get::<_, String>(3)?.parse().unwrap(),
            })
        })
        .unwrap();
    for place in places {
        let place = place.unwrap();
        read_capture(&desk.path("archive/warc"), &place).unwrap();
    }
    for file in std::fs::read_dir(desk.path("archive/warc")).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(check_file(&path).unwrap().1, [], "{}", path.display());
    }
}

/// Whether every article of the portal is in the archive, once.
#[track_caller]
fn check_complete(desk: &Desk, portal: &TagdivPortal) {
    check_archive(desk);
    let records = desk.records();
    let truth = portal.truth();
    let fetches = || desk.results(&["export", "fetches", "--format", "jsonl"]);
    for expected in &truth {
        let said =
            || fetches().lines().filter(|line| line.contains(&expected.path)).collect::<Vec<_>>().join("\n");
        assert!(records.contains_key(&expected.path), "{} is missing:\n{}", expected.path, said());
    }
    assert_eq!(records.len(), truth.len());
}

/// How many requests for articles were made more often than once.
fn repeated(server: &PortalServer, portal: &TagdivPortal) -> usize {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for path in server.paths() {
        *times.entry(path).or_default() += 1;
    }
    portal.truth().iter().filter_map(|expected| times.get(&expected.path)).map(|times| times - 1).sum()
}

/// Runs the command under a limit on the size of files, past which writing fails as on a full disk.
fn with_small_disk(desk: &Desk, kilobytes: u32) -> std::process::Output {
    let program = env!("CARGO_BIN_EXE_dateline");
    // Units of 512 bytes; the signal that comes first is ignored, so that the write itself fails.
    let script = format!("trap '' XFSZ; ulimit -f {}; exec {program} crawl", kilobytes * 2);
    let mut command = Command::new("sh");
    command.args(["-c", &script]).current_dir(desk.path("."));
    command.env_remove("DATELINE_CONTACT").env_remove("DATELINE_ARCHIVE").env_remove("DATELINE_SELECTORS");
    command.output().unwrap()
}

/// `DATELINE_KILLS=50 cargo test --test it resumption::` kills fifty times over two thousand articles.
#[test]
fn killed_at_any_moment_a_crawl_goes_on_where_it_was() {
    let kills: usize = std::env::var("DATELINE_KILLS").map_or(5, |kills| kills.parse().unwrap());
    let articles = (kills * 40).min(2_000);
    let portal = TagdivPortal::new(articles, 41);
    let server = portal.serve();
    let desk = Desk::new();
    desk.write_selectors("bote", &TagdivPortal::selectors("bote", server.origin(), "0s"));
    let mut state = u64::from(std::process::id()) | 1;
    let mut random = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let per_kill = (articles / kills.max(1)) as u64;
    for _ in 0..kills {
        let before = server.log().len();
        let mut child = desk.command(&["crawl"]).spawn().unwrap();
        // After so many answers, and then at any moment between two of them.
        let answers = before + random(2 * per_kill) as usize;
        let moment = Duration::from_micros(random(30_000));
        let begun = Instant::now();
        while server.log().len() < answers && child.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < Duration::from_secs(120), "the crawl stands still");
            std::thread::yield_now();
        }
        std::thread::sleep(moment);
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let output = desk.run(&["crawl"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    check_complete(&desk, &portal);
    let repeated = repeated(&server, &portal);
    assert!(repeated <= kills * IN_FLIGHT, "{repeated} requests repeated after {kills} kills");
    println!("{articles} articles, {kills} kills, {repeated} requests repeated");
}

#[test]
fn a_full_disk_ends_a_run_and_the_next_one_goes_on() {
    let portal = TagdivPortal::new(150, 42);
    let server = portal.serve();
    let desk = Desk::new();
    desk.write_selectors("bote", &TagdivPortal::selectors("bote", server.origin(), "0s"));
    let mut stopped = 0;
    for kilobytes in [150, 700, 1_100] {
        let output = with_small_disk(&desk, kilobytes);
        stopped += usize::from(output.status.code() == Some(1));
        assert_ne!(output.status.code(), None, "it ends in good order");
        if output.status.code() == Some(1) {
            assert!(text(&output.stderr).contains("error: "), "{}", text(&output.stderr));
        }
    }
    assert!(stopped > 0, "the limit was never met");
    desk.results(&["crawl"]);
    check_complete(&desk, &portal);
    let repeated = repeated(&server, &portal);
    assert!(repeated <= 3 * IN_FLIGHT, "{repeated} requests repeated");
}

#[test]
fn evidence_that_vanishes_ends_a_run_before_a_row_points_into_nothing() {
    let portal = TagdivPortal::new(150, 43);
    let server = portal.serve();
    let desk = Desk::new();
    desk.write_selectors("bote", &TagdivPortal::selectors("bote", server.origin(), "2ms"));
    let child = desk.command(&["crawl"]).spawn().unwrap();
    server.wait_for_answers(40);
    std::fs::rename(desk.path("archive/warc"), desk.path("away")).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("warc.gz"), "{}", text(&output.stderr));
    // It was a disk that came off, and comes back.
    std::fs::rename(desk.path("away"), desk.path("archive/warc")).unwrap();
    desk.results(&["crawl"]);
    check_complete(&desk, &portal);
    assert!(repeated(&server, &portal) <= IN_FLIGHT);
}

#[test]
fn evidence_that_is_gone_for_good_does_not_keep_the_next_run_from_working() {
    let portal = TagdivPortal::new(60, 44);
    let server = portal.serve();
    let desk = Desk::new();
    desk.write_selectors("bote", &TagdivPortal::selectors("bote", server.origin(), "0s"));
    desk.results(&["crawl", "--max-articles", "20"]);
    std::fs::remove_dir_all(desk.path("archive/warc")).unwrap();
    desk.results(&["crawl"]);
    assert_eq!(desk.records().len(), 60, "what was read stays, what was not is read");
    assert_eq!(repeated(&server, &portal), 0);
}

#[test]
fn a_reader_does_not_disturb_a_crawl_and_another_writer_is_waited_for() {
    let portal = TagdivPortal::new(80, 45);
    let server = portal.serve();
    let desk = Desk::new();
    desk.write_selectors("bote", &TagdivPortal::selectors("bote", server.origin(), "1ms"));
    desk.results(&["crawl", "--max-articles", "10"]);
    let reader = database(&desk);
    reader.execute_batch("BEGIN").unwrap();
    let seen = count(&reader, "SELECT count(*) FROM article");
    let child = desk.command(&["crawl"]).spawn().unwrap();
    let asked = server.log().len();
    server.wait_for_answers(asked + 20);
    let writer = database(&desk);
    writer.busy_timeout(Duration::from_secs(30)).unwrap();
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    let asked = server.log().len();
    std::thread::sleep(Duration::from_millis(700));
    assert!(server.log().len() <= asked + IN_FLIGHT, "nothing more is asked that could not be kept");
    writer.execute_batch("ROLLBACK").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(count(&reader, "SELECT count(*) FROM article"), seen, "the reader sees what it saw");
    drop(reader);
    check_complete(&desk, &portal);
    assert_eq!(repeated(&server, &portal), 0);
}

#[test]
fn a_network_that_goes_away_leaves_the_rest_to_the_next_run() {
    let portal = TagdivPortal::new(120, 46);
    let is_down = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&is_down);
    let server = portal.serve_but(move |_| switch.load(Ordering::SeqCst).then(Reply::hang_up));
    let desk = Desk::new();
    desk.write_selectors("bote", &TagdivPortal::selectors("bote", server.origin(), "1ms"));
    std::fs::write(desk.path("dateline.toml"), "[politeness]\nbreaker_failures = 3\n").unwrap();
    let child = desk.command(&["crawl"]).spawn().unwrap();
    server.wait_for_answers(60);
    is_down.store(true, Ordering::SeqCst);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("left alone after"), "{}", text(&output.stdout));
    is_down.store(false, Ordering::SeqCst);
    desk.results(&["crawl"]);
    check_complete(&desk, &portal);
}

#[test]
fn a_lock_is_given_back_by_a_run_that_was_killed() {
    let server = PortalServer::start(|request| match request.path.as_str() {
        "/liste/" => Reply::html("<a href='/artikel/1'>1</a>"),
        _ => Reply::status(404),
    });
    let desk = Desk::new();
    desk.write_selectors("klein", &small_portal(server.origin(), "200ms"));
    let mut child = desk.command(&["crawl"]).spawn().unwrap();
    server.wait_for_answers(1);
    assert_eq!(desk.run(&["crawl"]).status.code(), Some(75));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(desk.path("archive/dateline.lock").exists());
    assert_eq!(
        desk.run(&["crawl"]).status.code(),
        Some(3),
        "the article is missing, the archive is not held"
    );
}
