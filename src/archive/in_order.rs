//! Jobs on all cores, their answers in the jobs' order, with bounded memory.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

/// Jobs under way at once for each core: what waits for its turn to be taken is held in memory.
const WINDOW_PER_CORE: usize = 16;

/// Does jobs on all cores and hands the answers to `take` in the jobs' order, on the calling thread. Each worker has
/// what `begin` gives it. A job starts only when fewer than a window's number wait to be taken. An error of `take`
/// ends the work.
pub fn in_order<J: Send, W, A: Send, E>(
    jobs: impl Iterator<Item = J> + Send,
    begin: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, J) -> A + Sync,
    mut take: impl FnMut(A) -> Result<(), E>,
) -> Result<(), E> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let window = cores * WINDOW_PER_CORE;
    let (permit_in, permits) = sync_channel::<()>(window);
    let (job_in, job_out) = sync_channel::<(usize, J)>(window);
    let (answer_in, answers) = sync_channel::<(usize, A)>(window);
    let job_out = Arc::new(Mutex::new(job_out));
    std::thread::scope(|scope| {
        scope.spawn(move || feed(jobs, &permit_in, &job_in));
        for _ in 0..cores {
            let (job_out, answer_in, begin, work) = (Arc::clone(&job_out), answer_in.clone(), &begin, &work);
            scope.spawn(move || {
                let mut worker = begin();
                loop {
                    let job = job_out.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((index, job)) = job else { return };
                    if answer_in.send((index, work(&mut worker, job))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(answer_in);
        drop(job_out);
        take_in_order(answers, permits, &mut take)
    })
}

fn feed<J>(jobs: impl Iterator<Item = J>, permits: &SyncSender<()>, jobs_out: &SyncSender<(usize, J)>) {
    for job in jobs.enumerate() {
        if permits.send(()).is_err() || jobs_out.send(job).is_err() {
            return;
        }
    }
}

/// Takes both channels: when it returns early, whoever waits at their other ends is set free.
fn take_in_order<A, E>(
    answers: Receiver<(usize, A)>,
    permits: Receiver<()>,
    take: &mut impl FnMut(A) -> Result<(), E>,
) -> Result<(), E> {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    for (index, answer) in answers {
        waiting.insert(index, answer);
        while let Some(answer) = waiting.remove(&next) {
            next += 1;
            let _ = permits.recv();
            take(answer)?;
        }
    }
    drop(permits);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_in_the_order_of_the_jobs() {
        let mut taken = Vec::new();
        in_order::<_, _, _, ()>(
            0..1_000_u64,
            || 0,
            |done, job| {
                *done += 1;
                (0..job % 7 * 1_000).fold(job, |sum, n| std::hint::black_box(sum ^ n) ^ n)
            },
            |answer| {
                taken.push(answer);
                Ok(())
            },
        )
        .unwrap();
        assert_eq!(taken, (0..1_000).collect::<Vec<_>>());
    }

    #[test]
    fn an_error_ends_the_work() {
        let result =
            in_order(0.., || (), |(), job| job, |answer| if answer < 50 { Ok(()) } else { Err(answer) });
        assert_eq!(result, Err(50));
    }
}
