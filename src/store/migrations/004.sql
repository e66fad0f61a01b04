-- What hosts say about being mined and about being asked at all.

-- /.well-known/tdmrep.json as received, absent where there is none; and when it was asked, UTC.
ALTER TABLE host ADD COLUMN tdmrep_body BLOB;
ALTER TABLE host ADD COLUMN tdmrep_fetched TEXT;

-- Until when the host asked to be left alone (a Retry-After longer than a run waits for), UTC.
ALTER TABLE host ADD COLUMN rests_until TEXT;

-- Addresses that opt-outs keep out of the archive (state 6): counted, and queued again once none is honoured.
CREATE INDEX frontier_opted_out ON frontier (portal) WHERE state = 6;
