//! libFuzzer over `checks::feeds`.

#![no_main]

#[path = "../../tests/it/mutations/checks.rs"]
#[allow(dead_code, reason = "each target takes one of the checks")]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::feeds(bytes));
