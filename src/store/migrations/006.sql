-- Revisits: which addresses are asked again, and when; an article keeps its identity when it moves.

-- An address that is asked again. Rows go when an article's schedule is over.
CREATE TABLE revisit (
    address INTEGER PRIMARY KEY REFERENCES frontier (id),
    portal  INTEGER NOT NULL REFERENCES frontier_portal (id),
    article INTEGER NOT NULL REFERENCES article (seq),
    due     INTEGER NOT NULL                -- seconds since 1970; 0: in the queue; -1: in the queue, by the portal's word
) STRICT;
CREATE INDEX revisit_due ON revisit (portal, due);
CREATE INDEX revisit_article ON revisit (article);

-- How often articles were checked in one step of the schedule, and how often they had changed.
CREATE TABLE revisit_step (
    portal  INTEGER NOT NULL REFERENCES frontier_portal (id),
    age     INTEGER NOT NULL,               -- seconds: the age that ends the step; 0: checks on the portal's word
    checks  INTEGER NOT NULL,
    changes INTEGER NOT NULL,
    PRIMARY KEY (portal, age)
) STRICT, WITHOUT ROWID;

-- Further addresses an article is or was found at, besides the one it names as its own.
CREATE TABLE article_address (
    url     TEXT PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES article (seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_address_article ON article_address (article);

-- Where an address was seen is kept in the frontier's own row.
DROP TABLE sighting;
