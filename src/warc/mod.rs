//! The evidence: writes and reads WARC 1.1 (ISO 28500).
