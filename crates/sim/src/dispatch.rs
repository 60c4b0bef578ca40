//! Which method does what. Everything that can be answered at once is answered here; waiting is done outside.

use super::call::Call;
use super::check::check_call;
use super::fault::Fault;
use super::faults::Trouble;
use super::id::{Id, Kind};
use super::rights::PRIVILEGES;
use super::schema::schema;
use super::session::{IDLE_LIMIT, Session};
use super::value::Value;
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
    /// `maxWaitSeconds`
    pub(super) seconds: u64,
    /// How often waits on it had been cancelled when this one began.
    pub(super) cancelled: u64,
}

/// Methods that need no session (`System.Anonymous`).
const OPEN: &[&str] = &["RetrieveServiceContent", "Login"];

/// Methods by which properties are read: open for the two objects that a client needs before it logs in.
const READS: &[&str] = &["RetrieveProperties", "RetrievePropertiesEx", "Fetch"];

impl World {
    /// Answers a call. `trouble` is what a fault plan has in store for it, as far as it concerns the doing.
    pub(super) fn answer(&mut self, call: &Call, caller: &Caller, trouble: Option<&Trouble>) -> Result<Answer, Fault> {
        let now = self.clock.passed();
        self.sessions.retain(|_, session| now.saturating_sub(session.active.1) < IDLE_LIMIT);
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
            return Err(Fault::not_authenticated(this.unwrap_or(Id::only(Kind::ServiceInstance))));
        }
        let this = this?;
        if !self.exists(session, this) {
            return Err(Fault::gone_id(this));
        }
        if !schema().is_a(this.type_name(), method.owner) {
            return Err(Fault::new("MethodNotFound", format!("The method {name} is not known on this object."))
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
                let active = self.sessions.values().any(|session| session.key == key && session.user == user);
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
            "QueryEvents" => self.query_events(call),
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

    fn login(&mut self, call: &Call, caller: &Caller) -> Result<Answer, Fault> {
        let right = call.word("userName") == self.options.username
            && call.text("password").unwrap_or_default() == self.options.password;
        // vCenter answers a second login on one session in the same words.
        if !right || self.session(caller).is_some() {
            return Err(Fault::new("InvalidLogin", "Cannot complete login due to an incorrect user name or password."));
        }
        let cookie = self.new_cookie();
        let now = self.now();
        let locale = call.word("locale");
        let session = Session {
            key: self.rng.uuid(),
            user: call.word("userName").to_owned(),
            locale: if locale.is_empty() { "en".to_owned() } else { locale.to_owned() },
            login: now,
            active: (now, self.clock.passed()),
            calls: 0,
            agent: caller.agent.clone(),
            collectors: [(Id::only(Kind::PropertyCollector), super::collector::Collector::default())].into(),
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
    pub(super) fn new_cookie(&mut self) -> String {
        let mut bytes = [0u8; 20];
        match getrandom::fill(&mut bytes) {
            Ok(()) => hex::encode(bytes),
            Err(_) => self.rng.uuid(),
        }
    }

    /// The caller's session, to be changed.
    pub(super) fn session_mut(&mut self, caller: &Caller) -> Option<&mut Session> {
        self.sessions.get_mut(caller.cookie.as_ref()?)
    }
}

fn rendered(value: &Value) -> String {
    let mut out = String::new();
    value.write("returnval", &mut out);
    out
}

/// An answer of one value whose type is declared; a list becomes one element per entry.
pub(super) fn value(value: &Value) -> Answer {
    Answer::Body(rendered(value))
}

/// An answer of many values, each an element of its own.
pub(super) fn many(values: impl Iterator<Item = Value>) -> Answer {
    Answer::Body(values.map(|value| rendered(&value)).collect())
}

/// An answer without a value.
pub(super) fn nothing() -> Answer {
    Answer::Body(String::new())
}
