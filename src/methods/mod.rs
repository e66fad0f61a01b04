//! How a collection was made, for the methods section of a paper: gathered from the archive, told as a paragraph with
//! tables (English, German) or as JSON. Estimating what was missed is `coverage`'s; printing is `cli`'s.

pub mod coverage;
mod english;
mod german;
mod json;
mod markdown;
mod numbers;

use std::collections::{BTreeMap, HashMap};

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::store::figures::{PortalFigures, ReservedPage, RunFigures};
use crate::store::{Store, StoreError};

use coverage::{Pair, Sighting};

pub use json::json;
pub use markdown::markdown;

/// Sections told apart when coverage is estimated; an archive with more of them has some to spare.
const MAX_SECTIONS: usize = 10_000;

/// The day that days are counted from.
const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// The language of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// German.
    German,
}

/// How a collection was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// The runs.
    pub runs: RunFigures,
    /// The portals, by name.
    pub portals: Vec<PortalAccount>,
    /// Pages robots.txt forbade.
    pub forbidden: Vec<ReservedPage>,
    /// Pages that state an opt-out.
    pub opt_outs: Vec<ReservedPage>,
}

/// How the articles of one portal were collected.
#[derive(Debug, Clone, PartialEq)]
pub struct PortalAccount {
    /// The figures.
    pub figures: PortalFigures,
    /// What pairs of places say about articles that were missed.
    pub coverage: Vec<Pair>,
}

impl PortalAccount {
    /// The name people use, else the id; none for articles without a portal file.
    pub fn name(&self) -> Option<&str> {
        self.figures.name.as_deref().or(self.figures.portal.as_deref())
    }

    /// The estimate with the most recaptures, where any pair gives one.
    pub fn estimate(&self) -> Option<(&Pair, coverage::Estimate)> {
        self.coverage.iter().find_map(|pair| pair.estimate.as_ref().ok().map(|estimate| (pair, *estimate)))
    }
}

impl Account {
    /// Reads it from the archive: of the portals named, or of all there are.
    pub fn gather(store: &Store, portals: &[String]) -> Result<Self, StoreError> {
        let known = store.portals()?;
        let chosen: Vec<Option<String>> = match portals {
            [] => known.into_iter().map(Some).chain([None]).collect(),
            named => named.iter().cloned().map(Some).collect(),
        };
        let mut accounts = Vec::new();
        for portal in chosen {
            let figures = store.portal_figures(portal.as_deref())?;
            // A portal that was never asked, and no stray articles, are nothing to tell of.
            if figures.articles == 0 && figures.known == 0 && figures.outcomes.is_empty() {
                continue;
            }
            let coverage = match &portal {
                Some(portal) => coverage::pairs(&sightings(store, portal)?),
                None => Vec::new(),
            };
            accounts.push(PortalAccount { figures, coverage });
        }
        let (forbidden, opt_outs) = store.reserved_pages(portals)?;
        Ok(Self { runs: store.run_figures()?, portals: accounts, forbidden, opt_outs })
    }

    fn sum(&self, of: impl Fn(&PortalFigures) -> u64) -> u64 {
        self.portals.iter().map(|portal| of(&portal.figures)).sum()
    }

    /// Whether articles were seen on category pages, in feeds, in sitemaps.
    fn places(&self) -> [bool; 3] {
        [0, 1, 2].map(|place| self.sum(|figures| figures.seen[place]) > 0)
    }

    /// The name people use of the portal with that id.
    fn name_of<'a>(&'a self, portal: &'a str) -> &'a str {
        let known = self.portals.iter().find(|known| known.figures.portal.as_deref() == Some(portal));
        known.and_then(PortalAccount::name).unwrap_or(portal)
    }

    fn first_published(&self) -> Option<&str> {
        self.portals.iter().filter_map(|portal| portal.figures.published_first.as_deref()).min()
    }

    fn last_published(&self) -> Option<&str> {
        self.portals.iter().filter_map(|portal| portal.figures.published_last.as_deref()).max()
    }

    fn shortest_gap(&self) -> Option<f64> {
        self.portals.iter().filter_map(|portal| portal.figures.shortest_gap).min_by(f64::total_cmp)
    }

    fn requests(&self) -> u64 {
        self.sum(|figures| figures.outcomes.iter().map(|outcome| outcome.2).sum())
    }
}

/// Pages by portal and deciding words.
fn by_words(pages: &[ReservedPage]) -> BTreeMap<(String, String), (u64, u64)> {
    let mut counts: BTreeMap<(String, String), (u64, u64)> = BTreeMap::new();
    for page in pages {
        let key = (page.portal.clone().unwrap_or_default(), page.words.clone());
        let (all, kept) = counts.entry(key).or_default();
        *all += 1;
        *kept += u64::from(page.kept);
    }
    counts
}

fn sightings(store: &Store, portal: &str) -> Result<Vec<Sighting>, StoreError> {
    let mut sections: HashMap<String, u32> = HashMap::new();
    let mut sightings = Vec::new();
    store.each_seen_article(portal, |seen| {
        // Articles without a day belong to no period; they are counted elsewhere.
        let Some(day) = seen.day.and_then(|day| day.parse::<Date>().ok()) else { return };
        let section = match seen.section {
            Some(section) if sections.len() < MAX_SECTIONS || sections.contains_key(&section) => {
                let next = sections.len() as u32 + 1;
                *sections.entry(section).or_insert(next)
            }
            _ => 0,
        };
        let day = (day.duration_since(EPOCH).as_hours() / 24) as i32;
        sightings.push(Sighting { places: seen.places, day, section });
    })?;
    Ok(sightings)
}

/// The day that many days after [`EPOCH`].
fn day(days: i32) -> String {
    EPOCH.checked_add(days.days()).map(|day| day.to_string()).unwrap_or_default()
}
