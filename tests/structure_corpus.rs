//! Measures `dateline::structure::annotate` on the labelled articles below `tests/structure`.
//!
//! Matching: spans are compared without their marks and outer punctuation, one to one, by descending overlap; a
//! quotation counts as found from half of the joint length on. With `CORPUS_MISSES=1 … -- --nocapture` every mistake
//! is listed; `CORPUS_PART=even` or `odd` measures half of them, without floors. The format and what is labelled how:
//! README there.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use dateline::model::annotation::{DateMention, Dateline, Quote, QuoteKind, Span};
use dateline::structure::{Context, FoundDateline, Structure, TextBlock, annotate};

#[path = "structure/corpus.rs"]
mod corpus;

#[path = "structure/lists.rs"]
mod lists;

#[path = "structure/list_scores.rs"]
mod list_scores;

use corpus::{Article, LabelledBlock, LabelledDateline, LabelledQuote};

/// Least figures per language, a little below what is reached; raised with the rules.
const FLOORS: [(&str, Floors); 2] = [
    (
        "de",
        Floors {
            quotes: 0.967,
            quotes_and_speakers: 0.903,
            roles: 0.876,
            strings_taken_for_speech: 0.05,
            datelines: 0.97,
            false_datelines: 0.02,
            dates: 0.92,
        },
    ),
    (
        "en",
        Floors {
            quotes: 0.975,
            quotes_and_speakers: 0.88,
            roles: 0.838,
            strings_taken_for_speech: 0.085,
            datelines: 0.98,
            false_datelines: 0.02,
            dates: 0.895,
        },
    ),
];

/// The figures of one language that must be reached; the two error rates are ceilings.
struct Floors {
    quotes: f64,
    quotes_and_speakers: f64,
    roles: f64,
    strings_taken_for_speech: f64,
    datelines: f64,
    false_datelines: f64,
    dates: f64,
}

/// Least number of articles in the corpus.
const ARTICLES: usize = 150;
/// From which overlap on two spans are the same quotation.
const SAME: f64 = 0.5;
/// Characters at the edges of a span that do not count.
const EDGE: &str = "\"'„“”‚‘’‛‟»«›‹` \t\n\u{a0}\u{202f}\u{2009},.;:";
const ARTICLE_WORDS: &[&str] = &[
    "der", "die", "das", "den", "dem", "des", "ein", "eine", "einer", "eines", "einem", "einen", "the", "a",
    "an", "ihr", "ihre", "sein", "seine", "mein", "meine", "unser", "unsere",
];
const TITLE_WORDS: &[&str] = &[
    "dr",
    "prof",
    "professor",
    "professorin",
    "herr",
    "herrn",
    "frau",
    "mr",
    "mrs",
    "ms",
    "sir",
    "lord",
    "ing",
    "dipl.-ing",
    "med",
    "jur",
    "phil",
    "rer",
    "nat",
    "h.c",
];

#[test]
fn every_article_parses_and_there_are_enough() {
    let mut problems = Vec::new();
    let mut count = 0;
    for language in ["de", "en"] {
        let (articles, found) = corpus::load(language);
        count += articles.len();
        problems.extend(found);
    }
    let report = problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(problems.is_empty(), "\n{report}");
    assert!(count >= ARTICLES, "{count} articles");
}

#[test]
fn figures_stay_above_their_floors() {
    let mut table = String::new();
    let mut misses = Vec::new();
    let part = std::env::var("CORPUS_PART").unwrap_or_default();
    for (language, floors) in &FLOORS {
        let (mut articles, _) = corpus::load(language);
        articles.retain(|article| is_in_part(article, &part));
        let mut score = Score::default();
        for article in &articles {
            score.add(article, &run(article));
        }
        table += &score.table(language, articles.len());
        if std::env::var_os("CORPUS_MISSES").is_some() {
            for line in score.misses.iter().chain(&score.notes) {
                writeln!(table, "{line}").expect("a String can be written to");
            }
        }
        let at_least = [
            ("quotes", score.quotes.f1(), floors.quotes),
            ("quotes and speakers", score.speakers.f1(), floors.quotes_and_speakers),
            ("roles", score.roles.rate(), floors.roles),
            ("datelines", score.datelines.rate(), floors.datelines),
            ("dates", score.dates.f1(), floors.dates),
        ];
        let at_most = [
            ("strings taken for speech", score.strings.rate(), floors.strings_taken_for_speech),
            ("false datelines", score.false_datelines.rate(), floors.false_datelines),
        ];
        misses.extend(at_least.iter().filter(|(_, is, floor)| is < floor).map(|m| (*language, *m)));
        misses.extend(at_most.iter().filter(|(_, is, ceiling)| is > ceiling).map(|m| (*language, *m)));
    }
    println!("{table}");
    assert!(!part.is_empty() || misses.is_empty(), "{misses:?}\n{table}");
}

/// `even` and `odd` are the articles whose number is; anything else is all of them.
fn is_in_part(article: &Article, part: &str) -> bool {
    let number = article.name.split('-').next().and_then(|number| number.parse::<usize>().ok());
    match (part, number) {
        ("even", Some(number)) => number % 2 == 0,
        ("odd", Some(number)) => number % 2 == 1,
        _ => true,
    }
}

/// Guards scorer and labels: what the labels say must be worth full marks.
#[test]
fn the_labels_themselves_get_full_marks() {
    for language in ["de", "en"] {
        let (articles, _) = corpus::load(language);
        let mut score = Score::default();
        for article in &articles {
            score.add(article, &as_labelled(article));
        }
        assert_eq!(score.misses, Vec::<String>::new());
        assert_eq!((score.quotes.f1(), score.speakers.f1(), score.dates.f1()), (1.0, 1.0, 1.0), "{language}");
        assert_eq!(
            (score.strings.rate(), score.datelines.rate(), score.false_datelines.rate()),
            (0.0, 1.0, 0.0)
        );
        assert!(score.roles.rate() > 0.999 && score.cues.rate() > 0.999);
    }
}

/// The structure an article would have if the annotators made no mistake.
fn as_labelled(article: &Article) -> Structure {
    let text = |span: Span| -> String {
        let text = &article.blocks[span.block].text;
        text.chars().skip(span.start).take(span.end - span.start).collect()
    };
    let quotes = article.quotes.iter().map(|label| Quote {
        text: text(label.span),
        kind: label.kind,
        span: label.span,
        speaker: label.source.names.first().cloned(),
        speaker_mention: label.mention.clone(),
        role: label.source.role.clone(),
        cue: label.cue.clone(),
        continued: label.continued,
        nested: label.nested,
        confidence: 1.0,
        rule: "label",
    });
    let dates = article.dates.iter().filter_map(|label| {
        let date = label.values.first()?.clone();
        Some(DateMention { text: text(label.span), date, span: label.span })
    });
    let dateline = article.dateline.as_ref().map(|label| FoundDateline {
        dateline: Dateline {
            text: text(label.span).trim().to_owned(),
            place: label.place.clone(),
            region: label.region.clone(),
            agencies: label.agencies.clone(),
            date: label.date.clone(),
        },
        span: label.span,
    });
    Structure { dateline, lead: None, quotes: quotes.collect(), dates: dates.collect() }
}

fn run(article: &Article) -> Structure {
    let blocks: Vec<TextBlock<'_>> =
        article.blocks.iter().map(|block| TextBlock { kind: block.kind, text: &block.text }).collect();
    let context =
        Context { language: Some(&article.language), published: Some(&article.published), places: &[] };
    annotate(&blocks, &context)
}

/// Found and right, against what was given and what was wanted.
#[derive(Default)]
struct Tally {
    right: usize,
    given: usize,
    wanted: usize,
}

impl Tally {
    fn f1(&self) -> f64 {
        let (precision, recall) = (ratio(self.right, self.given), ratio(self.right, self.wanted));
        if precision + recall == 0.0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) }
    }
}

/// How often something was the case.
#[derive(Default)]
struct Rate {
    hits: f64,
    of: usize,
}

impl Rate {
    fn add(&mut self, hit: bool) {
        self.add_share(f64::from(u8::from(hit)));
    }

    fn add_share(&mut self, share: f64) {
        self.hits += share;
        self.of += 1;
    }

    fn rate(&self) -> f64 {
        if self.of == 0 { 0.0 } else { self.hits / self.of as f64 }
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[derive(Default)]
struct Score {
    quotes: Tally,
    speakers: Tally,
    continued: Tally,
    roles: Rate,
    cues: Rate,
    nested: Rate,
    strings: Rate,
    datelines: Rate,
    false_datelines: Rate,
    dates: Tally,
    /// One line for each mistake.
    misses: Vec<String>,
    /// One line for each role that is not word for word the wanted one.
    notes: Vec<String>,
}

impl Score {
    fn add(&mut self, article: &Article, found: &Structure) {
        self.add_quotes(article, found);
        self.add_dates(article, found);
        let given = found.dateline.as_ref();
        let is_right = match &article.dateline {
            None => {
                self.false_datelines.add(given.is_some());
                given.is_none()
            }
            Some(wanted) => {
                let text = &article.blocks[wanted.span.block].text;
                let is_same = given.is_some_and(|given| is_same_dateline(wanted, given, text));
                self.datelines.add(is_same);
                is_same
            }
        };
        if !is_right {
            let given = given.map(|given| &given.dateline);
            self.misses.push(format!("{}: dateline: {given:?}", article.name));
        }
    }

    /// Interviews are matched but not counted; reported speech without marks is not labelled and left out.
    fn add_quotes(&mut self, article: &Article, found: &Structure) {
        let given: Vec<&Quote> =
            found.quotes.iter().filter(|quote| quote.kind != QuoteKind::Indirect).collect();
        let given_spans: Vec<Span> = given.iter().map(|quote| trim(&article.blocks, quote.span)).collect();
        let wanted_spans: Vec<Span> =
            article.quotes.iter().map(|quote| trim(&article.blocks, quote.span)).collect();
        let partner = pair_up(&wanted_spans, &given_spans);
        let mut is_counted = vec![true; given.len()];
        let mut is_matched = vec![false; given.len()];
        let mut has_source = vec![true; given.len()];
        for (wanted, partner) in article.quotes.iter().zip(&partner) {
            if let Some(index) = *partner {
                is_matched[index] = true;
                is_counted[index] = wanted.kind != QuoteKind::Interview;
                has_source[index] = wanted.has_source();
            }
        }
        self.quotes.given += is_counted.iter().filter(|counted| **counted).count();
        for (index, quote) in given.iter().enumerate() {
            // Where the article names nobody, a mention does no harm; a speaker does.
            let names_someone =
                quote.speaker.is_some() || (quote.speaker_mention.is_some() && has_source[index]);
            self.speakers.given += usize::from(is_counted[index] && names_someone);
        }
        for (wanted, partner) in article.quotes.iter().zip(&partner) {
            if wanted.kind == QuoteKind::Interview {
                continue;
            }
            self.quotes.wanted += 1;
            let has_source = wanted.has_source();
            self.speakers.wanted += usize::from(has_source);
            self.continued.wanted += usize::from(wanted.continued);
            if wanted.nested {
                self.nested.add(partner.is_some());
            }
            let text = excerpt(article, wanted.span);
            let Some(quote) = partner.map(|index| given[index]) else {
                self.misses.push(format!("{}: quote not found: {text}", article.name));
                continue;
            };
            self.quotes.right += 1;
            let is_right = is_right_speaker(wanted, quote);
            self.speakers.right += usize::from(has_source && is_right);
            if has_source && !is_right {
                let (name, wanted) = (&article.name, wanted.source.names.first());
                let Quote { speaker, speaker_mention, rule, .. } = quote;
                self.misses.push(format!(
                    "{name}: speaker {speaker:?} as {speaker_mention:?} by {rule}, not {wanted:?}: {text}"
                ));
            }
            self.continued.right += usize::from(wanted.continued && quote.continued);
            if wanted.continued != quote.continued {
                self.notes.push(format!(
                    "{}: continued {}, by {}: {text}",
                    article.name, quote.continued, quote.rule
                ));
            }
            if let Some(role) = &wanted.source.role {
                let given = quote.role.as_deref().unwrap_or_default();
                let share = word_overlap(role, given);
                self.roles.add_share(share);
                if share < 1.0 {
                    self.notes.push(format!("{}: role {given:?}, not {role:?}: {text}", article.name));
                }
            }
            if let Some(cue) = wanted.cue.as_deref().filter(|cue| *cue != ":") {
                self.cues.add(shares_a_word(cue, quote.cue.as_deref().unwrap_or_default()));
            }
        }
        self.continued.given += given.iter().filter(|quote| quote.continued).count();
        for string in &article.other_strings {
            let string = trim(&article.blocks, *string);
            let taken = given_spans
                .iter()
                .zip(&is_matched)
                .any(|(span, matched)| !matched && overlap(string, *span) >= SAME);
            self.strings.add(taken);
        }
        for (index, span) in given_spans.iter().enumerate() {
            if !is_matched[index] {
                let (rule, text) = (given[index].rule, excerpt(article, *span));
                self.misses.push(format!("{}: not speech, by {rule}: {text}", article.name));
            }
        }
    }

    /// A date is right by its value; its extent only has to touch. Dates within the dateline are not counted.
    fn add_dates(&mut self, article: &Article, found: &Structure) {
        let mut is_used = vec![false; found.dates.len()];
        for wanted in &article.dates {
            let candidates = || (0..found.dates.len()).filter(|i| touches(found.dates[*i].span, wanted.span));
            let best = candidates().max_by(|a, b| {
                let share = |index: usize| overlap(found.dates[index].span, wanted.span);
                share(*a).total_cmp(&share(*b))
            });
            let mut right = best.is_some_and(|index| is_right_date(&found.dates[index].date, &wanted.values));
            if let Some((first, last)) = wanted.values.first().and_then(|value| value.split_once('/')) {
                let has =
                    |day: &str| candidates().any(|i| is_right_date(&found.dates[i].date, &[day.to_owned()]));
                right = right || (has(first) && has(last));
            }
            let touched: Vec<usize> = candidates().collect();
            for index in &touched {
                is_used[*index] = true;
            }
            if !wanted.values.is_empty() {
                self.dates.wanted += 1;
                self.dates.given += usize::from(!touched.is_empty());
                self.dates.right += usize::from(right);
                if !right {
                    let (text, value) = (excerpt(article, wanted.span), best.map(|i| &found.dates[i].date));
                    self.misses.push(format!("{}: date {value:?}: {text}", article.name));
                }
            }
        }
        let dateline = article.dateline.as_ref().map(|dateline| dateline.span);
        for (date, used) in found.dates.iter().zip(&is_used) {
            let in_dateline = dateline.is_some_and(|span| touches(span, date.span));
            if !used && !in_dateline {
                self.dates.given += 1;
                self.misses.push(format!("{}: no date: {}", article.name, excerpt(article, date.span)));
            }
        }
    }

    fn table(&self, language: &str, articles: usize) -> String {
        let mut table = format!("\n{language}: {articles} articles\n");
        for (name, tally) in [
            ("quotes", &self.quotes),
            ("quotes and speakers", &self.speakers),
            ("continued", &self.continued),
            ("dates", &self.dates),
        ] {
            let Tally { right, given, wanted } = tally;
            let f1 = tally.f1();
            writeln!(
                table,
                "  {name:<26} F1 {f1:.3}   right {right:>4}  given {given:>4}  wanted {wanted:>4}"
            )
            .expect("a String can be written to");
        }
        for (name, rate) in [
            ("roles", &self.roles),
            ("cues", &self.cues),
            ("nested quotes found", &self.nested),
            ("strings taken for speech", &self.strings),
            ("datelines, all fields", &self.datelines),
            ("false datelines", &self.false_datelines),
        ] {
            writeln!(table, "  {name:<26}    {:.3}   of {:>4}", rate.rate(), rate.of)
                .expect("a String can be written to");
        }
        table
    }
}

/// One-to-one partners by descending overlap: for each wanted span the index of a given one.
fn pair_up(wanted: &[Span], given: &[Span]) -> Vec<Option<usize>> {
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (i, a) in wanted.iter().enumerate() {
        for (j, b) in given.iter().enumerate() {
            let share = overlap(*a, *b);
            if share >= SAME {
                pairs.push((share, i, j));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut partner = vec![None; wanted.len()];
    let mut is_taken = vec![false; given.len()];
    for (_, i, j) in pairs {
        if partner[i].is_none() && !is_taken[j] {
            partner[i] = Some(j);
            is_taken[j] = true;
        }
    }
    partner
}

/// Common length over joint length.
fn overlap(a: Span, b: Span) -> f64 {
    if !touches(a, b) {
        return 0.0;
    }
    ratio(a.end.min(b.end) - a.start.max(b.start), a.end.max(b.end) - a.start.min(b.start))
}

/// The first words of a span, between brackets, with some words around it.
fn excerpt(article: &Article, span: Span) -> String {
    let text: Vec<char> = article.blocks.get(span.block).map_or("", |block| &block.text).chars().collect();
    let (start, end) = (span.start.min(text.len()), span.end.min(text.len()));
    let part = |from: usize, to: usize| text[from.min(to)..to].iter().collect::<String>();
    let shown = end.min(start + 60);
    let (before, after) = (part(start.saturating_sub(80), start), part(end, text.len().min(end + 60)));
    format!("…{before}[{}]{after}…", part(start, shown))
}

fn touches(a: Span, b: Span) -> bool {
    a.block == b.block && a.start.max(b.start) < a.end.min(b.end)
}

/// The span without marks and punctuation at its edges.
fn trim(blocks: &[LabelledBlock], span: Span) -> Span {
    let Some(block) = blocks.get(span.block) else { return span };
    let text: Vec<char> = block.text.chars().collect();
    let (mut start, mut end) = (span.start, span.end.min(text.len()));
    while start < end && EDGE.contains(text[start]) {
        start += 1;
    }
    while end > start && EDGE.contains(text[end - 1]) {
        end -= 1;
    }
    Span { block: span.block, start, end }
}

/// Words in lower case without articles, titles and edge punctuation.
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let all: Vec<&str> = lower
        .split_whitespace()
        .map(|word| word.trim_matches(|c| EDGE.contains(c) || "()[]–—-".contains(c)))
        .filter(|word| !word.is_empty())
        .collect();
    let telling = |word: &&str| !ARTICLE_WORDS.contains(word) && !TITLE_WORDS.contains(word);
    let kept: Vec<&str> = all.iter().copied().filter(telling).collect();
    let chosen = if kept.is_empty() { all } else { kept };
    chosen.into_iter().map(str::to_owned).collect()
}

/// The name fits; where the article gives none, none may be given and the mention must fit instead.
fn is_right_speaker(wanted: &LabelledQuote, given: &Quote) -> bool {
    if wanted.source.names.is_empty() {
        let mention: BTreeSet<String> =
            words(wanted.mention.as_deref().unwrap_or_default()).into_iter().collect();
        let said: BTreeSet<String> =
            words(given.speaker_mention.as_deref().unwrap_or_default()).into_iter().collect();
        return given.speaker.is_none()
            && !said.is_empty()
            && (said.is_subset(&mention) || mention.is_subset(&said));
    }
    let Some(speaker) = &given.speaker else { return false };
    let speaker = words(speaker);
    let role = words(wanted.source.role.as_deref().unwrap_or_default());
    wanted.source.names.iter().any(|name| {
        let name = words(name);
        name == speaker
            || (name.iter().all(|word| speaker.contains(word))
                && speaker.iter().all(|word| name.contains(word) || role.contains(word)))
    })
}

/// F1 of the two texts' words, endings of longer words left off.
fn word_overlap(a: &str, b: &str) -> f64 {
    let stems = |text: &str| words(text).iter().map(|word| stem(word)).collect::<Vec<_>>();
    let (a, mut b) = (stems(a), stems(b));
    let sizes = a.len() + b.len();
    let mut common = 0;
    for word in &a {
        if let Some(at) = b.iter().position(|other| other == word) {
            b.swap_remove(at);
            common += 1;
        }
    }
    ratio(2 * common, sizes)
}

fn stem(word: &str) -> String {
    if word.chars().count() > 5 {
        for ending in ["innen", "in", "es", "en", "er", "s", "n", "e", "r"] {
            if let Some(rest) = word.strip_suffix(ending) {
                return rest.to_owned();
            }
        }
    }
    word.to_owned()
}

fn shares_a_word(a: &str, b: &str) -> bool {
    let split = |text: &str| -> BTreeSet<String> {
        text.to_lowercase()
            .split(|c: char| c.is_whitespace() || "….,:".contains(c))
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    !split(a).is_disjoint(&split(b))
}

/// One of the accepted values, seconds, zone and daypart left aside.
fn is_right_date(given: &str, accepted: &[String]) -> bool {
    let minute = given.get(..16).filter(|prefix| prefix.as_bytes()[10] == b'T').unwrap_or(given);
    let daypart = given.split_once('T').filter(|(_, time)| time.starts_with(char::is_alphabetic));
    accepted
        .iter()
        .any(|value| value == given || value == minute || daypart.is_some_and(|(day, _)| value == day))
}

fn is_same_dateline(
    wanted: &LabelledDateline,
    given: &dateline::structure::FoundDateline,
    text: &str,
) -> bool {
    let plain = |text: &str| {
        let joined = text.split('/').map(str::trim).collect::<Vec<_>>().join("/");
        joined.to_lowercase().trim_matches([' ', '.', ',']).to_owned()
    };
    let place = given.dateline.place.as_deref().map(plain);
    let mut places = vec![wanted.place.as_deref().map(plain)];
    if let (Some(place), Some(region)) = (&wanted.place, &wanted.region) {
        places.push(Some(plain(&format!("{place}, {region}"))));
        places.push(Some(plain(&format!("{place} ({region})"))));
    }
    let codes = |codes: &[String]| codes.iter().map(|code| plain(code)).collect::<Vec<_>>().join("/");
    let date = given.dateline.date.as_deref().map(|date| date.get(..10).unwrap_or(date));
    let rest = |end: usize| text.chars().skip(end).collect::<String>().trim().to_owned();
    given.span.block == wanted.span.block
        && places.contains(&place)
        && codes(&given.dateline.agencies) == codes(&wanted.agencies)
        && date == wanted.date.as_deref()
        && rest(given.span.end) == rest(wanted.span.end)
}
