//! The `<meta>` tags of a page's head, read from its text: the one thing that must be known of any page, whoever
//! reads the rest of it.

/// How far into a page its head may reach, in bytes.
const MAX_HEAD_BYTES: usize = 1 << 20;

/// Tags read at most.
const MAX_TAGS: usize = 500;

/// Name (in lower case) and content of the head's `<meta name content>` tags, in order. What stands in comments and
/// scripts does not count.
pub(super) fn meta_tags(html: &str) -> Vec<(String, String)> {
    let mut end = html.len().min(MAX_HEAD_BYTES);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let mut rest = &html[..end];
    let mut tags = Vec::new();
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = after(comment, "-->");
        } else if starts_with(rest, "script") {
            rest = after(rest, "</script");
        } else if starts_with(rest, "style") {
            rest = after(rest, "</style");
        } else if starts_with(rest, "body") || tags.len() >= MAX_TAGS {
            break;
        } else if starts_with(rest, "meta") {
            let (name, content, left) = attributes(&rest["meta".len()..]);
            rest = left;
            if let (Some(name), Some(content)) = (name, content) {
                tags.push((name.trim().to_ascii_lowercase(), content));
            }
        }
    }
    tags
}

/// Whether a tag of that name begins here.
fn starts_with(rest: &str, name: &str) -> bool {
    rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
        && rest[name.len()..].starts_with(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/'))
}

/// What follows `end`; nothing, where it never comes.
fn after<'a>(mut rest: &'a str, end: &str) -> &'a str {
    let first = end.as_bytes()[0];
    while let Some(at) = memchr::memchr(first, rest.as_bytes()) {
        rest = &rest[at..];
        if rest.get(..end.len()).is_some_and(|found| found.eq_ignore_ascii_case(end)) {
            return &rest[end.len()..];
        }
        rest = &rest[1..];
    }
    ""
}

/// The `name` and `content` of one tag, and what follows it.
fn attributes(mut rest: &str) -> (Option<String>, Option<String>, &str) {
    let (mut name, mut content) = (None, None);
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() || rest.starts_with('>') {
            return (name, content, rest);
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/'));
        // A stray `=` is an attribute without a name: passed over.
        let end = end.unwrap_or(rest.len()).max(usize::from(rest.starts_with('=')));
        let key = &rest[..end];
        rest = rest[end..].trim_start();
        let Some(given) = rest.strip_prefix('=') else { continue };
        let given = given.trim_start();
        let (value, left) = match given.as_bytes().first() {
            Some(b'"') => given[1..].split_once('"').unwrap_or((&given[1..], "")),
            Some(b'\'') => given[1..].split_once('\'').unwrap_or((&given[1..], "")),
            _ => {
                let end = given.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(given.len());
                given.split_at(end)
            }
        };
        rest = left;
        // The first of two attributes of one name counts (HTML §13.2.5.33).
        if key.eq_ignore_ascii_case("name") && name.is_none() {
            name = Some(value.to_owned());
        } else if key.eq_ignore_ascii_case("content") && content.is_none() {
            content = Some(value.replace("&amp;", "&"));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(html: &str, expected: &[(&str, &str)]) {
        let found = meta_tags(html);
        let found: Vec<_> = found.iter().map(|(name, content)| (name.as_str(), content.as_str())).collect();
        assert_eq!(found, expected, "{html}");
    }

    #[test]
    fn tags_are_read_in_every_spelling() {
        check("<meta name=\"robots\" content=\"a, b\">", &[("robots", "a, b")]);
        check("<META CONTENT='a' NAME='Robots' />", &[("robots", "a")]);
        check(
            "<meta\n name = robots\n content=a/b><meta name=x content=y>",
            &[("robots", "a/b"), ("x", "y")],
        );
        check("<meta name=robots name=other content=a content=b>", &[("robots", "a")]);
        check("<meta charset=utf-8><meta property=og:x content=y>", &[]);
        check("<meta name='a\"b' content=\"c>d\">", &[("a\"b", "c>d")]);
    }

    #[test]
    fn comments_scripts_and_the_body_do_not_count() {
        check("<!-- <meta name=robots content=a> --><meta name=b content=c>", &[("b", "c")]);
        check("<script>'<meta name=robots content=a>'</SCRIPT><meta name=b content=c>", &[("b", "c")]);
        check("<style>a{}</style><body><meta name=robots content=a>", &[]);
        check("<scripty><meta name=b content=c>", &[("b", "c")]);
        check("<!-- never closed <meta name=robots content=a>", &[]);
    }

    #[test]
    fn a_head_is_read_up_to_a_limit() {
        let far = format!("{}<meta name=b content=c>", "ä".repeat(MAX_HEAD_BYTES / 2));
        check(&far, &[]);
        assert_eq!(meta_tags(&"<meta name=b content=c>".repeat(600)).len(), MAX_TAGS);
    }

    proptest! {
        #[test]
        fn no_page_panics(html in "[<>!/= a-zé'\"-]{0,80}", inside in "[ =/'\"a-z>é]{0,40}") {
            meta_tags(&html);
            meta_tags(&format!("<meta{inside}><meta name=x {html}"));
        }
    }
}
