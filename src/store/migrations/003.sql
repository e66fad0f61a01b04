-- Evidence: which captures repeat the payload of an earlier one, and where an article was last captured.

-- The capture whose payload this one repeats, where its own record holds no body (a WARC revisit).
ALTER TABLE capture ADD COLUMN repeats INTEGER REFERENCES capture (id);

-- The newest capture of the article; that of its revision is the first capture that said so.
ALTER TABLE article ADD COLUMN capture INTEGER REFERENCES capture (id);

-- Finds the earlier capture of a payload by the first 16 digits of its digest, which are after 'sha256:'.
CREATE INDEX capture_by_digest ON capture (substr(digest, 8, 16)) WHERE repeats IS NULL;

CREATE INDEX fetch_by_capture ON fetch (capture) WHERE capture IS NOT NULL;
