//! What becomes of an answered address: article stored, listing walked on, redirect followed, 404 noted.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::crawl::CrawlError;
use crate::crawl::engine::Engine;
use crate::crawl::plan::Task;
use crate::crawl::reading::Reading;
use crate::crawl::seeds::{ARTICLES, DEEPER, FIRST};
use crate::crawl::walk::{self, Seen, WalkEnd, WalkPosition};
use crate::discover::Candidate;
use crate::discover::listing::ListingFound;
use crate::extract::Extraction;
use crate::frontier::scope::{self, Scope};
use crate::model::capture::Redirect;
use crate::model::crawl_url::CrawlUrl;
use crate::model::outcome::FetchOutcome;
use crate::model::outcome::Validators;
use crate::portal::Portal;
use crate::store::frontier::{KnownUrl, ListingWalk, NewUrl, QueuedUrl, UrlState};
use crate::store::{self, CaptureId, Fetch, Place, Stored};

/// Pages of one listing walked in one run where neither file nor layout says otherwise.
const MAX_LISTING_PAGES: u32 = 1_000;

impl Engine<'_> {
    /// Notes an address that robots.txt forbade.
    pub(crate) fn note_excluded_fetch(&mut self, queued: &QueuedUrl, rule: &str) -> Result<(), CrawlError> {
        let index = self.portal_index(queued.portal);
        self.store.put_fetch(&Fetch {
            run: Some(self.run_id),
            portal: Some(&self.plan.portals[index].id),
            url: &queued.url,
            fetched: self.clock.now(),
            purpose: queued.kind,
            outcome: "robots-excluded",
            status: None,
            bytes: None,
            elapsed: None,
            robots_rule: Some(rule),
            opt_outs: None,
            detail: None,
            capture: None,
        })?;
        Ok(())
    }

    /// Settles an address that was answered.
    pub(crate) fn settle(
        &mut self,
        queued: &QueuedUrl,
        outcome: FetchOutcome,
        reading: Reading,
        capture: Option<CaptureId>,
        fetched_at: Timestamp,
    ) -> Result<(), CrawlError> {
        let index = self.portal_index(queued.portal);
        let portal = Arc::clone(&self.plan.portals[index]);
        if let (FetchOutcome::Fetched(capture), Place::Feed | Place::Sitemap) = (&outcome, queued.kind) {
            let header = |name| capture.headers.get(name).map(str::to_owned);
            let validators = Validators { etag: header("etag"), last_modified: header("last-modified") };
            self.store.set_validators(queued.id, &validators)?;
        }
        let state = match (outcome, reading) {
            (FetchOutcome::Fetched(_), Reading::Article(extraction)) => {
                self.settle_article(index, queued, *extraction, capture, fetched_at)?
            }
            (FetchOutcome::Fetched(_), Reading::Listing(found)) => {
                self.settle_listing(index, &portal, queued, *found)?;
                UrlState::Done
            }
            (FetchOutcome::Fetched(_), Reading::Feed(found)) => {
                self.note_issues(index, queued, &found.issues);
                self.take_candidates(index, &portal, &found.candidates, Place::Feed)?;
                UrlState::Done
            }
            (FetchOutcome::Fetched(_), Reading::Sitemap(found)) => {
                self.note_issues(index, queued, &found.issues);
                self.take_candidates(index, &portal, &found.candidates, Place::Sitemap)?;
                self.take_sitemaps(index, &portal, &found.sitemaps)?;
                UrlState::Done
            }
            (FetchOutcome::Fetched(_), Reading::Broken) => {
                let reason = "the program could not read this page; please report it".to_owned();
                self.report.portals[index].fail(queued.url.as_str(), reason);
                UrlState::Failed
            }
            (FetchOutcome::Fetched(_) | FetchOutcome::NotModified(_), _) => UrlState::Done,
            (FetchOutcome::Redirected { redirect, .. }, _) => {
                self.follow(index, &portal, queued, &redirect)?
            }
            (outcome, _) => self.settle_failure(index, queued, &outcome, fetched_at)?,
        };
        if state == UrlState::Failed {
            // What cannot be mended by asking again at once counts as all the attempts of a run.
            let attempts = queued.attempts.saturating_add(self.plan.settings.frontier.attempts);
            self.store.requeue(queued.id, None, attempts)?;
        }
        if state != UrlState::OutsidePeriod {
            self.store.settle_row(queued.id, state, self.run)?;
        }
        Ok(())
    }

    fn settle_article(
        &mut self,
        index: usize,
        queued: &QueuedUrl,
        extraction: Extraction,
        capture: Option<CaptureId>,
        fetched_at: Timestamp,
    ) -> Result<UrlState, CrawlError> {
        let Extraction { article, issues } = extraction;
        if article.headline.is_none() && article.body.is_empty() {
            self.report.portals[index].not_articles += 1;
            return Ok(UrlState::Done);
        }
        if let Some(day) = article.published.map(|published| published.day())
            && !self.plan.period.contains(day)
            && self.plan.task == Task::Discover
        {
            self.report.portals[index].outside_period += 1;
            self.store.set_outside_period(queued.id, day, self.run)?;
            return Ok(UrlState::OutsidePeriod);
        }
        if self.plan.task == Task::Discover && self.store.is_purged(&article.id)? {
            // Taken out on purpose, and found again under an address that was not known.
            self.report.portals[index].not_articles += 1;
            return Ok(UrlState::Excluded);
        }
        self.health[index].add(&article);
        let stored = self.store.put_article(store::Reading {
            article: &article,
            issues: &issues,
            fetched: fetched_at,
            capture,
            run: Some(self.run_id),
            reparsed: false,
        })?;
        let counts = &mut self.report.portals[index];
        match stored {
            Stored::New => counts.new += 1,
            Stored::Changed { .. } => counts.changed += 1,
            Stored::Unchanged => counts.unchanged += 1,
        }
        // The page names another address as its own: that one need not be asked.
        if article.url != queued.url && self.plan.portals[index].owns(&article.url) {
            let host = self.store.host_row(&article.url)?;
            let known = self.store.known_url(&article.url)?;
            if known.is_none_or(|known| known.state == UrlState::Queued) {
                let new = NewUrl {
                    url: &article.url,
                    host,
                    portal: queued.portal,
                    kind: Place::Article,
                    priority: ARTICLES,
                    hops: 0,
                    seen: None,
                    run: self.run,
                };
                let id = self.store.settle(new, UrlState::Done)?;
                self.frontier.withdraw(host, id);
            }
        }
        Ok(UrlState::Done)
    }

    fn settle_listing(
        &mut self,
        index: usize,
        portal: &Portal,
        queued: &QueuedUrl,
        found: ListingFound,
    ) -> Result<(), CrawlError> {
        self.note_issues(index, queued, &found.issues);
        let seen = self.take_candidates(index, portal, &found.candidates, Place::Listing)?;
        let Some(position) = self.walks.remove(&queued.id) else { return Ok(()) };
        let listing = &portal.listings[position.listing];
        let layout = portal.layout_on(self.clock.now().to_zoned(portal.timezone.clone()).date());
        let most = listing.max_pages.or(layout.listing_page.max_pages).unwrap_or(MAX_LISTING_PAGES);
        let next = found.next.map(|url| portal.canonicalize(url)).filter(|url| {
            position.number < most && portal.owns(url) && !portal.is_denied(url) && *url != queued.url
        });
        let next = match next {
            Some(url) if self.store.known_url(&url)?.is_some_and(|known| known.handled_run == self.run) => {
                None
            }
            next => next,
        };
        let walk = self.store.listing_walk(&listing.url)?;
        let since = self.plan.period.since;
        // An earlier walk that ended at a later day tells nothing about what lies before it.
        let reached = match (walk.completed_since, since) {
            (None, _) => true,
            (Some(earlier), Some(since)) => earlier <= since,
            (Some(_), None) => false,
        };
        let completed_run = if reached { walk.completed_run } else { 0 };
        let stop_when = layout.listing_page.stop_when;
        let end = walk::end_after(&seen, completed_run, stop_when, &self.plan.period, next.is_some());
        match (end, next) {
            (None, Some(url)) => {
                let number = position.number + 1;
                let id = self.enqueue_seed(index, &url, Place::Listing, DEEPER)?;
                self.walks.insert(id, WalkPosition { number, ..position });
                let walk = ListingWalk { next: Some((url.as_str().to_owned(), number)), ..walk };
                self.store.set_listing_walk(&listing.url, queued.portal, self.run, &walk)?;
            }
            (end, _) => self.end_walk(&listing.url, queued.portal, &walk, end)?,
        }
        Ok(())
    }

    fn end_walk(
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

    /// Puts the wanted ones among the candidates into the frontier. Gives what each tells about the walk.
    fn take_candidates(
        &mut self,
        index: usize,
        portal: &Portal,
        candidates: &[Candidate],
        place: Place,
    ) -> Result<Vec<Seen>, CrawlError> {
        let mut seen = Vec::new();
        for candidate in candidates {
            let url = portal.canonicalize(candidate.url.clone());
            let published = candidate.published.map(|at| at.to_zoned(portal.timezone.clone()).date());
            let day = published.or_else(|| scope::day_in_url(portal, &url));
            match scope::decide(portal, &url, published, &self.plan.period) {
                Scope::Wanted => {
                    let (_, known) = self.enqueue(index, &url, Place::Article, (ARTICLES, 0), Some(place))?;
                    if known.is_none() {
                        self.report.portals[index].discovered += 1;
                    }
                    seen.push(Seen { known, day });
                }
                Scope::OutsidePeriod(day) => {
                    let known = self.leave_out(index, &url, day, place)?;
                    seen.push(Seen { known, day: Some(day) });
                }
                Scope::OffPortal | Scope::Denied | Scope::NotAnArticle => {}
            }
        }
        Ok(seen)
    }

    /// Remembers an article outside the period, for a later run with a wider one.
    fn leave_out(
        &mut self,
        index: usize,
        url: &CrawlUrl,
        day: Date,
        place: Place,
    ) -> Result<Option<KnownUrl>, CrawlError> {
        let known = self.store.known_url(url)?;
        if known.is_none_or(|known| known.state == UrlState::Queued) {
            let host = self.store.host_row(url)?;
            let portal = self.rows[index];
            let new = NewUrl {
                url,
                host,
                portal,
                kind: Place::Article,
                priority: ARTICLES,
                hops: 0,
                seen: Some(place),
                run: self.run,
            };
            let id = self.store.settle(new, UrlState::OutsidePeriod)?;
            self.store.set_outside_period(id, day, self.run)?;
            self.frontier.withdraw(host, id);
            self.report.portals[index].outside_period += 1;
        }
        Ok(known)
    }

    /// Queues the sitemaps of an index, but for those that cannot hold anything new.
    fn take_sitemaps(
        &mut self,
        index: usize,
        portal: &Portal,
        sitemaps: &[(CrawlUrl, Option<Timestamp>)],
    ) -> Result<(), CrawlError> {
        for (url, modified) in sitemaps {
            let url = portal.canonicalize(url.clone());
            let day = modified.map(|at| at.to_zoned(portal.timezone.clone()).date());
            if !portal.owns(&url)
                || portal.is_denied(&url)
                || day.is_some_and(|day| self.plan.period.starts_after(day))
            {
                continue;
            }
            let known = self.store.known_url(&url)?;
            if known.is_some_and(|known| known.handled_run == self.run) {
                continue;
            }
            if let (Some(known), Some(modified)) = (known, modified)
                && known.state == UrlState::Done
                && self.store.run_started(known.handled_run)?.is_some_and(|read| *modified < read)
            {
                continue;
            }
            self.enqueue_seed(index, &url, Place::Sitemap, DEEPER)?;
        }
        Ok(())
    }

    /// Follows a redirect: its target is an address of its own, which must be wanted and waits for its turn.
    fn follow(
        &mut self,
        index: usize,
        portal: &Portal,
        queued: &QueuedUrl,
        redirect: &Redirect,
    ) -> Result<UrlState, CrawlError> {
        let target = portal.canonicalize(redirect.to.clone());
        let counts = &mut self.report.portals[index];
        if !portal.owns(&target) || portal.is_denied(&target) {
            counts.fail(
                queued.url.as_str(),
                format!("HTTP {} to {target}, which is not the portal's", redirect.status),
            );
            return Ok(UrlState::Failed);
        }
        if target == queued.url || queued.hops >= self.plan.settings.frontier.max_hops {
            counts.fail(queued.url.as_str(), FetchOutcome::RedirectLoop { at: target }.describe());
            return Ok(UrlState::Failed);
        }
        let priority = match (&self.plan.task, queued.kind) {
            (Task::Discover, Place::Article) => ARTICLES,
            _ => FIRST,
        };
        let (id, known) = self.enqueue(index, &target, queued.kind, (priority, queued.hops + 1), None)?;
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

    fn settle_failure(
        &mut self,
        index: usize,
        queued: &QueuedUrl,
        outcome: &FetchOutcome,
        fetched_at: Timestamp,
    ) -> Result<UrlState, CrawlError> {
        let gone = outcome.capture().is_some_and(|capture| matches!(capture.status, 404 | 410));
        if gone
            && let Some(position) = self.walks.remove(&queued.id)
            && position.number > 1
        {
            // A page past the last one: the walk has come to its end.
            let listing = self.plan.portals[index].listings[position.listing].url.clone();
            let walk = self.store.listing_walk(&listing)?;
            self.end_walk(&listing, queued.portal, &walk, Some(WalkEnd::LastPage))?;
            return Ok(UrlState::Gone);
        }
        self.report.portals[index].fail(queued.url.as_str(), outcome.describe());
        if gone {
            if queued.kind == Place::Article {
                let portal = Arc::clone(&self.plan.portals[index]);
                let known = self.store.mark_gone(&portal.id, &queued.url, fetched_at)?;
                self.report.portals[index].gone += u64::from(known);
            }
            return Ok(UrlState::Gone);
        }
        Ok(UrlState::Failed)
    }

    fn note_issues(&mut self, index: usize, queued: &QueuedUrl, issues: &[crate::model::issue::Issue]) {
        for issue in issues.iter().take(3) {
            let note = format!("{}: {}: {issue}", self.plan.portals[index].id, queued.url);
            tracing::debug!(portal = self.plan.portals[index].id, url = %queued.url, "{issue}");
            if self.report.notes.len() < 1_000 {
                self.report.notes.push(note);
            }
        }
    }

    pub(crate) fn owner_index(&self, url: &CrawlUrl) -> usize {
        self.plan.portals.iter().position(|portal| portal.owns(url)).unwrap_or_default()
    }
}
