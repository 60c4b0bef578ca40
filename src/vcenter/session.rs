//! Sessions: negotiate, log in, notice when a session is gone, log in again once, log out.
//!
//! One login at a time, and none for a while after a wrong password: vCenter locks an account after five of them in three
//! minutes, and a directory behind it may be stricter.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;

use crate::domain::fault::{Fault, FaultKind};
use crate::domain::ids::Moref;
use crate::engine::ports::{Clock, ReadError};

use super::config::SetupError;
use super::transport::{Answer, CALL_TIMEOUT, Transport, WireError};
use super::wire::request;
use super::wire::service::{ServiceContent, current_time, nothing, returned_ref, service_content, user_session};
use super::wire::xml::{Xml, XmlResult};

/// How long no login is tried after vCenter refused the user name or the password. Two in an hour lock no account.
pub(crate) const REFUSED_LOGIN_PAUSE: SignedDuration = SignedDuration::from_mins(30);

/// How long a logout may take; nobody waits longer for a courtesy.
pub(crate) const LOGOUT_TIMEOUT: Duration = Duration::from_secs(5);

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
    cookie: String,
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
        let sent = self.transport.post(self.version, Some(&self.cookie), request, timeout, response);
        sent.await.map(|Answer { value, .. }| value)
    }

    /// The same session over connections that nobody else uses.
    pub(crate) fn alone(&self) -> Result<Self, SetupError> {
        Ok(Self { transport: Arc::new(self.transport.alone()?), ..self.clone() })
    }

    /// Whether the session is still there; vCenter tells nobody else the time.
    pub(crate) async fn time(&self) -> Result<Timestamp, WireError> {
        self.ask(&request::current_time(), current_time).await
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

/// What is known of the sessions now.
#[derive(Debug, Default)]
struct State {
    current: Option<Arc<Session>>,
    /// The last refused login, and until when no other is tried.
    refused: Option<(Timestamp, Fault)>,
}

/// Keeps one session for everything that one client does.
pub(crate) struct Sessions {
    transport: Arc<Transport>,
    username: String,
    password: SecretString,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    /// The number of the session that was opened last.
    opened: watch::Sender<u64>,
    /// Held while logging in, so that nobody does it twice. It guards no data.
    door: tokio::sync::Mutex<()>,
}

impl Sessions {
    pub(crate) fn new(transport: Transport, username: String, password: SecretString, clock: Arc<dyn Clock>) -> Self {
        Self {
            transport: Arc::new(transport),
            username,
            password,
            clock,
            state: Mutex::default(),
            opened: watch::Sender::new(0),
            door: tokio::sync::Mutex::default(),
        }
    }

    /// The HTTP side that sessions go over.
    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Name and password of the account.
    pub(crate) fn credentials(&self) -> (&str, &SecretString) {
        (&self.username, &self.password)
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
        if let Some((until, fault)) = lock(&self.state).refused.clone()
            && self.clock.now() < until
        {
            return Err(WireError::Fault(Fault {
                message: format!(
                    "{} (not tried again before {until}, so that the account is not locked)",
                    fault.message
                ),
                ..fault
            }));
        }
        match self.log_in().await {
            Ok(session) => {
                let session = Arc::new(session);
                *lock(&self.state) = State { current: Some(session.clone()), refused: None };
                self.transport.count_login();
                self.opened.send_replace(session.number);
                Ok(session)
            }
            Err(error) => {
                if let WireError::Fault(fault) = &error
                    && fault.kind == FaultKind::InvalidLogin
                {
                    let until = self.clock.now().saturating_add(REFUSED_LOGIN_PAUSE);
                    lock(&self.state).refused = until.ok().map(|until| (until, fault.clone()));
                }
                Err(error)
            }
        }
    }

    pub(crate) fn current(&self) -> Option<Arc<Session>> {
        lock(&self.state).current.clone()
    }

    /// Takes in that vCenter does not know this session any more.
    pub(crate) fn forget(&self, gone: &Session) {
        let mut state = lock(&self.state);
        if state.current.as_ref().is_some_and(|current| current.number == gone.number) {
            state.current = None;
        }
    }

    /// Ends when another session than this one has been opened.
    pub(crate) async fn replaced(&self, session: &Session) {
        let mut opened = self.opened.subscribe();
        // The sender lives as long as this, so waiting cannot fail.
        let _ = opened.wait_for(|number| *number != session.number).await;
    }

    /// Does something with the session; if vCenter does not know the session any more, logs in and does it once more. So it
    /// must be something that may be repeated.
    pub(crate) async fn with<T, Fut>(&self, work: impl Fn(Arc<Session>) -> Fut) -> Result<T, WireError>
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
        let session = lock(&self.state).current.take();
        if let Some(session) = session {
            session.log_out().await;
        }
    }

    async fn log_in(&self) -> Result<Session, WireError> {
        let version = self.transport.negotiate().await?;
        let greeting = request::retrieve_service_content();
        let greeted = self.transport.post(version, None, &greeting, CALL_TIMEOUT, service_content).await?;
        let content = greeted.value;
        let login = request::login(&content.session_manager, &self.username, self.password.expose_secret());
        let cookie = greeted.cookie.as_deref();
        let answer = self.transport.post(version, cookie, &login, CALL_TIMEOUT, user_session).await?;
        let (key, account) = answer.value;
        let Some(cookie) = answer.cookie.or(greeted.cookie) else {
            return Err(WireError::NoAnswer("the login brought no session cookie".to_owned()));
        };
        Ok(Session {
            transport: self.transport.clone(),
            number: *self.opened.borrow() + 1,
            version,
            content,
            key,
            account,
            cookie,
            leftovers: Arc::default(),
        })
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
                format!("vCenter refuses the user name or the password: {}", fault.message)
            }
            Self::Fault(fault) => format!("vCenter answered with {}: {}", fault.name, fault.message),
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
