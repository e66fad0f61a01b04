//! Articles that say the same at another address: the same page under a session's number, a filter, a second section.

use rusqlite::params;

use crate::model::article::Article;
use crate::model::crawl_url::CrawlUrl;
use crate::store::{Store, StoreError};

/// Articles with one text that are looked at.
const MAX_CANDIDATES: i64 = 20;

impl Store {
    /// Another article of the same portal that is the same page: it says the same, word for word, was published at
    /// the same time, and its address tells of the same document. `None` too where the article itself is in the
    /// archive, or has no text to tell it by.
    pub fn twin_of(&self, article: &Article) -> Result<Option<String>, StoreError> {
        if article.body.is_empty() {
            return Ok(None);
        }
        let hash = article.content_hash().to_string();
        let published = article.published.map(|time| time.to_string());
        let mut statement = self.connection.prepare_cached(
            "SELECT a.url FROM revision r JOIN article a ON a.revision = r.id
             WHERE substr(r.content_hash, 8, 12) = substr(?1, 8, 12) AND r.content_hash = ?1
               AND a.portal IS ?2 AND a.published IS ?3
               AND NOT EXISTS (SELECT 1 FROM article WHERE id = ?4)
             LIMIT ?5",
        )?;
        let portal = article.portal.as_deref();
        let urls = statement
            .query_map(params![hash, portal, published, article.id.as_str(), MAX_CANDIDATES], |row| {
                row.get::<_, String>(0)
            })?;
        for url in urls {
            let url = url?;
            if CrawlUrl::parse(&url).is_ok_and(|other| is_same_document(&article.url, &other)) {
                return Ok(Some(url));
            }
        }
        Ok(None)
    }
}

/// Whether two addresses may be those of one document: one path with other parameters, one name in two sections, or
/// one below the other (`/artikel/1` and `/artikel/1/druck`). Two short notices that happen to say the same are not.
fn is_same_document(one: &CrawlUrl, other: &CrawlUrl) -> bool {
    let segments = |url: &CrawlUrl| -> Vec<String> {
        url.as_url().path().split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let (one, other) = (segments(one), segments(other));
    one.last() == other.last() || one.starts_with(&other) || other.starts_with(&one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_document_are_told_from_those_of_two() {
        let check = |one: &str, other: &str, expected: bool| {
            let url = |path: &str| CrawlUrl::parse(&format!("https://a.example{path}")).unwrap();
            assert_eq!(is_same_document(&url(one), &url(other)), expected, "{one} {other}");
        };
        check("/artikel/1?besuch=1", "/artikel/1?besuch=2", true);
        check("/politik/neues-rathaus-17", "/lokales/neues-rathaus-17", true);
        check("/artikel/1", "/artikel/1/druck", true);
        check("/(s4711)/artikel/1", "/(s4712)/artikel/1", true);
        check("/2024/04/04/unfall-auf-der-b27", "/2024/04/04/unfall-auf-der-b28", false);
        check("/artikel.php?id=1", "/artikel.php?id=2", true);
    }
}
