//! When which host is looked at next, and whether a run waits for it.

use jiff::Timestamp;

use crate::frontier::Frontier;
use crate::frontier::host_queue::Planned;

impl Frontier {
    pub(super) fn reschedule(&mut self, host: i64, now: Timestamp) {
        let Some(queue) = self.hosts.get_mut(&host) else { return };
        if queue.has_room() {
            let at = queue.not_before.max(now);
            self.schedule(host, at, now);
        } else {
            queue.waits_for_room = true;
        }
    }

    /// Gives the host a place on the agenda; a run does not wait for one that is left alone.
    pub(super) fn schedule(&mut self, host: i64, at: Timestamp, now: Timestamp) {
        let Some(queue) = self.hosts.get(&host) else { return };
        let is_awaited = queue.left_alone(now).is_none();
        self.plan(host, at, is_awaited);
    }

    pub(super) fn plan(&mut self, host: i64, at: Timestamp, is_awaited: bool) {
        let Some(queue) = self.hosts.get_mut(&host) else { return };
        let mut planned = Planned { at, sequence: self.sequence + 1, is_awaited };
        if let Some(before) = queue.agenda {
            if before.at <= at && (before.is_awaited || !is_awaited) {
                return;
            }
            // The sooner of both times, awaited if either is: what is there to do is looked at then.
            planned.at = before.at.min(at);
            planned.is_awaited |= before.is_awaited;
            self.agenda.remove(&(before.at, before.sequence, host));
            self.background.remove(&(before.at, before.sequence, host));
        }
        self.sequence += 1;
        queue.agenda = Some(planned);
        let entry = (planned.at, planned.sequence, host);
        if planned.is_awaited {
            self.agenda.insert(entry)
        } else {
            self.background.insert(entry)
        };
    }
}
