//! Full-text search: umlauts, compounds, ranking, snippets, mistakes.

use super::{Archive, article};
use crate::store::{Filter, StoreError};

const NOW: &str = "2024-04-19T06:00:00Z";

fn archive() -> Archive {
    let mut archive = Archive::new();
    archive.put(&article("1", "Landeshauptstadt baut aus", &["Die Verwaltung in Stuttgart zieht um."]), NOW);
    archive.put(
        &article(
            "2",
            "Markt in Tübingen",
            &["Die Straße vor dem Rathaus ist gesperrt.", "Verwaltung warnt."],
        ),
        NOW,
    );
    archive.put(
        &article("3", "Wetter", &["In der Stadtverwaltung fällt Schnee. Der Rathausplatz bleibt leer."]),
        NOW,
    );
    archive
}

fn check(archive: &Archive, query: &str, expected: &[&str]) {
    let hits = archive.store.search(query, &Filter::default(), 10).unwrap();
    let mut found: Vec<_> = hits.iter().map(|hit| hit.url.rsplit('/').next().unwrap()).collect();
    found.sort_unstable();
    assert_eq!(found, expected, "{query}");
}

#[test]
fn words_are_found_whatever_their_case_and_umlauts() {
    let archive = archive();
    for query in ["Tübingen", "tubingen", "TÜBINGEN", "tuebingen", "Tu\u{308}bingen"] {
        check(&archive, query, &["2"]);
    }
    for query in ["Straße", "strasse", "STRASSE"] {
        check(&archive, query, &["2"]);
    }
}

#[test]
fn compounds_are_found_by_their_parts() {
    let archive = archive();
    check(&archive, "hauptstadt", &["1"]);
    check(&archive, "verwaltung", &["1", "2", "3"]);
    check(&archive, "\"verwaltung\"", &["1", "2"]);
    check(&archive, "rathaus", &["2", "3"]);
    check(&archive, "headline: hauptstadt", &["1"]);
    check(&archive, "body: hauptstadt", &[]);
    check(&archive, "hauptstadt NOT verwaltung", &[]);
    check(&archive, "stadt OR markt", &["1", "2", "3"]);
}

#[test]
fn phrases_prefixes_and_neighbours_are_understood() {
    let archive = archive();
    check(&archive, "\"baut aus\"", &["1"]);
    check(&archive, "\"aus baut\"", &[]);
    check(&archive, "verwalt*", &["1", "2"]);
    check(&archive, "NEAR(verwaltung stuttgart, 2)", &["1"]);
    check(&archive, "^wetter", &["3"]);
    check(&archive, "rathaus + ist", &["2"]);
    check(&archive, "{headline lead}: (markt OR schnee)", &["2", "3"]);
}

#[test]
fn a_word_in_the_headline_ranks_first_and_snippets_mark_it() {
    let mut archive = archive();
    archive.put(&article("4", "Schnee", &["Am Abend."]), NOW);
    let hits = archive.store.search("schnee", &Filter::default(), 10).unwrap();
    assert_eq!(hits[0].headline.as_deref(), Some("Schnee"));
    assert!(hits[0].score > hits[1].score);
    let found: Vec<_> =
        hits[1].snippet.iter().filter(|piece| piece.found).map(|piece| piece.text.as_str()).collect();
    assert_eq!(found, ["Schnee"]);
    assert_eq!(archive.store.search("schnee", &Filter::default(), 1).unwrap().len(), 1);
}

#[test]
fn filters_hold_in_searches() {
    let archive = archive();
    let of = |portal: &str| Filter { portals: vec![portal.into()], ..Filter::default() };
    assert_eq!(archive.store.search("verwaltung", &of("beispiel"), 10).unwrap().len(), 3);
    assert_eq!(archive.store.search("verwaltung", &of("anderes"), 10).unwrap().len(), 0);
}

#[test]
fn no_query_breaks_the_database() {
    let archive = archive();
    for query in [
        "",
        "\"",
        "AND",
        "a AND",
        "(",
        "-",
        "*",
        "a:b",
        "NEAR(",
        "NEAR(a, 99999)",
        "^",
        "{",
        "§",
        "a\0b",
        "\u{202e}x",
        "a ^b* + c",
    ] {
        match archive.store.search(query, &Filter::default(), 10) {
            Ok(_) | Err(StoreError::Query(_)) => {}
            Err(error) => panic!("{query:?}: {error:?}"),
        }
    }
}
