//! Reads the parts of a dateline in whatever order they come: place, region, credit, date, and the marks that end it.
//!
//! Only the shape; whether it is a dateline is `judge`'s to say.

use super::agency::{Credit, Trust, credit, initials};
use super::date::{LineDate, date, time};
use super::gazetteer::{Knowledge, is_function_word, is_known_place, is_province, is_region};
use super::head::Head;
use super::place::{Place, place};
use crate::structure::Context;

/// The marks between a dateline and its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Separator {
    /// `.`
    Dot,
    /// `-`, `–` or `—` with space around.
    Dash,
    /// `--`, `_`, `.-`, `//`, `—` without space: nothing but a separator.
    Hard,
    /// `.|`
    DotPipe,
    /// `|` and the like.
    Pipe,
    /// `:`
    Colon,
    /// A credit in brackets and nothing after it.
    Bracket,
    /// Nothing at all: "dpa Washington Der Senat".
    Space,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Draft {
    /// The first token of it, a byline before it left out.
    pub(crate) start: usize,
    /// The place.
    pub(crate) place: Option<Place>,
    /// Region or country.
    pub(crate) region: Option<String>,
    /// Credits in order.
    pub(crate) credits: Vec<Credit>,
    /// The date.
    pub(crate) date: Option<LineDate>,
    /// Separators in order; the last one ends it.
    pub(crate) separators: Vec<Separator>,
    /// The first token after it.
    pub(crate) end: usize,
}

/// Parts and separators looked at before giving up.
const MOST_PARTS: usize = 14;

/// The longest run of parts that ends with a separator.
pub(crate) fn draft(head: &Head<'_>, context: &Context<'_>) -> Option<Draft> {
    let mut draft = Draft::default();
    let mut complete: Option<Draft> = None;
    let mut at = byline(head, context);
    draft.start = at;
    if let Some((found, after)) = bracketed(head, at, context) {
        draft = found;
        at = after;
        complete = Some(ended(&draft, Separator::Bracket, at));
    } else if let Some((credit, after)) = initials(head, at)
        .filter(|(_, after)| place(head, *after, context).is_some_and(|(place, _)| place.caps))
    {
        // "mas. BERLIN, 6. April. Die …"
        draft.credits.push(credit);
        at = after;
    }
    for _ in 0..MOST_PARTS {
        if let Some(after) = part(head, at, &mut draft, context) {
            at = after;
            if draft.credits.last().is_some_and(|credit| credit.enclosed)
                && matches!(head.at(at - 1).text, ")" | "]" | "/")
            {
                complete = Some(ended(&draft, Separator::Bracket, at));
            } else if opens_without_mark(head, at, &draft) {
                complete = Some(ended(&draft, Separator::Space, at));
            }
            continue;
        }
        // "NEW YORK / ACCESSWIRE / October 13, 2021 / The …"
        if head.at(at).is_mark('/')
            && head.at(at).spaced
            && head.at(at + 1).spaced
            && !draft.credits.is_empty()
        {
            at += 1;
            draft = ended(&draft, Separator::Hard, at);
            complete = Some(draft.clone());
            continue;
        }
        let follows_caps = draft.place.as_ref().is_some_and(|place| place.caps);
        let Some((separator, after)) = separator(head, at, follows_caps) else { break };
        if at == draft.start {
            break;
        }
        at = after;
        draft = ended(&draft, separator, at);
        complete = Some(draft.clone());
        // "Berlin - ja - Der Rat"
        if separator == Separator::Dash
            && draft.credits.is_empty()
            && let Some((credit, after)) = initials(head, at)
            && head.at(after - 1).is_dash()
        {
            draft.credits.push(credit);
            at = after;
            draft = ended(&draft, Separator::Dash, at);
            complete = Some(draft.clone());
        }
    }
    complete.filter(|draft| draft.end < head.len())
}

/// "dpa Washington Der Senat", "Berlin. dpa Der Senat": only a word that opens sentences may follow.
fn opens_without_mark(head: &Head<'_>, at: usize, draft: &Draft) -> bool {
    draft.place.is_some() && is_function_word(head.at(at).text) && head.at(at).is_capital()
}

/// The place after "Von Anna Beispiel" or "By Jane Doe, Staff Writer", where a dateline follows it; else the beginning.
fn byline(head: &Head<'_>, context: &Context<'_>) -> usize {
    const LONGEST_NAME: usize = 8;
    const OPENERS: [&str; 8] = ["von", "by", "par", "por", "di", "text", "de", "da"];
    if !OPENERS.contains(&head.at(0).text.to_lowercase().as_str()) || !head.at(0).is_capital() {
        return 0;
    }
    let mut at = 1;
    while at < LONGEST_NAME {
        let is_name = head.at(at).is_capital()
            || head.at(at).is_one_of(".-,:'’")
            || matches!(head.at(at).text, "von" | "van" | "de" | "der" | "und" | "and" | "et" | "y" | "e");
        if !is_name {
            return 0;
        }
        at += 1;
        let breaks = head.begins_line(at);
        if at < 3 && !breaks {
            continue;
        }
        let found = place(head, at, context);
        let is_place = found.is_some_and(|(place, _)| {
            breaks
                || place.knowledge >= Knowledge::Listed
                || (place.caps && head.slice(1, at).contains(char::is_lowercase))
        });
        if is_place {
            return at;
        }
    }
    0
}

/// "(Stuttgart, 6.4.2020)", "(Stuttgart/dpa)": the whole dateline in brackets.
fn bracketed(head: &Head<'_>, start: usize, context: &Context<'_>) -> Option<(Draft, usize)> {
    if !head.at(start).is_one_of("([")
        || credit(head, start).is_some_and(|(credit, _)| credit.trust == Trust::Agency)
    {
        return None;
    }
    let (found, mut at) = place(head, start + 1, context)?;
    let is_listed = found.knowledge >= Knowledge::Listed;
    let mut draft = Draft { start, place: Some(found), ..Draft::default() };
    // "(Québec) Le ministre": the way of the French press of Canada
    let is_french = context.language.is_some_and(|language| language.starts_with("fr"));
    if is_french && is_listed && head.at(at).is_mark(')') && is_function_word(head.at(at + 1).text) {
        return Some((draft, at + 1));
    }
    while head.at(at).is_one_of(",/") {
        if let Some((found, after)) = date(head, at + 1) {
            draft.date = Some(found);
            at = after;
        } else {
            let (credit, after) = credit(head, at + 1)?;
            draft.credits.push(credit);
            at = after;
        }
    }
    let is_more = draft.date.is_some() || !draft.credits.is_empty();
    (is_more && head.at(at).is_one_of(")]")).then_some((draft, at + 1))
}

fn ended(draft: &Draft, separator: Separator, end: usize) -> Draft {
    let mut draft = draft.clone();
    draft.separators.push(separator);
    draft.end = end;
    draft
}

/// One part; the place after it.
fn part(head: &Head<'_>, at: usize, draft: &mut Draft, context: &Context<'_>) -> Option<usize> {
    if let Some((credit, after)) = credit(head, at).filter(|(credit, _)| may_credit(credit, head, at, draft))
    {
        // "(Oder)" and "(VS)" are no credits, but "(dpa)" is no region.
        draft.credits.push(credit);
        return Some(after);
    }
    if draft.place.is_some() && head.at(at).is_mark('/') {
        // "Berlin/dpa", "Madrid / EFE"
        if let Some((credit, after)) = credit(head, at + 1).filter(|(credit, _)| !credit.enclosed) {
            draft.credits.push(credit);
            return Some(after);
        }
    }
    if draft.place.is_none()
        && head.at(at).is_mark('/')
        && draft.credits.iter().any(|credit| !credit.enclosed)
        && let Some((found, after)) = place(head, at + 1, context)
    {
        // "AFP/Berlin."
        draft.place = Some(found);
        return Some(after);
    }
    if draft.place.is_some() && head.at(at).is_mark(',') && !is_region(head.at(at + 1).text) {
        // "Berlin, AFP": a credit after a comma.
        if let Some((credit, after)) = credit(head, at + 1).filter(|(credit, _)| credit.trust > Trust::Name) {
            draft.credits.push(credit);
            return Some(after);
        }
    }
    if draft.place.is_some()
        && let Some(after) = region(head, at, draft)
    {
        return Some(after);
    }
    let start = if head.at(at).is_mark(',') && at > 0 { at + 1 } else { at };
    if draft.date.is_none() {
        if let Some((found, after)) = date(head, start) {
            draft.date = Some(found);
            return Some(after);
        }
        if head.at(at).is_mark('(')
            && let Some((found, after)) = date(head, at + 1).filter(|(_, after)| head.at(*after).is_mark(')'))
        {
            draft.date = Some(found);
            return Some(after + 1);
        }
    } else if let Some(after) = time(head, at) {
        if let Some(date) = draft.date.as_mut() {
            date.has_time = true;
        }
        return Some(after);
    }
    if draft.place.is_none() {
        if let Some((found, after)) = place(head, start, context) {
            draft.place = Some(found);
            return Some(after);
        }
    } else if start > at
        && let Some(after) = second_place(head, start, draft, context)
    {
        return Some(after);
    }
    None
}

/// What stands in brackets after a place is a region unless it is surely a credit: a name is one after a date, or
/// after a place in capitals.
fn may_credit(credit: &Credit, head: &Head<'_>, at: usize, draft: &Draft) -> bool {
    if credit.trust > Trust::Name {
        return credit.enclosed || !draft.credits.iter().any(|known| !known.enclosed);
    }
    let Some(place) = &draft.place else { return false };
    let is_expected = draft.date.is_some() || (place.caps && draft.region.is_some());
    is_expected
        && draft.separators.is_empty()
        && place.knowledge
            >= Knowledge::Shaped.min(if place.caps { Knowledge::Unknown } else { Knowledge::Shaped })
        && !is_region(&credit.text)
        && !is_known_place(&credit.text)
        && head.at(at).spaced
}

/// ", Afghanistan", "(Kreis Ludwigsburg)", "[India]".
fn region(head: &Head<'_>, at: usize, draft: &mut Draft) -> Option<usize> {
    if !draft.separators.is_empty() {
        return None;
    }
    if head.at(at).is_one_of("([") {
        let end = (at + 2..at + 9).find(|end| head.at(*end).is_one_of(")]"))?;
        let text = head.slice(at + 1, end);
        // "Zadrana (Adrien), 21.06.2022 –"
        let is_dated =
            head.at(end + 1).is_mark(',') && date(head, end + 2).is_some_and(|(date, _)| date.year.is_some());
        let is_known = is_region(text) || is_province(text) || is_district(text, draft);
        if !(is_known || is_dated && are_names(text)) {
            return None;
        }
        if let (Some(state), Some(place)) = (draft.region.take(), draft.place.as_mut()) {
            // "Washington, D.C. (United States)"
            place.name = format!("{}, {state}", place.name);
        }
        draft.region = Some(text.to_owned());
        return Some(end + 1);
    }
    if draft.region.is_some() || !head.at(at).is_mark(',') {
        return None;
    }
    let caps = draft.place.as_ref().is_some_and(|place| place.caps);
    for past in (at + 2..=at + 7).rev() {
        let text = head.slice(at + 1, past);
        if is_region(text) && closes(head, past) {
            draft.region = Some(text.to_owned());
            return Some(past);
        }
    }
    // "TALIPARAMBA, Kerala (PTI)": after capitals any name before a credit or date will do.
    let mut past = at + 1;
    while past < at + 4
        && head.at(past).is_capital()
        && head.at(past).meaning.month.is_none()
        && head.at(past).meaning.weekday.is_none()
        && credit(head, past).is_none()
    {
        past += 1;
    }
    let is_named = caps
        && past > at + 1
        && (head.at(past).is_mark('(')
            || (head.at(past).is_mark(',') && date(head, past + 1).is_some())
            || head.at(past).is_one_of("—–")
            || (head.at(past).is_mark('-') && head.at(past).spaced));
    is_named.then(|| {
        draft.region = Some(head.slice(at + 1, past).to_owned());
        past
    })
}

/// "Köln (Porz)", "Saint-Brieuc (Bretagne)": a capitalised name or two after a well-known place.
fn is_district(text: &str, draft: &Draft) -> bool {
    let is_listed =
        draft.place.as_ref().is_some_and(|place| place.knowledge >= Knowledge::Listed && !place.caps);
    is_listed
        && draft.date.is_none()
        && draft.region.is_none()
        && text.split(' ').count() <= 2
        && are_names(text)
}

/// Capitalised words of letters.
fn are_names(text: &str) -> bool {
    let is_name = |word: &str| {
        word.starts_with(char::is_uppercase)
            && word.chars().skip(1).any(char::is_lowercase)
            && word
                .chars()
                .all(|character| character.is_alphabetic() || matches!(character, '-' | '\'' | '’'))
    };
    text.split(' ').count() <= 3 && text.split(' ').all(is_name)
}

fn closes(head: &Head<'_>, past: usize) -> bool {
    let next = head.at(past);
    next.is_one_of("(,-–—|_:/.[") || credit(head, past).is_some()
}

/// "Berlin, Hamburg (dpa) -"
fn second_place(head: &Head<'_>, at: usize, draft: &mut Draft, context: &Context<'_>) -> Option<usize> {
    let first = draft.place.as_mut()?;
    if !draft.separators.is_empty() || first.knowledge < Knowledge::Ambiguous {
        return None;
    }
    let (next, after) = place(head, at, context).filter(|(next, _)| next.knowledge >= Knowledge::Listed)?;
    if head.at(after).is_mark(':') {
        return None;
    }
    first.name = format!("{}, {}", first.name, next.name);
    Some(after)
}

/// The marks that end a dateline or part its halves.
fn separator(head: &Head<'_>, at: usize, follows_caps: bool) -> Option<(Separator, usize)> {
    let mut past = at;
    while past < at + 5 && head.at(past).is_one_of(".|-‒–—―−_:/•·⋅■▪>»") {
        // A quotation or number begins the text.
        past += 1;
    }
    let run: String = (at..past).map(|place| head.at(place).text).collect();
    if run.is_empty() || head.at(past).text.is_empty() {
        return None;
    }
    let is_spaced_after = head.at(past).spaced;
    let is_spaced_before = head.at(at).spaced;
    let after_bracket = matches!(head.at(at.wrapping_sub(1)).text, ")" | "]" | "/");
    let separator = match run.as_str() {
        "." => is_spaced_after.then_some(Separator::Dot),
        "–" if follows_caps && !is_spaced_before && !is_spaced_after => Some(Separator::Hard),
        "-" | "‒" | "–" | "―" | "−" => ((is_spaced_after && is_spaced_before)
            || (after_bracket && head.at(past).is_capital())
            || (is_spaced_after && run == "–"))
            .then_some(Separator::Dash),
        "—" => Some(if is_spaced_after { Separator::Dash } else { Separator::Hard }),
        "|" | "•" | "·" | "⋅" | "■" | "▪" | "||" => Some(Separator::Pipe),
        ".|" | ".||" | "|." => Some(Separator::DotPipe),
        ":" => is_spaced_after.then_some(Separator::Colon),
        ">" | "»" | "/" => None,
        other if other.contains('|') => Some(Separator::DotPipe),
        // "/TASS/" begins after its dot.
        "./" => return Some((Separator::Dot, at + 1)),
        "-/" | "–/" => return None,
        _ => Some(Separator::Hard),
    }?;
    Some((separator, past))
}
