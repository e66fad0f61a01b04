//! `dateline extract`: HTML files to records on stdout, offline, on all cores, in the order given.

use std::fs::File;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use clap::Args;
use serde_json::{Value, json};

use crate::cli::{Exit, Globals, in_order, portals};
use crate::config::selector_files::PortalSet;
use crate::decode;
use crate::export::record::{Record, write_record};
use crate::extract::{Page, extract, stated_url};
use crate::model::crawl_url::CrawlUrl;
use crate::portal::Portal;
use crate::select::date_text::{self, NumericOrder};

/// Largest file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;
/// The address of a page that nothing gives one (RFC 2606: never a real host).
const NO_ADDRESS: &str = "http://page.invalid/";

/// Read HTML files (or stdin) and write one record a line
#[derive(Debug, Args)]
pub struct ExtractArgs {
    /// HTML files; `-` or none: stdin
    #[arg(value_name = "FILE", conflicts_with = "batch")]
    pub files: Vec<PathBuf>,
    /// The page's address
    #[arg(long, value_name = "URL", conflicts_with = "batch")]
    pub url: Option<String>,
    /// The selector file to read with; `none`: the generic extractor. Default: the one whose hosts match
    #[arg(long, value_name = "NAME")]
    pub portal: Option<String>,
    /// A list of pages, one JSON object a line: {"id":…,"url":…,"html_path":…}, optionally "published"
    #[arg(long, value_name = "LIST.jsonl")]
    pub batch: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(args: ExtractArgs, globals: &Globals) -> anyhow::Result<Exit> {
    let portals = Portals::load(args.portal.as_deref(), globals)?;
    if let Some(list) = &args.batch {
        in_order::run(in_order::lines_of(list)?, |line| answer_line(line, &portals))?;
        return Ok(Exit::Done);
    }
    let url = match &args.url {
        Some(url) => Some(CrawlUrl::parse(url).with_context(|| format!("--url {url}"))?),
        None => None,
    };
    let files = if args.files.is_empty() { vec![PathBuf::from("-")] } else { args.files };
    let failed = Mutex::new(Vec::new());
    in_order::run(files.into_iter(), |path| match read_page(&path) {
        Ok(bytes) => answer(&bytes, url.as_ref(), None, None, &portals),
        Err(error) => {
            failed.lock().unwrap_or_else(PoisonError::into_inner).push(error);
            String::new()
        }
    })?;
    let mut failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    match failed.pop() {
        Some(error) => Err(error),
        None => Ok(Exit::Done),
    }
}

/// The selector files pages are read with.
enum Portals {
    /// None: every page is read generically.
    Generic,
    /// This one, whatever the page's address.
    Forced(Arc<Portal>),
    /// The one whose hosts match.
    Matching(PortalSet),
}

impl Portals {
    fn load(name: Option<&str>, globals: &Globals) -> anyhow::Result<Self> {
        Ok(match name {
            Some("none") => Self::Generic,
            Some(name) => {
                let chosen = portals::choose(&[name.to_owned()], globals)?;
                chosen.portals.into_iter().next().map_or(Self::Generic, Self::Forced)
            }
            None => Self::Matching(portals::all(globals)?),
        })
    }

    fn for_page(&self, url: &CrawlUrl) -> Option<&Portal> {
        match self {
            Self::Generic => None,
            Self::Forced(portal) => Some(portal),
            Self::Matching(set) => set.owner_of(url).map(|known| &*known.portal),
        }
    }
}

/// One line of a batch answered: a record, or why there is none.
fn answer_line(line: io::Result<String>, portals: &Portals) -> String {
    let (id, answered) = match line {
        Err(error) => (Value::Null, Err(anyhow::Error::new(error).context("cannot read the list"))),
        Ok(line) => match serde_json::from_str::<Value>(&line) {
            Err(error) => (Value::Null, Err(anyhow::Error::new(error).context("not a JSON object"))),
            Ok(request) => {
                let id = request.get("id").cloned().unwrap_or(Value::Null);
                // One page must never end a batch of thousands.
                let answer = AssertUnwindSafe(|| answer_request(&request, &id, portals));
                let answered = catch_unwind(answer).unwrap_or_else(|_| {
                    Err(anyhow::anyhow!("the program could not read this page; please report it"))
                });
                (id, answered)
            }
        },
    };
    answered.unwrap_or_else(|error| json!({ "id": id, "error": format!("{error:#}") }).to_string())
}

fn answer_request(request: &Value, id: &Value, portals: &Portals) -> anyhow::Result<String> {
    let text = |key: &str| request.get(key).and_then(Value::as_str);
    let path = text("html_path").context("no \"html_path\"")?;
    let bytes = read_page(Path::new(path))?;
    let url = match text("url") {
        Some(url) => match CrawlUrl::parse(url).with_context(|| format!("\"url\": {url}")) {
            Ok(url) => Some(url),
            // A mistyped address in a list does not make the page unreadable: it may know its own.
            Err(error) => Some(stated_url(&String::from_utf8_lossy(&bytes)).ok_or(error)?),
        },
        None => None,
    };
    Ok(answer(&bytes, url.as_ref(), text("published"), Some(id), portals))
}

/// The record of a page as one line.
fn answer(
    bytes: &[u8],
    url: Option<&CrawlUrl>,
    published: Option<&str>,
    id: Option<&Value>,
    portals: &Portals,
) -> String {
    // Files saved by browsers and crawlers are UTF-8 whatever their meta tag still says.
    let stated = std::str::from_utf8(bytes).is_ok().then_some("text/html; charset=utf-8");
    let decoded = decode::html_bytes(bytes, stated);
    let url = match url {
        Some(url) => url.clone(),
        None => stated_url(&decoded.text)
            .unwrap_or_else(|| CrawlUrl::parse(NO_ADDRESS).expect("a constant address")),
    };
    let portal = portals.for_page(&url);
    let zone = portal.map_or(jiff::tz::TimeZone::UTC, |portal| portal.timezone.clone());
    let published_hint =
        published.and_then(|text| date_text::parse(text, NumericOrder::DayFirst)?.resolve(&zone));
    let page = Page { url: &url, html: &decoded.text, captured_on: None, published_hint };
    let extraction = extract(&page, portal);
    let record = Record::new(&extraction.article);
    let mut line = Vec::with_capacity(16 * 1024);
    let written = match id {
        Some(id) => write_record(record.with_id(id), &mut line),
        None => write_record(record, &mut line),
    };
    match written {
        Ok(()) => String::from_utf8_lossy(&line).into_owned(),
        Err(error) => json!({ "id": id, "error": error.to_string() }).to_string(),
    }
}

fn read_page(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        io::stdin().lock().take(MAX_FILE_BYTES).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(MAX_FILE_BYTES).read_to_end(&mut bytes))
    };
    read.with_context(|| format!("cannot read {}", path.display()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_answered_with_its_id_and_a_bad_one_says_why() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.html");
        std::fs::write(&path, "<title>Rat baut um</title><h1>Rat baut um</h1>").unwrap();
        let answer = |line: String| -> Value {
            serde_json::from_str(&answer_line(Ok(line), &Portals::Generic)).unwrap()
        };
        let good = answer(
            json!({ "id": "a", "url": "https://zeitung.example/a", "html_path": path, "published": "2020-04-06" })
                .to_string(),
        );
        assert_eq!((good["id"].as_str(), good["headline"].as_str()), (Some("a"), Some("Rat baut um")));
        assert_eq!(good["published"].as_str(), Some("2020-04-06T00:00:00+00:00"));
        let missing = answer(
            json!({ "id": 7, "url": "https://zeitung.example/a", "html_path": "/nowhere" }).to_string(),
        );
        assert_eq!(missing["id"], 7);
        assert!(missing["error"].as_str().unwrap().contains("/nowhere"));
        assert!(answer("{".to_owned())["error"].is_string());
        assert!(
            answer(json!({ "id": "b", "url": "ftp://x/", "html_path": path }).to_string())["error"]
                .is_string()
        );
        std::fs::write(&path, "<link rel=canonical href=https://zeitung.example/a><h1>Rat baut um</h1>")
            .unwrap();
        let mistyped =
            answer(json!({ "id": "c", "url": "xhttps://zeitung.example/a", "html_path": path }).to_string());
        assert_eq!(mistyped["url"], "https://zeitung.example/a");
    }
}
