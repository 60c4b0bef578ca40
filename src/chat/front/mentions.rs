//! Whom a message calls on a platform: the accounts of those who have to act, and the platform's own groups.
//!
//! A group that the platform has too is called by its name there. One of the configuration alone is called by its people's accounts, but
//! not by very many: a message that calls everybody calls nobody.

use crate::domain::ids::{Group, PersonId};
use crate::domain::policy::{Person, PlatformGroup, Policy};
use crate::message::model::Addressee;

/// The most accounts that one message calls; how many more there are is said.
const MOST: usize = 10;

/// Whom a message calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::chat) struct Called<A, G> {
    /// Accounts, each once.
    pub(in crate::chat) accounts: Vec<A>,
    /// Groups of the platform, each once.
    pub(in crate::chat) groups: Vec<G>,
    /// How many people more have to act.
    pub(in crate::chat) more: usize,
}

/// Whom a message to these calls, with the accounts and groups that a platform has. Who has no account there is not called there.
pub(in crate::chat) fn called<A: PartialEq, G: PartialEq>(
    to: &[Addressee],
    policy: &Policy,
    accounts: impl Fn(&Person) -> Vec<A>,
    groups: impl Fn(&PlatformGroup) -> Vec<G>,
) -> Called<A, G> {
    let mut called = Called { accounts: Vec::new(), groups: Vec::new(), more: 0 };
    let mut people: Vec<&PersonId> = Vec::new();
    for addressee in to {
        match addressee {
            Addressee::Person(person) => people.extend(policy.person(person).map(|known| &known.id)),
            Addressee::Group { group, except } => {
                let own = own_groups(policy, group, &groups);
                if own.is_empty() {
                    let members = policy.people.iter().filter(|known| known.groups.contains(group));
                    people.extend(members.map(|known| &known.id).filter(|known| !except.contains(known)));
                }
                for id in own {
                    if !called.groups.contains(&id) {
                        called.groups.push(id);
                    }
                }
            }
        }
    }
    for person in people.into_iter().filter_map(|person| policy.person(person)) {
        for id in accounts(person) {
            if !called.accounts.contains(&id) {
                called.accounts.push(id);
            }
        }
    }
    called.more = called.accounts.len().saturating_sub(MOST);
    called.accounts.truncate(MOST);
    called
}

fn own_groups<G>(policy: &Policy, group: &Group, groups: &impl Fn(&PlatformGroup) -> Vec<G>) -> Vec<G> {
    policy.platform_groups.iter().filter(|known| known.name == *group).flat_map(groups).collect()
}

#[cfg(test)]
mod tests;
