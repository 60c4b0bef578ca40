//! The seal on what an approver was shown.
//!
//! SHA-256 over every fact that decides what the act would do: which vCenter, which VM (moref and instance UUID), which
//! act with all its arguments, the whole snapshot tree (references, parents, current) and the power state. Sizes, names
//! and clocks are left out: they change by themselves and change nothing about the act.
//!
//! A field says its name, whether it has a value at all, and its length before its text, so that no two lists of facts are
//! sealed as the same bytes.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::call::{Act, SnapshotMode};
use super::ids::Target;
use super::snapshot_tree::PowerState;
use super::survey::Survey;

/// The fingerprint, as lower-case hex.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Seals an act on a VM as it was read.
    pub fn of(target: &Target, act: &Act, survey: &Survey) -> Self {
        let mut seal = Seal(Sha256::new());
        seal.field("vcenter", target.vm.vcenter.as_str());
        seal.field("vm", target.vm.moref.as_str());
        seal.option("uuid", survey.instance_uuid.as_ref().map(|uuid| uuid.as_str()));
        match act {
            Act::Take { name, description, mode } => {
                seal.field("act", "take");
                seal.field("name", name);
                seal.field("description", description);
                seal.field("mode", mode_word(*mode));
            }
            Act::Revert { snapshot, suppress_power_on } => {
                seal.field("act", "revert");
                seal.field("snapshot", snapshot.as_str());
                seal.field("suppress_power_on", if *suppress_power_on { "yes" } else { "no" });
            }
            Act::Delete { snapshot, children } => {
                seal.field("act", "delete");
                seal.field("snapshot", snapshot.as_str());
                seal.field("children", if *children { "yes" } else { "no" });
            }
            Act::DeleteAll => seal.field("act", "delete-all"),
            Act::Consolidate => seal.field("act", "consolidate"),
            Act::Edit { snapshot, name, description } => {
                seal.field("act", "edit");
                seal.field("snapshot", snapshot.as_str());
                seal.option("name", name.as_deref());
                seal.option("description", description.as_deref());
            }
            Act::PowerOn => seal.field("act", "power-on"),
        }
        seal.field("power", power_word(survey.power));
        // In the order of references, which no clock can change.
        let mut nodes: Vec<_> = survey.tree.nodes().iter().collect();
        nodes.sort_by(|a, b| a.moref.cmp(&b.moref));
        for node in nodes {
            seal.field("node", node.moref.as_str());
            seal.option("parent", node.parent.as_ref().map(|parent| parent.as_str()));
        }
        let current = survey.tree.current().map(|current| current.moref.as_str());
        seal.option("current", current);
        Self(hex::encode(seal.0.finalize()))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The words that are sealed. They outlive a renamed variant: an open approval would go stale with the next version.
fn mode_word(mode: SnapshotMode) -> &'static str {
    match mode {
        SnapshotMode::Disk => "disk",
        SnapshotMode::Quiesce => "quiesce",
        SnapshotMode::Memory => "memory",
    }
}

fn power_word(power: PowerState) -> &'static str {
    match power {
        PowerState::On => "on",
        PowerState::Off => "off",
        PowerState::Suspended => "suspended",
    }
}

struct Seal(Sha256);

impl Seal {
    /// A fact that is always there.
    fn field(&mut self, name: &str, value: &str) {
        self.option(name, Some(value));
    }

    /// A fact that may be missing, which is not the same as empty.
    fn option(&mut self, name: &str, value: Option<&str>) {
        self.part(name);
        self.0.update([u8::from(value.is_some())]);
        if let Some(value) = value {
            self.part(value);
        }
    }

    fn part(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_be_bytes());
        self.0.update(text.as_bytes());
    }
}

#[cfg(test)]
mod tests;
