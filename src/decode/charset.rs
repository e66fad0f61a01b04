//! Which charset a page is in, and its text: byte-order mark, header, `<meta>`, guess. Codings are `coding`'s.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{Content, Headers, Issue, Limits, content};

/// Bytes in which a `<meta>` may name the charset (WHATWG HTML §4.2.5.4).
const META_BYTES: usize = 1_024;
/// Bytes the guess looks at, from the first that is not ASCII.
const GUESS_BYTES: usize = 64 * 1024;

/// What decided on the charset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CharsetSource {
    /// The byte-order mark.
    Bom,
    /// The `Content-Type` header.
    Header,
    /// A `<meta>` element or an XML declaration.
    Meta,
    /// The bytes themselves.
    Guess,
}

impl CharsetSource {
    /// The word kept with the capture.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bom => "bom",
            Self::Header => "header",
            Self::Meta => "meta",
            Self::Guess => "guess",
        }
    }
}

/// A page as text, and how it became that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text; what is no character in the charset reads U+FFFD.
    pub text: String,
    /// The charset's name in the Encoding Standard: `UTF-8`, `windows-1252`.
    pub charset: &'static str,
    /// What decided on it.
    pub decided_by: CharsetSource,
    /// Whether the body's compressed streams ended as they should.
    pub complete: bool,
    /// Whether the cap on the decoded size cut the text.
    pub capped: bool,
    /// What was not as it should be.
    pub issues: Vec<Issue>,
}

/// The text of a response's body: content-codings off, charset decided. `host_tld` (`de`) helps the guess.
pub fn text(body: &[u8], headers: &Headers, host_tld: Option<&str>, limits: &Limits) -> Decoded {
    text_of(content(body, headers, limits), headers, host_tld)
}

/// The text of a body whose content-codings are already off.
pub fn text_of(content: Content<'_>, headers: &Headers, host_tld: Option<&str>) -> Decoded {
    let Content { bytes, complete, capped, issues } = content;
    let decoded = decode(bytes, headers.get("content-type"), host_tld, issues);
    Decoded { complete, capped, ..decoded }
}

/// The text of an HTML file as it lies on a disk; `content_type` where a header was kept with it.
pub fn html_bytes(bytes: &[u8], content_type: Option<&str>) -> Decoded {
    let mut headers = Headers::default();
    if let Some(content_type) = content_type {
        headers.0.push(("content-type".to_owned(), content_type.to_owned()));
    }
    text(bytes, &headers, None, &Limits::default())
}

fn decode(
    bytes: Cow<'_, [u8]>,
    content_type: Option<&str>,
    host_tld: Option<&str>,
    mut issues: Vec<Issue>,
) -> Decoded {
    if is_binary(&bytes) {
        issues.push(Issue::page("binary-body", "the body is not text"));
    }
    let (encoding, decided_by) = decide(&bytes, content_type, host_tld, &mut issues);
    let text = to_text(bytes, encoding, &mut issues);
    Decoded { text, charset: encoding.name(), decided_by, complete: true, capped: false, issues }
}

fn to_text(bytes: Cow<'_, [u8]>, encoding: &'static Encoding, issues: &mut Vec<Issue>) -> String {
    let bytes = match bytes {
        // The usual case costs a check and no copy.
        Cow::Owned(vec) if encoding == UTF_8 && !vec.starts_with(b"\xef\xbb\xbf") => {
            match String::from_utf8(vec) {
                Ok(text) => return text,
                Err(error) => Cow::Owned(error.into_bytes()),
            }
        }
        other => other,
    };
    let (text, had_errors) = encoding.decode_with_bom_removal(&bytes);
    if had_errors {
        issues.push(Issue::page(
            "invalid-characters",
            format!("some bytes are no characters in {}", encoding.name()),
        ));
    }
    text.into_owned()
}

fn decide(
    bytes: &[u8],
    content_type: Option<&str>,
    host_tld: Option<&str>,
    issues: &mut Vec<Issue>,
) -> (&'static Encoding, CharsetSource) {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return (encoding, CharsetSource::Bom);
    }
    let head = &bytes[..bytes.len().min(META_BYTES)];
    let declared = [
        (content_type.and_then(charset_parameter), CharsetSource::Header),
        (meta_charset(head), CharsetSource::Meta),
    ];
    let mut evidence = None;
    for (label, source) in declared {
        let Some(label) = label else { continue };
        let Some(encoding) = encoding_of(label, source, bytes) else {
            let label: String = label.chars().take(40).collect();
            issues.push(Issue::page("unknown-charset", format!("charset {label:?} is unknown")));
            continue;
        };
        let evidence = *evidence.get_or_insert_with(|| Evidence::of(bytes));
        if evidence.contradicts(encoding) {
            let message = format!("declared as {} ({}), which it is not", encoding.name(), source.as_str());
            issues.push(Issue::page("wrong-charset", message));
            continue;
        }
        return (encoding, source);
    }
    (guess(bytes, evidence.unwrap_or_else(|| Evidence::of(bytes)), host_tld), CharsetSource::Guess)
}

/// The encoding a label means in a page whose bytes are at hand.
fn encoding_of(label: &str, source: CharsetSource, bytes: &[u8]) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label_no_replacement(label.as_bytes())?;
    let is_utf16 = encoding == UTF_16LE || encoding == UTF_16BE;
    match source {
        // A <meta> that could be read as ASCII is not in UTF-16 (WHATWG HTML §13.2.3.2).
        CharsetSource::Meta if is_utf16 => Some(UTF_8),
        CharsetSource::Meta if label.eq_ignore_ascii_case("x-user-defined") => Some(WINDOWS_1252),
        // Without a byte-order mark the label says too little about the order: the zeros tell, or that it is not.
        _ if is_utf16 => {
            Some(utf16_by_zeros(bytes).unwrap_or(if has_zeros(bytes) { encoding } else { UTF_8 }))
        }
        _ => Some(encoding),
    }
}

/// What the bytes themselves say about UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Evidence {
    /// Nothing above 0x7F: every ASCII-compatible charset reads the same.
    Ascii,
    /// Valid, with characters of several bytes.
    Utf8,
    /// Not valid, but mostly: a page in UTF-8 with a few broken characters.
    MostlyUtf8,
    /// Something else.
    Other,
}

impl Evidence {
    fn of(bytes: &[u8]) -> Self {
        let ascii = Encoding::ascii_valid_up_to(bytes);
        if ascii == bytes.len() {
            return if Encoding::iso_2022_jp_ascii_valid_up_to(bytes) == bytes.len() {
                Self::Ascii
            } else {
                Self::Other
            };
        }
        let rest = &bytes[ascii..];
        let valid = Encoding::utf8_valid_up_to(rest);
        if valid == rest.len() {
            return Self::Utf8;
        }
        // Two good characters for a broken one: three or more German pages in Latin-1 give none.
        let sample = &rest[..rest.len().min(GUESS_BYTES)];
        let (mut good, mut broken) = (0_usize, 0_usize);
        for chunk in sample.utf8_chunks() {
            good += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
            broken += usize::from(!chunk.invalid().is_empty());
        }
        if good > broken.saturating_mul(2) { Self::MostlyUtf8 } else { Self::Other }
    }

    /// Whether a page with this evidence cannot be in `encoding`, whatever was declared.
    fn contradicts(self, encoding: &'static Encoding) -> bool {
        if encoding == UTF_8 {
            return self == Self::Other;
        }
        self == Self::Utf8 && encoding.is_single_byte()
    }
}

fn guess(bytes: &[u8], evidence: Evidence, host_tld: Option<&str>) -> &'static Encoding {
    if let Some(encoding) = utf16_by_zeros(bytes) {
        return encoding;
    }
    if evidence != Evidence::Other {
        return UTF_8;
    }
    let start = Encoding::ascii_valid_up_to(bytes).min(Encoding::iso_2022_jp_ascii_valid_up_to(bytes));
    // A few words before the first such character, so that the detector sees a beginning.
    let start = start.saturating_sub(64);
    let end = bytes.len().min(start + GUESS_BYTES);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[start..end], end == bytes.len());
    // The detector insists on a bare lower-case label.
    let tld = host_tld
        .filter(|tld| tld.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'))
        .map(str::as_bytes);
    detector.guess(tld, Utf8Detection::Deny)
}

fn has_zeros(bytes: &[u8]) -> bool {
    memchr::memchr(0, &bytes[..bytes.len().min(META_BYTES)]).is_some()
}

/// UTF-16 without a byte-order mark: in mark-up nearly every other byte is zero.
fn utf16_by_zeros(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(META_BYTES) & !1];
    if head.len() < 4 {
        return None;
    }
    let zeros_at = |offset: usize| head.iter().skip(offset).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd, pairs) = (zeros_at(0), zeros_at(1), head.len() / 2);
    if odd * 10 >= pairs * 4 && even * 20 <= pairs {
        Some(UTF_16LE)
    } else if even * 10 >= pairs * 4 && odd * 20 <= pairs {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// The signatures of what portals serve besides text.
fn is_binary(bytes: &[u8]) -> bool {
    const SIGNATURES: &[&[u8]] = &[
        b"%PDF-",
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"GIF8",
        b"PK\x03\x04",
        b"RIFF",
        b"\0\0\0",
        b"\x7fELF",
        b"OggS",
    ];
    SIGNATURES.iter().any(|signature| bytes.starts_with(signature))
}

/// `charset` of a media type (RFC 9110 §8.3.1).
fn charset_parameter(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']).trim();
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then_some(value)
    })
}

/// The charset a `<meta>` or an XML declaration in `head` names (after WHATWG HTML §13.2.3.2 "prescan").
fn meta_charset(head: &[u8]) -> Option<&str> {
    if let Some(declaration) = head.trim_ascii_start().strip_prefix(b"<?xml") {
        let end = memchr::memchr(b'>', declaration)?;
        if let Some(label) = attributes(&declaration[..end]).find(|(name, _)| is_name(name, "encoding")) {
            return std::str::from_utf8(label.1).ok();
        }
    }
    let mut rest = head;
    while let Some(at) = memchr::memchr(b'<', rest) {
        rest = &rest[at..];
        if rest.starts_with(b"<!--") {
            let end = memchr::memmem::find(&rest[4..], b"-->")?;
            rest = &rest[4 + end..];
            continue;
        }
        let is_meta = rest.get(1..5).is_some_and(|name| name.eq_ignore_ascii_case(b"meta"))
            && rest.get(5).is_some_and(|&byte| byte.is_ascii_whitespace() || byte == b'/');
        if !is_meta {
            rest = &rest[1..];
            continue;
        }
        rest = &rest[5..];
        let end = memchr::memchr(b'>', rest).unwrap_or(rest.len());
        if let Some(label) = meta_label(&rest[..end]) {
            return Some(label);
        }
    }
    None
}

fn meta_label(element: &[u8]) -> Option<&str> {
    let (mut is_content_type, mut in_content) = (false, None);
    for (name, value) in attributes(element) {
        if is_name(name, "charset") {
            return std::str::from_utf8(value).ok().map(str::trim);
        } else if is_name(name, "http-equiv") {
            is_content_type = value.trim_ascii().eq_ignore_ascii_case(b"content-type");
        } else if is_name(name, "content") {
            in_content = std::str::from_utf8(value).ok().and_then(charset_parameter);
        }
    }
    in_content.filter(|_| is_content_type)
}

fn is_name(name: &[u8], expected: &str) -> bool {
    name.eq_ignore_ascii_case(expected.as_bytes())
}

/// `name=value` pairs inside a tag; values quoted or bare.
fn attributes(mut rest: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let is_space = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'/' || *byte == b'?';
    std::iter::from_fn(move || {
        let start = rest.iter().position(|byte| !is_space(byte))?;
        rest = &rest[start..];
        let end = rest.iter().position(|byte| *byte == b'=' || is_space(byte)).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let Some(value) = after.trim_ascii_start().strip_prefix(b"=").map(<[u8]>::trim_ascii_start) else {
            rest = after;
            return Some((name, &b""[..]));
        };
        let (value, after) = match value.first() {
            Some(quote @ (b'"' | b'\'')) => {
                let inner = &value[1..];
                let end = memchr::memchr(*quote, inner).unwrap_or(inner.len());
                (&inner[..end], &inner[(end + 1).min(inner.len())..])
            }
            _ => value.split_at(value.iter().position(u8::is_ascii_whitespace).unwrap_or(value.len())),
        };
        rest = after;
        Some((name, value))
    })
}

#[cfg(test)]
mod tests {
    use super::CharsetSource::{Bom, Guess, Header, Meta};
    use super::*;

    const WORDS: &str = "Die Stadträte hören über Größe und Gebühren, »natürlich« für Künzelsau.";

    #[track_caller]
    fn check(bytes: &[u8], content_type: &str, expected: (&str, CharsetSource)) {
        let decoded = html_bytes(bytes, (!content_type.is_empty()).then_some(content_type));
        assert_eq!((decoded.charset, decoded.decided_by), expected);
        assert!(decoded.text.contains(WORDS), "{}", decoded.text);
    }

    fn latin1(text: &str) -> Vec<u8> {
        WINDOWS_1252.encode(text).0.into_owned()
    }

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    fn page(head: &str) -> String {
        format!("<!doctype html><html><head>{head}<title>Rat</title></head><p>{WORDS}</p></html>")
    }

    #[test]
    fn the_order_is_mark_header_meta_guess() {
        let meta = page("<meta charset='iso-8859-1'>");
        check(format!("\u{feff}{meta}").as_bytes(), "text/html; charset=latin1", ("UTF-8", Bom));
        check(&latin1(&meta), "text/html; charset=windows-1252", ("windows-1252", Header));
        check(&latin1(&meta), "text/html", ("windows-1252", Meta));
        check(&latin1(&page("")), "text/html", ("windows-1252", Guess));
        check(page("").as_bytes(), "", ("UTF-8", Guess));
        check(page("").as_bytes(), "text/html;Charset=\"UTF-8\"", ("UTF-8", Header));
    }

    #[test]
    fn meta_is_found_in_its_forms() {
        for head in [
            "<meta charset=latin1>",
            "<META CHARSET = \"ISO-8859-1\" />",
            "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=iso-8859-1\">",
            "<meta content='text/html;charset=ISO-8859-15' http-equiv=content-type>",
            "<!-- <meta charset=utf-8> --><meta name=x content=y><meta\ncharset=windows-1252>",
        ] {
            let decoded = html_bytes(&latin1(&page(head)), None);
            assert_eq!(decoded.decided_by, Meta, "{head}");
            assert!(decoded.text.contains(WORDS), "{head}");
        }
        check(
            &latin1(&format!("<?xml version='1.0' encoding='iso-8859-1'?>{}", page(""))),
            "",
            ("windows-1252", Meta),
        );
    }

    #[test]
    fn meta_after_the_first_kilobyte_does_not_decide() {
        let head = format!("<!--{}--><meta charset=koi8-r>", " ".repeat(META_BYTES));
        check(&latin1(&page(&head)), "", ("windows-1252", Guess));
        let in_text = page("<meta name=description content='charset=koi8-r'>");
        check(&latin1(&in_text), "", ("windows-1252", Guess));
    }

    #[test]
    fn utf16_is_read_with_and_without_a_mark() {
        let text = page("");
        check(&utf16(&format!("\u{feff}{text}"), u16::to_le_bytes), "", ("UTF-16LE", Bom));
        check(&utf16(&format!("\u{feff}{text}"), u16::to_be_bytes), "", ("UTF-16BE", Bom));
        check(&utf16(&text, u16::to_le_bytes), "", ("UTF-16LE", Guess));
        check(&utf16(&text, u16::to_be_bytes), "", ("UTF-16BE", Guess));
        check(&utf16(&text, u16::to_be_bytes), "text/html; charset=utf-16", ("UTF-16BE", Header));
        check(text.as_bytes(), "text/html; charset=utf-16", ("UTF-8", Header));
        check(page("<meta charset=utf-16>").as_bytes(), "", ("UTF-8", Meta));
    }

    #[test]
    fn a_declaration_the_bytes_contradict_is_passed_over() {
        check(&latin1(&page("<meta charset=utf-8>")), "text/html; charset=utf-8", ("windows-1252", Guess));
        check(
            &latin1(&page("<meta charset=iso-8859-1>")),
            "text/html; charset=utf-8",
            ("windows-1252", Meta),
        );
        check(page("").as_bytes(), "text/html; charset=iso-8859-1", ("UTF-8", Guess));
        check(page("").as_bytes(), "text/html; charset=klingonisch", ("UTF-8", Guess));
    }

    #[test]
    fn a_broken_character_does_not_turn_a_page_over() {
        let mut bytes = page("").into_bytes();
        bytes.extend(b"<p>\xe4</p>");
        check(&bytes, "text/html; charset=utf-8", ("UTF-8", Header));
        check(&bytes, "", ("UTF-8", Guess));
        assert_eq!(html_bytes(&bytes, None).issues[0].code, "invalid-characters");
    }

    #[test]
    fn latin1_means_windows_1252() {
        let decoded = html_bytes(b"\x80 5 \x84gut\x93", Some("text/html; charset=iso-8859-1"));
        assert_eq!(decoded.text, "€ 5 „gut“");
    }

    #[test]
    fn other_charsets_are_guessed_with_the_domain_as_a_hint() {
        let text = "Городской совет принял решение о строительстве нового моста через реку.".repeat(3);
        let bytes = encoding_rs::KOI8_U.encode(&text).0.into_owned();
        let decoded = super::text(&bytes, &Headers::default(), Some("ru"), &Limits::default());
        assert_eq!(decoded.text, text);
        // A label the detector would not take is left out.
        super::text(&bytes, &Headers::default(), Some("РФ"), &Limits::default());
        super::text(&bytes, &Headers::default(), Some("8080"), &Limits::default());
    }

    #[test]
    fn empty_and_binary_bodies_are_text_of_a_kind() {
        let empty = html_bytes(b"", None);
        assert_eq!((empty.text.as_str(), empty.charset, empty.issues.len()), ("", "UTF-8", 0));
        assert_eq!(html_bytes(b"%PDF-1.7 \xe2\xe3\xcf\xd3", None).issues[0].code, "binary-body");
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>, content_type in ".{0,40}") {
            let _ = html_bytes(&bytes, Some(&content_type));
        }

        #[test]
        fn valid_utf8_stays_as_it_is(text in "[a-zäöüß ]{1,200}") {
            proptest::prop_assert_eq!(html_bytes(text.as_bytes(), None).text, text);
        }
    }
}
