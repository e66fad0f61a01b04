//! Turns attributions into records: the words, their place, the speaker with role, and what is nested inside.

use super::attribution::{Attribution, Attributor, Voice};
use super::interview::Answer;
use super::nested;
use super::subjects::personhood;
use crate::model::annotation::{Quote, QuoteKind, Span};

/// Below this confidence a speaker is not given.
const LEAST_CONFIDENCE: f32 = 0.3;

impl Attributor<'_, '_, '_> {
    pub(super) fn record(&mut self, block: usize, sentence: usize, site: usize, attribution: &Attribution) {
        let parsed = &self.parsed[block][sentence];
        let passage = parsed.sentence.passage;
        let unit = parsed.quotes[site].unit;
        let Some(pair) = passage.units[unit].pair else { return };
        let voice = attribution.voice.clone().filter(|_| attribution.confidence >= LEAST_CONFIDENCE);
        let person = voice.as_ref().and_then(|voice| voice.person);
        let beside = parsed.quotes[site].link.as_ref().is_some_and(|link| link.beside);
        let inner = inside_text(passage, unit);
        let whole = unit == parsed.sentence.range.start
            || passage.is_sign(unit - 1, &[':'])
            || beside && attribution.rule != "verb-before"
            || inner.chars().next().is_some_and(char::is_uppercase) && inner.split_whitespace().count() > 4
            || attribution.rule == "split";
        let quote = Quote {
            text: inner.to_owned(),
            kind: if whole { QuoteKind::Direct } else { QuoteKind::Fragment },
            span: span(passage, pair, block),
            speaker: person.and_then(|person| self.people.persons[person].known_as()),
            speaker_mention: voice.as_ref().and_then(|voice| voice.mention.clone()),
            role: person.and_then(|person| self.people.persons[person].role.clone()),
            cue: attribution.cue.clone(),
            continued: attribution.continued,
            nested: false,
            confidence: if voice.is_some() { attribution.confidence } else { 0.0 },
            rule: attribution.rule,
        };
        self.quotes.push(quote);
        let inner = nested::find(
            passage,
            pair,
            block,
            self.people,
            attribution.cue.as_deref(),
            self.object_of(block, sentence, site).as_deref(),
            person,
        );
        self.quotes.extend(inner);
        if let Some(voice) = voice {
            let here = voice.block == block && voice.sentence == sentence;
            let unit = if here { voice.unit } else { parsed.sentence.range.start };
            self.last_quote = Some(Voice { block, sentence, unit, ..voice });
        } else {
            self.last_quote = None;
        }
    }

    /// In `X zitierte ihre Mutter: „…“`, the mother.
    fn object_of(&self, block: usize, sentence: usize, site: usize) -> Option<String> {
        let parsed = &self.parsed[block][sentence];
        let link = parsed.quotes[site].link.as_ref()?;
        let at = link.at?;
        let phrase = parsed.sentence.phrases.iter().find(|phrase| {
            !phrase.oblique
                && phrase.range.start > at
                && phrase.range.end <= parsed.quotes[site].unit
                && personhood(parsed.sentence.passage, phrase) >= 3
        })?;
        Some(parsed.sentence.passage.slice(&phrase.range).to_owned())
    }

    pub(super) fn answer(&mut self, answer: &Answer) {
        let passage = &self.blocks.passages[answer.block];
        let Some(last) = passage.text.tokens.last() else { return };
        let start = &passage.text.tokens[answer.token];
        let person = self.people.by_label(&answer.label);
        let known = person.map(|person| &self.people.persons[person]);
        self.quotes.push(Quote {
            text: passage.text.source[start.start..last.end].to_owned(),
            kind: QuoteKind::Interview,
            span: Span { block: answer.block, start: start.char_start, end: last.char_end },
            speaker: known.map(|person| person.name.clone()).or_else(|| answer.name()),
            speaker_mention: Some(answer.label.clone()),
            role: known.and_then(|person| person.role.clone()),
            cue: Some(":".to_owned()),
            continued: false,
            nested: false,
            confidence: 0.9,
            rule: "interview",
        });
    }

    pub(super) fn push_indirect(&mut self, mut quote: Quote, voice: &Voice, cue: Option<String>) {
        let Some(person) = voice.person.map(|person| &self.people.persons[person]) else { return };
        quote.speaker = person.known_as();
        quote.role.clone_from(&person.role);
        quote.speaker_mention.clone_from(&voice.mention);
        quote.cue = cue;
        self.quotes.push(quote);
    }
}

/// The words between the marks.
pub(super) fn inside_text<'a>(passage: &super::passage::Passage<'a>, unit: usize) -> &'a str {
    let Some(pair) = passage.units[unit].pair else { return "" };
    let tokens = &passage.text.tokens;
    let inside = passage.pairs[pair].inside();
    if inside.is_empty() {
        return "";
    }
    &passage.text.source[tokens[inside.start].start..tokens[inside.end - 1].end]
}

/// The code points of a pair.
pub(super) fn span(passage: &super::passage::Passage<'_>, pair: usize, block: usize) -> Span {
    let tokens = &passage.text.tokens;
    let pair = &passage.pairs[pair];
    Span { block, start: tokens[pair.open].char_start, end: tokens[pair.end - 1].char_end }
}
