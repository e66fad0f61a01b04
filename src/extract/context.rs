//! What every field's reader is given: the page laid out, the portal's layout in force, the article's JSON-LD.

use std::cell::OnceCell;

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::extract::Page;
use crate::extract::vocabulary::Names;
use crate::model::article::{FieldSource, LinkKind};
use crate::model::crawl_url::CrawlUrl;
use crate::model::field::Field;
use crate::portal::{Layout, Portal};
use crate::select::date_text::NumericOrder;
use crate::select::document::Reading;
use crate::select::finder::Finder;
use crate::select::source::Script;
use crate::select::text::{SkipSet, text_of};

/// A value and where it came from.
#[derive(Debug, Clone)]
pub(crate) struct Sourced<T> {
    /// The value.
    pub(crate) value: T,
    /// Its source.
    pub(crate) source: FieldSource,
}

/// A value and where it came from.
pub(crate) fn sourced<T>(value: T, source: &str, rule: impl Into<String>) -> Sourced<T> {
    Sourced { value, source: FieldSource { source: source.to_owned(), rule: rule.into() } }
}

/// Where the article stands on the page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Place {
    /// The row of the heading that shows the headline.
    pub(crate) headline: Option<usize>,
    /// The rows of the text; empty where none was found.
    pub(crate) body: std::ops::Range<usize>,
}

/// The page as every field's reader sees it.
pub(crate) struct Context<'r, 'a> {
    /// The page as it was given.
    pub(crate) page: &'r Page<'r>,
    /// The page laid out.
    pub(crate) reading: &'r Reading<'a>,
    /// What its elements call themselves.
    pub(crate) names: Names<'r, 'a>,
    /// The page's scripts.
    pub(crate) scripts: &'r [Script<'a>],
    /// The portal, where there is one.
    pub(crate) portal: Option<&'r Portal>,
    /// The portal's layout in force.
    pub(crate) layout: Option<&'r Layout>,
    /// The article's element, by the portal's rules.
    pub(crate) root: Option<usize>,
    /// Rows the portal's rules leave out of the article's text.
    pub(crate) skip: SkipSet,
    /// The blocks of links by the portal's rules, found when first asked for.
    pub(crate) link_blocks: OnceCell<Vec<(LinkKind, usize)>>,
    /// The page's article in JSON-LD.
    pub(crate) article: Option<&'r Value>,
    /// Zone of times that do not say theirs.
    pub(crate) zone: TimeZone,
    /// How `04/06/2020` is read.
    pub(crate) order: NumericOrder,
}

impl<'r, 'a> Context<'r, 'a> {
    /// Lays the page out for the fields' readers.
    pub(crate) fn new(
        page: &'r Page<'r>,
        reading: &'r Reading<'a>,
        scripts: &'r [Script<'a>],
        portal: Option<&'r Portal>,
    ) -> Self {
        let layout =
            portal.filter(|portal| !portal.layouts.is_empty()).map(|portal| match page.captured_on {
                Some(day) => portal.layout_on(day),
                None => portal.layout_on(jiff::civil::Date::MAX),
            });
        let mut context = Self {
            page,
            reading,
            names: Names::of(&reading.outline),
            scripts,
            portal,
            layout,
            root: None,
            skip: SkipSet::default(),
            link_blocks: OnceCell::new(),
            article: reading.json_ld.article(page.url),
            zone: portal.map_or_else(|| zone_of(page.url), |portal| portal.timezone.clone()),
            order: order_of(page.url, reading),
        };
        let Some(layout) = layout else { return context };
        let finder = context.finder();
        let root =
            layout.article.root.iter().find_map(|selector| finder.rows(selector, None).first().copied());
        let skipped: Vec<usize> =
            layout.article.exclude.iter().flat_map(|selector| finder.rows(selector, root)).collect();
        context.root = root;
        for row in skipped {
            context.skip.insert(row);
        }
        context
    }

    /// Where rules look.
    pub(crate) fn finder(&self) -> Finder<'_, 'a> {
        Finder {
            reading: self.reading,
            url: self.page.url,
            root: self.root,
            skip: &self.skip,
            first_paragraph: None,
        }
    }

    /// What the portal's rules give for a field.
    pub(crate) fn selected(&self, field: Field) -> Option<Sourced<Vec<String>>> {
        let rules = self.layout?.article.fields.get(&field)?;
        let found = self.finder().find(field.as_str(), rules)?;
        let source = source_name(&found.rule.source);
        Some(sourced(found.values, source, found.rule.written.clone()))
    }

    /// Whether the portal file says where the field stands.
    pub(crate) fn has_rules(&self, field: Field) -> bool {
        self.layout.is_some_and(|layout| layout.article.fields.contains_key(&field))
    }

    /// What the named group of the portal's article pattern holds.
    pub(crate) fn url_group(&self, name: &str) -> Option<Sourced<String>> {
        self.portal?.urls.article.iter().find_map(|pattern| {
            let captures = pattern.captures(self.page.url.path_and_query())?;
            let text = captures.name(name)?.as_str();
            (!text.is_empty()).then(|| sourced(text.to_owned(), "url", pattern.as_str()))
        })
    }

    /// The texts of a property of the article in JSON-LD.
    pub(crate) fn json_ld(&self, path: &[&str]) -> Vec<String> {
        self.article.map(|article| self.reading.json_ld.texts(article, path)).unwrap_or_default()
    }

    /// The text of a row, without what is left out.
    pub(crate) fn text(&self, row: usize) -> String {
        text_of(&self.reading.outline, row, &self.skip)
    }
}

/// The word for a rule's source in provenance.
fn source_name(source: &crate::portal::rule::RuleSource) -> &'static str {
    use crate::portal::rule::RuleSource;
    match source {
        RuleSource::Css(_) | RuleSource::Body(_) => "selector",
        RuleSource::Meta(name) if name.starts_with("og:") || name.starts_with("article:") => "open-graph",
        RuleSource::Meta(_) => "meta",
        RuleSource::JsonLd(_) => "json-ld",
        RuleSource::Url(_) => "url",
        RuleSource::Const(_) => "const",
    }
}

/// How a page writes `04/06/2020`: with the month first where it is American by its language or, in English without
/// a country, by its domain.
fn order_of(url: &CrawlUrl, reading: &Reading<'_>) -> NumericOrder {
    let outline = &reading.outline;
    let lang = if outline.is_empty() { None } else { outline.attr(0, "lang") };
    let tags: Vec<String> = lang
        .map(str::to_owned)
        .into_iter()
        .chain(reading.meta("og:locale"))
        .map(|tag| tag.trim().replace('_', "-").to_ascii_lowercase())
        .collect();
    let host = url.host();
    let is_american_domain = matches!(
        host.name().rsplit('.').next().unwrap_or_default(),
        "com" | "net" | "org" | "us" | "edu" | "gov"
    );
    let is_american = tags.iter().any(|tag| tag == "en-us") && !tags.iter().any(|tag| tag == "en-gb")
        || tags.first().is_some_and(|tag| tag == "en");
    if is_american_domain && is_american { NumericOrder::MonthFirst } else { NumericOrder::DayFirst }
}

/// The zone of most portals under a country's domain; UTC where the domain says nothing.
fn zone_of(url: &CrawlUrl) -> TimeZone {
    let host = url.host();
    let domain = host.name().rsplit('.').next().unwrap_or_default().to_owned();
    include_str!("words/zones.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(' '))
        .find(|(domains, _)| domains.split(',').any(|known| known == domain))
        .and_then(|(_, zone)| TimeZone::get(zone.trim()).ok())
        .unwrap_or(TimeZone::UTC)
}
