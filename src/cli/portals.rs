//! Which portals a command works on: those named, or all of the selectors directory; broken files told on the way.

use std::io::stderr;
use std::sync::Arc;

use crate::cli::{Globals, UsageError, logging, output};
use crate::config::selector_files::PortalSet;
use crate::portal::{Diagnostic, Portal};

/// The portals a command works on.
pub(crate) struct Chosen {
    /// Those whose files are right, in the order given.
    pub(crate) portals: Vec<Arc<Portal>>,
    /// Those whose files have mistakes and are left out.
    pub(crate) broken: Vec<String>,
}

/// Every selector file there is.
pub(crate) fn all(globals: &Globals) -> anyhow::Result<PortalSet> {
    PortalSet::read(&globals.selectors).map_err(|error| UsageError(error.to_string()).into())
}

/// The portals named, or all of the selectors directory. Mistakes in their files are printed; an error where nothing
/// is left to work on.
pub(crate) fn choose(names: &[String], globals: &Globals) -> anyhow::Result<Chosen> {
    let set = all(globals)?;
    let mut chosen = Chosen { portals: Vec::new(), broken: Vec::new() };
    if names.is_empty() {
        chosen.portals.extend(set.of_directory().map(|known| Arc::clone(&known.portal)));
        for broken in set.broken.iter().filter(|broken| set.origin(&broken.file_name).as_str() == "directory")
        {
            chosen.broken.push(broken.file_name.clone());
            print_mistakes(&broken.mistakes, globals);
        }
    }
    for name in names {
        if let Some(known) = set.find(name) {
            print_mistakes(&known.warnings, globals);
            if !chosen.portals.iter().any(|portal| portal.id == known.portal.id) {
                chosen.portals.push(Arc::clone(&known.portal));
            }
        } else if let Some(broken) = set.find_broken(name) {
            chosen.broken.push(name.clone());
            print_mistakes(&broken.mistakes, globals);
        } else {
            return Err(UsageError(unknown(name, &set)).into());
        }
    }
    if chosen.portals.is_empty() {
        let message = if chosen.broken.is_empty() {
            nothing_to_crawl(&set)
        } else {
            "no selector file is left to crawl with\n\nhint: `dateline selectors check` shows every mistake"
                .to_owned()
        };
        return Err(UsageError(message).into());
    }
    Ok(chosen)
}

/// Prints what is wrong or odd in selector files, with the place.
pub(crate) fn print_mistakes(mistakes: &[Diagnostic], globals: &Globals) {
    let colors = logging::colors(globals.color, &stderr());
    for mistake in mistakes {
        output::write_stderr(&format!("{}\n\n", mistake.render(colors)));
    }
}

fn unknown(name: &str, set: &PortalSet) -> String {
    let mut known: Vec<&str> = set.portals.iter().map(|known| known.portal.id.as_str()).collect();
    known.sort_unstable();
    format!(
        "there is no portal {name:?}\n\nhint: known are {}; a new one needs {}/{name}.toml (docs/selectors.md)",
        known.join(", "),
        set.directory.display()
    )
}

fn nothing_to_crawl(set: &PortalSet) -> String {
    let directory = set.directory.display();
    let state = if set.has_directory { "has no selector file" } else { "does not exist" };
    format!(
        "the selectors directory {directory} {state}\n\nhint: name a built-in portal (`dateline selectors list`), or write {directory}/NAME.toml: `dateline init --listing URL` begins one"
    )
}
