//! The little markup of story texts: `[words](slug)` is a link. HTML and plain forms of it.

/// One stretch of a story text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Inline<'a> {
    /// Words.
    Text(&'a str),
    /// Words that link to the story of that slug (or to an absolute address).
    Link {
        /// The words.
        text: &'a str,
        /// Slug or address.
        target: &'a str,
    },
}

/// Cuts a story text into words and links.
pub(crate) fn inlines(text: &str) -> Vec<Inline<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, words, target, after)) = next_link(rest) {
        if !before.is_empty() {
            parts.push(Inline::Text(before));
        }
        parts.push(Inline::Link { text: words, target });
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Inline::Text(rest));
    }
    parts
}

/// The text as a reader sees it.
pub(crate) fn plain(text: &str) -> String {
    inlines(text)
        .into_iter()
        .map(|part| match part {
            Inline::Text(text) | Inline::Link { text, .. } => text,
        })
        .collect()
}

/// `text` safe in HTML text and in double-quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(character),
        }
    }
    out
}

/// A file name for a headline: lower case, umlauts written out, words joined by hyphens.
pub(crate) fn slug(headline: &str) -> String {
    let mut out = String::with_capacity(headline.len());
    for character in headline.chars().flat_map(char::to_lowercase) {
        match character {
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            'a'..='z' | '0'..='9' => out.push(character),
            _ if out.ends_with('-') || out.is_empty() => {}
            _ => out.push('-'),
        }
    }
    out.trim_end_matches('-').to_owned()
}

fn next_link(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (before, rest) = text.split_once('[')?;
    let (words, rest) = rest.split_once("](")?;
    let (target, after) = rest.split_once(')')?;
    Some((before, words, target, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_and_left_out_of_the_plain_text() {
        let text = "Siehe [den Bericht](brand-im-sägewerk) und mehr";
        assert_eq!(plain(text), "Siehe den Bericht und mehr");
        assert_eq!(inlines(text)[1], Inline::Link { text: "den Bericht", target: "brand-im-sägewerk" });
        assert_eq!(inlines("offen [ohne Ende"), [Inline::Text("offen [ohne Ende")]);
    }

    #[test]
    fn a_slug_is_plain_ascii() {
        assert_eq!(
            slug("„Größte Übung“: 120 Kräfte proben – den Ernstfall"),
            "groesste-uebung-120-kraefte-proben-den-ernstfall"
        );
    }
}
