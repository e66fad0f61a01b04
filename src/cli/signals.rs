//! Ctrl-C and SIGTERM: once asks the run to stop, twice ends the program.

use std::io;

use tokio::signal::unix::{SignalKind, signal};

use crate::cli::Exit;
use crate::crawl::{Shutdown, StopReason};

/// Listens for signals on a thread of its own for the rest of the program's life.
pub(crate) fn listen(shutdown: &Shutdown) -> io::Result<()> {
    let shutdown = shutdown.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::Builder::new().name("dateline-signals".to_owned()).spawn(move || {
        runtime.block_on(async {
            let (Ok(mut interrupt), Ok(mut terminate)) =
                (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
            else {
                return;
            };
            loop {
                let (reason, exit) = tokio::select! {
                    _ = interrupt.recv() => (StopReason::Interrupt, Exit::Interrupted),
                    _ = terminate.recv() => (StopReason::Terminate, Exit::Terminated),
                };
                if !shutdown.request(reason) && shutdown.requested().is_some_and(StopReason::is_signal) {
                    std::process::exit(i32::from(exit.code()));
                }
            }
        });
    })?;
    Ok(())
}
