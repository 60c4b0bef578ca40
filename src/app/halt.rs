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
use crate::domain::request::{Request, StartPhase, State};
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
    ("asked-uncommitted", Place::Before(ASKED)),
    ("asked-committed", Place::After(ASKED)),
    ("awaiting-uncommitted", Place::Before(AWAITING)),
    ("awaiting-committed", Place::After(AWAITING)),
    ("posted-unremembered", Place::Posted),
    ("approval-uncommitted", Place::Before(APPROVED)),
    ("approval-committed", Place::After(APPROVED)),
    ("calling-uncommitted", Place::Before(CALLING)),
    ("calling-committed", Place::After(CALLING)),
    ("call-sent", Place::Called),
    ("call-answered", Place::Before(RUNNING)),
    ("running-committed", Place::After(RUNNING)),
    ("ended-uncommitted", Place::Before(ENDED)),
    ("ended-committed", Place::After(ENDED)),
    ("end-uncommitted", Place::Before(FINAL)),
    ("end-committed", Place::After(FINAL)),
];

const ASKED: Stage = |request| request.state == State::Asked;
const AWAITING: Stage =
    |request| matches!(request.state, State::AwaitingApproval { .. }) && request.approvals.is_empty();
const APPROVED: Stage = |request| !request.approvals.is_empty();
const CALLING: Stage = |request| matches!(request.state, State::Starting { phase: StartPhase::Calling { .. } });
const RUNNING: Stage = |request| matches!(request.state, State::Running { ended: None, .. });
/// The VM is to be read again.
const ENDED: Stage = |request| matches!(request.state, State::Running { ended: Some(_), .. });
const FINAL: Stage = |request| request.state.is_final();

/// Whether a request that is about to be written stands so.
type Stage = fn(&Request) -> bool;

/// Where in the ports a point is.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// Before the first commit with a request that stands so: nothing of it is written.
    Before(Stage),
    /// After it: all of it is written, and nothing has followed from it.
    After(Stage),
    /// The platform has a new message, and nobody has heard where it is.
    Posted,
    /// vCenter has answered a change, and nobody has heard what.
    Called,
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

    /// A port, stopping at the point if it is one of this port's.
    pub(super) fn around<P: ?Sized>(&self, port: Arc<P>) -> Arc<Halting<P>> {
        Arc::new(Halting { port, halt: self.clone() })
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

    /// Whether to stop before a commit, and whether after it.
    fn at_commit(&self, commit: &Commit) -> (bool, bool) {
        let with = |stage: Stage| commit.puts.iter().any(|(key, bytes)| stands(stage, key, bytes));
        match self.place {
            Place::Before(stage) => (with(stage), false),
            Place::After(stage) => (false, with(stage)),
            Place::Posted | Place::Called => (false, false),
        }
    }
}

/// Whether a row is a request that stands so.
fn stands(stage: Stage, key: &str, bytes: &[u8]) -> bool {
    let of_request = key.starts_with(record::OPEN) || key.starts_with(record::DONE);
    of_request && record::read::<Row>(key, bytes).is_ok_and(|row| stage(&row.request))
}

/// A port that stops at a point.
pub(super) struct Halting<P: ?Sized> {
    port: Arc<P>,
    halt: Halt,
}

/// Implements a port: `known` and `read` methods always go through, `written` ones only until the process has halted; the rest contain the
/// halting points.
macro_rules! halting {
    (
        $port:ident
        known { $(fn $known:ident($($known_arg:ident: $known_type:ty),*) -> $known_out:ty;)* }
        read { $(fn $read:ident($($read_arg:ident: $read_type:ty),*) -> $read_out:ty;)* }
        written { $(fn $write:ident($($write_arg:ident: $write_type:ty),*) -> $write_out:ty;)* }
        $($own:tt)*
    ) => {
        #[async_trait]
        impl $port for Halting<dyn $port> {
            $(
                fn $known(&self $(, $known_arg: $known_type)*) -> $known_out {
                    self.port.$known($($known_arg),*)
                }
            )*

            $(
                async fn $read(&self $(, $read_arg: $read_type)*) -> $read_out {
                    self.port.$read($($read_arg),*).await
                }
            )*

            $(
                async fn $write(&self $(, $write_arg: $write_type)*) -> $write_out {
                    self.halt.pass().await;
                    self.port.$write($($write_arg),*).await
                }
            )*

            $($own)*
        }
    };
}

halting! {
    Store
    known {
        fn trouble() -> Option<String>;
    }
    read {
        fn get(key: &str) -> Result<Option<(Rev, Vec<u8>)>, StoreError>;
        fn scan(prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<(String, Rev, Vec<u8>)>, StoreError>;
        fn head() -> Result<AuditHead, StoreError>;
    }
    written {}

    async fn commit(&self, commit: Commit) -> Result<Rev, StoreError> {
        self.halt.pass().await;
        let (before, after) = self.halt.at_commit(&commit);
        self.halt.stop_at(before).await;
        let done = self.port.commit(commit).await;
        self.halt.stop_at(after && done.is_ok()).await;
        done
    }
}

halting! {
    VCenter
    known {
        fn name() -> &VCenterName;
        fn inventory() -> Arc<Inventory>;
        fn health() -> Health;
        fn seen_at() -> Option<Timestamp>;
    }
    read {
        fn makers(vm: &Moref, snapshots: &[(Moref, Timestamp)]) -> Result<BTreeMap<Moref, String>, ReadError>;
        fn storage() -> Result<Storage, ReadError>;
        fn survey(vm: &Moref) -> Result<Survey, ReadError>;
        fn investigate(vm: &Moref, since: Timestamp) -> Result<Evidence, ReadError>;
        fn own_tasks(since: Option<Timestamp>) -> Result<OwnTasks, ReadError>;
        fn privileges(vm: &Moref, wanted: &[&str]) -> Result<Vec<bool>, ReadError>;
        fn about() -> Result<About, ReadError>;
    }
    written {
        fn cancel(task: &TaskRef) -> Result<(), ReadError>;
    }

    fn follow(&self, task: &TaskRef) {
        self.port.follow(task);
    }

    async fn call(&self, call: &Call, gate: &dyn Gate) -> Result<Started, CallError> {
        self.halt.pass().await;
        let done = self.port.call(call, gate).await;
        self.halt.stop_at(matches!(self.halt.place, Place::Called)).await;
        done
    }
}

halting! {
    Chat
    known {
        fn platform() -> &'static str;
        fn keeps_messages() -> bool;
        fn slot(channel: &ChannelId, what: Sending) -> Option<Duration>;
        fn direct(account: &Account) -> Option<ChannelId>;
        fn health() -> Result<(), String>;
    }
    read {}
    written {
        fn whisper(channel: &ChannelId, account: &Account, card: &Card) -> Result<(), ChatError>;
        fn edit(channel: &ChannelId, message: &MessageId, card: &Card) -> Result<(), ChatError>;
        fn restore(channel: &ChannelId, message: &MessageId, posted_at: Timestamp, card: &Card) -> Result<(), ChatError>;
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
        self.halt.stop_at(matches!(self.halt.place, Place::Posted) && posted.is_ok()).await;
        posted
    }
}
