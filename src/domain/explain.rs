//! Which rule decides whether somebody may do something, for the administrator who asks on the command line and for
//! everyone who asks in the chat.

use super::ids::{Group, PersonId, Target};
use super::notice::{ApprovalOutcome, Explained, MembersRead, Outcome, Terms};
use super::policy::{Decision, Policy, PolicyVerb};

/// What a rule is called that comes from no file.
const UNNAMED: &str = "a built-in rule";

/// Explains one person, one act, one VM.
pub fn explain(policy: &Policy, person: &PersonId, verb: PolicyVerb, target: &Target) -> Explained {
    let line = |line: &Option<String>| line.clone().unwrap_or_else(|| UNNAMED.to_owned());
    let outcome = match policy.decide(person, verb, target) {
        Decision::Allowed { by } => Outcome::Allowed(line(&by)),
        Decision::Denied { by } => Outcome::Denied(line(&by)),
        Decision::NoRule { .. } => Outcome::NoRule,
        Decision::TagsUnknown { by } => Outcome::TagsUnknown(line(&by)),
        Decision::GroupsUnknown { groups, by } => Outcome::GroupsUnknown { groups, rule: line(&by) },
        Decision::UnknownPerson => Outcome::UnknownPerson,
    };
    let reverts = matches!(verb, PolicyVerb::Revert | PolicyVerb::RevertLatest);
    let terms = policy.approval(verb, target).map(|rule| Terms {
        ticket: rule.ticket_pattern.as_ref().map(ToString::to_string),
        self_approval: rule.self_approval,
        break_glass: rule.break_glass.clone(),
        safety: rule.safety && reverts,
    });
    let approval = match policy.approval(verb, target) {
        Some(rule) => {
            ApprovalOutcome::Yes { count: rule.needed, groups: rule.approvers.clone(), rule: line(&rule.line) }
        }
        None if verb.is_destructive() => ApprovalOutcome::Missing,
        None => ApprovalOutcome::No,
    };
    let holders = policy.groups_that_may(verb, target);
    Explained {
        person: person.clone(),
        groups: policy.person(person).map(|person| person.groups.clone()).unwrap_or_default(),
        verb: verb.name(),
        vm: target.into(),
        outcome,
        members_read: members_read(policy, person, &holders),
        holders,
        approval,
        terms: terms.unwrap_or_default(),
    }
}

/// Of the groups that may, or that the person is in: when a platform was asked for their members.
fn members_read(policy: &Policy, person: &PersonId, holders: &[Group]) -> Vec<MembersRead> {
    let Some(person) = policy.person(person) else { return Vec::new() };
    let read = |group: &Group| {
        let is_unknown = person.unknown_groups.contains(group);
        let matters = holders.contains(group) || person.groups.contains(group) || is_unknown;
        let at = policy.read_at.get(group).copied().filter(|_| !is_unknown);
        (matters && (is_unknown || at.is_some())).then(|| MembersRead { group: group.clone(), at })
    };
    policy.platform_groups.iter().filter_map(|group| read(&group.name)).collect()
}
