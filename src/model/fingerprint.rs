//! Fingerprints of texts: alike for texts that are nearly the same, so that republished ones are found without
//! comparing every text with every other.

use std::collections::HashSet;

/// Words shorter than this say little about a text, in bytes.
const MIN_WORD_BYTES: usize = 4;
/// Long words a text must have: shorter ones are alike by chance.
const MIN_WORDS: usize = 30;
/// Long words of a text's beginning. Newsrooms cut agency texts from the end.
const BEGINNING_WORDS: usize = 50;
/// Words of a run that two texts are compared by.
const RUN_WORDS: usize = 3;
/// Bits of a band; a fingerprint has four.
pub const BAND_BITS: u32 = 16;

/// A 64-bit SimHash: near texts differ in few bits (Charikar 2002; Manku, Jain, Das Sarma 2007).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub u64);

impl Fingerprint {
    /// Bits in which two fingerprints differ.
    pub fn distance(self, other: Self) -> u32 {
        (self.0 ^ other.0).count_ones()
    }

    /// The band of that number, from 0 to 3.
    pub fn band(self, number: u32) -> u64 {
        self.0 >> (number * BAND_BITS) & ((1 << BAND_BITS) - 1)
    }

    fn of<'a>(words: impl Iterator<Item = &'a String>) -> Self {
        let mut weights = [0_i32; 64];
        for word in words {
            let hash = hash(word.as_bytes());
            for (bit, weight) in weights.iter_mut().enumerate() {
                *weight += if hash >> bit & 1 == 1 { 1 } else { -1 };
            }
        }
        let bits = weights.iter().enumerate().filter(|(_, weight)| **weight > 0);
        Self(bits.fold(0, |hash, (bit, _)| hash | 1 << bit))
    }
}

/// The fingerprints of a text: of all of it and, where it goes on behind it, of its beginning. None of a short text.
pub fn fingerprints(text: &str) -> Vec<Fingerprint> {
    let words: Vec<String> = words(text).filter(|word| word.len() >= MIN_WORD_BYTES).collect();
    if words.len() < MIN_WORDS {
        return Vec::new();
    }
    let mut fingerprints = vec![Fingerprint::of(words.iter())];
    if words.len() > BEGINNING_WORDS {
        fingerprints.push(Fingerprint::of(words[..BEGINNING_WORDS].iter()));
    }
    fingerprints
}

/// How much of the shorter text stands in the other, by runs of three words: 0 to 1.
pub fn overlap(one: &str, other: &str) -> f64 {
    let (one, other) = (runs(one), runs(other));
    let (shorter, longer) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    if shorter.is_empty() {
        return 0.0;
    }
    shorter.intersection(longer).count() as f64 / shorter.len() as f64
}

fn runs(text: &str) -> HashSet<u64> {
    let hashes: Vec<u64> = words(text).map(|word| hash(word.as_bytes())).collect();
    hashes
        .windows(RUN_WORDS)
        .map(|run| run.iter().fold(0_u64, |all, word| mix(all.rotate_left(21) ^ word)))
        .collect()
}

/// The words of a text in lower case, without what stands between them.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// FNV-1a, its bits spread evenly: stored, so it must never change.
fn hash(bytes: &[u8]) -> u64 {
    mix(bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)))
}

fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ hash >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ hash >> 33
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: std::ops::Range<u32>) -> String {
        let words: Vec<_> =
            words.map(|number| format!("Wort{}", number.wrapping_mul(2_654_435_761) % 10_007)).collect();
        words.join(" ")
    }

    fn nearest(one: &str, other: &str) -> u32 {
        let pairs = fingerprints(one)
            .into_iter()
            .flat_map(|own| fingerprints(other).into_iter().map(move |others| own.distance(others)));
        pairs.min().unwrap_or(64)
    }

    #[test]
    fn a_text_cut_or_lightly_edited_is_near_and_another_is_far() {
        let whole = text(0..300);
        assert_eq!(nearest(&whole, &whole.to_uppercase().replace(' ', " – ")), 0);
        assert_eq!(nearest(&whole, &text(0..150)), 0, "the beginning is the same");
        assert!(nearest(&whole, &whole.replacen("Wort", "Anderes", 3)) <= 6);
        assert!(nearest(&whole, &text(1_000..1_300)) > 12);
    }

    #[test]
    fn overlap_is_measured_by_the_shorter_text() {
        assert!((overlap(&text(0..300), &text(0..100)) - 1.0).abs() < f64::EPSILON);
        assert!(overlap(&text(0..300), &text(1_000..1_300)) < 0.01);
        assert!(overlap("", "eins zwei drei").abs() < f64::EPSILON);
    }

    #[test]
    fn short_texts_have_no_fingerprint() {
        assert_eq!(fingerprints("Der Rat tagt. Er tagt heute, und er tagt morgen."), []);
        assert_eq!(fingerprints(&text(0..40)).len(), 1);
        assert_eq!(fingerprints(&text(0..60)).len(), 2);
    }

    #[test]
    fn fingerprints_are_those_of_every_version() {
        assert_eq!(fingerprints(&text(0..40)), [Fingerprint(4_800_284_499_152_265_572)]);
    }
}
