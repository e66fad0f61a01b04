//! `dateline status`: what the archive holds, portal by portal.

use std::fmt::Write as _;

use clap::Args;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::json;

use crate::cli::terminal::{Terminal, Tone, harmless};
use crate::cli::{Exit, Globals, output};
use crate::store::Store;
use crate::store::status::{Days, PortalStatus};

/// Options of `dateline status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Write a JSON array
    #[arg(long)]
    pub json: bool,
}

/// Days a line shows, up to the day of the archive's last run: as many as there is room for.
const SHOWN_DAYS: [i32; 3] = [14, 7, 0];

/// Days the JSON has.
const JSON_DAYS: i32 = 30;

/// Marks of a line, for the least to the most articles a day.
const MARKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A column: its head, whether its cells are numbers (and stand to the right), and what it says.
struct Column {
    head: String,
    is_number: bool,
    cells: Vec<String>,
}

/// Spaces between two columns.
const GAP: usize = 2;

impl Column {
    fn width(&self) -> usize {
        let cells = self.cells.iter().map(|cell| cell.chars().count());
        cells.max().unwrap_or_default().max(self.head.len())
    }
}

/// Shows the status.
pub(crate) fn run(args: &StatusArgs, globals: &Globals) -> anyhow::Result<Exit> {
    let store = Store::open_read_only(&globals.archive)?;
    let portals = store.status(jiff::Timestamp::now())?;
    // Counted to the archive's own last day: an old archive has no empty line.
    let last = portals.iter().filter_map(|portal| portal.last_run.as_ref()).map(|run| run.started).max();
    let last = last.map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date());
    let days = match last {
        Some(last) => store.articles_by_day(first_day(last, JSON_DAYS), last)?,
        None => Days::default(),
    };
    let text = if args.json {
        let values = portals.iter().map(|portal| status_json(portal, &days));
        format!("{:#}\n", json!(values.collect::<Vec<_>>()))
    } else {
        render(&portals, &days, last, Terminal::of_stdout(globals.color))
    };
    output::write_stdout(&text)?;
    if portals.is_empty() && !args.json && !globals.quiet {
        output::note("the archive is empty");
    }
    Ok(Exit::Done)
}

fn first_day(last: Date, days: i32) -> Date {
    last.checked_sub((days - 1).days()).unwrap_or(last)
}

fn render(portals: &[PortalStatus], days: &Days, last: Option<Date>, terminal: Terminal) -> String {
    if portals.is_empty() {
        return String::new();
    }
    let mut columns = Vec::new();
    let mut widths: Vec<usize> = Vec::new();
    for shown in SHOWN_DAYS {
        columns = self::columns(portals, days, last, shown);
        widths = columns.iter().map(Column::width).collect();
        if widths.iter().sum::<usize>() + GAP * (widths.len() - 1) <= terminal.width {
            break;
        }
    }
    let line = |cell: &dyn Fn(&Column) -> String, tone: Tone| {
        let mut line = String::new();
        for (column, width) in columns.iter().zip(&widths) {
            if !line.is_empty() {
                line.push_str(&" ".repeat(GAP));
            }
            let cell = cell(column);
            let _ = if column.is_number {
                write!(line, "{cell:>width$}")
            } else {
                write!(line, "{cell:<width$}")
            };
        }
        format!("{}\n", terminal.paint(line.trim_end(), tone))
    };
    let mut text = line(&|column| column.head.clone(), Tone::Faint);
    for row in 0..portals.len() {
        text.push_str(&line(&|column| column.cells[row].clone(), Tone::Plain));
    }
    for portal in portals {
        let drift = portal.last_run.iter().flat_map(|run| &run.drift);
        for problem in drift {
            let name = portal.portal.as_deref().unwrap_or_default();
            let problem = format!("{name}: the rules no longer fit: {}", harmless(problem));
            let _ = writeln!(text, "{}", terminal.paint(&problem, Tone::Marked));
        }
    }
    text
}

fn columns(portals: &[PortalStatus], days: &Days, last: Option<Date>, shown: i32) -> Vec<Column> {
    let column = |head: &str, is_number, cell: &dyn Fn(&PortalStatus) -> String| Column {
        head: head.to_owned(),
        is_number,
        cells: portals.iter().map(cell).collect(),
    };
    let number =
        |head, count: &dyn Fn(&PortalStatus) -> u64| column(head, true, &|portal| count(portal).to_string());
    let run = |portal: &PortalStatus| {
        portal.last_run.as_ref().map_or_else(
            || "never".to_owned(),
            |run| {
                let minute = run.started.strftime("%Y-%m-%d %H:%M").to_string();
                match run.outcome.as_deref() {
                    Some("done") => minute,
                    outcome => format!("{minute} {}", outcome.unwrap_or("unfinished")),
                }
            },
        )
    };
    let newest = |portal: &PortalStatus| {
        portal.newest.as_deref().and_then(|newest| newest.get(..10)).unwrap_or("-").to_owned()
    };
    let mut columns = vec![
        column("PORTAL", false, &|portal| {
            portal.portal.clone().unwrap_or_else(|| "(no portal file)".to_owned())
        }),
        number("ARTICLES", &|portal| portal.articles),
        column("NEWEST", false, &newest),
        column("LAST RUN (UTC)", false, &run),
        number("NEW", &|portal| portal.last_run.as_ref().map_or(0, |run| run.added)),
        number("DUE", &|portal| portal.waiting + portal.revisits),
        number("FAILING", &|portal| portal.given_up),
    ];
    if shown > 0 {
        let line = |portal: &PortalStatus| spark_line(portal, days, last, shown);
        columns.insert(2, column(&format!("{shown} DAYS"), false, &line));
    }
    // What most archives have none of takes no room in them.
    for (head, count) in [
        ("GONE", &(|portal: &PortalStatus| portal.gone) as &dyn Fn(&PortalStatus) -> u64),
        ("OPTED OUT", &|portal: &PortalStatus| portal.opted_out),
    ] {
        if portals.iter().any(|portal| count(portal) > 0) {
            columns.push(number(head, count));
        }
    }
    columns
}

/// Articles by publication day, the most of the portal's days as a full mark; a day without any is a dot.
fn spark_line(portal: &PortalStatus, days: &Days, last: Option<Date>, shown: i32) -> String {
    let Some(last) = last else { return String::new() };
    let counts: Vec<u64> = (0..shown)
        .filter_map(|day| first_day(last, shown).checked_add(day.days()).ok())
        .map(|day| days.count(portal.portal.as_deref(), day))
        .collect();
    let most = counts.iter().copied().max().unwrap_or_default();
    let mark = |count: u64| match count {
        0 => '·',
        count => MARKS[((count * 8).div_ceil(most) as usize).clamp(1, 8) - 1],
    };
    counts.into_iter().map(mark).collect()
}

fn status_json(status: &PortalStatus, days: &Days) -> serde_json::Value {
    let last_run = status.last_run.as_ref().map(|run| {
        json!({
            "run": run.run, "started": run.started.to_string(),
            "finished": run.finished.map(|finished| finished.to_string()), "outcome": run.outcome,
            "added": run.added, "changed": run.changed, "failed": run.failed, "drift": run.drift,
        })
    });
    let by_day: serde_json::Map<String, serde_json::Value> =
        days.of(status.portal.as_deref()).map(|(day, count)| (day.to_string(), count.into())).collect();
    json!({
        "portal": status.portal, "name": status.name, "articles": status.articles, "gone": status.gone,
        "newest": status.newest, "due": status.waiting + status.revisits, "waiting": status.waiting,
        "revisits": status.revisits, "next_revisit": status.next_revisit.map(|next| next.to_string()),
        "given_up": status.given_up, "opted_out": status.opted_out, "by_day": by_day, "last_run": last_run,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn portal(id: &str) -> PortalStatus {
        PortalStatus {
            portal: Some(id.to_owned()),
            name: None,
            articles: 9,
            gone: 0,
            newest: None,
            waiting: 0,
            revisits: 0,
            next_revisit: None,
            given_up: 0,
            opted_out: 0,
            last_run: None,
        }
    }

    #[test]
    fn a_line_shows_quiet_and_busy_days() {
        let last = jiff::civil::date(2025, 3, 14);
        let mut days = Days::default();
        for (day, count) in [(1, 5), (12, 1), (13, 4), (14, 8)] {
            days.add(Some("bote".into()), jiff::civil::date(2025, 3, day), count);
        }
        assert_eq!(spark_line(&portal("bote"), &days, Some(last), 14), "▅··········▁▄█");
        assert_eq!(spark_line(&portal("bote"), &days, Some(last), 3), "▁▄█");
        assert_eq!(spark_line(&portal("still"), &days, Some(last), 14), "··············");
        assert_eq!(spark_line(&portal("bote"), &days, None, 14), "");
    }

    #[test]
    fn a_table_is_as_wide_as_the_terminal_at_most() {
        let last = Some(jiff::civil::date(2025, 3, 14));
        let widest = |width: usize, id: &str| {
            let table = render(&[portal(id)], &Days::default(), last, Terminal::plain(width));
            table.lines().map(|line| line.chars().count()).max().unwrap()
        };
        for (width, id) in [(100, "bote"), (80, "bote"), (70, "bote"), (100, "ein-langer-name-einer-zeitung")]
        {
            assert!(widest(width, id) <= width, "{width}: {}", widest(width, id));
        }
        assert!(widest(100, "bote") > widest(70, "bote"));
    }

    #[test]
    fn columns_of_nothing_but_zeros_are_left_out() {
        let heads = |portals: &[PortalStatus]| -> Vec<String> {
            columns(portals, &Days::default(), None, 14).into_iter().map(|column| column.head).collect()
        };
        assert!(!heads(&[portal("a")]).contains(&"GONE".to_owned()));
        assert!(heads(&[portal("a"), PortalStatus { gone: 1, ..portal("b") }]).contains(&"GONE".to_owned()));
    }
}
