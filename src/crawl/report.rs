//! What a run did, portal by portal: the figures behind the closing lines, `--report` and the exit code.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::crawl::shutdown::StopReason;
use crate::store::PortalCounts;

/// Failures kept by name in a report; the rest is only counted.
const MAX_FAILURES: usize = 1_000;

/// An address that was given up in this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The address.
    pub url: String,
    /// What happened: `HTTP 404`, `timed out (first byte)`.
    pub reason: String,
}

/// What a run did on one portal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PortalReport {
    /// The portal's id.
    pub portal: String,
    /// Requests made, robots.txt included.
    pub requests: u64,
    /// Bytes received, as on the wire.
    pub bytes: u64,
    /// Article addresses seen for the first time.
    pub discovered: u64,
    /// Articles stored for the first time.
    pub new: u64,
    /// Known articles whose content had changed.
    pub changed: u64,
    /// Known articles found as they were.
    pub unchanged: u64,
    /// Pages that were asked and turned out to be no articles.
    pub not_articles: u64,
    /// Addresses that robots.txt forbade.
    pub excluded: u64,
    /// Articles left out because they, or their host, ask not to be archived.
    pub opted_out: u64,
    /// Responses by what they say against being kept or mined, honoured or not.
    pub opt_outs: BTreeMap<&'static str, u64>,
    /// Addresses that were not followed because they lead on without end.
    pub trapped: u64,
    /// Pages that said the same as a known article at another address.
    pub duplicates: u64,
    /// Articles outside `--since`/`--until`.
    pub outside_period: u64,
    /// Articles the portal no longer has.
    pub gone: u64,
    /// Addresses given up in this run.
    pub failed: u64,
    /// The first of them.
    pub failures: Vec<Failure>,
    /// Where the selectors no longer fit.
    pub drift: Vec<String>,
    /// Requests by outcome.
    pub outcomes: BTreeMap<&'static str, u64>,
    /// Article addresses that wait for a later run.
    pub waiting: u64,
    /// With `--dry-run`: articles that would have been fetched.
    pub would_fetch: u64,
    /// With `--dry-run`: the pause between two requests there.
    pub pause: Duration,
    /// How long requests took, all together.
    pub answering: Duration,
}

impl PortalReport {
    /// Counts an address as given up.
    pub fn fail(&mut self, url: &str, reason: String) {
        self.failed += 1;
        if self.failures.len() < MAX_FAILURES {
            self.failures.push(Failure { url: url.to_owned(), reason });
        }
    }

    /// With `--dry-run`: how long fetching those articles would take at the portal's pace, by what answers took so far.
    pub fn would_take(&self) -> Duration {
        let answer = self.answering / u32::try_from(self.requests.max(1)).unwrap_or(u32::MAX);
        (self.pause + answer).saturating_mul(u32::try_from(self.would_fetch).unwrap_or(u32::MAX))
    }

    /// The figures as the archive keeps them.
    pub(crate) fn stored(&self) -> PortalCounts {
        PortalCounts {
            requests: self.requests,
            bytes: self.bytes,
            added: self.new,
            changed: self.changed,
            unchanged: self.unchanged,
            gone: self.gone,
            excluded: self.excluded + self.opted_out,
            failed: self.failed,
            details: json!({
                "drift": self.drift, "outcomes": self.outcomes, "waiting": self.waiting,
                "trapped": self.trapped, "duplicates": self.duplicates,
                "opted_out": self.opted_out, "opt_outs": self.opt_outs,
            }),
        }
    }

    /// Articles read and stored, in whatever state they were found.
    pub fn articles(&self) -> u64 {
        self.new + self.changed + self.unchanged
    }
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunReport {
    /// The run's number in the archive.
    pub run: i64,
    /// When it began.
    pub started: Timestamp,
    /// When it ended; while it runs, the last instant known.
    pub ended: Timestamp,
    /// Why it ended before its work was done.
    pub stopped: Option<StopReason>,
    /// By portal, in the order of the command line.
    pub portals: Vec<PortalReport>,
    /// What a person should know besides.
    pub notes: Vec<String>,
    /// With `--dry-run`: the articles that would have been fetched.
    pub would_fetch: Vec<String>,
}

impl RunReport {
    /// Whether any page failed for good.
    pub fn has_failures(&self) -> bool {
        self.portals.iter().any(|portal| portal.failed > 0)
    }

    /// Whether any portal's selectors no longer fit.
    pub fn has_drift(&self) -> bool {
        self.portals.iter().any(|portal| !portal.drift.is_empty())
    }

    /// How the run ended, as the archive keeps it.
    pub(crate) fn outcome(&self) -> &'static str {
        match self.stopped {
            Some(reason) if reason.is_signal() => "interrupted",
            _ if self.has_drift() => "drift",
            _ if self.has_failures() => "some-pages-failed",
            _ => "done",
        }
    }

    /// The report as JSON, the form of `crawl --report` and of the table `runs`.
    pub fn to_json(&self) -> Value {
        json!({
            "run": self.run,
            "started": self.started.to_string(),
            "ended": self.ended.to_string(),
            "stopped": self.stopped.map(StopReason::as_str),
            "portals": self.portals.iter().map(portal_json).collect::<Vec<_>>(),
            "notes": self.notes,
            "would_fetch": self.would_fetch,
            "program": concat!("dateline ", env!("CARGO_PKG_VERSION")),
        })
    }
}

fn portal_json(portal: &PortalReport) -> Value {
    json!({
        "portal": portal.portal,
        "requests": portal.requests,
        "bytes": portal.bytes,
        "discovered": portal.discovered,
        "new": portal.new,
        "changed": portal.changed,
        "unchanged": portal.unchanged,
        "not_articles": portal.not_articles,
        "excluded_by_robots": portal.excluded,
        "opted_out": portal.opted_out,
        "opt_outs": portal.opt_outs,
        "trapped": portal.trapped,
        "duplicates": portal.duplicates,
        "outside_period": portal.outside_period,
        "waiting": portal.waiting,
        "would_fetch": portal.would_fetch,
        "would_take_seconds": portal.would_take().as_secs_f64(),
        "gone": portal.gone,
        "failed": portal.failed,
        "failures": portal.failures.iter()
            .map(|failure| json!({"url": failure.url, "reason": failure.reason}))
            .collect::<Vec<_>>(),
        "drift": portal.drift,
        "outcomes": portal.outcomes,
    })
}
