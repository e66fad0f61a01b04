//! Headline, kicker and subheadline: rules first, then a vote among what the page calls its title.

use crate::extract::context::{Context, Sourced, sourced};
use crate::model::field::Field;
use crate::select::outline::Tag;
use crate::select::text::folded;

/// Longest headline, in characters.
const MAX_HEADLINE: usize = 400;
/// What parts a site's name from the title.
const SITE_SEPARATORS: &[&str] =
    &[" | ", " - ", " – ", " — ", " :: ", " » ", " · ", " • ", " / ", " > ", " < "];

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
    let generic = vote(context);
    let headline = one(Field::Headline).or(generic);
    let row = headline.as_ref().and_then(|headline| heading_row(context, &headline.value));
    Titles { kicker: one(Field::Kicker), headline, subheadline: one(Field::Subheadline), row }
}

struct Candidate {
    text: String,
    source: &'static str,
    rule: &'static str,
    weight: f32,
}

/// The title most sources agree on; between equals the one a reader sees.
fn vote(context: &Context<'_, '_>) -> Option<Sourced<String>> {
    let reading = context.reading;
    let outline = &reading.outline;
    let site = reading.meta("og:site_name").unwrap_or_default();
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut add = |text: &str, source, rule, weight| {
        let text = without_site(&folded(text), &site);
        if !text.is_empty() && text.chars().count() <= MAX_HEADLINE && text.chars().any(char::is_alphanumeric)
        {
            candidates.push(Candidate { text, source, rule, weight });
        }
    };
    for row in (0..outline.len()).filter(|row| outline.tag(*row) == Tag::H1).take(4) {
        add(&context.text(row), "generic", "h1", 1.0);
    }
    for text in context.json_ld(&["headline"]) {
        add(&text, "json-ld", "headline", 0.9);
    }
    if let Some(text) = reading.meta("og:title") {
        add(&text, "open-graph", "og:title", 0.8);
    }
    if let Some(text) = reading.meta("twitter:title") {
        add(&text, "meta", "twitter:title", 0.3);
    }
    if let Some(row) = outline.find(0..outline.len(), Tag::Title) {
        let text: String = (row..outline.end(row)).filter_map(|row| outline.text(row)).collect();
        add(&text, "generic", "title", 0.6);
    }
    let scores: Vec<f32> = candidates
        .iter()
        .map(|one| {
            one.weight
                + candidates.iter().map(|other| other.weight * likeness(&one.text, &other.text)).sum::<f32>()
        })
        .collect();
    let best = (0..candidates.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]).then(b.cmp(a)))?;
    let best = candidates.swap_remove(best);
    Some(sourced(best.text, best.source, best.rule))
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

/// A title without the site's name after (or before) a separator.
fn without_site(title: &str, site: &str) -> String {
    let mut title = title.trim();
    loop {
        let Some((at, separator)) = SITE_SEPARATORS
            .iter()
            .filter_map(|separator| title.rfind(separator).map(|at| (at, *separator)))
            .max_by_key(|(at, _)| *at)
        else {
            return title.to_owned();
        };
        let (before, after) = (title[..at].trim(), title[at + separator.len()..].trim());
        let is_site = |part: &str| !site.is_empty() && likeness(part, site) > 0.6;
        if is_site(after) || separator == " | " && after.chars().count() < before.chars().count() {
            title = before;
        } else if is_site(before) {
            return after.to_owned();
        } else {
            return title.to_owned();
        }
        if title.is_empty() {
            return title.to_owned();
        }
    }
}

/// The heading that shows the headline.
fn heading_row(context: &Context<'_, '_>, headline: &str) -> Option<usize> {
    let outline = &context.reading.outline;
    (0..outline.len())
        .filter(|row| outline.tag(*row).heading_level().is_some_and(|level| level <= 2))
        .take(40)
        .find(|row| likeness(&context.text(*row), headline) > 0.7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn site_names_are_cut_off() {
        let check = |title, site, expected: &str| assert_eq!(without_site(title, site), expected);
        check("Rat baut um | Stadtblatt", "", "Rat baut um");
        check("Rat baut um - Stadtblatt", "Stadtblatt", "Rat baut um");
        check("Rat baut um - und spart", "Stadtblatt", "Rat baut um - und spart");
        check("Stadtblatt: Rat", "Stadtblatt", "Stadtblatt: Rat");
        check("Rat baut um | Lokales | Stadtblatt", "Stadtblatt", "Rat baut um");
        check("Stadtblatt - Rat baut um", "Stadtblatt", "Rat baut um");
        check("", "", "");
    }

    #[test]
    fn likeness_counts_words() {
        assert!((likeness("Rat baut um", "rat BAUT um!") - 1.0).abs() < 1e-6);
        assert!(likeness("a b", "c d").abs() < 1e-6);
        assert!(likeness("", "").abs() < 1e-6);
    }
}
