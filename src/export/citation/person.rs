//! A name as it is written, parted into given and family name as bibliographies sort it.

/// Words that belong to the family name though they are written small.
const PARTICLES: &[&str] = &[
    "af", "al", "auf", "da", "dal", "de", "del", "della", "den", "der", "des", "di", "do", "dos", "du", "el",
    "la", "le", "ten", "ter", "thoe", "van", "vom", "von", "vor", "zu", "zum", "zur",
];

/// A name in its parts.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Person<'a> {
    /// Family name with its particles, and given names.
    Named {
        /// `von Beispiel`.
        family: &'a str,
        /// `Dr. Ada`.
        given: &'a str,
    },
    /// A name that is not parted: a single word, an agency, a pseudonym.
    Whole(&'a str),
}

/// The parts of `name`, one line. The last word is the family name, with the particles before it.
pub(super) fn parted(name: &str) -> Person<'_> {
    if let Some((family, given)) = name.split_once(", ") {
        return Person::Named { family: family.trim(), given: given.trim() };
    }
    if name.contains(['/', '(', '@', '&', ';', ':']) || name.contains(|c: char| c.is_ascii_digit()) {
        return Person::Whole(name);
    }
    let Some((_, last)) = name.rsplit_once(' ') else { return Person::Whole(name) };
    let mut start = name.len() - last.len();
    while let Some(before) = name[..start].strip_suffix(' ') {
        let word = before.rsplit(' ').next().unwrap_or_default();
        if !PARTICLES.contains(&word) {
            break;
        }
        start = before.len() - word.len();
    }
    match name[..start].trim_end() {
        "" => Person::Whole(name),
        given => Person::Named { family: &name[start..], given },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_family_name_is_the_last_word_with_its_particles() {
        let named = |family, given| Person::Named { family, given };
        let check = |name: &'static str, expected: Person<'static>| assert_eq!(parted(name), expected);
        check("Ada Beispiel", named("Beispiel", "Ada"));
        check("Ada Maria Beispiel-Muster", named("Beispiel-Muster", "Ada Maria"));
        check("Ada von der Beispiel", named("von der Beispiel", "Ada"));
        check("Dr. Ben Muster", named("Muster", "Dr. Ben"));
        check("Muster, Ben", named("Muster", "Ben"));
        check("von Beispiel", Person::Whole("von Beispiel"));
        check("Redaktion", Person::Whole("Redaktion"));
        check("dpa/lsw", Person::Whole("dpa/lsw"));
        check("person-00ff", Person::Whole("person-00ff"));
        check("", Person::Whole(""));
    }
}
