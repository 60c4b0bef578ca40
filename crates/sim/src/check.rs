//! Holds a request to what vim25 declares: every required element is there, none is strange, every value reads as its type.
//!
//! The words are those of vCenter as closely as they are known, because people paste them into search engines.

use super::fault::Fault;
use super::id::Id;
use super::schema::{Count, Field, schema};
use super::value::{Step, Value};
use super::xml::Element;

/// Checks the arguments of a call of a method that is answered here.
pub(super) fn check_call(method: &str, call: &Element) -> Result<(), Fault> {
    let declared = schema().method(method).ok_or_else(|| unknown_method(method))?;
    check_fields(&declared.parameters, call, &format!("call information for method {method}"), true)
}

/// Why a method is not answered here.
pub(super) fn unknown_method(name: &str) -> Fault {
    if schema().knows_method(name) {
        Fault::not_supported(format!("The simulator does not know {name}."))
    } else {
        Fault::invalid_request(format!("Unable to resolve WSDL method name {name}"))
    }
}

/// Checks that this is the name of a type of managed objects.
pub(super) fn check_type(name: &str) -> Result<(), Fault> {
    if name == "ManagedObject" || schema().get(name).is_some_and(|found| found.managed) {
        return Ok(());
    }
    Err(Fault::new("InvalidType", "The type is not known.").with("argument", name))
}

/// Checks that objects of a type have what a path leads to, set or not.
pub(super) fn check_path(type_name: &str, text: &str, steps: &[Step]) -> Result<(), Fault> {
    let refused = || Err(Fault::invalid_property(text));
    let mut kind = type_name;
    for (place, step) in steps.iter().enumerate() {
        let Some(field) = schema().field_or_below(kind, &step.name) else {
            // Data objects that the schema leaves out are never set here: what lies below is unset as well.
            if place > 0 && schema().get(kind).is_none() && !kind.contains([':', '@']) {
                break;
            }
            return refused();
        };
        let last = place + 1 == steps.len();
        if step.key.is_some() != field.count.list() && !(last && step.key.is_none()) {
            return refused();
        }
        kind = field.kind;
        if !last && (kind.contains([':', '@']) || schema().values(kind).is_some()) {
            return refused();
        }
    }
    Ok(())
}

/// Whether a fault plan may ask for a fault of this type.
pub(super) fn is_fault(name: &str) -> bool {
    schema().is_fault(name)
}

/// A fault's required fields, filled with what is at hand, so that typed clients can read it.
pub(super) fn required_fields(fault: &str, about: Option<Id>) -> Vec<(&'static str, Value)> {
    let required = schema().fields(fault).into_iter().filter(|field| field.count == Count::One);
    required.filter_map(|field| Some((field.name, any_value(field.kind, about)?))).collect()
}

fn any_value(kind: &str, about: Option<Id>) -> Option<Value> {
    Some(match kind {
        "xsd:boolean" => Value::Bool(false),
        "xsd:int" => Value::Int(0),
        "xsd:short" => Value::Short(0),
        "xsd:long" => Value::Long(0),
        "xsd:string" => Value::Text(String::new()),
        reference if reference.starts_with('@') => Value::Ref(about?),
        named => Value::Enum(named.to_owned().into(), (*schema().values(named)?.first()?).into()),
    })
}

fn check_fields(fields: &[Field], element: &Element, place: &str, this: bool) -> Result<(), Fault> {
    for child in &element.children {
        if this && child.name == "_this" {
            continue;
        }
        let Some(field) = fields.iter().find(|field| field.name == child.name) else {
            return Err(wrong(format!("Unexpected element tag \"{}\" seen", child.name), place));
        };
        if !field.count.list() && element.all(field.name).count() > 1 {
            return Err(wrong(format!("Element \"{}\" appears more than once", field.name), place));
        }
        check_value(field, child)?;
    }
    for field in fields.iter().filter(|field| field.count.required()) {
        if element.child(field.name).is_none() {
            return Err(wrong(format!("Required parameter {} is missing", field.name), place));
        }
    }
    Ok(())
}

fn check_value(field: &Field, element: &Element) -> Result<(), Fault> {
    let place = format!("serialized value of type {}", field.kind);
    let text = element.text.trim();
    let unread = |what: &str| Err(wrong(format!("Invalid value \"{text}\" for {what} in \"{}\"", field.name), &place));
    if field.kind.starts_with('@') {
        if element.attribute("type").is_none() || text.is_empty() {
            return unread("a reference, its type attribute");
        }
        return Ok(());
    }
    match field.kind {
        "xsd:boolean" if !matches!(text, "true" | "false" | "1" | "0") => unread("boolean"),
        "xsd:int" if text.parse::<i32>().is_err() => unread("int"),
        "xsd:short" if text.parse::<i16>().is_err() => unread("short"),
        "xsd:long" if text.parse::<i64>().is_err() => unread("long"),
        simple if simple.starts_with("xsd:") => Ok(()),
        named => {
            if let Some(values) = schema().values(named) {
                return if values.contains(&text) { Ok(()) } else { unread(named) };
            }
            // A derived type may stand where its base is declared.
            let actual = element.attribute("xsi:type").map_or(named, |kind| kind.rsplit(':').next().unwrap_or(kind));
            if schema().get(actual).is_none() {
                return Ok(());
            }
            if !schema().is_a(actual, named) {
                return unread(named);
            }
            check_fields(&schema().fields(actual), element, &format!("serialized value of type {actual}"), false)
        }
    }
}

fn wrong(why: String, place: &str) -> Fault {
    Fault::invalid_request(format!("{why}\n\nwhile parsing {place}\nat line 1, column 0"))
}

#[cfg(test)]
mod tests;
