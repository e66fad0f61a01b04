//! Checking, copying and purging archives, with damage, crashes and a crawl in between.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use dateline::warc::WarcReader;
use serde_json::Value;

use crate::crawl::{Desk, small_portal, text};
use crate::portal::{PortalServer, Reply, TagdivPortal};

/// A crawled archive of a small newspaper.
fn archive(articles: usize, seed: u64) -> (Desk, PortalServer) {
    let server = TagdivPortal::new(articles, seed).serve();
    let desk = Desk::new();
    desk.write_selectors("bote", &TagdivPortal::selectors("bote", server.origin(), "0s"));
    desk.results(&["crawl"]);
    (desk, server)
}

fn warcs(desk: &Desk, archive: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(desk.path(archive).join("warc")).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// What `verify` says: exit code and its JSON.
fn verify(desk: &Desk, arguments: &[&str]) -> (i32, Value) {
    let output = desk.run(&[arguments, &["verify", "--json"]].concat());
    let code = output.status.code().expect("no signal");
    let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    assert!(!text(&output.stderr).contains("panicked"), "{}", text(&output.stderr));
    (code, json)
}

fn affected(verification: &Value) -> Vec<String> {
    let problems = verification["problems"].as_array().unwrap();
    let affects = problems.iter().flat_map(|problem| problem["affects"].as_array().unwrap());
    affects.map(|affected| affected.as_str().unwrap().to_owned()).collect()
}

/// A generator of places: the same for the same seed.
fn random(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize
}

/// What gzip members hold; nothing where they are none, or broken.
fn unzipped(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut content).ok()?;
    Some(content)
}

/// A bit of a WARC file that changes nothing of what is read from it: the fill between a packed stream's last bit and
/// its checksum. Gives the byte, and the bytes with the bit flipped.
fn bit_that_says_nothing(path: &Path, from: usize) -> (usize, Vec<u8>) {
    let whole = fs::read(path).unwrap();
    let read = unzipped(&whole).unwrap();
    let mut reader = WarcReader::open(path).unwrap();
    while let Some(record) = reader.next_record().unwrap() {
        let at = (record.offset + record.length) as usize - 9;
        let mut flipped = whole.clone();
        flipped[at] ^= 0x80;
        if at >= from && unzipped(&flipped).as_ref() == Some(&read) {
            return (at, flipped);
        }
    }
    panic!("one of many records has such a bit");
}

#[test]
fn flipped_bytes_anywhere_are_found_and_no_command_panics_on_them() {
    let rounds: usize =
        std::env::var("DATELINE_TEST_FLIPS").ok().and_then(|number| number.parse().ok()).unwrap_or(20);
    let (desk, server) = archive(12, 71);
    assert_eq!(verify(&desk, &[]).0, 0);
    let files = [vec![desk.path("archive/dateline.db")], warcs(&desk, "archive")].concat();
    let mut state = 20_240_419;
    let mut missed = Vec::new();
    for round in 0..rounds {
        let path = &files[round % 2];
        let whole = fs::read(path).unwrap();
        let sums = fs::read(desk.path("archive/dateline.sums")).unwrap();
        let at = random(&mut state) % whole.len();
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (random(&mut state) % 8);
        fs::write(path, &flipped).unwrap();
        let (code, found) = verify(&desk, &[]);
        let problems = found["problems"].as_array();
        let is_told = problems.is_some_and(|problems| {
            problems.iter().all(|problem| problem["affects"].as_array().is_some_and(|list| !list.is_empty()))
        });
        if code != 1 || !is_told {
            missed.push(format!("byte {at} of {}: {code}, {found}", path.display()));
        }
        if round < 6 {
            let url = server.url("/");
            for command in [
                &["export", "articles"][..],
                &["export", "revisions", "--format", "jsonl"],
                &["search", "Rat"],
                &["status"],
                &["duplicates"],
                &["show", &url, "--html"],
                &["reparse", "--dry-run"],
                &["backup", "kopie"],
            ] {
                let output = desk.run(command);
                assert!(output.status.code().is_some(), "{command:?}");
                assert!(!text(&output.stderr).contains("panicked"), "{command:?}: {}", text(&output.stderr));
            }
        }
        fs::write(path, &whole).unwrap();
        fs::write(desk.path("archive/dateline.sums"), sums).unwrap();
        let _ = fs::remove_dir_all(desk.path("kopie"));
    }
    assert!(missed.is_empty(), "{} of {rounds} flips: {missed:#?}", missed.len());
    assert_eq!(verify(&desk, &[]).0, 0);
}

#[test]
fn a_bit_that_says_nothing_is_found_too_and_what_lies_there_is_named() {
    let (desk, _server) = archive(12, 76);
    let path = warcs(&desk, "archive").remove(0);
    let whole = fs::read(&path).unwrap();
    let (at, flipped) = bit_that_says_nothing(&path, 2_000);
    fs::write(&path, &flipped).unwrap();
    let (code, found) = verify(&desk, &[]);
    assert_eq!(code, 1, "byte {at}: {found}");
    let problems = found["problems"].as_array().unwrap();
    let place = problems[0]["place"].as_str().unwrap();
    assert!(problems.len() == 1 && place.contains(", bytes 0 to "), "{found}");
    assert!(affected(&found).iter().any(|affected| affected.contains("the page of revision 1")), "{found}");
    // Where a record says itself that it is damaged, that is all that is told.
    let records = desk.records();
    let offset = records.values().next().unwrap()["capture"]["offset"].as_u64().unwrap() as usize;
    let mut flipped = whole.clone();
    flipped[offset + 300] ^= 0x80;
    fs::write(&path, &flipped).unwrap();
    let (code, found) = verify(&desk, &[]);
    assert_eq!((code, found["problems"].as_array().unwrap().len()), (1, 1), "{found}");
    assert!(found["problems"][0]["place"].as_str().unwrap().ends_with(&format!("byte {offset}")), "{found}");
}

#[test]
fn files_from_before_there_were_checksums_are_no_damage_and_can_get_them() {
    let (desk, _server) = archive(8, 72);
    let path = warcs(&desk, "archive").remove(0);
    let database = rusqlite::Connection::open(desk.path("archive/dateline.db")).unwrap();
    database.execute("DELETE FROM warc_sum", []).unwrap();
    drop(database);
    fs::remove_file(desk.path("archive/dateline.sums")).unwrap();
    let lacking = |found: &Value| found["notes"].to_string().matches("the bytes of 1 WARC files").count();
    let (code, found) = verify(&desk, &[]);
    assert_eq!((code, lacking(&found)), (0, 1), "{found}");
    // A run adds those of its own file only.
    desk.results(&["crawl"]);
    let (code, found) = verify(&desk, &[]);
    assert_eq!((code, lacking(&found)), (0, 1), "{found}");
    let output = desk.run(&["verify", "--repair"]);
    assert!(text(&output.stdout).contains("checksums of 1 WARC files were made"), "{}", text(&output.stdout));
    let (code, found) = verify(&desk, &[]);
    assert_eq!((code, found["notes"].as_array().unwrap().len()), (0, 0), "{found}");
    let (_, flipped) = bit_that_says_nothing(&path, 0);
    fs::write(&path, &flipped).unwrap();
    assert_eq!(verify(&desk, &[]).0, 1);
}

#[test]
fn damaged_checksums_of_warc_files_accuse_no_file_and_are_made_anew() {
    let (desk, _server) = archive(8, 78);
    let path = desk.path("archive/dateline.db");
    let bytes = fs::read(&path).unwrap();
    let page: u32 = rusqlite::Connection::open(&path)
        .unwrap()
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'warc_sum'", [], |row| row.get(0))
        .unwrap();
    let mut flipped = bytes.clone();
    flipped[page as usize * 4_096 - 2] ^= 0x10;
    fs::write(&path, &flipped).unwrap();
    let (code, found) = verify(&desk, &[]);
    assert_eq!(code, 1);
    let problems = found["problems"].as_array().unwrap();
    assert!(
        problems.iter().all(|problem| problem["place"].as_str().unwrap().starts_with("dateline.db")),
        "{found}"
    );
    assert!(
        affected(&found).iter().any(|affected| affected.contains("the checksums of WARC files")),
        "{found}"
    );
    let output = desk.run(&["verify", "--repair"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    let (code, found) = verify(&desk, &[]);
    assert_eq!((code, found["notes"].as_array().unwrap().len()), (0, 0), "{found}");
}

#[test]
fn a_purge_renews_the_checksums_and_hides_no_damage() {
    let (desk, one, _other) = two_papers();
    let path = warcs(&desk, "archive").remove(0);
    desk.results(&["purge", &one.url("/artikel/2")]);
    let (code, found) = verify(&desk, &[]);
    assert_eq!((code, found["notes"].as_array().unwrap().len()), (0, 0), "{found}");
    let (_, flipped) = bit_that_says_nothing(&path, 0);
    let whole = fs::read(&path).unwrap();
    fs::write(&path, flipped).unwrap();
    assert_eq!(verify(&desk, &[]).0, 1, "after a purge");
    // The same file is rewritten once more: what was wrong in it before is not taken for right.
    desk.results(&["purge", &one.url("/artikel/3")]);
    assert_ne!(fs::read(&path).unwrap(), whole);
    assert_eq!(verify(&desk, &[]).0, 1, "through a purge");
}

#[test]
fn a_backup_has_the_checksums_and_finds_what_happens_to_the_copy() {
    let (desk, _server) = archive(8, 79);
    desk.results(&["backup", "kopie"]);
    let (code, found) = verify(&desk, &["--archive", "kopie"]);
    assert_eq!((code, found["notes"].as_array().unwrap().len()), (0, 0), "{found}");
    let path = warcs(&desk, "kopie").remove(0);
    let (_, flipped) = bit_that_says_nothing(&path, 0);
    fs::write(&path, &flipped).unwrap();
    assert_eq!(verify(&desk, &["--archive", "kopie"]).0, 1);
    assert_eq!(verify(&desk, &[]).0, 0);
}

#[test]
fn verify_says_which_article_a_damaged_page_belongs_to() {
    let (desk, _server) = archive(8, 72);
    let records = desk.records();
    let (_, record) = records.iter().next().unwrap();
    let path = desk.path("archive/warc").join(record["capture"]["warc"].as_str().unwrap());
    let mut bytes = fs::read(&path).unwrap();
    let offset = record["capture"]["offset"].as_u64().unwrap() as usize;
    bytes[offset + 300] ^= 0x80;
    fs::write(&path, &bytes).unwrap();
    let (code, found) = verify(&desk, &[]);
    assert_eq!(code, 1);
    let named = format!(
        "article {} ({}), the page of revision 1",
        record["id"].as_str().unwrap(),
        record["url"].as_str().unwrap()
    );
    assert!(affected(&found).contains(&named), "{found}");
    // The whole file gone: everything in it is named.
    fs::remove_file(&path).unwrap();
    let (code, found) = verify(&desk, &[]);
    assert_eq!(code, 1);
    assert!(found["problems"][0]["what"].as_str().unwrap().contains("cannot open"), "{found}");
    assert!(affected(&found).len() >= 8, "{found}");
}

#[test]
fn a_damaged_index_is_made_anew() {
    let (desk, _server) = archive(8, 73);
    let found = |word: &str| desk.results(&["search", "--json", word]);
    let before = found("und");
    assert!(before.len() > 10);
    // Whatever else is damaged, the texts of the index are not needed to make it.
    let path = desk.path("archive/dateline.db");
    let bytes = fs::read(&path).unwrap();
    let mut damaged = 0;
    for page in (1..bytes.len() / 4_096).rev() {
        let mut flipped = bytes.clone();
        flipped[page * 4_096 + 2_000] ^= 0x10;
        fs::write(&path, &flipped).unwrap();
        let (code, found) = verify(&desk, &[]);
        assert_eq!(code, 1, "page {page}");
        let can_be_rebuilt =
            found["problems"].as_array().unwrap().iter().all(|problem| problem["can_be_rebuilt"] == true);
        let is_index = affected(&found).iter().any(|affected| affected.contains("article_fts"));
        if !(can_be_rebuilt && is_index) {
            continue;
        }
        let output = desk.run(&["verify", "--repair"]);
        assert_eq!(output.status.code(), Some(0), "page {page}: {}", text(&output.stdout));
        damaged += 1;
        break;
    }
    assert_eq!(damaged, 1, "the index has pages");
    assert_eq!(found("und"), before);
}

#[test]
fn verify_passes_after_kills_at_any_moment() {
    let portal = TagdivPortal::new(120, 74);
    let server = portal.serve();
    let desk = Desk::new();
    desk.write_selectors("bote", &TagdivPortal::selectors("bote", server.origin(), "0s"));
    let kills: usize =
        std::env::var("DATELINE_TEST_KILLS").ok().and_then(|number| number.parse().ok()).unwrap_or(5);
    for kill in 1..=kills {
        let mut child = desk.command(&["crawl"]).spawn().unwrap();
        server.wait_for_answers(kill * 130 / kills);
        child.kill().unwrap();
        child.wait().unwrap();
        let (code, found) = verify(&desk, &[]);
        assert_eq!(code, 0, "{found}");
    }
    desk.results(&["crawl"]);
    let (code, found) = verify(&desk, &[]);
    assert_eq!((code, found["notes"].as_array().unwrap().len()), (0, 0), "{found}");
    assert_eq!(desk.records().len(), 120);
}

#[test]
fn verify_may_look_while_a_crawl_writes_and_a_backup_then_is_whole() {
    let portal = TagdivPortal::new(60, 75);
    let server = portal.serve();
    let desk = Desk::new();
    desk.write_selectors("bote", &TagdivPortal::selectors("bote", server.origin(), "5ms"));
    let mut child = desk.command(&["crawl", "--quiet"]).spawn().unwrap();
    for answers in [20, 40] {
        server.wait_for_answers(answers);
        let (code, found) = verify(&desk, &[]);
        assert_eq!(code, 0, "{found}");
        let told = desk.results(&["backup", "kopie"]);
        assert!(told.contains("articles"), "{told}");
        let (code, found) = verify(&desk, &["--archive", "kopie"]);
        assert_eq!((code, found["notes"].as_array().unwrap().len()), (0, 0), "{found}");
    }
    assert!(child.wait().unwrap().success());
    desk.results(&["backup", "kopie"]);
    let told = desk.results(&["backup", "kopie"]);
    assert!(told.contains("0 WARC files copied"), "{told}");
    assert_eq!(desk.results(&["--archive", "kopie", "export"]), desk.results(&["export"]));
    assert_eq!(verify(&desk, &["--archive", "kopie"]).0, 0);
    for target in ["archive/kopie", "selectors"] {
        assert_eq!(desk.run(&["backup", target]).status.code(), Some(2), "{target}");
    }
    assert_eq!(desk.run(&["--archive", "nirgends", "backup", "x"]).status.code(), Some(1));
    assert_eq!(desk.run(&["--archive", "nirgends", "verify"]).status.code(), Some(1));
    assert!(!desk.path("nirgends").exists());
}

/// Every byte of the archive's files, unpacked where it is packed.
fn contents(directory: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(contents(&path));
        } else {
            let bytes = fs::read(&path).unwrap();
            if path.extension().is_some_and(|end| end == "gz") {
                std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(&bytes[..]), &mut all)
                    .unwrap();
            }
            all.extend(bytes);
        }
    }
    all
}

fn holds(directory: &Path, words: &str) -> bool {
    let all = contents(directory);
    all.windows(words.len()).any(|window| window == words.as_bytes())
}

/// Two portals on one server; some pages are the same on both.
fn two_papers() -> (Desk, PortalServer, PortalServer) {
    let page = |path: &str| match path {
        "/liste/" => Reply::html(
            [
                "<a href='/artikel/0'>x</a>",
                "<a href='/artikel/1'>x</a>",
                "<a href='/artikel/2'>x</a>",
                "<a href='/artikel/3'>x</a>",
            ]
            .concat(),
        ),
        "/robots.txt" => Reply::text("User-agent: *\nAllow: /\n"),
        path => match path.strip_prefix("/artikel/") {
            Some(number) => Reply::html(format!(
                "<html><body><article><h1>Ziegelwerk {number} schließt</h1><p>Zwölfenderbock{number} äußerte sich am Abend zum \
                 Ende des Werks, das seit hundert Jahren in der Stadt Ziegel brennt.</p></article></body></html>"
            )),
            None => Reply::status(404),
        },
    };
    let serve = || PortalServer::start(move |request| page(&request.path));
    let (one, other) = (serve(), serve());
    let desk = Desk::new();
    desk.write_selectors("eins", &small_portal(one.origin(), "0s").replace("klein", "eins"));
    desk.write_selectors("zwei", &small_portal(other.origin(), "0s").replace("klein", "zwei"));
    desk.results(&["crawl", "eins"]);
    desk.results(&["crawl", "zwei"]);
    (desk, one, other)
}

#[test]
fn a_purged_article_is_gone_bytes_and_all_and_what_repeated_it_stays() {
    let (desk, one, other) = two_papers();
    let url = one.url("/artikel/2");
    let planned = desk.results(&["purge", "--dry-run", &url]);
    assert!(planned.starts_with("would be taken out: 1 articles with 1 revisions, 1 captures"), "{planned}");
    let id = desk.records_of("eins")["/artikel/2"]["id"].as_str().unwrap().to_owned();
    desk.results(&["purge", "--reason", "Wunsch der Person", &url]);
    assert_eq!(verify(&desk, &[]).0, 0);
    assert_eq!(
        desk.records_of("eins").keys().cloned().collect::<Vec<_>>(),
        ["/artikel/0", "/artikel/1", "/artikel/3"]
    );
    // The other paper has the same bytes, and keeps them.
    let kept = desk.results(&["show", "--html", &other.url("/artikel/2")]);
    assert!(kept.contains("Zwölfenderbock2"), "{kept}");
    assert_eq!(desk.results(&["search", "--json", "Zwölfenderbock2"]).matches("\"url\"").count(), 1);
    let tombstone: Value =
        serde_json::from_str(&desk.results(&["export", "tombstones", "--format", "jsonl"])).unwrap();
    assert_eq!(
        (&tombstone["article_id"], &tombstone["reason"]),
        (&Value::from(id), &Value::from("Wunsch der Person"))
    );
    assert_eq!(tombstone["content_hashes"].as_array().unwrap().len(), 1);

    desk.results(&["purge", "--article", &other.url("/artikel/2")]);
    assert!(!holds(&desk.path("archive"), "Zwölfenderbock2"), "nothing of it is left");
    assert!(!holds(&desk.path("archive"), "zwolfenderbock2"), "not even in the index");
    assert!(holds(&desk.path("archive"), "Zwölfenderbock1"));
    assert_eq!(verify(&desk, &[]).0, 0);

    // No crawl asks again; who asks for it gets it.
    let asked = one.times_asked("/artikel/2");
    desk.results(&["crawl", "eins"]);
    assert_eq!(one.times_asked("/artikel/2"), asked);
    desk.results(&["save", &url]);
    assert!(desk.records_of("eins").contains_key("/artikel/2"));
    assert_eq!(
        desk.results(&["export", "tombstones"]).lines().count(),
        2,
        "the header and the other paper's"
    );
    assert_eq!(verify(&desk, &[]).0, 0);
}

#[test]
fn a_purged_portal_leaves_nothing_and_the_others_whole() {
    let (desk, _one, _other) = two_papers();
    let before = desk.records_of("zwei");
    desk.results(&["purge", "--portal", "eins"]);
    assert_eq!(desk.records_of("eins").len(), 0);
    let after = desk.records_of("zwei");
    let texts = |records: &std::collections::BTreeMap<String, Value>| -> Vec<Value> {
        records.values().map(|record| record["body"].clone()).collect()
    };
    assert_eq!(texts(&before), texts(&after));
    let (code, found) = verify(&desk, &[]);
    assert_eq!(code, 0, "{found}");
    assert_eq!(
        warcs(&desk, "archive").len(),
        1,
        "what was kept by reference is whole now, in a file of its own"
    );
    assert!(desk.results(&["reparse"]).contains("4 the same"));
    assert_eq!(desk.run(&["purge"]).status.code(), Some(2), "everything at once is a mistake");
    assert_eq!(desk.run(&["purge", "nichts"]).status.code(), Some(2));
}

/// A copy of the archive as it is now, for a state in between.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, name) = (entry.as_ref().unwrap().path(), entry.unwrap().file_name());
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            let _ = fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

/// The steps themselves are tested one by one in `archive::purge`; here the whole program is killed on its way.
#[test]
fn a_purge_killed_at_any_moment_leaves_a_whole_archive_and_is_finished_later() {
    let (desk, one, _other) = two_papers();
    copy(&desk.path("archive"), &desk.path("vorher"));
    let url = one.url("/artikel/1");
    let id = desk.records_of("eins")["/artikel/1"]["id"].as_str().unwrap().to_owned();
    let begun = std::time::Instant::now();
    desk.results(&["purge", &id]);
    let whole = begun.elapsed();
    for moment in 1..=10 {
        let _ = fs::remove_dir_all(desk.path("archive"));
        copy(&desk.path("vorher"), &desk.path("archive"));
        let mut child = desk.command(&["purge", &id]).spawn().unwrap();
        std::thread::sleep(whole * moment / 10);
        child.kill().unwrap();
        child.wait().unwrap();
        let (_, found) = verify(&desk, &[]);
        let problems = found["problems"].as_array().unwrap();
        let what = |problem: &Value| problem["what"].as_str().unwrap().to_owned();
        assert!(problems.iter().all(|problem| what(problem).starts_with("a purge was cut off")), "{found}");
        let records = desk.records_of("eins");
        for (path, record) in &records {
            let page = desk.results(&["show", "--html", record["id"].as_str().unwrap()]);
            assert!(
                page.contains(&format!("Zwölfenderbock{}", path.trim_start_matches("/artikel/"))),
                "{path}"
            );
        }
        // Whoever writes next finishes it, or does it.
        if records.len() == 4 {
            desk.results(&["purge", &url])
        } else {
            desk.results(&["crawl", "eins"])
        };
        assert_eq!(desk.records_of("eins").len(), 3);
        assert_eq!(verify(&desk, &[]).0, 0, "moment {moment}");
    }
}
