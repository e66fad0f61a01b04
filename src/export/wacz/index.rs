//! The index of a WACZ: CDXJ, a line a capture, sorted by the address in SURT form.

use std::fmt::Write as _;

use serde_json::json;

use crate::model::capture::{Capture, CaptureRef};
use crate::model::crawl_url::CrawlUrl;

/// Lines of an index.
#[derive(Debug, Default)]
pub(super) struct Index(Vec<String>);

impl Index {
    /// Adds a capture that lies at `place`.
    pub(super) fn add(&mut self, capture: &Capture, place: &CaptureRef) {
        let media = capture.headers.get("content-type").unwrap_or("application/octet-stream");
        let media = media.split(';').next().unwrap_or_default().trim();
        let fields = json!({
            "url": capture.url.as_str(), "mime": media, "status": capture.status.to_string(),
            "digest": place.digest.to_string(), "length": place.length.to_string(),
            "offset": place.offset.to_string(), "filename": place.warc,
        });
        let instant = capture.fetched_at.strftime("%Y%m%d%H%M%S");
        self.0.push(format!("{} {instant} {fields}\n", surt(&capture.url)));
    }

    /// The index as text.
    pub(super) fn into_lines(mut self) -> String {
        self.0.sort_unstable();
        self.0.concat()
    }
}

/// An address as replay tools look it up: the host turned round, everything in lower case, the query sorted, without
/// `www.` and without a slash at the end.
pub(super) fn surt(url: &CrawlUrl) -> String {
    let url = url.as_url();
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    let mut text = without_www(&host).rsplit('.').collect::<Vec<_>>().join(",");
    if let Some(port) = url.port() {
        let _ = write!(text, ":{port}");
    }
    let path = url.path().to_lowercase();
    let path = path.strip_suffix('/').unwrap_or(&path);
    text.push(')');
    text.push_str(if path.is_empty() { "/" } else { path });
    if let Some(query) = url.query().filter(|query| !query.is_empty()) {
        let query = query.to_lowercase();
        let mut parameters: Vec<&str> = query.split('&').collect();
        parameters.sort_unstable();
        text.push('?');
        text.push_str(&parameters.join("&"));
    }
    text
}

/// A host without `www.`, `www2.` before it.
fn without_www(host: &str) -> &str {
    let rest = host.strip_prefix("www").map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    rest.and_then(|rest| rest.strip_prefix('.')).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_as_replay_tools_look_them_up() {
        let check = |url: &str, expected: &str| {
            assert_eq!(surt(&CrawlUrl::parse(url).unwrap()), expected, "{url}");
        };
        check("https://www.Bote.example/Lokales/Rat/", "example,bote)/lokales/rat");
        check("http://bote.example/", "example,bote)/");
        check("http://bote.example:8080/a?b=2&a=1", "example,bote:8080)/a?a=1&b=2");
        check("http://127.0.0.1:8080/a", "1,0,0,127:8080)/a");
        check("http://www2.bote.example/a", "example,bote)/a");
        check("http://wwwbote.example/ü", "example,wwwbote)/%c3%bc");
    }
}
