//! A category page to candidates and the address of the following page, by the portal's rules. Feeds and sitemaps
//! are read elsewhere; which candidates are wanted is `frontier`'s matter.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::discover::Candidate;
use crate::discover::shape::is_like_an_article;
use crate::model::crawl_url::CrawlUrl;
use crate::model::issue::Issue;
use crate::portal::rule::{FieldRules, RuleSource};
use crate::portal::{Layout, Portal};
use crate::select::date_text::{self, NumericOrder};
use crate::select::document::{Document, Reading};
use crate::select::finder::Finder;
use crate::select::outline::Tag;
use crate::select::text::{SkipSet, text_of};

/// Most links taken from one page.
pub const MAX_LINKS: usize = 2_000;

/// What a listing page holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListingFound {
    /// The articles it names, in order, each once.
    pub candidates: Vec<Candidate>,
    /// The following page.
    pub next: Option<CrawlUrl>,
    /// What was not as it should be.
    pub issues: Vec<Issue>,
}

/// Reads a listing page. Without rules for links every link counts whose address the portal knows as an article's; where it
/// knows none, what looks like one.
pub fn read(html: &str, base: &CrawlUrl, portal: &Portal, layout: &Layout) -> ListingFound {
    let document = Document::parse(html);
    let reading = document.reading();
    let mut skip = SkipSet::default();
    let all =
        Finder { reading: &reading, url: base, root: None, skip: &SkipSet::default(), first_paragraph: None };
    for selector in &layout.listing_page.exclude {
        all.rows(selector, None).into_iter().for_each(|row| skip.insert(row));
    }
    let page = ListingPage { reading: &reading, base, portal, layout, skip };
    let mut found = ListingFound { issues: document.issues.clone(), ..ListingFound::default() };
    if layout.listing_page.link.rules.is_empty() {
        page.every_article(&mut found);
    } else {
        page.by_rules(&mut found);
    }
    if found.candidates.is_empty() {
        let detail = if portal.urls.article.is_empty() && layout.listing_page.link.rules.is_empty() {
            "no link on this page looks like an article's; `article` in [urls] of the portal's file says what one looks like"
        } else {
            "no article's address on this page"
        };
        found.issues.push(Issue::page("empty-listing", detail));
    }
    found.next = page.next();
    found
}

struct ListingPage<'r, 'a> {
    reading: &'r Reading<'a>,
    base: &'r CrawlUrl,
    portal: &'r Portal,
    layout: &'r Layout,
    skip: SkipSet,
}

impl<'a> ListingPage<'_, 'a> {
    fn by_rules(&self, found: &mut ListingFound) {
        let rules = &self.layout.listing_page;
        let mut collected = Collected::default();
        let items: Vec<usize> = rules
            .item
            .iter()
            .flat_map(|selector| self.finder(None).rows(selector, None))
            .filter(|row| !self.is_left_out(*row))
            .collect();
        for item in &items {
            let finder = self.finder(Some(*item));
            let Some(url) = self.links(&rules.link, Some(*item)).into_iter().next() else { continue };
            let one = |fields: &FieldRules| inside(&finder, fields, *item);
            let published = one(&rules.date).and_then(|text| self.instant(&text));
            let title = self.title(&url, *item);
            collected.add(Candidate { url, title, teaser: one(&rules.teaser), published, modified: None });
        }
        if items.is_empty() {
            for url in self.links(&rules.link, None) {
                collected.add(Candidate { url, title: None, teaser: None, published: None, modified: None });
            }
        }
        Self::hand_over(collected, found);
    }

    fn every_article(&self, found: &mut ListingFound) {
        let outline = &self.reading.outline;
        let mut collected = Collected::default();
        let is_a_guess = self.portal.urls.article.is_empty();
        let mut row = 0;
        while row < outline.len() {
            // Where it must be guessed, what leads round the portal is no article.
            if self.skip.contains(row) || (is_a_guess && matches!(outline.tag(row), Tag::Nav | Tag::Footer)) {
                row = outline.end(row);
                continue;
            }
            if outline.tag(row) == Tag::A
                && let Some(url) = outline.attr(row, "href").and_then(|href| self.base.join(href).ok())
            {
                let url = self.portal.canonicalize(url);
                let text = || text_of(outline, row, &self.skip);
                let is_wanted = if is_a_guess {
                    self.portal.owns(&url)
                        && !self.portal.is_denied(&url)
                        && is_like_an_article(&url, &text())
                } else {
                    self.portal.is_article(&url)
                };
                if is_wanted {
                    let title = Some(text()).filter(|title| !title.is_empty());
                    collected.add(Candidate { url, title, teaser: None, published: None, modified: None });
                }
            }
            row += 1;
        }
        Self::hand_over(collected, found);
    }

    /// The first links the rules give: addresses the portal owns and does not forbid.
    fn links(&self, rules: &FieldRules, item: Option<usize>) -> Vec<CrawlUrl> {
        for rule in &rules.rules {
            let hrefs: Vec<String> = match (&rule.source, &rule.attr) {
                // In a page without items every match is a link, whether or not the rule says `all`.
                (RuleSource::Css(selector), attr) => {
                    let name = attr.as_deref().unwrap_or("href");
                    self.finder(item)
                        .rows(selector, item)
                        .into_iter()
                        .filter(|row| !self.is_left_out(*row))
                        .filter_map(|row| self.reading.outline.attr(row, name).map(str::to_owned))
                        .collect()
                }
                _ => self.finder(item).apply("link", rule),
            };
            let urls: Vec<CrawlUrl> = hrefs
                .iter()
                .filter_map(|href| self.base.join(href).ok())
                .map(|url| self.portal.canonicalize(url))
                .filter(|url| self.portal.owns(url) && !self.portal.is_denied(url))
                .filter(|url| self.portal.urls.article.is_empty() || self.portal.is_article(url))
                .take(MAX_LINKS + 1)
                .collect();
            if !urls.is_empty() {
                return urls;
            }
        }
        Vec::new()
    }

    /// The words of the item's link to `url`, the longest where several lead there.
    fn title(&self, url: &CrawlUrl, item: usize) -> Option<String> {
        let outline = &self.reading.outline;
        (item..outline.end(item))
            .filter(|row| outline.tag(*row) == Tag::A)
            .filter(|row| {
                let other = outline.attr(*row, "href").and_then(|href| self.base.join(href).ok());
                other.is_some_and(|other| self.portal.canonicalize(other) == *url)
            })
            .map(|row| text_of(outline, row, &self.skip))
            .filter(|text| !text.is_empty())
            .max_by_key(String::len)
    }

    fn next(&self) -> Option<CrawlUrl> {
        let rules = &self.layout.listing_page.next;
        let usable = |href: &str| {
            let url = self.portal.canonicalize(self.base.join(href).ok()?);
            (self.portal.owns(&url) && url != self.portal.canonicalize(self.base.clone())).then_some(url)
        };
        for rule in &rules.rules {
            if let Some(url) = self.finder(None).apply("next", rule).iter().find_map(|href| usable(href)) {
                return Some(url);
            }
        }
        let outline = &self.reading.outline;
        (0..outline.len())
            .filter(|row| matches!(outline.tag(*row), Tag::A | Tag::Link))
            .filter(|row| {
                outline.attr(*row, "rel").is_some_and(|rel| rel.split_whitespace().any(|rel| rel == "next"))
            })
            .find_map(|row| usable(outline.attr(row, "href")?))
    }

    fn instant(&self, text: &str) -> Option<Timestamp> {
        let date = date_text::parse(text, NumericOrder::DayFirst)?;
        Some(date.resolve(&self.portal.timezone)?.instant)
    }

    fn is_left_out(&self, row: usize) -> bool {
        self.skip.contains(row) || self.reading.outline.ancestors(row).any(|above| self.skip.contains(above))
    }

    fn finder(&self, root: Option<usize>) -> Finder<'_, 'a> {
        Finder { reading: self.reading, url: self.base, root, skip: &self.skip, first_paragraph: None }
    }

    fn hand_over(collected: Collected, found: &mut ListingFound) {
        if collected.too_many {
            found.issues.push(Issue::page("link-limit", format!("more than {MAX_LINKS} links on one page")));
        }
        found.candidates = collected.candidates;
    }
}

/// The value of a field inside an item alone: a date elsewhere on the page is another item's.
fn inside(finder: &Finder<'_, '_>, rules: &FieldRules, item: usize) -> Option<String> {
    rules.rules.iter().find_map(|rule| {
        if let RuleSource::Css(selector) = &rule.source
            && finder.rows(selector, Some(item)).is_empty()
        {
            return None;
        }
        finder.apply("value", rule).into_iter().next()
    })
}

/// Candidates by address, in the order of their first appearance.
#[derive(Default)]
struct Collected {
    candidates: Vec<Candidate>,
    places: BTreeMap<CrawlUrl, usize>,
    too_many: bool,
}

impl Collected {
    fn add(&mut self, candidate: Candidate) {
        if let Some(place) = self.places.get(&candidate.url) {
            let known = &mut self.candidates[*place];
            known.title = known.title.take().or(candidate.title);
            known.teaser = known.teaser.take().or(candidate.teaser);
            known.published = known.published.or(candidate.published);
            return;
        }
        if self.candidates.len() >= MAX_LINKS {
            self.too_many = true;
            return;
        }
        self.places.insert(candidate.url.clone(), self.candidates.len());
        self.candidates.push(candidate);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portal::rule::Rule;
    use crate::portal::{ArticleRules, Health, ListingPage as Rules, Politeness, UrlRules};
    use scraper::Selector;
    use std::collections::BTreeMap as Map;

    const PAGE: &str = r#"<link rel="next" href="/lokales/page/2/">
        <div class="ticker"><a href="/2021/01/01/ticker/">Ticker</a></div>
        <div class="item"><a class="bild" href="/2021/01/02/a/"><img></a>
          <h3><a href="/2021/01/02/a/?utm_source=x">Erster</a></h3><p class="excerpt">Ein Auszug.</p>
          <time datetime="2021-01-02T10:00:00+01:00">2. Januar</time></div>
        <div class="item"><h3><a href="/2021/01/03/b/">Zweiter</a></h3></div>
        <div class="item"><h3><a href="https://other.example/2021/01/03/c/">Fremd</a></h3></div>
        <div class="item"><h3><a href="/tag/x/">Schlagwort</a></h3></div>"#;

    fn rule(selector: &str, attr: Option<&str>) -> FieldRules {
        let source = RuleSource::Css(Selector::parse(selector).unwrap().into());
        let attr = attr.map(str::to_owned);
        FieldRules {
            rules: vec![Rule {
                source,
                attr,
                all: false,
                pattern: None,
                replace: Vec::new(),
                split: None,
                drop: Vec::new(),
                date: None,
                exclude: Vec::new(),
                condition: None,
                written: selector.to_owned(),
            }],
        }
    }

    fn portal(listing_page: Rules) -> Portal {
        let article = regex::Regex::new(r"^/\d{4}/\d{2}/\d{2}/[a-z]+/$").unwrap();
        Portal {
            id: "p".to_owned(),
            name: "P".to_owned(),
            home: None,
            hosts: vec![crate::model::crawl_url::Host::parse("zeitung.example").unwrap()],
            language: None,
            timezone: jiff::tz::TimeZone::UTC,
            politeness: Politeness::default(),
            revisit: None,
            urls: UrlRules { article: vec![article], ..UrlRules::default() },
            listings: Vec::new(),
            feeds: Vec::new(),
            sitemaps: Vec::new(),
            sitemaps_from_robots: false,
            wordpress: None,
            places: Vec::new(),
            layouts: vec![Layout {
                valid_until: None,
                listing_page,
                article: ArticleRules::default(),
                links: Map::new(),
                paid_if: Vec::new(),
            }],
            health: Health::default(),
            tests: Vec::new(),
            selectors_hash: crate::model::digest::Digest::of(b""),
        }
    }

    fn listing(html: &str, rules: Rules) -> ListingFound {
        let portal = portal(rules);
        let base = CrawlUrl::parse("https://zeitung.example/lokales/").unwrap();
        read(html, &base, &portal, &portal.layouts[0])
    }

    #[test]
    fn where_the_portal_does_not_say_links_that_look_like_articles_count() {
        let mut portal = portal(Rules::default());
        portal.urls.article.clear();
        let base = CrawlUrl::parse("https://zeitung.example/lokales/").unwrap();
        let addresses = |html: &str| {
            let found = read(html, &base, &portal, &portal.layouts[0]);
            let urls = found.candidates.iter().map(|candidate| candidate.url.path_and_query().to_owned());
            (urls.collect::<Vec<_>>(), found.issues)
        };
        let page = r#"<nav><a href="/service/so-sind-wir-zu-erreichen">Service</a></nav>
            <h2><a href="/lokales/neues-hallenbad">Neues Hallenbad kommt nach Oberwalden</a></h2>
            <a href="/lokales/">Lokales</a> <a href="https://other.example/2021/01/03/c/">Fremd</a>
            <footer><a href="/service/das-ist-unser-verlag">Der Verlag</a></footer>"#;
        assert_eq!(addresses(page).0, ["/lokales/neues-hallenbad"]);
        assert_eq!(addresses(PAGE).0, ["/2021/01/01/ticker/", "/2021/01/02/a/", "/2021/01/03/b/"]);
        let (none, issues) = addresses("<a href='/lokales/'>Lokales</a>");
        assert!(none.is_empty() && issues[0].message.contains("[urls]"), "{issues:?}");
    }

    #[test]
    fn items_give_address_title_teaser_and_date() {
        let found = listing(
            PAGE,
            Rules {
                item: vec![Selector::parse(".item").unwrap().into()],
                link: rule("h3 a[href]", Some("href")),
                teaser: rule(".excerpt", None),
                date: rule("time", Some("datetime")),
                ..Rules::default()
            },
        );
        assert_eq!(found.candidates.len(), 2);
        let first = &found.candidates[0];
        assert_eq!(first.url.as_str(), "https://zeitung.example/2021/01/02/a/");
        assert_eq!((first.title.as_deref(), first.teaser.as_deref()), (Some("Erster"), Some("Ein Auszug.")));
        assert_eq!(first.published.unwrap().to_string(), "2021-01-02T09:00:00Z");
        let second = &found.candidates[1];
        assert_eq!(
            (second.title.as_deref(), second.teaser.as_deref(), second.published),
            (Some("Zweiter"), None, None)
        );
        assert_eq!(found.next.unwrap().as_str(), "https://zeitung.example/lokales/page/2/");
    }

    #[test]
    fn without_rules_every_article_of_the_page_counts_but_not_excluded_parts() {
        let exclude = vec![Selector::parse(".ticker").unwrap().into()];
        let found = listing(PAGE, Rules { exclude, ..Rules::default() });
        let paths: Vec<&str> =
            found.candidates.iter().map(|candidate| candidate.url.as_url().path()).collect();
        assert_eq!(paths, ["/2021/01/02/a/", "/2021/01/03/b/"]);
        assert_eq!(found.candidates[0].title.as_deref(), Some("Erster"));
    }

    #[test]
    fn the_next_page_is_never_this_one_nor_another_site_s() {
        let next = |href: &str| {
            let html = format!("<a rel=next href='{href}'>weiter</a>");
            listing(&html, Rules { next: rule("a.fehlt", Some("href")), ..Rules::default() }).next
        };
        assert!(next("/lokales/?page=2").is_some());
        assert_eq!(next("/lokales/#2"), None);
        assert_eq!(next("https://other.example/2"), None);
        assert_eq!(next("javascript:void(0)"), None);
    }

    #[test]
    fn a_page_without_articles_says_so_and_one_with_too_many_is_cut() {
        assert_eq!(listing("", Rules::default()).issues[0].code, "empty-listing");
        let many: String = (0..3_000)
            .map(|n| {
                let name: String =
                    n.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
                format!("<a href='/2021/01/01/{name}/'>x</a>")
            })
            .collect::<Vec<_>>()
            .concat();
        let found = listing(&many, Rules::default());
        assert_eq!((found.candidates.len(), found.issues[0].code), (MAX_LINKS, "link-limit"));
    }
}
