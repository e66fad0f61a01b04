-- The archive's first schema. Instants are RFC 3339 in UTC ('2024-04-19T10:00:00Z'); publication times keep the
-- portal's offset, so that their first ten characters are the day at the portal. Lists are JSON arrays.
-- Only syntax SQLite 3.37 (2021) reads, so that other people's tools can open the file.

CREATE TABLE portal (
    id             TEXT PRIMARY KEY,            -- short stable name, the selector file's
    name           TEXT,                        -- the name people use
    home           TEXT,
    language       TEXT,
    timezone       TEXT,
    selectors_hash TEXT                         -- of the selector file last used
) STRICT;

-- One start of the program that wrote to the archive.
CREATE TABLE run (
    id       INTEGER PRIMARY KEY,
    command  TEXT NOT NULL,                     -- crawl, save, reparse, import
    program  TEXT NOT NULL,                     -- dateline 0.1.0
    started  TEXT NOT NULL,
    finished TEXT,                              -- absent: under way, or cut off
    outcome  TEXT,                              -- done, some-pages-failed, drift, interrupted, failed
    settings TEXT,                              -- JSON: rates, limits, filters in force
    report   TEXT                               -- JSON: the run's report
) STRICT;

CREATE TABLE run_portal (
    run       INTEGER NOT NULL REFERENCES run (id),
    portal    TEXT NOT NULL REFERENCES portal (id),
    requests  INTEGER NOT NULL DEFAULT 0,
    bytes     INTEGER NOT NULL DEFAULT 0,
    added     INTEGER NOT NULL DEFAULT 0,       -- articles new
    changed   INTEGER NOT NULL DEFAULT 0,       -- articles with a new revision
    unchanged INTEGER NOT NULL DEFAULT 0,
    gone      INTEGER NOT NULL DEFAULT 0,
    excluded  INTEGER NOT NULL DEFAULT 0,       -- by robots.txt or an opt-out
    failed    INTEGER NOT NULL DEFAULT 0,       -- pages given up
    details   TEXT,                             -- JSON: fill rates, drift, further counts
    PRIMARY KEY (run, portal)
) STRICT, WITHOUT ROWID;

CREATE TABLE warc_file (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE                   -- in the archive's warc directory
) STRICT;

-- Where a response as received lies.
CREATE TABLE capture (
    id           INTEGER PRIMARY KEY,
    warc_file    INTEGER NOT NULL REFERENCES warc_file (id),
    "offset"     INTEGER NOT NULL,              -- first byte of the record in the file as stored
    length       INTEGER NOT NULL,
    digest       TEXT NOT NULL                  -- sha256:… of the payload
) STRICT;

-- Every request, whatever came of it.
CREATE TABLE fetch (
    id          INTEGER PRIMARY KEY,
    run         INTEGER REFERENCES run (id),
    portal      TEXT REFERENCES portal (id),
    url         TEXT NOT NULL,
    fetched     TEXT NOT NULL,
    purpose     TEXT NOT NULL,                  -- article, listing, feed, sitemap, robots
    outcome     TEXT NOT NULL,
    status      INTEGER,                        -- HTTP status
    bytes       INTEGER,                        -- body as received
    elapsed_ms  INTEGER,
    robots_rule TEXT,                           -- the deciding line of robots.txt
    opt_outs    TEXT,                           -- tdm-reservation, noarchive, … as sent
    detail      TEXT,                           -- what happened, for a person
    capture     INTEGER REFERENCES capture (id)
) STRICT;
CREATE INDEX fetch_by_run ON fetch (run, portal);

CREATE TABLE article (
    seq          INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,          -- derived from portal and canonical address
    portal       TEXT REFERENCES portal (id),
    url          TEXT NOT NULL,
    first_seen   TEXT NOT NULL,
    last_checked TEXT NOT NULL,
    gone_since   TEXT,
    published    TEXT,                          -- of the current revision, for ranges
    revision     INTEGER NOT NULL               -- the current one
) STRICT;
CREATE INDEX article_by_url ON article (url);
CREATE INDEX article_by_portal ON article (portal, published);

-- The program and selectors that read a revision.
CREATE TABLE reader (
    id             INTEGER PRIMARY KEY,
    program        TEXT NOT NULL,
    selectors_hash TEXT,
    UNIQUE (program, selectors_hash)
) STRICT;

-- Which rule gave which field: the same for most articles of a portal, hence kept once.
CREATE TABLE provenance (
    id    INTEGER PRIMARY KEY,
    rules TEXT NOT NULL UNIQUE                  -- JSON: field → source, rule
) STRICT;

-- What an article said, each time it changed. Long texts stand last: a scan need not read them.
CREATE TABLE revision (
    id                  INTEGER PRIMARY KEY,
    article             INTEGER NOT NULL REFERENCES article (seq),
    number              INTEGER NOT NULL,       -- from 1
    fetched             TEXT NOT NULL,
    run                 INTEGER REFERENCES run (id),
    capture             INTEGER REFERENCES capture (id),
    reader              INTEGER NOT NULL REFERENCES reader (id),
    provenance          INTEGER NOT NULL REFERENCES provenance (id),
    reparsed            INTEGER NOT NULL DEFAULT 0,  -- 1: read again from a stored capture
    content_hash        TEXT NOT NULL,
    language            TEXT,
    page_kind           TEXT NOT NULL,
    published           TEXT,
    published_precision TEXT,
    published_utc       INTEGER,                -- seconds since 1970
    modified            TEXT,
    modified_precision  TEXT,
    free_to_read        INTEGER,
    word_count          INTEGER NOT NULL,
    dateline_text       TEXT,
    dateline_place      TEXT,
    dateline_region     TEXT,
    dateline_agencies   TEXT,                   -- JSON list
    dateline_date       TEXT,
    authors             TEXT NOT NULL,          -- JSON list
    kicker              TEXT,
    headline            TEXT,
    subheadline         TEXT,
    issues              TEXT,                   -- JSON list: code, field, message
    lead                TEXT,
    blocks              TEXT NOT NULL,          -- JSON list: what kind each block of the text is, how many bytes
    text                TEXT NOT NULL,          -- the body, blocks joined by a blank line
    UNIQUE (article, number)
) STRICT;

CREATE TABLE author (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE article_author (
    article  INTEGER NOT NULL REFERENCES article (seq),
    position INTEGER NOT NULL,
    author   INTEGER NOT NULL REFERENCES author (id),
    PRIMARY KEY (article, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_author_by_author ON article_author (author);

CREATE TABLE section (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE article_section (
    article  INTEGER NOT NULL REFERENCES article (seq),
    position INTEGER NOT NULL,
    section  INTEGER NOT NULL REFERENCES section (id),
    PRIMARY KEY (article, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_section_by_section ON article_section (section);

CREATE TABLE tag (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE article_tag (
    article  INTEGER NOT NULL REFERENCES article (seq),
    position INTEGER NOT NULL,
    tag      INTEGER NOT NULL REFERENCES tag (id),
    PRIMARY KEY (article, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_tag_by_tag ON article_tag (tag);

CREATE TABLE link (
    article  INTEGER NOT NULL REFERENCES article (seq),
    position INTEGER NOT NULL,
    kind     TEXT NOT NULL,                     -- related, popular, inline, next, previous, series
    url      TEXT NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (article, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE image (
    article  INTEGER NOT NULL REFERENCES article (seq),
    position INTEGER NOT NULL,
    url      TEXT NOT NULL,
    caption  TEXT,
    credit   TEXT,
    PRIMARY KEY (article, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE speaker (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE quote (
    article    INTEGER NOT NULL REFERENCES article (seq),
    position   INTEGER NOT NULL,
    kind       TEXT NOT NULL,                   -- direct, fragment, interview, indirect
    block      INTEGER NOT NULL,                -- of the body, from 0
    "start"    INTEGER NOT NULL,                -- code points in the block's text
    "end"      INTEGER NOT NULL,
    speaker    INTEGER REFERENCES speaker (id),
    mention    TEXT,                            -- the words that name the speaker there
    role       TEXT,
    cue        TEXT,
    continued  INTEGER NOT NULL,
    nested     INTEGER NOT NULL,
    confidence REAL NOT NULL,
    rule       TEXT NOT NULL,
    text       TEXT NOT NULL,
    PRIMARY KEY (article, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX quote_by_speaker ON quote (speaker) WHERE speaker IS NOT NULL;

CREATE TABLE date_mention (
    article  INTEGER NOT NULL REFERENCES article (seq),
    position INTEGER NOT NULL,
    date     TEXT NOT NULL,                     -- ISO 8601 / EDTF
    block    INTEGER NOT NULL,
    "start"  INTEGER NOT NULL,
    "end"    INTEGER NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (article, position)
) STRICT, WITHOUT ROWID;

-- Where addresses of articles were seen: what coverage is estimated from.
CREATE TABLE sighting (
    portal     TEXT NOT NULL REFERENCES portal (id),
    url        TEXT NOT NULL,
    place      TEXT NOT NULL,                   -- listing, feed, sitemap, article
    first_seen TEXT NOT NULL,
    last_seen  TEXT NOT NULL,
    PRIMARY KEY (portal, url, place)
) STRICT, WITHOUT ROWID;

-- Full text of the current revisions.
CREATE VIEW article_text AS
SELECT a.seq AS seq, r.headline AS headline, r.lead AS lead, r.text AS body
FROM article a JOIN revision r ON r.id = a.revision;

CREATE VIRTUAL TABLE article_fts USING fts5 (
    headline, lead, body,
    content = 'article_text', content_rowid = 'seq', tokenize = 'unicode61 remove_diacritics 2'
);

-- Distinct long words of the texts, lower case and without diacritics, numbered as they were first met; the index
-- finds the compounds a part stands in.
CREATE TABLE word (
    id   INTEGER PRIMARY KEY,
    word TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE word_fts USING fts5 (
    word, content = 'word', content_rowid = 'id', tokenize = 'trigram', detail = 'none', columnsize = 0
);

-- What people and exports read. article_seq, portal and published are there to select by. CROSS JOIN is SQLite's way
-- to say which table leads: rows come in the order of the articles without being sorted.
CREATE VIEW articles_view AS
SELECT a.id AS id, a.url AS url, a.portal AS portal,
       (SELECT json_group_array(name) FROM (SELECT s.name AS name FROM article_section x JOIN section s ON s.id = x.section
                                            WHERE x.article = a.seq ORDER BY x.position)) AS sections,
       r.kicker AS kicker, r.headline AS headline, r.subheadline AS subheadline, r.authors AS authors,
       a.published AS published, r.published_precision AS published_precision, r.modified AS modified,
       r.dateline_place AS dateline_place, r.dateline_agencies AS dateline_agencies, r.dateline_date AS dateline_date,
       r.lead AS lead, r.text AS text, r.word_count AS word_count,
       (SELECT count(*) FROM quote q WHERE q.article = a.seq) AS quote_count,
       r.language AS language,
       (SELECT json_group_array(name) FROM (SELECT t.name AS name FROM article_tag x JOIN tag t ON t.id = x.tag
                                            WHERE x.article = a.seq ORDER BY x.position)) AS tags,
       r.free_to_read AS free_to_read, a.first_seen AS first_seen, a.last_checked AS last_checked,
       r.number AS revision, a.gone_since AS gone_since, r.content_hash AS content_hash,
       r.page_kind AS page_kind, a.seq AS article_seq
FROM article a JOIN revision r ON r.id = a.revision;

CREATE VIEW quotes_view AS
SELECT a.id AS article_id, a.url AS url, a.portal AS portal, a.published AS published, q.position AS quote_index,
       q.text AS text, q.kind AS kind, s.name AS speaker, q.mention AS speaker_mention, q.role AS role, q.cue AS cue,
       q.block AS block, q."start" AS "start", q."end" AS "end", q.continued AS continued, q.confidence AS confidence,
       q.nested AS nested, q.rule AS rule, a.seq AS article_seq, q.position AS position
FROM article a CROSS JOIN quote q ON q.article = a.seq LEFT JOIN speaker s ON s.id = q.speaker;

CREATE VIEW links_view AS
SELECT a.id AS article_id, a.url AS url, a.portal AS portal, l.kind AS kind, l.url AS link_url, l.text AS link_text,
       l.position AS position, a.published AS published, a.seq AS article_seq
FROM article a CROSS JOIN link l ON l.article = a.seq;

CREATE VIEW dates_view AS
SELECT a.id AS article_id, a.url AS url, a.portal AS portal, a.published AS published, d.position AS date_index,
       d.text AS text, d.date AS date, d.block AS block, d."start" AS "start", d."end" AS "end",
       a.seq AS article_seq, d.position AS position
FROM article a CROSS JOIN date_mention d ON d.article = a.seq;

CREATE VIEW authors_view AS
SELECT a.id AS article_id, a.url AS url, a.portal AS portal, a.published AS published, x.position AS position,
       n.name AS author, a.seq AS article_seq
FROM article a CROSS JOIN article_author x ON x.article = a.seq JOIN author n ON n.id = x.author;

CREATE VIEW revisions_view AS
SELECT a.id AS article_id, a.url AS url, a.portal AS portal, r.number AS revision, r.fetched AS fetched,
       r.id = a.revision AS current, r.reparsed AS reparsed, r.published AS published,
       r.published_precision AS published_precision, r.modified AS modified, r.kicker AS kicker,
       r.headline AS headline, r.subheadline AS subheadline, r.authors AS authors, r.dateline_text AS dateline,
       r.lead AS lead, r.text AS text, r.word_count AS word_count, r.page_kind AS page_kind,
       r.content_hash AS content_hash, d.program AS extractor, d.selectors_hash AS selectors_hash,
       w.name AS warc, c."offset" AS warc_offset, c.digest AS warc_digest, a.seq AS article_seq, r.number AS position
FROM article a CROSS JOIN revision r ON r.article = a.seq JOIN reader d ON d.id = r.reader
     LEFT JOIN capture c ON c.id = r.capture LEFT JOIN warc_file w ON w.id = c.warc_file;

CREATE VIEW fetches_view AS
SELECT f.id AS fetch, f.run AS run, f.portal AS portal, f.url AS url, f.fetched AS fetched, f.purpose AS purpose,
       f.outcome AS outcome, f.status AS status, f.bytes AS bytes, f.elapsed_ms AS elapsed_ms,
       f.robots_rule AS robots_rule, f.opt_outs AS opt_outs, f.detail AS detail,
       w.name AS warc, c."offset" AS warc_offset, c.digest AS warc_digest
FROM fetch f LEFT JOIN capture c ON c.id = f.capture LEFT JOIN warc_file w ON w.id = c.warc_file;

CREATE VIEW runs_view AS
SELECT r.id AS run, r.command AS command, r.program AS program, r.started AS started, r.finished AS finished,
       r.outcome AS outcome, p.portal AS portal, p.requests AS requests, p.bytes AS bytes, p.added AS added,
       p.changed AS changed, p.unchanged AS unchanged, p.gone AS gone, p.excluded AS excluded, p.failed AS failed
FROM run r LEFT JOIN run_portal p ON p.run = r.id;
