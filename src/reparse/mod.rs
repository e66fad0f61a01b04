//! Reads every stored page again with today's selectors and extractor, without asking the portal: the newest of each
//! article, those its earlier states were read from, those no article was read from. What changed becomes a revision
//! marked as reparsed; what an article said before stays.

mod summary;
mod work;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;

use crate::archive::{ArchiveError, WARC_DIRECTORY, WritableArchive, in_order};
use crate::portal::Portal;
use crate::store::rereading::StoredPage;
use crate::store::{PortalCounts, Reading, RunId, Store, Stored};

pub use summary::{Example, FieldChanges, Summary};
use work::{Reread, Worker};

/// Pages asked from the database at once.
const PORTION: usize = 500;
/// Articles between two commits.
const BATCH: u64 = 200;

/// What is to be read again, and by what.
#[derive(Debug, Clone)]
pub struct ReparsePlan {
    /// The archive's directory.
    pub archive: PathBuf,
    /// Only articles of these portals; empty: all.
    pub only: Vec<String>,
    /// The portals there are selector files for, by id.
    pub portals: BTreeMap<String, Arc<Portal>>,
    /// Only find out what would change.
    pub dry_run: bool,
}

/// Reads the pages again. `observer` sees the number of pages read so far and the number there is.
pub fn reparse(
    plan: &ReparsePlan,
    now: Timestamp,
    observer: &mut dyn FnMut(u64, u64),
) -> Result<Summary, ArchiveError> {
    if plan.dry_run {
        let store = Store::open_read_only(&plan.archive)?;
        let most = store.count_articles(&plan.only)?;
        let mut summary = Summary::default();
        each_reread(plan, &mut |page, reread| {
            summary.take(&page, &reread);
            observer(summary.pages, most);
            Ok(())
        })?;
        return Ok(summary);
    }
    let mut archive = WritableArchive::open_existing(&plan.archive)?;
    let most = archive.store.count_articles(&plan.only)?;
    let settings = json!({ "portals": plan.only });
    let run = archive.store.start_run("reparse", &settings, now)?;
    let mut summary = Summary { notes: std::mem::take(&mut archive.notes), ..Summary::default() };
    let mut counts: BTreeMap<String, PortalCounts> = BTreeMap::new();
    archive.store.begin()?;
    let result = each_reread(plan, &mut |page, reread| {
        store_reread(&mut archive.store, run, &page, &reread, &mut counts)?;
        summary.take(&page, &reread);
        if summary.pages.is_multiple_of(BATCH) {
            archive.store.commit()?;
            archive.store.begin()?;
        }
        observer(summary.pages, most);
        Ok(())
    });
    if let Err(error) = result {
        archive.store.rollback()?;
        return Err(error);
    }
    for (portal, counts) in &counts {
        archive.store.put_counts(run, portal, counts)?;
    }
    let outcome = if summary.failed > 0 { "some-pages-failed" } else { "done" };
    archive.store.finish_run(run, outcome, &summary.to_json(), Timestamp::now().max(now))?;
    archive.store.commit()?;
    Ok(summary)
}

/// Reads all pages on all cores and hands the results over in order.
fn each_reread(
    plan: &ReparsePlan,
    take: &mut dyn FnMut(StoredPage, Reread) -> Result<(), ArchiveError>,
) -> Result<(), ArchiveError> {
    let reader = Store::open_read_only(&plan.archive)?;
    let mut failure = None;
    let evidence = plan.archive.join(WARC_DIRECTORY);
    let result = in_order(
        pages(reader, &plan.only, &mut failure),
        || Worker::new(&plan.archive, &evidence, &plan.portals),
        |worker, page| {
            let reread = worker.read(&page);
            (page, reread)
        },
        |(page, reread)| take(page, reread),
    );
    match failure {
        Some(error) if result.is_ok() => Err(error),
        _ => result,
    }
}

/// Which pages are read, in this order.
#[derive(Debug, Clone, Copy)]
enum Pages {
    /// The newest of each article.
    Newest,
    /// Of states of articles that the portal has changed since.
    Earlier,
    /// No article was read from them.
    Unread,
}

/// The pages to be read. Ends early where the database fails.
fn pages<'a>(
    store: Store,
    only: &'a [String],
    failure: &'a mut Option<ArchiveError>,
) -> impl Iterator<Item = StoredPage> + Send + 'a {
    let mut portion = Vec::new().into_iter();
    let (mut after, mut which) = (0, Pages::Newest);
    // Revisions that this run makes are not read again by it.
    let last = store.last_revision().unwrap_or_default();
    std::iter::from_fn(move || {
        loop {
            if let Some(page) = portion.next() {
                return Some(page);
            }
            let next = match which {
                Pages::Newest => store.article_pages(only, after, PORTION),
                Pages::Earlier => store.earlier_pages(only, after, last, PORTION),
                Pages::Unread => store.unread_pages(only, after, PORTION),
            };
            match next {
                Ok(pages) => {
                    match (pages.last(), which) {
                        (Some(last), _) => after = last.row,
                        (None, Pages::Newest) => (after, which) = (0, Pages::Earlier),
                        (None, Pages::Earlier) => (after, which) = (0, Pages::Unread),
                        (None, Pages::Unread) => return None,
                    }
                    portion = pages.into_iter();
                }
                Err(error) => {
                    *failure = Some(error.into());
                    return None;
                }
            }
        }
    })
}

fn store_reread(
    store: &mut Store,
    run: RunId,
    page: &StoredPage,
    reread: &Reread,
    counts: &mut BTreeMap<String, PortalCounts>,
) -> Result<(), ArchiveError> {
    let portal = page.portal.clone().unwrap_or_default();
    match reread {
        Reread::Failed(_) => counts.entry(portal).or_default().failed += 1,
        Reread::NotAnArticle | Reread::NoPortal => {}
        Reread::Same if page.earlier.is_some() => {}
        Reread::Same => counts.entry(portal).or_default().unchanged += 1,
        Reread::Changed { extraction, before, fetched } => {
            let reading = Reading {
                article: &extraction.article,
                issues: &extraction.issues,
                fetched: *fetched,
                capture: Some(page.capture),
                run: Some(run),
                reparsed: page.article.is_some(),
            };
            if let (Some(_), Some(article), Some(before)) = (page.earlier, page.article_row, before) {
                return Ok(store.put_earlier_rereading(reading, article, before)?);
            }
            let (stored, _) = store.put_article_as(reading, page.article_row)?;
            let counts = counts.entry(portal).or_default();
            match stored {
                Stored::New => counts.added += 1,
                Stored::Changed { .. } => counts.changed += 1,
                Stored::Unchanged => counts.unchanged += 1,
            }
        }
    }
    Ok(())
}
