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

    /// The first snapshot of a tree that a backup works on.
    pub(super) fn of_backup<'t>(&self, tree: &'t SnapshotTree) -> Option<&'t Snapshot> {
        tree.nodes().iter().find(|node| self.is_of_backup(&node.name))
    }

    /// Whether a snapshot of this name belongs to a backup.
    pub fn is_of_backup(&self, name: &str) -> bool {
        let name = without_slash(name.trim_start());
        self.backup_names.iter().any(|pattern| pattern.matches(&name))
    }
}

/// A slash as vSphere writes it in names, where it has no meaning to a pattern.
fn without_slash(text: &str) -> String {
    text.replace('/', "%2f")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(patterns: &[&str]) -> Rules {
        Rules { backup_names: patterns.iter().map(|pattern| Rules::name(pattern).unwrap()).collect() }
    }

    #[test]
    fn the_default_patterns_are_patterns_and_each_finds_its_product() {
        let rules = Rules::default();
        assert_eq!(rules.backup_names.len(), BACKUP_NAMES.len());
        for name in [
            "VEEAM BACKUP TEMPORARY SNAPSHOT",
            "Veeam Backup Temporary Snapshot 11/22/2026 2:05",
            "Consolidate Helper- 0",
            "consolidate helper",
            "NBU_SNAPSHOT esx-01 1764000000",
            "__GX_BACKUP__",
            "smvi_daily_recent",
            " smvi_ with a space before it",
            "Rubrik_2026-11-22",
            "_VCB-BACKUP_",
        ] {
            assert!(rules.is_of_backup(name), "{name}");
        }
        for name in ["before the Rubrik upgrade", "veeam", "Consolidate", "smvi", "NBU", "VCB-BACKUP", "", " "] {
            assert!(!rules.is_of_backup(name), "{name}");
        }
    }

    #[test]
    fn a_list_of_ones_own_replaces_them_and_an_empty_one_means_none() {
        let own = rules(&["nightly-[0-9]*", "Ärzte*"]);
        assert!(own.is_of_backup("NIGHTLY-7 of web-01") && own.is_of_backup("ärzte"));
        assert!(!own.is_of_backup("VEEAM BACKUP TEMPORARY SNAPSHOT") && !own.is_of_backup("nightly-x"));
        assert!(!rules(&[]).is_of_backup("VEEAM BACKUP TEMPORARY SNAPSHOT"));
    }

    #[test]
    fn a_slash_is_matched_as_it_is_written_and_by_a_star() {
        for pattern in ["backup *", "backup 22/11*", "backup 22/11/????", "backup 22%2f11*"] {
            assert!(rules(&[pattern]).is_of_backup("backup 22/11/2026"), "{pattern}");
        }
    }
}
