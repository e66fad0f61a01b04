//! Takes a page apart: one page and one portal file in, one article and its issues out. Never fails, never panics.
//!
//! Pure: same page, same portal, same article, for ever. Charsets are `decode`'s, rules `select`'s, quotations
//! and dates in the text `structure`'s.

use jiff::civil::Date;

use crate::model::article::Article;
use crate::model::crawl_url::CrawlUrl;
use crate::model::issue::Issue;
use crate::model::publication_time::PublicationTime;

/// A page to read.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// Its address, after redirects.
    pub url: &'a CrawlUrl,
    /// Its text, decoded.
    pub html: &'a str,
    /// The day it was captured, in the portal's zone: it picks the layout. `None`: today's layout.
    pub captured_on: Option<Date>,
    /// When it was published, by the word of whoever sent us there; used where the page says nothing.
    pub published_hint: Option<PublicationTime>,
}

/// What was read from a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Extraction {
    /// The article; fields that were not found are empty.
    pub article: Article,
    /// What was not as it should be.
    pub issues: Vec<Issue>,
}
