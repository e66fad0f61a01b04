//! What a response says against being kept or mined: `X-Robots-Tag`, meta robots, TDMRep. And what is made of it.

use std::collections::BTreeMap;
use std::fmt;

use crate::model::capture::Headers;

use super::PRODUCT_TOKEN;
use super::meta_tags::meta_tags;

/// Directives that reserve something; others (`index`, `max-snippet`) only steer search results.
const DIRECTIVES: &[&str] =
    &["noarchive", "noindex", "nofollow", "nosnippet", "noimageindex", "noai", "noimageai"];

/// Directives with a value of their own behind a colon, which is no agent's name before one.
const WITH_VALUE: &[&str] = &["unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"];

/// The word for a reservation of text and data mining (TDMRep).
pub const TDM_RESERVATION: &str = "tdm-reservation";

/// The word for the address of a licence (TDMRep).
const TDM_POLICY: &str = "tdm-policy";

/// Longest policy address that is kept, in bytes.
const MAX_POLICY_BYTES: usize = 1_024;

/// The opt-outs a policy may honour.
pub const HONOURABLE: &[&str] = &["noarchive", "noindex", "nosnippet", "noai", "noimageai", TDM_RESERVATION];

/// The opt-outs of one response. Kept in the order of their names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OptOuts(BTreeMap<&'static str, String>);

impl OptOuts {
    /// What the headers of a response say to this program or to everybody.
    pub fn of_headers(headers: &Headers) -> Self {
        let mut found = Self::default();
        for value in headers.all("x-robots-tag") {
            found.add_tagged(value);
        }
        for value in headers.all(TDM_RESERVATION) {
            found.set_reservation(value);
        }
        for value in headers.all(TDM_POLICY) {
            found.set_policy(value);
        }
        found
    }

    /// Adds what the page's own `<meta>` tags say. Its word on text and data mining goes before the header's.
    #[must_use]
    pub fn with_page(mut self, html: &str) -> Self {
        for (name, content) in meta_tags(html) {
            match name.as_str() {
                "robots" | PRODUCT_TOKEN => content.split([',', ' ']).for_each(|word| self.add(word)),
                TDM_RESERVATION => self.set_reservation(&content),
                TDM_POLICY => self.set_policy(&content),
                _ => {}
            }
        }
        self
    }

    /// Adds what the host's `tdmrep.json` says, where the response itself says nothing about mining.
    #[must_use]
    pub fn with_host(mut self, reserved: Option<(bool, Option<&str>)>) -> Self {
        if let Some((reserved, policy)) = reserved
            && !self.0.contains_key(TDM_RESERVATION)
        {
            self.set_reservation(if reserved { "1" } else { "0" });
            if let Some(policy) = policy {
                self.set_policy(policy);
            }
        }
        self
    }

    /// Whether nothing is reserved.
    pub fn is_empty(&self) -> bool {
        self.names().next().is_none()
    }

    /// What is reserved: `noarchive`, `tdm-reservation`.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().filter(|(name, value)| **name != TDM_POLICY && *value != "0").map(|(name, _)| *name)
    }

    /// One `X-Robots-Tag`: directives, from an agent's name on for that agent only.
    fn add_tagged(&mut self, value: &str) {
        let mut is_for_us = true;
        for part in value.split(',') {
            let part = part.trim();
            let directive = match part.split_once(':') {
                Some((agent, directive)) if is_agent(agent.trim()) => {
                    let agent = agent.trim();
                    is_for_us = agent.eq_ignore_ascii_case(PRODUCT_TOKEN)
                        || agent.eq_ignore_ascii_case("robots")
                        || agent == "*";
                    directive
                }
                _ => part,
            };
            if is_for_us {
                directive.split_ascii_whitespace().for_each(|word| self.add(word));
            }
        }
    }

    fn add(&mut self, word: &str) {
        let word = word.trim().to_ascii_lowercase();
        let names: &[&str] = match word.as_str() {
            "none" => &["noindex", "nofollow"],
            // The older name some search engines have for it.
            "nocache" => &["noarchive"],
            word => &[word],
        };
        for name in names {
            if let Some(known) = DIRECTIVES.iter().find(|known| *known == name) {
                self.0.insert(known, String::new());
            }
        }
    }

    fn set_reservation(&mut self, value: &str) {
        if let value @ ("0" | "1") = value.trim() {
            self.0.insert(TDM_RESERVATION, value.to_owned());
        }
    }

    fn set_policy(&mut self, value: &str) {
        let value = value.trim();
        if !value.is_empty() && value.len() <= MAX_POLICY_BYTES && !value.contains(char::is_control) {
            self.0.insert(TDM_POLICY, value.to_owned());
        }
    }
}

impl fmt::Display for OptOuts {
    /// As the archive keeps it: `noarchive | tdm-policy: https://… | tdm-reservation: 1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.0.iter().enumerate() {
            let separator = if index > 0 { " | " } else { "" };
            write!(f, "{separator}{name}")?;
            if !value.is_empty() {
                write!(f, ": {value}")?;
            }
        }
        Ok(())
    }
}

/// Whether what stands before a colon is an agent's name.
fn is_agent(text: &str) -> bool {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'*');
    !text.is_empty()
        && text.bytes().all(is_name)
        && !WITH_VALUE.iter().any(|known| text.eq_ignore_ascii_case(known))
}

/// Which opt-outs keep a page out of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptOutPolicy {
    /// The opt-outs that are honoured; the others are recorded.
    pub honour: Vec<&'static str>,
    /// The law or licence by which pages are archived all the same; then all are only recorded.
    pub legal_basis: Option<String>,
}

impl Default for OptOutPolicy {
    fn default() -> Self {
        Self { honour: vec!["noarchive", TDM_RESERVATION], legal_basis: None }
    }
}

impl OptOutPolicy {
    /// The opt-out that keeps a page out of the archive, where one does.
    pub fn forbids(&self, opt_outs: &OptOuts) -> Option<&'static str> {
        opt_outs.names().find(|name| self.honours(name))
    }

    /// Whether that opt-out is honoured.
    pub fn honours(&self, name: &str) -> bool {
        self.legal_basis.is_none() && self.honour.contains(&name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(headers: &[(&str, &str)], html: &str, expected: &str) {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let found = OptOuts::of_headers(&Headers(headers.collect())).with_page(html);
        assert_eq!(found.to_string(), expected);
    }

    #[test]
    fn x_robots_tag_speaks_to_all_or_to_one() {
        check(&[("X-Robots-Tag", "noarchive, NoFollow")], "", "noarchive | nofollow");
        check(&[("x-robots-tag", "dateline: noarchive")], "", "noarchive");
        check(&[("x-robots-tag", "Dateline: none")], "", "nofollow | noindex");
        check(&[("x-robots-tag", "otherbot: noarchive, nofollow")], "", "");
        check(&[("x-robots-tag", "otherbot: noarchive, dateline: nosnippet")], "", "nosnippet");
        check(&[("x-robots-tag", "noindex"), ("x-robots-tag", "otherbot: noarchive")], "", "noindex");
        check(&[("x-robots-tag", "max-snippet:-1, max-image-preview: large, noarchive")], "", "noarchive");
        let date = "unavailable_after: Wed, 25 Jun 2025 15:00:00 GMT, noarchive";
        check(&[("x-robots-tag", date)], "", "noarchive");
        check(&[("x-robots-tag", "index, follow, all")], "", "");
    }

    #[test]
    fn meta_tags_speak_to_robots_or_to_us() {
        check(&[], "<meta name='robots' content='noindex,noarchive'>", "noarchive | noindex");
        check(&[], "<META CONTENT=nocache NAME=Dateline>", "noarchive");
        check(&[], "<meta name=\"googlebot\" content=\"noarchive\">", "");
        check(&[("x-robots-tag", "nofollow")], "<meta name=robots content=noai>", "noai | nofollow");
    }

    #[test]
    fn a_reservation_of_the_page_goes_before_the_header_s_and_the_host_s() {
        check(&[("tdm-reservation", "1")], "", "tdm-reservation: 1");
        check(&[("tdm-reservation", "yes")], "", "");
        check(&[("TDM-Reservation", "1")], "<meta name=tdm-reservation content=0>", "tdm-reservation: 0");
        let policy = "<meta name='tdm-policy' content='https://a.example/p?x=1&amp;y=2'>";
        check(
            &[("tdm-reservation", "1")],
            policy,
            "tdm-policy: https://a.example/p?x=1&y=2 | tdm-reservation: 1",
        );
        let open = OptOuts::default().with_page("<meta name=tdm-reservation content=0>");
        assert!(open.clone().with_host(Some((true, None))).is_empty());
        assert!(!OptOuts::default().with_host(Some((true, None))).is_empty());
        assert!(OptOuts::default().with_host(None).is_empty());
    }

    #[test]
    fn a_legal_basis_or_another_policy_decides_what_is_honoured() {
        let said = OptOuts::default().with_page("<meta name=robots content='nofollow, noarchive'>");
        let mut policy = OptOutPolicy::default();
        assert_eq!(policy.forbids(&said), Some("noarchive"));
        policy.legal_basis = Some("§ 60d UrhG".to_owned());
        assert_eq!(policy.forbids(&said), None);
        let strict = OptOutPolicy { honour: vec!["noindex"], legal_basis: None };
        assert_eq!(strict.forbids(&said), None);
    }
}
