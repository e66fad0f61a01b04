//! `dateline status`: what the archive holds, portal by portal.

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use crate::cli::terminal::{Terminal, Tone};
use crate::cli::{Exit, Globals, output};
use crate::store::Store;
use crate::store::status::PortalStatus;

/// Options of `dateline status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Write a JSON array
    #[arg(long)]
    pub json: bool,
}

const HEADER: [&str; 9] =
    ["PORTAL", "ARTICLES", "GONE", "DUE", "OPTED OUT", "NEWEST", "LAST RUN", "NEW", "FAILED"];

/// Columns of numbers: they stand to the right.
const NUMBERS: [bool; 9] = [false, true, true, true, true, false, false, true, true];

/// Shows the status.
pub(crate) fn run(args: &StatusArgs, globals: &Globals) -> anyhow::Result<Exit> {
    let store = Store::open_read_only(&globals.archive)?;
    let portals = store.status(jiff::Timestamp::now())?;
    let text = if args.json {
        format!("{:#}\n", json!(portals.iter().map(status_json).collect::<Vec<_>>()))
    } else {
        table(&portals, Terminal::of_stdout(globals.color))
    };
    output::write_stdout(&text)?;
    if portals.is_empty() && !args.json && !globals.quiet {
        output::note("the archive is empty");
    }
    Ok(Exit::Done)
}

fn table(portals: &[PortalStatus], terminal: Terminal) -> String {
    if portals.is_empty() {
        return String::new();
    }
    let rows: Vec<[String; 9]> = portals.iter().map(row).collect();
    let widths: Vec<usize> = (0..HEADER.len())
        .map(|column| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.max().unwrap_or_default().max(HEADER[column].len())
        })
        .collect();
    let mut text = line(&HEADER.map(str::to_owned), &widths, terminal, Tone::Faint);
    for row in &rows {
        text.push_str(&line(row, &widths, terminal, Tone::Plain));
    }
    text
}

fn line(cells: &[String; 9], widths: &[usize], terminal: Terminal, tone: Tone) -> String {
    let mut line = String::new();
    for ((cell, width), is_number) in cells.iter().zip(widths).zip(NUMBERS) {
        if !line.is_empty() {
            line.push_str("  ");
        }
        let _ = if is_number { write!(line, "{cell:>width$}") } else { write!(line, "{cell:<width$}") };
    }
    format!("{}\n", terminal.paint(line.trim_end(), tone))
}

fn row(status: &PortalStatus) -> [String; 9] {
    let last = status.last_run.as_ref();
    let last_run = last.map_or_else(
        || "never".to_owned(),
        |run| {
            let day = run.started.strftime("%Y-%m-%d %H:%M UTC");
            format!("{day} {}", run.outcome.as_deref().unwrap_or("unfinished"))
        },
    );
    [
        status.portal.clone().unwrap_or_else(|| "(no portal file)".to_owned()),
        status.articles.to_string(),
        status.gone.to_string(),
        (status.waiting + status.revisits).to_string(),
        status.opted_out.to_string(),
        status.newest.as_deref().and_then(|newest| newest.get(..10)).unwrap_or("-").to_owned(),
        last_run,
        last.map_or_else(String::new, |run| run.added.to_string()),
        last.map_or_else(String::new, |run| run.failed.to_string()),
    ]
}

fn status_json(status: &PortalStatus) -> serde_json::Value {
    let last_run = status.last_run.as_ref().map(|run| {
        json!({
            "run": run.run, "started": run.started.to_string(),
            "finished": run.finished.map(|finished| finished.to_string()), "outcome": run.outcome,
            "added": run.added, "changed": run.changed, "failed": run.failed,
        })
    });
    json!({
        "portal": status.portal, "name": status.name, "articles": status.articles, "gone": status.gone,
        "newest": status.newest, "due": status.waiting + status.revisits, "waiting": status.waiting,
        "revisits": status.revisits, "next_revisit": status.next_revisit.map(|next| next.to_string()),
        "given_up": status.given_up, "opted_out": status.opted_out, "last_run": last_run,
    })
}
