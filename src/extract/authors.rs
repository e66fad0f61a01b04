//! Who wrote the article: what the page states, weighed against the byline it shows.

use serde_json::Value;

use crate::extract::byline::{self, Shown};
use crate::extract::context::{Context, Place, Sourced, sourced};
use crate::extract::names::{bare, clean, listed, looks_like_a_name};
use crate::extract::witness::letters;
use crate::model::field::Field;
use crate::select::entity::unescape;
use crate::select::json_ld::has_type;

/// Meta tags that name the people of this page.
const PERSONAL: &[(&str, &str)] = &[
    ("meta", "byl"),
    ("meta", "parsely-author"),
    ("meta", "sailthru.author"),
    ("meta", "shareaholic:article_author_name"),
    ("open-graph", "article:author"),
    ("meta", "cxenseparse:author"),
    ("meta", "mrf:authors"),
    ("meta", "citation_author"),
];

/// Meta tags that often name whoever runs the site.
const GENERAL: &[(&str, &str)] = &[("meta", "author"), ("meta", "dc.creator"), ("meta", "dcterms.creator")];

/// Pairs of a label and a value that WordPress's plugins write for cards.
const CARD_PAIRS: &[(&str, &str)] =
    &[("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2")];

/// The people who wrote the article; where none is named, the desk or organisation the page states as its author.
pub(crate) fn authors(context: &Context<'_, '_>, place: &Place) -> Option<Sourced<Vec<String>>> {
    if let Some(found) = context.selected(Field::Authors) {
        let names = clean(&found.value, context);
        if !names.is_empty() {
            return Some(Sourced { value: names, source: found.source });
        }
    }
    // A portal file that says where the byline stands has been heard: a guess would only find what it passed over.
    let shown = || if context.has_rules(Field::Authors) { None } else { byline::shown(context, place) };
    let (people, organisations) = in_json_ld(context);
    let all: Vec<String> = people.iter().chain(&organisations).cloned().collect();
    if all.len() > 1 {
        let listed = listed(&all, context);
        if !listed.is_empty() {
            return Some(spelled_out(sourced(listed, "json-ld", "author.name"), shown));
        }
    }
    if let Some(people) = some_names(&people, "json-ld", "author.name", context) {
        return Some(spelled_out(people, shown));
    }
    if let Some(agencies) = some_names(&organisations, "json-ld", "author.name", context) {
        return Some(agencies);
    }
    let stated_in = |tags: &[(&str, &str)]| {
        tags.iter().find_map(|(source, name)| {
            some_names(&context.reading.metas(name).collect::<Vec<_>>(), source, name, context)
        })
    };
    let on_card = card_author(context);
    let personal = stated_in(PERSONAL).or_else(|| some_names(&on_card, "meta", "twitter:data1", context));
    if let Some(names) = personal {
        return Some(spelled_out(names, shown));
    }
    match (shown(), stated_in(GENERAL)) {
        (Some(shown), Some(stated)) if shown.is_certain && !share_a_name(&shown, &stated.value) => {
            Some(shown.names)
        }
        (_, Some(stated)) => Some(stated),
        (Some(shown), None) => Some(shown.names),
        (None, None) => {
            let whole = |source, rule: &str, names: Vec<String>| {
                (!names.is_empty()).then(|| sourced(names, source, rule))
            };
            whole("json-ld", "author.name", bare(people.into_iter().chain(organisations)))
                .or_else(|| whole("meta", "twitter:data1", bare(on_card)))
                .or_else(|| of_the_site(context))
        }
    }
}

/// The names among `texts`, where there are any.
fn some_names(
    texts: &[String],
    source: &str,
    rule: &str,
    context: &Context<'_, '_>,
) -> Option<Sourced<Vec<String>>> {
    let names = clean(texts, context);
    (!names.is_empty()).then(|| sourced(names, source, rule))
}

/// Names as a reader sees them where the page states what its author logs in with: `annaberg` is Anna Berg.
fn spelled_out(stated: Sourced<Vec<String>>, shown: impl FnOnce() -> Option<Shown>) -> Sourced<Vec<String>> {
    if !stated.value.iter().all(|name| is_login(name)) {
        return stated;
    }
    match shown() {
        Some(shown) if shown.is_certain || share_a_name(&shown, &stated.value) => shown.names,
        _ => stated,
    }
}

/// Whether a name is one to log in with: one word of Latin letters, without a capital.
fn is_login(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte))
}

/// Whoever a site is named after writes it alone: the site's name, where a meta tag for people gives it and it is one.
fn of_the_site(context: &Context<'_, '_>) -> Option<Sourced<Vec<String>>> {
    PERSONAL.iter().find_map(|(source, name)| {
        let names: Vec<String> = bare(context.reading.metas(name))
            .into_iter()
            .filter(|name| (2..=3).contains(&name.split_whitespace().count()) && looks_like_a_name(name))
            .collect();
        (!names.is_empty()).then(|| sourced(names, source, *name))
    })
}

fn share_a_name(shown: &Shown, stated: &[String]) -> bool {
    let stated: Vec<String> = stated.iter().map(|name| letters(name)).collect();
    shown.names.value.iter().any(|name| stated.contains(&letters(name)))
}

/// The authors in JSON-LD: people and names without a type; organisations.
fn in_json_ld(context: &Context<'_, '_>) -> (Vec<String>, Vec<String>) {
    let (mut names, mut organisations) = (Vec::new(), Vec::new());
    let Some(article) = context.article else { return (names, organisations) };
    let json_ld = context.reading.json_ld;
    for key in ["author", "creator"] {
        for author in json_ld.values(article, key) {
            match author {
                Value::Object(_) => {
                    let is_organisation =
                        has_type(author, "Organization") || has_type(author, "NewsMediaOrganization");
                    let into = if is_organisation { &mut organisations } else { &mut names };
                    into.extend(json_ld.texts(author, &["name"]));
                }
                Value::String(name) => match json_ld.named(name) {
                    Some(author) => names.extend(json_ld.texts(author, &["name"])),
                    None => names.push(unescape(name)),
                },
                _ => {}
            }
        }
        if !names.is_empty() {
            break;
        }
    }
    (names, organisations)
}

/// What a card for social networks gives under "Written by".
fn card_author(context: &Context<'_, '_>) -> Vec<String> {
    CARD_PAIRS
        .iter()
        .filter(|(label, _)| context.reading.meta(label).is_some_and(|label| byline::is_label(&label)))
        .flat_map(|(_, value)| context.reading.metas(value))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::extract::{Page, extract};
    use crate::model::crawl_url::CrawlUrl;

    const TEXT: &str = "<p>Der Gemeinderat hat am Dienstag beschlossen, das alte Rathaus von Grund auf zu sanieren und den Platz davor vom Verkehr zu befreien.</p>\
        <p>Die Arbeiten sollen im Frühjahr beginnen und zwei Jahre dauern, wie die Verwaltung der Stadt nach der Sitzung mitteilte.</p>";

    fn check(head: &str, under_headline: &str, after_text: &str, expected: &[&str]) {
        let html = format!(
            "<head>{head}</head><body><article><h1>Von Steinen und Mörtel: Rathaus wird saniert</h1>{under_headline}{TEXT}{after_text}</article>"
        );
        let url = CrawlUrl::parse("https://www.talkurier.example/ulm/rathaus").unwrap();
        let page = Page { url: &url, html: &html, captured_on: None, published_hint: None };
        assert_eq!(extract(&page, None).article.authors, expected, "{head} {under_headline} {after_text}");
    }

    fn article(author: &str) -> String {
        format!(
            r#"<script type="application/ld+json">{{"@graph":[{{"@type":"NewsArticle","headline":"x","author":{author}}},
            {{"@type":"Person","@id":"https://www.talkurier.example/#p7","name":"Anna Berg"}}]}}</script>"#
        )
    }

    #[test]
    fn shown_bylines_are_found_in_the_shapes_pages_have() {
        check("", "<p><span>Geschrieben von</span> <a href=/u/7>Anna Berg</a></p>", "", &["Anna Berg"]);
        check("", "<div><b>Autorin:</b> <br>Anna Berg</div>", "", &["Anna Berg"]);
        check("", "<p>12.03.2024 - Anna Berg</p>", "", &["Anna Berg"]);
        check("", "<p>12.03.2024 14:30 Uhr von Anna Berg</p>", "", &["Anna Berg"]);
        check(
            "",
            "<div class=teaser-meta>VON <a href=/autoren/berg>Anna Berg</a> am 12. März</div>",
            "",
            &["Anna Berg"],
        );
        check("", "<p>Von Anna Berg, Washington</p>", "", &["Anna Berg"]);
        check("", "", "<p><b><i>Anna Berg</i></b></p>", &["Anna Berg"]);
        check("", "", "<p>Anna Berg</p>", &[]);
    }

    #[test]
    fn what_a_page_states_is_read_wherever_it_stands() {
        check("<meta name=byl content='Von Anna Berg'>", "", "", &["Anna Berg"]);
        check(
            "<meta name='twitter:label1' content='Verfasst von'><meta name='twitter:data1' content='Anna Berg'>",
            "",
            "",
            &["Anna Berg"],
        );
        check(
            "<meta name='twitter:label1' content='Lesezeit'><meta name='twitter:data1' content='Drei Minuten'>",
            "",
            "",
            &[],
        );
        check(&article(r#"{"@id":"https://www.talkurier.example/#p7"}"#), "", "", &["Anna Berg"]);
        check(&article(r#""https://www.talkurier.example/#p7""#), "", "", &["Anna Berg"]);
    }

    #[test]
    fn a_marked_byline_beats_whoever_runs_the_site() {
        let runs = "<meta name=author content='Kulturverein Oberes Tal'>";
        check(runs, "<p>Geschrieben von <a rel=author href=/a>Anna Berg</a></p>", "", &["Anna Berg"]);
        check("<meta name=author content='Anna Berg'>", "<p>Von Tom Stein</p>", "", &["Anna Berg"]);
        check("<meta property='article:author' content='@Talkurier'>", "", "", &[]);
    }

    #[test]
    fn a_login_gives_way_to_the_name_a_reader_sees() {
        let login = article(r#"{"@type":"Person","name":"annaberg"}"#);
        check(&login, "<p>Von <a href=/autoren/anna-berg>Anna Berg</a></p>", "", &["Anna Berg"]);
        check(&login, "<div class=byline>Von Anna Berg</div>", "", &["Anna Berg"]);
        check(&login, "<div class=byline>Von Tom Stein</div>", "", &["annaberg"]);
        check(&login, "", "", &["annaberg"]);
    }

    #[test]
    fn the_site_is_nobody_s_name_unless_it_is_a_person_s() {
        check("<meta name=author content='Kurier im Tal (www.talkurier.example)'>", "", "", &[]);
        check("<meta name=author content='Anna Berg (a.berg@talkurier.example)'>", "", "", &["Anna Berg"]);
        let named = "<meta property='og:site_name' content='Anna Berg'><meta name='byl' content='Anna Berg'>";
        check(named, "", "", &["Anna Berg"]);
        check(named, "<p>Von <a rel=author href=/a>Tom Stein</a></p>", "", &["Tom Stein"]);
    }

    #[test]
    fn labels_of_a_list_of_facts_name_the_author() {
        let facts = "<ul><li><b>Datum</b> 28.04.2023</li><li><b>Autorin/Autor</b> Anna Berg</li></ul>";
        check("", "", facts, &["Anna Berg"]);
        check(
            "",
            "<div class=authorDate><span>Datum:</span> 19.11.2021<br><span>Autor:</span> Anna Berg</div>",
            "",
            &["Anna Berg"],
        );
        check("", "", "<div>Autor <i>Anna Berg</i></div>", &[]);
        check("", "<div><span>Anna Berg |</span> <span>05.04.2025 - 14:10</span></div>", "", &["Anna Berg"]);
        check("", "<div><span>Lokales Ulm |</span> <span>mehr davon</span></div>", "", &[]);
        check("", "<h2>Kultur <span>06.11.2023 13:30 von Olga</span></h2>", "", &["Olga"]);
        check(
            "",
            "<div id=document-byline><span>erstellt von <a href=/author/olga>Olga</a> —</span></div>",
            "",
            &["Olga"],
        );
    }

    #[test]
    fn bylines_at_the_article_s_foot_count_where_they_are_marked() {
        let foot =
            "<div class=footer-box><p><b>Autor</b><br><span itemprop=author>Anna Berg</span></p></div>";
        check("", "", foot, &["Anna Berg"]);
        check("<meta name=author content='Kulturverein Oberes Tal'>", "", foot, &["Anna Berg"]);
        let far = "<hr>".repeat(40);
        let comments =
            format!("{far}<div id=comments><p>von <a rel=author href=/u/1>Tom Stein</a></p></div>");
        check("", "", &comments, &[]);
        check("", "", "<div class=longText><p>Autor : Anna Berg</p></div>", &["Anna Berg"]);
    }

    #[test]
    fn whoever_a_sentence_links_to_did_not_write_it() {
        let text = "<p>Zu Gast waren <a href=/people/stein>Tom Stein</a> und andere, die lange über das alte Haus am Markt sprachen.</p>";
        check(
            "",
            "<span class=by-author>von <span class='author vcard'><a class='url fn n' rel=author href=/a>Anna Berg</a></span></span>",
            text,
            &["Anna Berg"],
        );
        check("", "", text, &[]);
    }

    #[test]
    fn a_desk_is_the_author_only_where_no_person_is_and_the_page_says_so() {
        let desk = article(r#"{"@type":"Organization","name":"Redaktion Talkurier"}"#);
        check(&desk, "", "", &["Redaktion Talkurier"]);
        check(&desk, "<p>Von Anna Berg</p>", "", &["Anna Berg"]);
        let listed = article(
            r#"[{"@type":"Person","name":"Anna Berg"},{"@type":"Person","name":"TK-Redaktion"},{"@type":"Organization","name":"dpa"},
            {"@type":"Organization","name":"Talkurier"},{"@type":"Person","name":"Redaktion"}]"#,
        );
        check(&listed, "", "", &["Anna Berg", "TK-Redaktion", "dpa"]);
        check(&article(r#"{"@type":"Person","name":"admin"}"#), "", "", &[]);
        check(&article(r#"{"@type":"Organization","name":"Redaktion"}"#), "", "", &[]);
        check("<meta name=author content='Redaktion'>", "", "", &[]);
    }
}
