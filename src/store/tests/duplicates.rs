//! What finding duplicates costs the store.

use super::{Archive, article};

/// Sixty words long enough to count, the same each time.
fn text() -> String {
    let words: Vec<String> = (0..60_u32).map(|number| format!("Wort{}", number * 7_919 % 10_007)).collect();
    words.join(" ")
}

#[test]
fn a_new_member_of_a_large_cluster_costs_no_more_than_of_a_small_one() {
    let mut archive = Archive::new();
    let text = text();
    let mut changes = Vec::new();
    for number in 0..60 {
        let before = archive.store.connection.total_changes();
        archive.put(&article(&format!("a/{number}"), "Derselbe Text", &[&text]), "2025-03-01T08:00:00Z");
        changes.push(archive.store.connection.total_changes() - before);
    }
    assert_eq!(archive.count("duplicate"), 60);
    assert_eq!(archive.count("(SELECT DISTINCT cluster FROM duplicate)"), 1);
    assert!(changes[59] < changes[5] + 40, "{changes:?}");
}
