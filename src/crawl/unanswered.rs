//! Requests that wait for a server: those that have waited for long hold no place of others.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// From then on an unanswered request no longer counts against `connections`.
pub(crate) const PATIENCE: Duration = Duration::from_secs(1);

/// Most requests that may wait so beside those that count: sockets are not without limit either.
pub(crate) const MAX_STALLED: usize = 512;

/// When each request that has no answer yet was sent. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unanswered(Arc<Mutex<Requests>>);

#[derive(Debug, Default)]
struct Requests {
    /// How many there were so far: two of one instant are told apart by it.
    count: u64,
    since: BTreeSet<(Instant, u64)>,
}

/// One request that waits; it no longer does once this is dropped.
#[derive(Debug)]
pub(crate) struct Waiting {
    all: Unanswered,
    entry: (Instant, u64),
}

impl Unanswered {
    /// Notes a request that is sent now.
    pub(crate) fn add(&self, now: Instant) -> Waiting {
        let mut requests = self.lock();
        requests.count += 1;
        let entry = (now, requests.count);
        requests.since.insert(entry);
        Waiting { all: self.clone(), entry }
    }

    /// Requests without an answer for longer than [`PATIENCE`]; never more than [`MAX_STALLED`].
    pub(crate) fn stalled(&self, now: Instant) -> usize {
        let is_stalled = |since: &&(Instant, u64)| now.saturating_duration_since(since.0) > PATIENCE;
        self.lock().since.iter().take(MAX_STALLED).take_while(is_stalled).count()
    }

    fn lock(&self) -> MutexGuard<'_, Requests> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.all.lock().since.remove(&self.entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_waited_for_long_is_stalled() {
        let unanswered = Unanswered::default();
        let start = Instant::now();
        let first = unanswered.add(start);
        let _second = unanswered.add(start + PATIENCE);
        assert_eq!(unanswered.stalled(start + PATIENCE), 0);
        assert_eq!(unanswered.stalled(start + PATIENCE * 3 / 2), 1);
        assert_eq!(unanswered.stalled(start + PATIENCE * 3), 2);
        drop(first);
        assert_eq!(unanswered.stalled(start + PATIENCE * 3), 1);
        let many: Vec<_> = (0..2 * MAX_STALLED).map(|_| unanswered.add(start)).collect();
        assert_eq!(unanswered.stalled(start + PATIENCE * 3), MAX_STALLED);
        drop(many);
    }
}
