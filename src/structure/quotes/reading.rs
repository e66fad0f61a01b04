//! Reads an article before anybody is given a quotation: sentences with their sources, the people, what is speech.
//!
//! Attribution itself is left to `attribution`.

use super::Blocks;
use super::interview::Answer;
use super::lexicon::{CONJUNCTION, Manner, SUBJUNCTIVE};
use super::links::{Link, link};
use super::people::{People, Place};
use super::phrases::phrases;
use super::sources::{Channel, Sentence, Source};
use super::speech::{Exhibit, score};
use crate::structure::BlockKind;

/// A sentence with all that was found in it.
#[derive(Debug)]
pub(super) struct Parsed<'p, 'a> {
    /// Its units and phrases.
    pub sentence: Sentence<'p, 'a>,
    /// Its sources.
    pub sources: Vec<Source>,
    /// Its quotations that are speech.
    pub quotes: Vec<Site>,
    /// Whether it stands in the answer of an interview, itself speech.
    pub answer: bool,
}

/// A quotation in its sentence.
#[derive(Debug, Clone)]
pub(super) struct Site {
    /// Its unit.
    pub unit: usize,
    /// Its link to a source.
    pub link: Option<Link>,
    /// How much speaks for its being speech, above zero.
    pub points: f32,
}

pub(super) fn parse<'p, 'a>(blocks: &'p Blocks<'_, 'a>, answers: &[Answer]) -> Vec<Vec<Parsed<'p, 'a>>> {
    let answered = |block: usize| answers.iter().any(|answer| answer.block == block);
    let mut parsed = Vec::with_capacity(blocks.passages.len());
    for (block, passage) in blocks.passages.iter().enumerate() {
        let skipped = matches!(blocks.source[block].kind, BlockKind::Byline);
        let mut sentences = Vec::with_capacity(passage.sentences.len());
        for range in passage.sentences.iter().filter(|_| !skipped) {
            let mut sentence =
                Sentence { passage, range: range.clone(), phrases: phrases(passage, range.clone()) };
            let sources = sentence.sources();
            let quotes = range
                .clone()
                .filter(|unit| passage.is_quote(*unit))
                .map(|unit| Site { unit, link: None, points: 0.0 })
                .collect();
            sentences.push(Parsed { sentence, sources, quotes, answer: answered(block) });
        }
        parsed.push(sentences);
    }
    parsed
}

pub(super) fn meet(blocks: &Blocks<'_, '_>, parsed: &[Vec<Parsed<'_, '_>>]) -> People {
    let mut people = People::default();
    let places = || {
        parsed.iter().enumerate().flat_map(|(block, sentences)| {
            sentences.iter().map(move |parsed| Place {
                passage: parsed.sentence.passage,
                block,
                phrases: &parsed.sentence.phrases,
                start: parsed.sentence.range.start,
                end: parsed.sentence.range.end,
            })
        })
    };
    // The body tells names and roles in full, headlines cut them short.
    let in_body = |place: &Place<'_, '_>| {
        matches!(
            blocks.source[place.block].kind,
            BlockKind::Paragraph | BlockKind::Lead | BlockKind::ListItem
        )
    };
    places().filter(in_body).for_each(|place| people.note_full_names(place));
    places().filter(|place| !in_body(place)).for_each(|place| people.note_full_names(place));
    places().for_each(|place| people.note_appearances(place));
    places().for_each(|place| people.note_predicates(place));
    places().for_each(|place| people.note_bare_roles(place));
    places().for_each(|place| people.note_roles(place));
    people.sort();
    places().for_each(|place| people.note_organisations(place));
    people.sort();
    people.note_pronouns(places());
    people
}

/// Links the quotations of a block and keeps those that are speech.
pub(super) fn judge(block: &mut [Parsed<'_, '_>]) {
    let mut reported = false;
    for parsed in block {
        let passage = parsed.sentence.passage;
        let sites = std::mem::take(&mut parsed.quotes);
        let mut judged: Option<(usize, bool)> = None;
        for mut site in sites {
            site.link = link(&mut parsed.sentence, &parsed.sources, site.unit);
            let exhibit = Exhibit {
                passage,
                quote: site.unit,
                sentence: (parsed.sentence.range.start, parsed.sentence.range.end),
                sources: &parsed.sources,
                phrases: &parsed.sentence.phrases,
                link: site.link.as_ref(),
                joined: joined_to(passage, site.unit)
                    .and_then(|other| (Some(other) == judged.map(|(unit, _)| unit)).then_some(judged?.1)),
                reported,
            };
            site.points = score(&exhibit);
            let speech = site.points > 0.0;
            judged = Some((site.unit, speech));
            // Within an answer only what somebody is expressly said to have said.
            let told = site.link.as_ref().is_some_and(|link| link.phrase.is_some() && link.cue.is_some());
            if speech && (told || !parsed.answer) {
                parsed.quotes.push(site);
            }
        }
        let goes_on = reported && parsed.sentence.range.clone().any(|unit| passage.is(unit, SUBJUNCTIVE))
            || !parsed.quotes.is_empty();
        reported =
            goes_on || parsed.sources.iter().any(|source| is_telling(source) && source.phrase.is_some());
    }
}

/// The quotation that `und`, `oder` or a comma joins this one to.
pub(super) fn joined_to(passage: &super::passage::Passage<'_>, unit: usize) -> Option<usize> {
    let joint = unit.checked_sub(1)?;
    let connects = passage.is(joint, CONJUNCTION) || passage.is_sign(joint, &[',']);
    (connects && joint > 0 && passage.is_quote(joint - 1)).then(|| joint - 1)
}

pub(super) fn is_telling(source: &Source) -> bool {
    source.plain && source.channel != Channel::Verb(Manner::Think)
}
