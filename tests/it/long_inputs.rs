//! A megabyte of anything must not keep a crawl waiting: structure and extraction on runs of one sign or word.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use dateline::extract::{Page, extract};
use dateline::model::crawl_url::CrawlUrl;
use dateline::structure::{BlockKind, Context, TextBlock, annotate};

/// A megabyte; a tenth of it where nothing is optimised.
const SIZE: usize = if cfg!(debug_assertions) { 100_000 } else { 1_000_000 };
/// For all runs together. Optimised they take about a second; time squared would be minutes.
const ENOUGH: Duration = Duration::from_secs(60);

const RUNS: [&str; 12] =
    ["„", "\"", "1", "Mai ", "(", "A", "a", "([", "Aa ", "„Ja“, sagte er. ", "1., ", "am 6. April "];

#[test]
fn runs_of_one_pattern_are_annotated_in_linear_time() {
    let published = "2020-04-07T09:00:00+02:00[Europe/Berlin]".parse().expect("a constant instant");
    let context = Context { language: Some("de"), published: Some(&published), places: &[] };
    check(|run| {
        annotate(&[TextBlock { kind: BlockKind::Paragraph, text: run }], &context);
    });
}

#[test]
fn runs_of_one_pattern_are_extracted_in_linear_time() {
    let url = CrawlUrl::parse("https://zeitung.example/ulm/neues-haus/").expect("a constant address");
    check(|run| {
        let html = format!(
            "<html lang=de><title>Neues Haus</title><body><article><h1>Neues Haus</h1><p>{run}</article></html>"
        );
        extract(&Page { url: &url, html: &html, captured_on: None, published_hint: None }, None);
    });
}

fn check(work: impl Fn(&str)) {
    let begun = Instant::now();
    let mut table = String::new();
    for run in RUNS {
        let text = run.repeat(SIZE / run.len());
        let one = Instant::now();
        work(&text);
        writeln!(table, "{run:?} {:?}", one.elapsed()).expect("a String can be written to");
    }
    println!("{table}");
    assert!(begun.elapsed() < ENOUGH, "{table}");
}
