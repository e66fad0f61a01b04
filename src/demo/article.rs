//! A story placed on the site: address, layout, what its page says about dates, and the links around it.

use jiff::ToSpan;
use jiff::civil::DateTime;

use crate::model::publication_time::PublicationTime;

use super::calendar;
use super::random::Random;
use super::story::{Newspaper, Story};

/// Links in the "Weitere Artikel" block.
const RELATED: usize = 3;

/// Links in the "Beliebte Artikel" block.
const POPULAR: usize = 4;

/// How a page is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageLayout {
    /// The theme's own single template.
    Classic,
    /// The theme's cloud template.
    Cloud,
}

/// Where a page says when it appeared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateSource {
    /// JSON-LD, meta tags and the date line.
    JsonLd,
    /// Meta tags and the date line.
    Meta,
    /// The date line alone.
    TimeElement,
    /// Nowhere but in its address.
    Address,
}

/// An article of the site; other articles are named by their index, the newest first.
#[derive(Debug, Clone)]
pub(crate) struct SiteArticle {
    /// What it says.
    pub story: Story,
    /// Its path.
    pub path: String,
    /// How its page is built.
    pub layout: PageLayout,
    /// What its page says about dates.
    pub date_source: DateSource,
    /// When it was changed after it appeared.
    pub modified: Option<DateTime>,
    /// "Weitere Artikel".
    pub related: Vec<usize>,
    /// "Beliebte Artikel".
    pub popular: Vec<usize>,
    /// The next newer one.
    pub next: Option<usize>,
    /// The next older one.
    pub previous: Option<usize>,
}

impl SiteArticle {
    /// Where its picture is.
    pub(crate) fn image_path(&self) -> String {
        let date = self.story.published.date();
        let slug = &self.story.slug;
        format!("/wp-content/uploads/{:04}/{:02}/{slug}-696x464.svg", date.year(), date.month())
    }

    /// When it was published, as exactly as its page says.
    pub(crate) fn published(&self) -> PublicationTime {
        match self.date_source {
            DateSource::Address => calendar::to_the_day(self.story.published.date()),
            DateSource::JsonLd | DateSource::Meta | DateSource::TimeElement => {
                calendar::to_the_second(self.story.published)
            }
        }
    }
}

/// Places stories on a site: newest first, layouts in turn, links by rule.
pub(crate) fn place(newspaper: &Newspaper, mut stories: Vec<Story>, seed: u64) -> Vec<SiteArticle> {
    stories.sort_by(|one, other| other.published.cmp(&one.published).then_with(|| one.slug.cmp(&other.slug)));
    let mut random = Random::new(seed ^ 0x0da7_e11e);
    let count = stories.len();
    let categories: Vec<usize> = stories.iter().map(|story| story.category).collect();
    let most_read: Vec<usize> = (0..count.min(60)).filter(|index| index % 5 == 2).collect();
    let mut articles = Vec::with_capacity(count);
    for (index, story) in stories.into_iter().enumerate() {
        let related = related(index, &categories, &mut random);
        let popular = popular(index, &related, &most_read, count);
        let date_source = match index % 8 {
            0 | 5 => DateSource::JsonLd,
            1 | 3 | 6 => DateSource::Meta,
            2 | 7 => DateSource::TimeElement,
            _ => DateSource::Address,
        };
        let says_modified = matches!(date_source, DateSource::JsonLd | DateSource::Meta);
        let hours = 2 + index as i64 % 20;
        articles.push(SiteArticle {
            path: address(newspaper, &story),
            layout: if (index / 3) % 2 == 0 { PageLayout::Classic } else { PageLayout::Cloud },
            modified: (says_modified && index % 3 == 0)
                .then(|| story.published.checked_add(hours.hours()).unwrap_or(story.published)),
            date_source,
            related,
            popular,
            next: index.checked_sub(1),
            previous: (index + 1 < count).then_some(index + 1),
            story,
        });
    }
    articles
}

fn address(newspaper: &Newspaper, story: &Story) -> String {
    let date = story.published.date();
    let segment = &newspaper.categories[story.category].segment;
    format!("/{segment}/{:04}/{:02}/{:02}/{}/", date.year(), date.month(), date.day(), story.slug)
}

/// A few others of the same category, close in time.
fn related(index: usize, categories: &[usize], random: &mut Random) -> Vec<usize> {
    let near = index.saturating_sub(40)..(index + 40).min(categories.len());
    let mut candidates: Vec<usize> =
        near.filter(|&other| other != index && categories[other] == categories[index]).collect();
    let mut related = Vec::new();
    while related.len() < RELATED && !candidates.is_empty() {
        related.push(candidates.swap_remove(random.below(candidates.len())));
    }
    related
}

/// The most read ones that are neither this one nor related to it.
fn popular(index: usize, related: &[usize], most_read: &[usize], count: usize) -> Vec<usize> {
    let others = (0..count).filter(|other| !most_read.contains(other)).take(POPULAR + RELATED + 1);
    most_read
        .iter()
        .copied()
        .chain(others)
        .filter(|other| *other != index && !related.contains(other))
        .take(POPULAR)
        .collect()
}
