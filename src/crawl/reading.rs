//! Reads what came: an article through `extract`, a listing, feed or sitemap through `discover`. Runs on a blocking thread.

use jiff::tz::TimeZone;

use crate::decode::{self, Decoded};
use crate::discover::listing::{self, ListingFound};
use crate::discover::{Found, feed, sitemap};
use crate::extract::{self, Extraction, Page};
use crate::frontier::Job;
use crate::model::capture::Capture;
use crate::model::crawl_url::CrawlUrl;
use crate::model::outcome::FetchOutcome;
use crate::portal::Portal;
use crate::store::Place;

/// What was read from a response.
#[derive(Debug)]
pub(crate) enum Reading {
    /// Nothing to read.
    Nothing,
    /// Reading failed inside the program.
    Broken,
    /// An article's page.
    Article(Box<Extraction>),
    /// A page of a listing.
    Listing(Box<ListingFound>),
    /// A feed.
    Feed(Box<Found>),
    /// A sitemap.
    Sitemap(Box<Found>),
}

/// The charset a page was read in, and what decided on it: `windows-1252 (meta)`.
pub(crate) type Charset = String;

/// Reads a response for what its address was expected to be.
pub(crate) fn read(job: &Job, outcome: &FetchOutcome, portal: Option<&Portal>) -> (Reading, Option<Charset>) {
    let (Job::Page(queued), FetchOutcome::Fetched(capture), Some(portal)) = (job, outcome, portal) else {
        return (Reading::Nothing, None);
    };
    let reading = match queued.kind {
        Place::Robots => Reading::Nothing,
        Place::Article => {
            let decoded = decoded(capture);
            let charset = charset_of(&decoded);
            return (Reading::Article(Box::new(article_of(capture, decoded, portal))), Some(charset));
        }
        Place::Listing => {
            let decoded = decoded(capture);
            let layout = portal.layout_on(day_at(capture, &portal.timezone));
            let found = listing::read(&decoded.text, &capture.url, portal, layout);
            return (Reading::Listing(Box::new(found)), Some(charset_of(&decoded)));
        }
        Place::Feed => {
            let content = decode::content(&capture.body, &capture.headers, &decode::Limits::default());
            Reading::Feed(Box::new(feed::read(&content.bytes, &capture.url)))
        }
        Place::Sitemap => {
            let content = decode::content(&capture.body, &capture.headers, &decode::Limits::default());
            Reading::Sitemap(Box::new(sitemap::read(&content.bytes, &capture.url)))
        }
    };
    (reading, None)
}

/// The article of a capture, read with the layout in force when it was captured.
fn article_of(capture: &Capture, decoded: Decoded, portal: &Portal) -> Extraction {
    let page = Page {
        url: &capture.url,
        html: &decoded.text,
        captured_on: Some(day_at(capture, &portal.timezone)),
        published_hint: None,
    };
    let selectors = (!portal.is_generic()).then_some(portal);
    let mut extraction = extract::extract(&page, selectors);
    extraction.issues.extend(decoded.issues);
    extraction
}

fn decoded(capture: &Capture) -> Decoded {
    decode::text(&capture.body, &capture.headers, tld(&capture.url), &decode::Limits::default())
}

fn charset_of(decoded: &Decoded) -> Charset {
    format!("{} ({})", decoded.charset, decoded.decided_by.as_str())
}

fn day_at(capture: &Capture, zone: &TimeZone) -> jiff::civil::Date {
    capture.fetched_at.to_zoned(zone.clone()).date()
}

fn tld(url: &CrawlUrl) -> Option<&str> {
    url.as_url().domain().and_then(|domain| domain.rsplit('.').next())
}
