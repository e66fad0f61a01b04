//! `dateline export wacz`: the captured pages of a selection as one file.

use anyhow::Context as _;
use jiff::Timestamp;

use crate::archive::WARC_DIRECTORY;
use crate::cli::export::ExportArgs;
use crate::cli::{Exit, Globals, output};
use crate::export::{ExportError, file, wacz};
use crate::store::{Store, StoreError};

/// The word on the command line.
pub(crate) const TABLE: &str = "wacz";

/// Exports captured pages.
pub(crate) fn run(args: &ExportArgs, globals: &Globals) -> anyhow::Result<Exit> {
    if args.format != "csv" || args.excel {
        return Ok(output::usage_error(&"wacz is a form of its own\n\nhint: leave --format and --excel out"));
    }
    if args.veil.is_any() {
        let message = "a WACZ holds the pages as the portals sent them, nothing can be kept back from it";
        return Ok(output::usage_error(&message));
    }
    let Some(path) = &args.output else {
        return Ok(output::usage_error(&"a WACZ needs a file\n\nhint: dateline export wacz -o FILE.wacz"));
    };
    let store = Store::open_read_only(&globals.archive)?;
    let filter = match args.filter.filter(&store, args.query.clone())? {
        Ok(filter) => filter,
        Err(message) => return Ok(output::usage_error(&message)),
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let parts = path.with_file_name(format!(".{name}.{}.parts", std::process::id()));
    let evidence = globals.archive.join(WARC_DIRECTORY);
    let source = wacz::Source { store: &store, evidence: &evidence, parts: &parts, now: Timestamp::now() };
    let written = match file::replace(path, |out| wacz::write(&source, &filter, out)) {
        Ok(written) => written,
        Err(ExportError::Store(StoreError::Query(error))) => return Ok(output::usage_error(&error)),
        Err(error) => return Err(error).with_context(|| format!("{}: not written", path.display())),
    };
    if !globals.quiet {
        let wacz::Written { articles, captures, .. } = written;
        output::note(&format!("{articles} articles in {captures} captures written to {}", path.display()));
    }
    if written.damaged > 0 {
        let text = "captures are damaged and were left out; dateline verify names them";
        output::note(&format!("{} {text}", written.damaged));
        return Ok(Exit::SomePagesFailed);
    }
    Ok(Exit::Done)
}
