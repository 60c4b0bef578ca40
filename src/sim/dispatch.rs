//! Which method does what. Everything that can be answered at once is answered here; waiting is done outside.

use super::call::Call;
use super::check::check_call;
use super::fault::Fault;
use super::faults::Trouble;
use super::id::{Id, Kind};
use super::names;
use super::retrieve::Page;
use super::schema::schema;
use super::select::FilterSpec;
use super::session::{IDLE_LIMIT, Session, View};
use super::task::Act;
use super::value::{Data, Value};
use super::vm::Power;
use super::world::World;

/// Who calls: the cookie of a session that is alive, and what the client calls itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Caller {
    /// The session's cookie, if there is one.
    pub(super) cookie: Option<String>,
    /// The `User-Agent`.
    pub(super) agent: String,
}

/// What a call comes to.
#[derive(Debug)]
pub(super) enum Answer {
    /// The content of the response element.
    Body(String),
    /// The same, with a new session's cookie.
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
    pub(super) most: Option<i32>,
    /// `maxWaitSeconds`; none for as long as it takes.
    pub(super) seconds: Option<u64>,
    /// How often waits on it had been cancelled when this one began.
    pub(super) cancelled: u64,
}

/// Methods that need no session (`System.Anonymous`).
const OPEN: &[&str] = &["RetrieveServiceContent", "Login"];

/// Methods by which properties are read: open for the two objects that a client needs before it logs in.
const READS: &[&str] = &["RetrieveProperties", "RetrievePropertiesEx", "Fetch"];

/// The privilege that a method needs, where it needs one that an account may lack.
const PRIVILEGES: &[(&str, &str)] = &[
    ("CreateSnapshot_Task", "VirtualMachine.State.CreateSnapshot"),
    ("CreateSnapshotEx_Task", "VirtualMachine.State.CreateSnapshot"),
    ("RevertToSnapshot_Task", "VirtualMachine.State.RevertToSnapshot"),
    ("RevertToCurrentSnapshot_Task", "VirtualMachine.State.RevertToSnapshot"),
    ("RemoveSnapshot_Task", "VirtualMachine.State.RemoveSnapshot"),
    ("RemoveAllSnapshots_Task", "VirtualMachine.State.RemoveSnapshot"),
    ("ConsolidateVMDisks_Task", "VirtualMachine.State.RemoveSnapshot"),
    ("RenameSnapshot", "VirtualMachine.State.RenameSnapshot"),
    ("PowerOnVM_Task", "VirtualMachine.Interact.PowerOn"),
    ("PowerOffVM_Task", "VirtualMachine.Interact.PowerOff"),
    ("SuspendVM_Task", "VirtualMachine.Interact.Suspend"),
    ("Rename_Task", "VirtualMachine.Config.Rename"),
    ("Destroy_Task", "VirtualMachine.Inventory.Delete"),
    ("CancelTask", "Global.CancelTask"),
];

impl World {
    /// Answers a call. `trouble` is what a fault plan has in store for it, as far as it concerns the doing.
    pub(super) fn answer(&mut self, call: &Call, caller: &Caller, trouble: Option<&Trouble>) -> Result<Answer, Fault> {
        let now = self.clock.passed();
        self.sessions
            .retain(|_, session| now.saturating_sub(session.active.1) < IDLE_LIMIT);
        let name = call.method.as_str();
        if name == "Fetch" {
            return self.fetch(call, caller);
        }
        let Some(method) = schema().method(name) else {
            return Err(if schema().knows_method(name) {
                Fault::not_supported(format!("The simulator does not know {name}."))
            } else {
                Fault::invalid_request(format!("Unable to resolve WSDL method name {name}"))
            });
        };
        check_call(method, &call.element)?;
        let this = call.this();
        let session = self.session(caller);
        if session.is_none() && !OPEN.contains(&name) && !READS.contains(&name) {
            return Err(Fault::not_authenticated(
                this.unwrap_or(Id::only(Kind::ServiceInstance)),
            ));
        }
        let this = this?;
        if !self.exists(session, this) {
            return Err(Fault::gone_id(this));
        }
        if !schema().is_a(this.type_name(), method.owner) {
            return Err(Fault::new(
                "MethodNotFound",
                format!("The method {name} is not known on this object."),
            )
            .with("receiver", this)
            .with("method", name));
        }
        if let Some((_, privilege)) = PRIVILEGES.iter().find(|(method, _)| *method == name)
            && self.lacks(privilege)
        {
            let about = self.vm_of(this).map_or(this, super::vm::Vm::id);
            return Err(Fault::no_permission(about, privilege));
        }
        let date = self.now();
        if let Some(session) = caller.cookie.as_ref().and_then(|cookie| self.sessions.get_mut(cookie)) {
            session.active = (date, now);
            session.calls += 1;
        }
        self.act(method.name, this, call, caller, trouble)
    }

    /// The caller's session.
    pub(super) fn session(&self, caller: &Caller) -> Option<&Session> {
        self.sessions.get(caller.cookie.as_ref()?)
    }

    /// Whether the account lacks this privilege.
    pub(super) fn lacks(&self, privilege: &str) -> bool {
        self.options.lacks.iter().any(|lacked| lacked == privilege)
    }

    /// Whether the account may not read this object's properties.
    pub(super) fn hides_properties(&self, id: Id) -> bool {
        self.lacks("System.Read") && schema().is_a(id.type_name(), "ManagedEntity")
    }

    fn act(
        &mut self,
        method: &'static str,
        this: Id,
        call: &Call,
        caller: &Caller,
        trouble: Option<&Trouble>,
    ) -> Result<Answer, Fault> {
        match method {
            "RetrieveServiceContent" => Ok(value(&Value::Data(self.service_content()))),
            "CurrentTime" => Ok(value(&Value::Time(self.now()))),
            "Login" => self.login(call, caller),
            "Logout" => {
                if let Some(cookie) = &caller.cookie {
                    self.sessions.remove(cookie);
                }
                Ok(nothing())
            }
            "SessionIsActive" => {
                let (key, user) = (call.word("sessionID"), call.word("userName"));
                let active = self
                    .sessions
                    .values()
                    .any(|session| session.key == key && session.user == user);
                Ok(value(&Value::Bool(active)))
            }
            "RetrieveProperties" | "RetrievePropertiesEx" => self.retrieve(method, call, caller),
            "ContinueRetrievePropertiesEx" => self.retrieve_more(call.word("token"), caller),
            "CancelRetrievePropertiesEx" => {
                let token = call.word("token");
                let known = self.session_mut(caller).and_then(|session| session.pages.remove(token));
                known.map(|_| nothing()).ok_or_else(|| Fault::invalid_argument("token"))
            }
            "CreateFilter"
            | "CreatePropertyCollector"
            | "DestroyPropertyCollector"
            | "DestroyPropertyFilter"
            | "CancelWaitForUpdates" => self.manage_collectors(method, this, call, caller),
            "WaitForUpdatesEx" | "WaitForUpdates" | "CheckForUpdates" => {
                Ok(Answer::Wait(self.wait(method, this, call, caller)))
            }
            "CreateContainerView" | "CreateListView" | "ModifyListView" | "ResetListView" | "DestroyView" => {
                self.manage_views(method, this, call, caller)
            }
            "FindByInventoryPath" | "FindByUuid" | "FindAllByUuid" | "FindChild" | "FindByIp" | "FindByDnsName" => {
                Ok(self.search(method, call)?)
            }
            "HasPrivilegeOnEntity" | "HasPrivilegeOnEntities" | "FetchUserPrivilegeOnEntities" => {
                self.privileges(method, call)
            }
            "CreateCollectorForTasks"
            | "ReadNextTasks"
            | "ReadPreviousTasks"
            | "RewindCollector"
            | "ResetCollector"
            | "SetCollectorPageSize"
            | "DestroyCollector" => self.task_history(method, this, call, caller),
            "CancelTask" => self.cancel(this),
            "RefreshStorageInfo" => {
                self.changes.touch(this);
                Ok(nothing())
            }
            "RefreshDatastore" | "RefreshDatastoreStorageInfo" => {
                self.changes.touch(this);
                Ok(nothing())
            }
            "RenameSnapshot" => self.rename_snapshot(this, call),
            "ShutdownGuest" => self.shut_down(this),
            _ => self.begin(method, this, call, caller, trouble),
        }
    }

    /// Everything that becomes a task on a VM.
    fn begin(
        &mut self,
        method: &'static str,
        this: Id,
        call: &Call,
        caller: &Caller,
        trouble: Option<&Trouble>,
    ) -> Result<Answer, Fault> {
        let Some(vm) = self.vm_of(this).map(|vm| vm.n) else {
            return Err(Fault::not_supported("The operation is not supported on the object."));
        };
        let act = match method {
            "CreateSnapshot_Task" | "CreateSnapshotEx_Task" => {
                let name = names::stored(call.text("name").unwrap_or_default());
                if !names::acceptable(&name) {
                    return Err(Fault::invalid_name(&name, this));
                }
                let quiesce = match method {
                    "CreateSnapshot_Task" => call.flag("quiesce").unwrap_or(false),
                    _ => self.quiesce_spec(call)?,
                };
                Act::Create {
                    name,
                    description: call.text("description").unwrap_or_default().to_owned(),
                    memory: call.flag("memory").unwrap_or(false),
                    quiesce,
                }
            }
            "RevertToSnapshot_Task" => Act::Revert {
                snapshot: this.n,
                suppress: call.flag("suppressPowerOn").unwrap_or(false),
            },
            "RevertToCurrentSnapshot_Task" => {
                let current = self.vms.get(&vm).and_then(|vm| vm.current);
                Act::Revert {
                    snapshot: current.ok_or_else(not_found)?,
                    suppress: call.flag("suppressPowerOn").unwrap_or(false),
                }
            }
            "RemoveSnapshot_Task" => Act::Remove {
                snapshot: this.n,
                children: call.flag("removeChildren").unwrap_or(false),
                consolidate: call.flag("consolidate").unwrap_or(true),
            },
            "RemoveAllSnapshots_Task" => Act::RemoveAll {
                consolidate: call.flag("consolidate").unwrap_or(true),
            },
            "ConsolidateVMDisks_Task" => Act::Consolidate,
            "EstimateStorageForConsolidateSnapshots_Task" => Act::Estimate,
            "PowerOnVM_Task" => Act::Power(Power::On),
            "PowerOffVM_Task" => Act::Power(Power::Off),
            "SuspendVM_Task" => Act::Power(Power::Suspended),
            "Rename_Task" => {
                let name = names::stored(call.text("newName").unwrap_or_default());
                if !names::acceptable(&name) {
                    return Err(Fault::invalid_name(&name, this));
                }
                self.refuse_twin(vm, &name)?;
                Act::Rename(name)
            }
            "Destroy_Task" => Act::Destroy,
            _ => return Err(Fault::not_supported(format!("The simulator does not know {method}."))),
        };
        let user = self
            .session(caller)
            .map(|session| session.user.clone())
            .unwrap_or_default();
        let task = self.start(method, vm, act, &user, trouble)?;
        Ok(value(&Value::Ref(task)))
    }

    /// Whether a `quiesceSpec` was given; its time-out must be 5 to 240 minutes.
    fn quiesce_spec(&self, call: &Call) -> Result<bool, Fault> {
        let Some(spec) = call.element.child("quiesceSpec") else {
            return Ok(false);
        };
        let timeout = spec
            .child("timeout")
            .and_then(|timeout| timeout.text.trim().parse::<i32>().ok());
        match timeout {
            Some(minutes) if !(5..=240).contains(&minutes) => Err(Fault::invalid_argument("quiesceSpec.timeout")),
            _ => Ok(true),
        }
    }

    /// Two objects of one folder cannot have one name.
    fn refuse_twin(&self, vm: u32, name: &str) -> Result<(), Fault> {
        let Some(own) = self.vms.get(&vm) else { return Ok(()) };
        let twin = self
            .vms
            .values()
            .find(|other| other.n != vm && other.folder == own.folder && other.name == name);
        match twin {
            Some(twin) => Err(
                Fault::new("DuplicateName", format!("The name '{name}' already exists."))
                    .with("name", name)
                    .with("object", twin.id()),
            ),
            None => Ok(()),
        }
    }

    fn cancel(&mut self, this: Id) -> Result<Answer, Fault> {
        let now = self.clock.passed();
        let Some(task) = self.tasks.get_mut(&this.n) else {
            return Err(Fault::gone_id(this));
        };
        if !task.active() {
            return Err(Fault::new(
                "InvalidState",
                "The operation is not allowed in the current state.",
            ));
        }
        if !task.act.cancelable() {
            return Err(Fault::not_supported("The operation is not supported on the object."));
        }
        task.cancel(now);
        self.changes.touch(this);
        Ok(nothing())
    }

    fn rename_snapshot(&mut self, this: Id, call: &Call) -> Result<Answer, Fault> {
        let name = call.text("name").map(names::stored);
        if let Some(name) = name.as_deref().filter(|name| !names::acceptable(name)) {
            return Err(Fault::invalid_name(name, this));
        }
        let Some(vm) = self.vm_of(this).map(|vm| vm.n) else {
            return Err(Fault::gone_id(this));
        };
        if let Some(task) = self.vms.get(&vm).and_then(|vm| vm.task) {
            return Err(Fault::task_in_progress(Id::new(Kind::Task, task)));
        }
        let snapshot = self
            .vms
            .get_mut(&vm)
            .and_then(|vm| vm.snapshots.iter_mut().find(|snapshot| snapshot.n == this.n));
        if let Some(snapshot) = snapshot {
            if let Some(name) = name {
                snapshot.name = name;
            }
            if let Some(description) = call.text("description") {
                description.clone_into(&mut snapshot.description);
            }
        }
        self.touch_vm(vm);
        Ok(nothing())
    }

    fn shut_down(&mut self, this: Id) -> Result<Answer, Fault> {
        let now = self.now();
        let Some(vm) = self.vms.get_mut(&this.n) else {
            return Err(Fault::gone_id(this));
        };
        if vm.power != Power::On {
            return Err(Fault::invalid_power_state(Power::On.wire(), vm.power.wire()));
        }
        if !vm.tools_running() {
            return Err(Fault::new(
                "ToolsUnavailable",
                "Cannot complete operation because VMware Tools is not running in this virtual machine.",
            ));
        }
        vm.set_power(Power::Off, now);
        self.changes.touch(this);
        Ok(nothing())
    }

    fn login(&mut self, call: &Call, caller: &Caller) -> Result<Answer, Fault> {
        let right = call.word("userName") == self.options.username
            && call.text("password").unwrap_or_default() == self.options.password;
        // vCenter answers a second login on one session in the same words.
        if !right || self.session(caller).is_some() {
            return Err(Fault::new(
                "InvalidLogin",
                "Cannot complete login due to an incorrect user name or password.",
            ));
        }
        let cookie = self.new_cookie();
        let now = self.now();
        let locale = call.word("locale");
        let session = Session {
            key: self.rng.uuid(),
            user: call.word("userName").to_owned(),
            locale: if locale.is_empty() {
                "en".to_owned()
            } else {
                locale.to_owned()
            },
            login: now,
            active: (now, self.clock.passed()),
            calls: 0,
            agent: caller.agent.clone(),
            collectors: [(
                Id::only(Kind::PropertyCollector),
                super::collector::Collector::default(),
            )]
            .into(),
            views: std::collections::BTreeMap::new(),
            histories: std::collections::BTreeMap::new(),
            pages: std::collections::HashMap::new(),
        };
        let body = rendered(&Value::Data(session.data()));
        self.sessions.insert(cookie.clone(), session);
        self.changes.touch(Id::only(Kind::SessionManager));
        Ok(Answer::LoggedIn { body, cookie })
    }

    /// Not from the seed: who knows the seed must not know the cookies.
    fn new_cookie(&mut self) -> String {
        let mut bytes = [0u8; 20];
        match getrandom::fill(&mut bytes) {
            Ok(()) => hex::encode(bytes),
            Err(_) => self.rng.uuid(),
        }
    }

    pub(super) fn session_mut(&mut self, caller: &Caller) -> Option<&mut Session> {
        self.sessions.get_mut(caller.cookie.as_ref()?)
    }

    /// `Fetch`: one property of one object, the way pyvmomi reads attributes. It is no method of vim25's description, but
    /// every vCenter answers it.
    fn fetch(&mut self, call: &Call, caller: &Caller) -> Result<Answer, Fault> {
        let this = call.this()?;
        let session = self.session(caller);
        if session.is_none() && !matches!(this.kind, Kind::ServiceInstance | Kind::SessionManager) {
            return Err(Fault::not_authenticated(this));
        }
        if !self.exists(session, this) {
            return Err(Fault::gone_id(this));
        }
        let path = super::select::Path::read(this.type_name(), call.word("prop"))?;
        let property = self.property(session, this, path.first());
        let found = property.as_ref().and_then(|property| path.within(property));
        Ok(Answer::Body(found.map(rendered_typed).unwrap_or_default()))
    }

    fn retrieve(&mut self, method: &'static str, call: &Call, caller: &Caller) -> Result<Answer, Fault> {
        let session = self.session(caller);
        let mut specs = Vec::new();
        for set in call.element.all("specSet") {
            let spec = FilterSpec::read(set, self, session)?;
            let open = |id: Id| matches!(id.kind, Kind::ServiceInstance | Kind::SessionManager);
            if session.is_none() && (spec.traverses() || !spec.only_objects().all(open)) {
                let about = spec.only_objects().next().unwrap_or(Id::only(Kind::PropertyCollector));
                return Err(Fault::not_authenticated(about));
            }
            specs.push(spec);
        }
        if method == "RetrieveProperties" {
            let mut out = String::new();
            let mut page = Page::begin(specs, None, self, session).unlimited();
            page.write("returnval", self, session, &mut out);
            return Ok(Answer::Body(out));
        }
        let most = call
            .element
            .child("options")
            .and_then(|options| options.child("maxObjects"))
            .and_then(|most| most.text.trim().parse().ok());
        let page = Page::begin(specs, most, self, session);
        Ok(self.write_page(page, caller))
    }

    fn retrieve_more(&mut self, token: &str, caller: &Caller) -> Result<Answer, Fault> {
        let page = self.session_mut(caller).and_then(|session| session.pages.remove(token));
        let page = page.ok_or_else(|| Fault::invalid_argument("token"))?;
        Ok(self.write_page(page, caller))
    }

    fn write_page(&mut self, mut page: Page, caller: &Caller) -> Answer {
        let mut objects = String::new();
        page.write("objects", self, self.session(caller), &mut objects);
        let mut token = String::new();
        if page.more() {
            let key = format!("{}", self.next_number());
            token = format!("<token>{key}</token>");
            if let Some(session) = self.session_mut(caller) {
                session.pages.insert(key, page);
            }
        }
        if objects.is_empty() && token.is_empty() {
            return nothing();
        }
        Answer::Body(format!("<returnval>{token}{objects}</returnval>"))
    }

    fn manage_views(&mut self, method: &'static str, this: Id, call: &Call, caller: &Caller) -> Result<Answer, Fault> {
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
            let types: Vec<String> = call
                .element
                .all("type")
                .map(|kind| kind.text.trim().to_owned())
                .collect();
            if let Some(strange) = types
                .iter()
                .find(|kind| schema().get(kind).is_none_or(|found| !found.managed))
            {
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
        let unknown: Vec<Id> = add
            .iter()
            .chain(&reset)
            .copied()
            .filter(|id| !self.exists(self.session(caller), *id))
            .collect();
        if let Some(View::List(ids)) = self
            .session_mut(caller)
            .and_then(|session| session.views.get_mut(&this))
        {
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

    fn search(&self, method: &str, call: &Call) -> Result<Answer, Fault> {
        let found: Vec<Id> = match method {
            "FindByInventoryPath" => self.by_path(call.word("inventoryPath")).into_iter().collect(),
            "FindChild" => {
                let entity = call.id("entity")?.filter(|id| self.exists(None, *id));
                let entity = entity.ok_or_else(|| Fault::gone("ManagedEntity", call.word("entity")))?;
                self.child_named(entity, call.text("name").unwrap_or_default())
                    .into_iter()
                    .collect()
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

    fn privileges(&self, method: &str, call: &Call) -> Result<Answer, Fault> {
        let named = if method == "FetchUserPrivilegeOnEntities" {
            "entities"
        } else {
            "entity"
        };
        let entities = call.ids(named)?;
        if let Some(gone) = entities.iter().find(|id| !self.exists(None, **id)) {
            return Err(Fault::gone_id(*gone));
        }
        if method == "FetchUserPrivilegeOnEntities" {
            let all = ["System.Anonymous", "System.View", "System.Read", "Datastore.Browse"]
                .into_iter()
                .chain(PRIVILEGES.iter().map(|(_, privilege)| *privilege));
            let mut held: Vec<&str> = all.filter(|privilege| !self.lacks(privilege)).collect();
            held.sort_unstable();
            held.dedup();
            return Ok(many(entities.into_iter().map(|id| {
                Value::Data(
                    Data::new("UserPrivilegeResult")
                        .with("entity", id)
                        .with("privileges", Value::texts(held.iter().copied())),
                )
            })));
        }
        let session = call.word("sessionId");
        if !self.sessions.values().any(|known| known.key == session) {
            return Err(Fault::invalid_argument("sessionId"));
        }
        let wanted: Vec<&str> = call
            .element
            .all("privId")
            .map(|privilege| privilege.text.trim())
            .collect();
        if method == "HasPrivilegeOnEntity" {
            return Ok(many(wanted.iter().map(|privilege| Value::Bool(!self.lacks(privilege)))));
        }
        Ok(many(entities.into_iter().map(|id| {
            let rows = wanted.iter().map(|privilege| {
                Data::new("PrivilegeAvailability")
                    .with("privId", *privilege)
                    .with("isGranted", !self.lacks(privilege))
            });
            Value::Data(
                Data::new("EntityPrivilege")
                    .with("entity", id)
                    .with("privAvailability", Value::list("PrivilegeAvailability", rows)),
            )
        })))
    }

    fn task_history(&mut self, method: &str, this: Id, call: &Call, caller: &Caller) -> Result<Answer, Fault> {
        if method == "CreateCollectorForTasks" {
            let filter = call.element.child("filter").cloned().unwrap_or_default();
            let history = super::history::History::read(&filter, self)?;
            let id = Id::new(Kind::TaskHistory, self.next_number());
            if let Some(session) = self.session_mut(caller) {
                session.histories.insert(id, history);
            }
            return Ok(value(&Value::Ref(id)));
        }
        let taken = self
            .session_mut(caller)
            .and_then(|session| session.histories.remove(&this));
        let Some(mut history) = taken else {
            return Err(Fault::gone_id(this));
        };
        let asked = call.number("maxCount").and_then(|most| usize::try_from(most).ok());
        let answer = match (method, asked) {
            ("DestroyCollector", _) => return Ok(nothing()),
            ("RewindCollector", _) => {
                history.rewind();
                Ok(nothing())
            }
            ("ResetCollector", _) => {
                history.reset();
                Ok(nothing())
            }
            (_, None) => Err(Fault::invalid_argument("maxCount")),
            ("SetCollectorPageSize", Some(size)) => {
                history.set_page(size);
                Ok(nothing())
            }
            ("ReadPreviousTasks", Some(most)) => Ok(value(&history.previous(most, self))),
            (_, Some(most)) => Ok(value(&history.next(most, self))),
        };
        if let Some(session) = self.session_mut(caller) {
            session.histories.insert(this, history);
        }
        answer
    }
}

fn not_found() -> Fault {
    Fault::new("NotFound", "The object or item referred to could not be found.")
}

fn rendered(value: &Value) -> String {
    let mut out = String::new();
    value.write("returnval", &mut out);
    out
}

fn rendered_typed(value: &Value) -> String {
    let mut out = String::new();
    value.write_typed("returnval", &mut out);
    out
}

/// An answer of one value whose type is declared; a list becomes one element per entry.
pub(super) fn value(value: &Value) -> Answer {
    Answer::Body(rendered(value))
}

fn many(values: impl Iterator<Item = Value>) -> Answer {
    Answer::Body(values.map(|value| rendered(&value)).collect())
}

/// An answer without a value.
pub(super) fn nothing() -> Answer {
    Answer::Body(String::new())
}
