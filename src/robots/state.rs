//! What a server's answer to `/robots.txt` means for its whole host (RFC 9309 §2.3.1).

use std::time::Duration;

use crate::model::crawl_url::CrawlUrl;
use crate::model::outcome::FetchOutcome;

use super::{PRODUCT_TOKEN, RobotsTxt, Verdict};

/// Redirects of `/robots.txt` that are followed (RFC 9309 §2.3.1.2).
pub const MAX_REDIRECTS: usize = 5;

/// What is known about a host's robots.txt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RobotsState {
    /// There is a file, and its rules hold.
    Rules(RobotsTxt),
    /// There is none: everything is allowed.
    AllowAll {
        /// `robots.txt answered 404`
        reason: String,
    },
    /// It could not be read: nothing is allowed until it answers.
    DisallowAll {
        /// `robots.txt answered 503`
        reason: String,
    },
}

/// What to do after an answer to `/robots.txt`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RobotsAnswer {
    /// It is settled.
    State(RobotsState),
    /// Ask there; what that answers holds for the host first asked. After [`MAX_REDIRECTS`] of them:
    /// [`RobotsState::too_many_redirects`].
    Follow(CrawlUrl),
    /// 304: what was known before still holds.
    Unchanged,
}

impl RobotsAnswer {
    /// What `outcome` means; `body` is its body, content-codings taken off (empty where none came).
    ///
    /// 429 closes the host, though it is a 4xx: a server that is overloaded has not said there is no file.
    pub fn of(outcome: &FetchOutcome, body: &[u8]) -> Self {
        let state = match outcome {
            FetchOutcome::Fetched(_) => RobotsState::Rules(RobotsTxt::parse(body)),
            FetchOutcome::NotModified(_) => return Self::Unchanged,
            FetchOutcome::Redirected { redirect, .. } => return Self::Follow(redirect.to.clone()),
            FetchOutcome::RedirectLoop { .. } => RobotsState::too_many_redirects(),
            FetchOutcome::HttpStatus { capture, .. } => {
                let reason = format!("robots.txt answered {}", capture.status);
                match capture.status {
                    300..=428 | 430..=499 => RobotsState::AllowAll { reason },
                    _ => RobotsState::DisallowAll { reason },
                }
            }
            FetchOutcome::TimedOut { .. }
            | FetchOutcome::TooLarge { .. }
            | FetchOutcome::Truncated { .. }
            | FetchOutcome::Unreachable { .. }
            | FetchOutcome::AddressRefused { .. }
            | FetchOutcome::RobotsExcluded { .. }
            | FetchOutcome::Protocol { .. } => RobotsState::DisallowAll {
                reason: format!("robots.txt could not be read: {}", outcome.describe()),
            },
        };
        Self::State(state)
    }
}

impl RobotsState {
    /// The state of a host whose robots.txt sends round for ever: as if there were none (RFC 9309 §2.3.1.2).
    pub fn too_many_redirects() -> Self {
        Self::AllowAll { reason: format!("robots.txt redirects more than {MAX_REDIRECTS} times") }
    }

    /// Whether this program may ask `path_and_query`, and by which word.
    pub fn verdict(&self, path_and_query: &str) -> Verdict {
        match self {
            Self::Rules(robots) => robots.verdict(PRODUCT_TOKEN, path_and_query),
            Self::AllowAll { reason } => Verdict { allowed: true, rule: Some(reason.clone()), group: None },
            Self::DisallowAll { reason } => {
                Verdict { allowed: path_and_query == "/robots.txt", rule: Some(reason.clone()), group: None }
            }
        }
    }

    /// The delay the file asks of this program.
    pub fn crawl_delay(&self) -> Option<Duration> {
        match self {
            Self::Rules(robots) => robots.crawl_delay(PRODUCT_TOKEN),
            Self::AllowAll { .. } | Self::DisallowAll { .. } => None,
        }
    }

    /// The sitemaps the file names, as written.
    pub fn sitemaps(&self) -> &[String] {
        match self {
            Self::Rules(robots) => robots.sitemaps(),
            Self::AllowAll { .. } | Self::DisallowAll { .. } => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use crate::model::capture::{Capture, Headers, Redirect};
    use crate::model::digest::Digest;

    use super::*;

    fn url(text: &str) -> CrawlUrl {
        CrawlUrl::parse(text).unwrap()
    }

    fn capture(status: u16) -> Box<Capture> {
        let asked = url("https://example.org/robots.txt");
        Box::new(Capture {
            requested: asked.clone(),
            url: asked,
            redirects: vec![],
            fetched_at: Timestamp::UNIX_EPOCH,
            status,
            request_headers: Headers::default(),
            headers: Headers::default(),
            body: vec![],
            digest: Digest::of(b""),
            ip: None,
            truncated: None,
        })
    }

    fn status(status: u16) -> FetchOutcome {
        FetchOutcome::HttpStatus { capture: capture(status), retry_after: None }
    }

    #[track_caller]
    fn check(outcome: &FetchOutcome, expected: (bool, Option<&str>)) {
        let RobotsAnswer::State(state) = RobotsAnswer::of(outcome, b"User-agent: *\nDisallow: /intern/")
        else {
            panic!("not settled by {outcome:?}");
        };
        let verdict = state.verdict("/intern/x");
        assert_eq!((verdict.allowed, verdict.rule.as_deref()), expected);
    }

    #[test]
    fn an_answer_opens_or_closes_the_host() {
        check(&FetchOutcome::Fetched(capture(200)), (false, Some("Disallow: /intern/")));
        check(&status(404), (true, Some("robots.txt answered 404")));
        check(&status(403), (true, Some("robots.txt answered 403")));
        check(&status(429), (false, Some("robots.txt answered 429")));
        check(&status(500), (false, Some("robots.txt answered 500")));
        check(&status(503), (false, Some("robots.txt answered 503")));
        check(
            &FetchOutcome::TimedOut { phase: "connect", part: None },
            (false, Some("robots.txt could not be read: timed out (connect)")),
        );
        check(
            &FetchOutcome::Unreachable { reason: "connection refused".to_owned() },
            (false, Some("robots.txt could not be read: connection refused")),
        );
        check(
            &FetchOutcome::RedirectLoop { at: url("https://example.org/robots.txt") },
            (true, Some("robots.txt redirects more than 5 times")),
        );
    }

    #[test]
    fn a_redirect_is_followed_and_304_changes_nothing() {
        let to = url("https://www.example.org/robots.txt");
        let redirect = Redirect { from: url("https://example.org/robots.txt"), status: 301, to: to.clone() };
        let outcome = FetchOutcome::Redirected { capture: capture(301), redirect };
        assert_eq!(RobotsAnswer::of(&outcome, b""), RobotsAnswer::Follow(to));
        assert_eq!(RobotsAnswer::of(&FetchOutcome::NotModified(capture(304)), b""), RobotsAnswer::Unchanged);
    }

    #[test]
    fn a_closed_host_may_still_be_asked_for_its_file() {
        let closed = RobotsState::DisallowAll { reason: "robots.txt answered 503".to_owned() };
        assert!(closed.verdict("/robots.txt").allowed && !closed.verdict("/").allowed);
    }
}
