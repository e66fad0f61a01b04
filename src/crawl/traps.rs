//! Traps as a crawl notices them: patterns without end, listings that bring nothing new, redirects in a circle, one
//! article under many addresses. What is left out is counted and told; other hosts never wait for it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::crawl::engine::Engine;
use crate::frontier::traps::{self, PatternWatch, Trap};
use crate::model::crawl_url::CrawlUrl;

/// Pages of a listing in a row that may bring no article this walk has not seen.
const MAX_BARREN_PAGES: u32 = 10;

/// Paths on which one parameter must have made the same article come twice to be taken for a session's. On a single
/// path it may well choose the article (`/artikel.php?id=7`).
const STRIKES: usize = 3;

/// Parameters of one portal that are watched.
const MAX_PARAMETERS: usize = 1_000;

/// Redirects that are remembered in a run, to find circles.
const MAX_REDIRECTS: usize = 500_000;

/// Articles of one walk that are remembered.
const MAX_WALKED: usize = 500_000;

/// What a run has noticed so far.
#[derive(Debug, Default)]
pub(crate) struct TrapWatch {
    /// By portal of the plan.
    patterns: HashMap<usize, PatternWatch>,
    /// By a walk's first page.
    walks: HashMap<String, WalkWatch>,
    /// From row to row.
    redirects: HashMap<i64, i64>,
    /// By portal: parameters under which the same article came, and on which paths.
    strikes: HashMap<usize, BTreeMap<String, BTreeSet<String>>>,
    /// How many addresses were left out, and the first of them.
    left_out: BTreeMap<(usize, Trap), (u64, String)>,
}

/// What one walk over a listing has seen.
#[derive(Debug, Default)]
struct WalkWatch {
    articles: HashSet<i64>,
    barren_pages: u32,
}

impl TrapWatch {
    /// Notes the articles on a page of a walk. Whether the walk has gone on for too long without a new one.
    pub(crate) fn is_endless(&mut self, first_page: &CrawlUrl, articles: impl Iterator<Item = i64>) -> bool {
        let watch = self.walks.entry(first_page.as_str().to_owned()).or_default();
        let mut any_new = false;
        for article in articles {
            any_new |= if watch.articles.len() < MAX_WALKED {
                watch.articles.insert(article)
            } else {
                !watch.articles.contains(&article)
            };
        }
        watch.barren_pages = if any_new { 0 } else { watch.barren_pages + 1 };
        watch.barren_pages >= MAX_BARREN_PAGES
    }

    /// Notes a redirect. The rows of the circle it closes, where it closes one.
    pub(crate) fn circle(&mut self, from: i64, to: i64) -> Option<Vec<i64>> {
        let mut rows = vec![from];
        let mut next = Some(to);
        while let Some(row) = next {
            if row == from {
                return Some(rows);
            }
            if rows.contains(&row) {
                break;
            }
            rows.push(row);
            next = self.redirects.get(&row).copied();
        }
        if self.redirects.len() < MAX_REDIRECTS {
            self.redirects.insert(from, to);
        }
        None
    }

    /// The address without the parameters that were found to choose no page.
    pub(crate) fn without_idle_parameters(&self, portal: usize, url: CrawlUrl) -> CrawlUrl {
        if url.as_url().query().is_none() {
            return url;
        }
        let Some(strikes) = self.strikes.get(&portal) else { return url };
        let idle: Vec<&str> = strikes
            .iter()
            .filter(|(_, paths)| paths.len() >= STRIKES)
            .map(|(name, _)| name.as_str())
            .collect();
        if idle.is_empty() { url } else { url.without_parameters(&idle) }
    }

    /// Notes that two addresses gave the same article. The parameter that chooses no page, once that is clear.
    fn same_article(&mut self, portal: usize, one: &CrawlUrl, other: &CrawlUrl) -> Option<String> {
        let name = differing_parameter(one, other)?;
        let strikes = self.strikes.entry(portal).or_default();
        if strikes.len() >= MAX_PARAMETERS && !strikes.contains_key(&name) {
            return None;
        }
        let paths = strikes.entry(name.clone()).or_default();
        let is_new = paths.len() < STRIKES && paths.insert(one.as_url().path().to_owned());
        (is_new && paths.len() == STRIKES).then_some(name)
    }
}

impl Engine<'_> {
    /// Whether an article candidate is a trap; counted and told at the end of the run.
    pub(crate) fn is_trap(
        &mut self,
        portal: usize,
        url: &CrawlUrl,
    ) -> Result<bool, crate::crawl::CrawlError> {
        let mut trap = traps::in_shape(url);
        if trap.is_none() && url.as_url().query().is_some() && self.store.known_url(url)?.is_none() {
            trap = self.traps.patterns.entry(portal).or_default().count(url);
        }
        let Some(trap) = trap else { return Ok(false) };
        self.report.portals[portal].trapped += 1;
        let (count, _) =
            self.traps.left_out.entry((portal, trap)).or_insert_with(|| (0, url.as_str().to_owned()));
        *count += 1;
        Ok(true)
    }

    /// Notes an article that came a second time under another address.
    pub(crate) fn note_twin(&mut self, portal: usize, url: &CrawlUrl, twin: &str) {
        self.report.portals[portal].duplicates += 1;
        let Ok(twin) = CrawlUrl::parse(twin) else { return };
        if let Some(name) = self.traps.same_article(portal, url, &twin) {
            let id = &self.plan.portals[portal].id;
            let note = format!(
                "{id}: the parameter {name} chooses no page (as in {url}); put it into drop_query of the portal file"
            );
            self.report.notes.push(note);
        }
    }

    /// Tells what was left out.
    pub(crate) fn note_traps(&mut self) {
        for ((portal, trap), (count, example)) in std::mem::take(&mut self.traps.left_out) {
            let id = &self.plan.portals[portal].id;
            let addresses = if count == 1 { "address" } else { "addresses" };
            self.report
                .notes
                .push(format!("{id}: {count} {addresses} not followed: {trap}, such as {example}"));
        }
    }
}

/// The one parameter in which two addresses differ, where all else is equal.
fn differing_parameter(one: &CrawlUrl, other: &CrawlUrl) -> Option<String> {
    if one.host() != other.host() || one.as_url().path() != other.as_url().path() {
        return None;
    }
    let of = |url: &CrawlUrl| -> BTreeMap<String, String> {
        let query = url.as_url().query().unwrap_or_default();
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    };
    let (one, other) = (of(one), of(other));
    let names: HashSet<&String> = one.keys().chain(other.keys()).collect();
    let mut differing = names.into_iter().filter(|name| one.get(*name) != other.get(*name));
    let name = differing.next()?;
    differing.next().is_none().then(|| name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(path: &str) -> CrawlUrl {
        CrawlUrl::parse(&format!("https://a.example{path}")).unwrap()
    }

    #[test]
    fn a_walk_that_brings_nothing_new_is_endless() {
        let mut watch = TrapWatch::default();
        let (listing, other) = (url("/lokales/"), url("/sport/"));
        for page in 0..50 {
            assert!(!watch.is_endless(&listing, [page, page + 1].into_iter()));
        }
        let ended = (0..30).position(|_| watch.is_endless(&listing, [3, 7].into_iter()));
        assert_eq!(ended, Some(MAX_BARREN_PAGES as usize - 1));
        assert!(!watch.is_endless(&other, [3].into_iter()), "another listing has a count of its own");
    }

    #[test]
    fn redirects_that_go_round_are_found() {
        let mut watch = TrapWatch::default();
        assert_eq!(watch.circle(1, 2), None);
        assert_eq!(watch.circle(2, 3), None);
        assert_eq!(watch.circle(5, 2), None, "two ways to one place are no circle");
        assert_eq!(watch.circle(3, 1), Some(vec![3, 1, 2]));
        assert_eq!(watch.circle(4, 4), Some(vec![4]));
    }

    #[test]
    fn a_parameter_that_chooses_no_page_is_left_off_once_that_is_clear() {
        let mut watch = TrapWatch::default();
        for number in 0..3 {
            let (one, other) =
                (url(&format!("/{number}?zahl=1&id=7")), url(&format!("/{number}?id=7&zahl=2")));
            let told = watch.same_article(0, &one, &other);
            assert_eq!(told.as_deref(), (number == 2).then_some("zahl"));
        }
        let left = watch.without_idle_parameters(0, url("/x?zahl=9&id=1"));
        assert_eq!(left.as_str(), "https://a.example/x?id=1");
        assert_eq!(watch.without_idle_parameters(1, url("/x?zahl=9")), url("/x?zahl=9"));
        for number in 0..9 {
            let (one, other) = (url(&format!("/a.php?id={number}")), url("/a.php?id=100"));
            assert_eq!(watch.same_article(2, &one, &other), None, "one path only: it may choose the article");
        }
        assert_eq!(watch.same_article(0, &url("/a?b=1"), &url("/c?b=2")), None, "another path");
        assert_eq!(watch.same_article(0, &url("/a?b=1&c=1"), &url("/a?b=2&c=2")), None, "two differ");
    }
}
