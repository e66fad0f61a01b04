//! What a crawl does when it is over and nobody watches: figures, a command of the person's own, a heartbeat.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;

use crate::cli::hook;
use crate::cli::metrics::{self, Facts};
use crate::cli::{Exit, Globals, output, run_report};
use crate::config::{self, Overrides, Unattended, heartbeat_address};
use crate::crawl::{RunReport, send_heartbeat};
use crate::frontier::FetchPermit;
use crate::model::crawl_url::CrawlUrl;
use crate::model::duration_text::parse_duration;
use crate::store::Store;

/// Options for runs nobody watches; each can stand in `dateline.toml` under `[unattended]`.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Unattended")]
pub struct UnattendedArgs {
    /// Stop after this time, like 90s, 30m, 2h
    #[arg(long, env = "DATELINE_MAX_TIME", value_name = "DURATION", value_parser = parse_duration)]
    pub max_time: Option<Duration>,
    /// Run this command when the run ends badly; it gets the message about it on stdin
    #[arg(long, env = "DATELINE_ON_PROBLEM", value_name = "CMD")]
    pub on_problem: Option<String>,
    /// Ask this address when the run ends well: a monitoring service that raises the alarm when it hears nothing
    #[arg(long, env = "DATELINE_HEARTBEAT", value_name = "URL", value_parser = heartbeat_address)]
    pub heartbeat: Option<CrawlUrl>,
    /// Write the run's figures for Prometheus to FILE
    #[arg(long, env = "DATELINE_METRICS", value_name = "FILE")]
    pub metrics: Option<PathBuf>,
}

impl UnattendedArgs {
    /// These options, then the file's.
    pub(crate) fn over(&self, file: &Unattended) -> Unattended {
        Unattended {
            max_time: self.max_time.or(file.max_time),
            on_problem: self.on_problem.clone().or_else(|| file.on_problem.clone()),
            heartbeat: self.heartbeat.clone().or_else(|| file.heartbeat.clone()),
            metrics: self.metrics.clone().or_else(|| file.metrics.clone()),
        }
    }

    /// The same where the configuration may be what is wrong: then the options alone.
    pub(crate) fn over_file(&self, globals: &Globals) -> Unattended {
        let file = config::load(&Overrides { config: globals.config.clone(), ..Overrides::default() });
        self.over(&file.map(|settings| settings.unattended).unwrap_or_default())
    }
}

/// How a run ended, as far as the duties go.
pub(crate) struct Ended<'a> {
    /// The exit code.
    pub(crate) exit: Exit,
    /// What it did; `None`: it did nothing.
    pub(crate) report: Option<&'a RunReport>,
    /// What stopped it from doing anything.
    pub(crate) error: Option<&'a str>,
    /// Portals left out because their files have mistakes.
    pub(crate) broken: &'a [String],
    /// The heartbeat's permit, with how to ask.
    pub(crate) heartbeat: Option<(FetchPermit, crate::fetch::Settings)>,
}

/// Does what is to be done after a run. Gives the exit code, which turns bad where the figures cannot be written.
pub(crate) fn after(unattended: &Unattended, ended: &Ended<'_>, globals: &Globals) -> Exit {
    let mut exit = ended.exit;
    if let Some(path) = &unattended.metrics
        && exit != Exit::Busy
        && let Err(error) = write_metrics(path, ended, globals)
    {
        let error = anyhow::Error::from(error).context(format!("cannot write {}", path.display()));
        output::print_error(&error);
        exit = if exit == Exit::Done { Exit::Failed } else { exit };
    }
    match exit {
        Exit::Done => {
            if let Some((permit, settings)) = &ended.heartbeat {
                // Not printed with --quiet: the service itself raises the alarm, and the crawl went well.
                match send_heartbeat(permit, settings, Timestamp::now()) {
                    Ok(Ok(())) => {}
                    Ok(Err(reason)) => tracing::warn!(outcome = reason, "the heartbeat was not heard"),
                    Err(error) => tracing::warn!(outcome = %error, "the heartbeat was not heard"),
                }
            }
        }
        // Whoever stopped it knows.
        Exit::Interrupted | Exit::Terminated => {}
        _ => {
            if let Some(command) = &unattended.on_problem {
                call(command, ended, exit, globals);
            }
        }
    }
    exit
}

fn call(command: &str, ended: &Ended<'_>, exit: Exit, globals: &Globals) {
    let (subject, message) = match (ended.report, ended.error) {
        (_, Some(error)) => {
            let first = error.lines().next().unwrap_or_default();
            (format!("dateline: {first}"), error.to_owned())
        }
        (Some(report), None) => {
            let message = run_report::message(report, exit, &globals.archive);
            let subject = match ended.broken {
                [] => run_report::subject(report, exit),
                names => format!("dateline: mistakes in the portal files of {}", names.join(", ")),
            };
            (subject, run_report::about_broken(ended.broken) + &message)
        }
        (None, None) => (format!("dateline: exit code {}", exit.code()), String::new()),
    };
    let problems = ended.report.map(RunReport::problems).unwrap_or_default();
    let portals: BTreeSet<&str> = problems
        .iter()
        .map(|problem| problem.portal.as_str())
        .chain(ended.broken.iter().map(String::as_str))
        .collect();
    let portals = portals.into_iter().collect::<Vec<_>>().join(" ");
    let archive = std::path::absolute(&globals.archive).unwrap_or_else(|_| globals.archive.clone());
    let facts = [
        ("DATELINE_EXIT_CODE", exit.code().to_string()),
        ("DATELINE_SUBJECT", subject),
        ("DATELINE_PORTALS", portals),
        ("DATELINE_RUN", ended.report.map(|report| report.run.to_string()).unwrap_or_default()),
        ("DATELINE_ARCHIVE", archive.display().to_string()),
    ];
    if let Err(error) = hook::run(command, &message, &facts, hook::PATIENCE) {
        output::print_error(&anyhow::Error::from(error).context("--on-problem"));
    }
}

fn write_metrics(path: &Path, ended: &Ended<'_>, globals: &Globals) -> std::io::Result<()> {
    // Without an archive there is still something to say: that the run failed.
    let store = Store::open_read_only(&globals.archive).ok();
    let portals = store.as_ref().and_then(|store| store.status(Timestamp::now()).ok()).unwrap_or_default();
    let last_success = store.as_ref().and_then(|store| store.last_success().ok().flatten());
    let (exit, report) = (ended.exit, ended.report);
    metrics::write(path, Facts { now: Timestamp::now(), exit, report, portals: &portals, last_success })
}
