//! Whether an address looks like an article's, for portals whose file does not say how they look. A guess: what turns out to
//! be no article when it is read is not kept.

use crate::model::crawl_url::CrawlUrl;

/// What stands before the name of a list, as the common systems call it.
const LISTS: &[&str] = &[
    "author",
    "authors",
    "autor",
    "autoren",
    "category",
    "feed",
    "kategorie",
    "page",
    "search",
    "seite",
    "suche",
    "tag",
    "tags",
    "thema",
    "themen",
    "topic",
    "topics",
];

/// Endings of pages; what ends otherwise is a picture, a document, a script.
const PAGES: &[&str] = &["asp", "aspx", "htm", "html", "jsp", "php", "phtml", "shtml"];

/// Digits in a row that are an article's number.
const NUMBER_DIGITS: usize = 5;

/// Characters of a link's text that may be a headline.
const HEADLINE_CHARS: usize = 25;

/// Words of an address that a list hardly has.
const MANY_WORDS: usize = 4;

/// Whether `url` looks like an article's: by a day, a number or several words in it; two words are enough where the link
/// itself, `text`, is as long as a headline.
pub(super) fn is_like_an_article(url: &CrawlUrl, text: &str) -> bool {
    let path = url.path_and_query().split('?').next().unwrap_or_default();
    let mut segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    segments.pop_if(|last| last.starts_with("index."));
    let Some((last, folders)) = segments.split_last() else { return false };
    if folders.iter().any(|folder| LISTS.contains(&folder.to_ascii_lowercase().as_str())) {
        return false;
    }
    let stem = match last.rsplit_once('.') {
        Some((stem, ending)) if PAGES.contains(&ending.to_ascii_lowercase().as_str()) => stem,
        // `1.2345678` is a number.
        Some((_, ending)) if !ending.bytes().all(|byte| byte.is_ascii_digit()) => return false,
        _ => last,
    };
    let words = stem.split(['-', '_', ',', '+', '.']).filter(|word| has_letters(word)).count();
    let has_number = stem.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= NUMBER_DIGITS);
    (words > 0 && has_month(folders))
        || has_number
        || words >= MANY_WORDS
        || (words >= 2 && text.chars().count() >= HEADLINE_CHARS)
}

/// Letters, or what an address writes for those that are not ASCII.
fn has_letters(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_alphabetic() || byte == b'%')
}

/// `2025/03` or `2025-03-14` among the folders.
fn has_month(folders: &[&str]) -> bool {
    let is_year =
        |text: &str| text.len() == 4 && (text.starts_with("19") || text.starts_with("20")) && is_number(text);
    let is_month = |text: &str| text.parse().is_ok_and(|month: u8| (1..=12).contains(&month));
    let is_pair = |pair: &[&str]| is_year(pair[0]) && is_month(pair[1]);
    folders.windows(2).any(is_pair)
        || folders.iter().any(|folder| folder.split('-').collect::<Vec<_>>().windows(2).any(is_pair))
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str, expected: bool) {
        let url = CrawlUrl::parse(&format!("https://bote.example{path}")).unwrap();
        assert_eq!(is_like_an_article(&url, text), expected, "{path} {text:?}");
    }

    #[test]
    fn articles_have_a_day_a_number_or_words() {
        for path in [
            "/2025/03/hallenbad/",
            "/lokales/2025/03/14/a.html",
            "/lokales/2025-03-14/hallenbad",
            "/artikel-4711234.html",
            "/lokales/1.2345678",
            "/lokales/neues-hallenbad-kommt-bald",
            "/lokales/neues_hallenbad_kommt_bald/index.html",
            "/a/%C3%BCber-das-neue-hallenbad?ref=x",
        ] {
            check(path, "", true);
        }
        check("/lokales/neues-hallenbad/", "Neues Hallenbad kommt nach Oberwalden", true);
    }

    #[test]
    fn lists_services_and_files_have_not() {
        for path in [
            "/",
            "/lokales/",
            "/lokales/neues-hallenbad/",
            "/2025/03/",
            "/2025/03/14",
            "/tag/das-neue-hallenbad-kommt",
            "/lokales/page/12345/",
            "/bilder/das-neue-hallenbad-kommt.jpg",
            "/lokales/index.html",
            "/1999/99/x",
            "/%",
        ] {
            check(path, "", false);
        }
        check("/impressum", "Impressum und alles, was dazugehört", false);
    }
}
