//! What to fetch next and when: host queues, politeness, robots.txt, retries. Only it makes a [`FetchPermit`].
//!
//! A synchronous state machine without a clock: [`Frontier::next`] and [`Frontier::report`] are told what time it is.
//! The addresses themselves live in the archive (`store::frontier`); memory holds one small queue a host. Waiting
//! happens here, in the queue, never in a worker's slot: one slow host holds up nobody.

mod heartbeat;
mod permit;
pub mod revisit;
pub mod scope;
pub mod settings;
pub mod traps;

mod agenda;
mod breaker;
mod held;
mod host_files;
mod host_queue;
mod hosts;
mod limiter;
mod pace;
mod retry;
mod verdict;
mod windows;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use crate::frontier::held::HeldFiles;
use crate::frontier::host_queue::{FileJob, HostQueue};
use crate::frontier::limiter::FrontierClock;
use crate::frontier::settings::FrontierSettings;
use crate::model::crawl_url::{CrawlUrl, Host};
use crate::model::outcome::FetchOutcome;
use crate::portal::Portal;
use crate::robots::TDM_RESERVATION;
use crate::store::Place;
use crate::store::frontier::{QueuedUrl, UrlState};
use crate::store::{Store, StoreError};

pub use heartbeat::heartbeat_permit;
pub use host_queue::HostFile;
pub use permit::{BodyLimit, FetchPermit, MAX_BODY_BYTES};

/// A portal under crawl: its row in the archive and what its file says.
#[derive(Debug, Clone)]
pub struct ActivePortal {
    /// Row in the archive.
    pub row: i64,
    /// Its file.
    pub portal: Arc<Portal>,
}

/// What a permit is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Job {
    /// A page of a portal.
    Page(QueuedUrl),
    /// A file that speaks for a whole host.
    HostFile {
        /// Which.
        file: HostFile,
        /// Row of the host it speaks for.
        for_host: i64,
        /// Redirects so far.
        hops: u8,
        /// Failed attempts so far.
        attempts: u8,
    },
}

/// The right to make one request, and why.
#[derive(Debug)]
pub struct Assignment {
    /// Proof that scope, robots.txt and the host's turn were checked.
    pub permit: FetchPermit,
    /// What it is for.
    pub job: Job,
    /// The host's row.
    pub host: i64,
    /// The line of robots.txt that allowed it, where one did.
    pub robots_rule: Option<String>,
    /// What the host's tdmrep.json says about it: whether mining is reserved, and where a licence can be had.
    pub reservation: Option<(bool, Option<String>)>,
}

/// The frontier's answer to "what next?".
#[derive(Debug)]
pub enum Next {
    /// Make this request now.
    Fetch(Box<Assignment>),
    /// A dry run: this article would be fetched now. It is settled. Ask again.
    WouldFetch(QueuedUrl),
    /// robots.txt forbids this address; it is settled. Ask again.
    Excluded {
        /// The address.
        queued: QueuedUrl,
        /// The deciding line.
        rule: String,
    },
    /// The host's tdmrep.json reserves this address, and the policy honours that; it is settled. Ask again.
    Reserved {
        /// The address.
        queued: QueuedUrl,
        /// The deciding location.
        location: String,
    },
    /// Nothing before that instant, unless a report comes in.
    Wait(Timestamp),
    /// Nothing until a report comes in.
    Busy,
    /// Nothing left that could be asked in this run.
    Done,
}

/// What a run is for, as far as the frontier must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Everything that is queued.
    Crawl,
    /// Only articles of the first priority: those a person asked for.
    Save,
    /// Everything but articles, which are only named.
    DryRun,
}

/// What the frontier decided on an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The caller settles the address: it was answered.
    Answered,
    /// It will be asked again in this run.
    Retry,
    /// It is given up for this run.
    GivenUp,
}

/// Hands out permits, host by host, none before its time.
#[derive(Debug)]
pub struct Frontier {
    settings: FrontierSettings,
    run: i64,
    portals: Vec<ActivePortal>,
    portal_rows: Vec<i64>,
    has_windows: bool,
    own_hosts: Arc<[Host]>,
    mode: Mode,
    hosts: HashMap<i64, HostQueue>,
    agenda: BTreeSet<(Timestamp, u64, i64)>,
    /// The same for hosts a run does not wait for.
    background: BTreeSet<(Timestamp, u64, i64)>,
    sequence: u64,
    in_flight: usize,
    clock: FrontierClock,
    notes: Vec<String>,
    /// Rows that are asked under another origin than their own, and the host they came from.
    borrowed: HashMap<i64, i64>,
    held: HeldFiles,
    /// The row of each host that has no port of its own, by name: the first of its schemes.
    names: HashMap<Host, i64>,
}

impl Frontier {
    /// A frontier for one run over `portals`.
    pub fn new(settings: FrontierSettings, mode: Mode, run: i64, portals: Vec<ActivePortal>) -> Self {
        let portal_rows = portals.iter().map(|active| active.row).collect();
        let has_windows = portals.iter().any(|active| !active.portal.politeness.windows.is_empty());
        let own_hosts = portals.iter().flat_map(|active| active.portal.hosts.iter().cloned()).collect();
        Self {
            settings,
            run,
            portals,
            portal_rows,
            has_windows,
            own_hosts,
            mode,
            hosts: HashMap::new(),
            agenda: BTreeSet::new(),
            background: BTreeSet::new(),
            sequence: 0,
            in_flight: 0,
            clock: FrontierClock::default(),
            notes: Vec::new(),
            borrowed: HashMap::new(),
            held: HeldFiles::default(),
            names: HashMap::new(),
        }
    }

    /// Takes up the hosts that earlier runs left work for.
    pub fn resume(&mut self, now: Timestamp, store: &Store) -> Result<(), StoreError> {
        for (row, origin) in store.hosts_with_work(&self.portal_rows)? {
            self.wake(row, &origin, now);
        }
        Ok(())
    }

    /// Notes that `host` has (more) work: `url` is an address on it.
    pub fn wake(&mut self, host: i64, url: &CrawlUrl, now: Timestamp) {
        self.ensure_host(host, url);
        self.reschedule(host, now);
    }

    /// What happened that a person should know: a `Crawl-delay` that was cut, a host left alone. Emptied by the call.
    pub fn take_notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }

    /// Hosts that are left alone at that instant, with the reason: their addresses wait in the archive.
    pub fn left_alone(&self, now: Timestamp) -> Vec<(CrawlUrl, String)> {
        let mut hosts: Vec<_> = self.hosts.iter().collect();
        hosts.sort_by_key(|(row, _)| **row);
        let left = hosts.into_iter().filter_map(|(_, queue)| {
            // Where a whole host is meant, its robots.txt stands for it.
            let url = queue.origin.join(HostFile::Robots.path()).ok()?;
            Some((url, queue.left_alone(now)?))
        });
        left.collect()
    }

    /// The usual pause between two requests to the host of `url`, its `Crawl-delay` included where it is known.
    pub fn pause_on(&self, url: &CrawlUrl) -> std::time::Duration {
        let host = url.host();
        let queue = self.hosts.values().find(|queue| queue.origin.host() == host);
        queue.map_or_else(|| self.pace_for(url).usual(), |queue| queue.pace.usual())
    }

    /// Requests under way.
    pub fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// The next request to make, or when to ask again.
    pub fn next(&mut self, now: Timestamp, store: &mut Store) -> Result<Next, StoreError> {
        self.clock.advance_to(now);
        loop {
            let first = [self.agenda.first(), self.background.first()].into_iter().flatten().min().copied();
            let is_over = self.agenda.is_empty() && self.in_flight == 0;
            let (at, sequence, host) = match first {
                None if is_over => return Ok(Next::Done),
                None => return Ok(Next::Busy),
                Some((at, ..)) if at > now && is_over => return Ok(Next::Done),
                Some((at, ..)) if at > now => return Ok(Next::Wait(at)),
                Some(first) => first,
            };
            self.agenda.remove(&(at, sequence, host));
            self.background.remove(&(at, sequence, host));
            if let Some(queue) = self.hosts.get_mut(&host) {
                queue.agenda = None;
            }
            if let Some(next) = self.next_on(host, now, store)? {
                return Ok(next);
            }
        }
    }

    /// Takes an outcome back. `Answered` leaves the address for the caller to settle in the
    /// archive and then with [`Frontier::settled`]; the rest is settled here.
    pub fn report(
        &mut self,
        assignment: &Assignment,
        outcome: &FetchOutcome,
        now: Timestamp,
        store: &mut Store,
    ) -> Result<Verdict, StoreError> {
        self.clock.advance_to(now);
        self.in_flight = self.in_flight.saturating_sub(1);
        self.keep_pace(assignment.host, outcome, now, store)?;
        self.share_turn(assignment.host);
        self.wake_twin(assignment.host, now);
        let verdict = match &assignment.job {
            &Job::HostFile { file, for_host, hops, attempts } => {
                let url = assignment.permit.url().clone();
                let job = FileJob { file, for_host, url, hops, attempts };
                self.file_answered(assignment, &job, outcome, now, store)?;
                Verdict::Answered
            }
            Job::Page(queued) => {
                let verdict = self.page_verdict(assignment.host, queued, outcome, now, store)?;
                if verdict != Verdict::Answered {
                    self.settled(assignment.host, queued.id);
                }
                verdict
            }
        };
        self.reschedule(assignment.host, now);
        Ok(verdict)
    }

    /// Notes that the caller has settled an answered address: from now on the archive's word on it counts.
    pub fn settled(&mut self, host: i64, id: i64) {
        for host in [Some(host), self.borrowed.remove(&id)].into_iter().flatten() {
            if let Some(queue) = self.hosts.get_mut(&host) {
                queue.taken.remove(&id);
            }
        }
    }

    /// Asks for a row that is under way again, by the address its server redirected to: the same document written in
    /// another way (`https`, a tracking parameter). It waits for its turn like any other.
    pub fn ask_as(
        &mut self,
        assignment: &Assignment,
        queued: QueuedUrl,
        now: Timestamp,
        store: &mut Store,
    ) -> Result<(), StoreError> {
        let host = store.host_row(&queued.url)?;
        self.ensure_host(host, &queued.url);
        if host != assignment.host {
            self.borrowed.entry(queued.id).or_insert(assignment.host);
        }
        if let Some(queue) = self.hosts.get_mut(&host) {
            queue.taken.insert(queued.id);
            queue.ready.push_front(queued);
        }
        self.reschedule(host, now);
        Ok(())
    }

    /// Takes a permit back whose request was cut off by the end of the run; its address stays queued in the archive.
    pub fn give_back(&mut self, assignment: &Assignment) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if let Some(queue) = self.hosts.get_mut(&assignment.host) {
            queue.in_flight = queue.in_flight.saturating_sub(1);
        }
        self.share_turn(assignment.host);
    }

    /// Takes an address out of the host's queue that was settled without being asked.
    pub fn withdraw(&mut self, host: i64, id: i64) {
        if let Some(queue) = self.hosts.get_mut(&host) {
            let waiting = queue.ready.len();
            queue.ready.retain(|queued| queued.id != id);
            if queue.ready.len() < waiting {
                queue.taken.remove(&id);
            }
        }
    }

    /// The next request on one host, if its turn has come and it has one.
    fn next_on(&mut self, host: i64, now: Timestamp, store: &mut Store) -> Result<Option<Next>, StoreError> {
        self.look_up_rest(host, store)?;
        loop {
            let Some(queue) = self.hosts.get_mut(&host) else { return Ok(None) };
            if !queue.has_room() {
                queue.waits_for_room = true;
                return Ok(None);
            }
            if queue.not_before > now {
                let at = queue.not_before;
                self.schedule(host, at, now);
                return Ok(None);
            }
            if let Some(job) = queue.files.front().cloned() {
                if let Err(at) = queue.take_turn(now) {
                    self.schedule(host, at, now);
                    return Ok(None);
                }
                queue.files.pop_front();
                let FileJob { file, for_host, url, hops, attempts } = job;
                let limit = BodyLimit::Cut(file.max_bytes() as u64);
                let permit = FetchPermit::new(url, Arc::clone(&self.own_hosts)).with_body_limit(limit);
                let job = Job::HostFile { file, for_host, hops, attempts };
                let assignment = Assignment { permit, job, host, robots_rule: None, reservation: None };
                return Ok(Some(self.assign(assignment, now)));
            }
            let Some(queued) = self.take_queued(host, now, store)? else { return Ok(None) };
            if !self.host_files_known(host, now, store)? {
                let Some(queue) = self.hosts.get_mut(&host) else { return Ok(None) };
                queue.ready.push_front(queued);
                // Either a job for one of its files now waits in this queue, or one is under way, or the host is
                // closed and has its place on the agenda.
                if queue.files.is_empty() {
                    return Ok(None);
                }
                continue;
            }
            return self.decide(host, queued, now, store);
        }
    }

    /// What becomes of an address whose host is known: excluded, reserved, only named, or asked now.
    fn decide(
        &mut self,
        host: i64,
        queued: QueuedUrl,
        now: Timestamp,
        store: &mut Store,
    ) -> Result<Option<Next>, StoreError> {
        let rule = match self.robots_verdict(host, &queued.url) {
            Ok(rule) => rule,
            Err(rule) => {
                self.settle_unasked(host, &queued, UrlState::Excluded, now, store)?;
                return Ok(Some(Next::Excluded { queued, rule }));
            }
        };
        let reservation = self.reservation(host, &queued.url);
        if let Some(reservation) = reservation.filter(|reservation| reservation.reserved)
            && queued.kind == Place::Article
            && self.settings.opt_outs.honours(TDM_RESERVATION)
        {
            let location = reservation.location.to_owned();
            self.settle_unasked(host, &queued, UrlState::OptedOut, now, store)?;
            return Ok(Some(Next::Reserved { queued, location }));
        }
        let reservation = reservation.map(|said| (said.reserved, said.policy.map(str::to_owned)));
        if self.mode == Mode::DryRun && queued.kind == Place::Article {
            self.settle_unasked(host, &queued, UrlState::Done, now, store)?;
            return Ok(Some(Next::WouldFetch(queued)));
        }
        let Some(queue) = self.hosts.get_mut(&host) else { return Ok(None) };
        if let Err(at) = queue.take_turn(now) {
            queue.ready.push_front(queued);
            self.schedule(host, at, now);
            return Ok(None);
        }
        let permit = FetchPermit::new(queued.url.clone(), Arc::clone(&self.own_hosts))
            .with_body_limit(BodyLimit::Refuse(self.settings.max_body_bytes))
            .with_validators(store.validators(queued.id)?);
        let assignment = Assignment { permit, job: Job::Page(queued), host, robots_rule: rule, reservation };
        Ok(Some(self.assign(assignment, now)))
    }

    /// Settles an address without a request.
    fn settle_unasked(
        &mut self,
        host: i64,
        queued: &QueuedUrl,
        state: UrlState,
        now: Timestamp,
        store: &mut Store,
    ) -> Result<(), StoreError> {
        store.settle_row(queued.id, state, self.run)?;
        self.settled(host, queued.id);
        self.reschedule(host, now);
        Ok(())
    }

    fn assign(&mut self, assignment: Assignment, now: Timestamp) -> Next {
        self.in_flight += 1;
        self.share_turn(assignment.host);
        if let Some(queue) = self.hosts.get(&assignment.host)
            && queue.has_room()
        {
            let at = queue.not_before.max(now);
            self.schedule(assignment.host, at, now);
        }
        Next::Fetch(Box::new(assignment))
    }
}

#[cfg(test)]
mod tests;
