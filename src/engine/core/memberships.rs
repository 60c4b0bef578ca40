//! Rules as they hold: those of the configuration, with the groups that people are in by their platforms.

use std::collections::BTreeSet;

use super::{Core, Turn};
use crate::domain::ids::Group;
use crate::engine::record::{self, Groups};
use crate::engine::setup::Rules;

impl Core {
    /// A platform says who is in which group by it. That holds at once, also where nothing can be written down: who was taken out of a group
    /// must not stay in it because a disk is full.
    pub(super) fn memberships(&mut self, platform: &'static str, groups: Groups, turn: &mut Turn) -> bool {
        let known = self.memberships.get(platform);
        // That nobody is in any group is news only where that was not known.
        let idle = known.is_none() && groups.is_empty() && self.unknown_groups().is_empty();
        if idle || known == Some(&groups) {
            return false;
        }
        let people = groups.len();
        tracing::info!(platform, people, "the platform's groups have changed");
        turn.audit(record::audit_memberships(platform, &groups, self.parts.clock.now()));
        self.memberships.insert(platform, groups);
        self.parts.rules.set(self.effective());
        true
    }

    /// The configuration's rules with everybody's groups.
    pub(super) fn effective(&self) -> Rules {
        let mut rules = self.configured.clone();
        for person in &mut rules.policy.people {
            for more in self.memberships.values().filter_map(|groups| groups.get(&person.id)).flatten() {
                if !person.groups.contains(more) {
                    person.groups.push(more.clone());
                }
            }
        }
        rules.policy.unknown_groups = self.unknown_groups();
        rules
    }

    /// Groups that a platform has a part of, and that was not read there yet.
    fn unknown_groups(&self) -> BTreeSet<Group> {
        let unread = |platform: &str, ids: &[String]| {
            !ids.is_empty() && self.parts.chats.contains_key(platform) && !self.memberships.contains_key(platform)
        };
        let groups = self.configured.policy.platform_groups.iter();
        let unread = groups.filter(|group| unread("slack", &group.slack) || unread("discord", &group.discord));
        unread.map(|group| group.name.clone()).collect()
    }
}
