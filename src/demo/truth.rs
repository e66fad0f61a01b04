//! What every article of the site must come out as: the truth that extraction is held against.

use crate::model::annotation::Dateline;
use crate::model::article::Block;
use crate::model::publication_time::PublicationTime;

use super::article::{DateSource, PageLayout, SiteArticle};
use super::markup::{self, Inline};
use super::site::Site;

/// A link an article must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedLink {
    /// Path on the site.
    pub path: String,
    /// Its words.
    pub text: String,
}

/// A picture an article must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedImage {
    /// Path on the site.
    pub path: String,
    /// The words under it, without the credit.
    pub caption: String,
    /// Who took it.
    pub credit: Option<String>,
}

/// One article as it must be read from its page.
#[derive(Debug, Clone)]
pub struct Expected {
    /// Path on the site.
    pub path: String,
    /// How its page is built.
    pub layout: PageLayout,
    /// Where its page says when it appeared.
    pub date_source: DateSource,
    /// Kicker.
    pub kicker: Option<String>,
    /// Headline.
    pub headline: String,
    /// Subheadline.
    pub subheadline: Option<String>,
    /// Sections, from the general to the special.
    pub sections: Vec<String>,
    /// Names of people in the byline.
    pub authors: Vec<String>,
    /// When it appeared, with the precision the page allows.
    pub published: PublicationTime,
    /// When it was changed, where the page says so.
    pub modified: Option<PublicationTime>,
    /// Dateline.
    pub dateline: Option<Dateline>,
    /// First statement.
    pub lead: String,
    /// Body blocks, dateline taken off.
    pub body: Vec<Block>,
    /// "Weitere Artikel", in order.
    pub related: Vec<ExpectedLink>,
    /// "Beliebte Artikel", in order.
    pub popular: Vec<ExpectedLink>,
    /// Links in the text, in order.
    pub inline: Vec<ExpectedLink>,
    /// The next newer article.
    pub next: Option<ExpectedLink>,
    /// The next older article.
    pub previous: Option<ExpectedLink>,
    /// The picture.
    pub image: Option<ExpectedImage>,
    /// Keywords.
    pub tags: Vec<String>,
}

impl Expected {
    /// The dateline's place.
    pub fn dateline_place(&self) -> Option<&str> {
        self.dateline.as_ref()?.place.as_deref()
    }

    /// The texts of the body's paragraphs.
    pub fn paragraphs(&self) -> Vec<&str> {
        self.body
            .iter()
            .filter_map(|block| match block {
                Block::Paragraph(text) => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }
}

/// The truth about one article of `site`.
pub(crate) fn expected(site: &Site, article: &SiteArticle) -> Expected {
    let story = &article.story;
    let link = |index: usize| {
        let other = &site.articles[index];
        ExpectedLink { path: other.path.clone(), text: other.story.headline.clone() }
    };
    let crumbs = &site.newspaper.categories[story.category].crumbs;
    Expected {
        path: article.path.clone(),
        layout: article.layout,
        date_source: article.date_source,
        kicker: story.kicker.clone(),
        headline: story.headline.clone(),
        subheadline: story.subheadline.clone(),
        sections: crumbs.iter().map(|crumb| crumb.name.clone()).collect(),
        authors: story.author.iter().filter(|author| *author != "Redaktion").cloned().collect(),
        published: article.published(),
        modified: article.modified.map(super::calendar::to_the_second),
        dateline: story.dateline.clone(),
        lead: story.lead(),
        body: story.body.iter().map(plain_block).collect(),
        related: article.related.iter().map(|&index| link(index)).collect(),
        popular: article.popular.iter().map(|&index| link(index)).collect(),
        inline: story.body.iter().flat_map(|block| inline_links(site, &block.text())).collect(),
        next: article.next.map(link),
        previous: article.previous.map(link),
        image: story.picture.as_ref().map(|picture| ExpectedImage {
            path: article.image_path(),
            caption: picture.caption.clone(),
            credit: picture.credit.clone(),
        }),
        tags: story.tags.clone(),
    }
}

fn plain_block(block: &Block) -> Block {
    match block {
        Block::Paragraph(text) => Block::Paragraph(markup::plain(text)),
        Block::Blockquote(text) => Block::Blockquote(markup::plain(text)),
        Block::List(items) => Block::List(items.iter().map(|item| markup::plain(item)).collect()),
        other => other.clone(),
    }
}

fn inline_links(site: &Site, text: &str) -> Vec<ExpectedLink> {
    markup::inlines(text)
        .into_iter()
        .filter_map(|part| match part {
            Inline::Link { text, target } => {
                Some(ExpectedLink { path: site.link_target(target), text: text.to_owned() })
            }
            Inline::Text(_) => None,
        })
        .collect()
}
