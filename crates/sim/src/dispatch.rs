//! Which method does what: one table. Everything that can be answered at once is answered here; waiting is done outside.

use super::call::Call;
use super::check::{check_call, unknown_method};
use super::collector::Collector;
use super::fault::Fault;
use super::faults::Trouble;
use super::history::History;
use super::id::{Id, Kind};
use super::session::{IDLE_LIMIT, Session};
use super::task::Act;
use super::value::Value;
use super::vm::{Power, Vm};
use super::world::World;

/// Who calls: the cookie of a session that is alive, and what the client calls itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Caller {
    /// The session's cookie, if there is one.
    pub(super) cookie: Option<String>,
    /// The `User-Agent`.
    pub(super) agent: String,
}

/// The answer to a call, or a wait for it.
#[derive(Debug)]
pub(super) enum Answer {
    /// The content of the response element.
    Body(String),
    /// The answer to a login.
    LoggedIn {
        /// The content.
        body: String,
        /// The cookie.
        cookie: String,
    },
    /// Wait for changes on this collector.
    Wait(Wait),
}

/// A wait for changes.
#[derive(Debug, Clone)]
pub(super) struct Wait {
    /// On which collector.
    pub(super) collector: Id,
    /// The version that the client has.
    pub(super) version: String,
    /// `maxObjectUpdates`
    pub(super) most: usize,
    /// `maxWaitSeconds`
    pub(super) seconds: u64,
    /// How often waits on it had been cancelled when this one began.
    pub(super) cancelled: u64,
}

/// An answer, or why there is none.
pub(super) type Outcome = Result<Answer, Fault>;

/// A call whose method, object and session were looked at.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) method: &'static str,
    /// The object that it is made on.
    pub(super) this: Id,
    pub(super) call: &'a Call,
    pub(super) caller: &'a Caller,
    /// The planned fault that changes how the call is done.
    pub(super) trouble: Option<&'a Trouble>,
}

/// A method that is answered here.
struct Method {
    name: &'static str,
    /// The type whose objects have it.
    owner: &'static str,
    /// The privilege that it needs, where it needs one that an account may lack.
    privilege: &'static [&'static str],
    answer: fn(&mut World, &Request<'_>) -> Outcome,
}

macro_rules! methods {
    ($($name:ident on $owner:ident $(needs $privilege:literal)? => $answer:expr;)*) => {
        const METHODS: &[Method] = &[$(Method {
            name: stringify!($name),
            owner: stringify!($owner),
            privilege: &[$($privilege)?],
            answer: $answer,
        }),*];
    };
}

methods! {
    RetrieveServiceContent on ServiceInstance => |world, _| value(world.service_content());
    CurrentTime on ServiceInstance => |world, _| value(world.now());
    Login on SessionManager => World::login;
    Logout on SessionManager => World::logout;
    SessionIsActive on SessionManager => World::session_is_active;

    RetrieveProperties on PropertyCollector => World::retrieve_all;
    RetrievePropertiesEx on PropertyCollector => World::retrieve;
    ContinueRetrievePropertiesEx on PropertyCollector => World::retrieve_more;
    CancelRetrievePropertiesEx on PropertyCollector => World::cancel_retrieve;
    CreateFilter on PropertyCollector => World::create_filter;
    DestroyPropertyFilter on PropertyFilter => World::destroy_filter;
    CreatePropertyCollector on PropertyCollector => World::create_collector;
    DestroyPropertyCollector on PropertyCollector => World::destroy_collector;
    WaitForUpdatesEx on PropertyCollector => World::wait_for_seconds;
    WaitForUpdates on PropertyCollector => |world, request| world.wait(request, None);
    CheckForUpdates on PropertyCollector => |world, request| world.wait(request, Some(0));
    CancelWaitForUpdates on PropertyCollector => World::cancel_wait;

    CreateContainerView on ViewManager => World::create_container_view;
    CreateListView on ViewManager => World::create_list_view;
    ModifyListView on ListView => World::modify_list;
    ResetListView on ListView => World::modify_list;
    DestroyView on View => World::destroy_view;

    FindByInventoryPath on SearchIndex => World::find_by_path;
    FindChild on SearchIndex => World::find_child;
    FindByUuid on SearchIndex => |world, request| world.find_by_uuid(request, 1);
    FindAllByUuid on SearchIndex => |world, request| world.find_by_uuid(request, usize::MAX);
    FindByIp on SearchIndex => |world, request| world.find_by_guest(request, "ipAddress", "ip");
    FindByDnsName on SearchIndex => |world, request| world.find_by_guest(request, "hostName", "dnsName");

    HasPrivilegeOnEntity on AuthorizationManager => World::has_privilege_on_entity;
    HasPrivilegeOnEntities on AuthorizationManager => World::has_privilege_on_entities;
    FetchUserPrivilegeOnEntities on AuthorizationManager => World::fetch_privileges;

    CreateCollectorForTasks on TaskManager => World::create_task_history;
    CreateCollectorForEvents on EventManager => World::create_event_history;
    ReadNextTasks on TaskHistoryCollector => |world, request| world.read_history(request, History::next);
    ReadPreviousTasks on TaskHistoryCollector => |world, request| world.read_history(request, History::previous);
    ReadNextEvents on EventHistoryCollector => |world, request| world.read_history(request, History::next);
    ReadPreviousEvents on EventHistoryCollector => |world, request| world.read_history(request, History::previous);
    RewindCollector on HistoryCollector => |world, request| world.place_history(request, 0);
    ResetCollector on HistoryCollector => |world, request| world.place_history(request, u32::MAX);
    SetCollectorPageSize on HistoryCollector => World::set_history_page;
    DestroyCollector on HistoryCollector => World::destroy_history;
    QueryEvents on EventManager => World::query_events;

    CancelTask on Task needs "Global.CancelTask" => World::cancel_task;
    RefreshStorageInfo on VirtualMachine => World::refresh;
    RefreshDatastore on Datastore => World::refresh;
    RefreshDatastoreStorageInfo on Datastore => World::refresh;
    ShutdownGuest on VirtualMachine => World::shut_down_guest;

    CreateSnapshot_Task on VirtualMachine needs "VirtualMachine.State.CreateSnapshot" => World::create_snapshot;
    CreateSnapshotEx_Task on VirtualMachine needs "VirtualMachine.State.CreateSnapshot" => World::create_snapshot_ex;
    RevertToSnapshot_Task on VirtualMachineSnapshot needs "VirtualMachine.State.RevertToSnapshot" => World::revert;
    RevertToCurrentSnapshot_Task on VirtualMachine needs "VirtualMachine.State.RevertToSnapshot"
        => World::revert_to_current;
    RemoveSnapshot_Task on VirtualMachineSnapshot needs "VirtualMachine.State.RemoveSnapshot" => World::remove_snapshot;
    RemoveAllSnapshots_Task on VirtualMachine needs "VirtualMachine.State.RemoveSnapshot"
        => World::remove_all_snapshots;
    RenameSnapshot on VirtualMachineSnapshot needs "VirtualMachine.State.RenameSnapshot" => World::rename_snapshot;
    ConsolidateVMDisks_Task on VirtualMachine needs "VirtualMachine.State.RemoveSnapshot"
        => |world, request| world.begin(request, Act::Consolidate);
    EstimateStorageForConsolidateSnapshots_Task on VirtualMachine
        => |world, request| world.begin(request, Act::Estimate);
    PowerOnVM_Task on VirtualMachine needs "VirtualMachine.Interact.PowerOn"
        => |world, request| world.begin(request, Act::Power(Power::On));
    PowerOffVM_Task on VirtualMachine needs "VirtualMachine.Interact.PowerOff"
        => |world, request| world.begin(request, Act::Power(Power::Off));
    SuspendVM_Task on VirtualMachine needs "VirtualMachine.Interact.Suspend"
        => |world, request| world.begin(request, Act::Power(Power::Suspended));
    Rename_Task on ManagedEntity needs "VirtualMachine.Config.Rename" => World::rename;
    Destroy_Task on ManagedEntity needs "VirtualMachine.Inventory.Delete"
        => |world, request| world.begin(request, Act::Destroy);
}

/// Methods that need no session (`System.Anonymous`).
const OPEN: &[&str] = &["RetrieveServiceContent", "Login"];

/// Methods by which properties are read: open for the two objects that a client needs before it logs in.
const READS: &[&str] = &["RetrieveProperties", "RetrievePropertiesEx", "Fetch"];

/// Every privilege that a method needs.
pub(super) fn privileges() -> impl Iterator<Item = &'static str> {
    METHODS.iter().flat_map(|method| method.privilege).copied()
}

impl World {
    /// Answers a call. `trouble` is what a fault plan has in store for it, as far as it concerns the doing.
    pub(super) fn answer(&mut self, call: &Call, caller: &Caller, trouble: Option<&Trouble>) -> Outcome {
        let now = self.clock.passed();
        self.sessions.retain(|_, session| now.saturating_sub(session.active.1) < IDLE_LIMIT);
        let name = call.method.as_str();
        if name == "Fetch" {
            return self.fetch(call, caller);
        }
        let method = METHODS.iter().find(|method| method.name == name).ok_or_else(|| unknown_method(name))?;
        check_call(name, &call.element)?;
        let this = call.this();
        let session = self.session(caller);
        if session.is_none() && !OPEN.contains(&name) && !READS.contains(&name) {
            return Err(Fault::not_authenticated(this.unwrap_or(Id::only(Kind::ServiceInstance))));
        }
        let this = this?;
        if !self.exists(session, this) {
            return Err(Fault::gone_id(this));
        }
        if !this.is_a(method.owner) {
            return Err(Fault::new("MethodNotFound", format!("The method {name} is not known on this object."))
                .with("receiver", this)
                .with("method", name));
        }
        if let Some(privilege) = method.privilege.iter().find(|privilege| self.lacks(privilege)) {
            return Err(Fault::no_permission(self.vm_of(this).map_or(this, Vm::id), privilege));
        }
        let date = self.now();
        if let Some(session) = self.session_mut(caller) {
            session.active = (date, now);
            session.calls += 1;
        }
        (method.answer)(self, &Request { method: method.name, this, call, caller, trouble })
    }

    /// The caller's session.
    pub(super) fn session(&self, caller: &Caller) -> Option<&Session> {
        self.sessions.get(caller.cookie.as_ref()?)
    }

    /// The caller's session, to be changed.
    pub(super) fn session_mut(&mut self, caller: &Caller) -> Option<&mut Session> {
        self.sessions.get_mut(caller.cookie.as_ref()?)
    }

    fn login(&mut self, request: &Request<'_>) -> Outcome {
        let Request { call, caller, .. } = *request;
        let right = self.is_account(call.word("userName"))
            && call.text("password").unwrap_or_default() == self.options.password;
        // vCenter answers a second login on one session in the same words.
        if !right || self.session(caller).is_some() {
            return Err(Fault::invalid_login());
        }
        let cookie = self.new_cookie();
        let now = self.now();
        let locale = call.word("locale");
        let session = Session {
            key: self.rng.uuid(),
            user: self.account(),
            locale: if locale.is_empty() { "en".to_owned() } else { locale.to_owned() },
            login: now,
            active: (now, self.clock.passed()),
            agent: caller.agent.clone(),
            collectors: [(Id::only(Kind::PropertyCollector), Collector::default())].into(),
            ..Session::default()
        };
        let body = rendered(&Value::Data(session.data()));
        self.sessions.insert(cookie.clone(), session);
        self.changes.touch(Id::only(Kind::SessionManager));
        Ok(Answer::LoggedIn { body, cookie })
    }

    fn logout(&mut self, request: &Request<'_>) -> Outcome {
        if let Some(cookie) = &request.caller.cookie {
            self.sessions.remove(cookie);
        }
        nothing()
    }

    fn session_is_active(&mut self, request: &Request<'_>) -> Outcome {
        let (key, user) = (request.call.word("sessionID"), request.call.word("userName"));
        value(self.sessions.values().any(|session| session.key == key) && self.is_account(user))
    }

    /// `RefreshStorageInfo` and the like: the object is shown anew.
    fn refresh(&mut self, request: &Request<'_>) -> Outcome {
        self.changes.touch(request.this);
        nothing()
    }

    /// Not from the seed: who knows the seed must not know the cookies.
    pub(super) fn new_cookie(&mut self) -> String {
        let mut bytes = [0u8; 20];
        match getrandom::fill(&mut bytes) {
            Ok(()) => hex::encode(bytes),
            Err(_) => self.rng.uuid(),
        }
    }
}

/// A value as the content of an answer.
pub(super) fn rendered(value: &Value) -> String {
    let mut out = String::new();
    value.write("returnval", &mut out);
    out
}

/// An answer of one value whose type is declared.
pub(super) fn value(value: impl Into<Value>) -> Outcome {
    Ok(Answer::Body(rendered(&value.into())))
}

/// An answer of many values, each an element of its own.
pub(super) fn many(values: impl IntoIterator<Item = impl Into<Value>>) -> Outcome {
    Ok(Answer::Body(values.into_iter().map(|value| rendered(&value.into())).collect()))
}

/// An answer without a value.
pub(super) fn nothing() -> Outcome {
    Ok(Answer::Body(String::new()))
}

#[cfg(test)]
mod tests;
