//! A path pattern of an `Allow` or `Disallow` line, and whether a path matches it (RFC 9309 §2.2.2–2.2.3).

use std::fmt::Write as _;

/// A pattern in the one form in which paths are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PathPattern {
    /// What `*` separates, in order; never empty.
    parts: Vec<Box<str>>,
    /// Whether `$` ends it.
    is_anchored: bool,
    /// Octets of the whole: the most specific pattern is the longest.
    length: usize,
}

impl PathPattern {
    /// Reads a pattern as it was typed; `None` where it is empty, which forbids nothing.
    pub(super) fn parse(written: &str) -> Option<Self> {
        let written = without_origin(written.trim());
        if written.is_empty() {
            return None;
        }
        let (body, is_anchored) = match written.strip_suffix('$') {
            Some(body) => (body, true),
            None => (written, false),
        };
        let mut parts: Vec<Box<str>> =
            body.split('*').map(|part| comparable(part.as_bytes()).into_boxed_str()).collect();
        // "intern/" can only mean "/intern/".
        if !body.starts_with(['/', '*']) {
            parts[0] = format!("/{}", parts[0]).into_boxed_str();
        }
        // "**" says no more than "*".
        let last = parts.len() - 1;
        let mut index = 0;
        parts.retain(|part| {
            let keep = index == 0 || index == last || !part.is_empty();
            index += 1;
            keep
        });
        let length =
            parts.iter().map(|part| part.len()).sum::<usize>() + parts.len() - 1 + usize::from(is_anchored);
        Some(Self { parts, is_anchored, length })
    }

    /// Bytes it takes beside itself.
    pub(super) fn weight(&self) -> usize {
        self.length + self.parts.capacity() * size_of::<Box<str>>()
    }

    /// Octets of the pattern.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// Whether the pattern matches `path` from its start. `path` comes from [`comparable_path`].
    /// Linear: every part is looked for once, leftmost, behind the part before it.
    pub(super) fn matches(&self, path: &str) -> bool {
        let Some((first, rest)) = self.parts.split_first() else { return false };
        let Some(mut left) = path.strip_prefix(&**first) else { return false };
        let Some((last, middle)) = rest.split_last() else {
            return !self.is_anchored || left.is_empty();
        };
        for part in middle {
            let Some(at) = memchr::memmem::find(left.as_bytes(), part.as_bytes()) else { return false };
            left = &left[at + part.len()..];
        }
        if self.is_anchored {
            left.ends_with(&**last)
        } else {
            memchr::memmem::find(left.as_bytes(), last.as_bytes()).is_some()
        }
    }
}

/// A path and query as patterns are compared with: `*` and `$` are nothing special in it.
pub(super) fn comparable_path(path_and_query: &str) -> String {
    comparable(path_and_query.as_bytes()).replace('*', "%2A")
}

/// A whole address where a path belongs: its path.
fn without_origin(written: &str) -> &str {
    let is_address = ["http://", "https://"]
        .iter()
        .any(|scheme| written.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    if !is_address {
        return written;
    }
    let after_scheme = written.find("//").map_or(0, |at| at + 2);
    written[after_scheme..].find('/').map_or("/", |at| &written[after_scheme + at..])
}

/// One form of percent-encoding for patterns and paths: escapes of unreserved characters decoded, the others in
/// upper case, everything else that is no URI character escaped; `'` and `$` escaped too, since parsers differ
/// about the one and patterns give the other a meaning.
fn comparable(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let mut byte = bytes[at];
        at += 1;
        let mut was_escaped = false;
        if byte == b'%'
            && let Some(decoded) = bytes.get(at..at + 2).and_then(escaped_byte)
        {
            byte = decoded;
            was_escaped = true;
            at += 2;
        }
        let is_unreserved = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        let is_reserved = matches!(
            byte,
            b'/' | b'?'
                | b'#'
                | b'['
                | b']'
                | b'@'
                | b'!'
                | b'&'
                | b'('
                | b')'
                | b'*'
                | b'+'
                | b','
                | b';'
                | b'='
                | b':'
        );
        if is_unreserved || (is_reserved && !was_escaped) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn escaped_byte(digits: &[u8]) -> Option<u8> {
    let high = char::from(digits[0]).to_digit(16)?;
    let low = char::from(digits[1]).to_digit(16)?;
    u8::try_from(high * 16 + low).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, path: &str, expected: bool) {
        let parsed = PathPattern::parse(pattern).unwrap();
        assert_eq!(parsed.matches(&comparable_path(path)), expected, "{pattern} on {path}");
    }

    #[test]
    fn a_pattern_is_a_beginning() {
        check("/", "/x", true);
        check("/fish", "/fish.html", true);
        check("/fish", "/Fish.html", false);
        check("/fish/", "/fish", false);
        check("/fish/", "/fish/salmon?x=1", true);
        check("/a", "/b/a", false);
    }

    #[test]
    fn star_and_dollar_mean_any_and_end() {
        check("/*.php", "/folder/any.php?x", true);
        check("/*.php$", "/a.php", true);
        check("/*.php$", "/a.php?x", false);
        check("/*.php$", "/a.php.php", true);
        check("/a*b*c", "/a--b--c--", true);
        check("/a*b*c", "/a--c--b--", false);
        check("/a**b", "/ab", true);
        check("*", "/x", true);
        check("/$", "/", true);
        check("/$", "/x", false);
        check("/*$", "/x", true);
        check("/a*$", "/abc", true);
        check("/ab*b$", "/ab", false);
        check("/a$b", "/a$b", true);
        check("/a$b", "/a", false);
    }

    #[test]
    fn escapes_are_compared_in_one_form() {
        check("/über-uns", "/%C3%BCber-uns", true);
        check("/%c3%bcber-uns", "/%C3%BCber-uns", true);
        check("/%C3%BCber-uns", "/über-uns", true);
        check("/%7Eamt/", "/~amt/", true);
        check("/a%2Fb", "/a/b", false);
        check("/a%2fb", "/a%2Fb", true);
        check("/%2A", "/*", true);
        check("/%2A", "/x", false);
        check("/a%24", "/a$", true);
        check("/a%24$", "/a$", true);
        check("/a b", "/a%20b", true);
        check("/?q='x'", "/?q=%27x%27", true);
        check("/100%", "/100%", true);
        check("/100%", "/100%25", true);
    }

    #[test]
    fn sloppy_patterns_mean_what_they_meant() {
        check("intern/", "/intern/x", true);
        check("https://example.org/intern/", "/intern/x", true);
        check("HTTP://example.org", "/anything", true);
        assert_eq!(PathPattern::parse("  "), None);
    }

    #[test]
    fn many_stars_cost_no_more_than_the_path() {
        let pattern = PathPattern::parse(&format!("/{}x", "*a".repeat(100_000))).unwrap();
        assert!(!pattern.matches(&format!("/{}", "a".repeat(4_000))));
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(pattern: String, path: String) {
            if let Some(parsed) = PathPattern::parse(&pattern) {
                let _ = parsed.matches(&comparable_path(&path));
            }
        }

        #[test]
        fn a_path_matches_itself_and_its_longer_forms(path in "/[a-zäöü0-9/._-]{0,30}", more in "[a-z?&=]{0,10}") {
            let parsed = PathPattern::parse(&path).unwrap();
            let longer = format!("{path}{more}");
            let matches = parsed.matches(&comparable_path(&longer));
            proptest::prop_assert!(matches);
        }
    }
}
