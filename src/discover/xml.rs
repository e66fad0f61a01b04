//! Walks XML from the network: forgiving, streaming, no entity but the predefined ones. What it means is the
//! caller's.

use std::ops::ControlFlow;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::model::issue::Issue;

/// One step through a document. `depth` counts from 1 at the root element.
pub(super) enum Node<'a> {
    /// An element begins; an empty one is followed by its end.
    Open(&'a Element<'a>),
    /// Characters, entities resolved.
    Text(&'a str),
    /// An element ends.
    Close,
}

/// The start of an element.
pub(super) struct Element<'a>(&'a BytesStart<'a>);

impl Element<'_> {
    /// Its name in lower case, with its prefix: `atom:link`.
    pub(super) fn name(&self) -> String {
        self.0.name().as_ref().to_ascii_lowercase()
    }

    /// Its name in lower case, without its prefix.
    pub(super) fn local_name(&self) -> String {
        self.0.local_name().as_ref().to_ascii_lowercase()
    }

    /// The value of an attribute; names compare with prefix and without case.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let attribute = self
            .0
            .html_attributes()
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.as_ref().eq_ignore_ascii_case(name))?;
        Some(match attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0) {
            Ok(value) => value.into_owned(),
            // A bare "&" in an address.
            Err(_) => attribute.value.into_owned(),
        })
    }
}

/// Calls `visit` for every step until it breaks. What cannot be read ends the walk with an issue.
pub(super) fn walk(
    text: &str,
    issues: &mut Vec<Issue>,
    mut visit: impl FnMut(usize, &Node<'_>) -> ControlFlow<()>,
) {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    let mut depth = 0_usize;
    loop {
        let step = match reader.read_event() {
            Ok(Event::Start(start)) => {
                depth += 1;
                visit(depth, &Node::Open(&Element(&start)))
            }
            Ok(Event::Empty(start)) => match visit(depth + 1, &Node::Open(&Element(&start))) {
                ControlFlow::Continue(()) => visit(depth + 1, &Node::Close),
                stop @ ControlFlow::Break(()) => stop,
            },
            Ok(Event::End(_)) if depth > 0 => {
                depth -= 1;
                visit(depth + 1, &Node::Close)
            }
            Ok(Event::Text(characters)) => visit(depth, &Node::Text(&characters)),
            Ok(Event::CData(characters)) => visit(depth, &Node::Text(&characters)),
            Ok(Event::GeneralRef(reference)) => visit(depth, &Node::Text(&resolved(&reference))),
            Ok(Event::Eof) => {
                if depth > 0 {
                    issues.push(Issue::page("broken-xml", "the document ends before its end"));
                }
                return;
            }
            Ok(_) => ControlFlow::Continue(()),
            Err(error) => {
                let message = format!("at byte {}: {error}", reader.error_position());
                issues.push(Issue::page("broken-xml", message));
                return;
            }
        };
        if step.is_break() {
            return;
        }
    }
}

/// A character reference or one of the five entities XML knows. Others stay as written: a DTD's own are never
/// expanded, HTML's are left to whoever reads the text as HTML.
fn resolved(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    match quick_xml::escape::resolve_predefined_entity(reference) {
        Some(text) => text.to_owned(),
        None => format!("&{};", &**reference),
    }
}
