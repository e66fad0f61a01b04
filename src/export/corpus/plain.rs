//! An article as plain text: headlines, lead and blocks with a blank line between them.

use std::io::{self, Write};

use crate::model::article::Article;

/// Writes the text; NUL, which many programs take for its end, becomes U+FFFD.
pub(super) fn write(article: &Article, out: &mut impl Write) -> io::Result<()> {
    let headlines = [&article.kicker, &article.headline, &article.subheadline];
    let mut is_first = true;
    let mut push = |text: &str| {
        if text.is_empty() {
            return Ok(());
        }
        if !std::mem::take(&mut is_first) {
            out.write_all(b"\n\n")?;
        }
        for (index, piece) in text.split('\0').enumerate() {
            if index > 0 {
                out.write_all("\u{fffd}".as_bytes())?;
            }
            out.write_all(piece.as_bytes())?;
        }
        Ok::<_, io::Error>(())
    };
    for text in headlines.into_iter().filter_map(|text| text.as_deref()) {
        push(text)?;
    }
    if let Some(lead) = super::separate_lead(article) {
        push(lead)?;
    }
    for block in &article.body {
        push(&block.text())?;
    }
    out.write_all(b"\n")?;
    out.flush()
}
