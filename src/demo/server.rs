//! Serves a site on loopback and keeps a log of what was asked, so that manners can be shown and tested.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::body::Body;
use axum::extract::Request as HttpRequest;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response as HttpResponse;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::model::capture::Headers;
use crate::model::crawl_url::CrawlUrl;

use super::response::Response;
use super::site::{DEFAULT_ORIGIN, Site};

/// The demo portal's selector file, for the origin [`DEFAULT_ORIGIN`].
const PORTAL_TOML: &str = include_str!("../../selectors/demo.toml");

/// One request the portal received.
#[derive(Debug, Clone)]
pub struct LoggedRequest {
    /// When it came.
    pub instant: Instant,
    /// Path and query.
    pub path: String,
    /// The status it was answered with.
    pub status: u16,
}

/// Everything the portal was asked, in order. Clones share the log.
#[derive(Debug, Clone, Default)]
pub struct RequestLog(Arc<Mutex<Vec<LoggedRequest>>>);

impl RequestLog {
    /// The requests so far.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Number of requests so far.
    pub fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether nothing was asked yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of requests whose path begins with `prefix`.
    pub fn count_under(&self, prefix: &str) -> usize {
        let requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        requests.iter().filter(|request| request.path.starts_with(prefix)).count()
    }

    fn push(&self, request: LoggedRequest) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    }
}

/// A demo portal being served.
#[derive(Debug)]
pub struct Running {
    /// Its start page.
    pub base: CrawlUrl,
    /// Its selector file, with addresses of this server.
    pub portal_toml: String,
    /// What it was asked.
    pub log: RequestLog,
    /// Number of articles it has.
    pub articles: usize,
    shutdown: CancellationToken,
    tasks: TaskTracker,
}

impl Running {
    /// Stops serving; open connections end after the answer under way.
    pub async fn stop(self) {
        self.shutdown.cancel();
        self.tasks.wait().await;
    }
}

/// Serves `site` on a free port of 127.0.0.1 until [`Running::stop`] or `shutdown`.
///
/// # Errors
/// Where no port can be had.
///
/// # Panics
/// Never: a bound loopback address is a valid origin.
pub async fn start(site: Site, shutdown: &CancellationToken) -> io::Result<Running> {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let site = site.at(&origin);
    let articles = site.len();
    let log = RequestLog::default();
    let shutdown = shutdown.child_token();
    let tasks = TaskTracker::new();
    let served = serve(site, listener, log.clone(), shutdown.clone().cancelled_owned());
    tasks.spawn(async move {
        if let Err(error) = served.await {
            tracing::error!(%error, "the demo portal stopped");
        }
    });
    tasks.close();
    Ok(Running {
        base: CrawlUrl::parse(&origin).expect("a bound loopback address is a valid origin"),
        portal_toml: portal_toml(&origin),
        log,
        articles,
        shutdown,
        tasks,
    })
}

/// Serves `site` on `listener` until `shutdown` is done; every request goes into `log`.
///
/// # Errors
/// Where the listener fails.
pub async fn serve(
    site: Site,
    listener: TcpListener,
    log: RequestLog,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let site = Arc::new(site);
    let app = axum::Router::new().fallback(move |request: HttpRequest| {
        let (site, log) = (Arc::clone(&site), log.clone());
        async move { answer(&site, &log, &request) }
    });
    axum::serve(listener, app).with_graceful_shutdown(shutdown).await
}

/// The demo portal's selector file for a site served at `origin`.
pub fn portal_toml(origin: &str) -> String {
    let host = |origin: &str| origin.rsplit('/').next().unwrap_or_default().to_owned();
    PORTAL_TOML.replace(DEFAULT_ORIGIN, origin).replace(&host(DEFAULT_ORIGIN), &host(origin))
}

fn answer(site: &Site, log: &RequestLog, request: &HttpRequest) -> HttpResponse {
    let instant = Instant::now();
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let headers = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let response = site.respond(&path, &Headers(headers));
    log.push(LoggedRequest { instant, path, status: response.status });
    http_response(response)
}

fn http_response(response: Response) -> HttpResponse {
    let mut answer = HttpResponse::new(Body::from(response.body));
    *answer.status_mut() = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in response.headers.0 {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            answer.headers_mut().append(name, value);
        }
    }
    answer
}
