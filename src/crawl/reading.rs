//! Reads what came: an article through `extract`, a listing, feed or sitemap through `discover`. Runs on a blocking thread.

use crate::decode::{self, Decoded};
use crate::discover::listing::{self, ListingFound};
use crate::discover::{Found, feed, sitemap};
use crate::extract::{self, Extraction};
use crate::frontier::Job;
use crate::model::outcome::FetchOutcome;
use crate::portal::Portal;
use crate::robots::OptOuts;
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

/// A response as it was read.
#[derive(Debug)]
pub(crate) struct Read {
    /// What was read from it.
    pub(crate) reading: Reading,
    /// In which charset.
    pub(crate) charset: Option<Charset>,
    /// What it says against being kept or mined.
    pub(crate) opt_outs: OptOuts,
}

impl Read {
    fn without_text(reading: Reading, opt_outs: OptOuts) -> Self {
        Self { reading, charset: None, opt_outs }
    }

    /// What is left where reading failed inside the program: the word of the headers still counts.
    pub(crate) fn broken(outcome: &FetchOutcome) -> Self {
        Self::without_text(Reading::Broken, stated_by_headers(outcome))
    }

    /// What there is where nothing came.
    pub(crate) fn nothing() -> Self {
        Self::without_text(Reading::Nothing, OptOuts::default())
    }
}

fn stated_by_headers(outcome: &FetchOutcome) -> OptOuts {
    outcome.capture().map(|capture| OptOuts::of_headers(&capture.headers)).unwrap_or_default()
}

/// Reads a response for what its address was expected to be.
pub(crate) fn read(job: &Job, outcome: &FetchOutcome, portal: Option<&Portal>) -> Read {
    let opt_outs = stated_by_headers(outcome);
    let (Job::Page(queued), FetchOutcome::Fetched(capture), Some(portal)) = (job, outcome, portal) else {
        return Read::without_text(Reading::Nothing, opt_outs);
    };
    let reading = match queued.kind {
        Place::Robots | Place::TdmRep => Reading::Nothing,
        Place::Article => {
            let decoded = extract::decoded(capture);
            let (charset, opt_outs) = (Some(charset_of(&decoded)), opt_outs.with_page(&decoded.text));
            let reading = Reading::Article(Box::new(extract::article_of(capture, decoded, portal)));
            return Read { reading, charset, opt_outs };
        }
        Place::Listing => {
            let decoded = extract::decoded(capture);
            let layout = portal.layout_on(extract::day_of(capture, &portal.timezone));
            let found = listing::read(&decoded.text, &capture.url, portal, layout);
            let opt_outs = opt_outs.with_page(&decoded.text);
            return Read {
                reading: Reading::Listing(Box::new(found)),
                charset: Some(charset_of(&decoded)),
                opt_outs,
            };
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
    Read::without_text(reading, opt_outs)
}

fn charset_of(decoded: &Decoded) -> Charset {
    format!("{} ({})", decoded.charset, decoded.decided_by.as_str())
}
