//! Reads a robots.txt: groups, rules, delays, sitemaps (RFC 9309 §2.1–2.2). What a missing file means is `state`'s.
//!
//! Own reader, not a crate's: it keeps the deciding line as written, reads `User-agent: dateline/0.1`, and parses
//! once for every agent.

use std::time::Duration;

use crate::model::issue::Issue;

use super::Verdict;
use super::pattern::{PathPattern, comparable_path};

/// Bytes of a file that are read (RFC 9309 §2.5 asks for at least as many).
pub const MAX_BYTES: usize = 500 * 1024;
/// Sitemaps one file may name.
const MAX_SITEMAPS: usize = 1_000;
/// Issues one file may have.
const MAX_ISSUES: usize = 100;
/// Longest `Crawl-delay` that is believed at all; the crawl caps it further.
const MAX_DELAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Characters of a line that are kept as the deciding one.
const MAX_WRITTEN_CHARS: usize = 300;

/// What a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    UserAgent,
    Allow,
    Disallow,
    CrawlDelay,
    Sitemap,
}

/// Spellings seen in the wild, as lenient as the most used parsers.
const SPELLINGS: &[(&str, Key)] = &[
    ("user-agent", Key::UserAgent),
    ("useragent", Key::UserAgent),
    ("user agent", Key::UserAgent),
    ("allow", Key::Allow),
    ("disallow", Key::Disallow),
    ("dissallow", Key::Disallow),
    ("dissalow", Key::Disallow),
    ("disalow", Key::Disallow),
    ("diasllow", Key::Disallow),
    ("disallaw", Key::Disallow),
    ("crawl-delay", Key::CrawlDelay),
    ("crawldelay", Key::CrawlDelay),
    ("crawl delay", Key::CrawlDelay),
    ("sitemap", Key::Sitemap),
    ("site-map", Key::Sitemap),
];

/// A robots.txt as it was understood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RobotsTxt {
    groups: Vec<Group>,
    sitemaps: Vec<String>,
    issues: Vec<Issue>,
}

/// Agents and the rules they share.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Group {
    agents: Vec<Agent>,
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Agent {
    /// Product token in lower case, or `*`.
    token: String,
    delay: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    allows: bool,
    pattern: PathPattern,
    written: String,
}

impl RobotsTxt {
    /// Reads a file. Never fails: lines that say nothing are passed over, an HTML page has no rules.
    pub fn parse(bytes: &[u8]) -> Self {
        let mut robots = Self::default();
        let mut bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if bytes.len() > MAX_BYTES {
            // A line that is cut could forbid more or less than it was meant to.
            let end = bytes[..MAX_BYTES].iter().rposition(|byte| matches!(byte, b'\n' | b'\r'));
            bytes = &bytes[..end.unwrap_or(0)];
            robots.issue("robots-size-limit", format!("only the first {MAX_BYTES} bytes are read"));
        }
        if is_markup(bytes) {
            robots.issue("robots-is-html", "the answer is an HTML page, which has no rules");
            return robots;
        }
        let text = String::from_utf8_lossy(bytes);
        let mut in_agents = false;
        for line in text.split(['\n', '\r']) {
            robots.read_line(line, &mut in_agents);
        }
        robots
    }

    /// Whether `product_token` may ask `path_and_query`: the longest matching pattern of its group decides, `Allow`
    /// where two are equally long, and nothing at all allows (RFC 9309 §2.2.2). `/robots.txt` is always allowed.
    pub fn verdict(&self, product_token: &str, path_and_query: &str) -> Verdict {
        let token = self.group_token(product_token);
        let Some(token) = token.filter(|_| path_and_query != "/robots.txt") else {
            return Verdict { allowed: true, rule: None, group: None };
        };
        let path = comparable_path(path_and_query);
        let deciding = self
            .groups
            .iter()
            .filter(|group| group.agents.iter().any(|agent| agent.token == token))
            .flat_map(|group| &group.rules)
            .filter(|rule| rule.pattern.matches(&path))
            .max_by_key(|rule| (rule.pattern.length(), rule.allows));
        Verdict {
            allowed: deciding.is_none_or(|rule| rule.allows),
            rule: deciding.map(|rule| rule.written.clone()),
            group: Some(token),
        }
    }

    /// The `Crawl-delay` for `product_token`: the longest where several stand (not part of RFC 9309).
    pub fn crawl_delay(&self, product_token: &str) -> Option<Duration> {
        let token = self.group_token(product_token)?;
        self.groups
            .iter()
            .flat_map(|group| &group.agents)
            .filter(|agent| agent.token == token)
            .filter_map(|agent| agent.delay)
            .max()
    }

    /// The sitemaps named, as written; relative ones are the reader's to resolve.
    pub fn sitemaps(&self) -> &[String] {
        &self.sitemaps
    }

    /// What was not as it should be.
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }

    /// Bytes it takes in memory, roughly: what several hundred hosts may hold at once is limited.
    pub fn weight(&self) -> usize {
        let rules = self.groups.iter().flat_map(|group| &group.rules);
        let rules: usize =
            rules.map(|rule| size_of::<Rule>() + rule.written.capacity() + rule.pattern.weight()).sum();
        let agents: usize = self.groups.iter().map(|group| group.agents.len() * 2 * size_of::<Agent>()).sum();
        let sitemaps: usize = self.sitemaps.iter().map(|url| size_of::<String>() + url.len()).sum();
        size_of::<Self>() + self.groups.len() * size_of::<Group>() + rules + agents + sitemaps
    }

    /// The token whose groups apply: our own where any names it, else `*` (RFC 9309 §2.2.1).
    fn group_token(&self, product_token: &str) -> Option<String> {
        let own = product_token.to_ascii_lowercase();
        [own, "*".to_owned()].into_iter().find(|token| {
            self.groups.iter().flat_map(|group| &group.agents).any(|agent| agent.token == *token)
        })
    }

    fn issue(&mut self, code: &'static str, message: impl Into<String>) {
        if self.issues.len() < MAX_ISSUES {
            self.issues.push(Issue::page(code, message));
        }
    }

    fn read_line(&mut self, line: &str, in_agents: &mut bool) {
        let line = line.split('#').next().unwrap_or_default().trim_matches(is_blank);
        let Some((key, value)) = split_line(line) else { return };
        match key {
            Key::UserAgent => {
                if !*in_agents {
                    self.groups.push(Group::default());
                    *in_agents = true;
                }
                if let (Some(group), Some(token)) = (self.groups.last_mut(), product_token(value)) {
                    group.agents.push(Agent { token, delay: None });
                }
            }
            Key::Allow | Key::Disallow => {
                *in_agents = false;
                let Some(pattern) = PathPattern::parse(value) else { return };
                let written: String = line.chars().take(MAX_WRITTEN_CHARS).collect();
                match self.groups.last_mut() {
                    Some(group) => group.rules.push(Rule { allows: key == Key::Allow, pattern, written }),
                    None => self.issue("rule-without-group", format!("no User-agent before {written:?}")),
                }
            }
            Key::CrawlDelay => self.read_delay(value),
            Key::Sitemap => {
                if !value.is_empty() && self.sitemaps.len() < MAX_SITEMAPS {
                    self.sitemaps.push(value.to_owned());
                }
            }
        }
    }

    /// A delay ends no list of agents (the RFC knows no such line), and counts for those named so far.
    fn read_delay(&mut self, value: &str) {
        let delay = value.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let Some(delay) = delay else {
            let value: String = value.chars().take(40).collect();
            return self.issue("bad-crawl-delay", format!("Crawl-delay {value:?} is no number of seconds"));
        };
        for agent in self.groups.last_mut().into_iter().flat_map(|group| &mut group.agents) {
            agent.delay = agent.delay.max(Some(delay.min(MAX_DELAY)));
        }
    }
}

fn is_blank(character: char) -> bool {
    character.is_whitespace() || character == '\u{feff}' || character == '\0'
}

fn is_markup(bytes: &[u8]) -> bool {
    let start = bytes.trim_ascii_start();
    ["<!doctype", "<html", "<head", "<?xml", "<body", "<script"]
        .iter()
        .any(|tag| start.get(..tag.len()).is_some_and(|head| head.eq_ignore_ascii_case(tag.as_bytes())))
}

/// `key: value`, or `key value` where the colon was forgotten.
fn split_line(line: &str) -> Option<(Key, &str)> {
    SPELLINGS.iter().find_map(|&(name, key)| {
        let (start, rest) = line.split_at_checked(name.len())?;
        let value = match rest.trim_start_matches(is_blank).strip_prefix(':') {
            Some(value) => value,
            None if rest.starts_with(is_blank) => rest,
            None => return None,
        };
        start.eq_ignore_ascii_case(name).then(|| (key, value.trim_matches(is_blank)))
    })
}

/// The product token at the start of a `User-agent` value: `Dateline/0.1 (x)` is `dateline` (RFC 9309 §2.2.1;
/// digits belong to it too, since real names have them).
fn product_token(value: &str) -> Option<String> {
    if value.starts_with('*') {
        return Some("*".to_owned());
    }
    let end = value
        .find(|character: char| !(character.is_ascii_alphanumeric() || matches!(character, '_' | '-')))
        .unwrap_or(value.len());
    (end > 0).then(|| value[..end].to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `expected`: `+` or `-`, and the deciding line.
    #[track_caller]
    fn check(robots: &str, path: &str, expected: (char, Option<&str>)) {
        let verdict = RobotsTxt::parse(robots.as_bytes()).verdict("dateline", path);
        let found = (if verdict.allowed { '+' } else { '-' }, verdict.rule.as_deref());
        assert_eq!(found, expected, "{path} by {robots:?}");
    }

    #[test]
    fn the_longest_match_wins_and_allow_on_a_tie() {
        let robots = "User-agent: *\nDisallow: /intern/\nAllow: /intern/presse/\nDisallow: /a\nAllow: /a\n";
        check(robots, "/intern/plan", ('-', Some("Disallow: /intern/")));
        check(robots, "/intern/presse/1", ('+', Some("Allow: /intern/presse/")));
        check(robots, "/a", ('+', Some("Allow: /a")));
        check(robots, "/lokales/", ('+', None));
        check("User-agent: *\nDisallow:\n", "/x", ('+', None));
        check(
            "User-agent: *\nAllow: /page\nDisallow: /*.htm\n",
            "/page.htm",
            ('-', Some("Disallow: /*.htm")),
        );
        check("User-agent: *\nDisallow: /\n", "/robots.txt", ('+', None));
        check("", "/x", ('+', None));
    }

    #[test]
    fn our_own_group_goes_before_the_star() {
        let robots = "User-agent: *\nDisallow: /\n\nUser-agent: Dateline\nDisallow: /intern/\n";
        check(robots, "/x", ('+', None));
        check(robots, "/intern/", ('-', Some("Disallow: /intern/")));
        let versioned = "User-agent: dateline/0.1 (news)\nDisallow: /x\nUser-agent: *\nDisallow: /\n";
        check(versioned, "/y", ('+', None));
        check("User-agent: datelinebot\nDisallow: /\n", "/x", ('+', None));
        check("User-agent: date\nDisallow: /\n", "/x", ('+', None));
        check("User-agent: dateline2\nDisallow: /\n", "/x", ('+', None));
        check("User-agent: dateline\n\nUser-agent: *\nDisallow: /\n", "/x", ('-', Some("Disallow: /")));
    }

    #[test]
    fn groups_of_one_agent_are_one_group() {
        let robots = "User-agent: dateline\nDisallow: /a\nUser-agent: x\nDisallow: /\nUser-agent: x\n\
                      User-agent: DATELINE\nDisallow: /b\n";
        check(robots, "/a", ('-', Some("Disallow: /a")));
        check(robots, "/b", ('-', Some("Disallow: /b")));
        check(robots, "/c", ('+', None));
    }

    #[test]
    fn the_deciding_line_is_kept_as_written() {
        check("user-agent:*\n  DISALLOW:/x   # no\n", "/x", ('-', Some("DISALLOW:/x")));
        let verdict = RobotsTxt::parse(b"User-agent: *\nDisallow: /x").verdict("dateline", "/x");
        assert_eq!(verdict.group.as_deref(), Some("*"));
    }

    #[test]
    fn line_ends_marks_and_typing_errors_are_survived() {
        for robots in [
            "\u{feff}User-agent: *\r\nDisallow: /x\r\n",
            "User-agent: *\rDisallow: /x\r",
            "User-agent : *\n\tDisallow : /x",
            "user agent *\ndissalow /x\n",
            "junk\nUser-agent: *\nNoindex: /\n\n\nDisallow: /x\n",
        ] {
            assert!(!RobotsTxt::parse(robots.as_bytes()).verdict("dateline", "/x").allowed, "{robots:?}");
        }
        check("Disallow: /x\nUser-agent: *\n", "/x", ('+', None));
        check("User-agent: *\nDisallow /a:b\n", "/a:b", ('-', Some("Disallow /a:b")));
        check("User-agent: *\nDisallow: /\u{e4}rzte\n", "/%C3%A4rzte", ('-', Some("Disallow: /\u{e4}rzte")));
    }

    #[test]
    fn a_page_instead_of_a_file_has_no_rules() {
        let robots = RobotsTxt::parse(b"\n<!DOCTYPE html><pre>\nUser-agent: *\nDisallow: /\n</pre>");
        assert!(robots.verdict("dateline", "/x").allowed);
        assert_eq!(robots.issues()[0].code, "robots-is-html");
    }

    #[test]
    fn a_huge_file_is_read_to_the_last_whole_line_of_500_kib() {
        let mut file = b"User-agent: *\nDisallow: /early\n".to_vec();
        while file.len() < MAX_BYTES - 9 {
            file.extend(b"#\n");
        }
        file.extend(b"Disallow: /late\nDisallow: /later\n");
        let robots = RobotsTxt::parse(&file);
        assert!(!robots.verdict("dateline", "/early").allowed);
        assert!(robots.verdict("dateline", "/lat").allowed);
        assert!(robots.verdict("dateline", "/later").allowed);
        assert_eq!(robots.issues()[0].code, "robots-size-limit");
        assert!(RobotsTxt::parse(&vec![b'x'; MAX_BYTES + 1]).verdict("dateline", "/x").allowed);
    }

    #[test]
    fn delays_count_for_the_agents_before_them() {
        let delay = |robots: &str| RobotsTxt::parse(robots.as_bytes()).crawl_delay("dateline");
        assert_eq!(
            delay("User-agent: *\nCrawl-delay: 2.5\nDisallow: /x"),
            Some(Duration::from_millis(2_500))
        );
        assert_eq!(delay("User-agent: *\nDisallow: /x\nCrawl-delay: 3"), Some(Duration::from_secs(3)));
        assert_eq!(delay("User-agent: x\nCrawl-delay: 60\nUser-agent: *\nDisallow: /x"), None);
        assert_eq!(delay("User-agent: *\nCrawl-delay: 9\nUser-agent: dateline\nDisallow: /x"), None);
        assert_eq!(delay("User-agent: *\nCrawl-delay: 1e300"), None);
        assert_eq!(delay("User-agent: *\nCrawl-delay: 1e9"), Some(MAX_DELAY));
        for wrong in ["-1", "NaN", "soon", ""] {
            assert_eq!(delay(&format!("User-agent: *\nCrawl-delay: {wrong}")), None, "{wrong}");
        }
    }

    #[test]
    fn a_delay_does_not_end_the_list_of_agents() {
        let robots = "User-agent: dateline\nCrawl-delay: 5\n\nUser-agent: *\nDisallow: /x\n";
        check(robots, "/x", ('-', Some("Disallow: /x")));
    }

    #[test]
    fn sitemaps_belong_to_no_group() {
        let robots = RobotsTxt::parse(
            b"Sitemap: https://example.org/a.xml\nUser-agent: x\nsitemap:/b.xml\nUser-agent: *\nDisallow: /z",
        );
        assert_eq!(robots.sitemaps(), ["https://example.org/a.xml", "/b.xml"]);
        assert!(!robots.verdict("dateline", "/z").allowed);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>, path: String) {
            let robots = RobotsTxt::parse(&bytes);
            let _ = (robots.verdict("dateline", &path), robots.crawl_delay("dateline"));
        }

        #[test]
        fn no_lines_panic(
            lines in proptest::collection::vec("(User-agent|Allow|Disallow|Crawl-delay|Sitemap|x):? ?[a-z*$/%0-9.]{0,12}", 0..20),
            path in "/[a-z%0-9]{0,12}",
        ) {
            let robots = RobotsTxt::parse(lines.join("\n").as_bytes());
            let verdict = robots.verdict("dateline", &path);
            // Nothing is forbidden without naming the line.
            proptest::prop_assert!(verdict.allowed || verdict.rule.is_some());
        }
    }
}
