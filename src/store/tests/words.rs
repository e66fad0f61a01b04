//! Full-text search: umlauts, compounds, ranking, snippets, mistakes.

use super::{Archive, article};
use crate::model::publication_time::{Precision, PublicationTime};
use crate::store::search::{Effort, Ranking};
use crate::store::select::span;
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
    let hits = archive.store.search(query, &Filter::default(), 10).unwrap().hits;
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
    let hits = archive.store.search("schnee", &Filter::default(), 10).unwrap().hits;
    assert_eq!(hits[0].headline.as_deref(), Some("Schnee"));
    assert!(hits[0].score > hits[1].score);
    let found: Vec<_> =
        hits[1].snippet.iter().filter(|piece| piece.found).map(|piece| piece.text.as_str()).collect();
    assert_eq!(found, ["Schnee"]);
    assert_eq!(archive.store.search("schnee", &Filter::default(), 1).unwrap().hits.len(), 1);
}

#[test]
fn filters_hold_in_searches() {
    let archive = archive();
    let of = |portal: &str| Filter { portals: vec![portal.into()], ..Filter::default() };
    assert_eq!(archive.store.search("verwaltung", &of("beispiel"), 10).unwrap().hits.len(), 3);
    assert_eq!(archive.store.search("verwaltung", &of("anderes"), 10).unwrap().hits.len(), 0);
}

#[test]
fn a_period_is_looked_for_only_where_its_articles_lie() {
    let mut archive = Archive::new();
    for number in 0..12 {
        let mut article = article(&number.to_string(), "Feuerwehr", &["Die Feuerwehr kam."]);
        article.portal = [Some("beispiel".to_owned()), Some("anderes".to_owned()), None][number % 3].clone();
        let day = format!("20{:02}-04-06T10:00:00+02:00", 10 + number / 3);
        article.published = PublicationTime::from_parts(&day, Precision::Minute);
        archive.put(&article, NOW);
    }
    let year = |year| Filter {
        since: Some(jiff::civil::date(year, 1, 1)),
        until: Some(jiff::civil::date(year, 12, 31)),
        ..Filter::default()
    };
    let connection = &archive.store.connection;
    let of = |filter: &Filter, most| span(connection, filter, most).unwrap();
    assert_eq!(of(&Filter::default(), 100), None);
    assert_eq!(of(&year(2011), 100), Some((4, 6)));
    assert_eq!(of(&year(2011), 3), Some((4, 6)));
    assert_eq!(of(&year(2011), 2), None);
    assert_eq!(of(&Filter { portals: vec!["anderes".into()], ..year(2012) }, 100), Some((8, 8)));
    assert_eq!(of(&year(2030), 100), Some((1, 0)));
    for effort in
        [PLENTY, Effort { max_holding: 1, sample: 1, ..PLENTY }, Effort { max_weighed: 2, ..PLENTY }]
    {
        let found =
            |filter: &Filter| archive.store.search_with("feuerwehr", filter, 10, effort).unwrap().hits.len();
        assert_eq!((found(&year(2010)), found(&year(2013)), found(&year(2030))), (3, 3, 0), "{effort:?}");
    }
}

/// Twenty articles with a common word, the last first in the archive's order; every fourth has it in the headline.
fn common_word() -> Archive {
    let mut archive = archive();
    for number in 10..30 {
        let headline = if number % 4 == 0 { "Feuerwehr" } else { "Kurz" };
        archive.put(&article(&number.to_string(), headline, &["Die Feuerwehr kam mit Wasser."]), NOW);
    }
    archive
}

fn found_with(archive: &Archive, query: &str, effort: Effort) -> (Vec<String>, Ranking) {
    let found = archive.store.search_with(query, &Filter::default(), 6, effort).unwrap();
    let names = found.hits.iter().map(|hit| hit.url.rsplit('/').next().unwrap().to_owned()).collect();
    (names, found.ranking)
}

const PLENTY: Effort = Effort {
    weighed_times_words: 1_000,
    max_weighed: 100,
    min_weighed: 1,
    max_holding: 100,
    max_span: 100,
    sample: 50,
};

#[test]
fn where_more_match_than_are_weighed_it_is_the_best_of_the_newest_and_told() {
    let archive = common_word();
    let (all, ranking) = found_with(&archive, "feuerwehr", PLENTY);
    assert_eq!((all.len(), ranking), (6, Ranking::Best));
    assert_eq!(all.iter().filter(|name| ["12", "16", "20", "24", "28"].contains(&name.as_str())).count(), 5);
    let (newest, ranking) = found_with(&archive, "feuerwehr", Effort { max_weighed: 6, ..PLENTY });
    assert_eq!(ranking, Ranking::BestOfNewest(6));
    let mut sorted = newest.clone();
    sorted.sort();
    assert_eq!(sorted, ["24", "25", "26", "27", "28", "29"]);
    assert!(newest[..2].contains(&"24".to_owned()) && newest[..2].contains(&"28".to_owned()), "{newest:?}");
}

#[test]
fn more_words_leave_fewer_matches_to_weigh() {
    let archive = common_word();
    let effort = Effort { weighed_times_words: 21, min_weighed: 7, ..PLENTY };
    assert_eq!(found_with(&archive, "feuerwehr", effort).1, Ranking::Best);
    assert_eq!(found_with(&archive, "feuerwehr wasser kam", effort).1, Ranking::BestOfNewest(7));
}

#[test]
fn words_too_common_to_weigh_are_ordered_by_field_and_told() {
    let archive = common_word();
    let effort = Effort { max_holding: 10, sample: 5, ..PLENTY };
    let (found, ranking) = found_with(&archive, "feuerwehr", effort);
    assert_eq!(ranking, Ranking::NewestByField);
    assert_eq!(found, ["28", "24", "20", "16", "12", "29"]);
    // The headline of 28 has the word, but the article what NOT excludes.
    let (found, _) = found_with(&archive, "feuerwehr NOT wasser", effort);
    assert!(found.is_empty(), "{found:?}");
    let hits = archive.store.search_with("feuerwehr", &Filter::default(), 1, effort).unwrap().hits;
    assert_eq!(hits[0].score, None);
    assert!(hits[0].snippet.iter().any(|piece| piece.found));
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
