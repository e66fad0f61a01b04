//! Why no response came: from the client's chain of errors to an outcome a person can read.

use std::error::Error;
use std::io;

use crate::model::outcome::FetchOutcome;

use super::guard::{AddressRefused, NameUnknown};

/// The outcome of a request that got no response head. `has_roots`: whether this machine has certificates to check
/// servers by.
pub(super) fn without_response(error: &reqwest::Error, has_roots: bool) -> FetchOutcome {
    if let Some(refused) = find::<AddressRefused>(error) {
        return FetchOutcome::AddressRefused { reason: refused.to_string() };
    }
    if let Some(unknown) = find::<NameUnknown>(error) {
        return FetchOutcome::Unreachable { reason: unknown.to_string() };
    }
    if error.is_timeout() {
        let phase = if error.is_connect() { "connect" } else { "first byte" };
        return FetchOutcome::TimedOut { phase, part: None };
    }
    if let Some(tls) = find::<rustls::Error>(error) {
        let hint = if has_roots {
            ""
        } else {
            " (this machine has no root certificates; hint: install the package ca-certificates)"
        };
        return FetchOutcome::Unreachable { reason: format!("TLS: {tls}{hint}") };
    }
    let reason = reason(error);
    if error.is_connect() { FetchOutcome::Unreachable { reason } } else { FetchOutcome::Protocol { reason } }
}

/// What broke, in a few words.
pub(super) fn reason(error: &(dyn Error + 'static)) -> String {
    if let Some(io) = find::<io::Error>(error) {
        let known = match io.kind() {
            io::ErrorKind::ConnectionRefused => Some("connection refused"),
            io::ErrorKind::ConnectionReset => Some("connection reset"),
            io::ErrorKind::ConnectionAborted => Some("connection aborted"),
            io::ErrorKind::BrokenPipe => Some("connection closed"),
            io::ErrorKind::HostUnreachable => Some("no route to the host"),
            io::ErrorKind::NetworkUnreachable => Some("no route to the network"),
            io::ErrorKind::UnexpectedEof => Some("connection closed early"),
            _ => None,
        };
        if let Some(known) = known {
            return known.to_owned();
        }
    }
    // The innermost error says what happened; those around it only where.
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string().chars().take(200).collect()
}

/// The first error of that type in the chain, looking into I/O errors that carry others.
fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        let carried = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(found) = carried.and_then(|carried| find::<E>(carried)) {
            return Some(found);
        }
        next = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_found_however_deep_it_lies() {
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        let wrapped = io::Error::other(io::Error::other(refused));
        assert!(find::<io::Error>(&wrapped).is_some());
        let tls = io::Error::new(io::ErrorKind::InvalidData, rustls::Error::DecryptError);
        assert_eq!(find::<rustls::Error>(&io::Error::other(tls)), Some(&rustls::Error::DecryptError));
        assert_eq!(reason(&io::Error::from(io::ErrorKind::ConnectionReset)), "connection reset");
        assert_eq!(reason(&io::Error::other("odd")), "odd");
    }
}
