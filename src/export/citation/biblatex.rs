//! BibLaTeX: entries of type `online`. Texts are escaped for LaTeX, and braces always balance.

use std::fmt::Write as _;

use super::person::{Person, parted};
use super::{Reference, one_line};

/// Languages as babel and polyglossia name them.
const LANGUAGES: &[(&str, &str)] = &[
    ("de", "german"),
    ("en", "english"),
    ("es", "spanish"),
    ("fr", "french"),
    ("it", "italian"),
    ("nl", "dutch"),
    ("pl", "polish"),
];

/// One entry.
pub(super) fn entry(reference: &Reference<'_>) -> String {
    let mut entry = format!("@online{{{},\n", reference.key);
    let mut field = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(entry, "  {name} = {{{value}}},");
        }
    };
    field("title", &escaped(reference.title.unwrap_or_default()));
    field("author", &reference.authors.iter().map(|author| name(author)).collect::<Vec<_>>().join(" and "));
    field("organization", &escaped(reference.source.unwrap_or_default()));
    let parts: Vec<String> = reference.published_parts().iter().map(|part| format!("{part:02}")).collect();
    field("date", &parts.join("-"));
    field("url", &verbatim(reference.url));
    field("urldate", &reference.accessed.to_string());
    let language = reference.language.and_then(|tag| tag.split('-').next()).unwrap_or_default();
    let langid = LANGUAGES.iter().find(|(tag, _)| *tag == language).map(|(_, name)| *name);
    field("langid", langid.unwrap_or_default());
    let tags: Vec<_> = reference.tags.iter().map(|tag| escaped(&tag.replace(',', " "))).collect();
    field("keywords", &tags.join(", "));
    field("addendum", &escaped(&reference.archived));
    entry.push_str("}\n\n");
    entry
}

/// A name; its parts in braces, so that neither a comma nor the word `and` in it parts it further.
fn name(author: &str) -> String {
    match parted(&one_line(author)) {
        Person::Named { family, given } => format!("{{{}}}, {{{}}}", escaped(family), escaped(given)),
        Person::Whole(name) => format!("{{{}}}", escaped(name)),
    }
}

/// A text as LaTeX sets it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in one_line(text).chars() {
        match character {
            '\\' => escaped.push_str("\\textbackslash{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            // Not \{ and \}: biber counts braces whether or not they are escaped.
            '{' => escaped.push_str("\\textbraceleft{}"),
            '}' => escaped.push_str("\\textbraceright{}"),
            // Two hyphens would be a dash.
            '-' if escaped.ends_with('-') => escaped.push_str("{}-"),
            '#' | '$' | '%' | '&' | '_' => escaped.extend(['\\', character]),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// An address as it is, but for what would end the field.
fn verbatim(url: &str) -> String {
    url.replace('{', "%7B").replace('}', "%7D").replace('\\', "%5C")
}
