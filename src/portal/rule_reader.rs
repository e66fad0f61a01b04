//! Rules, conditions and fields as a selector file gives them, read into their validated form.

use crate::portal::format::{self, BODY_PARTS, CONDITION, DATELINE_GROUPS, FIELD, RULE, SOURCES};
use crate::portal::nearest::{did_you_mean, nearest};
use crate::portal::reader::{Fields, Reader, shown};
use crate::portal::rule::{BodyPart, DatePattern, FieldRules, Rule, RuleSource, TextCondition, UrlPart};
use crate::portal::tree::{Node, Place, Value};

/// Options that only make sense on elements of the page.
const CSS_OPTIONS: &[&str] = &["attr", "exclude", "where"];

impl Reader {
    /// A field: `"h1"`, `[rule, …]` or a table with `from` and `from_first`.
    pub(super) fn field_rules(&mut self, node: &Node) -> FieldRules {
        let Value::Table(table) = &node.value else { return FieldRules { rules: self.rules(node) } };
        if let Some(source) = SOURCES.iter().find(|source| table.contains_key(**source))
            && !table.contains_key("from")
        {
            let place = table[*source].key.clone();
            self.error_with_hint(
                &place,
                "a field has rules, it is not one itself",
                format!("write `from = [{{ {source} = … }}]`"),
            );
            return FieldRules::default();
        }
        let Some(fields) = self.fields(node, &FIELD) else { return FieldRules::default() };
        self.from(&fields)
    }

    /// `from_first` and `from` of a table, joined.
    pub(super) fn from(&mut self, fields: &Fields<'_>) -> FieldRules {
        let mut rules = fields.get("from_first").map(|node| self.rules(node)).unwrap_or_default();
        rules.extend(fields.get("from").map(|node| self.rules(node)).unwrap_or_default());
        FieldRules { rules }
    }

    /// A list of rules; a string stands for a rule with only `css`.
    pub(super) fn rules(&mut self, node: &Node) -> Vec<Rule> {
        match &node.value {
            Value::Array(items) => items.iter().filter_map(|item| self.rule(item)).collect(),
            Value::Text(_) => self.rule(node).into_iter().collect(),
            Value::Table(_) => {
                self.error_with_hint(
                    &node.place,
                    "expected a list of rules, found a table",
                    "put the rule in square brackets: `[{ css = … }]`",
                );
                Vec::new()
            }
            _ => {
                self.wrong_type(node, "a list of rules");
                Vec::new()
            }
        }
    }

    fn rule(&mut self, node: &Node) -> Option<Rule> {
        if let Value::Text(_) = node.value {
            let selector = self.selector(node)?;
            return Some(plain_rule(RuleSource::Css(selector), written(node)));
        }
        if !matches!(node.value, Value::Table(_)) {
            self.wrong_type(node, "a rule: a table or a string of CSS");
            return None;
        }
        let fields = self.fields(node, &RULE)?;
        let source_name = self.source_name(&fields);
        let source = source_name.and_then(|name| self.source(&fields, name));
        if let Some(name) = source_name.filter(|name| *name != "css") {
            for option in CSS_OPTIONS {
                if let Some(entry) = fields.table.get(*option) {
                    self.error_with_hint(
                        &entry.key,
                        format!("`{option}` goes only with `css`, not with `{name}`"),
                        "take it out, or read the value from an element of the page",
                    );
                }
            }
        }
        let mut rule = Rule {
            attr: fields.get("attr").and_then(|node| self.text(node)).map(str::to_owned),
            all: fields.get("all").and_then(|node| self.truth(node)).unwrap_or_default(),
            pattern: fields.get("match").and_then(|node| self.grouped_pattern(node)),
            replace: fields.get("replace").map(|node| self.replacements(node)).unwrap_or_default(),
            split: fields.get("split").and_then(|node| self.pattern(node)),
            drop: fields.get("drop").map(|node| self.bare_patterns(node)).unwrap_or_default(),
            date: fields.get("date").and_then(|node| self.date_pattern(node)),
            exclude: fields.get("exclude").map(|node| self.selectors(node)).unwrap_or_default(),
            condition: fields.get("where").and_then(|node| self.condition(node)),
            ..plain_rule(RuleSource::Const(String::new()), String::new())
        };
        let (source, written) = source?;
        rule.source = source;
        rule.written = match &rule.attr {
            Some(attr) => format!("{written} @{attr}"),
            None => written,
        };
        Some(rule)
    }

    /// The one source of a rule; none and two are noted.
    fn source_name(&mut self, fields: &Fields<'_>) -> Option<&'static str> {
        let mut given: Vec<(&Place, &'static str)> =
            SOURCES.iter().filter_map(|source| Some((&fields.table.get(*source)?.key, *source))).collect();
        given.sort();
        match given.as_slice() {
            [] => {
                let mistyped = fields.table.keys().any(|name| {
                    RULE.key(name).is_none()
                        && (nearest(name, RULE.names()).is_some_and(|near| SOURCES.contains(&near))
                            || matches!(name.as_str(), "xpath" | "selector" | "selectors"))
                });
                if !mistyped && !self.is_form_broken() {
                    let listed =
                        SOURCES.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                    self.error_with_hint(
                        fields.place,
                        "this rule has no source",
                        format!("give it one of {listed}"),
                    );
                }
                None
            }
            [(_, only)] => Some(only),
            [(_, first), (place, second), ..] => {
                self.error_with_hint(
                    place,
                    format!("this rule has two sources: `{first}` and `{second}`"),
                    "make it two rules: the first that gives a value wins",
                );
                Some(first)
            }
        }
    }

    fn source(&mut self, fields: &Fields<'_>, name: &str) -> Option<(RuleSource, String)> {
        let node = fields.get(name)?;
        let written = written(node);
        Some(match name {
            "css" => (RuleSource::Css(self.selector(node)?), written),
            "meta" => (RuleSource::Meta(self.text(node)?.trim().to_owned()), format!("meta {written}")),
            "jsonld" => {
                let path: Vec<String> = self.text(node)?.trim().split('.').map(str::to_owned).collect();
                if path.iter().any(String::is_empty) {
                    let hint = "write names with single dots between: `author.name`";
                    self.error_with_hint(&node.place, "this is not a path of names", hint);
                    return None;
                }
                (RuleSource::JsonLd(path), format!("json-ld {written}"))
            }
            "body" => {
                self.one_of(node, BODY_PARTS)?;
                (RuleSource::Body(BodyPart::First), format!("body {written}"))
            }
            "url" => {
                let text = self.text(node)?;
                let part = match text {
                    "full" => UrlPart::Full,
                    "host" => UrlPart::Host,
                    "path" => UrlPart::Path,
                    "query" => UrlPart::Query,
                    _ => UrlPart::Pattern(self.grouped_pattern(node)?),
                };
                (RuleSource::Url(part), format!("url {written}"))
            }
            _ => (RuleSource::Const(self.text(node)?.to_owned()), format!("const {written}")),
        })
    }

    /// A pattern whose named groups must be names of fields or of a dateline's parts.
    pub(super) fn grouped_pattern(&mut self, node: &Node) -> Option<regex::Regex> {
        let pattern = self.pattern(node)?;
        self.check_groups(node, &pattern, |name| {
            format::field_of_group(name).is_some() || DATELINE_GROUPS.contains(&name)
        });
        Some(pattern)
    }

    /// Notes the named groups of a pattern that `is_known` does not know.
    pub(super) fn check_groups(&mut self, node: &Node, pattern: &regex::Regex, is_known: fn(&str) -> bool) {
        let text = pattern.as_str();
        let known: Vec<&str> = format::group_names()
            .chain(DATELINE_GROUPS.iter().copied())
            .filter(|name| is_known(name))
            .collect();
        for name in pattern.capture_names().flatten().filter(|name| !is_known(name)) {
            let at = text.find(&format!("<{name}>")).map_or(0, |at| at + 1);
            let place = self.inside(node, text, at..at + name.len());
            let hint = did_you_mean(name, known.iter().copied()).unwrap_or_else(|| {
                format!("groups may be named {}; others are written `(?:…)`", known.join(", "))
            });
            self.error_with_hint(&place, format!("no field is called `{}`", shown(name)), hint);
        }
    }

    fn bare_patterns(&mut self, node: &Node) -> Vec<regex::Regex> {
        self.patterns(node).into_iter().map(|(_, pattern)| pattern).collect()
    }

    /// `[[pattern, replacement], …]` or `{ "pattern" = "replacement" }`.
    fn replacements(&mut self, node: &Node) -> Vec<(regex::Regex, String)> {
        const FORM: &str = "write `replace = [['pattern', 'replacement']]`";
        let mut replacements = Vec::new();
        match &node.value {
            Value::Table(table) => {
                let mut entries: Vec<_> = table.iter().collect();
                entries.sort_by_key(|(_, entry)| entry.key.start);
                for (pattern, entry) in entries {
                    let key = Node { place: entry.key.clone(), value: Value::Text(pattern.clone()) };
                    let pattern = self.pattern_text(&key, pattern);
                    let replacement = self.replacement(&entry.node);
                    replacements.extend(pattern.zip(replacement));
                }
            }
            Value::Array(pairs) => {
                for pair in pairs {
                    let Value::Array(parts) = &pair.value else {
                        self.error_with_hint(&pair.place, "expected a pair of pattern and replacement", FORM);
                        continue;
                    };
                    let [pattern, replacement] = parts.as_slice() else {
                        self.error_with_hint(&pair.place, "expected a pair of pattern and replacement", FORM);
                        continue;
                    };
                    let pattern = self.pattern(pattern);
                    let replacement = self.replacement(replacement);
                    replacements.extend(pattern.zip(replacement));
                }
            }
            _ => {
                let found = node.value.type_name();
                self.error_with_hint(&node.place, format!("expected a list of pairs, found {found}"), FORM);
            }
        }
        replacements
    }

    /// What takes the place of a match; may be empty.
    fn replacement(&mut self, node: &Node) -> Option<String> {
        if let Value::Text(text) = &node.value {
            return Some(text.clone());
        }
        self.wrong_type(node, "a string");
        None
    }

    fn date_pattern(&mut self, node: &Node) -> Option<DatePattern> {
        let sample = jiff::civil::date(2020, 4, 6).at(19, 30, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        let mut patterns = Vec::new();
        for (node, text) in self.texts(node) {
            if !text.contains('%') {
                let hint = "write the form with `%d` for the day, `%m` the month, `%Y` the year: `%d.%m.%Y`";
                self.error_with_hint(&node.place, "this date form has no `%`", hint);
            } else if let Err(error) = jiff::fmt::strtime::format(text, &sample) {
                self.error(&node.place, format!("invalid date form: {error}"));
            } else {
                patterns.push(text.to_owned());
            }
        }
        (!patterns.is_empty()).then_some(DatePattern(patterns))
    }

    /// `{ css, text }`, or a string of CSS.
    pub(super) fn condition(&mut self, node: &Node) -> Option<TextCondition> {
        if let Value::Text(_) = node.value {
            return Some(TextCondition { css: Some(self.selector(node)?), text: None });
        }
        let fields = self.fields(node, &CONDITION)?;
        if fields.table.is_empty() {
            self.error_with_hint(&node.place, "this condition says nothing", "give it `css`, `text` or both");
        }
        let css = fields.get("css").map(|node| self.selector(node));
        let text = fields.get("text").map(|node| self.pattern(node));
        if matches!(css, Some(None)) || matches!(text, Some(None)) {
            return None;
        }
        Some(TextCondition { css: css.flatten(), text: text.flatten() })
    }

    /// A list of conditions.
    pub(super) fn conditions(&mut self, node: &Node) -> Vec<TextCondition> {
        match &node.value {
            Value::Array(items) => items.iter().filter_map(|item| self.condition(item)).collect(),
            Value::Text(_) | Value::Table(_) => self.condition(node).into_iter().collect(),
            _ => {
                self.wrong_type(node, "a list of conditions");
                Vec::new()
            }
        }
    }
}

fn plain_rule(source: RuleSource, written: String) -> Rule {
    Rule {
        source,
        attr: None,
        all: false,
        pattern: None,
        replace: Vec::new(),
        split: None,
        drop: Vec::new(),
        date: None,
        exclude: Vec::new(),
        condition: None,
        written,
    }
}

fn written(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        _ => String::new(),
    }
}
