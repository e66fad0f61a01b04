//! Pages that ask not to be archived: no record, no body in the WARC; that they were asked, and what they said, stays.

use crate::crawl::CrawlError;
use crate::crawl::engine::Engine;
use crate::frontier::{Assignment, Job};
use crate::model::outcome::FetchOutcome;
use crate::robots::{OptOuts, TDM_RESERVATION};
use crate::store::frontier::{QueuedUrl, UrlState};
use crate::store::{Fetch, Place};

impl Engine<'_> {
    /// What a response says against being kept or mined, the word of the host's tdmrep.json included.
    pub(crate) fn opt_outs_of(assignment: &Assignment, stated: OptOuts) -> OptOuts {
        let reservation = assignment.reservation.as_ref();
        stated.with_host(reservation.map(|(reserved, policy)| (*reserved, policy.as_deref())))
    }

    /// The opt-out that keeps this page out of the archive, where one does. What a host says for robots is kept.
    pub(crate) fn forbidden_by(
        &self,
        assignment: &Assignment,
        outcome: &FetchOutcome,
        opt_outs: &OptOuts,
    ) -> Option<&'static str> {
        let is_page = matches!(outcome, FetchOutcome::Fetched(_)) || outcome.part().is_some();
        match &assignment.job {
            Job::Page(_) if is_page => self.plan.settings.frontier.opt_outs.forbids(opt_outs),
            _ => None,
        }
    }

    /// Ends the work on an article that asks not to be archived.
    pub(crate) fn settle_opted_out(&mut self, queued: &QueuedUrl) -> Result<(), CrawlError> {
        let portal = self.portal_index(queued.portal);
        self.report.portals[portal].opted_out += 1;
        self.store.settle_row(queued.id, UrlState::OptedOut, self.run)?;
        self.put_off(queued)
    }

    /// Notes an article that was not asked for because its host's tdmrep.json reserves it.
    pub(crate) fn note_reserved(&mut self, queued: &QueuedUrl, location: &str) -> Result<(), CrawlError> {
        let portal = self.portal_index(queued.portal);
        let counts = &mut self.report.portals[portal];
        counts.opted_out += 1;
        *counts.opt_outs.entry(TDM_RESERVATION).or_default() += 1;
        self.store.put_fetch(&Fetch {
            run: Some(self.run_id),
            portal: Some(&self.plan.portals[portal].id),
            url: &queued.url,
            fetched: self.clock.now(),
            purpose: Place::Article,
            outcome: "opted-out",
            status: None,
            bytes: None,
            elapsed: None,
            robots_rule: None,
            opt_outs: Some("tdm-reservation: 1"),
            detail: Some(&format!("not asked: tdmrep.json reserves {location}")),
            capture: None,
        })?;
        self.put_off(queued)
    }
}
