//! Every response into the WARC, and the rows that point at it. The order of evidence and commit is the engine's.

use std::time::Duration;

use jiff::Timestamp;

use crate::archive::{WARC_DIRECTORY, finish_blanking, repair_tails};
use crate::crawl::CrawlError;
use crate::crawl::engine::Engine;
use crate::crawl::plan::CrawlPlan;
use crate::crawl::reading::Charset;
use crate::frontier::{Assignment, HostFile, Job};
use crate::model::capture::{Capture, Truncation};
use crate::model::digest::Digest;
use crate::model::outcome::FetchOutcome;
use crate::robots::OptOuts;
use crate::store::archived::EXTRACTOR;
use crate::store::{CaptureId, Fetch, KnownCapture, Place, Store};
use crate::warc::{Earlier, Info, Notes, WarcWriter};

/// What came of a request, with what the archive keeps beside it.
pub(crate) struct Response<'a> {
    pub(crate) outcome: &'a FetchOutcome,
    pub(crate) charset: Option<Charset>,
    /// What it says against being kept or mined.
    pub(crate) opt_outs: &'a OptOuts,
    /// The opt-out that keeps its body out of the archive, where one does.
    pub(crate) forbidden_by: Option<&'static str>,
    pub(crate) fetched_at: Timestamp,
    pub(crate) elapsed: Duration,
}

/// Repairs what a crash left and opens the writer of a run. Gives notes on what was repaired, for the run's report.
pub(crate) fn open(plan: &CrawlPlan, store: &Store) -> Result<(Option<WarcWriter>, Vec<String>), CrawlError> {
    let directory = plan.archive.join(WARC_DIRECTORY);
    let mut notes = repair_tails(&directory, store)?;
    notes.extend(finish_blanking(&directory, store)?);
    let info = Info {
        software: EXTRACTOR.to_owned(),
        operator: plan.settings.contact.clone(),
        user_agent: Some(plan.settings.fetch.user_agent.clone()),
    };
    let writer = WarcWriter::open(&directory, info, plan.settings.warc_bytes)?;
    Ok((Some(writer), notes))
}

impl Engine<'_> {
    /// Writes a response to the WARC, and the request with where its response lies to the archive.
    pub(crate) fn keep_evidence(
        &mut self,
        assignment: &Assignment,
        response: Response<'_>,
    ) -> Result<Option<CaptureId>, CrawlError> {
        let Response { outcome, charset, opt_outs, forbidden_by, fetched_at, elapsed } = response;
        let url = assignment.permit.url();
        let (index, purpose) = match &assignment.job {
            Job::Page(queued) => (self.portal_index(queued.portal), queued.kind),
            Job::HostFile { file: HostFile::Robots, .. } => (self.owner_index(url), Place::Robots),
            Job::HostFile { file: HostFile::TdmRep, .. } => (self.owner_index(url), Place::TdmRep),
        };
        let bytes = outcome.evidence().map(|capture| capture.body.len() as u64);
        let counts = &mut self.report.portals[index];
        counts.requests += 1;
        counts.answering += elapsed;
        counts.bytes += bytes.unwrap_or_default();
        *counts.outcomes.entry(outcome.as_str()).or_default() += 1;
        for name in opt_outs.names() {
            *counts.opt_outs.entry(name).or_default() += 1;
        }
        let is_good = matches!(outcome, FetchOutcome::Fetched(_));
        let detail = match forbidden_by {
            Some(name) => Some(format!("not archived: {name}")),
            None => (!is_good).then(|| outcome.describe()),
        };
        let opt_outs = Some(opt_outs.to_string()).filter(|text| !text.is_empty());
        let mut notes: Vec<(String, String)> = Vec::new();
        let mut note = |name: &str, value: Option<String>| {
            notes.extend(value.map(|value| (name.to_owned(), value)));
        };
        note("robots-rule", assignment.robots_rule.clone());
        note("charset", charset);
        note("opt-outs", opt_outs.clone());
        note("not-archived", forbidden_by.map(str::to_owned));
        note("not-read", outcome.part().map(|_| outcome.describe()));
        let capture = match (outcome.evidence(), forbidden_by) {
            (Some(capture), None) => self.write_capture(capture, notes)?,
            (Some(capture), Some(_)) => self.write_capture(&without_body(capture), notes)?,
            (None, _) => None,
        };
        self.store.put_fetch(&Fetch {
            run: Some(self.run_id),
            portal: Some(&self.plan.portals[index].id),
            url,
            fetched: fetched_at,
            purpose,
            outcome: outcome.as_str(),
            status: outcome.evidence().map(|capture| capture.status),
            bytes,
            elapsed: Some(elapsed),
            robots_rule: assignment.robots_rule.as_deref(),
            opt_outs: opt_outs.as_deref(),
            detail: detail.as_deref(),
            capture,
        })?;
        Ok(capture)
    }

    fn write_capture(
        &mut self,
        capture: &Capture,
        metadata: Vec<(String, String)>,
    ) -> Result<Option<CaptureId>, CrawlError> {
        let Some(evidence) = &mut self.evidence else { return Ok(None) };
        // What is cut again at the same place is kept once, too.
        let earlier = if capture.body.is_empty() || capture.status == 304 {
            None
        } else {
            self.store.capture_of_payload(capture.digest)?
        };
        let repeats = earlier.as_ref().map(|earlier| earlier.id);
        let notes = Notes { metadata, earlier: earlier.map(earlier_of) };
        let place = evidence.write_capture(capture, &notes)?;
        Ok(Some(self.store.put_capture(&place, repeats)?))
    }
}

/// The response with its head alone: that it came is kept, what it said is not.
fn without_body(capture: &Capture) -> Capture {
    Capture {
        body: Vec::new(),
        digest: Digest::of(&[]),
        truncated: Some(Truncation::Reserved),
        requested: capture.requested.clone(),
        url: capture.url.clone(),
        redirects: capture.redirects.clone(),
        request_headers: capture.request_headers.clone(),
        headers: capture.headers.clone(),
        ..*capture
    }
}

fn earlier_of(known: KnownCapture) -> Earlier {
    Earlier { url: known.url, fetched_at: known.fetched, place: known.place }
}
