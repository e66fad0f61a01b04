//! File, environment and flags to one validated value; reads selector files for `portal`.

pub mod selector_files;
