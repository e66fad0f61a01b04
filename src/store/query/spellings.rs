//! Other spellings of a word: umlauts and their substitutes.

/// Shortest word for which `ue` is also tried as `ü`, in characters: "Poet" is not "Pöt".
const MIN_SPELLING_CHARS: usize = 5;

/// `word` as it is spelt with umlauts where it has their substitutes, and with `ss` for `ß` and the other way. The
/// index knows neither: it only takes diacritics off.
pub(super) fn spellings(word: &str) -> Vec<String> {
    let lower = word.to_lowercase();
    let mut spellings = Vec::new();
    if lower.chars().count() >= MIN_SPELLING_CHARS {
        let mut folded = String::with_capacity(lower.len());
        let mut characters = lower.chars().peekable();
        let mut before = ' ';
        while let Some(character) = characters.next() {
            folded.push(character);
            // "ue" after a vowel or q is no umlaut: neue, Quelle.
            if matches!(character, 'a' | 'o' | 'u') && !"aeiouq".contains(before) {
                characters.next_if_eq(&'e');
            }
            before = character;
        }
        spellings.push(folded);
    }
    spellings.push(lower.replace('ß', "ss"));
    spellings.push(lower.replace("ss", "ß"));
    let mut seen = vec![lower];
    spellings.retain(|spelling| {
        let new = !seen.contains(spelling);
        seen.push(spelling.clone());
        new
    });
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn substitutes_of_umlauts_are_tried_as_umlauts() {
        let check = |word: &str, expected: &[&str]| assert_eq!(spellings(word), expected, "{word}");
        check("tuebingen", &["tubingen"]);
        check("Goethe", &["gothe"]);
        check("strasse", &["straße"]);
        check("Straße", &["strasse"]);
        check("neue", &[]);
        check("quelle", &[]);
        check("Mauer", &[]);
        check("poet", &[]);
        check("rathaus", &[]);
    }
}
