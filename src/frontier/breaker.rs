//! One host's circuit breaker: after failures in a row the host is left alone for a while, then tried with a single
//! request. What counts as a failure is the frontier's decision.

use std::time::Duration;

use jiff::Timestamp;

use crate::frontier::host_queue::later;

/// Longest pause of an open breaker.
const LONGEST_PAUSE: Duration = Duration::from_secs(30 * 60);

/// Openings in a row a run waits for. A host that is still silent then is tried again only while the run has
/// other work.
const PATIENCE: u32 = 3;

/// Counts failures in a row, and closes the host off when there are too many.
#[derive(Debug, Default)]
pub(crate) struct Breaker {
    /// Failures since the last good answer.
    failures: u32,
    /// Times it opened since the last good answer.
    opened: u32,
}

impl Breaker {
    /// Notes a failure. Gives until when the host is left alone, where this failure opens the breaker.
    pub(crate) fn fail(&mut self, now: Timestamp, most: u32, pause: Duration) -> Option<Timestamp> {
        self.failures = self.failures.saturating_add(1);
        // Once it has opened, a single failed try opens it again.
        if self.failures < most && self.opened == 0 {
            return None;
        }
        let doublings = self.opened.min(16);
        self.opened = self.opened.saturating_add(1);
        Some(later(now, pause.saturating_mul(2_u32.pow(doublings)).min(LONGEST_PAUSE)))
    }

    /// Notes a good answer. Whether the breaker was open before.
    pub(crate) fn succeed(&mut self) -> bool {
        let was_open = self.opened > 0;
        *self = Self::default();
        was_open
    }

    /// Failures since the last good answer.
    pub(crate) fn failures(&self) -> u32 {
        self.failures
    }

    /// Whether it opened and no good answer came since.
    pub(crate) fn is_open(&self) -> bool {
        self.opened > 0
    }

    /// Whether a run no longer waits for this host alone.
    pub(crate) fn is_given_up(&self) -> bool {
        self.opened > PATIENCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    const PAUSE: Duration = Duration::from_secs(30);

    #[test]
    fn it_opens_after_enough_failures_in_a_row_and_for_longer_each_time() {
        let mut breaker = Breaker::default();
        assert_eq!((1..=3).find_map(|_| breaker.fail(at(0), 4, PAUSE)), None);
        let opened: Vec<_> = (0..9).filter_map(|_| breaker.fail(at(0), 4, PAUSE)).collect();
        let seconds = [30, 60, 120, 240, 480, 960, 1_800, 1_800, 1_800];
        assert_eq!(opened, seconds.map(at));
        assert!(breaker.is_given_up());
    }

    #[test]
    fn a_good_answer_closes_it() {
        let mut breaker = Breaker::default();
        for _ in 0..3 {
            breaker.fail(at(0), 2, PAUSE);
        }
        assert!(breaker.is_open() && !breaker.is_given_up());
        assert!(breaker.succeed() && !breaker.succeed());
        assert_eq!(breaker.fail(at(0), 2, PAUSE), None);
        assert_eq!(breaker.failures(), 1);
    }
}
