//! How politely and how patiently the frontier hands out permits. Filled by `config`, slowed down by portal files.

use std::time::Duration;

use crate::frontier::MAX_BODY_BYTES;
use crate::robots::OptOutPolicy;

/// Limits of the frontier. Times are wall time.
#[derive(Debug, Clone)]
pub struct FrontierSettings {
    /// Pause between two requests to one host where its portal file says nothing.
    pub default_delay: Duration,
    /// No portal file goes under this pause.
    pub min_delay: Duration,
    /// The same two for hosts on this machine, which need no manners.
    pub loopback_delay: Duration,
    /// Longest `Crawl-delay` that is kept; a longer one is cut to it.
    pub max_crawl_delay: Duration,
    /// Longest `Retry-After` a run waits for; a longer one is kept too, by leaving the host for a later run.
    pub max_retry_after: Duration,
    /// Attempts at one address within a run.
    pub attempts: u8,
    /// Attempts at one address over all runs.
    pub lifetime_attempts: u8,
    /// First pause before another attempt; doubles with each.
    pub retry_delay: Duration,
    /// How long an answer about robots.txt holds (RFC 9309 §2.4: at most 24 hours).
    pub robots_max_age: Duration,
    /// Bytes of a page's body on the wire.
    pub max_body_bytes: u64,
    /// Redirects followed from one address.
    pub max_hops: u8,
    /// The pause a slow-down after 429 or 503 starts from, where a host has no delay of its own.
    pub least_slowdown: Duration,
    /// The same for hosts on this machine.
    pub loopback_slowdown: Duration,
    /// Failures in a row (refused, timed out, 429, 5xx) after which a host is left alone for a while.
    pub breaker_failures: u32,
    /// How long at first; doubles each time.
    pub breaker_pause: Duration,
    /// The same for hosts on this machine.
    pub loopback_breaker_pause: Duration,
    /// After how long robots.txt is asked again that could not be read, if the run still goes on; doubles each time.
    pub closed_pause: Duration,
    /// Which opt-outs keep a page out of the archive.
    pub opt_outs: OptOutPolicy,
}

impl Default for FrontierSettings {
    fn default() -> Self {
        Self {
            default_delay: Duration::from_secs(3),
            min_delay: Duration::from_secs(1),
            loopback_delay: Duration::ZERO,
            max_crawl_delay: Duration::from_secs(60),
            max_retry_after: Duration::from_secs(15 * 60),
            attempts: 3,
            lifetime_attempts: 9,
            retry_delay: Duration::from_secs(2),
            robots_max_age: Duration::from_secs(24 * 60 * 60),
            max_body_bytes: MAX_BODY_BYTES,
            max_hops: 5,
            least_slowdown: Duration::from_millis(500),
            loopback_slowdown: Duration::from_millis(50),
            breaker_failures: 10,
            breaker_pause: Duration::from_secs(30),
            loopback_breaker_pause: Duration::from_secs(1),
            closed_pause: Duration::from_secs(5 * 60),
            opt_outs: OptOutPolicy::default(),
        }
    }
}
