//! What a portal does with a request: an answer, a late one, a broken one, none.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use crate::portal::server::LONGEST_HOLD;

/// Holds answers back until a test opens it. Clones are the same gate.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    /// Lets everything through from now on.
    pub(crate) fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    pub(super) fn wait(&self) {
        let open = self.0.0.lock().unwrap();
        let _ = self.0.1.wait_timeout_while(open, LONGEST_HOLD, |open| !*open).unwrap();
    }
}

/// What the portal does with a request.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    pub(super) gate: Option<Gate>,
    pub(super) cut_after: Option<usize>,
    pub(super) without_length: bool,
    pub(super) raw: Option<Vec<u8>>,
    /// Repeated after the raw bytes, with that pause, until the client has gone.
    pub(super) forever: Option<(Vec<u8>, Duration)>,
    pub(super) resets: bool,
}

impl Reply {
    /// An answer with that status and body.
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type".to_owned(), content_type.to_owned())];
        Self {
            status,
            headers,
            body: body.into(),
            gate: None,
            cut_after: None,
            without_length: false,
            raw: None,
            forever: None,
            resets: false,
        }
    }

    /// A page.
    pub(crate) fn html(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, "text/html; charset=utf-8", body)
    }

    /// A plain text, robots.txt for one.
    pub(crate) fn text(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, "text/plain; charset=utf-8", body)
    }

    /// An answer of which only the status counts.
    pub(crate) fn status(status: u16) -> Self {
        Self::new(status, "text/html", format!("<html><body><h1>{status}</h1></body></html>"))
    }

    /// Its status.
    pub(crate) fn code(&self) -> u16 {
        self.status
    }

    /// A redirect.
    pub(crate) fn redirect(status: u16, location: &str) -> Self {
        Self::status(status).header("Location", location)
    }

    /// These bytes and nothing else, head included; then the connection ends.
    pub(crate) fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self { raw: Some(bytes.into()), ..Self::status(0) }
    }

    /// These bytes, then the connection is reset.
    pub(crate) fn reset_after(bytes: impl Into<Vec<u8>>) -> Self {
        Self { resets: true, ..Self::raw(bytes) }
    }

    /// The raw bytes of this reply, then `piece` again and again, each after a pause, until the client has gone.
    pub(crate) fn then_forever(mut self, piece: &[u8], pause: Duration) -> Self {
        self.forever = Some((piece.to_vec(), pause));
        self
    }

    /// The connection ends without an answer.
    pub(crate) fn hang_up() -> Self {
        Self::raw("")
    }

    /// The same with one more header.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same, sent only when `gate` is open.
    pub(crate) fn held_by(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.clone());
        self
    }

    /// The same, but the connection ends after `bytes` of the body.
    pub(crate) fn cut_after(mut self, bytes: usize) -> Self {
        self.cut_after = Some(bytes);
        self
    }

    /// The same without `Content-Length`: the end of the connection ends the body.
    pub(crate) fn without_length(mut self) -> Self {
        self.without_length = true;
        self
    }
}
