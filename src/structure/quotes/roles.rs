//! Reads roles: the words before a name and in apposition, their gender and number, and whether two roles may be one.
//!
//! Who has which role is kept in `people`.

use std::ops::Range;

use super::lexicon::{
    ADVERB, AUXILIARY, CONJUNCTION, CROWD, DETERMINER, DETERMINER_OBLIQUE, DOCUMENT, FEMALE, HER, HIS,
    HONORIFIC, INSTITUTION, MALE, MEDIUM, MODAL, PASSIVE, PREPOSITION, RANK, ROLE, SAY_NOUN, SUBORDINATOR,
    TITLE,
};
use super::passage::Passage;
use super::people::Place;
use super::phrases::{Phrase, PhraseKind};
use crate::structure::text::TokenKind;
pub(super) fn has_title(passage: &Passage<'_>, phrase: &Phrase) -> bool {
    (phrase.core.start..phrase.name.start).any(|unit| passage.is(unit, TITLE))
}

pub(super) fn title_gender(passage: &Passage<'_>, phrase: &Phrase) -> Option<bool> {
    (phrase.core.start..phrase.name.start).find_map(|unit| match passage.lower(unit) {
        "frau" | "mrs." | "ms." | "mrs" | "ms" | "lady" | "dame" | "sister" | "königin" | "queen"
        | "prinzessin" | "princess" => Some(true),
        "herr" | "herrn" | "mr." | "mr" | "sir" | "lord" | "king" | "prince" | "father" | "brother" => {
            Some(false)
        }
        _ => None,
    })
}

pub(super) fn gender(passage: &Passage<'_>, phrase: &Phrase) -> Option<bool> {
    title_gender(passage, phrase).or_else(|| {
        phrase.head.and_then(|head| {
            let lower = passage.lower(head);
            (lower.ends_with("in") && passage.is_german() || lower.ends_with("woman")).then_some(true)
        })
    })
}

pub(super) fn role_gender(passage: &Passage<'_>, role: &str) -> Option<bool> {
    if !passage.is_german() {
        let female = role.ends_with("woman")
            || matches!(
                role,
                "mother"
                    | "sister"
                    | "daughter"
                    | "wife"
                    | "widow"
                    | "grandmother"
                    | "actress"
                    | "girl"
                    | "aunt"
                    | "waitress"
                    | "queen"
            );
        let male = role.ends_with("man") && role != "woman" && !role.ends_with("woman")
            || matches!(
                role,
                "father" | "brother" | "son" | "husband" | "boy" | "grandfather" | "uncle" | "king"
            );
        return if female { Some(true) } else { male.then_some(false) };
    }
    if role.ends_with("in")
        || matches!(
            role,
            "frau"
                | "mutter"
                | "schwester"
                | "tochter"
                | "oma"
                | "großmutter"
                | "tante"
                | "witwe"
                | "hebamme"
        )
        || role.ends_with("frau")
    {
        return Some(true);
    }
    let either = role.ends_with("jährige")
        || role.ends_with("vorsitzende")
        || role.ends_with("beauftragte")
        || role.ends_with("abgeordnete")
        || role.ends_with("beigeordnete")
        || role.ends_with('n');
    (!either).then_some(false)
}

/// Gender by the words of a role: `Leiterin des Amtes` is a woman; a masculine role may be anybody's.
pub(super) fn role_words_gender(passage: &Passage<'_>, role: &str) -> Option<bool> {
    let lower = role.to_lowercase();
    let first = lower.split_whitespace().find(|word| passage.lexicon.is_role(word))?;
    role_gender(passage, first)
}

/// `die Mutter`, `the father`: somebody's, and who is seldom the one the article is about.
pub(super) fn is_relational(lower: &str) -> bool {
    let ends = |words: &[&str]| words.iter().any(|word| lower.ends_with(word));
    ends(&[
        "mutter",
        "vater",
        "tochter",
        "schwester",
        "bruder",
        "oma",
        "opa",
        "onkel",
        "tante",
        "nachbar",
        "nachbarin",
        "freundin",
        "freund",
    ]) || ends(&[
        "mother",
        "father",
        "sister",
        "brother",
        "daughter",
        "husband",
        "wife",
        "neighbor",
        "neighbour",
        "friend",
        "victim",
        "suspect",
        "witness",
        "colleague",
    ]) || matches!(
        lower,
        "sohn" | "ehemann" | "ehefrau" | "son" | "aunt" | "uncle" | "zeuge" | "zeugin" | "opfer" | "kind"
    )
}

/// `der 71-Jährige`, `die Abgeordnete`: the gender that only the determiner shows.
pub(super) fn determiner_gender(passage: &Passage<'_>, phrase: &Phrase) -> Option<bool> {
    if !passage.is_german() {
        return None;
    }
    match passage.lower(phrase.range.start) {
        "der" if !phrase.oblique => Some(false),
        "die" => Some(true),
        "dem" => Some(false),
        _ => None,
    }
}

/// `sie riefen`: the verb beside the pronoun shows that several are meant.
pub(super) fn is_plural_pronoun(passage: &Passage<'_>, at: usize) -> bool {
    let plural = |unit: usize| {
        let lower = passage.lower(unit);
        passage.is_word(unit)
            && !passage.units[unit].capital
            && (lower.ends_with("en")
                && (passage.is_finite(unit) || lower.ends_with("ten") || lower.len() > 4)
                || lower == "sind")
            && !passage.is(unit, ADVERB | DETERMINER | DETERMINER_OBLIQUE)
    };
    passage.lower(at) == "sie" && passage.is_german() && (plural(at + 1) || at > 0 && plural(at - 1))
}

/// `die 71-Jährige`, `der Mann`: nouns that fit any person of the gender.
pub(super) fn is_generic(lower: &str) -> bool {
    lower.ends_with("jährige")
        || lower.ends_with("jähriger")
        || lower.ends_with("jährigen")
        || lower.ends_with("year-old")
        || matches!(
            lower,
            "mann"
                | "frau"
                | "politiker"
                | "politikerin"
                | "man"
                | "woman"
                | "franzose"
                | "französin"
                | "brite"
                | "britin"
                | "italiener"
                | "italienerin"
                | "spanier"
                | "spanierin"
                | "russe"
                | "russin"
                | "amerikaner"
                | "amerikanerin"
                | "österreicher"
                | "österreicherin"
                | "schweizer"
                | "sportler"
                | "sportlerin"
        )
}

/// Whether a noun without a name means a document, a thing or somebody unknown, not an organisation.
pub(super) fn is_anonymous(passage: &Passage<'_>, phrase: &Phrase) -> bool {
    let Some(head) = phrase.head else { return false };
    let lower = passage.lower(head);
    let start = passage.lower(phrase.range.start);
    if passage.lexicon.ends_in(lower, CROWD) || passage.is(phrase.range.start, HIS | HER) {
        return true;
    }
    if passage.lexicon.ends_in(lower, INSTITUTION | MEDIUM) {
        return matches!(start, "ein" | "eine" | "a" | "an" | "one");
    }
    if passage.lexicon.ends_in(lower, DOCUMENT | SAY_NOUN) {
        return true;
    }
    let introduced = matches!(start, "ein" | "eine" | "einer" | "einem" | "a" | "an" | "one");
    introduced || !passage.is_german() && !passage.units[head].capital && is_plural(passage, phrase)
}

/// Whether a noun in the singular can be said of a person: `der Fachmann`, `the left-hander`.
pub(super) fn is_person_word(passage: &Passage<'_>, phrase: &Phrase) -> bool {
    let Some(head) = phrase.head else { return false };
    let lower = passage.lower(head);
    if passage.lexicon.is_role(lower) {
        return true;
    }
    if passage.lexicon.ends_in(lower, CROWD | INSTITUTION | MEDIUM | DOCUMENT | SAY_NOUN)
        || matches!(passage.lower(phrase.range.start), "das" | "this" | "that" | "its" | "their")
    {
        return false;
    }
    let endings: &[&str] = if passage.is_german() {
        &[
            "er", "erin", "or", "orin", "ist", "istin", "ent", "entin", "ant", "antin", "eur", "eurin",
            "mann", "frau", "ierte", "ling", "wirt", "wirtin", "coach", "chef", "chefin", "profi", "star",
            "meister", "kapitän", "oge", "ogin", "soph",
        ]
    } else {
        &["er", "or", "ist", "ian", "man", "woman", "ant", "ent", "fan", "star", "mom", "dad"]
    };
    lower.len() > 2 && endings.iter().any(|ending| lower.ends_with(ending))
}

pub(super) fn is_plural(passage: &Passage<'_>, phrase: &Phrase) -> bool {
    let Some(head) = phrase.head else { return false };
    let lower = passage.lower(head);
    let start = passage.lower(phrase.range.start);
    if passage.is_german() {
        return lower.ends_with("innen")
            || start == "die"
                && !lower.ends_with("in")
                && !lower.ends_with('e')
                && !lower.ends_with("frau")
                && !matches!(lower, "mutter" | "tochter" | "schwester" | "oma");
    }
    lower.ends_with('s') && !lower.ends_with("ss")
        || matches!(lower, "people" | "men" | "women")
        || lower.ends_with("men")
}

pub(super) fn strip_determiner<'t>(passage: &Passage<'_>, phrase: &Phrase, text: &'t str) -> &'t str {
    let text = text.split_once(" (").map_or(text, |(before, _)| before);
    let start = phrase.range.start;
    let possessive = passage.is(start, HIS | HER);
    if passage.is(start, DETERMINER | DETERMINER_OBLIQUE) && !possessive && phrase.range.len() > 1 {
        return text[passage.form(start).len().min(text.len())..].trim_start();
    }
    text
}

/// The text of a role: from its first word that is neither determiner nor honorific.
pub(super) fn role_text(passage: &Passage<'_>, range: Range<usize>) -> String {
    let mut range = range;
    while range.start < range.end
        && (passage.is(range.start, DETERMINER | DETERMINER_OBLIQUE | PREPOSITION | ADVERB)
            || !passage.is_word(range.start))
    {
        range.start += 1;
    }
    while range.start < range.end {
        let last = range.end - 1;
        if passage.is(last, TITLE) && !passage.is(last, ROLE)
            || passage.is(last, HONORIFIC)
            || !passage.is_word(last) && !passage.is_quote(last) && !passage.is_sign(last, &[')'])
        {
            range.end -= 1;
        } else {
            break;
        }
    }
    // `the clinic’s medical director`: whose director is left aside.
    let owner = range.clone().take(4).find(|unit| {
        let lower = passage.lower(*unit);
        !passage.is_german() && (lower.ends_with("’s") || lower.ends_with("'s")) && *unit + 1 < range.end
    });
    if let Some(owner) = owner
        && !passage.units[range.start].capital
        && !passage.units[owner].capital
    {
        range.start = owner + 1;
    }
    passage.slice(&range).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The role that stands with a name: before it, or in apposition on either side.
pub(super) fn role_of(place: Place<'_, '_>, index: usize) -> Option<String> {
    let passage = place.passage;
    let phrase = &place.phrases[index];
    let before = role_text(passage, phrase.core.start..phrase.name.start);
    // `aus Sicht des Landrats Kolb`
    let genitive = passage.is_german() && passage.lower(phrase.core.start) == "des" && before.ends_with('s');
    let before = if genitive { before.strip_suffix('s').unwrap_or(&before).to_owned() } else { before };
    let ranked = (!before.is_empty() && phrase.head.is_some()).then_some(before);
    // `Sen. Ann Hale, the minority leader,`: the longer words tell more.
    // `im wahren Leben Karl-Otto Bühl`
    let aside = passage.is_german()
        && [phrase.core.start, phrase.core.start.wrapping_sub(1)]
            .iter()
            .any(|unit| matches!(passage.lower(*unit), "im" | "am" | "ins" | "ans" | "aufs"))
        && phrase.head.is_some_and(|head| !passage.lexicon.is_role(passage.lower(head)));
    let ranked = ranked.filter(|_| !aside);
    let rank = phrase.head.is_some_and(|head| passage.is(head, RANK));
    if !rank && ranked.as_deref().is_some_and(|role| !role.ends_with('.')) {
        return ranked;
    }
    apposition(place, index).or(ranked)
}

/// The role in apposition to a name, behind it or before it.
pub(super) fn apposition(place: Place<'_, '_>, index: usize) -> Option<String> {
    let passage = place.passage;
    let phrase = &place.phrases[index];
    let end = phrase.range.end;
    // `said Ann Hale, who is the marina’s manager`
    let who = end + usize::from(passage.is_sign(end, &[',']));
    if passage.lower(who) == "who" && matches!(passage.lower(who + 1), "is" | "was") {
        let next = place.phrases.iter().find(|next| next.range.start == who + 2);
        if let Some(next) = next.filter(|next| next.kind == PhraseKind::Noun && is_role_phrase(passage, next))
        {
            let text = role_text(passage, next.range.start..role_end(passage, next, place.end));
            return (!text.is_empty()).then_some(text);
        }
    }
    if passage.is_sign(end, &[',', '–', '—']) && end + 1 < place.end {
        // `Ann Hale, 34, a nurse`: the age is passed over.
        let age = passage.units.get(end + 1).is_some_and(|unit| unit.kind == TokenKind::Number)
            && passage.is_sign(end + 2, &[',']);
        let start = if age { end + 3 } else { end + 1 };
        let next = place
            .phrases
            .iter()
            .skip(index + 1)
            .find(|next| next.range.start >= start)
            .filter(|next| next.range.start == start && next.kind != PhraseKind::Pronoun);
        if let Some(next) = next
            && is_role_phrase(passage, next)
        {
            let text = role_text(passage, next.range.start..role_end(passage, next, place.end));
            return (!text.is_empty()).then_some(text);
        }
    }
    let earlier = index.checked_sub(1).map(|earlier| &place.phrases[earlier])?;
    let joined =
        earlier.range.end + 1 == phrase.range.start && passage.is_sign(earlier.range.end, &[',', '–', '—']);
    let closed = passage.is_sign(end, &[',', '–', '—', ':', '.', ')', '!', '?', ';'])
        || end >= place.end
        || passage.is_finite(end)
        || passage.is_quote(end);
    if joined && closed && earlier.kind == PhraseKind::Noun && is_role_phrase(passage, earlier) {
        let text = role_text(passage, earlier.range.clone());
        return (!text.is_empty()).then_some(text);
    }
    None
}

pub(super) fn is_role_phrase(passage: &Passage<'_>, phrase: &Phrase) -> bool {
    let described = !passage.is_german()
        && phrase.kind == PhraseKind::Noun
        && matches!(passage.lower(phrase.range.start), "a" | "an" | "the")
        && phrase.head.is_some_and(|head| !passage.units[head].capital)
        && (passage.is_sign(phrase.range.end, &[',', '.']) || passage.is(phrase.range.end, SUBORDINATOR));
    if described {
        return true;
    }
    phrase
        .core
        .clone()
        .any(|unit| passage.lexicon.is_role(passage.lower(unit)) && !passage.is(unit, MALE | FEMALE))
}

/// A role in apposition reaches to the end of its clause.
pub(super) fn role_end(passage: &Passage<'_>, phrase: &Phrase, limit: usize) -> usize {
    let mut end = phrase.range.end;
    let stop = limit.min(phrase.range.start + 24);
    while end < stop {
        let noun = passage.is(end - 1, PREPOSITION) && !passage.is(end, AUXILIARY | MODAL | PASSIVE);
        let more = passage.is_word(end)
            && (noun || !passage.is_finite(end))
            && !passage.is(end, SUBORDINATOR | ADVERB)
            || passage.is_sign(end, &['&', '/'])
            || passage.is(end, CONJUNCTION) && (passage.lower(end) == "und" || passage.lower(end) == "and");
        if !more {
            break;
        }
        end += 1;
    }
    while end > phrase.range.end
        && (passage.is(end - 1, CONJUNCTION | PREPOSITION | DETERMINER | DETERMINER_OBLIQUE))
    {
        end -= 1;
    }
    end
}

pub(super) fn stem(word: &str) -> &str {
    let word = word.strip_suffix("innen").or_else(|| word.strip_suffix("in")).unwrap_or(word);
    word.strip_suffix("en")
        .or_else(|| word.strip_suffix('e'))
        .or_else(|| word.strip_suffix('s'))
        .or_else(|| word.strip_suffix('r'))
        .unwrap_or(word)
}

/// `Eva Roth, Leiterin des Amtes`: two phrases for one person, parted by a comma only.
pub(super) fn is_apposition(passage: &Passage<'_>, first: &Phrase, second: &Phrase) -> bool {
    (first.kind == PhraseKind::Name || second.kind == PhraseKind::Name)
        && second.range.start == first.range.end + 1
        && passage.is_sign(first.range.end, &[',', '–', '—'])
}
