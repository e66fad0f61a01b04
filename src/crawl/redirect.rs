//! Redirects: followed as addresses of their own, as another way of writing the same one, or not at all. Those of
//! known articles are `refresh`'s.

use jiff::Timestamp;

use crate::crawl::CrawlError;
use crate::crawl::engine::Engine;
use crate::crawl::plan::Task;
use crate::crawl::refresh::Before;
use crate::crawl::seeds::{ARTICLES, FIRST};
use crate::model::capture::Redirect;
use crate::model::crawl_url::CrawlUrl;
use crate::model::outcome::FetchOutcome;
use crate::portal::Portal;
use crate::store::Place;
use crate::store::frontier::{QueuedUrl, UrlState};

impl Engine<'_> {
    /// Whether a redirect leads to another way of writing the same address: `https`, a tracking parameter.
    pub(crate) fn is_same_document(
        &self,
        portal: &Portal,
        queued: &QueuedUrl,
        target: &CrawlUrl,
    ) -> Result<bool, CrawlError> {
        let known = self.store.known_url(&portal.canonicalize(target.canonical()))?;
        Ok(known.is_some_and(|known| known.id == queued.id))
    }

    /// Follows a redirect: its target is an address of its own, which must be wanted and waits for its turn.
    pub(crate) fn follow(
        &mut self,
        index: usize,
        portal: &Portal,
        queued: &QueuedUrl,
        redirect: &Redirect,
        (before, fetched_at): (Before, Timestamp),
    ) -> Result<UrlState, CrawlError> {
        let target = portal.canonicalize(redirect.to.canonical());
        let counts = &mut self.report.portals[index];
        if !portal.owns(&target) || portal.is_denied(&target) {
            counts.fail(
                queued.url.as_str(),
                format!("HTTP {} to {target}, which is not the portal's", redirect.status),
            );
            return Ok(UrlState::Failed);
        }
        if queued.hops >= self.plan.settings.frontier.max_hops {
            counts.fail(queued.url.as_str(), FetchOutcome::RedirectLoop { at: target }.describe());
            return Ok(UrlState::Failed);
        }
        if queued.kind == Place::Article && leads_to_overview(portal, &target) {
            let reason = format!("HTTP {} to {target}: taken for gone", redirect.status);
            return self.settle_missing(index, queued, reason, (before, fetched_at));
        }
        let priority = match (&self.plan.task, queued.kind) {
            (Task::Discover, Place::Article) => ARTICLES,
            _ => FIRST,
        };
        let (id, known) = self.enqueue(index, &target, queued.kind, (priority, queued.hops + 1), None)?;
        if let Some(circle) = self.traps.circle(queued.id, id) {
            for row in circle {
                self.store.settle_row(row, UrlState::Failed, self.run)?;
            }
            let reason = FetchOutcome::RedirectLoop { at: target }.describe();
            self.report.portals[index].fail(queued.url.as_str(), reason);
            return Ok(UrlState::Failed);
        }
        let asked_again = queued.kind != Place::Article || self.plan.task != Task::Discover;
        if let Some(known) = known
            && asked_again
            && known.handled_run != self.run
        {
            self.store.requeue_first(id)?;
        }
        if let Some(position) = self.walks.remove(&queued.id) {
            self.walks.insert(id, position);
        }
        Ok(UrlState::Done)
    }
}

/// Whether an address is the portal's start page or one of its listings: an article that leads there is gone.
fn leads_to_overview(portal: &Portal, target: &CrawlUrl) -> bool {
    let same = |url: &CrawlUrl| {
        url.host() == target.host()
            && url.path_and_query().trim_end_matches('/') == target.path_and_query().trim_end_matches('/')
    };
    target.path_and_query() == "/"
        || portal.home.as_ref().is_some_and(same)
        || portal.listings.iter().any(|listing| same(&listing.url))
}
