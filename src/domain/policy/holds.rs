//! Who may take off a hold.
//!
//! A hold is a promise to the person who put it on: what they need stays. So the right to put snapshots on hold is not enough to take
//! off somebody else's. Three ways lead there: to be the holder, to share a group with them, or to have the right `release-any` on that VM.
//! Where the configuration does not know the holder any more, administrators may too, or nobody could.

use super::{Decision, Policy, PolicyVerb};
use crate::domain::ids::{Group, PersonId, Target};

impl Policy {
    /// Whether this person may take off a hold of this holder. The right to hold snapshots of the VM at all is asked apart.
    pub fn may_release(&self, person: &PersonId, holder: &PersonId, target: &Target) -> bool {
        let Some(own) = self.person(person) else { return false };
        let shares = match self.person(holder) {
            Some(holder) => holder.id == own.id || own.is_in(&holder.groups).certainly(),
            None => self.is_administrator(person),
        };
        shares || matches!(self.decide(person, PolicyVerb::ReleaseAny, target), Decision::Allowed { .. })
    }

    /// The groups whose members may take it off, beside the holder: those who may release any hold, and of the holder's own groups (of the
    /// administrators, where the holder is not known any more) those who may hold snapshots of the VM.
    pub fn groups_that_release(&self, holder: &PersonId, target: &Target) -> Vec<Group> {
        let own = self.person(holder).map_or(&self.administrators, |holder| &holder.groups);
        let able = self.groups_that_may(PolicyVerb::Hold, target);
        let mut groups: Vec<Group> = own.iter().filter(|group| able.contains(group)).cloned().collect();
        for group in self.groups_that_may(PolicyVerb::ReleaseAny, target) {
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        groups
    }
}
