-- History and upkeep: what a revision changed, near duplicates, what was taken out of the archive.

-- Which fields differ from what the article said before; absent in the first revision.
ALTER TABLE revision ADD COLUMN changes TEXT;       -- JSON list of names

-- The captures of a file in the order they lie in it, and what repeats a capture.
CREATE INDEX capture_by_place ON capture (warc_file, "offset");
CREATE INDEX capture_by_repeated ON capture (repeats) WHERE repeats IS NOT NULL;

-- 64-bit SimHashes of an article's text: of all of it (part 0), of its beginning (part 1). Near duplicates agree in
-- at least one band of 16 bits.
CREATE TABLE fingerprint (
    article INTEGER NOT NULL REFERENCES article (seq),
    part    INTEGER NOT NULL,
    hash    INTEGER NOT NULL,
    PRIMARY KEY (article, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX fingerprint_band_0 ON fingerprint (hash & 65535);
CREATE INDEX fingerprint_band_1 ON fingerprint ((hash >> 16) & 65535);
CREATE INDEX fingerprint_band_2 ON fingerprint ((hash >> 32) & 65535);
CREATE INDEX fingerprint_band_3 ON fingerprint ((hash >> 48) & 65535);

-- Articles whose text another article has too; a cluster goes by its member that came first.
CREATE TABLE duplicate (
    article INTEGER PRIMARY KEY REFERENCES article (seq),
    cluster INTEGER NOT NULL REFERENCES article (seq)
) STRICT;
CREATE INDEX duplicate_by_cluster ON duplicate (cluster);

-- What is left of an article that was taken out: that it was there, not what it said.
CREATE TABLE tombstone (
    article        TEXT PRIMARY KEY,                -- the identity it had
    portal         TEXT REFERENCES portal (id),
    purged         TEXT NOT NULL,
    reason         TEXT,
    revisions      INTEGER NOT NULL,
    captures       INTEGER NOT NULL,
    words          INTEGER NOT NULL,                -- of the last revision
    content_hashes TEXT NOT NULL,                   -- JSON list, by revision
    digests        TEXT NOT NULL                    -- JSON list: of the payloads taken out
) STRICT, WITHOUT ROWID;

-- Places in WARC files whose content is still to be blanked: no row points there any more.
CREATE TABLE blanking (
    warc_file TEXT NOT NULL,
    "offset"  INTEGER NOT NULL,
    length    INTEGER NOT NULL,
    PRIMARY KEY (warc_file, "offset")
) STRICT, WITHOUT ROWID;

DROP VIEW articles_view;
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
       r.page_kind AS page_kind, a.seq AS article_seq,
       (SELECT f.id FROM duplicate d JOIN article f ON f.seq = d.cluster WHERE d.article = a.seq) AS duplicate_cluster
FROM article a JOIN revision r ON r.id = a.revision;

DROP VIEW revisions_view;
CREATE VIEW revisions_view AS
SELECT a.id AS article_id, a.url AS url, a.portal AS portal, r.number AS revision, r.fetched AS fetched,
       r.id = a.revision AS current, r.reparsed AS reparsed, r.published AS published,
       r.published_precision AS published_precision, r.modified AS modified, r.kicker AS kicker,
       r.headline AS headline, r.subheadline AS subheadline, r.authors AS authors, r.dateline_text AS dateline,
       r.lead AS lead, r.text AS text, r.word_count AS word_count, r.page_kind AS page_kind,
       r.content_hash AS content_hash, d.program AS extractor, d.selectors_hash AS selectors_hash,
       w.name AS warc, c."offset" AS warc_offset, c.digest AS warc_digest, a.seq AS article_seq, r.number AS position,
       r.changes AS changes
FROM article a CROSS JOIN revision r ON r.article = a.seq JOIN reader d ON d.id = r.reader
     LEFT JOIN capture c ON c.id = r.capture LEFT JOIN warc_file w ON w.id = c.warc_file;

CREATE VIEW tombstones_view AS
SELECT article AS article_id, portal, purged, reason, revisions, captures, words, content_hashes, digests
FROM tombstone;
