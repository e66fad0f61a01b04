//! Portals of one character each: a small newsroom with good articles, and one fault.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Mutex;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::portal::reply::Reply;
use crate::portal::server::{PortalServer, Request};

/// Good articles of every newsroom here: `/artikel/1` to `/artikel/6`.
pub(crate) const GOOD: usize = 6;

/// A good article.
pub(crate) fn article(number: usize) -> Reply {
    Reply::html(article_text(number))
}

fn article_text(number: usize) -> String {
    let sentence = format!("Am Moosbach wird zum {number}. Mal gebaut, und die Brücke bleibt gesperrt. ");
    format!(
        "<html><head><title>Meldung {number}</title></head><body><article><h1>Meldung {number}</h1><p>{}</p></article></body></html>",
        sentence.repeat(10)
    )
}

/// Links to so many good articles.
fn links(count: usize) -> String {
    let links: Vec<_> = (1..=count).map(|n| format!("<a href='/artikel/{n}'>Meldung {n}</a>")).collect();
    links.concat()
}

/// A newsroom whose listing also leads to `more`; `fault` answers what it wants to, and is told how often the path
/// was asked for (from 1).
fn newsroom(
    more: &[&str],
    fault: impl Fn(&Request, usize) -> Option<Reply> + Send + Sync + 'static,
) -> PortalServer {
    let mut listing = links(GOOD);
    for path in more {
        let _ = write!(listing, "<a href='{path}'>mehr</a>");
    }
    let times: Mutex<HashMap<String, usize>> = Mutex::default();
    PortalServer::start(move |request| {
        let time = {
            let mut times = times.lock().unwrap();
            let time = times.entry(request.path.clone()).or_default();
            *time += 1;
            *time
        };
        if let Some(reply) = fault(request, time) {
            return reply;
        }
        match request.path.strip_prefix("/artikel/").map(str::parse) {
            Some(Ok(number)) if number <= GOOD => article(number),
            _ if request.path == "/liste/" => Reply::html(listing.clone()),
            _ => Reply::status(404),
        }
    })
}

/// One article of the newsroom is at fault the first `times` times.
fn faulty(times: usize, reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> PortalServer {
    newsroom(&[], move |request, time| {
        (request.path == "/artikel/3" && time <= times).then(|| reply(request))
    })
}

/// For ever.
pub(crate) const ALWAYS: usize = usize::MAX;

/// `/artikel/3` answers 429 at first, with that `Retry-After`.
pub(crate) fn overloaded(retry_after: impl Fn() -> String + Send + Sync + 'static) -> PortalServer {
    faulty(1, move |_| Reply::status(429).header("Retry-After", &retry_after()))
}

/// `/artikel/3` answers with that status for ever.
pub(crate) fn keeps_answering(status: u16) -> PortalServer {
    faulty(ALWAYS, move |_| Reply::status(status))
}

/// Every page answers 503 the first time.
pub(crate) fn bursts_of_503() -> PortalServer {
    newsroom(&[], |request, time| {
        (request.path.starts_with("/artikel/") && time == 1).then(|| Reply::status(503))
    })
}

/// The connection is reset in the middle of the body.
pub(crate) fn reset_in_the_middle(times: usize) -> PortalServer {
    faulty(times, |_| Reply::reset_after("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<html><body>"))
}

/// A byte now and then, for ever.
pub(crate) fn slow_drip() -> PortalServer {
    faulty(ALWAYS, |_| {
        Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<html>")
            .then_forever(b"x", Duration::from_millis(50))
    })
}

/// Headers that never end.
pub(crate) fn endless_headers() -> PortalServer {
    faulty(ALWAYS, |_| {
        let piece = format!("X-Mehr: {}\r\n", "y".repeat(500));
        Reply::raw("HTTP/1.1 200 OK\r\n").then_forever(piece.as_bytes(), Duration::ZERO)
    })
}

/// The body ends before the length it announced.
pub(crate) fn wrong_length(times: usize) -> PortalServer {
    faulty(times, |_| article(3).cut_after(200))
}

/// The chunks end without the last one.
pub(crate) fn chunks_without_an_end(times: usize) -> PortalServer {
    faulty(times, |_| {
        let text = article_text(3);
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n";
        Reply::raw(format!("{head}{:x}\r\n{text}\r\n", text.len()))
    })
}

/// The compressed body lacks its trailer; its length is right.
pub(crate) fn cut_compression(coding: &'static str, times: usize) -> PortalServer {
    faulty(times, move |_| {
        let text = article_text(3);
        let mut body = match coding {
            "gzip" => gzip(text.as_bytes()),
            _ => zstd::encode_all(text.as_bytes(), 3).unwrap(),
        };
        body.truncate(body.len() - 6);
        Reply::html(body).header("Content-Encoding", coding)
    })
}

/// Two hundred megabytes of nothing in two hundred kilobytes.
pub(crate) fn gzip_bomb() -> PortalServer {
    let bomb = gzip(&vec![b' '; 200 << 20]);
    faulty(ALWAYS, move |_| Reply::html(bomb.clone()).header("Content-Encoding", "gzip"))
}

/// A body without an end in sight.
pub(crate) fn huge_body() -> PortalServer {
    faulty(ALWAYS, |_| Reply::html(vec![b'x'; 3 << 20]))
}

/// The same without a word of its length.
pub(crate) fn body_without_end() -> PortalServer {
    faulty(ALWAYS, |_| Reply::html(vec![b'x'; 3 << 20]).without_length())
}

/// A charset nobody knows, and bytes of another.
pub(crate) fn wrong_charset() -> PortalServer {
    faulty(ALWAYS, |_| {
        let latin: Vec<u8> = article_text(3).chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect();
        Reply::new(200, "text/html; charset=klingonisch", latin)
    })
}

/// Two addresses that redirect to each other, and one to itself.
pub(crate) fn redirect_loop() -> PortalServer {
    newsroom(&["/artikel/hin", "/artikel/selbst"], |request, _| match request.path.as_str() {
        "/artikel/hin" => Some(Reply::redirect(302, "/artikel/her")),
        "/artikel/her" => Some(Reply::redirect(301, "/artikel/hin")),
        "/artikel/selbst" => Some(Reply::redirect(302, "/artikel/selbst")),
        _ => None,
    })
}

/// A redirect to another host.
pub(crate) fn redirect_to(target: String) -> PortalServer {
    faulty(ALWAYS, move |_| Reply::redirect(302, &target))
}

/// A page that is only given with a tracking parameter.
pub(crate) fn redirect_adds_a_tracking_parameter() -> PortalServer {
    newsroom(&[], |request, _| {
        (request.path == "/artikel/3")
            .then(|| Reply::redirect(302, "/artikel/3?utm_source=start"))
            .or_else(|| (request.path == "/artikel/3?utm_source=start").then(|| article(3)))
    })
}

/// The listing leads to a calendar whose months never end.
pub(crate) fn calendar() -> PortalServer {
    newsroom(&[], |request, _| {
        if request.path == "/liste/" {
            let good = links(GOOD);
            return Some(Reply::html(format!("{good}<a rel=next href='/liste/2024/1/'>weiter</a>")));
        }
        let parts: Vec<u32> =
            request.path.strip_prefix("/liste/")?.split('/').filter_map(|part| part.parse().ok()).collect();
        let [year, month] = parts[..] else { return None };
        let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        Some(Reply::html(format!("<p>Nichts los.</p><a rel=next href='/liste/{year}/{month}/'>weiter</a>")))
    })
}

/// A listing whose last page is given again under every further number.
pub(crate) fn endless_pagination() -> PortalServer {
    newsroom(&[], |request, _| {
        let (path, page) = request.path.split_once("?seite=").unwrap_or((&request.path, "1"));
        let page: u32 = (path == "/liste/").then(|| page.parse().ok())??;
        let good = links(GOOD);
        Some(Reply::html(format!("{good}<a rel=next href='/liste/?seite={}'>weiter</a>", page + 1)))
    })
}

/// Every page of the listing links to its articles under a new session's number, in that parameter.
pub(crate) fn sessions(parameter: &'static str) -> PortalServer {
    let turn = std::sync::atomic::AtomicU64::new(1);
    PortalServer::start(move |request| {
        let path = request.path.split('?').next().unwrap_or_default();
        if path == "/liste/" {
            let page: u64 =
                request.path.split_once("seite=").and_then(|(_, page)| page.parse().ok()).unwrap_or(1);
            let links: Vec<String> = (1..=GOOD)
                .map(|n| {
                    let turn = turn.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    format!(
                        "<a href='/artikel/{n}?{parameter}={:032x}'>Meldung</a>",
                        turn.wrapping_mul(0x9e37_79b9_7f4a_7c15)
                    )
                })
                .collect();
            let next = if page < 40 {
                format!("<a rel=next href='/liste/?seite={}'>weiter</a>", page + 1)
            } else {
                String::new()
            };
            return Reply::html(format!("{}{next}", links.concat()));
        }
        match path.strip_prefix("/artikel/").map(str::parse) {
            Some(Ok(number)) if number <= GOOD => article(number),
            _ => Reply::status(404),
        }
    })
}

/// One article under many tracking parameters.
pub(crate) fn tracking_parameters() -> PortalServer {
    let more: Vec<String> = ["utm_source=a", "utm_medium=b&utm_campaign=c", "fbclid=1", "gclid=2&wt_mc=3"]
        .iter()
        .map(|query| format!("/artikel/1?{query}"))
        .collect();
    let more: Vec<&str> = more.iter().map(String::as_str).collect();
    newsroom(&more, |request, _| request.path.starts_with("/artikel/1?").then(|| article(1)))
}

/// Filters that combine without end, and paths that grow.
pub(crate) fn facets_and_growth() -> PortalServer {
    let mut more: Vec<String> = (1..64)
        .map(|bits: u32| {
            let query: Vec<_> =
                (0..6).filter(|bit| bits >> bit & 1 == 1).map(|bit| format!("filter{bit}=1")).collect();
            format!("/artikel/suche?{}", query.join("&"))
        })
        .collect();
    more.extend((3..20).map(|times| format!("/artikel{}", "/mehr/artikel".repeat(times))));
    let more: Vec<&str> = more.iter().map(String::as_str).collect();
    newsroom(&more, |request, _| {
        request.path.contains("filter").then(|| Reply::html(format!("<p>{}</p>", request.path)))
    })
}

/// Pages that are not there and say so with status 200, and one that leads to the start page.
pub(crate) fn soft_404() -> PortalServer {
    newsroom(&["/artikel/weg-1", "/artikel/weg-2", "/artikel/heim"], |request, _| {
        match request.path.as_str() {
            path if path.starts_with("/artikel/weg") => Some(Reply::html(
                "<html><head><title>Seite nicht gefunden</title></head><body><h1>Seite nicht gefunden</h1><p>Diese Seite gibt es leider nicht mehr.</p></body></html>",
            )),
            "/artikel/heim" => Some(Reply::redirect(302, "/")),
            "/" => {
                Some(Reply::html("<h1>Start</h1><p>Willkommen auf unserer Seite, hier steht alles Neue.</p>"))
            }
            _ => None,
        }
    })
}

/// robots.txt answers that; the rest is a good newsroom.
pub(crate) fn robots(reply: impl Fn(usize) -> Reply + Send + Sync + 'static) -> PortalServer {
    newsroom(&["/intern/1"], move |request, time| match request.path.as_str() {
        "/robots.txt" => Some(reply(time)),
        "/anderswo/robots.txt" => Some(Reply::text("User-agent: *\nDisallow: /intern/\n")),
        _ => None,
    })
}

/// A sitemap that unpacks without end, one that contains itself, and one that leads deeper and deeper.
pub(crate) fn sitemap_bomb() -> PortalServer {
    let bomb = gzip(&[b"<urlset>".to_vec(), vec![b' '; 200 << 20]].concat());
    PortalServer::start_with(|origin| {
        let origin = origin.to_owned();
        Box::new(move |request: &Request| {
            let index = |paths: &[&str]| {
                let entries: Vec<String> = paths
                    .iter()
                    .map(|path| format!("<sitemap><loc>{origin}{path}</loc></sitemap>"))
                    .collect();
                Reply::new(
                    200,
                    "application/xml",
                    format!("<sitemapindex>{}</sitemapindex>", entries.concat()),
                )
            };
            match request.path.as_str() {
                "/sitemap.xml" => index(&["/sitemap.xml", "/gut.xml", "/bombe.xml.gz", "/tief/1.xml"]),
                "/gut.xml" => {
                    let entries: Vec<String> =
                        (1..=GOOD).map(|n| format!("<url><loc>{origin}/artikel/{n}</loc></url>")).collect();
                    Reply::new(200, "application/xml", format!("<urlset>{}</urlset>", entries.concat()))
                }
                "/bombe.xml.gz" => Reply::new(200, "application/gzip", bomb.clone()),
                path if path.starts_with("/tief/") => {
                    let depth: u32 = path[6..].trim_end_matches(".xml").parse().unwrap();
                    index(&[&format!("/tief/{}.xml", depth + 1)])
                }
                path => match path.strip_prefix("/artikel/").map(str::parse) {
                    Some(Ok(number)) if number <= GOOD => article(number),
                    _ => Reply::status(404),
                },
            }
        })
    })
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
