//! Titles and excerpts of feeds, which may hold mark-up, as plain text.

use scraper::Html;

/// Bytes of mark-up that are looked at.
const MAX_MARKUP_BYTES: usize = 16 * 1024;
/// Characters that are kept.
const MAX_CHARS: usize = 1_000;

/// The text without tags, entities and runs of white space; `None` where nothing is left.
pub(super) fn plain(text: &str) -> Option<String> {
    let mut end = text.len().min(MAX_MARKUP_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    let is_markup = memchr::memchr2(b'<', b'&', text.as_bytes()).is_some();
    let words = if is_markup {
        folded(&Html::parse_fragment(text).root_element().text().collect::<Vec<_>>().join(" "))
    } else {
        folded(text)
    };
    (!words.is_empty()).then_some(words)
}

fn folded(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    if let Some((end, _)) = out.char_indices().nth(MAX_CHARS) {
        out.truncate(end);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(plain(text).as_deref(), expected, "{text}");
    }

    #[test]
    fn markup_and_white_space_go() {
        check("  Neues\n Rathaus ", Some("Neues Rathaus"));
        check("<p>Die <b>Stadt</b> baut</p><p>um.</p>", Some("Die Stadt baut um."));
        check("M&uuml;ller &amp; S&#246;hne", Some("Müller & Söhne"));
        check("5 < 6 & 7 > 6", Some("5 < 6 & 7 > 6"));
        check("<img src=x>", None);
        check(" ", None);
        check(&"ä".repeat(60_000), Some(&"ä".repeat(1_000)));
    }
}
