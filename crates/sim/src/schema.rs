//! What vim25 declares: types, fields, methods and their parameters, read from `schema.txt`.
//!
//! Requests are checked against it, so that a client that misspells an element or leaves out a required one is refused as
//! vCenter would refuse it; property paths are checked against it; and the simulator's tests hold its own answers to it.

use std::collections::HashMap;
use std::sync::OnceLock;

/// The declarations, as `tests/clients/vim_schema.py` writes them.
const SOURCE: &str = include_str!("schema.txt");

/// How often a field may appear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    /// Exactly once.
    One,
    /// Once or not at all.
    Maybe,
    /// Any number, also none.
    Any,
    /// At least once.
    Some,
}

impl Count {
    /// Whether it must be there.
    pub(super) fn required(self) -> bool {
        matches!(self, Self::One | Self::Some)
    }

    /// Whether it is a list.
    pub(super) fn list(self) -> bool {
        matches!(self, Self::Any | Self::Some)
    }
}

/// A field of a data object, a property of a managed object or a parameter of a method.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    /// Its name.
    pub(super) name: &'static str,
    /// How often it may appear.
    pub(super) count: Count,
    /// Its type: `xsd:…`, `@X` for a reference to an X, or the name of a data object or enum.
    pub(super) kind: &'static str,
}

/// A managed or data object type.
#[derive(Debug)]
pub(super) struct Type {
    /// The type that it extends.
    pub(super) base: &'static str,
    /// Whether objects of it are managed (have a reference) rather than plain data.
    pub(super) managed: bool,
    /// Its own fields, without those of its bases.
    pub(super) fields: Vec<Field>,
}

/// A method that the simulator answers.
#[derive(Debug)]
pub(super) struct Method {
    /// Its parameters.
    pub(super) parameters: Vec<Field>,
}

/// All declarations.
#[derive(Debug, Default)]
pub(super) struct Schema {
    types: HashMap<&'static str, Type>,
    enums: HashMap<&'static str, Vec<&'static str>>,
    methods: HashMap<&'static str, Method>,
    known: HashMap<&'static str, &'static str>,
}

/// The declarations, read once.
pub(super) fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(read)
}

impl Schema {
    /// A type's declaration.
    pub(super) fn get(&self, name: &str) -> Option<&Type> {
        self.types.get(name)
    }

    /// A method's declaration.
    pub(super) fn method(&self, name: &str) -> Option<&Method> {
        self.methods.get(name)
    }

    /// Whether vCenter has this method, though the simulator does not.
    pub(super) fn knows_method(&self, name: &str) -> bool {
        self.known.contains_key(name)
    }

    /// The values of an enum.
    pub(super) fn values(&self, name: &str) -> Option<&[&'static str]> {
        self.enums.get(name).map(Vec::as_slice)
    }

    /// A type and those that it extends, the nearest first.
    fn line(&self, name: &str) -> impl Iterator<Item = &Type> {
        std::iter::successors(self.types.get(name), |found| self.types.get(found.base))
    }

    /// Whether `name` is `base` or extends it.
    pub(super) fn is_a(&self, name: &str, base: &str) -> bool {
        name == base || self.line(name).any(|found| found.base == base)
    }

    /// All fields of a type, those of its bases first: the order of the wire.
    pub(super) fn fields(&self, name: &str) -> Vec<Field> {
        let layers: Vec<&Type> = self.line(name).collect();
        layers.into_iter().rev().flat_map(|found| &found.fields).copied().collect()
    }

    /// One field of a type or of its bases.
    pub(super) fn field(&self, name: &str, field: &str) -> Option<Field> {
        self.line(name).flat_map(|found| &found.fields).find(|found| found.name == field).copied()
    }

    /// One field of a type, of its bases or, as the actual value may be of a derived type, of a type that extends it.
    pub(super) fn field_or_below(&self, name: &str, field: &str) -> Option<Field> {
        self.field(name, field).or_else(|| {
            let managed = self.types.get(name)?.managed;
            let below = |candidate: &&&'static str| !managed && self.is_a(candidate, name);
            self.types.keys().filter(below).find_map(|derived| self.field(derived, field))
        })
    }

    /// Whether this is a fault that vCenter can answer with.
    pub(super) fn is_fault(&self, name: &str) -> bool {
        self.types.contains_key(name) && self.is_a(name, "MethodFault")
    }
}

fn read() -> Schema {
    let mut schema = Schema::default();
    for line in SOURCE.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        match (words.next(), words.next(), words.next()) {
            (Some(kind @ ("managed" | "data")), Some(name), Some(base)) => {
                let declared = Type { base, managed: kind == "managed", fields: words.filter_map(field).collect() };
                schema.types.insert(name, declared);
            }
            (Some("enum"), Some(name), first) => {
                schema.enums.insert(name, first.into_iter().chain(words).collect());
            }
            (Some("method"), Some(name), Some(_owner)) => {
                // The word after the owner is the result, which the answers themselves show.
                schema.methods.insert(name, Method { parameters: words.skip(1).filter_map(field).collect() });
            }
            (Some("known"), Some(name), Some(owner)) => {
                schema.known.insert(name, owner);
            }
            _ => {}
        }
    }
    schema
}

fn field(word: &'static str) -> Option<Field> {
    let (name, kind) = word.split_once(':')?;
    let (name, count) = if let Some(name) = name.strip_suffix('?') {
        (name, Count::Maybe)
    } else if let Some(name) = name.strip_suffix('*') {
        (name, Count::Any)
    } else if let Some(name) = name.strip_suffix('+') {
        (name, Count::Some)
    } else {
        (name, Count::One)
    };
    Some(Field { name, count, kind })
}

/// The methods that are to be answered here, each with the type that has it.
#[cfg(test)]
pub(super) fn owners() -> impl Iterator<Item = (&'static str, &'static str)> {
    SOURCE.lines().filter_map(|line| line.strip_prefix("method ")?.split_once(' ')).filter_map(|(name, rest)| {
        let owner = rest.split(' ').next()?;
        Some((name, owner))
    })
}

#[cfg(test)]
mod tests;
