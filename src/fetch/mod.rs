//! The only module that speaks HTTP: client, limits, address guard. Asks only with a `FetchPermit`: one permit, one
//! request, one response. Redirects are answers (the next hop needs its own permit), retries are the frontier's.

mod address;
mod client;
mod failure;
mod guard;
mod hosts_file;
mod retry_after;
mod settings;

use std::sync::Arc;

use jiff::Timestamp;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_LENGTH, HOST, IF_MODIFIED_SINCE, IF_NONE_MATCH, USER_AGENT,
};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::decode::{self, Wholeness};
use crate::frontier::{BodyLimit, FetchPermit};
use crate::model::capture::{Capture, Headers, Redirect, Truncation};
use crate::model::digest::Digest;
use crate::model::outcome::FetchOutcome;

use client::Clients;
use guard::{LocalNames, Way};
use hosts_file::HostsFile;

pub use client::FetcherError;
pub use settings::{ProxyUse, Settings};

/// Bytes kept of the body of a redirect or an error.
const MAX_SIDE_BODY_BYTES: u64 = 256 * 1024;
/// Bytes of a body that every request may hold; one that goes on takes one of the places of large bodies.
const LARGE_BODY_BYTES: usize = 1024 * 1024;
/// Large bodies under way at once, so that their memory has a limit however many requests there are.
const LARGE_BODIES: usize = 64;
/// Encoded bytes from which a body is checked on a blocking thread: decoding them takes more than half a
/// millisecond.
const BLOCKING_FROM_BYTES: usize = 32 * 1024;
const ACCEPTED_TYPES: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const ACCEPTED_CODINGS: &str = "gzip, br, zstd, deflate";

/// The request was given up because the crawl stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

/// Sends requests. Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct Fetcher {
    clients: Clients,
    local_names: Arc<LocalNames>,
    settings: Arc<Settings>,
    large_bodies: Arc<Semaphore>,
}

impl Fetcher {
    /// A fetcher that behaves as `settings` says. Reads this machine's hosts file once.
    pub fn new(settings: Settings) -> Result<Self, FetcherError> {
        Self::with_hosts_file(settings, HostsFile::of_machine())
    }

    fn with_hosts_file(settings: Settings, hosts_file: HostsFile) -> Result<Self, FetcherError> {
        let allowed = settings.local_names.iter().map(|name| name.to_ascii_lowercase()).collect();
        let local_names = Arc::new(LocalNames { hosts_file, allowed });
        let clients = Clients::new(&settings, &local_names)?;
        let large_bodies = Arc::new(Semaphore::new(LARGE_BODIES));
        Ok(Self { clients, local_names, settings: Arc::new(settings), large_bodies })
    }

    /// Whether this machine has root certificates; without, every HTTPS portal is unreachable.
    pub fn has_roots(&self) -> bool {
        self.clients.has_roots
    }

    /// Sends the one request the permit allows. `now` is when; it becomes the capture's instant.
    ///
    /// The body of a 2xx response is checked to the end of its compressed streams: one that is cut is
    /// [`FetchOutcome::Truncated`], one that would grow over the limit [`FetchOutcome::TooLarge`].
    pub async fn fetch(
        &self,
        permit: &FetchPermit,
        now: Timestamp,
        cancel: &CancellationToken,
    ) -> Result<FetchOutcome, Cancelled> {
        let outcome = self.fetch_unread(permit, now, cancel).await?;
        let FetchOutcome::Fetched(capture) = outcome else { return Ok(outcome) };
        let limits = self.settings.decode_limits;
        let check = move |capture: Box<Capture>| {
            let content = decode::content(&capture.body, &capture.headers, &limits);
            let wholeness = content.wholeness();
            settled(capture, wholeness, limits)
        };
        if capture.body.len() < BLOCKING_FROM_BYTES || capture.headers.get("content-encoding").is_none() {
            return Ok(check(capture));
        }
        match tokio::task::spawn_blocking(move || check(capture)).await {
            Ok(outcome) => Ok(outcome),
            // The runtime is going down: nothing was decided.
            Err(_) => Err(Cancelled),
        }
    }

    /// The same without the check of compressed streams, for a caller who decodes the body anyway and then asks
    /// [`settle`].
    pub async fn fetch_unread(
        &self,
        permit: &FetchPermit,
        now: Timestamp,
        cancel: &CancellationToken,
    ) -> Result<FetchOutcome, Cancelled> {
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(Cancelled),
            outcome = self.attempt(permit, now) => Ok(outcome),
        }
    }

    async fn attempt(&self, permit: &FetchPermit, now: Timestamp) -> FetchOutcome {
        let url = permit.url();
        let client = match self.local_names.way(permit) {
            Ok(Way::Public) if self.clients.proxies.contains(url.host().name()) => {
                let reason = format!("{} is the proxy, not a portal", url.host());
                return FetchOutcome::AddressRefused { reason };
            }
            Ok(Way::Public) => &self.clients.public,
            Ok(Way::Own) => &self.clients.own,
            Err(refused) => return FetchOutcome::AddressRefused { reason: refused.to_string() },
        };
        let started = Instant::now();
        let deadline = started + self.settings.total_timeout;
        let headers = self.request_headers(permit);
        #[expect(clippy::disallowed_methods, reason = "the one place a request is sent, with its permit")]
        let sending = client.get(url.as_url().clone()).headers(headers.clone()).send();
        let response =
            match timeout_at(deadline.min(started + self.settings.first_byte_timeout), sending).await {
                Ok(Ok(response)) => response,
                Ok(Err(error)) => return failure::without_response(&error, self.clients.has_roots),
                Err(_) => return FetchOutcome::TimedOut { phase: "first byte", part: None },
            };
        let mut request_headers = Headers(vec![(HOST.as_str().to_owned(), url.host().to_string())]);
        request_headers.0.extend(texts(&headers));
        let capture = Capture {
            requested: url.clone(),
            url: url.clone(),
            redirects: Vec::new(),
            fetched_at: now,
            status: response.status().as_u16(),
            request_headers,
            headers: Headers(texts(response.headers()).collect()),
            body: Vec::new(),
            digest: Digest::of(&[]),
            ip: response.remote_addr().map(|address| address.ip()),
            truncated: None,
        };
        self.read(permit, response, capture, deadline).await
    }

    /// Reads the body and says how it went. What arrived of a page that is not whole goes along, as evidence.
    async fn read(
        &self,
        permit: &FetchPermit,
        mut response: reqwest::Response,
        mut capture: Capture,
        deadline: Instant,
    ) -> FetchOutcome {
        let is_page = (200..300).contains(&capture.status) && capture.status != 206;
        let limit = if is_page { permit.body_limit() } else { BodyLimit::Cut(MAX_SIDE_BODY_BYTES) };
        let announced = capture.headers.get(CONTENT_LENGTH.as_str()).and_then(|value| value.parse().ok());
        if let (BodyLimit::Refuse(limit), Some(announced)) = (limit, announced)
            && announced > limit
        {
            return FetchOutcome::TooLarge { limit, part: Some(part_of(capture, Truncation::Length)) };
        }
        let (BodyLimit::Refuse(most) | BodyLimit::Cut(most)) = limit;
        capture.body = Vec::with_capacity(announced.unwrap_or(0).min(most).min(MAX_SIDE_BODY_BYTES) as usize);
        let mut place = None;
        loop {
            let next = async {
                if place.is_none() && capture.body.len() >= LARGE_BODY_BYTES {
                    place = self.large_bodies.acquire().await.ok();
                }
                timeout(self.settings.idle_timeout, response.chunk()).await
            };
            let chunk = match timeout_at(deadline, next).await.and_then(|chunk| chunk) {
                Ok(Ok(Some(chunk))) => chunk,
                Ok(Ok(None)) => break,
                Ok(Err(error)) if is_page => {
                    let reason = format!("{} after {} bytes", failure::reason(&error), capture.body.len());
                    return FetchOutcome::Truncated {
                        reason,
                        part: Some(part_of(capture, Truncation::Disconnect)),
                    };
                }
                Err(_) if is_page => {
                    return FetchOutcome::TimedOut {
                        phase: "body",
                        part: Some(part_of(capture, Truncation::Time)),
                    };
                }
                // Of an error's page the status is what counts.
                Ok(Err(_)) => {
                    capture.truncated = Some(Truncation::Disconnect);
                    break;
                }
                Err(_) => {
                    capture.truncated = Some(Truncation::Time);
                    break;
                }
            };
            let room = most - capture.body.len() as u64;
            if chunk.len() as u64 <= room {
                capture.body.extend_from_slice(&chunk);
                continue;
            }
            capture.body.extend_from_slice(&chunk[..room as usize]);
            if let BodyLimit::Refuse(limit) = limit {
                return FetchOutcome::TooLarge { limit, part: Some(part_of(capture, Truncation::Length)) };
            }
            capture.truncated = Some(Truncation::Length);
            break;
        }
        capture.digest = Digest::of(&capture.body);
        classified(capture, permit)
    }

    fn request_headers(&self, permit: &FetchPermit) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, self.clients.user_agent.clone());
        headers.insert(ACCEPT, HeaderValue::from_static(ACCEPTED_TYPES));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(ACCEPTED_CODINGS));
        let validators = permit.validators();
        let mut add = |name: HeaderName, value: &Option<String>| {
            // A validator that came as something unsendable is left out: the request is then not conditional.
            if let Some(value) = value.as_deref().and_then(|value| HeaderValue::from_str(value).ok()) {
                headers.insert(name, value);
            }
        };
        add(IF_NONE_MATCH, &validators.etag);
        add(IF_MODIFIED_SINCE, &validators.last_modified);
        headers
    }
}

/// What a 2xx response is worth once its content is known: itself, [`FetchOutcome::Truncated`] or
/// [`FetchOutcome::TooLarge`]. Other outcomes stay as they are.
pub fn settle(outcome: FetchOutcome, wholeness: Wholeness, limits: decode::Limits) -> FetchOutcome {
    match outcome {
        FetchOutcome::Fetched(capture) => settled(capture, wholeness, limits),
        other => other,
    }
}

fn settled(capture: Box<Capture>, wholeness: Wholeness, limits: decode::Limits) -> FetchOutcome {
    match wholeness {
        Wholeness::TooLarge => {
            FetchOutcome::TooLarge { limit: limits.decoded_bytes as u64, part: Some(capture) }
        }
        // A body that was cut on purpose ends where it ends.
        Wholeness::Cut if capture.truncated.is_none() => {
            let reason = format!("the compressed body of {} bytes has no proper end", capture.body.len());
            FetchOutcome::Truncated { reason, part: Some(part_of(*capture, Truncation::Disconnect)) }
        }
        Wholeness::Cut | Wholeness::Whole => FetchOutcome::Fetched(capture),
    }
}

/// What arrived of a response that is not whole.
fn part_of(mut capture: Capture, truncation: Truncation) -> Box<Capture> {
    capture.digest = Digest::of(&capture.body);
    capture.truncated = Some(truncation);
    Box::new(capture)
}

/// The outcome of a response by its status.
fn classified(capture: Capture, permit: &FetchPermit) -> FetchOutcome {
    let capture = Box::new(capture);
    let validators = permit.validators();
    match capture.status {
        206 => {}
        200..=299 => return FetchOutcome::Fetched(capture),
        304 if validators.etag.is_some() || validators.last_modified.is_some() => {
            return FetchOutcome::NotModified(capture);
        }
        301 | 302 | 303 | 307 | 308 => {
            if let Some(to) =
                capture.headers.get("location").and_then(|to| capture.url.join_verbatim(to).ok())
            {
                if to == capture.url {
                    return FetchOutcome::RedirectLoop { at: to };
                }
                let redirect = Redirect { from: capture.url.clone(), status: capture.status, to };
                return FetchOutcome::Redirected { capture, redirect };
            }
        }
        _ => {}
    }
    let retry_after = capture
        .headers
        .get("retry-after")
        .and_then(|value| retry_after::retry_after(value, capture.fetched_at));
    FetchOutcome::HttpStatus { capture, retry_after }
}

/// Headers as texts; bytes that are not UTF-8 read as Latin-1 (RFC 9110 §5.5).
fn texts(headers: &HeaderMap) -> impl Iterator<Item = (String, String)> {
    headers.iter().map(|(name, value)| {
        let bytes = value.as_bytes();
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().copied().map(char::from).collect(),
        };
        (name.as_str().to_owned(), text)
    })
}

#[cfg(test)]
mod tests;
