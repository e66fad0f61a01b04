//! German turns of phrase that take a few words as somebody's: judgements, reproaches, warnings, reasons.

use super::lexicon::{INSTITUTION, Manner};
use super::speech::{Exhibit, Inside};

/// What marks words as somebody's verdict.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a feature of its own")]
pub(super) struct Verdict {
    /// `sprach von „…“`, `warnte vor einem „…“`, `begründete das mit „…“`.
    pub(super) spoke_of: bool,
    /// `findet das „unverschämt“`.
    pub(super) finds: bool,
    /// `„Völlig überzogen“ findet das der Verband`, where `„Nachtfahrt“ findet Berg spannend` names a film.
    pub(super) found_so: bool,
    /// `warf dem Senat „Untätigkeit“ vor`.
    pub(super) accused: bool,
    /// `hatte den Dirigenten einen „…“ genannt`.
    pub(super) has_called: bool,
    /// `bedauerte die Firma „die Verspätung“`: the noun before is who says so.
    pub(super) by_noun_before: bool,
}

impl Verdict {
    /// What the words around a quoted string say of its being a verdict.
    pub(super) fn of(exhibit: &Exhibit<'_, '_>, inside: &Inside) -> Self {
        let passage = exhibit.passage;
        let (quote, (start, end)) = (exhibit.quote, exhibit.sentence);
        let lower = exhibit.before();
        let next = if quote + 1 < end { passage.lower(quote + 1) } else { "" };
        let best = exhibit.best();
        let cue = best.map(|source| source.cue.to_lowercase()).unwrap_or_default();
        let begins = |text: &str, stems: &[&str]| stems.iter().any(|stem| text.starts_with(stem));
        let preposition = match lower {
            "einem" | "einer" if quote >= start + 2 => passage.lower(quote - 2),
            _ => lower,
        };
        let stems: &[&str] = match preposition {
            "von" => &["spr", "gespr", "bericht", "red", "schr", "geschr"],
            "vor" => &["warn", "gewarn"],
            "mit" => &["begründ"],
            _ => &[],
        };
        let have = |index: usize| {
            matches!(passage.lower(index), "hat" | "hatte" | "haben" | "hatten" | "habe" | "hätte")
        };
        Self {
            spoke_of: begins(&cue, stems),
            finds: inside.starts_small
                && begins(&cue, &["find", "fand"])
                && best.is_some_and(|source| source.at < quote && source.at + 5 > quote),
            found_so: quote == start
                && begins(next, &["find", "fand"])
                && !inside.stops
                && (inside.small_content > 0 || inside.adjective),
            accused: begins(&cue, &["warf", "werf", "wirf"]) && next == "vor"
                || matches!(next, "vorgeworfen" | "vorwarf" | "vorwirft" | "vorwerfen"),
            has_called: exhibit.is_manner(Manner::Call)
                && best.is_some_and(|source| source.phrase.is_some())
                && (start..quote).any(have),
            by_noun_before: inside.starts_small
                && best.is_some_and(|source| source.at < quote)
                && exhibit.sayer().is_some_and(|phrase| phrase.range.end == quote)
                && passage.lexicon.ends_in(lower, INSTITUTION),
        }
    }
}
