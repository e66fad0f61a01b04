//! What kind of place an IP address is: the world, this machine, the local network, or nowhere to fetch from.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What kind of place an address is. Addresses that carry another one inside (IPv4-mapped, 6to4, NAT64) are judged
/// by what they carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// Globally reachable.
    Public,
    /// This machine.
    Loopback,
    /// The local or the provider's network (RFC 1918, RFC 4193, RFC 6598).
    Private,
    /// The link, where clouds keep their metadata services.
    LinkLocal,
    /// Multicast, documentation, unassigned and other special purposes (RFC 6890 and the IANA registries).
    Special,
}

impl Place {
    pub(super) fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::of_v4(address),
            IpAddr::V6(address) => Self::of_v6(address),
        }
    }

    /// Whether a portal may lie there when its own file, this machine's hosts file or the configuration says so.
    pub(super) fn may_be_own(self) -> bool {
        matches!(self, Self::Public | Self::Loopback | Self::Private)
    }

    fn of_v4(address: Ipv4Addr) -> Self {
        match address.octets() {
            [127, ..] => Self::Loopback,
            [10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => Self::Private,
            [169, 254, ..] => Self::LinkLocal,
            // This network; IETF protocols, documentation, 6to4 relays, benchmarks; multicast, reserved, broadcast.
            [0 | 224..=255, ..]
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [198, 18..=19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _] => Self::Special,
            _ => Self::Public,
        }
    }

    fn of_v6(address: Ipv6Addr) -> Self {
        if address == Ipv6Addr::LOCALHOST {
            return Self::Loopback;
        }
        let v4 = |high: u16, low: u16| {
            let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
            Self::of_v4(Ipv4Addr::new(a, b, c, d))
        };
        match address.segments() {
            // IPv4-mapped, IPv4-compatible, IPv4-translated, NAT64 (RFC 6052), 6to4 (RFC 3056).
            [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
            | [0, 0, 0, 0, 0xffff, 0, high, low]
            | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
            | [0x2002, high, low, ..] => v4(high, low),
            [0xfc00..=0xfdff | 0xfec0..=0xfeff, ..] | [0x64, 0xff9b, 1, ..] => Self::Private,
            [0xfe80..=0xfebf, ..] => Self::LinkLocal,
            // Protocol assignments (Teredo among them), documentation.
            [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Self::Special,
            [0x2000..=0x3fff, ..] => Self::Public,
            _ => Self::Special,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "public",
            Self::Loopback => "loopback",
            Self::Private => "private",
            Self::LinkLocal => "link-local",
            Self::Special => "special-purpose",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Place::{LinkLocal, Loopback, Private, Public, Special};
    use super::*;

    #[track_caller]
    fn check(addresses: &[&str], expected: Place) {
        for address in addresses {
            assert_eq!(Place::of(address.parse().unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn the_world_is_public() {
        check(&["9.9.9.9", "100.63.0.1", "172.32.0.1", "192.0.1.1", "2a00:1450::1", "2620:fe::fe"], Public);
        check(&["::ffff:9.9.9.9", "2002:909:909::1", "64:ff9b::9.9.9.9"], Public);
    }

    #[test]
    fn this_machine_and_its_network_are_not() {
        check(&["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "::127.0.0.1"], Loopback);
        check(&["64:ff9b::127.0.0.1", "2002:7f00:1::", "::ffff:0:127.0.0.1"], Loopback);
        check(&["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1"], Private);
        check(&["fd00::1", "fc00::1", "fec0::1", "::ffff:10.0.0.1", "2002:a00:1::", "64:ff9b:1::1"], Private);
        check(&["169.254.169.254", "fe80::1", "::ffff:169.254.169.254", "2002:a9fe:a9fe::"], LinkLocal);
        check(&["64:ff9b::169.254.169.254"], LinkLocal);
    }

    #[test]
    fn nowhere_is_special() {
        check(&["0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1"], Special);
        check(&["198.51.100.1", "203.0.113.1", "192.88.99.1", "192.0.0.1"], Special);
        check(
            &["::", "ff02::1", "2001:db8::1", "2001::1", "3fff::1", "100::1", "5f00::1", "4000::1"],
            Special,
        );
    }

    #[test]
    fn only_some_places_may_be_a_portals_own() {
        assert!([Public, Loopback, Private].into_iter().all(Place::may_be_own));
        assert!(![LinkLocal, Special].into_iter().any(Place::may_be_own));
    }
}
