//! Headline, kicker and subheadline: rules first, then a vote among what the page calls its title.

use std::ops::Range;

use crate::extract::context::{Context, Sourced, sourced};
use crate::extract::vocabulary::KICKER;
use crate::extract::witness::letters;
use crate::model::field::Field;
use crate::model::publication_time::Precision;
use crate::select::date_text::{self, NumericOrder};
use crate::select::outline::Tag;
use crate::select::text::folded;

/// Longest headline, in characters.
const MAX_HEADLINE: usize = 400;
/// Most words of a site's name.
const MAX_SITE_WORDS: usize = 6;
/// Least words of a heading that is recognised within a longer title.
const MIN_WORDS: usize = 4;
/// Least letters of what stands behind a kicker.
const MIN_HEADLINE: usize = 12;
/// Most headings of the first level that are looked at.
const MAX_HEADINGS: usize = 16;
/// How like a heading must be to the winner of the vote to be taken instead: it is what a reader sees.
const LIKE_ENOUGH: f32 = 0.8;
/// Votes for a heading that says what the metadata say.
const VISIBLE_AND_STATED: f32 = 2.0;
/// Headings below the first `h1` that may be the one a reader sees.
const HEADINGS_BELOW: usize = 3;
/// What parts a site's name from the title.
const SITE_SEPARATORS: &[&str] =
    &[" | ", " - ", " – ", " — ", " :: ", " » ", " · ", " • ", " / ", " // ", " > ", " < "];

/// Headline, kicker and subheadline as far as the page has them.
#[derive(Debug, Default)]
pub(crate) struct Titles {
    /// Short line over the headline.
    pub(crate) kicker: Option<Sourced<String>>,
    /// The title.
    pub(crate) headline: Option<Sourced<String>>,
    /// The line under it.
    pub(crate) subheadline: Option<Sourced<String>>,
    /// The row of the heading that shows the headline, where one does.
    pub(crate) row: Option<usize>,
}

/// Reads the titles.
pub(crate) fn titles(context: &Context<'_, '_>) -> Titles {
    let one = |field| {
        context.selected(field).map(|found| Sourced { value: found.value[0].clone(), source: found.source })
    };
    let kicker = one(Field::Kicker);
    if let Some(headline) = one(Field::Headline) {
        let row = heading_row(context, &headline.value);
        return Titles { kicker, headline: Some(headline), subheadline: one(Field::Subheadline), row };
    }
    let mut titles = vote(context);
    titles.kicker = kicker.or(titles.kicker);
    titles.subheadline = one(Field::Subheadline);
    titles
}

/// What the metadata call the page.
pub(crate) fn stated(context: &Context<'_, '_>) -> Option<String> {
    context.json_ld(&["headline"]).into_iter().next().or_else(|| context.reading.meta("og:title"))
}

#[derive(Debug)]
struct Candidate {
    text: String,
    source: &'static str,
    rule: &'static str,
    weight: f32,
    row: Option<usize>,
    kicker: Option<String>,
}

/// The title most sources agree on; between equals the one a reader sees.
fn vote(context: &Context<'_, '_>) -> Titles {
    let reading = context.reading;
    let outline = &reading.outline;
    let site = Site::of(context);
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut add = |text: &str, source, rule, weight, row: Option<usize>, kicker| {
        let text = site.cut_off(&folded(text));
        let fits = !text.is_empty()
            && text.chars().count() <= MAX_HEADLINE
            && text.chars().any(char::is_alphanumeric);
        // The same heading on every box of the page is one voice.
        let said = candidates.iter().any(|known| known.rule == rule && known.text == text);
        if fits && !said && !site.is_name(&text) {
            candidates.push(Candidate { text, source, rule, weight, row, kicker });
        }
    };
    let first_headings = (0..outline.len()).filter(|row| outline.tag(*row) == Tag::H1).take(MAX_HEADINGS);
    for row in first_headings {
        let (kicker, text) = split_kicker(context, row);
        add(&text, "generic", "h1", 1.0, Some(row), kicker);
    }
    let visible = below_hidden_heading(context);
    if let Some((row, kicker, text)) = &visible {
        add(text, "generic", "h2", 1.0 + VISIBLE_AND_STATED, Some(*row), kicker.clone());
    }
    let marked =
        (0..outline.len()).filter(|row| matches!(outline.tag(*row), Tag::H2 | Tag::H3)).filter(|row| {
            let property =
                outline.attr(*row, "itemprop").is_some_and(|name| matches!(name, "headline" | "name"));
            property
                || outline
                    .attr(*row, "class")
                    .is_some_and(|class| class.contains("entry-title") || class.contains("post-title"))
        });
    for row in marked.take(3) {
        add(&context.text(row), "generic", "h2", 0.5, Some(row), None);
    }
    for text in context.json_ld(&["headline"]).into_iter().take(1) {
        add(&text, "json-ld", "headline", 0.9, None, None);
    }
    if let Some(text) = reading.meta("og:title") {
        add(&text, "open-graph", "og:title", 0.8, None, None);
    }
    if let Some(text) = reading.meta("twitter:title") {
        add(&text, "meta", "twitter:title", 0.3, None, None);
    }
    if let Some(row) = outline.find(0..outline.len(), Tag::Title) {
        let text: String = (row..outline.end(row)).filter_map(|row| outline.text(row)).collect();
        add(&text, "generic", "title", 0.6, None, None);
    }
    let scores: Vec<f32> = candidates
        .iter()
        .map(|one| {
            let agreed: f32 =
                candidates.iter().map(|other| other.weight * likeness(&one.text, &other.text)).sum();
            one.weight + agreed
        })
        .collect();
    let Some(best) = (0..candidates.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]).then(b.cmp(a)))
    else {
        return Titles::default();
    };
    let mut best = candidates.swap_remove(best);
    // "Kicker: Headline" where another source gives the headline alone.
    if best.kicker.is_none()
        && let Some((kicker, text)) =
            candidates.iter().find_map(|other| after_kicker(&best.text, &other.text))
    {
        best.kicker = Some(kicker);
        best.text = text;
    }
    // Metadata shorten what the heading says.
    if best.row.is_none()
        && best.kicker.is_none()
        && let Some(at) = candidates.iter().position(|other| {
            other.rule == "h1"
                && likeness(&other.text, &best.text) >= LIKE_ENOUGH
                && !other.text.ends_with(&best.text)
        })
    {
        best = candidates.swap_remove(at);
    }
    let row = best.row.or_else(|| heading_row(context, &best.text));
    let kicker = best.kicker.map(|kicker| sourced(kicker, "generic", "h1"));
    Titles { kicker, headline: Some(sourced(best.text, best.source, best.rule)), subheadline: None, row }
}

/// The heading a reader sees where the `h1` is one for search engines: the next ones say what the metadata call the
/// article, with or without its kicker, and the `h1` something else.
fn below_hidden_heading(context: &Context<'_, '_>) -> Option<(usize, Option<String>, String)> {
    let outline = &context.reading.outline;
    let first = outline.find(0..outline.len(), Tag::H1)?;
    let stated: Vec<String> = context
        .json_ld(&["headline"])
        .into_iter()
        .chain(context.reading.meta("og:title"))
        .chain(context.reading.meta("twitter:title"))
        .collect();
    let is_stated = |text: &str| {
        let is_whole_part =
            |title: &str| parts(title).into_iter().any(|part| letters(&title[part]) == letters(text));
        let long = text.split_whitespace().count() >= MIN_WORDS;
        stated.iter().any(|title| likeness(title, text) > 0.9 || long && is_whole_part(title))
    };
    let shown = context.text(first);
    (outline.end(first)..outline.len())
        .filter(|row| matches!(outline.tag(*row), Tag::H2 | Tag::H3))
        .take(HEADINGS_BELOW)
        .find_map(|row| {
            let (kicker, text) = split_kicker(context, row);
            let whole = context.text(row);
            let fits = likeness(&whole, &shown) < 0.9 && likeness(&text, &shown) < 0.9;
            (fits && (is_stated(&text) || is_stated(&whole))).then_some((row, kicker, text))
        })
}

/// A heading's kicker, where an element of its own holds one, and the rest.
fn split_kicker(context: &Context<'_, '_>, heading: usize) -> (Option<String>, String) {
    let outline = &context.reading.outline;
    let whole = context.text(heading);
    let rows = heading + 1..outline.end(heading);
    let own = rows.clone().find(|row| context.names.is_called(*row, KICKER)).or_else(|| {
        // A first child that a colon parts from the rest, here or in the metadata.
        let first = rows.clone().find(|row| outline.text(*row).is_none_or(|text| !text.trim().is_empty()))?;
        let kicker = context.text(first);
        let rest = whole.strip_prefix(&kicker)?.trim_start();
        let inside = outline.tag(first).is_inline() && outline.end(first) < outline.end(heading);
        let colon = kicker.ends_with(':') || rest.starts_with(':');
        (inside && (colon || is_parted(context, &kicker, rest))).then_some(first)
    });
    let Some(row) = own else { return (None, whole) };
    let kicker = context.text(row);
    let Some(rest) = whole.strip_prefix(kicker.as_str()) else { return (None, whole) };
    let rest = rest.trim_start_matches([' ', ':', '-', '–', '|', '·']).to_owned();
    let kicker = kicker.trim_end_matches([' ', ':', '-', '–', '|', '·']).to_owned();
    if rest.is_empty() || kicker.is_empty() {
        return (None, whole);
    }
    // A date before the headline is no kicker, and no part of the headline either.
    ((!is_date(&kicker)).then_some(kicker), rest)
}

/// Whether a title in the metadata is `Kicker: Headline` of these two, or the headline alone.
fn is_parted(context: &Context<'_, '_>, kicker: &str, headline: &str) -> bool {
    let headline = letters(headline);
    let is_parted = |title: &str| {
        if letters(title) == headline {
            return true;
        }
        let Some(rest) = title.trim().strip_prefix(kicker) else { return false };
        let Some(rest) = rest.trim_start().strip_prefix([':', '–', '—', '|', '-']) else { return false };
        // Titles shorten the headline, or go on with the site's name.
        let said = letters(&rest[parts(rest).first().cloned().unwrap_or_default()]);
        !said.is_empty() && (headline.starts_with(&said) || said.starts_with(&headline))
    };
    let meta = ["og:title", "twitter:title"].into_iter().filter_map(|name| context.reading.meta(name));
    let outline = &context.reading.outline;
    let title = outline
        .find(0..outline.len(), Tag::Title)
        .map(|row| (row..outline.end(row)).filter_map(|row| outline.text(row)).collect::<String>());
    headline.chars().count() >= MIN_HEADLINE
        && context
            .json_ld(&["headline"])
            .into_iter()
            .chain(meta)
            .chain(title)
            .any(|title| is_parted(&folded(&title)))
}

/// `Kicker: Headline` as its parts, where `headline` is known to stand alone.
fn after_kicker(title: &str, headline: &str) -> Option<(String, String)> {
    let kicker = title.strip_suffix(headline)?.trim_end();
    let kicker = kicker
        .strip_suffix(':')
        .or_else(|| kicker.strip_suffix(" -"))
        .or_else(|| kicker.strip_suffix(" –"))?;
    let fits = kicker.chars().count() <= 60 && headline.chars().count() >= 15 && !kicker.is_empty();
    fits.then(|| (kicker.trim().to_owned(), headline.to_owned()))
}

/// What the page's site calls itself.
struct Site {
    name: String,
    /// The host's own part, letters alone.
    label: String,
}

impl Site {
    fn of(context: &Context<'_, '_>) -> Self {
        let said = context.reading.meta("og:site_name").or_else(|| context.reading.meta("application-name"));
        let name =
            said.or_else(|| context.json_ld(&["publisher", "name"]).into_iter().next()).unwrap_or_default();
        let host = context.page.url.host();
        let parts: Vec<&str> = host.name().split('.').collect();
        let label = if parts.len() >= 2 { letters(parts[parts.len() - 2]) } else { letters(host.name()) };
        Self { name, label }
    }

    /// Whether a part of a title names the site.
    fn is_part(&self, part: &str) -> bool {
        let bare = letters(part);
        !self.name.is_empty() && likeness(part, &self.name) > 0.6
            || self.label.len() >= 3
                && (bare.contains(&self.label) && bare.len() <= 2 * self.label.len() + 10)
            || bare.len() >= 4 && self.label.contains(&bare)
    }

    /// Whether a whole title is nothing but the site's name.
    fn is_name(&self, title: &str) -> bool {
        let bare = letters(title);
        !bare.is_empty()
            && (bare == letters(&self.name)
                || bare == self.label
                || bare.starts_with(&self.label)
                    && bare.len() <= self.label.len() + 3
                    && self.label.len() >= 3)
    }

    /// A title without the site's name after (or before) a separator, and without a date before it.
    fn cut_off(&self, title: &str) -> String {
        let mut title = title.trim();
        loop {
            let parts = parts(title);
            let [first, .., last] = parts.as_slice() else { return title.to_owned() };
            let text = |part: &Range<usize>| title[part.clone()].trim();
            let names_site = |part: &&Range<usize>| {
                text(part).split_whitespace().count() <= MAX_SITE_WORDS && self.is_part(text(part))
            };
            title = if let Some(site) = parts[1..].iter().find(names_site) {
                // What follows the site's name is its motto or a section.
                without_separator(&title[..site.start])
            } else if names_site(&first) && first.len() <= title.len() / 2 || is_date(text(first)) {
                &title[parts[1].start..]
            } else if !text(last).chars().any(char::is_alphanumeric) {
                without_separator(&title[..last.start])
            } else if title[..last.start].ends_with(" | ") {
                let before = without_separator(&title[..last.start]);
                if text(last).chars().count() < before.chars().count() { before } else { text(last) }
            } else {
                return title.to_owned();
            };
        }
    }
}

/// What stands between the separators of a title, as ranges of bytes.
fn parts(title: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    while let Some((at, length)) = SITE_SEPARATORS
        .iter()
        .filter_map(|separator| Some((title[start..].find(separator)? + start, separator.len())))
        .min_by_key(|(at, length)| (*at, std::cmp::Reverse(*length)))
    {
        parts.push(start..at);
        start = at + length;
    }
    parts.push(start..title.len());
    parts
}

fn without_separator(title: &str) -> &str {
    SITE_SEPARATORS.iter().find_map(|separator| title.strip_suffix(separator)).unwrap_or(title).trim()
}

/// Whether a part of a title is a date and nothing else.
fn is_date(part: &str) -> bool {
    date_text::find(part, NumericOrder::DayFirst)
        .is_some_and(|(date, range)| date.precision >= Precision::Day && range == (0..part.len()))
}

/// 1 for the same words, 0 for none in common.
pub(crate) fn likeness(a: &str, b: &str) -> f32 {
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let (a, mut b) = (words(a), words(b));
    let total = a.len() + b.len();
    if total == 0 {
        return 0.0;
    }
    let mut common = 0;
    for word in a {
        if let Some(at) = b.iter().position(|other| *other == word) {
            b.swap_remove(at);
            common += 1;
        }
    }
    2.0 * common as f32 / total as f32
}

/// The heading that shows the headline.
fn heading_row(context: &Context<'_, '_>, headline: &str) -> Option<usize> {
    let outline = &context.reading.outline;
    let headings = || {
        (0..outline.len())
            .filter(|row| outline.tag(*row).heading_level().is_some_and(|level| level <= 2))
            .take(40)
    };
    headings().find(|row| likeness(&context.text(*row), headline) > 0.7).or_else(|| {
        // A kicker stands before it, glued to it.
        let bare = letters(headline);
        headings().find(|row| outline.tag(*row) == Tag::H1 && letters(&context.text(*row)).ends_with(&bare))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn site_names_are_cut_off() {
        let check = |title, site: &str, expected: &str| {
            let site = Site { name: site.to_owned(), label: "talkurier".to_owned() };
            assert_eq!(site.cut_off(title), expected);
        };
        check("Rat baut um » Talkurier", "", "Rat baut um");
        check("Talkurier | Rat baut um und spart", "", "Rat baut um und spart");
        check("Rat baut um | Stadtblatt", "", "Rat baut um");
        check("Rat baut um - Stadtblatt", "Stadtblatt", "Rat baut um");
        check("Rat baut um - und spart", "Stadtblatt", "Rat baut um - und spart");
        check("Stadtblatt: Rat", "Stadtblatt", "Stadtblatt: Rat");
        check("Rat baut um | Lokales | Stadtblatt", "Stadtblatt", "Rat baut um");
        check("Stadtblatt - Rat baut um", "Stadtblatt", "Rat baut um");
        check("Rat baut um » ★★ - Talkurier - Aktuelles", "", "Rat baut um");
        check(
            "Talkurieren: schnell und leicht - Neues | Talkurier",
            "",
            "Talkurieren: schnell und leicht - Neues",
        );
        check("23.01.2022 - Rat baut um", "", "Rat baut um");
        check("", "", "");
    }

    #[test]
    fn a_kicker_is_told_by_a_source_without_it() {
        let split = after_kicker("Neues Haus: Rat baut den Markt um", "Rat baut den Markt um");
        assert_eq!(split, Some(("Neues Haus".to_owned(), "Rat baut den Markt um".to_owned())));
        assert_eq!(after_kicker("Rat baut den Markt um", "Rat baut den Markt um"), None);
        assert_eq!(after_kicker("Was der Rat baut den Markt um", "der Rat baut den Markt um"), None);
    }

    #[test]
    fn likeness_counts_words() {
        assert!((likeness("Rat baut um", "rat BAUT um!") - 1.0).abs() < 1e-6);
        assert!(likeness("a b", "c d").abs() < 1e-6);
        assert!(likeness("", "").abs() < 1e-6);
    }
}
