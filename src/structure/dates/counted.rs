//! Words beside a figure which show that it is no year: what is counted, and what is numbered.

use std::collections::HashSet;
use std::sync::LazyLock;

/// The figure before this word counts it: "2020 Menschen".
pub(crate) fn is_counted(word: &str) -> bool {
    static COUNTED: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        include_str!("../data/counted.de.txt")
            .split_whitespace()
            .chain(include_str!("../data/counted.en.txt").split_whitespace())
            .collect()
    });
    COUNTED.contains(word)
}

/// The figure after this word is its number: "Nr. 2014".
pub(crate) fn is_label(word: &str) -> bool {
    static LABELS: LazyLock<HashSet<&str>> =
        LazyLock::new(|| include_str!("../data/numbered.txt").split_whitespace().collect());
    LABELS.contains(word)
}
