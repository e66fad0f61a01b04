//! Sources named without a verb: `laut X`, `nach Angaben von X`, `für X ist …`, `X zufolge`, `according to X`.
//!
//! Reporting verbs and `so X` are left to `sources`.

use super::lexicon::{HER, HIS};
use super::phrases::phrase_at;
use super::sources::{Channel, Sentence, Source};

impl Sentence<'_, '_> {
    pub(super) fn according(&mut self, at: usize) -> Option<Source> {
        let passage = self.passage;
        let lower = passage.lower(at);
        let (start, end) = match lower {
            "laut" | "gemäß" => (at + 1, at + 1),
            "according" if passage.lower(at + 1) == "to" => (at + 2, at + 2),
            // `in the words of a colleague`
            "in" if matches!(passage.lower(at + 1), "the" | "a") => {
                let noun = at + 2;
                if !matches!(
                    passage.lower(noun),
                    "words" | "word" | "view" | "opinion" | "telling" | "phrase"
                ) || passage.lower(noun + 1) != "of"
                {
                    return None;
                }
                (noun + 2, noun + 1)
            }
            "nach" | "aus" | "unter" => {
                let noun =
                    (at + 1..(at + 5).min(self.range.end)).find(|index| is_account(passage.lower(*index)))?;
                // `nach Schäfers Ansicht`, `nach ihrer Ansicht`: the owner stands before the noun.
                if passage.is(at + 1, HIS | HER) {
                    let owner = self.pronoun_at(at + 1);
                    return Some(self.account(at, noun + 1, Some(owner)));
                }
                let genitive =
                    passage.is_capital(noun - 1) && noun > at + 1 && passage.lower(noun - 1).ends_with('s');
                let von = matches!(passage.lower(noun + 1), "von" | "vom" | "aus");
                (if genitive { at + 1 } else { noun + 1 + usize::from(von) }, noun + 1)
            }
            "für"
                if at == self.range.start || at == self.range.start + 1 && passage.lower(at - 1) == "was" =>
            {
                let index = self.phrase_index_at(at + 1)?;
                let end = self.phrases[index].range.end;
                let states = at > self.range.start
                    || matches!(
                        passage.lower(end),
                        "ist" | "sind" | "war" | "waren" | "sei" | "seien" | "bleibt" | "hat" | "steht"
                    );
                // `Für den Verband ist das „…“`: a body judges, where `hat` and `steht` may tell of it.
                let judges = matches!(
                    passage.lower(end),
                    "ist" | "sind" | "war" | "waren" | "sei" | "seien" | "bleibt"
                );
                let least = if judges { 2 } else { 3 };
                return (states && self.personhood(index) >= least)
                    .then(|| self.account(at, at + 1, Some(index)));
            }
            // `To Ms. Lee, the verdict was “…”`
            "to" | "for" if at == self.range.start && !passage.is_german() => {
                let index = self.phrase_index_at(at + 1)?;
                let end = self.phrases[index].range.end;
                let quote = (end..self.range.end).find(|index| passage.is_quote(*index))?;
                let judges = passage.is_sign(end, &[','])
                    && (end..quote)
                        .any(|index| matches!(passage.lower(index), "is" | "was" | "are" | "were"));
                return (judges && self.personhood(index) >= 2)
                    .then(|| self.account(at, at + 1, Some(index)));
            }
            "meinung" | "ansicht" | "auffassung" | "einschätzung" | "überzeugung" | "worten" | "angaben"
                if passage.lower(at + 1) == "nach"
                    && at > self.range.start
                    && passage.is(at - 1, HIS | HER) =>
            {
                let owner = self.pronoun_at(at - 1);
                return Some(self.account(at - 1, at + 2, Some(owner)));
            }
            "rede"
                if at > self.range.start
                    && passage.lower(at - 1) == "die"
                    && (self.range.start..at).any(|index| matches!(passage.lower(index), "von" | "vom")) =>
            {
                let place = |index: usize| matches!(passage.lower(index), "in" | "im" | "auf");
                let place = (self.range.start..at).find(|index| place(*index))?;
                // `Die Chats, in denen von „…“ die Rede ist`
                let relative =
                    matches!(passage.lower(place + 1), "denen" | "dem" | "der" | "welchem" | "welcher")
                        && place > self.range.start
                        && passage.is_sign(place - 1, &[',']);
                let phrase = if relative {
                    self.phrases.iter().position(|phrase| phrase.range.end + 1 == place)?
                } else {
                    self.phrase_index_at(place + 1)?
                };
                return Some(Source { channel: Channel::Document, ..self.account(at, at + 1, Some(phrase)) });
            }
            "zufolge" => {
                let index = self.phrases.iter().rposition(|phrase| phrase.range.end == at)?;
                return Some(self.account(at, at + 1, Some(index)));
            }
            _ => return None,
        };
        let phrase = self.phrase_index_at(start).or_else(|| self.covering(start));
        // "nach Angaben der Polizei": the phrase of the noun has taken the genitive in.
        phrase.map(|index| self.account(at, end, Some(index)))
    }

    /// The phrase that a unit lies in, cut to begin there when its core lies before.
    fn covering(&mut self, start: usize) -> Option<usize> {
        let index = self.phrases.iter().position(|phrase| phrase.range.contains(&start))?;
        let inner = phrase_at(self.passage, start, self.range.end)?;
        self.phrases[index] = inner;
        Some(index)
    }

    fn account(&self, at: usize, end: usize, phrase: Option<usize>) -> Source {
        Source {
            at,
            cue: self.passage.slice(&(at..end)).to_owned(),
            channel: Channel::According,
            phrase,
            plain: true,
        }
    }
}

/// `Angaben`, `Worten`: nouns that turn `nach` into a source.
fn is_account(lower: &str) -> bool {
    matches!(
        lower,
        "angaben"
            | "worten"
            | "aussage"
            | "aussagen"
            | "ansicht"
            | "meinung"
            | "auffassung"
            | "einschätzung"
            | "darstellung"
            | "informationen"
            | "überzeugung"
            | "mitteilung"
            | "bericht"
            | "berichten"
            | "erkenntnissen"
            | "schilderung"
            | "berufung"
            | "sicht"
            | "lesart"
            | "äußerungen"
            | "kreisen"
            | "urteil"
            | "vorstellungen"
            | "recherchen"
            | "idee"
            | "vorschlag"
            | "plan"
            | "vorstellung"
            | "bekunden"
            | "berechnungen"
    )
}
