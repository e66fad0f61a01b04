//! The address guard: no page, redirect or name server sends the crawler to a private place. It judges the very
//! addresses the client then connects to.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Host as UrlHost;

use crate::frontier::FetchPermit;
use crate::model::crawl_url::CrawlUrl;
use crate::portal::is_loopback_name;

use super::address::Place;
use super::hosts_file::HostsFile;

/// Why an address is not asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} leads to {address}, a {place} address that is not the portal's own host")]
pub(super) struct AddressRefused {
    name: String,
    address: String,
    place: Place,
}

/// The name has no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the name {0} does not resolve")]
pub(super) struct NameUnknown(String);

/// Which way a request goes: the connections of the two never mix, so that what one portal may reach cannot be
/// reused for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Public addresses only.
    Public,
    /// The portal's own host, known to lie on this machine or in its network.
    Own,
}

/// What the machine and the configuration know about local names.
#[derive(Debug, Clone, Default)]
pub(super) struct LocalNames {
    pub(super) hosts_file: HostsFile,
    /// Names the configuration allows to lie in the local network, lower case.
    pub(super) allowed: HashSet<String>,
}

impl LocalNames {
    /// The way for a permit's address, or why there is none. Looks at the name only: what it resolves to is judged
    /// by [`GuardedResolver`].
    pub(super) fn way(&self, permit: &FetchPermit) -> Result<Way, AddressRefused> {
        let url = permit.url();
        let host = url.host();
        let name = host.name();
        let is_own = permit
            .own_hosts()
            .iter()
            .any(|own| own.name() == name && (own.port().is_none() || own.port() == host.port()));
        match literal(url) {
            Some(address) => match Place::of(address) {
                Place::Public => Ok(Way::Public),
                place if is_own && place.may_be_own() => Ok(Way::Own),
                place => Err(AddressRefused { name: name.to_owned(), address: address.to_string(), place }),
            },
            None if is_loopback_name(name) && !is_own => Err(AddressRefused {
                name: name.to_owned(),
                address: Ipv4Addr::LOCALHOST.to_string(),
                place: Place::Loopback,
            }),
            None if is_own && self.is_local(name) => Ok(Way::Own),
            None => Ok(Way::Public),
        }
    }

    fn is_local(&self, name: &str) -> bool {
        is_loopback_name(name)
            || self.allowed.contains(name)
            || self.hosts_file.addresses(name).iter().any(|&address| {
                let place = Place::of(address);
                place != Place::Public && place.may_be_own()
            })
    }
}

/// The address where the host is one.
fn literal(url: &CrawlUrl) -> Option<IpAddr> {
    match url.as_url().host()? {
        UrlHost::Ipv4(address) => Some(address.into()),
        UrlHost::Ipv6(address) => Some(address.into()),
        UrlHost::Domain(_) => None,
    }
}

/// Resolves names for one of the two ways, and gives the client only addresses that are allowed on it.
#[derive(Debug, Clone)]
pub(super) struct GuardedResolver {
    pub(super) way: Way,
    pub(super) local_names: Arc<LocalNames>,
    /// Names of proxies, which may lie anywhere.
    pub(super) proxies: HashSet<String>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move { resolver.addresses(name.as_str()).await })
    }
}

impl GuardedResolver {
    async fn addresses(&self, name: &str) -> Result<Addrs, Box<dyn std::error::Error + Send + Sync>> {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let found = self.look_up(&name).await;
        let Some(&first) = found.first() else { return Err(Box::new(NameUnknown(name))) };
        let is_proxy = self.proxies.contains(&name);
        let allowed: Vec<SocketAddr> = found
            .into_iter()
            .filter(|&address| is_proxy || self.allows(address))
            // The port is the request's; 0 stands for it.
            .map(|address| SocketAddr::new(address, 0))
            .collect();
        if allowed.is_empty() {
            let place = Place::of(first);
            return Err(Box::new(AddressRefused { name, address: first.to_string(), place }));
        }
        Ok(Box::new(allowed.into_iter()))
    }

    fn allows(&self, address: IpAddr) -> bool {
        match self.way {
            Way::Public => Place::of(address) == Place::Public,
            Way::Own => Place::of(address).may_be_own(),
        }
    }

    async fn look_up(&self, name: &str) -> Vec<IpAddr> {
        // RFC 6761 §6.3: no name server is asked for names of this machine.
        if name == "localhost" || name.ends_with(".localhost") {
            return vec![Ipv4Addr::LOCALHOST.into()];
        }
        let mapped = self.local_names.hosts_file.addresses(name);
        if !mapped.is_empty() {
            return mapped.to_vec();
        }
        match tokio::net::lookup_host((name, 0)).await {
            Ok(addresses) => addresses.map(|address| address.ip()).collect(),
            Err(_) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local_names() -> LocalNames {
        LocalNames {
            hosts_file: HostsFile::parse(
                "127.0.0.1 bote.test\n169.254.169.254 meta.test\n9.9.9.9 weit.test\n10.0.0.1 haus.test",
            ),
            allowed: HashSet::from(["intern.example".to_owned()]),
        }
    }

    /// `expected`: the way, or the refused address.
    #[track_caller]
    fn check(url: &str, own_hosts: &[&str], expected: Result<Way, &str>) {
        let found = local_names().way(&FetchPermit::for_test(url, own_hosts));
        assert_eq!(
            found.map_err(|refused| refused.address).as_ref().map_err(String::as_str),
            expected.as_ref().map_err(|text| *text),
            "{url}"
        );
    }

    #[test]
    fn a_portal_may_lie_on_its_own_literal_address_or_name() {
        check("http://127.0.0.1:8080/", &["127.0.0.1:8080"], Ok(Way::Own));
        check("http://127.0.0.1:8080/", &["127.0.0.1"], Ok(Way::Own));
        check("http://192.168.1.5/", &["192.168.1.5"], Ok(Way::Own));
        check("http://[::1]:99/", &["[::1]"], Ok(Way::Own));
        check("http://a.localhost:81/", &["a.localhost"], Ok(Way::Own));
        check("http://bote.test/", &["bote.test"], Ok(Way::Own));
        check("http://intern.example/", &["intern.example"], Ok(Way::Own));
        check("https://bote.example/", &["bote.example"], Ok(Way::Public));
        check("https://weit.test/", &["weit.test"], Ok(Way::Public));
    }

    #[test]
    fn a_portal_with_a_public_name_reaches_nothing_private() {
        let own = &["bote.example"];
        check("http://127.0.0.1/", own, Err("127.0.0.1"));
        check("http://0x7f.1/", own, Err("127.0.0.1"));
        check("http://2130706433/", own, Err("127.0.0.1"));
        check("http://localhost:8080/", own, Err("127.0.0.1"));
        check("http://x.localhost/", own, Err("127.0.0.1"));
        check("http://10.0.0.1/", own, Err("10.0.0.1"));
        check("http://169.254.169.254/latest/meta-data/", own, Err("169.254.169.254"));
        check("http://[::ffff:169.254.169.254]/", own, Err("::ffff:169.254.169.254"));
        check("http://[::]/", own, Err("::"));
        check("http://0.0.0.0/", own, Err("0.0.0.0"));
        check("http://9.9.9.9/", own, Ok(Way::Public));
        // By name, the resolver judges: the public way has public addresses only.
        check("http://bote.test/", own, Ok(Way::Public));
        check("http://intern.example/", own, Ok(Way::Public));
    }

    #[test]
    fn no_portal_may_lie_where_metadata_is_kept() {
        check("http://169.254.169.254/", &["169.254.169.254"], Err("169.254.169.254"));
        check("http://0.0.0.0/", &["0.0.0.0"], Err("0.0.0.0"));
        check("http://meta.test/", &["meta.test"], Ok(Way::Public));
        check("http://127.0.0.1:81/", &["127.0.0.1:82"], Err("127.0.0.1"));
    }

    async fn resolved(way: Way, name: &str) -> String {
        let resolver = GuardedResolver { way, local_names: Arc::new(local_names()), proxies: HashSet::new() };
        match resolver.addresses(name).await {
            Ok(addresses) => addresses.map(|address| address.ip().to_string()).collect::<Vec<_>>().join(" "),
            Err(error) => error.to_string(),
        }
    }

    #[tokio::test]
    async fn names_resolve_to_allowed_addresses_only() {
        assert_eq!(resolved(Way::Own, "bote.test").await, "127.0.0.1");
        assert_eq!(resolved(Way::Own, "x.localhost").await, "127.0.0.1");
        assert_eq!(resolved(Way::Own, "haus.test").await, "10.0.0.1");
        assert_eq!(resolved(Way::Public, "weit.test").await, "9.9.9.9");
        assert_eq!(
            resolved(Way::Public, "Bote.Test.").await,
            "bote.test leads to 127.0.0.1, a loopback address that is not the portal's own host"
        );
        assert!(resolved(Way::Public, "x.localhost").await.contains("127.0.0.1"));
        for way in [Way::Own, Way::Public] {
            assert!(resolved(way, "meta.test").await.contains("a link-local address"));
        }
    }

    #[tokio::test]
    async fn a_name_without_an_address_is_unknown() {
        assert_eq!(resolved(Way::Public, "x.invalid").await, "the name x.invalid does not resolve");
    }
}
