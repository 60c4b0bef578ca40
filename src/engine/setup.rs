//! What the engine is made of, and how it starts: the rows are read, every open request goes on where it stood.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::{mpsc, watch};

use super::Handle;
use super::board::Board;
use super::core::{Core, Incoming};
use super::fleet::Fleet;
use super::ports::{Chat, Clock, Store, StoreError, VCenterEvent};
use super::watch::WatchRules;
use crate::domain::authority::Standing;
use crate::domain::freeze::Freeze;
use crate::domain::ids::{ChannelId, Group, Target, VCenterName, VmTitle};
use crate::domain::intent::Verb;
use crate::domain::machine::Context;
use crate::domain::policy::memberships::Unread;
use crate::domain::policy::{Policy, VmPattern};
use crate::domain::preflight;
use crate::domain::token::TokenKey;
use crate::message::cards::View;
use crate::message::format::Format;
use crate::message::words::Locale;

/// How many final requests are kept at hand, for their buttons and their messages. Older ones stay in the store.
pub(super) const REMEMBERED: u64 = 500;

/// When vCenter's tasks are compared with the journal where the configuration does not say: at night.
pub const RECONCILE: jiff::civil::Time = jiff::civil::time(3, 0, 0, 0);

/// A channel that the bot speaks in.
#[derive(Debug, Clone)]
pub struct Channel {
    /// Its id, `platform:channel`.
    pub id: ChannelId,
    pub timezone: TimeZone,
    /// Its language, where it has one of its own; else each message has its asker's.
    pub locale: Option<Locale>,
}

/// Groups whose members cannot be read, each with since when and why.
pub type UnreadGroups = BTreeMap<Group, Unread>;

/// Channels that take no messages, each with since when and why.
pub type UnreachedChannels = BTreeMap<ChannelId, Unread>;

/// People, rules and channels: what a configuration may change while the bot runs, whole or not at all.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Who may do what.
    pub policy: Policy,
    pub preflight: preflight::Rules,
    /// The channels that have settings of their own.
    pub channels: Vec<Channel>,
    /// The time zone of all other channels.
    pub timezone: TimeZone,
    /// Where freezes, break-glasses and alarms are told, beside the channel that they are about.
    pub alarms: Option<ChannelId>,
    /// When vCenter's tasks are compared with the journal, in the time zone of `alarms`.
    pub reconcile: jiff::civil::Time,
    pub watch: WatchRules,
}

/// Something that is read often and replaced seldom. Readers keep what they have taken.
#[derive(Debug)]
pub struct Current<T>(RwLock<Arc<T>>);

impl<T> Current<T> {
    /// Begins with this.
    pub fn new(value: T) -> Self {
        Self(RwLock::new(Arc::new(value)))
    }

    /// What it is now.
    pub fn get(&self) -> Arc<T> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces it.
    pub(super) fn set(&self, value: T) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(value);
    }
}

/// Everything that the engine needs from outside.
pub struct Parts {
    /// The vCenters.
    pub fleet: Fleet,
    /// The chats by the platform's name.
    pub chats: HashMap<&'static str, Arc<dyn Chat>>,
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    /// What a configuration may change while the bot runs.
    pub rules: Current<Rules>,
    /// What the tokens of buttons are made under: the same over restarts, and not in the store, whose journal others read.
    pub tokens: TokenKey,
    /// The freeze that holds, as messages tell of it. The engine sets it when it is committed.
    pub freeze: Current<Option<Freeze>>,
    /// Groups whose members cannot be read from a platform now, as readiness tells of them. The engine sets it.
    pub unread_groups: Current<UnreadGroups>,
    /// Channels that take no messages now, as readiness tells of them. The engine sets it.
    pub unreached: Current<UnreachedChannels>,
    /// Random bits for ids.
    pub random: fn() -> Result<u32, String>,
}

/// Why the engine did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store could not be read or written.
    #[error("the store: {0}")]
    Store(#[from] StoreError),
}

impl Rules {
    pub fn zone(&self, channel: &ChannelId) -> TimeZone {
        let known = self.channels.iter().find(|known| known.id == *channel);
        known.map_or_else(|| self.timezone.clone(), |channel| channel.timezone.clone())
    }

    /// What a step of the machine sees, beside another request that holds the VM.
    pub(super) fn context<'a>(
        &'a self,
        now: Timestamp,
        freeze: Option<&'a Freeze>,
        targets: &'a [Target],
    ) -> Context<'a> {
        let (policy, auto_delete) = (&self.policy, self.auto_delete());
        Context { now, busy: None, freeze, policy, auto_delete, targets, preflight: &self.preflight }
    }

    /// What the authority decides by.
    pub(super) fn standing<'a>(&'a self, now: Timestamp, freeze: Option<&'a Freeze>) -> Standing<'a> {
        Standing { policy: &self.policy, auto_delete: self.auto_delete(), freeze, now }
    }

    fn auto_delete(&self) -> &[VmPattern] {
        self.watch.retention.as_ref().map_or(&[], |retention| &retention.deletes)
    }
}

impl Parts {
    /// People, rules and channels as they are now.
    pub fn rules(&self) -> Arc<Rules> {
        self.rules.get()
    }

    /// How messages are made for a channel in a language.
    pub(super) fn format(&self, channel: &ChannelId, locale: &str) -> Format {
        Format { locale: Locale::of(locale), tz: self.rules().zone(channel), now: self.clock.now() }
    }

    /// The language of what is posted in a channel: its own if it has one, else the asker's.
    pub(super) fn posted_in(&self, channel: &ChannelId, asker: &str) -> String {
        let rules = self.rules();
        let known = rules.channels.iter().find(|known| known.id == *channel);
        known.and_then(|channel| channel.locale).map_or_else(|| asker.to_owned(), |locale| locale.tag().to_owned())
    }

    /// The groups that are granted a verb on a VM.
    pub(super) fn holders(&self, verb: Verb, target: &Target) -> Vec<Group> {
        verb.spec().right.map(|verb| self.rules().policy.groups_that_may(verb, target)).unwrap_or_default()
    }

    /// A VM as messages name it.
    pub fn shown(&self, vm: &VmTitle) -> String {
        self.view(&ChannelId::new("", ""), "", |view| view.vm(vm))
    }

    /// A VM as it is typed to mean this one; by its path where the title has that.
    pub fn typed(&self, vm: &VmTitle) -> String {
        self.view(&ChannelId::new("", ""), "", |view| view.typed(vm))
    }

    /// Makes a message for a channel in a language.
    pub(super) fn view<T>(&self, channel: &ChannelId, locale: &str, make: impl FnOnce(&View<'_>) -> T) -> T {
        let holders = |verb: Verb, target: &Target| self.holders(verb, target);
        let freeze = self.freeze.get();
        let lost = |vcenter: &VCenterName| self.fleet.lost(vcenter);
        let view = View {
            format: self.format(channel, locale),
            tokens: &self.tokens,
            holders: &holders,
            freeze: freeze.as_ref().as_ref(),
            several_vcenters: self.fleet.iter().nth(1).is_some(),
            has_double: &|vm| self.fleet.has_double(vm),
            lost: &lost,
        };
        make(&view)
    }
}

/// Starts the engine: reads what is open, and goes on with it. `events` is where the vCenters put what they tell.
///
/// # Errors
/// [`StartError`] if the store cannot be read; nothing has been started then.
pub async fn start(parts: Parts, mut events: mpsc::UnboundedReceiver<VCenterEvent>) -> Result<Handle, StartError> {
    let parts = Arc::new(parts);
    let (inbox, incoming) = mpsc::unbounded_channel();
    let board = Board::start(parts.chats.values().cloned(), parts.clock.clone(), inbox.clone());
    let (reloads, reloaded) = watch::channel(0);
    let mut core = Core::new(parts.clone(), board, inbox.clone(), reloads);
    core.load().await?;

    let forward = inbox.clone();
    tokio::spawn(async move {
        while let Some(event) = events.recv().await {
            if forward.send(Incoming::VCenter(event)).is_err() {
                return;
            }
        }
    });
    tokio::spawn(core.run(incoming));
    Ok(Handle { inbox, parts, reloaded })
}
