//! A request: one intent of one person on one VM, or on snapshots of many, from asking to its end.
//!
//! The types alone; what happens to them is decided in `machine`. Everything here is written to the store as it is, so a
//! field that is added later needs `#[serde(default)]`.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use super::act::StayChange;
use super::act::{self, Resolved, Right};
use super::bulk::Bulk;
use super::call::{Act, SnapshotMode, TaskState};
use super::fault::Fault;
use super::ids::{Account, ChannelId, Group, Moref, PersonId, RequestId, Target, TaskRef, VmTitle};
use super::preflight::{Blocker, Plan};
use super::snapshot_tree::PowerState;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Its id, which people can say.
    pub id: RequestId,
    /// Its place in the order of asking: who asked first goes first.
    pub seq: u64,
    pub asker: PersonId,
    /// The account they asked with, as the platform names it.
    pub account: Account,
    /// Where they asked, and where the message is.
    pub channel: ChannelId,
    /// The language of its message (`en`, `fr`).
    pub locale: String,
    /// What it is about.
    #[serde(rename = "target")]
    pub subject: Subject,
    /// What is wanted of that.
    pub wish: Wish,
    /// The change number given with it.
    pub ticket: Option<String>,
    /// When they asked, by our clock.
    pub asked_at: Timestamp,
    /// Whose yes it needs; none where it runs for whoever is granted it.
    pub approval: Option<ApprovalNeed>,
    /// Everyone who said yes to the plan, in order.
    pub approvals: Vec<Approval>,
    /// Who let it go without the yes that it needs, if somebody did.
    #[serde(default)]
    pub break_glass: Option<BreakGlass>,
    /// Approvals that counted when they were given and do not any more, in the order in which that was noticed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub struck: Vec<StruckApproval>,
    /// The snapshot that is taken before a revert, so that the revert itself can be undone.
    #[serde(default)]
    pub safety: Option<Safety>,
    /// The button that it came of, where it came of one on another request's message.
    #[serde(default)]
    pub origin: Option<Origin>,
    /// What preflight made of the wish, once it did. Approvals are to this.
    pub plan: Option<Plan>,
    /// Since when it waits for the VM, over all the looks in between. Begins anew when what it waits for is no longer a
    /// request of ours but somebody else's task.
    pub waiting_since: Option<Timestamp>,
    /// How many times vCenter was called for it, without those that it refused because another task had the VM.
    pub attempts: u32,
    pub state: State,
}

/// What a request is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Subject {
    /// One VM.
    Vm(Target),
    /// Snapshots of many VMs.
    Many(Box<Bulk>),
}

/// What a request came of, where nobody typed it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "StoredOrigin")]
#[serde(untagged)]
pub enum Origin {
    /// A button on a message that asks for something anew.
    Button {
        /// The request or the list whose message it is on.
        request: RequestId,
        /// The button's action, in its word (`retry`), with its row where it is on one (`keep.3`).
        action: String,
    },
    /// A request about many snapshots, which this deletes one of.
    Part {
        /// That request.
        of: RequestId,
        /// The snapshot's place in it, from 0.
        place: usize,
    },
}

/// An origin as it is stored. Version 0.1.0 wrote a part as an action (`sweep.3`).
#[derive(Deserialize)]
#[serde(untagged)]
enum StoredOrigin {
    Button { request: RequestId, action: String },
    Part { of: RequestId, place: usize },
}

impl From<StoredOrigin> for Origin {
    fn from(stored: StoredOrigin) -> Self {
        match stored {
            StoredOrigin::Part { of, place } => Self::Part { of, place },
            StoredOrigin::Button { request, action } => {
                match action.strip_prefix("sweep.").and_then(|place| place.parse().ok()) {
                    Some(place) => Self::Part { of: request, place },
                    None => Self::Button { request, action },
                }
            }
        }
    }
}

impl Origin {
    /// A button on the message of a request.
    pub fn button(request: &RequestId, action: &str) -> Self {
        Self::Button { request: request.clone(), action: action.to_owned() }
    }

    /// Whether it is a button with this action.
    pub fn is_button(&self, wanted: &str) -> bool {
        matches!(self, Self::Button { action, .. } if action == wanted)
    }
}

/// What a request wants.
pub type Wish = act::Act<Resolved>;

/// Who asks for something, where, in which language and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requester {
    pub person: PersonId,
    /// As the platform names it.
    pub account: Account,
    pub channel: ChannelId,
    pub locale: String,
    /// By our clock.
    pub at: Timestamp,
}

impl Request {
    /// A request that was just asked for, with nothing looked at yet.
    pub fn new(id: RequestId, seq: u64, requester: Requester, subject: Subject, wish: Wish) -> Self {
        let Requester { person, account, channel, locale, at } = requester;
        Self {
            id,
            seq,
            asker: person,
            account,
            channel,
            locale,
            subject,
            wish,
            ticket: None,
            asked_at: at,
            approval: None,
            approvals: Vec::new(),
            break_glass: None,
            struck: Vec::new(),
            safety: None,
            origin: None,
            plan: None,
            waiting_since: None,
            attempts: 0,
            state: State::Asked,
        }
    }
}

/// Whose yes a request needs, as the policy said when it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalNeed {
    /// Members of any of these groups may approve.
    pub approvers: Vec<Group>,
    /// How many different people have to.
    pub needed: u8,
    /// How long they have.
    pub expires: SignedDuration,
    /// Whether the asker is one of them, and the rule lets them say yes to their own request.
    pub self_approval: bool,
    /// Members of any of these groups may do without, for a reason that everybody is told.
    #[serde(default)]
    pub break_glass: Vec<Group>,
}

/// Somebody let a request go without the approval that it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakGlass {
    pub person: PersonId,
    pub account: Account,
    /// Why, in their words.
    pub reason: String,
    /// When, by our clock.
    pub at: Timestamp,
}

/// The snapshot of how the VM is now that is taken before it is reverted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "safety")]
pub enum Safety {
    /// It is still to be taken: until it is there, nothing is reverted.
    Wanted {
        /// What it will be called.
        name: String,
        /// Until when it is to be kept.
        #[serde(default)]
        until: Option<Timestamp>,
    },
    /// It is there.
    Taken {
        snapshot: Moref,
        name: String,
        #[serde(default)]
        until: Option<Timestamp>,
    },
}

impl Safety {
    /// What it is, or will be, called.
    pub fn name(&self) -> &str {
        match self {
            Self::Wanted { name, .. } | Self::Taken { name, .. } => name,
        }
    }

    pub fn until(&self) -> Option<Timestamp> {
        match self {
            Self::Wanted { until, .. } | Self::Taken { until, .. } => *until,
        }
    }
}

/// One yes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    pub person: PersonId,
    pub account: Account,
    /// When, by our clock.
    pub at: Timestamp,
}

/// An approval, or an emergency override, that does not count any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StruckApproval {
    pub person: PersonId,
    /// With which account it was given.
    pub account: Account,
    /// When it was given, by our clock.
    pub given: Timestamp,
    pub at: Timestamp,
    /// Whether it was an emergency override.
    #[serde(default)]
    pub glass: bool,
    /// Why it does not count.
    pub why: StruckWhy,
}

/// Why an approval does not count any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "why")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum StruckWhy {
    /// The person is in none of these groups any more.
    NotApprover {
        /// Those who approve.
        groups: Vec<Group>,
    },
    /// It is the requester's own, and the rule does not allow that any more.
    OwnRequest,
    /// The configuration does not know the person any more.
    UnknownPerson,
}

/// Where a request stands. The names are those of DESIGN §4.2.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum State {
    /// Asked; the VM is being read.
    Asked,
    /// Preflight found what stands against it.
    Refused {
        /// What, most important first.
        blockers: Vec<Blocker>,
    },
    /// The VM is busy.
    Queued {
        behind: Behind,
        /// Since when it waits.
        since: Timestamp,
        /// When it is tried again by itself, where nothing of ours will wake it.
        again_at: Option<Timestamp>,
    },
    /// A card asks for somebody's yes.
    AwaitingApproval { until: Timestamp },
    /// Somebody said no.
    Denied {
        by: PersonId,
        /// Why, in their words.
        reason: Option<String>,
        at: Timestamp,
    },
    /// Nobody decided in time.
    Expired {
        /// Its deadline, by our clock.
        at: Timestamp,
    },
    /// What was approved is not what is there any more.
    Stale {
        drift: Vec<Drift>,
        /// When that was noticed.
        at: Timestamp,
    },
    /// Taken back.
    Withdrawn { by: PersonId, at: Timestamp },
    /// About to call vCenter.
    Starting {
        /// How far.
        phase: StartPhase,
    },
    /// vCenter does it.
    Running {
        /// The task; none for a call that is done at once.
        task: Option<TaskRef>,
        /// Found by its traces, or told by a person, after the call's answer was lost.
        #[serde(default)]
        recovered: bool,
        /// When the call was made, by our clock.
        since: Timestamp,
        /// vCenter's clock when the call was made.
        t0: Timestamp,
        /// How far it is, where vCenter tells.
        percent: Option<u8>,
        /// Whether vCenter would cancel it.
        cancelable: bool,
        cancel_asked: Option<PersonId>,
        /// vCenter was asked to cancel it and would not.
        #[serde(default)]
        cancel_refused: bool,
        /// The task's end, once it came: then the VM is being read again.
        ended: Option<Ended>,
    },
    /// Its parts run, one after the other, each as a request of its own.
    InParts {
        /// Since when.
        since: Timestamp,
    },
    /// Done, and looked at.
    Done { facts: Facts },
    /// Not done, or not to its end.
    Failed {
        failure: Failure,
        /// What is left, where the VM could be read.
        facts: Option<Facts>,
        at: Timestamp,
    },
    /// Cancelled in vCenter.
    Cancelled { facts: Facts },
    /// vCenter was called and its answer was lost: looking for traces.
    Unsure {
        /// Since when, by our clock.
        since: Timestamp,
        /// vCenter's clock before the call.
        t0: Timestamp,
        /// Why the answer is missing, for the log and the details.
        why: String,
        /// When to look again.
        again_at: Timestamp,
    },
    /// No trace was found, and it must not be done twice: a person has to look.
    NeedsHuman {
        since: Timestamp,
        /// vCenter's clock before the call.
        t0: Timestamp,
    },
}

/// The states by what may still become of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Its VM is being read, or it stands in a queue.
    Waiting,
    /// People decide.
    Undecided,
    /// Being done.
    UnderWay,
    /// vCenter was called, and nobody knows yet what came of it.
    Unknown,
    /// Over before anything was done.
    Dropped,
    /// Over after it was done, or tried.
    Ended,
}

/// What keeps a request waiting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Behind {
    /// Another request of ours.
    Request(RequestId),
    /// A task of somebody else, by its kind (`VirtualMachine.createSnapshot`).
    Foreign(String),
}

/// How far a start is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartPhase {
    /// The VM is read once more, to be compared with what was approved.
    Checking,
    /// "Calling" is committed: the call may be on its way.
    Calling {
        /// vCenter's clock before the call.
        t0: Timestamp,
        /// Ours.
        at: Timestamp,
    },
}

/// How a task ended, before the VM was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The task's last state.
    pub state: TaskState,
    /// When we heard it.
    pub at: Timestamp,
    /// How many reads of the VM have failed since.
    pub failed_reads: u32,
    /// When to read it again.
    pub again_at: Option<Timestamp>,
    /// How long the task took, by its own times.
    #[serde(default)]
    pub took: Option<SignedDuration>,
}

/// What came of a run, read off the VM afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub at: Timestamp,
    /// How long it took, in whole seconds, by the task's own times; none where they are not known.
    #[serde(default)]
    pub took: Option<SignedDuration>,
    /// Whether the VM was read and is as it should be; none where it could not be read.
    pub verified: Option<bool>,
    /// The VM's power state after it.
    pub power: Option<PowerState>,
    /// Whether disks need consolidation.
    pub consolidation_needed: bool,
    /// The snapshot that was made.
    pub snapshot: Option<Moref>,
    /// After a take that was to be quiesced: whether it was.
    pub quiesced: Option<bool>,
    /// How many snapshots there are now.
    pub left: Option<usize>,
    /// After a take that was tried again: whether an earlier try ran after all, so that there are two of it.
    #[serde(default)]
    pub twice: bool,
    /// Found by its traces, or told by a person, after the call's answer was lost.
    pub recovered: bool,
    /// Whether the VM was left off and the bot's account may power it on.
    pub can_power_on: bool,
}

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// vCenter's fault, at the call or at the task's end.
    Fault(Fault),
    /// vCenter could not be reached, so nothing was started.
    Unreachable(String),
    /// A task of somebody else kept the VM busy for too long.
    StillBusy,
    /// A person looked and said that it did not run.
    DidNotRun(PersonId),
    /// The task ended unseen and the VM is not as it should be.
    EndUnknown,
}

/// What changed between the card and the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Drift {
    /// A snapshot appeared.
    Taken {
        name: String,
        /// When, by vCenter's clock.
        at: Timestamp,
    },
    /// A snapshot went.
    Gone { name: String },
    /// The VM stands elsewhere in its tree.
    Current {
        /// The name of the snapshot it stands at now, none for none.
        name: Option<String>,
    },
    /// The power state changed.
    Power {
        /// What it is now.
        now: PowerState,
    },
    /// The reference belongs to another VM now.
    OtherVm,
    /// The same words would now do something else.
    OtherAct,
}

impl State {
    /// The state's name in the machine's own words.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Refused { .. } => "refused",
            Self::Queued { .. } => "queued",
            Self::AwaitingApproval { .. } => "awaiting_approval",
            Self::Denied { .. } => "denied",
            Self::Expired { .. } => "expired",
            Self::Stale { .. } => "stale",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Starting { .. } => "starting",
            Self::Running { .. } | Self::InParts { .. } => "running",
            Self::Done { .. } => "done",
            Self::Failed { .. } => "failed",
            Self::Cancelled { .. } => "cancelled",
            Self::Unsure { .. } => "unsure",
            Self::NeedsHuman { .. } => "needs_human",
        }
    }

    /// What may still become of it.
    pub fn phase(&self) -> Phase {
        match self {
            Self::Asked | Self::Queued { .. } => Phase::Waiting,
            Self::AwaitingApproval { .. } => Phase::Undecided,
            Self::Starting { .. } | Self::Running { .. } | Self::InParts { .. } => Phase::UnderWay,
            Self::Unsure { .. } | Self::NeedsHuman { .. } => Phase::Unknown,
            Self::Refused { .. } | Self::Denied { .. } | Self::Expired { .. } => Phase::Dropped,
            Self::Stale { .. } | Self::Withdrawn { .. } => Phase::Dropped,
            Self::Done { .. } | Self::Failed { .. } | Self::Cancelled { .. } => Phase::Ended,
        }
    }

    /// Whether nothing can happen to it any more. `NeedsHuman` is not final: a person still has to say what they saw.
    pub fn is_final(&self) -> bool {
        matches!(self.phase(), Phase::Dropped | Phase::Ended)
    }

    /// Whether nothing has begun yet, so that it can be taken back.
    pub fn is_pending(&self) -> bool {
        matches!(self.phase(), Phase::Waiting | Phase::Undecided)
    }

    /// Whether it goes on by itself.
    pub fn goes_on(&self) -> bool {
        matches!(self.phase(), Phase::Waiting | Phase::UnderWay)
    }

    /// Whether it ended without its end being reached.
    pub fn has_failed(&self) -> bool {
        matches!(self, Self::Failed { .. } | Self::Cancelled { .. })
    }

    /// Whether others have to wait for the VM.
    pub fn holds_vm(&self) -> bool {
        matches!(self, Self::Starting { .. } | Self::Running { .. } | Self::Unsure { .. })
    }
}

impl Request {
    /// The VM that it is about; none where it is about many.
    pub fn vm(&self) -> Option<&Target> {
        match &self.subject {
            Subject::Vm(target) => Some(target),
            Subject::Many(_) => None,
        }
    }

    /// The snapshots that it is about, where it is about many.
    pub fn bulk(&self) -> Option<&Bulk> {
        match &self.subject {
            Subject::Vm(_) => None,
            Subject::Many(bulk) => Some(bulk),
        }
    }

    /// The VM, or which VMs were named, as sentences name it.
    pub fn title(&self) -> VmTitle {
        match &self.subject {
            Subject::Vm(target) => target.into(),
            Subject::Many(bulk) => bulk.scope.text().into(),
        }
    }

    /// Whether it is a part of a request about many: its message is that one's.
    pub fn is_part(&self) -> bool {
        matches!(self.origin, Some(Origin::Part { .. }))
    }

    /// The right that it needs: a part of a plan needs the one to delete what is old.
    pub fn right(&self) -> Right {
        if self.is_part() { Right::DeleteOlder } else { self.wish.right() }
    }

    /// What vCenter is asked to do next, or does: the safety snapshot until it is there, then what was planned. For a take, the
    /// description still lacks its marker.
    pub fn act(&self) -> Option<Act> {
        let plan = self.plan.as_ref()?;
        // Disks alone: a guest that is to be reverted is often one that would not come to rest any more. Of a suspended VM vSphere
        // takes the memory that lies on the disk already.
        let mode = match plan.price.power_now {
            PowerState::On | PowerState::Off => SnapshotMode::Disk,
            PowerState::Suspended => SnapshotMode::Memory,
        };
        Some(match &self.safety {
            Some(Safety::Wanted { name, .. }) => Act::Take { name: name.clone(), description: String::new(), mode },
            Some(Safety::Taken { .. }) | None => plan.act.clone(),
        })
    }

    /// Until when the snapshot that it takes now is to be kept: the one that it is about, or the one that comes before a revert.
    pub fn end_of_taken(&self) -> Option<Timestamp> {
        match (&self.safety, &self.wish) {
            (Some(Safety::Wanted { until, .. }), _) | (_, Wish::Take { until, .. }) => *until,
            (Some(Safety::Taken { .. }) | None, _) => None,
        }
    }

    /// Whether its safety snapshot is not there yet.
    pub fn wants_safety(&self) -> bool {
        matches!(self.safety, Some(Safety::Wanted { .. }))
    }

    /// The mode that a take was decided to have.
    pub fn decided_mode(&self) -> Option<SnapshotMode> {
        match self.act() {
            Some(Act::Take { mode, .. }) => Some(mode),
            _ => None,
        }
    }
}
