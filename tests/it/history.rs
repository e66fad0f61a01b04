//! What an article said over time: revisions, their differences, pages read again, near duplicates.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::crawl::{Desk, small_portal, text};
use crate::portal::{PortalServer, Reply};

/// Articles of the long history; the figure of the acceptance is 2,000 (CONTRIBUTING.md says how to run it).
fn scale() -> usize {
    std::env::var("DATELINE_TEST_ARTICLES").ok().and_then(|number| number.parse().ok()).unwrap_or(60)
}

/// A portal whose articles can be edited: how often each was, and what stands beside all of them.
#[derive(Clone, Default)]
struct Newsroom(Arc<Mutex<Desks>>);

#[derive(Default)]
struct Desks {
    edits: HashMap<usize, usize>,
    sidebar: usize,
}

const SENTENCES: &[&str] = &[
    "Der Gemeinderat von Moosbach hat am Abend über den Umbau des alten Bahnhofs beraten.",
    "Nach langer Aussprache stimmten zwölf der achtzehn Mitglieder für den Entwurf der Verwaltung.",
    "Die Kosten werden auf drei Millionen Euro geschätzt, ein Teil davon kommt vom Land.",
    "Gebaut werden soll im Frühjahr, sobald die Genehmigung des Landratsamts vorliegt.",
];

impl Newsroom {
    fn serve(&self, articles: usize) -> PortalServer {
        let newsroom = self.clone();
        PortalServer::start(move |request| match request.path.strip_prefix("/artikel/") {
            Some(number) => newsroom.article(number.parse().unwrap_or(usize::MAX), articles),
            None if request.path == "/liste/" => {
                let links = (0..articles).fold(String::new(), |mut links, number| {
                    let _ = write!(links, "<a href='/artikel/{number}'>Meldung {number}</a> ");
                    links
                });
                Reply::html(links)
            }
            None => Reply::status(404),
        })
    }

    fn article(&self, number: usize, articles: usize) -> Reply {
        if number >= articles {
            return Reply::status(404);
        }
        let desks = self.0.lock().unwrap();
        let edits = desks.edits.get(&number).copied().unwrap_or_default();
        let changed = ["heute", "gestern", "vorgestern"][edits.min(2)];
        let mut body = String::new();
        for (index, sentence) in SENTENCES.iter().enumerate() {
            let _ = write!(body, "<p>{sentence} Das ist der {index}. Absatz der Meldung {number}.</p>");
        }
        Reply::html(format!(
            "<html><head><title>Meldung {number}</title></head><body><article><h1>Meldung {number}</h1>\
             <p class='vorspann'>Vorspann der Meldung {number}.</p>{body}<p>Beschlossen wurde das {changed}.</p></article>\
             <aside><h2>Anzeige {}</h2><a href='/artikel/{}'>Auch interessant</a></aside></body></html>",
            desks.sidebar,
            desks.sidebar % articles
        ))
    }

    fn edit(&self, number: usize) {
        *self.0.lock().unwrap().edits.entry(number).or_default() += 1;
    }

    fn change_sidebar(&self) {
        self.0.lock().unwrap().sidebar += 1;
    }
}

/// The small portal with a selector for the lead.
fn portal_with_lead(origin: &str, selector: &str) -> String {
    format!("{}\n[article]\nlead = \"{selector}\"\n", small_portal(origin, "0s"))
}

fn save_all(desk: &Desk, server: &PortalServer, numbers: impl Iterator<Item = usize>) {
    let urls: Vec<String> = numbers.map(|number| server.url(&format!("/artikel/{number}"))).collect();
    for some in urls.chunks(200) {
        let mut arguments = vec!["save"];
        arguments.extend(some.iter().map(String::as_str));
        desk.results(&arguments);
    }
}

fn rows(desk: &Desk, table: &str) -> Vec<Value> {
    let lines = desk.results(&["export", table, "--format", "jsonl"]);
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn edits_make_exactly_their_revisions_and_a_sidebar_none() {
    let articles = scale();
    let newsroom = Newsroom::default();
    let server = newsroom.serve(articles);
    let desk = Desk::new();
    desk.write_selectors("klein", &portal_with_lead(server.origin(), ".vorspann"));
    desk.results(&["crawl"]);
    assert_eq!(rows(&desk, "revisions").len(), articles);
    for _ in 0..2 {
        newsroom.change_sidebar();
        (0..articles).step_by(5).for_each(|number| newsroom.edit(number));
        save_all(&desk, &server, 0..articles);
    }
    let revisions = rows(&desk, "revisions");
    assert_eq!(revisions.len(), articles + 2 * articles.div_ceil(5));
    for revision in revisions.iter().filter(|revision| revision["revision"] != 1) {
        assert_eq!(revision["changes"], serde_json::json!(["body"]), "{revision}");
        assert_eq!(revision["reparsed"], false);
    }
    let shown = desk.results(&["show", &server.url("/artikel/0"), "--diff"]);
    assert!(shown.contains("Beschlossen wurde das [-gestern-] {+vorgestern+}."), "{shown}");
    let all = desk.results(&["show", "--diff", "1..3", &server.url("/artikel/5")]);
    assert!(all.contains("das [-heute-] {+vorgestern+}."), "{all}");
    let colored = desk.results(&["--color", "always", "show", "--diff", &server.url("/artikel/5")]);
    assert!(colored.contains("\u{1b}[32mvorgestern\u{1b}[0m"), "{colored}");
    let unchanged = desk.results(&["show", &server.url("/artikel/1"), "--diff"]);
    assert!(unchanged.contains("one revision"), "{unchanged}");
    let first = desk.results(&["show", "--revision", "1", &server.url("/artikel/0")]);
    assert!(first.contains("Beschlossen wurde das heute."), "{first}");
    assert_eq!(desk.run(&["show", "--diff", "1..9", &server.url("/artikel/0")]).status.code(), Some(2));
    assert_eq!(desk.run(&["verify"]).status.code(), Some(0));
}

#[test]
fn the_captured_page_is_what_the_portal_sent() {
    let newsroom = Newsroom::default();
    let server = newsroom.serve(1);
    let desk = Desk::new();
    desk.write_selectors("klein", &small_portal(server.origin(), "0s"));
    desk.results(&["crawl"]);
    newsroom.edit(0);
    save_all(&desk, &server, 0..1);
    let url = server.url("/artikel/0");
    let page = desk.results(&["show", "--html", &url]);
    assert!(page.starts_with("<html><head>") && page.contains("das gestern.") && page.ends_with("</html>"));
    assert!(desk.results(&["show", "--html", "--revision", "1", &url]).contains("das heute."));
}

#[test]
fn a_mended_selector_mends_every_record_without_asking_the_portal() {
    let newsroom = Newsroom::default();
    let server = newsroom.serve(40);
    let desk = Desk::new();
    // The selector finds an advert's heading.
    desk.write_selectors("klein", &portal_with_lead(server.origin(), "aside h2"));
    desk.results(&["crawl"]);
    newsroom.edit(3);
    save_all(&desk, &server, 3..4);
    assert!(desk.records().values().all(|record| record["lead"] == "Anzeige 0"));
    let asked = server.paths().len();

    desk.write_selectors("klein", &portal_with_lead(server.origin(), ".vorspann"));
    let summary = desk.results(&["reparse", "--dry-run"]);
    assert!(summary.contains("41 pages read again: 40 would be changed"), "{summary}");
    assert!(summary.contains("lead: 40 changed\n"), "{summary}");
    assert!(
        summary.contains("- Anzeige 0\n") && summary.contains("+ Vorspann der Meldung 0.\n"),
        "{summary}"
    );
    assert!(desk.records().values().all(|record| record["lead"] == "Anzeige 0"), "nothing was changed");

    let summary = desk.results(&["reparse", "klein"]);
    assert!(summary.contains("40 changed"), "{summary}");
    for (path, record) in desk.records() {
        let number = path.trim_start_matches("/artikel/");
        assert_eq!(record["lead"], format!("Vorspann der Meldung {number}."));
    }
    assert_eq!(server.paths().len(), asked, "no page was fetched");
    let revisions = rows(&desk, "revisions");
    assert_eq!(revisions.len(), 41 + 41);
    let reparsed: Vec<_> = revisions.iter().filter(|revision| revision["reparsed"] == true).collect();
    assert_eq!(reparsed.len(), 41);
    assert!(reparsed.iter().all(|revision| revision["changes"][0] == "lead"));
    assert_eq!(reparsed.iter().filter(|revision| revision["current"] == true).count(), 40);
    let old = revisions.iter().filter(|revision| revision["lead"] == "Anzeige 0").count();
    assert_eq!(old, 41, "what was read before is still there");
    let shown = desk.results(&["show", "--diff", &server.url("/artikel/3")]);
    assert!(shown.contains("read again later") && shown.contains("Vorspann der Meldung 3"), "{shown}");

    let again = desk.results(&["reparse"]);
    assert!(again.contains("0 changed, 0 new, 40 the same, 0 failed"), "{again}");
    let runs = rows(&desk, "runs");
    let run = runs.iter().find(|run| run["command"] == "reparse").unwrap();
    assert_eq!((run["changed"].as_u64(), run["outcome"].as_str()), (Some(40), Some("done")));
    assert_eq!(desk.run(&["verify"]).status.code(), Some(0));
    // The page has not changed since: asking again makes no revision.
    save_all(&desk, &server, 0..5);
    assert_eq!(rows(&desk, "revisions").len(), 82);
    // And where only the reading has changed, the newsroom is not said to have edited anything.
    desk.write_selectors("klein", &portal_with_lead(server.origin(), "aside h2"));
    save_all(&desk, &server, 0..1);
    let newest = rows(&desk, "revisions").into_iter().find(|revision| revision["revision"] == 3).unwrap();
    assert_eq!((&newest["lead"], &newest["reparsed"]), (&"Anzeige 0".into(), &true.into()));
}

#[test]
fn a_field_outside_the_text_is_mended_by_a_revision_too_and_the_old_layout_reads_old_pages() {
    let server = PortalServer::start(|request| match request.path.as_str() {
        "/liste/" => Reply::html("<a href='/artikel/1'>1</a>"),
        "/artikel/1" => Reply::html(
            "<html><body><article><h1>Moosbach baut</h1><span class='alt'>Sport</span><span class='neu'>Kultur</span>\
             <p>Der Bach bleibt im Bett, sagte der Bürgermeister am Abend im Rat der Gemeinde.</p></article></body></html>",
        ),
        _ => Reply::status(404),
    });
    let desk = Desk::new();
    let portal = |rules: &str| format!("{}\n{rules}\n", small_portal(server.origin(), "0s"));
    desk.write_selectors("klein", &portal("[article]\nkicker = \"h1 + .nichts\"\ntags = [\".alt\"]"));
    desk.results(&["crawl"]);
    let tags = |desk: &Desk| desk.records()["/artikel/1"]["tags"].clone();
    assert_eq!(tags(&desk), serde_json::json!(["Sport"]));
    // The layout of today's pages begins tomorrow: what was captured today is read with the old one.
    let tomorrow = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date().tomorrow().unwrap();
    let versions = format!(
        "[[version]]\nvalid_until = {}\n[version.article]\ntags = [\".neu\"]\n\n[article]\ntags = [\".alt\"]",
        tomorrow.tomorrow().unwrap()
    );
    desk.write_selectors("klein", &portal(&versions));
    desk.results(&["reparse"]);
    assert_eq!(tags(&desk), serde_json::json!(["Kultur"]));
    let revisions = rows(&desk, "revisions");
    assert_eq!(revisions.len(), 2);
    assert_eq!(
        (&revisions[1]["reparsed"], &revisions[1]["changes"]),
        (&Value::from(true), &serde_json::json!(["tags"]))
    );
    assert_eq!(revisions[0]["content_hash"], revisions[1]["content_hash"]);
}

#[test]
fn what_an_article_said_earlier_is_read_again_too() {
    let turn = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let now = std::sync::Arc::clone(&turn);
    let server = PortalServer::start(move |request| match request.path.as_str() {
        "/liste/" => Reply::html("<a href='/artikel/1'>1</a>"),
        "/artikel/1" => {
            let turn = now.load(std::sync::atomic::Ordering::SeqCst);
            // The last time only what stands beside the article has changed.
            let state = turn.min(2);
            Reply::html(format!(
                "<html><body><article><h1>Moosbach baut</h1><p class='vor'>Vorspann {state} zum Bau am Bach.</p>\
                 <p>Der Bach bleibt im Bett, sagte der Bürgermeister zum {state}. Mal im Rat der Gemeinde.</p></article>\
                 <aside><h2>Anzeige {turn}</h2></aside></body></html>"
            ))
        }
        _ => Reply::status(404),
    });
    let desk = Desk::new();
    let portal =
        |lead: &str| format!("{}\n[article]\nlead = \"{lead}\"\n", small_portal(server.origin(), "0s"));
    desk.write_selectors("klein", &portal("aside h2"));
    desk.results(&["crawl"]);
    for next in 1..=3 {
        turn.store(next, std::sync::atomic::Ordering::SeqCst);
        desk.results(&["save", &server.url("/artikel/1")]);
    }
    let before = rows(&desk, "revisions");
    // A wrong lead makes an advert part of what the newsroom wrote.
    assert_eq!(before.len(), 4);
    desk.write_selectors("klein", &portal(".vor"));
    let planned = desk.results(&["reparse", "--dry-run"]);
    assert!(planned.contains("earlier states of articles: 3 would be changed"), "{planned}");
    assert_eq!(rows(&desk, "revisions").len(), 4);
    let told = desk.results(&["reparse"]);
    assert!(told.contains("4 pages read again: 1 changed"), "{told}");
    assert!(told.contains("earlier states of articles: 3 changed"), "{told}");
    let after = rows(&desk, "revisions");
    let mut leads: Vec<(String, String, bool)> = after
        .iter()
        .filter(|revision| revision["reparsed"] == true)
        .map(|revision| {
            let text = |name: &str| revision[name].as_str().unwrap().to_owned();
            assert_eq!(revision["changes"], serde_json::json!(["lead"]));
            (text("fetched"), text("lead"), revision["current"] == true)
        })
        .collect();
    leads.sort();
    let said: Vec<_> = leads.iter().map(|(_, lead, current)| (lead.as_str(), *current)).collect();
    let lead = |state: u32| format!("Vorspann {state} zum Bau am Bach.");
    let expected = [(lead(0), false), (lead(1), false), (lead(2), false), (lead(2), true)];
    assert_eq!(said, expected.each_ref().map(|(lead, current)| (lead.as_str(), *current)));
    assert_eq!(after.len(), 8, "what was read before stays");
    assert_eq!(desk.records()["/artikel/1"]["lead"], lead(2));
    // Nothing is left to do.
    let again = desk.results(&["reparse"]);
    assert!(
        again.contains("4 pages read again: 0 changed, 0 new, 1 the same") && !again.contains("earlier"),
        "{again}"
    );
    assert_eq!(rows(&desk, "revisions").len(), 8);
    assert_eq!(desk.run(&["verify"]).status.code(), Some(0));
    // An edit is shown between two states as they are read now.
    let diff = desk.results(&["show", "--diff", "6..7", &server.url("/artikel/1")]);
    assert!(diff.contains("Vorspann [-0-] {+1+}"), "{diff}");
}

#[test]
fn pages_that_were_no_articles_become_some_and_damaged_ones_are_named() {
    let server = PortalServer::start(|request| match request.path.as_str() {
        "/liste/" => Reply::html("<a href='/artikel/1'>1</a><a href='/artikel/2'>2</a>"),
        "/artikel/1" => Reply::html(
            "<html><body><aside data-titel='Moosbach baut um'><p>Der Rat tagt am Abend im Rathaus und redet.</p></aside></body></html>",
        ),
        "/artikel/2" => Reply::html(
            "<html><body><article><h1>Zweite</h1><p>Es wurde gebaut, und es wird weiter gebaut, hieß es am Abend.</p></article></body></html>",
        ),
        _ => Reply::status(404),
    });
    let desk = Desk::new();
    let portal = |rules: &str| format!("{}\n{rules}\n", small_portal(server.origin(), "0s"));
    desk.write_selectors("klein", &small_portal(server.origin(), "0s"));
    let first = desk.run(&["crawl"]);
    assert_eq!(desk.records().keys().collect::<Vec<_>>(), ["/artikel/2"], "{}", text(&first.stderr));
    desk.write_selectors(
        "klein",
        &portal("[article]\nheadline = [\"h1\", { css = \"aside\", attr = \"data-titel\" }]\n\n[article.body]\ncontainer = [\"aside\", \"article\"]\n"),
    );
    let summary = desk.results(&["reparse"]);
    assert!(summary.contains("1 new"), "{summary}");
    assert_eq!(desk.records()["/artikel/1"]["headline"], "Moosbach baut um");
    let place = desk.records()["/artikel/2"]["capture"]["offset"].as_u64().unwrap() as usize;
    let warc = std::fs::read_dir(desk.path("archive/warc")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&warc).unwrap();
    bytes[place + 200] ^= 0x55;
    std::fs::write(&warc, bytes).unwrap();
    let output = desk.run(&["reparse"]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("failed: "), "{}", text(&output.stdout));
    assert_eq!(desk.records()["/artikel/2"]["headline"], "Zweite", "the record stays");
}

#[test]
fn agency_texts_in_two_papers_are_one_cluster() {
    let story =
        SENTENCES.iter().cycle().take(4).enumerate().fold(String::new(), |mut story, (index, sentence)| {
            let _ = write!(story, "<p>{sentence} So steht es in Absatz {index}.</p>");
            story
        });
    let short = story.split_inclusive("</p>").take(3).collect::<String>();
    let page = |headline: &str, text: &str| {
        Reply::html(format!("<html><body><article><h1>{headline}</h1>{text}</article></body></html>"))
    };
    let other = "<p>Am Wochenende spielte die zweite Mannschaft gegen den Nachbarn und gewann knapp mit einem Tor Vorsprung.</p>\
                 <p>Zuschauer lobten besonders den jungen Torwart, der in der letzten Minute einen Elfmeter hielt und gefeiert wurde.</p>";
    let server = PortalServer::start(move |request| match request.path.as_str() {
        "/liste/" => {
            Reply::html("<a href='/artikel/1'>1</a><a href='/artikel/2'>2</a><a href='/artikel/3'>3</a>")
        }
        "/artikel/1" => page("Bahnhof wird umgebaut", &story),
        "/artikel/2" => page("Umbau beschlossen", &short),
        "/artikel/3" => page("Zweite gewinnt", other),
        _ => Reply::status(404),
    });
    let desk = Desk::new();
    desk.write_selectors("klein", &small_portal(server.origin(), "0s"));
    desk.results(&["crawl"]);
    let lines = desk.results(&["duplicates", "--json"]);
    let cluster: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!((lines.lines().count(), cluster["articles"].as_array().unwrap().len()), (1, 2), "{lines}");
    let csv = desk.results(&["export"]);
    let header = csv.lines().next().unwrap();
    assert!(header.ends_with(",content_hash,duplicate_cluster"), "{header}");
    assert_eq!(csv.matches(cluster["cluster"].as_str().unwrap()).count(), 3, "two members and an id: {csv}");
    assert!(desk.results(&["duplicates", "--across-portals"]).is_empty());
    assert!(desk.results(&["duplicates"]).contains("2 articles"));
    desk.results(&["purge", &server.url("/artikel/1")]);
    assert!(desk.results(&["duplicates", "--json"]).is_empty(), "one alone is no cluster");
    assert_eq!(desk.run(&["verify"]).status.code(), Some(0));
}
