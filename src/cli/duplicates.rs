//! `dateline duplicates`: articles that say nearly the same, cluster by cluster.

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use crate::cli::filter::FilterArgs;
use crate::cli::terminal::{Terminal, Tone, harmless};
use crate::cli::{Exit, Globals, UsageError, output};
use crate::store::duplicates::{Cluster, Member};
use crate::store::{Store, StoreError};

/// Options of `dateline duplicates`.
#[derive(Debug, Args)]
pub struct DuplicatesArgs {
    /// Only clusters with an article among these
    #[command(flatten)]
    pub filter: FilterArgs,
    /// Only clusters over several portals
    #[arg(long)]
    pub across_portals: bool,
    /// Write one JSON object a cluster and line
    #[arg(long)]
    pub json: bool,
}

/// Why the listing ends early.
enum End {
    Store(StoreError),
    Output(std::io::Error),
    ReaderGone,
}

impl From<StoreError> for End {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Lists the clusters.
pub(crate) fn run(args: &DuplicatesArgs, globals: &Globals) -> anyhow::Result<Exit> {
    let store = Store::open_read_only(&globals.archive)?;
    let filter = match args.filter.filter(&store, None)? {
        Ok(filter) => filter,
        Err(message) => return Err(UsageError(message).into()),
    };
    let terminal = Terminal::of_stdout(globals.color);
    let mut count = 0;
    let result = store.each_cluster::<End>(&filter, |cluster| {
        if args.across_portals && !is_across_portals(&cluster) {
            return Ok(());
        }
        count += 1;
        let text = if args.json { format!("{}\n", to_json(&cluster)) } else { render(&cluster, terminal) };
        match output::write_stdout(&text) {
            Ok(true) => Ok(()),
            Ok(false) => Err(End::ReaderGone),
            Err(error) => Err(End::Output(error)),
        }
    });
    match result {
        Err(End::Store(error)) => return Err(error.into()),
        Err(End::Output(error)) => return Err(error.into()),
        Ok(()) | Err(End::ReaderGone) => {}
    }
    if count == 0 && !args.json && !globals.quiet {
        output::note("no near duplicates");
    }
    Ok(Exit::Done)
}

fn is_across_portals(cluster: &Cluster) -> bool {
    cluster.members.windows(2).any(|pair| pair[0].portal != pair[1].portal)
}

fn render(cluster: &Cluster, terminal: Terminal) -> String {
    let title = format!("cluster {}: {} articles", cluster.id, cluster.members.len());
    let mut text = format!("{}\n", terminal.paint(&title, Tone::Strong));
    for member in &cluster.members {
        let day = member.published.as_deref().and_then(|published| published.get(..10)).unwrap_or("no date");
        let portal = member.portal.as_deref().unwrap_or("no portal file");
        let headline = member.headline.as_deref().unwrap_or("(no headline)");
        let _ = writeln!(text, "  {day}  {}  {}", harmless(portal), harmless(headline).replace('\n', " "));
        let particulars = format!("{}  {}  {} words", member.id, member.url, member.words);
        let _ = writeln!(text, "    {}", terminal.paint(&particulars, Tone::Faint));
    }
    text.push('\n');
    text
}

fn to_json(cluster: &Cluster) -> serde_json::Value {
    let member = |member: &Member| {
        json!({
            "id": member.id, "portal": member.portal, "published": member.published, "headline": member.headline,
            "url": member.url, "word_count": member.words,
        })
    };
    json!({ "cluster": cluster.id, "articles": cluster.members.iter().map(member).collect::<Vec<_>>() })
}
