//! News agencies and other credits in a dateline: `(dpa/lsw)`, `/TASS/`, `taz |`, the initials of a reporter.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::head::Head;

/// How sure it is that a credit is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trust {
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

/// Most tokens between brackets.
const LONGEST: usize = 9;

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

fn is_never(name: &str) -> bool {
    static NEVER: LazyLock<Vec<&str>> =
        LazyLock::new(|| include_str!("../data/not_agencies.txt").split_whitespace().collect());
    NEVER.contains(&name)
}

/// A credit at this place and the place after it.
pub(crate) fn credit(head: &Head<'_>, place: usize) -> Option<(Credit, usize)> {
    enclosed(head, place).or_else(|| bare(head, place))
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
    for part in &parts {
        trust = trust.max(trust_of(part)?);
    }
    Some((Credit { text: text.to_owned(), trust, enclosed: true }, end + 1))
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
    // "FOX 9", "NBC10"
    let part = part.trim_end_matches(|character: char| character.is_ascii_digit() || character == ' ');
    let letters = part.trim_end_matches('.');
    let length = letters.chars().count();
    let is_initials = (2..=5).contains(&length)
        && letters.chars().all(char::is_alphabetic)
        && (letters.chars().all(char::is_lowercase) || letters.chars().all(char::is_uppercase));
    is_initials.then_some(Trust::Initials)
}
