//! Revisions, gone articles, batches, runs, requests.

use serde_json::json;

use super::{Archive, article, instant, reading, url};
use crate::model::article::{Link, LinkKind};
use crate::model::capture::CaptureRef;
use crate::model::digest::Digest;
use crate::store::runs::{Fetch, Place, PortalCounts};
use crate::store::{ArchivedArticle, Filter, Store, StoreError, Stored, Table};

const MORNING: &str = "2024-04-19T06:00:00Z";
const NOON: &str = "2024-04-19T12:00:00Z";
const EVENING: &str = "2024-04-19T18:00:00Z";

#[test]
fn a_changed_text_makes_a_revision_and_a_changed_sidebar_none() {
    let mut archive = Archive::new();
    let mut text = article("a", "Rat tagt", &["Der Rat tagt heute."]);
    assert_eq!(archive.put(&text, MORNING), Stored::New);
    assert_eq!(archive.put(&text, NOON), Stored::Unchanged);
    text.links.push(Link { kind: LinkKind::Popular, url: url("b"), text: "Anderes".into() });
    text.tags.push("Rat".into());
    assert_eq!(archive.put(&text, EVENING), Stored::Unchanged);
    assert_eq!(archive.count("revision"), 1);
    let known = archive.store.article(&text.id).unwrap().unwrap();
    assert_eq!(known.article, text);
    assert_eq!((known.facts.fetched, known.facts.last_checked), (instant(MORNING), instant(EVENING)));

    text.headline = Some("Rat tagt doch nicht".into());
    assert_eq!(archive.put(&text, EVENING), Stored::Changed { revision: 2 });
    let known = archive.store.article(&text.id).unwrap().unwrap();
    assert_eq!(known.article, text);
    assert_eq!((known.facts.first_seen, known.facts.fetched), (instant(MORNING), instant(EVENING)));
    assert_eq!(known.facts.revision, 2);
    assert_eq!(archive.count("revision"), 2);
    assert_eq!(archive.count("link"), 1);
}

#[test]
fn the_index_knows_the_current_revision_only() {
    let mut archive = Archive::new();
    archive.put(&article("a", "Ziegelwerk schließt", &["Am Montag."]), MORNING);
    archive.put(&article("a", "Sägewerk schließt", &["Am Montag."]), NOON);
    let found = |query: &str| archive.store.search(query, &Filter::default(), 10).unwrap().hits.len();
    assert_eq!((found("Ziegelwerk"), found("Sägewerk"), found("Montag")), (0, 1, 1));
    archive
        .store
        .connection
        .execute_batch("INSERT INTO article_fts (article_fts) VALUES ('integrity-check')")
        .unwrap();
}

#[test]
fn gone_articles_keep_their_record_and_may_come_back() {
    let mut archive = Archive::new();
    let text = article("a", "Rat tagt", &["Heute."]);
    archive.put(&text, MORNING);
    let row = archive.store.article_row(Some("beispiel"), &text.url).unwrap().unwrap();
    assert!(archive.store.mark_gone(row, instant(NOON)).unwrap());
    assert!(!archive.store.mark_gone(row, instant(EVENING)).unwrap(), "it was gone before");
    let gone = archive.store.article(&text.id).unwrap().unwrap().facts;
    assert_eq!((gone.gone_since, gone.last_checked), (Some(instant(NOON)), instant(EVENING)));
    archive.store.touch(row, instant("2024-04-20T06:00:00Z")).unwrap();
    assert_eq!(archive.store.article(&text.id).unwrap().unwrap().facts.gone_since, None);
    assert_eq!(archive.store.article_row(Some("beispiel"), &url("unknown")).unwrap(), None);
}

#[test]
fn a_batch_dropped_leaves_nothing_and_the_next_works() {
    let mut archive = Archive::new();
    archive.store.begin().unwrap();
    archive.put(&article("a", "Landeshauptstadt", &["Heute."]), MORNING);
    archive.store.rollback().unwrap();
    assert_eq!((archive.count("article"), archive.count("portal"), archive.count("word")), (0, 0, 0));
    assert_eq!(archive.put(&article("a", "Landeshauptstadt", &["Heute."]), MORNING), Stored::New);
    assert_eq!((archive.count("article"), archive.count("portal"), archive.count("word")), (1, 1, 1));
}

#[test]
fn readers_see_committed_states_while_a_writer_writes() {
    let mut archive = Archive::new();
    archive.put(&article("a", "Eins", &["Heute."]), MORNING);
    let reader = Store::open_read_only(archive.directory.path()).unwrap();
    let count = |store: &Store| {
        let mut count = 0;
        store
            .each_article::<StoreError>(&Filter::default(), |_| {
                count += 1;
                Ok(())
            })
            .unwrap();
        count
    };
    archive.store.begin().unwrap();
    archive.put(&article("b", "Zwei", &["Heute."]), MORNING);
    assert_eq!(count(&reader), 1);
    archive.store.commit().unwrap();
    assert_eq!(count(&reader), 2);

    let mut seen = 0;
    reader
        .each_article::<StoreError>(&Filter::default(), |_| {
            archive.store.put_article(reading(&article(&format!("c{seen}"), "Drei", &["Heute."]), NOON))?;
            seen += 1;
            Ok(())
        })
        .unwrap();
    assert_eq!((seen, count(&reader)), (2, 4));
    let row = reader.article_row(Some("beispiel"), &url("a")).unwrap().unwrap();
    assert!(matches!(
        Store::open_read_only(archive.directory.path()).unwrap().mark_gone(row, instant(NOON)),
        Err(StoreError::Sqlite(_))
    ));
}

#[test]
fn runs_requests_and_captures_are_kept() {
    let mut archive = Archive::new();
    let store = &mut archive.store;
    let run = store.start_run("crawl", &json!({"delay_ms": 1000}), instant(MORNING)).unwrap();
    let capture = CaptureRef {
        warc: "dateline-0001.warc.gz".into(),
        offset: 1_234,
        length: 99,
        digest: Digest::of(b"page"),
    };
    let number = store.put_capture(&capture, None).unwrap();
    store
        .put_fetch(&Fetch {
            run: Some(run),
            portal: Some("beispiel"),
            url: &url("a"),
            fetched: instant(MORNING),
            purpose: Place::Article,
            outcome: "fetched",
            status: Some(200),
            bytes: Some(81_000),
            elapsed: Some(std::time::Duration::from_millis(120)),
            robots_rule: Some("Allow: /"),
            opt_outs: None,
            detail: None,
            capture: Some(number),
        })
        .unwrap();
    let text = article("a", "Rat tagt", &["Heute."]);
    let mut with_capture = reading(&text, MORNING);
    with_capture.capture = Some(number);
    with_capture.run = Some(run);
    store.put_article(with_capture).unwrap();
    let counts = PortalCounts { requests: 3, added: 1, failed: 2, ..PortalCounts::default() };
    store.put_counts(run, "beispiel", &counts).unwrap();
    store.put_counts(run, "beispiel", &counts).unwrap();
    store.finish_run(run, "done", &json!(null), instant(NOON)).unwrap();

    assert_eq!(store.article(&text.id).unwrap().unwrap().facts.capture, Some(capture));
    assert!(store.has_article("beispiel", &url("a")).unwrap());
    assert!(!store.has_article("beispiel", &url("b")).unwrap());
    let status = &store.status(instant(NOON)).unwrap()[0];
    assert_eq!((status.portal.as_deref(), status.articles), (Some("beispiel"), 1));
    let last = status.last_run.as_ref().unwrap();
    assert_eq!((last.failed, last.outcome.as_deref()), (2, Some("done")));
    let mut rows = Vec::new();
    for table in [Table::Fetches, Table::Runs, Table::Revisions] {
        store
            .each_row::<StoreError>(table, &Filter::default(), |cells| {
                let first: Vec<String> = cells.iter().map(|cell| format!("{cell:?}")).collect();
                rows.push(first.join(" "));
                assert_eq!(cells.len(), table.columns().len());
                Ok(())
            })
            .unwrap();
    }
    assert_eq!(rows.len(), 3);
    assert!(rows[0].contains("81000") && rows[0].contains("dateline-0001.warc.gz"), "{}", rows[0]);
}

#[test]
fn articles_are_found_by_any_form_of_their_address() {
    let mut archive = Archive::new();
    let text = article("a?id=1", "Rat tagt", &["Heute."]);
    archive.put(&text, MORNING);
    for form in [
        "https://portal.example/a?id=1",
        "http://portal.example/a?id=1#top",
        "https://PORTAL.example:443/a?utm_source=x&id=1",
    ] {
        let form = crate::model::crawl_url::CrawlUrl::parse(form).unwrap();
        assert!(archive.store.article_at(&form).unwrap().is_some(), "{form}");
    }
    assert!(archive.store.article_at(&url("a?id=2")).unwrap().is_none());
}

#[test]
fn rows_come_one_by_one_without_sorting_them_in_memory() {
    let archive = Archive::new();
    let filter = Filter {
        portals: vec!["beispiel".into()],
        since: Some(jiff::civil::date(2020, 1, 1)),
        until: Some(jiff::civil::date(2020, 12, 31)),
        section: Some("Lokales".into()),
        place: Some("Stuttgart".into()),
        speaker: Some("Mayer".into()),
        query: Some("rat".into()),
    };
    for table in Table::ALL {
        for filter in [&Filter::default(), &filter] {
            let conditions =
                crate::store::select::Conditions::of(&archive.store.connection, *table, filter).unwrap();
            let sql = format!("EXPLAIN QUERY PLAN {}", conditions.select(*table, "*"));
            let mut statement = archive.store.connection.prepare(&sql).unwrap();
            let plan: Vec<String> = statement
                .query_map(rusqlite::params_from_iter(conditions.values), |row| row.get(3))
                .unwrap()
                .collect::<Result<_, _>>()
                .unwrap();
            // Runs are few; every other table must stream.
            if *table != Table::Runs {
                assert!(!plan.iter().any(|step| step.contains("FOR ORDER BY")), "{table:?}: {plan:#?}");
            }
        }
    }
}

#[test]
fn filters_select_by_portal_period_section_place_and_speaker() {
    use crate::model::annotation::{Dateline, Quote, QuoteKind, Span};
    use crate::model::publication_time::{Precision, PublicationTime};
    let mut archive = Archive::new();
    let mut text = article("a", "Rat tagt", &["„Ja“, sagte Mayer."]);
    text.published = PublicationTime::from_parts("2020-04-06T23:30:00+02:00", Precision::Minute);
    text.sections = vec!["Lokales".into(), "Tübingen".into()];
    text.dateline =
        Some(Dateline { text: "Tübingen.|".into(), place: Some("Tübingen".into()), ..Dateline::default() });
    text.quotes = vec![Quote {
        text: "Ja".into(),
        kind: QuoteKind::Direct,
        span: Span { block: 0, start: 0, end: 4 },
        speaker: Some("Fabian Mayer".into()),
        speaker_mention: Some("Mayer".into()),
        role: None,
        cue: Some("sagte".into()),
        continued: false,
        nested: false,
        confidence: 0.5,
        rule: "verb-after",
    }];
    archive.put(&text, NOON);
    let check = |filter: Filter, expected: usize| {
        for table in [Table::Articles, Table::Quotes] {
            let mut count = 0;
            archive
                .store
                .each_row::<StoreError>(table, &filter, |_| {
                    count += 1;
                    Ok(())
                })
                .unwrap();
            assert_eq!(count, expected, "{table:?} {filter:?}");
        }
    };
    let none = Filter::default;
    let day = jiff::civil::date(2020, 4, 6);
    check(none(), 1);
    check(Filter { portals: vec!["anderes".into(), "beispiel".into()], ..none() }, 1);
    check(Filter { portals: vec!["anderes".into()], ..none() }, 0);
    check(Filter { since: Some(day), until: Some(day), ..none() }, 1);
    check(Filter { since: day.tomorrow().ok(), ..none() }, 0);
    check(Filter { until: day.yesterday().ok(), ..none() }, 0);
    check(Filter { section: Some("tübingen".into()), ..none() }, 1);
    check(Filter { section: Some("Tüb".into()), ..none() }, 0);
    check(Filter { place: Some("TUBINGEN".into()), ..none() }, 1);
    check(Filter { place: Some("Stuttgart".into()), ..none() }, 0);
    check(Filter { speaker: Some("mayer".into()), ..none() }, 1);
    check(Filter { speaker: Some("Fabian".into()), ..none() }, 1);
    check(Filter { speaker: Some("May".into()), ..none() }, 0);
    check(Filter { query: Some("headline: rat".into()), ..none() }, 1);
    check(Filter { query: Some("headline: mayer".into()), ..none() }, 0);
}

/// What the archive says of an article, by its row.
fn archived(archive: &Archive, address: &str) -> ArchivedArticle {
    let row = archive.store.article_row(Some("beispiel"), &url(address)).unwrap().expect(address);
    archive.store.archived(row).unwrap().unwrap()
}

#[test]
fn an_article_that_moves_stays_who_it_is() {
    let mut archive = Archive::new();
    let before = article("a", "Rat tagt", &["Heute."]);
    archive.put(&before, MORNING);
    let row = archive.store.article_row(Some("beispiel"), &before.url).unwrap().unwrap();
    let after = article("b", "Rat tagt", &["Heute."]);
    archive.store.note_address(&before.url, row).unwrap();
    let stored = archive.store.put_article_as(reading(&after, NOON), Some(row)).unwrap();
    assert_eq!(stored, (Stored::Unchanged, row));
    for address in ["a", "b"] {
        let found = archived(&archive, address);
        assert_eq!((&found.article.id, &found.article.url), (&before.id, &after.url), "by {address}");
        assert_eq!(archive.store.article_at(&url(address)).unwrap().unwrap().article.id, before.id);
    }
    assert_eq!(archive.put(&after, EVENING), Stored::Unchanged, "found again at its new address");
    assert_eq!((archive.count("article"), archive.count("revision")), (1, 1));
}

#[test]
fn records_that_say_the_same_are_made_one_with_one_revision() {
    let mut archive = Archive::new();
    archive.put(&article("a", "Rat tagt", &["Heute."]), MORNING);
    archive.put(&article("b", "Rat tagt", &["Heute."]), NOON);
    let row = |address: &str| archive.store.article_row(Some("beispiel"), &url(address)).unwrap().unwrap();
    let (kept, other) = (row("a"), row("b"));
    archive.store.unite(kept, other).unwrap();
    let united = archived(&archive, "a");
    assert_eq!((united.article.url, united.facts.revision), (url("b"), 1));
    assert_eq!((archive.count("article"), archive.count("revision")), (1, 1));
}

#[test]
fn two_records_of_one_article_are_made_one_with_all_revisions() {
    let mut archive = Archive::new();
    archive.put(&article("a", "Rat tagt", &["Heute."]), MORNING);
    archive.put(&article("b", "Rat tagt", &["Heute.", "Und morgen Landeshauptstadt."]), NOON);
    archive.put(&article("c", "Anderes", &["Gestern."]), NOON);
    let row = |archive: &Archive, address: &str| {
        archive.store.article_row(Some("beispiel"), &url(address)).unwrap().unwrap()
    };
    let (kept, other) = (row(&archive, "a"), row(&archive, "b"));
    let id = archived(&archive, "a").article.id;
    archive.store.unite(kept, other).unwrap();
    assert_eq!((row(&archive, "a"), row(&archive, "b")), (kept, kept));
    let united = archived(&archive, "b");
    assert_eq!((&united.article.id, united.article.url), (&id, url("b")));
    assert_eq!((united.facts.revision, united.article.body.len()), (2, 2));
    assert_eq!((united.facts.first_seen, united.facts.last_checked), (instant(MORNING), instant(NOON)));
    assert_eq!((archive.count("article"), archive.count("revision")), (2, 3));
    let hits = archive.store.search("Landeshauptstadt", &Filter::default(), 10).unwrap().hits;
    assert_eq!(hits.len(), 1, "the full-text index follows");
    let changed = article("b", "Rat tagte", &["Heute."]);
    assert_eq!(archive.put(&changed, EVENING), Stored::Changed { revision: 3 });
    let violations: rusqlite::Result<i64> =
        archive
            .store
            .connection
            .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0));
    assert_eq!(violations, Ok(0));
}
