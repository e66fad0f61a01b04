//! Names of the people who wrote the article: bylines cut into names, publishers, desks, roles and addresses left out.

use std::sync::LazyLock;

use regex::Regex;

use crate::extract::context::{Context, Place, Sourced, sourced};
use crate::extract::vocabulary::{BYLINE, OTHER_DATES};
use crate::extract::witness::letters;
use crate::model::field::Field;
use crate::select::entity::unescape;
use crate::select::json_ld::has_type;
use crate::select::outline::Tag;
use crate::select::text::folded;
use crate::select::text::start_of;

/// Most names of one article.
const MAX_NAMES: usize = 30;
/// Most names of one shown byline.
const MAX_SHOWN: usize = 6;
/// Least score of a shown byline that is believed.
const MIN_SHOWN: i32 = 3;
/// Weight of a mark that makes any word a name: authors sign with nicknames too.
const CERTAIN: i32 = 4;
/// Classes that leave no doubt that a name is the author's.
const PLAIN_NAMES: &[&str] = &["author", "fn", "author-name", "post-author", "entry-author"];
/// Rows of a byline at most.
const MAX_BYLINE_ROWS: usize = 80;
/// Longest byline that is taken apart, in bytes.
const MAX_BYLINE: usize = 300;

/// The people who wrote the article.
pub(crate) fn authors(context: &Context<'_, '_>, place: &Place) -> Option<Sourced<Vec<String>>> {
    if let Some(found) = context.selected(Field::Authors) {
        let names = clean(&found.value, context);
        if !names.is_empty() {
            return Some(Sourced { value: names, source: found.source });
        }
    }
    let stated = [
        ("json-ld", "author.name", people(context)),
        ("meta", "author", context.reading.metas("author").collect()),
        ("open-graph", "article:author", context.reading.metas("article:author").collect()),
        ("meta", "parsely-author", context.reading.metas("parsely-author").collect()),
        ("meta", "sailthru.author", context.reading.metas("sailthru.author").collect()),
        (
            "meta",
            "dc.creator",
            context.reading.metas("dc.creator").chain(context.reading.metas("dcterms.creator")).collect(),
        ),
    ];
    for (source, rule, texts) in stated {
        let names = clean(&texts, context);
        if !names.is_empty() {
            return Some(sourced(names, source, rule));
        }
    }
    // A portal file that says where the byline stands has been heard: a guess would only find what it passed over.
    if context.has_rules(Field::Authors) { None } else { shown(context, place) }
}

/// The authors in JSON-LD: people, else an organisation that is not the site itself (an agency).
fn people(context: &Context<'_, '_>) -> Vec<String> {
    let Some(article) = context.article else { return Vec::new() };
    let json_ld = context.reading.json_ld;
    let mut names = Vec::new();
    let mut organisations = Vec::new();
    for key in ["author", "creator"] {
        for author in json_ld.values(article, key) {
            if author.is_object() {
                let organisation =
                    has_type(author, "Organization") || has_type(author, "NewsMediaOrganization");
                let into = if organisation { &mut organisations } else { &mut names };
                into.extend(json_ld.texts(author, &["name"]));
            } else if let Some(name) = author.as_str() {
                names.push(unescape(name));
            }
        }
        if !names.is_empty() {
            return names;
        }
    }
    organisations
}

/// The names a reader sees: marked as the author's, or after "von" or "by", near headline or text's end.
fn shown(context: &Context<'_, '_>, place: &Place) -> Option<Sourced<Vec<String>>> {
    let outline = &context.reading.outline;
    let mut best: Option<(i32, usize, Vec<String>, &'static str)> = None;
    let mut row = 0;
    while row < outline.len() {
        let tag = outline.tag(row);
        if tag != Tag::Text && is_elsewhere(context, row, place) {
            row = outline.end(row);
            continue;
        }
        if let Some((texts, weight, rule)) = byline_at(context, row) {
            let mut names = clean(&texts, context);
            if weight < CERTAIN || names.iter().any(|name| name.split_whitespace().count() > 3) {
                names.retain(|name| looks_like_a_name(name));
            }
            if !names.is_empty() && names.len() <= MAX_SHOWN {
                let near = match place.headline {
                    Some(headline) if row >= headline && row <= place.body.start.max(headline + 60) => 2,
                    Some(headline) if row < headline && headline - row < 60 => 1,
                    _ if !place.body.is_empty()
                        && row >= place.body.start.saturating_sub(60)
                        && row < place.body.end + 40 =>
                    {
                        1
                    }
                    _ => 0,
                };
                let score = weight + near;
                let together = best
                    .as_ref()
                    .is_some_and(|(other, at, _, known)| *other == score && *known == rule && row - at < 12);
                if together && let Some((_, at, known, _)) = &mut best {
                    *at = row;
                    for name in names {
                        if !known.contains(&name) {
                            known.push(name);
                        }
                    }
                } else if best.as_ref().is_none_or(|(other, ..)| score > *other) {
                    best = Some((score, row, names, rule));
                }
                row = outline.end(row);
                continue;
            }
        }
        row += 1;
    }
    best.filter(|(score, ..)| *score >= MIN_SHOWN).map(|(_, _, names, rule)| {
        sourced(names, if rule == "itemprop=author" { "microdata" } else { "generic" }, rule)
    })
}

/// What an element or line says of the author, and how plainly.
fn byline_at(context: &Context<'_, '_>, row: usize) -> Option<(Vec<String>, i32, &'static str)> {
    let outline = &context.reading.outline;
    if let Some(text) = outline.text(row) {
        let text = text.trim();
        return (text.len() <= 120 && BY.is_match(text)).then(|| (vec![text.to_owned()], 2, "byline"));
    }
    let short = outline.end(row) - row <= MAX_BYLINE_ROWS;
    let property = outline.attr(row, "itemprop").unwrap_or_default();
    if property.eq_ignore_ascii_case("author") || property.eq_ignore_ascii_case("creator") {
        let name = (row..outline.end(row)).find(|inner| outline.attr(*inner, "itemprop") == Some("name"));
        let text = match name {
            Some(name) => outline.attr(name, "content").map_or_else(|| context.text(name), str::to_owned),
            None => outline.attr(row, "content").map_or_else(|| context.text(row), str::to_owned),
        };
        return Some((vec![text], 4, "itemprop=author"));
    }
    let plainly = outline
        .attr(row, "class")
        .is_some_and(|class| class.split_ascii_whitespace().any(|class| PLAIN_NAMES.contains(&class)));
    if plainly && outline.end(row) - row <= 6 {
        let text = context.text(row);
        if (3..=40).contains(&text.chars().count()) && text.split_whitespace().count() <= 3 {
            return Some((vec![text], CERTAIN, "class=author"));
        }
    }
    let is_author =
        outline.attr(row, "rel").is_some_and(|rel| rel.split_ascii_whitespace().any(|rel| rel == "author"));
    if is_author && short {
        return Some((vec![context.text(row)], 4, "rel=author"));
    }
    if outline.tag(row) == Tag::A
        && outline.attr(row, "href").is_some_and(|href| AUTHOR_LINK.is_match(href))
        && short
    {
        return Some((vec![context.text(row)], 3, "author link"));
    }
    if !short || !context.names.is_called(row, BYLINE) {
        return None;
    }
    // Links inside a byline are the names; what stands beside them are dates and roles.
    let links: Vec<String> = (row..outline.end(row))
        .filter(|inner| outline.tag(*inner) == Tag::A)
        .map(|inner| context.text(inner))
        .collect();
    let links: Vec<String> = links.into_iter().filter(|text| looks_like_a_name(text)).collect();
    Some((if links.is_empty() { vec![without_date(&context.text(row))] } else { links }, 2, "byline"))
}

fn is_elsewhere(context: &Context<'_, '_>, row: usize, place: &Place) -> bool {
    let outline = &context.reading.outline;
    if place.headline.is_some_and(|headline| outline.holds(row, headline))
        || outline.holds(row, place.body.start) && !place.body.is_empty()
    {
        return false;
    }
    match outline.tag(row) {
        Tag::Nav | Tag::Form => true,
        Tag::Html | Tag::Body | Tag::Main => false,
        _ => context.names.is_called(row, OTHER_DATES),
    }
}

/// A byline up to the date or separator that follows the name.
fn without_date(text: &str) -> String {
    let cut = DATE_IN_BYLINE.find(text).map_or(text.len(), |found| found.start());
    text[..cut].to_owned()
}

/// Whether a text has the shape of a name: one to five words, each with a capital, but for particles.
fn looks_like_a_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let capital = |word: &&&str| word.chars().find(|c| c.is_alphabetic()).is_some_and(|c| !c.is_lowercase());
    (1..=5).contains(&words.len())
        && words.iter().filter(capital).count() * 2 >= words.len()
        && words.first().is_some_and(|word| word.chars().next().is_some_and(char::is_alphabetic))
        && !text.chars().any(|c| c.is_ascii_digit() || "→›»:!?".contains(c))
        && text.chars().count() >= 3
}

/// Texts of bylines as names of people: the site itself is none.
pub(crate) fn clean(texts: &[String], context: &Context<'_, '_>) -> Vec<String> {
    let site = letters(&context.reading.meta("og:site_name").unwrap_or_default());
    let host = context.page.url.host();
    let label = host.name().trim_start_matches("www.").split('.').next().map(letters).unwrap_or_default();
    let publisher =
        context.json_ld(&["publisher", "name"]).first().map(|name| letters(name)).unwrap_or_default();
    let mut names: Vec<String> = Vec::new();
    for text in texts {
        for name in split_byline(text) {
            let bare = letters(&name);
            let is_site = bare == site
                || bare == publisher
                || bare == label
                || label.len() > 4 && bare.starts_with(&label);
            if is_person(&name) && !is_site && !names.iter().any(|known| letters(known) == bare) {
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
    if text.contains("://") || DOMAIN.is_match(&text) {
        return Vec::new();
    }
    let text = LEADING.replace(start_of(&text, MAX_BYLINE), "").into_owned();
    let text = IN_BRACKETS.replace_all(&text, "");
    SEPARATOR
        .split(&text)
        .map(|part| {
            let part = LEADING.replace(part, "");
            let part = IN_BRACKETS.replace_all(&part, "");
            let part = TRAILING.replace(&part, "");
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
        r"(?i)^\s*(?:(?:zeige alle beiträge von|alle beiträge von|all posts by|view all posts by|posts by|profil von|by|von|par|por|di|da|door|av|af|autor(?:in|en)?|author|text|written by|posted by|ein (?:kommentar|gastbeitrag|artikel|bericht|interview) von|(?:eine )?(?:analyse|kolumne|reportage) von|interview(?:t)? (?:von|by)|protokoll|redaktion|blog ?beitrag von|gastbeitrag von|foto(?:s)?)\s*:?(?:\s+|$)|(?:autor(?:in|en)?|text|author)\s*:\s*)",
    )
    .expect("a tested pattern")
});

static SEPARATOR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\s*[;,/|&\n·•]\s*|\s+(?:and|und|et|y|e|og|och|en|sowie|with|mit)\s+")
        .expect("a tested pattern")
});

static IN_BRACKETS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\s*[(\[][^)\]]*(?:[)\]]|$)").expect("a tested pattern"));

static TRAILING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\s+(?:am|um|im|in|on|at|under|auf|im gespräch|für|for|schreibt|berichtet|기자)\s*:?$")
        .expect("a tested pattern")
});

static DOMAIN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^[\w-]+(?:\.[\w-]+)*\.(?:de|com|at|ch|net|org|info|tv|fr|it|es|uk)\b")
        .expect("a tested pattern")
});

static BY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:Von|VON|von|By|BY|by|Par|PAR|Por|POR|Di|DI|Text|Autor(?:in)?|Author|Written by|Geschrieben von|Posted by|Veröffentlicht von|Verfasst von|Interview|Redaktion|-? ?Redaktion:|(?:Eine? |Blog ?)?(?:Kommentar|Gastbeitrag|Beitrag|Analyse|Interview|Reportage|Kolumne|Bericht) von)\s*:?\s+\p{Lu}")
        .expect("a tested pattern")
});

static AUTHOR_LINK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)/(?:authors?|autor(?:en|in|es)?|auteurs?|autori|people|profile|journalist|reporter|by|redaktion|verfasser|contributors?|writers?)/[^/?#]+")
        .expect("a tested pattern")
});

static DATE_IN_BYLINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\s*(?:\b(?:am|on|vom|le|il|el|um|at|posted|published|updated|veröffentlicht|aktualisiert|stand)\b|[|•·–]|\d{1,2}[./]|\d{4}|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.? \d).*$")
        .expect("a tested pattern")
});

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
