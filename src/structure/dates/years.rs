//! Years and decades in figures and words, told from everything else that is counted and numbered.

use super::counted::{is_counted, is_label};
use super::form::{Form, Unit};
use super::lexicon::Role;
use super::numeric::year_at;
use super::reader::{Language, Reader};

/// A year in digits where no one counts anything.
pub(crate) fn year(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    let number = year_at(reader, place)?;
    if reader.back(place, 1).digits() > 0 {
        return None;
    }
    let after = place + 1;
    let next = reader.at(after);
    let is_longer =
        (reader.is_glued(after, ".,:") && reader.at(after + 1).digits() > 0 && !reader.at(after + 1).spaced)
            || (!next.spaced
                && (next.is_word() || next.is_one_of("%$€£°'’′″+=_@"))
                && !reader.is_word(after + 1, &["s"]));
    let before = reader.back(place, 1);
    // "2006/2007", but not "3/2008"
    let follows_year = before.is_mark('/') && year_at(reader, place.wrapping_sub(2)).is_some();
    let is_part = reader.is_part_of_figure(place) && !follows_year;
    let is_hyphenated =
        !reader.at(place).spaced && before.is_dash() && year_at(reader, place.wrapping_sub(2)).is_none();
    if is_longer || is_part || is_hyphenated || next.is_one_of("€$£%°") {
        return None;
    }
    let is_certain = before.meaning.unit == Some(Unit::Year)
        || before.meaning.month.is_some()
        || before.meaning.is(Role::Part)
        || reader
            .is_word(place.wrapping_sub(1), &["seit", "since", "anno", "Jahrgang", "ab", "fiscal", "year"])
        || is_in_year_range(reader, place);
    if is_certain && !(before.meaning.is(Role::Licence) && is_counting(reader, after)) {
        return Some((Form::Year(number), after));
    }
    if !(1800..=2100).contains(&number)
        || is_counting(reader, after)
        || is_labelled(reader, place)
        || ends_quoted_name(reader, place)
    {
        return None;
    }
    let is_licensed = match reader.language {
        Language::German => true,
        Language::English { .. } => {
            before.meaning.is(Role::Licence)
                || before.meaning.is(Role::Range)
                || before.is_one_of("(,")
                || next.is_one_of(",.;:)–—-!?”\"")
                || next.text.is_empty()
                || reader.is_sentence_start(place)
        }
    };
    is_licensed.then_some((Form::Year(number), after))
}

/// "2001 bis 2021", "1898-1976", "2005/2010".
fn is_in_year_range(reader: &Reader<'_>, place: usize) -> bool {
    let joins = |place: usize| {
        let token = reader.at(place);
        token.is_dash() || token.is_mark('/') || token.meaning.is(Role::Range)
    };
    (joins(place + 1) && year_at(reader, place + 2).is_some())
        || (joins(place.wrapping_sub(1)) && year_at(reader, place.wrapping_sub(2)).is_some())
}

/// What follows is counted: "2020 Menschen", "2014 Meter", "2020 people".
fn is_counting(reader: &Reader<'_>, place: usize) -> bool {
    let next = reader.at(place);
    match reader.language {
        Language::German => {
            next.is_capital()
                && !next.meaning.is(Role::Licence)
                && !next.meaning.is(Role::Article)
                && next.text.chars().count() > 1
                && next.text.ends_with(['e', 'n', 'r', 's', 'm', 'g', 't', 'o', 'l', 'd'])
                && is_counted_noun(next.text)
        }
        Language::English { .. } => next.is_word() && !next.is_capital() && is_counted_noun(next.text),
    }
}

fn is_counted_noun(word: &str) -> bool {
    is_counted(word)
}

/// "„Stadtkerne 2020“", "“Summit 2024”": a name that ends with a year.
fn ends_quoted_name(reader: &Reader<'_>, place: usize) -> bool {
    const QUOTES: &str = "„“”\"»«‚‘’›‹";
    const LONGEST: usize = 4;
    if !reader.at(place + 1).is_one_of(QUOTES) {
        return false;
    }
    let words = (1..=LONGEST).take_while(|back| reader.back(place, *back).is_capital()).count();
    words > 0 && reader.back(place, words + 1).is_one_of(QUOTES)
}

/// "Nr. 2014", "Seite 2014", "PIN 2014".
fn is_labelled(reader: &Reader<'_>, place: usize) -> bool {
    let before = reader.back(place, 1);
    let label = if before.is_mark('.') { reader.back(place, 2) } else { before };
    is_label(label.text)
        || is_street(label.text)
        || is_club(label.text)
        || before.is_one_of(":#/+") && reader.back(place, 2).is_word() && is_label(reader.back(place, 2).text)
}

/// "Hauptstraße 1910".
fn is_street(word: &str) -> bool {
    ["straße", "strasse", "gasse", "allee", "str"].iter().any(|ending| word.to_lowercase().ends_with(ending))
}

/// "TSV 1860".
fn is_club(word: &str) -> bool {
    matches!(
        word,
        "TSV"
            | "TV"
            | "SV"
            | "FC"
            | "VfL"
            | "VfB"
            | "TuS"
            | "SC"
            | "SG"
            | "MTV"
            | "FSV"
            | "TG"
            | "TSG"
            | "SSV"
            | "Turnverein"
    )
}

/// "1990er-Jahren", "90er Jahre", "1990s", "'90s".
pub(crate) fn decade(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    let token = reader.at(place);
    let number = token.number()?;
    // "1990-er Jahre"
    let place =
        if reader.is_glued(place + 1, "-") && reader.at(place + 2).text == "er" { place + 1 } else { place };
    let ending = reader.at(place + 1);
    if ending.spaced || number % 10 != 0 || !matches!(token.digits(), 2 | 4) {
        return None;
    }
    let decade = match token.digits() {
        4 if (1000..2100).contains(&number) => number / 10,
        2 => (if number < 20 { 2000 + number } else { 1900 + number }) / 10,
        _ => return None,
    };
    match reader.language {
        Language::German => {
            if ending.text == "ern" && reader.is(place.wrapping_sub(1), Role::Article) {
                return Some((Form::Decade(decade), place + 2));
            }
            if ending.text != "er" {
                return None;
            }
            let at = if reader.is_glued(place + 2, "-–") { place + 3 } else { place + 2 };
            if reader.at(at).meaning.unit == Some(Unit::Year) && reader.is(at, Role::Plural) {
                return Some((Form::Decade(decade), at + 1));
            }
            // "die 1900er", but not "die 1900er Maschine"
            let stands_alone = !reader.at(place + 2).is_capital();
            (token.digits() == 4 && stands_alone && reader.is(place.wrapping_sub(1), Role::Article))
                .then_some((Form::Decade(decade), place + 2))
        }
        Language::English { .. } => {
            let has_apostrophe = reader.back(place, 1).is_one_of("'’");
            let end = if ending.is_one_of("'’") && reader.at(place + 2).text == "s" {
                place + 3
            } else {
                place + 2
            };
            let is_decade = end == place + 3 || ending.text == "s";
            (is_decade && (token.digits() == 4 || has_apostrophe)).then_some((Form::Decade(decade), end))
        }
    }
}

/// "neunziger Jahre", "Neunzigerjahren", "the nineties".
pub(crate) fn decade_in_words(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    let token = reader.at(place);
    let decade = token.meaning.decade?;
    if reader.language == Language::German {
        if token.text.len() > 12 && token.is_capital() {
            return Some((Form::Decade(decade), place + 1));
        }
        let at = if reader.at(place + 1).is_dash() { place + 2 } else { place + 1 };
        return (reader.at(at).meaning.unit == Some(Unit::Year)).then_some((Form::Decade(decade), at + 1));
    }
    let is_age = reader.is_word(place.wrapping_sub(1), &["his", "her", "their"]);
    (!is_age && reader.is_word(place.wrapping_sub(1), &["the", "late", "early", "mid"]))
        .then_some((Form::Decade(decade), place + 1))
}
