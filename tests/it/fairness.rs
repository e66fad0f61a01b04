//! No host waits because another is slow, silent, down or a trap.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::crawl::{Desk, small_portal};
use crate::portal::faults::article;
use crate::portal::{Gate, PortalServer, Reply};

/// Connections the crawl may use; more hosts than that are silent.
const CONNECTIONS: usize = 2;
const SILENT_HOSTS: usize = 6;
const ARTICLES: usize = 5;

fn listing(numbers: impl Iterator<Item = usize>) -> Reply {
    let links: Vec<_> = numbers.map(|n| format!("<a href='/artikel/{n}'>{n}</a>")).collect();
    Reply::html(links.concat())
}

fn portal(id: &str, origin: &str) -> String {
    small_portal(origin, "0s").replace("\"klein\"", &format!("\"{id}\""))
}

fn article_of(path: &str) -> Option<usize> {
    path.strip_prefix("/artikel/")?.parse().ok()
}

#[test]
fn hosts_that_do_not_answer_hold_no_connection_of_others() {
    // Silent until the last article of the good host was asked: if it had to wait for them, all would wait until
    // the requests time out.
    let gate = Gate::default();
    let is_open = Arc::new(AtomicBool::new(false));
    let silent: Vec<_> = (0..SILENT_HOSTS)
        .map(|_| {
            let gate = gate.clone();
            PortalServer::start(move |_| Reply::status(404).held_by(&gate))
        })
        .collect();
    let good = {
        let (gate, is_open) = (gate.clone(), Arc::clone(&is_open));
        PortalServer::start(move |request| match request.path.as_str() {
            "/liste/" => listing(1..=ARTICLES),
            path => match article_of(path) {
                Some(number) => {
                    if number == ARTICLES {
                        is_open.store(true, Ordering::SeqCst);
                        gate.open();
                    }
                    article(number)
                }
                None => Reply::status(404),
            },
        })
    };
    let desk = Desk::new();
    let limits = "[limits]\nfirst_byte = \"15s\"\n";
    std::fs::write(desk.path("dateline.toml"), format!("connections = {CONNECTIONS}\n{limits}")).unwrap();
    for (number, server) in silent.iter().enumerate() {
        // Before the good one in every order of names.
        desk.write_selectors(&format!("a{number}"), &portal(&format!("a{number}"), server.origin()));
    }
    desk.write_selectors("z", &portal("z", good.origin()));
    let run = desk.run(&["crawl"]);
    let said = crate::crawl::text(&run.stderr);
    assert!(is_open.load(Ordering::SeqCst), "the good host was never asked: {said}");
    assert_eq!(desk.records_of("z").len(), ARTICLES, "{said}");
    for server in &silent {
        assert_eq!(server.times_asked("/robots.txt"), 1, "a silent host ran into its limit of time");
    }
}

#[test]
fn a_trap_on_one_host_does_not_starve_another() {
    // Every page of the trap links two new ones; the good host has a handful of articles.
    let trap = PortalServer::start(|request| match request.path.as_str() {
        "/robots.txt" => Reply::status(404),
        path => {
            let number: u64 = path.rsplit(['/', '=']).next().and_then(|n| n.parse().ok()).unwrap_or(1);
            let links = [2 * number, 2 * number + 1].map(|next| {
                format!(
                    "<a href='/artikel/{next}'>{next}</a><a rel=next href='/liste/?seite={next}'>weiter</a>"
                )
            });
            Reply::html(links.concat())
        }
    });
    let good = PortalServer::start(|request| match request.path.as_str() {
        "/liste/" => listing(1..=ARTICLES),
        path => article_of(path).map_or_else(|| Reply::status(404), article),
    });
    let desk = Desk::new();
    desk.write_selectors("a", &portal("a", trap.origin()));
    desk.write_selectors("z", &portal("z", good.origin()));
    desk.run(&["crawl", "--max-requests", "500"]);
    assert_eq!(desk.records_of("z").len(), ARTICLES, "the trap had {} of 500 requests", trap.log().len());
}
