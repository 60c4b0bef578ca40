//! The acts: what can be done to a VM or to snapshots of many, with what each of them takes.
//!
//! An act is one type from the word that somebody typed to the call that is planned. What changes on the way is how much is known of
//! what it names: a name that several snapshots may answer to becomes one snapshot, "3d" becomes a moment. That is its [`Stage`].
//!
//! Its right and what it costs stand here, for each act by itself: a new one is asked for both. What can be typed with it stands in the
//! row of its [`Verb`].

use std::fmt::Debug;

use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::parameters::Parameter;
use super::rights::Right;
use super::verbs::Verb;
use crate::domain::ids::{Moref, PersonId};
use crate::domain::intent::{Mode, SnapshotSelector};
use crate::domain::keep::Keep;
use crate::domain::marker::Hold;

/// How far the names and times of an act have been looked up.
pub trait Stage: Clone + Debug + Eq {
    /// What a new snapshot is called.
    type Name: Clone + Debug + Eq + Serialize + DeserializeOwned;
    /// Which snapshot.
    type Snapshot: Clone + Debug + Eq + Serialize + DeserializeOwned;
    /// Until when something stays.
    type End: Clone + Debug + Eq + Serialize + DeserializeOwned;
    /// Who puts a snapshot on hold.
    type Holder: Clone + Debug + Eq + Serialize + DeserializeOwned;
    /// The hold that is on a snapshot.
    type Held: Clone + Debug + Default + Eq + Serialize + DeserializeOwned;
    /// How old snapshots of many VMs are.
    type Age: Clone + Debug + Eq + Serialize + DeserializeOwned;
}

/// As it was typed, before anyone has looked for what it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed;

/// With everything found that names and times stand for. What is left open is decided by the VM's state at preflight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved;

/// For a field that no act on a single VM can have: nothing has this type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Never {}

impl Stage for Typed {
    /// None means date and time in the channel's time zone.
    type Name = Option<String>;
    /// None means that the person picks one.
    type Snapshot = Option<SnapshotSelector>;
    type End = Keep;
    type Holder = ();
    type Held = ();
    /// [`Intent::DeleteOlder`](crate::domain::intent::Intent::DeleteOlder) is typed of many VMs.
    type Age = Never;
}

impl Stage for Resolved {
    type Name = String;
    type Snapshot = Moref;
    type End = Timestamp;
    type Holder = PersonId;
    /// None where there was none, and in what older versions wrote down.
    type Held = Option<Hold>;
    type Age = SignedDuration;
}

/// What is done. Stored with every request: the words and the fields are those of the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "wish", bound = "")]
pub enum Act<S: Stage> {
    Take {
        name: S::Name,
        /// Words for the description, without our marker.
        description: Option<String>,
        /// How; `Auto` is decided at preflight.
        mode: Mode,
        /// Until when it is meant to stay; typed, none means as the policy has it.
        until: Option<S::End>,
    },
    /// Go back to one snapshot.
    Revert {
        snapshot: S::Snapshot,
        /// Leave the VM off even if the snapshot holds a running state.
        stay_off: bool,
    },
    /// Go back to the current snapshot, whichever that is at preflight.
    RevertLatest {
        /// Leave the VM off even if the snapshot holds a running state.
        stay_off: bool,
    },
    /// Delete one snapshot, or it and all below it.
    Delete {
        snapshot: S::Snapshot,
        /// Everything below it too.
        children: bool,
    },
    DeleteAll,
    /// Delete what is older than this, on many VMs.
    DeleteOlder {
        /// So old.
        age: S::Age,
    },
    /// Merge disks that a deletion left behind.
    Consolidate,
    /// Change a snapshot's name, its description, or both.
    Edit {
        snapshot: S::Snapshot,
        name: Option<String>,
        /// The new words of the description; our marker stays, and empty ones clear the others.
        description: Option<String>,
    },
    /// Change until when a snapshot stays. Its description changes for that, and nothing else.
    Stay {
        snapshot: S::Snapshot,
        /// To what.
        change: StayChange<S>,
    },
    PowerOn,
}

/// What an act costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cost {
    /// Only what is written about a snapshot changes.
    Words,
    /// Nothing is lost.
    Nothing,
    /// Snapshots are gone.
    Snapshots,
    /// The work since a snapshot is gone.
    Work,
}

/// How a snapshot's stay changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "change", bound = "")]
pub enum StayChange<S: Stage = Resolved> {
    /// It stays until then.
    Until {
        /// In whole seconds.
        until: S::End,
    },
    /// It stays although its time is up.
    Hold {
        by: S::Holder,
        /// Why, for everybody who sees it in a report.
        reason: String,
        /// Until when; none is until somebody releases it.
        until: Option<S::End>,
        /// Somebody else's hold, which this one takes the place of.
        #[serde(default, skip_serializing_if = "is_default")]
        replaces: S::Held,
    },
    /// It is not on hold any more.
    Release {
        /// The hold that is meant: who asks for it was allowed to take off that one, and no other.
        #[serde(default, skip_serializing_if = "is_default")]
        of: S::Held,
    },
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl<S: Stage> Act<S> {
    /// Its verb, the right that it needs (that of the verb's row, or the wider one where more goes than one snapshot), and its cost.
    fn traits(&self) -> (Verb, Right, Cost) {
        match self {
            Self::Take { .. } => (Verb::Take, Right::Take, Cost::Nothing),
            Self::Revert { .. } => (Verb::Revert, Right::Revert, Cost::Work),
            Self::RevertLatest { .. } => (Verb::RevertLatest, Right::RevertLatest, Cost::Work),
            Self::Delete { children: false, .. } => (Verb::Delete, Right::Delete, Cost::Snapshots),
            Self::Delete { children: true, .. } => (Verb::Delete, Right::DeleteWithChildren, Cost::Snapshots),
            Self::DeleteAll => (Verb::DeleteAll, Right::DeleteAll, Cost::Snapshots),
            Self::DeleteOlder { .. } => (Verb::DeleteOlder, Right::DeleteOlder, Cost::Snapshots),
            Self::Consolidate => (Verb::Consolidate, Right::Consolidate, Cost::Nothing),
            Self::Edit { .. } => (Verb::Edit, Right::Edit, Cost::Words),
            Self::Stay { change: StayChange::Until { .. }, .. } => (Verb::Keep, Right::Keep, Cost::Words),
            Self::Stay { change: StayChange::Hold { .. }, .. } => (Verb::Hold, Right::Hold, Cost::Words),
            Self::Stay { change: StayChange::Release { .. }, .. } => (Verb::Release, Right::Hold, Cost::Words),
            Self::PowerOn => (Verb::PowerOn, Right::PowerOn, Cost::Nothing),
        }
    }

    pub fn verb(&self) -> Verb {
        self.traits().0
    }

    pub fn right(&self) -> Right {
        self.traits().1
    }

    fn cost(&self) -> Cost {
        self.traits().2
    }

    /// The snapshot that it names; none where it is about none, all, or whichever is the current one.
    pub const fn snapshot(&self) -> Option<&S::Snapshot> {
        if let Self::Revert { snapshot, .. }
        | Self::Delete { snapshot, .. }
        | Self::Edit { snapshot, .. }
        | Self::Stay { snapshot, .. } = self
        {
            Some(snapshot)
        } else {
            None
        }
    }

    /// Whether something is gone after it that only a backup brings back: the work since a snapshot, or a way back.
    pub fn destroys(&self) -> bool {
        matches!(self.cost(), Cost::Snapshots | Cost::Work)
    }

    /// Whether it takes the VM back to a snapshot.
    pub fn reverts(&self) -> bool {
        self.cost() == Cost::Work
    }

    /// Whether it changes what is written about a snapshot, and neither the snapshot nor the VM.
    pub fn only_describes(&self) -> bool {
        self.cost() == Cost::Words
    }

    /// Whether an approval rule can ask for a change number. What changes no snapshot and no data takes none.
    pub fn takes_ticket(&self) -> bool {
        self.verb().takes(Parameter::Ticket)
    }
}

impl Act<Typed> {
    /// The same act on another snapshot, if it names one.
    pub fn with_snapshot(mut self, selector: SnapshotSelector) -> Self {
        if let Self::Revert { snapshot, .. }
        | Self::Delete { snapshot, .. }
        | Self::Edit { snapshot, .. }
        | Self::Stay { snapshot, .. } = &mut self
        {
            *snapshot = Some(selector);
        }
        self
    }

    /// The same act, if it is a take, in this mode.
    pub fn in_mode(mut self, other: Mode) -> Option<Self> {
        let Self::Take { mode, .. } = &mut self else { return None };
        *mode = other;
        Some(self)
    }
}

impl Act<Resolved> {
    /// The hold that it puts on.
    pub fn holds(&self) -> Option<Hold> {
        let Self::Stay { change: StayChange::Hold { by, reason, until, replaces: _ }, .. } = self else { return None };
        Some(Hold { by: by.clone(), reason: reason.clone(), until: *until })
    }

    /// The hold that this takes off, or puts another in the place of.
    pub const fn lifts(&self) -> Option<&Hold> {
        let Self::Stay { change, .. } = self else { return None };
        match change {
            StayChange::Release { of: hold } | StayChange::Hold { replaces: hold, .. } => hold.as_ref(),
            StayChange::Until { .. } => None,
        }
    }

    /// The same act, to be asked for once more: what it was to last from then, it is to last from now. Which hold it takes off, and for
    /// whom, is found anew. What is about many VMs is no act on one.
    pub fn again(&self, then: Timestamp) -> Option<Act<Typed>> {
        let keep = |until: &Timestamp| Keep::For(until.duration_since(then));
        let exactly = |snapshot: &Moref| Some(SnapshotSelector::Moref(snapshot.clone()));
        Some(match self {
            Self::Take { name, description, mode, until } => Act::Take {
                name: Some(name.clone()),
                description: description.clone(),
                mode: *mode,
                until: until.as_ref().map(keep),
            },
            Self::Revert { snapshot, stay_off } => Act::Revert { snapshot: exactly(snapshot), stay_off: *stay_off },
            Self::RevertLatest { stay_off } => Act::RevertLatest { stay_off: *stay_off },
            Self::Delete { snapshot, children } => Act::Delete { snapshot: exactly(snapshot), children: *children },
            Self::DeleteAll => Act::DeleteAll,
            Self::DeleteOlder { .. } => return None,
            Self::Consolidate => Act::Consolidate,
            Self::Edit { snapshot, name, description } => {
                Act::Edit { snapshot: exactly(snapshot), name: name.clone(), description: description.clone() }
            }
            Self::Stay { snapshot, change } => Act::Stay {
                snapshot: exactly(snapshot),
                change: match change {
                    StayChange::Until { until } => StayChange::Until { until: keep(until) },
                    StayChange::Hold { reason, until, .. } => StayChange::Hold {
                        by: (),
                        reason: reason.clone(),
                        until: until.as_ref().map(keep),
                        replaces: (),
                    },
                    StayChange::Release { .. } => StayChange::Release { of: () },
                },
            },
            Self::PowerOn => Act::PowerOn,
        })
    }
}

#[cfg(test)]
mod tests;
