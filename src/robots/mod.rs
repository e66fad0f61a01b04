//! robots.txt by RFC 9309, and which of its lines decided. Pure: fetching and keeping it is `crawl`'s.

mod pattern;
mod state;
mod txt;

pub use state::{MAX_REDIRECTS, RobotsAnswer, RobotsState};
pub use txt::{MAX_BYTES, RobotsTxt};

/// The product token rules may address this program by (RFC 9309 §2.2.1).
pub const PRODUCT_TOKEN: &str = "dateline";

/// Whether an address may be asked, and by which word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it may be asked.
    pub allowed: bool,
    /// The deciding line as written (`Disallow: /intern/`), or why the whole host is open or closed
    /// (`robots.txt answered 503`); `None`: no rule matches, so it is allowed.
    pub rule: Option<String>,
    /// The group the line stands in, by its product token: `dateline` or `*`.
    pub group: Option<String>,
}
