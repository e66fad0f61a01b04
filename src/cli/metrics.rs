//! A run's figures for Prometheus, in the text format its node exporter collects from files
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>). Written whole or not at all.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use jiff::Timestamp;

use crate::cli::Exit;
use crate::crawl::{PortalReport, RunReport};
use crate::export::file;
use crate::store::status::PortalStatus;

/// What is known after a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts<'a> {
    /// When.
    pub(crate) now: Timestamp,
    /// How it ended.
    pub(crate) exit: Exit,
    /// What it did; `None`: it could not begin.
    pub(crate) report: Option<&'a RunReport>,
    /// What the archive holds.
    pub(crate) portals: &'a [PortalStatus],
    /// When a run last ended well.
    pub(crate) last_success: Option<Timestamp>,
}

/// One figure of a portal.
type Figure = fn(&PortalReport) -> u64;

/// Writes the figures to `path`.
pub(crate) fn write(path: &Path, facts: Facts<'_>) -> io::Result<()> {
    file::replace(path, |out| out.write_all(render(facts).as_bytes()))
}

fn render(facts: Facts<'_>) -> String {
    let mut text = String::new();
    let seconds = |at: Timestamp| at.as_second();
    let ended = facts.report.map_or(facts.now, |report| report.ended);
    single(&mut text, "dateline_last_run_timestamp_seconds", "When the last run ended.", seconds(ended));
    if let Some(at) = facts.last_success {
        let help = "When a run last ended with exit code 0.";
        single(&mut text, "dateline_last_success_timestamp_seconds", help, seconds(at));
    }
    single(&mut text, "dateline_exit_code", "Exit code of the last run.", i64::from(facts.exit.code()));
    if let Some(report) = facts.report {
        let length = report.ended.duration_since(report.started).as_secs();
        single(&mut text, "dateline_run_duration_seconds", "How long the last run took.", length);
        let by_portal: [(&str, &str, Figure); 8] = [
            ("dateline_run_requests", "Requests of the last run.", |portal| portal.requests),
            ("dateline_run_bytes", "Bytes received in the last run.", |portal| portal.bytes),
            ("dateline_run_new_articles", "Articles new in the last run.", |portal| portal.new),
            ("dateline_run_changed_articles", "Articles changed in the last run.", |portal| portal.changed),
            ("dateline_run_failed_pages", "Pages that failed in the last run.", |portal| portal.failed),
            ("dateline_run_excluded_pages", "Pages robots.txt forbade in the last run.", |portal| {
                portal.excluded
            }),
            ("dateline_waiting_pages", "Articles that wait to be fetched.", |portal| portal.waiting),
            ("dateline_drift", "Whether the portal's rules no longer fit.", |portal| {
                u64::from(!portal.drift.is_empty())
            }),
        ];
        for (name, help, value) in by_portal {
            let values = report.portals.iter().map(|portal| (portal.portal.as_str(), value(portal) as i64));
            family(&mut text, name, help, values);
        }
    }
    let id = |portal: &PortalStatus| portal.portal.clone().unwrap_or_default();
    let articles: Vec<_> = facts.portals.iter().map(|portal| (id(portal), portal.articles as i64)).collect();
    let articles = articles.iter().map(|(portal, count)| (portal.as_str(), *count));
    family(&mut text, "dateline_articles", "Articles in the archive.", articles);
    text
}

fn single(text: &mut String, name: &str, help: &str, value: i64) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}");
}

fn family<'a>(text: &mut String, name: &str, help: &str, values: impl Iterator<Item = (&'a str, i64)>) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
    for (portal, value) in values {
        let portal = portal.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let _ = writeln!(text, "{name}{{portal=\"{portal}\"}} {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_the_form_prometheus_reads() {
        let now: Timestamp = "2025-03-10T06:17:00Z".parse().unwrap();
        let portal = PortalReport { portal: "bo\"te".into(), new: 3, ..PortalReport::default() };
        let report = RunReport {
            run: 1,
            started: now,
            ended: now,
            stopped: None,
            portals: vec![portal],
            notes: Vec::new(),
            would_fetch: Vec::new(),
        };
        let facts = Facts { now, exit: Exit::Drift, report: Some(&report), portals: &[], last_success: None };
        let text = render(facts);
        let line = regex::Regex::new(
            r#"^(# (HELP|TYPE) dateline_[a-z_]+ .+|dateline_[a-z_]+(\{portal="([^"\\]|\\.)*"\})? -?\d+)$"#,
        )
        .unwrap();
        for written in text.lines() {
            assert!(line.is_match(written), "{written}");
        }
        assert!(text.contains("dateline_exit_code 4\n"), "{text}");
        assert!(text.contains("dateline_run_new_articles{portal=\"bo\\\"te\"} 3\n"), "{text}");
        assert!(!text.contains("last_success"), "a run that never ended well has no such instant");
    }
}
