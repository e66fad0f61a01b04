//! Takes WARCs made by others as captures: their articles are read and archived like crawled ones. What cannot be
//! read is told, what can be is imported.

mod file;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::archive::{ArchiveError, WritableArchive, in_order};
use crate::config::selector_files::PortalSet;
use crate::extract::{self, Extraction};
use crate::model::capture::Capture;
use crate::portal::Portal;
use crate::robots::{OptOutPolicy, OptOuts};
use crate::store::archived::EXTRACTOR;
use crate::store::frontier::{NewUrl, UrlState};
use crate::store::{Fetch, Place, PortalCounts, Reading, RunId, Stored};
use crate::warc::{Earlier, Info, Notes, WarcWriter};

use file::SourceFile;

/// Captures between two commits.
const BATCH: u64 = 200;
/// Problems named of one file; the rest is counted.
const MAX_PROBLEMS: usize = 100;

/// What is to be imported.
#[derive(Debug)]
pub struct ImportPlan<'a> {
    /// The archive's directory; made where it is missing.
    pub archive: PathBuf,
    /// The WARC files, in this order.
    pub files: Vec<PathBuf>,
    /// Which portal a host belongs to.
    pub portals: &'a PortalSet,
    /// Which pages' own word against being kept is honoured.
    pub opt_outs: OptOutPolicy,
    /// Size at which a WARC file of the archive is closed, in bytes.
    pub warc_bytes: u64,
    /// Import articles, too, that were taken out of the archive.
    pub purged_too: bool,
}

/// What importing came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// File by file.
    pub files: Vec<FileImport>,
    /// What was mended on opening the archive.
    pub notes: Vec<String>,
}

/// What importing one file came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileImport {
    /// The file.
    pub path: PathBuf,
    /// Responses found.
    pub responses: u64,
    /// Articles new to the archive.
    pub new: u64,
    /// Articles that said something else at the time.
    pub changed: u64,
    /// Articles that said the same.
    pub unchanged: u64,
    /// Captures the archive had already.
    pub known: u64,
    /// Pages that are no articles.
    pub not_articles: u64,
    /// Responses that are no pages: pictures, scripts, errors.
    pub not_pages: u64,
    /// Pages left out because they were cut when they were captured, or are larger than is read.
    pub incomplete: u64,
    /// Pages left out because they ask not to be kept.
    pub opted_out: u64,
    /// Articles left out because they were taken out of the archive.
    pub purged: u64,
    /// What could not be read, for a person; the first hundred.
    pub problems: Vec<String>,
}

impl FileImport {
    fn problem(&mut self, what: String) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(what);
        }
    }
}

impl Imported {
    /// Whether something could not be read.
    pub fn has_problems(&self) -> bool {
        self.files.iter().any(|file| !file.problems.is_empty())
    }

    /// Whether nothing could be read at all.
    pub fn is_nothing(&self) -> bool {
        self.files.iter().all(|file| file.responses == 0)
    }

    /// The summary as JSON.
    pub fn to_json(&self) -> Value {
        json!({
            "files": self.files.iter().map(|file| json!({
                "path": file.path.to_string_lossy(), "responses": file.responses, "new": file.new,
                "changed": file.changed, "unchanged": file.unchanged, "known": file.known,
                "not_articles": file.not_articles, "not_pages": file.not_pages, "incomplete": file.incomplete, "opted_out": file.opted_out, "purged": file.purged,
                "problems": file.problems,
            })).collect::<Vec<_>>(),
            "notes": self.notes,
        })
    }
}

/// What a response turned out to be.
enum Response {
    /// No page.
    Else,
    /// A page that is no article.
    Page,
    /// A part of a page.
    Incomplete,
    OptedOut,
    Article(Box<ArticlePage>),
}

struct ArticlePage {
    capture: Capture,
    extraction: Extraction,
    charset: String,
    opt_outs: OptOuts,
    portal: Option<Arc<Portal>>,
}

/// An import under way.
struct Import<'a> {
    plan: &'a ImportPlan<'a>,
    archive: WritableArchive,
    writer: WarcWriter,
    run: RunId,
    counts: BTreeMap<String, PortalCounts>,
    /// Captures stored since the last commit.
    pending: u64,
}

/// Imports the files. `observer` sees the file and the responses read from it so far.
pub fn import(
    plan: &ImportPlan<'_>,
    now: Timestamp,
    observer: &mut dyn FnMut(&Path, u64),
) -> Result<Imported, ArchiveError> {
    let mut archive = WritableArchive::open(&plan.archive)?;
    let notes = std::mem::take(&mut archive.notes);
    let info = Info { software: EXTRACTOR.to_owned(), ..Info::default() };
    let writer = WarcWriter::open(&archive.evidence, info, plan.warc_bytes)?;
    let names: Vec<_> = plan.files.iter().map(|path| path.to_string_lossy()).collect();
    archive.store.begin()?;
    let run = archive.store.start_run("import", &json!({ "files": names }), now)?;
    let mut import = Import { plan, archive, writer, run, counts: BTreeMap::new(), pending: 0 };
    let mut imported = Imported { files: Vec::new(), notes };
    for path in &plan.files {
        let mut summary = FileImport { path: path.clone(), ..FileImport::default() };
        match SourceFile::open(path, &plan.archive) {
            Ok(source) => import.take_file(source, &mut summary, observer)?,
            Err(error) => summary.problem(error),
        }
        imported.files.push(summary);
    }
    import.finish(&imported, now)?;
    Ok(imported)
}

impl Import<'_> {
    fn take_file(
        &mut self,
        source: SourceFile,
        summary: &mut FileImport,
        observer: &mut dyn FnMut(&Path, u64),
    ) -> Result<(), ArchiveError> {
        let found = source.problems();
        let name = summary.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (portals, policy) = (self.plan.portals, &self.plan.opt_outs);
        let result = in_order(
            source,
            || (),
            |(), capture| page_of(capture, portals, policy),
            |page| {
                summary.responses += 1;
                match page {
                    Response::Else => summary.not_pages += 1,
                    Response::Page => summary.not_articles += 1,
                    Response::Incomplete => summary.incomplete += 1,
                    Response::OptedOut => summary.opted_out += 1,
                    Response::Article(article) => self.keep(*article, &name, summary)?,
                }
                observer(&summary.path, summary.responses);
                Ok(())
            },
        );
        for problem in found.take() {
            summary.problem(problem);
        }
        result
    }

    fn keep(
        &mut self,
        page: ArticlePage,
        source: &str,
        summary: &mut FileImport,
    ) -> Result<(), ArchiveError> {
        let ArticlePage { capture, extraction, charset, opt_outs, portal } = page;
        let store = &mut self.archive.store;
        if store.has_capture(capture.digest, &capture.url, capture.fetched_at)? {
            summary.known += 1;
            return Ok(());
        }
        if !self.plan.purged_too && store.is_purged(&extraction.article.id)? {
            summary.purged += 1;
            return Ok(());
        }
        if let Some(portal) = &portal {
            store.upsert_portal(portal)?;
        }
        let earlier = store.capture_of_payload(capture.digest)?;
        let repeats = earlier.as_ref().map(|earlier| earlier.id);
        let opt_outs = (!opt_outs.is_empty()).then(|| opt_outs.to_string());
        let mut metadata =
            vec![("imported-from".to_owned(), source.to_owned()), ("charset".to_owned(), charset)];
        metadata.extend(opt_outs.clone().map(|opt_outs| ("opt-outs".to_owned(), opt_outs)));
        let notes = Notes {
            metadata,
            earlier: earlier.map(|known| Earlier {
                url: known.url,
                fetched_at: known.fetched,
                place: known.place,
            }),
        };
        let place = self.writer.write_capture(&capture, &notes)?;
        let id = store.put_capture(&place, repeats)?;
        let portal_id = portal.as_ref().map(|portal| portal.id.clone()).unwrap_or_default();
        store.put_fetch(&Fetch {
            run: Some(self.run),
            portal: Some(&portal_id),
            url: &capture.url,
            fetched: capture.fetched_at,
            purpose: Place::Article,
            outcome: "fetched",
            status: Some(capture.status),
            bytes: Some(capture.body.len() as u64),
            elapsed: None,
            robots_rule: None,
            opt_outs: opt_outs.as_deref(),
            detail: None,
            capture: Some(id),
        })?;
        let stored = store.put_article(Reading {
            article: &extraction.article,
            issues: &extraction.issues,
            fetched: capture.fetched_at,
            capture: Some(id),
            run: Some(self.run),
            reparsed: false,
        })?;
        let counts = self.counts.entry(portal_id.clone()).or_default();
        counts.bytes += capture.body.len() as u64;
        let (of_file, of_portal) = match stored {
            Stored::New => (&mut summary.new, &mut counts.added),
            Stored::Changed { .. } => (&mut summary.changed, &mut counts.changed),
            Stored::Unchanged => (&mut summary.unchanged, &mut counts.unchanged),
        };
        *of_file += 1;
        *of_portal += 1;
        if portal.is_some() {
            self.make_known(&capture, &portal_id)?;
        }
        self.pending += 1;
        if self.pending >= BATCH {
            self.commit()?;
            self.archive.store.begin()?;
        }
        Ok(())
    }

    /// No crawl need ask for what is here already.
    fn make_known(&mut self, capture: &Capture, portal: &str) -> Result<(), ArchiveError> {
        let store = &mut self.archive.store;
        if store.known_url(&capture.url)?.is_none() {
            let host = store.host_row(&capture.url)?;
            let portal = store.frontier_portal(portal)?;
            let new = NewUrl {
                url: &capture.url,
                host,
                portal,
                kind: Place::Article,
                priority: 0,
                hops: 0,
                seen: None,
                run: self.run.number(),
            };
            store.settle(new, UrlState::Done)?;
        }
        Ok(())
    }

    /// Evidence first, then the rows that point at it.
    fn commit(&mut self) -> Result<(), ArchiveError> {
        self.writer.sync()?;
        for (warc, sums) in self.writer.take_sums() {
            self.archive.store.put_warc_sums(&warc, &sums)?;
        }
        self.archive.store.commit()?;
        self.pending = 0;
        Ok(())
    }

    fn finish(mut self, imported: &Imported, now: Timestamp) -> Result<(), ArchiveError> {
        for (portal, counts) in std::mem::take(&mut self.counts) {
            self.archive.store.put_counts(self.run, &portal, &counts)?;
        }
        let outcome = if imported.has_problems() { "some-pages-failed" } else { "done" };
        let ended = Timestamp::now().max(now);
        self.archive.store.finish_run(self.run, outcome, &imported.to_json(), ended)?;
        self.commit()
    }
}

/// Reads a response as an article, with the selectors of the portal that owns its host, else generically.
fn page_of(capture: Capture, portals: &PortalSet, policy: &OptOutPolicy) -> Response {
    if capture.status != 200 || !is_page(&capture) {
        return Response::Else;
    }
    let portal = portals.owner_of(&capture.url).map(|known| Arc::clone(&known.portal));
    let read = std::panic::AssertUnwindSafe(|| {
        let decoded = extract::decoded(&capture);
        let is_whole = capture.truncated.is_none() && decoded.complete && !decoded.capped;
        let charset = format!("{} ({})", decoded.charset, decoded.decided_by.as_str());
        let opt_outs = OptOuts::of_headers(&capture.headers).with_page(&decoded.text);
        let extraction = match &portal {
            Some(portal) => extract::article_of(&capture, decoded, portal),
            None => extract::article_of(&capture, decoded, &Portal::generic(capture.url.host())),
        };
        (extraction, charset, opt_outs, is_whole)
    });
    // A page never ends the import.
    let Ok((extraction, charset, opt_outs, is_whole)) = std::panic::catch_unwind(read) else {
        return Response::Page;
    };
    if policy.forbids(&opt_outs).is_some() {
        return Response::OptedOut;
    }
    if !is_whole {
        return Response::Incomplete;
    }
    let article = &extraction.article;
    let is_article = article.page_kind.is_article() && article.headline.is_some() && !article.body.is_empty();
    let is_elsewhere = portal.as_ref().is_some_and(|portal| {
        !portal.urls.article.is_empty()
            && !portal.is_article(&capture.url)
            && !portal.is_article(&article.url)
    });
    if !is_article || is_elsewhere {
        return Response::Page;
    }
    Response::Article(Box::new(ArticlePage { capture, extraction, charset, opt_outs, portal }))
}

/// Whether a response is a page by its media type, or by its beginning where it says none.
fn is_page(capture: &Capture) -> bool {
    match capture.headers.get("content-type") {
        Some(media) => {
            let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            matches!(media.as_str(), "text/html" | "application/xhtml+xml")
        }
        None => capture.body.trim_ascii_start().first() == Some(&b'<'),
    }
}
