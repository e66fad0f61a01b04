//! How much extraction costs beside building the tree of the full page: `cargo bench --bench extract`.
//!
//! Over generated pages of 80 kB, and over the `.html` files of `DATELINE_BENCH_PAGES`, where that is given. The CPU time of
//! the thread counts (Linux; elsewhere zero), but for the slowest page, which the clock on the wall times.

#![expect(clippy::print_stdout, reason = "a bench reports on stdout")]
#![expect(clippy::format_push_string, reason = "a page is put together once")]

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use dateline::extract::{Page, extract};
use dateline::model::crawl_url::CrawlUrl;
use dateline::portal::Portal;
use dateline::portal::load::load;
use dateline::portal::source::Sources;
use scraper::Html;

/// Size of a generated page in bytes.
const PAGE_BYTES: usize = 80_000;
/// Generated pages.
const PAGES: usize = 100;
/// Times all pages are read, in turns.
const ROUNDS: usize = 3;

fn main() {
    let generated: Vec<String> = (0..PAGES).map(page).collect();
    report("generated", &generated);
    if let Ok(directory) = std::env::var("DATELINE_BENCH_PAGES") {
        report(&directory, &pages_of(Path::new(&directory)));
    }
}

fn report(name: &str, pages: &[String]) {
    let url =
        CrawlUrl::parse("https://zeitung.example/ulm/2021/05/17/neues-haus/").expect("a constant address");
    let portal = portal();
    let extract_with = |html: &str, portal: Option<&Portal>| {
        let page = Page { url: &url, html: black_box(html), captured_on: None, published_hint: None };
        black_box(extract(&page, portal));
    };
    // What is made once in a process is no page's.
    pages.iter().take(1).for_each(|html| extract_with(html, Some(&portal)));
    let (mut parse, mut read, mut by_rules) = (0.0, 0.0, 0.0);
    for _ in 0..ROUNDS {
        parse += processor_seconds(|| {
            for html in pages {
                drop(black_box(Html::parse_document(black_box(html))));
            }
        });
        read += processor_seconds(|| pages.iter().for_each(|html| extract_with(html, None)));
        by_rules += processor_seconds(|| pages.iter().for_each(|html| extract_with(html, Some(&portal))));
    }
    let slowest = pages.iter().map(|html| {
        let start = Instant::now();
        extract_with(html, None);
        start.elapsed().as_secs_f64()
    });
    let slowest = slowest.fold(0.0, f64::max);
    let count = pages.len().max(1);
    let each = 1e3 / (count * ROUNDS) as f64;
    let bytes: usize = pages.iter().map(String::len).sum();
    println!(
        "{name}: {} pages of {} kB: tree alone {:.2} ms CPU, extract {:.2} ms, ratio {:.2} (with a portal file {:.2}), slowest {:.1} ms",
        pages.len(),
        bytes / 1000 / count,
        parse * each,
        read * each,
        read / parse.max(f64::EPSILON),
        by_rules / parse.max(f64::EPSILON),
        slowest * 1e3,
    );
}

/// A portal file that extends the family that comes with the program.
fn portal() -> Portal {
    let mut sources = Sources::new();
    let family = include_str!("../selectors/families/tagdiv-newspaper.toml");
    sources.insert("families/tagdiv-newspaper", "bench", family);
    let file = "format = 1\nextends = \"tagdiv-newspaper\"\n[portal]\nid = \"zeitung\"\nname = \"Zeitung\"\n\
                home = \"https://zeitung.example/\"\nhosts = [\"zeitung.example\"]\n";
    sources.insert("zeitung", "bench", file);
    load("zeitung", &sources).expect("a valid file").portal
}

/// CPU time this thread spends on some work.
fn processor_seconds(work: impl FnOnce()) -> f64 {
    let spent = || {
        let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
        stat.split(' ').next().and_then(|nanoseconds| nanoseconds.parse::<f64>().ok()).unwrap_or_default()
            / 1e9
    };
    let before = spent();
    work();
    spent() - before
}

fn pages_of(directory: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "html"));
    paths.sort();
    paths
        .iter()
        .filter_map(|path| Some(String::from_utf8_lossy(&std::fs::read(path).ok()?).into_owned()))
        .collect()
}

/// A news page as they are: a third text and markup of the article, the rest menus, teasers, scripts and styles.
fn page(number: usize) -> String {
    let mut html = format!(
        "<!doctype html><html lang=\"de\"><head><title>Neues Haus Nr. {number} | Talkurier</title>\
         <meta property=\"og:title\" content=\"Neues Haus Nr. {number}\"><link rel=\"canonical\" href=\"/ulm/{number}/\">\
         <script type=\"application/ld+json\">{{\"@type\":\"NewsArticle\",\"headline\":\"Neues Haus Nr. {number}\",\
         \"datePublished\":\"2021-05-17T10:00:00+02:00\",\"author\":{{\"@type\":\"Person\",\"name\":\"Anna Berg\"}}}}</script></head><body>"
    );
    for menu in 0..40 {
        html += &format!(
            "<ul class=\"menu\"><li><a href=\"/m/{menu}\">Rubrik {menu}</a></li><li><a href=\"/n/{menu}\">Mehr</a></li></ul>"
        );
    }
    html += &format!(
        "<main><article class=\"post\"><h1>Neues Haus Nr. {number}</h1><div class=\"entry-content\">"
    );
    for paragraph in 0..30 {
        html += &format!(
            "<p>Die Stadt baut im Absatz {paragraph} ein neues Haus, und der <a href=\"/p/{paragraph}\">Rat</a> freut sich \
             darüber, denn es ist größer, heller und <b>billiger</b> als das alte, das im vergangenen Winter geschlossen wurde.</p>"
        );
    }
    html += "</div></article></main>";
    let mut teaser = 0;
    while html.len() < PAGE_BYTES / 2 {
        teaser += 1;
        html += &format!(
            "<div class=\"td_module_wrap teaser\"><h3 class=\"entry-title\"><a href=\"/t/{teaser}\">Nachricht {teaser} aus der Stadt</a></h3>\
             <span class=\"date\">17.05.2021</span><div class=\"td-excerpt\">Ein Auszug, der nicht lang ist.</div></div>"
        );
    }
    while html.len() < PAGE_BYTES {
        html += "<script>window.dataLayer = window.dataLayer || []; function track(a, b) { if (a < b) { dataLayer.push([a, b]); } }</script>\
                 <style>.teaser { margin: 0 auto; padding: 1rem } .teaser > h3 { font-size: 1.2rem }</style>";
    }
    html += "</body></html>";
    html
}
