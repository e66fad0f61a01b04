//! Holds the shape: which module may know which, and what may appear nowhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The layers, lowest first; a module may use modules of lower layers and itself, never its siblings.
const LAYERS: &[&[&str]] = &[
    &["model"],
    &["portal", "decode", "robots", "structure"],
    &["select"],
    &["discover", "extract"],
    &["store", "warc"],
    &["archive"],
    &["frontier"],
    &["fetch"],
    &["config"],
    &["crawl", "export", "demo", "import", "methods", "reparse"],
    &["cli", "web"],
];

/// Modules without I/O, clock and logging.
const PURE: &[&str] = &["model", "portal", "decode", "robots", "structure", "select", "discover", "extract"];

#[test]
fn imports_point_down_only() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let Some(module) = module_of(&file) else { continue };
        for used in used_modules(&text) {
            if used != module && layer(&used) >= layer(&module) {
                wrong.push(format!("{}: {module} uses {used}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "imports against the layers of ARCHITECTURE.md:\n{}", wrong.join("\n"));
}

#[test]
fn every_module_has_a_layer() {
    for (file, _) in sources() {
        if let Some(module) = module_of(&file) {
            layer(&module);
        }
    }
}

#[test]
fn pure_modules_do_no_input_or_output() {
    let banned = [
        "std::fs",
        "std::net::Tcp",
        "std::process",
        "std::env",
        "std::thread",
        "tokio::",
        "tracing::",
        "reqwest",
        "rusqlite",
        "Timestamp::now",
        "Zoned::now",
        "SystemTime",
        "Instant::now",
    ];
    forbid(|module| PURE.contains(&module), &banned);
}

#[test]
fn sql_stays_in_store_http_in_fetch_clap_in_cli() {
    forbid(|module| module != "store", &["rusqlite"]);
    forbid(|module| module != "fetch", &["reqwest::"]);
    forbid(|module| module != "cli", &["clap::", "println!", "eprintln!"]);
}

#[test]
fn every_file_says_what_it_is_for() {
    for (file, text) in sources() {
        assert!(text.starts_with("//!"), "{} does not begin with a //! line", file.display());
    }
}

fn forbid(applies: impl Fn(&str) -> bool, banned: &[&str]) {
    let mut wrong = Vec::new();
    let test_modules = test_modules();
    for (file, text) in sources() {
        let Some(module) = module_of(&file).filter(|module| applies(module)) else { continue };
        if is_of_tests(&file) {
            continue;
        }
        // Tests that have a file or folder of their own may do what tests do.
        let is_test = |part: &str| test_modules.contains(part.trim_end_matches(".rs"));
        if file.components().any(|part| part.as_os_str().to_str().is_some_and(is_test)) {
            continue;
        }
        for (number, line) in code_of(&text).lines().enumerate() {
            for word in banned.iter().filter(|word| line.contains(**word)) {
                wrong.push(format!("{}:{}: {word} in {module}", file.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Modules that are compiled for tests only.
fn test_modules() -> BTreeSet<String> {
    let mut modules = BTreeSet::new();
    for (_, text) in sources() {
        for declared in text.split("#[cfg(test)]\nmod ").skip(1) {
            if let Some((name, _)) = declared.split_once(';').filter(|(name, _)| !name.contains(' ')) {
                modules.insert(name.to_owned());
            }
        }
    }
    modules
}

/// The text up to its tests, without comment lines (which keep their line numbers).
fn code_of(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let lines = code.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line });
    lines.collect::<Vec<_>>().join("\n")
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                files.push((path, text));
            }
        }
    }
    files
}

/// Whether a file holds nothing but tests, which may read their fixtures.
fn is_of_tests(file: &Path) -> bool {
    let is_named_so = |name: &str| name == "tests" || name == "tests.rs" || name.ends_with("_tests.rs");
    let inside = file.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(file);
    inside.components().any(|part| part.as_os_str().to_str().is_some_and(is_named_so))
}

/// The top-level module a file belongs to; none for `lib.rs` and `main.rs`.
fn module_of(file: &Path) -> Option<String> {
    let inside = file.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).ok()?;
    let first = inside.components().next()?.as_os_str().to_str()?;
    (!first.contains('.')).then(|| first.to_owned())
}

fn used_modules(text: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for rest in code_of(text).split("crate::").skip(1) {
        let name: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
        if LAYERS.iter().any(|layer| layer.contains(&name.as_str())) {
            used.insert(name);
        }
    }
    used
}

fn layer(module: &str) -> usize {
    LAYERS.iter().position(|layer| layer.contains(&module)).unwrap_or_else(|| {
        panic!("the module {module} stands in no layer: add it to LAYERS and ARCHITECTURE.md")
    })
}
