//! `dateline reparse`: every stored page read again with today's selectors and extractor, no network.

use std::fmt::Write as _;

use clap::Args;
use jiff::Timestamp;

use crate::cli::maintenance::{WorkLine, failed};
use crate::cli::terminal::harmless;
use crate::cli::{Exit, Globals, UsageError, output, portals};
use crate::reparse::{ReparsePlan, Summary, reparse};
use crate::store::Store;

/// Pages named that could not be read.
const SHOWN: usize = 10;

/// Options of `dateline reparse`.
#[derive(Debug, Args)]
pub struct ReparseArgs {
    /// Only articles of these portals; default: all in the archive
    #[arg(value_name = "PORTAL")]
    pub portals: Vec<String>,
    /// Only show what would change, field by field
    #[arg(long)]
    pub dry_run: bool,
    /// Write the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// Reparses.
pub(crate) fn run(args: &ReparseArgs, globals: &Globals) -> anyhow::Result<Exit> {
    let set = portals::all(globals)?;
    let known = Store::open_read_only(&globals.archive)?.portals()?;
    if let Some(unknown) = args.portals.iter().find(|portal| !known.contains(portal)) {
        let message =
            format!("no portal {unknown:?} in the archive\n\nhint: `dateline status` shows which there are");
        return Err(UsageError(message).into());
    }
    let mut broken = false;
    for file in set.broken.iter().filter(|file| known.contains(&file.file_name)) {
        broken = true;
        portals::print_mistakes(&file.mistakes, globals);
    }
    if broken {
        let message = "a selector file has a mistake; nothing was read again\n\nhint: `dateline selectors check` shows every mistake";
        return Err(UsageError(message.to_owned()).into());
    }
    let plan = ReparsePlan {
        archive: globals.archive.clone(),
        only: args.portals.clone(),
        portals: set.portals.into_iter().map(|known| (known.portal.id.clone(), known.portal)).collect(),
        dry_run: args.dry_run,
    };
    let line = WorkLine::new(globals);
    let result = reparse(&plan, Timestamp::now(), &mut |done, most| {
        line.show(|| format!("{done} pages read again, {most} articles in all"));
    });
    line.clear();
    let summary = match result {
        Ok(summary) => summary,
        Err(error) => return failed(error),
    };
    let exit = if summary.failed > 0 { Exit::SomePagesFailed } else { Exit::Done };
    if args.json {
        output::write_stdout(&format!("{:#}\n", summary.to_json()))?;
    } else if !globals.quiet || exit != Exit::Done {
        output::write_stdout(&render(&summary, args.dry_run))?;
    }
    Ok(exit)
}

fn render(summary: &Summary, dry_run: bool) -> String {
    let would = if dry_run { "would be " } else { "" };
    let mut text = format!(
        "{} pages read again: {} {would}changed, {} {would}new, {} the same, {} failed\n",
        summary.pages, summary.changed, summary.new, summary.same, summary.failed
    );
    if summary.earlier > 0 {
        let _ = writeln!(text, "earlier states of articles: {} {would}changed", summary.earlier);
    }
    for (field, changes) in &summary.fields {
        let mut parts = vec![format!("{} changed", changes.changed)];
        if changes.found > 0 {
            parts.push(format!("{} now found", changes.found));
        }
        if changes.lost > 0 {
            parts.push(format!("{} lost", changes.lost));
        }
        let _ = writeln!(text, "{field}: {}", parts.join(", "));
        for example in &changes.examples {
            let _ = writeln!(text, "  {} ({})", example.url, example.kind);
            let mut value = |mark: char, value: &str| {
                if !value.is_empty() {
                    let _ = writeln!(text, "    {mark} {}", harmless(value));
                }
            };
            value('-', &example.before);
            value('+', &example.after);
        }
    }
    for portal in &summary.without_portal {
        let _ = writeln!(text, "note: {portal} has no selector file any more; its articles stay as they are");
    }
    for note in &summary.notes {
        let _ = writeln!(text, "note: {}", harmless(note));
    }
    for (url, reason) in summary.failures.iter().take(SHOWN) {
        let _ = writeln!(text, "failed: {url} ({})", harmless(reason));
    }
    if summary.failed as usize > SHOWN {
        let _ = writeln!(text, "… and {} more; --json lists them", summary.failed as usize - SHOWN);
    }
    text
}
