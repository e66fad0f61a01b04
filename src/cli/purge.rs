//! `dateline purge`: takes articles out of the archive, bytes and all, and leaves tombstones.

use std::fmt::Write as _;

use clap::Args;
use jiff::Timestamp;

use crate::archive::{WritableArchive, plan_purge, purge};
use crate::cli::filter::FilterArgs;
use crate::cli::maintenance::failed;
use crate::cli::terminal::harmless;
use crate::cli::{Exit, Globals, UsageError, output, show};
use crate::model::article::ArticleId;
use crate::store::purge::{PurgePlan, PurgeSelection};
use crate::store::{Filter, Store};

/// Options of `dateline purge`.
#[derive(Debug, Args)]
pub struct PurgeArgs {
    /// Articles to take out: their ids or addresses
    #[arg(value_name = "ARTICLE")]
    pub articles: Vec<String>,
    /// One article more, by id or address; repeat for several
    #[arg(long, value_name = "ARTICLE")]
    pub article: Vec<String>,
    /// Which articles, where none is named
    #[command(flatten)]
    pub filter: FilterArgs,
    /// Why, for the tombstones
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Only show what would be taken out
    #[arg(long)]
    pub dry_run: bool,
}

/// Purges.
pub(crate) fn run(args: &PurgeArgs, globals: &Globals) -> anyhow::Result<Exit> {
    let named: Vec<&String> = args.articles.iter().chain(&args.article).collect();
    let reader = Store::open_read_only(&globals.archive)?;
    let filter = match args.filter.filter(&reader, None)? {
        Ok(filter) => filter,
        Err(message) => return Err(UsageError(message).into()),
    };
    let filters = filter != Filter::default();
    if named.is_empty() != filters {
        let message = "purge takes either articles or filters\n\nhint: `dateline purge ID`, or `dateline purge --portal NAME --until DATE`; --dry-run shows what would go";
        return Err(UsageError(message.to_owned()).into());
    }
    let mut articles: Vec<ArticleId> = Vec::new();
    for name in named {
        match show::find(&reader, name)? {
            Ok(archived) => articles.push(archived.article.id),
            Err(message) => return Err(UsageError(message).into()),
        }
    }
    drop(reader);
    let selection = PurgeSelection { articles, filter };
    let mut archive = match WritableArchive::open_existing(&globals.archive) {
        Ok(archive) => archive,
        Err(error) => return failed(error),
    };
    let notes = std::mem::take(&mut archive.notes);
    let mut text = String::new();
    for note in notes {
        let _ = writeln!(text, "note: {}", harmless(&note));
    }
    if args.dry_run {
        match plan_purge(&mut archive, &selection) {
            Ok(plan) => text.push_str(&told("would be taken out", &plan)),
            Err(error) => return failed(error),
        }
    } else {
        match purge(&mut archive, &selection, args.reason.as_deref(), Timestamp::now()) {
            Ok(purged) => {
                text.push_str(&told("taken out", &purged.plan));
                for line in &purged.files {
                    let _ = writeln!(text, "{}", harmless(line));
                }
            }
            Err(error) => return failed(error),
        }
    }
    if !globals.quiet {
        output::write_stdout(&text)?;
    }
    Ok(Exit::Done)
}

fn told(verb: &str, plan: &PurgePlan) -> String {
    format!(
        "{verb}: {} articles with {} revisions, {} captures ({} bytes in WARC files)\n",
        plan.articles, plan.revisions, plan.captures, plan.bytes
    )
}
