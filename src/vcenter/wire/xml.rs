//! A pull parser over quick-xml that knows only what SOAP answers need: the next child, its text, or nothing of it.
//!
//! It trusts nobody: nesting, size and document types are limited, entities beyond XML's own five are refused, and what
//! ends before its root is closed is an error, never a shorter answer.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::Event;
use quick_xml::events::attributes::Attributes;

use super::source::Source;

/// How deep elements may nest. A snapshot chain nests one level per snapshot and vSphere allows 32 of them.
pub(crate) const MAX_DEPTH: usize = 200;

/// Why a body could not be understood. The text is for the log and for administrators; it quotes nothing of the body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct XmlError(pub(crate) String);

impl From<quick_xml::Error> for XmlError {
    fn from(error: quick_xml::Error) -> Self {
        if let quick_xml::Error::Io(io) = &error {
            return Self(io.to_string());
        }
        if let quick_xml::Error::Syntax(why) = &error {
            return Self(format!("the XML is cut off or malformed ({why})"));
        }
        Self(format!("the XML is malformed ({error})"))
    }
}

/// What every parsing step returns.
pub(crate) type XmlResult<T> = Result<T, XmlError>;

/// Where a step has led.
#[derive(PartialEq, Eq)]
enum Step {
    Into,
    Out,
    End,
}

/// What a step keeps of what it passes.
#[derive(PartialEq, Eq)]
enum Keep {
    Tag,
    Text,
    Nothing,
}

/// The parser. It stands inside an element; [`Xml::child`] steps into the next child, and whoever stepped in must leave
/// by [`Xml::text`], by [`Xml::skip`], or by calling [`Xml::child`] until it says that there is none.
pub(crate) struct Xml {
    reader: Reader<Source>,
    /// What quick-xml reads an event into.
    event: Vec<u8>,
    /// The start tag stepped into last, with its attributes.
    tag: String,
    name_len: usize,
    local: Range<usize>,
    text: String,
    depth: usize,
}

impl Xml {
    /// Starts before the root element.
    pub(crate) fn new(source: Source) -> Self {
        let mut reader = Reader::from_reader(source);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, event: Vec::new(), tag: String::new(), name_len: 0, local: 0..0, text: String::new(), depth: 0 }
    }

    /// How many bytes were read.
    pub(crate) fn bytes(&self) -> u64 {
        self.reader.buffer_position()
    }

    /// Steps into the next child and gives its name without prefix, or steps out of the element that has no more.
    pub(crate) fn child(&mut self) -> XmlResult<Option<&str>> {
        match self.step(Keep::Tag)? {
            Step::Into => Ok(self.tag.get(self.local.clone())),
            Step::Out => Ok(None),
            Step::End => Err(cut_off()),
        }
    }

    /// Has each child read by `read`, which has to leave it, up to the end of the element.
    pub(crate) fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> XmlResult<T>) -> XmlResult<Vec<T>> {
        let mut all = Vec::new();
        while self.child()?.is_some() {
            all.push(read(self)?);
        }
        Ok(all)
    }

    /// Has each child of this name read by `read`, which has to leave it, and passes over the others.
    pub(crate) fn each(&mut self, name: &str, mut read: impl FnMut(&mut Self) -> XmlResult<()>) -> XmlResult<()> {
        while let Some(child) = self.child()? {
            if child == name { read(self)? } else { self.skip()? }
        }
        Ok(())
    }

    /// The text of the element just stepped into, which is left. Elements inside it are passed over.
    pub(crate) fn text(&mut self) -> XmlResult<&str> {
        self.text.clear();
        self.leave(true)?;
        Ok(&self.text)
    }

    /// Leaves the element just stepped into without looking at it.
    pub(crate) fn skip(&mut self) -> XmlResult<()> {
        self.leave(false)
    }

    /// Checks that the document ends here: the root is closed and no second one follows.
    pub(crate) fn end(&mut self) -> XmlResult<()> {
        match self.step(Keep::Nothing)? {
            Step::End if self.depth == 0 => Ok(()),
            Step::End => Err(cut_off()),
            Step::Into | Step::Out => Err(XmlError("something follows the end of the document".to_owned())),
        }
    }

    /// Leaves the element just stepped into, with or without its own text.
    fn leave(&mut self, text: bool) -> XmlResult<()> {
        let inside = self.depth.max(1);
        while self.depth >= inside {
            let own = text && self.depth == inside;
            if self.step(if own { Keep::Text } else { Keep::Nothing })? == Step::End {
                return Err(cut_off());
            }
        }
        Ok(())
    }

    /// Goes over the next tag, or to the end of the document.
    fn step(&mut self, keep: Keep) -> XmlResult<Step> {
        let text = keep == Keep::Text;
        loop {
            self.event.clear();
            match self.reader.read_event_into(&mut self.event)? {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err(too_deep());
                    }
                    if keep == Keep::Tag {
                        self.tag.clear();
                        self.tag.push_str(&start);
                        self.name_len = start.name().as_ref().len();
                        self.local = self.name_len - start.local_name().as_ref().len()..self.name_len;
                    }
                    return Ok(Step::Into);
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Step::Out);
                }
                Event::Text(words) if text => self.text.push_str(&words.xml10_content()),
                Event::CData(words) if text => self.text.push_str(&words.xml10_content()),
                Event::GeneralRef(reference) if text => match reference.resolve_char_ref()? {
                    Some(character) => self.text.push(character),
                    None => match resolve_xml_entity(&reference) {
                        Some(words) => self.text.push_str(words),
                        None => return Err(XmlError("the XML uses an entity that it does not define".to_owned())),
                    },
                },
                Event::DocType(_) => return Err(document_type()),
                Event::Eof => return Ok(Step::End),
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {}
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Empty(_) => {}
            }
        }
    }

    /// The `xsi:type` of the element just stepped into, without prefix.
    pub(crate) fn xsi_type(&self) -> Option<&str> {
        let value = self.attribute(|key| key.len() > "type".len() && key.ends_with(":type"))?;
        Some(value.rsplit(':').next().unwrap_or(value))
    }

    /// The plain `type` attribute of the element just stepped into: the type of a managed object reference.
    pub(crate) fn ref_type(&self) -> Option<&str> {
        self.attribute(|key| key == "type")
    }

    /// The raw value of the first attribute whose name is wanted. Type names need no unescaping.
    fn attribute(&self, wanted: impl Fn(&str) -> bool) -> Option<&str> {
        let mut attributes = Attributes::new(&self.tag, self.name_len);
        let attribute =
            attributes.with_checks(false).filter_map(Result::ok).find(|attribute| wanted(attribute.key.as_ref()))?;
        match attribute.value {
            Cow::Borrowed(value) => Some(value),
            Cow::Owned(_) => None,
        }
    }
}

fn too_deep() -> XmlError {
    XmlError(format!("the XML nests deeper than {MAX_DEPTH} elements"))
}

fn cut_off() -> XmlError {
    XmlError("the body ends before the XML does".to_owned())
}

fn document_type() -> XmlError {
    XmlError("the answer brings a document type, which SOAP forbids".to_owned())
}

#[cfg(test)]
mod tests;
