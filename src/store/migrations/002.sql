-- The frontier: every address ever discovered, and what became of it. One short row an address: an archive may
-- know ten million of them.

-- An authority that requests are counted by, with what it said about robots.
CREATE TABLE host (
    id               INTEGER PRIMARY KEY,
    origin           TEXT NOT NULL UNIQUE,   -- scheme://host[:port]
    robots_reason    TEXT,                   -- why everything is allowed, where there is no robots.txt
    robots_body      BLOB,                   -- robots.txt as received (at most 500 KiB)
    robots_fetched   TEXT                    -- when it was asked, UTC
) STRICT;

-- Short numbers for portals, as the frontier's rows are many.
CREATE TABLE frontier_portal (
    id               INTEGER PRIMARY KEY,
    portal           TEXT NOT NULL UNIQUE REFERENCES portal (id)
) STRICT;

CREATE TABLE frontier (
    id               INTEGER PRIMARY KEY,
    key              INTEGER NOT NULL,       -- first 64 bits of SHA-256 over authority, path and query
    host             INTEGER NOT NULL REFERENCES host(id),
    path             TEXT NOT NULL,          -- path and query
    portal           INTEGER NOT NULL REFERENCES frontier_portal (id),
    kind             INTEGER NOT NULL,       -- 0 article, 1 listing, 2 feed, 3 sitemap
    state            INTEGER NOT NULL,       -- 0 queued, 1 done, 2 failed, 3 excluded, 4 gone, 5 outside the period
    priority         INTEGER NOT NULL,       -- 0 first
    due              INTEGER NOT NULL,       -- not before, seconds since 1970; 0: at once
    attempts         INTEGER NOT NULL,       -- failed attempts since the last success
    hops             INTEGER NOT NULL,       -- redirects that led here
    seen_in          INTEGER NOT NULL,       -- where it was seen: 1 listing + 2 feed + 4 sitemap
    discovered_run   INTEGER NOT NULL,       -- run in which the address was first seen
    handled_run      INTEGER NOT NULL        -- run in which it was last fetched or given up; 0: never
) STRICT;

CREATE INDEX frontier_key ON frontier(key);
CREATE INDEX frontier_queue ON frontier(host, priority, due) WHERE state = 0;

-- What feeds and sitemaps said for asking again conditionally (RFC 9110 section 13.1).
CREATE TABLE frontier_validator (
    id               INTEGER PRIMARY KEY REFERENCES frontier(id),
    etag             TEXT,
    last_modified    TEXT
) STRICT;

-- Publication day of addresses left out because they lie outside a run's --since/--until.
CREATE TABLE frontier_period (
    id               INTEGER PRIMARY KEY REFERENCES frontier(id),
    published        TEXT NOT NULL           -- YYYY-MM-DD
) STRICT;
CREATE INDEX frontier_period_day ON frontier_period(published);

-- The walk over a listing: from which run on everything older is known.
CREATE TABLE listing_walk (
    url              TEXT PRIMARY KEY,       -- the listing's first page
    portal           INTEGER NOT NULL REFERENCES frontier_portal (id),
    started_run      INTEGER NOT NULL,
    completed_run    INTEGER NOT NULL,       -- last run in which a walk came to its end; 0: none yet
    completed_since  TEXT,                   -- that walk ended at this --since; NULL: it went to the last page
    next_page        TEXT,                   -- where an interrupted walk goes on
    next_number      INTEGER NOT NULL        -- number of that page, the first is 1
) STRICT, WITHOUT ROWID;
