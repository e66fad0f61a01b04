//! Bylines a reader sees: marked as the author's, after "von" or "by", near the headline or at the text's end.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::extract::context::{Context, Place, Sourced, sourced};
use crate::extract::names::{clean, looks_like_a_name};
use crate::extract::vocabulary::{BYLINE, NEVER_DATES, OTHER_DATES};
use crate::select::outline::Tag;

/// Most names of one shown byline.
const MAX_SHOWN: usize = 6;
/// Least score of a shown byline that is believed.
const MIN_SHOWN: i32 = 3;
/// Least score of one at the article's foot: a mark that is plain.
const PLAIN: i32 = 3;
/// Bytes beside a link that make it part of a sentence.
const IN_SENTENCE: usize = 60;
/// Weight of a mark that makes any word a name: authors sign with nicknames too.
const CERTAIN: i32 = 4;
/// Classes that leave no doubt that a name is the author's.
const PLAIN_NAMES: &[&str] = &["author", "fn", "author-name", "post-author", "entry-author"];
/// Most words of a byline beside the names: `Von`, `und`, agencies, a date.
const MAX_BYLINE_REST: usize = 6;
/// Rows of a byline at most.
const MAX_BYLINE_ROWS: usize = 80;
/// Rows after the headline that belong to it.
const UNDER_HEADLINE: usize = 25;
/// Rows before the text's end in which its signature may stand.
const SIGNATURE_ROWS: usize = 12;

/// A byline the page shows.
#[derive(Debug)]
pub(crate) struct Shown {
    /// Its names.
    pub(crate) names: Sourced<Vec<String>>,
    /// Whether a mark leaves no doubt that they are the author's.
    pub(crate) is_certain: bool,
}

/// The names a reader sees: marked as the author's, or after "von" or "by", near headline or text's end.
pub(crate) fn shown(context: &Context<'_, '_>, place: &Place) -> Option<Shown> {
    let outline = &context.reading.outline;
    best_in(context, place, 0..outline.len(), MIN_SHOWN, |row| is_elsewhere(context, row, place))
        .or_else(|| {
            // Within the article's own element also at its foot, where a mark is plain.
            let article = article_of(context, place)?;
            let is_out = |row| {
                matches!(outline.tag(row), Tag::Nav | Tag::Form)
                    || row != article && outline.tag(row) == Tag::Article
                    || context.names.is_called(row, NEVER_DATES)
            };
            best_in(context, place, article..outline.end(article), PLAIN, is_out)
        })
        .or_else(|| signature(context, place))
}

/// The `<article>` that holds headline and text.
fn article_of(context: &Context<'_, '_>, place: &Place) -> Option<usize> {
    let outline = &context.reading.outline;
    let headline = place.headline.filter(|_| !place.body.is_empty())?;
    outline
        .ancestors(headline)
        .find(|row| outline.tag(*row) == Tag::Article && outline.holds(*row, place.body.start))
}

/// The best byline among `rows` that weighs at least `least`.
fn best_in(
    context: &Context<'_, '_>,
    place: &Place,
    rows: Range<usize>,
    least: i32,
    is_out: impl Fn(usize) -> bool,
) -> Option<Shown> {
    let outline = &context.reading.outline;
    let mut best: Option<(i32, usize, Vec<String>, &'static str)> = None;
    let mut row = rows.start;
    while row < rows.end {
        let tag = outline.tag(row);
        let is_heading = tag.heading_level().is_some_and(|level| level <= 2);
        if !is_heading && tag != Tag::Text && is_out(row) {
            row = outline.end(row);
            continue;
        }
        let found = if is_heading { in_heading(context, row) } else { byline_at(context, row) };
        if let Some((texts, weight, rule)) = found
            && !(rule == "author link" && is_in_sentence(context, row, place))
        {
            let mut names = clean(&texts, context);
            if weight < CERTAIN || names.iter().any(|name| name.split_whitespace().count() > 3) {
                names.retain(|name| looks_like_a_name(name));
            }
            // "Anna Berg, Washington": a single word beside a whole name is where she writes from.
            if names.iter().any(|name| name.contains(' ')) {
                names.retain(|name| name.contains(' '));
            }
            if !names.is_empty() && names.len() <= MAX_SHOWN {
                let score = weight + nearness(row, place);
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
                // Within what only may be a byline a plainer mark may stand.
                row = if weight < CERTAIN { row + 1 } else { outline.end(row) };
                continue;
            }
        }
        row = if is_heading { outline.end(row) } else { row + 1 };
    }
    best.filter(|(score, ..)| *score >= least).map(|(score, _, names, rule)| {
        let source = if rule == "itemprop=author" { "microdata" } else { "generic" };
        let is_certain = score >= CERTAIN && rule != "byline" && rule != "dated byline";
        Shown { names: sourced(names, source, rule), is_certain }
    })
}

/// How much nearer to the article a byline stands than others.
fn nearness(row: usize, place: &Place) -> i32 {
    match place.headline {
        Some(headline) if row >= headline && row <= place.body.start.max(headline + 60) => 2,
        Some(headline) if row < headline && headline - row < 60 => 1,
        _ if !place.body.is_empty()
            && row >= place.body.start.saturating_sub(60)
            && row < place.body.end + 40 =>
        {
            1
        }
        _ => 0,
    }
}

/// Whether a link stands in a sentence of the article's text: whoever it leads to is spoken of.
fn is_in_sentence(context: &Context<'_, '_>, row: usize, place: &Place) -> bool {
    let outline = &context.reading.outline;
    place.body.contains(&row)
        && outline
            .ancestors(row)
            .find(|outer| !outline.tag(*outer).is_inline())
            .is_some_and(|block| context.text(block).len() > context.text(row).len() + IN_SENTENCE)
}

/// What an element or line says of the author, and how plainly.
fn byline_at(context: &Context<'_, '_>, row: usize) -> Option<(Vec<String>, i32, &'static str)> {
    let outline = &context.reading.outline;
    if let Some(text) = outline.text(row) {
        let text = text.trim();
        if text.is_empty() || text.len() > 120 {
            return None;
        }
        if BY.is_match(text) {
            let labelled =
                text.split_once(':').is_some_and(|(label, _)| is_label(&format!("{}:", label.trim())));
            return Some((vec![text.to_owned()], if labelled { 3 } else { 2 }, "byline"));
        }
        if is_label(text) {
            let name = following_text(context, row)?;
            return looks_like_a_name(&name).then(|| (vec![name], 3, "byline label"));
        }
        if BARE_LABEL.is_match(text) && is_set_off(context, row) {
            let name = following_text(context, row)?;
            return (name.contains(' ') && looks_like_a_name(&name)).then(|| (vec![name], 3, "byline label"));
        }
        if let Some(name) = text.strip_suffix(['|', '·', '•']) {
            let name = name.trim();
            let is_name = (2..=3).contains(&name.split_whitespace().count()) && looks_like_a_name(name);
            let before_date =
                is_name && next_text(context, row).is_some_and(|next| STARTS_WITH_DAY.is_match(next));
            return before_date.then(|| (vec![name.to_owned()], 2, "dated byline"));
        }
        return dated(text).map(|name| (vec![name], 2, "dated byline"));
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

/// The author a heading names beside its date: "Kultur 06.11.2023 13:30 von Olga".
fn in_heading(context: &Context<'_, '_>, row: usize) -> Option<(Vec<String>, i32, &'static str)> {
    let outline = &context.reading.outline;
    (row..outline.end(row))
        .filter_map(|inner| outline.text(inner))
        .find_map(|text| dated(text.trim()))
        .map(|name| (vec![name], 2, "dated byline"))
}

/// The name after a date: "12.03.2024 - Anna Berg".
fn dated(text: &str) -> Option<String> {
    if text.len() > 120 || !text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let name = DATED.captures(text)?[1].to_owned();
    (looks_like_a_name(&name) && (name.contains(' ') || text.contains(" von ") || text.contains(" by ")))
        .then_some(name)
}

/// Whether a text is all there is of a bold or otherwise marked piece of its line.
fn is_set_off(context: &Context<'_, '_>, row: usize) -> bool {
    let outline = &context.reading.outline;
    let holder = outline.row(row).parent;
    matches!(outline.tag(holder), Tag::B | Tag::Strong | Tag::Span | Tag::Dt | Tag::Th | Tag::Em)
        && outline.end(holder) == row + 1
}

/// Whether a text says who wrote the article, and nothing else: `Von Anna Berg und Tom Stein, dpa`.
pub(crate) fn only_names(text: &str, authors: &[String], context: &Context<'_, '_>) -> bool {
    let text = text.trim();
    if text.len() > 120 || !BY.is_match(text) {
        return false;
    }
    let names = clean(&[text.to_owned()], context);
    let words: usize = names.iter().map(|name| name.split_whitespace().count()).sum();
    !names.is_empty()
        && names.iter().all(|name| authors.contains(name))
        && text.split_whitespace().count() <= words + MAX_BYLINE_REST
}

/// Whether a text only announces the author: "Geschrieben von", "Autor:".
pub(crate) fn is_label(text: &str) -> bool {
    LABEL.is_match(text.trim())
}

/// The text that follows a label, up to the first separator.
fn following_text(context: &Context<'_, '_>, row: usize) -> Option<String> {
    let next = texts_after(context, row).find(|text| text.chars().any(char::is_alphabetic))?;
    (next.len() <= 80).then(|| without_date(next).trim().to_owned())
}

/// The first text after a row.
fn next_text<'a>(context: &Context<'_, 'a>, row: usize) -> Option<&'a str> {
    texts_after(context, row).next()
}

fn texts_after<'c, 'a>(
    context: &'c Context<'_, 'a>,
    row: usize,
) -> impl Iterator<Item = &'a str> + use<'c, 'a> {
    let outline = &context.reading.outline;
    (row + 1..outline.len().min(row + 8))
        .filter_map(|next| outline.text(next))
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

/// The name an article is signed with: a last line of its own, set off from the text.
fn signature(context: &Context<'_, '_>, place: &Place) -> Option<Shown> {
    let outline = &context.reading.outline;
    let row = place
        .body
        .clone()
        .rev()
        .take(SIGNATURE_ROWS)
        .find(|row| outline.text(*row).is_some_and(|text| !text.trim().is_empty()))?;
    let text = outline.text(row)?.trim().trim_matches(['(', ')', '–', '-', '—', ' ']);
    let is_set_off = outline
        .ancestors(row)
        .take_while(|outer| outline.tag(*outer).is_inline())
        .any(|outer| matches!(outline.tag(outer), Tag::B | Tag::Strong | Tag::I | Tag::Em));
    let block = outline.ancestors(row).find(|outer| !outline.tag(*outer).is_inline())?;
    let alone = context.text(block).trim().len() <= text.len() + 4;
    let words = text.split_whitespace().count();
    if !is_set_off || !alone || !(2..=3).contains(&words) || !looks_like_a_name(text) {
        return None;
    }
    let names = clean(&[text.to_owned()], context);
    (!names.is_empty()).then(|| Shown { names: sourced(names, "generic", "signature"), is_certain: false })
}

fn is_elsewhere(context: &Context<'_, '_>, row: usize, place: &Place) -> bool {
    let outline = &context.reading.outline;
    if place.headline.is_some_and(|headline| outline.holds(row, headline))
        || outline.holds(row, place.body.start) && !place.body.is_empty()
    {
        return false;
    }
    // What stands right under the headline is the article's, whatever it calls itself.
    let under_headline =
        place.headline.is_some_and(|headline| row > headline && row <= headline + UNDER_HEADLINE);
    match outline.tag(row) {
        Tag::Nav | Tag::Form => true,
        Tag::Html | Tag::Body | Tag::Main => false,
        _ if under_headline && outline.end(row) - row <= MAX_BYLINE_ROWS => false,
        _ => context.names.is_called(row, OTHER_DATES),
    }
}

/// A byline up to the date or separator that follows the name.
fn without_date(text: &str) -> String {
    let cut = DATE_IN_BYLINE.find(text).map_or(text.len(), |found| found.start());
    text[..cut].to_owned()
}

static BY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:Von|VON|von|By|BY|by|Par|PAR|Por|POR|Di|DI|Text|Autor(?:in)?|Author|Written by|Geschrieben von|Erstellt von|erstellt von|Auteur|Posted by|Veröffentlicht von|Verfasst von|Interview|Redaktion|-? ?Redaktion:|(?:Eine? |Blog ?)?(?:Kommentar|Gastbeitrag|Beitrag|Analyse|Interview|Reportage|Kolumne|Bericht) von)\s*:?\s+\p{Lu}")
        .expect("a tested pattern")
});

static AUTHOR_LINK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)/(?:authors?|autor(?:en|in|es)?|auteurs?|staff|user|autori|people|profile|journalist|reporter|by|redaktion|verfasser|contributors?|writers?)/[^/?#]+")
        .expect("a tested pattern")
});

static DATE_IN_BYLINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\s*(?:\b(?:am|on|vom|le|il|el|um|at|posted|published|updated|veröffentlicht|aktualisiert|stand)\b|[|•·–]|\d{1,2}[./]|\d{4}|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.? \d).*$")
        .expect("a tested pattern")
});

static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:(?:geschrieben|verfasst|erstellt|veröffentlicht) von|(?:written|posted|published) by|escrito por|(?:von|by|par|por|di)|(?:autor(?:in|en)?|author|auteur|text)\s*:)\s*:?$")
        .expect("a tested pattern")
});

static BARE_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:autor(?:in)?(?:/|/-|:|\*| oder | und )?(?:in(?:nen)?|autor)?|autoren|auteure?|authors?|autora?|autore|verfasser(?:in)?)$")
        .expect("a tested pattern")
});

static STARTS_WITH_DAY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\d{1,2}(?:[./-]\s?\d{1,2}[./-]\s?\d{2,4}|\.? \p{L}{3,10}\.?,? \d{4})")
        .expect("a tested pattern")
});

static DATED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\d{1,2}\.\s?\d{1,2}\.\s?\d{4}\s*(?:[-–—|·,]|,?\s*\d{1,2}[:.]\d{2}(?: Uhr)?,? (?:von|by)) ?\s*(\p{Lu}[\p{L}.’'-]+(?:\s+[\p{L}.’'-]+){0,3})$")
        .expect("a tested pattern")
});
