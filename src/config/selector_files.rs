//! The selector files there are: those of the user's directory laid over those built into the program.
//!
//! Reads the directory; what the files mean is `portal`'s.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, DirEntry, include_dir};

use crate::model::crawl_url::CrawlUrl;
use crate::portal::load::MAX_FILE_BYTES;
use crate::portal::source::FAMILY_PREFIX;
use crate::portal::{Diagnostic, LoadResult, Portal, Severity, Sources, load, load_all};

/// The selector files in the repository, inside the program.
static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/selectors");
/// Folders below the selector files in which example pages are looked for.
const MAX_PAGE_FOLDERS_DEEP: usize = 5;
/// Files looked at in the directory and its folders.
const MAX_FILES: usize = 50_000;
/// Largest example page, in bytes.
const MAX_PAGE_BYTES: u64 = 50 << 20;

/// Why the selector files cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the selector files in {}", path.display())]
pub struct SelectorFilesError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// Where a portal's file lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// In the user's directory of selector files.
    Directory,
    /// In the program.
    BuiltIn,
}

impl Origin {
    /// `directory` or `built-in`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Directory => "directory",
            Self::BuiltIn => "built-in",
        }
    }
}

/// A portal that can be crawled.
#[derive(Debug, Clone)]
pub struct KnownPortal {
    /// The file's name without `.toml`.
    pub file_name: String,
    /// Where the file lies.
    pub origin: Origin,
    /// The portal.
    pub portal: Arc<Portal>,
    /// What is odd about its file.
    pub warnings: Vec<Diagnostic>,
}

/// A file with mistakes.
#[derive(Debug, Clone)]
pub struct BrokenFile {
    /// The file's name without `.toml`.
    pub file_name: String,
    /// Where the file lies.
    pub origin: Origin,
    /// What is wrong, in the order of the file.
    pub mistakes: Vec<Diagnostic>,
}

/// Every portal there is a file for.
#[derive(Debug)]
pub struct PortalSet {
    /// Those that can be crawled, by file name.
    pub portals: Vec<KnownPortal>,
    /// Those that cannot until their files are mended, by file name.
    pub broken: Vec<BrokenFile>,
    /// The user's directory.
    pub directory: PathBuf,
    /// Whether the user's directory exists.
    pub has_directory: bool,
    sources: Sources,
}

impl PortalSet {
    /// Reads the files of `directory` and those of the program. A directory that does not exist is none.
    ///
    /// # Errors
    /// The directory is there but cannot be listed. A file that cannot be read is a broken one.
    pub fn read(directory: &Path) -> Result<Self, SelectorFilesError> {
        let mut sources = Sources::new();
        add_built_in(&BUILT_IN, &mut sources);
        let mut set = Self {
            portals: Vec::new(),
            broken: Vec::new(),
            directory: directory.to_owned(),
            has_directory: directory.is_dir(),
            sources,
        };
        let unreadable = if set.has_directory {
            add_directory(directory, &mut set.sources)
                .map_err(|source| SelectorFilesError { path: directory.to_owned(), source })?
        } else {
            Vec::new()
        };
        for (file_name, result) in load_all(&set.sources) {
            let origin = set.origin(&file_name);
            let mistakes =
                unreadable.iter().find(|(name, _)| *name == file_name).map(|(_, mistake)| mistake.clone());
            match (result, mistakes) {
                (_, Some(mistake)) => {
                    set.broken.push(BrokenFile { file_name, origin, mistakes: vec![mistake] });
                }
                (Ok(loaded), None) => {
                    let portal = Arc::new(loaded.portal);
                    set.portals.push(KnownPortal { file_name, origin, portal, warnings: loaded.warnings });
                }
                (Err(mistakes), None) => set.broken.push(BrokenFile { file_name, origin, mistakes }),
            }
        }
        Ok(set)
    }

    /// The portal of that id or file name.
    pub fn find(&self, name: &str) -> Option<&KnownPortal> {
        let by_id = self.portals.iter().find(|known| known.portal.id == name);
        by_id.or_else(|| self.portals.iter().find(|known| known.file_name == name))
    }

    /// The broken file of that name.
    pub fn find_broken(&self, name: &str) -> Option<&BrokenFile> {
        self.broken.iter().find(|broken| broken.file_name == name)
    }

    /// The portals of the user's directory: what a crawl without names takes.
    pub fn of_directory(&self) -> impl Iterator<Item = &KnownPortal> {
        self.portals.iter().filter(|known| known.origin == Origin::Directory)
    }

    /// The portal whose host `url` is on: of several the one for which it looks like an article, then the user's.
    pub fn owner_of(&self, url: &CrawlUrl) -> Option<&KnownPortal> {
        self.portals
            .iter()
            .filter(|known| known.portal.owns(url))
            .max_by_key(|known| (known.portal.is_article(url), known.origin == Origin::Directory))
    }

    /// Names of every file, portals and families (`families/NAME`).
    pub fn file_names(&self) -> Vec<String> {
        let families = self.sources.family_names().map(|name| format!("{FAMILY_PREFIX}{name}"));
        self.sources.portal_names().map(str::to_owned).chain(families).collect()
    }

    /// Loads one file by name, a family too.
    pub fn load(&self, file_name: &str) -> LoadResult {
        match self.find_broken(file_name) {
            Some(broken) => Err(broken.mistakes.clone()),
            None => load(file_name, &self.sources),
        }
    }

    /// Loads the file at `path`, with the families and example pages beside it and those of `directory`; gives the
    /// folder in which its example pages lie, too.
    ///
    /// # Errors
    /// A folder cannot be listed.
    pub fn load_path(path: &Path, directory: &Path) -> Result<(PathBuf, LoadResult), SelectorFilesError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let is_family = folder.file_name().is_some_and(|name| name == "families");
        let root = if is_family { folder.parent().unwrap_or(Path::new(".")) } else { folder };
        let mut sources = Sources::new();
        add_built_in(&BUILT_IN, &mut sources);
        for folder in [directory, root].into_iter().filter(|folder| folder.is_dir()) {
            add_directory(folder, &mut sources)
                .map_err(|source| SelectorFilesError { path: folder.to_owned(), source })?;
        }
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let name = if is_family { format!("{FAMILY_PREFIX}{stem}") } else { stem };
        let result = match add_file(path, &name, &mut sources) {
            Some(mistake) => Err(vec![mistake]),
            None => load(&name, &sources),
        };
        Ok((root.to_owned(), result))
    }

    /// Where the file of that name lies.
    pub fn origin(&self, file_name: &str) -> Origin {
        match self.sources.get(file_name) {
            Some(source) if !source.is_built_in => Origin::Directory,
            _ => Origin::BuiltIn,
        }
    }

    /// The example page of that path: from `folder` where given, else from the user's directory, else from the
    /// program.
    ///
    /// # Errors
    /// There is none, or it cannot be read. Of a page larger than 50 MiB only the beginning is read.
    pub fn example_page(&self, folder: Option<&Path>, path: &str) -> io::Result<Vec<u8>> {
        for folder in folder.into_iter().chain([self.directory.as_path()]) {
            let page = folder.join(path);
            if page.is_file() {
                return read_at_most(&page, MAX_PAGE_BYTES);
            }
        }
        match BUILT_IN.get_file(path) {
            Some(file) => Ok(file.contents().to_vec()),
            None => Err(io::Error::new(io::ErrorKind::NotFound, format!("there is no page {path}"))),
        }
    }
}

/// The files built into the program, alone: families for a portal whose file comes from elsewhere.
pub fn built_in() -> Sources {
    let mut sources = Sources::new();
    add_built_in(&BUILT_IN, &mut sources);
    sources
}

fn add_built_in(folder: &Dir<'_>, sources: &mut Sources) {
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(folder) => add_built_in(folder, sources),
            DirEntry::File(file) => {
                let path = file.path().to_string_lossy().replace('\\', "/");
                match (selector_file_name(&path), file.contents_utf8()) {
                    (Some(name), Some(text)) => sources.insert_built_in(name, text),
                    _ => sources.insert_page(&path),
                }
            }
        }
    }
}

/// The name of the selector file at `path`: `my-portal.toml`, `families/my-family.toml`.
fn selector_file_name(path: &str) -> Option<&str> {
    let name = path.strip_suffix(".toml")?;
    let bare = name.strip_prefix(FAMILY_PREFIX).unwrap_or(name);
    (!bare.is_empty() && !bare.contains('/') && !bare.starts_with('.')).then_some(name)
}

/// Adds the files of a directory; gives those that are no text.
fn add_directory(directory: &Path, sources: &mut Sources) -> io::Result<Vec<(String, Diagnostic)>> {
    let mut unreadable = Vec::new();
    let mut left = MAX_FILES;
    let mut folders = vec![(directory.to_owned(), String::new(), 0)];
    while let Some((folder, prefix, depth)) = folders.pop() {
        let mut entries = match fs::read_dir(&folder) {
            Ok(entries) => entries.collect::<Result<Vec<_>, _>>()?,
            Err(error) if depth == 0 => return Err(error),
            Err(_) => continue,
        };
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            if left == 0 || name.starts_with('.') {
                continue;
            }
            left -= 1;
            let path = format!("{prefix}{name}");
            if entry.file_type()?.is_dir() {
                if depth < MAX_PAGE_FOLDERS_DEEP {
                    folders.push((entry.path(), format!("{path}/"), depth + 1));
                }
                continue;
            }
            let Some(name) = selector_file_name(&path) else {
                sources.insert_page(&path);
                continue;
            };
            if let Some(mistake) = add_file(&entry.path(), name, sources) {
                unreadable.push((name.to_owned(), mistake));
            }
        }
    }
    Ok(unreadable)
}

/// Adds one file; gives what is wrong where it is no text.
fn add_file(path: &Path, name: &str, sources: &mut Sources) -> Option<Diagnostic> {
    let origin = path.display().to_string();
    let bytes = match read_at_most(path, MAX_FILE_BYTES as u64 + 1) {
        Ok(bytes) => bytes,
        Err(error) => {
            sources.insert(name, &origin, "");
            let message = format!("this file cannot be read: {error}");
            return Some(Diagnostic::new(Severity::Error, &origin, &"".into(), 0..0, message));
        }
    };
    let text = String::from_utf8_lossy(&bytes);
    sources.insert(name, &origin, &text);
    let error = std::str::from_utf8(&bytes).err()?;
    // Cut inside a character at the limit: the loader says that the file is too large.
    if bytes.len() > MAX_FILE_BYTES {
        return None;
    }
    let at = error.valid_up_to();
    let hint = "save it as UTF-8 in your editor".to_owned();
    let place = Diagnostic::new(
        Severity::Error,
        &origin,
        &text.as_ref().into(),
        at..at + 1,
        "this is not UTF-8 text",
    );
    Some(place.with_hint(Some(hint)))
}

fn read_at_most(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_file_is_right() {
        let nowhere = Path::new("no-such-directory");
        let set = PortalSet::read(nowhere).unwrap();
        assert!(!set.has_directory);
        for name in set.file_names() {
            match set.load(&name) {
                Ok(loaded) => assert_eq!(loaded.warnings, [], "{name}"),
                Err(mistakes) => panic!(
                    "{}",
                    mistakes.iter().map(|mistake| mistake.render(false)).collect::<Vec<_>>().join("\n\n")
                ),
            }
        }
    }
}
