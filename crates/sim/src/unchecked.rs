//! Stands in for `check` where the feature `schema-check` is off: requests, property paths and fault plans are not held to vim25.
//!
//! A property that vim25 does not have reads as unset, a type that it does not have matches no object, and what a call needs
//! and does not have is taken as left out.

use super::fault::Fault;
use super::id::Id;
use super::value::{Step, Value};
use super::xml::Element;

pub(super) fn check_call(_method: &str, _call: &Element) -> Result<(), Fault> {
    Ok(())
}

pub(super) fn unknown_method(name: &str) -> Fault {
    Fault::not_supported(format!("The simulator does not know {name}."))
}

pub(super) fn check_type(_name: &str) -> Result<(), Fault> {
    Ok(())
}

pub(super) fn check_path(_type_name: &str, _text: &str, _steps: &[Step]) -> Result<(), Fault> {
    Ok(())
}

pub(super) fn is_fault(name: &str) -> bool {
    super::faults::is_name(name)
}

pub(super) fn required_fields(_fault: &str, _about: Option<Id>) -> Vec<(&'static str, Value)> {
    Vec::new()
}
