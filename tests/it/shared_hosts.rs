//! Portal files that share a host, or follow one another on it: no address waits for a file that is not there.

use crate::crawl::{Desk, small_portal};
use crate::portal::faults::{GOOD, article};
use crate::portal::{PortalServer, Reply};

/// Two listings on one host: `/liste/` with the even, `/andere/` with the odd articles, and one in both.
fn newsroom() -> PortalServer {
    PortalServer::start(|request| {
        let links = |numbers: &[usize]| {
            let links: Vec<_> = numbers.iter().map(|n| format!("<a href='/artikel/{n}'>{n}</a>")).collect();
            Reply::html(links.concat())
        };
        match request.path.as_str() {
            "/liste/" => links(&[2, 4, 6]),
            "/andere/" => links(&[1, 3, 5, 6]),
            path => match path.strip_prefix("/artikel/").map(str::parse) {
                Some(Ok(number)) if number <= GOOD => article(number),
                _ => Reply::status(404),
            },
        }
    })
}

fn portal(id: &str, origin: &str, listing: &str) -> String {
    small_portal(origin, "0s").replace("\"klein\"", &format!("\"{id}\"")).replace("/liste/", listing)
}

fn articles_of(desk: &Desk, id: &str) -> usize {
    desk.records().values().filter(|record| record["portal"] == id).count()
}

#[test]
fn two_files_on_one_host_are_both_crawled_and_it_is_told() {
    let server = newsroom();
    let desk = Desk::new();
    desk.write_selectors("eins", &portal("eins", server.origin(), "/liste/"));
    desk.write_selectors("zwei", &portal("zwei", server.origin(), "/andere/"));
    let told = desk.results(&["crawl"]);
    assert!(told.contains("eins and zwei are on one host"), "{told}");
    assert_eq!((articles_of(&desk, "eins"), articles_of(&desk, "zwei")), (3, 3));
    assert_eq!(server.times_asked("/artikel/6"), 1);
}

#[test]
fn one_listing_in_two_files_is_read_for_the_first_and_it_is_told() {
    let server = newsroom();
    let desk = Desk::new();
    desk.write_selectors("eins", &portal("eins", server.origin(), "/liste/"));
    desk.write_selectors("zwei", &portal("zwei", server.origin(), "/liste/"));
    let told = desk.results(&["crawl"]);
    assert!(told.contains("is also in the file of eins; it is read for eins alone"), "{told}");
    assert_eq!((articles_of(&desk, "eins"), articles_of(&desk, "zwei")), (3, 0));
}

#[test]
fn a_portal_file_under_a_new_name_takes_over_what_waits() {
    let server = newsroom();
    let desk = Desk::new();
    desk.write_selectors("alt", &portal("alt", server.origin(), "/liste/"));
    desk.results(&["crawl", "--max-articles", "1"]);
    std::fs::remove_file(desk.path("selectors/alt.toml")).unwrap();
    desk.write_selectors("neu", &portal("neu", server.origin(), "/liste/"));
    desk.results(&["crawl"]);
    assert_eq!((articles_of(&desk, "alt"), articles_of(&desk, "neu")), (1, 2));
}
