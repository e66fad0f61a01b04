//! Measures datelines and dates on the lists, expression by expression; the running text is `structure_corpus.rs`'s.
//!
//! `CORPUS_MISSES=1 … -- --nocapture` lists the mistakes of the half that may be looked at. The other half is counted
//! only, so that its figure says what unseen text would get.

use std::fmt::Write as _;

use dateline::model::annotation::DateMention;
use dateline::structure::{BlockKind, Context, FoundDateline, TextBlock, annotate};

use super::lists::{self, DateCase, DatelineCase};

/// Least shares that must be right, both halves alike; a little below what is reached.
const DATELINES_RIGHT: f64 = 0.93;
/// Most look-alikes taken for datelines.
const DATELINES_FALSE: f64 = 0.03;
const DATES_RIGHT: f64 = 0.96;
/// Most expressions taken for dates that are none.
const DATES_FALSE: f64 = 0.05;

#[derive(Default)]
struct Share {
    hits: usize,
    of: usize,
}

impl Share {
    fn add(&mut self, hit: bool) {
        self.hits += usize::from(hit);
        self.of += 1;
    }

    fn rate(&self) -> f64 {
        self.hits as f64 / self.of.max(1) as f64
    }
}

#[test]
fn datelines_of_the_list_are_read() {
    for debugged in [true, false] {
        let (mut right, mut false_ones, mut misses) = (Share::default(), Share::default(), String::new());
        for case in lists::datelines().iter().filter(|case| case.debugged == debugged) {
            let found = found_dateline(case);
            let is_right = is_right_dateline(case, found.as_ref());
            if case.dateline.is_some() {
                right.add(is_right);
            } else {
                false_ones.add(!is_right);
            }
            if !is_right {
                let found = found.map(|found| found.dateline);
                writeln!(misses, "{} ({}): {}\n    {found:?}", case.id, case.note, case.text)
                    .expect("a String can be written to");
            }
        }
        println!("{}", report("datelines", debugged, &right, &false_ones, &misses));
        assert!(right.of > 60 && false_ones.of > 30);
        assert!(right.rate() >= DATELINES_RIGHT, "{}", right.rate());
        assert!(false_ones.rate() <= DATELINES_FALSE, "{}", false_ones.rate());
    }
}

#[test]
fn dates_of_the_list_are_resolved() {
    for debugged in [true, false] {
        let (mut right, mut false_ones, mut misses) = (Share::default(), Share::default(), String::new());
        for case in lists::dates().iter().filter(|case| case.debugged == debugged) {
            let found = found_dates(case);
            let best =
                found.iter().max_by_key(|date| overlap(case, date)).filter(|date| overlap(case, date) > 0);
            let is_right = if case.accept.is_empty() {
                false_ones.add(best.is_some());
                best.is_none()
            } else {
                let is_right = best.is_some_and(|date| is_right_date(case, &date.date));
                right.add(is_right);
                is_right
            };
            if !is_right {
                writeln!(misses, "{} ({}): {}\n    {found:?}", case.id, case.note, case.text)
                    .expect("a String can be written to");
            }
        }
        println!("{}", report("dates", debugged, &right, &false_ones, &misses));
        assert!(right.of > 40 && false_ones.of > 15);
        assert!(right.rate() >= DATES_RIGHT, "{}", right.rate());
        assert!(false_ones.rate() <= DATES_FALSE, "{}", false_ones.rate());
    }
}

fn report(what: &str, debugged: bool, right: &Share, false_ones: &Share, misses: &str) -> String {
    let half = if debugged { "looked at" } else { "unseen" };
    let figures = format!(
        "{what} {half}: right {}/{} = {:.3}, false {}/{}",
        right.hits,
        right.of,
        right.rate(),
        false_ones.hits,
        false_ones.of
    );
    let is_listed = debugged && std::env::var_os("CORPUS_MISSES").is_some();
    if is_listed { format!("{figures}\n{misses}") } else { figures }
}

fn found_dateline(case: &DatelineCase) -> Option<FoundDateline> {
    let published = case.published();
    let context = Context { language: Some(&case.language), published: Some(&published), places: &[] };
    annotate(&[TextBlock { kind: BlockKind::Paragraph, text: &case.text }], &context).dateline
}

/// Place, credits, date and the rest; a region may stand with the place.
fn is_right_dateline(case: &DatelineCase, found: Option<&FoundDateline>) -> bool {
    let (Some(wanted), Some(found)) = (&case.dateline, found) else {
        return case.dateline.is_none() && found.is_none();
    };
    let folded =
        |text: &str| text.replace(" /", "/").replace("/ ", "/").trim_matches([' ', '.', ',']).to_lowercase();
    let place = found.dateline.place.as_deref().map(folded);
    let is_place = match &wanted.place {
        None => place.is_none(),
        Some(name) => {
            let with_region = wanted.region.as_ref().map(|region| folded(&format!("{name}, {region}")));
            place == Some(folded(name)) || (with_region.is_some() && place == with_region)
        }
    };
    let rest: String = case.text.chars().skip(found.span.end).collect();
    is_place
        && found.dateline.agencies.first().map(|agency| folded(agency))
            == wanted.agency.as_deref().map(folded)
        && found.dateline.date == wanted.date
        && rest.trim() == wanted.rest.trim()
}

fn found_dates(case: &DateCase) -> Vec<DateMention> {
    let published = case.published();
    let context = Context { language: Some(&case.language), published: Some(&published), places: &[] };
    annotate(&[TextBlock { kind: BlockKind::Paragraph, text: &case.text }], &context).dates
}

fn overlap(case: &DateCase, date: &DateMention) -> usize {
    date.span.end.min(case.end).saturating_sub(date.span.start.max(case.start))
}

/// One of the accepted values; seconds and offset of a time do not matter.
fn is_right_date(case: &DateCase, date: &str) -> bool {
    let is_accepted = |value: &str| case.accept.iter().any(|accepted| accepted == value);
    is_accepted(date) || date.get(..16).is_some_and(|minutes| date.contains('T') && is_accepted(minutes))
}
