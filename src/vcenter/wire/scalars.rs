//! The plain values of vim25: references, numbers, truth values, times, power states.

use jiff::Timestamp;

use crate::domain::ids::Moref;
use crate::domain::snapshot_tree::PowerState;

use super::xml::{Xml, XmlError, XmlResult};

/// The types of managed objects that this client reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    VirtualMachine,
    Folder,
    Datacenter,
    VirtualApp,
    Datastore,
    Task,
    Other,
}

impl Kind {
    /// The kind of a managed object type.
    pub(crate) fn of(name: &str) -> Self {
        match name {
            "VirtualMachine" => Self::VirtualMachine,
            "Folder" => Self::Folder,
            "Datacenter" => Self::Datacenter,
            "VirtualApp" => Self::VirtualApp,
            "Datastore" => Self::Datastore,
            "Task" => Self::Task,
            _ => Self::Other,
        }
    }
}

/// The type and the id of the reference just stepped into.
pub(crate) fn object_ref(xml: &mut Xml) -> XmlResult<(Kind, Moref)> {
    let kind = xml.ref_type().map_or(Kind::Other, Kind::of);
    Ok((kind, moref(xml)?))
}

/// The id of the reference just stepped into.
pub(crate) fn moref(xml: &mut Xml) -> XmlResult<Moref> {
    let text = xml.text()?;
    if text.is_empty() {
        return Err(XmlError("a managed object reference is empty".to_owned()));
    }
    Ok(Moref::new(text))
}

/// The text of the element just stepped into.
pub(crate) fn string(xml: &mut Xml) -> XmlResult<String> {
    xml.text().map(str::to_owned)
}

/// `xsd:boolean`.
pub(crate) fn boolean(xml: &mut Xml) -> XmlResult<bool> {
    match xml.text()?.trim() {
        "true" | "1" => Ok(true),
        "false" | "0" | "" => Ok(false),
        _ => Err(XmlError("a truth value is neither true nor false".to_owned())),
    }
}

/// Any of the integer types.
pub(crate) fn integer(xml: &mut Xml) -> XmlResult<i64> {
    xml.text()?.trim().parse().map_err(|_| XmlError("a number is not a number".to_owned()))
}

/// An integer that counts bytes; none where it is vSphere's -1 for "unknown".
pub(crate) fn bytes(xml: &mut Xml) -> XmlResult<Option<u64>> {
    integer(xml).map(|value| u64::try_from(value).ok())
}

/// `xsd:dateTime`. vSphere always writes an offset; a time without one is taken as UTC.
pub(crate) fn timestamp(xml: &mut Xml) -> XmlResult<Timestamp> {
    let text = xml.text()?.trim();
    text.parse()
        .or_else(|_| format!("{text}Z").parse())
        .map_err(|_| XmlError("a time is not in the form of xsd:dateTime".to_owned()))
}

/// `VirtualMachinePowerState`; none where it is no state that anybody knows.
pub(crate) fn power_state(xml: &mut Xml) -> XmlResult<Option<PowerState>> {
    Ok(match xml.text()? {
        "poweredOn" => Some(PowerState::On),
        "poweredOff" => Some(PowerState::Off),
        "suspended" => Some(PowerState::Suspended),
        _ => None,
    })
}
