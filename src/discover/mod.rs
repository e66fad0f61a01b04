//! Bytes of listings, feeds and sitemaps to candidate addresses. Pure; what is then wanted is `frontier`'s matter.

pub mod listing;

use jiff::Timestamp;

use crate::model::crawl_url::CrawlUrl;

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
