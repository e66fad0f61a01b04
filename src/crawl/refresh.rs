//! Revisits: known articles are asked again when due, and what the answer means for one: unchanged, changed, moved,
//! gone, back again. When it is due is `frontier::revisit`'s decision.

use std::collections::HashSet;
use std::time::Duration;

use jiff::Timestamp;

use crate::crawl::CrawlError;
use crate::crawl::engine::Engine;
use crate::crawl::plan::CrawlPlan;
use crate::crawl::seeds::ARTICLES;
use crate::discover::Candidate;
use crate::frontier::revisit::{Schedule, age_at, is_trusted};
use crate::model::article::Article;
use crate::model::capture::Redirect;
use crate::model::crawl_url::CrawlUrl;
use crate::model::outcome::{FetchOutcome, Validators};
use crate::model::publication_time::Precision;
use crate::portal::Portal;
use crate::store::frontier::{KnownUrl, QueuedUrl, UrlState};
use crate::store::revisit::{ArticleDates, Revisit, StepRates};
use crate::store::{ArticleRow, Place, Store, StoreError};

/// Addresses of one portal that are put into the queue at a time: the queue stays short, and no portal waits for another.
const AT_A_TIME: usize = 2_000;

/// How often a long run looks for what has become due meanwhile.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// What a run knows about revisits, by index of the portal.
pub(crate) struct Revisits {
    schedules: Vec<Schedule>,
    rates: Vec<StepRates>,
    next_look: Timestamp,
}

impl Revisits {
    /// The schedules of the plan's portals, whose rows are `rows`.
    pub(crate) fn open(plan: &CrawlPlan, rows: &[i64], store: &Store) -> Result<Self, StoreError> {
        let ages = |portal: &Portal| portal.revisit.clone().unwrap_or_else(|| plan.settings.revisit.clone());
        Ok(Self {
            schedules: plan.portals.iter().map(|portal| Schedule::new(&ages(portal))).collect(),
            rates: rows.iter().map(|row| store.step_rates(*row)).collect::<Result<_, _>>()?,
            next_look: Timestamp::MIN,
        })
    }
}

/// What is known before an answered article is dealt with.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Before {
    pub(crate) revisit: Option<Revisit>,
    dates: Option<ArticleDates>,
}

impl Engine<'_> {
    /// Puts what is due into the queue, where the run is a refresh. Whether there was anything.
    pub(crate) fn queue_revisits(&mut self) -> Result<bool, CrawlError> {
        if !self.plan.refresh {
            return Ok(false);
        }
        self.begin()?;
        let now = self.clock.now();
        self.revisits.next_look = now.checked_add(LOOK_EVERY).unwrap_or(Timestamp::MAX);
        let mut any = false;
        for row in &self.rows {
            for (host, url) in self.store.queue_due(*row, now, AT_A_TIME)? {
                self.frontier.wake(host, &url, now);
                any = true;
            }
        }
        Ok(any)
    }

    /// The same from time to time.
    pub(crate) fn look_for_revisits(&mut self) -> Result<(), CrawlError> {
        if self.clock.now() >= self.revisits.next_look {
            self.queue_revisits()?;
        }
        Ok(())
    }

    /// Takes the word of a feed or sitemap that a known article has changed.
    pub(crate) fn take_word(
        &mut self,
        index: usize,
        candidate: &Candidate,
        (known, url): (Option<KnownUrl>, &CrawlUrl),
    ) -> Result<(), CrawlError> {
        let (Some(known), Some(changed)) = (known, candidate.modified) else { return Ok(()) };
        let first_age = self.revisits.schedules[index].step(Duration::ZERO);
        let Some(rest) = first_age.filter(|_| self.plan.refresh) else { return Ok(()) };
        let word = self.revisits.rates[index].get(&Duration::ZERO).copied().unwrap_or_default();
        if !matches!(known.state, UrlState::Done | UrlState::Gone) || !is_trusted(word) {
            return Ok(());
        }
        let now = self.clock.now();
        let host = self.store.queue_told(known.id, (self.rows[index], url), (changed, now), rest)?;
        if let Some(host) = host {
            self.frontier.wake(host, url, now);
        }
        Ok(())
    }

    /// What is known of an address before its answer is dealt with.
    pub(crate) fn before(&self, queued: &QueuedUrl) -> Result<Before, CrawlError> {
        if queued.kind != Place::Article {
            return Ok(Before::default());
        }
        let revisit = self.store.revisit(queued.id)?;
        let dates = match revisit {
            Some(revisit) => self.store.article_dates(revisit.article)?,
            None => None,
        };
        Ok(Before { revisit, dates })
    }

    /// Which article of the archive a page is that was asked again. `None`: the one at the address it names as its
    /// own, or a new one. The page's address is put right where it is not to be believed.
    pub(crate) fn identify(
        &mut self,
        index: usize,
        before: Before,
        found: &mut Article,
        now: Timestamp,
    ) -> Result<Option<ArticleRow>, CrawlError> {
        let Some(Revisit { article, .. }) = before.revisit else { return Ok(None) };
        let Some(known) = self.store.archived(article)?.map(|known| known.article) else { return Ok(None) };
        if known.url == found.url {
            return Ok(Some(article));
        }
        let is_same = is_same_article(&known, found);
        let other = self.store.article_row(found.portal.as_deref(), &found.url)?;
        match other.filter(|other| *other != article) {
            Some(other) if is_same && self.is_same_as(&known, other)? => self.store.unite(article, other)?,
            // Every page names the same address as its own: a fault of the portal, not a move.
            Some(_) if is_same => found.url = known.url,
            None if is_same => self.store.note_address(&known.url, article)?,
            _ => {
                self.report.portals[index].gone += u64::from(self.store.mark_gone(article, now)?);
                return Ok(None);
            }
        }
        Ok(Some(article))
    }

    fn is_same_as(&self, known: &Article, other: ArticleRow) -> Result<bool, CrawlError> {
        let other = self.store.archived(other)?;
        Ok(other.is_some_and(|other| is_same_article(known, &other.article)))
    }

    /// Plans the next visit of an article after a check. `changed`: what the check found; `None`: nothing was learnt.
    pub(crate) fn plan_next(
        &mut self,
        index: usize,
        queued: &QueuedUrl,
        (article, before): (ArticleRow, Before),
        changed: Option<bool>,
    ) -> Result<bool, CrawlError> {
        let Some(dates) = self.store.article_dates(article)? else { return Ok(false) };
        let schedule = &self.revisits.schedules[index];
        let rates = &mut self.revisits.rates[index];
        if let (Some(revisit), Some(earlier), Some(changed)) = (before.revisit, before.dates, changed) {
            let step = schedule.step(age_at(earlier.born(), earlier.last_checked));
            let step = if revisit.was_told { Some(Duration::ZERO) } else { step };
            if let Some(step) = step {
                let rate = rates.entry(step).or_default();
                rate.count(changed);
                self.store.set_step_rate(queued.portal, step, *rate)?;
            }
        }
        let rate = |step| rates.get(&step).copied().unwrap_or_default();
        let due = schedule.next_due(&dates, self.clock.now(), rate);
        if due.is_some() || before.revisit.is_some() {
            self.store.plan_revisit(queued.id, queued.portal, article, due)?;
        }
        Ok(due.is_some())
    }

    /// Notes what to ask a planned revisit with.
    pub(crate) fn keep_validators(
        &mut self,
        queued: &QueuedUrl,
        validators: &Validators,
    ) -> Result<(), CrawlError> {
        if *validators != Validators::default() {
            self.store.set_validators(queued.id, validators)?;
        }
        Ok(())
    }

    /// The portal says that an article has not changed.
    pub(crate) fn settle_unchanged(
        &mut self,
        index: usize,
        queued: &QueuedUrl,
        before: Before,
        fetched_at: Timestamp,
    ) -> Result<UrlState, CrawlError> {
        let portal = &self.plan.portals[index].id;
        let article = match before.revisit {
            Some(revisit) => Some(revisit.article),
            None => self.store.article_row(Some(portal), &queued.url)?,
        };
        if let Some(article) = article {
            self.store.touch(article, fetched_at)?;
            self.report.portals[index].unchanged += 1;
            self.plan_next(index, queued, (article, before), Some(false))?;
        }
        Ok(UrlState::Done)
    }

    /// A known article is not at its address any more. Its record stays, and it is asked again as if it were there.
    pub(crate) fn settle_gone(
        &mut self,
        index: usize,
        queued: &QueuedUrl,
        (article, before): (ArticleRow, Before),
        fetched_at: Timestamp,
    ) -> Result<UrlState, CrawlError> {
        let newly = self.store.mark_gone(article, fetched_at)?;
        self.report.portals[index].gone += u64::from(newly);
        self.plan_next(index, queued, (article, before), Some(newly))?;
        Ok(UrlState::Gone)
    }

    /// A check came to nothing: the article is asked again at its next age.
    pub(crate) fn put_off(&mut self, queued: &QueuedUrl) -> Result<(), CrawlError> {
        let before = self.before(queued)?;
        if let Some(revisit) = before.revisit {
            let index = self.portal_index(queued.portal);
            self.plan_next(index, queued, (revisit.article, before), None)?;
            self.store.settle_row(queued.id, UrlState::Done, self.run)?;
        }
        Ok(())
    }

    /// A known article's address redirects: for good, then it moved; else it is looked at another time.
    pub(crate) fn follow_known(
        &mut self,
        index: usize,
        queued: &QueuedUrl,
        (redirect, before): (&Redirect, Before),
        fetched_at: Timestamp,
    ) -> Result<UrlState, CrawlError> {
        let portal = std::sync::Arc::clone(&self.plan.portals[index]);
        let Some(Revisit { article, .. }) = before.revisit else { return Ok(UrlState::Done) };
        let target = portal.canonicalize(redirect.to.canonical());
        if !matches!(redirect.status, 301 | 308) {
            tracing::debug!(portal = portal.id, url = %queued.url, status = redirect.status, "redirected for a time");
            self.plan_next(index, queued, (article, before), None)?;
            return Ok(UrlState::Done);
        }
        if !may_be_article(&portal, &target) {
            return self.settle_gone(index, queued, (article, before), fetched_at);
        }
        let other = self.store.article_row(Some(&portal.id), &target)?.filter(|other| *other != article);
        if let Some(other) = other {
            let known = self.store.archived(article)?;
            let is_same = match &known {
                Some(known) => self.is_same_as(&known.article, other)?,
                None => false,
            };
            if !is_same {
                return self.settle_gone(index, queued, (article, before), fetched_at);
            }
            self.store.unite(article, other)?;
            self.store.note_address(&queued.url, article)?;
            self.store.plan_revisit(queued.id, queued.portal, article, None)?;
            return Ok(UrlState::Done);
        }
        let hops = queued.hops.saturating_add(1);
        let (id, known) = self.enqueue(index, &target, Place::Article, (ARTICLES, hops), None)?;
        let asked_already =
            known.is_some_and(|known| known.state != UrlState::Queued && known.handled_run == self.run);
        if asked_already || id == queued.id || queued.hops >= self.plan.settings.frontier.max_hops {
            let reason = FetchOutcome::RedirectLoop { at: target }.describe();
            self.report.portals[index].fail(queued.url.as_str(), reason);
            self.plan_next(index, queued, (article, before), None)?;
            return Ok(UrlState::Done);
        }
        self.store.note_address(&queued.url, article)?;
        self.store.move_revisit(queued.id, id, queued.portal, article)?;
        if known.is_some() {
            self.store.requeue(id, None, 0)?;
            let host = self.store.host_row(&target)?;
            self.frontier.wake(host, &target, self.clock.now());
        }
        Ok(UrlState::Done)
    }
}

/// Whether a removed article's redirect can lead to the article itself, and not to a front or section page.
fn may_be_article(portal: &Portal, target: &CrawlUrl) -> bool {
    portal.owns(target)
        && !portal.is_denied(target)
        && if portal.urls.article.is_empty() {
            target.path_and_query() != "/"
        } else {
            portal.is_article(target)
        }
}

/// Whether two readings are of one article, whatever address each has: same text, headline or minute of publication,
/// or at least half of the paragraphs.
fn is_same_article(known: &Article, found: &Article) -> bool {
    let minute = |article: &Article| {
        article.published.filter(|time| time.precision >= Precision::Minute).map(|time| time.instant)
    };
    let same_minute = minute(known).is_some() && minute(known) == minute(found);
    let same_headline = known.headline.is_some() && known.headline == found.headline;
    if same_headline || same_minute || known.content_hash() == found.content_hash() {
        return true;
    }
    let texts: HashSet<_> = known.body.iter().map(crate::model::article::Block::text).collect();
    let shared = found.body.iter().filter(|block| texts.contains(&block.text())).count();
    shared > 0 && shared * 2 >= found.body.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::article::Block;
    use crate::model::publication_time::PublicationTime;

    fn article(headline: &str, published: &str, paragraphs: &[&str]) -> Article {
        let url = CrawlUrl::parse("https://bote.example/a/").unwrap();
        let mut article = Article::empty(url, Some("bote".into()));
        article.headline = Some(headline.to_owned());
        article.published = PublicationTime::from_parts(published, Precision::Minute);
        article.body = paragraphs.iter().map(|text| Block::Paragraph((*text).to_owned())).collect();
        article
    }

    const NOON: &str = "2025-03-14T12:00:00+01:00";
    const NIGHT: &str = "2025-03-14T23:00:00+01:00";

    #[test]
    fn an_article_is_known_again_by_headline_minute_or_text() {
        let known = article("Rat tagt", NOON, &["Der Rat tagt.", "Es regnet."]);
        for found in [
            article("Rat tagt", NIGHT, &["Anderes."]),
            article("Rat hat getagt", NOON, &["Anderes."]),
            article("Rat hat getagt", NIGHT, &["Der Rat tagt.", "Die Sonne scheint."]),
        ] {
            assert!(is_same_article(&known, &found), "{:?}", found.headline);
        }
        assert!(!is_same_article(&known, &article("Startseite", NIGHT, &["Nachrichten."])));
        assert!(!is_same_article(&known, &article("Startseite", NIGHT, &[])));
    }
}
