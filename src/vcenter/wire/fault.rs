//! Faults as vim25 writes them: the body of a SOAP fault, and the `LocalizedMethodFault` inside a task or another fault.
//!
//! A fault is known by its type. Where the outer type says nothing that we act on (`SystemError`,
//! `GenericVmConfigFault`), the first cause that does gives the kind and the name.

use crate::domain::fault::{Fault, FaultKind};

use super::xml::{Xml, XmlResult};

/// What stands in for the type of a fault that brings none.
const UNTYPED: &str = "Fault";

/// A fault before it is decided which of its types counts.
#[derive(Debug, Default)]
struct Raw {
    name: String,
    message: String,
    cause: Option<Box<Raw>>,
}

/// Reads the `Fault` element of a SOAP body, just stepped into.
pub(crate) fn soap_fault(xml: &mut Xml) -> XmlResult<Fault> {
    let mut raw = Raw::default();
    let mut said = String::new();
    while let Some(name) = xml.child()? {
        match name {
            "faultstring" => xml.text()?.clone_into(&mut said),
            "detail" => raw = detail(xml)?,
            _ => xml.skip()?,
        }
    }
    if !said.is_empty() {
        raw.message = said;
    }
    Ok(raw.decide())
}

/// Reads a `LocalizedMethodFault`, just stepped into.
pub(crate) fn localized_fault(xml: &mut Xml) -> XmlResult<Fault> {
    localized(xml).map(Raw::decide)
}

/// `detail` holds one element, named after the fault (`NotAuthenticatedFault`) and typed by `xsi:type`.
fn detail(xml: &mut Xml) -> XmlResult<Raw> {
    let mut raw = Raw::default();
    while let Some(element) = xml.child()? {
        let element = element.strip_suffix("Fault").unwrap_or(element).to_owned();
        let name = xml.xsi_type().map_or(element, str::to_owned);
        raw = body(xml, name)?;
    }
    Ok(raw)
}

fn localized(xml: &mut Xml) -> XmlResult<Raw> {
    // `faultCause` may be written as the fault itself: then its own `xsi:type` names it.
    let own = xml.xsi_type().filter(|name| *name != "LocalizedMethodFault").map(str::to_owned);
    let mut raw = Raw { name: own.unwrap_or_default(), ..Raw::default() };
    let mut said = String::new();
    while let Some(name) = xml.child()? {
        match name {
            "fault" => {
                let name = xml.xsi_type().unwrap_or(UNTYPED).to_owned();
                raw = body(xml, name)?;
            }
            "localizedMessage" => xml.text()?.clone_into(&mut said),
            _ => xml.skip()?,
        }
    }
    if !said.is_empty() {
        raw.message = said;
    }
    Ok(raw)
}

/// The members of a `MethodFault`, up to its end.
fn body(xml: &mut Xml, name: String) -> XmlResult<Raw> {
    let mut raw = Raw { name, ..Raw::default() };
    while let Some(member) = xml.child()? {
        match member {
            "faultCause" => raw.cause = Some(Box::new(localized(xml)?)),
            "faultMessage" => xml.each("message", |xml| {
                let text = xml.text()?;
                if !raw.message.is_empty() && !text.is_empty() {
                    raw.message.push(' ');
                }
                raw.message.push_str(text);
                Ok(())
            })?,
            // GenericVmConfigFault and SystemError keep their words here.
            "reason" => {
                let text = xml.text()?;
                if raw.message.is_empty() {
                    text.clone_into(&mut raw.message);
                }
            }
            _ => xml.skip()?,
        }
    }
    Ok(raw)
}

impl Raw {
    /// The outermost type that we act on; where there is none, the outermost of all. Words come from the outside in.
    fn decide(self) -> Fault {
        let mut fault = Fault {
            kind: FaultKind::of(&self.name),
            name: if self.name.is_empty() { UNTYPED.to_owned() } else { self.name },
            message: self.message,
        };
        let mut cause = self.cause;
        while let Some(inner) = cause {
            let kind = FaultKind::of(&inner.name);
            if fault.kind == FaultKind::Other && kind != FaultKind::Other {
                fault.kind = kind;
                fault.name = inner.name;
            }
            if fault.message.is_empty() {
                fault.message = inner.message;
            }
            cause = inner.cause;
        }
        fault
    }
}

#[cfg(test)]
mod tests;
