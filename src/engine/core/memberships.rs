//! Who is in which group by a platform, as the engine keeps it: what platforms answer holds at once, also where nothing can be written
//! down, since somebody who was taken out of a group must not stay in it because a disk is full.
//!
//! Answers have rows, so that a restart goes on with those that still count. A row is written when it says something else, or when two
//! thirds of its life are over: not with every reading, which would fill the journal.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::{Core, Turn};
use crate::domain::bulletin::News;
use crate::domain::ids::{Account, Group};
use crate::domain::policy::Policy;
use crate::domain::policy::memberships::{Finding, Members, Memberships, Moment, REPORTED_AFTER, Unread};
use crate::engine::record;
use crate::engine::setup::Rules;
use crate::engine::tables::rows::UnreadRow;
use crate::telemetry::names;

/// What is known of groups, and what was reported of it.
#[derive(Default)]
pub(super) struct GroupMembers {
    known: Memberships,
    /// How many answers counted when the rules were last made from them.
    counting: usize,
    /// Whether there may be something to report, and when there may be next.
    is_news: bool,
    report_at: Option<Timestamp>,
}

impl Core {
    /// Reads the answers of an earlier life. They are as old as they are.
    pub(super) fn load_memberships(&mut self) {
        let now = self.moment();
        let policy = &self.configured.policy;
        self.groups.known.configured(policy, now);
        let named = policy.membership_subjects();
        for (subject, members) in self.tables.members.values().filter(|(subject, _)| named.contains(subject)) {
            self.groups.known.restore(subject.clone(), members.clone(), now);
        }
        self.groups.is_news = true;
        // Until a platform was read, it is not known whom it has in which group.
        self.parts.rules.set(self.effective());
    }

    /// A platform answered.
    pub(super) fn members_found(&mut self, findings: Vec<Finding>, turn: &mut Turn) {
        let now = self.moment();
        for finding in findings {
            let subject = finding.subject.clone();
            self.groups.known.take(finding, now);
            self.store_members(&subject, now);
        }
        self.regroup(true, turn);
    }

    /// Makes the rules anew where they rest on something else than before: on other answers, or on fewer because some have expired. To be called
    /// before anything is decided.
    pub(super) fn regroup(&mut self, is_news: bool, turn: &mut Turn) {
        let now = self.moment();
        let counting = self.groups.known.counting(&self.configured.policy, now);
        if !is_news && counting == self.groups.counting {
            return;
        }
        let (before, after) = (self.parts.rules(), self.effective());
        self.groups.counting = counting;
        self.groups.is_news = true;
        if is_same_people(&before.policy, &after.policy) {
            return self.parts.rules.set(after);
        }
        let unknown: Vec<&str> = after.policy.unknown_groups.iter().map(Group::as_str).collect();
        tracing::info!(unknown = unknown.join(","), "who is in which group by a platform has changed");
        turn.audit(record::audit_memberships(&self.configured.policy, &after.policy, now.wall));
        self.parts.rules.set(after);
        turn.regrouped = true;
    }

    /// The configuration's rules with everybody's groups.
    pub(super) fn effective(&self) -> Rules {
        let platforms: Vec<&str> = self.parts.chats.keys().copied().collect();
        let standing = self.groups.known.at(&self.configured.policy, &platforms, self.moment());
        Rules { policy: standing.applied(), ..self.configured.clone() }
    }

    /// The rules are these from now on. Platforms are asked again at once, since they were not asked about what is new in them.
    pub(super) fn reconfigured(&mut self, rules: Rules) {
        self.groups.known.configured(&rules.policy, self.moment());
        self.configured = rules;
        self.groups.is_news = true;
        self.parts.rules.set(self.effective());
        self.reloads.send_modify(|count| *count += 1);
    }

    /// Rows of what the configuration does not name any more go.
    pub(super) fn forget_members(&mut self, named: &BTreeSet<Account>) {
        let gone: Vec<Account> =
            self.tables.members.keys().filter(|subject| !named.contains(*subject)).cloned().collect();
        for subject in gone {
            self.tables.members.remove(&subject);
        }
    }

    /// Reports groups that cannot be read, and those that can be again, with the turn.
    pub(super) async fn report_groups(&mut self, turn: &mut Turn) {
        let now = self.moment();
        let is_due = self.groups.is_news || self.groups.report_at.is_some_and(|at| now.wall >= at);
        if !is_due || self.retry_at.is_some() {
            return;
        }
        let platforms: Vec<&str> = self.parts.chats.keys().copied().collect();
        let unread = self.groups.known.at(&self.configured.policy, &platforms, now).unread();
        self.groups.is_news = false;
        self.groups.report_at = None;
        metrics::gauge!(names::UNREAD_GROUPS).set(count(unread.len()));
        if *self.parts.unread_groups.get() != unread {
            self.parts.unread_groups.set(unread.clone());
        }
        let before = self.tables.unread_groups.get(&()).cloned().unwrap_or_default();
        let (mut reported, mut news) = self.still_unread(&before, &unread);
        for (group, Unread { since, why }) in unread {
            if reported.contains_key(&group) {
                continue;
            }
            let due = since.saturating_add(REPORTED_AFTER).unwrap_or(Timestamp::MAX);
            if now.wall < due {
                self.groups.report_at = self.groups.report_at.into_iter().chain([due]).min();
                continue;
            }
            tracing::error!(%group, %since, why, "the members of a group cannot be read, so nothing is allowed by it");
            reported.insert(group.clone(), Unread { since, why: why.clone() });
            news.push(News::GroupUnread { group, since, why });
        }
        if reported == before {
            return;
        }
        self.tables.unread_groups.put((), reported);
        let Some(channel) = self.parts.rules().alarms.clone() else { return };
        for news in news {
            if let Err(why) = self.tell_channel(channel.clone(), "en", news, turn).await {
                // `/readyz` and the log say it all the same.
                tracing::warn!(why, "the administrators' channel could not be told of a group");
            }
        }
    }

    /// Of the groups that were reported: those that still cannot be read, and the news of the others. One counts as readable once it was read after
    /// that, so that a restart alone brings none back; one that the configuration does not have any more is no news.
    fn still_unread(&self, before: &UnreadRow, unread: &BTreeMap<Group, Unread>) -> (UnreadRow, Vec<News>) {
        let rules = self.parts.rules();
        let (mut still, mut news) = (BTreeMap::new(), Vec::new());
        for (group, report) in before {
            let read_at = rules.policy.read_at.get(group);
            if !self.configured.policy.platform_groups.iter().any(|one| one.name == *group) {
                continue;
            }
            if unread.contains_key(group) || read_at.is_none_or(|read_at| *read_at <= report.since) {
                still.insert(group.clone(), report.clone());
            } else {
                tracing::info!(%group, "the members of a group can be read again");
                news.push(News::GroupRead { group: group.clone() });
            }
        }
        (still, news)
    }

    /// The turn did not happen, and what it may have reported has to be reported again.
    pub(super) fn report_groups_again(&mut self) {
        self.groups.is_news = true;
    }

    /// When an answer expires, or a group is to be reported.
    pub(super) fn groups_at(&self) -> Option<Timestamp> {
        let now = self.moment();
        let left = self.groups.known.next_change(&self.configured.policy, now);
        let expires = left.and_then(|left| now.wall.checked_add(left).ok());
        expires.into_iter().chain(self.groups.report_at.filter(|_| self.retry_at.is_none())).min()
    }

    /// Writes an answer where its row says something else, or is old.
    fn store_members(&mut self, subject: &Account, now: Moment) {
        let Some(members) = self.groups.known.members(subject).cloned() else { return };
        let old = self.configured.policy.shortest_life() / 3 * 2;
        let is_good =
            |stored: &Members| stored.members == members.members && now.wall.duration_since(stored.read_at).abs() < old;
        let is_stored = self.tables.members.get(subject).is_some_and(|(_, stored)| is_good(stored));
        // What is only fresher can wait for a disk that has room.
        if is_stored || self.parts.store.trouble().is_some() {
            return;
        }
        self.tables.members.put(subject.clone(), (subject.clone(), members));
    }

    /// Now, by both clocks.
    fn moment(&self) -> Moment {
        let process = SignedDuration::try_from(self.parts.clock.elapsed()).unwrap_or(SignedDuration::MAX);
        Moment { wall: self.parts.clock.now(), process }
    }
}

/// How many groups, as figures are given.
fn count(groups: usize) -> f64 {
    u32::try_from(groups).unwrap_or(u32::MAX).into()
}

/// Whether everybody is in the same groups as before, and the same is unknown.
fn is_same_people(before: &Policy, after: &Policy) -> bool {
    let groups = |policy: &Policy| -> Vec<_> {
        policy.people.iter().map(|person| (person.groups.clone(), person.unknown_groups.clone())).collect()
    };
    groups(before) == groups(after)
}
