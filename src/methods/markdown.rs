//! The account as Markdown: the paragraph, then tables. The words are `english`'s and `german`'s.

use std::fmt::Write as _;

use crate::methods::coverage::Pair;
use crate::methods::numbers::{seconds, whole};
use crate::methods::{Account, Language, PortalAccount, by_words, day, english, german};

/// Portals beside each other in one table.
const COLUMNS: usize = 5;

/// Rows of one table that may grow with the archive; the rest is in the data.
const MAX_ROWS: usize = 200;

/// Digits of a digest that are shown.
const DIGEST_DIGITS: usize = 12;

/// Headings and labels in one language.
pub(super) struct Labels {
    pub(super) title: &'static str,
    pub(super) figures: &'static str,
    pub(super) without_file: &'static str,
    pub(super) rows: [&'static str; 19],
    pub(super) outcomes: &'static str,
    pub(super) outcome_columns: [&'static str; 4],
    pub(super) readers: &'static str,
    pub(super) reader_columns: [&'static str; 6],
    pub(super) coverage: &'static str,
    pub(super) coverage_columns: [&'static str; 6],
    pub(super) forbidden: &'static str,
    pub(super) forbidden_columns: [&'static str; 3],
    pub(super) opt_outs: &'static str,
    pub(super) opt_out_columns: [&'static str; 4],
    pub(super) and: &'static str,
    pub(super) by_page: &'static str,
}

/// The account as Markdown.
pub fn markdown(account: &Account, language: Language) -> String {
    let (paragraph, labels) = match language {
        Language::English => (english::paragraph(account), &english::LABELS),
        Language::German => (german::paragraph(account), &german::LABELS),
    };
    let mut text = format!("# {}\n\n{}\n", labels.title, plain(&paragraph));
    let _ = write!(text, "\n## {}\n", labels.figures);
    for portals in account.portals.chunks(COLUMNS) {
        let names = portals.iter().map(|portal| name(portal, labels).to_owned());
        let header: Vec<String> = [String::new()].into_iter().chain(names).collect();
        let figures: Vec<[String; 19]> = portals.iter().map(|portal| figures(portal, language)).collect();
        let rows = labels.rows.iter().enumerate().map(|(index, label)| {
            let cells = figures.iter().map(|figures| figures[index].clone());
            [(*label).to_owned()].into_iter().chain(cells).collect()
        });
        table(&mut text, &header, rows);
    }
    section(&mut text, labels.coverage, &labels.coverage_columns, coverage(account, language, labels));
    section(&mut text, labels.readers, &labels.reader_columns, readers(account, language, labels));
    section(&mut text, labels.outcomes, &labels.outcome_columns, outcomes(account, language, labels));
    let forbidden = by_words(&account.forbidden).into_iter().map(|((portal, line), (pages, _))| {
        vec![account.name_of(&portal).to_owned(), format!("`{line}`"), whole(pages, language)]
    });
    section(&mut text, labels.forbidden, &labels.forbidden_columns, forbidden.collect());
    let opt_outs = by_words(&account.opt_outs).into_iter().map(|((portal, stated), (pages, kept))| {
        let portal = account.name_of(&portal).to_owned();
        vec![portal, format!("`{stated}`"), whole(pages, language), whole(kept, language)]
    });
    section(&mut text, labels.opt_outs, &labels.opt_out_columns, opt_outs.collect());
    let _ = write!(text, "\n{}\n", labels.by_page);
    text
}

fn name<'a>(portal: &'a PortalAccount, labels: &Labels) -> &'a str {
    portal.name().unwrap_or(labels.without_file)
}

fn figures(portal: &PortalAccount, language: Language) -> [String; 19] {
    let figures = &portal.figures;
    let number = |count: u64| whole(count, language);
    let published = match (&figures.published_first, &figures.published_last) {
        (Some(first), Some(last)) => format!("{first} – {last}"),
        _ => String::new(),
    };
    let gap = figures.shortest_gap.map(|gap| seconds(gap, language));
    [
        figures.home.clone().unwrap_or_default(),
        number(figures.articles),
        published,
        number(figures.known),
        number(figures.seen[0]),
        number(figures.seen[1]),
        number(figures.seen[2]),
        number(figures.forbidden),
        number(figures.opted_out),
        number(figures.given_up),
        number(figures.missing),
        number(figures.outside),
        number(figures.waiting),
        number(figures.gone),
        number(figures.revised),
        number(figures.revisions),
        number(figures.outcomes.iter().map(|outcome| outcome.2).sum()),
        number(figures.bytes),
        gap.unwrap_or_default(),
    ]
}

fn coverage(account: &Account, language: Language, labels: &Labels) -> Vec<Vec<String>> {
    let (source, reason): (fn(_) -> _, fn(_) -> _) = match language {
        Language::English => (english::source, english::reason),
        Language::German => (german::source, german::reason),
    };
    let row = |portal: &PortalAccount, pair: &Pair| {
        let (estimate, archived) = match pair.estimate {
            Ok(estimate) => {
                let [total, low, high] = [estimate.total.round(), estimate.low.floor(), estimate.high.ceil()]
                    .map(|number| whole(number as u64, language));
                (format!("{total} ({low} – {high})"), whole(pair.archived, language))
            }
            Err(withheld) => (reason(withheld), whole(pair.archived, language)),
        };
        let (in_first, in_second, in_both) = pair.seen;
        vec![
            name(portal, labels).to_owned(),
            format!("{} {} {}", source(pair.sources.0), labels.and, source(pair.sources.1)),
            pair.days.map(|(first, last)| format!("{} – {}", day(first), day(last))).unwrap_or_default(),
            [in_first, in_second, in_both].map(|count| whole(count, language)).join(", "),
            estimate,
            archived,
        ]
    };
    account
        .portals
        .iter()
        .flat_map(|portal| portal.coverage.iter().map(move |pair| (portal, pair)))
        .map(|(portal, pair)| row(portal, pair))
        .collect()
}

fn readers(account: &Account, language: Language, labels: &Labels) -> Vec<Vec<String>> {
    let portals = account.portals.iter();
    let readers =
        portals.flat_map(|portal| portal.figures.readers.iter().map(move |reader| (portal, reader)));
    readers
        .map(|(portal, reader)| {
            let digest = reader.selectors.as_deref().map(|digest| {
                let digits = digest.strip_prefix("sha256:").unwrap_or(digest);
                format!("`{}…`", digits.chars().take(DIGEST_DIGITS).collect::<String>())
            });
            vec![
                name(portal, labels).to_owned(),
                reader.program.clone(),
                digest.unwrap_or_else(|| "–".to_owned()),
                whole(reader.revisions, language),
                reader.days.0.clone(),
                reader.days.1.clone(),
            ]
        })
        .collect()
}

fn outcomes(account: &Account, language: Language, labels: &Labels) -> Vec<Vec<String>> {
    let portals = account.portals.iter();
    let outcomes =
        portals.flat_map(|portal| portal.figures.outcomes.iter().map(move |outcome| (portal, outcome)));
    outcomes
        .map(|(portal, (outcome, status, requests))| {
            vec![
                name(portal, labels).to_owned(),
                outcome.clone(),
                status.map_or_else(|| "–".to_owned(), |status| status.to_string()),
                whole(*requests, language),
            ]
        })
        .collect()
}

fn section(text: &mut String, title: &str, columns: &[&str], rows: Vec<Vec<String>>) {
    if rows.is_empty() {
        return;
    }
    let _ = write!(text, "\n## {title}\n");
    let header: Vec<String> = columns.iter().map(|column| (*column).to_owned()).collect();
    let left = rows.len().saturating_sub(MAX_ROWS);
    table(text, &header, rows.into_iter().take(MAX_ROWS));
    if left > 0 {
        let _ = write!(text, "\n… + {left}\n");
    }
}

fn table(text: &mut String, header: &[String], rows: impl Iterator<Item = Vec<String>>) {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| plain(cell).replace('|', "\\|")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let _ = write!(text, "\n{}|{}\n", line(header), "---|".repeat(header.len()));
    for row in rows {
        text.push_str(&line(&row));
    }
}

/// `text` in one line, without characters that steer a terminal: a robots.txt may hold anything.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
