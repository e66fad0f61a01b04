//! The seam to `structure`: quotations and dates in the article's text are found here once the text stands.

use crate::model::article::Article;
use crate::portal::Portal;

/// Adds quotations and dates to an article whose text stands. Nothing is added yet.
pub fn annotate(article: &mut Article, portal: Option<&Portal>) {
    let _ = (article, portal);
}
