//! Renders parts of the tree as text blocks in order: paragraphs, headings, lists, tables, quotations. Which parts
//! are the article is decided elsewhere; here only a skip set is honoured.

use std::cell::OnceCell;
use std::ops::Range;

use crate::extract::phrases::is_boilerplate;
use crate::model::article::Block;
use crate::select::outline::{Outline, Tag};
use crate::select::text::{SkipSet, push_folded, text_of};

/// Most blocks of one article.
const MAX_BLOCKS: usize = 5_000;
/// Most rows or items of one table or list.
const MAX_ITEMS: usize = 2_000;
/// Lines of at least this many characters, each a whole sentence, are paragraphs even where one `<br>` parts them.
const LONG_LINE: usize = 90;
/// A list item longer than this holds an article, not an item.
const LONG_ITEM: usize = 900;
/// Bytes of a letter set larger than the rest, and the space after it.
const MAX_INITIAL: usize = 5;
/// A heading longer than this, in bytes, is text.
const MAX_HEADING: usize = 900;
/// A cell longer than this holds an article, not a value.
const LONG_CELL: usize = 400;

/// A block and what was noticed while rendering it.
#[derive(Debug, Clone)]
pub(crate) struct RawBlock {
    /// The block.
    pub(crate) block: Block,
    /// The rows it was made from.
    pub(crate) rows: Range<usize>,
    /// Bytes of its text.
    pub(crate) length: usize,
    /// Bytes of its text inside links.
    pub(crate) link_length: usize,
    /// Bytes of its text in bold.
    pub(crate) bold_length: usize,
    /// The rows of its links.
    pub(crate) links: Vec<usize>,
    /// Whether it is a line of furniture, once somebody has asked.
    furniture: OnceCell<bool>,
    /// Shares its paragraph with a picture.
    pub(crate) beside_picture: bool,
    /// Stands directly in a `<p>`.
    pub(crate) in_p: bool,
    /// The row of the element that holds the paragraph, list or heading.
    pub(crate) holder: usize,
}

impl RawBlock {
    /// Whether it is a line of furniture: by its words, or because it was called so.
    pub(crate) fn is_furniture(&self) -> bool {
        *self.furniture.get_or_init(|| match &self.block {
            Block::Paragraph(text) | Block::Blockquote(text) | Block::Heading { text, .. } => {
                is_boilerplate(text)
            }
            Block::List(_) | Block::Table(_) | Block::Preformatted(_) => false,
        })
    }

    /// Calls it furniture.
    pub(crate) fn call_furniture(&mut self) {
        self.furniture = OnceCell::from(true);
    }
}

/// Renders a range of rows.
pub(crate) fn render(outline: &Outline<'_>, rows: Range<usize>, skip: &SkipSet) -> Vec<RawBlock> {
    let mut writer = Writer {
        outline,
        skip,
        blocks: Vec::new(),
        line: Line::default(),
        quote_until: 0,
        p_until: 0,
        holder: 0,
        link_until: 0,
        bold_until: 0,
    };
    writer.run(rows);
    writer.blocks
}

#[derive(Default)]
struct Line {
    text: String,
    start: Option<usize>,
    link_length: usize,
    bold_length: usize,
    links: Vec<usize>,
    picture: bool,
}

struct Writer<'o, 'a> {
    outline: &'o Outline<'a>,
    skip: &'o SkipSet,
    blocks: Vec<RawBlock>,
    line: Line,
    quote_until: usize,
    p_until: usize,
    holder: usize,
    link_until: usize,
    bold_until: usize,
}

impl Writer<'_, '_> {
    fn run(&mut self, rows: Range<usize>) {
        let mut open: Vec<usize> = Vec::new();
        let mut at = rows.start;
        while at < rows.end && self.blocks.len() < MAX_BLOCKS {
            while open.last().is_some_and(|end| *end <= at) {
                open.pop();
                self.flush(at);
            }
            let tag = self.outline.tag(at);
            let end = self.outline.end(at).min(rows.end);
            if tag == Tag::Text {
                self.push_text(at);
                at += 1;
                continue;
            }
            if self.skip.contains(at) || tag.is_never_text() || matches!(tag, Tag::Figcaption | Tag::Label) {
                if !tag.is_inline() {
                    self.flush(at);
                }
                at = end;
                continue;
            }
            match tag {
                Tag::Br => self.line.text.push('\n'),
                Tag::Img => self.line.picture = true,
                Tag::A => {
                    self.link_until = end;
                    self.line.links.push(at);
                }
                Tag::Strong | Tag::B => self.bold_until = self.bold_until.max(end),
                Tag::Ul | Tag::Ol | Tag::Dl if is_list(self.outline, at) => {
                    self.flush(at);
                    self.list(at..end);
                    at = end;
                    continue;
                }
                Tag::Table if is_data_table(self.outline, at) => {
                    self.flush(at);
                    self.table(at..end);
                    at = end;
                    continue;
                }
                Tag::Pre => {
                    self.flush(at);
                    self.preformatted(at..end);
                    at = end;
                    continue;
                }
                _ if tag.heading_level().is_some() && !is_text_in_a_heading(self.outline, at) => {
                    self.flush(at);
                    self.heading(at..end, tag.heading_level().unwrap_or(2));
                    at = end;
                    continue;
                }
                _ if !tag.is_inline() => {
                    self.flush(at);
                    open.push(end);
                    if tag == Tag::Blockquote {
                        self.quote_until = self.quote_until.max(end);
                    }
                    if tag == Tag::P {
                        self.p_until = end;
                        self.holder = self.outline.row(at).parent;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        self.flush(at);
    }

    fn push_text(&mut self, at: usize) {
        if self.line.text.len() <= MAX_INITIAL && self.is_initial() {
            self.line.text.truncate(self.line.text.trim_end().len());
            let text = self.outline.text(at).unwrap_or_default().trim_start();
            return self.push_str(at, text);
        }
        self.push_str(at, self.outline.text(at).unwrap_or_default());
    }

    /// Whether all there is of the line is a letter set larger than the rest.
    fn is_initial(&self) -> bool {
        let mut letters = self.line.text.trim_end().chars();
        let one = letters.next().is_some_and(char::is_uppercase) && letters.next().is_none();
        one && self.line.start.is_some_and(|start| {
            self.outline.ancestors(start).take(2).any(|row| {
                self.outline.attr(row, "class").is_some_and(|class| {
                    let class = class.to_ascii_lowercase();
                    ["initial", "dropcap", "drop-cap", "firstletter", "first-letter"]
                        .iter()
                        .any(|name| class.contains(name))
                })
            })
        })
    }

    fn push_str(&mut self, at: usize, text: &str) {
        let before = self.line.text.len();
        push_folded(&mut self.line.text, text);
        let added = self.line.text.len() - before;
        if added == 0 {
            return;
        }
        self.line.start.get_or_insert(at);
        if at < self.link_until {
            self.line.link_length += added;
        }
        if at < self.bold_until {
            self.line.bold_length += added;
        }
    }

    fn flush(&mut self, end: usize) {
        let line = std::mem::take(&mut self.line);
        let Some(start) = line.start else { return };
        let paragraphs = paragraphs(&line.text);
        let several = paragraphs.len() > 1;
        let mut links = line.links;
        for text in paragraphs {
            let length = text.len();
            let share =
                |total: usize| if several { (total * length) / line.text.len().max(1) } else { total };
            let (link_length, bold_length) = (share(line.link_length), share(line.bold_length));
            let quoted = start < self.quote_until;
            self.blocks.push(RawBlock {
                furniture: OnceCell::new(),
                block: if quoted { Block::Blockquote(text) } else { Block::Paragraph(text) },
                rows: start..end,
                length,
                link_length,
                bold_length,
                links: std::mem::take(&mut links),
                beside_picture: line.picture,
                in_p: start < self.p_until,
                holder: if start < self.p_until { self.holder } else { self.outline.row(start).parent },
            });
        }
    }

    fn heading(&mut self, rows: Range<usize>, level: u8) {
        let text = text_of(self.outline, rows.start, self.skip);
        self.push_whole(Block::Heading { level, text }, rows);
    }

    fn preformatted(&mut self, rows: Range<usize>) {
        let text: String = rows.clone().filter_map(|row| self.outline.text(row)).collect();
        self.push_whole(Block::Preformatted(text.trim_matches('\n').trim_end().to_owned()), rows);
    }

    fn list(&mut self, rows: Range<usize>) {
        let mut items = vec![String::new()];
        let mut at = rows.start;
        while at < rows.end {
            let tag = self.outline.tag(at);
            if self.skip.contains(at) || tag.is_never_text() || tag == Tag::Figcaption {
                at = self.outline.end(at);
                continue;
            }
            let item = items.last_mut().expect("starts with one item");
            match tag {
                Tag::Text => push_folded(item, self.outline.text(at).unwrap_or_default()),
                Tag::Li | Tag::Dt | Tag::Dd if !item.trim().is_empty() => {
                    item.truncate(item.trim_end().len());
                    items.push(String::new());
                }
                _ if !tag.is_inline() => push_folded(item, " "),
                _ => {}
            }
            at += 1;
            if items.len() > MAX_ITEMS {
                break;
            }
        }
        for item in &mut items {
            item.truncate(item.trim_end().len());
        }
        items.retain(|item| !item.is_empty());
        if !items.is_empty() {
            self.push_whole(Block::List(items), rows);
        }
    }

    fn table(&mut self, rows: Range<usize>) {
        let mut lines: Vec<Vec<String>> = Vec::new();
        let mut at = rows.start + 1;
        while at < rows.end && lines.len() < MAX_ITEMS {
            match self.outline.tag(at) {
                _ if self.skip.contains(at) => {
                    at = self.outline.end(at);
                    continue;
                }
                Tag::Tr => lines.push(Vec::new()),
                Tag::Td | Tag::Th => {
                    let text = text_of(self.outline, at, self.skip);
                    if let Some(line) = lines.last_mut() {
                        line.push(text);
                    }
                    at = self.outline.end(at);
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
        lines.retain(|line| line.iter().any(|cell| !cell.is_empty()));
        if !lines.is_empty() {
            self.push_whole(Block::Table(lines), rows);
        }
    }

    fn push_whole(&mut self, block: Block, rows: Range<usize>) {
        let length = block.text().len();
        if length == 0 {
            return;
        }
        let mut links = Vec::new();
        let mut link_length = 0;
        let mut at = rows.start;
        while at < rows.end {
            if self.outline.tag(at) == Tag::A {
                links.push(at);
                link_length += text_of(self.outline, at, self.skip).len();
                at = self.outline.end(at);
            } else {
                at += 1;
            }
        }
        // A heading that is a link as a whole: the link stands around it.
        if rows.start < self.link_until {
            link_length = length;
        }
        let holder = self.outline.row(rows.start).parent;
        self.blocks.push(RawBlock {
            furniture: OnceCell::new(),
            block,
            rows,
            length,
            holder,
            link_length: link_length.min(length),
            bold_length: 0,
            links,
            beside_picture: false,
            in_p: false,
        });
    }
}

/// Cuts rendered text at its line breaks: two part paragraphs, one does where each line is a long sentence.
fn paragraphs(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for part in text.split("\n\n") {
        let lines: Vec<&str> = part.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect();
        let long = lines.len() > 1
            && lines[..lines.len() - 1].iter().all(|line| ends_sentence(line))
            && lines.iter().map(|line| line.len()).sum::<usize>() / lines.len() >= LONG_LINE;
        if long {
            out.extend(lines.into_iter().map(str::to_owned));
        } else if !lines.is_empty() {
            out.push(lines.join(" "));
        }
    }
    out
}

/// Whether a text ends as a sentence does.
pub(crate) fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '“', '”', '«', '»', '’', '\'', ')', ' ', '‘'])
        .ends_with(['.', '!', '?', '…', ':', ';', '。', '।'])
}

/// Whether a heading holds what no heading is long enough for: some programs set whole articles in one.
fn is_text_in_a_heading(outline: &Outline<'_>, heading: usize) -> bool {
    let length: usize = (heading..outline.end(heading))
        .filter_map(|row| outline.text(row))
        .map(|text| text.trim().len())
        .sum();
    length > MAX_HEADING
}

/// Whether a list is one of items, not a frame for paragraphs.
fn is_list(outline: &Outline<'_>, list: usize) -> bool {
    let (mut items, mut paragraphs, mut length) = (0, 0, 0);
    for row in list + 1..outline.end(list) {
        match outline.tag(row) {
            Tag::Li | Tag::Dt | Tag::Dd => items += 1,
            Tag::P => paragraphs += 1,
            Tag::Table | Tag::Blockquote | Tag::H1 | Tag::H2 | Tag::H3 | Tag::H4 => return false,
            Tag::Text => length += outline.text(row).map_or(0, str::len),
            _ => {}
        }
    }
    items > 0 && paragraphs <= 2 * items && length / items <= LONG_ITEM
}

/// Whether a table is one of data, not a frame for the page.
fn is_data_table(outline: &Outline<'_>, table: usize) -> bool {
    let (mut lines, mut cells, mut heads) = (0, 0, 0);
    let mut at = table + 1;
    while at < outline.end(table) {
        match outline.tag(at) {
            Tag::Table | Tag::H1 | Tag::H2 | Tag::Article | Tag::Form => return false,
            Tag::Tr => lines += 1,
            tag @ (Tag::Td | Tag::Th) => {
                cells += 1;
                heads += usize::from(tag == Tag::Th);
                let length: usize =
                    (at..outline.end(at)).filter_map(|row| outline.text(row)).map(str::len).sum();
                if length > LONG_CELL {
                    return false;
                }
            }
            _ => {}
        }
        at += 1;
    }
    cells > lines && (lines > 1 || heads > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use scraper::Html;

    fn check(html: &str, expected: &str) {
        let html = Html::parse_document(html);
        let outline = Outline::of(&html);
        let blocks = render(&outline, 0..outline.len(), &SkipSet::default());
        let text: Vec<String> =
            blocks.iter().map(|raw| format!("{}:{}", &raw.block.kind()[..2], raw.block.text())).collect();
        assert_eq!(text.join("|"), expected);
    }

    #[test]
    fn blocks_come_in_order_with_their_kind() {
        check("<h2>a</h2><p>b <b>c</b></p><ul><li>d<li>e</ul>f", "he:a|pa:b c|li:d\ne|pa:f");
        check("<blockquote><p>a</p><p>b</p></blockquote><p>c", "bl:a|bl:b|pa:c");
        check("<table><tr><th>a<th>b<tr><td>c<td>d</table>", "ta:a\tb\nc\td");
        check("<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>", "pa:a|pa:b|pa:c");
        check("<pre>a\n  b</pre>", "pr:a\n  b");
        check("<div>a<div>b</div>c</div>", "pa:a|pa:b|pa:c");
        check("<figure><img><figcaption>x</figcaption></figure><p>a", "pa:a");
        check("<ul><li><h3>a</h3><p>b</p></li></ul>", "he:a|pa:b");
        check("<dl><dt>a</dt><dd>b</dd><dd>c</dd></dl>", "li:a\nb\nc");
    }

    #[test]
    fn an_initial_is_part_of_its_word() {
        check("<p><span class=initial-letter>N</span> <span>a endlich</span> wieder", "pa:Na endlich wieder");
        check("<p><span>A</span> <span>man</span>", "pa:A man");
        check("<p><span class=dropcap>A</span>", "pa:A");
    }

    #[test]
    fn an_article_set_in_a_heading_is_text() {
        let text = "Der Rat hat beschlossen, das Haus zu sanieren. ".repeat(12);
        let html = format!("<h3>{text}<br><br>{text}</h3>");
        check(&html, &format!("pa:{0}|pa:{0}", text.trim()));
    }

    #[test]
    fn labels_of_forms_are_no_text() {
        check("<p>a</p><div><input type=radio><label>yes</label></div>", "pa:a");
    }

    #[test]
    fn line_breaks_part_paragraphs_where_they_mean_to() {
        check("<p>a<br>b", "pa:a b");
        check("<p>a<br> <br>b", "pa:a|pa:b");
        let long = "Ein Satz, der so lang ist, dass er in einer Zeitung auch allein als Absatz stehen könnte und dürfte.";
        check(&format!("<div>{long}<br>{long}</div>"), &format!("pa:{long}|pa:{long}"));
    }
}
