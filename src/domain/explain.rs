//! Which rule decides whether somebody may do something, for the administrator who asks on the command line and for
//! everyone who asks in the chat.

use super::ids::{PersonId, Target};
use super::notice::{ApprovalOutcome, Explained, Outcome, Terms};
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
        Decision::MembersUnknown { groups } => Outcome::MembersUnknown(groups),
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
    Explained {
        person: person.clone(),
        groups: policy.person(person).map(|person| person.groups.clone()).unwrap_or_default(),
        verb: verb.name(),
        vm: target.name.clone(),
        outcome,
        holders: policy.groups_that_may(verb, target),
        approval,
        terms: terms.unwrap_or_default(),
    }
}
