//! Whether quoted words are speech, in German: features of the words, of what stands around them, of who is said to say them.
//!
//! The words inside are looked at in `speech`; English has a table of its own.

use super::labels::Label;
use super::lexicon::{
    ADVERB, AUXILIARY, CALENDAR, DETERMINER, DETERMINER_OBLIQUE, DOCUMENT, FEMALE, FUNCTION, LABEL, MALE,
    MODAL, Manner, NONSPEECH, NONSPEECH_AFTER, NONSPEECH_BEFORE, PASSIVE, PREPOSITION, PRONOUN, SAY_NOUN,
    SUBJUNCTIVE, SURNAME, VERBAL,
};
use super::links::CHANT;
use super::named::Named;
use super::sources::{Channel, Source};
use super::speech::{Exhibit, FirstWord, Inside, weigh};
use super::verdicts::Verdict;
use crate::structure::text::TokenKind;

/// The score of a quoted string in a German text.
pub(super) fn german(exhibit: &Exhibit<'_, '_>, inside: &Inside) -> f32 {
    let passage = exhibit.passage;
    let quote = exhibit.quote;
    let before = quote.wrapping_sub(1);
    let in_sentence = |index: usize| index >= exhibit.sentence.0 && index < exhibit.sentence.1;
    let first = quote == exhibit.sentence.0;
    let colon = !first && passage.is_sign(before, &[':']);
    let lower = exhibit.before();
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
            [
                "angeklagt",
                "anklag",
                "verurteil",
                "ermittel",
                "verdacht",
                "strafanzeige",
                "angezeigt",
                "paragraf",
            ]
            .iter()
            .any(|stem| passage.lower(index).starts_with(stem))
        });
    let so_called = !first
        && (passage.is(before, NONSPEECH_BEFORE)
            || quote >= 2
                && in_sentence(quote - 2)
                && passage.is(quote - 2, NONSPEECH_BEFORE)
                && !passage.is_quote(before));
    let verdict = Verdict::of(exhibit, inside);
    let named_after = (quote + 1..quote + 3).any(|index| {
        in_sentence(index)
            && passage.is(index, NONSPEECH_AFTER)
            && passage.lower(index + 1) != "es"
            && passage.lower(index) != "bekannt"
            // `hatte den Dirigenten einen „…“ genannt`
            && !(passage.lower(index) == "genannt" && verdict.has_called)
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
    let best = exhibit.best();
    let manner = |wanted: Manner| exhibit.is_manner(wanted);
    let according = best.is_some_and(|source| source.channel == Channel::According);
    let subjunctive = (exhibit.sentence.0..exhibit.sentence.1)
        .any(|index| passage.is(index, SUBJUNCTIVE) && !passage.units[index].capital);
    let as_call = !named_after && matches!(lower, "als" | "für")
        || !named_after && !first && quote >= 2 && matches!(passage.lower(quote - 2), "als" | "für");
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
    // `Für Puck ist das Buch „ein Glücksfall“`
    let judged = (matches!(inside.first_word, FirstWord::Article) || according)
        && inside.starts_small
        && (exhibit.sentence.0..quote)
            .any(|index| matches!(passage.lower(index), "ist" | "sind" | "war" | "sei" | "bleibt"));
    let bracket_open = colon
        && (quote.saturating_sub(5)..quote)
            .any(|index| in_sentence(index) && passage.is_sign(index, &['(', '[']));

    let chant = rule == CHANT;
    // `warb mit „Mehr Meer“ um Gäste`
    // `„Das war knapp“ – Pilot rettet Segler`: a headline that begins with what somebody says.
    let heads = quote == 0
        && passage.is_sign(1, &['–', '—', '-', ':'])
        && inside.words > 2
        && (inside.verbs > 0 || inside.first_person || inside.stops);
    // `Sie hört „Radio Nord“, verriet die Ministerin`: the object of another verb.
    let object = after_cue
        && title_like
        && !first
        && inside.words < 5
        && !inside.stops
        && passage.is_finite(before)
        && !passage.is(before, AUXILIARY | PASSIVE | MODAL | SUBJUNCTIVE)
        && passage.verb(before).is_none();
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
    let named = Named::of(exhibit, inside, title_like);
    let label = Label::of(exhibit, inside, title_like, after_cue);
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
            (
                nonspeech_noun && !words_noun && !judged && !verdict.by_noun_before,
                if inside.starts_small { -1.5 } else { -4.0 },
            ),
            (
                noun_before
                    && !nonspeech_noun
                    && !named_before
                    && !inside.starts_small
                    && !words_noun
                    && !verdict.accused,
                -1.6,
            ),
            (words_noun && !nonspeech_noun, 1.6),
            (so_called, -3.2),
            (named_after && !after_cue, -3.0),
            (names_itself, -3.0),
            (at_arms_length, -1.5),
            (label.heading, -7.0),
            (label.printed, -5.0),
            (heads, 2.0),
            (rule == "verb-before" && manner(Manner::Think) && title_like && inside.words < 3, -2.5),
            (label.familiar || object, -5.5),
            (label.sung && !after_cue, -6.5),
            (label.in_use, -3.0),
            (within_phrase, -2.5),
            (called_so || charge, if after_cue { -7.0 } else { -4.0 }),
            (known_as, if after_cue { -6.0 } else { -3.0 }),
            (quoted_source, -4.0),
            (by_nobody, -1.6),
            (compound && !chant, -3.5),
            (chant, 4.0),
            (verdict.found_so, 3.2),
            (verdict.accused, 1.3),
            (determiner && title_like && !manner(Manner::Call) && !verdict.spoke_of, -0.8),
            (manner(Manner::Say) && !after_cue, 1.4),
            (manner(Manner::Call) && !after_cue, 2.5),
            (as_call && manner(Manner::Think), 1.2),
            (manner(Manner::Think) && !after_cue, 0.6),
            (according && !after_cue, 1.4),
            (as_call && (manner(Manner::Call) || manner(Manner::Say)), 1.3),
            (verdict.spoke_of && manner(Manner::Say), 1.9),
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
            (verdict.finds, 1.2),
            (passage.lower(quote + 1) == "zu" && in_sentence(quote + 1) && best.is_some(), 1.2),
            (exhibit.reported && !after_cue, 0.5),
            (exhibit.joined == Some(false) && !after_cue, -1.5),
            (exhibit.joined == Some(true), 1.3),
            (medium_after_in, -1.6),
            (bracket, -1.2),
            (named.holder, -5.5),
            (named.institution && lower != "als", -2.5),
            (named.translated || named.reports, -5.0),
            (named.by_all, -3.0),
            (named.work, -2.5),
            (named.topic, -4.0),
            (named.enjoyed || named.behind_preposition, -2.5),
            (named.subject, -1.5),
            (label.slogan || label.word || label.grade, -3.0),
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
