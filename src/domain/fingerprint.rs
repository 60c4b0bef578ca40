//! The seal on what an approver was shown.
//!
//! SHA-256 over every fact that decides what the act would do: which vCenter, which VM (moref and instance UUID), which
//! act with all its arguments, the whole snapshot tree (references, parents, current) and the power state. Sizes, names
//! and clocks are left out: they change by themselves and change nothing about the act.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::call::Act;
use super::ids::Target;
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
        seal.field("uuid", survey.instance_uuid.as_ref().map_or("", |uuid| uuid.as_str()));
        match act {
            Act::Take {
                name,
                description,
                mode,
            } => {
                seal.field("act", "take");
                seal.field("name", name);
                seal.field("description", description);
                seal.field("mode", &format!("{mode:?}"));
            }
            Act::Revert {
                snapshot,
                suppress_power_on,
            } => {
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
            Act::Edit {
                snapshot,
                name,
                description,
            } => {
                seal.field("act", "edit");
                seal.field("snapshot", snapshot.as_str());
                seal.field("name", name.as_deref().unwrap_or(""));
                seal.field("description", description.as_deref().unwrap_or(""));
            }
            Act::PowerOn => seal.field("act", "power-on"),
        }
        seal.field("power", &format!("{:?}", survey.power));
        for snapshot in survey.tree.nodes() {
            seal.field("node", snapshot.moref.as_str());
            seal.field("parent", snapshot.parent.as_ref().map_or("", |parent| parent.as_str()));
        }
        seal.field(
            "current",
            survey.tree.current().map_or("", |current| current.moref.as_str()),
        );
        Self(hex::encode(seal.0.finalize()))
    }

    /// All 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first 12 digits: enough for people to compare.
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

struct Seal(Sha256);

impl Seal {
    /// Lengths go in front, so that no two lists of fields read the same.
    fn field(&mut self, name: &str, value: &str) {
        for part in [name, value] {
            self.0.update((part.len() as u64).to_be_bytes());
            self.0.update(part.as_bytes());
        }
    }
}
