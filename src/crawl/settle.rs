//! What becomes of an answered address: article stored, listing walked on, redirect followed, 404 noted.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::crawl::CrawlError;
use crate::crawl::engine::Engine;
use crate::crawl::plan::Task;
use crate::crawl::reading::Reading;
use crate::crawl::refresh::Before;
use crate::crawl::seeds::{ARTICLES, DEEPER};
use crate::crawl::walk::{Seen, WalkEnd};
use crate::discover::Candidate;
use crate::extract::Extraction;
use crate::frontier::scope::{self, Scope};
use crate::model::article::PageKind;
use crate::model::crawl_url::CrawlUrl;
use crate::model::outcome::FetchOutcome;
use crate::model::outcome::Validators;
use crate::portal::Portal;
use crate::store::frontier::{KnownUrl, NewUrl, QueuedUrl, UrlState};
use crate::store::{self, CaptureId, Fetch, Place, Stored};

/// Notes on one kind of issue of one portal in a run; all are in the log.
const MAX_ISSUE_NOTES: u32 = 3;

/// How deep sitemap indexes may lie inside one another; the protocol knows one level.
const MAX_SITEMAP_DEPTH: u8 = 3;

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

    /// Settles an address that was answered. `Some`: it is to be asked again, by that other way of writing it.
    pub(crate) fn settle(
        &mut self,
        queued: &QueuedUrl,
        outcome: FetchOutcome,
        reading: Reading,
        capture: Option<CaptureId>,
        fetched_at: Timestamp,
    ) -> Result<Option<QueuedUrl>, CrawlError> {
        let index = self.portal_index(queued.portal);
        let portal = Arc::clone(&self.plan.portals[index]);
        if let FetchOutcome::Redirected { redirect, .. } = &outcome
            && queued.hops < self.plan.settings.frontier.max_hops
            && self.is_same_document(&portal, queued, &redirect.to)?
        {
            let (url, hops) = (redirect.to.clone(), queued.hops + 1);
            return Ok(Some(QueuedUrl { url, hops, ..queued.clone() }));
        }
        // It may have been asked by an address that is another way of writing its own.
        let queued = &QueuedUrl { url: portal.canonicalize(queued.url.canonical()), ..queued.clone() };
        let before = self.before(queued)?;
        let validators = validators_of(&outcome);
        let total_pages =
            outcome.capture().and_then(|capture| capture.headers.get("x-wp-totalpages")).map(str::to_owned);
        // A further page of a walk is always asked for whole: its content moves on.
        let is_first = self.walks.get(&queued.id).is_none_or(|position| position.number == 1);
        if matches!(outcome, FetchOutcome::Fetched(_))
            && matches!(queued.kind, Place::Feed | Place::Sitemap)
            && is_first
        {
            self.store.set_validators(queued.id, &validators)?;
        }
        let state = match (outcome, reading) {
            (FetchOutcome::Fetched(_), Reading::Article(extraction)) => {
                let circumstances = (before, validators, fetched_at);
                self.settle_article(index, queued, *extraction, capture, circumstances)?
            }
            (FetchOutcome::NotModified(_), _) if queued.kind == Place::Article => {
                self.settle_unchanged(index, queued, before, fetched_at)?
            }
            (FetchOutcome::Redirected { redirect, .. }, _) if before.revisit.is_some() => {
                self.follow_known(index, queued, (&redirect, before), fetched_at)?
            }
            (FetchOutcome::Fetched(_), Reading::Listing(found)) => {
                self.settle_listing(index, &portal, queued, *found)?;
                UrlState::Done
            }
            (FetchOutcome::Fetched(_), Reading::Feed(found)) => {
                self.note_issues(index, queued, &found.issues);
                let seen = self.take_candidates(index, &portal, &found.candidates, Place::Feed)?;
                self.walk_posts(index, queued, &seen, (found.candidates.len(), total_pages.as_deref()))?;
                UrlState::Done
            }
            (FetchOutcome::Fetched(_), Reading::Sitemap(found)) => {
                self.note_issues(index, queued, &found.issues);
                self.take_candidates(index, &portal, &found.candidates, Place::Sitemap)?;
                self.take_sitemaps(index, &portal, queued, &found.sitemaps)?;
                UrlState::Done
            }
            (FetchOutcome::Fetched(_), Reading::Broken) => {
                let reason = "the program could not read this page; please report it".to_owned();
                self.report.portals[index].fail(queued.url.as_str(), reason);
                UrlState::Failed
            }
            (FetchOutcome::Fetched(_) | FetchOutcome::NotModified(_), _) => UrlState::Done,
            (FetchOutcome::Redirected { redirect, .. }, _) => {
                self.follow(index, &portal, queued, &redirect, (before, fetched_at))?
            }
            (outcome, _) => self.settle_failure(index, queued, &outcome, (before, fetched_at))?,
        };
        if state == UrlState::Failed {
            // What cannot be mended by asking again at once counts as all the attempts of a run.
            let attempts = queued.attempts.saturating_add(self.plan.settings.frontier.attempts);
            self.store.requeue(queued.id, None, attempts)?;
        }
        // An article left out has its day in its row.
        if state != UrlState::OutsidePeriod {
            self.store.settle_row(queued.id, state, self.run)?;
        }
        Ok(None)
    }

    fn settle_article(
        &mut self,
        index: usize,
        queued: &QueuedUrl,
        extraction: Extraction,
        capture: Option<CaptureId>,
        (before, validators, fetched_at): (Before, Validators, Timestamp),
    ) -> Result<UrlState, CrawlError> {
        let Extraction { mut article, issues } = extraction;
        match article.page_kind {
            PageKind::SoftNotFound => {
                let reason = "says that it was not found, with status 200".to_owned();
                return self.settle_missing(index, queued, reason, (before, fetched_at));
            }
            PageKind::ConsentWall => {
                let reason = "a consent page came instead of the article".to_owned();
                self.report.portals[index].fail(queued.url.as_str(), reason);
                self.put_off(queued)?;
                return Ok(if before.revisit.is_some() { UrlState::Done } else { UrlState::Failed });
            }
            _ => {}
        }
        if article.headline.is_none() && article.body.is_empty() {
            self.report.portals[index].not_articles += 1;
            self.put_off(queued)?;
            return Ok(UrlState::Done);
        }
        if let Some(day) = article.published.map(|published| published.day())
            && !self.plan.period.contains(day)
            && self.plan.task == Task::Discover
            && before.revisit.is_none()
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
        if before.revisit.is_none()
            && let Some(twin) = self.store.twin_of(&article)?
        {
            self.note_twin(index, &queued.url, &twin);
            return Ok(UrlState::Done);
        }
        self.health[index].add(&article);
        let known = self.identify(index, before, &mut article, fetched_at)?;
        let reading = store::Reading {
            article: &article,
            issues: &issues,
            fetched: fetched_at,
            capture,
            run: Some(self.run_id),
            reparsed: false,
        };
        let (stored, row) = self.store.put_article_as(reading, known)?;
        if article.url != queued.url {
            self.store.note_address(&queued.url, row)?;
        }
        if self.plan_next(index, queued, (row, before), Some(stored != Stored::Unchanged))? {
            self.keep_validators(queued, &validators)?;
        }
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

    /// Puts the wanted ones among the candidates into the frontier. Gives what each tells about the walk.
    pub(crate) fn take_candidates(
        &mut self,
        index: usize,
        portal: &Portal,
        candidates: &[Candidate],
        place: Place,
    ) -> Result<Vec<Seen>, CrawlError> {
        let mut seen = Vec::new();
        for candidate in candidates {
            let url = self.traps.without_idle_parameters(index, portal.canonicalize(candidate.url.clone()));
            let published = candidate.published.map(|at| at.to_zoned(portal.timezone.clone()).date());
            let day = published.or_else(|| scope::day_in_url(portal, &url));
            match scope::decide(portal, &url, published, &self.plan.period) {
                Scope::Wanted if self.is_trap(index, &url)? => {}
                Scope::Wanted => {
                    let (id, known) =
                        self.enqueue(index, &url, Place::Article, (ARTICLES, 0), Some(place))?;
                    if known.is_none() {
                        self.report.portals[index].discovered += 1;
                    }
                    self.take_word(index, candidate, (known, &url))?;
                    seen.push(Seen { id, known, day });
                }
                Scope::OutsidePeriod(day) => {
                    let (id, known) = self.leave_out(index, &url, day, place)?;
                    seen.push(Seen { id, known, day: Some(day) });
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
    ) -> Result<(i64, Option<KnownUrl>), CrawlError> {
        let known = self.store.known_url(url)?;
        let mut row = known.map(|known| known.id).unwrap_or_default();
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
            row = self.store.settle(new, UrlState::OutsidePeriod)?;
            self.store.set_outside_period(row, day, self.run)?;
            self.frontier.withdraw(host, row);
            self.report.portals[index].outside_period += 1;
        }
        Ok((row, known))
    }

    /// Queues the sitemaps of an index, but for those that cannot hold anything new.
    fn take_sitemaps(
        &mut self,
        index: usize,
        portal: &Portal,
        from: &QueuedUrl,
        sitemaps: &[(CrawlUrl, Option<Timestamp>)],
    ) -> Result<(), CrawlError> {
        if from.hops >= MAX_SITEMAP_DEPTH && !sitemaps.is_empty() {
            let url = &from.url;
            self.report.notes.push(format!(
                "{}: {url} is a sitemap index inside {MAX_SITEMAP_DEPTH} others; it is not followed",
                portal.id
            ));
            return Ok(());
        }
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
            let id = self.enqueue_seed(index, &url, Place::Sitemap, DEEPER)?;
            self.store.set_hops(id, from.hops + 1)?;
        }
        Ok(())
    }

    fn settle_failure(
        &mut self,
        index: usize,
        queued: &QueuedUrl,
        outcome: &FetchOutcome,
        (before, fetched_at): (Before, Timestamp),
    ) -> Result<UrlState, CrawlError> {
        let status = outcome.capture().map_or(0, |capture| capture.status);
        let gone = matches!(status, 404 | 410);
        if let Some(position) = self.walks.remove(&queued.id)
            && position.may_be_missing(status)
        {
            // A page past the last one: the walk has come to its end.
            let walk = self.store.listing_walk(&position.first_page)?;
            self.end_walk(&position.first_page, queued.portal, &walk, Some(WalkEnd::LastPage))?;
            return Ok(UrlState::Gone);
        }
        if gone {
            return self.settle_missing(index, queued, outcome.describe(), (before, fetched_at));
        }
        self.report.portals[index].fail(queued.url.as_str(), outcome.describe());
        self.put_off(queued)?;
        Ok(if before.revisit.is_some() { UrlState::Done } else { UrlState::Failed })
    }

    /// Ends the work on a page that is not there (any more), whatever its status says.
    pub(crate) fn settle_missing(
        &mut self,
        index: usize,
        queued: &QueuedUrl,
        reason: String,
        (before, fetched_at): (Before, Timestamp),
    ) -> Result<UrlState, CrawlError> {
        if let Some(revisit) = before.revisit {
            // That an article is gone is what the revisit was to find out.
            return self.settle_gone(index, queued, (revisit.article, before), fetched_at);
        }
        self.report.portals[index].fail(queued.url.as_str(), reason);
        let portal = &self.plan.portals[index].id;
        if queued.kind == Place::Article
            && let Some(article) = self.store.article_row(Some(portal), &queued.url)?
        {
            self.report.portals[index].gone += u64::from(self.store.mark_gone(article, fetched_at)?);
        }
        Ok(UrlState::Gone)
    }

    pub(crate) fn note_issues(
        &mut self,
        index: usize,
        queued: &QueuedUrl,
        issues: &[crate::model::issue::Issue],
    ) {
        for issue in issues.iter().take(3) {
            let note = format!("{}: {}: {issue}", self.plan.portals[index].id, queued.url);
            tracing::debug!(portal = self.plan.portals[index].id, url = %queued.url, "{issue}");
            // One kind of issue on a thousand pages must not hide everything else.
            let times = self.issue_notes.entry((index, issue.code)).or_default();
            *times += 1;
            if *times <= MAX_ISSUE_NOTES {
                self.report.notes.push(note);
            }
        }
    }

    pub(crate) fn owner_index(&self, url: &CrawlUrl) -> usize {
        self.plan.portals.iter().position(|portal| portal.owns(url)).unwrap_or_default()
    }
}

/// What a response says for asking again conditionally.
fn validators_of(outcome: &FetchOutcome) -> Validators {
    let header = |name| outcome.capture().and_then(|capture| capture.headers.get(name)).map(str::to_owned);
    Validators { etag: header("etag"), last_modified: header("last-modified") }
}
