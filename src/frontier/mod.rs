//! What to fetch next and when: scope, host queues, politeness, retry. A synchronous state machine; only it makes
//! a `FetchPermit`.

mod permit;

pub use permit::{BodyLimit, FetchPermit, MAX_BODY_BYTES, Validators};
