//! The frontier at scale: disk and memory an address, time of an enqueue, of a look-up and of a hand-out, at the
//! beginning and at the end.
//!
//! `cargo bench --bench frontier -- 1000000` (addresses; default one million, on 1,000 hosts). Nothing is fetched:
//! answers and instants are invented. Memory is the peak of the whole process.

#![expect(clippy::print_stdout, reason = "its result is what it prints")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use dateline::frontier::settings::FrontierSettings;
use dateline::frontier::{ActivePortal, Frontier, Job, Mode, Next};
use dateline::model::capture::{Capture, Headers};
use dateline::model::crawl_url::{CrawlUrl, Host};
use dateline::model::digest::Digest;
use dateline::model::outcome::FetchOutcome;
use dateline::portal::Portal;
use dateline::store::frontier::{NewUrl, UrlState};
use dateline::store::remembered::StoredRobots;
use dateline::store::{Place, Store};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Addresses in one transaction, as a large sitemap brings them.
const BATCH: usize = 20_000;

/// Hosts the addresses are on.
const HOSTS: usize = 1_000;

/// Hand-outs timed at the beginning and at the end.
const HAND_OUTS: usize = 5_000;

const RUN: i64 = 1;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let addresses: usize =
        arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000).max(10 * BATCH);
    let directory = tempfile::TempDir::new().expect("a directory for the archive");
    let mut bench = Bench::open(directory.path());
    println!("addresses {addresses} on {HOSTS} hosts, paths of {} bytes", path(12_345).len());
    let clock = Instant::now();
    bench.enqueue(0, 2 * BATCH, "enqueue at the beginning");
    bench.hand_out("hand-out at the beginning");
    bench.enqueue_quietly(2 * BATCH, addresses - 2 * BATCH);
    bench.enqueue(addresses - 2 * BATCH, addresses, "enqueue at the end");
    bench.enqueue(addresses / 2, addresses / 2 + BATCH, "known ones again");
    bench.hand_out("hand-out at the end");
    bench.count();
    println!("whole run                  {:.0} s", clock.elapsed().as_secs_f64());
    drop(bench);
    let size = std::fs::metadata(directory.path().join("dateline.db")).map_or(0, |metadata| metadata.len());
    println!("disk an address            {:.0} bytes", size as f64 / addresses as f64);
    println!("peak memory                {} MiB", peak_memory_kib() / 1024);
}

struct Bench {
    store: Store,
    frontier: Frontier,
    portal: i64,
    hosts: Vec<(i64, CrawlUrl)>,
    now: Timestamp,
}

impl Bench {
    fn open(directory: &Path) -> Self {
        let mut store = Store::open(directory).expect("a new archive");
        let now: Timestamp = "2025-03-14T06:00:00Z".parse().expect("an instant");
        let first = Host::parse("host0.example").expect("a host");
        let mut portal = Portal::generic(first);
        "bench".clone_into(&mut portal.id);
        store.begin().expect("a batch");
        let row = store.frontier_portal("bench").expect("a portal's row");
        let mut hosts = Vec::new();
        portal.hosts.clear();
        for number in 0..HOSTS {
            let url = CrawlUrl::parse(&format!("https://host{number}.example/")).expect("an address");
            portal.hosts.push(url.host());
            let host = store.host_row(&url).expect("a host's row");
            let rules = Ok(b"User-agent: *\nDisallow: /intern/\n".to_vec());
            store.set_stored_robots(host, &StoredRobots { rules, fetched: now }).expect("robots.txt");
            hosts.push((host, url));
        }
        store.commit().expect("a commit");
        let active = vec![ActivePortal { row, portal: Arc::new(portal) }];
        let frontier = Frontier::new(FrontierSettings::default(), Mode::Crawl, RUN, active);
        Self { store, frontier, portal: row, hosts, now }
    }

    fn enqueue(&mut self, first: usize, end: usize, what: &str) {
        let clock = Instant::now();
        self.enqueue_quietly(first, end);
        let each = clock.elapsed().as_secs_f64() * 1e6 / (end - first) as f64;
        println!("{what:<26} {each:.1} µs each");
    }

    fn enqueue_quietly(&mut self, first: usize, end: usize) {
        let mut at = first;
        while at < end {
            let until = end.min(at + BATCH);
            self.store.begin().expect("a batch");
            for number in at..until {
                // A sitemap is about one host: its addresses come in one piece.
                let host = (number / 500) % HOSTS;
                let url = CrawlUrl::parse(&format!("https://host{host}.example{}", path(number)))
                    .expect("an address");
                let new = NewUrl {
                    url: &url,
                    host: self.hosts[host].0,
                    portal: self.portal,
                    kind: Place::Article,
                    priority: 1,
                    hops: 0,
                    seen: Some(Place::Sitemap),
                    run: RUN,
                };
                self.store.enqueue(new).expect("an enqueue");
                self.frontier.wake(self.hosts[host].0, &url, self.now);
            }
            self.store.commit().expect("a commit");
            at = until;
        }
    }

    /// Hands out, answers and settles; waits pass by the invented clock.
    fn hand_out(&mut self, what: &str) {
        let mut times = Vec::with_capacity(HAND_OUTS);
        let mut hosts = std::collections::HashMap::new();
        while times.len() < HAND_OUTS {
            self.store.begin().expect("a batch");
            let mut in_batch = 0;
            while in_batch < 64 {
                let clock = Instant::now();
                let next = self.frontier.next(self.now, &mut self.store).expect("a hand-out");
                let spent = clock.elapsed();
                let assignment = match next {
                    Next::Fetch(assignment) => assignment,
                    Next::Wait(until) => {
                        self.now = until;
                        continue;
                    }
                    other => panic!("nothing to hand out: {other:?}"),
                };
                times.push(spent);
                in_batch += 1;
                let url = assignment.permit.url();
                *hosts.entry(assignment.host).or_insert(0_usize) += 1;
                let outcome = FetchOutcome::Fetched(Box::new(answer(url, self.now)));
                self.frontier.report(&assignment, &outcome, self.now, &mut self.store).expect("a report");
                if let Job::Page(queued) = &assignment.job {
                    self.store.settle_row(queued.id, UrlState::Done, RUN).expect("a settled address");
                    self.frontier.settled(assignment.host, queued.id);
                }
            }
            self.store.commit().expect("a commit");
        }
        times.sort_unstable();
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        let mean = micros(times.iter().sum::<Duration>()) / times.len() as f64;
        let (fewest, most) =
            (hosts.values().min().copied().unwrap_or_default(), hosts.values().max().copied().unwrap_or(0));
        println!(
            "{what:<26} {mean:.0} µs each, 99 % under {:.0} µs, slowest {:.0} µs; {} hosts, {fewest} to {most} each",
            micros(times[times.len() * 99 / 100]),
            micros(times[times.len() - 1]),
            hosts.len(),
        );
    }

    fn count(&mut self) {
        let clock = Instant::now();
        let counts = self.store.frontier_counts(self.portal).expect("counts");
        println!(
            "counting what waits        {:.0} ms ({})",
            clock.elapsed().as_secs_f64() * 1e3,
            counts.queued
        );
    }
}

/// A path as newsrooms write them, about 80 bytes, in the order of publication.
fn path(number: usize) -> String {
    const SECTIONS: &[&str] = &["lokales", "politik", "wirtschaft", "sport", "kultur", "wissen", "reise"];
    const WORDS: &[&str] = &[
        "rathaus",
        "stadtrat",
        "haushalt",
        "schule",
        "verkehr",
        "theater",
        "spiel",
        "ernte",
        "hochwasser",
        "tarifstreit",
        "bruecke",
        "messe",
        "ausstellung",
        "wahl",
        "klinik",
        "bahn",
    ];
    let word =
        |step: usize| WORDS[number.wrapping_mul(2_654_435_761).rotate_right(step as u32 * 7) % WORDS.len()];
    format!(
        "/{}/{}/{:02}/{:02}/{}-{}-{}-und-{}-im-ueberblick-{number}.html",
        SECTIONS[number % SECTIONS.len()],
        2000 + number / 360_000,
        number / 30_000 % 12 + 1,
        number / 1_000 % 28 + 1,
        word(1),
        word(2),
        word(3),
        word(4),
    )
}

fn answer(url: &CrawlUrl, at: Timestamp) -> Capture {
    Capture {
        requested: url.clone(),
        url: url.clone(),
        redirects: Vec::new(),
        fetched_at: at,
        status: 200,
        request_headers: Headers::default(),
        headers: Headers::default(),
        body: Vec::new(),
        digest: Digest::of(b""),
        ip: None,
        truncated: None,
    }
}

/// Greatest resident memory of this process (Linux; elsewhere zero).
fn peak_memory_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
