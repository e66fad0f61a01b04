//! `Sources`: the selector files as text, by name. Where they come from is `config`'s matter.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Prefix of the names of families: `families/tagdiv-newspaper`.
pub const FAMILY_PREFIX: &str = "families/";

/// One selector file as text.
#[derive(Debug, Clone)]
pub struct Source {
    /// The file as people know it: its path, or `built-in:NAME.toml`.
    pub origin: String,
    /// What it says.
    pub text: Arc<str>,
    /// Whether it comes with the program; a file of the user's wins over it.
    pub is_built_in: bool,
}

/// Every selector file there is, and the example pages beside them.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: BTreeMap<String, Source>,
    pages: BTreeSet<String>,
}

impl Sources {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file by name without `.toml` (`my-portal`, `families/tagdiv-newspaper`); one of the same name
    /// is replaced.
    pub fn insert(&mut self, name: &str, origin: &str, text: &str) {
        let source = Source { origin: origin.to_owned(), text: text.into(), is_built_in: false };
        self.files.insert(name.to_owned(), source);
    }

    /// Adds a file that comes with the program.
    pub fn insert_built_in(&mut self, name: &str, text: &str) {
        let origin = format!("built-in:{name}.toml");
        self.files.insert(name.to_owned(), Source { origin, text: text.into(), is_built_in: true });
    }

    /// Makes known that there is an example page of that path, relative to the selector files, with `/`.
    pub fn insert_page(&mut self, path: &str) {
        self.pages.insert(path.to_owned());
    }

    /// The file of that name.
    pub fn get(&self, name: &str) -> Option<&Source> {
        self.files.get(name)
    }

    /// Whether there is an example page of that path.
    pub fn has_page(&self, path: &str) -> bool {
        self.pages.contains(path)
    }

    /// Paths of the example pages.
    pub(super) fn pages(&self) -> impl Iterator<Item = &str> {
        self.pages.iter().map(String::as_str)
    }

    /// Names of the portals' files, sorted; families left out.
    pub fn portal_names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str).filter(|name| !name.starts_with(FAMILY_PREFIX))
    }

    /// Names of the families without their folder, sorted.
    pub fn family_names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().filter_map(|name| name.strip_prefix(FAMILY_PREFIX))
    }
}
