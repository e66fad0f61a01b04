-- The frontier at ten million addresses: every question a run asks is answered by an index of its own.

-- Addresses of one folder lie together in the index of keys.
DROP INDEX frontier_key;
UPDATE frontier SET key = frontier_key((SELECT origin FROM host h WHERE h.id = frontier.host), path);
CREATE INDEX frontier_key ON frontier (key);

-- What waits, in the order it is asked; with the kind, so that counting reads the index alone.
DROP INDEX frontier_queue;
CREATE INDEX frontier_queue ON frontier (portal, host, priority, due, kind) WHERE state = 0;

-- What was given up, for another attempt in a later run.
CREATE INDEX frontier_failed ON frontier (portal, attempts, kind) WHERE state = 2;

-- Left out because of a run's --since/--until: `due` is the publication day there, in days since 1970.
UPDATE frontier SET due = 0 WHERE state <> 0;
UPDATE frontier SET due = (SELECT CAST(julianday(published) - 2440587.5 AS INTEGER) FROM frontier_period p WHERE p.id = frontier.id)
 WHERE id IN (SELECT id FROM frontier_period) AND state = 5;
DROP TABLE frontier_period;
CREATE INDEX frontier_outside ON frontier (portal, due) WHERE state = 5;
