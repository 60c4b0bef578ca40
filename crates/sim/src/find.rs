//! Finding objects: views over the inventory, and the index by path, UUID, address and name.

use std::collections::HashSet;

use super::check::check_type;
use super::dispatch::{Outcome, Request, many, nothing, value};
use super::fault::Fault;
use super::generate::ROOT;
use super::id::{Id, Kind};
use super::names;
use super::select::Path;
use super::session::{ContainerView, View};
use super::value::Value;
use super::vm::Vm;
use super::world::World;

impl World {
    pub(super) fn create_container_view(&mut self, request: &Request<'_>) -> Outcome {
        let call = request.call;
        let container = call.id("container")?.filter(|id| self.exists(None, *id));
        let holds = |id: Id| {
            ["Folder", "Datacenter", "ComputeResource", "ResourcePool", "HostSystem"].iter().any(|kind| id.is_a(kind))
        };
        if container.is_some_and(|id| !holds(id)) {
            return Err(Fault::invalid_argument("container"));
        }
        let types = call.element.texts("type");
        types.iter().try_for_each(|name| check_type(name))?;
        let view = ContainerView {
            container: container.ok_or_else(|| Fault::gone("ManagedEntity", call.word("container")))?,
            types,
            recursive: call.flag("recursive"),
        };
        self.add_view(request, Kind::ContainerView, View::Container(view))
    }

    pub(super) fn create_list_view(&mut self, request: &Request<'_>) -> Outcome {
        let ids = request.call.ids("obj")?;
        self.add_view(request, Kind::ListView, View::List(ids))
    }

    fn add_view(&mut self, request: &Request<'_>, kind: Kind, view: View) -> Outcome {
        let id = Id::new(kind, self.next_number());
        self.own_session(request)?.views.insert(id, view);
        self.changes.touch(id);
        value(id)
    }

    pub(super) fn destroy_view(&mut self, request: &Request<'_>) -> Outcome {
        self.own_session(request)?.views.remove(&request.this);
        self.changes.touch(request.this);
        nothing()
    }

    /// `ModifyListView` and `ResetListView`: answers with the references that mean no object.
    pub(super) fn modify_list(&mut self, request: &Request<'_>) -> Outcome {
        let call = request.call;
        let (add, remove, reset) = (call.ids("add")?, call.ids("remove")?, call.ids("obj")?);
        let session = self.session(request.caller);
        let unknown: Vec<Id> = add.iter().chain(&reset).copied().filter(|id| !self.exists(session, *id)).collect();
        if let Some(View::List(ids)) = self.own_session(request)?.views.get_mut(&request.this) {
            if request.method == "ResetListView" {
                *ids = reset;
            }
            ids.retain(|id| !remove.contains(id));
            ids.extend(add);
            let mut seen = HashSet::new();
            ids.retain(|id| !unknown.contains(id) && seen.insert(*id));
        }
        self.changes.touch(request.this);
        many(unknown)
    }

    pub(super) fn find_by_path(&mut self, request: &Request<'_>) -> Outcome {
        many(self.by_path(request.call.word("inventoryPath")))
    }

    pub(super) fn find_child(&mut self, request: &Request<'_>) -> Outcome {
        let call = request.call;
        let entity = call.id("entity")?.filter(|id| self.exists(None, *id));
        let entity = entity.ok_or_else(|| Fault::gone("ManagedEntity", call.word("entity")))?;
        many(self.child_named(entity, call.text("name").unwrap_or_default()))
    }

    pub(super) fn find_by_uuid(&mut self, request: &Request<'_>, most: usize) -> Outcome {
        let uuid = request.call.word("uuid");
        let instance = request.call.flag("instanceUuid");
        self.find_vms(request, most, |vm| {
            let own = if instance { &vm.instance_uuid } else { &vm.uuid };
            own.eq_ignore_ascii_case(uuid)
        })
    }

    /// By what Tools tell of a guest.
    pub(super) fn find_by_guest(&mut self, request: &Request<'_>, field: &str, argument: &str) -> Outcome {
        let path = Path::read("VirtualMachine", &format!("guest.{field}"))?;
        let wanted = Value::from(request.call.word(argument));
        self.find_vms(request, 1, |vm| path.of(self, None, vm.id()).as_ref() == Some(&wanted))
    }

    fn find_vms(&self, request: &Request<'_>, most: usize, wanted: impl Fn(&Vm) -> bool) -> Outcome {
        let asked = request.call.flag("vmSearch");
        many(self.vms.values().filter(|vm| asked && wanted(vm)).take(most).map(Vm::id))
    }

    /// `DC1/vm/web/web-01`, the names as vCenter stores them; the root is the empty path.
    fn by_path(&self, path: &str) -> Option<Id> {
        path.split('/').filter(|part| !part.is_empty()).try_fold(ROOT, |at, part| self.child_named(at, part))
    }

    fn child_named(&self, parent: Id, name: &str) -> Option<Id> {
        let wanted = names::stored(name);
        let named = |id: &Id| self.name_of(*id).is_some_and(|name| names::stored(&name) == wanted);
        self.contained(parent).into_iter().find(named)
    }

    /// An object's name as vCenter stores it, if it has one.
    pub(super) fn name_of(&self, id: Id) -> Option<String> {
        if let Value::Text(name) = self.property(None, id, "name")? { Some(name) } else { None }
    }
}
