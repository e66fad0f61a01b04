//! Whether a portal's selectors still fit: fill rates and repeated values over the articles of one run, held against `[health]`.

use std::collections::{BTreeMap, HashMap};

use crate::model::article::Article;
use crate::model::field::Field;
use crate::portal::Portal;

/// Articles below which nothing is said: a handful is no sample.
const LEAST_ARTICLES: u64 = 10;

/// Articles looked at where a run brought fewer than [`LEAST_ARTICLES`]: the latest of the archive.
pub(crate) const LATEST: usize = 20;

/// Different values counted per field; beyond that a field is certainly not the same everywhere.
const MAX_VALUES: usize = 2_000;

/// Counts how many articles have which field, and how often a value repeats.
#[derive(Debug, Default)]
pub(crate) struct HealthCount {
    articles: u64,
    filled: BTreeMap<Field, u64>,
    values: BTreeMap<Field, HashMap<String, u64>>,
}

impl HealthCount {
    /// Whether a run brought something, but too little to judge by: then the archive's latest articles are.
    pub(crate) fn is_too_small(&self) -> bool {
        (1..LEAST_ARTICLES).contains(&self.articles)
    }

    /// The counts over these articles.
    pub(crate) fn over<'a>(articles: impl IntoIterator<Item = &'a Article>) -> Self {
        let mut count = Self::default();
        for article in articles {
            count.add(article);
        }
        count
    }

    /// Counts one article.
    pub(crate) fn add(&mut self, article: &Article) {
        self.articles += 1;
        for &field in Field::ALL {
            if article.has(field) {
                *self.filled.entry(field).or_default() += 1;
            }
        }
        let texts = [
            (Field::Kicker, &article.kicker),
            (Field::Headline, &article.headline),
            (Field::Subheadline, &article.subheadline),
            (Field::Lead, &article.lead),
        ];
        for (field, text) in texts {
            let Some(text) = text else { continue };
            let values = self.values.entry(field).or_default();
            if values.len() < MAX_VALUES || values.contains_key(text) {
                *values.entry(text.clone()).or_default() += 1;
            }
        }
    }

    /// What no longer fits, a sentence each.
    pub(crate) fn drift(&self, portal: &Portal) -> Vec<String> {
        if self.articles < LEAST_ARTICLES {
            return Vec::new();
        }
        let mut drift = Vec::new();
        let mut least: BTreeMap<Field, f64> = BTreeMap::new();
        for (name, &share) in &portal.health.min_fill {
            if let Some(field) = Field::from_name(name) {
                least.insert(field, share);
            }
        }
        for (field, least) in least {
            let share = self.filled.get(&field).copied().unwrap_or_default() as f64 / self.articles as f64;
            if share < least {
                drift.push(format!(
                    "{field} found in {:.0} % of {} articles, expected at least {:.0} %",
                    share * 100.0,
                    self.articles,
                    least * 100.0
                ));
            }
        }
        if let Some(most) = portal.health.max_same_value {
            for (field, values) in &self.values {
                let Some((value, &count)) = values.iter().max_by_key(|(_, count)| **count) else { continue };
                let share = count as f64 / self.articles as f64;
                if count > 1 && share > most {
                    let value: String = value.chars().take(60).collect();
                    drift.push(format!(
                        "{field} is {value:?} in {:.0} % of {} articles, expected at most {:.0} %",
                        share * 100.0,
                        self.articles,
                        most * 100.0
                    ));
                }
            }
        }
        drift
    }
}
