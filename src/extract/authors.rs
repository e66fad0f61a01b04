//! Who wrote the article: what the page states, weighed against the byline it shows.

use serde_json::Value;

use crate::extract::byline::{self, Shown};
use crate::extract::context::{Context, Place, Sourced, sourced};
use crate::extract::names::{bare, clean};
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
    let (people, organisations) = in_json_ld(context);
    let people_named = clean(&people, context);
    if !people_named.is_empty() {
        return Some(sourced(people_named, "json-ld", "author.name"));
    }
    let agencies = clean(&organisations, context);
    if !agencies.is_empty() {
        return Some(sourced(agencies, "json-ld", "author.name"));
    }
    for (source, name) in PERSONAL {
        let names = clean(&context.reading.metas(name).collect::<Vec<_>>(), context);
        if !names.is_empty() {
            return Some(sourced(names, source, *name));
        }
    }
    let on_card = card_author(context);
    let names = clean(&on_card, context);
    if !names.is_empty() {
        return Some(sourced(names, "meta", "twitter:data1"));
    }
    // A portal file that says where the byline stands has been heard: a guess would only find what it passed over.
    let shown = if context.has_rules(Field::Authors) { None } else { byline::shown(context, place) };
    let stated = GENERAL.iter().find_map(|(source, name)| {
        let names = clean(&context.reading.metas(name).collect::<Vec<_>>(), context);
        (!names.is_empty()).then(|| sourced(names, source, *name))
    });
    match (shown, stated) {
        (Some(shown), Some(stated)) if shown.is_certain && !share_a_name(&shown, &stated.value) => {
            Some(shown.names)
        }
        (_, Some(stated)) => Some(stated),
        (Some(shown), None) => Some(shown.names),
        (None, None) => {
            let desks = bare(people.into_iter().chain(organisations));
            if !desks.is_empty() {
                return Some(sourced(desks, "json-ld", "author.name"));
            }
            let desks = bare(on_card);
            (!desks.is_empty()).then(|| sourced(desks, "meta", "twitter:data1"))
        }
    }
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
    fn a_desk_is_the_author_only_where_no_person_is_and_the_page_says_so() {
        let desk = article(r#"{"@type":"Organization","name":"Redaktion Talkurier"}"#);
        check(&desk, "", "", &["Redaktion Talkurier"]);
        check(&desk, "<p>Von Anna Berg</p>", "", &["Anna Berg"]);
        check(&article(r#"{"@type":"Person","name":"admin"}"#), "", "", &[]);
        check(&article(r#"{"@type":"Organization","name":"Redaktion"}"#), "", "", &[]);
        check("<meta name=author content='Redaktion'>", "", "", &[]);
    }
}
