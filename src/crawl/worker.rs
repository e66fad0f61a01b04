//! Workers: one request each, its page read on a thread that does nothing else, the result sent back to the engine.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

use crate::crawl::CrawlError;
use crate::crawl::clock::RunClock;
use crate::crawl::plan::CrawlPlan;
use crate::crawl::reading::{Read, read};
use crate::crawl::unanswered::{MAX_STALLED, Unanswered};
use crate::decode::{Limits, Wholeness};
use crate::fetch::{self, Fetcher};
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
    /// Takes what came to the threads that read, one a core. What they have no time for yet waits as bytes.
    readers: SyncSender<Box<dyn FnOnce() + Send>>,
    decode_limits: Limits,
    cancel: CancellationToken,
    unanswered: Unanswered,
}

/// Threads that look names up: one that waits for a dead name server must not hold up the others.
const LOOK_UP_THREADS: usize = 128;

impl Workers {
    /// Starts the threads. `rows` are the portals' rows in the archive, in the order of the plan.
    pub(crate) fn start(plan: &CrawlPlan, rows: &[i64]) -> Result<Self, CrawlError> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let runtime = Builder::new_multi_thread()
            .worker_threads(cores.min(4))
            .max_blocking_threads(LOOK_UP_THREADS)
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
            readers: start_readers(cores, most_under_way(plan))?,
            decode_limits: plan.settings.fetch.decode_limits,
            cancel: CancellationToken::new(),
            unanswered: Unanswered::default(),
        })
    }

    /// Makes the request of `assignment`; its result goes to `sender`, which must have room for every request under way.
    pub(crate) fn fetch(&self, assignment: Assignment, clock: RunClock, sender: SyncSender<Finished>) {
        let fetcher = self.fetcher.clone();
        let portals = Arc::clone(&self.portals);
        let readers = self.readers.clone();
        let limits = self.decode_limits;
        let cancel = self.cancel.clone();
        let waiting = self.unanswered.add(Instant::now());
        self.runtime.spawn(async move {
            let fetched_at = clock.now();
            let started = Instant::now();
            let outcome = fetcher.fetch_unread(&assignment.permit, fetched_at, &cancel).await.ok();
            drop(waiting);
            let elapsed = started.elapsed();
            let read_and_send = move || {
                let portal = portal_of(&assignment, &portals);
                let (wholeness, read) = outcome.as_ref().map_or_else(
                    || (Wholeness::Whole, Read::nothing()),
                    |outcome| {
                        // A page must never end the run: what cannot be read is given up like any other failure.
                        let read = || read(&assignment.job, outcome, portal.as_deref(), &limits);
                        catch_unwind(AssertUnwindSafe(read))
                            .unwrap_or_else(|_| (Wholeness::Whole, Read::broken(outcome)))
                    },
                );
                let outcome = outcome.map(|outcome| fetch::settle(outcome, wholeness, limits));
                let finished = Finished { assignment, outcome, read, fetched_at, elapsed };
                // The engine has gone only when the whole run failed; then nobody waits for this page.
                let _ = sender.send(finished);
            };
            // Has room for every request under way, hence never waits. Tracked by the engine, which counts requests
            // under way until each result has come in.
            let _ = readers.send(Box::new(read_and_send));
        });
    }

    /// Requests under way that have waited for their server for so long that they hold no place of others.
    pub(crate) fn stalled(&self) -> usize {
        self.unanswered.stalled(Instant::now())
    }

    /// Ends requests under way as soon as they notice.
    pub(crate) fn cancel(&self) {
        self.cancel.cancel();
    }
}

/// Most requests under way at once, those included that only wait.
pub(crate) fn most_under_way(plan: &CrawlPlan) -> usize {
    plan.settings.connections + MAX_STALLED
}

/// Starts the threads that read, which end when nothing can come any more. Their own, and few: each keeps memory and
/// the caches of patterns warm, which a pool for everything would spread over many.
fn start_readers(
    threads: usize,
    capacity: usize,
) -> Result<SyncSender<Box<dyn FnOnce() + Send>>, CrawlError> {
    let (sender, receiver) = sync_channel::<Box<dyn FnOnce() + Send>>(capacity + 1);
    let receiver = Arc::new(Mutex::new(receiver));
    for _ in 0..threads {
        let receiver = Arc::clone(&receiver);
        let next = move || receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let work = move || {
            while let Ok(read_and_send) = next() {
                read_and_send();
            }
        };
        std::thread::Builder::new()
            .name("dateline-read".to_owned())
            .spawn(work)
            .map_err(CrawlError::Runtime)?;
    }
    Ok(sender)
}

fn portal_of(assignment: &Assignment, portals: &[(i64, Arc<Portal>)]) -> Option<Arc<Portal>> {
    let Job::Page(queued) = &assignment.job else { return None };
    portals.iter().find(|(row, _)| *row == queued.portal).map(|(_, portal)| Arc::clone(portal))
}
