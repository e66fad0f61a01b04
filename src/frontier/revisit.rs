//! When a known article is asked again: at ages counted from its publication, closer together where the portal's
//! articles are seen to change. Pure; the rows are `store::revisit`'s.

use std::time::Duration;

use jiff::Timestamp;

use crate::store::revisit::{ArticleDates, StepRate};

/// Ages at which an article is asked again where neither portal file nor configuration says otherwise.
pub const DEFAULT_AGES: [Duration; 5] = [hours(1), hours(6), hours(24), hours(7 * 24), hours(30 * 24)];

/// Checks of articles of one age before anything is concluded from them.
const LEAST_CHECKS: u32 = 20;

/// No two revisits that come sooner because articles change lie closer together.
const LEAST_GAP: Duration = Duration::from_secs(5 * 60);

const fn hours(hours: u64) -> Duration {
    Duration::from_secs(hours * 3_600)
}

/// The ages at which a portal's articles are asked again, ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule(Vec<Duration>);

impl Schedule {
    /// A schedule of these ages, in whatever order; none: nothing is asked again.
    pub fn new(ages: &[Duration]) -> Self {
        let mut ages: Vec<_> = ages.iter().copied().filter(|age| !age.is_zero()).collect();
        ages.sort_unstable();
        ages.dedup();
        Self(ages)
    }

    /// The step a check belongs to that was made when the check before it was at `age`: named by the age that ends
    /// it. `None`: after the last.
    pub fn step(&self, age: Duration) -> Option<Duration> {
        self.0.get(self.0.partition_point(|end| *end <= age)).copied()
    }

    /// The first age after `age` at which an article is to be asked; `rate` tells how articles changed in a step.
    pub fn next_age(&self, age: Duration, rate: impl Fn(Duration) -> StepRate) -> Option<Duration> {
        let step = self.0.partition_point(|end| *end <= age);
        let end = *self.0.get(step)?;
        let begin = step.checked_sub(1).map_or(Duration::ZERO, |before| self.0[before]);
        let parts = parts(rate(end));
        let points = (1..parts).map(|part| between(begin, end, f64::from(part) / f64::from(parts)));
        points
            .filter(|point| *point > age && end.saturating_sub(*point) >= LEAST_GAP)
            .find(|point| point.saturating_sub(begin) >= LEAST_GAP)
            .or(Some(end))
    }

    /// When an article with these dates is to be asked again, checked at `now`; `None`: never.
    pub fn next_due(
        &self,
        dates: &ArticleDates,
        now: Timestamp,
        rate: impl Fn(Duration) -> StepRate,
    ) -> Option<Timestamp> {
        let born = dates.born();
        self.next_age(age_at(born, now), rate).map(|age| crate::frontier::host_queue::later(born, age))
    }
}

/// How old something born then is; zero before its birth.
pub fn age_at(born: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(born)).unwrap_or_default()
}

/// Whether a portal's word that an article changed (`lastmod`) has so far been worth a request.
pub fn is_trusted(word: StepRate) -> bool {
    word.checks < LEAST_CHECKS || word.changes * 10 >= word.checks
}

/// How many visits a step gets instead of one.
fn parts(rate: StepRate) -> u32 {
    if rate.checks < LEAST_CHECKS {
        return 1;
    }
    match rate.changes * 100 / rate.checks {
        30.. => 4,
        10..30 => 2,
        _ => 1,
    }
}

/// The age that share of the way from `begin` to `end`, by ratio: what is older changes more slowly.
fn between(begin: Duration, end: Duration, share: f64) -> Duration {
    if begin.is_zero() {
        return end.mul_f64(share);
    }
    begin.mul_f64((end.as_secs_f64() / begin.as_secs_f64()).powf(share))
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: StepRate = StepRate { checks: 100, changes: 2 };
    const LIVELY: StepRate = StepRate { checks: 100, changes: 15 };
    const HECTIC: StepRate = StepRate { checks: 100, changes: 80 };

    fn minutes(minutes: u64) -> Duration {
        Duration::from_secs(minutes * 60)
    }

    /// Every age a schedule gives, from birth on.
    fn ages(schedule: &Schedule, rate: StepRate) -> Vec<u64> {
        let mut age = Duration::ZERO;
        let mut ages = Vec::new();
        while let Some(next) = schedule.next_age(age, |_| rate) {
            assert!(next > age);
            ages.push(next.as_secs() / 60);
            age = next;
        }
        ages
    }

    #[test]
    fn each_age_comes_once_where_little_changes() {
        let schedule = Schedule::new(&DEFAULT_AGES);
        let expected = [60, 360, 1_440, 10_080, 43_200];
        assert_eq!(ages(&schedule, StepRate::default()), expected);
        assert_eq!(ages(&schedule, QUIET), expected);
    }

    #[test]
    fn visits_lie_closer_where_articles_change() {
        let schedule = Schedule::new(&DEFAULT_AGES);
        assert_eq!(ages(&schedule, LIVELY), [30, 60, 146, 360, 720, 1_440, 3_809, 10_080, 20_867, 43_200]);
        assert_eq!(ages(&schedule, HECTIC).len(), 20);
    }

    #[test]
    fn short_steps_are_not_cut_below_five_minutes() {
        assert_eq!(ages(&Schedule::new(&[minutes(12)]), HECTIC), [6, 12]);
        assert_eq!(ages(&Schedule::new(&[minutes(8)]), HECTIC), [8]);
    }

    #[test]
    fn order_repetition_and_zero_do_not_matter_and_no_ages_mean_never() {
        let schedule = Schedule::new(&[minutes(60), Duration::ZERO, minutes(5), minutes(60)]);
        assert_eq!(ages(&schedule, QUIET), [5, 60]);
        assert_eq!(schedule.step(minutes(5)), Some(minutes(60)));
        assert_eq!(schedule.step(minutes(60)), None);
        assert_eq!(Schedule::new(&[]).next_age(Duration::ZERO, |_| QUIET), None);
    }

    #[test]
    fn a_missed_visit_is_not_made_up_for_twice() {
        let schedule = Schedule::new(&DEFAULT_AGES);
        assert_eq!(schedule.next_age(minutes(7 * 60), |_| QUIET), Some(minutes(1_440)));
        assert_eq!(schedule.next_age(minutes(50_000), |_| QUIET), None);
    }

    #[test]
    fn a_portal_that_calls_everything_changed_is_not_believed() {
        assert!(is_trusted(StepRate::default()) && is_trusted(LIVELY));
        assert!(!is_trusted(QUIET));
    }
}
