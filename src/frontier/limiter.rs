//! One host's rate limit: a governor limiter driven by the instants the frontier is given, not by a clock of its own.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::{Clock, Reference as _};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use jiff::Timestamp;

/// The frontier's notion of time, shared by its limiters: the last instant it was told.
#[derive(Debug, Clone, Default)]
pub(crate) struct FrontierClock(Arc<AtomicU64>);

impl FrontierClock {
    /// Moves the clock to `now`; it never goes back.
    pub(crate) fn advance_to(&self, now: Timestamp) {
        let nanos = u64::try_from(now.as_nanosecond()).unwrap_or_default();
        self.0.fetch_max(nanos, Ordering::Relaxed);
    }
}

impl Clock for FrontierClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.0.load(Ordering::Relaxed))
    }
}

/// Lets one request start every `delay`.
#[derive(Debug)]
pub(crate) struct HostLimiter {
    limiter: Option<RateLimiter<NotKeyed, InMemoryState, FrontierClock, NoOpMiddleware<Nanos>>>,
    clock: FrontierClock,
}

impl HostLimiter {
    /// A limiter whose first request may start at once; a zero `delay` never holds anything back.
    pub(crate) fn new(delay: Duration, clock: FrontierClock) -> Self {
        let quota = Quota::with_period(delay).map(|quota| quota.allow_burst(NonZeroU32::MIN));
        let limiter = quota.map(|quota| RateLimiter::direct_with_clock(quota, clock.clone()));
        Self { limiter, clock }
    }

    /// Takes the host's turn, or says how long to wait for it.
    pub(crate) fn take(&self) -> Result<(), Duration> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        limiter.check().map_err(|not_until| {
            let wait = not_until.earliest_possible().duration_since(self.clock.now());
            Duration::from_nanos(wait.as_u64().max(1))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_600_000_000_000 + millis).unwrap()
    }

    #[test]
    fn a_second_request_waits_for_the_delay() {
        let clock = FrontierClock::default();
        clock.advance_to(at(0));
        let limiter = HostLimiter::new(Duration::from_millis(200), clock.clone());
        assert_eq!(limiter.take(), Ok(()));
        assert_eq!(limiter.take(), Err(Duration::from_millis(200)));
        clock.advance_to(at(199));
        assert_eq!(limiter.take(), Err(Duration::from_millis(1)));
        clock.advance_to(at(200));
        assert_eq!(limiter.take(), Ok(()));
        clock.advance_to(at(1_000));
        assert_eq!(limiter.take(), Ok(()));
        assert_eq!(limiter.take(), Err(Duration::from_millis(200)), "unused turns are not saved up");
    }

    #[test]
    fn without_a_delay_nothing_waits() {
        let limiter = HostLimiter::new(Duration::ZERO, FrontierClock::default());
        for _ in 0..100 {
            assert_eq!(limiter.take(), Ok(()));
        }
    }
}
