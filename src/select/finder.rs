//! Applies the rules of a selector file to a page: first rule with a value wins, and says so.

use regex::Regex;

use crate::model::crawl_url::CrawlUrl;
use crate::portal::rule::{BodyPart, FieldRules, Rule, RuleSource, TextCondition, UrlPart};
use crate::portal::sieve::Css;
use crate::select::date_text;
use crate::select::document::Reading;
use crate::select::text::{SkipSet, folded, text_of};

/// Most values one rule gives.
const MAX_VALUES: usize = 2_000;

/// Where rules look.
#[derive(Debug, Clone, Copy)]
pub struct Finder<'r, 'a> {
    /// The page.
    pub reading: &'r Reading<'a>,
    /// Its address.
    pub url: &'r CrawlUrl,
    /// The row rules look inside first; then in the whole page.
    pub root: Option<usize>,
    /// Rows whose text does not count.
    pub skip: &'r SkipSet,
    /// The body's first paragraph, for `body = "first"`.
    pub first_paragraph: Option<&'r str>,
}

/// What a rule gave.
#[derive(Debug, Clone)]
pub struct Found<'f> {
    /// The values; at least one, none empty.
    pub values: Vec<String>,
    /// The rule.
    pub rule: &'f Rule,
    /// Its place in the list.
    pub index: usize,
}

impl Found<'_> {
    /// The first value.
    pub fn first(&self) -> &str {
        &self.values[0]
    }
}

impl Finder<'_, '_> {
    /// The first of the rules that gives a value; `name` is the group a pattern may carry.
    pub fn find<'f>(&self, name: &str, rules: &'f FieldRules) -> Option<Found<'f>> {
        rules.rules.iter().enumerate().find_map(|(index, rule)| {
            let values = self.apply(name, rule);
            (!values.is_empty()).then_some(Found { values, rule, index })
        })
    }

    /// The values of one rule.
    pub fn apply(&self, name: &str, rule: &Rule) -> Vec<String> {
        match &rule.source {
            RuleSource::Css(selector) => {
                let mut values =
                    self.root.map(|root| self.css(name, rule, selector, Some(root))).unwrap_or_default();
                if values.is_empty() {
                    values = self.css(name, rule, selector, None);
                }
                values
            }
            RuleSource::Meta(meta) => Self::finish(name, rule, self.reading.metas(meta)),
            RuleSource::JsonLd(path) => Self::finish(name, rule, self.json_ld(path).into_iter()),
            RuleSource::Body(BodyPart::First) => {
                Self::finish(name, rule, self.first_paragraph.map(str::to_owned).into_iter())
            }
            RuleSource::Url(part) => {
                let url = self.url.as_url();
                let value = match part {
                    UrlPart::Full => Some(self.url.as_str().to_owned()),
                    UrlPart::Host => Some(self.url.host().as_str().to_owned()),
                    UrlPart::Path => Some(url.path().to_owned()),
                    UrlPart::Query => url.query().map(str::to_owned),
                    UrlPart::Pattern(pattern) => matched(pattern, name, self.url.path_and_query()),
                };
                Self::finish(name, rule, value.into_iter())
            }
            RuleSource::Const(value) => Self::finish(name, rule, std::iter::once(value.clone())),
        }
    }

    /// The rows an element selector finds, inside `root` or in the whole page.
    pub fn rows(&self, selector: &Css, root: Option<usize>) -> Vec<usize> {
        self.matching(selector, root).collect()
    }

    /// Whether a condition holds for the element at `row`.
    pub fn holds(&self, condition: &TextCondition, row: usize) -> bool {
        let text_fits = |row: usize| {
            condition.text.as_ref().is_none_or(|pattern| {
                pattern.is_match(&text_of(&self.reading.outline, row, &SkipSet::default()))
            })
        };
        match &condition.css {
            None => text_fits(row),
            Some(selector) => self.rows(selector, Some(row)).into_iter().any(text_fits),
        }
    }

    /// The same one by one. Only what passes the sieve is held against the selector.
    fn matching<'m>(&'m self, selector: &'m Css, root: Option<usize>) -> impl Iterator<Item = usize> + 'm {
        let outline = &self.reading.outline;
        let scope = root.and_then(|root| outline.element_ref(root));
        let range = match (root, scope) {
            (Some(root), Some(_)) => root + 1..outline.end(root),
            _ => 0..outline.len(),
        };
        outline.marks().admitted(selector, range).filter(move |row| {
            outline.element_ref(*row).is_some_and(|element| selector.matches_with_scope(&element, scope))
        })
    }

    fn css(&self, name: &str, rule: &Rule, selector: &Css, root: Option<usize>) -> Vec<String> {
        let outline = &self.reading.outline;
        let mut values = Vec::new();
        for row in self.matching(selector, root) {
            if rule.condition.as_ref().is_some_and(|condition| !self.holds(condition, row)) {
                continue;
            }
            let value = match &rule.attr {
                Some(name) => outline.attr(row, name).map(folded),
                None if rule.exclude.is_empty() => Some(text_of(outline, row, self.skip)),
                None => {
                    let mut skip = self.skip.clone();
                    for selector in &rule.exclude {
                        self.rows(selector, Some(row)).into_iter().for_each(|row| skip.insert(row));
                    }
                    Some(text_of(outline, row, &skip))
                }
            };
            values.extend(Self::finish(name, rule, value.into_iter()));
            if !values.is_empty() && !rule.all || values.len() >= MAX_VALUES {
                break;
            }
        }
        values.truncate(MAX_VALUES);
        values
    }

    fn json_ld(&self, path: &[String]) -> Vec<String> {
        let json_ld = self.reading.json_ld;
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let article = json_ld.article(self.url);
        article
            .into_iter()
            .chain(json_ld.objects())
            .map(|object| json_ld.texts(object, &path))
            .find(|values| !values.is_empty())
            .unwrap_or_default()
    }

    /// `split`, `match`, `replace`, `drop`, `date`, in this order.
    fn finish(name: &str, rule: &Rule, raw: impl Iterator<Item = String>) -> Vec<String> {
        let mut values = Vec::new();
        for value in raw {
            match &rule.split {
                Some(split) => values.extend(split.split(&value).map(|part| part.trim().to_owned())),
                None => values.push(value.trim().to_owned()),
            }
        }
        if let Some(pattern) = &rule.pattern {
            values = values.iter().filter_map(|value| matched(pattern, name, value)).collect();
        }
        for value in &mut values {
            for (pattern, replacement) in &rule.replace {
                *value = pattern.replace_all(value, replacement.as_str()).trim().to_owned();
            }
        }
        values.retain(|value| !value.is_empty() && !rule.drop.iter().any(|pattern| pattern.is_match(value)));
        if let Some(date) = &rule.date {
            values = values
                .iter()
                .filter_map(|value| date_text::parse_with(value, &date.0).map(|date| date.iso()))
                .collect();
        }
        if !rule.all && !matches!(rule.source, RuleSource::Css(_)) && rule.split.is_none() {
            values.truncate(1);
        }
        values
    }
}

/// What a pattern keeps of a value: the group named as the field, else the first group, else the match.
pub fn matched(pattern: &Regex, name: &str, value: &str) -> Option<String> {
    let captures = pattern.captures(value)?;
    let kept = captures.name(name).or_else(|| captures.iter().skip(1).flatten().next()).or(captures.get(0))?;
    Some(kept.as_str().trim().to_owned()).filter(|kept| !kept.is_empty())
}
