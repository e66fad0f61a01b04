//! The request to stop: made by a signal or a limit, heard by the engine and by every request under way.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// Who asked a run to stop before its work was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
    /// `--max-time` is over.
    MaxTime,
    /// `--max-requests` is reached.
    MaxRequests,
    /// `--max-articles` is reached.
    MaxArticles,
}

impl StopReason {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Interrupt => "interrupt",
            Self::Terminate => "terminate",
            Self::MaxTime => "max-time",
            Self::MaxRequests => "max-requests",
            Self::MaxArticles => "max-articles",
        }
    }

    /// Whether a signal asked.
    pub fn is_signal(self) -> bool {
        matches!(self, Self::Interrupt | Self::Terminate)
    }
}

/// A stop that may be asked for from any thread, once; the first reason stays.
#[derive(Debug, Clone, Default)]
pub struct Shutdown(Arc<AtomicU8>);

impl Shutdown {
    /// Asks the run to stop. `false`: it was asked before.
    pub fn request(&self, reason: StopReason) -> bool {
        self.0.compare_exchange(0, reason as u8 + 1, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }

    /// The reason, once somebody asked.
    pub fn requested(&self) -> Option<StopReason> {
        match self.0.load(Ordering::SeqCst) {
            1 => Some(StopReason::Interrupt),
            2 => Some(StopReason::Terminate),
            3 => Some(StopReason::MaxTime),
            4 => Some(StopReason::MaxRequests),
            5 => Some(StopReason::MaxArticles),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_reason_stays() {
        let shutdown = Shutdown::default();
        assert_eq!(shutdown.requested(), None);
        assert!(shutdown.request(StopReason::Terminate));
        assert!(!shutdown.clone().request(StopReason::Interrupt));
        assert_eq!(shutdown.requested(), Some(StopReason::Terminate));
    }
}
