//! `dateline selectors list|check|test`: what selector files there are, what is wrong with them, and whether they find
//! what they say they find. Reading files is `config`'s, loading them `portal`'s.

mod expectation;

use std::fmt::Write as _;
use std::io::stdout;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::cli::output::write_stdout;
use crate::cli::{Exit, Globals, UsageError, logging, portals};
use crate::config::selector_files::PortalSet;
use crate::decode;
use crate::extract::{Page, extract};
use crate::portal::source::FAMILY_PREFIX;
use crate::portal::{Diagnostic, LoadResult, Portal, PortalTest, Severity, nearest_name};

/// The selector files: list them, check them, run their own tests
#[derive(Debug, Args)]
pub struct SelectorsArgs {
    /// What to do with them
    #[command(subcommand)]
    pub command: SelectorsCommand,
}

/// What to do with the selector files.
#[derive(Debug, Subcommand)]
pub enum SelectorsCommand {
    /// Show which portals there are and where their files lie
    List {
        /// One JSON object a portal
        #[arg(long)]
        json: bool,
    },
    /// Report every mistake with file, line, column and a hint; exit code 2 where there is one
    Check {
        /// Portals, families (`families/NAME`) or paths of .toml files; none: all
        #[arg(value_name = "NAME")]
        names: Vec<String>,
        /// One JSON object a mistake
        #[arg(long)]
        json: bool,
    },
    /// Run the expectations in the files against their example pages; exit code 1 where one is not met
    Test {
        /// Portals, families (`families/NAME`) or paths of .toml files; none: all
        #[arg(value_name = "NAME")]
        names: Vec<String>,
        /// One JSON object a test
        #[arg(long)]
        json: bool,
    },
}

/// Runs the command.
///
/// # Errors
/// The directory cannot be read, or a name is neither a portal nor a file.
pub(crate) fn run(args: SelectorsArgs, globals: &Globals) -> anyhow::Result<Exit> {
    let (out, exit) = answer(args.command, globals)?;
    write_stdout(&out)?;
    Ok(exit)
}

/// What the command prints, and how it ends.
fn answer(command: SelectorsCommand, globals: &Globals) -> anyhow::Result<(String, Exit)> {
    let set = portals::all(globals)?;
    let (names, json, is_test) = match command {
        SelectorsCommand::List { json } => return Ok((list(&set, json), Exit::Done)),
        SelectorsCommand::Check { names, json } => (names, json, false),
        SelectorsCommand::Test { names, json } => (names, json, true),
    };
    let files = chosen(&set, &names)?;
    Ok(if is_test {
        test(&set, files, !names.is_empty(), json, globals)
    } else {
        check(files, json, globals)
    })
}

fn list(set: &PortalSet, json: bool) -> String {
    let mut rows = Vec::new();
    for known in &set.portals {
        let portal = &known.portal;
        rows.push(json!({
            "name": known.file_name,
            "id": portal.id,
            "title": portal.name,
            "hosts": portal.hosts.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "origin": known.origin.as_str(),
            "listings": portal.listings.len(),
            "feeds": portal.feeds.len(),
            "sitemaps": portal.sitemaps.len(),
            "tests": portal.tests.len(),
            "state": "ok",
            "warnings": known.warnings.len(),
            "mistakes": 0,
        }));
    }
    for broken in &set.broken {
        rows.push(json!({
            "name": broken.file_name,
            "origin": broken.origin.as_str(),
            "state": "broken",
            "mistakes": broken.mistakes.len(),
        }));
    }
    rows.sort_by(|left, right| left["name"].as_str().cmp(&right["name"].as_str()));
    let mut out = String::new();
    if json {
        for row in &rows {
            let _ = writeln!(out, "{row}");
        }
    } else {
        out = table(&rows);
        if !set.has_directory {
            let _ = writeln!(
                out,
                "\nThere is no directory {}: these come with dateline.",
                set.directory.display()
            );
        }
    }
    out
}

/// The portals as a table for people.
fn table(rows: &[Value]) -> String {
    let mut lines = vec![["NAME", "HOSTS", "ORIGIN", "STARTS", "STATE"].map(str::to_owned)];
    for row in rows {
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let hosts: Vec<&str> =
            row["hosts"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let starts: Vec<String> = ["listings", "feeds", "sitemaps"]
            .iter()
            .filter_map(|key| Some((key, row[*key].as_u64().filter(|number| *number > 0)?)))
            .map(|(key, number)| {
                format!("{number} {}", if number == 1 { key.trim_end_matches('s') } else { key })
            })
            .collect();
        let state = match row["mistakes"].as_u64() {
            Some(number) if number > 0 => format!("broken: {}", counted(number as usize, "mistake")),
            _ => text("state"),
        };
        lines.push([text("name"), hosts.join(", "), text("origin"), starts.join(", "), state]);
    }
    let mut widths = [0; 5];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = String::new();
    for line in &lines {
        let cells: Vec<String> =
            line.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        let _ = writeln!(out, "{}", cells.join("  ").trim_end());
    }
    out
}

/// A file to check or test.
struct Chosen {
    name: String,
    result: LoadResult,
    /// The folder of a file given by its path.
    folder: Option<PathBuf>,
}

/// The files of these names, loaded; without names all, families too.
fn chosen(set: &PortalSet, names: &[String]) -> anyhow::Result<Vec<Chosen>> {
    if names.is_empty() {
        let all = set.file_names().into_iter();
        return Ok(all.map(|name| Chosen { result: set.load(&name), name, folder: None }).collect());
    }
    names.iter().map(|name| chosen_file(set, name)).collect()
}

fn chosen_file(set: &PortalSet, name: &str) -> anyhow::Result<Chosen> {
    let known = set.file_names();
    let by_id = set.find(name).map(|known| known.file_name.clone());
    let family = format!("{FAMILY_PREFIX}{name}");
    let file_name = [Some(name.to_owned()), by_id, Some(family)]
        .into_iter()
        .flatten()
        .find(|candidate| known.contains(candidate));
    if let Some(file_name) = file_name {
        return Ok(Chosen { result: set.load(&file_name), name: file_name, folder: None });
    }
    let path = Path::new(name);
    if path.extension().is_some_and(|extension| extension == "toml") && path.is_file() {
        let (folder, result) = PortalSet::load_path(path, &set.directory)?;
        return Ok(Chosen { name: name.to_owned(), result, folder: Some(folder) });
    }
    let portals = known.iter().map(String::as_str).filter(|name| !name.starts_with(FAMILY_PREFIX));
    let hint = match nearest_name(name, portals) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            "`dateline selectors list` shows what there is; the path of a .toml file will do too".to_owned()
        }
    };
    let message = format!("no selector file named `{name}` in {}\n\nhint: {hint}", set.directory.display());
    Err(UsageError(message).into())
}

fn check(files: Vec<Chosen>, json: bool, globals: &Globals) -> (String, Exit) {
    let color = logging::colors(globals.color, &stdout());
    let mut out = String::new();
    let (mut mistakes, mut warnings, mut broken) = (0, 0, 0);
    // A family's mistake shows in every portal that extends it: once is enough.
    let mut shown: Vec<Diagnostic> = Vec::new();
    let checked = files.len();
    for Chosen { result, .. } in files {
        let diagnostics = match result {
            Ok(loaded) => loaded.warnings,
            Err(mistakes) => {
                broken += 1;
                mistakes
            }
        };
        for diagnostic in diagnostics {
            if shown.contains(&diagnostic) {
                continue;
            }
            let is_error = diagnostic.severity == Severity::Error;
            *(if is_error { &mut mistakes } else { &mut warnings }) += 1;
            if json {
                let _ = writeln!(out, "{}", diagnostic_json(&diagnostic));
            } else if is_error || !globals.quiet {
                let _ = writeln!(out, "{}\n", diagnostic.render(color));
            }
            shown.push(diagnostic);
        }
    }
    let is_silent = json || (globals.quiet && mistakes == 0);
    if !is_silent {
        let _ = write!(out, "{} checked", counted(checked, "selector file"));
        let _ = match (mistakes, warnings) {
            (0, 0) => writeln!(out, ": no mistakes"),
            (0, _) => writeln!(out, ": no mistakes, {}", counted(warnings, "warning")),
            _ => writeln!(
                out,
                ": {} in {}, {}",
                counted(mistakes, "mistake"),
                counted(broken, "file"),
                counted(warnings, "warning")
            ),
        };
    }
    (out, if mistakes == 0 { Exit::Done } else { Exit::Usage })
}

fn diagnostic_json(diagnostic: &Diagnostic) -> Value {
    json!({
        "file": diagnostic.file,
        "line": diagnostic.line,
        "column": diagnostic.column,
        "severity": diagnostic.severity.as_str(),
        "message": diagnostic.message,
        "hint": diagnostic.hint,
    })
}

fn test(
    set: &PortalSet,
    files: Vec<Chosen>,
    is_named: bool,
    json: bool,
    globals: &Globals,
) -> (String, Exit) {
    let color = logging::colors(globals.color, &stdout());
    let mut out = String::new();
    let (mut passed, mut failed, mut broken) = (0, 0, 0);
    for Chosen { name, result, folder } in files {
        let portal = match result {
            Ok(loaded) => loaded.portal,
            Err(mistakes) => {
                broken += 1;
                for mistake in mistakes {
                    let _ = if json {
                        writeln!(out, "{}", diagnostic_json(&mistake))
                    } else {
                        writeln!(out, "{}\n", mistake.render(color))
                    };
                }
                continue;
            }
        };
        if portal.tests.is_empty() && is_named && !json {
            let _ = writeln!(out, "{name}: has no tests");
        }
        for portal_test in &portal.tests {
            let unmet = run_test(set, folder.as_deref(), &portal, portal_test);
            *(if unmet.is_empty() { &mut passed } else { &mut failed }) += 1;
            if json {
                let row = json!({
                    "portal": name, "test": portal_test.name, "page": portal_test.file,
                    "passed": unmet.is_empty(), "failures": unmet,
                });
                let _ = writeln!(out, "{row}");
                continue;
            }
            if unmet.is_empty() && globals.quiet {
                continue;
            }
            let verdict = if unmet.is_empty() { "ok" } else { "FAILED" };
            let _ = writeln!(out, "{verdict:6} {name}: {} ({})", portal_test.name, portal_test.file);
            for line in &unmet {
                let _ = writeln!(out, "       {line}");
            }
        }
    }
    let is_silent = json || (globals.quiet && failed + broken == 0);
    if !is_silent {
        let _ = write!(out, "{} passed, {failed} failed", counted(passed, "test"));
        let _ = match broken {
            0 => writeln!(out),
            _ => writeln!(out, "; {} with mistakes could not be tested", counted(broken, "file")),
        };
    }
    let exit = match (broken, failed) {
        (0, 0) => Exit::Done,
        (0, _) => Exit::Failed,
        _ => Exit::Usage,
    };
    (out, exit)
}

/// What one test expected and did not find, a line each.
fn run_test(
    set: &PortalSet,
    folder: Option<&Path>,
    portal: &Portal,
    portal_test: &PortalTest,
) -> Vec<String> {
    let bytes = match set.example_page(folder, &portal_test.file) {
        Ok(bytes) => bytes,
        Err(error) => return vec![format!("the page cannot be read: {error}")],
    };
    let decoded = decode::html_bytes(&bytes, None);
    let page = Page {
        url: &portal_test.url,
        html: &decoded.text,
        captured_on: portal_test.captured,
        published_hint: None,
    };
    let extraction = extract(&page, Some(portal));
    expectation::unmet(portal_test, &extraction.article)
}

/// `1 mistake`, `2 mistakes`.
fn counted(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use clap::Parser as _;

    use super::*;

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        globals: Globals,
        #[command(flatten)]
        selectors: SelectorsArgs,
    }

    /// What `dateline selectors …` prints over the files of a directory, and how it ends.
    fn run_over(files: &[(&str, &str)], words: &[&str]) -> anyhow::Result<(String, Exit)> {
        let directory = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = directory.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let selectors = directory.path().display().to_string();
        let words = ["x", "--selectors", &selectors].into_iter().chain(words.iter().copied());
        let line = Line::parse_from(words.map(|word| word.replace("DIR", &selectors)));
        let (out, exit) = answer(line.selectors.command, &line.globals)?;
        Ok((out.replace(&selectors, "DIR"), exit))
    }

    fn answered(files: &[(&str, &str)], words: &[&str]) -> (String, Exit) {
        run_over(files, words).unwrap()
    }

    const GOOD: &str = "format = 1\n[portal]\nname = \"Good\"\nhome = \"https://good.example/\"\ntimezone = \"UTC\"\n[[feed]]\nurl = \"https://good.example/feed\"\n";
    const BAD: &str = "format = 1\n[portal]\nhome = \"https://bad.example/\"\n[article]\nrequires = []\nroot = \"a:first\"\n";

    #[test]
    fn the_built_in_tests_pass() {
        let (out, exit) = answered(&[], &["test"]);
        assert_eq!(exit, Exit::Done, "{out}");
        assert!(out.contains("ok     families/tagdiv-newspaper: classic template"), "{out}");
    }

    #[test]
    fn check_reports_every_mistake_at_its_place_and_ends_with_2() {
        let (out, exit) = answered(&[("good.toml", GOOD), ("bad.toml", BAD)], &["check", "good", "bad"]);
        assert_eq!(exit, Exit::Usage);
        assert!(out.contains("DIR/bad.toml:5:1") && out.contains("did you mean `require`?"), "{out}");
        assert!(out.contains("DIR/bad.toml:6:10") && out.contains("jQuery"), "{out}");
        assert!(out.contains("2 selector files checked: 2 mistakes in 1 file, 0 warnings"), "{out}");
        let (out, exit) = answered(&[("bad.toml", BAD)], &["check", "--json", "bad"]);
        let first: Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
        assert_eq!((exit, first["line"].as_u64(), first["column"].as_u64()), (Exit::Usage, Some(5), Some(1)));
    }

    #[test]
    fn a_right_file_passes_the_check_quietly() {
        let files = [("good.toml", GOOD), ("bad.toml", BAD)];
        assert_eq!(answered(&files, &["-q", "check", "good"]), (String::new(), Exit::Done));
        let (out, exit) = answered(&files, &["check", "DIR/good.toml"]);
        assert_eq!((out.as_str(), exit), ("1 selector file checked: no mistakes\n", Exit::Done));
        let error = run_over(&files, &["check", "goood"]).unwrap_err();
        assert!(error.is::<UsageError>() && error.to_string().contains("did you mean `good`?"), "{error}");
    }

    #[test]
    fn list_shows_what_there_is_and_what_is_broken() {
        let (out, exit) = answered(&[("good.toml", GOOD), ("bad.toml", BAD)], &["list"]);
        assert_eq!(exit, Exit::Done);
        let line = |name: &str| out.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
        assert!(line("good ").contains("good.example") && line("good ").contains("1 feed"), "{out}");
        assert!(line("bad ").ends_with("broken: 2 mistakes"), "{out}");
        assert!(out.contains("built-in"), "{out}");
    }

    #[test]
    fn a_failed_expectation_ends_with_1_and_says_what_was_found() {
        let page = "<html><body><article><h1>Anders</h1><p>Ein langer Absatz mit genug Worten, damit er zählt.</p></article></body></html>";
        let portal = format!(
            "{GOOD}[article]\nheadline = \"h1\"\n[[test]]\nname = \"n\"\nfile = \"fixtures/a.html\"\nurl = \"https://good.example/1\"\nexpect = {{ headline = \"So\" }}\n"
        );
        let files = [("good.toml", portal.as_str()), ("fixtures/a.html", page)];
        for name in ["good", "DIR/good.toml"] {
            let (out, exit) = answered(&files, &["test", name]);
            assert_eq!(exit, Exit::Failed);
            assert!(out.contains("headline: expected \"So\", found \"Anders\""), "{out}");
        }
    }

    #[test]
    fn a_file_that_is_no_text_is_broken_and_the_others_are_not() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("good.toml"), GOOD).unwrap();
        fs::write(directory.path().join("latin.toml"), b"format = 1\n# \xfc\n").unwrap();
        let set = PortalSet::read(directory.path()).unwrap();
        let broken = set.find_broken("latin").unwrap();
        assert_eq!((broken.mistakes[0].line, broken.mistakes[0].column), (2, 3));
        assert_eq!(set.of_directory().map(|known| known.file_name.as_str()).collect::<Vec<_>>(), ["good"]);
        let url = crate::model::crawl_url::CrawlUrl::parse("https://good.example/1").unwrap();
        assert_eq!(set.owner_of(&url).unwrap().portal.name, "Good");
    }
}
