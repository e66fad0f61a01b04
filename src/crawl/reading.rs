//! Reads what came: an article through `extract`, a listing, feed or sitemap through `discover`. Runs on a blocking thread.

use jiff::tz::TimeZone;

use crate::decode;
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

/// Reads a response for what its address was expected to be.
pub(crate) fn read(job: &Job, outcome: &FetchOutcome, portal: Option<&Portal>) -> Reading {
    let (Job::Page(queued), FetchOutcome::Fetched(capture), Some(portal)) = (job, outcome, portal) else {
        return Reading::Nothing;
    };
    match queued.kind {
        Place::Robots => Reading::Nothing,
        Place::Article => Reading::Article(Box::new(read_article(capture, portal))),
        Place::Listing => Reading::Listing(Box::new(read_listing(capture, portal))),
        Place::Feed => {
            let content = decode::content(&capture.body, &capture.headers, &decode::Limits::default());
            Reading::Feed(Box::new(feed::read(&content.bytes, &capture.url)))
        }
        Place::Sitemap => {
            let content = decode::content(&capture.body, &capture.headers, &decode::Limits::default());
            Reading::Sitemap(Box::new(sitemap::read(&content.bytes, &capture.url)))
        }
    }
}

/// The article of a capture, read with the layout in force when it was captured.
pub(crate) fn read_article(capture: &Capture, portal: &Portal) -> Extraction {
    let decoded =
        decode::text(&capture.body, &capture.headers, tld(&capture.url), &decode::Limits::default());
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

fn read_listing(capture: &Capture, portal: &Portal) -> ListingFound {
    let decoded =
        decode::text(&capture.body, &capture.headers, tld(&capture.url), &decode::Limits::default());
    let layout = portal.layout_on(day_at(capture, &portal.timezone));
    listing::read(&decoded.text, &capture.url, portal, layout)
}

fn day_at(capture: &Capture, zone: &TimeZone) -> jiff::civil::Date {
    capture.fetched_at.to_zoned(zone.clone()).date()
}

fn tld(url: &CrawlUrl) -> Option<&str> {
    url.as_url().domain().and_then(|domain| domain.rsplit('.').next())
}
