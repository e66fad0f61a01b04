//! What a run did, for a person: a line per portal, then what went wrong. Silent with `--quiet` when all is well.

use std::fmt::Write as _;

use crate::cli::{Exit, Globals, output};
use crate::crawl::{PortalReport, RunReport};

/// Failures named on the screen; the report has them all.
const SHOWN: usize = 10;

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
    let text = render(report);
    if globals.quiet || stdout_taken {
        output::write_stderr(&text);
    } else {
        output::write_stdout(&text)?;
    }
    Ok(())
}

fn render(report: &RunReport) -> String {
    let mut text = String::new();
    for portal in &report.portals {
        let _ = writeln!(text, "{}", summary(portal));
        for failure in portal.failures.iter().take(SHOWN) {
            let _ = writeln!(text, "  failed: {} ({})", failure.url, failure.reason);
        }
        if portal.failed as usize > SHOWN {
            let _ = writeln!(text, "  … and {} more; --report lists them", portal.failed as usize - SHOWN);
        }
        for drift in &portal.drift {
            let _ = writeln!(text, "  the selectors no longer fit: {drift}");
        }
    }
    for note in report.notes.iter().take(SHOWN) {
        let _ = writeln!(text, "note: {note}");
    }
    if let Some(reason) = report.stopped {
        let _ = writeln!(text, "stopped early ({}); the next run goes on from here", reason.as_str());
    }
    text
}

fn summary(portal: &PortalReport) -> String {
    let mut parts = vec![format!("{} new", portal.new)];
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
    let name = if portal.portal.is_empty() { "(no portal file)" } else { &portal.portal };
    let requests = if portal.requests == 1 { "request" } else { "requests" };
    format!("{name}: {} ({} {requests})", parts.join(", "), portal.requests)
}
