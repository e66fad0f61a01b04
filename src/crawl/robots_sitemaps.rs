//! The sitemaps that robots.txt names, for portals whose file wants them read.

use crate::crawl::CrawlError;
use crate::crawl::engine::Engine;
use crate::crawl::seeds::FIRST;
use crate::model::crawl_url::CrawlUrl;
use crate::robots::RobotsTxt;
use crate::store::Place;

/// Sitemaps of one host that are read.
const MAX_SITEMAPS: usize = 100;

impl Engine<'_> {
    /// Has the robots.txt of the portal's start read, and queues the sitemaps it is known to name.
    pub(crate) fn seed_robots_sitemaps(&mut self, portal: usize) -> Result<(), CrawlError> {
        let file = std::sync::Arc::clone(&self.plan.portals[portal]);
        let Some(home) = &file.home else { return Ok(()) };
        let host = self.store.host_row(home)?;
        self.frontier.look_at_robots(host, home, self.clock.now(), &self.store)?;
        self.queue_robots_sitemaps(portal, host, home)
    }

    /// A host's robots.txt has been read: queues the sitemaps it names for the portals that want them.
    pub(crate) fn robots_were_read(&mut self, host: i64, url: &CrawlUrl) -> Result<(), CrawlError> {
        for portal in 0..self.plan.portals.len() {
            let file = &self.plan.portals[portal];
            let is_home = file.home.as_ref().is_some_and(|home| home.host() == url.host());
            if file.sitemaps_from_robots && is_home {
                self.queue_robots_sitemaps(portal, host, url)?;
            }
        }
        Ok(())
    }

    fn queue_robots_sitemaps(&mut self, portal: usize, host: i64, base: &CrawlUrl) -> Result<(), CrawlError> {
        let file = std::sync::Arc::clone(&self.plan.portals[portal]);
        let Some(stored) = self.store.stored_robots(host)? else { return Ok(()) };
        let Ok(body) = stored.rules else { return Ok(()) };
        for written in RobotsTxt::parse(&body).sitemaps().iter().take(MAX_SITEMAPS) {
            let Ok(url) = base.join(written) else { continue };
            let url = file.canonicalize(url);
            if !file.owns(&url) || file.is_denied(&url) {
                continue;
            }
            let known = self.store.known_url(&url)?;
            if known.is_none_or(|known| known.handled_run != self.run) {
                self.enqueue_seed(portal, &url, Place::Sitemap, FIRST)?;
            }
        }
        Ok(())
    }
}
