//! The text the page's JSON-LD gives as its article's: a witness to which blocks are the article, not the truth.

use std::collections::HashMap;

use crate::extract::blocks::RawBlock;
use crate::extract::context::Context;
use crate::extract::vocabulary::is_article;
use crate::model::article::Block;
use crate::select::outline::Outline;

/// Least length of a text that counts as a witness, in bytes.
const MIN_LENGTH: usize = 200;
/// Least length of a block that can be compared, in letters and digits.
const MIN_BLOCK: usize = 24;
/// Bytes of a block's start that are looked for.
const PROBE: usize = 60;
/// Paragraphs the witness knows beside one it does not know that vouch for it.
const NEIGHBOURS: usize = 3;
/// Text the witness does not know within the elements of that it knows, as a share of the latter, which tells that it
/// knows the beginning alone.
const MUCH_UNKNOWN: f32 = 0.5;
/// Least share of the witness's text that must be found in blocks before it is heard.
const MIN_COVERED: f32 = 0.5;

/// Letters and digits of the article's text as JSON-LD gives it.
#[derive(Debug)]
pub(crate) struct Witness {
    text: String,
}

impl Witness {
    /// The page's witness, where it has one.
    pub(crate) fn of(context: &Context<'_, '_>) -> Option<Self> {
        let text = context.json_ld(&["articleBody"]).into_iter().next()?;
        let text = letters(&text);
        (text.len() >= MIN_LENGTH).then_some(Self { text })
    }

    /// Raises the worth of blocks the witness knows and lowers that of others, where it knows most of its text.
    pub(crate) fn weigh(&self, outline: &Outline<'_>, blocks: &[RawBlock], worth: &mut [f32]) {
        let known: Vec<Option<bool>> = blocks.iter().map(|block| self.knows(block)).collect();
        let covered: usize = blocks
            .iter()
            .zip(&known)
            .filter(|(block, known)| **known == Some(true) && !matches!(block.block, Block::Heading { .. }))
            .map(|(block, _)| block.length)
            .sum();
        if (covered as f32) < MIN_COVERED * self.text.len() as f32 {
            return;
        }
        // Writers of JSON-LD lose paragraphs with a mark of their own (an initial, a link): their neighbours vouch for them.
        // Others give the beginning alone. What stands in the same element, one of the same class or right around it.
        let mut holders: HashMap<usize, usize> = HashMap::new();
        let mut classes: HashMap<&str, usize> = HashMap::new();
        for (block, _) in blocks.iter().zip(&known).filter(|(_, known)| **known == Some(true)) {
            *holders.entry(block.holder).or_default() += 1;
            if let Some(class) = class_of(outline, block.holder) {
                *classes.entry(class).or_default() += 1;
            }
            let around = outline.row(block.holder).parent;
            if is_article_s_own(outline, around) {
                *holders.entry(around).or_default() += 1;
            }
        }
        let own: Vec<usize> =
            holders.iter().filter(|(_, known)| **known >= NEIGHBOURS).map(|(row, _)| *row).collect();
        let within = |block: &RawBlock| own.iter().any(|row| outline.holds(*row, block.rows.start));
        let unknown: usize = blocks
            .iter()
            .zip(&known)
            .zip(worth.iter())
            .filter(|((block, known), worth)| {
                **known == Some(false) && **worth > 0.0 && block.in_p && within(block)
            })
            .map(|((block, _), _)| block.length)
            .sum();
        let knows_part = unknown as f32 >= MUCH_UNKNOWN * covered as f32;
        let vouched = |block: &RawBlock| {
            let in_class = class_of(outline, block.holder).and_then(|class| classes.get(class));
            let known = holders.get(&block.holder).max(in_class);
            block.in_p && (known.is_some_and(|known| *known >= NEIGHBOURS) || knows_part && within(block))
        };
        for ((block, known), worth) in blocks.iter().zip(known).zip(worth) {
            match known {
                Some(true) => *worth = worth.max(block.length as f32),
                Some(false) if vouched(block) => {}
                Some(false) => *worth = worth.min(0.0) - 0.5 * block.length as f32,
                None => {}
            }
        }
    }

    /// The share of the witness's text whose pieces stand in `text`.
    pub(crate) fn share_in(&self, text: &str) -> f32 {
        let text = letters(text);
        let characters: Vec<char> = self.text.chars().collect();
        let pieces: Vec<String> = characters.chunks(PROBE).map(|piece| piece.iter().collect()).collect();
        let known = pieces.iter().filter(|piece| text.contains(piece.as_str())).count();
        known as f32 / pieces.len().max(1) as f32
    }

    fn knows(&self, raw: &RawBlock) -> Option<bool> {
        let text = letters(&raw.block.text());
        if text.len() < MIN_BLOCK {
            return None;
        }
        let probe = crate::select::text::start_of(&text, PROBE);
        Some(self.text.contains(probe))
    }
}

/// What an element calls itself.
fn class_of<'a>(outline: &Outline<'a>, row: usize) -> Option<&'a str> {
    outline.attr(row, "class").map(str::trim).filter(|class| !class.is_empty())
}

/// Whether one of an element's classes is a name of the article's text.
fn is_article_s_own(outline: &Outline<'_>, row: usize) -> bool {
    class_of(outline, row).is_some_and(|class| class.split_ascii_whitespace().any(is_article))
}

/// Lower-case letters and digits alone.
pub(crate) fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
