//! Makes a page's source lean and harmless before the tree is built: contents of scripts, styles, drawings and
//! comments go, nesting and numbers are bounded. Building the tree is `document`'s.

use memchr::{memchr, memchr3, memmem};

use crate::model::issue::Issue;
use crate::select::text::start_of;

/// Most of a page that is read, in bytes.
pub const MAX_HTML_BYTES: usize = 16 * 1024 * 1024;
/// Most start tags that reach the tree.
pub const MAX_START_TAGS: usize = 150_000;
/// Deepest nesting that reaches the tree; the tree builder looks through all open elements at every block.
pub const MAX_DEPTH: usize = 256;
/// Most formatting elements open at once; the tree builder reopens all of them in every block.
pub const MAX_OPEN_FORMATTING: usize = 16;
/// Longest start tag that is passed on without counting its attributes, in bytes.
const LONG_TAG_BYTES: usize = 4 * 1024;
/// Most attributes of one start tag; the tokenizer compares each with all before it.
const MAX_ATTRIBUTES: usize = 256;
/// Least length of a `<noscript>` that may hold the article itself, in bytes.
const NOSCRIPT_ARTICLE_BYTES: usize = 800;

/// A script of the page, not part of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Script<'a> {
    /// Its start tag.
    pub tag: &'a str,
    /// What stands between the tags.
    pub text: &'a str,
}

/// A page's source without what no reader sees.
#[derive(Debug)]
pub struct Source<'a> {
    /// What the tree is built from.
    pub html: String,
    /// The scripts, in order: JSON-LD, states, programs.
    pub scripts: Vec<Script<'a>>,
    /// What had to be cut.
    pub issues: Vec<Issue>,
}

/// Reads `page` once, in linear time.
pub fn reduce(page: &str) -> Source<'_> {
    let mut issues = Vec::new();
    let mut end = page.len();
    if end > MAX_HTML_BYTES {
        issues.push(Issue::page("page-cut", format!("only the first {MAX_HTML_BYTES} bytes were read")));
        end = start_of(page, MAX_HTML_BYTES).len();
    }
    let mut reducer = Reducer {
        page: &page[..end],
        at: 0,
        kept: 0,
        html: String::with_capacity(end.min(512 * 1024)),
        scripts: Vec::new(),
        depth: 0,
        over: 0,
        formatting: 0,
        start_tags: 0,
        never_closed: false,
        deep: false,
        many: false,
    };
    reducer.run();
    if reducer.deep {
        issues.push(Issue::page("nesting-limit", format!("nested deeper than {MAX_DEPTH} elements")));
    }
    if reducer.many {
        issues.push(Issue::page("element-limit", format!("more than {MAX_START_TAGS} elements")));
    }
    Source { html: reducer.html, scripts: reducer.scripts, issues }
}

struct Reducer<'a> {
    page: &'a str,
    at: usize,
    /// Everything before this has been copied or dropped.
    kept: usize,
    html: String,
    scripts: Vec<Script<'a>>,
    depth: usize,
    /// Start tags dropped because of the depth whose end tags are still to come.
    over: usize,
    formatting: usize,
    start_tags: usize,
    /// A drawing or template without an end was met: no further search to the end of the page.
    never_closed: bool,
    deep: bool,
    many: bool,
}

impl Reducer<'_> {
    fn run(&mut self) {
        let bytes = self.page.as_bytes();
        while let Some(found) = memchr(b'<', &bytes[self.at..]) {
            let start = self.at + found;
            match bytes.get(start + 1) {
                Some(b'!') if bytes[start..].starts_with(b"<!--") => {
                    let end = comment_end(bytes, start);
                    self.drop_range(start, end);
                }
                Some(b'!') if starts_ignoring_case(&bytes[start + 2..], b"doctype") => {
                    self.at = memchr(b'>', &bytes[start..]).map_or(bytes.len(), |end| start + end + 1);
                }
                Some(b'!' | b'?') => {
                    let end = memchr(b'>', &bytes[start..]).map_or(bytes.len(), |end| start + end + 1);
                    self.drop_range(start, end);
                }
                Some(b'/') if bytes.get(start + 2).is_some_and(u8::is_ascii_alphabetic) => {
                    self.end_tag(start);
                }
                Some(next) if next.is_ascii_alphabetic() => self.start_tag(start),
                _ => self.at = start + 1,
            }
            if self.many {
                break;
            }
        }
        let rest = if self.many { self.at } else { self.page.len() };
        if self.kept < rest {
            self.html.push_str(&self.page[self.kept..rest]);
        }
    }

    fn drop_range(&mut self, start: usize, end: usize) {
        self.html.push_str(&self.page[self.kept..start]);
        self.kept = end;
        self.at = end;
    }

    fn end_tag(&mut self, start: usize) {
        let bytes = self.page.as_bytes();
        let end = memchr(b'>', &bytes[start..]).map_or(bytes.len(), |end| start + end + 1);
        let kind = Kind::of(tag_name(&bytes[start + 2..end]));
        if kind == Kind::Formatting {
            self.formatting = self.formatting.saturating_sub(1);
        }
        if kind == Kind::Noscript {
            return self.drop_range(start, end);
        }
        if !matches!(kind, Kind::Void | Kind::ImpliedEnd) {
            if self.over > 0 {
                self.over -= 1;
                return self.drop_range(start, end);
            }
            self.depth = self.depth.saturating_sub(1);
        }
        self.at = end;
    }

    fn start_tag(&mut self, start: usize) {
        let bytes = self.page.as_bytes();
        let name = tag_name(&bytes[start + 1..]);
        let end = start_tag_end(bytes, start + 1 + name.len());
        let self_closing = bytes[..end].ends_with(b"/>");
        let kind = Kind::of(name);
        match kind {
            Kind::Script => return self.script(start, end),
            Kind::RawText => {
                let close = raw_text_end(bytes, end, name);
                return self.drop_range(start, close.1);
            }
            Kind::Svg if !self_closing => {
                let close = self.nested_end(end, name).unwrap_or(end);
                return self.drop_range(start, close);
            }
            Kind::Template => {
                let shadow = memmem::find(&bytes[start..end], b"shadowroot").is_some();
                let close = if shadow { end } else { self.nested_end(end, name).unwrap_or(end) };
                return self.drop_range(start, close);
            }
            Kind::Noscript => {
                let (inner_end, close) = raw_text_end(bytes, end, name);
                let inner = &bytes[end..inner_end];
                let article =
                    inner.len() >= NOSCRIPT_ARTICLE_BYTES && memmem::find_iter(inner, b"<p").count() > 1;
                return self.drop_range(start, if article { end } else { close });
            }
            Kind::Title => {
                self.at = raw_text_end(bytes, end, name).1;
                return;
            }
            _ => {}
        }
        self.start_tags += 1;
        if self.start_tags > MAX_START_TAGS {
            self.many = true;
            self.at = start;
            return;
        }
        if kind == Kind::Formatting {
            if self.formatting >= MAX_OPEN_FORMATTING {
                return self.drop_range(start, end);
            }
            self.formatting += 1;
        }
        if !self_closing && !matches!(kind, Kind::Void | Kind::ImpliedEnd) {
            if self.depth >= MAX_DEPTH {
                self.over += 1;
                self.deep = true;
                return self.drop_range(start, end);
            }
            self.depth += 1;
        }
        if end - start > LONG_TAG_BYTES && has_too_many_attributes(&bytes[start..end]) {
            self.drop_range(start, end);
            self.html.push('<');
            self.html.push_str(&self.page[start + 1..start + 1 + name.len()]);
            self.html.push('>');
            return;
        }
        self.at = end;
    }

    fn nested_end(&mut self, from: usize, name: &[u8]) -> Option<usize> {
        if self.never_closed {
            return None;
        }
        let end = nested_end(self.page.as_bytes(), from, name);
        self.never_closed = end.is_none();
        end
    }

    /// Keeps the tags (their attributes may be asked for), notes the text.
    fn script(&mut self, start: usize, end: usize) {
        let (inner_end, close) = raw_text_end(self.page.as_bytes(), end, b"script");
        self.scripts.push(Script { tag: &self.page[start..end], text: &self.page[end..inner_end] });
        self.start_tags += 1;
        self.drop_range(end, close);
        self.html.push_str("</script>");
    }
}

/// Longest name with a meaning here.
const LONGEST_NAME: usize = 8;

/// What an element is by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Script,
    /// What stands inside is no markup and never text of a page.
    RawText,
    Svg,
    Template,
    Noscript,
    Title,
    Void,
    /// Authors may leave the end tag out (HTML, "optional tags"): the depth cannot be counted.
    ImpliedEnd,
    /// A formatting element of the tree builder (HTML, "the list of active formatting elements").
    Formatting,
    Other,
}

impl Kind {
    fn of(name: &[u8]) -> Self {
        let mut small = [0; LONGEST_NAME];
        let Some(small) = small.get_mut(..name.len()) else { return Self::Other };
        small.copy_from_slice(name);
        small.make_ascii_lowercase();
        match &*small {
            b"script" => Self::Script,
            b"style" | b"iframe" | b"noembed" | b"noframes" | b"textarea" | b"xmp" => Self::RawText,
            b"svg" => Self::Svg,
            b"template" => Self::Template,
            b"noscript" => Self::Noscript,
            b"title" => Self::Title,
            b"br" | b"img" | b"meta" | b"link" | b"input" | b"hr" | b"source" | b"area" | b"base"
            | b"col" | b"embed" | b"param" | b"track" | b"wbr" => Self::Void,
            b"p" | b"li" | b"td" | b"tr" | b"th" | b"dd" | b"dt" | b"option" | b"optgroup" | b"tbody"
            | b"thead" | b"tfoot" | b"rp" | b"rt" | b"html" | b"body" | b"head" | b"colgroup" => {
                Self::ImpliedEnd
            }
            b"a" | b"b" | b"i" | b"u" | b"s" | b"em" | b"big" | b"tt" | b"code" | b"font" | b"nobr"
            | b"small" | b"strike" | b"strong" => Self::Formatting,
            _ => Self::Other,
        }
    }
}

fn tag_name(bytes: &[u8]) -> &[u8] {
    let end = bytes
        .iter()
        .position(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0C | b'/' | b'>'))
        .unwrap_or(bytes.len());
    &bytes[..end]
}

fn starts_ignoring_case(bytes: &[u8], start: &[u8]) -> bool {
    bytes.len() >= start.len() && bytes[..start.len()].eq_ignore_ascii_case(start)
}

/// Past the `>` that ends a start tag; a quote counts only where a value begins.
fn start_tag_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(found) = memchr3(b'>', b'"', b'\'', &bytes[at.min(bytes.len())..]) {
        let here = at + found;
        if bytes[here] == b'>' {
            return here + 1;
        }
        at = here + 1;
        if value_begins(bytes, here) {
            match memchr(bytes[here], &bytes[at..]) {
                Some(close) => at += close + 1,
                None => return bytes.len(),
            }
        }
    }
    bytes.len()
}

/// Whether the quote at `here` follows a `=`.
fn value_begins(bytes: &[u8], here: usize) -> bool {
    bytes[here.saturating_sub(16)..here].iter().rev().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'=')
}

/// Past a comment (HTML, "comment start state": `<!-->` and `<!--->` are whole).
fn comment_end(bytes: &[u8], start: usize) -> usize {
    let body = start + 4;
    if bytes[body..].starts_with(b">") {
        return body + 1;
    }
    if bytes[body..].starts_with(b"->") {
        return body + 2;
    }
    for found in memmem::find_iter(&bytes[body..], b"--") {
        match &bytes[body + found + 2..] {
            [b'>', ..] => return body + found + 3,
            [b'!' | b'-', b'>', ..] => return body + found + 4,
            _ => {}
        }
    }
    bytes.len()
}

/// Where raw text ends and where its end tag does.
fn raw_text_end(bytes: &[u8], from: usize, name: &[u8]) -> (usize, usize) {
    for found in memmem::find_iter(&bytes[from..], b"</") {
        let start = from + found;
        let rest = &bytes[start + 2..];
        if starts_ignoring_case(rest, name)
            && rest.get(name.len()).is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-')
        {
            return (start, memchr(b'>', &bytes[start..]).map_or(bytes.len(), |end| start + end + 1));
        }
    }
    (bytes.len(), bytes.len())
}

/// Past the end tag that closes an element which may hold others of its name; `None` where it is never closed.
fn nested_end(bytes: &[u8], from: usize, name: &[u8]) -> Option<usize> {
    let mut open = 1;
    let mut at = from;
    while let Some(found) = memchr(b'<', &bytes[at..]) {
        let here = at + found + 1;
        let closing = bytes.get(here) == Some(&b'/');
        let rest = &bytes[here + usize::from(closing)..];
        at = here;
        if starts_ignoring_case(rest, name)
            && rest.get(name.len()).is_none_or(|byte| !byte.is_ascii_alphanumeric())
        {
            let end = start_tag_end(bytes, here);
            if closing {
                open -= 1;
            } else if !bytes[..end].ends_with(b"/>") {
                open += 1;
            }
            at = end;
            if open == 0 {
                return Some(end);
            }
        }
    }
    None
}

fn has_too_many_attributes(tag: &[u8]) -> bool {
    let mut quote = None;
    let mut pieces = 0;
    for &byte in tag {
        match quote {
            Some(open) if byte == open => quote = None,
            None if byte == b'"' || byte == b'\'' => {
                quote = Some(byte);
                pieces += 1;
            }
            None if byte.is_ascii_whitespace() || byte == b'/' || byte == b'=' => pieces += 1,
            _ => {}
        }
    }
    pieces > MAX_ATTRIBUTES * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(page: &str, expected: &str) {
        assert_eq!(reduce(page).html, expected, "{page}");
    }

    #[test]
    fn what_no_reader_sees_is_dropped() {
        check("<p>a<!-- <p>b --></p>", "<p>a</p>");
        check("<style>p>a{}</style><p>a", "<p>a");
        check("<svg><path d='M0'/><svg></svg></svg><p>a", "<p>a");
        check("<script>if (a<b) '</p>'</script ><p>a", "<script></script><p>a");
        check("<SCRIPT>x</sCript><p>a", "<SCRIPT></script><p>a");
        check("<!--><p>a", "<p>a");
        check("<!-- never closed <p>a", "");
        check("<noscript><img src=x></noscript><p>a", "<p>a");
    }

    #[test]
    fn quotes_hide_the_end_of_a_tag_only_as_values() {
        check("<p title=\"a>b<!--\">c</p>", "<p title=\"a>b<!--\">c</p>");
        check("<p don't>c<!-- x --></p>", "<p don't>c</p>");
        check("<p title = 'a>b'>c<!-- --></p>", "<p title = 'a>b'>c</p>");
    }

    #[test]
    fn scripts_are_kept_aside() {
        let source = reduce("<script type=\"application/ld+json\">{\"a\":1}</script>");
        assert_eq!(source.scripts[0].text, "{\"a\":1}");
        assert!(source.scripts[0].tag.contains("ld+json"));
    }

    #[test]
    fn a_noscript_that_holds_the_article_is_opened() {
        let text = "Ein Satz, der lang genug ist. ".repeat(20);
        let page = format!("<noscript><p>{text}</p><p>{text}</p></noscript>");
        assert!(reduce(&page).html.starts_with("<p>Ein Satz"));
    }

    #[test]
    fn nesting_numbers_and_attributes_are_bounded() {
        let deep = reduce(&"<div>".repeat(10_000)).html.matches("<div>").count();
        assert_eq!(deep, MAX_DEPTH);
        let page = format!("{}x{}<p>y", "<div>".repeat(10_000), "</div>".repeat(10_000));
        let source = reduce(&page);
        assert_eq!(source.html.matches("</div>").count(), MAX_DEPTH);
        assert_eq!(source.issues[0].code, "nesting-limit");
        let wide = format!("<div {}>", "a ".repeat(100_000));
        assert_eq!(reduce(&wide).html, "<div>");
        assert!(reduce(&"<br>".repeat(200_000)).html.len() <= MAX_START_TAGS * 4);
        assert_eq!(reduce(&"<b>".repeat(1_000)).html.len(), 3 * MAX_OPEN_FORMATTING);
    }

    #[test]
    fn broken_ends_do_no_harm() {
        for page in
            ["<", "</", "<!", "<!-", "<a", "<a href=\"", "<script", "<script>", "</script", "<p \u{fc}"]
        {
            reduce(page);
        }
    }
}
