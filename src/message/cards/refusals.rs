//! Why the rules do not let an act go on, and which approvals do not count any more: the same sentences on every card.

use super::help::rule;
use super::reply::verb_words;
use super::{View, at, hold_args, key};
use crate::domain::act::Right;
use crate::domain::authority::{Demand, Refusal};
use crate::domain::ids::{PersonId, VmTitle};
use crate::domain::request::{Request, StruckApproval, StruckWhy};
use crate::message::format::{name, sentence as in_words};
use crate::message::model::Block;
use crate::message::words::Args;

/// Why this person's act on a VM may not go on.
pub(super) fn sentence(person: &PersonId, right: Right, vm: &VmTitle, refusal: &Refusal, view: &View<'_>) -> String {
    let place = |place: &Option<String>| place.as_deref().map(rule);
    let args = Args::default().with("verb", verb_words(right.name(), view)).with("vm", view.vm(vm));
    let args = match refusal {
        Refusal::Denied { rule } | Refusal::TagsUnknown { rule } => args.maybe("rule", place(rule)),
        Refusal::NotGranted { holders } => args.maybe("groups", view.one_of(holders)),
        Refusal::MembersUnknown { groups } => args.maybe("groups", view.all_of(groups)),
        Refusal::HoldOfOther { hold } => args.and(hold_args(Some(hold), view)).with("holder", at(&hold.by)),
        Refusal::Terms { rule, demand } => {
            let args = args.maybe("rule", place(rule));
            let args = match demand {
                Demand::Ticket { pattern } => args.with("pattern", name(pattern)),
                Demand::OtherApprovers { groups } => args.maybe("groups", view.one_of(groups)),
                Demand::Safety => args,
            };
            return view.say(&key("refusal", demand), &args);
        }
        Refusal::Frozen { freeze } => {
            args.with("reason", in_words(&freeze.reason)).with("administrator", at(&freeze.by))
        }
        Refusal::UnknownPerson | Refusal::NoApprovalRule | Refusal::NotApproved | Refusal::AutoDeleteOff => args,
    };
    view.say(&key("refusal", refusal), &args.with("person", at(person)))
}

/// The approvals of a request that do not count any more, each with the reason.
pub(super) fn struck(request: &Request, view: &View<'_>) -> Vec<Block> {
    request.struck.iter().map(|one| not_counted(one, view)).collect()
}

/// That an approval does not count any more, and why.
pub(super) fn not_counted(struck: &StruckApproval, view: &View<'_>) -> Block {
    let given = view.format.clock(struck.given);
    let args = Args::default().with("person", at(&struck.person)).with("at", given).whether("glass", struck.glass);
    let args = match &struck.why {
        StruckWhy::NotApprover { groups } => args.maybe("groups", view.one_of(groups)),
        StruckWhy::OwnRequest | StruckWhy::UnknownPerson => args,
    };
    view.caution(&key("struck", &struck.why), &args)
}
