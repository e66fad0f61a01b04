//! Workers: one request each, its page read on a blocking thread, the result sent back to the engine.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::crawl::CrawlError;
use crate::crawl::clock::RunClock;
use crate::crawl::plan::CrawlPlan;
use crate::crawl::reading::{Read, read};
use crate::fetch::Fetcher;
use crate::frontier::{Assignment, Job};
use crate::model::outcome::FetchOutcome;
use crate::portal::Portal;

/// One finished request.
#[derive(Debug)]
pub(crate) struct Finished {
    /// What it was for; the permit is used up.
    pub(crate) assignment: Assignment,
    /// How it ended; `None`: it was cut off by the end of the run.
    pub(crate) outcome: Option<FetchOutcome>,
    /// What was read from it.
    pub(crate) read: Read,
    /// When it was sent.
    pub(crate) fetched_at: Timestamp,
    /// How long it took, reading excluded.
    pub(crate) elapsed: Duration,
}

/// The threads that fetch and read.
pub(crate) struct Workers {
    runtime: Runtime,
    fetcher: Fetcher,
    portals: Arc<Vec<(i64, Arc<Portal>)>>,
    /// Pages being read at once: one a core. The rest wait as bytes.
    reading: Arc<Semaphore>,
    cancel: CancellationToken,
}

impl Workers {
    /// Starts the threads. `rows` are the portals' rows in the archive, in the order of the plan.
    pub(crate) fn start(plan: &CrawlPlan, rows: &[i64]) -> Result<Self, CrawlError> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let runtime = Builder::new_multi_thread()
            .worker_threads(cores.min(4))
            .max_blocking_threads(cores + 8)
            .thread_name("dateline-fetch")
            .enable_all()
            .build()
            .map_err(CrawlError::Runtime)?;
        let fetcher = Fetcher::new(plan.settings.fetch.clone())?;
        let portals = rows.iter().copied().zip(plan.portals.iter().cloned()).collect();
        Ok(Self {
            runtime,
            fetcher,
            portals: Arc::new(portals),
            reading: Arc::new(Semaphore::new(cores)),
            cancel: CancellationToken::new(),
        })
    }

    /// Makes the request of `assignment`; its result goes to `sender`, which must have room for every request under way.
    pub(crate) fn fetch(&self, assignment: Assignment, clock: RunClock, sender: SyncSender<Finished>) {
        let fetcher = self.fetcher.clone();
        let portals = Arc::clone(&self.portals);
        let reading = Arc::clone(&self.reading);
        let cancel = self.cancel.clone();
        self.runtime.spawn(async move {
            let fetched_at = clock.now();
            let started = Instant::now();
            let outcome = fetcher.fetch(&assignment.permit, fetched_at, &cancel).await.ok();
            let elapsed = started.elapsed();
            let permit = reading.acquire_owned().await;
            let read_and_send = move || {
                let portal = portal_of(&assignment, &portals);
                let read = outcome.as_ref().map_or_else(Read::nothing, |outcome| {
                    // A page must never end the run: what cannot be read is given up like any other failure.
                    let read = || read(&assignment.job, outcome, portal.as_deref());
                    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Read::broken(outcome))
                });
                let finished = Finished { assignment, outcome, read, fetched_at, elapsed };
                // The engine has gone only when the whole run failed; then nobody waits for this page.
                let _ = sender.send(finished);
                drop(permit);
            };
            // Tracked by the engine, which counts requests under way until each result has come in.
            let _ = tokio::task::spawn_blocking(read_and_send).await;
        });
    }

    /// Ends requests under way as soon as they notice.
    pub(crate) fn cancel(&self) {
        self.cancel.cancel();
    }
}

fn portal_of(assignment: &Assignment, portals: &[(i64, Arc<Portal>)]) -> Option<Arc<Portal>> {
    let Job::Page(queued) = &assignment.job else { return None };
    portals.iter().find(|(row, _)| *row == queued.portal).map(|(_, portal)| Arc::clone(portal))
}
