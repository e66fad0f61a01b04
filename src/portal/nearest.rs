//! The right name nearest to a mistyped one.

/// Longest name that is compared, in characters; longer ones resemble nothing.
const MAX_COMPARED_CHARS: usize = 64;

/// The one of `names` that `typed` most resembles; `None` where nothing is near.
pub fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters = typed.chars().count();
    if letters == 0 || letters > MAX_COMPARED_CHARS {
        return None;
    }
    let typed = typed.to_lowercase();
    names
        .into_iter()
        .filter(|name| !name.is_empty() && name.len() <= MAX_COMPARED_CHARS)
        .map(|name| (distance(&typed, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= (letters.max(name.len()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// The advice that goes with the nearest name.
pub(crate) fn did_you_mean<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(typed, names).map(|near| format!("did you mean `{near}`?"))
}

/// Edits between two words: insertions, deletions, exchanges, swapped neighbours (optimal string alignment).
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for row in 1..=left.len() {
        let mut current = vec![row];
        for column in 1..=right.len() {
            let exchange = usize::from(left[row - 1] != right[column - 1]);
            let mut least =
                (above[column - 1] + exchange).min(above[column] + 1).min(current[column - 1] + 1);
            let swapped = row > 1
                && column > 1
                && left[row - 1] == right[column - 2]
                && left[row - 2] == right[column - 1];
            if swapped {
                least = least.min(before[column - 2] + 1);
            }
            current.push(least);
        }
        before = above;
        above = current;
    }
    above[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_another_word_does_not() {
        let names = ["require", "root", "exclude", "headline", "css"];
        for (typed, expected) in [
            ("requires", Some("require")),
            ("reqiure", Some("require")),
            ("Headlines", Some("headline")),
            ("cs", Some("css")),
            ("banana", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(nearest(typed, names), expected, "{typed}");
        }
    }
}
