//! Looks things up in one page: its source made lean, its tree built once, its JSON-LD and meta read once, and the
//! rules of a selector file applied to it. Which field a value is for is `extract`'s and `discover`'s.

pub mod date_text;
pub mod document;
pub mod entity;
pub mod finder;
pub mod json_ld;
pub mod outline;
mod references;
pub mod source;
pub mod text;
pub mod tree;
