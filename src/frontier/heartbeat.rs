//! The permit for a heartbeat: one request to a monitoring service that the person who crawls has named.
//!
//! It is no crawling (RFC 9309 does not apply: the service asked to be asked), so it needs no robots.txt and no turn.
//! That stays true only off the portals: an address on a portal's host gets no permit, whoever names it.

use std::sync::Arc;

use crate::frontier::permit::{BodyLimit, FetchPermit};
use crate::model::crawl_url::CrawlUrl;
use crate::portal::Portal;

/// Bytes of the service's answer that are read: only its status counts.
const MAX_ANSWER_BYTES: u64 = 4 * 1024;

/// The permit to ask `url` once; `None` where it lies on a host of one of the portals.
pub fn heartbeat_permit<'a>(
    url: &CrawlUrl,
    portals: impl IntoIterator<Item = &'a Arc<Portal>>,
) -> Option<FetchPermit> {
    let is_a_portals = portals.into_iter().any(|portal| portal.owns(url));
    // Services in the own network are named by the person who crawls, as an address given to `save` is.
    let permit = || FetchPermit::new(url.clone(), [url.host()].into());
    (!is_a_portals).then(|| permit().with_body_limit(BodyLimit::Cut(MAX_ANSWER_BYTES)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portal_is_never_asked_this_way() {
        let url = |text| CrawlUrl::parse(text).unwrap();
        let portals = [Arc::new(Portal::generic(url("https://bote.example/").host()))];
        let service = url("https://watch.example/ping/abc");
        let permit = heartbeat_permit(&service, &portals).unwrap();
        assert_eq!((permit.url(), permit.body_limit()), (&service, BodyLimit::Cut(4_096)));
        assert_eq!(heartbeat_permit(&url("https://bote.example/ping"), &portals), None);
    }
}
