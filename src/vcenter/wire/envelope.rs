//! The SOAP envelope: around what is asked, and around what is answered.

use crate::domain::fault::Fault;

use super::fault::soap_fault;
use super::xml::{Xml, XmlError, XmlResult};

/// What comes before a request's own XML.
const BEFORE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soapenv:Envelope \
     xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" \
     xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soapenv:Body>";

/// What comes after it.
const AFTER: &str = "</soapenv:Body></soapenv:Envelope>";

/// Puts a request into its envelope.
pub(crate) fn wrap(request: &str) -> String {
    [BEFORE, request, AFTER].concat()
}

/// Reads an answer: what `response` makes of the response element (just stepped into, and to be left), or the fault.
///
/// # Errors
/// Whatever is not a SOAP envelope, closed to its last element, with a response or a fault in its body.
pub(crate) fn unwrap<T>(mut xml: Xml, response: impl FnOnce(&mut Xml) -> XmlResult<T>) -> XmlResult<Result<T, Fault>> {
    if xml.child()? != Some("Envelope") {
        return Err(XmlError("the answer is not SOAP".to_owned()));
    }
    let mut response = Some(response);
    let mut answer = None;
    while let Some(part) = xml.child()? {
        if part != "Body" {
            xml.skip()?;
            continue;
        }
        while let Some(element) = xml.child()? {
            if element == "Fault" {
                answer = Some(Err(soap_fault(&mut xml)?));
            } else if let Some(response) = response.take() {
                answer = Some(Ok(response(&mut xml)?));
            } else {
                xml.skip()?;
            }
        }
    }
    xml.end()?;
    answer.ok_or_else(|| XmlError("the answer's body is empty".to_owned()))
}

#[cfg(test)]
mod tests;
