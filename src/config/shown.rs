//! The configuration in force, key by key, as `dateline config show` prints it, and where each value comes from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::de::{DeTable, DeValue};

use crate::config::{ConfigError, Settings, read_text};
use crate::model::duration_text::write_duration;

/// One setting in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its table and key: `politeness.default_delay`; the key alone where it stands in no table.
    pub key: &'static str,
    /// The value as TOML; `None`: not set.
    pub value: Option<String>,
}

/// Where the configuration file says what: keys with the line they stand in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileKeys {
    /// The file, where there is one.
    pub path: Option<PathBuf>,
    lines: BTreeMap<String, usize>,
}

impl FileKeys {
    /// Reads which keys the file at `path` sets.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = read_text(path)?;
        let mut lines = BTreeMap::new();
        if let Ok(table) = DeTable::parse(&text) {
            note_lines(table.get_ref(), "", &text, &mut lines);
        }
        Ok(Self { path: Some(path.to_owned()), lines })
    }

    /// The line in which the file sets `key`, from 1.
    pub fn line(&self, key: &str) -> Option<usize> {
        self.lines.get(key).copied()
    }
}

fn note_lines(table: &DeTable<'_>, prefix: &str, text: &str, lines: &mut BTreeMap<String, usize>) {
    for (key, value) in table {
        let name = format!("{prefix}{}", key.get_ref());
        match value.get_ref() {
            DeValue::Table(inner) if prefix.is_empty() => {
                note_lines(inner, &format!("{name}."), text, lines);
            }
            _ => {
                let before = text.get(..key.span().start).unwrap_or_default();
                lines.insert(name, before.matches('\n').count() + 1);
            }
        }
    }
}

/// Every setting in the order of the documents. `archive` and `selectors` are the directories in use.
pub fn settings_shown(settings: &Settings, archive: &Path, selectors: &Path) -> Vec<Shown> {
    let frontier = &settings.frontier;
    let unattended = &settings.unattended;
    let mib = |bytes: u64| Some((bytes >> 20).to_string());
    let ages: Vec<String> = settings.revisit.iter().map(|age| write_duration(*age)).collect();
    let shown = |key, value| Shown { key, value };
    vec![
        shown("archive", Some(path(archive))),
        shown("selectors", Some(path(selectors))),
        shown("contact", settings.contact.as_deref().map(quoted)),
        shown("private_hosts", Some(list(&settings.fetch.local_names))),
        shown("connections", Some(settings.connections.to_string())),
        shown("politeness.default_delay", Some(duration(frontier.default_delay))),
        shown("politeness.min_delay", Some(duration(frontier.min_delay))),
        shown("politeness.max_crawl_delay", Some(duration(frontier.max_crawl_delay))),
        shown("politeness.max_retry_after", Some(duration(frontier.max_retry_after))),
        shown("politeness.attempts", Some(frontier.attempts.to_string())),
        shown("politeness.breaker_failures", Some(frontier.breaker_failures.to_string())),
        shown("politeness.breaker_pause", Some(duration(frontier.breaker_pause))),
        shown("opt_outs.honour", Some(list(&frontier.opt_outs.honour))),
        shown("opt_outs.legal_basis", frontier.opt_outs.legal_basis.as_deref().map(quoted)),
        shown("revisit.after", Some(list(&ages))),
        shown("limits.max_body_mib", mib(frontier.max_body_bytes)),
        shown("limits.max_decoded_mib", mib(settings.fetch.decode_limits.decoded_bytes as u64)),
        shown("limits.first_byte", Some(duration(settings.fetch.first_byte_timeout))),
        shown("limits.total", Some(duration(settings.fetch.total_timeout))),
        shown("limits.warc_mib", mib(settings.warc_bytes)),
        shown("unattended.max_time", unattended.max_time.map(duration)),
        shown("unattended.on_problem", unattended.on_problem.as_deref().map(quoted)),
        shown("unattended.heartbeat", unattended.heartbeat.as_ref().map(|url| quoted(url.as_str()))),
        shown("unattended.metrics", unattended.metrics.as_deref().map(path)),
    ]
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn list<S: AsRef<str>>(texts: &[S]) -> String {
    let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
    toml::Value::from(texts).to_string()
}

fn path(path: &Path) -> String {
    quoted(&path.to_string_lossy())
}

fn duration(duration: Duration) -> String {
    quoted(&write_duration(duration))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_file_has_its_line() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("dateline.toml");
        std::fs::write(&file, "# ours\ncontact = \"a@b.example\"\n\n[limits]\ntotal = \"1m\"\n").unwrap();
        let keys = FileKeys::read(&file).unwrap();
        assert_eq!((keys.line("contact"), keys.line("limits.total")), (Some(2), Some(5)));
        assert_eq!(keys.line("connections"), None);
    }
}
