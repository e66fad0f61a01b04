//! How politely and how patiently the frontier hands out permits. Filled by `config`, slowed down by portal files.

use std::time::Duration;

use crate::frontier::MAX_BODY_BYTES;

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
    /// Longest `Retry-After` that is waited for within a run.
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
    /// Failures in a row (refused, timed out, 5xx) after which a host is left alone for the rest of the run.
    pub host_failures: u32,
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
            host_failures: 20,
        }
    }
}
