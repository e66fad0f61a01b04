//! Where a run begins on a portal: its feeds, sitemaps and the first (or the interrupted) page of each listing.

use crate::crawl::CrawlError;
use crate::crawl::engine::Engine;
use crate::crawl::walk::WalkPosition;
use crate::model::crawl_url::CrawlUrl;
use crate::store::Place;

/// Priority of seeds and of addresses a person asked for.
pub(crate) const FIRST: u8 = 0;

/// Priority of articles.
pub(crate) const ARTICLES: u8 = 1;

/// Priority of what only leads to older articles: further listing pages, sitemaps inside an index.
pub(crate) const DEEPER: u8 = 2;

impl Engine<'_> {
    /// Queues what a run on this portal begins with, and what earlier runs left.
    pub(crate) fn seed_portal(&mut self, portal: usize) -> Result<(), CrawlError> {
        let file = std::sync::Arc::clone(&self.plan.portals[portal]);
        let row = self.rows[portal];
        self.store.requeue_failed(row, self.plan.settings.frontier.lifetime_attempts)?;
        self.store.requeue_within(row, self.plan.period.since, self.plan.period.until)?;
        let opt_outs = &self.plan.settings.frontier.opt_outs;
        if opt_outs.legal_basis.is_some() || opt_outs.honour.is_empty() {
            self.store.requeue_opted_out(row)?;
        }
        for feed in &file.feeds {
            self.enqueue_seed(portal, feed, Place::Feed, FIRST)?;
        }
        for sitemap in &file.sitemaps {
            self.enqueue_seed(portal, sitemap, Place::Sitemap, FIRST)?;
        }
        for (index, listing) in file.listings.iter().enumerate() {
            let walk = self.store.listing_walk(&listing.url)?;
            let interrupted =
                walk.next.and_then(|(page, number)| Some((CrawlUrl::parse(&page).ok()?, number)));
            let (page, number, priority) = match interrupted {
                Some((page, number)) => (page, number, DEEPER),
                None => (listing.url.clone(), 1, FIRST),
            };
            let id = self.enqueue_seed(portal, &page, Place::Listing, priority)?;
            self.walks.insert(id, WalkPosition { portal, listing: index, number });
        }
        Ok(())
    }

    /// Queues an address that is asked in every run, known or not. Gives its row.
    pub(crate) fn enqueue_seed(
        &mut self,
        portal: usize,
        url: &CrawlUrl,
        kind: Place,
        priority: u8,
    ) -> Result<i64, CrawlError> {
        let (id, known) = self.enqueue(portal, url, kind, (priority, 0), None)?;
        if known.is_some() {
            self.store.requeue(id, None, 0)?;
            let host = self.store.host_row(url)?;
            self.frontier.wake(host, url, self.clock.now());
        }
        Ok(id)
    }
}
