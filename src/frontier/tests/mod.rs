//! The frontier with invented instants: no host before its time, every permit reported, nothing lost, nothing twice.

mod hosts;
mod laws;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::*;
use crate::frontier::host_queue::later;
use crate::model::capture::{Capture, Headers, Redirect};
use crate::model::digest::Digest;
use crate::robots::TDMREP_PATH;
use crate::store::frontier::{NewUrl, QueueFilter};

const RUN: i64 = 1;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(1_700_000_000_000 + millis).unwrap()
}

fn capture(url: &CrawlUrl, status: u16, body: &str) -> Box<Capture> {
    Box::new(Capture {
        requested: url.clone(),
        url: url.clone(),
        redirects: Vec::new(),
        fetched_at: at(0),
        status,
        request_headers: Headers::default(),
        headers: Headers::default(),
        body: body.as_bytes().to_vec(),
        digest: Digest::of(body.as_bytes()),
        ip: None,
        truncated: None,
    })
}

fn status(url: &CrawlUrl, status: u16, retry_after: Option<Duration>) -> FetchOutcome {
    FetchOutcome::HttpStatus { capture: capture(url, status, ""), retry_after }
}

/// A frontier over one portal, an archive in memory, and a log of what was handed out.
struct World {
    store: Store,
    frontier: Frontier,
    portal: i64,
    robots: BTreeMap<String, String>,
    asked: Vec<(Timestamp, String)>,
    /// When which host asked to be left alone until when.
    pauses: Vec<(Timestamp, Timestamp, Host)>,
}

impl World {
    fn new(portal_delay: Option<u64>, hosts: &[&str]) -> Self {
        let mut portal = Portal::generic(Host::parse(hosts[0]).unwrap());
        portal.id = "test".to_owned();
        portal.hosts = hosts.iter().map(|host| Host::parse(host).unwrap()).collect();
        portal.politeness.delay = portal_delay.map(Duration::from_millis);
        let mut store = Store::open_in_memory().unwrap();
        let row = store.frontier_portal("test").unwrap();
        let settings = FrontierSettings { min_delay: Duration::ZERO, ..FrontierSettings::default() };
        let active = vec![ActivePortal { row, portal: Arc::new(portal) }];
        let frontier = Frontier::new(settings, Mode::Crawl, RUN, active);
        Self { store, frontier, portal: row, robots: BTreeMap::new(), asked: Vec::new(), pauses: Vec::new() }
    }

    /// The same with another portal file.
    fn with_portal(&mut self, change: impl FnOnce(&mut Portal)) {
        let mut active = self.frontier.portals.clone();
        change(Arc::make_mut(&mut active[0].portal));
        self.frontier = Frontier::new(self.frontier.settings.clone(), Mode::Crawl, RUN, active);
    }

    fn queue(&mut self, url: &str, now: Timestamp) -> i64 {
        let url = CrawlUrl::parse(url).unwrap();
        let host = self.store.host_row(&url).unwrap();
        let new = NewUrl {
            url: &url,
            host,
            portal: self.portal,
            kind: Place::Article,
            priority: 1,
            hops: 0,
            seen: None,
            run: RUN,
        };
        let (id, _) = self.store.enqueue(new).unwrap();
        self.frontier.wake(host, &url, now);
        id
    }

    /// Runs to the end; `answer` gives an outcome and how many milliseconds it took.
    fn run(
        &mut self,
        mut now: Timestamp,
        mut answer: impl FnMut(&CrawlUrl) -> (FetchOutcome, u64),
    ) -> Timestamp {
        let mut under_way: Vec<(Timestamp, Box<Assignment>, FetchOutcome)> = Vec::new();
        for _ in 0..100_000 {
            let wake = match self.frontier.next(now, &mut self.store).unwrap() {
                Next::Fetch(assignment) => {
                    let url = assignment.permit.url().clone();
                    self.asked.push((now, url.as_str().to_owned()));
                    let (outcome, took) = match url.path_and_query() {
                        "/robots.txt" => {
                            let rules = self.robots.get(url.host().as_str()).cloned().unwrap_or_default();
                            (FetchOutcome::Fetched(capture(&url, 200, &rules)), 1)
                        }
                        TDMREP_PATH => (status(&url, 404, None), 1),
                        _ => answer(&url),
                    };
                    under_way.push((later(now, Duration::from_millis(took)), assignment, outcome));
                    continue;
                }
                Next::Excluded { .. } | Next::Reserved { .. } | Next::WouldFetch(_) => continue,
                Next::Wait(until) => Some(until),
                Next::Busy => None,
                Next::Done => return now,
            };
            under_way.sort_by_key(|(ends, _, _)| *ends);
            let ends = under_way.first().map(|(ends, _, _)| *ends);
            now = [wake, ends].into_iter().flatten().min().unwrap();
            while under_way.first().is_some_and(|(ends, _, _)| *ends <= now) {
                let (_, assignment, outcome) = under_way.remove(0);
                if let FetchOutcome::HttpStatus { retry_after: Some(wait), .. } = &outcome {
                    self.pauses.push((now, later(now, *wait), assignment.permit.url().host()));
                }
                let verdict = self.frontier.report(&assignment, &outcome, now, &mut self.store).unwrap();
                if let (Job::Page(queued), Verdict::Answered) = (&assignment.job, verdict) {
                    self.store.settle_row(queued.id, UrlState::Done, RUN).unwrap();
                    self.frontier.settled(assignment.host, queued.id);
                }
            }
        }
        panic!("the frontier does not come to an end");
    }

    fn pages(&self) -> Vec<&str> {
        let is_page = |url: &&str| !url.ends_with("/robots.txt") && !url.ends_with(TDMREP_PATH);
        self.asked.iter().map(|(_, url)| url.as_str()).filter(is_page).collect()
    }
}

fn good(url: &CrawlUrl) -> (FetchOutcome, u64) {
    (FetchOutcome::Fetched(capture(url, 200, "page")), 10)
}

#[test]
fn robots_txt_comes_first_and_its_rules_hold() {
    let mut world = World::new(Some(0), &["a.example"]);
    world.robots.insert("a.example".to_owned(), "User-agent: *\nDisallow: /intern/".to_owned());
    world.queue("https://a.example/intern/1", at(0));
    world.queue("https://a.example/1", at(0));
    world.run(at(0), good);
    let asked: Vec<&str> = world.asked.iter().map(|(_, url)| url.as_str()).collect();
    let tdmrep = "https://a.example/.well-known/tdmrep.json";
    assert_eq!(asked, ["https://a.example/robots.txt", tdmrep, "https://a.example/1"]);
}

#[test]
fn the_delay_counts_from_the_end_of_a_response() {
    let mut world = World::new(Some(200), &["a.example"]);
    for number in 0..3 {
        world.queue(&format!("https://a.example/{number}"), at(0));
    }
    world.run(at(0), good);
    let starts: Vec<i64> =
        world.asked.iter().map(|(at, _)| at.as_millisecond() - 1_700_000_000_000).collect();
    assert_eq!(starts, [0, 201, 402, 612, 822]);
}

#[test]
fn crawl_delay_from_robots_overrides_a_shorter_one() {
    let mut world = World::new(Some(200), &["a.example"]);
    world.robots.insert("a.example".to_owned(), "User-agent: *\nCrawl-delay: 2\nAllow: /".to_owned());
    world.queue("https://a.example/1", at(0));
    world.queue("https://a.example/2", at(0));
    world.run(at(0), good);
    assert!(world.asked[3].0.duration_since(world.asked[2].0).as_millis() >= 2_000);
}

#[test]
fn hosts_run_side_by_side() {
    let hosts = ["a.example", "b.example", "c.example", "d.example"];
    let mut world = World::new(Some(1_000), &hosts);
    for host in hosts {
        for number in 0..5 {
            world.queue(&format!("https://{host}/{number}"), at(0));
        }
    }
    let ended = world.run(at(0), good);
    assert_eq!(world.pages().len(), 20);
    assert!(ended.duration_since(at(0)).as_millis() < 7_500, "four hosts take as long as one");
}

#[test]
fn a_host_that_answers_429_waits_as_long_as_it_asks() {
    let mut world = World::new(Some(0), &["a.example"]);
    world.queue("https://a.example/1", at(0));
    let mut answers = 0;
    world.run(at(0), |url| {
        answers += 1;
        match answers {
            1 => (status(url, 429, Some(Duration::from_secs(30))), 10),
            _ => good(url),
        }
    });
    assert_eq!(world.pages().len(), 2);
    assert!(world.asked[3].0.duration_since(world.asked[2].0).as_secs() >= 30);
}

#[test]
fn a_page_that_keeps_failing_is_given_up_for_this_run() {
    let mut world = World::new(Some(0), &["a.example"]);
    let id = world.queue("https://a.example/1", at(0));
    world.run(at(0), |url| (status(url, 500, None), 10));
    assert_eq!(world.pages().len(), 3);
    let known = world.store.known_url(&CrawlUrl::parse("https://a.example/1").unwrap()).unwrap().unwrap();
    assert_eq!((known.id, known.state), (id, UrlState::Failed));
    assert_eq!(world.store.requeue_failed(world.portal, 9).unwrap(), 1, "a later run tries again");
    assert_eq!(world.store.requeue_failed(world.portal, 3).unwrap(), 0);
}

#[test]
fn a_host_whose_robots_txt_fails_is_not_asked_for_anything_else() {
    let mut world = World::new(Some(0), &["a.example"]);
    let id = world.queue("https://a.example/1", at(0));
    let mut now = at(0);
    let mut asked = 0;
    loop {
        match world.frontier.next(now, &mut world.store).unwrap() {
            Next::Fetch(assignment) => {
                assert_eq!(assignment.permit.url().path_and_query(), "/robots.txt");
                asked += 1;
                let outcome = status(assignment.permit.url(), 503, None);
                world.frontier.report(&assignment, &outcome, now, &mut world.store).unwrap();
            }
            Next::Wait(until) => now = until,
            Next::Done => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(asked, 3);
    assert!(world.frontier.take_notes().iter().any(|note| note.contains("robots.txt")));
    let known = world.store.known_url(&CrawlUrl::parse("https://a.example/1").unwrap()).unwrap().unwrap();
    assert_eq!((known.id, known.state), (id, UrlState::Queued), "it waits for a later run");
}

#[test]
fn robots_txt_is_followed_through_a_redirect_at_the_host_s_pace() {
    let mut world = World::new(Some(500), &["a.example", "www.a.example"]);
    world.queue("https://a.example/1", at(0));
    let mut now = at(0);
    let mut asked = Vec::new();
    loop {
        match world.frontier.next(now, &mut world.store).unwrap() {
            Next::Fetch(assignment) => {
                let url = assignment.permit.url().clone();
                asked.push((now, url.as_str().to_owned()));
                let outcome = match url.as_str() {
                    "https://a.example/robots.txt" => {
                        let to = CrawlUrl::parse("https://www.a.example/robots.txt").unwrap();
                        let redirect = Redirect { from: url.clone(), status: 301, to };
                        FetchOutcome::Redirected { capture: capture(&url, 301, ""), redirect }
                    }
                    "https://www.a.example/robots.txt" => {
                        FetchOutcome::Fetched(capture(&url, 200, "User-agent: dateline\nDisallow: /"))
                    }
                    other => panic!("asked {other}"),
                };
                world.frontier.report(&assignment, &outcome, now, &mut world.store).unwrap();
            }
            Next::Wait(until) => now = until,
            Next::Excluded { rule, .. } => assert_eq!(rule, "Disallow: /"),
            Next::Done => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(asked.len(), 2);
}
