//! The engine's loop: hands permits to workers, takes their results back, stores them in the order evidence → rows →
//! frontier. The only owner of the archive's write connection.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::time::{Duration, Instant};

use crate::crawl::CrawlError;
use crate::crawl::clock::RunClock;
use crate::crawl::evidence::{self, Response};
use crate::crawl::health::{self, HealthCount};
use crate::crawl::plan::{CrawlPlan, Task};
use crate::crawl::reading::Read;
use crate::crawl::refresh::Revisits;
use crate::crawl::report::{PortalReport, RunReport};
use crate::crawl::seeds::FIRST;
use crate::crawl::shutdown::{Shutdown, StopReason};
use crate::crawl::traps::TrapWatch;
use crate::crawl::walk::WalkPosition;
use crate::crawl::worker::{self, Finished, Workers};
use crate::frontier::{ActivePortal, Assignment, Frontier, HostFile, Job, Mode, Next, Verdict};
use crate::model::crawl_url::CrawlUrl;
use crate::store::frontier::{KnownUrl, NewUrl, QueuedUrl};
use crate::store::{Place, RunId, Store};
use crate::warc::WarcWriter;

/// How often the loop looks up when nothing happens: signals and limits of time are noticed within this.
const LOOK_UP: Duration = Duration::from_millis(50);

/// How often the observer is shown the report.
const SHOW_EVERY: Duration = Duration::from_millis(100);

/// How long requests under way may go on after a stop was asked for.
const GRACE: Duration = Duration::from_secs(10);

/// One run under way.
pub(crate) struct Engine<'a> {
    pub(crate) plan: &'a CrawlPlan,
    pub(crate) store: Store,
    pub(crate) frontier: Frontier,
    pub(crate) report: RunReport,
    pub(crate) health: Vec<HealthCount>,
    /// Row of each portal of the plan.
    pub(crate) rows: Vec<i64>,
    /// Listing pages under way, by row of the frontier.
    pub(crate) walks: HashMap<i64, WalkPosition>,
    /// Rows of seeds queued in this run.
    pub(crate) seeded: HashSet<i64>,
    /// Notes made on each kind of issue of each portal.
    pub(crate) issue_notes: HashMap<(usize, &'static str), u32>,
    /// Traps as far as noticed.
    pub(crate) traps: TrapWatch,
    pub(crate) clock: RunClock,
    /// When known articles are asked again.
    pub(crate) revisits: Revisits,
    pub(crate) run: i64,
    pub(crate) run_id: RunId,
    requests: u64,
    articles_under_way: u64,
    /// Where responses are written; a dry run keeps none.
    pub(crate) evidence: Option<WarcWriter>,
    in_transaction: bool,
}

impl<'a> Engine<'a> {
    /// Opens everything a run needs and queues its seeds. The archive is locked by the caller.
    pub(crate) fn start(plan: &'a CrawlPlan, clock: RunClock, mut store: Store) -> Result<Self, CrawlError> {
        let now = clock.now();
        let (evidence, notes) = if plan.dry_run { (None, Vec::new()) } else { evidence::open(plan, &store)? };
        store.begin()?;
        let run_id = store.start_run(plan.task.command(), &plan.settings_json(), now)?;
        let run = run_id.number();
        let mut rows = Vec::new();
        for portal in &plan.portals {
            store.upsert_portal(portal)?;
            rows.push(store.frontier_portal(&portal.id)?);
        }
        let active = rows
            .iter()
            .zip(&plan.portals)
            .map(|(row, portal)| ActivePortal { row: *row, portal: Arc::clone(portal) })
            .collect();
        let mode = match plan.task {
            _ if plan.dry_run => Mode::DryRun,
            Task::Discover => Mode::Crawl,
            Task::Save(_) => Mode::Save,
        };
        let frontier = Frontier::new(plan.settings.frontier.clone(), mode, run, active);
        let portals = plan
            .portals
            .iter()
            .map(|portal| PortalReport { portal: portal.id.clone(), ..PortalReport::default() })
            .collect();
        let report = RunReport {
            run,
            started: now,
            ended: now,
            stopped: None,
            portals,
            notes,
            would_fetch: Vec::new(),
        };
        let revisits = Revisits::open(plan, &rows, &store)?;
        let mut engine = Self {
            plan,
            store,
            frontier,
            report,
            health: plan.portals.iter().map(|_| HealthCount::default()).collect(),
            rows,
            walks: HashMap::new(),
            seeded: HashSet::new(),
            issue_notes: HashMap::new(),
            traps: TrapWatch::default(),
            clock,
            revisits,
            run,
            run_id,
            requests: 0,
            articles_under_way: 0,
            evidence,
            in_transaction: true,
        };
        engine.seed()?;
        engine.commit()?;
        Ok(engine)
    }

    /// Runs until nothing is left, a limit is reached or a stop is asked for.
    pub(crate) fn run(
        mut self,
        workers: &Workers,
        shutdown: &Shutdown,
        observer: &mut dyn FnMut(&RunReport),
    ) -> Result<RunReport, CrawlError> {
        let (sender, receiver) = sync_channel::<Finished>(worker::most_under_way(self.plan) + 1);
        let mut shown = Instant::now();
        let mut stopping: Option<Instant> = None;
        loop {
            self.take_results(&receiver)?;
            self.check_limits(shutdown);
            let next = match shutdown.requested() {
                Some(reason) => {
                    self.report.stopped = Some(reason);
                    let since = *stopping.get_or_insert_with(Instant::now);
                    if since.elapsed() > GRACE {
                        workers.cancel();
                    }
                    if self.frontier.in_flight() == 0 { Next::Done } else { Next::Busy }
                }
                None => self.hand_out(workers, &sender)?,
            };
            self.commit()?;
            if shown.elapsed() > SHOW_EVERY {
                shown = Instant::now();
                self.report.ended = self.clock.now();
                observer(&self.report);
            }
            let pause = match next {
                // What has become due while the last pages came in.
                Next::Done if self.report.stopped.is_none() && self.queue_revisits()? => continue,
                Next::Done => break,
                Next::Wait(until) if self.frontier.in_flight() == 0 && self.clock.skip_to(until) => continue,
                Next::Wait(until) => {
                    let wait = until.duration_since(self.clock.now());
                    Duration::try_from(wait).unwrap_or_default().min(LOOK_UP)
                }
                _ => LOOK_UP,
            };
            match receiver.recv_timeout(pause) {
                Ok(finished) => self.take(finished)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.finish()?;
        observer(&self.report);
        Ok(self.report)
    }

    /// Takes in whatever results are there; they share the next transaction.
    fn take_results(&mut self, receiver: &Receiver<Finished>) -> Result<(), CrawlError> {
        loop {
            match receiver.try_recv() {
                Ok(finished) => self.take(finished)?,
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => return Ok(()),
            }
        }
    }

    /// Hands out permits until nothing may start now.
    fn hand_out(&mut self, workers: &Workers, sender: &SyncSender<Finished>) -> Result<Next, CrawlError> {
        self.look_for_revisits()?;
        // Hosts that do not answer must not take the connections of those that do.
        while self.frontier.in_flight() < self.plan.settings.connections + workers.stalled()
            && !self.is_article_limit_near()
        {
            self.begin()?;
            match self.frontier.next(self.clock.now(), &mut self.store)? {
                Next::Fetch(assignment) => {
                    self.requests += 1;
                    self.articles_under_way += u64::from(is_article(&assignment));
                    workers.fetch(*assignment, self.clock.clone(), sender.clone());
                    if self.plan.max_requests.is_some_and(|most| self.requests >= most) {
                        return Ok(Next::Busy);
                    }
                }
                Next::WouldFetch(queued) => self.note_would_fetch(&queued),
                Next::Excluded { queued, rule } => self.note_excluded(&queued, &rule)?,
                Next::Reserved { queued, location } => self.note_reserved(&queued, &location)?,
                next => return Ok(next),
            }
        }
        Ok(Next::Busy)
    }

    /// Whether the articles under way may already be all that `--max-articles` allows.
    fn is_article_limit_near(&self) -> bool {
        let stored: u64 = self.report.portals.iter().map(|portal| portal.new + portal.changed).sum();
        let dry = self.report.would_fetch.len() as u64;
        self.plan.max_articles.is_some_and(|most| stored + dry + self.articles_under_way >= most)
    }

    fn check_limits(&mut self, shutdown: &Shutdown) {
        if self.plan.max_time.is_some_and(|most| self.clock.elapsed() >= most) {
            shutdown.request(StopReason::MaxTime);
        }
        if self.plan.max_requests.is_some_and(|most| self.requests >= most) {
            shutdown.request(StopReason::MaxRequests);
        }
        if self.articles_under_way == 0 && self.is_article_limit_near() {
            shutdown.request(StopReason::MaxArticles);
        }
    }

    fn note_would_fetch(&mut self, queued: &QueuedUrl) {
        let pause = self.frontier.pause_on(&queued.url);
        let index = self.portal_index(queued.portal);
        let portal = &mut self.report.portals[index];
        portal.would_fetch += 1;
        portal.pause = portal.pause.max(pause);
        self.report.would_fetch.push(queued.url.as_str().to_owned());
    }

    fn note_excluded(&mut self, queued: &QueuedUrl, rule: &str) -> Result<(), CrawlError> {
        let portal = self.portal_index(queued.portal);
        self.report.portals[portal].excluded += 1;
        self.note_excluded_fetch(queued, rule)?;
        self.put_off(queued)
    }

    /// Takes one result in: frontier's verdict, evidence, rows.
    fn take(&mut self, finished: Finished) -> Result<(), CrawlError> {
        self.begin()?;
        let now = self.clock.now();
        let Finished { assignment, outcome, read, fetched_at, elapsed } = finished;
        let Read { reading, charset, opt_outs } = read;
        self.articles_under_way -= u64::from(is_article(&assignment));
        let Some(outcome) = outcome else {
            self.frontier.give_back(&assignment);
            return Ok(());
        };
        let verdict = self.frontier.report(&assignment, &outcome, now, &mut self.store)?;
        self.report.notes.extend(self.frontier.take_notes());
        let opt_outs = Self::opt_outs_of(&assignment, opt_outs);
        let forbidden_by = self.forbidden_by(&assignment, &outcome, &opt_outs);
        let response =
            Response { outcome: &outcome, charset, opt_outs: &opt_outs, forbidden_by, fetched_at, elapsed };
        let capture = self.keep_evidence(&assignment, response)?;
        if let Job::HostFile { file: HostFile::Robots, for_host, .. } = &assignment.job
            && self.plan.task == Task::Discover
        {
            self.robots_were_read(*for_host, assignment.permit.url())?;
        }
        if let Job::Page(queued) = &assignment.job {
            match verdict {
                Verdict::Answered if forbidden_by.is_some() && queued.kind == Place::Article => {
                    self.settle_opted_out(queued)?;
                    self.frontier.settled(assignment.host, queued.id);
                }
                Verdict::Answered => match self.settle(queued, outcome, reading, capture, fetched_at)? {
                    Some(again) => self.frontier.ask_as(&assignment, again, now, &mut self.store)?,
                    None => self.frontier.settled(assignment.host, queued.id),
                },
                Verdict::Retry => {}
                Verdict::GivenUp => {
                    let portal = self.portal_index(queued.portal);
                    self.report.portals[portal].fail(queued.url.as_str(), outcome.describe());
                    self.put_off(queued)?;
                }
            }
        }
        Ok(())
    }

    /// The index in the plan of the portal with that row.
    pub(crate) fn portal_index(&self, row: i64) -> usize {
        self.rows.iter().position(|own| *own == row).unwrap_or_default()
    }

    /// Puts an address into the frontier. Gives its row and what was known of it.
    pub(crate) fn enqueue(
        &mut self,
        portal: usize,
        url: &CrawlUrl,
        kind: Place,
        (priority, hops): (u8, u8),
        seen: Option<Place>,
    ) -> Result<(i64, Option<KnownUrl>), CrawlError> {
        let host = self.store.host_row(url)?;
        let new = NewUrl { url, host, portal: self.rows[portal], kind, priority, hops, seen, run: self.run };
        let enqueued = self.store.enqueue(new)?;
        self.adopt(portal, &enqueued)?;
        self.frontier.wake(host, url, self.clock.now());
        Ok(enqueued)
    }

    fn seed(&mut self) -> Result<(), CrawlError> {
        match &self.plan.task {
            Task::Discover => {
                self.note_shared_hosts();
                for portal in 0..self.plan.portals.len() {
                    self.seed_portal(portal)?;
                }
                self.frontier.resume(self.clock.now(), &self.store)?;
            }
            Task::Save(addresses) => {
                for (portal, url) in addresses {
                    let (id, known) = self.enqueue(*portal, url, Place::Article, (FIRST, 0), None)?;
                    if known.is_some() {
                        self.store.requeue_first(id)?;
                        let host = self.store.host_row(url)?;
                        self.frontier.wake(host, url, self.clock.now());
                    }
                }
            }
        }
        Ok(())
    }

    pub(crate) fn begin(&mut self) -> Result<(), CrawlError> {
        if !self.in_transaction {
            self.store.begin()?;
            self.in_transaction = true;
        }
        Ok(())
    }

    /// Evidence first, then the rows that point at it. A dry run never commits.
    fn commit(&mut self) -> Result<(), CrawlError> {
        if self.in_transaction && !self.plan.dry_run {
            if let Some(evidence) = &mut self.evidence {
                evidence.sync()?;
                for (warc, sums) in evidence.take_sums() {
                    self.store.put_warc_sums(&warc, &sums)?;
                }
            }
            self.store.commit()?;
            self.in_transaction = false;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), CrawlError> {
        self.report.notes.extend(self.frontier.take_notes());
        self.note_traps();
        for (url, reason) in self.frontier.left_alone(self.clock.now()) {
            let portal = self.owner_index(&url);
            self.report.portals[portal].fail(url.as_str(), reason);
        }
        self.report.ended = self.clock.now();
        for (index, portal) in self.plan.portals.iter().enumerate() {
            // A run an hour brings an article or two: only together with those before can they show a change.
            self.report.portals[index].drift = if self.health[index].is_too_small() {
                let latest = self.store.latest_articles(&portal.id, portal.selectors_hash, health::LATEST)?;
                HealthCount::over(latest.iter().map(|archived| &archived.article)).drift(portal)
            } else {
                self.health[index].drift(portal)
            };
            self.report.portals[index].waiting = self.store.frontier_counts(self.rows[index])?.queued;
        }
        if self.plan.dry_run {
            self.store.rollback()?;
            return Ok(());
        }
        self.begin()?;
        for counts in &self.report.portals {
            self.store.put_counts(self.run_id, &counts.portal, &counts.stored())?;
        }
        let (outcome, ended) = (self.report.outcome(), self.report.ended);
        self.store.finish_run(self.run_id, outcome, &self.report.to_json(), ended)?;
        self.commit()
    }
}

fn is_article(assignment: &Assignment) -> bool {
    matches!(&assignment.job, Job::Page(queued) if queued.kind == Place::Article)
}
