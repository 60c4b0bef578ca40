//! Why the rules do not let an act go on, and which approvals do not count any more: the same sentences on every card.

use fluent_bundle::FluentValue;

use super::help::rule;
use super::reply::verb_words;
use super::{View, at, groups};
use crate::domain::act::Right;
use crate::domain::authority::{Demand, Refusal};
use crate::domain::ids::PersonId;
use crate::domain::request::{Request, StruckApproval, StruckWhy};
use crate::message::format::{name, sentence as in_words};
use crate::message::model::Block;

/// Why this person's act on a VM may not go on.
pub(super) fn sentence(person: &PersonId, right: Right, vm: &str, refusal: &Refusal, view: &View<'_>) -> String {
    let of_rule = |place: &Option<String>| match place {
        Some(place) => rule(place),
        None => view.say("refusal-rule-unnamed", &[]),
    };
    let mut args: Vec<(&str, FluentValue<'_>)> =
        vec![("person", at(person).into()), ("verb", verb_words(right.name(), view).into()), ("vm", name(vm).into())];
    let key = match refusal {
        Refusal::UnknownPerson => "refusal-unknown-person",
        Refusal::Denied { rule } => {
            args.push(("rule", of_rule(rule).into()));
            "refusal-denied"
        }
        Refusal::NotGranted { holders } if holders.is_empty() => "refusal-not-granted",
        Refusal::NotGranted { holders } => {
            args.push(("groups", view.format.one_of(&groups(holders)).into()));
            "refusal-not-granted-holders"
        }
        Refusal::TagsUnknown { rule } => {
            args.push(("rule", of_rule(rule).into()));
            "refusal-tags-unknown"
        }
        Refusal::MembersUnknown { groups: them } => {
            args.push(("groups", view.format.all_of(&groups(them)).into()));
            "refusal-members-unknown"
        }
        Refusal::HoldOfOther { hold } => {
            args.push(("holder", at(&hold.by).into()));
            args.push(("reason", in_words(&hold.reason).into()));
            "refusal-hold-of-other"
        }
        Refusal::NoApprovalRule => "refusal-no-approval-rule",
        Refusal::Terms { rule, demand } => {
            args.push(("rule", of_rule(rule).into()));
            match demand {
                Demand::Ticket { pattern } => {
                    args.push(("pattern", name(pattern).into()));
                    "refusal-ticket"
                }
                Demand::Safety => "refusal-safety",
                Demand::OtherApprovers { groups: them } => {
                    args.push(("groups", view.format.one_of(&groups(them)).into()));
                    "refusal-other-approvers"
                }
            }
        }
        Refusal::NotApproved => "refusal-not-approved",
        Refusal::AutoDeleteOff => "refusal-auto-delete-off",
        Refusal::Frozen { freeze } => {
            args.push(("reason", in_words(&freeze.reason).into()));
            args.push(("administrator", at(&freeze.by).into()));
            "refusal-frozen"
        }
    };
    view.say(key, &args)
}

/// The approvals of a request that do not count any more, each with the reason.
pub(super) fn struck(request: &Request, view: &View<'_>) -> Vec<Block> {
    request.struck.iter().map(|one| not_counted(one, view)).collect()
}

/// That an approval does not count any more, and why.
pub(super) fn not_counted(struck: &StruckApproval, view: &View<'_>) -> Block {
    let mut args = vec![("person", at(&struck.person).into()), ("at", view.format.clock(struck.given).into())];
    let key = match &struck.why {
        StruckWhy::NotApprover { .. } if struck.glass => "struck-override",
        StruckWhy::NotApprover { groups: them } => {
            args.push(("groups", view.format.one_of(&groups(them)).into()));
            "struck-not-approver"
        }
        StruckWhy::OwnRequest => "struck-own-request",
        StruckWhy::UnknownPerson => "struck-unknown-person",
    };
    view.caution(key, &args)
}
