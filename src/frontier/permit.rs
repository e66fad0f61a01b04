//! `FetchPermit`: the right to send one request. Only the frontier makes one.

use std::sync::Arc;

use crate::model::crawl_url::{CrawlUrl, Host};
use crate::model::outcome::Validators;

/// Bytes of a body on the wire, by default.
pub const MAX_BODY_BYTES: u64 = 16 * 1024 * 1024;

/// How much of a body is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyLimit {
    /// More than so many bytes on the wire: nothing is kept.
    Refuse(u64),
    /// The first so many bytes are kept and count as the whole, as RFC 9309 §2.5 has it for robots.txt.
    Cut(u64),
}

/// Proof that scope, robots and the host's turn were checked: the right to send one request for one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchPermit {
    url: CrawlUrl,
    own_hosts: Arc<[Host]>,
    validators: Validators,
    body_limit: BodyLimit,
}

impl FetchPermit {
    /// A permit for `url`, asked for a portal whose own hosts are `own_hosts`.
    pub(in crate::frontier) fn new(url: CrawlUrl, own_hosts: Arc<[Host]>) -> Self {
        Self {
            url,
            own_hosts,
            validators: Validators::default(),
            body_limit: BodyLimit::Refuse(MAX_BODY_BYTES),
        }
    }

    /// The same permit for a conditional request.
    #[must_use]
    pub(in crate::frontier) fn with_validators(mut self, validators: Validators) -> Self {
        self.validators = validators;
        self
    }

    /// The same permit with another limit on the body.
    #[must_use]
    pub(in crate::frontier) fn with_body_limit(mut self, body_limit: BodyLimit) -> Self {
        self.body_limit = body_limit;
        self
    }

    /// The address to ask.
    pub fn url(&self) -> &CrawlUrl {
        &self.url
    }

    /// The hosts of the portal the request is made for. Only they may lie on a private or loopback address.
    pub fn own_hosts(&self) -> &[Host] {
        &self.own_hosts
    }

    /// What an earlier response said, where the request is to be conditional.
    pub fn validators(&self) -> &Validators {
        &self.validators
    }

    /// How much of the body is taken.
    pub fn body_limit(&self) -> BodyLimit {
        self.body_limit
    }
}

#[cfg(test)]
impl FetchPermit {
    /// A permit as the tests of `fetch` need one.
    pub(crate) fn for_test(url: &str, own_hosts: &[&str]) -> Self {
        let url = CrawlUrl::parse(url).unwrap();
        Self::new(url, own_hosts.iter().map(|host| Host::parse(host).unwrap()).collect())
    }

    /// The same as a conditional request.
    pub(crate) fn if_none_match(self, etag: &str) -> Self {
        self.with_validators(Validators {
            etag: Some(etag.to_owned()),
            last_modified: Some("Fri, 14 Mar 2025 09:30:00 GMT".to_owned()),
        })
    }

    /// The same with a body that may be cut.
    pub(crate) fn cut_at(self, bytes: u64) -> Self {
        self.with_body_limit(BodyLimit::Cut(bytes))
    }
}
