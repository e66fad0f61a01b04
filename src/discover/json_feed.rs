//! Reads JSON Feed 1.0/1.1 and the list of posts WordPress answers at `/wp-json/wp/v2/posts`.

use serde_json::Value;

use crate::model::crawl_url::CrawlUrl;
use crate::model::issue::Issue;

use super::feed::MAX_ENTRIES;
use super::instant::instant;
use super::plain::plain;
use super::{Candidate, Found};

/// Reads a JSON text. What is no feed gives an issue.
pub(super) fn read(text: &str, base: &CrawlUrl) -> Found {
    let mut found = Found::default();
    let feed: Value = match serde_json::from_str(text) {
        Ok(feed) => feed,
        Err(error) => {
            found.issues.push(Issue::page("broken-json", error.to_string()));
            return found;
        }
    };
    let items = feed.as_array().or_else(|| feed.get("items").and_then(Value::as_array));
    let Some(items) = items else {
        found.issues.push(Issue::page("not-a-feed", "the JSON has no list of items"));
        return found;
    };
    for item in items.iter().take(MAX_ENTRIES) {
        let Some(written) = first(item, &["url", "link", "external_url"]) else {
            found.issues.push(Issue::page("entry-without-link", "an entry has no address"));
            continue;
        };
        match base.join(written) {
            Ok(url) => found.candidates.push(Candidate {
                url,
                title: first(item, &["title", "title.rendered"]).and_then(plain),
                teaser: first(item, &["summary", "excerpt.rendered", "content_text"]).and_then(plain),
                published: first(item, &["date_published", "date_gmt", "date"]).and_then(instant),
                modified: first(item, &["date_modified", "modified_gmt", "modified"]).and_then(instant),
            }),
            Err(error) => {
                let written: String = written.chars().take(120).collect();
                found.issues.push(Issue::page("bad-address", format!("{written:?}: {error}")));
            }
        }
    }
    if items.len() > MAX_ENTRIES {
        let message = format!("only the first {MAX_ENTRIES} entries are read");
        found.issues.push(Issue::page("feed-entry-limit", message));
    }
    found
}

/// The first of the named members (`a.b` inside `a`) that is a text.
fn first<'a>(item: &'a Value, names: &[&str]) -> Option<&'a str> {
    names
        .iter()
        .filter_map(|name| name.split('.').try_fold(item, |value, part| value.get(part)))
        .find_map(Value::as_str)
        .filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, expected: &[(&str, &str, &str)], expected_codes: &[&str]) {
        let base = CrawlUrl::parse("https://bote.example/feed.json").unwrap();
        let found = read(json, &base);
        let lines: Vec<(String, String, String)> = found
            .candidates
            .iter()
            .map(|candidate| {
                let published = candidate.published.map(|date| date.to_string()).unwrap_or_default();
                (candidate.url.to_string(), candidate.title.clone().unwrap_or_default(), published)
            })
            .collect();
        let lines: Vec<_> = lines.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect();
        assert_eq!(lines, expected);
        assert_eq!(found.issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), expected_codes);
    }

    #[test]
    fn a_json_feed_is_read() {
        check(
            r#"{"version":"https://jsonfeed.org/version/1.1","title":"Bote","items":[
               {"id":"1","url":"/1","title":"Eins","date_published":"2025-03-14T09:30:00+01:00"},{"id":"2"}]}"#,
            &[("https://bote.example/1", "Eins", "2025-03-14T08:30:00Z")],
            &["entry-without-link"],
        );
    }

    #[test]
    fn a_list_of_wordpress_posts_is_read() {
        check(
            r#"[{"link":"https://bote.example/a/","title":{"rendered":"M&#252;ll"},"date":"2025-03-14T10:30:00","date_gmt":"2025-03-14T09:30:00"}]"#,
            &[("https://bote.example/a/", "Müll", "2025-03-14T09:30:00Z")],
            &[],
        );
    }

    #[test]
    fn other_json_says_so() {
        check("{\"code\":\"rest_no_route\"}", &[], &["not-a-feed"]);
        check("{\"items\":[", &[], &["broken-json"]);
        check(&"[".repeat(100_000), &[], &["broken-json"]);
    }
}
