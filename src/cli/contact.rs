//! The option of every command that asks the network: who is asking.

use clap::Args;

use crate::cli::Globals;
use crate::config::{self, ConfigError, Overrides, Settings};

/// Who is crawling, and how.
#[derive(Debug, Clone, Default, Args)]
pub struct ContactArgs {
    /// E-mail address or web page where a site's operators can reach you; sent with every request
    #[arg(long, env = "DATELINE_CONTACT", value_name = "ADDRESS")]
    pub contact: Option<String>,
}

impl ContactArgs {
    /// The configuration with these options over it.
    pub(crate) fn settings(&self, globals: &Globals) -> Result<Settings, ConfigError> {
        config::load(&Overrides { config: globals.config.clone(), contact: self.contact.clone() })
    }
}
