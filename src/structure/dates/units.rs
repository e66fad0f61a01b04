//! Expressions longer than a day: weeks, months, quarters, seasons, and spans counted from today.

use super::days::month;
use super::form::{Form, Unit, YearSpec};
use super::lexicon::Role;
use super::numeric::{small, year_after, year_at};
use super::reader::{Language, Reader};
use super::spans::{ago, count_ago};
use super::years::{decade, decade_in_words, year};

/// Something longer than a day at this place, and the place after it.
pub(crate) fn unit(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    let token = reader.at(place);
    if token.digits() > 0 {
        return numbered(reader, place)
            .or_else(|| decade(reader, place))
            .or_else(|| count_ago(reader, place))
            .or_else(|| numbered_week(reader, place))
            .or_else(|| year(reader, place));
    }
    if !token.is_word() {
        return (token.is_one_of("'’")).then(|| decade(reader, place + 1)).flatten();
    }
    if token.meaning.is(Role::Part) {
        // "Ende Mai", "Anfang des Jahres"; a part of a part is none.
        let at = skip_filler(reader, place + 1);
        if reader.is(at, Role::Part) {
            return None;
        }
        if let Some(found) = unit(reader, at) {
            return Some(found);
        }
        if let Some(Unit::Year | Unit::Month | Unit::Week) =
            reader.at(at).meaning.unit.filter(|_| at > place + 1)
        {
            // "Ende des Jahres": this one
            return reader.at(at).meaning.unit.map(|unit| (Form::Relative { unit, by: 0 }, at + 1));
        }
    }
    ago(reader, place)
        .or_else(|| twice_shifted(reader, place))
        .or_else(|| shifted(reader, place))
        .or_else(|| whole(reader, place))
        .or_else(|| numbered(reader, place))
        .or_else(|| week_number(reader, place))
        .or_else(|| season(reader, place))
        .or_else(|| month_alone(reader, place))
        .or_else(|| decade_in_words(reader, place))
        .or_else(|| count_ago(reader, place))
        .or_else(|| weekend(reader, place))
}

/// "Ende des Jahres", "early in", "mid-", "end of the".
fn skip_filler(reader: &Reader<'_>, mut place: usize) -> usize {
    for _ in 0..3 {
        let token = reader.at(place);
        let is_filler = token.meaning.is(Role::Article)
            || (token.is_dash() && !token.spaced)
            || reader.is_word(place, &["of", "in", "im", "vom", "von"]);
        if !is_filler {
            break;
        }
        place += 1;
    }
    place
}

/// "nächste Woche", "im vergangenen Jahr", "this weekend", "kommenden Mai", "letzten Sommer".
fn shifted(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    let shift = reader.at(place).meaning.shift?;
    let mut at = place + 1;
    // "diesem strengen Winter": one adjective may stand between.
    if reader.language == Language::German
        && reader.at(at).is_word()
        && !reader.at(at).is_capital()
        && reader.at(at + 1).meaning.season.is_some()
    {
        at += 1;
    }
    let token = reader.at(at);
    let meaning = token.meaning;
    if let Some(season) = meaning.season.filter(|_| token.is_capital() || reader.language != Language::German)
    {
        return Some((Form::Season { year: YearSpec::Beside(shift), season }, at + 1));
    }
    if let Some((month, after)) = month(reader, at).filter(|_| !meaning.is(Role::Short)) {
        return Some((Form::Month { year: YearSpec::Beside(shift), month }, after));
    }
    if meaning.is(Role::Weekend) {
        return Some((Form::Weekend(Some(shift)), at + 1));
    }
    let unit = meaning.unit.filter(|_| !meaning.is(Role::Plural))?;
    match unit {
        Unit::Day | Unit::Century | Unit::Half => None,
        // "vergangenes Jahr Weihnachten" names its day; "dieses Jahr im Mai" is two.
        Unit::Year | Unit::Week | Unit::Month | Unit::Quarter => {
            Some((Form::Relative { unit, by: i64::from(shift) }, at + 1))
        }
    }
}

/// "the week before last", "the weekend after next", "year-end", "year's end".
fn twice_shifted(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    if reader.language == Language::German {
        return None;
    }
    let meaning = reader.at(place).meaning;
    if meaning.unit == Some(Unit::Year) {
        let joint = if reader.is_glued(place + 1, "'’") && reader.at(place + 2).text == "s" {
            place + 3
        } else {
            place + 2
        };
        let is_end = reader.is_glued(place + 1, "-'’") && reader.is_word(joint, &["end"]);
        if is_end {
            return Some((Form::Relative { unit: Unit::Year, by: 0 }, joint + 1));
        }
    }
    let by = match (reader.at(place + 1).text, reader.at(place + 2).text) {
        ("before", "last") => -2,
        ("after", "next") => 2,
        _ => return None,
    };
    if meaning.is(Role::Weekend) {
        return Some((Form::Weekend(Some(by)), place + 3));
    }
    let unit = meaning.unit.filter(|unit| matches!(unit, Unit::Week | Unit::Month | Unit::Year))?;
    Some((Form::Relative { unit, by: i64::from(by) }, place + 3))
}

/// "im Vorjahr", "heuer".
fn whole(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    let (unit, by) = reader.at(place).meaning.whole?;
    Some((Form::Relative { unit, by: i64::from(by) }, place + 1))
}

/// "ersten Quartal 2020", "3. Quartal", "zweiten Jahreshälfte", "15. Jahrhundert", "Q1 2020", "first quarter".
fn numbered(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    let token = reader.at(place);
    if token.text == "Q" && reader.at(place + 1).digits() == 1 && !reader.at(place + 1).spaced {
        let quarter = small(reader, place + 1, 4).filter(|quarter| *quarter > 0)?;
        let (year, after) = year_after(reader, place + 2);
        return Some((Form::Quarter { year, quarter }, after));
    }
    let (ordinal, at) = if let Some(ordinal) = token.meaning.ordinal {
        (ordinal, place + 1)
    } else {
        let number = small(reader, place, 21)?;
        let is_ordinal = reader.is_glued(place + 1, ".")
            || (!reader.at(place + 1).spaced && reader.is_word(place + 1, &["st", "nd", "rd", "th"]));
        if !is_ordinal {
            return None;
        }
        (number, place + 2)
    };
    let unit = reader.at(at).meaning;
    if unit.is(Role::Plural) {
        return None;
    }
    match unit.unit? {
        Unit::Quarter if (1..=4).contains(&ordinal) => {
            let (year, after) = year_of_part(reader, at + 1);
            Some((Form::Quarter { year, quarter: ordinal }, after))
        }
        Unit::Half if (1..=2).contains(&ordinal) => {
            let is_year_half = reader.language == Language::German || reader.is_word(at + 1, &["of"]);
            let (year, after) = year_of_part(reader, at + 1);
            (is_year_half && (reader.language == Language::German || year != YearSpec::Open))
                .then_some((Form::Half { year, half: ordinal }, after))
        }
        Unit::Century if ordinal > 1 => Some((Form::Century(i16::from(ordinal) - 1), at + 1)),
        _ => None,
    }
}

/// "des Jahres 2019", "of 2020", "of the year", "des Vorjahres".
fn year_of_part(reader: &Reader<'_>, place: usize) -> (YearSpec, usize) {
    let found = year_after(reader, place);
    if found.0 != YearSpec::Open {
        return found;
    }
    if reader.is_word(place, &["of"])
        && let Some(year) = year_at(reader, place + 1)
    {
        return (YearSpec::Given(year), place + 2);
    }
    // "the second half of the year"
    let is_this = reader.is_word(place, &["of"])
        && reader.is_word(place + 1, &["the"])
        && reader.at(place + 2).meaning.unit == Some(Unit::Year)
        && !reader.is(place + 2, Role::Plural);
    if is_this { (YearSpec::Shifted(0), place + 3) } else { found }
}

/// "KW 17", "Kalenderwoche 17", "17. Kalenderwoche" is `numbered`'s neighbour and read here too.
fn week_number(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    if !reader.is(place, Role::WeekNumber) {
        return None;
    }
    let week = small(reader, place + 1, 53).filter(|week| *week > 0)?;
    let at = if reader.at(place + 2).is_mark('/') && year_at(reader, place + 3).is_some() {
        place + 3
    } else {
        place + 2
    };
    let (year, after) = year_after(reader, at);
    Some((Form::Week { year, week }, after))
}

/// "17. Kalenderwoche", "17. KW".
fn numbered_week(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    let week = small(reader, place, 53).filter(|week| *week > 0)?;
    if !(reader.is_glued(place + 1, ".") && reader.is(place + 2, Role::WeekNumber)) {
        return None;
    }
    let (year, after) = year_after(reader, place + 3);
    Some((Form::Week { year, week }, after))
}

/// "im Sommer", "Herbst 2025", "Frühjahr".
fn season(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    let token = reader.at(place);
    let season = token.meaning.season?;
    let (year, after) = year_of_part(reader, place + 1);
    let german = reader.language == Language::German;
    if german && !token.is_capital() {
        return None;
    }
    if year != YearSpec::Open {
        // "Winter 2018/19"
        let is_double = reader.is_glued(after, "/") && matches!(reader.at(after + 1).digits(), 2 | 4);
        return Some((Form::Season { year, season }, if is_double { after + 2 } else { after }));
    }
    let before = reader.back(place, 1);
    let is_part = before.meaning.is(Role::Part);
    let is_compound = reader.is_glued(place + 1, "-");
    let is_licensed = if german {
        let is_whole = reader.is_word(place.wrapping_sub(1), &["im", "zum", "ganzen", "vom"]) || is_part;
        let is_since = reader.is_word(
            place.wrapping_sub(1),
            &["seit", "ab", "bis", "den", "dem", "der", "des", "während", "nach", "vor"],
        );
        is_whole || is_since && !(reader.at(place + 1).is_capital())
    } else {
        // "fall" is mostly a verb, "spring" a source.
        reader.is_word(place.wrapping_sub(1), &["in", "this", "since", "by", "until", "last", "next", "of"])
            && !reader.at(place + 1).is_capital()
            || reader.is_word(place.wrapping_sub(1), &["the"])
                && reader.is_word(place.wrapping_sub(2), &["in", "of", "during", "through", "by", "over"])
    };
    // "in the fall of Rome"
    let is_event = !german && reader.is_word(place + 1, &["of"]);
    (is_licensed && !is_compound && !is_event).then_some((Form::Season { year, season }, after))
}

/// "im Mai", "Ende September", "März 2016", "since October".
fn month_alone(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    let token = reader.at(place);
    let (number, at) = month(reader, place)?;
    let (year, after) = year_after(reader, at);
    if year != YearSpec::Open {
        return Some((Form::Month { year, month: number }, after));
    }
    if token.meaning.is(Role::Short) && at == place + 1 && reader.language == Language::German
        || reader.is_glued(at, "-")
    {
        return None;
    }
    let before = reader.back(place, 1);
    if before.meaning.is(Role::Title) {
        return None;
    }
    let is_ambiguous = token.meaning.is(Role::Ambiguous);
    let is_licensed = before.meaning.is(Role::Part)
        || (before.is_dash() && reader.back(place, 2).meaning.is(Role::Part))
        || before.meaning.is(Role::Inside)
        || before.meaning.is(Role::Range)
        || (before.meaning.is(Role::Licence) && !(is_ambiguous && is_weak(before.text)))
        || before.meaning.unit == Some(Unit::Month)
        || (before.text == "des" && !reader.at(at).is_capital())
        || is_listed_month(reader, place);
    let is_free = !is_ambiguous
        && !token.meaning.is(Role::Short)
        && (before.meaning.is(Role::Article) || before.is_one_of("(") || !before.is_capital());
    (is_licensed || (is_free && !reader.is_glued(at, "'’")))
        .then_some((Form::Month { year, month: number }, after))
}

/// Before a name as often as before a month.
fn is_weak(word: &str) -> bool {
    matches!(
        word,
        "von"
            | "für"
            | "auf"
            | "gegen"
            | "nach"
            | "vor"
            | "zwischen"
            | "schon"
            | "noch"
            | "nur"
            | "dann"
            | "erst"
            | "bereits"
            | "über"
            | "for"
            | "from"
            | "to"
            | "the"
            | "than"
            | "said"
            | "says"
            | "and"
            | "about"
            | "as"
            | "over"
            | "its"
            | "their"
            | "on"
    )
}

/// "Juni und Juli", "Mai, Juni und Juli".
fn is_listed_month(reader: &Reader<'_>, place: usize) -> bool {
    let before = reader.back(place, 1);
    let joins = before.meaning.is(Role::And) || before.is_one_of(",/-–");
    let next = reader.at(place + 1);
    let leads = next.meaning.is(Role::Range) || next.meaning.is(Role::And) || next.is_one_of("-–/");
    (joins && reader.back(place, 2).meaning.month.is_some()) || (leads && month(reader, place + 2).is_some())
}

/// "am Wochenende".
fn weekend(reader: &Reader<'_>, place: usize) -> Option<(Form, usize)> {
    if !reader.is(place, Role::Weekend) || reader.is_glued(place + 1, "-") {
        return None;
    }
    let before = reader.back(place, 1);
    let is_licensed = before.meaning.is(Role::Licence)
        || before.meaning.is(Role::Range)
        || before.meaning.is(Role::Article);
    (is_licensed && !before.meaning.is(Role::Each)).then_some((Form::Weekend(None), place + 1))
}
