//! Filter specifications: which properties of which objects a client wants, and how they are found by walking.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::fault::Fault;
use super::id::Id;
use super::schema::schema;
use super::session::Session;
use super::value::{Step, Value, steps};
use super::world::World;
use super::xml::Element;

/// A property path that its type has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    /// As the client wrote it, and as it comes back.
    pub(super) text: String,
    steps: Vec<Step>,
}

/// A filter specification.
#[derive(Debug)]
pub(super) struct FilterSpec {
    properties: Vec<PropertySet>,
    objects: Vec<ObjectSet>,
    named: HashMap<String, Arc<Traversal>>,
}

#[derive(Debug)]
struct PropertySet {
    kind: &'static str,
    all: bool,
    paths: Vec<Path>,
}

#[derive(Debug)]
struct ObjectSet {
    id: Id,
    skip: bool,
    select: Vec<Selection>,
}

#[derive(Debug)]
enum Selection {
    Named(String),
    Follow(Arc<Traversal>),
}

#[derive(Debug)]
struct Traversal {
    serial: usize,
    kind: &'static str,
    path: Path,
    skip: bool,
    select: Vec<Selection>,
}

/// What a specification selects now.
#[derive(Debug, Default)]
pub(super) struct Selected {
    /// The objects, each once, in the order of the walk.
    pub(super) objects: Vec<Id>,
    /// The objects whose properties were followed: when one of them changes, the selection may be another.
    pub(super) sources: HashSet<Id>,
}

impl FilterSpec {
    /// Reads a `PropertyFilterSpec`. Objects that do not exist, types and paths that vim25 does not have are refused.
    pub(super) fn read(element: &Element, world: &World, session: Option<&Session>) -> Result<Self, Fault> {
        let mut properties = Vec::new();
        for set in element.all("propSet") {
            let kind = managed_type(&text(set, "type"))?;
            let paths =
                set.all("pathSet").map(|path| Path::read(kind, path.text.trim())).collect::<Result<Vec<_>, Fault>>()?;
            let all = set.child("all").is_some_and(|all| truth(&all.text));
            properties.push(PropertySet { kind, all, paths });
        }
        let mut reader = SelectionReader::default();
        let mut objects = Vec::new();
        for set in element.all("objectSet") {
            let Some(object) = set.child("obj") else { continue };
            let kind = object.attribute("type").unwrap_or_default();
            let id = Id::parse(kind, object.text.trim())
                .filter(|id| world.exists(session, *id))
                .ok_or_else(|| Fault::gone(kind, object.text.trim()))?;
            objects.push(ObjectSet {
                id,
                skip: set.child("skip").is_some_and(|skip| truth(&skip.text)),
                select: reader.read_all(set)?,
            });
        }
        let spec = Self { properties, objects, named: reader.named };
        spec.check_names()?;
        Ok(spec)
    }

    /// The paths that are wanted of objects of this type, those with the same first step side by side.
    pub(super) fn paths(&self, type_name: &str) -> Option<Vec<Path>> {
        let mut wanted = Vec::new();
        let mut matched = false;
        for set in self.properties.iter().filter(|set| schema().is_a(type_name, set.kind)) {
            matched = true;
            if set.all {
                // All properties of the object, also those that only its own type has.
                wanted.extend(schema().fields(type_name).iter().map(|field| Path::top(field.name)));
            }
            wanted.extend(set.paths.iter().cloned());
        }
        let mut seen = HashSet::new();
        wanted.retain(|path| seen.insert(path.text.clone()));
        wanted.sort_by(|a, b| a.first().cmp(b.first()));
        matched.then_some(wanted)
    }

    /// Walks from the named objects to everything that is selected.
    pub(super) fn select(&self, world: &World, session: Option<&Session>) -> Selected {
        let mut found = Selected::default();
        let mut listed = HashSet::new();
        let mut walked: HashSet<(Id, usize)> = HashSet::new();
        let mut queue: VecDeque<(Id, &[Selection])> = VecDeque::new();
        let mut list = |id: Id, objects: &mut Vec<Id>| {
            if listed.insert(id) {
                objects.push(id);
            }
        };
        for object in &self.objects {
            if !world.exists(session, object.id) {
                continue;
            }
            if !object.skip {
                list(object.id, &mut found.objects);
            }
            queue.push_back((object.id, &object.select));
        }
        while let Some((id, selections)) = queue.pop_front() {
            for selection in selections {
                let traversal = match selection {
                    Selection::Follow(traversal) => Some(traversal),
                    Selection::Named(name) => self.named.get(name),
                };
                let Some(traversal) = traversal else { continue };
                if !schema().is_a(id.type_name(), traversal.kind) || !walked.insert((id, traversal.serial)) {
                    continue;
                }
                found.sources.insert(id);
                let value = traversal.path.of(world, session, id);
                for next in value.map(|value| value.references()).unwrap_or_default() {
                    if !world.exists(session, next) {
                        continue;
                    }
                    if !traversal.skip {
                        list(next, &mut found.objects);
                    }
                    queue.push_back((next, &traversal.select));
                }
            }
        }
        found
    }

    fn check_names(&self) -> Result<(), Fault> {
        let mut lists: Vec<&[Selection]> = self.objects.iter().map(|object| object.select.as_slice()).collect();
        while let Some(list) = lists.pop() {
            for selection in list {
                match selection {
                    Selection::Named(name) if !self.named.contains_key(name) => {
                        return Err(Fault::invalid_argument("specSet"));
                    }
                    Selection::Named(_) => {}
                    Selection::Follow(traversal) => lists.push(&traversal.select),
                }
            }
        }
        Ok(())
    }
}

impl Path {
    /// A path of one step.
    fn top(name: &str) -> Self {
        let step = Step { name: name.to_owned(), key: None };
        Self { text: name.to_owned(), steps: vec![step] }
    }

    /// Reads a path and refuses one that the type does not have.
    pub(super) fn read(type_name: &str, text: &str) -> Result<Self, Fault> {
        let refused = || Fault::invalid_property(text);
        let steps = steps(text).ok_or_else(refused)?;
        let mut kind = type_name;
        for (place, step) in steps.iter().enumerate() {
            let Some(field) = schema().field_or_below(kind, &step.name) else {
                // Data objects that the schema leaves out are never set here: what lies below is unset as well.
                if place > 0 && schema().get(kind).is_none() && !kind.contains([':', '@']) {
                    break;
                }
                return Err(refused());
            };
            let last = place + 1 == steps.len();
            if step.key.is_some() != field.count.list() && !(last && step.key.is_none()) {
                return Err(refused());
            }
            kind = field.kind;
            if !last && (kind.contains([':', '@']) || schema().values(kind).is_some()) {
                return Err(refused());
            }
        }
        Ok(Self { text: text.to_owned(), steps })
    }

    /// The property that it begins with.
    pub(super) fn first(&self) -> &str {
        self.steps.first().map_or("", |step| step.name.as_str())
    }

    /// Its value within that property's value.
    pub(super) fn within<'a>(&self, property: &'a Value) -> Option<&'a Value> {
        let (first, rest) = self.steps.split_first()?;
        property.entry(first.key.as_deref())?.walk(rest)
    }

    fn of(&self, world: &World, session: Option<&Session>, id: Id) -> Option<Value> {
        let property = world.property(session, id, self.first())?;
        if self.steps.len() == 1 {
            return Some(property);
        }
        self.within(&property).cloned()
    }
}

#[derive(Default)]
struct SelectionReader {
    serial: usize,
    named: HashMap<String, Arc<Traversal>>,
}

impl SelectionReader {
    fn read_all(&mut self, parent: &Element) -> Result<Vec<Selection>, Fault> {
        parent.all("selectSet").map(|selection| self.read(selection)).collect()
    }

    fn read(&mut self, element: &Element) -> Result<Selection, Fault> {
        let name = text(element, "name");
        if element.child("path").is_none() {
            return Ok(Selection::Named(name));
        }
        let kind = managed_type(&text(element, "type"))?;
        self.serial += 1;
        let serial = self.serial;
        let traversal = Arc::new(Traversal {
            serial,
            kind,
            path: Path::read(kind, &text(element, "path"))?,
            skip: element.child("skip").is_some_and(|skip| truth(&skip.text)),
            select: self.read_all(element)?,
        });
        if !name.is_empty() {
            self.named.insert(name, Arc::clone(&traversal));
        }
        Ok(Selection::Follow(traversal))
    }
}

fn managed_type(name: &str) -> Result<&'static str, Fault> {
    let found = schema().get(name).filter(|found| found.managed);
    match (found, schema().name(name), name) {
        (Some(_), Some(name), _) => Ok(name),
        (None, _, "ManagedObject") => Ok("ManagedObject"),
        _ => Err(Fault::new("InvalidType", "The type is not known.").with("argument", name)),
    }
}

fn text(element: &Element, name: &str) -> String {
    element.child(name).map(|child| child.text.trim().to_owned()).unwrap_or_default()
}

/// Reads a boolean; the request was checked before, so that anything else is false.
fn truth(text: &str) -> bool {
    matches!(text.trim(), "true" | "1")
}
