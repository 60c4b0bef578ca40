//! What the bot answers to one person alone: refusals, questions back, lists. Data without words; `message` says it.

use jiff::Timestamp;

use super::authority::Refusal;
use super::bulk::Stays;
use super::command::CommandError;
use super::freeze::Freeze;
use super::ids::{Group, Moref, PersonId, RequestId, VCenterName, VmTitle};
use super::intent::Verb;
use super::marker::Hold;
use super::policy::PolicyVerb;
use super::snapshot_tree::{PowerState, SnapshotTree};

mod word;

/// An answer. Snapshots stand in it by name, VMs by name and identity; `text` is what was typed, `groups` of a refusal are those that may, and none where
/// nobody may.
#[derive(Debug, Clone, PartialEq, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Notice {
    /// The command was not understood.
    Command {
        text: String,
        error: CommandError,
    },
    /// No VM is called that.
    UnknownVm {
        text: String,
        /// Those that come near.
        nearest: Vec<VmTitle>,
    },
    /// Several VMs could be meant: a picker.
    WhichVm {
        text: String,
        /// The id that the buttons carry.
        draft: RequestId,
        /// Each by its path, and its power state.
        options: Vec<(VmTitle, Option<PowerState>)>,
    },
    /// Several snapshots could be meant, or none was named: a picker.
    WhichSnapshot {
        vm: VmTitle,
        /// What was typed; none where nothing was.
        text: Option<String>,
        /// The id that the buttons carry.
        draft: RequestId,
        /// Number in the list, name and age of each.
        options: Vec<(usize, String, Timestamp)>,
    },
    /// No snapshot of the VM is called that.
    UnknownSnapshot {
        vm: VmTitle,
        text: String,
        /// Names that come near.
        nearest: Vec<String>,
    },
    NoSnapshots {
        vm: VmTitle,
    },
    /// A vCenter cannot be read, so its VMs are not known.
    #[strum(serialize = "vcenter-away")]
    VCenterAway {
        vcenter: VCenterName,
        why: String,
    },
    /// The first read of the inventory is not through.
    Starting,
    /// Policy says no.
    Forbidden {
        verb: PolicyVerb,
        vm: VmTitle,
        groups: Vec<Group>,
        /// The deny rule, where one decided.
        deny: Option<String>,
        holders: Vec<Group>,
    },
    /// Policy says no, because it depends on the VM's tags and they are not known.
    TagsUnknown {
        verb: PolicyVerb,
        vm: VmTitle,
        /// The first rule that depends on them, where it has a place.
        rule: Option<String>,
    },
    /// It depends on whether the person is in these groups, and their platform could not be read.
    GroupsUnknown {
        groups: Vec<Group>,
    },
    /// An act may not go on now.
    NotPermitted {
        person: PersonId,
        verb: PolicyVerb,
        vm: VmTitle,
        refusal: Refusal,
    },
    /// It destroys work, and nobody is named who could say yes.
    NoApproverRule {
        verb: PolicyVerb,
        vm: VmTitle,
    },
    /// A change number is missing, or has not the form that the rule wants.
    TicketNeeded {
        verb: PolicyVerb,
        vm: VmTitle,
        /// The form, a glob (`CHG*`).
        pattern: String,
        given: Option<String>,
        /// The id that the form's button carries.
        draft: RequestId,
    },
    Frozen {
        /// By whom, why, since when.
        freeze: Freeze,
    },
    FrozenNow {
        /// Calls that were on their way to vCenter and have no answer yet: the request of each, and the VM.
        under_way: Vec<(RequestId, VmTitle)>,
    },
    /// It is not frozen any more.
    UnfrozenNow,
    NotFrozen,
    /// Only members of these groups freeze and unfreeze.
    NotAdministrator {
        groups: Vec<Group>,
    },
    /// Only members of these groups do without an approval.
    NotBreaker {
        groups: Vec<Group>,
    },
    /// Who does without an approval has to say why.
    ReasonNeeded,
    /// The configuration does not know this person.
    UnknownPerson,
    /// The click of somebody who is no approver.
    NotApprover {
        groups: Vec<Group>,
    },
    /// The asker's own click.
    OwnRequest,
    /// The button has been pressed before, and this became of it, if something has yet.
    AskedAlready {
        request: Option<RequestId>,
    },
    /// They said yes before.
    AlreadyApproved,
    /// The request has moved on.
    TooLate {
        request: RequestId,
        state: &'static str,
    },
    /// The button is of an older card of this request.
    StaleButton {
        request: RequestId,
    },
    /// No button of ours.
    BadToken,
    /// Only the asker takes a request back.
    NotYours {
        request: RequestId,
        asker: PersonId,
    },
    NoRequest {
        request: RequestId,
    },
    NothingOpen,
    /// Their open requests.
    Open {
        /// Id, verb, VM and state of each.
        rows: Vec<(RequestId, Verb, VmTitle, &'static str)>,
    },
    /// There is nothing to cancel.
    NotRunning {
        request: RequestId,
        state: &'static str,
    },
    /// vCenter does not cancel it now.
    NotCancelable {
        request: RequestId,
    },
    /// It cannot be taken back any more.
    NotWaiting {
        request: RequestId,
        state: &'static str,
    },
    /// vCenter was asked to cancel it.
    Cancelling {
        request: RequestId,
    },
    /// It runs in parts, and no more of them begin.
    Stopping {
        /// Which.
        request: RequestId,
    },
    /// It is taken back.
    Withdrawn {
        request: RequestId,
    },
    /// Several VMs answer to a name where one is meant.
    ManyVms {
        text: String,
        /// Each by its path.
        paths: Vec<VmTitle>,
    },
    /// Nothing is old enough to go, or what is stays.
    NothingOlder {
        asker: PersonId,
        scope: String,
        age: jiff::SignedDuration,
        /// What is old enough and stays.
        stays: Vec<Stays>,
    },
    UnknownReport {
        name: String,
        known: Vec<String>,
    },
    /// The snapshot of a row is gone meanwhile.
    RowGone {
        vm: VmTitle,
        snapshot: String,
    },
    /// The snapshot of a row stays otherwise than the row shows: how it is now.
    RowChanged {
        vm: VmTitle,
        snapshot: String,
        until: Option<Timestamp>,
        /// Who has it on hold, if somebody does.
        hold: Option<Hold>,
    },
    /// The snapshot is on hold by somebody else, whose hold this person may not take off.
    HoldOfOther {
        vm: VmTitle,
        snapshot: String,
        /// By whom, why, until when.
        hold: Hold,
        /// Whether the configuration still knows the holder.
        known: bool,
        /// The groups whose members may take it off, beside the holder.
        groups: Vec<Group>,
    },
    /// Who holds a snapshot has to say why.
    HoldReasonNeeded,
    /// A snapshot may not stay that long.
    KeepTooLong {
        /// The longest.
        limit: jiff::SignedDuration,
    },
    /// The moment until which a snapshot is to stay is over.
    KeepPast,
    /// The choice is too old.
    ChoiceGone,
    /// This person sends more than anybody types.
    TooFast,
    /// This person has so many requests that are not at their end.
    TooManyOpen {
        count: usize,
    },
    /// So many requests wait for this VM.
    LineFull {
        vm: String,
        count: usize,
    },
    /// Nothing can be written down, so nothing is done.
    StoreDown {
        why: String,
    },
    /// It is not known whether it was written down.
    StoreUnsure {
        why: String,
    },
    /// The VM is not in vCenter any more.
    VmGone {
        vm: VmTitle,
    },
    /// vCenter does not let the VM be read, or not all of it.
    NotReadable {
        vm: VmTitle,
        why: String,
    },
    /// A VM's snapshots.
    Tree {
        vm: VmTitle,
        path: String,
        /// None where vCenter does not tell it.
        power: Option<PowerState>,
        /// Of which time this is, where the vCenter does not answer now.
        past: Option<Past>,
        /// Whether VMware Tools answer.
        tools: bool,
        /// Whether its disks need consolidation.
        consolidation_needed: bool,
        tree: SnapshotTree,
        /// What each holds, where it was read.
        bytes: std::collections::BTreeMap<Moref, u64>,
        /// Which hold memory.
        with_memory: Vec<Moref>,
    },
    /// What can be asked for.
    Help {
        /// One verb, or all.
        verb: Option<Verb>,
        /// The verbs that some grant gives this person on some VM.
        mine: Vec<Verb>,
    },
    /// Which rule decides.
    Explained(Explained),
}

/// That a vCenter does not answer, and of which time what is known of it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    pub vcenter: VCenterName,
    /// By our clock.
    pub seen: Timestamp,
}

/// Which rule decides whether a person may do something, and whose yes it needs.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Explained {
    pub person: PersonId,
    pub groups: Vec<Group>,
    pub verb: PolicyVerbName,
    #[serde(flatten)]
    pub vm: VmTitle,
    pub outcome: Outcome,
    /// When the members of the groups that matter were read from a platform.
    pub members_read: Vec<MembersRead>,
    pub holders: Vec<Group>,
    /// The approval that it would need.
    pub approval: ApprovalOutcome,
    /// What else the approval rule says.
    pub terms: Terms,
}

/// When the members of a group were read from a platform.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct MembersRead {
    pub group: Group,
    /// When; none where it is not known now whether the person is a member.
    pub at: Option<Timestamp>,
}

/// What an approval rule says beside whose yes it takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Terms {
    /// The form of the change number that has to be given.
    pub ticket: Option<String>,
    /// Whether the asker's own yes counts, if they are an approver.
    pub self_approval: bool,
    /// The groups that may do without.
    pub break_glass: Vec<Group>,
    /// Whether a snapshot is taken before a revert.
    pub safety: bool,
}

/// A policy verb by its kebab-case name.
pub type PolicyVerbName = &'static str;

/// What the rights say.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "decision", content = "rule")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Outcome {
    /// This grant allows it.
    Allowed(String),
    /// This deny forbids it.
    Denied(String),
    /// Nothing allows it.
    NoRule,
    /// This rule depends on the VM's tags, and they are not known.
    TagsUnknown(String),
    /// This rule depends on whether the person is in these groups, and that is not known.
    GroupsUnknown { groups: Vec<Group>, rule: String },
    /// The person is not in the configuration.
    UnknownPerson,
}

/// What the approval rules say.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "needed")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ApprovalOutcome {
    /// None.
    No,
    /// This many of these groups.
    Yes { count: u8, groups: Vec<Group>, rule: String },
    /// It destroys work and no rule covers it: it would be refused.
    Missing,
}
