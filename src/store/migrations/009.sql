-- Checksums (CRC-32) of the WARC files as they are stored: what gzip and digests do not see.
CREATE TABLE warc_sum (
    warc_file INTEGER NOT NULL REFERENCES warc_file (id),
    segment   INTEGER NOT NULL,                 -- of 65,536 bytes, from 0
    bytes     INTEGER NOT NULL,                 -- that the checksum is of: fewer in a file's last segment
    crc       INTEGER NOT NULL,
    PRIMARY KEY (warc_file, segment)
) STRICT, WITHOUT ROWID;
