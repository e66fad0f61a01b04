//! Articles that say the same at another address: the same page under a session's number, a filter, a second path.

use rusqlite::{OptionalExtension, params};

use crate::model::article::Article;
use crate::store::{Store, StoreError};

impl Store {
    /// The address of another article of the same portal that says the same, word for word, and was published at the
    /// same time. `None` too where the article itself is in the archive, or has no text to tell it by.
    pub fn twin_of(&self, article: &Article) -> Result<Option<String>, StoreError> {
        if article.body.is_empty() {
            return Ok(None);
        }
        let hash = article.content_hash().to_string();
        let published = article.published.map(|time| time.to_string());
        Ok(self
            .connection
            .prepare_cached(
                "SELECT a.url FROM revision r JOIN article a ON a.revision = r.id
                 WHERE substr(r.content_hash, 8, 12) = substr(?1, 8, 12) AND r.content_hash = ?1
                   AND a.portal IS ?2 AND a.published IS ?3 AND a.id <> ?4
                   AND NOT EXISTS (SELECT 1 FROM article WHERE id = ?4)
                 LIMIT 1",
            )?
            .query_row(params![hash, article.portal.as_deref(), published, article.id.as_str()], |row| {
                row.get(0)
            })
            .optional()?)
    }
}
