//! `dateline demo`: serves the invented newspaper on this machine, crawls it like any portal, shows what was found.

mod findings;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use tokio_util::sync::CancellationToken;

use crate::cli::terminal::{Terminal, Tone};
use crate::cli::{Exit, Globals, crawl, output, run_report};
use crate::config::{self, Overrides};
use crate::crawl::CrawlPlan;
use crate::demo::{self, RequestLog, Site};
use crate::portal::{Portal, load};
use crate::store::Store;

/// The demo portal's name.
const PORTAL: &str = "demo";

/// Options of `dateline demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Keep archive and exports in DIR; default: a new directory among the system's temporary files
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
}

/// Runs the demo.
pub(crate) fn run(args: &DemoArgs, globals: &Globals) -> anyhow::Result<Exit> {
    let directory = match &args.keep {
        Some(directory) => directory.clone(),
        None => std::env::temp_dir().join(format!("dateline-demo-{}", std::process::id())),
    };
    std::fs::create_dir_all(&directory).with_context(|| format!("cannot make {}", directory.display()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .context("cannot start the demo portal")?;
    let shutdown = CancellationToken::new();
    let running =
        runtime.block_on(demo::start(Site::build(), &shutdown)).context("cannot start the demo portal")?;
    let say = |text: &str| if globals.quiet { Ok(true) } else { output::write_stdout(text) };
    say(&format!(
        "An invented newspaper with {} articles is served at {}\nand crawled as any portal is: robots.txt first, one request at a time.\n\n",
        running.articles, running.base
    ))?;
    let plan = plan(&running.portal_toml, &directory, globals)?;
    let report = crawl::execute(&plan, globals)?;
    let log = running.log.clone();
    runtime.block_on(running.stop());
    let report = match report {
        Ok(report) => report,
        Err(exit) => return Ok(exit),
    };
    let exit = crawl::exit_of(&report);
    run_report::print(&report, globals, exit, false)?;
    say(&manners(&log))?;
    if exit == Exit::Done {
        show_findings(&plan.archive, &directory, globals)?;
    }
    Ok(exit)
}

fn show_findings(archive: &Path, directory: &Path, globals: &Globals) -> anyhow::Result<()> {
    let store = Store::open_read_only(archive)?;
    let (folder, written) = findings::exports(&store, directory)?;
    if globals.quiet {
        return Ok(());
    }
    let terminal = Terminal::of_stdout(globals.color);
    let articles = findings::articles(&store)?;
    let title = |text: &str| {
        terminal.paint(&format!("\n── {text} {}\n", "─".repeat(60 - text.len().min(50))), Tone::Strong)
    };
    let (archive, folder) = (archive.display(), folder.display());
    // As it was called: after `cargo run` there is no `dateline` on the path.
    let program = std::env::args().next().unwrap_or_else(|| "dateline".to_owned());
    let text = [
        title("One article"),
        findings::one_article(&articles, terminal),
        title("Articles"),
        findings::article_table(&articles, terminal),
        title("Who said what"),
        findings::quote_table(&articles, terminal),
        title("Where it is"),
        format!("archive  {archive}\nexports  {folder}\n         {}\n", written.join("\n         ")),
        format!(
            "\nTry next:\n  {program} --archive {archive} search brücke\n  {program} --archive {archive} export quotes --speaker Vogel\n  {program} --archive {archive} status\n"
        ),
    ];
    output::write_stdout(&text.concat())?;
    Ok(())
}

fn plan(portal_toml: &str, directory: &Path, globals: &Globals) -> anyhow::Result<CrawlPlan> {
    let mut sources = config::selector_files::built_in();
    sources.insert(PORTAL, "selectors/demo.toml", portal_toml);
    let portal: Portal = match load(PORTAL, &sources) {
        Ok(loaded) => loaded.portal,
        Err(mistakes) => {
            crate::cli::portals::print_mistakes(&mistakes, globals);
            anyhow::bail!("the demo portal's selector file is broken");
        }
    };
    Ok(CrawlPlan::discovery(
        directory.join("archive"),
        vec![Arc::new(portal)],
        config::load(&Overrides::default())?,
    ))
}

/// What the portal's own log says about the visit.
fn manners(log: &RequestLog) -> String {
    let requests = log.requests();
    let instants: Vec<_> = requests.iter().map(|request| request.instant).collect();
    let shortest = instants.windows(2).map(|pair| pair[1] - pair[0]).min().unwrap_or_default();
    format!(
        "The portal's own log: {} requests, none sooner than {} ms after the one before, {} of pages that robots.txt forbids.\n",
        requests.len(),
        shortest.as_millis(),
        log.count_under("/intern/")
    )
}
