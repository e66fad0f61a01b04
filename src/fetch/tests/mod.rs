//! The fetcher against servers that misbehave, on loopback.

mod server;

use std::io::Write as _;
use std::time::Duration;

use server::{Server, Step, response};

use super::*;

const PAGE: &[u8] = b"<!doctype html><p>Die Stadt baut um.";

fn now() -> Timestamp {
    "2025-03-14T09:30:00Z".parse().unwrap()
}

/// Long enough for a busy machine where the answer comes, short where it is the timeout that is tested.
fn settings() -> Settings {
    Settings { proxy: ProxyUse::Never, ..Settings::new(Some("mailto:lab@uni.example")) }
}

fn impatient() -> Settings {
    let short = Duration::from_millis(150);
    Settings { first_byte_timeout: short, idle_timeout: short, total_timeout: short * 2, ..settings() }
}

async fn fetch_with(settings: Settings, permit: &FetchPermit) -> FetchOutcome {
    Fetcher::new(settings).unwrap().fetch(permit, now(), &CancellationToken::new()).await.unwrap()
}

async fn fetch(server: &Server) -> FetchOutcome {
    fetch_with(settings(), &FetchPermit::for_test(&server.url("/artikel"), &[&server.host()])).await
}

async fn answer(bytes: Vec<u8>) -> FetchOutcome {
    fetch(&Server::answering(bytes).await).await
}

async fn steps(steps: Vec<Step>) -> FetchOutcome {
    fetch(&Server::start(move |_| steps.clone()).await).await
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[track_caller]
fn fetched(outcome: FetchOutcome) -> Capture {
    match outcome {
        FetchOutcome::Fetched(capture) => *capture,
        other => panic!("not fetched: {other:?}"),
    }
}

#[track_caller]
fn part(outcome: &FetchOutcome) -> &Capture {
    assert!(outcome.capture().is_none(), "a part is no response: {outcome:?}");
    outcome.part().expect("what arrived is kept")
}

#[tokio::test]
async fn a_page_is_kept_as_it_came() {
    let body = gzip(PAGE);
    let server =
        Server::answering(response("200 OK", &["Content-Encoding: gzip", "X-A: \u{e4}"], &body)).await;
    let capture = fetched(fetch(&server).await);
    assert_eq!((capture.body.as_slice(), capture.status), (body.as_slice(), 200));
    assert_eq!(capture.digest, Digest::of(&body));
    assert_eq!(capture.ip, Some("127.0.0.1".parse().unwrap()));
    assert_eq!((capture.fetched_at, capture.truncated), (now(), None));
    assert_eq!(capture.headers.get("x-a"), Some("\u{e4}"));
    assert_eq!(
        decode::text(&capture.body, &capture.headers, None, &decode::Limits::default()).text.as_bytes(),
        PAGE
    );

    let log = server.log();
    assert_eq!(log[0].line, "GET /artikel HTTP/1.1");
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        log[0].header("user-agent"),
        Some(format!("dateline/{version} (+mailto:lab@uni.example)").as_str())
    );
    assert_eq!(log[0].header("accept-encoding"), Some("gzip, br, zstd, deflate"));
    assert_eq!((log[0].header("cookie"), log[0].header("referer")), (None, None));
    // What is kept of the request is what was sent.
    let mut sent = log[0].headers.clone();
    let mut kept = capture.request_headers.0;
    sent.sort();
    kept.sort();
    assert_eq!(kept, sent);
}

#[tokio::test]
async fn one_connection_serves_many_requests() {
    let server = Server::answering(response("200 OK", &[], PAGE)).await;
    let fetcher = Fetcher::new(settings()).unwrap();
    let permit = FetchPermit::for_test(&server.url("/"), &[&server.host()]);
    for _ in 0..5 {
        fetched(fetcher.fetch(&permit, now(), &CancellationToken::new()).await.unwrap());
    }
    assert!(server.log().iter().all(|request| request.connection == 0));
}

#[tokio::test]
async fn cookies_are_never_sent_back() {
    let server = Server::answering(response("200 OK", &["Set-Cookie: session=1"], PAGE)).await;
    let fetcher = Fetcher::new(settings()).unwrap();
    let permit = FetchPermit::for_test(&server.url("/"), &[&server.host()]);
    for _ in 0..2 {
        fetched(fetcher.fetch(&permit, now(), &CancellationToken::new()).await.unwrap());
    }
    assert_eq!(server.log()[1].header("cookie"), None);
}

#[tokio::test]
async fn a_conditional_request_may_be_answered_304() {
    let server = Server::answering("HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n").await;
    let permit = FetchPermit::for_test(&server.url("/"), &[&server.host()]);
    let outcome = fetch_with(settings(), &permit.clone().if_none_match("\"1\"")).await;
    assert!(matches!(outcome, FetchOutcome::NotModified(_)), "{outcome:?}");
    let log = server.log();
    assert_eq!(log[0].header("if-none-match"), Some("\"1\""));
    assert_eq!(log[0].header("if-modified-since"), Some("Fri, 14 Mar 2025 09:30:00 GMT"));
    // Unasked for, it is a fault.
    assert!(matches!(fetch_with(settings(), &permit).await, FetchOutcome::HttpStatus { .. }));
}

#[tokio::test]
async fn statuses_carry_what_the_server_asks_to_wait() {
    for (status, header, expected) in [
        ("429 Too Many Requests", "Retry-After: 7", Some(7)),
        ("503 Service Unavailable", "Retry-After: Fri, 14 Mar 2025 09:31:00 GMT", Some(60)),
        ("503 Service Unavailable", "X: y", None),
        ("404 Not Found", "Retry-After: soon", None),
    ] {
        let outcome = answer(response(status, &[header], b"weg")).await;
        let FetchOutcome::HttpStatus { capture, retry_after } = outcome else { panic!("{outcome:?}") };
        assert_eq!(retry_after, expected.map(Duration::from_secs), "{status} {header}");
        assert_eq!(
            (capture.status.to_string(), capture.body.as_slice()),
            (status[..3].to_owned(), &b"weg"[..])
        );
    }
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    for (location, expected) in [
        ("/neu?utm_source=x", "/neu?utm_source=x"),
        ("neu/", "/neu/"),
        ("http://169.254.169.254/latest/", "http://169.254.169.254/latest/"),
        ("//other.example/#top", "http://other.example/"),
    ] {
        let server = Server::answering(response("302 Found", &[&format!("Location: {location}")], b"")).await;
        let outcome = fetch(&server).await;
        let FetchOutcome::Redirected { redirect, capture } = outcome else { panic!("{outcome:?}") };
        let expected = if expected.starts_with('/') { server.url(expected) } else { expected.to_owned() };
        assert_eq!((redirect.to.as_str(), redirect.status), (expected.as_str(), 302));
        assert_eq!((capture.status, server.log().len()), (302, 1));
    }
}

#[tokio::test]
async fn a_redirect_to_itself_or_to_nowhere_is_no_redirect() {
    let own = answer(response("301 Moved", &["Location: /artikel#x"], b"")).await;
    assert!(matches!(own, FetchOutcome::RedirectLoop { .. }), "{own:?}");
    for header in ["X: y", "Location: javascript:alert(1)", "Location: http://"] {
        let outcome = answer(response("301 Moved", &[header], b"")).await;
        assert!(matches!(outcome, FetchOutcome::HttpStatus { .. }), "{header}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_body_that_ends_early_is_never_good() {
    let short = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<p>halb".to_vec();
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhallo\r\n".to_vec();
    let broken = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhallo\r\nzz\r\n".to_vec();
    for (bytes, end) in [
        (short.clone(), Step::Close),
        (short, Step::Reset),
        (chunked.clone(), Step::Close),
        (chunked, Step::Reset),
        (broken, Step::Close),
    ] {
        let outcome = steps(vec![Step::Send(bytes.clone()), end.clone()]).await;
        // A reset may overtake the bytes before it.
        let is_expected = matches!(outcome, FetchOutcome::Truncated { .. })
            || (matches!(end, Step::Reset) && matches!(outcome, FetchOutcome::Protocol { .. }));
        assert!(is_expected && outcome.is_retryable(), "{end:?}: {outcome:?}");
        if matches!(end, Step::Close) {
            let part = part(&outcome);
            assert_eq!((part.status, part.truncated), (200, Some(Truncation::Disconnect)));
            assert!([&b"<p>halb"[..], b"hallo"].contains(&&part.body[..]), "{part:?}");
        }
    }
}

#[tokio::test]
async fn compressed_bodies_without_their_end_are_never_good() {
    let page = PAGE.repeat(40);
    let whole = gzip(&page);
    for (coding, body) in [
        ("gzip", whole[..whole.len() - 8].to_vec()),
        ("gzip", whole[..whole.len() / 2].to_vec()),
        ("zstd", zstd::encode_all(&page[..], 3).unwrap()[..40].to_vec()),
    ] {
        let header = format!("Content-Encoding: {coding}");
        let outcome = answer(response("200 OK", &[&header], &body)).await;
        assert!(matches!(outcome, FetchOutcome::Truncated { .. }), "{coding}: {outcome:?}");
        assert_eq!((&part(&outcome).body, part(&outcome).truncated), (&body, Some(Truncation::Disconnect)));
    }
    // Wrongly labelled, but whole.
    fetched(answer(response("200 OK", &["Content-Encoding: gzip"], PAGE)).await);
}

#[tokio::test]
async fn a_body_without_a_length_ends_with_the_connection() {
    let bytes = [b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", PAGE].concat();
    assert_eq!(fetched(steps(vec![Step::Send(bytes), Step::Close]).await).body, PAGE);
}

#[tokio::test]
async fn a_gzip_bomb_is_too_large() {
    // Gigabytes of zeros in ten megabytes, as many small members.
    let mut bomb = Vec::new();
    let member = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let zeros = vec![0; 1024 * 1024];
        for _ in 0..16 {
            encoder.write_all(&zeros).unwrap();
        }
        encoder.finish().unwrap()
    };
    while bomb.len() < 10_000_000 {
        bomb.extend_from_slice(&member);
    }
    let outcome = answer(response("200 OK", &["Content-Encoding: gzip"], &bomb)).await;
    assert!(
        matches!(outcome, FetchOutcome::TooLarge { limit, .. } if limit == decode::MAX_DECODED_BYTES as u64)
    );
    // As it came it is all there.
    assert_eq!((part(&outcome).body.len(), part(&outcome).truncated), (bomb.len(), None));
}

#[tokio::test]
async fn a_huge_body_is_too_large_announced_or_not() {
    let limit = crate::frontier::MAX_BODY_BYTES;
    let announced = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", limit + 1);
    let silent = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_owned();
    for (head, kept) in [(announced, 0), (silent, limit)] {
        let outcome = steps(vec![Step::Send(head.into_bytes()), Step::Flood(vec![b'x'; 256 * 1024])]).await;
        assert!(matches!(outcome, FetchOutcome::TooLarge { limit: told, .. } if told == limit));
        let part = part(&outcome);
        assert_eq!((part.body.len() as u64, part.truncated), (kept, Some(Truncation::Length)));
        assert_eq!(part.digest, Digest::of(&part.body));
    }
}

#[tokio::test]
async fn a_body_may_be_cut_where_the_permit_says_so() {
    let server =
        Server::answering(response("200 OK", &["Content-Encoding: gzip"], &gzip(&PAGE.repeat(9)))).await;
    let permit = FetchPermit::for_test(&server.url("/robots.txt"), &[&server.host()]).cut_at(20);
    let capture = fetched(fetch_with(settings(), &permit).await);
    assert_eq!((capture.body.len(), capture.truncated), (20, Some(Truncation::Length)));
}

#[tokio::test]
async fn an_error_page_may_be_broken_or_huge() {
    let huge = b"HTTP/1.1 500 Oops\r\n\r\n".to_vec();
    let outcome = steps(vec![Step::Send(huge), Step::Flood(vec![b'x'; 64 * 1024])]).await;
    assert_eq!(outcome.capture().unwrap().truncated, Some(Truncation::Length));
    let short = b"HTTP/1.1 502 Oops\r\nContent-Length: 9\r\n\r\nx".to_vec();
    let outcome = steps(vec![Step::Send(short), Step::Close]).await;
    assert_eq!(outcome.capture().unwrap().truncated, Some(Truncation::Disconnect));
}

#[tokio::test]
async fn every_wait_has_an_end() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n".to_vec();
    let pause = Duration::from_millis(5);
    for (name, steps, expected) in [
        ("silent", vec![Step::Hang], "first byte"),
        ("half a head", vec![Step::Send(b"HTTP/1.1 200 OK\r\nX-".to_vec()), Step::Hang], "first byte"),
        ("a head that drips", vec![Step::Drip(b"X-A: b\r\n".to_vec(), pause)], "first byte"),
        ("no body", vec![Step::Send(head.clone()), Step::Hang], "body"),
        ("a body that drips", vec![Step::Send(head), Step::Drip(b"x".to_vec(), pause)], "body"),
    ] {
        let steps = if name == "a head that drips" {
            [vec![Step::Send(b"HTTP/1.1 200 OK\r\n".to_vec())], steps].concat()
        } else {
            steps
        };
        let server = Server::start(move |_| steps.clone()).await;
        let permit = FetchPermit::for_test(&server.url("/"), &[&server.host()]);
        let outcome = fetch_with(impatient(), &permit).await;
        assert!(matches!(outcome, FetchOutcome::TimedOut { phase, .. } if phase == expected), "{name}");
        let truncated = outcome.part().map(|part| part.truncated);
        assert_eq!(truncated, (expected == "body").then_some(Some(Truncation::Time)), "{name}");
    }
}

#[tokio::test]
async fn a_head_without_end_is_refused_by_its_size() {
    let flood =
        vec![Step::Send(b"HTTP/1.1 200 OK\r\n".to_vec()), Step::Flood(b"X-A: bbbbbbbb\r\n".repeat(64))];
    let outcome = steps(flood).await;
    assert!(matches!(outcome, FetchOutcome::Protocol { .. }), "{outcome:?}");
}

#[tokio::test]
async fn what_is_not_http_is_named() {
    let outcome = answer(b"SSH-2.0-OpenSSH_9.6\r\n\r\n".to_vec()).await;
    let FetchOutcome::Protocol { reason } = outcome else { panic!("{outcome:?}") };
    assert_eq!(reason, "invalid HTTP version parsed");
    for end in [Step::Close, Step::Reset] {
        let outcome = steps(vec![end]).await;
        assert!(matches!(outcome, FetchOutcome::Protocol { .. }), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_unreachable() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    drop(listener);
    let outcome = fetch_with(settings(), &FetchPermit::for_test(&format!("http://{host}/"), &[&host])).await;
    assert_eq!(outcome, FetchOutcome::Unreachable { reason: "connection refused".to_owned() });
}

#[tokio::test]
async fn tls_and_names_have_reasons_of_their_own() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    });
    let permit = FetchPermit::for_test(&format!("https://{host}/"), &[&host]);
    let outcome = fetch_with(settings(), &permit).await;
    let FetchOutcome::Unreachable { reason } = outcome else { panic!("{outcome:?}") };
    assert!(reason.starts_with("TLS: "), "{reason}");
    let permit = FetchPermit::for_test("http://bote.invalid/", &["bote.invalid"]);
    let expected = "the name bote.invalid does not resolve".to_owned();
    assert_eq!(fetch_with(settings(), &permit).await, FetchOutcome::Unreachable { reason: expected });
}

#[tokio::test]
async fn names_of_this_machine_need_no_name_server() {
    let server = Server::answering(response("200 OK", &[], PAGE)).await;
    let url = format!("http://bote.localhost:{}/", server.port());
    fetched(fetch_with(settings(), &FetchPermit::for_test(&url, &["bote.localhost"])).await);
    let hosts_file = HostsFile::parse("127.0.0.1 bote.test");
    let fetcher = Fetcher::with_hosts_file(settings(), hosts_file).unwrap();
    let url = format!("http://bote.test:{}/", server.port());
    let permit = FetchPermit::for_test(&url, &["bote.test"]);
    fetched(fetcher.fetch(&permit, now(), &CancellationToken::new()).await.unwrap());
    assert_eq!(server.log()[1].header("host"), Some(format!("bote.test:{}", server.port()).as_str()));
}

#[tokio::test]
async fn no_other_portal_reaches_a_private_place() {
    let server = Server::answering(response("200 OK", &[], PAGE)).await;
    let hosts_file = HostsFile::parse("127.0.0.1 bote.test\n169.254.169.254 meta.test");
    let fetcher = Fetcher::with_hosts_file(settings(), hosts_file).unwrap();
    let cancel = CancellationToken::new();
    let port = server.port();
    // The portal itself has a connection open, which nobody else may use.
    let own = FetchPermit::for_test(&format!("http://bote.test:{port}/"), &["bote.test"]);
    fetched(fetcher.fetch(&own, now(), &cancel).await.unwrap());
    for url in [
        format!("http://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://bote.localhost:{port}/"),
        format!("http://bote.test:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://meta.test/".to_owned(),
    ] {
        let permit = FetchPermit::for_test(&url, &["kurier.example"]);
        let outcome = fetcher.fetch(&permit, now(), &cancel).await.unwrap();
        assert!(matches!(outcome, FetchOutcome::AddressRefused { .. }), "{url}: {outcome:?}");
    }
    assert_eq!(server.log().len(), 1);
}

#[tokio::test]
async fn a_cancelled_crawl_gives_the_request_up() {
    let server = Server::start(|_| vec![Step::Hang]).await;
    let permit = FetchPermit::for_test(&server.url("/"), &[&server.host()]);
    let fetcher = Fetcher::new(settings()).unwrap();
    let cancel = CancellationToken::new();
    let fetching = fetcher.fetch(&permit, now(), &cancel);
    let stopping = async {
        while server.log().is_empty() {
            tokio::task::yield_now().await;
        }
        cancel.cancel();
    };
    assert_eq!(tokio::join!(fetching, stopping).0, Err(Cancelled));
}

#[tokio::test]
async fn only_so_many_bodies_may_be_large_at_once() {
    let large = format!("HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n{}", "x".repeat(2_000_000));
    let server = Server::answering(large.into_bytes()).await;
    let permit = FetchPermit::for_test(&server.url("/artikel"), &[&server.host()]);
    let fetched = |places: usize| {
        let mut fetcher =
            Fetcher::new(Settings { total_timeout: Duration::from_secs(2), ..settings() }).unwrap();
        fetcher.large_bodies = Arc::new(tokio::sync::Semaphore::new(places));
        let permit = &permit;
        async move { fetcher.fetch(permit, now(), &CancellationToken::new()).await.unwrap() }
    };
    assert!(matches!(fetched(1).await, FetchOutcome::Fetched(_)));
    let FetchOutcome::TimedOut { part: Some(part), .. } = fetched(0).await else {
        panic!("no place, and fetched")
    };
    assert!((LARGE_BODY_BYTES..2_000_000).contains(&part.body.len()), "{}", part.body.len());
}
