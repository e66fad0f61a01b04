//! `Outline`: the page's tree as flat rows in reading order, so that every question is a loop over a range.

use std::cell::OnceCell;

use ego_tree::NodeRef;
use scraper::node::Element;
use scraper::{ElementRef, Html, Node};

use crate::portal::sieve::{Marks, marks_of};

macro_rules! tags {
    ($($variant:ident $name:literal),+ $(,)?) => {
        /// The elements that matter by name; everything else is `Other`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "the names of HTML's elements")]
        pub enum Tag { Text, Other, $($variant),+ }

        impl Tag {
            fn of(name: &str) -> Self {
                match name { $($name => Self::$variant,)+ _ => Self::Other }
            }
        }
    };
}

tags! {
    A "a", Abbr "abbr", Address "address", Article "article", Aside "aside", Audio "audio", B "b", Blockquote "blockquote",
    Body "body", Br "br", Button "button", Canvas "canvas", Center "center", Cite "cite", Code "code", Dd "dd",
    Del "del", Details "details", Dialog "dialog", Div "div", Dl "dl", Dt "dt", Em "em", Fieldset "fieldset",
    Figcaption "figcaption", Figure "figure", Font "font", Footer "footer", Form "form", H1 "h1", H2 "h2", H3 "h3", H4 "h4",
    H5 "h5", H6 "h6", Head "head", Header "header", Hr "hr", Html "html", I "i", Iframe "iframe", Img "img",
    Input "input", Ins "ins", Label "label", Li "li", Link "link", Main "main", Meta "meta", Nav "nav",
    Noscript "noscript", Object "object", Ol "ol", Option "option", P "p", Picture "picture", Pre "pre", Q "q",
    S "s", Script "script", Section "section", Select "select", Small "small", Source "source", Span "span", Strike "strike",
    Strong "strong", Style "style", Sub "sub", Summary "summary", Sup "sup", Svg "svg", Table "table",
    Tbody "tbody", Td "td", Template "template", Textarea "textarea", Tfoot "tfoot", Th "th", Thead "thead",
    Time "time", Title "title", Tr "tr", U "u", Ul "ul", Video "video",
}

impl Tag {
    /// Whether the element stands in a line of text (its edges do not separate words).
    pub fn is_inline(self) -> bool {
        matches!(
            self,
            Self::Text
                | Self::A
                | Self::Abbr
                | Self::B
                | Self::Cite
                | Self::Code
                | Self::Del
                | Self::Em
                | Self::Font
                | Self::I
                | Self::Img
                | Self::Ins
                | Self::Label
                | Self::Other
                | Self::Picture
                | Self::Q
                | Self::S
                | Self::Script
                | Self::Small
                | Self::Source
                | Self::Span
                | Self::Strike
                | Self::Strong
                | Self::Sub
                | Self::Sup
                | Self::Time
                | Self::U
        )
    }

    /// The level of a heading, 1 to 6.
    pub fn heading_level(self) -> Option<u8> {
        match self {
            Self::H1 => Some(1),
            Self::H2 => Some(2),
            Self::H3 => Some(3),
            Self::H4 => Some(4),
            Self::H5 => Some(5),
            Self::H6 => Some(6),
            _ => None,
        }
    }

    /// Whether what stands inside is never text of a page.
    pub fn is_never_text(self) -> bool {
        matches!(
            self,
            Self::Audio
                | Self::Button
                | Self::Canvas
                | Self::Dialog
                | Self::Head
                | Self::Iframe
                | Self::Noscript
                | Self::Object
                | Self::Option
                | Self::Script
                | Self::Select
                | Self::Style
                | Self::Svg
                | Self::Template
                | Self::Textarea
                | Self::Title
                | Self::Video
        )
    }
}

/// One element or text.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// What it is.
    pub tag: Tag,
    /// The row of the element it stands in; the first row's is itself.
    pub parent: usize,
    /// One past the last row inside it.
    pub end: usize,
    node: NodeRef<'a, Node>,
}

/// All elements and texts of a page in reading order.
#[derive(Debug)]
pub struct Outline<'a> {
    rows: Vec<Row<'a>>,
    /// What each row can match, made when the first selector asks.
    marks: OnceCell<Marks>,
}

impl<'a> Outline<'a> {
    /// Lays out a tree, without recursion.
    pub fn of(html: &'a Html) -> Self {
        let mut rows: Vec<Row<'a>> = Vec::with_capacity(html.tree.nodes().len());
        let mut open: Vec<usize> = Vec::with_capacity(64);
        let mut next = html.tree.root().first_child();
        while let Some(node) = next {
            let parent = open.last().copied().unwrap_or(0);
            let (row, enter) = match node.value() {
                Node::Element(element) => (Some(Tag::of(element.name())), true),
                Node::Text(_) => (Some(Tag::Text), false),
                _ => (None, false),
            };
            if let Some(tag) = row {
                rows.push(Row { tag, parent, end: rows.len() + 1, node });
            }
            if enter && let Some(child) = node.first_child() {
                open.push(rows.len() - 1);
                next = Some(child);
                continue;
            }
            let mut here = node;
            next = loop {
                if let Some(sibling) = here.next_sibling() {
                    break Some(sibling);
                }
                let Some(row) = open.pop() else { break None };
                rows[row].end = rows.len();
                here = rows[row].node;
            };
        }
        Self { rows, marks: OnceCell::new() }
    }

    /// What the rows can match; a text matches nothing.
    pub(crate) fn marks(&self) -> &Marks {
        let of_row = |row: &Row<'_>| row.node.value().as_element().map_or(0, marks_of);
        self.marks.get_or_init(|| Marks::of(self.rows.iter().map(of_row)))
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether the page is empty.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row at `index`.
    pub fn row(&self, index: usize) -> &Row<'a> {
        &self.rows[index]
    }

    /// All rows.
    pub fn rows(&self) -> &[Row<'a>] {
        &self.rows
    }

    /// What the row at `index` is.
    pub fn tag(&self, index: usize) -> Tag {
        self.rows[index].tag
    }

    /// One past the last row inside.
    pub fn end(&self, index: usize) -> usize {
        self.rows[index].end
    }

    /// The text at `index`, where it is one.
    pub fn text(&self, index: usize) -> Option<&'a str> {
        match self.rows[index].node.value() {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The element at `index`, where it is one.
    pub fn element(&self, index: usize) -> Option<&'a Element> {
        self.rows[index].node.value().as_element()
    }

    /// The element at `index` as selectors take it.
    pub fn element_ref(&self, index: usize) -> Option<ElementRef<'a>> {
        ElementRef::wrap(self.rows[index].node)
    }

    /// An attribute of the element at `index`.
    pub fn attr(&self, index: usize, name: &str) -> Option<&'a str> {
        attr(self.element(index)?, name)
    }

    /// The elements around the row at `index`, from the inside out.
    pub fn ancestors(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        let mut at = index;
        std::iter::from_fn(move || {
            let parent = self.rows[at].parent;
            (parent < at).then(|| {
                at = parent;
                parent
            })
        })
    }

    /// Whether the row `outer` holds the row `inner` or is it.
    pub fn holds(&self, outer: usize, inner: usize) -> bool {
        outer <= inner && inner < self.rows[outer].end
    }

    /// The first element of that kind in a range of rows.
    pub fn find(&self, range: std::ops::Range<usize>, tag: Tag) -> Option<usize> {
        range.into_iter().find(|index| self.rows[*index].tag == tag)
    }
}

/// An attribute's value, found without interning the name.
pub fn attr<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    element.attrs.iter().find(|(key, _)| &*key.local == name).map(|(_, value)| &**value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_reading_order_and_know_their_range() {
        let html = Html::parse_document("<body><div><p>a</p><p>b</p></div><p>c");
        let outline = Outline::of(&html);
        let tags: Vec<Tag> = outline.rows().iter().map(|row| row.tag).collect();
        assert_eq!(
            tags,
            [
                Tag::Html,
                Tag::Head,
                Tag::Body,
                Tag::Div,
                Tag::P,
                Tag::Text,
                Tag::P,
                Tag::Text,
                Tag::P,
                Tag::Text
            ]
        );
        assert_eq!(outline.end(3), 8);
        assert_eq!(outline.end(0), 10);
        assert_eq!(outline.ancestors(5).collect::<Vec<_>>(), [4, 3, 2, 0]);
    }
}
