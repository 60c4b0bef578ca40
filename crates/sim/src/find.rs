//! Finding objects: views over the inventory, and the index by path, UUID, address and name.

use super::call::Call;
use super::dispatch::{Answer, Caller, many, nothing, value};
use super::fault::Fault;
use super::id::{Id, Kind};
use super::names;
use super::schema::schema;
use super::session::View;
use super::value::Value;
use super::world::World;

impl World {
    /// Makes, changes and takes away views.
    pub(super) fn manage_views(
        &mut self,
        method: &'static str,
        this: Id,
        call: &Call,
        caller: &Caller,
    ) -> Result<Answer, Fault> {
        if method == "DestroyView" {
            if let Some(session) = self.session_mut(caller) {
                session.views.remove(&this);
            }
            self.changes.touch(this);
            return Ok(nothing());
        }
        if matches!(method, "ModifyListView" | "ResetListView") {
            return self.modify_list(method, this, call, caller);
        }
        let (kind, view) = if method == "CreateListView" {
            let ids = call.ids("obj")?;
            (Kind::ListView, View::List(ids))
        } else {
            let container = call.id("container")?.filter(|id| self.exists(None, *id));
            let types: Vec<String> = call.element.all("type").map(|kind| kind.text.trim().to_owned()).collect();
            if let Some(strange) = types.iter().find(|kind| schema().get(kind).is_none_or(|found| !found.managed)) {
                return Err(Fault::new("InvalidType", "The type is not known.").with("argument", strange));
            }
            let view = View::Container {
                container: container.ok_or_else(|| Fault::gone("ManagedEntity", call.word("container")))?,
                types,
                recursive: call.flag("recursive").unwrap_or(false),
            };
            (Kind::ContainerView, view)
        };
        let id = Id::new(kind, self.next_number());
        if let Some(session) = self.session_mut(caller) {
            session.views.insert(id, view);
        }
        self.changes.touch(id);
        Ok(value(&Value::Ref(id)))
    }

    fn modify_list(&mut self, method: &str, this: Id, call: &Call, caller: &Caller) -> Result<Answer, Fault> {
        let (add, remove, reset) = (call.ids("add")?, call.ids("remove")?, call.ids("obj")?);
        let unknown: Vec<Id> =
            add.iter().chain(&reset).copied().filter(|id| !self.exists(self.session(caller), *id)).collect();
        if let Some(View::List(ids)) = self.session_mut(caller).and_then(|session| session.views.get_mut(&this)) {
            if method == "ResetListView" {
                *ids = reset;
            }
            ids.retain(|id| !remove.contains(id));
            ids.extend(add);
            ids.retain(|id| !unknown.contains(id));
            let mut seen = std::collections::HashSet::new();
            ids.retain(|id| seen.insert(*id));
        }
        self.changes.touch(this);
        Ok(many(unknown.into_iter().map(Value::Ref)))
    }

    /// The calls on the index.
    pub(super) fn search(&self, method: &str, call: &Call) -> Result<Answer, Fault> {
        let found: Vec<Id> = match method {
            "FindByInventoryPath" => self.by_path(call.word("inventoryPath")).into_iter().collect(),
            "FindChild" => {
                let entity = call.id("entity")?.filter(|id| self.exists(None, *id));
                let entity = entity.ok_or_else(|| Fault::gone("ManagedEntity", call.word("entity")))?;
                self.child_named(entity, call.text("name").unwrap_or_default()).into_iter().collect()
            }
            _ if call.flag("vmSearch") != Some(true) => Vec::new(),
            _ => {
                let instance = call.flag("instanceUuid").unwrap_or(false);
                let uuid = call.word("uuid");
                let wanted = |vm: &&super::vm::Vm| match method {
                    "FindByIp" => self.guest_text(vm, "ipAddress").as_deref() == Some(call.word("ip")),
                    "FindByDnsName" => self.guest_text(vm, "hostName").as_deref() == Some(call.word("dnsName")),
                    _ if instance => vm.instance_uuid.eq_ignore_ascii_case(uuid),
                    _ => vm.uuid.eq_ignore_ascii_case(uuid),
                };
                self.vms.values().filter(wanted).map(super::vm::Vm::id).collect()
            }
        };
        let most = if method == "FindAllByUuid" { usize::MAX } else { 1 };
        Ok(many(found.into_iter().take(most).map(Value::Ref)))
    }

    fn guest_text(&self, vm: &super::vm::Vm, field: &'static str) -> Option<String> {
        let guest = self.property(None, vm.id(), "guest")?;
        let path = super::select::Path::read("VirtualMachine", &format!("guest.{field}")).ok()?;
        let Value::Text(text) = path.within(&guest)? else {
            return None;
        };
        Some(text.clone())
    }

    /// `DC1/vm/web/web-01`, the names as vCenter stores them; the root is the empty path.
    fn by_path(&self, path: &str) -> Option<Id> {
        let parts = path.split('/').filter(|part| !part.is_empty());
        let mut at = super::generate::ROOT;
        for part in parts {
            at = self.child_named(at, part)?;
        }
        Some(at)
    }

    fn child_named(&self, parent: Id, name: &str) -> Option<Id> {
        let wanted = names::stored(name);
        self.contained(parent).into_iter().find(
            |id| matches!(self.property(None, *id, "name"), Some(Value::Text(text)) if names::stored(&text) == wanted),
        )
    }
}
