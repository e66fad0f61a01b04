//! The options of every command that asks the network: who is asking, and the configuration file.

use std::path::PathBuf;

use clap::Args;

use crate::config::{self, ConfigError, Overrides, Settings};

/// Who is crawling, and how.
#[derive(Debug, Clone, Default, Args)]
pub struct ContactArgs {
    /// E-mail address or web page where a site's operators can reach you; sent with every request
    #[arg(long, env = "DATELINE_CONTACT", value_name = "ADDRESS")]
    pub contact: Option<String>,
    /// The configuration file; default: dateline.toml, if it is there
    #[arg(long, env = "DATELINE_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl ContactArgs {
    /// The configuration with these options over it.
    pub(crate) fn settings(&self) -> Result<Settings, ConfigError> {
        config::load(&Overrides { config: self.config.clone(), contact: self.contact.clone() })
    }
}
