//! Runs inside the test's own process, by an invented clock: the engine as the program calls it, at any instant.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use dateline::config::{self, Overrides};
use dateline::crawl::{self, CrawlPlan, RunClock, RunReport, Shutdown};
use dateline::portal::{Portal, Sources, load};

/// What a run is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Only what is new.
    New,
    /// Known articles that are due as well.
    Refresh,
}

/// The portal `bote` at `origin`, with these tables in its file.
pub(crate) fn portal(origin: &str, tables: &str) -> Arc<Portal> {
    let mut sources = Sources::new();
    let head = "format = 1\n[portal]\nlanguage = \"de\"\ntimezone = \"Europe/Berlin\"\n";
    sources.insert("bote", "bote.toml", &format!("{head}home = \"{origin}/\"\n{tables}"));
    Arc::new(load("bote", &sources).map_err(|mistakes| mistakes[0].render(false)).unwrap().portal)
}

/// A run that begins at `instant`.
pub(crate) fn run(archive: &Path, portal: &Arc<Portal>, instant: Timestamp, mode: Mode) -> RunReport {
    let plan = CrawlPlan {
        refresh: mode == Mode::Refresh,
        ..CrawlPlan::discovery(
            archive.to_owned(),
            vec![Arc::clone(portal)],
            config::load(&Overrides::default()).unwrap(),
        )
    };
    crawl::run_at(&plan, RunClock::invented(instant), &Shutdown::default(), &mut |_| {}).unwrap()
}
