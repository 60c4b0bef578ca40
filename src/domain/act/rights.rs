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
    /// Whether it is a right over another person's decision. `*` in a grant means every act on a VM and gives no such right: it has to
    /// be named.
    pub over_people: bool,
}

/// A right that makes a request, destroys nothing and is part of no other.
const REQUEST: RightSpec = RightSpec { wider: None, requests: true, destroys: false, over_people: false };

table! {
    /// What a rule can allow, deny or put under approval.
    Right, RightSpec {
        /// Take a snapshot.
        Take "take" { ..REQUEST }
        /// See a VM's snapshots.
        List "list" { requests: false, ..REQUEST }
        /// Go back to a named snapshot.
        Revert "revert" { destroys: true, ..REQUEST }
        /// Go back to the current snapshot.
        RevertLatest "revert-latest" { wider: Some(Right::Revert), destroys: true, ..REQUEST }
        /// Delete one snapshot.
        Delete "delete" { ..REQUEST }
        /// Delete a snapshot and everything below it.
        DeleteWithChildren "delete-with-children" { wider: Some(Right::Delete), destroys: true, ..REQUEST }
        /// Delete every snapshot of a VM.
        DeleteAll "delete-all" { destroys: true, ..REQUEST }
        /// Delete snapshots older than an age, on many VMs.
        DeleteOlder "delete-older" { wider: Some(Right::Delete), destroys: true, ..REQUEST }
        /// Merge disks that a deletion left behind.
        Consolidate "consolidate" { ..REQUEST }
        /// Rename a snapshot or change its description.
        Edit "edit" { ..REQUEST }
        /// Change until when a snapshot stays. Like a hold it changes the description and nothing else.
        Keep "keep" { wider: Some(Right::Edit), ..REQUEST }
        /// Put a snapshot on hold, so that it stays although it has expired, or end one's own hold.
        Hold "hold" { wider: Some(Right::Edit), ..REQUEST }
        /// End somebody else's hold.
        ReleaseAny "release-any" { requests: false, over_people: true, ..REQUEST }
        /// Power a VM on.
        PowerOn "power-on" { ..REQUEST }
        /// Cancel a running task that somebody else started.
        Cancel "cancel" { requests: false, ..REQUEST }
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

    /// Whether it is a right over another person's decision.
    pub const fn is_over_people(self) -> bool {
        self.spec().over_people
    }

    /// Whether a rule about this right is about the other one too: `revert` covers `revert-latest`, `delete` covers
    /// `delete-with-children` and `delete-older`, `edit` covers `keep` and `hold`.
    pub fn covers(self, other: Self) -> bool {
        self == other || other.spec().wider == Some(self)
    }
}
