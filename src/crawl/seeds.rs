//! Where a run begins on a portal: its feeds, sitemaps and the first (or the interrupted) page of each listing.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::crawl::CrawlError;
use crate::crawl::engine::Engine;
use crate::crawl::walk::{WalkKind, WalkPosition};
use crate::model::crawl_url::CrawlUrl;
use crate::portal::Portal;
use crate::store::Place;
use crate::store::frontier::KnownUrl;

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
        for listing in &file.listings {
            self.seed_walk(
                portal,
                WalkPosition {
                    kind: WalkKind::Listing,
                    first_page: listing.url.clone(),
                    max_pages: listing.max_pages,
                    number: 1,
                },
            )?;
        }
        if let Some(site) = &file.wordpress {
            self.seed_wordpress(portal, site)?;
        }
        if file.sitemaps_from_robots {
            self.seed_robots_sitemaps(portal)?;
        }
        Ok(())
    }

    /// Takes over an address that waits for a portal this run is not about (its file was renamed, or another file
    /// leads there too): else it would wait for ever.
    pub(crate) fn adopt(
        &mut self,
        portal: usize,
        (id, known): &(i64, Option<KnownUrl>),
    ) -> Result<(), CrawlError> {
        if let Some(known) = known
            && known.portal != self.rows[portal]
            && !self.rows.contains(&known.portal)
        {
            self.store.adopt(*id, self.rows[portal])?;
        }
        Ok(())
    }

    /// Tells which portals share a host, and which of their seeds are read for one of them only.
    pub(crate) fn note_shared_hosts(&mut self) {
        let plan = self.plan;
        let mut owners: HashMap<&str, &str> = HashMap::new();
        for portal in &plan.portals {
            let feeds = portal.feeds.iter().chain(&portal.sitemaps);
            for seed in portal.listings.iter().map(|listing| &listing.url).chain(feeds) {
                match owners.entry(seed.as_str()) {
                    Entry::Vacant(entry) => {
                        entry.insert(&portal.id);
                    }
                    Entry::Occupied(entry) if *entry.get() != portal.id => self.report.notes.push(format!(
                        "{}: {seed} is also in the file of {}; it is read for {} alone",
                        portal.id,
                        entry.get(),
                        entry.get()
                    )),
                    Entry::Occupied(_) => {}
                }
            }
        }
        for (index, portal) in plan.portals.iter().enumerate() {
            let shares = |other: &&std::sync::Arc<Portal>| {
                portal.hosts.iter().find(|host| other.hosts.contains(host)).is_some()
            };
            for other in plan.portals[..index].iter().filter(shares) {
                self.report.notes.push(format!(
                    "{} and {} are on one host: an article belongs to the file that finds it first",
                    other.id, portal.id
                ));
            }
        }
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
        if let Some(known) = known {
            if known.portal != self.rows[portal] && !self.seeded.contains(&id) {
                self.store.adopt(id, self.rows[portal])?;
            }
            self.store.requeue(id, None, 0)?;
            let host = self.store.host_row(url)?;
            self.frontier.wake(host, url, self.clock.now());
        }
        self.seeded.insert(id);
        Ok(id)
    }
}
