//! What leaves the archive: the record, the tables, their formats. Reading the archive is `store`'s.

pub mod record;
