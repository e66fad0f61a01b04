//! The server behind a portal: HTTP/1.1 over plain sockets, so that it can also break its rules; and its log.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use dateline::model::capture::Headers;

use crate::portal::reply::Reply;

/// No test waits longer for a gate.
pub(super) const LONGEST_HOLD: Duration = Duration::from_secs(60);

/// A request as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// When its head was complete.
    pub(crate) instant: Instant,
    /// `GET`
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    /// Headers.
    pub(crate) headers: Headers,
}

/// A request and how it was answered.
#[derive(Debug, Clone)]
pub(crate) struct Logged {
    /// What came.
    pub(crate) request: Request,
    /// The status sent; 0 where the connection was dropped instead.
    pub(crate) status: u16,
    /// When the answer was written.
    pub(crate) answered: Instant,
}

type Behaviour = dyn Fn(&Request) -> Reply + Send + Sync;

/// A portal that is being served; it stops when dropped.
pub(crate) struct PortalServer {
    origin: String,
    address: SocketAddr,
    state: Arc<State>,
}

struct State {
    log: Mutex<Vec<Logged>>,
    changed: Condvar,
    under_way: AtomicUsize,
    most_under_way: AtomicUsize,
    stopped: AtomicBool,
}

impl PortalServer {
    /// Serves `behaviour` on a free port of 127.0.0.1.
    pub(crate) fn start(behaviour: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_with(|_| Box::new(behaviour))
    }

    /// Serves what `make` makes of the origin (`http://127.0.0.1:PORT`), for pages with absolute addresses.
    pub(crate) fn start_with(make: impl FnOnce(&str) -> Box<Behaviour>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let origin = format!("http://{address}");
        let behaviour: Arc<Behaviour> = Arc::from(make(&origin));
        let state = Arc::new(State {
            log: Mutex::default(),
            changed: Condvar::new(),
            under_way: AtomicUsize::new(0),
            most_under_way: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
        });
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(stream), behaviour, state) = (stream, Arc::clone(&behaviour), Arc::clone(&shared))
                else {
                    continue;
                };
                std::thread::spawn(move || {
                    // A connection that is to be reset is only closed: a shutdown would end it in good order.
                    if !matches!(converse(&stream, &*behaviour, &state), Ok(Ending::Reset)) {
                        let _ = stream.shutdown(Shutdown::Both);
                    }
                });
            }
        });
        Self { origin, address, state }
    }

    /// Serves fixed answers by path (with query, else without); all else is 404.
    pub(crate) fn of_routes(routes: impl IntoIterator<Item = (&'static str, Reply)>) -> Self {
        let routes: HashMap<&str, Reply> = routes.into_iter().collect();
        Self::start(move |request| {
            let bare = request.path.split('?').next().unwrap_or_default();
            let reply = routes.get(request.path.as_str()).or_else(|| routes.get(bare));
            reply.cloned().unwrap_or_else(|| Reply::status(404))
        })
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// The address of `path` on this portal.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Everything asked and answered so far, in the order of the answers.
    pub(crate) fn log(&self) -> Vec<Logged> {
        self.state.log.lock().unwrap().clone()
    }

    /// The paths asked for, in the order of the requests.
    pub(crate) fn paths(&self) -> Vec<String> {
        let mut log = self.log();
        log.sort_by_key(|logged| logged.request.instant);
        log.into_iter().map(|logged| logged.request.path).collect()
    }

    /// How often `path` was asked for.
    pub(crate) fn times_asked(&self, path: &str) -> usize {
        self.paths().iter().filter(|asked| *asked == path).count()
    }

    /// The shortest time between the starts of two requests.
    pub(crate) fn shortest_gap(&self) -> Option<Duration> {
        let mut instants: Vec<Instant> = self.log().iter().map(|logged| logged.request.instant).collect();
        instants.sort();
        instants.windows(2).map(|pair| pair[1] - pair[0]).min()
    }

    /// The most requests that were under way at one time.
    pub(crate) fn most_under_way(&self) -> usize {
        self.state.most_under_way.load(Ordering::SeqCst)
    }

    /// Waits until `count` requests were answered, for tests that act in the middle of a crawl.
    pub(crate) fn wait_for_answers(&self, count: usize) {
        let log = self.state.log.lock().unwrap();
        let (log, _) =
            self.state.changed.wait_timeout_while(log, LONGEST_HOLD, |log| log.len() < count).unwrap();
        assert!(log.len() >= count, "only {} of {count} requests came", log.len());
    }
}

impl Drop for PortalServer {
    fn drop(&mut self) {
        self.state.stopped.store(true, Ordering::SeqCst);
        // Wakes the accepting thread, which then sees the flag.
        let _ = TcpStream::connect(self.address);
    }
}

/// Answers request after request on one connection.
fn converse(stream: &TcpStream, behaviour: &Behaviour, state: &State) -> std::io::Result<Ending> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = read_request(&mut reader)? {
        let under_way = state.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        state.most_under_way.fetch_max(under_way, Ordering::SeqCst);
        let reply = behaviour(&request);
        if let Some(gate) = &reply.gate {
            gate.wait();
        }
        state.under_way.fetch_sub(1, Ordering::SeqCst);
        let goes_on = write_reply(stream, &request, &reply);
        let resets = reply.resets;
        let status = if reply.raw.is_some() { 0 } else { reply.status };
        state.log.lock().unwrap().push(Logged { request, status, answered: Instant::now() });
        state.changed.notify_all();
        if !goes_on? {
            return Ok(if resets { Ending::Reset } else { Ending::Orderly });
        }
    }
    Ok(Ending::Orderly)
}

/// How a connection ends.
enum Ending {
    Orderly,
    Reset,
}

fn read_request(reader: &mut BufReader<&TcpStream>) -> std::io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let instant = Instant::now();
    let mut words = line.split_whitespace();
    let (Some(method), Some(path)) = (words.next(), words.next()) else { return Ok(None) };
    let (method, path) = (method.to_owned(), path.to_owned());
    let mut headers = Headers::default();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 || line.trim_end().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.0.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    let length: u64 = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    std::io::copy(&mut reader.take(length), &mut std::io::sink())?;
    Ok(Some(Request { instant, method, path, headers }))
}

/// Writes the reply; gives whether the connection goes on.
fn write_reply(mut stream: &TcpStream, request: &Request, reply: &Reply) -> std::io::Result<bool> {
    if let Some(raw) = &reply.raw {
        stream.write_all(raw)?;
        if let Some((piece, pause)) = &reply.forever {
            let begun = Instant::now();
            while begun.elapsed() < LONGEST_HOLD {
                stream.write_all(piece)?;
                std::thread::sleep(*pause);
            }
        }
        if reply.resets {
            socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO))?;
        }
        return Ok(false);
    }
    let mut answer = format!("HTTP/1.1 {} Reply\r\n", reply.status).into_bytes();
    for (name, value) in &reply.headers {
        write!(answer, "{name}: {value}\r\n")?;
    }
    let has_body = request.method != "HEAD" && !matches!(reply.status, 204 | 304);
    if !reply.without_length && !matches!(reply.status, 204 | 304) {
        write!(answer, "Content-Length: {}\r\n", reply.body.len())?;
    }
    let ends = reply.without_length || reply.cut_after.is_some();
    answer.extend_from_slice(if ends { b"Connection: close\r\n\r\n" } else { b"\r\n" });
    if has_body {
        let sent = reply.cut_after.unwrap_or(usize::MAX).min(reply.body.len());
        answer.extend_from_slice(&reply.body[..sent]);
    }
    stream.write_all(&answer)?;
    stream.flush()?;
    Ok(!ends)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portal::{Gate, TagdivPortal};

    /// Asks as a client would that wants the connection closed, and gives head and body.
    fn ask(server: &PortalServer, path: &str) -> String {
        let mut stream = TcpStream::connect(server.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", server.address).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[test]
    fn routes_are_answered_and_remembered() {
        let server = PortalServer::of_routes([
            ("/robots.txt", Reply::text("User-agent: *\n")),
            ("/old", Reply::redirect(301, "/new")),
            ("/new?page=2", Reply::html("zwei").header("X-Page", "2")),
        ]);
        assert!(ask(&server, "/robots.txt").ends_with("\r\n\r\nUser-agent: *\n"));
        assert!(ask(&server, "/old").contains("Location: /new\r\n"));
        assert!(ask(&server, "/new?page=2").contains("X-Page: 2\r\n"));
        assert!(ask(&server, "/nowhere").starts_with("HTTP/1.1 404 "));
        server.wait_for_answers(4);
        assert_eq!(server.paths(), ["/robots.txt", "/old", "/new?page=2", "/nowhere"]);
        assert_eq!((server.times_asked("/old"), server.most_under_way()), (1, 1));
        assert!(server.shortest_gap().is_some());
        let last = server.log().pop().unwrap();
        assert_eq!((last.status, last.request.method.as_str()), (404, "GET"));
        assert!(last.answered >= last.request.instant);
    }

    #[test]
    fn answers_can_be_held_back_and_cut_off() {
        let gate = Gate::default();
        let server = PortalServer::of_routes([
            ("/held", Reply::html("endlich").held_by(&gate)),
            ("/cut", Reply::html("0123456789").cut_after(4)),
            ("/open-ended", Reply::html("ohne Länge").without_length()),
            ("/gone", Reply::hang_up()),
        ]);
        std::thread::scope(|scope| {
            let held = scope.spawn(|| ask(&server, "/held"));
            assert!(ask(&server, "/cut").ends_with("Connection: close\r\n\r\n0123"));
            assert!(!ask(&server, "/open-ended").contains("Content-Length"));
            assert_eq!(ask(&server, "/gone"), "");
            gate.open();
            assert!(held.join().unwrap().ends_with("endlich"));
        });
    }

    #[test]
    fn a_tagdiv_portal_of_any_size_is_served_with_its_truth() {
        let portal = TagdivPortal::new(30, 5).padded(1_000);
        let server =
            portal.serve_but(|request| request.path.starts_with("/feed").then(|| Reply::status(503)));
        let truth = portal.truth();
        assert_eq!(truth.len(), 30);
        let page = ask(&server, &truth[3].path);
        assert!(page.starts_with("HTTP/1.1 200 ") && page.contains(&server.url(&truth[3].path)));
        assert!(ask(&server, "/feed/").starts_with("HTTP/1.1 503 "));
        assert!(ask(&portal.serve(), "/feed/").starts_with("HTTP/1.1 200 "));
        let selectors = TagdivPortal::selectors("probe", server.origin(), "0s");
        assert!(selectors.contains("\"probe\"") && selectors.contains("delay = \"0s\""));
        assert!(selectors.contains(&server.url("/feed/")) && !selectors.contains("8377"));
    }
}
