//! One call as it came in: which method on which object with which arguments.

use super::fault::Fault;
use super::id::Id;
use super::xml::Element;

/// A call whose envelope was read.
#[derive(Debug)]
pub(super) struct Call {
    /// The method.
    pub(super) method: String,
    /// The element of the method, its arguments inside.
    pub(super) element: Element,
    /// A session cookie that the SOAP header carries (`vcSessionCookie`), for clients without HTTP cookies.
    pub(super) header_cookie: Option<String>,
}

impl Call {
    /// Takes an envelope apart.
    pub(super) fn read(envelope: Element) -> Result<Self, Fault> {
        if envelope.name != "Envelope" {
            return Err(Fault::invalid_request(format!(
                "Unexpected element tag \"{}\" seen, expected \"Envelope\"",
                envelope.name
            )));
        }
        let header_cookie = envelope.within("Header").child("vcSessionCookie");
        let header_cookie = header_cookie.map(|cookie| cookie.text.trim().to_owned());
        let body = envelope.children.into_iter().find(|child| child.name == "Body");
        let mut calls = body.map(|body| body.children).unwrap_or_default().into_iter();
        match (calls.next(), calls.next()) {
            (Some(element), None) => Ok(Self { method: element.name.clone(), element, header_cookie }),
            _ => Err(Fault::invalid_request("The SOAP body does not hold exactly one call")),
        }
    }

    /// The object that it is made on.
    pub(super) fn this(&self) -> Result<Id, Fault> {
        let Some(this) = self.element.child("_this") else {
            return Err(Fault::invalid_request("Required parameter _this is missing"));
        };
        reference(this)
    }

    /// An argument's text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.element.child(name).map(|child| child.text.as_str())
    }

    /// An argument's text, empty where it is left out.
    pub(super) fn word(&self, name: &str) -> &str {
        self.element.word(name)
    }

    /// Whether a boolean argument is true; its form was checked before.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.element.truth(name)
    }

    /// The argument `filter`, empty where it is left out.
    pub(super) fn filter(&self) -> &Element {
        self.element.within("filter")
    }

    /// A whole number; its form was checked before.
    pub(super) fn number(&self, name: &str) -> Option<i32> {
        self.word(name).parse().ok()
    }

    /// A whole number in the argument `options`.
    pub(super) fn option(&self, name: &str) -> Option<i32> {
        self.element.within("options").word(name).parse().ok()
    }

    /// How many there may be at the most: a number among the options, where it is one, and never more than `limit`.
    pub(super) fn most(&self, name: &str, limit: usize) -> usize {
        let asked = self.option(name).and_then(|most| usize::try_from(most).ok());
        asked.filter(|most| *most > 0).map_or(limit, |most| most.min(limit))
    }

    /// A reference among the arguments.
    pub(super) fn id(&self, name: &str) -> Result<Option<Id>, Fault> {
        self.element.child(name).map(reference).transpose()
    }

    /// All references of a list among the arguments.
    pub(super) fn ids(&self, name: &str) -> Result<Vec<Id>, Fault> {
        self.element.all(name).map(reference).collect()
    }
}

/// Reads a reference; one that can mean no object is answered as a deleted one, as vCenter does.
fn reference(element: &Element) -> Result<Id, Fault> {
    let kind = element.attribute("type").unwrap_or_default();
    let text = element.text.trim();
    // A client may leave the type out of `_this`.
    let found = if kind.is_empty() { Id::parse_text(text) } else { Id::parse(kind, text) };
    found.ok_or_else(|| Fault::gone(kind, text))
}
