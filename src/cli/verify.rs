//! `dateline verify`: whether the archive is whole, and what is affected where it is not.

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use crate::archive::{Problem, Verification, repair, verify};
use crate::cli::maintenance::failed;
use crate::cli::terminal::{Terminal, Tone, harmless};
use crate::cli::{Exit, Globals, output};

/// Options of `dateline verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Make anew what follows from the rest: indexes, full text, clusters; finish what a crash cut off
    #[arg(long)]
    pub repair: bool,
    /// Write the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// Verifies.
pub(crate) fn run(args: &VerifyArgs, globals: &Globals) -> anyhow::Result<Exit> {
    let mut done = Vec::new();
    if args.repair {
        match repair(&globals.archive) {
            Ok(lines) => done = lines,
            Err(error) if error.is_held() => return failed(error),
            // What cannot be repaired is named by the check below.
            Err(error) => {
                output::print_error(&anyhow::Error::from(error).context("the repair was not finished"));
            }
        }
    }
    let verification = match verify(&globals.archive) {
        Ok(verification) => verification,
        Err(error) => return failed(error),
    };
    let is_whole = verification.problems.is_empty();
    if args.json {
        output::write_stdout(&format!("{:#}\n", to_json(&verification, &done)))?;
    } else if !globals.quiet || !is_whole {
        output::write_stdout(&render(&verification, &done, Terminal::of_stdout(globals.color)))?;
    }
    Ok(if is_whole { Exit::Done } else { Exit::Failed })
}

fn render(verification: &Verification, done: &[String], terminal: Terminal) -> String {
    let mut text = String::new();
    for line in done {
        let _ = writeln!(text, "done: {}", harmless(line));
    }
    let _ = writeln!(
        text,
        "{} revisions, {} captures, {} records in {} WARC files checked",
        verification.revisions, verification.captures, verification.records, verification.files
    );
    for note in &verification.notes {
        let _ = writeln!(text, "note: {}", harmless(note));
    }
    for problem in &verification.problems {
        let place = terminal.paint(&problem.place, Tone::Strong);
        let _ = writeln!(text, "{place}: {}", harmless(&problem.what));
        for affected in &problem.affects {
            let _ = writeln!(text, "  affects {}", harmless(affected));
        }
    }
    match verification.problems.len() {
        0 => text.push_str("nothing is damaged\n"),
        count => {
            let _ = writeln!(text, "{count} {} found", if count == 1 { "problem" } else { "problems" });
            text.push_str(hint(&verification.problems));
        }
    }
    text
}

fn hint(problems: &[Problem]) -> &'static str {
    if problems.iter().all(|problem| problem.can_be_rebuilt) {
        "\nhint: dateline verify --repair makes this anew\n"
    } else {
        "\nhint: a backup (dateline backup) has what is damaged here; what only the database has lost of pages that are \
         whole in the WARC files comes back with dateline reparse\n"
    }
}

fn to_json(verification: &Verification, done: &[String]) -> serde_json::Value {
    json!({
        "revisions": verification.revisions, "captures": verification.captures,
        "records": verification.records, "files": verification.files,
        "problems": verification.problems.iter().map(|problem| json!({
            "place": problem.place, "what": problem.what, "affects": problem.affects,
            "can_be_rebuilt": problem.can_be_rebuilt,
        })).collect::<Vec<_>>(),
        "notes": verification.notes, "done": done,
    })
}
