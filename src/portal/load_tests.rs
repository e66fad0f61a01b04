//! What the loader makes of whole files: the portal, or every mistake at its place.

use super::diagnostic::Diagnostic;
use super::load::{Loaded, load, load_all};
use super::source::Sources;
use crate::model::crawl_url::Host;

fn sources(files: &[(&str, &str)]) -> Sources {
    let mut sources = Sources::new();
    for (name, text) in files {
        sources.insert(name, &format!("selectors/{name}.toml"), text);
    }
    sources.insert_page("fixtures/plain/article.html");
    sources
}

fn loaded(text: &str) -> Loaded {
    load("p", &sources(&[("p", text)])).unwrap_or_else(|mistakes| panic!("{}", rendered(&mistakes)))
}

fn mistakes(text: &str) -> Vec<Diagnostic> {
    load("p", &sources(&[("p", text)])).map(|_| ()).expect_err(text)
}

fn rendered(mistakes: &[Diagnostic]) -> String {
    mistakes.iter().map(|mistake| mistake.render(false)).collect::<Vec<_>>().join("\n\n")
}

#[test]
fn a_short_file_is_a_portal() {
    let portal = loaded("format = 1\n[portal]\nhome = \"https://example.org/\"\n").portal;
    assert_eq!((portal.id.as_str(), portal.name.as_str()), ("p", "p"));
    assert_eq!(portal.hosts, [Host::parse("example.org").unwrap()]);
    assert_eq!(portal.layouts.len(), 1);
}

#[test]
fn two_files_with_one_id_are_one_too_many() {
    let text = "format = 1\n[portal]\nid = \"x\"\nhome = \"https://example.org/\"\n";
    let all = load_all(&sources(&[("p", text), ("q", text)]));
    assert!(all[0].1.is_ok());
    let mistakes = all[1].1.as_ref().unwrap_err();
    assert_eq!((mistakes[0].line, mistakes[0].column), (3, 6));
    assert_eq!(mistakes[0].message, "the id `x` is taken by `p.toml`");
}

#[test]
fn every_mistake_is_reported_not_only_the_first() {
    let text = "format = 1\n[portal]\nhome = 3\n[article]\nrequires = []\nheadline = [{}]\n";
    assert_eq!(mistakes(text).len(), 3);
}
