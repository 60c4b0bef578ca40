//! A wish that nothing stands against, with every argument decided and its price told.

use super::sizes::{merged_all_bytes, merged_bytes, written_since};
use super::{Blocker, CHAIN_WARN, ModeReason, Plan, Price, SnapshotFacts, Warning};
use crate::domain::call::{Act, SnapshotMode};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::ids::{Moref, Target};
use crate::domain::intent::Mode;
use crate::domain::inventory::ToolsState;
use crate::domain::marker::{Marker, describe};
use crate::domain::request::Wish;
use crate::domain::snapshot_tree::{PowerState, Snapshot};
use crate::domain::survey::{AwkwardKind, Survey};

/// Merges larger than this get a warning: at 100 MB/s they take some minutes, in which the VM may be slow.
const LONG_MERGE_BYTES: u64 = 20 << 30;

/// Windows changes its machine password every 30 days; going back further breaks its trust with the domain.
const WINDOWS_TRUST_DAYS: i64 = 30;

pub(super) fn plan(target: &Target, wish: &Wish, survey: &Survey) -> Result<Plan, Blocker> {
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
                Some(marker) => describe(Some(words), &marker),
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
pub(super) fn without_marker(words: &str) -> &str {
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
