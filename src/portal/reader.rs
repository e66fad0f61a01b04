//! Reads values out of a selector file's tree and notes every mistake at its place. What the tables mean together
//! is the portal reader's matter.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::Arc;

use jiff::civil::Date;
use regex::Regex;

use crate::model::crawl_url::CrawlUrl;
use crate::portal::css;
use crate::portal::diagnostic::{Diagnostic, Severity};
use crate::portal::format::{LINKS, Section};
use crate::portal::nearest::did_you_mean;
use crate::portal::pattern::PatternBudget;
use crate::portal::sieve::Css;
use crate::portal::tree::{Node, Place, Table, Value};

/// Selectors and rules one portal may have, its versions together.
pub(super) const MAX_RULES: usize = 5_000;
/// Mistakes reported for one portal; the rest is counted.
const MAX_DIAGNOSTICS: usize = 200;

/// One file that takes part: the portal's own, or a family.
#[derive(Debug)]
pub(super) struct SourceFile {
    pub(super) origin: String,
    pub(super) text: Arc<str>,
}

/// A table of the file and the keys it may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'n> {
    pub(super) table: &'n Table,
    pub(super) place: &'n Place,
    section: &'static Section,
}

impl<'n> Fields<'n> {
    /// The value of a key.
    pub(super) fn get(&self, name: &str) -> Option<&'n Node> {
        debug_assert!(self.section.key(name).is_some(), "{name} is not a key of {}", self.section.name);
        self.table.get(name).map(|entry| &entry.node)
    }
}

/// What has been read so far, and what was wrong with it.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) files: Vec<SourceFile>,
    found: Vec<(usize, Diagnostic)>,
    seen: HashSet<(Place, String)>,
    /// Lines with a syntax error: what else is found there follows from it.
    broken_lines: HashSet<(usize, usize)>,
    left_out: usize,
    patterns: HashMap<String, Regex>,
    budget: PatternBudget,
    rules: usize,
}

impl Reader {
    /// Notes a mistake.
    pub(super) fn error(&mut self, place: &Place, message: impl Into<String>) {
        self.note(Severity::Error, place, message.into(), None);
    }

    /// Notes a mistake with advice.
    pub(super) fn error_with_hint(
        &mut self,
        place: &Place,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.note(Severity::Error, place, message.into(), Some(hint.into()));
    }

    /// Notes what is odd but works.
    pub(super) fn warning(&mut self, place: &Place, message: impl Into<String>, hint: impl Into<String>) {
        self.note(Severity::Warning, place, message.into(), Some(hint.into()));
    }

    /// Notes a mistake in the form of the file, as `toml` found it.
    pub(super) fn syntax_error(&mut self, place: &Place, message: String) {
        if let Some(diagnostic) = self.note(Severity::Error, place, message, None) {
            self.broken_lines.insert((place.file, diagnostic));
        }
    }

    /// Whether the form of a file is broken, so that something missing may be the consequence.
    pub(super) fn is_form_broken(&self) -> bool {
        !self.broken_lines.is_empty()
    }

    /// Adds a mistake; gives its line where it was new.
    fn note(
        &mut self,
        severity: Severity,
        place: &Place,
        message: String,
        hint: Option<String>,
    ) -> Option<usize> {
        if self.found.len() >= MAX_DIAGNOSTICS {
            self.left_out += 1;
            return None;
        }
        if !self.seen.insert((place.clone(), message.clone())) {
            return None;
        }
        let file = self.files.get(place.file)?;
        let diagnostic = Diagnostic::new(severity, &file.origin, &file.text, place.start..place.end, message);
        let line = diagnostic.line;
        if self.broken_lines.contains(&(place.file, line)) {
            return None;
        }
        self.found.push((place.file, diagnostic.with_hint(hint)));
        Some(line)
    }

    /// Everything found, by file (the portal's own first) and place: errors and warnings apart.
    pub(super) fn into_diagnostics(mut self) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
        self.found.sort_by_key(|(file, diagnostic)| (*file, diagnostic.start()));
        if self.left_out > 0
            && let Some((_, last)) = self.found.last_mut()
        {
            let _ = write!(last.message, " (and {} mistakes more)", self.left_out);
        }
        self.found
            .into_iter()
            .map(|(_, diagnostic)| diagnostic)
            .partition(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// A table; unknown keys and missing ones are noted.
    pub(super) fn fields<'n>(&mut self, node: &'n Node, section: &'static Section) -> Option<Fields<'n>> {
        let fields = self.known_fields(node, section)?;
        for key in section.keys {
            if key.required && !fields.table.contains_key(key.name) && !self.is_form_broken() {
                self.error_with_hint(
                    &node.place,
                    format!("{} has no `{}`", section.name, key.name),
                    format!("add `{} = …`: {}", key.name, lower_first(key.doc)),
                );
            }
        }
        Some(fields)
    }

    /// A table; unknown keys are noted, missing ones not.
    pub(super) fn known_fields<'n>(
        &mut self,
        node: &'n Node,
        section: &'static Section,
    ) -> Option<Fields<'n>> {
        let table = self.table(node)?;
        for (name, entry) in table {
            if section.key(name).is_none() {
                self.unknown_key(&entry.key, name, section);
            }
        }
        Some(Fields { table, place: &node.place, section })
    }

    fn unknown_key(&mut self, place: &Place, name: &str, section: &'static Section) {
        if self.found.len() >= MAX_DIAGNOSTICS {
            self.left_out += 1;
            return;
        }
        let what = if std::ptr::eq(section, &raw const LINKS) { "kind of links" } else { "key" };
        let message = format!("unknown {what} `{}`", shown(name));
        let known = || section.names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let hint = known_from_elsewhere(name)
            .map(str::to_owned)
            .or_else(|| {
                let is_of_the_file = matches!(name, "format" | "extends");
                is_of_the_file
                    .then(|| format!("`{name}` stands at the beginning of the file, before the first table"))
            })
            .or_else(|| did_you_mean(name, section.names()))
            .unwrap_or_else(|| format!("{} has the keys {}", section.name, known()));
        self.error_with_hint(place, message, hint);
    }

    /// Notes that the value has another type than the key takes.
    pub(super) fn wrong_type(&mut self, node: &Node, expected: &str) {
        self.error(&node.place, format!("expected {expected}, found {}", node.value.type_name()));
    }

    /// A table.
    pub(super) fn table<'n>(&mut self, node: &'n Node) -> Option<&'n Table> {
        if let Value::Table(table) = &node.value {
            return Some(table);
        }
        self.wrong_type(node, "a table");
        None
    }

    /// A list of tables (`[[name]]`).
    pub(super) fn tables<'n>(&mut self, node: &'n Node, name: &str) -> &'n [Node] {
        match &node.value {
            Value::Array(items) => items,
            Value::Table(_) => {
                self.error_with_hint(
                    &node.place,
                    "expected a list of tables, found a table",
                    format!("write `[[{name}]]` with double brackets: there may be several"),
                );
                std::slice::from_ref(node)
            }
            _ => {
                self.wrong_type(node, "a list of tables");
                &[]
            }
        }
    }

    /// A string that is not empty.
    pub(super) fn text<'n>(&mut self, node: &'n Node) -> Option<&'n str> {
        match &node.value {
            Value::Text(text) if text.trim().is_empty() => {
                self.error(&node.place, "this is empty");
                None
            }
            Value::Text(text) => Some(text),
            _ => {
                self.wrong_type(node, "a string");
                None
            }
        }
    }

    /// Strings with their nodes: a list, or one string for a list of one.
    pub(super) fn texts<'n>(&mut self, node: &'n Node) -> Vec<(&'n Node, &'n str)> {
        match &node.value {
            Value::Array(items) => {
                items.iter().filter_map(|item| self.text(item).map(|text| (item, text))).collect()
            }
            Value::Text(_) => self.text(node).map(|text| (node, text)).into_iter().collect(),
            _ => {
                self.wrong_type(node, "a list of strings");
                Vec::new()
            }
        }
    }

    /// `true` or `false`.
    pub(super) fn truth(&mut self, node: &Node) -> Option<bool> {
        if let Value::Bool(truth) = node.value {
            return Some(truth);
        }
        self.wrong_type(node, "true or false");
        None
    }

    /// A whole number from `least`.
    pub(super) fn count(&mut self, node: &Node, least: u32) -> Option<u32> {
        let Value::Integer(number) = node.value else {
            self.wrong_type(node, "a whole number");
            return None;
        };
        let count = number.and_then(|number| u32::try_from(number).ok()).filter(|count| *count >= least);
        if count.is_none() {
            self.error(&node.place, format!("expected a whole number from {least} to {}", u32::MAX));
        }
        count
    }

    /// A number from 0 to 1.
    pub(super) fn ratio(&mut self, node: &Node) -> Option<f64> {
        let number = match node.value {
            Value::Float(number) => number,
            Value::Integer(Some(number)) => number as f64,
            Value::Integer(None) => f64::NAN,
            _ => {
                self.wrong_type(node, "a number from 0 to 1");
                return None;
            }
        };
        if (0.0..=1.0).contains(&number) {
            return Some(number);
        }
        self.error_with_hint(&node.place, "this share is not between 0 and 1", "write 0.98 for 98 per cent");
        None
    }

    /// A day, as TOML date or as string.
    pub(super) fn date(&mut self, node: &Node) -> Option<Date> {
        let day = match &node.value {
            Value::Datetime(datetime) => datetime.date.and_then(|day| {
                Date::new(
                    i16::try_from(day.year).ok()?,
                    i8::try_from(day.month).ok()?,
                    i8::try_from(day.day).ok()?,
                )
                .ok()
            }),
            Value::Text(text) => text.trim().parse().ok(),
            _ => {
                self.wrong_type(node, "a date");
                return None;
            }
        };
        if day.is_none() {
            self.error_with_hint(&node.place, "this is not a date", "write it as 2021-03-14");
        }
        day
    }

    /// An address.
    pub(super) fn url(&mut self, node: &Node) -> Option<CrawlUrl> {
        let text = self.text(node)?;
        match CrawlUrl::parse(text) {
            Ok(url) => Some(url),
            Err(error) => {
                let hint = "write the whole address, with `https://`";
                self.error_with_hint(&node.place, format!("invalid address: {error}"), hint);
                None
            }
        }
    }

    /// One CSS selector.
    pub(super) fn selector(&mut self, node: &Node) -> Option<Css> {
        let text = self.text(node)?;
        self.selector_text(node, text)
    }

    /// CSS selectors: a list, or one string for a list of one.
    pub(super) fn selectors(&mut self, node: &Node) -> Vec<Css> {
        self.texts(node).into_iter().filter_map(|(node, text)| self.selector_text(node, text)).collect()
    }

    fn selector_text(&mut self, node: &Node, text: &str) -> Option<Css> {
        if !self.count_rule(node) {
            return None;
        }
        match css::compile(text) {
            Ok(selector) => Some(selector.into()),
            Err(error) => {
                self.text_error(node, text, error);
                None
            }
        }
    }

    /// One regular expression.
    pub(super) fn pattern(&mut self, node: &Node) -> Option<Regex> {
        let text = self.text(node)?;
        self.pattern_text(node, text)
    }

    /// Regular expressions: a list, or one string for a list of one.
    pub(super) fn patterns(&mut self, node: &Node) -> Vec<(Place, Regex)> {
        let texts = self.texts(node);
        let compiled = texts
            .into_iter()
            .filter_map(|(node, text)| Some((node.place.clone(), self.pattern_text(node, text)?)));
        compiled.collect()
    }

    pub(super) fn pattern_text(&mut self, node: &Node, text: &str) -> Option<Regex> {
        if let Some(pattern) = self.patterns.get(text) {
            return Some(pattern.clone());
        }
        if !self.count_rule(node) {
            return None;
        }
        match self.budget.compile(text) {
            Ok(pattern) => {
                self.patterns.insert(text.to_owned(), pattern.clone());
                Some(pattern)
            }
            Err(error) => {
                self.text_error(node, text, error);
                None
            }
        }
    }

    /// Counts a rule or selector against [`MAX_RULES`].
    fn count_rule(&mut self, node: &Node) -> bool {
        self.rules += 1;
        if self.rules == MAX_RULES + 1 {
            self.error(&node.place, format!("more than {MAX_RULES} rules and selectors"));
        }
        self.rules <= MAX_RULES
    }

    fn text_error(&mut self, node: &Node, text: &str, error: css::TextError) {
        let place = self.inside(node, text, error.span);
        self.note(Severity::Error, &place, error.message, error.hint);
    }

    /// The place of a range of the string's text; the whole string where it is written with escapes.
    pub(super) fn inside(&self, node: &Node, text: &str, span: std::ops::Range<usize>) -> Place {
        let raw =
            self.files.get(node.place.file).and_then(|file| file.text.get(node.place.start..node.place.end));
        match raw.and_then(|raw| raw.find(text)) {
            Some(at) if !text.is_empty() => {
                let start = node.place.start + at;
                Place { file: node.place.file, start: start + span.start, end: start + span.end }
            }
            _ => node.place.clone(),
        }
    }

    /// The value of one of `words`.
    pub(super) fn one_of<'w>(&mut self, node: &Node, words: &'w [&'w str]) -> Option<&'w str> {
        let text = self.text(node)?;
        if let Some(word) = words.iter().find(|word| **word == text) {
            return Some(word);
        }
        let listed = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ");
        let hint = did_you_mean(text, words.iter().copied()).unwrap_or_else(|| format!("write {listed}"));
        self.error_with_hint(&node.place, format!("unknown word `{}`", shown(text)), hint);
        None
    }

    /// A table from names to values; the names are the caller's to check.
    pub(super) fn map<'n, T>(
        &mut self,
        node: &'n Node,
        mut read: impl FnMut(&mut Self, &Place, &'n str, &'n Node) -> Option<T>,
    ) -> BTreeMap<String, T> {
        let Some(table) = self.table(node) else { return BTreeMap::new() };
        table
            .iter()
            .filter_map(|(name, entry)| Some((name.clone(), read(self, &entry.key, name, &entry.node)?)))
            .collect()
    }
}

/// Keys that other programs have, and what to do here instead.
fn known_from_elsewhere(name: &str) -> Option<&'static str> {
    let advice = match name.to_ascii_lowercase().replace('-', "_").as_str() {
        "xpath" => "there is no XPath here: write a CSS selector, `css = \"…\"`",
        "selector" | "selectors" => "did you mean `css`?",
        "regex" | "regexp" | "pattern" => "did you mean `match`?",
        "attribute" => "did you mean `attr`?",
        "user_agent" | "useragent" | "cookie" | "cookies" | "headers" | "login" | "password" | "username"
        | "credentials" | "captcha" | "proxy" | "referer" => {
            "a portal file cannot disguise the crawler, log in or get round a paywall; a paid page is flagged with [access]"
        }
        _ => return None,
    };
    Some(advice)
}

/// A name as typed, shortened for a message.
pub(super) fn shown(text: &str) -> String {
    const MAX_SHOWN_CHARS: usize = 60;
    let mut short: String =
        text.chars().take(MAX_SHOWN_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(MAX_SHOWN_CHARS).is_some() {
        short.push('…');
    }
    short
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
