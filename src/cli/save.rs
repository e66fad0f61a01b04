//! `dateline save`: archive single article addresses.

use std::io::{BufRead as _, stdin};
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;

use crate::cli::contact::ContactArgs;
use crate::cli::{Exit, Globals, UsageError, crawl, portals, run_report};
use crate::crawl::{CrawlPlan, PortalReport, Task};
use crate::frontier::scope::Period;
use crate::model::crawl_url::CrawlUrl;
use crate::portal::Portal;

/// Addresses taken from stdin at most.
const MAX_ADDRESSES: usize = 1_000_000;

/// Options of `dateline save`.
#[derive(Debug, Args)]
pub struct SaveArgs {
    /// Article addresses; `-`: one per line on stdin
    #[arg(value_name = "URL", required = true)]
    pub urls: Vec<String>,
    /// Who is crawling, and how.
    #[command(flatten)]
    pub contact: ContactArgs,
}

/// Archives the addresses, each with the selectors of the portal that owns its host, else generically.
pub(crate) fn run(args: &SaveArgs, globals: &Globals) -> anyhow::Result<Exit> {
    let settings = args.contact.settings(globals).map_err(|error| UsageError(error.to_string()))?;
    let set = portals::all(globals)?;
    let mut chosen: Vec<Portal> = Vec::new();
    let mut addresses = Vec::new();
    for text in addresses_of(&args.urls)? {
        let url = CrawlUrl::parse(&text).map_err(|error| UsageError(format!("{text}: {error}")))?;
        let portal =
            set.owner_of(&url).map_or_else(|| Portal::generic(url.host()), |known| (*known.portal).clone());
        let url = portal.canonicalize(url);
        let planned = chosen.iter().position(|planned| planned.id == portal.id);
        let index = planned.unwrap_or(chosen.len());
        if planned.is_none() {
            chosen.push(portal);
        } else if !chosen[index].owns(&url) {
            // Addresses without a selector file share one portal: they differ only in their hosts.
            chosen[index].hosts.push(url.host());
        }
        addresses.push((index, url));
    }
    let plan = CrawlPlan {
        archive: globals.archive.clone(),
        portals: chosen.into_iter().map(Arc::new).collect(),
        settings,
        period: Period::default(),
        max_articles: None,
        max_requests: None,
        max_time: None,
        task: Task::Save(addresses),
        refresh: false,
        dry_run: false,
    };
    let report = match crawl::execute(&plan, globals)? {
        Ok(report) => report,
        Err(exit) => return Ok(exit),
    };
    // An address that waits (its host's robots.txt did not answer), is forbidden or opts out was asked for and is
    // not there.
    let is_missing =
        |portal: &PortalReport| portal.waiting > 0 || portal.excluded > 0 || portal.opted_out > 0;
    let waits = report.portals.iter().any(is_missing);
    let exit = match crawl::exit_of(&report) {
        Exit::Done if waits => Exit::SomePagesFailed,
        exit => exit,
    };
    run_report::print(&report, globals, exit, false)?;
    Ok(exit)
}

fn addresses_of(arguments: &[String]) -> anyhow::Result<Vec<String>> {
    let mut addresses = Vec::new();
    for argument in arguments {
        if argument != "-" {
            addresses.push(argument.clone());
            continue;
        }
        for line in stdin().lock().lines() {
            let line = line.context("cannot read addresses from stdin")?;
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if addresses.len() >= MAX_ADDRESSES {
                return Err(UsageError(format!("more than {MAX_ADDRESSES} addresses")).into());
            }
            addresses.push(line.to_owned());
        }
    }
    Ok(addresses)
}
