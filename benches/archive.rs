//! Cost of the archive: CPU a put, size on disk, time and memory of exports, time of searches.
//!
//! `cargo bench --bench archive -- 100000` (articles; default 10,000). Memory is the peak of a process of its own
//! that does nothing but export. `cargo bench --bench archive -- search 1000000` measures searches alone, in an archive
//! of so many short articles; `-- put DIR 100000` makes an archive and leaves it there.

#![expect(clippy::print_stdout, reason = "its result is what it prints")]

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use dateline::export::{Format, Selection, export};
use dateline::model::annotation::{DateMention, Quote, QuoteKind, Span};
use dateline::model::article::{Article, Block, FieldSource, Link, LinkKind};
use dateline::model::crawl_url::CrawlUrl;
use dateline::model::field::Field;
use dateline::model::publication_time::{Precision, PublicationTime};
use dateline::store::{Filter, Reading, Store, Table};

/// Articles in one transaction, as the crawl's writer gathers them.
const BATCH: usize = 200;

/// Distinct words of the invented language.
const VOCABULARY: usize = 400_000;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, command, directory, format] = arguments.as_slice()
        && command == "export"
    {
        return export_and_tell(Path::new(directory), format);
    }
    if let [_, command, articles, ..] = arguments.as_slice()
        && command == "search"
    {
        return search_many(articles.parse().expect("a number of articles"));
    }
    if let [_, command, directory, articles, ..] = arguments.as_slice()
        && command == "put"
    {
        return put(Path::new(directory), articles.parse().expect("a number of articles"));
    }
    let articles = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(10_000);
    let directory = tempfile::TempDir::new().expect("a directory for the archive");
    put(directory.path(), articles);
    for format in ["csv", "jsonl", "parquet", "ris"] {
        let program = std::env::current_exe().expect("this program");
        let status =
            std::process::Command::new(program).arg("export").arg(directory.path()).arg(format).status();
        assert!(status.is_ok_and(|status| status.success()), "the export failed");
    }
    search(directory.path());
}

fn put(directory: &Path, articles: usize) {
    let mut store = Store::open(directory).expect("a new archive");
    let mut words = Words::new();
    let mut spent = Duration::ZERO;
    let mut cpu = Duration::ZERO;
    let mut bytes = 0;
    let mut done = 0;
    while done < articles {
        let batch: Vec<Article> =
            (done..articles.min(done + BATCH)).map(|number| article(number, &mut words)).collect();
        bytes += batch.iter().map(|article| article.text().len()).sum::<usize>();
        let (clock, processor) = (Instant::now(), processor_time());
        store.begin().expect("a batch");
        for article in &batch {
            let fetched = "2024-04-19T06:00:00Z".parse().expect("an instant");
            let reading =
                Reading { article, issues: &[], fetched, capture: None, run: None, reparsed: false };
            store.put_article(reading).expect("a put");
        }
        store.commit().expect("a commit");
        spent += clock.elapsed();
        cpu += processor_time().saturating_sub(processor);
        done += batch.len();
    }
    drop(store);
    let size = std::fs::metadata(directory.join("dateline.db")).map_or(0, |metadata| metadata.len());
    println!(
        "put      {articles} articles of {} bytes: {:.0} a second, {:.0} µs CPU each; {:.0} bytes each on disk",
        bytes / articles,
        articles as f64 / spent.as_secs_f64(),
        cpu.as_secs_f64() * 1e6 / articles as f64,
        size as f64 / articles as f64
    );
}

fn export_and_tell(directory: &Path, name: &str) {
    let store = Store::open_read_only(directory).expect("the archive");
    let mut out = Counted(0);
    let format = match name {
        "csv" => Format::Csv,
        "parquet" => Format::Parquet,
        "ris" => Format::Ris,
        _ => Format::JsonLines,
    };
    let clock = Instant::now();
    let rows = export(&store, Table::Articles, format, &Selection::default(), &mut out).expect("an export");
    let seconds = clock.elapsed().as_secs_f64();
    println!(
        "export   {rows} articles as {name}: {:.1} s, {:.0} MB/s, peak memory {} MiB",
        seconds,
        out.0 as f64 / 1e6 / seconds,
        peak_memory_kib() / 1024
    );
}

fn search(directory: &Path) {
    let store = Store::open_read_only(directory).expect("the archive");
    let common = Words::word(3);
    let rare = Words::word(90_000);
    let part: String = Words::word(2_000).chars().take(6).collect();
    let queries =
        [rare, common.clone(), format!("\"{part}\""), part, format!("{common} AND {}", Words::word(5))];
    for query in queries {
        let clock = Instant::now();
        let hits = store.search(&query, &Filter::default(), 20).expect("a search");
        println!(
            "search   {query}: {} shown, {:.1} ms",
            hits.hits.len(),
            clock.elapsed().as_secs_f64() * 1e3
        );
    }
}

/// Searches in an archive of many short articles, kept for the next time among the system's temporary files.
fn search_many(articles: usize) {
    let directory = std::env::temp_dir().join(format!("dateline-search-{articles}"));
    let made = directory.join("made");
    if !made.exists() {
        let _ = std::fs::remove_dir_all(&directory);
        put_short(&directory, articles);
        std::fs::write(&made, "").expect("a file");
    }
    let store = Store::open_read_only(&directory).expect("the archive");
    let word = Words::word;
    let (most, often, seldom, part) = (word(0), word(30), word(90_000), "stadtrat");
    let years = |since: i16| Filter {
        since: Some(jiff::civil::date(since, 1, 1)),
        portals: vec!["beispiel".into()],
        ..Filter::default()
    };
    let queries = [
        ("a rare word", seldom.clone(), Filter::default()),
        ("a frequent word", often.clone(), Filter::default()),
        ("the most frequent word", most.clone(), Filter::default()),
        ("a part of words", part.into(), Filter::default()),
        ("two frequent words", format!("{most} {often}"), Filter::default()),
        ("frequent and rare", format!("{most} AND {seldom}"), Filter::default()),
        ("one or another", format!("{often} OR {}", word(50)), Filter::default()),
        ("but not", format!("{most} NOT {often}"), Filter::default()),
        ("a phrase", format!("\"{most} {often}\""), Filter::default()),
        ("near each other", format!("NEAR({most} {often}, 5)"), Filter::default()),
        ("in the headline", format!("headline: {often}"), Filter::default()),
        ("a beginning", "stadtrat*".into(), Filter::default()),
        ("a short beginning", "st*".into(), Filter::default()),
        ("portal and half the years", often.clone(), years(2015)),
        ("portal and the last year", often.clone(), years(2019)),
        (
            "the first year",
            often,
            Filter { until: Some(jiff::civil::date(2010, 12, 31)), ..Filter::default() },
        ),
    ];
    for (name, query, filter) in queries {
        let mut milliseconds: Vec<f64> = (0..5)
            .map(|_| {
                let processor = processor_time();
                store.search(&query, &filter, 20).expect("a search");
                processor_time().saturating_sub(processor).as_secs_f64() * 1e3
            })
            .collect();
        milliseconds.sort_by(f64::total_cmp);
        let found = store.search(&query, &filter, 20).expect("a search");
        println!(
            "search   {name}: {} shown, {:?}, {:.1} ms CPU (greatest of five {:.1})",
            found.hits.len(),
            found.ranking,
            milliseconds[2],
            milliseconds[4]
        );
    }
}

fn put_short(directory: &Path, articles: usize) {
    let mut store = Store::open(directory).expect("a new archive");
    let mut words = Words::new();
    for start in (0..articles).step_by(2_000) {
        store.begin().expect("a batch");
        for number in start..articles.min(start + 2_000) {
            let url = CrawlUrl::parse(&format!("https://portal.example/{number}/")).expect("an address");
            let mut article = Article::empty(url, Some("beispiel".into()));
            article.headline = Some(words.text(35));
            article.lead = Some(words.text(60));
            article.body = vec![Block::Paragraph(words.text(200))];
            let year = 2010 + number * 10 / articles;
            let published = format!("{year}-04-06T10:00:00+02:00");
            article.published = PublicationTime::from_parts(&published, Precision::Minute);
            let fetched = "2024-04-19T06:00:00Z".parse().expect("an instant");
            let reading = Reading {
                article: &article,
                issues: &[],
                fetched,
                capture: None,
                run: None,
                reparsed: false,
            };
            store.put_article(reading).expect("a put");
        }
        store.commit().expect("a commit");
    }
}

/// Words of an invented language: frequent ones short, rare ones compounds, drawn by Zipf's law.
struct Words {
    state: u64,
}

impl Words {
    fn new() -> Self {
        Self { state: 0x9e37_79b9_7f4a_7c15 }
    }

    fn random(&mut self) -> f64 {
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 11) as f64 / (1u64 << 53) as f64
    }

    fn word(rank: usize) -> String {
        const SYLLABLES: &[&str] = &[
            "stadt", "haupt", "land", "rat", "haus", "ver", "wal", "tung", "schu", "le", "bau", "amt", "be",
            "trieb", "spiel", "platz", "stra", "ße", "kir", "che", "mü", "nz", "rech", "nung", "ge", "mein",
            "de", "poli", "zei", "tech", "nik", "um",
        ];
        let mut rest = rank + 1;
        let mut word = String::new();
        while rest > 0 {
            word.push_str(SYLLABLES[rest % SYLLABLES.len()]);
            rest /= SYLLABLES.len();
        }
        word
    }

    fn next(&mut self) -> String {
        let rank = (VOCABULARY as f64).powf(self.random()) as usize;
        Self::word(rank)
    }

    fn text(&mut self, bytes: usize) -> String {
        let mut text = String::with_capacity(bytes + 32);
        while text.len() < bytes {
            text.push_str(&self.next());
            text.push(' ');
        }
        text.truncate(text.trim_end().len());
        text
    }
}

fn article(number: usize, words: &mut Words) -> Article {
    let url = |path: &str| CrawlUrl::parse(&format!("https://portal.example/{path}/")).expect("an address");
    let mut article = Article::empty(url(&format!("lokales/2020/04/06/{number}")), Some("beispiel".into()));
    article.headline = Some(words.text(50));
    article.subheadline = Some(words.text(80));
    article.authors = vec![Words::word(number % 200)];
    article.sections = vec!["Lokales".into(), Words::word(number % 20)];
    article.tags = vec![Words::word(number % 3_000), Words::word(number % 500)];
    article.published = PublicationTime::from_parts("2020-04-06T10:00:00+02:00", Precision::Minute);
    article.body = (0..10).map(|_| Block::Paragraph(words.text(500))).collect();
    article.lead = article.body.first().map(|block| block.text().into_owned());
    article.links = (0..12)
        .map(|link| Link {
            kind: if link < 6 { LinkKind::Related } else { LinkKind::Popular },
            url: url(&format!("lokales/2020/04/05/{}", number / 7 + link)),
            text: words.text(40),
        })
        .collect();
    article.quotes = (0..4)
        .map(|block| Quote {
            text: words.text(150),
            kind: QuoteKind::Direct,
            span: Span { block, start: 10, end: 160 },
            speaker: Some(Words::word(number * 5 % 5_000 + block)),
            speaker_mention: Some(Words::word(7)),
            role: Some(words.text(20)),
            cue: Some("sagte".into()),
            continued: false,
            nested: false,
            confidence: 0.9,
            rule: "after-so",
        })
        .collect();
    article.dates = (0..3)
        .map(|block| DateMention {
            text: "am Montag".into(),
            date: "2020-04-06".into(),
            span: Span { block, start: 0, end: 9 },
        })
        .collect();
    for field in [Field::Headline, Field::Body, Field::Published, Field::Authors, Field::Sections] {
        let source = FieldSource { source: "selector".into(), rule: format!("header .{field}") };
        article.provenance.insert(field, source);
    }
    article
}

/// Counts what is written.
struct Counted(u64);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// User and system time of this process (Linux; elsewhere zero).
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    Duration::from_nanos(stat.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or_default())
}

/// Greatest resident memory of this process (Linux; elsewhere zero).
fn peak_memory_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
