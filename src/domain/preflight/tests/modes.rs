//! Every mode in every power state, as a table.

use super::*;
use crate::domain::call::SnapshotMode::{Disk, Memory, Quiesce};
use crate::domain::snapshot_tree::PowerState::{Off, On, Suspended};

const NOTHING: Change = |_| {};
const NO_TOOLS: Change = |vm| vm.tools = ToolsState::NotRunning;
const NOT_INSTALLED: Change = |vm| {
    vm.tools = ToolsState::NotRunning;
    vm.tools_installed = false;
};
const NO_QUIESCING: Change = |vm| vm.capability.quiesced = false;
const NO_MEMORY: Change = |vm| vm.capability.memory = false;
const INDEPENDENT: Change = |vm| vm.devices = vec![device(AwkwardKind::IndependentDisk)];
const NON_PERSISTENT: Change = |vm| vm.devices = vec![device(AwkwardKind::NonPersistentDisk)];
const DISK_ONLY: Change = |vm| vm.capability.suspended_disk_only = true;
const DISK_ONLY_NO_MEMORY: Change = |vm| {
    vm.capability.suspended_disk_only = true;
    vm.capability.memory = false;
};

fn independent(kind: AwkwardKind) -> Blocker {
    Blocker::MemoryIndependentDisk { device: device(kind) }
}

#[test]
fn modes_that_the_vm_cannot_have_are_refused_with_the_reason() {
    let disk = || independent(AwkwardKind::IndependentDisk);
    let rows: [(Mode, PowerState, Change, Blocker); 21] = [
        (Mode::Memory, On, NO_MEMORY, Blocker::MemoryUnsupported),
        (Mode::Memory, On, INDEPENDENT, disk()),
        (Mode::Memory, On, NON_PERSISTENT, independent(AwkwardKind::NonPersistentDisk)),
        (Mode::Memory, Off, NOTHING, Blocker::MemoryWhileOff),
        (Mode::Memory, Off, INDEPENDENT, Blocker::MemoryWhileOff),
        (Mode::Quiesce, On, NO_TOOLS, Blocker::QuiesceWithoutTools),
        (Mode::Quiesce, On, NOT_INSTALLED, Blocker::QuiesceToolsMissing),
        (Mode::Quiesce, On, NO_QUIESCING, Blocker::QuiesceUnsupported),
        (Mode::Quiesce, Off, NOTHING, Blocker::QuiesceWhileOff),
        (Mode::Quiesce, Suspended, NOTHING, Blocker::QuiesceWhileSuspended),
        // A suspended VM is taken with its memory, whatever is asked, unless it has the capability not to be.
        (Mode::Disk, Suspended, NOTHING, Blocker::DiskWhileSuspended),
        (Mode::Disk, Suspended, NO_MEMORY, Blocker::SuspendedNeedsMemory),
        (Mode::Disk, Suspended, INDEPENDENT, Blocker::SuspendedNeedsMemory),
        (Mode::Auto, Suspended, NO_MEMORY, Blocker::SuspendedNeedsMemory),
        (Mode::Auto, Suspended, INDEPENDENT, Blocker::SuspendedNeedsMemory),
        (Mode::Auto, Suspended, NON_PERSISTENT, Blocker::SuspendedNeedsMemory),
        (Mode::Memory, Suspended, NO_MEMORY, Blocker::SuspendedNeedsMemory),
        (Mode::Memory, Suspended, INDEPENDENT, Blocker::SuspendedNeedsMemory),
        (Mode::Memory, Suspended, DISK_ONLY_NO_MEMORY, Blocker::MemoryUnsupported),
        (Mode::Quiesce, Suspended, DISK_ONLY, Blocker::QuiesceWhileSuspended),
        (Mode::Quiesce, Suspended, NO_MEMORY, Blocker::QuiesceWhileSuspended),
    ];
    for (mode, power, change, blocker) in rows {
        let found = refused(&take(mode), |vm| {
            vm.power = power;
            change(vm);
        });
        assert_eq!(found, [blocker], "{mode:?} {power:?}");
    }
}

#[test]
fn the_mode_is_decided_by_the_vm() {
    use ModeReason::{Asked, CannotQuiesce, NoTools, ToolsMissing, ToolsRunning};
    let rows: [(Mode, PowerState, Change, (SnapshotMode, ModeReason)); 20] = [
        (Mode::Auto, On, NOTHING, (Quiesce, ToolsRunning)),
        (Mode::Auto, On, NO_TOOLS, (Disk, NoTools)),
        (Mode::Auto, On, NOT_INSTALLED, (Disk, ToolsMissing)),
        (Mode::Auto, On, NO_QUIESCING, (Disk, CannotQuiesce)),
        (Mode::Auto, On, NO_MEMORY, (Quiesce, ToolsRunning)),
        (Mode::Auto, On, INDEPENDENT, (Quiesce, ToolsRunning)),
        (Mode::Auto, Off, NOTHING, (Disk, ModeReason::Off)),
        (Mode::Auto, Off, NO_QUIESCING, (Disk, ModeReason::Off)),
        (Mode::Auto, Suspended, NOTHING, (Memory, ModeReason::Suspended)),
        (Mode::Auto, Suspended, DISK_ONLY, (Memory, ModeReason::Suspended)),
        (Mode::Auto, Suspended, DISK_ONLY_NO_MEMORY, (Disk, ModeReason::Suspended)),
        (Mode::Disk, On, NOTHING, (Disk, Asked)),
        (Mode::Disk, Off, NOTHING, (Disk, Asked)),
        (Mode::Disk, Suspended, DISK_ONLY, (Disk, Asked)),
        (Mode::Disk, Suspended, DISK_ONLY_NO_MEMORY, (Disk, Asked)),
        (Mode::Quiesce, On, NOTHING, (Quiesce, Asked)),
        (Mode::Quiesce, On, NO_MEMORY, (Quiesce, Asked)),
        (Mode::Memory, On, NO_TOOLS, (Memory, Asked)),
        (Mode::Memory, On, NO_QUIESCING, (Memory, Asked)),
        (Mode::Memory, Suspended, NOTHING, (Memory, Asked)),
    ];
    for (mode, power, change, expected) in rows {
        let survey = with(|vm| {
            vm.power = power;
            change(vm);
        });
        let plan = plan_of(&take(mode), &survey);
        assert_eq!(plan.price.mode, Some(expected), "{mode:?} {power:?}");
        assert!(matches!(plan.act, Act::Take { mode, .. } if mode == expected.0));
    }
}

/// Whatever is asked of whatever VM: there is a verdict, and `auto` is never refused for a mode that somebody could ask for by
/// name.
#[test]
fn auto_is_possible_wherever_any_mode_is() {
    let changes = [
        NOTHING,
        NO_TOOLS,
        NOT_INSTALLED,
        NO_QUIESCING,
        NO_MEMORY,
        INDEPENDENT,
        NON_PERSISTENT,
        DISK_ONLY,
        DISK_ONLY_NO_MEMORY,
    ];
    let mut looked_at = 0;
    for power in [On, Off, Suspended] {
        for one in changes {
            for other in changes {
                let survey = with(|vm| {
                    vm.power = power;
                    one(vm);
                    other(vm);
                });
                let goes = |mode| matches!(judge(&target(), &take(mode), &survey, rules()), Verdict::Go(_));
                let any = [Mode::Disk, Mode::Quiesce, Mode::Memory].into_iter().any(goes);
                assert_eq!(goes(Mode::Auto), any, "{survey:?}");
                looked_at += 1;
            }
        }
    }
    assert_eq!(looked_at, 3 * 9 * 9);
}
