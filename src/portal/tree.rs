//! A selector file as a tree of values that know their place, and how a file is laid over its family.
//!
//! A tree of our own instead of serde's types: all mistakes are found, not only the first, and a value keeps its
//! file when it is inherited. What the values mean is the readers' matter.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

/// The key that replaces an inherited list of rules.
const FROM: &str = "from";
/// The key that puts rules before the inherited ones.
const FROM_FIRST: &str = "from_first";

/// Where something stands: which file (index into the loader's list) and which bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) file: usize,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A value and its place.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) place: Place,
    pub(super) value: Value,
}

/// A TOML value.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Text(String),
    /// `None`: does not fit 64 bits.
    Integer(Option<i64>),
    Float(f64),
    Bool(bool),
    Datetime(Datetime),
    Array(Vec<Node>),
    Table(Table),
}

/// Entries by name, each with the place of its key.
pub(super) type Table = BTreeMap<String, Entry>;

/// A key's place and its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: Place,
    pub(super) node: Node,
}

impl Value {
    /// The type as people name it.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::Integer(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::Bool(_) => "true or false",
            Self::Datetime(_) => "a date",
            Self::Array(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

impl Node {
    /// The tree of a parsed document.
    pub(super) fn from_document(document: Spanned<DeTable<'_>>, file: usize) -> Self {
        let place = place(file, &document.span());
        Self { place, value: Value::Table(table(document.into_inner(), file)) }
    }

    /// The value as `toml` has it; tables within become tables.
    pub(super) fn to_toml(&self) -> toml::Value {
        match &self.value {
            Value::Text(text) => toml::Value::String(text.clone()),
            Value::Integer(number) => toml::Value::Integer(number.unwrap_or_default()),
            Value::Float(number) => toml::Value::Float(*number),
            Value::Bool(truth) => toml::Value::Boolean(*truth),
            Value::Datetime(datetime) => toml::Value::Datetime(*datetime),
            Value::Array(items) => toml::Value::Array(items.iter().map(Self::to_toml).collect()),
            Value::Table(table) => toml::Value::Table(
                table.iter().map(|(name, entry)| (name.clone(), entry.node.to_toml())).collect(),
            ),
        }
    }

    /// `self` laid over `base`: tables merge, everything else replaces. `from` replaces the inherited rules with
    /// those put before them, `from_first` goes before both.
    pub(super) fn over(self, base: &Self) -> Self {
        let Value::Table(own) = self.value else { return self };
        let value = match &base.value {
            Value::Table(inherited) => Value::Table(merge(own, inherited)),
            // A short form (`headline = "h1"`) under `from_first`.
            _ if own.contains_key(FROM_FIRST) && !own.contains_key(FROM) => {
                let mut own = own;
                own.insert(FROM.into(), Entry { key: base.place.clone(), node: base.clone() });
                Value::Table(own)
            }
            _ => Value::Table(own),
        };
        Self { place: self.place, value }
    }
}

fn merge(own: Table, inherited: &Table) -> Table {
    let replaces_rules = own.contains_key(FROM);
    let mut merged = own;
    for (name, base) in inherited {
        if replaces_rules && name == FROM_FIRST {
            continue;
        }
        let Some(entry) = merged.remove(name) else {
            merged.insert(name.clone(), base.clone());
            continue;
        };
        let node =
            if name == FROM_FIRST { joined(entry.node, &base.node) } else { entry.node.over(&base.node) };
        merged.insert(name.clone(), Entry { key: entry.key, node });
    }
    merged
}

/// Two lists of rules one after the other; what is no list is left for the readers to complain about.
fn joined(own: Node, inherited: &Node) -> Node {
    let (Value::Array(first), Value::Array(then)) = (&own.value, &inherited.value) else { return own };
    let items = first.iter().chain(then).cloned().collect();
    Node { place: own.place, value: Value::Array(items) }
}

fn node(value: Spanned<DeValue<'_>>, file: usize) -> Node {
    let place = place(file, &value.span());
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) => Value::Integer(i64::from_str_radix(number.as_str(), number.radix()).ok()),
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(truth) => Value::Bool(truth),
        DeValue::Datetime(datetime) => Value::Datetime(datetime),
        DeValue::Array(items) => Value::Array(items.into_iter().map(|item| node(item, file)).collect()),
        DeValue::Table(entries) => Value::Table(table(entries, file)),
    };
    Node { place, value }
}

fn table(entries: DeTable<'_>, file: usize) -> Table {
    entries
        .into_iter()
        .map(|(key, value)| {
            let entry = Entry { key: place(file, &key.span()), node: node(value, file) };
            (key.into_inner().into_owned(), entry)
        })
        .collect()
}

fn place(file: usize, span: &Range<usize>) -> Place {
    Place { file, start: span.start, end: span.end }
}
