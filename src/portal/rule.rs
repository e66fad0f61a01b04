//! One rule of a selector file, validated: where a value comes from and what is done with it. Applying it is `select`'s.

use regex::Regex;

use crate::portal::sieve::Css;

/// The rules of one field, in order: the first that gives a value wins.
#[derive(Debug, Clone, Default)]
pub struct FieldRules {
    /// In the order of the file, `from_first` before the family's.
    pub rules: Vec<Rule>,
}

/// Where a rule takes its value.
#[derive(Debug, Clone)]
pub enum RuleSource {
    /// Elements of the page.
    Css(Css),
    /// `<meta name=… | property=… | itemprop=… content=…>`, name compared without case.
    Meta(String),
    /// A property of the page's JSON-LD article: `headline`, `author.name`; a dotted path.
    JsonLd(Vec<String>),
    /// A part of the body already read.
    Body(BodyPart),
    /// A part of the page's address, or a pattern on its path and query.
    Url(UrlPart),
    /// The same value for every page.
    Const(String),
}

/// Which part of the body a rule takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyPart {
    /// The first paragraph.
    First,
}

/// Which part of the address a rule takes.
#[derive(Debug, Clone)]
pub enum UrlPart {
    /// The whole address.
    Full,
    /// The host.
    Host,
    /// The path.
    Path,
    /// The query.
    Query,
    /// What the pattern finds in path and query (the group named as the field, else the first, else the match).
    Pattern(Regex),
}

/// How a text becomes a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatePattern(
    /// strptime patterns, tried in order: `%d.%m.%Y %H:%M`.
    pub Vec<String>,
);

/// One rule: a source and what is done with what it gives, in this order: `exclude`, `attr` or text, `split`,
/// `match`, `replace`, `drop`, `date`.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Where the value comes from.
    pub source: RuleSource,
    /// Take this attribute of the element, not its text.
    pub attr: Option<String>,
    /// Take every match, not only the first with a value.
    pub all: bool,
    /// Keep what the pattern matches: the group named as the field, else the first group, else all of it.
    pub pattern: Option<Regex>,
    /// Replace every match, in order.
    pub replace: Vec<(Regex, String)>,
    /// Cut the value into several.
    pub split: Option<Regex>,
    /// Values to leave out.
    pub drop: Vec<Regex>,
    /// Read the value as a date of this form.
    pub date: Option<DatePattern>,
    /// Parts of the element whose text does not count.
    pub exclude: Vec<Css>,
    /// The element counts only where this holds.
    pub condition: Option<TextCondition>,
    /// The rule as a person wrote it, for provenance: `header h1.entry-title`, `json-ld headline`.
    pub written: String,
}

/// A condition on text, which CSS cannot express: an element inside (or the element itself, without `css`) whose
/// text matches.
#[derive(Debug, Clone)]
pub struct TextCondition {
    /// Which elements inside are looked at; `None`: the element itself.
    pub css: Option<Css>,
    /// What their text, white space folded, must match; `None`: it is enough that one is there.
    pub text: Option<Regex>,
}
