//! Builds the tree of a lean page: tags, texts and comments are found here (HTML, "tokenization"), `html5ever`'s tree
//! builder puts them together. Texts and values are pieces of one shared buffer, so that few are copied.

use std::borrow::Cow;
use std::cell::RefCell;

use ego_tree::{NodeId, Tree};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Doctype, EndTag, StartTag, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer,
    TokenizerOpts,
};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink as _};
use html5ever::{Attribute, LocalName, QualName, ns};
use memchr::{memchr, memchr2, memmem};
use scraper::{Html, HtmlTreeSink, Node};

use crate::select::references::replaced;

/// Places of the table of names met before.
const NAME_SLOTS: usize = 512;
/// Most nodes room is made for before they come.
const NODES_AHEAD: usize = 32 * 1024;

/// The tree of a page, the same as [`Html::parse_document`] builds. What is rare (zero bytes, scripts that hold
/// comments, CDATA in drawings) is left to that.
pub fn tree_of(source: &str) -> Html {
    if memchr(0, source.as_bytes()).is_some() {
        return Html::parse_document(source);
    }
    let text = with_line_feeds(source.strip_prefix('\u{feff}').unwrap_or(source));
    let shared = StrTendril::from_slice(&text);
    let mut html = Html::new_document();
    // About as many nodes as tags: each element has two, and a text beside it.
    html.tree = Tree::with_capacity(
        Node::Document,
        memchr::memchr_iter(b'<', text.as_bytes()).count().min(NODES_AHEAD),
    );
    let feeder = Feeder {
        text: &text,
        shared: &shared,
        at: 0,
        names: vec![None; NAME_SLOTS],
        builder: TreeBuilder::new(HtmlTreeSink::new(html), TreeBuilderOpts::default()),
    };
    feeder.run().unwrap_or_else(|| Html::parse_document(source))
}

/// Line ends as the tree has them (HTML, "normalize newlines").
fn with_line_feeds(text: &str) -> Cow<'_, str> {
    if memchr(b'\r', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
}

struct Feeder<'s> {
    text: &'s str,
    /// The same as a buffer whose pieces can be handed out.
    shared: &'s StrTendril,
    at: usize,
    /// Names of tags and attributes by what they were written as.
    names: Vec<Option<(&'s str, LocalName)>>,
    builder: TreeBuilder<NodeId, HtmlTreeSink>,
}

impl<'s> Feeder<'s> {
    /// `None`: something rare was met.
    fn run(mut self) -> Option<Html> {
        while self.at < self.text.len() {
            let markup = self.next_markup(self.at);
            self.text_token(self.at, markup, true);
            self.at = markup;
            if markup < self.text.len() {
                self.markup()?;
            }
        }
        let _ = self.send(Token::EOFToken);
        self.builder.end();
        Some(self.builder.sink.finish())
    }

    fn bytes(&self) -> &'s [u8] {
        self.text.as_bytes()
    }

    fn send(&self, token: Token) -> TokenSinkResult<NodeId> {
        self.builder.process_token(token, 1)
    }

    fn piece(&self, start: usize, end: usize) -> StrTendril {
        self.shared
            .try_subtendril(start as u32, (end - start) as u32)
            .unwrap_or_else(|_| StrTendril::from_slice(self.text.get(start..end).unwrap_or_default()))
    }

    /// The next place where a tag, comment or declaration begins; the end, where there is none.
    fn next_markup(&self, mut from: usize) -> usize {
        let bytes = self.bytes();
        while let Some(found) = memchr(b'<', &bytes[from..]) {
            let here = from + found;
            match bytes.get(here + 1) {
                Some(b'!' | b'?' | b'a'..=b'z' | b'A'..=b'Z') => return here,
                Some(b'/') if here + 2 < bytes.len() => return here,
                _ => from = here + 1,
            }
        }
        bytes.len()
    }

    fn text_token(&self, start: usize, end: usize, has_references: bool) {
        if start >= end {
            return;
        }
        let is_plain = !has_references || memchr(b'&', &self.bytes()[start..end]).is_none();
        let text = if is_plain {
            self.piece(start, end)
        } else {
            StrTendril::from_slice(&replaced(&self.text[start..end], false))
        };
        let _ = self.send(Token::CharacterTokens(text));
    }

    fn markup(&mut self) -> Option<()> {
        let bytes = self.bytes();
        let start = self.at;
        match (bytes[start + 1], bytes.get(start + 2)) {
            (b'!', _) => return self.declaration(),
            (b'?', _) => self.bogus_comment(start + 1),
            (b'/', Some(b'>')) => self.at = start + 3,
            (b'/', Some(next)) if next.is_ascii_alphabetic() => return self.tag(start + 2, EndTag),
            (b'/', _) => self.bogus_comment(start + 2),
            _ => return self.tag(start + 1, StartTag),
        }
        Some(())
    }

    fn declaration(&mut self) -> Option<()> {
        let start = self.at;
        let rest = &self.bytes()[start + 2..];
        if rest.starts_with(b"--") {
            let (end, after) = comment_end(self.bytes(), start + 4);
            let _ = self.send(Token::CommentToken(self.piece(start + 4, end)));
            self.at = after;
        } else if rest.get(..7).is_some_and(|word| word.eq_ignore_ascii_case(b"doctype")) {
            let end = memchr(b'>', rest).map_or(self.text.len(), |end| start + 2 + end + 1);
            if let Some(doctype) = doctype_of(self.piece(start, end)) {
                let _ = self.send(Token::DoctypeToken(doctype));
            }
            self.at = end;
        } else if rest.starts_with(b"[CDATA[")
            && self.builder.adjusted_current_node_present_but_not_in_html_namespace()
        {
            return None;
        } else {
            self.bogus_comment(start + 2);
        }
        Some(())
    }

    fn bogus_comment(&mut self, start: usize) {
        let end = memchr(b'>', &self.bytes()[start..]).map_or(self.text.len(), |end| start + end);
        let _ = self.send(Token::CommentToken(self.piece(start, end)));
        self.at = (end + 1).min(self.text.len());
    }

    /// Reads the tag whose name begins at `name`; one that the page's end cuts off is none.
    fn tag(&mut self, name: usize, kind: TagKind) -> Option<()> {
        let end = self.name_end(name, false);
        let local = self.local_name(name, end);
        let mut tag = Tag {
            kind,
            name: local,
            self_closing: false,
            attrs: Vec::new(),
            had_duplicate_attributes: false,
        };
        let Some(after) = self.attributes(end, &mut tag) else {
            self.at = self.text.len();
            return Some(());
        };
        self.at = after;
        match self.send(Token::TagToken(tag)) {
            TokenSinkResult::RawData(kind) => self.raw_text(name, end, kind),
            TokenSinkResult::Plaintext => {
                self.text_token(after, self.text.len(), false);
                self.at = self.text.len();
                Some(())
            }
            _ => Some(()),
        }
    }

    /// Reads what stands behind a tag's name; gives the place behind its `>`.
    fn attributes(&mut self, mut at: usize, tag: &mut Tag) -> Option<usize> {
        loop {
            at = self.after_space(at);
            match self.bytes().get(at)? {
                b'>' => return Some(at + 1),
                b'/' if self.bytes().get(at + 1) == Some(&b'>') => {
                    tag.self_closing = true;
                    return Some(at + 2);
                }
                b'/' => {
                    at += 1;
                    continue;
                }
                _ => {}
            }
            let name = at;
            // A name may begin with the sign that ends it.
            let end = self.name_end(at + 1, true);
            at = self.after_space(end);
            let mut value = StrTendril::new();
            if *self.bytes().get(at)? == b'=' {
                at = self.after_space(at + 1);
                (value, at) = self.value(at)?;
            }
            let local = self.local_name(name, end);
            if tag.attrs.iter().any(|known| known.name.local == local) {
                tag.had_duplicate_attributes = true;
            } else {
                tag.attrs.push(Attribute { name: QualName::new(None, ns!(), local), value });
            }
        }
    }

    /// The value that begins at `at`, and the place behind it.
    fn value(&self, at: usize) -> Option<(StrTendril, usize)> {
        let bytes = self.bytes();
        let (start, end, after, has_references) = if let quote @ (b'"' | b'\'') = bytes.get(at)? {
            let start = at + 1;
            let mut end = start + memchr2(*quote, b'&', &bytes[start..])?;
            let has_references = bytes[end] == b'&';
            if has_references {
                end += memchr(*quote, &bytes[end..])?;
            }
            (start, end, end + 1, has_references)
        } else {
            let length = bytes[at..].iter().position(|byte| is_space(*byte) || *byte == b'>')?;
            let has_references = memchr(b'&', &bytes[at..at + length]).is_some();
            (at, at + length, at + length, has_references)
        };
        let value = if has_references {
            StrTendril::from_slice(&replaced(&self.text[start..end], true))
        } else {
            self.piece(start, end)
        };
        Some((value, after))
    }

    fn after_space(&self, at: usize) -> usize {
        let rest = &self.bytes()[at.min(self.text.len())..];
        at + rest.iter().position(|byte| !is_space(*byte)).unwrap_or(rest.len())
    }

    fn name_end(&self, at: usize, of_attribute: bool) -> usize {
        let rest = &self.bytes()[at.min(self.text.len())..];
        let ends =
            |byte: &u8| is_space(*byte) || matches!(byte, b'/' | b'>') || of_attribute && *byte == b'=';
        at + rest.iter().position(ends).unwrap_or(rest.len())
    }

    /// A name in small letters. A page has few names and each many times.
    fn local_name(&mut self, start: usize, end: usize) -> LocalName {
        let name = self.text.get(start..end).unwrap_or_default();
        let hash = name
            .bytes()
            .fold(0xcbf2_9ce4_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        let slot = (hash >> 8) as usize % NAME_SLOTS;
        if let Some((known, local)) = &self.names[slot]
            && *known == name
        {
            return local.clone();
        }
        let local = if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            LocalName::from(name.to_ascii_lowercase())
        } else {
            LocalName::from(name)
        };
        self.names[slot] = Some((name, local.clone()));
        local
    }

    /// Passes on what stands between a start tag and its end tag as text; `name` is that of the start tag.
    fn raw_text(&mut self, name: usize, name_end: usize, kind: RawKind) -> Option<()> {
        let end = self.raw_end(&self.bytes()[name..name_end]);
        let is_script = !matches!(kind, RawKind::Rcdata | RawKind::Rawtext);
        if is_script && memmem::find(&self.bytes()[self.at..end], b"<!--").is_some() {
            return None;
        }
        self.text_token(self.at, end, kind == RawKind::Rcdata);
        self.at = end;
        Some(())
    }

    /// Where the end tag of that name begins.
    fn raw_end(&self, name: &[u8]) -> usize {
        let bytes = self.bytes();
        memmem::find_iter(&bytes[self.at..], b"</")
            .map(|found| self.at + found)
            .find(|here| {
                let rest = &bytes[here + 2..];
                rest.get(..name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name))
                    && rest.get(name.len()).is_some_and(|byte| is_space(*byte) || matches!(byte, b'/' | b'>'))
            })
            .unwrap_or(bytes.len())
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | 0x0C)
}

/// Where the text of a comment ends that begins at `start`, and where the comment does.
fn comment_end(bytes: &[u8], start: usize) -> (usize, usize) {
    if bytes[start..].starts_with(b">") {
        return (start, start + 1);
    }
    if bytes[start..].starts_with(b"->") {
        return (start, start + 2);
    }
    let mut at = start;
    while let Some(found) = memmem::find(&bytes[at..], b"--") {
        let here = at + found;
        match &bytes[here + 2..] {
            [b'>', ..] => return (here, here + 3),
            [b'!', b'>', ..] => return (here, here + 4),
            _ => at = here + 1,
        }
    }
    (bytes.len(), bytes.len())
}

/// Reads a document type as `html5ever` does: what it says decides on the page's quirks.
fn doctype_of(declaration: StrTendril) -> Option<Doctype> {
    struct Found(RefCell<Option<Doctype>>);
    impl TokenSink for Found {
        type Handle = ();
        fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
            if let Token::DoctypeToken(doctype) = token {
                self.0.borrow_mut().get_or_insert(doctype);
            }
            TokenSinkResult::Continue
        }
    }
    let tokenizer = Tokenizer::new(Found(RefCell::new(None)), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(declaration);
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

#[cfg(test)]
mod tests;
