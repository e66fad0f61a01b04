//! How the fetcher behaves: who it says it is, how long it waits, what it will read.

use std::time::Duration;

use crate::decode::Limits;

/// How the fetcher behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Sent with every request.
    pub user_agent: String,
    /// Until the connection stands, TLS included.
    pub connect_timeout: Duration,
    /// From the start until the response's head is read.
    pub first_byte_timeout: Duration,
    /// Between two pieces of the body.
    pub idle_timeout: Duration,
    /// For the whole request.
    pub total_timeout: Duration,
    /// How far a body may grow by decoding.
    pub decode_limits: Limits,
    /// Names that may lie in the local network, where a portal's file has them as its own hosts.
    pub local_names: Vec<String>,
    /// Whether the proxy the environment names is used.
    pub proxy: ProxyUse,
}

/// Whether the proxy the environment names (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`) is used. Portals
/// on this machine or in its network are asked directly in either case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyUse {
    /// It is.
    Environment,
    /// It is not.
    Never,
}

impl Settings {
    /// The usual limits, under the honest name `dateline/VERSION (+CONTACT)`.
    pub fn new(contact: Option<&str>) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        Self {
            user_agent: match contact {
                Some(contact) => format!("dateline/{version} (+{contact})"),
                None => format!("dateline/{version}"),
            },
            connect_timeout: Duration::from_secs(10),
            first_byte_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(20),
            total_timeout: Duration::from_secs(120),
            decode_limits: Limits::default(),
            local_names: Vec::new(),
            proxy: ProxyUse::Environment,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_honest() {
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(Settings::new(None).user_agent, format!("dateline/{version}"));
        assert_eq!(
            Settings::new(Some("mailto:lab@uni.example")).user_agent,
            format!("dateline/{version} (+mailto:lab@uni.example)")
        );
    }
}
