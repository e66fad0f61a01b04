//! What reading again changed, field by field, with examples.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::model::article::Article;
use crate::model::field::Field;
use crate::store::rereading::StoredPage;

use super::work::Reread;

/// Examples kept of each field and kind of change.
const MAX_EXAMPLES: usize = 3;
/// Pages named that could not be read; the rest is counted.
const MAX_FAILURES: usize = 1_000;
/// Characters shown of a value.
const MAX_VALUE_CHARS: usize = 120;

/// What reading the pages again came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Pages read.
    pub pages: u64,
    /// Articles that say something else now.
    pub changed: u64,
    /// Earlier states of articles whose page says something else now.
    pub earlier: u64,
    /// Pages that are articles now and were none before.
    pub new: u64,
    /// Articles that say the same.
    pub same: u64,
    /// Pages that could not be read.
    pub failed: u64,
    /// The first of them, with the reason.
    pub failures: Vec<(String, String)>,
    /// Portals that have no selector file any more; their articles stay as they are.
    pub without_portal: BTreeSet<String>,
    /// By field.
    pub fields: BTreeMap<&'static str, FieldChanges>,
    /// What was mended on the way.
    pub notes: Vec<String>,
}

/// What happened to a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldChanges {
    /// Articles that had a value and have another.
    pub changed: u64,
    /// Articles that had none and have one.
    pub found: u64,
    /// Articles that had one and have none.
    pub lost: u64,
    /// Some of them.
    pub examples: Vec<Example>,
}

/// A field of one article, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// `changed`, `found` or `lost`.
    pub kind: &'static str,
    /// The article's address.
    pub url: String,
    /// What the archive said.
    pub before: String,
    /// What the page says by today's reading.
    pub after: String,
}

impl Summary {
    /// Takes one page in.
    pub(crate) fn take(&mut self, page: &StoredPage, reread: &Reread) {
        self.pages += 1;
        match reread {
            Reread::Same => self.same += u64::from(page.earlier.is_none()),
            Reread::NotAnArticle => {}
            Reread::NoPortal => {
                self.without_portal.insert(page.portal.clone().unwrap_or_default());
            }
            Reread::Failed(reason) => {
                self.failed += 1;
                if self.failures.len() < MAX_FAILURES {
                    self.failures.push((page.url.as_str().to_owned(), reason.clone()));
                }
            }
            Reread::Changed { before: None, .. } => self.new += 1,
            Reread::Changed { .. } if page.earlier.is_some() => self.earlier += 1,
            Reread::Changed { extraction, before: Some(before), .. } => {
                let differences = extraction.article.differences(before);
                if differences.is_empty() {
                    self.same += 1;
                    return;
                }
                self.changed += 1;
                for field in differences {
                    self.fields.entry(field).or_default().take(field, before, &extraction.article);
                }
            }
        }
    }

    /// The summary as JSON.
    pub fn to_json(&self) -> Value {
        json!({
            "pages": self.pages, "changed": self.changed, "earlier": self.earlier, "new": self.new, "same": self.same, "failed": self.failed,
            "failures": self.failures.iter().map(|(url, reason)| json!({"url": url, "reason": reason}))
                .collect::<Vec<_>>(),
            "without_selectors": self.without_portal,
            "fields": self.fields.iter().map(|(field, changes)| ((*field).to_owned(), json!({
                "changed": changes.changed, "found": changes.found, "lost": changes.lost,
                "examples": changes.examples.iter().map(|example| json!({
                    "kind": example.kind, "url": example.url, "before": example.before, "after": example.after,
                })).collect::<Vec<_>>(),
            }))).collect::<serde_json::Map<_, _>>(),
            "notes": self.notes,
        })
    }
}

impl FieldChanges {
    fn take(&mut self, field: &str, before: &Article, after: &Article) {
        let (old, new) = (value_of(field, before), value_of(field, after));
        let (count, kind) = match (old.is_empty(), new.is_empty()) {
            (true, false) => (&mut self.found, "found"),
            (false, true) => (&mut self.lost, "lost"),
            _ => (&mut self.changed, "changed"),
        };
        *count += 1;
        if self.examples.iter().filter(|example| example.kind == kind).count() < MAX_EXAMPLES {
            let url = after.url.as_str().to_owned();
            let (before, after) = around_difference(&old, &new);
            self.examples.push(Example { kind, url, before, after });
        }
    }
}

/// A field's value as one line; empty: it has none.
fn value_of(field: &str, article: &Article) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let time = |time: Option<crate::model::publication_time::PublicationTime>| {
        time.map(|time| format!("{time} ({})", time.precision.as_str())).unwrap_or_default()
    };
    let value = match Field::from_name(field) {
        Some(Field::Url) => article.url.as_str().to_owned(),
        Some(Field::Language) => text(&article.language),
        Some(Field::Sections) => article.sections.join(" › "),
        Some(Field::Kicker) => text(&article.kicker),
        Some(Field::Headline) => text(&article.headline),
        Some(Field::Subheadline) => text(&article.subheadline),
        Some(Field::Authors) => article.authors.join(", "),
        Some(Field::Published) => time(article.published),
        Some(Field::Modified) => time(article.modified),
        Some(Field::Dateline) => {
            article.dateline.as_ref().map(|dateline| dateline.text.clone()).unwrap_or_default()
        }
        Some(Field::Lead) => text(&article.lead),
        Some(Field::Body) => article.text(),
        Some(Field::Links) => joined(article.links.iter().map(|link| link.url.as_str())),
        Some(Field::Images) => joined(article.images.iter().map(|image| image.url.as_str())),
        Some(Field::Tags) => article.tags.join(", "),
        Some(Field::FreeToRead) => article.free_to_read.map(|free| free.to_string()).unwrap_or_default(),
        Some(Field::PageKind) => article.page_kind.as_str().to_owned(),
        None if field == "quotes" => joined(article.quotes.iter().map(|quote| quote.text.as_str())),
        None => joined(article.dates.iter().map(|date| date.text.as_str())),
    };
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn joined<'a>(values: impl Iterator<Item = &'a str>) -> String {
    values.collect::<Vec<_>>().join(" | ")
}

/// Both values cut to where they begin to differ.
fn around_difference(before: &str, after: &str) -> (String, String) {
    let same = before.chars().zip(after.chars()).take_while(|(one, other)| one == other).count();
    let skip = if same > MAX_VALUE_CHARS / 2 { same - MAX_VALUE_CHARS / 4 } else { 0 };
    let cut = |text: &str| {
        let mut cut: String = if skip > 0 { "…".to_owned() } else { String::new() };
        cut.extend(text.chars().skip(skip).take(MAX_VALUE_CHARS));
        if text.chars().count() > skip + MAX_VALUE_CHARS {
            cut.push('…');
        }
        cut
    };
    (cut(before), cut(after))
}
