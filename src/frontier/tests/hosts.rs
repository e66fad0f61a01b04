//! Hosts that fail, that ask for less, that change their rules or keep hours.

use super::*;

/// Answers robots.txt by `robots` and pages by `page`, each with the instant it was asked. Gives what was asked.
fn drive(
    world: &mut World,
    mut now: Timestamp,
    mut answer: impl FnMut(&CrawlUrl, Timestamp) -> FetchOutcome,
) -> (Vec<(Timestamp, String)>, Timestamp) {
    let mut asked = Vec::new();
    for _ in 0..100_000 {
        match world.frontier.next(now, &mut world.store).unwrap() {
            Next::Fetch(assignment) => {
                let url = assignment.permit.url().clone();
                asked.push((now, url.path_and_query().to_owned()));
                let outcome = match url.path_and_query() {
                    TDMREP_PATH => status(&url, 404, None),
                    _ => answer(&url, now),
                };
                let verdict = world.frontier.report(&assignment, &outcome, now, &mut world.store).unwrap();
                if let (Job::Page(queued), Verdict::Answered) = (&assignment.job, verdict) {
                    world.store.settle_row(queued.id, UrlState::Done, RUN).unwrap();
                    world.frontier.settled(assignment.host, queued.id);
                }
            }
            Next::Wait(until) => now = until,
            Next::Done => return (asked, now),
            Next::Excluded { .. } | Next::Reserved { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    panic!("the frontier does not come to an end");
}

fn refused() -> FetchOutcome {
    FetchOutcome::Unreachable { reason: "connection refused".to_owned() }
}

fn page(url: &CrawlUrl) -> FetchOutcome {
    FetchOutcome::Fetched(capture(url, 200, "page"))
}

fn rules(url: &CrawlUrl, text: &str) -> FetchOutcome {
    FetchOutcome::Fetched(capture(url, 200, text))
}

fn seconds(from: Timestamp, to: Timestamp) -> i64 {
    to.duration_since(from).as_secs()
}

#[test]
fn a_host_that_keeps_failing_is_tried_more_and_more_seldom_and_the_run_ends() {
    let mut world = World::new(Some(0), &["a.example"]);
    for number in 0..50 {
        world.queue(&format!("https://a.example/{number}"), at(0));
    }
    let (asked, ended) = drive(&mut world, at(0), |url, _| match url.path_and_query() {
        "/robots.txt" => rules(url, ""),
        _ => refused(),
    });
    let tries: Vec<_> = asked.iter().skip(2).map(|(at, _)| *at).collect();
    assert_eq!(tries.len(), 13, "ten failures open the breaker, three single tries follow: {asked:?}");
    let pauses: Vec<_> = tries[9..].windows(2).map(|pair| seconds(pair[0], pair[1])).collect();
    assert_eq!(pauses, [30, 60, 120]);
    assert_eq!(ended, *tries.last().unwrap(), "nobody waits for it any longer");
    let left = world.frontier.left_alone(ended);
    assert_eq!(left[0].1, "left alone after 13 failures in a row");
    let filter = QueueFilter { portals: &[world.portal], saved_only: false };
    let host = world.store.host_row(&CrawlUrl::parse("https://a.example/").unwrap()).unwrap();
    let waiting = world.store.queued(host, &filter, later(ended, Duration::from_secs(60)), 100).unwrap();
    assert!(waiting.len() >= 45, "{} of 50 wait for the next run", waiting.len());
}

#[test]
fn a_host_that_comes_back_is_crawled_on() {
    let mut world = World::new(Some(0), &["a.example"]);
    for number in 0..50 {
        world.queue(&format!("https://a.example/{number}"), at(0));
    }
    let mut pages = BTreeSet::new();
    drive(&mut world, at(0), |url, now| match url.path_and_query() {
        "/robots.txt" => rules(url, ""),
        _ if now < at(60_000) => refused(),
        path => {
            assert!(pages.insert(path.to_owned()), "{path} twice");
            page(url)
        }
    });
    assert!(pages.len() >= 46, "only {} pages", pages.len());
    let notes = world.frontier.take_notes();
    assert!(notes.iter().any(|note| note.contains("answers again")), "{notes:?}");
}

#[test]
fn a_dead_host_costs_its_pages_no_attempt() {
    let mut world = World::new(Some(0), &["a.example"]);
    let id = world.queue("https://a.example/1", at(0));
    drive(&mut world, at(0), |url, _| match url.path_and_query() {
        "/robots.txt" => rules(url, ""),
        _ => refused(),
    });
    let known = world.store.known_url(&CrawlUrl::parse("https://a.example/1").unwrap()).unwrap().unwrap();
    assert_eq!((known.id, known.state), (id, UrlState::Failed));
    assert_eq!(world.store.requeue_failed(world.portal, 1).unwrap(), 1, "no attempt is held against it");
}

#[test]
fn a_slow_down_is_taken_back_slowly() {
    let mut world = World::new(Some(1_000), &["a.example"]);
    for number in 0..20 {
        world.queue(&format!("https://a.example/{number:02}"), at(0));
    }
    let mut first = true;
    let (asked, _) = drive(&mut world, at(0), |url, _| match url.path_and_query() {
        "/robots.txt" => rules(url, ""),
        _ if std::mem::take(&mut first) => status(url, 503, None),
        _ => page(url),
    });
    let gaps: Vec<_> = asked.windows(2).map(|pair| seconds(pair[0].0, pair[1].0)).collect();
    assert_eq!(&gaps[..3], [1, 1, 2], "robots.txt, tdmrep.json, the page that answered 503");
    assert_eq!(&gaps[3..8], [2, 2, 2, 2, 1], "four good answers take one doubling back");
}

#[test]
fn a_retry_after_longer_than_a_run_waits_is_kept_by_later_runs_too() {
    let mut world = World::new(Some(0), &["a.example"]);
    world.queue("https://a.example/1", at(0));
    let day = Duration::from_secs(24 * 3_600);
    let (asked, ended) = drive(&mut world, at(0), |url, _| match url.path_and_query() {
        "/robots.txt" => rules(url, ""),
        _ => status(url, 429, Some(day)),
    });
    assert_eq!((asked.len(), ended), (3, at(0)), "the run does not wait a day");
    assert!(world.frontier.left_alone(ended)[0].1.contains("asks to be left alone until"));

    // The next run, an hour later, and one after the day.
    for (hours, expected) in [(1, 0), (25, 1)] {
        let now = at(hours * 3_600_000);
        let active = world.frontier.portals.clone();
        world.frontier = Frontier::new(world.frontier.settings.clone(), Mode::Crawl, RUN, active);
        world.frontier.resume(now, &world.store).unwrap();
        let (asked, _) = drive(&mut world, now, |url, _| page(url));
        assert_eq!(asked.iter().filter(|(_, path)| path == "/1").count(), expected, "after {hours} hours");
    }
}

#[test]
fn robots_txt_is_read_again_after_a_day_and_its_new_rules_hold() {
    let mut world = World::new(Some(3_600_000), &["a.example"]);
    for number in 0..48 {
        world.queue(&format!("https://a.example/{number:02}"), at(0));
    }
    let day = at(24 * 3_600_000);
    let (asked, _) = drive(&mut world, at(0), |url, now| match url.path_and_query() {
        "/robots.txt" if now < day => rules(url, "User-agent: *\nAllow: /"),
        "/robots.txt" => rules(url, "User-agent: dateline\nDisallow: /"),
        _ => page(url),
    });
    let robots: Vec<_> = asked.iter().filter(|(_, path)| path == "/robots.txt").collect();
    assert_eq!(robots.len(), 2);
    assert!(asked.iter().all(|(at, path)| *at < day || path == "/robots.txt"), "{asked:?}");
}

#[test]
fn a_closed_host_is_asked_for_its_robots_txt_again_while_the_run_goes_on() {
    let mut world = World::new(Some(60_000), &["a.example", "b.example"]);
    world.queue("https://a.example/1", at(0));
    for number in 0..30 {
        world.queue(&format!("https://b.example/{number}"), at(0));
    }
    let (asked, _) = drive(&mut world, at(0), |url, now| match url.path_and_query() {
        "/robots.txt" if url.host().as_str() == "a.example" && now < at(600_000) => status(url, 503, None),
        "/robots.txt" => rules(url, ""),
        _ => page(url),
    });
    assert!(asked.iter().any(|(at_, path)| path == "/1" && *at_ > at(600_000)), "{asked:?}");
    assert!(world.frontier.left_alone(at(4_000_000)).is_empty());
}

#[test]
fn outside_its_window_a_host_is_not_even_asked_for_its_robots_txt() {
    let mut world = World::new(Some(0), &["a.example"]);
    // at(0) is 2023-11-14T22:13:20Z.
    world.with_portal(|portal| portal.politeness.windows = vec![(60, 120)]);
    world.queue("https://a.example/1", at(0));
    let (asked, ended) = drive(&mut world, at(0), |url, _| page(url));
    assert_eq!((asked.len(), ended), (0, at(0)));
    assert!(world.frontier.take_notes()[0].contains("crawl window"));
}

#[test]
fn a_window_that_opens_while_the_run_goes_on_is_used() {
    let mut world = World::new(Some(600_000), &["a.example", "b.example"]);
    let mut other = Portal::generic(Host::parse("b.example").unwrap());
    other.id = "other".to_owned();
    other.politeness.delay = Some(Duration::from_secs(600));
    let row = world.store.frontier_portal("other").unwrap();
    world.with_portal(|portal| {
        portal.politeness.windows = vec![(60, 120)];
        portal.hosts.truncate(1);
    });
    world.frontier.portals.push(ActivePortal { row, portal: Arc::new(other) });
    let active = world.frontier.portals.clone();
    world.frontier = Frontier::new(world.frontier.settings.clone(), Mode::Crawl, RUN, active);
    world.queue("https://a.example/1", at(0));
    let portal = std::mem::replace(&mut world.portal, row);
    for number in 0..40 {
        world.queue(&format!("https://b.example/{number}"), at(0));
    }
    world.portal = portal;
    let (asked, _) = drive(&mut world, at(0), |url, _| match url.path_and_query() {
        "/robots.txt" => rules(url, ""),
        _ => page(url),
    });
    let when = asked.iter().filter(|(_, path)| path == "/1").map(|(at, _)| at.to_string());
    let when: Vec<_> = when.collect();
    assert_eq!(when.len(), 2, "one page of each portal is called /1: {asked:?}");
    assert!(when.iter().any(|instant| instant.starts_with("2023-11-15T01:")), "{when:?}");
}

#[test]
fn a_sick_host_uses_up_its_retries() {
    let mut world = World::new(Some(0), &["a.example"]);
    for number in 0..400 {
        world.queue(&format!("https://a.example/{number:03}"), at(0));
    }
    // Every second page fails for ever: never ten in a row, so the breaker stays closed.
    let mut turn = 0;
    let (asked, _) = drive(&mut world, at(0), |url, _| match url.path_and_query() {
        "/robots.txt" => rules(url, ""),
        path => {
            turn += 1;
            let number: u32 = path[1..].parse().unwrap();
            if number.is_multiple_of(2) { status(url, 500, None) } else { page(url) }
        }
    });
    assert_eq!(turn, asked.len() - 2);
    assert!(turn <= 560, "{turn} requests for 400 pages, 200 of which fail");
    let notes = world.frontier.take_notes();
    assert!(notes.iter().any(|note| note.contains("left for the next run at once")), "{notes:?}");
    let given_up = world.store.requeue_failed(world.portal, 9).unwrap();
    assert!(given_up >= 50, "200 failing pages, 150 retries: {given_up} were given up");
}

#[test]
fn what_a_host_reserves_is_not_asked_where_that_is_honoured() {
    for (legal_basis, expected) in
        [(None, vec!["/frei/1"]), (Some("§ 60d UrhG"), vec!["/artikel/1", "/frei/1"])]
    {
        let mut world = World::new(Some(0), &["a.example"]);
        world.frontier.settings.opt_outs.legal_basis = legal_basis.map(str::to_owned);
        world.queue("https://a.example/artikel/1", at(0));
        world.queue("https://a.example/frei/1", at(0));
        let mut asked = Vec::new();
        let mut reserved = Vec::new();
        let mut now = at(0);
        loop {
            match world.frontier.next(now, &mut world.store).unwrap() {
                Next::Fetch(assignment) => {
                    let url = assignment.permit.url().clone();
                    let outcome = match url.path_and_query() {
                        "/robots.txt" => rules(&url, ""),
                        TDMREP_PATH => rules(&url, r#"[{"location": "/artikel/", "tdm-reservation": 1}]"#),
                        path => {
                            asked.push(path.to_owned());
                            let said = assignment.reservation.as_ref().map(|(reserved, _)| *reserved);
                            assert_eq!(said, path.starts_with("/artikel").then_some(true));
                            page(&url)
                        }
                    };
                    world.frontier.report(&assignment, &outcome, now, &mut world.store).unwrap();
                    if let Job::Page(queued) = &assignment.job {
                        world.store.settle_row(queued.id, UrlState::Done, RUN).unwrap();
                    }
                }
                Next::Reserved { queued, location } => reserved.push((queued.url, location)),
                Next::Wait(until) => now = until,
                Next::Done => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(asked, expected);
        assert_eq!(reserved.len(), 2 - expected.len());
        let stored = world.store.stored_reservations(1).unwrap();
        assert!(stored.is_some_and(|(body, _)| body.starts_with(b"[{")), "kept for the next run");
    }
}

#[test]
fn a_document_is_asked_by_the_other_way_of_writing_it_once_and_under_that_host_s_rules() {
    let mut world = World::new(Some(0), &["a.example"]);
    world.queue("http://a.example/1", at(0));
    let mut now = at(0);
    let mut asked = Vec::new();
    loop {
        match world.frontier.next(now, &mut world.store).unwrap() {
            Next::Fetch(assignment) => {
                let url = assignment.permit.url().clone();
                asked.push(url.as_str().to_owned());
                let outcome = match (url.as_url().scheme(), url.path_and_query()) {
                    (_, "/robots.txt") => rules(&url, ""),
                    (_, TDMREP_PATH) => status(&url, 404, None),
                    ("http", _) => {
                        let to = CrawlUrl::parse("https://a.example/1").unwrap();
                        let redirect = Redirect { from: url.clone(), status: 301, to };
                        FetchOutcome::Redirected { capture: capture(&url, 301, ""), redirect }
                    }
                    _ => page(&url),
                };
                let verdict = world.frontier.report(&assignment, &outcome, now, &mut world.store).unwrap();
                let Job::Page(queued) = &assignment.job else { continue };
                assert_eq!(verdict, Verdict::Answered);
                if let FetchOutcome::Redirected { redirect, .. } = outcome {
                    let again = QueuedUrl { url: redirect.to, hops: 1, ..queued.clone() };
                    world.frontier.ask_as(&assignment, again, now, &mut world.store).unwrap();
                } else {
                    world.store.settle_row(queued.id, UrlState::Done, RUN).unwrap();
                    world.frontier.settled(assignment.host, queued.id);
                }
            }
            Next::Wait(until) => now = until,
            Next::Done => break,
            other => panic!("{other:?}"),
        }
    }
    let expected = ["http", "https"]
        .map(|scheme| ["/robots.txt", TDMREP_PATH, "/1"].map(|path| format!("{scheme}://a.example{path}")));
    assert_eq!(asked, expected.concat());
}

#[test]
fn rules_that_had_to_leave_memory_are_read_from_the_archive_and_hold() {
    let names: Vec<String> = (0..3).map(|number| format!("{number}.example")).collect();
    let hosts: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut world = World::new(Some(0), &hosts);
    for host in &names {
        world.robots.insert(host.clone(), "User-agent: *\nDisallow: /intern/".to_owned());
        for path in ["1", "intern/1", "2", "intern/2"] {
            world.queue(&format!("https://{host}/{path}"), at(0));
        }
    }
    let rows: Vec<i64> = world.frontier.hosts.keys().copied().collect();
    let mut answers = 0;
    let (asked, _) = drive(&mut world, at(0), |url, _| {
        if url.path_and_query() == "/robots.txt" {
            return rules(url, "User-agent: *\nDisallow: /intern/");
        }
        answers += 1;
        page(url)
    });
    assert_eq!((answers, asked.iter().filter(|(_, path)| path == "/robots.txt").count()), (6, 3));
    // As if a later host had needed all the room.
    let gone = world.frontier.held.keep(i64::MAX, held::MAX_HELD_BYTES + 1);
    assert_eq!(gone.len(), rows.len());
    for row in rows {
        world.frontier.let_go(row);
    }
    for host in &names {
        for path in ["3", "intern/3"] {
            world.queue(&format!("https://{host}/{path}"), at(10_000));
        }
    }
    let (asked, _) = drive(&mut world, at(10_000), |url, _| page(url));
    let paths: Vec<&str> = asked.iter().map(|(_, path)| path.as_str()).collect();
    assert_eq!(paths, ["/3"; 3], "neither a forbidden page nor robots.txt again");
}

#[test]
fn http_and_https_of_one_name_share_one_pace() {
    let mut world = World::new(Some(1_000), &["a.example"]);
    for number in 0..10 {
        let scheme = ["http", "https"][number % 2];
        world.queue(&format!("{scheme}://a.example/{number}"), at(0));
    }
    world.run(at(0), |url| (page(url), 300));
    assert_eq!(world.pages().len(), 10);
    let gaps: Vec<i128> =
        world.asked.windows(2).map(|pair| pair[1].0.duration_since(pair[0].0).as_millis()).collect();
    assert!(gaps.iter().all(|gap| *gap >= 1_000), "{gaps:?}");
    // Not slower than one host is either: a second and the answer's time for each.
    assert!(gaps.iter().all(|gap| *gap <= 1_300), "{gaps:?}");
}

#[test]
fn two_ports_of_one_name_are_two_hosts() {
    let mut world = World::new(Some(1_000), &["a.example", "a.example:8080"]);
    for number in 0..5 {
        world.queue(&format!("https://a.example/{number}"), at(0));
        world.queue(&format!("https://a.example:8080/{number}"), at(0));
    }
    let ended = world.run(at(0), |url| (page(url), 10));
    assert_eq!(world.pages().len(), 10);
    assert!(ended.duration_since(at(0)).as_secs() < 8, "side by side");
}
