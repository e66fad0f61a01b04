//! The format of selector files as a table of keys: the one list that the loader's check for unknown keys, the
//! JSON Schema and the test of the documentation go by.

use crate::model::field::Field;

/// What a key takes.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A string.
    Text,
    /// A list of strings; one string stands for a list of one.
    Texts,
    /// `true` or `false`.
    Truth,
    /// The number 1.
    FormatVersion,
    /// A whole number from 1.
    Count,
    /// A number from 0 to 1.
    Ratio,
    /// `"3s"`
    Duration,
    /// `["1h", "7d"]`
    Durations,
    /// `["22:00-06:00"]`
    Windows,
    /// `2021-03-14`
    Date,
    /// `"2021-03"` or `"2021"`
    Month,
    /// An address: `"https://…"`
    Url,
    /// A regular expression.
    Pattern,
    /// A list of regular expressions; one string stands for a list of one.
    Patterns,
    /// A list of CSS selectors; one string stands for a list of one.
    Selectors,
    /// One CSS selector.
    Selector,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A part of the address, or a pattern.
    UrlPart,
    /// `[[pattern, replacement], …]` or `{ "pattern" = "replacement" }`
    Replacements,
    /// A list of names of fields.
    Fields,
    /// A list of rules; a string stands for a rule with only `css`.
    Rules,
    /// A field: a string, a list of rules, or a table with `from`.
    FieldRules,
    /// A condition on text: a table or a string of CSS.
    Condition,
    /// A list of conditions.
    Conditions,
    /// A table.
    Table(&'static Section),
    /// `[[name]]`: any number of tables.
    Tables(&'static Section),
    /// A table, or a list of tables.
    OneOrMore(&'static Section),
    /// Field → number from 0 to 1.
    FieldRatios,
    /// Path in the record → value.
    Values,
    /// Path in the record → words.
    Words,
    /// Path in the record → whole number.
    Counts,
}

/// One key.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// As it is written.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Whether the table is wrong without it.
    pub required: bool,
    /// What it is for, in one sentence.
    pub doc: &'static str,
}

/// One table of the format.
#[derive(Debug)]
pub struct Section {
    /// As it is written: `[article.body]`.
    pub name: &'static str,
    /// What it is for, in one sentence.
    pub doc: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
}

impl Section {
    /// The key of that name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// Names of its keys.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(|key| key.name)
    }
}

const fn key(name: &'static str, kind: Kind, doc: &'static str) -> Key {
    Key { name, kind, required: false, doc }
}

const fn required(name: &'static str, kind: Kind, doc: &'static str) -> Key {
    Key { name, kind, required: true, doc }
}

/// Fields that rules can give; `body`, `links` and `free_to_read` have tables of their own.
pub const RULED_FIELDS: &[Field] = &[
    Field::Url,
    Field::Language,
    Field::Sections,
    Field::Kicker,
    Field::Headline,
    Field::Subheadline,
    Field::Authors,
    Field::Published,
    Field::Modified,
    Field::Dateline,
    Field::Lead,
    Field::Images,
    Field::Tags,
];

/// The groups that `[article.dateline] match` may name.
pub const DATELINE_GROUPS: &[&str] = &["place", "region", "agency", "date"];

/// Paths of a record begin with one of these: the fields, and what the record adds to them.
pub const RECORD_KEYS: &[&str] =
    &["id", "portal", "quotes", "dates", "text", "word_count", "published_precision"];

/// The sources of a rule, of which each rule has exactly one.
pub const SOURCES: &[&str] = &["css", "meta", "jsonld", "body", "url", "const"];

/// The words `url` takes for a part of the address; any other string is a pattern.
pub const URL_PARTS: &[&str] = &["full", "host", "path", "query"];

/// The words `body` takes.
pub const BODY_PARTS: &[&str] = &["first"];

/// The words `stop_when` takes.
pub const STOP_WHEN: &[&str] = &["known-page", "never"];

/// The words `from` of a sitemap takes.
pub const SITEMAP_FROM: &[&str] = &["robots"];

/// The whole file.
pub static FILE: Section = Section {
    name: "the file",
    doc: "One portal, or (under `families/`) what portals of one make have in common.",
    keys: &[
        required("format", Kind::FormatVersion, "Version of the format: 1."),
        key("extends", Kind::Text, "The family this file starts from."),
        key("portal", Kind::Table(&PORTAL), "Who the portal is."),
        key("politeness", Kind::Table(&POLITENESS), "How politely it is asked."),
        key("revisit", Kind::Table(&REVISIT), "When known articles are asked again."),
        key("urls", Kind::Table(&URLS), "Which addresses are articles."),
        key("listing", Kind::Tables(&LISTING), "Category pages to walk."),
        key("feed", Kind::Tables(&FEED), "RSS and Atom feeds."),
        key("sitemap", Kind::Tables(&SITEMAP), "Sitemaps."),
        key("wordpress", Kind::Table(&WORDPRESS), "The lists every WordPress site has."),
        key("listing_page", Kind::Table(&LISTING_PAGE), "How a category page is read."),
        key("article", Kind::Table(&ARTICLE), "How an article is read."),
        key("links", Kind::Table(&LINKS), "Blocks of links by kind."),
        key("access", Kind::Table(&ACCESS), "How a paid page is recognised."),
        key("health", Kind::Table(&HEALTH), "When the selectors no longer fit."),
        key("version", Kind::Tables(&VERSION), "Earlier layouts of the portal."),
        key("test", Kind::Tables(&TEST), "What the rules must find in an example page."),
    ],
};

/// `[portal]`
pub static PORTAL: Section = Section {
    name: "[portal]",
    doc: "Who the portal is.",
    keys: &[
        key("id", Kind::Text, "Short stable name, the file's name by default."),
        key("name", Kind::Text, "The name people use."),
        key("home", Kind::Url, "The start page."),
        key("hosts", Kind::Texts, "The portal's own hosts; by default the one of `home`."),
        key("language", Kind::Text, "Language of its articles, as a tag: `de`, `en-GB`."),
        key("timezone", Kind::Text, "Zone in which its clocks run: `Europe/Berlin`."),
        key("places", Kind::Texts, "Places it reports from, for its datelines."),
    ],
};

/// `[politeness]`
pub static POLITENESS: Section = Section {
    name: "[politeness]",
    doc: "How politely the portal is asked. It can be slower than the configuration, never faster.",
    keys: &[
        key("delay", Kind::Duration, "Least time between two requests to one host."),
        key("windows", Kind::Windows, "Local times in which to crawl."),
        key("concurrency", Kind::Count, "Requests under way at once to one host."),
    ],
};

/// `[revisit]`
pub static REVISIT: Section = Section {
    name: "[revisit]",
    doc: "When `crawl --refresh` asks known articles again.",
    keys: &[key("after", Kind::Durations, "Ages, counted from publication; none: never.")],
};

/// `[urls]`
pub static URLS: Section = Section {
    name: "[urls]",
    doc: "Which addresses are articles, and which are never asked. Patterns see path and query.",
    keys: &[
        key("article", Kind::Patterns, "What an article's address looks like; named groups give fields."),
        key("deny", Kind::Patterns, "Addresses that are never asked."),
        key(
            "drop_query",
            Kind::Texts,
            "Query parameters that do not choose a page; `*` stands for any rest.",
        ),
    ],
};

/// `[[listing]]`
pub static LISTING: Section = Section {
    name: "[[listing]]",
    doc: "A category page to walk.",
    keys: &[
        required("url", Kind::Url, "Its first page."),
        key("label", Kind::Text, "What it is called, from the general to the special: `Lokales/Stuttgart`."),
        key("max_pages", Kind::Count, "Pages to walk at most."),
    ],
};

/// `[[feed]]`
pub static FEED: Section = Section {
    name: "[[feed]]",
    doc: "An RSS or Atom feed.",
    keys: &[required("url", Kind::Url, "Its address.")],
};

/// `[[sitemap]]`
pub static SITEMAP: Section = Section {
    name: "[[sitemap]]",
    doc: "A sitemap or an index of sitemaps.",
    keys: &[
        key("url", Kind::Url, "Its address."),
        key("from", Kind::OneOf(SITEMAP_FROM), "Instead of an address: those that robots.txt names."),
    ],
};

/// `[wordpress]`
pub static WORDPRESS: Section = Section {
    name: "[wordpress]",
    doc: "The lists every WordPress site has, where they are to be walked.",
    keys: &[
        key("root", Kind::Url, "The site's root; the portal's home by default."),
        key("posts", Kind::Truth, "List the posts by the REST interface, newest first."),
        key("archives", Kind::Month, "Walk the archives by month, from this month on."),
    ],
};

/// `[listing_page]`
pub static LISTING_PAGE: Section = Section {
    name: "[listing_page]",
    doc: "How a category page is read.",
    keys: &[
        key("item", Kind::Selectors, "The element of one teaser."),
        key("link", Kind::FieldRules, "The article's address inside a teaser."),
        key("teaser", Kind::FieldRules, "The excerpt inside a teaser."),
        key("date", Kind::FieldRules, "The date inside a teaser."),
        key("exclude", Kind::Selectors, "Parts of the page that are not the listing."),
        key("next", Kind::Table(&NEXT), "How to get to the following page."),
    ],
};

/// `[listing_page.next]`
pub static NEXT: Section = Section {
    name: "[listing_page.next]",
    doc: "How to get to the following page, and when to stop.",
    keys: &[
        key("from", Kind::Rules, "The address of the following page."),
        key("from_first", Kind::Rules, "Rules that go before the inherited ones."),
        key("max_pages", Kind::Count, "Pages to walk at most."),
        key("stop_when", Kind::OneOf(STOP_WHEN), "When to stop before that."),
    ],
};

/// `[article]`
pub static ARTICLE: Section = Section {
    name: "[article]",
    doc: "How an article is read.",
    keys: &[
        key("root", Kind::Selectors, "The article's element; the first that matches."),
        key("require", Kind::Fields, "Fields without which the page counts as misread."),
        key("exclude", Kind::Selectors, "Parts of the article that are never text of it."),
        key("url", Kind::FieldRules, "Its canonical address."),
        key("language", Kind::FieldRules, "Its language."),
        key("sections", Kind::FieldRules, "Breadcrumbs, from the general to the special."),
        key("kicker", Kind::FieldRules, "Short line over the headline."),
        key("headline", Kind::FieldRules, "Its title."),
        key("subheadline", Kind::FieldRules, "Line under the headline."),
        key("authors", Kind::FieldRules, "Names of the people who wrote it."),
        key("published", Kind::FieldRules, "When it was first published."),
        key("modified", Kind::FieldRules, "When it was last changed."),
        key("dateline", Kind::Table(&DATELINE), "Where, when and by whom it was written."),
        key("lead", Kind::FieldRules, "Its first statement."),
        key("body", Kind::Table(&BODY), "Its text."),
        key("images", Kind::FieldRules, "Its pictures."),
        key("tags", Kind::FieldRules, "Keywords."),
    ],
};

/// `[article.FIELD]`
pub static FIELD: Section = Section {
    name: "[article.FIELD]",
    doc: "The rules of one field; the first that gives a value wins.",
    keys: &[
        key("from", Kind::Rules, "The rules, instead of the inherited ones."),
        key("from_first", Kind::Rules, "Rules that go before the inherited ones."),
    ],
};

/// `[article.dateline]`
pub static DATELINE: Section = Section {
    name: "[article.dateline]",
    doc: "The dateline, where the built-in reader does not find it by itself.",
    keys: &[
        key(
            "match",
            Kind::Pattern,
            "Its shape at the beginning of the text, with the groups place, region, agency, date.",
        ),
        key("from", Kind::Rules, "Where the page marks it up on its own."),
        key("from_first", Kind::Rules, "Rules that go before the inherited ones."),
    ],
};

/// `[article.body]`
pub static BODY: Section = Section {
    name: "[article.body]",
    doc: "The article's text.",
    keys: &[
        key("container", Kind::Selectors, "The element that holds the text; the first that matches."),
        key("exclude", Kind::Selectors, "Parts of it that are not text."),
        key("stop_at", Kind::Conditions, "Elements at which the text ends."),
    ],
};

/// A rule.
pub static RULE: Section = Section {
    name: "a rule",
    doc: "Exactly one source, and what is done with what it gives.",
    keys: &[
        key("css", Kind::Selector, "Source: the text of an element of the page."),
        key("meta", Kind::Text, "Source: a `<meta>` of that name or property."),
        key("jsonld", Kind::Text, "Source: a property of the page's JSON-LD article, such as `author.name`."),
        key("body", Kind::OneOf(BODY_PARTS), "Source: a part of the body."),
        key("url", Kind::UrlPart, "Source: a part of the address, or a pattern on its path and query."),
        key("const", Kind::Text, "Source: the same value for every page."),
        key("attr", Kind::Text, "Take this attribute of the element, not its text."),
        key("all", Kind::Truth, "Take every match, not only the first with a value."),
        key("match", Kind::Pattern, "Keep only what the pattern matches, or its group."),
        key("replace", Kind::Replacements, "Replace what matches."),
        key("split", Kind::Pattern, "Cut the value into several at every match."),
        key("drop", Kind::Patterns, "Leave out values that match."),
        key("date", Kind::Texts, "Read the value as a date of this form: `%d.%m.%Y`."),
        key("exclude", Kind::Selectors, "Parts of the element whose text does not count."),
        key("where", Kind::Condition, "The element counts only where this holds."),
    ],
};

/// A condition on text.
pub static CONDITION: Section = Section {
    name: "a condition",
    doc: "What CSS cannot say: an element whose text matches.",
    keys: &[
        key("css", Kind::Selector, "The elements looked at."),
        key("text", Kind::Pattern, "What their text must match."),
    ],
};

/// `[links]`
pub static LINKS: Section = Section {
    name: "[links]",
    doc: "Blocks of links by kind.",
    keys: &[
        key("related", Kind::OneOrMore(&LINK_BLOCK), "The newsroom's own \"more on this\"."),
        key("popular", Kind::OneOrMore(&LINK_BLOCK), "What others read."),
        key("inline", Kind::OneOrMore(&LINK_BLOCK), "Links in the text."),
        key("next", Kind::OneOrMore(&LINK_BLOCK), "The following article."),
        key("previous", Kind::OneOrMore(&LINK_BLOCK), "The preceding article."),
        key("series", Kind::OneOrMore(&LINK_BLOCK), "Other parts of a series."),
    ],
};

/// `[links.KIND]`
pub static LINK_BLOCK: Section = Section {
    name: "[links.KIND]",
    doc: "A block of links.",
    keys: &[
        key("block", Kind::Selectors, "The element that holds the links; the whole page by default."),
        key("where", Kind::Condition, "Which of the blocks it is."),
        required("item", Kind::Selectors, "The links inside the block."),
    ],
};

/// `[access]`
pub static ACCESS: Section = Section {
    name: "[access]",
    doc: "How a paid page is recognised. It is flagged, never got round.",
    keys: &[key("paid_if", Kind::Rules, "Any of these gives a value on a paid page.")],
};

/// `[health]`
pub static HEALTH: Section = Section {
    name: "[health]",
    doc: "When the selectors no longer fit the portal.",
    keys: &[
        key("min_fill", Kind::FieldRatios, "Least share of articles that have the field."),
        key("max_same_value", Kind::Ratio, "Greatest share of articles with the same value in one field."),
    ],
};

/// `[[version]]`
pub static VERSION: Section = Section {
    name: "[[version]]",
    doc: "An earlier layout: starts from the tables of the file and overrides them.",
    keys: &[
        required("valid_until", Kind::Date, "The first day the layout was no longer in force."),
        key("listing_page", Kind::Table(&LISTING_PAGE), "How a category page was read."),
        key("article", Kind::Table(&ARTICLE), "How an article was read."),
        key("links", Kind::Table(&LINKS), "Blocks of links by kind."),
        key("access", Kind::Table(&ACCESS), "How a paid page was recognised."),
    ],
};

/// `[[test]]`
pub static TEST: Section = Section {
    name: "[[test]]",
    doc: "What the rules must find in an example page.",
    keys: &[
        key("name", Kind::Text, "What the test shows."),
        required("file", Kind::Text, "The example page, beside the selector files."),
        required("url", Kind::Url, "The page's address."),
        key("captured", Kind::Date, "The day the page was captured: picks the version."),
        key("expect", Kind::Values, "Paths in the record and their values."),
        key("has", Kind::Words, "Paths and words that must be in their text."),
        key("has_not", Kind::Words, "Paths and words that must not be in their text."),
        key("count", Kind::Counts, "Paths and how many values they have."),
    ],
};

/// Every table of the format, in the order of the documentation.
pub static SECTIONS: &[&Section] = &[
    &FILE,
    &PORTAL,
    &POLITENESS,
    &REVISIT,
    &URLS,
    &LISTING,
    &FEED,
    &SITEMAP,
    &WORDPRESS,
    &LISTING_PAGE,
    &NEXT,
    &ARTICLE,
    &FIELD,
    &DATELINE,
    &BODY,
    &RULE,
    &CONDITION,
    &LINKS,
    &LINK_BLOCK,
    &ACCESS,
    &HEALTH,
    &VERSION,
    &TEST,
];

/// The field that a named group of a pattern gives: its name, or the singular of a field of several values
/// (`section`, `author`, `tag`, `image`).
pub fn field_of_group(name: &str) -> Option<Field> {
    match name {
        "section" => Some(Field::Sections),
        "author" => Some(Field::Authors),
        "tag" => Some(Field::Tags),
        "image" => Some(Field::Images),
        _ => Field::from_name(name).filter(|field| RULED_FIELDS.contains(field)),
    }
}

/// Names a group may have, for hints.
pub(super) fn group_names() -> impl Iterator<Item = &'static str> {
    RULED_FIELDS.iter().map(|field| field.as_str()).chain(["section", "author", "tag", "image"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::article::LinkKind;

    #[test]
    fn every_field_and_every_kind_of_link_has_its_key() {
        for field in RULED_FIELDS {
            assert!(ARTICLE.key(field.as_str()).is_some(), "{field}");
        }
        let links: Vec<_> = LINKS.names().collect();
        assert_eq!(links, LinkKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
        for source in SOURCES {
            assert!(RULE.key(source).is_some(), "{source}");
        }
    }

    #[test]
    fn keys_are_named_once() {
        for section in SECTIONS {
            let mut names: Vec<_> = section.names().collect();
            names.sort_unstable();
            let all = names.len();
            names.dedup();
            assert_eq!(names.len(), all, "{}", section.name);
        }
    }
}
