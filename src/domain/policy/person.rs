//! People, and which chat account is whose.

use super::{Policy, Truth};
use crate::domain::ids::{Group, PersonId};

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
    /// Slack accounts. A user id alone is none: the same one may exist in another workspace.
    pub slack: Vec<SlackAccount>,
    /// Discord user ids, which are the same in every server.
    pub discord: Vec<String>,
}

/// A Slack account: the workspace (or organisation) and the user in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlackAccount {
    /// `T…`, or `E…` for an organisation.
    pub team: String,
    /// `U…` or `W…`.
    pub user: String,
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

    /// Every account, as requests and the audit trail name it: `slack:T1/U1`, `discord:42`.
    pub fn accounts(&self) -> impl Iterator<Item = String> {
        let slack = self.slack.iter().map(|account| format!("slack:{}/{}", account.team, account.user));
        slack.chain(self.discord.iter().map(|user| format!("discord:{user}")))
    }
}

impl Policy {
    pub fn person(&self, id: &PersonId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == *id)
    }

    /// Who has this Slack account. Nobody, if the workspace or the user is missing or empty, or if two people claim it: a user id
    /// alone may be somebody else's in another workspace.
    pub fn person_of_slack(&self, team: Option<&str>, user: Option<&str>) -> Option<&Person> {
        let (team, user) = (given(team)?, given(user)?);
        self.only(|person| person.slack.iter().any(|own| own.team == team && own.user == user))
    }

    /// Who has this Discord account. Nobody, if the user is missing or empty, or if two people claim it.
    pub fn person_of_discord(&self, user: Option<&str>) -> Option<&Person> {
        let user = given(user)?;
        self.only(|person| person.discord.iter().any(|own| own == user))
    }

    /// The one person of whom this is so.
    fn only(&self, is_it: impl Fn(&Person) -> bool) -> Option<&Person> {
        let mut found = self.people.iter().filter(|person| is_it(person));
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }
}

fn given(id: Option<&str>) -> Option<&str> {
    id.filter(|id| !id.is_empty())
}
