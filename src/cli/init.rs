//! `dateline init`: the first steps of a collection: who is asking, a portal file, a line for cron. Writes nothing that
//! is there already.

use std::fs::OpenOptions;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use crate::cli::{Exit, Globals, UsageError, output};
use crate::config::{CONFIG_FILE, checked_contact};
use crate::model::crawl_url::CrawlUrl;
use crate::model::digest::Digest;

/// Times a wrong contact may be corrected before the program gives up.
const ATTEMPTS: usize = 3;

/// The example, for those who name no listing. Not `.toml`: a crawl must not mistake it for a portal.
const EXAMPLE: &str = "example.toml.txt";

/// Countries (as the last part of a host's name) whose newspapers run on one clock, and its zone in the IANA database.
const COUNTRY_ZONES: &[(&str, &str)] = &[
    ("at", "Europe/Vienna"),
    ("be", "Europe/Brussels"),
    ("ch", "Europe/Zurich"),
    ("cz", "Europe/Prague"),
    ("de", "Europe/Berlin"),
    ("dk", "Europe/Copenhagen"),
    ("fi", "Europe/Helsinki"),
    ("fr", "Europe/Paris"),
    ("gr", "Europe/Athens"),
    ("hu", "Europe/Budapest"),
    ("ie", "Europe/Dublin"),
    ("it", "Europe/Rome"),
    ("jp", "Asia/Tokyo"),
    ("li", "Europe/Vaduz"),
    ("lu", "Europe/Luxembourg"),
    ("nl", "Europe/Amsterdam"),
    ("no", "Europe/Oslo"),
    ("pl", "Europe/Warsaw"),
    ("se", "Europe/Stockholm"),
    ("uk", "Europe/London"),
];

/// Options of `dateline init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The collection's directory; made where it is missing
    #[arg(value_name = "DIR", default_value = ".")]
    pub directory: PathBuf,
    /// E-mail address or web page where a site's operators can reach you; asked for on a terminal
    #[arg(long, env = "DATELINE_CONTACT", value_name = "ADDRESS")]
    pub contact: Option<String>,
    /// The address of a category page of your first portal
    #[arg(long, value_name = "URL", value_parser = listing_address)]
    pub listing: Option<CrawlUrl>,
    /// The address of any article of it, for the pattern of its addresses
    #[arg(long, value_name = "URL", requires = "listing", value_parser = listing_address)]
    pub article: Option<CrawlUrl>,
    /// The portal's short name; default: made from its host
    #[arg(long, value_name = "NAME", requires = "listing")]
    pub name: Option<String>,
}

fn listing_address(text: &str) -> Result<CrawlUrl, String> {
    CrawlUrl::parse(text).map_err(|error| {
        if text.contains("://") {
            error.to_string()
        } else {
            "an address begins with https://; copy it from the browser's address bar".to_owned()
        }
    })
}

/// Sets up a collection.
pub(crate) fn run(args: &InitArgs, globals: &Globals) -> anyhow::Result<Exit> {
    let directory = &args.directory;
    let configuration = directory.join(CONFIG_FILE);
    let portal = match &args.listing {
        Some(listing) => Some(portal_file(listing, args)?),
        None => None,
    };
    let has_configuration = configuration.exists();
    // Asked for once: a collection that has its configuration has its contact.
    let contact = if has_configuration { None } else { Some(contact(args.contact.as_deref())?) };
    std::fs::create_dir_all(directory.join("selectors"))
        .with_context(|| format!("cannot make {}", directory.join("selectors").display()))?;
    let mut said = String::new();
    match contact {
        Some(contact) => said.push_str(&written(&configuration, &configuration_text(&contact))?),
        None => said = format!("kept   {}\n", configuration.display()),
    }
    let (file, text) = portal.unwrap_or_else(|| (EXAMPLE.to_owned(), example()));
    said.push_str(&written(&directory.join("selectors").join(&file), &text)?);
    let name = file.strip_suffix(".toml");
    said.push_str(&next_steps(directory, name));
    if !globals.quiet {
        output::write_stdout(&said)?;
    }
    Ok(Exit::Done)
}

/// The contact: as given, or asked for.
fn contact(given: Option<&str>) -> anyhow::Result<String> {
    if let Some(given) = given {
        return checked_contact(given.trim().to_owned())
            .map_err(|error| UsageError(error.to_string()).into());
    }
    if !io::stdin().is_terminal() {
        return Err(UsageError(
            "who is asking?\n\nhint: --contact you@university.example, or DATELINE_CONTACT; it is sent with every request, so that a portal's operators can reach you"
                .to_owned(),
        )
        .into());
    }
    output::note(
        "Every request says who is asking, so that the people who run a portal can reach you.\nE-mail address, or a web page about your project:",
    );
    let mut lines = io::stdin().lock().lines();
    for _ in 0..ATTEMPTS {
        output::write_stderr("> ");
        let Some(line) = lines.next() else { break };
        match checked_contact(line.context("cannot read the answer")?.trim().to_owned()) {
            Ok(contact) => return Ok(contact),
            Err(error) => output::note(&error.to_string()),
        }
    }
    Err(UsageError("no contact, nothing written".to_owned()).into())
}

/// Writes a file that is not there yet, and says so; one that is there stays as it is.
fn written(path: &Path, text: &str) -> anyhow::Result<String> {
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => {
            file.write_all(text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
            Ok(format!("wrote  {}\n", path.display()))
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Ok(format!("kept   {}\n", path.display()))
        }
        Err(error) => Err(anyhow::Error::from(error).context(format!("cannot write {}", path.display()))),
    }
}

fn configuration_text(contact: &str) -> String {
    let contact = toml::Value::from(contact);
    format!(
        "# Settings of this collection. All there are: `dateline config show`, docs/politeness.md.\n\
         contact = {contact}\n\n\
         # Runs nobody watches: docs/operations.md.\n\
         # [unattended]\n\
         # max_time   = \"50m\"\n\
         # on_problem = 'mail -s \"$DATELINE_SUBJECT\" you@university.example'\n"
    )
}

/// The file of the portal a listing belongs to: its name and its text.
fn portal_file(listing: &CrawlUrl, args: &InitArgs) -> anyhow::Result<(String, String)> {
    let host = listing.host();
    let name = args.name.clone().unwrap_or_else(|| portal_name(host.name()));
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(is_name) {
        return Err(UsageError(format!(
            "{name:?} is no portal name\n\nhint: small letters, digits and hyphens"
        ))
        .into());
    }
    let article = match &args.article {
        Some(article) if article.host() == host => {
            format!("article = ['{}']\n", article_pattern(article.path_and_query()))
        }
        Some(article) => {
            return Err(UsageError(format!("{article} is not on {host}, the listing's host")).into());
        }
        None => "# What an article's address looks like, to tell it from other links. Without it that is guessed:\n\
                 # article = ['^/\\d{4}/\\d{2}/[a-z0-9-]+/?$']\n"
            .to_owned(),
    };
    let label = listing.path_and_query().trim_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    let label = if label.is_empty() { "Start".to_owned() } else { label };
    let [origin, listing, label] = [format!("{}/", listing.origin()), listing.to_string(), label]
        .map(|text| toml::Value::from(text).to_string());
    let system = jiff::tz::TimeZone::system();
    let timezone = match zone_of(host.name(), system.iana_name()) {
        Some(zone) => format!("timezone = {}", toml::Value::from(zone)),
        None => "# timezone = \"Europe/Berlin\"".to_owned(),
    };
    let text = format!(
        "# What dateline knows of this portal: docs/selectors.md has every key.\n\
         format = 1\n\n\
         [portal]\n\
         home     = {origin}\n\
         # name     = \"Der Bote\"\n\
         # language = \"de\"\n\
         {timezone}\n\n\
         [urls]\n{article}\n\
         [[listing]]\n\
         url   = {listing}\n\
         label = {label}\n"
    );
    Ok((format!("{name}.toml"), text))
}

/// The zone of a host's country, else that of this machine's clock: mostly the portal's too, and easily changed.
fn zone_of<'a>(host: &str, system: Option<&'a str>) -> Option<&'a str> {
    let country = host.rsplit('.').next().unwrap_or_default();
    COUNTRY_ZONES
        .iter()
        .find(|(code, _)| *code == country)
        .map(|(_, zone)| *zone)
        .or_else(|| system.filter(|name| name.contains('/') && !name.starts_with("Etc/")))
}

fn portal_name(host: &str) -> String {
    let host = host.strip_prefix("www.").unwrap_or(host);
    let labels: Vec<&str> = host.split('.').collect();
    // `bote.example` is the portal `bote`; an address of numbers stays whole.
    let is_number = labels.iter().all(|label| label.bytes().all(|byte| byte.is_ascii_digit()));
    let labels = if is_number || labels.len() < 2 { &labels[..] } else { &labels[..labels.len() - 1] };
    let name = labels.join("-").to_ascii_lowercase();
    name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}

/// A pattern for addresses like this one: numbers as numbers of any value, words as any words.
fn article_pattern(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let is_directory = path.ends_with('/');
    let parts: Vec<String> = path.trim_matches('/').split('/').map(part_pattern).collect();
    format!("^/{}{}$", parts.join("/"), if is_directory { "/?" } else { "" })
}

fn part_pattern(part: &str) -> String {
    if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) {
        return match part.len() {
            2 | 4 => format!(r"\d{{{}}}", part.len()),
            _ => r"\d+".to_owned(),
        };
    }
    let (stem, end) = match part.rsplit_once('.') {
        Some((stem, end)) if end.len() <= 5 && end.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            (stem, Some(end))
        }
        _ => (part, None),
    };
    // A single word may be the section or the kind of page: it stays free, without being everything.
    let pattern =
        if stem.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            "[a-z0-9-]+"
        } else {
            "[^/]+"
        };
    match end {
        Some(end) => format!(r"{pattern}\.{end}"),
        None => pattern.to_owned(),
    }
}

fn example() -> String {
    "# A portal is a file NAME.toml in this directory; docs/selectors.md has every key. Copy this one, say to bote.toml, and\n\
     # change the addresses. Often that is all: what the file leaves out is taken from the pages themselves.\n\
     format = 1\n\n\
     [portal]\n\
     name     = \"Der Bote\"\n\
     home     = \"https://www.example.org/\"\n\
     language = \"de\"\n\
     timezone = \"Europe/Berlin\"\n\n\
     [urls]\n\
     # What an article's address looks like (patterns stand in single quotes).\n\
     article = ['^/\\d{4}/\\d{2}/[a-z0-9-]+/?$']\n\n\
     [[listing]]\n\
     url   = \"https://www.example.org/lokales/\"\n\
     label = \"Lokales\"\n"
        .to_owned()
}

fn next_steps(directory: &Path, name: Option<&str>) -> String {
    let absolute = std::path::absolute(directory).unwrap_or_else(|_| directory.to_owned());
    let directory = absolute.components().as_path().display().to_string();
    let program =
        std::env::current_exe().map_or_else(|_| "dateline".to_owned(), |path| path.display().to_string());
    // A minute of its own for each collection: not everybody is to come at the full hour.
    let minute = Digest::of(directory.as_bytes()).0[0] % 60;
    let try_it = match name {
        Some(name) => format!(
            "  fill in name, language and time zone in selectors/{name}.toml\n  dateline selectors check {name}\n  dateline crawl {name} --dry-run\n  dateline crawl {name} --max-articles 20\n"
        ),
        None => format!(
            "  cp selectors/{EXAMPLE} selectors/NAME.toml, change the addresses in it\n  dateline selectors check\n  dateline crawl --dry-run\n"
        ),
    };
    let go = if directory == std::env::current_dir().unwrap_or_default().display().to_string() {
        String::new()
    } else {
        format!("  cd {}\n", quoted(&directory))
    };
    format!(
        "\nNext:\n{go}{try_it}\nEvery hour, as a line for `crontab -e`; it sends a mail only when something is wrong:\n  {minute} * * * *  cd {} && {} crawl --quiet --max-time 50m\n",
        quoted(&directory),
        quoted(&program)
    )
}

/// `text` as a shell reads it as one word. In a crontab `%` would end the line.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,:@~".contains(c);
    if text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''").replace('%', r"\%"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_articles_address_gives_a_pattern_for_its_like() {
        for (path, pattern, others) in [
            ("/2025/03/neues-hallenbad/", r"^/\d{4}/\d{2}/[a-z0-9-]+/?$", &["/2024/12/bus-faehrt/"][..]),
            ("/lokales/artikel-4711.html", r"^/[a-z0-9-]+/[a-z0-9-]+\.html$", &["/sport/tor-2.html"]),
            ("/a/123456", r"^/[a-z0-9-]+/\d+$", &["/b/7"]),
            ("/News/Überschrift_mit,Zeichen", r"^/[^/]+/[^/]+$", &["/x/y"]),
        ] {
            assert_eq!(article_pattern(path), pattern);
            let pattern = regex::Regex::new(pattern).unwrap();
            assert!(others.iter().chain([&path]).all(|path| pattern.is_match(path)), "{path}");
            assert!(!pattern.is_match("/"), "{path}");
        }
    }

    #[test]
    fn a_host_gives_a_name() {
        for (host, name) in [
            ("www.bote.example", "bote"),
            ("lokal.bote.example", "lokal-bote"),
            ("localhost", "localhost"),
            ("127.0.0.1", "127-0-0-1"),
        ] {
            assert_eq!(portal_name(host), name);
        }
    }

    #[test]
    fn a_portal_runs_on_its_countrys_clock() {
        let new_york = Some("America/New_York");
        assert_eq!(zone_of("www.bote.de", new_york), Some("Europe/Berlin"));
        assert_eq!(zone_of("www.bote.example", new_york), new_york);
        assert_eq!(zone_of("www.bote.example", Some("Etc/UTC")), None);
        assert_eq!(zone_of("127.0.0.1", Some("UTC")), None);
        for (code, zone) in COUNTRY_ZONES {
            assert!(jiff::tz::TimeZone::get(zone).is_ok(), "{code}");
        }
    }

    #[test]
    fn directories_with_odd_names_are_one_word_for_a_shell() {
        assert_eq!(quoted("/home/you/news"), "/home/you/news");
        assert_eq!(quoted("/home/you/my 100% 'news'"), r"'/home/you/my 100\% '\''news'\'''");
    }
}
