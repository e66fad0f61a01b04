//! From a capture to an article, the same whether it came from the network just now or lies in a WARC for years.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::decode::{self, Content, Decoded, Limits};
use crate::extract::{Extraction, Page, extract};
use crate::model::capture::Capture;
use crate::portal::Portal;

/// The text of a captured page.
pub fn decoded(capture: &Capture) -> Decoded {
    text_of(capture, decode::content(&capture.body, &capture.headers, &Limits::default()))
}

/// The text of a captured page whose content-codings are off already.
pub fn text_of(capture: &Capture, content: Content<'_>) -> Decoded {
    let tld = capture.url.as_url().domain().and_then(|domain| domain.rsplit('.').next());
    decode::text_of(content, &capture.headers, tld)
}

/// The article of a captured page, read with the layout in force on the day it was captured.
pub fn article_of(capture: &Capture, decoded: Decoded, portal: &Portal) -> Extraction {
    let url = capture.url.canonical();
    let page = Page {
        url: &url,
        html: &decoded.text,
        captured_on: Some(day_of(capture, &portal.timezone)),
        published_hint: None,
    };
    let mut extraction = extract(&page, (!portal.is_generic()).then_some(portal));
    extraction.issues.extend(decoded.issues);
    extraction
}

/// The day of a capture in a zone.
pub fn day_of(capture: &Capture, zone: &TimeZone) -> Date {
    capture.fetched_at.to_zoned(zone.clone()).date()
}
