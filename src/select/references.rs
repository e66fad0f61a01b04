//! Character references in a page's texts and attributes (HTML, "character reference state"). Those in texts that are
//! no HTML any more are `entity`'s.

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};
use memchr::memchr;

/// The references of nearly every page.
const FREQUENT: &[(&str, char)] =
    &[("&amp;", '&'), ("&nbsp;", '\u{a0}'), ("&quot;", '"'), ("&lt;", '<'), ("&gt;", '>')];

/// A text with its references replaced.
pub(super) fn replaced(text: &str, in_attribute: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (characters, length) = reference(rest, in_attribute).unwrap_or((['&', '\0'], 1));
        out.extend(characters.into_iter().filter(|character| *character != '\0'));
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// What the reference at the beginning stands for (one or two characters), and its length; `None`: it is none.
fn reference(text: &str, in_attribute: bool) -> Option<([char; 2], usize)> {
    if let Some((name, character)) = FREQUENT.iter().find(|(name, _)| text.starts_with(name)) {
        return Some(([*character, '\0'], name.len()));
    }
    match text.as_bytes().get(1)? {
        b'#' => numeric(text).map(|(character, length)| ([character, '\0'], length)),
        first if first.is_ascii_alphanumeric() => named(text, in_attribute),
        _ => None,
    }
}

fn numeric(text: &str) -> Option<(char, usize)> {
    let bytes = text.as_bytes();
    let is_hex = matches!(bytes.get(2), Some(b'x' | b'X'));
    let (radix, start) = if is_hex { (16, 3) } else { (10, 2) };
    let mut code = 0_u32;
    let mut at = start;
    while let Some(digit) = bytes.get(at).and_then(|byte| char::from(*byte).to_digit(radix)) {
        code = code.saturating_mul(radix).saturating_add(digit);
        at += 1;
    }
    if at == start {
        return None;
    }
    let character = match code {
        0x80..=0x9F => C1_REPLACEMENTS[code as usize - 0x80].or(char::from_u32(code)),
        _ => char::from_u32(code).filter(|character| *character != '\0'),
    };
    Some((character.unwrap_or(char::REPLACEMENT_CHARACTER), at + usize::from(bytes.get(at) == Some(&b';'))))
}

/// The longest name wins; in an attribute a name without a semicolon counts only where no query parameter can go on.
fn named(text: &str, in_attribute: bool) -> Option<([char; 2], usize)> {
    let bytes = text.as_bytes();
    let mut found = None;
    let mut end = 1;
    while bytes.get(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b';') {
        end += 1;
        // The table holds every beginning of a name, too.
        let Some((first, second)) = NAMED_ENTITIES.get(&text[1..end]) else { break };
        if *first != 0 {
            found = Some(([char::from_u32(*first)?, char::from_u32(*second)?], end));
        }
    }
    let (characters, end) = found?;
    let goes_on = bytes.get(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'=');
    (bytes[end - 1] == b';' || !in_attribute || !goes_on).then_some((characters, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_replaced_as_browsers_do() {
        let check = |text, expected: &str| assert_eq!(replaced(text, false), expected, "{text}");
        check("a &amp; b &lt;&gt; &quot;&nbsp;", "a & b <> \"\u{a0}");
        check("&uuml;ber &Uumlbung &notit; &notin;", "über Übung ¬it; ∉");
        check("&#8222;Ja&#x201C; &#150; &#65", "„Ja“ – A");
        check("&#0; &#xD800; &#99999999999;", "\u{fffd} \u{fffd} \u{fffd}");
        check("R&D & &; &unknown; &# &#x; &äh;", "R&D & &; &unknown; &# &#x; &äh;");
        check("&NotEqualTilde;", "\u{2242}\u{338}");
    }

    #[test]
    fn parameters_of_an_address_are_no_references() {
        let check = |text, expected: &str| assert_eq!(replaced(text, true), expected, "{text}");
        check("?a=1&copy=2&amp;b=3&notx", "?a=1&copy=2&b=3&notx");
        check("a &copy b&reg", "a © b®");
    }
}
