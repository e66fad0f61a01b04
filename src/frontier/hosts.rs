//! A host's place in the frontier: its pace, its portals and their windows, and what waits for it in the archive.

use jiff::Timestamp;

use crate::frontier::host_queue::{HostQueue, LOOKAHEAD};
use crate::frontier::pace::Pace;
use crate::frontier::{Frontier, Mode, windows};
use crate::model::crawl_url::CrawlUrl;
use crate::portal::is_loopback_name;
use crate::store::frontier::{QueueFilter, QueuedUrl};
use crate::store::{Store, StoreError};

impl Frontier {
    /// The next address of the host that is due; schedules the host for later where none is.
    pub(super) fn take_queued(
        &mut self,
        host: i64,
        now: Timestamp,
        store: &Store,
    ) -> Result<Option<QueuedUrl>, StoreError> {
        let (open, next_opening) = self.open_portals(host, now);
        let filter = QueueFilter { portals: &open, saved_only: self.mode == Mode::Save };
        let Some(queue) = self.hosts.get_mut(&host) else { return Ok(None) };
        if queue.ready.front().is_some_and(|queued| !open.contains(&queued.portal)) {
            // A window has closed over them: they wait in the archive.
            for queued in queue.ready.drain(..) {
                queue.taken.remove(&queued.id);
            }
        }
        if queue.ready.is_empty() {
            let limit = LOOKAHEAD + queue.taken.len();
            let found = store.queued(host, &filter, now, limit)?;
            let fresh: Vec<_> =
                found.into_iter().filter(|queued| !queue.taken.contains(&queued.id)).collect();
            queue.taken.extend(fresh.iter().map(|queued| queued.id));
            queue.ready.extend(fresh);
        }
        if let Some(queued) = queue.ready.pop_front() {
            return Ok(Some(queued));
        }
        if let Some(due) = store.next_due(host, &filter)?
            && due > now
        {
            self.schedule(host, due, now);
        }
        if let Some(at) = next_opening {
            self.plan(host, at, false);
        }
        Ok(None)
    }

    /// The portals of the host whose crawl window is open now, and when the next of the others opens.
    fn open_portals(&mut self, host: i64, now: Timestamp) -> (Vec<i64>, Option<Timestamp>) {
        // Only the host's own: with a thousand portals a look-up for each would be a thousand.
        let Some(own) = self.hosts.get(&host).map(|queue| &queue.portals) else { return (Vec::new(), None) };
        if !self.has_windows {
            return (if own.is_empty() { self.portal_rows.clone() } else { own.clone() }, None);
        }
        let mut open = Vec::new();
        let mut next_opening: Option<Timestamp> = None;
        for active in self.portals.iter().filter(|active| own.is_empty() || own.contains(&active.row)) {
            let portal = &active.portal;
            let windows = &portal.politeness.windows;
            if windows::is_open(windows, &portal.timezone, now) {
                open.push(active.row);
                continue;
            }
            let opening = windows::next_opening(windows, &portal.timezone, now);
            next_opening = [next_opening, opening].into_iter().flatten().min();
            let note = format!("{}: outside the portal's crawl window; its addresses wait for it", portal.id);
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        (open, next_opening)
    }

    pub(super) fn ensure_host(&mut self, host: i64, url: &CrawlUrl) {
        if self.hosts.contains_key(&host) {
            return;
        }
        let pace = self.pace_for(url);
        let concurrency = self
            .portals
            .iter()
            .filter(|active| active.portal.owns(url))
            .map(|active| active.portal.politeness.concurrency.unwrap_or(1))
            .min()
            .unwrap_or(1);
        let mut queue = HostQueue::new(url.clone(), pace, concurrency, self.clock.clone());
        let owners = self.portals.iter().filter(|active| active.portal.owns(url));
        queue.portals = owners.map(|active| active.row).collect();
        // With ports of their own they may be two servers; without, `http` and `https` are one.
        let name = url.host();
        let twin = match name.port() {
            None => Some(*self.names.entry(name).or_insert(host)).filter(|first| *first != host),
            Some(_) => None,
        };
        queue.twin = twin;
        self.hosts.insert(host, queue);
        if let Some(twin) = twin {
            if let Some(queue) = self.hosts.get_mut(&twin) {
                queue.twin = Some(host);
            }
            self.share_turn(twin);
        }
    }

    /// Tells the same host under the other scheme what is under way here, and when it may be asked again.
    pub(super) fn share_turn(&mut self, host: i64) {
        let Some(queue) = self.hosts.get(&host) else { return };
        let (in_flight, not_before) = (queue.in_flight, queue.not_before);
        if let Some(twin) = queue.twin.and_then(|twin| self.hosts.get_mut(&twin)) {
            twin.twin_in_flight = in_flight;
            twin.wait_until(not_before);
        }
    }

    /// Gives the same host under the other scheme its turn, where it waited for the end of a request here.
    pub(super) fn wake_twin(&mut self, host: i64, now: Timestamp) {
        let Some(twin) = self.hosts.get(&host).and_then(|queue| queue.twin) else { return };
        if self.hosts.get_mut(&twin).is_some_and(|queue| std::mem::take(&mut queue.waits_for_room)) {
            self.reschedule(twin, now);
        }
    }

    /// The longest pause any portal on the host asks for, not under the configured least.
    pub(super) fn pace_for(&self, url: &CrawlUrl) -> Pace {
        let settings = &self.settings;
        let (default, least, least_slowdown) = if is_loopback_name(url.host().name()) {
            (settings.loopback_delay, settings.loopback_delay, settings.loopback_slowdown)
        } else {
            (settings.default_delay, settings.min_delay, settings.least_slowdown)
        };
        let base = self
            .portals
            .iter()
            .filter(|active| active.portal.owns(url))
            .map(|active| active.portal.politeness.delay.unwrap_or(default))
            .max()
            .unwrap_or(default)
            .max(least);
        Pace::new(base, least_slowdown)
    }
}
