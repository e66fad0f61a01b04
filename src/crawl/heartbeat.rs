//! Tells a monitoring service that a run ended well: one request, after everything else. When the service hears
//! nothing for too long, it raises the alarm; a crawl that never started is noticed only this way.

use std::time::Duration;

use jiff::Timestamp;
use tokio::runtime::Builder;
use tokio_util::sync::CancellationToken;

use crate::crawl::CrawlError;
use crate::fetch::{Fetcher, Settings};
use crate::frontier::FetchPermit;
use crate::model::outcome::FetchOutcome;

/// For the whole request: the run is over, and cron waits.
const PATIENCE: Duration = Duration::from_secs(10);

/// Makes the one request of `permit`. The inner error says what came instead of an answer of the 2xx kind.
pub fn send_heartbeat(
    permit: &FetchPermit,
    settings: &Settings,
    now: Timestamp,
) -> Result<Result<(), String>, CrawlError> {
    let runtime = Builder::new_current_thread().enable_all().build().map_err(CrawlError::Runtime)?;
    let settings = Settings { first_byte_timeout: PATIENCE, total_timeout: PATIENCE, ..settings.clone() };
    let fetcher = Fetcher::new(settings)?;
    let outcome = runtime.block_on(fetcher.fetch_unread(permit, now, &CancellationToken::new()));
    Ok(match outcome {
        Ok(FetchOutcome::Fetched(_)) => Ok(()),
        Ok(outcome) => Err(outcome.describe()),
        Err(cancelled) => Err(cancelled.to_string()),
    })
}
