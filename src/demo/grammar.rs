//! Stories by rule: a topic of `grammar.toml` is expanded with people, places and numbers. Deterministic.
//!
//! The notation: `[one|two]` takes one of the choices, `{name}` fills a slot. Slots are a topic's numbers and the
//! word lists (both fixed within a story), persons (`{a}` full name, `{a.nach}` surname, `{a.rolle}` role,
//! `{a.er}` pronoun, `{a.Er}`, `{a.der}` article, `{a.Der}`) and days around the publication (`{gestern}`, `{heute}`,
//! `{bald}`, `{spaeter}`, `{monat}`).

use std::collections::{BTreeMap, HashSet};

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use serde::Deserialize;

use crate::model::annotation::Dateline;
use crate::model::article::Block;

use super::calendar;
use super::markup;
use super::random::Random;
use super::story::{Newspaper, Picture, Staff, Story, blocks};

const GRAMMAR: &str = include_str!("grammar.toml");

/// Choices inside choices are expanded this deep at most.
const MAX_DEPTH: usize = 4;

/// A story whose headline is taken is told again so often at most.
const MAX_RETELLINGS: usize = 12;

/// Share of stories that open with a dateline, in percent.
const DATELINE_PERCENT: usize = 80;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Grammar {
    first_names_f: Vec<String>,
    first_names_m: Vec<String>,
    surnames: Vec<String>,
    agency_places: Vec<String>,
    lists: BTreeMap<String, Vec<String>>,
    topic: Vec<Topic>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Topic {
    segment: String,
    /// Reports from here carry an agency's dateline.
    #[serde(default)]
    agency: bool,
    #[serde(default)]
    kickers: Vec<String>,
    headlines: Vec<String>,
    subheadlines: Vec<String>,
    /// Person → roles as `männlich/weiblich`.
    people: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    numbers: BTreeMap<String, [usize; 2]>,
    /// For each place in the text: what may stand there.
    paragraphs: Vec<Vec<String>>,
    captions: Vec<String>,
    tags: Vec<String>,
}

#[derive(Debug, Clone)]
struct Person {
    first: String,
    last: String,
    role: String,
    female: bool,
}

/// How many stories, and when they appear.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// Number of stories.
    pub count: usize,
    /// What their words depend on.
    pub seed: u64,
    /// When the newest appears.
    pub newest: DateTime,
    /// Least and most minutes between two of them.
    pub minutes_apart: (usize, usize),
}

/// Tells the stories of a plan, the newest first.
///
/// # Panics
/// Never: the grammar is part of the binary and a test expands all of it.
pub(crate) fn stories(newspaper: &Newspaper, plan: Plan) -> Vec<Story> {
    let grammar: Grammar = toml::from_str(GRAMMAR).expect("grammar.toml is part of the binary and tested");
    let mut random = Random::new(plan.seed);
    let mut published = plan.newest;
    let mut slugs = HashSet::new();
    let mut stories = Vec::with_capacity(plan.count);
    let (least, most) = plan.minutes_apart;
    let first_topic = random.below(grammar.topic.len());
    for index in 0..plan.count {
        let topic = &grammar.topic[(first_topic + index) % grammar.topic.len()];
        let mut story = Telling::new(&grammar, topic, published, &mut random).story(newspaper);
        for _ in 0..MAX_RETELLINGS {
            if !slugs.contains(&story.slug) {
                break;
            }
            story = Telling::new(&grammar, topic, published, &mut random).story(newspaper);
        }
        if !slugs.insert(story.slug.clone()) {
            story.slug = format!("{}-{index}", story.slug);
            slugs.insert(story.slug.clone());
        }
        stories.push(story);
        let step = (least + random.below(most.saturating_sub(least) + 1)) as i64;
        published = published.checked_sub(step.minutes()).unwrap_or(published);
    }
    stories
}

/// One expansion of one topic: what was picked stays picked.
struct Telling<'a> {
    grammar: &'a Grammar,
    topic: &'a Topic,
    published: DateTime,
    random: &'a mut Random,
    people: BTreeMap<String, Person>,
    picked: BTreeMap<String, String>,
}

impl<'a> Telling<'a> {
    fn new(grammar: &'a Grammar, topic: &'a Topic, published: DateTime, random: &'a mut Random) -> Self {
        let mut telling =
            Self { grammar, topic, published, random, people: BTreeMap::new(), picked: BTreeMap::new() };
        let mut surnames = HashSet::new();
        for (name, roles) in &topic.people {
            let person = telling.person(roles, &mut surnames);
            telling.people.insert(name.clone(), person);
        }
        for (name, [least, most]) in &topic.numbers {
            let number = least + telling.random.below(most - least + 1);
            telling.picked.insert(name.clone(), number.to_string());
        }
        let today = published.date();
        let days = [
            ("gestern", -(1 + telling.random.below(3) as i64)),
            ("heute", 0),
            ("bald", 3 + telling.random.below(9) as i64),
            ("spaeter", 14 + telling.random.below(40) as i64),
        ];
        for (name, offset) in days {
            let day = day_after(today, offset);
            telling.picked.insert(name.to_owned(), calendar::weekday_date(day));
        }
        let month = calendar::month(day_after(today, 45)).to_owned();
        telling.picked.insert("monat".to_owned(), month);
        telling
    }

    fn story(mut self, newspaper: &Newspaper) -> Story {
        let headline = self.one_of(&self.topic.headlines);
        let kicker =
            self.random.chance(25).then(|| self.one_of(&self.topic.kickers)).filter(|k| !k.is_empty());
        let subheadline = self.random.chance(85).then(|| self.one_of(&self.topic.subheadlines));
        let mut body: Vec<Block> = Vec::new();
        for choices in &self.topic.paragraphs {
            body.extend(blocks(&self.one_of(choices)));
        }
        let picture = self.random.chance(70).then(|| {
            let caption = self.one_of(&self.topic.captions);
            let credit = self.random.chance(75).then(|| self.photographer());
            Picture { caption, credit }
        });
        let of_the_desk = |staff: &&Staff| staff.desks.contains(&self.topic.segment);
        let desk: Vec<&Staff> = newspaper.staff.iter().filter(of_the_desk).collect();
        let author = self.random.pick(&desk).name.clone();
        let dateline = self.dateline(newspaper);
        let category = newspaper
            .categories
            .iter()
            .position(|category| category.segment == self.topic.segment)
            .expect("topics name a category of newspaper.toml");
        Story {
            slug: markup::slug(&headline),
            category,
            published: self.published,
            kicker,
            headline,
            subheadline,
            author: Some(author),
            dateline,
            body,
            bold_lead: self.random.chance(15),
            picture,
            tags: self.topic.tags.clone(),
        }
    }

    /// One of the choices, expanded; empty where there are none.
    fn one_of(&mut self, choices: &[String]) -> String {
        if choices.is_empty() {
            return String::new();
        }
        let template = self.random.pick(choices).clone();
        let text = self.expand(&template, 0);
        capitalize(&text)
    }

    fn expand(&mut self, template: &str, depth: usize) -> String {
        let mut out = String::with_capacity(template.len() + 32);
        let mut rest = template;
        while let Some(at) = rest.find(['[', '{']) {
            out.push_str(&rest[..at]);
            let Some((inside, after)) = bracketed(&rest[at..]) else {
                rest = &rest[at..];
                break;
            };
            if rest[at..].starts_with('[') && depth < MAX_DEPTH {
                let choices = split_choices(inside);
                let choice = (*self.random.pick(&choices)).to_owned();
                out.push_str(&self.expand(&choice, depth + 1));
            } else {
                out.push_str(&self.slot(inside));
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }

    fn slot(&mut self, name: &str) -> String {
        let (base, form) = name.split_once('.').unwrap_or((name, ""));
        if let Some(person) = self.people.get(base) {
            return person.form(form);
        }
        if let Some(value) = self.picked.get(name) {
            return value.clone();
        }
        let list_name = name.trim_end_matches(|character: char| character.is_ascii_digit());
        let list = self
            .grammar
            .lists
            .get(list_name)
            .expect("grammar.toml names only slots it has; a test expands it");
        let mut value = self.random.pick(list).clone();
        for _ in 0..8 {
            if !self.picked.values().any(|picked| *picked == value) {
                break;
            }
            value.clone_from(self.random.pick(list));
        }
        self.picked.insert(name.to_owned(), value.clone());
        value
    }

    fn person(&mut self, roles: &[String], surnames: &mut HashSet<String>) -> Person {
        let female = self.random.chance(50);
        let firsts = if female { &self.grammar.first_names_f } else { &self.grammar.first_names_m };
        let first = self.random.pick(firsts).clone();
        let mut last = self.random.pick(&self.grammar.surnames).clone();
        while !surnames.insert(last.clone()) {
            last.clone_from(self.random.pick(&self.grammar.surnames));
        }
        let role = self.random.pick(roles);
        let (male_role, female_role) = role.split_once('/').unwrap_or((role, role));
        let role = if female { female_role } else { male_role }.to_owned();
        Person { first, last, role, female }
    }

    fn photographer(&mut self) -> String {
        let person = self.person(&[String::new()], &mut HashSet::new());
        format!("{} {}", person.first, person.last)
    }

    fn dateline(&mut self, newspaper: &Newspaper) -> Option<Dateline> {
        if !self.random.chance(DATELINE_PERCENT) {
            return None;
        }
        let dateline = |text: String, place: &str, agencies: &[&str]| Dateline {
            text,
            place: Some(place.to_owned()),
            region: None,
            agencies: agencies.iter().map(|&agency| agency.to_owned()).collect(),
            date: None,
        };
        if self.topic.agency {
            let place = self.random.pick(&self.grammar.agency_places).clone();
            return Some(match self.random.below(3) {
                0 => dateline(format!("{} (dpa) –", place.to_uppercase()), &place, &["dpa"]),
                1 => dateline(format!("{place} (dpa/lsw) -"), &place, &["dpa", "lsw"]),
                _ => dateline(format!("{place} (dpa) –"), &place, &["dpa"]),
            });
        }
        let place = match self.picked.get("dorf") {
            Some(village) => village.clone(),
            None => newspaper.town.clone(),
        };
        Some(match self.random.below(10) {
            0..=6 => dateline(format!("{place}.|"), &place, &[]),
            _ => dateline(format!("{place} –"), &place, &[]),
        })
    }
}

impl Person {
    fn form(&self, form: &str) -> String {
        let gendered = |male: &str, female: &str| if self.female { female } else { male }.to_owned();
        match form {
            "nach" => self.last.clone(),
            "rolle" => self.role.clone(),
            "er" => gendered("er", "sie"),
            "Er" => gendered("Er", "Sie"),
            "der" => gendered("der", "die"),
            "Der" => gendered("Der", "Die"),
            _ => format!("{} {}", self.first, self.last),
        }
    }
}

fn day_after(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).unwrap_or(day)
}

/// The inside of the bracket `text` begins with, and what follows the bracket.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '[' | '{' => depth += 1,
            ']' | '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some((&text[1..at], &text[at + 1..]));
                }
            }
            _ => {}
        }
    }
    None
}

/// Cuts `one|two [a|b]` at the bars outside inner brackets.
fn split_choices(text: &str) -> Vec<&str> {
    let mut choices = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, character) in text.char_indices() {
        match character {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => {
                choices.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    choices.push(&text[start..]);
    choices
}

fn capitalize(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::story::newspaper;

    fn plan(count: usize, seed: u64) -> Plan {
        let newest = jiff::civil::date(2025, 4, 30).at(17, 5, 0, 0);
        Plan { count, seed, newest, minutes_apart: (95, 900) }
    }

    #[test]
    fn stories_have_no_unfilled_slot_and_no_leftover_choice() {
        for story in stories(&newspaper(), plan(900, 7)) {
            let mut all = format!("{}\n{}", story.headline, story.subheadline.unwrap_or_default());
            for block in &story.body {
                all.push_str(&block.text());
            }
            assert!(!all.contains(['[', ']', '{', '}', '|']), "{all}");
            assert!(!all.contains("  "), "{all}");
            assert!((4..=9).contains(&story.body.len()), "{} has {}", story.headline, story.body.len());
        }
    }

    #[test]
    fn the_same_seed_tells_the_same_stories() {
        let headlines = |seed| -> Vec<String> {
            stories(&newspaper(), plan(40, seed)).into_iter().map(|story| story.headline).collect()
        };
        assert_eq!(headlines(3), headlines(3));
        assert_ne!(headlines(3), headlines(4));
    }
}
