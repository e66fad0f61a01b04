//! What a portal is, apart from how its pages look: `[portal]`, `[politeness]`, `[urls]`, where articles are found,
//! `[health]` and `[[test]]`.

use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::model::crawl_url::{CrawlUrl, Host};
use crate::model::duration_text::{DURATION_FORMS, parse_duration};
use crate::model::field::Field;
use crate::portal::format::{
    FEED, HEALTH, LISTING, POLITENESS, PORTAL, RECORD_KEYS, REVISIT, SITEMAP, SITEMAP_FROM, Section, TEST,
    URLS, WORDPRESS, field_of_group,
};
use crate::portal::nearest::did_you_mean;
use crate::portal::reader::{Fields, Reader, shown};
use crate::portal::source::Sources;
use crate::portal::tree::{Node, Place, Value};
use crate::portal::{Health, LEAST_REVISIT_AGE, Listing, Politeness, PortalTest, UrlRules, WordPress};

/// Requests under way at once to one host that a file may ask for.
const MAX_CONCURRENCY: u32 = 16;
/// Ages at which a file may have an article asked again.
const MAX_REVISITS: usize = 50;
/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

/// `[portal]` as read.
#[derive(Debug, Default)]
pub(super) struct Identity {
    pub(super) id: Option<String>,
    pub(super) id_place: Option<Place>,
    pub(super) name: Option<String>,
    pub(super) home: Option<CrawlUrl>,
    pub(super) hosts: Vec<Host>,
    pub(super) language: Option<String>,
    pub(super) timezone: Option<TimeZone>,
    pub(super) places: Vec<String>,
}

impl Reader {
    /// `[portal]`; hosts come from `home` where none are given.
    pub(super) fn identity(&mut self, node: &Node) -> Identity {
        let Some(fields) = self.fields(node, &PORTAL) else { return Identity::default() };
        let home = fields.get("home").and_then(|node| self.url(node));
        let mut hosts = fields.get("hosts").map(|node| self.hosts(node)).unwrap_or_default();
        if hosts.is_empty() {
            hosts.extend(home.as_ref().map(CrawlUrl::host));
        }
        let id = fields.get("id").and_then(|node| self.id(node));
        Identity {
            id_place: fields.get("id").map(|node| node.place.clone()),
            id,
            name: fields.get("name").and_then(|node| self.text(node)).map(|name| name.trim().to_owned()),
            home,
            hosts,
            language: fields.get("language").and_then(|node| self.language(node)),
            timezone: fields.get("timezone").and_then(|node| self.timezone(node)),
            places: fields.get("places").map(|node| self.strings(node)).unwrap_or_default(),
        }
    }

    fn strings(&mut self, node: &Node) -> Vec<String> {
        self.texts(node).into_iter().map(|(_, text)| text.trim().to_owned()).collect()
    }

    fn id(&mut self, node: &Node) -> Option<String> {
        let text = self.text(node)?;
        if text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_')
        {
            return Some(text.to_owned());
        }
        let hint = "write it in small letters, digits and hyphens: `my-portal`";
        self.error_with_hint(&node.place, format!("`{}` is not an id", shown(text)), hint);
        None
    }

    fn hosts(&mut self, node: &Node) -> Vec<Host> {
        let mut hosts = Vec::new();
        for (node, text) in self.texts(node) {
            let has_address = text.contains(['/', '@', '?', '#', '*']) || text.contains(char::is_whitespace);
            match Host::parse(text) {
                Ok(host) if !has_address => hosts.push(host),
                _ => self.error_with_hint(
                    &node.place,
                    format!("`{}` is not a host", shown(text)),
                    "write the name alone, without `https://` and path: `www.example.org` or `example.org:8080`",
                ),
            }
        }
        hosts
    }

    fn language(&mut self, node: &Node) -> Option<String> {
        let text = self.text(node)?;
        let mut parts = text.split('-');
        let primary = parts.next().unwrap_or_default();
        let is_tag = matches!(primary.len(), 2 | 3)
            && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
            && parts.all(|part| {
                (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
            });
        if is_tag {
            return Some(text.to_owned());
        }
        let hint = "write its tag: `de`, `en`, `de-CH`";
        self.error_with_hint(&node.place, format!("`{}` is not a language", shown(text)), hint);
        None
    }

    fn timezone(&mut self, node: &Node) -> Option<TimeZone> {
        let text = self.text(node)?;
        if let Ok(zone) = TimeZone::get(text.trim()) {
            return Some(zone);
        }
        let names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
        let hint = did_you_mean(text, names.iter().map(String::as_str))
            .unwrap_or_else(|| "write a zone by its city: `Europe/Berlin`".to_owned());
        self.error_with_hint(&node.place, format!("unknown time zone `{}`", shown(text)), hint);
        None
    }

    /// `[politeness]`
    pub(super) fn politeness(&mut self, node: &Node) -> Politeness {
        let Some(fields) = self.fields(node, &POLITENESS) else { return Politeness::default() };
        Politeness {
            delay: fields.get("delay").and_then(|node| self.duration(node)),
            concurrency: fields.get("concurrency").and_then(|node| self.concurrency(node)),
            windows: fields.get("windows").map(|node| self.windows(node)).unwrap_or_default(),
        }
    }

    fn duration(&mut self, node: &Node) -> Option<Duration> {
        if let Value::Integer(_) | Value::Float(_) = node.value {
            self.error_with_hint(&node.place, "expected a length of time, found a number", DURATION_FORMS);
            return None;
        }
        let text = self.text(node)?;
        match parse_duration(text) {
            Ok(duration) => Some(duration),
            Err(error) => {
                self.error_with_hint(&node.place, format!("invalid length of time: {error}"), DURATION_FORMS);
                None
            }
        }
    }

    /// `[revisit]`: the ages, where given.
    pub(super) fn revisit(&mut self, node: &Node) -> Option<Vec<Duration>> {
        let fields = self.fields(node, &REVISIT)?;
        let node = fields.get("after")?;
        let texts = self.texts(node);
        if texts.len() > MAX_REVISITS {
            let hint = "every visit of an article is a request: a handful of ages is enough";
            self.error_with_hint(&node.place, format!("more than {MAX_REVISITS} ages"), hint);
        }
        let mut ages = Vec::new();
        for (node, text) in texts {
            match parse_duration(text) {
                Ok(age) if age >= LEAST_REVISIT_AGE => ages.push(age),
                Ok(_) => self.error_with_hint(
                    &node.place,
                    format!("`{}` is less than a minute", shown(text)),
                    "write the article's age at the visit: `1h`, `7d`",
                ),
                Err(error) => {
                    let message = format!("invalid length of time: {error}");
                    self.error_with_hint(&node.place, message, DURATION_FORMS);
                }
            }
        }
        Some(ages)
    }

    fn concurrency(&mut self, node: &Node) -> Option<usize> {
        let count = self.count(node, 1)?;
        if count > MAX_CONCURRENCY {
            let hint = "1 is polite; ask the portal before you take more";
            self.error_with_hint(&node.place, format!("more than {MAX_CONCURRENCY} requests at once"), hint);
            return None;
        }
        Some(count as usize)
    }

    fn windows(&mut self, node: &Node) -> Vec<(u16, u16)> {
        let mut windows = Vec::new();
        for (node, text) in self.texts(node) {
            match window(text) {
                Some(window) => windows.push(window),
                None => self.error_with_hint(
                    &node.place,
                    format!("`{}` is not a time window", shown(text)),
                    "write begin and end of the day's hours: `22:00-06:00`",
                ),
            }
        }
        windows
    }

    /// `[urls]`
    pub(super) fn url_rules(&mut self, node: &Node) -> UrlRules {
        let Some(fields) = self.fields(node, &URLS) else { return UrlRules::default() };
        let article = fields.get("article").map(|node| self.article_patterns(node)).unwrap_or_default();
        UrlRules {
            article,
            deny: fields
                .get("deny")
                .map(|node| self.patterns(node).into_iter().map(|(_, pattern)| pattern).collect())
                .unwrap_or_default(),
            drop_query: fields.get("drop_query").map(|node| self.strings(node)).unwrap_or_default(),
        }
    }

    fn article_patterns(&mut self, node: &Node) -> Vec<regex::Regex> {
        let mut patterns = Vec::new();
        for (node, text) in self.texts(node) {
            let Some(pattern) = self.pattern_text(node, text) else { continue };
            self.check_groups(node, &pattern, |name| field_of_group(name).is_some());
            patterns.push(pattern);
        }
        patterns
    }

    /// `[[listing]]`
    pub(super) fn listings(&mut self, node: &Node) -> Vec<(Place, Listing)> {
        let mut listings = Vec::new();
        for node in self.tables(node, "listing") {
            let Some(fields) = self.fields(node, &LISTING) else { continue };
            let label =
                fields.get("label").and_then(|node| self.text(node)).map(|label| label.trim().to_owned());
            let max_pages = fields.get("max_pages").and_then(|node| self.count(node, 1));
            let url = fields.get("url").and_then(|node| Some((node.place.clone(), self.url(node)?)));
            listings.extend(url.map(|(place, url)| (place, Listing { url, label, max_pages })));
        }
        listings
    }

    /// `[[feed]]`
    pub(super) fn feeds(&mut self, node: &Node) -> Vec<(Place, CrawlUrl)> {
        self.addresses(node, "feed", &FEED)
    }

    /// `[[sitemap]]`: the addresses, and whether those that robots.txt names are read too.
    pub(super) fn sitemaps(&mut self, node: &Node) -> (Vec<(Place, CrawlUrl)>, bool) {
        let mut addresses = Vec::new();
        let mut from_robots = false;
        for node in self.tables(node, "sitemap") {
            let Some(fields) = self.fields(node, &SITEMAP) else { continue };
            match (fields.get("url"), fields.get("from")) {
                (Some(url), None) => addresses.extend(self.url(url).map(|found| (url.place.clone(), found))),
                (None, Some(from)) => from_robots |= self.one_of(from, SITEMAP_FROM).is_some(),
                (url, _) => {
                    let message =
                        if url.is_some() { "both `url` and `from`" } else { "neither `url` nor `from`" };
                    let hint = "write `url = \"https://…\"`, or in a table of its own `from = \"robots\"` for the sitemaps that robots.txt names";
                    self.error_with_hint(fields.place, format!("a sitemap with {message}"), hint);
                }
            }
        }
        (addresses, from_robots)
    }

    /// `[wordpress]`; `home` is its root where none is given.
    pub(super) fn wordpress(&mut self, node: &Node, home: Option<&CrawlUrl>) -> Option<WordPress> {
        let fields = self.fields(node, &WORDPRESS)?;
        let root = fields.get("root").map(|node| self.url(node));
        let posts = fields.get("posts").and_then(|node| self.truth(node)).unwrap_or_default();
        let archives = fields.get("archives").map(|node| self.month(node));
        if !posts && archives.is_none() && !self.is_form_broken() {
            let hint = "add `posts = true` or `archives = \"2019-03\"`";
            self.error_with_hint(fields.place, "this table asks for nothing", hint);
        }
        let Some(root) = root.unwrap_or_else(|| home.cloned()) else {
            if fields.get("root").is_none() && !self.is_form_broken() {
                let hint = "add `root = \"https://…/\"` here or `home` to `[portal]`";
                self.error_with_hint(fields.place, "the WordPress site has no root", hint);
            }
            return None;
        };
        Some(WordPress { root, posts, archives: archives.flatten() })
    }

    /// The first day of a month or year.
    fn month(&mut self, node: &Node) -> Option<Date> {
        let text = self.text(node)?;
        let (year, month) = text.trim().split_once('-').unwrap_or((text.trim(), "01"));
        let number = |text: &str, digits: usize| {
            (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit()))
                .then(|| text.parse::<i16>().ok())
                .flatten()
        };
        let date = number(year, 4)
            .zip(number(month, 2))
            .and_then(|(year, month)| Date::new(year, i8::try_from(month).ok()?, 1).ok());
        if date.is_none() {
            let hint = "write year and month: `2019-03`, or a year: `2019`";
            self.error_with_hint(&node.place, format!("`{}` is not a month", shown(text)), hint);
        }
        date
    }

    fn addresses(&mut self, node: &Node, name: &str, section: &'static Section) -> Vec<(Place, CrawlUrl)> {
        let mut addresses = Vec::new();
        for node in self.tables(node, name) {
            let Some(fields) = self.fields(node, section) else { continue };
            addresses.extend(fields.get("url").and_then(|node| Some((node.place.clone(), self.url(node)?))));
        }
        addresses
    }

    /// `[health]`
    pub(super) fn health(&mut self, node: &Node) -> Health {
        let Some(fields) = self.fields(node, &HEALTH) else { return Health::default() };
        Health {
            min_fill: fields
                .get("min_fill")
                .map(|node| {
                    self.map(node, |reader, key, name, node| {
                        let field = reader.field(key, name);
                        let ratio = reader.ratio(node);
                        field.and(ratio)
                    })
                })
                .unwrap_or_default(),
            max_same_value: fields.get("max_same_value").and_then(|node| self.ratio(node)),
        }
    }

    /// `[[test]]`
    pub(super) fn tests(&mut self, node: &Node, sources: &Sources) -> Vec<PortalTest> {
        let mut tests = Vec::new();
        for (index, node) in self.tables(node, "test").iter().enumerate() {
            let Some(fields) = self.fields(node, &TEST) else { continue };
            tests.extend(self.test(&fields, index, sources));
        }
        tests
    }

    fn test(&mut self, fields: &Fields<'_>, index: usize, sources: &Sources) -> Option<PortalTest> {
        let file = fields.get("file").and_then(|node| self.test_file(node, sources));
        let url = fields.get("url").and_then(|node| self.url(node));
        let name = fields.get("name").and_then(|node| self.text(node));
        let mut expect = Vec::new();
        if let Some(node) = fields.get("expect") {
            self.by_path(node, &mut |_, path, node| expect.push((path, node.to_toml())));
        }
        let has = fields.get("has").map(|node| self.words(node)).unwrap_or_default();
        let has_not = fields.get("has_not").map(|node| self.words(node)).unwrap_or_default();
        let mut count = Vec::new();
        if let Some(node) = fields.get("count") {
            self.by_path(node, &mut |reader, path, node| {
                count.extend(reader.count(node, 0).map(|number| (path, number as usize)));
            });
        }
        let captured = fields.get("captured").and_then(|node| self.date(node));
        if ["expect", "has", "has_not", "count"].iter().all(|key| fields.get(key).is_none())
            && !self.is_form_broken()
        {
            let hint = "add `expect`, `has`, `has_not` or `count`";
            self.error_with_hint(fields.place, "this test expects nothing", hint);
        }
        Some(PortalTest {
            name: name.map_or_else(|| format!("test {}", index + 1), str::to_owned),
            file: file?,
            url: url?,
            captured,
            expect,
            has,
            has_not,
            count,
        })
    }

    /// The path of an example page: relative, inside the folder of the selector files, and there.
    fn test_file(&mut self, node: &Node, sources: &Sources) -> Option<String> {
        let path = self.text(node)?.trim();
        let leaves = path.starts_with('/') || path.contains('\\') || path.split('/').any(|part| part == "..");
        if leaves {
            let hint = "write its path from the folder of the selector files, with `/`: `fixtures/my-portal/article.html`";
            self.error_with_hint(
                &node.place,
                "this page lies outside the folder of the selector files",
                hint,
            );
            return None;
        }
        let path = path.trim_start_matches("./");
        if !sources.has_page(path) {
            let hint = did_you_mean(path, sources.pages()).unwrap_or_else(|| {
                "save the page there, as `fixtures/…/NAME.html` beside the selector files".to_owned()
            });
            self.error_with_hint(&node.place, format!("there is no page `{}`", shown(path)), hint);
        }
        Some(path.to_owned())
    }

    fn words(&mut self, node: &Node) -> Vec<(String, Vec<String>)> {
        let mut words = Vec::new();
        self.by_path(node, &mut |reader, path, node| {
            let texts = reader.texts(node).into_iter().map(|(_, text)| text.to_owned()).collect();
            words.push((path, texts));
        });
        words
    }

    /// Calls `visit` with every dotted path of a table and its value; tables within lengthen the path.
    fn by_path(&mut self, node: &Node, visit: &mut dyn FnMut(&mut Self, String, &Node)) {
        let Some(table) = self.table(node) else { return };
        for (name, entry) in table {
            let first = name.split('.').next().unwrap_or_default();
            let names = || Field::ALL.iter().map(|field| field.as_str()).chain(RECORD_KEYS.iter().copied());
            if !names().any(|known| known == first) {
                let hint = did_you_mean(first, names()).unwrap_or_else(|| {
                    format!("paths begin with {}", names().collect::<Vec<_>>().join(", "))
                });
                self.error_with_hint(&entry.key, format!("the record has no `{}`", shown(first)), hint);
                continue;
            }
            self.path_values(name.clone(), &entry.node, visit);
        }
    }

    fn path_values(&mut self, path: String, node: &Node, visit: &mut dyn FnMut(&mut Self, String, &Node)) {
        let Value::Table(table) = &node.value else {
            visit(self, path, node);
            return;
        };
        for (name, entry) in table {
            self.path_values(format!("{path}.{name}"), &entry.node, visit);
        }
    }
}

/// `22:00-06:00` as minutes of the day; an end before the begin is on the next day.
fn window(text: &str) -> Option<(u16, u16)> {
    let (begin, end) = text.split_once(['-', '–'])?;
    let (begin, end) = (minutes(begin)?, minutes(end)?);
    (begin != end && begin < DAY_MINUTES).then_some((begin, end))
}

fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let two_digits =
        |text: &str| text.len() <= 2 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !two_digits(hour) || minute.len() != 2 || !two_digits(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (minute < 60).then_some(hour * 60 + minute).filter(|minutes| *minutes <= DAY_MINUTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_minutes_of_the_day_and_may_pass_midnight() {
        for (text, expected) in [
            ("00:00-24:00", Some((0, 1_440))),
            ("22:00-06:00", Some((1_320, 360))),
            ("7:30 - 8:00", Some((450, 480))),
            ("25:00-26:00", None),
            ("08:00-08:00", None),
            ("24:00-08:00", None),
            ("8-9", None),
            ("08:60-09:00", None),
            ("+8:00-09:00", None),
            ("", None),
        ] {
            assert_eq!(window(text), expected, "{text}");
        }
    }
}
