//! What reading an article's structure costs, part by part: `cargo bench --bench structure`.
//!
//! Over the labelled articles of `tests/structure`, labels and header taken out roughly; the fastest of several rounds counts.

#![expect(clippy::print_stdout, reason = "a bench reports on stdout")]

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use dateline::structure::{BlockKind, Context, TextBlock, annotate, dateline as head, dates, quotes};

/// Times all articles are read; the fastest counts.
const ROUNDS: usize = 20;

fn main() {
    let published = "2021-10-14T09:30:00+02:00[Europe/Berlin]".parse().expect("a constant instant");
    for language in ["de", "en"] {
        let articles = articles(language);
        let context = Context { language: Some(language), published: Some(&published), places: &[] };
        let blocks: Vec<Vec<TextBlock<'_>>> = articles
            .iter()
            .map(|article| {
                article.iter().map(|text| TextBlock { kind: BlockKind::Paragraph, text }).collect()
            })
            .collect();
        let each = |work: &dyn Fn(&[TextBlock<'_>])| {
            let round = || {
                let begun = Instant::now();
                for blocks in &blocks {
                    work(blocks);
                }
                begun.elapsed()
            };
            let fastest = (0..ROUNDS).map(|_| round()).min().unwrap_or(Duration::MAX);
            fastest.as_secs_f64() * 1e6 / blocks.len() as f64
        };
        let datelines = each(&|blocks| {
            black_box(head::find(blocks, &context));
        });
        let days = each(&|blocks| {
            black_box(dates::find(blocks, &context));
        });
        let speech = each(&|blocks| {
            black_box(quotes::find(blocks, &context));
        });
        let all = each(&|blocks| {
            black_box(annotate(blocks, &context));
        });
        println!(
            "{language}: {} articles, microseconds each: dateline {datelines:.1}, dates {days:.1}, quotations {speech:.1}, all {all:.1}",
            blocks.len()
        );
    }
}

/// The paragraphs of every article.
fn articles(language: &str) -> Vec<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/structure").join(language);
    let entries = fs::read_dir(folder).expect("the articles are part of the repository");
    let paths = entries.map(|entry| entry.expect("the folder is readable").path());
    paths.map(|path| paragraphs(&fs::read_to_string(path).expect("articles are UTF-8"))).collect()
}

fn paragraphs(article: &str) -> Vec<String> {
    article.split("\n\n").skip(1).map(without_labels).collect()
}

/// `{q key}„…“{/q}` without what stands in braces.
fn without_labels(text: &str) -> String {
    let parts = text.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
    parts.collect()
}
