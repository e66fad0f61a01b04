//! A week of hourly runs by an invented clock over a portal that publishes, edits, deletes and moves articles.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};

use dateline::model::article::ArticleId;
use dateline::model::crawl_url::CrawlUrl;
use dateline::store::{ArchivedArticle, Filter, Store, StoreError};

use crate::invented::{Mode, portal, run};
use crate::portal::{PortalServer, Reply, Request};

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// The portal's clock counts minutes from here.
fn start() -> Timestamp {
    "2025-03-10T00:00:00Z".parse().unwrap()
}

fn at(minute: i64) -> Timestamp {
    start() + SignedDuration::from_mins(minute)
}

/// What happens to one article, in minutes.
#[derive(Debug, Clone)]
struct Story {
    number: i64,
    published: i64,
    edits: Vec<i64>,
    /// Gone in between, for ever where the end is beyond the week.
    gone: Option<(i64, i64)>,
    moved: Option<i64>,
}

impl Story {
    fn version(&self, now: i64) -> usize {
        self.edits.iter().filter(|edited| **edited <= now).count()
    }

    fn is_gone(&self, now: i64) -> bool {
        self.gone.is_some_and(|(from, until)| from <= now && now < until)
    }

    fn path(&self, now: i64) -> String {
        let moved = self.moved.is_some_and(|moved| moved <= now);
        let folder = if moved { "archiv" } else { "aktuell" };
        format!("/{folder}/meldung-{}", self.number)
    }

    fn page(&self, now: i64) -> String {
        let (number, version) = (self.number, self.version(now));
        format!(
            "<html lang=de><head><title>Meldung {number}</title><script type=\"application/ld+json\">\
             {{\"@type\":\"NewsArticle\",\"headline\":\"Meldung {number} aus dem Rathaus\",\"datePublished\":\"{}\"}}\
             </script></head><body><article><h1>Meldung {number} aus dem Rathaus</h1>\
             <p>Der Rat der Stadt hat in seiner Sitzung über den Punkt {number} der Tagesordnung beraten.</p>\
             <p>Dies ist die {version}. Fassung der Meldung {number}, wie sie in der Zeitung steht.</p>\
             </article></body></html>",
            at(self.published)
        )
    }
}

/// One request for an article.
#[derive(Debug, Clone)]
struct Asked {
    minute: i64,
    number: i64,
    version: usize,
    status: u16,
}

#[derive(Clone)]
struct Newsroom {
    stories: Arc<Vec<Story>>,
    now: Arc<AtomicI64>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Newsroom {
    fn new(stories: Vec<Story>) -> Self {
        Self { stories: Arc::new(stories), now: Arc::default(), asked: Arc::default() }
    }

    fn answer(&self, request: &Request) -> Reply {
        let now = self.now.load(Ordering::SeqCst);
        let path = request.path.as_str();
        if path == "/robots.txt" {
            return Reply::text("User-agent: *\nDisallow: /intern/\n");
        }
        if path == "/" {
            let mut list = String::from("<html><body><main>");
            let out = self.stories.iter().rev().filter(|story| story.published <= now && !story.is_gone(now));
            for story in out.take(15) {
                let _ = write!(list, "<h2><a href=\"{}\">Meldung {}</a></h2>", story.path(now), story.number);
            }
            return Reply::html(list + "</main></body></html>");
        }
        let number = path.rsplit('-').next().and_then(|number| number.parse().ok()).unwrap_or(-1);
        let Some(story) = self.stories.iter().find(|story| story.number == number) else {
            return Reply::status(404);
        };
        let tag = format!("\"{}-{}\"", story.number, story.version(now));
        let reply = if story.is_gone(now) || story.published > now {
            Reply::status(410)
        } else if story.path(now) != path {
            Reply::redirect(301, &story.path(now))
        } else if request.headers.get("if-none-match") == Some(tag.as_str()) {
            Reply::status(304).header("ETag", &tag)
        } else {
            Reply::html(story.page(now)).header("ETag", &tag)
        };
        let asked = Asked { minute: now, number, version: story.version(now), status: reply.code() };
        self.asked.lock().unwrap().push(asked);
        reply
    }

    fn asked(&self, number: i64) -> Vec<Asked> {
        self.asked.lock().unwrap().iter().filter(|asked| asked.number == number).cloned().collect()
    }
}

fn records(archive: &Path) -> BTreeMap<String, ArchivedArticle> {
    let store = Store::open_read_only(archive).unwrap();
    let mut records = BTreeMap::new();
    store
        .each_article::<StoreError>(&Filter::default(), |record| {
            records.insert(record.article.headline.clone().unwrap(), record.clone());
            Ok(())
        })
        .unwrap();
    records
}

/// An article every three hours; some edited, deleted, back again, moved.
fn week() -> Vec<Story> {
    let story = |number: i64| {
        let published = number * 3 * HOUR + 10;
        let after = |minutes: i64| published + minutes;
        let edits = match number % 4 {
            0 => vec![after(25), after(4 * HOUR), after(20 * HOUR)],
            1 => vec![after(3 * DAY)],
            _ => Vec::new(),
        };
        let gone = match number % 9 {
            4 => Some((after(3 * HOUR), after(18 * HOUR))),
            5 => Some((after(3 * HOUR), i64::MAX)),
            _ => None,
        };
        let moved = (number % 9 == 7).then(|| after(4 * HOUR));
        Story { number, published, edits, gone, moved }
    };
    (0..56).map(story).collect()
}

#[test]
fn every_edit_is_seen_within_its_revisit_time_and_unchanged_pages_cost_a_304() {
    let newsroom = Newsroom::new(week());
    let shared = newsroom.clone();
    let server = PortalServer::start(move |request| shared.answer(request));
    let directory = tempfile::tempdir().unwrap();
    let archive = directory.path().join("archive");
    let ages = [HOUR, 6 * HOUR, DAY, 7 * DAY];
    let more = format!(
        "[urls]\narticle = ['^/(aktuell|archiv)/meldung-\\d+$']\n[[listing]]\nurl = \"{}\"\n[revisit]\nafter = [\"1h\", \"6h\", \"1d\", \"7d\"]\n",
        server.url("/")
    );
    let portal = portal(server.origin(), &more);
    let end = 7 * DAY;
    for minute in (0..=end).step_by(60) {
        newsroom.now.store(minute, Ordering::SeqCst);
        let report = run(&archive, &portal, at(minute), Mode::Refresh);
        assert!(!report.has_failures(), "{minute}: {:?}", report.portals[0].failures);
    }

    let records = records(&archive);
    assert_eq!(records.len(), 56, "one record an article, moved ones too");
    for story in newsroom.stories.iter() {
        let asked = newsroom.asked(story.number);
        for edited in &story.edits {
            let due = ages.iter().map(|age| story.published + age).find(|due| due >= edited).unwrap();
            let deadline = due + HOUR;
            let hidden = story.gone.is_some_and(|(from, until)| from <= deadline && *edited < until);
            if deadline > end || hidden {
                continue;
            }
            let is_sight = |asked: &&Asked| asked.minute >= *edited && asked.status == 200;
            let seen = asked.iter().find(is_sight).unwrap_or_else(|| panic!("{story:?} {edited}"));
            assert!(seen.minute <= deadline, "edit at {edited} seen at {}, due {due}", seen.minute);
        }
        let mut versions = HashSet::new();
        for page in asked.iter().filter(|asked| asked.status == 200) {
            let first_look = versions.insert(page.version);
            let is_new_place = story.moved.is_some() && page.version == 0;
            let is_back = story.gone.is_some_and(|(_, until)| page.minute >= until);
            assert!(first_look || is_new_place || is_back, "{page:?} came whole a second time");
        }
        let record = &records[&format!("Meldung {} aus dem Rathaus", story.number)];
        let first = CrawlUrl::parse(&server.url(&story.path(story.published))).unwrap();
        assert_eq!(record.article.id, ArticleId::new("bote", &first), "its identity");
        let revisions = usize::try_from(record.facts.revision).unwrap();
        assert_eq!(revisions, versions.len(), "{story:?}");
        let checked = |minute: i64| asked.iter().any(|asked| asked.minute >= minute);
        if let Some((from, until)) = story.gone
            && checked(from)
        {
            let is_back = checked(until);
            assert_eq!(record.facts.gone_since.is_none(), is_back, "{story:?}");
        }
        if let Some(moved) = story.moved
            && checked(moved)
        {
            assert_eq!(record.article.url.as_str(), server.url(&story.path(end)));
        }
        assert!(asked.len() < 20, "{} requests for one article", asked.len());
    }
    let all = newsroom.asked.lock().unwrap().clone();
    let count = |status: u16| all.iter().filter(|asked| asked.status == status).count();
    assert!(count(304) > 100, "{} pages not modified", count(304));
    assert!(count(304) > count(200), "most visits find nothing new: {} and {}", count(304), count(200));

    let store = Store::open_read_only(&archive).unwrap();
    let status = &store.status(at(end)).unwrap()[0];
    assert_eq!((status.waiting, status.revisits), (0, 0), "nothing is left undone");
    assert!(status.next_revisit.is_some());
    assert!(store.status(at(end + 30 * DAY)).unwrap()[0].revisits > 20);
}
