//! Walks over listings, page by page: category pages, WordPress's archives by month and its posts by REST. When a walk
//! ends is `walk`'s decision.

use jiff::civil::Date;

use crate::crawl::CrawlError;
use crate::crawl::engine::Engine;
use crate::crawl::seeds::{DEEPER, FIRST};
use crate::crawl::walk::{self, Seen, WalkEnd, WalkKind, WalkPosition};
use crate::discover::listing::ListingFound;
use crate::discover::wordpress;
use crate::frontier::traps;
use crate::model::crawl_url::CrawlUrl;
use crate::portal::{Portal, StopWhen, WordPress};
use crate::store::Place;
use crate::store::frontier::QueuedUrl;
use crate::store::remembered::ListingWalk;

/// Pages of one listing walked in one run where neither file nor layout says otherwise.
const MAX_LISTING_PAGES: u32 = 1_000;

impl Engine<'_> {
    /// Queues the first page of a listing, or the one at which a walk was interrupted.
    pub(crate) fn seed_walk(&mut self, portal: usize, position: WalkPosition) -> Result<(), CrawlError> {
        let walk = self.store.listing_walk(&position.first_page)?;
        let interrupted = walk.next.and_then(|(page, number)| Some((CrawlUrl::parse(&page).ok()?, number)));
        let (page, number, priority) = match interrupted {
            Some((page, number)) => (page, number, DEEPER),
            None if position.kind == WalkKind::Archive => (position.first_page.clone(), 1, DEEPER),
            None => (position.first_page.clone(), 1, FIRST),
        };
        let place = place_of(position.kind);
        let id = self.enqueue_seed(portal, &page, place, priority)?;
        self.walks.entry(id).or_insert(WalkPosition { number, ..position });
        Ok(())
    }

    /// Queues the lists of a WordPress site: its posts, and the archive of every month that may hold what is not known.
    pub(crate) fn seed_wordpress(&mut self, portal: usize, site: &WordPress) -> Result<(), CrawlError> {
        if site.posts
            && let Some(first_page) = wordpress::posts_page(&site.root, 1)
        {
            let kind = WalkKind::Posts;
            self.seed_walk(portal, WalkPosition { kind, first_page, max_pages: None, number: 1 })?;
        }
        let Some(first) = site.archives else { return Ok(()) };
        let zone = self.plan.portals[portal].timezone.clone();
        let today = self.clock.now().to_zoned(zone).date();
        for month in wordpress::months_back(first, today) {
            let Some(first_page) = wordpress::month_archive(&site.root, month) else { continue };
            if self.is_month_wanted(portal, month, &first_page)? {
                let kind = WalkKind::Archive;
                self.seed_walk(portal, WalkPosition { kind, first_page, max_pages: None, number: 1 })?;
            }
        }
        Ok(())
    }

    /// Whether a month's archive lies within the period and was not yet walked to its end after the month was over.
    fn is_month_wanted(&self, portal: usize, month: Date, first_page: &CrawlUrl) -> Result<bool, CrawlError> {
        let last = month.last_of_month();
        let period = &self.plan.period;
        if period.starts_after(last) || period.until.is_some_and(|until| until < month) {
            return Ok(false);
        }
        let walk = self.store.listing_walk(first_page)?;
        if walk.completed_run == 0 || walk.next.is_some() || walk.completed_since.is_some() {
            return Ok(true);
        }
        let zone = self.plan.portals[portal].timezone.clone();
        let walked = self.store.run_started(walk.completed_run)?.map(|at| at.to_zoned(zone).date());
        Ok(walked.is_none_or(|walked| walked <= last))
    }

    /// A page of a listing: its articles into the frontier, then the next page.
    pub(crate) fn settle_listing(
        &mut self,
        index: usize,
        portal: &Portal,
        queued: &QueuedUrl,
        found: ListingFound,
    ) -> Result<(), CrawlError> {
        self.note_issues(index, queued, &found.issues);
        let seen = self.take_candidates(index, portal, &found.candidates, Place::Listing)?;
        let Some(position) = self.walks.remove(&queued.id) else { return Ok(()) };
        let layout = portal.layout_on(self.clock.now().to_zoned(portal.timezone.clone()).date());
        let most = position.max_pages.or(layout.listing_page.max_pages).unwrap_or(MAX_LISTING_PAGES);
        let next = found.next.map(|url| portal.canonicalize(url)).filter(|url| {
            position.number < most
                && portal.owns(url)
                && !portal.is_denied(url)
                && *url != queued.url
                && traps::in_shape(url).is_none()
        });
        let stop_when = layout.listing_page.stop_when;
        self.walk_on(index, queued, position, (&seen, stop_when, next))
    }

    /// A page of posts was read; `found` were on it, of as many pages as the site says. Other feeds have one page.
    pub(crate) fn walk_posts(
        &mut self,
        index: usize,
        queued: &QueuedUrl,
        seen: &[Seen],
        (found, total): (usize, Option<&str>),
    ) -> Result<(), CrawlError> {
        let Some(position) = self.walks.remove(&queued.id) else { return Ok(()) };
        let portal = std::sync::Arc::clone(&self.plan.portals[index]);
        let next = portal
            .wordpress
            .as_ref()
            .filter(|_| {
                position.number < MAX_LISTING_PAGES
                    && wordpress::has_following_page(position.number, found, total)
            })
            .and_then(|site| wordpress::posts_page(&site.root, position.number + 1));
        self.walk_on(index, queued, position, (seen, StopWhen::KnownPage, next))
    }

    fn walk_on(
        &mut self,
        index: usize,
        queued: &QueuedUrl,
        position: WalkPosition,
        (seen, stop_when, next): (&[Seen], StopWhen, Option<CrawlUrl>),
    ) -> Result<(), CrawlError> {
        let next = match next {
            Some(url) if self.store.known_url(&url)?.is_some_and(|known| known.handled_run == self.run) => {
                None
            }
            next => next,
        };
        let walk = self.store.listing_walk(&position.first_page)?;
        let since = self.plan.period.since;
        // An earlier walk that ended at a later day tells nothing about what lies before it.
        let reached = match (walk.completed_since, since) {
            (None, _) => true,
            (Some(earlier), Some(since)) => earlier <= since,
            (Some(_), None) => false,
        };
        let completed_run = if reached { walk.completed_run } else { 0 };
        let mut end = walk::end_after(seen, completed_run, stop_when, &self.plan.period, next.is_some());
        let articles = seen.iter().map(|seen| seen.id);
        if self.traps.is_endless(&position.first_page, articles) && end.is_none() {
            self.report.notes.push(format!(
                "{}: {}: page {} and those before it bring no new article; the walk ends there",
                self.plan.portals[index].id, position.first_page, position.number
            ));
            end = Some(WalkEnd::LastPage);
        }
        match (end, next) {
            (None, Some(url)) => {
                let number = position.number + 1;
                let id = self.enqueue_seed(index, &url, place_of(position.kind), DEEPER)?;
                let walk = ListingWalk { next: Some((url.as_str().to_owned(), number)), ..walk };
                self.store.set_listing_walk(&position.first_page, queued.portal, self.run, &walk)?;
                self.walks.insert(id, WalkPosition { number, ..position });
            }
            (end, _) => self.end_walk(&position.first_page, queued.portal, &walk, end)?,
        }
        Ok(())
    }

    /// Notes that a walk has come to its end, and how far back it went.
    pub(crate) fn end_walk(
        &mut self,
        first_page: &CrawlUrl,
        portal: i64,
        walk: &ListingWalk,
        end: Option<WalkEnd>,
    ) -> Result<(), CrawlError> {
        let completed_since = match end {
            Some(WalkEnd::BeforePeriod) => self.plan.period.since,
            Some(WalkEnd::KnownPage) => walk.completed_since,
            Some(WalkEnd::LastPage) | None => None,
        };
        let walk = ListingWalk { completed_run: self.run, completed_since, next: None };
        self.store.set_listing_walk(first_page, portal, self.run, &walk)?;
        Ok(())
    }
}

fn place_of(kind: WalkKind) -> Place {
    match kind {
        WalkKind::Listing | WalkKind::Archive => Place::Listing,
        WalkKind::Posts => Place::Feed,
    }
}
