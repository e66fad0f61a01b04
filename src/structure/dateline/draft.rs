//! Reads the parts of a dateline in whatever order they come: place, region, credit, date, and the marks that end it.
//!
//! Only the shape; whether it is a dateline is `judge`'s to say.

use super::agency::{Credit, credit};
use super::date::{LineDate, date, time};
use super::head::Head;
use super::place::{Place, is_region, place};
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
    let mut at = 0;
    if let Some((found, after)) = bracketed(head, context) {
        draft = found;
        at = after;
        complete = Some(ended(&draft, Separator::Bracket, at));
    }
    for _ in 0..MOST_PARTS {
        if let Some(after) = part(head, at, &mut draft, context) {
            at = after;
            if draft.credits.last().is_some_and(|credit| credit.enclosed)
                && matches!(head.at(at - 1).text, ")" | "]" | "/")
            {
                complete = Some(ended(&draft, Separator::Bracket, at));
            } else if draft.place.is_some() && draft.credits.first().is_some_and(|credit| !credit.enclosed) {
                complete = Some(complete.unwrap_or_else(|| ended(&draft, Separator::Space, at)));
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
        if at == 0 {
            break;
        }
        at = after;
        draft = ended(&draft, separator, at);
        complete = Some(draft.clone());
    }
    complete.filter(|draft| draft.end < head.len())
}

/// "(Stuttgart, 6.4.2020)", "(Stuttgart/dpa)": the whole dateline in brackets.
fn bracketed(head: &Head<'_>, context: &Context<'_>) -> Option<(Draft, usize)> {
    if !head.at(0).is_one_of("([") {
        return None;
    }
    let (found, mut at) = place(head, 1, context)?;
    let mut draft = Draft { place: Some(found), ..Draft::default() };
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
    if let Some((credit, after)) = credit(head, at)
        .filter(|(credit, _)| credit.enclosed || !draft.credits.iter().any(|known| !known.enclosed))
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
    } else if start > at {
        // "Berlin, AFP": a credit after a comma.
        if let Some((credit, after)) = credit(head, start) {
            draft.credits.push(credit);
            return Some(after);
        }
        if let Some(after) = second_place(head, start, draft, context) {
            return Some(after);
        }
    }
    None
}

/// ", Afghanistan", "(Kreis Ludwigsburg)", "[India]".
fn region(head: &Head<'_>, at: usize, draft: &mut Draft) -> Option<usize> {
    if draft.region.is_some() || !draft.separators.is_empty() {
        return None;
    }
    if head.at(at).is_one_of("([") {
        let end = (at + 2..at + 9).find(|end| head.at(*end).is_one_of(")]"))?;
        let text = head.slice(at + 1, end);
        if !is_region(text) {
            return None;
        }
        draft.region = Some(text.to_owned());
        return Some(end + 1);
    }
    if !head.at(at).is_mark(',') {
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

fn closes(head: &Head<'_>, past: usize) -> bool {
    let next = head.at(past);
    next.is_one_of("(,-–—|_:/.[") || credit(head, past).is_some()
}

/// "Berlin, Hamburg (dpa) -"
fn second_place(head: &Head<'_>, at: usize, draft: &mut Draft, context: &Context<'_>) -> Option<usize> {
    use super::place::Knowledge;
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
    while past < at + 5 && head.at(past).is_one_of(".|-–—−_:/•·>") {
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
        "-" | "–" | "−" => ((is_spaced_after && is_spaced_before)
            || (after_bracket && head.at(past).is_capital())
            || (is_spaced_after && run == "–"))
            .then_some(Separator::Dash),
        "—" => Some(if is_spaced_after { Separator::Dash } else { Separator::Hard }),
        "|" | "•" | "·" | "||" => Some(Separator::Pipe),
        ".|" | ".||" | "|." => Some(Separator::DotPipe),
        ":" => is_spaced_after.then_some(Separator::Colon),
        ">" | "/" => None,
        other if other.contains('|') => Some(Separator::DotPipe),
        // "/TASS/" begins after its dot.
        "./" => return Some((Separator::Dot, at + 1)),
        "-/" | "–/" => return None,
        _ => Some(Separator::Hard),
    }?;
    Some((separator, past))
}
