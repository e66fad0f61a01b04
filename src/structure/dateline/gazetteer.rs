//! The lists of places, regions and rubrics a dateline is held against; how names are put together is `place`'s.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;

use crate::structure::Context;

/// How well a place is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Knowledge {
    /// A capitalised phrase.
    Unknown,
    /// Ends or begins as places do ("…ingen", "Bad …").
    Shaped,
    /// In the list, but also a common word ("Essen", "Reading").
    Ambiguous,
    /// In the list of places.
    Listed,
    /// One of the portal's own.
    Own,
}

/// Rubrics by themselves, but also part of names: "Kreis Göppingen", "Region Hannover".
const REGION_WORDS: [&str; 6] = ["kreis", "landkreis", "region", "stadt", "land", "gemeinde"];

static PLACES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut places = HashMap::new();
    for file in [include_str!("../data/places.de.txt"), include_str!("../data/places.world.txt")] {
        for name in names(file) {
            places.insert(name.to_lowercase(), name);
        }
    }
    places
});

static FAR_PLACES: LazyLock<HashSet<String>> =
    LazyLock::new(|| words(include_str!("../data/places.world.txt")));

static REGIONS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    names(include_str!("../data/regions.txt")).map(|name| (name.to_lowercase(), name)).collect()
});

static PROVINCES: LazyLock<HashSet<String>> = LazyLock::new(|| words(include_str!("../data/provinces.txt")));

static NOUNS: LazyLock<HashSet<String>> = LazyLock::new(|| words(include_str!("../data/place_nouns.txt")));
static RUBRICS: LazyLock<HashSet<String>> = LazyLock::new(|| words(include_str!("../data/rubrics.txt")));
static SHAPES: LazyLock<Shapes> = LazyLock::new(|| {
    let mut lines = include_str!("../data/place_shapes.txt").lines().filter(|line| !line.starts_with('#'));
    let mut next = || lines.next().unwrap_or_default().split_whitespace().collect();
    Shapes { endings: next(), beginnings: next(), not_places: next(), not_districts: next() }
});

struct Shapes {
    endings: Vec<&'static str>,
    beginnings: Vec<&'static str>,
    not_places: Vec<&'static str>,
    not_districts: Vec<&'static str>,
}

fn names(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .filter(|name| !name.is_empty())
}

fn words(file: &'static str) -> HashSet<String> {
    names(file).map(str::to_lowercase).collect()
}

/// The name is a section of a paper or a marker, not a place.
pub(crate) fn is_rubric(name: &str) -> bool {
    // "FUSSBALL": capitals have no ß.
    static FOLDED: LazyLock<HashSet<String>> =
        LazyLock::new(|| RUBRICS.iter().map(|name| name.replace('ß', "ss")).collect());
    let name = name.to_lowercase();
    if FOLDED.contains(&name) {
        return true;
    }
    let is_part = |word: &str| word.len() > 3 && !REGION_WORDS.contains(&word) && RUBRICS.contains(word);
    RUBRICS.contains(&name) || name.split([' ', '-', '/', '&']).any(is_part)
}

/// A region, state or country.
pub(crate) fn is_region(name: &str) -> bool {
    let name = name.trim();
    let first = name.split(' ').next().unwrap_or_default();
    REGIONS.contains_key(&name.trim_end_matches('.').to_lowercase())
        || REGIONS.contains_key(&name.to_lowercase())
        || matches!(
            first,
            "Kreis"
                | "Landkreis"
                | "Lkr"
                | "Lkr."
                | "Bezirk"
                | "Kanton"
                | "Provinz"
                | "Prov."
                | "Provincia"
                | "County"
                | "Département"
                | "Bez."
                | "Kr."
        )
        || name.ends_with("kreis")
        || name.ends_with("-Kreis")
        || name.ends_with(" County")
        || (PLACES.contains_key(&name.to_lowercase()) && name.ends_with("land"))
}

/// A province or département, which counts only in brackets: most are called like their capital.
pub(crate) fn is_province(name: &str) -> bool {
    PROVINCES.contains(&name.trim().replace('’', "'").to_lowercase())
}

/// The name as the list of places writes it.
pub(crate) fn listed_name(name: &str) -> Option<&'static str> {
    PLACES.get(&name.to_lowercase()).copied()
}

/// A place abroad, which is no district of a German town.
pub(crate) fn is_far_place(name: &str) -> bool {
    let name = name.to_lowercase();
    FAR_PLACES.contains(&name) && !NOUNS.contains(&name)
}

/// After a place and a hyphen this word makes no district: "Berlin-Marathon".
pub(crate) fn is_no_district(word: &str) -> bool {
    SHAPES.not_districts.contains(&word.to_lowercase().as_str())
}

/// A place of the lists.
pub(crate) fn is_known_place(name: &str) -> bool {
    PLACES.contains_key(&name.trim().to_lowercase())
}

/// How well the name is known; `None`: in no list.
pub(crate) fn knowledge(text: &str, context: &Context<'_>) -> Option<Knowledge> {
    let lower = text.nfc().collect::<String>().to_lowercase();
    if context.places.iter().any(|place| place.to_lowercase() == lower) {
        return Some(Knowledge::Own);
    }
    if PLACES.contains_key(&lower) {
        let is_noun = NOUNS.contains(&lower);
        return Some(if is_noun { Knowledge::Ambiguous } else { Knowledge::Listed });
    }
    None
}

/// The endings and beginnings of German places, less the common nouns that share them.
pub(crate) fn is_shaped(text: &str) -> bool {
    let lower = text.to_lowercase();
    if SHAPES.beginnings.iter().any(|beginning| {
        lower.strip_prefix(&beginning.to_lowercase()).is_some_and(|rest| rest.starts_with([' ', '.', '-']))
    }) {
        return true;
    }
    if lower.ends_with("-kreis") {
        return true;
    }
    let head = lower.split([' ', '-']).next().unwrap_or_default();
    let is_phrase = lower.contains(' ')
        && !lower.contains(" am ")
        && !lower.contains(" an der ")
        && !lower.contains(" im ")
        && !lower.contains(" ob der ")
        && !lower.contains(" bei ");
    !is_phrase
        && !SHAPES.not_places.iter().any(|noun| lower.ends_with(noun))
        && SHAPES
            .endings
            .iter()
            .any(|ending| head.ends_with(ending) && head.chars().count() >= ending.chars().count() + 2)
}

/// Articles, pronouns and the like, which begin sentences but no places.
pub(crate) fn is_function_word(word: &str) -> bool {
    static WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
        include_str!("../data/starters.txt")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .flat_map(str::split_whitespace)
            .map(str::to_lowercase)
            .collect()
    });
    WORDS.contains(&word.to_lowercase())
}
