//! Rules as they hold: those of the configuration, with the groups that people are in by their platforms.

use super::{Core, Turn};
use crate::engine::record::{self, Groups};
use crate::engine::setup::Rules;

impl Core {
    /// A platform says who is in which group by it. That holds at once, also where nothing can be written down: who was taken out of a group
    /// must not stay in it because a disk is full.
    pub(super) fn memberships(&mut self, platform: &'static str, groups: Groups, turn: &mut Turn) -> bool {
        if self.memberships.get(platform) == Some(&groups)
            || (groups.is_empty() && !self.memberships.contains_key(platform))
        {
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
        rules
    }
}
