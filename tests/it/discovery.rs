//! Where articles are found besides listings and feeds: WordPress's own lists, sitemaps that robots.txt names.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use crate::invented::{Mode, portal, run};
use crate::portal::{PortalServer, Reply, Request};

/// A WordPress site: post `n` was published on the first of a month, 40 a month from January 2024 on.
fn wordpress(posts: usize, request: &Request) -> Reply {
    let path = request.path.as_str();
    let parameter = |name: &str| {
        let query = path.split_once('?').map_or("", |(_, query)| query);
        query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')?.parse::<usize>().ok())
    };
    let month_of = |post: usize| (2024 + post / 480, post / 40 % 12 + 1);
    if path == "/robots.txt" {
        return Reply::text("User-agent: *\nDisallow: /wp-admin/\nSitemap: /karte.xml\n");
    }
    if path == "/karte.xml" {
        let list = "<urlset><url><loc>/2024/01/post-0/</loc></url><url><loc>/2024/01/nur-in-der-karte-1/</loc></url></urlset>";
        return Reply::new(200, "application/xml", list);
    }
    if path.starts_with("/wp-json/wp/v2/posts") {
        let (page, each) = (parameter("page").unwrap_or(1), parameter("per_page").unwrap_or(10));
        let newest_first = (0..posts).rev().skip((page - 1) * each).take(each);
        let items: Vec<String> = newest_first
            .map(|post| {
                let (year, month) = month_of(post);
                format!("{{\"link\":\"/{year}/{month:02}/post-{post}/\",\"title\":{{\"rendered\":\"Post {post}\"}},\"date_gmt\":\"{year}-{month:02}-01T06:00:00\"}}")
            })
            .collect();
        if items.is_empty() {
            return Reply::new(400, "application/json", "{\"code\":\"rest_post_invalid_page_number\"}");
        }
        return Reply::new(200, "application/json", format!("[{}]", items.join(",")));
    }
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        [year, month] | [year, month, "page", _] => {
            let page = parts.get(3).and_then(|page| page.parse().ok()).unwrap_or(1_usize);
            let of_month = |post: &usize| {
                let (at_year, at_month) = month_of(*post);
                year.parse() == Ok(at_year) && month.parse() == Ok(at_month)
            };
            let listed: Vec<usize> =
                (0..posts).rev().filter(of_month).skip((page - 1) * 30).take(30).collect();
            if listed.is_empty() {
                return Reply::status(404);
            }
            let mut html = String::from("<html><body><main>");
            for post in listed {
                let _ = write!(html, "<h2><a href=\"/{year}/{month}/post-{post}/\">Post {post}</a></h2>");
            }
            let next = format!("<a rel=next href=\"/{year}/{month}/page/{}/\">älter</a>", page + 1);
            Reply::html(html + &next + "</main></body></html>")
        }
        [_, _, slug] if *slug != "page" => Reply::html(format!(
            "<html><body><article><h1>Was {slug} zu sagen hat</h1><p>Ein Absatz über {slug} und noch einiges andere, das in der Zeitung steht.</p></article></body></html>"
        )),
        _ => Reply::status(404),
    }
}

fn site(posts: &Arc<Mutex<usize>>) -> PortalServer {
    let posts = Arc::clone(posts);
    PortalServer::start(move |request| {
        let posts = *posts.lock().unwrap();
        wordpress(posts, request)
    })
}

const URLS: &str = "[urls]\narticle = ['^/\\d{4}/\\d{2}/[a-z][a-z0-9-]+/$']\n";

fn asked(server: &PortalServer, part: &str) -> usize {
    server.paths().iter().filter(|path| path.contains(part)).count()
}

#[test]
fn a_wordpress_site_is_found_by_its_posts_and_the_walk_ends_at_known_ones() {
    let posts = Arc::new(Mutex::new(200));
    let server = site(&posts);
    let directory = tempfile::tempdir().unwrap();
    let portal = portal(server.origin(), &format!("{URLS}[wordpress]\nposts = true\n"));
    let first = run(directory.path(), &portal, "2024-06-15T08:00:00Z".parse().unwrap(), Mode::New);
    assert!(!first.has_failures(), "{:?}", first.portals[0].failures);
    assert_eq!(first.portals[0].new, 200);
    assert_eq!(asked(&server, "/wp-json/"), 3, "two full pages, and the one that says there is no more");

    *posts.lock().unwrap() = 203;
    let second = run(directory.path(), &portal, "2024-06-16T08:00:00Z".parse().unwrap(), Mode::New);
    assert_eq!((second.portals[0].new, second.has_failures()), (3, false));
    assert_eq!(asked(&server, "/wp-json/"), 5, "the second page holds only known posts");
}

#[test]
fn months_that_are_over_are_walked_once_and_empty_ones_are_no_failure() {
    let posts = Arc::new(Mutex::new(90));
    let server = site(&posts);
    let directory = tempfile::tempdir().unwrap();
    let next = "[listing_page.next]\nfrom = [{ css = \"a[rel=next]\", attr = \"href\" }]\n";
    let tables = format!("{URLS}[wordpress]\narchives = \"2023-11\"\n{next}");
    let portal = portal(server.origin(), &tables);
    let first = run(directory.path(), &portal, "2024-03-15T08:00:00Z".parse().unwrap(), Mode::New);
    assert!(!first.has_failures(), "{:?}", first.portals[0].failures);
    assert_eq!(first.portals[0].new, 90);
    assert_eq!(asked(&server, "/2023/11/") + asked(&server, "/2023/12/"), 2, "nothing was published then");
    assert!(asked(&server, "/2024/01/page/2/") == 1, "a month has several pages");

    let before = server.paths().len();
    *posts.lock().unwrap() = 130;
    let second = run(directory.path(), &portal, "2024-04-20T08:00:00Z".parse().unwrap(), Mode::New);
    assert_eq!((second.portals[0].new, second.has_failures()), (40, false));
    let lists: BTreeSet<String> = server.paths()[before..]
        .iter()
        .filter(|path| !path.contains("post-") && !path.contains("page") && path.starts_with("/2"))
        .cloned()
        .collect();
    let expected = BTreeSet::from(["/2024/03/".to_owned(), "/2024/04/".to_owned()]);
    assert_eq!(lists, expected, "January and February were over and walked");
}

#[test]
fn the_sitemaps_that_robots_txt_names_are_read_where_the_file_wants_them() {
    let server = site(&Arc::new(Mutex::new(1)));
    let directory = tempfile::tempdir().unwrap();
    let portal = portal(server.origin(), &format!("{URLS}[[sitemap]]\nfrom = \"robots\"\n"));
    for (instant, new) in
        [("2024-03-15T08:00:00Z", 2), ("2024-03-15T09:00:00Z", 0), ("2024-03-17T08:00:00Z", 0)]
    {
        let report = run(directory.path(), &portal, instant.parse().unwrap(), Mode::New);
        assert_eq!((report.portals[0].new, report.has_failures()), (new, false), "{instant}");
    }
    assert_eq!(asked(&server, "/robots.txt"), 2, "kept for a day, then asked again");
    assert_eq!(asked(&server, "/karte.xml"), 3);
}
