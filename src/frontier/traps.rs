//! Addresses that have no end: those whose very shape tells, and patterns that bring forth more than any newsroom.
//! What a trap brought to light by its pages (the same again and again) is the crawl's to notice.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{DefaultHasher, Hasher as _};

use crate::model::crawl_url::CrawlUrl;

/// Longest path and query, in bytes.
const MAX_LENGTH: usize = 1_000;

/// Path segments.
const MAX_SEGMENTS: usize = 20;

/// How often one segment may stand in a path. Numbers may repeat: a day is also a month and an article's number.
const MAX_SAME_SEGMENT: usize = 2;

/// Parameters of a query.
const MAX_PARAMETERS: usize = 8;

/// Sets of parameter names with which one path may come: more are filters that combine.
const MAX_FORMS: usize = 10;

/// New addresses in a run of one pattern with two and more parameters.
const MAX_COMBINATIONS: usize = 1_000;

/// Paths and patterns that are watched; what comes beyond is let through.
const MAX_WATCHED: usize = 200_000;

/// Why an address is not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trap {
    /// Longer than `MAX_LENGTH`.
    TooLong,
    /// More than `MAX_SEGMENTS` segments.
    TooDeep,
    /// One segment again and again.
    Repeats,
    /// More than `MAX_PARAMETERS` parameters.
    ManyParameters,
    /// One path with more than `MAX_FORMS` sets of parameters.
    ManyForms,
    /// More than `MAX_COMBINATIONS` addresses that differ in the values of several parameters.
    ManyCombinations,
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "longer than {MAX_LENGTH} bytes"),
            Self::TooDeep => write!(f, "deeper than {MAX_SEGMENTS} segments"),
            Self::Repeats => f.write_str("the same path segment again and again"),
            Self::ManyParameters => write!(f, "more than {MAX_PARAMETERS} parameters"),
            Self::ManyForms => write!(f, "one path with more than {MAX_FORMS} sets of parameters"),
            Self::ManyCombinations => {
                write!(f, "more than {MAX_COMBINATIONS} combinations of the same parameters")
            }
        }
    }
}

/// Whether the shape of an address alone tells that it leads nowhere.
pub fn in_shape(url: &CrawlUrl) -> Option<Trap> {
    if url.path_and_query().len() > MAX_LENGTH {
        return Some(Trap::TooLong);
    }
    let segments: Vec<&str> = url.as_url().path().split('/').filter(|part| !part.is_empty()).collect();
    if segments.len() > MAX_SEGMENTS {
        return Some(Trap::TooDeep);
    }
    let is_word = |segment: &&&str| !segment.bytes().all(|byte| byte.is_ascii_digit());
    let repeats = |segment: &&str| segments.iter().filter(|other| *other == segment).count();
    if segments.iter().filter(is_word).any(|segment| repeats(segment) > MAX_SAME_SEGMENT) {
        return Some(Trap::Repeats);
    }
    (parameters(url).count() > MAX_PARAMETERS).then_some(Trap::ManyParameters)
}

/// What one run has seen of a portal's patterns.
#[derive(Debug, Default)]
pub struct PatternWatch {
    /// Sets of parameter names by path.
    forms: HashMap<u64, HashSet<u64>>,
    /// Addresses by path and parameter names, with several parameters.
    combinations: HashMap<u64, usize>,
}

impl PatternWatch {
    /// Counts an address that is new to the archive. A trap: it is one too many of its pattern.
    pub fn count(&mut self, url: &CrawlUrl) -> Option<Trap> {
        let mut names: Vec<&str> = parameters(url).collect();
        if names.is_empty() {
            return None;
        }
        names.sort_unstable();
        names.dedup();
        let host = url.host();
        let (path, form) = (hash(&(host.as_str(), url.as_url().path())), hash(&names));
        if let Some(forms) = watched(&mut self.forms, path)
            && !forms.contains(&form)
        {
            if forms.len() >= MAX_FORMS {
                return Some(Trap::ManyForms);
            }
            forms.insert(form);
        }
        if names.len() > 1
            && let Some(count) = watched(&mut self.combinations, hash(&(path, form)))
        {
            if *count >= MAX_COMBINATIONS {
                return Some(Trap::ManyCombinations);
            }
            *count += 1;
        }
        None
    }
}

/// The entry of a key, made where there is room for it.
fn watched<V: Default>(map: &mut HashMap<u64, V>, key: u64) -> Option<&mut V> {
    let is_full = map.len() >= MAX_WATCHED;
    match map.entry(key) {
        Entry::Occupied(entry) => Some(entry.into_mut()),
        Entry::Vacant(_) if is_full => None,
        Entry::Vacant(entry) => Some(entry.insert(V::default())),
    }
}

/// The names of the parameters, in order.
fn parameters(url: &CrawlUrl) -> impl Iterator<Item = &str> {
    let query = url.as_url().query().unwrap_or_default();
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split('=').next().unwrap_or_default())
}

fn hash(value: &impl std::hash::Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(path: &str) -> CrawlUrl {
        CrawlUrl::parse(&format!("https://a.example{path}")).unwrap()
    }

    #[track_caller]
    fn check(path: &str, expected: Option<Trap>) {
        assert_eq!(in_shape(&url(path)), expected, "{path}");
    }

    #[test]
    fn the_shape_of_an_address_tells() {
        check("/politik/2024/04/04/4/artikel-404.html?page=2", None);
        check("/stuttgart/stuttgart/neues-rathaus", None);
        check("/a/b/a/b/a/b", Some(Trap::Repeats));
        check("/artikel/1/mehr/artikel/1/mehr/artikel/1", Some(Trap::Repeats));
        check(&format!("/{}", "x".repeat(1_000)), Some(Trap::TooLong));
        let deep: Vec<_> = (0..21).map(|n| format!("/s{n}")).collect();
        check(&deep.concat(), Some(Trap::TooDeep));
        check("/l?a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8", None);
        check("/l?a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8&i=9", Some(Trap::ManyParameters));
    }

    #[test]
    fn a_number_behind_one_parameter_is_how_many_sites_name_their_articles() {
        let mut watch = PatternWatch::default();
        assert!((0..50_000).all(|id| watch.count(&url(&format!("/artikel.php?id={id}"))).is_none()));
        assert!((0..50_000).all(|id| watch.count(&url(&format!("/artikel/{id}"))).is_none()));
    }

    #[test]
    fn filters_that_combine_come_to_an_end() {
        let mut watch = PatternWatch::default();
        let traps = (0..64).filter_map(|bits: u32| {
            let query: Vec<_> =
                (0..6).filter(|bit| bits >> bit & 1 == 1).map(|bit| format!("f{bit}=1")).collect();
            watch.count(&url(&format!("/suche?{}", query.join("&"))))
        });
        assert_eq!(traps.collect::<Vec<_>>(), vec![Trap::ManyForms; 63 - MAX_FORMS]);
        let traps = (0..1_500).filter_map(|n| watch.count(&url(&format!("/liste?von={n}&bis={n}"))));
        assert_eq!(traps.collect::<Vec<_>>(), vec![Trap::ManyCombinations; 500]);
    }

    #[test]
    fn what_is_watched_has_a_limit() {
        let mut watch = PatternWatch::default();
        for number in 0..MAX_WATCHED + 10 {
            watch.count(&url(&format!("/{number}?a=1&b=2")));
        }
        assert_eq!((watch.forms.len(), watch.combinations.len()), (MAX_WATCHED, MAX_WATCHED));
    }
}
