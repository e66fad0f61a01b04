//! Takes the dateline off the first paragraph: the portal's own pattern first, then the usual shapes.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::annotation::Dateline;
use crate::select::text::start_of;

/// Longest text in which a dateline is looked for, in bytes.
const MAX_PREFIX: usize = 160;

/// A dateline and how many bytes of the text it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DatelineFound {
    /// What it says.
    pub(crate) dateline: Dateline,
    /// Where the text goes on.
    pub(crate) length: usize,
    /// The pattern was the portal's own.
    pub(crate) by_portal: bool,
}

/// The dateline at the start of `text`.
pub(crate) fn find(text: &str, own: Option<&Regex>) -> Option<DatelineFound> {
    let prefix = start_of(text, MAX_PREFIX);
    let patterns =
        own.into_iter().map(|pattern| (pattern, true)).chain(SHAPES.iter().map(|shape| (shape, false)));
    for (pattern, by_portal) in patterns {
        let Some(captures) = pattern.captures(prefix) else { continue };
        let Some(whole) = captures.get(0).filter(|whole| whole.start() == 0 && whole.end() < text.len())
        else {
            continue;
        };
        let group = |name: &str| captures.name(name).map(|found| found.as_str().trim().to_owned());
        let place = group("place").filter(|place| !place.is_empty());
        if place.is_none() && group("agency").is_none() {
            continue;
        }
        let agencies = group("agency")
            .map(|agencies| agencies.split(['/', ',']).map(|agency| agency.trim().to_owned()).collect())
            .unwrap_or_default();
        return Some(DatelineFound {
            dateline: Dateline {
                text: whole.as_str().trim().to_owned(),
                place: place.map(|place| without_capitals(&place)),
                region: group("region"),
                agencies,
                date: group("date"),
            },
            length: whole.end(),
            by_portal,
        });
    }
    None
}

static SHAPES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        // Stuttgart.| Die …   Stuttgart | Die …
        r"^(?<place>\p{Lu}[\p{L}\p{M}.’'/ -]{1,48}?)\.?\s*\|\s*",
        // Berlin (dpa) - Die …   BERLIN (dpa/lsw) – Die …
        r"^(?<place>\p{Lu}[\p{L}\p{M}.’'/, -]{1,48}?)\s*\((?<agency>(?i:dpa|lsw|lby|lnw|lno|lni|lhe|lrs|lth|afp|ap|rtr|reuters|epd|kna|sid|dts|dapd|apa|ots|sda|ansa|efe|upi|tass|eb|red|pm)(?:[/,-] ?[A-Za-z]{2,10})*)\)\s*[-–—:.]*\s+",
        // Stuttgart. – Die …   Frankfurt am Main – Die …   (one to three capitalised words)
        r"^(?<place>\p{Lu}[\p{L}\p{M}’']+(?:[ /-](?:(?:am|an der|auf der|bei|im|in der|ob der|unter|vor der) )?\p{Lu}[\p{L}\p{M}’']+){0,2})\.?\s+[–—]\s+",
        // Stuttgart · Die …
        r"^(?<place>\p{Lu}[\p{L}\p{M}’']+(?:[ /-]\p{Lu}[\p{L}\p{M}’']+){0,2})\s+·\s+",
        // STUTTGART - Die …
        r"^(?<place>\p{Lu}{2}[\p{Lu}\p{M}’'/ -]{1,40}?)\.?\s+[-–—]\s+",
    ]
    .iter()
    .map(|shape| Regex::new(shape).expect("a tested pattern"))
    .collect()
});

/// `STUTTGART` as `Stuttgart`.
fn without_capitals(place: &str) -> String {
    if place.chars().filter(|c| c.is_alphabetic()).any(char::is_lowercase) || place.chars().count() < 3 {
        return place.to_owned();
    }
    let mut start = true;
    place
        .chars()
        .flat_map(|character| {
            let lower = !start;
            start = !character.is_alphabetic();
            if lower { character.to_lowercase().collect::<Vec<_>>() } else { vec![character] }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, place: &str, agencies: &str, taken: &str) {
        let found = find(text, None).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(found.dateline.place.as_deref().unwrap_or_default(), place);
        assert_eq!(found.dateline.agencies.join("/"), agencies);
        assert_eq!(found.dateline.text, taken);
        assert!(text[found.length..].starts_with("Die"));
    }

    #[test]
    fn the_usual_shapes_are_read() {
        check("Stuttgart.| Die Stadt baut.", "Stuttgart", "", "Stuttgart.|");
        check("Berlin (dpa) - Die Stadt baut.", "Berlin", "dpa", "Berlin (dpa) -");
        check("BERLIN (dpa/lsw) – Die Stadt baut.", "Berlin", "dpa/lsw", "BERLIN (dpa/lsw) –");
        check("Bad Cannstatt – Die Stadt baut.", "Bad Cannstatt", "", "Bad Cannstatt –");
        check("Frankfurt am Main – Die Stadt baut.", "Frankfurt am Main", "", "Frankfurt am Main –");
        check(
            "Rothenburg ob der Tauber – Die Stadt baut.",
            "Rothenburg ob der Tauber",
            "",
            "Rothenburg ob der Tauber –",
        );
        check("HEILBRONN - Die Stadt baut.", "Heilbronn", "", "HEILBRONN -");
    }

    #[test]
    fn sentences_are_no_datelines() {
        for text in [
            "Die Stadt baut – und baut.",
            "Das Wetter wird schön.",
            "Markt am Samstag geöffnet – Die Stadt baut.",
            "Stuttgart",
            "",
            "– Die",
            "Die (neue) Stadt",
        ] {
            assert_eq!(find(text, None), None, "{text}");
        }
    }

    #[test]
    fn the_portal_s_own_pattern_wins() {
        let own = Regex::new(r"^\[(?<place>\w+)\]\s*").unwrap();
        let found = find("[Ulm] Die Stadt", Some(&own)).unwrap();
        assert_eq!((found.dateline.place.as_deref(), found.by_portal), (Some("Ulm"), true));
    }
}
