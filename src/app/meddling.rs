//! What the demo does to its simulated vCenter behind the bot's back, so that people see what the bot makes of it.
//!
//! It refuses what a real vCenter would refuse to somebody else, too: a VM that a task has is not touched.

use axum::http::StatusCode;
use snapwarden_sim::{self as sim, Power, Sim, VmView};

use crate::chat::console::ApiError;
use crate::chat::console::gateway::{Machine, Meddling, Mishap};

/// vSphere's limit on the levels of a snapshot tree (`TooManySnapshotLevels`).
const MOST_LEVELS: usize = 32;

/// What the snapshot is called that somebody else takes.
const FOREIGN_SNAPSHOT: &str = "not by the bot";

/// A simulated VM as the console shows it.
pub(super) fn machine(vm: VmView) -> Machine {
    let of = |mishap: sim::Mishap| match mishap {
        sim::Mishap::LoseAnswer => Mishap::LoseAnswer,
        sim::Mishap::LoseRequest => Mishap::LoseRequest,
        sim::Mishap::SlowTask => Mishap::SlowTask,
    };
    Machine {
        moref: vm.moref,
        name: vm.name,
        path: vm.path,
        on: vm.power == Power::On,
        broken: vm.guest_broken,
        snapshots: vm.snapshots.len(),
        armed: vm.armed.into_iter().map(of).collect(),
    }
}

/// Does it.
pub(super) fn meddle(sim: &Sim, moref: &str, what: Meddling) -> Result<(), ApiError> {
    let vm = sim.vm(moref).ok_or_else(|| ApiError::unknown_machine(moref))?;
    let done = match what {
        Meddling::Break => sim.break_guest(moref),
        Meddling::Snapshot => {
            refuse_busy(&vm)?;
            refuse_deep(&vm)?;
            sim.take_out_of_band(moref, FOREIGN_SNAPSHOT).is_some()
        }
        Meddling::Power(on) => {
            refuse_busy(&vm)?;
            sim.set_power(moref, if on { Power::On } else { Power::Off })
        }
        Meddling::Next(mishap, on) => {
            let mishap = match mishap {
                Mishap::LoseAnswer => sim::Mishap::LoseAnswer,
                Mishap::LoseRequest => sim::Mishap::LoseRequest,
                Mishap::SlowTask => sim::Mishap::SlowTask,
            };
            sim.arm(moref, mishap, on)
        }
    };
    if done { Ok(()) } else { Err(ApiError::unknown_machine(moref)) }
}

fn refuse_busy(vm: &VmView) -> Result<(), ApiError> {
    match &vm.busy {
        None => Ok(()),
        Some(task) => Err(ApiError::new(
            StatusCode::CONFLICT,
            "machine_busy",
            format!("\"{}\" has a task that runs ({task}); vCenter lets nobody else at it meanwhile.", vm.name),
            "Try again when it has ended.",
        )),
    }
}

fn refuse_deep(vm: &VmView) -> Result<(), ApiError> {
    let above = |moref: &String| vm.snapshots.iter().find(|one| one.moref == *moref)?.parent.clone();
    let levels = std::iter::successors(vm.current.clone(), above).count();
    if levels < MOST_LEVELS {
        return Ok(());
    }
    Err(ApiError::new(
        StatusCode::CONFLICT,
        "machine_deep",
        format!("\"{}\" stands {levels} snapshots deep; vCenter takes no more.", vm.name),
        "Delete some first.",
    ))
}
