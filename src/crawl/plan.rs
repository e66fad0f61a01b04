//! What a run is asked to do, validated.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::config::Settings;
use crate::frontier::scope::Period;
use crate::model::crawl_url::CrawlUrl;
use crate::portal::{Portal, is_loopback_name};

/// What a run is asked to do.
#[derive(Debug, Clone)]
pub struct CrawlPlan {
    /// The archive's directory.
    pub archive: PathBuf,
    /// The portals, in the order of the report.
    pub portals: Vec<Arc<Portal>>,
    /// Pace, limits, contact.
    pub settings: Settings,
    /// Publication days wanted.
    pub period: Period,
    /// Stop after this many articles were stored for the first time or found changed.
    pub max_articles: Option<u64>,
    /// Stop after this many requests.
    pub max_requests: Option<u64>,
    /// Stop after this time.
    pub max_time: Option<Duration>,
    /// What to ask for.
    pub task: Task,
    /// Ask known articles again that are due.
    pub refresh: bool,
    /// Discover only, and leave the archive as it is.
    pub dry_run: bool,
}

/// What to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Walk the portals' listings, feeds and sitemaps, and fetch what is new.
    Discover,
    /// Fetch these addresses, each for the portal at that index, known or not.
    Save(Vec<(usize, CrawlUrl)>),
}

impl Task {
    /// The word runs are stored under.
    pub(crate) fn command(&self) -> &'static str {
        match self {
            Self::Discover => "crawl",
            Self::Save(_) => "save",
        }
    }
}

impl CrawlPlan {
    /// Finds what is new on `portals`, without a limit of its own.
    pub fn discovery(archive: PathBuf, portals: Vec<Arc<Portal>>, settings: Settings) -> Self {
        Self {
            archive,
            portals,
            settings,
            period: Period::default(),
            max_articles: None,
            max_requests: None,
            max_time: None,
            task: Task::Discover,
            refresh: false,
            dry_run: false,
        }
    }

    /// What was in force, for the archive: who reads the data must know how it was asked for.
    pub(crate) fn settings_json(&self) -> Value {
        let seconds = |duration: Duration| duration.as_secs_f64();
        let frontier = &self.settings.frontier;
        json!({
            "user_agent": self.settings.fetch.user_agent,
            "since": self.period.since.map(|day| day.to_string()),
            "until": self.period.until.map(|day| day.to_string()),
            "max_articles": self.max_articles,
            "max_requests": self.max_requests,
            "max_time_seconds": self.max_time.map(seconds),
            "refresh": self.refresh,
            "default_delay_seconds": seconds(frontier.default_delay),
            "min_delay_seconds": seconds(frontier.min_delay),
            "opt_outs": {
                "honour": frontier.opt_outs.honour,
                "legal_basis": frontier.opt_outs.legal_basis,
            },
            "portals": self.portals.iter().map(|portal| json!({
                "portal": portal.id,
                "delay_seconds": portal.politeness.delay.map(seconds),
                "concurrency": portal.politeness.concurrency.unwrap_or(1),
            })).collect::<Vec<_>>(),
        })
    }

    /// The first host that may not be asked without a contact: one that is not this machine.
    pub fn host_that_needs_contact(&self) -> Option<String> {
        if self.settings.contact.is_some() {
            return None;
        }
        self.portals
            .iter()
            .flat_map(|portal| &portal.hosts)
            .find(|host| !is_loopback_name(host.name()))
            .map(|host| host.as_str().to_owned())
    }
}
