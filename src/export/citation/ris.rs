//! RIS: a tag, two spaces, a hyphen, a space, a value, on one line each.

use std::fmt::Write as _;

use super::person::{Person, parted};
use super::{Reference, one_line};

/// One reference of type NEWS.
pub(super) fn entry(reference: &Reference<'_>) -> String {
    let mut entry = String::from("TY  - NEWS\r\n");
    let mut line = |tag: &str, value: &str| {
        let value = one_line(value);
        if !value.is_empty() {
            let _ = write!(entry, "{tag}  - {value}\r\n");
        }
    };
    line("ID", &reference.key);
    line("TI", reference.title.unwrap_or_default());
    for author in reference.authors {
        match parted(&one_line(author)) {
            Person::Named { family, given } => line("AU", &format!("{family}, {given}")),
            Person::Whole(name) => line("AU", name),
        }
    }
    line("T2", reference.source.unwrap_or_default());
    line("SE", reference.section.unwrap_or_default());
    let parts = reference.published_parts();
    if let Some(year) = parts.first() {
        line("PY", &format!("{year:04}"));
        // Year/month/day/other; what is not known stays empty.
        let part = |index: usize| parts.get(index).map(|part| format!("{part:02}")).unwrap_or_default();
        line("DA", &format!("{year:04}/{}/{}/", part(1), part(2)));
    }
    line("LA", reference.language.unwrap_or_default());
    for tag in reference.tags {
        line("KW", tag);
    }
    line("UR", reference.url);
    line("Y2", &reference.accessed.strftime("%Y/%m/%d/").to_string());
    line("AN", &reference.digest);
    line("N1", &reference.archived);
    entry.push_str("ER  - \r\n\r\n");
    entry
}
