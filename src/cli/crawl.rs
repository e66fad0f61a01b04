//! `dateline crawl`: discover, fetch, extract, store.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use jiff::civil::Date;

use crate::cli::contact::ContactArgs;
use crate::cli::progress::Progress;
use crate::cli::unattended::{self, Ended, UnattendedArgs};
use crate::cli::{Exit, Globals, UsageError, dates, output, portals, run_report, signals};
use crate::config::Unattended;
use crate::crawl::{self, CrawlError, CrawlPlan, LockError, RunReport, Shutdown, StopReason, Task};
use crate::fetch;
use crate::frontier::scope::Period;
use crate::frontier::{FetchPermit, heartbeat_permit};

/// Options of `dateline crawl`.
#[derive(Debug, Args)]
pub struct CrawlArgs {
    /// The portals to crawl; default: all in the selectors directory
    #[arg(value_name = "PORTAL")]
    pub portals: Vec<String>,
    /// Only articles published on or after this day (YYYY, YYYY-MM or YYYY-MM-DD)
    #[arg(long, value_name = "DATE", value_parser = dates::first_day)]
    pub since: Option<Date>,
    /// Only articles published on or before this day
    #[arg(long, value_name = "DATE", value_parser = dates::last_day)]
    pub until: Option<Date>,
    /// Stop after this many new or changed articles
    #[arg(long, value_name = "N")]
    pub max_articles: Option<u64>,
    /// Stop after this many requests
    #[arg(long, value_name = "N")]
    pub max_requests: Option<u64>,
    /// Also ask known articles again that are due
    #[arg(long)]
    pub refresh: bool,
    /// Only list the articles that would be fetched; keep nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Write the run's report as JSON to FILE (`-`: stdout)
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Who is crawling, and how.
    #[command(flatten)]
    pub contact: ContactArgs,
    /// For runs nobody watches.
    #[command(flatten)]
    pub unattended: UnattendedArgs,
}

/// What a crawl came to.
struct Crawled {
    exit: Exit,
    /// What it did; `None`: another run holds the archive.
    report: Option<RunReport>,
    heartbeat: Option<(FetchPermit, fetch::Settings)>,
    /// Portals left out because their files have mistakes.
    broken: Vec<String>,
}

/// Crawls, and does what is to be done after a run that nobody watches.
pub(crate) fn run(args: &CrawlArgs, globals: &Globals) -> anyhow::Result<Exit> {
    let unattended = args.unattended.over_file(globals);
    let crawled = crawl(args, &unattended, globals);
    if args.dry_run {
        return crawled.map(|crawled| crawled.exit);
    }
    match crawled {
        Ok(Crawled { exit, report, heartbeat, broken }) => {
            let busy = format!("another run holds the archive {}", globals.archive.display());
            let error = (exit == Exit::Busy).then_some(busy.as_str());
            let ended = Ended { exit, report: report.as_ref(), error, broken: &broken, heartbeat };
            Ok(unattended::after(&unattended, &ended, globals))
        }
        Err(error) => {
            let exit = if error.is::<UsageError>() { Exit::Usage } else { Exit::Failed };
            let text = output::error_text(&error);
            let ended = Ended { exit, report: None, error: Some(&text), broken: &[], heartbeat: None };
            unattended::after(&unattended, &ended, globals);
            Err(error)
        }
    }
}

fn crawl(args: &CrawlArgs, unattended: &Unattended, globals: &Globals) -> anyhow::Result<Crawled> {
    let settings = args.contact.settings(globals).map_err(|error| UsageError(error.to_string()))?;
    let chosen = portals::choose(&args.portals, globals)?;
    let heartbeat = match &unattended.heartbeat {
        Some(url) => {
            let everywhere = portals::all(globals)?;
            let known = everywhere.portals.iter().map(|known| &known.portal).chain(&chosen.portals);
            let permit = heartbeat_permit(url, known).ok_or_else(|| {
                UsageError(format!(
                    "the heartbeat {url} is on a portal's host\n\nhint: it is for a monitoring service; a portal is only asked politely"
                ))
            })?;
            Some((permit, settings.fetch.clone()))
        }
        None => None,
    };
    let plan = CrawlPlan {
        archive: globals.archive.clone(),
        portals: chosen.portals,
        settings,
        period: Period { since: args.since, until: args.until },
        max_articles: args.max_articles,
        max_requests: args.max_requests,
        max_time: unattended.max_time,
        task: Task::Discover,
        refresh: args.refresh,
        dry_run: args.dry_run,
    };
    let report = match execute(&plan, globals)? {
        Ok(report) => report,
        Err(exit) => return Ok(Crawled { exit, report: None, heartbeat: None, broken: Vec::new() }),
    };
    if let Some(path) = &args.report {
        let mut text = serde_json::to_string_pretty(&report.to_json()).context("cannot write the report")?;
        text.push('\n');
        if path.as_os_str() == "-" {
            output::write_stdout(&text)?;
        } else {
            std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    let to_stdout = args.report.as_ref().is_some_and(|path| path.as_os_str() == "-");
    let exit = exit_of(&report);
    if args.dry_run {
        for url in &report.would_fetch {
            if !output::write_stdout(&format!("{url}\n"))? {
                break;
            }
        }
    }
    run_report::print(&report, globals, exit, to_stdout || args.dry_run)?;
    if args.dry_run && !globals.quiet {
        output::write_stderr(&run_report::outlook(&report));
    }
    // A broken selector file is a mistake to mend, however the other portals' crawls went.
    let interrupted = matches!(exit, Exit::Interrupted | Exit::Terminated);
    let exit = if chosen.broken.is_empty() || interrupted { exit } else { Exit::Usage };
    Ok(Crawled { exit, report: Some(report), heartbeat, broken: chosen.broken })
}

/// Runs a plan with progress and signals. The inner `Err`: nothing was done, and this is the exit code that says why.
pub(crate) fn execute(plan: &CrawlPlan, globals: &Globals) -> anyhow::Result<Result<RunReport, Exit>> {
    let shutdown = Shutdown::default();
    signals::listen(&shutdown).context("cannot listen for signals")?;
    let mut progress = Progress::new(globals);
    let result = crawl::run(plan, &shutdown, &mut |report| progress.show(report));
    progress.clear();
    match result {
        Ok(report) => Ok(Ok(report)),
        Err(error @ CrawlError::Lock(LockError::Held(_))) => {
            output::print_error(&error.into());
            Ok(Err(Exit::Busy))
        }
        Err(error @ CrawlError::NoContact(_)) => Err(UsageError(error.to_string()).into()),
        Err(error) => Err(error.into()),
    }
}

/// The exit code a report asks for.
pub(crate) fn exit_of(report: &RunReport) -> Exit {
    match report.stopped {
        Some(StopReason::Interrupt) => return Exit::Interrupted,
        Some(StopReason::Terminate) => return Exit::Terminated,
        _ => {}
    }
    if report.has_drift() {
        Exit::Drift
    } else if report.has_failures() {
        Exit::SomePagesFailed
    } else {
        Exit::Done
    }
}
