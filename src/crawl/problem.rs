//! What went wrong in a run, portal by portal, and what to do about it: the facts behind the one message a person gets.

use std::collections::BTreeMap;

use crate::crawl::report::{Failure, PortalReport, RunReport};

/// Addresses named for one kind of failure.
const NAMED: usize = 3;

/// Longest line of a particular, in characters: addresses can be very long.
const LONGEST: usize = 240;

/// One thing that is wrong with a portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The portal's id; empty for addresses without a portal file.
    pub portal: String,
    /// What is wrong, in one line.
    pub what: String,
    /// Particulars, a line each.
    pub particulars: Vec<String>,
    /// What to do.
    pub remedy: String,
}

/// Why pages failed, as far as it decides what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cause {
    Silent,
    Refused,
    TooFast,
    Moved,
    Missing,
    TooLarge,
    Private,
    Unreadable,
    Other,
}

impl RunReport {
    /// What went wrong, the gravest first: drift, then failures by their cause. Empty: nothing did.
    pub fn problems(&self) -> Vec<Problem> {
        let drifts = self.portals.iter().filter(|portal| !portal.drift.is_empty()).map(drift);
        drifts.chain(self.portals.iter().flat_map(failures)).collect()
    }
}

fn drift(portal: &PortalReport) -> Problem {
    let id = &portal.portal;
    Problem {
        portal: id.clone(),
        what: "the rules no longer fit, the portal has probably changed its looks".to_owned(),
        particulars: portal.drift.iter().map(|text| shortened(text)).collect(),
        remedy: format!(
            "open one of its newest articles in a browser, mend selectors/{id}.toml (docs/selectors.md, \"Versions\"), \
             try it with `dateline selectors test {id}`. The pages are kept as they came, so nothing is lost meanwhile."
        ),
    }
}

fn failures(portal: &PortalReport) -> Vec<Problem> {
    let mut by_cause: BTreeMap<Cause, Vec<&Failure>> = BTreeMap::new();
    for failure in &portal.failures {
        by_cause.entry(cause_of(&failure.reason)).or_default().push(failure);
    }
    // More failed than the report names: they belong to the commonest cause as far as anybody can say.
    let unnamed = portal.failed.saturating_sub(portal.failures.len() as u64);
    let commonest = by_cause.iter().max_by_key(|(_, failures)| failures.len()).map(|(cause, _)| *cause);
    let problem = |(cause, failures): (Cause, Vec<&Failure>)| {
        let extra = if Some(cause) == commonest { unnamed } else { 0 };
        let count = failures.len() as u64 + extra;
        let mut particulars: Vec<String> = failures
            .iter()
            .take(NAMED)
            .map(|failure| shortened(&format!("{}: {}", failure.url, failure.reason)))
            .collect();
        if count > NAMED as u64 {
            particulars.push(format!("… and {} more", count - NAMED as u64));
        }
        Problem {
            portal: portal.portal.clone(),
            what: what_of(cause, count),
            particulars,
            remedy: remedy_of(cause, &portal.portal),
        }
    };
    by_cause.into_iter().map(problem).collect()
}

fn what_of(cause: Cause, count: u64) -> String {
    let pages = if count == 1 { "1 page".to_owned() } else { format!("{count} pages") };
    match cause {
        Cause::Silent => format!("the server did not answer properly ({pages})"),
        Cause::Refused => format!("the server refuses {pages}"),
        Cause::TooFast => format!("the server says it is asked too often ({pages})"),
        Cause::Moved => format!("{pages} moved to where this crawl may not follow"),
        Cause::Missing => format!("{pages} no longer there"),
        Cause::TooLarge => format!("{pages} larger than the limit"),
        Cause::Private => format!("{pages} on a private address"),
        Cause::Unreadable => format!("dateline could not read {pages}"),
        Cause::Other => format!("{pages} could not be fetched"),
    }
}

fn remedy_of(cause: Cause, portal: &str) -> String {
    let file = format!("selectors/{portal}.toml");
    match cause {
        Cause::Silent => {
            "nothing at first, later runs ask again by themselves. If it goes on for days, open one of the addresses \
             in a browser: is the portal there?"
                .to_owned()
        }
        Cause::Refused => {
            "look whether a browser gets the pages without logging in. If the portal does not want to be crawled, \
             write to it, or take its file away."
                .to_owned()
        }
        Cause::TooFast => format!("set a longer `delay` under [politeness] in {file}; later runs ask again."),
        Cause::Moved => format!("if the new host is the portal's too, add it to `hosts` in {file}."),
        Cause::Missing => {
            format!(
                "for articles nothing, they are not asked again. If it is a listing, feed or sitemap, correct its \
                 address in {file}."
            )
        }
        Cause::TooLarge => {
            "if they are articles, raise max_body_mib or max_decoded_mib under [limits] in dateline.toml.".to_owned()
        }
        Cause::Private => {
            "if the portal is in your own network, name its host in `private_hosts` in dateline.toml.".to_owned()
        }
        Cause::Unreadable => {
            "please report it with the address; the page itself is kept in the archive.".to_owned()
        }
        Cause::Other => "open one of the addresses in a browser and compare.".to_owned(),
    }
}

/// The cause, from what [`crate::model::outcome::FetchOutcome::describe`] and the engine say.
fn cause_of(reason: &str) -> Cause {
    let status = reason.strip_prefix("HTTP ").map(|rest| rest.get(..3).unwrap_or_default());
    match status {
        Some("404" | "410") => return Cause::Missing,
        Some("401" | "402" | "403" | "406" | "451") => return Cause::Refused,
        Some("429") => return Cause::TooFast,
        Some(status) if status.starts_with('5') || status == "408" || status == "425" => {
            return Cause::Silent;
        }
        Some(status) if status.starts_with('3') => return Cause::Moved,
        Some(_) => return Cause::Other,
        None => {}
    }
    let begins = |words: &[&str]| words.iter().any(|word| reason.starts_with(word));
    if begins(&["redirects go round"]) {
        Cause::Moved
    } else if begins(&["larger than"]) {
        Cause::TooLarge
    } else if reason.contains("address that is not the portal's own host") {
        Cause::Private
    } else if begins(&["the program could not read"]) {
        Cause::Unreadable
    } else {
        // Timeouts, broken connections, names that do not resolve, a robots.txt that does not answer.
        Cause::Silent
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::crawl_url::CrawlUrl;
    use crate::model::outcome::FetchOutcome;

    #[test]
    fn every_outcome_has_its_cause() {
        let at = CrawlUrl::parse("https://bote.example/a").unwrap();
        for (outcome, cause) in [
            (FetchOutcome::TimedOut { phase: "first byte", part: None }, Cause::Silent),
            (FetchOutcome::TooLarge { limit: 5, part: None }, Cause::TooLarge),
            (FetchOutcome::Truncated { reason: "reset".into(), part: None }, Cause::Silent),
            (FetchOutcome::RedirectLoop { at }, Cause::Moved),
        ] {
            assert_eq!(cause_of(&outcome.describe()), cause, "{outcome:?}");
        }
        for (reason, cause) in [
            ("HTTP 404", Cause::Missing),
            ("HTTP 403", Cause::Refused),
            ("HTTP 429", Cause::TooFast),
            ("HTTP 503", Cause::Silent),
            ("HTTP 418", Cause::Other),
            ("HTTP 301 to https://else.example/, which is not the portal's", Cause::Moved),
            ("robots.txt answered 503", Cause::Silent),
            ("a leads to 10.0.0.1, a private address that is not the portal's own host", Cause::Private),
        ] {
            assert_eq!(cause_of(reason), cause, "{reason}");
        }
    }

    #[test]
    fn ten_thousand_failures_are_a_few_lines() {
        let mut portal = PortalReport { portal: "bote".into(), ..PortalReport::default() };
        for number in 0..10_000 {
            portal.fail(&format!("https://bote.example/{}/{number}", "x".repeat(500)), "HTTP 500".into());
        }
        portal.fail("https://bote.example/weg", "HTTP 404".into());
        let problems = failures(&portal);
        assert_eq!(problems.len(), 1, "of failures beyond the report's thousand only the number is known");
        assert_eq!(problems[0].what, "the server did not answer properly (10001 pages)");
        assert_eq!(problems[0].particulars.len(), 4);
        assert!(problems[0].particulars.iter().all(|line| line.chars().count() <= LONGEST));
    }
}
