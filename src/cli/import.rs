//! `dateline import`: WARCs made by others, archived like what was crawled.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;

use crate::cli::maintenance::{WorkLine, failed};
use crate::cli::terminal::harmless;
use crate::cli::{Exit, Globals, UsageError, output, portals};
use crate::config::{self, Overrides};
use crate::import::{FileImport, ImportPlan, Imported, import};

/// Problems shown of one file.
const SHOWN: usize = 10;

/// Options of `dateline import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// WARC files, of wget, warcio, Browsertrix, Common Crawl …, compressed or not
    #[arg(value_name = "WARC", required = true)]
    pub files: Vec<PathBuf>,
    /// Import articles, too, that were purged from the archive
    #[arg(long)]
    pub purged_too: bool,
    /// The configuration file; default: dateline.toml, if it is there
    #[arg(long, env = "DATELINE_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Write the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// Imports.
pub(crate) fn run(args: &ImportArgs, globals: &Globals) -> anyhow::Result<Exit> {
    let overrides = Overrides { config: args.config.clone(), contact: None };
    let settings = config::load(&overrides).map_err(|error| UsageError(error.to_string()))?;
    let set = portals::all(globals)?;
    let plan = ImportPlan {
        archive: globals.archive.clone(),
        files: args.files.clone(),
        portals: &set,
        opt_outs: settings.frontier.opt_outs,
        warc_bytes: settings.warc_bytes,
        purged_too: args.purged_too,
    };
    let line = WorkLine::new(globals);
    let result = import(&plan, Timestamp::now(), &mut |path, responses| {
        line.show(|| format!("{}: {responses} responses", path.display()));
    });
    line.clear();
    let imported = match result {
        Ok(imported) => imported,
        Err(error) => return failed(error),
    };
    let exit = if !imported.has_problems() {
        Exit::Done
    } else if imported.is_nothing() {
        Exit::Failed
    } else {
        Exit::SomePagesFailed
    };
    if args.json {
        output::write_stdout(&format!("{:#}\n", imported.to_json()))?;
    } else if !globals.quiet {
        output::write_stdout(&render(&imported))?;
    }
    output::write_stderr(&problems(&imported));
    Ok(exit)
}

fn render(imported: &Imported) -> String {
    let mut text = String::new();
    for note in &imported.notes {
        let _ = writeln!(text, "note: {}", harmless(note));
    }
    for file in &imported.files {
        let _ = writeln!(text, "{}: {}", file.path.display(), summary(file));
    }
    text
}

fn summary(file: &FileImport) -> String {
    let mut parts = vec![format!("{} new", file.new)];
    for (count, what) in [
        (file.changed, "changed"),
        (file.unchanged, "unchanged"),
        (file.known, "known already"),
        (file.not_articles, "not articles"),
        (file.not_pages, "not pages"),
        (file.incomplete, "incomplete"),
        (file.opted_out, "ask not to be kept"),
        (file.purged, "purged before"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    format!("{} ({} responses)", parts.join(", "), file.responses)
}

fn problems(imported: &Imported) -> String {
    let mut text = String::new();
    for file in &imported.files {
        for problem in file.problems.iter().take(SHOWN) {
            let _ = writeln!(text, "error: {}: {}", file.path.display(), harmless(problem));
        }
        if file.problems.len() > SHOWN {
            let _ = writeln!(text, "… and {} more; --json lists them", file.problems.len() - SHOWN);
        }
    }
    text
}
