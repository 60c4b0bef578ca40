//! What the demo does to its simulated vCenter behind the bot's back, so that people see what the bot makes of it.
//!
//! It refuses what a real vCenter would refuse to somebody else, too: a VM that a task has is not touched.

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use snapwarden_sim::{Mishap, Power, Sim, VmView};

use crate::chat::console::ApiError;

/// vSphere's limit on the levels of a snapshot tree (`TooManySnapshotLevels`).
const MOST_LEVELS: usize = 32;

/// How far the clock is set back.
const BEHIND: SignedDuration = SignedDuration::from_hours(-3 * 24);

/// What the snapshot is called that somebody else takes.
const FOREIGN_SNAPSHOT: &str = "not by the bot";

/// What somebody does to a simulated machine.
enum Deed {
    /// The service on it breaks.
    Break,
    /// Somebody else takes a snapshot.
    Snapshot,
    /// Somebody else powers it on or off.
    Power(bool),
    /// This happens to the next change, or no longer.
    Next(Mishap, bool),
}

impl Deed {
    /// What a path of the API asks for.
    fn of(word: &str, on: bool) -> Option<Self> {
        match word {
            "break" => Some(Self::Break),
            "snapshot" => Some(Self::Snapshot),
            "power" => Some(Self::Power(on)),
            "lose-answer" => Some(Self::Next(Mishap::LoseAnswer, on)),
            "lose-request" => Some(Self::Next(Mishap::LoseRequest, on)),
            "slow-task" => Some(Self::Next(Mishap::SlowTask, on)),
            _ => None,
        }
    }
}

/// A simulated VM as the API shows it: a service on one that is off answers nothing and is not broken by that; `armed` is what is to
/// happen to the next change, first come first.
pub(super) fn machine(vm: VmView) -> Value {
    json!({
        "moref": vm.moref,
        "name": vm.name,
        "path": vm.path,
        "on": vm.power == Power::On,
        "broken": vm.guest_broken,
        "snapshots": vm.snapshots.len(),
        "armed": vm.armed,
    })
}

/// Does it, and gives the answer to the call; nothing where there is no such deed.
pub(super) fn meddle(sim: Option<&Sim>, moref: &str, word: &str, on: bool) -> Result<Option<Value>, ApiError> {
    let Some(deed) = Deed::of(word, on) else { return Ok(None) };
    let sim = sim.ok_or_else(ApiError::no_demo)?;
    let unknown = || ApiError::unknown_machine(moref);
    let vm = sim.vm(moref).ok_or_else(unknown)?;
    let done = match deed {
        Deed::Break => sim.break_guest(moref),
        Deed::Snapshot => {
            refuse_busy(&vm)?;
            refuse_deep(&vm)?;
            sim.take_out_of_band(moref, FOREIGN_SNAPSHOT).is_some()
        }
        Deed::Power(on) => {
            refuse_busy(&vm)?;
            sim.set_power(moref, if on { Power::On } else { Power::Off })
        }
        Deed::Next(mishap, on) => sim.arm(moref, mishap, on),
    };
    let vm = sim.vm(moref).filter(|_| done).ok_or_else(unknown)?;
    Ok(Some(match deed {
        Deed::Break => json!({"broken": moref}),
        Deed::Snapshot | Deed::Power(_) | Deed::Next(..) => json!({"machine": machine(vm)}),
    }))
}

/// The simulated vCenter as the API shows it.
pub(super) fn vcenter(sim: &Sim) -> Value {
    json!({"clock_offset_seconds": sim.clock_offset().as_secs(), "lost": sim.is_lost()})
}

/// Does something to the simulated vCenter itself; nothing where there is no such deed.
pub(super) fn meddle_with_vcenter(sim: &Sim, word: &str, on: bool) -> Option<Value> {
    match word {
        "clock" => sim.set_clock_offset(if on { BEHIND } else { SignedDuration::ZERO }),
        "lost" => sim.set_lost(on),
        _ => return None,
    }
    Some(vcenter(sim))
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
