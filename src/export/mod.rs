//! Records as rows: CSV, JSON, JSON Lines; the published schema.
