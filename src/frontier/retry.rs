//! When a failed request is made again, and how often on one host: full jitter, and a budget that good answers refill.

use std::time::Duration;

/// Retries a host has at the start of a run.
const FULL_BUDGET: u32 = 50;

/// Good answers that earn one more.
const ANSWERS_FOR_A_RETRY: u32 = 2;

/// What one host may still be asked again in this run, so that a sick host is not asked several times as much as
/// a healthy one.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    left: u32,
    answers: u32,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self { left: FULL_BUDGET, answers: 0 }
    }
}

impl RetryBudget {
    /// Takes one retry, where one is left.
    pub(crate) fn take(&mut self) -> bool {
        let is_left = self.left > 0;
        self.left = self.left.saturating_sub(1);
        is_left
    }

    /// Notes a good answer.
    pub(crate) fn refill(&mut self) {
        self.answers += 1;
        if self.answers >= ANSWERS_FOR_A_RETRY {
            self.answers = 0;
            self.left = (self.left + 1).min(FULL_BUDGET);
        }
    }
}

/// The pause before the attempt after `failures` failed ones: any time up to `first` doubled with each failure, so
/// that pages that failed together do not come back together. The same `seed` gives the same pause.
pub(crate) fn pause(first: Duration, failures: u8, seed: u64) -> Duration {
    let longest = first.saturating_mul(2_u32.saturating_pow(u32::from(failures.saturating_sub(1)).min(16)));
    let nanos = u64::try_from(longest.as_nanos()).unwrap_or(u64::MAX);
    Duration::from_nanos(mixed(seed.wrapping_add(u64::from(failures))) % nanos.max(1))
}

/// Spreads neighbouring numbers over all 64 bits (the finaliser of SplitMix64).
fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_lie_anywhere_up_to_a_limit_that_doubles() {
        let first = Duration::from_secs(2);
        for failures in 1..=4_u8 {
            let longest = first * 2_u32.pow(u32::from(failures) - 1);
            let pauses: Vec<_> = (0..1_000).map(|seed| pause(first, failures, seed * 1_000)).collect();
            assert!(pauses.iter().all(|pause| *pause < longest));
            let mean = pauses.iter().sum::<Duration>() / 1_000;
            assert!(mean.abs_diff(longest / 2) < longest / 20, "{mean:?} of {longest:?}");
        }
        assert_eq!(pause(first, 1, 7), pause(first, 1, 7));
    }

    #[test]
    fn a_budget_is_spent_and_earned_back_by_good_answers() {
        let mut budget = RetryBudget::default();
        assert_eq!((0..500).filter(|_| budget.take()).count(), FULL_BUDGET as usize);
        for _ in 0..25 {
            budget.refill();
        }
        assert_eq!((0..50).filter(|_| budget.take()).count(), 12);
    }
}
