//! The shell around the core: it receives, commits, calls and shows, and decides nothing.
//!
//! One task owns every request (`core`). It drains its inbox in batches: each event goes through the pure `step`, one
//! commit covers the batch, and only then do the effects run (`effects`) and the messages move (`board`). What a person
//! typed or pressed is turned into such events by `ask` and `press`. `Handle` is what the chats hold.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use crate::domain::ids::{ChannelId, PersonId, RequestId};
use crate::domain::inventory::Inventory;
use crate::domain::request::Request;
use crate::message::model::Card;

mod ask;
mod board;
mod calls;
pub mod clock;
mod core;
mod effects;
mod fleet;
mod follow_ups;
pub mod ports;
mod press;
pub mod record;
mod setup;

pub use fleet::Fleet;
pub use setup::{Channel, Current, Parts, Rules, StartError, policy_verb, start};

/// Something that somebody typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Who.
    pub person: PersonId,
    /// With which account.
    pub account: String,
    /// Where.
    pub channel: ChannelId,
    /// What.
    pub text: String,
    /// Their language, as the platform tells it.
    pub locale: Option<String>,
}

/// A button that somebody pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Press {
    /// Who.
    pub person: PersonId,
    /// With which account.
    pub account: String,
    /// What the button carried.
    pub token: String,
    /// What they typed into its form, by name.
    pub inputs: std::collections::BTreeMap<String, String>,
    /// Their language, as the platform tells it; that of the message where it does not.
    pub locale: Option<String>,
}

/// What comes back to the person alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// A message that only they see.
    pub reply: Option<Card>,
    /// The request that came of it.
    pub request: Option<RequestId>,
}

/// The engine, as the chats hold it. Cheap to clone.
#[derive(Clone)]
pub struct Handle {
    inbox: mpsc::UnboundedSender<core::Incoming>,
    parts: Arc<Parts>,
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
        let (reply, answer) = oneshot::channel();
        self.inbox.send(core::Incoming::Ask(ask, reply)).map_err(|_| Stopped)?;
        answer.await.map_err(|_| Stopped)
    }

    /// Answers a click. Comes back when what it changed is committed.
    ///
    /// # Errors
    /// [`Stopped`] when the process is ending.
    pub async fn press(&self, press: Press) -> Result<Answer, Stopped> {
        let (reply, answer) = oneshot::channel();
        self.inbox.send(core::Incoming::Press(press, reply)).map_err(|_| Stopped)?;
        answer.await.map_err(|_| Stopped)
    }

    /// Takes people, rules and channels that were read anew, from a file with this SHA-256. Comes back when that is committed and
    /// holds.
    ///
    /// # Errors
    /// Why they do not hold: the store cannot write it down, or the process is ending.
    pub async fn take_rules(&self, rules: Rules, digest: String) -> Result<(), String> {
        let (reply, answer) = oneshot::channel();
        let sent = self.inbox.send(core::Incoming::Rules(Box::new(rules), digest, reply));
        sent.map_err(|_| Stopped.to_string())?;
        answer.await.map_err(|_| Stopped.to_string())?
    }

    /// A request as it is now, if it is known.
    pub async fn request(&self, id: &RequestId) -> Option<Request> {
        let (reply, answer) = oneshot::channel();
        self.inbox.send(core::Incoming::Look(id.clone(), reply)).ok()?;
        answer.await.ok().flatten()
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
        let (reply, stopped) = oneshot::channel();
        if self.inbox.send(core::Incoming::Stop(reply)).is_ok() {
            let _ended = stopped.await;
        }
    }
}
