//! What the engine needs of the world: a vCenter, a chat, a store, a clock. Each is implemented outside and wired by `app`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::call::{Call, CallError, Started, TaskUpdate};
use crate::domain::evidence::Evidence;
use crate::domain::fault::Fault;
use crate::domain::ids::{Account, ChannelId, MessageId, Moref, RequestId, TaskRef, VCenterName, VmRef};
use crate::domain::inventory::Inventory;
use crate::domain::reconcile::OwnTask;
use crate::domain::storage::Storage;
use crate::domain::survey::Survey;
use crate::message::model::Card;

/// One vCenter.
#[async_trait]
pub trait VCenter: Send + Sync {
    /// Its name in the configuration.
    fn name(&self) -> &VCenterName;

    /// All its VMs, as the live inventory has them now. Empty until the first read is through.
    fn inventory(&self) -> Arc<Inventory>;

    /// Whether the live inventory is being kept, and what stands against it.
    fn health(&self) -> Health;

    /// When the live inventory was last known to be as vCenter has it, by our clock; none before the first read is through.
    fn seen_at(&self) -> Option<Timestamp>;

    /// How far its clock is ahead of ours, as it was measured last; none before it was. It stays known while the vCenter is away.
    fn ahead(&self) -> Option<SignedDuration> {
        None
    }

    /// Reads everything about one VM, fresh. Cancelling it leaves nothing behind.
    async fn survey(&self, vm: &Moref) -> Result<Survey, ReadError>;

    /// Sends one change, once. It is never repeated here, whatever happens. Must not be cancelled: dropping it loses the answer.
    ///
    /// In this order: a session that vCenter no longer knows is renewed, the VM is read, the gate is asked, the change is sent. Nothing that
    /// can wait comes between the last two, and a look that took longer than [`LOOK_MAX_AGE`] is taken again, up to [`LOOKS`] times. A closed
    /// gate is [`CallError::NotCalled`].
    async fn call(&self, call: &Call, gate: &dyn Gate) -> Result<Started, CallError>;

    /// Follows a task to its end: its updates arrive as [`VCenterEvent::Task`]. Following twice is following once.
    fn follow(&self, task: &TaskRef);

    /// Asks vCenter to cancel a task. The task's end still arrives by `follow`.
    async fn cancel(&self, task: &TaskRef) -> Result<(), ReadError>;

    /// Looks for traces of a call whose answer was lost: the VM's tree and the tasks that vCenter remembers for it since `since`
    /// (vCenter's clock), newest last.
    async fn investigate(&self, vm: &Moref, since: Timestamp) -> Result<Evidence, ReadError>;

    /// The tasks of the bot's own account that were queued at `since` (vCenter's clock) or later, the oldest first; without
    /// `since`, none, only the clock.
    async fn own_tasks(&self, since: Option<Timestamp>) -> Result<OwnTasks, ReadError>;

    /// What each snapshot of every VM holds, and how much room there is: read in pages. A vCenter that does not tell sizes tells none.
    async fn storage(&self) -> Result<Storage, ReadError> {
        Ok(Storage::default())
    }

    /// Which account (`VSPHERE.LOCAL\alice`) had each of these snapshots of a VM taken, by what vCenter remembers; they are given with when they were
    /// taken, by its clock. What it does not remember is left out, and a vCenter that does not tell tells of none.
    async fn makers(
        &self,
        _vm: &Moref,
        _snapshots: &[(Moref, Timestamp)],
    ) -> Result<BTreeMap<Moref, String>, ReadError> {
        Ok(BTreeMap::new())
    }

    /// Which of these privileges (`VirtualMachine.State.CreateSnapshot`) the bot's account has on this VM.
    async fn privileges(&self, vm: &Moref, wanted: &[&str]) -> Result<Vec<bool>, ReadError>;

    /// Facts for `check`: product name, version, API version, clock, account.
    async fn about(&self) -> Result<About, ReadError>;
}

/// The oldest look that a change is sent on: longer than any read takes while vCenter is well, and shorter than a colleague needs to notice
/// what they have done.
pub const LOOK_MAX_AGE: Duration = Duration::from_secs(2);

/// So many looks are taken for one call. A vCenter whose every answer takes that long is in trouble of its own.
pub const LOOKS: usize = 5;

/// The last gate before a change is sent.
pub trait Gate: Send + Sync {
    /// Whether the change may be sent on this look at its VM. It never waits. Where it says yes, the change is sent in the same breath.
    fn is_open(&self, look: &Survey) -> bool;
}

/// Why something could not be read. Reads may be repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// vCenter answered with a fault.
    #[error("{0}")]
    Fault(Fault),
    /// No usable answer: connection, TLS, time-out, a proxy's page, half a body. The text is for the log and for administrators.
    #[error("{0}")]
    Unreachable(String),
}

/// What vCenter's history tells of the bot's own account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnTasks {
    /// vCenter's clock right before the history was read: whatever was queued before this is in it.
    pub server_time: Timestamp,
    pub tasks: Vec<OwnTask>,
}

/// What a vCenter is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct About {
    /// `about.fullName`
    pub full_name: String,
    /// `about.apiVersion`
    pub api_version: String,
    /// The version spoken with it, as negotiated.
    pub spoken_version: String,
    /// `CurrentTime`
    pub server_time: Timestamp,
    /// `UserSession.userName`
    pub account: String,
}

/// How a vCenter does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// The first read is not through yet.
    Starting,
    /// The live inventory is being kept.
    Live,
    /// It is not: since when and why, in words for an administrator.
    Lost { since: Timestamp, why: String },
}

/// What a vCenter tells by itself, into the engine's inbox.
#[derive(Debug, Clone, PartialEq)]
pub enum VCenterEvent {
    /// A followed task moved.
    Task(TaskUpdate),
    /// These VMs changed, came or went in the live inventory.
    Inventory(Vec<VmRef>),
    /// The state of the connection changed.
    Health(VCenterName, Health),
    /// Its clock was measured, and is another way from ours than was known.
    Clock(VCenterName),
}

/// Where a vCenter puts its events.
pub type VCenterSink = tokio::sync::mpsc::UnboundedSender<VCenterEvent>;

/// One chat platform.
#[async_trait]
pub trait Chat: Send + Sync {
    /// The platform's name, the part of a [`ChannelId`] before the colon.
    fn platform(&self) -> &'static str;

    /// Posts a new message. `nonce` is the same for every try of the same message, so that the platform can refuse a twin, or that
    /// one can be looked for: then the message that is there is the answer, and it still says what the earlier try said.
    /// `again` says that an earlier try may have got through; a first try need not look for a twin.
    async fn post(
        &self,
        channel: &ChannelId,
        nonce: &RequestId,
        again: bool,
        card: &Card,
    ) -> Result<MessageId, ChatError>;

    /// Brings a message to what the card says.
    async fn edit(&self, channel: &ChannelId, message: &MessageId, card: &Card) -> Result<(), ChatError>;

    /// Brings a message of before a restart to what the card says. Platforms that keep their messages edit it; one that shows them
    /// from memory puts it back where it was.
    async fn restore(
        &self,
        channel: &ChannelId,
        message: &MessageId,
        _posted_at: Timestamp,
        card: &Card,
    ) -> Result<(), ChatError> {
        self.edit(channel, message, card).await
    }

    /// Whether the platform keeps its messages while the bot is away. What has been shown to its end need not be shown again then.
    fn keeps_messages(&self) -> bool {
        true
    }

    /// Whether a message may be sent now, by the platform's limits. `None`: yes, and it counts as sent. Else how long until it is
    /// worth asking again. Never waits.
    fn slot(&self, _channel: &ChannelId, _what: Sending) -> Option<Duration> {
        None
    }

    /// Shows one account a message that nobody else sees, once; it cannot be edited and may be missed.
    async fn whisper(&self, _channel: &ChannelId, _account: &Account, _card: &Card) -> Result<(), ChatError> {
        Err(ChatError::Never(format!("{} has no messages for one person", self.platform())))
    }

    /// The channel of direct messages with an account, where the platform has one. It can be posted to like any other.
    fn direct(&self, _account: &Account) -> Option<ChannelId> {
        None
    }

    /// What stands against it, in words for an administrator: a token that was revoked, a connection that is gone.
    fn health(&self) -> Result<(), String> {
        Ok(())
    }
}

/// What is about to be sent: platforms limit the two apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sending {
    /// A new message.
    Post,
    /// A change of one that is there.
    Edit,
    /// A change that only says how far something is: the next one says it better, so room is kept for the others.
    Progress,
}

/// Why a message did not get through.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChatError {
    /// It may work later.
    #[error("{why}")]
    Later {
        /// When to try again, if the platform said so.
        after: Option<Duration>,
        /// Why, for the log.
        why: String,
    },
    /// It will not work in this channel, whoever tries: it is gone, or the bot is not in it. A token that was revoked is none of this: what
    /// cannot be shown now is shown when there is a new one.
    #[error("{0}")]
    Never(String),
}

/// A row's version in the store: it grows with every commit that touched the row.
pub type Rev = u64;

/// What is kept for ever, or until it is deleted: rows by key, and lines that are only added.
#[async_trait]
pub trait Store: Send + Sync {
    /// One row with its version.
    async fn get(&self, key: &str) -> Result<Option<(Rev, Vec<u8>)>, StoreError>;

    /// Rows whose key starts with `prefix` and is greater than `after`, by key, at most `limit`.
    async fn scan(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Rev, Vec<u8>)>, StoreError>;

    /// All or nothing, durable when it returns: checks the expected versions (0 = must not exist), then writes, deletes and appends
    /// the audit lines. Must not be cancelled half-way by the caller; the implementation runs it to its end.
    async fn commit(&self, commit: Commit) -> Result<Rev, StoreError>;

    /// The audit trail's head: the number of lines and the hash of the last.
    async fn head(&self) -> Result<AuditHead, StoreError>;

    /// Why nothing new could be written now, in words for an administrator; `None` if it could. It does not wait: it tells what is known, and
    /// what has failed is looked at again meanwhile, so that asking once more tells whether it works again.
    fn trouble(&self) -> Option<String> {
        None
    }
}

/// One atomic change of the store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commit {
    /// Rows that must have exactly this version, 0 for "must not be there".
    pub expect: Vec<(String, Rev)>,
    /// Rows to write.
    pub puts: Vec<(String, Vec<u8>)>,
    /// Rows to delete; deleting what is not there is no error.
    pub deletes: Vec<String>,
    /// Lines for the audit trail, each a JSON object.
    pub audit: Vec<serde_json::Value>,
    /// Whether it may take the room that the store keeps back for a full disk. That is for what was begun before: nothing that begins
    /// something new may, or there would be no room left to write down how it ended.
    pub from_reserve: bool,
}

/// Where the audit trail ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditHead {
    /// How many journal lines there are.
    pub seq: u64,
    /// The hash of the last one, in hex.
    pub hash: String,
}

/// Why the store did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another writer was faster: the named row has another version.
    #[error("row {key} has version {found}, not the expected one")]
    Conflict {
        key: String,
        /// Its version now.
        found: Rev,
    },
    /// It is not known whether it was written: read back before anything else.
    #[error("unknown whether it was written: {0}")]
    Unknown(String),
    /// It was not written.
    #[error("{0}")]
    Io(String),
}

/// The clock, so that tests own the time.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;

    /// How much time has passed since some moment in the life of the process. It never goes back, also where [`Clock::now`] is set.
    fn elapsed(&self) -> Duration {
        since_epoch(self.now())
    }

    /// Ends when so much time has passed by [`Clock::elapsed`].
    fn pause(&self, time: Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.sleep_until(after(self.now(), time))
    }

    /// Ends when the clock has reached `until`, or when as much time has passed as was left until then: one that is set back delays nothing.
    fn reach(&self, until: Timestamp) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let left = Duration::try_from(until.duration_since(self.now())).unwrap_or_default();
        Box::pin(async move {
            tokio::select! {
                () = self.pause(left) => {}
                () = self.sleep_until(until) => {}
            }
        })
    }

    /// Ends when the clock has reached `until` (or is set past it).
    fn sleep_until(&self, until: Timestamp) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// How long after 1970 a moment is.
pub(super) fn since_epoch(at: Timestamp) -> Duration {
    Duration::try_from(at.duration_since(Timestamp::UNIX_EPOCH)).unwrap_or_default()
}

/// So long after a moment.
pub(super) fn after(at: Timestamp, time: Duration) -> Timestamp {
    SignedDuration::try_from(time).ok().and_then(|time| at.checked_add(time).ok()).unwrap_or(Timestamp::MAX)
}
