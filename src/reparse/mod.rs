//! Reads every stored page again with today's selectors and extractor, without asking the portal. What changed becomes
//! a revision marked as reparsed; what an article said before stays.

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

/// The pages to be read: those of articles, then those no article was read from. Ends early where the database fails.
fn pages<'a>(
    store: Store,
    only: &'a [String],
    failure: &'a mut Option<ArchiveError>,
) -> impl Iterator<Item = StoredPage> + Send + 'a {
    let mut portion = Vec::new().into_iter();
    let (mut after, mut of_articles) = (0, true);
    std::iter::from_fn(move || {
        loop {
            if let Some(page) = portion.next() {
                return Some(page);
            }
            let next = if of_articles {
                store.article_pages(only, after, PORTION)
            } else {
                store.unread_pages(only, after, PORTION)
            };
            match next {
                Ok(pages) => {
                    match pages.last() {
                        Some(last) => after = last.row,
                        None if of_articles => (after, of_articles) = (0, false),
                        None => return None,
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
        Reread::Same => counts.entry(portal).or_default().unchanged += 1,
        Reread::Changed { extraction, fetched, .. } => {
            let reading = Reading {
                article: &extraction.article,
                issues: &extraction.issues,
                fetched: *fetched,
                capture: Some(page.capture),
                run: Some(run),
                reparsed: page.article.is_some(),
            };
            let (stored, _) = store.put_article_as(reading, page.article_row())?;
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
