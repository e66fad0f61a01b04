//! Behaviour from outside: one binary, a module per capability.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod fetch;
mod server;
