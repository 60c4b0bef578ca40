//! The shell around the core: it receives, commits, calls and shows, and decides nothing.
//!
//! One task owns every request (`core`). It drains its inbox in batches: each event goes through the pure `step`, one
//! commit covers the batch, and only then do the effects run (`effects`) and the messages move (`board`). What a person
//! typed or pressed is turned into such events by `ask` and `press`. `Handle` is what the chats hold.

use std::collections::HashSet;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use crate::domain::ids::{Account, ChannelId, PersonId, RequestId};
use crate::domain::inventory::Inventory;
use crate::domain::policy::memberships::Finding;
use crate::domain::request::Request;
use crate::message::model::Card;

mod ask;
mod board;
mod calls;
pub mod clock;
pub mod clocks;
mod complete;
mod core;
mod effects;
mod fleet;
mod follow_ups;
mod outgoing;
pub mod ports;
mod press;
mod readings;
pub mod record;
mod setup;
mod tables;
mod waiting;
pub mod watch;

pub use complete::{Argument, Completion, CompletionQuery};
pub use fleet::Fleet;
pub use press::May;
pub use readings::Readings;
pub use setup::{Channel, Current, Parts, RECONCILE, Rules, StartError, UnreachedChannels, UnreadGroups, start};
pub use waiting::Waiting;

/// Something that somebody typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub person: PersonId,
    pub account: Account,
    pub channel: ChannelId,
    pub text: String,
    /// Their language, as the platform tells it.
    pub locale: Option<String>,
    /// The platform's own id of the event (`slack/Ev…`): what is taken in once is not taken in again, over restarts too.
    pub once: Option<String>,
}

/// A button that somebody pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Press {
    pub person: PersonId,
    pub account: Account,
    /// What the button carried.
    pub token: String,
    /// What they typed into its form, by name.
    pub inputs: std::collections::BTreeMap<String, String>,
    /// Their language, as the platform tells it; that of the message where it does not.
    pub locale: Option<String>,
    /// The platform's own id of the event.
    pub once: Option<String>,
}

/// Something that came in from a chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inbound {
    /// Somebody typed.
    Ask(Ask),
    /// Somebody pressed.
    Press(Press),
}

/// What becomes of something that was handed in: first it is written down, then answered.
#[derive(Debug)]
pub struct Receipt {
    taken: oneshot::Receiver<()>,
    answer: oneshot::Receiver<Answer>,
}

impl Receipt {
    /// Comes back when it is written down, so that it survives a crash from now on and the platform may be told that it arrived; or when it
    /// turned out that it cannot be, which the answer says.
    pub async fn durable(&mut self) {
        // The other end is dropped when there is nothing to wait for any more.
        let _either = (&mut self.taken).await;
    }

    /// The answer to it.
    ///
    /// # Errors
    /// [`Stopped`] when the process is ending; what is written down is gone on with by the next one.
    pub async fn answer(self) -> Result<Answer, Stopped> {
        self.answer.await.map_err(|_| Stopped)
    }
}

/// What comes back to the person alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// A message that only they see.
    pub reply: Option<Card>,
    /// The request that came of it.
    pub request: Option<RequestId>,
    /// It was handed in before: nothing came of it this time, and what there is to say the first one was told.
    pub seen_before: bool,
}

/// What is open for one person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Open {
    /// What waits for their yes or no, as messages with the buttons that they may press.
    pub waiting: Vec<Card>,
    /// What they asked for and is not over.
    pub mine: Vec<Card>,
}

/// The engine, as the chats hold it. Cheap to clone.
#[derive(Clone)]
pub struct Handle {
    inbox: mpsc::UnboundedSender<core::Incoming>,
    parts: Arc<Parts>,
    reloaded: tokio::sync::watch::Receiver<u64>,
}

/// The engine is gone; the process is about to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the engine has stopped")]
pub struct Stopped;

impl Handle {
    /// Answers a command. Comes back when the outcome is committed: at once for what is refused or listed, after preflight for
    /// what changes a VM.
    ///
    /// # Errors
    /// [`Stopped`] when the process is ending.
    pub async fn ask(&self, ask: Ask) -> Result<Answer, Stopped> {
        self.hand_in(Inbound::Ask(ask))?.answer().await
    }

    /// Hands something in; what becomes of it the receipt tells. An event whose `once` was handed in before comes to nothing, and its
    /// answer says so.
    ///
    /// # Errors
    /// [`Stopped`] when the process is ending.
    pub fn hand_in(&self, inbound: Inbound) -> Result<Receipt, Stopped> {
        let (reply, answer) = oneshot::channel();
        let (taken, written) = oneshot::channel();
        let arrival = core::Arrival::of(&inbound, self.parts.clock.elapsed(), taken);
        self.inbox.send(core::Incoming::Inbound(inbound, arrival, reply)).map_err(|_| Stopped)?;
        Ok(Receipt { taken: written, answer })
    }

    /// Answers a click. Comes back when what it changed is committed.
    ///
    /// # Errors
    /// [`Stopped`] when the process is ending.
    pub async fn press(&self, press: Press) -> Result<Answer, Stopped> {
        self.hand_in(Inbound::Press(press))?.answer().await
    }

    /// Whether somebody may press a button now, and what is asked of them first. Nothing comes of it, so it is no event that has to be
    /// written down; a refusal is part of the trail like any other.
    ///
    /// # Errors
    /// [`Stopped`] when the process is ending.
    pub async fn may(&self, press: Press) -> Result<May, Stopped> {
        self.inquire(|reply| core::Incoming::May(press, reply)).await
    }

    /// Asks the engine something, and waits for the answer.
    async fn inquire<T>(&self, ask: impl FnOnce(oneshot::Sender<T>) -> core::Incoming) -> Result<T, Stopped> {
        let (reply, answer) = oneshot::channel();
        self.inbox.send(ask(reply)).map_err(|_| Stopped)?;
        answer.await.map_err(|_| Stopped)
    }

    /// Takes people, rules and channels that were read anew, from a file with this SHA-256. Comes back when that is committed and
    /// holds.
    ///
    /// # Errors
    /// Why they do not hold: the store cannot write it down, or the process is ending.
    pub async fn take_rules(&self, rules: Rules, digest: String) -> Result<(), String> {
        let taken = self.inquire(|reply| core::Incoming::Rules(Box::new(rules), digest, reply)).await;
        taken.map_err(|stopped| stopped.to_string())?
    }

    /// Takes what a platform answered about its groups or about accounts. Each answer replaces the last one about the same, and holds beside
    /// what the configuration says.
    pub fn take_memberships(&self, findings: Vec<Finding>) {
        // An engine that has stopped lets nobody do anything.
        let _stopped = self.inbox.send(core::Incoming::Memberships(findings));
    }

    /// The rounds in which a platform is asked who is in its groups.
    pub fn readings(&self) -> Readings {
        Readings::new(self.clone(), self.reloaded.clone())
    }

    /// Completes what somebody is typing.
    pub fn complete(&self, person: &PersonId, query: &CompletionQuery) -> Vec<Completion> {
        complete::complete(&self.parts, person, query)
    }

    /// A request as it is now, if it is known.
    pub async fn request(&self, id: &RequestId) -> Option<Request> {
        self.inquire(|reply| core::Incoming::Look(id.clone(), None, reply)).await.ok().flatten()
    }

    /// A request as it is now, if it is known and this person may know of it.
    pub async fn request_for(&self, id: &RequestId, person: &PersonId) -> Option<Request> {
        self.inquire(|reply| core::Incoming::Look(id.clone(), Some(person.clone()), reply)).await.ok().flatten()
    }

    /// Of these requests those that a person may not know of.
    ///
    /// # Errors
    /// [`Stopped`] when the process is ending.
    pub async fn hidden_from(&self, person: &PersonId, ids: Vec<RequestId>) -> Result<HashSet<RequestId>, Stopped> {
        self.inquire(|reply| core::Incoming::Hidden(person.clone(), ids, reply)).await
    }

    /// What is open for somebody, in their language; nothing when the process is ending.
    pub async fn open_for(&self, person: &PersonId, locale: &str) -> Option<Open> {
        self.inquire(|reply| core::Incoming::Open(person.clone(), locale.to_owned(), reply)).await.ok()
    }

    /// The VMs of every vCenter, as they are known now.
    pub fn inventory(&self) -> Arc<Inventory> {
        self.parts.fleet.inventory()
    }

    /// What the engine was made of.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Ends the engine once everything that waits in its inbox is committed. Running tasks go on in vCenter and are found again.
    pub async fn stop(&self) {
        let _ended = self.inquire(core::Incoming::Stop).await;
    }
}

#[cfg(test)]
mod tests;
