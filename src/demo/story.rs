//! A story as the newsroom wrote it, before it becomes a page, and the newspaper it stands in. Read from data files.

use jiff::civil::DateTime;
use serde::Deserialize;

use crate::model::annotation::Dateline;
use crate::model::article::Block;

use super::markup;

const NEWSPAPER: &str = include_str!("newspaper.toml");
const STORIES: &[&str] = &[
    include_str!("stories/lokales.toml"),
    include_str!("stories/kultur.toml"),
    include_str!("stories/sport.toml"),
];

/// The newspaper: its name and categories.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Newspaper {
    /// Name in the page head.
    pub name: String,
    /// Line under the name.
    pub claim: String,
    /// Where it appears.
    pub town: String,
    /// Names for the weather box.
    pub weather: String,
    /// The desks.
    pub categories: Vec<Category>,
    /// What the author boxes say, by name.
    pub staff: Vec<Staff>,
    /// Adverts.
    pub adverts: Vec<String>,
    /// What stands in the disallowed section.
    pub internal: Vec<Internal>,
}

/// A category: where its articles and its listing are.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Category {
    /// First segment of its articles' paths: `stadt`.
    pub segment: String,
    /// Path of its listing: `/category/lokales/stadt/`.
    pub listing: String,
    /// The breadcrumbs with the listings they link to, from the general to the special.
    pub crumbs: Vec<Crumb>,
}

/// One breadcrumb.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Crumb {
    /// Its words.
    pub name: String,
    /// Where it leads.
    pub path: String,
}

/// Someone who writes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Staff {
    /// Name.
    pub name: String,
    /// Segments of the categories they write for.
    pub desks: Vec<String>,
    /// A sentence about them.
    pub about: String,
}

/// A page in the section that robots.txt forbids.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Internal {
    /// Its path.
    pub path: String,
    /// Its headline.
    pub headline: String,
    /// Its text.
    pub text: String,
}

/// A story.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    /// Last segment of its path.
    pub slug: String,
    /// Index of its category.
    pub category: usize,
    /// When it appeared, local time.
    pub published: DateTime,
    /// Short line over the headline.
    pub kicker: Option<String>,
    /// Headline.
    pub headline: String,
    /// Line under the headline.
    pub subheadline: Option<String>,
    /// Byline; a name, or the newsroom.
    pub author: Option<String>,
    /// Dateline as printed before the first paragraph.
    pub dateline: Option<Dateline>,
    /// The text, with link markup.
    pub body: Vec<Block>,
    /// Whether the first paragraph is set in bold.
    pub bold_lead: bool,
    /// The picture over the text.
    pub picture: Option<Picture>,
    /// Keywords.
    pub tags: Vec<String>,
}

impl Story {
    /// The first paragraph without markup.
    pub(crate) fn lead(&self) -> String {
        self.body.first().map(|block| markup::plain(&block.text())).unwrap_or_default()
    }
}

/// A picture's words.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Picture {
    /// What it shows.
    pub caption: String,
    /// Who took it.
    pub credit: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoryFile {
    segment: String,
    story: Vec<StoryEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoryEntry {
    published: String,
    slug: Option<String>,
    kicker: Option<String>,
    headline: String,
    subheadline: Option<String>,
    author: Option<String>,
    dateline: Option<DatelineEntry>,
    #[serde(default)]
    bold_lead: bool,
    picture: Option<Picture>,
    #[serde(default)]
    tags: Vec<String>,
    text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DatelineEntry {
    text: String,
    place: String,
    #[serde(default)]
    agencies: Vec<String>,
}

/// The newspaper of the data file.
///
/// # Panics
/// Never: the file is part of the binary and a test reads it.
pub(crate) fn newspaper() -> Newspaper {
    toml::from_str(NEWSPAPER).expect("newspaper.toml is part of the binary and tested")
}

/// The stories written by hand, in the order of the files.
///
/// # Panics
/// Never: the files are part of the binary and a test reads them.
pub(crate) fn handwritten(newspaper: &Newspaper) -> Vec<Story> {
    let mut stories = Vec::new();
    for text in STORIES {
        let file: StoryFile = toml::from_str(text).expect("story files are part of the binary and tested");
        let category = newspaper
            .categories
            .iter()
            .position(|category| category.segment == file.segment)
            .expect("story files name a category of newspaper.toml");
        stories.extend(file.story.into_iter().map(|entry| story(entry, category)));
    }
    stories
}

fn story(entry: StoryEntry, category: usize) -> Story {
    Story {
        slug: entry.slug.unwrap_or_else(|| markup::slug(&entry.headline)),
        category,
        published: entry.published.parse().expect("stories give their time as 2025-03-14T08:30"),
        kicker: entry.kicker,
        headline: entry.headline,
        subheadline: entry.subheadline,
        author: entry.author,
        dateline: entry.dateline.map(|dateline| Dateline {
            text: dateline.text,
            place: Some(dateline.place),
            region: None,
            agencies: dateline.agencies,
            date: None,
        }),
        body: blocks(&entry.text),
        bold_lead: entry.bold_lead,
        picture: entry.picture,
        tags: entry.tags,
    }
}

/// Reads a story's text: blocks separated by blank lines; `## ` a heading, `- ` list items, `> ` a set-off
/// quotation, all else paragraphs whose lines are joined.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    text.split("\n\n").map(str::trim).filter(|block| !block.is_empty()).map(block).collect()
}

fn block(text: &str) -> Block {
    let joined = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(heading) = text.strip_prefix("## ") {
        return Block::Heading { level: 3, text: joined(heading) };
    }
    if let Some(quotation) = text.strip_prefix("> ") {
        return Block::Blockquote(joined(quotation));
    }
    if text.starts_with("- ") {
        return Block::List(text.lines().map(|line| joined(line.trim_start_matches("- "))).collect());
    }
    Block::Paragraph(joined(text))
}
