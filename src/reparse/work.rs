//! What one thread does with one stored page: reads it from the WARC, extracts, and compares with what the archive says.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use crate::extract::{self, Extraction};
use crate::model::article::Article;
use crate::model::capture::Capture;
use crate::portal::Portal;
use crate::store::frontier::UrlState;
use crate::store::rereading::StoredPage;
use crate::store::{Store, StoreError};
use crate::warc::read_capture;

/// What reading a page again came to.
#[derive(Debug)]
pub(crate) enum Reread {
    /// The archive says the same already.
    Same,
    /// It says something else, or nothing yet.
    Changed {
        /// What the page says, by today's reading.
        extraction: Box<Extraction>,
        /// What the archive says; `None`: it was not taken for an article.
        before: Option<Box<Article>>,
        /// When the page was fetched.
        fetched: Timestamp,
    },
    /// It is still not an article.
    NotAnArticle,
    /// There is no selector file for its portal any more: what the archive says stays.
    NoPortal,
    /// It could not be read, for this reason.
    Failed(String),
}

/// What a thread needs.
pub(crate) struct Worker<'a> {
    store: Result<Store, StoreError>,
    evidence: &'a Path,
    portals: &'a BTreeMap<String, Arc<Portal>>,
}

impl<'a> Worker<'a> {
    pub(crate) fn new(
        archive: &Path,
        evidence: &'a Path,
        portals: &'a BTreeMap<String, Arc<Portal>>,
    ) -> Self {
        Self { store: Store::open_read_only(archive), evidence, portals }
    }

    /// Reads a page again. A page never ends the run: what cannot be read is told.
    pub(crate) fn read(&mut self, page: &StoredPage) -> Reread {
        let read = AssertUnwindSafe(|| self.try_read(page));
        catch_unwind(read)
            .unwrap_or_else(|_| Reread::Failed("the program could not read this page".to_owned()))
    }

    fn try_read(&self, page: &StoredPage) -> Reread {
        let store = match &self.store {
            Ok(store) => store,
            Err(error) => return Reread::Failed(error.to_string()),
        };
        let portal = page.portal.as_deref().filter(|portal| !portal.is_empty());
        if portal.is_some_and(|portal| !self.portals.contains_key(portal)) {
            return Reread::NoPortal;
        }
        let capture = match read_capture(self.evidence, &page.place) {
            Ok(capture) => capture,
            Err(error) => {
                return Reread::Failed(error.to_string().split("\n\n").next().unwrap_or_default().to_owned());
            }
        };
        let known = match (&page.article, page.earlier) {
            (Some(id), None) => store.article(id),
            (Some(id), Some(number)) => store.revision(id, number),
            (None, _) => Ok(None),
        };
        let before = match known {
            Ok(known) => known.map(|known| known.article),
            Err(error) => return Reread::Failed(error.to_string()),
        };
        let mut extraction = extraction_of(&capture, portal.and_then(|portal| self.portals.get(portal)));
        let article = &mut extraction.article;
        match before {
            Some(before) => {
                // The identity was given when the article came; a better reading of its address does not change it.
                article.id = before.id.clone();
                if page.earlier.is_some() {
                    keep_what_revisions_keep(article, &before);
                    if article.differences(&before).is_empty() {
                        return Reread::Same;
                    }
                }
                if *article == before {
                    return Reread::Same;
                }
                let (before, fetched) = (Some(Box::new(before)), capture.fetched_at);
                Reread::Changed { extraction: Box::new(extraction), before, fetched }
            }
            None if page.article.is_none() && is_wanted(store, page, article).unwrap_or(false) => {
                let fetched = capture.fetched_at;
                Reread::Changed { extraction: Box::new(extraction), before: None, fetched }
            }
            None => Reread::NotAnArticle,
        }
    }
}

/// Takes off what the archive keeps of an article's current state only.
fn keep_what_revisions_keep(article: &mut Article, before: &Article) {
    article.url = before.url.clone();
    article.sections.clear();
    article.tags.clear();
    article.links.clear();
    article.images.clear();
    article.quotes.clear();
    article.dates.clear();
}

fn extraction_of(capture: &Capture, portal: Option<&Arc<Portal>>) -> Extraction {
    let decoded = extract::decoded(capture);
    match portal {
        Some(portal) => extract::article_of(capture, decoded, portal),
        None => extract::article_of(capture, decoded, &Portal::generic(capture.url.host())),
    }
}

/// Whether what is read from a page no article was read from is to be kept: it is an article, not in the archive
/// under another address, and not left out on purpose.
fn is_wanted(store: &Store, page: &StoredPage, article: &Article) -> Result<bool, StoreError> {
    let is_article = article.page_kind.is_article() && article.headline.is_some() && !article.body.is_empty();
    Ok(is_article
        && store.article(&article.id)?.is_none()
        && !store.is_purged(&article.id)?
        && store.known_url(&page.url)?.is_none_or(|known| known.state != UrlState::OutsidePeriod))
}
