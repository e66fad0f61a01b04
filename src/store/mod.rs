//! The archive's database: schema, writes, reads. The only place with SQL.

pub mod archived;
