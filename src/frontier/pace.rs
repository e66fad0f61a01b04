//! One host's pause between requests: what was asked for, and how far the host has slowed us down.

use std::time::Duration;

/// How often a host that answers 429 or 503 is slowed down at most: its delay times two to this power.
const MAX_SLOWDOWN: u32 = 6;

/// Good answers in a row that take one doubling back: down at once, up slowly.
const ANSWERS_TO_RECOVER: u32 = 4;

/// The pause kept between two requests to one host.
#[derive(Debug)]
pub(crate) struct Pace {
    /// What the portal file or the configuration asks for.
    base: Duration,
    /// What robots.txt asks for.
    crawl_delay: Duration,
    /// The pause a slow-down starts from where there is none.
    least_slowdown: Duration,
    slowdown: u32,
    good_answers: u32,
}

impl Pace {
    pub(crate) fn new(base: Duration, least_slowdown: Duration) -> Self {
        Self { base, crawl_delay: Duration::ZERO, least_slowdown, slowdown: 0, good_answers: 0 }
    }

    /// The pause as asked for, without slow-down.
    pub(crate) fn usual(&self) -> Duration {
        self.base.max(self.crawl_delay)
    }

    /// The pause now kept.
    pub(crate) fn delay(&self) -> Duration {
        if self.slowdown == 0 {
            return self.usual();
        }
        self.usual().max(self.least_slowdown) * 2_u32.pow(self.slowdown)
    }

    /// Keeps the `Crawl-delay` of the robots.txt just read.
    pub(crate) fn set_crawl_delay(&mut self, delay: Duration) {
        self.crawl_delay = delay;
    }

    /// The host asked for less: twice the pause.
    pub(crate) fn slow_down(&mut self) {
        self.slowdown = (self.slowdown + 1).min(MAX_SLOWDOWN);
        self.good_answers = 0;
    }

    /// A good answer; several in a row take one doubling back.
    pub(crate) fn recover(&mut self) {
        if self.slowdown == 0 {
            return;
        }
        self.good_answers += 1;
        if self.good_answers >= ANSWERS_TO_RECOVER {
            self.good_answers = 0;
            self.slowdown -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(pace: &Pace) -> u64 {
        pace.delay().as_secs()
    }

    #[test]
    fn a_slow_down_doubles_at_once_and_is_taken_back_slowly() {
        let mut pace = Pace::new(Duration::from_secs(3), Duration::from_millis(500));
        pace.slow_down();
        pace.slow_down();
        assert_eq!(seconds(&pace), 12);
        for _ in 0..3 {
            pace.recover();
        }
        assert_eq!(seconds(&pace), 12);
        pace.recover();
        assert_eq!(seconds(&pace), 6);
        pace.slow_down();
        assert_eq!(seconds(&pace), 12);
        for _ in 0..20 {
            pace.slow_down();
        }
        assert_eq!(seconds(&pace), 3 * 64);
    }

    #[test]
    fn the_longer_of_both_delays_counts_and_a_new_robots_txt_may_shorten_its_own() {
        let mut pace = Pace::new(Duration::from_secs(3), Duration::from_millis(500));
        pace.set_crawl_delay(Duration::from_secs(10));
        assert_eq!(seconds(&pace), 10);
        pace.set_crawl_delay(Duration::from_secs(1));
        assert_eq!(seconds(&pace), 3);
    }

    #[test]
    fn a_host_without_a_delay_is_slowed_down_too() {
        let mut pace = Pace::new(Duration::ZERO, Duration::from_millis(50));
        assert_eq!(pace.delay(), Duration::ZERO);
        pace.slow_down();
        assert_eq!(pace.delay(), Duration::from_millis(100));
    }
}
