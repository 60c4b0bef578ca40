//! The values of properties and answers as a tree, how they are written as XML, and how a property path walks into them.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::id::Id;
use super::xml;

/// One value of vim25.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// `xsd:boolean`
    Bool(bool),
    /// `xsd:short`
    Short(i16),
    /// `xsd:int`
    Int(i32),
    /// `xsd:long`
    Long(i64),
    /// `xsd:string`
    Text(String),
    /// `xsd:dateTime`
    Time(Timestamp),
    /// An enum's type and value.
    Enum(&'static str, &'static str),
    /// A reference to a managed object.
    Ref(Id),
    /// A reference as somebody sent it, type and text, that means no object here.
    Foreign(String, String),
    /// A data object.
    Data(Data),
    /// A list: the type of its elements as `ArrayOf…` names it, and the elements.
    List(&'static str, Vec<Value>),
}

/// A data object: its type and the fields that are set, in the order of the wire.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Data {
    /// The vim25 type.
    pub(super) kind: &'static str,
    /// Whether the field that holds it is declared with a base type, so that the wire must say which type it is.
    pub(super) derived: bool,
    /// The fields.
    pub(super) fields: Vec<(&'static str, Value)>,
}

impl Data {
    /// A data object without fields, of exactly the type that its place declares.
    pub(super) fn new(kind: &'static str) -> Self {
        Self { kind, derived: false, fields: Vec::new() }
    }

    /// A data object of a type that extends the one that its place declares.
    pub(super) fn derived(kind: &'static str) -> Self {
        Self { derived: true, ..Self::new(kind) }
    }

    /// Adds a field.
    #[must_use]
    pub(super) fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    /// Adds a field if there is something to say.
    #[must_use]
    pub(super) fn maybe(self, name: &'static str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}

impl Value {
    /// A list of references.
    pub(super) fn refs(ids: impl IntoIterator<Item = Id>) -> Self {
        Self::List("ManagedObjectReference", ids.into_iter().map(Self::Ref).collect())
    }

    /// A list of texts.
    pub(super) fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        let texts = texts.into_iter().map(|text| Self::Text(text.into())).collect();
        Self::List("string", texts)
    }

    /// A list of data objects whose declared type is `kind`.
    pub(super) fn list(kind: &'static str, items: impl IntoIterator<Item = Data>) -> Self {
        Self::List(kind, items.into_iter().map(Self::Data).collect())
    }

    /// Every reference in it, on the top level: what a traversal follows.
    pub(super) fn references(&self) -> Vec<Id> {
        match self {
            Self::Ref(id) => vec![*id],
            Self::List(_, items) => items.iter().flat_map(Self::references).collect(),
            Self::Bool(_)
            | Self::Short(_)
            | Self::Int(_)
            | Self::Long(_)
            | Self::Text(_)
            | Self::Time(_)
            | Self::Enum(..)
            | Self::Foreign(..)
            | Self::Data(_) => Vec::new(),
        }
    }

    /// Walks into the value by the rest of a property path.
    pub(super) fn walk(&self, path: &[Step]) -> Option<&Value> {
        let Some((step, rest)) = path.split_first() else {
            return Some(self);
        };
        let Self::Data(data) = self else { return None };
        let (_, value) = data.fields.iter().find(|(name, _)| *name == step.name)?;
        value.entry(step.key.as_deref())?.walk(rest)
    }

    /// The entry of a list that a key in a property path means; the value itself where no key is given.
    pub(super) fn entry(&self, key: Option<&str>) -> Option<&Value> {
        match (key, self) {
            (None, _) => Some(self),
            (Some(key), Self::List(_, items)) => items.iter().find(|item| item.has_key(key)),
            (Some(_), _) => None,
        }
    }

    /// Writes it as an element that says its type, as `anyType` fields (`val`, `result`) need it.
    pub(super) fn write_typed(&self, name: &str, out: &mut String) {
        match self {
            Self::Bool(_) => self.write_simple(name, "xsd:boolean", out),
            Self::Short(_) => self.write_simple(name, "xsd:short", out),
            Self::Int(_) => self.write_simple(name, "xsd:int", out),
            Self::Long(_) => self.write_simple(name, "xsd:long", out),
            Self::Text(_) => self.write_simple(name, "xsd:string", out),
            Self::Time(_) => self.write_simple(name, "xsd:dateTime", out),
            Self::Enum(kind, _) => self.write_simple(name, kind, out),
            Self::Ref(id) => {
                let _ = write!(
                    out,
                    "<{name} type=\"{}\" xsi:type=\"ManagedObjectReference\">{id}</{name}>",
                    id.type_name()
                );
            }
            Self::Foreign(..) => self.write(name, out),
            Self::Data(data) => data.write(name, true, out),
            Self::List(kind, items) => {
                let _ = write!(out, "<{name} xsi:type=\"ArrayOf{}\">", capitalised(kind));
                for item in items {
                    item.write(kind, out);
                }
                let _ = write!(out, "</{name}>");
            }
        }
    }

    /// Writes it as an element whose type is declared; a list becomes one element per entry.
    pub(super) fn write(&self, name: &str, out: &mut String) {
        match self {
            Self::Ref(id) => {
                let _ = write!(out, "<{name} type=\"{}\">{id}</{name}>", id.type_name());
            }
            Self::Foreign(kind, text) => {
                let (kind, text) = (xml::escape(kind), xml::escape(text));
                let _ = write!(out, "<{name} type=\"{kind}\">{text}</{name}>");
            }
            Self::Data(data) => data.write(name, data.derived, out),
            Self::List(_, items) => items.iter().for_each(|item| item.write(name, out)),
            Self::Bool(_)
            | Self::Short(_)
            | Self::Int(_)
            | Self::Long(_)
            | Self::Text(_)
            | Self::Time(_)
            | Self::Enum(..) => {
                let _ = write!(out, "<{name}>");
                self.write_content(out);
                let _ = write!(out, "</{name}>");
            }
        }
    }

    fn write_simple(&self, name: &str, kind: &str, out: &mut String) {
        let _ = write!(out, "<{name} xsi:type=\"{kind}\">");
        self.write_content(out);
        let _ = write!(out, "</{name}>");
    }

    fn write_content(&self, out: &mut String) {
        let _ = match self {
            Self::Bool(value) => write!(out, "{value}"),
            Self::Short(value) => write!(out, "{value}"),
            Self::Int(value) => write!(out, "{value}"),
            Self::Long(value) => write!(out, "{value}"),
            Self::Time(value) => write!(out, "{}", value.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")),
            Self::Enum(_, value) => out.write_str(value),
            Self::Text(text) => {
                xml::escape_into(text, out);
                Ok(())
            }
            Self::Ref(_) | Self::Foreign(..) | Self::Data(_) | Self::List(..) => Ok(()),
        };
    }

    /// Whether this entry of a list is the one that `[key]` in a property path means.
    fn has_key(&self, key: &str) -> bool {
        let Self::Data(data) = self else { return false };
        data.fields.iter().any(|(name, value)| {
            *name == "key"
                && match value {
                    Self::Int(value) => value.to_string() == key,
                    Self::Text(value) => value == key,
                    Self::Ref(id) => id.to_string() == key,
                    Self::Bool(_)
                    | Self::Short(_)
                    | Self::Long(_)
                    | Self::Time(_)
                    | Self::Enum(..)
                    | Self::Foreign(..)
                    | Self::Data(_)
                    | Self::List(..) => false,
                }
        })
    }
}

impl Data {
    /// Writes it as an element, with its type if `typed`.
    pub(super) fn write(&self, name: &str, typed: bool, out: &mut String) {
        let _ = if typed { write!(out, "<{name} xsi:type=\"{}\">", self.kind) } else { write!(out, "<{name}>") };
        for (field, value) in &self.fields {
            match (self.kind, *field) {
                // The two fields of vim25 that are declared as `anyType`.
                ("TaskInfo", "result") | ("DynamicProperty" | "PropertyChange" | "OptionValue", "val" | "value") => {
                    value.write_typed(field, out);
                }
                _ => value.write(field, out),
            }
        }
        let _ = write!(out, "</{name}>");
    }
}

/// One step of a property path: `device[2000]` has the name `device` and the key `2000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    /// The field.
    pub(super) name: String,
    /// Which entry of a list, if one is named.
    pub(super) key: Option<String>,
}

/// Takes a property path apart. None where it is no path.
pub(super) fn steps(path: &str) -> Option<Vec<Step>> {
    // A key may hold dots, so that splitting is done by hand.
    let mut steps = Vec::new();
    let mut rest = path;
    loop {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(end)?;
        if name.is_empty() {
            return None;
        }
        let mut key = None;
        let mut tail = after;
        if let Some(inner) = after.strip_prefix('[') {
            let (text, beyond) = inner.split_once(']')?;
            key = Some(text.trim_matches('"').to_owned());
            tail = beyond;
        }
        steps.push(Step { name: name.to_owned(), key });
        if tail.is_empty() {
            return Some(steps);
        }
        rest = tail.strip_prefix('.')?;
    }
}

fn capitalised(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map(|first| first.to_ascii_uppercase().to_string() + characters.as_str()).unwrap_or_default()
}

macro_rules! from {
    ($($from:ty => $make:expr;)*) => {
        $(impl From<$from> for Value {
            fn from(value: $from) -> Self {
                $make(value)
            }
        })*
    };
}

from! {
    bool => Value::Bool;
    i16 => Value::Short;
    i32 => Value::Int;
    i64 => Value::Long;
    String => Value::Text;
    &str => |text: &str| Value::Text(text.to_owned());
    &String => |text: &String| Value::Text(text.clone());
    Timestamp => Value::Time;
    Id => Value::Ref;
    Data => Value::Data;
}

impl From<u64> for Value {
    fn from(value: u64) -> Self {
        Self::Long(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::super::id::Kind;
    use super::*;

    fn sample() -> Value {
        let disk = Data::derived("VirtualDisk").with("key", 2000).with("unitNumber", 0);
        let hardware =
            Data::new("VirtualHardware").with("numCPU", 2).with("device", Value::list("VirtualDevice", [disk]));
        Value::Data(Data::new("VirtualMachineConfigInfo").with("name", "a<b").with("hardware", hardware))
    }

    #[test]
    fn values_are_written_as_vcenter_writes_them() {
        let mut out = String::new();
        sample().write_typed("val", &mut out);
        assert_eq!(
            out,
            "<val xsi:type=\"VirtualMachineConfigInfo\"><name>a&lt;b</name><hardware><numCPU>2</numCPU>\
             <device xsi:type=\"VirtualDisk\"><key>2000</key><unitNumber>0</unitNumber></device></hardware></val>"
        );
        out.clear();
        Value::refs([Id::new(Kind::Vm, 3)]).write_typed("val", &mut out);
        assert_eq!(
            out,
            "<val xsi:type=\"ArrayOfManagedObjectReference\"><ManagedObjectReference type=\"VirtualMachine\">vm-3\
             </ManagedObjectReference></val>"
        );
        out.clear();
        Value::texts(["x"]).write_typed("val", &mut out);
        assert_eq!(out, "<val xsi:type=\"ArrayOfString\"><string>x</string></val>");
    }

    proptest::proptest! {
        #[test]
        fn any_path_is_read_or_refused(path in "[a-b.\\[\\]\"é0-1]{0,20}") {
            if let Some(steps) = steps(&path) {
                let _ = sample().walk(&steps);
            }
        }
    }

    #[test]
    fn paths_walk_into_values() {
        let walk = |path: &str| sample().walk(&steps(path).unwrap()).cloned();
        assert_eq!(walk("hardware.numCPU"), Some(Value::Int(2)));
        assert_eq!(walk("hardware.device[2000].unitNumber"), Some(Value::Int(0)));
        assert_eq!(walk("hardware.device[1].unitNumber"), None);
        assert_eq!(walk("hardware.device.unitNumber"), None);
        assert_eq!(walk("name.length"), None);
        for broken in ["", ".", "a.", ".a", "a[", "a[1]b", "a..b"] {
            assert_eq!(steps(broken), None, "{broken}");
        }
        assert_eq!(steps("a[\"b.c\"].d").unwrap()[0].key.as_deref(), Some("b.c"));
    }
}
