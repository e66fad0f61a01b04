//! The first steps of somebody who has never seen the program: a collection of one's own, completions, the manual.

use std::process::Command;

use crate::crawl::{Desk, text};
use crate::portal::{PortalServer, Reply};

#[test]
fn init_leads_to_a_first_crawl_and_overwrites_nothing() {
    let article = |title: &str| {
        let words = format!("Ein Satz mit Inhalt über {title}. ").repeat(12);
        Reply::html(format!("<html><body><article><h1>{title}</h1><p>{words}</p></article></body></html>"))
    };
    let links = "<a href=\"/2025/03/hallenbad/\">Hallenbad</a><a href=\"/2025/03/bus-faehrt/\">Bus</a><a href=\"/impressum/\">Impressum</a>";
    let server = PortalServer::of_routes([
        ("/robots.txt", Reply::text("")),
        ("/lokales/", Reply::html(format!("<html><body>{links}</body></html>"))),
        ("/2025/03/hallenbad/", article("Hallenbad")),
        ("/2025/03/bus-faehrt/", article("Bus")),
    ]);
    let desk = Desk::new();
    let (listing, example) = (server.url("/lokales/"), server.url("/2025/03/hallenbad/"));
    let init = [
        "init",
        "--contact",
        "you@university.example",
        "--listing",
        &listing,
        "--article",
        &example,
        "--name",
        "bote",
    ];
    let said = desk.results(&init);
    assert!(
        said.contains("wrote  ./dateline.toml") && said.contains("wrote  ./selectors/bote.toml"),
        "{said}"
    );
    assert!(said.contains(" * * * *  cd ") && said.contains(" crawl --quiet --max-time 50m"), "{said}");
    desk.results(&["selectors", "check", "bote"]);
    let output = desk.run(&["crawl", "bote", "--dry-run"]);
    assert_eq!(text(&output.stdout).lines().count(), 2, "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("2 articles"), "{}", text(&output.stderr));
    assert!(desk.results(&["crawl"]).contains("bote: 2 new"));
    assert!(!server.paths().contains(&"/impressum/".to_owned()));
    // A listing alone will do.
    let other = Desk::new();
    other.results(&["init", "--contact", "you@university.example", "--listing", &listing, "--name", "bote"]);
    assert!(other.results(&["crawl"]).contains("bote: 2 new"));
    assert!(!server.paths().contains(&"/impressum/".to_owned()));
    // What somebody has written since is theirs.
    std::fs::write(desk.path("selectors/bote.toml"), "mine").unwrap();
    let said = desk.results(&[
        "init",
        "--contact",
        "other@university.example",
        "--listing",
        &listing,
        "--name",
        "bote",
    ]);
    assert!(
        said.contains("kept   ./dateline.toml") && said.contains("kept   ./selectors/bote.toml"),
        "{said}"
    );
    assert_eq!(std::fs::read_to_string(desk.path("selectors/bote.toml")).unwrap(), "mine");
    assert!(std::fs::read_to_string(desk.path("dateline.toml")).unwrap().contains("you@university.example"));
}

#[test]
fn init_without_a_portal_leaves_an_example_that_no_crawl_mistakes_for_one() {
    let desk = Desk::new();
    let output = desk.run(&["init", "news"]);
    assert_eq!(output.status.code(), Some(2), "nobody to ask for the contact");
    assert!(
        text(&output.stderr).contains("--contact") && !desk.path("news").exists(),
        "{}",
        text(&output.stderr)
    );
    assert_eq!(desk.run(&["init", "news", "--contact", "nobody"]).status.code(), Some(2));
    desk.results(&["init", "news", "--contact", "https://university.example/news"]);
    let news = desk.path("news");
    let in_news = |arguments: &[&str]| desk.command(arguments).current_dir(&news).output().unwrap();
    let output = in_news(&["crawl"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("no selector file"), "{}", text(&output.stderr));
    std::fs::copy(news.join("selectors/example.toml.txt"), news.join("selectors/bote.toml")).unwrap();
    let output = in_news(&["selectors", "check"]);
    assert_eq!(output.status.code(), Some(0), "the example is right: {}", text(&output.stderr));
}

#[test]
fn a_dry_run_says_how_long_the_crawl_will_take() {
    let links = (0..150).map(|number| format!("<a href=\"/artikel/{number}\">Artikel {number}</a>"));
    let links: Vec<String> = links.collect();
    let server = PortalServer::of_routes([
        ("/robots.txt", Reply::text("")),
        ("/lokales/", Reply::html(format!("<html><body>{}</body></html>", links.concat()))),
    ]);
    let desk = Desk::new();
    let host = server.origin().trim_start_matches("http://");
    let listing = server.url("/lokales/");
    let file = format!(
        "format = 1\n[portal]\nhosts = [\"{host}\"]\n[politeness]\ndelay = \"1s\"\n[urls]\narticle = ['^/artikel/\\d+$']\n[[listing]]\nurl = \"{listing}\"\n"
    );
    desk.write_selectors("bote", &file);
    // Only the listing is asked with that delay: nobody waits for the articles.
    let output = desk.run(&["crawl", "--dry-run"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let told = text(&output.stderr);
    assert!(told.contains("bote: 150 to fetch (3 requests)"), "{told}");
    assert!(told.contains("bote: 150 articles, about 3 minutes at one request every 1 s"), "{told}");
}

/// What bash would offer after these words.
fn offered(desk: &Desk, words: &[&str]) -> Vec<String> {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_dateline"));
    let script = format!(
        "source <(dateline completions bash); COMP_WORDS=({}); COMP_CWORD={}; f=$(complete -p dateline); f=${{f#*-F }}; ${{f%% *}} dateline; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" "),
        words.len() - 1
    );
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let output = Command::new("bash")
        .args(["--norc", "-c", &script])
        .env("PATH", path)
        .current_dir(desk.path(""))
        .output()
        .unwrap();
    text(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_options_and_the_portals_there_are() {
    let desk = Desk::new();
    desk.write_selectors("bote", "format = 1\n[portal]\nhome = \"https://bote.example/\"\n");
    assert!(offered(&desk, &["dateline", "cra"]).contains(&"crawl".to_owned()));
    assert!(offered(&desk, &["dateline", "crawl", "--dry"]).contains(&"--dry-run".to_owned()));
    assert_eq!(offered(&desk, &["dateline", "crawl", "bo"]), ["bote"]);
    assert_eq!(offered(&desk, &["dateline", "selectors", "check", "bo"]), ["bote"]);
    assert_eq!(offered(&desk, &["dateline", "search", "rathaus", "--portal", "bo"]), ["bote"]);
    assert!(desk.results(&["completions", "portals"]).lines().any(|name| name == "bote"));
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let desk = Desk::new();
    let page = desk.results(&["man"]);
    assert!(page.contains(".TH dateline 1") && page.contains("polite news crawler"), "{page}");
    assert!(desk.results(&["man", "selectors", "check"]).contains("selectors\\-check"));
    assert_eq!(desk.run(&["man", "nothing"]).status.code(), Some(2));
    desk.run(&["man", "--directory", "man1"]);
    for page in ["dateline.1", "dateline-crawl.1", "dateline-methods.1", "dateline-selectors-check.1"] {
        assert!(desk.path("man1").join(page).exists(), "{page}");
    }
}
