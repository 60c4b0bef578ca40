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
pub(super) struct Called<A, G> {
    /// Accounts, each once.
    pub(super) accounts: Vec<A>,
    /// Groups of the platform, each once.
    pub(super) groups: Vec<G>,
    /// How many people more have to act.
    pub(super) more: usize,
}

/// Whom a message to these calls, with the accounts and groups that a platform has. Who has no account there is not called there.
pub(super) fn called<A: PartialEq, G: PartialEq>(
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
mod tests {
    use super::*;

    /// Twelve people of @approvers, of whom the last has no account, and @oncall, which the platform has.
    fn policy() -> Policy {
        let person = |number: usize| Person {
            id: format!("p{number:02}").as_str().into(),
            name: String::new(),
            groups: vec!["approvers".into(), "oncall".into()],
            unknown_groups: Vec::new(),
            slack: Vec::new(),
            discord: if number == 12 { Vec::new() } else { vec![format!("{number}")] },
        };
        let expires = jiff::SignedDuration::from_mins(15);
        let oncall = PlatformGroup { name: "oncall".into(), slack: Vec::new(), discord: vec!["role".to_owned()], expires };
        Policy { people: (1..=12).map(person).collect(), platform_groups: vec![oncall], ..Policy::default() }
    }

    fn of(to: &[Addressee]) -> Called<String, String> {
        called(to, &policy(), |person| person.discord.clone(), |group| group.discord.clone())
    }

    fn group(name: &str, except: &[&str]) -> Addressee {
        Addressee::Group { group: name.into(), except: except.iter().map(|person| (*person).into()).collect() }
    }

    #[test]
    fn the_people_of_a_group_are_called_up_to_ten_and_the_rest_is_counted() {
        let all = of(&[group("approvers", &[])]);
        assert_eq!((all.accounts.len(), all.more, all.groups.len()), (10, 1, 0), "who has no account is not counted");
        let others = of(&[group("approvers", &["p01", "p02"])]);
        assert_eq!(
            (others.accounts.first().map(String::as_str), others.accounts.len(), others.more),
            (Some("3"), 9, 0)
        );
    }

    #[test]
    fn a_group_that_the_platform_has_is_called_by_its_own_name_and_nobody_twice() {
        let both = of(&[group("oncall", &["p01"]), group("oncall", &[]), Addressee::Person("p03".into())]);
        assert_eq!((both.groups, both.accounts, both.more), (vec!["role".to_owned()], vec!["3".to_owned()], 0));
        let twice =
            of(&[Addressee::Person("p03".into()), Addressee::Person("p03".into()), Addressee::Person("x".into())]);
        assert_eq!(twice.accounts, ["3"]);
    }
}
