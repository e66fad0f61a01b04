//! The walk over a listing's pages: whether it goes on after a page, and what is remembered for the next run.

use jiff::civil::Date;

use crate::frontier::scope::Period;
use crate::model::crawl_url::CrawlUrl;
use crate::portal::StopWhen;
use crate::store::frontier::KnownUrl;

/// What is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WalkKind {
    /// A category page.
    Listing,
    /// A month's archive, which is not there where nothing was published.
    Archive,
    /// WordPress's posts by its REST interface.
    Posts,
}

/// Where a page stands in its listing's walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WalkPosition {
    /// What is walked.
    pub(crate) kind: WalkKind,
    /// Its first page, by which the walk is known.
    pub(crate) first_page: CrawlUrl,
    /// Pages to walk at most, where the file says so for this listing.
    pub(crate) max_pages: Option<u32>,
    /// Number of the page, the first is 1.
    pub(crate) number: u32,
}

impl WalkPosition {
    /// Whether an answer without a page (404, 410, or 400 of an interface) only says that the walk has come to its
    /// end.
    pub(crate) fn may_be_missing(&self, status: u16) -> bool {
        match (self.kind, status) {
            (WalkKind::Archive, 404 | 410) => true,
            (WalkKind::Posts, 400) | (_, 404 | 410) => self.number > 1,
            _ => false,
        }
    }
}

/// What one candidate of a page tells about where the walk is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    /// Its row.
    pub(crate) id: i64,
    /// What the archive knew of it before this page.
    pub(crate) known: Option<KnownUrl>,
    /// Its publication day, where anything tells.
    pub(crate) day: Option<Date>,
}

/// Why a walk ends after a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WalkEnd {
    /// There is no further page, or none may be asked.
    LastPage,
    /// Everything on the page was known before the last complete walk ended.
    KnownPage,
    /// Everything on the page lies before `--since`.
    BeforePeriod,
}

/// Whether the walk ends after a page with these candidates.
pub(crate) fn end_after(
    seen: &[Seen],
    completed_run: i64,
    stop_when: StopWhen,
    period: &Period,
    has_next: bool,
) -> Option<WalkEnd> {
    if !has_next {
        return Some(WalkEnd::LastPage);
    }
    if seen.is_empty() {
        return None;
    }
    let all_known = seen.iter().all(|seen| {
        seen.known.is_some_and(|known| completed_run > 0 && known.discovered_run <= completed_run)
    });
    if stop_when == StopWhen::KnownPage && all_known {
        return Some(WalkEnd::KnownPage);
    }
    let all_before = seen.iter().all(|seen| seen.day.is_some_and(|day| period.starts_after(day)));
    all_before.then_some(WalkEnd::BeforePeriod)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::frontier::UrlState;

    fn known(discovered_run: i64) -> Seen {
        let known = KnownUrl::handled(1, UrlState::Done, discovered_run);
        Seen { id: 1, known: Some(known), day: None }
    }

    const NEW: Seen = Seen { id: 2, known: None, day: None };

    fn check(seen: &[Seen], completed_run: i64, has_next: bool, expected: Option<WalkEnd>) {
        let ended = end_after(seen, completed_run, StopWhen::KnownPage, &Period::default(), has_next);
        assert_eq!(ended, expected);
    }

    #[test]
    fn a_full_page_of_known_articles_ends_the_walk_and_one_sticky_item_does_not() {
        check(&[known(1), known(1)], 1, true, Some(WalkEnd::KnownPage));
        check(&[known(1), NEW], 1, true, None);
    }

    #[test]
    fn articles_known_from_an_unfinished_walk_do_not_end_it() {
        check(&[known(1), known(1)], 0, true, None);
        check(&[known(2), known(2)], 1, true, None);
    }

    #[test]
    fn the_last_page_ends_the_walk() {
        check(&[NEW], 0, false, Some(WalkEnd::LastPage));
    }

    #[test]
    fn a_page_before_the_period_ends_the_walk() {
        let period = Period { since: Some(jiff::civil::date(2024, 1, 1)), until: None };
        let old = Seen { id: 3, known: None, day: Some(jiff::civil::date(2023, 12, 31)) };
        assert_eq!(end_after(&[old], 0, StopWhen::Never, &period, true), Some(WalkEnd::BeforePeriod));
        assert_eq!(end_after(&[old, NEW], 0, StopWhen::Never, &period, true), None);
    }
}
