//! The portal of an address that no selector file speaks for: its own host, the generic extractor, the usual manners.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use crate::model::crawl_url::Host;
use crate::model::digest::Digest;
use crate::portal::{ArticleRules, Health, Layout, ListingPage, Politeness, Portal, UrlRules};

impl Portal {
    /// A portal without a selector file. Its id is empty, and its articles belong to no portal.
    pub fn generic(host: Host) -> Self {
        Self {
            id: String::new(),
            name: host.as_str().to_owned(),
            home: None,
            hosts: vec![host],
            language: None,
            timezone: TimeZone::UTC,
            politeness: Politeness::default(),
            revisit: None,
            urls: UrlRules::default(),
            listings: Vec::new(),
            feeds: Vec::new(),
            sitemaps: Vec::new(),
            sitemaps_from_robots: false,
            wordpress: None,
            places: Vec::new(),
            layouts: vec![Layout {
                valid_until: None,
                listing_page: ListingPage::default(),
                article: ArticleRules::default(),
                links: BTreeMap::new(),
                paid_if: Vec::new(),
            }],
            health: Health::default(),
            tests: Vec::new(),
            selectors_hash: Digest::of(b""),
        }
    }

    /// Whether no selector file speaks for it.
    pub fn is_generic(&self) -> bool {
        self.id.is_empty()
    }
}
