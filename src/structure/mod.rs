//! What an article says about itself: dateline, lead, quotes with their speakers, dates.
//!
//! Pure functions over text. Knows no HTML, no network, holds no clock: same input, same output.
//! Pages are taken apart into blocks by `extract`; this module only annotates them.

use crate::model::annotation::{DateMention, Dateline, Quote, Span};

pub mod dateline;
pub mod dates;
mod language;
pub mod quotes;
pub(crate) mod text;

/// What role a block of text plays in its article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// Short line over the headline.
    Kicker,
    /// The title of the article.
    Headline,
    /// Line under the headline.
    Subheadline,
    /// Marked-up lead or teaser.
    Lead,
    /// Who wrote it.
    Byline,
    /// A paragraph of the body.
    Paragraph,
    /// A heading between paragraphs.
    Heading,
    /// One item of a list.
    ListItem,
    /// Words under a picture.
    Caption,
}

/// One block of the text to annotate.
#[derive(Debug, Clone, Copy)]
pub struct TextBlock<'a> {
    /// Its role.
    pub kind: BlockKind,
    /// Its text; offsets of annotations count this text's code points.
    pub text: &'a str,
}

/// What the annotators need to know beside the text.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// BCP 47 tag of the article's language; only the primary subtag is used. `None`: guessed from the words.
    pub language: Option<&'a str>,
    /// When the article was published, in the portal's zone. `None`: relative dates stay unresolved.
    pub published: Option<&'a jiff::Zoned>,
    /// Places the portal is known to report from (its own town, districts): they make a dateline more likely.
    pub places: &'a [String],
}

/// A dateline and where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDateline {
    /// What it says.
    pub dateline: Dateline,
    /// The prefix to take off, white space after it included.
    pub span: Span,
}

/// The structure of one article.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Structure {
    /// The dateline, if the text begins with one.
    pub dateline: Option<FoundDateline>,
    /// The article's first statement, without the dateline.
    pub lead: Option<String>,
    /// Quotations in the order of the text.
    pub quotes: Vec<Quote>,
    /// Dates in the order of the text.
    pub dates: Vec<DateMention>,
}

/// Annotates the blocks of one article: dateline, lead, quotations, dates. Never fails; linear in the length of the text.
pub fn annotate(blocks: &[TextBlock<'_>], context: &Context<'_>) -> Structure {
    let dateline = dateline::find(blocks, context);
    let lead = dateline::lead(blocks, dateline.as_ref());
    Structure { quotes: quotes::find(blocks, context), dates: dates::find(blocks, context), lead, dateline }
}
