//! The rights that grants, denies and approval rules name.
//!
//! A right is no verb: deleting one snapshot and deleting it with everything below it are one verb and two rights, and one right covers
//! both holding a snapshot and releasing it.

use super::table::table;

/// What a row of the rights says.
#[derive(Debug)]
pub struct RightSpec {
    /// The right that includes this one: a rule about that one is about this one too.
    pub wider: Option<Right>,
    /// Whether using it makes a request, so that an approval rule can be about it. The others are answered at once.
    pub requests: bool,
    /// Whether it destroys what only a backup brings back (the work since a snapshot, or several restore points at once), so that it
    /// needs an approval rule.
    pub destroys: bool,
}

table! {
    /// What a rule can allow, deny or put under approval.
    Right, RightSpec {
        /// Take a snapshot.
        Take "take" { wider: None, requests: true, destroys: false }
        /// See a VM's snapshots.
        List "list" { wider: None, requests: false, destroys: false }
        /// Go back to a named snapshot.
        Revert "revert" { wider: None, requests: true, destroys: true }
        /// Go back to the current snapshot.
        RevertLatest "revert-latest" { wider: Some(Right::Revert), requests: true, destroys: true }
        /// Delete one snapshot.
        Delete "delete" { wider: None, requests: true, destroys: false }
        /// Delete a snapshot and everything below it.
        DeleteWithChildren "delete-with-children" { wider: Some(Right::Delete), requests: true, destroys: true }
        /// Delete every snapshot of a VM.
        DeleteAll "delete-all" { wider: None, requests: true, destroys: true }
        /// Delete snapshots older than an age, on many VMs.
        DeleteOlder "delete-older" { wider: Some(Right::Delete), requests: true, destroys: true }
        /// Merge disks that a deletion left behind.
        Consolidate "consolidate" { wider: None, requests: true, destroys: false }
        /// Rename a snapshot or change its description.
        Edit "edit" { wider: None, requests: true, destroys: false }
        /// Change until when a snapshot stays. Like a hold it changes the description and nothing else.
        Keep "keep" { wider: Some(Right::Edit), requests: true, destroys: false }
        /// Keep a snapshot although it has expired, or end that.
        Hold "hold" { wider: Some(Right::Edit), requests: true, destroys: false }
        /// Power a VM on.
        PowerOn "power-on" { wider: None, requests: true, destroys: false }
        /// Cancel a running task that somebody else started.
        Cancel "cancel" { wider: None, requests: false, destroys: false }
    }
}

impl Right {
    /// The right as rules write it.
    pub const fn name(self) -> &'static str {
        self.as_str()
    }

    /// Reads a right as rules write it, in any case of letters.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|right| right.as_str().eq_ignore_ascii_case(text))
    }

    /// Whether using it makes a request.
    pub const fn becomes_request(self) -> bool {
        self.spec().requests
    }

    /// Whether it destroys work, so that it needs an approval rule.
    pub const fn is_destructive(self) -> bool {
        self.spec().destroys
    }

    /// Whether a rule about this right is about the other one too: `revert` covers `revert-latest`, `delete` covers
    /// `delete-with-children` and `delete-older`, `edit` covers `keep` and `hold`.
    pub fn covers(self, other: Self) -> bool {
        self == other || other.spec().wider == Some(self)
    }
}
