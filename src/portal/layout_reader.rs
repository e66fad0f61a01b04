//! How pages look: `[listing_page]`, `[article]`, `[links]` and `[access]`, of today and of earlier versions.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::model::article::LinkKind;
use crate::model::field::Field;
use crate::portal::format::{
    ACCESS, ARTICLE, BODY, DATELINE, DATELINE_GROUPS, LINK_BLOCK, LINKS, LISTING_PAGE, NEXT, RULED_FIELDS,
    STOP_WHEN, VERSION,
};
use crate::portal::nearest::did_you_mean;
use crate::portal::reader::{Fields, Reader, shown};
use crate::portal::rule::FieldRules;
use crate::portal::sieve::Css;
use crate::portal::tree::{Entry, Node, Table, Value};
use crate::portal::{ArticleRules, BodyRules, Layout, LinkRules, ListingPage, StopWhen};

/// Earlier layouts one portal may have.
const MAX_VERSIONS: usize = 32;

/// The tables that make a layout.
const LAYOUT_TABLES: &[&str] = &["listing_page", "article", "links", "access"];

impl Reader {
    /// Every layout, oldest first, today's last.
    pub(super) fn layouts(&mut self, file: &Fields<'_>) -> Vec<Layout> {
        let today = self.layout(file, None);
        let mut layouts = Vec::new();
        let versions = file.get("version").map(|node| self.tables(node, "version")).unwrap_or_default();
        if let Some(extra) = versions.get(MAX_VERSIONS) {
            self.error(&extra.place, format!("more than {MAX_VERSIONS} versions"));
        }
        for version in versions.iter().take(MAX_VERSIONS) {
            let Some(own) = self.fields(version, &VERSION) else { continue };
            let valid_until = own.get("valid_until").and_then(|node| self.date(node));
            let repeated = valid_until
                .is_some_and(|day| layouts.iter().any(|other: &Layout| other.valid_until == Some(day)));
            if let Some(node) = own.get("valid_until").filter(|_| repeated) {
                self.error(&node.place, "another version ends on the same day");
            }
            let merged = Node {
                place: version.place.clone(),
                value: Value::Table(layout_over(own.table, file.table)),
            };
            if let Some(merged) = self.fields(&merged, &VERSION) {
                layouts.extend(valid_until.map(|day| self.layout(&merged, Some(day))));
            }
        }
        layouts.sort_by_key(|layout| layout.valid_until);
        layouts.push(today);
        layouts
    }

    fn layout(&mut self, fields: &Fields<'_>, valid_until: Option<Date>) -> Layout {
        Layout {
            valid_until,
            listing_page: fields.get("listing_page").map(|node| self.listing_page(node)).unwrap_or_default(),
            article: fields.get("article").map(|node| self.article(node)).unwrap_or_default(),
            links: fields.get("links").map(|node| self.links(node)).unwrap_or_default(),
            paid_if: fields
                .get("access")
                .and_then(|node| self.fields(node, &ACCESS))
                .and_then(|access| access.get("paid_if"))
                .map(|node| self.rules(node))
                .unwrap_or_default(),
        }
    }

    fn listing_page(&mut self, node: &Node) -> ListingPage {
        let Some(fields) = self.fields(node, &LISTING_PAGE) else { return ListingPage::default() };
        let next = fields.get("next").and_then(|node| self.next_fields(node));
        let max_pages = next.and_then(|next| next.get("max_pages"));
        let stop_when = next.and_then(|next| next.get("stop_when"));
        ListingPage {
            item: self.selectors_of(&fields, "item"),
            link: self.rules_of(&fields, "link"),
            teaser: self.rules_of(&fields, "teaser"),
            date: self.rules_of(&fields, "date"),
            exclude: self.selectors_of(&fields, "exclude"),
            next: match (next, fields.get("next")) {
                (Some(next), _) => self.from(&next),
                (None, Some(node)) if !matches!(node.value, Value::Table(_)) => {
                    FieldRules { rules: self.rules(node) }
                }
                _ => FieldRules::default(),
            },
            max_pages: max_pages.and_then(|node| self.count(node, 1)),
            stop_when: match stop_when.and_then(|node| self.one_of(node, STOP_WHEN)) {
                Some("never") => StopWhen::Never,
                _ => StopWhen::KnownPage,
            },
        }
    }

    /// `[listing_page.next]` as a table; the short forms are plain rules.
    fn next_fields<'n>(&mut self, node: &'n Node) -> Option<Fields<'n>> {
        matches!(node.value, Value::Table(_)).then(|| self.fields(node, &NEXT)).flatten()
    }

    fn article(&mut self, node: &Node) -> ArticleRules {
        let Some(fields) = self.fields(node, &ARTICLE) else { return ArticleRules::default() };
        let dateline = fields.get("dateline").and_then(|node| self.fields(node, &DATELINE));
        let mut rules = BTreeMap::new();
        for field in RULED_FIELDS {
            let field_rules = match (field, &dateline) {
                (Field::Dateline, Some(dateline)) => self.from(dateline),
                (Field::Dateline, None) => continue,
                _ => self.rules_of(&fields, field.as_str()),
            };
            if !field_rules.rules.is_empty() {
                rules.insert(*field, field_rules);
            }
        }
        ArticleRules {
            root: self.selectors_of(&fields, "root"),
            require: fields.get("require").map(|node| self.required_fields(node)).unwrap_or_default(),
            exclude: self.selectors_of(&fields, "exclude"),
            fields: rules,
            body: fields.get("body").map(|node| self.body(node)).unwrap_or_default(),
            dateline_pattern: dateline.and_then(|dateline| dateline.get("match")).and_then(|node| {
                let pattern = self.pattern(node)?;
                self.check_groups(node, &pattern, |name| DATELINE_GROUPS.contains(&name));
                Some(pattern)
            }),
        }
    }

    fn required_fields(&mut self, node: &Node) -> Vec<Field> {
        self.texts(node)
            .into_iter()
            .filter_map(|(node, name)| self.field(&node.place.clone(), name))
            .collect()
    }

    /// The field of that name; an unknown one is noted.
    pub(super) fn field(&mut self, place: &crate::portal::tree::Place, name: &str) -> Option<Field> {
        let field = Field::from_name(name);
        if field.is_none() {
            let names = || Field::ALL.iter().map(|field| field.as_str());
            let hint = did_you_mean(name, names())
                .unwrap_or_else(|| format!("fields are {}", names().collect::<Vec<_>>().join(", ")));
            self.error_with_hint(place, format!("unknown field `{}`", shown(name)), hint);
        }
        field
    }

    fn body(&mut self, node: &Node) -> BodyRules {
        let Some(fields) = self.fields(node, &BODY) else { return BodyRules::default() };
        BodyRules {
            container: self.selectors_of(&fields, "container"),
            exclude: self.selectors_of(&fields, "exclude"),
            stop_at: fields.get("stop_at").map(|node| self.conditions(node)).unwrap_or_default(),
        }
    }

    fn links(&mut self, node: &Node) -> BTreeMap<LinkKind, Vec<LinkRules>> {
        let Some(fields) = self.known_fields(node, &LINKS) else { return BTreeMap::new() };
        let mut links = BTreeMap::new();
        for kind in LinkKind::ALL {
            let Some(node) = fields.get(kind.as_str()) else { continue };
            let blocks: Vec<LinkRules> = match &node.value {
                Value::Array(blocks) => blocks.iter().filter_map(|block| self.link_block(block)).collect(),
                _ => self.link_block(node).into_iter().collect(),
            };
            links.insert(*kind, blocks);
        }
        links
    }

    fn link_block(&mut self, node: &Node) -> Option<LinkRules> {
        let fields = self.fields(node, &LINK_BLOCK)?;
        Some(LinkRules {
            block: self.selectors_of(&fields, "block"),
            condition: fields.get("where").and_then(|node| self.condition(node)),
            item: self.selectors_of(&fields, "item"),
        })
    }

    fn selectors_of(&mut self, fields: &Fields<'_>, key: &str) -> Vec<Css> {
        fields.get(key).map(|node| self.selectors(node)).unwrap_or_default()
    }

    fn rules_of(&mut self, fields: &Fields<'_>, key: &str) -> FieldRules {
        fields.get(key).map(|node| self.field_rules(node)).unwrap_or_default()
    }
}

/// A version's tables laid over the file's own.
fn layout_over(version: &Table, file: &Table) -> Table {
    let mut merged = version.clone();
    for name in LAYOUT_TABLES {
        let Some(base) = file.get(*name) else { continue };
        let entry = match merged.remove(*name) {
            Some(own) => Entry { key: own.key, node: own.node.over(&base.node) },
            None => base.clone(),
        };
        merged.insert((*name).to_owned(), entry);
    }
    merged
}
