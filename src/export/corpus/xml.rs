//! Texts and attributes as XML 1.0 writes them: well-formed whatever they hold.

/// What stands for a character XML cannot hold (XML 1.0 §2.2): NUL, most control characters, two non-characters.
const REPLACEMENT: char = '\u{fffd}';

/// Appends `text` as character data.
pub(super) fn push_text(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A bare carriage return is read as a line feed.
            '\r' => out.push_str("&#13;"),
            character => out.push(allowed(character)),
        }
    }
}

/// Appends ` name="value"`.
pub(super) fn push_attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    for character in value.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' => out.push_str("&quot;"),
            // White space in attributes is read as spaces.
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            character => out.push(allowed(character)),
        }
    }
    out.push('"');
}

/// Appends `<name>text</name>`.
pub(super) fn push_element(out: &mut String, name: &str, text: &str) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    push_text(out, text);
    // Attributes, if `name` holds any, are of the start only.
    let name = name.split(' ').next().unwrap_or(name);
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

fn allowed(character: char) -> char {
    match character {
        '\t' | '\n' | '\r' => character,
        '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => REPLACEMENT,
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_text_holds_it_reads_back() {
        let hostile = "a<b>&\"'\r\n\t]]>\u{202e}\u{85}\u{2028} NUL\0\u{1b}\u{fffe}";
        let mut xml = String::from("<a");
        push_attribute(&mut xml, "b", hostile);
        xml.push('>');
        push_text(&mut xml, hostile);
        xml.push_str("</a>");
        let mut reader = quick_xml::Reader::from_str(&xml);
        let expected = hostile.replace(['\0', '\u{1b}', '\u{fffe}'], "\u{fffd}");
        let quick_xml::events::Event::Start(start) = reader.read_event().unwrap() else { panic!("{xml}") };
        let attribute = start.attributes().next().unwrap().unwrap();
        assert_eq!(attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0).unwrap(), expected);
    }
}
