//! Reads a request into a small tree of elements and writes text safely into answers.
//!
//! A request comes from anybody who can reach the port, so reading has limits on size, depth and number of elements, and
//! document types are refused. Prefixes are dropped: vim25 uses one namespace, and no name in it means two things.

use quick_xml::XmlVersion;
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

    /// Every child with this name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first child with this name, empty where there is none.
    pub(super) fn word(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.trim())
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

/// Reads one document.
pub(super) fn parse(text: &str) -> Result<Element, Unreadable> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut root: Option<Element> = None;
    let mut count = 0usize;
    loop {
        let event = reader.read_event().map_err(|error| Unreadable(error.to_string()))?;
        match event {
            Event::Start(start) => {
                count += 1;
                if open.len() >= MAX_DEPTH || count > MAX_ELEMENTS {
                    return Err(Unreadable("the request is nested too deeply or too long".to_owned()));
                }
                if root.is_some() {
                    return Err(Unreadable("there is more than one root element".to_owned()));
                }
                open.push(element(&start)?);
            }
            Event::Empty(start) => {
                count += 1;
                if count > MAX_ELEMENTS {
                    return Err(Unreadable("the request is too long".to_owned()));
                }
                close(element(&start)?, &mut open, &mut root)?;
            }
            Event::End(_) => match open.pop() {
                Some(done) => close(done, &mut open, &mut root)?,
                None => return Err(Unreadable("an element ends that never began".to_owned())),
            },
            Event::Text(text) => add_text(&text.xml_content(XmlVersion::Implicit1_0), &mut open)?,
            Event::CData(text) => add_text(&text.xml_content(XmlVersion::Implicit1_0), &mut open)?,
            Event::GeneralRef(reference) => {
                let resolved = match reference.resolve_char_ref() {
                    Ok(Some(character)) => character.to_string(),
                    Ok(None) => named_entity(&reference)?.to_owned(),
                    Err(error) => return Err(Unreadable(error.to_string())),
                };
                add_text(&resolved, &mut open)?;
            }
            Event::DocType(_) => return Err(Unreadable("a document type is not allowed".to_owned())),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    if !open.is_empty() {
        return Err(Unreadable("the document ends in the middle of an element".to_owned()));
    }
    root.ok_or_else(|| Unreadable("there is no element".to_owned()))
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
        let attribute = attribute.map_err(|error| Unreadable(error.to_string()))?;
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| Unreadable(error.to_string()))?
            .into_owned();
        let full = attribute.key.0;
        let name = match full.split_once(':') {
            Some(("xmlns", _)) => continue,
            Some((_, "type")) => "xsi:type".to_owned(),
            Some((_, short)) => short.to_owned(),
            None => full.to_owned(),
        };
        attributes.push((name, value));
    }
    Ok(Element { name: local(start.name().0).to_owned(), attributes, ..Element::default() })
}

fn close(done: Element, open: &mut [Element], root: &mut Option<Element>) -> Result<(), Unreadable> {
    match open.last_mut() {
        Some(parent) => parent.children.push(done),
        None if root.is_some() => return Err(Unreadable("there is more than one root element".to_owned())),
        None => *root = Some(done),
    }
    Ok(())
}

fn add_text(text: &str, open: &mut [Element]) -> Result<(), Unreadable> {
    match open.last_mut() {
        Some(parent) => parent.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err(Unreadable("there is text outside of the document".to_owned())),
    }
    Ok(())
}

fn named_entity(name: &str) -> Result<&'static str, Unreadable> {
    match name {
        "lt" => Ok("<"),
        "gt" => Ok(">"),
        "amp" => Ok("&"),
        "quot" => Ok("\""),
        "apos" => Ok("'"),
        _ => Err(Unreadable("an entity is not known".to_owned())),
    }
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

#[cfg(test)]
mod tests;
