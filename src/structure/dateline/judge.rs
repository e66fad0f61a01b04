//! Whether what reads like a dateline is one: place, credit, date and separator must bear each other out.
//!
//! The look-alikes it turns away: rubrics, scene-setting, pairings, appositions, common nouns that are also towns.

use jiff::ToSpan;

use super::agency::{Credit, Trust};
use super::draft::{Draft, Separator};
use super::gazetteer::{Knowledge, is_function_word, is_known_place, is_rubric};
use super::head::Head;
use super::place::Place;
use crate::structure::Context;

/// A report is dated at most so long before it is published; older dates open stories of the past.
const LONGEST_AGO: i64 = 75;

/// The draft is a dateline.
pub(crate) fn is_dateline(draft: &Draft, head: &Head<'_>, context: &Context<'_>) -> bool {
    let trust = draft.credits.iter().map(|credit| credit.trust).max();
    let has_agency = trust == Some(Trust::Agency) && !is_agency_rubric(draft);
    if !begins_text(head, draft.end, has_agency) || is_too_old(draft, context) {
        return false;
    }
    if draft.place.as_ref().is_some_and(|place| is_rubric(&place.name) && place.knowledge < Knowledge::Listed)
    {
        return false;
    }
    let Some(last) = draft.separators.last().copied() else { return false };
    match trust {
        Some(Trust::Agency) => with_agency(draft, head, last),
        Some(trust) => with_credit(draft, head, trust, last),
        None if draft.date.is_some() => with_date(draft, head, last, context),
        None => with_place(draft, head, last, context),
    }
}

/// "Reuters –" as the subject of a headline is not told from a credit; a bare name with a dash is one.
fn is_agency_rubric(draft: &Draft) -> bool {
    draft.place.is_none()
        && draft.date.is_none()
        && draft.credits.iter().all(|credit| !credit.enclosed)
        && draft.separators.last() == Some(&Separator::Colon)
}

fn with_agency(draft: &Draft, head: &Head<'_>, last: Separator) -> bool {
    let enclosed = draft.credits.iter().any(|credit| credit.enclosed && credit.trust == Trust::Agency);
    let Some(place) = &draft.place else {
        return match last {
            // "(AP) is a news agency": only a sentence may follow.
            Separator::Bracket => {
                enclosed && head.at(draft.end).is_capital() && head.at(draft.start).is_one_of("([")
            }
            Separator::Dot => enclosed,
            Separator::Colon => enclosed && draft.date.is_some(),
            Separator::Space => false,
            _ => draft.date.is_some() || draft.credits.iter().any(Credit::stands_alone),
        };
    };
    if place.goes_on && place.knowledge == Knowledge::Unknown && !enclosed {
        return false;
    }
    match last {
        Separator::Space => {
            place.knowledge >= Knowledge::Ambiguous && is_function_word(head.at(draft.end).text)
        }
        // "Der Chef von Reuters" and the like have no place that is one.
        _ => {
            place.words <= 5
                && (enclosed
                    || place.knowledge >= Knowledge::Shaped
                    || place.caps
                    || last != Separator::Colon)
                // "AP Stylebook — The guide": after a bare credit only what is known can be the place.
                && (enclosed || place.knowledge >= Knowledge::Shaped || place.caps || !credit_leads(draft, head))
        }
    }
}

/// The credit stands before the place.
fn credit_leads(draft: &Draft, head: &Head<'_>) -> bool {
    draft.credits.first().is_some_and(|credit| credit.text.starts_with(head.at(draft.start).text))
}

/// Initials, a desk, a paper: the place must be better than a phrase.
fn with_credit(draft: &Draft, head: &Head<'_>, trust: Trust, last: Separator) -> bool {
    let Some(place) = &draft.place else { return false };
    if !draft.credits.iter().any(|credit| credit.enclosed) {
        return false;
    }
    if trust == Trust::Name && last == Separator::Bracket {
        return false;
    }
    if place.knowledge >= Knowledge::Shaped || place.caps {
        return last != Separator::Colon || (place.caps && place.knowledge >= Knowledge::Ambiguous);
    }
    let is_clear = matches!(
        last,
        Separator::Dash | Separator::Hard | Separator::Dot | Separator::Pipe | Separator::DotPipe
    ) || (last == Separator::Bracket
        && (draft.separators.len() > 1 || is_initials_before_sentence(draft, head)));
    (trust == Trust::Desk || place.words == 1)
        && is_clear
        && place.words <= 3
        && !is_function_word(head.at(draft.start).text)
}

/// "Hinterzarten (sk) Der Bahnhof …"
fn is_initials_before_sentence(draft: &Draft, head: &Head<'_>) -> bool {
    let is_short = |credit: &Credit| credit.text.len() <= 3 && credit.text.chars().all(char::is_lowercase);
    draft.credits.iter().all(is_short) && is_function_word(head.at(draft.end).text)
}

/// "6. April 2020, Stuttgart –", "LONDON, April 6 —".
fn with_date(draft: &Draft, head: &Head<'_>, last: Separator, context: &Context<'_>) -> bool {
    let (Some(place), Some(date)) = (&draft.place, draft.date) else { return false };
    if place.knowledge == Knowledge::Unknown
        && (!place.caps || place.goes_on)
        && !((place.words == 1 || draft.region.is_some()) && date.year.is_some())
    {
        return false;
    }
    if !date.is_full() && !place.caps {
        return false;
    }
    let is_recent = is_within(draft, context, 3);
    if date.is_month()
        && !(is_within(draft, context, 31) && matches!(last, Separator::Dash | Separator::Hard))
    {
        // "Berlin, im Mai 2019. Es regnet."
        return false;
    }
    match last {
        Separator::Dash | Separator::Hard | Separator::Pipe | Separator::DotPipe => {
            !(date.has_time && !place.caps && !head.at(draft.start).is_mark('('))
                || place.knowledge >= Knowledge::Listed
        }
        Separator::Dot => {
            is_recent
                && !date.has_time
                && date.is_full()
                && (place.caps || date.year.is_some() || is_within(draft, context, 1))
                && has_finite_length(head, draft.end, 5)
        }
        Separator::Colon => {
            place.knowledge >= Knowledge::Listed && (place.caps || (is_recent && date.year.is_some()))
        }
        Separator::Bracket => head.at(draft.start).is_one_of("([") && place.knowledge >= Knowledge::Shaped,
        Separator::Space => false,
    }
}

/// A place and a separator alone.
fn with_place(draft: &Draft, head: &Head<'_>, last: Separator, context: &Context<'_>) -> bool {
    let Some(place) = &draft.place else { return false };
    if place.goes_on && !continues_as_place(&place.name) {
        return false;
    }
    // "LAS CRUCES, N.M.": with its region a place may begin like a sentence.
    let is_sure = place.caps && place.words > 1 && draft.region.is_some();
    if is_function_word(head.at(draft.start).text) && place.knowledge < Knowledge::Ambiguous && !is_sure
        || names_itself(draft, head)
        || is_pairing(draft, head, context)
    {
        return false;
    }
    let german = is_language(context, &["de"]);
    let is_known = place.knowledge >= Knowledge::Listed;
    // "Remshalden (Rems-Murr-Kreis)", "Concord, N.H.": the region vouches for the town.
    let knowledge = match (draft.region.is_some(), place.knowledge) {
        (true, Knowledge::Ambiguous) => Knowledge::Listed,
        (true, other) => other.max(Knowledge::Shaped),
        (false, other) => other,
    };
    match last {
        Separator::DotPipe => place.words <= 4,
        Separator::Pipe => knowledge >= Knowledge::Shaped,
        Separator::Hard => is_known || place.caps || (knowledge >= Knowledge::Shaped && german),
        Separator::Dash => {
            if place.caps {
                return (knowledge > Knowledge::Unknown || is_long_enough(place))
                    && !is_apposition(draft, head);
            }
            match knowledge {
                Knowledge::Unknown => false,
                Knowledge::Ambiguous => is_plain_sentence(head, draft.end) && !is_apposition(draft, head),
                _ => !is_apposition(draft, head),
            }
        }
        Separator::Dot => {
            if !has_finite_length(head, draft.end, 4) {
                return false;
            }
            if place.caps {
                return is_known || (german && (knowledge > Knowledge::Unknown || is_long_enough(place)));
            }
            match knowledge {
                Knowledge::Unknown => false,
                Knowledge::Ambiguous => german && is_plain_sentence(head, draft.end),
                _ if german => !is_fragment(head, draft.end) && !is_remark(head, draft.end),
                // "Milano. Il ministro …", but not "Chicago. The city …": English papers write no such thing.
                _ => {
                    is_language(context, &["fr", "es", "it"])
                        && is_known
                        && is_function_word(head.at(draft.end).text)
                        && has_finite_length(head, draft.end, 6)
                }
            }
        }
        Separator::Colon if place.caps => {
            is_known || (knowledge == Knowledge::Ambiguous && is_plain_sentence(head, draft.end))
        }
        // "New Delhi: The Supreme Court on Thursday …": the papers of South Asia
        Separator::Colon => {
            is_language(context, &["en"])
                && is_known
                && is_function_word(head.at(draft.end).text)
                && has_finite_length(head, draft.end, 8)
        }
        Separator::Bracket => head.at(draft.start).is_mark('(') && is_language(context, &["fr"]) && is_known,
        Separator::Space => false,
    }
}

/// An unlisted name in capitals is no acronym ("NASA") and no headline.
fn is_long_enough(place: &Place) -> bool {
    place.words <= 3 && place.name.chars().filter(|character| character.is_alphabetic()).count() > 4
}

/// The text is in one of these languages; German where nobody says.
fn is_language(context: &Context<'_>, languages: &[&str]) -> bool {
    let primary = context.language.and_then(|language| language.get(..2)).unwrap_or("de");
    languages.iter().any(|language| language.eq_ignore_ascii_case(primary))
}

/// The text after it begins as texts do.
fn begins_text(head: &Head<'_>, end: usize, has_agency: bool) -> bool {
    let token = head.at(end);
    if token.is_word() {
        // "iPhone", "dm": after an agency a small letter may open a sentence.
        return token.is_capital() || (has_agency && token.text.chars().skip(1).any(char::is_uppercase));
    }
    token.digits() > 0 || token.is_one_of("„“\"»«‚‘'’¿¡$€£#@[…")
}

fn is_too_old(draft: &Draft, context: &Context<'_>) -> bool {
    draft.date.is_some_and(|date| date.year.is_some()) && !is_within(draft, context, LONGEST_AGO)
}

fn is_within(draft: &Draft, context: &Context<'_>, days: i64) -> bool {
    let Some(published) = context.published.map(jiff::Zoned::date) else { return true };
    let Some(date) = draft.date.and_then(|date| date.resolve(context)) else { return true };
    let earliest = published.checked_sub(days.days());
    let latest = published.checked_add(days.days());
    earliest.is_ok_and(|earliest| date >= earliest) && latest.is_ok_and(|latest| date <= latest)
}

/// "LONG BEACH", "SALT LAKE CITY": unlisted towns that begin like a listed one.
fn continues_as_place(name: &str) -> bool {
    const WORDS: [&str; 24] = [
        "city", "beach", "heights", "springs", "park", "falls", "hills", "island", "grove", "valley", "lake",
        "bay", "junction", "township", "harbor", "harbour", "creek", "county", "mitte", "nord", "ost",
        "west", "district", "airport",
    ];
    name.rsplit(' ').next().is_some_and(|last| WORDS.contains(&last.to_lowercase().as_str()))
}

/// "Berlin. Berlin. Wir fahren nach Berlin."
fn names_itself(draft: &Draft, head: &Head<'_>) -> bool {
    let next = head.at(draft.end).text;
    draft.place.as_ref().is_some_and(|place| place.words == 1 && place.name.eq_ignore_ascii_case(next))
        && head.at(draft.end + 1).is_one_of(".!?,")
}

/// "Hamburg – Bremen 2:1", "Berlin - München: mit dem Zug".
fn is_pairing(draft: &Draft, head: &Head<'_>, context: &Context<'_>) -> bool {
    let end = draft.end;
    let has_score = (end..end + 6).any(|at| is_score(head, at));
    let other =
        super::place::place(head, end, context).filter(|(place, _)| place.knowledge >= Knowledge::Listed);
    let dashed = matches!(draft.separators.last(), Some(Separator::Dash | Separator::Hard | Separator::Pipe));
    // "Hamburg – Berlin in 90 Minuten"
    let is_journey =
        matches!(head.at(end + 1).text, "in" | "hin" | "retour" | "via") && is_known_place(head.at(end).text);
    dashed && (has_score || other.is_some() || is_journey)
}

/// `3:1`, `2-1`.
fn is_score(head: &Head<'_>, at: usize) -> bool {
    let goals = |at: usize| head.at(at).number().is_some_and(|goals| goals < 40);
    let (joint, last) = (head.at(at + 1), head.at(at + 2));
    goals(at)
        && goals(at + 2)
        && joint.is_one_of(":-–")
        && !joint.spaced
        && !last.spaced
        && head.at(at + 3).text != "Uhr"
}

/// "Paris – Stadt der Liebe – zieht an": a second dash closes what the first one opened.
fn is_apposition(draft: &Draft, head: &Head<'_>) -> bool {
    let mut at = draft.end;
    if is_function_word(head.at(at).text)
        && !matches!(head.at(at).text.to_lowercase().as_str(), "the" | "la" | "le" | "el" | "il" | "a")
    {
        return false;
    }
    while at < head.len() && !(head.at(at).is_one_of(".!?") && head.at(at + 1).spaced) {
        let token = head.at(at);
        if token.is_dash()
            && token.spaced
            && head.at(at + 1).spaced
            && head.at(at + 1).text.starts_with(char::is_lowercase)
        {
            return at < draft.end + 9;
        }
        at += 1;
    }
    false
}

/// A sentence with an article at its head: "Die Zeche öffnet ihre Tore." "Das ist es." is not plain enough.
fn is_plain_sentence(head: &Head<'_>, at: usize) -> bool {
    let word = head.at(at).text.to_lowercase();
    let is_pronoun = matches!(
        word.as_str(),
        "das"
            | "es"
            | "sie"
            | "er"
            | "ich"
            | "wir"
            | "it"
            | "this"
            | "that"
            | "they"
            | "we"
            | "i"
            | "you"
            | "man"
            | "so"
            | "wer"
            | "was"
            | "wie"
            | "kein"
            | "ohne"
            | "nur"
            | "nicht"
    );
    let das_with_noun = word == "das" && head.at(at + 1).is_capital();
    (!is_pronoun || das_with_noun) && has_finite_length(head, at, 4)
}

/// "Das ist für ihn mehr als eine Stadt." speaks of the place itself.
fn is_remark(head: &Head<'_>, at: usize) -> bool {
    head.at(at).text == "Das"
        && matches!(head.at(at + 1).text, "ist" | "war" | "klingt" | "heißt" | "bedeutet")
}

/// "Eine Stadt im Wandel." and other captions: an article, a noun and no verb before the stop.
fn is_fragment(head: &Head<'_>, at: usize) -> bool {
    let Some(stop) = sentence_end(head, at) else { return false };
    let words = (at..stop).filter(|place| head.at(*place).is_word());
    let has_small_word = words.clone().skip(1).any(|place| {
        let token = head.at(place);
        !token.is_capital()
            && token.text.len() > 2
            && !matches!(
                token.text,
                "der"
                    | "die"
                    | "das"
                    | "den"
                    | "dem"
                    | "des"
                    | "und"
                    | "für"
                    | "von"
                    | "mit"
                    | "auf"
                    | "aus"
                    | "bei"
                    | "zum"
                    | "zur"
                    | "vom"
                    | "eine"
                    | "einer"
                    | "nach"
            )
    });
    !has_small_word
}

/// The sentence is at least so many words long, or goes on beyond what was read.
fn has_finite_length(head: &Head<'_>, at: usize, least: usize) -> bool {
    let Some(stop) = sentence_end(head, at) else { return true };
    (at..stop).filter(|place| head.at(*place).is_word() || head.at(*place).digits() > 0).count() >= least
}

fn sentence_end(head: &Head<'_>, at: usize) -> Option<usize> {
    let found = (at..head.len()).find(|place| {
        head.at(*place).is_one_of(".!?")
            && (head.at(place + 1).spaced || head.at(place + 1).text.is_empty())
            && head.at(place.saturating_sub(1)).digits() == 0
    });
    found.or((!head.is_cut).then_some(head.len()))
}
