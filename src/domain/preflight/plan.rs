//! A wish that nothing stands against, with every argument decided and its price told.

use super::blockers::no_latest;
use super::mode::decide_mode;
use super::sizes::{merged_all_bytes, merged_bytes, merged_leftovers, written_since};
use super::{Blocker, CHAIN_WARN, Plan, Price, Rules, SnapshotFacts, Warning, space};
use crate::domain::call::{Act, SnapshotMode};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::ids::{Moref, Target};
use crate::domain::marker::{Hold, Marker, Stay, describe};
use crate::domain::request::{StayChange, Wish};
use crate::domain::snapshot_tree::{PowerState, Snapshot};
use crate::domain::survey::{AwkwardKind, Survey};

/// Merges larger than this get a warning: at 100 MB/s they take some minutes, in which the VM may be slow.
const LONG_MERGE_BYTES: u64 = 20 << 30;

/// Windows changes its machine password every 30 days; going back further breaks its trust with the domain.
const WINDOWS_TRUST_DAYS: i64 = 30;

pub(super) fn plan(target: &Target, wish: &Wish, survey: &Survey, rules: &Rules) -> Result<Plan, Blocker> {
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
            take_warnings(mode, survey, rules, &mut warnings);
            Act::Take { name: name.clone(), description: description.clone().unwrap_or_default(), mode }
        }
        Wish::Revert { snapshot, stay_off } => plan_revert(snapshot, *stay_off, survey, &mut price, &mut warnings)?,
        Wish::RevertLatest { stay_off } => {
            let Some(current) = survey.tree.current() else {
                return Err(no_latest(survey).unwrap_or(Blocker::NoSnapshots));
            };
            plan_revert(&current.moref, *stay_off, survey, &mut price, &mut warnings)?
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
        // It is about many VMs and calls nothing on one: its parts do.
        Wish::DeleteOlder { .. } => return Err(Blocker::SnapshotGone),
        Wish::Consolidate => {
            price.merged_bytes = merged_leftovers(survey);
            backup_at_work(survey, rules, &mut warnings);
            Act::Consolidate
        }
        Wish::Edit { snapshot, name, description } => {
            let node = survey.tree.get(snapshot).ok_or(Blocker::SnapshotGone)?;
            price.snapshot = Some(snapshot_facts(node, survey));
            let description = description.as_ref().map(|words| {
                let described = match Marker::find(&node.description) {
                    Some(marker) => describe(Some(words), &marker),
                    // Nobody writes a marker by hand: it would tell of an asker who never asked.
                    None => without_marker(words).to_owned(),
                };
                match Stay::find(&node.description) {
                    Stay { until: None, hold: None } => described,
                    stay => stay.write_into(&described),
                }
            });
            Act::Edit { snapshot: snapshot.clone(), name: name.clone(), description }
        }
        Wish::Stay { snapshot, change } => {
            let node = survey.tree.get(snapshot).ok_or(Blocker::SnapshotGone)?;
            price.snapshot = Some(snapshot_facts(node, survey));
            let now = Stay::find(&node.description);
            let stay = match change {
                StayChange::Until { until } => Stay { until: Some(*until), ..now },
                StayChange::Hold { by, reason, until, .. } => {
                    Stay { hold: Some(Hold { by: by.clone(), reason: reason.clone(), until: *until }), ..now }
                }
                StayChange::Release { .. } => Stay { hold: None, ..now },
            };
            let description = Some(stay.write_into(&node.description));
            Act::Edit { snapshot: snapshot.clone(), name: None, description }
        }
        Wish::PowerOn => {
            price.power_after = Some(PowerState::On);
            // Without a snapshot there is nothing that powering off could go back to.
            if survey.tree.current().is_some() {
                reverts_at_power_off(survey, &mut warnings);
            }
            Act::PowerOn
        }
    };
    if price.merged_bytes.is_some_and(|bytes| bytes >= LONG_MERGE_BYTES) {
        warnings.push(Warning::LongMerge);
    }
    space::merge_warnings(price.merged_bytes, survey, &mut warnings);
    if survey.consolidation_needed && !wish.only_describes() && !matches!(wish, Wish::Consolidate | Wish::PowerOn) {
        warnings.push(Warning::ConsolidationNeeded);
    }
    Ok(Plan {
        fingerprint: Fingerprint::of(target, &act, survey),
        act,
        server_time: survey.server_time,
        ahead: survey.ahead,
        price,
        warnings,
        tree: survey.tree.clone(),
    })
}

fn take_warnings(mode: SnapshotMode, survey: &Survey, rules: &Rules, warnings: &mut Vec<Warning>) {
    match mode {
        SnapshotMode::Disk if survey.power != PowerState::Off => warnings.push(Warning::CrashConsistent),
        // What is suspended has its memory on a disk already.
        SnapshotMode::Memory if survey.power == PowerState::On => warnings.push(Warning::MemoryPause),
        SnapshotMode::Disk | SnapshotMode::Quiesce | SnapshotMode::Memory => {}
    }
    independent_disks(survey, false, warnings);
    let depth = 1 + survey.tree.current().map_or(0, |current| survey.tree.depth(&current.moref));
    if depth >= CHAIN_WARN {
        warnings.push(Warning::LongChain { depth });
    }
    backup_at_work(survey, rules, warnings);
    reverts_at_power_off(survey, warnings);
    space::take_warnings(mode, survey, warnings);
}

fn independent_disks(survey: &Survey, powers_off: bool, warnings: &mut Vec<Warning>) {
    for device in &survey.devices {
        let device = device.clone();
        match device.kind {
            AwkwardKind::IndependentDisk => warnings.push(Warning::IndependentDisk { device }),
            AwkwardKind::NonPersistentDisk => warnings.push(Warning::NonPersistentDisk { device, powers_off }),
            AwkwardKind::PhysicalRdm | AwkwardKind::SharedBus | AwkwardKind::Passthrough | AwkwardKind::VirtualGpu => {}
        }
    }
}

fn backup_at_work(survey: &Survey, rules: &Rules, warnings: &mut Vec<Warning>) {
    let node = rules.of_backup(&survey.tree);
    warnings.extend(node.map(|node| Warning::BackupAtWork { snapshot: node.name.clone() }));
}

fn reverts_at_power_off(survey: &Survey, warnings: &mut Vec<Warning>) {
    if survey.reverts_at_power_off {
        warnings.push(Warning::RevertsAtPowerOff);
    }
}

fn plan_revert(
    snapshot: &Moref,
    stay_off: bool,
    survey: &Survey,
    price: &mut Price,
    warnings: &mut Vec<Warning>,
) -> Result<Act, Blocker> {
    let node = survey.tree.get(snapshot).ok_or(Blocker::SnapshotGone)?;
    price.snapshot = Some(snapshot_facts(node, survey));
    price.lost_bytes = written_since(snapshot, survey);
    let power_after = after_revert(node.power, stay_off);
    price.power_after = Some(power_after);
    independent_disks(survey, power_after == PowerState::Off && survey.power != PowerState::Off, warnings);
    let windows = survey.guest_id.as_deref().is_some_and(|guest| guest.starts_with("win"));
    let days = survey.server_time.duration_since(node.created).as_hours() / 24;
    if windows && days >= WINDOWS_TRUST_DAYS {
        warnings.push(Warning::WindowsTrust);
    }
    reverts_at_power_off(survey, warnings);
    // A flag that changes nothing is not sent.
    let suppress_power_on = stay_off && node.power == PowerState::On;
    Ok(Act::Revert { snapshot: snapshot.clone(), suppress_power_on })
}

/// In which power state a revert leaves the VM, whatever its state is before: by the one that the snapshot holds (off, where it holds no
/// memory), and by whether the VM is to stay off. Our simulator does the same for all of it, which tests/conformance holds; vcsim leaves the
/// power state as it is.
const fn after_revert(held: PowerState, stay_off: bool) -> PowerState {
    match (held, stay_off) {
        (PowerState::On, false) => PowerState::On,
        // Its memory comes back with the snapshot, and does not run.
        (PowerState::On, true) | (PowerState::Suspended, _) => PowerState::Suspended,
        (PowerState::Off, _) => PowerState::Off,
    }
}

/// Words as people may write them, cut before the first thing that reads as a marker of ours.
pub(super) fn without_marker(words: &str) -> &str {
    let mut words = words;
    while Marker::strip(words).len() < words.trim_end().len() {
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
