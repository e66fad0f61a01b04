//! Runs nobody watches: a month under cron, the message about a bad run, heartbeat, figures, overlapping starts.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use dateline::cli::{Exit, run_report};
use dateline::config::{self, Overrides};
use dateline::crawl::{self, CrawlError, CrawlPlan, LockError, RunClock, RunReport, Shutdown};
use dateline::portal::{Portal, Sources, load};
use jiff::{SignedDuration, Timestamp};

use crate::crawl::{Desk, text};
use crate::portal::{Gate, PortalServer, Reply};

/// Hours between two runs.
const EVERY: u64 = 6;

/// A portal that lives: three articles a day, a bad day now and then, one redesign. `hour` counts from its first.
fn living_portal(hour: &Arc<AtomicU64>) -> PortalServer {
    let hour = Arc::clone(hour);
    PortalServer::start(move |request| {
        let hour = hour.load(Ordering::SeqCst);
        let (day, newest) = (hour / 24, 20 + hour / 8);
        match request.path.as_str() {
            _ if day == 8 => Reply::status(500),
            "/robots.txt" => Reply::text("User-agent: *\nDisallow: /intern/\n"),
            "/lokales/" => {
                let mut links = String::new();
                for number in (newest.saturating_sub(15)..=newest).rev() {
                    let _ = write!(links, "<li><a href=\"/artikel/{number}\">Artikel {number}</a></li>");
                }
                Reply::html(format!("<html><body><ul>{links}</ul></body></html>"))
            }
            // Taken down before anybody could read it.
            "/artikel/65" => Reply::status(404),
            path => {
                let Some(number) =
                    path.strip_prefix("/artikel/").and_then(|number| number.parse::<u64>().ok())
                else {
                    return Reply::status(404);
                };
                // The redesign is on the morning of the twentieth day.
                let class = if number > 20 + 3 * 20 { "dachzeile" } else { "kicker" };
                Reply::html(format!(
                    "<html lang=\"de\"><body><article><p class=\"{class}\">Thema {}</p><h1>Überschrift {number}</h1><p>{}</p></article></body></html>",
                    number % 7,
                    "Der Gemeinderat hat am Abend lange über die Brücke gesprochen. ".repeat(8)
                ))
            }
        }
    })
}

fn portal(origin: &str, kicker: &str) -> Arc<Portal> {
    let host = origin.trim_start_matches("http://");
    let file = format!(
        "format = 1\n[portal]\nhosts = [\"{host}\"]\nlanguage = \"de\"\n[urls]\narticle = ['^/artikel/\\d+$']\n\
         [[listing]]\nurl = \"{origin}/lokales/\"\n[article]\nkicker = \"{kicker}\"\nheadline = \"h1\"\n\
         [health]\nmin_fill = {{ kicker = 0.9 }}\n"
    );
    let mut sources = Sources::default();
    sources.insert("bote", "selectors/bote.toml", &file);
    Arc::new(load("bote", &sources).map_err(|mistakes| format!("{mistakes:?}")).unwrap().portal)
}

/// One run by an invented clock: the exit code, and what cron would mail.
fn run_quietly(archive: &Path, portal: &Arc<Portal>, at: Timestamp) -> (Exit, String, RunReport) {
    let plan = CrawlPlan::discovery(
        archive.to_owned(),
        vec![Arc::clone(portal)],
        config::load(&Overrides::default()).unwrap(),
    );
    let started = Instant::now();
    let report = loop {
        match crawl::run_at(&plan, RunClock::invented(at), &Shutdown::default(), &mut |_| {}) {
            // Other tests of this process start programs: for a moment such a child holds every open file, the last
            // run's lock too.
            Err(CrawlError::Lock(LockError::Held(_))) if started.elapsed().as_secs() < 20 => {}
            result => break result.unwrap(),
        }
    };
    let exit = Exit::of(&report);
    let mail = if exit == Exit::Done { String::new() } else { run_report::message(&report, exit, archive) };
    (exit, mail, report)
}

#[test]
fn a_month_under_cron_is_silent_on_good_days_and_clear_on_bad_ones() {
    let hour = Arc::new(AtomicU64::new(0));
    let server = living_portal(&hour);
    let directory = tempfile::tempdir().unwrap();
    let archive = directory.path().join("archive");
    let start: Timestamp = "2025-03-01T06:17:00Z".parse().unwrap();
    let (before, after) = (portal(server.origin(), "p.kicker"), portal(server.origin(), "p.dachzeile"));
    let mut mails: Vec<(u64, Exit, String)> = Vec::new();
    let mut articles = 0;
    for now in (0..30 * 24).step_by(EVERY as usize) {
        hour.store(now, Ordering::SeqCst);
        // Somebody reads the mails about the redesign, and mends the file two days later.
        let portal = if now / 24 < 23 { &before } else { &after };
        let at = start + SignedDuration::from_hours(now as i64);
        let (exit, mail, report) = run_quietly(&archive, portal, at);
        articles += report.portals[0].new;
        assert_eq!(exit == Exit::Done, mail.is_empty());
        if exit != Exit::Done {
            mails.push((now / 24, exit, mail));
        }
    }
    // Everything there was to read is there: 16 of the first run, then all that came, less the one taken down.
    assert_eq!(articles, 16 + (29 * 24 + 18) / 8 - 1);
    let days = |wanted: Exit| -> Vec<u64> {
        mails.iter().filter(|(_, exit, _)| *exit == wanted).map(|(day, ..)| *day).collect()
    };
    assert_eq!(days(Exit::SomePagesFailed), [8, 8, 8, 8, 15], "{mails:#?}");
    let drift = days(Exit::Drift);
    assert!(!drift.is_empty() && drift.iter().all(|day| (20..23).contains(day)), "{drift:?}");
    assert_eq!(mails.len(), 5 + drift.len());
    for (day, exit, mail) in &mails {
        assert!(mail.len() < 4_000, "the size of a mail: {mail}");
        assert!(mail.contains("bote: "), "names the portal: {mail}");
        assert!(mail.contains("What to do: "), "names a remedy: {mail}");
        let problem = match (day, exit) {
            (8, _) => "robots.txt answered 500",
            (_, Exit::Drift) => "kicker found in ",
            _ => "/artikel/65: HTTP 404",
        };
        assert!(mail.contains(problem), "names the problem: {mail}");
    }
}

const SELECTORS: &str = "format = 1\n[portal]\nhosts = [\"HOST\"]\n[urls]\narticle = ['^/artikel/\\d+$']\n\
                         [[listing]]\nurl = \"ORIGIN/lokales/\"\n";

fn selectors(server: &PortalServer) -> String {
    let host = server.origin().trim_start_matches("http://");
    SELECTORS.replace("HOST", host).replace("ORIGIN", server.origin())
}

fn listing(numbers: &[u32]) -> Reply {
    let links = numbers.iter().map(|number| format!("<a href=\"/artikel/{number}\">Artikel {number}</a>"));
    Reply::html(format!("<html><body>{}</body></html>", links.collect::<String>()))
}

fn article(number: u32) -> Reply {
    let words = format!("Ein Satz mit Inhalt, der zu Artikel {number} gehört. ").repeat(12);
    Reply::html(format!("<html><body><article><h1>Titel {number}</h1><p>{words}</p></article></body></html>"))
}

#[test]
fn a_problem_calls_the_command_with_message_and_facts_and_a_good_run_does_not() {
    let server = PortalServer::of_routes([
        ("/robots.txt", Reply::text("")),
        ("/lokales/", listing(&[1, 2])),
        ("/artikel/1", article(1)),
        ("/artikel/2", Reply::status(410)),
    ]);
    let desk = Desk::new();
    desk.write_selectors("bote", &selectors(&server));
    std::fs::write(
        desk.path("dateline.toml"),
        "[unattended]\non_problem = '{ echo \"$DATELINE_EXIT_CODE|$DATELINE_SUBJECT|$DATELINE_PORTALS\"; cat; } >> mail'\n",
    )
    .unwrap();
    let output = desk.run(&["crawl", "--quiet"]);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(3), String::new()));
    let mail = std::fs::read_to_string(desk.path("mail")).unwrap();
    assert!(
        mail.starts_with("3|dateline: pages failed on bote|bote\ndateline: pages failed on bote\n"),
        "{mail}"
    );
    assert!(mail.contains("/artikel/2: HTTP 410") && mail.contains("What to do: "), "{mail}");
    assert_eq!(mail.split_once('\n').unwrap().1, text(&output.stderr), "cron's mail is the same message");
    // The page that is gone is not asked again: the next run is a good one.
    let output = desk.run(&["crawl", "--quiet"]);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
    assert_eq!(std::fs::read_to_string(desk.path("mail")).unwrap(), mail);
    // A portal that is left out because of its file is a problem, too.
    desk.write_selectors("kaputt", "format = 1\n[portal]\nhome = 5\n");
    assert_eq!(desk.run(&["crawl", "--quiet", "--on-problem", "cat > broken"]).status.code(), Some(2));
    let broken = std::fs::read_to_string(desk.path("broken")).unwrap();
    assert!(broken.starts_with("kaputt: its portal file has mistakes"), "{broken}");
    // A flag wins over the file; a mistake that keeps the run from starting is told, too.
    let output = desk.run(&["crawl", "niemand", "--on-problem", "cat > other; false"]);
    assert_eq!(output.status.code(), Some(2));
    let other = std::fs::read_to_string(desk.path("other")).unwrap();
    assert!(other.starts_with("there is no portal \"niemand\""), "{other}");
    assert!(text(&output.stderr).contains("--on-problem: it ended with"), "{}", text(&output.stderr));
}

#[test]
fn a_heartbeat_goes_out_after_good_runs_only_and_never_to_a_portal() {
    let watch = PortalServer::of_routes([("/ping/abc", Reply::text("OK"))]);
    let broken = Arc::new(AtomicU64::new(0));
    let is_broken = Arc::clone(&broken);
    let server = PortalServer::start(move |request| match request.path.as_str() {
        "/robots.txt" => Reply::text(""),
        "/lokales/" if is_broken.load(Ordering::SeqCst) == 0 => listing(&[1]),
        "/artikel/1" => article(1),
        _ => Reply::status(404),
    });
    let desk = Desk::new();
    desk.write_selectors("bote", &selectors(&server));
    let crawl = ["crawl", "--quiet", "--heartbeat", &watch.url("/ping/abc")];
    assert_eq!(desk.run(&crawl).status.code(), Some(0));
    assert_eq!(watch.paths(), ["/ping/abc"], "one request, no robots.txt");
    let agent = watch.log()[0].request.headers.get("user-agent").unwrap().to_owned();
    assert!(agent.starts_with("dateline/"), "{agent}");
    broken.store(1, Ordering::SeqCst);
    assert_eq!(desk.run(&crawl).status.code(), Some(3));
    assert_eq!(watch.paths().len(), 1, "silence is what raises the alarm");
    // A service that does not answer is no reason for a mail.
    broken.store(0, Ordering::SeqCst);
    let output = desk.run(&["crawl", "--quiet", "--heartbeat", &watch.url("/gone")]);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
    let before = server.paths().len();
    let output = desk.run(&["crawl", "--heartbeat", &server.url("/ping")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("is on a portal's host"), "{}", text(&output.stderr));
    assert_eq!(server.paths().len(), before, "nothing was asked");
}

#[test]
fn figures_for_prometheus_are_written_whole_after_every_run() {
    let server = PortalServer::of_routes([
        ("/robots.txt", Reply::text("")),
        ("/lokales/", listing(&[1, 2])),
        ("/artikel/1", article(1)),
        ("/artikel/2", article(2)),
    ]);
    let desk = Desk::new();
    desk.write_selectors("bote", &selectors(&server));
    desk.results(&["crawl", "--quiet", "--metrics", "dateline.prom"]);
    let metrics = std::fs::read_to_string(desk.path("dateline.prom")).unwrap();
    for line in [
        "dateline_exit_code 0\n",
        "dateline_run_new_articles{portal=\"bote\"} 2\n",
        "dateline_articles{portal=\"bote\"} 2\n",
        "# TYPE dateline_last_success_timestamp_seconds gauge\n",
    ] {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
    assert_eq!(desk.run(&["crawl", "niemand", "--metrics", "dateline.prom"]).status.code(), Some(2));
    let metrics = std::fs::read_to_string(desk.path("dateline.prom")).unwrap();
    assert!(
        metrics.contains("dateline_exit_code 2\n") && metrics.contains("dateline_last_success"),
        "{metrics}"
    );
    let output = desk.run(&["crawl", "--quiet", "--metrics", "nirgends/dateline.prom"]);
    assert_eq!(output.status.code(), Some(1), "figures that cannot be written are a failure");
    assert!(text(&output.stderr).contains("nirgends/dateline.prom"), "{}", text(&output.stderr));
}

#[test]
fn overlapping_starts_do_no_harm() {
    let gate = Gate::default();
    let server = PortalServer::of_routes([
        ("/robots.txt", Reply::text("")),
        ("/lokales/", listing(&[1, 2]).held_by(&gate)),
        ("/artikel/1", article(1)),
        ("/artikel/2", article(2)),
    ]);
    let desk = Desk::new();
    desk.write_selectors("bote", &selectors(&server));
    let first = desk.command(&["crawl", "--quiet"]).spawn().unwrap();
    server.wait_for_answers(1);
    let overlapping: Vec<_> = (0..5)
        .map(|_| {
            desk.command(&[
                "crawl",
                "--quiet",
                "--metrics",
                "m.prom",
                "--on-problem",
                "echo $DATELINE_EXIT_CODE >> codes",
            ])
        })
        .map(|mut command| command.spawn().unwrap())
        .collect();
    for child in overlapping {
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(75));
        assert!(text(&output.stderr).contains("another run holds the archive"), "{}", text(&output.stderr));
    }
    assert!(!desk.path("m.prom").exists(), "the figures are those of the run that works");
    assert_eq!(std::fs::read_to_string(desk.path("codes")).unwrap(), "75\n".repeat(5));
    gate.open();
    let output = first.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
    assert_eq!(desk.records().len(), 2);
    assert_eq!(server.times_asked("/artikel/1"), 1);
}

#[test]
fn settings_say_where_they_come_from() {
    let desk = Desk::new();
    std::fs::write(
        desk.path("dateline.toml"),
        "contact = \"file@example.org\"\narchive = \"news\"\n[limits]\ntotal = \"1m\"\n[unattended]\nmax_time = \"50m\"\n",
    )
    .unwrap();
    let show = |arguments: &[&str], variable: Option<(&str, &str)>| {
        let mut command = desk.command(&[&["config", "show", "--origin"], arguments].concat());
        let output = command.envs(variable).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let lines = text(&output.stdout);
        move |key: &str| {
            let line =
                lines.lines().find(|line| line.starts_with(key)).unwrap_or_else(|| panic!("{key}: {lines}"));
            line.split_whitespace().collect::<Vec<_>>().join(" ")
        }
    };
    let shown = show(&[], None);
    assert_eq!(shown("contact"), "contact = \"file@example.org\" # dateline.toml:1");
    assert_eq!(shown("archive"), "archive = \"news\" # dateline.toml:2");
    assert_eq!(shown("total"), "total = \"1m\" # dateline.toml:4");
    assert_eq!(shown("connections"), "connections = 64 # default");
    let shown = show(&[], Some(("DATELINE_CONTACT", "env@example.org")));
    assert_eq!(shown("contact"), "contact = \"env@example.org\" # DATELINE_CONTACT");
    let variable = Some(("DATELINE_MAX_TIME", "30m"));
    let shown = show(&["--contact", "flag@example.org", "--archive", "other"], variable);
    assert_eq!(shown("contact"), "contact = \"flag@example.org\" # --contact");
    assert_eq!(shown("archive"), "archive = \"other\" # --archive");
    assert_eq!(shown("max_time"), "max_time = \"30m\" # DATELINE_MAX_TIME");
    // The file's archive is the one commands read.
    let output = desk.run(&["status"]);
    assert!(text(&output.stderr).contains("news"), "{}", text(&output.stderr));
}
