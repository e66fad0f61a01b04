//! Fingerprints of texts: alike for texts that are nearly the same, so that republished ones are found without
//! comparing every text with every other.

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

    fn of(hashes: &[u64]) -> Self {
        let mut weights = [0_i32; 64];
        for hash in hashes {
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
    let words: Vec<u64> =
        words(text).filter(|word| small_length(word) >= MIN_WORD_BYTES).map(hash_of_word).collect();
    if words.len() < MIN_WORDS {
        return Vec::new();
    }
    let mut fingerprints = vec![Fingerprint::of(&words)];
    if words.len() > BEGINNING_WORDS {
        fingerprints.push(Fingerprint::of(&words[..BEGINNING_WORDS]));
    }
    fingerprints
}

/// The runs of three words of a text, for comparing it with others.
#[derive(Debug, Clone)]
pub struct Runs(
    /// In order, each once.
    Vec<u64>,
);

impl Runs {
    /// Those of a text.
    pub fn of(text: &str) -> Self {
        let hashes: Vec<u64> = words(text).map(hash_of_word).collect();
        let mut runs: Vec<u64> = hashes
            .windows(RUN_WORDS)
            .map(|run| run.iter().fold(0_u64, |all, word| mix(all.rotate_left(21) ^ word)))
            .collect();
        runs.sort_unstable();
        runs.dedup();
        Self(runs)
    }

    /// How much of the shorter text stands in the other: 0 to 1.
    pub fn overlap(&self, other: &Self) -> f64 {
        let (shorter, longer) = if self.0.len() <= other.0.len() { (self, other) } else { (other, self) };
        if shorter.0.is_empty() {
            return 0.0;
        }
        let mut rest = longer.0.as_slice();
        let is_shared = |run: &&u64| {
            let passed = rest.iter().take_while(|other| other < run).count();
            rest = &rest[passed..];
            rest.first() == Some(*run)
        };
        shorter.0.iter().filter(is_shared).count() as f64 / shorter.0.len() as f64
    }
}

/// The words of a text, without what stands between them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The length of a word in lower case, in bytes.
fn small_length(word: &str) -> usize {
    if word.is_ascii() { word.len() } else { word.to_lowercase().len() }
}

/// The hash of a word in lower case.
fn hash_of_word(word: &str) -> u64 {
    if word.is_ascii() {
        hash(word.bytes().map(|byte| byte.to_ascii_lowercase()))
    } else {
        hash(word.to_lowercase().bytes())
    }
}

/// FNV-1a, its bits spread evenly: stored, so it must never change.
fn hash(bytes: impl Iterator<Item = u8>) -> u64 {
    mix(bytes
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
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
        let overlap = |one: &str, other: &str| Runs::of(one).overlap(&Runs::of(other));
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
