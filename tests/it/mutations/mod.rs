//! Changed seeds against every parser of foreign bytes, the same ones in every run: fuzzing with the stable toolchain.
//!
//! `FUZZ_SECONDS=60 cargo test --test it mutations::` gives each parser a minute; without it each gets a moment. The
//! seeds are the project's own texts, pages and selector files. `fuzz/README.md` says how libFuzzer takes over.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

mod checks;

/// Inputs a parser is given at least, however slow the machine.
const LEAST_INPUTS: usize = 150;
/// Longest input, in bytes.
const LONGEST: usize = 24_000;
/// How long the longest input may take, unoptimised and on a busy machine.
const SLOWEST: Duration = Duration::from_secs(20);

/// Signs and words that parsers trip over.
const PIECES: [&str; 48] = [
    "„",
    "“",
    "”",
    "\"",
    "'",
    "»",
    "«",
    "‚",
    "‘",
    "(",
    ")",
    "[",
    "]",
    "/",
    "|",
    ".",
    ",",
    ":",
    "–",
    " - ",
    "\n",
    "\n\n",
    "\r\n",
    "\u{feff}",
    "\u{308}",
    "\u{ad}",
    "\u{202e}",
    "ß",
    "İ",
    "😀",
    "1",
    "9999",
    "6. April",
    "Mai ",
    "am ",
    "dpa",
    "BERLIN",
    "sagte ",
    "<p>",
    "</",
    "<!--",
    "&#0;",
    "<script type=application/ld+json>",
    "{",
    "\\u",
    "Disallow: /*",
    "]]>",
    "WARC/1.1\r\n",
];

/// xorshift64*: the same changes in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap_or_default() % below.max(1)
    }
}

fn run(name: &str, seeds: &[Vec<u8>], check: fn(&[u8])) {
    assert!(seeds.len() > 2, "{name} has seeds");
    let seconds = std::env::var("FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    let time = seconds.map_or(Duration::from_millis(300), Duration::from_secs);
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let begun = Instant::now();
    let mut inputs = 0;
    while inputs < LEAST_INPUTS || begun.elapsed() < time {
        let mut input = seeds[if inputs < seeds.len() { inputs } else { dice.roll(seeds.len()) }].clone();
        if inputs >= seeds.len() {
            for _ in 0..=dice.roll(6) {
                change(&mut input, seeds, &mut dice);
            }
        }
        input.truncate(LONGEST);
        let one = Instant::now();
        let outcome = std::panic::catch_unwind(|| check(&input));
        assert!(outcome.is_ok(), "{name}, input {inputs}: {:?}", String::from_utf8_lossy(&input));
        assert!(one.elapsed() < SLOWEST, "{name}, input {inputs} took {:?}", one.elapsed());
        inputs += 1;
    }
    println!("{name}: {inputs} inputs in {:?}", begun.elapsed());
}

fn change(input: &mut Vec<u8>, seeds: &[Vec<u8>], dice: &mut Dice) {
    let at = dice.roll(input.len() + 1);
    let past = (at + dice.roll(40)).min(input.len());
    match dice.roll(7) {
        0 if at < input.len() => input[at] ^= 1 << dice.roll(8),
        1 => drop(input.drain(at..past)),
        2 => {
            let again = input[at..past].repeat(dice.roll(12));
            input.splice(at..at, again);
        }
        3 => {
            let other = &seeds[dice.roll(seeds.len())];
            let from = dice.roll(other.len() + 1);
            let to = (from + dice.roll(400)).min(other.len());
            input.splice(at..at, other[from..to].iter().copied());
        }
        4 => input.truncate(at),
        _ => {
            let piece = PIECES[dice.roll(PIECES.len())].repeat(1 + dice.roll(3));
            input.splice(at..at, piece.bytes());
        }
    }
}

/// Every file of a folder that ends so, in the order of their names.
fn files(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(&folder).expect("the folder is part of the repository");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("the folder is readable").path()).collect();
    paths.sort();
    let ends_so = |path: &&std::path::PathBuf| path.to_string_lossy().ends_with(ending);
    paths.iter().filter(ends_so).map(|path| fs::read(path).expect("the file is readable")).collect()
}

/// Articles without their labels.
fn articles() -> Vec<Vec<u8>> {
    let texts = [files("tests/structure/de", ".txt"), files("tests/structure/en", ".txt")].concat();
    texts.iter().map(|text| without_labels(&String::from_utf8_lossy(text)).into_bytes()).collect()
}

fn without_labels(text: &str) -> String {
    let body = text.split_once("\n\n").map_or(text, |(_, body)| body);
    let mut plain = String::with_capacity(body.len());
    let mut is_label = false;
    for sign in body.chars() {
        match sign {
            '{' => is_label = true,
            '}' => is_label = false,
            _ if !is_label => plain.push(sign),
            _ => {}
        }
    }
    plain
}

fn lines(text: &str) -> Vec<Vec<u8>> {
    text.lines().map(|line| line.as_bytes().to_vec()).collect()
}

#[test]
fn structure_holds() {
    run("structure", &articles(), checks::structure);
}

#[test]
fn datelines_hold() {
    let list = files("tests/structure", "datelines.jsonl").concat();
    let texts = String::from_utf8_lossy(&list)
        .lines()
        .filter_map(|line| {
            serde_json::from_str::<serde_json::Value>(line).ok()?["text"].as_str().map(str::to_owned)
        })
        .map(String::into_bytes)
        .collect::<Vec<_>>();
    run("dateline", &texts, checks::dateline);
}

#[test]
fn selector_files_hold() {
    run(
        "selector file",
        &[files("selectors", ".toml"), files("selectors/families", ".toml")].concat(),
        checks::selector_file,
    );
}

#[test]
fn robots_txt_holds() {
    let seeds = lines(
        "User-agent: *\nUser-agent: dateline\nDisallow: /intern/*.pdf$\nAllow: /\nCrawl-delay: 2.5\nSitemap: https://zeitung.example/sitemap.xml\n# a comment\nDisallow",
    );
    run("robots.txt", &[seeds.clone(), vec![seeds.join(&b'\n')]].concat(), checks::robots);
}

#[test]
fn feeds_and_sitemaps_hold() {
    let seeds = lines(concat!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><item><title>Neues Haus</title><link>https://zeitung.example/a/</link><pubDate>Mon, 06 Apr 2020 10:00:00 +0200</pubDate></item></channel></rss>\n",
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>Ulm</title><link href=\"/b/\"/><updated>2020-04-06T10:00:00Z</updated></entry></feed>\n",
        "<urlset xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\"><url><loc>https://zeitung.example/c/</loc><lastmod>2020-04-06</lastmod><news:news><news:publication_date>2020-04-06</news:publication_date></news:news></url></urlset>\n",
        "<sitemapindex><sitemap><loc>https://zeitung.example/sitemap-1.xml</loc></sitemap></sitemapindex>\n",
        "{\"version\": \"https://jsonfeed.org/version/1.1\", \"items\": [{\"url\": \"https://zeitung.example/d/\", \"date_published\": \"2020-04-06T10:00:00Z\"}]}\n",
        "https://zeitung.example/e/"
    ));
    run("feeds and sitemaps", &seeds, checks::feeds);
}

#[test]
fn pages_hold() {
    run("page", &files("tests/fixtures/pages", ".html"), checks::page);
}

#[test]
fn warc_files_hold() {
    let record = |kind: &str, body: &str| {
        format!(
            "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:11111111-2222-4333-8444-555555555555>\r\n\
             WARC-Date: 2020-04-06T10:00:00Z\r\nWARC-Target-URI: https://zeitung.example/\r\n\
             Content-Type: application/http;msgtype={kind}\r\nContent-Length: {}\r\n\r\n{body}\r\n\r\n",
            body.len()
        )
    };
    let response = record("response", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Ulm</p>");
    let request = record("request", "GET / HTTP/1.1\r\nHost: zeitung.example\r\n\r\n");
    let both = format!("{response}{request}{}", record("warcinfo", "software: x\r\n"));
    run("warc", &[response, request, both].map(String::into_bytes), checks::warc);
}
