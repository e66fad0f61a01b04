//! The two HTTP clients: one for public addresses, one for a portal's own host in the local network.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::{Client, ClientBuilder};

use super::guard::{GuardedResolver, LocalNames, Way};
use super::settings::{ProxyUse, Settings};

/// Response headers one answer may have; their size is limited by the client (about 400 KiB, HTTP/2 64 KiB).
const MAX_HEADERS: usize = 256;
const MAX_HTTP2_HEADER_BYTES: u32 = 64 * 1024;
/// How long an unused connection is kept: longer than the usual delay between two requests to one host.
const KEPT_IDLE: Duration = Duration::from_secs(30);
/// Unused connections kept to one host; there is rarely more than one request under way.
const KEPT_PER_HOST: usize = 2;
/// Where the environment names proxies.
const PROXY_VARIABLES: &[&str] =
    &["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum FetcherError {
    /// The name cannot be sent.
    #[error("the user agent {0:?} cannot be sent in a header\n\nhint: use only ASCII in the contact")]
    UserAgent(String),
    /// The HTTP client cannot be set up.
    #[error("cannot set up the HTTP client")]
    Client(#[source] reqwest::Error),
}

/// The clients, and what was found out while making them.
#[derive(Debug, Clone)]
pub(super) struct Clients {
    pub(super) public: Client,
    pub(super) own: Client,
    pub(super) user_agent: HeaderValue,
    /// Whether this machine has root certificates; without any, HTTPS fails, but plain loopback portals work.
    pub(super) has_roots: bool,
    /// Host names of the proxies in use: never asked for pages.
    pub(super) proxies: HashSet<String>,
}

impl Clients {
    pub(super) fn new(settings: &Settings, local_names: &Arc<LocalNames>) -> Result<Self, FetcherError> {
        let user_agent = HeaderValue::from_str(&settings.user_agent)
            .map_err(|_| FetcherError::UserAgent(settings.user_agent.clone()))?;
        // Another provider may be installed already (by an embedding program): it serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let proxies = match settings.proxy {
            ProxyUse::Environment => proxy_names(|name| std::env::var(name).ok()),
            ProxyUse::Never => HashSet::new(),
        };
        let builder = |way: Way| {
            let resolver =
                GuardedResolver { way, local_names: Arc::clone(local_names), proxies: proxies.clone() };
            let builder = base(settings).dns_resolver(Arc::new(resolver));
            match (way, settings.proxy) {
                (Way::Public, ProxyUse::Environment) => builder,
                _ => builder.no_proxy(),
            }
        };
        if let (Ok(public), Ok(own)) = (builder(Way::Public).build(), builder(Way::Own).build()) {
            return Ok(Self { public, own, user_agent, has_roots: true, proxies });
        }
        // Minimal containers have no certificates at all, which the client takes for an error.
        let without_roots = |way| builder(way).tls_certs_only([]).build().map_err(FetcherError::Client);
        let (public, own) = (without_roots(Way::Public)?, without_roots(Way::Own)?);
        Ok(Self { public, own, user_agent, has_roots: false, proxies })
    }
}

fn base(settings: &Settings) -> ClientBuilder {
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(settings.connect_timeout)
        .pool_idle_timeout(KEPT_IDLE)
        .pool_max_idle_per_host(KEPT_PER_HOST)
        .tcp_nodelay(true)
        .http1_max_headers(MAX_HEADERS)
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_ignore_invalid_headers_in_responses(true)
        .http2_max_header_list_size(MAX_HTTP2_HEADER_BYTES)
        // Retries are the frontier's: each needs a permit of its own.
        .retry(reqwest::retry::never())
}

fn proxy_names(variable: impl Fn(&str) -> Option<String>) -> HashSet<String> {
    PROXY_VARIABLES
        .iter()
        .filter_map(|name| variable(name))
        .filter_map(|value| {
            let address = if value.contains("://") { value } else { format!("http://{value}") };
            url::Url::parse(&address).ok()?.host_str().map(str::to_ascii_lowercase)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_known_by_name() {
        let names = proxy_names(|name| match name {
            "HTTPS_PROXY" => Some("http://user:pw@Proxy.Uni.example:3128/".to_owned()),
            "all_proxy" => Some("cache.example:8080".to_owned()),
            "http_proxy" => Some(String::new()),
            _ => None,
        });
        assert_eq!(names, HashSet::from(["proxy.uni.example".to_owned(), "cache.example".to_owned()]));
    }

    #[test]
    fn a_name_that_cannot_be_sent_is_refused() {
        let settings = Settings::new(Some("büro\n"));
        let error = Clients::new(&settings, &Arc::default()).unwrap_err();
        assert!(error.to_string().contains("hint: use only ASCII"), "{error}");
    }
}
