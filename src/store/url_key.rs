//! The key by which the frontier finds an address.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use crate::model::crawl_url::CrawlUrl;
use crate::model::digest::Digest;
use crate::store::StoreError;

/// The 64-bit key an address is found by: the scheme does not count.
pub(super) fn key_of(url: &CrawlUrl) -> i64 {
    key_of_parts(url.host().as_str(), url.path_and_query())
}

/// The key's first 24 bits are those of SHA-256 over authority and folder, the others over the whole. Addresses of one
/// folder, which are found together, so lie together in the index: with random keys every address of a large sitemap
/// would touch a page of its own.
pub(crate) fn key_of_parts(authority: &str, path: &str) -> i64 {
    const FOLDER_BITS: u32 = 24;
    let plain = path.split(['?', '#']).next().unwrap_or_default();
    let folder = plain.trim_end_matches('/').rfind('/').map_or("", |end| &plain[..=end]);
    let first_bits = |rest: &str| {
        let digest = Digest::of(format!("{authority}{rest}").as_bytes());
        digest.0[..8].iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte))
    };
    let mask = u64::MAX >> FOLDER_BITS;
    ((first_bits(folder) & !mask) | (first_bits(path) & mask)) as i64
}

/// The authority of an origin: what stands after the scheme.
pub(super) fn authority_of(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, authority)| authority)
}

/// Teaches the connection `frontier_key(origin, path)`, for migrations.
pub(crate) fn add_functions(connection: &Connection) -> Result<(), StoreError> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("frontier_key", 2, flags, |context| {
        let (origin, path): (String, String) = (context.get(0)?, context.get(1)?);
        Ok(key_of_parts(authority_of(&origin), &path))
    })?;
    Ok(())
}
