//! What hosts and pages say to robots: robots.txt by RFC 9309 and which of its lines decided, opt-outs in headers and
//! pages, reservations of text and data mining. Pure: asking for the files is `frontier`'s, keeping them `store`'s.

mod meta_tags;
mod opt_out;
mod pattern;
mod state;
mod tdmrep;
mod txt;

pub use opt_out::{HONOURABLE, OptOutPolicy, OptOuts, TDM_RESERVATION};
pub use state::{MAX_REDIRECTS, RobotsAnswer, RobotsState};
pub use tdmrep::{HostReservation, MAX_TDMREP_BYTES, TDMREP_PATH, TdmRep};
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
