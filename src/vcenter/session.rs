//! Sessions: negotiate, log in, notice when a session is gone, log in again once, log out. One login at a time, past the [`Guard`].

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;

use crate::domain::fault::{Fault, FaultKind};
use crate::domain::ids::Moref;
use crate::engine::ports::ReadError;

use super::config::{Password, SetupError};
use super::guard::{Guard, Interface, Refusal};
use super::transport::{CALL_TIMEOUT, Cookies, SESSION_COOKIE, Transport, WireError};
use super::wire::request;
use super::wire::service::{ServiceContent, current_time, nothing, returned_ref, service_content, user_session};
use super::wire::xml::{Xml, XmlResult};

/// How long a logout may take; nobody waits longer for a courtesy.
pub(crate) const LOGOUT_TIMEOUT: Duration = Duration::from_secs(5);

/// Why a call is given up although its time is not over.
pub(crate) const SILENT: &str = "vCenter has stopped answering";

/// One session of one vCenter.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    transport: Arc<Transport>,
    /// Which of this client's sessions it is, from 1.
    pub(crate) number: u64,
    pub(crate) version: &'static str,
    /// The server's managers.
    pub(crate) content: ServiceContent,
    /// `UserSession.key`
    pub(crate) key: String,
    /// `UserSession.userName`
    pub(crate) account: String,
    cookies: Arc<Cookies>,
    /// What the server keeps for a wait that broke off, by the request that destroys it.
    leftovers: Arc<Mutex<Vec<String>>>,
}

impl Session {
    /// Asks for something; it may be asked for again.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        request: &str,
        response: impl FnOnce(&mut Xml) -> XmlResult<T> + Send + 'static,
    ) -> Result<T, WireError> {
        self.ask_within(CALL_TIMEOUT, request, response).await
    }

    /// Asks for something that may take `timeout`.
    pub(crate) async fn ask_within<T: Send + 'static>(
        &self,
        timeout: Duration,
        request: &str,
        response: impl FnOnce(&mut Xml) -> XmlResult<T> + Send + 'static,
    ) -> Result<T, WireError> {
        self.transport.post(self.version, &self.cookies, request, timeout, response).await
    }

    /// The same session over connections that nobody else uses.
    pub(crate) fn alone(&self) -> Result<Self, SetupError> {
        Ok(Self { transport: Arc::new(self.transport.alone()?), ..self.clone() })
    }

    /// vCenter's clock, and with it whether the session is still there: nobody else is told the time.
    pub(crate) async fn time(&self) -> Result<Timestamp, WireError> {
        let line = &self.transport.line;
        let sent = line.sent();
        let shown = self.ask(&request::current_time(), current_time).await?;
        line.measure(sent, shown);
        Ok(shown)
    }

    /// How far vCenter's clock is ahead of ours. A session begins with reading it.
    pub(crate) fn ahead(&self) -> SignedDuration {
        self.transport.line.ahead().borrow().unwrap_or_default()
    }

    /// A view of every object of these types that the account sees. The server keeps it until it is destroyed or the session ends.
    pub(crate) async fn view(&self, kinds: &[&str]) -> Result<Moref, WireError> {
        let views = manager(self.content.view_manager.as_ref(), "view manager")?;
        let create = request::create_container_view(views, &self.content.root_folder, kinds);
        self.ask(&create, returned_ref).await
    }

    /// Destroys something on the server; what could not be destroyed is left to [`Session::tidy`].
    pub(crate) async fn destroy(&self, destroy: String) {
        if self.ask(&destroy, nothing).await.is_err() {
            self.leave(destroy);
        }
    }

    /// Remembers what the server has to be told to throw away when it can be reached again.
    pub(crate) fn leave(&self, destroy: String) {
        lock(&self.leftovers).push(destroy);
    }

    /// Throws away what earlier waits left behind. Failing is no harm: all of it ends with the session.
    pub(crate) async fn tidy(&self) {
        let leftovers = std::mem::take(&mut *lock(&self.leftovers));
        for destroy in leftovers {
            if let Err(WireError::NotSent(_) | WireError::NoAnswer(_)) = self.ask(&destroy, nothing).await {
                self.leave(destroy);
                return;
            }
        }
    }

    async fn log_out(&self) {
        let logout = request::logout(&self.content.session_manager);
        let _ = self.ask_within(LOGOUT_TIMEOUT, &logout, nothing).await;
    }
}

/// Keeps one session for everything that one client does.
pub(crate) struct Sessions {
    transport: Arc<Transport>,
    username: String,
    password: Mutex<Password>,
    pub(crate) guard: Guard,
    current: Mutex<Option<Arc<Session>>>,
    /// The number of the session that was opened last.
    opened: watch::Sender<u64>,
    /// Held while logging in, so that nobody does it twice. It guards no data.
    door: tokio::sync::Mutex<()>,
}

impl Sessions {
    pub(crate) fn new(transport: Transport, username: String, password: Password, guard: Guard) -> Self {
        Self {
            transport: Arc::new(transport),
            username,
            password: Mutex::new(password),
            guard,
            current: Mutex::default(),
            opened: watch::Sender::new(0),
            door: tokio::sync::Mutex::default(),
        }
    }

    /// The HTTP side that sessions go over.
    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Name and password of the account; the password as its file has it now.
    pub(crate) fn credentials(&self) -> (&str, SecretString) {
        (&self.username, lock(&self.password).read())
    }

    /// The configuration has another password, or takes it from another place: the next login uses it.
    pub(crate) fn set_password(&self, password: Password) {
        *lock(&self.password) = password;
    }

    /// The session; logs in if there is none. Cancelling it may leave a session behind that nobody uses; vCenter ends it
    /// by itself.
    pub(crate) async fn get(&self) -> Result<Arc<Session>, WireError> {
        if let Some(session) = self.current() {
            return Ok(session);
        }
        let _alone = self.door.lock().await;
        if let Some(session) = self.current() {
            return Ok(session);
        }
        let session = Arc::new(self.log_in().await?);
        *lock(&self.current) = Some(session.clone());
        self.transport.count_login();
        self.opened.send_replace(session.number);
        Ok(session)
    }

    pub(crate) fn current(&self) -> Option<Arc<Session>> {
        lock(&self.current).clone()
    }

    /// How many sessions there were.
    pub(crate) fn opened(&self) -> u64 {
        *self.opened.borrow()
    }

    /// Takes in that vCenter does not know this session any more.
    pub(crate) fn forget(&self, gone: &Session) {
        lock(&self.current).take_if(|current| current.number == gone.number);
    }

    /// Ends when another session than this one has been opened.
    pub(crate) async fn replaced(&self, session: &Session) {
        let mut opened = self.opened.subscribe();
        // The sender lives as long as this, so waiting cannot fail.
        let _ = opened.wait_for(|number| *number != session.number).await;
    }

    /// Does something with the session; if vCenter does not know the session any more, logs in and does it once more. So it
    /// must be something that may be repeated. It is given up where vCenter falls silent meanwhile.
    pub(crate) async fn with<T, Fut>(&self, work: impl Fn(Arc<Session>) -> Fut) -> Result<T, WireError>
    where
        Fut: Future<Output = Result<T, WireError>>,
    {
        let mut silences = self.transport.line.silences();
        tokio::select! {
            done = self.work_with(work) => done,
            // The line lives as long as this, so waiting cannot fail.
            _ = silences.changed() => Err(WireError::NoAnswer(SILENT.to_owned())),
        }
    }

    async fn work_with<T, Fut>(&self, work: impl Fn(Arc<Session>) -> Fut) -> Result<T, WireError>
    where
        Fut: Future<Output = Result<T, WireError>>,
    {
        let session = self.get().await?;
        match work(session.clone()).await {
            Err(error) if error.is_unauthenticated() => {
                self.forget(&session);
                work(self.get().await?).await
            }
            done @ (Ok(_) | Err(_)) => done,
        }
    }

    /// Ends the session, if there is one.
    pub(crate) async fn log_out(&self) {
        let session = lock(&self.current).take();
        if let Some(session) = session {
            session.log_out().await;
        }
    }

    /// Whether a login would be held back by the guard.
    pub(crate) async fn is_refused(&self) -> bool {
        let (_, password) = self.credentials();
        self.current().is_none() && self.guard.enter(Interface::Soap, &password).await.is_err()
    }

    async fn log_in(&self) -> Result<Session, WireError> {
        let (user, password) = self.credentials();
        let pass = self.guard.enter(Interface::Soap, &password).await.map_err(|refusal| WireError::from(*refusal))?;
        let cookies = Cookies::default();
        let version = self.transport.negotiate(&cookies).await?;
        let greeting = request::retrieve_service_content();
        let content = self.transport.post(version, &cookies, &greeting, CALL_TIMEOUT, service_content).await?;
        let login = request::login(&content.session_manager, user, password.expose_secret());
        let answer = self.transport.post(version, &cookies, &login, CALL_TIMEOUT, user_session).await;
        let (key, account) = match answer {
            Ok(answer) => answer,
            Err(WireError::Fault(fault)) => {
                pass.refused(&password, &fault);
                return Err(WireError::Fault(fault));
            }
            Err(error @ (WireError::NotSent(_) | WireError::NoAnswer(_))) => return Err(error),
        };
        pass.taken();
        if !cookies.has(SESSION_COOKIE) {
            return Err(WireError::NoAnswer("the login brought no session cookie".to_owned()));
        }
        Ok(Session {
            transport: self.transport.clone(),
            number: self.opened() + 1,
            version,
            content,
            key,
            account,
            cookies: Arc::new(cookies),
            leftovers: Arc::default(),
        })
    }
}

impl From<Refusal> for WireError {
    fn from(Refusal { until, fault, .. }: Refusal) -> Self {
        let Fault { kind, name, message } = fault;
        let message = format!("{message} (not tried again before {until:.0}, so that the account is not locked)");
        Self::Fault(Fault { kind, name, message })
    }
}

impl WireError {
    /// A fault that the server did not send, and that means the same.
    pub(crate) fn fault(kind: FaultKind, name: &str, message: String) -> Self {
        Self::Fault(Fault { kind, name: name.to_owned(), message })
    }

    /// Whether the server does not know the session.
    pub(crate) fn is_unauthenticated(&self) -> bool {
        self.is(FaultKind::NotAuthenticated)
    }

    /// Whether the server, which knows the session, refused this.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Fault(_)) && !self.is_unauthenticated()
    }

    /// Whether the server answered with a fault of this kind.
    pub(crate) fn is(&self, kind: FaultKind) -> bool {
        matches!(self, Self::Fault(fault) if fault.kind == kind)
    }

    /// In words for the log and for administrators.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Fault(fault) if fault.kind == FaultKind::InvalidLogin => {
                format!("vCenter refuses the user name or the password: {fault}")
            }
            Self::Fault(fault) => format!("vCenter answered with {fault}"),
            Self::NotSent(why) | Self::NoAnswer(why) => why.clone(),
        }
    }
}

impl From<WireError> for ReadError {
    fn from(error: WireError) -> Self {
        match error {
            WireError::Fault(fault) => Self::Fault(fault),
            WireError::NotSent(why) | WireError::NoAnswer(why) => Self::Unreachable(why),
        }
    }
}

/// What a missing manager is called where one is needed.
pub(crate) fn manager<'a>(of: Option<&'a Moref>, name: &str) -> Result<&'a Moref, WireError> {
    of.ok_or_else(|| WireError::fault(FaultKind::NotSupported, "NotSupported", format!("the server has no {name}")))
}

/// Locks for a moment. A holder that panicked leaves nothing half-done in what this module guards.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
pub(super) mod tests;
