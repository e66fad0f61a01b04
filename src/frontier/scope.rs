//! Which addresses are wanted: an ordered list of rules over one portal's file. robots.txt and the host's turn come later.

use jiff::civil::Date;

use crate::model::crawl_url::CrawlUrl;
use crate::portal::Portal;

/// Why an address is (not) wanted. The first rule that speaks decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// An article, as far as its address tells.
    Wanted,
    /// On a host that is not the portal's own.
    OffPortal,
    /// The portal file's `deny` forbids it.
    Denied,
    /// The portal file says how articles look, and this does not.
    NotAnArticle,
    /// Its address says it was published outside the wanted period.
    OutsidePeriod(Date),
}

/// The publication days a run is limited to, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Period {
    /// First day.
    pub since: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
}

impl Period {
    /// Whether `day` lies within.
    pub fn contains(&self, day: Date) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Whether it starts after `day`.
    pub fn starts_after(&self, day: Date) -> bool {
        self.since.is_some_and(|since| day < since)
    }
}

/// Decides on an article candidate. `published`: what the finding place said, where it said anything.
pub fn decide(portal: &Portal, url: &CrawlUrl, published: Option<Date>, period: &Period) -> Scope {
    if !portal.owns(url) {
        return Scope::OffPortal;
    }
    if portal.is_denied(url) {
        return Scope::Denied;
    }
    if !portal.urls.article.is_empty() && !portal.is_article(url) {
        return Scope::NotAnArticle;
    }
    match published.or_else(|| day_in_url(portal, url)) {
        Some(day) if !period.contains(day) => Scope::OutsidePeriod(day),
        _ => Scope::Wanted,
    }
}

/// The publication day that the portal's article pattern finds in an address (its group `published`).
pub fn day_in_url(portal: &Portal, url: &CrawlUrl) -> Option<Date> {
    portal.urls.article.iter().find_map(|pattern| {
        let captures = pattern.captures(url.path_and_query())?;
        let digits: Vec<i16> = captures
            .name("published")?
            .as_str()
            .split(|c: char| !c.is_ascii_digit())
            .filter(|part| !part.is_empty())
            .map_while(|part| part.parse().ok())
            .collect();
        let [year, month, day] = digits[..] else { return None };
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    })
}
