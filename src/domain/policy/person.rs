//! People, and which chat account is whose.

use super::{Policy, Truth};
use crate::domain::ids::{Account, Group, PersonId};

/// Who asks where nobody does: the bot, which deletes what nobody kept. No person of a configuration may be called so.
pub const BOT: &str = "snapwarden";

/// One human, with every chat account that is theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who it is in rules, requests and the audit trail.
    pub id: PersonId,
    /// What people read.
    pub name: String,
    /// The groups that the person is in.
    pub groups: Vec<Group>,
    /// The groups that the person may be in: a platform knows that, and it is not known here now.
    pub unknown_groups: Vec<Group>,
    /// Every chat account of theirs.
    pub accounts: Vec<Account>,
}

impl Person {
    /// Whether the person is in one of these groups; in none of no groups.
    pub fn is_in(&self, groups: &[Group]) -> Truth {
        let of = |group: &Group| match (self.groups.contains(group), self.unknown_groups.contains(group)) {
            (true, _) => Truth::Yes,
            (false, true) => Truth::Unknown,
            (false, false) => Truth::No,
        };
        Truth::any(groups.iter().map(of))
    }

    /// Those of these groups of which it is not known whether the person is in them.
    pub(super) fn unknown_of(&self, groups: &[Group]) -> Vec<Group> {
        groups.iter().filter(|group| self.unknown_groups.contains(group)).cloned().collect()
    }
}

impl Policy {
    pub fn person(&self, id: &PersonId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == *id)
    }

    /// Who has this account. Nobody, if a part of it is missing, or if two people claim it.
    pub fn person_of(&self, account: &Account) -> Option<&Person> {
        if account.platform().is_empty() || account.id().is_empty() {
            return None;
        }
        let mut found = self.people.iter().filter(|person| person.accounts.contains(account));
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }
}
