//! Named points at which the process comes to a stop, so that it can be killed exactly there.
//!
//! `SNAPWARDEN_HALT_AT=<point>` puts decorators around the ports. At the point one line goes to stderr (`halted at <point>`),
//! the decorated call never returns, and from then on nothing more is written, sent or shown: what the outside has is what it
//! had in that moment, however long it takes somebody to kill the process. Without the variable nothing is decorated. The
//! engine knows nothing of all this, and it is the same program that people run. docs/testing.md has the points.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::sync::watch;

use super::AppError;
use crate::domain::call::{Call, CallError, Started};
use crate::domain::evidence::Evidence;
use crate::domain::ids::{Account, ChannelId, MessageId, Moref, RequestId, TaskRef, VCenterName};
use crate::domain::inventory::Inventory;
use crate::domain::request::{StartPhase, State};
use crate::domain::storage::Storage;
use crate::domain::survey::Survey;
use crate::engine::ports::{
    About, AuditHead, Chat, ChatError, Commit, Gate, Health, OwnTasks, ReadError, Rev, Sending, Store, StoreError,
    VCenter,
};
use crate::engine::record::{self, Row};
use crate::message::model::Card;

/// The environment variable that names the point.
const VARIABLE: &str = "SNAPWARDEN_HALT_AT";

/// Every point, in the order in which a request comes by them.
const POINTS: &[(&str, Place)] = &[
    ("asked-uncommitted", Place::Commit(Stage::Asked, Side::Before)),
    ("asked-committed", Place::Commit(Stage::Asked, Side::After)),
    ("awaiting-uncommitted", Place::Commit(Stage::Awaiting, Side::Before)),
    ("awaiting-committed", Place::Commit(Stage::Awaiting, Side::After)),
    ("posted-unremembered", Place::Posted),
    ("approval-uncommitted", Place::Commit(Stage::Approved, Side::Before)),
    ("approval-committed", Place::Commit(Stage::Approved, Side::After)),
    ("calling-uncommitted", Place::Commit(Stage::Calling, Side::Before)),
    ("calling-committed", Place::Commit(Stage::Calling, Side::After)),
    ("call-sent", Place::Called),
    ("call-answered", Place::Commit(Stage::Running, Side::Before)),
    ("running-committed", Place::Commit(Stage::Running, Side::After)),
    ("ended-uncommitted", Place::Commit(Stage::Ended, Side::Before)),
    ("ended-committed", Place::Commit(Stage::Ended, Side::After)),
    ("end-uncommitted", Place::Commit(Stage::Final, Side::Before)),
    ("end-committed", Place::Commit(Stage::Final, Side::After)),
];

/// Where in the ports a point is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the first commit with a request that stands so.
    Commit(Stage, Side),
    /// The platform has a new message, and nobody has heard where it is.
    Posted,
    /// vCenter has answered a change, and nobody has heard what.
    Called,
}

/// How a request stands that is about to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// It was asked.
    Asked,
    /// Its card waits.
    Awaiting,
    /// Somebody has said yes.
    Approved,
    /// vCenter is about to be called.
    Calling,
    /// The task is known.
    Running,
    /// The task has ended and the VM is to be read again.
    Ended,
    /// It is over.
    Final,
}

/// Which side of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Nothing of it is written.
    Before,
    /// All of it is written, and nothing has followed from it.
    After,
}

/// A point at which this process is to stop. Clones are the same one.
#[derive(Debug, Clone)]
pub(super) struct Halt {
    name: &'static str,
    place: Place,
    halted: watch::Sender<bool>,
}

impl Halt {
    /// What [`VARIABLE`] asks for, if it is set.
    ///
    /// # Errors
    /// If there is no such point: the error lists them.
    pub(super) fn wanted() -> Result<Option<Self>, AppError> {
        let Some(wanted) = std::env::var_os(VARIABLE) else {
            return Ok(None);
        };
        let wanted = wanted.to_string_lossy();
        let Some((name, place)) = POINTS.iter().find(|(name, _)| *name == wanted) else {
            let names: Vec<&str> = POINTS.iter().map(|(name, _)| *name).collect();
            return Err(AppError::Usage(format!(
                "{VARIABLE}: there is no point \"{wanted}\". The points are: {}",
                names.join(", ")
            )));
        };
        tracing::warn!(point = name, "{VARIABLE} is set: this process will come to a stop there and do nothing more");
        Ok(Some(Self { name, place: *place, halted: watch::Sender::new(false) }))
    }

    /// The store, stopping at the point if it is one of the store's.
    pub(super) fn store(&self, store: Arc<dyn Store>) -> Arc<dyn Store> {
        Arc::new(Halting { port: store, halt: self.clone() })
    }

    /// A vCenter, likewise.
    pub(super) fn vcenter(&self, vcenter: Arc<dyn VCenter>) -> Arc<dyn VCenter> {
        Arc::new(Halting { port: vcenter, halt: self.clone() })
    }

    /// A chat, likewise.
    pub(super) fn chat(&self, chat: Arc<dyn Chat>) -> Arc<dyn Chat> {
        Arc::new(Halting { port: chat, halt: self.clone() })
    }

    /// Stops here if this is the point, and goes on otherwise.
    async fn stop_at(&self, here: bool) {
        if !here {
            return;
        }
        self.halted.send_replace(true);
        // Nobody may read stderr; whoever waits for the line then waits in vain.
        let _unheard = writeln!(std::io::stderr().lock(), "halted at {}", self.name);
        std::future::pending::<()>().await;
    }

    /// Goes on unless the process has stopped.
    async fn pass(&self) {
        if *self.halted.borrow() {
            std::future::pending::<()>().await;
        }
    }

    /// Whether this is the side of the commit at which to stop.
    fn is_at(&self, commit: &Commit, side: Side) -> bool {
        let Place::Commit(stage, at) = self.place else {
            return false;
        };
        at == side && commit.puts.iter().any(|(key, bytes)| stands(stage, key, bytes))
    }
}

/// Whether a row is a request that stands so.
fn stands(stage: Stage, key: &str, bytes: &[u8]) -> bool {
    if !key.starts_with(record::OPEN) && !key.starts_with(record::DONE) {
        return false;
    }
    let Ok(Row { request, .. }) = record::read::<Row>(key, bytes) else {
        return false;
    };
    match stage {
        Stage::Asked => request.state == State::Asked,
        Stage::Awaiting => matches!(request.state, State::AwaitingApproval { .. }) && request.approvals.is_empty(),
        Stage::Approved => !request.approvals.is_empty(),
        Stage::Calling => matches!(request.state, State::Starting { phase: StartPhase::Calling { .. } }),
        Stage::Running => matches!(request.state, State::Running { ended: None, .. }),
        Stage::Ended => matches!(request.state, State::Running { ended: Some(_), .. }),
        Stage::Final => request.state.is_final(),
    }
}

/// A port that stops at a point.
struct Halting<P: ?Sized> {
    port: Arc<P>,
    halt: Halt,
}

#[async_trait]
impl Store for Halting<dyn Store> {
    async fn get(&self, key: &str) -> Result<Option<(Rev, Vec<u8>)>, StoreError> {
        self.port.get(key).await
    }

    async fn scan(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Rev, Vec<u8>)>, StoreError> {
        self.port.scan(prefix, after, limit).await
    }

    async fn commit(&self, commit: Commit) -> Result<Rev, StoreError> {
        self.halt.pass().await;
        self.halt.stop_at(self.halt.is_at(&commit, Side::Before)).await;
        let after = self.halt.is_at(&commit, Side::After);
        let done = self.port.commit(commit).await;
        self.halt.stop_at(after && done.is_ok()).await;
        done
    }

    async fn head(&self) -> Result<AuditHead, StoreError> {
        self.port.head().await
    }
}

#[async_trait]
impl VCenter for Halting<dyn VCenter> {
    fn name(&self) -> &VCenterName {
        self.port.name()
    }

    fn inventory(&self) -> Arc<Inventory> {
        self.port.inventory()
    }

    fn health(&self) -> Health {
        self.port.health()
    }

    async fn makers(&self, vm: &Moref, snapshots: &[(Moref, Timestamp)]) -> Result<BTreeMap<Moref, String>, ReadError> {
        self.port.makers(vm, snapshots).await
    }

    async fn storage(&self) -> Result<Storage, ReadError> {
        self.port.storage().await
    }

    async fn survey(&self, vm: &Moref) -> Result<Survey, ReadError> {
        self.port.survey(vm).await
    }

    async fn call(&self, call: &Call, gate: &dyn Gate) -> Result<Started, CallError> {
        self.halt.pass().await;
        let done = self.port.call(call, gate).await;
        self.halt.stop_at(self.halt.place == Place::Called).await;
        done
    }

    fn follow(&self, task: &TaskRef) {
        self.port.follow(task);
    }

    async fn cancel(&self, task: &TaskRef) -> Result<(), ReadError> {
        self.halt.pass().await;
        self.port.cancel(task).await
    }

    async fn investigate(&self, vm: &Moref, since: Timestamp) -> Result<Evidence, ReadError> {
        self.port.investigate(vm, since).await
    }

    async fn own_tasks(&self, since: Option<Timestamp>) -> Result<OwnTasks, ReadError> {
        self.port.own_tasks(since).await
    }

    async fn privileges(&self, vm: &Moref, wanted: &[&str]) -> Result<Vec<bool>, ReadError> {
        self.port.privileges(vm, wanted).await
    }

    async fn about(&self) -> Result<About, ReadError> {
        self.port.about().await
    }
}

#[async_trait]
impl Chat for Halting<dyn Chat> {
    fn platform(&self) -> &'static str {
        self.port.platform()
    }

    async fn post(
        &self,
        channel: &ChannelId,
        nonce: &RequestId,
        again: bool,
        card: &Card,
    ) -> Result<MessageId, ChatError> {
        self.halt.pass().await;
        let posted = self.port.post(channel, nonce, again, card).await;
        self.halt.stop_at(self.halt.place == Place::Posted && posted.is_ok()).await;
        posted
    }

    async fn edit(&self, channel: &ChannelId, message: &MessageId, card: &Card) -> Result<(), ChatError> {
        self.halt.pass().await;
        self.port.edit(channel, message, card).await
    }

    async fn restore(
        &self,
        channel: &ChannelId,
        message: &MessageId,
        posted_at: Timestamp,
        card: &Card,
    ) -> Result<(), ChatError> {
        self.halt.pass().await;
        self.port.restore(channel, message, posted_at, card).await
    }

    fn keeps_messages(&self) -> bool {
        self.port.keeps_messages()
    }

    fn slot(&self, channel: &ChannelId, what: Sending) -> Option<Duration> {
        self.port.slot(channel, what)
    }

    async fn whisper(&self, channel: &ChannelId, account: &Account, card: &Card) -> Result<(), ChatError> {
        self.port.whisper(channel, account, card).await
    }

    fn direct(&self, account: &Account) -> Option<ChannelId> {
        self.port.direct(account)
    }

    fn health(&self) -> Result<(), String> {
        self.port.health()
    }
}
