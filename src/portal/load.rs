//! From selector files as text to a [`Portal`], or to everything that is wrong with them. Pure.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::model::digest::Digest;
use crate::portal::Portal;
use crate::portal::diagnostic::{Diagnostic, Severity};
use crate::portal::format::FILE;
use crate::portal::nearest::did_you_mean;
use crate::portal::portal_reader::Identity;
use crate::portal::reader::{Fields, Reader, SourceFile, shown};
use crate::portal::source::{FAMILY_PREFIX, Sources};
use crate::portal::tree::{Entry, Node, Place, Table, Value};

/// Largest selector file, in bytes.
pub const MAX_FILE_BYTES: usize = 1 << 20;
/// Families above one another.
const MAX_FAMILIES: usize = 8;
/// What a family does not hand on: its tests are about its own example pages.
const NOT_INHERITED: &[&str] = &["format", "extends", "test"];

/// A portal and what is odd about its file.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The portal.
    pub portal: Portal,
    /// What works, but perhaps not as meant.
    pub warnings: Vec<Diagnostic>,
}

/// Loads the file `name` (`my-portal`, or `families/tagdiv-newspaper` to check a family by itself).
///
/// # Errors
/// Every mistake in the file and in what it takes from its families, in the order of the file.
pub fn load(name: &str, sources: &Sources) -> LoadResult {
    load_with_id(name, sources).map(|(loaded, _)| loaded)
}

/// What a file became: the portal, or everything wrong with it.
pub type LoadResult = Result<Loaded, Vec<Diagnostic>>;

/// Loads every portal file, by name. Of two files with the same id the user's wins over a built-in one; of two
/// users' files the first by name is right and the second broken.
pub fn load_all(sources: &Sources) -> Vec<(String, LoadResult)> {
    let is_built_in = |name: &str| sources.get(name).is_some_and(|source| source.is_built_in);
    let (built_in, own): (Vec<&str>, Vec<&str>) = sources.portal_names().partition(|name| is_built_in(name));
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    let mut all = Vec::new();
    for name in own.into_iter().chain(built_in) {
        let (loaded, id_place) = match load_with_id(name, sources) {
            Ok(loaded) => loaded,
            Err(mistakes) => {
                all.push((name.to_owned(), Err(mistakes)));
                continue;
            }
        };
        match owners.get(&loaded.portal.id) {
            Some(_) if is_built_in(name) => {}
            Some(owner) => {
                let mistake = duplicated(&loaded.portal.id, owner, id_place);
                all.push((name.to_owned(), Err(vec![mistake])));
            }
            None => {
                owners.insert(loaded.portal.id.clone(), name);
                all.push((name.to_owned(), Ok(loaded)));
            }
        }
    }
    all.sort_by(|(left, _), (right, _)| left.cmp(right));
    all
}

fn duplicated(id: &str, owner: &str, mut place: Diagnostic) -> Diagnostic {
    place.message = format!("the id `{id}` is taken by `{owner}.toml`");
    place.with_hint(Some("give each portal an id of its own, best the name of its file".into()))
}

/// The portal, and a diagnostic that stands at its id (or at the beginning of the file).
fn load_with_id(name: &str, sources: &Sources) -> Result<(Loaded, Diagnostic), Vec<Diagnostic>> {
    let mut reader = Reader::default();
    let Some(tree) = reader.open(name, sources) else { return Err(errors_of(reader)) };
    let Value::Table(own) = &tree.value else { return Err(errors_of(reader)) };
    let is_family = name.starts_with(FAMILY_PREFIX);
    let mut hashed = vec![name.to_owned()];
    let merged = reader.with_families(own.clone(), name, sources, &mut hashed);
    let merged = Node { place: tree.place.clone(), value: Value::Table(merged) };
    let portal = reader.portal(&merged, name, is_family, sources);
    let at = match portal.as_ref().and_then(|(_, identity)| identity.id_place.clone()) {
        Some(place) => place,
        None => Place { file: 0, start: 0, end: 0 },
    };
    let id_place = {
        let file = &reader.files[at.file];
        Diagnostic::new(Severity::Error, &file.origin, &file.text, at.start..at.end, "")
    };
    let hash = selectors_hash(&hashed, sources);
    let (errors, warnings) = reader.into_diagnostics();
    match portal {
        Some((mut portal, _)) if errors.is_empty() => {
            portal.selectors_hash = hash;
            Ok((Loaded { portal, warnings }, id_place))
        }
        _ => Err(errors),
    }
}

fn errors_of(reader: Reader) -> Vec<Diagnostic> {
    reader.into_diagnostics().0
}

/// Digest of the texts that make the portal, each with its name and length.
fn selectors_hash(names: &[String], sources: &Sources) -> Digest {
    let mut content = String::new();
    for name in names {
        let text = sources.get(name).map(|source| &*source.text).unwrap_or_default();
        let _ = write!(content, "{name}\n{}\n{text}\n", text.len());
    }
    Digest::of(content.as_bytes())
}

impl Reader {
    /// The tree of a file, as far as it can be read.
    fn open(&mut self, name: &str, sources: &Sources) -> Option<Node> {
        let file = self.files.len();
        let start = Place { file, start: 0, end: 0 };
        let Some(source) = sources.get(name) else {
            self.files.push(SourceFile { origin: format!("{name}.toml"), text: "".into() });
            self.error(&start, "there is no such selector file");
            return None;
        };
        self.files.push(SourceFile { origin: source.origin.clone(), text: source.text.clone() });
        if source.text.len() > MAX_FILE_BYTES {
            self.error(&start, format!("the file is larger than {MAX_FILE_BYTES} bytes"));
            return None;
        }
        let (document, errors) = toml::de::DeTable::parse_recoverable(&source.text);
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            let place = Place { file, start: span.start, end: span.end };
            self.syntax_error(&place, error.message().lines().collect::<Vec<_>>().join("; "));
        }
        Some(Node::from_document(document, file))
    }

    /// A file's table laid over its families, which may have families themselves.
    fn with_families(&mut self, own: Table, name: &str, sources: &Sources, chain: &mut Vec<String>) -> Table {
        let Some(entry) = own.get("extends") else { return own };
        let place = entry.node.place.clone();
        let Some(family) = self.text(&entry.node).map(str::to_owned) else { return own };
        let family = family.trim().trim_start_matches(FAMILY_PREFIX).to_owned();
        let family_name = format!("{FAMILY_PREFIX}{family}");
        if sources.get(&family_name).is_none() {
            let hint = did_you_mean(&family, sources.family_names()).unwrap_or_else(|| {
                let names = sources.family_names().collect::<Vec<_>>().join(", ");
                let listed = if names.is_empty() { "none" } else { &names };
                format!("families lie in `families/`; there are: {listed}")
            });
            self.error_with_hint(&place, format!("unknown family `{}`", shown(&family)), hint);
            return own;
        }
        if chain.contains(&family_name) {
            let circle = chain
                .iter()
                .map(|name| name.trim_start_matches(FAMILY_PREFIX))
                .collect::<Vec<_>>()
                .join(" → ");
            self.error(&place, format!("this family extends itself: {circle} → {family}"));
            return own;
        }
        if chain.len() > MAX_FAMILIES {
            self.error(&place, format!("more than {MAX_FAMILIES} families above {name}"));
            return own;
        }
        chain.push(family_name.clone());
        let Some(Node { value: Value::Table(mut base), place: base_place }) =
            self.open(&family_name, sources)
        else {
            return own;
        };
        base = self.with_families(base, name, sources, chain);
        base.retain(|key, _| !NOT_INHERITED.contains(&key.as_str()));
        let base = Node { place: base_place.clone(), value: Value::Table(base) };
        match (Node { place: base_place, value: Value::Table(own) }).over(&base).value {
            Value::Table(merged) => merged,
            _ => Table::new(),
        }
    }

    /// The portal of a merged tree; its hash is set by the caller.
    fn portal(
        &mut self,
        tree: &Node,
        name: &str,
        is_family: bool,
        sources: &Sources,
    ) -> Option<(Portal, Identity)> {
        let fields = self.file_fields(tree, is_family)?;
        if let Some(node) = fields.get("format")
            && self.count(node, 1).is_some_and(|version| version != 1)
        {
            self.error_with_hint(
                &node.place,
                "unknown version of the format",
                "this program reads `format = 1`",
            );
        }
        let mut identity = fields.get("portal").map(|node| self.identity(node)).unwrap_or_default();
        let portal_entry: Option<&Entry> = fields.table.get("portal");
        if !is_family && identity.hosts.is_empty() && !self.is_form_broken() {
            let place = portal_entry.map_or(fields.place, |entry| &entry.node.place).clone();
            let hint = "add `[portal]` with `home = \"https://…/\"`";
            let gave_any = portal_entry.is_some_and(|entry| match &entry.node.value {
                Value::Table(table) => table.contains_key("home") || table.contains_key("hosts"),
                _ => true,
            });
            if !gave_any {
                self.error_with_hint(&place, "the portal has no host", hint);
            }
        }
        let file_name = name.trim_start_matches(FAMILY_PREFIX).to_owned();
        if let (Some(id), Some(place)) = (&identity.id, &identity.id_place)
            && *id != file_name
            && !is_family
        {
            let message = format!("the id `{id}` is not the name of the file");
            self.warning(
                place,
                message,
                format!("records carry the id; `crawl` takes either, `{id}` or `{file_name}`"),
            );
        }
        let listings = fields.get("listing").map(|node| self.listings(node)).unwrap_or_default();
        let feeds = fields.get("feed").map(|node| self.feeds(node)).unwrap_or_default();
        let (sitemaps, sitemaps_from_robots) =
            fields.get("sitemap").map(|node| self.sitemaps(node)).unwrap_or_default();
        let wordpress = fields.get("wordpress").and_then(|node| self.wordpress(node, identity.home.as_ref()));
        let politeness = fields.get("politeness").map(|node| self.politeness(node)).unwrap_or_default();
        let revisit = fields.get("revisit").and_then(|node| self.revisit(node));
        let urls = fields.get("urls").map(|node| self.url_rules(node)).unwrap_or_default();
        let health = fields.get("health").map(|node| self.health(node)).unwrap_or_default();
        let layouts = self.layouts(&fields);
        let tests = fields.get("test").map(|node| self.tests(node, sources)).unwrap_or_default();
        if !is_family {
            self.remark_on(
                &fields,
                &identity,
                listings.is_empty()
                    && feeds.is_empty()
                    && sitemaps.is_empty()
                    && !sitemaps_from_robots
                    && wordpress.is_none(),
            );
        }
        let portal = Portal {
            id: identity.id.take().unwrap_or_else(|| file_name.clone()),
            name: identity.name.take().unwrap_or(file_name),
            home: identity.home.take(),
            hosts: std::mem::take(&mut identity.hosts),
            language: identity.language.take(),
            timezone: identity.timezone.take().unwrap_or(jiff::tz::TimeZone::UTC),
            politeness,
            revisit,
            urls,
            listings: listings.iter().map(|(_, listing)| listing.clone()).collect(),
            feeds: feeds.iter().map(|(_, url)| url.clone()).collect(),
            sitemaps: sitemaps.iter().map(|(_, url)| url.clone()).collect(),
            sitemaps_from_robots,
            wordpress,
            places: std::mem::take(&mut identity.places),
            layouts,
            health,
            tests,
            selectors_hash: Digest::of(b""),
        };
        if !portal.hosts.is_empty() {
            let starts = listings.iter().map(|(place, listing)| (place, &listing.url));
            for (place, url) in starts.chain(feeds.iter().chain(&sitemaps).map(|(place, url)| (place, url))) {
                self.check_host(&portal, place, url);
            }
            if let (Some(wordpress), Some(entry)) = (&portal.wordpress, fields.table.get("wordpress")) {
                self.check_host(&portal, &entry.node.place, &wordpress.root);
            }
        }
        Some((portal, identity))
    }

    /// The file's tables; a family needs no `format` of its own.
    fn file_fields<'n>(&mut self, tree: &'n Node, is_family: bool) -> Option<Fields<'n>> {
        if is_family { self.known_fields(tree, &FILE) } else { self.fields(tree, &FILE) }
    }

    fn check_host(&mut self, portal: &Portal, place: &Place, url: &crate::model::crawl_url::CrawlUrl) {
        if !portal.owns(url) {
            let hint = format!("add `{}` to `hosts`", url.host());
            self.error_with_hint(place, format!("{} is not one of the portal's hosts", url.host()), hint);
        }
    }

    /// What works, but probably not as meant.
    fn remark_on(&mut self, fields: &Fields<'_>, identity: &Identity, has_no_start: bool) {
        let place = fields.table.get("portal").map_or(fields.place, |entry| &entry.node.place).clone();
        if has_no_start {
            let hint = "add a `[[listing]]`, `[[feed]]` or `[[sitemap]]`; without one only `save` and `extract` use it";
            self.warning(&place, "a crawl has nowhere to begin", hint);
        }
        if identity.timezone.is_none() {
            let hint = "add `timezone = \"Europe/Berlin\"` to `[portal]`";
            self.warning(&place, "no time zone: times without one are taken as UTC", hint);
        }
    }
}
