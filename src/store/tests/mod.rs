//! The store from outside: what is put comes back, histories are kept, words are found, formats are brought up to date.

mod duplicates;
mod formats;
mod histories;
mod roundtrip;
mod words;

use jiff::Timestamp;
use tempfile::TempDir;

use crate::model::article::{Article, Block};
use crate::model::crawl_url::CrawlUrl;
use crate::store::{Reading, Store, Stored};

/// An archive in a directory of its own.
struct Archive {
    directory: TempDir,
    store: Store,
}

impl Archive {
    fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let store = Store::open(directory.path()).unwrap();
        Self { directory, store }
    }

    fn put(&mut self, article: &Article, at: &str) -> Stored {
        self.store.put_article(reading(article, at)).unwrap()
    }

    fn count(&self, table: &str) -> i64 {
        self.store
            .connection
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
            .unwrap()
    }
}

fn reading<'a>(article: &'a Article, at: &str) -> Reading<'a> {
    Reading { article, issues: &[], fetched: instant(at), capture: None, run: None, reparsed: false }
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn url(path: &str) -> CrawlUrl {
    CrawlUrl::parse(&format!("https://portal.example/{path}")).unwrap()
}

fn article(path: &str, headline: &str, paragraphs: &[&str]) -> Article {
    let mut article = Article::empty(url(path), Some("beispiel".into()));
    article.headline = Some(headline.into());
    article.lead = paragraphs.first().map(|text| (*text).to_owned());
    article.body = paragraphs.iter().map(|text| Block::Paragraph((*text).to_owned())).collect();
    article
}
