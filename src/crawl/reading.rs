//! Reads what came: an article through `extract`, a listing, feed or sitemap through `discover`. Runs on a thread of its own.

use crate::decode::{self, Content, Decoded, Limits, Wholeness};
use crate::discover::listing::{self, ListingFound};
use crate::discover::{Found, feed, sitemap};
use crate::extract::{self, Extraction};
use crate::frontier::Job;
use crate::model::capture::Capture;
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
    outcome.evidence().map(|capture| OptOuts::of_headers(&capture.headers)).unwrap_or_default()
}

/// Takes the content-codings off a response's body, once, and reads it for what its address was expected to be.
/// What is cut or too large is not read.
pub(crate) fn read(
    job: &Job,
    outcome: &FetchOutcome,
    portal: Option<&Portal>,
    limits: &Limits,
) -> (Wholeness, Read) {
    let opt_outs = stated_by_headers(outcome);
    let whole = match outcome {
        FetchOutcome::Fetched(capture) => Some(&**capture),
        _ => None,
    };
    let Some(capture) = whole.or_else(|| outcome.part()) else {
        return (Wholeness::Whole, Read::without_text(Reading::Nothing, opt_outs));
    };
    let content = decode::content(&capture.body, &capture.headers, limits);
    let wholeness = content.wholeness();
    let is_readable = match wholeness {
        Wholeness::Whole => whole.is_some(),
        Wholeness::Cut => whole.is_some_and(|capture| capture.truncated.is_some()),
        Wholeness::TooLarge => false,
    };
    let read = match (job, portal) {
        (Job::Page(queued), Some(portal)) if is_readable => {
            read_page(queued.kind, capture, content, (portal, opt_outs))
        }
        // What is kept of a page as evidence alone may still say that it must not be kept.
        (Job::Page(queued), _) if matches!(queued.kind, Place::Article | Place::Listing) => {
            let text = extract::text_of(capture, content).text;
            Read::without_text(Reading::Nothing, opt_outs.with_page(&text))
        }
        _ => Read::without_text(Reading::Nothing, opt_outs),
    };
    (wholeness, read)
}

fn read_page(
    kind: Place,
    capture: &Capture,
    content: Content<'_>,
    (portal, opt_outs): (&Portal, OptOuts),
) -> Read {
    let decoded = |content| extract::text_of(capture, content);
    let reading = match kind {
        Place::Robots | Place::TdmRep => Reading::Nothing,
        Place::Article => {
            let decoded = decoded(content);
            let (charset, opt_outs) = (Some(charset_of(&decoded)), opt_outs.with_page(&decoded.text));
            let reading = Reading::Article(Box::new(extract::article_of(capture, decoded, portal)));
            return Read { reading, charset, opt_outs };
        }
        Place::Listing => {
            let decoded = decoded(content);
            let layout = portal.layout_on(extract::day_of(capture, &portal.timezone));
            let found = listing::read(&decoded.text, &capture.url, portal, layout);
            let opt_outs = opt_outs.with_page(&decoded.text);
            return Read {
                reading: Reading::Listing(Box::new(found)),
                charset: Some(charset_of(&decoded)),
                opt_outs,
            };
        }
        Place::Feed => Reading::Feed(Box::new(feed::read(&content.bytes, &capture.url))),
        Place::Sitemap => Reading::Sitemap(Box::new(sitemap::read(&content.bytes, &capture.url))),
    };
    Read::without_text(reading, opt_outs)
}

fn charset_of(decoded: &Decoded) -> Charset {
    format!("{} ({})", decoded.charset, decoded.decided_by.as_str())
}
