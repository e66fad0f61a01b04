//! What the structure of a text is made of: dateline, quotations, dates. Values only; `structure` finds them.

use std::fmt;

/// The line that says where, when and by whom a story was written, taken off the block it stood in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dateline {
    /// The words as they stood in the page, without surrounding white space: `Stuttgart (dpa/lsw) -`.
    pub text: String,
    /// The place or places as one string, as written but for case: `Stuttgart`, `Berlin/Hamburg`.
    pub place: Option<String>,
    /// Region, state or country named with the place.
    pub region: Option<String>,
    /// Credits in order, each as written with its desk: `["dpa/lsw"]`.
    pub agencies: Vec<String>,
    /// The date named in the dateline, ISO 8601.
    pub date: Option<String>,
}

/// Where an annotation lies: a block and a half-open range of Unicode code points in that block's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Index of the block, from 0.
    pub block: usize,
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// What kind of quotation a span is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QuoteKind {
    /// A quotation of its own: a sentence or more.
    Direct,
    /// Attributed words inside the reporter's sentence.
    Fragment,
    /// An answer (or question) of an interview.
    Interview,
    /// Reported speech without marks, where speaker and reporting verb are explicit.
    Indirect,
}

impl QuoteKind {
    /// The word used in records and columns.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Fragment => "fragment",
            Self::Interview => "interview",
            Self::Indirect => "indirect",
        }
    }
}

impl fmt::Display for QuoteKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One uninterrupted quotation.
#[derive(Debug, Clone, PartialEq)]
pub struct Quote {
    /// The words without the outer marks.
    pub text: String,
    /// Direct, fragment, interview or indirect.
    pub kind: QuoteKind,
    /// The quotation with its marks.
    pub span: Span,
    /// Resolved full name; `None` where the text does not say (a wrong speaker is worse than none).
    pub speaker: Option<String>,
    /// The words that name the speaker at this quotation: `Mayer`, `sie`, `der Minister`.
    pub speaker_mention: Option<String>,
    /// The speaker's role as the article gives it: `Geschäftsführer der Netze BW`.
    pub role: Option<String>,
    /// The word that attributes: `sagte`, `so`, `laut`, `:`.
    pub cue: Option<String>,
    /// The second half of a split quotation, or a paragraph that reopens the marks.
    pub continued: bool,
    /// Stands inside another quotation.
    pub nested: bool,
    /// 0 to 1: how sure the rule is of the speaker.
    pub confidence: f32,
    /// The name of the rule that attributed it: `after-so`, `colon-intro`.
    pub rule: &'static str,
}

/// A date or time expression in the text and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateMention {
    /// The expression as it stands: `am Montag, 6. April,`.
    pub text: String,
    /// ISO 8601 / EDTF: `2020-04-06`, `2020-04-06T19:30`, `2020-W15`, `199X`, `a/b`.
    pub date: String,
    /// Where it stands.
    pub span: Span,
}
