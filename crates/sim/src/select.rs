//! Filter specifications: which properties of which objects a client wants, and how they are found by walking.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::check::{check_path, check_type};
use super::fault::Fault;
use super::id::Id;
use super::properties::names_of;
use super::session::Session;
use super::value::{Data, Step, Value, data, steps};
use super::world::World;
use super::xml::Element;

/// The lists whose entries have texts as keys: those stand in quotes, numbers and references do not.
const TEXT_KEYED: &[&str] = &["extraConfig", "eventInfo", "methodInfo", "state", "reason"];

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
    /// The objects that were gone already, where the client wants to be told of them instead of being refused.
    pub(super) missing: Vec<Data>,
    named: HashMap<String, Arc<Traversal>>,
}

#[derive(Debug)]
struct PropertySet {
    kind: String,
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
    kind: String,
    path: Path,
    skip: bool,
    select: Vec<Selection>,
}

/// The objects that a specification selects.
#[derive(Debug, Default)]
pub(super) struct Selected {
    /// The objects, each once, in the order of the walk.
    pub(super) objects: Vec<Id>,
    /// The objects whose properties were followed: when one of them changes, the selection may be another.
    pub(super) sources: HashSet<Id>,
}

impl FilterSpec {
    /// Reads a `PropertyFilterSpec`. Types and paths that vim25 does not have are refused, and objects that do not exist, unless
    /// `reportMissingObjectsInResults` says otherwise.
    pub(super) fn read(element: &Element, world: &World, session: Option<&Session>) -> Result<Self, Fault> {
        let mut properties = Vec::new();
        for set in element.all("propSet") {
            let kind = set.word("type").to_owned();
            check_type(&kind)?;
            let paths = set.all("pathSet").map(|path| Path::read(&kind, path.text.trim()));
            let paths = paths.collect::<Result<Vec<_>, Fault>>()?;
            properties.push(PropertySet { kind, all: set.truth("all"), paths });
        }
        let mut reader = SelectionReader::default();
        let (mut objects, mut missing) = (Vec::new(), Vec::new());
        for set in element.all("objectSet") {
            let Some(object) = set.child("obj") else { continue };
            let select = reader.read_all(set)?;
            match world.existing(object, session) {
                Ok(id) => objects.push(ObjectSet { id, skip: set.truth("skip"), select }),
                Err(fault) if element.truth("reportMissingObjectsInResults") => {
                    let kind = object.attribute("type").unwrap_or_default();
                    let obj = Value::Foreign(kind.to_owned(), object.text.trim().to_owned());
                    missing.push(data! { MissingObject { obj, fault: fault.localized() } });
                }
                Err(fault) => return Err(fault),
            }
        }
        let spec = Self { properties, objects, missing, named: reader.named };
        spec.check_names()?;
        Ok(spec)
    }

    /// The paths that are wanted of objects of this one's type, those with the same first step side by side.
    pub(super) fn paths(&self, id: Id) -> Option<Vec<Path>> {
        let mut wanted = Vec::new();
        let mut matched = false;
        for set in self.properties.iter().filter(|set| id.is_a(&set.kind)) {
            matched = true;
            if set.all {
                // All properties of the object, also those that only its own type has.
                wanted.extend(names_of(id).map(Path::top));
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
                if !id.is_a(&traversal.kind) || !walked.insert((id, traversal.serial)) {
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
        let step = Step { name: name.to_owned(), key: None, quoted: false };
        Self { text: name.to_owned(), steps: vec![step] }
    }

    /// Reads a path and refuses one that the type does not have.
    pub(super) fn read(type_name: &str, text: &str) -> Result<Self, Fault> {
        let steps = steps(text).ok_or_else(|| Fault::invalid_property(text))?;
        let spelled = |step: &Step| step.key.is_none() || step.quoted == TEXT_KEYED.contains(&step.name.as_str());
        if !steps.iter().all(spelled) {
            return Err(Fault::invalid_property(text));
        }
        check_path(type_name, text, &steps)?;
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

    /// Its value of an object.
    pub(super) fn of(&self, world: &World, session: Option<&Session>, id: Id) -> Option<Value> {
        let property = world.property(session, id, self.first())?;
        match self.steps.as_slice() {
            [Step { key: None, .. }] => Some(property),
            _ => self.within(&property).cloned(),
        }
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
        let name = element.word("name").to_owned();
        if element.child("path").is_none() {
            return Ok(Selection::Named(name));
        }
        let kind = element.word("type").to_owned();
        check_type(&kind)?;
        self.serial += 1;
        let serial = self.serial;
        let traversal = Arc::new(Traversal {
            serial,
            path: Path::read(&kind, element.word("path"))?,
            kind,
            skip: element.truth("skip"),
            select: self.read_all(element)?,
        });
        if !name.is_empty() {
            self.named.insert(name, Arc::clone(&traversal));
        }
        Ok(Selection::Follow(traversal))
    }
}
