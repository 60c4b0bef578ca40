//! The verdict on a wish, before anybody is asked: refuse it, let it wait, or make a plan of it.
//!
//! Pure: `survey` has the facts, this file alone says what they mean. A blocker refuses and names the way out; a warning
//! stands on the card; the plan holds the act with every argument decided and what people are told about its price.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::call::{Act, SnapshotMode};
use super::fingerprint::Fingerprint;
use super::ids::{Moref, Target};
use super::intent::Mode;
use super::inventory::ToolsState;
use super::marker::Marker;
use super::request::Wish;
use super::snapshot_tree::{PowerState, Snapshot, SnapshotTree};
use super::survey::{AwkwardDevice, AwkwardKind, Survey};

/// A take that makes a chain this long is warned of: VMware recommends no more than two or three, so the third is the last
/// that passes as good practice.
pub const CHAIN_WARN: usize = 3;

/// No snapshot is taken on top of a chain this long. vSphere's limit is 32; two are left for a backup to do its work.
pub const CHAIN_LIMIT: usize = 30;

/// What the names of snapshots begin with that a backup product works on, in lower case. Beside one of these nothing is
/// deleted or reverted: the product would lose its place, or the backup its disks.
///
/// Sources: vCheck's list of backup leftovers (VCB, Consolidate Helper, Veeam, NetBackup, Commvault), ManageIQ's
/// (`_VCB-BACKUP_`, `Consolidate Helper`, NetApp's `smvi`), Commvault's own SDK (`__GX_BACKUP__`). Rubrik's was not seen in a
/// source. The beginning alone counts, so that "before the Rubrik upgrade" is a name like any other.
pub const BACKUP_NAMES: [&str; 7] = [
    "veeam backup temporary snapshot",
    "consolidate helper",
    "nbu_snapshot",
    "__gx_backup__",
    "smvi_",
    "rubrik",
    "_vcb-backup_",
];

/// What preflight says.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It cannot be done, or must not be: why, most important first.
    Refuse(Vec<Blocker>),
    /// Another task has the VM, by its kind.
    Wait(String),
    /// It can be done, like this.
    Go(Box<Plan>),
}

/// A wish with everything decided, and what people are told about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What is called. For a take, the description still lacks its marker: approvals are part of that.
    pub act: Act,
    /// The seal on all of it.
    pub fingerprint: Fingerprint,
    /// vCenter's clock when the VM was read.
    pub server_time: Timestamp,
    /// What the VM looked like and what it costs.
    pub price: Price,
    /// What the approver should know.
    pub warnings: Vec<Warning>,
    /// The snapshots as they were.
    pub tree: SnapshotTree,
}

/// What an act does to the VM and what is lost by it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Price {
    /// The power state now.
    pub power_now: PowerState,
    /// The power state afterwards, where the act changes or could change it.
    pub power_after: Option<PowerState>,
    /// The snapshot that it is about.
    pub snapshot: Option<SnapshotFacts>,
    /// About how many bytes were written since that snapshot and are lost by a revert.
    pub lost_bytes: Option<u64>,
    /// How many snapshots go.
    pub goes: usize,
    /// When the oldest of those was taken.
    pub goes_oldest: Option<Timestamp>,
    /// About how many bytes are merged by a deletion.
    pub merged_bytes: Option<u64>,
    /// How a snapshot is taken, and why so.
    pub mode: Option<(SnapshotMode, ModeReason)>,
}

/// A snapshot as a card tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotFacts {
    /// Its name.
    pub name: String,
    /// When it was taken.
    pub created: Timestamp,
    /// Its number in the list, from 1.
    pub number: usize,
    /// How many snapshots the VM has.
    pub of: usize,
    /// Who asked for it, if our marker says.
    pub by: Option<String>,
    /// Whether it captured memory.
    pub memory: bool,
}

/// Why a mode was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModeReason {
    /// It was asked for.
    Asked,
    /// The VM does not run, which is the best moment for a snapshot.
    Off,
    /// VMware Tools run, so the guest can be put to rest first.
    ToolsRunning,
    /// The VM runs and VMware Tools do not answer, so the disks are taken as they are.
    NoTools,
}

/// What stands against a wish, with the data for one sentence and its way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "blocker")]
pub enum Blocker {
    /// The VM is gone, or its reference belongs to another VM now.
    VmGone,
    /// vCenter could not be read, so nothing can be judged.
    Unreadable {
        /// For the details.
        why: String,
    },
    /// A template has no state to go back to.
    Template,
    /// The host has lost the VM.
    Disconnected,
    /// This VM cannot have snapshots.
    SnapshotsUnsupported,
    /// Snapshots of this VM are locked, usually by a backup.
    SnapshotLocked,
    /// Memory was asked for and the VM does not run.
    MemoryWhileOff,
    /// Quiescing was asked for and the VM does not run.
    QuiesceWhileOff,
    /// Quiescing was asked for and VMware Tools do not answer.
    QuiesceWithoutTools,
    /// Memory was asked for and a disk is independent.
    MemoryIndependentDisk {
        /// Its label and file.
        device: AwkwardDevice,
    },
    /// A device that no snapshot can hold.
    Device {
        /// Which, and why.
        device: AwkwardDevice,
    },
    /// The chain is as long as it may get.
    ChainTooLong {
        /// How long it is.
        depth: usize,
    },
    /// A second snapshot is not possible on this VM.
    OnlyOne,
    /// The VM has no snapshot.
    NoSnapshots,
    /// The snapshot is gone.
    SnapshotGone,
    /// A backup is at work on this VM.
    Backup {
        /// Its snapshot.
        snapshot: String,
    },
    /// There is nothing to consolidate.
    NothingToConsolidate,
    /// The VM runs already.
    AlreadyOn,
    /// The snapshot has that name and description already.
    NoChange,
    /// vCenter's own list says that this call is not allowed now.
    MethodDisabled {
        /// The call.
        method: String,
    },
}

/// What the approver should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "warning")]
pub enum Warning {
    /// This disk is not rolled back.
    IndependentDisk {
        /// Which.
        device: AwkwardDevice,
    },
    /// The chain gets as long as is good for it, or longer.
    LongChain {
        /// How long it will be.
        depth: usize,
    },
    /// Not quiesced: it will be like after a power cut.
    CrashConsistent,
    /// The VM pauses while its memory is written.
    MemoryPause,
    /// Disks need consolidation already.
    ConsolidationNeeded,
    /// Powering the VM off throws its state away (`snapshotPowerOffBehavior` is `revert`).
    RevertsAtPowerOff,
    /// Merging many bytes takes long and slows the VM.
    LongMerge,
    /// A Windows machine that goes back further than its domain password lives (30 days).
    WindowsTrust,
}

/// Merges larger than this get a warning: at 100 MB/s they take some minutes, in which the VM may be slow.
const LONG_MERGE_BYTES: u64 = 20 << 30;

/// Windows changes its machine password every 30 days; going back further breaks its trust with the domain.
const WINDOWS_TRUST_DAYS: i64 = 30;

/// Judges a wish by what was read of the VM.
pub fn judge(target: &Target, wish: &Wish, survey: &Survey) -> Verdict {
    if target.instance_uuid.is_some() && survey.instance_uuid != target.instance_uuid {
        // A host that lost the VM has no configuration to tell its UUID from.
        let lost = survey.instance_uuid.is_none() && !survey.connected;
        return Verdict::Refuse(vec![if lost { Blocker::Disconnected } else { Blocker::VmGone }]);
    }
    let blockers = blockers(wish, survey);
    if !blockers.is_empty() {
        return Verdict::Refuse(blockers);
    }
    if !matches!(wish, Wish::Edit { .. }) {
        if let Some(task) = survey.running_tasks.first() {
            return Verdict::Wait(task.kind.clone());
        }
        // A task may be over by its own account and still hold the VM; only then is this list a verdict of its own.
        if let Some(method) = disabled(wish, survey) {
            return Verdict::Refuse(vec![Blocker::MethodDisabled { method }]);
        }
    }
    match plan(target, wish, survey) {
        Ok(plan) => Verdict::Go(Box::new(plan)),
        Err(blocker) => Verdict::Refuse(vec![blocker]),
    }
}

fn blockers(wish: &Wish, survey: &Survey) -> Vec<Blocker> {
    let mut found = Vec::new();
    if survey.template {
        found.push(Blocker::Template);
        return found;
    }
    if !survey.connected {
        found.push(Blocker::Disconnected);
    }
    if let Wish::PowerOn = wish {
        if survey.power == PowerState::On {
            found.push(Blocker::AlreadyOn);
        }
        return found;
    }
    if !survey.capability.snapshots {
        found.push(Blocker::SnapshotsUnsupported);
    }
    if survey.snapshot_locked {
        found.push(Blocker::SnapshotLocked);
    }
    match wish {
        Wish::Take { mode, .. } => take_blockers(*mode, survey, &mut found),
        Wish::Revert { snapshot, .. } | Wish::Delete { snapshot, .. } => {
            found.extend(missing(snapshot, survey));
            found.extend(backup(survey));
        }
        Wish::RevertLatest { .. } => {
            if survey.tree.current().is_none() {
                found.push(Blocker::NoSnapshots);
            }
            found.extend(backup(survey));
        }
        Wish::DeleteAll => {
            if survey.tree.is_empty() {
                found.push(Blocker::NoSnapshots);
            }
            found.extend(backup(survey));
        }
        Wish::Consolidate => {
            if !survey.consolidation_needed {
                found.push(Blocker::NothingToConsolidate);
            }
        }
        Wish::Edit { snapshot, name, description } => match survey.tree.get(snapshot) {
            None => found.extend(missing(snapshot, survey)),
            Some(node) => {
                let same_name = name.as_ref().is_none_or(|name| *name == node.name);
                let same_words = description
                    .as_ref()
                    .is_none_or(|words| without_marker(words).trim() == Marker::strip(&node.description).trim());
                if same_name && same_words {
                    found.push(Blocker::NoChange);
                }
            }
        },
        Wish::PowerOn => {}
    }
    found
}

fn take_blockers(mode: Mode, survey: &Survey, found: &mut Vec<Blocker>) {
    let running = survey.power == PowerState::On;
    match mode {
        Mode::Memory if !running => found.push(Blocker::MemoryWhileOff),
        Mode::Memory => {
            if let Some(device) = survey.devices.iter().find(|device| device.kind == AwkwardKind::IndependentDisk) {
                found.push(Blocker::MemoryIndependentDisk { device: device.clone() });
            }
        }
        Mode::Quiesce if !running => found.push(Blocker::QuiesceWhileOff),
        Mode::Quiesce if survey.tools != ToolsState::Running => found.push(Blocker::QuiesceWithoutTools),
        Mode::Quiesce | Mode::Auto | Mode::Disk => {}
    }
    for device in &survey.devices {
        match device.kind {
            AwkwardKind::PhysicalRdm | AwkwardKind::SharedBus => found.push(Blocker::Device { device: device.clone() }),
            AwkwardKind::Passthrough if running => found.push(Blocker::Device { device: device.clone() }),
            AwkwardKind::Passthrough | AwkwardKind::IndependentDisk => {}
        }
    }
    let depth = survey.tree.current().map_or(0, |current| survey.tree.depth(&current.moref));
    if depth >= CHAIN_LIMIT {
        found.push(Blocker::ChainTooLong { depth });
    }
    if depth > 0 && !survey.capability.multiple {
        found.push(Blocker::OnlyOne);
    }
}

fn missing(snapshot: &Moref, survey: &Survey) -> Option<Blocker> {
    if survey.tree.is_empty() {
        Some(Blocker::NoSnapshots)
    } else if survey.tree.get(snapshot).is_none() {
        Some(Blocker::SnapshotGone)
    } else {
        None
    }
}

fn backup(survey: &Survey) -> Option<Blocker> {
    let of_backup = |node: &&Snapshot| {
        let name = node.name.trim_start().to_lowercase();
        BACKUP_NAMES.iter().any(|beginning| name.starts_with(beginning))
    };
    let node = survey.tree.nodes().iter().find(of_backup)?;
    Some(Blocker::Backup { snapshot: node.name.clone() })
}

/// The call that this wish needs, if vCenter says that it is not allowed now.
fn disabled(wish: &Wish, survey: &Survey) -> Option<String> {
    let methods: &[&str] = match wish {
        Wish::Take { .. } => &["CreateSnapshotEx_Task", "CreateSnapshot_Task"],
        // What is disabled on the VM says nothing about calls on its snapshots, except for these two.
        Wish::Revert { .. } | Wish::RevertLatest { .. } => &["RevertToCurrentSnapshot_Task"],
        Wish::DeleteAll => &["RemoveAllSnapshots_Task"],
        Wish::Consolidate => &["ConsolidateVMDisks_Task"],
        Wish::PowerOn => &["PowerOnVM_Task"],
        Wish::Delete { .. } | Wish::Edit { .. } => &[],
    };
    let found = methods.iter().find(|method| survey.disabled_methods.iter().any(|disabled| disabled == *method));
    found.map(|method| (*method).to_owned())
}

fn plan(target: &Target, wish: &Wish, survey: &Survey) -> Result<Plan, Blocker> {
    let mut price = Price {
        power_now: survey.power,
        power_after: None,
        snapshot: None,
        lost_bytes: None,
        goes: 0,
        goes_oldest: None,
        merged_bytes: None,
        mode: None,
    };
    let mut warnings = Vec::new();
    let act = match wish {
        Wish::Take { name, description, mode, .. } => {
            let (mode, reason) = decide_mode(*mode, survey);
            price.mode = Some((mode, reason));
            take_warnings(mode, survey, &mut warnings);
            Act::Take { name: name.clone(), description: description.clone().unwrap_or_default(), mode }
        }
        Wish::Revert { snapshot, stay_off } => plan_revert(snapshot, *stay_off, survey, &mut price, &mut warnings)?,
        Wish::RevertLatest { stay_off } => {
            let current = survey.tree.current().ok_or(Blocker::NoSnapshots)?.moref.clone();
            plan_revert(&current, *stay_off, survey, &mut price, &mut warnings)?
        }
        Wish::Delete { snapshot, children } => {
            let node = survey.tree.get(snapshot).ok_or(Blocker::SnapshotGone)?;
            price.snapshot = Some(snapshot_facts(node, survey));
            let below = if *children { survey.tree.descendants(snapshot) } else { Vec::new() };
            price.goes = 1 + below.len();
            price.goes_oldest = below.iter().map(|node| node.created).chain([node.created]).min();
            price.merged_bytes = merged_bytes(snapshot, *children, survey);
            Act::Delete { snapshot: snapshot.clone(), children: *children }
        }
        Wish::DeleteAll => {
            price.goes = survey.tree.len();
            price.goes_oldest = survey.tree.oldest().map(|node| node.created);
            price.merged_bytes = merged_all_bytes(survey);
            Act::DeleteAll
        }
        Wish::Consolidate => Act::Consolidate,
        Wish::Edit { snapshot, name, description } => {
            let node = survey.tree.get(snapshot).ok_or(Blocker::SnapshotGone)?;
            price.snapshot = Some(snapshot_facts(node, survey));
            let description = description.as_ref().map(|words| match Marker::find(&node.description) {
                Some(marker) => super::marker::describe(Some(words), &marker),
                // Nobody writes a marker by hand: it would tell of an asker who never asked.
                None => without_marker(words).to_owned(),
            });
            Act::Edit { snapshot: snapshot.clone(), name: name.clone(), description }
        }
        Wish::PowerOn => {
            price.power_after = Some(PowerState::On);
            Act::PowerOn
        }
    };
    if price.merged_bytes.is_some_and(|bytes| bytes >= LONG_MERGE_BYTES) {
        warnings.push(Warning::LongMerge);
    }
    if survey.consolidation_needed && !matches!(wish, Wish::Consolidate | Wish::Edit { .. } | Wish::PowerOn) {
        warnings.push(Warning::ConsolidationNeeded);
    }
    Ok(Plan {
        fingerprint: Fingerprint::of(target, &act, survey),
        act,
        server_time: survey.server_time,
        price,
        warnings,
        tree: survey.tree.clone(),
    })
}

/// Off: disks, which is clean. Tools running: quiesce. Else disks, and it is said.
fn decide_mode(mode: Mode, survey: &Survey) -> (SnapshotMode, ModeReason) {
    match mode {
        Mode::Disk => (SnapshotMode::Disk, ModeReason::Asked),
        Mode::Quiesce => (SnapshotMode::Quiesce, ModeReason::Asked),
        Mode::Memory => (SnapshotMode::Memory, ModeReason::Asked),
        Mode::Auto if survey.power != PowerState::On => (SnapshotMode::Disk, ModeReason::Off),
        Mode::Auto if survey.tools == ToolsState::Running && survey.capability.quiesced => {
            (SnapshotMode::Quiesce, ModeReason::ToolsRunning)
        }
        Mode::Auto => (SnapshotMode::Disk, ModeReason::NoTools),
    }
}

fn take_warnings(mode: SnapshotMode, survey: &Survey, warnings: &mut Vec<Warning>) {
    let running = survey.power == PowerState::On;
    match mode {
        SnapshotMode::Disk if running => warnings.push(Warning::CrashConsistent),
        SnapshotMode::Memory => warnings.push(Warning::MemoryPause),
        SnapshotMode::Disk | SnapshotMode::Quiesce => {}
    }
    independent_disks(survey, warnings);
    let depth = 1 + survey.tree.current().map_or(0, |current| survey.tree.depth(&current.moref));
    if depth >= CHAIN_WARN {
        warnings.push(Warning::LongChain { depth });
    }
    if survey.reverts_at_power_off {
        warnings.push(Warning::RevertsAtPowerOff);
    }
}

fn independent_disks(survey: &Survey, warnings: &mut Vec<Warning>) {
    let independent = survey.devices.iter().filter(|device| device.kind == AwkwardKind::IndependentDisk);
    warnings.extend(independent.map(|device| Warning::IndependentDisk { device: device.clone() }));
}

fn plan_revert(
    snapshot: &Moref,
    stay_off: bool,
    survey: &Survey,
    price: &mut Price,
    warnings: &mut Vec<Warning>,
) -> Result<Act, Blocker> {
    let node = survey.tree.get(snapshot).ok_or(Blocker::SnapshotGone)?;
    if !survey.capability.revert {
        return Err(Blocker::SnapshotsUnsupported);
    }
    price.snapshot = Some(snapshot_facts(node, survey));
    price.lost_bytes = written_since(snapshot, survey);
    price.power_after = Some(if stay_off && node.power == PowerState::On { PowerState::Off } else { node.power });
    independent_disks(survey, warnings);
    let windows = survey.guest_id.as_deref().is_some_and(|guest| guest.starts_with("win"));
    let days = survey.server_time.duration_since(node.created).as_hours() / 24;
    if windows && days >= WINDOWS_TRUST_DAYS {
        warnings.push(Warning::WindowsTrust);
    }
    // A flag that changes nothing is not sent.
    let suppress_power_on = stay_off && node.power == PowerState::On;
    Ok(Act::Revert { snapshot: snapshot.clone(), suppress_power_on })
}

/// Words as people may write them, cut before the first thing that reads as a marker of ours.
fn without_marker(words: &str) -> &str {
    let mut words = words;
    while Marker::find(words).is_some() {
        words = Marker::strip(words);
    }
    words
}

fn snapshot_facts(node: &Snapshot, survey: &Survey) -> SnapshotFacts {
    SnapshotFacts {
        name: node.name.clone(),
        created: node.created,
        number: survey.tree.number(&node.moref).unwrap_or(0),
        of: survey.tree.len(),
        by: Marker::find(&node.description).map(|marker| marker.by.as_str().to_owned()),
        memory: survey.has_memory(&node.moref),
    }
}

/// What a snapshot's own files hold, without what was written after it: `snapshot_bytes` counts that to the current one.
fn own_bytes(moref: &Moref, survey: &Survey) -> Option<u64> {
    let bytes = *survey.snapshot_bytes.get(moref)?;
    let current = survey.tree.current().is_some_and(|current| current.moref == *moref);
    let since = if current { survey.bytes_since_current.unwrap_or(0) } else { 0 };
    Some(bytes.saturating_sub(since))
}

/// About how much was written since a snapshot: the disks of every later snapshot on the way to where the VM stands, and
/// what came after the last. Of a snapshot on another branch, only the last is lost: the others are kept in the tree.
pub fn written_since(snapshot: &Moref, survey: &Survey) -> Option<u64> {
    let since_current = survey.bytes_since_current?;
    let current = survey.tree.current()?;
    let chain = survey.tree.chain(&current.moref);
    let Some(at) = chain.iter().position(|node| node.moref == *snapshot) else {
        return Some(since_current);
    };
    chain.iter().skip(at + 1).try_fold(since_current, |sum, node| add_own(sum, node, survey))
}

/// About how much a deletion merges: the delta behind the snapshot, which is its children's own and the VM's.
fn merged_bytes(snapshot: &Moref, children: bool, survey: &Survey) -> Option<u64> {
    let current = survey.tree.current().map(|current| &current.moref);
    let below: Vec<&Snapshot> =
        if children { survey.tree.descendants(snapshot) } else { survey.tree.children(snapshot).collect() };
    let current_goes = current == Some(snapshot) || (children && below.iter().any(|node| Some(&node.moref) == current));
    let start = if current_goes { survey.bytes_since_current? } else { 0 };
    below.into_iter().try_fold(start, |sum, node| add_own(sum, node, survey))
}

/// About how much deleting everything merges: all deltas, so everything but the base disks that a root counts as its own.
fn merged_all_bytes(survey: &Survey) -> Option<u64> {
    let mut deltas = survey.tree.nodes().iter().filter(|node| node.parent.is_some());
    deltas.try_fold(survey.bytes_since_current?, |sum, node| add_own(sum, node, survey))
}

fn add_own(sum: u64, node: &Snapshot, survey: &Survey) -> Option<u64> {
    Some(sum.saturating_add(own_bytes(&node.moref, survey)?))
}

#[cfg(test)]
pub(in crate::domain) mod fixture;

#[cfg(test)]
mod tests;
