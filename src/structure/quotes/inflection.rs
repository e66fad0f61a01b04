//! Builds the forms of reporting verbs from their infinitives; irregular forms come with the data.

use super::lexicon::VerbForm;
use crate::structure::text::Language;

/// Prefixes that keep `ge-` away from a participle.
const INSEPARABLE: [&str; 13] =
    ["be", "ge", "er", "ver", "zer", "ent", "emp", "miss", "wider", "unter", "über", "hinter", "prophezei"];

/// Every form of a verb; `irregular` lists finite forms, then the participle.
pub(super) fn forms(language: Language, verb: &str, irregular: &[&str]) -> Vec<(String, VerbForm)> {
    match language {
        Language::German => german(verb, irregular),
        Language::English => english(verb, irregular),
    }
}

fn german(verb: &str, irregular: &[&str]) -> Vec<(String, VerbForm)> {
    let stem = verb.strip_suffix("en").or_else(|| verb.strip_suffix('n')).unwrap_or(verb);
    let mut forms = Vec::new();
    let mut add = |form: String, kind| forms.push((form, kind));
    if let Some((participle, finite)) = irregular.split_last() {
        for form in finite {
            add((*form).to_owned(), VerbForm::Finite);
        }
        add((*participle).to_owned(), VerbForm::Participle);
    } else {
        let link = if needs_link(stem) { "e" } else { "" };
        add(format!("{stem}{link}t"), VerbForm::Finite);
        add(format!("{stem}{link}te"), VerbForm::Finite);
        add(format!("{stem}{link}ten"), VerbForm::Finite);
        let bare = verb.ends_with("ieren")
            || INSEPARABLE.iter().any(|prefix| stem.starts_with(prefix) && stem.len() > prefix.len() + 2);
        let ge = if bare { "" } else { "ge" };
        add(format!("{ge}{stem}{link}t"), VerbForm::Participle);
    }
    add(verb.to_owned(), VerbForm::Infinitive);
    if !stem.ends_with("el") && !stem.ends_with("er") {
        add(format!("{stem}e"), VerbForm::Finite);
    }
    forms
}

/// `antwort-e-te`, `rechn-e-te`: stems that cannot take `t` directly.
fn needs_link(stem: &str) -> bool {
    let mut ending = stem.chars().rev();
    match (ending.next(), ending.next()) {
        (Some('t' | 'd'), _) => true,
        (Some('n'), Some('h')) => stem.ends_with("chn"),
        (Some('m' | 'n'), Some(before)) => {
            !matches!(before, 'a' | 'e' | 'i' | 'o' | 'u' | 'ä' | 'ö' | 'ü' | 'l' | 'r' | 'm' | 'n' | 'h')
        }
        _ => false,
    }
}

fn english(verb: &str, irregular: &[&str]) -> Vec<(String, VerbForm)> {
    let mut forms = vec![(verb.to_owned(), VerbForm::Infinitive)];
    let mut add = |form: String, kind| forms.push((form, kind));
    if let Some((participle, finite)) = irregular.split_last() {
        for form in finite {
            add((*form).to_owned(), VerbForm::Finite);
        }
        if !finite.contains(participle) {
            add((*participle).to_owned(), VerbForm::Participle);
        }
        let double = participle.strip_suffix("ed").filter(|stem| stem.len() > verb.len());
        add(format!("{}ing", double.unwrap_or(verb.strip_suffix('e').unwrap_or(verb))), VerbForm::Gerund);
        return forms;
    }
    let soft_y = verb.ends_with('y')
        && !verb.ends_with(['a', 'e', 'o'])
        && !verb.ends_with("ay")
        && !verb.ends_with("ey");
    let (third, past) = match verb {
        _ if soft_y => (format!("{}ies", &verb[..verb.len() - 1]), format!("{}ied", &verb[..verb.len() - 1])),
        _ if verb.ends_with('e') => (format!("{verb}s"), format!("{verb}d")),
        _ if verb.ends_with(['s', 'x']) || verb.ends_with("ch") || verb.ends_with("sh") => {
            (format!("{verb}es"), format!("{verb}ed"))
        }
        _ => (format!("{verb}s"), format!("{verb}ed")),
    };
    add(third, VerbForm::Finite);
    add(past, VerbForm::Finite);
    let stem = verb.strip_suffix('e').filter(|stem| !stem.ends_with('e')).unwrap_or(verb);
    add(format!("{stem}ing"), VerbForm::Gerund);
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(language: Language, verb: &str, expected: &[&str]) {
        let forms: Vec<String> = forms(language, verb, &[]).into_iter().map(|(form, _)| form).collect();
        assert_eq!(forms, expected);
    }

    #[test]
    fn regular_verbs_take_their_regular_forms() {
        check(Language::German, "sagen", &["sagt", "sagte", "sagten", "gesagt", "sagen", "sage"]);
        check(
            Language::German,
            "berichten",
            &["berichtet", "berichtete", "berichteten", "berichtet", "berichten", "berichte"],
        );
        check(
            Language::German,
            "erläutern",
            &["erläutert", "erläuterte", "erläuterten", "erläutert", "erläutern"],
        );
        check(Language::English, "reply", &["reply", "replies", "replied", "replying"]);
        check(Language::English, "argue", &["argue", "argues", "argued", "arguing"]);
    }
}
