//! `[unattended]`: what a crawl does besides when nobody watches. Running commands and writing files is `cli`'s.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::config::ConfigError;
use crate::model::crawl_url::CrawlUrl;
use crate::model::duration_text::parse_duration;

/// What a crawl does besides when nobody watches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unattended {
    /// A run ends after this time.
    pub max_time: Option<Duration>,
    /// Run by the shell when a run ends badly.
    pub on_problem: Option<String>,
    /// Asked when a run ends well.
    pub heartbeat: Option<CrawlUrl>,
    /// Where the figures for Prometheus are written.
    pub metrics: Option<PathBuf>,
}

/// The table as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct UnattendedTable {
    max_time: Option<String>,
    on_problem: Option<String>,
    heartbeat: Option<String>,
    metrics: Option<PathBuf>,
}

impl UnattendedTable {
    /// The table validated; paths count from `directory`.
    pub(super) fn checked(self, directory: &Path) -> Result<Unattended, ConfigError> {
        let value = |name, message| ConfigError::Value { name, message };
        let max_time = self
            .max_time
            .map(|text| parse_duration(&text))
            .transpose()
            .map_err(|error| value("unattended.max_time", error.to_string()))?;
        let heartbeat = self
            .heartbeat
            .filter(|text| !text.trim().is_empty())
            .map(|text| heartbeat_address(&text))
            .transpose()
            .map_err(|message| value("unattended.heartbeat", message))?;
        Ok(Unattended {
            max_time,
            on_problem: self.on_problem.filter(|command| !command.trim().is_empty()),
            heartbeat,
            metrics: self.metrics.map(|path| directory.join(path)),
        })
    }
}

/// The address of a monitoring service, as typed.
pub fn heartbeat_address(text: &str) -> Result<CrawlUrl, String> {
    CrawlUrl::parse(text.trim()).map_err(|error| format!("{text:?}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_count_from_the_file_and_mistakes_name_the_key() {
        let table: UnattendedTable =
            toml::from_str("max_time = \"50m\"\nmetrics = \"out/dateline.prom\"\non_problem = \" \"")
                .unwrap();
        let checked = table.checked(Path::new("/home/news")).unwrap();
        assert_eq!(checked.metrics, Some(PathBuf::from("/home/news/out/dateline.prom")));
        assert_eq!((checked.max_time, checked.on_problem), (Some(Duration::from_secs(3_000)), None));
        for (text, key) in
            [("max_time = \"50\"", "unattended.max_time"), ("heartbeat = \"ping\"", "unattended.heartbeat")]
        {
            let table: UnattendedTable = toml::from_str(text).unwrap();
            assert!(table.checked(Path::new("")).unwrap_err().to_string().starts_with(key), "{text}");
        }
    }
}
