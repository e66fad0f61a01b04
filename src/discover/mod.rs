//! Bytes of listings, feeds and sitemaps to candidate addresses. Pure; what is then wanted is `frontier`'s matter.

pub mod feed;
pub mod listing;
pub mod sitemap;
pub mod wordpress;

mod instant;
mod json_feed;
mod plain;
mod shape;
mod xml;

use jiff::Timestamp;

use crate::model::crawl_url::CrawlUrl;
use crate::model::issue::Issue;

/// An address found somewhere, with what the finding place said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Where it leads.
    pub url: CrawlUrl,
    /// Its headline, where given.
    pub title: Option<String>,
    /// Its excerpt, where given.
    pub teaser: Option<String>,
    /// When it was published, by the finding place's account.
    pub published: Option<Timestamp>,
    /// When it was last changed, by the finding place's account (`lastmod`, `updated`).
    pub modified: Option<Timestamp>,
}

/// What a feed or sitemap gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Addresses of pages, in the order given.
    pub candidates: Vec<Candidate>,
    /// Further sitemaps to read, with when they were last changed.
    pub sitemaps: Vec<(CrawlUrl, Option<Timestamp>)>,
    /// What was not as it should be.
    pub issues: Vec<Issue>,
}
