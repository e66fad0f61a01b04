//! What a run did, for a person: a line per portal, then what went wrong and what to do. Silent with `--quiet` when all is well.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use crate::cli::terminal::harmless;
use crate::cli::{Exit, Globals, output};
use crate::crawl::{PortalReport, Problem, RunReport};

/// Notes told; the report has them all.
const NOTES: usize = 10;

/// Problems told; the rest is counted.
const PROBLEMS: usize = 12;

/// Particulars told of one problem.
const PARTICULARS: usize = 6;

/// Prints the report: to stdout, or to stderr where stdout holds something else or only problems are told.
pub(crate) fn print(
    report: &RunReport,
    globals: &Globals,
    exit: Exit,
    stdout_taken: bool,
) -> std::io::Result<()> {
    if globals.quiet && exit == Exit::Done {
        return Ok(());
    }
    if globals.quiet {
        output::write_stderr(&message(report, exit, &globals.archive));
        return Ok(());
    }
    let text = summary(report);
    if stdout_taken {
        output::write_stderr(&text);
    } else {
        output::write_stdout(&text)?;
    }
    Ok(())
}

/// What is wrong in one line, for the subject of a mail.
pub(crate) fn subject(report: &RunReport, exit: Exit) -> String {
    let problems = report.problems();
    let portals: BTreeSet<&str> = problems.iter().map(|problem| problem.portal.as_str()).collect();
    let portals: Vec<String> = portals.into_iter().map(name).collect();
    let names = match portals.as_slice() {
        [] => String::new(),
        [one] => format!(" on {one}"),
        [one, two] => format!(" on {one} and {two}"),
        [one, two, rest @ ..] => format!(" on {one}, {two} and {} more", rest.len()),
    };
    let what = match exit {
        Exit::Drift => "rules no longer fit",
        Exit::SomePagesFailed => "pages failed",
        Exit::Interrupted | Exit::Terminated => "the run was stopped",
        _ => "needs a look",
    };
    format!("dateline: {what}{names}")
}

/// What to do about portal files with mistakes: the mistakes themselves are printed when they are read.
pub(crate) fn about_broken(names: &[String]) -> String {
    names.iter().take(PROBLEMS).fold(String::new(), |mut text, name| {
        let _ = writeln!(
            text,
            "{name}: its portal file has mistakes, so that it is not crawled\n  What to do: `dateline selectors check {name}` shows them.\n"
        );
        text
    })
}

/// The one message about a run that went wrong, of a size that suits a mail: portal by portal what is wrong, the
/// addresses, what to do.
pub fn message(report: &RunReport, exit: Exit, archive: &Path) -> String {
    let mut text = format!("{}\n\n", subject(report, exit));
    text.push_str(&problems(&report.problems()));
    for note in report.notes.iter().take(NOTES) {
        let _ = writeln!(text, "note: {}", harmless(note));
    }
    let count = |of: fn(&PortalReport) -> u64| report.portals.iter().map(of).sum::<u64>();
    let minute = |at: jiff::Timestamp| at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    let _ = writeln!(
        text,
        "Run {} from {} to {}: {} new, {} changed, {} failed, {} requests. Archive: {}. Exit code {}.",
        report.run,
        minute(report.started),
        minute(report.ended),
        count(|portal| portal.new),
        count(|portal| portal.changed),
        count(|portal| portal.failed),
        count(|portal| portal.requests),
        archive.display(),
        exit.code(),
    );
    if let Some(reason) = report.stopped {
        let _ =
            writeln!(text, "It was stopped early ({}); the next run goes on from there.", reason.as_str());
    }
    text
}

fn summary(report: &RunReport) -> String {
    let mut text = String::new();
    for portal in &report.portals {
        let _ = writeln!(text, "{}", counts(portal));
    }
    for note in report.notes.iter().take(NOTES) {
        let _ = writeln!(text, "note: {}", harmless(note));
    }
    if let Some(reason) = report.stopped {
        let _ = writeln!(text, "stopped early ({}); the next run goes on from here", reason.as_str());
    }
    let found = report.problems();
    if !found.is_empty() {
        let _ = write!(text, "\n{}", problems(&found));
    }
    text
}

/// What a dry run found: how many articles, and how long fetching them would take.
pub(crate) fn outlook(report: &RunReport) -> String {
    let mut text = String::new();
    for portal in report.portals.iter().filter(|portal| portal.would_fetch > 0) {
        let articles = if portal.would_fetch == 1 { "article" } else { "articles" };
        let pace = match portal.pause {
            Duration::ZERO => "as fast as it answers".to_owned(),
            pause => format!("at one request every {}", spaced(pause)),
        };
        let time = in_words(portal.would_take());
        let _ = writeln!(text, "{}: {} {articles}, {time} {pace}", name(&portal.portal), portal.would_fetch);
    }
    if report.portals.iter().filter(|portal| portal.would_fetch > 0).count() > 1 {
        let longest = report.portals.iter().map(PortalReport::would_take).max().unwrap_or_default();
        let _ = writeln!(text, "all together: {}, since portals are asked side by side", in_words(longest));
    }
    text
}

/// A length of time that is an estimate: `under a minute`, `about 5 minutes`, `about 2.5 hours`.
fn in_words(time: Duration) -> String {
    match time.as_secs() {
        0..60 => "under a minute".to_owned(),
        60 => "about 1 minute".to_owned(),
        seconds @ 61..7_200 => format!("about {} minutes", seconds.div_ceil(60)),
        seconds @ 7_200..172_800 => format!("about {:.1} hours", seconds as f64 / 3_600.0),
        seconds => format!("about {:.1} days", seconds as f64 / 86_400.0),
    }
}

fn spaced(time: Duration) -> String {
    if time.subsec_millis() == 0 {
        format!("{} s", time.as_secs())
    } else {
        format!("{} ms", time.as_millis())
    }
}

fn problems(problems: &[Problem]) -> String {
    let mut text = String::new();
    for problem in problems.iter().take(PROBLEMS) {
        let _ = writeln!(text, "{}: {}", name(&problem.portal), harmless(&problem.what));
        for line in problem.particulars.iter().take(PARTICULARS) {
            let _ = writeln!(text, "    {}", harmless(line));
        }
        let _ = writeln!(text, "  What to do: {}\n", problem.remedy);
    }
    if problems.len() > PROBLEMS {
        let _ = writeln!(
            text,
            "… and {} more problems; --report FILE has them all.\n",
            problems.len() - PROBLEMS
        );
    }
    text
}

fn counts(portal: &PortalReport) -> String {
    // A dry run keeps nothing: that none is new says nothing.
    let first = if portal.would_fetch > 0 {
        format!("{} to fetch", portal.would_fetch)
    } else {
        format!("{} new", portal.new)
    };
    let mut parts = vec![first];
    for (count, what) in [
        (portal.changed, "changed"),
        (portal.unchanged, "unchanged"),
        (portal.not_articles, "not articles"),
        (portal.outside_period, "outside the period"),
        (portal.excluded, "forbidden by robots.txt"),
        (portal.opted_out, "not archived because they opt out"),
        (portal.duplicates, "known under another address"),
        (portal.trapped, "not followed"),
        (portal.failed, "failed"),
        (portal.waiting, "waiting"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    let requests = if portal.requests == 1 { "request" } else { "requests" };
    format!("{}: {} ({} {requests})", name(&portal.portal), parts.join(", "), portal.requests)
}

fn name(portal: &str) -> String {
    if portal.is_empty() { "(no portal file)".to_owned() } else { portal.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(portals: usize) -> RunReport {
        let now = "2025-03-10T06:17:00Z".parse().unwrap();
        let portals = (0..portals).map(|number| {
            let id = format!("bote{number}");
            let mut portal = PortalReport { portal: id, ..PortalReport::default() };
            portal.drift.push("headline found in 0 % of 20 articles, expected at least 90 %".to_owned());
            for page in 0..50 {
                portal.fail(
                    &format!("https://bote.example/\u{1b}[31m{}/{page}", "x".repeat(400)),
                    "HTTP 500".into(),
                );
            }
            portal
        });
        let notes = vec!["a note".to_owned(); 500];
        let (portals, would_fetch) = (portals.collect(), Vec::new());
        RunReport { run: 7, started: now, ended: now, stopped: None, portals, notes, would_fetch }
    }

    #[test]
    fn a_message_names_portal_problem_and_remedy() {
        let text = message(&report(1), Exit::Drift, Path::new("/news/archive"));
        assert!(
            text.starts_with("dateline: rules no longer fit on bote0\n\nbote0: the rules no longer fit"),
            "{text}"
        );
        assert!(text.contains("headline found in 0 % of 20 articles"), "{text}");
        assert!(text.contains("bote0: the server did not answer properly (50 pages)"), "{text}");
        assert_eq!(text.matches("What to do: ").count(), 2);
        assert!(!text.contains('\u{1b}'), "nothing in it steers a terminal");
    }

    #[test]
    fn a_dry_run_tells_the_minutes() {
        for (seconds, words) in [
            (5, "under a minute"),
            (60, "about 1 minute"),
            (301, "about 6 minutes"),
            (9_000, "about 2.5 hours"),
            (864_000, "about 10.0 days"),
        ] {
            assert_eq!(in_words(Duration::from_secs(seconds)), words);
        }
        let mut report = report(1);
        report.portals[0].would_fetch = 1_000;
        report.portals[0].pause = Duration::from_secs(3);
        (report.portals[0].requests, report.portals[0].answering) = (4, Duration::from_secs(2));
        assert_eq!(outlook(&report), "bote0: 1000 articles, about 59 minutes at one request every 3 s\n");
    }

    #[test]
    fn however_much_goes_wrong_the_message_is_of_a_mails_size() {
        let text = message(&report(400), Exit::Drift, Path::new("archive"));
        assert!(text.len() < 16 * 1024, "{} bytes", text.len());
        assert!(text.contains("… and 788 more problems"), "{text}");
    }
}
