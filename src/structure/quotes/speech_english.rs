//! Whether quoted words are speech, in English: features of the words, of what stands around them, of who is said to say them.
//!
//! The words inside are looked at in `speech`; German has a table of its own.

use super::lexicon::{
    AUXILIARY, DETERMINER, DOCUMENT, EXPERT, FUNCTION, HER, HIS, MEDIUM, Manner, NONSPEECH, NONSPEECH_BEFORE,
    PASSIVE, PREPOSITION, SAY_NOUN, VERBAL,
};
use super::sources::Channel;
use super::speech::{Exhibit, FirstWord, Inside, weigh};
use super::subjects::personhood;

/// Nouns for words and names that are talked about.
const WORDS: &[&str] = &[
    "word",
    "words",
    "term",
    "phrase",
    "expression",
    "nickname",
    "name",
    "title",
    "slogan",
    "motto",
    "password",
    "username",
    "hashtag",
    "keyword",
];

/// The score of a quoted string in an English text.
pub(super) fn english(exhibit: &Exhibit<'_, '_>, inside: &Inside) -> f32 {
    let passage = exhibit.passage;
    let quote = exhibit.quote;
    let first = quote == exhibit.sentence.0;
    let before = quote.wrapping_sub(1);
    let lower = if first { "" } else { passage.lower(before) };
    let colon = !first && passage.is_sign(before, &[':']);
    let title_like = inside.small_content == 0
        && !inside.starts_small
        && (inside.words == 1 && inside.verbs == 0 || inside.later_capitals > 0 && !inside.first_person);
    let noun_is_thing = {
        let comma = passage.is_sign(before, &[',']);
        let noun = if comma { quote.saturating_sub(2) } else { before };
        noun > exhibit.sentence.0
            && (passage.lexicon.ends_in(passage.lower(noun), NONSPEECH | MEDIUM)
                || comma && passage.lexicon.ends_in(passage.lower(noun), DOCUMENT))
    };
    let beside = exhibit.link.is_some_and(|link| link.beside);
    let rule = exhibit.link.map_or("", |link| link.rule);
    // `on ABC’s “This Week,” Ann Hale said`: a name inside the clause, whatever follows it.
    let owned = !first
        && (lower.ends_with("’s")
            || lower.ends_with("'s")
            || lower.ends_with("s’")
            || passage.is(before, HIS | HER)
            || matches!(lower, "its" | "their"));
    // `who wrote “The Long Field,” said she was done`
    let made = matches!(
        lower,
        "wrote"
            | "read"
            | "reads"
            | "devoured"
            | "directed"
            | "directs"
            | "watched"
            | "sang"
            | "sings"
            | "played"
            | "performed"
            | "produced"
            | "recorded"
            | "published"
            | "edited"
    );
    let named_in_clause =
        title_like && !first && (owned || made || passage.is(before, PREPOSITION | DETERMINER));
    let after_cue = matches!(rule, "after-verb" | "after-name" | "after-as" | "after-according")
        && beside
        && !named_in_clause
        && !(noun_is_thing && title_like);
    let best = exhibit.link.and_then(|link| exhibit.sources.iter().find(|source| Some(source.at) == link.at));
    let call = best.is_some_and(|source| source.channel == Channel::Verb(Manner::Call));
    // `are called “swing voters”`, `calls itself “Mothers for Milk”`: gives a name, where `called “a disgrace”` judges.
    let verb_before = (quote.saturating_sub(3)..quote).rev().find(|index| passage.verb(*index).is_some());
    // `had called` is no passive.
    let passive = verb_before.is_some_and(|verb| {
        verb > exhibit.sentence.0
            && passage.is(verb - 1, PASSIVE | AUXILIARY)
            && !matches!(passage.lower(verb - 1), "has" | "have" | "had" | "having")
    });
    // `called the phrase “regrettable slang”`: the noun is what is judged.
    let of_judgement = call && !passive && best.is_some_and(|source| source.at < before);
    let naming = call
        && inside.words < 5
        && !inside.stops
        && !matches!(inside.first_word, FirstWord::Article)
        && (passive || lower == "itself" || lower == "themselves");
    // `“smart” thermostats`, `the “death tax” hits`: a word the reporter keeps at arm's length.
    let attributive = inside.words < 3
        && !inside.stops
        && !inside.ends_comma
        && passage.is_word(quote + 1)
        && quote + 1 < exhibit.sentence.1
        && passage.is(before, DETERMINER)
        && !matches!(lower, "a" | "an")
        && !first;
    // `a “miracle” cure was sold, the court heard`: the sentence only ends with who says so.
    let trailing = rule == "clause-after" || exhibit.link.is_none();
    let before_noun = inside.words < 3
        && !inside.stops
        && !inside.ends_comma
        && quote + 1 < exhibit.sentence.1
        && passage.is_word(quote + 1)
        && !passage.is(quote + 1, FUNCTION | VERBAL)
        && (passage.verb(quote + 1).is_none() || owned);
    let own_noun = inside.words == 1 && !first && passage.is(before, DETERMINER | HIS | HER) && !inside.stops;
    let worn = (exhibit.sentence.0..quote).any(|index| {
        matches!(
            passage.lower(index),
            "hat"
                | "hats"
                | "cap"
                | "caps"
                | "shirt"
                | "shirts"
                | "t-shirt"
                | "t-shirts"
                | "sticker"
                | "stickers"
                | "button"
                | "buttons"
                | "mug"
                | "lid"
                | "plaque"
                | "label"
        )
    });
    let defined =
        best.is_some_and(|source| matches!(source.cue.as_str(), "defines" | "defined" | "means" | "meant"));
    let apposed = passage.is_sign(before, &[',']) && quote >= 2;
    let noun = if apposed { passage.lower(quote - 2) } else { lower };
    let noun_before =
        !first && passage.lexicon.ends_in(noun, NONSPEECH) && (apposed || !passage.is(before, SAY_NOUN));
    let so_called = !first
        && (quote.saturating_sub(3)..quote).any(|index| {
            // `labeled it a “land grab”`: a judgement, where `labeled “Difficult”` is a label.
            let judges = index < before
                && matches!(passage.lower(index), "labeled" | "labelled" | "labels" | "branded" | "brands");
            index >= exhibit.sentence.0 && passage.is(index, NONSPEECH_BEFORE) && !judges
        });
    // `is listed as “of concern”`
    let grade = lower == "as"
        && inside.words < 4
        && quote >= 2
        && matches!(
            passage.lower(quote - 2),
            "listed" | "rated" | "graded" | "classified" | "categorized" | "registered" | "filed"
        );
    let as_word = WORDS.contains(&lower);
    // `whose nickname is “the Badger”`, `The theme of the year is “Water and Stone”`
    let called_so = quote > exhibit.sentence.0 + 1
        && matches!(lower, "is" | "was" | "are" | "were" | "reads" | "remains")
        && (exhibit.sentence.0..before)
            .rev()
            .take(6)
            .take_while(|index| !passage.is_sign(*index, &[',', ';', ':']) && !passage.is_quote(*index))
            .any(|index| {
                matches!(
                    passage.lower(index),
                    "theme"
                        | "topic"
                        | "nickname"
                        | "name"
                        | "title"
                        | "slogan"
                        | "motto"
                        | "password"
                        | "plaque"
                        | "label"
                )
            });
    // `the drug, which users call “snowflake”`: many say so, in the present.
    let in_use = best.is_some_and(|source| source.cue == "call")
        && inside.words < 3
        && lower == "call"
        && !inside.stops;
    // `Scientists call the effect “tidal heating.”`: those who know name a thing, where critics judge it.
    let term = best.is_some_and(|source| source.cue == "call")
        && inside.words < 3
        && !matches!(inside.first_word, FirstWord::Article)
        && best.and_then(|source| source.phrase).and_then(|phrase| exhibit.phrases.get(phrase)).is_some_and(
            |phrase| phrase.range.len() < 3 && phrase.head.is_some_and(|head| passage.is(head, EXPERT)),
        );
    // `The other word was “go.”`, `“…,” is not a phrase you hear`
    let noun_of_words = |index: usize| WORDS.contains(&passage.lower(index));
    let equated =
        quote >= exhibit.sentence.0 + 2 && passage.is(before, AUXILIARY) && noun_of_words(quote - 2)
            || matches!(passage.lower(quote + 1), "is" | "was" | "are" | "were")
                && (quote + 2..quote + 5).any(|index| index < exhibit.sentence.1 && noun_of_words(index));
    // `the sign in her window: “Play Anyway”`, `The paper, “You Again”,`
    let on_a_sign = colon
        && (exhibit.sentence.0..before).any(|index| {
            matches!(
                passage.lower(index),
                "sign" | "banner" | "board" | "plaque" | "placard" | "marquee" | "menu" | "label" | "sticker"
            )
        });
    let paper = passage.is_sign(before, &[','])
        && quote > exhibit.sentence.0 + 1
        && passage.lexicon.ends_in(passage.lower(quote - 2), DOCUMENT);
    let bracket = !first && passage.is_sign(before, &['(', '[']);
    let earlier = |words: &[&str]| {
        (quote.saturating_sub(5)..quote)
            .any(|index| index >= exhibit.sentence.0 && words.contains(&passage.lower(index)))
    };
    // `Fans know him as “the Hammer,” he said`
    let known_to = lower == "as" && earlier(&["know", "knows", "knew", "known"]) && inside.words < 5;
    let renamed = earlier(&["rename", "renamed", "renames", "renaming"]) && inside.words < 8;
    let known_as = lower == "as" && quote >= 2 && passage.is(quote - 2, NONSPEECH_BEFORE);
    let inside_name = !first && passage.is_capital(before) && passage.is_capital(quote + 1);
    let listed = !first && passage.is_sign(before, &[',']) && !inside.ends_comma && !inside.stops;
    // `the champions “the Telephone Poles”`: a name behind its article.
    let article_and_name = inside.starts_small
        && matches!(inside.first_word, FirstWord::Article)
        && inside.small_content == 0
        && inside.capitals > 0
        && inside.verbs == 0
        && !inside.first_person
        && inside.words < 6;
    let person = exhibit.link.and_then(|link| link.phrase).is_some_and(|phrase| {
        exhibit.phrases.get(phrase).is_some_and(|phrase| personhood(passage, phrase) >= 3)
    });
    let exclaimed = inside.words < 3
        && passage.units[quote].pair.is_some_and(|pair| matches!(passage.last_inside(pair), '!' | '?'));
    // “Knit?” as a sentence of its own.
    let whole =
        first && (quote + 1..exhibit.sentence.1).all(|index| passage.is_sign(index, &['.', '!', '?', ',']));
    // `Under the banner “Save Our Bus”`
    let under_banner = quote >= 3 && lower == "banner" && passage.lower(quote - 3) == "under";
    // `a banner: “Welcome Home.”`: an inscription that merely names.
    let inscription = colon && title_like && (2..5).contains(&inside.words) && !person;
    -1.2 + f32::from(u8::try_from(inside.words.min(8)).unwrap_or(8)) * 0.3
        + weigh(&[
            (inside.words < 2, -0.4),
            (inside.stops || inside.ends_comma, 0.9),
            (inside.verbs > 0 && inside.words > 2, 0.8),
            (inside.first_person, 1.0),
            (inside.starts_small, 1.3),
            (title_like && inside.words < 8 && !after_cue, -1.8),
            (after_cue, 3.0),
            (colon && inside.words > 2, 2.0),
            (exhibit.link.is_some() && !after_cue, 1.0),
            (first && inside.words > 2 && inside.stops, 2.0),
            (noun_before && !inside.starts_small && !colon, -3.0),
            (as_word && !colon && inside.words < 7 && !of_judgement, -3.0),
            (so_called || known_as, -3.0),
            (inside_name, -3.0),
            (listed && title_like, -0.8),
            (article_and_name && !after_cue, -4.0),
            (equated && inside.words < 8, -4.0),
            (on_a_sign && title_like, -3.0),
            (paper && title_like, -3.0),
            (bracket && !beside, -1.5),
            (inscription, -2.5),
            (owned && title_like, -2.5),
            (named_in_clause && !owned && inside.words > 1, -1.2),
            (naming, -3.0),
            (called_so, if after_cue { -6.0 } else { -3.5 }),
            (in_use, -2.5),
            (grade, -3.5),
            (known_to || renamed, if after_cue { -6.0 } else { -3.5 }),
            (term, -3.2),
            (under_banner, -4.0),
            (trailing && before_noun && !attributive, if owned { -3.0 } else { -2.0 }),
            (trailing && own_noun && !before_noun && !attributive, -1.2),
            (exhibit.link.is_none() && inside.words < 3 && !inside.stops && !first && lower != "as", -0.6),
            (attributive, -2.0),
            (worn && title_like, -2.5),
            (defined && inside.words < 4, -2.0),
            (exhibit.reported, 0.4),
            (whole && inside.stops && inside.words < 3, 2.4),
            (colon && title_like && person && inside.stops, 2.4),
            (exclaimed && title_like && exhibit.link.is_some() && !after_cue, 1.5),
        ])
}
