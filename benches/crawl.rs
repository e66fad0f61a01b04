//! What a crawl costs beside the least it can cost: one host, rates off, everything on (permit, WARC, structure,
//! rows, full text), against a bare loop over the same pages in the same run.
//!
//! `cargo bench --bench crawl -- 10000` (articles of about 80 kB, gzip; default 2,000). The portal, the bare loop (reqwest,
//! scraper, ten selectors, an SQLite insert, transactions of 100) and the crawl are processes of their own; the
//! portal's time is nobody's. CPU time counts, not the clock on the wall (Linux; elsewhere zero).

#![expect(clippy::print_stdout, reason = "its result is what it prints")]

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use dateline::config::{self, Overrides};
use dateline::crawl::{self, CrawlPlan, Shutdown};
use dateline::demo::Site;
use dateline::model::capture::Headers;
use dateline::portal::load;
use scraper::{Html, Selector};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Requests under way at once, of the loop and of the crawl.
const CONNECTIONS: usize = 8;

/// Articles in one transaction of the bare loop.
const BATCH: usize = 100;

const SEED: u64 = 4;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve", articles] => serve(articles.parse().expect("a number")),
        ["loop", origin, directory] => bare_loop(origin, Path::new(directory)),
        ["crawl", origin, directory] => whole_crawl(origin, Path::new(directory)),
        _ => compare(words.iter().find_map(|word| word.parse().ok()).unwrap_or(2_000)),
    }
}

fn compare(articles: usize) {
    let (mut portal, mut words) = start(&["serve", &articles.to_string()]);
    let origin = next_line(&mut words);
    let bytes: usize = next_line(&mut words).parse().expect("the mean size of a page");
    println!("{articles} articles of {bytes} bytes, {CONNECTIONS} connections");
    let directory = tempfile::TempDir::new().expect("a directory");
    let mut costs = Vec::new();
    // The loop twice, before and after: what else the machine does falls on both.
    for (what, place) in [("loop", "loop-1"), ("crawl", "crawl"), ("loop", "loop-2")] {
        let path = directory.path().join(place);
        std::fs::create_dir(&path).expect("a directory");
        let clock = Instant::now();
        let (mut child, mut lines) = start(&[what, &origin, path.to_str().expect("a path")]);
        let line = next_line(&mut lines);
        assert!(child.wait().expect("an end").success(), "{what} failed");
        let numbers: Vec<f64> = line.split(' ').map(|number| number.parse().expect("a number")).collect();
        let [pages, cpu, peak, quarters @ ..] = numbers.as_slice() else { panic!("{line}") };
        assert_eq!(*pages as usize, articles, "{what} must read every article");
        let each = cpu * 1e3 / pages;
        let shown: Vec<String> = quarters.iter().map(|quarter| format!("{quarter:.2}")).collect();
        println!(
            "{place:<8} {each:.2} ms CPU a page, peak memory {peak:.0} MiB, {:.0} s{}{}",
            clock.elapsed().as_secs_f64(),
            if shown.is_empty() { "" } else { "; by quarter " },
            shown.join(" ")
        );
        costs.push(each);
    }
    portal.kill().expect("the portal ends");
    let _ = portal.wait();
    println!("crawl / loop: {:.2}", costs[1] / f64::midpoint(costs[0], costs[2]));
}

/// Starts this program as another process; gives it and the lines it prints.
fn start(arguments: &[&str]) -> (Child, BufReader<ChildStdout>) {
    let program = std::env::current_exe().expect("this program");
    let mut child =
        Command::new(program).args(arguments).stdout(Stdio::piped()).spawn().expect("another process");
    let lines = BufReader::new(child.stdout.take().expect("its output"));
    (child, lines)
}

fn next_line(lines: &mut impl std::io::BufRead) -> String {
    let mut line = String::new();
    lines.read_line(&mut line).expect("a line");
    line.trim().to_owned()
}

// The bare loop.

const SELECTORS: [&str; 10] = [
    "h1",
    "title",
    "link[rel=canonical]",
    "meta[property='article:published_time']",
    "time[datetime]",
    ".td-post-author-name a",
    ".entry-crumbs a",
    ".td-post-content p",
    ".td-post-content a[href]",
    "script[type='application/ld+json']",
];

#[expect(clippy::disallowed_methods, reason = "the bare loop has no manners: that is what it is bare of")]
fn bare_loop(origin: &str, directory: &Path) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let connection = rusqlite::Connection::open(directory.join("loop.db")).expect("a database");
    connection.pragma_update(None, "journal_mode", "WAL").expect("WAL");
    connection
        .execute_batch("CREATE TABLE article (url, h1, title, canonical, published, time, author, crumbs, text, links, ld)")
        .expect("a table");
    let connection = Arc::new(Mutex::new((connection, 0_usize)));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let pages = runtime.expect("a runtime").block_on(async {
        let client = reqwest::Client::builder().build().expect("a client");
        let list = client.get(format!("{origin}/list.txt")).send().await.expect("a list");
        let list = list.text().await.expect("a text");
        let urls: Arc<Vec<String>> = Arc::new(list.lines().map(str::to_owned).collect());
        let next = Arc::new(AtomicUsize::new(0));
        let tasks: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                let (client, urls, next, connection) =
                    (client.clone(), Arc::clone(&urls), Arc::clone(&next), Arc::clone(&connection));
                tokio::spawn(async move {
                    while let Some(url) = urls.get(next.fetch_add(1, Ordering::SeqCst)) {
                        let request = client.get(url).header("Accept-Encoding", "gzip");
                        let body = request.send().await.expect("an answer").bytes().await.expect("a body");
                        let fields = fields_of(&body);
                        insert(&connection, url, &fields);
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("an end");
        }
        urls.len()
    });
    let (connection, under_way) = &*connection.lock().expect("no panic");
    if *under_way > 0 {
        connection.execute_batch("COMMIT").expect("a commit");
    }
    println!("{pages} {} {}", processor_time().as_secs_f64(), peak_memory_kib() / 1024);
}

fn fields_of(body: &[u8]) -> Vec<String> {
    static PARSED: OnceLock<Vec<Selector>> = OnceLock::new();
    let selectors = PARSED.get_or_init(|| {
        SELECTORS.iter().map(|selector| Selector::parse(selector).expect("a selector")).collect()
    });
    let mut html = String::new();
    flate2::read::GzDecoder::new(body).read_to_string(&mut html).expect("gzip of UTF-8");
    let page = Html::parse_document(&html);
    selectors
        .iter()
        .map(|selector| {
            let mut text = String::new();
            for element in page.select(selector) {
                element.text().for_each(|piece| text.push_str(piece));
                for attribute in ["href", "content", "datetime"] {
                    text.push_str(element.value().attr(attribute).unwrap_or_default());
                }
            }
            text
        })
        .collect()
}

fn insert(connection: &Mutex<(rusqlite::Connection, usize)>, url: &str, fields: &[String]) {
    let (connection, under_way) = &mut *connection.lock().expect("no panic");
    if *under_way == 0 {
        connection.execute_batch("BEGIN").expect("a transaction");
    }
    let values = std::iter::once(url).chain(fields.iter().map(String::as_str));
    connection
        .prepare_cached("INSERT INTO article VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")
        .and_then(|mut insert| insert.execute(rusqlite::params_from_iter(values)))
        .expect("an insert");
    *under_way += 1;
    if *under_way == BATCH {
        connection.execute_batch("COMMIT").expect("a commit");
        *under_way = 0;
    }
}

// The crawl.

fn whole_crawl(origin: &str, directory: &Path) {
    let mut sources = config::selector_files::built_in();
    let text = format!(
        "format = 1\nextends = \"tagdiv-newspaper\"\n[portal]\nhome = \"{origin}/\"\nlanguage = \"de\"\n\
         timezone = \"Europe/Berlin\"\n[politeness]\ndelay = \"0s\"\nconcurrency = {CONNECTIONS}\n\
         [[sitemap]]\nurl = \"{origin}/list.txt\"\n"
    );
    sources.insert("bench", "bench.toml", &text);
    let portal = match load("bench", &sources) {
        Ok(loaded) => loaded.portal,
        Err(mistakes) => panic!("{}", mistakes[0].render(false)),
    };
    let plan = CrawlPlan::discovery(
        directory.join("archive"),
        vec![Arc::new(portal)],
        config::load(&Overrides::default()).expect("the defaults"),
    );
    let mut seen: Vec<(u64, Duration)> = vec![(0, Duration::ZERO)];
    let mut observer =
        |report: &crawl::RunReport| seen.push((report.portals[0].articles(), processor_time()));
    let report = crawl::run(&plan, &Shutdown::default(), &mut observer).expect("a crawl");
    let pages = report.portals[0].articles();
    assert!(!report.has_failures(), "{:?}", report.portals[0].failures);
    let mut line = format!("{pages} {} {}", processor_time().as_secs_f64(), peak_memory_kib() / 1024);
    for quarter in 1..=4 {
        let at = |share: u64| {
            seen.iter().find(|(articles, _)| *articles >= pages * share / 4).copied().unwrap_or_default()
        };
        let ((from, before), (to, after)) = (at(quarter - 1), at(quarter));
        let each = after.saturating_sub(before).as_secs_f64() * 1e3 / (to - from).max(1) as f64;
        let _ = write!(line, " {each}");
    }
    println!("{line}");
}

// The portal.

struct Portal {
    paths: Vec<String>,
    list: String,
    pages: std::collections::HashMap<String, Vec<u8>>,
}

fn serve(articles: usize) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("its address"));
    let site = Site::generated(articles, SEED).padded(18_000).at(&origin);
    let paths: Vec<String> = site.truth().into_iter().map(|expected| expected.path).collect();
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let next = AtomicUsize::new(0);
    let pages = Mutex::new(std::collections::HashMap::new());
    let bytes = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((number, path)) =
                    paths.get(next.fetch_add(1, Ordering::SeqCst)).map(|path| (path.len(), path))
                {
                    let page = site.respond(path, &Headers::default());
                    let html = String::from_utf8(page.body).expect("UTF-8");
                    let html = furnished(&html, number);
                    bytes.fetch_add(html.len(), Ordering::SeqCst);
                    let packed = packed(html.as_bytes());
                    pages.lock().expect("no panic").insert(path.clone(), packed);
                }
            });
        }
    });
    let list = paths.iter().fold(String::new(), |list, path| list + &origin + path + "\n");
    let portal = Arc::new(Portal { list, pages: pages.into_inner().expect("no panic"), paths });
    println!("{origin}\n{}", bytes.into_inner() / portal.paths.len());
    for stream in listener.incoming().flatten() {
        let portal = Arc::clone(&portal);
        std::thread::spawn(move || converse(&stream, &portal));
    }
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory")
}

fn converse(stream: &TcpStream, portal: &Portal) {
    let _ = stream.set_nodelay(true);
    let mut reader = BufReader::new(stream);
    loop {
        let mut first = String::new();
        if reader.read_line(&mut first).unwrap_or(0) == 0 {
            return;
        }
        let mut line = String::new();
        while reader.read_line(&mut line).unwrap_or(0) > 2 {
            line.clear();
        }
        let path = first.split(' ').nth(1).unwrap_or("/");
        let (status, headers, body): (&str, &str, &[u8]) = match path {
            "/robots.txt" => {
                ("200 OK", "Content-Type: text/plain\r\n", b"User-agent: *\nDisallow: /intern/\n")
            }
            "/list.txt" => ("200 OK", "Content-Type: text/plain\r\n", portal.list.as_bytes()),
            path => match portal.pages.get(path) {
                Some(page) => {
                    let headers = "Content-Type: text/html; charset=UTF-8\r\nContent-Encoding: gzip\r\nVary: Accept-Encoding\r\n";
                    ("200 OK", headers, page)
                }
                None => ("404 Not Found", "Content-Type: text/plain\r\n", b"nothing here"),
            },
        };
        let mut answer =
            format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n", body.len()).into_bytes();
        answer.extend_from_slice(body);
        if { stream }.write_all(&answer).is_err() {
            return;
        }
    }
}

/// A page as newsrooms serve it: menus, teasers with pictures in several sizes, a footer, data for scripts.
fn furnished(html: &str, number: usize) -> String {
    let mut menu = String::from("<nav class=\"td-menu\"><ul>");
    for entry in 0..70 {
        let _ = write!(
            menu,
            "<li class=\"menu-item menu-item-{entry}\"><a href=\"/category/rubrik-{entry}/\" data-track=\"menu.{entry}\"><span>Rubrik {entry}</span></a></li>"
        );
    }
    menu.push_str("</ul></nav>");
    let mut foot = String::from("<aside class=\"td-teasers\">");
    for teaser in 0..44 {
        let key = number.wrapping_mul(31).wrapping_add(teaser * 7);
        let _ = write!(
            foot,
            "<div class=\"td_module_10 td_module_wrap\"><div class=\"td-module-thumb\"><a href=\"/lokales/2025/01/{:02}/teaser-{key}/\" rel=\"bookmark\">\
             <img class=\"entry-thumb\" loading=\"lazy\" width=\"218\" height=\"150\" src=\"/wp-content/uploads/{key}-218x150.jpg\" \
             srcset=\"/wp-content/uploads/{key}-218x150.jpg 218w, /wp-content/uploads/{key}-436x300.jpg 436w, /wp-content/uploads/{key}-872x600.jpg 872w\" \
             alt=\"Bild zur Meldung {key}\"></a></div><div class=\"item-details\"><h3 class=\"entry-title td-module-title\">\
             <a href=\"/lokales/2025/01/{:02}/teaser-{key}/\">Was die Stadt zum Fall {key} nun beschlossen hat</a></h3>\
             <div class=\"td-module-meta-info\"><span class=\"td-post-date\">{}. Januar</span></div></div></div>",
            key % 28 + 1,
            key % 28 + 1,
            key % 28 + 1,
        );
    }
    foot.push_str("</aside><footer><ul>");
    for entry in 0..60 {
        let _ = write!(foot, "<li><a href=\"/seite/{entry}/\">Seite {entry}</a></li>");
    }
    foot.push_str("</ul></footer><script>window.__STATE__=[");
    for entry in 0..60 {
        let _ = write!(foot, "{{\"id\":{entry},\"slot\":\"s{entry}\",\"sizes\":[[300,250],[728,90]]}},");
    }
    foot.push_str("];</script>");
    let html = match html.find("<body").and_then(|body| Some(body + html[body..].find('>')? + 1)) {
        Some(at) => format!("{}{menu}{}", &html[..at], &html[at..]),
        None => html.to_owned(),
    };
    html.replacen("</body>", &(foot + "</body>"), 1)
}

/// User and system time of this process, all its threads (Linux; elsewhere zero).
fn processor_time() -> Duration {
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: f64 = fields.skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    Duration::from_secs_f64(ticks / TICKS_A_SECOND)
}

/// Greatest resident memory of this process (Linux; elsewhere zero).
fn peak_memory_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
