//! Which of the times a page gives is that of publication: the sources are `times`' and `visible_dates`', here they
//! are weighed against one another.

use std::cell::OnceCell;

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

use crate::extract::context::{Context, Place, Sourced, sourced};
use crate::extract::{times, visible_dates};
use crate::model::article::Image;
use crate::model::field::Field;
use crate::model::publication_time::{Precision, PublicationTime};

/// Zones tried, in this order, where a page keeps its times in UTC and shows another day: from the most readers down.
const ZONES: &[&str] = &[
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
];
/// Hours after midnight UTC in which it is still the day before in America.
const AMERICAN_EVENING: i8 = 9;

type Found = Sourced<PublicationTime>;

/// When the article was published. `pictures` are the article's.
pub(crate) fn published(context: &Context<'_, '_>, place: &Place, pictures: &[Image]) -> Option<Found> {
    if let Some(found) = times::selected(context, Field::Published) {
        return Some(found);
    }
    let json_ld = times::json_ld(context, &["datePublished", "dateCreated", "uploadDate"]);
    let (json_ld, coarse) = to_the_day(json_ld);
    let (meta, coarser) = to_the_day(times::published_meta(context));
    let page = Page { context, place, address: times::from_url(context), seen: OnceCell::new() };
    let stated = match (json_ld, meta) {
        (Some(json_ld), Some(meta)) if !page.is_same_day(&json_ld, &meta) => {
            // Two against one.
            let shown = page.shown().map(|found| found.value.day());
            if shown == Some(meta.value.day()) { Some(meta) } else { Some(json_ld) }
        }
        (Some(json_ld), _) => Some(json_ld),
        (None, Some(meta)) => Some(page.shown_beside_the_headline(&meta).unwrap_or(meta)),
        (None, None) => None,
    };
    if let Some(stated) = stated {
        return Some(page.on_the_page_s_own_day(stated));
    }
    let shown = page.shown();
    match (page.address, shown) {
        // The page shows the hour of the day the address names.
        (Some(address), Some(shown)) if address.value.day() == shown.value.day() => Some(shown),
        (Some(address), _) => Some(address),
        (None, Some(shown)) => Some(shown),
        (None, None) => match context.page.published_hint {
            Some(hint) => Some(sourced(hint, "listing", "published")),
            None => coarse
                .or(coarser)
                .or_else(|| times::any_json_ld(context))
                .or_else(|| times::in_state(context))
                .or_else(|| visible_dates::unmarked(context, place))
                .or_else(|| times::from_number_in_url(context))
                .or_else(|| times::from_pictures(context, pictures))
                .or_else(|| times::month_from_url(context)),
        },
    }
}

/// What is known to the day, and what is not.
fn to_the_day(found: Option<Found>) -> (Option<Found>, Option<Found>) {
    match found {
        Some(found) if found.value.precision >= Precision::Day => (Some(found), None),
        other => (None, other),
    }
}

/// What the page says of its date beside its metadata.
struct Page<'c, 'r, 'a> {
    context: &'c Context<'r, 'a>,
    place: &'c Place,
    address: Option<Found>,
    /// The visible date, once it has been looked for.
    seen: OnceCell<Option<Found>>,
}

impl Page<'_, '_, '_> {
    fn shown(&self) -> Option<Found> {
        self.seen.get_or_init(|| visible_dates::published(self.context, self.place)).clone()
    }

    fn is_same_day(&self, one: &Found, other: &Found) -> bool {
        let days = [one, other].map(|found| found.value.in_zone(&self.context.zone).date());
        days[0] == days[1] || one.value.day() == other.value.day()
    }

    /// The date in a `<time>` of the article's head, where it differs from a mere meta tag's and is not that of the
    /// last change: editors see the one, nobody the other.
    fn shown_beside_the_headline(&self, meta: &Found) -> Option<Found> {
        let shown = self.shown()?;
        let modified = times::modified(self.context).map(|found| found.value.day());
        let differs = shown.value.day() != meta.value.day();
        (differs && shown.source.rule == "time" && modified != Some(shown.value.day())).then_some(shown)
    }

    /// A time kept in UTC, in the clock of the page: where its address or its text names the day before or after,
    /// that day is the one its readers saw.
    fn on_the_page_s_own_day(&self, stated: Found) -> Found {
        let time = stated.value;
        if time.precision < Precision::Minute
            || time.offset != Offset::UTC
            || self.context.zone != TimeZone::UTC
        {
            return stated;
        }
        let day = time.day();
        let is_next_to = |other: &Date| {
            other.checked_add(1.day()).is_ok_and(|next| next == day)
                || day.checked_add(1.day()).is_ok_and(|next| next == *other)
        };
        let named = self.address.as_ref().map(|found| found.value.day());
        if named == Some(day) {
            return stated;
        }
        let hour = time.offset.to_datetime(time.instant).hour();
        let own = match named {
            Some(named) if is_next_to(&named) => {
                let shown = self.shown().map(|found| found.value.day());
                Some(named).filter(|_| shown != Some(day))
            }
            None if hour < AMERICAN_EVENING => self
                .shown()
                .filter(|found| matches!(found.source.rule.as_str(), "time" | "itemprop"))
                .map(|found| found.value.day())
                .filter(is_next_to),
            _ => None,
        };
        let Some(own) = own else { return stated };
        let local = ZONES
            .iter()
            .filter_map(|name| TimeZone::get(name).ok())
            .map(|zone| PublicationTime::at(&time.in_zone(&zone), time.precision))
            .find(|local| local.day() == own);
        Sourced { value: local.unwrap_or(time), source: stated.source }
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::{Page, extract};
    use crate::model::crawl_url::CrawlUrl;

    fn published(path: &str, html: &str) -> Option<String> {
        let url = CrawlUrl::parse(&format!("https://coastmail.example{path}")).unwrap();
        let text = "The council decided on Monday to rebuild the old harbour, which will cost two million. "
            .repeat(4);
        let html = html.replace("TEXT", &format!("<p>{text}</p><p>{text}</p>"));
        let page = Page { url: &url, html: &html, captured_on: None, published_hint: None };
        extract(&page, None).article.published.map(|time| time.to_string())
    }

    fn json_ld(date: &str) -> String {
        format!(
            "<script type=application/ld+json>{{\"@type\":\"NewsArticle\",\"datePublished\":\"{date}\"}}</script>"
        )
    }

    fn check(path: &str, html: &str, expected: &str) {
        assert_eq!(published(path, html).as_deref().unwrap_or_default(), expected, "{html}");
    }

    #[test]
    fn a_time_kept_in_utc_stands_on_the_day_the_page_names() {
        let late = json_ld("2023-11-09T03:28:35Z");
        check("/2023/11/08/a", &format!("{late}<h1>Harbour</h1>TEXT"), "2023-11-08T22:28:35-05:00");
        check("/2023/11/09/a", &format!("{late}<h1>Harbour</h1>TEXT"), "2023-11-09T03:28:35+00:00");
        check("/2023/11/05/a", &format!("{late}<h1>Harbour</h1>TEXT"), "2023-11-09T03:28:35+00:00");
        let shown = "<article><h1>Harbour</h1><time datetime=2023-11-08>Nov. 8</time>TEXT</article>";
        check("/a", &format!("{late}{shown}"), "2023-11-08T22:28:35-05:00");
        let very_late = json_ld("2023-11-09T05:30:00Z");
        check("/2023/11/08/a", &format!("{very_late}<h1>Harbour</h1>TEXT"), "2023-11-08T23:30:00-06:00");
    }

    #[test]
    fn two_sources_outvote_a_third() {
        let page = format!(
            "<meta property=article:published_time content=2023-11-06T14:25:00+01:00>{}<article><h1>Harbour</h1>\
             <time datetime=2023-11-06>6 November 2023</time>TEXT</article>",
            json_ld("2023-11-03T10:25:56+01:00")
        );
        check("/a", &page, "2023-11-06T14:25:00+01:00");
        let page = page.replace("<time datetime=2023-11-06>6 November 2023</time>", "");
        check("/a", &page, "2023-11-03T10:25:56+01:00");
    }

    #[test]
    fn a_date_the_editors_see_outweighs_a_meta_tag_alone() {
        let page = "<meta property=article:published_time content=2022-11-17T10:33:13Z><article><h1>Harbour</h1>\
                    <time datetime=2022-03-09>09.03.2022</time>TEXT</article>";
        check("/a", page, "2022-03-09T00:00:00+00:00");
        let changed = format!("<meta property=article:modified_time content=2022-03-09T10:00:00Z>{page}");
        check("/a", &changed, "2022-11-17T10:33:13+00:00");
    }

    #[test]
    fn where_nothing_is_dated_the_picture_s_address_is_and_the_month_of_the_page_s() {
        let picture = "<article><h1>Harbour</h1><img src=/2020/01/29/quay.jpg width=800>TEXT</article>";
        check("/2020/02/a", picture, "2020-01-29T00:00:00+00:00");
        check("/2020/02/03/a", picture, "2020-02-03T00:00:00+00:00");
        check(
            "/2020/02/a",
            "<article><h1>Harbour</h1><img src=/quay.jpg width=800>TEXT</article>",
            "2020-02-01T00:00:00+00:00",
        );
        check("/2020/22/a", "<article><h1>Harbour</h1>TEXT</article>", "");
    }

    #[test]
    fn a_date_far_from_everything_is_better_than_none() {
        let page = |line: &str, head: &str| {
            let between = "<div><b>Quay</b></div>".repeat(100);
            format!("{head}<article><h1>Harbour</h1>TEXT</article>{between}<div>{line}</div>")
        };
        check("/a", &page("11 November 2021", ""), "2021-11-11T00:00:00+00:00");
        check("/a", &page("© 11 November 2021", ""), "");
        let state = "<script>var page = {\"publishedAt\":\"2020-03-04\"}</script>";
        check("/a", &page("11 November 2021", state), "2020-03-04T00:00:00+00:00");
    }

    #[test]
    fn a_line_of_the_text_may_be_place_and_date_alone() {
        let page = |line: &str| {
            format!(
                "<article><h1>Harbour</h1><p>What the council decided, in short, on the harbour.</p><p>{line}</p>TEXT</article>"
            )
        };
        check("/a", &page("Hull | Grimsby, 11 November&nbsp;2021&nbsp; "), "2021-11-11T00:00:00+00:00");
        check("/a", &page("The ferry came to Hull, 11 November 2021 was its first day"), "");
    }

    #[test]
    fn a_year_alone_gives_way_to_a_day() {
        let page = "<meta name=date content=1988><article><h1>Harbour</h1><time datetime=2022-03-09>x</time>TEXT</article>";
        check("/a", page, "2022-03-09T00:00:00+00:00");
        check("/a", "<meta name=date content=1988><h1>Harbour</h1>TEXT", "1988-01-01T00:00:00+00:00");
    }
}
