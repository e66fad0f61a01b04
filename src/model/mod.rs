//! Plain values that flow between the stages. No I/O, no clock, no async; nothing here derives `Serialize`
//! (the published record is `export::record`).

pub mod annotation;
pub mod article;
pub mod capture;
pub mod crawl_url;
pub mod difference;
pub mod digest;
pub mod duration_text;
pub mod field;
pub mod fingerprint;
pub mod issue;
pub(crate) mod months;
pub mod outcome;
pub mod publication_time;
pub mod segment_sum;
