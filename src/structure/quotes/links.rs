//! Ties a quotation to the source its own sentence names: verb after, before or around it, colon, `so X`, `laut X`.
//!
//! Looks at one sentence only; quotations whose speaker stands elsewhere are left to `attribution`.

use super::colons::colon;
use super::lexicon::{
    ADVERB, AUXILIARY, CONJUNCTION, DOCUMENT, FUNCTION, HER, HIS, MODAL, Manner, NONSPEECH, PASSIVE,
    SAY_NOUN, SUBORDINATOR, VERBAL,
};
use super::phrases::{Phrase, PhraseKind, phrase_at};
use super::sources::{Channel, Sentence, Source};
use super::subjects::personhood;

/// A source further away than this many units is not that of a quotation.
const REACH: usize = 80;

/// The rule of words that a crowd calls; it names nobody.
pub(super) const CHANT: &str = "chant";

/// How a quotation hangs together with its source.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Link {
    /// Who, as an index of the sentence's phrases.
    pub phrase: Option<usize>,
    /// The cue as written.
    pub cue: Option<String>,
    /// The rule's name.
    pub rule: &'static str,
    /// How sure the rule is.
    pub confidence: f32,
    /// Whether the source stands right beside the quotation.
    pub beside: bool,
    /// Where the cue stands.
    pub at: Option<usize>,
}

impl Link {
    pub(super) fn new(
        phrase: Option<usize>,
        cue: impl Into<Option<String>>,
        rule: &'static str,
        confidence: f32,
    ) -> Self {
        Self { phrase, cue: cue.into(), rule, confidence, beside: true, at: None }
    }
}

/// The link of the quotation at a unit, if its sentence names a source.
pub(super) fn link(sentence: &mut Sentence<'_, '_>, sources: &[Source], quote: usize) -> Option<Link> {
    let link = sought(sentence, sources, quote)?;
    // `lautet die Antwort der Ärztin`, `Keils Antwort`: the words belong to whom the noun belongs.
    let phrase = link.phrase.map(|index| owner(sentence, index));
    Some(Link { phrase, ..link })
}

/// Whom a noun of saying belongs to.
fn owner(sentence: &mut Sentence<'_, '_>, index: usize) -> usize {
    let passage = sentence.passage;
    let phrase = sentence.phrases[index].clone();
    let Some(head) = phrase.head.filter(|head| {
        phrase.kind == PhraseKind::Noun && passage.lexicon.ends_in(passage.lower(*head), SAY_NOUN)
    }) else {
        return index;
    };
    if passage.lexicon.ends_in(passage.lower(head), DOCUMENT) {
        return index;
    }
    let start = phrase.range.start;
    let inner = if passage.is(start, HIS | HER) {
        Some(Phrase { core: start..start + 1, kind: PhraseKind::Pronoun, head: None, ..phrase })
    } else if start < head && passage.units[start].capital && passage.lower(start).ends_with('s') {
        Some(Phrase {
            range: start..head,
            core: start..head,
            kind: PhraseKind::Name,
            name: start..head,
            head: None,
            ..phrase
        })
    } else {
        let from = phrase.core.end + usize::from(matches!(passage.lower(phrase.core.end), "von" | "vom"));
        phrase_at(passage, from, phrase.range.end)
            .filter(|inner| inner.kind != PhraseKind::Pronoun && phrase.core.end < phrase.range.end)
    };
    let Some(inner) = inner else { return index };
    sentence.phrases.push(inner);
    sentence.phrases.len() - 1
}

fn sought(sentence: &mut Sentence<'_, '_>, sources: &[Source], quote: usize) -> Option<Link> {
    chant(sentence, quote)
        .or_else(|| after(sentence, sources, quote))
        .or_else(|| closing_verb(sentence, sources, quote))
        .or_else(|| gapped(sentence, sources, quote))
        .or_else(|| bracket(sentence, quote))
        .or_else(|| colon(sentence, sources, quote))
        .or_else(|| verb_before(sentence, sources, quote))
        .or_else(|| unknown_verb_after(sentence, quote))
        .or_else(|| around(sentence, sources, quote))
}

/// `Hagen sprach von „…“, die Opposition von „…“`, `Hagen sprach von Pannen, die Opposition von „…“`: the verb stands only
/// once.
fn gapped(sentence: &Sentence<'_, '_>, sources: &[Source], quote: usize) -> Option<Link> {
    let passage = sentence.passage;
    let before = quote
        .checked_sub(1)
        .filter(|before| matches!(passage.lower(*before), "von" | "als" | "of" | "as"))?;
    let place = sentence.phrases.iter().position(|phrase| {
        phrase.range.end == before && !phrase.oblique && personhood(passage, phrase) >= 2
    })?;
    let joint = sentence.phrases[place].range.start.checked_sub(1)?;
    let joined = passage.is_sign(joint, &[',', ';']) || passage.is(joint, CONJUNCTION);
    let earlier = (sentence.range.start..joint).rev().take(4).any(|index| passage.is_quote(index));
    let source = sources.iter().rev().find(|source| source.at < joint)?;
    let again = (source.at + 1..joint).any(|index| passage.lower(index) == passage.lower(before));
    (joined && (earlier || again)).then(|| Link {
        beside: false,
        at: Some(source.at),
        ..Link::new(Some(place), Some(source.cue.clone()), "clause-before", 0.75)
    })
}

/// `„Zugabe“-Rufe`: a crowd calls, whoever the sentence is about.
fn chant(sentence: &Sentence<'_, '_>, quote: usize) -> Option<Link> {
    let passage = sentence.passage;
    let calls = passage.is_german()
        && passage.is_sign(quote + 1, &['-'])
        && ["ruf", "sprechch", "gesäng"].iter().any(|stem| passage.lower(quote + 2).starts_with(stem));
    calls.then(|| Link::new(None, Some(passage.form(quote + 2).to_owned()), CHANT, 0.8))
}

/// `was Keil „…“ nannte`, `hatte ihm „…“ vorgeworfen`: German clauses end with the verb that the fragment belongs to.
fn closing_verb(sentence: &Sentence<'_, '_>, sources: &[Source], quote: usize) -> Option<Link> {
    let passage = sentence.passage;
    if !passage.is_german() || quote == sentence.range.start {
        return None;
    }
    let source = sources.iter().find(|source| source.at == quote + 1 && source.phrase.is_some())?;
    let says = matches!(source.channel, Channel::Verb(Manner::Say | Manner::Call))
        && sentence.ends_clause(source.at);
    let phrase = &sentence.phrases[source.phrase?];
    let before = phrase.range.end <= quote;
    (says && before).then(|| Link { beside: false, ..from_source(source, "clause-after", 0.85) })
}

/// `Jan Keil („…“)`.
fn bracket(sentence: &Sentence<'_, '_>, quote: usize) -> Option<Link> {
    let passage = sentence.passage;
    let open = quote
        .checked_sub(1)
        .filter(|open| passage.is_sign(*open, &['(']) && passage.is_sign(quote + 1, &[')']))?;
    let named =
        |phrase: &Phrase| phrase.range.end == open && phrase.kind == PhraseKind::Name && !phrase.oblique;
    let place = sentence.phrases.iter().position(named)?;
    let unit = &passage.units[quote];
    (unit.end - unit.token > 6).then(|| Link::new(Some(place), None, "bracket", 0.8))
}

pub(super) fn from_source(source: &Source, rule: &'static str, confidence: f32) -> Link {
    let confidence = if source.phrase.is_some() { confidence } else { confidence * 0.5 };
    Link { at: Some(source.at), ..Link::new(source.phrase, Some(source.cue.clone()), rule, confidence) }
}

/// The unit after a quotation, a comma or dash between them left aside.
fn beyond(sentence: &Sentence<'_, '_>, quote: usize) -> usize {
    let passage = sentence.passage;
    let mut index = quote + 1;
    while passage.is_sign(index, &[',', '–', '—', '-', ')', ']']) && index < quote + 3 {
        index += 1;
    }
    index
}

fn after(sentence: &Sentence<'_, '_>, sources: &[Source], quote: usize) -> Option<Link> {
    let passage = sentence.passage;
    let start = beyond(sentence, quote);
    if start >= sentence.range.end || names_a_work(sentence, quote) {
        return None;
    }
    let next_quote =
        (start..sentence.range.end).find(|index| passage.is_quote(*index)).unwrap_or(sentence.range.end);
    let mut cue_start = start;
    while cue_start < start + 3 && (passage.is(cue_start, ADVERB) && passage.lower(cue_start) != "so") {
        cue_start += 1;
    }
    let helper = passage.is(cue_start, AUXILIARY | MODAL | PASSIVE);
    let separated = start > quote + 1;
    for source in sources.iter().filter(|source| source.at >= start) {
        match source.channel {
            Channel::So if source.at <= start + 1 => return Some(from_source(source, "after-so", 0.97)),
            Channel::According if source.at == start && separated => {
                return Some(from_source(source, "after-according", 0.9));
            }
            Channel::Document if source.at == cue_start => {
                return Some(from_source(source, "document", 0.93));
            }
            Channel::Verb(manner) => {
                // `Die „Aktion Meer“ berichtet`: a quoted name before a verb, no comma between.
                let labelled = quote > sentence.range.start
                    && passage.lexicon.ends_in(passage.lower(quote - 1), NONSPEECH);
                let names = !separated
                    && quote > sentence.range.start
                    && !passage.is_sign(quote - 1, &[':'])
                    && (labelled || !ends_like_speech(sentence, quote));
                let as_name = matches!(passage.lower(start), "wie" | "as") && manner == Manner::Call;
                if names || as_name {
                    continue;
                }
                // `„…“, hat Keil gesagt`, but `„Neues vom Deich“ wird abgesetzt, sagte Keil`
                let by_helper = helper
                    && source.at > cue_start
                    && source.at < next_quote
                    && (separated || !(cue_start..source.at).any(|index| passage.is_sign(index, &[','])));
                let beside = source.at == cue_start || by_helper;
                if beside && (separated || manner == Manner::Say || is_whole(sentence, quote)) {
                    return Some(from_source(source, "after-verb", 0.96));
                }
                // “…,” the officer said: the subject stands between.
                let phrase = source.phrase.map(|index| &sentence.phrases[index]);
                // `X nannte das „…“, Y sprach von`: the next clause has a subject of its own.
                let told = passage.is_german()
                    && sources.iter().any(|other| other.at < quote && other.phrase.is_some());
                let named_first = !told
                    && phrase
                        .is_some_and(|phrase| phrase.range.start == start || phrase.range.start == cue_start)
                    && source.at < next_quote;
                if named_first && (separated || manner == Manner::Say && ends_like_speech(sentence, quote)) {
                    return Some(from_source(source, "after-name", 0.95));
                }
                // „…“, wie X mitteilt
                let as_clause =
                    separated && matches!(passage.lower(start), "wie" | "as") && source.at < next_quote;
                if as_clause {
                    return Some(from_source(source, "after-as", 0.9));
                }
            }
            _ => {}
        }
    }
    None
}

/// `In “Letters from Home,” she writes`, `Bei „Wer rät mit?“ scheiterte er`: where something stands or happens.
fn names_a_work(sentence: &Sentence<'_, '_>, quote: usize) -> bool {
    let passage = sentence.passage;
    quote == sentence.range.start + 1
        && matches!(passage.lower(quote - 1), "in" | "on" | "bei")
        && passage.units[quote].pair.is_some_and(|pair| {
            let mut inside = passage.pairs[pair].inside();
            inside.next().is_some_and(|token| passage.text.tokens[token].capital)
        })
}

/// The quotation ends with a comma or a full stop of its own: `“…,” X said`.
fn ends_like_speech(sentence: &Sentence<'_, '_>, quote: usize) -> bool {
    let pair = sentence.passage.units[quote].pair;
    pair.is_some_and(|pair| matches!(sentence.passage.last_inside(pair), ',' | '.' | '!' | '?' | '…' | '—'))
}

/// The quotation begins its sentence and is long enough to be one itself.
fn is_whole(sentence: &Sentence<'_, '_>, quote: usize) -> bool {
    let unit = &sentence.passage.units[quote];
    quote == sentence.range.start && unit.end - unit.token > 4
}

/// `„…“, frohlockte X`: a verb nobody has listed.
fn unknown_verb_after(sentence: &Sentence<'_, '_>, quote: usize) -> Option<Link> {
    let passage = sentence.passage;
    let start = beyond(sentence, quote);
    let separated = start > quote + 1 || ends_like_speech(sentence, quote);
    let unit = passage.units.get(start).filter(|_| start < sentence.range.end && separated)?;
    let plain =
        passage.is_word(start) && !unit.capital && unit.classes & (FUNCTION & !MODAL | SUBORDINATOR) == 0;
    if !plain
        || names_a_work(sentence, quote)
        || quote != sentence.range.start
            && !ends_like_speech(sentence, quote)
            && passage.units[quote].end - passage.units[quote].token < 6
    {
        return None;
    }
    let lower = passage.lower(start);
    let verb_like = if passage.is_german() {
        lower.ends_with('t') || lower.ends_with("te") || lower.ends_with("ten") || unit.classes & VERBAL != 0
    } else {
        lower.ends_with("ed") || lower.ends_with('s')
    };
    if verb_like {
        let place = sentence.phrases.iter().position(|phrase| {
            phrase.range.start > start
                && phrase.range.start <= start + 4
                && !phrase.oblique
                && personhood(passage, phrase) >= 2
        })?;
        let between = (start + 1..sentence.phrases[place].range.start).all(|index| passage.is(index, ADVERB));
        return between.then(|| Link {
            at: Some(start),
            ..Link::new(Some(place), Some(passage.form(start).to_owned()), "after-verb", 0.85)
        });
    }
    None
}

/// `X sagte „…“`, `mit den Worten „…“`.
fn verb_before(sentence: &Sentence<'_, '_>, sources: &[Source], quote: usize) -> Option<Link> {
    let passage = sentence.passage;
    let mut before = quote;
    while before > sentence.range.start
        && quote - before < 3
        && (passage.is_sign(before - 1, &[','])
            || passage.is(before - 1, ADVERB)
            || matches!(passage.lower(before - 1), "that" | "als" | "as"))
    {
        before -= 1;
    }
    let source = sources
        .iter()
        .rev()
        .find(|source| source.at < quote && source.at + 1 >= before && source.phrase.is_some())?;
    // `Katz said the video told “…”`: a thing tells nothing where somebody speaks.
    let thing = source.phrase.is_some_and(|index| personhood(passage, &sentence.phrases[index]) < 2);
    let spoken = |other: &Source| {
        other.at < source.at
            && other.phrase.is_some_and(|index| personhood(passage, &sentence.phrases[index]) >= 3)
    };
    if thing && !passage.is_german() && sources.iter().any(spoken) {
        return None;
    }
    let outer = sources.iter().any(|other| {
        other.at < source.at && matches!(other.channel, Channel::Verb(Manner::Say | Manner::Call))
    });
    let strong =
        source.channel != Channel::According && !(source.channel == Channel::Verb(Manner::Think) && outer);
    strong.then(|| from_source(source, "verb-before", 0.9))
}

/// The best source of the clause around a fragment.
fn around(sentence: &Sentence<'_, '_>, sources: &[Source], quote: usize) -> Option<Link> {
    let passage = sentence.passage;
    let weight = |source: &Source| {
        let base = match source.channel {
            Channel::Verb(Manner::Say | Manner::Call) | Channel::So => 1.0,
            Channel::Verb(Manner::Think) => 0.5,
            Channel::According => 1.1,
            Channel::Document => 0.7,
        };
        let distance = source.at.abs_diff(quote) as f32;
        let (from, to) = (source.at.min(quote), source.at.max(quote));
        let barriers = (from + 1..to)
            .filter(|index| {
                passage.is_sign(*index, &[';', ':'])
                    || passage.is_quote(*index) && ends_with_stop(sentence, *index)
            })
            .count() as f32;
        let quotes = (from + 1..to).filter(|index| passage.is_quote(*index)).count() as f32;
        let before = if source.at < quote { 0.15 } else { 0.0 }
            - if source.channel == Channel::So { 0.4 * quotes } else { 0.0 };
        let spoken = if source.phrase.is_some() { 0.4 } else { -0.4 };
        let plain = if source.plain { 0.0 } else { -0.15 }
            - if source.at < quote
                && sentence.in_subordinate(source.at)
                && (source.at..quote).any(|index| passage.is_sign(index, &[',']))
                && !starts_as(sentence)
            {
                0.6
            } else {
                0.0
            }
            + if starts_as(sentence) && source.at < quote && first_source(sources, source) {
                0.7
            } else {
                0.0
            };
        base + before + spoken + plain - 0.02 * distance.min(40.0) - 0.8 * barriers
    };
    let near = sources.iter().filter(|source| source.at.abs_diff(quote) <= REACH);
    let best = near.max_by(|one, other| weight(one).total_cmp(&weight(other)))?;
    let value = weight(best);
    let rule = match best.channel {
        Channel::According => "according",
        Channel::So => "after-so",
        Channel::Document => "document",
        Channel::Verb(_) if best.at < quote => "clause-before",
        Channel::Verb(_) => "clause-after",
    };
    (value > 0.3)
        .then(|| Link { beside: false, ..from_source(best, rule, (0.35 + 0.3 * value).clamp(0.3, 0.85)) })
}

/// `Wie X mitteilte, …`: the whole sentence is X's.
fn starts_as(sentence: &Sentence<'_, '_>) -> bool {
    matches!(sentence.passage.lower(sentence.range.start), "wie" | "as")
}

fn first_source(sources: &[Source], source: &Source) -> bool {
    sources.first().is_some_and(|first| first.at == source.at)
}

fn ends_with_stop(sentence: &Sentence<'_, '_>, quote: usize) -> bool {
    sentence.passage.units[quote]
        .pair
        .is_some_and(|pair| matches!(sentence.passage.last_inside(pair), '.' | '!' | '?'))
}
