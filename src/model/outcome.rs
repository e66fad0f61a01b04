//! `FetchOutcome`: how an attempt to fetch ended. Data, not an error: every outcome is stored and counted.

use std::time::Duration;

use crate::model::capture::{Capture, Redirect};
use crate::model::crawl_url::CrawlUrl;

/// What is known of an earlier response, for a conditional request (RFC 9110 §13.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Validators {
    /// `ETag`, as it came.
    pub etag: Option<String>,
    /// `Last-Modified`, as it came.
    pub last_modified: Option<String>,
}

/// How an attempt to fetch one address ended.
#[derive(Debug, Clone, PartialEq)]
pub enum FetchOutcome {
    /// A complete 2xx response.
    Fetched(Box<Capture>),
    /// 304: what we have is current. Holds the response, whose body is empty.
    NotModified(Box<Capture>),
    /// A redirect the frontier must allow first (other host, or the portal's limiter must be asked again).
    Redirected {
        /// The response itself, for the evidence.
        capture: Box<Capture>,
        /// Where it leads.
        redirect: Redirect,
    },
    /// Any other status.
    HttpStatus {
        /// The response, for the evidence.
        capture: Box<Capture>,
        /// How long the server asks to wait (`Retry-After`), from now.
        retry_after: Option<Duration>,
    },
    /// No complete answer within the limits of time.
    TimedOut {
        /// What took too long: `connect`, `first byte`, `body`.
        phase: &'static str,
        /// What had arrived by then, where the body had begun.
        part: Option<Box<Capture>>,
    },
    /// More bytes than allowed, on the wire or after decoding.
    TooLarge {
        /// The limit in bytes.
        limit: u64,
        /// What was taken of it: up to the limit, or nothing of a body that was announced as larger. A body that is
        /// too large only after decoding is all there.
        part: Option<Box<Capture>>,
    },
    /// The body ended before it was complete.
    Truncated {
        /// How it was noticed.
        reason: String,
        /// What had arrived by then.
        part: Option<Box<Capture>>,
    },
    /// The name does not resolve, or nothing answers there.
    Unreachable {
        /// The reason, for a person.
        reason: String,
    },
    /// The address leads to a private, loopback or link-local place that is not the portal's own.
    AddressRefused {
        /// The address.
        reason: String,
    },
    /// robots.txt forbids it.
    RobotsExcluded {
        /// The deciding line: `Disallow: /intern/`.
        rule: String,
    },
    /// A redirect chain longer than allowed, or one that meets itself.
    RedirectLoop {
        /// The address it stopped at.
        at: CrawlUrl,
    },
    /// The connection broke or the server did not speak HTTP.
    Protocol {
        /// The reason, for a person.
        reason: String,
    },
}

impl FetchOutcome {
    /// The word stored and exported for the outcome.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Fetched(_) => "fetched",
            Self::NotModified(_) => "not-modified",
            Self::Redirected { .. } => "redirected",
            Self::HttpStatus { .. } => "http-status",
            Self::TimedOut { .. } => "timed-out",
            Self::TooLarge { .. } => "too-large",
            Self::Truncated { .. } => "truncated",
            Self::Unreachable { .. } => "unreachable",
            Self::AddressRefused { .. } => "address-refused",
            Self::RobotsExcluded { .. } => "robots-excluded",
            Self::RedirectLoop { .. } => "redirect-loop",
            Self::Protocol { .. } => "protocol",
        }
    }

    /// The response, where a whole one came.
    pub fn capture(&self) -> Option<&Capture> {
        match self {
            Self::Fetched(capture)
            | Self::NotModified(capture)
            | Self::Redirected { capture, .. }
            | Self::HttpStatus { capture, .. } => Some(capture),
            _ => None,
        }
    }

    /// What arrived of a response that is not whole: evidence, and never a page to read.
    pub fn part(&self) -> Option<&Capture> {
        match self {
            Self::TimedOut { part, .. } | Self::TooLarge { part, .. } | Self::Truncated { part, .. } => {
                part.as_deref()
            }
            _ => None,
        }
    }

    /// All that arrived, whole or not.
    pub fn evidence(&self) -> Option<&Capture> {
        self.capture().or_else(|| self.part())
    }

    /// Whether trying again later may help.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::HttpStatus { capture, .. } => matches!(capture.status, 408 | 425 | 429 | 500 | 502..=504),
            Self::TimedOut { .. }
            | Self::Truncated { .. }
            | Self::Unreachable { .. }
            | Self::Protocol { .. } => true,
            _ => false,
        }
    }

    /// What happened, for a person: lower-case fragment.
    pub fn describe(&self) -> String {
        match self {
            Self::Fetched(capture) | Self::NotModified(capture) | Self::HttpStatus { capture, .. } => {
                format!("HTTP {}", capture.status)
            }
            Self::Redirected { redirect, .. } => format!("HTTP {} to {}", redirect.status, redirect.to),
            Self::TimedOut { phase, .. } => format!("timed out ({phase})"),
            Self::TooLarge { limit, .. } => format!("larger than {limit} bytes"),
            Self::Truncated { reason, .. } => format!("incomplete: {reason}"),
            Self::Unreachable { reason } | Self::AddressRefused { reason } | Self::Protocol { reason } => {
                reason.clone()
            }
            Self::RobotsExcluded { rule } => format!("robots.txt: {rule}"),
            Self::RedirectLoop { at } => format!("redirects go round at {at}"),
        }
    }
}
