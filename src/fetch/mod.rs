//! The only module that speaks HTTP: client, limits, redirects, address guard. Asks only with a `FetchPermit`.
