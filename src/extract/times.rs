//! When the page says it was published and changed: rules, JSON-LD, meta tags, the address, a program's state. Which of
//! several is the one is `published`'s.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use crate::extract::context::{Context, Sourced, sourced};
use crate::model::article::Image;
use crate::model::field::Field;
use crate::model::publication_time::{Precision, PublicationTime};
use crate::select::date_text::{self, DateText};

/// Most of a script in which a date is looked for, in bytes.
const MAX_STATE: usize = 4 * 1024 * 1024;

/// Meta tags that say when an article was published, best first.
const PUBLISHED_META: &[&str] = &[
    "article:published_time",
    "og:article:published_time",
    "datePublished",
    "article:published",
    "article.published",
    "og:published_time",
    "og:pubdate",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "publication-date",
    "cXenseParse:recs:publishtime",
    "cXenseParse:publishtime",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date.created",
    "dcterms.created",
    "dcterms.date",
    "dc.date",
    "citation_publication_date",
    "article_date_original",
    "originalpublicationdate",
    "vr:published_time",
    "date_published",
    "date",
    "dateCreated",
    "created",
    "timestamp",
];

/// Meta tags that say when an article was changed, best first.
const MODIFIED_META: &[&str] = &[
    "article:modified_time",
    "og:updated_time",
    "dateModified",
    "article:modified",
    "last-modified",
    "lastmod",
    "dcterms.modified",
    "dc.date.modified",
    "revised",
];

/// When the page's meta tags say it was published.
pub(crate) fn published_meta(context: &Context<'_, '_>) -> Option<Sourced<PublicationTime>> {
    meta(context, PUBLISHED_META)
}

/// A date of publication of anything else the page's JSON-LD speaks of.
pub(crate) fn any_json_ld(context: &Context<'_, '_>) -> Option<Sourced<PublicationTime>> {
    let json_ld = context.reading.json_ld;
    json_ld.objects().iter().find_map(|object| {
        let text = json_ld.texts(object, &["datePublished"]).into_iter().next()?;
        Some(sourced(read(context, &text)?, "json-ld", "datePublished"))
    })
}

/// A date of publication in the state a program left in the page.
pub(crate) fn in_state(context: &Context<'_, '_>) -> Option<Sourced<PublicationTime>> {
    context.scripts.iter().filter(|script| script.text.len() <= MAX_STATE).find_map(|script| {
        let captures = STATE.captures(script.text)?;
        Some(sourced(read(context, &captures[1])?, "generic", "state"))
    })
}

static STATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)"(?:datePublished|published_?at|publish_?date|published_?date|publication_?date|first_?published|pub_?date|date_?published)\\?"\s*:\s*\\?"([^"\\]{8,40})"#)
        .expect("a tested pattern")
});

/// When the metadata say it was published.
pub(crate) fn stated(context: &Context<'_, '_>) -> Option<PublicationTime> {
    json_ld(context, &["datePublished"])
        .or_else(|| meta(context, &PUBLISHED_META[..4]))
        .map(|found| found.value)
}

/// When the article was changed, by its own account.
pub(crate) fn modified(context: &Context<'_, '_>) -> Option<Sourced<PublicationTime>> {
    selected(context, Field::Modified)
        .or_else(|| json_ld(context, &["dateModified"]))
        .or_else(|| meta(context, MODIFIED_META))
}

pub(crate) fn selected(context: &Context<'_, '_>, field: Field) -> Option<Sourced<PublicationTime>> {
    let found = context.selected(field)?;
    let time = found.value.iter().find_map(|text| read(context, text))?;
    Some(Sourced { value: time, source: found.source })
}

pub(crate) fn json_ld(context: &Context<'_, '_>, keys: &[&str]) -> Option<Sourced<PublicationTime>> {
    let objects = context.article.into_iter().chain(
        ["WebPage", "ItemPage", "VideoObject"].iter().flat_map(|name| context.reading.json_ld.of_type(name)),
    );
    for object in objects {
        for key in keys {
            let texts = context.reading.json_ld.texts(object, &[key]);
            if let Some(time) = texts.iter().find_map(|text| read(context, text)) {
                return Some(sourced(time, "json-ld", *key));
            }
        }
    }
    None
}

fn meta(context: &Context<'_, '_>, names: &[&str]) -> Option<Sourced<PublicationTime>> {
    let mut found = names.iter().filter_map(|name| {
        let mut times = context.reading.metas(name).filter_map(|text| read(context, &text));
        let time = times.next()?;
        // Properties in the text belong to whatever they stand in: a list of works, teasers.
        if name.starts_with("date") && times.any(|other| other.day() != time.day()) {
            return None;
        }
        let source = if name.contains("og:") || name.starts_with("article:") { "open-graph" } else { "meta" };
        Some(sourced(time, source, *name))
    });
    // A year is better than nothing, but any day is better than a year.
    let first = found.next()?;
    if first.value.precision >= Precision::Day {
        return Some(first);
    }
    Some(found.find(|other| other.value.precision >= Precision::Day).unwrap_or(first))
}

/// The date in the address: the portal's named group, else year, month and day as path segments.
pub(crate) fn from_url(context: &Context<'_, '_>) -> Option<Sourced<PublicationTime>> {
    if let Some(group) = context.url_group("published")
        && let Some(time) = read(context, &group.value)
    {
        return Some(Sourced { value: time, source: group.source });
    }
    let date = date_in_path(context.page.url.as_url().path())?;
    let time = PublicationTime::on(date, Precision::Day, &context.zone)?;
    Some(sourced(time, "url", "/year/month/day/"))
}

/// The day in the address of one of the article's pictures, which are often filed by day.
pub(crate) fn from_pictures(
    context: &Context<'_, '_>,
    pictures: &[Image],
) -> Option<Sourced<PublicationTime>> {
    let date = pictures.iter().find_map(|picture| date_in_path(picture.url.as_url().path()))?;
    let time = PublicationTime::on(date, Precision::Day, &context.zone)?;
    Some(sourced(time, "url", "picture /year/month/day/"))
}

/// The day of a number in the address that counts up from the minute of publication: `A2020040616200000123`. Other
/// numbers look the same.
pub(crate) fn from_number_in_url(context: &Context<'_, '_>) -> Option<Sourced<PublicationTime>> {
    let date = context.page.url.as_url().path().split('/').find_map(minute_in_number)?;
    let time = PublicationTime::on(date, Precision::Day, &context.zone)?;
    Some(sourced(time, "url", "number"))
}

/// The month in the address: `/2020/04/council-builds`
pub(crate) fn month_from_url(context: &Context<'_, '_>) -> Option<Sourced<PublicationTime>> {
    let segments: Vec<&str> = context.page.url.as_url().path().split('/').collect();
    let date = segments.windows(2).find_map(|pair| {
        let [year, month] = pair else { return None };
        if year.len() != 4 || month.len() != 2 {
            return None;
        }
        let year = year.parse::<i16>().ok().filter(|year| (1995..=2100).contains(year))?;
        Date::new(year, month.parse::<i8>().ok()?, 1).ok()
    })?;
    let time = PublicationTime::on(date, Precision::Month, &context.zone)?;
    Some(sourced(time, "url", "/year/month/"))
}

/// `/2020/04/06/`, `/2020-04-06-`, `/20200406/`
pub(crate) fn date_in_path(path: &str) -> Option<Date> {
    let segments: Vec<&str> = path.split('/').collect();
    for window in segments.windows(3) {
        if let [year, month, day] = window
            && year.len() == 4
            && (1..=2).contains(&month.len())
            && (1..=2).contains(&day.len())
            && let (Ok(year), Some(month), Ok(day)) =
                (year.parse::<i16>(), month.parse::<i8>().ok(), day.parse::<i8>())
            && (1995..=2100).contains(&year)
            && let Ok(date) = Date::new(year, month, day)
        {
            return Some(date);
        }
    }
    let day_first = |segment: &&str| {
        let captures = DAY_FIRST.captures(segment)?;
        let number = |group: usize| captures.get(group)?.as_str().parse::<i16>().ok();
        let (day, month) = (i8::try_from(number(1)?).ok()?, i8::try_from(number(2)?).ok()?);
        Date::new(number(3)?, month, day).ok()
    };
    if let Some(date) = segments.iter().find_map(day_first) {
        return Some(date);
    }
    segments.iter().find_map(|segment| {
        let digits = segment.bytes().take_while(u8::is_ascii_digit).count();
        let looks_like_a_date = digits == 8 || segment.len() >= 10 && digits == 4;
        let found =
            date_text::find(segment, date_text::NumericOrder::DayFirst).filter(|_| looks_like_a_date)?;
        (found.1.start == 0 && (1995..=2100).contains(&found.0.date.year())).then_some(found.0.date)
    })
}

fn minute_in_number(segment: &str) -> Option<Date> {
    let digits = segment.trim_start_matches(|first: char| first.is_ascii_uppercase());
    if segment.len() - digits.len() > 2
        || !(12..=22).contains(&digits.len())
        || !digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let number = |range: std::ops::Range<usize>| digits[range].parse::<i16>().ok();
    let year = number(0..4).filter(|year| (1995..=2100).contains(year))?;
    let (month, day) = (i8::try_from(number(4..6)?).ok()?, i8::try_from(number(6..8)?).ok()?);
    (number(8..10)? < 24 && number(10..12)? < 60).then(|| Date::new(year, month, day).ok())?
}

static DAY_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[_-])(\d{1,2})[.-](\d{1,2})[.-]((?:19|20)\d\d)(?:$|[_.-])").expect("a tested pattern")
});

/// A text as a time of the portal.
pub(crate) fn read(context: &Context<'_, '_>, text: &str) -> Option<PublicationTime> {
    let date: DateText = date_text::parse(text, context.order)?;
    resolve(context, date)
}

/// A date as a time of the portal. Many programs write every time in UTC: it is given in the portal's own clock.
pub(crate) fn resolve(context: &Context<'_, '_>, date: DateText) -> Option<PublicationTime> {
    let time = date.resolve(&context.zone)?;
    let in_utc = date.time.is_some() && date.offset == Some(jiff::tz::Offset::UTC);
    Some(if in_utc { PublicationTime::at(&time.in_zone(&context.zone), time.precision) } else { time })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_may_begin_with_the_minute_of_publication() {
        let day = |segment| minute_in_number(segment).map(|date| date.to_string()).unwrap_or_default();
        assert_eq!(day("A2020040616200000123"), "2020-04-06");
        assert_eq!(day("202004062559"), "");
        assert_eq!(day("2020040616200000123456789"), "");
        assert_eq!(day("ART2020040616200000123"), "");
    }

    #[test]
    fn dates_stand_in_paths() {
        let check = |path, expected: &str| {
            let found = date_in_path(path).map(|date| date.to_string()).unwrap_or_default();
            assert_eq!(found, expected, "{path}");
        };
        check("/stuttgart/2020/04/06/stadt-baut/", "2020-04-06");
        check("/2020-04-06-stadt-baut", "2020-04-06");
        check("/news/20200406/stadt", "2020-04-06");
        check("/news/06-04-2020-stadt-baut", "2020-04-06");
        check("/bericht_vom_06.04.2020_stadt", "2020-04-06");
        check("/2020/04/stadt", "");
        check("/artikel/12345678", "");
        check("/2020/13/06/x", "");
        check("/seite/2020", "");
    }
}
