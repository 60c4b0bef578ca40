//! Reads a request into a small tree of elements and writes text safely into answers.
//!
//! A request comes from anybody who can reach the port, so reading has limits on size, depth and number of elements, and
//! document types are refused. Prefixes are dropped: vim25 uses one namespace, and no name in it means two things.

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// How deep elements may nest. A named recursion in a filter specification stays below 20.
const MAX_DEPTH: usize = 64;

/// How many elements one request may have. A filter over 10,000 objects named one by one has 20,000.
const MAX_ELEMENTS: usize = 200_000;

/// One element of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// Its name without a prefix.
    pub(super) name: String,
    /// Its attributes, names without a prefix.
    attributes: Vec<(String, String)>,
    /// All its own text, in one piece.
    pub(super) text: String,
    /// The elements in it, in their order.
    pub(super) children: Vec<Element>,
}

impl Element {
    /// The first child with this name.
    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The first child with this name, or an empty one.
    pub(super) fn within(&self, name: &str) -> &Element {
        static EMPTY: Element =
            Element { name: String::new(), attributes: Vec::new(), text: String::new(), children: Vec::new() };
        self.child(name).unwrap_or(&EMPTY)
    }

    /// Every child with this name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first child with this name, empty where there is none.
    pub(super) fn word(&self, name: &str) -> &str {
        self.within(name).text.trim()
    }

    /// The text of every child with this name.
    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        self.all(name).map(|child| child.text.trim().to_owned()).collect()
    }

    /// Whether the first child with this name is a true boolean.
    pub(super) fn truth(&self, name: &str) -> bool {
        matches!(self.word(name), "true" | "1")
    }

    /// An attribute's value by its local name; `xsi:type` goes by its whole name, because a reference has a `type` too.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Why a request could not be read, in the words that go into the fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreadable(pub(super) String);

impl<E: std::error::Error> From<E> for Unreadable {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Reads one document.
pub(super) fn parse(text: &str) -> Result<Element, Unreadable> {
    let refuse = |why: &str| Err(Unreadable(why.to_owned()));
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    // The elements that are not closed yet, the last one the innermost. The first one is the document around the root.
    let mut open = vec![Element::default()];
    let mut count = 0usize;
    loop {
        match reader.read_event()? {
            Event::Start(start) => {
                count += 1;
                if open.len() > MAX_DEPTH || count > MAX_ELEMENTS {
                    return refuse("the request is nested too deeply or too long");
                }
                open.push(element(&start)?);
            }
            Event::End(_) => {
                if let (Some(done), Some(parent)) = (open.pop(), open.last_mut()) {
                    parent.children.push(done);
                }
            }
            Event::Text(text) => add_text(&text.xml_content(XmlVersion::Implicit1_0), &mut open),
            Event::CData(text) => add_text(&text.xml_content(XmlVersion::Implicit1_0), &mut open),
            Event::GeneralRef(reference) => match reference.resolve_char_ref()? {
                Some(character) => add_text(character.encode_utf8(&mut [0; 4]), &mut open),
                None => match resolve_xml_entity(&reference) {
                    Some(text) => add_text(text, &mut open),
                    None => return refuse("an entity is not known"),
                },
            },
            Event::DocType(_) => return refuse("a document type is not allowed"),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    let (Some(mut document), true) = (open.pop(), open.is_empty()) else {
        return refuse("the document ends in the middle of an element");
    };
    match (document.children.pop(), document.children.is_empty(), document.text.trim()) {
        (Some(root), true, "") => Ok(root),
        (None, ..) => refuse("there is no element"),
        (Some(_), false, _) => refuse("there is more than one root element"),
        (Some(_), true, _) => refuse("there is text outside of the document"),
    }
}

/// Writes text so that it is text and nothing else, in an element or in a quoted attribute. Characters that XML 1.0
/// cannot carry at all become U+FFFD.
pub(super) fn escape_into(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#xD;"),
            '\t' | '\n' => out.push(character),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
}

/// [`escape_into`] as a new string.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(text, &mut out);
    out
}

fn element(start: &BytesStart<'_>) -> Result<Element, Unreadable> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0)?.into_owned();
        let name = match attribute.key.0.split_once(':') {
            Some(("xmlns", _)) => continue,
            Some((_, "type")) => "xsi:type",
            Some((_, short)) => short,
            None => attribute.key.0,
        };
        attributes.push((name.to_owned(), value));
    }
    let name = start.local_name().as_ref().to_owned();
    Ok(Element { name, attributes, ..Element::default() })
}

fn add_text(text: &str, open: &mut [Element]) {
    if let Some(innermost) = open.last_mut() {
        innermost.text.push_str(text);
    }
}

#[cfg(test)]
mod tests;
