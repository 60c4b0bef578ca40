//! Property collectors: filters that remember what the client has been told, and updates that say what is new.
//!
//! Each filter remembers, per object and wanted path, a hash of the value as it was last sent. What changed in the world is
//! asked of [`super::changes::Changes`], so that a filter over ten thousand VMs looks again only at those that changed.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::Hasher as _;
use std::sync::Arc;

use super::dispatch::rendered;
use super::fault::Fault;
use super::id::Id;
use super::retrieve::values;
use super::select::{FilterSpec, Path};
use super::session::Session;
use super::value::{Data, Value, data};
use super::world::World;

/// How many object updates one answer holds at the most, as a real vCenter's. Beyond it the answer says `truncated`.
pub(super) const UPDATES_MOST: usize = 100;

/// One property collector of one session.
#[derive(Debug, Default)]
pub(super) struct Collector {
    filters: BTreeMap<Id, Filter>,
    version: Version,
    last: Option<Sent>,
    /// Grows with every `CancelWaitForUpdates`, so that a waiting call sees that it is meant.
    pub(super) cancelled: u64,
}

/// A version as a vCenter counts: whole answers by the first number, truncated ones on their way to it by the second (`0_1`, `0_2`, `1`).
#[derive(Debug, Default, Clone, Copy)]
struct Version(u64, u64);

impl Version {
    fn next(self, truncated: bool) -> Self {
        if truncated { Self(self.0, self.1 + 1) } else { Self(self.0 + 1, 0) }
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self(whole, 0) => write!(f, "{whole}"),
            Self(whole, part) => write!(f, "{whole}_{part}"),
        }
    }
}

/// The last answer, for a client that did not get it.
#[derive(Debug)]
struct Sent {
    asked: String,
    body: String,
}

#[derive(Debug)]
struct Filter {
    spec: Arc<FilterSpec>,
    seen: u64,
    fresh: bool,
    selected: HashSet<Id>,
    sources: HashSet<Id>,
    /// Objects that were gone when it was made, until the client is told.
    missing: Vec<Data>,
    /// The values that the client has: a hash per wanted path, 0 for an unset value.
    known: HashMap<Id, Vec<u64>>,
    /// Objects to be looked at again.
    dirty: BTreeSet<Id>,
    paths: HashMap<&'static str, Option<Vec<Path>>>,
}

impl Collector {
    /// Adds a filter.
    pub(super) fn add(&mut self, id: Id, spec: FilterSpec) {
        let filter = Filter {
            missing: spec.missing.clone(),
            spec: Arc::new(spec),
            seen: 0,
            fresh: true,
            selected: HashSet::new(),
            sources: HashSet::new(),
            known: HashMap::new(),
            dirty: BTreeSet::new(),
            paths: HashMap::new(),
        };
        self.filters.insert(id, filter);
    }

    /// Takes a filter away.
    pub(super) fn remove(&mut self, id: Id) {
        self.filters.remove(&id);
    }

    /// Whether it has this filter.
    pub(super) fn has_filter(&self, id: Id) -> bool {
        self.filters.contains_key(&id)
    }

    /// Its filters.
    pub(super) fn filter_ids(&self) -> impl Iterator<Item = Id> {
        self.filters.keys().copied()
    }

    /// The changes since `version`, as an answer's `UpdateSet`; none if there are none.
    ///
    /// The empty version begins anew. The version before the last one gets the last answer again: it was lost on the way.
    pub(super) fn updates(
        &mut self,
        version: &str,
        most: usize,
        world: &World,
        session: Option<&Session>,
    ) -> Result<Option<String>, Fault> {
        let begin = version.is_empty();
        if begin {
            self.filters.values_mut().for_each(Filter::forget);
        } else if version != self.version.to_string() {
            return match &self.last {
                Some(sent) if sent.asked == version => Ok(Some(sent.body.clone())),
                _ => Err(Fault::version()),
            };
        }
        let mut room = most;
        let mut sets = Vec::new();
        let mut truncated = false;
        for (id, filter) in &mut self.filters {
            filter.refresh(world, session);
            let objects = filter.deliver(room, world, session);
            room -= objects.len();
            truncated |= !filter.dirty.is_empty();
            if !objects.is_empty() || begin {
                let objects = Value::list("ObjectUpdate", objects);
                let missing = Value::list("MissingObject", std::mem::take(&mut filter.missing));
                sets.push(data! { PropertyFilterUpdate { filter: *id, objectSet: objects, missingSet: missing } });
            }
        }
        if sets.is_empty() {
            return Ok(None);
        }
        self.version = self.version.next(truncated);
        let body = rendered(&Value::Data(data! { UpdateSet {
            version: self.version.to_string(),
            filterSet: Value::list("PropertyFilterUpdate", sets),
            truncated: truncated.then_some(true),
        } }));
        self.last = Some(Sent { asked: version.to_owned(), body: body.clone() });
        Ok(Some(body))
    }
}

impl Filter {
    /// Forgets what the client knows.
    fn forget(&mut self) {
        self.known.clear();
        self.dirty.clear();
        self.missing.clone_from(&self.spec.missing);
        self.fresh = true;
    }

    /// Notes which objects have to be looked at again since the last time.
    fn refresh(&mut self, world: &World, session: Option<&Session>) {
        let changed: Vec<Id> = world.changes.since(self.seen).collect();
        let gone = |id: &Id| self.selected.contains(id) && !world.exists(session, *id);
        if self.fresh || changed.iter().any(|id| self.sources.contains(id) || gone(id)) {
            let found = self.spec.select(world, session);
            let selected: HashSet<Id> = found.objects.into_iter().collect();
            self.dirty.extend(selected.iter().filter(|id| !self.known.contains_key(id)));
            self.dirty.extend(self.known.keys().filter(|id| !selected.contains(id)));
            self.selected = selected;
            self.sources = found.sources;
            self.fresh = false;
        }
        self.dirty.extend(changed.into_iter().filter(|id| self.selected.contains(id)));
        self.seen = world.changes.counter();
    }

    /// The updates of as many objects as there is room for.
    fn deliver(&mut self, room: usize, world: &World, session: Option<&Session>) -> Vec<Data> {
        let mut updates = Vec::new();
        while updates.len() < room
            && let Some(id) = self.dirty.pop_first()
        {
            if !self.selected.contains(&id) {
                updates.extend(self.known.remove(&id).map(|_| update("leave", id, Vec::new(), Vec::new())));
                continue;
            }
            let spec = &self.spec;
            let wanted = self.paths.entry(id.type_name()).or_insert_with(|| spec.paths(id));
            let Some(wanted) = wanted else { continue };
            let before = self.known.get(&id);
            let mut hashes = Vec::with_capacity(wanted.len());
            let (mut changes, mut missing) = (Vec::new(), Vec::new());
            for (path, val) in values(world, session, id, wanted) {
                let hash = match &val {
                    Ok(val) => val.as_ref().map_or(0, fingerprint),
                    Err(why) => fingerprint(&Value::Data(why.clone())),
                };
                let old = before.map(|before| before.get(hashes.len()).copied().unwrap_or(0));
                hashes.push(hash);
                // An assignment without a value: it is unset. On entering that is said, too.
                if old != Some(hash) {
                    let op = Value::of_enum("PropertyChangeOp", "assign");
                    match val {
                        Ok(val) => changes.push(data! { PropertyChange { name: &path.text, op, val } }),
                        Err(why) => missing.push(why),
                    }
                }
            }
            if before.is_none() {
                updates.push(update("enter", id, changes, missing));
            } else if !(changes.is_empty() && missing.is_empty()) {
                updates.push(update("modify", id, changes, missing));
            }
            self.known.insert(id, hashes);
        }
        updates
    }
}

fn update(kind: &'static str, id: Id, changes: Vec<Data>, missing: Vec<Data>) -> Data {
    data! { ObjectUpdate {
        kind: Value::of_enum("ObjectUpdateKind", kind),
        obj: id,
        changeSet: Value::list("PropertyChange", changes),
        missingSet: Value::list("MissingProperty", missing),
    } }
}

/// What stands for a property that may not be read.
const HIDDEN: u64 = 1;

/// A hash of a value as it is written. Never 0, which stands for no value, nor [`HIDDEN`].
fn fingerprint(value: &Value) -> u64 {
    let mut text = String::new();
    value.write_typed("val", &mut text);
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish().max(HIDDEN + 1)
}
