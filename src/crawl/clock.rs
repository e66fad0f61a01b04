//! The time of a run: wall time, or instants a caller invents. The only place of a crawl that looks at a clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// What time it is for a run: every instant it stores, and every wait, is by this clock. Clones are the same clock.
#[derive(Debug, Clone)]
pub struct RunClock(Source);

#[derive(Debug, Clone)]
enum Source {
    /// Wall time at the start, carried on by a clock that never jumps.
    Wall { started: Timestamp, instant: Instant },
    /// Microseconds since 1970, moved on where the run would wait.
    Invented { started: Timestamp, now: Arc<AtomicI64> },
}

impl RunClock {
    /// Wall time.
    pub fn wall() -> Self {
        Self(Source::Wall { started: Timestamp::now(), instant: Instant::now() })
    }

    /// A clock that stands at `start` and moves only where the run would wait: delays, retries and revisits of a
    /// month pass in an instant, in the order in which they would.
    pub fn invented(start: Timestamp) -> Self {
        Self(Source::Invented { started: start, now: Arc::new(AtomicI64::new(start.as_microsecond())) })
    }

    /// The instant it is.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::Wall { started, instant } => {
                let elapsed = SignedDuration::try_from(instant.elapsed()).unwrap_or_default();
                started.checked_add(elapsed).unwrap_or(*started)
            }
            Source::Invented { started, now } => {
                Timestamp::from_microsecond(now.load(Ordering::SeqCst)).unwrap_or(*started)
            }
        }
    }

    /// Time since the run began.
    pub fn elapsed(&self) -> Duration {
        match &self.0 {
            Source::Wall { instant, .. } => instant.elapsed(),
            Source::Invented { started, .. } => {
                Duration::try_from(self.now().duration_since(*started)).unwrap_or_default()
            }
        }
    }

    /// Moves an invented clock on to `instant`, for a run that has nothing to do before. Whether it moved: wall time
    /// must be waited for.
    pub(crate) fn skip_to(&self, instant: Timestamp) -> bool {
        let Source::Invented { now, .. } = &self.0 else { return false };
        // Rounded up: nothing happens before its time.
        let micros = instant.as_microsecond() + i64::from(instant.subsec_nanosecond() % 1_000 > 0);
        now.fetch_max(micros, Ordering::SeqCst) < micros
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invented_clock_moves_only_where_a_run_would_wait_and_never_back() {
        let start: Timestamp = "2025-03-14T09:00:00Z".parse().unwrap();
        let clock = RunClock::invented(start);
        assert_eq!((clock.now(), clock.elapsed()), (start, Duration::ZERO));
        let later: Timestamp = "2025-03-14T10:00:00.0000001Z".parse().unwrap();
        assert!(clock.clone().skip_to(later));
        assert!(clock.now() >= later);
        assert_eq!(clock.elapsed().as_secs(), 3_600);
        assert!(!clock.skip_to(start));
        assert!(clock.now() >= later);
    }

    #[test]
    fn wall_time_is_not_skipped() {
        let clock = RunClock::wall();
        let before = clock.now();
        assert!(!clock.skip_to(Timestamp::MAX));
        assert!(clock.now() >= before && clock.now() < Timestamp::MAX);
    }
}
