-- Finds an article that says the same at another address, by twelve digits of its text's digest.
CREATE INDEX revision_by_content ON revision (substr(content_hash, 8, 12));
