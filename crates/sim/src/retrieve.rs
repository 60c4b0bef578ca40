//! Reading properties once: `RetrieveProperties`, `RetrievePropertiesEx` and its further pages.

use std::collections::{HashMap, VecDeque};

use super::fault::Fault;
use super::id::Id;
use super::select::{FilterSpec, Path};
use super::session::Session;
use super::value::{Value, data};
use super::world::World;

/// How many objects one answer of `RetrievePropertiesEx` holds at the most. A real server sets its own limit too, so that a
/// client that does not go on by the token is wrong there as well.
const PAGE_MOST: usize = 1000;

/// A read that was not given out to its end.
#[derive(Debug)]
pub(super) struct Page {
    specs: Vec<FilterSpec>,
    rest: VecDeque<(usize, Id)>,
    most: usize,
}

impl Page {
    /// Everything that the specifications select, in one answer, as the old `RetrieveProperties` has it.
    pub(super) fn all(specs: Vec<FilterSpec>, world: &World, session: Option<&Session>) -> Self {
        let mut rest = VecDeque::new();
        for (place, spec) in specs.iter().enumerate() {
            rest.extend(spec.select(world, session).objects.into_iter().map(|id| (place, id)));
        }
        Self { specs, rest, most: usize::MAX }
    }

    /// [`Page::all`] in portions. `most` is `maxObjects`, 0 or less for none.
    pub(super) fn begin(specs: Vec<FilterSpec>, most: Option<i32>, world: &World, session: Option<&Session>) -> Self {
        let asked = most.and_then(|most| usize::try_from(most).ok()).filter(|most| *most > 0);
        Self { most: asked.map_or(PAGE_MOST, |asked| asked.min(PAGE_MOST)), ..Self::all(specs, world, session) }
    }

    /// Writes the next objects as elements with this name. Objects that are gone meanwhile are left out.
    pub(super) fn write(&mut self, name: &str, world: &World, session: Option<&Session>, out: &mut String) {
        let mut paths: HashMap<(usize, &'static str), Option<Vec<Path>>> = HashMap::new();
        let mut written = 0;
        while written < self.most {
            let Some((place, id)) = self.rest.pop_front() else {
                break;
            };
            let Some(spec) = self.specs.get(place) else { continue };
            let wanted = paths.entry((place, id.type_name())).or_insert_with(|| spec.paths(id));
            let Some(wanted) = wanted.as_ref().filter(|_| world.exists(session, id)) else {
                continue;
            };
            write_object(name, world, session, id, wanted, out);
            written += 1;
        }
    }

    /// Whether there is more.
    pub(super) fn more(&self) -> bool {
        !self.rest.is_empty()
    }
}

/// Calls back with the value of every wanted path of an object, none where it is unset.
pub(super) fn each_value(
    world: &World,
    session: Option<&Session>,
    id: Id,
    wanted: &[Path],
    mut then: impl FnMut(&Path, Option<&Value>),
) {
    let mut first = "";
    let mut property = None;
    for path in wanted {
        if path.first() != first {
            first = path.first();
            property = world.property(session, id, first);
        }
        then(path, property.as_ref().and_then(|property| path.within(property)));
    }
}

fn write_object(name: &str, world: &World, session: Option<&Session>, id: Id, wanted: &[Path], out: &mut String) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    Value::Ref(id).write("obj", out);
    let mut missing = String::new();
    let hidden = world.hides_properties(id);
    each_value(world, session, id, wanted, |path, value| {
        if hidden && !matches!(path.first(), "name" | "parent" | "effectiveRole") {
            let fault = Fault::no_permission(id, "System.Read").localized();
            data! { MissingProperty { path: &path.text, fault } }.write("missingSet", false, &mut missing);
        } else if let Some(value) = value {
            out.push_str("<propSet><name>");
            super::xml::escape_into(&path.text, out);
            out.push_str("</name>");
            value.write_typed("val", out);
            out.push_str("</propSet>");
        }
    });
    out.push_str(&missing);
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}
