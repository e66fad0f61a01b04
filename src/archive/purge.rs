//! Takes articles out of the archive: first the rows, in one transaction that also notes what is to be blanked; then
//! the bytes, file by file. A crash anywhere leaves an archive in which every row leads to its bytes; what was left to
//! be blanked is blanked by whoever opens the archive next.

use std::fs;
use std::path::Path;

use jiff::Timestamp;

use crate::model::segment_sum::SegmentSum;
use crate::store::archived::EXTRACTOR;
use crate::store::purge::{Moved, PurgePlan, PurgeSelection};
use crate::store::{CaptureId, Store};
use crate::warc::{
    Earlier, Info, MAX_FILE_BYTES, Notes, WarcWriter, blank, blanked, read_capture, segment_sums,
    wrong_segments,
};

use super::backup::lock_alone;
use super::{ArchiveError, WritableArchive};

/// What a purge did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purged {
    /// What was taken out.
    pub plan: PurgePlan,
    /// WARC files rewritten or removed, a line each.
    pub files: Vec<String>,
}

/// Finds out what a purge would take out.
pub fn plan_purge(
    archive: &mut WritableArchive,
    selection: &PurgeSelection,
) -> Result<PurgePlan, ArchiveError> {
    Ok(archive.store.plan_purge(selection)?)
}

/// Takes out what `selection` names.
pub fn purge(
    archive: &mut WritableArchive,
    selection: &PurgeSelection,
    reason: Option<&str>,
    at: Timestamp,
) -> Result<Purged, ArchiveError> {
    let plan = archive.store.plan_purge(selection)?;
    let moved = save_bereft(archive, &plan)?;
    archive.store.purge(at, reason, &moved)?;
    let files = finish_blanking(&archive.evidence, &archive.store)?;
    Ok(Purged { plan, files })
}

/// Writes captures that stay, and repeat one that goes, anew: the first with its body, the others as repeating that
/// one.
fn save_bereft(archive: &WritableArchive, plan: &PurgePlan) -> Result<Vec<Moved>, ArchiveError> {
    let mut moved = Vec::new();
    if plan.bereft.is_empty() {
        return Ok(moved);
    }
    let info = Info { software: EXTRACTOR.to_owned(), ..Info::default() };
    let mut writer = WarcWriter::open(&archive.evidence, info, MAX_FILE_BYTES)?;
    for bereft in plan.bereft.values() {
        let mut first: Option<(CaptureId, Earlier)> = None;
        for (id, place) in bereft {
            // What is damaged cannot be saved; `verify` has named it.
            let Ok(capture) = read_capture(&archive.evidence, place) else { continue };
            let earlier = first.as_ref().map(|(_, earlier)| earlier.clone());
            let place = writer.write_capture(&capture, &Notes { metadata: Vec::new(), earlier })?;
            let repeats = first.as_ref().map(|(first, _)| *first);
            moved.push(Moved { id: *id, place: place.clone(), repeats });
            first.get_or_insert_with(|| {
                (*id, Earlier { url: capture.url.clone(), fetched_at: capture.fetched_at, place })
            });
        }
    }
    writer.sync()?;
    for (warc, sums) in writer.take_sums() {
        archive.store.put_warc_sums(&warc, &sums)?;
    }
    Ok(moved)
}

/// Blanks what purges have taken out and no row points at any more. A file no row points into is removed. Gives a
/// line for each file.
pub fn finish_blanking(evidence: &Path, store: &Store) -> Result<Vec<String>, ArchiveError> {
    let blankings = store.blankings()?;
    let mut lines = Vec::new();
    if blankings.is_empty() {
        return Ok(lines);
    }
    // No copy may be made of a file half old and half new, or of rows from before with files from after.
    let _lock = lock_alone(evidence.parent().unwrap_or(evidence))?;
    for (warc, places) in blankings {
        let path = evidence.join(&warc);
        let line = if store.is_in_use(&warc)? {
            if path.exists() {
                let changed = blank_in_use(&path, &places, &store.warc_sums(&warc)?)?;
                store.set_blanked(&warc, &changed)?;
                format!("{}: {} captures blanked", path.display(), places.len())
            } else {
                store.set_blanked(&warc, &[])?;
                format!("{}: is no longer there", path.display())
            }
        } else {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(ArchiveError::io("remove", &path)(error));
                }
                _ => {}
            }
            store.forget_warc_file(&warc)?;
            format!("{}: removed, nothing else was in it", path.display())
        };
        lines.push(line);
    }
    Ok(lines)
}

/// Blanks places of a file that holds more. Gives the checksums that this changed: of segments that were as they
/// should be, for one that was damaged before must not look whole afterwards.
fn blank_in_use(
    path: &Path,
    places: &[(u64, u64)],
    sums: &[SegmentSum],
) -> Result<Vec<SegmentSum>, ArchiveError> {
    let mut damaged = wrong_segments(path, sums)?;
    if let Some(ranges) = blanked(path, places)? {
        // A crash came between the file and its rows: what does not fit beside what was blanked is damage.
        damaged.retain(|sum| !ranges.iter().any(|range| range.0 < sum.end() && range.1 >= sum.start()));
    } else {
        blank(path, places, Timestamp::now())?;
    }
    let mut changed = wrong_segments(path, sums)?;
    changed.retain(|sum| !damaged.contains(sum));
    for sum in &mut changed {
        let now = segment_sums(path, sum.number, sum.end())?;
        *sum = now.first().copied().unwrap_or(*sum);
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{WARC_DIRECTORY, verify};
    use crate::model::article::{Article, Block};
    use crate::model::capture::{Capture, CaptureRef, Headers};
    use crate::model::crawl_url::CrawlUrl;
    use crate::model::digest::Digest;
    use crate::store::{Fetch, Place, Reading};
    use crate::warc::read_capture;

    const AT: &str = "2026-11-25T10:00:00Z";

    /// An archive of three articles: two pages of the same bytes, and another. Gives their identities and places.
    fn archive(directory: &Path) -> Vec<(Article, CaptureRef)> {
        let mut archive = WritableArchive::open(directory).unwrap();
        let mut writer = WarcWriter::open(&archive.evidence, Info::default(), MAX_FILE_BYTES).unwrap();
        let mut kept = Vec::new();
        archive.store.begin().unwrap();
        for (path, text) in [("a", "gleich"), ("b", "gleich"), ("c", "anders")] {
            let url = CrawlUrl::parse(&format!("https://bote.example/{path}")).unwrap();
            let body = text.repeat(3_000).into_bytes();
            let capture = Capture {
                requested: url.clone(),
                url: url.clone(),
                redirects: Vec::new(),
                fetched_at: AT.parse().unwrap(),
                status: 200,
                request_headers: Headers(vec![("host".to_owned(), "bote.example".to_owned())]),
                headers: Headers::default(),
                digest: Digest::of(&body),
                body,
                ip: None,
                truncated: None,
            };
            let earlier = archive.store.capture_of_payload(capture.digest).unwrap();
            let repeats = earlier.as_ref().map(|known| known.id);
            let earlier = earlier.map(|known| Earlier {
                url: known.url,
                fetched_at: known.fetched,
                place: known.place,
            });
            let place = writer.write_capture(&capture, &Notes { metadata: Vec::new(), earlier }).unwrap();
            let id = archive.store.put_capture(&place, repeats).unwrap();
            let fetch = Fetch {
                run: None,
                portal: None,
                url: &url,
                fetched: capture.fetched_at,
                purpose: Place::Article,
                outcome: "fetched",
                status: Some(200),
                bytes: None,
                elapsed: None,
                robots_rule: None,
                opt_outs: None,
                detail: None,
                capture: Some(id),
            };
            archive.store.put_fetch(&fetch).unwrap();
            let mut article = Article::empty(url, None);
            article.headline = Some(path.to_owned());
            article.body = vec![Block::Paragraph(text.to_owned())];
            let reading = Reading {
                article: &article,
                issues: &[],
                fetched: capture.fetched_at,
                capture: Some(id),
                run: None,
                reparsed: false,
            };
            archive.store.put_article(reading).unwrap();
            kept.push((article, place));
        }
        writer.sync().unwrap();
        for (warc, sums) in writer.take_sums() {
            archive.store.put_warc_sums(&warc, &sums).unwrap();
        }
        archive.store.commit().unwrap();
        kept
    }

    /// What a reader of the archive finds: each article there is, and whether its page can be read.
    fn found(directory: &Path) -> Vec<(String, bool)> {
        let store = Store::open_read_only(directory).unwrap();
        let mut found = Vec::new();
        let evidence = directory.join(WARC_DIRECTORY);
        store
            .each_article::<crate::store::StoreError>(&crate::store::Filter::default(), |archived| {
                let place = archived.facts.capture.clone().unwrap();
                let headline = archived.article.headline.clone().unwrap();
                found.push((
                    headline,
                    read_capture(&evidence, &place).is_ok_and(|capture| capture.body.len() > 9_000),
                ));
                Ok(())
            })
            .unwrap();
        found
    }

    fn problems(directory: &Path) -> Vec<String> {
        verify(directory).unwrap().problems.into_iter().map(|problem| problem.what).collect()
    }

    #[test]
    fn after_every_step_each_row_leads_to_its_bytes_and_the_next_writer_finishes() {
        let steps = ["nothing", "bereft saved", "rows gone", "blanking begun", "blanked", "noted"];
        for (number, step) in steps.iter().enumerate() {
            let directory = tempfile::tempdir().unwrap();
            let kept = archive(directory.path());
            let selection =
                PurgeSelection { articles: vec![kept[0].0.id.clone()], ..PurgeSelection::default() };
            let mut archive = WritableArchive::open(directory.path()).unwrap();
            let plan = archive.store.plan_purge(&selection).unwrap();
            assert_eq!((plan.articles, plan.captures, plan.bereft.len()), (1, 1, 1));
            if number >= 1 {
                let moved = save_bereft(&archive, &plan).unwrap();
                assert_eq!(moved.len(), 1);
                if number >= 2 {
                    archive.store.purge(AT.parse().unwrap(), None, &moved).unwrap();
                }
            }
            let path = archive.evidence.join(&kept[0].1.warc);
            if number == 3 {
                fs::write(format!("{}.blanking", path.display()), b"half").unwrap();
            }
            if number >= 4 {
                let places = archive.store.blankings().unwrap().remove(&kept[0].1.warc).unwrap();
                blank(&path, &places, AT.parse().unwrap()).unwrap();
            }
            if number >= 5 {
                let sums = archive.store.warc_sums(&kept[0].1.warc).unwrap();
                let changed = blank_in_use(&path, &[(kept[0].1.offset, kept[0].1.length)], &sums).unwrap();
                archive.store.set_blanked(&kept[0].1.warc, &changed).unwrap();
            }
            drop(archive);
            let is_purged = number >= 2;
            let names: &[&str] = if is_purged { &["b", "c"] } else { &["a", "b", "c"] };
            let expected: Vec<_> = names.iter().map(|name| ((*name).to_owned(), true)).collect();
            assert_eq!(found(directory.path()), expected, "{step}");
            let told = problems(directory.path());
            assert!(told.iter().all(|what| what.starts_with("a purge was cut off")), "{step}: {told:?}");
            assert_eq!(told.is_empty(), !(2..5).contains(&number), "{step}");
            drop(WritableArchive::open(directory.path()).unwrap());
            assert_eq!(problems(directory.path()), [""; 0], "{step}");
            assert_eq!(found(directory.path()), expected, "{step}");
        }
    }

    #[test]
    fn a_file_with_nothing_else_in_it_is_removed() {
        let directory = tempfile::tempdir().unwrap();
        let kept = archive(directory.path());
        let selection = PurgeSelection {
            articles: kept.iter().map(|(article, _)| article.id.clone()).collect(),
            ..PurgeSelection::default()
        };
        let mut archive = WritableArchive::open(directory.path()).unwrap();
        let purged = purge(&mut archive, &selection, Some("test"), AT.parse().unwrap()).unwrap();
        assert_eq!((purged.plan.articles, purged.files.len()), (3, 1));
        assert!(archive.store.is_purged(&kept[1].0.id).unwrap());
        drop(archive);
        assert_eq!(fs::read_dir(directory.path().join(WARC_DIRECTORY)).unwrap().count(), 0);
        assert_eq!(problems(directory.path()), [""; 0]);
    }
}
