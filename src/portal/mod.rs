//! A portal as its selector file describes it: `PortalFile` as typed becomes `Portal` as validated.
//!
//! Pure: files come in as text. Applying rules to a page is `select`'s, walking the portal is `crawl`'s.

mod css;
pub mod diagnostic;
pub mod format;
mod generic;
pub mod json_schema;
mod layout_reader;
pub mod load;
#[cfg(test)]
mod load_tests;
mod nearest;
mod pattern;
mod portal_reader;
mod reader;
pub mod rule;
mod rule_reader;
pub mod sieve;
pub mod source;
mod tree;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use regex::Regex;

use crate::model::article::LinkKind;
use crate::model::crawl_url::{CrawlUrl, Host};
use crate::model::digest::Digest;
use crate::model::field::Field;

pub use diagnostic::{Diagnostic, Severity};
pub use format::field_of_group;
pub use load::{LoadResult, Loaded, load, load_all};
pub use nearest::nearest as nearest_name;
pub use source::Sources;

use rule::{FieldRules, Rule, TextCondition};
use sieve::Css;

/// A known article is not asked again at a younger age.
pub const LEAST_REVISIT_AGE: Duration = Duration::from_secs(60);

/// One news portal: who it is, how politely it is asked, where articles are found, how they are read.
#[derive(Debug, Clone)]
pub struct Portal {
    /// Short stable name, the file's name: `die-webzeitung`.
    pub id: String,
    /// The name people use.
    pub name: String,
    /// The start page.
    pub home: Option<CrawlUrl>,
    /// The portal's own hosts; nothing else is fetched for it. A host without a port covers every port when its
    /// name is a loopback one, else the scheme's.
    pub hosts: Vec<Host>,
    /// BCP 47 tag of its articles.
    pub language: Option<String>,
    /// Zone in which its clocks run.
    pub timezone: TimeZone,
    /// How politely it is asked.
    pub politeness: Politeness,
    /// `[revisit] after`: ages at which known articles are asked again; `None`: the configuration's.
    pub revisit: Option<Vec<Duration>>,
    /// Which addresses are articles, which are never asked.
    pub urls: UrlRules,
    /// Category pages to walk.
    pub listings: Vec<Listing>,
    /// RSS and Atom feeds.
    pub feeds: Vec<CrawlUrl>,
    /// Sitemaps and sitemap indexes.
    pub sitemaps: Vec<CrawlUrl>,
    /// Whether the sitemaps that robots.txt names are read too.
    pub sitemaps_from_robots: bool,
    /// The lists of a WordPress site, where they are to be walked.
    pub wordpress: Option<WordPress>,
    /// Places the portal reports from, for its datelines.
    pub places: Vec<String>,
    /// Layouts, oldest first; the last has no `valid_until`.
    pub layouts: Vec<Layout>,
    /// When the selectors no longer fit.
    pub health: Health,
    /// The file's own expectations.
    pub tests: Vec<PortalTest>,
    /// Digest of the file and its families, for provenance.
    pub selectors_hash: Digest,
}

/// `[politeness]`
#[derive(Debug, Clone, Default)]
pub struct Politeness {
    /// Least time between the starts of two requests to one host; `None`: the configuration's.
    pub delay: Option<Duration>,
    /// Requests under way at once to one host; 1 unless the file says otherwise.
    pub concurrency: Option<usize>,
    /// Local times in which to crawl, as minutes of the day; empty: always.
    pub windows: Vec<(u16, u16)>,
}

/// `[urls]`
#[derive(Debug, Clone, Default)]
pub struct UrlRules {
    /// Path and query of an article; named groups give fields. Empty: no address is an article by its look.
    pub article: Vec<Regex>,
    /// Never asked.
    pub deny: Vec<Regex>,
    /// Query parameters to drop besides the usual tracking ones.
    pub drop_query: Vec<String>,
}

/// `[[listing]]`
#[derive(Debug, Clone)]
pub struct Listing {
    /// The first page.
    pub url: CrawlUrl,
    /// `Lokales/Stuttgart`
    pub label: Option<String>,
    /// Pages to walk at most, where it differs from the layout's.
    pub max_pages: Option<u32>,
}

/// `[wordpress]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordPress {
    /// The site's root.
    pub root: CrawlUrl,
    /// Whether its posts are listed by the REST interface.
    pub posts: bool,
    /// The first month whose archive is walked; `None`: no archive is.
    pub archives: Option<Date>,
}

/// How pages look that were captured before `valid_until`.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The first day the layout is no longer in force (portal's zone); `None`: it still is.
    pub valid_until: Option<Date>,
    /// `[listing_page]`
    pub listing_page: ListingPage,
    /// `[article]`
    pub article: ArticleRules,
    /// `[links.KIND]`
    pub links: BTreeMap<LinkKind, Vec<LinkRules>>,
    /// `[access]`: any of them marks a paid page.
    pub paid_if: Vec<Rule>,
}

/// `[listing_page]`
#[derive(Debug, Clone, Default)]
pub struct ListingPage {
    /// One teaser.
    pub item: Vec<Css>,
    /// The article's address inside an item (or in the whole page where no item is given).
    pub link: FieldRules,
    /// The excerpt inside an item.
    pub teaser: FieldRules,
    /// The date inside an item.
    pub date: FieldRules,
    /// Parts of the page that are not the listing.
    pub exclude: Vec<Css>,
    /// The address of the following page.
    pub next: FieldRules,
    /// Pages to walk at most.
    pub max_pages: Option<u32>,
    /// When to stop before that.
    pub stop_when: StopWhen,
}

/// When a listing's walk ends before its last page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StopWhen {
    /// After a full page of known articles.
    #[default]
    KnownPage,
    /// Only at the last page or `max_pages`.
    Never,
}

/// `[article]`
#[derive(Debug, Clone, Default)]
pub struct ArticleRules {
    /// The article's element; the first that matches. Fields look inside it first, then in the whole page.
    pub root: Vec<Css>,
    /// Fields without which the page counts as misread.
    pub require: Vec<Field>,
    /// Parts of the article that are never text of it.
    pub exclude: Vec<Css>,
    /// Rules by field.
    pub fields: BTreeMap<Field, FieldRules>,
    /// `[article.body]`
    pub body: BodyRules,
    /// `[article.dateline] match`: the portal's own shape, with the groups `place`, `region`, `agency`, `date`.
    pub dateline_pattern: Option<Regex>,
}

/// `[article.body]`
#[derive(Debug, Clone, Default)]
pub struct BodyRules {
    /// The element(s) that hold the text; the first selector that matches wins, all its matches are read in order.
    pub container: Vec<Css>,
    /// Parts of it that are not text.
    pub exclude: Vec<Css>,
    /// Elements at which the text ends.
    pub stop_at: Vec<TextCondition>,
}

/// `[links.KIND]`
#[derive(Debug, Clone)]
pub struct LinkRules {
    /// The block that holds the links; empty: the page.
    pub block: Vec<Css>,
    /// Which of the blocks it is.
    pub condition: Option<TextCondition>,
    /// The links inside the block.
    pub item: Vec<Css>,
}

/// `[health]`
#[derive(Debug, Clone, Default)]
pub struct Health {
    /// Least share of articles that have the field, 0 to 1.
    pub min_fill: BTreeMap<String, f64>,
    /// Greatest share of articles with the same value in one field, 0 to 1.
    pub max_same_value: Option<f64>,
}

/// `[[test]]`
#[derive(Debug, Clone)]
pub struct PortalTest {
    /// What it shows.
    pub name: String,
    /// The example page, beside the selector files.
    pub file: String,
    /// The page's address.
    pub url: CrawlUrl,
    /// The day the page was captured, which picks the layout; `None`: today's layout.
    pub captured: Option<Date>,
    /// Dotted path in the record → value.
    pub expect: Vec<(String, toml::Value)>,
    /// Dotted path → words that must be in it.
    pub has: Vec<(String, Vec<String>)>,
    /// Dotted path → words that must not be in it.
    pub has_not: Vec<(String, Vec<String>)>,
    /// Dotted path → number of values.
    pub count: Vec<(String, usize)>,
}

impl Portal {
    /// The layout in force on `day` (the day of capture in the portal's zone).
    ///
    /// # Panics
    /// Never: loading gives every portal at least one layout.
    pub fn layout_on(&self, day: Date) -> &Layout {
        self.layouts
            .iter()
            .find(|layout| layout.valid_until.is_none_or(|until| day < until))
            .or_else(|| self.layouts.last())
            .expect("loading gives every portal at least one layout")
    }

    /// Whether `url` is on one of the portal's own hosts.
    pub fn owns(&self, url: &CrawlUrl) -> bool {
        let host = url.host();
        self.hosts.iter().any(|own| {
            *own == host
                || (own.port().is_none() && own.name() == host.name() && is_loopback_name(own.name()))
        })
    }

    /// `url` in the portal's own canonical form: its `drop_query` parameters gone, `https` where its home is.
    pub fn canonicalize(&self, url: CrawlUrl) -> CrawlUrl {
        let url = url.without_parameters(&self.urls.drop_query);
        let secure = self.home.as_ref().is_some_and(|home| home.as_url().scheme() == "https");
        if secure && self.owns(&url) { url.upgraded() } else { url }
    }

    /// Whether `url` looks like an article of this portal.
    pub fn is_article(&self, url: &CrawlUrl) -> bool {
        self.owns(url)
            && !self.is_denied(url)
            && self.urls.article.iter().any(|pattern| pattern.is_match(url.path_and_query()))
    }

    /// Whether the file forbids `url`.
    pub fn is_denied(&self, url: &CrawlUrl) -> bool {
        self.urls.deny.iter().any(|pattern| pattern.is_match(url.path_and_query()))
    }
}

/// Whether a host name can only mean this machine (RFC 6761 §6.3).
pub fn is_loopback_name(name: &str) -> bool {
    name == "localhost"
        || name.ends_with(".localhost")
        || name
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}
