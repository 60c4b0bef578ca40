//! What an administrator may set of preflight: which snapshots are a backup's.

use crate::domain::policy::glob::Glob;
use crate::domain::snapshot_tree::{Snapshot, SnapshotTree};

/// How the names of snapshots read that a backup product works on, unless the configuration says otherwise. Beside one of
/// these nothing is deleted or reverted: the product would lose its place, or the backup its disks.
///
/// Sources: vCheck's list of backup leftovers (VCB, Consolidate Helper, Veeam, NetBackup, Commvault), ManageIQ's
/// (`_VCB-BACKUP_`, `Consolidate Helper`, NetApp's `smvi`), Commvault's own SDK (`__GX_BACKUP__`). Rubrik's was not seen in a
/// source. Each stands at the beginning of a name, so that "before the Rubrik upgrade" is a name like any other.
const BACKUP_NAMES: [&str; 7] = [
    "VEEAM BACKUP TEMPORARY SNAPSHOT*",
    "Consolidate Helper*",
    "NBU_SNAPSHOT*",
    "__GX_BACKUP__*",
    "smvi_*",
    "Rubrik*",
    "_VCB-BACKUP_*",
];

/// The settings of preflight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Names of snapshots that belong to backups, each read by [`Rules::name`], in any case of letters. None at all where the list is empty.
    pub backup_names: Vec<Glob>,
}

impl Default for Rules {
    fn default() -> Self {
        // A test holds that every one of them is a pattern.
        Self { backup_names: BACKUP_NAMES.iter().filter_map(|name| Self::name(name).ok()).collect() }
    }
}

impl Rules {
    /// Reads a pattern for the names of snapshots. A slash is nothing special in such a name, so `*` takes it as well.
    ///
    /// # Errors
    /// A sentence part that says what is wrong with it.
    pub fn name(pattern: &str) -> Result<Glob, String> {
        Glob::parse(&without_slash(pattern))
    }

    /// Whether a name, as it is shown, fits one of the patterns that [`Rules::name`] read.
    pub fn fits(patterns: &[Glob], name: &str) -> bool {
        let name = without_slash(name);
        patterns.iter().any(|pattern| pattern.matches(&name))
    }

    /// The first snapshot of a tree that a backup works on.
    pub(super) fn of_backup<'t>(&self, tree: &'t SnapshotTree) -> Option<&'t Snapshot> {
        tree.nodes().iter().find(|node| self.is_of_backup(&node.name))
    }

    /// Whether a snapshot of this name belongs to a backup.
    pub fn is_of_backup(&self, name: &str) -> bool {
        Self::fits(&self.backup_names, name.trim_start())
    }
}

/// A slash as vSphere writes it in names, where it has no meaning to a pattern.
fn without_slash(text: &str) -> String {
    text.replace('/', "%2f")
}

#[cfg(test)]
mod tests;
