//! Who is in which group by a chat platform, and for how long that is known.
//!
//! A platform is asked about one thing at a time, a group or an account, so that one that cannot be read takes nothing from the others.
//! An answer counts for as long as the group's `expires` says. Without an answer that counts a membership is unknown, which is neither
//! yes nor no: it allows nothing, and a deny for that group applies. "There is no such group" is an answer: nobody is in it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{PlatformGroup, Policy, Truth};
use crate::domain::ids::{Account, Group};

/// A group that has not been readable for so long is reported. Shorter gaps are ordinary: a platform restarts, a connection is renewed.
pub const REPORTED_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// How often members are read where nothing asks for more: somebody who was taken out of a group loses its rights within this time.
const READ_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// So many readings fit into the life of one, so that a single failure makes nothing unknown.
const READINGS_IN_A_LIFE: i32 = 3;

/// A moment by two clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// By the clock of the machine, which can be set.
    pub wall: Timestamp,
    /// Since some moment in the life of the process, by a clock that cannot be set.
    pub process: SignedDuration,
}

/// What a platform answered about one group or one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// About a group: which accounts are in it. About an account: which groups it is in. All that were asked about are listed.
    Members(BTreeMap<Account, bool>),
    /// It could not be read, for this reason.
    Unread(String),
}

/// An answer with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The group or the account.
    pub subject: Account,
    pub answer: Answer,
}

/// The last answer about a group or an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Members {
    /// When it was read, by the machine's clock.
    pub read_at: Timestamp,
    /// The accounts, or the groups, that were asked about, and which of them are members.
    pub members: BTreeMap<Account, bool>,
    /// When it was read, by the process's clock; before the start of the process for one of an earlier life.
    #[serde(skip)]
    process: SignedDuration,
}

/// That something could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    pub since: Timestamp,
    /// Why, in words for an administrator.
    pub why: String,
}

/// What is known of one group or account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Known {
    members: Option<Members>,
    /// The tries since then that failed.
    unread: Option<Unread>,
}

/// Everything that platforms answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memberships {
    known: BTreeMap<Account, Known>,
    /// Since when what was never read is waited for.
    since: Option<Timestamp>,
}

impl Members {
    /// How old it is. The larger figure of the two clocks counts, so that a clock that was set back makes nothing young again.
    fn age(&self, now: Moment) -> SignedDuration {
        let by_wall = now.wall.duration_since(self.read_at).abs();
        by_wall.max(now.process.saturating_sub(self.process))
    }

    /// How long it still counts for a group whose answers live this long.
    fn left(&self, life: SignedDuration, now: Moment) -> Option<SignedDuration> {
        Some(life.saturating_sub(self.age(now))).filter(SignedDuration::is_positive)
    }
}

impl Memberships {
    /// Takes in an answer.
    pub fn take(&mut self, finding: Finding, now: Moment) {
        let known = self.known.entry(finding.subject).or_default();
        match finding.answer {
            Answer::Members(members) => {
                known.members = Some(Members { read_at: now.wall, members, process: now.process });
                known.unread = None;
            }
            Answer::Unread(why) => {
                let since = known.unread.as_ref().map_or(now.wall, |unread| unread.since);
                known.unread = Some(Unread { since, why });
            }
        }
    }

    /// Takes over an answer of an earlier life of the process.
    pub fn restore(&mut self, subject: Account, members: Members, now: Moment) {
        let process = now.process.saturating_sub(now.wall.duration_since(members.read_at).abs());
        self.known.entry(subject).or_default().members = Some(Members { process, ..members });
    }

    /// The last answer about a group or an account.
    pub fn members(&self, subject: &Account) -> Option<&Members> {
        self.known.get(subject)?.members.as_ref()
    }

    /// The configuration is this from now on: what it does not name any more is forgotten.
    pub fn configured(&mut self, policy: &Policy, now: Moment) {
        self.since = Some(now.wall);
        let named = policy.membership_subjects();
        self.known.retain(|subject, _| named.contains(subject));
    }

    /// How many answers count, once for each group that rests on one: it changes when an answer expires.
    pub fn counting(&self, policy: &Policy, now: Moment) -> usize {
        let lives = policy.platform_groups.iter().map(|group| group.expires);
        let all = self.known.values().filter_map(|known| known.members.as_ref());
        all.map(|members| lives.clone().filter(|life| members.left(*life, now).is_some()).count()).sum()
    }

    /// How long until an answer that counts does so no more.
    pub fn next_change(&self, policy: &Policy, now: Moment) -> Option<SignedDuration> {
        let lives = policy.platform_groups.iter().map(|group| group.expires);
        let all = self.known.values().filter_map(|known| known.members.as_ref());
        all.flat_map(|members| lives.clone().filter_map(move |life| members.left(life, now))).min()
    }

    /// What it means for these people and rules at this moment. `platforms` are those that there are: no account is in a group of any other.
    pub fn at<'a>(&'a self, policy: &'a Policy, platforms: &[&str], now: Moment) -> Standing<'a> {
        let mut owners: BTreeMap<&Account, u32> = BTreeMap::new();
        for account in policy.people.iter().flat_map(|person| &person.accounts) {
            *owners.entry(account).or_default() += 1;
        }
        let here = |id: &&Account| platforms.contains(&id.platform());
        // An account that two people claim is nobody's.
        let is_own = |account: &&Account| owners.get(account) == Some(&1) && here(account);
        let accounts = policy.people.iter().map(|person| person.accounts.iter().filter(is_own).collect()).collect();
        let ids = policy.platform_groups.iter().map(|group| group.ids.iter().filter(here).collect()).collect();
        Standing { memberships: self, policy, accounts, ids, now }
    }
}

/// What is known at one moment, for one configuration.
#[derive(Debug)]
pub struct Standing<'a> {
    memberships: &'a Memberships,
    policy: &'a Policy,
    /// The accounts of each person, in the order of the configuration.
    accounts: Vec<Vec<&'a Account>>,
    /// The ids of each group, in the order of the configuration.
    ids: Vec<Vec<&'a Account>>,
    now: Moment,
}

impl Standing<'_> {
    /// The people and rules with everybody's groups as they are known.
    pub fn applied(&self) -> Policy {
        let mut applied = self.policy.clone();
        for (person, accounts) in applied.people.iter_mut().zip(&self.accounts) {
            for (group, ids) in
                self.groups().filter(|(group, _)| !person.groups.contains(&group.name)).collect::<Vec<_>>()
            {
                match self.is_in(accounts, group, ids) {
                    Truth::Yes => person.groups.push(group.name.clone()),
                    Truth::No => {}
                    Truth::Unknown => {
                        person.unknown_groups.push(group.name.clone());
                        applied.unknown_groups.insert(group.name.clone());
                    }
                }
            }
        }
        let read = |(group, ids): (&PlatformGroup, &Vec<&Account>)| Some((group.name.clone(), self.read_at(ids)?));
        applied.read_at = self.groups().filter_map(read).collect();
        applied
    }

    /// The groups that cannot be read, each with since when and why.
    pub fn unread(&self) -> BTreeMap<Group, Unread> {
        let of = |(group, ids): (&PlatformGroup, &Vec<&Account>)| {
            let failed = self.asked_about(ids).into_iter();
            let failed = failed.filter_map(|subject| self.memberships.known.get(subject)?.unread.clone());
            Some((group.name.clone(), failed.chain(self.missing(group, ids)).min_by_key(|unread| unread.since)?))
        };
        self.groups().filter_map(of).collect()
    }

    /// That an answer is missing although nothing failed: there was none yet, or nobody has asked for too long.
    fn missing(&self, group: &PlatformGroup, ids: &[&Account]) -> Option<Unread> {
        self.accounts.iter().find(|accounts| self.is_in(accounts, group, ids) == Truth::Unknown)?;
        let expired = self.read_at(ids).and_then(|read_at| read_at.checked_add(group.expires).ok());
        let (since, why) = match expired {
            Some(expired) if expired <= self.now.wall => (expired, "the last answer has expired"),
            Some(_) | None => (self.memberships.since.unwrap_or(self.now.wall), "there is no answer yet"),
        };
        Some(Unread { since, why: why.to_owned() })
    }

    /// When the oldest of the answers that a group rests on was read.
    fn read_at(&self, ids: &[&Account]) -> Option<Timestamp> {
        let about = self.asked_about(ids).into_iter();
        about.filter_map(|subject| Some(self.memberships.members(subject)?.read_at)).min()
    }

    /// Whether somebody with these accounts is in a group by a platform.
    fn is_in(&self, accounts: &[&Account], group: &PlatformGroup, ids: &[&Account]) -> Truth {
        let pairs = accounts.iter().flat_map(|account| ids.iter().map(move |id| (account, id)));
        let of_one = pairs.filter(|(account, id)| account.platform() == id.platform());
        Truth::any(of_one.map(|(account, id)| self.has(account, id, group.expires)))
    }

    /// Whether an account is in a platform's group, by the newest answer that counts.
    fn has(&self, account: &Account, id: &Account, life: SignedDuration) -> Truth {
        let answer = |subject: &Account, about: &Account| {
            let members = self.memberships.members(subject)?;
            members.left(life, self.now)?;
            Some((members.read_at, *members.members.get(about)?))
        };
        let newest = answer(id, account).into_iter().chain(answer(account, id)).max_by_key(|(read_at, _)| *read_at);
        newest.map_or(Truth::Unknown, |(_, is_member)| is_member.into())
    }

    /// What a platform may have to be asked about for a group: itself, and the accounts that may be in it.
    fn asked_about<'b>(&'b self, ids: &'b [&Account]) -> Vec<&'b Account> {
        let near = |account: &&&Account| ids.iter().any(|id| id.platform() == account.platform());
        ids.iter().chain(self.accounts.iter().flatten().filter(near)).copied().collect()
    }

    fn groups(&self) -> impl Iterator<Item = (&PlatformGroup, &Vec<&Account>)> {
        self.policy.platform_groups.iter().zip(&self.ids)
    }
}

impl Policy {
    /// The shortest time for which an answer about any group counts.
    pub fn shortest_life(&self) -> SignedDuration {
        self.platform_groups.iter().map(|group| group.expires).min().unwrap_or(SignedDuration::MAX)
    }

    /// How long until a platform's groups are to be read again.
    pub fn read_again_after(&self) -> SignedDuration {
        READ_EVERY.min(self.shortest_life() / READINGS_IN_A_LIFE)
    }

    /// Every group and account that a platform may be asked about.
    pub fn membership_subjects(&self) -> BTreeSet<Account> {
        let ids = self.platform_groups.iter().flat_map(|group| &group.ids);
        ids.chain(self.people.iter().flat_map(|person| &person.accounts)).cloned().collect()
    }
}

#[cfg(test)]
mod tests;
