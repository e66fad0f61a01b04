//! How much of the hosts' files for robots stays in memory: the archive has them all, so those longest unused may go.

use std::collections::HashMap;

/// Bytes the parsed files of all hosts together may take before the longest unused half is let go.
pub(super) const MAX_HELD_BYTES: usize = 32 * 1024 * 1024;

#[derive(Debug, Default)]
struct Held {
    bytes: usize,
    used: u64,
}

/// What is held for which host, and when it was last looked at.
#[derive(Debug, Default)]
pub(super) struct HeldFiles {
    hosts: HashMap<i64, Held>,
    bytes: usize,
    turn: u64,
}

impl HeldFiles {
    /// Notes that a host's files are looked at now.
    pub(super) fn used(&mut self, host: i64) {
        self.turn += 1;
        if let Some(held) = self.hosts.get_mut(&host) {
            held.used = self.turn;
        }
    }

    /// Notes what a host's files take from now on. Gives the hosts whose files have to go for it: never `host` itself.
    pub(super) fn keep(&mut self, host: i64, bytes: usize) -> Vec<i64> {
        self.turn += 1;
        let held = self.hosts.entry(host).or_default();
        self.bytes = self.bytes - held.bytes + bytes;
        *held = Held { bytes, used: self.turn };
        if self.bytes <= MAX_HELD_BYTES {
            return Vec::new();
        }
        // Half at a time: with many hosts not every file that comes costs a look at all of them.
        let mut oldest: Vec<(u64, i64)> = self
            .hosts
            .iter()
            .filter(|(other, _)| **other != host)
            .map(|(host, held)| (held.used, *host))
            .collect();
        oldest.sort_unstable();
        let mut gone = Vec::new();
        for (_, host) in oldest {
            if self.bytes <= MAX_HELD_BYTES / 2 {
                break;
            }
            self.bytes -= self.hosts.remove(&host).map_or(0, |held| held.bytes);
            gone.push(host);
        }
        gone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_longest_unused_go_and_the_newest_stays_however_large() {
        let mut held = HeldFiles::default();
        let third = MAX_HELD_BYTES / 3;
        assert!(held.keep(1, third).is_empty());
        assert!(held.keep(2, third).is_empty());
        held.used(1);
        assert_eq!(held.keep(3, third + 3), [2, 1], "down to half");
        assert_eq!(held.keep(3, 10), [0_i64; 0], "the same host again counts once");
        assert_eq!(held.bytes, 10);
        assert_eq!(held.keep(4, 2 * MAX_HELD_BYTES), [3]);
    }
}
