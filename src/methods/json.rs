//! The account as JSON: every figure, and page by page what robots.txt and opt-outs forbade.

use serde_json::{Value, json as object};

use crate::methods::coverage::{Pair, Withheld};
use crate::methods::{Account, PortalAccount, day};
use crate::store::figures::{MAX_PAGES, ReservedPage};

/// The account as JSON.
pub fn json(account: &Account) -> Value {
    let runs = &account.runs;
    object!({
        "runs": {
            "count": runs.runs, "first": runs.first, "last": runs.last, "cut_off": runs.cut_off,
            "longest_pause_seconds": runs.longest_pause, "programs": runs.programs,
            "user_agents": runs.user_agents, "legal_bases": runs.legal_bases, "opt_outs_honoured": runs.honoured,
            "requests_at_once_to_a_host": runs.concurrency,
        },
        "portals": account.portals.iter().map(portal).collect::<Vec<_>>(),
        "forbidden_by_robots": pages(&account.forbidden, "rule"),
        "opt_outs": pages(&account.opt_outs, "stated"),
        // Of each list that many pages at most; the table `fetches` has them all.
        "pages_listed_at_most": MAX_PAGES,
    })
}

fn portal(portal: &PortalAccount) -> Value {
    let figures = &portal.figures;
    let outcomes = figures.outcomes.iter().map(
        |(outcome, status, requests)| object!({"outcome": outcome, "status": status, "requests": requests}),
    );
    let readers = figures.readers.iter().map(|reader| {
        object!({
            "program": reader.program, "selectors_hash": reader.selectors, "revisions": reader.revisions,
            "first": reader.days.0, "last": reader.days.1,
        })
    });
    object!({
        "portal": figures.portal, "name": figures.name, "home": figures.home,
        "articles": figures.articles,
        "published_first": figures.published_first, "published_last": figures.published_last,
        "gone": figures.gone, "revised": figures.revised, "revisions": figures.revisions,
        "addresses": {
            "known": figures.known,
            "on_listings": figures.seen[0], "in_feeds": figures.seen[1], "in_sitemaps": figures.seen[2],
            "waiting": figures.waiting, "given_up": figures.given_up, "missing": figures.missing,
            "forbidden_by_robots": figures.forbidden, "opted_out": figures.opted_out,
            "outside_period": figures.outside,
        },
        "requests": outcomes.collect::<Vec<_>>(),
        "unusable_requests": figures.unusable,
        "bytes": figures.bytes,
        "shortest_gap_seconds": figures.shortest_gap,
        "readers": readers.collect::<Vec<_>>(),
        "coverage": portal.coverage.iter().map(pair).collect::<Vec<_>>(),
    })
}

fn pair(pair: &Pair) -> Value {
    let (first, second) = pair.sources;
    let estimate = pair.estimate.ok().map(|estimate| {
        object!({"articles": estimate.total, "low": estimate.low, "high": estimate.high, "confidence": 0.95})
    });
    let withheld = pair.estimate.err().map(|withheld| match withheld {
        Withheld::NoCommonDays => object!({"reason": "no-common-days"}),
        Withheld::TooFew { recaptures } => object!({"reason": "too-few", "seen_in_both": recaptures}),
        Withheld::Contained { inner, outer } => {
            object!({"reason": "contained", "inner": inner.as_str(), "outer": outer.as_str()})
        }
        Withheld::UnequalBySection => object!({"reason": "unequal-by-section"}),
        Withheld::UnequalByTime => object!({"reason": "unequal-by-time"}),
        Withheld::Dependent { given } => object!({"reason": "dependent", "among": given.as_str()}),
    });
    object!({
        "sources": [first.as_str(), second.as_str()],
        "first_day": pair.days.map(|(first, _)| day(first)), "last_day": pair.days.map(|(_, last)| day(last)),
        "seen_in_first": pair.seen.0, "seen_in_second": pair.seen.1, "seen_in_both": pair.seen.2,
        "archived": pair.archived, "method": "chapman", "estimate": estimate, "withheld": withheld,
    })
}

fn pages(pages: &[ReservedPage], words: &str) -> Vec<Value> {
    pages
        .iter()
        .map(|page| {
            object!({"portal": page.portal, "url": page.url, words: page.words, "at": page.at, "archived": page.kept})
        })
        .collect()
}
