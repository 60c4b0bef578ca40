//! What the account may do, and the calls that ask for privileges.

use super::dispatch::{Outcome, Request, many, privileges};
use super::fault::Fault;
use super::id::Id;
use super::oddity::Oddity;
use super::value::{Value, data};
use super::vm::Vm;
use super::world::World;

impl World {
    /// Whether the account lacks this privilege.
    pub(super) fn lacks(&self, privilege: &str) -> bool {
        self.options.lacks.iter().any(|lacked| lacked == privilege)
    }

    /// Whether the account may not read this object's properties.
    pub(super) fn hides_properties(&self, id: Id) -> bool {
        let hidden = |vm: &Vm| vm.has(&Oddity::Hidden);
        id.is_a("ManagedEntity") && (self.lacks("System.Read") || self.vm(id).is_some_and(hidden))
    }

    /// The privileges that the caller has on each of some entities.
    pub(super) fn fetch_privileges(&mut self, request: &Request<'_>) -> Outcome {
        let entities = self.entities(request, "entities")?;
        let anywhere = ["System.Anonymous", "System.View", "System.Read", "Datastore.Browse"];
        let mut held: Vec<&str> = anywhere.into_iter().chain(privileges()).collect();
        held.retain(|privilege| !self.lacks(privilege));
        held.sort_unstable();
        held.dedup();
        many(entities.into_iter().map(|entity| {
            data! { UserPrivilegeResult { entity, privileges: Value::texts(held.iter().copied()) } }
        }))
    }

    pub(super) fn has_privilege_on_entity(&mut self, request: &Request<'_>) -> Outcome {
        self.entities(request, "entity")?;
        many(self.asked_privileges(request)?.into_iter().map(|privilege| !self.lacks(privilege)))
    }

    pub(super) fn has_privilege_on_entities(&mut self, request: &Request<'_>) -> Outcome {
        let entities = self.entities(request, "entity")?;
        let asked = self.asked_privileges(request)?;
        many(entities.into_iter().map(|entity| {
            let rows = asked.iter().map(|privilege| {
                data! { PrivilegeAvailability { privId: *privilege, isGranted: !self.lacks(privilege) } }
            });
            data! { EntityPrivilege { entity, privAvailability: Value::list("PrivilegeAvailability", rows) } }
        }))
    }

    fn entities(&self, request: &Request<'_>, argument: &str) -> Result<Vec<Id>, Fault> {
        let entities = request.call.ids(argument)?;
        let gone = entities.iter().find(|id| !self.exists(None, **id));
        gone.map_or(Ok(entities.clone()), |gone| Err(Fault::gone_id(*gone)))
    }

    /// The privileges that are asked for, of a session that there is.
    fn asked_privileges<'a>(&self, request: &Request<'a>) -> Result<Vec<&'a str>, Fault> {
        let session = request.call.word("sessionId");
        if !self.sessions.values().any(|known| known.key == session) {
            return Err(Fault::invalid_argument("sessionId"));
        }
        Ok(request.call.element.all("privId").map(|privilege| privilege.text.trim()).collect())
    }
}
