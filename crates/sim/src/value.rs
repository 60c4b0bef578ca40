//! The values of properties and answers as a tree, how they are written as XML, and how a property path walks into them.

use std::borrow::Cow;
use std::fmt::Write as _;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::Id;
use super::xml;

/// A name of vim25: one of the program's own, or one that was read from a file.
pub(super) type Word = Cow<'static, str>;

/// One value of vim25. In a file it is an object with one key, the variant's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    Enum(Word, Word),
    /// A reference to a managed object.
    Ref(Id),
    /// A reference as somebody sent it, type and text, that means no object here.
    Foreign(String, String),
    /// A data object.
    Data(Data),
    /// A list: the type of its elements as `ArrayOf…` names it, and the elements.
    List(Word, Vec<Value>),
}

/// A data object: its type and the fields that are set, in the order of the wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Data {
    /// The vim25 type.
    pub(super) kind: Word,
    /// Whether the field that holds it is declared with a base type, so that the wire must say which type it is.
    pub(super) derived: bool,
    /// The fields.
    pub(super) fields: Vec<(Word, Value)>,
}

impl Data {
    /// A data object without fields, of exactly the type that its place declares.
    pub(super) fn new(kind: impl Into<Word>) -> Self {
        Self { kind: kind.into(), derived: false, fields: Vec::new() }
    }

    /// A data object of a type that extends the one that its place declares.
    pub(super) fn derived(kind: impl Into<Word>) -> Self {
        Self { derived: true, ..Self::new(kind) }
    }

    /// Adds a field; a value that is an option and is none leaves it out.
    #[must_use]
    pub(super) fn with(mut self, name: impl Into<Word>, value: impl Field) -> Self {
        if let Some(value) = value.field() {
            self.fields.push((name.into(), value));
        }
        self
    }
}

/// A value, or an option of one, for a field or a property.
pub(super) trait Field {
    /// The value; none where the field is to be left out.
    fn field(self) -> Option<Value>;
}

impl<T: Into<Value>> Field for T {
    fn field(self) -> Option<Value> {
        Some(self.into())
    }
}

impl<T: Into<Value>> Field for Option<T> {
    fn field(self) -> Option<Value> {
        self.map(Into::into)
    }
}

/// A data object as vim25 declares it: `data! { SharesInfo { shares: 4000, level } }`, with `derived` before the type where
/// the wire must say which type it is.
macro_rules! data {
    (derived $kind:ident { $($fields:tt)* }) => {
        $crate::value::Data { derived: true, ..data! { $kind { $($fields)* } } }
    };
    ($kind:ident { $($name:ident $(: $value:expr)?),* $(,)? }) => {
        $crate::value::Data::new(stringify!($kind))$(.with(stringify!($name), data!(@ $name $($value)?)))*
    };
    (@ $name:ident) => { $name };
    (@ $name:ident $value:expr) => { $value };
}
pub(super) use data;

impl Value {
    /// A value of an enum.
    pub(super) fn of_enum(kind: &'static str, value: &'static str) -> Self {
        Self::Enum(kind.into(), value.into())
    }

    /// A list of references.
    pub(super) fn refs(ids: impl IntoIterator<Item = Id>) -> Self {
        Self::List("ManagedObjectReference".into(), ids.into_iter().map(Self::Ref).collect())
    }

    /// A list of texts.
    pub(super) fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List("string".into(), texts.into_iter().map(|text| Self::Text(text.into())).collect())
    }

    /// A list of whole numbers.
    pub(super) fn ints(numbers: impl IntoIterator<Item = i32>) -> Self {
        Self::List("int".into(), numbers.into_iter().map(Self::Int).collect())
    }

    /// A list of data objects whose declared type is `kind`.
    pub(super) fn list(kind: &'static str, items: impl IntoIterator<Item = Data>) -> Self {
        Self::List(kind.into(), items.into_iter().map(Self::Data).collect())
    }

    /// Every reference in it, on the top level: what a traversal follows.
    pub(super) fn references(&self) -> Vec<Id> {
        let items = if let Self::List(_, items) = self { items.as_slice() } else { std::slice::from_ref(self) };
        items.iter().filter_map(|item| if let Self::Ref(id) = item { Some(*id) } else { None }).collect()
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

    /// Writes it as an element whose type is declared; a list becomes one element per entry.
    pub(super) fn write(&self, name: &str, out: &mut String) {
        self.write_as(name, false, out);
    }

    /// Writes it as an element that says its type, as `anyType` fields (`val`, `result`) need it.
    pub(super) fn write_typed(&self, name: &str, out: &mut String) {
        self.write_as(name, true, out);
    }

    fn write_as(&self, name: &str, typed: bool, out: &mut String) {
        let (kind, reference) = match self {
            Self::Data(data) => return data.write(name, typed || data.derived, out),
            Self::List(_, items) if !typed => return items.iter().for_each(|item| item.write(name, out)),
            Self::List(kind, _) => (format!("ArrayOf{}", capitalised(kind)).into(), None),
            Self::Ref(id) => ("ManagedObjectReference".into(), Some(id.type_name())),
            Self::Foreign(kind, _) => ("ManagedObjectReference".into(), Some(kind.as_str())),
            Self::Enum(kind, _) => (kind.clone(), None),
            Self::Bool(_) => ("xsd:boolean".into(), None),
            Self::Short(_) => ("xsd:short".into(), None),
            Self::Int(_) => ("xsd:int".into(), None),
            Self::Long(_) => ("xsd:long".into(), None),
            Self::Text(_) => ("xsd:string".into(), None),
            Self::Time(_) => ("xsd:dateTime".into(), None),
        };
        let _ = write!(out, "<{name}");
        if let Some(reference) = reference {
            let _ = write!(out, " type=\"{}\"", xml::escape(reference));
        }
        if typed {
            let _ = write!(out, " xsi:type=\"{kind}\"");
        }
        out.push('>');
        self.write_text(out);
        let _ = write!(out, "</{name}>");
    }

    fn write_text(&self, out: &mut String) {
        let _ = match self {
            Self::Bool(value) => write!(out, "{value}"),
            Self::Short(value) => write!(out, "{value}"),
            Self::Int(value) => write!(out, "{value}"),
            Self::Long(value) => write!(out, "{value}"),
            Self::Time(value) => write!(out, "{}", value.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")),
            Self::Enum(_, value) => out.write_str(value),
            Self::Ref(id) => write!(out, "{id}"),
            Self::Text(text) | Self::Foreign(_, text) => {
                xml::escape_into(text, out);
                Ok(())
            }
            Self::List(kind, items) => {
                items.iter().for_each(|item| item.write(kind, out));
                Ok(())
            }
            Self::Data(_) => Ok(()),
        };
    }

    /// Whether this entry of a list is the one that `[key]` in a property path means.
    fn has_key(&self, key: &str) -> bool {
        let Self::Data(data) = self else { return false };
        let mut own = String::new();
        if let Some((_, value)) = data.fields.iter().find(|(name, _)| name == "key") {
            value.write_text(&mut own);
        }
        own == key
    }
}

impl Data {
    /// Writes it as an element, with its type if `typed`.
    pub(super) fn write(&self, name: &str, typed: bool, out: &mut String) {
        let _ = if typed { write!(out, "<{name} xsi:type=\"{}\">", self.kind) } else { write!(out, "<{name}>") };
        self.write_fields(out);
        let _ = write!(out, "</{name}>");
    }

    /// Writes its fields.
    pub(super) fn write_fields(&self, out: &mut String) {
        for (field, value) in &self.fields {
            match (self.kind.as_ref(), field.as_ref()) {
                // The fields of vim25 that are declared as `anyType`.
                ("TaskInfo", "result") | ("DynamicProperty" | "PropertyChange" | "OptionValue", "val" | "value") => {
                    value.write_typed(field, out);
                }
                _ => value.write(field, out),
            }
        }
    }
}

/// One step of a property path: `device[2000]` has the name `device` and the key `2000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    /// The field.
    pub(super) name: String,
    /// Which entry of a list, if one is named.
    pub(super) key: Option<String>,
    /// Whether the key stands in quotes.
    pub(super) quoted: bool,
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
        let (mut key, mut quoted) = (None, false);
        let mut tail = after;
        if let Some(inner) = after.strip_prefix('[') {
            let (text, beyond) = inner.split_once(']')?;
            let inside = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
            quoted = inside.is_some();
            if !quoted && text.contains('"') {
                return None;
            }
            key = Some(inside.unwrap_or(text).to_owned());
            tail = beyond;
        }
        steps.push(Step { name: name.to_owned(), key, quoted });
        if tail.is_empty() {
            return Some(steps);
        }
        rest = tail.strip_prefix('.')?;
    }
}

/// A number as `xsd:int`, or the largest that there is.
pub(super) fn capped(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}

fn capitalised(name: &str) -> String {
    let mut name = name.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    name
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
mod tests;
