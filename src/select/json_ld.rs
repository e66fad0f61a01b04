//! JSON-LD of a page: read in the shapes the web has, repaired where that is safe, asked by dotted path. What a
//! property means for the record is `extract`'s.

use serde_json::Value;

use crate::model::crawl_url::CrawlUrl;
use crate::model::issue::Issue;
use crate::select::entity::unescape;
use crate::select::source::Script;
use crate::select::text::folded;

/// Most bytes of one script that are read as JSON.
const MAX_JSON_BYTES: usize = 2 * 1024 * 1024;
/// Most objects that are looked at.
const MAX_OBJECTS: usize = 2_000;
/// Most references (`@id`) followed one after another.
const MAX_REFERENCES: usize = 4;

/// Types that are an article, best first (schema.org/Article and below).
const ARTICLE_TYPES: &[(&str, u8)] = &[
    ("NewsArticle", 10),
    ("ReportageNewsArticle", 10),
    ("AnalysisNewsArticle", 10),
    ("BackgroundNewsArticle", 10),
    ("OpinionNewsArticle", 10),
    ("ReviewNewsArticle", 10),
    ("AskPublicNewsArticle", 10),
    ("LiveBlogPosting", 9),
    ("Article", 8),
    ("BlogPosting", 8),
    ("Report", 8),
    ("AdvertiserContentArticle", 7),
    ("SatiricalArticle", 7),
    ("TechArticle", 7),
    ("ScholarlyArticle", 7),
    ("SocialMediaPosting", 5),
    ("DiscussionForumPosting", 5),
    ("Recipe", 4),
    ("Review", 3),
    ("CreativeWork", 2),
];

/// The JSON-LD of one page.
#[derive(Debug, Default)]
pub struct JsonLd {
    /// Top-level objects, graphs and arrays opened.
    objects: Vec<Value>,
}

impl JsonLd {
    /// Reads the scripts that say they are JSON-LD.
    pub fn read(scripts: &[Script<'_>], issues: &mut Vec<Issue>) -> Self {
        let mut objects = Vec::new();
        for script in scripts {
            if !contains_ignoring_case(script.tag, "ld+json") || script.text.len() > MAX_JSON_BYTES {
                continue;
            }
            match parse(script.text) {
                Some(value) => open(value, &mut objects),
                None if script.text.trim().is_empty() => {}
                None => issues.push(Issue::page("bad-json-ld", "a JSON-LD script is no JSON")),
            }
        }
        Self { objects }
    }

    /// The top-level objects.
    pub fn objects(&self) -> &[Value] {
        &self.objects
    }

    /// The object that is the page's article, where one says so. `url` decides between several.
    pub fn article(&self, url: &CrawlUrl) -> Option<&Value> {
        let mut best: Option<(i32, &Value)> = None;
        let mut consider = |value, nested: bool| {
            let Some(rank) = article_rank(value) else { return };
            let mut score = i32::from(rank) - i32::from(nested) * 3;
            score += match about(value, url) {
                Some(true) => 40,
                Some(false) => 0,
                None => 5,
            };
            if value.get("headline").is_some() || value.get("datePublished").is_some() {
                score += 10;
            }
            if best.is_none_or(|(other, _)| score > other) {
                best = Some((score, value));
            }
        };
        for object in &self.objects {
            consider(object, false);
            for key in ["mainEntity", "mainEntityOfPage", "subjectOf", "hasPart", "itemReviewed"] {
                match object.get(key) {
                    Some(Value::Array(values)) if values.len() == 1 => consider(&values[0], true),
                    Some(value @ Value::Object(_)) => consider(value, true),
                    _ => {}
                }
            }
        }
        best.map(|(_, value)| value)
    }

    /// The objects of a type.
    pub fn of_type<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Value> {
        self.objects.iter().filter(move |object| has_type(object, name))
    }

    /// The texts at a dotted path below `object`; arrays are opened, references within the page followed.
    pub fn texts(&self, object: &Value, path: &[&str]) -> Vec<String> {
        let mut values = vec![object];
        for key in path {
            let mut below = Vec::new();
            for value in values {
                self.step(value, key, &mut below);
            }
            values = below;
        }
        let mut out = Vec::new();
        for value in values {
            self.leaf(value, &mut out);
        }
        out
    }

    /// What stands at a key: elements of an array each, references resolved.
    pub fn values<'s>(&'s self, object: &'s Value, key: &str) -> Vec<&'s Value> {
        let mut below = Vec::new();
        self.step(object, key, &mut below);
        below.into_iter().map(|value| self.resolve(value)).collect()
    }

    /// The object a reference means, or the value itself.
    pub fn resolve<'s>(&'s self, mut value: &'s Value) -> &'s Value {
        for _ in 0..MAX_REFERENCES {
            let Some(object) = value.as_object() else { return value };
            let (Some(id), true) = (object.get("@id").and_then(Value::as_str), object.len() <= 2) else {
                return value;
            };
            match self.named(id) {
                Some(other) => value = other,
                None => return value,
            }
        }
        value
    }

    /// The object of the page whose `@id` this is, where it says more than that.
    pub fn named(&self, id: &str) -> Option<&Value> {
        self.objects.iter().find(|other| {
            other.get("@id").and_then(Value::as_str) == Some(id)
                && other.as_object().is_some_and(|object| object.len() > 2)
        })
    }

    fn step<'s>(&'s self, value: &'s Value, key: &str, below: &mut Vec<&'s Value>) {
        let mut todo = vec![value];
        while let Some(value) = todo.pop() {
            match self.resolve(value) {
                Value::Array(values) => todo.extend(values.iter().rev()),
                Value::Object(object) => match object.get(key) {
                    Some(Value::Array(values)) => below.extend(values),
                    Some(value) => below.push(value),
                    None => {}
                },
                _ => {}
            }
        }
    }

    fn leaf(&self, value: &Value, out: &mut Vec<String>) {
        let text = match self.resolve(value) {
            Value::String(text) => folded(&unescape(text)),
            Value::Number(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            Value::Object(object) => {
                let named =
                    ["name", "@value", "headline", "url", "@id"].iter().find_map(|key| object.get(*key));
                match named.and_then(|value| value.as_array().and_then(|list| list.first()).or(Some(value))) {
                    Some(Value::String(text)) => folded(&unescape(text)),
                    _ => return,
                }
            }
            _ => return,
        };
        if !text.is_empty() {
            out.push(text);
        }
    }
}

/// Whether an object is of a type, whatever the prefix.
pub fn has_type(object: &Value, name: &str) -> bool {
    types(object).any(|known| known == name)
}

/// How much an object's type speaks for an article.
pub fn article_rank(object: &Value) -> Option<u8> {
    types(object)
        .filter_map(|name| ARTICLE_TYPES.iter().find(|(known, _)| *known == name).map(|(_, rank)| *rank))
        .max()
}

/// The names of an object's types.
pub fn types(object: &Value) -> impl Iterator<Item = &str> {
    let (one, many) = match object.get("@type") {
        Some(Value::String(name)) => (Some(name.as_str()), [].iter()),
        Some(Value::Array(names)) => (None, names.iter()),
        _ => (None, [].iter()),
    };
    one.into_iter()
        .chain(many.filter_map(Value::as_str))
        .map(|name| name.rsplit(['/', ':', '#']).next().unwrap_or(name))
}

/// Whether an object says it is about `url`; `None`: it does not say.
fn about(object: &Value, url: &CrawlUrl) -> Option<bool> {
    let mut said = None;
    for key in ["url", "mainEntityOfPage", "@id"] {
        let text = match object.get(key) {
            Some(Value::String(text)) => text,
            Some(Value::Object(inner)) => {
                match inner.get("@id").or_else(|| inner.get("url")).and_then(Value::as_str) {
                    Some(text) => text,
                    None => continue,
                }
            }
            _ => continue,
        };
        let Ok(other) = url.join(text) else { continue };
        if same_path(&other, url) {
            return Some(true);
        }
        if key != "@id" && other.as_url().path().len() > 1 {
            said = Some(false);
        }
    }
    said
}

fn same_path(a: &CrawlUrl, b: &CrawlUrl) -> bool {
    a.as_url().path().trim_end_matches('/') == b.as_url().path().trim_end_matches('/')
}

fn open(value: Value, objects: &mut Vec<Value>) {
    let mut todo = vec![value];
    while let Some(value) = todo.pop() {
        if objects.len() >= MAX_OBJECTS {
            return;
        }
        match value {
            Value::Array(values) => todo.extend(values.into_iter().rev()),
            Value::Object(mut object) => {
                let graph = object.remove("@graph");
                if object.len() > 1 || graph.is_none() {
                    objects.push(Value::Object(object));
                }
                todo.extend(graph);
            }
            _ => {}
        }
    }
}

/// Reads JSON, strictly first, then repaired.
pub fn parse(text: &str) -> Option<Value> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    let mut repaired = repair(text);
    if repaired.starts_with("{&quot;") || repaired.starts_with("[{&quot;") {
        repaired = repair(&unescape(&repaired));
    }
    let mut stream = serde_json::Deserializer::from_str(&repaired).into_iter::<Value>();
    let first = stream.next()?.ok()?;
    // Several objects one after another are a list.
    let rest: Vec<Value> = stream.map_while(Result::ok).take(MAX_OBJECTS).collect();
    Some(if rest.is_empty() { first } else { Value::Array(std::iter::once(first).chain(rest).collect()) })
}

/// Takes away what JSON does not have and writers leave in: comments, wrappers of old browsers, commas before a
/// closing bracket, raw control characters and needless escapes in strings. What is cut off is closed.
fn repair(text: &str) -> String {
    let start = text.find(['{', '[']).unwrap_or(0);
    let skip = if text[start..].starts_with("[CDATA[") { 7 } else { 0 };
    let text = &text[start + skip..];
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let mut in_string = false;
    let mut open: Vec<char> = Vec::new();
    while let Some(character) = characters.next() {
        if in_string {
            match character {
                '"' => {
                    in_string = false;
                    out.push('"');
                }
                '\\' => match characters.next() {
                    Some(next @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u')) => {
                        out.push('\\');
                        out.push(next);
                    }
                    Some(next) => out.push(next),
                    None => {}
                },
                control if control.is_control() => out.push(' '),
                other => out.push(other),
            }
            continue;
        }
        match character {
            '"' => {
                in_string = true;
                out.push('"');
            }
            '/' if characters.peek() == Some(&'/') => {
                while characters.next_if(|next| *next != '\n').is_some() {}
            }
            '/' if characters.peek() == Some(&'*') => {
                characters.next();
                let mut star = false;
                for next in characters.by_ref() {
                    if star && next == '/' {
                        break;
                    }
                    star = next == '*';
                }
            }
            '}' | ']' => {
                let kept = out.trim_end().trim_end_matches(',').len();
                if out[..kept].len() < out.trim_end().len() {
                    out.truncate(kept);
                }
                out.push(character);
                open.pop();
            }
            other => {
                match other {
                    '{' => open.push('}'),
                    '[' => open.push(']'),
                    _ => {}
                }
                out.push(other);
            }
        }
    }
    if !open.is_empty() {
        if in_string {
            out.push('"');
        }
        out.truncate(out.trim_end().trim_end_matches(',').len());
        out.extend(open.iter().rev());
    }
    out
}

fn contains_ignoring_case(text: &str, part: &str) -> bool {
    text.len() >= part.len()
        && text.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> JsonLd {
        let mut issues = Vec::new();
        let script = Script { tag: "<script type=\"application/ld+json\">", text };
        JsonLd::read(&[script], &mut issues)
    }

    fn url() -> CrawlUrl {
        CrawlUrl::parse("https://zeitung.example/stadt/a-1").unwrap()
    }

    #[test]
    fn the_article_is_found_in_every_shape() {
        for text in [
            r#"{"@type":"NewsArticle","headline":"H"}"#,
            r#"[{"@type":"WebSite"},{"@type":["Article","NewsArticle"],"headline":"H"}]"#,
            r#"{"@context":"https://schema.org","@graph":[{"@type":"Organization"},{"@type":"http://schema.org/BlogPosting","headline":"H"}]}"#,
            r#"{"@type":"WebPage","mainEntity":{"@type":"NewsArticle","headline":"H"}}"#,
        ] {
            let json_ld = read(text);
            let url = url();
            let article = json_ld.article(&url).unwrap();
            assert_eq!(json_ld.texts(article, &["headline"]), ["H"], "{text}");
        }
    }

    #[test]
    fn the_address_decides_between_several_articles() {
        let json_ld = read(
            r#"[{"@type":"NewsArticle","headline":"A","url":"https://zeitung.example/x"},
                {"@type":"NewsArticle","headline":"B","mainEntityOfPage":{"@id":"https://zeitung.example/stadt/a-1/"}}]"#,
        );
        assert_eq!(json_ld.texts(json_ld.article(&url()).unwrap(), &["headline"]), ["B"]);
    }

    #[test]
    fn paths_open_arrays_and_follow_references() {
        let json_ld = read(
            r##"{"@graph":[{"@type":"Article","author":[{"@id":"#a"},{"@type":"Person","name":"Tom &amp; Co"}]},
                {"@id":"#a","@type":"Person","name":"Anna Berg"}]}"##,
        );
        let article = json_ld.article(&url()).unwrap();
        assert_eq!(json_ld.texts(article, &["author", "name"]), ["Anna Berg", "Tom & Co"]);
        assert_eq!(json_ld.texts(article, &["author"]), ["Anna Berg", "Tom & Co"]);
        assert!(json_ld.texts(article, &["author", "missing", "deep"]).is_empty());
    }

    #[test]
    fn common_damage_is_repaired_and_the_rest_is_an_issue() {
        for text in [
            "{\"@type\":\"NewsArticle\",\"headline\":\"H\",}",
            "//<![CDATA[\n{\"@type\":\"NewsArticle\",\"headline\":\"H\"}\n//]]>",
            "/* x */{\"@type\":\"NewsArticle\",// y\n\"headline\":\"H\"};",
            "{\"@type\":\"NewsArticle\",\"headline\":\"H\",\"description\":\"a\nb\\'c\"}",
            "{\"@type\":\"WebSite\"}\n{\"@type\":\"NewsArticle\",\"headline\":\"H\"}",
            "{\"@graph\":[{\"@type\":\"NewsArticle\",\"headline\":\"H\",\"image\":[\"a\",",
            "{\"@type\":\"NewsArticle\",\"headline\":\"H\",\"description\":\"cut o",
            "{&quot;@type&quot;:&quot;NewsArticle&quot;,&quot;headline&quot;:&quot;H&quot;}",
        ] {
            let json_ld = read(text);
            let article = json_ld.article(&url()).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(json_ld.texts(article, &["headline"]), ["H"], "{text}");
        }
        let mut issues = Vec::new();
        JsonLd::read(&[Script { tag: "<script type=application/LD+JSON>", text: "{\"a\":" }], &mut issues);
        assert_eq!(issues[0].code, "bad-json-ld");
        assert!(parse(&"[".repeat(100_000)).is_none());
    }

    #[test]
    fn references_in_a_circle_end() {
        let json_ld = read(r#"[{"@id":"a","b":{"@id":"a"},"@type":"Article"}]"#);
        let article = json_ld.article(&url()).unwrap();
        assert!(json_ld.texts(article, &["b", "b", "b"]).len() <= 1);
    }
}
