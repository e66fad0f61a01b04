//! Gives every quotation its speaker: the source of its own sentence, else what the sentences around it say.
//!
//! Walks the body first and the headline last, so that a surname in the headline finds its full name.

use super::interview::Answer;
use super::lexicon::{FEMALE, HE, MALE, SHE, SUBJUNCTIVE, SURNAME};
use super::links::{CHANT, Link};
use super::people::{LastVoice, People, PersonId, Place, compatible};
use super::phrases::{Phrase, PhraseKind};
use super::reading::{Parsed, is_telling, judge, meet, parse};
use super::records::inside_text;
use super::roles::is_plural_pronoun;
use super::sources::{Channel, Sentence};
use super::subjects::personhood;
use super::{Blocks, indirect};
use crate::model::annotation::Quote;
use crate::structure::BlockKind;

/// Who spoke, and where that was said.
#[derive(Debug, Clone)]
pub(super) struct Voice {
    pub(super) person: Option<PersonId>,
    pub(super) mention: Option<String>,
    pub(super) block: usize,
    pub(super) sentence: usize,
    /// Where the words that name them begin; the sentence's first unit if none do.
    pub(super) unit: usize,
}

/// An attribution before it becomes a record.
#[derive(Debug, Clone)]
pub(super) struct Attribution {
    pub(super) voice: Option<Voice>,
    pub(super) cue: Option<String>,
    pub(super) rule: &'static str,
    pub(super) confidence: f32,
    pub(super) continued: bool,
}

/// All quotations of an article.
pub(super) fn attribute(blocks: &Blocks<'_, '_>, answers: &[Answer]) -> Vec<Quote> {
    let mut parsed = parse(blocks, answers);
    let mut people = meet(blocks, &parsed);
    for block in &mut parsed {
        judge(block);
    }
    let mut attributor = Attributor {
        blocks,
        parsed: &parsed,
        people: &mut people,
        quotes: Vec::new(),
        last_quote: None,
        last_source: None,
        last_person: None,
        open: Unclosed::Nothing,
        answering: None,
    };
    let headline = |block: usize| {
        matches!(
            blocks.source[block].kind,
            BlockKind::Headline
                | BlockKind::Subheadline
                | BlockKind::Kicker
                | BlockKind::Lead
                | BlockKind::Heading
        )
    };
    for block in (0..parsed.len()).filter(|block| !headline(*block)) {
        let answer = answers.iter().find(|answer| answer.block == block);
        attributor.answering = answer.and_then(|answer| attributor.people.by_label(&answer.label));
        attributor.block(block);
        if let Some(answer) = answer {
            attributor.answer(answer);
        }
    }
    attributor.answering = None;
    attributor.last_quote = None;
    attributor.last_source = None;
    attributor.open = Unclosed::Nothing;
    for block in (0..parsed.len()).filter(|block| headline(*block)) {
        attributor.headline(block);
    }
    let mut quotes = attributor.quotes;
    quotes.sort_by_key(|quote| (quote.span, quote.nested));
    quotes
}

/// What the block before left open.
#[derive(Debug, Clone, Default)]
pub(super) enum Unclosed {
    /// Nothing.
    #[default]
    Nothing,
    /// A quotation, and its speaker if known.
    Quotation(Option<Voice>),
}

pub(super) struct Attributor<'b, 'p, 'a> {
    pub(super) blocks: &'b Blocks<'b, 'a>,
    pub(super) parsed: &'b [Vec<Parsed<'p, 'a>>],
    pub(super) people: &'b mut People,
    pub(super) quotes: Vec<Quote>,
    pub(super) last_quote: Option<Voice>,
    pub(super) last_source: Option<Voice>,
    /// The person who spoke last, organisations and the nameless left aside.
    pub(super) last_person: Option<PersonId>,
    /// The speaker of a quotation that the block before left open.
    pub(super) open: Unclosed,
    /// Who answers in this block, if it is an answer of an interview.
    pub(super) answering: Option<PersonId>,
}

impl<'a> Attributor<'_, '_, 'a> {
    fn block(&mut self, block: usize) {
        for sentence in 0..self.parsed[block].len() {
            let parsed = &self.parsed[block][sentence];
            for site in 0..parsed.quotes.len() {
                let attribution = self.attribution(block, sentence, site);
                let unit = parsed.quotes[site].unit;
                let within =
                    unit != parsed.sentence.range.start && !parsed.sentence.passage.is_sign(unit - 1, &[':']);
                // `„Spitzenreiter!“ skandierten die, die …`: a verb beside it says so, whoever it was.
                let link = parsed.quotes[site].link.as_ref();
                let said = link.is_some_and(|link| link.beside && link.cue.is_some());
                let least =
                    if said || is_reported(parsed, unit) { 0.0 } else { least_points(attribution.rule) };
                if within && parsed.quotes[site].points < least {
                    continue;
                }
                self.record(block, sentence, site, &attribution);
            }
            self.hear(block, sentence);
        }
        let last = self.parsed[block].last().and_then(|parsed| {
            let site = parsed.quotes.last()?;
            let pair = parsed.sentence.passage.units[site.unit].pair?;
            Some(parsed.sentence.passage.pairs[pair].closed)
        });
        self.open = if last == Some(false) {
            Unclosed::Quotation(self.last_quote.clone())
        } else {
            Unclosed::Nothing
        };
    }

    fn headline(&mut self, block: usize) {
        for sentence in 0..self.parsed[block].len() {
            for site in 0..self.parsed[block][sentence].quotes.len() {
                let mut attribution = self.attribution(block, sentence, site);
                let named = |person: usize| self.people.persons[person].named;
                let person = attribution.voice.as_ref().and_then(|voice| voice.person);
                let explicit =
                    self.parsed[block][sentence].quotes[site].link.as_ref().is_some_and(|link| link.beside);
                if !explicit || !person.is_some_and(named) {
                    self.look_in_body(block, sentence, site, &mut attribution);
                }
                self.record(block, sentence, site, &attribution);
            }
        }
    }

    /// A headline quotes what the body quotes: the same words, else the only speaker.
    fn look_in_body(&self, block: usize, sentence: usize, site: usize, attribution: &mut Attribution) {
        let words = self.text_of(block, sentence, site).to_lowercase();
        let mut same = self.quotes.iter().filter(|quote| {
            let body = quote.text.to_lowercase();
            body.contains(words.trim_end_matches(['.', ',', '!', '?'])) || words.contains(&body)
        });
        let mut speakers: Vec<&str> =
            self.quotes.iter().filter_map(|quote| quote.speaker.as_deref()).collect();
        speakers.sort_unstable();
        speakers.dedup();
        let known = attribution.voice.is_some();
        let (speaker, confidence) = match (same.next(), speakers.as_slice()) {
            (Some(quote), _) => (quote.speaker.as_deref(), 0.8),
            (None, [only]) if !known => (Some(*only), 0.5),
            _ => return,
        };
        let Some(person) =
            speaker.and_then(|name| self.people.persons.iter().position(|person| person.name == name))
        else {
            return;
        };
        let mention = attribution.voice.take().and_then(|voice| voice.mention);
        attribution.voice = Some(Voice { person: Some(person), mention, block, sentence, unit: 0 });
        attribution.rule = "headline";
        attribution.confidence = confidence;
    }

    /// Remembers who the sentence says spoke, for the sentences after it; records its indirect speech.
    fn hear(&mut self, block: usize, sentence: usize) {
        let parsed = &self.parsed[block][sentence];
        let mut found = None;
        for source in &parsed.sources {
            let Some(index) = source.phrase.filter(|_| is_telling(source)) else { continue };
            let phrase = &parsed.sentence.phrases[index];
            if personhood(parsed.sentence.passage, phrase) >= 2 {
                found = Some((source, index));
                break;
            }
        }
        if let Some((source, index)) = found {
            let voice = self.voice(block, sentence, index);
            if let Some(quote) = indirect::with_source(parsed, block, source) {
                self.push_indirect(quote, &voice, Some(source.cue.clone()));
            }
            if voice.person.is_some() {
                self.last_source = Some(voice);
            }
            return;
        }
        let speaker = self.speaker_nearby(block, sentence);
        if let Some(voice) = speaker
            && voice.block == block
            && parsed.quotes.is_empty()
            && voice.sentence + 1 >= sentence
            && let Some(quote) = indirect::without_source(parsed, block)
        {
            let voice = Voice { mention: None, sentence, ..voice };
            self.push_indirect(quote, &voice, None);
            self.last_source = Some(voice);
        }
    }

    pub(super) fn voice(&mut self, block: usize, sentence: usize, index: usize) -> Voice {
        let parsed = &self.parsed[block][sentence];
        let passage = parsed.sentence.passage;
        let place = Place {
            passage,
            block,
            phrases: &parsed.sentence.phrases,
            start: parsed.sentence.range.start,
            end: parsed.sentence.range.end,
        };
        let last = self.last_voice().and_then(|voice| {
            let start = self.parsed[voice.block][voice.sentence].sentence.range.start;
            Some(LastVoice { person: voice.person?, block: voice.block, start, unit: voice.unit })
        });
        let index = fuller(&parsed.sentence, index);
        let phrase = &parsed.sentence.phrases[index];
        let own = parsed.answer && matches!(passage.lower(phrase.range.start), "ich" | "wir" | "i" | "we");
        let person = match self.answering.filter(|_| own) {
            Some(person) => Some(person),
            None => self.people.resolve(place, index, last).or_else(|| self.spoke_before(place, index)),
        };
        if let Some(person) = person {
            self.people.note_speaker(block, parsed.sentence.range.start, phrase.range.start, person);
            let known = &self.people.persons[person];
            if known.named && !known.organisation {
                self.last_person = Some(person);
            }
        }
        let mention = passage.slice(&phrase.range).to_owned();
        Voice { person, mention: Some(mention), block, sentence, unit: phrase.range.start }
    }

    /// `sagte er` where nobody near can be meant: the person who spoke last.
    fn spoke_before(&self, place: Place<'_, '_>, index: usize) -> Option<PersonId> {
        let (passage, at) = (place.passage, place.phrases[index].range.start);
        let pronoun = place.phrases[index].kind == PhraseKind::Pronoun && passage.is(at, HE | SHE);
        let female = passage.is(at, SHE);
        let person = self.last_person.filter(|_| pronoun && !is_plural_pronoun(passage, at))?;
        compatible(self.people.persons[person].female, Some(female)).then_some(person)
    }

    pub(super) fn last_voice(&self) -> Option<&Voice> {
        match (&self.last_quote, &self.last_source) {
            (Some(quote), Some(source)) => {
                Some(if (source.block, source.sentence) >= (quote.block, quote.sentence) {
                    source
                } else {
                    quote
                })
            }
            (quote, source) => quote.as_ref().or(source.as_ref()),
        }
    }

    fn speaker_nearby(&self, block: usize, sentence: usize) -> Option<Voice> {
        self.last_voice()
            .filter(|voice| voice.block == block && voice.sentence <= sentence && voice.person.is_some())
            .cloned()
    }

    fn attribution(&mut self, block: usize, sentence: usize, site: usize) -> Attribution {
        let parsed = &self.parsed[block][sentence];
        let unit = parsed.quotes[site].unit;
        if unit == 0
            && let Unclosed::Quotation(voice) = std::mem::take(&mut self.open)
        {
            let explicit =
                parsed.quotes[site].link.as_ref().filter(|link| link.beside && link.phrase.is_some());
            if explicit.is_none() {
                return Attribution { voice, cue: None, rule: "reopened", confidence: 0.85, continued: true };
            }
        }
        if let Some(link) = split_link(parsed, site).or_else(|| parsed.quotes[site].link.clone())
            && let Some(index) = link.phrase.filter(|index| {
                link.beside || personhood(parsed.sentence.passage, &parsed.sentence.phrases[*index]) > 0
            })
        {
            let set_off =
                unit > 0 && parsed.sentence.passage.is_sign(unit - 1, &[',', '–', '—', '-', ';', '.']);
            let earlier = set_off
                && (0..site).any(|other| {
                    parsed.quotes[other]
                        .link
                        .as_ref()
                        .is_some_and(|other| other.at == link.at && other.beside)
                });
            let further = link.cue.as_deref().is_some_and(|cue| {
                cue.contains("weiter") || cue.contains("fort") || cue.contains("continued")
            });
            let mut voice = self.voice(block, sentence, index);
            if link.at.is_some_and(|at| is_written(parsed, at, index)) {
                voice.person = None;
            }
            let rule = if earlier { "split" } else { link.rule };
            return Attribution {
                voice: Some(voice),
                cue: link.cue,
                rule,
                confidence: link.confidence,
                continued: earlier || further,
            };
        }
        let first = unit == parsed.sentence.range.start;
        let chant = parsed.quotes[site].link.as_ref().filter(|link| link.rule == CHANT);
        if let Some(chant) = chant {
            let Link { cue, rule, confidence, .. } = chant.clone();
            return Attribution { voice: None, cue, rule, confidence, continued: false };
        }
        let unnamed = parsed.quotes[site].link.as_ref().and_then(|link| link.at).is_some_and(|at| {
            parsed.sources.iter().any(|source| {
                source.at == at && source.channel == Channel::Document && source.phrase.is_none()
            })
        });
        let mut attribution = if unnamed {
            Attribution { voice: None, cue: None, rule: "document", confidence: 0.0, continued: false }
        } else if first {
            self.standing_alone(block, sentence)
        } else {
            self.within_clause(block, sentence, unit)
        };
        if attribution.cue.is_none() {
            attribution.cue = parsed.quotes[site].link.as_ref().and_then(|link| link.cue.clone());
        }
        attribution
    }

    fn text_of(&self, block: usize, sentence: usize, site: usize) -> &'a str {
        let parsed = &self.parsed[block][sentence];
        inside_text(parsed.sentence.passage, parsed.quotes[site].unit)
    }
}

/// How much must speak for words within a clause, where the clause does not say whose they are: without anyone in sight
/// they are a name or the reporter's own quotation marks.
fn least_points(rule: &str) -> f32 {
    match rule {
        "clause" => 2.0,
        "clause-subject" => 1.0,
        "told-before" | "paragraph-before" | "subject-before" => 0.5,
        _ => 0.0,
    }
}

/// `…, das System sei „nicht mehr vermittelbar“`: the verb of the clause says that somebody's words are told.
fn is_reported(parsed: &Parsed<'_, '_>, quote: usize) -> bool {
    let passage = parsed.sentence.passage;
    (parsed.sentence.range.start..quote)
        .rev()
        .take_while(|index| !passage.is_sign(*index, &[',', ';', ':', '–']) && !passage.is_quote(*index))
        .any(|index| passage.is(index, SUBJUNCTIVE) && !passage.units[index].capital)
}

/// Whether the source is a thing to be read, or a place that names nobody: `heißt es im Bericht`, `hieß es aus der Kurie`.
fn is_written(parsed: &Parsed<'_, '_>, at: usize, index: usize) -> bool {
    let passage = parsed.sentence.passage;
    let phrase = &parsed.sentence.phrases[index];
    let document = parsed.sources.iter().any(|source| source.at == at && source.channel == Channel::Document);
    let from = phrase.range.start.checked_sub(1).map_or("", |before| passage.lower(before));
    // `steht in Kreide`: a noun without determiner looks like a name.
    let person = match phrase.kind {
        PhraseKind::Name => {
            phrase.core.clone().any(|unit| passage.is(unit, MALE | FEMALE | SURNAME)) || phrase.head.is_some()
        }
        PhraseKind::Quoted => true,
        _ => personhood(passage, phrase) >= 2,
    };
    document && (from == "aus" || !person)
}

/// `der Vorsitzende, Jan Keil`, `the owner, Pell Holdings`: the name that a role stands before.
fn fuller(sentence: &Sentence<'_, '_>, index: usize) -> usize {
    let phrase = &sentence.phrases[index];
    let passage = sentence.passage;
    let named = |next: &Phrase| {
        next.kind == PhraseKind::Name
            || !passage.is_german()
                && next.kind == PhraseKind::Noun
                && next.range.len() > 1
                && next.core.clone().all(|unit| passage.is_capital(unit))
    };
    let next = sentence.phrases.get(index + 1).filter(|next| {
        phrase.kind == PhraseKind::Noun
            && named(next)
            && next.range.start == phrase.range.end + 1
            && passage.is_sign(phrase.range.end, &[',', '–', '—'])
            && (personhood(passage, phrase) >= 2 || !passage.is_german() && phrase.definite)
    });
    if next.is_some() { index + 1 } else { index }
}

/// `“…,” X said, “…”`: the second half has the link of the first.
fn split_link(parsed: &Parsed<'_, '_>, site: usize) -> Option<Link> {
    let before = site.checked_sub(1)?;
    let passage = parsed.sentence.passage;
    let unit = parsed.quotes[site].unit;
    let own = parsed.quotes[site].link.as_ref().is_some_and(|link| link.rule.starts_with("after"));
    let link =
        parsed.quotes[before].link.as_ref().filter(|link| link.rule.starts_with("after") && link.beside)?;
    let follows = passage.is_sign(unit - 1, &[',', '–', '—'])
        && link.at.is_some_and(|at| at > parsed.quotes[before].unit && at < unit);
    (follows && !own).then(|| link.clone())
}
