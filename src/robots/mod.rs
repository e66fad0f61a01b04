//! robots.txt by RFC 9309, and which of its lines decided. Pure: fetching and keeping it is `crawl`'s.
