//! Jobs on all cores, their answers to stdout in the jobs' order, with bounded memory.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use crate::cli::output::write_stdout;

/// Jobs under way at once for each core: what waits for its turn to be written is held in memory.
const WINDOW_PER_CORE: usize = 16;

/// Answers jobs on all cores and writes the answers in the jobs' order. Memory is bounded: a job starts only when
/// fewer than a window's number are unwritten.
pub(crate) fn run<J: Send>(
    jobs: impl Iterator<Item = J> + Send,
    work: impl Fn(J) -> String + Sync,
) -> anyhow::Result<()> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let window = cores * WINDOW_PER_CORE;
    let (permit_in, permits) = sync_channel::<()>(window);
    let (job_in, job_out) = sync_channel::<(usize, J)>(window);
    let (answer_in, answers) = sync_channel::<(usize, String)>(window);
    let job_out = Arc::new(Mutex::new(job_out));
    std::thread::scope(|scope| {
        scope.spawn(move || feed(jobs, &permit_in, &job_in));
        for _ in 0..cores {
            let (job_out, answer_in, work) = (Arc::clone(&job_out), answer_in.clone(), &work);
            scope.spawn(move || {
                loop {
                    let job = job_out.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((index, job)) = job else { return };
                    if answer_in.send((index, work(job))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(answer_in);
        drop(job_out);
        write_in_order(&answers, &permits)
    })
}

fn feed<J>(jobs: impl Iterator<Item = J>, permits: &SyncSender<()>, jobs_out: &SyncSender<(usize, J)>) {
    for job in jobs.enumerate() {
        if permits.send(()).is_err() || jobs_out.send(job).is_err() {
            return;
        }
    }
}

fn write_in_order(answers: &Receiver<(usize, String)>, permits: &Receiver<()>) -> anyhow::Result<()> {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    for (index, answer) in answers {
        waiting.insert(index, answer);
        while let Some(mut answer) = waiting.remove(&next) {
            next += 1;
            let _ = permits.recv();
            if answer.is_empty() {
                continue;
            }
            answer.push('\n');
            if !write_stdout(&answer)? {
                return Ok(());
            }
        }
    }
    Ok(())
}
