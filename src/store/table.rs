//! The tables people export: their columns, and the view each is read from.

/// A table of the archive as it is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Table {
    /// One row an article, as its current revision says.
    Articles,
    /// One row a quotation.
    Quotes,
    /// One row a link of an article.
    Links,
    /// One row a date or time expression.
    Dates,
    /// One row an author of an article.
    Authors,
    /// One row a revision.
    Revisions,
    /// One row a request.
    Fetches,
    /// One row a run and portal.
    Runs,
    /// One row an article that was taken out of the archive.
    Tombstones,
}

/// A column: its name and what its cells are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The published name.
    pub name: &'static str,
    /// What its cells are.
    pub kind: ColumnKind,
}

/// What the cells of a column are, where they are not null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// An instant or publication time, RFC 3339.
    Time,
    /// A whole number.
    Integer,
    /// A number.
    Real,
    /// 0 or 1.
    Boolean,
    /// A list of texts, as a JSON array.
    List,
}

impl Table {
    /// Every table.
    pub const ALL: &'static [Self] = &[
        Self::Articles,
        Self::Quotes,
        Self::Links,
        Self::Dates,
        Self::Authors,
        Self::Revisions,
        Self::Fetches,
        Self::Runs,
        Self::Tombstones,
    ];

    /// The name used on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Articles => "articles",
            Self::Quotes => "quotes",
            Self::Links => "links",
            Self::Dates => "dates",
            Self::Authors => "authors",
            Self::Revisions => "revisions",
            Self::Fetches => "fetches",
            Self::Runs => "runs",
            Self::Tombstones => "tombstones",
        }
    }

    /// Its columns in the published order.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Articles => ARTICLES,
            Self::Quotes => QUOTES,
            Self::Links => LINKS,
            Self::Dates => DATES,
            Self::Authors => AUTHORS,
            Self::Revisions => REVISIONS,
            Self::Fetches => FETCHES,
            Self::Runs => RUNS,
            Self::Tombstones => TOMBSTONES,
        }
    }

    /// The view it is read from, and the order of its rows.
    pub(crate) fn view(self) -> (&'static str, &'static str) {
        match self {
            Self::Articles => ("articles_view", "article_seq"),
            Self::Quotes => ("quotes_view", "article_seq, position"),
            Self::Links => ("links_view", "article_seq, position"),
            Self::Dates => ("dates_view", "article_seq, position"),
            Self::Authors => ("authors_view", "article_seq, position"),
            Self::Revisions => ("revisions_view", "article_seq, position"),
            Self::Fetches => ("fetches_view", "fetch"),
            Self::Runs => ("runs_view", "run, portal"),
            Self::Tombstones => ("tombstones_view", "article_id"),
        }
    }

    /// Whether its rows belong to articles.
    pub fn is_of_articles(self) -> bool {
        !matches!(self, Self::Fetches | Self::Runs | Self::Tombstones)
    }

    /// The column a period selects by: the publication, or the instant of the row itself.
    pub(crate) fn time_column(self) -> &'static str {
        match self {
            Self::Fetches => "fetched",
            Self::Runs => "started",
            Self::Tombstones => "purged",
            _ => "published",
        }
    }
}

const fn text(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Text }
}

const fn time(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Time }
}

const fn integer(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Integer }
}

const fn real(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Real }
}

const fn boolean(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Boolean }
}

const fn list(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::List }
}

const ARTICLES: &[Column] = &[
    text("id"),
    text("url"),
    text("portal"),
    list("sections"),
    text("kicker"),
    text("headline"),
    text("subheadline"),
    list("authors"),
    time("published"),
    text("published_precision"),
    time("modified"),
    text("dateline_place"),
    list("dateline_agencies"),
    text("dateline_date"),
    text("lead"),
    text("text"),
    integer("word_count"),
    integer("quote_count"),
    text("language"),
    list("tags"),
    boolean("free_to_read"),
    time("first_seen"),
    time("last_checked"),
    integer("revision"),
    time("gone_since"),
    text("content_hash"),
    text("duplicate_cluster"),
];

const QUOTES: &[Column] = &[
    text("article_id"),
    text("url"),
    text("portal"),
    time("published"),
    integer("quote_index"),
    text("text"),
    text("kind"),
    text("speaker"),
    text("speaker_mention"),
    text("role"),
    text("cue"),
    integer("block"),
    integer("start"),
    integer("end"),
    boolean("continued"),
    real("confidence"),
];

const LINKS: &[Column] = &[
    text("article_id"),
    text("url"),
    text("portal"),
    text("kind"),
    text("link_url"),
    text("link_text"),
    integer("position"),
];

const DATES: &[Column] = &[
    text("article_id"),
    text("url"),
    text("portal"),
    time("published"),
    integer("date_index"),
    text("text"),
    text("date"),
    integer("block"),
    integer("start"),
    integer("end"),
];

const AUTHORS: &[Column] = &[
    text("article_id"),
    text("url"),
    text("portal"),
    time("published"),
    integer("position"),
    text("author"),
];

const REVISIONS: &[Column] = &[
    text("article_id"),
    text("url"),
    text("portal"),
    integer("revision"),
    time("fetched"),
    boolean("current"),
    boolean("reparsed"),
    time("published"),
    text("published_precision"),
    time("modified"),
    text("kicker"),
    text("headline"),
    text("subheadline"),
    list("authors"),
    text("dateline"),
    text("lead"),
    text("text"),
    integer("word_count"),
    text("page_kind"),
    text("content_hash"),
    text("extractor"),
    text("selectors_hash"),
    text("warc"),
    integer("warc_offset"),
    text("warc_digest"),
    list("changes"),
];

const FETCHES: &[Column] = &[
    integer("fetch"),
    integer("run"),
    text("portal"),
    text("url"),
    time("fetched"),
    text("purpose"),
    text("outcome"),
    integer("status"),
    integer("bytes"),
    integer("elapsed_ms"),
    text("robots_rule"),
    text("opt_outs"),
    text("detail"),
    text("warc"),
    integer("warc_offset"),
    text("warc_digest"),
];

const RUNS: &[Column] = &[
    integer("run"),
    text("command"),
    text("program"),
    time("started"),
    time("finished"),
    text("outcome"),
    text("portal"),
    integer("requests"),
    integer("bytes"),
    integer("added"),
    integer("changed"),
    integer("unchanged"),
    integer("gone"),
    integer("excluded"),
    integer("failed"),
];

const TOMBSTONES: &[Column] = &[
    text("article_id"),
    text("portal"),
    time("purged"),
    text("reason"),
    integer("revisions"),
    integer("captures"),
    integer("words"),
    list("content_hashes"),
    list("digests"),
];
