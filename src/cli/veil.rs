//! The flags that keep words and names back from what leaves the archive.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::cli::UsageError;
use crate::export::pseudonym::PseudonymKey;
use crate::export::veil::Veil;

/// Where the key lies without `--key-file`, under the directory for configurations.
const DEFAULT_KEY: &str = "dateline/pseudonyms.key";

/// Whose names are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum People {
    /// Those who wrote.
    Authors,
    /// Those who are quoted.
    Speakers,
}

/// What is kept back.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "What is kept back")]
pub struct VeilArgs {
    /// Leave out the texts: addresses, digests, times, names and the headline stay
    #[arg(long)]
    pub no_text: bool,
    /// Show these people under pseudonyms; names in running text stay, so think of --no-text
    #[arg(long, visible_alias = "pseudonymize", value_name = "PEOPLE", value_enum, value_delimiter = ',')]
    pub pseudonymise: Vec<People>,
    /// The key of the pseudonyms, outside the archive; made if missing. Default: ~/.config/dateline/pseudonyms.key
    #[arg(long, value_name = "FILE", env = "DATELINE_KEY_FILE")]
    pub key_file: Option<PathBuf>,
}

impl VeilArgs {
    /// Whether anything is kept back.
    pub(crate) fn is_any(&self) -> bool {
        self.no_text || !self.pseudonymise.is_empty()
    }

    /// The veil; the key is read, or made.
    pub(crate) fn veil(&self, archive: &Path) -> anyhow::Result<Veil> {
        let mut veil = Veil { without_text: self.no_text, ..Veil::default() };
        if self.pseudonymise.is_empty() {
            return Ok(veil);
        }
        let path = self.key_path()?;
        if resolved(&path).starts_with(resolved(archive)) {
            return Err(UsageError(format!(
                "the key {} lies in the archive, and goes wherever that goes\n\nhint: name a place outside with \
                 --key-file",
                path.display()
            ))
            .into());
        }
        let key = PseudonymKey::read_or_make(&path)?;
        let of = |people| self.pseudonymise.contains(&people).then(|| key.clone());
        veil.authors = of(People::Authors);
        veil.speakers = of(People::Speakers);
        Ok(veil)
    }

    fn key_path(&self) -> Result<PathBuf, UsageError> {
        if let Some(path) = &self.key_file {
            return Ok(path.clone());
        }
        let directory = |name: &str| std::env::var_os(name).filter(|value: &OsString| !value.is_empty());
        let configurations = directory("XDG_CONFIG_HOME")
            .or_else(|| directory("APPDATA"))
            .map(PathBuf::from)
            .or_else(|| directory("HOME").map(|home| Path::new(&home).join(".config")));
        configurations.map(|directory| directory.join(DEFAULT_KEY)).ok_or_else(|| {
            UsageError(
                "there is no place for the key of the pseudonyms\n\nhint: name one with --key-file".into(),
            )
        })
    }
}

/// A path through symbolic links, as far as it exists.
fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for existing in path.ancestors() {
        if let Ok(canonical) = existing.canonicalize() {
            return canonical.join(path.strip_prefix(existing).unwrap_or(Path::new("")));
        }
    }
    path
}
