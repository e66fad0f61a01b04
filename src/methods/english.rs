//! The account in English.

use std::fmt::Write as _;

use crate::methods::coverage::{Estimate, Pair, Source, Withheld};
use crate::methods::numbers::{self, list};
use crate::methods::{Account, Language, PortalAccount};

fn whole(number: u64) -> String {
    numbers::whole(number, Language::English)
}

fn day(text: &str) -> String {
    numbers::day(text, Language::English)
}

fn of(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", whole(count), if count == 1 { one } else { many })
}

/// The paragraph.
pub(super) fn paragraph(account: &Account) -> String {
    let mut text = collected(account);
    for sentence in [asked(account), reserved(account), failed(account), revised(account), read(account)] {
        text.push(' ');
        text.push_str(&sentence);
    }
    for portal in &account.portals {
        if let Some((pair, estimate)) = portal.estimate() {
            text.push(' ');
            text.push_str(&missed(portal, pair, estimate));
        }
    }
    if !account.portals.iter().any(|portal| portal.estimate().is_some()) {
        text.push_str(
            " How many articles were missed cannot be estimated from this archive; the table says why.",
        );
    }
    text
}

fn collected(account: &Account) -> String {
    let names: Vec<String> =
        account.portals.iter().filter_map(|portal| portal.name().map(str::to_owned)).collect();
    let portals = match names.len() {
        0 => "single addresses".to_owned(),
        1..=6 => list(&names, "and"),
        count => format!("{} news portals (see the table)", whole(count as u64)),
    };
    let runs = &account.runs;
    let period = match (&runs.first, &runs.last) {
        (Some(first), Some(last)) if day(first) == day(last) => format!("on {}", day(first)),
        (Some(first), Some(last)) => format!("between {} and {}", day(first), day(last)),
        _ => "at a time the archive does not tell".to_owned(),
    };
    let pause = match runs.longest_pause {
        Some(pause) if runs.runs > 2 => {
            format!(
                ", never more than {} hours apart",
                numbers::decimal(pause / 3_600.0, 1, Language::English)
            )
        }
        _ => String::new(),
    };
    let published = match (account.first_published(), account.last_published()) {
        (Some(first), Some(last)) => format!(", published between {} and {}", day(first), day(last)),
        _ => String::new(),
    };
    let gone = account.sum(|figures| figures.gone);
    let gone = if gone == 0 {
        String::new()
    } else {
        format!("; {} no longer at the portal", of(gone, "is", "are"))
    };
    format!(
        "The articles of {portals} were collected {period} in {}{pause} with {}.{} The archive holds {}{published}{gone}.",
        of(runs.runs, "run", "runs"),
        list(&runs.programs, "and"),
        found(account),
        of(account.sum(|figures| figures.articles), "article", "articles"),
    )
}

/// Where new articles were found; nothing where no place is known.
fn found(account: &Account) -> String {
    let [listings, feeds, sitemaps] = account.places();
    let its = if account.portals.len() == 1 { "its" } else { "their" };
    let own = if account.portals.len() == 1 { "the portal's" } else { "the portals'" };
    let rest: Vec<String> = [("feeds", feeds), ("sitemaps", sitemaps)]
        .iter()
        .filter(|(_, is)| *is)
        .map(|(name, _)| (*name).to_owned())
        .collect();
    let rest = list(&rest, "and");
    match (listings, rest.is_empty()) {
        (true, true) => format!(" New articles were found on {own} category pages."),
        (true, false) => format!(" New articles were found on {own} category pages and in {its} {rest}."),
        (false, false) => format!(" New articles were found in {own} {rest}."),
        (false, true) => String::new(),
    }
}

fn asked(account: &Account) -> String {
    let agents = &account.runs.user_agents;
    let agent = agents.last().map(|agent| format!(" and named itself “{agent}”")).unwrap_or_default();
    let one_at_a_time = if account.runs.concurrency <= 1 { ", one at a time to a host," } else { "" };
    let gap = account.shortest_gap().map(|gap| {
        format!(
            "; the shortest time between two requests to one host was {} seconds",
            numbers::seconds(gap, Language::English)
        )
    });
    let requests = account.requests();
    format!(
        "The crawler made {}{one_at_a_time}{agent}{}.",
        of(requests, "request", "requests"),
        gap.unwrap_or_default()
    )
}

fn reserved(account: &Account) -> String {
    let forbidden = account.sum(|figures| figures.forbidden);
    let mut text = match forbidden {
        0 => "It read robots.txt (RFC 9309) first, which forbade no page.".to_owned(),
        count => format!(
            "It read robots.txt (RFC 9309) first and did not ask for {} that it forbids.",
            of(count, "page", "pages")
        ),
    };
    let stated = account.opt_outs.len() as u64;
    let left_out = account.sum(|figures| figures.opted_out);
    if stated > 0 {
        let _ = write!(
            text,
            " {} a reservation against being kept or mined, of which {} therefore left out.",
            of(stated, "article states", "articles state"),
            of(left_out, "was", "were")
        );
    } else if !account.runs.honoured.is_empty() {
        let _ = write!(text, " No article states a reservation ({}).", account.runs.honoured.join(", "));
    }
    if !account.runs.legal_bases.is_empty() {
        let _ = write!(
            text,
            " Reservations were recorded and not acted upon, on this basis: {}.",
            list(&account.runs.legal_bases, "and")
        );
    }
    text
}

fn failed(account: &Account) -> String {
    let bad = account.sum(|figures| figures.unusable);
    if bad == 0 {
        return "Every request for a page got a usable answer.".to_owned();
    }
    let mut parts = vec![format!(
        "{} for a page got no usable answer (errors, timeouts, pages that are gone)",
        of(bad, "request", "requests")
    )];
    let given_up = account.sum(|figures| figures.given_up);
    if given_up > 0 {
        parts.push(format!(
            "{} given up after repeated attempts",
            of(given_up, "address was", "addresses were")
        ));
    }
    let missing = account.sum(|figures| figures.missing);
    if missing > 0 {
        parts.push(format!("{} not there any more", of(missing, "address was", "addresses were")));
    }
    format!("{}.", parts.join("; "))
}

fn revised(account: &Account) -> String {
    match account.sum(|figures| figures.revised) {
        0 => "No article was found to have changed after it was first read.".to_owned(),
        count => format!(
            "{} later found changed; all {} are kept.",
            of(count, "article was", "articles were"),
            of(account.sum(|figures| figures.revisions), "revision", "revisions")
        ),
    }
}

fn read(account: &Account) -> String {
    let files = account.portals.iter().flat_map(|portal| &portal.figures.readers);
    let mut versions: Vec<&str> = files.filter_map(|reader| reader.selectors.as_deref()).collect();
    versions.sort_unstable();
    versions.dedup();
    let by = match versions.len() {
        0 => "without portal files".to_owned(),
        count => format!("by {} of portal files (see the table)", of(count as u64, "version", "versions")),
    };
    format!(
        "The pages were read {by}; every field of a record names the rule that gave it, every record the response it was read \
         from, which is kept as it came (WARC 1.1)."
    )
}

fn missed(portal: &PortalAccount, pair: &Pair, estimate: Estimate) -> String {
    let (first, last) = days(pair);
    let total = estimate.total.round() as u64;
    let share = pair.archived as f64 / estimate.total.max(1.0) * 100.0;
    format!(
        "{}: from {} and {} ({} and {} articles, {} in both) an estimated {} articles were published between {first} and {last} \
         (Chapman's capture–recapture estimate, 95 % interval {} to {}), of which the archive holds {}, {} %; this assumes that \
         the two places list articles independently of each other, against which nothing was found.",
        portal.name().unwrap_or("Without a portal file"),
        source(pair.sources.0),
        source(pair.sources.1),
        whole(pair.seen.0),
        whole(pair.seen.1),
        whole(pair.seen.2),
        whole(total),
        whole(estimate.low.floor() as u64),
        whole(estimate.high.ceil() as u64),
        whole(pair.archived),
        numbers::decimal(share.min(100.0), 1, Language::English),
    )
}

fn days(pair: &Pair) -> (String, String) {
    let text = |at: i32| day(&crate::methods::day(at));
    pair.days.map(|(first, last)| (text(first), text(last))).unwrap_or_default()
}

/// A place in words.
pub(super) fn source(source: Source) -> &'static str {
    match source {
        Source::Listing => "category pages",
        Source::Feed => "feeds",
        Source::Sitemap => "sitemaps",
    }
}

/// Why there is no estimate.
pub(super) fn reason(withheld: Withheld) -> String {
    match withheld {
        Withheld::NoCommonDays => "none: the two cover no common days".to_owned(),
        Withheld::TooFew { recaptures } => format!("none: only {} seen in both", of(recaptures, "article", "articles")),
        Withheld::Contained { inner, outer } => format!(
            "none: everything in the {} is on the {} too; it may be made from them, and then says nothing of what both miss",
            source(inner),
            source(outer)
        ),
        Withheld::UnequalBySection => {
            "none: in both places the share that is listed differs by section (χ² at 0.01), so that what is missed is not like what is seen".to_owned()
        }
        Withheld::UnequalByTime => {
            "none: in both places the share that is listed differs with time (χ² at 0.01)".to_owned()
        }
        Withheld::Dependent { given } => format!(
            "none: among the articles of the {} the other two places are not independent (χ² at 0.01)",
            source(given)
        ),
    }
}

/// Headings and labels, in the order `markdown` uses them.
pub(super) const LABELS: super::markdown::Labels = super::markdown::Labels {
    title: "How the collection was made",
    figures: "The figures",
    without_file: "(no portal file)",
    rows: [
        "Start page",
        "Articles",
        "Published",
        "Addresses known",
        "… on category pages",
        "… in feeds",
        "… in sitemaps",
        "Forbidden by robots.txt",
        "Left out for an opt-out",
        "Given up",
        "Not there any more (404, 410)",
        "Outside the period asked for",
        "Waiting",
        "Articles gone from the portal",
        "Articles changed later",
        "Revisions",
        "Requests",
        "Bytes received",
        "Shortest time between requests, s",
    ],
    outcomes: "Requests by outcome",
    outcome_columns: ["portal", "outcome", "HTTP status", "requests"],
    readers: "Programs and portal files",
    reader_columns: ["portal", "program", "portal file (SHA-256)", "revisions read", "first day", "last day"],
    coverage: "Coverage",
    coverage_columns: [
        "portal",
        "places",
        "days",
        "seen in the first, second, both",
        "articles there were (95 %)",
        "in the archive",
    ],
    forbidden: "Forbidden by robots.txt",
    forbidden_columns: ["portal", "deciding line", "pages"],
    opt_outs: "Opt-outs",
    opt_out_columns: ["portal", "stated", "articles", "archived"],
    and: "and",
    by_page: "Page by page: `dateline export fetches`, or `dateline methods --format json`.",
};
