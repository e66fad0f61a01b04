//! An article as plain text: headlines, lead and blocks with a blank line between them.

use crate::model::article::Article;

/// The text; NUL, which many programs take for its end, becomes U+FFFD.
pub(super) fn text(article: &Article) -> String {
    let body = article.text();
    let headlines = [&article.kicker, &article.headline, &article.subheadline];
    let mut parts: Vec<&str> = headlines.into_iter().filter_map(|text| text.as_deref()).collect();
    if let Some(lead) = super::separate_lead(article) {
        parts.push(lead);
    }
    parts.push(&body);
    parts.retain(|part| !part.is_empty());
    let mut text = parts.join("\n\n").replace('\0', "\u{fffd}");
    text.push('\n');
    text
}
