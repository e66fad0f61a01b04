//! The flags that select articles, the same for every command that reads the archive.

use anyhow::Context as _;
use clap::Args;
use jiff::civil::Date;

use crate::cli::dates;
use crate::store::{Filter, Store};

/// Which articles.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Filters")]
pub struct FilterArgs {
    /// Only this portal's; repeat for several
    #[arg(long, value_name = "NAME")]
    pub portal: Vec<String>,
    /// Only published on or after this day (YYYY, YYYY-MM or YYYY-MM-DD)
    #[arg(long, value_name = "DATE", value_parser = dates::first_day)]
    pub since: Option<Date>,
    /// Only published on or before this day
    #[arg(long, value_name = "DATE", value_parser = dates::last_day)]
    pub until: Option<Date>,
    /// Only in the section of this name
    #[arg(long, value_name = "NAME")]
    pub section: Option<String>,
    /// Only with this place in the dateline
    #[arg(long, value_name = "PLACE")]
    pub place: Option<String>,
    /// Only with quotations of this person (`export quotes`: only these quotations)
    #[arg(long, value_name = "NAME")]
    pub speaker: Option<String>,
}

impl FilterArgs {
    /// The filter; an error names a portal the archive does not know.
    pub(crate) fn filter(
        &self,
        store: &Store,
        query: Option<String>,
    ) -> anyhow::Result<Result<Filter, String>> {
        if !self.portal.is_empty() {
            let known = store.portals().context("cannot read the archive's portals")?;
            if let Some(unknown) = self.portal.iter().find(|portal| !known.contains(portal)) {
                let known = if known.is_empty() { "no portal yet".to_owned() } else { known.join(", ") };
                return Ok(Err(format!("no portal \"{unknown}\" in the archive\n\nhint: there is {known}")));
            }
        }
        Ok(Ok(Filter {
            portals: self.portal.clone(),
            since: self.since,
            until: self.until,
            section: self.section.clone(),
            place: self.place.clone(),
            speaker: self.speaker.clone(),
            query,
        }))
    }
}
