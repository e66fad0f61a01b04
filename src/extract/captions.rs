//! Tells what is written under a picture by where it stands: in an element that holds the picture and nothing else.

use crate::extract::blocks::{RawBlock, ends_sentence};
use crate::extract::lead;
use crate::model::article::Block;
use crate::select::outline::{Outline, Tag};

/// Longest caption, in bytes.
const MAX_CAPTION: usize = 320;
/// Longest caption that reads like a sentence: leads stand beside pictures too.
const MAX_SENTENCE: usize = 220;
/// What else may stand beside picture and caption, in bytes: a credit, a button.
const BESIDE: usize = 70;
/// Greatest share of a page's sentences that may stand under pictures: more are steps of a guide.
const MAX_TOLD_IN_PICTURES: f32 = 0.25;
/// Elements around a block that are looked at.
const AROUND: usize = 4;
/// Rows of the frame of a picture at most.
const MAX_ROWS: usize = 60;

/// Marks captions as furniture. What the page's description repeats is its lead, beside a picture; and where much of
/// the text stands so, it is told in pictures.
pub(crate) fn mark(outline: &Outline<'_>, blocks: &mut [RawBlock], descriptions: &[String]) {
    let captions: Vec<usize> = (0..blocks.len())
        .filter(|at| {
            let raw = &blocks[*at];
            is_caption(outline, raw) && !lead::is_described(&raw.block.text(), descriptions)
        })
        .collect();
    let length = |at: &usize| if ends_sentence(&blocks[*at].block.text()) { blocks[*at].length } else { 0 };
    let told: usize = captions.iter().map(length).sum();
    let paragraphs = blocks.iter().filter(|raw| !raw.is_furniture() && raw.link_length * 2 < raw.length);
    let all: usize = paragraphs.filter(|raw| ends_sentence(&raw.block.text())).map(|raw| raw.length).sum();
    if (told as f32) < MAX_TOLD_IN_PICTURES * all as f32 {
        for at in captions {
            blocks[at].call_furniture();
        }
    }
}

/// Whether a paragraph is a caption.
fn is_caption(outline: &Outline<'_>, raw: &RawBlock) -> bool {
    let Block::Paragraph(text) = &raw.block else { return false };
    let longest = if ends_sentence(text) { MAX_SENTENCE } else { MAX_CAPTION };
    if raw.length > longest {
        return false;
    }
    let frames = outline
        .ancestors(raw.rows.start)
        .filter(|row| !outline.tag(*row).is_inline() && outline.tag(*row) != Tag::P)
        .take(AROUND);
    for frame in frames {
        let rows = frame..outline.end(frame);
        let is_frame = matches!(outline.tag(frame), Tag::Div | Tag::Section | Tag::Aside | Tag::Figure);
        if !is_frame || rows.len() > MAX_ROWS {
            return false;
        }
        let (mut length, mut pictures) = (0, 0);
        for row in rows {
            match outline.tag(row) {
                Tag::Text => length += outline.text(row).map_or(0, |text| text.trim().len()),
                Tag::Img | Tag::Picture => pictures += 1,
                tag if tag.heading_level().is_some() => return false,
                _ => {}
            }
        }
        if length > raw.length + BESIDE {
            return false;
        }
        if pictures > 0 {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::blocks::render;
    use crate::select::text::SkipSet;
    use scraper::Html;

    fn check(html: &str, expected: bool) {
        let html = Html::parse_document(&format!(
            "<article><p>Davor steht ein Absatz.</p>{html}<p>Danach auch.</p></article>"
        ));
        let outline = Outline::of(&html);
        let blocks = render(&outline, 0..outline.len(), &SkipSet::default());
        let block = blocks.iter().find(|raw| raw.block.text().contains("Rathaus")).unwrap();
        assert_eq!(is_caption(&outline, block), expected, "{}", block.block.text());
    }

    #[test]
    fn what_shares_its_frame_with_a_picture_alone_is_a_caption() {
        check("<div><img><div><p>Das Rathaus im Morgenlicht.</p></div></div>", true);
        check(
            "<div><div><div><img></div></div><div><div>Das Rathaus im Morgenlicht</div><span>Tom Stein</span></div></div>",
            true,
        );
        check("<div><div><p>Das Rathaus wird neu gebaut.</p></div></div>", false);
        check("<div><img><h3>Eins</h3><p>Das Rathaus wird neu gebaut.</p></div>", false);
        check(
            "<div><img><p>Das Rathaus wird neu gebaut.</p><p>Der Rat hat das am Montag beschlossen, und zwar mit den Stimmen aller Fraktionen.</p></div>",
            false,
        );
        check("<img><p>Das Rathaus wird neu gebaut.</p>", false);
        let lead = "Der Gemeinderat hat am Dienstag nach langem Streit beschlossen, das alte Rathaus von Grund auf zu sanieren und den Platz davor vom Verkehr zu befreien, und zwar noch in diesem Jahr und ohne einen Cent mehr, als geplant war, auszugeben.";
        check(&format!("<div><img><p>{lead}</p></div>"), false);
    }

    #[test]
    fn a_guide_told_in_pictures_and_a_lead_beside_one_stay() {
        let marked = |html: &str, descriptions: &[String]| {
            let html = Html::parse_document(html);
            let outline = Outline::of(&html);
            let mut blocks = render(&outline, 0..outline.len(), &SkipSet::default());
            mark(&outline, &mut blocks, descriptions);
            blocks.iter().filter(|raw| raw.is_furniture()).count()
        };
        let step =
            "<div><img><p>Zuerst wird das Brett an den Anschlag gelegt und langsam geschoben.</p></div>";
        let text =
            "<p>Der Rat hat am Montag beschlossen, das alte Rathaus zu sanieren und Geld auszugeben.</p>"
                .repeat(4);
        assert_eq!(marked(&format!("<article>{text}{step}</article>"), &[]), 1);
        assert_eq!(marked(&format!("<article>{}</article>", step.repeat(5)), &[]), 0);
        let described = vec!["zuerstwirddasbrettandenanschlaggelegtundlangsamgeschoben".to_owned()];
        assert_eq!(marked(&format!("<article>{step}{text}</article>"), &described), 0);
    }
}
