//! A small server on loopback that behaves as badly as it is told, and keeps a log of what it was asked.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// One request as it came.
#[derive(Debug, Clone)]
pub(super) struct Request {
    /// `GET /artikel HTTP/1.1`
    pub(super) line: String,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    /// Which connection it came over, from 0.
    pub(super) connection: usize,
}

impl Request {
    /// The value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// What the server does next on a connection.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Sends these bytes again and again, until the other side has enough.
    Flood(Vec<u8>),
    /// Sends these bytes one by one, with a pause after each, for ever.
    Drip(Vec<u8>, Duration),
    /// Says nothing more, and keeps the connection.
    Hang,
    /// Ends the connection in the middle of everything (RST).
    Reset,
    /// Ends the connection (FIN).
    Close,
}

type Handler = dyn Fn(&Request) -> Vec<Step> + Send + Sync;

/// The server; dropped, it stops.
pub(super) struct Server {
    address: SocketAddr,
    log: Arc<Mutex<Vec<Request>>>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Listens on a free port of 127.0.0.1 and does for every request what `handler` says. A connection is kept
    /// for further requests unless the steps end it.
    pub(super) async fn start(handler: impl Fn(&Request) -> Vec<Step> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((IpAddr::V4(Ipv4Addr::LOCALHOST), 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let log = Arc::new(Mutex::new(Vec::new()));
        let handler: Arc<Handler> = Arc::new(handler);
        let shared_log = Arc::clone(&log);
        let accepting = tokio::spawn(async move {
            // Connections die with their set when the server is dropped.
            let mut connections = tokio::task::JoinSet::new();
            let mut count = 0;
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, Arc::clone(&handler), Arc::clone(&shared_log), count));
                count += 1;
            }
        });
        Self { address, log, accepting }
    }

    /// A server that answers every request with the same bytes.
    pub(super) async fn answering(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::start(move |_| vec![Step::Send(bytes.clone())]).await
    }

    /// `127.0.0.1:PORT`
    pub(super) fn host(&self) -> String {
        self.address.to_string()
    }

    /// The port.
    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    /// An address on the server.
    pub(super) fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    /// What was asked so far.
    pub(super) fn log(&self) -> Vec<Request> {
        self.log.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// A complete response with a `Content-Length`; `headers` are lines without their ends.
pub(super) fn response(status: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len());
    for header in headers {
        head.push_str(header);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}

async fn serve(
    mut stream: TcpStream,
    handler: Arc<Handler>,
    log: Arc<Mutex<Vec<Request>>>,
    connection: usize,
) -> Option<()> {
    let mut pending = Vec::new();
    loop {
        let request = read_request(&mut stream, &mut pending, connection).await?;
        log.lock().unwrap().push(request.clone());
        for step in handler(&request) {
            match step {
                Step::Send(bytes) => stream.write_all(&bytes).await.ok()?,
                Step::Flood(bytes) => loop {
                    stream.write_all(&bytes).await.ok()?;
                },
                Step::Drip(bytes, pause) => {
                    for byte in bytes.iter().cycle() {
                        stream.write_all(&[*byte]).await.ok()?;
                        tokio::time::sleep(pause).await;
                    }
                }
                Step::Hang => {
                    // Ends when the other side goes.
                    let _ = stream.read(&mut [0]).await;
                    return None;
                }
                Step::Reset => {
                    stream.set_zero_linger().ok()?;
                    return None;
                }
                Step::Close => {
                    let _ = stream.shutdown().await;
                    return None;
                }
            }
        }
    }
}

async fn read_request(stream: &mut TcpStream, pending: &mut Vec<u8>, connection: usize) -> Option<Request> {
    let end = loop {
        if let Some(at) = pending.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(pending).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&pending[..end]).into_owned();
    pending.drain(..end + 4);
    let mut lines = head.split("\r\n");
    let line = lines.next()?.to_owned();
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Some(Request { line, headers, connection })
}
