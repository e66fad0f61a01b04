//! Decides whether quoted words are speech or a title, a name, a motto, a scare quote: a weighted sum of features.
//!
//! The weights are set by hand, a table per language; who speaks is decided elsewhere.

use super::lexicon::{
    ADVERB, AUXILIARY, CALENDAR, CROWD, DETERMINER, DETERMINER_OBLIQUE, DOCUMENT, FEMALE, FUNCTION, HER, HIS,
    LABEL, MALE, MEDIUM, MODAL, Manner, NONSPEECH, NONSPEECH_AFTER, NONSPEECH_BEFORE, PASSIVE, PREPOSITION,
    PRONOUN, SAY_NOUN, SUBJUNCTIVE, SURNAME, VERBAL,
};
use super::links::Link;
use super::passage::Passage;
use super::phrases::Phrase;
use super::sources::{Channel, Source};
use super::subjects::personhood;
use crate::structure::text::TokenKind;

/// What is known about a quoted string when it is judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exhibit<'p, 'a> {
    /// The passage around it.
    pub passage: &'p Passage<'a>,
    /// Its unit.
    pub quote: usize,
    /// The units of its sentence.
    pub sentence: (usize, usize),
    /// The sources of its sentence.
    pub sources: &'p [Source],
    /// The phrases of its sentence.
    pub phrases: &'p [Phrase],
    /// Its link.
    pub link: Option<&'p Link>,
    /// Whether the quotation it is joined to was speech: `„…“ und „…“`.
    pub joined: Option<bool>,
    /// Whether reported speech goes on in this sentence: the one before named a source.
    pub reported: bool,
}

/// The words inside.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a feature of its own")]
struct Inside {
    words: usize,
    capitals: usize,
    /// Capitalised words behind the first, `I` left aside.
    later_capitals: usize,
    small_content: usize,
    verbs: usize,
    first_person: bool,
    starts_small: bool,
    stops: bool,
    ends_comma: bool,
    inner_stop: bool,
    first_word: FirstWord,
}

/// What the quoted words begin with.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum FirstWord {
    #[default]
    Other,
    Article,
}

/// Above zero: speech.
pub(super) fn score(exhibit: &Exhibit<'_, '_>) -> f32 {
    let inside = look_inside(exhibit);
    if inside.words == 0 {
        return -9.0;
    }
    if exhibit.passage.is_german() { german(exhibit, &inside) } else { english(exhibit, &inside) }
}

fn look_inside(exhibit: &Exhibit<'_, '_>) -> Inside {
    let passage = exhibit.passage;
    let text = passage.text;
    let mut inside = Inside::default();
    let Some(pair) = passage.units[exhibit.quote].pair else { return inside };
    let range = passage.pairs[pair].inside();
    let last = range.end;
    for token in range.clone().take(60) {
        let unit = &text.tokens[token];
        match unit.kind {
            TokenKind::Word => {
                let known = passage.lexicon.known(text.lower(token));
                if inside.words == 0 {
                    inside.starts_small = !unit.capital;
                    if matches!(text.lower(token), "a" | "an" | "the" | "ein" | "eine") {
                        inside.first_word = FirstWord::Article;
                    }
                }
                let later = inside.words > 0 && unit.capital && text.lower(token) != "i";
                inside.later_capitals += usize::from(later);
                inside.words += 1;
                inside.capitals += usize::from(unit.capital);
                let finite = known.classes & VERBAL != 0 || known.verb.is_some();
                inside.verbs += usize::from(finite && (!unit.capital || token == range.start));
                inside.small_content += usize::from(!unit.capital && known.classes & FUNCTION == 0);
                inside.first_person |= is_first_person(text.lower(token));
            }
            TokenKind::Number => inside.words += 1,
            TokenKind::Punct if matches!(text.sign(token), '.' | '!' | '?' | '…') && token + 1 < last => {
                inside.inner_stop = true;
            }
            _ => {}
        }
    }
    let sign = passage.last_inside(pair);
    inside.stops = matches!(sign, '.' | '!' | '?' | '…');
    inside.ends_comma = matches!(sign, ',' | '—' | '-');
    inside
}

fn is_first_person(lower: &str) -> bool {
    matches!(
        lower,
        "ich"
            | "wir"
            | "uns"
            | "unser"
            | "unsere"
            | "unserer"
            | "unseren"
            | "mich"
            | "mir"
            | "mein"
            | "meine"
            | "meinen"
            | "meiner"
            | "euch"
            | "du"
            | "i"
            | "we"
            | "us"
            | "our"
            | "me"
            | "my"
            | "you"
            | "your"
            | "i'm"
            | "we're"
            | "i've"
            | "we've"
            | "it's"
            | "don't"
            | "i’m"
            | "we’re"
            | "it’s"
            | "don’t"
            | "that's"
            | "that’s"
    )
}

fn weigh(features: &[(bool, f32)]) -> f32 {
    features.iter().filter(|(holds, _)| *holds).map(|(_, weight)| weight).sum()
}

fn german(exhibit: &Exhibit<'_, '_>, inside: &Inside) -> f32 {
    let passage = exhibit.passage;
    let quote = exhibit.quote;
    let before = quote.wrapping_sub(1);
    let in_sentence = |index: usize| index >= exhibit.sentence.0 && index < exhibit.sentence.1;
    let first = quote == exhibit.sentence.0;
    let colon = !first && passage.is_sign(before, &[':']);
    let lower = if first { "" } else { passage.lower(before) };
    let noun_before = !first
        && passage.is_word(before)
        && passage.units[before].capital
        && passage.units[before].classes & (FUNCTION | CALENDAR) == 0;
    let named_before = noun_before && passage.is(before, MALE | FEMALE | SURNAME);
    let nonspeech_noun = noun_before && passage.lexicon.ends_in(lower, NONSPEECH);
    // `Motto der Woche: „…“`
    let announced_name = colon
        && (quote.saturating_sub(14)..before).any(|index| {
            in_sentence(index)
                && passage.units[index].capital
                && passage.lexicon.ends_in(passage.lower(index), LABEL)
        });
    // `Theater: „…“`
    let heading = quote >= 2
        && in_sentence(quote - 2)
        && passage.units[quote - 2].capital
        && passage.is(quote - 2, NONSPEECH)
        && !passage.is(quote - 2, SAY_NOUN | DOCUMENT);
    // `Das Motto lautet „…“`, `Der Name war „…“`
    let called_so = !first
        && matches!(lower, "lautet" | "lautete" | "ist" | "war" | "bleibt")
        && (exhibit.sentence.0..before)
            .rev()
            .take(4)
            .take_while(|index| !passage.is_sign(*index, &[',', ';', ':']) && !passage.is_quote(*index))
            .any(|index| {
                passage.units[index].capital && passage.lexicon.ends_in(passage.lower(index), LABEL)
            })
        && !(exhibit.sentence.0..before).any(|index| passage.lexicon.ends_in(passage.lower(index), SAY_NOUN));
    // `Bekannt ist er als „…“`, `verurteilt wegen „…“`
    let known_as =
        lower == "als" && (exhibit.sentence.0..quote).any(|index| passage.lower(index) == "bekannt");
    let charge = matches!(lower, "wegen" | "verdacht" | "verdachts")
        && !inside.stops
        && inside.words < 6
        && (exhibit.sentence.0..exhibit.sentence.1).any(|index| {
            ["angeklagt", "anklag", "verurteil", "ermittel", "verdacht", "strafanzeige", "paragraf"]
                .iter()
                .any(|stem| passage.lower(index).starts_with(stem))
        });
    let so_called = !first
        && (passage.is(before, NONSPEECH_BEFORE)
            || quote >= 2
                && in_sentence(quote - 2)
                && passage.is(quote - 2, NONSPEECH_BEFORE)
                && !passage.is_quote(before));
    let named_after = (quote + 1..quote + 3).any(|index| {
        in_sentence(index)
            && passage.is(index, NONSPEECH_AFTER)
            && passage.lower(index + 1) != "es"
            && passage.lower(index) != "bekannt"
    });
    let compound = passage.units.get(quote + 1).is_some_and(|next| {
        next.sign == '-'
            && passage.text.tokens[next.token].kind == TokenKind::Punct
            && !passage.text.tokens[next.token].space_before
    });
    let alone = first
        && (quote + 1 >= exhibit.sentence.1
            || (quote + 1..exhibit.sentence.1)
                .all(|index| passage.is_sign(index, &['.', '!', '?', ',', ')'])));
    let determiner = !first && passage.is(before, DETERMINER | DETERMINER_OBLIQUE);
    let title_like = inside.small_content == 0 && inside.verbs == 0 && !inside.starts_small;
    let beside = exhibit.link.is_some_and(|link| link.beside);
    let rule = exhibit.link.map_or("", |link| link.rule);
    let after_cue = matches!(
        rule,
        "after-verb" | "after-so" | "after-name" | "after-as" | "after-according" | "document"
    ) && beside;
    let best = exhibit.link.and_then(|link| exhibit.sources.iter().find(|source| Some(source.at) == link.at));
    let manner = |wanted: Manner| best.is_some_and(|source| source.channel == Channel::Verb(wanted));
    let according = best.is_some_and(|source| source.channel == Channel::According);
    let subjunctive = (exhibit.sentence.0..exhibit.sentence.1)
        .any(|index| passage.is(index, SUBJUNCTIVE) && !passage.units[index].capital);
    let as_call = !named_after && matches!(lower, "als" | "für")
        || !named_after && !first && quote >= 2 && matches!(passage.lower(quote - 2), "als" | "für");
    let spoke_of = (lower == "von"
        || matches!(lower, "einem" | "einer")
            && quote >= 2
            && in_sentence(quote - 2)
            && passage.lower(quote - 2) == "von")
        && best.is_some_and(|source| {
            ["spr", "gespr", "bericht", "red"].iter().any(|stem| source.cue.to_lowercase().starts_with(stem))
        });
    let definite = !first
        && matches!(
            lower,
            "der" | "die" | "das" | "den" | "dem" | "des" | "im" | "vom" | "zum" | "zur" | "beim"
        );
    // `im Gesetz ist von „…“ die Rede`: a term, not what somebody says.
    let term = (exhibit.sentence.0..quote).any(|index| {
        ["gesetz", "verordnung", "vertrag", "satzung", "grundgesetz"]
            .iter()
            .any(|noun| passage.lower(index).ends_with(noun))
    });
    let talk = (quote + 1..quote + 4).any(|index| in_sentence(index) && passage.lower(index) == "rede");
    let such_as = matches!(lower, "wie" | "beispiel");
    let words_noun = !first
        && (quote.saturating_sub(4)..quote)
            .rev()
            .filter(|index| in_sentence(*index))
            .take(if such_as { 4 } else { 1 })
            .any(|index| {
                passage.units[index].capital
                    && passage.lexicon.ends_in(passage.lower(index), SAY_NOUN)
                    && !passage.is(index, NONSPEECH)
            });
    // `nennt sich „…“`
    let names_itself = (quote.saturating_sub(3)..quote)
        .any(|index| in_sentence(index) && passage.lower(index) == "sich")
        && manner(Manner::Call);
    // `schrieb die „…“`: the quoted name is itself the source.
    let unit_of = |source: &Source| {
        source.phrase.is_some_and(|phrase| {
            exhibit.phrases.get(phrase).is_some_and(|phrase| phrase.range.contains(&quote))
        })
    };
    let quoted_source = !inside.stops && exhibit.sources.iter().any(unit_of);
    // `nennt man einen „…“`
    let by_nobody = best.is_some_and(|source| {
        source.phrase.is_some_and(|phrase| {
            exhibit
                .phrases
                .get(phrase)
                .is_some_and(|phrase| matches!(passage.lower(phrase.range.start), "man" | "wer"))
        })
    });
    let bracket_open = colon
        && (quote.saturating_sub(5)..quote)
            .any(|index| in_sentence(index) && passage.is_sign(index, &['(', '[']));

    // `findet das „unverschämt“`
    let finds = inside.starts_small
        && best.is_some_and(|source| source.cue.starts_with("find") || source.cue.starts_with("fand"))
        && best.is_some_and(|source| source.at < quote && source.at + 5 > quote);
    // `Das Blatt titelt: „…“`
    let headlined = best.is_some_and(|source| source.cue.to_lowercase().starts_with("titel"));
    // `Auf der Tasse steht „…“`: printed on a product.
    let printed = !after_cue
        && title_like_or_short(inside, title_like)
        && (exhibit.sentence.0..quote).any(|index| {
            [
                "etikett",
                "etikette",
                "etiketten",
                "plakette",
                "tasse",
                "t-shirt",
                "mütze",
                "klingelschild",
                "ortsschild",
            ]
            .contains(&passage.lower(index))
        });
    // `Lokale Medien nennen es „El Dragón“`, `Das nennen wir „…“`: a name in use.
    let in_use = manner(Manner::Call)
        && title_like
        && best.and_then(|source| source.phrase).and_then(|phrase| exhibit.phrases.get(phrase)).is_some_and(
            |phrase| {
                let head = phrase.head.map_or("", |head| passage.lower(head));
                matches!(passage.lower(phrase.range.start), "wir" | "man" | "alle" | "viele")
                    || phrase.range.len() < 3
                        && !phrase.definite
                        && passage.lexicon.ends_in(head, CROWD | MEDIUM)
            },
        );
    // `(kurz: „IG Bau“)`, `laut „news.example“`
    let abbreviated = colon && quote > 1 && passage.lower(quote - 2) == "kurz"
        || lower == "laut" && inside.words < 4 && !inside.stops;
    // `eine „repräsentativ“ besetzte Versammlung`
    let within_phrase = inside.words == 1
        && inside.starts_small
        && determiner
        && passage.is_word(quote + 1)
        && !passage.units[quote + 1].capital
        && !passage.is(quote + 1, FUNCTION | VERBAL)
        && ["te", "ten", "ter", "tes", "ne", "nen"]
            .iter()
            .any(|ending| passage.lower(quote + 1).ends_with(ending));
    // `Der „kostenlose“ Kurs kostete Geld, sagte sie`, `Die Diebe „liehen“ sich das Rad, so die Polizei`
    let trailing = !after_cue && (matches!(rule, "clause-after" | "after-so") || exhibit.link.is_none());
    let at_arms_length = trailing
        && !subjunctive
        && inside.words < 3
        && !inside.stops
        && inside.starts_small
        && !first
        && (passage.is_capital(quote + 1) && in_sentence(quote + 1)
            || inside.words == 1
                && in_sentence(quote + 1)
                && passage.is(quote + 1, DETERMINER | DETERMINER_OBLIQUE | ADVERB));
    let medium_after_in = matches!(lower, "in" | "im" | "bei" | "aus") && title_like;
    let bracket = !first && passage.is_sign(before, &['(', '[']);
    let length = match inside.words {
        1 => -1.0,
        2 => -0.6,
        3 => 0.0,
        4 => 0.5,
        5..=7 => 1.2,
        _ => 2.2,
    };
    -0.9 + length
        + weigh(&[
            (inside.stops && inside.words > 1, 1.0),
            (inside.inner_stop && inside.words > 5, 1.0),
            (inside.verbs > 0 && inside.words > 2, 0.8),
            (inside.first_person && !nonspeech_noun, 1.0),
            (inside.starts_small, 1.1),
            (alone && inside.stops && inside.words < 3, 2.6),
            (
                title_like && inside.words > 1 && !(alone && inside.words > 2),
                if manner(Manner::Say) || manner(Manner::Call) { -0.8 } else { -1.3 },
            ),
            (title_like && inside.words == 1, -0.5),
            (after_cue, 4.0),
            (after_cue && inside.words < 3 && !first, -1.0),
            (colon && inside.words > 2 && !announced_name, 2.0),
            (colon && beside && inside.stops, 1.2),
            (bracket_open && !after_cue, -2.0),
            (colon && beside && !announced_name, 1.5),
            (announced_name || colon && heading, -2.5),
            (lower == "wegen" && title_like, -1.0),
            (rule == "verb-before", 2.0),
            (alone && inside.words > 2, 2.2),
            (nonspeech_noun && !words_noun, if inside.starts_small { -1.5 } else { -4.0 }),
            (noun_before && !nonspeech_noun && !named_before && !inside.starts_small && !words_noun, -1.6),
            (words_noun && !nonspeech_noun, 1.6),
            (so_called, -3.2),
            (named_after && !after_cue, -3.0),
            (names_itself, -3.0),
            (at_arms_length, -1.5),
            (headlined || abbreviated, -7.0),
            (printed, -5.0),
            (in_use, -3.0),
            (within_phrase, -2.5),
            (called_so || charge, if after_cue { -7.0 } else { -4.0 }),
            (known_as, if after_cue { -6.0 } else { -3.0 }),
            (quoted_source, -4.0),
            (by_nobody, -1.6),
            (compound, -3.5),
            (determiner && title_like && !manner(Manner::Call) && !spoke_of, -0.8),
            (manner(Manner::Say) && !after_cue, 1.4),
            (manner(Manner::Call) && !after_cue, 2.5),
            (as_call && manner(Manner::Think), 1.2),
            (manner(Manner::Think) && !after_cue, 0.6),
            (according && !after_cue, 1.4),
            (as_call && (manner(Manner::Call) || manner(Manner::Say)), 1.3),
            (spoke_of && manner(Manner::Say), 1.9),
            (rule == "colon-intro" && beside && inside.words > 1, 1.2),
            (
                definite
                    && !inside.starts_small
                    && !inside.stops
                    && inside.words < 7
                    && !after_cue
                    && !manner(Manner::Call),
                -1.6,
            ),
            (rule == "colon-verb" && !manner(Manner::Think) && inside.words < 3 && !announced_name, 1.2),
            (colon && inside.stops && exhibit.link.is_none() && !announced_name, 1.6),
            (talk && !term, 2.2),
            (talk && term, -1.5),
            (subjunctive && !first, 1.3),
            (finds, 1.2),
            (passage.lower(quote + 1) == "zu" && in_sentence(quote + 1) && best.is_some(), 1.2),
            (exhibit.reported && !after_cue, 0.5),
            (exhibit.joined == Some(false) && !after_cue, -1.5),
            (exhibit.joined == Some(true), 1.3),
            (medium_after_in, -1.6),
            (bracket, -1.2),
            (exhibit.link.is_none() && !alone && !colon, -0.7),
            (
                !first
                    && passage.is(before, AUXILIARY | MODAL | PASSIVE | ADVERB | PRONOUN)
                    && !inside.starts_small
                    && title_like,
                -0.2,
            ),
            (!first && passage.is(before, PREPOSITION) && title_like, -0.5),
        ])
}

/// A few words that could be a name, a label, an inscription.
fn title_like_or_short(inside: &Inside, title_like: bool) -> bool {
    title_like || inside.words < 6 && !inside.first_person
}

fn english(exhibit: &Exhibit<'_, '_>, inside: &Inside) -> f32 {
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
        noun > exhibit.sentence.0 && passage.lexicon.ends_in(passage.lower(noun), NONSPEECH | MEDIUM)
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
    let named_in_clause = title_like && !first && (owned || passage.is(before, PREPOSITION | DETERMINER));
    let after_cue = matches!(rule, "after-verb" | "after-name" | "after-as" | "after-according")
        && beside
        && !named_in_clause
        && !(noun_is_thing && title_like);
    let best = exhibit.link.and_then(|link| exhibit.sources.iter().find(|source| Some(source.at) == link.at));
    let call = best.is_some_and(|source| source.channel == Channel::Verb(Manner::Call));
    // `are called “swing voters”`, `calls itself “Mothers for Milk”`: gives a name, where `called “a disgrace”` judges.
    let verb_before = (quote.saturating_sub(3)..quote).rev().find(|index| passage.verb(*index).is_some());
    let passive = verb_before
        .is_some_and(|verb| verb > exhibit.sentence.0 && passage.is(verb - 1, PASSIVE | AUXILIARY));
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
        && passage.verb(quote + 1).is_none();
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
        && (quote.saturating_sub(3)..quote)
            .any(|index| index >= exhibit.sentence.0 && passage.is(index, NONSPEECH_BEFORE));
    let as_word = matches!(
        lower,
        "word" | "words" | "term" | "phrase" | "nickname" | "name" | "title" | "slogan" | "motto"
    );
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
    // `The other word was “go.”`, `“…,” is not a phrase you hear`
    let noun_of_words = |index: usize| {
        matches!(
            passage.lower(index),
            "word"
                | "words"
                | "term"
                | "phrase"
                | "nickname"
                | "name"
                | "title"
                | "slogan"
                | "motto"
                | "password"
                | "expression"
        )
    };
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
    let known_as = lower == "as" && quote >= 2 && passage.is(quote - 2, NONSPEECH_BEFORE);
    let inside_name = !first && passage.is_capital(before) && passage.is_capital(quote + 1);
    let listed = !first && passage.is_sign(before, &[',']) && !inside.ends_comma && !inside.stops;
    // `the champions “the Telephone Poles”`: a name behind its article.
    let article_and_name = inside.starts_small
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
    // `a banner: “Welcome Home.”`: an inscription that merely names.
    let inscription = colon && title_like && (2..5).contains(&inside.words) && !person;
    -0.6 + f32::from(u8::try_from(inside.words.min(8)).unwrap_or(8)) * 0.3
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
            (as_word && !colon && inside.words < 7, -3.0),
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
            (trailing && before_noun && !attributive, -2.0),
            (trailing && own_noun && !before_noun && !attributive, -1.2),
            (exhibit.link.is_none() && inside.words < 3 && !inside.stops && !first && lower != "as", -0.6),
            (attributive, -2.0),
            (worn && title_like, -2.5),
            (defined && inside.words < 4, -2.0),
            (exhibit.reported, 0.4),
            (colon && title_like && person && inside.stops, 2.4),
            (exclaimed && title_like && exhibit.link.is_some() && !after_cue, 1.5),
        ])
}
