//! `/.well-known/tdmrep.json`: for which paths of a host text and data mining is reserved (TDM Reservation Protocol).

use serde_json::Value;

use super::pattern::{PathPattern, comparable_path};

/// Where a host keeps it.
pub const TDMREP_PATH: &str = "/.well-known/tdmrep.json";

/// Bytes of it that are read.
pub const MAX_TDMREP_BYTES: usize = 500 * 1024;

/// Rules kept.
const MAX_RULES: usize = 10_000;

/// What a host's file says, path by path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TdmRep {
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    pattern: PathPattern,
    reserved: bool,
    policy: Option<String>,
    location: String,
}

/// What a host's file says about one path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostReservation<'a> {
    /// Whether mining is reserved.
    pub reserved: bool,
    /// Where a licence can be had.
    pub policy: Option<&'a str>,
    /// The pattern that says so, as written.
    pub location: &'a str,
}

impl TdmRep {
    /// Reads a file. Never fails: what is no rule is passed over.
    pub fn parse(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if bytes.len() > MAX_TDMREP_BYTES {
            return Self::default();
        }
        let Ok(Value::Array(rules)) = serde_json::from_slice(bytes) else { return Self::default() };
        Self { rules: rules.iter().take(MAX_RULES).filter_map(rule).collect() }
    }

    /// Whether it says nothing about any path.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Bytes it takes in memory, roughly.
    pub fn weight(&self) -> usize {
        let rules = self.rules.iter().map(|rule| {
            let policy = rule.policy.as_ref().map_or(0, String::len);
            size_of::<Rule>() + rule.location.len() + policy + rule.pattern.weight()
        });
        size_of::<Self>() + rules.sum::<usize>()
    }

    /// What it says about a path: the longest matching pattern decides, as in robots.txt; of two equally long ones
    /// the one that reserves.
    pub fn of_path(&self, path_and_query: &str) -> Option<HostReservation<'_>> {
        if self.rules.is_empty() {
            return None;
        }
        let path = comparable_path(path_and_query);
        let matching = self.rules.iter().filter(|rule| rule.pattern.matches(&path));
        let rule = matching.max_by_key(|rule| (rule.pattern.length(), rule.reserved))?;
        Some(HostReservation {
            reserved: rule.reserved,
            policy: rule.policy.as_deref(),
            location: &rule.location,
        })
    }
}

fn rule(value: &Value) -> Option<Rule> {
    let location = value.get("location")?.as_str()?;
    let reserved = match value.get("tdm-reservation")? {
        Value::Number(number) => number.as_u64()? == 1,
        Value::String(text) => text.trim() == "1",
        Value::Bool(reserved) => *reserved,
        _ => return None,
    };
    let policy = value.get("tdm-policy").and_then(Value::as_str).map(str::to_owned);
    Some(Rule { pattern: PathPattern::parse(location)?, reserved, policy, location: location.to_owned() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FILE: &str = r#"[
        {"location": "/", "tdm-reservation": 0},
        {"location": "/artikel/", "tdm-reservation": 1, "tdm-policy": "https://a.example/licence.json"},
        {"location": "/artikel/frei/*", "tdm-reservation": 0},
        {"location": "/*.pdf$", "tdm-reservation": 1},
        {"location": 7, "tdm-reservation": 1}, {"tdm-reservation": 1}, "x"
    ]"#;

    #[test]
    fn the_longest_pattern_decides() {
        let file = TdmRep::parse(FILE.as_bytes());
        let said = |path| file.of_path(path).map(|rule| (rule.reserved, rule.location.to_owned()));
        assert_eq!(said("/ueber-uns"), Some((false, "/".to_owned())));
        assert_eq!(said("/artikel/1"), Some((true, "/artikel/".to_owned())));
        assert_eq!(said("/artikel/frei/1"), Some((false, "/artikel/frei/*".to_owned())));
        assert_eq!(said("/heft.pdf"), Some((true, "/*.pdf$".to_owned())));
        assert_eq!(file.of_path("/artikel/1").unwrap().policy, Some("https://a.example/licence.json"));
    }

    #[test]
    fn what_is_no_such_file_says_nothing() {
        for bytes in [&b""[..], b"<html></html>", b"{}", b"[[[[", b"[1, null]"] {
            assert_eq!(TdmRep::parse(bytes).of_path("/"), None);
        }
        let deep = "[".repeat(200_000);
        assert_eq!(TdmRep::parse(deep.as_bytes()), TdmRep::default());
        let huge = format!("[{{\"location\":\"/\",\"tdm-reservation\":1}}{}]", " ".repeat(MAX_TDMREP_BYTES));
        assert_eq!(TdmRep::parse(huge.as_bytes()), TdmRep::default());
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>, path: String) {
            TdmRep::parse(&bytes).of_path(&path);
        }
    }
}
