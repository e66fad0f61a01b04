//! How a body is kept: its text once, readable, and beside it what kind each block is and how many bytes it takes.

use serde_json::{Value, json};

use crate::model::article::Block;

/// What stands between two blocks in the text.
const BETWEEN_BLOCKS: &str = "\n\n";

/// The layout of `body` in its text ([`crate::model::article::Article::text`]): a JSON list, one element a block.
pub(crate) fn layout(body: &[Block]) -> String {
    let mut layout = String::from("[");
    for block in body {
        if layout.len() > 1 {
            layout.push(',');
        }
        let element = match block {
            Block::Paragraph(text) | Block::Blockquote(text) | Block::Preformatted(text) => {
                json!([block.kind(), text.len()])
            }
            Block::Heading { level, text } => json!([block.kind(), text.len(), level]),
            Block::List(items) => json!([block.kind(), lengths(items)]),
            Block::Table(rows) => {
                json!([block.kind(), rows.iter().map(|row| lengths(row)).collect::<Vec<_>>()])
            }
        };
        layout.push_str(&element.to_string());
    }
    layout.push(']');
    layout
}

/// The body whose text and layout these are; `None` where they do not fit each other.
pub(crate) fn blocks(text: &str, layout: &str) -> Option<Vec<Block>> {
    let layout: Vec<(String, Value, Option<u8>)> = serde_json::from_str::<Vec<Value>>(layout)
        .ok()?
        .into_iter()
        .map(|element| {
            let kind = element.get(0)?.as_str()?.to_owned();
            let level = element.get(2).and_then(Value::as_u64).map(|level| level as u8);
            Some((kind, element.get(1)?.clone(), level))
        })
        .collect::<Option<_>>()?;
    let mut rest = Rest { text, at: 0 };
    let mut body = Vec::with_capacity(layout.len());
    for (kind, extent, level) in layout {
        if rest.at > 0 {
            rest.skip(BETWEEN_BLOCKS)?;
        }
        body.push(match kind.as_str() {
            "paragraph" => Block::Paragraph(rest.take(&extent)?),
            "blockquote" => Block::Blockquote(rest.take(&extent)?),
            "preformatted" => Block::Preformatted(rest.take(&extent)?),
            "heading" => Block::Heading { level: level?, text: rest.take(&extent)? },
            "list" => Block::List(rest.take_list(&extent, "\n")?),
            "table" => {
                let mut rows = Vec::new();
                for (index, row) in extent.as_array()?.iter().enumerate() {
                    if index > 0 {
                        rest.skip("\n")?;
                    }
                    rows.push(rest.take_list(row, "\t")?);
                }
                Block::Table(rows)
            }
            _ => return None,
        });
    }
    Some(body)
}

fn lengths(texts: &[String]) -> Vec<usize> {
    texts.iter().map(String::len).collect()
}

/// The part of a text not yet read.
struct Rest<'a> {
    text: &'a str,
    at: usize,
}

impl Rest<'_> {
    fn take(&mut self, length: &Value) -> Option<String> {
        let end = self.at.checked_add(usize::try_from(length.as_u64()?).ok()?)?;
        let taken = self.text.get(self.at..end)?.to_owned();
        self.at = end;
        Some(taken)
    }

    fn take_list(&mut self, lengths: &Value, separator: &str) -> Option<Vec<String>> {
        let mut taken = Vec::new();
        for (index, length) in lengths.as_array()?.iter().enumerate() {
            if index > 0 {
                self.skip(separator)?;
            }
            taken.push(self.take(length)?);
        }
        Some(taken)
    }

    fn skip(&mut self, separator: &str) -> Option<()> {
        self.at = self.text.get(self.at..)?.starts_with(separator).then_some(self.at + separator.len())?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::article::Article;
    use crate::model::crawl_url::CrawlUrl;

    fn check(body: Vec<Block>) {
        let mut article = Article::empty(CrawlUrl::parse("https://portal.example/a").unwrap(), None);
        article.body = body;
        let layout = layout(&article.body);
        assert_eq!(blocks(&article.text(), &layout), Some(article.body), "{layout}");
    }

    #[test]
    fn every_kind_of_block_reads_back() {
        check(vec![]);
        check(vec![
            Block::Paragraph("Überall\n\nzwei".into()),
            Block::Heading { level: 3, text: "H".into() },
        ]);
        check(vec![
            Block::List(vec!["a\nb".into(), String::new(), "c".into()]),
            Block::Blockquote("z".into()),
        ]);
        check(vec![Block::Table(vec![vec!["a\tb".into(), "c".into()], vec![], vec!["d".into()]])]);
        check(vec![Block::List(vec![]), Block::Table(vec![]), Block::Preformatted("\0 \u{202e}x".into())]);
    }

    #[test]
    fn empty_blocks_take_no_separator_before_the_first_text() {
        check(vec![Block::Paragraph(String::new()), Block::Paragraph("a".into())]);
        check(vec![
            Block::Paragraph("a".into()),
            Block::Paragraph(String::new()),
            Block::Paragraph("b".into()),
        ]);
    }

    #[test]
    fn text_and_layout_that_do_not_fit_are_refused() {
        assert_eq!(blocks("abc", r#"[["paragraph",9]]"#), None);
        assert_eq!(blocks("aä", r#"[["paragraph",2]]"#), None);
        assert_eq!(blocks("abc", r#"[["poem",3]]"#), None);
        assert_eq!(blocks("abc", r#"[["paragraph",18446744073709551615]]"#), None);
        assert_eq!(blocks("abc", "nonsense"), None);
    }
}
