//! How a run goes: a line per portal on a terminal, else a line a minute in the log.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, stderr};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::{Globals, When};
use crate::crawl::{PortalReport, RunReport};

/// How often a run without a terminal says that it is alive.
const LOG_EVERY: Duration = Duration::from_secs(60);

/// Shows how a run goes.
pub(crate) struct Progress {
    lines: Option<(MultiProgress, Vec<ProgressBar>)>,
    logged: Instant,
}

impl Progress {
    /// Progress as the flags want it.
    pub(crate) fn new(globals: &Globals) -> Self {
        let wanted = match globals.progress {
            When::Always => true,
            When::Never => false,
            When::Auto => stderr().is_terminal(),
        };
        let lines = (wanted && !globals.quiet).then(|| {
            let target = match globals.progress {
                // Drawn even into a file or a pipe, because it was asked for.
                When::Always if !stderr().is_terminal() => ProgressDrawTarget::stderr_with_hz(1),
                _ => ProgressDrawTarget::stderr_with_hz(8),
            };
            (MultiProgress::with_draw_target(target), Vec::new())
        });
        Self { lines, logged: Instant::now() }
    }

    /// Shows the state of the run.
    pub(crate) fn show(&mut self, report: &RunReport) {
        if let Some((lines, bars)) = &mut self.lines {
            while bars.len() < report.portals.len() {
                let style = ProgressStyle::with_template("{spinner} {msg}")
                    .unwrap_or(ProgressStyle::default_spinner());
                bars.push(lines.add(ProgressBar::new_spinner().with_style(style)));
            }
            for (bar, portal) in bars.iter().zip(&report.portals) {
                bar.set_message(line(portal));
                bar.tick();
            }
        } else if self.logged.elapsed() >= LOG_EVERY {
            self.logged = Instant::now();
            for portal in &report.portals {
                tracing::info!(
                    portal = portal.portal,
                    requests = portal.requests,
                    articles = portal.articles(),
                    failed = portal.failed,
                    "crawling"
                );
            }
        }
    }

    /// Takes the lines away; what the run gave is printed next.
    pub(crate) fn clear(&mut self) {
        if let Some((lines, bars)) = &mut self.lines {
            for bar in bars.iter() {
                bar.finish_and_clear();
            }
            let _ = lines.clear();
        }
    }
}

/// A portal's state in one line.
fn line(portal: &PortalReport) -> String {
    let mut line = format!(
        "{}  {} requests, {} articles ({} new)",
        portal.portal,
        portal.requests,
        portal.articles(),
        portal.new
    );
    if portal.failed > 0 {
        let _ = write!(line, ", {} failed", portal.failed);
    }
    if portal.excluded > 0 {
        let _ = write!(line, ", {} forbidden by robots.txt", portal.excluded);
    }
    line
}
