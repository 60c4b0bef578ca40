//! What the bot tells a channel by itself, beside the messages of requests: one message each, posted once.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::age::Crossing;
use super::freeze::Freeze;
use super::ids::{ChannelId, Group, Moref, PersonId, RequestId, VCenterName, VmTitle};
use super::intent::Verb;
use super::marker::Hold;
use super::report::{Report, Row};
use super::request::Request;

/// One such message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bulletin {
    /// Its id, of the same kind as a request's: what a platform refuses a twin by.
    pub id: RequestId,
    /// Its place in the order of everything that was ever told.
    pub seq: u64,
    pub channel: ChannelId,
    /// In which language (`en`, `fr`).
    pub locale: String,
    /// When it came up, by our clock.
    pub at: Timestamp,
    pub news: News,
}

/// What there is to tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "news")]
pub enum News {
    /// Everything is stopped.
    Frozen {
        /// By whom, why, since when.
        freeze: Freeze,
    },
    /// Changes may begin again.
    Unfrozen {
        by: PersonId,
        /// What was lifted.
        freeze: Freeze,
    },
    /// A request goes without the approval that it needs.
    BreakGlass {
        request: RequestId,
        /// Who broke the glass.
        by: PersonId,
        reason: String,
        verb: Verb,
        #[serde(flatten)]
        vm: VmTitle,
        /// The snapshot that it is about, where it is about one.
        snapshot: Option<String>,
        /// Whether everything below that goes too.
        #[serde(default)]
        children: bool,
        asker: PersonId,
    },
    /// A request has ended, told to whoever asked for it.
    Ended { request: Box<Request> },
    /// A request's message cannot be shown where it was asked for, and is shown to its asker instead.
    ChannelLost { request: RequestId },
    /// A hold was taken off by somebody else than its holder, who is told.
    Released {
        request: RequestId,
        by: PersonId,
        at: Timestamp,
        #[serde(flatten)]
        vm: VmTitle,
        /// The snapshot's name.
        snapshot: String,
        /// The hold as it was.
        hold: Hold,
        /// The hold that took its place, where one did.
        replaced_by: Option<Hold>,
    },
    /// How a fleet's snapshots are doing.
    Report { report: Box<Report> },
    /// Snapshots have crossed a limit.
    Crossed {
        /// Which, the worst first.
        crossings: Vec<Crossing>,
        /// How many there are, with those that are not listed.
        count: usize,
    },
    /// Snapshots whose time is up, or will be soon.
    Ending {
        /// Which, the one that ends first in front.
        rows: Vec<Row>,
        /// How many there are, with those that are not listed.
        count: usize,
        /// Whether the bot deletes them by itself then.
        deletes: bool,
    },
    /// The members of a group cannot be read from a platform.
    GroupUnread {
        group: Group,
        since: Timestamp,
        /// Why, in words for an administrator.
        why: String,
    },
    /// They can again.
    GroupRead { group: Group },
    /// A vCenter's clock and ours differ by more than a minute.
    ClockSkew {
        vcenter: VCenterName,
        /// How far vCenter's is ahead; negative where it is behind.
        ahead: SignedDuration,
    },
    /// They agree again.
    ClocksAgree { vcenter: VCenterName },
    /// A channel takes no messages, so that what there is to tell reaches nobody there.
    ChannelUnreached {
        channel: ChannelId,
        since: Timestamp,
        /// Why, in words for an administrator.
        why: String,
    },
    /// It takes them again.
    ChannelReached { channel: ChannelId },
    /// vCenter has tasks of the bot's own account that no line of the journal accounts for.
    UnknownTasks {
        /// In which vCenter.
        vcenter: VCenterName,
        /// Which, the oldest first.
        tasks: Vec<UnknownTask>,
    },
}

impl News {
    /// Whether it concerns one person alone, who may hear of it elsewhere too.
    pub fn is_for_one_person(&self) -> bool {
        self.reports_an_end() || matches!(self, Self::ChannelLost { .. })
    }

    /// Whether it only reports an end, and so belongs to that end.
    pub fn reports_an_end(&self) -> bool {
        matches!(self, Self::Ended { .. } | Self::Released { .. })
    }
}

/// A task of the bot's account that the journal does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownTask {
    pub task: Moref,
    /// `descriptionId`, such as `VirtualMachine.createSnapshot`.
    pub kind: String,
    /// The VM's name as vCenter tells it with the task (`entityName`); empty where it does not.
    pub vm: String,
    /// When it was queued, by vCenter's clock.
    pub queued: Timestamp,
}
