//! The distinct long words of the archive's texts: what compounds ("Landeshauptstadt") are found in by their parts.
//! A trigram index of all text would be larger than the text; the words alone are a small part of it.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hash, Hasher};

use rusqlite::Connection;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::store::error::Result;

/// Shortest word kept, in bytes of its folded form: shorter ones hold no part worth searching for.
const MIN_WORD_BYTES: usize = 6;

/// Longest word kept, in bytes of its folded form.
const MAX_WORD_BYTES: usize = 64;

/// Shortest part of a word that is looked for inside others, in characters.
const MIN_PART_CHARS: usize = 4;

/// Most words a part is expanded to. Words are numbered as they were first met, and frequent ones are met early.
const MAX_EXPANSION: usize = 64;

/// The words already in the archive, as 64-bit hashes: about 18 bytes a word. Two words of one hash (one chance in
/// a million at six million words) mean that the later is found only whole.
#[derive(Debug, Default)]
pub(crate) struct KnownWords(Option<HashSet<u64, BuildHasherDefault<HashOfHash>>>);

impl KnownWords {
    /// Takes the words of `texts` that are new into the archive.
    pub(crate) fn learn(&mut self, connection: &Connection, texts: &[&str]) -> Result<()> {
        let known = match &mut self.0 {
            Some(known) => known,
            none => none.insert(load(connection)?),
        };
        let mut folded = String::new();
        for text in texts {
            for word in words(text) {
                fold(word, &mut folded);
                if folded.len() < MIN_WORD_BYTES
                    || folded.len() > MAX_WORD_BYTES
                    || folded.bytes().any(|byte| byte.is_ascii_digit())
                    || !known.insert(hash(&folded))
                {
                    continue;
                }
                connection.prepare_cached("INSERT INTO word (word) VALUES (?1)")?.execute([&folded])?;
                connection
                    .prepare_cached("INSERT INTO word_fts (rowid, word) VALUES (?1, ?2)")?
                    .execute((connection.last_insert_rowid(), &folded))?;
            }
        }
        Ok(())
    }

    /// Takes the words of `texts`, which are no longer indexed, out of the archive where no other text has them.
    pub(crate) fn unlearn(&mut self, connection: &Connection, texts: &[String]) -> Result<()> {
        let mut candidates = HashSet::new();
        let mut folded = String::new();
        for word in texts.iter().flat_map(|text| words(text)) {
            fold(word, &mut folded);
            if !candidates.contains(&folded) {
                candidates.insert(folded.clone());
            }
        }
        let mut used = connection.prepare("SELECT 1 FROM article_fts WHERE article_fts MATCH ?1 LIMIT 1")?;
        let mut kept = connection.prepare("SELECT id, word FROM word")?;
        let mut rows = kept.query([])?;
        let mut gone = Vec::new();
        while let Some(row) = rows.next()? {
            let word: String = row.get(1)?;
            if candidates.contains(&word) && !used.exists([format!("\"{word}\"")])? {
                gone.push((row.get::<_, i64>(0)?, word));
            }
        }
        for (id, word) in gone {
            connection
                .prepare_cached("INSERT INTO word_fts (word_fts, rowid, word) VALUES ('delete', ?1, ?2)")?
                .execute((id, &word))?;
            connection.prepare_cached("DELETE FROM word WHERE id = ?1")?.execute([id])?;
        }
        connection.execute_batch("INSERT INTO word_fts (word_fts) VALUES ('optimize')")?;
        self.forget();
        Ok(())
    }

    /// Forgets what was learnt: a batch was rolled back.
    pub(crate) fn forget(&mut self) {
        self.0 = None;
    }
}

/// The words of the archive that hold `part` inside, frequent ones first; none for a short part.
pub(crate) fn words_holding(connection: &Connection, part: &str) -> Result<Vec<String>> {
    let mut folded = String::new();
    fold(part, &mut folded);
    if folded.chars().count() < MIN_PART_CHARS || !folded.chars().all(char::is_alphanumeric) {
        return Ok(Vec::new());
    }
    let mut statement =
        connection.prepare_cached("SELECT word FROM word_fts WHERE word LIKE ?1 ORDER BY rowid LIMIT ?2")?;
    let mut rows = statement.query((format!("%{folded}%"), MAX_EXPANSION as i64 + 1))?;
    let mut words = Vec::new();
    while let Some(row) = rows.next()? {
        let word: String = row.get(0)?;
        if word != folded && words.len() < MAX_EXPANSION {
            words.push(word);
        }
    }
    Ok(words)
}

/// Writes `word` in lower case and without diacritics to `folded`, as the full-text index compares words.
pub(crate) fn fold(word: &str, folded: &mut String) {
    folded.clear();
    if word.is_ascii() {
        folded.push_str(word);
        folded.make_ascii_lowercase();
    } else {
        folded.extend(word.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase));
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c))
        .filter(|word| word.len() >= MIN_WORD_BYTES)
}

fn load(connection: &Connection) -> Result<HashSet<u64, BuildHasherDefault<HashOfHash>>> {
    let mut known = HashSet::default();
    let mut statement = connection.prepare("SELECT word FROM word")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        known.insert(hash(row.get_ref(0)?.as_str().unwrap_or_default()));
    }
    Ok(known)
}

fn hash(word: &str) -> u64 {
    // Kept in memory only: the hash need not be the same in the next version.
    let mut hasher = std::hash::DefaultHasher::new();
    word.hash(&mut hasher);
    hasher.finish()
}

/// What is hashed is a hash already.
#[derive(Default)]
struct HashOfHash(u64);

impl Hasher for HashOfHash {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_without_case_and_diacritics() {
        let check = |word: &str, expected: &str| {
            let mut folded = String::from("before");
            fold(word, &mut folded);
            assert_eq!(folded, expected);
        };
        check("Tübingen", "tubingen");
        check("TU\u{308}BINGEN", "tubingen");
        check("Straße", "straße");
        check("Élysée", "elysee");
        check("plain", "plain");
    }

    #[test]
    fn words_end_where_letters_and_digits_end() {
        let found: Vec<_> = words("Die Corona-Krise, „Landeshauptstadt“ u. a. Zu\u{308}rcher").collect();
        assert_eq!(found, ["Corona", "Landeshauptstadt", "Zu\u{308}rcher"]);
    }
}
