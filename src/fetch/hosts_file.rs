//! The machine's own hosts file (hosts(5)): names its administrator has mapped to addresses.

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::Path;

/// Where the file is; there is none to read elsewhere than on Unix.
pub(super) const PATH: &str = "/etc/hosts";
/// Bytes of it that are read: it is a local file, but may be a block list of megabytes.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Names in lower case, each with its addresses in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct HostsFile(HashMap<String, Vec<IpAddr>>);

impl HostsFile {
    /// Reads the machine's file. One that is not there, or cannot be read, maps nothing.
    pub(super) fn of_machine() -> Self {
        Self::read(Path::new(PATH))
    }

    fn read(path: &Path) -> Self {
        std::fs::read(path).map(|bytes| Self::parse(&String::from_utf8_lossy(&bytes))).unwrap_or_default()
    }

    pub(super) fn parse(text: &str) -> Self {
        let mut names: HashMap<String, Vec<IpAddr>> = HashMap::new();
        let text = text.get(..MAX_BYTES).unwrap_or(text);
        for line in text.lines() {
            let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
            let Some(address) = words.next().and_then(|word| word.parse().ok()) else { continue };
            for name in words {
                names.entry(name.trim_end_matches('.').to_ascii_lowercase()).or_default().push(address);
            }
        }
        Self(names)
    }

    /// The addresses of `name` (lower case); empty where the file does not have it.
    pub(super) fn addresses(&self, name: &str) -> &[IpAddr] {
        self.0.get(name).map(Vec::as_slice).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_the_addresses_of_their_lines() {
        let hosts = HostsFile::parse(
            "# own\n127.0.0.1\tlocalhost bote.test # news\n::1 localhost\n10.0.0.5 Bote.TEST.\nwrong name\n\n",
        );
        let addresses =
            |name: &str| hosts.addresses(name).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(addresses("bote.test"), ["127.0.0.1", "10.0.0.5"]);
        assert_eq!(addresses("localhost"), ["127.0.0.1", "::1"]);
        assert!(addresses("name").is_empty() && addresses("news").is_empty());
    }

    #[test]
    fn a_missing_file_maps_nothing() {
        assert_eq!(HostsFile::read(Path::new("/nonexistent/hosts")), HostsFile::default());
    }
}
