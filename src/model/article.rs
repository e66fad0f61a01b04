//! What the record says: an article, its blocks, links and images, each field with its source.

use std::collections::BTreeMap;
use std::fmt;

use crate::model::annotation::{DateMention, Dateline, Quote};
use crate::model::crawl_url::CrawlUrl;
use crate::model::digest::{Digest, Digester};
use crate::model::field::Field;
use crate::model::publication_time::PublicationTime;

/// Stable identity of an article: derived from the portal and the canonical URL, 16 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArticleId(String);

impl ArticleId {
    /// The identity of the article at `url` on `portal` (empty for none). The scheme does not count.
    pub fn new(portal: &str, url: &CrawlUrl) -> Self {
        let address = format!("{portal}\n{}{}", url.host(), url.path_and_query());
        Self(Digest::of(address.as_bytes()).hex()[..16].to_owned())
    }

    /// An identity as it is written in the archive.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The identity as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ArticleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text block of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Running text.
    Paragraph(String),
    /// A heading between paragraphs, level 1 to 6.
    Heading {
        /// 1 to 6.
        level: u8,
        /// Its words.
        text: String,
    },
    /// A list, one text an item.
    List(Vec<String>),
    /// A quotation set off from the text.
    Blockquote(String),
    /// A table, row by row, cell by cell.
    Table(Vec<Vec<String>>),
    /// Text whose white space counts.
    Preformatted(String),
}

impl Block {
    /// The word used for the kind in records.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Paragraph(_) => "paragraph",
            Self::Heading { .. } => "heading",
            Self::List(_) => "list",
            Self::Blockquote(_) => "blockquote",
            Self::Table(_) => "table",
            Self::Preformatted(_) => "preformatted",
        }
    }

    /// The block as one text: items a line each, cells joined by tabs.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        match self {
            Self::Paragraph(text)
            | Self::Heading { text, .. }
            | Self::Blockquote(text)
            | Self::Preformatted(text) => text.as_str().into(),
            Self::List(items) => items.join("\n").into(),
            Self::Table(rows) => rows.iter().map(|row| row.join("\t")).collect::<Vec<_>>().join("\n").into(),
        }
    }
}

/// How a link belongs to the article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkKind {
    /// The newsroom's "more on this".
    Related,
    /// What others read.
    Popular,
    /// In the body's text.
    Inline,
    /// The following article.
    Next,
    /// The preceding article.
    Previous,
    /// Other parts of a series.
    Series,
}

impl LinkKind {
    /// Every kind.
    pub const ALL: &'static [Self] =
        &[Self::Related, Self::Popular, Self::Inline, Self::Next, Self::Previous, Self::Series];

    /// The word used in records and selector files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Related => "related",
            Self::Popular => "popular",
            Self::Inline => "inline",
            Self::Next => "next",
            Self::Previous => "previous",
            Self::Series => "series",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }
}

/// A link of the article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// How it belongs to the article.
    pub kind: LinkKind,
    /// Where it leads.
    pub url: CrawlUrl,
    /// Its words.
    pub text: String,
}

/// A picture of the article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Where the picture is.
    pub url: CrawlUrl,
    /// The words under it, without the credit.
    pub caption: Option<String>,
    /// Who made it.
    pub credit: Option<String>,
}

/// What kind of page was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PageKind {
    /// One article.
    #[default]
    Article,
    /// A list of articles: home, section, tag, search.
    Listing,
    /// Mostly pictures.
    Gallery,
    /// Mostly a film.
    Video,
    /// A running report with time-stamped entries.
    LiveBlog,
    /// The free beginning of a paid article.
    PaywallStub,
    /// "Not found" with status 200.
    SoftNotFound,
    /// A consent wall instead of the page.
    ConsentWall,
    /// None of these.
    Other,
}

impl PageKind {
    /// Whether it is one article, in words, pictures or film, and not a list of them or a wall before one.
    pub fn is_article(self) -> bool {
        matches!(self, Self::Article | Self::Gallery | Self::Video | Self::LiveBlog | Self::PaywallStub)
    }

    /// The word used in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Listing => "listing",
            Self::Gallery => "gallery",
            Self::Video => "video",
            Self::LiveBlog => "live-blog",
            Self::PaywallStub => "paywall-stub",
            Self::SoftNotFound => "soft-404",
            Self::ConsentWall => "consent-wall",
            Self::Other => "other",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [
            Self::Article,
            Self::Listing,
            Self::Gallery,
            Self::Video,
            Self::LiveBlog,
            Self::PaywallStub,
            Self::SoftNotFound,
            Self::ConsentWall,
            Self::Other,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == name)
    }
}

/// Where a field's value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSource {
    /// `selector`, `json-ld`, `meta`, `open-graph`, `microdata`, `url`, `generic`, `const`, `structure`.
    pub source: String,
    /// The rule that gave it: the selector, the property's name, the pattern.
    pub rule: String,
}

/// One article as it was read from one capture.
#[derive(Debug, Clone, PartialEq)]
pub struct Article {
    /// Stable identity.
    pub id: ArticleId,
    /// Canonical address.
    pub url: CrawlUrl,
    /// The portal's id; `None` where no portal file matched.
    pub portal: Option<String>,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// From the general to the special.
    pub sections: Vec<String>,
    /// Short line over the headline.
    pub kicker: Option<String>,
    /// Title.
    pub headline: Option<String>,
    /// Line under the headline.
    pub subheadline: Option<String>,
    /// Names of people (agencies stand in the dateline).
    pub authors: Vec<String>,
    /// When it was first published.
    pub published: Option<PublicationTime>,
    /// When it was last changed.
    pub modified: Option<PublicationTime>,
    /// Where and by whom it was written.
    pub dateline: Option<Dateline>,
    /// First statement.
    pub lead: Option<String>,
    /// Text blocks in order, dateline taken off.
    pub body: Vec<Block>,
    /// Quotations in the body, by position.
    pub quotes: Vec<Quote>,
    /// Dates in the body, by position.
    pub dates: Vec<DateMention>,
    /// Related, popular, inline links.
    pub links: Vec<Link>,
    /// Pictures.
    pub images: Vec<Image>,
    /// Keywords.
    pub tags: Vec<String>,
    /// Whether the whole text is there without payment; `None`: the page does not say.
    pub free_to_read: Option<bool>,
    /// What kind of page it is.
    pub page_kind: PageKind,
    /// Which rule gave which field.
    pub provenance: BTreeMap<Field, FieldSource>,
    /// Digest of the portal's selectors in force; `None` without a portal file.
    pub selectors_hash: Option<Digest>,
}

impl Article {
    /// Whether a field has a value; address and page kind always do.
    pub fn has(&self, field: Field) -> bool {
        match field {
            Field::Url | Field::PageKind => true,
            Field::Language => self.language.is_some(),
            Field::Sections => !self.sections.is_empty(),
            Field::Kicker => self.kicker.is_some(),
            Field::Headline => self.headline.is_some(),
            Field::Subheadline => self.subheadline.is_some(),
            Field::Authors => !self.authors.is_empty(),
            Field::Published => self.published.is_some(),
            Field::Modified => self.modified.is_some(),
            Field::Dateline => self.dateline.is_some(),
            Field::Lead => self.lead.is_some(),
            Field::Body => !self.body.is_empty(),
            Field::Links => !self.links.is_empty(),
            Field::Images => !self.images.is_empty(),
            Field::Tags => !self.tags.is_empty(),
            Field::FreeToRead => self.free_to_read.is_some(),
        }
    }

    /// An article of which nothing but the address is known.
    pub fn empty(url: CrawlUrl, portal: Option<String>) -> Self {
        Self {
            id: ArticleId::new(portal.as_deref().unwrap_or_default(), &url),
            url,
            portal,
            language: None,
            sections: Vec::new(),
            kicker: None,
            headline: None,
            subheadline: None,
            authors: Vec::new(),
            published: None,
            modified: None,
            dateline: None,
            lead: None,
            body: Vec::new(),
            quotes: Vec::new(),
            dates: Vec::new(),
            links: Vec::new(),
            images: Vec::new(),
            tags: Vec::new(),
            free_to_read: None,
            page_kind: PageKind::default(),
            provenance: BTreeMap::new(),
            selectors_hash: None,
        }
    }

    /// The body as one text, blocks joined by a blank line.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for block in &self.body {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&block.text());
        }
        text
    }

    /// Words of the body, counted as runs of non-space that hold a letter or digit.
    pub fn word_count(&self) -> usize {
        self.body
            .iter()
            .map(|block| {
                block.text().split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
            })
            .sum()
    }

    /// Names of the fields in which two readings of an article differ, in the order of the record. By which rule a
    /// field was read does not count.
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        let fields = [
            (Field::Url.as_str(), self.url != other.url),
            (Field::Language.as_str(), self.language != other.language),
            (Field::Sections.as_str(), self.sections != other.sections),
            (Field::Kicker.as_str(), self.kicker != other.kicker),
            (Field::Headline.as_str(), self.headline != other.headline),
            (Field::Subheadline.as_str(), self.subheadline != other.subheadline),
            (Field::Authors.as_str(), self.authors != other.authors),
            (Field::Published.as_str(), self.published != other.published),
            (Field::Modified.as_str(), self.modified != other.modified),
            (Field::Dateline.as_str(), self.dateline != other.dateline),
            (Field::Lead.as_str(), self.lead != other.lead),
            (Field::Body.as_str(), self.body != other.body),
            ("quotes", self.quotes != other.quotes),
            ("dates", self.dates != other.dates),
            (Field::Links.as_str(), self.links != other.links),
            (Field::Images.as_str(), self.images != other.images),
            (Field::Tags.as_str(), self.tags != other.tags),
            (Field::FreeToRead.as_str(), self.free_to_read != other.free_to_read),
            (Field::PageKind.as_str(), self.page_kind != other.page_kind),
        ];
        fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }

    /// Digest of what the newsroom wrote: kicker, headline, subheadline, authors, dateline, lead and body, white
    /// space folded. Links, images, tags and dates of modification do not count: they change without an edit.
    pub fn content_hash(&self) -> Digest {
        let mut digester = Digester::default();
        // Word by word in small pieces: a text may have megabytes.
        let mut content = String::with_capacity(2 * PIECE_BYTES);
        let mut add = |label: &str, text: &str| {
            content.push_str(label);
            for word in text.split_whitespace() {
                content.push(' ');
                content.push_str(word);
                if content.len() > PIECE_BYTES {
                    digester.update(content.as_bytes());
                    content.clear();
                }
            }
            content.push('\n');
        };
        add("kicker", self.kicker.as_deref().unwrap_or_default());
        add("headline", self.headline.as_deref().unwrap_or_default());
        add("subheadline", self.subheadline.as_deref().unwrap_or_default());
        for author in &self.authors {
            add("author", author);
        }
        add("dateline", self.dateline.as_ref().map(|dateline| dateline.text.as_str()).unwrap_or_default());
        add("lead", self.lead.as_deref().unwrap_or_default());
        for block in &self.body {
            add(block.kind(), &block.text());
        }
        digester.update(content.as_bytes());
        digester.finish()
    }
}

/// Bytes that are gathered before they are digested.
const PIECE_BYTES: usize = 4 << 10;
