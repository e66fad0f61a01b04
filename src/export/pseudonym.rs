//! Names replaced by keyed hashes: the same name always by the same pseudonym, and nobody without the key can tell
//! whose it is or try names out. The key lies in a file of its own, never in the archive.

use std::fmt::{self, Write as _};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use unicode_normalization::UnicodeNormalization as _;

/// Bytes of a key.
const KEY_BYTES: usize = 32;

/// Digits of the hash that a pseudonym shows: 64 bits, so that two of a million names are one with chance 1 : 37 million.
const SHOWN_DIGITS: usize = 16;

/// Longest file read as a key.
const MAX_FILE_BYTES: u64 = 1024;

/// The key of a study's pseudonyms.
#[derive(Clone, PartialEq, Eq)]
pub struct PseudonymKey([u8; KEY_BYTES]);

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or made.
    #[error("cannot read or make the key file {}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file holds something else.
    #[error("{} is no key file: a key is {} hexadecimal digits\n\nhint: name a file that does not exist yet, and it is made", .0.display(), KEY_BYTES * 2)]
    NotAKey(PathBuf),
}

impl PseudonymKey {
    /// The key in the file at `path`. A file that is missing is made, with a new key, readable by its owner only.
    pub fn read_or_make(path: &Path) -> Result<Self, KeyError> {
        let failed = |source| KeyError::File { path: path.to_owned(), source };
        match Self::make(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map_err(failed),
        }
        let mut text = String::new();
        let read = File::open(path).and_then(|file| file.take(MAX_FILE_BYTES).read_to_string(&mut text));
        match read {
            Ok(_) => Self::parse(text.trim()).ok_or_else(|| KeyError::NotAKey(path.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                Err(KeyError::NotAKey(path.to_owned()))
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// The pseudonym of `name`. White space and the form of accents do not count; spelling and case do.
    ///
    /// # Panics
    /// Never: HMAC takes keys of any length.
    pub fn pseudonym(&self, name: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        let words: Vec<String> = name.split_whitespace().map(|word| word.nfc().collect()).collect();
        mac.update(words.join(" ").as_bytes());
        let mut digits = hex(&mac.finalize().into_bytes());
        digits.truncate(SHOWN_DIGITS);
        format!("person-{digits}")
    }

    fn make(path: &Path) -> io::Result<Self> {
        if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
            fs::create_dir_all(directory)?;
        }
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        let mut key = [0; KEY_BYTES];
        let written = getrandom::fill(&mut key)
            .map_err(io::Error::other)
            .and_then(|()| writeln!(file, "{}", hex(&key)))
            .and_then(|()| file.sync_all());
        if let Err(error) = written {
            // Half a key would be taken for the key next time.
            let _ = fs::remove_file(path);
            return Err(error);
        }
        Ok(Self(key))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut key = [0; KEY_BYTES];
        if text.len() != KEY_BYTES * 2 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        for (byte, digits) in key.iter_mut().zip(text.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        Some(Self(key))
    }
}

/// Says nothing of the key: it must not get into logs.
impl fmt::Debug for PseudonymKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PseudonymKey(…)")
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_pseudonym_is_the_hmac_of_the_name() {
        // HMAC-SHA-256 with key 0x00…1f of "Ada Beispiel", worked out with Python's hmac.
        let key = PseudonymKey(std::array::from_fn(|index| index as u8));
        assert_eq!(key.pseudonym("Ada Beispiel"), "person-ed514ffcc4db65af");
        assert_eq!(key.pseudonym(" Ada\u{a0} Beispiel"), key.pseudonym("Ada Beispiel"));
        assert_eq!(key.pseudonym("Ben Mu\u{308}ller"), key.pseudonym("Ben Müller"));
        assert_ne!(key.pseudonym("Ada Beispiel"), key.pseudonym("Ada Beispie"));
        assert_ne!(PseudonymKey([1; 32]).pseudonym("Ada"), key.pseudonym("Ada"));
        assert!(!format!("{key:?}").contains("01"));
    }

    #[test]
    fn a_missing_key_is_made_for_its_owner_only_and_stays_the_same() {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("keys/study.key");
        let made = PseudonymKey::read_or_make(&path).unwrap();
        assert_eq!(PseudonymKey::read_or_make(&path).unwrap(), made);
        let other = PseudonymKey::read_or_make(&directory.path().join("other.key")).unwrap();
        assert_ne!(other, made);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn what_is_no_key_is_left_alone_and_refused() {
        let directory = TempDir::new().unwrap();
        for (name, content) in [
            ("empty", &b""[..]),
            ("short", b"abcd\n"),
            ("words", b"zz112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"),
            ("bytes", &[0xff; 64]),
        ] {
            let path = directory.path().join(name);
            fs::write(&path, content).unwrap();
            assert!(matches!(PseudonymKey::read_or_make(&path), Err(KeyError::NotAKey(_))), "{name}");
            assert_eq!(fs::read(&path).unwrap(), content);
        }
        assert!(matches!(PseudonymKey::read_or_make(directory.path()), Err(KeyError::File { .. })));
    }
}
