//! Names of the people who wrote the article: bylines cut into names, publishers, desks, roles and addresses left out.

use std::sync::LazyLock;

use regex::Regex;

use crate::extract::context::{Context, Sourced, sourced};
use crate::model::field::Field;
use crate::select::outline::Tag;
use crate::select::text::folded;
use crate::select::text::start_of;

/// Most names of one article.
const MAX_NAMES: usize = 30;
/// Longest byline that is taken apart, in bytes.
const MAX_BYLINE: usize = 300;

/// The people who wrote the article.
pub(crate) fn authors(context: &Context<'_, '_>) -> Option<Sourced<Vec<String>>> {
    if let Some(found) = context.selected(Field::Authors) {
        let names = clean(&found.value, context);
        if !names.is_empty() {
            return Some(Sourced { value: names, source: found.source });
        }
    }
    let candidates = [
        ("json-ld", "author.name", context.json_ld(&["author"])),
        ("meta", "author", context.reading.metas("author").collect()),
        ("open-graph", "article:author", context.reading.metas("article:author").collect()),
        ("microdata", "itemprop=author", marked_up(context)),
    ];
    candidates.into_iter().find_map(|(source, rule, texts)| {
        let names = clean(&texts, context);
        (!names.is_empty()).then(|| sourced(names, source, rule))
    })
}

fn marked_up(context: &Context<'_, '_>) -> Vec<String> {
    let outline = &context.reading.outline;
    let inside = context.root.or_else(|| outline.find(0..outline.len(), Tag::Article)).unwrap_or(0);
    if outline.is_empty() {
        return Vec::new();
    }
    let mut names = Vec::new();
    let mut row = inside;
    while row < outline.end(inside) {
        let author = outline
            .attr(row, "rel")
            .is_some_and(|rel| rel.split_ascii_whitespace().any(|rel| rel == "author"))
            || outline.attr(row, "itemprop").is_some_and(|name| name == "author");
        if author {
            names.push(context.text(row));
            row = outline.end(row);
        } else {
            row += 1;
        }
    }
    names
}

/// Texts of bylines as names of people.
pub(crate) fn clean(texts: &[String], context: &Context<'_, '_>) -> Vec<String> {
    let site = context.reading.meta("og:site_name").unwrap_or_default().to_lowercase();
    let mut names: Vec<String> = Vec::new();
    for text in texts {
        for name in split_byline(text) {
            let lower = name.to_lowercase();
            if is_person(&name) && lower != site && !names.iter().any(|known| known.to_lowercase() == lower) {
                names.push(name);
            }
        }
    }
    names.truncate(MAX_NAMES);
    names
}

/// A byline cut into names.
pub(crate) fn split_byline(text: &str) -> Vec<String> {
    let text = folded(text);
    if text.contains("://") {
        return Vec::new();
    }
    let text = LEADING.replace(start_of(&text, MAX_BYLINE), "").into_owned();
    SEPARATOR
        .split(&text)
        .map(|part| {
            let part = LEADING.replace(part, "");
            let part = IN_BRACKETS.replace_all(&part, "");
            part.trim_matches(|c: char| c.is_whitespace() || ",;:|–—-•·*.@\"".contains(c)).to_owned()
        })
        .filter(|part| !part.is_empty())
        .collect()
}

/// Whether a text can be the name of a person.
pub(crate) fn is_person(name: &str) -> bool {
    let words = name.split_whitespace().count();
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    words <= 6
        && letters >= 2
        && name.len() <= 80
        && !name.contains("://")
        && !name.contains(['@', '{', '<', '='])
        && name.chars().filter(char::is_ascii_digit).count() <= 2
        && !NO_PERSON.is_match(name)
}

static LEADING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\s*(?:(?:by|von|par|por|di|da|door|av|af|autor(?:in|en)?|author|text|written by|posted by|ein (?:kommentar|gastbeitrag|artikel|bericht|interview) von|(?:eine )?(?:analyse|kolumne|reportage) von|interview(?:t)? (?:von|by)|protokoll|foto(?:s)?)\s*:?\s+|(?:autor(?:in|en)?|text|author)\s*:\s*)",
    )
    .expect("a tested pattern")
});

static SEPARATOR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\s*[;,/|&\n·•]\s*|\s+(?:and|und|et|y|e|og|och|en|sowie|with|mit)\s+")
        .expect("a tested pattern")
});

static IN_BRACKETS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\s*[(\[][^)\]]*[)\]]").expect("a tested pattern"));

static NO_PERSON: LazyLock<Regex> = LazyLock::new(|| {
    let words: Vec<&str> = include_str!("words/no_person.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect();
    Regex::new(&format!(r"(?i)(?:{})", words.join("|"))).expect("a tested pattern")
});

#[cfg(test)]
mod tests {
    use super::*;

    fn check(byline: &str, expected: &[&str]) {
        let names: Vec<String> = split_byline(byline).into_iter().filter(|name| is_person(name)).collect();
        assert_eq!(names, expected, "{byline}");
    }

    #[test]
    fn bylines_become_names() {
        check("Von Anna Berg und Tom Stein, dpa", &["Anna Berg", "Tom Stein"]);
        check("By Anna Berg and Tom Stein", &["Anna Berg", "Tom Stein"]);
        check("Anna Berg (text), Tom Stein (Fotos)", &["Anna Berg", "Tom Stein"]);
        check("Autorin: Anna Berg", &["Anna Berg"]);
        check("Anna Berg; Stadtblatt GmbH", &["Anna Berg"]);
        check("Redaktion", &[]);
        check("dpa/lsw", &[]);
        check("anna@zeitung.example", &[]);
        check("https://zeitung.example/autor/anna", &[]);
        check("", &[]);
    }
}
