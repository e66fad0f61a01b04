//! `dateline search`: articles by their words, best first.

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use crate::cli::filter::FilterArgs;
use crate::cli::terminal::{Terminal, Tone};
use crate::cli::{Exit, Globals, output};
use crate::store::search::{Hit, Ranking};
use crate::store::{Store, StoreError};

/// Options of `dateline search`.
#[derive(Debug, Args)]
#[command(
    after_help = "Queries: words (all must be there), \"a phrase\", begin*, NEAR(one two, 10), AND, OR, NOT, \
                        ( ), headline: word. A word is also found inside longer ones: hauptstadt finds \
                        Landeshauptstadt. Case and diacritics do not count."
)]
pub struct SearchArgs {
    /// What to look for in headline, lead and body
    #[arg(value_name = "QUERY", required = true)]
    pub query: Vec<String>,
    /// Show at most this many articles
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: u32,
    /// Write a JSON array
    #[arg(long)]
    pub json: bool,
    /// Which articles.
    #[command(flatten)]
    pub filter: FilterArgs,
}

/// Searches.
pub(crate) fn run(args: &SearchArgs, globals: &Globals) -> anyhow::Result<Exit> {
    let store = Store::open_read_only(&globals.archive)?;
    let filter = match args.filter.filter(&store, None)? {
        Ok(filter) => filter,
        Err(message) => return Ok(output::usage_error(&message)),
    };
    let found = match store.search(&args.query.join(" "), &filter, args.limit) {
        Ok(found) => found,
        Err(StoreError::Query(error)) => return Ok(output::usage_error(&error)),
        Err(error) => return Err(error.into()),
    };
    let hits = &found.hits;
    let text = if args.json {
        format!("{:#}\n", json!(hits.iter().map(hit_json).collect::<Vec<_>>()))
    } else {
        let terminal = Terminal::of_stdout(globals.color);
        hits.iter().map(|hit| hit_text(hit, terminal)).collect::<Vec<_>>().join("\n")
    };
    output::write_stdout(&text)?;
    if !globals.quiet {
        if hits.is_empty() && !args.json {
            output::note("nothing found");
        }
        if let Some(note) = note(found.ranking) {
            output::note(&note);
        }
    }
    Ok(Exit::Done)
}

/// What a reader has to know of the order, where it is not simply the best first.
fn note(ranking: Ranking) -> Option<String> {
    match ranking {
        Ranking::Best => None,
        Ranking::BestOfNewest(weighed) => Some(format!(
            "note: more than {weighed} articles match; these are the best of the {weighed} that came last into the \
             archive. More words or filters narrow it; `dateline export --query` gives them all"
        )),
        Ranking::NewestByField => Some(
            "note: the words are too common to weigh; first come articles with them in the headline, then in the lead, \
             the latest in the archive first. More words or filters narrow it"
                .into(),
        ),
    }
}

fn hit_text(hit: &Hit, terminal: Terminal) -> String {
    let headline = hit.headline.as_deref().unwrap_or("(no headline)");
    let mut text = terminal.wrap(&[(headline, Tone::Strong)], "");
    let day = hit.published.as_deref().and_then(|published| published.get(..10)).unwrap_or("undated");
    let portal = hit.portal.as_deref().unwrap_or("-");
    let _ = writeln!(text, "{}", terminal.paint(&format!("{day}  {portal}  {}", hit.id), Tone::Faint));
    let mut pieces = Vec::new();
    for piece in &hit.snippet {
        match (piece.found, terminal.is_colored()) {
            (false, _) => pieces.push((piece.text.as_str(), Tone::Plain)),
            (true, true) => pieces.push((piece.text.as_str(), Tone::Marked)),
            (true, false) => {
                pieces.extend([("[", Tone::Plain), (piece.text.as_str(), Tone::Plain), ("]", Tone::Plain)]);
            }
        }
    }
    text.push_str(&terminal.wrap(&pieces, "  "));
    let _ = writeln!(text, "  {}", terminal.paint(&hit.url, Tone::Faint));
    text
}

/// A hit as an object; `found` are ranges of code points in `snippet`.
fn hit_json(hit: &Hit) -> serde_json::Value {
    let mut snippet = String::new();
    let mut found = Vec::new();
    let mut end = 0;
    for piece in &hit.snippet {
        let start = end;
        end += piece.text.chars().count();
        snippet.push_str(&piece.text);
        if piece.found {
            found.push([start, end]);
        }
    }
    json!({
        "id": hit.id, "url": hit.url, "portal": hit.portal, "published": hit.published, "headline": hit.headline,
        "snippet": snippet, "found": found, "score": hit.score,
    })
}
