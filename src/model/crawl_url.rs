//! `CrawlUrl` and `Host`: the one way an address enters the program. Which addresses are wanted is `portal`'s and `frontier`'s matter.

use std::fmt;

use url::Url;

/// Longest address that is followed or stored, in bytes.
pub const MAX_URL_BYTES: usize = 4_096;

/// Query parameters that never choose a document: campaign, click and session identifiers. `*` ends a prefix.
const TRACKING_PARAMETERS: &[&str] = &[
    "utm_*",
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "_ga",
    "_gl",
    "wt_mc",
    "wtmc",
    "wt_zmc",
    "at_medium",
    "at_campaign",
    "at_custom*",
    "ns_campaign",
    "ns_mchannel",
    "ns_source",
    "xtor",
    "cmpid",
    "phpsessid",
    "jsessionid",
    "sessionid",
    "session_id",
    "aspsessionid*",
];

/// Query parameters that hold a session's number where their value is as long as one, and may mean something else
/// where it is short.
const SESSION_PARAMETERS: &[&str] = &["sid", "s", "sess", "session", "zenid", "oscsid", "cftoken"];

/// Why a text is not an address this program follows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Not a URL at all.
    #[error("not a URL: {0}")]
    Invalid(#[from] url::ParseError),
    /// Neither `http` nor `https`, or without a host.
    #[error("not an http(s) address: {0}")]
    Scheme(String),
    /// Longer than [`MAX_URL_BYTES`].
    #[error("longer than {MAX_URL_BYTES} bytes")]
    TooLong,
}

/// A canonical `http(s)` address: parsed, lower-case host, no default port, no fragment, no credentials, no
/// tracking parameters, percent-encoding in one form (RFC 3986 §6.2.2). Equal addresses are equal values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CrawlUrl(Url);

impl CrawlUrl {
    /// Reads an absolute address.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let text = text.trim();
        if text.len() > MAX_URL_BYTES {
            return Err(UrlError::TooLong);
        }
        Self::from_url(Url::parse(text)?)
    }

    /// Reads an address as a page gives it, relative to `self`.
    pub fn join(&self, reference: &str) -> Result<Self, UrlError> {
        let reference = reference.trim();
        if reference.len() > MAX_URL_BYTES {
            return Err(UrlError::TooLong);
        }
        Self::from_url(self.0.join(reference)?)
    }

    /// The same, but with session and tracking parameters kept: a redirect means exactly what it says.
    pub fn join_verbatim(&self, reference: &str) -> Result<Self, UrlError> {
        let reference = reference.trim();
        if reference.len() > MAX_URL_BYTES {
            return Err(UrlError::TooLong);
        }
        Self::normalized(self.0.join(reference)?)
    }

    /// The canonical address of a verbatim one.
    #[must_use]
    pub fn canonical(&self) -> Self {
        Self::from_url(self.0.clone()).unwrap_or_else(|_| self.clone())
    }

    /// Makes a parsed URL canonical.
    pub fn from_url(url: Url) -> Result<Self, UrlError> {
        let mut url = Self::normalized(url)?.0;
        let path = without_session(url.path());
        if path != url.path() {
            let path = path.to_owned();
            url.set_path(&path);
        }
        Ok(Self(url).without_session_numbers().without_parameters(TRACKING_PARAMETERS))
    }

    fn normalized(mut url: Url) -> Result<Self, UrlError> {
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
            return Err(UrlError::Scheme(url.as_str().chars().take(200).collect()));
        }
        url.set_fragment(None);
        let _ = url.set_username("");
        let _ = url.set_password(None);
        if let Some(host) = url.host_str().and_then(|host| host.strip_suffix('.')).map(str::to_owned) {
            let _ = url.set_host(Some(&host));
        }
        let path = normalize_escapes(url.path());
        if path != url.path() {
            url.set_path(&path);
        }
        let normalized = Self(url).without_parameters::<&str>(&[]);
        if normalized.as_str().len() > MAX_URL_BYTES {
            return Err(UrlError::TooLong);
        }
        Ok(normalized)
    }

    /// The same address without parameters whose short names stand for a session where their value looks like one.
    fn without_session_numbers(mut self) -> Self {
        let Some(query) = self.0.query() else { return self };
        if !query.split('&').any(is_session_pair) {
            return self;
        }
        let kept: Vec<&str> = query.split('&').filter(|pair| !is_session_pair(pair)).collect();
        let kept = (!kept.is_empty()).then(|| kept.join("&"));
        self.0.set_query(kept.as_deref());
        self
    }

    /// The same address without the query parameters whose names match one of `patterns`
    /// (case-insensitive; `*` at the end stands for any rest).
    #[must_use]
    pub fn without_parameters<S: AsRef<str>>(mut self, patterns: &[S]) -> Self {
        let Some(query) = self.0.query() else { return self };
        let kept: Vec<String> = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .filter(|pair| {
                let name = pair.split('=').next().unwrap_or_default();
                !patterns.iter().any(|pattern| parameter_matches(pattern.as_ref(), name))
            })
            .map(normalize_escapes)
            .collect();
        if kept.is_empty() {
            self.0.set_query(None);
        } else {
            let kept = kept.join("&");
            if kept != query {
                self.0.set_query(Some(&kept));
            }
        }
        self
    }

    /// The same address under `https` (port 443), for portals whose home is `https`.
    #[must_use]
    pub fn upgraded(mut self) -> Self {
        if self.0.scheme() == "http" && self.0.port().is_none() {
            let _ = self.0.set_scheme("https");
        }
        self
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The parsed URL.
    pub fn as_url(&self) -> &Url {
        &self.0
    }

    /// The host (and port, where it is not the scheme's) the address is on.
    pub fn host(&self) -> Host {
        let name = self.0.host_str().unwrap_or_default();
        Host(match self.0.port() {
            Some(port) => format!("{name}:{port}"),
            None => name.to_owned(),
        })
    }

    /// `scheme://host[:port]`.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.0.scheme(), self.host())
    }

    /// Path and query, as a robots.txt rule or a portal's pattern sees them.
    pub fn path_and_query(&self) -> &str {
        &self.0[url::Position::BeforePath..url::Position::AfterQuery]
    }
}

impl fmt::Display for CrawlUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The authority requests are counted and limited by: host name or address in lower case, with the port where it
/// is not the scheme's default.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Host(String);

impl Host {
    /// Reads `host` or `host:port` as a portal file gives it.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        CrawlUrl::parse(&format!("http://{}/", text.trim())).map(|url| url.host())
    }

    /// The authority as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host without its port.
    pub fn name(&self) -> &str {
        match self.0.rsplit_once(':') {
            Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => &self.0,
        }
    }

    /// The port, where it is given.
    pub fn port(&self) -> Option<u16> {
        self.0.rsplit_once(':').and_then(|(_, port)| port.parse().ok())
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn parameter_matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)),
        None => name.eq_ignore_ascii_case(pattern),
    }
}

/// Whether a pair names a session: `sid=4f0c…`, but not `sid=7`.
fn is_session_pair(pair: &str) -> bool {
    let Some((name, value)) = pair.split_once('=') else { return false };
    SESSION_PARAMETERS.iter().any(|known| name.eq_ignore_ascii_case(known)) && is_session_number(value)
}

/// A long figure in base 16, or a longer one of letters and digits: no word anybody searches for.
fn is_session_number(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let is_hexadecimal = value.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_alphanumeric = value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_hexadecimal && value.len() >= 16 && digits > 0)
        || (is_alphanumeric && value.len() >= 26 && digits >= 3)
}

/// Cuts `;jsessionid=…` off the last path segment.
fn without_session(path: &str) -> &str {
    match path.rfind(';') {
        Some(at) if path[at + 1..].get(..10).is_some_and(|name| name.eq_ignore_ascii_case("jsessionid")) => {
            &path[..at]
        }
        _ => path,
    }
}

/// Writes escapes in upper case and decodes those of unreserved characters (RFC 3986 §6.2.2.1–2).
fn normalize_escapes(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut rest = 0;
    let mut at = 0;
    while at < bytes.len() {
        let escape = (bytes[at] == b'%')
            .then(|| bytes.get(at + 1..at + 3))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let Some(byte) = escape else {
            at += 1;
            continue;
        };
        out.push_str(&text[rest..at]);
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&text[at + 1..at + 3].to_ascii_uppercase());
        }
        at += 3;
        rest = at;
    }
    out.push_str(&text[rest..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expected: &str) {
        assert_eq!(CrawlUrl::parse(input).unwrap().as_str(), expected, "{input}");
    }

    #[test]
    fn one_document_has_one_address() {
        check("HTTP://Example.ORG:80/a#top", "http://example.org/a");
        check("https://example.org:443", "https://example.org/");
        check("https://user:pw@example.org/a", "https://example.org/a");
        check("https://example.org./a", "https://example.org/a");
        check("https://example.org/a/../b/./c", "https://example.org/b/c");
        check("https://example.org/%7efoo/%c3%a4", "https://example.org/~foo/%C3%A4");
        check("https://example.org/ä", "https://example.org/%C3%A4");
        check("https://example.org/a?utm_source=x&id=7&fbclid=1", "https://example.org/a?id=7");
        check("https://example.org/a?UTM_Medium=x", "https://example.org/a");
        check("https://example.org/a?", "https://example.org/a");
        check("https://example.org/a?b=1&&c=%2f", "https://example.org/a?b=1&c=%2F");
        check("https://example.org/a;jsessionid=0A1B?id=2", "https://example.org/a?id=2");
        check("https://example.org/100%", "https://example.org/100%");
    }

    #[test]
    fn a_session_is_no_part_of_an_address_and_a_short_number_is() {
        check("https://a.example/x?sid=4f0c1e22d9b84a6e9d7c0b1a2f3e4d5c&id=1", "https://a.example/x?id=1");
        check("https://a.example/x?SID=0123456789abcdef", "https://a.example/x");
        check("https://a.example/x?sid=7", "https://a.example/x?sid=7");
        check("https://a.example/x?s=q8vk2lm0rt5yd1nw7ec4ab6zz9", "https://a.example/x");
        for search in ["bundesverfassungsgericht", "landtagswahl-2026-ergebnis", "landtagswahl2026"] {
            check(&format!("https://a.example/x?s={search}"), &format!("https://a.example/x?s={search}"));
        }
    }

    #[test]
    fn a_redirect_is_followed_as_it_was_written() {
        let page = CrawlUrl::parse("https://a.example/x").unwrap();
        let target = page.join_verbatim("/x?utm_source=a&b=%c3%a4#top").unwrap();
        assert_eq!(target.as_str(), "https://a.example/x?utm_source=a&b=%C3%A4");
        assert_eq!(target.canonical().as_str(), "https://a.example/x?b=%C3%A4");
    }

    #[test]
    fn other_schemes_are_refused() {
        for input in ["mailto:a@b", "javascript:void(0)", "file:///etc/passwd", "ftp://example.org/", "x", ""]
        {
            assert!(CrawlUrl::parse(input).is_err(), "{input}");
        }
        assert_eq!(
            CrawlUrl::parse(&format!("https://example.org/{}", "a".repeat(MAX_URL_BYTES))),
            Err(UrlError::TooLong)
        );
    }

    #[test]
    fn references_resolve_against_the_page() {
        let base = CrawlUrl::parse("https://example.org/a/b").unwrap();
        assert_eq!(base.join("../c?x=1#y").unwrap().as_str(), "https://example.org/c?x=1");
        assert_eq!(base.join("//other.example/").unwrap().as_str(), "https://other.example/");
    }

    #[test]
    fn a_host_keeps_an_unusual_port() {
        let url = CrawlUrl::parse("http://127.0.0.1:8080/x").unwrap();
        assert_eq!(url.host().as_str(), "127.0.0.1:8080");
        assert_eq!((url.host().name(), url.host().port()), ("127.0.0.1", Some(8080)));
        assert_eq!(Host::parse("Example.org").unwrap().as_str(), "example.org");
        let six = Host::parse("[::1]:99").unwrap();
        assert_eq!((six.name(), six.port()), ("[::1]", Some(99)));
        assert_eq!(Host::parse("[::1]").unwrap().name(), "[::1]");
        assert_eq!(Host::parse("[::1]").unwrap().port(), None);
    }
}
