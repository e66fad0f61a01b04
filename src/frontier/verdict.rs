//! What an outcome means for its host and its page: the pace, the breaker, another attempt or none.

use jiff::Timestamp;

use crate::frontier::host_queue::later;
use crate::frontier::{Frontier, Verdict, retry};
use crate::model::outcome::FetchOutcome;
use crate::portal::is_loopback_name;
use crate::store::frontier::{QueuedUrl, UrlState};
use crate::store::{Store, StoreError};

/// How an outcome counts for its host.
enum Sign {
    /// It answers.
    Good,
    /// It asks for less.
    Overload,
    /// It fails.
    Failure,
    /// It says nothing about the host: a page that is too large, an address that is refused.
    Neutral,
}

impl Sign {
    fn of(outcome: &FetchOutcome) -> Self {
        match outcome {
            FetchOutcome::HttpStatus { capture, .. } if matches!(capture.status, 429 | 503) => Self::Overload,
            FetchOutcome::HttpStatus { capture, .. } if capture.status < 500 => Self::Good,
            FetchOutcome::Fetched(_) | FetchOutcome::NotModified(_) | FetchOutcome::Redirected { .. } => {
                Self::Good
            }
            outcome if outcome.is_retryable() => Self::Failure,
            _ => Self::Neutral,
        }
    }
}

impl Frontier {
    /// Looks up once whether the host asked an earlier run to be left alone for longer.
    pub(super) fn look_up_rest(&mut self, host: i64, store: &Store) -> Result<(), StoreError> {
        let Some(queue) = self.hosts.get_mut(&host) else { return Ok(()) };
        if !queue.is_looked_up {
            queue.is_looked_up = true;
            if let Some(until) = store.host_rests_until(host)? {
                queue.rests_until = Some(until);
                queue.wait_until(until);
            }
        }
        Ok(())
    }

    /// Keeps the host's pace after an outcome.
    pub(super) fn keep_pace(
        &mut self,
        host: i64,
        outcome: &FetchOutcome,
        now: Timestamp,
        store: &mut Store,
    ) -> Result<(), StoreError> {
        let seed = self.seed(host);
        let settings = &self.settings;
        let Some(queue) = self.hosts.get_mut(&host) else { return Ok(()) };
        queue.end_turn(now);
        let name = queue.origin.host();
        match Sign::of(outcome) {
            Sign::Neutral => return Ok(()),
            Sign::Good => {
                let failures = queue.breaker.failures();
                if queue.breaker.succeed() {
                    self.notes.push(format!("{name}: answers again after {failures} failures in a row"));
                }
                queue.pace.recover();
                queue.retries.refill();
                return Ok(());
            }
            Sign::Overload => {
                let asked = match outcome {
                    FetchOutcome::HttpStatus { retry_after, .. } => *retry_after,
                    _ => None,
                };
                queue.back_off(now, asked);
                if let Some(asked) = asked.filter(|asked| *asked > settings.max_retry_after) {
                    let until = later(now, asked);
                    queue.rests_until = Some(until);
                    store.set_host_rests_until(host, until)?;
                }
            }
            Sign::Failure => {
                // The whole host may be away: the next page waits a little too.
                let failures = u8::try_from(queue.breaker.failures()).unwrap_or(u8::MAX).min(4);
                queue.wait_until(later(now, retry::pause(settings.least_slowdown, failures, seed)));
            }
        }
        let pause = if is_loopback_name(name.name()) {
            settings.loopback_breaker_pause
        } else {
            settings.breaker_pause
        };
        if let Some(until) = queue.breaker.fail(now, settings.breaker_failures, pause) {
            queue.wait_until(until);
            let failures = queue.breaker.failures();
            if failures == settings.breaker_failures {
                self.notes
                    .push(format!("{name}: {failures} failures in a row; tried again more and more seldom"));
            }
        }
        Ok(())
    }

    /// What becomes of a page: settled by the caller, asked again, or given up for this run.
    pub(super) fn page_verdict(
        &mut self,
        host: i64,
        queued: &QueuedUrl,
        outcome: &FetchOutcome,
        now: Timestamp,
        store: &mut Store,
    ) -> Result<Verdict, StoreError> {
        if !outcome.is_retryable() {
            return Ok(Verdict::Answered);
        }
        let most = self.settings.attempts;
        let attempts = queued.attempts.saturating_add(1);
        let is_last = attempts.is_multiple_of(most);
        if is_last || !self.has_retry_left(host) {
            // Of a host that does not answer, the page knows nothing: these attempts are not held against it.
            let runs =
                attempts.div_ceil(most) - u8::from(matches!(outcome, FetchOutcome::Unreachable { .. }));
            store.requeue(queued.id, None, runs.saturating_mul(most))?;
            store.settle_row(queued.id, UrlState::Failed, self.run)?;
            return Ok(Verdict::GivenUp);
        }
        let seed = self.seed(queued.id);
        let pause = retry::pause(self.settings.retry_delay, attempts % most, seed);
        store.requeue(queued.id, Some(later(now, pause)), attempts)?;
        Ok(Verdict::Retry)
    }

    fn has_retry_left(&mut self, host: i64) -> bool {
        let Some(queue) = self.hosts.get_mut(&host) else { return false };
        let is_left = queue.retries.take();
        if !is_left {
            let host = queue.origin.host();
            let note =
                format!("{host}: too many failures; pages that fail are left for the next run at once");
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        is_left
    }

    /// What the pauses of a row are drawn from: another one in every run.
    pub(super) fn seed(&self, row: i64) -> u64 {
        (self.run.unsigned_abs() << 40) ^ (row.unsigned_abs() << 8)
    }
}
