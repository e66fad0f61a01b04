//! News agencies and other credits in a dateline: `(dpa/lsw)`, `/TASS/`, `taz |`, the initials of a reporter.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::gazetteer::is_function_word;
use super::head::Head;

/// How sure it is that a credit is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trust {
    /// A name in brackets: a credit only where place and date say so ("(Atlanta News First)").
    Name,
    /// Only its shape says so: two to five letters.
    Initials,
    /// A desk or a word of the trade, which means something else outside of brackets.
    Desk,
    /// A known agency.
    Agency,
}

/// A credit as written and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Credit {
    /// Without brackets: `dpa/lsw`.
    pub(crate) text: String,
    /// The best known of its parts.
    pub(crate) trust: Trust,
    /// Stood in brackets or slashes.
    pub(crate) enclosed: bool,
}

impl Credit {
    /// Says who reports without a place beside it.
    pub(crate) fn stands_alone(&self) -> bool {
        self.enclosed || self.text.split('/').any(|part| is_famous(part.trim()))
    }
}

/// Most tokens between brackets.
const LONGEST: usize = 13;

fn known() -> &'static HashMap<String, Trust> {
    static KNOWN: LazyLock<HashMap<String, Trust>> = LazyLock::new(|| {
        let mut known = HashMap::new();
        let mut trust = Trust::Agency;
        for line in include_str!("../data/agencies.txt").lines() {
            if let Some(heading) = line.strip_prefix('#') {
                trust = if heading.contains("desks") { Trust::Desk } else { trust };
                continue;
            }
            for name in line.split(',').map(str::trim).filter(|name| !name.is_empty()) {
                known.entry(name.to_lowercase()).or_insert(trust);
            }
        }
        known
    });
    &KNOWN
}

/// So well known that the name alone opens a report: "AFP - Le ministre".
fn is_famous(name: &str) -> bool {
    static FAMOUS: LazyLock<HashSet<String>> = LazyLock::new(|| {
        let mut lines =
            include_str!("../data/agencies.txt").lines().skip_while(|line| !line.contains("name alone"));
        lines.nth(1).unwrap_or_default().split(',').map(|name| name.trim().to_lowercase()).collect()
    });
    FAMOUS.contains(&name.to_lowercase())
}

fn is_never(name: &str) -> bool {
    static NEVER: LazyLock<Vec<&str>> =
        LazyLock::new(|| include_str!("../data/not_agencies.txt").split_whitespace().collect());
    NEVER.contains(&name)
}

/// A credit at this place and the place after it.
pub(crate) fn credit(head: &Head<'_>, place: usize) -> Option<(Credit, usize)> {
    enclosed(head, place).or_else(|| bare(head, place))
}

/// The initials of a reporter at the head or between dashes, with the mark that closes them: `mas. `, `ja – `.
pub(crate) fn initials(head: &Head<'_>, place: usize) -> Option<(Credit, usize)> {
    let token = head.at(place);
    let mark = head.at(place + 1);
    let is_short = token.is_word()
        && (2..=4).contains(&token.text.chars().count())
        && token.text.chars().all(char::is_lowercase)
        && !is_function_word(token.text);
    let is_closed =
        (mark.is_mark('.') && !mark.spaced && head.at(place + 2).spaced) || (mark.is_dash() && mark.spaced);
    (is_short && is_closed)
        .then(|| (Credit { text: token.text.to_owned(), trust: Trust::Initials, enclosed: true }, place + 2))
}

/// `(dpa/lsw)`, `[AFP]`, `/TASS/`, `(Reuters Breakingviews)`.
fn enclosed(head: &Head<'_>, place: usize) -> Option<(Credit, usize)> {
    let close = match head.at(place).text {
        "(" => ')',
        "[" => ']',
        "/" => '/',
        _ => return None,
    };
    let end = (place + 2..=place + LONGEST).find(|end| head.at(*end).is_mark(close))?;
    let mut text = head.slice(place + 1, end);
    if close == '/' {
        return (trust_of(text)? == Trust::Agency)
            .then(|| (Credit { text: text.to_owned(), trust: Trust::Agency, enclosed: true }, end + 1));
    }
    // "(eigener Bericht, dpa)" and "(Von unserem …)" are read by their last part.
    let mut trust = Trust::Initials;
    text = text.trim_matches(|character: char| character.is_whitespace() || character == '/');
    let parts: Vec<&str> = text.split(['/', ',', ';', '+', '|', '&']).map(str::trim).collect();
    if let Some(trust) = known().get(&text.to_lowercase()) {
        return Some((Credit { text: text.to_owned(), trust: *trust, enclosed: true }, end + 1));
    }
    for part in &parts {
        match trust_of(part) {
            Some(found) => trust = trust.max(found),
            // "(pte014/06.04.2020/12:00)"
            None if trust > Trust::Initials && is_figures(part) => {}
            None => return named(text).map(|credit| (credit, end + 1)),
        }
    }
    Some((Credit { text: text.to_owned(), trust, enclosed: true }, end + 1))
}

/// `(ILO News)`, `(Atlanta News First)`, `(L'Echo)`: a name of a few words.
fn named(text: &str) -> Option<Credit> {
    let is_name = |word: &str| {
        word.chars().any(char::is_uppercase)
            || word.chars().all(|character| character.is_ascii_digit())
            || matches!(word, "de" | "del" | "di" | "du" | "la" | "of" | "the" | "für" | "und" | "and")
    };
    let words = text.split_whitespace().count();
    let letters = text.chars().filter(|character| character.is_alphabetic()).count();
    let is_credit = (1..=5).contains(&words)
        && letters > 3
        && text.chars().any(char::is_uppercase)
        && !text.contains(['/', ',', ';', ':', '%'])
        && text.split_whitespace().all(is_name);
    is_credit.then(|| Credit { text: text.to_owned(), trust: Trust::Name, enclosed: true })
}

/// `06.04.2020`, `12:00`.
fn is_figures(part: &str) -> bool {
    !part.is_empty()
        && part.chars().all(|character| character.is_ascii_digit() || matches!(character, '.' | ':' | ' '))
}

/// `dpa`, `afp/dpa`, `taz` without brackets: agencies only.
fn bare(head: &Head<'_>, place: usize) -> Option<(Credit, usize)> {
    let mut end = place;
    loop {
        let length = (1..=3).rev().find(|length| is_agency(head, end, *length))?;
        end += length;
        if !(head.at(end).is_mark('/') && !head.at(end).spaced && !head.at(end + 1).spaced) {
            break;
        }
        let next = end + 1;
        if !(1..=3).any(|length| is_agency(head, next, length)) {
            let is_desk = head.at(next).is_word() && trust_of(head.at(next).text) == Some(Trust::Desk);
            end = if is_desk { next + 1 } else { end };
            break;
        }
        end = next;
    }
    let text = head.slice(place, end).to_owned();
    Some((Credit { text, trust: Trust::Agency, enclosed: false }, end))
}

fn is_agency(head: &Head<'_>, place: usize, length: usize) -> bool {
    if !head.at(place).is_word() || !head.at(place + length - 1).is_word() {
        return false;
    }
    let text = head.slice(place, place + length);
    known().get(&text.to_lowercase()) == Some(&Trust::Agency)
}

/// What one part of a credit is; `None`: not a credit.
fn trust_of(part: &str) -> Option<Trust> {
    if let Some(trust) = known().get(&part.to_lowercase()) {
        return Some(*trust);
    }
    if is_never(part) {
        return None;
    }
    // "Reuters Breakingviews", "dpa-Korrespondent"
    let first = part.split([' ', '-']).next().unwrap_or_default();
    if first.len() < part.len()
        && known().get(&first.to_lowercase()) == Some(&Trust::Agency)
        && part.len() < 40
    {
        return Some(Trust::Agency);
    }
    // "kath.ch", "Boursier.com"
    let is_domain = |(name, ending): (&str, &str)| {
        name.len() > 2
            && matches!(ending, "com" | "ch" | "de" | "at" | "net" | "org" | "info" | "it" | "fr" | "es")
            && name.chars().all(|character| character.is_alphanumeric() || character == '-')
    };
    if part.rsplit_once('.').is_some_and(is_domain) {
        return Some(Trust::Desk);
    }
    // "FOX 9", "NBC10", "pts014"
    let part = part.trim_end_matches(|character: char| character.is_ascii_digit() || character == ' ');
    if let Some(trust) = known().get(&part.to_lowercase()) {
        return Some(*trust);
    }
    let letters = part.trim_end_matches('.');
    let length = letters.chars().count();
    let is_initials = (2..=5).contains(&length)
        && letters.chars().all(char::is_alphabetic)
        && (letters.chars().all(char::is_lowercase) || letters.chars().all(char::is_uppercase));
    is_initials.then_some(Trust::Initials)
}
