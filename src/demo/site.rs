//! The site: articles, listings, machine-readable lists, and which of them a request gets. Pure; `server` serves it.

use std::collections::HashMap;

use jiff::civil::{DateTime, date};

use crate::model::capture::Headers;

use super::article::{SiteArticle, place};
use super::grammar::Plan;
use super::page;
use super::response::Response;
use super::story::{Newspaper, handwritten, newspaper};
use super::truth::{Expected, expected};
use super::{calendar, classic, cloud, grammar, listing, machine};

/// The origin pages are written for until [`Site::at`] names another.
pub const DEFAULT_ORIGIN: &str = "http://localhost:8377";

/// Articles of the demo that are told by rule, besides those written by hand.
const TOLD_BY_RULE: usize = 40;

/// The demo's told stories lie a few days apart, so that they spread over some months.
const DEMO_MINUTES_APART: (usize, usize) = (2_000, 7_000);

/// Stories of a site of any size appear several a day.
const GENERATED_MINUTES_APART: (usize, usize) = (40, 400);

/// Where pictures are.
const UPLOADS: &str = "/wp-content/uploads/";

const SEED: u64 = 0x0f07_57b0;

/// An invented newspaper's site. The same content gives the same pages, byte for byte.
#[derive(Debug, Clone)]
pub struct Site {
    pub(crate) newspaper: Newspaper,
    pub(crate) articles: Vec<SiteArticle>,
    pub(crate) origin: String,
    pub(crate) padding: usize,
    by_path: HashMap<String, usize>,
    by_slug: HashMap<String, usize>,
}

impl Site {
    /// The demo's site: stories written by hand and some told by rule.
    pub fn build() -> Self {
        let newspaper = newspaper();
        let mut stories = handwritten(&newspaper);
        let plan =
            Plan { count: TOLD_BY_RULE, seed: SEED, newest: newest(), minutes_apart: DEMO_MINUTES_APART };
        let told = grammar::stories(&newspaper, plan);
        stories.extend(told);
        Self::of(newspaper, stories, SEED)
    }

    /// A site of any size, all told by rule: the same `articles` and `seed` give the same site.
    pub fn generated(articles: usize, seed: u64) -> Self {
        let newspaper = newspaper();
        let plan = Plan { count: articles, seed, newest: newest(), minutes_apart: GENERATED_MINUTES_APART };
        let stories = grammar::stories(&newspaper, plan);
        Self::of(newspaper, stories, seed)
    }

    fn of(newspaper: Newspaper, stories: Vec<super::story::Story>, seed: u64) -> Self {
        let articles = place(&newspaper, stories, seed);
        let by_path =
            articles.iter().enumerate().map(|(index, article)| (article.path.clone(), index)).collect();
        let by_slug =
            articles.iter().enumerate().map(|(index, article)| (article.story.slug.clone(), index)).collect();
        Self { newspaper, articles, origin: DEFAULT_ORIGIN.to_owned(), padding: 0, by_path, by_slug }
    }

    /// The same site with its absolute addresses under `origin` (`scheme://host:port`, no slash at the end).
    #[must_use]
    pub fn at(mut self, origin: &str) -> Self {
        origin.trim_end_matches('/').clone_into(&mut self.origin);
        self
    }

    /// The same site with that many bytes of style and script added to every page, as real pages carry them.
    #[must_use]
    pub fn padded(mut self, bytes: usize) -> Self {
        self.padding = bytes;
        self
    }

    /// Number of articles.
    pub fn len(&self) -> usize {
        self.articles.len()
    }

    /// Whether there is no article.
    pub fn is_empty(&self) -> bool {
        self.articles.is_empty()
    }

    /// What every article must come out as, the newest first.
    pub fn truth(&self) -> Vec<Expected> {
        self.articles.iter().map(|article| expected(self, article)).collect()
    }

    /// The listings' first pages, as paths.
    pub fn listings(&self) -> Vec<&str> {
        self.newspaper.categories.iter().map(|category| category.listing.as_str()).collect()
    }

    /// Paths of the section that robots.txt forbids.
    pub fn forbidden(&self) -> Vec<&str> {
        self.newspaper.internal.iter().map(|internal| internal.path.as_str()).collect()
    }

    /// Answers a request for `path_and_query`.
    pub fn respond(&self, path_and_query: &str, request: &Headers) -> Response {
        let path = path_and_query.split(['?', '#']).next().unwrap_or("/");
        if let Some(&index) = self.by_path.get(path) {
            let article = &self.articles[index];
            let changed = calendar::http_date(article.modified.unwrap_or(article.story.published));
            return html(self.article_page(article)).negotiated(request, Some(&changed));
        }
        self.other(path).negotiated(request, None)
    }

    fn article_page(&self, article: &SiteArticle) -> String {
        match article.layout {
            super::article::PageLayout::Classic => classic::article(self, article),
            super::article::PageLayout::Cloud => cloud::article(self, article),
        }
    }

    fn other(&self, path: &str) -> Response {
        match path {
            "/" => return html(listing::home(self)),
            "/robots.txt" => return Response::document("text/plain; charset=utf-8", machine::robots(self)),
            "/feed/" => return Response::document("application/rss+xml; charset=UTF-8", machine::feed(self)),
            "/wp-content/themes/forst/style.css" => {
                return Response::document("text/css; charset=utf-8", page::STYLE);
            }
            _ => {}
        }
        if path.starts_with(UPLOADS) {
            return Response::document("image/svg+xml", page::picture(path));
        }
        if let Some(sitemap) = machine::sitemap(self, path) {
            return sitemap;
        }
        if let Some(internal) = self.newspaper.internal.iter().find(|internal| internal.path == path) {
            return html(listing::note(self, &internal.headline, &internal.text));
        }
        if let Some(page) = listing::category(self, path) {
            return html(page);
        }
        if let Some(page) = listing::static_page(self, path) {
            return html(page);
        }
        let with_slash = format!("{path}/");
        if self.by_path.contains_key(&with_slash) || path == "/feed" {
            return Response::moved(&format!("{}{with_slash}", self.origin));
        }
        let page = listing::note(self, "Seite nicht gefunden", "Diese Seite gibt es nicht (mehr).");
        html(page).with_status(404)
    }

    /// The path a link of a story text leads to: the story of that slug, or the target itself.
    pub(crate) fn link_target(&self, target: &str) -> String {
        match self.by_slug.get(target) {
            Some(&index) => self.articles[index].path.clone(),
            None => target.to_owned(),
        }
    }
}

fn html(page: String) -> Response {
    Response::document("text/html; charset=UTF-8", page)
}

/// When the last article appeared.
fn newest() -> DateTime {
    date(2025, 4, 29).at(18, 40, 0, 0)
}
