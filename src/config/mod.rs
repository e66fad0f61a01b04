//! File, environment and flags to one validated value; reads selector files for `portal`.
//!
//! Precedence: flags, then environment, then `dateline.toml`, then the defaults here.

pub mod selector_files;
pub mod shown;
mod unattended;

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::decode::Limits;
use crate::fetch;
use crate::frontier::revisit::DEFAULT_AGES;
use crate::frontier::settings::FrontierSettings;
use crate::model::duration_text;
use crate::portal::LEAST_REVISIT_AGE;
use crate::robots::{HONOURABLE, OptOutPolicy};

pub use unattended::{Unattended, heartbeat_address};

use unattended::UnattendedTable;

/// The configuration file looked for in the working directory.
pub const CONFIG_FILE: &str = "dateline.toml";

/// Largest configuration file that is read, in bytes.
const MAX_CONFIG_BYTES: u64 = 1 << 20;

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is there but cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("{path}: {message}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Where and what, as the TOML reader says it.
        message: String,
    },
    /// A value cannot be used.
    #[error("{name}: {message}")]
    Value {
        /// The key, flag or variable.
        name: &'static str,
        /// Why not.
        message: String,
    },
}

/// Everything a crawl is told from outside the portal files.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Who runs this crawler: an address or page, sent with every request.
    pub contact: Option<String>,
    /// Pace and patience.
    pub frontier: FrontierSettings,
    /// Ages at which known articles are asked again where their portal file says nothing.
    pub revisit: Vec<Duration>,
    /// Who asks, and the limits of a request.
    pub fetch: fetch::Settings,
    /// Requests under way at once, over all hosts.
    pub connections: usize,
    /// Size at which a WARC file is closed and the next begun, in bytes.
    pub warc_bytes: u64,
    /// The archive's directory, where the file names one.
    pub archive: Option<PathBuf>,
    /// The directory of selector files, where the file names one.
    pub selectors: Option<PathBuf>,
    /// What a crawl does besides when nobody watches.
    pub unattended: Unattended,
}

/// `dateline.toml` as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ConfigFile {
    archive: Option<PathBuf>,
    selectors: Option<PathBuf>,
    contact: Option<String>,
    private_hosts: Vec<String>,
    connections: Option<usize>,
    politeness: PolitenessTable,
    opt_outs: OptOutsTable,
    limits: LimitsTable,
    unattended: UnattendedTable,
    revisit: RevisitTable,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RevisitTable {
    after: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PolitenessTable {
    default_delay: Option<String>,
    min_delay: Option<String>,
    max_crawl_delay: Option<String>,
    max_retry_after: Option<String>,
    attempts: Option<u8>,
    breaker_failures: Option<u32>,
    breaker_pause: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct OptOutsTable {
    honour: Option<Vec<String>>,
    legal_basis: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LimitsTable {
    max_body_mib: Option<u64>,
    max_decoded_mib: Option<u64>,
    first_byte: Option<String>,
    total: Option<String>,
    warc_mib: Option<u64>,
}

/// What flags and environment say; both win over the file.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--config`: must exist. `None`: [`CONFIG_FILE`] in the working directory, if it is there.
    pub config: Option<PathBuf>,
    /// `--contact`, `DATELINE_CONTACT`.
    pub contact: Option<String>,
}

/// The configuration file in use: the one given, else [`CONFIG_FILE`] in the working directory if it is there.
pub fn file_in_use(given: Option<&Path>) -> Option<PathBuf> {
    given.map(Path::to_owned).or_else(|| Path::new(CONFIG_FILE).exists().then(|| PathBuf::from(CONFIG_FILE)))
}

/// Reads the configuration.
pub fn load(overrides: &Overrides) -> Result<Settings, ConfigError> {
    let path = file_in_use(overrides.config.as_deref());
    let file = path.as_deref().map(read_file).transpose()?.unwrap_or_default();
    // Paths in the file count from where it lies, whatever directory the program was started in.
    let directory = path.as_deref().and_then(Path::parent).unwrap_or(Path::new("")).to_owned();
    let mut frontier = FrontierSettings::default();
    set_duration(&mut frontier.default_delay, "politeness.default_delay", file.politeness.default_delay)?;
    set_duration(&mut frontier.min_delay, "politeness.min_delay", file.politeness.min_delay)?;
    set_duration(
        &mut frontier.max_crawl_delay,
        "politeness.max_crawl_delay",
        file.politeness.max_crawl_delay,
    )?;
    set_duration(
        &mut frontier.max_retry_after,
        "politeness.max_retry_after",
        file.politeness.max_retry_after,
    )?;
    if let Some(attempts) = file.politeness.attempts {
        frontier.attempts = attempts.clamp(1, 10);
        frontier.lifetime_attempts = frontier.attempts.saturating_mul(3);
    }
    set_duration(&mut frontier.breaker_pause, "politeness.breaker_pause", file.politeness.breaker_pause)?;
    if let Some(failures) = file.politeness.breaker_failures {
        frontier.breaker_failures = failures.clamp(1, 1_000);
    }
    frontier.opt_outs = opt_out_policy(file.opt_outs)?;
    let contact = overrides.contact.clone().or(file.contact).map(|contact| contact.trim().to_owned());
    let contact = contact.filter(|contact| !contact.is_empty()).map(checked_contact).transpose()?;
    let mut fetch = fetch::Settings::new(contact.as_deref());
    set_duration(&mut fetch.first_byte_timeout, "limits.first_byte", file.limits.first_byte)?;
    set_duration(&mut fetch.total_timeout, "limits.total", file.limits.total)?;
    if let Some(mib) = file.limits.max_body_mib {
        frontier.max_body_bytes = mib.clamp(1, 1024) << 20;
    }
    if let Some(mib) = file.limits.max_decoded_mib {
        fetch.decode_limits = Limits::with_decoded_bytes((mib.clamp(1, 1024) as usize) << 20);
    }
    fetch.local_names = file.private_hosts;
    let revisit = match file.revisit.after {
        Some(ages) => ages.iter().map(|age| revisit_age(age)).collect::<Result<_, _>>()?,
        None => DEFAULT_AGES.to_vec(),
    };
    Ok(Settings {
        contact,
        frontier,
        revisit,
        fetch,
        connections: file.connections.unwrap_or(64).clamp(1, 1_000),
        warc_bytes: file.limits.warc_mib.unwrap_or(1024).clamp(1, 100 * 1024) << 20,
        archive: file.archive.map(|path| directory.join(path)),
        selectors: file.selectors.map(|path| directory.join(path)),
        unattended: file.unattended.checked(&directory)?,
    })
}

fn opt_out_policy(table: OptOutsTable) -> Result<OptOutPolicy, ConfigError> {
    let mut policy = OptOutPolicy::default();
    if let Some(names) = table.honour {
        let known = |name: String| {
            HONOURABLE.iter().find(|known| **known == name).copied().ok_or_else(|| ConfigError::Value {
                name: "opt_outs.honour",
                message: format!("{name:?} is none of {}", HONOURABLE.join(", ")),
            })
        };
        policy.honour = names.into_iter().map(known).collect::<Result<_, _>>()?;
    }
    policy.legal_basis = table.legal_basis.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    Ok(policy)
}

/// A contact people can use: an e-mail address or a web page.
pub fn checked_contact(contact: String) -> Result<String, ConfigError> {
    let printable = contact.chars().all(|c| c.is_ascii_graphic()) && !contact.contains(['(', ')']);
    if printable
        && (contact.contains('@') || contact.starts_with("http://") || contact.starts_with("https://"))
    {
        return Ok(contact);
    }
    Err(ConfigError::Value {
        name: "contact",
        message: format!("{contact:?} is neither an e-mail address nor the address of a web page"),
    })
}

fn revisit_age(text: &str) -> Result<Duration, ConfigError> {
    let invalid = |message| ConfigError::Value { name: "revisit.after", message };
    let age = duration_text::parse_duration(text).map_err(|error| invalid(error.to_string()))?;
    if age < LEAST_REVISIT_AGE {
        return Err(invalid(format!("{text:?} is less than a minute")));
    }
    Ok(age)
}

fn set_duration(target: &mut Duration, name: &'static str, text: Option<String>) -> Result<(), ConfigError> {
    if let Some(text) = text {
        *target = duration_text::parse_duration(&text)
            .map_err(|error| ConfigError::Value { name, message: error.to_string() })?;
    }
    Ok(())
}

fn read_file(path: &Path) -> Result<ConfigFile, ConfigError> {
    toml::from_str(&read_text(path)?).map_err(|error| ConfigError::Invalid {
        path: path.to_owned(),
        message: error.to_string().trim().to_owned(),
    })
}

fn read_text(path: &Path) -> Result<String, ConfigError> {
    let read_error = |source| ConfigError::Read { path: path.to_owned(), source };
    let size = std::fs::metadata(path).map_err(read_error)?.len();
    if size > MAX_CONFIG_BYTES {
        return Err(ConfigError::Invalid { path: path.to_owned(), message: "larger than 1 MiB".to_owned() });
    }
    std::fs::read_to_string(path).map_err(read_error)
}
