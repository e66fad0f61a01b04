//! The engine: frontier → fetch → warc → extract → store. Introduces the stages to each other.

mod clock;
mod engine;
mod evidence;
mod health;
mod heartbeat;
mod listings;
mod opt_out;
mod plan;
mod problem;
mod reading;
mod redirect;
mod refresh;
mod report;
mod robots_sitemaps;
mod seeds;
mod settle;
mod shutdown;
mod traps;
mod unanswered;
mod walk;
mod worker;

pub use crate::archive::{ArchiveLock, LockError};
pub use clock::RunClock;
pub use heartbeat::send_heartbeat;
pub use plan::{CrawlPlan, Task};
pub use problem::Problem;
pub use report::{Failure, PortalReport, RunReport};
pub use shutdown::{Shutdown, StopReason};

use crate::archive::ArchiveError;
use crate::crawl::engine::Engine;
use crate::crawl::worker::Workers;
use crate::fetch::FetcherError;
use crate::store::{Store, StoreError};
use crate::warc::WarcError;

/// Why a run could not go on. What happened to single pages is data, not an error.
#[derive(Debug, thiserror::Error)]
pub enum CrawlError {
    /// The archive is held by another run, or cannot be locked.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The evidence could not be written.
    #[error(transparent)]
    Warc(#[from] WarcError),
    /// What a purge left to be done could not be done.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The HTTP client could not be made.
    #[error(transparent)]
    Fetch(#[from] FetcherError),
    /// A crawl of a host that is not this machine, without a contact.
    #[error(
        "a crawl of {0} needs a contact, so that its operators can reach you\n\nhint: --contact you@example.org, DATELINE_CONTACT, or contact = \"…\" in dateline.toml"
    )]
    NoContact(String),
    /// Threads could not be started.
    #[error("cannot start the crawl's threads")]
    Runtime(#[source] std::io::Error),
}

/// Runs a plan to its end: until nothing is left to ask, a limit is reached, or `shutdown` is requested.
///
/// `observer` sees the report about ten times a second. Blocks the calling thread, which alone writes to the archive.
pub fn run(
    plan: &CrawlPlan,
    shutdown: &Shutdown,
    observer: &mut dyn FnMut(&RunReport),
) -> Result<RunReport, CrawlError> {
    run_at(plan, RunClock::wall(), shutdown, observer)
}

/// The same by another clock: what would take a week can be tried in a second.
pub fn run_at(
    plan: &CrawlPlan,
    clock: RunClock,
    shutdown: &Shutdown,
    observer: &mut dyn FnMut(&RunReport),
) -> Result<RunReport, CrawlError> {
    if let Some(host) = plan.host_that_needs_contact() {
        return Err(CrawlError::NoContact(host));
    }
    if plan.dry_run && !plan.archive.exists() {
        // Nothing to learn from and nothing to leave behind.
        return start(plan, clock, Store::open_in_memory()?, shutdown, observer);
    }
    let _lock = ArchiveLock::take(&plan.archive)?;
    start(plan, clock, Store::open(&plan.archive)?, shutdown, observer)
}

fn start(
    plan: &CrawlPlan,
    clock: RunClock,
    store: Store,
    shutdown: &Shutdown,
    observer: &mut dyn FnMut(&RunReport),
) -> Result<RunReport, CrawlError> {
    let engine = Engine::start(plan, clock, store)?;
    let workers = Workers::start(plan, &engine.rows)?;
    engine.run(&workers, shutdown, observer)
}
