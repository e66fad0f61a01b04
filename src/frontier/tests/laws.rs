//! Laws of the frontier, over invented portals and instants.

use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_gap_is_short_and_nothing_is_lost_or_asked_twice(
        pages in proptest::collection::vec((0..3_usize, 0..40_u32), 1..60),
        times in proptest::collection::vec(0..900_u64, 1..20),
        delay in 0..400_u64,
    ) {
        let hosts = ["a.example", "b.example", "c.example"];
        let mut world = World::new(Some(delay), &hosts);
        let mut wanted = BTreeSet::new();
        for (host, number) in pages {
            let url = format!("https://{}/{number}", hosts[host]);
            world.queue(&url, at(0));
            wanted.insert(url);
        }
        let mut turn = 0;
        world.run(at(0), |url| {
            turn += 1;
            (FetchOutcome::Fetched(capture(url, 200, "page")), times[turn % times.len()])
        });
        let asked: Vec<String> = world.pages().iter().map(|url| (*url).to_owned()).collect();
        prop_assert_eq!(asked.len(), wanted.len());
        prop_assert_eq!(asked.into_iter().collect::<BTreeSet<_>>(), wanted);
        for host in hosts {
            let starts: Vec<Timestamp> =
                world.asked.iter().filter(|(_, url)| url.contains(host)).map(|(at, _)| *at).collect();
            for pair in starts.windows(2) {
                prop_assert!(pair[1].duration_since(pair[0]).as_millis() >= i128::from(delay));
            }
        }
    }
}

/// How a host answers a request.
#[derive(Debug, Clone, Copy)]
enum Answer {
    Page,
    Missing,
    Moved,
    Overload(u64),
    Broken,
    Refused,
    Cut,
}

fn answers() -> impl Strategy<Value = Answer> {
    prop_oneof![
        6 => Just(Answer::Page),
        1 => Just(Answer::Missing),
        1 => Just(Answer::Moved),
        1 => (0..2_000_u64).prop_map(Answer::Overload),
        1 => Just(Answer::Broken),
        1 => Just(Answer::Refused),
        1 => Just(Answer::Cut),
    ]
}

fn outcome(answer: Answer, url: &CrawlUrl) -> FetchOutcome {
    match answer {
        Answer::Page => FetchOutcome::Fetched(capture(url, 200, "page")),
        Answer::Missing => status(url, 404, None),
        Answer::Moved => {
            let redirect = Redirect { from: url.clone(), status: 301, to: url.join("/elsewhere").unwrap() };
            FetchOutcome::Redirected { capture: capture(url, 301, ""), redirect }
        }
        Answer::Overload(seconds) => status(url, 429, Some(Duration::from_secs(seconds))),
        Answer::Broken => status(url, 500, None),
        Answer::Refused => FetchOutcome::Unreachable { reason: "connection refused".to_owned() },
        Answer::Cut => FetchOutcome::Truncated { reason: "connection reset".to_owned(), part: None },
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_hosts_answer_the_run_ends_and_every_page_is_accounted_for(
        pages in proptest::collection::vec((0..3_usize, 0..60_u32), 1..80),
        script in proptest::collection::vec((answers(), 0..3_000_u64), 1..40),
        delay in 0..5_000_u64,
    ) {
        let hosts = ["a.example", "b.example", "c.example"];
        let mut world = World::new(Some(delay), &hosts);
        let mut rows = BTreeMap::new();
        for (host, number) in pages {
            let url = format!("https://{}/{number}", hosts[host]);
            rows.insert(world.queue(&url, at(0)), url);
        }
        let mut turn = 0;
        let mut settled: BTreeSet<String> = BTreeSet::new();
        let mut asked_when_settled = Vec::new();
        let ended = world.run(at(0), |url| {
            turn += 1;
            let (answer, took) = script[turn % script.len()];
            if settled.contains(url.as_str()) {
                asked_when_settled.push(url.clone());
            }
            if matches!(answer, Answer::Page | Answer::Missing | Answer::Moved) {
                settled.insert(url.as_str().to_owned());
            }
            (outcome(answer, url), took)
        });
        prop_assert!(asked_when_settled.is_empty(), "asked again: {asked_when_settled:?}");
        prop_assert_eq!(world.frontier.in_flight(), 0, "every permit was reported");
        let left: BTreeSet<String> =
            world.frontier.left_alone(ended).into_iter().map(|(url, _)| url.host().to_string()).collect();
        for (row, text) in rows {
            let url = CrawlUrl::parse(&text).unwrap();
            let known = world.store.known_url(&url).unwrap().unwrap();
            prop_assert_eq!(known.id, row);
            let times = world.asked.iter().filter(|(_, asked)| *asked == text).count();
            match known.state {
                UrlState::Done => prop_assert!(settled.contains(&text)),
                UrlState::Failed => prop_assert!((1..=3).contains(&times)),
                UrlState::Queued => prop_assert!(left.contains(url.host().as_str()), "{} is lost", text),
                state => prop_assert!(false, "{:?}", state),
            }
        }
        for (from, until, host) in &world.pauses {
            let is_within = |at: &Timestamp| at > from && at < until;
            let mut starts = world.asked.iter().filter(|(_, url)| url.contains(host.as_str()));
            prop_assert!(!starts.any(|(at, _)| is_within(at)), "Retry-After of {} is not kept", host);
        }
        for host in hosts {
            let starts: Vec<Timestamp> =
                world.asked.iter().filter(|(_, url)| url.contains(host)).map(|(at, _)| *at).collect();
            for pair in starts.windows(2) {
                prop_assert!(pair[1].duration_since(pair[0]).as_millis() >= i128::from(delay));
            }
        }
    }
}
