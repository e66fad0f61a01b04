//! Looks around a quotation whose own sentence names no source: neighbouring sentences, quotations, paragraphs.
//!
//! Sentences that name their source are left to `links` and `attribution`.

use super::attribution::{Attribution, Attributor, Voice};
use super::lexicon::{AUXILIARY, MODAL, SUBJUNCTIVE};
use super::phrases::{Phrase, PhraseKind};
use super::subjects::personhood;
use crate::structure::BlockKind;

/// This many paragraphs back a speaker is still remembered.
const MEMORY: usize = 2;

impl Attributor<'_, '_, '_> {
    /// A quotation that is a sentence of its own.
    pub(super) fn standing_alone(&mut self, block: usize, sentence: usize) -> Attribution {
        let quoted = self.last_quote.clone().filter(|voice| voice.block == block);
        let told = self.last_source.clone().filter(|voice| voice.block == block);
        if let (Some(told), Some(quoted)) = (&told, &quoted)
            && told.sentence > quoted.sentence
            && told.person != quoted.person
        {
            return found(told.clone(), "told-before", 0.7, false);
        }
        if let Some(other) = self.newcomer(block, sentence, quoted.as_ref().or(told.as_ref())) {
            return found(other, "subject-before", 0.6, false);
        }
        if let Some(quoted) = quoted {
            // With more than the attribution between, it is another utterance.
            let goes_on = quoted.sentence + 1 == sentence;
            return found(quoted, "same-speaker", 0.75, goes_on);
        }
        if let Some(voice) = self.next_sentence_says(block, sentence) {
            return voice;
        }
        if let Some(told) = told {
            return found(told, "told-before", 0.7, false);
        }
        if let Some(voice) = self.later_quote(block, sentence) {
            return voice;
        }
        if let Some(voice) = self.subject_before(block, sentence, 3) {
            return found(voice, "subject-before", 0.5, false);
        }
        if let Some(voice) = self.last_voice().filter(|voice| voice.block + MEMORY >= block).cloned() {
            return found(voice, "paragraph-before", 0.45, false);
        }
        if let Some(voice) = self.subject_of_block_before(block) {
            return found(voice, "paragraph-before", 0.4, false);
        }
        nobody("alone")
    }

    /// The person the last sentence of the paragraph before is about: `Martha Bloom stepped to the microphone.`
    fn subject_of_block_before(&mut self, block: usize) -> Option<Voice> {
        let before =
            block.checked_sub(1).filter(|before| self.blocks.source[*before].kind == BlockKind::Paragraph)?;
        let sentences = self.parsed[before].len();
        self.subject_before(before, sentences, 3)
    }

    /// Quoted words in a clause that names no source itself.
    pub(super) fn within_clause(&mut self, block: usize, sentence: usize, unit: usize) -> Attribution {
        let parsed = &self.parsed[block][sentence];
        let passage = parsed.sentence.passage;
        let subjunctive = parsed
            .sentence
            .range
            .clone()
            .any(|index| passage.is(index, SUBJUNCTIVE) && !passage.units[index].capital);
        let near = self.last_voice().filter(|voice| voice.block == block && voice.person.is_some()).cloned();
        if subjunctive && let Some(voice) = near.clone() {
            return found(voice, "subjunctive", 0.65, false);
        }
        if subjunctive && let Some(voice) = self.subject_before(block, sentence, 2) {
            return found(voice, "subjunctive", 0.5, false);
        }
        let subject = parsed.sentence.phrases.iter().position(|phrase| {
            !phrase.oblique && phrase.range.end <= unit && personhood(passage, phrase) >= 2
        });
        if let Some(subject) = subject {
            let voice = self.voice(block, sentence, subject);
            return found(voice, "clause-subject", 0.45, false);
        }
        if let Some(voice) = near {
            return found(voice, "told-before", 0.5, false);
        }
        let after = parsed.sentence.phrases.iter().position(|phrase| {
            !phrase.oblique && phrase.range.start > unit && personhood(passage, phrase) >= 2
        });
        if let Some(after) = after {
            let voice = self.voice(block, sentence, after);
            return found(voice, "clause-subject", 0.4, false);
        }
        if let Some(voice) = self.last_voice().filter(|voice| voice.block + 1 >= block).cloned() {
            return found(voice, "paragraph-before", 0.35, false);
        }
        nobody("clause")
    }

    /// `Das sagt X.` in the next sentence, or at the head of the next paragraph.
    fn next_sentence_says(&mut self, block: usize, sentence: usize) -> Option<Attribution> {
        let (next_block, next) =
            if sentence + 1 < self.parsed[block].len() { (block, sentence + 1) } else { (block + 1, 0) };
        let parsed = self.parsed.get(next_block)?.get(next)?;
        let passage = parsed.sentence.passage;
        let start = parsed.sentence.range.start;
        let refers = matches!(
            passage.lower(start),
            "das" | "so" | "dies" | "diese" | "mit" | "that" | "those" | "these" | "this"
        );
        if !refers || parsed.sentence.phrases.iter().any(|phrase| phrase.range.start == start) {
            return None;
        }
        let helper = passage.is(start + 1, AUXILIARY | MODAL);
        let last = parsed.sentence.range.end.saturating_sub(3);
        let source = parsed.sources.iter().find(|source| {
            source.phrase.is_some() && (source.at <= start + 4 || helper && source.at >= last)
        })?;
        let (index, cue) = (source.phrase?, source.cue.clone());
        let these_words = passage.lower(start) != "mit" || passage.lower(start + 2) == "worten";
        let quoted = parsed.quotes.iter().any(|site| site.unit > start);
        if !these_words || quoted && passage.lower(start) != "das" {
            return None;
        }
        let voice = self.voice(next_block, next, index);
        Some(Attribution {
            voice: Some(voice),
            cue: Some(cue),
            rule: "next-sentence",
            confidence: 0.85,
            continued: false,
        })
    }

    /// The next quotation of the paragraph, where it follows at once and has its speaker after it.
    fn later_quote(&mut self, block: usize, sentence: usize) -> Option<Attribution> {
        let parsed = self.parsed[block].get(sentence + 1)?;
        let site = parsed.quotes.first().filter(|site| site.unit == parsed.sentence.range.start)?;
        let link = site.link.as_ref().filter(|link| link.beside)?;
        let (index, cue) = (link.phrase?, link.cue.clone());
        let voice = self.voice(block, sentence + 1, index);
        Some(Attribution { voice: Some(voice), cue, rule: "next-quote", confidence: 0.7, continued: false })
    }

    /// `“…,” said Ott. Keil laughed. “…”`: somebody else whom the sentence between begins with.
    fn newcomer(&mut self, block: usize, sentence: usize, last: Option<&Voice>) -> Option<Voice> {
        let before = sentence.checked_sub(1)?;
        let last = last?.clone();
        let parsed = &self.parsed[block][before];
        let passage = parsed.sentence.passage;
        let start = parsed.sentence.range.start;
        let reported = parsed.sentence.range.clone().any(|unit| passage.is(unit, SUBJUNCTIVE));
        if last.sentence >= before || reported || !parsed.quotes.is_empty() {
            return None;
        }
        let index = parsed.sentence.phrases.iter().position(|phrase| phrase.range.start == start)?;
        let phrase = &parsed.sentence.phrases[index];
        let person = phrase.kind == PhraseKind::Name && !phrase.oblique;
        let voice = person.then(|| self.voice(block, before, index))?;
        let known =
            voice.person.is_some_and(|id| self.people.persons[id].named && self.people.persons[id].certain);
        (known && voice.person != last.person).then_some(voice)
    }

    /// The person the sentence before is about.
    fn subject_before(&mut self, block: usize, sentence: usize, least: u8) -> Option<Voice> {
        // What lies between may be about things: `Kunz kennt das. Es fehle an allem. „…“`
        for before in (sentence.saturating_sub(3)..sentence).rev() {
            let parsed = &self.parsed[block][before];
            let passage = parsed.sentence.passage;
            let subject = |phrase: &Phrase| {
                // `Ulm (dpa) –` is a dateline.
                let dateline =
                    passage.is_sign(phrase.range.end, &['-', '–', '—', '|']) && phrase.range.start == 0;
                !phrase.oblique && !dateline && personhood(passage, phrase) >= least
            };
            if let Some(index) = parsed.sentence.phrases.iter().position(subject) {
                return Some(self.voice(block, before, index));
            }
            if !parsed.quotes.is_empty() {
                return None;
            }
        }
        None
    }
}

fn found(voice: Voice, rule: &'static str, confidence: f32, continued: bool) -> Attribution {
    Attribution { voice: Some(voice), cue: None, rule, confidence, continued }
}

fn nobody(rule: &'static str) -> Attribution {
    Attribution { voice: None, cue: None, rule, confidence: 0.0, continued: false }
}
