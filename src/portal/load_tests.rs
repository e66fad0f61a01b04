//! What the loader makes of whole files: the portal, or every mistake at its place.

use std::time::Duration;

use jiff::civil::date;

use super::diagnostic::Diagnostic;
use super::load::{Loaded, MAX_FILE_BYTES, load, load_all};
use super::rule::{BodyPart, FieldRules, RuleSource, UrlPart};
use super::source::Sources;
use super::{Portal, StopWhen};
use crate::model::article::LinkKind;
use crate::model::crawl_url::{CrawlUrl, Host};
use crate::model::field::Field;

/// The least a portal needs, to put before what a test is about.
const HEAD: &str = "format = 1\n[portal]\nhome = \"https://example.org/\"\ntimezone = \"Europe/Berlin\"\n";

fn sources(files: &[(&str, &str)]) -> Sources {
    let mut sources = Sources::new();
    for (name, text) in files {
        sources.insert(name, &format!("selectors/{name}.toml"), text);
    }
    sources.insert_page("fixtures/plain/article.html");
    sources
}

fn loaded(files: &[(&str, &str)]) -> Loaded {
    load("p", &sources(files)).unwrap_or_else(|mistakes| panic!("{}", rendered(&mistakes)))
}

fn portal(text: &str) -> Portal {
    loaded(&[("p", &format!("{HEAD}{text}"))]).portal
}

fn mistakes(text: &str) -> Vec<Diagnostic> {
    load("p", &sources(&[("p", text)])).map(|_| ()).expect_err(text)
}

fn rendered(mistakes: &[Diagnostic]) -> String {
    mistakes.iter().map(|mistake| mistake.render(false)).collect::<Vec<_>>().join("\n\n")
}

fn written(rules: &FieldRules) -> Vec<&str> {
    rules.rules.iter().map(|rule| rule.written.as_str()).collect()
}

fn headline(portal: &Portal) -> Vec<&str> {
    portal.layouts.last().unwrap().article.fields.get(&Field::Headline).map(written).unwrap_or_default()
}

/// Loads `text` after the head: exactly one mistake, whose place is marked «so», with these words in message and hint.
fn check_after(head: &str, text: &str, message: &str, hint: &str) {
    let marked = format!("{head}{text}");
    let start = marked.find('«').expect("a marked place");
    let before = &marked[..start];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    let piece = marked.split(['«', '»']).nth(1).unwrap();
    let found = mistakes(&marked.replace(['«', '»'], ""));
    assert_eq!(found.len(), 1, "{marked}\n{}", rendered(&found));
    let mistake = &found[0];
    assert_eq!(
        (mistake.line, mistake.column, mistake.marked()),
        (line, column, piece),
        "{}",
        mistake.render(false)
    );
    assert!(mistake.message.contains(message), "{}", mistake.render(false));
    assert!(mistake.hint.as_deref().unwrap_or_default().contains(hint), "{}", mistake.render(false));
    assert!(mistake.render(false).contains(&format!("selectors/p.toml:{line}:{column}")));
}

fn check(text: &str, message: &str, hint: &str) {
    check_after(HEAD, text, message, hint);
}

#[test]
fn a_short_file_is_a_portal() {
    let loaded = loaded(&[("p", "format = 1\n[portal]\nhome = \"https://example.org/\"\n")]);
    let portal = loaded.portal;
    assert_eq!((portal.id.as_str(), portal.name.as_str()), ("p", "p"));
    assert_eq!(portal.hosts, [Host::parse("example.org").unwrap()]);
    assert_eq!((portal.layouts.len(), portal.layouts[0].valid_until), (1, None));
    let warnings: Vec<_> = loaded.warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert_eq!(
        warnings,
        ["a crawl has nowhere to begin", "no time zone: times without one are taken as UTC"]
    );
}

#[test]
fn every_table_of_the_format_reaches_the_portal() {
    let text = r#"
format = 1
[portal]
id = "p"
name = "Plain"
home = "http://127.0.0.1:8080/"
hosts = ["127.0.0.1:8080", "www.example.org"]
language = "de-CH"
timezone = "Europe/Zurich"
places = ["Böblingen"]
[politeness]
delay = "200ms"
windows = ["22:00-06:00"]
concurrency = 2
[urls]
article = ['^/(?<section>[a-z]+)/(?<published>\d{4}/\d{2}/\d{2})/']
deny = '/tag/'
drop_query = ["ref"]
[[listing]]
url = "http://127.0.0.1:8080/lokales/"
label = "Lokales"
max_pages = 3
[[feed]]
url = "http://127.0.0.1:8080/feed"
[[sitemap]]
url = "http://127.0.0.1:8080/sitemap.xml"
[[sitemap]]
from = "robots"
[wordpress]
root = "http://127.0.0.1:8080/blog/"
posts = true
archives = "2019-03"
[revisit]
after = ["30m", "7d"]
[listing_page]
item = ".teaser"
link = [{ css = "a", attr = "href" }]
teaser = "p"
date = [{ css = "time", attr = "datetime" }]
exclude = ["aside"]
[listing_page.next]
from = [{ css = "a.next", attr = "href" }]
max_pages = 9
stop_when = "never"
[article]
root = ["article"]
require = ["headline", "body"]
exclude = ["form"]
headline = "h1"
kicker = ["h2.kicker", { meta = "kicker" }]
lead = { from = [{ body = "first" }] }
language = { from = [{ const = "de" }] }
url = [{ url = "full" }, { url = '^/\d+' }]
tags = [{ css = ".tags", split = ',\s*', drop = ['^Top$'], all = true, exclude = ["b"], where = { text = '\S' } }]
authors = [{ jsonld = "author.name", replace = [['^von ', '']] }, { css = "i", replace = { '^By ' = "" } }]
published = [{ css = ".date", match = '\d+.*', date = "%d.%m.%Y %H:%M" }]
[article.dateline]
match = '^(?<place>\p{Lu}+)\|'
from = [{ css = ".place" }]
[article.body]
container = [".text"]
exclude = ["figure"]
stop_at = ["hr", { css = "h3", text = '^Mehr' }]
[links.related]
block = ["section"]
where = { css = "h4", text = "^Mehr" }
item = ["a"]
[[links.popular]]
item = ["ol a"]
[[links.popular]]
item = ["ul a"]
[access]
paid_if = [".paywall"]
[health]
min_fill = { headline = 1, body = 0.98 }
max_same_value = 0.2
[[version]]
valid_until = 2021-03-14
article.headline = "h2"
[[version]]
valid_until = "2019-01-01"
links.related.item = ["b a"]
[[test]]
name = "one"
file = "fixtures/plain/article.html"
url = "https://www.example.org/1"
captured = 2020-01-01
expect = { headline = "H", dateline.place = "X", sections = ["A"] }
has = { body = "one" }
has_not = { body = ["two"] }
count = { "links.related" = 0 }
"#;
    let loaded = loaded(&[("p", text)]);
    assert_eq!(loaded.warnings, []);
    let portal = loaded.portal;
    assert_eq!(portal.name, "Plain");
    assert_eq!(portal.politeness.delay, Some(Duration::from_millis(200)));
    assert_eq!((portal.politeness.concurrency, &*portal.politeness.windows), (Some(2), &[(1_320, 360)][..]));
    assert_eq!(portal.listings[0].max_pages, Some(3));
    assert_eq!((portal.feeds.len(), portal.sitemaps.len(), portal.urls.deny.len()), (1, 1, 1));
    assert!(portal.sitemaps_from_robots);
    let wordpress = portal.wordpress.unwrap();
    assert_eq!(wordpress.root.as_str(), "http://127.0.0.1:8080/blog/");
    assert_eq!((wordpress.posts, wordpress.archives), (true, Some(date(2019, 3, 1))));
    assert_eq!(portal.revisit.unwrap(), [Duration::from_secs(1_800), Duration::from_secs(7 * 24 * 3_600)]);
    assert_eq!(portal.places, ["Böblingen"]);
    let days: Vec<_> = portal.layouts.iter().map(|layout| layout.valid_until).collect();
    assert_eq!(days, [Some(date(2019, 1, 1)), Some(date(2021, 3, 14)), None]);
    let today = &portal.layouts[2];
    assert_eq!(today.listing_page.stop_when, StopWhen::Never);
    assert_eq!(
        (today.listing_page.max_pages, written(&today.listing_page.next)),
        (Some(9), vec!["a.next @href"])
    );
    assert_eq!(written(&today.listing_page.teaser), ["p"]);
    let fields = &today.article.fields;
    assert_eq!(written(&fields[&Field::Kicker]), ["h2.kicker", "meta kicker"]);
    assert!(matches!(fields[&Field::Lead].rules[0].source, RuleSource::Body(BodyPart::First)));
    assert!(matches!(fields[&Field::Url].rules[0].source, RuleSource::Url(UrlPart::Full)));
    assert!(matches!(fields[&Field::Url].rules[1].source, RuleSource::Url(UrlPart::Pattern(_))));
    let tags = &fields[&Field::Tags].rules[0];
    assert!(tags.all && tags.split.is_some() && tags.condition.is_some());
    assert_eq!((tags.drop.len(), tags.exclude.len()), (1, 1));
    assert_eq!(fields[&Field::Authors].rules[0].replace[0].0.as_str(), "^von ");
    assert_eq!(fields[&Field::Authors].rules[1].replace[0].0.as_str(), "^By ");
    assert_eq!(fields[&Field::Published].rules[0].date.as_ref().unwrap().0, ["%d.%m.%Y %H:%M"]);
    assert_eq!(today.article.body.stop_at.len(), 2);
    assert!(today.article.dateline_pattern.is_some() && fields.contains_key(&Field::Dateline));
    assert_eq!((today.links[&LinkKind::Related].len(), today.links[&LinkKind::Popular].len()), (1, 2));
    assert_eq!((today.paid_if.len(), portal.health.min_fill["headline"]), (1, 1.0));
    let expectations = &portal.tests[0];
    assert_eq!(expectations.captured, Some(date(2020, 1, 1)));
    let paths: Vec<_> = expectations.expect.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["dateline.place", "headline", "sections"]);
    assert_eq!((expectations.has[0].1.as_slice(), expectations.count[0].1), (&["one".to_owned()][..], 0));
}

#[test]
fn a_file_is_laid_over_its_families() {
    let grand =
        "[article]\nroot = [\"main\"]\nheadline = { from = [\"h1\"] }\nlead = \"p\"\nrequire = [\"body\"]\n";
    let family = "extends = \"grand\"\n[article]\nroot = [\"article\"]\nheadline = { from_first = [\"h1.f\"] }\n[[test]]\n";
    let file = |own: &str| format!("extends = \"family\"\n{HEAD}[article]\n{own}\n");
    let with = |own: &str| {
        loaded(&[("p", &file(own)), ("families/family", family), ("families/grand", grand)]).portal
    };
    for (own, expected) in [
        ("", vec!["h1.f", "h1"]),
        ("headline = { from_first = [\"h1.p\"] }", vec!["h1.p", "h1.f", "h1"]),
        ("headline = { from = [\"h1.p\"] }", vec!["h1.p"]),
        ("headline = \"h1.p\"", vec!["h1.p"]),
        ("headline = { from = [\"h1.p\"], from_first = [\"h1.q\"] }", vec!["h1.q", "h1.p"]),
    ] {
        assert_eq!(headline(&with(own)), expected, "{own}");
    }
    let portal = with("lead = { from_first = [\"b\"] }");
    let article = &portal.layouts[0].article;
    assert_eq!(written(&article.fields[&Field::Lead]), ["b", "p"]);
    assert_eq!((article.root.len(), article.require.as_slice()), (1, &[Field::Body][..]));
    assert_eq!(portal.tests.len(), 0);
}

#[test]
fn a_version_starts_from_the_file_and_its_family() {
    let family = "[article]\nheadline = \"h1\"\nlead = \"p\"\n[links.related]\nitem = [\"a\"]\n";
    let file = format!(
        "extends = \"family\"\n{HEAD}[[version]]\nvalid_until = 2020-01-01\n[version.article]\n\
         headline = {{ from_first = [\"h2\"] }}\n[[version]]\nvalid_until = 2018-01-01\n"
    );
    let portal = loaded(&[("p", &file), ("families/family", family)]).portal;
    let on = |day| {
        let layout = portal.layout_on(day);
        (written(&layout.article.fields[&Field::Headline]), layout.links.len())
    };
    assert_eq!(on(date(2017, 12, 31)), (vec!["h1"], 1));
    assert_eq!(on(date(2019, 12, 31)), (vec!["h2", "h1"], 1));
    assert_eq!(on(date(2020, 1, 1)), (vec!["h1"], 1));
}

#[test]
fn the_hash_is_that_of_the_file_and_its_families() {
    let file = format!("extends = \"family\"\n{HEAD}");
    let hash = |file: &str, family: &str, other: &str| {
        loaded(&[("p", file), ("families/family", family), ("families/other", other)]).portal.selectors_hash
    };
    let first = hash(&file, "", "");
    assert_eq!(first, hash(&file, "", "# not of this portal"));
    assert_ne!(first, hash(&file, "# changed", ""));
    assert_ne!(first, hash(&format!("{file}# changed"), "", ""));
}

#[test]
fn unknown_keys_are_pointed_at_with_the_nearest_right_one() {
    check("[article]\n«requires» = [\"body\"]\n", "unknown key `requires`", "did you mean `require`?");
    check("[article.body]\n«containr» = [\".x\"]\n", "unknown key", "`container`");
    check("«polite» = 1\n", "unknown key", "[portal] has the keys `id`");
    check("[«politness»]\ndelay = \"3s\"\n", "unknown key `politness`", "did you mean `politeness`?");
    check("[article]\nlead = [{ css = \"p\", «regex» = 'x' }]\n", "unknown key", "did you mean `match`?");
    check("[article]\nlead = [{ «xpath» = '//p' }]\n", "unknown key", "CSS selector");
    check("[article]\nlead = [{ «cs» = 'p' }]\n", "unknown key", "did you mean `css`?");
    check("[politeness]\n«user_agent» = 'x'\n", "unknown key", "cannot disguise");
    check("[links.«relatd»]\nitem = [\"a\"]\n", "unknown kind of links", "did you mean `related`?");
    check("[article]\n«headlin» = \"h1\"\n", "unknown key", "did you mean `headline`?");
    check("«extends» = \"x\"\n", "unknown key `extends`", "at the beginning of the file");
}

#[test]
fn wrong_types_say_what_was_expected() {
    check("[article]\nroot = «3»\n", "expected a list of strings, found a whole number", "");
    check("[article]\nroot = [\"a\", «true»]\n", "expected a string, found true or false", "");
    check("article = «1»\n".replace("article", "[article]\nbody").as_str(), "expected a table", "");
    check(
        "[article]\nlead = [{ css = \"p\", all = «\"yes\"» }]\n",
        "expected true or false, found a string",
        "",
    );
    check("[article]\nlead = «1.5»\n", "expected a list of rules, found a number", "");
    check("[article]\nlead.from = «{ css = \"p\" }»\n", "found a table", "square brackets");
    check("[article]\nlead = { «css» = \"p\" }\n", "a field has rules", "from = [{ css");
    check("«[listing]»\nurl = \"https://example.org/\"\n", "found a table", "[[listing]]");
    check("[listing_page.next]\nmax_pages = «0»\n", "whole number from 1", "");
    check("[listing_page.next]\nmax_pages = «99999999999»\n", "whole number from 1", "");
    check(
        "[listing_page.next]\nstop_when = «\"known\"»\n",
        "unknown word `known`",
        "`known-page` or `never`",
    );
    check("[article]\nlead = [{ body = «\"last\"» }]\n", "unknown word", "`first`");
    check("[article]\nroot = [«\" \"»]\n", "this is empty", "");
}

#[test]
fn a_rule_has_exactly_one_source() {
    check("[article]\nlead = [«{ all = true }»]\n", "no source", "`css`, `meta`, `jsonld`");
    check(
        "[article]\nlead = [{ css = \"p\", «meta» = \"x\" }]\n",
        "two sources: `css` and `meta`",
        "two rules",
    );
    check("[article]\nlead = [{ meta = \"x\", «attr» = \"y\" }]\n", "goes only with `css`", "take it out");
    check("[article]\nlead = [{ jsonld = «\"a..b\"» }]\n", "path of names", "author.name");
}

#[test]
fn invalid_css_is_pointed_at_inside_the_selector() {
    check("[article]\nlead = \"p«:contains»('x')\"\n", "invalid CSS", "where.text");
    check("[article]\nlead = ['«//»p']\n", "invalid CSS", "XPath");
    check("[article.body]\ncontainer = [\".a\", \"li«:first»\"]\n", "invalid CSS", "jQuery");
    check("[links.related]\nitem = [\"a«[»href\"]\n", "a bracket is not closed", "");
    check("[article]\nlead = [{ css = \"p\", where = { css = \"«>> b»\" } }]\n", "invalid CSS", "");
    check("[article]\nlead = «\"p:\\u0063ontains(x)\"»\n", "invalid CSS", "where.text");
}

#[test]
fn bad_patterns_are_pointed_at_inside() {
    check("[urls]\ndeny = ['/a', '/«(»b']\n", "unclosed group", "");
    check("[article]\nlead = [{ css = 'p', match = 'a«(?=»b)' }]\n", "look-around", "named group");
    check(
        "[urls]\narticle = ['(?<«healdine»>x)']\n",
        "no field is called `healdine`",
        "did you mean `headline`?",
    );
    check(
        "[article.dateline]\nmatch = '(?<«headline»>x)'\n",
        "no field is called",
        "place, region, agency, date",
    );
    check("[article]\nlead = [{ css = 'p', replace = [«['a']»] }]\n", "expected a pair", "replace = [[");
    check("[article]\nlead = [{ css = 'p', replace = {\"«[»\" = 'b'} }]\n", "unclosed character class", "");
    check("[article]\nlead = [{ css = 'p', date = «'dd.mm.yyyy'» }]\n", "no `%`", "%d.%m.%Y");
    check("[article]\nlead = [{ css = 'p', date = ['%d', «'%!'»] }]\n", "invalid date form", "");
    check("[urls]\ndeny = '«(?:\\p{L}{900}){900}»'\n", "too much memory", "lower the counts");
}

#[test]
fn values_that_mean_nothing_are_refused() {
    check("[politeness]\ndelay = «\"3 seconds\"»\n", "not a length of time", "`200ms`, `3s`");
    check("[politeness]\ndelay = «3»\n", "found a number", "`3s`");
    check("[politeness]\nwindows = [«\"8-9\"»]\n", "not a time window", "22:00-06:00");
    check("[politeness]\nconcurrency = «99»\n", "more than 16", "polite");
    check("[[feed]]\nurl = «\"/feed\"»\n", "invalid address", "https://");
    check("[[feed]]\nurl = «\"https://other.example/feed\"»\n", "other.example is not one of", "to `hosts`");
    check("[revisit]\nafter = [\"1h\", «\"soon\"»]\n", "not a length of time", "`7d`");
    check("[revisit]\nafter = «\"30s\"»\n", "less than a minute", "`1h`, `7d`");
    check("«[[sitemap]]»\n", "neither `url` nor `from`", "from = \"robots\"");
    let both = "url = \"https://example.org/s.xml\"\nfrom = \"robots\"\n";
    check(&format!("«[[sitemap]]»\n{both}"), "both `url` and `from`", "a table of its own");
    check("[[sitemap]]\nfrom = «\"robot\"»\n", "", "did you mean `robots`?");
    check("«[wordpress]»\n", "asks for nothing", "`posts = true`");
    check("[wordpress]\narchives = «\"March 2019\"»\n", "not a month", "`2019-03`");
    check("[wordpress]\narchives = «\"2019-13\"»\n", "not a month", "`2019-03`");
    let other = "root = \"https://other.example/\"\nposts = true\n";
    check(&format!("«[wordpress]»\n{other}"), "other.example is not one of", "to `hosts`");
    check("[health]\nmin_fill = { headline = «98» }\n", "not between 0 and 1", "0.98");
    check("[health]\nmin_fill = { «headlin» = 0.5 }\n", "unknown field", "did you mean `headline`?");
    check("[article]\nrequire = [\"body\", «\"titel\"»]\n", "unknown field `titel`", "");
    check("[article]\nrequire = [«\"headlines\"»]\n", "unknown field", "did you mean `headline`?");
    check("[[version]]\nvalid_until = «\"2020-13-01\"»\n", "not a date", "2021-03-14");
    check("«[[version]]»\n", "has no `valid_until`", "");
    check("«[[listing]]»\nlabel = \"x\"\n", "has no `url`", "");
    let test = "[[test]]\nurl = \"https://example.org/1\"\n";
    let page = "file = \"fixtures/plain/article.html\"\n";
    check(
        &format!("{test}file = «\"fixtures/plain/artikle.html\"»\ncount = {{ tags = 1 }}\n"),
        "no page",
        "article.html",
    );
    check(
        &format!("{test}file = «\"../etc/passwd\"»\ncount = {{ tags = 1 }}\n"),
        "outside the folder",
        "fixtures/",
    );
    check(
        &format!("{test}{page}expect = {{ «titel.x» = 1 }}\n").replace("«titel.x»", "«titel»"),
        "the record has no `titel`",
        "",
    );
    check(&format!("«[[test]]»\n{page}url = \"https://example.org/1\"\n"), "expects nothing", "add `expect`");
}

#[test]
fn the_portal_s_own_table_is_checked() {
    let head = "format = 1\n[portal]\n";
    let home = "home = \"https://example.org/\"\n";
    check_after(
        head,
        &format!("{home}timezone = «\"Europe/Berln\"»\n"),
        "unknown time zone",
        "`Europe/Berlin`",
    );
    check_after(head, &format!("{home}language = «\"deutsch!\"»\n"), "not a language", "`de`");
    check_after(head, "hosts = [«\"https://example.org/\"»]\n", "not a host", "without `https://`");
    check_after(head, &format!("{home}id = «\"My Portal\"»\n"), "not an id", "small letters");
    check_after(head, "home = «\"example\"»\n", "invalid address", "https://");
    check_after("format = 1\n", "«[portal]»\nname = \"x\"\n", "no host", "`home");
    check_after("format = «2»\n", &HEAD["format = 1\n".len()..], "unknown version", "format = 1");
}

#[test]
fn a_file_without_its_beginning_says_what_is_missing() {
    let found = mistakes("");
    let messages: Vec<_> = found.iter().map(|mistake| mistake.message.as_str()).collect();
    assert_eq!(messages, ["the file has no `format`", "the portal has no host"]);
    assert_eq!((found[0].line, found[0].column), (1, 1));
}

#[test]
fn families_that_do_not_fit_are_reported() {
    let file = format!("extends = \"tagdv\"\n{HEAD}");
    let found = load("p", &sources(&[("p", &file), ("families/tagdiv", "")])).unwrap_err();
    assert_eq!(
        (found[0].line, found[0].column, found[0].message.as_str()),
        (1, 11, "unknown family `tagdv`")
    );
    assert_eq!(found[0].hint.as_deref(), Some("did you mean `tagdiv`?"));

    let file = format!("extends = \"a\"\n{HEAD}");
    let circle =
        sources(&[("p", &file), ("families/a", "extends = \"b\"\n"), ("families/b", "extends = \"a\"\n")]);
    let found = load("p", &circle).unwrap_err();
    assert_eq!((found.len(), found[0].file.as_str()), (1, "selectors/families/b.toml"));
    assert!(found[0].message.contains("a → b → a"), "{}", found[0]);

    let broken = sources(&[("p", &file), ("families/a", "[article]\nlead = [\"p:first\"]\n")]);
    let found = load("p", &broken).unwrap_err();
    assert_eq!(
        (found[0].file.as_str(), found[0].line, found[0].column),
        ("selectors/families/a.toml", 2, 11)
    );
}

#[test]
fn a_family_is_checked_by_itself() {
    let family = "[article]\nlead = \"p\"\n[[test]]\nfile = \"fixtures/plain/article.html\"\n\
                  url = \"https://example.org/\"\ncount = { tags = 0 }\n";
    let loaded = load("families/f", &sources(&[("families/f", family)])).unwrap();
    assert_eq!((loaded.portal.id.as_str(), loaded.portal.tests.len(), loaded.warnings.len()), ("f", 1, 0));
}

#[test]
fn errors_in_the_form_are_reported_beside_the_others() {
    let text = format!("{HEAD}[article]\nlead = [{{ css = \"p\" }}\nroot = [\"p:first\"]\nrequire = = 3\n");
    let found = mistakes(&text);
    assert!(found.len() >= 2, "{}", rendered(&found));
    let text = format!("{HEAD}name = \"x\"\nname = \"y\"\n[article]\nrequires = []\n");
    let found = mistakes(&text);
    let places: Vec<_> = found.iter().map(|mistake| (mistake.line, mistake.column)).collect();
    assert_eq!(places, [(6, 1), (8, 1)], "{}", rendered(&found));
    assert!(found[0].message.contains("duplicate key"));
}

#[test]
fn ten_mistakes_are_ten_reports_each_at_its_place() {
    let text = r#"format = 1
extends = "plain-familly"

[portal]
home = "https://example.org/"
timezone = "Europe/Stuttgart"

[politeness]
delay = "three seconds"

[urls]
article = ['^/(?<rubric>[a-z]+)/']
deny = ['/tag/(']

[article]
requires = ["headline"]
headline = ["h1:contains('x')"]
kicker = [{ attr = "title" }]
lead = [{ css = "p", meta = "description" }]
root = 5

[health]
min_fill = { headline = 98 }
"#;
    let found = mistakes(text);
    let places: Vec<_> = found.iter().map(|mistake| (mistake.line, mistake.column)).collect();
    let expected = [
        (2, 11),
        (6, 12),
        (9, 9),
        (12, 18),
        (13, 15),
        (16, 1),
        (17, 16),
        (18, 11),
        (19, 22),
        (20, 8),
        (23, 25),
    ];
    assert_eq!(places, expected, "{}", rendered(&found));
    assert!(found.iter().all(|mistake| mistake.hint.is_some() || mistake.line == 20), "{}", rendered(&found));
}

#[test]
fn an_id_of_another_name_is_odd_and_two_files_with_one_id_are_one_too_many() {
    let text = "format = 1\n[portal]\nid = \"x\"\nhome = \"https://example.org/\"\n";
    let all = load_all(&sources(&[("p", text), ("q", text)]));
    let warnings = &all[0].1.as_ref().unwrap().warnings;
    assert!(warnings.iter().any(|warning| warning.message == "the id `x` is not the name of the file"));
    let mistakes = all[1].1.as_ref().unwrap_err();
    assert_eq!((mistakes[0].line, mistakes[0].column), (3, 6));
    assert_eq!(mistakes[0].message, "the id `x` is taken by `p.toml`");
}

#[test]
fn a_user_s_file_wins_over_a_built_in_one_with_its_id() {
    let text = "format = 1\n[portal]\nid = \"x\"\nhome = \"https://example.org/\"\n";
    let mut sources = sources(&[("z", text)]);
    sources.insert_built_in("x", text);
    let names: Vec<_> = load_all(&sources).into_iter().map(|(name, result)| (name, result.is_ok())).collect();
    assert_eq!(names, [("z".to_owned(), true)]);
}

#[test]
fn a_portal_owns_its_hosts() {
    let portal = portal("[urls]\narticle = ['^/a/']\n");
    let url = |text: &str| CrawlUrl::parse(text).unwrap();
    assert!(portal.is_article(&url("http://example.org/a/1")));
    assert!(!portal.is_article(&url("https://other.example/a/1")));
    assert_eq!(portal.canonicalize(url("http://example.org/a/1")).as_str(), "https://example.org/a/1");
}

/// `template` many times, `#` counting.
fn numbered(times: usize, template: &str) -> String {
    let pieces: Vec<String> = (0..times).map(|number| template.replace('#', &number.to_string())).collect();
    pieces.concat()
}

#[test]
fn hostile_files_cost_little() {
    let deep_list = format!("{HEAD}x = {}", "[".repeat(20_000));
    let deep_table = format!("{HEAD}[{}a]", "a.".repeat(20_000));
    let deep_inline = format!("{HEAD}x = {}1{}", "{a=".repeat(20_000), "}".repeat(20_000));
    let many_keys = numbered(50_000, "k# = 1\n");
    let many_versions = format!("{HEAD}{}", "[[version]]\nvalid_until = 2020-01-01\n".repeat(5_000));
    let many_rules = format!("{HEAD}[article]\nlead = [{}]", "\"p.x > a\",".repeat(40_000));
    let many_patterns = numbered(3_000, r"'\p{L}{60}#',");
    let many_patterns = format!("{HEAD}[urls]\ndeny = [{many_patterns}]");
    let large = format!("{HEAD}#{}", "x".repeat(MAX_FILE_BYTES));
    for text in
        [deep_list, deep_table, deep_inline, many_keys, many_versions, many_rules, many_patterns, large]
    {
        let started = std::time::Instant::now();
        let found = mistakes(&text);
        let elapsed = started.elapsed();
        assert!(!found.is_empty() && found.len() <= 200);
        assert!(elapsed < Duration::from_secs(20), "{elapsed:?} {}", found[0]);
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_loader_panic(text in ".{0,400}") {
        let _ = load("p", &sources(&[("p", &text)]));
    }

    #[test]
    fn no_change_of_a_file_makes_the_loader_panic(at in 0_usize..2_000, with in "[\"'\\[\\]{}=.#,\n ü0a(]{0,4}", cut in 0_usize..9) {
        let file = include_str!("../../selectors/families/tagdiv-newspaper.toml");
        let start = file.floor_char_boundary(at);
        let end = file.floor_char_boundary(start + cut);
        let text = format!("{}{with}{}", &file[..start], &file[end..]);
        if let Err(mistakes) = load("families/p", &sources(&[("families/p", &text)])) {
            for mistake in mistakes {
                proptest::prop_assert!(!mistake.render(true).is_empty());
            }
        }
    }
}
