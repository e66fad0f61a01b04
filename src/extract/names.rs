//! Names of people in bylines: cut apart, with publishers, desks, roles and addresses left out.

use std::sync::LazyLock;

use regex::Regex;

use crate::extract::context::Context;
use crate::extract::witness::letters;
use crate::select::text::folded;
use crate::select::text::start_of;

/// Most names of one article.
const MAX_NAMES: usize = 30;
/// Longest name of a desk or organisation, in characters.
const MAX_DESK: usize = 60;
/// Longest byline that is taken apart, in bytes.
const MAX_BYLINE: usize = 300;

/// Whether a text has the shape of a name: one to five words, each with a capital, but for particles.
pub(crate) fn looks_like_a_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let capital = |word: &&&str| word.chars().find(|c| c.is_alphabetic()).is_some_and(|c| !c.is_lowercase());
    (1..=5).contains(&words.len())
        && words.iter().filter(capital).count() * 2 >= words.len()
        && words.first().is_some_and(|word| word.chars().next().is_some_and(char::is_alphabetic))
        && !text.chars().any(|c| c.is_ascii_digit() || "→›»:!?".contains(c))
        && text.chars().count() >= 3
}

/// What a page's site is called: nobody's name.
struct Site {
    names: [String; 2],
    label: String,
    domain: String,
}

impl Site {
    fn of(context: &Context<'_, '_>) -> Self {
        let site = letters(&context.reading.meta("og:site_name").unwrap_or_default());
        let publisher =
            context.json_ld(&["publisher", "name"]).first().map(|name| letters(name)).unwrap_or_default();
        let host = context.page.url.host();
        let label = host.name().trim_start_matches("www.").split('.').next().map(letters).unwrap_or_default();
        Self { names: [site, publisher], label, domain: domain_of(host.name()).to_owned() }
    }

    /// Whether a name, letters alone, is the site's.
    fn is(&self, bare: &str) -> bool {
        self.names.iter().any(|name| name == bare)
            || bare == self.label
            || self.label.len() > 4 && bare.starts_with(&self.label)
    }
}

/// Texts of bylines as names of people: the site itself is none.
pub(crate) fn clean(texts: &[String], context: &Context<'_, '_>) -> Vec<String> {
    let site = Site::of(context);
    let mut names: Vec<String> = Vec::new();
    for text in texts {
        if text.trim_start().starts_with('@') || names_site(text, &site.domain) {
            continue;
        }
        for name in split_byline(text) {
            let bare = letters(&name);
            if is_person(&name) && !site.is(&bare) && !names.iter().any(|known| letters(known) == bare) {
                names.push(name);
            }
        }
    }
    names.truncate(MAX_NAMES);
    names
}

/// The authors a page lists as such, desks and agencies beside people as they are given; none where no one is named.
pub(crate) fn listed(texts: &[String], context: &Context<'_, '_>) -> Vec<String> {
    let site = Site::of(context);
    let mut names: Vec<String> = Vec::new();
    let mut is_named = false;
    for text in texts {
        let mut found = clean(std::slice::from_ref(text), context);
        is_named |= !found.is_empty();
        if found.is_empty() {
            found = bare([text.clone()]).into_iter().filter(|name| !site.is(&letters(name))).collect();
        }
        for name in found {
            if !names.iter().any(|known| letters(known) == letters(&name)) {
                names.push(name);
            }
        }
    }
    names.truncate(MAX_NAMES);
    if is_named { names } else { Vec::new() }
}

/// The last two labels of a host's name.
fn domain_of(host: &str) -> &str {
    host.rmatch_indices('.').nth(1).map_or(host, |(dot, _)| &host[dot + 1..])
}

/// Whether a text gives the site's address: "Talkurier (www.talkurier.example)" is the site, not a person.
fn names_site(text: &str, domain: &str) -> bool {
    text.split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .any(|word| !word.contains('@') && word.to_lowercase().ends_with(domain))
}

/// Names of desks and organisations as the page states them: addresses and handles are none.
pub(crate) fn bare(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for text in texts {
        let name = folded(&text);
        let is_name = (2..=MAX_DESK).contains(&name.chars().count())
            && !name.contains("://")
            && !name.contains(['@', '{', '<', '='])
            && name.chars().any(char::is_alphabetic)
            && !NO_NAME.is_match(&name);
        if is_name && !names.contains(&name) {
            names.push(name);
        }
    }
    names.truncate(MAX_NAMES);
    names
}

/// A byline cut into names.
pub(crate) fn split_byline(text: &str) -> Vec<String> {
    let text = folded(text);
    if text.contains("://") || DOMAIN.is_match(&text) {
        return Vec::new();
    }
    let text = LEADING.replace(start_of(&text, MAX_BYLINE), "").into_owned();
    let text = IN_BRACKETS.replace_all(&text, "");
    SEPARATOR
        .split(&text)
        .map(|part| {
            let part = LEADING.replace(part, "");
            let part = IN_BRACKETS.replace_all(&part, "");
            let part = TRAILING.replace(&part, "");
            part.trim_matches(|c: char| c.is_whitespace() || is_icon(c) || ",;:|–—-•·*.@\"".contains(c))
                .to_owned()
        })
        .filter(|part| !part.is_empty())
        .collect()
}

/// Whether a character is one that a font of icons draws.
fn is_icon(character: char) -> bool {
    ('\u{e000}'..='\u{f8ff}').contains(&character)
}

/// Whether a text can be the name of a person.
pub(crate) fn is_person(name: &str) -> bool {
    let words = name.split_whitespace().count();
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    words <= 6
        && letters >= 2
        && name.len() <= 80
        && !name.contains("://")
        && !name.contains(['@', '{', '<', '='])
        && name.chars().filter(char::is_ascii_digit).count() <= 2
        && !NO_PERSON.is_match(name)
}

static LEADING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\s*(?:(?:zeige alle beiträge von|alle beiträge von|all posts by|view all posts by|posts by|profil von|by|von|par|por|di|da|door|av|af|autor(?:in|en)?|author|text|written by|posted by|ein (?:kommentar|gastbeitrag|artikel|bericht|interview) von|(?:eine )?(?:analyse|kolumne|reportage) von|interview(?:t)? (?:von|by)|interview\s*:|protokoll|redaktion|blog ?beitrag von|gastbeitrag von|foto(?:s)?)\s*:?(?:\s+|$)|(?:autor(?:in|en)?|text|author)\s*:\s*)",
    )
    .expect("a tested pattern")
});

static SEPARATOR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\s*[;,/|&\n·•]\s*|\s+(?:and|und|et|y|e|og|och|en|sowie|with|mit)\s+")
        .expect("a tested pattern")
});

static IN_BRACKETS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\s*[(\[][^)\]]*(?:[)\]]|$)").expect("a tested pattern"));

static TRAILING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\s+(?:am|um|im|in|on|at|under|auf|im gespräch|für|for|schreibt|berichtet|기자)\s*:?$")
        .expect("a tested pattern")
});

static DOMAIN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^[\w-]+(?:\.[\w-]+)*\.(?:de|com|at|ch|net|org|info|tv|fr|it|es|uk)\b")
        .expect("a tested pattern")
});

static NO_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:admin(?:istrator)?|webmaster|anonymous|unknown|null|none|undefined|guest|default|user\d*|no author|(?:die |von der )?(?:online-?)?redaktion|redaktor(?:en|in)?|nachrichten|news(?:room|desk)?|editor(?:s|ial)?|staff|team|(?:chef)?redakteur(?:in)?|autor(?:in)?|author|reporter(?:in)?|korrespondent(?:in)?|journalist(?:in)?)$")
        .expect("a tested pattern")
});

static NO_PERSON: LazyLock<Regex> = LazyLock::new(|| {
    let words: Vec<&str> = include_str!("words/no_person.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect();
    Regex::new(&format!(r"(?i)(?:{})", words.join("|"))).expect("a tested pattern")
});

#[cfg(test)]
mod tests {
    use super::*;

    fn check(byline: &str, expected: &[&str]) {
        let names: Vec<String> = split_byline(byline).into_iter().filter(|name| is_person(name)).collect();
        assert_eq!(names, expected, "{byline}");
    }

    #[test]
    fn bylines_become_names() {
        check("Von Anna Berg und Tom Stein, dpa", &["Anna Berg", "Tom Stein"]);
        check("By Anna Berg and Tom Stein", &["Anna Berg", "Tom Stein"]);
        check("Anna Berg (text), Tom Stein (Fotos)", &["Anna Berg", "Tom Stein"]);
        check("Autorin: Anna Berg", &["Anna Berg"]);
        check("Anna Berg; Stadtblatt GmbH", &["Anna Berg"]);
        check("Redaktion", &[]);
        check("Mehr \u{e5cc}", &[]);
        check("Anna Berg, Redakteurin", &["Anna Berg"]);
        check("dpa/lsw", &[]);
        check("anna@zeitung.example", &[]);
        check("https://zeitung.example/autor/anna", &[]);
        check("", &[]);
    }
}
